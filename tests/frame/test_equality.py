"""Frames say what objects say, number for number: the drawn centers of tests/centers.py as one province, everywhere.

Drawing is one thing, computing another: the centers are drawn once, until they have enough teachers, and each call of
an engine evaluates all of them under readings of its own, kept apart by a column ``college``.
"""

import centers
import pytest
from frame_cases import compare, compare_experience, drawn, frames, province, typed, without_tables
from frame_engines import SPARK
from hypothesis import strategies as st

from workload.frame import evaluate_frames

YEARS = range(2021, 2029)
TEACHERS = 320  # of all centers
TEACHER_YEARS = 10_000
AT_ONCE = 20  # centers
# Each under other readings: polars is quick, the others plan for long what is soon done.
BATCHES = [*(["polars"] * 6), *(["duckdb"] * 2), "pyspark"]


@st.composite
def plans(draw):
    """For each batch readings, so that every value of a switch is taken by some, and the tables that are absent."""
    columns = {}
    for switch, values in centers.READINGS.items():
        every = [values[place % len(values)] for place in range(len(BATCHES))]
        columns[switch] = draw(st.permutations(every))
    absent = st.lists(st.sampled_from(centers.OPTIONAL_TABLES), max_size=2, unique=True)
    return [
        ({switch: column[place] for switch, column in columns.items()}, draw(absent)) for place in range(len(BATCHES))
    ]


@pytest.fixture(scope="module")
def colleges():
    """Centers with so many teachers together."""
    found = []
    while sum(len(center["teachers"]) for center in found) < TEACHERS:
        found += drawn(centers.centers(), AT_ONCE)
    return found


@pytest.fixture(scope="module")
def plan():
    """Readings and absent tables of each batch."""
    return drawn(plans(), 2)[-1]  # of the first the choices are the simplest


@pytest.fixture(scope="module")
def compared():
    """How many teacher-years each batch has compared."""
    return {}


def batches():
    for place, engine in enumerate(BATCHES):
        marks = SPARK.marks if engine == "pyspark" else ()
        yield pytest.param(place, engine, marks=marks, id=f"{engine}-{place}")


@pytest.mark.parametrize(("place", "engine"), list(batches()))
def test_frames_say_what_objects_say(place, engine, colleges, plan, compared):
    """Every line, total, verdict and row set aside of every teacher and year, and the three-year test."""
    readings, absent = plan[place]
    mine = [without_tables(center, absent) for center in colleges]
    tables = frames(engine, province(mine), "zh" if place % 2 else "en")
    if engine == "polars" and place % 2:
        tables = typed(tables)
    found = evaluate_frames(tables, YEARS, readings=readings)
    differences = compare(found, mine, readings=readings)
    compare_experience(differences, found, mine, readings=readings)
    told = f"{len(differences.found)} differences under {readings} without {absent}"
    assert not differences.found, "\n".join([told, *differences.found[:20]])
    compared[place] = differences.teacher_years
    assert differences.teacher_years == len(YEARS) * sum(len(center["teachers"]) for center in mine)


def test_so_many_teacher_years_were_compared(compared):
    """Ten thousand and more, when all batches of an engine on this machine ran."""
    polars = [place for place, engine in enumerate(BATCHES) if engine == "polars"]
    if not set(polars) <= set(compared):
        pytest.skip("not all batches ran")
    assert sum(compared.values()) >= TEACHER_YEARS
