"""The ledger over frames: the same ladder of reasons and the same amounts as :mod:`workload.ledger`, as expressions.

Each activity row becomes one line for each year that it touches (a duty over the turn of a year touches two), credited
to an account or set aside with a reason. What depends on other rows is found among the few that may have to do with
each other (duplicates, overlaps: :mod:`workload.frame.clashes`), or is a running value over the teacher's rows of the
year (pools, caps); where a table has no column that could give rise to it, it costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from attrs import Factory, evolve, field, frozen

from workload.frame.clashes import AGAIN, clashes
from workload.frame.columns import (
    CELL,
    ROW,
    SECONDS_A_DAY,
    SHARES,
    TEACHER,
    Columns,
    Read,
    any_of,
    first_of,
    told,
    unless_personal,
)
from workload.frame.days import as_date, before_in, ordinal, ordinal_in, with_ordinals
from workload.frame.keep import is_empty, kept, twice
from workload.frame.roster import Roster, once
from workload.frame.tariffs import Tariffs, Version, capped_in_turn, stepped
from workload.frame.words import among
from workload.records import MINUTES_A_DAY
from workload.regulation import Remainder
from workload.vocabulary import REASONS as VOCABULARY

if TYPE_CHECKING:
    import narwhals as nw

    from workload.frame.keep import Frame

_NEW_YEAR = 101  # month and day
_NARROW = ("place", "start", "end", "from", "to", "minutes", "events", "participants")  # they fit 32 bits
_SAME = ("place", "kind", "minutes", "class_hours", "events", "start", "end")  # what makes rows the same
# Time first; rows of one time by what they say, so that their order in the input plays no part.
_CONTENT = ("kind", "minutes", "class_hours", "events", "event_id", "role", "level", "participants", "share")
_TIME_ORDER = ("date", "start", *_CONTENT, "record_id")
KEY_YEARS = 4096  # more than any year: teacher and year in one number
FAULT = "fault"
REASONS = tuple(VOCABULARY)  # why a line is not credited
_STILL_OPEN = [REASONS.index(reason) for reason in ("outside_appointment", "no_value")]  # after all that rows can say
_STRANGER = "teacher_id:unknown_teacher"


@frozen(eq=False)
class Ledger:
    """How the activities of one input become a ledger."""

    activities: Columns
    roster: Roster
    tariffs: Tariffs
    years: Sequence[int]
    periods: Frame | None = field(default=None)  # keys, year, first, last (ordinals): under appointment years
    _same_ids: Frame | None = field(default=Factory(lambda self: self._with_same_ids(), takes_self=True))
    _of_several: Frame | None = field(default=Factory(lambda self: self._sought(), takes_self=True))

    @property
    def keys(self) -> list[str]:
        """What a teacher is known by."""
        return list(self.roster.keys)

    @property
    def readings(self) -> Mapping[str, str]:
        """The readings."""
        return self.tariffs.readings

    @property
    def timed(self) -> bool:
        """Whether rows can say from when to when."""
        return self.activities.has("start")

    @property
    def lasting(self) -> bool:
        """Whether a duty can overlap others, or go on after midnight."""
        return self.timed and self.activities.has("end")

    @property
    def named(self) -> bool:
        """Whether rows can have a record id."""
        return self.activities.has("record_id")

    @property
    def in_turn(self) -> bool:
        """Whether what a row gives can depend on the rows before it: it may be a duplicate, or overlap them."""
        return self.timed or self.named

    # ---- the rows as they stand

    @cached_property
    def _reads(self) -> dict[str, Read]:
        """How the columns are read: those that every table has, by default at least, and those that this one has."""
        own, words = self.activities, self.tariffs.words
        roles = words.get(("activities", "role"))
        reads = {
            "date": Read("day"),
            "kind": Read("word", words=words["activities", "kind"]),
            "start": Read("time"),
            "end": Read("time"),
            "minutes": Read("number"),
            "class_hours": Read("number", self.tariffs.hours),
            "events": Read("number", blank=1),
            "status": Read("mark", words=words["activities", "status"], blank="cancelled"),
            "attended": Read("truth", words=words["activities", "attended"]),
            "event_id": Read("text"),
            "share": Read("share"),
            "role": Read("text") if roles is None else Read("word", words=roles),
            "level": Read("word", words=words["activities", "level"]),
            "participants": Read("number"),
            "record_id": Read("text"),
        }
        always = ("date", "kind", "minutes", "class_hours", "events", "status")
        return {name: read for name, read in reads.items() if own.has(name) or name in always or self._asked(name)}

    def _asked(self, name: str) -> bool:
        """Whether the rules or readings ask for a column."""
        if name == "start":
            return self.tariffs.needs("daypart")
        if name == "attended":
            return self.readings["idle_duty"] == "attended_only"
        if name == "share":
            return self._splits and self.readings["co_leaders"] == "declared"
        return name in ("role", "level", "participants") and self.tariffs.needs(name)

    @cached_property
    def _read(self) -> Frame:
        """Every row with its columns read."""
        return self._read_as(self._reads)

    @property
    def _read_for_sums(self) -> Frame:
        """The same where all that is asked is what the rows give together: kinds that no clause tells apart are one."""
        if self.in_turn or self.tariffs.pooled:
            return self._read
        kinds = self.tariffs.words["activities", "kind"].alike(self.tariffs.alike)
        return self._read_as({**self._reads, "kind": Read("word", words=kinds)})

    def _read_as(self, reads: Mapping[str, Read]) -> Frame:
        """``day`` is what days are compared by, ``in_year`` the calendar year, ``place`` the day's in the calendar."""
        import narwhals as nw

        frame = self.activities.read(self.keys, reads, nobody=False)  # who is nobody is no teacher
        date = nw.col("date")
        if self._as_dates:
            in_year, cell = nw.col("date_year"), nw.col(CELL + "date")
            place = ordinal_in(in_year, 1, 1) + cell.dt.ordinal_day().cast(nw.Int32) - 1
            days = cell.alias("day"), in_year.alias("in_year"), place.alias("place")
        else:
            frame = with_ordinals(frame, place="date")
            days = date.alias("day"), (date // 10000).alias("in_year"), nw.col("place")
        return frame.with_columns(*days, *(self._clock() if self.timed else ()), nw.col("status").alias("cancelled"))

    @property
    def _as_dates(self) -> bool:
        """Whether days are compared as dates of the engine: it need not be reckoned which number each is."""
        return self.activities.is_date("date")

    def rows(self, *, near: bool = False, exact: bool = True) -> Frame:
        """The rows with their columns read, their teacher, whether they are ``faulty``, and ``fault``, the first one as
        ``column:code``. All rows, or those alone whose day is ``near`` the years, and those seen to be faulty.
        """
        import narwhals as nw

        ladder = self._ladder()
        wrong = ~nw.col("cancelled") & any_of(condition for condition, _ in ladder).fill_null(value=False)
        read = self._read if exact else self._read_for_sums
        frame = read.with_columns((nw.col("unsound") | wrong).alias("faulty"))
        if near:
            frame = frame.filter(nw.col("faulty") | self.is_near)
        frame = frame.join(self.roster.frame, on=self.keys, how="left")
        if self.tariffs.by_title:
            title = self.roster.title_on(nw.col("day"), as_date=self._as_dates)
            frame = frame.with_columns(title.alias("held"))
        if (untitled := self._untitled()) is not None:
            ladder.append((untitled, "teacher_id:title_missing"))
        fault: nw.Expr = nw.when(~nw.col("cancelled")).then(first_of(ladder))
        strange, faulty = nw.col("no").is_null(), nw.col("faulty")
        faulty = faulty | strange
        if untitled is not None:
            faulty = faulty | (~nw.col("cancelled") & untitled)
        if self._of_several is not None:
            frame = frame.join(self._of_several, on=[*self.keys, ROW], how="left")
            several = nw.col("of_several")
            faulty = faulty | ~several.is_null()
            fault = nw.when(several.is_null()).then(fault).otherwise(several)
        fault = nw.when(strange).then(nw.lit(_STRANGER)).otherwise(fault)
        unread = nw.col("unreadable")
        return frame.with_columns(
            faulty.alias("faulty"), nw.when(unread.is_null()).then(fault).otherwise(unread).alias("fault")
        )

    @property
    def is_near(self) -> nw.Expr:
        """Whether the row can lie in one of the years, as its calendar year tells."""
        import narwhals as nw

        return nw.col("in_year").is_between(self.years[0] - 1, self.years[-1] + 1).fill_null(value=False)

    @cached_property
    def sees_all(self) -> bool:
        """Whether the lines of :meth:`lines` are all, also where they need not be exact."""
        ends = None if not self.timed else self.activities.years_between("date")
        return ends is None or (self.years[0] - 1 <= ends[0] and ends[1] <= self.years[-1] + 1)

    def _idle(self) -> nw.Expr:
        """Whether it is a duty to which nobody came (R17)."""
        import narwhals as nw

        return among(nw.col("kind"), self.tariffs.measured("minutes")) & (nw.col("attended").fill_null(0) == 0)

    @property
    def _splits(self) -> bool:
        return any(version.shared for version in self.tariffs.versions)

    def _clock(self) -> list[nw.Expr]:
        """``begin``: minutes from midnight; ``minutes`` from start to end where they are not written."""
        import narwhals as nw

        start = nw.col("start")
        found = [(start // 60).alias("begin")]
        if self.lasting:
            end, minutes = nw.col("end"), nw.col("minutes")
            between = ((end - start + SECONDS_A_DAY) % SECONDS_A_DAY + 30) // 60
            written = nw.when(minutes.is_null() & (start != end)).then(between).otherwise(minutes)
            found += [between.alias("between"), written.alias("minutes")]
        return found

    # ---- faults

    def _ladder(self) -> list[tuple[nw.Expr, str]]:
        """What can be wrong with a row that was not cancelled, as seen in the row itself: ``column:code``."""
        import narwhals as nw

        tariffs, kind = self.tariffs, nw.col("kind")
        minutes, hours, events = nw.col("minutes"), nw.col("class_hours"), nw.col("events")
        duty, class_ = among(kind, tariffs.measured("minutes")), among(kind, tariffs.measured("class_hours"))
        event = among(kind, tariffs.measured("events"))
        ladder: list[tuple[nw.Expr, str]] = []
        if self.lasting:
            both = duty & ~nw.col("between").is_null()
            ladder += [
                (both & (nw.col("between") == 0), "end:no_time"),
                (both & (minutes != nw.col("between")), "minutes:minutes_disagree"),
            ]
        return [
            *ladder,
            (duty & minutes.is_null(), "minutes:minutes_missing"),
            (duty & (minutes == 0), "minutes:not_positive"),
            (class_ & hours.is_null(), "class_hours:class_hours_missing"),
            (class_ & (hours == 0), "class_hours:not_positive"),
            (event & (events == 0), "events:not_positive"),
        ]

    def _untitled(self) -> nw.Expr | None:
        """Whether the row's value goes by a title and the teacher has none on the day; ``None`` where none does."""
        import narwhals as nw

        tariffs = self.tariffs
        by_title = [one for version in tariffs.versions if tariffs.asks_title(version) for one in version.credit.kinds]
        if not by_title:
            return None
        titled = among(nw.col("kind"), tariffs.kind_codes(dict.fromkeys(by_title)))
        return (titled & nw.col("held").is_null()).fill_null(value=False)

    def _sought(self) -> Frame | None:
        """The rows whose fault lies in other rows, with it in ``of_several``; ``None`` where there is none.

        One record id has one content, and the shares of an event are at most 1 together. To look for that beforehand is
        cheap: few ids stand twice, and where no row is found, none need be marked.
        """
        import narwhals as nw

        own, parts = self.activities, []
        if self._same_ids is not None:
            parts.append(self._twice(self._same_ids))
        if own.has("share") and own.has("event_id"):
            above = self._above_one(self._said())
            parts.append(above.join(parts[0], on=[*self.keys, ROW], how="anti") if parts else above)
        found = kept(nw.concat(parts, how="vertical")) if parts else None
        return None if found is None or is_empty(found) else found

    def _with_same_ids(self) -> Frame | None:
        """What the rows say whose record id stands in several; ``id`` numbers it. ``None`` where there are none."""
        import narwhals as nw

        if not self.named:
            return None
        own, of_id = self.activities, self._of_id
        ids = own.frame.select(*(own.text(name).alias(name) for name in of_id)).filter(nw.col("record_id") != "")
        ids = twice(ids, *of_id)
        if is_empty(ids):
            return None
        ids = kept(ids.with_row_index("id", order_by=of_id).with_columns(nw.col("id").cast(nw.Int64)))
        texts = own.frame.with_columns(own.text(name).alias(f"by_{name}") for name in of_id)
        some = texts.join(ids, left_on=[f"by_{name}" for name in of_id], right_on=of_id, how="semi")
        ledger = evolve(self, activities=evolve(own, frame=some), same_ids=None, of_several=None)
        return kept(ledger._said().join(ids, on=of_id, how="inner"))

    def _said(self) -> Frame:
        """What the rows that can be read say, nothing null, so that all can be compared."""
        import narwhals as nw

        said = [
            (nw.col(name).cast(nw.Int64) if read.sort == "mark" else nw.col(name))
            .fill_null("" if read.sort == "text" else -1)
            .alias(name)
            for name, read in self._reads.items()
        ]
        return self._read.filter(~nw.col("unsound") & (nw.col(TEACHER) != "")).select(*self.keys, ROW, *said)

    @property
    def _of_id(self) -> list[str]:
        """Within what a record id has one content."""
        return [*self.keys[:-1], "record_id"]

    @property
    def _content(self) -> list[str]:
        return [name for name in self._reads if name != "record_id"]

    def _twice(self, rows: Frame) -> Frame:
        """The rows whose record id stands before with another content."""
        import narwhals as nw

        contents = rows.select(*self._of_id, TEACHER, *self._content).unique()
        two = contents.group_by(*self._of_id).agg(nw.len().alias("contents")).filter(nw.col("contents") > 1)
        rows = rows.join(kept(two), on=self._of_id, how="semi")
        _, others = once(rows, self._of_id, [TEACHER, *self._content])
        return others.select(*self.keys, ROW, nw.lit("record_id:twice").alias("of_several"))

    def _above_one(self, rows: Frame) -> Frame:
        """The last row of each event whose shares are above 1 together; a row that stands twice counts once."""
        import narwhals as nw

        done = nw.col("status") == 0
        rows = rows.filter((nw.col("event_id") != "") & (nw.col("share") > 0) & done)
        of_event = [*self.keys[:-1], "event_id"]
        each = rows.select(*self.keys, *self._content).unique()
        above = each.group_by(*of_event).agg(nw.col("share").sum().alias("all")).filter(nw.col("all") > SHARES)
        last = rows.group_by(*of_event).agg(nw.col(ROW).max().alias("last")).join(above, on=of_event, how="semi")
        found = rows.join(last, on=of_event, how="inner").filter(nw.col(ROW) == nw.col("last"))
        return found.select(*self.keys, ROW, nw.lit("share:shares_above_one").alias("of_several"))

    def faults(self) -> Frame:
        """The first fault of each faulty row. Those of a teacher whose own row is at fault are not told again."""
        import narwhals as nw

        rows = self.rows().filter(nw.col("faulty"))
        unread, fault = ~nw.col("unreadable").is_null(), nw.col("fault")
        code = nw.when(unread).then(self.activities.why(self._reads)).otherwise(_code_of(fault))
        rows = rows.with_columns(code.alias("code"))
        strange = unread | (fault != _STRANGER)
        nobody = rows.filter(~strange).join(self.roster.ids, on=self.keys, how="anti")
        found = [rows.filter(strange), nobody.with_columns(*map(unless_personal, self.keys))]
        if self._refuses:
            refused = self.lines().filter(nw.col("refused")).with_columns(_code_of(fault).alias("code"))
            found.append(refused.select(*self.keys, ROW, "fault", "code").unique())
        return nw.concat(
            [told(one, self.keys, "activities", fault.str.replace_all(r":.*$", "")) for one in found], how="vertical"
        )

    # ---- the years

    def in_years(self, rows: Frame) -> Frame:
        """The rows, once for each year that they touch: ``year``, whether it is ``inside``, ``quantity``, and the day
        by which the line is credited, as a number (``credit_day``) and as days are compared (``credit_on``).

        With the times of duties: ``begins`` (where it stands in the order of time), ``from`` and ``to``, in minutes
        since the beginning of the calendar, cut to the year. A faulty row has no year.
        """
        import narwhals as nw

        if self.periods is not None:
            return self._in_periods(rows)
        start, date, in_year = self._year_begins, nw.col("date"), nw.col("in_year")
        year = in_year if start is None else nw.when(date % 10000 >= start).then(in_year).otherwise(in_year - 1)
        rows = rows.with_columns(
            nw.when(~nw.col("faulty")).then(year).alias("year"),
            date.alias("credit_day"),
            nw.col("day").alias("credit_on"),
            nw.col("minutes").alias("quantity"),
        )
        if self.lasting:
            rows = self._cut_at_the_turn(rows)
        inside = nw.col("year").is_between(self.years[0], self.years[-1])
        return rows.with_columns(inside.fill_null(value=False).alias("inside"))

    def _cut_at_the_turn(self, rows: Frame) -> Frame:
        """The rows, and of duties over the turn of a year the part in the next one (R3)."""
        import narwhals as nw

        next_year = nw.col("year") + 1
        month, day = divmod(self._year_begins or _NEW_YEAR, 100)
        rows = self._with_intervals(rows)
        boundary = ordinal_in(next_year, month, day) * MINUTES_A_DAY
        rows = rows.with_columns(boundary.cast(nw.Int64).alias("boundary"))
        over = nw.col("is_interval") & (nw.col("to") > nw.col("boundary"))
        into = over & next_year.is_between(self.years[0], self.years[-1])
        rows = rows.with_columns(over.fill_null(value=False).alias("over"), into.fill_null(value=False).alias("into"))
        turn = (next_year * 10000 + (month * 100 + day)).cast(nw.Int64)
        rest = rows.filter(nw.col("into")).with_columns(
            next_year.alias("year"),
            turn.alias("credit_day"),
            (as_date(turn) if self._as_dates else turn).alias("credit_on"),
            nw.col("boundary").alias("from"),
        )
        # Of a row whose own year is not asked for, the next one's part is all there is.
        is_own = nw.col("year").is_between(self.years[0], self.years[-1]).fill_null(value=False) | ~nw.col("into")
        own = rows.filter(is_own).with_columns(
            nw.when(nw.col("over")).then(nw.col("boundary")).otherwise(nw.col("to")).alias("to")
        )
        both = nw.concat([own, rest.select(*own.collect_schema().names())], how="vertical")
        lasts = nw.when(nw.col("is_interval")).then(nw.col("to") - nw.col("from")).otherwise(nw.col("quantity"))
        return both.with_columns(lasts.alias("quantity"))

    @property
    def _year_begins(self) -> int | None:
        """Month and day on which the year begins, as a number; ``None`` for the natural year."""
        if self.readings["year"] != "academic":
            return None
        month, day = self.tariffs.regulation.calendar.academic_year
        return None if (month, day) == (1, 1) else month * 100 + day

    def _with_intervals(self, rows: Frame) -> Frame:
        """``is_interval``: a duty with start and end; ``begins``, ``from``, ``to``: minutes of the calendar."""
        import narwhals as nw

        duty = among(nw.col("kind"), self.tariffs.measured("minutes"))
        interval = duty & ~nw.col("begin").is_null() & ~nw.col("end").is_null() & (nw.col("minutes") > 0)
        begins = nw.col("place") * MINUTES_A_DAY + nw.col("begin")
        rows = rows.with_columns(
            interval.fill_null(value=False).alias("is_interval"), begins.cast(nw.Int64).alias("begins")
        )
        return rows.with_columns(nw.col("begins").alias("from"), (nw.col("begins") + nw.col("minutes")).alias("to"))

    def _in_periods(self, rows: Frame) -> Frame:
        """The same where each teacher has years of the own."""
        import narwhals as nw

        assert self.periods is not None  # noqa: S101  # said to the type checker
        rows = rows.with_columns(nw.col("minutes").alias("quantity"))
        rows = self._with_intervals(rows) if self.lasting else rows
        joined = rows.filter(~nw.col("faulty")).join(self.periods, on=self.keys, how="inner")
        first, last = nw.col("first") * MINUTES_A_DAY, (nw.col("last") + 1) * MINUTES_A_DAY
        touches = (nw.col("place") >= nw.col("first")) & (nw.col("place") <= nw.col("last"))
        if self.lasting:
            meets = (nw.col("to") > first) & (nw.col("from") < last)
            touches = nw.when(nw.col("is_interval")).then(meets).otherwise(touches)
        inside = joined.filter(touches)
        begins, later = nw.col("period_start"), nw.col("period_start") > nw.col("date")
        begins_on = as_date(begins) if self._as_dates else begins
        inside = inside.with_columns(
            nw.lit(value=True).alias("inside"),
            nw.when(later).then(begins).otherwise(nw.col("date")).alias("credit_day"),
            nw.when(later).then(begins_on).otherwise(nw.col("day")).alias("credit_on"),
        )
        if self.lasting:
            inside = inside.with_columns(
                nw.max_horizontal(nw.col("from"), first).alias("from"),
                nw.min_horizontal(nw.col("to"), last).alias("to"),
            )
            lasts = nw.when(nw.col("is_interval")).then(nw.col("to") - nw.col("from")).otherwise(nw.col("quantity"))
            inside = inside.with_columns(lasts.alias("quantity"))
        outside = rows.join(inside.select(*self.keys, ROW), on=[*self.keys, ROW], how="anti").with_columns(
            nw.lit(None, nw.Int64).alias("year"),
            nw.col("date").alias("credit_day"),
            nw.col("day").alias("credit_on"),
            nw.lit(value=False).alias("inside"),
            nw.lit(None, nw.Int64).alias("period_end"),
        )
        names = [name for name in inside.collect_schema().names() if name not in ("first", "last", "period_start")]
        return nw.concat([inside.select(*names), outside.select(*names)], how="vertical")

    # ---- the ladder of reasons

    def lines(self, *, exact: bool = True) -> Frame:
        """The lines: the keys, ``row``, ``year``, ``key`` (teacher and year in one number), whether it is ``credited``
        (then ``version``, the place of the clause, ``amount`` and ``quantity`` say what it gives) or for which
        ``reason`` it is not, as a place in :data:`REASONS`; whether it is so as nothing can be credited (``refused``).

        Where they need not be ``exact``, lines far from the years may be missing (:attr:`sees_all`), as are columns
        that play no part any more, and kinds that no clause tells apart are read as one.
        """
        frame = self._narrow if self.timed and not exact else self._opened(exact=exact)
        if self.in_turn:
            frame = self._held_against_others(frame)
        return self._credited(frame).with_columns(self._reason().alias("reason"))

    def _opened(self, *, near: bool = False, exact: bool = True) -> Frame:
        """The lines with what each says by itself: the reason of its ``own`` for which it is not credited, whether it
        is ``open`` all the same (others may stand for it), or ``credited`` so far.
        """
        import narwhals as nw

        frame = self.in_years(self.rows(near=near, exact=exact)).with_columns(
            self._own_reason().alias("own"),
            (nw.col("no") * KEY_YEARS + nw.col("year")).alias("key"),
            *([self._title().alias("title")] if self.tariffs.by_title else []),
        )
        if self._refuses:
            frame = frame.with_columns(nw.lit(value=False).alias("refused"))
        return self._refused(frame.with_columns(*self._so_far()), self.tariffs.refusals())

    def _own_reason(self) -> nw.Expr:
        """Why a line is not credited, as far as it says itself; null where it does not."""
        import narwhals as nw

        tariffs = self.tariffs
        ladder = [(nw.col("faulty"), FAULT), (nw.col("cancelled"), "cancelled"), (~nw.col("inside"), "outside_period")]
        if self.readings["idle_duty"] == "attended_only":
            ladder.append((self._idle(), "not_attended"))
        if self.roster.terms:
            outside = self.roster.outside(nw.col("day"), as_date=self._as_dates)
            ladder.append((outside, "outside_appointment"))
        if len(tariffs.valued) < len(tariffs.regulation.kinds):
            ladder.append((~among(nw.col("kind"), tariffs.valued), "no_value"))
        return _first_reason(ladder, nw.lit(None, nw.Int16))

    def _so_far(self) -> list[nw.Expr]:
        """Whether a line is ``open``, and ``credited``, by its own reason."""
        import narwhals as nw

        own = nw.col("own")
        credited = own.is_null() & ~nw.col("refused") if self._refuses else own.is_null()
        return [
            (own.is_null() | among(own, _STILL_OPEN).fill_null(value=False)).alias("open"),
            credited.alias("credited"),
        ]

    @cached_property
    def _narrow(self) -> Frame:
        """The lines of rows that can say from when, reckoned once and kept, as narrow as can be: they are looked at
        several times, and many.
        """
        import narwhals as nw

        frame = self._opened(near=not self.sees_all)
        of_use = self._of_use(frame)
        narrow = [name for name in _NARROW if name in of_use]
        said = nw.when(~nw.col("faulty"))  # what cannot be read may not fit
        frame = frame.with_columns(*(said.then(nw.col(name)).cast(nw.Int32).alias(name) for name in narrow))
        frame = kept(frame.select(*of_use), is_large=True).with_columns(
            nw.col(*narrow).cast(nw.Int64),
            *self._so_far(),
            (nw.col("key") // KEY_YEARS).alias("no"),
            (nw.col("key") % KEY_YEARS).alias("year"),
            (nw.col("start") // 60).alias("begin"),
            *([nw.lit(None, nw.String).alias("fault")] if self._refuses else []),
        )
        if self.lasting:
            lasts = nw.when(nw.col("is_interval")).then(nw.col("to") - nw.col("from")).otherwise(nw.col("minutes"))
            begins = nw.col("place") * MINUTES_A_DAY + nw.col("begin")
            frame = frame.with_columns(lasts.alias("quantity"), begins.alias("begins"))
        return frame

    @cached_property
    def _clashes(self) -> Frame | None:
        """What is ``left`` of the lines that others stand in the way of; ``None`` where none can."""
        import narwhals as nw

        ids = None
        if self._same_ids is not None:
            numbers = self.roster.frame.select(*self.keys, "no")
            ids = self._same_ids.join(numbers, on=self.keys, how="inner").select("no", ROW, "id")
        if self.timed:
            lines = self._narrow
        elif ids is not None:
            lines = kept(self._opened().join(ids, on=["no", ROW], how="semi"))
        else:
            return None
        lines = lines.filter(nw.col("open"))
        if self._refuses:  # what cannot be credited is no earlier row
            lines = lines.filter(~nw.col("refused"))
        same = [name for name in _SAME if name == "place" or name in self._reads]
        return clashes(lines, same, ids, timed=self.timed, lasting=self.lasting)

    def _of_use(self, frame: Frame) -> list[str]:
        """The columns that still play a part for the amounts."""
        tariffs, regulation = self.tariffs, self.tariffs.regulation
        past = {*self.keys, *self.roster.frame.collect_schema().names()}
        past |= {"open", "credited", "begin", "begins", "year"}  # these follow from the others
        past |= {"quantity"} if self.lasting else set()
        past |= {"status", "attended", "day", "in_year", "cancelled", "unsound", "unreadable", "of_several"}
        past |= {"held", "between", "boundary", "over", "into", "inside", "credit_on", "date_year", "faulty", "fault"}
        by_semester = any(quota.each == "semester" for quota in regulation.quotas)
        if not (by_semester or tariffs.pooled or tariffs.needs("daypart")):
            past.add("date")
        if not tariffs.pooled:
            past.add("record_id")
        if all(clause.is_undated for clause in (*regulation.credits, *regulation.coefficients)):
            past.add("credit_day")
        if self._splits:
            past -= set(self.keys[:-1])
        past -= {name for name in ("employment", "affiliation") if tariffs.needs(name)}
        return [name for name in frame.collect_schema().names() if name not in past and not name.startswith(CELL)]

    def _reason(self) -> nw.Expr:
        """Why a line is not credited; null where it is."""
        import narwhals as nw

        own, ladder = nw.col("own"), []
        if self._refuses:
            ladder.append((nw.col("refused"), FAULT))
        if self.in_turn:
            ladder.append((nw.col("again"), "duplicate"))
        if self.lasting:
            ladder.append((own.is_null() & ~nw.col("credited"), "overlap"))
        return _first_reason(ladder, own)

    @property
    def _refuses(self) -> bool:
        """Whether a sound row can turn out to be a fault where it is credited."""
        return bool(self.tariffs.refusals()) or self._splits or self._refuses_overlap

    @property
    def _refuses_overlap(self) -> bool:
        return self.readings["overlap"] == "refuse" and self.in_turn

    def _title(self) -> nw.Expr:
        """The title by which a line has its value (R6)."""
        import narwhals as nw

        if self.readings["title_on"] == "event_day" and self.periods is None and not self.lasting:
            return nw.col("held")
        if self.readings["title_on"] == "event_day":
            return self.roster.title_on(nw.col("credit_on"), as_date=self._as_dates)
        return self.roster.title_on(self._period_end())

    def _refused(self, frame: Frame, refusals: Sequence[tuple[nw.Expr, str]]) -> Frame:
        """The lines that count, without those that cannot be credited: they are faults."""
        import narwhals as nw

        if not refusals:
            return frame
        wrong = nw.col("credited") & any_of(condition for condition, _ in refusals).fill_null(value=False)
        return self._as_faults(frame.with_columns(wrong.alias("wrong")), first_of(refusals))

    def _as_faults(self, frame: Frame, told_: nw.Expr) -> Frame:
        """The lines that are ``wrong`` as faults."""
        import narwhals as nw

        wrong = nw.col("wrong")
        return frame.with_columns(
            (nw.col("refused") | wrong).alias("refused"),
            (nw.col("credited") & ~wrong).alias("credited"),
            nw.when(wrong).then(told_).otherwise(nw.col("fault")).alias("fault"),
        ).drop("wrong")

    def _held_against_others(self, frame: Frame) -> Frame:
        """The lines with what they say ``again``, and the duties with what is left of their time."""
        import narwhals as nw

        if self._clashes is None:
            return frame.with_columns(nw.lit(value=False).alias("again"))
        left, names = nw.col("left"), frame.collect_schema().names()
        frame = frame.join(self._clashes, on=["key", ROW], how="left")
        frame = frame.with_columns((left == AGAIN).fill_null(value=False).alias("again"))
        frame = self._taken(frame, nw.col("again"))
        if self.lasting:
            least = nw.col("quantity") if self.readings["overlap"] == "refuse" else nw.lit(1)
            frame = self._taken(frame, (left >= 0) & (left < least))
            cut = nw.when(left >= 0).then(left).otherwise(nw.col("quantity"))
            frame = frame.with_columns(cut.alias("quantity"))
        return frame.select(*names, "again")

    def _taken(self, frame: Frame, taken: nw.Expr) -> Frame:
        """The lines without those whose time is taken; these are faults under the reading ``overlap`` = ``refuse``."""
        import narwhals as nw

        taken = taken.fill_null(value=False)
        if self.readings["overlap"] == "refuse":
            return self._as_faults(frame.with_columns(taken.alias("wrong")), nw.lit("start:overlap"))
        return frame.with_columns((nw.col("credited") & ~taken).alias("credited"))

    # ---- the amounts

    def _credited(self, frame: Frame) -> Frame:
        """``version``, ``account`` and ``amount`` of the lines that are credited."""
        import narwhals as nw

        tariffs = self.tariffs
        if self._splits:
            frame = self._with_shares(frame)
        counts = nw.col("credited")
        number: nw.Expr = nw.lit(None, nw.Int64)
        amount: nw.Expr = nw.lit(None, nw.Int64)
        applying = tariffs.applying(nw.col("credit_day"))
        for place, (version, applies) in enumerate(applying):
            number = nw.when(applies).then(nw.lit(place)).otherwise(number)
            amount = nw.when(applies).then(tariffs.amount(version)).otherwise(amount)
        frame = frame.with_columns(
            nw.when(counts).then(number).otherwise(nw.lit(None, nw.Int64)).alias("version"),
            nw.when(counts).then(amount).otherwise(nw.lit(None, nw.Int64)).alias("amount"),
        )
        if tariffs.pooled:
            frame = self._pooled(frame, [version for version, _ in applying])
        return frame

    def _period_end(self) -> nw.Expr:
        """The last day of the year that a line is in."""
        import narwhals as nw

        if self.periods is not None:
            return nw.col("period_end")
        start = self._year_begins
        if start is None:
            return nw.col("year") * 10000 + 1231
        return before_in(nw.col("year") + 1, *divmod(start, 100))

    def _with_shares(self, frame: Frame) -> Frame:
        """The teacher's part of an event with several leaders, in :data:`SHARES` (R8)."""
        import narwhals as nw

        if self.readings["co_leaders"] == "declared":
            return frame.with_columns(nw.col("share").fill_null(SHARES).alias("share"))
        if not self.activities.has("event_id"):
            return frame.with_columns(nw.lit(SHARES).alias("share"))
        led = frame.filter(nw.col("credited") & ~nw.col("event_id").is_null() & (nw.col("event_id") != ""))
        of_event = [*self.keys[:-1], "event_id", "year"]
        leaders = led.select(*of_event, "no").unique()
        counted = leaders.group_by(*of_event).agg(nw.len().cast(nw.Int64).alias("leaders"))
        joined = frame.join(counted, on=of_event, how="left")
        joined = joined.with_columns(nw.col("leaders").fill_null(1))
        shared = [kind for version in self.tariffs.versions if version.shared for kind in version.credit.kinds]
        split = among(nw.col("kind"), self.tariffs.kind_codes(dict.fromkeys(shared)))
        uneven = split & (nw.lit(SHARES, nw.Int64) % nw.col("leaders") != 0)
        joined = self._refused(joined, [(uneven, "event_id:off_scale")])
        return joined.with_columns((nw.lit(SHARES, nw.Int64) // nw.col("leaders")).alias("share"))

    def _pooled(self, frame: Frame, versions: Sequence[Version]) -> Frame:
        """Rounding once in each pool, and the caps, in the order of time; each line gets its difference."""
        import narwhals as nw

        frame, tariffs = frame.with_columns(*self._time_order()), self.tariffs
        pools: dict[tuple[Sequence[str], Remainder], list[int]] = {}
        for place, version in enumerate(versions):
            remainder = version.remainder
            if remainder.round != "exact" and remainder.pool != "record":
                pools.setdefault((version.credit.kinds, remainder), []).append(place)
        for (_, remainder), places in pools.items():
            step = (remainder.step * tariffs.scales[versions[places[0]].credit.account]).numerator
            mine = among(nw.col("version"), places)
            frame = self._running(frame, mine, remainder.pool, partial(stepped, step=step, how=remainder.round))
        for cap in capped_in_turn(tariffs.regulation):
            places = [place for place, version in enumerate(versions) if version.credit.account == cap.account]
            same = [one for one in tariffs.regulation.caps if one.id == cap.id]
            governs = tariffs.governing(same, nw.col("date"))[same.index(cap)]
            limit = nw.lit((cap.amount * tariffs.scales[cap.account]).numerator)
            mine = among(nw.col("version"), places) & governs
            frame = self._running(frame, mine, cap.per, partial(nw.min_horizontal, limit))
        return frame

    def _running(self, frame: Frame, mine: nw.Expr, per: str, held: Callable[[nw.Expr], nw.Expr]) -> Frame:
        """The amounts of some lines as what each adds to the held running sum of its pool."""
        import narwhals as nw

        names = frame.collect_schema().names()
        frame = frame.with_columns(mine.fill_null(value=False).alias("mine"), self._pool(per).alias("pool"))
        over, order = ["key", "mine", "pool"], [*(f"by_{name}" for name in _TIME_ORDER), ROW]
        running = nw.col("amount").cum_sum().over(*over, order_by=order).cast(nw.Int64)
        frame = frame.with_columns(running.alias("running"))
        gained = held(nw.col("running")) - held(nw.col("running") - nw.col("amount"))
        return frame.with_columns(
            nw.when(nw.col("mine")).then(gained).otherwise(nw.col("amount")).alias("amount")
        ).select(*names)

    def _time_order(self) -> list[nw.Expr]:
        """What orders the lines of a teacher: time, and then all that a row says, as in the ledger of objects."""
        import narwhals as nw

        words = self.tariffs.words
        found = []
        for name in _TIME_ORDER:
            if name not in self._reads:
                column: nw.Expr = nw.lit(0)
            elif (known := words.get(("activities", name))) is not None:  # in the order of their names
                ranks = {one: rank for rank, one in enumerate(sorted(["", *known.names]))}
                places, ranked = list(range(len(known.names))), [ranks[one] for one in known.names]
                column = nw.col(name).replace_strict(places, ranked, default=0, return_dtype=nw.Int64)
            else:
                column = nw.col(name).fill_null("" if self._reads[name].sort == "text" else 0)
            found.append(column.alias(f"by_{name}"))
        return found

    def _pool(self, per: str) -> nw.Expr:  # noqa: PLR0911
        """What a pool of rounding or of a cap is known by, within a teacher's year."""
        import narwhals as nw

        date = nw.col("date")
        if per == "day":
            return date
        if per == "month":
            return date // 100
        if per == "week":
            return (ordinal(date) - 1) // 7
        if per == "semester":
            return self._semester(date)
        if per == "record":
            return nw.col(ROW)
        if per == "event" and self.activities.has("event_id"):
            id_, row = nw.col("event_id").fill_null(""), nw.col(ROW).cast(nw.String)
            alone = nw.concat_str([nw.lit("row "), row])
            return nw.when(id_ == "").then(alone).otherwise(nw.concat_str([nw.lit("event "), id_]))
        return nw.col(ROW) if per == "event" else nw.lit(0)

    def _semester(self, date: nw.Expr) -> nw.Expr:
        """The semester of a day, as its place in the calendar with the year in which it began."""
        import narwhals as nw

        found: nw.Expr = nw.lit(-1)
        semesters = self.tariffs.regulation.calendar.semesters
        month_day, year = date % 10000, date // 10000
        for back in (1, 0):
            for place, semester in reversed(list(enumerate(semesters))):
                begin, end = (month * 100 + day for month, day in (semester.start, semester.end))
                over = end < begin
                if back == 0:
                    inside = (month_day >= begin) if over else (month_day >= begin) & (month_day <= end)
                elif over:
                    inside = month_day <= end
                else:
                    continue
                found = nw.when(inside).then((year - back) * len(semesters) + place).otherwise(found)
        return found


def _first_reason(ladder: Sequence[tuple[nw.Expr, str]], otherwise: nw.Expr) -> nw.Expr:
    """The reason, as a place in :data:`REASONS`, of the first condition that holds."""
    import narwhals as nw

    for condition, reason in reversed(ladder):
        otherwise = nw.when(condition).then(nw.lit(REASONS.index(reason), nw.Int16)).otherwise(otherwise)
    return otherwise


def _code_of(fault: nw.Expr) -> nw.Expr:
    """The code of a fault that is told as ``column:code``."""
    return fault.str.replace_all(r"^.*:", "")
