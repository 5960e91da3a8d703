"""Days as integers of any engine: ``20241231``, and their ordinals, for what has to be counted.

Every engine has integer arithmetic; what they have of dates differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from attrs import frozen

if TYPE_CHECKING:
    import narwhals as nw

    from workload.frame.keep import Frame

NEVER, EVER = 99991231, 10000101  # later and earlier than any day of work
_A_YEAR, _A_MONTH = 10000, 100
_MARCH = 306  # days from March to the end of the year: years are counted from March, so that 29 February is the last

_N = TypeVar("_N", int, "nw.Expr")


def as_number(day: date) -> int:
    """A day as its number.

    >>> as_number(date(2024, 12, 31))
    20241231
    """
    return day.year * _A_YEAR + day.month * _A_MONTH + day.day


def as_day(number: int) -> date:
    """The day of a number.

    >>> as_day(20241231)
    datetime.date(2024, 12, 31)
    """
    return date(number // _A_YEAR, number // _A_MONTH % _A_MONTH, number % _A_MONTH)


def number_of(year: _N, month: _N, day: _N) -> _N:
    """The number of a day from its parts."""
    return year * _A_YEAR + month * _A_MONTH + day


@frozen(eq=False)
class Parts:
    """Year, month and day of a number."""

    year: nw.Expr
    month: nw.Expr
    day: nw.Expr

    @classmethod
    def of(cls, number: nw.Expr) -> Parts:
        """Those of a column of days."""
        return cls(number // _A_YEAR, number // _A_MONTH % _A_MONTH, number % _A_MONTH)

    def __iter__(self) -> Iterator[nw.Expr]:
        yield from (self.year, self.month, self.day)


def as_date(number: nw.Expr) -> nw.Expr:
    """A column of days as the engine's own dates."""
    import narwhals as nw

    return number.cast(nw.String).str.to_date(format="%Y%m%d")


def days_of_month(year: nw.Expr, month: nw.Expr | int) -> nw.Expr:
    """How many days a month has."""
    import narwhals as nw

    month = year * 0 + month if isinstance(month, int) else month
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    february = nw.when(leap).then(nw.lit(29)).otherwise(nw.lit(28))
    return (
        nw.when(month == 2)
        .then(february)
        .otherwise(nw.when(month.is_in([4, 6, 9, 11])).then(nw.lit(30)).otherwise(nw.lit(31)))
    )


def is_day(parts: Parts) -> nw.Expr:
    """Whether there is such a day."""
    year, month, day = parts.year, parts.month, parts.day
    return (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= days_of_month(year, month))


def ordinal(number: nw.Expr) -> nw.Expr:
    """The day's place in the calendar, as ``date.toordinal`` counts it."""
    return ordinal_of(Parts.of(number))


def ordinal_of(parts: Parts) -> nw.Expr:
    """The same, of year, month and day."""
    import narwhals as nw

    early = parts.month <= 2
    year = nw.when(early).then(parts.year - 1).otherwise(parts.year)
    month = nw.when(early).then(parts.month + 9).otherwise(parts.month - 3)
    days = (month * 153 + 2) // 5 + parts.day
    return year * 365 + year // 4 - year // 100 + year // 400 + days - _MARCH


def with_ordinals(frame: Frame, **days: str) -> Frame:
    """The frame with a column for the ordinal of each column of days: ``place="date"``.

    In two steps: an engine that is told everything in one expression works it out again at every place.
    """
    import narwhals as nw

    parts = {name: Parts.of(nw.col(day)) for name, day in days.items()}
    of = {name: [f"{name}_{part}" for part in ("year", "month", "day")] for name in days}
    frame = frame.with_columns(
        *(part.alias(column) for name in days for column, part in zip(of[name], parts[name], strict=True))
    )
    found = (ordinal_of(Parts(*map(nw.col, of[name]))).alias(name) for name in days)
    return frame.with_columns(*found).drop(*(column for columns in of.values() for column in columns))


def ordinal_in(year: nw.Expr, month: int, day: int) -> nw.Expr:
    """The ordinal of that day of a column of years."""
    early = month <= 2
    year = year - 1 if early else year
    days = ((month + 9 if early else month - 3) * 153 + 2) // 5 + day
    return year * 365 + year // 4 - year // 100 + year // 400 + (days - _MARCH)


def before_in(year: nw.Expr, month: int, day: int) -> nw.Expr:
    """The number of the day before that day of a column of years; it is no 1 January."""
    if day > 1:
        return year * _A_YEAR + (month * _A_MONTH + day - 1)
    return year * _A_YEAR + (month - 1) * _A_MONTH + days_of_month(year, month - 1)


def with_day_before(frame: Frame, name: str, day: str) -> Frame:
    """The frame with the day before each of a column of days."""
    return _before(_in_parts(frame, day), name)


def with_last_day(frame: Frame, name: str, start: str, years: nw.Expr | int) -> Frame:
    """The frame with the last day of so many years from a day on: it lies before the same day of a later year.

    The years from 29 February end before 28 February where there is no other.
    """
    import narwhals as nw

    frame = _in_parts(frame, start).with_columns(nw.col("y") + years)
    least = nw.min_horizontal(nw.col("d"), days_of_month(nw.col("y"), nw.col("m")))
    return _before(frame.with_columns(least.alias("d")), name)


def _in_parts(frame: Frame, day: str) -> Frame:
    import narwhals as nw

    parts = zip(("y", "m", "d"), Parts.of(nw.col(day)), strict=True)
    return frame.with_columns(*(part.alias(name) for name, part in parts))


def _before(frame: Frame, name: str) -> Frame:
    import narwhals as nw

    year, month, day = (nw.col(part) for part in ("y", "m", "d"))
    frame = frame.with_columns(days_of_month(year, month - 1).alias("of_month_before"))
    in_year = number_of(year, month - 1, nw.col("of_month_before"))
    before = nw.when(month > 1).then(in_year).otherwise(number_of(year - 1, nw.lit(12), nw.lit(31)))
    found = nw.when(day > 1).then(number_of(year, month, day - 1)).otherwise(before)
    return frame.with_columns(found.alias(name)).drop("y", "m", "d", "of_month_before")
