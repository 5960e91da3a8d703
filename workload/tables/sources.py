"""Where tables come from: sheets of a workbook or CSV files of a folder, as rows of cells with their numbers."""

from __future__ import annotations

import codecs
import csv
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from attrs import evolve, frozen

from workload.errors import Fault, InputError, MissingExtraError
from workload.intake import Alias
from workload.privacy import looks_like_person_data
from workload.tables import container
from workload.tables.aliases import Aliases
from workload.tables.cells import BadCell, Cell
from workload.tables.oddcells import ROOM_AT_LEAST, Merge, SheetCells, is_computed, odd_cells, too_far
from workload.tables.ods import look_through
from workload.tables.package import CHUNK, LAST_COLUMN, Package, broken, unusable
from workload.tables.xls import merges_of, rows_of, xls_book
from workload.text import Text
from workload.vocabulary import TABLES, Table, column_named, table_named

_T = TypeVar("_T")

CSV_ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = (",", "\t", ";")
LINES_LOOKED_AT = 10
MOST_OF_A_LINE = CHUNK  # letters; a row of records has some hundreds
Rows = Iterator[tuple[int, Sequence[Cell]]]


@frozen(eq=False)
class SourceTable:
    """One table as it stands: its sheet or file, and its rows with their numbers (title and header rows too).

    ``typed``: the cells have types, as those of a workbook; in a CSV file all are texts. ``serial``: its dates and
    times are plain numbers, as those of a range. A row begins with the first column of the sheet. ``length``: about how
    many rows there are.
    """

    table: Table
    place: str
    rows: Rows
    typed: bool = False
    serial: bool = False
    merges: tuple[Merge, ...] = ()
    hidden: bool = False
    length: int = 0


@frozen(eq=False)
class Source:
    """An input that was opened: its known tables, the names of its other sheets or files, and the aliases of names."""

    tables: Iterable[SourceTable]
    others: tuple[str, ...] = ()
    aliases: tuple[Alias, ...] = ()
    respelled: tuple[tuple[str, Table], ...] = ()
    faults: tuple[Fault, ...] = ()


def opened(path: Path, aliases: Aliases) -> Source:
    """The known tables of a workbook or a folder, read one after the other; what is not known is never read.

    Raises:
        InputError: the input cannot be opened.
        MissingExtraError: a workbook needs python-calamine.
    """
    if path.is_dir():
        return _folder(path, aliases)
    container.check(path)
    return _workbook(path, aliases)


@frozen(eq=False)
class _Names:
    """The names of sheets or files: what each is, and which are nothing known."""

    tables: list[tuple[Table, Any]]
    others: tuple[str, ...]
    aliases: tuple[Alias, ...]
    respelled: tuple[tuple[str, Table], ...]
    faults: tuple[Fault, ...]


def _named(found: Iterable[tuple[str, _T]], aliases: Aliases) -> _Names:
    taken: dict[str, list[str]] = {}
    tables: list[tuple[Table, Any]] = []
    others, used, respelled = [], [], []
    for name, thing in found:
        alias = aliases.of_table(name)
        if alias is not None:
            used.append(alias)
            if alias.meaning is None:
                continue
        table = TABLES[alias.meaning] if alias is not None and alias.meaning else table_named(name)
        if table is None:
            others.append(name)
            continue
        taken.setdefault(table.name, []).append(name)
        tables.append((table, thing))
        if alias is None and not table.is_named(name):
            respelled.append((name, table))
    faults = [
        Fault(
            table,
            None,
            None,
            None,
            "table_twice",
            Text(
                f"这张表出现了两次：{'、'.join(all_)}；请合并成一张，或把多余的改名或删除",
                f"stands twice: {', '.join(all_)}",
            ),
        )
        for table, all_ in taken.items()
        if len(all_) > 1
    ]
    once = [(table, thing) for table, thing in tables if len(taken[table.name]) == 1]
    return _Names(once, tuple(others), tuple(used), tuple(respelled), tuple(faults))


# ---------------------------------------------------------------- CSV


def _folder(path: Path, aliases: Aliases) -> Source:
    try:
        files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv" and not file.is_fifo())
    except OSError as error:
        raise container.not_opened(path, error) from None
    names = _named([(file.stem, file) for file in files], aliases)
    if not names.tables and not names.faults:
        raise _no_table(path)
    tables = (
        SourceTable(table, file.stem, _csv_rows(file, table), length=_lines(file)) for table, file in names.tables
    )
    return Source(tables, names.others, names.aliases, names.respelled, names.faults)


def _no_table(path: Path) -> InputError:
    """The error of a folder without a known table; it names what a person may have meant."""
    books = [file.name for file in sorted(path.iterdir()) if file.suffix.lower() in container.WORKBOOKS]
    books = [name for name in books if not name.startswith("~$") and not looks_like_person_data(name)]
    if books:
        return unusable(
            path,
            f"文件夹里没有可识别的 CSV，有工作簿“{books[0]}”；请直接给出这个文件",
            f"the folder holds no CSV that is known, but the workbook {books[0]!r}; name that file",
        )
    known = "、".join(f"{table.zh}.csv" for table in TABLES.values())
    return unusable(path, f"文件夹中没有可识别的表（如 {known}）", "the folder holds no table that is known")


def _lines(file: Path) -> int:
    """About how many lines a file has: by its size, and the length of its first lines."""
    try:
        with file.open("rb") as stream:
            start = stream.read(1 << 16)
        return int(file.stat().st_size / max(1, len(start)) * max(1, start.count(b"\n")))
    except OSError:
        return 0


def csv_encoding(file: Path, table: str) -> str:
    """The first of the accepted encodings in which the whole file is valid.

    Raises:
        InputError: it is in none of them, or no text.
    """
    for encoding in CSV_ENCODINGS:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with file.open("rb") as stream:
                while chunk := stream.read(CHUNK):
                    if b"\0" in chunk:
                        raise InputError([Fault(table, None, None, None, "encoding", _NO_TEXT)])
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    message = Text(
        "编码既不是 UTF-8 也不是 GB18030（或混用了两种编码），请另存为“CSV UTF-8”",
        "is neither UTF-8 nor GB18030 (or a mixture); save it as CSV UTF-8",
    )
    raise InputError([Fault(table, None, None, None, "encoding", message)])


_NO_TEXT = Text(
    "含有空字符，不是 UTF-8 或 GB18030 的文本；请在 Excel 中另存为“CSV UTF-8”",
    "holds NUL bytes: no text in UTF-8 or GB18030; save it as CSV UTF-8 in Excel",
)


def _csv_rows(file: Path, table: Table) -> Rows:
    try:
        yield from csv_rows(file, table.name, csv_encoding(file, table.name))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = Text(
            "无法读取文件（没有权限，正被占用，或快捷方式指向自己）；请换成文件本身，或关闭占用它的程序",
            f"the file cannot be read ({reason})",
        )
        raise InputError([Fault(table.name, None, None, None, "unusable_input", message)]) from None


def csv_rows(file: Path, table: str, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file with their numbers.

    Raises:
        InputError: it is no valid CSV, or has a line or a row longer than any sheet.
        OSError: it cannot be read.
    """
    with file.open(encoding=encoding, newline="") as stream:
        reader = csv.reader(_bounded(stream, table), strict=True, delimiter=_delimiter(file, encoding, table))
        number = 0
        try:
            for number, row in enumerate(reader, start=1):
                if number == 1:
                    if row and row[0].startswith("\ufeff"):
                        row[0] = row[0].lstrip("\ufeff")  # a second byte order mark, or one in GB18030
                    if row and row[0].startswith("sep="):
                        continue  # a line for Excel alone
                if len(row) > LAST_COLUMN:
                    raise _no_csv(
                        table, number, "列数太多，不像一张表；请检查这一行", "has more columns than any table"
                    )
                yield number, row
        except csv.Error:
            zh = "不是有效的CSV：引号不成对，或某一格太长；请检查这一行，或在 Excel 中打开后另存为“CSV UTF-8”"
            raise _no_csv(table, number + 1, zh, "is no valid CSV: an unpaired quote, or a cell too long") from None


def _delimiter(file: Path, encoding: str, table: str) -> str:
    """What separates the cells: what divides a line into headers of the table, else what the first line has most of."""
    with file.open(encoding=encoding, newline="") as stream:
        lines = [stream.readline(MOST_OF_A_LINE).lstrip("\ufeff") for _ in range(LINES_LOOKED_AT)]
    if lines[0].startswith("sep=") and len(lines[0].strip()) == len("sep=,"):
        return lines[0][4]
    for line in lines:
        for mark in DELIMITERS:
            if sum(column_named(TABLES[table], cell.strip('"')) is not None for cell in line.strip().split(mark)) > 1:
                return mark
    return max(DELIMITERS, key=lines[0].count)


def _bounded(stream: Any, table: str) -> Iterator[str]:
    number = 0
    while line := stream.readline(MOST_OF_A_LINE):
        number += 1
        if len(line) >= MOST_OF_A_LINE:
            raise _no_csv(
                table, number, "这一行太长，不像一张表；请检查这一行", "the line is longer than that of any table"
            )
        yield line


def _no_csv(table: str, row: int, zh: str, en: str) -> InputError:
    return InputError([Fault(table, row, None, None, "not_csv", Text(zh, en))])


# ---------------------------------------------------------------- workbooks


def _workbook(path: Path, aliases: Aliases) -> Source:
    found = sheets_of(path)
    names = _named([(name, name) for name in found.names], aliases)
    if not names.tables and not names.faults:
        known = "、".join(table.zh for table in TABLES.values())
        raise unusable(path, f"工作簿中没有可识别的工作表（如 {known}）", "the workbook has no sheet that is known")
    tables = (
        SourceTable(table, name, rows, True, False, cells.merges, name in found.hidden, cells.last_row)
        for table, name in names.tables
        for cells, rows in [found.read(name)]
    )
    return Source(tables, names.others, names.aliases, names.respelled, names.faults)


def sheets_of(path: Path) -> Sheets:
    """The sheets, as they stand, of a workbook (xlsx, xls, ods) that :func:`~workload.tables.container.check` passed.

    Raises:
        InputError: the workbook cannot be read.
        MissingExtraError: it needs python-calamine, or xlrd.
    """
    return _xls(path) if path.suffix.lower() == ".xls" else _opened(path)


@frozen(eq=False)
class Sheets:
    """The sheets of a workbook: their names, which are hidden, and how to read one."""

    names: Sequence[str]
    hidden: Container[str]
    read: Callable[[str], tuple[SheetCells, Rows]]


def _xls(path: Path) -> Sheets:
    book = xls_book(path)

    def read(name: str) -> tuple[SheetCells, Rows]:
        sheet = book.sheet_by_name(name)
        merges = _within_bounds(path, merges_of(sheet))
        return SheetCells(merges=merges, last_row=sheet.nrows), _told(rows_of(book, sheet), _damage_told(path))

    return Sheets(book.sheet_names(), {sheet.name for sheet in book.sheets() if sheet.visibility}, read)


def _opened(path: Path) -> Sheets:
    """An xlsx or ods workbook, looked over before the reader of cells takes it."""
    try:
        import python_calamine as calamine
    except ImportError:
        raise MissingExtraError(
            Text(
                '读取工作簿需要 python-calamine：pip install "counseling-workload[xlsx]"',
                'reading a workbook needs python-calamine: pip install "counseling-workload[xlsx]"',
            )
        ) from None
    odd = _looked_over(path)
    told = _damage_told(path)
    with told:
        book = calamine.CalamineWorkbook.from_path(str(path))
        visible = calamine.SheetVisibleEnum.Visible
        hidden = {sheet.name for sheet in book.sheets_metadata if sheet.visible is not visible}
        names = tuple(book.sheet_names)

    def read(name: str) -> tuple[SheetCells, Rows]:
        cells = odd(name)
        with told:
            sheet = book.get_sheet_by_name(name)
            found = sheet.merged_cell_ranges or ()
            rows = sheet.iter_rows() if sheet.start is not None else ()
            before = [None] * (0 if sheet.start is None else sheet.start[1])
            last = sheet.total_height
        merges = ((top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in found)
        told_rows: Iterable[Sequence[Cell]] = _told(rows, told)
        if before:
            told_rows = ([*before, *row] for row in told_rows)
        numbered = enumerate(told_rows, start=1)
        all_merges = _within_bounds(path, (*cells.merges, *merges))
        return evolve(cells, merges=all_merges, last_row=last), _as_they_stand(numbered, cells)

    return Sheets(names, hidden, read)


def _looked_over(path: Path) -> Callable[[str], SheetCells]:
    """What is to be known of the cells of a sheet, once the workbook was found to be within its bounds."""
    with Package(path) as package:
        if path.suffix.lower() == ".ods":
            known = look_through(package)
            return lambda name: known.get(name, SheetCells())
        parts = package.sheet_parts()
        computed = is_computed(package)
        package.check_counts()

    def odd(name: str) -> SheetCells:
        if name not in parts:
            raise broken(path)
        with Package(path) as package:
            return odd_cells(package, name, parts[name], computed=computed)

    return odd


def _within_bounds(path: Path, merges: Iterable[Merge]) -> tuple[Merge, ...]:
    """The merges of a sheet, if they cover no more than a sheet of records can hold."""
    found = tuple(merges)
    if sum((bottom - top + 1) * (right - left + 1) for top, left, bottom, right in found) > ROOM_AT_LEAST:
        raise too_far(path)
    return found


def _told(rows: Iterable[_T], told: _damage_told) -> Iterator[_T]:
    with told:
        yield from rows


class _damage_told:  # noqa: N801  # read as a word of the sentence: with damage told
    """Whatever the reader meets in a broken file is the file's fault, and is told as such."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        # A panic of the reader's own language is no Exception.
        if isinstance(error, Exception) or (kind is not None and kind.__name__ == "PanicException"):
            raise broken(self.path) from None


def _as_they_stand(rows: Iterable[tuple[int, Sequence[Cell]]], odd: SheetCells) -> Rows:
    """The rows as a person sees them: with their bad cells, and truth values as words."""
    if not odd.bad and not odd.has_truth_values:
        yield from rows
        return
    waiting = deque(sorted(odd.bad))  # a row of nothing but bad cells is one that the reader leaves out
    for number, row in rows:
        while waiting and waiting[0] < number:
            missing = waiting.popleft()
            yield missing, _with_bad([], odd.bad[missing])
        # A truth value equals the number 1 or 0; as a word it can be told apart.
        cells = [str(cell).upper() if cell is True or cell is False else cell for cell in row]
        if waiting and waiting[0] == number:
            cells = _with_bad(cells, odd.bad[waiting.popleft()])
        yield number, cells
    for missing in waiting:
        yield missing, _with_bad([], odd.bad[missing])


def _with_bad(cells: list[Cell], bad: Mapping[int, BadCell]) -> list[Cell]:
    for column, cell in bad.items():
        cells += [None] * (column - len(cells))
        cells[column - 1] = cell
    return cells
