"""Periods of days with both ends included, and the years a regulation counts in.

>>> Period(date(2024, 1, 1), date(2024, 12, 31)).days
366
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from attrs import field, frozen
from dateutil.relativedelta import relativedelta

from workload.errors import WorkloadError
from workload.text import Text
from workload.vocabulary import YEARS

_DAY = timedelta(days=1)


@frozen(order=True)
class Period:
    """The days from ``start`` to ``end``, both included.

    Raises:
        WorkloadError: ``end`` lies before ``start``.

    >>> date(2024, 12, 31) in Period(date(2024, 1, 1), date(2024, 12, 31))
    True
    """

    start: date
    end: date = field()

    @end.validator
    def _ordered(self, _attribute: object, end: date) -> None:
        if end < self.start:
            raise WorkloadError(
                Text(f"期间的结束日期 {end} 早于开始日期 {self.start}", f"the period ends {end}, before {self.start}")
            )

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __str__(self) -> str:
        return f"{self.start}–{self.end}"

    def intersection(self, other: Period) -> Period | None:
        """The days that both have, or ``None``."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start <= end else None

    def covered_days(self, periods: Iterable[Period]) -> int:
        """How many of its days lie in at least one of ``periods``.

        >>> january = Period(date(2024, 1, 1), date(2024, 1, 31))
        >>> natural_year(2024).covered_days([january, Period(date(2024, 1, 30), date(2024, 2, 1))])
        32
        """
        covered = 0
        reached = self.start - _DAY
        for part in sorted(filter(None, map(self.intersection, periods))):
            start = max(part.start, reached + _DAY)
            if start <= part.end:
                covered += (part.end - start).days + 1
                reached = part.end
        return covered


def term(start: date, years: int) -> Period:
    """A term of ``years`` years from ``start``: it ends a day before the same day of the last year.

    A term from 29 February is counted by the calendar's month end, so its last day is 27 February.

    >>> term(date(2024, 3, 1), 1).end, term(date(2024, 2, 29), 1).end
    (datetime.date(2025, 2, 28), datetime.date(2025, 2, 27))
    """
    return Period(start, start + relativedelta(years=years, days=-1))


def natural_year(year: int) -> Period:
    """1 January to 31 December."""
    return Period(date(year, 1, 1), date(year, 12, 31))


def year_from(year: int, month_day: tuple[int, int]) -> Period:
    """The year that begins on that month and day of ``year`` (an academic year, say).

    >>> str(year_from(2024, (9, 1)))
    '2024-09-01–2025-08-31'
    """
    return term(date(year, *month_day), 1)


def term_year(year: int, terms: Iterable[Period]) -> Period | None:
    """The appointment year that counts as ``year``: from the first day of that calendar year on which one begins.

    One begins with each term and after each whole year within it, and ends a year later less a day, or before the next
    one begins: no day is in two. Several that begin in one calendar year count together. ``None`` where none does.

    >>> str(term_year(2024, [Period(date(2023, 9, 1), date(2025, 8, 31))]))
    '2024-09-01–2025-08-31'
    """
    begins = sorted({day for appointment in terms for day in _anniversaries(appointment)})
    own = [day for day in begins if day.year == year]
    if not own:
        return None
    end = term(own[-1], 1).end
    later = [day for day in begins if day > own[-1]]
    return Period(own[0], min(end, later[0] - _DAY) if later else end)


def _anniversaries(appointment: Period) -> Iterator[date]:
    """The start of a term, and the same day of each year while it lasts."""
    for year in years_touching(appointment):
        day = appointment.start + relativedelta(years=year - appointment.start.year)
        if day in appointment:
            yield day


def months_day(text: str) -> tuple[int, int]:
    """``"09-01"`` as month and day; 29 February is refused because not every year has it.

    >>> months_day("09-01")
    (9, 1)
    """
    month, _, day = text.partition("-")
    found = date(2023, int(month), int(day))
    return found.month, found.day


def span(year: int, begin: tuple[int, int], end: tuple[int, int]) -> Period:
    """From a day of ``year`` to the next such ``end`` (in the following year when it lies before ``begin``).

    >>> str(span(2024, (8, 1), (1, 31)))
    '2024-08-01–2025-01-31'
    """
    start = date(year, *begin)
    return Period(start, date(year + (end < begin), *end))


def refuse_other_years(*years: int) -> None:
    """Refuse a year in which no record of work can lie.

    Raises:
        WorkloadError: it lies before or after them.

    >>> refuse_other_years(2024, 2025)
    """
    for year in years:
        if year not in YEARS:
            span = f"{YEARS.start}–{YEARS.stop - 1}"
            raise WorkloadError(Text(f"年度应在 {span} 之间，现为 {year}", f"takes a year from {span}, not {year}"))


def years_touching(period: Period) -> Iterator[int]:
    """The calendar years that a period touches."""
    yield from range(period.start.year, period.end.year + 1)
