"""附件2 第七条(一) over frames: the clauses of a rule file as expressions on integer columns.

An amount is an integer at the scale of its account, which is chosen so that every value, factor and step of the rules
is a whole number of it. Nothing is rounded but where a clause or a reading says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from math import lcm, prod
from operator import add, and_, mul, or_
from typing import TYPE_CHECKING

from attrs import frozen

from workload.errors import WorkloadError
from workload.frame.columns import SHARES
from workload.frame.days import as_number, ordinal
from workload.frame.roster import holding
from workload.frame.words import Words, among
from workload.ledger import FRIDAY, PARTIAL_UNIT
from workload.quota import FILLS
from workload.regulation import Cap, Case, Coefficient, Credit, Regulation, Remainder
from workload.text import Text

if TYPE_CHECKING:
    import narwhals as nw

_MEASURES = {"minutes": "quantity", "class_hours": "class_hours", "events": "events", "participants": "participants"}
_DAYS_A_WEEK = 7
_FINEST = 10**12  # scales: amounts of some millions still fit, and their sums


@frozen(eq=False)
class Version:
    """A clause on credit in one version: which rows it is for, and what it makes of them."""

    credit: Credit
    remainder: Remainder
    unit: int  # what one of the measure counts in the columns: class hours at their scale, else 1
    base: int  # the scale that holds value / per
    factors: tuple[tuple[Coefficient, int], ...]  # its coefficients, each with the scale that holds it
    shared: bool
    capped: bool

    @property
    def factor_scale(self) -> int:
        """The scale that holds the coefficients together."""
        scales = [scale for _, scale in self.factors]
        if not scales:
            return 1
        together = 1
        for scale in scales:
            together = together * scale if self.credit.combine == "product" else lcm(together, scale)
        cap = self.credit.coefficient_cap
        return together if cap is None else lcm(together, cap.denominator)

    @property
    def scale(self) -> int:
        """The scale that holds its amounts before they are rounded."""
        return self.base * self.factor_scale * (SHARES if self.shared else 1)


@frozen(eq=False)
class Tariffs:
    """The credits of a regulation under some readings, over the columns of the ledger."""

    regulation: Regulation
    readings: Mapping[str, str]
    versions: tuple[Version, ...]
    scales: Mapping[str, int]
    words: Words
    hours: int  # the scale of class hours

    @classmethod
    def of(cls, regulation: Regulation, readings: Mapping[str, str], words: Words, hours: int) -> Tariffs:
        """The clauses made ready.

        Raises:
            WorkloadError: the rules have caps that no running sum can hold, or numbers too fine for integers.
        """
        versions = tuple(_version(regulation, readings, credit, hours) for credit in regulation.credits)
        capped_in_turn(regulation)
        scales = dict.fromkeys(regulation.accounts, 1)
        for version in versions:
            account = version.credit.account
            scales[account] = lcm(scales[account], version.scale, version.remainder.step.denominator)
        for cap in regulation.caps:
            scales[cap.account] = lcm(scales[cap.account], cap.amount.denominator)
        for quota in regulation.quotas:
            scales[quota.account] = lcm(scales[quota.account], quota.amount.denominator)
        for need in (need for clause in regulation.experience for need in clause.needs):
            scales[need.account] = lcm(scales[need.account], need.amount.denominator)
        if readings["counseling_fills_teaching"] == "yes":
            for account, other in FILLS.items():
                if account in scales and other in scales:
                    scales[account] = lcm(scales[account], scales[other])
        if max(scales.values(), default=1) > _FINEST:
            raise WorkloadError(
                Text(
                    "规则里的数要求的精度太细，64位整数容不下；请用 evaluate",
                    "the numbers of the rules need a finer scale than 64-bit integers hold; use evaluate",
                )
            )
        return cls(regulation, readings, versions, scales, words, hours)

    # ---- which clause

    def applying(self, day: nw.Expr) -> list[tuple[Version, nw.Expr]]:
        """Each version, and whether it is the one for a row (column ``kind``) on that day."""
        applies = self.governing([version.credit for version in self.versions], day)
        return list(zip(self.versions, applies, strict=True))

    def governing(self, clauses: Sequence[Credit | Coefficient | Cap], day: nw.Expr) -> list[nw.Expr]:
        """For each version of a clause, whether it is the one for a row (column ``kind``) on that day."""
        import narwhals as nw

        alike: dict[tuple[int, ...], list[str]] = {}  # kinds with the same versions
        for kind in self.regulation.kinds:
            own = tuple(place for place, clause in enumerate(clauses) if kind in clause.kinds)
            alike.setdefault(own, []).append(kind)
        found: list[nw.Expr] = [nw.lit(value=False) for _ in clauses]
        conditions: dict[int, list[nw.Expr]] = {}
        for own, kinds in alike.items():
            of_kind = among(nw.col("kind"), self.kind_codes(kinds))
            for place, held in zip(own, holding(day, [clauses[one] for one in own], self.readings), strict=True):
                conditions.setdefault(place, []).append(of_kind if held is None else of_kind & held)
        for place, held_of in conditions.items():
            found[place] = reduce(or_, held_of)
        return found

    def refusals(self) -> list[tuple[nw.Expr, str]]:
        """When a row that counts cannot be credited, and its fault as ``column:code``: no clause holds on its day, no
        line of a table fits it, or a coefficient goes by a number that it lacks.
        """
        import narwhals as nw

        found: list[tuple[nw.Expr, str]] = []
        applying = self.applying(nw.col("credit_day"))
        if not all(version.credit.is_undated for version in self.versions):
            anyone = reduce(or_, (applies for _, applies in applying))
            found.append((among(nw.col("kind"), self.valued) & ~anyone, "date:no_clause"))
        for version, applies in applying:
            found += [(applies & wrong, told) for wrong, told in self._no_case(version.credit.amount)]
            for clause, _ in version.factors:
                held = self._held(clause, version.credit)
                mine = applies if held is None else applies & held
                found += [(mine & wrong, told) for wrong, told in self._no_case(clause.table)]
                if clause.by and clause.by != "minutes":
                    found.append((mine & nw.col(clause.by).is_null(), f"{clause.by}:number_missing"))
        return found

    def _no_case(self, cases: Sequence[Case]) -> Iterator[tuple[nw.Expr, str]]:
        """When no line of a table fits a row; nothing where one always does."""
        if cases and all(case.conditions() for case in cases):
            asked = min(name for case in cases for name in case.conditions())
            yield ~reduce(or_, map(self._fits, cases)), f"{asked}:no_case"

    def kind_codes(self, kinds: Iterable[str]) -> list[int]:
        """The codes of kinds of work."""
        return self.words["activities", "kind"].codes_of(list(kinds))

    @property
    def alike(self) -> list[list[str]]:
        """The kinds in groups: those of one are told apart by no clause."""
        rules = self.regulation
        clauses: tuple[Credit | Coefficient | Cap, ...] = (*rules.credits, *rules.coefficients, *rules.caps)
        found: dict[tuple[object, ...], list[str]] = {}
        for name, kind in rules.kinds.items():
            found.setdefault((kind.measure, *(name in clause.kinds for clause in clauses)), []).append(name)
        return list(found.values())

    @property
    def valued(self) -> list[int]:
        """The codes of the kinds that have a value on some day."""
        return self.kind_codes(dict.fromkeys(kind for version in self.versions for kind in version.credit.kinds))

    def measured(self, measure: str) -> list[int]:
        """The codes of the kinds of that measure."""
        return self.kind_codes(kind.id for kind in self.regulation.kinds.values() if kind.measure == measure)

    @property
    def by_title(self) -> bool:
        """Whether any value depends on the title."""
        return any(case.title for cases in self._tables() for case in cases)

    def needs(self, column: str) -> bool:
        """Whether any value depends on that column of the row."""
        by = any(clause.by == column for clause in self.regulation.coefficients)
        return by or any(getattr(case, column, ()) for cases in self._tables() for case in cases)

    @property
    def pooled(self) -> bool:
        """Whether what a row gives depends on other rows."""
        return bool(self.regulation.caps) or any(
            version.remainder.round != "exact" and version.remainder.pool != "record" for version in self.versions
        )

    def _tables(self) -> Iterator[Sequence[Case]]:
        for version in self.versions:
            yield version.credit.amount
            yield from (clause.table for clause, _ in version.factors if clause.table)

    # ---- what a row gives

    def amount(self, version: Version) -> nw.Expr:
        """The amount of a row at the scale of its account; null where no line of a table fits."""
        import narwhals as nw

        credit = version.credit
        scale = self.scales[credit.account]
        part = scale // (version.factor_scale * (SHARES if version.shared else 1))
        each = [(case, case.value / credit.per / version.unit * part) for case in credit.amount]
        quantity = nw.col(_MEASURES[credit.measure])
        if self._is_measure(version):
            return quantity
        if len(each) == 1 and not each[0][0].conditions():
            amount = quantity * _whole(each[0][1])
        else:
            amount = quantity * self._chosen([(case, _whole(value)) for case, value in each])
        if version.factors:
            amount = amount * self._factor(version)
        if version.shared:
            amount = amount * nw.col("share")
        remainder = version.remainder
        if remainder.round != "exact" and remainder.pool == "record":
            amount = stepped(amount, _whole(remainder.step * scale), remainder.round)
        return amount

    def _is_measure(self, version: Version) -> bool:
        """Whether a row gives just what it measures."""
        credit, remainder = version.credit, version.remainder
        if version.factors or version.shared or len(credit.amount) > 1 or credit.amount[0].conditions():
            return False
        each = credit.amount[0].value / credit.per / version.unit * self.scales[credit.account]
        return each == 1 and (remainder.round == "exact" or remainder.pool != "record")

    def of_account(self, account: str) -> tuple[nw.Expr | None, nw.Expr | None]:
        """What a line that is credited gives to an account, and the minutes of it; ``None`` where none ever does."""
        import narwhals as nw

        amount = minutes = None
        nothing = nw.lit(0, nw.Int64)
        for place, (version, applies) in enumerate(self.applying(nw.col("credit_day"))):
            if version.credit.account != account:
                continue
            mine = nw.col("version") == place if self.pooled else applies
            given = nw.col("amount") if self.pooled else self.amount(version)
            amount = nw.when(mine).then(given).otherwise(nothing if amount is None else amount)
            if version.credit.measure == "minutes":
                minutes = nw.when(mine).then(nw.col("quantity")).otherwise(nothing if minutes is None else minutes)
        return amount, minutes

    def counts_minutes(self, account: str) -> bool:
        """Whether the amounts of an account are the minutes themselves."""
        of_it = [version for version in self.versions if version.credit.account == account]
        timed = all(version.credit.measure == "minutes" and self._is_measure(version) for version in of_it)
        return timed and not self.pooled

    def asks_title(self, version: Version) -> bool:
        """Whether its value depends on the title."""
        tables = [version.credit.amount, *(clause.table for clause, _ in version.factors)]
        return any(case.title for cases in tables for case in cases)

    def _chosen(self, cases: Sequence[tuple[Case, int]]) -> nw.Expr:
        """The value of the first line that fits."""
        import narwhals as nw

        found = nw.lit(None, nw.Int64)
        for case, value in reversed(cases):
            if case.conditions():
                found = nw.when(self._fits(case)).then(nw.lit(value)).otherwise(found)
            else:
                found = nw.lit(value)
        return found

    def _fits(self, case: Case) -> nw.Expr:
        conditions = [self._is_one(name, accepted) for name, accepted in case.conditions().items() if name != "daypart"]
        if case.daypart:
            conditions.append(self._daypart(case.daypart))
        return reduce(and_, conditions).fill_null(value=False)

    def _is_one(self, column: str, accepted: Sequence[str]) -> nw.Expr:
        """Whether one of the words of a condition stands there, as its code; but a role may be any text."""
        import narwhals as nw

        table = "activities" if column in ("level", "role") else "teachers"
        known = self.words.get((table, column))
        return nw.col(column).is_in(accepted) if known is None else among(nw.col(column), known.codes_of(accepted))

    def _daypart(self, accepted: Sequence[str]) -> nw.Expr:
        import narwhals as nw

        calendar, day = self.regulation.calendar, nw.col("date")
        hour, minute = (int(part) for part in calendar.evening.split(":"))
        evening = nw.col("start") >= (hour * 60 + minute) * 60
        weekday = ordinal(day) % _DAYS_A_WEEK  # 1 is Monday, 0 Sunday
        parts = {
            "holiday": among(day, map(as_number, calendar.holidays)),
            "weekend": (weekday > FRIDAY) | (weekday == 0),
            "evening": evening.fill_null(value=False),
            "day": (~evening).fill_null(value=False),
        }
        return reduce(or_, (parts[part] for part in accepted))

    def _factor(self, version: Version) -> nw.Expr:
        """The coefficients together, at the version's scale of factors; 1 on a day on which none holds."""
        import narwhals as nw

        combine, whole = version.credit.combine, version.factor_scale
        held = [self._held(clause, version.credit) for clause, _ in version.factors]
        values = []
        for (clause, scale), holds in zip(version.factors, held, strict=True):
            factor, neutral = self._coefficient(clause, version, scale), scale
            if combine != "product":
                factor, neutral = factor * (whole // scale), 0
            values.append(factor if holds is None else nw.when(holds).then(factor).otherwise(nw.lit(neutral)))
        if combine == "product":
            together = reduce(mul, values) * (whole // prod(scale for _, scale in version.factors))
        else:
            together = reduce(add, values) if combine == "sum" else nw.max_horizontal(*values)
        cap = version.credit.coefficient_cap
        if cap is not None:
            together = nw.min_horizontal(together, nw.lit(_whole(cap * whole)))
        dated = [holds for holds in held if holds is not None]
        if len(dated) < len(held):
            return together
        return nw.when(reduce(or_, dated)).then(together).otherwise(nw.lit(whole))

    def _held(self, clause: Coefficient, credit: Credit) -> nw.Expr | None:
        """Whether a coefficient is for a row of that credit and its day; ``None`` where it always is."""
        import narwhals as nw

        versions = [one for one in self.regulation.coefficients if one.id == clause.id]
        if len(versions) == 1 and clause.is_undated and set(credit.kinds) <= set(clause.kinds):
            return None
        return self.governing(versions, nw.col("credit_day"))[versions.index(clause)]

    def _coefficient(self, clause: Coefficient, version: Version, scale: int) -> nw.Expr:
        import narwhals as nw

        if clause.table:
            found = self._chosen([(case, _whole(case.value * scale)) for case in clause.table])
        else:
            # "minutes" are those that count, of a row of whatever measure.
            measure = version.credit.measure if clause.by == "minutes" else clause.by
            of, unit = nw.col(_MEASURES[measure]), self.hours if measure == "class_hours" else 1
            if clause.line is not None:
                part, at = clause.line.at.denominator, clause.line.at
                above = nw.max_horizontal(of * part - _whole(at * unit * part), nw.lit(0))
                slope = _whole(clause.line.slope / unit / part * scale)
                found = above * slope + _whole(clause.line.value * scale)
            else:
                found = nw.lit(_whole(clause.steps[0].value * scale))
                for step in clause.steps[1:]:
                    part = step.at.denominator
                    reached = of * part >= _whole(step.at * unit * part)
                    found = nw.when(reached).then(nw.lit(_whole(step.value * scale))).otherwise(found)
        if clause.cap is not None:
            found = nw.min_horizontal(found, nw.lit(_whole(clause.cap * scale)))
        return found


def stepped(amount: nw.Expr, step: int, how: str) -> nw.Expr:
    """An amount in whole steps, as amounts not below 0 are rounded."""
    if how == "floor":
        return amount // step * step
    if how == "ceil":
        return (amount + (step - 1)) // step * step
    return (amount * 2 + step) // (2 * step) * step


def _whole(value: Fraction) -> int:
    if value.denominator != 1:
        raise AssertionError(f"{value} does not fit its scale")
    return value.numerator


def _version(regulation: Regulation, readings: Mapping[str, str], credit: Credit, hours: int) -> Version:
    unit = hours if credit.measure == "class_hours" else 1
    base = lcm(*((case.value / credit.per / unit).denominator for case in credit.amount))
    factors = tuple(
        (clause, _scale_of(clause, hours))
        for clause in regulation.coefficients
        if set(clause.kinds) & set(credit.kinds)
    )
    remainder = credit.remainder
    if remainder is None:
        remainder = PARTIAL_UNIT[readings["partial_unit"]] if credit.measure == "minutes" else Remainder()
    return Version(
        credit=credit,
        remainder=remainder,
        unit=unit,
        base=base,
        factors=factors,
        shared=credit.co_led and readings["co_leaders"] != "full_each",
        capped=any(cap.account == credit.account and set(cap.kinds) & set(credit.kinds) for cap in regulation.caps),
    )


def _scale_of(clause: Coefficient, hours: int) -> int:
    """The scale that holds every factor that the coefficient can give."""
    values: list[Fraction] = [case.value for case in clause.table] + [step.value for step in clause.steps]
    if clause.line is not None:
        unit = hours if clause.by == "class_hours" else 1
        values += [clause.line.value, clause.line.slope / unit / clause.line.at.denominator]
    if clause.cap is not None:
        values.append(clause.cap)
    return lcm(*(value.denominator for value in values))


# What a cap is per, the finer before the coarser.
CAP_ORDER = ("record", "event", "day", "week", "month", "semester", "period")


def capped_in_turn(regulation: Regulation) -> list[Cap]:
    """The caps in an order in which one running sum after another holds them all: each within those that follow it.

    Raises:
        WorkloadError: there is no such order: they cross each other, or one changes within what it is per.
    """
    caps = sorted(regulation.caps, key=lambda cap: (CAP_ORDER.index(cap.per), len(cap.kinds)))
    wrong = [cap for place, cap in enumerate(caps) for other in caps[place + 1 :] if not _holds_within(cap, other)]
    if wrong:
        told = list(dict.fromkeys(cap.id for cap in wrong))
        raise WorkloadError(
            Text(
                f"上限条款 {'、'.join(told)} 与其他上限交叉或中途变更，数据框无法按次序核算；请用 evaluate",
                f"the caps {', '.join(told)} cross others or change, which frames cannot reckon; use evaluate",
            )
        )
    return caps


def _holds_within(cap: Cap, other: Cap) -> bool:
    """Whether all rows that share the cap share the other one too, or none does."""
    if cap.account != other.account or not set(cap.kinds) & set(other.kinds):
        return True
    if cap.id == other.id:  # two versions of one: what was used under the first counts under the second
        return cap.per == other.per and cap.per in _OF_A_DAY
    within = cap.per in ("record", other.per) or other.per == "period"
    within = within or (cap.per == "day" and other.per in ("week", "month", "semester"))
    return within and set(cap.kinds) <= set(other.kinds) and (other.is_undated or cap.per in _OF_A_DAY)


_OF_A_DAY = ("record", "day")
