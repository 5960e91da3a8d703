"""The statement of one teacher's year: one page with every figure, how it came about, and a form to dispute it.

Its content is made once, from the findings; Word (through a template), HTML and Excel only show it. Nothing is
computed here but the sums of ledger lines by kind and month.

Who it is for decides how much of the single rows it shows: the center sees the day and the times of a duty and the id
of its record, the teacher the number of the row, its kind and month, the personnel office counts and sums alone. Times
of single duties could tell which student sat in the counseling room, and an id may hold a day, a time or a name, so
they do not leave the center.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from attrs import evolve

from workload.documents.filling import Content, filled, packaged_template, written_bytes
from workload.evaluation import CenterEvaluation, TeacherEvaluation
from workload.exact import shown, shown_beside
from workload.explain import row_ranges
from workload.finding import Finding
from workload.ledger import Line
from workload.provenance import Provenance
from workload.records import Activity
from workload.regulation import Regulation
from workload.tables.write import close_workbook, refuse, written, written_text, xlsxwriter_module
from workload.text import Language, Text, joined
from workload.vocabulary import CODES, REASONS, UNIT_OF_MEASURE, measured, word

Audience = Literal["center", "hr", "teacher"]
NAME = "statement"  # of its template

MOST_RANGES = 8  # of row numbers in one cell; `workload explain` has them all
# About what the page holds, in points and letters (a Chinese one is two), by the fonts of the packaged template.
# What is left beside the heading, the titles of the parts, the headers of the tables and the signatures.
SPACE = MappingProxyType({"zh": 484, "en": 584})
LETTERS = MappingProxyType({"zh": 124, "en": 104})  # on a line across the page
LINE, PAD = 9.6, 2.2  # points of a line, and of what is above and below the lines of a cell
FORM_ROW = 14
LEAST_ROWS, MOST_ROWS = 3, 8  # of the form
BLANK_ROWS = 2  # of it that are left free where rows stand in it

# ---------------------------------------------------------------- its words

TITLES = MappingProxyType(  # of the parts: each shows the group, or the list, of that name
    {
        "figure": Text("一、核算结果", "1. Results"),
        "trace": Text("二、计算过程（按类别、月份汇总）", "2. How they came about (by kind and month)"),
        "aside": Text("三、未计入的工作记录", "3. Rows set aside"),
        "remarks": Text("四、说明", "4. Remarks"),
        "readings": Text("五、口径", "5. Readings"),
    }
)
BASIS = Text("依据", "Rules: ")  # in front of the rules
# The columns of each table: field, header, and its share of the width.
COLUMNS: Mapping[str, tuple[tuple[str, Text, int], ...]] = MappingProxyType(
    {
        "figure": (
            ("item", Text("项目", "Item"), 24),
            ("value", Text("核算值", "Value"), 22),
            ("required", Text("要求", "Required"), 13),
            ("shortfall", Text("差额", "Shortfall"), 12),
            ("verdict", Text("结论", "Verdict"), 14),
            ("article", Text("依据条款", "Article"), 15),
        ),
        "trace": (
            ("kind", Text("类别", "Kind"), 14),
            ("rows", Text("行数", "Rows"), 6),
            ("months", Text("各月数量", "By month"), 36),
            ("formula", Text("合计与算式", "Total and formula"), 31),
            ("article", Text("依据条款", "Article"), 13),
        ),
        "aside": (
            ("reason", Text("原因", "Reason"), 34),
            ("count", Text("行数", "Rows"), 9),
            ("rows", Text("行号", "Row numbers (activities)"), 57),
        ),
        "form": (
            ("row", Text("行", "Row"), 15),
            ("when", Text("时间", "When"), 17),
            ("kind", Text("类别", "Kind"), 15),
            ("result", Text("核算结果", "Result"), 22),
            ("opinion", Text("本人意见", "Teacher's opinion"), 31),
        ),
    }
)
HEAD_SHARES = MappingProxyType({"zh": (8, 17, 8, 20, 13, 10, 8, 16), "en": (7, 15, 11, 22, 13, 13, 6, 13)})
HEAD = (  # the two lines above the tables: field and label
    ("name", Text("姓名", "Name")),
    ("teacher_id", Text("工号", "Id")),
    ("employment", Text("类别", "Employment")),
    ("job_title", Text("职称", "Title")),
    ("period", Text("核算期", "Period")),
    ("appointment", Text("聘期", "Appointed")),
    ("verdict", Text("年度工作量", "Quota")),
    ("date", Text("日期", "Date")),
)
_FIELDS = (
    Text("标题", "title"),
    Text("年度", "year"),
    Text("姓名", "name"),
    Text("工号", "teacher_id"),
    Text("类别", "employment"),
    Text("来源", "affiliation"),
    Text("职称", "job_title"),
    Text("核算期", "period"),
    Text("聘期", "appointment"),
    Text("结论", "verdict"),
    Text("日期", "date"),
    Text("文号", "document"),
    Text("规则名称", "rules"),
    Text("发文单位", "issuer"),
    Text("依据", "basis"),
    Text("记录行数", "rows"),
    Text("使用范围", "audience"),
    Text("页脚", "footer"),
    Text("说明", "remarks"),
    Text("口径", "readings"),
    Text("反馈表标题", "form_title"),
    Text("反馈表说明", "form_note"),
    Text("反馈表签字", "form_signature"),
)
_GROUPS = {
    "figure": Text("数字", "figure"),
    "trace": Text("计算", "trace"),
    "aside": Text("未计入", "aside"),
    "form": Text("反馈", "form"),
}
# Both languages of every field that a template may name.
FIELDS = (
    *_FIELDS,
    *(
        Text(f"{_GROUPS[group].zh}.{header.zh}", f"{group}.{field}")
        for group, columns in COLUMNS.items()
        for field, header, _ in columns
    ),
)
_AUDIENCE: Mapping[Audience, Text] = MappingProxyType(
    {
        "center": Text(
            "本件含单次值班的日期、时间和记录编号，限心理指导中心内部使用",
            "with days and times of duties and the ids of records: for the center only",
        ),
        "teacher": Text(
            "本件供教师本人核对，不含单次值班的日期、时间和记录编号",
            "for the teacher: without days and times of single duties and the ids of records",
        ),
        "hr": Text("本件只列合计数，不含单行记录", "counts and sums only, no single rows"),
    }
)
FORM_TITLE = Text("课时核算反馈表", "Feedback on this statement")
FORM_NOTE = Text(
    "对核算结果有异议的，请按行填写本人意见（漏记的记录填在空行），签字后交心理指导中心复核。",
    "Dispute a row, or add one that is missing, sign, and hand it in at the mental-health center.",
)
FORM_SIGNATURE = Text(
    "教师签字：　　　　　　　　　　　年　　月　　日　　　　心理指导中心复核人：　　　　　　　　　　　年　　月　　日",
    "Teacher:                              Date:                Reviewed by (center):                         Date:",
)
_NONE = Text("无", "none")
_BLANK = "—"


# ---------------------------------------------------------------- the content


def statement(
    found: CenterEvaluation,
    teacher_id: str,
    comes_from: Provenance,
    audience: Audience = "teacher",
    language: Language = "zh",
) -> Content:
    """What the statement of one teacher says.

    Args:
        found: the evaluation of the teacher, or of the whole center.
        teacher_id: the teacher.
        comes_from: what the figures come from; its day is the date of the statement.
        audience: who it is for: the teacher (the default), the personnel office, or the center itself.
        language: the language of its words.

    Raises:
        WorkloadError: the evaluation has no such teacher.

    >>> from workload import Activity, Center, Teacher, evaluate
    >>> from workload.provenance import provenance_of
    >>> rows = [Activity("T01", date(2024, 3, 5), "counseling_duty", minutes=90, row=2)]
    >>> center = Center([Teacher("T01", "part_time", "教师01")], rows)
    >>> found = evaluate(center, 2024)
    >>> said = statement(found, "T01", provenance_of(center, found.regulation, found.readings))
    >>> said.values["title"], said.groups["trace"][0]["formula"]
    ('2024 年度心理健康教师工作量核算单', '90 分钟 ÷ 45 = 2 课时')
    """
    return _Statement(found, found.teacher(teacher_id), comes_from, audience, language).content()


class _Statement:
    """The parts of one statement while it is made."""

    def __init__(
        self,
        found: CenterEvaluation,
        one: TeacherEvaluation,
        comes_from: Provenance,
        audience: Audience,
        language: Language,
    ) -> None:
        self.found, self.one, self.comes_from = found, one, comes_from
        self.audience, self.language = audience, language
        self.regulation: Regulation = found.regulation
        teacher_id = one.teacher.teacher_id
        dropped = [Line(row, "fault") for row in found.dropped if row.teacher_id == teacher_id]
        self.aside = sorted([*one.book.set_aside, *dropped], key=lambda line: line.activity.row or 0)
        self.read = len(one.book.entries) + len(dropped)

    def say(self, text: Text) -> str:
        return text.get(self.language)

    def content(self) -> Content:
        teacher, book, regulation = self.one.teacher, self.one.book, self.regulation
        terms = [term for term in book.standing.terms if term.intersection(book.period)] or list(book.standing.terms)
        title = regulation.title_text(book.standing.title_on(book.period.end))
        values = {
            "title": self._title(),
            "year": Text(str(book.year), str(book.year)),
            "name": Text(teacher.name, teacher.name),
            "teacher_id": Text(teacher.teacher_id, teacher.teacher_id),
            "employment": word("employment", teacher.employment),
            "affiliation": word("affiliation", teacher.affiliation),
            "job_title": title,
            "period": days_text(book.period.start, book.period.end),
            "appointment": joined([days_text(term.start, term.end) for term in terms], "\n", "\n"),
            "verdict": word("verdict", self.one.quota.verdict),
            "date": dated(self.comes_from.day),
            "document": Text(regulation.document, regulation.document),
            "rules": regulation.name,
            "issuer": regulation.issuer,
            "basis": basis_text(regulation),
            "rows": self._row_count(),
            "audience": _AUDIENCE[self.audience],
            "footer": self.comes_from.footer(),
        }
        shown_values = {name: self.say(text) or _BLANK for name, text in values.items()}
        groups = {"figure": tuple(self.figures()), "trace": tuple(self.trace()), "aside": tuple(self.reasons())}
        lists = {"remarks": tuple(self.remarks()), "readings": tuple(self.readings())}
        height = FORM_ROW + (LINE if self.audience == "center" else 0)  # a day with its times takes two lines
        if self._left(shown_values, groups, lists) < LEAST_ROWS * height:
            groups["trace"] = tuple(self.trace(together=True))
        size = max(LEAST_ROWS, min(MOST_ROWS, int(self._left(shown_values, groups, lists) // height)))
        form = () if self.audience == "hr" else tuple(self.form(size))
        for name, text in (("form_title", FORM_TITLE), ("form_note", FORM_NOTE), ("form_signature", FORM_SIGNATURE)):
            lists[name] = (self.say(text),) if form else ()
        return Content(
            names=FIELDS,
            values=shown_values,
            lists=lists,
            groups=groups | {"form": form},
            language=self.language,
        )

    def _title(self) -> Text:
        """The title; that of a year that is not over on the day of the paper says so."""
        year, day = self.one.book.year, self.comes_from.day
        zh, en = f"{year} 年度心理健康教师工作量核算单", f"Statement of workload, {year}"
        if day is None or not self._is_open():
            return Text(zh, en)
        reached = f"{day.month}月{day.day}日"  # the year is that of the title; with it the line would be too long
        return Text(f"{zh}（年度未结束，截至{reached}）", f"{en} (the year is not over; as of {dated(day).en})")

    def _is_open(self) -> bool:
        """Whether something can still be done in the year on the day of the paper."""
        return self.comes_from.day is not None and self.comes_from.day <= self.one.book.period.end

    # ---- figures

    def figures(self) -> Iterator[dict[str, str]]:
        for part in self.one.quota.parts:
            yield from self._of_account(part)
        yield self._figure(self.one.quota, self.one.quota.title, _BLANK)
        for chapter in (self.one.training, self.one.case_reports):
            if not chapter.parts:
                yield self._figure(chapter, chapter.title, _BLANK)
            for part in chapter.parts:
                name = part.title
                if chapter is self.one.case_reports:
                    name = _of_semester(chapter, part)
                yield self._figure(part, name, _BLANK if part.value is None else self._measured(part.value, part))
        result = word("result", self.one.result, _BLANK)
        yield self._figure(self.one.evaluation, self.one.evaluation.title, self.say(result))

    def _of_account(self, part: Finding) -> Iterator[dict[str, str]]:
        for owed in part.parts:  # a requirement of each semester
            name = Text(f"{part.title.zh}（{owed.title.zh}）", f"{part.title.en}, {owed.title.en}")
            yield self._figure(owed, name, self._of_book(owed))
        yield self._figure(part, part.title, self._of_book(part))

    def _of_book(self, part: Finding) -> str:
        """A total, with the minutes of duty behind it."""
        if part.value is None:
            return _BLANK
        total = self._measured(part.value, part)
        minutes = part.book.minutes(part.account) if part.book is not None else 0
        if not minutes:
            return total
        counted = measured(minutes, "minute")
        return self.say(Text(f"{total}（{counted.zh}）", f"{total} ({counted.en})"))

    def _measured(self, value: Fraction, part: Finding) -> str:
        number = shown(value) if part.required is None else shown_beside(value, part.required)
        unit = self.say(measured(value, part.unit)).partition(" ")[2]
        return f"{number} {unit}".strip()

    def _figure(self, part: Finding, name: Text, value: str) -> dict[str, str]:
        articles = [part.clause.citation] if part.clause is not None else []
        if not articles and part.book is not None:
            articles = list(dict.fromkeys(line.clause.citation for line in part.lines if line.clause))
        lacking = part.shortfall
        return {
            "item": self.say(name),
            "value": value,
            "required": _BLANK if part.required is None else self.say(measured(part.required, part.unit)),
            "shortfall": _BLANK
            if lacking is None
            else self.say(measured(lacking, part.unit, up=True))
            if lacking
            else "0",
            "verdict": self.say(word("verdict", part.verdict)),
            "article": "、".join(articles) or _BLANK,
        }

    # ---- how they came about

    def trace(self, *, together: bool = False) -> Iterator[dict[str, str]]:
        """The credited lines by kind; ``together``: kinds of one clause in one line, where the page would overflow."""
        sums: dict[tuple[str, str], list[Line]] = {}
        for account in self.regulation.accounts:
            own = self.one.book.credited(account)
            for kind in self.regulation.kinds:
                for line in own:
                    if _kind(line) == kind and line.clause is not None:
                        sums.setdefault((account, line.clause.id if together else kind), []).append(line)
        for lines in sums.values():
            counted = Counter(self.say(self.regulation.kinds[_kind(line)].name) for line in lines)
            kind, months = next(iter(counted)), self._months(lines)
            if len(counted) > 1:
                number = len(counted)
                kind = self.say(Text(f"{kind}等 {number} 类", f"{kind} and {number - 1} more"))
                rows = [f"{name} {rows}" for name, rows in counted.items()]
                months += self.say(Text(f"；行数：{'、'.join(rows)}", f"; rows: {', '.join(rows)}"))
            yield {
                "kind": kind,
                "rows": str(len(lines)),
                "months": months,
                "formula": self.say(formula_of_lines(lines, self.regulation)),
                "article": "、".join(dict.fromkeys(line.clause.citation for line in lines if line.clause)),
            }

    def _months(self, lines: Iterable[Line]) -> str:
        sums: dict[tuple[int, int], Fraction] = {}
        unit = ""
        for line in lines:
            if isinstance(line.activity, Activity) and line.clause is not None:
                key = line.activity.date.year, line.activity.date.month
                sums[key] = sums.get(key, Fraction(0)) + line.quantity
                unit = self.say(measured(0, UNIT_OF_MEASURE[line.clause.measure])).partition(" ")[2]
        years = {year for year, _ in sums}
        zh = self.language == "zh"
        parts = []
        before = None
        for (year, month), total in sorted(sums.items()):
            name = f"{month}月" if zh else _MONTHS[month - 1][:3]
            if len(years) > 1 and year != before:
                name = f"{year}年{name}" if zh else f"{year} {name}"
            before = year
            parts.append(f"{name} {shown(total)}")
        told = "，".join(parts) if zh else ", ".join(parts)
        return f"{told}（{unit}）" if zh else f"{told} ({unit})"

    # ---- rows set aside

    def reasons(self) -> Iterator[dict[str, str]]:
        counted = Counter(line.reason or "fault" for line in self.aside)
        for reason, text in REASONS.items():
            if counted[reason]:
                rows = [line.activity.row for line in self.aside if (line.reason or "fault") == reason]
                yield {"reason": self.say(text), "count": str(counted[reason]), "rows": self._rows(rows)}
        if not counted:
            yield {"reason": self.say(_NONE), "count": "0", "rows": _BLANK}

    def _rows(self, rows: Iterable[int | None]) -> str:
        known = [row for row in rows if row is not None]
        if self.audience == "hr" or not known:
            return _BLANK
        ranges = row_ranges(known).split("、")
        more = "……" if len(ranges) > MOST_RANGES else ""
        listed = "、".join(ranges[:MOST_RANGES]) + more
        return listed if self.language == "zh" else listed.replace("、", ", ")

    # ---- remarks and readings

    def remarks(self) -> Iterator[str]:
        one = self.one
        yield self.say(_sentence(self._row_count()))
        chapters = (one.training, one.case_reports, one.evaluation)
        known = [*one.remarks(), *(text for chapter in chapters for text in chapter.missing)]
        for what, texts in (
            (Text("须知", "To know"), tuple(dict.fromkeys(known))),
            (Text("达标办法", "To meet the requirements"), one.to_meet() if self._is_open() else ()),
            (Text("差额", "Shortfall"), () if self._is_open() else tuple(_shortfalls(one))),
            (Text("换一种口径，结论会不同", "Another reading would change a verdict"), tuple(self._alternatives())),
            (Text("提示（已计入，请核对）", "Warnings (credited; please check)"), tuple(self._notices())),
        ):
            if texts:
                told = joined(Text(text.zh.rstrip("。"), text.en.rstrip(".")) for text in texts)
                yield self.say(_sentence(Text(f"{what.zh}：{told.zh}", f"{what.en}: {told.en}")))
        if self.found.faults:
            number = len(self.found.faults)
            yield self.say(
                Text(f"核算时跳过了全部输入中的 {number} 处错误。", f"{number} faults of the input were skipped.")
            )

    def _alternatives(self) -> Iterator[Text]:
        """Each other reading that would change verdicts, once, with all that it would change."""
        changed: dict[tuple[str, str], list[Text]] = {}
        for other in self.one.alternatives:
            name = self.regulation.account(other.finding).name
            total = Text("", "") if other.total is None else measured(other.total, other.unit)
            if other.required is not None:
                required = shown(other.required)
                total = Text(f"{total.zh}（要求 {required}）", f"{total.en} (required {required})")
            verdict = word("verdict", other.verdict)
            told = Text(f"{name.zh} {total.zh}，{verdict.zh}", f"{name.en} {total.en}, {verdict.en}")
            changed.setdefault((other.switch, other.value), []).append(told)
        for (switch, value), texts in changed.items():
            reading, would = self.regulation.readings[switch], joined(texts, "、", ", ")
            meaning = reading.values[value]
            yield Text(
                f"“{reading.question.zh}”若取“{meaning.zh}”，则{would.zh}",
                f"with “{meaning.en}” for “{reading.question.en}”: {would.en}",
            )

    def _row_count(self) -> Text:
        credited = self.read - len(self.aside)
        return Text(
            f"工作记录 {self.read} 行 = 计入 {credited} 行 + 未计入 {len(self.aside)} 行",
            f"{self.read} activity rows = {credited} credited + {len(self.aside)} set aside",
        )

    def _notices(self) -> Iterator[Text]:
        for code, text in CODES.items():
            own = [notice for notice in self.one.book.notices if notice.code == code]
            rows = self._rows(notice.row for notice in own)
            if own and rows == _BLANK:
                yield Text(f"{text.zh}，{len(own)} 行", f"{text.en}: {len(own)} rows")
            elif own:
                yield Text(f"{text.zh}（第{rows}行）", f"{text.en} (row {rows})")

    def readings(self) -> Iterator[str]:
        """Those that this paper used, and what was answered."""
        return readings_lines(self.regulation, self.found.readings, set(self._used()), self.language)

    def _used(self) -> Iterator[str]:
        """The readings that have a part in the figures of this teacher."""
        book, kinds = self.one.book, self.regulation.kinds
        rows = [line.activity for line in book.lines if isinstance(line.activity, Activity)]
        for measure in {kinds[row.kind].measure for row in rows if row.kind in kinds}:
            yield from READINGS_OF[measure]
        if any(line.reason == "no_value" for line in self.aside):
            yield "unlisted_kinds"
        yield from ("year", "semesters", "before_start")
        if self.one.quota.verdict == "not_applicable":
            yield "full_time"
        else:
            yield "counseling_fills_teaching"
            if book.standing.terms:
                yield "part_year"

    # ---- the form

    def _left(
        self,
        values: Mapping[str, str],
        groups: Mapping[str, Sequence[Mapping[str, str]]],
        lists: Mapping[str, Sequence[str]],
    ) -> float:
        """About how much of the page is left for the form, in points."""
        across, left = LETTERS[self.language], float(SPACE[self.language])
        shares = HEAD_SHARES[self.language][1::2]
        for start in (0, len(HEAD) // 2):
            fields = [field for field, _ in HEAD[start : start + len(HEAD) // 2]]
            left -= _height(values, dict(zip(fields, shares, strict=True)), across)
        for group, records in groups.items():
            columns = {field: share for field, _, share in COLUMNS[group]}
            left -= sum(_height(record, columns, across) for record in records)
        return left - sum(LINE * lines_of(line, across) for lines in lists.values() for line in lines)

    def form(self, size: int) -> Iterator[dict[str, str]]:
        """The rows set aside that the year could have counted, as many as fit, and blank ones."""
        own = [line for line in self.aside if line.reason != "outside_period"]
        for line in own[: size - BLANK_ROWS]:
            yield self._disputed(line)
        for _ in range(size - min(len(own), size - BLANK_ROWS)):
            yield dict.fromkeys((field for field, _, _ in COLUMNS["form"]), "")

    def _disputed(self, line: Line) -> dict[str, str]:
        row = line.activity
        kind = when = ""
        number = "" if row.row is None else str(row.row)
        if self.audience == "center":
            number = f"{number} {row.record_id}".strip()
        if isinstance(row, Activity):
            kind = self.say(self.regulation.kinds[row.kind].name) if row.kind in self.regulation.kinds else row.kind
            when = f"{row.date:%Y-%m}"
            if self.audience == "center":
                times = f" {row.start:%H:%M}–{row.end:%H:%M}" if row.start and row.end else ""
                when = f"{row.date}{times}"
        return {
            "row": number,
            "when": when,
            "kind": kind,
            "result": self.say(REASONS[line.reason or "fault"]),
            "opinion": "",
        }


def _sentence(text: Text) -> Text:
    return Text(f"{text.zh}。", f"{text.en}.")


def _shortfalls(one: TeacherEvaluation) -> Iterator[Text]:
    """What is missing of each requirement that was not met, of a year in which nothing can be done any more."""
    findings = [*one.quota.parts, *one.training.parts]
    findings += [evolve(part, title=_of_semester(one.case_reports, part)) for part in one.case_reports.parts]
    for part in findings:
        if part.verdict == "not_met" and part.shortfall:
            amount = measured(part.shortfall, part.unit, up=True)
            yield Text(f"{part.title.zh} {amount.zh}", f"{part.title.en} {amount.en}")


def _of_semester(chapter: Finding, part: Finding) -> Text:
    return Text(f"{chapter.title.zh}（{part.title.zh}）", f"{chapter.title.en}, {part.title.en}")


def _height(record: Mapping[str, str], columns: Mapping[str, int], across: int) -> float:
    """About how high a row of a table is, in points, whose columns have those shares of a line of so many letters."""
    lines = (lines_of(record[field], across * share // 100 - 2) for field, share in columns.items())
    return LINE * max(lines) + PAD


def lines_of(text: str, letters: int) -> int:
    r"""How many lines a text takes, of so many letters each.

    >>> lines_of("一二三四", 6), lines_of("甲\n乙", 6)
    (2, 2)
    """
    return sum(max(1, -(-width(line) // letters)) for line in text.split("\n"))


def _kind(line: Line) -> str:
    return line.activity.kind if isinstance(line.activity, Activity) else ""


def formula_of_lines(lines: Sequence[Line], regulation: Regulation) -> Text:
    """How the lines of one kind come to their sum: their quantities together, the formula, the sum.

    Lines that are worked out alike are told together; the sum is that of the ledger lines.

    Raises:
        ValueError: a line was set aside.

    >>> from workload import Center, Teacher, evaluate
    >>> rows = [Activity("T01", date(2024, 3, day), "counseling_duty", minutes=90) for day in (5, 6)]
    >>> found = evaluate(Center([Teacher("T01", "part_time")], rows), 2024)
    >>> formula_of_lines(found.teachers[0].book.credited(), found.regulation).zh
    '180 分钟 ÷ 45 = 4 课时'
    """
    alike: dict[tuple[object, ...], list[Line]] = {}
    for line in lines:
        alike.setdefault((line.clause and line.clause.id, line.case, line.factor, line.title), []).append(line)
    zh, en, plain, unit = [], [], Fraction(0), ""
    for own in alike.values():
        one = own[0]
        if one.clause is None or one.case is None:
            raise ValueError("a line set aside has no formula")
        unit = one.clause.unit
        quantity = sum((Fraction(line.quantity) for line in own), Fraction(0))
        counted = measured(quantity, UNIT_OF_MEASURE[one.clause.measure])
        told_zh, told_en = counted.zh, counted.en
        if one.clause.per != 1:
            per = shown(one.clause.per, 4)
            told_zh, told_en = f"{told_zh} ÷ {per}", f"{told_en} / {per}"
        if one.case.value != 1:
            value, title = shown(one.case.value, 4), regulation.title_text(one.title)
            told_zh += f" × {value}" + (f"（{title.zh}）" if one.title else "")
            told_en += f" x {value}" + (f" ({title.en})" if one.title else "")
        if one.factor != 1:
            factor = shown(one.factor, 4)
            told_zh, told_en = f"{told_zh} × {factor}（系数或份额）", f"{told_en} x {factor} (factor or share)"
        zh.append(told_zh)
        en.append(told_en)
        plain += quantity * one.case.value / one.clause.per * one.factor
    total = sum((line.amount for line in lines), Fraction(0))
    amount = measured(total, unit)
    whole = Text(" + ".join(zh), " + ".join(en))
    lost = sum(line.lost_minutes for line in lines)
    told = Text(f"（已减重叠 {lost} 分钟）", f" ({lost} minutes of overlap taken off)") if lost else Text("", "")
    if plain != total:
        return Text(
            f"{whole.zh} = {shown(plain)}，取整或封顶后 {amount.zh}{told.zh}",
            f"{whole.en} = {shown(plain)}, rounded or capped {amount.en}{told.en}",
        )
    if whole == amount:
        return Text(amount.zh + told.zh, amount.en + told.en)
    return Text(f"{whole.zh} = {amount.zh}{told.zh}", f"{whole.en} = {amount.en}{told.en}")


def dated(day: date | None) -> Text:
    """The date of a paper; room for one where it has none.

    >>> dated(date(2025, 1, 6)).zh, dated(date(2025, 1, 6)).en
    ('2025年1月6日', '6 January 2025')
    """
    if day is None:
        return Text("　　　　年　　月　　日", "____________")
    return Text(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]} {day.year}")


def days_text(start: date, end: date) -> Text:
    """A period on a paper, as short as can be.

    >>> days_text(date(2024, 1, 1), date(2024, 12, 31))
    Text(zh='2024.1.1–12.31', en='1 Jan–31 Dec 2024')
    >>> days_text(date(2023, 9, 1), date(2024, 8, 31))
    Text(zh='2023.9.1–2024.8.31', en='1 Sep 2023–31 Aug 2024')
    """
    ends = f"{end.month}.{end.day}", f"{end.day} {_MONTHS[end.month - 1][:3]} {end.year}"
    starts = f"{start.year}.{start.month}.{start.day}", f"{start.day} {_MONTHS[start.month - 1][:3]}"
    if start.year == end.year:
        return Text(f"{starts[0]}–{ends[0]}", f"{starts[1]}–{ends[1]}")
    return Text(f"{starts[0]}–{end.year}.{ends[0]}", f"{starts[1]} {start.year}–{ends[1]}")


# Not by the locale, which is another one on each machine.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def basis_text(regulation: Regulation) -> Text:
    """The rules as a paper cites them.

    >>> from workload import load_regulation
    >>> basis_text(load_regulation()).zh
    '《周口职业技术学院进一步加强心理健康工作实施方案》（周职党〔2024〕33号）'
    """
    zh = f"《{regulation.name.zh}》" if regulation.name.zh else ""
    number = f"（{regulation.document}）" if regulation.document else ""
    return Text(f"{zh}{number}", f"{regulation.name.en} ({regulation.document or regulation.id})")


def width(text: str) -> int:
    """How wide a text is, in letters: a Chinese one counts two.

    >>> width("T01 教师")
    8
    """
    return sum(1 if letter.isascii() else 2 for letter in text)


# The readings that have a part in figures of work with that measure.
READINGS_OF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "minutes": ("partial_unit", "duty_minutes", "idle_duty", "overlap", "midnight"),
        "class_hours": ("teaching",),
        "events": ("title_on", "other_titles", "co_leaders"),
    }
)


def readings_lines(
    regulation: Regulation, readings: Mapping[str, str], used: Set[str], language: Language
) -> Iterator[str]:
    """The readings that a paper used, as question and answer: those that are not at their default first, one a line.

    Where the rules name no day on which they begin, no year was refused for it, and that is said instead.

    >>> from workload import load_regulation
    >>> rules = load_regulation()
    >>> readings = rules.chosen({"evaluation_gate": "final_year"})
    >>> for line in readings_lines(rules, readings, {"before_start", "evaluation_gate"}, "zh"):
    ...     print(line)
    【非默认】R14 “考核合格”看哪几年：只看最后一年
    默认口径：R20 施行之前的日期：规则未写施行日期，未限制年度。
    """
    zh = language == "zh"
    usual = []
    for name, reading in regulation.readings.items():
        value = readings.get(name, reading.default)
        if name not in used and value == reading.default:
            continue
        answer = reading.values.get(value, Text(value, value))
        if name == "before_start" and regulation.effective_from is None:
            answer = Text("规则未写施行日期，未限制年度", "the rules name no first day; no year was refused")
        question = reading.question.get(language)
        told = f"{reading.number} {question}{'：' if zh else ': '}{answer.get(language)}"
        if value != reading.default:
            yield f"【非默认】{told}" if zh else f"[not the default] {told}"
        else:
            usual.append(told)
    if usual:
        yield f"默认口径：{'；'.join(usual)}。" if zh else f"At their default: {'; '.join(usual)}."


# ---------------------------------------------------------------- Word, HTML, Excel


def statement_docx(
    content: Content, template: bytes | None = None, *, name: str = "", day: date | None = None
) -> bytes:
    """The statement as a Word document, through the school's template or the packaged one.

    Raises:
        WorkloadError: the template is no Word file, or has unknown fields.

    >>> from workload import Center, Teacher, evaluate
    >>> from workload.provenance import provenance_of
    >>> center = Center([Teacher("T01", "part_time")], [])
    >>> found = evaluate(center, 2024)
    >>> said = statement(found, "T01", provenance_of(center, found.regulation, found.readings))
    >>> statement_docx(said)[:2]
    b'PK'
    """
    chosen = packaged_template(NAME, content.language) if template is None else template
    return filled(chosen, content, name=name or f"{NAME}.docx", title=content.values["title"], day=day)


def write_statement(
    path: Path,
    content: Content,
    *,
    template: bytes | None = None,
    template_name: str = "",
    day: date | None = None,
    overwrite: bool = True,
) -> None:
    """Write the statement as what the file's ending says: ``.docx``, ``.xlsx`` or ``.html``.

    Raises:
        WorkloadError: the file cannot be written, or the template is wrong.
        ValueError: another ending.

    >>> said = Content(names=(), values={}, lists={}, groups={})
    >>> write_statement(Path("statement.pdf"), said)
    Traceback (most recent call last):
    ValueError: a statement is .docx, .xlsx or .html, not .pdf
    """
    ending = path.suffix.lower()
    if ending == ".docx":
        found = statement_docx(content, template, name=template_name, day=day)
        written_bytes(path, found, overwrite=overwrite)
    elif ending == ".html":
        refuse(path, overwrite=overwrite)
        written_text(path, statement_html(content))
    elif ending == ".xlsx":
        written(path, lambda temporary: _write_xlsx(temporary, content, day), overwrite=overwrite)
    else:
        raise ValueError(f"a statement is .docx, .xlsx or .html, not {ending}")


def _parts(content: Content) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The parts of the page below its heading, in order: their title, the group or the lines below it."""
    for name, title in TITLES.items():
        is_group = name in COLUMNS
        yield title.get(content.language), name if is_group else "", () if is_group else content.lists[name]
    if content.groups["form"]:
        yield content.lists["form_title"][0], "form", content.lists["form_signature"]


_CSS = """
@page { size: A4; margin: 9mm 14mm }
* { box-sizing: border-box }
body { font: 8pt/1.25 SimSun, "Songti SC", "Noto Serif CJK SC", "Noto Serif SC", serif; margin: 0 auto; color: #000;
  max-width: 180mm }
h1 { font-size: 14pt; text-align: center; margin: 0 0 1mm }
h2 { font-size: 9pt; margin: 1.6mm 0 .6mm }
p { margin: 0 0 .6mm }
p.center { text-align: center }
table { border-collapse: collapse; width: 100%; table-layout: fixed; margin: 0 }
th, td { border: .5pt solid #444; padding: .2mm 1mm; text-align: left; vertical-align: middle;
  overflow-wrap: anywhere }
th { background: #eef2f6; font-weight: bold }
table.trace, table.aside, table.form { font-size: 7.5pt }
td { white-space: pre-line }
table.form td { height: 4.6mm }
table.form + p { margin-top: 2mm; white-space: pre-wrap }
.small { font-size: 7pt }
footer { margin-top: 1.5mm; border-top: .5pt solid #444; font-size: 7pt; padding-top: .8mm }
@media print { tr, h2 { break-inside: avoid } h2 { break-after: avoid } }
""".strip()


def statement_html(content: Content) -> str:
    """The statement as one HTML file that needs nothing else: no script, no picture, prints on A4.

    >>> from workload import Center, Teacher, evaluate
    >>> from workload.provenance import provenance_of
    >>> center = Center([Teacher("T01", "part_time", "<教师>")], [])
    >>> found = evaluate(center, 2024)
    >>> said = statement(found, "T01", provenance_of(center, found.regulation, found.readings))
    >>> "&lt;教师&gt;" in statement_html(said)
    True
    """
    say, value = html.escape, content.values
    language = "zh-CN" if content.language == "zh" else "en"
    out = [
        "<!DOCTYPE html>",
        f'<html lang="{language}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{say(value['title'])} {say(value['teacher_id'])}</title>",
        f"<style>\n{_CSS}\n</style></head><body>",
        f"<h1>{say(value['title'])}</h1>",
        f'<p class="center">{say(_basis_line(content))}</p>',
        f"<table>{_html_columns(HEAD_SHARES[content.language])}",
    ]
    for pairs in (HEAD[:4], HEAD[4:]):
        cells = (f"<th>{say(label.get(content.language))}</th><td>{say(value[field])}</td>" for field, label in pairs)
        out.append(f"<tr>{''.join(cells)}</tr>")
    out.append("</table>")
    for title, group, lines in _parts(content):
        out.append(f"<h2>{say(title)}</h2>")
        if group == "form":
            out.append(f"<p>{say(content.lists['form_note'][0])}</p>")
        if group:
            out += _html_table(content, group)
        small = ' class="small"' if not group else ""
        out += [f"<p{small}>{say(line)}</p>" for line in lines]
    out.append(f"<footer>{say(value['audience'])}<br>{say(value['footer'])}</footer>")
    out.append("</body></html>\n")
    return "\n".join(out)


def _basis_line(content: Content) -> str:
    return BASIS.get(content.language) + content.values["basis"]


def _html_table(content: Content, group: str) -> Iterator[str]:
    columns = COLUMNS[group]
    yield f'<table class="{group}">{_html_columns([share for _, _, share in columns])}'
    headers = "".join(f"<th>{html.escape(header.get(content.language))}</th>" for _, header, _ in columns)
    yield f"<thead><tr>{headers}</tr></thead><tbody>"
    for record in content.groups[group]:
        yield "<tr>" + "".join(f"<td>{html.escape(record[field])}</td>" for field, _, _ in columns) + "</tr>"
    yield "</tbody></table>"


def _html_columns(shares: Sequence[int]) -> str:
    columns = (f'<col style="width:{100 * share / sum(shares):.0f}%">' for share in shares)
    return f"<colgroup>{''.join(columns)}</colgroup>"


GRID = 50  # narrow columns of the sheet, of which each column of a table takes its share
SHEET_LETTERS = 120  # on a line across the sheet
ROW_POINTS = 12.5


def _write_xlsx(path: Path, content: Content, day: date | None) -> None:
    """The statement as one sheet that prints on one A4 page."""
    book = xlsxwriter_module().Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    stamp = date(2000, 1, 1) if day is None else day
    book.set_properties(
        {
            "title": content.values["title"],
            "author": "workload",
            "created": datetime(stamp.year, stamp.month, stamp.day),  # noqa: DTZ001  # a workbook knows no time zone
        }
    )
    font = {"font_name": "宋体" if content.language == "zh" else "Times New Roman", "font_size": 9}
    look = {
        "title": book.add_format(font | {"font_size": 15, "bold": True, "align": "center", "valign": "vcenter"}),
        "center": book.add_format(font | {"align": "center", "text_wrap": True}),
        "part": book.add_format(font | {"font_size": 10, "bold": True, "valign": "bottom"}),
        "header": book.add_format(
            font | {"bold": True, "border": 1, "bg_color": "#EEF2F6", "text_wrap": True, "valign": "vcenter"}
        ),
        "cell": book.add_format(font | {"border": 1, "text_wrap": True, "valign": "vcenter", "num_format": "@"}),
        "line": book.add_format(font | {"text_wrap": True, "valign": "top"}),
    }
    sheet = book.add_worksheet("核算单" if content.language == "zh" else "statement")
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 1)
    sheet.center_horizontally()
    sheet.hide_gridlines(2)
    sheet.set_column(0, GRID - 1, 1.45)
    _Sheet(sheet, content, look).write()
    close_workbook(book)


class _Sheet:
    """The sheet of a statement while it is written, row by row."""

    def __init__(self, sheet: Any, content: Content, look: Mapping[str, Any]) -> None:
        self.sheet, self.content, self.look, self.row = sheet, content, look, 0

    def write(self) -> None:
        content = self.content
        language = content.language
        self.across(content.values["title"], "title", 24)
        self.across(_basis_line(content), "center")
        for pairs in (HEAD[:4], HEAD[4:]):
            cells = [piece for field, label in pairs for piece in (label.get(language), content.values[field])]
            self.cells(cells, HEAD_SHARES[language], ["header", "cell"] * len(pairs))
        for title, group, lines in _parts(content):
            self.across(title, "part", 17)
            if group == "form":
                self.across(content.lists["form_note"][0], "line")
            if group:
                shares = [share for _, _, share in COLUMNS[group]]
                self.cells([header.get(language) for _, header, _ in COLUMNS[group]], shares, ["header"] * len(shares))
                for record in content.groups[group]:
                    texts = [record[field] for field, _, _ in COLUMNS[group]]
                    self.cells(texts, shares, ["cell"] * len(shares), FORM_ROW * 1.4 if group == "form" else 0)
            for line in lines:
                self.across(line, "line", 26 if group else None)
        self.across(content.values["audience"], "line")
        self.across(content.values["footer"], "line")
        self.sheet.print_area(0, 0, self.row - 1, GRID - 1)

    def across(self, text: str, look: str, height: float | None = None) -> None:
        """A line across the page."""
        self.sheet.set_row(self.row, height or ROW_POINTS * lines_of(text, SHEET_LETTERS))
        self.sheet.merge_range(self.row, 0, self.row, GRID - 1, text, self.look[look])
        self.row += 1

    def cells(self, texts: Sequence[str], shares: Sequence[int], looks: Sequence[str], least: float = 0) -> None:
        """A row of a table; each cell takes its share of the narrow columns."""
        whole, start, passed, lines = sum(shares), 0, 0, 1
        for text, share, look in zip(texts, shares, looks, strict=True):
            passed += share
            end = max(start + 1, GRID * passed // whole)
            self.sheet.merge_range(self.row, start, self.row, end - 1, text, self.look[look])
            lines = max(lines, lines_of(text, SHEET_LETTERS * (end - start) // GRID - 1))
            start = end
        self.sheet.set_row(self.row, max(ROW_POINTS * lines + 2, least))
        self.row += 1
