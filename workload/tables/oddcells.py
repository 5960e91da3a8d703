"""The cells of a workbook that a reader gives as blank, and that are not: errors, and formulas without their value.

A blank cell may have a default; taken so, a broken formula would count as work, and one never computed as none. The
sheet is looked through before the reader takes it, which also keeps a single cell at the far end of a sheet from
costing it all memory: the reader makes room for every cell up to the last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from attrs import field, frozen

from workload.errors import InputError
from workload.tables.cells import BadCell, error_cell
from workload.tables.package import (
    LAST_COLUMN,
    LAST_ROW,
    MOST_OF_A_TAG,
    Package,
    broken,
    cell_place,
    column_number,
    unusable,
)
from workload.text import Text

Merge = tuple[int, int, int, int]  # first row, first column, last row, last column, from 1
BadCells = Mapping[int, Mapping[int, BadCell]]
"""Bad cells by row and column, from 1."""


@frozen
class SheetCells:
    """What is to be known of a sheet's cells beside their values.

    Which are bad, and which merged; whether any is a truth value, which would pass for a number; and the last row.
    """

    bad: BadCells = field(factory=dict)
    merges: tuple[Merge, ...] = ()
    has_truth_values: bool = True
    last_row: int = 0


# A sheet may be sparse; but one whose cells are this much fewer than the room up to its last one is a slip or a trap.
ROOM_FOR_A_CELL = 8
ROOM_AT_LEAST = 4_000_000


def odd_cells(package: Package, name: str, part: str, *, computed: bool = True) -> SheetCells:
    """The cells of a sheet that show an error or have a formula without a value.

    ``computed`` says whether the workbook's writer worked its formulas out; where not, a stored 0 is no value either.

    Raises:
        InputError: the sheet is damaged, or has a cell far away from all the others.
    """
    found: dict[int, dict[int, BadCell]] = {}
    cells = 0
    rows: set[bytes] = set()
    columns: set[bytes] = set()
    unusual = has_truth_values = False
    for text, prefix in _whole_rows(package, part):
        cells += text.count(b"<" + prefix + b"c")
        if _not_near(prefix).search(text):
            rows.update(_FAR_ROW.findall(text))
            columns.update(_FAR_COLUMN.findall(text))
            unusual = unusual or bool(_unnamed(prefix).search(text))
        has_odd_types = unusual or bool(_ODD_TYPE.search(text))
        has_truth_values = has_truth_values or has_odd_types
        if b"<" + prefix + b"f" in text:
            for match in _formula(prefix).finditer(text):
                if (cell := _uncomputed(match, computed)) is not None:
                    _note(found, package, match[1], cell)
        if has_odd_types:
            for match in _error(prefix).finditer(text):
                shown = (match[2] or b"").decode("utf-8", "replace") or "#ERROR!"
                _note(found, package, match[1], error_cell(shown))
    if unusual or _too_much(rows, columns, cells):
        rows.clear()
        columns.clear()
        for text, _ in _whole_rows(package, part):
            for letters, digits in _REFERENCE.findall(text):
                columns.add(letters)
                rows.add(digits)
        if _too_much(rows, columns, cells):
            raise too_far(package.path, name, max(map(int, rows), default=0))
    return SheetCells(found, has_truth_values=has_truth_values)


def _too_much(rows: set[bytes], columns: set[bytes], cells: int) -> bool:
    """Whether the room up to the last row and column (if none was found, the last near one) is too much."""
    last_row = max(map(int, rows), default=LAST_NEAR_ROW)
    last_column = max((column_number(letters[:4].decode()) for letters in columns), default=LAST_NEAR_COLUMN)
    room = last_row * last_column
    return last_row > LAST_ROW or last_column > LAST_COLUMN or room > max(ROOM_AT_LEAST, ROOM_FOR_A_CELL * cells)


def too_far(path: Path, sheet: str = "", row: int = 0) -> InputError:
    """The error of a sheet with a cell far away from all the others."""
    which = Text(f"工作表“{sheet}”", f"the sheet {sheet!r}") if sheet else Text("有工作表", "a sheet")
    last = Text(f"（最远到第{row}行）", f" (down to row {row})") if row else Text("", "")
    return unusable(
        path,
        f"{which.zh}在离数据很远的行或列还有内容{last.zh}；请删除数据区以外的行和列，保存后再试",
        f"{which.en} has something far away from its data{last.en}; delete what lies beyond the data and save it",
    )


UNCOMPUTED = BadCell(
    "formula_without_value",
    "公式",
    Text(
        "公式没有存储结果，无法得知数值；请先用 Excel 打开并保存一次",
        "a formula without a stored value; open and save the workbook in Excel first",
    ),
)

# Short of this row and this column the room is below ROOM_AT_LEAST. Most sheets have nothing beyond, each cell begins
# with its name, and a pattern that begins with what stands in every cell as it stands is quick.
LAST_NEAR_ROW, LAST_NEAR_COLUMN = 99_999, 26
_FAR_ROW = re.compile(rb' r="[A-Za-z]+([0-9]{6,})"')
_FAR_COLUMN = re.compile(rb' r="([A-Za-z]{2,})[0-9]')
_ODD_TYPE = re.compile(rb"t=[\"'][be][\"']")  # a truth value, or an error
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]+)([0-9]+)")
_ATTRIBUTE_R = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]+[0-9]+)[\"']")
_ATTRIBUTE_T = re.compile(rb"\bt\s*=\s*[\"'](\w+)[\"']")
_ZERO = re.compile(rb"-?0+(?:\.0*)?(?:[Ee][+-]?\d+)?")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ROOT = re.compile(rb"<(?:(\w+):)?worksheet[\s>/]")


@lru_cache
def _not_near(prefix: bytes) -> re.Pattern[bytes]:
    """A cell that does not begin with its name, or stands far away."""
    return re.compile(rb'<%bc(?! r="[A-Z][0-9]{1,5}")[\s/>]' % re.escape(prefix))


@lru_cache
def _unnamed(prefix: bytes) -> re.Pattern[bytes]:
    return re.compile(rb'<%bc(?! r="[A-Z]+[0-9]+")[\s/>]' % re.escape(prefix))


@lru_cache
def _formula(prefix: bytes) -> re.Pattern[bytes]:
    """A cell with a formula: its attributes, and what is stored as its value."""
    p = re.escape(prefix)
    return re.compile(
        rb"<%bc\b([^<>]*)>\s*<%bf\b(?:[^<>]*/>|[^<>]*>[^<]*</%bf\s*>)\s*(<%bv\b[^<>]*/>|<%bv\b[^<>]*>([^<]*)<)?"
        % (p, p, p, p, p)
    )


@lru_cache
def _error(prefix: bytes) -> re.Pattern[bytes]:
    p = re.escape(prefix)
    return re.compile(
        rb"<%bc\b(?=[^<>]*\bt\s*=\s*[\"']e[\"'])([^<>]*)(?<!/)>(?:\s*<%bf\b(?:[^<>]*/>|[^<>]*>[^<]*</%bf\s*>))?"
        rb"\s*(?:<%bv\b[^<>]*>([^<]*)<)?" % (p, p, p, p)
    )


def _uncomputed(match: re.Match[bytes], computed: bool) -> BadCell | None:
    kind = _ATTRIBUTE_T.search(match[1])
    stored = (match[3] or b"").strip()
    if kind is not None and kind[1] == b"str" and match[2]:
        return None  # an empty text is what the formula gave
    return UNCOMPUTED if not stored or (not computed and _ZERO.fullmatch(stored)) else None


def _note(found: dict[int, dict[int, BadCell]], package: Package, attributes: bytes, cell: BadCell) -> None:
    reference = _ATTRIBUTE_R.search(attributes)
    if reference is None:  # allowed by the format, written by nobody: which cell it is cannot be told here
        raise broken(package.path)
    try:
        row, column = cell_place(reference[1].decode())
    except ValueError:
        raise broken(package.path) from None
    found.setdefault(row, {})[column] = cell


def _whole_rows(package: Package, part: str) -> Iterator[tuple[bytes, bytes]]:
    """The sheet in pieces that end between two rows, each with the prefix that its tags have (often none)."""
    prefix: bytes | None = None
    rest = b""
    for piece in package.xml_chunks(part):
        rest += piece
        if b"<!--" in rest:
            rest = _COMMENT.sub(b"", rest)
        if prefix is None:
            root = _ROOT.search(rest)
            if root is None:
                if len(rest) > MOST_OF_A_TAG:
                    raise broken(package.path)
                continue
            prefix = root[1] + b":" if root[1] else b""
        cut = rest.rfind(b"<" + prefix + b"row")
        if cut > 0:
            yield rest[:cut], prefix
            rest = rest[cut:]
        elif len(rest) > MOST_OF_A_TAG * 4:
            raise broken(package.path)
    if prefix is None:
        raise broken(package.path)
    yield rest, prefix


def is_computed(package: Package) -> bool:
    """Whether the writer of the workbook worked its formulas out.

    A library that cannot asks Excel to do so on opening, and has no chain of calculation; Excel itself does neither.
    """
    workbook = package.element(package.workbook_part())
    asks = any(
        properties.get("fullCalcOnLoad") in ("1", "true")
        for properties in workbook.iter()
        if properties.tag.endswith("}calcPr")
    )
    chained = any(kind == "calcChain" for kind, _ in package.relationships(package.workbook_part()).values())
    return chained or not asks
