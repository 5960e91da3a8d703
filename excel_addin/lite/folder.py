"""The folder with everything for xlwings Lite, and a page that says what to do with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from excel_addin.lite.files import put
from excel_addin.lite.program import MODULE, main_py, requirements_txt
from excel_addin.lite.rules import rules_of
from excel_addin.lite.wheels import needed_wheels, project_wheel
from excel_addin.lite.workbook import carrying, is_ours
from excel_addin.settings import DEFAULT_RULES, Language
from workload import Text, WorkloadError

GUIDE = "使用说明.txt"
_WHEEL_URL = re.compile(r"https://[!-~]+\.whl")

_GUIDE = """\
在 xlwings Lite 中使用工作量函数（WL_…）

需要：Microsoft 365，或者 Office 2021 及以后（Windows、macOS），或者网页版 Excel；能上网。不用安装 Python。
xlwings Lite 是 Excel 的加载项，免费：在 Excel 的“开始”（旧版在“插入”）→“加载项”中搜索 xlwings，点“添加”。
数据只在本机的 Excel 里计算，不会上传。

方法一：所有工作簿都能用（推荐）
  1. 点“开始”选项卡右端的 xlwings Lite，打开右边的窗格。
  2. 菜单 → Files → Import/Export，把本文件夹里的 personal 文件夹整个拖进去。
     （Windows 版 Excel 也可以用 Local Folders，把 personal 文件夹挂载为 /personal，以后更新只要替换文件。）
  3. 菜单 → Restart。
  4. 在任意单元格输入 =WL_CLASS_HOURS(90)，应得到 2。
  改规则、语言或口径：先改 personal/{module} 开头的三项，再重新拖入，再点 Restart。
  清除 Office 缓存会删掉拖入的文件，请保留本文件夹。

方法二：只给一个工作簿用，发给别人时代码随文件走
  1. 在 xlwings Lite 的 requirements.txt 页末尾，加上本文件夹 requirements.txt 的各行，保留原有的行。
  2. 把 main.py 的全部内容粘贴到 main.py 页（原来的示例可以删掉）。
{third}
  4. 菜单 → Restart，然后照方法一第 4 步试一下。

方法三：带着代码的工作簿
  python -m excel_addin lite 文件夹 --workbook 工作簿.xlsx 会在文件夹里另存一份带有全部代码的同名工作簿，可以发给别人：
  装好 xlwings Lite，打开就能用，不用拖文件。用 Excel 以外的程序另存，代码可能丢失。

{file}出错时
  单元格显示 #VALUE!：选中它，点旁边的标记看原因；或者用 =WL_EXPLAIN("函数名",参数…) 逐条列出。
  单元格显示 #NAME?：右边的 xlwings Lite 窗格还没有打开，或者没有点 Restart；打开窗格，看下方 Output 里的提示。
  提示“找不到 {wheel}”：照上面把文件拖入 Files → Import/Export，再点 Restart。
"""

_RULE_FILE = """\
规则文件
  {name} 已经写进各个程序，personal 文件夹里也有一份。改了规则文件，就重新生成本文件夹；
  只改 personal 里的那一份也行：重新拖入，再点 Restart，对方法一有效。

"""
_DRAG = "  3. 菜单 → Files → Import/Export，把 {wheel} 拖进去（每台电脑一次）。"
_SERVED = "  3. 不用拖文件：requirements.txt 的最后一行会从 {url} 下载（该网站须允许跨域访问，即 CORS）。"


def write_folder(
    folder: Path,
    *,
    rules: str = DEFAULT_RULES,
    language: Language = "zh",
    wheel_url: str | None = None,
    workbooks: Iterable[Path] = (),
) -> list[Path]:
    """Write the folder for xlwings Lite, and tell which files it now has from us.

    ``personal/`` makes the functions available in every workbook: Lite's personal modules, with all that they need.
    ``main.py``, ``requirements.txt`` and the wheel are for a single workbook. Of each of ``workbooks`` there is a copy
    that carries the code. Files of an earlier version are replaced.

    Everything is checked before anything is written.

    Raises:
        WorkloadError: the rules are wrong, the folder holds other files or cannot be written, a workbook cannot be
            read, or the project is not installed.
    """
    if wheel_url is not None and not _WHEEL_URL.fullmatch(wheel_url):
        zh = f"{wheel_url!r} 应是 .whl 文件的网址，以 https:// 开头，不含空白"
        raise WorkloadError(Text(zh, f"{wheel_url!r} should be the https address of a .whl file, without blanks"))
    found = rules_of(rules)
    wheel = project_wheel()
    program = main_py(wheel, rules=found.name, rule_files=found.files, language=language).encode()
    third = _SERVED.format(url=wheel_url) if wheel_url else _DRAG.format(wheel=wheel.name)
    file = _RULE_FILE.format(name="、".join(found.files)) if found.files else ""
    guide = _GUIDE.format(module=MODULE, wheel=wheel.name, third=third, file=file)
    files = {
        GUIDE: b"\xef\xbb\xbf" + guide.replace("\n", "\r\n").encode(),  # as the oldest Notepad reads it
        "main.py": program,
        "requirements.txt": requirements_txt(wheel_url).encode(),
        wheel.name: wheel.data,
        f"personal/{MODULE}": program,
        **{f"personal/{one.name}": one.data for one in (wheel, *needed_wheels())},
        **{f"personal/{name}": data for name, data in found.files.items()},
    }
    if not (folder / GUIDE).exists():
        for name in ("main.py", "requirements.txt", f"personal/{MODULE}"):
            if (folder / name).exists():
                raise _in_the_way(folder / name)
    for book in (books := list(workbooks)):
        _check_place(folder, book, [*files, *(other.name for other in books)])
    copies = {book.name: carrying(book, rules=found, language=language) for book in books}
    for name, data in {**files, **copies}.items():
        put(folder / name, data, make_folder=True)
    for old in (*folder.glob("*.whl"), *folder.glob("personal/*.whl")):
        if old.relative_to(folder).as_posix() not in files and old.name.startswith("counseling_workload-"):
            old.unlink()  # an earlier version of ours
    return [folder / name for name in (*files, *copies)]


def _in_the_way(path: Path) -> WorkloadError:
    zh = f"{path} 已经存在，而且不是本程序生成的；请换一个文件夹，或先移走它"
    return WorkloadError(Text(zh, f"{path} is there already, and not made by this program; take another folder"))


def _check_place(folder: Path, book: Path, names: Iterable[str]) -> None:
    """Pass a workbook whose copy gets a place of its own in the folder.

    Raises:
        WorkloadError: another file has the name.
    """
    if [name.casefold() for name in names].count(book.name.casefold()) > 1:
        zh = f"两个文件在 {folder} 中会同名：{book.name}；请先改名"
        raise WorkloadError(Text(zh, f"two files would be {book.name} in {folder}; rename one"))
    target = folder / book.name
    if target.exists() and book.exists() and target.samefile(book):
        zh = f"{book} 就在 {folder} 里，另存会覆盖它；请换一个文件夹"
        raise WorkloadError(Text(zh, f"{book} lies in {folder}, where its copy would replace it; take another folder"))
    if target.exists() and not is_ours(target):
        raise _in_the_way(target)
