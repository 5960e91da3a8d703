"""The three-year test over frames says of every teacher what it says through objects, number for number.

Teachers are drawn one by one and asked about together: one call of an engine for all of them.
"""

from fractions import Fraction
from functools import cache

import narwhals as nw
import pytest
from attrs import field, frozen
from frame_cases import drawn
from frame_engines import SPARK, native, rows_of
from hypothesis import strategies as st
from test_shapes import experience as windows_of
from test_shapes import rules

from workload import Basis, Center, Teacher, WorkloadError, YearOfWork, load_regulation
from workload.experience import _tested
from workload.frame.experience import experience

AS_OF = 2026
TEACHERS = 1200
BOTH_BY_WINDOWS = """
[[experience]]
id = "three_year_test"
employment = "part_time"
basis = "three_year_windows"
years = 3
needs = [{ account = "counseling", amount = 114, unit = "class_hour" }]
evaluations = true
award = 1
unit = "year"

[[experience]]
id = "full_time_experience"
employment = "full_time"
basis = "three_year_windows"
years = 2
window = "trailing"
needs = [{ account = "points", amount = 60.5, unit = "point" }]
award = 3
unit = "year"
"""
GATED_AVERAGE = """
[[experience]]
id = "three_year_test"
employment = "part_time"
basis = "three_year_windows"
years = 4
window = "{}"
measured = "average"
needs = [
  {{ account = "counseling", amount = 38, unit = "class_hour" }},
  {{ account = "teaching", amount = 70.5, unit = "class_hour" }},
]
evaluations = true
award = 2
unit = "year"
"""
DUTY = """
[[credit]]
id = "counseling_duty"
kinds = ["counseling_duty"]
account = "counseling"
measure = "minutes"
per = {}
amount = {}
unit = "class_hour"
remainder = {{ round = "{}", step = {}, pool = "{}" }}
"""
WEIGHED = """
[[coefficient]]
id = "evening"
kinds = ["counseling_duty"]
table = [{ daypart = ["evening"], value = 2 }, { value = 1 }]
"""
ON_EMPLOYMENT = """
[[experience]]
id = "three_year_test"
employment = "part_time"
basis = "employment"
unit = "year"
"""


@frozen
class Case:
    """A rule file, its readings, the scales of its accounts, and the first year."""

    text: str = ""
    readings: dict = field(factory=dict)
    first: int = 2015
    regulation: object = None
    keys: tuple = ("college", "teacher_id")
    scales = {"counseling": 90, "teaching": 100, "points": 2}  # noqa: RUF012  # of no field

    @property
    def basis(self):
        regulation = self.regulation or (rules(self.text) if self.text else load_regulation())
        return Basis.of(Center([], []), regulation, self.readings)


CASES = {
    "as it stands": Case(),
    "final year": Case(readings={"evaluation_gate": "final_year"}),
    "whole units of each duty": Case(readings={"partial_unit": "whole_per_duty"}, keys=("teacher_id",)),
    "whole units of the total": Case(readings={"partial_unit": "whole_pooled"}),
    "twenty years": Case(first=2007),
    "forty-nine years": Case(first=AS_OF - 48),
    "sixty years": Case(first=AS_OF - 60),
    "three years": Case(first=2024),
    "this year alone": Case(first=AS_OF),
    "trailing, gated": Case(GATED_AVERAGE.format("trailing")),
    "average, gated": Case(GATED_AVERAGE.format("consecutive")),
    "average, final year": Case(GATED_AVERAGE.format("consecutive"), {"evaluation_gate": "final_year"}),
    "trailing": Case(regulation=windows_of("trailing")),
    "two years": Case(regulation=windows_of(award=2)),
    "one year": Case(regulation=windows_of(years=1)),
    "seven years": Case(regulation=windows_of(measured="average", years=7, need=38)),
    "both by windows": Case(BOTH_BY_WINDOWS, keys=("teacher_id",)),
    "half units of 50 minutes": Case(DUTY.format(50, 1, "floor", 0.5, "month")),
    "units of an odd size": Case(DUTY.format("22.5", "0.75", "floor", 0.25, "period")),
    "half up": Case(DUTY.format(45, 1, "half_up", 1, "record")),
    "weighed duty": Case(WEIGHED),
    "on employment": Case(ON_EMPLOYMENT),
}
EVERYWHERE = "both by windows"
# What asks most of an engine: they differ in plans, not in numbers.
ELSEWHERE = (EVERYWHERE, "final year", "twenty years", "trailing, gated", "average, gated", "on employment")
SPARK_TOO = pytest.param("pyspark", EVERYWHERE, marks=SPARK.marks)
LONG = ("forty-nine years", "sixty years")  # as many as one integer has room for, and more


# ---------------------------------------------------------------- teachers


# How much of each account is an index of `amount`, or the amount; then minutes of duty, appointed, evaluation.
YEARS = st.tuples(
    st.sampled_from([2, 2, 2, 3, 2, 1, 4, 0]) | st.integers(5, 9000),
    st.sampled_from([2, 2, 3, 2, 2, 2, 1, 4, 0]),
    st.sampled_from([1710, 0, 1711, 90]),
    st.sampled_from([True] * 9 + [False]),
    st.sampled_from(["passed"] * 6 + ["excellent"] * 3 + [None, None, "failed"]),
)
# Backward from the year of the question; None is a year without anything.
TEACHER = st.tuples(
    st.sampled_from(["part_time"] * 5 + ["full_time"]),
    st.lists(st.one_of(YEARS, YEARS, YEARS, YEARS, st.none()), max_size=20) | st.lists(YEARS, min_size=12, max_size=20),
)
drawn_teachers = cache(lambda: drawn(TEACHER, TEACHERS))


def amount(told, needed, years):
    """Nothing, just less than an equal share of what a window needs, just that, just more, or all of it at once."""
    share = -(-needed // years)
    return [0, share - 1, share, share + 1, needed][told] if told < 5 else told


@frozen
class Duty:
    """A year's ledger as far as the test asks it."""

    given: int

    def minutes(self, account):
        assert account == "counseling"
        return self.given


@frozen
class Asked:
    """A case with its teachers: columns and rows of both frames, and what the objects say of each."""

    case: Case
    clause_of: dict
    roster: tuple
    years: tuple
    found: list
    windows: list


@cache
def asked(name):
    case = CASES[name]
    clause_of = {clause.employment: clause for clause in case.basis.regulation.experience}
    accounts = list(dict.fromkeys(need.account for clause in clause_of.values() for need in clause.needs))
    keys = dict.fromkeys(case.keys, str) | {"employment": str}
    columns = keys | {"year": int} | dict.fromkeys([*accounts, "counseling_minutes"], int)
    columns |= {"appointed": bool, "result": str, "failed": bool}
    every = Asked(case, clause_of, (keys, []), (columns, []), [], [])
    for place, (employment, told) in enumerate(drawn_teachers()):
        key = (str(place % 7), f"T{place // 7}") if len(case.keys) > 1 else (f"T{place}",)
        clause = clause_of[employment]
        factor = clause.years if clause.measured == "average" else 1
        needed = {need.account: int(need.amount * factor * case.scales[need.account]) for need in clause.needs}
        every.roster[1].append((*key, employment))
        years = []
        for year, worked in zip(range(AS_OF, case.first - 1, -1), told, strict=False):
            if worked is None:
                continue
            *much, minutes, appointed, result = worked
            amounts = {
                account: amount(some, needed[account], clause.years) if account in needed else some
                for account, some in zip(accounts, [*much, much[0]], strict=False)
            }
            totals = {account: Fraction(some, case.scales[account]) for account, some in amounts.items()}
            one = YearOfWork(year, Duty(minutes), totals, appointed, result, result in ("passed", "excellent"))
            years.append(one)
            every.years[1].append((*key, employment, year, *amounts.values(), minutes, appointed, result, one.failed))
        years = () if clause.basis == "employment" else tuple(reversed(years))
        finding = _tested(case.basis, Teacher("T", employment), clause, years, AS_OF)
        every.found.append(dict(zip(keys, (*key, employment), strict=True)) | told_of(finding, case, accounts))
        for window in finding.windows:
            row = dict(zip(case.keys, key, strict=True)) | {"first": window.years[0], "last": window.years[-1]}
            row |= scaled(window.totals, case, accounts) | {"counseling_minutes": window.minutes}
            every.windows.append(row | {"verdict": window.verdict, "evaluations_missing": listed(window)})
    return every


def told_of(finding, case, accounts):
    """The row of the first frame."""
    row = {"verdict": finding.verdict, "basis": finding.clause.basis, "recognized_years": finding.recognized_years}
    missing = [f"{name}_missing" for name in (*accounts, "counseling_minutes", "evaluations")]
    window = finding.next
    if window is None:
        return row | dict.fromkeys(["next_first", "next_last", *missing])
    lacking = scaled(window.lacking, case, accounts).values()
    next_window = [window.years[0], window.years[-1], *lacking, window.minutes_lacking, listed(window)]
    return row | dict(zip(["next_first", "next_last", *missing], next_window, strict=True))


def scaled(numbers, case, accounts):
    return {name: numbers[name] * case.scales[name] if name in numbers else None for name in accounts}


def listed(window):
    return ",".join(map(str, window.evaluations_missing))


def ordered(rows):
    return sorted(rows, key=lambda row: [str(value) for value in row.values()])


def by_frames(engine, every, **other):
    """Both frames of an engine, as Narwhals has them."""
    years, teachers = (nw.from_native(native(engine, *given)).lazy() for given in (every.years, every.roster))
    case = every.case
    known = {"keys": case.keys, "scales": case.scales, "first": case.first, "as_of": AS_OF}
    found = experience(case.basis, every.clause_of, years, teachers, **(known | other))
    return found.teachers, found.windows


# ---------------------------------------------------------------- the same as objects


def compare(engine, name):
    every = asked(name)
    for frame, rows in zip(by_frames(engine, every), (every.found, every.windows), strict=True):
        found = rows_of(frame)
        assert {tuple(row) for row in found} <= {tuple(row) for row in rows}  # the columns, in their order
        assert ordered(found) == ordered(rows)


@pytest.mark.parametrize("name", [name for name in CASES if name not in LONG])
def test_frames_say_what_objects_say(name):
    """Verdicts, recognized years, windows with their sums, and what the next window lacks."""
    compare("polars", name)


@pytest.mark.parametrize(("engine", "name"), [*(("duckdb", name) for name in ELSEWHERE), SPARK_TOO])
def test_frames_of_other_engines_say_it_too(engine, name):
    """DuckDB and Spark. (What is in memory is taken to polars before.)"""
    compare(engine, name)


@pytest.mark.parametrize("name", LONG)
def test_records_of_long_ago_change_nothing(name):
    """The facts of many years need more than one integer: windows lie across its end, and are found."""
    compare("polars", name)


def test_the_drawn_teachers_are_of_every_sort():
    """All verdicts occur, and teachers with several windows, met and undetermined ones together."""
    every = asked("twenty years")
    assert len(every.roster[1]) == TEACHERS
    for verdict in ("met", "not_met", "undetermined"):
        assert sum(row["verdict"] == verdict for row in every.found) > TEACHERS // 50, verdict
    verdicts = {}
    for window in every.windows:
        verdicts.setdefault((window["college"], window["teacher_id"]), []).append(window["verdict"])
    for several in ({"met"}, {"undetermined"}, {"met", "undetermined"}):
        assert any(len(own) > 1 and set(own) == several for own in verdicts.values()), several
    assert {row["next_first"] for row in every.found} == {None, *range(AS_OF - 2, AS_OF + 2)}


# ---------------------------------------------------------------- plans


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_a_filter_on_the_result_is_cheap(engine):
    """Over twenty years too: an engine that wrote the choice of windows into the filter would not come to an end."""
    every = asked("twenty years")
    for frame, rows in zip(by_frames(engine, every), (every.found, every.windows), strict=True):
        met = frame.filter((nw.col("verdict") == "met") & (nw.col("evaluations_missing") == ""))
        expected = [row for row in rows if row["verdict"] == "met" and row["evaluations_missing"] == ""]
        assert ordered(rows_of(met)) == ordered(expected)


# ---------------------------------------------------------------- what is refused


def test_a_scale_that_does_not_hold_what_is_needed_is_refused():
    """60.5 points are no whole number of points, and nothing is rounded to fit."""
    every = asked("both by windows")
    with pytest.raises(WorkloadError, match=r"points.*121/2"):
        by_frames("polars", every, scales=every.case.scales | {"points": 1})
