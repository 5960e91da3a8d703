"""Formulas worked out without Excel, for the function reference and the sample workbooks: what they show is what is so.

Only what these need: constants, arrays ``{1,2;3,4}``, cells, ranges, tables (``年表[课时]``, ``年表[#All]``), the four
operations, comparisons for equality, SUM, COUNTIF, IF, MAX, and every function of the registry.

>>> calculate('=WL_CLASS_HOURS({45;90})')
[[1.0], [2.0]]
>>> calculate('WL_MINUTES("14:00","15:30")/45')
[[2.0]]
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NoReturn, cast

from attrs import define, frozen

from excel_addin.calling import call
from excel_addin.cells import ERRORS, Grid
from excel_addin.registry import FUNCTIONS
from excel_addin.settings import Settings

Range = Sequence[Sequence[Any]]


class FormulaError(ValueError):
    """A formula that this module cannot work out, and where it stopped."""


@frozen
class Area:
    """A range of cells: its sheet (``""``: the formula's own) and its corners, counted from 0 and included."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def of(cls, text: str, sheet: str = "") -> Area:
        """The range that a reference such as ``B2`` or ``$A$1:C9`` names.

        >>> Area.of("$A$1:C9")
        Area(sheet='', top=0, left=0, bottom=8, right=2)
        """
        first, _, last = text.replace("$", "").partition(":")
        (top, left), (bottom, right) = _position(first), _position(last or first)
        return cls(sheet, top, left, bottom, right)

    @property
    def places(self) -> Iterator[tuple[int, int]]:
        """Row and column of each cell, in reading order."""
        return product(range(self.top, self.bottom + 1), range(self.left, self.right + 1))

    def __str__(self) -> str:
        first, last = _name(self.top, self.left), _name(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"


def _position(cell: str) -> tuple[int, int]:
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(cell[len(letters) :]) - 1, column - 1


def _name(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


@frozen
class Listed:
    """A table of a workbook, which formulas name: where it stands with its header, and its columns."""

    area: Area
    columns: tuple[str, ...]

    def part(self, named: str, row: int | None = None) -> Area:
        """``#All``: the table with its header; ``[#This Row],[X]``: column X in that row; ``X``: the cells of column X.

        Raises:
            FormulaError: there is no such column.
        """
        found = self.area
        if named == "#All":
            return found
        name = named.removeprefix("[#This Row],[").removesuffix("]")
        if name not in self.columns:
            raise FormulaError(f"no column {name!r}; there are: {', '.join(self.columns)}")
        column = found.left + self.columns.index(name)
        if name == named:
            return Area(found.sheet, found.top + 1, column, found.bottom, column)
        if row is None or not found.top < row <= found.bottom:
            raise FormulaError(f"{named!r} stands outside the table")
        return Area(found.sheet, row, column, row, column)


Cells = Callable[[Area], Range]


def calculate(
    formula: str,
    cells: Cells | None = None,
    tables: Mapping[str, Listed] | None = None,
    settings: Settings | None = None,
    *,
    row: int | None = None,
) -> Grid:
    """What a formula gives, as the rows of the range that it fills.

    ``cells`` gives the cells of a range, ``None`` for a blank one; dates as Excel's numbers. ``row``: where the formula
    itself stands, counted from 0.

    Raises:
        CallError: a function of the registry has no result.
        FormulaError: the formula is none that this module knows.
    """
    reader = _Reader(formula, _tokens(formula.removeprefix("=")), cells, tables or {}, settings or Settings(), row)
    found = reader.comparison()
    if reader.at != len(reader.tokens) or found is None:
        reader.fail()
    return cast(Grid, [list(row) for row in found])


_TOKEN = re.compile(
    r"""\s*(?:
    (?P<text>"(?:[^"]|"")*")
  | (?P<number>\d+(?:\.\d+)?(?:E[+-]?\d+)?)(?![\w.])
  | (?P<error>\#[A-Z/_]+[!?A])
  | (?P<table>\w+\[(?:[^\[\]]|\[[^\[\]]*\])+\])
  | (?P<range>(?:(?:\w+|'(?:[^']|'')+')!)?\$?[A-Z]{1,3}\$?[0-9]+(?::\$?[A-Z]{1,3}\$?[0-9]+)?)(?![\w.(])
  | (?P<name>\w+)
  | (?P<mark><>|[-+*/=(){},;])
    )""",
    re.VERBOSE,
)


def _tokens(formula: str) -> list[tuple[str, str]]:
    found, place = [], 0
    while place < len(formula):
        matched = _TOKEN.match(formula, place)
        if matched is None:
            raise FormulaError(f"cannot read {formula!r} from character {place + 1} on")
        kind = cast(str, matched.lastgroup)
        found.append((kind, matched[kind]))
        place = matched.end()
    return found


_OPERATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "=": operator.eq,
    "<>": operator.ne,
}


@define
class _Reader:
    formula: str
    tokens: list[tuple[str, str]]
    cells: Cells | None
    tables: Mapping[str, Listed]
    settings: Settings
    row: int | None
    at: int = 0

    def fail(self) -> NoReturn:
        raise FormulaError(f"cannot read {self.formula!r} at its part {self.at + 1}")

    def here(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, *marks: str) -> str:
        """The mark that stands here, and on to the next; nothing if it is none of these."""
        found = self.here()
        if found not in marks or self.tokens[self.at][0] != "mark":
            return ""
        self.at += 1
        return found

    def expect(self, mark: str) -> None:
        if not self.take(mark):
            self.fail()

    def comparison(self) -> Range | None:
        return self._chain(self.sum, "=", "<>")

    def sum(self) -> Range | None:
        return self._chain(self.product, "+", "-")

    def product(self) -> Range | None:
        return self._chain(self.factor, "*", "/")

    def _chain(self, part: Callable[[], Range | None], *marks: str) -> Range | None:
        found = part()
        while mark := self.take(*marks):
            other = part()
            if found is None or other is None:
                self.fail()
            found = _cell_by_cell(_OPERATIONS[mark], found, other)
        return found

    def factor(self) -> Range | None:
        if self.take("-"):
            return _cell_by_cell(operator.neg, cast(Range, self.factor()))
        if self.take("("):
            inner = self.comparison()
            self.expect(")")
            return inner
        if self.take("{"):
            return self.array()
        if self.at == len(self.tokens) or self.tokens[self.at][0] == "mark":
            self.fail()
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind in ("table", "range"):
            return self.look(self.area(kind, text))
        if kind == "name" and self.here() == "(":
            return self.called(text.upper())
        return [[self.constant(kind, text)]]

    def area(self, kind: str, text: str) -> Area:
        if kind == "range":
            sheet, _, place = text.rpartition("!")
            return Area.of(place, sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet)
        name, _, part = text[:-1].partition("[")
        if name not in self.tables:
            raise FormulaError(f"no table {name!r}; there are: {', '.join(self.tables)}")
        return self.tables[name].part(part, self.row)

    def look(self, area: Area) -> Range:
        if self.cells is None:
            raise FormulaError(f"{self.formula!r} asks for cells, and there are none")
        return self.cells(area)

    def constant(self, kind: str, text: str) -> object:
        if kind == "text":
            return text[1:-1].replace('""', '"')
        if kind == "number":
            return int(text) if text.isdigit() else float(text)
        if kind == "error" and text in ERRORS:
            return text
        if kind == "name" and text.upper() in ("TRUE", "FALSE"):
            return text.upper() == "TRUE"
        raise FormulaError(f"{text!r} in {self.formula!r} is no constant")

    def array(self) -> Range:
        rows: list[list[object]] = [[]]
        while True:
            sign = self.take("-")
            if self.at == len(self.tokens):
                self.fail()
            value: Any = self.constant(*self.tokens[self.at])
            rows[-1].append(-value if sign else value)
            self.at += 1
            if self.take(";"):
                rows.append([])
            elif not self.take(","):
                self.expect("}")
                return rows

    def called(self, name: str) -> Range:
        name = name.removeprefix("_XLDUDF_")  # which Excel writes before a function of an Office.js add-in
        self.expect("(")
        given: list[Range | None] = []
        while not self.take(")"):
            if given:
                self.expect(",")
            given.append(None if self.here() in (",", ")") else self.comparison())
        if name in FUNCTIONS:
            return call(name, given, self.settings)
        if name not in _NATIVE:
            raise FormulaError(f"{self.formula!r} calls {name}, which this module does not know")
        return _NATIVE[name](*given)


def _cell_by_cell(function: Callable[..., Any], *given: Range) -> Range:
    """A function of each set of cells; a single cell, row or column is repeated beside a larger range."""
    rows, columns = max(map(len, given)), max(len(cells[0]) for cells in given)
    if any(len(cells) not in (1, rows) or len(cells[0]) not in (1, columns) for cells in given):
        raise FormulaError("the ranges differ in size")

    def at(cells: Range, row: int, column: int) -> Any:
        return cells[row if len(cells) > 1 else 0][column if len(cells[0]) > 1 else 0]

    return [
        [function(*(at(cells, row, column) for cells in given)) for column in range(columns)] for row in range(rows)
    ]


def _numbers(given: Sequence[Range | None]) -> list[float]:
    cells = [cell for block in given if block is not None for row in block for cell in row]
    if any(isinstance(cell, str) and cell in ERRORS for cell in cells):
        raise FormulaError("an error among the cells")
    return [cell for cell in cells if isinstance(cell, int | float) and not isinstance(cell, bool)]


def _count(cells: Range, wanted: Range) -> Range:
    ((value,),) = wanted
    return [[sum(type(cell) is type(value) and cell == value for row in cells for cell in row)]]


def _choose(test: Any, yes: Any, no: Any) -> Any:
    if isinstance(test, str):
        raise FormulaError(f"{test!r} is neither true nor false")  # #VALUE! in Excel
    return yes if test else no


_NATIVE: Mapping[str, Callable[..., Range]] = {
    "SUM": lambda *given: [[sum(_numbers(given))]],
    "MAX": lambda *given: [[max(_numbers(given), default=0)]],
    "COUNTIF": _count,
    "IF": lambda *given: _cell_by_cell(_choose, *given),
}
