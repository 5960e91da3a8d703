"""The summary sheet: one line a teacher, every figure a formula over the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property

from attrs import frozen

from workload.documents.workbook.ledger import LedgerSheet
from workload.documents.workbook.lines import Books, TeacherBook
from workload.documents.workbook.requirements import RequirementSheet
from workload.documents.workbook.roster import EMPLOYMENT, ID, NAME, RESULT, RosterSheet
from workload.documents.workbook.rules import NONE, RuleSheet
from workload.documents.workbook.sheets import Book, Field, Layout, Sheet, Value, criterion, number, quoted, serial
from workload.exact import rounded
from workload.finding import Finding
from workload.quota import FILLS
from workload.regulation import Quota
from workload.text import Language, Text
from workload.vocabulary import Verdict, column_text, word

SHEET = Text("汇总", "Summary")
HEAD_ROW = 4  # of the lower header, counted from 1
STEADY = 9  # decimals beyond which a double's noise lies; no exact figure of a ledger differs there
SIGN_OFF = (
    Text("制表", "prepared by"),
    Text("审核", "reviewed by"),
    Text("复核", "checked by"),
    Text("签字", "signature"),
)


def steady(value: Fraction | int) -> int | float | None:
    """An exact number as ``ROUND(…, 9)`` gives it."""
    return number(Fraction(rounded(value, STEADY)))


def shown_number(value: Fraction, required: Fraction | None, lacking: Fraction) -> int | float | None:
    """Two decimals, but more where those would hide that the requirement is not reached."""
    two = Fraction(rounded(value, 2))
    hides = required is not None and lacking > 0 and two >= required
    return steady(value) if hides else number(two)


def shown_lacking(lacking: Fraction) -> int | float | None:
    """What is missing, to two decimals, but never 0 where something is."""
    two = Fraction(rounded(lacking, 2))
    return steady(lacking) if lacking and not two else number(two)


@frozen(eq=False)
class SummarySheet:
    """The summary sheet's content and where its columns stand."""

    books: Books
    rules: RuleSheet
    roster: RosterSheet
    ledger: LedgerSheet
    requirements: RequirementSheet
    language: Language

    @property
    def name(self) -> str:
        """The sheet's name."""
        return SHEET.get(self.language)

    @cached_property
    def owed(self) -> tuple[str, ...]:
        """The accounts in which somebody owes something."""
        return tuple(
            account
            for account in self.books.basis.regulation.accounts
            if any(one.found.quota.part(account).clause is not None for one in self.books.teachers)
        )

    @cached_property
    def layout(self) -> Layout:
        """The columns."""
        return Layout(self.name, tuple(self._fields()), HEAD_ROW + 1)

    def row(self, number_: int) -> int:
        """The row of a teacher, counted from 1."""
        return HEAD_ROW + number_

    def ref(self, name: str, number_: int) -> str:
        """A teacher's cell, from within the sheet."""
        return self.layout.cell(name, self.row(number_))

    def outside(self, name: str, number_: int) -> str:
        """A teacher's cell, as another sheet names it."""
        return self.layout.outside(name, self.row(number_))

    def verdict(self, verdict: Verdict) -> str:
        """A verdict's word."""
        return word("verdict", verdict).get(self.language)

    def _fields(self) -> Iterator[Field]:
        zh = self.language == "zh"
        for name, width in (("teacher_id", 10.0), ("name", 11.0), ("employment", 7.0)):
            yield Field(name, column_text("teachers", name).get(self.language), width, "text")
        for account, known in self.books.basis.regulation.accounts.items():
            if self.rules.duty_alone(account):
                yield Field(f"minutes_{account}", "分钟" if zh else "minutes", 9, "count")
            unit = word("unit", known.unit).get(self.language)
            yield Field(f"total_{account}", unit, 9, "hours" if known.unit == "class_hour" else "figure")
            if account in self.owed:
                yield Field(f"required_{account}", "要求" if zh else "required", 8, "hours")
                yield Field(f"short_{account}", "差额" if zh else "short", 8, "hours")
                yield Field(f"verdict_{account}", "结论" if zh else "verdict", 9, "verdict")
        yield Field("quota", "工作量" if zh else "quota", 9, "verdict")
        yield Field("training", "培训" if zh else "training", 9, "verdict")
        yield Field("case_reports", "案例报告" if zh else "case reports", 9, "verdict")
        yield Field("evaluation", "年度考核" if zh else "evaluation", 9, "word")
        yield Field("credited", "计入" if zh else "credited", 7, "count")
        yield Field("aside", "未计入" if zh else "set aside", 7, "count")
        for account in self.books.basis.regulation.accounts:
            yield Field(
                f"exact_{account}", f"{self.rules.account(account)}（精确）" if zh else "exact", 10, "figure", True
            )
            if account in self.owed:
                yield Field(f"lacking_{account}", "差（精确）" if zh else "lacking", 10, "figure", True)

    # ---- writing

    def write(self, book: Book) -> None:
        """Write the sheet."""
        sheet = book.sheet(self.name)
        layout, zh = self.layout, self.language == "zh"
        visible = sum(not field.hidden for field in layout.fields)
        width = sum(field.width for field in layout.fields if not field.hidden)
        regulation, found = self.books.basis.regulation, self.books.found
        title = f"{found.year} 年度心理健康教师工作量考核汇总表" if zh else f"Annual evaluation {found.year}"
        sheet.title_row(0, title, visible)
        under = Text(
            f"核算期 {found.period}　依据 {regulation.document}《{regulation.name.zh}》",
            f"period {found.period}, rules: {regulation.document} {regulation.name.en}",
        )
        sheet.lines(1, [under.get(self.language)], visible, width, "note")
        self._groups(sheet)
        sheet.head(HEAD_ROW - 1, layout.fields)
        for one in self.books.teachers:
            for name, (value, formula) in self.cells(one).items():
                place = layout.places[name]
                style = "word" if value == NONE else layout.fields[place].style
                sheet.put(HEAD_ROW - 1 + one.number, place, value, style, formula)
            sheet.worksheet.set_row(HEAD_ROW - 1 + one.number, 18)
        last = HEAD_ROW - 1 + len(self.books.teachers)
        if self.books.teachers:
            sheet.worksheet.autofilter(HEAD_ROW - 1, 0, last, visible - 1)
            sheet.mark(HEAD_ROW, 0, last, visible - 1, self.verdict("not_met"), self.verdict("met"))
        row = self._totals(sheet, last + 1)
        self.sign_off(sheet, row + 1, visible)
        sheet.worksheet.freeze_panes(HEAD_ROW, 2)
        sheet.worksheet.repeat_rows(HEAD_ROW - 2, HEAD_ROW - 1)
        sheet.worksheet.print_area(0, 0, row + 2, visible - 1)

    def _groups(self, sheet: Sheet) -> None:
        """The upper header: the account over its columns."""
        zh = self.language == "zh"
        groups: dict[str, list[int]] = {}
        for place, field in enumerate(self.layout.fields):
            if field.hidden:
                continue
            _, _, account = field.name.partition("_")
            if account in self.books.basis.regulation.accounts:
                label = self.rules.account(account)
            elif field.name in ("credited", "aside"):
                label = "记录行数" if zh else "rows"
            elif field.name in ("teacher_id", "name", "employment"):
                label = "教师" if zh else "teacher"
            else:
                label = "结论" if zh else "verdicts"
            groups.setdefault(label, []).append(place)
        for label, places in groups.items():
            if len(places) > 1:
                sheet.worksheet.merge_range(
                    HEAD_ROW - 2, places[0], HEAD_ROW - 2, places[-1], label, sheet.book.formats["head"]
                )
            else:
                sheet.put(HEAD_ROW - 2, places[0], label, "head")

    @cached_property
    def _cells(self) -> Mapping[int, Mapping[str, tuple[Value, str]]]:
        return {one.number: self._cells_of(one) for one in self.books.teachers}

    def cells(self, one: TeacherBook) -> Mapping[str, tuple[Value, str]]:
        """A teacher's cells by column: the value and the formula that gives it."""
        return self._cells[one.number]

    def _cells_of(self, one: TeacherBook) -> Mapping[str, tuple[Value, str]]:
        teacher, found = one.teacher, one.found
        cells: dict[str, tuple[Value, str]] = {
            "teacher_id": (teacher.teacher_id, self.roster.cell(one.number, ID)),
            "name": (teacher.name, f'{self.roster.cell(one.number, NAME)}&""'),
            "employment": (
                word("employment", teacher.employment).get(self.language),
                self.roster.cell(one.number, EMPLOYMENT),
            ),
        }
        for account in self.books.basis.regulation.accounts:
            cells |= self._account(one, account, found.quota.part(account))
        parts = [f"verdict_{account}" for account in self.owed]
        cells["quota"] = (
            self.verdict(found.quota.verdict),
            self._worst([self.ref(name, one.number) for name in parts]),
        )
        for whole in (found.training, found.case_reports):
            asked = [] if whole.verdict == "undetermined" else self.requirements.verdict_of(one.number, whole)
            cells[whole.name] = (self.verdict(whole.verdict), self._worst(asked))
        result = self.roster.cell(one.number, RESULT)
        says = word("result", found.result, NONE).get(self.language)
        cells["evaluation"] = (says, f'IF({result}="",{quoted(NONE)},{result})')
        entries = len(found.book.entries)
        aside = len(found.book.set_aside)
        mine = f"ledger_rows,ledger_teacher_no,{one.number}"
        credited = quoted(self.ledger.treatment(None))
        cells["credited"] = (
            entries - aside,
            f"SUMIFS({mine},ledger_year,{self.books.year},ledger_treatment,{credited})",
        )
        dropped = sum(row.teacher_id == teacher.teacher_id for row in self.books.found.dropped)
        cells["aside"] = (
            aside + dropped,
            f"SUMIFS({mine},ledger_continued,0)-{self.ref('credited', one.number)}",
        )
        return cells

    def _worst(self, cells: list[str]) -> str:
        """The verdict on several requirements together."""
        if not cells:
            return ""
        order: tuple[Verdict, ...] = ("not_met", "undetermined", "met")
        formula = quoted(self.verdict("not_applicable"))
        for verdict in reversed(order):
            says = quoted(self.verdict(verdict))
            formula = f"IF(OR({','.join(f'{cell}={says}' for cell in cells)}),{says},{formula})"
        return formula

    # ---- one account of one teacher

    def sum_of(self, column: str, number_: int, year: int, account: str, more: str = "") -> str:
        """The formula of a sum over the ledger."""
        name = criterion(self.rules.account(account))
        return f"SUMIFS(ledger_{column},ledger_teacher_no,{number_},ledger_year,{year},ledger_account,{name}{more})"

    def minutes_of(self, number_: int, year: int, account: str) -> str:
        """The formula of the minutes of duty credited to an account that is credited by nothing else."""
        return self.sum_of("quantity", number_, year, account)

    def exact_of(self, number_: int, year: int, account: str, minutes: str = "") -> str:
        """The formula of an account's total before any rounding; from ``minutes`` where there are only those.

        With the counseling class hours where those fill the teaching requirement (R4).
        """
        alone = self.rules.duty_alone(account)
        total = self.sum_of("amount", number_, year, account)
        if alone is not None and minutes:
            per, value = alone
            total = f"{minutes}*{value}/{per}"
        if account in FILLS and self.books.basis.readings["counseling_fills_teaching"] == "yes":
            total = f"{total}+{self.sum_of('amount', number_, year, FILLS[account])}"
        return total

    def _account(self, one: TeacherBook, account: str, part: Finding) -> dict[str, tuple[Value, str]]:
        year, number_ = self.books.year, one.number
        alone = self.rules.duty_alone(account)
        value = part.value or Fraction(0)
        required, lacking = part.required, part.shortfall or Fraction(0)
        cells: dict[str, tuple[Value, str]] = {}
        minutes = ""
        if alone is not None:
            minutes = self.ref(f"minutes_{account}", number_)
            cells[f"minutes_{account}"] = (one.found.book.minutes(account), self.minutes_of(number_, year, account))
        exact = self.ref(f"exact_{account}", number_)
        cells[f"exact_{account}"] = (number(value), self.exact_of(number_, year, account, minutes))
        steady_, two = f"ROUND({exact},{STEADY})", f"ROUND(ROUND({exact},{STEADY}),2)"
        if account not in self.owed:
            cells[f"total_{account}"] = (shown_number(value, None, lacking), two)
            return cells
        if required is None or part.clause is None:
            cells[f"total_{account}"] = (shown_number(value, None, lacking), two)
            cells[f"required_{account}"] = (NONE, "")
            cells[f"short_{account}"] = (NONE, "")
            cells[f"verdict_{account}"] = (self.verdict(part.verdict), "")
            cells[f"lacking_{account}"] = (None, "")
            return cells
        owed, lack = self.ref(f"required_{account}", number_), self.ref(f"lacking_{account}", number_)
        shown = f"IF(AND({lack}>0,{two}>={owed}),{steady_},{two})"
        cells[f"total_{account}"] = (shown_number(value, required, lacking), shown)
        cells[f"required_{account}"] = (number(required), self._required(part))
        cells[f"lacking_{account}"] = (steady(lacking), self._lacking(one, account, part, owed, exact))
        cells[f"short_{account}"] = (
            shown_lacking(lacking),
            f"IF(AND({lack}>0,ROUND({lack},2)=0),{lack},ROUND({lack},2))",
        )
        met, not_met = quoted(self.verdict("met")), quoted(self.verdict("not_met"))
        verdict = f"IF({lack}>0,{not_met},{met})"
        filled = part.value != one.found.book.total(account)
        if alone is not None and not part.parts and not filled:
            per, gives = alone  # whole minutes: nothing that a double could blur stands between the two sides
            verdict = f"IF(ROUND({minutes}*{gives},6)>=ROUND({owed}*{per},6),{met},{not_met})"
        cells[f"verdict_{account}"] = (
            self.verdict(part.verdict),
            "" if part.verdict == "undetermined" else verdict,
        )
        return cells

    def _required(self, part: Finding) -> str:
        """The quota's cell, times the share of it that is owed."""
        pieces = [self._owed(piece) for piece in part.parts or (part,)]
        return "+".join(pieces)

    def _owed(self, part: Finding) -> str:
        clause = part.clause
        assert isinstance(clause, Quota)  # noqa: S101  # what is owed is owed by a quota
        name = self.rules.names.first(clause)
        share = (part.required or Fraction(0)) / clause.amount if clause.amount else Fraction(1)
        return name if share == 1 else f"{name}*{share.numerator}/{share.denominator}"

    def _lacking(self, one: TeacherBook, account: str, part: Finding, owed: str, exact: str) -> str:
        if not part.parts:
            return f"ROUND(MAX(0,{owed}-{exact}),{STEADY})"
        pieces = []
        for piece in part.parts:  # no semester fills another
            assert piece.period is not None  # noqa: S101  # a semester has its days
            days = f',ledger_date,">={serial(piece.period.start)}",ledger_date,"<={serial(piece.period.end)}"'
            if not self.ledger.detailed:  # no single day stands there
                days = f",ledger_semester,{quoted(piece.name)}"
            total = self.sum_of("amount", one.number, self.books.year, account, days)
            if account in FILLS and self.books.basis.readings["counseling_fills_teaching"] == "yes":
                total += f"+{self.sum_of('amount', one.number, self.books.year, FILLS[account], days)}"
            pieces.append(f"ROUND(MAX(0,{self._owed(piece)}-({total})),{STEADY})")
        return f"ROUND({'+'.join(pieces)},{STEADY})"

    # ---- below the teachers

    def _totals(self, sheet: Sheet, row: int) -> int:
        """The sums of what can be added: minutes, points, rows."""
        layout, teachers = self.layout, self.books.teachers
        if not teachers:
            return row
        zh = self.language == "zh"
        for place, field in enumerate(layout.fields):
            if field.hidden:
                continue
            if place == 0:
                sheet.put(row, place, "合计" if zh else "total", "head")
            elif field.name.startswith(("minutes_", "total_")) or field.name in ("credited", "aside"):
                block = layout.block(field.name, HEAD_ROW + 1, HEAD_ROW + len(teachers))
                shown = [self.cells(one)[field.name][0] for one in teachers]
                value = sum((Fraction(repr(one)) for one in shown if isinstance(one, int | float)), Fraction(0))
                sheet.put(row, place, steady(value), field.style, f"ROUND(SUM({block}),{STEADY})")
            else:
                sheet.put(row, place, "", "word")
        return row + 1

    def sign_off(self, sheet: Sheet, row: int, columns: int) -> None:
        """The row in which those answerable sign."""
        colon = "：" if self.language == "zh" else ": "
        labels = [f"{text.get(self.language)}{colon}{'_' * 12}" for text in (*SIGN_OFF, Text("日期", "date"))]
        gap = "　" if self.language == "zh" else "   "
        sheet.worksheet.merge_range(row, 0, row, columns - 1, gap.join(labels), sheet.book.formats["plain"])
        sheet.worksheet.set_row(row, 28)
