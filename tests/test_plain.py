"""The library agrees with a second, plain computation on generated centers, through the tables and in JSON."""

import csv
import os
import tempfile
from pathlib import Path

import centers
import plain
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workload import Basis, evaluate, evaluate_experience, load_regulation, read_center
from workload.documents import as_json

# Not compared: what the plain computation does not tell.
_BESIDE = {
    "rules",
    "readings",
    "notes",
    "to_meet",
    "alternatives",
    "period",
    "counseling_class_hours",
    "counseling_class_hours_missing",
}
_SETTINGS = settings(
    max_examples=int(os.environ.get("WORKLOAD_EXAMPLES", "100")), suppress_health_check=list(HealthCheck)
)


def write_csv(folder: Path, tables: dict[str, list[dict[str, str]]]) -> Path:
    """The tables as CSV files of a folder."""
    for name, rows in tables.items():
        columns = list(rows[0]) if rows else HEADERS[name]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns)
            writer.writeheader()
            writer.writerows(rows)
    return folder


HEADERS = {
    "teachers": ("teacher_id", "employment"),
    "titles": ("teacher_id", "title", "effective_from"),
    "appointments": ("teacher_id", "start"),
    "activities": ("teacher_id", "date", "kind"),
    "evaluations": ("teacher_id", "year", "result"),
    "training": ("teacher_id", "date", "hours"),
    "case_reports": ("teacher_id", "date"),
}


def read(tables):
    """The center of those tables, through the CSV door."""
    with tempfile.TemporaryDirectory() as folder:
        return read_center(write_csv(Path(folder), tables))


def figures(result):
    """A JSON result without what the plain computation does not tell."""
    if isinstance(result, dict):
        return {key: figures(value) for key, value in result.items() if key not in _BESIDE}
    return [figures(value) for value in result] if isinstance(result, list) else result


def told(warning):
    return {key: warning[key] for key in ("table", "row", "code")}


@_SETTINGS
@given(centers.cases())
def test_the_evaluation_is_that_of_the_plain_computation(case):
    """Ledger, totals, verdicts, reasons and warnings are the same, whatever the records and readings."""
    tables, year, readings = case
    found = as_json.evaluation(evaluate(read(tables), year, readings=readings), "zh")
    expected = plain.evaluate(tables, year, readings)
    found["warnings"] = sorted(map(told, found["warnings"]), key=lambda one: (one["row"], one["code"]))
    assert found["period"] == expected["period"]
    assert figures(found) == figures(expected)


@_SETTINGS
@given(centers.cases())
def test_the_three_year_test_is_that_of_the_plain_computation(case):
    """Windows, verdicts and what is next are the same, whatever the records and readings."""
    tables, year, readings = case
    found = as_json.experience(evaluate_experience(read(tables), year, readings=readings), "zh")
    for teacher in found["teachers"]:
        del teacher["name"]
    assert figures(found) == figures(plain.experience(tables, year, readings))


@_SETTINGS
@given(centers.cases(), st.data())
def test_the_order_of_rows_changes_no_total(case, data):
    """Whoever sorts the sheet another way gets the same totals.

    Not under whole_per_duty: of two duties with one start the earlier row takes the time (CONTRACT), and what is left
    of the other may be less than a unit.
    """
    tables, year, readings = case
    if readings.get("partial_unit") == "whole_per_duty":
        readings = {**readings, "partial_unit": "exact"}
    other = data.draw(centers.permuted(tables))
    assert totals(read(tables), year, readings) == totals(read(other), year, readings)


@_SETTINGS
@given(centers.cases(), st.data())
def test_a_credited_row_more_never_lowers_a_total_of_its_teacher(case, data):
    """Work more, and no account falls (in the readings by which a minute is worth the same in every duty)."""
    tables, year, readings = case
    readings = {name: value for name, value in readings.items() if name not in ("partial_unit", "co_leaders")}
    rows = tables["activities"]
    if not rows:
        return
    without = data.draw(st.integers(0, len(rows) - 1))
    fewer = {**tables, "activities": rows[:without] + rows[without + 1 :]}
    less, more = totals(read(fewer), year, readings), totals(read(tables), year, readings)
    for teacher_id, accounts in less.items():
        for account, total in accounts.items():
            assert more[teacher_id].get(account, 0) >= total


def totals(center, year, readings):
    basis = Basis.of(center, load_regulation(), readings)
    return {teacher.teacher_id: dict(basis.post(teacher, year).totals) for teacher in center.teachers}
