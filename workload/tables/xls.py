"""The cells of an old .xls workbook that show an error: the reader gives them as blank."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

from workload.errors import MissingExtraError
from workload.tables.cells import BadCell
from workload.tables.oddcells import SheetCells, error_cell
from workload.tables.package import broken
from workload.text import Text


def error_cells(path: Path) -> Mapping[str, SheetCells]:
    """For each sheet, the cells that show an error.

    Raises:
        InputError: the file is damaged.
        MissingExtraError: xlrd is not installed.
    """
    try:
        import xlrd
    except ImportError:
        raise MissingExtraError(
            Text(
                '读取 .xls 还需要 xlrd：pip install "counseling-workload[xlsx]"（或另存为 .xlsx）',
                'reading .xls also needs xlrd: pip install "counseling-workload[xlsx]" (or save it as .xlsx)',
            )
        ) from None
    found: dict[str, dict[int, dict[int, BadCell]]] = {}
    try:
        with xlrd.open_workbook(str(path), logfile=io.StringIO(), on_demand=True) as book:
            for name in book.sheet_names():
                sheet = book.sheet_by_name(name)
                for row in range(sheet.nrows):
                    for column, kind in enumerate(sheet.row_types(row)):
                        if kind == xlrd.XL_CELL_ERROR:
                            shown = xlrd.error_text_from_code.get(sheet.cell_value(row, column), "#ERROR!")
                            found.setdefault(name, {}).setdefault(row + 1, {})[column + 1] = error_cell(shown)
                book.unload_sheet(name)
    except Exception:  # whatever it meets in a damaged file is the file's fault
        raise broken(path) from None
    return {name: SheetCells(bad) for name, bad in found.items()}
