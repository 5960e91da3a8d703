"""Which files hold a table, in what order, and the header of a CSV file: what no engine need be asked."""

from __future__ import annotations

import csv
import glob
import io
import re
from collections.abc import Sequence
from pathlib import Path

from workload.errors import WorkloadError
from workload.text import Text
from workload.vocabulary import table_named

ENDINGS = (".parquet", ".csv")
SPACES = " \t\r\n\u00a0\u3000\ufeff"  # what stands around a cell and is none of it
_HEADER_AT_MOST = 1 << 16  # letters
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://")
Source = str | Path | Sequence[str | Path]


def is_address(source: object) -> bool:
    r"""Whether it is no file of this machine but an address that a cluster knows.

    >>> is_address("hdfs://center/records"), is_address(r"C:\records")
    (True, False)
    """
    return isinstance(source, str) and bool(_ADDRESS.match(source))


def files_of(source: Source) -> list[str]:
    """The Parquet or CSV files that a pattern names, in the order in which their rows count: sorted by their names.

    A folder stands for all files in it and below; what begins with ``_`` or ``.`` is no data (Spark's marks).

    Raises:
        WorkloadError: there is none, or they are of both kinds.
    """
    patterns = [source] if isinstance(source, str | Path) else list(source)
    found = {file for pattern in patterns for file in _files(str(pattern))}
    if len({ending_of(file) for file in found}) > 1:
        shown = "、".join(map(str, patterns))
        raise WorkloadError(
            Text(f"{shown}：Parquet 和 CSV 混在一起；请只给一种", f"{shown}: both Parquet and CSV; name one of them")
        )
    return sorted(found)


def _files(pattern: str) -> list[str]:
    path = Path(pattern)
    named = path.exists()
    # (Path.glob takes no absolute pattern.)
    roots = [path] if named else [Path(name) for name in glob.glob(pattern, recursive=True)]  # noqa: PTH207
    found = [
        file.resolve().as_posix()
        for root in roots
        for file in (root.rglob("*") if root.is_dir() else [root])
        if file.is_file() and ending_of(file.name) in ENDINGS
        if not any(part.startswith(("_", ".")) for part in file.relative_to(root if named else root.parent).parts)
    ]
    if not found:
        raise WorkloadError(
            Text(
                f"没有与“{pattern}”相符的 Parquet 或 CSV 文件；请核对文件名和文件夹（工作簿请用 workload evaluate）",
                f"no Parquet or CSV file answers to {pattern!r} (for a workbook there is workload evaluate)",
            )
        )
    return found


def ending_of(file: str) -> str:
    """What its name ends with: ``.parquet``, ``.csv``, …."""
    return Path(file).suffix.lower()


def tables_in(folder: Path) -> tuple[dict[str, Path], tuple[str, ...]]:
    """The tables of a folder, each a file or a folder by its Chinese or English name, and the names of the others.

    No table: the folder itself is one, in parts.

    Raises:
        WorkloadError: a table stands there twice.
    """
    tables: dict[str, Path] = {}
    others = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(("_", ".")) or not (path.is_dir() or ending_of(path.name) in ENDINGS):
            continue
        table = table_named(path.stem if ending_of(path.name) in ENDINGS else path.name)
        if table is None:
            others.append(path.name)
        elif table.name in tables:
            both = tables[table.name].name, path.name
            raise WorkloadError(
                Text(
                    f"“{table.zh}”有两份：{'、'.join(both)}；请留一份", f"{table.name} stands twice: {', '.join(both)}"
                )
            )
        else:
            tables[table.name] = path
    return tables, tuple(others) if tables else ()


def csv_header(file: str) -> tuple[str, ...]:
    """The names of a CSV file's columns; one without a name is called by its place.

    Raises:
        WorkloadError: the file is not in UTF-8, or its first row is no header.
    """
    path = Path(file)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            start = stream.read(_HEADER_AT_MOST)
    except UnicodeDecodeError:
        zh, en = "不是 UTF-8 编码；请另存为“CSV UTF-8”", "is not in UTF-8; save it as CSV UTF-8"
        raise WorkloadError(Text(f"{path.name} {zh}", f"{path.name} {en}")) from None
    names = [name.strip(SPACES) for name in next(csv.reader(io.StringIO(start, newline="")), [])]
    if not any(names):
        raise WorkloadError(Text(f"{path.name} 第1行没有列名", f"{path.name} has no header in row 1"))
    folded = [name.casefold() for name in names]  # DuckDB and Spark do not tell capitals from others
    twice = [name for place, name in enumerate(names) if name and name.casefold() in folded[:place]]
    if twice:
        zh = f"{path.name}：列“{twice[0]}”出现了两次；请删除或改名其中一列"
        raise WorkloadError(Text(zh, f"{path.name}: the column {twice[0]!r} stands twice; delete or rename one"))
    return tuple(name or f"_{place}" for place, name in enumerate(names, start=1))
