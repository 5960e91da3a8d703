"""The sheets that show: rows set aside, a page for each teacher, charts, notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

from attrs import frozen
from dateutil.relativedelta import relativedelta

from workload.documents import reports
from workload.documents.blocks import sheet_name
from workload.documents.workbook.experience import ExperienceSheet, TestPlace, clause_text
from workload.documents.workbook.ledger import LedgerSheet
from workload.documents.workbook.lines import BookLine, Books, TeacherBook
from workload.documents.workbook.roster import RosterSheet
from workload.documents.workbook.rules import NONE, RuleSheet
from workload.documents.workbook.sheets import (
    Book,
    Cell,
    Field,
    Sheet,
    Value,
    criterion,
    height_of,
    number,
    quoted,
    serial,
)
from workload.documents.workbook.summary import SummarySheet, steady
from workload.explain import row_ranges
from workload.finding import Finding
from workload.provenance import Provenance
from workload.records import Activity
from workload.text import Language, Text
from workload.vocabulary import REASONS, column_text, word

ASIDE, CHARTS, NOTES = Text("未计入", "Set aside"), Text("图表", "Charts"), Text("说明", "Notes")


LABEL, ARTICLE = 3, 7  # a teacher's page: how many columns a figure's name takes, and where its article begins
_PAGE_HEADS = (("项目", "item"), ("合计", "total"), ("要求", "required"), ("差额", "short"), ("结论", "verdict"))
CHART_ROWS = 30  # rows of a sheet that a chart takes: a printed page, with room for the title
MOST_BARS = 20  # teachers in one chart


@frozen(eq=False)
class Pages:
    """What the pages are made from."""

    books: Books
    rules: RuleSheet
    roster: RosterSheet
    ledger: LedgerSheet
    summary: SummarySheet
    tested: ExperienceSheet | None
    provenance: Provenance
    language: Language

    def says(self, zh: str, en: str) -> str:
        """A text in the workbook's language."""
        return en if self.language == "en" else zh

    # ---------------------------------------------------------------- rows set aside

    def write_aside(self, book: Book) -> None:
        """Every row set aside in the year, with its reason; rows of other years as ranges."""
        sheet = book.sheet(ASIDE.get(self.language))
        detailed = self.ledger.detailed
        fields = self._aside_fields()
        width = sum(field.width for field in fields)
        sheet.title_row(
            0, self.says(f"{self.books.year} 年度未计入的记录", f"Rows set aside in {self.books.year}"), len(fields)
        )
        aside = len(self.books.found.set_aside)
        told = self.says(
            f"共 {aside} 行，每行一个原因；“现处理”随台账的改动变化",
            f"{aside} rows, each with one reason; “now” follows the ledger",
        )
        if not detailed:
            told = self.says(
                f"共 {aside} 行，按教师、类别和原因合计", f"{aside} rows, counted by teacher, kind and reason"
            )
        sheet.lines(1, [told], len(fields), width, "note")
        sheet.head(2, fields)
        sheet.worksheet.repeat_rows(2)
        sheet.worksheet.freeze_panes(3, 0)
        row = 3
        if detailed:
            for place, line in enumerate(self.books.lines):
                if line.reason is None or line.reason == "outside_period" or not self._of_year(line):
                    continue
                for column, (value, style, formula) in enumerate(self._aside_row(line, place)):
                    sheet.put(row, column, value, style, formula)
                row += 1
        else:
            for values in self._aside_counts():
                for column, value in enumerate(values):
                    sheet.put(row, column, value, fields[column].style)
                row += 1
        if row > 3:
            sheet.worksheet.autofilter(2, 0, row - 1, len(fields) - 1)
        others = self._outside()
        if others:
            row = self._outside_rows(sheet, row + 1, others, len(fields), width)
        self.summary.sign_off(sheet, row + 1, len(fields))

    def _of_year(self, line: BookLine) -> bool:
        """Whether the evaluation of the year sets the line aside for its own reason: of that year, or of none."""
        return line.year in (self.books.year, None) or line.reason in ("cancelled", "fault")

    def _aside_fields(self) -> tuple[Field, ...]:
        teacher, name = (column_text("teachers", one).get(self.language) for one in ("teacher_id", "name"))
        kind = column_text("activities", "kind").get(self.language)
        reason = Field("reason", self.says("原因", "reason"), 30, "text")
        who = (Field("teacher_id", teacher, 10), Field("name", name, 11))
        if not self.ledger.detailed:
            return (*who, Field("kind", kind, 16), reason, Field("rows", self.says("行数", "rows"), 8, "count"))
        return (
            *who,
            Field("row", self.says("数据行", "row"), 8, "number"),
            Field("record_id", column_text("activities", "record_id").get(self.language), 12),
            Field("date", column_text("activities", "date").get(self.language), 12, "date"),
            Field("kind", kind, 16),
            reason,
            Field("now", self.says("现处理", "now"), 30, "text"),
        )

    def _name(self, line: BookLine) -> str:
        return self.books.teachers[line.number - 1].teacher.name if line.number else ""

    def _aside_row(self, line: BookLine, place: int) -> Sequence[tuple[Value, str, str]]:
        activity = line.line.activity
        known = activity if isinstance(activity, Activity) else None
        reason = REASONS[line.reason or "fault"].get(self.language)
        now = self.ledger.layout.outside("treatment", self.ledger.row(place))
        return (
            (line.teacher_id, "text", ""),
            (self._name(line), "text", ""),
            (activity.row, "number", ""),
            (activity.record_id, "text", ""),
            (known.date if known else None, "date", ""),
            (self.rules.kind(known.kind) if known else NONE, "text", ""),
            (reason, "text", ""),
            (reason, "text", now),
        )

    def _aside_counts(self) -> Iterable[Sequence[Value]]:
        counts: dict[tuple[str, str, str, str], int] = {}
        for line in self.books.lines:
            if line.reason is None or line.reason == "outside_period" or not self._of_year(line):
                continue
            kind = self.rules.kind(line.activity.kind) if line.activity else NONE
            key = line.teacher_id, self._name(line), kind, REASONS[line.reason].get(self.language)
            counts[key] = counts.get(key, 0) + 1
        for key, rows in counts.items():
            yield (*key, rows)

    def _outside(self) -> dict[str, list[int]]:
        """The rows of other years, by teacher, as the evaluation says."""
        found: dict[str, list[int]] = {}
        for one in self.books.teachers:
            rows = [line.activity.row or 0 for line in one.found.book.set_aside if line.reason == "outside_period"]
            if rows:
                found[f"{one.teacher.teacher_id} {one.teacher.name}".strip()] = rows
        return found

    def _outside_rows(self, sheet: Sheet, row: int, others: dict[str, list[int]], columns: int, width: float) -> int:
        reason, rows_ = REASONS["outside_period"], sum(map(len, others.values()))
        title = self.says(f"{reason.zh}（{rows_} 行）", f"{reason.en} ({rows_})")
        sheet.title_row(row, title, columns, "heading", 18)
        lines = []
        for who, rows in others.items():
            ranges = row_ranges(rows) if self.ledger.detailed else ""
            rest = self.says(f"：第 {ranges} 行", f": rows {ranges.replace('、', ', ')}") if ranges else ""
            lines.append(self.says(f"{who} {len(rows)} 行{rest}", f"{who} {len(rows)}{rest}"))
        return sheet.lines(row + 1, lines, columns, width)

    # ---------------------------------------------------------------- one teacher

    @cached_property
    def _fields(self) -> tuple[Field, ...]:
        """The ledger's columns that a teacher's page shows."""
        names: tuple[str, ...] = (
            "row",
            "record_id",
            "date",
            "kind",
            "start",
            "end",
            "quantity",
            "measure",
            "title",
            "account",
            "amount",
        )
        if not self.ledger.detailed:
            names = ("month_text", "kind", "rows", "quantity", "measure", "title", "account", "amount")
        known = {field.name: field for field in self.ledger.layout.fields}
        return tuple(known[name] for name in (*names, "treatment", "article"))

    def write_teachers(self, book: Book, taken: set[str]) -> None:
        """A page for each teacher."""
        places: dict[int, list[int]] = {}
        if self.ledger.detailed:
            for place, line in enumerate(self.books.lines):
                if self._on_page(line.year, line.reason):
                    places.setdefault(line.number, []).append(place)
        else:
            for place, one in enumerate(self.ledger.sums):
                if self._on_page(one.year, one.reason):
                    places.setdefault(one.number, []).append(place)
        for teacher in self.books.teachers:
            name = sheet_name(f"{teacher.teacher.teacher_id} {teacher.teacher.name}".strip(), taken)
            self._write_teacher(book.sheet(name), teacher, places.get(teacher.number, []))

    def _on_page(self, year: int | None, reason: str | None) -> bool:
        return year == self.books.year or reason == "fault"

    def _write_teacher(self, sheet: Sheet, one: TeacherBook, places: list[int]) -> None:
        fields = self._fields
        columns = len(fields)
        teacher, year = one.teacher, self.books.year
        who = f"{teacher.teacher_id} {teacher.name}".strip()
        employment = word("employment", teacher.employment).get(self.language)
        sheet.title_row(
            0, self.says(f"{who}（{employment}）{year} 年度工作量", f"{who} ({employment}), {year}"), columns
        )
        width = sum(field.width for field in fields)
        article = self.says("条款", "article")
        heads = [self.says(zh, en) for zh, en in _PAGE_HEADS]
        sheet.worksheet.merge_range(1, 0, 1, LABEL - 1, heads[0], sheet.book.formats["head"])
        for place, head in enumerate(heads[1:], start=LABEL):
            sheet.put(1, place, head, "head")
        sheet.worksheet.merge_range(1, ARTICLE, 1, columns - 1, article, sheet.book.formats["head"])
        row = 2
        for account in self.books.basis.regulation.accounts:
            row = self._figures(sheet, row, one, account, columns)
        for finding in (one.found.training, one.found.case_reports, one.found.evaluation):
            for part in finding.parts or (finding,):
                row = self._finding(sheet, row, one, finding, part, columns)
        remarks = [text.get(self.language) for text in (*one.found.remarks(), *one.found.to_meet())]
        row = sheet.lines(row, remarks, columns, width)
        head_row = row + 1
        sheet.head(head_row, fields)
        row = head_row + 1
        for place in places:
            for column, field in enumerate(fields):
                value, formula = self._view(field.name, place)
                sheet.put(row, column, value, field.style.removeprefix("typed "), formula)
            row += 1
        if places:
            sheet.worksheet.autofilter(head_row, 0, row - 1, columns - 1)
        sheet.worksheet.repeat_rows(head_row)
        sheet.worksheet.freeze_panes(head_row + 1, 0)
        sheet.worksheet.set_row(row + 1, 28)
        labels = (
            (0, self.says("本人签字：", "teacher:")),
            (4, self.says("审核：", "reviewed:")),
            (8, self.says("日期：", "date:")),
        )
        for column, text in labels:
            if column < columns:
                sheet.put(row + 1, column, text)
                for line in range(column + 1, min(column + 3, columns)):
                    sheet.put(row + 1, line, "", "sign")

    def _figures(self, sheet: Sheet, row: int, one: TeacherBook, account: str, columns: int) -> int:
        """An account's figures, as the summary has them."""
        part = one.found.quota.part(account)
        values = self.summary.cells(one)
        known = self.books.basis.regulation.accounts[account]
        unit = word("unit", known.unit).get(self.language)
        label = self.says(f"{self.rules.account(account)}（{unit}）", f"{self.rules.account(account)} ({unit})")
        sheet.worksheet.merge_range(row, 0, row, LABEL - 1, label, sheet.book.formats["text"])
        for column, name in enumerate(("total", "required", "short", "verdict"), start=LABEL):
            key = f"{name}_{account}"
            if self.summary.layout.has(key):
                style = "verdict" if name == "verdict" else "hours"
                sheet.put(row, column, values[key][0], style, self.summary.outside(key, one.number))
            else:
                sheet.put(row, column, NONE, "word")
        cited = "" if part.clause is None else clause_text(part.clause).get(self.language)
        self._article(sheet, row, cited)
        return row + 1

    def _article(self, sheet: Sheet, row: int, cited: str) -> None:
        """The article of a figure, over the columns that are left of it; the row as high as it needs."""
        width = sum(field.width for field in self._fields[ARTICLE:])
        sheet.worksheet.merge_range(row, ARTICLE, row, len(self._fields) - 1, cited, sheet.book.formats["long"])
        sheet.worksheet.set_row(row, height_of(cited, width))

    def _finding(self, sheet: Sheet, row: int, one: TeacherBook, whole: Finding, part: Finding, columns: int) -> int:
        label = self.summary.requirements.label(whole, part) if part is not whole else part.title.get(self.language)
        sheet.worksheet.merge_range(row, 0, row, LABEL - 1, label, sheet.book.formats["text"])
        asked = self.summary.requirements
        links = (one.number, whole.name, part.name) in asked.rows
        figures = {"value": part.value, "required": part.required, "lacking": part.shortfall}
        for column, (name, value) in enumerate(figures.items(), start=LABEL):
            if value is None:
                sheet.put(row, column, NONE, "word")
            else:
                sheet.put(row, column, number(value), "figure", asked.outside(name, one.number, whole, part))
        verdict = asked.outside("verdict", one.number, whole, part) if links else ""
        if whole.name == "evaluation":
            result = self.summary.outside("evaluation", one.number)
            says = part.notes[0].get(self.language) if part.notes else NONE
            sheet.put(row, LABEL, says, "word", result)
            verdict = self._passed(part, result)
        sheet.put(row, LABEL + 3, self.summary.verdict(part.verdict), "verdict", verdict)
        cited = "" if part.clause is None else clause_text(part.clause).get(self.language)
        self._article(sheet, row, cited)
        return row + 1

    def _passed(self, part: Finding, result: str) -> str:
        """The formula of whether the evaluation is a pass (R14)."""
        if part.clause is None:
            return ""
        met, not_met, undetermined = (quoted(self.summary.verdict(one)) for one in ("met", "not_met", "undetermined"))
        return f"IF({result}={quoted(NONE)},{undetermined},IF(COUNTIF(rule_passes,{result})>0,{met},{not_met}))"

    def _view(self, name: str, place: int) -> tuple[Value, str]:
        """A cell of the ledger, seen from another sheet; one that cannot change there needs no formula."""
        held = self.ledger.values[place].get(name, Cell())
        if not held.formula and not held.typed:
            return held.value, ""
        cell = self.ledger.layout.outside(name, self.ledger.row(place))
        if name in ("start", "end", "title", "account", "article"):  # those can be blank, which would show as 0
            return held.value, f'IF({cell}="","",{cell})'
        return held.value, cell

    # ---------------------------------------------------------------- charts

    def write_charts(self, book: Book) -> None:
        """Charts, where people would rather look than read, and below them the figures that they show."""
        sheet = book.sheet(CHARTS.get(self.language), scaled=False)
        columns = 8
        sheet.worksheet.set_column(0, 0, 18)
        sheet.worksheet.set_column(1, columns - 1, 13)
        sheet.title_row(0, self.says(f"{self.books.year} 年度图表", f"Charts {self.books.year}"), columns)
        owing = [one for one in self.books.teachers if one.found.quota.verdict != "not_applicable"]
        tested = () if self.tested is None else tuple(place for place in self.tested.places if place.windows)
        charts: list[Any] = []
        row = 1 + CHART_ROWS * (1 + len(_spans(len(owing))) + len(_spans(len(tested))))
        tables = [row]  # where each begins
        if owing:
            more, row = self._quota_charts(book, sheet, row, owing)
            charts += more
            tables.append(row)
        chart, row = self._month_chart(book, sheet, row)
        charts.append(chart)
        if tested:
            tables.append(row)
            charts += self._window_charts(book, sheet, row, tested)
            row += len(tested) + 1
        breaks = [tables[0]]
        for begin, end in pairwise([*tables, row]):  # a table stays on one page, where it fits one
            if end - breaks[-1] > CHART_ROWS:
                breaks.append(begin)
        for place, chart in enumerate(charts):
            chart.set_size({"width": 790, "height": CHART_ROWS * 20 - 10})
            sheet.worksheet.insert_chart(1 + place * CHART_ROWS, 0, chart, {"object_position": 2, "y_offset": 4})
            breaks.append(1 + place * CHART_ROWS)
        sheet.worksheet.set_h_pagebreaks(sorted(set(breaks) - {1}))

    def _labels(self, one: TeacherBook) -> str:
        return f"{one.teacher.teacher_id} {one.teacher.name}".strip()

    def _quota_charts(self, book: Book, sheet: Sheet, row: int, owing: Sequence[TeacherBook]) -> tuple[list[Any], int]:
        accounts = self.summary.owed
        sheet.put(row, 0, self.says("完成比例", "share of the quota"), "head")
        for place, account in enumerate(accounts, start=1):
            sheet.put(row, place, self.rules.account(account), "head")
        first = row + 1
        for offset, one in enumerate(owing):
            sheet.put(first + offset, 0, self._labels(one), "text")
            for place, account in enumerate(accounts, start=1):
                part = one.found.quota.part(account)
                if not part.required:
                    sheet.put(first + offset, place, NONE, "word")
                    continue
                share = (part.value or Fraction(0)) / part.required
                exact, owed = (self.summary.outside(f"{name}_{account}", one.number) for name in ("exact", "required"))
                sheet.put(first + offset, place, number(share), "percent", f"{exact}/{owed}")
        last = first + len(owing) - 1
        title = self.says("年度工作量完成比例", "share of the yearly quota reached")
        return self._bars(book, sheet, title, first, last, len(accounts)), last + 2

    def _bars(self, book: Book, sheet: Sheet, title: str, first: int, last: int, columns: int) -> list[Any]:
        """A bar for each teacher, the first one on top; as many to a chart as a page can show."""
        charts = []
        for begin, end in _spans(last - first + 1):
            chart = book.book.add_chart({"type": "bar"})
            self._series(chart, sheet.title, first - 1, first + begin, first + end, columns)
            self._dress(chart, title)
            grid = {"visible": True, "line": {"color": "#DDDDDD"}}
            chart.set_x_axis({"num_format": "0%", "min": 0, "major_gridlines": grid})
            chart.set_y_axis({"reverse": True, "interval_unit": 1, "major_gridlines": {"visible": False}})
            charts.append(chart)
        return charts

    def _series(self, chart: Any, title: str, head: int, first: int, last: int, columns: int) -> None:
        for place in range(1, columns + 1):
            chart.add_series(
                {
                    "name": [title, head, place],
                    "categories": [title, first, 0, last, 0],
                    "values": [title, first, place, last, place],
                    "gap": 60,
                }
            )

    def _dress(self, chart: Any, title: str) -> None:
        chart.set_title({"name": title, "name_font": {"size": 12}})
        chart.set_legend({"position": "bottom"})

    def _month_chart(self, book: Book, sheet: Sheet, row: int) -> tuple[Any, int]:
        accounts = self.books.basis.regulation.accounts
        sheet.put(row, 0, self.says("月份", "month"), "head")
        for place, account in enumerate(accounts, start=1):
            unit = word("unit", accounts[account].unit).get(self.language)
            name = self.rules.account(account)
            sheet.put(row, place, self.says(f"{name}（{unit}）", f"{name} ({unit})"), "head")
        first = row + 1
        totals: dict[tuple[int, str], Fraction] = {}
        for line in self.books.lines:
            if line.year == self.books.year and line.line.account is not None and line.month is not None:
                key = line.month, line.line.account
                totals[key] = totals.get(key, Fraction(0)) + line.line.amount
        months = self._months()
        for offset, month in enumerate(months):
            sheet.put(first + offset, 0, f"{month // 100}-{month % 100:02}", "word")
            for place, account in enumerate(accounts, start=1):
                name = criterion(self.rules.account(account))
                formula = (
                    f"ROUND(SUMIFS(ledger_amount,ledger_year,{self.books.year},ledger_account,{name}"
                    f"{self._within(month, first=offset == 0)}),9)"
                )
                sheet.put(first + offset, place, steady(totals.get((month, account), Fraction(0))), "two", formula)
        last = first + len(months) - 1
        chart = book.book.add_chart({"type": "column"})
        self._series(chart, sheet.title, first - 1, first, last, len(accounts))
        self._dress(chart, self.says("各月工作量", "work by month"))
        grid = {"visible": True, "line": {"color": "#DDDDDD"}}
        chart.set_y_axis({"num_format": "0", "min": 0, "major_gridlines": grid})
        return chart, last + 2

    def _within(self, month: int, *, first: bool) -> str:
        """The condition that a line lies in a month; the first has also what lasts into it from the year before."""
        if not self.ledger.detailed:
            return f",ledger_month,{month}"
        begin = date(month // 100, month % 100, 1)
        end = begin + relativedelta(months=1)
        after = "" if first else f',ledger_date,">={serial(begin)}"'
        return f'{after},ledger_date,"<{serial(end)}"'

    def _months(self) -> list[int]:
        """The months of the year's period."""
        period = self.books.found.period
        periods = [period, *(one.found.book.period for one in self.books.teachers)]
        start, end = min(one.start for one in periods), max(one.end for one in periods)
        return [
            year * 100 + month
            for year in range(start.year, end.year + 1)
            for month in range(1, 13)
            if (start.year, start.month) <= (year, month) <= (end.year, end.month)
        ]

    def _window_charts(self, book: Book, sheet: Sheet, row: int, places: Sequence[TestPlace]) -> list[Any]:
        tested = self.tested
        assert tested is not None  # noqa: S101  # asked only where there is a test
        accounts = tested.accounts
        span = self.books.year - places[0].finding.clause.years + 1
        label = f"{span}–{self.books.year}"
        sheet.put(row, 0, self.says(f"{label} 累计", f"{label} together"), "head")
        for column, account in enumerate(accounts, start=1):
            sheet.put(row, column, self.rules.account(account), "head")
        first = row + 1
        for offset, place in enumerate(places):
            sheet.put(first + offset, 0, self._labels(place.one), "text")
            index = next(index for index, window in enumerate(place.windows) if window.years[-1] == self.books.year)
            window, own = place.windows[index], place.candidates.start + index
            for need_place, need in enumerate(place.finding.clause.needs):
                column = accounts.index(need.account) + 1
                factor = len(window.years) if place.finding.clause.measured == "average" else 1
                exact = tested.layout.outside(f"exact_{need.account}", own)
                owed = tested.rules.names.need(place.finding.clause, need_place)
                share = window.totals[need.account] / (need.amount * factor) if need.amount else Fraction(0)
                times = f"/{factor}" if factor != 1 else ""
                sheet.put(first + offset, column, number(share), "percent", f"{exact}/{owed}{times}")
        last = first + len(places) - 1
        title = self.says(f"三年认定进度（{label}）", f"progress of the three-year test ({label})")
        return self._bars(book, sheet, title, first, last, len(accounts))

    # ---------------------------------------------------------------- notes

    def write_notes(self, book: Book, untested: Text | None) -> None:
        """What a reader must know: origin, readings, remarks, other readings, faults that were skipped."""
        sheet = book.sheet(NOTES.get(self.language), landscape=False)
        width = 88.0  # a single column wider than the page would not be scaled to it
        sheet.worksheet.set_column(0, 0, width)
        row = 0
        for title, lines in self._sections(untested):
            sheet.put(row, 0, title, "heading")
            sheet.worksheet.set_row(row, 20)
            row = sheet.lines(row + 1, lines, 1, width) + 1

    def _sections(self, untested: Text | None) -> Iterable[tuple[str, list[str]]]:
        language = self.language
        yield self.says("来源", "Origin"), [text.get(language) for text in self.provenance.lines()]
        if untested is not None:
            yield self.says("三年认定", "Three-year test"), [untested.get(language)]
        untitled: list[str] = []
        for block in reports.evaluation_details(self.books.found, language):
            if block.header or (not self.ledger.detailed and block.title == reports.SKIPPED.get(language)):
                continue
            if block.title and block.lines:
                yield block.title, list(block.lines)
            untitled += () if block.title else block.lines
        if not self.ledger.detailed:  # no single row
            found = self.books.found
            read, credited = found.rows_read, found.rows_credited
            rows = Text(
                f"读取 {read} 行 = 计入 {credited} 行 + 未计入 {read - credited} 行",
                f"{read} rows read = {credited} credited + {read - credited} set aside",
            )
            untitled = [rows.get(language)]
        yield self.says("行数与读取", "Rows and reading"), untitled
        yield self.says("公式", "Formulas"), list(self._about())

    def _about(self) -> Iterable[str]:
        yield self.says(
            "“规则”一栏的数值有名称（如 rule_counseling_duty_per），各表公式都用它；改一处，全部随之改变。",
            "The values of the rule sheet are named (rule_counseling_duty_per, say); change one and all follow.",
        )
        yield self.says(
            "改动浅黄色的格（台账、名册、培训案例、三年认定），汇总、三年认定、核对、图表和教师页随之重算；提示和文字说明"
            "不随之改变。",
            "Change a cell on yellow (ledger, roster, training, three years) and all sheets follow; warnings and "
            "remarks do not.",
        )
        yield self.says(
            "达标与否按分钟（整数）比较，其余按九位小数比较，双精度的误差不影响结论；相差小于十亿分之一的不作区分。",
            "Verdicts compare whole minutes, or nine decimals, so that the noise of doubles changes none; what differs "
            "by less than a billionth is taken as the same.",
        )
        fixed = [rule for rule in self.rules.kinds.values() if rule.clauses and not self.ledger.is_live(rule)]
        if fixed:
            listed = ("、" if self.language == "zh" else ", ").join(self.rules.kind(rule.kind.id) for rule in fixed)
            yield self.says(
                f"下列类别按条件、系数、封顶或累计取整逐行核定，“折合”为程序算出的数，改动这些行后须重新生成：{listed}。",
                f"Of these kinds the amount of a row is the program's own (conditions, factors, caps); write anew "
                f"after a change: {listed}.",
            )
        if any(one.tested is not None and one.tested.years and not one.live for one in self.books.teachers):
            yield self.says(
                "三年认定中以往各年的数字由程序算出（聘期年度不全，或按截至日往前推算），不随台账改变。",
                "The earlier years of the three-year test are the program's own here and do not follow the ledger.",
            )
        if self.ledger.detailed and self.ledger.pooled:
            yield self.says(
                "累计后取整的类别，改动日期后各行的“折合”可能先后不同，合计不变。",
                "Of kinds that are rounded together, rows may share the sum otherwise after a change of date.",
            )
        if self.books.basis.readings["year"] == "appointment":
            yield self.says(
                "按聘期年度核算时，“年度”一栏不随日期改变。", "Under appointment years the year of a row is fixed."
            )


def _spans(bars: int) -> list[tuple[int, int]]:
    """The first and last of each chart's bars, so that a chart has no more than a page can show.

    >>> _spans(45)
    [(0, 14), (15, 29), (30, 44)]
    """
    charts = -(-bars // MOST_BARS)
    size = -(-bars // charts) if charts else 0
    return [(begin, min(begin + size, bars) - 1) for begin in range(0, bars, size)] if bars else []
