"""A marked copy of a workbook: faulty cells coloured, their messages as comments, and a sheet that lists them all.

The copy is the person's own file, with its charts, macros, stored formula values and whatever else it has. No program
that loads and saves a workbook keeps all of that, so only the bytes that must change are changed, in the parts of the
package that hold them; every other byte is copied as it stands.
"""

from __future__ import annotations

import math
import re
import tempfile
import zipfile
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import accumulate, zip_longest
from pathlib import Path
from posixpath import join
from typing import Any, Literal
from xml.parsers import expat

from attrs import Factory, define, evolve, frozen

from workload.errors import InputError
from workload.tables.cells import Cell
from workload.tables.package import (
    LAST_COLUMN,
    LAST_ROW,
    Package,
    broken,
    cell_place,
    cell_reference,
)
from workload.tables.write import close_workbook, xlsxwriter_module

Level = Literal["fault", "warning"]
Place = tuple[str, int, int]

AUTHOR = "workload check"
LONGEST_COMMENT = 2000  # letters; more does not fit a screen
LONGEST_CELL = 32_767  # letters, in the file format
LONGEST_NAME = 31  # letters of a sheet's name, in the file format
MOST_LINKS = 65_530  # of a sheet; Excel calls a file with more damaged
MOST_ELEMENTS = 1_000_000  # of one part, the rows of a sheet aside
_COLORS: Mapping[Level, str] = {"fault": "FFFFC7CE", "warning": "FFFFEB9C"}


@frozen
class Mark:
    """One cell to colour, with the text of its comment; row and column count from 1."""

    sheet: str
    row: int
    column: int
    text: str
    level: Level = "fault"


@frozen
class Listing:
    """The sheet that lists what was found.

    ``name`` is the wished one and gives way to a sheet that has it; ``lines`` stand above the table. Each row has its
    values and the cell that it links to, which the first column shows, under ``link_text``.
    """

    name: str
    lines: tuple[str, ...]
    header: tuple[str, ...]
    rows: tuple[tuple[tuple[str | int | None, ...], Place | None], ...]
    link_text: str


def write_marked_copy(source: Path, target: Path, marks: Iterable[Mark], listing: Listing) -> None:
    """Write the copy of an xlsx or xlsm file.

    A mark on a merged cell falls on the cell that shows; one on a sheet that the workbook has not stands in the listing
    alone. Where a comment cannot be added without harm (a threaded one is there, or drawings that are no valid XML),
    the cell is only coloured.

    Raises:
        InputError: the file is damaged.
    """
    by_sheet: dict[str, dict[tuple[int, int], list[Mark]]] = {}
    for mark in marks:
        by_sheet.setdefault(mark.sheet, {}).setdefault((mark.row, mark.column), []).append(mark)
    with Package(source) as package:
        try:
            copy = _Copy(package)
            styles = _Styles(copy)
            for sheet, part in package.sheet_parts().items():
                if sheet in by_sheet:
                    _mark_sheet(copy, styles, part, by_sheet[sheet])
            _add_listing(copy, styles, listing)
            styles.finish()
        except (expat.ExpatError, ValueError, OverflowError):  # no valid XML, or a number that is none
            raise broken(source) from None
        copy.write(target)


def write_marked_tables(
    target: Path,
    sheets: Iterable[tuple[str, Iterable[tuple[int, Sequence[Cell]]], int]],
    marks: Iterable[Mark],
    listing: Listing,
) -> None:
    """Write tables that stand in no xlsx file as a new workbook, marked and listed in the same way.

    Args:
        target: where to.
        sheets: the name of each, its rows with their numbers in rising order, and its first column, all from 1.
        marks: by the names in ``sheets``.
        listing: its links too.

    Raises:
        MissingExtraError: XlsxWriter is not installed.
    """
    names: dict[str, str] = {}  # a file may be called what no sheet can be
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "tables.xlsx"
        book = xlsxwriter_module().Workbook(str(plain), {"constant_memory": True, "tmpdir": folder})
        formats = {kind: book.add_format({"num_format": shown}) for kind, shown in _FORMATS.items()}
        try:
            for name, rows, first in sheets:
                names[name] = _sheet_name(name, names.values())
                sheet = book.add_worksheet(names[name])
                sheet.set_column(0, LAST_COLUMN - 1, 17)  # the usual width shows a date as ####
                for number, cells in rows:
                    for column, cell in enumerate(cells, start=first):
                        _write_cell(sheet, number - 1, column - 1, cell, formats)
        finally:  # its own files are open until then, even if a row could not be read
            close_workbook(book)
        write_marked_copy(
            plain,
            target,
            (evolve(mark, sheet=names.get(mark.sheet, mark.sheet)) for mark in marks),
            evolve(
                listing,
                rows=tuple(
                    (values, place and (names.get(place[0], place[0]), *place[1:])) for values, place in listing.rows
                ),
            ),
        )


_FORMATS: Mapping[type, str] = {
    datetime: "yyyy-mm-dd hh:mm",
    date: "yyyy-mm-dd",
    time: "hh:mm:ss",
    timedelta: "[h]:mm:ss",
}


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, formats: Mapping[type, Any]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        sheet.write_string(row, column, str(cell).upper())
    elif isinstance(cell, int | float) and math.isfinite(cell) and abs(cell) < 10**15:  # more digits Excel has not
        sheet.write_number(row, column, cell)
    elif isinstance(cell, time | timedelta) or (isinstance(cell, date) and cell.year >= 1900):
        sheet.write_datetime(row, column, cell, formats[type(cell)])
    else:
        sheet.write_string(row, column, str(cell)[:LONGEST_CELL])


# ---------------------------------------------------------------- bytes

_TAG = re.compile(rb"""<(?:[^<>"']++|"[^"]*"|'[^']*')*+>""")
_ATTRIBUTE = re.compile(rb"""([^\s=<>/"']+)\s*=\s*("[^"]*"|'[^']*')""")
_NAME_START = re.compile(r"<(/?)(?=\w)")
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPED_LETTER = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def _xml(text: str) -> str:
    """A text as XML holds it; what would be read as an escaped letter (_x0041_) is itself escaped."""
    clean = _NOT_XML.sub("", text.replace("\r\n", "\n"))
    clean = clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return _ESCAPED_LETTER.sub("_x005F_", clean)


@frozen
class _Edit:
    """Bytes that take the place of others; where ``start`` is ``end``, they come in between."""

    start: int
    end: int
    new: bytes


def _edited(pieces: Iterable[bytes], edits: Iterable[_Edit]) -> Iterator[bytes]:
    """A part with its edits, piece by piece. Of two edits in one place, that which only adds comes first."""
    waiting = sorted(edits, key=lambda edit: (edit.start, edit.end))[::-1]
    done = begin = 0
    for piece in pieces:
        end = begin + len(piece)
        while waiting and waiting[-1].start < end:
            edit = waiting.pop()
            yield piece[max(0, done - begin) : edit.start - begin]
            yield edit.new
            done = edit.end
        yield piece[max(0, done - begin) :]
        done, begin = max(done, end), end


def _retagged(tag: bytes, attributes: Mapping[str, object]) -> bytes:
    """A start tag with these attributes set."""
    places = {match[1].decode(): match.span(2) for match in _ATTRIBUTE.finditer(tag)}
    end = len(tag) - (2 if tag.endswith(b"/>") else 1)
    return b"".join(
        _edited(
            [tag],
            [
                _Edit(*places[name], f'"{value}"'.encode())
                if name in places
                else _Edit(end, end, f' {name}="{value}"'.encode())
                for name, value in attributes.items()
            ],
        )
    )


@define(eq=False)
class _Element:
    """An element of a part, its places among the bytes, and what is to change of it."""

    name: str  # without its prefix
    prefix: str  # "x:", or nothing
    attributes: Mapping[str, str]
    start: int
    inner: int  # where its start tag ends
    close: int  # where its end tag starts; for an empty element, where it ends
    end: int
    children: list[_Element] = Factory(list)
    changed: dict[str, object] = Factory(dict)
    added: list[bytes] = Factory(list)

    def named(self, name: str) -> list[_Element]:
        """The children of that name."""
        return [child for child in self.children if child.name == name]

    def child(self, name: str) -> _Element:
        """The child that must be there."""
        found = self.named(name)
        if not found:
            raise ValueError(name)
        return found[0]


class _Part:
    """A part as bytes, its elements, and the edits to it.

    The rows of a sheet are too many to be kept as elements: of each there is its number, place and height alone, and
    :meth:`tree` looks into the one that is wanted.
    """

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.row_numbers = array("l")
        self.row_places = array("q")
        self.row_heights = array("f")  # in points; -1 where the sheet's own height holds
        self._touched: dict[int, _Element] = {}
        self._edits: list[_Edit] = []
        self.root = self.tree(0, len(source))

    def tree(self, begin: int, end: int) -> _Element:
        """The element that stands between two places."""
        parser = expat.ParserCreate("UTF-8")
        opened: list[_Element] = []
        found: list[_Element] = []
        row = ""

        def enter(name: str, attributes: dict[str, str]) -> None:
            nonlocal row
            start = begin + parser.CurrentByteIndex
            if opened and opened[-1].name == "sheetData":
                row = name
                self._note_row(start, attributes)
                parser.StartElementHandler, parser.EndElementHandler = None, leave_row
                return
            tag = _TAG.match(self.source, start)
            if tag is None or len(found) == MOST_ELEMENTS:
                raise ValueError(name)
            prefix, colon, local = name.rpartition(":")
            element = _Element(local, prefix + colon, attributes, start, tag.end(), tag.end(), tag.end())
            found.append(element)
            if opened:
                opened[-1].children.append(element)
            opened.append(element)

        def leave_row(name: str) -> None:
            if name == row:
                parser.StartElementHandler, parser.EndElementHandler = enter, leave

        def leave(_: str) -> None:
            element = opened.pop()
            if not self._is_empty(element):
                element.close = begin + parser.CurrentByteIndex
                element.end = self.source.index(b">", element.close) + 1

        parser.StartElementHandler, parser.EndElementHandler = enter, leave
        parser.Parse(memoryview(self.source)[begin:end], True)
        return found[0]

    def _note_row(self, place: int, attributes: Mapping[str, str]) -> None:
        number = int(attributes["r"]) if "r" in attributes else self.row_numbers[-1] + 1 if self.row_numbers else 1
        if not 0 < number <= LAST_ROW:
            raise ValueError(number)
        self.row_numbers.append(number)
        self.row_places.append(place)
        self.row_heights.append(0 if _is_true(attributes, "hidden") else float(attributes.get("ht", -1)))

    def _is_empty(self, element: _Element) -> bool:
        return self.source[element.inner - 2 : element.inner] == b"/>"

    def set(self, element: _Element, **attributes: object) -> None:
        """Set attributes of an element."""
        element.changed.update(attributes)
        self._touched[element.start] = element

    def prefixed(self, xml: str | bytes) -> bytes:
        """XML whose names have the prefix that the part uses; bytes were taken from it and have it."""
        return _NAME_START.sub(rf"<\1{self.root.prefix}", xml).encode() if isinstance(xml, str) else xml

    def append(self, element: _Element, xml: str | bytes) -> None:
        """Add to the end of an element."""
        element.added.append(self.prefixed(xml))
        self._touched[element.start] = element

    def insert(self, place: int, xml: str | bytes) -> None:
        """The same at a place between two elements."""
        self._edits.append(_Edit(place, place, self.prefixed(xml)))

    def insert_after(self, names: Iterable[str], xml: str | bytes) -> None:
        """The same behind the last child of the root that has one of these names, or else before the first one."""
        before = [child.end for name in names for child in self.root.named(name)]
        if before or not self._is_empty(self.root):
            self.insert(max(before, default=self.root.inner), xml)
        else:
            self.append(self.root, xml)

    def edits(self) -> list[_Edit]:
        """All of them."""
        edits = list(self._edits)
        for element in self._touched.values():
            tag = _retagged(self.source[element.start : element.inner], element.changed)
            content = b"".join(element.added)
            if content and self._is_empty(element):
                tag = tag[:-2] + b">" + content + f"</{element.prefix}{element.name}>".encode()
            elif content:
                edits.append(_Edit(element.close, element.close, content))
            edits.append(_Edit(element.start, element.inner, tag))
        return edits


def _is_true(attributes: Mapping[str, str], name: str) -> bool:
    return attributes.get(name) in ("1", "true")


# ---------------------------------------------------------------- the package

# The namespaces of cells and of references, in the usual variant of the format and in the strict one.
_USUAL = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
)
_STRICT = (
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_CONTENT_TYPES = "[Content_Types].xml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATIONS = f'<Relationships xmlns="{_PACKAGE}/relationships"></Relationships>'


class _Copy:
    """The copy in the making: the parts that change, and those that are new."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.workbook = package.workbook_part()
        self._opened: dict[str, _Part] = {}
        self._edits: dict[str, list[_Edit]] = {}
        self._added: dict[str, bytes] = {}
        self._relations = 0
        self._known = {
            kind.attributes.get("Extension", "").casefold() for kind in self.part(_CONTENT_TYPES).root.children
        }
        strict = _STRICT[0] in self.part(self.workbook).root.attributes.values()
        self.main, self.office = _STRICT if strict else _USUAL

    def part(self, name: str) -> _Part:
        """A part to edit.

        Raises:
            InputError: there is none.
        """
        if name not in self._opened:
            if name not in self.package.parts and name not in self._added:
                raise broken(self.package.path)
            self._opened[name] = _Part(self._added[name] if name in self._added else self.package.read(name))
        return self._opened[name]

    def close(self, name: str) -> None:
        """Keep the edits of a part, and no longer the part."""
        self._edits[name] = self._opened.pop(name).edits()

    def add(self, pattern: str, content_type: str, xml: str) -> str:
        """A new part, and its name; to such names upper and lower case are the same."""
        taken = {name.casefold() for name in (*self.package.parts, *self._added)}
        number = 1
        while (name := pattern.format(number)).casefold() in taken:
            number += 1
        self._added[name] = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{xml}'.encode()
        types = self.part(_CONTENT_TYPES)
        extension = name.rpartition(".")[2]
        if extension == "xml":
            types.append(types.root, f'<Override PartName="/{name}" ContentType="{content_type}"/>')
        elif extension not in self._known:
            types.append(types.root, f'<Default Extension="{extension}" ContentType="{content_type}"/>')
            self._known.add(extension)
        return name

    def relate(self, part: str, kind: str, target: str) -> str:
        """Have a part refer to another one, and the id of it."""
        folder, _, name = part.rpartition("/")
        relations = join(folder, "_rels", f"{name}.rels")
        if relations not in self.package.parts:
            self._added.setdefault(relations, _RELATIONS.encode())
        found = self.part(relations)
        taken = {relation.attributes.get("Id") for relation in found.root.children}
        self._relations += 1
        while (new := f"rIdWorkload{self._relations}") in taken:
            self._relations += 1
        found.append(found.root, f'<Relationship Id="{new}" Type="{self.office}/{kind}" Target="/{target}"/>')
        return new

    def write(self, target: Path) -> None:
        """Write it: what does not change in the same order and under the same names, then what is new."""
        for name in list(self._opened):
            self.close(name)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in self.package.parts.items():
                entry = zipfile.ZipInfo(name, part.date_time)
                entry.compress_type, entry.external_attr = part.compress_type, part.external_attr
                with archive.open(entry, "w") as stream:
                    for piece in _edited(self.package.chunks(name), self._edits.get(name, ())):
                        stream.write(piece)
            for name, source in self._added.items():
                entry = zipfile.ZipInfo(name)  # of 1980: the library asks no clock
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, b"".join(_edited([source], self._edits.get(name, ()))))


# ---------------------------------------------------------------- styles

_STYLE_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs")
# What each list of styles.xml holds at the least, for a file that has none.
_LEAST: Mapping[str, tuple[str, ...]] = {
    "fonts": ('<font><sz val="11"/><name val="宋体"/></font>',),
    "fills": (
        '<fill><patternFill patternType="none"/></fill>',
        '<fill><patternFill patternType="gray125"/></fill>',
    ),
    "borders": ("<border><left/><right/><top/><bottom/><diagonal/></border>",),
    "cellXfs": ('<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',),
}
_FACE = ("name", "family", "charset", "scheme")


class _Styles:
    """The styles of the workbook: what is added for the marks and for the listing."""

    def __init__(self, copy: _Copy) -> None:
        named = [target for kind, target in copy.package.relationships(copy.workbook).values() if kind == "styles"]
        if named and named[0] in copy.package.parts:
            name = named[0]
        else:
            name = copy.add(
                "xl/styles{}.xml", f"{_SPREADSHEET}.styles+xml", f'<styleSheet xmlns="{copy.main}"></styleSheet>'
            )
            copy.relate(copy.workbook, "styles", name)
        self.part = copy.part(name)
        self.cells = [cell for cells in self.part.root.named("cellXfs") for cell in cells.named("xf")]
        self._new: list[str | bytes] = []
        self._marked: dict[tuple[int, Level], int] = {}
        size, face = self._face()
        bold = self._add(
            "fonts",
            f"<font><b/>{size}{face}</font>",
            f'<font><u/>{size}<color rgb="FF0563C1"/>{face}</font>',
        )
        fills = self._add("fills", *map(_solid, (*_COLORS.values(), "FFDDE8F3")))
        self._fills = {level: fills + place for place, level in enumerate(_COLORS)}
        self._add("borders")
        top = '<alignment horizontal="left" vertical="top" wrapText="1"/></xf>'
        xf = '<xf numFmtId="0" borderId="0" applyAlignment="1"'
        self.header = self._cell(f'{xf} fontId="{bold}" fillId="{fills + 2}" applyFont="1" applyFill="1">{top}')
        self.link = self._cell(f'{xf} fontId="{bold + 1}" fillId="0" applyFont="1">{top}')
        self.text = self._cell(f'{xf} fontId="0" fillId="0">{top}')

    def _face(self) -> tuple[str, str]:
        """The size and the face of the workbook's own letters."""
        fonts = [font for fonts in self.part.root.named("fonts") for font in fonts.named("font")]
        if not fonts:
            return '<sz val="11"/>', '<name val="宋体"/>'
        size, *face = (
            "".join(
                f'<{name} val="{_xml(found.attributes["val"])}"/>'
                for found in fonts[0].named(name)[:1]
                if "val" in found.attributes
            )
            for name in ("sz", *_FACE)
        )
        return size, "".join(face)

    def marked(self, style: int, level: Level) -> int:
        """The number of the style that is this one in the colour of the mark."""
        if (style, level) not in self._marked:
            fill = {"fillId": self._fills[level], "applyFill": 1}
            if self.cells:
                # A number that no style has can come only from a careless program; the first style is what Excel shows.
                base = self.cells[style if 0 <= style < len(self.cells) else 0]
                tag = _retagged(self.part.source[base.start : base.inner], fill)
                xf = tag + self.part.source[base.inner : base.end]
            else:
                xf = _retagged(self.part.prefixed(_LEAST["cellXfs"][0]), fill)
            self._marked[style, level] = self._cell(xf)
        return self._marked[style, level]

    def _cell(self, xml: str | bytes) -> int:
        self._new.append(xml)
        return max(len(self.cells), len(_LEAST["cellXfs"])) + len(self._new) - 1

    def finish(self) -> None:
        """Add the styles that were asked for."""
        self._add("cellXfs", *self._new)

    def _add(self, name: str, *items: str | bytes) -> int:
        """Add to a list of styles, and the number that the first one has there."""
        found = self.part.root.named(name)
        count = len(found[0].children) if found else 0
        filling = _LEAST[name][count:]
        xml = b"".join(map(self.part.prefixed, (*filling, *items)))
        first = count + len(filling)
        if not found:
            before = _STYLE_ORDER[: _STYLE_ORDER.index(name)]
            tags = f'<{name} count="{first + len(items)}">', f"</{name}>"
            self.part.insert_after(before, xml.join(map(self.part.prefixed, tags)))
        elif xml:
            self.part.append(found[0], xml)
            if "count" in found[0].attributes:
                self.part.set(found[0], count=first + len(items))
        return first


def _solid(color: str) -> str:
    return (
        f'<fill><patternFill patternType="solid"><fgColor rgb="{color}"/><bgColor indexed="64"/></patternFill></fill>'
    )


# ---------------------------------------------------------------- a sheet

# What stands before the drawing of the comments in a sheet: <legacyDrawing> has its place behind all of these.
_BEFORE_COMMENTS = (
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
)


def _mark_sheet(copy: _Copy, styles: _Styles, name: str, marks: Mapping[tuple[int, int], Sequence[Mark]]) -> None:
    sheet = copy.part(name)
    cells = _on_shown_cells(sheet, marks)
    by_row: dict[int, dict[int, Level]] = {}
    for (row, column), here in sorted(cells.items()):
        fault = any(mark.level == "fault" for mark in here)
        by_row.setdefault(row, {})[column] = "fault" if fault else "warning"
    for row, levels in by_row.items():
        _colour_row(sheet, styles, row, levels)
    texts = {place: "\n".join(dict.fromkeys(mark.text for mark in here)) for place, here in cells.items()}
    _comment(copy, name, {place: _shortened(text) for place, text in texts.items() if text})
    copy.close(name)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_COMMENT else f"{text[: LONGEST_COMMENT - 1]}…"


def _on_shown_cells(
    sheet: _Part, marks: Mapping[tuple[int, int], Sequence[Mark]]
) -> Mapping[tuple[int, int], Sequence[Mark]]:
    """The marks by the cell that shows: of merged cells that is the first."""
    places = sorted(marks)
    shown: dict[tuple[int, int], tuple[int, int]] = {}
    for merged in (merge for merges in sheet.root.named("mergeCells") for merge in merges.children):
        first, _, last = merged.attributes.get("ref", "").partition(":")
        (top, left), (bottom, right) = cell_place(first), cell_place(last or first)
        for place in places[bisect_left(places, (top, left)) : bisect_right(places, (bottom, right))]:
            if left <= place[1] <= right:
                shown[place] = top, left
    found: dict[tuple[int, int], list[Mark]] = {}
    for place, here in marks.items():
        found.setdefault(shown.get(place, place), []).extend(here)
    return found


def _colour_row(sheet: _Part, styles: _Styles, number: int, levels: Mapping[int, Level]) -> None:
    """Colour cells of a row; a cell that is not there is added, in the style that its row or column has."""
    data = sheet.root.child("sheetData")
    index = bisect_left(sheet.row_numbers, number)
    start = sheet.row_places[index] if index < len(sheet.row_places) else data.close
    if index == len(sheet.row_numbers) or sheet.row_numbers[index] != number:
        cells = "".join(
            _empty_cell(number, column, styles.marked(_column_style(sheet, column), level))
            for column, level in levels.items()
        )
        xml = f'<row r="{number}">{cells}</row>'
        if start == data.close:
            sheet.append(data, xml)
        else:
            sheet.insert(start, xml)
        return
    end = sheet.row_places[index + 1] if index + 1 < len(sheet.row_places) else data.close
    row = sheet.tree(start, end)
    found = row.named("c")
    columns: list[int] = []
    for cell in found:
        place = cell.attributes.get("r")
        columns.append(cell_place(place)[1] if place else columns[-1] + 1 if columns else 1)
    for column, level in levels.items():
        at = bisect_left(columns, column)
        if at < len(columns) and columns[at] == column:
            sheet.set(found[at], s=styles.marked(int(found[at].attributes.get("s", 0)), level))
            continue
        of_row = _is_true(row.attributes, "customFormat")
        style = int(row.attributes.get("s", 0)) if of_row else _column_style(sheet, column)
        xml = _empty_cell(number, column, styles.marked(style, level))
        if at < len(found):
            sheet.insert(found[at].start, xml)
        elif found:
            sheet.insert(found[-1].end, xml)
        else:
            sheet.append(row, xml)


def _empty_cell(row: int, column: int, style: int) -> str:
    return f'<c r="{cell_reference(row, column)}" s="{style}"/>'


def _columns(sheet: _Part) -> Iterator[tuple[int, int, _Element]]:
    """The first and the last column of each group that the sheet describes."""
    for group in (group for groups in sheet.root.named("cols") for group in groups.named("col")):
        first, last = int(group.attributes["min"]), int(group.attributes["max"])
        if 0 < first <= last <= LAST_COLUMN:
            yield first, last, group


def _column_style(sheet: _Part, column: int) -> int:
    return next(
        (int(group.attributes.get("style", 0)) for first, last, group in _columns(sheet) if first <= column <= last), 0
    )


# ---------------------------------------------------------------- comments

_RULE = "――――――――"  # between the message and a comment that was there
_VML_TYPE = "_x0000_t202"  # the type of shape that a comment has, by the name that every program gives it
_VML = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_SHAPE_TYPE = (
    f'<v:shapetype {_VML} id="{_VML_TYPE}" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape {vml} id="_x0000_s{number}" type="#{type}" style="position:absolute;visibility:hidden"'
    ' fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div>'
    '</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_SHAPES_OF_A_BLOCK = 1024  # a drawing numbers its shapes within blocks that it names
_LETTERS = '<rPr><sz val="9"/><color indexed="81"/><rFont val="宋体"/><family val="3"/><charset val="134"/></rPr>'


def _comment(copy: _Copy, name: str, texts: Mapping[tuple[int, int], str]) -> None:
    """Give cells of a sheet their comments, unless the sheet has what must not be touched."""
    relations = copy.package.relationships(name)
    threaded = {
        thread.attributes.get("ref")
        for kind, target in relations.values()
        if kind == "threadedComment"
        for thread in copy.part(target).root.children
    }
    wanted = {cell_reference(*place): (place, text) for place, text in sorted(texts.items())}
    wanted = {reference: found for reference, found in wanted.items() if reference not in threaded}
    drawing = _drawing(copy, name) if wanted else None
    if drawing is None:
        return
    part = next((target for kind, target in relations.values() if kind == "comments"), None)
    if part is None:
        part = copy.add(
            "xl/comments{}.xml",
            f"{_SPREADSHEET}.comments+xml",
            f'<comments xmlns="{copy.main}"><authors></authors><commentList></commentList></comments>',
        )
        copy.relate(name, "comments", part)
    comments = copy.part(part)
    authors, listed = comments.root.child("authors"), comments.root.child("commentList")
    there = {comment.attributes.get("ref"): comment for comment in listed.children}
    without_shape = []
    for reference, (place, text) in wanted.items():
        if reference in there:
            _put_before(comments, there[reference].child("text"), f"{text}\n{_RULE}\n")
        else:
            run = f"<text>{_run(text)}</text>"
            comments.append(listed, f'<comment ref="{reference}" authorId="{len(authors.children)}">{run}</comment>')
            without_shape.append((place, text))
    if without_shape:
        comments.append(authors, f"<author>{AUTHOR}</author>")
        _draw(drawing, copy.part(name), without_shape)


def _run(text: str) -> str:
    return f'<r>{_LETTERS}<t xml:space="preserve">{_xml(text)}</t></r>'


def _put_before(comments: _Part, old: _Element, text: str) -> None:
    """Put our text before an old comment; if that is plain text, it becomes the second run of letters."""
    if not old.children:
        comments.append(old, _run(text))
    elif old.children[0].name == "t":
        comments.insert(old.children[0].start, f"{_run(text)}<r>")
        comments.insert(old.children[0].end, "</r>")
    else:
        comments.insert(old.children[0].start, _run(text))


def _drawing(copy: _Copy, name: str) -> _Part | None:
    """The drawing with the shapes of a sheet's comments, a new one if there is none; ``None``: it cannot be edited."""
    sheet = copy.part(name)
    referring = sheet.root.named("legacyDrawing")
    if referring:
        attributes = referring[0].attributes
        identity = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
        kind, target = copy.package.relationships(name).get(identity, ("", ""))
        try:
            found = copy.part(target) if kind == "vmlDrawing" else None
        except (InputError, expat.ExpatError, ValueError):  # other programs write what only looks like XML
            return None
        return found if found is not None and found.root.name == "xml" else None
    new = copy.add(
        "xl/drawings/vmlDrawing{}.vml",
        "application/vnd.openxmlformats-officedocument.vmlDrawing",
        f"<xml {_VML}></xml>",
    )
    identity = copy.relate(name, "vmlDrawing", new)
    sheet.insert_after(_BEFORE_COMMENTS, f'<legacyDrawing xmlns:r="{copy.office}" r:id="{identity}"/>')
    return copy.part(new)


def _draw(drawing: _Part, sheet: _Part, comments: Sequence[tuple[tuple[int, int], str]]) -> None:
    """Draw the shapes of comments."""
    root = drawing.root
    number = max([_SHAPES_OF_A_BLOCK, *map(int, re.findall(rb"_x0000_s(\d{1,9})\b", drawing.source))])
    if not root.children:
        blocks = ",".join(str(block + 1) for block in range(1 + len(comments) // _SHAPES_OF_A_BLOCK))
        layout = f'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{blocks}"/></o:shapelayout>'
        drawing.append(root, layout)
    if _VML_TYPE not in {kind.attributes.get("id") for kind in root.children}:
        drawing.append(root, _SHAPE_TYPE)
    columns, rows = _grid(sheet)
    for (row, column), text in comments:
        number += 1
        width, height = _size(text)
        left, right = columns.span(columns.start(column + 1) + 15, width)
        top, bottom = rows.span(rows.start(row) + 2, height)
        drawing.append(
            root,
            _SHAPE.format(
                vml=_VML,
                number=number,
                type=_VML_TYPE,
                anchor=", ".join(map(str, (*left, *top, *right, *bottom))),
                row=row - 1,
                column=column - 1,
            ),
        )


def _size(text: str) -> tuple[int, int]:
    """The width and the height in pixels in which a text can be read; a long one has longer lines."""
    for letters in (42, 84, 126):
        lines = sum(max(1, math.ceil(_width(line) / letters)) for line in text.split("\n"))
        if lines <= 24:
            break
    return letters * 6 + 24, lines * 17 + 12


@frozen
class _Lengths:
    """Where columns or rows stand, in pixels: the first ones by their own lengths, all others by the usual one."""

    edges: Sequence[int]  # the start of each, and the end of the last
    usual: int
    most: int

    def start(self, number: int) -> int:
        """Where a column or row starts, counted from 1."""
        known = len(self.edges) - 1
        return self.edges[number - 1] if number <= known else self.edges[-1] + (number - 1 - known) * self.usual

    def span(self, start: int, length: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """From where to where a length reaches, each a number from 0 and pixels; moved back at the sheet's end."""
        start = max(0, min(start, self.start(self.most + 1) - length - 1))
        return self._place(start), self._place(start + length)

    def _place(self, pixels: int) -> tuple[int, int]:
        if pixels < self.edges[-1] or not self.usual:
            index = max(0, bisect_right(self.edges, pixels) - 1)
            return index, pixels - self.edges[index]
        index, offset = divmod(pixels - self.edges[-1], self.usual)
        return len(self.edges) - 1 + index, offset


def _grid(sheet: _Part) -> tuple[_Lengths, _Lengths]:
    """The columns and the rows of a sheet, hidden ones without length: a comment keeps its size across them."""
    usual = next((found.attributes for found in sheet.root.named("sheetFormatPr")), {})
    width = _pixels_wide(float(usual.get("defaultColWidth", 8.43)))
    height = 0 if _is_true(usual, "zeroHeight") else _pixels_high(float(usual.get("defaultRowHeight", 15)))
    widths = [width] * max((last for _, last, _ in _columns(sheet)), default=0)
    for first, last, group in _columns(sheet):
        own = group.attributes.get("width")
        length = 0 if _is_true(group.attributes, "hidden") else _pixels_wide(float(own)) if own else width
        widths[first - 1 : last] = [length] * (last + 1 - first)
    heights = array("l", [height]) * max(sheet.row_numbers, default=0)
    for number, points in zip(sheet.row_numbers, sheet.row_heights, strict=True):
        if points >= 0:
            heights[number - 1] = _pixels_high(points)
    return (
        _Lengths(list(accumulate(widths, initial=0)), width, LAST_COLUMN),
        _Lengths(array("q", accumulate(heights, initial=0)), height, LAST_ROW),
    )


def _pixels_wide(letters: float) -> int:
    return int(letters * 7 + 5)


def _pixels_high(points: float) -> int:
    return int(points * 4 / 3)


# ---------------------------------------------------------------- the listing


def _width(text: str) -> int:
    """How many columns of a terminal, or widths of a digit, a line takes."""
    return sum(1 if letter.isascii() else 2 for letter in text)


def _sheet_name(wished: str, taken: Iterable[str]) -> str:
    """A name that a sheet can have, and that no other one has."""
    base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", wished).strip("' ")[:LONGEST_NAME] or "Sheet"
    names = {name.casefold() for name in taken}
    name, number = base, 1
    while name.casefold() in names:
        number += 1
        name = f"{base[: LONGEST_NAME - len(str(number))]}{number}"
    return name


def _add_listing(copy: _Copy, styles: _Styles, listing: Listing) -> None:
    xml = f'<worksheet xmlns="{copy.main}">{_listing_content(styles, listing)}</worksheet>'
    part = copy.add("xl/worksheets/sheet{}.xml", f"{_SPREADSHEET}.worksheet+xml", xml)
    identity = copy.relate(copy.workbook, "worksheet", part)
    workbook = copy.part(copy.workbook)
    sheets = workbook.root.child("sheets")
    name = _xml(_sheet_name(listing.name, [sheet.attributes.get("name", "") for sheet in sheets.children]))
    number = 1 + max(int(sheet.attributes.get("sheetId", 0)) for sheet in sheets.children)
    workbook.append(sheets, f'<sheet xmlns:r="{copy.office}" name="{name}" sheetId="{number}" r:id="{identity}"/>')


_LINE = 15  # points
_WIDEST, _WIDEST_OF_ALL = 36, 70  # digits that a column is wide at the most, and the last one


def _listing_content(styles: _Styles, listing: Listing) -> str:
    header = len(listing.lines) + 2 if listing.lines else 1
    table: list[tuple[str | int | None, ...]] = [(listing.link_text, *listing.header)]
    links: list[str] = []
    for number, (values, place) in enumerate(listing.rows[: LAST_ROW - header], header + 1):
        shown = None
        if place:
            sheet, cell = place[0], cell_reference(*place[1:])
            shown = f"{sheet}!{cell}"
            location = "'" + _xml(sheet.replace("'", "''")) + f"'!{cell}"
            links.append(f'<hyperlink ref="A{number}" location="{location}"/>')
        table.append((shown, *values))
    widths = [max(max(map(_width, _lines(value))) for value in values) + 3 for values in zip_longest(*table)]
    widths = [min(_WIDEST, width) for width in widths[:-1]] + [min(_WIDEST_OF_ALL, width) for width in widths[-1:]]
    columns = (f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(widths, 1))
    rows = [f'<row r="{number}">{_cell(number, 1, line, 0)}</row>' for number, line in enumerate(listing.lines, 1)]
    for number, row in enumerate(table, header):
        of_row = (styles.header, styles.header) if number == header else (styles.link, styles.text)
        cells = (_cell(number, column, value, of_row[column > 1]) for column, value in enumerate(row, 1))
        # Not every program fits the height of a row to its text when it opens a file.
        most = max(
            sum(math.ceil(_width(line) / (width - 2)) or 1 for line in _lines(value))
            for value, width in zip(row, widths, strict=False)
        )
        height = f' ht="{min(409, most * _LINE)}" customHeight="1"' if most > 1 else ""
        rows.append(f'<row r="{number}"{height}>{"".join(cells)}</row>')
    below = f"A{header + 1}"
    return (
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0">'
        f'<pane ySplit="{header}" topLeftCell="{below}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="{below}" sqref="{below}"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="{_LINE}"/><cols>{"".join(columns)}</cols>'
        f"<sheetData>{''.join(rows)}</sheetData>"
        + (f"<hyperlinks>{''.join(links[:MOST_LINKS])}</hyperlinks>" if links else "")
        + '<pageMargins left="0.5" right="0.5" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" fitToHeight="0" orientation="landscape"/>'
    )


def _lines(value: str | int | None) -> list[str]:
    return ("" if value is None else str(value)).split("\n")


def _cell(row: int, column: int, value: str | int | None, style: int) -> str:
    place = f'r="{cell_reference(row, column)}" s="{style}"'
    if value is None:
        return f"<c {place}/>"
    if isinstance(value, int):
        return f"<c {place}><v>{value}</v></c>"
    return f'<c {place} t="inlineStr"><is><t xml:space="preserve">{_xml(value[:LONGEST_CELL])}</t></is></c>'
