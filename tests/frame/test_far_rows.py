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


@pytest.mark.parametrize("days", [("2022-12-31", "2023-01-01"), ("2025-12-31", "2026-01-01")], ids=str)
def test_an_academic_year_of_near_and_far_rows(days):
    """It is counted once for each reason."""
    center = {**FAR, "activities": [duty(day, status=status) for day in days for status in ("done", "cancelled")]}
    readings = {"year": "academic"}
    found = evaluate_frames(frames("polars", province([center]), typed=True), 2024, readings=readings)
    assert compare(found, Objects.of([center], (2024,), readings=readings)).found == []
    assert sorted((one["reason"], one["rows"]) for one in rows_of(found.set_aside)) == [
        ("cancelled", 2),
        ("outside_period", 2),
    ]


@pytest.mark.parametrize(
    ("engine", "cells", "column"),
    [
        ("polars", {"minutes": 10**12}, "minutes"),
        ("duckdb", {"minutes": 10**12}, "minutes"),
        ("polars", {"minutes": 10**12, "date": "2011-03-05"}, "minutes"),
        ("polars", {"minutes": 2_000_000_000, "status": "cancelled"}, "minutes"),
        ("polars", {"kind": "lecture", "events": 13_800_138_000}, "events"),
        ("polars", {"minutes": -1}, "minutes"),
    ],
)
def test_numbers_out_of_reach_are_faults_of_their_rows(engine, cells, column):
    """Whatever integers a column has room for; the other rows count."""
    names = {"row": int, "teacher_id": str, "date": str, "kind": str, "start": str, "end": str, "status": str}
    names |= {"minutes": int, "events": int}
    rows = [duty("2024-03-06", row=2), {**duty("2024-03-05", row=3), **cells}]
    teachers = native(engine, {"teacher_id": str, "employment": str, "title": str}, [("T1", "part_time", "none")])
    activities = native(engine, names, [tuple(row.get(name) for name in names) for row in rows])
    found = evaluate_frames({"teachers": teachers, "activities": activities}, 2024)
    told = [(one["row"], one["column"], one["code"]) for one in rows_of(found.faults)]
    assert told == [(3, column, "negative" if cells.get("minutes") == -1 else "too_large")]
    assert [one["counseling"] for one in rows_of(found.totals)] == [90]
    assert [(one["reason"], one["rows"]) for one in rows_of(found.set_aside)] == [("fault", 1)]


def test_a_row_at_fault_for_two_things_stands_once():
    """Its record id stands before with another content, and the shares of its event are more than one."""
    lecture = {"date": "2024-05-14", "kind": "lecture", "record_id": "R1", "event_id": "E1", "share": "0.6"}
    center = {"teachers": FAR["teachers"], "activities": [{**lecture, "teacher_id": one} for one in ("T1", "T2")]}
    found = evaluate_frames(frames("polars", province([center])), 2024)
    assert [one["row"] for one in rows_of(found.faults) if one["column"] == "record_id"] == [3]
    assert sorted(one["row"] for one in rows_of(found.ledger)) == [2, 3]
