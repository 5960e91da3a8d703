"""What stands in several rows, and rows that lie far from the years that are asked for."""

from collections import Counter

import narwhals as nw
import pytest
from frame_cases import Objects, compare, frames, province, rows_of
from frame_engines import SPARK, native

from workload.frame import evaluate_frames
from workload.frame.keep import twice


@pytest.mark.parametrize("engine", ["polars", "duckdb", SPARK])
def test_what_stands_in_several_rows(engine):
    """Of several columns together; what is null in one of them stands nowhere."""
    rows = [("a", 1), ("a", 1), ("a", 2), ("b", 1), (None, 3), (None, 3), ("c", None), ("c", None), ("b", 2), ("b", 2)]
    frame = nw.from_native(native(engine, {"text": str, "number": int}, rows)).lazy()
    assert sorted(rows_of(twice(frame, "text", "number").to_native()), key=str) == [
        {"text": "a", "number": 1},
        {"text": "b", "number": 2},
    ]
    numbers = rows_of(twice(frame, "number").to_native())
    assert sorted(one["number"] for one in numbers) == [1, 2, 3]
    assert rows_of(twice(frame.filter(nw.col("number") == 4), "text").to_native()) == []


def duty(day, teacher="T1", start="09:00", end="10:30", **more):
    return {"teacher_id": teacher, "date": day, "kind": "counseling_duty", "start": start, "end": end, **more}


NEAR = 2022  # the first year that lies near those asked for
FAR = {
    "teachers": [{"teacher_id": "T1", "employment": "part_time"}, {"teacher_id": "T2", "employment": "full_time"}],
    "activities": [
        duty("2024-03-05"),
        duty("2024-03-05"),  # again
        duty("2024-03-05", start="10:00", end="11:00"),  # half of it
        duty("2023-12-31", start="23:30", end="00:30"),
        duty("2022-05-06"),  # near
        duty("2012-05-06"),
        duty("2012-05-06"),  # outside before it is the same again
        duty("2012-05-07", status="cancelled"),
        duty("2013-05-07", teacher="T2"),
    ],
}
STRANGE = [duty("2012-05-07", teacher="T9"), duty("2012-05-07", end="09:00"), duty("no day")]


@pytest.mark.parametrize("typed", [False, True])
@pytest.mark.parametrize("years", [(2024,), (2023, 2024), range(2011, 2025)], ids=str)
def test_rows_far_from_the_years(years, typed):
    """Each is set aside for the reason that the objects have, whether or not the years asked for reach it."""
    found = evaluate_frames(frames("polars", province([FAR]), typed=typed), years)
    assert compare(found, Objects.of([FAR], years)).found == []
    by_reason = Counter()
    for one in rows_of(found.set_aside):
        by_reason[one["reason"]] += one["rows"]
    reached = years[0] < NEAR
    assert by_reason == Counter(cancelled=1, duplicate=1 + reached, outside_period=0 if reached else 4)


@pytest.mark.parametrize("years", [(2024,), range(2011, 2025)], ids=str)
def test_faults_of_rows_far_from_the_years(years):
    """They are told, whether or not the years asked for reach them."""
    center = {**FAR, "activities": [*FAR["activities"], *STRANGE]}
    found = evaluate_frames(frames("polars", province([center])), years)
    told = {(one["row"], one["column"], one["code"]) for one in rows_of(found.faults)}
    assert told == {(11, "teacher_id", "unknown_teacher"), (12, "end", "no_time"), (13, "date", "not_a_date")}
    reasons = [(one["teacher_id"], one["rows"]) for one in rows_of(found.set_aside) if one["reason"] == "fault"]
    assert sorted(reasons) == [("T1", 2), ("T9", 1)]
