"""How the files for Lite are written: whole, or not at all, and what is said where they cannot be."""

from __future__ import annotations

from pathlib import Path

from excel_addin import files
from workload import Text, WorkloadError


def put(path: Path, data: bytes, *, make_folder: bool = False) -> None:
    """Write a file by way of a temporary one beside it.

    Raises:
        WorkloadError: the place cannot be written to.
    """
    try:
        files.put(path, data, make_folder=make_folder)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        zh = f"无法写入 {path}：{reason}（文件夹是否存在？文件是否正在 Excel 中打开？）"
        en = f"{path} cannot be written: {reason} (is there such a folder? is the file open in Excel?)"
        raise WorkloadError(Text(zh, en)) from None
