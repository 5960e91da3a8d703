"""A print-ready sheet: cells that hold a formula together with its computed value, and the looks they share.

A formula is always written with its value, so that a preview, a phone and Excel's Protected View show the right figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from attrs import frozen

from workload.documents.blocks import one_line
from workload.tables.write import xlsxwriter_module

Value = str | int | float | date | time | None

FONT = "宋体"
EDGE, HEAD, TYPED, BAD, GOOD, SOFT, SHADE = (
    "#BFC8CF",
    "#DDE8F3",
    "#FFFBE6",
    "#F8CBAD",
    "#E2F0D9",
    "#5B6770",
    "#EEF1F4",
)
HOURS = "0.00#######"  # two decimals, and more where two would hide that something is missing
_CELL = {"border": 1, "border_color": EDGE, "valign": "vcenter"}
STYLES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "title": {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"},
        "heading": {"bold": True, "font_size": 12, "valign": "vcenter"},
        "note": {"font_color": SOFT, "valign": "vcenter"},
        "wrapped": {"valign": "top", "text_wrap": True},
        "plain": {"valign": "vcenter"},
        "head": {**_CELL, "bold": True, "bg_color": HEAD, "align": "center", "text_wrap": True},
        "text": {**_CELL, "num_format": "@", "indent": 1},
        "number": {**_CELL, "num_format": "0", "align": "center"},
        "year": {**_CELL, "num_format": '0;-0;"—"', "align": "center"},  # 0: in none
        "word": {**_CELL, "align": "center", "shrink": True},
        "total": {**_CELL, "bold": True, "bg_color": SHADE, "align": "center"},
        "long": {**_CELL, "text_wrap": True},
        "count": {**_CELL, "num_format": "0"},
        "figure": {**_CELL, "num_format": "General"},
        "hours": {**_CELL, "num_format": HOURS, "shrink": True},
        "two": {**_CELL, "num_format": "0.00"},
        "percent": {**_CELL, "num_format": "0%"},
        "date": {**_CELL, "num_format": "yyyy-mm-dd", "align": "center"},
        "time": {**_CELL, "num_format": "hh:mm", "align": "center"},
        "verdict": {**_CELL, "align": "center", "bold": True, "shrink": True},
        "sign": {"bottom": 1, "valign": "vcenter"},
    }
)
# What a person may change in the ledger, the roster and the rules stands on a ground of its own.
TYPED_STYLES = ("text", "word", "long", "count", "figure", "hours", "date", "time")

PAPER_A4 = 9
EVERYWHERE = "A1:XFD1048576"
MOST_FOOTER = 255  # letters that a page's footer can hold, with the codes for its places


def number(value: Fraction | int | None) -> int | float | None:
    """An exact number as a cell holds it: the nearest double, an integer where it is whole.

    >>> number(Fraction(76, 2)), number(Fraction(1, 4)), number(None)
    (38, 0.25, None)
    """
    if value is None:
        return None
    whole = Fraction(value)
    return whole.numerator if whole.denominator == 1 else float(whole)


def quoted(text: str) -> str:
    """A text as it stands in a formula.

    >>> quoted("达标")
    '"达标"'
    """
    return '"' + text.replace('"', '""') + '"'


_PATTERN = str.maketrans({"~": "~~", "*": "~*", "?": "~?"})


def is_pattern(text: str) -> bool:
    """Whether a spreadsheet would take a text for a pattern where it looks for it."""
    return bool(set("*?~") & set(text))


def criterion(text: str) -> str:
    """A text as the condition of ``SUMIFS``: that very text, and neither a pattern nor a comparison.

    >>> criterion("讲座*"), criterion("咨询")
    ('"=讲座~*"', '"咨询"')
    """
    plain = not is_pattern(text) and text[:1] not in ("<", ">", "=")
    return quoted(text if plain else f"={text.translate(_PATTERN)}")


def matched(cell: str, among: str, *, patterns: bool) -> str:
    """The formula of a cell's place in a list; with ``patterns`` some text of the list would be taken for one."""
    sought = cell
    for letter in "~*?" if patterns else "":
        sought = f'SUBSTITUTE({sought},"{letter}","~{letter}")'
    return f"MATCH({sought},{among},0)"


def serial(day: date) -> int:
    """A day as a spreadsheet counts it.

    >>> serial(date(2024, 1, 1))
    45292
    """
    return day.toordinal() - date(1899, 12, 30).toordinal()


def column_letter(place: int) -> str:
    """The letters of a column, counted from 0.

    >>> column_letter(0), column_letter(26)
    ('A', 'AA')
    """
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


class Cell(NamedTuple):
    """What a cell holds: a value, the formula that gives it, and whether a person may change it."""

    value: Value = None
    formula: str = ""
    typed: bool = False


class Ready(str):
    """A formula in which no function needs a prefix.

    XlsxWriter looks in each formula for the thirty functions that do; it leaves alone one that seems to have its
    prefixes already, which in a workbook of many formulas is half of the time.
    """

    __slots__ = ()

    def __contains__(self, part: object) -> bool:
        return part == "_xlfn." or (isinstance(part, str) and super().__contains__(part))


@frozen
class Field:
    """A column of a table: its name in code, header, width in letters, and style."""

    name: str
    header: str
    width: float
    style: str = "text"
    hidden: bool = False


@frozen(eq=False)
class Layout:
    """Where the columns of a table stand, for the formulas that speak of them."""

    sheet: str
    fields: tuple[Field, ...]
    first_row: int  # of the records, counted from 1 as people do

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The number of each column, from 0."""
        return {field.name: place for place, field in enumerate(self.fields)}

    @cached_property
    def letters(self) -> Mapping[str, str]:
        """The letters of each column."""
        return {name: column_letter(place) for name, place in self.places.items()}

    def has(self, name: str) -> bool:
        """Whether there is a column with that name."""
        return name in self.places

    def cell(self, name: str, row: int) -> str:
        """A cell of the row, from within the sheet: ``$D7``."""
        return f"${self.letters[name]}{row}"

    def block(self, name: str, first: int, last: int) -> str:
        """The cells of a column from a row to a row: ``$D$5:$D$9``."""
        letter = self.letters[name]
        return f"${letter}${first}:${letter}${last}"

    def outside(self, name: str, row: int) -> str:
        """A cell as another sheet names it."""
        return f"{self.sheet_name}!${self.letters[name]}{row}"

    def block_outside(self, name: str, first: int, last: int) -> str:
        """A block as another sheet names it."""
        return f"{self.sheet_name}!{self.block(name, first, last)}"

    @cached_property
    def sheet_name(self) -> str:
        """The sheet's name as it stands in a formula."""
        return sheet_in_formula(self.sheet)


def sheet_in_formula(name: str) -> str:
    """A sheet's name in quotes, as a formula may always write it."""
    return "'" + name.replace("'", "''") + "'"


class Book:
    """A workbook under construction: its formats made once, its sheets set up for A4."""

    def __init__(self, path: Path, footer: str, created: date, stretch: float = 1.0) -> None:
        self.stretch = stretch  # of the columns: the same word is longer in English
        options = {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "default_format_properties": {"font_name": FONT, "font_size": 10},
        }
        self.book = xlsxwriter_module().Workbook(str(path), options)
        # Never the time of writing: the same input gives the same bytes.
        self.book.set_properties({"created": datetime(created.year, created.month, created.day)})  # noqa: DTZ001
        self.footer = _footer(footer)
        self.formats = {name: self._format(look) for name, look in STYLES.items()}
        for name in TYPED_STYLES:
            self.formats[f"typed {name}"] = self._format({**STYLES[name], "bg_color": TYPED})
        self.bad = self.book.add_format({"bg_color": BAD})
        self.good = self.book.add_format({"bg_color": GOOD})
        self.names: set[str] = set()

    def _format(self, look: Mapping[str, Any]) -> Any:
        return self.book.add_format({"font_name": FONT, "font_size": 10, **look})

    def name(self, name: str, sheet: str, reference: str) -> None:
        """Give cells a name for the whole workbook."""
        self.book.define_name(name, f"={sheet_in_formula(sheet)}!{reference}")

    def sheet(self, title: str, *, landscape: bool = True, scaled: bool = True) -> Sheet:
        """A new sheet, set up to be printed on A4, as wide as one page.

        Where it is not ``scaled`` its own page breaks hold; a program that scales to a width takes no notice of them.
        """
        worksheet = self.book.add_worksheet(title)
        worksheet.set_paper(PAPER_A4)
        if landscape:
            worksheet.set_landscape()
        if scaled:
            worksheet.fit_to_pages(1, 0)
        worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
        worksheet.set_footer(self.footer)
        worksheet.hide_gridlines(2)
        worksheet.center_horizontally()
        # An id of digits is text on purpose, and a row's formulas are as its kind of work asks.
        worksheet.ignore_errors({"number_stored_as_text": EVERYWHERE, "formula_differs": EVERYWHERE})
        return Sheet(self, worksheet, title)


def _footer(text: str) -> str:
    """The footer of a page: the text on the left, as much of it as there is room for, and the page on the right."""
    left, right = "&L&8", "&R&8&P / &N"
    room = MOST_FOOTER - len(left) - len(right)
    said = text.replace("&", "&&")  # one of them alone begins a code
    end = len(text)
    while len(said) > room:
        end -= 1
        said = text[:end].replace("&", "&&") + "…"
    return left + said + right


class Sheet:
    """One sheet; rows and columns are counted from 0 here, as XlsxWriter does."""

    def __init__(self, book: Book, worksheet: Any, title: str) -> None:
        self.book, self.worksheet, self.title = book, worksheet, title

    def put(self, row: int, column: int, value: Value, style: str = "plain", formula: str = "") -> None:
        """Write a cell: a value, or a formula with the value it has."""
        look = self.book.formats[style]
        write = self.worksheet
        if isinstance(value, str) and not value.isprintable():
            value = one_line(value, "table")  # what steers a terminal makes a workbook that no program opens
        if formula:
            write.write_formula(row, column, Ready(formula), look, "" if value is None else _plain(value))
        elif value is None or value == "":
            write.write_blank(row, column, None, look)
        elif isinstance(value, str):
            write.write_string(row, column, value, look)
        elif isinstance(value, date | time):
            write.write_number(row, column, _plain(value), look)
        else:
            write.write_number(row, column, value, look)

    def head(self, row: int, fields: Sequence[Field], height: float = 30) -> None:
        """A header row, with the widths of its columns."""
        for place, field in enumerate(fields):
            self.put(row, place, field.header, "head")
            options = {"level": 1, "hidden": True} if field.hidden else {}
            self.worksheet.set_column(place, place, field.width * self.book.stretch, None, options)
        self.worksheet.set_row(row, height)

    def title_row(self, row: int, text: str, columns: int, style: str = "title", height: float = 26) -> None:
        """A title over so many columns."""
        if columns > 1:
            self.worksheet.merge_range(row, 0, row, columns - 1, text, self.book.formats[style])
        else:
            self.put(row, 0, text, style)
        self.worksheet.set_row(row, height)

    def lines(self, row: int, texts: Iterable[str], columns: int, width: float, style: str = "wrapped") -> int:
        """Lines of text over so many columns (of that width together); the row after them."""
        for text in texts:
            if columns > 1:
                self.worksheet.merge_range(row, 0, row, columns - 1, text, self.book.formats[style])
            else:
                self.put(row, 0, text, style)
            self.worksheet.set_row(row, height_of(text, width))
            row += 1
        return row

    def mark(
        self, first_row: int, first_column: int, last_row: int, last_column: int, bad: str, good: str = ""
    ) -> None:
        """Color the cells that say ``bad`` (or ``good``)."""
        for text, look in ((bad, self.book.bad), (good, self.book.good)):
            if text:
                rule = {"type": "cell", "criteria": "==", "value": quoted(text), "format": look}
                self.worksheet.conditional_format(first_row, first_column, last_row, last_column, rule)


def _plain(value: Value) -> Any:
    """A day or a time as the number that a cell holds."""
    if isinstance(value, date):
        return serial(value)
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86400
    return value


def letters(text: str) -> int:
    """How wide a text is, in letters; a Chinese one takes two.

    >>> letters("课时 38")
    7
    """
    return sum(1 if letter.isascii() else 2 for letter in text)


def height_of(text: str, width: float, line: float = 14.0) -> float:
    """The height of a row whose text wraps at that width, in points."""
    return line * max(1, -(-letters(text) // max(1, int(width * 0.92)))) + 2
