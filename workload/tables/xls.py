"""The sheets of an old .xls workbook, through xlrd: in Python, so that a damaged file can do no more than fail."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from workload.errors import MissingExtraError
from workload.tables.cells import Cell, error_cell
from workload.tables.container import encrypted
from workload.tables.oddcells import Merge
from workload.tables.package import broken
from workload.text import Text


def xls_book(path: Path) -> Any:
    """The workbook, opened.

    Raises:
        InputError: it is damaged, or has a password.
        MissingExtraError: xlrd is not installed.
    """
    try:
        import xlrd
    except ImportError:
        raise MissingExtraError(
            Text(
                '读取 .xls 需要 xlrd：pip install "counseling-workload[xlsx]"（或另存为 .xlsx）',
                'reading .xls needs xlrd: pip install "counseling-workload[xlsx]" (or save it as .xlsx)',
            )
        ) from None
    try:
        # Merged cells are told only along with the formats.
        return xlrd.open_workbook(str(path), logfile=io.StringIO(), formatting_info=True, ragged_rows=True)
    except Exception as error:  # whatever it meets in a damaged file is the file's fault
        raise (encrypted if "encrypted" in str(error) else broken)(path) from None


def merges_of(sheet: Any) -> tuple[Merge, ...]:
    """The merged cells of a sheet."""
    return tuple((top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells)


def rows_of(book: Any, sheet: Any) -> Iterator[tuple[int, Sequence[Cell]]]:
    """The rows of a sheet with their numbers, all of one width."""
    import xlrd

    read: Mapping[int, Any] = {
        xlrd.XL_CELL_NUMBER: lambda value: int(value) if value == int(value) else value,
        xlrd.XL_CELL_TEXT: str,
        xlrd.XL_CELL_DATE: lambda value: _moment(value, book.datemode),
        xlrd.XL_CELL_BOOLEAN: lambda value: "TRUE" if value else "FALSE",
        xlrd.XL_CELL_ERROR: lambda value: error_cell(xlrd.error_text_from_code.get(value, "#ERROR!")),
    }
    for number in range(sheet.nrows):
        kinds, values = sheet.row_types(number), sheet.row_values(number)
        row: list[Cell] = [
            read[kind](value) if kind in read else None for kind, value in zip(kinds, values, strict=True)
        ]
        yield number + 1, [*row, *[None] * (sheet.ncols - len(row))]


def _moment(serial: float, mode: int) -> date | time | float:
    """A day, a time, or both, as the number under a date format means."""
    import xlrd

    try:
        found: datetime = xlrd.xldate.xldate_as_datetime(serial, mode)
    except (ValueError, OverflowError):
        return serial
    if 0 <= serial < 1:
        return found.time()
    return found.date() if serial == int(serial) else found
