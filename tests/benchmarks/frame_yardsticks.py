"""The evaluation of a province as a good user would write it by hand, for this one regulation and these tables: what
the library's frames are measured against. Numbers of 周职党〔2024〕33号 stand here as literals; the readings are the
defaults, and the rows those of the shape ``clean`` of ``frame_data``.

Each yardstick gives two frames. ``totals``, a row for each teacher and year: minutes of counseling, hundredths of a
class hour of teaching, points by the title of the event's day, and verdicts. ``experience``, a row for each teacher:
the verdict of the three-year test as of 2024, the recognized years (none for full-time teachers, who need no test),
and the first years of the windows that are met and of those that only lack evaluations.

    python tests/benchmarks/frame_yardsticks.py CONTESTANT FOLDER     prints the seconds and the peak of memory
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
from frame_data import EVENTS, YEARS, as_center, scanned

from workload import evaluate, evaluate_experience, recognized_experience
from workload.ledger import Basis
from workload.loading import load_regulation
from workload.quota import quota

POINTS = {"professor": 30, "associate_professor": 20}
LAST = YEARS[-1]
STARTS = range(YEARS[0], LAST - 1)  # the first years of the windows
TOTALS = ["teacher_id", "year", "counseling", "teaching", "points", "counseling_verdict", "teaching_verdict", "quota"]
EXPERIENCE = ["teacher_id", "verdict", "recognized_years", "met", "open"]


# ---------------------------------------------------------------- polars


def bare_scan(folder):
    """No evaluation: one sum by teacher and year."""
    activities = scanned(folder)["activities"]
    return (
        activities.group_by("teacher_id", pl.col("date").dt.year())
        .agg(pl.col("minutes").sum())
        .collect(engine="streaming")
    )


def by_polars(folder):
    """The whole evaluation in polars: titles side by side, chosen by comparison; integers; one pass, streaming."""
    tables = scanned(folder)
    kind, minutes, events = pl.col("kind"), pl.col("minutes"), pl.col("events")
    values, value = _values_of_titles(tables)
    duty, teaching = kind == "counseling_duty", kind == "class_teaching"
    hundredths = (pl.col("class_hours") * 100).round().cast(pl.Int64)
    sums = (
        tables["activities"]
        .filter(pl.col("status").ne_missing("cancelled"), kind.is_in(["counseling_duty", "class_teaching", *EVENTS]))
        .select(
            "teacher_id",
            "date",
            year=pl.col("date").dt.year().cast(pl.Int64),
            counseling=pl.when(duty).then(minutes),
            teaching=pl.when(teaching).then(hundredths),
            events=pl.when(~duty & ~teaching).then(events.fill_null(1)),
        )
        .join(values, on="teacher_id", how="left")
        .group_by("teacher_id", "year")
        .agg(pl.col("counseling", "teaching").sum(), points=(events * value).sum(), worked=pl.lit(value=True).first())
    )
    years = pl.LazyFrame({"year": YEARS}, schema={"year": pl.Int64})
    counseled, taught, full_time = pl.col("counseling") >= 1710, pl.col("teaching") >= 7200, ~pl.col("part_time")
    totals = (
        tables["teachers"]
        .select("teacher_id", part_time=pl.col("employment") == "part_time")
        .join(years, how="cross")
        .join(sums, on=["teacher_id", "year"], how="left")
        .join(tables["evaluations"], on=["teacher_id", "year"], how="left")
        .with_columns(pl.col("counseling", "teaching", "points").fill_null(0))
        .with_columns(
            counseling_verdict=_verdict(full_time, counseled),
            teaching_verdict=_verdict(full_time, taught),
            quota=_verdict(full_time, counseled & taught),
        )
        .sort("teacher_id", "year")
        .collect(engine="streaming")
    )
    return totals.select(TOTALS), _experience(totals)


def _values_of_titles(tables):
    """Each teacher's value of an event at first and from each change on, side by side; and which holds on the day."""
    worth = pl.col("title").replace_strict(POINTS, default=15, return_dtype=pl.Int64)
    held = (
        tables["titles"]
        .select("teacher_id", "effective_from", worth=worth)
        .sort("effective_from")
        .group_by("teacher_id", maintain_order=True)
        .agg("effective_from", "worth")
        .collect()
    )
    most = held["worth"].list.len().max() or 0
    sides = [
        pl.col(name).list.get(place, null_on_oob=True).alias(f"{name}_{place}")
        for place in range(most)
        for name in ("effective_from", "worth")
    ]
    value = pl.col("worth")
    for place in range(most):
        value = pl.when(pl.col("date") >= pl.col(f"effective_from_{place}")).then(f"worth_{place}").otherwise(value)
    values = tables["teachers"].select("teacher_id", worth=worth)
    return values.join(held.lazy().select("teacher_id", *sides), on="teacher_id", how="left"), value


def _verdict(not_asked, met):
    verdict = pl.when(not_asked).then(pl.lit("not_applicable")).when(met).then(pl.lit("met"))
    return verdict.otherwise(pl.lit("not_met"))


def _experience(totals):
    """The three-year test: the years side by side, and a small step for each window."""
    wide = (
        totals.filter("part_time")
        .select(
            "teacher_id",
            "year",
            "counseling",
            "teaching",
            appointed=pl.col("result").is_not_null() | pl.col("worked").fill_null(value=False),
            judged=pl.col("result").is_not_null(),
            failed=~pl.col("result").is_in(["excellent", "passed"]).fill_null(value=True),
        )
        .pivot("year", index="teacher_id")
        .lazy()
    )

    def of_years(name, first):
        return [pl.col(f"{name}_{year}") for year in range(first, first + 3)]

    def free(taken, years):
        return [~pl.col(f"{taken}_{first}") for first in years if first in STARTS]

    wide = wide.with_columns(
        pl.all_horizontal(
            pl.sum_horizontal(of_years("counseling", first)) >= 5130,
            pl.sum_horizontal(of_years("teaching", first)) >= 21600,
            *of_years("appointed", first),
            *(~failed for failed in of_years("failed", first)),
        ).alias(f"filled_{first}")
        for first in STARTS
    )
    for first in STARTS:
        met = [f"filled_{first}", *of_years("judged", first), *free("met", range(first - 2, first))]
        wide = wide.with_columns(pl.all_horizontal(met).alias(f"met_{first}"))
    for first in STARTS:
        others = free("met", range(first - 2, first + 3)) + free("open", range(first - 2, first))
        unjudged = ~pl.all_horizontal(of_years("judged", first))
        wide = wide.with_columns(pl.all_horizontal(f"filled_{first}", unjudged, *others).alias(f"open_{first}"))
    tested = (
        wide.select(
            "teacher_id",
            *(
                pl.concat_list(pl.when(f"{taken}_{first}").then(first) for first in STARTS)
                .list.drop_nulls()
                .cast(pl.List(pl.Int64))
                .alias(taken)
                for taken in ("met", "open")
            ),
        )
        .with_columns(
            verdict=pl.when(pl.col("met").list.len() > 0)
            .then(pl.lit("met"))
            .when(pl.col("open").list.len() > 0)
            .then(pl.lit("undetermined"))
            .otherwise(pl.lit("not_met")),
            recognized_years=pl.col("met").list.len().cast(pl.Int64),
        )
        .collect()
    )
    none = pl.lit([], dtype=pl.List(pl.Int64))
    others = totals.filter(~pl.col("part_time")).select(
        pl.col("teacher_id").unique(),
        verdict=pl.lit("met"),
        recognized_years=pl.lit(None, dtype=pl.Int64),
        met=none,
        open=none,
    )
    return pl.concat([tested.select(EXPERIENCE), others.select(EXPERIENCE)]).sort("teacher_id")


# ---------------------------------------------------------------- pandas


def by_pandas(folder, *, dictionaries=False):
    """The same in pandas: titles side by side, only the events joined to them, one grouping.

    With ``dictionaries`` as one would write it who knows what pyarrow can do for the reader: repeated texts arrive as
    categories, days as such.
    """
    folder = Path(folder)
    kept = ["teacher_id", "date", "kind", "minutes", "class_hours", "events", "status"]
    if dictionaries:
        work = pd.read_parquet(
            folder / "activities",
            columns=kept,
            read_dictionary=["teacher_id", "kind", "status"],
            to_pandas_kwargs={"date_as_object": False},
        )
    else:
        work = pd.read_parquet(folder / "activities", columns=kept)
        work["date"] = pd.to_datetime(work["date"])
    teachers, titles, evaluations = (
        pd.read_parquet(folder / f"{table}.parquet") for table in ("teachers", "titles", "evaluations")
    )
    work = work[(work["status"] != "cancelled") & work["kind"].isin(["counseling_duty", "class_teaching", *EVENTS])]

    titles = titles.sort_values("effective_from")
    titles["effective_from"] = pd.to_datetime(titles["effective_from"])
    titles["worth"] = titles["title"].map(POINTS).fillna(15)
    titles["place"] = titles.groupby("teacher_id").cumcount()
    held = titles.pivot(index="teacher_id", columns="place", values=["effective_from", "worth"])
    held.columns = [f"{name}_{place}" for name, place in held.columns]
    values = teachers[["teacher_id"]].assign(worth=teachers["title"].map(POINTS).fillna(15))
    values = values.merge(held, on="teacher_id", how="left")
    values["teacher_id"] = values["teacher_id"].astype(work["teacher_id"].dtype)

    events = work.loc[work["kind"].isin(EVENTS), ["teacher_id", "date", "events"]].reset_index()
    events = events.merge(values, on="teacher_id", how="left")
    value = events["worth"]
    for place in range(titles["place"].max() + 1):
        value = value.mask(events["date"] >= events[f"effective_from_{place}"], events[f"worth_{place}"])
    points = (events["events"].fillna(1) * value.astype("float64")).set_axis(events["index"])

    cells = pd.MultiIndex.from_product([sorted(teachers["teacher_id"]), YEARS], names=["teacher_id", "year"])
    totals = (
        pd.DataFrame(
            {
                "teacher_id": work["teacher_id"],
                "year": work["date"].dt.year,
                "counseling": work["minutes"].where(work["kind"] == "counseling_duty"),
                "teaching": (work["class_hours"] * 100).round().where(work["kind"] == "class_teaching"),
                "points": points,
            }
        )
        .groupby(["teacher_id", "year"], observed=True)
        .agg(
            counseling=("counseling", "sum"),
            teaching=("teaching", "sum"),
            points=("points", "sum"),
            rows=("year", "size"),
        )
        .reindex(cells, fill_value=0)
        .astype("int64")
        .join(evaluations.set_index(["teacher_id", "year"])["result"])
        .reset_index()
    )
    part_time = set(teachers.loc[teachers["employment"] == "part_time", "teacher_id"])
    full_time = ~totals["teacher_id"].isin(part_time)
    counseled, taught = totals["counseling"] >= 1710, totals["teaching"] >= 7200
    for name, met in (
        ("counseling_verdict", counseled),
        ("teaching_verdict", taught),
        ("quota", counseled & taught),
    ):
        totals[name] = np.select([full_time, met], ["not_applicable", "met"], "not_met")
    return totals[TOTALS], _experience_in_pandas(totals, part_time)


def _experience_in_pandas(totals, part_time):
    """The three-year test on arrays with a row for each teacher and a column for each year."""
    totals = totals.assign(
        judged=totals["result"].notna(),
        failed=totals["result"].notna() & ~totals["result"].isin(["excellent", "passed"]),
        appointed=totals["result"].notna() | (totals["rows"] > 0),
    )
    wide = totals.pivot(index="teacher_id", columns="year")
    tested = wide.index.isin(part_time)

    def in_three(name):
        numbers = wide[name].to_numpy(dtype="int64")
        return numbers[:, :-2] + numbers[:, 1:-1] + numbers[:, 2:]

    filled = (in_three("counseling") >= 5130) & (in_three("teaching") >= 21600)
    filled &= (in_three("appointed") == 3) & (in_three("failed") == 0) & tested[:, None]
    judged = in_three("judged") == 3
    taken = {}
    used = np.zeros((len(wide), len(YEARS)), dtype=bool)
    for name, found in (("met", filled & judged), ("open", filled & ~judged)):
        taken[name] = np.zeros_like(found)
        for place in range(len(STARTS)):
            years = used[:, place : place + 3]
            new = taken[name][:, place] = found[:, place] & ~years.any(axis=1)
            years[new] = True
    met, unjudged = (found.any(axis=1) for found in taken.values())
    return pd.DataFrame(
        {
            "teacher_id": wide.index,
            "verdict": np.select([~tested | met, unjudged], ["met", "undetermined"], "not_met"),
            "recognized_years": pd.array(np.where(tested, taken["met"].sum(axis=1), 0), dtype="Int64"),
            **{name: [list(np.array(STARTS)[row]) for row in found] for name, found in taken.items()},
        }
    ).assign(recognized_years=lambda found: found["recognized_years"].mask(~tested))


# ---------------------------------------------------------------- the library


def by_frames(folder, *, engine="polars", faults=False):
    """The library's frames, read and collected as its command does: the totals, and the three-year test."""
    from workload.frame import evaluate_frames
    from workload.frame.engines import collected, scan

    folder = Path(folder)
    tables = {table: scan(folder / f"{table}.parquet", engine) for table in ("teachers", "titles", "evaluations")}
    found = evaluate_frames({"activities": scan(folder / "activities", engine), **tables}, YEARS, as_of=LAST)
    wanted = [found.totals, found.experience, *([found.faults] if faults else [])]
    return [collected(frame).to_polars() for frame in wanted]


def by_objects(folder, teacher_ids):
    """What the object path says of some teachers, as the rows of ``totals`` and ``experience``."""
    center = as_center(folder, teacher_ids)
    totals, experience = [], []
    for year in YEARS:
        for found in evaluate(center, year, alternatives=False).teachers:
            book, owed = found.book, found.quota
            amounts = book.minutes("counseling"), book.total("teaching") * 100, book.total("points")
            verdicts = owed.part("counseling").verdict, owed.part("teaching").verdict, owed.verdict
            totals.append((found.teacher.teacher_id, year, *map(int, amounts), *verdicts))
    for one in evaluate_experience(center, LAST).teachers:
        found = one.finding
        first = {
            verdict: [window.years[0] for window in found.windows if window.verdict == verdict]
            for verdict in ("met", "undetermined")
        }
        experience.append((found.teacher.teacher_id, found.verdict, found.recognized_years, *first.values()))
    return sorted(totals), sorted(experience)


def object_path(center):
    """The object path at its leanest, for its speed: every year of every teacher posted once for the quota, and the
    three-year test, which posts the years of part-time teachers again. Without checks and other readings.
    """
    basis = Basis.of(center, load_regulation())
    for teacher in center.teachers:
        for year in YEARS:
            quota(basis, basis.post(teacher, year, whole=False))
        recognized_experience(basis, teacher, LAST)


# ---------------------------------------------------------------- one of them alone

CONTESTANTS = {
    "scan": bare_scan,
    "polars": by_polars,
    "pandas": by_pandas,
    "pandas-dictionaries": lambda folder: by_pandas(folder, dictionaries=True),
    "frames": by_frames,
    "frames-faults": lambda folder: by_frames(folder, faults=True),
    "frames-duckdb": lambda folder: by_frames(folder, engine="duckdb"),
}


def peak_gigabytes():
    """The most memory that this process has held; of Linux alone. (getrusage would tell that of the parent, too.)"""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e9


if __name__ == "__main__":
    begin = time.perf_counter()
    CONTESTANTS[sys.argv[1]](sys.argv[2])
    print(json.dumps({"seconds": round(time.perf_counter() - begin, 3), "gigabytes": round(peak_gigabytes(), 3)}))
