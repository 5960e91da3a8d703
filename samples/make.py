"""Makes the samples: ``python samples/make.py [FOLDER]`` writes every workbook, CSV file and rule file of this folder.

The stories stand below as plain data; the README.md of each folder tells them. Only what plays no part in a story is
drawn at random (on which days a teacher was on duty, and for how long), with a fixed seed. Everyone is invented, and
so are all rates, documents and dates of issue; no client of a counseling service appears anywhere.

The same XlsxWriter gives the same bytes; another version gives the same cells.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

SEED = 20240905
CREATED = datetime(2025, 7, 1, 9, 0)  # noqa: DTZ001  # a workbook's properties have no time zone

Row = dict[str, Any]
Tables = dict[str, list[Row]]

# The tables of the input contract with their Chinese headers. A sample may leave optional columns out.
COLUMNS = {
    "教师": "工号 姓名 类别 来源 职称",
    "职称": "工号 职称 生效日期",
    "聘期": "工号 开始日期 结束日期",
    "工作记录": "编号 工号 日期 类别 开始时间 结束时间 分钟 课时 场次 状态 有来访 活动编号 份额 备注",
    "年度考核": "工号 年度 结论",
    "培训": "工号 日期 学时 级别 形式 名称",
    "案例报告": "工号 日期",
    "课酬标准": "项目 职称 单价 生效日期 依据",
    "已发放": "工号 月份 项目 数量 金额",
}


# ---------------------------------------------------------------- rows


def day(text: str | date) -> date:
    """``"2024-05-22"`` as a date."""
    return text if isinstance(text, date) else date.fromisoformat(text)


def clock(text: str) -> time:
    """``"14:30"`` as a time."""
    return time.fromisoformat(text)


def table(headers: str, lines: Iterable[tuple[Any, ...]]) -> list[Row]:
    """Rows from tuples, by header. A text that is a date under a header of dates becomes one."""
    names = headers.split()
    rows = [dict(zip(names, line, strict=False)) for line in lines]
    for row in rows:
        for name in names:
            if name.endswith("日期") and isinstance(row.get(name), str):
                row[name] = day(row[name])
    return rows


class Register:
    """The activity rows of one center."""

    def __init__(self, holidays: Iterable[str] = ()) -> None:
        self.random = Random(SEED)  # noqa: S311  # samples need a seed that repeats, not secrecy
        self.holidays = {day(text) for text in holidays}
        self.rows: list[Row] = []

    def add(self, who: str, when: str | date, kind: str, hours: str = "", **cells: Any) -> None:
        """One row; ``hours`` is ``"14:00-15:30"`` or nothing."""
        row: Row = {"工号": who, "日期": day(when), "类别": kind}
        if hours:
            row["开始时间"], row["结束时间"] = map(clock, hours.split("-"))
        if kind == "咨询值班":
            row["有来访"] = "是"
        self.rows.append(row | cells)

    def school_days(self, weekdays: str, semester: tuple[str, str]) -> list[date]:
        """The days of a semester that fall on one of the weekdays (``"二四"``) and are no holiday."""
        first, last = map(day, semester)
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        return [when for when in days if "一二三四五六日"[when.weekday()] in weekdays and when not in self.holidays]

    def duties(self, who: str, days: list[date], minutes: int, lengths: tuple[int, ...] = (90, 135, 180)) -> None:
        """Duties on some of the days, of those lengths, with exactly so many minutes together."""
        pieces = split(minutes, lengths, self.random)
        for when, length in zip(sorted(self.random.sample(days, len(pieces))), pieces, strict=True):
            start = datetime.combine(when, clock(self.random.choice(("09:00", "14:00", "14:30"))))
            self.add(who, when, "咨询值班", f"{start:%H:%M}-{start + timedelta(minutes=length):%H:%M}")

    def lessons(self, who: str, days: list[date], class_hours: float, each: int, *, timed: bool = True) -> None:
        """Lessons of ``each`` class hours (two a class) on the first of the days, until all are given."""
        hours = {2: "08:00-09:40", 4: "08:00-11:40"}.get(each, "") if timed else ""
        for when in days:
            given = min(each, class_hours)
            if not given:
                return
            self.add(who, when, "心理健康教学", hours if given == each else "", 课时=given)
            class_hours -= given

    def numbered(self) -> list[Row]:
        """The rows by date, with a number of the year for each that has no id of its own."""
        rows = sorted(self.rows, key=lambda row: (row["日期"], row.get("开始时间", time(23, 59)), row["工号"]))
        counted: dict[int, int] = {}
        for row in rows:
            year = row["日期"].year
            if "编号" not in row:
                counted[year] = counted.get(year, 0) + 1
                row["编号"] = f"{year}-{counted[year]:03}"
        return rows


def split(total: int, lengths: tuple[int, ...], random: Random) -> list[int]:
    """``total`` as a sum of those lengths; the last one may be any that is left.

    >>> sum(split(1710, (90, 135, 180), Random(1)))
    1710
    """
    pieces = []
    while total > max(lengths):
        pieces.append(random.choice([length for length in lengths if total - length >= min(lengths)]))
        total -= pieces[-1]
    return [*pieces, total]


# ---------------------------------------------------------------- samples/center

CENTER_TEACHERS = (
    ("T01", "教师01", "专职", "校内", "教授"),
    ("T02", "教师02", "专职", "校内", "讲师"),
    ("T03", "教师03", "兼职", "校内", "副教授"),
    ("T04", "教师04", "兼职", "校内", None),  # has rows in 职称
    ("T05", "教师05", "兼职", "校内", "讲师"),
    ("T06", "教师06", "兼职", None, "讲师"),
    ("T07", "教师07", "兼职", None, "讲师"),
    ("T08", "教师08", "兼职", "校内", "讲师"),
    ("T09", "教师09", "兼职", "校内", "无"),
    ("T10", "教师10", "兼职", "校内", "助教"),
    ("T11", "教师11", "兼职", "校外", "其他"),
    ("T12", "教师12", "兼职", "校外", "副教授"),
    ("T13", "教师13", "兼职", "校内", "讲师"),
)

NOT_OVER = 2025  # the records end in June of that year

# Before 2024 the center kept four sums a year: teacher -> year -> minutes of duty, class hours of teaching.
CENTER_EARLIER = {
    "T01": {2021: (720, 0), 2022: (720, 0), 2023: (900, 0)},
    "T02": {2022: (1440, 0), 2023: (1620, 0)},
    "T03": {2019: (1755, 72), 2020: (1710, 72), 2021: (1710, 74), 2022: (1800, 72), 2023: (1710, 72)},
    "T04": {2022: (1440, 64), 2023: (1800, 72)},
    "T05": {2022: (1665, 72), 2023: (1755, 74)},  # with 1,710 in 2024: 5,130, all that is needed
    "T06": {2022: (1710, 72), 2023: (1710, 72)},  # with 1,709 in 2024: one minute less
    "T07": {2022: (1755, 74), 2023: (1710, 72)},
    "T08": {2021: (1800, 72), 2022: (1755, 72), 2023: (1755, 72)},
    "T10": {2023: (1980, 48)},
    "T13": {2021: (1710, 72), 2022: (1755, 76)},  # and none in 2023
}

SPRING_2024, AUTUMN_2024, SPRING_2025 = (
    ("2024-03-04", "2024-06-28"),
    ("2024-09-02", "2024-12-20"),
    ("2025-03-03", "2025-06-20"),
)
CENTER_HOLIDAYS = (
    *("2024-04-04", "2024-04-05", "2024-05-01", "2024-05-02", "2024-05-03", "2024-06-10", "2024-09-16", "2024-09-17"),
    *("2024-10-01", "2024-10-02", "2024-10-03", "2024-10-04", "2024-10-07"),
    *("2025-04-04", "2025-05-01", "2025-05-02", "2025-05-05", "2025-06-02"),
)

# From 2024 on each duty and each class has its row. Teacher, weekday of duty, weekdays of classes; then for each
# semester: minutes of duty, class hours, class hours a day. The stories add to these.
CENTER_WEEKS = (
    ("T01", "三", "", {SPRING_2024: (450, 0, 0), AUTUMN_2024: (450, 0, 0), SPRING_2025: (450, 0, 0)}),
    ("T02", "五", "", {SPRING_2024: (720, 0, 0), AUTUMN_2024: (720, 0, 0), SPRING_2025: (720, 0, 0)}),
    ("T03", "一", "二", {SPRING_2024: (900, 36, 4), AUTUMN_2024: (855, 36, 4)}),
    ("T04", "二", "四", {SPRING_2024: (900, 36, 4), AUTUMN_2024: (765, 40, 4), SPRING_2025: (855, 36, 6)}),
    ("T05", "三", "五", {SPRING_2024: (810, 36, 4), AUTUMN_2024: (810, 36, 4), SPRING_2025: (855, 36, 6)}),
    ("T06", "四", "二五", {SPRING_2024: (900, 36, 2), AUTUMN_2024: (675, 36, 2), SPRING_2025: (855, 36, 6)}),
    ("T07", "五", "三", {SPRING_2024: (900, 36, 4), AUTUMN_2024: (855, 31.5, 4), SPRING_2025: (855, 36, 6)}),
    ("T08", "一", "三", {SPRING_2024: (0, 36, 4), AUTUMN_2024: (0, 36, 4), SPRING_2025: (855, 36, 6)}),
    ("T09", "二", "四", {SPRING_2024: (765, 36, 6), AUTUMN_2024: (765, 36, 6), SPRING_2025: (855, 36, 6)}),
    ("T10", "三", "一", {SPRING_2024: (1215, 24, 4), AUTUMN_2024: (1170, 24, 4), SPRING_2025: (450, 18, 6)}),
    ("T11", "四", "", {SPRING_2024: (540, 0, 0), AUTUMN_2024: (540, 0, 0), SPRING_2025: (360, 0, 0)}),
    ("T12", "五", "二", {AUTUMN_2024: (585, 24, 4), SPRING_2025: (900, 36, 6)}),
    ("T13", "一", "五", {SPRING_2024: (855, 36, 6), AUTUMN_2024: (900, 36, 6), SPRING_2025: (855, 36, 6)}),
)

CENTER_EVENTS = (
    ("T01", "2024-04-10", "培训授课", "19:00-20:30", {"备注": "新任辅导员培训"}),
    ("T01", "2024-09-25", "入学评估会", "", {}),
    ("T01", "2024-11-13", "心理研判会", "", {}),
    ("T02", "2024-05-15", "实践活动", "", {"备注": "心理健康月游园"}),
    ("T02", "2024-10-30", "复学评估会", "", {}),
    ("T03", "2024-04-16", "讲座", "19:00-20:30", {}),
    ("T03", "2024-11-19", "团体心理辅导", "19:00-20:30", {"场次": 2}),
    ("T05", "2024-10-23", "师生座谈会", "", {}),
    ("T06", "2024-05-30", "团体心理辅导", "19:00-20:30", {}),
    ("T07", "2024-06-05", "讲座", "", {}),
    ("T09", "2024-11-21", "沙龙", "19:00-20:30", {}),
    ("T10", "2024-05-23", "实践活动", "", {}),
    ("T11", "2024-06-13", "培训授课", "19:00-21:00", {"备注": "危机识别专题"}),
    ("T12", "2024-11-08", "讲座", "19:00-20:30", {}),
    ("T13", "2024-12-05", "团体心理辅导", "19:00-20:30", {}),
    ("T02", "2025-05-25", "实践活动", "", {}),
    ("T03", "2023-05-25", "讲座", "", {"场次": 2}),
    ("T04", "2023-11-16", "讲座", "", {}),
    ("T08", "2022-10-12", "团体心理辅导", "", {"场次": 3}),
    ("T13", "2021-12-09", "讲座", "", {}),
    ("T04", "2025-05-21", "讲座", "19:00-20:30", {}),
    ("T12", "2025-04-11", "讲座", "19:00-20:30", {}),
)


def center_stories(register: Register) -> None:
    """The rows for whose sake the sample is there."""
    add = register.add
    # T04 has another title from 1 July 2024 on: 15 points in May, 20 in November. The lecture of 15 October lies over
    # the own duty (double_booked); a duty was cancelled.
    add("T04", "2024-05-22", "讲座", "19:00-20:30", 备注="讲师，15分")
    add("T04", "2024-11-06", "讲座", "19:00-20:30", 备注="7月起为副教授，20分")
    add("T04", "2024-10-14", "咨询值班", "14:00-15:30")
    add("T04", "2024-10-14", "讲座", "15:00-16:30", 备注="与当天值班时间冲突")
    add("T04", "2024-10-21", "咨询值班", "14:00-16:15", 状态="取消", 有来访=None, 备注="校运会停诊")
    # T05: the night of 31 December, 90 minutes of it in 2024 and 45 in 2025; with them exactly 1,710 minutes in 2024.
    add("T05", "2024-12-31", "咨询值班", "22:30-00:45", 备注="跨年夜热线")
    # T06: this duty ended a minute early, so that the year has 1,709.
    add("T06", "2024-12-26", "咨询值班", "14:00-16:14", 备注="提前1分钟结束")
    # T07: two classes of one day without times (possible_duplicate; both count). With them 71.5 class hours.
    add("T07", "2024-12-18", "心理健康教学", 课时=2)
    add("T07", "2024-12-18", "心理健康教学", 课时=2, 备注="同日另一个班")
    # T08: 1,730 minutes, but few of the duties are whole units of 45.
    for semester, minutes in ((SPRING_2024, 870), (AUTUMN_2024, 860)):
        register.duties("T08", register.school_days("一", semester), minutes, (100, 110, 125, 170))
    # T09: enough on duty, not enough with somebody there; once nobody wrote it down (attendance_blank).
    add("T09", "2024-05-14", "咨询值班", "19:00-21:15", 有来访="否")
    add("T09", "2024-11-12", "咨询值班", "19:00-21:15", 有来访="否")
    add("T09", "2024-12-17", "咨询值班", "19:00-20:30", 有来访=None)
    # T10: one duty keeps 90 of its 135 minutes (part_overlap), one nothing (overlap).
    add("T10", "2024-04-12", "咨询值班", "14:00-16:15")
    add("T10", "2024-04-12", "咨询值班", "15:30-17:45", 备注="与前一班重叠45分钟")
    add("T10", "2024-10-11", "咨询值班", "14:00-17:00")
    add("T10", "2024-10-11", "咨询值班", "14:30-16:00", 备注="整段在前一班之内")
    add("T10", "2024-12-12", "其他", 备注="整理图书")
    # T11: appointed from 29 February 2024, so until 27 February 2025, and again from 1 March: both are a day outside.
    add("T11", "2024-02-28", "咨询值班", "14:00-15:30", 备注="聘期前一天")
    add("T11", "2025-02-28", "咨询值班", "14:00-15:30", 备注="两个聘期之间")
    # T13: helped out once in the year without an appointment; a row of 2024 was entered twice under two numbers.
    add("T13", "2023-05-16", "咨询值班", "14:00-15:30", 备注="未聘年度，临时帮忙")
    add("T13", "2024-04-18", "咨询值班", "19:00-20:30")
    add("T13", "2024-04-18", "咨询值班", "19:00-20:30", 备注="重复登记")
    # T01, T02: no value in the regulation; 13 hours on 25 May (long_duty).
    add("T01", "2024-06-12", "督导", 备注="咨询师小组督导")
    add("T01", "2025-04-09", "督导", 备注="咨询师小组督导")
    add("T02", "2024-09-20", "危机干预")
    add("T02", "2024-05-25", "咨询值班", "08:00-21:00", 备注="5·25全天值守")
    # T03 (副教授) and T08 (讲师) led one salon together.
    add("T03", "2024-10-16", "沙龙", "19:00-20:30", 活动编号="沙龙2024-1", 份额=0.6)
    add("T08", "2024-10-16", "沙龙", "19:00-20:30", 活动编号="沙龙2024-1", 份额=0.4)


def center_activities() -> list[Row]:
    """The activities of the center: sums up to 2023, single rows from 2024, the stories, and a row pasted twice."""
    register = Register(CENTER_HOLIDAYS)
    for who, years in CENTER_EARLIER.items():
        for year, (minutes, class_hours) in years.items():
            quarters = [minutes // 4 // 45 * 45] * 3
            for when, part in zip(ends_of_quarter(year), (*quarters, minutes - sum(quarters)), strict=True):
                register.add(who, when, "咨询值班", 分钟=part, 备注="汇总")
            if class_hours:
                for when in ends_of_quarter(year)[1::2]:
                    register.add(who, when, "心理健康教学", 课时=class_hours / 2, 备注="学期汇总")
    for who, duty_day, class_days, semesters in CENTER_WEEKS:
        for semester, (minutes, class_hours, each) in semesters.items():
            if minutes:
                register.duties(who, register.school_days(duty_day, semester), minutes)
            register.lessons(who, register.school_days(class_days, semester), class_hours, each, timed=who != "T07")
    for who, when, kind, hours, cells in CENTER_EVENTS:
        register.add(who, when, kind, hours, **cells)
    center_stories(register)
    rows = register.numbered()
    pasted = next(row for row in rows if row["工号"] == "T03" and row["日期"] > date(2024, 10, 8))
    return [*rows, pasted | {"备注": "重复粘贴"}]


def ends_of_quarter(year: int) -> list[date]:
    """The Fridays on which the sums were handed in: the last of April, June and October, and one in December."""
    ends = [date(year, 4, 30), date(year, 6, 30), date(year, 10, 31), date(year, 12, 24)]
    return [end - timedelta(days=(end.weekday() - 4) % 7) for end in ends]


def center_appointments() -> list[Row]:
    """Most are appointed for a natural year; the others are stories. T10 has no row."""
    years = {
        "T03": range(2019, 2025),
        "T04": range(2023, 2026),
        "T05": range(2023, 2026),
        "T06": range(2022, 2026),
        "T07": range(2022, 2026),
        "T08": range(2021, 2026),
        "T09": range(2024, 2026),
        "T13": (2021, 2022, 2024, 2025),
    }
    whole = [(who, date(year, 1, 1), date(year, 12, 31)) for who, found in years.items() for year in found]
    stories = [
        ("T04", "2022-03-01", "2022-12-31"),
        ("T05", "2022-03-01", "2022-12-31"),
        ("T11", "2024-02-29"),  # without an end: one year, up to 27 February
        ("T11", "2025-03-01"),
        ("T12", "2024-09-01"),
    ]
    return sorted(table(COLUMNS["聘期"], [*whole, *stories]), key=lambda row: (row["工号"], row["开始日期"]))


def center_evaluations() -> list[Row]:
    """合格 for everyone in every year of work but 2025, which is not over; and what is otherwise."""
    worked = {who: set(years) for who, years in CENTER_EARLIER.items()}
    for who, _, _, semesters in CENTER_WEEKS:
        worked.setdefault(who, set()).update(day(first).year for first, _ in semesters)
    others = {
        ("T01", 2024): "优秀",
        ("T03", 2021): "优秀",
        ("T03", 2024): "优秀",
        ("T07", 2023): None,  # missing
        ("T08", 2022): "不合格",
        ("T09", 2024): None,  # missing
        ("T10", 2024): "不合格",
        ("T13", 2022): "基本合格",
    }
    rows = []
    for who in sorted(worked):
        for year in sorted(worked[who] - {NOT_OVER}):
            result = others.get((who, year), "合格")
            if result:
                rows.append({"工号": who, "年度": year, "结论": result})
    return rows


CENTER_TRAINING = (
    ("T01", "2024-03-22", 24, "国家级", "培训", "督导师研修"),
    ("T01", "2024-07-12", 20, "省级", "培训", "危机干预研修"),
    ("T01", "2024-05-18", 8, "省级", "学术会议", "省心理学年会"),
    ("T01", "2024-10-26", 16, "国家级", "学术会议", "全国心理学大会"),
    ("T02", "2024-07-12", 32, "省级", "培训", "危机干预研修"),
    ("T02", "2024-09-06", 8, "校级", "培训", "新学期培训"),
    ("T02", "2024-05-18", 8, "省级", "学术会议", "省心理学年会"),
    ("T02", "2024-11-09", 8, "市级", "学术会议", "市级会议，不算在2次之内"),
    ("T03", "2024-04-20", 16, "市级", None, "认知行为初级"),
    ("T04", "2024-04-20", 8, "省级", "培训", "团体辅导"),
    ("T04", "2024-09-06", 8, "校级", "培训", "新学期培训"),
    ("T05", "2022-10-15", 16, "市级", "培训", "三年内的市级培训"),
    ("T05", "2023-09-08", 16, "校级", "培训", "新学期培训"),
    ("T05", "2024-09-06", 16, "校级", "培训", "新学期培训"),
    ("T06", "2024-04-20", 14, "市级", "培训", "认知行为初级，少1学时"),
    ("T07", "2021-11-20", 16, "市级", "培训", "三年之外的市级培训"),
    ("T07", "2024-09-06", 16, "校级", "培训", "新学期培训"),
    ("T08", "2024-04-20", 15, "市级", "培训", "认知行为初级"),
    ("T09", "2024-04-20", 16, "市级", "培训", "认知行为初级"),
    ("T11", "2024-08-24", 24, "国家级", "培训", "精神科进修"),
    ("T12", "2024-11-16", 15, "省级", "培训", "家庭治疗"),
    ("T13", "2024-04-20", 16, "市级", "培训", "认知行为初级"),
    ("T03", "2023-04-15", 16, "市级", "培训", "沙盘初级"),
    ("T04", "2023-04-15", 16, "市级", "培训", "沙盘初级"),
    ("T08", "2023-04-15", 16, "市级", "培训", "沙盘初级"),
    ("T01", "2025-03-21", 24, "国家级", "培训", "督导师研修"),
    ("T04", "2025-04-19", 16, "市级", "培训", "认知行为中级"),
    ("T05", "2025-04-19", 16, "市级", "培训", "认知行为中级"),
)

# A case report each semester; the autumn semester ends on 31 January.
CENTER_REPORTS = {
    "T01": "2023-05-18 2023-11-23 2024-05-16 2024-11-21 2025-05-15",
    "T02": "2023-05-18 2023-11-23 2024-05-16 2024-11-21 2025-05-15",
    "T03": "2022-05-19 2022-11-24 2023-05-18 2023-11-23 2024-05-16 2024-11-21",
    "T04": "2023-05-18 2023-11-23 2024-05-16 2024-11-21",
    "T05": "2024-05-16 2024-11-21 2025-05-15",
    "T06": "2024-04-18 2024-12-12 2025-05-15",
    "T07": "2024-05-16 2024-11-21",
    "T08": "2023-05-18 2023-11-23 2024-05-16",  # none in the autumn of 2024
    "T09": "2024-05-16 2025-01-10",  # in January, and still in time for the autumn of 2024
    "T11": "2024-05-30 2024-11-28",
    "T12": "2024-12-19",
    "T13": "2024-06-06 2024-12-05",
}

OLD_RATES, NEW_RATES = "示例课酬办法（虚构）2023年第三条", "示例课酬办法（虚构）2024年修订第三条"
CENTER_RATES = (
    ("咨询课时", "教授", 100, "2023-01-01", OLD_RATES),
    ("咨询课时", "副教授", 80, "2023-01-01", OLD_RATES),
    ("咨询课时", None, 60, "2023-01-01", OLD_RATES),
    ("教学课时", None, 60, "2023-01-01", OLD_RATES),
    ("积分", None, 2, "2023-01-01", OLD_RATES),
    ("咨询课时", "教授", 120, "2024-09-01", NEW_RATES),
    ("咨询课时", "副教授", 100, "2024-09-01", NEW_RATES),
    ("咨询课时", None, 80, "2024-09-01", NEW_RATES),
    ("教学课时", None, 70.5, "2024-09-01", NEW_RATES),
)


def center_payments(activities: Iterable[Row]) -> list[Row]:
    """What was paid to T04 (讲师 then) and T11 for the spring of 2024; the autumn is not paid yet."""
    rows = []
    activities = [row for row in activities if "状态" not in row]
    for who in ("T04", "T11"):
        for month in range(3, 7):
            own = [r for r in activities if r["工号"] == who and (r["日期"].year, r["日期"].month) == (2024, month)]
            duty = sum(length(row) for row in own if row["类别"] == "咨询值班") // 45
            for item, quantity in (("咨询课时", duty), ("教学课时", sum(row.get("课时", 0) for row in own))):
                if quantity:
                    cells = {"工号": who, "月份": date(2024, month, 1), "项目": item}
                    rows.append(cells | {"数量": quantity, "金额": quantity * 60})
    return rows


def length(row: Row) -> int:
    """The minutes of a duty that has start and end."""
    start, end = (datetime.combine(row["日期"], row[name]) for name in ("开始时间", "结束时间"))
    return (end - start).seconds // 60


def center() -> Tables:
    """A center of thirteen teachers in the years 2019 to June 2025."""
    activities = center_activities()
    titles = (
        ("T04", "讲师", "2020-09-01"),
        ("T04", "副教授", "2024-07-01"),
        ("T01", "教授", "2018-12-01"),
        ("T03", "讲师", "2015-09-01"),
        ("T03", "副教授", "2021-07-01"),
    )
    reports = [(who, when) for who, days in CENTER_REPORTS.items() for when in days.split()]
    return {
        "教师": table(COLUMNS["教师"], CENTER_TEACHERS),
        "职称": table(COLUMNS["职称"], titles),
        "聘期": center_appointments(),
        "工作记录": activities,
        "年度考核": center_evaluations(),
        "培训": sorted(table(COLUMNS["培训"], CENTER_TRAINING), key=lambda row: (row["工号"], row["日期"])),
        "案例报告": table(COLUMNS["案例报告"], reports),
        "课酬标准": table(COLUMNS["课酬标准"], CENTER_RATES),
        "已发放": center_payments(activities),
    }


# ---------------------------------------------------------------- samples/center-faults

FAULTS_TEACHERS = (
    ("T01", "教师01", "兼职", "校内", "讲师"),
    ("T02", "教师02", "兼职", "校内", None),  # no title anywhere
    ("T03", "教师03", "兼职", "校外", "其他"),
    ("T02", "教师02", "兼职", "校外", None),  # twice
    ("T04", "教师04", "返聘", "校内", "教授"),  # an employment that there is not
)

# Three good rows, then one row for each fault, and a good one at the end.
FAULTS_ACTIVITIES = (
    ("2024-001", "T01", "2024-03-05", "咨询值班", {"开始时间": "14:00", "结束时间": "15:30"}),
    ("2024-002", "T01", "2024-03-06", "心理健康教学", {"课时": 2}),
    ("2024-003", "T03", "2024-03-07", "讲座", {}),
    ("2024-004", "T01", "2024-03-12", "咨寻值班", {"分钟": 90}),
    ("2024-005", "T09", "2024-03-12", "咨询值班", {"分钟": 90}),
    ("2024-006", "T01", "三月十三日", "咨询值班", {"分钟": 90}),
    ("2024-007", "T01", "2024-02-30", "咨询值班", {"分钟": 90}),
    ("2024-008", "T01", "2204-03-14", "咨询值班", {"分钟": 90}),
    ("2024-009", "T01", "2024-03-15", None, {"分钟": 90}),
    ("2024-010", "T01", "2024-03-18", "咨询值班", {"开始时间": "下午两点", "结束时间": "15:30"}),
    ("2024-011", "T01", "2024-03-19", "咨询值班", {"开始时间": "14:00", "结束时间": "14:00"}),
    ("2024-012", "T01", "2024-03-20", "咨询值班", {"开始时间": "14:00", "结束时间": "15:30", "分钟": 100}),
    ("2024-013", "T01", "2024-03-21", "咨询值班", {"分钟": -90}),
    ("2024-014", "T01", "2024-03-22", "咨询值班", {"分钟": 90.5}),
    ("2024-015", "T01", "2024-03-25", "咨询值班", {}),
    ("2024-016", "T01", "2024-03-26", "咨询值班", {"分钟": 0}),
    ("2024-017", "T01", "2024-03-27", "心理健康教学", {"课时": "两课时"}),
    ("2024-018", "T01", "2024-03-28", "心理健康教学", {}),
    ("2024-019", "T01", "2024-03-29", "咨询值班", {"分钟": 90, "状态": "已完成"}),
    ("2024-020", "T02", "2024-04-02", "讲座", {}),
    ("2024-021", "T01", "2024-04-03", "沙龙", {"活动编号": "沙龙1", "份额": "一半"}),
    ("2024-022", "T01", "2024-04-10", "沙龙", {"活动编号": "沙龙2", "份额": 0.6}),
    ("2024-023", "T03", "2024-04-10", "沙龙", {"活动编号": "沙龙2", "份额": 0.6}),
    ("2024-001", "T01", "2024-04-11", "咨询值班", {"开始时间": "14:00", "结束时间": "15:30"}),
    (date(2024, 3, 5), "T01", "2024-04-12", "咨询值班", {"分钟": 90}),  # 3-5, which Excel took for a day of March
    ("2024-026", "T01", "2024-04-15", "咨询值班", {"分钟": 90, "备注": "联系电话 138 0013 8000"}),
    ("2024-027", "T04", "2024-04-16", "咨询值班", {"分钟": 90}),
    ("2024-028", "T03", "2024-04-17", "咨询值班", {"开始时间": "23:00", "结束时间": "01:00"}),
)


def faults() -> Tables:
    """A small center in whose tables each fault stands at least once."""
    rows = []
    for record_id, who, when, kind, cells in FAULTS_ACTIVITIES:
        row = {"编号": record_id, "工号": who, "日期": when, "类别": kind} | cells
        # What is a date or a time becomes one; what is none stays the text that somebody typed.
        for name, made in (("日期", day), ("开始时间", clock), ("结束时间", clock)):
            with suppress(KeyError, ValueError):
                row[name] = made(row[name])
        rows.append(row)
    return {
        "教师": table(COLUMNS["教师"], FAULTS_TEACHERS),
        "职称": table(
            COLUMNS["职称"],
            [("T01", "讲帅", "2020-09-01"), ("T03", "其他", "2021-09-01"), ("T03", "副教授", "2021-09-01")],
        ),
        "聘期": table(COLUMNS["聘期"], [("T01", "2024-01-01", "2024-12-31"), ("T03", "2024-09-01", "2024-08-31")]),
        "工作记录": rows,
        "年度考核": table(
            COLUMNS["年度考核"],
            [("T01", 2023, "合格"), ("T01", 2023, "不合格"), ("T03", 24, "合格"), ("T03", 2023, "良好")],
        ),
        "课酬标准": table(
            COLUMNS["课酬标准"],
            [
                ("咨询课时", None, 60, "2024-01-01", "示例课酬办法（虚构）"),
                ("教学课时", None, 60.125, "2024-01-01", "示例课酬办法（虚构）"),
                ("积分", None, 2, "2024-01-01", None),
            ],
        ),
    }


def bad_headers() -> Tables:
    """A workbook whose headers are wrong: 工号 twice, no 日期, and no sheet of teachers."""
    rows = [{"编号": "2024-001", "工号": "T01", "类别": "咨询值班", "分钟": 90}]
    return {"工作记录": rows}


def client_column() -> Tables:
    """A workbook with a column for a client's name. The column is empty: no client is named here either."""
    return {
        "教师": table(COLUMNS["教师"], [("T01", "教师01", "兼职", "校内", "讲师")]),
        "工作记录": [
            {"编号": "2024-001", "工号": "T01", "日期": date(2024, 3, 5), "类别": "咨询值班", "分钟": 90},
            {"编号": "2024-002", "工号": "T01", "日期": date(2024, 3, 12), "类别": "咨询值班", "分钟": 90},
        ],
    }


# ---------------------------------------------------------------- samples/teacher

TEACHER_YEARS = (
    # semester, minutes of duty, class hours: together 4,995 and 208 in 2022–2024, where 5,130 and 216 are needed
    (("2022-03-07", "2022-06-24"), 765, 28),
    (("2022-09-05", "2022-12-16"), 720, 32),
    (("2023-03-06", "2023-06-23"), 900, 36),
    (("2023-09-04", "2023-12-22"), 810, 36),
    (("2024-03-04", "2024-06-21"), 900, 36),
    (("2024-09-02", "2024-12-20"), 900, 40),
    (("2025-03-03", "2025-06-20"), 900, 40),
)


TEACHER_HOLIDAYS = (
    *("2022-04-05", "2022-05-03", "2022-10-04", "2022-10-06", "2023-05-02", "2023-06-22", "2023-10-03", "2023-10-05"),
    *("2024-04-04", "2024-05-02", "2024-09-17", "2024-10-01", "2024-10-03", "2025-05-01"),
)


def teacher() -> Tables:
    """One part-time teacher's own notes, March 2022 to June 2025."""
    register = Register(TEACHER_HOLIDAYS)
    for semester, minutes, class_hours in TEACHER_YEARS:
        register.duties("007", register.school_days("二", semester), minutes)
        register.lessons("007", register.school_days("四", semester), class_hours, 4)
    register.add("007", "2023-05-25", "讲座", "19:00-20:30")
    register.add("007", "2024-10-25", "团体心理辅导", "19:00-20:30")
    register.add("007", "2024-11-27", "咨询值班", "19:00-20:30", 状态="取消", 备注="当晚停电")
    return {
        "教师": table(COLUMNS["教师"], [("007", "教师07", "兼职", "校内", "讲师")]),
        "聘期": table(COLUMNS["聘期"], [("007", f"{year}-03-01") for year in range(2022, 2026)]),
        "工作记录": register.numbered(),
        "年度考核": table(COLUMNS["年度考核"], [("007", 2022, "合格"), ("007", 2023, "合格"), ("007", 2024, "优秀")]),
    }


# ---------------------------------------------------------------- samples/another-school

SCHOOL_TEACHERS = (
    ("2001", "教师01", "专职", "校内", "教授"),
    ("2002", "教师02", "兼职", "校内", "副教授"),
    ("2003", "教师03", "兼职", "校内", "讲师"),
    ("2004", "教师04", "兼职", "校内", "助教"),
    ("2005", "教师05", "兼职", "校外", "主任医师"),
)

# Teacher, month, minutes of the duties on its Wednesdays from 14:00. What the rules of 示范学院 make of a month:
SCHOOL_DUTIES = (
    ("2001", "2025-03", (100, 100)),
    ("2002", "2024-10", (190,)),  # with an evening and a holiday below: 3.8 + 2.4 x 1.2 + 1.8 x 1.5 = 9.38, so 9
    ("2002", "2024-11", (150, 150, 150)),  # 9; the autumn has 18
    ("2002", "2025-03", (125, 125)),  # 5
    ("2002", "2025-05", (160, 160, 160, 160)),  # 12.8, so 12.5; the spring has 17.5
    ("2003", "2024-09", (100, 100, 100)),  # 6
    ("2003", "2024-10", (100, 100, 100, 100)),  # 8
    ("2003", "2024-11", (100, 100, 100, 100)),  # 8; the autumn has 22
    ("2003", "2025-03", (125, 125)),  # 5
    ("2003", "2025-04", (125, 125)),  # 5
    ("2003", "2025-06", (90,)),  # 1.8 in units of 50, so 1.5
    ("2003", "2025-07", (90,)),  # 2 in units of 45; the spring has 13.5, which is 2.5 too few
    ("2004", "2024-10", (100, 100, 100, 100)),  # 8
    ("2004", "2024-12", (100, 100, 100, 100)),  # 8
    ("2004", "2025-03", (100, 100, 100, 100)),  # 8
    ("2004", "2025-04", (100, 100, 100, 100)),  # 8
    ("2005", "2024-11", (100, 100, 100, 100)),  # 8, and 4 x 2 of supervision
    ("2005", "2025-04", (100, 100, 100, 100)),  # 8, and 4 x 2 of supervision
    ("2002", "2025-09", (90, 135)),  # 2 + 3: the academic year 2025 knows units of 45 alone
    ("2002", "2025-10", (90, 90)),
)

# Teacher, weekday, semester, how many weeks of four class hours, students: from 60 on 1.1, from 100 on 1.3.
SCHOOL_AUTUMN, SCHOOL_SPRING, SCHOOL_NEXT = (
    ("2024-09-02", "2024-12-27"),
    ("2025-02-24", "2025-06-27"),
    ("2025-09-01", "2025-10-31"),
)
SCHOOL_CLASSES = (
    ("2002", "二", SCHOOL_AUTUMN, 6, 80),  # 26.4
    ("2002", "二", SCHOOL_SPRING, 5, 120),  # 26
    ("2003", "四", SCHOOL_AUTUMN, 6, 45),  # 24
    ("2003", "四", SCHOOL_SPRING, 6, 59),  # 24
    ("2004", "五", SCHOOL_AUTUMN, 6, 60),  # 26.4
    ("2004", "五", SCHOOL_SPRING, 5, 99),  # 22, which is 2 too few
    ("2005", "一", SCHOOL_AUTUMN, 5, 100),  # 26
    ("2005", "一", SCHOOL_SPRING, 5, 150),  # 26
    ("2002", "二", SCHOOL_NEXT, 4, 80),
)

SCHOOL_OTHERS = (
    ("2003", "2024-06-19", "咨询值班", "14:00-15:40", {"备注": "办法施行之前"}),
    ("2002", "2024-10-16", "咨询值班", "18:30-20:30", {"备注": "晚间"}),
    ("2002", "2024-10-02", "咨询值班", "09:00-10:30", {"备注": "国庆节"}),
    *(("2005", when, "督导", "", {}) for when in ("2024-09-20", "2024-10-18", "2024-11-15", "2024-12-20")),
    *(("2005", when, "督导", "", {}) for when in ("2025-03-21", "2025-04-18", "2025-05-16", "2025-06-20")),
    # Lectures and salons of November: 50 + 50 + 50 points, of which the month's cap lets 120 pass.
    ("2002", "2024-11-07", "讲座", "19:00-20:30", {}),
    ("2002", "2024-11-14", "沙龙", "19:00-20:30", {}),
    ("2002", "2024-11-28", "讲座", "19:00-20:30", {}),
    ("2001", "2024-10-17", "讲座", "19:00-20:30", {}),
    ("2003", "2024-12-05", "团体心理辅导", "19:00-20:30", {}),
    ("2004", "2025-05-22", "实践活动", "", {}),
    ("2005", "2025-05-15", "讲座", "19:00-20:30", {"备注": "主任医师按教授，60分"}),
)


def another_school() -> Tables:
    """The center of 示范学院, September 2024 to October 2025."""
    register = Register(("2024-09-16", "2024-09-17", "2024-10-01", "2024-10-03", "2024-10-04"))
    for who, month, minutes in SCHOOL_DUTIES:
        wednesdays = register.school_days("三", (f"{month}-01", f"{month}-30"))
        for when, length_ in zip(wednesdays[-len(minutes) :], minutes, strict=True):
            end = datetime.combine(when, clock("14:00")) + timedelta(minutes=length_)
            register.add(who, when, "咨询值班", f"14:00-{end:%H:%M}")
    for who, weekday, semester, weeks, students in SCHOOL_CLASSES:
        for when in register.school_days(weekday, semester)[:weeks]:
            register.add(who, when, "心理健康教学", "08:00-11:40", 课时=4, 人数=students)
    for who, when, kind, hours, cells in SCHOOL_OTHERS:
        register.add(who, when, kind, hours, **cells)
    return {
        "教师": table(COLUMNS["教师"], SCHOOL_TEACHERS),
        "工作记录": register.numbered(),
        "年度考核": table(COLUMNS["年度考核"], [(who, 2024, "合格") for who, *_ in SCHOOL_TEACHERS]),
        "培训": table(COLUMNS["培训"], [("2003", "2024-11-16", 8, "校级", "培训", "新教师培训")]),
        "案例报告": table(COLUMNS["案例报告"], [("2003", "2025-05-15")]),
    }


SCHOOL_RULES = """\
# 示范学院是虚构的学校，本文件中的文号、日期、数值和条款都是为示例编造的。
# An invented school: document number, dates, values and articles are made up, to show what a rule file can say.
#
# 与周职党〔2024〕33号不同之处：50分钟一课时并按月取半课时；晚间和节假日系数；四档职称；班级规模系数；督导计课时；
# 讲座与沙龙合计封顶；按学期要求；按学年核算；2025年7月1日换条款。没有写的（培训、案例报告）就是没有要求。

format = 1
id = "shifan-2024"
document = "示范学院〔2024〕示例1号（虚构）"
name = { zh = "心理健康教师工作量计算办法", en = "How the workload of mental-health teachers is counted" }
issuer = { zh = "示范学院（虚构）", en = "Shifan College (invented)" }
note = { zh = "示例：学校、文号、数值均为虚构。", en = "A sample: school, document and values are invented." }
effective_from = 2024-09-01

# ---------------------------------------------------------------- words

[kind]
counseling_duty = { name = { zh = "咨询值班", en = "counseling duty" }, measure = "minutes" }
class_teaching = { name = { zh = "心理健康教学", en = "class teaching" }, measure = "class_hours" }
group_counseling = { name = { zh = "团体心理辅导", en = "group counseling" }, measure = "events" }
lecture = { name = { zh = "讲座", en = "lecture" }, measure = "events" }
salon = { name = { zh = "沙龙", en = "salon" }, measure = "events" }
practice_activity = { name = { zh = "实践活动", en = "practice activity" }, measure = "events" }
supervision = { name = { zh = "督导", en = "supervision" }, measure = "events" }
other = { name = { zh = "其他", en = "other" }, measure = "events" }

[title]
professor = { name = { zh = "教授", en = "professor" } }
associate_professor = { name = { zh = "副教授", en = "associate professor" } }
lecturer = { name = { zh = "讲师", en = "lecturer" } }
assistant = { name = { zh = "助教", en = "assistant" } }

[title_alias]
"主任医师" = "professor"

[account]
counseling = { name = { zh = "咨询", en = "counseling" }, unit = "class_hour" }
teaching = { name = { zh = "教学", en = "teaching" }, unit = "class_hour" }
points = { name = { zh = "积分", en = "points" }, unit = "point" }

[calendar]
academic_year = "09-01"
evening = "18:00"
holidays = [2024-10-01, 2024-10-02, 2024-10-03, 2025-01-01, 2025-05-01, 2025-10-01, 2025-10-02, 2025-10-03]
semesters = [
  { id = "autumn", name = { zh = "秋季学期", en = "autumn semester" }, start = "09-01", end = "02-15" },
  { id = "spring", name = { zh = "春季学期", en = "spring semester" }, start = "02-16", end = "08-31" },
]

# ---------------------------------------------------------------- what work gives

[[credit]]
id = "duty_of_50"
kinds = ["counseling_duty"]
account = "counseling"
measure = "minutes"
per = 50
amount = [
  { daypart = ["holiday"], value = 1.5 },
  { daypart = ["evening", "weekend"], value = 1.2 },
  { value = 1 },
]
unit = "class_hour"
remainder = { round = "floor", step = 0.5, pool = "month" }
effective_until = 2025-06-30
article = "第三条"
quote = "每50分钟计1课时，晚间、周末按1.2，节假日按1.5；按月累计，不足半课时的舍去"

[[credit]]
id = "duty_of_45"
kinds = ["counseling_duty"]
account = "counseling"
measure = "minutes"
per = 45
amount = [
  { daypart = ["holiday"], value = 1.5 },
  { daypart = ["evening", "weekend"], value = 1.2 },
  { value = 1 },
]
unit = "class_hour"
remainder = { round = "floor", step = 0.5, pool = "month" }
effective_from = 2025-07-01
article = "第三条（2025年修订）"
quote = "自2025年7月1日起每45分钟计1课时，其余不变"

[[credit]]
id = "class_teaching"
kinds = ["class_teaching"]
account = "teaching"
measure = "class_hours"
per = 1
amount = 1
unit = "class_hour"
article = "第四条"
quote = "授课课时乘以班级规模系数"

[[coefficient]]
id = "class_size"
kinds = ["class_teaching"]
by = "participants"
steps = [{ at = 0, value = 1 }, { at = 60, value = 1.1 }, { at = 100, value = 1.3 }]
article = "第四条"
quote = "60人以下系数1，60人起1.1，100人起1.3"

[[credit]]
id = "event"
kinds = ["group_counseling", "lecture", "salon", "practice_activity"]
account = "points"
measure = "events"
per = 1
amount = [
  { title = ["professor"], value = 60 },
  { title = ["associate_professor"], value = 50 },
  { title = ["lecturer"], value = 45 },
  { title = ["assistant"], value = 30 },
]
unit = "point"
co_led = true
article = "第五条"
quote = "每场教授60分、副教授50分、讲师45分、助教30分"

[[cap]]
id = "lectures_and_salons"
kinds = ["lecture", "salon"]
account = "points"
per = "month"
amount = 120
unit = "point"
article = "第五条"
quote = "讲座和沙龙合计每月不超过120分"

[[credit]]
id = "supervision"
kinds = ["supervision"]
account = "counseling"
measure = "events"
per = 1
amount = 2
unit = "class_hour"
article = "第六条"
quote = "主持督导每次计2课时"

# ---------------------------------------------------------------- what a part-time teacher owes

[[quota]]
id = "counseling_quota"
employment = "part_time"
account = "counseling"
amount = 16
unit = "class_hour"
each = "semester"
article = "第八条"
quote = "兼职教师每学期咨询不少于16课时、教学不少于24课时"

[[quota]]
id = "teaching_quota"
employment = "part_time"
account = "teaching"
amount = 24
unit = "class_hour"
each = "semester"
article = "第八条"
quote = "兼职教师每学期咨询不少于16课时、教学不少于24课时"

[[evaluation]]
id = "evaluation"
passes = ["excellent", "passed", "basically_passed"]
article = "第九条"
quote = "优秀、合格、基本合格为通过"

[[experience]]
id = "three_year_test"
employment = "part_time"
basis = "three_year_windows"
years = 3
window = "consecutive"
measured = "sum"
needs = [
  { account = "counseling", amount = 96, unit = "class_hour" },
  { account = "teaching", amount = 144, unit = "class_hour" },
]
evaluations = true
award = 1
unit = "year"
article = "第十条"
quote = "兼职教师连续三个学年咨询满96课时、教学满144课时且考核通过，认定一年学生工作经历"

[[experience]]
id = "full_time_experience"
employment = "full_time"
basis = "employment"
unit = "year"
article = "第十条"
quote = "专职教师按任职认定"

# ---------------------------------------------------------------- readings: what the text leaves open

[reading.partial_unit]
number = "R1"
question = { zh = "不足一课时的部分怎么算", en = "part of a unit" }
default = "exact"
values.exact = { zh = "第三条已写明", en = "the third article says it" }

[reading.duty_minutes]
number = "R2"
question = { zh = "哪些分钟计入", en = "which minutes" }
default = "on_duty"
values.on_duty = { zh = "按记录的值班分钟", en = "minutes on duty as recorded" }

[reading.idle_duty]
number = "R3"
question = { zh = "没有来访的值班", en = "duty with no client" }
default = "counts"
values.counts = { zh = "计入", en = "counts" }
values.attended_only = { zh = "只计有来访的值班", en = "only duty with a client counts" }

[reading.counseling_fills_teaching]
number = "R4"
question = { zh = "咨询课时能否抵教学课时", en = "do counseling class hours fill the teaching requirement" }
default = "no"
values.no = { zh = "不能，第八条分别规定", en = "no: the eighth article sets both" }

[reading.teaching]
number = "R5"
question = { zh = "什么是教学", en = "what is teaching" }
default = "timetabled"
values.timetabled = { zh = "排入课表的心理健康课", en = "timetabled class hours of mental-health courses" }

[reading.title_on]
number = "R6"
question = { zh = "按哪一天的职称", en = "whose title, on which day" }
default = "event_day"
values.event_day = { zh = "活动当日的职称", en = "the title in force on the day of the event" }
values.period_end = { zh = "核算期末的职称", en = "the title at the end of the period" }

[reading.other_titles]
number = "R7"
question = { zh = "四档之外的职称", en = "a title that is none of the four" }
default = "one_class"
values.one_class = { zh = "未知职称是错误，可设对应职称", en = "an error, unless an equivalent is named" }

[reading.co_leaders]
number = "R8"
question = { zh = "一场活动有几位教师", en = "several leaders of one event" }
default = "full_each"
values.full_each = { zh = "每人按本人职称计全分", en = "each gets the points of the own title" }
values.equal_split = { zh = "按人数平分", en = "equal split" }
values.declared = { zh = "按申报份额", en = "by the declared share" }

[reading.unlisted_kinds]
number = "R9"
question = { zh = "没有分值的活动", en = "kinds without a value" }
default = "recorded"
values.recorded = { zh = "记录但不计", en = "recorded, not credited" }

[reading.year]
number = "R10"
question = { zh = "按哪一种年度", en = "which year" }
default = "academic"
values.academic = { zh = "学年", en = "academic year" }
values.natural = { zh = "自然年度", en = "natural year" }

[reading.part_year]
number = "R11"
question = { zh = "聘期只覆盖部分年度", en = "an appointment over part of the year" }
default = "full"
values.full = { zh = "仍按全年要求，并注明", en = "the full requirement stands, and the result says so" }

[reading.appointed]
number = "R12"
question = { zh = "连续几年中的“在聘”", en = "appointed in each of the years" }
default = "some_time"
values.some_time = { zh = "每年内曾在聘即可", en = "at some time in each year" }

[reading.more_than_three_years]
number = "R13"
question = { zh = "超过规定年数", en = "more years than needed" }
default = "disjoint"
values.disjoint = { zh = "一年只用一次", en = "a year is used once" }

[reading.evaluation_gate]
number = "R14"
question = { zh = "“考核合格”看哪几年", en = "which evaluations must be passed" }
default = "each_year"
values.each_year = { zh = "每年合格", en = "each of the years" }

[reading.full_time]
number = "R15"
question = { zh = "专职教师", en = "full-time teachers" }
default = "on_employment"
values.on_employment = { zh = "没有学期要求", en = "no requirement by semester" }

[reading.overlap]
number = "R16"
question = { zh = "值班时间重叠或同一行重复", en = "overlapping duty, or the same row twice" }
default = "credit_once"
values.credit_once = { zh = "同一分钟只计一次，并列明", en = "one minute counts once, and the overlap is reported" }
values.refuse = { zh = "拒绝核算", en = "refuse" }

[reading.midnight]
number = "R17"
question = { zh = "跨午夜或跨年的值班", en = "a duty over midnight or the year's end" }
default = "split"
values.split = { zh = "在核算期边界拆分", en = "minutes are split at the period's boundary" }

[reading.staffing]
number = "R18"
question = { zh = "配备人数", en = "staffing" }
default = "rounded_up"
values.rounded_up = { zh = "除以标准后进一", en = "divided and rounded up" }

[reading.tier_edge]
number = "R19"
question = { zh = "恰好在两档之间", en = "exactly at the edge of two tiers" }
default = "higher"
values.higher = { zh = "按较高一档", en = "the higher tier" }

[reading.before_start]
number = "R20"
question = { zh = "施行之前的日期", en = "days before the rule began" }
default = "refuse"
values.refuse = { zh = "拒绝核算", en = "refuse" }
values.retroactive = { zh = "学校确认可追溯适用", en = "the school confirms retroactive use" }

[reading.semesters]
number = "R21"
question = { zh = "学期的起止", en = "which days a semester has" }
default = "calendar"
values.calendar = { zh = "按本文件的校历", en = "the calendar of this file" }
"""

OWN_RULES = """\
# 在周职党〔2024〕33号之上，本校自己补充的三件事。日期、对应职称和督导的分值都是示例，须以学校的正式文件为准。
# What a school adds to the rules that come with the library. Date, equivalent and value are examples, not facts.

format = 1
extends = "zhoukou-2024-33"
id = "our-school"
note = { zh = "示例：日期、对应职称、分值须以学校正式文件为准。", en = "A sample: the school's own documents decide." }
effective_from = 2024-05-20

[title_alias]
"主任医师" = "professor"

[[credit]]
id = "supervision"
kinds = ["supervision"]
account = "points"
measure = "events"
per = 1
amount = 20
unit = "point"
article = "本校补充规定（示例）第一条"
quote = "主持督导每次计20分"
"""


# ---------------------------------------------------------------- files

# How a column looks, by its header: width, number format, alignment.
LOOKS: dict[str, tuple[int, str, str]] = {
    **dict.fromkeys(("日期", "生效日期", "开始日期", "结束日期"), (13, "yyyy-mm-dd", "center")),
    **dict.fromkeys(("开始时间", "结束时间"), (12, "hh:mm", "center")),
    **dict.fromkeys(("工号", "编号", "活动编号"), (13, "@", "left")),
    **dict.fromkeys(("类别", "项目"), (17, "General", "left")),
    **dict.fromkeys(("备注", "名称"), (30, "General", "left")),
    **dict.fromkeys(("分钟", "课时", "场次", "人数", "学时", "数量"), (9, "General", "right")),
    **dict.fromkeys(("单价", "金额"), (10, "0.00", "right")),
    "月份": (12, "yyyy-mm", "center"),
    "份额": (9, "0%", "right"),
    "依据": (40, "General", "left"),
}
WORD = (11, "General", "center")  # every other column


def write_workbook(path: Path, tables: Tables, columns: Mapping[str, str] = COLUMNS) -> None:
    """A workbook with a sheet for each table: dates and times as such, ids as text, the header in view."""
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": path.stem, "comments": "示例，人物和数据均为虚构", "created": CREATED})
    colors = {"bg_color": "#DDE8F3", "border": 1, "border_color": "#9FB6CC"}
    header = book.add_format({"bold": True, "align": "center", **colors})
    formats = {look: book.add_format({"num_format": look[1], "align": look[2]}) for look in (*LOOKS.values(), WORD)}
    for name, rows in tables.items():
        sheet = book.add_worksheet(name)
        names = columns[name].split()
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(names) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for place, heading in enumerate(names):
            look = LOOKS.get(heading, WORD)
            sheet.set_column(place, place, look[0], formats[look])
            sheet.write_string(0, place, heading, header)
            for number, row in enumerate(rows, start=1):
                value = row.get(heading)
                taken_for_a_date = isinstance(value, date) and not look[1].startswith("yyyy")
                write_cell(sheet, (number, place), value, formats[LOOKS["日期"] if taken_for_a_date else look])
    book.close()


def write_cell(sheet: Any, cell: tuple[int, int], value: Any, cell_format: Any) -> None:
    """One cell by the type of its value."""
    if isinstance(value, str):
        sheet.write_string(*cell, value, cell_format)
    elif isinstance(value, date | time):
        sheet.write_datetime(*cell, value, cell_format)
    elif value is not None:
        sheet.write_number(*cell, value, cell_format)


def write_csv(folder: Path, tables: Tables, encoding: str = "utf-8-sig") -> None:
    """A folder with a CSV file for each table, as Excel on a Chinese Windows writes it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        headers = [heading for heading in COLUMNS[name].split() if any(row.get(heading) is not None for row in rows)]
        with (folder / f"{name}.csv").open("w", encoding=encoding, newline="") as file:
            writer = csv.writer(file)
            writer.writerow(headers)
            writer.writerows([as_typed(row.get(heading)) for heading in headers] for row in rows)


def as_typed(value: Any) -> Any:
    """A value as Excel shows it where nobody chose a format."""
    if isinstance(value, date):
        return f"{value.year}/{value.month}/{value.day}"
    return f"{value.hour}:{value.minute:02}" if isinstance(value, time) else value


def write_text(path: Path, text: str, encoding: str = "utf-8") -> None:
    """A text file, the same bytes on every system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))


def write_center(folder: Path) -> None:
    """``center``: the whole workbook, and one that has only the two tables without which nothing goes."""
    tables = center()
    write_workbook(folder / "心理指导中心.xlsx", tables)
    teachers = [row if row["职称"] else row | {"职称": "副教授"} for row in tables["教师"]]  # T04, without 职称
    this_year = [row for row in tables["工作记录"] if row["日期"].year == NOT_OVER]
    write_workbook(folder / "只有两张表.xlsx", {"教师": teachers, "工作记录": this_year})


def write_faults(folder: Path) -> None:
    """``center-faults``: every fault of a row in one workbook; then what makes a whole table or file unusable."""
    write_workbook(folder / "有错误的记录.xlsx", faults())
    write_workbook(folder / "表头有错.xlsx", bad_headers(), {"工作记录": "编号 工号 类别 工号 分钟"})
    clients = COLUMNS["工作记录"].replace("备注", "学生姓名 备注")
    write_workbook(folder / "含来访者资料.xlsx", client_column(), COLUMNS | {"工作记录": clients})

    good = {"教师": client_column()["教师"]}
    header, row = "编号,工号,日期,类别,分钟,备注\r\n", "2024-001,T01,2024/3/5,咨询值班,90,"
    for name, text, encoding in (
        ("格数过多", f"{header}{row}期中,值班室\r\n", "gb18030"),  # a comma in a note, typed by hand
        ("引号不配对", f'{header}{row}"期中\r\n', "utf-8"),
        ("编码不明", f"\ufeff{header}{row}期中\r\n", "utf-16-le"),  # what Excel calls Unicode text
        ("同一张表两份", f"{header}{row}期中\r\n", "utf-8"),
    ):
        write_csv(folder / name, good)
        write_text(folder / name / "工作记录.csv", text, encoding)
    write_text(folder / "同一张表两份" / "activities.csv", f"{header}{row}期中\r\n")


def write_another_school(folder: Path) -> None:
    """``another-school``: a rule file of its own with a workbook, and one that adds to the rules of the library."""
    columns = COLUMNS | {"工作记录": "编号 工号 日期 类别 开始时间 结束时间 课时 人数 备注"}
    write_workbook(folder / "示范学院.xlsx", another_school(), columns)
    write_text(folder / "示范学院.toml", SCHOOL_RULES)
    write_text(folder / "本校补充.toml", OWN_RULES)


def write_all(folder: Path) -> None:
    """Every sample, below ``folder``."""
    write_center(folder / "center")
    write_faults(folder / "center-faults")
    write_csv(folder / "teacher", teacher())
    write_another_school(folder / "another-school")


if __name__ == "__main__":
    write_all(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parent)
