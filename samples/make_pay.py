"""Makes ``samples/pay``: ``python samples/make_pay.py [FOLDER]`` writes two months of a center, and its pay sheet.

Records, rates, a budget, a school's clauses on pay, identity and bank numbers, the pay sheet of November 2024, and a
sheet with faults as somebody else might have made it. Everyone is invented, and so are school, rates and documents. The
numbers look it: no region is called 99, and nobody was born in 2099.

The same XlsxWriter gives the same bytes; another version gives the same cells.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from workload import (
    Rates,
    check_budget,
    load_regulation,
    month_of,
    pay,
    read_budget,
    read_center,
    read_identities,
    read_rates,
    scaled_to_budget,
    write_pay_sheet,
)
from workload.privacy import check_digit

HERE = Path(__file__).parent
CREATED = datetime(2024, 12, 31, 9, 0)  # noqa: DTZ001  # a workbook's properties have no time zone
DAY = date(2024, 12, 5)  # of the pay sheet
UNIT = "示范学院（虚构）"

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False}

Table = tuple[str, Sequence[Sequence[Any]]]  # the headers in one text, and the rows

# ---------------------------------------------------------------- the records

TEACHERS = (
    ("T01", "教师01", "专职", "校内", "教授"),
    ("T02", "教师02", "兼职", "校内", "副教授"),
    ("T03", "教师03", "兼职", "校内", None),  # has rows in 职称
    ("T04", "教师04", "兼职", "校内", "助教"),
    ("T05", "教师05", "兼职", "校外", "教授"),
    ("T06", "教师06", "兼职", "校外", "副教授"),
    ("T07", "教师07", "兼职", "校外", "其他"),
)
TITLES = (("T03", "讲师", date(2019, 9, 1)), ("T03", "副教授", date(2024, 11, 16)))

# Teacher, days of a month, hours: what the README tells of November, and of December.
DUTIES = (
    ("T01", "2024-11", (6,), "14:00-17:00"),
    ("T01", "2024-11", (20,), "14:00-15:30"),
    ("T02", "2024-11", (4,), "14:00-15:40"),  # 280 minutes in all: 6.22… class hours
    ("T02", "2024-11", (11, 18), "14:00-15:30"),
    ("T03", "2024-11", (7, 14, 21), "14:00-15:30"),  # the last one as 副教授
    ("T04", "2024-11", (5, 19), "14:00-16:15"),
    ("T05", "2024-11", (8, 15, 22), "14:00-17:00"),
    ("T06", "2024-11", (6, 13, 20, 27), "08:30-12:15"),
    ("T01", "2024-12", (4,), "14:00-17:00"),
    ("T02", "2024-12", (2, 9), "14:00-15:30"),
    ("T03", "2024-12", (5, 12), "14:00-15:30"),
    ("T04", "2024-12", (3, 17), "14:00-16:15"),
    ("T05", "2024-12", (6, 13), "14:00-17:00"),
    ("T06", "2024-12", (4, 11), "08:30-12:15"),
    ("T07", "2024-12", (12,), "14:00-15:30"),  # there is no rate for a class hour of 其他
)
CLASSES = (
    ("T02", "2024-11", (5, 12, 19, 26)),
    ("T03", "2024-11", (1, 8, 22, 29)),
    ("T02", "2024-12", (3, 10)),
    ("T03", "2024-12", (6, 13)),
)
EVENTS = (
    ("T01", "2024-11-13", "讲座", {}),
    ("T05", "2024-11-12", "讲座", {}),
    ("T05", "2024-11-26", "讲座", {}),
    ("T05", "2024-11-19", "团体心理辅导", {}),
    ("T04", "2024-11-14", "团体心理辅导", {}),
    ("T07", "2024-11-21", "培训授课", {}),
    *((who, "2024-11-28", "沙龙", {"活动编号": "沙龙2024-2"}) for who in ("T02", "T03", "T06")),
    ("T01", "2024-12-11", "讲座", {}),
    ("T05", "2024-12-03", "讲座", {}),
    ("T05", "2024-12-10", "讲座", {}),
    ("T04", "2024-12-12", "团体心理辅导", {}),
)
CANCELLED = ("T04", "2024-11-26", "14:00-16:15", {"状态": "取消", "备注": "停诊一次"})
LATE = ("T02", "2024-11-25", "14:00-15:30", {"备注": "补登"})  # a duty that was handed in after November was booked
PAYMENTS = (("T06", date(2024, 11, 1), "咨询课时", 10, 500),)  # an advance, by hand

ACTIVITIES = "编号 工号 日期 类别 开始时间 结束时间 课时 活动编号 状态 备注"


def activities(*, late: bool = False) -> list[tuple[Any, ...]]:
    """The rows of the register of work by date, each with a number; ``late`` adds one at the end."""
    rows = [_row(who, f"{month}-{day:02}", "咨询值班", hours) for who, month, days, hours in DUTIES for day in days]
    rows += [
        _row(who, f"{month}-{day:02}", "心理健康教学", "08:00-09:40", {"课时": 2})
        for who, month, days in CLASSES
        for day in days
    ]
    rows += [_row(who, day, kind, "19:00-20:30", more) for who, day, kind, more in EVENTS]
    rows.append(_row(*CANCELLED[:2], "咨询值班", *CANCELLED[2:]))
    rows.sort(key=lambda row: (row["日期"], row["开始时间"], row["工号"]))
    if late:
        rows.append(_row(*LATE[:2], "咨询值班", *LATE[2:]))
    names = ACTIVITIES.split()
    return [
        tuple((row | {"编号": f"2024-{number:03}"}).get(name) for name in names) for number, row in enumerate(rows, 1)
    ]


def _row(who: str, day: str, kind: str, hours: str, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    start, end = map(time.fromisoformat, hours.split("-"))
    row = {"工号": who, "日期": date.fromisoformat(day), "类别": kind, "开始时间": start, "结束时间": end}
    return {**row, **(more or {})}


def center(*, late: bool = False) -> dict[str, Table]:
    """The tables of the center; ``late`` with the duty that was handed in after November was booked."""
    return {
        "教师": ("工号 姓名 类别 来源 职称", TEACHERS),
        "职称": ("工号 职称 生效日期", TITLES),
        "工作记录": (ACTIVITIES, activities(late=late)),
        "已发放": ("工号 月份 项目 数量 金额", PAYMENTS),
    }


# ---------------------------------------------------------------- what the school decides

RATES = """\
# 课酬标准。示范学院是虚构的，金额和文号都是示例：规定没有单价，请按本校的正式文件填写。
# Rates of an invented school: yuan and documents are examples. The regulation names none.
#
# 每条：item 项目（咨询课时、教学课时、积分），可限定 title 职称、kind 类别；yuan 每课时或每分多少元；
# effective_from 生效日期；authority 依据。修订时另加一条，旧的留着：以前的月份仍按旧的算。

format = 1
"""
AUTHORITY = "课酬办法（示例）"
HOURS, TIERS = ("咨询课时", "教学课时"), {"教授": 60, "副教授": 50, "讲师": 45, "助教": 30}

OWN_RULES = """\
# 在周职党〔2024〕33号之上，一所（虚构的）学校关于课酬的规定。数值、条款都是示例，须以学校的正式文件为准。
# What an invented school adds on pay. Values and articles are examples, not facts.

format = 1
extends = "zhoukou-2024-33"
id = "shifan-pay"
document = "周职党〔2024〕33号、课酬办法（示例）"
note = { zh = "示例：系数、上限、条款均为虚构。", en = "A sample: factor, cap and articles are invented." }

[reading.co_leaders]
default = "equal_split"               # 共同主持的活动按人数平分

[[pay]]                               # 系数：团体心理辅导的积分按 1.5 倍计酬
id = "group_counseling_factor"
kinds = ["group_counseling"]
factor = 1.5
effective_from = 2024-09-01
article = "课酬办法（示例）第四条"
quote = "团体心理辅导按1.5倍计酬"

[[pay]]                               # 封顶：每人每月
id = "monthly_cap"
cap = 2000
unit = "yuan"
per = "month"
effective_from = 2024-09-01
article = "课酬办法（示例）第五条"
quote = "每人每月课酬不超过2000元"

[[pay]]                               # 超出预算时按比例折减
id = "within_budget"
items = ["points"]
scale_to_budget = true
effective_from = 2024-09-01
article = "课酬办法（示例）第六条"
quote = "积分课酬超出预算的，按比例折减"

# 还可以写：只计发超出 38/72 的部分（先做的先抵要求）
# [[pay]]
# id = "above_quota"
# items = ["counseling"]
# only_above_quota = true
# article = "…"
# quote = "…"
"""

BUDGET = """\
# 心理健康教育专项经费（附件1）的预算，金额为示例。用途是附件1 二的十项之一；哪一项课酬由哪一用途支付，由学校写明。

format = 1
year = 2024
students = 12000                      # 生均 15 元（方案 六(五)）；也可以写 total = 金额
used = 120000                         # 课酬以外已用的；发过的课酬另按登记册和“已发放”表加上
warn_at = "90%"                       # 用到这里就提醒

[[envelope]]
use = "专家讲座与研讨会费用"
yuan = 3500
items = ["积分"]

[[envelope]]
use = "其他心理健康工作相关费用"
yuan = 8000
items = ["咨询课时", "教学课时"]
"""


def rates() -> str:
    """The file of rates."""
    found = [RATES]
    found += [rate(item, yuan, "2024-09-01", "第二条", title=title) for item in HOURS for title, yuan in TIERS.items()]
    found.append(rate("积分", 2, "2023-09-01", "2023年第三条"))
    found.append(rate("积分", 2.5, "2024-09-01", "第三条"))
    found.append(rate("积分", 20, "2024-09-01", "第三条", kind="讲座"))
    return "\n".join(found)


def rate(item: str, yuan: float, day: str, article: str, **limits: str) -> str:
    """One rate of the file."""
    of = "".join(f'{key} = "{value}"\n' for key, value in limits.items())
    return f'[[rate]]\nitem = "{item}"\n{of}yuan = {yuan}\neffective_from = {day}\nauthority = "{AUTHORITY}{article}"\n'


def identities() -> Table:
    """Numbers that finance asks for, invented: the check digits are true, everything else is not."""
    rows = [
        (teacher_id, name, identity_number(place), bank_number(place), "示例银行")
        for place, (teacher_id, name, *_) in enumerate(TEACHERS, start=1)
    ]
    return "工号 姓名 身份证号 银行卡号 开户行", rows


def identity_number(place: int) -> str:
    """An identity number of nobody: region 99, born in 2099, with a true check digit."""
    digits = f"99000020990101{place:03}"
    return digits + check_digit(digits)


def bank_number(place: int) -> str:
    """A bank number of nobody."""
    return f"620000{place:013}"


# ---------------------------------------------------------------- a sheet with faults

FAULTY = "序号 姓名 身份证号 银行卡号 课时 单价 金额 扣税 实发 实发大写"


def write_faulty(path: Path) -> None:
    """A pay sheet as somebody might make it by hand; the README lists its faults."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path, OPTIONS)
    book.set_properties({"title": path.stem, "comments": "示例，人物和数据均为虚构", "created": CREATED})
    title = book.add_format({"bold": True, "align": "center", "font_size": 14})
    head = book.add_format({"bold": True, "align": "center", "border": 1})
    cell = book.add_format({"border": 1})
    sheet = book.add_worksheet("劳务费")
    _on_paper(sheet)
    for first, last, width in ((0, 1, 8), (2, 3, 22), (4, 8, 9), (9, 9, 26)):
        sheet.set_column(first, last, width)
    names = FAULTY.split()
    sheet.merge_range(0, 0, 0, len(names) - 1, "2024年11月校外教师劳务费发放表", title)
    sheet.write_row(1, 0, names, head)
    for number, row in enumerate(_faulty_rows(), start=2):
        for column, value in enumerate(row):
            (sheet.write_string if isinstance(value, str) else sheet.write)(number, column, value, cell)
    sheet.write_formula("J9", '=NUMBERSTRING(I9,2)&"元整"', cell, "")  # by a program that computes nothing
    sheet.set_row(9, None, None, {"hidden": True})
    sheet.merge_range("D11:D12", bank_number(28), cell)
    book.close()


def _faulty_rows() -> Iterator[Sequence[Any]]:
    """From row 3 on."""
    card, bank = identity_number, bank_number
    yield 1, "教师21", card(21), bank(21), 10, 60, 600, 0, 600, "陆佰元整"
    yield 2, "教师22", 10 * int(card(22)[:-1]), bank(22), 10, 50, 500, 0, 500, "伍佰元整"
    yield 3, "教师23", card(23)[:-1] + card(24)[-1], bank(23), 10, 45, 450, 0, 450, "肆佰伍拾元整"
    yield 4, "教师24", card(24), bank(24), 10, 30, "300", 0, 300, "叁佰元整"
    yield ()
    yield 5, "教师25", card(25), int(bank(25)), 12, 50, 650, 0, 650, "陆佰伍拾元整"
    yield 6, "教师26", card(26), bank(26), 20, 60, 1200, 80, 1120, None
    yield 7, "教师27", card(27), bank(27), 20, 60, 1200, 80, 1120, "壹仟贰佰元整"
    yield 8, "教师28", card(28), None, 10, 30, 300.005, 0, 300, "叁佰元整"
    yield 9, "教师29", card(29), None, 10, 60, 600, 0, 600, "陆佰元整"
    yield 10, "教师21", card(21), bank(30), 10, 60, 600, 0, 600, "陆佰元整"
    yield "合计", "", "", "", 122, "", 6100.01, 160, 6240, "陆仟贰佰肆拾元整"


# ---------------------------------------------------------------- files

_LOOKS = {
    **dict.fromkeys(("日期", "生效日期"), "yyyy-mm-dd"),
    **dict.fromkeys(("开始时间", "结束时间"), "hh:mm"),
    **dict.fromkeys(("工号", "编号", "身份证号", "银行卡号"), "@"),
    "月份": "yyyy-mm",
    "金额": "0.00",
}
_WIDE = ("备注", "身份证号", "银行卡号")


def write_workbook(path: Path, tables: Mapping[str, Table]) -> None:
    """A workbook with a sheet for each table: dates and times as such, ids and numbers of persons as text."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path, OPTIONS)
    book.set_properties({"title": path.stem, "comments": "示例，人物和数据均为虚构", "created": CREATED})
    header = book.add_format({"bold": True, "align": "center", "bg_color": "#DDE8F3", "border": 1})
    formats = {look: book.add_format({"num_format": look}) for look in {*_LOOKS.values(), "General"}}
    for name, (headers, rows) in tables.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        _on_paper(sheet)
        for place, heading in enumerate(headers.split()):
            look = formats[_LOOKS.get(heading, "General")]
            sheet.set_column(place, place, 24 if heading in _WIDE else 13, look)
            sheet.write_string(0, place, heading, header)
            for number, row in enumerate(rows, start=1):
                value = row[place]
                if isinstance(value, str):
                    sheet.write_string(number, place, value, look)
                elif isinstance(value, date | time):
                    sheet.write_datetime(number, place, value, look)
                elif value is not None:
                    sheet.write_number(number, place, value, look)
    book.close()


def _on_paper(sheet: Any) -> None:
    """A4 across, as wide as the page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def write_sheet(path: Path, source: Path) -> None:
    """The pay sheet of November, from what lies in the folder ``source``."""
    regulation = load_regulation(source / "本校课酬.toml")
    records = read_center(source / "2024.xlsx", regulation)
    rated = Rates((*Rates.of(records), *read_rates(source / "课酬标准.toml", regulation)))
    run = pay(records, month_of(2024, 11), rated, regulation, settle=True, day=DAY)
    budget = read_budget(source / "预算.toml", regulation, run.period.end, run.readings)
    run = scaled_to_budget(run, budget, records.payments)
    write_pay_sheet(
        path,
        run,
        identities=read_identities(source / "证件.xlsx"),
        checks=check_budget(run, budget, records.payments),
        center=records,
        unit=UNIT,
        source=source / "2024.xlsx",
        day=DAY,
        overwrite=True,
    )


def write_all(folder: Path) -> None:
    """All of it; the pay sheet from the files of this folder, whose digests stand in it."""
    own = folder / "pay"
    own.mkdir(parents=True, exist_ok=True)
    write_workbook(own / "2024.xlsx", center())
    write_workbook(own / "证件.xlsx", {"证件": identities()})
    for name, text in (("课酬标准", rates()), ("本校课酬", OWN_RULES), ("预算", BUDGET)):
        (own / f"{name}.toml").write_bytes(text.encode())
    write_faulty(own / "有问题的发放表.xlsx")
    write_sheet(own / "发放表-2024-11.xlsx", HERE / "pay")


if __name__ == "__main__":
    write_all(Path(sys.argv[1]) if sys.argv[1:] else HERE)
