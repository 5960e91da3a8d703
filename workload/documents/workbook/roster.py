"""The roster sheet: the teachers, their titles and the terms of their appointment, as the ledger looks them up."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from attrs import frozen

from workload.documents.workbook.lines import BookLine, Books
from workload.documents.workbook.rules import NONE, RuleSheet
from workload.documents.workbook.sheets import Book, Field, sheet_in_formula
from workload.text import Language, Text
from workload.vocabulary import WORDS, column_text, table_text, word

SHEET = Text("名册", "Roster")
HEAD_ROW = 2  # of the headers, counted from 1
ID, NAME, EMPLOYMENT, AFFILIATION, TITLE, RESULT = range(6)
HELD_ID, HELD_FROM, HELD_TITLE = 7, 8, 9
TERM_ID, TERM_START, TERM_END = 11, 12, 13
MOST_COMPARED = 12  # terms


@frozen(eq=False)
class RosterSheet:
    """The roster sheet's content and where its parts stand."""

    books: Books
    rules: RuleSheet
    language: Language

    @property
    def name(self) -> str:
        """The sheet's name."""
        return SHEET.get(self.language)

    def row(self, number: int) -> int:
        """The row of a teacher, counted from 1."""
        return HEAD_ROW + number

    @cached_property
    def _held(self) -> Mapping[int, range]:
        return self._spans([len(one.standing.titles) for one in self.books.teachers])

    @cached_property
    def _terms(self) -> Mapping[int, range]:
        return self._spans([len(one.standing.terms) for one in self.books.teachers])

    @staticmethod
    def _spans(lengths: list[int]) -> Mapping[int, range]:
        """The rows (from 1) that each teacher's part of a table takes."""
        found, begin = {}, HEAD_ROW + 1
        for number, length in enumerate(lengths, start=1):
            found[number] = range(begin, begin + length)
            begin += length
        return found

    def cell(self, number: int, column: int) -> str:
        """A teacher's cell, as another sheet names it."""
        return f"{sheet_in_formula(self.name)}!${_letter(column)}${self.row(number)}"

    def _block(self, column: int, rows: range) -> str:
        letter = _letter(column)
        return f"{sheet_in_formula(self.name)}!${letter}${rows.start}:${letter}${rows.stop - 1}"

    def terms_of(self, number: int) -> tuple[str, str] | None:
        """The cells of a teacher's terms: their first and their last days; ``None`` without any."""
        rows = self._terms[number]
        return (self._block(TERM_START, rows), self._block(TERM_END, rows)) if rows else None

    def outside_terms(self, number: int, day: str) -> str:
        """The test that no term of a teacher covers a day; empty for one without terms.

        Comparisons one by one, where there are not too many, take a spreadsheet a fraction of the time.
        """
        rows = self._terms[number]
        if not rows:
            return ""
        if len(rows) > MOST_COMPARED:
            start, end = self._block(TERM_START, rows), self._block(TERM_END, rows)
            return f'COUNTIFS({start},"<="&{day},{end},">="&{day})=0'
        sheet, start, end = sheet_in_formula(self.name), _letter(TERM_START), _letter(TERM_END)
        tests = [f"OR({day}<{sheet}!${start}${row},{day}>{sheet}!${end}${row})" for row in rows]
        return tests[0] if len(tests) == 1 else f"AND({','.join(tests)})"

    def title_on(self, line: BookLine, day: str) -> str:
        """The formula of the title in force on a day: the latest that began by then, else the teacher's own."""
        own = self.cell(line.number, TITLE)
        rows = self._held[line.number]
        if not rows:
            return own
        return f"IFERROR(INDEX({self._block(HELD_TITLE, rows)},MATCH({day},{self._block(HELD_FROM, rows)},1)),{own})"

    def _evaluated(self) -> str:
        """The header of the year's evaluation."""
        return Text(f"{self.books.year} 考核", f"{self.books.year} result").get(self.language)

    def write(self, book: Book) -> None:
        """Write the sheet."""
        sheet = book.sheet(self.name)
        language = self.language

        def head(table: str, name: str, width: float) -> Field:
            return Field(name, column_text(table, name).get(language), width)

        gap = Field("", "", 3)
        fields = (
            head("teachers", "teacher_id", 12),
            head("teachers", "name", 14),
            head("teachers", "employment", 10),
            head("teachers", "affiliation", 10),
            head("teachers", "title", 10),
            Field("result", self._evaluated(), 12),
            gap,
            head("titles", "teacher_id", 12),
            head("titles", "effective_from", 14),
            head("titles", "title", 10),
            gap,
            head("appointments", "teacher_id", 12),
            head("appointments", "start", 14),
            head("appointments", "end", 14),
        )
        between = "　" if language == "zh" else ", "
        title = between.join(table_text(name).get(language) for name in ("teachers", "titles", "appointments"))
        sheet.title_row(0, title, len(fields))
        for place, field in enumerate(fields):
            if field.header:
                sheet.put(HEAD_ROW - 1, place, field.header, "head")
            sheet.worksheet.set_column(place, place, field.width)
        held, terms = HEAD_ROW, HEAD_ROW
        for one in self.books.teachers:
            teacher, row = one.teacher, self.row(one.number) - 1
            sheet.put(row, ID, teacher.teacher_id, "text")
            sheet.put(row, NAME, teacher.name, "text")
            sheet.put(row, EMPLOYMENT, word("employment", teacher.employment).get(language), "word")
            sheet.put(row, AFFILIATION, word("affiliation", teacher.affiliation).get(language), "word")
            sheet.put(row, TITLE, self.rules.title(teacher.title) or NONE, "typed word")
            sheet.put(row, RESULT, word("result", one.found.result).get(language), "typed word")
            for day, title in one.standing.titles:
                sheet.put(held, HELD_ID, teacher.teacher_id, "text")
                sheet.put(held, HELD_FROM, day, "typed date")
                sheet.put(held, HELD_TITLE, self.rules.title(title), "typed word")
                held += 1
            # Quotas prorated by days, and appointment years, were worked out from the terms as they were.
            readings = self.books.basis.readings
            fixed = readings["part_year"] == "by_days" or readings["year"] == "appointment"
            look = "date" if fixed else "typed date"
            for term in one.standing.terms:
                sheet.put(terms, TERM_ID, teacher.teacher_id, "text")
                sheet.put(terms, TERM_START, term.start, look)
                sheet.put(terms, TERM_END, term.end, look)
                terms += 1
        book.name("teacher_ids", self.name, f"$A${HEAD_ROW + 1}:$A${HEAD_ROW + max(1, len(self.books.teachers))}")
        results = [text.get(language) for text in WORDS["result"].values()]
        if self.books.teachers:
            rule = {"validate": "list", "source": results}
            sheet.worksheet.data_validation(HEAD_ROW, RESULT, HEAD_ROW + len(self.books.teachers) - 1, RESULT, rule)
        sheet.worksheet.freeze_panes(HEAD_ROW, 0)
        sheet.worksheet.repeat_rows(HEAD_ROW - 1)


def _letter(column: int) -> str:
    return chr(ord("A") + column)
