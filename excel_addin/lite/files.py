"""How the files for Lite are written: whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from workload import Text, WorkloadError


def put(path: Path, data: bytes, *, make_folder: bool = False) -> None:
    """Write a file by way of a temporary one beside it.

    Raises:
        WorkloadError: the place cannot be written to.
    """
    temporary: Path | None = None
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        mask = os.umask(0)  # mkstemp makes the file private; it gets the rights that any new file would have
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        zh = f"无法写入 {path}：{reason}（文件夹是否存在？文件是否正在 Excel 中打开？）"
        en = f"{path} cannot be written: {reason} (is there such a folder? is the file open in Excel?)"
        raise WorkloadError(Text(zh, en)) from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
