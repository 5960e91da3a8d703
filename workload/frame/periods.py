"""Which days count as which year, for every teacher: the calendar's, the appointment's, or those before a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

from workload.frame.columns import Columns
from workload.frame.days import (
    Parts,
    as_number,
    days_of_month,
    number_of,
    with_day_before,
    with_last_day,
    with_ordinals,
)
from workload.frame.roster import Roster, term_rows
from workload.period import Period, natural_year
from workload.regulation import Regulation

if TYPE_CHECKING:
    from workload.frame.keep import Frame


def calendar_periods(teachers: Frame, years: Mapping[int, Period]) -> Frame:
    """Every teacher with every year: ``year``, ``begins``, ``start``, ``end``, and the ordinals ``first``, ``last``."""
    import narwhals as nw

    year, labels = nw.col("year"), list(years)
    of = {
        "start": [as_number(period.start) for period in years.values()],
        "end": [as_number(period.end) for period in years.values()],
        "first": [period.start.toordinal() for period in years.values()],
        "last": [period.end.toordinal() for period in years.values()],
    }
    return in_each(teachers, labels).with_columns(
        nw.lit(value=True).alias("begins"),
        *(
            year.replace_strict(labels, days, default=None, return_dtype=nw.Int64).alias(name)
            for name, days in of.items()
        ),
    )


def in_each(rows: Frame, years: Sequence[int]) -> Frame:
    """Every row once for each year. (A list in one cell is taken apart: a plan with a copy for each year is slow.)"""
    import narwhals as nw

    listed = nw.lit(",".join(map(str, years))).str.split(",").alias("year")
    return rows.with_columns(listed).explode("year").with_columns(nw.col("year").cast(nw.Int64))


def years_of(regulation: Regulation, kind: str, years: Sequence[int]) -> dict[int, Period]:
    """The days of each year: natural, or the calendar's academic ones."""
    calendar = regulation.calendar
    return {year: calendar.academic(year) if kind == "academic" else natural_year(year) for year in years}


def trailing(day: date, years: Sequence[int]) -> dict[int, Period]:
    """The years that end on that day of the year."""
    found = {}
    for year in years:
        end = day + relativedelta(years=year - day.year)
        found[year] = Period(end + relativedelta(years=-1, days=1), end)
    return found


def appointment_periods(
    roster: Roster,
    appointments: Columns | None,
    years: Sequence[int],
    regulation: Regulation,
    readings: Mapping[str, str],
) -> Frame:
    """The same where each teacher's years begin with the terms; natural ones for who has no terms.

    In a calendar year in which none begins the natural year stands in, and ``begins`` is false.
    """
    import narwhals as nw

    keys = list(roster.keys)
    natural = calendar_periods(roster.frame, years_of(regulation, "natural", years))
    if appointments is None or not roster.terms:
        return natural
    terms, _ = term_rows(appointments, keys, regulation, readings)
    terms = terms.join(roster.frame.filter(nw.col("terms")).select(*keys), on=keys, how="semi")
    own = (
        _begins(terms, range(years[0], years[-1] + 2))
        .group_by(*keys, "year")
        .agg(nw.col("begin").min().alias("own_start"), nw.col("begin").max().alias("latest"))
    )
    following = own.select(*keys, (nw.col("year") - 1).alias("year"), nw.col("own_start").alias("following"))
    own = own.join(following, on=[*keys, "year"], how="left")
    own = with_day_before(with_last_day(own, "whole", "latest", 1), "before", "following")
    cut = nw.when(nw.col("before") < nw.col("whole")).then(nw.col("before")).otherwise(nw.col("whole"))
    own = with_ordinals(own.with_columns(cut.alias("own_end")), own_first="own_start", own_last="own_end")
    names = ("start", "end", "first", "last")
    own = own.select(*keys, "year", *(f"own_{name}" for name in names))
    joined = natural.join(own, on=[*keys, "year"], how="left")
    has = ~nw.col("own_first").is_null()
    return joined.with_columns(
        (has | ~nw.col("terms")).alias("begins"),
        *(nw.when(has).then(nw.col(f"own_{name}")).otherwise(nw.col(name)).alias(name) for name in names),
    ).drop(*(f"own_{name}" for name in names))


def _begins(terms: Frame, years: Sequence[int]) -> Frame:
    """The days on which an appointment year begins in each calendar year."""
    import narwhals as nw

    start, year = Parts.of(nw.col("start")), nw.col("year")
    day = nw.min_horizontal(start.day, days_of_month(year, start.month))
    found = in_each(terms, years).with_columns(number_of(year, start.month, day).alias("begin"))
    return found.filter((nw.col("begin") >= nw.col("start")) & (nw.col("begin") <= nw.col("end")))
