"""One teacher of a province as the objects' records: the objects' own path explains the figures of the frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from attrs import evolve

from workload.errors import WorkloadError
from workload.frame.columns import COLLEGE, ROW, TEACHER, Columns
from workload.frame.engines import collected, rows_of
from workload.intake import Intake
from workload.records import Center
from workload.regulation import Regulation
from workload.tables.read import read_tables
from workload.text import Text

if TYPE_CHECKING:
    import narwhals as nw

EVENT = "event_id"
_OF_LEADERS = ("teachers", "titles", "appointments")  # what says whether a leader of an event counts
_FIRST = 2  # the row of the reader's first record, below the header


def teacher_center(
    tables: Mapping[str, Any], key: str | tuple[str, str], regulation: Regulation | None = None
) -> Center:
    """That teacher's rows of every table as a center's records, read from the frames as all tables are read.

    Who led an event together with the teacher comes along, with the rows of these events alone: the teacher's part of
    one can depend on how many led it.

    Args:
        tables: the frames, as :func:`~workload.frame.evaluate_frames` takes them.
        key: the id, or the college and the id where the tables have a column ``college`` (院校).
        regulation: whose kinds and titles are accepted; those of 周职党〔2024〕33号 by default.

    Raises:
        InputError: a table lacks a column, or has one that looks like client data.
        WorkloadError: the tables are of several colleges and none is named, or the other way round.

    >>> import polars as pl
    >>> teachers = pl.DataFrame({"工号": ["T01", "T02"], "类别": ["兼职", "专职"]})
    >>> work = pl.DataFrame({"工号": ["T02", "T01"], "日期": ["2024-03-05"] * 2, "类别": "咨询值班", "分钟": [45, 90]})
    >>> center = teacher_center({"teachers": teachers, "activities": work}, "T01")
    >>> [teacher.teacher_id for teacher in center.teachers], [activity.minutes for activity in center.activities]
    (['T01'], [90])
    """
    college, teacher = key if isinstance(key, tuple) else (None, key)
    columns = {name: Columns.of(name, native) for name, native in tables.items() if native is not None}
    by_college = columns["activities"].has(COLLEGE)
    if by_college and college is None:
        zh = "数据里有院校一列，工号只在一校之内唯一；请同时给出院校（--college）"
        raise WorkloadError(Text(zh, "ids are unique within a college alone; name the college, too (--college)"))
    if college is not None and not by_college:
        raise WorkloadError(Text("数据里没有院校一列", "the tables have no column 'college'"))

    def rows(name: str, which: nw.Expr) -> nw.DataFrame[Any]:
        table = columns[name]
        chosen = which if college is None else which & (table.text(COLLEGE) == college)
        found = collected(table.frame.filter(chosen))
        return found.sort(ROW) if ROW in found.columns else found

    def of(name: str, teachers: Sequence[str]) -> nw.DataFrame[Any]:
        return rows(name, columns[name].text(TEACHER).is_in(list(teachers)))

    found = {name: of(name, [teacher]) for name in columns}
    if events := _texts(found["activities"], EVENT):
        work = columns["activities"]
        led = work.text(EVENT).is_in(events)
        found["activities"] = rows("activities", (work.text(TEACHER) == teacher) | led)
        leaders = _texts(found["activities"], TEACHER)
        found |= {name: of(name, leaders) for name in _OF_LEADERS if name in columns}
    read = {name: list(_cells(frame)) for name, frame in found.items()}
    numbers = {name: frame[ROW].to_list() for name, frame in found.items() if ROW in frame.columns}
    return _renumbered(read_tables(read, regulation), numbers)


def _texts(frame: nw.DataFrame[Any], column: str) -> list[str]:
    """What stands in a column, each text once."""
    import narwhals as nw

    if column not in frame.columns:
        return []
    return sorted(text for text in frame[column].drop_nulls().cast(nw.String).unique().to_list() if text)


def _cells(frame: nw.DataFrame[Any]) -> Iterable[list[Any]]:
    """A table as the reader takes it: the header, and rows of cells."""
    own = frame.drop(ROW, COLLEGE, strict=False)
    yield list(own.columns)
    for row in rows_of(own):
        yield [str(cell) if isinstance(cell, Decimal) else cell for cell in row]


def _renumbered(center: Center, numbers: Mapping[str, Sequence[int]]) -> Center:
    """The records with the rows of the frames, instead of their places among the teacher's own."""

    def real(table: str, row: int | None) -> int | None:
        return numbers[table][row - _FIRST] if table in numbers and row is not None and row >= _FIRST else row

    def all_real(table: str, rows: Iterable[int]) -> tuple[int, ...]:
        return tuple(real(table, row) or row for row in rows)

    tables: dict[str, Any] = {
        name: tuple(evolve(record, row=real(name, record.row)) for record in getattr(center, name) or ())
        for name in numbers
        if getattr(center, name) is not None
    }
    intake: Intake = evolve(
        center.intake,
        repairs=tuple(evolve(one, rows=all_real(one.table, one.rows)) for one in center.intake.repairs),
        passed_over=tuple(evolve(one, rows=all_real(one.table, one.rows)) for one in center.intake.passed_over),
    )
    return evolve(
        center,
        **tables,
        faults=tuple(evolve(fault, row=real(fault.table, fault.row)) for fault in center.faults),
        dropped=tuple(evolve(one, row=real("activities", one.row) or one.row) for one in center.dropped),
        intake=intake,
    )
