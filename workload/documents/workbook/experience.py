"""The sheet of the three-year test (方案 六(二)): the years of each teacher, and every window of adjacent years."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property

from attrs import frozen

from workload.documents.workbook.lines import Books, TeacherBook
from workload.documents.workbook.roster import RESULT
from workload.documents.workbook.rules import NONE, RuleSheet
from workload.documents.workbook.sheets import Book, Field, Layout, Value, number, quoted, serial
from workload.documents.workbook.summary import STEADY, SummarySheet, shown_lacking, shown_number, steady
from workload.experience import ExperienceFinding, Window, YearOfWork, candidate_windows
from workload.regulation import Clause
from workload.text import Language, Text, joined
from workload.vocabulary import WORDS, Verdict, column_text, word

SHEET = Text("三年认定", "Three years")
HEAD_ROW = 3
USED, LATER = Text("采用", "used"), Text("下一窗口", "next")
COUNSELING = "counseling"


@frozen(eq=False)
class TestPlace:
    """Where the years and windows of one teacher stand: rows counted from 1."""

    one: TeacherBook
    finding: ExperienceFinding
    worked: tuple[YearOfWork, ...]
    windows: tuple[Window, ...]
    years: range
    candidates: range
    result: int


def _says_something(worked: YearOfWork) -> bool:
    """Whether anything is known of a year."""
    return worked.appointed or worked.result is not None or any(worked.totals.values())


def clause_text(clause: Clause) -> Text:
    """A clause's article and quote."""
    return Text(f"{clause.citation}：{clause.quote}", f"{clause.citation}: {clause.quote}")


@frozen(eq=False)
class ExperienceSheet:
    """The sheet's content and where its parts stand."""

    books: Books
    rules: RuleSheet
    summary: SummarySheet
    language: Language

    @property
    def name(self) -> str:
        """The sheet's name."""
        return SHEET.get(self.language)

    @cached_property
    def accounts(self) -> tuple[str, ...]:
        """The accounts that some clause asks for."""
        found: dict[str, None] = {}
        for one in self.books.teachers:
            if one.tested is not None:
                found.update(dict.fromkeys(need.account for need in one.tested.clause.needs))
        return tuple(found)

    @cached_property
    def places(self) -> tuple[TestPlace, ...]:
        """Each teacher's part of the sheet: a line of the result, the years, the windows."""
        found, row = [], HEAD_ROW + 1
        for one in self.books.teachers:
            if one.tested is None:
                continue
            begins = next((worked.year for worked in one.tested.years if _says_something(worked)), self.books.year)
            worked = tuple(worked for worked in one.tested.years if worked.year >= begins)
            first = min(begins, one.tested.as_of - one.tested.clause.years + 1)
            windows = candidate_windows(self.books.basis, one.tested)
            windows = tuple(window for window in windows if window.years[0] >= first)
            years = range(row + 1, row + 1 + len(worked))
            candidates = range(years.stop, years.stop + len(windows))
            found.append(TestPlace(one, one.tested, worked, windows, years, candidates, row))
            row = candidates.stop
        return tuple(found)

    @cached_property
    def layout(self) -> Layout:
        """The columns."""
        zh = self.language == "zh"
        accounts = self.books.basis.regulation.accounts
        fields = [
            Field("teacher_id", column_text("teachers", "teacher_id").get(self.language), 10),
            Field("name", column_text("teachers", "name").get(self.language), 11),
            Field("sort", "内容" if zh else "line", 10, "word"),
            Field("years", "年度" if zh else "years", 12, "word"),
        ]
        if COUNSELING in self.accounts and self.rules.duty_alone(COUNSELING):
            fields.append(Field("minutes", "咨询分钟" if zh else "duty minutes", 10, "count"))
        for account in self.accounts:
            unit = word("unit", accounts[account].unit).get(self.language)
            fields.append(
                Field(f"total_{account}", f"{self.rules.account(account)}{unit}" if zh else f"{account}", 10, "hours")
            )
        fields += [
            Field("result", "考核结论" if zh else "evaluation", 10, "word"),
            Field("passed", "考核合格" if zh else "passed", 9, "word"),
            Field("appointed", "在聘" if zh else "appointed", 8, "word"),
            Field("verdict", "结论" if zh else "verdict", 9, "verdict"),
            Field("use", "采用" if zh else "use", 8, "word"),
            Field("later", "下一窗口" if zh else "next", 9, "word"),
        ]
        for account in self.accounts:
            fields.append(
                Field(
                    f"short_{account}",
                    f"{self.rules.account(account)}还差" if zh else f"{account} missing",
                    9,
                    "hours",
                )
            )
        fields.append(Field("evaluations_missing", "缺考核年数" if zh else "evaluations missing", 9, "count"))
        fields.append(Field("recognized", "认定年数" if zh else "years recognized", 9, "figure"))
        for account in self.accounts:
            fields.append(Field(f"exact_{account}", "精确" if zh else "exact", 10, "figure", hidden=True))
        for account in self.accounts:
            fields.append(Field(f"lacking_{account}", "差（精确）" if zh else "lacking", 10, "figure", hidden=True))
        fields += [
            Field("failed", "不合格年数" if zh else "failed", 8, "count", hidden=True),
            Field("absent", "不在聘年数" if zh else "absent", 8, "count", hidden=True),
            Field("absent_before", "此前不在聘" if zh else "absent before", 8, "count", hidden=True),
            Field("taken", "采用" if zh else "taken", 6, "count", hidden=True),
            Field("opened", "待定" if zh else "open", 6, "count", hidden=True),
            Field("next", "下一" if zh else "next", 6, "count", hidden=True),
        ]
        return Layout(self.name, tuple(fields), HEAD_ROW + 1)

    def verdict(self, verdict: Verdict) -> str:
        """A verdict's word."""
        return word("verdict", verdict).get(self.language)

    def answer(self, answer: bool) -> str:
        """Yes or no."""
        return word("answer", "yes" if answer else "no").get(self.language)

    # ---- writing

    def write(self, book: Book) -> None:
        """Write the sheet."""
        sheet = book.sheet(self.name)
        layout, zh = self.layout, self.language == "zh"
        visible = sum(not field.hidden for field in layout.fields)
        clauses = {id(place.finding.clause): place.finding.clause for place in self.places}
        said = joined([clause_text(clause) for clause in clauses.values()]).get(self.language)
        sheet.title_row(
            0,
            f"学生工作（辅导员）经历认定（截至 {self.books.year} 年）"
            if zh
            else f"Three-year test as of {self.books.year}",
            visible,
        )
        width = sum(field.width for field in layout.fields if not field.hidden)
        sheet.lines(1, [said], visible, width, "note")
        sheet.head(HEAD_ROW - 1, layout.fields)
        last = HEAD_ROW
        for place in self.places:
            rows = list(self._rows(place))
            for row, cells in rows:
                for column, field in enumerate(layout.fields):
                    value, formula = cells.get(field.name, ("", ""))
                    style = field.style
                    if row == place.result and not field.hidden and field.name != "verdict":
                        style = "total"
                    elif field.name == "result" and row in place.years and not formula:
                        style = f"typed {style}"
                    sheet.put(row - 1, column, value, style, formula)
                last = max(last, row)
        if last > HEAD_ROW:
            column = layout.places["verdict"]
            sheet.mark(HEAD_ROW, column, last - 1, column, self.verdict("not_met"), self.verdict("met"))
        results = [text.get(self.language) for text in WORDS["result"].values()]
        column = layout.places["result"]
        sheet.worksheet.data_validation(
            HEAD_ROW, column, max(last - 1, HEAD_ROW), column, {"validate": "list", "source": results}
        )
        sheet.worksheet.freeze_panes(HEAD_ROW, 2)
        sheet.worksheet.repeat_rows(HEAD_ROW - 1)
        sheet.worksheet.print_area(0, 0, max(last, HEAD_ROW + 1), visible - 1)
        self.summary.sign_off(sheet, last + 1, visible)

    def _rows(self, place: TestPlace) -> Iterator[tuple[int, dict[str, tuple[Value, str]]]]:
        yield place.result, self._result(place)
        for row, worked in zip(place.years, place.worked, strict=True):
            yield row, self._year(place, row, worked)
        for row, window in zip(place.candidates, place.windows, strict=True):
            yield row, self._window(place, row, window)

    def _who(self, place: TestPlace, sort: Text, years: str) -> dict[str, tuple[Value, str]]:
        teacher = place.one.teacher
        return {
            "teacher_id": (teacher.teacher_id, ""),
            "name": (teacher.name, ""),
            "sort": (sort.get(self.language), ""),
            "years": (years, ""),
        }

    def _result(self, place: TestPlace) -> dict[str, tuple[Value, str]]:
        finding = place.finding
        cells = self._who(place, Text("认定结果", "result"), str(finding.as_of))
        if finding.recognized_years is None:
            cells["use"] = ("按任职" if self.language == "zh" else "employment", "")
            cells["verdict"] = (self.verdict(finding.verdict), "")
            return cells
        first, last = place.candidates.start, place.candidates.stop - 1
        used = f"SUM({self.layout.block('taken', first, last)})"
        open_ = f"SUM({self.layout.block('opened', first, last)})"
        met, not_met, undetermined = (quoted(self.verdict(one)) for one in ("met", "not_met", "undetermined"))
        cells["verdict"] = (
            self.verdict(finding.verdict),
            f"IF({used}>0,{met},IF({open_}>0,{undetermined},{not_met}))",
        )
        cells["recognized"] = (finding.recognized_years, f"{self.rules.names.award(finding.clause)}*{used}")
        return cells

    # ---- years

    def _year(self, place: TestPlace, row: int, worked: YearOfWork) -> dict[str, tuple[Value, str]]:
        one, layout, language = place.one, self.layout, self.language
        live = one.live and (worked.year in one.years or worked.book is None)
        cells = self._who(place, Text("年度", "year"), "")
        cells["years"] = (worked.year, "")
        minutes = ""
        if layout.has("minutes"):
            formula = self.summary.minutes_of(one.number, worked.year, COUNSELING) if live else ""
            cells["minutes"] = (worked.book.minutes(COUNSELING) if worked.book else 0, formula)
            minutes = layout.cell("minutes", row)
        for account in self.accounts:
            total = worked.totals.get(account, Fraction(0))
            exact = layout.cell(f"exact_{account}", row)
            own = minutes if account == COUNSELING else ""
            cells[f"exact_{account}"] = (
                number(total),
                self.summary.exact_of(one.number, worked.year, account, own) if live else "",
            )
            cells[f"total_{account}"] = (shown_number(total, None, Fraction(0)), f"ROUND(ROUND({exact},{STEADY}),2)")
        this_year = self.summary.roster.cell(one.number, RESULT) if worked.year == self.books.year else ""
        cells["result"] = (
            word("result", worked.result).get(language),
            f'IF({this_year}="","",{this_year})' if this_year else "",
        )
        result = layout.cell("result", row)
        yes, no = quoted(self.answer(True)), quoted(self.answer(False))
        passed = f'IF({result}="",{quoted(NONE)},IF(COUNTIF(rule_passes,{result})>0,{yes},{no}))'
        cells["passed"] = (NONE if worked.result is None else self.answer(worked.passed), passed)
        cells["appointed"] = (self.answer(worked.appointed), self._appointed(place, row, worked))
        return cells

    def _appointed(self, place: TestPlace, row: int, worked: YearOfWork) -> str:
        """Whether a term touches the year, or (without terms) anything was credited or evaluated in it (R12)."""
        one, book = place.one, worked.book
        yes, no = quoted(self.answer(True)), quoted(self.answer(False))
        if book is None or not one.live or self.books.basis.readings["appointed"] != "some_time":
            return ""
        terms = self.summary.roster.terms_of(one.number)
        if terms is not None:
            start, end = terms
            first, last = serial(book.period.start), serial(book.period.end)
            return f'IF(COUNTIFS({start},"<={last}",{end},">={first}")>0,{yes},{no})'
        if worked.year not in one.years:
            return ""
        credited = quoted(self.summary.ledger.treatment(None))
        rows = f"COUNTIFS(ledger_teacher_no,{one.number},ledger_year,{worked.year},ledger_treatment,{credited})"
        return f'IF(OR({self.layout.cell("result", row)}<>"",{rows}>0),{yes},{no})'

    # ---- windows

    def _window(self, place: TestPlace, row: int, window: Window) -> dict[str, tuple[Value, str]]:
        layout, finding = self.layout, place.finding
        clause = finding.clause
        span = f"{window.years[0]}–{window.years[-1]}"
        cells = self._who(place, Text("窗口", "window"), span)
        rows = self._rows_of(place, window)
        if layout.has("minutes"):
            cells["minutes"] = (window.minutes, self._sum("minutes", rows))
        factor = len(window.years) if clause.measured == "average" else 1
        for need_place, need in enumerate(clause.needs):
            account = need.account
            total, lacking = window.totals[account], window.lacking[account]
            required = need.amount * factor
            exact, lack = layout.cell(f"exact_{account}", row), layout.cell(f"lacking_{account}", row)
            times = f"*{factor}" if factor != 1 else ""
            owed = f"{self.rules.names.need(clause, need_place)}{times}"
            cells[f"exact_{account}"] = (number(total), self._sum(f"exact_{account}", rows))
            alone = self.rules.duty_alone(account)
            if account == COUNSELING and alone is not None:
                per, gives = alone  # sums of whole minutes, not of class hours
                cells[f"exact_{account}"] = (number(total), f"{layout.cell('minutes', row)}*{gives}/{per}")
            two = f"ROUND(ROUND({exact},{STEADY}),2)"
            cells[f"total_{account}"] = (
                shown_number(total, required, lacking),
                f"IF(AND({lack}>0,{two}>={owed}),ROUND({exact},{STEADY}),{two})",
            )
            cells[f"lacking_{account}"] = (steady(lacking), f"ROUND(MAX(0,{owed}-{exact}),{STEADY})")
            cells[f"short_{account}"] = (
                shown_lacking(lacking),
                f"IF(AND({lack}>0,ROUND({lack},2)=0),{lack},ROUND({lack},2))",
            )
        gated = self._gated(place, window)
        no = quoted(self.answer(False))
        missing_years = sum(year not in {one.year for one in place.worked} for year in gated)
        rows_gated = self._rows_of(place, window, gated)
        cells["evaluations_missing"] = (
            len(window.evaluations_missing),
            self._count("passed", rows_gated, quoted(NONE), missing_years),
        )
        cells["failed"] = (len(window.evaluations_failed), self._count("passed", rows_gated, no, 0))
        unknown = sum(year not in {one.year for one in place.worked} for year in window.years)
        cells["absent"] = (len(window.not_appointed), self._count("appointed", rows, no, unknown))
        before = self._rows_of(place, window, tuple(year for year in window.years if year < finding.as_of))
        gaps = [year for year in window.not_appointed if year < finding.as_of]
        unknown_before = sum(
            year not in {one.year for one in place.worked} for year in window.years if year < finding.as_of
        )
        cells["absent_before"] = (len(gaps), self._count("appointed", before, no, unknown_before))
        lacks = ",".join(f"{layout.cell(f'lacking_{need.account}', row)}>0" for need in clause.needs)
        met, not_met, undetermined = (quoted(self.verdict(one)) for one in ("met", "not_met", "undetermined"))
        bad = f"OR({layout.cell('failed', row)}>0,{layout.cell('absent', row)}>0{',' + lacks if lacks else ''})"
        cells["verdict"] = (
            self.verdict(window.verdict),
            f"IF({bad},{not_met},IF({layout.cell('evaluations_missing', row)}>0,{undetermined},{met}))",
        )
        return cells | self._taken(place, row, window)

    def _rows_of(self, place: TestPlace, window: Window, years: tuple[int, ...] | None = None) -> list[int]:
        """The rows of those of a window's years that are known."""
        known = {worked.year: row for row, worked in zip(place.years, place.worked, strict=True)}
        return [known[year] for year in (window.years if years is None else years) if year in known]

    def _gated(self, place: TestPlace, window: Window) -> tuple[int, ...]:
        """The years whose evaluation must be a pass (R14)."""
        if not place.finding.clause.evaluations:
            return ()
        each = self.books.basis.readings["evaluation_gate"] == "each_year"
        return window.years if each else window.years[-1:]

    def _sum(self, name: str, rows: list[int]) -> str:
        """The sum over the (adjacent) rows of a window's years."""
        if not rows:
            return "0"
        return f"SUM({self.layout.block(name, rows[0], rows[-1])})"

    def _count(self, name: str, rows: list[int], text: str, more: int) -> str:
        if not rows:
            return str(more)
        found = f"COUNTIF({self.layout.block(name, rows[0], rows[-1])},{text})"
        return f"{found}+{more}" if more else found

    # ---- which windows are taken

    def _taken(self, place: TestPlace, row: int, window: Window) -> dict[str, tuple[Value, str]]:
        """Taken: met, and no year of it is taken already, the earliest first (R13). Open: the same, undetermined.

        Next: the earliest that ends in the year of the question or later and can still be met.
        """
        finding, layout = place.finding, self.layout
        as_of, length = finding.as_of, finding.clause.years
        chosen = [one.years for one in finding.windows if one.verdict == "met"]
        opened = [one.years for one in finding.windows if one.verdict == "undetermined"]
        verdict = layout.cell("verdict", row)
        trailing = finding.clause.window == "trailing"
        tested = window.years[-1] == as_of if trailing else window.years[-1] <= as_of
        zero = "0"

        def sum_near(name: str, begin: int, end: int) -> str:
            first = max(begin, place.candidates.start)
            last = min(end, place.candidates.stop - 1)
            return f"SUM({layout.block(name, first, last)})=0" if first <= last else "TRUE"

        free = sum_near("taken", row - length + 1, row + length - 1)
        met, undetermined = quoted(self.verdict("met")), quoted(self.verdict("undetermined"))
        taken = f"IF(AND({verdict}={met},{sum_near('taken', row - length + 1, row - 1)}),1,0)"
        open_ = f"IF(AND({verdict}={undetermined},{free},{sum_near('opened', row - length + 1, row - 1)}),1,0)"
        first_next = place.candidates.start + next(
            step for step, one in enumerate(place.windows) if one.years[-1] >= as_of
        )
        next_ = (
            f"IF(AND({layout.cell('failed', row)}=0,{layout.cell('absent_before', row)}=0,{free},"
            f"{sum_near('next', first_next, row - 1)}),1,0)"
        )
        later = finding.next is not None and finding.next.years == window.years
        is_taken, is_open = window.years in chosen, window.years in opened
        own, opens = layout.cell("taken", row), layout.cell("opened", row)
        says = USED.get(self.language) if is_taken else self.verdict("undetermined") if is_open else ""
        return {
            "taken": (int(is_taken), taken if tested else zero),
            "opened": (int(is_open), open_ if tested else zero),
            "next": (int(later), next_ if row >= first_next else zero),
            "use": (
                says,
                f'IF({own}=1,{quoted(USED.get(self.language))},IF({opens}=1,{undetermined},""))',
            ),
            "later": (
                LATER.get(self.language) if later else "",
                f'IF({layout.cell("next", row)}=1,{quoted(LATER.get(self.language))},"")',
            ),
        }
