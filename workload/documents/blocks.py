"""A document as blocks, and each format that can show them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from attrs import frozen

from workload.tables.write import close_workbook, xlsxwriter_module

Format = Literal["table", "csv", "md"]
Value = str | int | float | None


@frozen
class Block:
    """One table with its title, or, without a header, lines of text under a title."""

    title: str = ""
    header: tuple[str, ...] = ()
    rows: tuple[tuple[Value, ...], ...] = ()
    lines: tuple[str, ...] = ()


def rendered(blocks: Iterable[Block], how: Format) -> str:
    """The blocks as text.

    ``csv`` shows the blocks that have a header; lines of text have no place in it.

    >>> print(rendered([Block("表", ("工号", "课时"), (("T01", 38.0),))], "md"))
    ### 表
    <BLANKLINE>
    | 工号 | 课时 |
    |:-----|-----:|
    | T01  |   38 |
    """
    if how == "csv":
        return _csv(blocks)
    parts = []
    for block in blocks:
        part: list[str] = []
        if block.title:
            title = one_line(block.title, how)
            part.append(f"### {title}\n" if how == "md" else title)
        if block.header:
            part.append(_tabulated(block, how))
        indent = "- " if how == "md" else "  " if block.title else ""
        part += [indent + one_line(line.strip() if how == "md" else line, how) for line in block.lines]
        parts.append("\n".join(part))
    return "\n\n".join(parts)


def one_line(text: str, how: Format) -> str:
    """A text without line breaks, what steers a terminal, and what Markdown would take for the border of a cell."""
    flat = " ".join(text.splitlines()) if text.strip() else text
    if not flat.isprintable():
        flat = "".join(
            letter if letter.isprintable() or letter.isspace() else "\N{REPLACEMENT CHARACTER}" for letter in flat
        )
    return flat.replace("|", "\\|") if how == "md" else flat


def _tabulated(block: Block, how: Format) -> str:
    import tabulate  # counts a Chinese character as two columns when wcwidth is installed

    alignment = [
        "right" if any(isinstance(row[place], int | float) for row in block.rows) else "left"
        for place in range(len(block.header))
    ]
    rows = [["" if value is None else one_line(_number(value), how) for value in row] for row in block.rows]
    style = "pipe" if how == "md" else "simple"
    padding, tabulate.MIN_PADDING = tabulate.MIN_PADDING, 0  # two more columns a header would not fit a terminal
    try:
        return tabulate.tabulate(
            rows, block.header, tablefmt=style, disable_numparse=True, colalign=alignment if rows else None
        )
    finally:
        tabulate.MIN_PADDING = padding


def _number(value: str | int | float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _csv(blocks: Iterable[Block]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    tables = [block for block in blocks if block.header]
    for place, block in enumerate(tables):
        if place:
            writer.writerow([])
        if len(tables) > 1 and block.title:
            writer.writerow([inert(block.title)])
        writer.writerow(block.header)
        for row in block.rows:
            writer.writerow(["" if value is None else _cell(value) for value in row])
    return stream.getvalue()


def _cell(value: str | int | float) -> str:
    return inert(one_line(value, "csv")) if isinstance(value, str) else _number(value)


def inert(text: str) -> str:
    """A text that a spreadsheet would take for a formula, made plain text.

    >>> inert("=1+1"), inert("教师01")
    ("'=1+1", '教师01')
    """
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


NOTES_WIDTH = 90  # letters on a line
LINE_HEIGHT = 16  # points


def write_workbook(path: Path, blocks: Sequence[Block], notes: str = "说明") -> None:
    """The blocks as an xlsx file: a sheet for each that has a header, and one (``notes``) for the lines of text."""
    book = xlsxwriter_module().Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    header = book.add_format({"bold": True, "bg_color": "#DDE8F3", "border": 1, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@", "indent": 1})
    names: set[str] = set()
    for block in blocks:
        if not block.header:
            continue
        sheet = book.add_worksheet(sheet_name(block.title, names))
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for place, name in enumerate(block.header):
            sheet.write_string(0, place, name, header)
            widest = max([_width(name), *(_width(row[place]) for row in block.rows)])
            sheet.set_column(place, place, min(60, widest + 2))
        for row_number, row in enumerate(block.rows, start=1):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(row_number, place, value, text)
                elif value is not None:
                    sheet.write_number(row_number, place, value)
    lines = [
        line for block in blocks for line in ([block.title] if block.lines and block.title else []) + list(block.lines)
    ]
    if lines:
        sheet = book.add_worksheet(sheet_name(notes, names))
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet.set_column(0, 0, NOTES_WIDTH)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        for row_number, line in enumerate(lines):
            sheet.write_string(row_number, 0, line, wrapped)
            sheet.set_row(row_number, LINE_HEIGHT * (1 + _width(line) // (NOTES_WIDTH - 5)))
    close_workbook(book)


def _width(value: Value) -> int:
    text = "" if value is None else _number(value)
    return sum(1 if character.isascii() else 2 for character in text)


def sheet_name(title: str, names: set[str]) -> str:
    """A name that a sheet may have, and that is not among ``names`` (case-folded), which it joins.

    >>> sheet_name("T01/王", {"t01 王"})
    'T01 王2'
    """
    kept = "".join(" " if one in "[]:*?/\\" or not one.isprintable() else one for one in title)[:28]
    base = kept.strip("'").strip() or "Sheet"
    if base.casefold() == "history":  # Excel keeps that name for itself
        base = f"{base} 1"
    name, number = base, 1
    while name.casefold() in names:
        number += 1
        name = f"{base}{number}"
    names.add(name.casefold())
    return name
