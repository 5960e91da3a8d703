"""方案 六(二): when a teacher's years count as experience as a student-affairs counselor (辅导员).

A part-time teacher needs three consecutive years that together reach the class hours which the rule file names, and
passed evaluations, for one year of it; a full-time teacher is recognized as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import pairwise

from attrs import evolve, frozen
from dateutil.relativedelta import relativedelta

from workload.errors import Fault, InputError, WorkloadError
from workload.finding import shortfall
from workload.ledger import Basis, TeacherLedger
from workload.loading import load_regulation
from workload.period import Period, natural_year, years_touching
from workload.quota import FILLS, filled_total, minutes_lacking
from workload.records import Center, Teacher
from workload.regulation import Experience, Readings, Regulation
from workload.text import Text
from workload.training import evaluation_result
from workload.vocabulary import Verdict, measured, word

COUNSELING = "counseling"  # the account whose minutes the result tells


@frozen(eq=False)
class YearOfWork:
    """What one year of a teacher counts for in the test.

    ``totals`` are those of the accounts that the clause asks for (in the account's unit); ``result`` is the word of
    the evaluation or ``None``. ``book`` is ``None`` for a calendar year in which no appointment year begins.
    """

    year: int
    book: TeacherLedger | None
    totals: Mapping[str, Fraction]
    appointed: bool
    result: str | None
    passed: bool

    @classmethod
    def of(cls, year: int, totals: Mapping[str, Fraction], result: str | None) -> YearOfWork:
        """A year of appointment known by its totals and the word of its evaluation alone."""
        return cls(year, None, totals, True, result, False)

    @property
    def failed(self) -> bool:
        """Whether there is an evaluation and it is no pass."""
        return self.result is not None and not self.passed


@frozen(eq=False)
class Window:
    """Adjacent years held against the clause: their sums, what is missing of them, and the verdict.

    ``minutes`` are those of counseling duty; ``minutes_lacking`` those that would fill what it lacks, ``None`` where
    the rules give a duty no fixed value.
    """

    years: tuple[int, ...]
    totals: Mapping[str, Fraction]
    lacking: Mapping[str, Fraction]
    minutes: int
    minutes_lacking: int | None
    evaluations_missing: tuple[int, ...]
    evaluations_failed: tuple[int, ...]
    not_appointed: tuple[int, ...]
    verdict: Verdict


@frozen(eq=False)
class ExperienceFinding:
    """The three-year test of one teacher.

    ``recognized_years`` is ``None`` for a teacher whose experience is recognized on employment. ``windows`` are those
    that met the test, then those that only lack evaluations; ``next`` is the earliest one that can still be met.
    """

    teacher: Teacher
    as_of: int
    clause: Experience
    verdict: Verdict
    recognized_years: int | None = None
    windows: tuple[Window, ...] = ()
    next: Window | None = None
    years: tuple[YearOfWork, ...] = ()
    notes: tuple[Text, ...] = ()


def recognized_experience(basis: Basis, teacher: Teacher, as_of: int | date) -> ExperienceFinding:
    """方案 六(二): the recognized years of one teacher as of a year (or a day, for a rule that counts back from it).

    Windows are adjacent, disjoint, the most that there are, the earliest first (R12, R13); a missing evaluation leaves
    a window undetermined (R14). Full-time: recognized on employment (R15).

    Raises:
        NoClauseError: the regulation says nothing of that employment, or a row falls on a day without a clause.

    >>> from workload import Activity, Center, Evaluation, load_regulation
    >>> rows = [Activity("T01", date(year, 3, 5), kind, minutes=1710, class_hours=72)
    ...         for year in (2022, 2023, 2024) for kind in ("counseling_duty", "class_teaching")]
    >>> passed = [Evaluation("T01", year, "passed") for year in (2022, 2023, 2024)]
    >>> center = Center([Teacher("T01", "part_time")], rows, evaluations=passed)
    >>> found = recognized_experience(Basis.of(center, load_regulation()), center.teachers[0], 2024)
    >>> found.verdict, found.recognized_years, found.windows[0].years
    ('met', 1, (2022, 2023, 2024))
    """
    year = as_of if isinstance(as_of, int) else as_of.year
    day = natural_year(as_of).end if isinstance(as_of, int) else as_of
    clause = _clause(basis, teacher, day)
    years = () if clause.basis == "employment" else tuple(_years(basis, teacher, clause, day, year))
    return _tested(basis, teacher, clause, years, year)


def experience_of_years(
    years: Iterable[YearOfWork],
    as_of: int | None = None,
    regulation: Regulation | None = None,
    readings: Readings | None = None,
) -> ExperienceFinding:
    """方案 六(二): the recognized years of a part-time teacher, from what each year gave.

    Each year counts as one of appointment. ``as_of`` is the last of them by default; later ones are not known then.

    Raises:
        WorkloadError: there is no year, or one stands twice.
        NoClauseError: the regulation says nothing of it on that day.

    >>> hours = {"counseling": Fraction(38), "teaching": Fraction(72)}
    >>> found = experience_of_years(YearOfWork.of(year, hours, "passed") for year in (2022, 2023, 2024))
    >>> found.verdict, found.recognized_years
    ('met', 1)
    """
    regulation = regulation or load_regulation()
    given = tuple(sorted(years, key=lambda found: found.year))
    if not given:
        raise WorkloadError(Text("没有年度", "there is no year"))
    for one, following in pairwise(given):
        if one.year == following.year:
            raise WorkloadError(Text(f"{one.year} 年出现了两次", f"the year {one.year} stands twice"))
    year = given[-1].year if as_of is None else as_of
    teacher = Teacher("", "part_time")
    basis = Basis.of(Center([teacher], []), regulation, readings)
    day = natural_year(year).end
    clause = _clause(basis, teacher, day)
    accepted = {
        result
        for rule in regulation.for_employment(regulation.evaluation, teacher.employment, day, basis.readings)
        for result in rule.passes
    }
    fills = FILLS if basis.readings["counseling_fills_teaching"] == "yes" else {}
    known = tuple(
        evolve(found, totals=_filled(found.totals, fills), passed=found.result in accepted)
        for found in given
        if found.year <= year
    )
    for found in known:
        regulation.check_start(basis.nominal_year(found.year), basis.readings)
    return _tested(basis, teacher, clause, known, year)


def _filled(totals: Mapping[str, Fraction], fills: Mapping[str, str]) -> Mapping[str, Fraction]:
    """The totals with what also counts toward another account (R4)."""
    more = {account: totals.get(other, Fraction(0)) for account, other in fills.items() if account in totals}
    return {account: total + more.get(account, Fraction(0)) for account, total in totals.items()}


def candidate_windows(basis: Basis, found: ExperienceFinding) -> tuple[Window, ...]:
    """方案 六(二): every window that the test could take, by its first year, whatever its verdict.

    From the first year known to the one that begins after the year of the question, which can always still be met; none
    for a teacher who is recognized on employment.
    """
    if found.recognized_years is None:
        return ()
    test = _Test(basis, found.clause, {worked.year: worked for worked in found.years}, found.as_of)
    begins = found.as_of - found.clause.years + 1
    return tuple(map(test.window, range(min([begins, *test.years]), found.as_of + 2)))


def _clause(basis: Basis, teacher: Teacher, day: date) -> Experience:
    clauses = [clause for clause in basis.regulation.experience if clause.employment == teacher.employment]
    what = Text(f"{word('employment', teacher.employment).zh}教师的学生工作经历", f"experience of {teacher.employment}")
    return basis.regulation.in_force(clauses, day, what, basis.readings)


def _tested(
    basis: Basis, teacher: Teacher, clause: Experience, years: tuple[YearOfWork, ...], as_of: int
) -> ExperienceFinding:
    """The years of one teacher held against the clause."""
    if clause.basis == "employment":
        return ExperienceFinding(teacher, as_of, clause, "met")
    test = _Test(basis, clause, {found.year: found for found in years}, as_of)
    met = tuple(test.met())
    used = {y for window in met for y in window.years}
    undetermined = tuple(test.undetermined(used))
    verdict: Verdict = "met" if met else "undetermined" if undetermined else "not_met"
    return ExperienceFinding(
        teacher,
        as_of,
        clause,
        verdict,
        clause.award * len(met),
        (*met, *undetermined),
        test.next(used),
        years,
    )


def _years(basis: Basis, teacher: Teacher, clause: Experience, day: date, as_of: int) -> Iterator[YearOfWork]:
    center, standing = basis.center, basis.standing(teacher)
    results = center.evaluations_of.get(teacher.teacher_id, {})
    # A year may begin late in the calendar year before the row's own (an academic or an appointment year).
    seen = {year - back for year in center.activities_by_year.get(teacher.teacher_id, {}) for back in (0, 1)}
    seen |= set(results) | {year - back for term in standing.terms for year in years_touching(term) for back in (0, 1)}
    faults: list[Fault] = []
    for year in range(min(seen, default=as_of), as_of + 1):
        period = _period(basis, teacher, clause, day, year)
        try:
            book = None if period is None else basis.post(teacher, year, period, whole=False)
        except InputError as error:  # gather those of all years
            faults.extend(error.faults)
            continue
        yield YearOfWork(
            year,
            book,
            {need.account: filled_total(basis, book, need.account) if book else Fraction(0) for need in clause.needs},
            book is not None and _appointed(basis, book, results.get(year)),
            results.get(year),
            evaluation_result(basis, teacher, year).verdict == "met",
        )
    if faults:
        raise InputError(faults)


def _period(basis: Basis, teacher: Teacher, clause: Experience, day: date, year: int) -> Period | None:
    if clause.window == "trailing":  # counted back from the day of the question
        end = day + relativedelta(years=year - day.year)
        return Period(end + relativedelta(years=-1, days=1), end)
    return basis.year(teacher, year)


def _appointed(basis: Basis, book: TeacherLedger, result: str | None) -> bool:
    """Whether the teacher counts as appointed in the year (R12): a term touches it (or covers it all); a teacher
    without terms needs a credited row or an evaluation.
    """
    terms = book.standing.terms
    if not terms:
        return result is not None or book.is_credited
    covered = book.period.covered_days(terms)
    return covered == book.period.days if basis.readings["appointed"] == "throughout" else covered > 0


@frozen(eq=False)
class _Test:
    """The years of one teacher under one clause."""

    basis: Basis
    clause: Experience
    years: Mapping[int, YearOfWork]
    as_of: int

    def window(self, first: int) -> Window:
        """The window that begins with the year ``first``; years not yet worked count nothing."""
        labels = tuple(range(first, first + self.clause.years))
        worked = [self.years[year] for year in labels if year in self.years]
        factor = len(labels) if self.clause.measured == "average" else 1
        totals, lacking = {}, {}
        for need in self.clause.needs:
            totals[need.account] = sum((found.totals[need.account] for found in worked), Fraction(0))
            lacking[need.account] = shortfall(totals[need.account], need.amount * factor)
        gated = self._gated(labels)
        missing = tuple(year for year in gated if year not in self.years or self.years[year].result is None)
        failed = tuple(year for year in gated if year in self.years and self.years[year].failed)
        absent = tuple(year for year in labels if year not in self.years or not self.years[year].appointed)
        verdict: Verdict = "met"
        if failed or absent or any(lacking.values()):
            verdict = "not_met"
        elif missing:
            verdict = "undetermined"
        counseling = lacking.get(COUNSELING, Fraction(0))
        # Years are rounded one by one: what a pooled remainder of earlier years leaves over is of no use here.
        duty = minutes_lacking(self.basis, COUNSELING, counseling, Fraction(0), 0, natural_year(self.as_of))
        return Window(
            labels,
            totals,
            lacking,
            sum(found.book.minutes(COUNSELING) for found in worked if found.book),
            duty,
            missing,
            failed,
            absent,
            verdict,
        )

    def _gated(self, labels: tuple[int, ...]) -> tuple[int, ...]:
        """The years whose evaluation must be a pass (R14)."""
        if not self.clause.evaluations:
            return ()
        return labels if self.basis.readings["evaluation_gate"] == "each_year" else labels[-1:]

    def _starts(self) -> range:
        """The first years of the windows that end by ``as_of``."""
        last = self.as_of - self.clause.years + 1
        if self.clause.window == "trailing":
            return range(last, last + 1)
        return range(min(self.years, default=self.as_of), last + 1)

    def met(self) -> Iterator[Window]:
        """The met windows. Taking the earliest that ends first gives the greatest number of disjoint ones."""
        return self._disjoint("met", set())

    def undetermined(self, used: set[int]) -> Iterator[Window]:
        """Of the years left, the disjoint windows that only lack evaluations, the earliest first."""
        return self._disjoint("undetermined", used)

    def _disjoint(self, verdict: Verdict, used: Iterable[int]) -> Iterator[Window]:
        taken = set(used)
        for first in self._starts():
            window = self.window(first)
            if window.verdict == verdict and taken.isdisjoint(window.years):
                taken.update(window.years)
                yield window

    def next(self, used: set[int]) -> Window | None:
        """The earliest window that ends in ``as_of`` or later, uses no year of a met one, has no failed evaluation,
        and whose years before ``as_of`` are all appointed; ``as_of`` itself is still open.
        """
        for first in range(self.as_of - self.clause.years + 1, self.as_of + self.clause.years + 1):
            window = self.window(first)
            past_gaps = [year for year in window.not_appointed if year < self.as_of]
            if used.isdisjoint(window.years) and not window.evaluations_failed and not past_gaps:
                return window
        return None


def lacking_text(regulation: Regulation, window: Window) -> Text:
    """What is still missing of a window, in words."""
    parts = []
    for account, amount in window.lacking.items():
        if amount:
            known = regulation.account(account)
            more = measured(amount, known.unit, up=True)
            parts.append(Text(f"{known.name.zh} {more.zh}", f"{more.en} of {known.name.en}"))
    if window.evaluations_missing:
        years = "、".join(map(str, window.evaluations_missing))
        parts.append(Text(f"{years} 年考核", f"evaluations of {years.replace('、', ', ')}"))
    if not parts and window.not_appointed:
        years = "、".join(map(str, window.not_appointed))
        parts.append(Text(f"{years} 年的聘期", f"an appointment in {years.replace('、', ', ')}"))
    zh, en = "，".join(part.zh for part in parts), ", ".join(part.en for part in parts)
    return Text(zh or "无", en or "nothing")
