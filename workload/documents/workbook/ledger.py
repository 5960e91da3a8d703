"""The ledger sheet: every activity row with what it gives, worked out by formulas from the row itself.

In the center's own workbook a row is judged by formulas too: cancelled, twice, outside the appointment, its time taken
by another duty. What leaves the center has sums by month instead, and no time of a single duty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property

from attrs import frozen

from workload.documents.workbook.lines import BookLine, Books, Sum, sums
from workload.documents.workbook.roster import RosterSheet
from workload.documents.workbook.rules import NONE, KindRule, RuleSheet
from workload.documents.workbook.sheets import Book, Cell, Field, Layout, Sheet, Value, number, quoted, serial
from workload.ledger import time_order
from workload.records import MINUTES_A_DAY, Activity
from workload.regulation import Case, Credit, Remainder
from workload.text import Language, Text
from workload.vocabulary import REASONS, column_text, word

SHEET = Text("台账", "Ledger")
CREDITED = Text("计入", "credited")
HEAD_ROW = 3  # of the header, counted from 1
JUDGED_BEFORE = ("cancelled", "outside_period", "not_attended")  # before duplicates are looked for
DAY = 24 * 60 * 60  # seconds
BEGIN = 10**7  # minute and row of a duty as one number, so that no two begin at the same; well below 2**53
STAGE = (*JUDGED_BEFORE, "duplicate", "outside_appointment", "no_value")  # all that needs no other duty's time


@frozen(eq=False)
class LedgerSheet:
    """The ledger sheet's content and where its columns stand."""

    books: Books
    rules: RuleSheet
    roster: RosterSheet
    language: Language
    detailed: bool  # the center's own: every row, with its day and time

    @property
    def name(self) -> str:
        """The sheet's name."""
        return SHEET.get(self.language)

    @cached_property
    def sums(self) -> tuple[Sum, ...]:
        """The lines as sums, for what leaves the center."""
        return sums(self.books.lines, self.books.basis.regulation.calendar)

    @cached_property
    def homes(self) -> Mapping[int, int]:
        """For the place of each line that continues another in the next year, the other's row."""
        rows = {
            id(line.line.activity): self.row(place) for place, line in enumerate(self.books.lines) if not line.continued
        }
        return {place: rows[id(line.line.activity)] for place, line in enumerate(self.books.lines) if line.continued}

    @property
    def beyond(self) -> str | None:
        """The condition, over all lines, that a duty lasts beyond its year; none where no formula knows the years."""
        kind = self.books.basis.readings["year"]
        if kind == "appointment":
            return None
        month, day = self.books.basis.regulation.calendar.academic_year if kind == "academic" else (1, 1)
        # Of what lasts beyond the evaluated year itself nothing is asked here.
        after = f"DATE(ledger_year+1,{month},{day})*{MINUTES_A_DAY}"
        return f"(ledger_finish>{after})*(ledger_year<{self.books.year})"

    @cached_property
    def repeated_ids(self) -> frozenset[tuple[int, str]]:
        """Record ids that a teacher has more than once; only there a duplicate can be told by its id."""
        seen = Counter((line.number, line.line.activity.record_id) for line in self.books.lines if not line.continued)
        return frozenset(key for key, times in seen.items() if times > 1 and key[1])

    @cached_property
    def attended(self) -> bool:
        """Whether it matters if a client came."""
        return self.books.basis.readings["idle_duty"] == "attended_only"

    @cached_property
    def weighed(self) -> bool:
        """Whether any line has a factor."""
        return any(line.line.factor != 1 for line in self.books.lines)

    @cached_property
    def layout(self) -> Layout:
        """The columns."""
        return Layout(self.name, tuple(self._fields()), HEAD_ROW + 1)

    @property
    def length(self) -> int:
        """How many lines there are."""
        return len(self.books.lines) if self.detailed else len(self.sums)

    def row(self, place: int) -> int:
        """The row of a line, counted from 1."""
        return HEAD_ROW + 1 + place

    def _fields(self) -> Iterator[Field]:
        if self.detailed:
            yield from self._own_fields()
        else:
            yield from self._sum_fields()

    def _activity(self, name: str, width: float, style: str) -> Field:
        return Field(name, column_text("activities", name).get(self.language), width, style)

    def _results(self) -> Iterator[Field]:
        """What every ledger says of a line."""
        zh = self.language == "zh"
        yield Field("title", column_text("titles", "title").get(self.language), 9, "word")
        yield Field("year", "年度" if zh else "year", 7, "year")
        yield Field("treatment", "处理" if zh else "treatment", 18, "word")
        yield Field("account", "账户" if zh else "account", 7, "word")
        yield Field("quantity", "计入数量" if zh else "quantity", 9, "figure")
        yield Field("measure", "计量" if zh else "counted in", 7, "word")
        if self.weighed:
            yield Field("factor", "系数" if zh else "factor", 7, "figure")
        yield Field("amount", "折合" if zh else "amount", 9, "two")
        yield Field("article", "条款" if zh else "article", 15, "text")

    def _own_fields(self) -> Iterator[Field]:
        """The columns of the center's own ledger; last, folded away, what the formulas need beside."""
        zh = self.language == "zh"
        yield self._activity("teacher_id", 10, "text")
        yield Field("row", "数据行" if zh else "row", 7, "number")
        yield self._activity("record_id", 11, "text")
        yield self._activity("date", 11, "date")
        yield self._activity("kind", 13, "text")
        yield self._activity("start", 8, "time")
        yield self._activity("end", 8, "time")
        yield self._activity("minutes", 7, "figure")
        yield self._activity("class_hours", 7, "figure")
        yield self._activity("events", 6, "figure")
        yield self._activity("status", 6, "word")
        if self.attended:
            yield self._activity("attended", 7, "word")
        yield from self._results()
        yield Field("notices", "提示" if zh else "warnings", 26, "text")
        for name, zh_name, style in (
            ("teacher_no", "教师序号", "count"),
            ("continued", "续行", "count"),
            ("rows", "行数", "count"),
            ("home", "原工号", "text"),
            ("home_year", "原年度", "count"),
            ("kind_no", "类别序号", "count"),
            ("alive", "到查重", "count"),
            ("key", "查重键", "count"),
            ("stage", "初判", "text"),
            ("begin", "起(分)与行", "count"),
            ("finish", "止(分)", "count"),
            ("kept", "所余(分)", "count"),
            *(
                (("pool", "累计组", "text"), ("turn", "次序", "count"), ("raw", "取整前", "figure"))
                if self.pooled
                else ()
            ),
        ):
            yield Field(name, zh_name if zh else name.replace("_", " "), 9, style, hidden=True)

    def _sum_fields(self) -> Iterator[Field]:
        """The columns of what leaves the center: no day, no time, no single row."""
        zh = self.language == "zh"
        yield self._activity("teacher_id", 12, "text")
        yield Field("month_text", "月份" if zh else "month", 10, "word")
        yield self._activity("kind", 16, "text")
        yield Field("rows", "行数" if zh else "rows", 7, "count")
        yield from self._results()
        yield Field("teacher_no", "教师序号" if zh else "teacher no", 9, "count", hidden=True)
        yield Field("month", "年月" if zh else "month no", 9, "count", hidden=True)
        yield Field("continued", "续行" if zh else "continued", 9, "count", hidden=True)
        yield Field("semester", "学期" if zh else "semester", 9, "text", hidden=True)

    # ---- words

    def treatment(self, reason: str | None) -> str:
        """What became of a line: credited, or the reason why it is set aside."""
        return (CREDITED if reason is None else REASONS[reason]).get(self.language)

    def is_live(self, rule: KindRule) -> bool:
        """Whether what a line of the kind gives can be worked out by a formula."""
        return rule.plain and not rule.capped and (self.detailed or rule.remainder.round == "exact")

    @cached_property
    def pooled(self) -> bool:
        """Whether some kind is rounded over several lines together, by formulas."""
        remainders = (
            self.books.basis.remainder(clause)
            for rule in self.rules.kinds.values()
            for clause in rule.clauses
            if not rule.capped
        )
        return self.detailed and any(one.round != "exact" and one.pool != "record" for one in remainders)

    @cached_property
    def exchangeable(self) -> Mapping[str, tuple[str, ...]]:
        """The kinds that a row of a kind may be changed to in the sheet: of one measure, each with a formula.

        Kinds that are rounded or chosen otherwise stay as they are.
        """
        groups: dict[str, list[str]] = {}
        for kind, rule in self.rules.kinds.items():
            if rule.is_exchangeable:
                groups.setdefault(rule.kind.measure, []).append(kind)
        return {kind: tuple(group) for group in groups.values() for kind in group if len(group) > 1}

    def is_looked_up(self, kind: str) -> bool:
        """Whether what a row gives is looked up by its kind and title, or stands fast with its kind."""
        rule = self.rules.kinds[kind]
        return kind in self.exchangeable or (self.is_live(rule) and rule.titled)

    # ---- writing

    def write(self, book: Book) -> None:
        """Write the sheet and name its columns."""
        sheet = book.sheet(self.name)
        layout = self.layout
        visible = sum(not field.hidden for field in layout.fields)
        zh = self.language == "zh"
        title = f"{self.books.year} 年度台账" if zh else f"Ledger {self.books.year}"
        sheet.title_row(0, title, visible)
        sheet.title_row(1, self._note(), visible, "note", 16)
        sheet.head(HEAD_ROW - 1, layout.fields)
        last = max(self.length, 1)
        for field in layout.fields:
            book.name(f"ledger_{field.name}", self.name, layout.block(field.name, HEAD_ROW + 1, HEAD_ROW + last))
        for place, cells in enumerate(self.values):
            for column, field in enumerate(layout.fields):
                cell = cells.get(field.name)
                if cell is not None and (cell.value is not None or cell.formula or not field.hidden):
                    style = f"typed {field.style}" if cell.typed else field.style
                    sheet.put(HEAD_ROW + place, column, cell.value, style, cell.formula)
        if self.detailed:
            self._validate(sheet)
        sheet.worksheet.hide_gridlines(1)  # shown on the screen: blank cells have no borders of their own here
        sheet.worksheet.freeze_panes(HEAD_ROW, 1)
        sheet.worksheet.autofilter(HEAD_ROW - 1, 0, HEAD_ROW - 1 + last, visible - 1)
        sheet.worksheet.repeat_rows(HEAD_ROW - 1)
        printed = layout.places["article"]  # warnings are for the screen: with them a printed page would be too small
        sheet.worksheet.print_area(0, 0, HEAD_ROW - 1 + last, printed)

    def _note(self) -> str:
        if not self.detailed:
            return Text(
                "按月合计，不含单次值班的日期和时间。结论由公式从本表算出。",
                "Sums by month, without the day or time of a single duty. The verdicts are worked out from here.",
            ).get(self.language)
        return Text(
            "浅黄色的格可以改，其余由公式算出；可以筛选，请不要排序或插入行。改动不回到原数据，须另行更正。",
            "Cells on yellow may be changed, formulas follow. Filter, but do not sort or insert rows. "
            "The records stay as they are.",
        ).get(self.language)

    def _validate(self, sheet: Sheet) -> None:
        """Lists to choose from, for what may be changed."""
        status = [word("status", name).get(self.language) for name in ("done", "cancelled")]
        last = HEAD_ROW - 1 + max(self.length, 1)
        column = self.layout.places["status"]
        sheet.worksheet.data_validation(HEAD_ROW, column, last, column, {"validate": "list", "source": status})
        column = self.layout.places["kind"]
        for group in dict.fromkeys(self.exchangeable.values()):
            rows = [
                HEAD_ROW + place
                for place, line in enumerate(self.books.lines)
                if line.activity is not None and line.activity.kind in group
            ]
            spans = [[first, column, end, column] for first, end in _runs(rows)]
            if spans:
                rule = {"validate": "list", "source": f"={self.rules.kind_block(group)}", "other_cells": spans[1:]}
                sheet.worksheet.data_validation(*spans[0], rule)

    # ---- the cells

    @cached_property
    def values(self) -> tuple[dict[str, Cell], ...]:
        """The cells of each line by column."""
        if not self.detailed:
            return tuple(self._sum(one, self.row(place)) for place, one in enumerate(self.sums))
        turns = self._turns() if self.pooled else {}
        return tuple(_Line(self, line, place, turns).cells() for place, line in enumerate(self.books.lines))

    def _turns(self) -> Mapping[int, int]:
        """The order of time, in which pools are rounded."""
        found: dict[int, int] = {}
        for span in self.books.blocks.values():
            known = [(line.activity, place) for place in span if (line := self.books.lines[place]).activity is not None]
            known.sort(key=lambda pair: (*time_order(pair[0]), pair[1]))
            found.update({place: turn for turn, (_, place) in enumerate(known, start=1)})
        return found

    def _sum(self, one: Sum, row: int) -> dict[str, Cell]:
        clause, case = one.clause, one.first.line.case
        found = {
            "teacher_id": Cell(one.teacher_id or NONE),
            "month_text": Cell(NONE if one.month is None else f"{one.month // 100}-{one.month % 100:02}"),
            "kind": Cell(self.rules.kind(one.kind) if one.kind else NONE),
            "rows": Cell(one.rows),
            "title": Cell(self.rules.title(one.title)),
            "year": Cell(one.year or 0),
            "treatment": Cell(self.treatment(one.reason)),
            "account": Cell(self.rules.account(one.account) if one.account else ""),
            "quantity": Cell(number(one.quantity)),
            "measure": Cell(self.rules.measure(one.kind) if one.kind else ""),
            "teacher_no": Cell(one.number),
            "month": Cell(one.month),
            "continued": Cell(int(one.continued)),
            "semester": Cell(one.semester),
            "article": Cell(one.clause.citation if one.clause else ""),
            "amount": Cell(0),
        }
        if clause is not None and case is not None:
            found["factor"] = Cell(number(one.first.line.factor))
            live = self.is_live(self.rules.kinds[one.kind])
            found["amount"] = Cell(number(one.amount), self.product(row, clause, case) if live else "")
        return found

    def product(self, row: int, clause: Credit, case: Case) -> str:
        """The formula of what a line gives by a known clause, before any rounding."""
        factor = f"*{self.layout.cell('factor', row)}" if self.weighed else ""
        names = self.rules.names
        return f"{self.layout.cell('quantity', row)}*{names.case(clause, case)}{factor}/{names.first(clause)}"


@frozen(eq=False)
class _Line:
    """The cells of one line, each a value of the library with the formula that gives it."""

    sheet: LedgerSheet
    one: BookLine
    place: int
    turns: Mapping[int, int]

    @cached_property
    def row(self) -> int:
        return self.sheet.row(self.place)

    def ref(self, name: str) -> str:
        return f"${self.sheet.layout.letters[name]}{self.row}"

    @cached_property
    def _span(self) -> range:
        return self.sheet.books.blocks[self.one.number, self.one.year]

    def block(self, name: str) -> str:
        """The column within the lines of the same teacher and year."""
        return self.sheet.layout.block(name, self.sheet.row(self._span.start), self.sheet.row(self._span.stop - 1))

    def says(self, reason: str | None) -> str:
        """A treatment's word as it stands in a formula."""
        return quoted(self.sheet.treatment(reason))

    @cached_property
    def here(self) -> str:
        """The test whether the line is credited."""
        return f"{self.ref('treatment')}={self.says(None)}"

    def cells(self) -> dict[str, Cell]:
        one, activity = self.one, self.one.activity
        found = {
            "teacher_id": Cell(one.teacher_id or NONE),
            "row": Cell(one.line.activity.row),
            "record_id": Cell(one.line.activity.record_id),
            "teacher_no": Cell(one.number),
            "continued": Cell(int(one.continued)),
            "rows": Cell(1),
            "home": Cell(one.teacher_id or NONE),
            "home_year": Cell(one.year or 0),
            "notices": Cell("；".join(notice.message.get(self.sheet.language) for notice in one.notices)),
        }
        if activity is None:
            return found | {"treatment": Cell(self.sheet.treatment("fault")), "amount": Cell(0), "quantity": Cell(0)}
        return found | self._written(activity) | self._judged(activity) | self._valued(activity)

    @cached_property
    def _rule(self) -> KindRule:
        assert self.one.activity is not None  # noqa: S101  # asked only of a row that could be read
        return self.sheet.rules.kinds[self.one.activity.kind]

    @cached_property
    def _is_duty(self) -> bool:
        return self._rule.kind.measure == "minutes"

    @cached_property
    def _is_timed(self) -> bool:
        """A duty with start and end, which shares its time with others."""
        return self._is_duty and self.one.activity is not None and self.one.activity.interval is not None

    # -- what was written down

    @cached_property
    def _follows(self) -> bool:
        """Whether all that the row gives follows a change of any of its cells."""
        return self.sheet.is_live(self._rule) or not self._rule.clauses

    @cached_property
    def _counts(self) -> bool:
        """Whether what it gives follows a change of its quantity or status: a clause was chosen, and nothing else
        hangs on the quantity.
        """
        if self._follows:
            return True
        return not self._rule.capped and not self._rule.by_quantity and self.one.reason is None

    def _written(self, activity: Activity) -> dict[str, Cell]:
        language, home = self.sheet.language, self._home
        start, end = self.ref("start"), self.ref("end")
        both = activity.start is not None and activity.end is not None
        length = f"INT((MOD(ROUND(({end}-{start})*86400,0),86400)+30)/60)" if both else ""
        attended = None if activity.attended is None else "yes" if activity.attended else "no"
        measure = self._rule.kind.measure
        own = home is None
        follows, counts = own and self._follows, own and self._counts

        def written(name: str, value: Value, *, typed: bool) -> Cell:
            follows_home = home is not None and value is not None and self.sheet.layout.has(name)
            return Cell(value, self.sheet.layout.cell(name, home) if home is not None and follows_home else "", typed)

        status = word("status", "cancelled" if activity.cancelled else "done").get(language)
        return {
            "date": written("date", activity.date, typed=follows and self._knows_year),
            "kind": Cell(self.sheet.rules.kind(activity.kind), typed=own and activity.kind in self.sheet.exchangeable),
            "start": written("start", activity.start, typed=follows and activity.start is not None),
            "end": written("end", activity.end, typed=follows and both),
            "minutes": Cell(activity.minutes, length, typed=counts and not both and measure == "minutes"),
            "class_hours": Cell(number(activity.class_hours), typed=counts and measure == "class_hours"),
            "events": Cell(activity.events, typed=counts and measure == "events"),
            "status": written("status", status, typed=counts),
            "attended": written("attended", word("answer", attended).get(language), typed=counts and self._is_duty),
            "year": Cell(self.one.year or 0, self._year()),
        }

    @property
    def _knows_year(self) -> bool:
        """Whether the year follows the day: an appointment year is no matter of the calendar alone."""
        return self.one.year is not None and self.sheet.books.basis.readings["year"] != "appointment"

    @cached_property
    def _home(self) -> int | None:
        """The row of the line that this one continues in the next year."""
        return self.sheet.homes.get(self.place) if self.one.continued else None

    def _year(self) -> str:
        """The formula of the year in which a day counts; none where it does not follow the day."""
        basis, day = self.sheet.books.basis, self.ref("date")
        later = "+1" if self.one.continued else ""
        if not self._knows_year:
            return ""
        if basis.readings["year"] == "academic":
            month, first = basis.regulation.calendar.academic_year
            return f"YEAR({day})-({day}<DATE(YEAR({day}),{month},{first})){later}"
        return f"YEAR({day}){later}"

    # -- what became of it

    def _judged(self, activity: Activity) -> dict[str, Cell]:
        reason = self.one.reason
        before = [(name, test) for name in JUDGED_BEFORE if (test := self._is(name))]
        alive = reason not in JUDGED_BEFORE
        by_id = (self.one.number, activity.record_id) in self.sheet.repeated_ids
        found: dict[str, Cell] = {}
        twice = []
        if by_id:
            tests = ",".join(test for _, test in before)
            found["alive"] = Cell(int(alive), f"IF(OR({tests}),0,1)")
            ids, own = self.block("record_id"), self.ref("record_id")
            twice.append(f"SUMPRODUCT(EXACT({ids},{own})*{self.block('alive')}*(ROW({ids})<ROW()))>0")
        if activity.start is not None:
            found["key"] = Cell(_key(activity) if alive else 0, self._key_formula(activity, before))
            twice.append(self._is_same_time())
        ladder = self._after_duplicates(activity)
        if twice:
            ladder = f"IF(OR({','.join(twice)}),{self.says('duplicate')},{ladder})"
        for name, test in reversed(before):
            ladder = f"IF({test},{self.says(name)},{ladder})"
        if self._is_timed:
            stage = self.ref("stage")
            found["stage"] = Cell(self.sheet.treatment(reason) if reason in STAGE else "", ladder)
            begin, finish = self.ref("begin"), self.ref("finish")
            started, ended, kept = self._time(activity)
            minute = f"{self.ref('date')}*{MINUTES_A_DAY}+INT(ROUND({self.ref('start')}*86400,0)/60)"
            found["begin"] = Cell(
                started * BEGIN + (self.row if started else 0), f'IF({stage}="",({minute})*{BEGIN}+ROW(),0)'
            )
            found["finish"] = Cell(ended, f"IF({begin}=0,0,INT({begin}/{BEGIN})+{self.ref('minutes')})")
            found["kept"] = Cell(kept, f"IF({begin}=0,0,{self._kept(begin, finish)})")
            taken = f"IF({self.ref('kept')}=0,{self.says('overlap')},{self.says(None)})"
            treatment = f'IF({stage}<>"",{stage},{taken})'
            if self.one.continued:  # a line of its own only as long as the duty lasts into this year
                over = f"({minute})+{self.ref('minutes')}<={self._bounds()[0]}"
                treatment = f"IF(OR({self._is('cancelled')},{over}),{quoted(NONE)},{treatment})"
            found["treatment"] = Cell(self.sheet.treatment(reason), treatment)
        else:
            # The ladder ends in "" where nothing speaks against the row.
            found["treatment"] = Cell(self.sheet.treatment(reason), _last_blank(ladder, self.says(None)))
        return found

    def _is(self, reason: str) -> str:
        """The test for one of the reasons that come before all others; empty where it cannot hold."""
        language = self.sheet.language
        if reason == "cancelled":
            return f"{self.ref('status')}={quoted(word('status', 'cancelled').get(language))}"
        if reason == "outside_period":
            if self.one.year is None:
                return "TRUE"
            year, first = self.ref("year"), self.sheet.books.teachers[self.one.number - 1].first_year
            return f"OR({year}<{first},{year}>{self.sheet.books.year})"
        if not self.sheet.attended or not self._is_duty:
            return ""
        return f"{self.ref('attended')}<>{quoted(word('answer', 'yes').get(language))}"

    def _key_formula(self, activity: Activity, before: list[tuple[str, str]]) -> str:
        """Day, start and end in seconds as one whole number; 0 for a row that is out already."""
        tests = ",".join(test for _, test in before)
        end = "0" if activity.end is None else f"ROUND({self.ref('end')}*{DAY},0)+1"
        moment = f"{self.ref('date')}*{DAY}+ROUND({self.ref('start')}*{DAY},0)"
        return f"IF(OR({tests}),0,({moment})*{DAY + 1}+{end})"

    def _is_same_time(self) -> str:
        """Whether an earlier row has the same time, and then also the same kind and amounts.

        Numbers are found quickly; the rest is compared only where one is.
        """
        key, keys = self.ref("key"), self.block("key")
        names = ("kind", "minutes", "class_hours", "events")
        alike = "".join(f"*({self.block(name)}={self.ref(name)})" for name in names)
        earlier = f"MATCH({key},{keys},0)<ROW()-{self.sheet.row(self._span.start) - 1}"
        same = f"SUMPRODUCT(({keys}={key}){alike}*(ROW({keys})<ROW()))>0"
        return f"IF({key}=0,FALSE,IF({earlier},{same},FALSE))"

    def _after_duplicates(self, activity: Activity) -> str:
        """The reasons that follow on duplicates and ask for no other duty's time; ends in an empty text."""
        ladder = '""'
        if self.sheet.is_looked_up(activity.kind):
            ladder = f"IF(INDEX(kind_account,{self.ref('kind_no')})={quoted(NONE)},{self.says('no_value')},{ladder})"
        elif not self._rule.clauses:
            ladder = f"IF(TRUE,{self.says('no_value')},{ladder})"
        outside = self.sheet.roster.outside_terms(self.one.number, self.ref("date"))
        return f"IF({outside},{self.says('outside_appointment')},{ladder})" if outside else ladder

    # -- the time of a duty, in whole minutes since the calendar began

    def _time(self, activity: Activity) -> tuple[int, int, int]:
        """The begin and end of a duty that is judged by its time, and what others left of it."""
        if self.one.reason in STAGE or activity.start is None:
            return 0, 0, 0
        begin = serial(activity.date) * MINUTES_A_DAY + activity.start.hour * 60 + activity.start.minute
        return begin, begin + (activity.minutes or 0), int(self.one.line.quantity)

    def _kept(self, begin: str, finish: str) -> str:
        """One person, one minute: what duties with an earlier start (or the same, in an earlier row) have not taken."""
        reached = f"SUMPRODUCT(MAX(({self.block('begin')}<{begin})*{self.block('finish')}))"
        first, last = self._bounds()
        return f"MAX(0,MIN({finish},{last})-MAX(INT({begin}/{BEGIN}),{first},{reached}))"

    def _bounds(self) -> tuple[str, str]:
        """The first minute of the line's year, and the first after it."""
        basis, year = self.sheet.books.basis, self.ref("year")
        kind = basis.readings["year"]
        if kind == "natural":
            return f"DATE({year},1,1)*{MINUTES_A_DAY}", f"DATE({year}+1,1,1)*{MINUTES_A_DAY}"
        if kind == "academic":
            month, day = basis.regulation.calendar.academic_year
            first, last = (f"DATE({year}{more},{month},{day})*{MINUTES_A_DAY}" for more in ("", "+1"))
            return first, last
        if self.one.period is None:
            return "0", "0"
        period = self.one.period
        return str(serial(period.start) * MINUTES_A_DAY), str((serial(period.end) + 1) * MINUTES_A_DAY)

    # -- what it gives

    def _valued(self, activity: Activity) -> dict[str, Cell]:
        line, rules, rule = self.one.line, self.sheet.rules, self._rule
        source = {
            "minutes": self.ref("kept" if self._is_timed else "minutes"),
            "class_hours": self.ref("class_hours"),
            "events": self.ref("events"),
        }[rule.kind.measure]
        found = {
            "measure": Cell(rules.measure(activity.kind)),
            "quantity": Cell(number(Fraction(line.quantity)), f"IF({self.here},{source},0)"),
            "factor": Cell(number(line.factor) if line.reason is None else None),
        }
        if self.sheet.is_looked_up(activity.kind):
            return found | self._looked_up(rule)
        cited = line.clause.citation if line.clause else "、".join(dict.fromkeys(one.citation for one in rule.clauses))
        found["account"] = Cell(rules.account(line.account or rule.account) if rule.clauses else "")
        found["article"] = Cell(cited)
        if self._follows and rule.credit is not None:
            product = self.sheet.product(self.row, rule.credit, rule.credit.amount[0])
            return found | self._amount(product, rule.credit)
        # The library chose among several clauses or lines of a table; the figures of its choice are looked up.
        found["title"] = Cell(rules.title(line.title))
        if line.clause is None or line.case is None or not self._counts:
            return found | {"amount": Cell(number(line.amount))}
        return found | self._amount(self.sheet.product(self.row, line.clause, line.case), line.clause)

    def _looked_up(self, rule: KindRule) -> dict[str, Cell]:
        """What depends on the kind and the title, each of which may be changed in the sheet."""
        line, rules = self.one.line, self.sheet.rules
        kind_no, title = self.ref("kind_no"), self.ref("title")
        place = list(rules.kinds).index(rule.kind.id) + 1
        title_on = self.sheet.roster.title_on(self.one, self._title_day())
        account = f"INDEX(kind_account,{kind_no})"
        value = f"INDEX(kind_value,{kind_no},IF({title}={quoted('')},1,{rules.title_place(title)}))"
        factor = f"*{self.ref('factor')}" if self.sheet.weighed else ""
        product = f"{self.ref('quantity')}*{value}{factor}/INDEX(kind_per,{kind_no})"
        return {
            "kind_no": Cell(place, rules.kind_place(self.ref("kind"))),
            "title": Cell(
                rules.title(line.title), f'IF(AND({self.here},INDEX(kind_titled,{kind_no})=1),{title_on},"")'
            ),
            "account": Cell(
                rules.account(rule.account) if rule.clauses else "", f'IF({account}={quoted(NONE)},"",{account})'
            ),
            "article": Cell(
                "、".join(dict.fromkeys(one.citation for one in rule.clauses)), f'INDEX(kind_article,{kind_no})&""'
            ),
            **self._amount(product, rule.credit),
        }

    def _title_day(self) -> str:
        """The day whose title counts (R6)."""
        if self.sheet.books.basis.readings["title_on"] == "event_day":
            return self.ref("date")
        _, after = self._bounds()
        return f"{after}/{MINUTES_A_DAY}-1"

    def _amount(self, product: str, clause: Credit | None) -> dict[str, Cell]:
        """What the line gives, rounded as the clause or the reading says."""
        line = self.one.line
        remainder = Remainder() if clause is None else self.sheet.books.basis.remainder(clause)
        amount = f"IF({self.here},{product},0)"
        found: dict[str, Cell] = {}
        if remainder.round != "exact" and remainder.pool == "record":
            amount = f"IF({self.here},{_rounded(product, remainder)},0)"
        elif remainder.round != "exact" and clause is not None:
            raw = Fraction(0)
            if line.clause is not None and line.case is not None:
                raw = Fraction(line.quantity) * line.case.value / line.clause.per * line.factor
            found["raw"] = Cell(number(raw), f"IF({self.here},{product},0)")
            found["turn"] = Cell(self.turns.get(self.place, 0))
            found["pool"] = self._pool(clause, remainder)
            amount = f"IF({self.here},{self._gain(remainder)},0)"
        found["amount"] = Cell(number(line.amount), amount)
        return found

    # -- rounding over several lines

    def _pool(self, clause: Credit, remainder: Remainder) -> Cell:
        """Which lines are rounded together."""
        activity = self.one.activity
        assert activity is not None  # noqa: S101  # asked only of a row that could be read
        own = f"{'+'.join(clause.kinds)}/{remainder.round}/{remainder.step}|"
        day = self.ref("date")
        when = {"day": str(serial(activity.date)), "month": f"{activity.date.year * 100 + activity.date.month}"}
        formulas = {"day": day, "month": f"(YEAR({day})*100+MONTH({day}))"}
        value = f"{own}{when.get(remainder.pool, '')}" if self.one.reason is None else ""
        return Cell(value, f'IF({self.here},{quoted(own)}&{formulas.get(remainder.pool, quoted(""))},"")')

    def _gain(self, remainder: Remainder) -> str:
        """What the rounded running sum of the pool gains by this line."""
        pool, turn = self.ref("pool"), self.ref("turn")
        pools, turns, raws = self.block("pool"), self.block("turn"), self.block("raw")
        upto = f"SUMPRODUCT(({pools}={pool})*({turns}<={turn})*{raws})"
        before = f"SUMPRODUCT(({pools}={pool})*({turns}<{turn})*{raws})"
        return f"{_rounded(upto, remainder)}-{_rounded(before, remainder)}"


def _last_blank(ladder: str, instead: str) -> str:
    """A ladder of conditions whose last resort, the empty text, is another word."""
    head, _, tail = ladder.rpartition('""')
    return head + instead + tail


def _rounded(amount: str, remainder: Remainder) -> str:
    """A formula rounded to whole steps; nine decimals first, so that no double can stand just beside a whole number."""
    step = number(remainder.step)
    steps = f"ROUND(({amount})/{step},9)" if remainder.step != 1 else f"ROUND({amount},9)"
    whole = {"floor": f"INT({steps})", "ceil": f"-INT(-{steps})", "half_up": f"INT({steps}+0.5)"}[remainder.round]
    return whole if remainder.step == 1 else f"{whole}*{step}"


def _runs(rows: list[int]) -> Iterator[tuple[int, int]]:
    """Adjacent numbers as spans.

    >>> list(_runs([3, 4, 5, 9]))
    [(3, 5), (9, 9)]
    """
    first = last = None
    for row in rows:
        if last is not None and row == last + 1:
            last = row
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = row
    if first is not None and last is not None:
        yield first, last


def _key(activity: Activity) -> int:
    """The number by which the same time is found again."""
    start, end = (
        None if one is None else one.hour * 3600 + one.minute * 60 + one.second
        for one in (activity.start, activity.end)
    )
    return (serial(activity.date) * DAY + (start or 0)) * (DAY + 1) + (0 if end is None else end + 1)
