"""What breaks a rule of the tables, and what becomes of the rest when faulty rows are skipped."""

from collections import Counter
from datetime import date, time

import pytest
from attrs import evolve

from workload import (
    Activity,
    Appointment,
    CaseReport,
    Center,
    Evaluation,
    Fault,
    InputError,
    Payment,
    Teacher,
    Text,
    TitleHeld,
    Training,
    evaluate,
    evaluate_experience,
    load_regulation,
    read_center,
)
from workload.checks import check
from workload.evaluation import check_center

REGULATION = load_regulation()
DAY = date(2024, 3, 5)


def center(activities=(), teachers=None, **tables):
    """A center whose records are numbered as in a sheet."""
    given = {"teachers": teachers or [Teacher("T1", "part_time", title="lecturer")], "activities": activities}
    numbered = {
        name: [type(record)(**{**fields(record), "row": row}) for row, record in enumerate(records, start=2)]
        for name, records in (given | tables).items()
    }
    return Center(**numbered)


def fields(record):
    return {name: getattr(record, name) for name in type(record).__annotations__}


def told(records):
    """The faults of a center's records: table, row, column, what stands there, code."""
    return [(fault.table, fault.row, fault.column, fault.value, fault.code) for fault in check(records, REGULATION)]


def duty(teacher="T1", day=DAY, **more):
    return Activity(teacher, day, "counseling_duty", **more)


# ---------------------------------------------------------------- one row


@pytest.mark.parametrize(
    ("activity", "column", "value", "code"),
    [
        (duty(), "minutes", None, "minutes_missing"),
        (duty(start=time(9, 0)), "minutes", None, "minutes_missing"),
        (duty(end=time(9, 0)), "minutes", None, "minutes_missing"),
        (duty(minutes=0), "minutes", "0", "not_positive"),
        (duty(minutes=-5), "minutes", "-5", "not_positive"),
        (duty(start=time(9, 0), end=time(9, 0)), "end", "09:00", "no_time"),
        (duty(start=time(9, 0), end=time(9, 0), minutes=90), "end", "09:00", "no_time"),
        (duty(start=time(9, 0), end=time(9, 0, 29)), "end", "09:00", "no_time"),
        (duty(start=time(9, 0), end=time(10, 0), minutes=61), "minutes", "61", "minutes_disagree"),
        (duty(start=time(9, 0), end=time(10, 0), minutes=59), "minutes", "59", "minutes_disagree"),
        (duty(start=time(9, 0), end=time(10, 0), minutes=0), "minutes", "0", "minutes_disagree"),
        (duty(start=time(23, 0), end=time(1, 0), minutes=60), "minutes", "60", "minutes_disagree"),
        (Activity("T1", DAY, "class_teaching"), "class_hours", None, "class_hours_missing"),
        (Activity("T1", DAY, "class_teaching", minutes=90), "class_hours", None, "class_hours_missing"),
        (Activity("T1", DAY, "class_teaching", class_hours=0), "class_hours", "0", "not_positive"),
        (Activity("T1", DAY, "lecture", events=0), "events", "0", "not_positive"),
        (Activity("T1", DAY, "supervision", events=0), "events", "0", "not_positive"),
        (Activity("T1", DAY, "咨询", minutes=90), "kind", "咨询", "unknown_kind"),
        (duty("T9", minutes=90), "teacher_id", "T9", "unknown_teacher"),
    ],
)
def test_faults_of_a_row(activity, column, value, code):
    """What a row lacks, or says against itself, is a fault with its row, its column and what stands there."""
    assert told(center([activity])) == [("activities", 2, column, value, code)]


@pytest.mark.parametrize(
    "activity",
    [
        duty(minutes=1),
        duty(minutes=1440),
        duty(start=time(9, 0), minutes=60),
        duty(start=time(9, 0), end=time(9, 1)),
        duty(start=time(9, 0), end=time(10, 0), minutes=60),
        duty(start=time(9, 0, 20), end=time(10, 0), minutes=60),
        duty(start=time(23, 0), end=time(0, 0), minutes=60),
        duty(start=time(23, 0), end=time(22, 59), minutes=1439),
        Activity("T1", DAY, "class_teaching", class_hours="0.5"),
        Activity("T1", DAY, "lecture"),
        Activity("T1", DAY, "other"),
    ],
)
def test_sound_rows(activity):
    """A duty needs minutes or both times, and they agree to the minute; a class needs class hours; an event nothing."""
    assert told(center([activity])) == []


@pytest.mark.parametrize("kind", list(REGULATION.kinds))
def test_cancelled_rows_need_no_amounts(kind):
    """A cancelled row needs neither minutes nor class hours, nor a title of its teacher."""
    teachers = [Teacher("T1", "part_time")]
    assert told(center([Activity("T1", DAY, kind, cancelled=True, events=0)], teachers)) == []


def test_a_cancelled_row_needs_its_teacher():
    """It needs a teacher all the same."""
    assert told(center([duty("T9", cancelled=True)])) == [("activities", 2, "teacher_id", "T9", "unknown_teacher")]


@pytest.mark.parametrize("kind", ["lecture", "case_conference", "return_assessment"])
def test_events_need_a_title(kind):
    """An event whose teacher has no title on its day is a fault: it has no points, and they are not 0."""
    teachers = [Teacher("T1", "part_time")]
    held = [TitleHeld("T1", "lecturer", date(2024, 3, 6))]
    rows = [Activity("T1", day, kind) for day in (DAY, date(2024, 3, 6))]
    assert told(center(rows, teachers, titles=held)) == [("activities", 2, "teacher_id", "T1", "title_missing")]
    assert told(center(rows, [Teacher("T1", "part_time", title="none")], titles=held)) == []


def test_what_earns_no_points_needs_no_title():
    """A duty, a class and an event without a value need no title."""
    rows = [duty(minutes=45), Activity("T1", DAY, "class_teaching", class_hours=1), Activity("T1", DAY, "supervision")]
    assert told(center(rows, [Teacher("T1", "part_time")])) == []


# ---------------------------------------------------------------- several rows and tables


@pytest.mark.parametrize(
    ("table", "record"),
    [
        ("titles", TitleHeld("T9", "lecturer", DAY)),
        ("appointments", Appointment("T9", DAY)),
        ("activities", duty("T9", minutes=45)),
        ("evaluations", Evaluation("T9", 2024, "passed")),
        ("training", Training("T9", DAY, 8)),
        ("case_reports", CaseReport("T9", DAY)),
        ("payments", Payment("t 1", DAY, "points", 1, 1)),
    ],
)
def test_unknown_teachers(table, record):
    """A row of any table names a teacher of the teachers table; a payment only where it looks like a slip."""
    assert told(center(**{table: [record]})) == [(table, 2, "teacher_id", record.teacher_id, "unknown_teacher")]


def test_payments_of_who_left_are_warned_of():
    """They are no fault: evaluated as ever, with and without other faulty rows."""
    paid = [Payment("T1", DAY, "points", 1, 1), Payment("T9", DAY, "points", 1, 1)]
    for rows, faults in (([duty(minutes=45)], 0), ([duty(minutes=45), duty("T8", minutes=45)], 1)):
        records = center(rows, payments=paid)
        found = check_center(records)
        assert [(one.table, one.row, one.code) for one in found.notices] == [("payments", 3, "unknown_payee")]
        assert len(found.faults) == len(evaluate(records, 2024, skip_faulty=True).faults) == faults


def test_ids_are_told_apart_by_their_text():
    """007 and 7 are two ids."""
    records = center([duty("7", minutes=45)], [Teacher("007", "part_time")])
    assert [fault[3:] for fault in told(records)] == [("7", "unknown_teacher")]


def test_a_teacher_twice():
    """An id stands once in the teachers table; each further row is told, with the row of the first."""
    records = center(teachers=[Teacher("T1", "part_time"), Teacher("T1", "full_time"), Teacher("T1", "part_time")])
    assert told(records) == [("teachers", row, "teacher_id", "T1", "twice") for row in (3, 4)]
    assert "第2行" in check(records, REGULATION)[1].message.zh
    assert "row 2" in check(records, REGULATION)[1].message.en


def test_two_titles_on_one_day():
    """Two titles that take effect on one day contradict each other; the same one twice does not."""
    held = [TitleHeld("T1", title, DAY) for title in ("lecturer", "lecturer", "professor")]
    assert told(center(titles=held)) == [("titles", 4, "effective_from", "2024-03-05", "twice")]


def test_two_results_of_one_year():
    """Two results of one year contradict each other; the same one twice does not, nor another year."""
    results = [("passed", 2024), ("passed", 2024), ("failed", 2024), ("failed", 2023)]
    found = told(center(evaluations=[Evaluation("T1", year, result) for result, year in results]))
    assert found == [("evaluations", 4, "year", "2024", "twice")]


@pytest.mark.parametrize(("end", "faults"), [(date(2024, 3, 4), 1), (DAY, 0), (None, 0)])
def test_appointments_end_after_they_start(end, faults):
    """A term may not end before it starts; it may last one day."""
    found = told(center(appointments=[Appointment("T1", DAY, end)]))
    assert found == [("appointments", 2, "end", "2024-03-04", "end_before_start")] * faults


@pytest.mark.parametrize(
    ("second", "faults"),
    [
        ({}, 0),
        ({"minutes": 46}, 1),
        ({"day": date(2024, 3, 6)}, 1),
        ({"teacher": "T2"}, 1),
        ({"cancelled": True}, 1),
        ({"attended": True}, 1),
        ({"event_id": "E1"}, 1),
        ({"record_id": "a1"}, 0),
    ],
)
def test_one_record_id_has_one_content(second, faults):
    """A record id may stand twice with the same content (a duplicate), but not with two contents (a fault)."""
    teachers = [Teacher("T1", "part_time"), Teacher("T2", "part_time")]
    rows = [duty(minutes=45, record_id="A1"), duty(**{"minutes": 45, "record_id": "A1", **second})]
    assert told(center(rows, teachers)) == [("activities", 3, "record_id", "A1", "twice")] * faults


def test_blank_record_ids_are_no_record_id():
    """Rows without a record id do not share one."""
    assert told(center([duty(minutes=45), duty(minutes=46)])) == []


@pytest.mark.parametrize(
    ("shares", "faults"),
    [
        (["1/2", "1/2"], 0),
        (["1/3", "1/3", "1/3"], 0),
        (["0.5", "0.51"], 1),
        (["1", "0.01"], 1),
        (["1/2", None], 0),
    ],
)
def test_shares_of_an_event(shares, faults):
    """The shares of one event are at most 1 together."""
    rows = [Activity(f"T{place}", DAY, "lecture", event_id="E1", share=part) for place, part in enumerate(shares)]
    teachers = [Teacher(f"T{place}", "part_time", title="lecturer") for place in range(len(shares))]
    found = told(center(rows, teachers))
    assert [fault[2:3] + fault[4:] for fault in found] == [("share", "shares_above_one")] * faults


def test_a_duplicate_or_cancelled_row_has_no_share():
    """A row that stands twice, or is cancelled, counts once, or not at all, among the shares of an event."""
    shared = {"event_id": "E1", "share": "0.6"}
    rows = [
        Activity("T1", DAY, "lecture", record_id="A1", **shared),
        Activity("T1", DAY, "lecture", record_id="A1", **shared),
        Activity("T1", DAY, "salon", cancelled=True, **shared),
    ]
    assert told(center(rows)) == []


def test_faults_come_all_together():
    """Faults of several tables, and several of one row, are told at once."""
    records = center(
        [duty("T9", start=time(9, 0), end=time(9, 0)), Activity("T1", DAY, "class_teaching")],
        teachers=[Teacher("T1", "part_time"), Teacher("T1", "part_time")],
        appointments=[Appointment("T8", DAY, date(2024, 3, 4))],
    )
    assert Counter(fault[-1] for fault in told(records)) == {
        "twice": 1,
        "unknown_teacher": 2,
        "no_time": 1,
        "class_hours_missing": 1,
        "end_before_start": 1,
    }
    with pytest.raises(InputError) as caught:
        evaluate(records, 2024)
    assert len(caught.value.faults) == 6


# ---------------------------------------------------------------- faulty rows skipped


def ends(found):
    """Where each activity row ended: credited rows by their number, and those set aside with their reason."""
    assert found.rows_read == found.rows_credited + len(found.set_aside)
    credited = [line.activity.row for one in found.teachers for line in one.book.credited()]
    assert found.rows_credited == len(credited)
    return sorted(credited), [(line.activity.row, line.reason) for line in found.set_aside]


FAULTY = [
    duty(minutes=45, record_id="A1"),
    duty(record_id="A2"),
    duty("T9", minutes=45, record_id="A3"),
    duty(minutes=45, cancelled=True),
    duty(minutes=50, record_id="A1"),
    duty(minutes=45, day=date(2023, 1, 1)),
    Activity("T1", DAY, "lecture"),
]


def test_skip_faulty_drops_exactly_the_faulty_rows():
    """The rest is evaluated; each faulty row is listed as set aside with the reason ``fault``."""
    found = evaluate(center(FAULTY), 2024, skip_faulty=True)
    assert ends(found) == (
        [2, 8],
        [(3, "fault"), (4, "fault"), (5, "cancelled"), (6, "fault"), (7, "outside_period")],
    )
    assert found.rows_read == len(FAULTY)
    assert {(fault.row, fault.code) for fault in found.faults} == {
        (3, "minutes_missing"),
        (4, "unknown_teacher"),
        (6, "twice"),
    }
    assert found.teachers[0].book.minutes("counseling") == 45


def test_without_skip_faulty_nothing_is_evaluated():
    """Otherwise a single fault stops the evaluation and the three-year test."""
    for evaluating in (lambda: evaluate(center(FAULTY), 2024), lambda: evaluate_experience(center(FAULTY))):
        with pytest.raises(InputError) as caught:
            evaluating()
        assert [fault.row for fault in caught.value.faults] == [3, 4, 6]


def test_skip_faulty_without_faults_changes_nothing():
    """Where nothing is faulty, nothing is skipped."""
    rows = [duty(minutes=45), Activity("T1", DAY, "lecture")]
    assert ends(evaluate(center(rows), 2024, skip_faulty=True)) == ends(evaluate(center(rows), 2024)) == ([2, 3], [])


def test_skip_faulty_of_one_teacher():
    """The rows of one teacher are counted for that teacher, the faulty ones too."""
    teachers = [Teacher("T1", "part_time", title="lecturer"), Teacher("T2", "part_time")]
    rows = [*FAULTY, duty("T2", minutes=45), duty("T2")]
    assert ends(evaluate(center(rows, teachers), 2024, teacher_id="T2", skip_faulty=True)) == ([9], [(10, "fault")])


FAULTS_ELSEWHERE = {
    "titles": [TitleHeld("T1", "lecturer", DAY), TitleHeld("T1", "professor", DAY), TitleHeld("T9", "professor", DAY)],
    "appointments": [Appointment("T1", date(2024, 1, 1), date(2023, 1, 1)), Appointment("T9", DAY)],
    "evaluations": [
        Evaluation("T1", 2024, "passed"),
        Evaluation("T1", 2024, "failed"),
        Evaluation("T9", 2024, "failed"),
    ],
    "training": [Training("T9", DAY, 8)],
    "case_reports": [CaseReport("T9", DAY)],
    "payments": [Payment("t1", DAY, "points", 1, 1)],
}


@pytest.mark.parametrize("table", FAULTS_ELSEWHERE)
def test_skip_faulty_in_other_tables(table):
    """A faulty row of another table is left out too, and takes no activity with it."""
    rows = [duty(minutes=45), Activity("T1", date(2024, 3, 6), "lecture")]
    records = center(rows, **{table: FAULTS_ELSEWHERE[table]})
    found = evaluate(records, 2024, skip_faulty=True)
    assert ends(found) == ([2, 3], [])
    assert {fault.table for fault in found.faults} == {table}
    assert found.teachers[0].points == 15
    assert found.teachers[0].result == ("passed" if table == "evaluations" else None)


def test_a_faulty_teacher_takes_the_activities_along():
    """A teacher whose own row is faulty is not evaluated; the activities are set aside as faulty, and told once."""
    rows = [duty(minutes=45), duty("T2", minutes=45), duty("T2", minutes=45, cancelled=True)]
    fault = Fault("teachers", 3, "employment", "外聘", "unknown_word", Text("只接受：专职、兼职", "accepted: …"))
    records = evolve(center(rows), faults=[fault], unread_teachers=["T2"])
    assert told(records) == []
    found = evaluate(records, 2024, skip_faulty=True)
    assert ends(found) == ([2], [(3, "fault"), (4, "fault")])
    assert [one.teacher.teacher_id for one in found.teachers] == ["T1"]
    assert found.faults == (fault,)


def test_a_faulty_teacher_row_of_a_file_takes_the_activities_along(tables, csv_folder):
    """The same, from the file: one fault is told, not one for each row that names the teacher."""
    tables["teachers"][1]["employment"] = "外聘"
    found = evaluate(read_center(csv_folder(tables)), 2024, skip_faulty=True)
    assert [(fault.table, fault.row, fault.code) for fault in found.faults] == [("teachers", 3, "unknown_word")]
    assert ends(found) == ([2, 3, 4, 5, 10], [(row, "fault") for row in (6, 7, 8, 9)])
    assert [one.teacher.teacher_id for one in found.teachers] == ["007", "T1"]


def test_a_teacher_twice_keeps_the_first_row():
    """Of two rows with one id the first stands when faulty rows are skipped, and so do the activities."""
    teachers = [Teacher("T1", "part_time", title="lecturer"), Teacher("T1", "full_time")]
    found = evaluate(center([duty(minutes=45)], teachers), 2024, skip_faulty=True)
    assert ends(found) == ([2], [])
    assert found.teachers[0].teacher.employment == "part_time"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda tables: tables.pop("activities"), "missing_table"),
        (lambda tables: tables.pop("teachers"), "missing_table"),
        (lambda tables: [row.pop("kind") for row in tables["activities"]], "missing_column"),
        (lambda tables: [row.pop("result") for row in tables["evaluations"]], "missing_column"),
        (lambda tables: tables["case_reports"][0].update(来访者="某"), "client_data_column"),
    ],
)
def test_faults_beyond_rows_stop_even_skip_faulty(tables, csv_folder, change, code):
    """Where a whole table is in doubt there is no row to skip: the evaluation stops all the same."""
    change(tables)
    tables["training"][0]["hours"] = "八"
    records = read_center(csv_folder(tables))
    for evaluating in (evaluate, evaluate_experience):
        with pytest.raises(InputError) as caught:
            evaluating(records, 2024, skip_faulty=True)
        assert {fault.code for fault in caught.value.faults} == {code}
        with pytest.raises(InputError) as caught:
            evaluating(records, 2024)
        assert {fault.code for fault in caught.value.faults} >= {code, "not_a_number"}


def test_faults_of_crediting_can_be_skipped():
    """A row that no clause can credit (overlaps under ``refuse``) is a fault as well: told for all, and skipped."""
    teachers = [Teacher("T1", "part_time"), Teacher("T2", "part_time")]
    rows = [duty(name, start=time(9, 0), end=end) for name in ("T1", "T2") for end in (time(10, 0), time(10, 30))]
    records = center(rows, teachers)
    with pytest.raises(InputError) as caught:
        evaluate(records, 2024, readings={"overlap": "refuse"})
    assert [(fault.row, fault.code) for fault in caught.value.faults] == [(3, "overlap"), (5, "overlap")]
    found = evaluate(records, 2024, readings={"overlap": "refuse"}, skip_faulty=True)
    assert ends(found) == ([2, 4], [(3, "fault"), (5, "fault")])
    assert len(found.faults) == 2


def test_faults_of_crediting_in_the_three_year_test_can_be_skipped():
    """So in the three-year test: its faults are told for all teachers together, and can be skipped."""
    teachers = [Teacher("T1", "part_time"), Teacher("T2", "part_time")]
    rows = [duty(name, start=time(9, 0), end=end) for name in ("T1", "T2") for end in (time(10, 0), time(10, 30))]
    records = center(rows, teachers)
    with pytest.raises(InputError) as caught:
        evaluate_experience(records, 2024, readings={"overlap": "refuse"})
    assert [(fault.row, fault.code) for fault in caught.value.faults] == [(3, "overlap"), (5, "overlap")]
    found = evaluate_experience(records, 2024, readings={"overlap": "refuse"}, skip_faulty=True)
    assert [one.finding.teacher.teacher_id for one in found.teachers] == ["T1", "T2"]
    assert len(found.faults) == 2


# ---------------------------------------------------------------- inspect


def test_inspect_tells_warnings_of_every_year():
    """Warnings are told for every year in the records, each once, with the faulty rows left out."""
    rows = [
        duty(start=time(8, 0), end=time(20, 1)),
        duty(day=date(2023, 3, 5), minutes=721),
        duty(day=date(2022, 12, 31), start=time(8, 30), end=time(8, 29)),
        duty(day=date(2022, 1, 1)),
    ]
    found = check_center(center(rows), REGULATION)
    faults, notices = found.faults, found.notices
    assert [(fault.row, fault.code) for fault in faults] == [(5, "minutes_missing")]
    assert [(notice.row, notice.code) for notice in notices] == [(row, "long_duty") for row in (2, 3, 4)]


def test_inspect_of_a_sound_center_says_nothing(tables, csv_folder):
    """A sound center has neither faults nor warnings."""
    found = check_center(read_center(csv_folder(tables)), REGULATION)
    assert (found.faults, found.notices, found.intake.repairs) == ((), (), ())
