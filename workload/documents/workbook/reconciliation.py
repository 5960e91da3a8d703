"""The sheet that shows that no row is lost: rows read = credited + set aside, by kind, with sums that tie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property

from attrs import frozen

from workload.documents.workbook.ledger import LedgerSheet
from workload.documents.workbook.lines import Books
from workload.documents.workbook.rules import NONE, RuleSheet
from workload.documents.workbook.sheets import Book, Field, Layout, Sheet, criterion, quoted
from workload.documents.workbook.summary import STEADY, SummarySheet, steady
from workload.ledger import Line
from workload.quota import FILLS
from workload.records import Activity
from workload.text import Language, Text
from workload.vocabulary import REASONS

SHEET = Text("核对", "Reconciliation")
HEAD_ROW = 4
UNREAD = Text("（有错误的行）", "(rows with a fault)")


@frozen(eq=False)
class ReconciliationSheet:
    """The sheet's content."""

    books: Books
    rules: RuleSheet
    ledger: LedgerSheet
    summary: SummarySheet
    language: Language

    @property
    def name(self) -> str:
        """The sheet's name."""
        return SHEET.get(self.language)

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """The reasons that have a column: those that can hold under the chosen readings."""
        faulty = bool(self.books.found.dropped)
        attended = self.ledger.attended
        return tuple(
            reason for reason in REASONS if (reason != "fault" or faulty) and (reason != "not_attended" or attended)
        )

    @cached_property
    def layout(self) -> Layout:
        """The columns of the table by kind."""
        zh = self.language == "zh"
        fields = [
            Field("kind", "类别" if zh else "kind", 18),
            Field("read", "读取" if zh else "read", 8, "count"),
            Field("credited", "计入" if zh else "credited", 8, "count"),
            Field("aside", "未计入" if zh else "set aside", 8, "count"),
            *(Field(reason, REASONS[reason].get(self.language), 12, "count") for reason in self.reasons),
            Field("check", "相符" if zh else "ties", 8, "verdict"),
        ]
        return Layout(self.name, tuple(fields), HEAD_ROW + 1)

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that some row has or may be given; last, where there are any, the rows that could not be read."""
        seen = {line.activity.kind for line in self.books.lines if line.activity is not None}
        seen |= {kind for one in seen for kind in self.ledger.exchangeable.get(one, ())}
        found = [kind for kind in self.books.basis.regulation.kinds if kind in seen]
        return (*found, *([""] if self.books.found.dropped else []))

    def says(self, answer: bool) -> str:
        """Whether something ties."""
        return (Text("相符", "ties") if answer else Text("不符", "does not tie")).get(self.language)

    def write(self, book: Book) -> None:
        """Write the sheet."""
        sheet, layout, zh = book.sheet(self.name), self.layout, self.language == "zh"
        columns = len(layout.fields)
        width = sum(field.width for field in layout.fields)
        found = self.books.found
        read, credited = found.rows_read, found.rows_credited
        sheet.title_row(0, f"{found.year} 年度核对：每一行都有去处" if zh else f"Reconciliation {found.year}", columns)
        told = Text(
            f"读取 {read} 行 = 计入 {credited} 行 + 未计入 {read - credited} 行（生成时）。下表由公式从台账数出。",
            f"{read} rows read = {credited} credited + {read - credited} set aside (when written). "
            "The table counts the ledger.",
        )
        row = sheet.lines(1, [told.get(self.language)], columns, width, "note")
        sheet.head(HEAD_ROW - 1, layout.fields, 44)
        counts = self._counts()
        for place, kind in enumerate(self.kinds):
            self._kind(sheet, HEAD_ROW + place, kind, counts)
        row = HEAD_ROW + len(self.kinds)
        self._all(sheet, row, counts)
        last = row
        row = self._accounts(sheet, row + 2)
        self._moved(sheet, row + 1)
        column = layout.places["check"]
        sheet.mark(HEAD_ROW, column, last, column, self.says(False), self.says(True))
        sheet.worksheet.freeze_panes(HEAD_ROW, 1)
        sheet.worksheet.repeat_rows(HEAD_ROW - 1)

    # ---- by kind

    def _counts(self) -> dict[str, Counter[str]]:
        """By kind: how many rows are credited, or set aside for which reason, as the evaluation says."""
        counts: dict[str, Counter[str]] = {kind: Counter() for kind in self.kinds}
        for line in self._evaluated():
            kind = line.activity.kind if isinstance(line.activity, Activity) else ""
            counts[kind][line.reason or "credited"] += 1
        return counts

    def _evaluated(self) -> Iterator[Line]:
        for one in self.books.teachers:
            yield from one.found.book.lines
        for row in self.books.found.dropped:
            yield Line(row, "fault")

    def _kind(self, sheet: Sheet, row: int, kind: str, counts: dict[str, Counter[str]]) -> None:
        layout = self.layout
        own = row + 1
        label = self.rules.kind(kind) if kind else UNREAD.get(self.language)
        sheet.put(row, 0, label, "text")
        label_is_plain = criterion(label) == quoted(label)
        of_kind = f"ledger_kind,{layout.cell('kind', own) if label_is_plain else criterion(label)}"
        if not kind:
            of_kind = f"ledger_treatment,{quoted(self.ledger.treatment('fault'))}"
        total = counts[kind]
        rows = f"SUMIFS(ledger_rows,{of_kind}"
        year = f",ledger_year,{self.books.year}"
        self._count(sheet, row, "read", sum(total.values()), f"{rows},ledger_continued,0)")
        credited = quoted(self.ledger.treatment(None))
        self._count(sheet, row, "credited", total["credited"], f"{rows}{year},ledger_treatment,{credited})")
        for reason in self.reasons:
            says = quoted(self.ledger.treatment(reason))
            formula = f"{rows}{year},ledger_treatment,{says})"
            if reason in ("cancelled", "fault"):
                formula = f"{rows},ledger_treatment,{says})"
            elif reason == "outside_period":
                # The rows of other years, but for those that last into this one.
                cancelled = quoted(self.ledger.treatment("cancelled"))
                fault = quoted(self.ledger.treatment("fault"))
                formula = (
                    f"{rows},ledger_continued,0)-{rows},ledger_treatment,{cancelled})"
                    f'-{rows}{year},ledger_treatment,"<>"&{cancelled},ledger_treatment,"<>"&{quoted(NONE)})'
                    f"-{rows},ledger_treatment,{fault})"
                )
            self._count(sheet, row, reason, total[reason], formula)
        first, last = self.reasons[0], self.reasons[-1]
        aside = sum(total[reason] for reason in self.reasons)
        self._count(sheet, row, "aside", aside, f"SUM({layout.cell(first, own)}:{layout.cell(last, own)})")
        self._ties(sheet, row)

    def _count(self, sheet: Sheet, row: int, name: str, value: int, formula: str) -> None:
        sheet.put(row, self.layout.places[name], value, "count", formula)

    def _ties(self, sheet: Sheet, row: int) -> None:
        read, credited, aside = (self.layout.cell(name, row + 1) for name in ("read", "credited", "aside"))
        formula = f"IF({read}={credited}+{aside},{quoted(self.says(True))},{quoted(self.says(False))})"
        sheet.put(row, self.layout.places["check"], self.says(True), "verdict", formula)

    def _all(self, sheet: Sheet, row: int, counts: dict[str, Counter[str]]) -> None:
        sheet.put(row, 0, "合计" if self.language == "zh" else "total", "head")
        for field in self.layout.fields[1:-1]:
            if field.name == "read":
                value = sum(sum(one.values()) for one in counts.values())
            elif field.name == "aside":
                value = sum(one[reason] for one in counts.values() for reason in self.reasons)
            else:
                value = sum(one[field.name] for one in counts.values())
            block = self.layout.block(field.name, HEAD_ROW + 1, max(row, HEAD_ROW + 1))
            self._count(sheet, row, field.name, value, f"SUM({block})" if self.kinds else "0")
        self._ties(sheet, row)

    # ---- by account

    def _accounts(self, sheet: Sheet, row: int) -> int:
        """Each account's sum in the ledger beside the sum of the teachers' own totals."""
        zh = self.language == "zh"
        titles = (
            ("账户", "台账合计", "各教师合计", "相符")
            if zh
            else ("account", "in the ledger", "of the teachers", "ties")
        )
        for place, title in enumerate(titles):
            sheet.put(row, place, title, "head")
        teachers = self.books.teachers
        for account in self.books.basis.regulation.accounts:
            row += 1
            total = sum((one.found.book.total(account) for one in teachers), Fraction(0))
            name = criterion(self.rules.account(account))
            ledger = f"ROUND(SUMIFS(ledger_amount,ledger_year,{self.books.year},ledger_account,{name}),{STEADY})"
            sheet.put(row, 0, self.rules.account(account), "text")
            sheet.put(row, 1, steady(total), "figure", ledger)
            filled = account in self._filled
            if teachers and not filled:
                column = self.summary.layout
                block = column.block_outside(f"exact_{account}", self.summary.row(1), self.summary.row(len(teachers)))
                of_each = f"ROUND(SUM({block}),{STEADY})"
                sheet.put(row, 2, steady(total), "figure", of_each)
                formula = (
                    f"IF(ABS($B{row + 1}-$C{row + 1})<0.000001,{quoted(self.says(True))},{quoted(self.says(False))})"
                )
                sheet.put(row, 3, self.says(True), "verdict", formula)
        return row + 1

    @property
    def _filled(self) -> tuple[str, ...]:
        """Accounts whose totals hold more than their own lines (R4)."""
        if self.books.basis.readings["counseling_fills_teaching"] != "yes":
            return ()
        return tuple(FILLS)

    # ---- what a change in the ledger can break

    def _moved(self, sheet: Sheet, row: int) -> None:
        """Rows that were given another teacher or year: what they overlap with is not looked for there."""
        if not self.ledger.detailed:
            return
        zh = self.language == "zh"
        sheet.put(row, 0, "改到别的教师或年度的行" if zh else "rows moved to another teacher or year", "text")
        moved = "(ledger_year<>ledger_home_year)+(ledger_teacher_id<>ledger_home)"
        sheet.put(row, 1, 0, "count", f"SUMPRODUCT(--(({moved})>0))")
        told = Text(
            "不为 0 时，这些行的重叠和重复没有在新的位置判断；请改原数据后重新生成。",
            "If not 0, their overlaps and duplicates are not judged in the new place: mend the records and write anew.",
        )
        sheet.put(row, 2, told.get(self.language), "note")
        if (beyond := self.ledger.beyond) is None:
            return
        row += 1
        sheet.put(row, 0, "改成跨过年末而没有续行的值班" if zh else "duties changed to last beyond the year", "text")
        continued = f'COUNTIFS(ledger_continued,1,ledger_treatment,"<>"&{quoted(NONE)})'
        sheet.put(row, 1, 0, "count", f"MAX(0,SUMPRODUCT({beyond}*(ledger_continued=0))-{continued})")
        told = Text(
            "不为 0 时，跨到下一年的分钟没有计入下一年；请改原数据后重新生成。",
            "If not 0, the minutes in the next year are counted nowhere: mend the records and write anew.",
        )
        sheet.put(row, 2, told.get(self.language), "note")
