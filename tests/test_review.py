"""What readers of the library found when they tried to break it, kept as tests."""

import json
from datetime import date

import pytest

from workload import Activity, Appointment, Center, Teacher, TitleHeld, WorkloadError, check_center, evaluate
from workload.period import Period, term_year
from workload.tables import cells


def test_no_day_lies_in_two_appointment_years():
    """A term that follows before a year is over ends that year; each day of the terms lies in exactly one."""
    terms = [
        Period(date(2023, 9, 1), date(2024, 1, 31)),
        Period(date(2024, 2, 1), date(2025, 1, 31)),
        Period(date(2025, 2, 1), date(2026, 1, 31)),
    ]
    years = [term_year(year, terms) for year in (2023, 2024, 2025)]
    assert [str(year) for year in years] == [
        "2023-09-01–2024-01-31",
        "2024-02-01–2025-01-31",
        "2025-02-01–2026-01-31",
    ]


def test_two_terms_of_one_calendar_year_count_together():
    """Of terms from January and from July 2024 neither is lost: they are one appointment year, to the end of June."""
    terms = [Period(date(2024, 1, 15), date(2024, 6, 30)), Period(date(2024, 7, 1), date(2025, 6, 30))]
    assert str(term_year(2024, terms)) == "2024-01-15–2025-06-30"
    assert term_year(2025, terms) is None


@pytest.mark.parametrize("cell", ["9" * 5000, "0." + "1" * 5000, "9" * 400, 13800138000, "1e9", 10**9])
def test_no_amount_is_beyond_all_measure(cell):
    """A number of hundreds of digits, or a telephone number in a column of minutes, is a fault and no crash."""
    with pytest.raises(cells.CellError):
        cells.number(cell)


@pytest.mark.parametrize("year", [1, 1949, 2101, 9999])
def test_a_year_out_of_range_is_told(year):
    """The library itself, not only its command line, says which years it takes."""
    with pytest.raises(WorkloadError, match="1950"):
        evaluate(Center([Teacher("T01", "part_time")], []), year)


@pytest.mark.parametrize(
    ("center", "place"),
    [
        (Center([Teacher("T01", "兼职")], []), ("teachers", "employment")),
        (Center([Teacher("T01", "part_time", title="教授")], []), ("teachers", "title")),
        (
            Center([Teacher("T01", "part_time")], [], titles=[TitleHeld("T01", "Prof", date(2024, 1, 1))]),
            ("titles", "title"),
        ),
    ],
)
def test_words_of_records_are_checked(center, place):
    """A word that is in no list is a fault of a record built in Python too: it is never taken for another class."""
    (fault,) = check_center(center).faults
    assert (fault.table, fault.column, fault.code) == (*place, "unknown_word")


def test_minutes_are_whole():
    """A record with half a minute is refused with a sentence."""
    with pytest.raises(WorkloadError, match=r"90\.5"):
        Activity("T01", date(2024, 3, 5), "counseling_duty", minutes=90.5)


def test_a_broken_teachers_table_is_told_once(run, tmp_path):
    """Where the teachers cannot be read, their ids are not reported as unknown at every row."""
    (tmp_path / "teachers.csv").write_text("teacher_id|employment\nT1|兼职\n", encoding="utf-8")
    rows = "teacher_id,date,kind,minutes\n" + "T1,2024-03-05,咨询值班,90\n" * 3
    (tmp_path / "activities.csv").write_text(rows, encoding="utf-8")
    faults = json.loads(run("check", tmp_path, "--format", "json").out)["faults"]
    assert {fault["code"] for fault in faults} == {"missing_column"}


def test_a_pooled_remainder_is_explained_by_its_sum():
    """Three duties of 40 minutes are 2.67 class hours, 2 whole ones: the total shows the division."""
    from workload import explain_teacher

    rows = [Activity("T01", date(2024, 3, day), "counseling_duty", minutes=40, row=day) for day in (5, 6, 7)]
    found = evaluate(Center([Teacher("T01", "part_time")], rows), 2024, readings={"partial_unit": "whole_pooled"})
    counseling = next(section for section in explain_teacher(found, "T01") if section.name == "counseling")
    assert any("120 分钟 ÷ 45 = 2.67，取整或封顶后 2 课时" in sentence.zh for sentence in counseling.sentences)


def test_a_figure_just_below_is_not_shown_as_reached(run, tmp_path):
    """71.999 class hours of 72 are not met, and do not read 72/72."""
    (tmp_path / "teachers.csv").write_text("teacher_id,employment\nT1,part_time\n", encoding="utf-8")
    rows = "teacher_id,date,kind,class_hours\nT1,2024-03-05,class_teaching,71.999\n"
    (tmp_path / "activities.csv").write_text(rows, encoding="utf-8")
    assert "71.999/72" in run("evaluate", tmp_path, "--year", "2024").out


def test_an_appointment_in_python_may_end_before_it_starts_and_is_told():
    """The end of a term before its start is a fault, not an error of the program."""
    center = Center(
        [Teacher("T01", "part_time")], [], appointments=[Appointment("T01", date(2024, 2, 1), date(2024, 1, 1))]
    )
    assert [fault.code for fault in check_center(center).faults] == ["end_before_start"]
