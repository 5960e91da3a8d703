"""The cells of an xlsx sheet that show an error (#N/A, #DIV/0! …).

The reader gives them as empty, and an empty cell may have a default: taken so, a broken formula would count as work.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"[^>]*>(.*?)</(?:\w+:)?c>', re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)<")


def error_cells(path: Path, sheet: str) -> Mapping[int, Mapping[int, str]]:
    """What the error cells of a sheet show, by row and then column, both from 0; nothing for other kinds of file."""
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        part = _sheet_parts(archive).get(sheet)
        source = archive.read(part) if part is not None else b""
    if b't="e"' not in source:
        return {}
    found: dict[int, dict[int, str]] = {}
    for cell in _CELL.finditer(source):
        value = _VALUE.search(cell[3])
        found.setdefault(int(cell[2]) - 1, {})[_column(cell[1])] = value[1].decode() if value else "#ERROR!"
    return found


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of the archive that holds each sheet."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    # The workbook was opened already; these two small parts are the outline of it.
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {relation.get("Id"): relation.get("Target", "").lstrip("/") for relation in relations}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    parts = {}
    for sheet in book.iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_RELATION), "")
        for part in (target, f"xl/{target}"):
            if part in names:
                parts[sheet.get("name", "")] = part
    return parts


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
