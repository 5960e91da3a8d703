"""Sheets and columns that may be known ones under another name: asked about, never taken for them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches

from workload.errors import Fault
from workload.tables.aliases import NOT_READ
from workload.text import Text
from workload.vocabulary import Table, header_spelling

MOST_NAMES = 5  # of sheets that a message lists
ALIKE = 0.75  # of two names of a column; of short ones one wrong character is too much (课程 is not 课时)
# A sheet may be named after a person: only what sounds like a table is repeated.
_TABLE_LIKE = re.compile(
    r"表|册|记录|登记|台账|名单|信息|值班|工作|教师|老师|考核|sheet|record|list|duty|staff", re.IGNORECASE
)
# What tells a copy or a part of a table from the whole: 工作记录(2), 工作记录2024上半年.
_PART = re.compile(r"[\s\d()（）_\-–—.、年月季度第期上下半学份全新旧续补]|副本|备份|copy|of")
# Columns that no figure comes from: where one of these is not found, nothing is lost.
_MAY_BE_MISSED = frozenset({"name", "note", "record_id", "affiliation", "role", "level", "participants", "form"})


def _comes_near(name: str, spellings: Iterable[str]) -> bool:
    """Whether a name may be meant for one of the spellings: it holds one, or is a slip of the pen away."""
    found = header_spelling(name)
    known = [spelling for spelling in spellings if len(spelling) > 1]
    return any(spelling in found for spelling in known) or bool(get_close_matches(found, known, n=1, cutoff=ALIKE))


def unsure_tables(table: Table, others: Sequence[str], command: str, *, found: bool, needed: bool) -> Iterator[Fault]:
    """The faults of a table that was not found, or that may have more rows in another sheet.

    ``others`` are the sheets that were not recognized; ``command`` is what confirms an alias.
    """
    if found:
        for name in others:
            if _PART.sub("", name.casefold()) in (table.zh, *table.also):
                no = _said(command, name, NOT_READ[0])
                message = Text(
                    f"“{name}”里是不是也有“{table.zh}”？有就并到一张表里；没有就运行 {no}",
                    f"does {name!r} hold rows of {table.name} too? If so, join them; if not, run: {no}",
                )
                yield Fault(table.name, None, None, name, "unsure_table", message)
        return
    near = next((name for name in others if _comes_near(name, (table.zh, *table.also))), None)
    if near is not None and not needed:
        yield Fault(table.name, None, None, near, "unsure_table", _question(near, table.zh, near, command))
    elif needed:
        zh, en = f"缺少“{table.zh}”表（{table.name}）", f"the table {table.name} ({table.zh}) is missing"
        suggestion = None
        listed = [name for name in others if _TABLE_LIKE.search(name)][:MOST_NAMES]
        if near is not None:
            asked = _question(near, table.zh, near, command)
            zh, en, suggestion = (
                f"{zh}；{asked.zh}",
                f"{en}; {asked.en}",
                Text(f"{near}={table.zh}", f"{near}={table.name}"),
            )
        elif listed:
            yes = _said(command, listed[0], table.zh)
            zh += f"；没有认出的表有：{'、'.join(listed)}。若其中一张就是，改名或运行 {yes}"
            en += f"; not recognized: {', '.join(listed)}; is one it? {yes}"
        yield Fault(table.name, None, None, None, "missing_table", Text(zh, en), suggestion)


def absent_columns(
    table: Table, row: int, columns: Collection[str], unknown: Iterable[str], command: str
) -> Iterator[Fault]:
    """The required columns that are missing, and the headers that may be a column under another name."""
    headers = tuple(unknown)
    for column in table.columns:
        if column.name in columns:
            continue
        near = next((header for header in headers if _comes_near(header, (column.zh, *column.also))), None)
        setting = f"{table.zh}.{near}"
        if column.required:
            zh = f"缺少必需的列“{column.zh}”（{column.name}）"
            en = f"the required column {column.name} ({column.zh}) is missing"
            suggestion = None
            if not columns:
                zh, en = f"{zh}；这一行应是列名，没有认出一个", f"{en}; this row should hold headers, and none is known"
            elif near is not None:
                asked = _question(near, column.zh, setting, command)
                zh, en = f"{zh}；{asked.zh}", f"{en}; {asked.en}"
                suggestion = Text(f"{setting}={column.zh}", f"{setting}={column.name}")
            yield Fault(table.name, row, column.name, None, "missing_column", Text(zh, en), suggestion)
        elif near is not None and column.name not in _MAY_BE_MISSED:
            message = _question(near, column.zh, setting, command)
            yield Fault(table.name, row, column.name, near, "unsure_column", message)


def _question(name: str, meant: str, setting: str, command: str) -> Text:
    yes, no = _said(command, setting, meant), _said(command, setting, NOT_READ[0])
    return Text(
        f"“{name}”是不是“{meant}”？是就改名，或运行 {yes}；不是就运行 {no}",
        f"is {name!r} {meant}? If so rename it, or run: {yes}; if not: {no}",
    )


def _said(command: str, setting: str, meaning: str) -> str:
    """The command that confirms an alias, quoted for any shell."""
    return f'{command} "{setting}={meaning}"'
