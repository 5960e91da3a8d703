"""What the add-in file says by itself, without Python: descriptions, and why Python does not answer.

The words stand in a sheet of the add-in, whose cells are Unicode. VBA's source is in the code page of one machine, and
Chinese in it would be lost on another.
"""

from __future__ import annotations

from excel_addin.registry import CATEGORY, FUNCTIONS, LONGEST_HELP
from excel_addin.settings import Settings
from workload import Text

INSTALL = "python -m excel_addin install"
DOCTOR = "python -m excel_addin doctor"

REASONS = {
    "title": Text("工作量加载项", "Workload add-in"),
    "several_areas": Text(
        "参数由几块分开的区域组成，只能用一块连续的区域",
        "an argument is made of several areas; give one connected range",
    ),
    # As excel_addin.calling says it, before a million cells have gone over to Python.
    "too_large": Text("区域过大：{0} 个单元格，最多 {1} 个；请只选有内容的部分", "{0} cells are too many; at most {1}"),
    "most_cells": Text(str(Settings().most_cells), str(Settings().most_cells)),
    "not_installed": Text(
        f"加载项还不知道用哪个 Python：请在命令行运行 {INSTALL}，再重新打开 Excel",
        f"the add-in does not know which Python to use: run {INSTALL} in a terminal and open Excel again",
    ),
    "no_interpreter": Text(
        f"找不到 Python：{{0}}（可能已移动或卸载）；请用现在的 Python 运行 {INSTALL}",
        f"there is no Python at {{0}} (moved or removed?); run {INSTALL} with the one that you use now",
    ),
    "no_dll": Text(
        f"找不到或无法加载 xlwings 的 DLL 文件（可能被杀毒软件删除，或位数与 Office 不同）；请运行 {DOCTOR} 查看缺什么",
        f"the DLL of xlwings is missing or cannot be loaded (a virus scanner? another bitness?); run {DOCTOR}",
    ),
    "no_module": Text(
        f"所用的 Python 里没有安装本加载项或它需要的软件包；请运行 {DOCTOR} 查看缺什么",
        f"the Python in use lacks this add-in or a package that it needs; run {DOCTOR}",
    ),
    "no_start": Text(
        f"Python 没有启动（可能被安全软件阻止，或 Office 来自应用商店）；请运行 {DOCTOR} 查看原因",
        f"Python did not start (blocked by security software, or Office from the Store?); run {DOCTOR}",
    ),
    "failed": Text(
        f"Python 没有给出结果（错误 {{0}}）；请点击功能区“工作量”的“自检”，或运行 {DOCTOR}",
        f"Python gave no result (error {{0}}); press Self-check on the ribbon tab Workload, or run {DOCTOR}",
    ),
    "category": CATEGORY,
}


def rows() -> list[tuple[str, Text]]:
    """All words by their key; after each function ``NAME`` its arguments ``NAME/1``, ``NAME/2``.

    >>> [key for key, _ in rows() if key.startswith("WL_CLASS_HOURS")]
    ['WL_CLASS_HOURS', 'WL_CLASS_HOURS/1', 'WL_CLASS_HOURS/2']
    """
    found = list(REASONS.items())
    for function in FUNCTIONS.values():
        found.append((function.name, Text(function.help("zh"), function.help("en"))))
        found += [(f"{function.name}/{place}", one.help) for place, one in enumerate(function.arguments, start=1)]
    for key, text in found:
        if max(map(len, (text.zh, text.en))) > LONGEST_HELP:
            raise ValueError(f"{key}: Excel shows {LONGEST_HELP} letters")
    return found
