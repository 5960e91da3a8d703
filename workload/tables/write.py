"""The one way in which any file is written: whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from workload.errors import MissingExtraError, WorkloadError
from workload.text import Text


def written(path: Path, write: Callable[[Path], None], *, overwrite: bool = True, private: bool = False) -> None:
    """Have ``write`` fill a temporary file beside ``path``, and put it in place only when it is whole.

    A ``private`` file is its owner's alone, from its first byte on.

    Raises:
        WorkloadError: the place cannot be written to (a missing folder, a file open in Excel), or a file is there and
            ``overwrite`` is false.
    """
    refuse(path, overwrite=overwrite)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    except OSError as error:
        raise _not_written(path, error) from None
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        if not private:
            # mkstemp makes the file private; it gets the rights that any new file would have.
            mask = os.umask(0)
            os.umask(mask)
            temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
    except OSError as error:
        raise _not_written(path, error) from None
    finally:
        temporary.unlink(missing_ok=True)


def written_text(path: Path, text: str, encoding: str = "utf-8") -> None:
    """The same for a text: whole, and with the same line ends on every system.

    Raises:
        WorkloadError: as :func:`written`.
    """

    def write(temporary: Path) -> None:
        temporary.write_text(text, encoding=encoding, newline="\n")

    written(path, write)


def refuse(path: Path, *, overwrite: bool) -> None:
    """Refuse a place where a file is already, or is open in a spreadsheet program, before any work is done.

    Raises:
        WorkloadError: with what to do.
    """
    if path.is_dir():
        raise WorkloadError(Text(f"{path} 是文件夹；请给出文件名", f"{path} is a folder; name a file"))
    if path.exists() and not overwrite:
        raise WorkloadError(
            Text(
                f"{path} 已经存在；换一个文件名，或加 --force 覆盖",
                f"{path} is there already; choose another name, or add --force to replace it",
            )
        )
    # Where the system does not lock an open file, Excel and LibreOffice leave a note beside it.
    for note in (f"~${path.name}", f".~lock.{path.name}#"):
        if path.with_name(note).exists():
            raise WorkloadError(
                Text(
                    f"{path} 正在 Excel 或其他程序中打开；请先关闭它（若并未打开，请删除 {note}）",
                    f"{path} is open in Excel or another program; close it first (if it is not, delete {note})",
                )
            )


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
