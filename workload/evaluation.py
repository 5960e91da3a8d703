"""附件2 第六条(一): the annual evaluation, of one teacher and of a center, composed of the chapters.

Every output of it carries the readings it was computed under, and says where another reading would change a verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar

from attrs import evolve, field, frozen

from workload.checks import check, in_order, payments_of_others
from workload.errors import Fault, InputError, NoClauseError, WorkloadError
from workload.experience import ExperienceFinding, recognized_experience
from workload.finding import Finding
from workload.intake import Intake
from workload.ledger import Basis, Line, Notice, TeacherLedger
from workload.loading import load_regulation
from workload.period import Period, natural_year, refuse_other_years
from workload.progress import Progress, followed
from workload.quota import quota
from workload.records import Center, DroppedRow, Teacher
from workload.regulation import Readings, Regulation
from workload.text import Text
from workload.training import case_reports, conferences, evaluation_result, training
from workload.vocabulary import Verdict

_T = TypeVar("_T")

EVALUATING = Text("核算", "evaluating")


@frozen(eq=False)
class Alternative:
    """Another value of a reading, and the verdict it would give.

    ``required`` is given where the requirement would be another one too.
    """

    switch: str
    value: str
    finding: str
    total: Fraction | None
    unit: str
    verdict: Verdict
    required: Fraction | None = None


@frozen(eq=False)
class TeacherEvaluation:
    """The annual evaluation of one teacher: the ledger and the findings on it."""

    teacher: Teacher
    book: TeacherLedger = field(repr=False)
    quota: Finding
    training: Finding
    conferences: int | None
    case_reports: Finding
    evaluation: Finding
    result: str | None
    alternatives: tuple[Alternative, ...] = ()

    @property
    def points(self) -> Fraction:
        """The sum of the points of the period."""
        return self.book.total("points")

    def remarks(self) -> tuple[Text, ...]:
        """What a reader must know, and what is missing where a verdict is undetermined; each once."""
        findings = (self.quota, *self.quota.parts)
        return tuple(dict.fromkeys(text for found in findings for text in (*found.notes, *found.missing)))

    def to_meet(self) -> tuple[Text, ...]:
        """The smallest change that turns each "not met"."""
        return tuple(_remedies((self.quota, self.training, self.case_reports)))


def _remedies(findings: Iterable[Finding]) -> Iterator[Text]:
    for finding in findings:
        if finding.remedy is not None:
            yield finding.remedy
        else:
            yield from _remedies(finding.parts)


@frozen(eq=False)
class CenterEvaluation:
    """The annual evaluation of a center: every teacher, and every row accounted for.

    ``faults`` are those that were skipped (``skip_faulty``), ``dropped`` the activity rows that they took away;
    ``intake`` says how the tables were read.
    """

    regulation: Regulation = field(repr=lambda regulation: regulation.id)
    readings: Readings = field(repr=False)
    year: int
    period: Period
    teachers: tuple[TeacherEvaluation, ...] = field(repr=lambda teachers: f"{len(teachers)} teachers")
    dropped: tuple[DroppedRow, ...] = ()
    faults: tuple[Fault, ...] = ()
    intake: Intake = field(factory=Intake, repr=False)

    def teacher(self, teacher_id: str) -> TeacherEvaluation:
        """The evaluation of that teacher.

        Raises:
            WorkloadError: it has none.
        """
        return _of_teacher(teacher_id, {found.teacher.teacher_id: found for found in self.teachers})

    @cached_property
    def set_aside(self) -> tuple[Line, ...]:
        """The lines set aside, in the order of the sheet."""
        lines = [line for found in self.teachers for line in found.book.set_aside]
        lines += [Line(row, "fault") for row in self.dropped]
        return tuple(sorted(lines, key=lambda line: line.activity.row or 0))

    @cached_property
    def notices(self) -> tuple[Notice, ...]:
        """The warnings, in the order of the sheet."""
        found = [notice for teacher in self.teachers for notice in teacher.book.notices]
        return tuple(sorted(found, key=lambda notice: (notice.row or 0, notice.code)))

    @property
    def rows_read(self) -> int:
        """How many activity rows there are: credited and set aside."""
        return sum(len(found.book.entries) for found in self.teachers) + len(self.dropped)

    @property
    def rows_credited(self) -> int:
        """How many of them are credited."""
        return self.rows_read - len(self.set_aside)


def evaluate_teacher(
    basis: Basis, teacher: Teacher, year: int, *, others: Alternatives | None = None
) -> TeacherEvaluation:
    """附件2 第六条(一): the annual evaluation of one teacher; with ``others``, what other readings would change.

    Raises:
        NoClauseError: the regulation does not hold on a day of the period.
        InputError: a row cannot be credited (no title on the day of an event).
    """
    book = basis.post(teacher, year)
    basis.regulation.check_start(book.period, basis.readings)
    found = quota(basis, book)
    return TeacherEvaluation(
        teacher,
        book,
        found,
        training(basis, teacher, year),
        conferences(basis, teacher, year),
        case_reports(basis, teacher, year),
        evaluation_result(basis, teacher, year),
        basis.center.evaluations_of.get(teacher.teacher_id, {}).get(year),
        () if others is None else tuple(others.of_quota(teacher, year, found)),
    )


def evaluate(
    center: Center,
    year: int,
    regulation: Regulation | None = None,
    readings: Readings | None = None,
    *,
    teacher_id: str | None = None,
    skip_faulty: bool = False,
    alternatives: bool = True,
    progress: Progress | None = None,
) -> CenterEvaluation:
    """附件2 第六条(一): the annual evaluation of a center, or of one teacher of it.

    Args:
        center: the records.
        year: the year, as the reading ``year`` counts it (a natural year by default).
        regulation: the rules; those of 周职党〔2024〕33号 by default.
        readings: values of readings to take instead of the defaults.
        teacher_id: only this teacher; the rows are then this teacher's.
        skip_faulty: evaluate without the faulty rows, which are listed as set aside with reason ``fault``.
        alternatives: also find out which other readings would change a verdict.
        progress: is told how far the work has come.

    Raises:
        InputError: the records have faults, all of them together (unless ``skip_faulty``).
        NoClauseError: the period begins before the regulation, or a row falls on a day without a clause.
        ReadingError: a reading or its value is unknown.

    >>> from workload import Activity
    >>> rows = [Activity("T01", date(2024, 3, 5), "counseling_duty", minutes=1710)]
    >>> found = evaluate(Center([Teacher("T01", "part_time")], rows), 2024)
    >>> found.teachers[0].quota.part("counseling").verdict, found.rows_read, found.rows_credited
    ('met', 1, 1)
    """
    refuse_other_years(year)
    regulation = regulation or load_regulation()
    clean, faults = sound(center, regulation, skip_faulty=skip_faulty)
    basis = Basis.of(clean, regulation, readings)
    period = basis.nominal_year(year)
    if basis.readings["year"] != "appointment":  # there each teacher has a period of the own
        regulation.check_start(period, basis.readings)
    teachers = clean.teachers if teacher_id is None else (clean.teacher(teacher_id),)
    others = Alternatives(basis) if alternatives else None
    found = []
    problems: list[Fault] = []
    for teacher in followed(teachers, EVALUATING, progress):
        try:
            found.append(evaluate_teacher(basis, teacher, year, others=others))
        except InputError as error:  # gather those of all teachers
            problems.extend(error.faults)
    if problems:
        if not skip_faulty:
            raise InputError(problems)
        more = evolve(clean, faults=(*faults, *problems))
        return evaluate(
            more,
            year,
            regulation,
            readings,
            teacher_id=teacher_id,
            skip_faulty=True,
            alternatives=alternatives,
            progress=progress,
        )
    dropped = [row for row in clean.dropped if teacher_id is None or row.teacher_id == teacher_id]
    return CenterEvaluation(
        regulation, basis.readings, year, period, tuple(found), tuple(dropped), faults, center.intake
    )


def whole_ledger(
    center: Center, regulation: Regulation | None = None, readings: Readings | None = None
) -> tuple[Line, ...]:
    """附件2 第七条(一): a ledger line for every activity row, of all years together, in the order of the sheet.

    No row lies outside the period here: it is as long as the rows are.

    Raises:
        InputError: the records have faults, all of them together.
        NoClauseError: a row falls on a day without a clause.

    >>> from workload import Activity
    >>> rows = [Activity("T01", date(2024, 3, 5), "counseling_duty", minutes=90, row=2)]
    >>> [line.amount for line in whole_ledger(Center([Teacher("T01", "part_time")], rows))]
    [Fraction(2, 1)]
    """
    regulation = regulation or load_regulation()
    clean, _ = sound(center, regulation, skip_faulty=False)
    if not clean.activities:
        return ()
    days = [activity.date for activity in clean.activities]
    period = Period(min(days), max(days) + timedelta(days=1))  # a duty may last into the next day
    basis = Basis.of(clean, regulation, readings)
    lines: list[Line] = []
    problems: list[Fault] = []
    for teacher in clean.teachers:
        try:
            lines.extend(basis.post(teacher, period.start.year, period).lines)
        except InputError as error:  # gather those of all teachers
            problems.extend(error.faults)
    if problems:
        raise InputError(problems)
    return tuple(sorted(lines, key=lambda line: line.activity.row or 0))


def evaluate_experience(
    center: Center,
    as_of: int | date | None = None,
    regulation: Regulation | None = None,
    readings: Readings | None = None,
    *,
    teacher_id: str | None = None,
    skip_faulty: bool = False,
    progress: Progress | None = None,
) -> CenterExperience:
    """方案 六(二): the three-year test of every teacher of a center, or of one.

    ``as_of`` is the year (or day) of the question; by default the last year with an activity or an evaluation.

    Raises:
        InputError: the records have faults (unless ``skip_faulty``), or there is no year to go by.
        NoClauseError: a year lies before the regulation and its retroactive use is not confirmed.
    """
    regulation = regulation or load_regulation()
    clean, faults = sound(center, regulation, skip_faulty=skip_faulty)
    basis = Basis.of(clean, regulation, readings)
    if as_of is None:
        as_of = last_year(clean)
    teachers = clean.teachers if teacher_id is None else (clean.teacher(teacher_id),)
    others = Alternatives(basis)
    found = []
    problems: list[Fault] = []
    for teacher in followed(teachers, EVALUATING, progress):
        try:
            finding = recognized_experience(basis, teacher, as_of)
        except InputError as error:  # gather those of all teachers
            problems.extend(error.faults)
            continue
        for worked in finding.years:
            if worked.book is not None and worked.book.touches:
                regulation.check_start(worked.book.period, basis.readings)
        found.append(TeacherExperience(finding, tuple(others.of_experience(teacher, as_of, finding))))
    if problems:
        if not skip_faulty:
            raise InputError(problems)
        more = evolve(clean, faults=(*faults, *problems))
        return evaluate_experience(
            more, as_of, regulation, readings, teacher_id=teacher_id, skip_faulty=True, progress=progress
        )
    year = as_of if isinstance(as_of, int) else as_of.year
    return CenterExperience(regulation, basis.readings, year, tuple(found), faults, center.intake)


@frozen(eq=False)
class TeacherExperience:
    """The three-year test of one teacher, and what other readings would change."""

    finding: ExperienceFinding
    alternatives: tuple[Alternative, ...] = ()


@frozen(eq=False)
class CenterExperience:
    """The three-year test of a center's teachers as of a year."""

    regulation: Regulation = field(repr=lambda regulation: regulation.id)
    readings: Readings = field(repr=False)
    as_of: int
    teachers: tuple[TeacherExperience, ...] = field(repr=lambda teachers: f"{len(teachers)} teachers")
    faults: tuple[Fault, ...] = ()
    intake: Intake = field(factory=Intake, repr=False)

    def teacher(self, teacher_id: str) -> TeacherExperience:
        """The test of that teacher.

        Raises:
            WorkloadError: it has none.
        """
        return _of_teacher(teacher_id, {found.finding.teacher.teacher_id: found for found in self.teachers})


def _of_teacher(teacher_id: str, found: Mapping[str, _T]) -> _T:
    if teacher_id not in found:
        raise WorkloadError(Text(f"结果中没有工号“{teacher_id}”", f"the result has no teacher {teacher_id!r}"))
    return found[teacher_id]


def last_year(center: Center) -> int:
    """The last year with an activity or an evaluation.

    Raises:
        InputError: there is neither.
    """
    years = {activity.date.year for activity in center.activities}
    years |= {evaluation.year for evaluation in center.evaluations or ()}
    if not years:
        message = Text("没有工作记录，也没有年度考核；请指明年份", "no activities and no evaluations; give the year")
        raise InputError([Fault("activities", None, None, None, "no_rows", message)])
    return max(years)


def sound(center: Center, regulation: Regulation, *, skip_faulty: bool) -> tuple[Center, tuple[Fault, ...]]:
    """The records without faults: as they are, or without the faulty rows; and the faults.

    Raises:
        InputError: there are faults and they may not be skipped, or one that is not a row's (a missing column).
    """
    faults = in_order((*center.faults, *check(center, regulation)))
    if not faults:
        return center, ()
    beyond_rows = [fault for fault in faults if not fault.is_of_a_row]
    if not skip_faulty or beyond_rows:
        raise InputError(faults if not skip_faulty else beyond_rows)
    return without(center, faults), faults


@frozen
class CenterCheck:
    """What a check found: faults, warnings about rows that are credited all the same, and how the tables were read."""

    faults: tuple[Fault, ...]
    notices: tuple[Notice, ...] = ()
    intake: Intake = field(factory=Intake, repr=False)


def check_center(
    center: Center,
    regulation: Regulation | None = None,
    readings: Readings | None = None,
    *,
    progress: Progress | None = None,
) -> CenterCheck:
    """All faults and all warnings of a center's records, of every year in them.

    Those found while reading, those over several cells, rows and tables, and rows on a day without a clause. Faulty
    rows are left out where the warnings are looked for.

    Raises:
        ReadingError: a reading or its value is unknown.

    >>> from workload import Activity, Teacher
    >>> center = Center([Teacher("T01", "part_time")], [Activity("T1", date(2024, 3, 5), "counseling_duty")])
    >>> [fault.code for fault in check_center(center).faults]
    ['unknown_teacher', 'minutes_missing']
    """
    regulation = regulation or load_regulation()
    chosen = regulation.chosen(readings)
    faults = in_order((*center.faults, *check(center, regulation), *_without_clause(center, regulation, chosen)))
    basis = Basis.of(without(center, faults), regulation, chosen)
    more: list[Fault] = []
    notices: dict[tuple[int | None, str], Notice] = {}
    for teacher in followed(basis.center.teachers, Text("检查", "checking"), progress):
        for year in sorted(basis.center.activities_by_year.get(teacher.teacher_id, {})):
            try:
                book = basis.post(teacher, year, natural_year(year), whole=False)
            except InputError as error:  # a row that a clause's table or coefficient does not fit
                more.extend(error.faults)
                continue
            for notice in book.notices:
                notices.setdefault((notice.row, notice.code), notice)
    in_rows = sorted(notices.values(), key=lambda notice: (notice.row or 0, notice.code))
    payees = [Notice(one.row, "unknown_payee", table="payments") for one in payments_of_others(center)]
    return CenterCheck(in_order((*faults, *more)), (*in_rows, *_repeated(basis.center), *payees), center.intake)


def _repeated(center: Center) -> Iterator[Notice]:
    """Training and case reports that stand twice: each counts, for there may have been two."""
    for table in ("training", "case_reports"):
        first: dict[Any, int | None] = {}
        for record in getattr(center, table) or ():
            row = first.setdefault(evolve(record, row=None), record.row)
            if row != record.row:
                yield Notice(record.row, "possible_duplicate", other_row=row, table=table)


def _without_clause(center: Center, regulation: Regulation, readings: Readings) -> Iterator[Fault]:
    """The rows on whose day the regulation has no clause on their kind, although it has one on other days."""
    texts: dict[tuple[str, date], Text | None] = {}
    for activity in center.activities:
        key = activity.kind, activity.date
        if activity.cancelled or activity.kind not in regulation.kinds:
            continue
        if key not in texts:
            try:
                regulation.credit(*key, readings)
                texts[key] = None
            except NoClauseError as error:
                texts[key] = error.text
        if (text := texts[key]) is not None:
            yield Fault("activities", activity.row, "date", str(activity.date), "no_clause", text)


def without(center: Center, faults: Sequence[Fault]) -> Center:
    """A center's records without the rows that have faults, nor those of a teacher whose own row has one."""
    rows: dict[str, set[int | None]] = {}
    for fault in faults:
        rows.setdefault(fault.table, set()).add(fault.row)
    teachers = tuple(teacher for teacher in center.teachers if teacher.row not in rows.get("teachers", ()))
    ids = {teacher.teacher_id for teacher in teachers}
    tables: dict[str, Any] = {}
    dropped = list(center.dropped)
    for table in ("activities", "titles", "appointments", "evaluations", "training", "case_reports", "payments"):
        records = getattr(center, table)
        bad = rows.get(table, set())
        tables[table] = (
            None
            if records is None
            else tuple(r for r in records if r.row not in bad and (r.teacher_id in ids or table == "payments"))
        )
        if table == "activities":
            dropped += [
                DroppedRow(activity.row or 0, activity.record_id, activity.teacher_id)
                for activity in records
                if activity.row in bad or activity.teacher_id not in ids
            ]
    tables |= {"teachers": teachers, "dropped": tuple(dropped), "faults": ()}
    return evolve(center, **tables)


# ---------------------------------------------------------------- other readings


@frozen(eq=False)
class Alternatives:
    """What the other values of the readings would change, found by the same calculation under those values."""

    basis: Basis
    _bases: dict[tuple[str, str], Basis] = field(factory=dict, init=False, repr=False)

    QUOTA = ("partial_unit", "idle_duty", "counseling_fills_teaching", "title_on", "co_leaders", "year", "part_year")
    EXPERIENCE = (
        "partial_unit",
        "idle_duty",
        "counseling_fills_teaching",
        "title_on",
        "co_leaders",
        "year",
        "appointed",
        "evaluation_gate",
    )

    def of_quota(self, teacher: Teacher, year: int, found: Finding) -> Iterator[Alternative]:
        """The readings under which a verdict of the quota would be another one."""
        if found.verdict == "not_applicable":
            return
        owed = {part.name for part in found.parts if part.clause is not None}
        for switch, value, basis in self._others(self.QUOTA, teacher, owed):
            try:
                other = quota(basis, basis.post(teacher, year, whole=False))
            except NoClauseError:  # the other reading asks for days on which the rules do not hold
                continue
            for part, changed in zip(found.parts, other.parts, strict=True):
                if part.clause is not None and part.verdict != changed.verdict:
                    required = None if changed.required == part.required else changed.required
                    yield Alternative(switch, value, part.name, changed.value, part.unit, changed.verdict, required)

    def of_experience(self, teacher: Teacher, as_of: int | date, found: ExperienceFinding) -> Iterator[Alternative]:
        """The readings under which the verdict, or the number of recognized years, would be another one."""
        if found.recognized_years is None:
            return
        asked = {need.account for need in found.clause.needs}
        for switch, value, basis in self._others(self.EXPERIENCE, teacher, asked):
            try:
                other = recognized_experience(basis, teacher, as_of)
            except NoClauseError:
                continue
            if (other.verdict, other.recognized_years) != (found.verdict, found.recognized_years):
                years = Fraction(other.recognized_years or 0)
                yield Alternative(switch, value, "experience", years, "year", other.verdict)

    def _others(
        self, switches: Iterable[str], teacher: Teacher, accounts: set[str]
    ) -> Iterator[tuple[str, str, Basis]]:
        """The other values of those switches that can matter to this teacher at all."""
        for switch in switches:
            if not self._can_matter(switch, teacher, accounts):
                continue
            for value in self.basis.regulation.readings[switch].values:
                if value == self.basis.readings[switch]:
                    continue
                if value == "appointment" and not self.basis.standing(teacher).terms:
                    continue  # nothing is known of the terms, so there is no other verdict to tell
                if (switch, value) not in self._bases:
                    self._bases[switch, value] = self.basis.under(**{switch: value})
                yield switch, value, self._bases[switch, value]

    def _can_matter(self, switch: str, teacher: Teacher, accounts: set[str]) -> bool:
        center, regulation = self.basis.center, self.basis.regulation
        credits_ = [credit for credit in regulation.credits if credit.account in accounts]
        rows = center.activities_of.get(teacher.teacher_id, ())
        if switch == "partial_unit":
            return any(credit.measure == "minutes" and credit.remainder is None for credit in credits_)
        if switch == "idle_duty":
            # Where nobody wrote attendance down, nothing is known of another verdict.
            known = any(activity.attended is not None for activity in rows)
            return known and any(activity.attended is not True and activity.minutes for activity in rows)
        if switch == "title_on":
            return any(case.title for credit in credits_ for case in credit.amount)
        if switch == "co_leaders":
            return any(credit.co_led for credit in credits_)
        if switch in ("part_year", "appointed"):
            return bool(self.basis.standing(teacher).terms)
        return True
