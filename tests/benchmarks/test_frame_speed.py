"""How long a province takes, and how much memory: ratios to the same job written by hand.

Measure with ``pytest tests/benchmarks/test_frame_speed.py --benchmark-enable``: 10^6 rows, or as many as the variable
``WORKLOAD_FRAME_ROWS`` says (``1e7``, ``1e8``). Nothing is timed otherwise, and a tenth is enough to run it.

Those that are held against each other run in turn, round by round, so that what else the machine does meets all of
them. The ratios of their medians and the peaks of memory, each of a process of its own, stand in the benchmark's
``extra_info`` (``--benchmark-json``) and are printed (``-rP``). The promises, for 10^7 rows on 2 cores: at most 1.25
times polars by hand and 3.5 times a bare scan, in 1 GB; overlaps, duplicates and nights at most 2.2 times that; 5
times as fast as pandas by hand; 20 times the object path's rows a second; 10^8 rows in 8 GB, in ten times the time;
the faults at most 20 % more.
"""

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import frame_yardsticks as yardsticks
import polars as pl
import pytest
from frame_data import as_center, scanned, write_province
from frame_yardsticks import EXPERIENCE, TOTALS, by_frames, by_objects, by_pandas, by_polars

ROWS = int(float(os.environ.get("WORKLOAD_FRAME_ROWS", "1e6")))
MOST_IN_PANDAS = 20_000_000  # beyond, a machine of this size has not the memory
ROUNDS = 5 if ROWS <= MOST_IN_PANDAS else 2
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def rows(request):
    return ROWS if request.config.getoption("benchmark_enable") else min(ROWS, 100_000)


@pytest.fixture(scope="module")
def province(tmp_path_factory, rows):
    """``province(shape, part)``: the folder of a province with that part of the rows, made once and removed after."""
    root = tmp_path_factory.mktemp("province")

    def folder(shape="clean", part=1):
        found = root / f"{shape}-{part}"
        return found if found.exists() else write_province(found, rows // part, shape)

    yield folder
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def clean(province):
    return province()


@pytest.fixture(scope="module")
def frames():
    """The library's way, once there is one."""
    pytest.importorskip("workload.frame")
    return by_frames


# ---------------------------------------------------------------- what is measured says the same


def some_teachers(folder):
    ids = scanned(folder)["teachers"].select("teacher_id").collect().to_series().sort().to_list()
    return random.Random(20240520).sample(ids, 30)


def of_teachers(frame, ids):
    return frame.filter(pl.col("teacher_id").is_in(ids)).sort(*frame.columns[:1]).rows()


def as_rows(frame):
    return [tuple(None if value is yardsticks.pd.NA else value for value in row) for row in frame.to_numpy()]


@pytest.mark.parametrize("dictionaries", [False, True])
def test_polars_and_pandas_agree(clean, dictionaries):
    """Every total, verdict and window, by hand in polars and by hand in pandas."""
    for ours, theirs in zip(by_polars(clean), by_pandas(clean, dictionaries=dictionaries), strict=True):
        assert len(ours) >= 80
        assert ours.rows() == as_rows(theirs)


def test_the_yardstick_says_what_the_objects_say(clean):
    """Of 30 teachers: ``evaluate`` in each year, and ``evaluate_experience``."""
    ids = some_teachers(clean)
    totals, experience = by_polars(clean)
    assert (of_teachers(totals, ids), of_teachers(experience, ids)) == by_objects(clean, ids)
    assert set(totals["quota"]) == {"met", "not_met", "not_applicable"}
    assert set(experience["verdict"]) == {"met", "not_met", "undetermined"}


def test_the_frames_say_what_the_yardstick_says(clean, frames):
    """Of every teacher: all totals and verdicts."""
    by_hand, by_library = by_polars(clean), frames(clean)
    totals = by_library[0].select(TOTALS).sort("teacher_id", "year")
    assert totals.rows() == by_hand[0].rows()
    shown = EXPERIENCE[:3]
    assert by_library[1].select(shown).sort("teacher_id").rows() == by_hand[1].select(shown).rows()


def test_the_frames_say_what_the_objects_say_of_the_hard_rows(province, frames):
    """Overlaps, duplicates, nights: of 30 teachers, all totals and verdicts."""
    folder = province("hard")
    ids = some_teachers(folder)
    totals, experience = by_objects(folder, ids)
    found = frames(folder)
    assert sorted(of_teachers(found[0].select(TOTALS), ids)) == totals
    assert of_teachers(found[1].select(EXPERIENCE[:3]), ids) == [row[:3] for row in experience]


# ---------------------------------------------------------------- ratios


def held_against(benchmark, measured, others):
    """Measure, and run each of the others once before every round; tell by how much their medians differ.

    Processor time beside the time on the clock: it tells the same on a machine that has other things to do.
    """
    times = {name: [] for name in ("", *others)}

    def run_the_others():
        for name, run in others.items():
            clocked(run, times[name])

    found = benchmark.pedantic(clocked, [measured, times[""]], setup=run_the_others, rounds=ROUNDS, warmup_rounds=1)
    if benchmark.enabled:
        medians = {
            name: [statistics.median(kind) for kind in zip(*taken[1:], strict=True)]  # the first is the warming up
            for name, taken in times.items()
        }
        own, processor = medians.pop("")
        tell(benchmark, seconds=own)
        for name, (seconds, busy) in medians.items():
            ratios = {f"times {name}": own / seconds, f"times {name}, processor": processor / busy}
            tell(benchmark, **{f"seconds of {name}": seconds}, **ratios)
    return found


def clocked(run, times):
    """Run it; seconds and processor seconds are added to ``times``."""
    begin, processor = time.perf_counter(), time.process_time()
    found = run()
    times.append((time.perf_counter() - begin, time.process_time() - processor))
    return found


def tell(benchmark, **numbers):
    for name, number in numbers.items():
        benchmark.extra_info[name] = round(number, 3)
        print(f"{name}: {number:.3f}")


def alone(contestant, folder):
    """One contestant in a process of its own: the gigabytes that it held at most."""
    command = [sys.executable, yardsticks.__file__, contestant, str(folder)]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["gigabytes"]


def tell_memory(benchmark, contestant, folder):
    if benchmark.enabled and sys.platform == "linux":
        tell(benchmark, gigabytes=alone(contestant, folder))


@pytest.mark.benchmark(group="a province by hand")
@pytest.mark.parametrize("contestant", ["scan", "pandas", "pandas-dictionaries"])
def test_yardstick(benchmark, clean, rows, contestant):
    """The yardsticks against polars by hand."""
    if contestant.startswith("pandas") and rows > MOST_IN_PANDAS:
        pytest.skip("pandas keeps all rows in memory")
    run = partial(yardsticks.CONTESTANTS[contestant], clean)
    held_against(benchmark, run, {"polars by hand": partial(by_polars, clean)})
    tell_memory(benchmark, contestant, clean)


@pytest.mark.benchmark(group="a province by the library's frames")
def test_the_whole_evaluation(benchmark, clean, rows, frames):
    """At most 1.25 times polars by hand, 3.5 times a bare scan, 1 GB; 8 GB for 10^8 rows."""
    others = {"polars by hand": partial(by_polars, clean), "a bare scan": partial(yardsticks.bare_scan, clean)}
    totals, _ = held_against(benchmark, partial(frames, clean), others)
    assert len(totals) > rows // 200
    tell_memory(benchmark, "frames", clean)
    if benchmark.enabled:
        tell(benchmark, **{"gigabytes of polars by hand": alone("polars", clean)})


@pytest.mark.benchmark(group="a province by the library's frames")
def test_overlaps_duplicates_and_nights(benchmark, province, frames):
    """At most 2.2 times the evaluation of rows without clock times."""
    hard = province("hard")
    held_against(benchmark, partial(frames, hard), {"without clock times": partial(frames, province())})
    tell_memory(benchmark, "frames", hard)


@pytest.mark.benchmark(group="a province by the library's frames")
@pytest.mark.parametrize("dictionaries", [False, True], ids=["pandas", "pandas-dictionaries"])
def test_pandas_by_hand_against_the_frames(benchmark, clean, rows, frames, dictionaries):
    """It takes at least 5 times as long."""
    if rows > MOST_IN_PANDAS:
        pytest.skip("pandas keeps all rows in memory")
    by_hand = partial(by_pandas, clean, dictionaries=dictionaries)
    held_against(benchmark, by_hand, {"the frames": partial(frames, clean)})


@pytest.mark.benchmark(group="a province by the library's frames")
def test_the_object_path(benchmark, clean, rows, frames):
    """The frames take at least 20 times as many rows a second as the objects, which have 30 teachers' rows here."""
    center = as_center(clean, some_teachers(clean))
    held_against(benchmark, partial(yardsticks.object_path, center), {"the frames": partial(frames, clean)})
    if benchmark.enabled:
        of_objects = len(center.activities) / benchmark.extra_info["seconds"]
        of_frames = rows / benchmark.extra_info["seconds of the frames"]
        tell(benchmark, **{"rows a second": of_objects, "times as many by the frames": of_frames / of_objects})


@pytest.mark.benchmark(group="a province by the library's frames")
def test_the_faults(benchmark, clean, frames):
    """At most 1.2 times the evaluation without them."""
    *_, faults = held_against(
        benchmark, partial(frames, clean, faults=True), {"without faults": partial(frames, clean)}
    )
    assert len(faults) == 0


@pytest.mark.benchmark(group="a province by the library's frames")
@pytest.mark.parametrize("shape", ["clean", "hard"])
def test_ten_times_the_rows(benchmark, province, frames, shape):
    """Time grows in a straight line: ten times that of a tenth of the rows."""
    whole, tenth = province(shape), province(shape, 10)
    held_against(benchmark, partial(frames, whole), {"a tenth of the rows": partial(frames, tenth)})


@pytest.mark.benchmark(group="a province by the library's frames")
def test_in_duckdb(benchmark, clean, frames):
    """The same expressions in the other engine."""
    pytest.importorskip("duckdb")
    held_against(benchmark, partial(frames, clean, engine="duckdb"), {"in polars": partial(frames, clean)})
    tell_memory(benchmark, "frames-duckdb", clean)
