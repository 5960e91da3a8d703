"""方案 六(二) over frames: the three-year test of all teachers at once.

A teacher's years are few. They are laid side by side as columns, and the choice of windows that
:mod:`workload.experience` makes for one teacher is unrolled over them, a small step for each first year. Every engine
has what this takes: sums by teacher, comparisons and a union.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, reduce
from operator import add
from typing import TYPE_CHECKING

from attrs import frozen

from workload.errors import WorkloadError
from workload.experience import COUNSELING
from workload.frame.keep import kept
from workload.ledger import Basis
from workload.period import natural_year
from workload.quota import duty_credit
from workload.regulation import Experience
from workload.text import Text

if TYPE_CHECKING:
    import narwhals as nw

    from workload.frame.keep import Frame

MINUTES = "counseling_minutes"
_FACTS = ("appointed", "judged", "failed")  # true or false of a year
_BITS = 52  # that every engine divides exactly: some by way of floats


def experience(
    basis: Basis,
    clause_of: Mapping[str, Experience],
    years: Frame | None,
    teachers: Frame,
    *,
    keys: Sequence[str],
    scales: Mapping[str, int],
    first: int,
    as_of: int,
) -> Recognized:
    """方案 六(二): the recognized years of every teacher as of a year, and the windows that were taken.

    ``basis`` gives the regulation and the readings (its center may be empty), ``clause_of`` the clause of each
    employment that occurs, ``scales`` what the integers of an account are parts of. ``teachers`` has the keys and
    ``employment`` of every teacher. ``years`` has one row for each teacher and year from ``first`` to ``as_of`` that
    has anything: the keys, ``employment``, ``year``, each account that a clause needs, ``counseling_minutes``,
    ``appointed``, ``result`` (null where there is none) and ``failed``; ``None`` where no clause asks for years.

    Raises:
        WorkloadError: the scale of an account does not hold what a clause needs of it.
    """
    import narwhals as nw

    accounts = tuple(dict.fromkeys(need.account for clause in clause_of.values() for need in clause.needs))
    who = (*keys, "employment")
    laid = _Laid(
        range(min(_begin(clause, first, as_of) for clause in clause_of.values()), as_of + 1),
        max(clause.years for clause in clause_of.values()),
    )
    side_by_side = kept(laid.out(years, teachers, who, (*accounts, MINUTES)))
    tests = []
    for employment, clause in clause_of.items():
        test = _Test(basis, clause, who, accounts, scales, laid, _begin(clause, first, as_of))
        own = side_by_side.filter(nw.col("employment") == employment)
        tests.append((test, own if clause.basis == "employment" else kept(test.taken(own))))
    return Recognized(tuple(keys), accounts, tests)


@frozen(eq=False)
class Recognized:
    """What the three-year test says: two frames, each made when it is asked for."""

    keys: tuple[str, ...]
    accounts: tuple[str, ...]
    tests: Sequence[tuple[_Test, Frame]]

    @property
    def teachers(self) -> Frame:
        """A row for each teacher: the keys, ``employment``, ``verdict``, ``basis``, ``recognized_years`` (null on
        employment) and the earliest window that can still be met (null likewise): ``next_first``, ``next_last`` and
        what it lacks, ``<account>_missing`` at the account's scale, ``counseling_minutes_missing`` (null where the
        rules give a duty no fixed value) and ``evaluations_missing``, its years as a text: ``"2026,2027"``, or empty.
        """
        import narwhals as nw

        missing = [f"{name}_missing" for name in (*self.accounts, MINUTES, "evaluations")]
        names = [*self.keys, "employment", "verdict", "basis", "recognized_years", "next_first", "next_last", *missing]
        found = [
            test.on_employment(frame) if test.clause.basis == "employment" else test.found(frame)
            for test, frame in self.tests
        ]
        return nw.concat([frame.select(names) for frame in found], how="vertical")

    @property
    def windows(self) -> Frame:
        """A row for each window that is met, and of the years left each that only lacks evaluations: the keys, its
        ``first`` and ``last`` year, the sum of each account, ``counseling_minutes``, ``verdict`` and
        ``evaluations_missing``. An account that the teacher's clause does not need is null.
        """
        import narwhals as nw

        names = [*self.keys, "first", "last", *self.accounts, MINUTES, "verdict", "evaluations_missing"]
        found = []
        for test, frame in self.tests:
            if test.clause.basis == "employment":
                found.append(test.no_window(frame))
            else:
                found += [test.windows(frame, slot) for slot in test.slots]
        return nw.concat([frame.select(names) for frame in found], how="vertical")


def _begin(clause: Experience, first: int, as_of: int) -> int:
    """The first year that has a say under a clause; ``first`` is that of the records."""
    if clause.basis == "employment":
        return as_of
    trailing = as_of - clause.years + 1
    return trailing if clause.window == "trailing" else min(first, trailing)


@frozen(eq=False)
class _Laid:
    """The years side by side: a column for each amount of each (``teaching_2024``), and for each fact integers with a
    bit for each, so that those of a window are adjacent bits of one (``judged_0``). The next one (``judged_1``) begins
    where not all years of the ``longest`` window would have room.
    """

    years: range
    longest: int

    @property
    def room(self) -> int:
        """How many windows begin in the years of one integer."""
        return _BITS - self.longest

    @property
    def facts(self) -> list[tuple[str, range]]:
        """The columns of facts by their number, and their years."""
        starts = range(self.years.start, self.years.stop + self.longest, self.room)
        return [(str(place), range(start, start + _BITS)) for place, start in enumerate(starts)]

    def bits(self, fact: str, labels: range) -> nw.Expr:
        """Those of adjacent years."""
        import narwhals as nw

        place, offset = divmod(labels.start - self.years.start, self.room)
        return nw.col(f"{fact}_{place}") // (1 << offset) % (1 << len(labels))

    def columns(self, amounts: Iterable[str], labels: Iterable[int]) -> list[str]:
        """The columns of those amounts in those years, and of all facts."""
        facts = [f"{fact}_{place}" for place, _ in self.facts for fact in _FACTS]
        return [*(f"{name}_{year}" for year in labels if year in self.years for name in amounts), *facts]

    def out(self, years: Frame | None, teachers: Frame, who: Sequence[str], amounts: Sequence[str]) -> Frame:
        """One row for each teacher; 0 where there is nothing."""
        import narwhals as nw

        numbers = ("year", *amounts, *_FACTS)
        worked = []
        if years is not None:
            judged = years.with_columns(judged=~nw.col("result").is_null())
            worked = [judged.select(*who, *(nw.col(name).cast(nw.Int64) for name in numbers))]
        # Everybody has a year without a number. So a union serves as well as a join, and leaves no nulls.
        everybody = teachers.select(*who, *(nw.lit(0, nw.Int64).alias(name) for name in numbers))
        year, nothing = nw.col("year"), nw.lit(0)
        spread = [
            nw.when(year == label).then(nw.col(name)).otherwise(nothing).alias(f"{name}_{label}")
            for label in self.years
            for name in amounts
        ]
        for place, labels in self.facts:
            bit = nothing
            for label in self.years:
                if label in labels:
                    bit = nw.when(year == label).then(nw.lit(1 << (label - labels.start))).otherwise(bit)
            spread += [
                nw.when(nw.col(fact) == 1).then(bit).otherwise(nothing).alias(f"{fact}_{place}") for fact in _FACTS
            ]
        columns = self.columns(amounts, self.years)
        # The conditions stand before the sums: within them pandas would pass over them in silence.
        rows = nw.concat([*worked, everybody], how="vertical").select(*who, *spread)
        sums = rows.group_by(*who).agg(*(nw.col(column).sum() for column in columns))
        return sums.select(*who, *(nw.col(column).cast(nw.Int64) for column in columns))


@frozen(eq=False)
class _Test:
    """The teachers of one employment under their clause, each a row with the years side by side.

    What it says of a window is what ``workload.experience`` says of it.
    """

    basis: Basis
    clause: Experience
    who: tuple[str, ...]
    accounts: tuple[str, ...]
    scales: Mapping[str, int]
    laid: _Laid
    begin: int

    @property
    def as_of(self) -> int:
        """The year of the question: the last that is laid out."""
        return self.laid.years[-1]

    @cached_property
    def starts(self) -> range:
        """The first years of the windows that end by ``as_of``."""
        return range(self.begin, self.as_of - self.clause.years + 2)

    @cached_property
    def slots(self) -> list[range]:
        """The same, by as many as a window has years: of those in one slot at most one is taken."""
        return [self.starts[at : at + self.clause.years] for at in range(0, len(self.starts), self.clause.years)]

    @cached_property
    def required(self) -> dict[str, int]:
        """What a window must have of each account, at its scale."""
        factor = self.clause.years if self.clause.measured == "average" else 1
        found = {}
        for need in self.clause.needs:
            scale, amount = self.scales[need.account], need.amount * factor
            if (amount * scale).denominator != 1:
                zh = f"账户“{need.account}”的倍数 {scale} 容不下 {amount}"
                raise WorkloadError(Text(zh, f"the scale {scale} of {need.account!r} does not hold {amount}"))
            found[need.account] = int(amount * scale)
        return found

    def labels(self, first: int) -> range:
        """The years of the window that begins with ``first``."""
        return range(first, first + self.clause.years)

    def gated(self, first: int) -> range:
        """Those whose evaluation must be a pass (R14)."""
        labels = self.labels(first)
        if not self.clause.evaluations:
            return labels[:0]
        return labels if self.basis.readings["evaluation_gate"] == "each_year" else labels[-1:]

    def total(self, account: str, labels: range) -> nw.Expr:
        """The sum of an account over those years; nothing is known of later ones."""
        import narwhals as nw

        return _sum(nw.col(f"{account}_{year}") for year in labels if year in self.laid.years)

    def each(self, fact: str, labels: range) -> nw.Expr:
        """Whether it is true of each of those years."""
        return self.laid.bits(fact, labels) == (1 << len(labels)) - 1

    def no(self, fact: str, labels: range) -> nw.Expr:
        """Whether it is true of none of them."""
        return self.laid.bits(fact, labels) == 0

    # ---- which windows are taken

    def taken(self, frame: Frame) -> Frame:
        """The first years of the windows taken: as met in ``met_0``, ``met_1``, …, as undetermined in ``open_0``, ….

        Each is the earliest that shares no year with those before it (R13), or ``none``; the undetermined ones come of
        the years left.
        """
        import narwhals as nw

        met, undetermined = ([f"{taken}_{place}" for place in range(len(self.slots))] for taken in ("met", "open"))
        own = [self._verdict(first).alias(f"verdict_{first}") for first in self.starts]
        frame = self._one_by_one(frame.select(*self._columns(self.laid.years), *own), "met", met)
        left = [
            nw.when(self._unused(first)).then(nw.col(f"verdict_{first}")).otherwise(nw.lit("not_met"))
            for first in self.starts
        ]
        frame = frame.with_columns(
            rest.alias(f"verdict_{first}") for first, rest in zip(self.starts, left, strict=True)
        )
        frame = self._one_by_one(frame, "undetermined", undetermined)
        return frame.select(*self._columns(self.laid.years), *met, *undetermined)

    @property
    def none(self) -> int:
        """What stands for no window: a year after all of them."""
        return self.as_of + self.clause.years

    def _one_by_one(self, frame: Frame, verdict: str, chosen: Iterable[str]) -> Frame:
        """The first year of the earliest window with that verdict, of the next one after it, and so on."""
        import narwhals as nw

        before = None
        for place, name in enumerate(chosen):
            firsts = []
            for first in self.starts[place * self.clause.years :]:
                fits = nw.col(f"verdict_{first}") == verdict
                if before is not None:
                    fits = fits & (nw.col(before) <= first - self.clause.years)
                firsts.append(nw.when(fits).then(nw.lit(first)))
            frame = frame.with_columns(nw.min_horizontal(*firsts, nw.lit(self.none)).cast(nw.Int64).alias(name))
            before = name
        return frame

    def _columns(self, labels: range) -> list[str]:
        """Whose row it is, and what is known of those years."""
        return [*self.who, *self.laid.columns((*self.required, MINUTES), labels)]

    def _verdict(self, first: int) -> nw.Expr:
        """The verdict on one window."""
        import narwhals as nw

        labels, gated = self.labels(first), self.gated(first)
        filled = self.each("appointed", labels) & self.no("failed", gated)
        for account, amount in self.required.items():
            filled = filled & (self.total(account, labels) >= amount)
        judged = nw.when(self.each("judged", gated)).then(nw.lit("met")).otherwise(nw.lit("undetermined"))
        return nw.when(filled).then(judged).otherwise(nw.lit("not_met"))

    def _unused(self, first: int) -> nw.Expr:
        """Whether the window shares no year with a met one."""
        import narwhals as nw

        apart = nw.lit(0) == 0
        for place in range(len(self.slots)):
            met = nw.col(f"met_{place}")
            apart = apart & ((met <= first - self.clause.years) | (met >= first + self.clause.years))
        return apart

    # ---- one row a teacher

    def found(self, frame: Frame) -> Frame:
        """The verdict, and what the next window lacks."""
        import narwhals as nw

        unmet = nw.when(nw.col("open_0") < self.none).then(nw.lit("undetermined")).otherwise(nw.lit("not_met"))
        met = _sum((nw.col(f"met_{place}") < self.none).cast(nw.Int64) for place in range(len(self.slots)))
        frame = frame.select(
            *self._columns(self._reach(self._open_firsts)),
            nw.when(nw.col("met_0") < self.none).then(nw.lit("met")).otherwise(unmet).alias("verdict"),
            nw.lit(self.clause.basis).alias("basis"),
            (met * self.clause.award).cast(nw.Int64).alias("recognized_years"),
            self._next().cast(nw.Int64).alias("first"),
        )
        frame = self._of_window(frame, self._open_firsts)
        lacking = {
            account: nw.max_horizontal(nw.lit(amount) - self._within(account, self._open_firsts), nw.lit(0))
            for account, amount in self.required.items()
        }
        frame = frame.with_columns(
            nw.col("first").alias("next_first"),
            nw.col("last").alias("next_last"),
            *(self._known(lacking, account).alias(f"{account}_missing") for account in self.accounts),
            self._unjudged(self._open_firsts).alias("evaluations_missing"),
        )
        return frame.with_columns(self._minutes_missing().alias(f"{MINUTES}_missing"))

    @property
    def _open_firsts(self) -> range:
        """The first years of the windows that can still be met: the last one begins after ``as_of``."""
        return range(self.as_of - self.clause.years + 1, self.as_of + 2)

    def _next(self) -> nw.Expr:
        """The first year of the earliest window that ends in ``as_of`` or later and can still be met.

        ``as_of`` itself is still open, and the window that begins after it always is.
        """
        import narwhals as nw

        *firsts, last = self._open_firsts
        found = nw.lit(last)
        for first in reversed(firsts):
            hopeful = self.no("failed", self.gated(first)) & self.each("appointed", range(first, self.as_of))
            found = nw.when(hopeful & self._unused(first)).then(nw.lit(first)).otherwise(found)
        return found

    def _minutes_missing(self) -> nw.Expr:
        """The fewest minutes of duty that fill the next window, as :func:`workload.quota.minutes_lacking` has them when
        nothing is left over of earlier years.
        """
        import narwhals as nw

        credit = duty_credit(self.basis, COUNSELING, natural_year(self.as_of))
        remainder = None if credit is None else self.basis.remainder(credit)
        if credit is None or remainder is None or remainder.round not in {"exact", "floor"}:
            return self._null()
        if COUNSELING not in self.required:
            return nw.lit(0, nw.Int64)
        lacking, one = nw.col(f"{COUNSELING}_missing"), Fraction(1, self.scales[COUNSELING])
        each = credit.per / credit.amount[0].value
        if remainder.round == "exact":
            return _times_up(lacking, one * each).cast(nw.Int64)
        return _times_up(_times_up(lacking, one / remainder.step), remainder.step * each).cast(nw.Int64)

    def on_employment(self, frame: Frame) -> Frame:
        """The verdict on teachers whose experience is recognized on employment (R15)."""
        import narwhals as nw

        numbers = ["recognized_years", "next_first", "next_last", *(f"{name}_missing" for name in self._amounts)]
        return frame.with_columns(
            nw.lit("met").alias("verdict"),
            nw.lit(self.clause.basis).alias("basis"),
            *(self._null().alias(name) for name in numbers),
            nw.when(nw.col("employment").is_null()).then(nw.col("employment")).alias("evaluations_missing"),
        )

    # ---- one row a window

    def windows(self, frame: Frame, slot: range) -> Frame:
        """The windows taken of one slot."""
        import narwhals as nw

        firsts = [
            nw.when((nw.col(name) >= slot[0]) & (nw.col(name) <= slot[-1])).then(nw.col(name))
            for place in range(self.slots.index(slot) + 1)
            for name in (f"met_{place}", f"open_{place}")
        ]
        frame = frame.select(*self._columns(self._reach(slot)), nw.min_horizontal(*firsts).alias("first"))
        frame = frame.filter(~nw.col("first").is_null()).with_columns(nw.col("first").cast(nw.Int64))
        frame = self._of_window(frame, slot)
        sums = {name: self._within(name, slot) for name in (*self.required, MINUTES)}
        frame = frame.with_columns(
            *(self._known(sums, name).alias(name) for name in self._amounts),
            self._unjudged(slot).alias("evaluations_missing"),
        )
        complete = nw.when(nw.col("evaluations_missing") == "").then(nw.lit("met"))
        return frame.with_columns(complete.otherwise(nw.lit("undetermined")).alias("verdict"))

    def no_window(self, frame: Frame) -> Frame:
        """The windows of teachers who need none: no row."""
        import narwhals as nw

        return frame.filter(nw.col("employment").is_null()).with_columns(
            *(self._null().alias(name) for name in ("first", "last", *self._amounts)),
            *(nw.col("employment").alias(name) for name in ("verdict", "evaluations_missing")),
        )

    # ---- a window whose first year stands in a column

    def _of_window(self, frame: Frame, firsts: range) -> Frame:
        """Beside ``first``, which is one of these, the ``last`` year, and which years are in (``in_2024``)."""
        import narwhals as nw

        first, last = nw.col("first"), nw.col("last")
        frame = frame.with_columns((first + (self.clause.years - 1)).alias("last"))
        return frame.with_columns(
            *(((first <= year) & (last >= year)).alias(f"in_{year}") for year in self._reach(firsts))
        )

    def _reach(self, firsts: range) -> range:
        """The years of the windows that begin with one of these."""
        return range(firsts[0], firsts[-1] + self.clause.years)

    def _within(self, name: str, firsts: range) -> nw.Expr:
        """The sum over its years."""
        import narwhals as nw

        return _sum(
            nw.when(nw.col(f"in_{year}")).then(nw.col(f"{name}_{year}")).otherwise(nw.lit(0))
            for year in self._reach(firsts)
            if year in self.laid.years
        )

    def _unjudged(self, firsts: range) -> nw.Expr:
        """Its years whose evaluation must be a pass and is missing, as a text (R14)."""
        import narwhals as nw

        if not self.clause.evaluations:
            return nw.lit("")
        each_year = self.basis.readings["evaluation_gate"] == "each_year"
        years = []
        for year in self._reach(firsts):
            gated = nw.col(f"in_{year}") if each_year else nw.col("last") == year
            unjudged = gated & self.no("judged", range(year, year + 1))
            years.append(nw.when(unjudged).then(nw.lit(str(year))))
        return nw.concat_str(*years, separator=",", ignore_nulls=True)

    @property
    def _amounts(self) -> tuple[str, ...]:
        return (*self.accounts, MINUTES)

    def _known(self, numbers: Mapping[str, nw.Expr], name: str) -> nw.Expr:
        """One of the numbers; null where the clause does not speak of it."""
        import narwhals as nw

        return numbers[name].cast(nw.Int64) if name in numbers else self._null()

    def _null(self) -> nw.Expr:
        """No number; made from a column, because pandas has no null of a type."""
        import narwhals as nw

        return nw.when(nw.col("employment").is_null()).then(nw.col("appointed_0"))


def _sum(numbers: Iterable[nw.Expr]) -> nw.Expr:
    """Their sum; there is one at least, and none is null (for which ``nw.sum_horizontal`` would look)."""
    return reduce(add, numbers)


def _times_up(number: nw.Expr, factor: Fraction) -> nw.Expr:
    """A number that is not negative times a fraction, rounded up to an integer."""
    return (number * factor.numerator + (factor.denominator - 1)) // factor.denominator
