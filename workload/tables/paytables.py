"""The tables of a pay sheet (发放表), whoever made it: where they stand, what their columns are, which rows are sums.

The tables are found by the headings that such sheets commonly have. Figures are read exactly; a number with so many
digits that it must be one of a person or an account is no figure, so that it enters no sum and no message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from xml.parsers import expat

from attrs import evolve, frozen

from workload.exact import rounded, steady
from workload.identity import LONG_DIGITS, is_long_number
from workload.privacy import looks_like_person_data
from workload.tables import container, sources
from workload.tables.cells import FLOAT_NOISE, BadCell, Cell, blank, plain
from workload.tables.layout import DEEPEST, is_sum, is_total
from workload.tables.oddcells import Merge
from workload.tables.package import Package, broken
from workload.tables.payheadings import FIGURES, LONGEST_HEADING, MONEY, PERSON, Role, heading, role_of
from workload.tables.xls import xls_book

_NUMBER = re.compile(r"[¥￥]?\s*(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*元?")
TOO_LARGE = 10 ** (LONG_DIGITS - 1)  # yuan; an identity, bank or telephone number that became a number is not less

# ---------------------------------------------------------------- reading


@frozen(eq=False)
class Sheet:
    """A sheet as it stands; rows and columns are counted from 1."""

    name: str
    rows: Mapping[int, Sequence[Cell]]
    merges: tuple[Merge, ...]
    hidden_rows: Container[int]
    hidden_columns: Container[int]
    hidden: bool

    @property
    def shown(self) -> str:
        """The sheet's name, as a message may repeat it."""
        return "…" if looks_like_person_data(self.name) or is_long_number(self.name) else self.name

    def cell(self, row: int, column: int) -> Cell:
        """A cell; beyond the last one nothing stands."""
        cells = self.rows.get(row, ())
        return cells[column - 1] if 0 < column <= len(cells) else None


def read_sheets(path: Path) -> Iterator[Sheet]:
    """The sheets of a workbook, with what is hidden.

    Raises:
        InputError: the file cannot be read.
        MissingExtraError: a package that reads workbooks is not installed.
    """
    container.check(path)
    book = sources.sheets_of(path)
    hidden = _hidden_in_xls(path) if path.suffix.lower() == ".xls" else _hidden(path)
    for name in book.names:
        cells, rows = book.read(name)
        found = {number: row for number, row in rows if not all(map(blank, row))}
        lines, columns = hidden.get(name, (frozenset(), frozenset()))
        yield Sheet(name, found, cells.merges, lines, columns, name in book.hidden)


_Hidden = tuple[Container[int], Container[int]]


def _hidden_in_xls(path: Path) -> Mapping[str, _Hidden]:
    return {
        sheet.name: (
            {number + 1 for number, row in sheet.rowinfo_map.items() if row.hidden},
            {number + 1 for number, column in sheet.colinfo_map.items() if column.hidden},
        )
        for sheet in xls_book(path).sheets()
    }


def _hidden(path: Path) -> Mapping[str, _Hidden]:
    """The hidden rows and columns of each sheet of an xlsx or ods file."""
    with Package(path) as package:
        if path.suffix.lower() == ".ods":
            reading = _OdsVisibility()
            _parsed(package, "content.xml", reading.start)
            return reading.found
        found = {}
        for name, part in package.sheet_parts().items():
            sheet = _XlsxVisibility()
            _parsed(package, part, sheet.start)
            found[name] = (_Spans(sheet.rows), _Spans(sheet.columns))
        return found


def _parsed(package: Package, part: str, start: Callable[[str, dict[str, str]], None]) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(" ")[2], attributes)
    try:
        for piece in package.xml_chunks(part):
            parser.Parse(piece)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError):
        raise broken(package.path) from None


class _Spans:
    """Numbers as stretches: a few bytes can say that a million rows are hidden."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self.spans = tuple(spans)

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and any(first <= number <= last for first, last in self.spans)


class _XlsxVisibility:
    """Collects the hidden rows and columns of one part of an xlsx file."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, int]] = []
        self.columns: list[tuple[int, int]] = []
        self.row = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "row":
            self.row = int(attributes.get("r", self.row + 1))
        elif tag != "col":
            return
        if attributes.get("hidden") not in ("1", "true"):
            return
        if tag == "row":
            self.rows.append((self.row, self.row))
        else:
            self.columns.append((int(attributes["min"]), int(attributes["max"])))


class _OdsVisibility:
    """The same for all sheets of an ods file, where a row or column may repeat."""

    _TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "

    def __init__(self) -> None:
        self.found: dict[str, _Hidden] = {}
        self.rows: list[tuple[int, int]] = []
        self.columns: list[tuple[int, int]] = []
        self.row = self.column = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "table":
            self.rows, self.columns, self.row, self.column = [], [], 0, 0
            self.found[attributes.get(f"{self._TABLE}name", "")] = (_Later(self.rows), _Later(self.columns))
        elif tag in ("table-row", "table-column"):
            is_row = tag == "table-row"
            repeats = int(attributes.get(f"{self._TABLE}number-{'rows' if is_row else 'columns'}-repeated", "1"))
            before = self.row if is_row else self.column
            if attributes.get(f"{self._TABLE}visibility") in ("collapse", "filter"):
                (self.rows if is_row else self.columns).append((before + 1, before + repeats))
            if is_row:
                self.row += repeats
            else:
                self.column += repeats


class _Later(_Spans):
    """Stretches that are still being collected."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self.spans = spans  # type: ignore[assignment]


# ---------------------------------------------------------------- tables


@frozen(eq=False)
class Total:
    """A row of sums. ``over`` are the rows that it may sum: all above it, or those since the last such row."""

    row: int
    over: tuple[tuple[int, ...], ...]
    grand: bool


@frozen(eq=False)
class Table:
    """A table on a sheet: its header, what its columns are, its rows, and the rows of their sums."""

    sheet: Sheet
    first: int
    header: int
    headings: Mapping[int, str]
    columns: Mapping[int, Role]
    rows: tuple[int, ...]
    totals: tuple[Total, ...]
    last: int
    gaps: tuple[int, ...]

    @cached_property
    def halves(self) -> tuple[Table, ...]:
        """The table in parts, where the same headings stand side by side for further persons; else the table itself."""
        named = list(self.headings.items())
        for width in range(2, len(named) // 2 + 1):
            parts = [named[at : at + width] for at in range(0, len(named), width)]
            spellings = [[spelling for _, spelling in part] for part in parts]
            same = all(one == spellings[0] for one in spellings)
            if same and any(role_of(spelling) in PERSON for spelling in spellings[0]):
                return tuple(evolve(self, columns={column: self.columns[column] for column, _ in one}) for one in parts)
        return (self,)

    def of(self, *roles: Role) -> list[int]:
        """The columns with those roles, from left to right."""
        return [column for column, role in self.columns.items() if role in roles]

    @cached_property
    def gross(self) -> int | None:
        """The column of the gross: 应发 before 合计."""
        found = self.of("gross")
        named = [column for column in found if not is_total(self.headings[column])]
        return next(iter(named or found), None)

    @cached_property
    def net(self) -> int | None:
        """The column of the net."""
        return next(iter(self.of("net")), None)

    @property
    def of_persons(self) -> bool:
        """Whether each row is a person, and not a line or an item of one."""
        if not self.of(*PERSON):
            return False
        return bool(self.gross or self.net) or (bool(self.of("amount")) and not self.of("item", "line"))

    @property
    def grand(self) -> Total | None:
        """The row of the sums of all rows."""
        return next((total for total in reversed(self.totals) if total.grand), None)

    def money(self, row: int, column: int | None) -> Fraction | None:
        """The figure in a cell, if one stands there."""
        return None if column is None else figure(self.sheet.cell(row, column))

    def sum(self, rows: Iterable[int], column: int) -> Fraction:
        """The sum of a column."""
        return sum((self.money(row, column) or Fraction(0) for row in rows), Fraction(0))

    def across(self, row: int, columns: Iterable[int]) -> Fraction:
        """The sum of some cells of a row."""
        return sum((self.money(row, column) or Fraction(0) for column in columns), Fraction(0))

    def sums(self, rows: Iterable[int] | None = None) -> Mapping[Role, Fraction]:
        """The sums of net, gross, what is withheld, and of the amounts where there is no gross."""
        chosen = self.rows if rows is None else tuple(rows)
        found: dict[Role, Fraction] = {}
        nets = [part.net for part in self.halves if part.net is not None]
        if nets:
            found["net"] = sum((self.sum(chosen, column) for column in nets), Fraction(0))
        grosses = [part.gross for part in self.halves if part.gross is not None]
        amounts = grosses or self.of("amount")
        if amounts:
            found["gross"] = sum((self.sum(chosen, column) for column in amounts), Fraction(0))
        if self.of("tax"):
            found["tax"] = sum((self.sum(chosen, column) for column in self.of("tax")), Fraction(0))
        return found


def figure(cell: Cell) -> Fraction | None:
    """A number, or a text that is one, exactly; the noise of a formula over floats is no part of an amount.

    What is as large as an identity, bank or telephone number is none.
    """
    found: Fraction | None = None
    if isinstance(cell, int) and not isinstance(cell, bool):
        found = Fraction(cell)
    elif isinstance(cell, float):
        try:
            found = steady(cell)
        except ValueError:
            return None
        near = Fraction(rounded(found, 2))
        found = near if abs(found - near) < Fraction(str(FLOAT_NOISE)) else found
    elif isinstance(cell, str) and len(cell) <= LONGEST_HEADING and (match := _NUMBER.fullmatch(plain(cell))):
        found = Fraction(match[1].replace(",", ""))
    return None if found is None or abs(found) >= TOO_LARGE else found


def is_long(cell: Cell) -> bool:
    """Whether a cell holds a number with so many digits that it is one of a person or an account."""
    if isinstance(cell, str):
        return is_long_number(plain(cell))
    return isinstance(cell, int | float) and abs(cell) >= TOO_LARGE


def tables_of(sheet: Sheet) -> Iterator[Table]:
    """The tables of a sheet, from its top down."""
    numbers = sorted(sheet.rows)
    reached = 0
    for first in numbers:
        if first <= reached:
            continue
        header, cells = _header(sheet, first)
        if _is_header(cells):
            table = _table(sheet, first, header, cells, numbers)
            yield table
            reached = table.last


def _is_header(row: Sequence[Cell]) -> bool:
    """Whether a row names columns of a pay sheet: money, and whose or what for."""
    if any(isinstance(cell, int | float | date | time | timedelta | BadCell) for cell in row):
        return False
    roles = [role_of(heading(cell)) for cell in row if not blank(cell)]
    return bool(MONEY.intersection(roles)) and bool((PERSON | {"item"}).intersection(roles))


def _header(sheet: Sheet, first: int) -> tuple[int, list[Cell]]:
    """The last row of a header that begins there, and its cells: upper and lower headings joined where both stand."""
    cells = list(sheet.rows[first])
    across = [(left, right) for top, left, _, right in sheet.merges if top == first and right > left]
    deep = max((bottom - first for top, _, bottom, _ in sheet.merges if top == first), default=0)
    deep = min(DEEPEST, max(deep, 1 if across or _goes_on(sheet, first) else 0))
    if not deep or not any(role_of(heading(cell)) != "other" for cell in cells):
        return first, cells
    for left, right in across:
        cells += [None] * (right - len(cells))
        cells[left - 1 : right] = [cells[left - 1]] * (right - left + 1)
    for row in range(first + 1, first + deep + 1):
        lower = list(sheet.rows.get(row, ()))
        if any(isinstance(cell, int | float) for cell in lower):
            return row - 1, cells
        width = max(len(cells), len(lower))
        cells += [None] * (width - len(cells))
        lower += [None] * (width - len(lower))
        cells = [
            over if blank(under) else f"{over}{under}" if isinstance(over, str) else under
            for over, under in zip(cells, lower, strict=True)
        ]
    return first + deep, cells


def _goes_on(sheet: Sheet, first: int) -> bool:
    """Whether the row below names further columns, and holds nothing else."""
    lower = [cell for cell in sheet.rows.get(first + 1, ()) if not blank(cell)]
    roles = [role_of(heading(cell)) for cell in lower]
    return len(lower) > 1 and FIGURES.issuperset(roles) and _is_header(sheet.rows[first])


def _roles(headings: Mapping[int, str]) -> dict[int, Role]:
    """What the columns hold; a 小计 is the amount of its quantity, the gross, or the sum of a part of the amounts."""
    roles = {column: role_of(spelling) for column, spelling in headings.items()}
    wholes = [column for column, role in roles.items() if role == "whole"]
    alone = not (MONEY - {"whole"}).intersection(roles.values())
    for column in wholes:
        roles[column] = "unsure" if not alone else "gross" if len(wholes) == 1 else "amount"
    subtotals = [column for column, role in roles.items() if role == "subtotal"]
    for column in subtotals:
        if roles.get(column - 1, "other") in ("quantity", "rate", "factor", "unsure", "other"):
            roles[column] = "amount"
        elif len(subtotals) == 1 and "gross" not in roles.values():
            roles[column] = "gross"
    return roles


# Below a table: an amount in words and figures, who signs, remarks.
_BELOW = re.compile(r".*(?:[大小]写|[合总共累]计金额|制表|审核|复核|负责人|签字|备注|说明|注[:：]).*")
_SUBTOTAL = re.compile(r".*小计|本?页|sub")


def _table(sheet: Sheet, first: int, header: int, cells: Sequence[Cell], numbers: Sequence[int]) -> Table:
    headings = {column: heading(cell) for column, cell in enumerate(cells, start=1) if not blank(cell)}
    columns = _roles(headings)
    figures = [column for column, role in columns.items() if role in FIGURES]
    keys = [column for column, role in columns.items() if role in PERSON or role in ("document", "item", "number")]
    rows: list[int] = []
    totals: list[Total] = []
    gaps: list[int] = []
    last, since, block = header, 0, 0  # the first of the rows that no sum, and no sum of a block, has counted
    titles = [heading(cell) for cell in sheet.rows.get(header, ()) if not blank(cell)]
    for row in numbers:
        if row <= header:
            continue
        line = sheet.rows[row]
        if [heading(cell) for cell in line if not blank(cell)] == titles:
            last = row  # the header once more, as on a new page
            continue
        if _is_header(line):
            break
        if not any(_holds_figure(sheet.cell(row, column)) for column in figures):
            continue
        ended = bool(totals) and totals[-1].grand and block == len(rows)  # nothing stands below the sum so far
        place, label = _label(line)
        keyed = [column for column in keys if not blank(sheet.cell(row, column))]
        is_sum_row = is_total(label) or (is_sum(label) and not [one for one in keyed if one != place])
        if is_sum_row and ended and not is_total(label):
            continue  # the sum once more, in words or figures
        if not is_sum_row and (_BELOW.fullmatch(label) or (ended and not keyed)):
            continue
        gap = None if ended else next((between for between in range(last + 1, row) if between not in sheet.rows), None)
        gaps += () if gap is None else (gap,)
        last = row
        if not is_sum_row:
            rows.append(row)
            continue
        all_, own, part = tuple(rows), tuple(rows[block:]), tuple(rows[since:])
        text = re.sub(r"\s+", "", label.casefold())
        grand = not text.startswith("累") and not _SUBTOTAL.match(text)
        over = (own, all_) if grand and own else (all_,) if grand or text.startswith("累") else (part, own)
        totals.append(Total(row, over, grand))
        since = len(rows)
        block = len(rows) if grand else block
    lines = *rows, *(total.row for total in totals)
    for column, role in columns.items():
        if role == "other" and _are_figures([sheet.cell(row, column) for row in lines]):
            columns[column] = "unsure"
    return Table(sheet, first, header, headings, columns, tuple(rows), tuple(totals), last, tuple(gaps))


def _are_figures(cells: Iterable[Cell]) -> bool:
    """Whether most of the cells of a column are numbers, and no long ones; a number kept as text speaks for nothing."""
    filled = [cell for cell in cells if not blank(cell)]
    return 2 * sum(figure(cell) is not None and not isinstance(cell, str) for cell in filled) > len(filled)


def _label(line: Sequence[Cell]) -> tuple[int, str]:
    """The column and the text of the first text of a row."""
    texts = ((column, cell) for column, cell in enumerate(line, start=1) if isinstance(cell, str) and cell.strip())
    place, text = next(texts, (0, ""))
    return place, plain(text)


def _holds_figure(cell: Cell) -> bool:
    return isinstance(cell, BadCell) or figure(cell) is not None or is_long(cell)


__all__ = ["Sheet", "Table", "Total", "figure", "is_long", "read_sheets", "tables_of"]
