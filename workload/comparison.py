"""A closed year held against a later run: every difference is told, by clause, by teacher and by row.

Nothing is left to a reader's eye: what the year came from (inputs, rules, readings, version) and what was found
(figures, verdicts, ledger lines) is compared exactly.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from attrs import field, frozen

from workload.facts import ExperienceFacts, WindowFacts
from workload.loading import load_regulation
from workload.progress import Progress
from workload.provenance import InputFile
from workload.records import Center
from workload.regulation import Regulation
from workload.snapshot import ClosedClause, ClosedFigure, ClosedLine, ClosedTeacher, Snapshot, close_year, dropped_line

Value = Fraction | int | str | date | None


@frozen
class Change:
    """One thing that was so in the snapshot and is so now; ``of`` says what, from the outside in."""

    of: tuple[str, ...]
    before: Value
    after: Value


@frozen(kw_only=True)
class ClauseDifference:
    """A clause that the snapshot's rules and those of now do not share: a figure, or another part of it.

    ``before`` is ``None`` for a new clause, ``after`` for one that is gone. ``changes`` are of its figures by name, its
    article, quote and dates; ``other`` says that it differs in something beside them, as the kinds it speaks of.
    """

    before: ClosedClause | None
    after: ClosedClause | None
    changes: tuple[Change, ...] = ()
    other: bool = False


@frozen(kw_only=True)
class RowDifference:
    """A row that is new, gone or changed; ``changes`` are of what its line tells, ``other`` of its other columns.

    ``before`` is ``None`` for a new row, ``after`` for one that is gone, and the teachers' ids likewise.
    """

    teacher_before: str | None
    teacher_after: str | None
    before: ClosedLine | None
    after: ClosedLine | None
    changes: tuple[Change, ...] = ()
    other: bool = False


@frozen(kw_only=True)
class TeacherDifference:
    """A teacher who is new, gone or has other figures.

    ``changes`` are of name, employment, period, evaluation, totals, findings and the three-year test; ``tables`` are
    those whose records differ.
    """

    before: ClosedTeacher | None
    after: ClosedTeacher | None
    changes: tuple[Change, ...] = ()
    tables: tuple[str, ...] = ()


@frozen(kw_only=True)
class Differences:
    """What differs between a snapshot and the same year computed again, under the same readings.

    ``files`` are those of the input with their digests (none where the records were made in memory), ``readings``
    those that the rules of now do not know (``after`` is what was taken instead) or that are new in them. ``moved``
    counts the rows that stand elsewhere in the sheet and are otherwise the same, ``beyond`` the rows after the end of
    the year that were added, taken away or changed: they have no part in it. ``hours_only`` are the teachers whose
    rows differ in nothing but their times of day: a snapshot keeps none, so that no row can be named.
    """

    snapshot: Snapshot
    after: Snapshot
    regulation: Regulation = field(repr=lambda regulation: regulation.id)
    files: tuple[Change, ...] = ()
    version: Change | None = None
    rules: tuple[Change, ...] = ()
    clauses: tuple[ClauseDifference, ...] = ()
    readings: tuple[Change, ...] = ()
    teachers: tuple[TeacherDifference, ...] = ()
    rows: tuple[RowDifference, ...] = ()
    moved: int = 0
    beyond: int = 0
    hours_only: tuple[str, ...] = ()

    @property
    def same_figures(self) -> bool:
        """Whether every teacher's figures and every row's are those of the snapshot."""
        return not self.rows and not any(one.changes or not (one.before and one.after) for one in self.teachers)


def differences(
    snapshot: Snapshot,
    center: Center,
    regulation: Regulation | None = None,
    *,
    source: Path | None = None,
    skip_faulty: bool = False,
    progress: Progress | None = None,
) -> Differences:
    """What a new run over a center's records differs in from a closed year: inputs, rules, version, teachers, rows.

    The snapshot's year is computed again under the snapshot's readings. Rows are the same by their record id, else by
    their content, else by teacher, day and kind, else by their number in the sheet.

    Args:
        snapshot: the closed year.
        center: the records of now, as they were read.
        regulation: the rules of now; those of 周职党〔2024〕33号 by default.
        source: the workbook or folder that the records were read from.
        skip_faulty: compute without the faulty rows; such a row is told as set aside.
        progress: is told how far the work has come.

    Raises:
        InputError: the records have faults (unless ``skip_faulty``), or ``source`` cannot be read.
        NoClauseError: the period begins before the regulation, or a row falls on a day without a clause.

    >>> from attrs import evolve
    >>> from workload import Activity, Teacher
    >>> teachers = [Teacher("T01", "part_time")]
    >>> row = Activity("T01", date(2024, 3, 5), "counseling_duty", minutes=90, row=2)
    >>> closed = close_year(Center(teachers, [row]), 2024)
    >>> found = differences(closed, Center(teachers, [evolve(row, minutes=45)]))
    >>> [(one.after.row, [change.of[0] for change in one.changes]) for one in found.rows]
    [(2, ['recorded', 'amount'])]
    """
    regulation = regulation or load_regulation()
    known = {
        name: value
        for name, value in snapshot.readings.items()
        if name in regulation.readings and value in regulation.readings[name].values
    }
    now = close_year(
        center, snapshot.year, regulation, known, source=source, skip_faulty=skip_faulty, progress=progress
    )
    rows, moved, beyond = _rows(snapshot, now)
    teachers = tuple(_teachers(snapshot, now))
    explained = {id_ for row in (*rows, *beyond) for id_ in (row.teacher_before, row.teacher_after)}
    return Differences(
        snapshot=snapshot,
        after=now,
        regulation=regulation,
        files=() if source is None else tuple(_files(snapshot.inputs, now.inputs)),
        version=None if snapshot.version == now.version else Change(("version",), snapshot.version, now.version),
        rules=tuple(_changes(("id", "document"), snapshot.rules, now.rules))
        + (() if snapshot.rules.words == now.rules.words else (Change(("words",), None, None),)),
        clauses=tuple(_clauses(snapshot.rules.clauses, now.rules.clauses)),
        readings=tuple(
            Change((name,), snapshot.readings.get(name), now.readings.get(name))
            for name in sorted({*snapshot.readings, *now.readings})
            if snapshot.readings.get(name) != now.readings.get(name)
        ),
        teachers=teachers,
        rows=rows,
        moved=moved,
        beyond=len(beyond),
        hours_only=tuple(
            one.after.teacher_id
            for one in teachers
            if one.before and one.after and "activities" in one.tables and one.after.teacher_id not in explained
        ),
    )


def _changes(names: Iterable[str], before: object, now: object, of: tuple[str, ...] = ()) -> Iterator[Change]:
    """Those of the named attributes that differ."""
    for name in names:
        one, other = getattr(before, name), getattr(now, name)
        if one != other:
            yield Change((*of, name), one, other)


def _files(before: Iterable[InputFile], now: Iterable[InputFile]) -> Iterator[Change]:
    """Every file of either input with its digests, changed or not."""
    one, other = ({file.name: file.sha256 for file in files} for files in (before, now))
    for name in sorted({*one, *other}):
        yield Change((name,), one.get(name), other.get(name))


def _clauses(before: Iterable[ClosedClause], now: Iterable[ClosedClause]) -> Iterator[ClauseDifference]:
    one, other = ({(clause.chapter, clause.id, clause.effective_from): clause for clause in of} for of in (before, now))
    # A clause of which there is one version on either side is the same clause, though its first day may differ.
    for key in [key for key in one if key not in other]:
        versions = [[found for found in of if found[:2] == key[:2]] for of in (one, other)]
        if len(versions[0]) == len(versions[1]) == 1:
            one[versions[1][0]] = one.pop(key)
    for key in dict.fromkeys((*one, *other)):
        was, is_ = one.get(key), other.get(key)
        if was is None or is_ is None:
            yield ClauseDifference(before=was, after=is_)
        elif was.digest != is_.digest:
            figures = tuple(_figures(was.figures, is_.figures))
            told = tuple(_changes(("article", "quote", "effective_from", "effective_until"), was, is_))
            yield ClauseDifference(before=was, after=is_, changes=(*figures, *told), other=not figures and not told)


def _figures(before: Iterable[ClosedFigure], now: Iterable[ClosedFigure]) -> Iterator[Change]:
    one, other = ({figure.name: figure for figure in figures} for figures in (before, now))
    for name in dict.fromkeys((*one, *other)):
        was, is_ = one.get(name), other.get(name)
        if was is None or is_ is None or was.value != is_.value:
            yield Change(("figure", name), None if was is None else was.value, None if is_ is None else is_.value)
        elif (was.unit, was.meaning) != (is_.unit, is_.meaning):
            yield Change(("figure", name), f"{was.meaning} {was.unit}".strip(), f"{is_.meaning} {is_.unit}".strip())


# ---- teachers


def _teachers(before: Snapshot, now: Snapshot) -> Iterator[TeacherDifference]:
    one, other = ({found.teacher_id: found for found in of.teachers} for of in (before, now))
    for teacher_id in dict.fromkeys((*one, *other)):
        was, is_ = one.get(teacher_id), other.get(teacher_id)
        if was is None or is_ is None:
            yield TeacherDifference(before=was, after=is_)
            continue
        changes = tuple(_of_teacher(was, is_))
        names = dict.fromkeys((*was.tables, *is_.tables))
        tables = tuple(name for name in names if was.tables.get(name) != is_.tables.get(name))
        if changes or tables:
            yield TeacherDifference(before=was, after=is_, changes=changes, tables=tables)


def _of_teacher(was: ClosedTeacher, is_: ClosedTeacher) -> Iterator[Change]:
    yield from _changes(("name", "employment", "start", "end", "evaluation"), was, is_)
    totals = [
        Change(("total", account), was.totals.get(account, Fraction(0)), is_.totals.get(account, Fraction(0)))
        for account in dict.fromkeys((*was.totals, *is_.totals))
        if was.totals.get(account, Fraction(0)) != is_.totals.get(account, Fraction(0))
    ]
    yield from totals
    told = {(change.of[1], change.before, change.after) for change in totals}
    one, other = ({found.name: found for found in of.findings} for of in (was, is_))
    for name in dict.fromkeys((*one, *other)):
        before, now = one.get(name), other.get(name)
        for attribute in ("value", "required", "verdict"):
            value, new = getattr(before, attribute, None), getattr(now, attribute, None)
            account = before.account if before is not None else ""
            if value != new and not (attribute == "value" and (account, value, new) in told):
                yield Change(("finding", name, attribute), value, new)
    yield from _of_experience(was.experience, is_.experience)


def _of_experience(was: ExperienceFacts | None, is_: ExperienceFacts | None) -> Iterator[Change]:
    for name in ("basis", "verdict", "recognized_years"):
        value, new = getattr(was, name, None), getattr(is_, name, None)
        if value != new:
            yield Change(("experience", name), value, new)
    one, other = ({year.year: year for year in (of.years if of else ())} for of in (was, is_))
    for year in sorted({*one, *other}):
        before, now = one.get(year), other.get(year)
        for name in ("appointed", "result", "passed"):
            value, new = getattr(before, name, None), getattr(now, name, None)
            if value != new:
                yield Change(("experience", str(year), name), _yes_or_no(value), _yes_or_no(new))
        sums = [year.totals if year else {} for year in (before, now)]
        for account in dict.fromkeys((*sums[0], *sums[1])):
            value, new = sums[0].get(account), sums[1].get(account)
            if value != new:
                yield Change(("experience", str(year), "total", account), value, new)
    windows = [tuple(map(_window, of.windows)) if of else () for of in (was, is_)]
    if windows[0] != windows[1]:
        yield Change(("experience", "windows"), "、".join(windows[0]), "、".join(windows[1]))


def _yes_or_no(value: Any) -> Value:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _window(window: WindowFacts) -> str:
    """A window in short; one that only lacks evaluations with a question mark."""
    return f"{window.years[0]}–{window.years[-1]}{'' if window.verdict == 'met' else '?'}"


# ---- rows


@frozen(eq=False)
class _Row:
    """A line with its teacher, and the last day that the year has for that teacher."""

    teacher_id: str
    line: ClosedLine
    end: date

    @property
    def is_beyond(self) -> bool:
        """Whether it lies after the year and counts for nothing in it."""
        line = self.line
        return line.account is None and line.reason != "fault" and line.date is not None and line.date > self.end

    @property
    def content(self) -> Hashable:
        """What the row says, as far as the snapshot knows it."""
        line = self.line
        return self.teacher_id, line.date, line.kind, line.digest


def _all_rows(of: Snapshot) -> list[_Row]:
    rows = [_Row(teacher.teacher_id, line, teacher.end) for teacher in of.teachers for line in teacher.lines]
    return rows + [_Row(row.teacher_id, dropped_line(row), of.end) for row in of.dropped]


def _rows(before: Snapshot, now: Snapshot) -> tuple[tuple[RowDifference, ...], int, tuple[RowDifference, ...]]:
    """The rows that differ, in the order of the sheet; how many only moved; those that differ after the year."""
    pairs, gone, new = _paired(_all_rows(before), _all_rows(now))
    moved = 0
    found: list[RowDifference] = []
    beyond: list[RowDifference] = []
    for was, is_ in pairs:
        changes = tuple(_of_row(was, is_))
        told = {change.of[0] for change in changes}
        other = was.line.digest != is_.line.digest and not told & {"recorded", "reason"}
        if not changes and not other:
            moved += was.line.row != is_.line.row
        else:
            to = beyond if was.is_beyond and is_.is_beyond else found
            to.append(_difference(was, is_, changes, other=other))
    for row in gone:
        (beyond if row.is_beyond else found).append(_difference(row, None))
    for row in new:
        (beyond if row.is_beyond else found).append(_difference(None, row))
    return tuple(sorted(found, key=_place_in_sheet)), moved, tuple(beyond)


def _difference(
    was: _Row | None, is_: _Row | None, changes: tuple[Change, ...] = (), *, other: bool = False
) -> RowDifference:
    return RowDifference(
        teacher_before=None if was is None else was.teacher_id,
        teacher_after=None if is_ is None else is_.teacher_id,
        before=None if was is None else was.line,
        after=None if is_ is None else is_.line,
        changes=changes,
        other=other,
    )


def _place_in_sheet(found: RowDifference) -> tuple[int, bool]:
    line = found.after or found.before
    return (0 if line is None or line.row is None else line.row), found.after is not None


def _of_row(was: _Row, is_: _Row) -> Iterator[Change]:
    """What differs of a row: what it says, and what became of it."""
    before, now = was.line, is_.line
    if "fault" in (before.reason, now.reason):  # of a faulty row nothing else is known
        yield from _changes(("record_id", "reason"), before, now)
        return
    if was.teacher_id != is_.teacher_id:
        yield Change(("teacher_id",), was.teacher_id, is_.teacher_id)
    yield from _changes(("record_id", "date", "kind", "recorded"), before, now)
    if before.account is not None and now.account is not None:
        if (before.quantity, now.quantity) != (before.recorded, now.recorded):
            yield from _changes(("quantity",), before, now)
        yield from _changes(("title", "clause"), before, now)
    yield from _changes(("account", "amount", "reason"), before, now)


# By what a row is taken for the same, one after the other; None: not by this. Of several that are alike, the one in the
# same row of the sheet. Two record ids are two records, unless all that they say is the same: then the id was mended.
_SAME: tuple[Callable[[_Row], Hashable], ...] = (
    lambda row: (row.teacher_id, row.line),
    lambda row: (row.line.record_id, row.content, row.line.row) if row.line.record_id else None,
    lambda row: (row.line.record_id, row.content) if row.line.record_id else None,
    lambda row: (row.line.record_id, row.line.row) if row.line.record_id else None,
    lambda row: row.line.record_id or None,
    lambda row: (row.content, row.line.row) if row.line.date else None,
    lambda row: row.content if row.line.date else None,
    lambda row: None if row.line.record_id else (row.teacher_id, row.line.date, row.line.kind, row.line.row),
    lambda row: None if row.line.record_id else (row.teacher_id, row.line.date, row.line.kind),
    lambda row: None if row.line.record_id else row.line.row,
)


def _paired(before: list[_Row], now: list[_Row]) -> tuple[list[tuple[_Row, _Row]], list[_Row], list[_Row]]:
    """The rows that are the same in both, those that are gone, those that are new."""
    pairs: list[tuple[_Row, _Row]] = []
    for same in _SAME:
        waiting: dict[Hashable, deque[_Row]] = defaultdict(deque)
        for row in before:
            waiting[same(row)].append(row)
        waiting.pop(None, None)
        left: list[_Row] = []
        found: set[int] = set()
        for row in now:
            others = waiting.get(same(row))
            if others:
                pairs.append((others.popleft(), row))
                found.add(id(pairs[-1][0]))
            else:
                left.append(row)
        before, now = [row for row in before if id(row) not in found], left
    return pairs, before, now
