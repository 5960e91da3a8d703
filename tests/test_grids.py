"""Results as grids for a sheet, records from tables in memory, the whole ledger, the three-year test from columns."""

from datetime import date, datetime, time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workload import (
    Activity,
    CellError,
    Center,
    Evaluation,
    InputError,
    Teacher,
    WorkloadError,
    YearOfWork,
    check_center,
    check_grid,
    elapsed,
    evaluate,
    evaluate_experience,
    experience_of_years,
    ledger_grid,
    load_regulation,
    moment,
    needed_grid,
    read_tables,
    rules_grid,
    summary_grid,
    whole_ledger,
    windows_grid,
)
from workload.exact import steady
from workload.tables.cells import number

HEADER = ["工号", "日期", "类别", "分钟", "课时", "场次", "状态"]
ROWS = [
    HEADER,
    ["T01", date(2024, 3, 5), "咨询值班", 100, None, None, None],
    ["T01", 45357, "心理健康教学", None, 2.5, None, None],
    ["T01", "2024-03-07", "讲座", None, None, 2, None],
    ["T01", "2024/3/8", "督导", None, None, None, None],
    ["T01", "2025-01-02", "咨询值班", 45, None, None, "取消"],
]
TEACHERS = [["工号", "类别", "职称"], ["T01", "兼职", "副教授"]]


def test_tables_in_memory_are_read_as_a_workbook_is():
    """Rows with a header give the same records as a file; their numbers count from the header."""
    center = read_tables({"activities": ROWS, "teachers": TEACHERS})
    assert not center.faults
    assert [activity.row for activity in center.activities] == [2, 3, 4, 5, 6]
    assert center.activities[1].class_hours == Fraction(5, 2)
    assert center.teachers[0].title == "associate_professor"


def test_tables_in_memory_gather_all_faults():
    """Every bad cell of every table is told at once, with its row."""
    bad = [HEADER, ["T01", "abc", "咨寻值班", "x", None, None, None]]
    faults = read_tables({"activities": bad, "teachers": [["工号", "类别"], ["T01", "兼取"]]}).faults
    assert {(fault.table, fault.row, fault.column) for fault in faults} == {
        ("activities", 2, "date"),
        ("activities", 2, "kind"),
        ("activities", 2, "minutes"),
        ("teachers", 2, "employment"),
    }


def test_an_unknown_table_is_refused():
    """A table that the contract does not name is an error that lists those it names."""
    with pytest.raises(InputError) as refused:
        read_tables({"clients": [["a"]]})
    assert "activities" in str(refused.value)


def test_the_whole_ledger_has_a_line_for_every_row():
    """Every row is there once, in the order of the sheet, and none lies outside the period."""
    lines = whole_ledger(read_tables({"activities": ROWS, "teachers": TEACHERS}))
    assert [line.activity.row for line in lines] == [2, 3, 4, 5, 6]
    assert [line.reason for line in lines] == [None, None, None, "no_value", "cancelled"]
    assert lines[0].amount == Fraction(100, 45)


def test_the_whole_ledger_stops_at_faults():
    """With a fault there is no ledger."""
    with pytest.raises(InputError):
        whole_ledger(read_tables({"activities": ROWS}))  # nobody is a teacher


def test_a_duty_over_the_last_midnight_keeps_its_minutes():
    """The period of the whole ledger does not cut the last night short."""
    night = Activity("T01", date(2024, 12, 31), "counseling_duty", start=time(23, 0), end=time(1, 0), row=2)
    (line,) = whole_ledger(Center([Teacher("T01", "part_time")], [night]))
    assert line.quantity == 120


def test_an_empty_center_has_an_empty_ledger():
    """Without rows there are no lines."""
    assert whole_ledger(Center([Teacher("T01", "part_time")], [])) == ()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_grids_are_rectangular_and_in_one_language(language):
    """Each row of each grid is as wide as its header; English grids hold no Chinese but articles and quotes."""
    regulation = load_regulation()
    center = read_tables({"activities": ROWS, "teachers": TEACHERS})
    years = [YearOfWork.of(year, {"counseling": Fraction(38), "teaching": Fraction(72)}, None) for year in range(3)]
    years = [YearOfWork.of(2022 + found.year, found.totals, "passed") for found in years]
    tested = experience_of_years(years)
    grids = [
        ledger_grid(whole_ledger(center), regulation, language),
        summary_grid(evaluate(center, 2024), language),
        summary_grid(evaluate(center, 2024), language, employment_known=False),
        check_grid(check_center(center), language),
        windows_grid(tested, regulation, language),
        needed_grid(tested, regulation, language),
        rules_grid(regulation, None, language),
    ]
    for grid in grids:
        assert grid.rows
        assert {len(row) for row in grid.rows} == {len(grid.header)}
        if language == "en":
            assert all(name.isascii() for name in grid.header)


def test_the_ledger_grid_sums_to_the_summary_grid():
    """The amounts of the lines of an account add up to what the summary shows."""
    center = read_tables({"activities": ROWS, "teachers": TEACHERS})
    ledger = ledger_grid(whole_ledger(center), load_regulation(), "zh")
    summary = summary_grid(evaluate(center, 2024), "zh")
    by_account = {}
    for row in ledger.rows:
        line = dict(zip(ledger.header, row, strict=True))
        by_account[line["账户"]] = by_account.get(line["账户"], 0) + (line["计入"] or 0)
    (teacher,) = (dict(zip(summary.header, row, strict=True)) for row in summary.rows)
    assert by_account["咨询"] == pytest.approx(teacher["咨询课时"])
    assert by_account["教学"] == teacher["教学课时"] == 2.5
    assert by_account["积分"] == teacher["积分"] == 40
    assert teacher["读取行数"] == teacher["计入行数"] + teacher["未计入行数"] == 5


def test_without_employment_nothing_is_said_of_a_quota():
    """A teacher of unknown employment owes nothing that is known: undetermined, with blank requirements."""
    found = summary_grid(
        evaluate(read_tables({"activities": ROWS, "teachers": TEACHERS}), 2024), "zh", employment_known=False
    )
    (row,) = (dict(zip(found.header, row, strict=True)) for row in found.rows)
    assert (row["类别"], row["咨询要求"], row["咨询差额"], row["结论"]) == ("", None, None, "待定")


hours = st.integers(0, 60).map(lambda n: Fraction(n, 1))
results = st.sampled_from([None, "passed", "excellent", "basically_passed", "failed"])


@given(st.dictionaries(st.integers(2018, 2026), st.tuples(hours, hours.map(lambda n: n * 2), results), min_size=1))
def test_columns_are_tested_as_a_center_is(years):
    """方案 六(二): years given by their totals have the windows that a center with those totals has."""
    rows, evaluations = [], []
    for year, (counseling, teaching, result) in years.items():
        rows.append(Activity("T01", date(year, 3, 5), "counseling_duty", minutes=max(1, int(counseling * 45))))
        rows.append(Activity("T01", date(year, 3, 5), "class_teaching", class_hours=max(Fraction(1, 8), teaching)))
        if result is not None:
            evaluations.append(Evaluation("T01", year, result))
    center = Center([Teacher("T01", "part_time")], rows, evaluations=evaluations)
    expected = evaluate_experience(center, max(years)).teachers[0].finding
    found = experience_of_years(
        YearOfWork.of(
            year,
            {"counseling": Fraction(max(1, int(counseling * 45)), 45), "teaching": max(Fraction(1, 8), teaching)},
            result,
        )
        for year, (counseling, teaching, result) in years.items()
    )
    assert (found.verdict, found.recognized_years) == (expected.verdict, expected.recognized_years)
    assert [(w.years, w.totals, w.verdict) for w in found.windows] == [
        (w.years, w.totals, w.verdict) for w in expected.windows
    ]
    assert (found.next and (found.next.years, found.next.lacking)) == (
        expected.next and (expected.next.years, expected.next.lacking)
    )


def test_years_must_be_there_and_once():
    """No year, or one that stands twice, is an error that says so."""
    with pytest.raises(WorkloadError):
        experience_of_years([])
    one = YearOfWork.of(2024, {"counseling": Fraction(1), "teaching": Fraction(1)}, None)
    with pytest.raises(WorkloadError, match="2024"):
        experience_of_years([one, one])


def test_later_years_are_not_known_as_of_an_earlier_one():
    """As of a year, what came after it plays no part."""
    full = {"counseling": Fraction(38), "teaching": Fraction(72)}
    years = [YearOfWork.of(year, full, "passed") for year in (2022, 2023, 2024)]
    assert experience_of_years(years, 2024).recognized_years == 1
    assert experience_of_years(years, 2023).recognized_years == 0


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("9:00", "10:30", 90),
        ("22:30", "1:00", 150),
        (0.375, 0.4375, 90),
        (datetime.fromisoformat("2024-03-05T22:00"), datetime.fromisoformat("2024-03-06T01:00"), 180),
        (datetime.fromisoformat("2024-03-05T09:00"), "10:00", 60),
        ("23:00", "24:00", 60),
        (45356.9166666667, 45357.0, 120),
    ],
)
def test_minutes_between_moments(start, end, minutes):
    """Times as texts, fractions of a day and date-times give the minutes between them."""
    assert elapsed(moment(start), moment(end)) == minutes


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("9:00", "9:00"),
        (datetime.fromisoformat("2024-03-05T09:00"), datetime.fromisoformat("2024-03-06T10:00")),
        (datetime.fromisoformat("2024-03-05T09:00"), datetime.fromisoformat("2024-03-04T10:00")),
        (datetime.fromisoformat("2024-03-05T22:00"), datetime.fromisoformat("2024-03-05T01:00")),
    ],
)
def test_moments_that_are_no_duty(start, end):
    """The same time twice, and days that do not fit, are errors."""
    with pytest.raises(CellError):
        elapsed(moment(start), moment(end))


def test_the_noise_of_floats_is_no_shortfall():
    """A sum that should be 72 is 72; a number that is meant to have many decimals keeps them."""
    assert number(sum([0.1] * 720)) == 72
    assert number(sum([19 / 45] * 90)) == 38
    assert steady(71.9995) == Fraction(719995, 10000)
    assert steady(37.97777777777778) == Fraction(1709, 45)


@given(st.fractions(0, 10_000, max_denominator=1000))
def test_a_small_fraction_survives_a_cell(value):
    """A fraction with a small denominator comes back from its float as itself."""
    assert steady(float(value)) == value


@given(st.decimals(0, 100_000, places=3))
def test_a_written_decimal_is_itself(value):
    """What a person typed with up to three decimals is taken exactly."""
    assert steady(float(value)) == Fraction(value)
