"""A closed year in one file.

A snapshot holds what a year came from (inputs, rules, readings, version) and what was found (the ledger, totals,
findings, the three-year test), each ledger line on a text line of its own. The same input, rules, readings and version
give the same bytes on every system. :mod:`workload.comparison` holds a later run against it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from workload.checks import in_order
from workload.errors import Fault, NoClauseError, WorkloadError
from workload.evaluation import CenterEvaluation, TeacherEvaluation, evaluate, evaluate_experience
from workload.facts import ExperienceFacts, experience_facts, structured
from workload.finding import Finding
from workload.ledger import Line
from workload.loading import load_regulation
from workload.progress import Progress
from workload.provenance import (
    InputFile,
    canonical,
    digest,
    digest_of_records,
    digest_of_rules,
    input_files,
    library_version,
)
from workload.records import Activity, Center, DroppedRow
from workload.regulation import CHAPTERS, Clause, Kind, Readings, Regulation
from workload.text import Text
from workload.vocabulary import TABLES, Employment, Verdict

FORMAT = 1
ABOUT = "workload close: 已封存的年度，用 workload diff 对比，请勿改动 / a closed year; compare it, do not edit it"
_SHORT = 12  # hexadecimal digits of the digests that stand beside a row


@frozen(kw_only=True)
class ClosedLine:
    """A ledger line as a snapshot keeps it: credited to ``account``, or set aside with ``reason``.

    ``recorded`` is what the row itself says of its measure (minutes, class hours or events), ``quantity`` what of it
    counts. ``digest`` is that of the row's other columns, so that a change of one is noticed.
    """

    # The times of day are left out on purpose, and out of the digest too: a snapshot leaves the center, and whoever
    # knows when a person was at the center could find the duty. There are only 1440 minutes in a day, so a digest over
    # them would tell them to anybody who tries each. The digest of all rows of the teacher together covers them.
    row: int | None = None
    record_id: str = ""
    date: date | None = None
    kind: str = ""
    account: str | None = None
    reason: str | None = None
    recorded: Fraction | None = None
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
class ClosedTeacher:
    """One teacher's year: ledger, totals, findings, the three-year test.

    ``start`` and ``end`` are the period; ``tables`` the digest of the teacher's records of each table that the input
    has, the numbers of their rows left out; ``evaluation`` the word of the annual evaluation.
    """

    teacher_id: str
    name: str = ""
    employment: Employment
    start: date
    end: date
    records_digest: str
    tables: Mapping[str, str]
    totals: Mapping[str, Fraction]
    findings: tuple[ClosedFinding, ...]
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


@frozen(kw_only=True)
class ClosedClause:
    """A clause with its figures; ``digest`` covers everything that it says."""

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

    ``dropped`` are the activity rows that a fault took away, ``faults`` the faults themselves. ``no_experience`` says
    why there is no three-year test where there is none. ``day`` is the date of closing, ``None`` where none was given.
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
        data |= {"about": ABOUT, "format": FORMAT}
        return "".join(_laid_out({**data, "content": digest(canonical(data))}, "")) + "\n"


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
    tables = _digests_of_tables(center)
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
        teachers=tuple(
            _teacher(
                one,
                center,
                regulation.kinds,
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
    kinds: Mapping[str, Kind],
    tables: Mapping[str, str],
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
        evaluation=found.result,
        experience=experience,
        lines=tuple(_line(entry[0], line, kinds) for entry, line in zip(book.entries, book.lines, strict=True)),
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


def _line(row: Activity, line: Line, kinds: Mapping[str, Kind]) -> ClosedLine:
    clause, recorded = line.clause, getattr(row, kinds[row.kind].measure)
    return ClosedLine(
        row=row.row,
        record_id=row.record_id,
        date=row.date,
        kind=row.kind,
        account=line.account,
        reason=line.reason,
        recorded=None if recorded is None else Fraction(recorded),
        quantity=Fraction(line.quantity),
        amount=line.amount,
        clause="" if clause is None else clause.id,
        article="" if clause is None else clause.citation,
        title=line.title,
        digest=digest(canonical(_other_columns(row)))[:_SHORT],
    )


def dropped_line(row: DroppedRow) -> ClosedLine:
    """The line of a row that a fault took away."""
    return ClosedLine(row=row.row, record_id=row.record_id, reason="fault")


def _other_columns(row: Activity) -> tuple[object, ...]:
    """What a row says beside what its line tells, without its times of day."""
    return (
        row.minutes,
        row.class_hours,
        row.events,
        row.cancelled,
        row.attended,
        row.event_id,
        row.share,
        row.role,
        row.level,
        row.participants,
    )


def _digests_of_tables(center: Center) -> dict[str, dict[str, str]]:
    """For each teacher the digest of the own records of each table, in whatever rows they stand."""
    found: dict[str, dict[str, list[str]]] = {}
    for name in TABLES:
        records = getattr(center, name)
        if name == "rates" or records is None:  # the rates are nobody's
            continue
        for teacher in center.teachers:
            found.setdefault(teacher.teacher_id, {})[name] = []
        for record in records:
            found.setdefault(record.teacher_id, {}).setdefault(name, []).append(canonical(evolve(record, row=None)))
    return {
        teacher_id: {name: digest("\n".join(sorted(texts)))[:_SHORT] for name, texts in tables.items()}
        for teacher_id, tables in found.items()
    }


def _rules(regulation: Regulation) -> ClosedRules:
    no_clauses: dict[str, Any] = dict.fromkeys(CHAPTERS, ())
    return ClosedRules(
        id=regulation.id,
        document=regulation.document,
        digest=digest_of_rules(regulation),
        words=digest(canonical(evolve(regulation, **no_clauses))),
        clauses=tuple(_clause(clause, chapter) for chapter in CHAPTERS for clause in getattr(regulation, chapter)),
    )


def _clause(clause: Clause, chapter: str) -> ClosedClause:
    return ClosedClause(
        chapter=chapter,
        id=clause.id,
        article=clause.citation,
        quote=clause.quote,
        effective_from=clause.effective_from,
        effective_until=clause.effective_until,
        digest=digest(canonical(clause))[:_SHORT],
        figures=tuple(
            ClosedFigure(name=one.name, value=one.value, unit=one.unit, meaning=one.meaning.zh)
            for one in clause.figures()
        ),
    )


# ---------------------------------------------------------------- reading


def read_snapshot(path: str | Path) -> Snapshot:
    """The snapshot in a file that :meth:`Snapshot.text` was written to.

    Raises:
        WorkloadError: the file cannot be read, is no snapshot, is damaged or was altered, or a newer version made it.
    """
    path = Path(path)
    data = _loaded(path)
    if not isinstance(data, dict) or "format" not in data:
        raise _no_snapshot(path)
    number, content = data["format"], data.pop("content", None)
    if type(number) is int and number > FORMAT:
        raise WorkloadError(
            Text(
                f"{path} 由更新的程序版本写成（格式 {number}，本程序识别到 {FORMAT}）；请升级 workload 后再用",
                f"{path} was made by a newer version (format {number}, this one knows {FORMAT}); upgrade workload",
            )
        )
    if number != FORMAT or digest(canonical(data)) != content:
        raise WorkloadError(
            Text(
                f"{path} 的内容与它自带的摘要不符：文件已损坏，或写成之后被改动过。请用原件或备份，或重新封存",
                f"{path} does not agree with the digest that it carries: it is damaged, or was altered after it was "
                "made. Take the original or a backup, or close the year anew",
            )
        )
    return structured(_restored(data), Snapshot, Text(f"快照 {path}", f"the snapshot {path}"))


def _loaded(path: Path) -> object:
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WorkloadError(Text(f"无法读取 {path}：{reason}", f"{path} cannot be read: {reason}")) from None
    except (ValueError, RecursionError):  # no UTF-8, or no JSON
        raise _no_snapshot(path) from None


def _no_snapshot(path: Path) -> WorkloadError:
    return WorkloadError(
        Text(
            f"{path} 不是快照（由 workload close 写成的文件），或已损坏",
            f"{path} is no snapshot (a file that workload close made), or it is damaged",
        )
    )


def _restored(data: dict[str, Any]) -> object:
    """The data with what the facts of a three-year test share put back into them."""
    made = {name: value for name, value in data.items() if name not in ("format", "about")}
    try:
        rules = made["rules"]
        shared = (rules["id"], rules["document"], rules["digest"], made["readings"], made["version"])
        made["teachers"] = [
            {**one, "experience": one["experience"] | dict(zip(_SHARED, shared, strict=True)) | _own(one)}
            if "experience" in one
            else one
            for one in made["teachers"]
        ]
    except (KeyError, TypeError, AttributeError):
        return None  # told as what it is: not in the form of a snapshot
    return made


def _own(teacher: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": "", **{name: teacher[name] for name in _OF_THE_TEACHER if name in teacher}}
