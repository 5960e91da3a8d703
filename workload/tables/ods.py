"""An OpenDocument sheet as it stands: the cells a reader gives as blank and that are not, and its merges.

A few bytes can say that a row repeats a million times; so what the reader would make of the sheet is counted first.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.parsers import expat

from workload.tables.cells import BadCell, error_cell
from workload.tables.oddcells import ROOM_AT_LEAST, UNCOMPUTED, Merge, SheetCells, too_far
from workload.tables.package import Package, broken

_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"

_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
_MOST_LETTERS = 256 * 1024**2  # of all cells, unfolded
_MOST_MARKED = 100_000  # repeated bad cells beyond this are a trap


def look_through(package: Package) -> Mapping[str, SheetCells]:
    """For each sheet, what the reader does not tell of its cells.

    Raises:
        InputError: the file is damaged, or a sheet would unfold to more cells than fit.
    """
    if "content.xml" not in package.parts:
        raise broken(package.path)
    reading = _Reading(package)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    try:
        for piece in package.xml_chunks("content.xml"):
            parser.Parse(piece)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError):
        raise broken(package.path) from None
    return reading.found


class _Reading:
    """Follows rows and cells with their repetitions; only cells that hold something take room."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.found: dict[str, SheetCells] = {}
        self.sheet: str | None = None
        self.merges: list[Merge] = []
        self.bad: dict[int, dict[int, BadCell]] = {}
        self.row = self.column = 0  # those before the current one
        self.row_repeats = self.last_row = self.last_column = 0
        self.cell: tuple[int, bool, bool] | None = None  # how often, whether it holds something, whether it is an error
        self.shown = ""
        self.marked = self.room = self.letters = 0
        self.length = 0  # of the text in the cell

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _, name = tag.rpartition(" ")
        if namespace != _TABLE:
            return
        if name == "table":
            self.sheet = attributes.get(f"{_TABLE} name", "")
            self.row = self.last_row = self.last_column = 0
            self.merges, self.bad = [], {}
        elif name == "table-row":
            self.column = 0
            self.row_repeats = self._count(attributes, "number-rows-repeated")
        elif name in ("table-cell", "covered-table-cell") and self.sheet is not None:
            self._cell(attributes)

    def _count(self, attributes: Mapping[str, str], name: str) -> int:
        value = attributes.get(f"{_TABLE} {name}", "1")
        if not value.isdecimal() or len(value) > 9:
            raise broken(self.package.path)
        return int(value)

    def _cell(self, attributes: Mapping[str, str]) -> None:
        repeats = self._count(attributes, "number-columns-repeated")
        kind = attributes.get(f"{_OFFICE} value-type")
        formula = f"{_TABLE} formula" in attributes
        is_error = attributes.get(f"{_CALC} value-type") == "error"
        self.cell = (repeats, kind is not None or formula, is_error)
        self.shown = ""
        self.length = 0
        rows = self._count(attributes, "number-rows-spanned")
        columns = self._count(attributes, "number-columns-spanned")
        if rows > 1 or columns > 1:
            self.merges.append((self.row + 1, self.column + 1, self.row + rows, self.column + columns))
        if formula and kind is None and not is_error:
            self._mark(repeats, UNCOMPUTED)

    def _mark(self, repeats: int, cell: BadCell) -> None:
        self.marked += repeats * self.row_repeats
        if self.marked > _MOST_MARKED:
            raise too_far(self.package.path)
        for row in range(self.row + 1, self.row + self.row_repeats + 1):
            for column in range(self.column + 1, self.column + repeats + 1):
                self.bad.setdefault(row, {})[column] = cell

    def text(self, data: str) -> None:
        self.length += len(data)
        if self.cell is not None and self.cell[2]:
            self.shown += data

    def end(self, tag: str) -> None:
        namespace, _, name = tag.rpartition(" ")
        if namespace != _TABLE:
            return
        if name in ("table-cell", "covered-table-cell") and self.cell is not None:
            repeats, holds, is_error = self.cell
            if is_error:
                self._mark(repeats, error_cell(self.shown.strip() or "#ERROR!"))
            self.column += repeats
            self.letters += self.length * repeats * self.row_repeats
            if self.letters > _MOST_LETTERS:
                raise too_far(self.package.path)
            if holds:
                self.last_row = self.row + self.row_repeats
                self.last_column = max(self.last_column, self.column)
            self.cell = None
        elif name == "table-row":
            self.row += self.row_repeats
        elif name == "table" and self.sheet is not None:
            self.room += self.last_row * self.last_column
            if self.room > ROOM_AT_LEAST * 4:
                raise too_far(self.package.path)
            self.found[self.sheet] = SheetCells(self.bad, tuple(self.merges))
            self.sheet = None
