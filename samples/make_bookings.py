"""Makes ``samples/bookings``: ``python samples/make_bookings.py [FOLDER]`` writes an export of a booking system, twice.

The export has what such systems drag along: names, numbers and complaints of clients. All of them are invented, and
look it: nobody was born in 2099. Identity cards have a true check digit all the same, and mobile numbers the right
length, so that a test that looks for them finds them. The seed is fixed; the same XlsxWriter gives the same bytes.
"""

from __future__ import annotations

import csv
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from workload.privacy import check_digit

SEED = 20250901
CREATED = datetime(2025, 11, 1, 9, 0)  # noqa: DTZ001  # a workbook's properties have no time zone
SHEET = "预约记录"
HEADERS = [
    "预约编号",
    "来访者姓名",
    "学号",
    "身份证号",
    "手机",
    "院系",
    "咨询师",
    "预约日期",
    "时段",
    "主诉",
    "状态",
    "是否到访",
    "紧急联系人",
    "备注",
]
CLIENTS = ("来访者姓名", "学号", "身份证号", "手机", "院系", "主诉", "紧急联系人", "备注")
TEACHERS = ("教师03", "教师04", "教师05", "教师09")
PERIODS = ("14:00-15:00", "15:00-16:00", "16:00~17:00", "19：00－20：00", "19:00—20:30", "9:00至10:00")
COMPLAINTS = ("睡不着", "和室友作息不合", "不想去上课", "考前心慌", "想家", "与家人争执后很难过")
REMARKS = ("", "", "家长来电 {mobile}", "证件 {card}，请核对", "希望换一位老师", "自述 {name}，已加微信")

# What becomes of the bookings, in order: state, whether the client came, and how many of them.
OUTCOMES = (
    *[("已完成", "到访")] * 27,
    *[("爽约", "未到")] * 4,
    *[("已取消", "")] * 5,
    *[("待确认", "")] * 4,
)

MAP = """\
# 怎样把预约系统的导出表变成“工作记录”。没有写在 [columns] 里的列一概不读：
# 来访者姓名、学号、身份证号、手机、主诉、备注……都不会进入结果，也不会出现在任何提示里。

format = 1
sheet = "预约记录"               # 工作簿有几张表时写明是哪一张；CSV 不看这一行

[columns]                       # 导出表的列名 = 工作记录的列名（中英文都可以）
"预约编号" = "编号"
"咨询师" = "工号"
"预约日期" = "日期"
"时段" = "起止时间"              # 一格写着 14:00-15:00，分成开始时间和结束时间
"状态" = "状态"
"是否到访" = "有来访"

[constants]                     # 每一行都一样的内容
"类别" = "咨询值班"

[words."工号"]                   # 格里的内容 = 工作记录要的内容；没有列出的照原样
"教师03" = "T03"
"教师04" = "T04"
"教师05" = "T05"
"教师09" = "T09"

[words."状态"]
"已完成" = "完成"
"爽约" = "完成"                  # 值班是值了的，只是没有来访
"已取消" = "取消"

[words."有来访"]
"到访" = "是"
"未到" = "否"

[skip]                          # 还不算工作的行，整行不取
"状态" = ["待确认"]
"""


def rows() -> list[dict[str, Any]]:
    """The bookings, by day: forty, and one over midnight."""
    random = Random(SEED)  # noqa: S311  # samples need a seed that repeats, not secrecy
    outcomes = random.sample(OUTCOMES, len(OUTCOMES))
    # Two school weeks' worth of slots, each teacher's taken once, so that no two bookings of one overlap.
    days = [date(2025, 9, 8) + timedelta(days=7 * week + weekday) for week in range(5) for weekday in range(4)]
    slots = random.sample([(day, teacher) for day in days for teacher in TEACHERS], len(outcomes))
    found = [
        _booking(random, day, teacher, random.choice(PERIODS), outcome)
        for (day, teacher), outcome in zip(sorted(slots), outcomes, strict=True)
    ]
    found.append(_booking(random, date(2025, 10, 10), "教师05", "22:30-00:45", ("已完成", "到访")))  # the night hotline
    for number, row in enumerate(found, start=1):
        row["预约编号"] = f"YY2025-{number:03}"
    return found


def _booking(random: Random, day: date, teacher: str, period: str, outcome: tuple[str, str]) -> dict[str, Any]:
    number = random.randrange(1, 1000)
    card = f"411602{random.randrange(2096, 2100)}{random.randrange(1, 13):02}{random.randrange(1, 29):02}{number:03}"
    card += check_digit(card)
    mobile = f"199{random.randrange(10**8):08}"
    name = f"虚构来访者{number:03}"
    return {
        "来访者姓名": name,
        "学号": f"2099{number:06}",
        "身份证号": card,
        "手机": mobile,
        "院系": f"虚构学院{number % 9 + 1}系",
        "咨询师": teacher,
        "预约日期": day,
        "时段": period,
        "主诉": f"（虚构）{random.choice(COMPLAINTS)}",
        "状态": outcome[0],
        "是否到访": outcome[1],
        "紧急联系人": f"{name}的家长 199{random.randrange(10**8):08}",
        "备注": random.choice(REMARKS).format(mobile=mobile, card=card, name=name),
    }


def write_csv(path: Path) -> None:
    """The export as a CSV file, as a Chinese system writes it."""
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.DictWriter(file, HEADERS)
        writer.writeheader()
        writer.writerows(row | {"预约日期": f"{row['预约日期']:%Y-%m-%d}"} for row in rows())


def write_workbook(path: Path) -> None:
    """The same rows as a workbook, with a second sheet that is none of the map's business."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": path.stem, "comments": "示例，人物和数据均为虚构", "created": CREATED})
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(SHEET)
    sheet.set_column(0, len(HEADERS) - 1, 14)
    sheet.write_row(0, 0, HEADERS, bold)
    for number, row in enumerate(rows(), start=1):
        for place, header in enumerate(HEADERS):
            if header == "预约日期":
                sheet.write_datetime(number, place, row[header], day)
            elif row[header]:
                sheet.write_string(number, place, row[header])
    book.add_worksheet("导出说明").write_string(0, 0, "本表由预约系统导出，含来访者个人信息（此处均为虚构）")
    book.close()


def write_all(folder: Path) -> None:
    """The export in both forms, and the map."""
    folder = folder / "bookings"
    folder.mkdir(parents=True, exist_ok=True)
    write_csv(folder / "预约导出.csv")
    write_workbook(folder / "预约导出.xlsx")
    (folder / "映射.toml").write_bytes(MAP.encode("utf-8"))


if __name__ == "__main__":
    write_all(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parent)
