"""Where tables come from: sheets of a workbook or CSV files of a folder, as rows of cells with their numbers."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from attrs import frozen

from workload.errors import Fault, InputError, MissingExtraError
from workload.tables.cells import Cell, plain
from workload.tables.errorcells import error_cells
from workload.text import Text
from workload.vocabulary import TABLES, Table

_T = TypeVar("_T")

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
CSV_ENCODINGS = ("utf-8-sig", "gb18030")


@frozen(eq=False)
class SourceTable:
    """One table as it stands: its name there, and its rows with their numbers, the header first."""

    table: Table
    place: str
    rows: Iterable[tuple[int, Sequence[Cell]]]


def source_tables(path: Path) -> Iterator[SourceTable]:
    """The known tables of a workbook or a folder, one after the other; what is not known is never read.

    Raises:
        InputError: the input cannot be opened, or a table stands in it twice.
        MissingExtraError: a workbook needs python-calamine.
    """
    if path.is_dir():
        try:
            files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv")
        except OSError as error:
            raise _broken(path, error) from None
        named = _named([(file.stem, file) for file in files])
        if not named:
            known = "、".join(f"{table.zh}.csv" for table in TABLES.values())
            raise _unusable(path, f"文件夹中没有可识别的表（如 {known}）", "the folder holds no table that is known")
        for table, file in named:
            yield SourceTable(table, file.name, _csv_rows(file, table))
    elif not path.exists():
        raise _unusable(path, "找不到这个文件或文件夹", "there is no such file or folder")
    elif path.suffix.lower() in WORKBOOKS:
        yield from _workbook(path)
    else:
        raise _unusable(
            path,
            f"不支持这种文件；请提供 {'、'.join(WORKBOOKS)} 工作簿，或装有 .csv 文件的文件夹",
            f"takes a workbook ({', '.join(WORKBOOKS)}) or a folder of .csv files",
        )


def table_named(name: str) -> Table | None:
    """The table that a sheet or file of that name holds, by its Chinese or English name."""
    found = plain(name).casefold()
    return next((table for table in TABLES.values() if found in (table.zh, table.name)), None)


def _named(found: Iterable[tuple[str, _T]]) -> list[tuple[Table, _T]]:
    taken: dict[str, str] = {}
    tables = []
    for name, thing in found:
        table = table_named(name)
        if table is None:
            continue
        if table.name in taken:
            message = Text(
                f"这张表出现了两次：{taken[table.name]}、{name}", f"stands twice: {taken[table.name]}, {name}"
            )
            raise InputError([Fault(table.name, None, None, None, "table_twice", message)])
        taken[table.name] = name
        tables.append((table, thing))
    return tables


def _unusable(path: Path, zh: str, en: str) -> InputError:
    return InputError([Fault(path.name, None, None, None, "unusable_input", Text(zh, en))])


# ---------------------------------------------------------------- CSV


def _encoding(file: Path, table: Table) -> str:
    """The first of the accepted encodings in which the whole file is valid."""
    for encoding in CSV_ENCODINGS:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with file.open("rb") as stream:
                while chunk := stream.read(1 << 20):
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    message = Text("编码既不是 UTF-8 也不是 GB18030，请另存为 UTF-8", "is neither UTF-8 nor GB18030; save it as UTF-8")
    raise InputError([Fault(table.name, None, None, None, "encoding", message)])


def _csv_rows(file: Path, table: Table) -> Iterator[tuple[int, Sequence[Cell]]]:
    try:
        yield from _decoded_rows(file, table, _encoding(file, table))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = Text(f"无法读取文件（{reason}）", f"the file cannot be read ({reason})")
        raise InputError([Fault(table.name, None, None, None, "unusable_input", message)]) from None


def _decoded_rows(file: Path, table: Table, encoding: str) -> Iterator[tuple[int, Sequence[Cell]]]:
    with file.open(encoding=encoding, newline="") as stream:
        reader = csv.reader(stream, strict=True)
        number = 0
        try:
            for number, row in enumerate(reader, start=1):
                yield number, row
        except csv.Error as error:
            message = Text("不是有效的CSV（引号是否成对？）", f"is not valid CSV ({error}); are the quotes in pairs?")
            raise InputError([Fault(table.name, number + 1, None, None, "not_csv", message)]) from None


# ---------------------------------------------------------------- workbooks


def _workbook(path: Path) -> Iterator[SourceTable]:
    try:
        import python_calamine as calamine
    except ImportError:
        raise MissingExtraError(
            Text(
                '读取工作簿需要 python-calamine：pip install "counseling-workload[xlsx]"',
                'reading a workbook needs python-calamine: pip install "counseling-workload[xlsx]"',
            )
        ) from None
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
    except Exception as error:  # whatever the parser meets in a broken file is the file's fault
        raise _broken(path, error) from None
    tables = _named([(name, name) for name in book.sheet_names])
    if not tables:
        known = "、".join(table.zh for table in TABLES.values())
        raise _unusable(path, f"工作簿中没有可识别的工作表（如 {known}）", "the workbook has no sheet that is known")
    for table, name in tables:
        try:
            rows = _sheet_rows(book.get_sheet_by_name(name), error_cells(path, name))
        except Exception as error:  # a sheet is unpacked only now
            raise _broken(path, error) from None
        yield SourceTable(table, name, rows)


def _broken(path: Path, error: Exception) -> InputError:
    reason = type(error).__name__
    return _unusable(
        path,
        f"无法读取工作簿（{reason}）：文件损坏、加密，或扩展名与内容不符",
        f"the workbook cannot be read ({reason}): broken, encrypted, or not what its name says",
    )


def _sheet_rows(sheet: object, errors: Mapping[int, Mapping[int, str]]) -> Iterator[tuple[int, Sequence[Cell]]]:
    start = sheet.start  # type: ignore[attr-defined]  # python-calamine's own stubs are not imported here
    if start is None:
        return
    for number, row in enumerate(sheet.iter_rows(), start=1):  # type: ignore[attr-defined]
        # A truth value equals the number 1 or 0; as a word it can be told apart.
        cells = [str(cell).upper() if cell is True or cell is False else cell for cell in row]
        for column, shown in errors.get(number - 1, {}).items():
            if column - start[1] < len(cells):
                cells[column - start[1]] = shown
        yield number, cells
