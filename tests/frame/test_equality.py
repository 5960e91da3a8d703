"""Frames say what objects say, number for number: the drawn centers of tests/centers.py as one province, everywhere.

Drawing is one thing, computing another: the centers are drawn once, until they have enough teachers, and the objects
are asked once; each engine then evaluates all of them in one call, kept apart by a column ``college``.
"""

import centers
import pytest
from frame_cases import Objects, compare, drawn, frames, province, rows_of, without_columns, without_tables
from frame_engines import SPARK
from hypothesis import strategies as st
from test_frame_faults import CENTER, EXPECTED

from workload import load_regulation
from workload.frame import evaluate_frames
from workload.vocabulary import REASONS

YEARS = range(2021, 2031)  # work of 2020 lies outside
TEACHER_YEARS = 10_000
AT_ONCE = 50  # centers
EVERY_REASON = {"idle_duty": "attended_only"}  # a reading under which every reason can occur
LONG_AGO = {  # one more center, so that each does, whatever is drawn, and some rows lie far from all years
    "teachers": [{"teacher_id": "T1", "employment": "part_time"}],
    "activities": [
        {"teacher_id": "T1", "date": "2020-05-06", "kind": "class_teaching", "class_hours": "2"},
        {"teacher_id": "T1", "date": "2011-05-06", "kind": "class_teaching", "class_hours": "2", "record_id": "R1"},
        {"teacher_id": "T1", "date": "2011-05-06", "kind": "class_teaching", "class_hours": "2", "record_id": "R1"},
        {"teacher_id": "T1", "date": "2011-05-07", "kind": "class_teaching", "status": "cancelled"},
    ],
}


@pytest.fixture(scope="module")
def colleges():
    """Centers with enough teachers together, each with every table."""
    found = []
    while len(YEARS) * sum(len(center["teachers"]) for center in found) < TEACHER_YEARS:
        found += drawn(centers.centers(), AT_ONCE)
    return [without_tables(center, ()) for center in found]


@pytest.fixture(scope="module")
def said(colleges):
    """What the objects say of these, of work of long ago, and of a center of whose rows most are faulty."""
    return Objects.of([*colleges, without_tables(LONG_AGO, ()), CENTER], YEARS, readings=EVERY_REASON, tested=True)


@pytest.mark.parametrize("engine", ["polars", "duckdb", SPARK])
def test_frames_say_what_objects_say(engine, colleges, said):
    """Every line, total, verdict, row set aside and fault of every teacher and year, and the three-year test."""
    tables = frames(
        engine, province([*colleges, without_tables(LONG_AGO, ()), CENTER]), "zh" if engine == "duckdb" else "en"
    )
    found = evaluate_frames(tables, YEARS, readings=EVERY_REASON)
    differences = compare(found, said)
    assert differences.found[:20] == []
    assert len(set(differences.teacher_years)) >= TEACHER_YEARS
    assert differences.reasons == {None, *REASONS}
    faults = [(one["table"], one["row"], one["column"], one["code"]) for one in rows_of(found.faults)]
    assert sorted(faults) == sorted(EXPECTED)  # of that center, each row once, and of no other


# ---------------------------------------------------------------- other readings, tables, columns, types

FEW = 40  # centers
READINGS = {name: list(one.values) for name, one in load_regulation().readings.items() if len(one.values) > 1}
COLUMNS = [("start", "end"), ("end",), ("record_id",), ("event_id", "share"), ("attended",), ("status", "events")]
BATCHES = [*["polars"] * 6, "pandas", "pyarrow"]  # what is in memory is taken to polars
TYPED = 3  # from that batch on; the others are texts


@st.composite
def plans(draw):
    """For each batch readings, so that every value of each is taken by some, absent tables, and absent columns."""
    takes = {}
    for name, values in READINGS.items():
        takes[name] = draw(st.permutations([values[place % len(values)] for place in range(len(BATCHES))]))
    columns = draw(st.permutations([*COLUMNS, *[()] * (len(BATCHES) - len(COLUMNS))]))
    tables = st.lists(st.sampled_from(centers.OPTIONAL_TABLES), max_size=2, unique=True)
    return [
        ({name: taken[place] for name, taken in takes.items()}, draw(tables), columns[place])
        for place in range(len(BATCHES))
    ]


@pytest.fixture(scope="module")
def plan():
    """Readings, absent tables and absent columns of each batch."""
    return drawn(plans(), 2)[-1]  # of the first the choices are the simplest


@pytest.mark.parametrize(("place", "engine"), list(enumerate(BATCHES)))
def test_so_it_is_under_other_readings(place, engine, colleges, plan):
    """With fewer tables and columns too, and whether the cells are texts or have types."""
    readings, tables, columns = plan[place]
    told = f"{readings} without {tables} and {columns}"
    few = [without_columns(without_tables(center, tables), columns) for center in colleges[:FEW]]
    assert differences(engine, few, readings, without=columns, typed=place >= TYPED) == [], told


@pytest.mark.parametrize(
    "readings",
    [
        {"year": "appointment", "co_leaders": "equal_split", "part_year": "by_days"},
        {"year": "academic", "co_leaders": "equal_split", "overlap": "refuse"},
    ],
    ids=lambda readings: readings["year"],
)
def test_so_it_is_under_other_readings_in_duckdb(readings, colleges):
    """Those for which an engine has most to do."""
    assert differences("duckdb", colleges[:FEW], readings, typed=True) == []


def differences(engine, mine, readings, *, without=(), typed=False):
    """What frames and objects say differently of some centers."""
    tables = frames(engine, province(mine, without), typed=typed)
    found = evaluate_frames(tables, YEARS, readings=readings)
    return compare(found, Objects.of(mine, YEARS, readings=readings, tested=True)).found[:20]
