"""A spreadsheet program under test: LibreOffice calculates workbooks anew, and what their cells hold is compared.

``cells`` reads each formula of an xlsx file with the value that the file keeps; ``recalculated`` has LibreOffice load
files with a hard recalculation of everything and write what it found; ``differences`` names the cells that
part.
"""

from __future__ import annotations

import csv
import math
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# 0: always recalculate on loading, whatever program wrote the file.
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""

Cells = dict[tuple[str, str], tuple[str, "str | float | bool"]]


def _part(book: zipfile.ZipFile, part: str) -> ElementTree.Element:
    return ElementTree.fromstring(book.read(f"xl/{part}"))  # noqa: S314  # a file that the test itself had written


def _sheets(book: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Each sheet's name and the part that holds it."""
    relations = _part(book, "_rels/workbook.xml.rels")
    targets = {one.get("Id"): one.get("Target") for one in relations}
    for sheet in _part(book, "workbook.xml").iter(f"{MAIN}sheet"):
        target = targets[sheet.get(RELATION)] or ""
        yield sheet.get("name") or "", target.removeprefix("/xl/") if target.startswith("/") else target


def cells(path: Path, *, formulas_only: bool = True) -> Cells:
    """The cells of an xlsx file by sheet and reference: the formula ("" for none) and the value that is kept."""
    found: Cells = {}
    with zipfile.ZipFile(path) as book:
        shared: list[str] = []
        if "xl/sharedStrings.xml" in book.namelist():
            for item in _part(book, "sharedStrings.xml").iter(f"{MAIN}si"):
                shared.append("".join(text.text or "" for text in item.iter(f"{MAIN}t")))
        for name, part in _sheets(book):
            for cell in _part(book, part).iter(f"{MAIN}c"):
                formula, value = cell.find(f"{MAIN}f"), cell.find(f"{MAIN}v")
                if formulas_only and formula is None:
                    continue
                text = "" if value is None else value.text or ""
                kind = cell.get("t")
                result: str | float | bool
                if kind == "s":
                    result = shared[int(text)]
                elif kind == "b":
                    result = text == "1"
                elif kind in ("str", "e", "inlineStr"):
                    result = f"error {text}" if kind == "e" else text
                else:
                    result = float(text) if text else ""
                found[name, cell.get("r") or ""] = (
                    "" if formula is None else formula.text or "",
                    result,
                )
    return found


def program() -> str | None:
    """LibreOffice, where there is one."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def recalculated(files: Iterable[Path], folder: Path, *, to: str = "xlsx") -> list[Path]:
    """The files as LibreOffice writes them after a hard recalculation; all in one run of the program."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    out = folder / "recalculated"
    given = list(files)
    subprocess.run(
        [
            program() or "soffice",
            f"-env:UserInstallation={profile.as_uri()}",
            "--headless",
            "--convert-to",
            to,
            "--outdir",
            str(out),
            *map(str, given),
        ],
        check=True,
        capture_output=True,
        timeout=1500,
    )
    return [out / f"{file.stem}.{to}" for file in given]


def same(one: str | float | bool, other: str | float | bool) -> bool:
    """Whether two cells hold the same: numbers but for the noise of doubles."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-9)
    return one == other


def differences(before: Path, after: Path) -> Iterator[str]:
    """Each formula cell whose stored value is not what the spreadsheet program finds."""
    found = cells(after, formulas_only=False)
    for place, (formula, value) in cells(before).items():
        other = found.get(place, ("", ""))[1]
        if not same(value, other):
            yield f"{place[0]}!{place[1]}: stored {value!r}, recalculated {other!r} by {formula}"


def with_cell(path: Path, to: Path, sheet: str, reference: str, xml: str) -> None:
    """A copy of a workbook in which one cell (as XML between the tags of its row) is another."""
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as copy:
        part = dict(_sheets(book))[sheet]
        for item in book.infolist():
            data = book.read(item)
            if item.filename == f"xl/{part}":
                text = data.decode("utf-8")
                pattern = re.compile(rf'<c r="{reference}"[^>]*?(/>|>.*?</c>)')
                style = re.search(rf'<c r="{reference}" s="(\d+)"', text)
                look = f' s="{style[1]}"' if style else ""
                text, changed = pattern.subn(f'<c r="{reference}"{look} {xml}', text, count=1)
                assert changed == 1, f"{sheet} has no cell {reference}"
                data = text.encode("utf-8")
            copy.writestr(item, data)


# ---------------------------------------------------------------- many files

# Every sheet a file of its own, numbers with all their digits: half the time of writing workbooks. What is a number and
# what a text that looks like one cannot be told apart there.
ALL_SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"


def values_after(files: Sequence[Path], folder: Path, *, at_once: int = 2) -> list[dict[tuple[str, str], str]]:
    """What each cell of each file holds after a hard recalculation, as text; the program runs ``at_once`` times."""
    parts = [files[place::at_once] for place in range(min(at_once, len(files)))]
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(lambda one: recalculated(one[1], folder / str(one[0]), to=ALL_SHEETS), enumerate(parts)))
    return [
        _values(folder / str(place % at_once) / "recalculated", file.stem, file) for place, file in enumerate(files)
    ]


def _values(folder: Path, stem: str, file: Path) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    with zipfile.ZipFile(file) as book:
        names = [name for name, _ in _sheets(book)]
    for name in names:
        with (folder / f"{stem}-{name}.csv").open(encoding="utf-8", newline="") as stream:
            for number, row in enumerate(csv.reader(stream), start=1):
                for place, text in enumerate(row):
                    if text:
                        found[name, f"{letters(place)}{number}"] = text
    return found


def letters(place: int) -> str:
    """The letters of a column, counted from 0."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def as_number(text: str) -> float | str:
    """The number behind a cell of a CSV file that shows a number, a share, a day or a time of day."""
    try:
        if text.endswith("%"):
            return float(text[:-1]) / 100
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return float((date.fromisoformat(text) - date(1899, 12, 30)).days)
        if clock := re.fullmatch(r"(\d\d):(\d\d):(\d\d) ([AP])M", text):
            hour = int(clock[1]) % 12 + 12 * (clock[4] == "P")
            return (hour * 3600 + int(clock[2]) * 60 + int(clock[3])) / 86400
        return float(text)
    except ValueError:
        return text


def parted(before: Cells, after: dict[tuple[str, str], str]) -> Iterator[str]:
    """Each formula cell whose stored value is not what the spreadsheet program finds, told by CSV files."""
    for place, (formula, value) in before.items():
        text = after.get(place, "")
        other = as_number(text) if isinstance(value, float) else text
        if not same(value, other):
            yield f"{place[0]}!{place[1]}: stored {value!r}, recalculated {other!r} by {formula}"


def on_ground(path: Path, color: str) -> set[tuple[str, str]]:
    """The cells that are filled with a color, ``FFFFFBE6`` say."""
    found = set()
    with zipfile.ZipFile(path) as book:
        styles = _part(book, "styles.xml")
        fills = [fill.find(f".//{MAIN}fgColor") for fill in styles.iter(f"{MAIN}fill")]
        filled = {str(place) for place, fill in enumerate(fills) if fill is not None and fill.get("rgb") == color}
        looks = styles.find(f"{MAIN}cellXfs")
        assert looks is not None
        wanted = {str(place) for place, look in enumerate(looks) if look.get("fillId") in filled}
        for name, part in _sheets(book):
            for cell in _part(book, part).iter(f"{MAIN}c"):
                if cell.get("s") in wanted:
                    found.add((name, cell.get("r") or ""))
    return found


def table(held: Mapping[tuple[str, str], Any], sheet: str, head: int) -> list[tuple[int, dict[str, str]]]:
    """The rows below a header row, each with the reference of its cell by header.

    A header that stands twice is found by its own name and by that with a number behind it.
    """
    columns: dict[str, str] = {}
    rows: set[int] = set()
    for name, reference in held:
        if name != sheet:
            continue
        row = int(reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        if row > head:
            rows.add(row)
    width = max((place(reference) for name, reference in held if name == sheet), default=-1) + 1
    for column in range(width):
        header = str(held.get((sheet, f"{letters(column)}{head}"), "") or "")
        number, own = 1, header
        while own in columns:
            number += 1
            own = f"{header} {number}"
        columns[own] = letters(column)
    return [(row, {header: f"{letter}{row}" for header, letter in columns.items()}) for row in sorted(rows)]


def place(reference: str) -> int:
    """The number of a cell's column, from 0."""
    found = 0
    for letter in reference.rstrip("0123456789"):
        found = found * 26 + ord(letter) - ord("A") + 1
    return found - 1


def choices(path: Path, sheet: str) -> Iterator[tuple[str, str]]:
    """The cells of a sheet that offer a list to choose from, as areas, and the list as it stands."""
    with zipfile.ZipFile(path) as book:
        part = dict(_sheets(book))[sheet]
        for rule in _part(book, part).iter(f"{MAIN}dataValidation"):
            listed = rule.find(f"{MAIN}formula1")
            for area in (rule.get("sqref") or "").split():
                yield area, "" if listed is None else listed.text or ""


def named(path: Path) -> dict[str, tuple[str, str]]:
    """The cells that have a name: the sheet and the reference by name."""
    with zipfile.ZipFile(path) as book:
        names = _part(book, "workbook.xml").iter(f"{MAIN}definedName")
        found = {one.get("name") or "": (one.text or "").rpartition("!") for one in names}
    return {
        name: (sheet.strip("'").replace("''", "'"), cell.replace("$", "")) for name, (sheet, _, cell) in found.items()
    }
