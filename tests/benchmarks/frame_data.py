"""The records of a province over ten years as Parquet, the same in every run: 160 colleges of 40 teachers have 10^7
rows, 156 a teacher and year; for more or fewer rows there are more or fewer colleges.

Two shapes. ``clean``: amounts alone, as monthly sheets give them. ``hard``: registers with clock times too, in which
duties overlap, rows stand twice (with all that they say, or under another record id), duties last over midnight and
over the turn of the year. Both have cancelled rows and kinds without a value; neither has a fault. The rows stand in
random order, in several files with several row groups, written by pyarrow with its own settings, as pandas does.

A clock time is what the writers of Parquet make of one: pandas and DuckDB a TIME in microseconds (from Excel's time
cells, or the text of a CSV that DuckDB looks through); what was read from CSV by pandas or polars stays text, "14:30".
``clock`` chooses; the default is the TIME.

    python tests/benchmarks/frame_data.py [FOLDER [ROWS [clean|hard [time|text]]]]
"""

import sys
from datetime import time
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from attrs import frozen

from workload import Activity, Center, Evaluation, Teacher, TitleHeld

SEED = 20240520
YEARS = range(2015, 2025)
COLLEGE = 40  # teachers of one
ROWS_A_COLLEGE = 10_000_000 // 160
ROWS_A_FILE, ROWS_A_GROUP = 1_000_000, 131_072

EVENTS = (
    "group_counseling",
    "lecture",
    "training_session",
    "salon",
    "forum",
    "practice_activity",
    "case_conference",
    "admission_assessment",
    "return_assessment",
)
NO_VALUE = ("supervision", "crisis_intervention", "other")
KINDS = ("counseling_duty", "class_teaching", *EVENTS, *NO_VALUE)
TITLES = ("none", "other", "assistant", "lecturer", "associate_professor", "professor")  # a promotion is one step up
RESULTS = ("excellent", "passed", "basically_passed", "failed")
DUTY_MINUTES = np.array([30, 40, 45, 50, 60, 60, 90, 90, 120, 135])
CLASS_HOURS = np.array([0.75, 1, 1.5, 2, 2, 2, 2, 2.25, 3, 4])
FIRST_HOURS = np.array([8, 8, 9, 10, 14, 14, 15, 19])
DAY = 24 * 60

CLEAN = ("teacher_id", "date", "kind", "minutes", "class_hours", "events", "status")
HARD = ("row", "record_id", "teacher_id", "date", "kind", "start", "end", *CLEAN[3:])
TYPES = {
    "row": pa.int64(),
    "date": pa.date32(),
    "minutes": pa.int64(),
    "class_hours": pa.float64(),
    "events": pa.int64(),
}

# The parts of the rows of the hard shape that come a second time.
WHOLE_COPIES, SAME_CONTENT, OVERLAPPING = 0.015, 0.015, 0.04


# ---------------------------------------------------------------- people


@frozen(eq=False)
class Staff:
    """The teachers, and how their work is drawn: the odds of each teacher's years, and of duty, class and event."""

    teachers: pl.DataFrame
    titles: pl.DataFrame
    evaluations: pl.DataFrame
    odds: np.ndarray
    shares: np.ndarray

    @classmethod
    def of(cls, chance, rows):
        colleges = max(1, round(rows / ROWS_A_COLLEGE))
        ids = np.array([f"{college:04}{one:03}" for college in range(colleges) for one in range(COLLEGE)])
        count = len(ids)
        part_time = chance.random(count) < 0.7
        rank = chance.choice(len(TITLES), count, p=[0.05, 0.05, 0.15, 0.4, 0.25, 0.1])
        dated = chance.random(count) < 0.2  # the title held at first stands in the table of titles
        title = pl.select(pl.when(pl.Series(~dated)).then(pl.Series(TITLES).gather(rank))).to_series()
        employment = np.where(part_time, "part_time", "full_time")
        working = _working(chance, count)
        held = chance.random((count, len(YEARS))) < np.where(working, 0.92, 0.01)
        teacher, year = np.nonzero(held)
        result = np.array(RESULTS)[chance.choice(len(RESULTS), len(year), p=[0.12, 0.78, 0.05, 0.05])]
        odds = working * np.where(part_time, 0.8, 1.5)[:, None] * chance.lognormal(0, 0.3, (count, 1))
        odds = (odds * chance.lognormal(0, 0.25, odds.shape)).ravel()
        return cls(
            pl.DataFrame({"teacher_id": ids, "employment": employment, "title": title}),
            _titles(chance, ids, rank, dated),
            pl.DataFrame({"teacher_id": ids[teacher], "year": year + YEARS.start, "result": result}),
            odds / odds.sum(),
            np.cumsum(chance.dirichlet([4, 3.8, 1.8, 0.4], count), axis=1)[:, :3].T.copy(),
        )


def _working(chance, count):
    """In which years each teacher works: two in three in all of them, the others from some year to another."""
    ends = np.sort(chance.integers(0, len(YEARS), (count, 2)), axis=1)
    ends[chance.random(count) < 2 / 3] = 0, len(YEARS) - 1
    place = np.arange(len(YEARS))
    return (ends[:, :1] <= place) & (place <= ends[:, 1:])


def _titles(chance, ids, rank, dated):
    """The table of titles: those held at first, of one teacher in five, and up to two promotions in the ten years."""
    first, middle, end = (np.datetime64(f"{year}-01-01") for year in (YEARS.start, 2020, YEARS.stop))
    promotions = np.minimum(chance.choice(3, len(ids), p=[0.55, 0.35, 0.1]), len(TITLES) - 1 - rank)
    earlier = first - chance.integers(1, 3650, len(ids))
    once = first + chance.integers(0, (end - first).astype(int), len(ids))
    before = first + chance.integers(0, (middle - first).astype(int), len(ids))
    after = middle + chance.integers(0, (end - middle).astype(int), len(ids))
    steps = [
        (dated, rank, earlier),
        (promotions == 1, rank + 1, once),
        (promotions == 2, rank + 1, before),
        (promotions == 2, rank + 2, after),
    ]
    titles = np.array(TITLES)
    return pl.concat(
        pl.DataFrame({"teacher_id": ids[who], "title": titles[to[who]], "effective_from": day[who].astype("M8[D]")})
        for who, to, day in steps
    ).sample(fraction=1, shuffle=True, seed=SEED)


# ---------------------------------------------------------------- rows


def _rows(chance, staff, size):
    """Rows with their amounts alone."""
    cell = chance.choice(len(staff.odds), size, p=staff.odds)
    teacher, year = np.divmod(cell, len(YEARS))
    starts = np.array([f"{year}-01-01" for year in (*YEARS, YEARS.stop)], dtype="M8[D]")
    length = np.diff(starts).astype(int)
    day = starts[year] + (chance.random(size) * length[year]).astype(int)
    share = chance.random(size)
    sort = sum((share > edge[teacher]).astype(int) for edge in staff.shares)  # duty, class, event, or without a value
    event = 2 + chance.integers(0, len(EVENTS), size)
    kind = np.select([sort < 2, sort == 2], [sort, event], len(EVENTS) + event % len(NO_VALUE) + 2)
    amount = chance.integers(0, 10, size)
    written = chance.random(size, dtype=np.float32)
    duty, teaching, times = pl.Series(sort == 0), pl.Series(sort == 1), pl.Series((sort >= 2) & (amount > 2))
    return pl.select(
        teacher_id=staff.teachers["teacher_id"].gather(teacher),
        date=pl.Series(day),
        kind=pl.Series(KINDS).gather(kind),
        minutes=pl.when(duty).then(pl.Series(DUTY_MINUTES[amount])),
        class_hours=pl.when(teaching).then(pl.Series(CLASS_HOURS[amount])),
        events=pl.when(times).then(pl.Series(1 + (amount > 7) + (amount > 8))),
        status=pl.when(pl.Series(written > 0.97))
        .then(pl.lit("cancelled"))
        .when(pl.Series(written < 0.6))
        .then(pl.lit("done")),
    )


def _timed_rows(chance, staff, size, number):
    """Rows with record ids (nine in ten) and clock times (five in six), ``start`` and ``end`` in minutes of the day."""
    begin = FIRST_HOURS[chance.integers(0, len(FIRST_HOURS), size)] * 60 + 15 * chance.integers(0, 4, size)
    night = chance.random(size)
    begin = np.where(night < 0.02, 22 * 60 + 15 * chance.integers(0, 8, size), begin)
    begin = np.where(night > 0.998, 15 * chance.integers(0, 4, size), begin)
    ends_year = pl.Series(night < 0.001)  # of these, the last night of the year
    lasts = pl.coalesce("minutes", pl.col("class_hours") * 45, 90).cast(pl.Int64)
    timed = pl.Series(chance.random(size) < 5 / 6)
    told = pl.Series(chance.random(size) < 0.4)
    ids = pl.Series(np.arange(number, number + size))
    return (
        _rows(chance, staff, size)
        .with_columns(
            record_id=pl.when(pl.Series(chance.random(size) < 0.9)).then(_record_id(ids)),
            date=pl.when(ends_year).then(pl.date(pl.col("date").dt.year(), 12, 31)).otherwise("date"),
            start=pl.when(timed).then(pl.Series(begin)),
            end=pl.when(timed).then((pl.Series(begin) + lasts) % DAY),
        )
        .with_columns(minutes=pl.when(told | pl.col("start").is_null()).then("minutes"))
    )


def _record_id(numbers):
    return pl.concat_str(pl.lit("R"), numbers.cast(pl.String).str.zfill(9))


def _second_time(chance, rows, number):
    """What comes a second time: whole copies, the same content under another record id, duties over others."""
    pick = chance.random(len(rows))
    edges = np.cumsum([WHOLE_COPIES, SAME_CONTENT, OVERLAPPING])
    whole, same, over = (rows.filter(pl.Series(np.digitize(pick, edges) == place)) for place in range(3))
    same = same.filter(pl.col("start").is_not_null())
    over = over.filter(pl.col("start").is_not_null(), pl.col("kind") == "counseling_duty")
    shift = pl.Series(15 * chance.integers(-3, 4, len(over)))
    lasts = pl.Series(DUTY_MINUTES[chance.integers(0, len(DUTY_MINUTES), len(over))])
    start = (pl.col("start") + shift) % DAY
    return pl.concat(
        [
            whole,
            same.with_columns(  # a duty's minutes follow from its times, and one event is what a blank says
                record_id=_record_id(pl.Series(np.arange(number, number + len(same)))),
                minutes=pl.when(pl.Series(chance.random(len(same)) < 0.5)).then("minutes"),
                events=pl.when(pl.col("events") != 1).then("events"),
            ),
            over.with_columns(
                record_id=_record_id(pl.Series(np.arange(number + len(same), number + len(same) + len(over)))),
                start=start,
                end=(start + lasts) % DAY,
                minutes=None,
            ),
        ]
    )


def _files(chance, staff, rows, shape):
    """The rows of each file. What comes a second time is mixed into its own file and the next."""
    size = min(ROWS_A_FILE, -(-rows // 4))
    left = None
    for done in range(0, rows, size):
        wanted = min(size, rows - done)
        if shape == "clean":
            yield _rows(chance, staff, wanted)
            continue
        fresh = _timed_rows(chance, staff, max(0, wanted - (0 if left is None else len(left))), 2 * done)
        again = _second_time(chance, fresh, 2 * done + size)
        pool = pl.concat([fresh, again] if left is None else [left, fresh, again])
        pool = pool[chance.permutation(len(pool))]
        left = pool[wanted:]
        yield pool[:wanted].with_row_index("row", done + 2)


# ---------------------------------------------------------------- writing and reading


def write_province(folder, rows, shape="clean", *, clock="time", seed=SEED):
    """Write the tables of a province with so many rows of work into ``folder``; returns it.

    ``activities`` is a folder of files, ``teachers``, ``titles`` and ``evaluations`` are files.
    """
    chance = np.random.default_rng(seed)
    staff = Staff.of(chance, rows)
    folder = Path(folder)
    (folder / "activities").mkdir(parents=True)
    for table in ("teachers", "titles", "evaluations"):
        pq.write_table(_arrow(getattr(staff, table)), folder / f"{table}.parquet")
    for number, frame in enumerate(_files(chance, staff, rows, shape)):
        written = frame
        if shape == "hard":
            written = frame.with_columns(_clock(name, clock) for name in ("start", "end")).select(HARD)
        pq.write_table(_arrow(written), folder / "activities" / f"{number:03}.parquet", row_group_size=ROWS_A_GROUP)
    return folder


def _clock(name, clock):
    if clock == "time":
        return (pl.col(name) * 60_000_000_000).cast(pl.Time)
    hour, minute = pl.col(name) // 60, pl.col(name) % 60
    return pl.concat_str(*(part.cast(pl.String).str.zfill(2) for part in (hour, minute)), separator=":").alias(name)


def _arrow(frame):
    """The frame as pandas would hand it to pyarrow: plain strings, times in microseconds."""
    table = frame.to_arrow()
    plain = {pa.large_string(): pa.string(), pa.time64("ns"): pa.time64("us")}
    return table.cast(pa.schema((one.name, TYPES.get(one.name, plain.get(one.type, one.type))) for one in table.schema))


def scanned(folder):
    """The tables as lazy frames of polars, by their names."""
    names = {"activities": "activities/*.parquet"} | {
        table: f"{table}.parquet" for table in ("teachers", "titles", "evaluations")
    }
    return {table: pl.scan_parquet(Path(folder) / path) for table, path in names.items()}


def as_center(folder, teacher_ids):
    """The records of some teachers as objects."""
    tables = scanned(folder)
    if "row" not in tables["activities"].collect_schema():
        tables["activities"] = tables["activities"].with_row_index("row", 2)
    own = pl.col("teacher_id").is_in(list(teacher_ids))

    def records(table):
        return tables[table].filter(own).collect().iter_rows(named=True)

    return Center(
        [Teacher(**row) for row in records("teachers")],
        [_activity(row) for row in records("activities")],
        titles=[TitleHeld(**row) for row in records("titles")],
        evaluations=[Evaluation(**row) for row in records("evaluations")],
    )


def _activity(row):
    events, status = row.pop("events"), row.pop("status")
    for name in {"start", "end"} & set(row):
        if isinstance(row[name], str):
            row[name] = time.fromisoformat(row[name])
    row["record_id"] = row.get("record_id") or ""
    return Activity(**row, events=1 if events is None else events, cancelled=status == "cancelled")


if __name__ == "__main__":
    given, defaults = sys.argv[1:], ["province", "1e6", "clean", "time"]
    to, amount, form, as_what = given + defaults[len(given) :]
    write_province(to, int(float(amount)), form, clock=as_what)
