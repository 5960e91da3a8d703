"""Makes ``samples/register``: ``python samples/make_register.py [FOLDER]`` writes a duty register as offices keep it.

Titles above the table, cells merged down, totals and a line for signatures below, headers and words of the office's
own, numbers and dates as text: all of it invented. Beside it stand the office's words as a person has confirmed them.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

CREATED = datetime(2025, 1, 6, 9, 0)  # noqa: DTZ001  # a workbook's properties have no time zone
TEACHERS = [
    ("Ｔ０１", "教师01", "兼职", "讲师"),
    ("T02", "教师02", "兼 职", "副教授"),
]
DUTIES = [
    # teacher and day stand once for the rows below them; an empty text is a cell that a merge covers
    ("T01", "2024.3.5", "个案咨询", "14：00", "15：30", ""),
    ("", "", "个案咨询", "15：30", "17：00", ""),
    ("", "2024年3月12日", "个案咨询", "", "", "９０分钟"),
    ("T02", "2024/3/6", "团体心理辅导", "", "", ""),
    ("", "2024-03-07", "个案咨询", "19:00", "20:30", "90"),
]
ALIASES = """\
# 本校用语：由人确认，与工作簿放在同一文件夹（workload alias 维护）
format = 1

[tables]
"值班登记" = "工作记录"

[columns."工作记录"]
"值班日" = "日期"

[words."工作记录"."类别"]
"个案咨询" = "咨询值班"
"""


def write_workbook(path: Path) -> None:
    """The register: a sheet of teachers and one of duties, as they are printed and signed."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": path.stem, "comments": "示例，人物和数据均为虚构", "created": CREATED})
    title = book.add_format({"bold": True, "align": "center", "font_size": 14})
    head = book.add_format({"bold": True, "align": "center", "border": 1})
    cell = book.add_format({"align": "center", "valign": "vcenter", "border": 1})
    sheet = book.add_worksheet("教师名单")
    sheet.merge_range(0, 0, 0, 3, "某学院心理健康教师名单", title)
    sheet.write_row(1, 0, ["教工号", "教师姓名", "专兼职", "职称"], head)
    for row, teacher in enumerate(TEACHERS, start=2):
        sheet.write_row(row, 0, teacher, cell)
    _duties(book.add_worksheet("值班登记"), title, head, cell)
    book.close()


def _duties(sheet: Any, title: Any, head: Any, cell: Any) -> None:
    sheet.set_column(0, 5, 14)
    sheet.merge_range(0, 0, 0, 5, "2024年3月值班登记表", title)
    for column, text in ((0, "工号"), (1, "值班日"), (2, "类别"), (5, "时长(分钟)")):
        sheet.merge_range(1, column, 2, column, text, head)
    sheet.merge_range(1, 3, 1, 4, "值班时间", head)
    sheet.write_row(2, 3, ["开始", "结束"], head)
    for number, duty in enumerate(DUTIES):
        sheet.write_row(3 + number, 0, duty, cell)
    sheet.merge_range(3, 0, 5, 0, "T01", cell)
    sheet.merge_range(6, 0, 7, 0, "T02", cell)
    sheet.merge_range(3, 1, 4, 1, "2024.3.5", cell)
    sheet.write_row(8, 0, ["合计", "", "", "", "", 360], cell)
    sheet.write_string(10, 0, "制表人：　　　　审核人：")


def write_all(folder: Path) -> None:
    """The register, and the words of the office."""
    folder = folder / "register"
    folder.mkdir(parents=True, exist_ok=True)
    write_workbook(folder / "值班登记.xlsx")
    (folder / "workload-alias.toml").write_bytes(ALIASES.encode())


if __name__ == "__main__":
    write_all(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parent)
