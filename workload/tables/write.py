"""Writing: an empty input workbook to fill in, and the one way in which any file is written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from workload.errors import MissingExtraError, WorkloadError
from workload.loading import load_regulation
from workload.regulation import Regulation
from workload.text import Text
from workload.vocabulary import TABLES, WORDS, Table


def written(path: Path, write: Callable[[Path], None]) -> None:
    """Have ``write`` fill a temporary file beside ``path``, and put it in place only when it is whole.

    Raises:
        WorkloadError: the place cannot be written to (a missing folder, a file open in Excel).
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    except OSError as error:
        raise _not_written(path, error) from None
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        # mkstemp makes the file private; it gets the rights that any new file would have.
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
    except OSError as error:
        raise _not_written(path, error) from None
    finally:
        temporary.unlink(missing_ok=True)


def _not_written(path: Path, error: OSError) -> WorkloadError:
    reason = error.strerror or type(error).__name__
    return WorkloadError(
        Text(
            f"无法写入 {path}：{reason}（文件夹是否存在？文件是否正在 Excel 中打开？）",
            f"{path} cannot be written: {reason} (is there such a folder? is the file open in Excel?)",
        )
    )


def xlsxwriter_module() -> Any:
    """XlsxWriter, or a clear message how to install it."""
    try:
        import xlsxwriter
    except ImportError:
        raise MissingExtraError(
            Text(
                '写入工作簿需要 XlsxWriter：pip install "counseling-workload[xlsx]"',
                'writing a workbook needs XlsxWriter: pip install "counseling-workload[xlsx]"',
            )
        ) from None
    return xlsxwriter


def close_workbook(book: Any) -> None:
    """Write the workbook; what XlsxWriter says of a full disk is an :class:`OSError` like any other."""
    try:
        book.close()
    except xlsxwriter_module().exceptions.FileCreateError as error:
        cause = error.args[0] if error.args else error
        raise cause if isinstance(cause, OSError) else OSError(str(cause)) from None


TEMPLATE_ROWS = 5000  # rows that have drop-downs and formats; more can be pasted below them
_FORMATS = {
    "date": ("date", "effective_from"),
    "text": ("teacher_id", "record_id", "event_id"),
    "time": ("start", "end"),
}


def write_template(path: str | Path, regulation: Regulation | None = None) -> None:
    """An empty input workbook: one sheet for each table, drop-downs for every closed list, ids as text.

    Raises:
        WorkloadError: the file cannot be written.
        MissingExtraError: XlsxWriter is not installed.
    """
    regulation = regulation or load_regulation()
    written(Path(path), lambda temporary: _Template(temporary, regulation).write())


class _Template:
    def __init__(self, path: Path, regulation: Regulation) -> None:
        xlsxwriter = xlsxwriter_module()
        self.book = xlsxwriter.Workbook(str(path))
        self.range_abs = xlsxwriter.utility.xl_range_abs
        self.regulation = regulation
        self.formats = {
            "header": self.book.add_format({"bold": True, "bg_color": "#DDE8F3", "border": 1}),
            "required": self.book.add_format({"bold": True, "bg_color": "#F6D9A8", "border": 1}),
            "text": self.book.add_format({"num_format": "@"}),
            "date": self.book.add_format({"num_format": "yyyy-mm-dd"}),
            "time": self.book.add_format({"num_format": "hh:mm"}),
            "plain": self.book.add_format({}),
        }

    def write(self) -> None:
        words = {group: [word.zh for word in WORDS[group].values()] for group in WORDS}
        words["kind"] = [kind.name.zh for kind in self.regulation.kinds.values()]
        words["title"] = [title.name.zh for title in self.regulation.titles.values()]
        words["role"] = list(self.regulation.roles)
        lists = {name: values for name, values in words.items() if values}
        # A list in the validation itself may have 255 letters at most; a range has no bound.
        ranges = {
            name: f"={_LISTS}!{self.range_abs(1, place, len(values), place)}"
            for place, (name, values) in enumerate(lists.items())
        }
        for table in TABLES.values():
            self._sheet(table, ranges)
        sheet = self.book.add_worksheet(_LISTS)
        sheet.hide()
        for place, (name, values) in enumerate(lists.items()):
            sheet.write_column(0, place, [name, *values])
        close_workbook(self.book)

    def _sheet(self, table: Table, lists: dict[str, str]) -> None:
        sheet = self.book.add_worksheet(table.zh)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(table.columns):
            sheet.write_string(0, place, column.zh, self.formats["required" if column.required else "header"])
            cell_format, width = self._format(table, column.name)
            sheet.set_column(place, place, width, cell_format)
            group = {"status": "status", "attended": "answer", "result": "result"}.get(column.name, column.name)
            if group in lists:
                sheet.data_validation(
                    1,
                    place,
                    TEMPLATE_ROWS,
                    place,
                    {
                        "validate": "list",
                        "source": lists[group],
                        "error_title": "请从列表中选择",
                        "error_message": f"“{column.zh}”只接受列表中的词。",
                    },
                )

    def _format(self, table: Table, name: str) -> tuple[Any, int]:
        if name in _FORMATS["text"]:
            return self.formats["text"], 12
        if name in _FORMATS["date"] or (table.name == "appointments" and name in ("start", "end")):
            return self.formats["date"], 13
        if name in _FORMATS["time"]:
            return self.formats["time"], 10
        return self.formats["plain"], 14


_LISTS = "选项"
