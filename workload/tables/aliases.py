"""A school's own words for tables, headers and categories, confirmed once by a person and kept beside the workbook.

The file ``workload-alias.toml`` stands in the folder of the workbook (or among the CSV files)::

    format = 1

    [tables]
    "值班登记" = "工作记录"

    [columns."工作记录"]
    "值班日" = "日期"
    "课时费" = false      # a column that is not to be read

    [words."工作记录"."类别"]
    "个案咨询" = "咨询值班"

Whatever an answer was computed with is printed in it, the aliases used among it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from attrs import frozen

from workload.errors import Fault, InputError, WorkloadError
from workload.intake import Alias
from workload.privacy import looks_like_client_header, looks_like_person_data
from workload.tables.write import written_text
from workload.text import Text, joined
from workload.vocabulary import (
    TABLES,
    Table,
    column_named,
    column_text,
    folded,
    header_spelling,
    table_named,
    table_text,
)

ALIAS_FILE = "workload-alias.toml"
NOT_READ = ("不读", "-")
# Columns with a closed list of words: only these can have a word of the school's own.
WORD_COLUMNS = frozenset({"employment", "affiliation", "title", "kind", "status", "attended", "role", "level"})
WORD_COLUMNS |= {"result", "form", "item"}


@frozen(eq=False)
class Aliases:
    """The confirmed aliases of a school; ``path`` is the file that holds them, whether it is there or not."""

    path: Path
    entries: tuple[Alias, ...] = ()

    @cached_property
    def _found(self) -> Mapping[tuple[str | None, str | None, str], Alias]:
        return {_key(one): one for one in self.entries}

    def of_table(self, spelling: str) -> Alias | None:
        """The alias of a sheet's or file's name."""
        return self._found.get((None, None, folded(spelling)))

    def of_column(self, table: str, spelling: str) -> Alias | None:
        """The alias of a header."""
        return self._found.get((table, None, header_spelling(spelling)))

    def of_words(self, table: str, column: str) -> Mapping[str, Alias]:
        """The aliases of a column's words, by folded spelling."""
        return {spelling: one for (named, of, spelling), one in self._found.items() if named == table and of == column}

    def with_(self, entries: Iterable[Alias]) -> Aliases:
        """These and more; a new one takes the place of an old one of the same spelling."""
        merged = {**self._found, **{_key(one): one for one in entries}}
        return Aliases(self.path, tuple(merged.values()))

    def without(self, entries: Iterable[Alias]) -> Aliases:
        """These but for some, whatever they meant.

        Raises:
            WorkloadError: there is no such one.
        """
        gone = {_key(one) for one in entries}
        if missing := [spelling for table, column, spelling in gone - self._found.keys()]:
            listed = Text("、".join(missing), ", ".join(missing))
            raise WorkloadError(Text(f"没有这样的用语：{listed.zh}", f"there is no such alias: {listed.en}"))
        return Aliases(self.path, tuple(one for key, one in self._found.items() if key not in gone))

    def save(self) -> None:
        """Write the file; its directory is that of the workbook.

        Raises:
            WorkloadError: it cannot be written.
        """
        written_text(self.path, "\n".join(_lines(self.entries)) + "\n")


def _key(one: Alias) -> tuple[str | None, str | None, str]:
    """What an alias is found by: a header as headers are compared, any other word as words are."""
    is_header = one.table is not None and one.column is None
    return (one.table, one.column, header_spelling(one.spelling) if is_header else folded(one.spelling))


def alias_file(source: Path) -> Path:
    """Where the aliases of a workbook or folder of CSV files stand."""
    return (source if source.is_dir() else source.parent) / ALIAS_FILE


def aliases_of(source: Path) -> Aliases:
    """The aliases beside a workbook, or in a folder of CSV files; none where there is no file.

    Raises:
        InputError: the file has faults, all of them together.
    """
    path = alias_file(source)
    if not path.is_file():
        return Aliases(path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError([_fault(path, _no_toml(error))]) from None
    entries: list[Alias] = []
    problems: list[Text] = []
    if data.pop("format", None) != 1:
        problems.append(Text("缺少 format = 1", "format = 1 is missing"))
    for one in _settings(data, problems):
        try:
            entries.append(parse_alias(one))
        except WorkloadError as error:
            problems.append(error.text)
    if problems:
        raise InputError([_fault(path, problem) for problem in problems])
    return Aliases(path, tuple(entries))


def _no_toml(error: Exception) -> Text:
    if isinstance(error, UnicodeDecodeError):
        return Text("不是 UTF-8 编码；请用记事本“另存为”，编码选 UTF-8", "is not in UTF-8; save it so")
    if isinstance(error, OSError):
        return Text("无法读取这个文件；是否有权限？", "cannot be read; do you have the right to?")
    line = re.search(r"line (\d+)", str(error))
    where = f"第{line[1]}行写法有误" if line else "写法有误"
    return Text(
        f'{where}；应为 "本校用语" = "标准用语"（英文双引号）；请改正，或删除此文件后重新确认',
        f"is no valid TOML: {error}; mend it, or delete the file and confirm anew",
    )


def _fault(path: Path, message: Text) -> Fault:
    return Fault(path.name, None, None, None, "alias_file", message)


def _settings(data: Mapping[str, object], problems: list[Text]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each entry of the file as the names that lead to it, and its meaning."""
    depths = {"tables": 1, "columns": 2, "words": 3}
    for section, entries in data.items():
        if section not in depths:
            problems.append(Text(f"没有“{section}”这一节", f"there is no section {section!r}"))
        else:
            yield from _at_depth((), entries, depths[section], section, problems)


def _at_depth(
    names: tuple[str, ...], value: object, depth: int, section: str, problems: list[Text]
) -> Iterator[tuple[tuple[str, ...], str]]:
    if depth and isinstance(value, dict):
        for name, inner in value.items():
            yield from _at_depth((*names, name), inner, depth - 1, section, problems)
    elif not depth and (isinstance(value, str) or value is False):
        yield names, value or NOT_READ[0]
    else:
        where = ".".join((section, *names))
        problems.append(Text(f"{where} 应为文字或 false", f"{where} takes a text or false"))


def split_alias(setting: str) -> tuple[tuple[str, ...], str]:
    """A setting as typed, ``工作记录.类别.个案咨询=咨询值班``, as its names and its meaning.

    Raises:
        WorkloadError: it is none.
    """
    left, equals, meaning = setting.rpartition("=")
    if not equals or not left.strip() or not meaning.strip():
        raise _no_alias(setting)
    parts = left.strip().split(".")
    table = table_named(parts[0])
    if len(parts) == 1 or table is None:
        return (left.strip(),), meaning.strip()
    column = column_named(table, parts[1])
    if len(parts) > 2 and column is not None and column.name in WORD_COLUMNS:
        return (parts[0], parts[1], ".".join(parts[2:])), meaning.strip()
    return (parts[0], ".".join(parts[1:])), meaning.strip()


def _no_alias(setting: str) -> WorkloadError:
    return WorkloadError(
        Text(
            f"应为 表名=表、表.列名=列 或 表.列.用语=词，现为 {setting}",
            f"takes SHEET=TABLE, TABLE.HEADER=COLUMN or TABLE.COLUMN.WORD=WORD, not {setting}",
        )
    )


def parse_alias(setting: tuple[tuple[str, ...], str], *, removing: bool = False) -> Alias:
    """An alias from its names and its meaning; ``removing``: only its names matter.

    Raises:
        WorkloadError: it names a table or column that is unknown, or looks like data of a client.

    >>> parse_alias(split_alias("工作记录.值班日=日期"))
    Alias(table='activities', column=None, spelling='值班日', meaning='date')
    """
    names, meaning = setting
    if any(map(looks_like_person_data, (*names, meaning))):
        raise WorkloadError(
            Text(
                "用语里有疑似身份证号或手机号，不得录入",
                "an alias holds what looks like an identity-card or mobile number",
            )
        )
    ignored = meaning in NOT_READ
    if len(names) == 1:
        table = None if ignored else _table(meaning)
        if table is not None and table_named(names[0]) not in (None, table):
            raise _has_its_meaning(names[0])
        return Alias(None, None, names[0], None if table is None else table.name)
    table = _table(names[0])
    if len(names) == 2:
        column = None if ignored else _column(table, meaning)
        known = column_named(table, names[1])
        if column is not None and known is not None and known.name != column:
            raise _has_its_meaning(names[1])
        if column is not None and known is None and looks_like_client_header(names[1]):
            raise WorkloadError(
                Text(
                    f"“{names[1]}”像是来访者的资料，不能读取；请去掉这一条，若并不是来访者的资料，请在工作簿里改列名",
                    f"{names[1]!r} looks like data of a client and is not read; if it is none, rename it",
                )
            )
        return Alias(table.name, None, names[1], column)
    column = _column(table, names[1])
    if ignored and not removing:
        raise WorkloadError(
            Text(
                f"“{names[2]}”须对应一个词；不读的只能是表或列",
                f"{names[2]!r} must mean a word; only a column can be unread",
            )
        )
    if column not in WORD_COLUMNS:
        raise WorkloadError(
            Text(f"“{names[1]}”不是选词的列，用语无处可用", f"{names[1]!r} is no column with a list of words")
        )
    return Alias(table.name, column, names[2], meaning)


def _has_its_meaning(name: str) -> WorkloadError:
    return WorkloadError(Text(f"“{name}”已有固定含义，不能另作他用", f"{name!r} has a meaning already"))


def _table(name: str) -> Table:
    table = table_named(name)
    if table is None:
        known = joined([table_text(table) for table in TABLES], "、", ", ")
        raise WorkloadError(
            Text(f"没有“{name}”这张表；可用：{known.zh}", f"there is no table {name!r}; known: {known.en}")
        )
    return table


def _column(table: Table, name: str) -> str:
    column = column_named(table, name)
    if column is None:
        known = joined([Text(column.zh, column.name) for column in table.columns], "、", ", ")
        raise WorkloadError(
            Text(
                f"“{table.zh}”表没有“{name}”这一列；可用：{known.zh}",
                f"the table {table.name} has no column {name!r}; known: {known.en}",
            )
        )
    return column.name


def proposals(faults: Iterable[Fault]) -> dict[str, str | None]:
    """The settings that would mend faults, and what each seems to mean (``None``: a word that comes near no other).

    >>> message = Text("未知", "unknown")
    >>> proposals([Fault("activities", 5, "kind", "咨寻值班", "unknown_kind", message, Text("咨询值班", ""))])
    {'工作记录.类别.咨寻值班': '咨询值班'}
    """
    found: dict[str, str | None] = {}
    for fault in faults:
        table = table_text(fault.table).zh
        column = column_text(fault.table, fault.column).zh if fault.column else ""
        if fault.code == "unsure_table":
            found[f"{fault.value}"] = table
        elif fault.code == "unsure_column":
            found[f"{table}.{fault.value}"] = column
        elif fault.code in ("missing_table", "missing_column") and fault.suggestion is not None:
            setting, _, meaning = fault.suggestion.zh.rpartition("=")
            found[setting] = meaning
        elif fault.column in WORD_COLUMNS and fault.code.startswith("unknown_") and fault.value:
            found[f"{table}.{column}.{fault.value}"] = None if fault.suggestion is None else fault.suggestion.zh
    return found


def _lines(entries: Iterable[Alias]) -> Iterator[str]:
    """The file, in Chinese, as a person would write it."""
    yield "# 本校用语：由人确认，与工作簿放在同一文件夹（workload alias 维护）"
    yield "format = 1"
    section = ""
    for one in sorted(entries, key=lambda one: (one.column is not None, one.table or "", one.column or "")):
        if one.table is None:
            header, meaning = "[tables]", None if one.meaning is None else table_text(one.meaning).zh
        elif one.column is None:
            header = f"[columns.{_quoted(table_text(one.table).zh)}]"
            meaning = None if one.meaning is None else column_text(one.table, one.meaning).zh
        else:
            header = f"[words.{_quoted(table_text(one.table).zh)}.{_quoted(column_text(one.table, one.column).zh)}]"
            meaning = one.meaning
        if header != section:
            yield ""
            yield header
            section = header
        yield f"{_quoted(one.spelling)} = {'false' if meaning is None else _quoted(meaning)}"


def _quoted(text: str) -> str:
    """A TOML basic string; JSON writes what it needs in the same way, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
