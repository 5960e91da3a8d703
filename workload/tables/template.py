"""The input workbook to fill in: empty, or with last year's roster, titles and appointments.

What a cell takes is said three times, by the one table ``_TAKES``: beside the cell when it is chosen, by a drop-down or
a check of what is typed, and by the number format. Nothing of it is protected or computed: the reader checks it all
again, since what is pasted is checked by no spreadsheet.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

from attrs import evolve, frozen

from workload.errors import InputError, WorkloadError
from workload.exact import exact
from workload.loading import load_regulation
from workload.records import Center
from workload.regulation import Regulation
from workload.tables.cells import MOST, plain
from workload.tables.write import close_workbook, written, xlsxwriter_module
from workload.text import Language, Text, joined
from workload.vocabulary import (
    EXAMPLE,
    INSTRUCTIONS,
    LISTS,
    TABLES,
    WORDS,
    YEARS,
    Column,
    Table,
    measured,
    table_text,
)

Cell = str | int | float | Fraction | Decimal | date | time | None
Rows = Sequence[Mapping[str, Cell]]

ROWS = 5000  # rows of a table that are checked while typing; more can be pasted below them
ROWS_OF_ACTIVITIES = 4 * ROWS
CARRIED_OVER = ("teachers", "titles", "appointments")

_NO_ROWS: Mapping[str, Rows] = MappingProxyType({})
_MADE = datetime(2024, 1, 1, tzinfo=UTC)  # the same workbook is the same bytes, so it does not say when it was made


def write_template(
    path: str | Path,
    regulation: Regulation | None = None,
    *,
    tables: Mapping[str, Rows] = _NO_ROWS,
    language: Language = "zh",
    overwrite: bool = True,
) -> None:
    """An empty input workbook, or one whose tables already hold rows.

    Instructions come first, then one sheet for each table with its drop-downs, checks and an example row, which the
    reader passes over.

    Args:
        path: the ``.xlsx`` file.
        regulation: whose kinds, titles and roles are offered; those of 周职党〔2024〕33号 by default.
        tables: rows by the English names of table and column; words of closed lists as records have them. They stand
            in the workbook as text, numbers and dates, never as formulas.
        language: of the instructions, sheets, headers and words.
        overwrite: whether a file that is already there may be replaced.

    Raises:
        WorkloadError: the file cannot be written, or a row names a table or column that does not exist.
        MissingExtraError: XlsxWriter is not installed.
    """
    for name, rows in tables.items():
        known = {column.name for column in TABLES[name].columns} if name in TABLES else set()
        unknown = {f"{name}.{column}" for row in rows for column in row if column not in known} if known else {name}
        if unknown:
            listed = sorted(unknown)
            raise WorkloadError(
                Text(f"没有这样的表或列：{'、'.join(listed)}", f"no such table or column: {', '.join(listed)}")
            )
    chosen = regulation or load_regulation()
    written(Path(path), lambda temporary: _Template(temporary, chosen, tables, language).write(), overwrite=overwrite)


def carried_over(center: Center) -> dict[str, Rows]:
    """Last year's teachers, titles and appointments as rows for :func:`write_template`; nothing else of the year.

    Raises:
        InputError: one of these tables has a fault, so that not all of it would be carried over.

    >>> from workload.records import Teacher
    >>> carried_over(Center([Teacher("007", "part_time", title="lecturer")], []))["teachers"][0]["title"]
    'lecturer'
    """
    faults = [fault for fault in center.faults if fault.table in CARRIED_OVER]
    if faults:
        raise InputError(faults)
    return {
        name: [
            {column.name: getattr(record, column.name) for column in TABLES[name].columns}
            for record in getattr(center, name) or ()
        ]
        for name in CARRIED_OVER
    }


# ---------------------------------------------------------------- what a column takes


@frozen
class _Sort:
    """How the cells of a column look, what is checked, and what is said when the check fails."""

    width: int
    num_format: str = "General"
    check: Mapping[str, Any] = MappingProxyType({"validate": "any"})
    refusal: Text | None = None
    align: str = "center"


def _between(validate: str, least: object, most: object) -> dict[str, object]:
    return {"validate": validate, "criteria": "between", "minimum": least, "maximum": most}


_DAYS = _between("date", date(YEARS.start, 1, 1), date(YEARS.stop - 1, 12, 31))
_SPAN = f"{YEARS.start}–{YEARS.stop - 1}"
_SORTS = {
    "text": _Sort(32, align="left"),
    "id": _Sort(12, "@"),
    "own_id": _Sort(
        12, "@", refusal=Text("这个工号在表中已经有了；每位教师只占一行。", "This id already stands in the table.")
    ),
    "teacher": _Sort(
        12,
        "@",
        refusal=Text(
            "“教师”表中没有这个工号，请先在那里填写。", "No such id in the sheet teachers; enter it there first."
        ),
    ),
    "list": _Sort(12, refusal=Text("只接受下拉列表中的词。", "Only the words of the drop-down list are accepted.")),
    "date": _Sort(
        14,
        "yyyy-mm-dd",
        _DAYS,
        Text(f"应为 {_SPAN} 年间的日期，如 2024-03-05。", f"Takes a date of {_SPAN}, such as 2024-03-05."),
    ),
    "month": _Sort(
        12,
        "yyyy-mm",
        _DAYS,
        Text("应为月份：填当月任何一天，如 2024-11-01。", "Takes a month: any day of it, such as 2024-11-01."),
    ),
    "time": _Sort(
        10,
        "hh:mm",
        _between("time", time(0, 0), time(23, 59, 59)),
        Text("应为时间，如 14:30；半夜 12 点写 0:00。", "Takes a time such as 14:30; midnight is 0:00."),
    ),
    "year": _Sort(
        10,
        "0",
        _between("whole", YEARS.start, YEARS.stop - 1),
        Text(f"应为 {_SPAN} 之间的年度，如 2024。", f"Takes a year of {_SPAN}, such as 2024."),
    ),
    "count": _Sort(
        10,
        "General",
        _between("whole", 1, MOST - 1),
        Text("应为大于 0 的整数。", "Takes a whole number above 0."),
    ),
    "amount": _Sort(
        10,
        "General",
        _between("decimal", 0, MOST - 1),
        Text("应为不小于 0 的数字。", "Takes a number that is not negative."),
    ),
    "yuan": _Sort(
        14,
        "#,##0.00",
        _between("decimal", 0, MOST - 1),
        Text("应为金额（元），最多两位小数。", "Takes an amount in yuan, to the fen."),
        align="right",
    ),
    "share": _Sort(
        10,
        "General",
        _between("decimal", 0.0001, 1),
        Text(
            "应为大于 0、不超过 1 的份额，如 0.5 或 50%。", "Takes a share above 0 and at most 1, such as 0.5 or 50%."
        ),
    ),
}


@frozen
class _Takes:
    """What a column takes: its sort (or the closed list that it is chosen from), and what to know of it."""

    sort: str
    hint: Text


def _takes(sort: str, zh: str, en: str) -> _Takes:
    return _Takes(sort, Text(zh, en))


_TEACHER = _takes(
    "teacher", "从下拉列表选择；先在“教师”表中填好。", "Choose from the list; enter it in teachers first."
)
_TAKES: Mapping[str, Mapping[str, _Takes]] = {
    "teachers": {
        "teacher_id": _takes(
            "own_id",
            "每位教师一行，工号不重复。按文本保存，007 不会变成 7。",
            "One row for each teacher, each id once. Kept as text: 007 does not become 7.",
        ),
        "name": _takes("text", "教师的姓名，只用于显示。", "The teacher's name, only shown."),
        "employment": _takes("employment", "专职或兼职。", "Full-time or part-time."),
        "affiliation": _takes("affiliation", "空白＝校内。", "Blank means internal."),
        "title": _takes(
            "title",
            "活动按当天的职称计分。没有职称请选“无”；变动过的写在“职称”表。",
            "Events count by the title held on the day. Changes of title go into the sheet titles.",
        ),
    },
    "titles": {
        "teacher_id": _TEACHER,
        "title": _takes("title", "从生效日期起的职称。", "The title from that day on."),
        "effective_from": _takes(
            "date",
            "从这一天起按这个职称计分，如 2024-09-01。",
            "The day from which the title counts, such as 2024-09-01.",
        ),
    },
    "appointments": {
        "teacher_id": _TEACHER,
        "start": _takes("date", "聘期的第一天，如 2024-01-01。", "The first day of the term, such as 2024-01-01."),
        "end": _takes(
            "date",
            "聘期的最后一天。空白＝规定的任期{term}。",
            "The last day of the term. Blank means the term of the rules{term}.",
        ),
    },
    "activities": {
        "record_id": _takes(
            "id", "自编的号，便于核对；填了就不要重复。", "A number of your own to find the row by; each once."
        ),
        "teacher_id": _TEACHER,
        "date": _takes(
            "date",
            "如 2024-03-05。过了半夜的值班，写开始的那一天。",
            "Such as 2024-03-05. A duty over midnight has the day on which it began.",
        ),
        "kind": _takes("kind", "做的是什么，从列表选择。", "What was done, from the list."),
        "start": _takes(
            "time",
            "如 14:30。值班填开始和结束时间，或者只填分钟。",
            "Such as 14:30. A duty needs start and end, or minutes.",
        ),
        "end": _takes(
            "time", "如 16:00。早于开始时间＝第二天结束。", "Such as 16:00. Before the start means on the next day."
        ),
        "minutes": _takes(
            "count",
            "值班的分钟数。填了开始和结束时间就不用填；都填必须一致。",
            "Minutes of a duty. Not needed with start and end; must agree with them.",
        ),
        "class_hours": _takes(
            "amount", "上课必填：课时数，可以是小数。", "Needed for a class: class hours, decimals allowed."
        ),
        "events": _takes("count", "讲座等活动的场次。空白＝1。", "Number of events. Blank means 1."),
        "status": _takes("status", "空白＝完成。取消的不计。", "Blank means done. What was cancelled does not count."),
        "attended": _takes(
            "answer",
            "值班时有没有人来，只填是或否。仅“只计有来访的值班”（idle_duty=attended_only）口径用到。",
            "Whether anybody came to the duty, yes or no. Matters under the reading idle_duty=attended_only.",
        ),
        "event_id": _takes(
            "id",
            "几位教师合办一场活动时，每人一行，填同一个编号。",
            "When several teachers hold one event: a row for each, with the same id.",
        ),
        "share": _takes(
            "share",
            "合办活动中本人的份额，如 0.5 或 50%。空白＝1。仅“按申报份额”（co_leaders=declared）口径用到。",
            "One's share of a joint event, such as 0.5. Blank means 1. Matters under the reading co_leaders=declared.",
        ),
        "note": _takes(
            "text",
            "给自己看的，程序不保存。绝不写来访者的姓名、学号、电话、情况！",
            "For yourself; never kept. NEVER anything about a client: no name, number, phone or complaint!",
        ),
        "role": _takes("role", "本校规则按角色区分时填写。", "Where the rules of the school tell roles apart."),
        "level": _takes("level", "本校规则按活动级别区分时填写。", "Where the rules of the school tell levels apart."),
        "participants": _takes(
            "count", "参加的人数；只填数字，不写名单。", "How many took part: the number, no names."
        ),
    },
    "evaluations": {
        "teacher_id": _TEACHER,
        "year": _takes("year", "考核的年度，如 2024。", "The year evaluated, such as 2024."),
        "result": _takes("result", "这一年度考核的结论。", "The result for that year."),
    },
    "training": {
        "teacher_id": _TEACHER,
        "date": _takes("date", "如 2024-05-10。", "Such as 2024-05-10."),
        "hours": _takes("amount", "学时数，可以是小数。", "Hours, decimals allowed."),
        "level": _takes(
            "level",
            "主办单位的级别；按级别要求的培训、会议必须填。",
            "Of the organizer; needed where the rules ask for a level.",
        ),
        "form": _takes("form", "空白＝培训。", "Blank means course."),
        "name": _takes("text", "培训或会议的名称，便于核对。", "Of the course or conference, to find it by."),
    },
    "case_reports": {
        "teacher_id": _TEACHER,
        "date": _takes(
            "date",
            "做个案报告的日期，如 2024-04-09。个案的内容一律不写。",
            "The day of the report, such as 2024-04-09. Nothing of the case itself.",
        ),
    },
    "rates": {
        "item": _takes("item", "哪一种课时或积分的单价。", "What the rate is for."),
        "title": _takes("title", "空白＝所有职称。", "Blank means every title."),
        "yuan": _takes("yuan", "一课时或一分多少元。", "Yuan for one class hour or point."),
        "effective_from": _takes("date", "从这一天起按这个单价，如 2024-01-01。", "The day from which the rate holds."),
        "authority": _takes("text", "定这个单价的文件或会议。", "The document or meeting that set the rate."),
    },
    "payments": {
        "teacher_id": _TEACHER,
        "month": _takes(
            "month", "在哪个月发的：填当月任何一天，如 2024-11-01。", "The month of the payment: any day of it."
        ),
        "item": _takes("item", "发的是哪一种课时或积分。", "What was paid for."),
        "quantity": _takes("amount", "发了多少课时或多少分。", "How many class hours or points."),
        "yuan": _takes("yuan", "发了多少元（税前）。", "How many yuan, before tax."),
    },
}


def _lists(regulation: Regulation) -> dict[str, dict[str, Text]]:
    """The closed lists: the word of the records -> the words of the workbook; equivalents stand for themselves."""
    lists = {
        name: dict(WORDS[name]) for name in ("employment", "affiliation", "status", "result", "level", "form", "answer")
    }
    for name, things in (("kind", regulation.kinds), ("title", regulation.titles)):
        lists[name] = {thing.id: thing.name for thing in things.values()}
        lists[name] |= {word: Text(word, word) for thing in things.values() for word in thing.also}
    lists["item"] = {name: WORDS["item"].get(name, account.name) for name, account in regulation.accounts.items()}
    lists["role"] = {name: Text(name, name) for name in regulation.roles}
    return {name: words for name, words in lists.items() if words}


def _columns(table: Table, regulation: Regulation, rows: Rows) -> list[Column]:
    """The columns of a sheet: those of other schools' rules only where the rules, or the rows, make use of them."""
    cases = [case for clause in regulation.credits for case in clause.amount]
    cases += [case for clause in regulation.coefficients for case in clause.table]
    unused = {
        "role": not regulation.roles,
        "level": not any(case.level for case in cases),
        "participants": not any(clause.by == "participants" for clause in regulation.coefficients),
    }
    return [
        column
        for column in table.columns
        if table.name != "activities" or not unused.get(column.name) or any(row.get(column.name) for row in rows)
    ]


# ---------------------------------------------------------------- what the first sheet says

_STEPS = (
    Text(
        "先填两张橙色标签的表：“教师”和“工作记录”。别的表有就填；没有收集的不动它（删成空表则是“一次也没有”）。",
        "Fill in the two sheets with orange tabs: teachers, activities. Leave a sheet you kept no records for as it "
        "is: only an empty one, without even its example, says “none at all”.",
    ),
    Text(
        "橙色、带 * 的列必填，蓝色的列选填。点一下任何一格，旁边会说明填什么。",
        "Orange columns with a star are required, blue ones are not. Choose any cell to see what it takes.",
    ),
    Text(
        "有下拉箭头的格从列表中选。“工号”先在“教师”表填好，别的表里就能选到。",
        "Where a cell has a drop-down, choose from it. Ids entered in teachers can be chosen in the other sheets.",
    ),
    Text(
        "日期写 2024-03-05，时间写 14:30。结束时间早于开始时间，就算到第二天。",
        "Dates are written 2024-03-05, times 14:30. An end before the start is on the next day.",
    ),
    Text(
        "值班填“开始时间”和“结束时间”，或者只填“分钟”；上课填“课时”；讲座等活动填“场次”，空白就是 1 场。",
        "A duty needs start and end, or minutes, a class class_hours; a lecture or the like is 1 event if blank.",
    ),
    Text(
        "活动按当天的职称计分：职称写在“教师”表；变动过的，把每次变动和生效日期写在“职称”表。",
        "Events count by the title held on that day: give it in teachers, and each change with its day in titles.",
    ),
    Text(
        "一行只记一件事。不合并单元格，不写合计行，不改表名和列名。",
        "One row is one thing. No merged cells, no rows of totals, and leave the names of sheets and columns alone.",
    ),
    Text(
        "绝不写来访者的任何信息：姓名、学号、电话、主诉都不写，“备注”里也不写。",
        "NEVER write anything about a client: no name, student number, phone or complaint, not in a note either.",
    ),
    Text(
        "灰色斜体的“示例”行只是样子，不参加计算，可以留着，也可以删掉。",
        "The example rows in grey italics are passed over; keep them or delete them.",
    ),
    Text(
        "填好后保存，运行 workload check 文件.xlsx ：哪张表、哪一行、该填什么，会一次全部列出。",
        "When done, save and run workload check FILE.xlsx : it lists every fault at once, with its sheet and row.",
    ),
)
_WARNING = 8  # the step in red

_PURPOSES = {
    "teachers": (
        Text("每位教师一行：工号、专职或兼职、职称", "One row for each teacher: id, employment, title"),
        Text("必填", "Always"),
    ),
    "titles": (
        Text("职称的变动：从哪一天起是什么职称", "Changes of title: which one from which day on"),
        Text("有教师的职称变动过时", "When a title has changed"),
    ),
    "appointments": (
        Text("兼职教师的每一个聘期", "Each term of appointment of the part-time teachers"),
        Text("看工作是否在聘期内、认定经历时", "To tell what lies within a term, and for experience"),
    ),
    "activities": (
        Text("每一次值班、每一次课、每一场活动各一行", "One row for each duty, class and event"),
        Text("必填", "Always"),
    ),
    "evaluations": (
        Text("每位教师每个年度的考核结论", "The result of each teacher's annual evaluation"),
        Text("年度考核、认定经历时；缺了结论为“待定”", "For the evaluation and experience; else undetermined"),
    ),
    "training": (
        Text("参加的培训和学术会议", "Training and conferences attended"),
        Text("规定对培训有要求时；没有这张表为“待定”", "Where the rules ask for training; without it undetermined"),
    ),
    "case_reports": (
        Text("每做一次个案报告一行，只写日期", "One row for each case report, with nothing but the day"),
        Text("规定对个案报告有要求时；没有这张表为“待定”", "Where the rules ask for reports; without it undetermined"),
    ),
    "rates": (
        Text("每课时、每分多少元，依据哪个文件", "Yuan for a class hour or point, and what set it"),
        Text("核算薪酬时", "To work out pay"),
    ),
    "payments": (
        Text("已经发放的薪酬", "What was already paid"),
        Text("核算薪酬时", "To work out pay"),
    ),
}


def _examples(regulation: Regulation, language: Language) -> dict[str, list[dict[str, Cell]]]:
    """The example rows of each table: of the activities one for each way in which work is measured."""
    day = date(2024, 3, 5)
    title, item = next(iter(regulation.titles), None), next(iter(regulation.accounts), None)
    kinds = {kind.measure: kind.id for kind in reversed(list(regulation.kinds.values()))}
    ways: dict[str, tuple[Text, dict[str, Cell]]] = {
        "minutes": (
            Text("值班：填起止时间，或只填分钟", "a duty: start and end, or minutes"),
            {"start": time(14, 30), "end": time(16, 0), "attended": "yes"},
        ),
        "class_hours": (Text("上课：填课时", "a class: class_hours"), {"class_hours": 2}),
        "events": (Text("活动：场次空白就是 1", "an event: 1 if left blank"), {"events": 1}),
    }
    activities: list[dict[str, Cell]] = [
        {
            "record_id": f"2024-{number:03}",
            "date": day.replace(day=day.day + number - 1),
            "kind": kinds[measure],
            "note": note.get(language),
            **cells,
        }
        for number, (measure, (note, cells)) in enumerate(ways.items(), start=1)
        if measure in kinds
    ]
    rows: dict[str, list[dict[str, Cell]]] = {
        "teachers": [
            {
                "name": Text("某老师", "A. Teacher").get(language),
                "employment": "part_time",
                "affiliation": "internal",
                "title": title,
            }
        ],
        "titles": [{"title": title, "effective_from": day}],
        "appointments": [{"start": date(2024, 1, 1), "end": date(2024, 12, 31)}],
        "activities": activities,
        "evaluations": [{"year": 2024, "result": "passed"}],
        "training": [
            {
                "date": day,
                "hours": 8,
                "level": "municipal",
                "form": "course",
                "name": Text("心理健康教师培训班", "Course for counselors").get(language),
            }
        ],
        "case_reports": [{"date": day}],
        "rates": [{"item": item, "yuan": 50, "effective_from": date(2024, 1, 1)}],
        "payments": [{"month": date(2024, 3, 1), "item": item, "quantity": 10, "yuan": 500}],
    }
    for name, found in rows.items():
        for row in found:
            row[_marked(TABLES[name])] = EXAMPLE.get(language)
    return rows


def _marked(table: Table) -> str:
    """The column whose word makes a row an example."""
    return "authority" if table.name == "rates" else "teacher_id"


# ---------------------------------------------------------------- the workbook

_ORANGE, _BLUE, _GREEN = "#F6B26B", "#CFE2F3", "#6AA84F"  # required, optional, instructions
_LACKING, _GREY, _RED, _INK, _LINE = "#F8CBAD", "#8C8C8C", "#C00000", "#1F3864", "#9FB6CC"


class _Template:
    def __init__(self, path: Path, regulation: Regulation, tables: Mapping[str, Rows], language: Language) -> None:
        xlsxwriter = xlsxwriter_module()
        self.cell = xlsxwriter.utility.xl_rowcol_to_cell
        self.range = xlsxwriter.utility.xl_range_abs
        # Windows and Office have this font in every language; elsewhere another Chinese one takes its place.
        font = {"font_name": "Microsoft YaHei", "font_size": 11, "valign": "vcenter"}
        self.book = xlsxwriter.Workbook(
            str(path), {"strings_to_formulas": False, "strings_to_urls": False, "default_format_properties": font}
        )
        self.regulation, self.tables, self.language = regulation, tables, language
        self.lists = _lists(regulation)
        self.examples = _examples(regulation, language)

    def write(self) -> None:
        name = self.regulation.name
        rules = Text(f"按《{name.zh}》（{self.regulation.document}）核算", f"Counted by: {name.en}").get(self.language)
        title = Text("心理健康教师工作量填报", "Workload of mental-health teachers").get(self.language)
        self.book.set_properties({"title": title, "subject": rules, "created": _MADE})
        self._instructions(title, rules)
        for table in TABLES.values():
            self._table(table)
        self._options()
        close_workbook(self.book)

    def _format(self, **properties: Any) -> Any:
        return self.book.add_format(properties)

    # ---- the first sheet

    def _instructions(self, title: str, rules: str) -> None:
        sheet = self._sheet(INSTRUCTIONS, _GREEN)
        sheet.hide_gridlines(2)
        sheet.fit_to_pages(1, 1)
        sheet.center_horizontally()
        for place, width in enumerate((3, 18, 56, 56)):
            sheet.set_column(place, place, width)
        heading = self._format(bold=True, font_size=13, font_color=_INK, bottom=1, bottom_color=_LINE)
        cell = {"border": 1, "border_color": _LINE}
        row = 1

        def write(*texts: Any, looks: Sequence[Any] = (), height: int = 22) -> None:
            nonlocal row
            sheet.set_row(row, height)
            for place, text in enumerate(texts, start=1):
                said = text.get(self.language) if isinstance(text, Text) else text
                sheet.write_string(row, place, said, looks[place - 1] if looks else None)
            row += 1

        write(title, looks=[self._format(bold=True, font_size=20, font_color=_INK)], height=36)
        write(rules, looks=[self._format(font_color=_GREY)])
        row += 1
        write(Text("怎样填写", "How to fill it in"), "", "", looks=[heading] * 3, height=28)
        warning = self._format(bold=True, font_color=_RED)
        for number, step in enumerate(_STEPS, start=1):
            write(f"{number}.  {step.get(self.language)}", looks=[warning] if number == _WARNING else [])
        row += 1
        write(Text("颜色", "Colors"), "", "", looks=[heading] * 3, height=28)
        for word, look, meaning in (
            (Text("工号*", "teacher_id*"), {"bg_color": _ORANGE, "bold": True}, Text("必填的列", "a required column")),
            (Text("姓名", "name"), {"bg_color": _BLUE, "bold": True}, Text("选填的列", "an optional column")),
            (EXAMPLE, {"font_color": _GREY, "italic": True}, Text("示例行，不参加计算", "an example row, passed over")),
            (Text("", ""), {"bg_color": _LACKING}, Text("这一行在这里还缺内容", "what its row still lacks")),
        ):
            write(word, meaning, looks=[self._format(**cell, **look, align="center"), self._format(indent=1)])
        row += 1
        write(Text("每张表", "The sheets"), "", "", looks=[heading] * 3, height=28)
        header = self._format(**cell, indent=1, bold=True, bg_color=_BLUE)
        headings = (Text("表（点击前往）", "Sheet (click)"), Text("写什么", "What for"), Text("什么时候需要", "Needed"))
        write(*headings, looks=[header] * 3)
        text = self._format(**cell, indent=1)
        for table in TABLES.values():
            link = self._format(**cell, indent=1, font_color="#0563C1", underline=1, bold=_is_needed(table))
            name = table_text(table.name).get(self.language)
            write(name, *_PURPOSES[table.name], looks=[link, text, text])
            sheet.write_url(row - 1, 1, f"internal:'{name}'!A1", link, name)
        sheet.activate()

    # ---- the tables

    def _table(self, table: Table) -> None:
        given = self.tables.get(table.name, ())
        columns = _columns(table, self.regulation, given)
        rows = [*self.examples[table.name], *given]
        last = self._reach(table)
        sheet = self._sheet(table_text(table.name), _ORANGE if _is_needed(table) else _BLUE)
        sheet.hide_gridlines(0)  # they are printed too
        sheet.freeze_panes(1, 2 if table.name == "activities" else 0)
        sheet.autofilter(0, 0, last, len(columns) - 1)
        sheet.set_row(0, 26)
        sheet.repeat_rows(0)
        ids = []
        for place, column in enumerate(columns):
            sort = self._sort(table, column)
            if sort.num_format == "@":
                ids.append(self.range(1, place, last, place).replace("$", ""))
            header = self._header(column)
            # Room for the header with its filter button.
            sheet.set_column(
                place,
                place,
                max(sort.width, _width(header) + 5),
                self._format(num_format=sort.num_format, align=sort.align, indent=int(sort.align != "center")),
            )
            color = _ORANGE if column.required else _BLUE
            look = self._format(bold=True, bg_color=color, border=1, border_color=_LINE, align="center")
            sheet.write_string(0, place, header, look)
            hint = self._hint(table, column)
            sheet.data_validation(0, place, 0, place, {"validate": "any", **hint})
            sheet.data_validation(1, place, last, place, {**self._check(table, column, place, last), **hint})
        for number, row in enumerate(rows, start=1):
            for place, column in enumerate(columns):
                self._write(sheet, number, place, table, column, row.get(column.name))
        if ids:  # 课酬标准 has none
            sheet.ignore_errors({"number_stored_as_text": " ".join(ids)})
        self._signals(sheet, table, columns, last)
        # The first free row is where to begin.
        sheet.set_selection(len(rows) + 1, 0, len(rows) + 1, 0)

    def _sheet(self, name: Text, color: str) -> Any:
        """A sheet that prints on A4, landscape, with its name and page numbers below."""
        sheet = self.book.add_worksheet(name.get(self.language))
        sheet.set_tab_color(color)
        sheet.set_default_row(20)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P / &N")
        return sheet

    def _reach(self, table: Table) -> int:
        """The last row that is checked while typing."""
        rows = ROWS_OF_ACTIVITIES if table.name == "activities" else ROWS
        return max(rows, len(self.examples[table.name]) + len(self.tables.get(table.name, ())))

    def _header(self, column: Column) -> str:
        return Text(column.zh, column.name).get(self.language) + ("*" if column.required else "")

    def _sort(self, table: Table, column: Column) -> _Sort:
        name = _TAKES[table.name][column.name].sort
        if name not in self.lists:
            return _SORTS.get(name, _SORTS["text"])  # a list without words, such as the roles of no rule, is free text
        longest = max(_width(text.get(self.language)) for text in self.lists[name].values())
        return evolve(_SORTS["list"], width=max(_SORTS["list"].width, longest + 4))

    def _hint(self, table: Table, column: Column) -> dict[str, str]:
        """What is said beside a cell of the column when it is chosen."""
        needed = Text("必填", "required") if column.required else Text("选填", "optional")
        terms = {measured(term.amount, term.unit) for term in self.regulation.terms}
        term = joined(sorted(terms, key=str), "、", ", ").get(self.language)
        form = "（{}）" if self.language == "zh" else " ({})"
        title = Text(column.zh, column.name).get(self.language) + form.format(needed.get(self.language))
        hint = _TAKES[table.name][column.name].hint.get(self.language)
        return {"input_title": title, "input_message": hint.format(term=form.format(term) if term else "")}

    def _check(self, table: Table, column: Column, place: int, last: int) -> dict[str, Any]:
        """What may be typed into a cell of the column, and what is said of anything else."""
        name = _TAKES[table.name][column.name].sort
        sort = self._sort(table, column)
        check = dict(sort.check)
        if name in self.lists:
            stands = list(self.lists).index(name)
            words = self.range(1, stands, len(self.lists[name]), stands)
            check = {"validate": "list", "source": f"='{LISTS.get(self.language)}'!{words}"}
        elif name == "teacher":
            # An id that is pasted, or entered before its teacher, is questioned and not refused.
            check = {"validate": "list", "source": self._ids(), "error_type": "warning"}
        elif name == "own_id":
            # Compared as texts: COUNTIF would take 007 for 7.
            ids, own = self.range(1, place, last, place), self.cell(1, place)
            check = {"validate": "custom", "value": f"=SUMPRODUCT(--EXACT({ids},{own}))=1"}
        if sort.refusal is not None:
            title = Text("请检查：{}", "Please check: {}").get(self.language)
            check["error_title"] = title.format(Text(column.zh, column.name).get(self.language))
            check["error_message"] = sort.refusal.get(self.language)
        return check

    def _ids(self) -> str:
        """The ids of the teachers so far, without the example: a list with blanks at its end would open there."""
        table = TABLES["teachers"]
        place = [column.name for column in table.columns].index("teacher_id")
        sheet = f"'{table_text(table.name).get(self.language)}'!"
        ids = sheet + self.range(0, place, self._reach(table), place)
        examples = f'COUNTIF({ids},"{EXAMPLE.get(self.language)}")'
        top = sheet + self.cell(0, place, row_abs=True, col_abs=True)
        return f"=OFFSET({top},1+{examples},0,MAX(1,COUNTA({ids})-1-{examples}),1)"

    def _write(self, sheet: Any, row: int, place: int, table: Table, column: Column, value: Cell) -> None:
        """One cell. Text is written as text whatever it looks like; without a format it has that of its column."""
        if value is None or value == "":
            return
        takes = _TAKES[table.name][column.name].sort
        if isinstance(value, date | time):
            sheet.write_datetime(row, place, value)
        elif isinstance(value, str):
            word = self.lists.get(takes, {}).get(value)
            sheet.write_string(row, place, word.get(self.language) if word else value)
        else:
            number = _exactly(value)
            if isinstance(number, str) or self._sort(table, column).num_format == "@":
                sheet.write_string(row, place, plain(number))
            else:
                sheet.write_number(row, place, number)

    def _signals(self, sheet: Any, table: Table, columns: Sequence[Column], last: int) -> None:
        """Examples turn grey by their mark, wherever they stand; a cell that its row still lacks turns red."""
        places = {column.name: place for place, column in enumerate(columns)}

        def at(name: str) -> str:
            return str(self.cell(1, places[name], col_abs=True))

        def signal(first: int, until: int, condition: str, look: Any) -> None:
            options = {"type": "formula", "criteria": f"={condition}", "format": look}
            sheet.conditional_format(1, first, last, until, options)

        example = self._format(italic=True, font_color=_GREY)
        mark = f'{at(_marked(table))}="{EXAMPLE.get(self.language)}"'
        signal(0, len(columns) - 1, mark, example)
        lacking = self._format(bg_color=_LACKING)
        whole = f"{self.cell(1, 0, col_abs=True)}:{self.cell(1, len(columns) - 1, col_abs=True)}"
        for column in columns:
            if column.required:
                blank_here = f"AND(COUNTA({whole})>0,ISBLANK({at(column.name)}))"
                signal(places[column.name], places[column.name], blank_here, lacking)
        if table.name == "activities":
            done = f'{at("status")}<>"{WORDS["status"]["cancelled"].get(self.language)}"'
            lacks = {
                "minutes": f"ISBLANK({at('minutes')}),OR(ISBLANK({at('start')}),ISBLANK({at('end')}))",
                "class_hours": f"ISBLANK({at('class_hours')})",
            }
            for measure, missing in lacks.items():
                if kinds := ",".join(f"{at('kind')}={_quoted(kind)}" for kind in self._kinds(measure)):
                    signal(places[measure], places[measure], f"AND(OR({kinds}),{done},{missing})", lacking)

    def _kinds(self, measure: str) -> Iterator[str]:
        """The words of the kinds that are measured so."""
        for kind in self.regulation.kinds.values():
            if kind.measure == measure:
                yield from (kind.name.get(self.language), *kind.also)

    # ---- the drop-downs

    def _options(self) -> None:
        """A list within a check may have 255 letters at most; a range has no bound."""
        sheet = self._sheet(LISTS, _BLUE)
        sheet.hide()
        sheet.set_column(0, len(self.lists) - 1, 18)
        for place, (name, words) in enumerate(self.lists.items()):
            for row, text in enumerate([name, *(word.get(self.language) for word in words.values())]):
                sheet.write_string(row, place, text)


def _is_needed(table: Table) -> bool:
    return table.name in ("teachers", "activities")


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _width(text: str) -> int:
    """How many columns a text takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _exactly(value: int | float | Fraction | Decimal) -> float | str:
    """A number as the workbook can hold it without a loss: a float of its 16 digits, else a text that says it all."""
    amount = exact(value)
    near = float(f"{float(amount):.16g}")
    if exact(near) == amount:
        return near
    digits = Decimal(amount.numerator) / amount.denominator
    return f"{digits:f}" if exact(digits) == amount else str(amount)
