"""A closed year held against a later run: every difference is told, by clause, by teacher and by row.

Nothing is left to a reader's eye: what the year came from (inputs, rules, readings, version) and what was found
(figures, verdicts, ledger lines) is compared exactly, whole records at a time.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from attrs import AttrsInstance, evolve, field, fields, frozen

from workload.facts import ExperienceFacts, WindowFacts, YearFacts
from workload.loading import load_regulation
from workload.progress import Progress
from workload.provenance import InputFile
from workload.records import Center
from workload.regulation import Regulation
from workload.snapshot import (
    ClosedClause,
    ClosedFigure,
    ClosedFinding,
    ClosedLine,
    ClosedRecord,
    ClosedRules,
    ClosedTeacher,
    Snapshot,
    close_year,
    dropped_line,
)

_T = TypeVar("_T")
Value = Fraction | int | str | date | ClosedFigure | ClosedFinding | YearFacts | None


@frozen
class Change:
    """One thing that was so in the snapshot and is so now; ``of`` says what, from the outside in.

    Where ``of`` ends in ``other`` it is something that has no value to show.
    """

    of: tuple[str, ...]
    before: Value = None
    after: Value = None


@frozen(kw_only=True)
class FileDifference:
    """An input file then and now; ``None`` where there is none. One that was renamed is the same file."""

    before: InputFile | None
    after: InputFile | None


@frozen(kw_only=True)
class ClauseDifference:
    """A clause that the snapshot's rules and those of now do not share: a figure, or another part of it.

    ``before`` is ``None`` for a new clause, ``after`` for one that is gone. ``changes`` are of its figures, its
    article, quote and dates, and of something ``other`` beside them, as the kinds it speaks of.
    """

    before: ClosedClause | None
    after: ClosedClause | None
    changes: tuple[Change, ...] = ()


@frozen(kw_only=True)
class TableDifference:
    """The rows of a table beside the activities that were changed, are new or gone: their numbers in the sheet.

    ``moved`` counts those that stand elsewhere and are otherwise the same.
    """

    table: str
    changed: tuple[int | None, ...] = ()
    added: tuple[int | None, ...] = ()
    removed: tuple[int | None, ...] = ()
    moved: int = 0

    @property
    def rows(self) -> int:
        """How many rows differ in more than their place."""
        return len(self.changed) + len(self.added) + len(self.removed)


@frozen(kw_only=True)
class RowDifference:
    """An activity row that is new, gone or changed; ``changes`` are of its line, or of ``other`` columns.

    ``before`` is ``None`` for a new row, ``after`` for one that is gone, and the teachers' ids likewise.
    """

    teacher_before: str | None
    teacher_after: str | None
    before: ClosedLine | None
    after: ClosedLine | None
    changes: tuple[Change, ...] = ()

    @property
    def has_figures(self) -> bool:
        """Whether it gives something else than it gave, or is new or gone."""
        names = {change.of[0] for change in self.changes}
        return self.before is None or self.after is None or bool(names & {"account", "amount", "reason"})


@frozen(kw_only=True)
class TeacherDifference:
    """A teacher who is new, gone, or has other figures or records.

    ``changes`` are of name, employment, period, evaluation, totals, findings and the three-year test; ``tables`` are
    the own records that differ.
    """

    before: ClosedTeacher | None
    after: ClosedTeacher | None
    changes: tuple[Change, ...] = ()
    tables: tuple[TableDifference, ...] = ()

    @property
    def has_figures(self) -> bool:
        """Whether a figure or a verdict is another one, or the teacher is new or gone."""
        words = {("name",), ("finding", "other")}
        told = {(change.of[0], *change.of[1:][-1:]) for change in self.changes}
        return self.before is None or self.after is None or bool(told - words)


@frozen(kw_only=True)
class Differences:
    """What differs between a snapshot and the same year computed again, under the same readings.

    ``files`` are those of the input (none where the records were made in memory), ``readings`` those that the rules of
    now do not know (``after`` is what was taken instead) or that are new in them. ``tables_gone`` and ``tables_new``
    are those that the input lacks now, or lacked then; ``rates`` is what differs in the rates. ``moved`` counts the
    activity rows that stand elsewhere in the sheet and are otherwise the same, ``moved_in`` names the other tables with
    such rows. ``beyond`` counts the rows after the end of the year that were added, taken away or changed: they have
    no part in it. ``times`` says that times of day differ somewhere: a snapshot keeps none, so no row can be named.
    """

    snapshot: Snapshot
    after: Snapshot
    regulation: Regulation = field(repr=lambda regulation: regulation.id)
    files: tuple[FileDifference, ...] = ()
    version: Change | None = None
    period: tuple[Change, ...] = ()
    rules: tuple[Change, ...] = ()
    clauses: tuple[ClauseDifference, ...] = ()
    readings: tuple[Change, ...] = ()
    tables_gone: tuple[str, ...] = ()
    tables_new: tuple[str, ...] = ()
    rates: TableDifference
    teachers: tuple[TeacherDifference, ...] = ()
    rows: tuple[RowDifference, ...] = ()
    moved: int = 0
    moved_in: tuple[str, ...] = ()
    beyond: int = 0
    times: bool = False

    @property
    def same_figures(self) -> bool:
        """Whether all figures and verdicts are those of the snapshot, though a record may have been mended."""
        return not any(row.has_figures for row in self.rows) and not any(one.has_figures for one in self.teachers)

    @property
    def same_records(self) -> bool:
        """Whether all records are those of the snapshot, in whatever rows they stand."""
        return not self._told_of_records and not self.unnamed

    @property
    def unnamed(self) -> bool:
        """Whether the records differ in what a snapshot does not keep, as what stands in a row with a fault."""
        told = self._told_of_records or self.moved or self.moved_in or self.beyond
        return not told and self.snapshot.records_digest != self.after.records_digest

    @property
    def _told_of_records(self) -> bool:
        faults = set(self.snapshot.faults) != set(self.after.faults)
        tables = self.rates.rows or self.tables_gone or self.tables_new
        return bool(self.rows or self.teachers or tables or self.times or faults)


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
    [(2, ['minutes', 'amount'])]
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
    one, other = ({found.teacher_id: found for found in of.teachers} for of in (snapshot, now))
    tables = {
        teacher_id: tuple(_tables(one[teacher_id].tables, other[teacher_id].tables))
        for teacher_id in one
        if teacher_id in other
    }
    rules = tuple(_of_rules(snapshot.rules, now.rules))
    clauses = tuple(_clauses(snapshot.rules.clauses, now.rules.clauses))
    rates = _table("rates", snapshot.rates or (), now.rates or ())
    had, has = (dict.fromkeys(name for found in of.teachers for name in found.tables) for of in (snapshot, now))
    had |= {} if snapshot.rates is None else {"rates": None}
    has |= {} if now.rates is None else {"rates": None}
    return Differences(
        snapshot=snapshot,
        after=now,
        regulation=regulation,
        files=() if source is None else tuple(_files(snapshot.inputs, now.inputs)),
        version=None if snapshot.version == now.version else Change(("version",), snapshot.version, now.version),
        period=tuple(_changes(("start", "end"), snapshot, now)),
        rules=rules if rules or clauses or snapshot.rules.digest == now.rules.digest else (Change(("other",)),),
        clauses=clauses,
        readings=tuple(
            Change((name,), snapshot.readings.get(name), now.readings.get(name))
            for name in sorted({*snapshot.readings, *now.readings})
            if snapshot.readings.get(name) != now.readings.get(name)
        ),
        tables_gone=tuple(name for name in had if name not in has),
        tables_new=tuple(name for name in has if name not in had),
        rates=rates,
        teachers=tuple(
            found
            for teacher_id in dict.fromkeys((*one, *other))
            for found in _teacher(
                one.get(teacher_id),
                other.get(teacher_id),
                tables.get(teacher_id, ()),
                snapshot.year,
                same_rules=snapshot.rules.digest == now.rules.digest,
            )
        ),
        rows=rows,
        moved=moved,
        moved_in=tuple(
            dict.fromkeys(found.table for own in (*tables.values(), (rates,)) for found in own if found.moved)
        ),
        beyond=beyond,
        times=snapshot.times != now.times,
    )


def _changes(names: Iterable[str], before: object, now: object, *of: str) -> Iterator[Change]:
    """Those of the named attributes that differ."""
    for name in names:
        one, other = getattr(before, name, None), getattr(now, name, None)
        if one != other:
            yield Change((*of, name), one, other)


def _others(before: AttrsInstance, now: AttrsInstance, known: Collection[str], *of: str) -> Iterator[Change]:
    """Whether two records differ in an attribute beside those that are known."""
    if any(_changes((one.name for one in fields(type(now)) if one.name not in known), before, now)):
        yield Change((*of, "other"))


def _paired(
    before: Iterable[_T], now: Iterable[_T], *same: Callable[[_T], Hashable]
) -> tuple[list[tuple[_T, _T]], list[_T], list[_T]]:
    """What is the same in both, what is gone, what is new.

    ``same`` are the marks by which two are taken for the same, one after the other (``None``: not by this one); of
    several with one mark the first goes with the first.
    """
    gone, new = list(before), list(now)
    pairs: list[tuple[_T, _T]] = []
    for mark in same:
        waiting: dict[Hashable, deque[_T]] = defaultdict(deque)
        for one in gone:
            waiting[mark(one)].append(one)
        waiting.pop(None, None)
        left: list[_T] = []
        found: set[int] = set()
        for one in new:
            others = waiting.get(mark(one))
            if others:
                pairs.append((others.popleft(), one))
                found.add(id(pairs[-1][0]))
            else:
                left.append(one)
        gone, new = [one for one in gone if id(one) not in found], left
    return pairs, gone, new


def _files(before: Iterable[InputFile], now: Iterable[InputFile]) -> Iterator[FileDifference]:
    """Every file of either input, changed or not."""
    pairs, gone, new = _paired(before, now, lambda file: file, lambda file: file.sha256, lambda file: file.name)
    for was, is_ in sorted(pairs, key=lambda pair: pair[1].name):
        yield FileDifference(before=was, after=is_)
    yield from (FileDifference(before=file, after=None) for file in gone)
    yield from (FileDifference(before=None, after=file) for file in new)


# ---- rules


def _of_rules(before: ClosedRules, now: ClosedRules) -> Iterator[Change]:
    yield from _changes(("id", "document"), before, now)
    if before.words != now.words:
        yield Change(("words", "other"))


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
        elif was != is_:
            told = _changes(("article", "quote", "effective_from", "effective_until"), was, is_)
            rest = () if was.digest == is_.digest else (Change(("other",)),)
            yield ClauseDifference(before=was, after=is_, changes=(*_figures(was.figures, is_.figures), *told, *rest))


def _figures(before: Iterable[ClosedFigure], now: Iterable[ClosedFigure]) -> Iterator[Change]:
    pairs, gone, new = _paired(before, now, lambda figure: figure, lambda figure: figure.name)
    for was, is_ in (*pairs, *((one, None) for one in gone), *((None, one) for one in new)):
        if was != is_:
            yield Change(("figure", (is_ or was).name), was, is_)  # type: ignore[union-attr]  # one of the two is there


# ---- teachers


def _teacher(
    was: ClosedTeacher | None,
    is_: ClosedTeacher | None,
    tables: tuple[TableDifference, ...],
    year: int,
    *,
    same_rules: bool,
) -> Iterator[TeacherDifference]:
    if was is None or is_ is None:
        yield TeacherDifference(before=was, after=is_)
        return
    changes = tuple(_of_teacher(was, is_, year, same_rules=same_rules))
    differing = tuple(one for one in tables if one.rows)
    if changes or differing:
        yield TeacherDifference(before=was, after=is_, changes=changes, tables=differing)


def _of_teacher(was: ClosedTeacher, is_: ClosedTeacher, year: int, *, same_rules: bool) -> Iterator[Change]:
    """What differs of a teacher; nothing twice that follows from what was told before it."""
    told = list(_changes(("name", "employment", "start", "end", "evaluation"), was, is_))
    told += _totals(was.totals, is_.totals, "total")
    same_rules = same_rules and was.employment == is_.employment  # other clauses speak of the other employment
    findings = list(_findings(was.findings, is_.findings, told, same_rules=same_rules))
    units = {finding.name: finding.unit for finding in is_.findings}
    counted = [one for one in findings if one.of[-1] == "value" and units.get(one.of[1]) == "conference"]
    if (was.conferences, is_.conferences) not in {(one.before, one.after) for one in counted}:
        told += _changes(("conferences",), was, is_)
    yield from (*told, *findings)
    yield from _experience(was.experience, is_.experience, told, year, same_rules=same_rules)


def _totals(before: Mapping[str, Fraction], now: Mapping[str, Fraction], *of: str) -> Iterator[Change]:
    """The sums that differ; an account without one has nothing."""
    for account in dict.fromkeys((*before, *now)):
        value, new = before.get(account, Fraction(0)), now.get(account, Fraction(0))
        if value != new:
            yield Change((*of, account), value, new)


def _findings(
    before: Iterable[ClosedFinding], now: Iterable[ClosedFinding], told: Sequence[Change], *, same_rules: bool
) -> Iterator[Change]:
    totals = [("value", change.of[1], change.before, change.after) for change in told if change.of[0] == "total"]
    one, other = ({found.name: found for found in of} for of in (before, now))
    for name in dict.fromkeys((*one, *other)):
        was, is_ = one.get(name), other.get(name)
        if was is None or is_ is None:
            yield Change(("finding", name), was, is_)
            continue
        figures = list(_changes(("value", "required"), was, is_, "finding", name))
        yield from (one for one in figures if (one.of[-1], was.account, one.before, one.after) not in totals)
        yield from _changes(("verdict",) if figures else ("shortfall", "verdict"), was, is_, "finding", name)
        if same_rules:  # words and article come from them, and what differs in them is told once
            yield from _others(was, is_, ("value", "required", "shortfall", "verdict"), "finding", name)


# What the facts of a three-year test have from elsewhere, and from the rules.
_ELSEWHERE = ("teacher_id", "name", "employment", "records_digest", "version", "readings")
_BY_RULE = (
    *("rules", "document", "rules_digest", "clause", "article", "quote"),
    *("window", "measured", "years_needed", "award", "unit", "needs"),
)


def _experience(
    was: ExperienceFacts | None, is_: ExperienceFacts | None, told: Sequence[Change], year: int, *, same_rules: bool
) -> Iterator[Change]:
    if was is None or is_ is None:
        yield from _changes(("verdict",), was, is_, "experience")
        return
    changes = list(_changes(("basis", "verdict", "recognized_years"), was, is_, "experience"))
    one, other = ({found.year: found for found in of.years} for of in (was, is_))
    if was.basis != is_.basis:  # the one counts years, the other none
        one = other = {}
    for number in sorted({*one, *other}):
        changes += _year(one.get(number), other.get(number), told if number == year else ())
    windows = ["、".join(map(_window, of.windows)) for of in (was, is_)]
    if windows[0] != windows[1]:
        changes.append(Change(("experience", "windows"), *windows))
    yield from changes
    if not changes and {change.of for change in told} <= {
        ("name",)
    }:  # else sums of windows follow from those of their years
        yield from _others(was, is_, _ELSEWHERE if same_rules else (*_ELSEWHERE, *_BY_RULE), "experience")


def _year(was: YearFacts | None, is_: YearFacts | None, told: Sequence[Change]) -> Iterator[Change]:
    """What differs of one year of the test; ``told`` is what was told of it already."""
    known = {(change.of[-1], change.before, change.after) for change in told}
    names = {change.of[0] for change in told}
    if was is None or is_ is None:
        year = was or is_
        yield Change(("experience", str(year.year if year else "")), was, is_)
        return
    of = "experience", str(was.year)
    yield from _changes(("start", "end"), was, is_, *of) if not names & {"start", "end"} else ()
    for name in ("appointed", "passed"):
        value, new = getattr(was, name), getattr(is_, name)
        if value != new and (name == "appointed" or was.result == is_.result):
            yield Change((*of, name), _yes_or_no(value), _yes_or_no(new))
    if was.result != is_.result and "evaluation" not in names:
        yield Change((*of, "result"), was.result, is_.result)
    totals = list(_totals(was.totals, is_.totals, *of, "total"))
    yield from (one for one in totals if (one.of[-1], one.before, one.after) not in known)
    if not totals:
        yield from _changes(("counseling_minutes",), was, is_, *of)


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def _window(window: WindowFacts) -> str:
    """A window in short; one that only lacks evaluations with a question mark."""
    return f"{window.years[0]}–{window.years[-1]}{'' if window.verdict == 'met' else '?'}"


# ---- rows of the other tables


def _tables(
    before: Mapping[str, tuple[ClosedRecord, ...]], now: Mapping[str, tuple[ClosedRecord, ...]]
) -> Iterator[TableDifference]:
    for name in dict.fromkeys((*before, *now)):
        yield _table(name, before.get(name, ()), now.get(name, ()))


def _table(name: str, before: tuple[ClosedRecord, ...], now: tuple[ClosedRecord, ...]) -> TableDifference:
    if before == now:
        return TableDifference(table=name)
    pairs, gone, new = _paired(before, now, lambda one: one, lambda one: one.digest, lambda one: one.row)
    return TableDifference(
        table=name,
        changed=tuple(is_.row for was, is_ in pairs if was.digest != is_.digest),
        added=tuple(one.row for one in new),
        removed=tuple(one.row for one in gone),
        moved=sum(was.digest == is_.digest and was.row != is_.row for was, is_ in pairs),
    )


# ---- activity rows


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
        return self.teacher_id, line.date, line.kind, line.minutes, line.class_hours, line.events, line.digest

    @cached_property
    def record(self) -> Hashable:
        """The same with its record id; nothing for a row of which a fault leaves no more."""
        return (self.line.record_id, self.content) if self.line.date else None

    @cached_property
    def bare(self) -> ClosedLine:
        """The line, wherever it stands."""
        return evolve(self.line, row=None)


def _all_rows(of: Snapshot) -> list[_Row]:
    rows = [_Row(teacher.teacher_id, line, teacher.end) for teacher in of.teachers for line in teacher.lines]
    return rows + [_Row(row.teacher_id, dropped_line(row), of.end) for row in of.dropped]


def _rows(before: Snapshot, now: Snapshot) -> tuple[tuple[RowDifference, ...], int, int]:
    """The rows that differ, in the order of the sheet; how many only moved; how many differ after the year."""
    were, are = _all_rows(before), _all_rows(now)
    pairs, gone, new = _paired(were, are, *_marks(were, are))
    same_rules = before.rules.digest == now.rules.digest
    moved = beyond = 0
    found: list[RowDifference] = []
    for was, is_ in (*pairs, *((row, None) for row in gone), *((None, row) for row in new)):
        changes = () if was is None or is_ is None else tuple(_of_row(was, is_, same_rules=same_rules))
        if was is not None and is_ is not None and not changes:
            moved += was.line.row != is_.line.row
        elif all(row is None or row.is_beyond for row in (was, is_)):
            beyond += 1
        else:
            found.append(_difference(was, is_, changes))
    return tuple(sorted(found, key=_place_in_sheet)), moved, beyond


def _difference(was: _Row | None, is_: _Row | None, changes: tuple[Change, ...]) -> RowDifference:
    return RowDifference(
        teacher_before=None if was is None else was.teacher_id,
        teacher_after=None if is_ is None else is_.teacher_id,
        before=None if was is None else was.line,
        after=None if is_ is None else is_.line,
        changes=changes,
    )


def _place_in_sheet(found: RowDifference) -> tuple[int, bool]:
    line = found.after or found.before
    return (0 if line is None or line.row is None else line.row), found.after is not None


_MEASURES = ("minutes", "class_hours", "events")


def _of_row(was: _Row, is_: _Row, *, same_rules: bool) -> Iterator[Change]:
    """What differs of a row: what it says, and what became of it."""
    before, now = was.line, is_.line
    if was.teacher_id != is_.teacher_id and was.teacher_id and is_.teacher_id:
        yield Change(("teacher_id",), was.teacher_id, is_.teacher_id)
    if "fault" in (before.reason, now.reason):  # of a faulty row nothing else is known
        yield from _changes(("record_id", "reason"), before, now)
        return
    measured = tuple(_changes(_MEASURES, before, now))
    yield from (*_changes(("record_id", "date", "kind"), before, now), *measured)
    if before.account is not None and now.account is not None:
        if not measured:  # else what counts follows
            yield from _changes(("quantity",), before, now)
        # An article that was rewritten is told once, with the rules.
        yield from _changes(("title", "clause", "article") if same_rules else ("title", "clause"), before, now)
    yield from _changes(("account", "amount", "reason"), before, now)
    if before.digest != now.digest:
        yield Change(("other",))


def _marks(before: list[_Row], now: list[_Row]) -> tuple[Callable[[_Row], Hashable], ...]:
    """By what a row is taken for the same, one after the other.

    Of rows that are all alike, those whose lines are the same but for their places only moved; where as many are there
    as before, the first is the first; else the one in the same row of the sheet comes first. Two record ids are two
    records, unless all that they say is the same: then the id was mended.
    """
    lines: list[dict[Hashable, Counter[ClosedLine]]] = []
    for rows in (before, now):
        lines.append(defaultdict(Counter))
        for row in rows:
            lines[-1][row.record][row.bare] += 1
    one, other = lines
    settled = {record for record, found in one.items() if other.get(record) == found}
    even = {record for record, found in one.items() if record in other and found.total() == other[record].total()}
    return (
        lambda row: (row.teacher_id, row.line),
        lambda row: (row.teacher_id, row.bare) if row.record in settled else None,
        lambda row: row.record if row.record in even else None,
        lambda row: (row.record, row.line.row) if row.record else None,
        lambda row: row.record,
        lambda row: (row.line.record_id, row.line.row) if row.line.record_id else None,
        lambda row: row.line.record_id or None,
        lambda row: (row.content, row.line.row) if row.line.date else None,
        lambda row: row.content if row.line.date else None,
        lambda row: None if row.line.record_id else (row.teacher_id, row.line.date, row.line.kind, row.line.row),
        lambda row: None if row.line.record_id else (row.teacher_id, row.line.date, row.line.kind),
        lambda row: None if row.line.record_id else row.line.row,
    )
