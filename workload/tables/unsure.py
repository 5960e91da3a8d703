"""Sheets and columns that may be known ones under another name: asked about, never taken for them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches

from workload.errors import Fault
from workload.tables.aliases import NOT_READ
from workload.text import Text
from workload.vocabulary import INSTRUCTIONS, LISTS, Column, Table, header_spelling

MOST_NAMES = 5  # of sheets that a message lists
ALIKE = 0.75  # of two names of a column: one wrong character of four
MORE_ALIKE = 0.76  # of a name and another spelling of a column's: 活动场地 is not 活动场次
# A sheet may be named after a person: only a name of nothing but such words is repeated.
_WORDS = re.compile(
    r"工作|咨询|心理|健康|中心|学院|学校|教师|老师|职称|聘期|聘任|年度|考核|培训|案例|报告|课酬|标准|发放|值班|活动|讲座|预约|"
    r"表|册|记录|纪录|登记|台账|名单|名册|信息|统计|汇总|明细|数据|情况|sheet|record|list|duty|staff|table|data"
)
# What tells a copy or a part of a table from the whole: 工作记录(2), 工作记录2024上半年.
_PART = re.compile(r"[\s\d()（）_\-–—.、年月季度第期上下半学份全新旧续补]|副本|备份|copy|of")
_GENERIC = re.compile(r"登记|表|册|台账|名单|统计|汇总|明细|信息|情况|数据")
# Columns that no figure comes from: where one of these is not found, nothing is lost.
_MAY_BE_MISSED = frozenset({"name", "note", "record_id", "affiliation", "role", "level", "participants", "form"})
# Words in a header that say what a column may be for, though it does not have its name.
_ASKED_ABOUT = {"status": re.compile("取消|完成"), "attended": re.compile("到访|出席|爽约")}
NOT_ASKED_ABOUT = (INSTRUCTIONS.zh, INSTRUCTIONS.en, LISTS.zh, LISTS.en)  # the template's own sheets
# What a shell would take for more than a letter: such a setting is confirmed with --ask.
_OF_A_SHELL = re.compile(r"[$`\"\\!%\x00-\x1f\x7f]")


def is_impersonal(name: str) -> bool:
    """Whether a sheet's name holds nothing but words that tables are called by.

    >>> is_impersonal("值班登记2024"), is_impersonal("李小明咨询记录")
    (True, False)
    """
    return not _PART.sub("", _WORDS.sub("", name.casefold()))


def _comes_near(name: str, spellings: Iterable[str]) -> bool:
    """Whether a header may be meant for one of the spellings, the column's own the first of them.

    It begins or ends with it, or is a slip of the pen away.
    """
    found = re.sub(r"\(.*\)$", "", header_spelling(name))
    own, *others = [spelling for spelling in spellings if len(spelling) > 1]
    return (
        found.startswith(own)
        or found.endswith((own, *others))
        or bool(get_close_matches(found, [own], n=1, cutoff=ALIKE))
        or bool(get_close_matches(found, others, n=1, cutoff=MORE_ALIKE))
    )


def unsure_tables(table: Table, others: Sequence[str], command: str, *, found: bool, needed: bool) -> Iterator[Fault]:
    """The faults of a table that was not found, or that may have more rows in another sheet.

    ``others`` are the sheets that were not recognized; ``command`` is what confirms an alias.
    """
    if found:
        yield from _further(table, others, command)
        return
    near = next((name for name in others if _may_be(name, table)), None)
    if near is not None and not needed:
        yield Fault(table.name, None, None, near, "unsure_table", _question(near, table.zh, near, command))
    elif needed:
        zh, en = f"缺少“{table.zh}”表（{table.name}）", f"the table {table.name} ({table.zh}) is missing"
        suggestion = None
        listed = [name for name in others if is_impersonal(name)][:MOST_NAMES]
        if near is not None:
            asked = _question(near, table.zh, near, command)
            zh, en = f"{zh}；{asked.zh}", f"{en}; {asked.en}"
            suggestion = Text(f"{near}={table.zh}", f"{near}={table.name}")
        elif listed:
            yes = _said(command, listed[0], table.zh)
            zh += f"；没有认出的表有：{'、'.join(listed)}。若其中一张就是，改名或运行 {yes}"
            en += f"; not recognized: {', '.join(listed)}; is one it? {yes}"
        elif others:
            zh += f"；有 {len(others)} 张表没有认出，其中一张若是，请改名为“{table.zh}”"
            en += f"; {len(others)} sheets were not recognized: if one of them is it, rename it"
        yield Fault(table.name, None, None, None, "missing_table", Text(zh, en), suggestion)


def _may_be(name: str, table: Table) -> bool:
    """Whether a sheet may be the table: by its name with a year or 登记 to it, or with one wrong character."""
    if _bare(name) in (_bare(table.zh), *map(_bare, table.also)):
        return is_impersonal(name)
    return any(
        len(name) == len(known) > len("职称") and sum(a != b for a, b in zip(name, known, strict=True)) == 1
        for known in (table.zh, *table.also)
    )


def _bare(name: str) -> str:
    return _GENERIC.sub("", _PART.sub("", name.casefold()))


def _whole(name: str) -> str:
    return _PART.sub("", name)


def _further(table: Table, others: Iterable[str], command: str) -> Iterator[Fault]:
    """Sheets that may hold more rows of a table: half a year, or one teacher's."""
    for name in others:
        is_part = _whole(name.casefold()) in map(_whole, (table.zh, *table.also))
        if is_part or (table.name == "activities" and table.zh in name):
            told = name if is_impersonal(name) else f"…{table.zh}…"
            no = _said(command, told, NOT_READ[0])
            message = Text(
                f"“{told}”里是不是也有“{table.zh}”？有就并到一张表里；没有就运行 {no}，或换一个表名",
                f"does {told!r} hold rows of {table.name} too? If so, join them; if not, rename it or run: {no}",
            )
            yield Fault(table.name, None, None, told, "unsure_table", message)


def absent_columns(
    table: Table, row: int, columns: Collection[str], unknown: Iterable[str], command: str
) -> Iterator[Fault]:
    """The required columns that are missing, and the headers that may be a column under another name."""
    headers = list(unknown) if columns else []  # without a header, what stands in its place is no name
    for column in table.columns:
        if column.name in columns:
            continue
        near = next((header for header in headers if _asks_for(header, column)), None)
        if near is not None:
            headers.remove(near)  # one question for each header
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


def _asks_for(header: str, column: Column) -> bool:
    asked = _ASKED_ABOUT.get(column.name)
    return _comes_near(header, (column.zh, *column.also)) or (asked is not None and bool(asked.search(header)))


def _question(name: str, meant: str, setting: str, command: str) -> Text:
    if not command:  # a range has no aliases
        return Text(
            f"“{name}”是不是“{meant}”？是就改名，不是就不要选这一列",
            f"is {name!r} {meant}? If so rename it; if not, leave it out of the range",
        )
    yes, no = _said(command, setting, meant), _said(command, setting, NOT_READ[0])
    return Text(
        f"“{name}”是不是“{meant}”？是就改名，或运行 {yes}；不是就运行 {no}",
        f"is {name!r} {meant}? If so rename it, or run: {yes}; if not: {no}",
    )


def _said(command: str, setting: str, meaning: str) -> str:
    """The command that confirms an alias, quoted for any shell; that asks for it, where no quotes would do."""
    if _OF_A_SHELL.search(setting):
        return f"{command} --ask"
    return f'{command} "{setting}={meaning}"'
