"""Rows that have to do with others of the same teacher: those that stand twice, and duties at the same time (R16).

Most rows have nothing to do with any other. Those that may are found by one number that they share, and they alone are
put in order; the others stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workload.frame.columns import ROW
from workload.frame.keep import kept, twice
from workload.records import MINUTES_A_DAY

if TYPE_CHECKING:
    from workload.frame.keep import Frame

_LINE = ("key", ROW)  # what a line is known by: its teacher and year, and its row
_DAYS, _MINUTES = 1 << 20, 1 << 11  # more than any day's place in the calendar, and than minutes of one
AGAIN = -1  # what a line keeps of its time that stands before


def clashes(lines: Frame, same: Sequence[str], ids: Frame | None, *, timed: bool, lasting: bool) -> Frame:
    """What is ``left`` of those lines that cannot keep all they say, by ``key`` and row: minutes, or :data:`AGAIN`.

    Args:
        lines: the open lines, kept: ``no``, ``key``, row, the columns ``same``; if ``timed``, ``begin``; if
            ``lasting``, whether it ``is_interval``, whether ``credited``, where it ``begins``, its minutes ``from``
            and ``to``.
        same: the columns that make two rows the same.
        ids: the number ``id`` of the rows (``no``, row) whose record id stands twice, if any does.
        timed: whether rows can say from when.
        lasting: whether they can say until when.
    """
    import narwhals as nw

    again = _again(lines, same, ids, timed=timed)
    found = [again.select(*_LINE, nw.lit(AGAIN, nw.Int64).alias("left"))]
    if lasting:
        duties = lines.filter(nw.col("credited") & nw.col("is_interval"))
        found.append(_left(_near(duties).join(again, on=list(_LINE), how="anti")))
    # A line is known by its row but for an input whose rows are numbered wrongly; it must not become several there.
    return kept(nw.concat(found, how="vertical").group_by(*_LINE).agg(nw.col("left").min()))


def _again(lines: Frame, same: Sequence[str], ids: Frame | None, *, timed: bool) -> Frame:
    """The later lines of the same content; without a start only where their record id is the same too."""
    import narwhals as nw

    parts, compared = [], ["id", *same]
    if timed:
        mark = (nw.col("no") * _DAYS + nw.col("place")) * _MINUTES + nw.col("begin")
        started = lines.filter(~nw.col("begin").is_null()).with_columns(mark.alias("mark"))
        few = started.join(twice(started, "mark"), on="mark", how="semi")
        parts.append(few.with_columns(nw.lit(-1, nw.Int64).alias("id")))
    if ids is not None:
        others = lines.filter(nw.col("begin").is_null()) if timed else lines
        parts.append(others.join(ids, on=["no", ROW], how="inner"))
    few = nw.concat(
        [part.select(*_LINE, *(nw.col(name).fill_null(-1).alias(name) for name in compared)) for part in parts],
        how="vertical",
    )
    first = nw.col(ROW).min().over("key", *compared)
    return kept(few.filter(nw.col(ROW) > first).select(*_LINE))


def _near(duties: Frame) -> Frame:
    """The duties on days on which the teacher has several: those that may lie over one another."""
    import narwhals as nw

    key, first, last = nw.col("key") * _DAYS, nw.col("from") // MINUTES_A_DAY, (nw.col("to") - 1) // MINUTES_A_DAY
    duties = duties.select(*_LINE, "begins", "from", "to", (key + first).alias("first"), (key + last).alias("last"))
    nights = duties.filter(nw.col("last") > nw.col("first"))
    each = [duties.select(nw.col("first").alias("day")), nights.select(nw.col("last").alias("day"))]
    days = twice(nw.concat(each, how="vertical"), "day")
    near = duties.join(days, left_on="first", right_on="day", how="semi")
    others = nights.join(days, left_on="first", right_on="day", how="anti")
    late = others.join(days, left_on="last", right_on="day", how="semi")
    return nw.concat([near, late], how="vertical")


def _left(duties: Frame) -> Frame:
    """One person, one minute: in the order of their starts, each duty keeps what is not yet taken."""
    import narwhals as nw

    order = ["begins", ROW]
    duties = duties.with_columns(nw.col("to").cum_max().over("key", order_by=order).alias("reached"))
    duties = duties.with_columns(nw.col("reached").shift(1).over("key", order_by=order).alias("reached"))
    over = duties.filter(nw.col("reached") > nw.col("from"))
    left = nw.max_horizontal(nw.col("to") - nw.col("reached"), nw.lit(0))
    return over.select(*_LINE, left.cast(nw.Int64).alias("left"))
