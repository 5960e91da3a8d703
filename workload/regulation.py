"""A regulation as data: its clauses with their dates and articles, its words, and its readings.

A :class:`Regulation` comes from one TOML file (:func:`~workload.loading.load_regulation`); no number of a regulation
stands in code. Asking for a clause on a day that no clause speaks of raises :class:`~workload.errors.NoClauseError`.

>>> from workload import load_regulation
>>> regulation = load_regulation("zhoukou-2024-33")
>>> credit = regulation.credit("counseling_duty", date(2024, 5, 20))
>>> print(credit.citation, credit.per, regulation.account(credit.account).name.en)
附件2 第七条(一) 45 counseling
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Literal, TypeVar

from attrs import field, frozen

from workload.errors import NoClauseError, ReadingError
from workload.exact import shown
from workload.period import Period, months_day, span, year_from
from workload.text import Text, joined
from workload.vocabulary import UNIT_OF_MEASURE, Employment, Measure, column_text, word

Pool = Literal["record", "day", "month", "period"]
Rounding = Literal["exact", "floor", "ceil", "half_up"]
Combination = Literal["product", "sum", "max"]


@frozen
class Figure:
    """One number of the regulation, for people: its name, value, unit and what it says.

    ``value`` is ``None`` for a provision without a number.
    """

    name: str
    value: Fraction | None
    unit: str
    meaning: Text


@frozen(kw_only=True)
class Clause:
    """What every clause has: a name, the article it comes from, a brief quote, and the days on which it holds.

    A clause without ``effective_from`` holds from the beginning of its regulation (自印发之日起), one without
    ``effective_until`` until further notice.
    """

    id: str
    article: str
    quote: str
    effective_from: date | None = None
    effective_until: date | None = None

    @property
    def citation(self) -> str:
        """The article, as it is cited."""
        return self.article

    def holds_on(self, day: date) -> bool:
        """Whether the clause is in force on that day."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_until is None or day <= self.effective_until
        )

    @property
    def is_undated(self) -> bool:
        """Whether the clause holds on every day."""
        return self.effective_from is None and self.effective_until is None

    def subjects(self) -> tuple[tuple[str, ...], ...]:
        """What the clause decides: two clauses on one subject may not hold on the same day."""
        return ((type(self).__name__, self.id),)

    def figures(self) -> tuple[Figure, ...]:
        """The numbers of the clause."""
        return ()


@frozen(kw_only=True)
class Case:
    """One line of a decision table: the value for the rows that meet all of its conditions.

    An empty condition is met by every row. The first line that fits is taken.
    """

    value: Fraction
    title: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    employment: tuple[str, ...] = ()
    affiliation: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    daypart: tuple[str, ...] = ()

    def conditions(self) -> dict[str, tuple[str, ...]]:
        """The conditions that are not empty."""
        return {name: accepted for name in CASE_ATTRIBUTES if (accepted := getattr(self, name))}

    def named(self, clause: str) -> str:
        """The name of its value: the clause's, and the first word of each condition."""
        return ".".join([clause, *(accepted[0] for accepted in self.conditions().values())])


CASE_ATTRIBUTES = ("title", "role", "employment", "affiliation", "level", "daypart")


@frozen(kw_only=True)
class Step:
    """From ``at`` on, ``value``."""

    at: Fraction
    value: Fraction


@frozen(kw_only=True)
class Slope:
    """``value`` up to ``at``, and ``slope`` more for each one above it."""

    at: Fraction
    value: Fraction
    slope: Fraction


@frozen(kw_only=True)
class Remainder:
    """What becomes of a part of a unit: rounded to ``step`` units once in each ``pool``."""

    round: Rounding = "exact"
    step: Fraction = Fraction(1)
    pool: Pool = "record"


@frozen(kw_only=True)
class Credit(Clause):
    """So many of a measure give so much of an account: ``quantity / per x amount``, times its coefficients."""

    kinds: tuple[str, ...]
    account: str
    measure: Measure
    per: Fraction
    amount: tuple[Case, ...]
    unit: str
    remainder: Remainder | None = None
    co_led: bool = False
    combine: Combination = "product"
    coefficient_cap: Fraction | None = None

    def subjects(self) -> tuple[tuple[str, ...], ...]:
        return tuple(("credit", kind) for kind in self.kinds)

    def figures(self) -> tuple[Figure, ...]:
        per = Figure(
            f"{self.id}.per",
            self.per,
            UNIT_OF_MEASURE[self.measure],
            Text("每", "each"),
        )
        return (
            per,
            *(Figure(case.named(self.id), case.value, self.unit, Text("计", "gives")) for case in self.amount),
        )


@frozen(kw_only=True)
class Coefficient(Clause):
    """A factor on the credit of some kinds: a decision table, steps, or a line over a number of the row."""

    kinds: tuple[str, ...]
    table: tuple[Case, ...] = ()
    by: Literal["", "participants", "minutes", "class_hours", "events"] = ""
    steps: tuple[Step, ...] = ()
    line: Slope | None = None
    cap: Fraction | None = None

    def figures(self) -> tuple[Figure, ...]:
        found = [Figure(case.named(self.id), case.value, "", Text("系数", "factor")) for case in self.table]
        for step in self.steps:
            of = column_text("activities", self.by)
            meaning = Text(f"{of.zh} {shown(step.at)} 起，系数", f"{of.en} from {shown(step.at)} on, factor")
            found.append(Figure(f"{self.id}.{shown(step.at)}", step.value, "", meaning))
        if self.line is not None:
            at, slope = shown(self.line.at), shown(self.line.slope, 4)
            of = column_text("activities", self.by)
            zh, en = f"{of.zh}超过 {at} 的每1加 {slope}，系数", f"{of.en} above {at} add {slope} each, factor"
            found.append(Figure(self.id, self.line.value, "", Text(zh, en)))
        if self.cap is not None:
            found.append(Figure(f"{self.id}.cap", self.cap, "", Text("系数至多", "factor at most")))
        return tuple(found)


@frozen(kw_only=True)
class Cap(Clause):
    """At most ``amount`` of an account from the kinds together in each ``per``."""

    kinds: tuple[str, ...]
    account: str
    per: Literal["record", "event", "day", "week", "month", "semester", "period"]
    amount: Fraction
    unit: str

    def figures(self) -> tuple[Figure, ...]:
        return (Figure(self.id, self.amount, self.unit, Text("至多", "at most")),)


@frozen(kw_only=True)
class Quota(Clause):
    """What a teacher of that employment owes in an account, each year or each semester."""

    employment: Employment
    account: str
    amount: Fraction
    unit: str
    each: Literal["year", "semester"] = "year"

    def subjects(self) -> tuple[tuple[str, ...], ...]:
        return (("quota", self.employment, self.account),)

    def figures(self) -> tuple[Figure, ...]:
        return (Figure(self.id, self.amount, self.unit, Text("至少", "at least")),)


@frozen(kw_only=True)
class AppointmentTerm(Clause):
    """How long an appointment lasts when its end is not written."""

    employment: Employment
    amount: int
    unit: str

    def subjects(self) -> tuple[tuple[str, ...], ...]:
        return (("appointment_term", self.employment),)

    def figures(self) -> tuple[Figure, ...]:
        return (Figure(self.id, Fraction(self.amount), self.unit, Text("为期", "lasts")),)


@frozen(kw_only=True)
class Need:
    """So much of an account."""

    account: str
    amount: Fraction
    unit: str


@frozen(kw_only=True)
class Experience(Clause):
    """When years of work count as student-affairs counselor experience.

    ``basis`` is ``employment`` (recognized as such) or ``three_year_windows``: windows of ``years`` adjacent years
    (``consecutive``: disjoint windows anywhere; ``trailing``: only the one that ends on the day of the question) whose
    sums (or averages) reach the needs give ``award`` years each.
    """

    employment: Employment
    basis: Literal["employment", "three_year_windows"]
    unit: str
    years: int = 0
    window: Literal["consecutive", "trailing"] = "consecutive"
    measured: Literal["sum", "average"] = "sum"
    needs: tuple[Need, ...] = ()
    evaluations: bool = False
    award: int = 0

    def subjects(self) -> tuple[tuple[str, ...], ...]:
        return (("experience", self.employment),)

    def figures(self) -> tuple[Figure, ...]:
        if self.basis == "employment":
            return (Figure(self.id, None, "", Text("按任职认定", "recognized on employment")),)
        return (
            Figure(f"{self.id}.years", Fraction(self.years), self.unit, Text("连续", "adjacent")),
            *(
                Figure(f"{self.id}.{need.account}", need.amount, need.unit, Text("累计至少", "together at least"))
                for need in self.needs
            ),
            Figure(f"{self.id}.award", Fraction(self.award), self.unit, Text("认定", "count as")),
        )


@frozen(kw_only=True)
class EvaluationRule(Clause):
    """Which results of the annual evaluation are a pass."""

    passes: tuple[str, ...]

    def subjects(self) -> tuple[tuple[str, ...], ...]:
        return (("evaluation",),)

    def figures(self) -> tuple[Figure, ...]:
        passes = joined([word("result", result) for result in self.passes], "、", ", ")
        return (Figure(self.id, None, "", Text(f"合格指 {passes.zh}", f"a pass is {passes.en}")),)


@frozen(kw_only=True)
class TrainingNeed(Clause):
    """So many hours, or so many events, of a form (and level) of training within so many years."""

    employment: Employment
    form: Literal["course", "conference"]
    counted: Literal["hours", "times"]
    amount: Fraction
    unit: str
    levels: tuple[str, ...] = ()
    within_years: int = 1

    def subjects(self) -> tuple[tuple[str, ...], ...]:
        return (("training", self.id),)

    def figures(self) -> tuple[Figure, ...]:
        meaning = Text("每年至少", "each year at least")
        if self.within_years > 1:
            meaning = Text(f"{self.within_years}年内至少", f"within {self.within_years} years at least")
        return (Figure(self.id, self.amount, self.unit, meaning),)


@frozen(kw_only=True)
class CaseReportRule(Clause):
    """So many case reports each semester."""

    amount: int
    unit: str

    def subjects(self) -> tuple[tuple[str, ...], ...]:
        return (("case_report",),)

    def figures(self) -> tuple[Figure, ...]:
        return (Figure(self.id, Fraction(self.amount), self.unit, Text("每学期至少", "each semester at least")),)


@frozen(kw_only=True)
class Staffing(Clause):
    """One teacher of that employment for each so many students, and at least ``minimum`` of them."""

    employment: Employment
    amount: Fraction
    unit: str
    minimum: int = 0

    def subjects(self) -> tuple[tuple[str, ...], ...]:
        return (("staffing", self.employment),)

    def figures(self) -> tuple[Figure, ...]:
        return (Figure(self.id, self.amount, self.unit, Text("每位教师对应", "one teacher for")),)


@frozen(kw_only=True)
class Funding(Clause):
    """Yuan for each student and year."""

    amount: Fraction
    unit: str

    def subjects(self) -> tuple[tuple[str, ...], ...]:
        return (("funding",),)

    def figures(self) -> tuple[Figure, ...]:
        return (Figure(self.id, self.amount, self.unit, Text("每生每年至少", "per student and year at least")),)


@frozen(kw_only=True)
class Area(Clause):
    """Floor area by number of students: from ``at`` students on, ``value`` square meters."""

    tiers: tuple[Step, ...]
    unit: str

    def subjects(self) -> tuple[tuple[str, ...], ...]:
        return (("area",),)

    def figures(self) -> tuple[Figure, ...]:
        return tuple(
            Figure(
                f"{self.id}.{shown(tier.at)}",
                tier.value,
                self.unit,
                Text(f"{shown(tier.at)} 名学生起至少", f"from {shown(tier.at)} students at least"),
            )
            for tier in self.tiers
        )


@frozen(kw_only=True)
class Course(Clause):
    """The compulsory course: so many credits, so many class hours."""

    credits: Fraction
    class_hours: Fraction
    class_hours_to: Fraction

    def subjects(self) -> tuple[tuple[str, ...], ...]:
        return (("course",),)

    def figures(self) -> tuple[Figure, ...]:
        return (
            Figure(f"{self.id}.credits", self.credits, "credit", Text("至少", "at least")),
            Figure(f"{self.id}.class_hours", self.class_hours, "class_hour", Text("从", "from")),
            Figure(f"{self.id}.class_hours_to", self.class_hours_to, "class_hour", Text("到", "to")),
        )


@frozen(kw_only=True)
class Meeting(Clause):
    """So many meetings of a sort that each body holds each semester."""

    held_by: tuple[Literal["school", "college"], ...]
    sort: Literal["case_conference", "parent_class"]
    amount: int
    unit: str

    def subjects(self) -> tuple[tuple[str, ...], ...]:
        return (("meeting", self.id),)

    def figures(self) -> tuple[Figure, ...]:
        return (Figure(self.id, Fraction(self.amount), self.unit, Text("每学期至少", "each semester at least")),)


@frozen(kw_only=True)
class Pay(Clause):
    """What the school's rules change in the pay of some work: exactly one of four.

    ``factor``: the rate is multiplied. ``cap``: at most so many yuan a teacher in each month (``per``), or in the
    period of a pay run. ``only_above_quota``: only what lies above the quota is paid; work fills the quota first, in
    the order of time. ``scale_to_budget``: what is above the budget is cut in proportion.

    It holds for the accounts in ``items``, the ``kinds`` of work and the ``titles``; an empty list means all.
    """

    items: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    factor: Fraction | None = None
    cap: Fraction | None = None
    per: Literal["month", "period"] = "month"
    unit: str = ""
    only_above_quota: bool = False
    scale_to_budget: bool = False

    def fits(self, item: str, kind: str, title: str | None) -> bool:
        """Whether the clause speaks of that work."""
        return (
            (not self.items or item in self.items)
            and (not self.kinds or kind in self.kinds)
            and (not self.titles or title in self.titles)
        )

    def subjects(self) -> tuple[tuple[str, ...], ...]:
        return (("pay", self.id),)

    def figures(self) -> tuple[Figure, ...]:
        if self.factor is not None:
            return (Figure(self.id, self.factor, "", Text("课酬系数", "factor on the rate")),)
        if self.cap is not None:
            month = self.per == "month"
            each = Text("每人每月至多", "each teacher, each month at most")
            whole = Text("每人每次发放期内至多", "each teacher, in the period paid for at most")
            return (Figure(self.id, self.cap, self.unit, each if month else whole),)
        quota = Text("只计发超出工作量要求的部分", "only what lies above the quota is paid")
        scale = Text("超出预算时按比例折减", "cut in proportion where the budget is exceeded")
        return (Figure(self.id, None, "", quota if self.only_above_quota else scale),)


@frozen(kw_only=True)
class Kind:
    """A kind of work, as the activities table names it."""

    id: str
    name: Text
    measure: Measure
    also: tuple[str, ...] = ()


@frozen(kw_only=True)
class Title:
    """A professional title, as the tables name it; ``also`` holds further spellings and equivalents."""

    id: str
    name: Text
    also: tuple[str, ...] = ()


@frozen(kw_only=True)
class Account:
    """Where credit is entered: counseling, teaching, points, and what a school adds."""

    id: str
    name: Text
    unit: str
    also: tuple[str, ...] = ()


@frozen(kw_only=True)
class Reading:
    """A question that the text leaves open, the answers it can have, and the default."""

    id: str
    number: str
    question: Text
    default: str
    values: Mapping[str, Text]


@frozen(kw_only=True)
class Semester:
    """A semester of the school's calendar: from a day to a day, both included."""

    id: str
    name: Text
    start: tuple[int, int] = field(converter=months_day)
    end: tuple[int, int] = field(converter=months_day)

    def in_year(self, year: int) -> Period:
        """The semester that begins in that calendar year."""
        return span(year, self.start, self.end)


@frozen(kw_only=True)
class Calendar:
    """The days of the school: semesters, the academic year, when the evening begins, holidays."""

    academic_year: tuple[int, int] = field(converter=months_day)
    semesters: tuple[Semester, ...]
    evening: str = "18:00"
    holidays: tuple[date, ...] = ()

    def semesters_of(self, period: Period) -> Iterator[tuple[Semester, Period]]:
        """The semesters that belong to a year: those whose middle lies in it, in the order of time."""
        found = []
        for semester in self.semesters:
            for year in (period.start.year, period.end.year):
                days = semester.in_year(year)
                if days.start + (days.end - days.start) / 2 in period and (semester, days) not in found:
                    found.append((semester, days))
        yield from sorted(found, key=lambda pair: pair[1])

    def academic(self, year: int) -> Period:
        """The academic year that begins in that calendar year."""
        return year_from(year, self.academic_year)


Readings = Mapping[str, str]
_C = TypeVar("_C", bound=Clause)


@frozen(kw_only=True)
class Regulation:
    """One regulation: what it is, its words, its readings, its clauses.

    ``effective_from`` is the first day on which it holds; ``None`` when the text names none.
    """

    id: str
    name: Text
    document: str
    issuer: Text
    effective_from: date | None
    note: Text
    calendar: Calendar
    kinds: Mapping[str, Kind]
    titles: Mapping[str, Title]
    accounts: Mapping[str, Account]
    readings: Mapping[str, Reading]
    roles: tuple[str, ...] = ()
    credits: tuple[Credit, ...] = ()
    coefficients: tuple[Coefficient, ...] = ()
    caps: tuple[Cap, ...] = ()
    quotas: tuple[Quota, ...] = ()
    terms: tuple[AppointmentTerm, ...] = ()
    experience: tuple[Experience, ...] = ()
    evaluation: tuple[EvaluationRule, ...] = ()
    training: tuple[TrainingNeed, ...] = ()
    case_reports: tuple[CaseReportRule, ...] = ()
    staffing: tuple[Staffing, ...] = ()
    funding: tuple[Funding, ...] = ()
    area: tuple[Area, ...] = ()
    courses: tuple[Course, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    pay: tuple[Pay, ...] = ()

    # ---- words

    def kind(self, name: str) -> Kind:
        """The kind of work with that id.

        Raises:
            NoClauseError: the regulation has no such kind.
        """
        return _named(self.kinds, name, Text("类别", "kind"))

    def account(self, name: str) -> Account:
        """The account with that id."""
        return _named(self.accounts, name, Text("账户", "account"))

    def title_text(self, name: str | None) -> Text:
        """A title in both languages."""
        if name is not None and name in self.titles:
            return self.titles[name].name
        return Text(name or "", name or "")

    # ---- clauses

    def clauses(self) -> Iterator[Clause]:
        """Every clause, in the order of the chapters."""
        for chapter in CHAPTERS:
            yield from getattr(self, chapter)

    def clauses_on(self, day: date | None) -> Iterator[Clause]:
        """The clauses in force on that day; all of them without one.

        Raises:
            NoClauseError: the regulation itself does not hold on that day.
        """
        start = self.effective_from
        if day is not None and start is not None and day < start:
            raise NoClauseError(
                Text(f"{self.document}自 {start} 起执行，{day} 尚未生效", f"{self.id} holds from {start}, not on {day}")
            )
        for clause in self.clauses():
            if day is None or clause.holds_on(day):
                yield clause

    def latest_day(self) -> date:
        """A day on which the newest version of every clause holds: the last day from which one does."""
        starts = [clause.effective_from for clause in self.clauses() if clause.effective_from is not None]
        return max([*starts, self.effective_from or date(1900, 1, 1)])

    def credit(self, kind: str, day: date, readings: Readings | None = None) -> Credit | None:
        """The clause that gives a kind of work its value on that day; ``None`` for a kind without a value on any day.

        Raises:
            NoClauseError: the kind has a value, but none on that day.
        """
        clauses = [clause for clause in self.credits if kind in clause.kinds]
        return self.in_force(clauses, day, self.kind(kind).name, readings) if clauses else None

    def quota(self, employment: str, account: str, day: date, readings: Readings | None = None) -> Quota | None:
        """What a teacher of that employment owes in that account; ``None`` when nothing on any day."""
        clauses = [clause for clause in self.quotas if (clause.employment, clause.account) == (employment, account)]
        return self.in_force(clauses, day, self.account(account).name, readings) if clauses else None

    def for_employment(
        self, clauses: tuple[_C, ...], employment: str, day: date, readings: Readings | None = None
    ) -> tuple[_C, ...]:
        """The clauses of a chapter for that employment, the version in force of each."""
        own = [clause for clause in clauses if getattr(clause, "employment", employment) == employment]
        return self.each_in_force(own, day, readings)

    def each_in_force(self, clauses: Iterable[_C], day: date, readings: Readings | None = None) -> tuple[_C, ...]:
        """Of the clauses on each subject the one that holds on that day.

        Raises:
            NoClauseError: one subject has none.
        """
        versions: dict[tuple[tuple[str, ...], ...], list[_C]] = {}
        for clause in clauses:
            versions.setdefault(clause.subjects(), []).append(clause)
        return tuple(self.in_force(found, day, Text(found[0].id, found[0].id), readings) for found in versions.values())

    def in_force(
        self, clauses: tuple[_C, ...] | list[_C], day: date, what: Text, readings: Readings | None = None
    ) -> _C:
        """The one of ``clauses`` that holds on ``day``.

        With the reading ``before_start`` = ``retroactive`` a day before the first version takes the first version.

        Raises:
            NoClauseError: none does.
        """
        start = self.effective_from
        retroactive = readings is not None and readings.get("before_start") == "retroactive"
        found = self.held(clauses, day, retroactive=retroactive)
        if found is not None and (start is None or start <= day or retroactive):
            return found
        hint = Text("", "")
        if start is not None and day < start:
            option = "--reading before_start=retroactive"
            hint = Text(
                f"（自 {start} 起执行；若学校确认可追溯适用，请加 {option}）",
                f" (it holds from {start}; if the school confirms retroactive use, add {option})",
            )
        raise NoClauseError(
            Text(
                f"{self.document or self.id}：{day} 没有关于“{what.zh}”的有效条款{hint.zh}",
                f"{self.id}: no clause on {what.en!r} is in force on {day}{hint.en}",
            )
        )

    @staticmethod
    def held(clauses: Iterable[_C], day: date, *, retroactive: bool) -> _C | None:
        """Of the versions of one clause the one for that day; ``retroactive`` lets the first hold before its start."""
        versions = sorted(clauses, key=lambda clause: clause.effective_from or date.min)
        for clause in versions:
            if clause.holds_on(day):
                return clause
        begins = versions[0].effective_from if versions else None
        return versions[0] if retroactive and begins is not None and day < begins else None

    # ---- readings

    def chosen(self, readings: Readings | None = None) -> dict[str, str]:
        """Every reading with its value: the defaults, and the ones given.

        Raises:
            ReadingError: a switch or a value is not known; the message lists what is.

        >>> from workload import load_regulation
        >>> load_regulation("zhoukou-2024-33").chosen({"partial_unit": "whole_pooled"})["partial_unit"]
        'whole_pooled'
        """
        values = {name: reading.default for name, reading in self.readings.items()}
        problems = []
        for name, value in (readings or {}).items():
            if name not in self.readings:
                problems.append(
                    Text(
                        f"没有名为“{name}”的口径；可选：{'、'.join(self.readings)}",
                        f"there is no reading {name!r}; known: {', '.join(self.readings)}",
                    )
                )
            elif value not in self.readings[name].values:
                accepted = self.readings[name].values
                problems.append(
                    Text(
                        f"口径 {name} 不接受“{value}”；可选：{'、'.join(accepted)}",
                        f"the reading {name} does not accept {value!r}; accepted: {', '.join(accepted)}",
                    )
                )
            else:
                values[name] = value
        if problems:
            raise ReadingError(joined(problems))
        return values

    def check_start(self, period: Period, readings: Readings) -> None:
        """Refuse a period with days before the regulation began, unless its retroactive use was confirmed.

        Raises:
            NoClauseError: the period begins before ``effective_from``.
        """
        start = self.effective_from
        if start is not None and period.start < start and readings["before_start"] != "retroactive":
            raise NoClauseError(
                Text(
                    f"{self.document}自 {start} 起执行，不能用于更早的日期（核算期 {period}）。"
                    "若学校确认可追溯适用，请加 --reading before_start=retroactive",
                    f"{self.id} holds from {start}; the period {period} begins earlier. "
                    "If the school confirms retroactive use, add --reading before_start=retroactive",
                )
            )


CHAPTERS = (
    "credits",
    "coefficients",
    "caps",
    "quotas",
    "terms",
    "experience",
    "evaluation",
    "training",
    "case_reports",
    "staffing",
    "funding",
    "area",
    "courses",
    "meetings",
    "pay",
)

_T = TypeVar("_T")


def _named(things: Mapping[str, _T], name: str, what: Text) -> _T:
    try:
        return things[name]
    except KeyError:
        raise NoClauseError(
            Text(
                f"规则文件中没有{what.zh}“{name}”；可用：{'、'.join(things)}",
                f"the rule file has no {what.en} {name!r}; known: {', '.join(things)}",
            )
        ) from None
