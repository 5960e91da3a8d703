"""Who was employed how, held which title, and was appointed when: one row a teacher, with the changes as columns.

No as-of join: each teacher has few titles and terms, and a comparison with each finds the one of a day. Every engine
has comparisons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

from attrs import frozen

from workload.errors import Fault, InputError
from workload.frame.columns import COLLEGE, ROW, TEACHER, Columns, Read, any_of, told, unless_personal
from workload.frame.days import EVER, NEVER, as_date, as_number, with_last_day, with_ordinals
from workload.frame.keep import kept
from workload.frame.words import Words
from workload.privacy import looks_like_person_data
from workload.regulation import Clause, Regulation
from workload.text import Text

if TYPE_CHECKING:
    import narwhals as nw

    from workload.frame.keep import Frame


_OF_A_TERM = ("start", "end", "term", "ended")


def keys_of(tables: Mapping[str, Columns]) -> list[str]:
    """What a teacher is known by: the id, and the college where every table has that column."""
    return [COLLEGE, TEACHER] if all(table.has(COLLEGE) for table in tables.values()) else [TEACHER]


@frozen(eq=False)
class Roster:
    """One row a teacher: keys, employment, affiliation, own title (``title_0``), ``title_k`` from ``titled_k`` on, and
    ``start_k`` to ``end_k``, and the same as ordinals, ``term_k`` to ``ended_k``; ``terms`` whether there is any. Days
    are numbers, and beside them dates (``titled_date_k``), where the engine has the days of the rows as such.

    ``no`` numbers the teachers: rows are compared and gathered by it. ``ids`` are the keys of every row of the table,
    also of those that could not be read.
    """

    frame: Frame
    keys: Sequence[str]
    titles: int
    terms: int
    ids: Frame

    def title_on(self, day: nw.Expr, *, as_date: bool = False) -> nw.Expr:
        """The title in force on a day: the latest that began by then, else the teacher's own."""
        import narwhals as nw

        found, titled = nw.col("title_0"), "titled_date" if as_date else "titled"
        for place in range(1, self.titles + 1):
            found = nw.when(nw.col(f"{titled}_{place}") <= day).then(nw.col(f"title_{place}")).otherwise(found)
        return found

    def outside(self, day: nw.Expr, *, as_date: bool = False) -> nw.Expr:
        """Whether the teacher has terms and none of them covers the day."""
        import narwhals as nw

        if not self.terms:
            return nw.lit(value=False)
        start, end = ("start_date", "end_date") if as_date else ("start", "end")
        return nw.col("terms") & ~any_of(
            (nw.col(f"{start}_{k}") <= day) & (day <= nw.col(f"{end}_{k}")) for k in range(1, self.terms + 1)
        )

    def covered(self, first: nw.Expr, last: nw.Expr) -> nw.Expr:
        """How many days from ``first`` to ``last`` (ordinals) the terms cover."""
        import narwhals as nw

        found = nw.lit(0)
        for k in range(1, self.terms + 1):
            begin = nw.max_horizontal(first, nw.col(f"term_{k}"))
            end = nw.min_horizontal(last, nw.col(f"ended_{k}"))
            found = found + nw.when(end >= begin).then(end - begin + 1).otherwise(nw.lit(0))
        return found


def roster(
    tables: Mapping[str, Columns], regulation: Regulation, words: Words, readings: Mapping[str, str], *, dates: bool
) -> tuple[Roster, list[Frame]]:
    """The roster, reckoned once, and the faults of its tables; ``dates``: the days of the rows are the engine's own."""
    import narwhals as nw

    keys = keys_of(tables)
    own = tables["teachers"]
    employments = words["teachers", "employment"]
    reads = {
        "employment": Read("word", words=employments),
        "affiliation": Read("word", words=words["teachers", "affiliation"], blank="internal"),
        "title": Read("word", words=words["teachers", "title"]),
    }
    rows, unread = own.records(keys, reads)
    rows = in_turn(rows, keys, [ROW, *reads])
    first = rows.filter(nw.col("place") == 1)
    frame = first.select(*keys, "employment", "affiliation", nw.col("title").alias("title_0"))
    ids = own.frame.select(*(own.text(key).alias(key) for key in keys))
    faults = [unread, fault_rows(rows, keys, "teachers", TEACHER, "twice", nw.col("place") > 1)]
    frame, titles, more = _with_titles(frame, ids, tables.get("titles"), keys, words)
    faults += more
    part_time = employments.code("part_time")
    frame, terms, more = _with_terms(frame, ids, tables.get("appointments"), keys, regulation, readings, part_time)
    days = [f"titled_{k}" for k in range(1, titles + 1)]
    days += [f"{name}_{k}" for k in range(1, terms + 1) for name in ("start", "end")]
    as_dates = (as_date(nw.col(name)).alias("_date_".join(name.split("_"))) for name in days if dates)
    numbered = frame.with_row_index("no", order_by=keys).with_columns(nw.col("no").cast(nw.Int64), *as_dates)
    numbered = kept(numbered)
    _refuse_personal(numbered, keys)
    return Roster(numbered, keys, titles, terms, ids), [*faults, *more]


def _refuse_personal(teachers: Frame, keys: Sequence[str]) -> None:
    """Refuse ids that are persons' numbers: they would stand in every result."""
    known = teachers.select(*keys).collect()
    wrong = [key for key in keys if any(map(looks_like_person_data, set(known[key].to_list())))]
    if wrong:
        message = Text(
            "疑似身份证号或手机号，不能作为编号", "looks like an identity or telephone number, which is no id"
        )
        raise InputError([Fault("teachers", None, key, None, "client_data", message) for key in wrong])


def fault_rows(frame: Frame, keys: Sequence[str], table: str, column: str, code: str, wrong: nw.Expr) -> Frame:
    """The rows with that fault, as the faults are told."""
    import narwhals as nw

    # As a column first: engines filter by no literal.
    found = frame.with_columns(wrong.fill_null(value=False).alias("wrong")).filter(nw.col("wrong"))
    return told(found, keys, table, nw.lit(column), nw.lit(code))


def strangers(rows: Frame, ids: Frame, keys: Sequence[str], table: str) -> Frame:
    """The faults of rows that name no teacher of the teachers table."""
    import narwhals as nw

    others = rows.join(ids, on=list(keys), how="anti").with_columns(*map(unless_personal, keys))
    return told(others, keys, table, nw.lit(TEACHER), nw.lit("unknown_teacher"))


def in_turn(rows: Frame, by: Sequence[str], order: Sequence[str]) -> Frame:
    """The rows with ``place``: the how manieth each is of those with the same ``by``."""
    import narwhals as nw

    one = rows.with_columns(nw.lit(1, nw.Int64).alias("one"))
    return one.with_columns(nw.col("one").cum_sum().over(*by, order_by=list(order)).cast(nw.Int64).alias("place"))


def once(rows: Frame, by: Sequence[str], values: Sequence[str]) -> tuple[Frame, Frame]:
    """Of the rows with the same ``by`` the first, and the later ones that differ from it in one of ``values``."""
    import narwhals as nw

    rows = in_turn(rows, by, [ROW, *values])
    first = nw.col("place") == 1
    rows = rows.with_columns(*(nw.when(first).then(nw.col(name)).alias(f"first_{name}") for name in values))
    rows = rows.with_columns(*(nw.col(f"first_{name}").max().over(*by) for name in values))
    differs = any_of(nw.col(name) != nw.col(f"first_{name}") for name in values)
    return rows.filter(first), rows.filter(differs)


def _with_titles(
    frame: Frame, ids: Frame, titles: Columns | None, keys: Sequence[str], words: Words
) -> tuple[Frame, int, list[Frame]]:
    import narwhals as nw

    if titles is None:
        return frame, 0, []
    reads = {"effective_from": Read("day"), "title": Read("word", words=words["titles", "title"])}
    held, unread = titles.records(keys, reads)
    each, others = once(held, [*keys, "effective_from"], ["title"])
    faults = [
        unread,
        strangers(held, ids, keys, "titles"),
        told(others, keys, "titles", nw.lit("effective_from"), nw.lit("twice")),
    ]
    each = each.select(*keys, nw.col("effective_from").alias("titled"), "title")
    wide, most = widened(each, keys, "titled", ("titled", "title"))
    return _joined(frame, wide, keys, most, {"titled": NEVER}), most, faults


def _with_terms(
    frame: Frame,
    ids: Frame,
    appointments: Columns | None,
    keys: Sequence[str],
    regulation: Regulation,
    readings: Mapping[str, str],
    part_time_code: int,
) -> tuple[Frame, int, list[Frame]]:
    """The terms of part-time teachers, those that touch or overlap as one."""
    import narwhals as nw

    if appointments is None:
        return frame, 0, []
    rows, faults = term_rows(appointments, keys, regulation, readings)
    part_time = frame.filter(nw.col("employment") == part_time_code).select(*keys)
    terms = rows.join(part_time, on=list(keys), how="semi")
    faults += [
        strangers(rows, ids, keys, "appointments"),
        fault_rows(terms, keys, "appointments", "start", "no_clause", nw.col("ended").is_null()),
    ]
    order = ["term", "ended"]
    terms = terms.filter(~nw.col("ended").is_null()).select(*keys, *_OF_A_TERM)
    reached = terms.with_columns(nw.col("ended").cum_max().over(*keys, order_by=order).alias("reached"))
    reached = reached.with_columns(nw.col("reached").shift(1).over(*keys, order_by=order).alias("before"))
    apart = nw.when(nw.col("term") > nw.col("before") + 1).then(nw.lit(1)).otherwise(nw.lit(0))
    islands = reached.with_columns(apart.alias("apart"))
    islands = islands.with_columns(nw.col("apart").cum_sum().over(*keys, order_by=order).cast(nw.Int64).alias("island"))
    first, last = (nw.col("start").min(), nw.col("term").min()), (nw.col("end").max(), nw.col("ended").max())
    merged = islands.group_by(*keys, "island").agg(*first, *last)
    wide, most = widened(merged.select(*keys, *_OF_A_TERM), keys, "term", _OF_A_TERM)
    if not most:
        return frame, 0, faults
    frame = _joined(frame, wide, keys, most, {"start": NEVER, "end": EVER, "term": NEVER, "ended": 0})
    return frame.with_columns((nw.col("term_1") < NEVER).alias("terms")), most, faults


def term_rows(
    appointments: Columns, keys: Sequence[str], regulation: Regulation, readings: Mapping[str, str]
) -> tuple[Frame, list[Frame]]:
    """Each appointment from ``start`` to ``end``, as ordinals from ``term`` to ``ended``, and their faults.

    One without an end lasts as long as the regulation says (附件2 第四条(三)); where it says nothing, ``ended`` is
    null.
    """
    import narwhals as nw

    rows, unread = appointments.records(keys, {"start": Read("day"), "end": Read("day")})
    start, end = nw.col("start"), nw.col("end")
    faults = [unread, fault_rows(rows, keys, "appointments", "end", "end_before_start", end < start)]
    sound = rows.filter(end.is_null() | (end >= start))
    sound = with_last_day(sound, "last", "start", _years_of_term(regulation, readings))
    sound = sound.with_columns(nw.when(end.is_null()).then(nw.col("last")).otherwise(end).alias("end"))
    return with_ordinals(sound, term="start", ended="end").select(*keys, *_OF_A_TERM, ROW), faults


def _years_of_term(regulation: Regulation, readings: Mapping[str, str]) -> nw.Expr:
    import narwhals as nw

    clauses = [clause for clause in regulation.terms if clause.employment == "part_time"]
    begins = regulation.effective_from
    day = nw.col("start")
    if begins is not None:  # a term that began before the rules did is as long as their first clause says
        day = nw.when(day < as_number(begins)).then(nw.lit(as_number(begins))).otherwise(day)
    return chosen_on(day, [(clause, clause.amount) for clause in clauses], readings)


def chosen_on(day: nw.Expr, versions: Sequence[tuple[Clause, int]], readings: Mapping[str, str]) -> nw.Expr:
    """The value of the version that holds on a day; null where none does."""
    import narwhals as nw

    found: nw.Expr = nw.lit(None, nw.Int64)
    conditions = holding(day, [clause for clause, _ in versions], readings)
    for condition, (_, value) in zip(conditions, versions, strict=True):
        found = nw.lit(value) if condition is None else nw.when(condition).then(nw.lit(value)).otherwise(found)
    return found


def holding(day: nw.Expr, clauses: Sequence[Clause], readings: Mapping[str, str]) -> list[nw.Expr | None]:
    """For each version of one clause, whether it is the one for that day; ``None`` where it always is.

    With the reading ``before_start`` = ``retroactive`` a day before the first version takes that.
    """
    first = min(clauses, key=lambda clause: clause.effective_from or date.min, default=None)
    retroactive = readings["before_start"] == "retroactive"
    found = []
    for clause in clauses:
        conditions = []
        if clause.effective_from is not None and not (retroactive and clause is first):
            conditions.append(day >= as_number(clause.effective_from))
        if clause.effective_until is not None:
            conditions.append(day <= as_number(clause.effective_until))
        found.append(reduce(and_, conditions) if conditions else None)
    return found


def widened(rows: Frame, keys: Sequence[str], order: str, columns: Sequence[str]) -> tuple[Frame, int]:
    """The rows of each key as columns ``name_1``, ``name_2`` … in their order, and how many that are at most."""
    import narwhals as nw

    numbered = rows.with_columns(nw.lit(1).alias("one")).with_columns(
        nw.col("one").cum_sum().over(*keys, order_by=[order]).cast(nw.Int64).alias("place")
    )
    found = numbered.select(nw.col("place").max()).collect()
    most = int(found["place"][0] or 0) if len(found) else 0
    if not most:
        return rows.select(*keys), 0
    here = {k: nw.col("place") == k for k in range(1, most + 1)}
    wide = numbered.with_columns(
        *(
            nw.when(condition).then(nw.col(name)).otherwise(nw.lit(None)).alias(f"{name}_{k}")
            for k, condition in here.items()
            for name in columns
        )
    )
    return (
        wide.group_by(*keys).agg(*(nw.col(f"{name}_{k}").max() for k in here for name in columns)),
        most,
    )


def _joined(
    frame: Frame,
    wide: Frame,
    keys: Sequence[str],
    most: int,
    absent: Mapping[str, int],
) -> Frame:
    """The roster with those columns; what a teacher has not is never reached."""
    import narwhals as nw

    if not most:
        return frame
    joined = frame.join(wide, on=list(keys), how="left")
    return joined.with_columns(
        *(
            nw.col(f"{name}_{k}").fill_null(value).cast(nw.Int64)
            for k in range(1, most + 1)
            for name, value in absent.items()
        )
    )
