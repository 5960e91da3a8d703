"""A file is put in place when it is whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def put(path: Path, content: bytes, *, make_folder: bool = True) -> None:
    """Write ``content`` beside ``path`` and move it there in one step.

    Raises:
        OSError: there is no room or no right, or another program holds the file (``PermissionError`` on Windows).
    """
    if make_folder:
        path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        mask = os.umask(
            0
        )  # a temporary file is made for its owner alone; it gets the rights that any new file would have
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
