"""A center's records from its tables, with every fault of every table at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from workload.errors import Fault, InputError, looks_like_person_data
from workload.loading import load_regulation
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
from workload.tables.cells import Cell, CellError, Choice, Parser, blank, plain
from workload.tables.sources import SourceTable, source_tables
from workload.text import Text
from workload.vocabulary import TABLES, WORDS, Table, folded

# Headers that look like data of a client of the counseling service. The contract's own headers are looked up first.
_CLIENT_HEADER = re.compile(
    r"来访(?!人?次|人?数|量)|咨客|求助者|当事人|学生姓名|学生名|学号|身份证|证件号|手机|电话|联系方式|微信|qq|主诉|诊断|症状|病史|家长(?!课堂|会)|监护人|宿舍|寝室|"
    r"^学生$|学生编号|案主|访客|来询|求询|咨询对象|被咨询|辅导对象|咨询内容|咨询问题|个案编号|紧急联系|住址|"
    r"^students?$|^tel$|patient|client|visitor|student_?(?:name|no|id)|id_?card|identity|phone|mobile|wechat|complaint|diagnos|symptom|guardian",
)
NEEDED = ("teachers", "activities")
LONGEST_HEADER = 24


def read_center(path: str | Path, regulation: Regulation | None = None) -> Center:
    """A center's records from a workbook (xlsx, xls, ods) or a folder of CSV files (UTF-8 or GB18030).

    Sheets, files and columns are found by their Chinese or English names, in any order. Faults are gathered in
    ``Center.faults`` with the table, row, column, value and what is accepted; a row with one gives no record. Nothing
    that looks like a client's data is read on, and notes are not kept.

    Args:
        path: the workbook or folder.
        regulation: whose kinds and titles are accepted; those of 周职党〔2024〕33号 by default.

    Raises:
        InputError: the input cannot be opened or is no table.
        MissingExtraError: a workbook needs ``python-calamine``.

    Example::

        center = read_center("records.xlsx")
    """
    return _CenterReader(regulation or load_regulation()).read(Path(path))


def parsers(regulation: Regulation) -> dict[str, dict[str, Parser]]:
    """How each column of each table is read, under a regulation's kinds and titles.

    >>> parsers(load_regulation())["activities"]["kind"]("讲座")
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
    return {
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
            "minutes": cells.whole,
            "class_hours": cells.number,
            "events": cells.whole,
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
            "hours": cells.number,
            "level": _words("level"),
            "form": _words("form"),
            "name": cells.text,
        },
        "case_reports": {**teacher, "date": cells.day},
        "rates": {
            "item": item,
            "title": title,
            "yuan": cells.yuan,
            "effective_from": cells.day,
            "authority": cells.text,
        },
        "payments": {**teacher, "month": cells.month, "item": item, "quantity": cells.number, "yuan": cells.yuan},
    }


def _words(group: str) -> Choice:
    return Choice({name: (word.zh, word.en) for name, word in WORDS[group].items()})


class _Memo(dict[Cell, Any]):
    """A column's cells and what they were read as: most columns say the same few things again and again."""

    def __init__(self, parser: Parser) -> None:
        super().__init__()
        self.parser = parser

    def __missing__(self, cell: Cell) -> Any:
        value = self.parser(cell)
        self[cell] = value
        return value


class _Direct:
    """A column that is read anew each time: ids, which do not repeat, and notes, which are never kept."""

    def __init__(self, parser: Parser) -> None:
        self.parser = parser

    def __getitem__(self, cell: Cell) -> Any:
        return self.parser(cell)


_NOT_REMEMBERED = frozenset({("activities", "record_id"), ("activities", "note"), ("activities", "event_id")})


class _CenterReader:
    """Reads table after table, gathering faults."""

    def __init__(self, regulation: Regulation) -> None:
        self.parsers = parsers(regulation)
        self.faults: list[Fault] = []
        self.dropped: list[DroppedRow] = []
        self.unread_teachers: list[str] = []

    def read(self, path: Path) -> Center:
        tables: dict[str, tuple[Any, ...]] = {}
        for source in source_tables(path):
            try:
                tables[source.table.name] = tuple(self._records(source))
            except InputError as error:  # this table cannot be read; the others are all the same
                self.faults.extend(error.faults)
        for name in NEEDED:
            if name not in tables and not any(fault.table == name for fault in self.faults):
                table = TABLES[name]
                message = Text(f"缺少“{table.zh}”表（{name}）", f"the table {name} ({table.zh}) is missing")
                self.faults.append(Fault(name, None, None, None, "missing_table", message))
        return Center(
            **{"teachers": (), "activities": (), **tables},
            faults=tuple(self.faults),
            dropped=tuple(self.dropped),
            unread_teachers=tuple(self.unread_teachers),
        )

    def _records(self, source: SourceTable) -> Iterator[Any]:
        table = source.table
        rows = iter(source.rows)
        header = next(((number, row) for number, row in rows if not all(map(blank, row))), None)
        columns = self._columns(table, *header) if header is not None else self._columns(table, 1, ())
        if columns is None:
            return
        build = _BUILDERS[table.name]
        width = len(header[1]) if header is not None else 0
        readers: list[tuple[int, str, Any]] = [
            (
                place,
                name,
                _Direct(self.parsers[table.name][name])
                if (table.name, name) in _NOT_REMEMBERED
                else _Memo(self.parsers[table.name][name]),
            )
            for name, place in columns.items()
        ]
        required = [column.name for column in table.columns if column.required]
        for number, row in rows:
            if all(map(blank, row)):
                continue
            values: dict[str, Any] = {}
            try:
                # The quick way: a row without a fault.
                for place, name, reader in readers:
                    values[name] = reader[row[place]]
                if len(row) > width or None in [values[name] for name in required]:
                    raise IndexError
            except (CellError, IndexError):
                values = self._with_faults(table, number, row, readers, required, width)
                if not values:
                    continue
            yield build(values, number)

    def _with_faults(
        self,
        table: Table,
        number: int,
        row: Sequence[Cell],
        readers: Iterable[tuple[int, str, Any]],
        required: Iterable[str],
        width: int,
    ) -> dict[str, Any]:
        """The values of a row that is short or has faults; empty when it has faults, which are then noted."""
        values: dict[str, Any] = {}
        before = len(self.faults)
        for place, name, reader in readers:
            cell = row[place] if place < len(row) else None
            try:
                values[name] = reader[cell]
            except CellError as error:
                shown = None if error.code == "client_data" else _shown(cell)
                self.faults.append(Fault(table.name, number, name, shown, error.code, error.text))
        broken = {fault.column for fault in self.faults[before:]}
        for name in required:
            if name not in broken and values.get(name) is None:
                message = Text("必填，不能为空", "is required")
                self.faults.append(Fault(table.name, number, name, None, "required", message))
        if any(not blank(cell) for cell in row[width:]):
            message = Text(
                f"这一行的格数多于表头的 {width} 列", f"the row has more cells than the {width} of the header"
            )
            self.faults.append(Fault(table.name, number, None, None, "too_many_cells", message))
        if len(self.faults) == before:
            return values
        if table.name == "activities":
            self.dropped.append(DroppedRow(number, values.get("record_id") or "", values.get("teacher_id") or ""))
        elif table.name == "teachers" and values.get("teacher_id"):
            self.unread_teachers.append(values["teacher_id"])
        return {}

    def _columns(self, table: Table, number: int, header: Sequence[Cell]) -> dict[str, int] | None:
        """Where each known column stands; ``None`` when the header has a fault."""
        before = len(self.faults)
        known = {spelling: column.name for column in table.columns for spelling in (column.zh, column.name)}
        columns: dict[str, int] = {}
        suspects: list[tuple[int, str, Text]] = []
        for place, cell in enumerate(header):
            if blank(cell):
                continue
            spelling = re.sub(r"\s*[*＊]$", "", plain(cell)).strip()
            closed = re.sub(r"\s+", "", spelling)
            name = known.get(closed) or known.get(folded(spelling))
            if name is None:
                if _CLIENT_HEADER.search(closed.casefold()) or _CLIENT_HEADER.search(folded(spelling)):
                    message = Text(
                        "像是来访者的资料，不得录入；请删除这一列",
                        "looks like data of a client, which may not enter; delete the column",
                    )
                    suspects.append((place, spelling, message))
            elif name in columns:
                message = Text("这一列出现了两次", "the column stands twice")
                self.faults.append(Fault(table.name, number, name, None, "column_twice", message))
            else:
                columns[name] = place
        for place, spelling, message in suspects:
            # Where there is no header at all, the first row stands in its place: a cell of it is no column's name.
            is_name = columns and len(spelling) <= LONGEST_HEADER and not looks_like_person_data(spelling)
            shown = spelling if is_name else f"#{place + 1}"
            self.faults.append(Fault(table.name, number, shown, None, "client_data_column", message))
        for column in table.columns:
            if column.required and column.name not in columns:
                message = Text(
                    f"缺少必需的列“{column.zh}”（{column.name}）",
                    f"the required column {column.name} ({column.zh}) is missing",
                )
                self.faults.append(Fault(table.name, number, column.name, None, "missing_column", message))
        return columns if len(self.faults) == before else None


def _shown(cell: Cell) -> str | None:
    return None if blank(cell) else plain(cell)


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
