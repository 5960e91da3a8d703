"""The three-year test of whole tables over frames is that of the objects: where years are none, clauses differ, or work
lies before the rules.
"""

from datetime import date
from itertools import product

import pytest
import test_shapes as shapes
from frame_cases import Objects, as_objects, as_tables, compare, frames, province, rows_of
from test_experience import BOTH_BY_WINDOWS, ON_EMPLOYMENT
from test_shapes import rules

from workload import Appointment, Center, Evaluation, NoClauseError, Teacher, evaluate_experience
from workload.frame import evaluate_frames

PART_TIME, FULL_TIME = Teacher("T1", "part_time"), Teacher("T2", "full_time")


def agree(center, as_of, regulation=None, **readings):
    """Frames and objects, asked for that year alone, say the same of it and of the years before it."""
    tables = [as_tables(center)]
    native = frames("polars", province(tables), typed=True)
    found = evaluate_frames(native, as_of, regulation=regulation, readings=readings)
    says = Objects.of(tables, [as_of], regulation=regulation, readings=readings, tested=True)
    assert compare(found, says).found == []
    return rows_of(found.experience)


def work(teacher, years, minutes=1710, class_hours=72):
    """A duty and a class in each year."""
    return [
        shapes.row(kind, f"{year}-05-06", teacher=teacher.teacher_id, minutes=minutes, class_hours=class_hours)
        for year in years
        for kind in ("counseling_duty", "class_teaching")
    ]


# ---------------------------------------------------------------- years that are none


@pytest.mark.parametrize("as_of", [2023, 2024, 2025])
@pytest.mark.parametrize("gate", ["each_year", "final_year"])
def test_an_evaluation_counts_in_a_year_in_which_no_appointment_begins(as_of, gate):
    """Of a term from September 2021 to August 2024 the years are 2021 to 2023; results are of calendar years."""
    results = list(product(["passed", "failed", None], repeat=3))
    teachers = [Teacher(f"T{place}", "part_time") for place in range(len(results))]
    evaluations = [
        Evaluation(teacher.teacher_id, year, result)
        for teacher, told in zip(teachers, results, strict=True)
        for year, result in [(2022, "passed"), *zip((2023, 2024, 2025), told, strict=True)]
        if result is not None
    ]
    rows = [row for teacher in teachers for row in work(teacher, range(2021, 2026))]
    terms = [Appointment(teacher.teacher_id, date(2021, 9, 1), date(2024, 8, 31)) for teacher in teachers]
    center = Center(teachers, rows, appointments=terms, evaluations=evaluations)
    found = agree(center, as_of, year="appointment", evaluation_gate=gate)
    assert len({(one["verdict"], one["next_first"], one["evaluations_missing"]) for one in found}) > 1


# ---------------------------------------------------------------- clauses


def test_employments_may_ask_for_other_accounts():
    """Counseling of part-time teachers over three years, points of full-time ones over two."""
    teachers, rows, evaluations = [], [], []
    for place, (employment, minutes, events) in enumerate(product(("part_time", "full_time"), (1710, 1709), (2, 3))):
        teacher = Teacher(f"T{place}", employment, title="lecturer")
        teachers.append(teacher)
        rows += work(teacher, range(2021, 2026), minutes)
        rows += [shapes.row("lecture", f"{year}-06-01", teacher=f"T{place}", events=events) for year in (2024, 2025)]
        evaluations += [Evaluation(f"T{place}", year, "passed") for year in range(2021, 2026)]
    found = agree(Center(teachers, rows, evaluations=evaluations), 2025, rules(BOTH_BY_WINDOWS))
    assert {(one["employment"], one["verdict"]) for one in found} == set(
        product(("part_time", "full_time"), ("met", "not_met"))
    )


def test_rules_may_recognize_everybody_on_employment():
    """No window is asked for, and the verdict is met."""
    center = Center([PART_TIME, FULL_TIME], work(PART_TIME, [2024]))
    found = agree(center, 2024, rules(ON_EMPLOYMENT))
    assert [(one["verdict"], one["recognized_years"]) for one in found] == [("met", None)] * 2


ALONE = rules(shapes.ALONE, head="")
FOR_FULL_TIME = rules(shapes.ALONE + ON_EMPLOYMENT.replace("part_time", "full_time"), head="")


@pytest.mark.parametrize(
    ("regulation", "teachers"),
    [(ALONE, [PART_TIME]), (ALONE, [FULL_TIME]), (FOR_FULL_TIME, [FULL_TIME]), (FOR_FULL_TIME, [PART_TIME, FULL_TIME])],
)
def test_rules_may_say_nothing_of_an_employment(regulation, teachers):
    """It is refused where there is such a teacher, and only there."""
    refused_alike(Center(teachers, [shapes.duty(90, teacher=teachers[0].teacher_id)]), 2024, regulation)


# ---------------------------------------------------------------- years before the rules

STARTED = rules(shapes.STARTED.replace("2024", "2023"))


def refused_alike(center, as_of, regulation):
    """Frames and objects both refuse the three-year test for want of a clause, or say the same."""
    tables = [as_tables(center)]
    try:
        evaluate_experience(as_objects(tables[0], regulation), as_of, regulation)
    except NoClauseError:
        native = frames("polars", province(tables))
        with pytest.raises(NoClauseError):
            rows_of(evaluate_frames(native, as_of, regulation=regulation).experience)
        return True
    agree(center, as_of, regulation)
    return False


EARLY = {
    "a duty": ({}, True),
    "one of a full-time teacher": ({"teacher": "T2"}, False),
    "a class after their start in that year": ({"kind": "class_teaching", "class_hours": 2, "day": "2023-12-31"}, True),
    "a duty into the next year": ({"day": "2023-12-31", "start": "23:00", "end": "01:00", "minutes": None}, True),
    "a duty in the next year": ({"day": "2024-01-01"}, False),
    "a duty long after": ({"day": "2026-01-01"}, False),
}


@pytest.mark.parametrize("early", EARLY)
def test_work_before_the_rules_is_refused_alike(early):
    """A year of work that begins before the rules did is no year of the test, unless that is confirmed."""
    cells, refused = EARLY[early]
    row = shapes.row(**{"kind": "counseling_duty", "day": "2023-03-05", "teacher": "T1", "minutes": 90} | cells)
    rows = [*work(PART_TIME, (2024, 2025)), row]
    evaluations = [Evaluation("T1", year, "passed") for year in (2023, 2024, 2025)]
    center = Center([PART_TIME, FULL_TIME], rows, evaluations=evaluations)
    assert refused_alike(center, 2025, STARTED) is refused
    agree(center, 2025, STARTED, before_start="retroactive")
