"""Bookings: the export of a booking or duty system, which drags clients' data along, as rows of the activities table.

A map (a TOML file) names the columns that are read and what each becomes. Below the header, no cell of another column
is looked at: in a workbook its text is never even made, in a CSV file it passes with its line. What is told of a fault
names no column but those of the map, and repeats no cell that could speak of a client.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any
from xml.parsers import expat

from attrs import frozen

from workload.errors import Fault, InputError
from workload.exact import exact
from workload.loading import load_regulation
from workload.privacy import looks_like_client_header
from workload.regulation import Regulation
from workload.tables import container
from workload.tables.cells import BadCell, Cell, CellError, blank, clock, day, error_cell, plain
from workload.tables.layout import SEARCHED
from workload.tables.oddcells import UNCOMPUTED, is_computed
from workload.tables.package import (
    LAST_ROW,
    Package,
    broken,
    cell_place,
    column_letters,
    unusable,
)
from workload.tables.read import column_parsers
from workload.tables.sources import csv_encoding, csv_rows
from workload.text import Text
from workload.toml_lines import line_numbers
from workload.vocabulary import TABLES, WORDS, column_named, column_text, header_spelling

FORMAT = 1
ACTIVITIES = TABLES["activities"]
PERIOD = "start-end"  # what one cell with both times is mapped to
_PERIOD_NAMES = (header_spelling(PERIOD), "起止时间")
_TIMES = ("start", "end")
# What a column that looks like one of clients' data may become: a day, a time, a number of minutes or a word of a
# closed list, which say nothing about anybody. An id could be the client's own.
CLOSED = frozenset({"date", *_TIMES, PERIOD, "minutes", "status", "attended"})

# ---------------------------------------------------------------- the map


@frozen
class BookingMap:
    """Which columns of an export are read, and what they become.

    ``columns``: the headers and the columns of the activities table that each feeds; ``constants``: what stands in
    every row; ``words``: for a column, what the table takes for a cell; ``skip``: the cells of a header whose rows are
    no work; ``sheet`` and ``header_row``: where the table stands, if that must be said.
    """

    columns: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, Cell]
    words: Mapping[str, Mapping[str, Cell]]
    skip: Mapping[str, frozenset[str]]
    sheet: str | None = None
    header_row: int | None = None


def read_booking_map(path: str | Path, regulation: Regulation | None = None) -> BookingMap:
    """The map in a TOML file.

    Args:
        path: the file.
        regulation: whose kinds and roles its words are checked against; without one they are not checked here.

    Raises:
        InputError: all that is wrong in the file, each with its line.
    """
    return _MapReader(Path(path), regulation).read()


class _MapReader:
    """Reads one map; collects faults instead of stopping at the first."""

    def __init__(self, path: Path, regulation: Regulation | None) -> None:
        self.path = path
        self.lines: Mapping[tuple[str | int, ...], int] = {}
        self.faults: list[Fault] = []
        self.fed: dict[str, str] = {}  # the columns of the table, and where the map feeds each
        self.parsers: dict[str, Callable[[Cell], object]] = {
            **column_parsers(regulation or load_regulation())["activities"],
            PERIOD: _period,
        }
        if regulation is None:  # another school has its own kinds and roles
            del self.parsers["kind"], self.parsers["role"]

    def wrong(self, place: Sequence[str], zh: str, en: str) -> None:
        line = next((self.lines[key] for n in range(len(place), 0, -1) if (key := tuple(place[:n])) in self.lines), 1)
        self.faults.append(Fault(self.path.name, line, ".".join(place), None, "booking_map", Text(zh, en)))

    def read(self) -> BookingMap:
        data = self._data()
        accepted = ("format", "sheet", "header_row", "columns", "constants", "words", "skip")
        for key in data:
            if key not in accepted:
                names = ", ".join(accepted)
                self.wrong([key], f"未知的键；可用：{names}", f"unknown key; accepted: {names}")
        if type(data.get("format")) is not int or data["format"] != FORMAT:
            self.wrong(["format"], f"必须写明 format = {FORMAT}", f"must say format = {FORMAT}")
        sheet, header_row = data.get("sheet"), data.get("header_row")
        if sheet is not None and not isinstance(sheet, str):
            self.wrong(["sheet"], "应为工作表的名称", "takes the name of a sheet")
        if header_row is not None and (type(header_row) is not int or not 0 < header_row <= LAST_ROW):
            self.wrong(["header_row"], "应为表头的行号，从 1 起", "takes the number of the header's row, from 1")
        columns = self._columns(self._table(data, "columns"))
        found = BookingMap(
            columns,
            self._constants(self._table(data, "constants")),
            self._words(self._table(data, "words"), {target for targets in columns.values() for target in targets}),
            self._skip(self._table(data, "skip"), {header_spelling(header): header for header in columns}),
            sheet,
            header_row,
        )
        for column in ACTIVITIES.columns:
            if column.required and column.name not in self.fed:
                zh = f"没有给出必需的列“{column.zh}”（{column.name}）：写在 [columns] 或 [constants] 中"
                en = f"the required column {column.name} ({column.zh}) is not fed: put it into [columns] or [constants]"
                self.wrong(["columns"], zh, en)
        if self.faults:
            raise InputError(sorted(self.faults, key=lambda fault: fault.row or 0))
        return found

    def _data(self) -> dict[str, Any]:
        try:
            source = self.path.read_bytes().decode("utf-8-sig")
            data = tomllib.loads(source)
        except OSError as error:
            raise container.not_opened(self.path, error) from None
        except UnicodeDecodeError:
            raise unusable(self.path, "映射文件应为 UTF-8 文本", "the map must be text in UTF-8") from None
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise unusable(self.path, f"不是有效的 TOML：{error}", f"is not valid TOML: {error}") from None
        self.lines = line_numbers(source)
        return data

    def _table(self, data: Mapping[str, Any], *place: str) -> Mapping[str, Any]:
        found = data.get(place[-1], {})
        if isinstance(found, dict):
            return found
        self.wrong(place, "应为表（[…]）", "takes a table ([…])")
        return {}

    def _target(self, place: Sequence[str], name: object) -> str | None:
        """The column of the table that a name of the map means, if it may be a target."""
        column = column_named(ACTIVITIES, name) if isinstance(name, str) else None
        if isinstance(name, str) and header_spelling(name) in _PERIOD_NAMES:
            return PERIOD
        if column is not None and column.name != "note":
            return column.name
        if column is not None:
            zh, en = "备注里可能写着来访者的情况，不能导入", "a note may speak of a client and is never imported"
            self.wrong(place, zh, en)
        else:
            known = [item for item in ACTIVITIES.columns if item.name != "note"]
            zh = "、".join([*(item.zh for item in known), _PERIOD_NAMES[-1]])
            en = ", ".join([*(item.name for item in known), PERIOD])
            self.wrong(place, f"“工作记录”没有这一列；可用：{zh}", f"is no column of activities; accepted: {en}")
        return None

    def _feed(self, place: Sequence[str], target: str) -> None:
        for column in _TIMES if target == PERIOD else (target,):
            if column in self.fed:
                name = column_text("activities", column)
                zh, en = f"“{name.zh}”已由 {self.fed[column]} 给出", f"{name.en} is fed by {self.fed[column]} already"
                self.wrong(place, zh, en)
            else:
                self.fed[column] = ".".join(place)

    def _columns(self, table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        columns: dict[str, tuple[str, ...]] = {}
        spellings: set[str] = set()
        for header, value in table.items():
            place = ("columns", header)
            names = value if isinstance(value, list) and value else [value]
            targets = [target for name in names if (target := self._target(place, name)) is not None]
            for target in targets:
                self._feed(place, target)
            if (spelling := header_spelling(header)) in {"", *spellings}:
                self.wrong(place, "列名为空，或与另一列相同", "the header is blank, or the same as another")
            spellings.add(spelling)
            if looks_like_client_header(header) and not CLOSED.issuperset(targets):
                zh = "、".join(
                    [*(column_text("activities", name).zh for name in sorted(CLOSED - {PERIOD})), "起止时间"]
                )
                self.wrong(
                    place,
                    f"像是来访者的资料，只能作为：{zh}",
                    f"looks like data of a client and may only become: {', '.join(sorted(CLOSED))}",
                )
            columns[header] = tuple(targets)
        return columns

    def _constants(self, table: Mapping[str, Any]) -> dict[str, Cell]:
        constants: dict[str, Cell] = {}
        for name, value in table.items():
            place = ("constants", name)
            target = self._target(place, name)
            if target == PERIOD or blank(value):
                self.wrong(place, "应为一列的固定内容", "takes what stands in one column in every row")
            elif target is not None:
                self._feed(place, target)
                self._check(place, target, value)
                constants[target] = value
        return constants

    def _words(self, table: Mapping[str, Any], fed: Collection[str]) -> dict[str, dict[str, Cell]]:
        words: dict[str, dict[str, Cell]] = {}
        for name in table:
            target = self._target(("words", name), name)
            if target is None:
                continue
            if target not in fed:
                self.wrong(("words", name), "[columns] 中没有哪一列给出它", "no header in [columns] feeds it")
            for cell, value in self._table(table, "words", name).items():
                self._check(("words", name, cell), target, value)
                words.setdefault(target, {})[plain(cell)] = value
        return words

    def _skip(self, table: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, frozenset[str]]:
        skip: dict[str, frozenset[str]] = {}
        for name, cells in table.items():
            header = headers.get(header_spelling(name))
            if header is None:
                self.wrong(("skip", name), "[columns] 中没有这一列", "there is no such header in [columns]")
            if not isinstance(cells, list) or not all(isinstance(cell, str) and cell.strip() for cell in cells):
                zh, en = "应为文字的列表，如 [“待确认”]", "takes a list of texts"
                self.wrong(("skip", name), zh, en)
            elif header is not None:
                skip[header] = frozenset(map(plain, cells))
        return skip

    def _check(self, place: Sequence[str], target: str, value: object) -> None:
        """Whether the table takes a value that the map puts in; ``""`` leaves the cell blank."""
        if not isinstance(value, str | int | float | date | time):
            self.wrong(place, "应为文字、数、日期或时间", "takes a text, number, date or time")
        elif target in self.parsers:
            try:
                self.parsers[target](value)
            except CellError as error:
                self.wrong(place, error.text.zh, error.text.en)


# ---------------------------------------------------------------- the import


@frozen
class Bookings:
    """The rows of an export as the activities table takes them.

    ``rows`` are those without a fault, in the order of the export: column -> what is to stand in the cell; blank ones
    are left out. ``sources`` says of each in which row of the export it stands. ``read`` counts the rows with something
    in the columns of the map, ``skipped`` those that the map takes for no work; all others are rows or have faults.
    ``dropped`` is how many columns were passed over.
    """

    rows: tuple[Mapping[str, Cell], ...]
    sources: tuple[int, ...]
    faults: tuple[Fault, ...]
    read: int
    skipped: int
    dropped: int


def import_bookings(export: str | Path, booking_map: BookingMap, regulation: Regulation | None = None) -> Bookings:
    """The rows of a booking system's export (CSV in UTF-8 or GB18030, or xlsx) that its map lets in.

    Args:
        export: the file.
        booking_map: which of its columns are read, and what they become.
        regulation: whose kinds are accepted; those of 周职党〔2024〕33号 by default.

    Raises:
        InputError: the file cannot be read, or a header of the map is not found in it.
    """
    path = Path(export)
    try:
        return _Importer(booking_map, regulation or load_regulation()).read(path)
    except InputError as error:
        faults = error.faults
    except OSError as error:
        faults = container.not_opened(path, error).faults
    # Raised anew: the frames behind the first error still hold the row that was being read.
    raise InputError(faults)


@frozen
class _Header:
    """The header of an export: its row, where each header of the map stands, and how many cells are in it."""

    row: int
    places: tuple[int, ...]
    width: int
    dropped: int


# The rows below the header, with the cells under the headers of the map; ``None`` for a row longer than the header.
_Rows = Iterator[tuple[int, Sequence[Cell] | None]]


class _Importer:
    def __init__(self, booking_map: BookingMap, regulation: Regulation) -> None:
        self.map = booking_map
        self.parsers = column_parsers(regulation)["activities"]
        self.spelled: dict[str, Mapping[Any, str]] = {  # the words of the closed lists, as a workbook has them
            "kind": {kind.id: kind.name.zh for kind in regulation.kinds.values()},
            **{
                column: {name: word.zh for name, word in WORDS[group].items()}
                for column, group in (("status", "status"), ("attended", "answer"), ("level", "level"))
            },
        }
        self.required = [column.name for column in ACTIVITIES.columns if column.required]
        self.faults: list[Fault] = []
        self.constants = {column: self._constant(column, value) for column, value in booking_map.constants.items()}
        if self.faults:
            raise InputError(self.faults)

    def read(self, export: Path) -> Bookings:
        header, below = _opened(export, self.map)
        skips = [self.map.skip.get(name, frozenset()) for name in self.map.columns]
        rows: list[Mapping[str, Cell]] = []
        sources: list[int] = []
        read = skipped = 0
        for number, cells in below:
            if cells is None:
                # One comma too many shifts what follows it: a client's word may stand in a column that is read.
                message = Text("这一行的格数多于表头", "the row has more cells than the header")
                self.faults.append(Fault("activities", number, None, None, "too_many_cells", message))
                read += 1
            elif not all(map(blank, cells)):
                read += 1
                if any(words and plain(cell) in words for words, cell in zip(skips, cells, strict=True)):
                    skipped += 1
                elif (row := self._row(number, cells)) is not None:
                    rows.append(row)
                    sources.append(number)
        return Bookings(tuple(rows), tuple(sources), tuple(self.faults), read, skipped, header.dropped)

    def _row(self, number: int, cells: Sequence[Cell]) -> dict[str, Cell] | None:
        """A row of the activities table; ``None`` when it has faults, which are then noted."""
        before = len(self.faults)
        row = dict(self.constants)
        days: dict[str, date] = {}
        for (header, targets), cell in zip(self.map.columns.items(), cells, strict=True):
            for column, part in self._parts(targets, cell):
                try:
                    if (value := self._value(column, part)) is not None:
                        row[column] = value
                        if column in _TIMES and (own := _day_within(part)) is not None:
                            days[column] = own
                except CellError as error:
                    shown = _shown(header, column, cell, near=error.suggestion is not None)
                    fault = Fault("activities", number, column, shown, error.code, error.text, error.suggestion)
                    self.faults.append(fault)
        lacking = set(self.required).difference(row, (fault.column for fault in self.faults[before:]))
        for column in self.required:
            if column in lacking:
                message = Text("必填，不能为空", "is required")
                self.faults.append(Fault("activities", number, column, None, "required", message))
        if len(self.faults) == before and (wrong := _on_another_day(row, days)) is not None:
            message = Text(
                "其中的日期与“日期”列（及跨午夜的规则）不符，请核对",
                "its own date does not go with that of the row; only an end may lie on the next day",
            )
            self.faults.append(Fault("activities", number, wrong, None, "other_day", message))
        return row if len(self.faults) == before else None

    def _parts(self, targets: Sequence[str], cell: Cell) -> Iterator[tuple[str, Cell]]:
        """What a cell holds for each of the columns that its header feeds."""
        if isinstance(cell, BadCell):
            yield "start" if targets[0] == PERIOD else targets[0], cell
            return
        period: tuple[str, str] | None = None
        for target in sorted(targets, key=PERIOD.__ne__):
            part = self._translated(target, cell)
            if target != PERIOD:
                # The date before the times: 2024-03-05 14:00-15:00.
                yield target, period[0] if period is not None and target == "date" else part
                continue
            try:
                period = _period(part)
            except CellError as error:
                yield "start", BadCell(error.code, "", error.text)
            if period is not None:
                yield from zip(_TIMES, period, strict=True)

    def _translated(self, column: str, cell: Cell) -> Cell:
        words = self.map.words.get(column)
        return cell if words is None or cell is None else words.get(plain(cell), cell)

    def _constant(self, column: str, value: Cell) -> Cell:
        try:
            return self._value(column, value)
        except CellError as error:
            shown = plain(value)
            self.faults.append(Fault("activities", None, column, shown, error.code, error.text, error.suggestion))
            return None

    def _value(self, column: str, part: Cell) -> Cell:
        """What is to stand in a cell of the table.

        Raises:
            CellError: the table would not take it.
        """
        if isinstance(part, BadCell):
            raise CellError(part.code, part.text.zh, part.text.en)
        value: Any = self.parsers[column](part)
        if isinstance(value, Fraction):
            number = int(value) if value.denominator == 1 else float(value)
            return number if exact(number) == value else plain(part)
        found: Cell = self.spelled.get(column, {}).get(value, value)
        return found


_CLOCK = r"\d{1,2}\s*[:时]\s*\d{1,2}(?:\s*[:分]\s*\d{1,2}(?:\.\d+)?(?:\s*秒)?)?(?:\s*分)?"
_PERIOD = re.compile(rf"(.*?{_CLOCK})\s*[-\u2010-\u2015\u2212~\u301c至到]+\s*(.*?{_CLOCK})")

LONGEST_PERIOD = 60  # letters


def _period(cell: Cell) -> tuple[str, str] | None:
    """The two times of a cell that has both, each with its date if one stands before it.

    >>> _period("14：00～15：30"), _period("2024-03-05 22:30 至 2024-03-06 0:45")
    (('14:00', '15:30'), ('2024-03-05 22:30', '2024-03-06 0:45'))
    """
    if blank(cell):
        return None
    if isinstance(cell, str) and len(cell) <= LONGEST_PERIOD and (match := _PERIOD.fullmatch(plain(cell))):
        clock(match[1]), clock(match[2])
        return match[1], match[2]
    raise CellError("not_a_period", "应为起止时间，如 14:00-15:30", "takes two times such as 14:00-15:30")


def _day_within(part: Cell) -> date | None:
    """The date that stands before a time in the same cell."""
    try:
        return day(part)
    except CellError:
        return None


def _on_another_day(row: Mapping[str, Cell], days: Mapping[str, date]) -> str | None:
    """The time whose own date does not go with the row's: it would be taken for a time of another day."""
    start, end, first = row.get("start"), row.get("end"), row.get("date")
    for column, own in days.items():
        over_midnight = column == "end" and isinstance(start, time) and isinstance(end, time) and end < start
        # A duty until 24:00 may be given with the date of either day.
        accepted = {0, 1} if over_midnight and end == time(0) else {int(over_midnight)}
        if isinstance(first, date) and (own - first).days not in accepted:
            return column
    return None


_WORDS = ("teacher_id", "status", "attended")
_NO_NAME = re.compile(r"(?:[\d\WT年月日号时分秒点至到]|[上下]午|(?:周|星期)[一二三四五六日天])*")


def _shown(header: str, column: str, cell: Cell, *, near: bool) -> str | None:
    """A cell as a message may repeat it: not if it could name a client; a word only if it is near a known one."""
    if column not in {*CLOSED, "teacher_id"} or looks_like_client_header(header) or blank(cell):
        return None
    text = plain(cell)
    fits = near if column in _WORDS else _NO_NAME.fullmatch(text)
    return text if fits and not isinstance(cell, BadCell) else None


# ---------------------------------------------------------------- the export, and where its header is


def _opened(export: Path, booking_map: BookingMap) -> tuple[_Header, _Rows]:
    """The header and the rows below it.

    Raises:
        InputError: the file cannot be read, or a header of the map is not found in it.
    """
    if not export.is_file():
        raise unusable(export, "找不到这个文件", "there is no such file")
    if export.suffix.lower() == ".csv":
        return _csv_rows(export, booking_map)
    if export.suffix.lower() in (".xlsx", ".xlsm"):
        return _sheet_rows(export, booking_map)
    raise unusable(
        export,
        "只读取 .csv 和 .xlsx；请在 Excel 中另存为其中一种，再试",
        "takes a .csv or an .xlsx file; save it as one of them and try again",
    )


def _located(candidates: Iterable[tuple[int, Mapping[int, str]]], booking_map: BookingMap) -> _Header:
    """The first of the rows that has all headers of the map.

    Raises:
        InputError: none has; the error names those of the map that are missing in the row with the most of them.
    """
    wanted = {header_spelling(header): header for header in booking_map.columns}
    missing = list(wanted.values())
    for number, cells in candidates:
        places: dict[str, list[int]] = {}
        filled = 0
        for place, text in cells.items():
            spelling = header_spelling(text)
            filled += bool(spelling)
            if spelling in wanted:
                places.setdefault(spelling, []).append(place)
        if len(places) == len(wanted):
            twice = [wanted[spelling] for spelling, found in places.items() if len(found) > 1]
            if twice:
                zh, en = f"这些列出现了不止一次：{'、'.join(twice)}", f"stand more than once: {', '.join(twice)}"
                raise InputError([Fault("activities", number, None, None, "column_twice", Text(zh, en))])
            found = tuple(places[spelling][0] for spelling in wanted)
            return _Header(number, found, len(cells), filled - len(wanted))
        lacking = [header for spelling, header in wanted.items() if spelling not in places]
        missing = min(missing, lacking, key=len)
    zh = f"没有找到映射中的列：{'、'.join(missing)}；请核对映射，或用 header_row 写明表头所在的行"
    en = f"headers of the map are missing: {', '.join(missing)}; check the map, or say in it which header_row"
    raise InputError([Fault("activities", booking_map.header_row, None, None, "missing_column", Text(zh, en))])


def _searched(booking_map: BookingMap) -> range:
    """The rows in which the header may stand."""
    only = booking_map.header_row
    return range(1, SEARCHED + 1) if only is None else range(only, only + 1)


def _csv_rows(export: Path, booking_map: BookingMap) -> tuple[_Header, _Rows]:
    rows = csv_rows(export, "activities", csv_encoding(export, "activities"))
    searched = _searched(booking_map)
    first = islice(rows, searched.stop - 1)
    header = _located(((n, dict(enumerate(row))) for n, row in first if n in searched), booking_map)
    return header, _picked(rows, header)


def _picked(rows: Iterable[tuple[int, Sequence[str]]], header: _Header) -> _Rows:
    for number, row in rows:
        if len(row) > header.width and any(map(str.strip, row[header.width :])):
            yield number, None
        else:
            yield number, [row[place] if place < len(row) else None for place in header.places]


# ---------------------------------------------------------------- a sheet, streamed

_1904 = 1462  # days between the two calendars of Excel
LONGEST_CELL = 32_767  # letters of a cell, in the file format
_NAMES = {  # of the elements that matter, in both variants of the format
    f"{namespace}}}{name}": name
    for namespace in (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    for name in ("row", "c", "f", "v", "si", "t", "rPh")
}
_ESCAPE = re.compile(r"_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")


class _Shared(int):
    """A cell that holds the number of a shared text."""

    __slots__ = ()


def _sheet_rows(export: Path, booking_map: BookingMap) -> tuple[_Header, _Rows]:
    container.check(export)
    with Package(export) as package:
        part = _sheet_part(package, booking_map.sheet)
        header = _located(
            ((number, _header_cells(package, part, number)) for number in _searched(booking_map)), booking_map
        )
        rows: list[tuple[int, list[Cell]]] = []
        sheet = _Sheet(
            package,
            part,
            range(header.row + 1, LAST_ROW + 1),
            lambda number, cells: rows.append((number, [cells.get(place) for place in header.places])),
            {column_letters(place): place for place in header.places},
        )
        sheet.run()
        texts = _texts(package, sheet.shared.values())
        since_1904 = _counts_from_1904(package)
    shifts = [since_1904 and not {"date", *_TIMES}.isdisjoint(targets) for targets in booking_map.columns.values()]
    return header, (
        (number, [_resolved(cell, texts, shift) for cell, shift in zip(cells, shifts, strict=True)])
        for number, cells in rows
    )


def _resolved(cell: Cell, texts: Mapping[int, str], shift: bool) -> Cell:
    if isinstance(cell, _Shared):
        return texts[cell]
    # A time alone is below 1; a date written as one number (20240305) is counted from nowhere.
    return cell + _1904 if shift and isinstance(cell, float) and 1 < cell < 100_000 else cell


def _sheet_part(package: Package, sheet: str | None) -> str:
    parts = package.sheet_parts()
    if sheet is None and len(parts) == 1:
        return next(iter(parts.values()))
    if sheet is None:
        raise unusable(
            package.path,
            f"有 {len(parts)} 张工作表，请在映射中用 sheet 写明是哪一张",
            f"has {len(parts)} sheets; say in the map which sheet it is",
        )
    if sheet not in parts:
        raise unusable(package.path, f"没有名为“{sheet}”的工作表", f"has no sheet called {sheet!r}")
    return parts[sheet]


def _counts_from_1904(package: Package) -> bool:
    workbook = package.element(package.workbook_part())
    return any(
        properties.get("date1904") in ("1", "true")
        for properties in workbook.iter()
        if properties.tag.endswith("}workbookPr")
    )


def _header_cells(package: Package, part: str, number: int) -> dict[int, str]:
    """The texts of one row, which may be the header, by column: of the rows below the header none is made."""
    found: dict[int, Cell] = {}
    sheet = _Sheet(package, part, range(number, number + 1), lambda _, cells: found.update(cells))
    sheet.run()
    texts = _texts(package, sheet.shared.values())
    return {place: texts[cell] if isinstance(cell, _Shared) else plain(cell) for place, cell in found.items()}


def _texts(package: Package, numbers: Collection[int]) -> dict[int, str]:
    """The shared texts with those numbers; of all others none is made."""
    if not numbers:
        return {}
    part = package.shared_strings_part()
    if part is None:
        raise broken(package.path)
    strings = _Strings(package, part, frozenset(numbers))
    strings.run()
    if len(strings.texts) < len(strings.wanted):
        raise broken(package.path)
    return strings.texts


class _Part:
    """A part of the package, streamed: a text is only made where ``listen`` says that it is wanted."""

    whole: str  # the element whose text is wanted

    def __init__(self, package: Package, part: str) -> None:
        self.package, self.part = package, part
        self.parser = expat.ParserCreate("utf-8", "}")
        self.parser.StartElementHandler = self.start
        self.listening = self.phonetic = self.ended = False
        self.pieces: list[str] = []
        self.length = 0

    def run(self) -> None:
        try:
            for chunk in self.package.xml_chunks(self.part):
                self.parser.Parse(chunk, False)
                if self.ended:
                    return
            self.parser.Parse(b"", True)
        except (expat.ExpatError, ValueError):
            raise broken(self.package.path) from None
        finally:
            del self.parser  # which holds the last bytes that it read, in a circle with its handlers

    def start(self, element: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def done(self, text: str) -> None:
        """The wanted element has ended, and that was its text."""

    def end_here(self) -> None:
        """What follows is not wanted."""
        self.ended = True
        self.parser.StartElementHandler = None

    def listen(self) -> None:
        self.listening, self.pieces, self.length = True, [], 0
        self.parser.EndElementHandler = self.end

    def within(self, name: str | None) -> None:
        """An element begins within the wanted one."""
        if name == "rPh":
            self.phonetic = True
        elif name in ("t", "v") and not self.phonetic:
            self.parser.CharacterDataHandler = self.more

    def more(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)
        if self.length > LONGEST_CELL:
            raise broken(self.package.path)

    def end(self, element: str) -> None:
        name = _NAMES.get(element)
        if name in ("t", "v"):
            self.parser.CharacterDataHandler = None
        elif name == "rPh":
            self.phonetic = False
        elif name == self.whole:
            self.listening = False
            self.parser.EndElementHandler = None
            self.done("".join(self.pieces))


class _Strings(_Part):
    """The shared texts."""

    whole = "si"

    def __init__(self, package: Package, part: str, wanted: frozenset[int]) -> None:
        super().__init__(package, part)
        self.wanted, self.last, self.number = wanted, max(wanted), -1
        self.texts: dict[int, str] = {}

    def start(self, element: str, attributes: dict[str, str]) -> None:
        name = _NAMES.get(element)
        if self.listening:
            self.within(name)
        elif name == "si":
            self.number += 1
            if self.number in self.wanted:
                self.listen()
            elif self.number > self.last:
                self.end_here()

    def done(self, text: str) -> None:
        self.texts[self.number] = _unescaped(text)


class _Sheet(_Part):
    """Some rows of a sheet, and of them the cells of some columns (by their letters), or all.

    ``take`` gets each row's number and its cells by the number of their column.
    """

    whole = "c"

    def __init__(
        self,
        package: Package,
        part: str,
        rows: range,
        take: Callable[[int, dict[int, Cell]], None],
        columns: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__(package, part)
        self.rows, self.take, self.columns = rows, take, columns
        self.computed = is_computed(package)
        self.shared: dict[str, _Shared] = {}
        self.row = self.place = 0
        self.letters = self.kind = ""
        self.wanted = self.formula = self.valued = False
        self.cells: dict[int, Cell] = {}

    def run(self) -> None:
        super().run()
        self._row_is_over()

    def start(self, element: str, attributes: dict[str, str]) -> None:
        name = _NAMES.get(element)
        if self.listening:
            self.formula = self.formula or name == "f"
            self.valued = self.valued or name == "v"
            self.within(name)
        elif name == "c":
            if self.wanted:
                self._begin(attributes)
        elif name == "row":
            self._row_is_over()
            number = int(attributes.get("r", self.row + 1))
            if not self.row < number <= LAST_ROW:
                raise broken(self.package.path)
            self.row, self.letters = number, ""
            self.wanted = number in self.rows
            if number >= self.rows.stop:
                self.end_here()

    def _row_is_over(self) -> None:
        if self.cells:
            self.take(self.row, self.cells)
            self.cells = {}

    def _begin(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:  # it stands beside the one before it
            place = (cell_place(f"{self.letters}1")[1] if self.letters else 0) + 1
            self.letters = column_letters(place)
            reference = f"{self.letters}{self.row}"
        else:
            self.letters = reference.rstrip("0123456789")
        if self.columns is None or self.letters in self.columns:
            row, self.place = cell_place(reference)
            if row != self.row or self.place in self.cells:
                raise broken(self.package.path)
            self.kind = attributes.get("t", "n")
            self.formula = self.valued = False
            self.listen()

    def done(self, text: str) -> None:
        cell: Cell = None
        if self.kind == "e":
            cell = error_cell("")
        elif self.formula and self._is_uncomputed(text):
            cell = UNCOMPUTED
        elif self.kind == "s" and text:
            cell = self.shared.setdefault(text, _Shared(text))
        elif self.kind == "b" and text:
            cell = "TRUE" if text.strip() in ("1", "true") else "FALSE"
        elif self.kind == "n" and text:
            cell = float(text)
        elif text:
            cell = text.removesuffix("Z") if self.kind == "d" else _unescaped(text)
        if cell is not None:
            self.cells[self.place] = cell

    def _is_uncomputed(self, text: str) -> bool:
        """Whether a formula has no value; where nobody works formulas out, a 0 stands for none. A text may be empty."""
        if not text:
            return not (self.kind == "str" and self.valued)
        return text == "0" and self.kind == "n" and not self.computed


def _unescaped(text: str) -> str:
    """A text without the format's own way to write a letter: ``_x000D_`` is a carriage return."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
