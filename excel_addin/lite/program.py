"""The text of ``main.py`` and ``requirements.txt`` in xlwings Lite, generated from the registry."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from textwrap import wrap

from excel_addin.lite.wheels import Wheel, requirements
from excel_addin.registry import FUNCTIONS
from excel_addin.settings import DEFAULT_RULES, Language

# Where xlwings Lite shows files to Python: those dragged into Files → Import/Export, and a folder of this computer.
PLACES = ["/data", "/personal"]
MODULE = "workload_functions.py"  # the program's name among the personal modules

MARK = "# 心理健康教师工作量的 Excel 函数（WL_…），用于 xlwings Lite。本文件由 python -m excel_addin lite 生成。"

_TOP = """\
{mark}
# 下面三项可以改；改好以后，在 xlwings Lite 的菜单里点 Restart。

# 规则：规则名称；或者先把本校的 .toml 规则文件拖入 Files → Import/Export，再写成 "/data/本校.toml"
RULES = {rules}

# 提示和表头的语言："zh" 中文，"en" 英文
LANGUAGE = "{language}"

# 口径：不写就按规则文件；例如 {{"partial_unit": "whole_per_duty"}} 表示每次值班只计整课时
READINGS = {{}}

# ---------------- 以下不用改 ----------------
import importlib.util
import io
import sys
import tempfile
import zipfile
from pathlib import Path

WHEEL = "{wheel}"


def unpack(packages):
    folder = Path(tempfile.gettempdir()) / WHEEL.removesuffix(".whl")
    zipfile.ZipFile(io.BytesIO(packages)).extractall(folder)
    sys.path.insert(0, str(folder))


"""

_FIND = """\
def find_packages():
    here = list(Path(__file__).parent.glob(WHEEL)) if "__file__" in globals() else []
    found = here or [wheel for place in {places} for wheel in Path(place).rglob(WHEEL)]
    if not found:
        raise ImportError(f"找不到 {{WHEEL}}：请把它拖入 xlwings Lite 菜单的 Files → Import/Export，再点 Restart")
    unpack(found[0].read_bytes())
    sys.path.extend(str(other) for other in sorted(found[0].parent.glob("*.whl")) if other != found[0])


"""

_CARRY = """\
import base64

PACKAGES = \"\"\"
{packages}
\"\"\"


def find_packages():
    unpack(base64.b64decode(PACKAGES))


"""

_RULES = """\
import base64

RULE_FILES = {files}


def rule_file(name):
    if name not in RULE_FILES:
        return name
    if "__file__" in globals() and Path(__file__).with_name(name).is_file():
        return str(Path(__file__).with_name(name))  # among the personal modules, where it can be changed
    folder = Path(tempfile.mkdtemp())
    for one, text in RULE_FILES.items():
        (folder / one).write_bytes(base64.b64decode(text))
    return str(folder / name)


"""

_USE = """\
if not importlib.util.find_spec("excel_addin"):  # else requirements.txt or a personal module has brought it
    find_packages()

from excel_addin.lite.session import use  # noqa: E402

use({rules}, LANGUAGE, READINGS)

from excel_addin.addin import (  # noqa: E402, F401
{names}
)
"""


def main_py(
    wheel: Wheel,
    *,
    rules: str = DEFAULT_RULES,
    rule_files: Mapping[str, bytes] | None = None,
    language: Language = "zh",
    carry: bool = False,
) -> str:
    """The program: settings at its top, then where it finds the packages, then every function by name.

    It takes the packages from an installed wheel, else from the wheel among the files that Lite shows to Python; with
    ``carry`` it holds them itself. ``rule_files`` it holds in any case, for Lite shows it no others of this computer.
    """
    top = _TOP.format(mark=MARK, rules=json.dumps(rules, ensure_ascii=False), language=language, wheel=wheel.name)
    if carry:
        find = _CARRY.format(packages="\n".join(wrap(base64.b64encode(wheel.data).decode(), 120)))
    else:
        find = _FIND.format(places=json.dumps(PLACES))
    if rule_files:
        told = {name: base64.b64encode(data).decode() for name, data in rule_files.items()}
        find += _RULES.format(files=json.dumps(told, ensure_ascii=False, indent=4))
    named = "rule_file(RULES)" if rule_files else "RULES"
    return top + find + _USE.format(rules=named, names="\n".join(f"    {name}," for name in sorted(FUNCTIONS)))


# What a new workbook of xlwings Lite has in this place: its own needs, which it wants to find.
LITES_OWN = ("python-dotenv", "pyodide-http", "black")


def requirements_txt(wheel_url: str | None = None, *, whole: bool = False) -> str:
    """What to add to Lite's requirements; ``whole``: with what Lite itself wants to find there.

    ``wheel_url`` is where the school serves the wheel; the server must allow other sites to read it (CORS).
    """
    lines = [f"{line}  # required" for line in (*requirements("excel"), *LITES_OWN)] if whole else []
    lines += requirements()
    if wheel_url:
        lines.append(wheel_url)
    return "\n".join(lines) + "\n"
