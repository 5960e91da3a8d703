"""附件2 第七条(一): what a bare amount of work gives, where no row and no center stands behind it.

The same clauses and remainders as in the ledger, for one who has only minutes, or a title and a number of events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property

from attrs import field, frozen

from workload.errors import NoClauseError, WorkloadError
from workload.exact import stepped
from workload.ledger import ONE, PARTIAL_UNIT, Line, RunningSum
from workload.loading import load_regulation
from workload.quota import FILLS
from workload.records import DroppedRow
from workload.regulation import Case, Credit, Quota, Readings, Regulation, Remainder, TrainingNeed
from workload.text import Text
from workload.vocabulary import WORDS, word

_NO_ROW = DroppedRow(0)


@frozen(eq=False)
class Tariff:
    """A clause that credits an amount of work by nothing but its quantity and the title; what becomes of remainders.

    With a pooled remainder the amounts of one ``lines`` call are the pool, in their order.
    """

    credit: Credit
    remainder: Remainder
    title_names: str = field(repr=False, default="")

    def lines(self, quantities: Iterable[tuple[int | Fraction, str | None]]) -> Iterator[Line]:
        """A ledger line for each quantity and title.

        Raises:
            WorkloadError: the clause asks for a title that is not given.
        """
        pool = RunningSum() if self.remainder.round != "exact" and self.remainder.pool != "record" else None
        for quantity, title in quantities:
            case = self._case(title)
            amount = Fraction(quantity) * case.value / self.credit.per
            numerator, denominator = amount.numerator, amount.denominator
            if pool is not None:
                numerator, denominator = pool.add(numerator, denominator, self.remainder)
            elif self.remainder.round != "exact":
                numerator, denominator = stepped(numerator, denominator, self.remainder.step, self.remainder.round)
            yield Line(
                _NO_ROW,
                None,
                self.credit.account,
                quantity,
                numerator,
                denominator,
                self.credit,
                case,
                title if case.title or len(self.credit.amount) > 1 else None,
                ONE,
            )

    def amounts(self, minutes: Iterable[int]) -> Iterator[float]:
        """The amounts alone, as floats, for long ranges: the nearest float of the exact amount."""
        if self.remainder.round != "exact" or len(self.credit.amount) > 1:
            yield from (line.numerator / line.denominator for line in self.lines((found, None) for found in minutes))
            return
        each = self.credit.amount[0].value / self.credit.per
        numerator, denominator = each.numerator, each.denominator
        for found in minutes:
            yield found * numerator / denominator

    def _case(self, title: str | None) -> Case:
        for case in self.credit.amount:
            if not case.title or title in case.title:
                return case
        zh, en = f"规则没有给出这一职称的分值；可用：{self.title_names}", f"no value for this title; {self.title_names}"
        raise WorkloadError(Text(zh, en))


def tariff_of_duty(
    regulation: Regulation | None = None, readings: Readings | None = None, *, day: date | None = None
) -> Tariff:
    """附件2 第七条(一): what minutes of counseling duty give, in class hours.

    Without ``day`` the newest clause is taken.

    Raises:
        NoClauseError: the rules credit no duty to counseling, or by more than its minutes.

    >>> [line.amount for line in tariff_of_duty().lines([(90, None), (100, None)])]
    [Fraction(2, 1), Fraction(20, 9)]
    """
    return _tariff("counseling", "minutes", ("counseling_duty",), regulation, readings, day)


def tariff_of_events(
    regulation: Regulation | None = None, readings: Readings | None = None, *, day: date | None = None
) -> Tariff:
    """附件2 第七条(一): what events give by professional title, in points.

    Raises:
        NoClauseError: the rules give events no points, or different ones by kind, level or role.

    >>> [line.amount for line in tariff_of_events().lines([(2, "associate_professor")])]
    [Fraction(40, 1)]
    """
    return _tariff("points", "events", (), regulation, readings, day)


def _tariff(
    account: str,
    measure: str,
    kinds: tuple[str, ...],
    regulation: Regulation | None,
    readings: Readings | None,
    day: date | None,
) -> Tariff:
    regulation = regulation or load_regulation()
    chosen = regulation.chosen(readings)
    day = day or regulation.latest_day()
    fits = [
        credit
        for credit in regulation.credits
        if (credit.account, credit.measure) == (account, measure) and (not kinds or set(kinds) & set(credit.kinds))
    ]
    name = regulation.accounts[account].name if account in regulation.accounts else Text(account, account)
    found = regulation.each_in_force(fits, day, chosen)
    if not found:
        raise NoClauseError(
            Text(f"{regulation.document}没有给出“{name.zh}”的折算", f"{regulation.id} gives no value in {name.en!r}")
        )
    titled = [credit for credit in found if any(case.title for case in credit.amount)]
    if len(titled) == 1:  # further kinds with a value of their own, whoever leads them, are no matter of a title
        found = tuple(titled)
    weighed = {kind for factor in regulation.coefficients for kind in factor.kinds}
    weighed |= {kind for cap in regulation.caps for kind in cap.kinds}
    plain = all(set(case.conditions()) <= {"title"} for credit in found for case in credit.amount)
    if len(found) > 1 or not plain or weighed & set(found[0].kinds):
        raise NoClauseError(
            Text(
                f"按本校规则，“{name.zh}”不只取决于数量和职称；请用工作记录逐行核算",
                f"under these rules {name.en!r} depends on more than quantity and title; use the activities",
            )
        )
    (credit,) = found
    remainder = credit.remainder
    if remainder is None:
        remainder = PARTIAL_UNIT[chosen["partial_unit"]] if measure == "minutes" else Remainder()
    titles = "、".join(regulation.titles[title].name.zh for case in credit.amount for title in case.title)
    return Tariff(credit, remainder, titles)


@frozen(eq=False)
class YearlyQuota:
    """附件2 第四条(三): what a part-time teacher owes in a year, for totals that are already known."""

    clauses: dict[str, Quota]
    fills: bool

    @cached_property
    def amounts(self) -> dict[str, int | Fraction]:
        """What is owed in each account; whole numbers as integers, which are quick over long columns."""
        owed = {account: clause.amount for account, clause in self.clauses.items()}
        return {account: amount.numerator if amount.denominator == 1 else amount for account, amount in owed.items()}

    def shortfall(self, account: str, value: int | Fraction) -> int | Fraction:
        """What is missing of the account's quota."""
        lacking = self.amounts[account] - value
        return lacking if lacking > 0 else 0

    def is_met(self, totals: Mapping[str, int | Fraction]) -> bool:
        """Whether every quota is reached; counseling counts for teaching too where the reading says so."""
        return all(self.counted(account, totals) >= amount for account, amount in self.amounts.items())

    def counted(self, account: str, totals: Mapping[str, int | Fraction]) -> int | Fraction:
        """The total that counts toward the account's quota."""
        own = totals.get(account, 0)
        return own + totals.get(FILLS[account], 0) if self.fills and account in FILLS else own


def yearly_quota(
    regulation: Regulation | None = None, readings: Readings | None = None, *, day: date | None = None
) -> YearlyQuota:
    """附件2 第四条(三): the yearly quota of a part-time teacher, by account, in class hours.

    Raises:
        NoClauseError: there is none, or what is owed is owed each semester.

    >>> yearly_quota().shortfall("teaching", Fraction(141, 2))
    Fraction(3, 2)
    """
    regulation = regulation or load_regulation()
    chosen = regulation.chosen(readings)
    day = day or regulation.latest_day()
    clauses = {}
    for account in regulation.accounts:
        clause = regulation.quota("part_time", account, day, chosen)
        if clause is not None:
            clauses[account] = clause
    if not clauses or any(clause.each != "year" for clause in clauses.values()):
        raise NoClauseError(
            Text(
                f"{regulation.document}没有按年度的工作量要求",
                f"{regulation.id} asks for nothing by the year",
            )
        )
    return YearlyQuota(clauses, chosen["counseling_fills_teaching"] == "yes")


def training_hours(
    employment: str, regulation: Regulation | None = None, readings: Readings | None = None, *, day: date | None = None
) -> TrainingNeed:
    """方案 六(三): the clause on the hours of training that a teacher of that employment needs each year.

    Raises:
        NoClauseError: there is none.

    >>> training_hours("part_time").citation
    '方案 六(三)'
    """
    regulation = regulation or load_regulation()
    day = day or regulation.latest_day()
    for need in regulation.for_employment(regulation.training, employment, day, regulation.chosen(readings)):
        if (need.form, need.counted, need.within_years) == ("course", "hours", 1):
            return need
    who = word("employment", employment)
    form = WORDS["form"]["course"]
    raise NoClauseError(
        Text(
            f"{regulation.document}没有{who.zh}教师每年{form.zh}学时的要求",
            f"{regulation.id} asks no hours of training",
        )
    )
