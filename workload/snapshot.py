"""A closed year in one file.

A snapshot holds what a year came from (inputs, rules, readings, version) and what was found (the ledger, totals,
findings, the three-year test), each ledger line on a text line of its own. The same input, rules, readings and version
give the same bytes on every system. :mod:`workload.comparison` holds a later run against it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from workload.checks import in_order
from workload.errors import Fault, NoClauseError, WorkloadError
from workload.evaluation import CenterEvaluation, TeacherEvaluation, evaluate, evaluate_experience, without
from workload.facts import ExperienceFacts, experience_facts, structured
from workload.finding import Finding
from workload.ledger import Line
from workload.loading import load_regulation
from workload.period import Period
from workload.progress import Progress
from workload.provenance import (
    InputFile,
    canonical,
    digest,
    digest_of_records,
    digest_of_rules,
    input_files,
    library_version,
    runs_over_midnight,
)
from workload.records import MINUTES_A_DAY, Activity, Center, DroppedRow
from workload.regulation import CHAPTERS, Clause, Credit, Figure, Readings, Regulation, Staffing
from workload.sealed import SealedKind, opened, sealed
from workload.text import Text
from workload.vocabulary import TABLES, Employment, Verdict

KIND = SealedKind(
    number=1,
    about="workload close: 已封存的年度，用 workload diff 对比，请勿改动 / a closed year; compare it, do not edit it",
    name=Text("快照", "snapshot"),
    command="workload close",
    remedy=Text("请用原件或备份，或重新封存", "Take the original or a backup, or close the year anew"),
)
_SHORT = 12  # hexadecimal digits of the digests that stand beside a row


@frozen(kw_only=True)
class ClosedLine:
    """A ledger line as a snapshot keeps it: credited to ``account``, or set aside with ``reason``.

    ``minutes``, ``class_hours`` and ``events`` are what the row itself says (the minutes as far as they lie in the
    year), ``quantity`` what of its measure counts. ``digest`` is that of the columns beside these, so that a change of
    one is noticed.
    """

    # The times of day are left out on purpose, and out of the digest too: a snapshot leaves the center, and whoever
    # knows when a person was at the center could find the duty. A day has 1440 minutes, so a digest over a few of them
    # would tell them to anybody who tries each. Only the digests of the whole center cover them.
    row: int | None = None
    record_id: str = ""
    date: date | None = None
    kind: str = ""
    account: str | None = None
    reason: str | None = None
    minutes: int | None = None
    class_hours: Fraction | None = None
    events: int = 1
    quantity: Fraction = Fraction(0)
    amount: Fraction = Fraction(0)
    clause: str = ""
    article: str = ""
    title: str | None = None
    digest: str = ""


@frozen(kw_only=True)
class ClosedFinding:
    """A finding as a snapshot keeps it; ``name`` is its path, as ``quota.counseling``."""

    name: str
    title: str
    title_en: str
    verdict: Verdict
    account: str = ""
    unit: str = ""
    value: Fraction | None = None
    required: Fraction | None = None
    shortfall: Fraction | None = None
    clause: str = ""
    article: str = ""


@frozen(kw_only=True)
class ClosedRecord:
    """A row of another table: its number in the sheet, and the digest of what it says."""

    row: int | None = None
    digest: str


@frozen(kw_only=True)
class ClosedTeacher:
    """One teacher's year: ledger, totals, findings, the three-year test.

    ``start`` and ``end`` are the period; ``tables`` the teacher's records of each table that the input has beside the
    activities; ``evaluation`` the word of the annual evaluation, ``conferences`` how many were attended (``None``
    without a training table).
    """

    teacher_id: str
    name: str = ""
    employment: Employment
    start: date
    end: date
    records_digest: str
    tables: Mapping[str, tuple[ClosedRecord, ...]]
    totals: Mapping[str, Fraction]
    findings: tuple[ClosedFinding, ...]
    conferences: int | None = None
    evaluation: str | None = None
    experience: ExperienceFacts | None = None
    lines: tuple[ClosedLine, ...] = field(repr=lambda lines: f"{len(lines)} lines")


@frozen(kw_only=True)
class ClosedFigure:
    """A number of a clause."""

    name: str
    value: Fraction | None = None
    unit: str = ""
    meaning: str = ""
    meaning_en: str = ""


@frozen(kw_only=True)
class ClosedClause:
    """A clause with its figures; ``digest`` covers all else that it says, as the kinds that it speaks of."""

    chapter: str
    id: str
    article: str
    quote: str
    effective_from: date | None = None
    effective_until: date | None = None
    digest: str
    figures: tuple[ClosedFigure, ...]


@frozen(kw_only=True)
class ClosedRules:
    """The rules of a closed year; ``words`` is the digest of all that is no clause: words, calendar, readings."""

    id: str
    document: str
    digest: str
    words: str
    clauses: tuple[ClosedClause, ...] = field(repr=lambda clauses: f"{len(clauses)} clauses")


@frozen(kw_only=True)
class ClosedFault:
    """A fault of a row that was left out: where it stands. What stood there is not kept."""

    table: str
    row: int | None = None
    column: str | None = None
    code: str


@frozen(kw_only=True)
class Snapshot:
    """A closed year: what it came from, and what was found.

    ``times`` is the digest of the times of day of all rows up to the end of the year, ``rates`` are the records of the
    rates (``None`` without that table). ``dropped`` are the activity rows that a fault took away, ``faults`` the faults
    themselves. ``no_experience`` says why there is no three-year test where there is none. ``day`` is the date of
    closing, ``None`` where none was given.
    """

    year: int
    start: date
    end: date
    day: date | None = None
    version: str
    rules: ClosedRules
    readings: Mapping[str, str]
    inputs: tuple[InputFile, ...] = ()
    records_digest: str
    times: str
    rates: tuple[ClosedRecord, ...] | None = None
    teachers: tuple[ClosedTeacher, ...] = field(repr=lambda teachers: f"{len(teachers)} teachers")
    dropped: tuple[DroppedRow, ...] = ()
    faults: tuple[ClosedFault, ...] = ()
    no_experience: Text | None = None

    def teacher(self, teacher_id: str) -> ClosedTeacher:
        """The year of that teacher.

        Raises:
            WorkloadError: there is none of that id.
        """
        for found in self.teachers:
            if found.teacher_id == teacher_id:
                return found
        raise WorkloadError(Text(f"快照中没有工号“{teacher_id}”", f"the snapshot has no teacher {teacher_id!r}"))

    @property
    def rows_read(self) -> int:
        """How many activity rows there are: credited and set aside."""
        return sum(len(found.lines) for found in self.teachers) + len(self.dropped)

    @property
    def rows_credited(self) -> int:
        """How many of them are credited."""
        return sum(line.account is not None for found in self.teachers for line in found.lines)

    def text(self) -> str:
        """The snapshot as the text of its file: JSON in UTF-8, keys sorted, a ledger line on each text line.

        The same snapshot is the same text, whatever the system. It carries a digest of its own content, by which
        :func:`read_snapshot` notices an altered figure; no secret is in it, so it is no signature.
        """
        data = json.loads(canonical(self))
        for teacher in data["teachers"]:
            for name in (*_SHARED, *_OF_THE_TEACHER) if "experience" in teacher else ():
                del teacher["experience"][name]
        return "".join(_laid_out(sealed(data, KIND), "")) + "\n"


# What the facts of a three-year test have in common with the snapshot, or with the teacher, stands there once.
_SHARED = ("rules", "document", "rules_digest", "readings", "version")
_OF_THE_TEACHER = ("teacher_id", "name", "employment", "records_digest")


def _laid_out(thing: Any, indent: str) -> Iterator[str]:
    """JSON that people can compare: an object of a list on one line, everything else a key or an item on each."""
    if not isinstance(thing, dict | list) or not thing or _is_flat(thing):
        yield json.dumps(thing, ensure_ascii=False, sort_keys=True)
        return
    inner = indent + " "
    if isinstance(thing, list):
        for place, item in enumerate(thing):
            yield f"{',' if place else '['}\n{inner}"
            flat = isinstance(item, dict) and not any(isinstance(value, dict | list) for value in item.values())
            yield from [json.dumps(item, ensure_ascii=False, sort_keys=True)] if flat else _laid_out(item, inner)
        yield f"\n{indent}]"
        return
    for place, name in enumerate(sorted(thing)):
        yield f"{',' if place else '{'}\n{inner}{json.dumps(name, ensure_ascii=False)}: "
        yield from _laid_out(thing[name], inner)
    yield f"\n{indent}}}"


def _is_flat(thing: object) -> bool:
    """Whether it is a list of plain values, as the years of a window."""
    return isinstance(thing, list) and not any(isinstance(item, dict | list) for item in thing)


# ---------------------------------------------------------------- closing


def close_year(
    center: Center,
    year: int,
    regulation: Regulation | None = None,
    readings: Readings | None = None,
    *,
    source: Path | None = None,
    day: date | None = None,
    skip_faulty: bool = False,
    progress: Progress | None = None,
) -> Snapshot:
    """附件2 第六条(一): the year of a center as it is closed: the evaluation, and the three-year test as of that year.

    Args:
        center: the records, as they were read.
        year: the year, as the reading ``year`` counts it.
        regulation: the rules; those of 周职党〔2024〕33号 by default.
        readings: values of readings to take instead of the defaults.
        source: the workbook or folder that the records were read from.
        day: the date of closing; without one the snapshot bears no date.
        skip_faulty: close without the faulty rows, which are listed.
        progress: is told how far the work has come.

    Raises:
        InputError: the records have faults (unless ``skip_faulty``), or ``source`` cannot be read.
        NoClauseError: the period begins before the regulation, or a row falls on a day without a clause.
        ReadingError: a reading or its value is unknown.

    >>> from workload import Teacher
    >>> rows = [Activity("T01", date(2024, 3, 5), "counseling_duty", minutes=1710, row=2)]
    >>> closed = close_year(Center([Teacher("T01", "part_time")], rows), 2024)
    >>> closed.teacher("T01").totals["counseling"], closed.rows_read, closed.rows_credited
    (Fraction(38, 1), 1, 1)
    """
    regulation = regulation or load_regulation()
    found = evaluate(center, year, regulation, readings, skip_faulty=skip_faulty, alternatives=False, progress=progress)
    experience, faults, refused = _experience(center, found, skip_faulty=skip_faulty, progress=progress)
    clean = without(center, found.faults) if found.faults else center
    tables = _tables(clean)
    return Snapshot(
        year=year,
        start=found.period.start,
        end=found.period.end,
        day=day,
        version=library_version(),
        rules=_rules(regulation),
        readings=dict(found.readings),
        inputs=() if source is None else input_files(source),
        records_digest=digest_of_records(center),
        times=_digest_of_times(found),
        rates=None if clean.rates is None else tuple(map(_record, clean.rates)),
        teachers=tuple(
            _teacher(
                one,
                center,
                tables.get(one.teacher.teacher_id, {}),
                experience.get(one.teacher.teacher_id),
            )
            for one in found.teachers
        ),
        dropped=tuple(sorted(found.dropped, key=lambda row: (row.row, row.record_id, row.teacher_id))),
        faults=tuple(
            ClosedFault(table=one.table, row=one.row, column=one.column, code=one.code)
            for one in in_order((*found.faults, *faults))
        ),
        no_experience=refused,
    )


def _experience(
    center: Center, found: CenterEvaluation, *, skip_faulty: bool, progress: Progress | None
) -> tuple[dict[str, ExperienceFacts], tuple[Fault, ...], Text | None]:
    """The three-year test of each teacher as of that year, the rows it left out, and why there is none."""
    regulation = found.regulation
    if not regulation.experience:
        return {}, (), Text("规则没有三年认定的条款", "the rules say nothing of a three-year test")
    try:
        tested = evaluate_experience(
            center, found.year, regulation, found.readings, skip_faulty=skip_faulty, progress=progress
        )
    except NoClauseError as error:  # years before the rules began: the year itself is closed all the same
        return {}, (), error.text
    facts = {one.finding.teacher.teacher_id: experience_facts(one, tested, center) for one in tested.teachers}
    return facts, tested.faults, None


def _teacher(
    found: TeacherEvaluation,
    center: Center,
    tables: Mapping[str, tuple[ClosedRecord, ...]],
    experience: ExperienceFacts | None,
) -> ClosedTeacher:
    teacher, book = found.teacher, found.book
    findings = (found.quota, found.training, found.case_reports, found.evaluation)
    return ClosedTeacher(
        teacher_id=teacher.teacher_id,
        name=teacher.name,
        employment=teacher.employment,
        start=book.period.start,
        end=book.period.end,
        records_digest=experience.records_digest if experience else digest_of_records(center, teacher.teacher_id),
        tables=tables,
        totals=dict(book.totals),
        findings=tuple(one for finding in findings for one in _findings(finding, finding.name)),
        conferences=found.conferences,
        evaluation=found.result,
        experience=experience,
        lines=tuple(_line(entry[0], line, book.period) for entry, line in zip(book.entries, book.lines, strict=True)),
    )


def _findings(finding: Finding, name: str) -> Iterator[ClosedFinding]:
    """A finding and its parts, each with its path."""
    clause = finding.clause
    yield ClosedFinding(
        name=name,
        title=finding.title.zh,
        title_en=finding.title.en,
        verdict=finding.verdict,
        account=finding.account,
        unit=finding.unit,
        value=finding.value,
        required=finding.required,
        shortfall=finding.shortfall,
        clause="" if clause is None else clause.id,
        article="" if clause is None else clause.citation,
    )
    for part in finding.parts:
        yield from _findings(part, f"{name}.{part.name}")


def _line(row: Activity, line: Line, period: Period) -> ClosedLine:
    clause = line.clause
    return ClosedLine(
        row=row.row,
        record_id=row.record_id,
        date=row.date,
        kind=row.kind,
        account=line.account,
        reason=line.reason,
        minutes=_minutes_in(row, period),
        class_hours=row.class_hours,
        events=row.events,
        quantity=Fraction(line.quantity),
        amount=line.amount,
        clause="" if clause is None else clause.id,
        article="" if clause is None else clause.citation,
        title=line.title,
        digest=digest(canonical(_other_columns(row)))[:_SHORT],
    )


def _minutes_in(row: Activity, period: Period) -> int | None:
    """The minutes of a row; those of a duty over midnight as far as they lie in the period.

    All of them, beside what each year has of a duty over its end, would tell when it began.
    """
    if row.interval is None or row.minutes is None or not runs_over_midnight(row):
        return row.minutes
    begin, first, last = row.interval[0], period.start.toordinal(), period.end.toordinal() + 1
    return max(0, min(begin + row.minutes, last * MINUTES_A_DAY) - max(begin, first * MINUTES_A_DAY)) or None


def dropped_line(row: DroppedRow) -> ClosedLine:
    """The line of a row that a fault took away."""
    return ClosedLine(row=row.row, record_id=row.record_id, reason="fault")


def _other_columns(row: Activity) -> tuple[object, ...]:
    """What a row says beside what its line tells (that it was cancelled is its reason), without its times of day."""
    return (row.attended, row.event_id, row.share, row.role, row.level, row.participants)


def _digest_of_times(found: CenterEvaluation) -> str:
    """The digest of the times of day of the whole center, in whatever rows they stand."""
    rows = (entry[0] for one in found.teachers for entry in one.book.entries if entry[0].date <= one.book.period.end)
    timed = (
        canonical((row.teacher_id, row.date, row.kind, row.start, row.end))
        for row in rows
        if row.start is not None or row.end is not None
    )
    return digest("\n".join(sorted(timed)))


def _record(record: Any) -> ClosedRecord:
    return ClosedRecord(row=record.row, digest=digest(canonical(evolve(record, row=None)))[:_SHORT])


def _tables(center: Center) -> dict[str, dict[str, tuple[ClosedRecord, ...]]]:
    """The own records of each teacher by table, without the activities; tables that the input lacks are left out."""
    found: dict[str, dict[str, list[ClosedRecord]]] = {teacher.teacher_id: {} for teacher in center.teachers}
    for name in TABLES:
        records = getattr(center, name)
        if name in ("activities", "rates") or records is None:  # the rates are nobody's
            continue
        for tables in found.values():
            tables[name] = []
        for record in records:
            if record.teacher_id in found:  # who left may have payments
                found[record.teacher_id][name].append(_record(record))
    return {
        teacher_id: {name: tuple(records) for name, records in tables.items()} for teacher_id, tables in found.items()
    }


def _rules(regulation: Regulation) -> ClosedRules:
    no_clauses: dict[str, Any] = dict.fromkeys(CHAPTERS, ())
    return ClosedRules(
        id=regulation.id,
        document=regulation.document,
        digest=digest_of_rules(regulation),
        words=digest(canonical(evolve(regulation, id="", document="", **no_clauses))),
        clauses=tuple(_clause(clause, chapter) for chapter in CHAPTERS for clause in getattr(regulation, chapter)),
    )


def _clause(clause: Clause, chapter: str) -> ClosedClause:
    said = json.loads(canonical(clause))
    rest = {name: value for name, value in said.items() if name not in _TOLD_OF_A_CLAUSE}
    return ClosedClause(
        chapter=chapter,
        id=clause.id,
        article=clause.citation,
        quote=clause.quote,
        effective_from=clause.effective_from,
        effective_until=clause.effective_until,
        digest=digest(canonical(_without_numbers(rest)))[:_SHORT],
        figures=tuple(
            ClosedFigure(
                name=one.name, value=one.value, unit=one.unit, meaning=one.meaning.zh, meaning_en=one.meaning.en
            )
            for one in (*clause.figures(), *_more_figures(clause))
        ),
    )


_TOLD_OF_A_CLAUSE = ("id", "article", "quote", "effective_from", "effective_until", "passes")
_NUMBER = re.compile(r"-?\d+(/\d+)?")


def _without_numbers(thing: Any) -> Any:
    """The words of plain data: its numbers are told as figures. What held nothing but numbers is gone with them."""
    if isinstance(thing, dict):
        kept = {name: _without_numbers(value) for name, value in thing.items()}
        return {name: value for name, value in kept.items() if value is not None} or None
    if isinstance(thing, list):
        return [value for value in map(_without_numbers, thing) if value is not None] or None
    number = type(thing) is int or (isinstance(thing, str) and _NUMBER.fullmatch(thing))
    return None if number else thing


def _more_figures(clause: Clause) -> Iterator[Figure]:
    """The numbers of a clause that the table of the rules leaves out."""
    if isinstance(clause, Credit) and clause.remainder is not None and clause.remainder.round != "exact":
        meaning = Text("尾数取舍的单位", "remainders are rounded to")
        yield Figure(f"{clause.id}.step", clause.remainder.step, clause.unit, meaning)
    if isinstance(clause, Credit) and clause.coefficient_cap is not None:
        yield Figure(f"{clause.id}.cap", clause.coefficient_cap, "", Text("系数合计至多", "factors together at most"))
    if isinstance(clause, Staffing) and clause.minimum:
        yield Figure(f"{clause.id}.minimum", Fraction(clause.minimum), "teacher", Text("下限", "no fewer than"))


# ---------------------------------------------------------------- reading


def read_snapshot(path: str | Path) -> Snapshot:
    """The snapshot in a file that :meth:`Snapshot.text` was written to.

    Raises:
        WorkloadError: the file cannot be read, is no snapshot, is damaged or was altered, or a newer version made it.
    """
    path = Path(path)
    return structured(_restored(opened(path, KIND)), Snapshot, Text(f"快照 {path}", f"the snapshot {path}"))


def _restored(data: dict[str, Any]) -> object:
    """The data with what the facts of a three-year test share put back into them."""
    try:
        rules = data["rules"]
        shared = (rules["id"], rules["document"], rules["digest"], data["readings"], data["version"])
        teachers = [
            {**one, "experience": one["experience"] | dict(zip(_SHARED, shared, strict=True)) | _own(one)}
            if "experience" in one
            else one
            for one in data["teachers"]
        ]
    except (KeyError, TypeError, AttributeError):
        return None  # told as what it is: not in the form of a snapshot
    return {**data, "teachers": teachers}


def _own(teacher: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": "", **{name: teacher[name] for name in _OF_THE_TEACHER if name in teacher}}
