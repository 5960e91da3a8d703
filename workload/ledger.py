"""The ledger: every activity row becomes exactly one line, credited to one account or set aside with one reason.

附件2 第七条(一), through the clauses of the rule file: a row's measure (minutes, class hours, events), divided by the
clause's unit, times its value for this teacher and day, times coefficients and share, rounded as the clause or the
reading says, under the caps. Totals are sums of lines.

>>> from workload import Activity, Center, Teacher, load_regulation
>>> center = Center([Teacher("T01", "part_time")], [Activity("T01", date(2024, 3, 5), "counseling_duty", minutes=100)])
>>> book = Basis.of(center, load_regulation()).post(center.teachers[0], 2024)
>>> book.lines[0].amount, book.total("counseling")
(Fraction(20, 9), Fraction(20, 9))
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import Any, TypeVar

from attrs import evolve, field, frozen

from workload.checks import title_missing
from workload.errors import Fault, InputError
from workload.exact import stepped
from workload.period import Period, natural_year
from workload.records import MINUTES_A_DAY, Activity, Center, DroppedRow, Teacher
from workload.regulation import Cap, Case, Coefficient, Credit, Readings, Regulation, Remainder
from workload.roster import Standing, standing
from workload.text import Text
from workload.vocabulary import CODES

ONE = Fraction(1)
_C = TypeVar("_C", Coefficient, Cap)
FRIDAY = 5
LONG_DUTY_MINUTES = 12 * 60  # CONTRACT: warning long_duty, no figure of a regulation

# What the reading partial_unit makes of a remainder on which the clause itself is silent.
PARTIAL_UNIT = {
    "exact": Remainder(),
    "whole_per_duty": Remainder(round="floor", pool="record"),
    "whole_pooled": Remainder(round="floor", pool="period"),
}


@frozen(eq=False)
class Line:
    """One ledger line.

    Credited: ``account``, the ``quantity`` of the row's measure that counts, the amount, the ``clause``. Set aside:
    ``reason``. The amount is kept as a pair of integers because adding those is exact and quick.
    """

    activity: Activity | DroppedRow
    reason: str | None = None
    account: str | None = None
    quantity: int | Fraction = 0
    numerator: int = 0
    denominator: int = 1
    clause: Credit | None = None
    case: Case | None = None
    title: str | None = None
    factor: Fraction = ONE
    lost_minutes: int = 0

    @property
    def amount(self) -> Fraction:
        """What the line adds to its account."""
        return Fraction(self.numerator, self.denominator)


# The fields of a Line as a bare tuple: a ledger of many rows is summed as these, and becomes lines where one is read.
Entry = tuple[
    Activity, str | None, str | None, int | Fraction, int, int, Credit | None, Case | None, str | None, Fraction, int
]


@frozen
class Notice:
    """A warning about one row, which is credited all the same."""

    row: int | None
    code: str
    record_id: str = ""
    other_row: int | None = None
    table: str = "activities"

    @property
    def message(self) -> Text:
        """What is to be looked at, in words."""
        text = CODES[self.code]
        if self.other_row is None:
            return text
        return Text(f"{text.zh}（参见第{self.other_row}行）", f"{text.en} (see row {self.other_row})")


@frozen(eq=False)
class TeacherLedger:
    """The lines of one teacher in one period, in the order of the input, and the warnings about them.

    ``begins`` is false when no year that counts as ``year`` begins (reading ``year`` = ``appointment``); the period is
    then the natural year.
    """

    standing: Standing
    year: int
    period: Period
    begins: bool
    entries: tuple[Entry, ...] = field(repr=False)
    notices: tuple[Notice, ...] = ()

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every line."""
        return tuple(Line(*entry) for entry in self.entries)

    @cached_property
    def set_aside(self) -> tuple[Line, ...]:
        """The lines set aside."""
        return tuple(Line(*entry) for entry in self.entries if entry[1] is not None)

    @cached_property
    def totals(self) -> Mapping[str, Fraction]:
        """The sum of the credited lines of each account."""
        sums: dict[tuple[str, int], int] = {}
        for _, _, account, _, numerator, denominator, *_ in self.entries:
            if account is not None:
                key = account, denominator
                sums[key] = sums.get(key, 0) + numerator
        totals: dict[str, Fraction] = {}
        for (account, denominator), numerator in sums.items():
            totals[account] = totals.get(account, Fraction(0)) + Fraction(numerator, denominator)
        return totals

    def total(self, account: str) -> Fraction:
        """The sum of the lines credited to an account: class hours or points."""
        return self.totals.get(account, Fraction(0))

    def minutes(self, account: str) -> int:
        """The minutes of duty credited to an account."""
        return sum(
            int(entry[3])
            for entry in self.entries
            if entry[2] == account and entry[6] is not None and entry[6].measure == "minutes"
        )

    def credited(self, account: str | None = None) -> tuple[Line, ...]:
        """The lines credited to that account, or to any."""
        return tuple(
            line for line in self.lines if line.account is not None and (account is None or line.account == account)
        )

    def within(self, period: Period) -> TeacherLedger:
        """The part of the ledger whose rows have their day in ``period``."""
        return evolve(self, period=period, entries=tuple(entry for entry in self.entries if entry[0].date in period))

    @property
    def touches(self) -> bool:
        """Whether any row lies in the period, credited or not."""
        return any(entry[1] != "outside_period" for entry in self.entries)

    @property
    def is_credited(self) -> bool:
        """Whether any row is."""
        return any(entry[2] is not None for entry in self.entries)


# What the judgement leaves of a row: the row, a reason or None, the quantity that counts, the minutes that others took.
_Judged = tuple[Activity, str | None, int | Fraction, int]


_Judgements = dict[tuple[object, ...], tuple[list[_Judged], tuple[Notice, ...]]]


@frozen(eq=False)
class _Valued:
    """A clause made ready for many rows: for each line of its table the value of one of the measure, as integers."""

    credit: Credit
    values: tuple[tuple[Case, int, int], ...]
    plain: bool  # one value for everybody
    by_title: bool
    weighed: bool  # coefficients or shares have a say
    remainder: Remainder
    capped: bool
    by_record: bool  # rounded, each line for itself
    pooled: bool  # what a line gives depends on other lines


class RunningSum:
    """A running sum that is rounded: each addition gives the difference of the rounded sums."""

    def __init__(self) -> None:
        self.numerator, self.denominator, self.given = 0, 1, 0

    def add(self, numerator: int, denominator: int, remainder: Remainder) -> tuple[int, int]:
        """Add a quotient; what the rounded sum gained by it, as a quotient again."""
        if denominator == self.denominator:
            self.numerator += numerator
        else:
            self.numerator = self.numerator * denominator + numerator * self.denominator
            self.denominator *= denominator
        given, step = stepped(self.numerator, self.denominator, remainder.step, remainder.round)
        gain, self.given = given - self.given, given
        return gain, step


@frozen(eq=False)
class Basis:
    """A center's records under one regulation and one choice of readings, with what follows for each teacher."""

    center: Center
    regulation: Regulation
    readings: Readings
    _last: dict[str, tuple[str, _Judgements]] = field(factory=dict, init=False, repr=False)
    _standings: dict[str, Standing] = field(factory=dict, init=False, repr=False)
    _measures: dict[str, str] = field(factory=dict, init=False, repr=False)
    _valued: dict[str, tuple[_Valued, ...]] = field(factory=dict, init=False, repr=False)
    _always: dict[str, _Valued] = field(factory=dict, init=False, repr=False)
    _credits: dict[str, tuple[Credit, ...]] = field(factory=dict, init=False, repr=False)
    _leaders: dict[tuple[int, Period | None], Mapping[str, int]] = field(factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, center: Center, regulation: Regulation, readings: Readings | None = None) -> Basis:
        """The basis under the regulation's readings, with those given instead of the defaults."""
        return cls(center, regulation, readings or {})

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "readings", self.regulation.chosen(self.readings))

    def under(self, **readings: str) -> Basis:
        """The same records under other readings."""
        other = Basis(self.center, self.regulation, {**self.readings, **readings})
        object.__setattr__(other, "_last", self._last)  # most readings leave the judgement of the rows as it is
        return other

    def standing(self, teacher: Teacher) -> Standing:
        """The teacher's terms and titles."""
        found = self._standings.get(teacher.teacher_id)
        if found is None:
            found = self._standings[teacher.teacher_id] = standing(self.center, teacher, self.regulation, self.readings)
        return found

    def year(self, teacher: Teacher, year: int) -> Period | None:
        """The teacher's period that counts as ``year``; ``None`` when no appointment year begins in it."""
        return self.standing(teacher).year(year, self.readings["year"], self.regulation)

    def nominal_year(self, year: int) -> Period:
        """The period of the whole center: natural years where each teacher has an appointment year of the own."""
        return self.regulation.calendar.academic(year) if self.readings["year"] == "academic" else natural_year(year)

    # ---- posting

    def post(self, teacher: Teacher, year: int, period: Period | None = None, *, whole: bool = True) -> TeacherLedger:
        """One teacher's ledger for one year (or one given period of it).

        It has a line for every activity row of the teacher, or, without ``whole``, only for those of the calendar
        years that the period touches: the rest is outside the period anyway.

        Raises:
            InputError: an event has no title in force, or duties overlap and the reading ``overlap`` refuses that.
            NoClauseError: a row that counts falls on a day without a clause.
        """
        own = period or self.year(teacher, year)
        counted = own or natural_year(year)
        judged, notices = self._judgement(teacher, counted, whole=whole)
        entries = self._credit(teacher, year, counted, judged, period)
        return TeacherLedger(self.standing(teacher), year, counted, own is not None, tuple(entries), notices)

    def _judgement(self, teacher: Teacher, period: Period, *, whole: bool) -> tuple[list[_Judged], tuple[Notice, ...]]:
        """The teacher's rows judged, from the last judgements where one of them is the same under these readings."""
        teacher_id, last = self._last.get("teacher", ("", {}))
        if teacher_id != teacher.teacher_id:
            last = {}
            self._last["teacher"] = teacher.teacher_id, last
        key = period, self.readings["idle_duty"], self.readings["overlap"]
        found = last.get((*key, True)) or (None if whole else last.get((*key, False)))
        if found is None:
            rows = self.center.activities_of.get(teacher.teacher_id, ()) if whole else self._near(teacher, period)
            found = last[*key, whole] = self._judge(teacher, period, rows)
        return found

    def _near(self, teacher: Teacher, period: Period) -> list[Activity]:
        """The teacher's rows of the years that the period touches, and of the night before it."""
        by_year = self.center.activities_by_year.get(teacher.teacher_id, {})
        return [
            activity
            for year in range((period.start - timedelta(days=1)).year, period.end.year + 1)
            for activity in by_year.get(year, ())
        ]

    def _judge(
        self, teacher: Teacher, period: Period, rows: Iterable[Activity]
    ) -> tuple[list[_Judged], tuple[Notice, ...]]:
        """Each row's reason, or the quantity that counts: the ladder of reasons, the first that holds."""
        standing_ = self.standing(teacher)
        terms = standing_.terms
        period_start, period_end = period.start, period.end
        first = period_start.toordinal() * MINUTES_A_DAY
        last = (period_end.toordinal() + 1) * MINUTES_A_DAY
        attended_only = self.readings["idle_duty"] == "attended_only"
        measures = self._measures
        judged: list[_Judged] = []
        duties: list[tuple[int, int, int]] = []  # begin, place in `judged`, end
        ids: set[str] = set()
        timed: set[tuple[object, ...]] = set()
        untimed: dict[tuple[object, ...], int | None] = {}
        maybe_duplicate: dict[int, int | None] = {}
        notices: list[Notice] = []
        for activity in rows:
            if activity.cancelled:
                judged.append((activity, "cancelled", 0, 0))
                continue
            day, kind, start = activity.date, activity.kind, activity.start
            measure = measures.get(kind) or self._measure(kind)
            is_duty = measure == "minutes"
            begin = end = 0
            if is_duty and start is not None and activity.end is not None and activity.minutes:
                begin = day.toordinal() * MINUTES_A_DAY + start.hour * 60 + start.minute
                end = begin + activity.minutes
                outside = end <= first or begin >= last
            else:
                outside = not period_start <= day <= period_end
            if outside:
                judged.append((activity, "outside_period", 0, 0))
                continue
            identifier = activity.record_id
            if attended_only and is_duty and not activity.attended:
                if activity.attended is None:
                    notices.append(Notice(activity.row, "attendance_blank", identifier))
                judged.append((activity, "not_attended", 0, 0))
                continue
            # -- duplicates: of rows that have come this far, and are no duplicate themselves
            amounts = (day, kind, activity.minutes, activity.class_hours, activity.events, start, activity.end)
            if (identifier and identifier in ids) or (start is not None and amounts in timed):
                judged.append((activity, "duplicate", 0, 0))
                continue
            if identifier:
                ids.add(identifier)
            if start is not None:
                timed.add(amounts)
            elif amounts in untimed:
                maybe_duplicate[len(judged)] = untimed[amounts]
            else:
                untimed[amounts] = activity.row
            # -- appointment, value, attendance
            if terms and standing_.outside_appointment(day):
                judged.append((activity, "outside_appointment", 0, 0))
            elif not self._credits_of(kind):
                judged.append((activity, "no_value", 0, 0))
            elif not is_duty:
                quantity = activity.class_hours if measure == "class_hours" else activity.events
                judged.append((activity, None, quantity or 0, 0))
            elif end:
                duties.append((begin, len(judged), end))
                judged.append((activity, None, 0, 0))
            else:
                judged.append((activity, None, activity.minutes or 0, 0))
        _take_time(judged, duties, first, last)
        notices.extend(_notices(judged, duties, maybe_duplicate, measures))
        if self.readings["overlap"] == "refuse":
            _refuse_overlaps(judged)
        return judged, tuple(notices)

    def _measure(self, kind: str) -> str:
        """What a kind is measured in; an unknown kind is an error, never "no value"."""
        found = self._measures[kind] = self.regulation.kind(kind).measure
        return found

    def _credits_of(self, kind: str) -> tuple[Credit, ...]:
        found = self._credits.get(kind)
        if found is None:
            found = self._credits[kind] = tuple(credit for credit in self.regulation.credits if kind in credit.kinds)
        return found

    # ---- amounts

    def _credit(
        self, teacher: Teacher, year: int, period: Period, judged: Iterable[_Judged], given: Period | None
    ) -> list[Entry]:
        entries: list[Entry] = []
        pooled: list[tuple[int, _Valued]] = []
        period_start, always = period.start, self._always
        by_event_day = self.readings["title_on"] == "event_day"
        for activity, reason, quantity, lost in judged:
            if reason is not None:
                entries.append((activity, reason, None, 0, 0, 1, None, None, None, ONE, lost))
                continue
            valued = always.get(activity.kind)
            if valued is None:
                # The part of a duty over the boundary belongs to the new period.
                valued = self._valued_on(activity.kind, max(activity.date, period_start))
            credit = valued.credit
            title: str | None = None
            factor = ONE
            if valued.plain:
                case, numerator, denominator = valued.values[0]
            else:
                day = max(activity.date, period_start)
                if valued.by_title:
                    title = self.standing(teacher).title_on(day if by_event_day else period.end)
                case, numerator, denominator = self._value(valued, teacher, title, activity)
                if valued.weighed:
                    factor = self._coefficient(credit, teacher, title, activity, day, quantity)
                    factor *= self._share(credit, activity, year, given)
                    numerator *= factor.numerator
                    denominator *= factor.denominator
            if type(quantity) is int:
                numerator *= quantity
            else:
                numerator *= quantity.numerator
                denominator *= quantity.denominator
            if valued.by_record:
                numerator, denominator = stepped(numerator, denominator, valued.remainder.step, valued.remainder.round)
            elif valued.pooled:
                pooled.append((len(entries), valued))
            entries.append(
                (activity, None, credit.account, quantity, numerator, denominator, credit, case, title, factor, lost)
            )
        if pooled:
            self._round_and_cap(entries, pooled)
        return entries

    def _valued_on(self, kind: str, day: date) -> _Valued:
        found = self._valued.get(kind)
        if found is None:
            found = self._valued[kind] = tuple(self._made_ready(kind, credit) for credit in self._credits_of(kind))
        if len(found) == 1 and found[0].credit.is_undated and self.regulation.effective_from is None:
            self._always[kind] = found[0]
            return found[0]
        credit = self.regulation.in_force(self._credits_of(kind), day, self.regulation.kinds[kind].name, self.readings)
        return next(valued for valued in found if valued.credit is credit)

    def _made_ready(self, kind: str, credit: Credit) -> _Valued:
        each = [case.value / credit.per for case in credit.amount]
        coefficients = [clause for clause in self.regulation.coefficients if kind in clause.kinds]
        shared = credit.co_led and self.readings["co_leaders"] != "full_each"
        remainder = self.remainder(credit)
        capped = any(kind in cap.kinds and cap.account == credit.account for cap in self.regulation.caps)
        by_title = any(case.title for clause in coefficients for case in clause.table)
        return _Valued(
            credit,
            tuple((case, value.numerator, value.denominator) for case, value in zip(credit.amount, each, strict=True)),
            plain=not coefficients and not shared and not credit.amount[0].conditions(),
            by_title=by_title or any(case.title for case in credit.amount),
            weighed=bool(coefficients) or shared,
            remainder=remainder,
            capped=capped,
            by_record=remainder.round != "exact" and remainder.pool == "record" and not capped,
            pooled=capped or (remainder.round != "exact" and remainder.pool != "record"),
        )

    def remainder(self, credit: Credit) -> Remainder:
        """What becomes of a part of the clause's unit: as the clause says, else as the reading ``partial_unit``."""
        if credit.remainder is not None:
            return credit.remainder
        return PARTIAL_UNIT[self.readings["partial_unit"]] if credit.measure == "minutes" else Remainder()

    def _value(self, valued: _Valued, teacher: Teacher, title: str | None, activity: Activity) -> tuple[Case, int, int]:
        case = self._case(valued.credit.amount, teacher, title, activity)
        return next(value for value in valued.values if value[0] is case)

    def _case(self, cases: Sequence[Case], teacher: Teacher, title: str | None, activity: Activity) -> Case:
        """The first line of a decision table that this row fits.

        Raises:
            InputError: none does, or the table asks for a title and none is in force.
        """
        dayparts: tuple[str, ...] | None = None
        if title is None and any(case.title for case in cases):
            raise InputError([title_missing(activity)])
        for case in cases:
            if dayparts is None and case.daypart:
                dayparts = tuple(self._dayparts(activity))
            if (
                (not case.title or title in case.title)
                and (not case.role or activity.role in case.role)
                and (not case.employment or teacher.employment in case.employment)
                and (not case.affiliation or teacher.affiliation in case.affiliation)
                and (not case.level or activity.level in case.level)
                and (not case.daypart or any(part in case.daypart for part in dayparts or ()))
            ):
                return case
        raise InputError([_no_case(activity, cases)])

    def _dayparts(self, activity: Activity) -> Iterator[str]:
        calendar = self.regulation.calendar
        if activity.date in calendar.holidays:
            yield "holiday"
        if activity.date.isoweekday() > FRIDAY:
            yield "weekend"
        if activity.start is not None:
            yield "evening" if activity.start >= time.fromisoformat(calendar.evening) else "day"

    def _coefficient(
        self,
        credit: Credit,
        teacher: Teacher,
        title: str | None,
        activity: Activity,
        day: date,
        quantity: int | Fraction,
    ) -> Fraction:
        factors = []
        for clause in self._on(self.regulation.coefficients, activity.kind, day):
            if clause.table:
                factor = self._case(clause.table, teacher, title, activity).value
            else:
                factor = _of_number(clause, activity, quantity)
            factors.append(factor if clause.cap is None else min(factor, clause.cap))
        if not factors:
            return ONE
        if credit.combine == "product":
            together = prod(factors, start=ONE)
        else:
            together = sum(factors, Fraction(0)) if credit.combine == "sum" else max(factors)
        return together if credit.coefficient_cap is None else min(together, credit.coefficient_cap)

    def _on(self, clauses: Iterable[_C], kind: str, day: date) -> Iterator[_C]:
        """The coefficients or caps on a kind that hold on that day; a day without one has none."""
        retroactive = self.readings["before_start"] == "retroactive"
        versions: dict[str, list[_C]] = {}
        for clause in clauses:
            if kind in clause.kinds:
                versions.setdefault(clause.id, []).append(clause)
        for found in versions.values():
            held = self.regulation.held(found, day, retroactive=retroactive)
            if held is not None:
                yield held

    def _share(self, credit: Credit, activity: Activity, year: int, given: Period | None) -> Fraction:
        """The teacher's part of an event with several leaders (R8)."""
        reading = self.readings["co_leaders"] if credit.co_led else "full_each"
        if reading == "declared":
            return ONE if activity.share is None else activity.share
        if reading == "equal_split" and activity.event_id:
            return Fraction(1, self._leaders_in(year, given).get(activity.event_id, 1))
        return ONE

    def _leaders_in(self, year: int, given: Period | None) -> Mapping[str, int]:
        """How many registered teachers have a credited row in each event, each in the own year or the given period."""
        if (year, given) not in self._leaders:
            teachers: dict[str, set[str]] = {}
            for teacher in self.center.teachers:
                period = given or self.year(teacher, year) or natural_year(year)
                rows = self._near(teacher, period)
                if not any(activity.event_id for activity in rows):
                    continue
                for activity, reason, *_ in self._judge(teacher, period, rows)[0]:
                    if reason is None and activity.event_id:
                        teachers.setdefault(activity.event_id, set()).add(teacher.teacher_id)
            self._leaders[year, given] = {event: len(found) for event, found in teachers.items()}
        return self._leaders[year, given]

    def _round_and_cap(self, entries: list[Entry], pooled: Iterable[tuple[int, _Valued]]) -> None:
        """Round once in each pool and hold each cap, in the order of time.

        A pool's rounding is given to its lines as differences of the rounded running sum, and a cap's cut to the
        lines that pass it, so that totals stay sums of lines and depend on no order of the input.
        """
        pools: dict[tuple[object, ...], RunningSum] = {}
        used: dict[tuple[object, ...], Fraction] = {}
        for place, valued in sorted(pooled, key=lambda found: (*time_order(entries[found[0]][0]), found[0])):
            entry = entries[place]
            activity, numerator, denominator = entry[0], entry[4], entry[5]
            if valued.remainder.round != "exact":
                key = (valued.credit.kinds, valued.remainder, *_pool(valued.remainder.pool, activity, place))
                pool = pools.get(key)
                if pool is None:
                    pool = pools[key] = RunningSum()
                numerator, denominator = pool.add(numerator, denominator, valued.remainder)
            if valued.capped:
                amount = self._capped(activity, valued.credit.account, Fraction(numerator, denominator), place, used)
                numerator, denominator = amount.numerator, amount.denominator
            entries[place] = (*entry[:4], numerator, denominator, *entry[6:])

    def _capped(
        self,
        activity: Activity,
        account: str,
        amount: Fraction,
        place: int,
        used: dict[tuple[object, ...], Fraction],
    ) -> Fraction:
        """What the caps leave of an amount; ``used`` is what each cap has let pass."""
        caps = [
            (cap, (cap.id, *self._cap_pool(cap.per, activity, place)))
            for cap in self._on(self.regulation.caps, activity.kind, activity.date)
            if cap.account == account
        ]
        for cap, key in caps:
            amount = min(amount, max(Fraction(0), cap.amount - used.get(key, Fraction(0))))
        for _, key in caps:
            used[key] = used.get(key, Fraction(0)) + amount
        return amount

    def _cap_pool(self, per: str, activity: Activity, place: int) -> tuple[object, ...]:
        if per == "event":
            return ("event", activity.event_id) if activity.event_id else ("record", place)
        if per == "week":
            return tuple(activity.date.isocalendar()[:2])
        if per == "semester":
            for year in (activity.date.year, activity.date.year - 1):
                for semester in self.regulation.calendar.semesters:
                    if activity.date in semester.in_year(year):
                        return semester.id, year
            return ("none",)
        return _pool(per, activity, place)


def _pool(pool: str, activity: Activity, place: int) -> tuple[object, ...]:
    if pool == "record":
        return ("record", place)
    if pool == "day":
        return ("day", activity.date)
    if pool == "month":
        return (activity.date.year, activity.date.month)
    return ("period",)


def time_order(activity: Activity) -> tuple[Any, ...]:
    """Time first; rows of one time by what they say, so that their order in the input plays no part."""
    return (
        activity.date,
        activity.start or time(0, 0),
        activity.kind,
        activity.minutes or 0,
        activity.class_hours or 0,
        activity.events,
        activity.event_id,
        activity.role,
        activity.level,
        activity.participants or 0,
        activity.share or 0,
        activity.record_id,
    )


def _of_number(clause: Coefficient, activity: Activity, quantity: int | Fraction) -> Fraction:
    """A coefficient by steps or by a line over a number of the row.

    Raises:
        InputError: the row does not say the number.
    """
    value = quantity if clause.by == "minutes" else getattr(activity, clause.by)
    if value is None:
        zh = f"系数条款 {clause.id} 需要此列"
        message = Text(zh, f"the coefficient {clause.id} needs this column")
        raise InputError([Fault("activities", activity.row, clause.by, None, "number_missing", message)])
    if clause.line is not None:
        return clause.line.value + clause.line.slope * max(Fraction(0), Fraction(value) - clause.line.at)
    index = bisect_right(clause.steps, Fraction(value), key=lambda step: step.at)
    return clause.steps[index - 1].value


def _no_case(activity: Activity, cases: Sequence[Case]) -> Fault:
    """The fault of a row that no line of a clause's table fits."""
    asked = sorted({name for case in cases for name in case.conditions()})
    return Fault(
        "activities",
        activity.row,
        asked[0] if asked else "kind",
        None,
        "no_case",
        Text(
            f"规则表中没有适用的一行（看 {'、'.join(asked)}）", f"no line of the rule's table fits ({', '.join(asked)})"
        ),
    )


def _take_time(judged: list[_Judged], duties: list[tuple[int, int, int]], first: int, last: int) -> None:
    """One person, one minute (R16): in the order of their starts, each duty keeps what is not yet taken."""
    duties.sort()
    reached = first
    for duty_begin, place, duty_end in duties:
        begin, end = max(duty_begin, first), min(duty_end, last)
        kept = max(0, end - max(begin, reached))
        reached = max(reached, end)
        judged[place] = (judged[place][0], None if kept else "overlap", kept, end - begin - kept)


def _notices(
    judged: Sequence[_Judged],
    duties: Sequence[tuple[int, int, int]],
    maybe_duplicate: Mapping[int, int | None],
    measures: Mapping[str, str],
) -> Iterator[Notice]:
    """The warnings about rows that are credited."""
    blocks: list[tuple[int, int, int | None]] = []  # the credited duties as disjoint stretches, with a row of each
    for begin, place, end in duties:
        if judged[place][1] is not None:
            continue
        if blocks and begin <= blocks[-1][1]:
            blocks[-1] = (blocks[-1][0], max(end, blocks[-1][1]), blocks[-1][2])
        else:
            blocks.append((begin, end, judged[place][0].row))
    for place, (activity, reason, _, lost) in enumerate(judged):
        if reason is not None:
            continue
        if lost:
            yield Notice(activity.row, "part_overlap", activity.record_id)
        if place in maybe_duplicate:
            yield Notice(activity.row, "possible_duplicate", activity.record_id, maybe_duplicate[place])
        if measures[activity.kind] == "minutes":
            if (activity.minutes or 0) > LONG_DUTY_MINUTES:
                yield Notice(activity.row, "long_duty", activity.record_id)
        elif blocks and activity.start is not None and (interval := activity.interval) is not None:
            begin, end = interval
            index = bisect_right(blocks, end - 1, key=lambda block: block[0]) - 1
            if index >= 0 and blocks[index][1] > begin:
                yield Notice(activity.row, "double_booked", activity.record_id, blocks[index][2])


def _refuse_overlaps(judged: Iterable[_Judged]) -> None:
    faults = [
        _overlap_refused(activity)
        for activity, reason, _, lost in judged
        if reason in ("overlap", "duplicate") or (reason is None and lost)
    ]
    if faults:
        raise InputError(faults)


def _overlap_refused(activity: Activity) -> Fault:
    """The fault of a row that takes time already taken, where the reading ``overlap`` is ``refuse``."""
    return Fault(
        "activities",
        activity.row,
        "start",
        None if activity.start is None else f"{activity.start:%H:%M}",
        "overlap",
        Text(
            "与前面的记录重复或时间重叠（口径 overlap=refuse）",
            "a duplicate of, or over, an earlier row (reading overlap=refuse)",
        ),
    )
