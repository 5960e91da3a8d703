"""How a table stands on its sheet: titles above the header, merged cells, totals and remarks below the rows.

What is certain is coped with and told; what is not is a fault, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import chain, islice

from attrs import field, frozen

from workload.privacy import looks_like_person_data
from workload.tables.cells import Cell, blank, plain
from workload.tables.sources import Rows, SourceTable
from workload.vocabulary import Table, header_spelling

SEARCHED = 25  # rows among which the header must be
DEEPEST = 2  # rows that a header has below its first
_TOTALS = re.compile(
    r"(?:(?:[本全上下第\d一二三四五六七八九十]*(?:页|月|周|学?期|学?年度?|季度|半年))?(?:合|总|小|共|累)计|.{0,12}小计)[:：]?"
)
_SUM = re.compile(r".{0,12}(?:[合总小共累]计|汇总)(?:[(（:：].*)?|(?:sub|grand)?total:?")  # with an amount or a name
_FOOTER = re.compile(
    r"(?:制表|填表|填报|填写|经办|审核|复核|审批|批准|负责|主管|领导|签字|签名|盖章|备注|说明|附注|注|日期|单位)[^\d]{0,6}[:：]"
)


@frozen(eq=False)
class Layout:
    """A table's header, what stands above it, and the rows below."""

    header_row: int
    header: tuple[Cell, ...]
    rows: Rows
    titles: tuple[int, ...] = ()
    persons_named: tuple[int, ...] = ()
    """The rows above the header that hold an identity-card or mobile number."""
    merged: Mapping[int, tuple[tuple[int, int, int], ...]] = field(factory=dict)
    """For each row that a merge covers: the place in the row, and the merge's first and last row."""
    across: Mapping[int, tuple[tuple[int, int], ...]] = field(factory=dict)
    """For each row with cells merged side by side: the first and the last place of each merge."""


def laid_out(source: SourceTable, known: Callable[[str], str | None]) -> Layout | None:
    """The layout of a table; ``known`` says which column a header stands for. ``None``: there is not one row.

    The header is the first row that names several columns, else the one that names the most; where headers are merged
    over two rows, or side by side, both together.
    """
    required = {column.name for column in source.table.columns if column.required}
    rows = source.rows
    looked: list[tuple[int, Sequence[Cell]]] = []
    best: _Header | None = None
    while (first := next(rows, None)) is not None:
        number, row = first
        looked.append(first)
        if all(map(blank, row)):
            continue
        found = _Header(len(looked) - 1, number, tuple(row), _named(row, known))
        for lower, cells in islice(rows, _depth(source, number)):
            looked.append((lower, cells))
            found = found.above(lower, cells, known)
        if found.named and not required <= found.named and found.last_row == number and _is_above(source, number):
            for lower, cells in islice(rows, 1):
                both = found.above(lower, cells, known)
                if required <= both.named:
                    found = both
                    looked.append((lower, cells))
                else:
                    rows = chain([(lower, cells)], rows)
        if best is None or len(found.named) > len(best.named):
            best = found
        # A row that names several columns is the header even if it lacks one: what stands below it are records.
        if len(found.named) > 1 or len(looked) >= SEARCHED:
            break
    if best is None:
        return None
    above = [(number, row) for number, row in looked[: best.place] if not all(map(blank, row))]
    persons = tuple(number for number, row in above if any(looks_like_person_data(str(cell)) for cell in row))
    below = (one for one in looked if one[0] > best.last_row)
    return Layout(
        best.last_row,
        best.cells,
        chain(below, rows),
        tuple(number for number, _ in above),
        persons,
        *_merges(source, best.last_row),
    )


@frozen(eq=False)
class _Header:
    """What may be the header: its place among the rows looked at, its last row, its cells, the columns they name."""

    place: int
    last_row: int
    cells: tuple[Cell, ...]
    named: set[str]

    def above(self, number: int, row: Sequence[Cell], known: Callable[[str], str | None]) -> _Header:
        """The header of this row and the one below: what the lower one says, else the upper one."""
        width = max(len(self.cells), len(row))
        upper = [*self.cells, *[None] * (width - len(self.cells))]
        lower = [*row, *[None] * (width - len(row))]
        both = tuple(over if blank(under) else under for over, under in zip(upper, lower, strict=True))
        return _Header(self.place, number, both, _named(both, known))


def _named(row: Sequence[Cell], known: Callable[[str], str | None]) -> set[str]:
    return {name for cell in row if isinstance(cell, str) and (name := known(cell)) is not None}


def _depth(source: SourceTable, first: int) -> int:
    """How many rows below belong to a header in that row, as cells of it are merged with them."""
    return min(DEEPEST, max((bottom - first for top, _, bottom, _ in source.merges if top == first), default=0))


def _is_above(source: SourceTable, first: int) -> bool:
    """Whether cells of that row are merged side by side, as headers over several columns are."""
    return any(top == first and right > left for top, left, _, right in source.merges)


def _merges(
    source: SourceTable, header_row: int
) -> tuple[dict[int, tuple[tuple[int, int, int], ...]], dict[int, tuple[tuple[int, int], ...]]]:
    """The merges below the header, by row."""
    down: dict[int, list[tuple[int, int, int]]] = {}
    across: dict[int, list[tuple[int, int]]] = {}
    for top, left, bottom, right in source.merges:
        if top <= header_row:
            continue
        for row in range(top, bottom + 1) if bottom > top else ():
            down.setdefault(row, []).extend((column - 1, top, bottom) for column in range(left, right + 1))
        if right > left:
            across.setdefault(top, []).append((left - 1, right - 1))
    return (
        {row: tuple(found) for row, found in down.items()},
        {row: tuple(found) for row, found in across.items()},
    )


def is_total(text: str) -> bool:
    """Whether a text calls its row a sum of others.

    >>> is_total("小 计"), is_total("3月合计："), is_total("心理中心小计"), is_total("计划")
    (True, True, True, False)
    """
    return "计" in text and bool(_TOTALS.fullmatch(re.sub(r"\s+", "", text)))


def is_sum(text: str) -> bool:
    """Whether a text calls its row a sum, be it with an amount or a name behind it.

    >>> is_sum("实发合计（大写）：壹元整"), is_sum("合计人民币"), is_sum("计划")
    (True, False, False)
    """
    return bool(_SUM.fullmatch(re.sub(r"\s+", "", text).casefold()))


def no_record(
    table: Table,
    row: Sequence[Cell],
    header: Sequence[Cell],
    columns: Mapping[str, int],
    across: Sequence[tuple[int, int]],
) -> str | None:
    """Why a row that cannot be read is certainly no record: the code of what it is; ``None`` when it may be one."""
    filled = [place for place, cell in enumerate(row) if not blank(cell)]
    texts = [plain(str(row[place])) for place in filled if isinstance(row[place], str)]
    titles = [header_spelling(str(cell)) for cell in header if not blank(cell)]
    if texts and [header_spelling(text) for text in texts] == titles:
        return "repeated_header"
    lacking = [
        column.name
        for column in table.columns
        if column.required and (columns[column.name] >= len(row) or blank(row[columns[column.name]]))
    ]
    required = [columns[column.name] for column in table.columns if column.required]
    spare = sum(place in filled for place in required) <= 1
    if lacking and spare and texts and is_sum(texts[0]):
        return "totals_row"
    if len(texts) < len(filled) or not texts:
        return None  # a number or a day is of a record, or of nothing known
    if len(filled) == 1 and not texts[0].isdecimal() and any(a == filled[0] and b - a > 1 for a, b in across):
        return "title_row"
    if _FOOTER.match(texts[0]) and (spare or all(map(_FOOTER.match, texts))):
        return "footer"
    return None
