"""The sheet of training and case reports (方案 六(三), 附件2 第五条(三)): what each teacher needs and has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from attrs import frozen

from workload.documents.workbook.lines import Books, TeacherBook
from workload.documents.workbook.roster import ID, NAME, RosterSheet
from workload.documents.workbook.rules import NONE, RuleSheet
from workload.documents.workbook.sheets import Book, Cell, Field, Layout, Sheet, column_letter, number, quoted, serial
from workload.finding import Finding
from workload.regulation import CaseReportRule, TrainingNeed
from workload.text import Language, Text
from workload.vocabulary import Verdict, column_text, table_text, word

SHEET = Text("培训案例", "Training")
HEAD_ROW = 2
GAP = 1  # an empty column between the tables
TABLES = {"training": ("teacher_id", "date", "hours", "level", "form"), "case_reports": ("teacher_id", "date")}
STYLE = {"teacher_id": "text", "date": "date", "hours": "figure", "level": "word", "form": "word"}


@frozen(eq=False)
class RequirementSheet:
    """The sheet's content and where its parts stand."""

    books: Books
    rules: RuleSheet
    roster: RosterSheet
    language: Language

    @property
    def name(self) -> str:
        """The sheet's name."""
        return SHEET.get(self.language)

    @cached_property
    def layout(self) -> Layout:
        """The columns of the requirements."""
        zh = self.language == "zh"
        fields = (
            Field("teacher_id", column_text("teachers", "teacher_id").get(self.language), 10),
            Field("name", column_text("teachers", "name").get(self.language), 11),
            Field("item", "项目" if zh else "item", 30, "long"),
            Field("value", "已有" if zh else "has", 8, "figure"),
            Field("required", "要求" if zh else "required", 8, "figure"),
            Field("lacking", "差额" if zh else "short", 8, "figure"),
            Field("verdict", "结论" if zh else "verdict", 9, "verdict"),
            Field("article", "条款" if zh else "article", 18, "text"),
        )
        return Layout(self.name, fields, HEAD_ROW + 1)

    @cached_property
    def rows(self) -> Mapping[tuple[int, str, str], int]:
        """The row of each requirement, counted from 1: by teacher, chapter and part."""
        found: dict[tuple[int, str, str], int] = {}
        for one in self.books.teachers:
            for whole, part in _parts(one):
                found[one.number, whole.name, part.name] = HEAD_ROW + 1 + len(found)
        return found

    def outside(self, column: str, number_: int, whole: Finding, part: Finding) -> str:
        """A cell of a requirement, as another sheet names it."""
        return self.layout.outside(column, self.rows[number_, whole.name, part.name])

    def verdict_of(self, number_: int, whole: Finding) -> list[str]:
        """The cells with the verdicts of a chapter's requirements, as another sheet names them."""
        return [self.outside("verdict", number_, whole, part) for part in whole.parts]

    def verdict(self, verdict: Verdict) -> str:
        """A verdict's word."""
        return word("verdict", verdict).get(self.language)

    # ---- writing

    def write(self, book: Book) -> None:
        """Write the sheet and name the columns of its records."""
        sheet = book.sheet(self.name, landscape=False)
        columns = len(self.layout.fields)
        title = Text(f"{self.books.year} 年度培训与案例报告", f"Training and case reports {self.books.year}")
        sheet.title_row(0, title.get(self.language), columns)
        sheet.head(HEAD_ROW - 1, self.layout.fields)
        for one in self.books.teachers:
            for whole, part in _parts(one):
                row = self.rows[one.number, whole.name, part.name]
                for name, cell in self._cells(one, row, whole, part).items():
                    place = self.layout.places[name]
                    style = "word" if cell.value == NONE else self.layout.fields[place].style
                    sheet.put(row - 1, place, cell.value, style, cell.formula)
        last = max(HEAD_ROW + len(self.rows), HEAD_ROW + 1)
        place = self.layout.places["verdict"]
        sheet.mark(HEAD_ROW, place, last - 1, place, self.verdict("not_met"), self.verdict("met"))
        begin = columns + GAP
        for table in TABLES:
            begin = self._write_records(book, sheet, table, begin) + GAP
        sheet.worksheet.freeze_panes(HEAD_ROW, 0)
        sheet.worksheet.repeat_rows(HEAD_ROW - 1)
        sheet.worksheet.print_area(0, 0, last - 1, columns - 1)  # the records beside it are for the screen
        if self.rows:
            sheet.worksheet.autofilter(HEAD_ROW - 1, 0, last - 1, columns - 1)

    def _cells(self, one: TeacherBook, row: int, whole: Finding, part: Finding) -> dict[str, Cell]:
        cited = "" if part.clause is None else part.clause.citation
        cells = {
            "teacher_id": Cell(one.teacher.teacher_id, self.roster.cell(one.number, ID)),
            "name": Cell(one.teacher.name, f'{self.roster.cell(one.number, NAME)}&""'),
            "item": Cell(self.label(whole, part)),
            "article": Cell(cited),
            "verdict": Cell(self.verdict(part.verdict)),
            "value": Cell(NONE),
            "lacking": Cell(NONE),
            "required": Cell(number(part.required)),
        }
        if part.clause is None or part.value is None:
            return cells
        value, required, lacking = (self.layout.cell(name, row) for name in ("value", "required", "lacking"))
        met, not_met = quoted(self.verdict("met")), quoted(self.verdict("not_met"))
        cells["value"] = Cell(number(part.value), self._count(one.number, part))
        cells["required"] = Cell(number(part.required), self.rules.names.first(part.clause))
        cells["lacking"] = Cell(number(part.shortfall), f"ROUND(MAX(0,{required}-{value}),9)")
        cells["verdict"] = Cell(self.verdict(part.verdict), f"IF({lacking}>0,{not_met},{met})")
        return cells

    def label(self, whole: Finding, part: Finding) -> str:
        """What a requirement is called."""
        label = part.title.get(self.language)
        return label if whole.name != "case_reports" else f"{whole.title.get(self.language)} {label}"

    def _count(self, number_: int, part: Finding) -> str:
        """The formula of what a teacher has of it."""
        assert part.period is not None  # noqa: S101  # a requirement has its days
        days = f'">={serial(part.period.start)}"', f'"<={serial(part.period.end)}"'
        if isinstance(part.clause, CaseReportRule):
            return f"COUNTIFS(case_reports_no,{number_},case_reports_date,{days[0]},case_reports_date,{days[1]})"
        clause = part.clause
        assert isinstance(clause, TrainingNeed)  # noqa: S101  # the only other chapter here
        form = quoted(word("form", clause.form).get(self.language))
        tests = f"training_no,{number_},training_date,{days[0]},training_date,{days[1]},training_form,{form}"
        levels = [f",training_level,{quoted(word('level', level).get(self.language))}" for level in clause.levels]
        count = "SUMIFS(training_hours," if clause.counted == "hours" else "COUNTIFS("
        return f"ROUND({'+'.join(f'{count}{tests}{level})' for level in levels or [''])},9)"

    def _write_records(self, book: Book, sheet: Sheet, table: str, begin: int) -> int:
        """A table of the records; the column after it."""
        records = getattr(self.books.basis.center, table) or ()
        numbers = {one.teacher.teacher_id: one.number for one in self.books.teachers}
        names = ("no", *TABLES[table])
        sheet.put(0, begin + 1, table_text(table).get(self.language), "heading")
        for offset, name in enumerate(names):
            header = "序号" if name == "no" else column_text(table, name).get(self.language)
            sheet.put(HEAD_ROW - 1, begin + offset, "no." if name == "no" and self.language == "en" else header, "head")
            options = {"level": 1, "hidden": True} if name == "no" else {}
            sheet.worksheet.set_column(begin + offset, begin + offset, 11, None, options)
        row = HEAD_ROW
        for record in records:
            sheet.put(row, begin, numbers.get(record.teacher_id, 0), "count")
            for offset, name in enumerate(TABLES[table], start=1):
                value = getattr(record, name)
                if name in ("level", "form"):
                    value = word(name, value).get(self.language) if value else ""
                elif name == "hours":
                    value = number(value)
                typed = "" if name == "teacher_id" else "typed "
                sheet.put(row, begin + offset, value, f"{typed}{STYLE[name]}")
            row += 1
        for offset, name in enumerate(names):
            letter = column_letter(begin + offset)
            book.name(f"{table}_{name}", self.name, f"${letter}${HEAD_ROW + 1}:${letter}${max(row, HEAD_ROW + 1)}")
        sheet.worksheet.set_column(begin - GAP, begin - GAP, 3)
        return begin + len(names)


def _parts(one: TeacherBook) -> Iterator[tuple[Finding, Finding]]:
    for whole in (one.found.training, one.found.case_reports):
        for part in whole.parts:
            yield whole, part


__all__ = ["SHEET", "RequirementSheet"]
