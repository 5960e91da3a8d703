"""A center's records from its tables, with every fault of every table at once, and every repair."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from workload.checks import amounts
from workload.errors import Fault, InputError
from workload.intake import Alias, Intake, PassedOver, Repair, TablePlace
from workload.loading import load_regulation
from workload.privacy import looks_like_client_header, looks_like_person_data
from workload.progress import Progress
from workload.records import (
    Activity,
    Appointment,
    CaseReport,
    Center,
    DroppedRow,
    Evaluation,
    Payment,
    Rate,
    Teacher,
    TitleHeld,
    Training,
)
from workload.regulation import Regulation
from workload.tables import cells
from workload.tables.aliases import ALIAS_FILE, Aliases, aliases_of
from workload.tables.cells import (
    PERSON_DATA,
    BadCell,
    Cell,
    CellError,
    Choice,
    Parser,
    blank,
    day_of_time,
    in_units,
    plain,
    repair_code,
)
from workload.tables.layout import Layout, is_total, laid_out, no_record
from workload.tables.sources import Rows, Source, SourceTable, opened
from workload.tables.unsure import NOT_ASKED_ABOUT, absent_columns, is_impersonal, unsure_tables
from workload.text import Text
from workload.vocabulary import EXAMPLE, TABLES, WORDS, Table, column_named, column_text, folded, header_spelling

NEEDED = ("teachers", "activities")
LONGEST_HEADER = 24
REPORT_EVERY = 1000  # rows
MOST_FAULTS = 5000  # of one table; more than anybody mends one by one


def read_center(
    path: str | Path,
    regulation: Regulation | None = None,
    *,
    aliases: Aliases | None = None,
    progress: Progress | None = None,
) -> Center:
    """A center's records from a workbook (xlsx, xls, ods) or a folder of CSV files (UTF-8 or GB18030).

    Sheets, files and columns are found by their Chinese or English names, in any order. Faults are gathered in
    ``Center.faults`` with the table, row, column, value and what is accepted; a row with one gives no record. Cells
    with one meaning written otherwise are repaired, and ``Center.intake`` lists them. Nothing that looks like a
    client's data is read on, and notes are not kept.

    Args:
        path: the workbook or folder.
        regulation: whose kinds and titles are accepted; those of 周职党〔2024〕33号 by default.
        aliases: the school's own words; those of ``workload-alias.toml`` beside the input by default.
        progress: is told how far the reading has come.

    Raises:
        InputError: the input cannot be opened or is no table.
        MissingExtraError: a workbook needs ``python-calamine``.

    Example::

        center = read_center("records.xlsx")
    """
    found = aliases_of(Path(path)) if aliases is None else aliases
    reader = _CenterReader(regulation or load_regulation(), found, progress)
    if not looks_like_person_data(str(path)):
        reader.command = f'workload alias "{path}"'
    return reader.read(opened(Path(path), found), needed=NEEDED)


def read_tables(
    tables: Mapping[str, Iterable[Sequence[Cell]]],
    regulation: Regulation | None = None,
    *,
    aliases: Aliases | None = None,
    progress: Progress | None = None,
) -> Center:
    """A center's records from tables in memory: for each table's name its rows, the header first.

    Reads as :func:`read_center` does; rows are numbered from 1, the header's. ``Center.teachers`` is empty where the
    table is not given, and nothing is demanded that another calculation may not need.

    Raises:
        InputError: there is no such table.

    >>> rows = [["工号", "日期", "类别", "分钟"], ["T01", 45356, "咨询值班", "90分钟"]]
    >>> read_tables({"activities": rows}).activities[0].minutes
    90
    """
    unknown = [name for name in tables if name not in TABLES]
    if unknown:
        accepted = Text("、".join(TABLES), ", ".join(TABLES))
        message = Text(f"没有这张表；可用：{accepted.zh}", f"there is no such table; known: {accepted.en}")
        raise InputError([Fault(name, None, None, None, "unknown_table", message) for name in unknown])
    source = Source(
        SourceTable(TABLES[name], TABLES[name].zh, _with_truth_as_words(rows), typed=True, serial=True)
        for name, rows in tables.items()
    )
    reader = _CenterReader(
        regulation or load_regulation(), Aliases(Path(ALIAS_FILE)) if aliases is None else aliases, progress
    )
    reader.command = ""
    return reader.read(source, needed=())


def _with_truth_as_words(rows: Iterable[Sequence[Cell]]) -> Rows:
    """The rows with their numbers; a truth value equals the number 1 or 0, and as a word it can be told apart."""
    for number, row in enumerate(rows, start=1):
        has_truth = any(cell is True or cell is False for cell in row)
        yield number, [str(cell).upper() if isinstance(cell, bool) else cell for cell in row] if has_truth else row


def column_parsers(regulation: Regulation, aliases: Aliases | None = None) -> dict[str, dict[str, Parser]]:
    """How each column of each table is read, under a regulation's kinds and titles and with a school's own words.

    Raises:
        InputError: an alias means a word that is in no list.

    >>> column_parsers(load_regulation())["activities"]["kind"]("讲座")
    'lecture'
    """
    kind = Choice({k.id: (k.name.zh, k.name.en, *k.also) for k in regulation.kinds.values()}, "unknown_kind")
    title = Choice({t.id: (t.name.zh, t.name.en, *t.also) for t in regulation.titles.values()}, "unknown_title")
    item = Choice(
        {
            **{a.id: (a.name.zh, a.name.en, *a.also) for a in regulation.accounts.values()},
            **{name: (word.zh, word.en) for name, word in WORDS["item"].items() if name in regulation.accounts},
        }
    )
    role = Choice({name: (name,) for name in regulation.roles}) if regulation.roles else cells.text
    answer = Choice({"yes": ("是", "yes", "true", "1", "y"), "no": ("否", "no", "false", "0", "n")})
    teacher = {"teacher_id": cells.identifier}
    money = in_units(cells.yuan, "元")
    tables: dict[str, dict[str, Parser]] = {
        "teachers": {
            **teacher,
            "name": cells.text,
            "employment": _words("employment"),
            "affiliation": _words("affiliation"),
            "title": title,
        },
        "titles": {**teacher, "title": title, "effective_from": cells.day},
        "appointments": {**teacher, "start": cells.day, "end": cells.day},
        "activities": {
            **teacher,
            "record_id": cells.identifier,
            "date": cells.day,
            "kind": kind,
            "start": cells.clock,
            "end": cells.clock,
            "minutes": in_units(cells.whole, "分钟", "分", "min"),
            "class_hours": in_units(cells.number, "课时"),
            "events": in_units(cells.whole, "场", "次"),
            "status": _words("status"),
            "attended": answer,
            "event_id": cells.identifier,
            "share": cells.share,
            "note": cells.note,
            "role": role,
            "level": _words("level"),
            "participants": cells.whole,
        },
        "evaluations": {**teacher, "year": cells.year, "result": _words("result")},
        "training": {
            **teacher,
            "date": cells.day,
            "hours": in_units(cells.number, "学时"),
            "level": _words("level"),
            "form": _words("form"),
            "name": cells.text,
        },
        "case_reports": {**teacher, "date": cells.day},
        "rates": {
            "item": item,
            "title": title,
            "yuan": money,
            "effective_from": cells.day,
            "authority": cells.text,
        },
        "payments": {**teacher, "month": cells.month, "item": item, "quantity": cells.number, "yuan": money},
    }
    if aliases is not None:
        _with_own_words(tables, aliases)
    return tables


def _words(group: str) -> Choice:
    return Choice({name: (word.zh, word.en) for name, word in WORDS[group].items()})


def _with_own_words(tables: dict[str, dict[str, Parser]], aliases: Aliases) -> None:
    faults = []
    for table, columns in tables.items():
        for column, parser in columns.items():
            own = aliases.of_words(table, column)
            if not own or not isinstance(parser, Choice):
                continue
            try:
                columns[column] = parser.with_aliases({spelling: one.meaning or "" for spelling, one in own.items()})
            except CellError as error:
                shown = "、".join(one.text.zh for one in own.values())
                message = Text(f"{shown}：{error.text.zh}", f"{shown}: {error.text.en}")
                faults.append(Fault(aliases.path.name, None, None, None, "alias_file", message, error.suggestion))
    if faults:
        raise InputError(faults)


class _Column(dict[Cell, Any]):
    """One column: its cells and what they were read as, for most columns say the same few things again and again.

    A cell that had to be repaired is not remembered, so that each row with one is listed.
    """

    def __init__(self, reader: _CenterReader, source: SourceTable, name: str) -> None:
        super().__init__()
        self.reader = reader
        self.table = source.table.name
        self.name = name
        self.typed = source.typed
        self.serial = source.serial
        self.parser = reader.parsers[self.table][name]
        self.own_words = reader.aliases.of_words(self.table, name)
        self.marks_example = name == ("authority" if self.table == "rates" else "teacher_id")
        self.is_free = self.parser is cells.text
        self.is_time = self.table == "activities" and name in ("start", "end")

    def __missing__(self, cell: Cell) -> Any:
        if type(cell) is BadCell:
            if self.name in _NOT_COUNTED:
                return None
            raise CellError(cell.code, cell.text.zh, cell.text.en)
        if self.marks_example and isinstance(cell, str) and plain(cell).casefold() in (EXAMPLE.zh, EXAMPLE.en):
            raise CellError("example_row", "示例行", "the example row")
        value = self.parser(cell)
        as_usual = value is cell or self.is_free or (self.serial and not isinstance(cell, str))
        code = None if as_usual else repair_code(cell, value, typed=self.typed)
        if code is not None:
            self.reader.repaired(self.table, self.name, code, cell, value)
        for spelling in (folded(plain(cell)), folded("".join(plain(cell).split()))) if self.own_words else ():
            if (alias := self.own_words.get(spelling)) is not None:
                self.reader.used[alias] = None
                break
        day = day_of_time(cell) if self.is_time else None
        if day is not None:
            self.reader.days[self.name] = day
        if code is None and day is None:
            self[cell] = value
        return value


class _Unremembered(_Column):
    """A column that is read anew each time: ids, which do not repeat, and notes, which are never kept."""

    def __getitem__(self, cell: Cell) -> Any:
        if type(cell) is str:
            if not cell:
                return None
            if "计" in cell and is_total(plain(cell)):
                zh = "像是合计行；若是记录请改掉这个词，若不是请删去本行其他内容"
                raise CellError(
                    "totals_row", zh, "seems to be a total; if it is a record, say otherwise, else clear the row"
                )
            value = self.parser(cell)
            if value is cell:  # nothing was repaired
                return value
        return self.__missing__(cell)


_NOT_REMEMBERED = frozenset({("activities", "record_id"), ("activities", "note"), ("activities", "event_id")})
_NOT_COUNTED = frozenset({"name", "note"})  # no figure comes from these
_AMOUNTS = ("start", "end", "minutes", "class_hours", "events")
# What a merged cell says, it says of each of its rows; an amount may be meant for all of them together.
_FILLED_DOWN = frozenset(
    {"teacher_id", "name", "employment", "affiliation", "title", "effective_from", "date", "kind", "status", "attended"}
    | {"event_id", "role", "level", "year", "result", "form", "month", "item", "authority"}
)


class _CenterReader:
    """Reads table after table, gathering faults and repairs."""

    def __init__(self, regulation: Regulation, aliases: Aliases, progress: Progress | None) -> None:
        self.regulation = regulation
        self.command = "workload alias …"  # what a person says to confirm an alias
        self.parsers = column_parsers(regulation, aliases)
        self.aliases = aliases
        self.progress = progress
        self.faults: list[Fault] = []
        self.dropped: list[DroppedRow] = []
        self.unread_teachers: list[str] = []
        self.used: dict[Alias, None] = {}
        self.repairs: dict[tuple[str, str, str, str | None, str], dict[int, None]] = {}
        self.passed_over: dict[tuple[str, str], dict[int, None]] = {}
        self.places: dict[str, TablePlace] = {}
        self.not_read: dict[str, tuple[str, ...]] = {}
        self.sheets_not_read: tuple[str, ...] = ()
        self.row = 0  # the row that is being read
        self.days: dict[str, date] = {}  # the days that stand beside its times

    def repaired(self, table: str, column: str, code: str, cell: Cell, value: object) -> None:
        """Note a repair in the current row."""
        key = (table, column, code, _shown(cell), self._read_as(table, column, value))
        self.repairs.setdefault(key, {})[self.row] = None

    def _read_as(self, table: str, column: str, value: object) -> str:
        parser = self.parsers[table].get(column)
        if isinstance(parser, Choice) and value in parser.shown:
            return parser.shown[str(value)].zh
        if isinstance(value, time):
            return f"{value:%H:%M:%S}" if value.second else f"{value:%H:%M}"
        return str(value)

    def read(self, found: Source, needed: Container[str]) -> Center:
        tables: dict[str, tuple[Any, ...]] = {}
        untouched: list[str] = []
        unread: list[str] = []
        self.used.update(dict.fromkeys(found.aliases))
        self.faults.extend(found.faults)
        for name, table in found.respelled:
            self.repairs[table.name, "", "sheet", name, table.zh] = {}
        for source in found.tables:
            if source.hidden:
                self.passed_over[source.table.name, "hidden_sheet"] = {}
            name = source.table.name
            try:
                tables[name] = tuple(self._records(source))
            except InputError as error:  # this table cannot be read; the others are all the same
                self.faults.extend(error.faults)
                unread.append(name)
                continue
            if not tables[name] and (name, "example_row") in self.passed_over and not self._has_faults(name):
                untouched.append(name)
        self._absent(found, {*tables, *unread}, needed)
        for name in untouched:
            if name not in NEEDED:
                del tables[name]  # a sheet of the template that nobody filled in says nothing; it is not "none at all"
        return Center(
            **{"teachers": (), "activities": (), **tables},
            faults=tuple(self.faults),
            dropped=tuple(self.dropped),
            unread_teachers=tuple(self.unread_teachers),
            intake=self._intake(),
        )

    def _has_faults(self, table: str) -> bool:
        return any(fault.table == table for fault in self.faults)

    def _absent(self, found: Source, tables: Container[str], needed: Container[str]) -> None:
        """The tables that are needed and missing, and the sheets that may be one under another name."""
        others = [name for name in found.others if not looks_like_person_data(name)]
        self.sheets_not_read = tuple(
            name if name in NOT_ASKED_ABOUT or (name in others and is_impersonal(name)) else "…"
            for name in found.others
        )
        for table in TABLES.values():
            if table.name in tables or not self._has_faults(table.name):
                self.faults += unsure_tables(
                    table, others, self.command, found=table.name in tables, needed=table.name in needed
                )

    def _intake(self) -> Intake:
        passed = {
            (table, row) for (table, code), rows in self.passed_over.items() for row in rows if code != "hidden_sheet"
        }
        repairs = []
        for (table, column, code, value, read_as), rows in self.repairs.items():
            kept = tuple(row for row in rows if (table, row) not in passed)
            if kept or not rows:
                repairs.append(Repair(table, column, code, value, read_as, kept))
        return Intake(
            self.places,
            tuple(repairs),
            tuple(PassedOver(table, code, tuple(rows)) for (table, code), rows in self.passed_over.items()),
            tuple(self.used),
            self.not_read,
            self.sheets_not_read,
        )

    def _records(self, source: SourceTable) -> Iterator[Any]:
        table = source.table
        layout = laid_out(source, lambda header: self._known(table, header)) or Layout(1, (), iter(()))
        columns = self._columns(source, layout)
        if columns is None:
            return
        if layout.titles:
            self.passed_over[table.name, "title_row"] = dict.fromkeys(layout.titles)
        for number in layout.persons_named:
            self.faults.append(Fault(table.name, number, None, None, PERSON_DATA.code, PERSON_DATA.text))
        build = _BUILDERS[table.name]
        width = len(layout.header)
        readers = [
            (place, name, (_Unremembered if (table.name, name) in _NOT_REMEMBERED else _Column)(self, source, name))
            for name, place in columns.items()
        ]
        required = [column.name for column in table.columns if column.required]
        merged = bool(layout.merged or layout.across)
        anchors: dict[tuple[int, int], Cell] = {}
        most = len(self.faults) + MOST_FAULTS
        for number, row in self._followed(source, layout.rows):
            problems: list[Fault] = []
            stands = row
            if merged and (number in layout.merged or number in layout.across):
                row, problems = self._unmerged(table, layout, row, columns, anchors)  # noqa: PLW2901  # as it is meant
            values: dict[str, Any] = {}
            try:
                # The quick way: a row without a fault.
                for place, name, reader in readers:
                    values[name] = reader[row[place]]
                if len(row) > width or problems or self.days or None in [values[name] for name in required]:
                    raise IndexError
            except (CellError, IndexError):
                values = self._with_faults(table, layout, row, stands, readers, problems)
                if not values:
                    if len(self.faults) > most:
                        zh = f"错误超过 {MOST_FAULTS} 处，其余不再列出；请先改正这些"
                        en = f"has more than {MOST_FAULTS} faults; the others are not listed: mend these first"
                        self.faults.append(Fault(table.name, number, None, None, "too_many_faults", Text(zh, en)))
                        return
                    continue
            yield build(values, number)

    def _followed(self, source: SourceTable, rows: Rows) -> Rows:
        """The rows that are not blank, each made the current one."""
        for number, row in rows:
            if self.progress is not None and number % REPORT_EVERY == 0:
                what = Text(f"读取 {source.place}", f"reading {source.place}")
                self.progress(what, number, source.length)
            if not all(map(blank, row)):
                self.row = number
                if self.days:
                    self.days.clear()
                yield number, row

    def _known(self, table: Table, header: str) -> str | None:
        alias = self.aliases.of_column(table.name, header)
        if alias is not None:
            return alias.meaning
        column = column_named(table, header)
        return None if column is None else column.name

    def _unmerged(
        self,
        table: Table,
        layout: Layout,
        row: Sequence[Cell],
        columns: dict[str, int],
        anchors: dict[tuple[int, int], Cell],
    ) -> tuple[Sequence[Cell], list[Fault]]:
        """The row with what its merged cells say, and the faults of those that could mean one thing or another."""
        filled = list(row)
        faults = []
        names = {place: name for name, place in columns.items()}
        for place, top, bottom in layout.merged.get(self.row, ()):
            name = names.get(place)
            if name is None or place >= len(filled):
                continue
            if self.row == top:
                anchors[place, top] = filled[place]
            cell = anchors.get((place, top))
            if blank(cell):
                continue
            if name in _NOT_COUNTED:
                continue
            beneath = filled[place] if self.row != top else None
            if name in _FILLED_DOWN and (blank(beneath) or beneath == cell):
                if self.row != top:
                    filled[place] = cell
                    self.repaired(table.name, name, "merged", cell, plain(cell))
            else:
                zh = f"第{top}–{bottom}行合并为一格，不知各行各是多少；请取消合并，逐行填写"
                en = f"rows {top} to {bottom} are merged; unmerge them and write each row's own"
                faults.append(Fault(table.name, self.row, name, _shown(cell), "merged_cell", Text(zh, en)))
        for left, right in layout.across.get(self.row, ()):
            covered = [names[place] for place in range(left, right + 1) if place in names]
            if len(covered) > 1 and not blank(row[left] if left < len(row) else None):
                heads = [column_text(table.name, name) for name in covered]
                zh = f"“{'、'.join(head.zh for head in heads)}”几格合并为一格；请取消合并，分别填写"
                en = f"the cells of {', '.join(head.en for head in heads)} are merged; unmerge them"
                faults.append(Fault(table.name, self.row, covered[0], _shown(row[left]), "merged_cell", Text(zh, en)))
        return filled, faults

    def _with_faults(
        self,
        table: Table,
        layout: Layout,
        row: Sequence[Cell],
        stands: Sequence[Cell],
        readers: Sequence[tuple[int, str, _Column]],
        problems: list[Fault],
    ) -> dict[str, Any]:
        """The values of a row that is short; empty when it is no record, or has faults, which are noted."""
        number = self.row
        columns = {name: place for place, name, _ in readers}
        code = no_record(table, stands, layout.header, columns, layout.across.get(number, ()))
        if code is None and all(
            place >= len(row) or blank(row[place]) for place, name, _ in readers if name != "record_id"
        ):
            code = "blank_row"
        faults: list[Fault] = [*problems]
        values: dict[str, Any] = {}
        for place, name, reader in readers:
            cell = row[place] if place < len(row) else None
            try:
                values[name] = reader[cell]
            except CellError as error:
                if error.code == "example_row":
                    code = error.code
                if isinstance(cell, str) and looks_like_person_data(cell):
                    error = PERSON_DATA
                shown = None if error.code == "client_data" else _shown(cell)
                faults.append(Fault(table.name, number, name, shown, error.code, error.text, error.suggestion))
        if code is not None:
            if any(isinstance(cell, str) and looks_like_person_data(cell) for cell in row):
                self.faults.append(Fault(table.name, number, None, None, PERSON_DATA.code, PERSON_DATA.text))
            self.passed_over.setdefault((table.name, code), {})[number] = None
            return {}
        broken = {fault.column for fault in faults}
        faults += _required(table, number, values, broken)
        width = len(layout.header)
        if any(not blank(cell) for cell in row[width:]):
            zh, en = f"这一行的格数多于表头的 {width} 列", f"the row has more cells than the {width} of the header"
            faults.append(Fault(table.name, number, None, None, "too_many_cells", Text(zh, en)))
        faults += self._of_another_day(table, values)
        if not faults:
            return values
        if table.name == "activities":
            faults += self._amounts(values, broken | {fault.column for fault in faults})
        self.faults += faults
        if table.name == "activities":
            self.dropped.append(DroppedRow(number, values.get("record_id") or "", values.get("teacher_id") or ""))
        elif table.name == "teachers" and values.get("teacher_id"):
            self.unread_teachers.append(values["teacher_id"])
        return {}

    def _amounts(self, values: dict[str, Any], broken: Container[str | None]) -> Iterable[Fault]:
        """What else is wrong with the amounts of a row that has a fault elsewhere: it is all told at once."""
        if "kind" in broken or values.get("kind") is None or any(name in broken for name in _AMOUNTS):
            return ()
        row = _activity({**values, "teacher_id": "", "date": values.get("date") or date.min}, self.row)
        return () if row.cancelled else amounts(row, self.regulation)

    def _of_another_day(self, table: Table, values: dict[str, Any]) -> Iterator[Fault]:
        """Times that stand with a day which is not that of the row."""
        day: date | None = values.get("date")
        start, end = values.get("start"), values.get("end")
        for name, beside in self.days.items():
            over_midnight = name == "end" and start is not None and end is not None and end <= start
            expected = {day + timedelta(days=over_midnight)} if day is not None else {beside}
            if over_midnight and end == time(0):
                expected.add(day or beside)  # 24:00 of the day itself
            if beside not in expected:
                what = Text("次日", "next day") if over_midnight else Text("当天", "own day")
                message = Text(
                    f"单元格里的日期 {beside} 不是本行日期 {day} 的{what.zh}；请核对，或只填时间",
                    f"the day {beside} beside it is not the {what.en} of the row's {day}",
                )
                yield Fault(table.name, self.row, name, str(beside), "another_day", message)

    def _columns(self, source: SourceTable, layout: Layout) -> dict[str, int] | None:
        """Where each known column stands; ``None`` when the header has a fault."""
        table = source.table
        number = layout.header_row
        faults = list(_errors_in_header(table, number, layout.header))
        if not source.typed and _has_chinese_commas(table, layout.header):
            message = Text(
                "这一行像是用中文逗号“，”分隔；请改用英文逗号，或在 Excel 中另存为“CSV UTF-8”",
                "seems to be divided by Chinese commas; use plain ones, or save it as CSV UTF-8 in Excel",
            )
            self.faults.append(Fault(table.name, number, None, None, "not_csv", message))
            return None
        columns: dict[str, int] = {}
        suspects: list[tuple[int, str]] = []
        unknown: dict[str, int] = {}
        self.row = number
        for place, cell in enumerate(layout.header):
            if blank(cell):
                continue
            spelling = plain(cell)
            alias = self.aliases.of_column(table.name, spelling)
            name = self._known(table, spelling)
            if alias is not None:
                self.used[alias] = None
            if name is None:
                if looks_like_client_header(spelling) or looks_like_person_data(spelling):
                    suspects.append((place, spelling.rstrip("*")))
                elif alias is None:
                    unknown.setdefault(spelling, place)
            elif name in columns:
                message = Text(
                    "这一列出现了两次；请删除或改名其中一列", "the column stands twice; delete or rename one"
                )
                faults.append(Fault(table.name, number, name, None, "column_twice", message))
            else:
                columns[name] = place
                if alias is None and header_spelling(spelling) not in (name, column_text(table.name, name).zh):
                    self.repaired(table.name, name, "header", spelling, column_text(table.name, name).zh)
        for place, spelling in suspects:
            # Where there is no header at all, the first row stands in its place: a cell of it is no column's name.
            is_name = columns and len(spelling) <= LONGEST_HEADER and not looks_like_person_data(spelling)
            shown = spelling if is_name else f"#{place + 1}"
            message = Text(
                "像是来访者的资料，不得录入；请删除这一列",
                "looks like data of a client, which may not enter; delete the column",
            )
            faults.append(Fault(table.name, number, shown, None, "client_data_column", message))
        self.places[table.name] = TablePlace(
            source.place,
            number,
            {name: place + 1 for name, place in (unknown | columns).items()},
        )
        # Where no header is known, what stands there is no name of a column, and may be a record.
        if columns and unknown:
            self.not_read[table.name] = tuple(name for name in unknown if len(name) <= LONGEST_HEADER)
        faults += absent_columns(table, number, columns, unknown, self.command)
        self.faults += faults
        return None if faults else columns


def _errors_in_header(table: Table, row: int, header: Sequence[Cell]) -> Iterator[Fault]:
    """The cells of the header that show an error: nobody knows what stands below them."""
    for place, cell in enumerate(header, start=1):
        if isinstance(cell, BadCell):
            zh = f"表头的第{place}格显示错误，不知是哪一列；请改正，或删除这一列"
            en = f"cell {place} of the header shows an error; mend it, or delete the column"
            yield Fault(table.name, row, None, cell.shown, "header_error", Text(zh, en))


def _has_chinese_commas(table: Table, header: Sequence[Cell]) -> bool:
    filled = [cell for cell in header if isinstance(cell, str) and not blank(cell)]
    return len(filled) == 1 and sum(column_named(table, part) is not None for part in re.split("[，、]", filled[0])) > 1


def _required(table: Table, row: int, values: Mapping[str, Any], broken: Container[str | None]) -> Iterator[Fault]:
    for column in table.columns:
        if column.required and column.name not in broken and values.get(column.name) is None:
            yield Fault(table.name, row, column.name, None, "required", Text("必填，不能为空", "is required"))


def _shown(cell: Cell) -> str | None:
    """A cell as it stands there."""
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        return str(cell.date())
    if isinstance(cell, time) and not cell.second:
        return f"{cell:%H:%M}"
    if blank(cell):
        return None
    return cell if isinstance(cell, str) else plain(cell)


# ---------------------------------------------------------------- rows -> records


def _teacher(v: dict[str, Any], row: int) -> Teacher:
    return Teacher(
        v["teacher_id"],
        v["employment"],
        v.get("name") or "",
        v.get("affiliation") or "internal",
        v.get("title"),
        row,
    )


def _activity(v: dict[str, Any], row: int) -> Activity:
    get = v.get
    events = get("events")
    attended = get("attended")
    return Activity(
        v["teacher_id"],
        v["date"],
        v["kind"],
        get("start"),
        get("end"),
        get("minutes"),
        get("class_hours"),
        1 if events is None else events,
        get("status") == "cancelled",
        None if attended is None else attended == "yes",
        get("event_id") or "",
        get("share"),
        get("record_id") or "",
        get("role") or "",
        get("level") or "",
        get("participants"),
        row,
    )


_BUILDERS: dict[str, Callable[[dict[str, Any], int], Any]] = {
    "teachers": _teacher,
    "titles": lambda v, row: TitleHeld(v["teacher_id"], v["title"], v["effective_from"], row),
    "appointments": lambda v, row: Appointment(v["teacher_id"], v["start"], v.get("end"), row),
    "activities": _activity,
    "evaluations": lambda v, row: Evaluation(v["teacher_id"], v["year"], v["result"], row),
    "training": lambda v, row: Training(
        v["teacher_id"], v["date"], v["hours"], v.get("level") or "", v.get("form") or "course", row
    ),
    "case_reports": lambda v, row: CaseReport(v["teacher_id"], v["date"], row),
    "rates": lambda v, row: Rate(v["item"], v["yuan"], v["effective_from"], v["authority"], v.get("title"), row),
    "payments": lambda v, row: Payment(v["teacher_id"], v["month"], v["item"], v["quantity"], v["yuan"], row),
}
