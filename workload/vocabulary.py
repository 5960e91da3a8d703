"""The words of the outside: tables, columns and closed lists, in Chinese and English.

The names are the public contract of the input. What a *regulation* names (kinds of work, titles, accounts, clauses)
is not here but in its rule file.

>>> TABLES["activities"].zh, [column.name for column in TABLES["titles"].columns]
('工作记录', ['teacher_id', 'title', 'effective_from'])
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Literal

from attrs import frozen

from workload.exact import shown, shown_up
from workload.text import Text

MONEY = ("rates", "payments")  # tables of which pay needs every row: without one the sums are others
YEARS = range(1950, 2101)  # years in which a record of work can lie; beyond them a date is a slip of the pen

Employment = Literal["full_time", "part_time"]
Verdict = Literal["met", "not_met", "undetermined", "not_applicable"]
Measure = Literal["minutes", "class_hours", "events"]


@frozen
class Column:
    """A column of an input table: its English and Chinese header, and other spellings with the same meaning."""

    name: str
    zh: str
    required: bool = False
    also: tuple[str, ...] = ()


@frozen
class Table:
    """An input table: its English and Chinese name, its columns, and other names that sheets give it."""

    name: str
    zh: str
    columns: tuple[Column, ...]
    also: tuple[str, ...] = ()

    def is_named(self, name: str) -> bool:
        """Whether that is the table's own name, in Chinese or English."""
        return plain(name).casefold() in (self.zh, self.name)


def _table(names: str, *columns: str) -> Table:
    """A table from lines: English name, Chinese name, other spellings; a star after the English one: required."""
    name, zh, *also = names.split()
    found = []
    for line in columns:
        en, word, *others = line.split()
        found.append(Column(en.rstrip("*"), word, en.endswith("*"), tuple(others)))
    return Table(name, zh, tuple(found), tuple(also))


_TEACHER = "teacher_id* 工号 职工号 教工号 教师工号 教职工号 职工编号 教师编号 人员编号 员工编号 员工号 工号/编号"
TABLES = MappingProxyType(
    {
        table.name: table
        for table in (
            _table(
                "teachers 教师 教师表 教师名单 教师名册 教师信息 教师信息表 教师基本信息 师资 师资名单",
                _TEACHER,
                "name 姓名 教师姓名 老师姓名",
                "employment* 类别 教师类别 人员类别 专兼职 专职/兼职 专/兼职 用工类别",
                "affiliation 来源 校内外 校内/校外 校内校外",
                "title 职称 现职称 当前职称 专业技术职务",
            ),
            _table(
                "titles 职称 职称表 职称变动 职称变动表 职称记录",
                _TEACHER,
                "title* 职称 职称名称 专业技术职务",
                "effective_from* 生效日期 生效日 生效时间 职称生效日期",
            ),
            _table(
                "appointments 聘期 聘期表 聘任 聘任表 聘期记录",
                _TEACHER,
                "start* 开始日期 聘期开始 聘期起 聘期开始日期 起始日期 聘任开始日期 开始时间",
                "end 结束日期 聘期结束 聘期止 聘期结束日期 终止日期 截止日期 到期日期 聘任结束日期 结束时间",
            ),
            _table(
                "activities 工作记录 工作记录表 工作量记录 工作量记录表 工作台账 工作量台账",
                "record_id 编号 记录编号 记录号",
                _TEACHER,
                "date* 日期 工作日期 值班日期 活动日期 咨询日期 上课日期",
                "kind* 类别 工作类别 工作类型 活动类别 活动类型 类型",
                "start 开始时间 起始时间 开始 值班开始时间 上班时间",
                "end 结束时间 终止时间 结束 值班结束时间 下班时间",
                "minutes 分钟 分钟数 时长(分钟) 时长(分) 时长/分钟 值班分钟 值班时长(分钟) 值班时长(分)",
                "class_hours 课时 课时数 教学课时 授课课时",
                "events 场次 场数 场 次数 活动场次",
                "status 状态 记录状态 完成状态 完成情况",
                "attended 有来访 是否有来访 是否来访 有无来访 到访 是否到访",
                "event_id 活动编号 活动号",
                "share 份额 份额比例 分摊比例",
                "note 备注 备注说明 说明",
                "role 角色",
                "level 级别",
                "participants 人数 参加人数 参与人数",
            ),
            _table(
                "evaluations 年度考核 年度考核表 考核 考核结果 年度考核结果 考核表",
                _TEACHER,
                "year* 年度 考核年度 年份",
                "result* 结论 考核结论 考核结果 考核等次 等次 年度考核结果 年度考核结论",
            ),
            _table(
                "training 培训 培训表 培训记录 培训记录表 培训学时",
                _TEACHER,
                "date* 日期 培训日期",
                "hours* 学时 学时数 培训学时",
                "level 级别 培训级别",
                "form 形式 培训形式",
                "name 名称 培训名称",
            ),
            _table("case_reports 案例报告 案例报告表", _TEACHER, "date* 日期 报告日期 提交日期"),
            _table(
                "rates 课酬标准 课酬标准表",
                "item* 项目",
                "title 职称",
                "yuan* 单价 单价(元)",
                "effective_from* 生效日期 生效日 生效时间",
                "authority* 依据 依据文件",
            ),
            _table(
                "payments 已发放 已发放表 发放记录",
                _TEACHER,
                "month* 月份 发放月份",
                "item* 项目",
                "quantity* 数量",
                "yuan* 金额 金额(元) 发放金额",
            ),
        )
    }
)

# The closed lists: English word -> both words. What the input may say is either of the two.
WORDS = MappingProxyType(
    {
        "employment": {"full_time": Text("专职", "full-time"), "part_time": Text("兼职", "part-time")},
        "affiliation": {"internal": Text("校内", "internal"), "external": Text("校外", "external")},
        "status": {"done": Text("完成", "done"), "cancelled": Text("取消", "cancelled")},
        "result": {
            "excellent": Text("优秀", "excellent"),
            "passed": Text("合格", "passed"),
            "basically_passed": Text("基本合格", "basically passed"),
            "failed": Text("不合格", "failed"),
        },
        # From the lowest to the highest: "and above" goes to the right.
        "level": {
            "school": Text("校级", "school"),
            "municipal": Text("市级", "municipal"),
            "provincial": Text("省级", "provincial"),
            "national": Text("国家级", "national"),
        },
        "form": {"course": Text("培训", "course"), "conference": Text("学术会议", "conference")},
        "item": {
            "counseling": Text("咨询课时", "counseling class hour"),
            "teaching": Text("教学课时", "teaching class hour"),
            "points": Text("积分", "point"),
        },
        "answer": {"yes": Text("是", "yes"), "no": Text("否", "no")},
        "verdict": {
            "met": Text("达标", "met"),
            "not_met": Text("未达标", "not met"),
            "undetermined": Text("待定", "undetermined"),
            "not_applicable": Text("不适用", "not applicable"),
        },
        "daypart": {
            "day": Text("白天", "day"),
            "evening": Text("晚间", "evening"),
            "weekend": Text("周末", "weekend"),
            "holiday": Text("节假日", "holiday"),
        },
        "unit": {
            "minute": Text("分钟", "minutes"),
            "class_hour": Text("课时", "class hours"),
            "event": Text("场", "events"),
            "point": Text("分", "points"),
            "hour": Text("学时", "hours"),
            "year": Text("年", "years"),
            "yuan": Text("元", "yuan"),
            "student": Text("名学生", "students"),
            "teacher": Text("人", "teachers"),
            "square_meter": Text("平方米", "m²"),
            "credit": Text("学分", "credits"),
            "report": Text("份", "reports"),
            "conference": Text("次会议", "conferences"),
            "course": Text("次培训", "courses"),
            "meeting": Text("次", "meetings"),
        },
    }
)

# Why a row is set aside, in the order in which the first that holds is taken.
REASONS = MappingProxyType(
    {
        "fault": Text("本行有错误，已跳过", "the row has a fault and was skipped"),
        "cancelled": Text("已取消", "cancelled"),
        "outside_period": Text("不在核算期内", "outside the period"),
        "not_attended": Text("无来访，按所选口径不计", "no client came; not counted under the chosen reading"),
        "duplicate": Text("与前面的记录重复", "a duplicate of an earlier row"),
        "outside_appointment": Text("当日不在聘期内", "outside the appointment"),
        "no_value": Text("规定未给出分值", "no value in the regulation"),
        "overlap": Text("时间已被其他值班占用", "its time is taken by other duties"),
    }
)

# Warnings: the row is credited all the same.
CODES = MappingProxyType(
    {
        "part_overlap": Text(
            "部分时间与其他值班重叠，重叠部分只计一次", "part of its time is taken by other duties; it counts once"
        ),
        "possible_duplicate": Text(
            "可能与前面的记录重复，请核对", "possibly a duplicate of an earlier row; please check"
        ),
        "double_booked": Text("与值班时间重叠，请核对", "lies over a duty; please check"),
        "long_duty": Text("值班超过12小时，请核对", "a duty of more than 12 hours; please check"),
        "attendance_blank": Text(
            "未填有来访，按所选口径不计", "attendance is blank; not counted under the chosen reading"
        ),
        "unknown_payee": Text(
            "教师表中没有这个工号，请核对", "there is no such id in the teachers table; please check"
        ),
    }
)

# What a template has beside its tables, and who stands in a row that is no record.
EXAMPLE = Text("示例", "example")
INSTRUCTIONS = Text("填写说明", "instructions")
LISTS = Text("选项", "options")

UNIT_OF_MEASURE: MappingProxyType[Measure, str] = MappingProxyType(
    {"minutes": "minute", "class_hours": "class_hour", "events": "event"}
)


def plain(text: str) -> str:
    """A text as people mean it: full-width letters and digits as half-width, outer spaces gone.

    A raised or circled digit is a remark behind a number, and does not become a digit of it.

    >>> plain("　Ｔ０１ "), plain("90①")
    ('T01', '90①')
    """
    if text.isascii():
        return text.strip()
    if any(unicodedata.category(letter) == "No" for letter in text):
        letters = (one if unicodedata.category(one) == "No" else unicodedata.normalize("NFKC", one) for one in text)
        return "".join(letters).strip()
    return unicodedata.normalize("NFKC", text).strip()


def folded(spelling: str) -> str:
    """A spelling as words are compared: capitals, full width, hyphens and inner spaces make no difference.

    >>> folded("Full-Time") == folded("full_time")
    True
    """
    return plain(spelling).casefold().replace(" ", "_").replace("-", "_")


def table_named(name: str) -> Table | None:
    """The table that a sheet or file of that name holds.

    >>> table_named("聘期表").name
    'appointments'
    """
    found = plain(name).casefold()
    return next((table for table in TABLES.values() if found in (table.zh, table.name, *table.also)), None)


# What may stand in brackets behind a header without changing what it means.
_REMARK = re.compile(r"\((?:必填|选填|可选|可不填|可空|如|例|格式|yyyy|hh).*\)$")


def header_spelling(header: str) -> str:
    """A header as headers are compared: without stars, line breaks, and a remark such as (必填).

    >>> header_spelling("工 号*"), header_spelling("日期（必填）"), header_spelling("Teacher ID")
    ('工号', '日期', 'teacher_id')
    """
    spelled = plain(header).casefold().strip("*").strip()
    spelled = _REMARK.sub("", re.sub(r"\s+", "" if not spelled.isascii() else "_", spelled))
    return spelled.strip("*_").replace("-", "_")


def column_named(table: Table, header: str) -> Column | None:
    """The column of a table that a header stands for.

    >>> column_named(TABLES["activities"], "值班日期").name
    'date'
    """
    return _headers(table.name).get(header_spelling(header))


@cache
def _headers(table: str) -> dict[str, Column]:
    columns = TABLES[table].columns
    # The contract's own headers first: another table's spelling must not take one away.
    found = {name: column for column in columns for name in (column.zh, column.name)}
    for column in columns:
        for spelling in column.also:
            found.setdefault(spelling, column)
    return found


def table_text(name: str) -> Text:
    """A table's name in both languages; an unknown one stands for itself."""
    return Text(TABLES[name].zh, name) if name in TABLES else Text(name, name)


def column_text(table: str, name: str) -> Text:
    """A column's header in both languages; an unknown one stands for itself.

    >>> column_text("appointments", "start").zh, column_text("activities", "start").zh
    ('开始日期', '开始时间')
    """
    columns = TABLES[table].columns if table in TABLES else ()
    return next((Text(column.zh, name) for column in columns if column.name == name), Text(name, name))


def word(group: str, name: str | None, fallback: str = "") -> Text:
    """A word of a closed list in both languages.

    >>> word("verdict", "met").zh
    '达标'
    """
    if name is None:
        return Text(fallback, fallback)
    return WORDS[group].get(name, Text(name, name))


def measured(value: int | Fraction, unit: str, *, up: bool = False, places: int = 2) -> Text:
    """A quantity with its unit, to so many places; ``up``: what is still to be done, rounded up.

    >>> print(measured(Fraction(5, 2), "class_hour"), measured(1, "event").en)
    2.5 课时 1 event
    """
    words = WORDS["unit"].get(unit, Text(unit, unit))
    number = shown_up(value, places) if up else shown(value, places)
    return Text(f"{number} {words.zh}".rstrip(), f"{number} {words.en.removesuffix('s') if value == 1 else words.en}")
