"""The closed year in one file: the same bytes everywhere, no altered figure unnoticed, every later difference told."""

import csv
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import centers
import pytest
from attrs import evolve
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from test_plain import read

from workload import (
    Activity,
    Appointment,
    CaseReport,
    Center,
    Evaluation,
    InputError,
    Payment,
    Rate,
    Teacher,
    TitleHeld,
    Training,
    WorkloadError,
    evaluate,
    evaluate_experience,
    load_regulation,
    read_center,
)
from workload.comparison import differences
from workload.documents import differences as documents
from workload.documents.blocks import rendered
from workload.facts import check_code, experience_facts
from workload.provenance import canonical, digest
from workload.snapshot import close_year, read_snapshot
from workload.vocabulary import TABLES

ROOT = Path(__file__).parent.parent
BOOK = ROOT / "samples/center/心理指导中心.xlsx"
FOLDER = ROOT / "samples/teacher"
SCHOOL = ROOT / "samples/another-school/示范学院.xlsx"
SCHOOL_RULES = ROOT / "samples/another-school/示范学院.toml"
FAULTY = ROOT / "samples/center-faults/有错误的记录.xlsx"
ZHOUKOU = ROOT / "workload/rules/zhoukou-2024-33.toml"
DAY = date(2025, 1, 6)
_SETTINGS = settings(
    max_examples=int(os.environ.get("WORKLOAD_EXAMPLES", "50")), suppress_health_check=list(HealthCheck)
)


def at(hour):
    return time(hour) if isinstance(hour, int) else hour


def duty(number, day, start=None, end=None, teacher_id="T01", **more):
    """A duty with its record id, in the row after its number."""
    clock = {} if start is None else {"start": at(start), "end": at(end)}
    return Activity(
        teacher_id, day, "counseling_duty", **clock, **{"record_id": f"A{number}", "row": number + 1, **more}
    )


def rows_of_a_year():
    return [
        duty(1, date(2024, 3, 5), 9, 12),
        duty(2, date(2024, 3, 6), minutes=90),
        Activity("T01", date(2024, 4, 2), "class_teaching", class_hours=4, record_id="A3", row=4),
        Activity("T02", date(2024, 6, 30), "lecture", record_id="A4", row=5),
        Activity("T02", date(2024, 7, 1), "supervision", record_id="A5", row=6),
        duty(6, date(2023, 3, 5), minutes=45, teacher_id="T02"),
        duty(7, date(2025, 3, 5), minutes=45, teacher_id="T02"),
    ]


def center_of(rows=None, **more):
    tables = {
        "titles": [TitleHeld("T02", "professor", date(2020, 1, 1), row=2)],
        "evaluations": [Evaluation("T01", 2024, "passed", row=2)],
        "training": [Training("T01", date(2024, 5, 6), 16, "municipal", row=2)],
    }
    teachers = [
        Teacher("T01", "part_time", "教师01", title="lecturer", row=2),
        Teacher("T02", "part_time", "教师02", row=3),
    ]
    given = {"teachers": teachers, "activities": rows_of_a_year() if rows is None else rows, **tables, **more}
    return Center(**given)


def changed(place, **values):
    """The center with one of its rows changed."""
    rows = rows_of_a_year()
    rows[place] = evolve(rows[place], **values)
    return center_of(rows)


def closed():
    return close_year(center_of(), 2024)


def told(row):
    """A row's difference in short: its number before and now, what changed, and whether another column did."""
    before, now = (None if line is None else line.row for line in (row.before, row.after))
    names = [change.of[0] for change in row.changes]
    return before, now, [name for name in names if name != "other"], "other" in names


def saved(snapshot, folder):
    path = Path(folder) / "2024.snapshot"
    path.write_text(snapshot.text(), encoding="utf-8", newline="\n")
    return path


# ---------------------------------------------------------------- what a snapshot holds


def test_a_snapshot_holds_what_the_evaluation_and_the_test_found():
    """Rows, totals, verdicts and the facts of the three-year test are those of the library's other answers."""
    center = read_center(BOOK)
    snapshot = close_year(center, 2024, source=BOOK)
    found, tested = evaluate(center, 2024), evaluate_experience(center, 2024)
    assert (snapshot.rows_read, snapshot.rows_credited) == (found.rows_read, found.rows_credited)
    for one, teacher in zip(found.teachers, snapshot.teachers, strict=True):
        assert teacher.totals == one.book.totals
        findings = {finding.name: finding for finding in teacher.findings}
        assert findings["quota"].verdict == one.quota.verdict
        for part in one.quota.parts:
            kept = findings[f"quota.{part.name}"]
            assert (kept.value, kept.required, kept.verdict) == (part.value, part.required, part.verdict)
        assert findings["training"].verdict == one.training.verdict
        assert findings["case_reports"].verdict == one.case_reports.verdict
        assert (findings["evaluation"].verdict, teacher.evaluation) == (one.evaluation.verdict, one.result)
        assert teacher.experience == experience_facts(tested.teacher(teacher.teacher_id), tested, center)
        for line, kept in zip(one.book.lines, teacher.lines, strict=True):
            assert (kept.row, kept.account, kept.reason, kept.amount) == (
                line.activity.row,
                line.account,
                line.reason,
                line.amount,
            )


def test_a_line_names_its_row_and_its_article():
    """A credited row: what was recorded, what counts, the amount, the clause with its article, the title."""
    line = closed().teacher("T02").lines[0]
    assert (line.row, line.record_id, line.kind, line.account) == (5, "A4", "lecture", "points")
    assert (line.events, line.quantity, line.amount, line.title) == (1, 1, 30, "professor")
    assert (line.clause, line.article, line.reason) == ("event", "附件2 第七条(一)", None)


def test_no_time_of_day_is_in_a_snapshot():
    """Neither the times of a duty nor what gives them away: two that differ in the hour alone have one line."""
    text = closed().text()
    assert "09:00" not in text
    assert '"start": "09' not in text
    other = close_year(changed(0, start=time(14), end=time(17)), 2024)
    assert other.teachers[0].lines == closed().teachers[0].lines
    assert other.records_digest != closed().records_digest


def parts_without_the_center(snapshot):
    """What a snapshot holds beside the digests of the whole center."""
    data = json.loads(snapshot.text())
    return {name: value for name, value in data.items() if name not in ("records_digest", "times", "content")}


def test_nothing_of_one_teacher_depends_on_a_time_of_day():
    """Whatever the hours of a duty, a class or a lecture, all but the digests of the whole center is the same: there
    is nothing that could be tried out.
    """

    def begun_at(row, hour):
        length = row.minutes or 60
        return evolve(row, start=time(hour), end=time(hour + length // 60, length % 60))

    one, two = (close_year(center_of([begun_at(row, hour) for row in rows_of_a_year()]), 2024) for hour in (8, 19))
    assert parts_without_the_center(one) == parts_without_the_center(two)
    assert (one.records_digest == two.records_digest, one.times == two.times) == (False, False)


@pytest.mark.parametrize("year", [2023, 2024, 2025])
def test_a_duty_over_the_years_end_does_not_tell_when_it_began(year):
    """Of its minutes stand there those of the year alone, and none in another year; not even that some are left out."""
    one, two = (
        close_year(
            center_of([duty(1, date(2024, 12, 31), time(22, 30), end), duty(2, date(2023, 3, 5), minutes=45)]),
            year,
        )
        for end in (time(0, 45), time(1, 30))
    )
    line = one.teacher("T01").lines[0]
    assert line.minutes == {2023: None, 2024: 90, 2025: 45}[year]
    if year != 2025:  # there what counts of it is its end
        assert parts_without_the_center(one) == parts_without_the_center(two)
    within = close_year(center_of([duty(1, date(2024, 3, 5), time(22, 30), time(0, 45))]), 2024)
    assert within.teacher("T01").lines[0].minutes == 135


def test_each_ledger_line_is_a_line_of_the_file():
    """A text comparison of two snapshots shows a changed row as one changed line."""
    lines = closed().text().splitlines()
    rows = [line for line in lines if '"record_id": "A' in line]
    assert len(rows) == 7
    assert all(json.loads(line.strip().rstrip(",")) for line in rows)
    other = close_year(changed(4, kind="crisis_intervention"), 2024).text().splitlines()
    differing = [line for line in other if line not in lines]
    assert [line.strip().split(":")[0] for line in differing if "digest" not in line and "activities" not in line] == [
        '"content"',
    ]
    assert sum("crisis_intervention" in line for line in differing) == 1


def test_the_text_is_sorted_json_without_a_date():
    """Keys are sorted all the way, lines end in a line feed, no date is in it unless one is given."""
    text = closed().text()
    assert "\r" not in text
    assert text.endswith("}\n")

    def is_sorted(thing):
        if isinstance(thing, dict):
            return list(thing) == sorted(thing) and all(map(is_sorted, thing.values()))
        return not isinstance(thing, list) or all(map(is_sorted, thing))

    data = json.loads(text)
    assert is_sorted(data)
    assert "day" not in data
    assert json.loads(close_year(center_of(), 2024, day=DAY).text())["day"] == "2025-01-06"


def test_the_whole_of_a_schools_rules_is_held():
    """Every clause with its article and figures, in the order of the chapters."""
    rules = load_regulation(SCHOOL_RULES)
    snapshot = close_year(read_center(SCHOOL, rules), 2024, rules, source=SCHOOL)
    assert [(clause.id, clause.article) for clause in snapshot.rules.clauses] == [
        (clause.id, clause.citation) for clause in rules.clauses()
    ]
    kept = [(figure.name, figure.value) for clause in snapshot.rules.clauses for figure in clause.figures]
    shown = [(figure.name, figure.value) for clause in rules.clauses() for figure in clause.figures()]
    assert [figure for figure in kept if figure in shown] == shown
    assert [name for name, _ in kept if name.endswith(".step")] == ["duty_of_50.step", "duty_of_45.step"]


def test_a_fault_stops_the_closing_unless_it_may_be_skipped():
    """With faults nothing is closed; skipped, the rows are listed with the place of each fault, not with its value."""
    center = read_center(FAULTY)
    with pytest.raises(InputError):
        close_year(center, 2024)
    snapshot = close_year(center, 2024, skip_faulty=True)
    found = evaluate(center, 2024, skip_faulty=True)
    assert snapshot.rows_read == found.rows_read
    assert {row.row for row in snapshot.dropped} == {row.row for row in found.dropped} != set()
    assert {(one.table, one.row, one.code) for one in found.faults} <= {
        (one.table, one.row, one.code) for one in snapshot.faults
    }


def test_rules_without_a_three_year_test_are_closed_without_one():
    """Where the rules say nothing of it, or hold only from a later day, the snapshot says why there is none."""
    rules = evolve(load_regulation(), experience=())
    snapshot = close_year(center_of(), 2024, rules)
    assert snapshot.teacher("T01").experience is None
    assert "没有三年认定" in snapshot.no_experience.zh
    late = evolve(load_regulation(), effective_from=date(2024, 1, 1))
    refused = close_year(center_of(), 2024, late)
    assert refused.teacher("T01").experience is None
    assert "2024-01-01" in refused.no_experience.zh


def test_a_snapshot_has_no_other_teachers():
    """Asked for somebody else it says so."""
    with pytest.raises(WorkloadError, match="T99"):
        closed().teacher("T99")


# ---------------------------------------------------------------- the same bytes


def closing(source, output, seed="0", *options):
    subprocess.run(
        [sys.executable, "-m", "workload", "close", str(source), "--year", "2024", "-o", str(output), *options],
        env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "UTC" if seed == "0" else "Asia/Shanghai"},
        check=True,
        capture_output=True,
    )
    return output.read_bytes()


@pytest.mark.parametrize("source", [BOOK, FOLDER], ids=["workbook", "folder"])
def test_two_processes_with_other_hash_seeds_write_the_same_bytes(tmp_path, source):
    """The same input, rules, readings and version are the same file, byte for byte, with one sort of line ends."""
    first = closing(source, tmp_path / "a.snapshot")
    assert first == closing(source, tmp_path / "b.snapshot", "4242")
    assert b"\r" not in first


def test_the_order_of_a_folder_does_not_show(tmp_path):
    """The files of a folder made in another order, under another path, give the same bytes."""
    files = sorted(FOLDER.glob("*.csv"))
    written = []
    for name in ("a", "b", "c"):
        folder = tmp_path / name
        folder.mkdir()
        for file in random.Random(name).sample(files, len(files)):
            shutil.copy(file, folder)
        written.append(closing(folder, tmp_path / f"{name}.snapshot", "1" if name == "a" else "2"))
    assert len(set(written)) == 1


def test_the_order_in_which_a_folder_is_listed_does_not_show(monkeypatch):
    """Nor does the order in which the system lists it."""
    text = close_year(read_center(FOLDER), 2024, source=FOLDER).text()
    listed = list(FOLDER.iterdir())
    monkeypatch.setattr(Path, "iterdir", lambda _: iter(listed[::-1]))
    assert close_year(read_center(FOLDER), 2024, source=FOLDER).text() == text


@_SETTINGS
@given(centers.cases())
def test_a_snapshot_comes_back_from_its_file_and_has_no_differences(case):
    """Whatever center, year and readings: read from its file it is the same, and its own input differs in nothing."""
    tables, year, readings = case
    center = read(tables)
    snapshot = close_year(center, year, readings=readings)
    with tempfile.TemporaryDirectory() as folder:
        again = read_snapshot(saved(snapshot, folder))
    assert again == snapshot
    assert again.text() == snapshot.text()
    found = differences(again, center)
    assert found.same_figures
    assert (found.files, found.version, found.rules, found.clauses, found.readings) == ((), None, (), (), ())
    assert (found.teachers, found.rows, found.moved, found.beyond, found.times) == ((), (), 0, 0, False)
    assert (found.period, found.tables_gone, found.tables_new, found.moved_in, found.rates.rows) == ((), (), (), (), 0)
    assert found.same_records


def test_the_facts_of_a_snapshot_have_the_check_code_of_the_input(tmp_path):
    """A certificate can be checked against the snapshot as well as against the records."""
    center = read_center(BOOK)
    tested = evaluate_experience(center, 2024)
    kept = read_snapshot(saved(close_year(center, 2024, source=BOOK), tmp_path))
    for one in tested.teachers:
        facts = experience_facts(one, tested, center)
        assert check_code(kept.teacher(facts.teacher_id).experience, DAY) == check_code(facts, DAY)


# ---------------------------------------------------------------- a file that is not what it was


def test_an_altered_figure_is_noticed(tmp_path):
    """Whichever figure is altered by hand, the file no longer agrees with the digest that it carries."""
    text = closed().text()
    for before, now in (('"quantity": "90"', '"quantity": "900"'), ('"38"', '"39"'), ("教师01", "教师03")):
        assert before in text
        path = tmp_path / "altered.snapshot"
        path.write_text(text.replace(before, now, 1), encoding="utf-8")
        with pytest.raises(WorkloadError, match="改动过"):
            read_snapshot(path)


def test_layout_and_line_ends_are_no_alteration(tmp_path):
    """A mail program that turns line ends around, or an editor that adds a byte order mark, leaves the figures."""
    path = tmp_path / "2024.snapshot"
    path.write_text(closed().text(), encoding="utf-8-sig", newline="\r\n")
    assert read_snapshot(path) == closed()


def test_a_truncated_file_is_no_snapshot(tmp_path):
    """Cut anywhere it is refused."""
    text = closed().text()
    path = tmp_path / "2024.snapshot"
    for length in (0, 1, len(text) // 2, len(text) - 3):
        path.write_text(text[:length], encoding="utf-8")
        with pytest.raises(WorkloadError, match="不是快照"):
            read_snapshot(path)


@pytest.mark.parametrize("content", [b"PK\x03\x04\xff", b"[]", b"3", b"{}", b'{"year": 2024}', b"[" * 100_000])
def test_another_file_is_no_snapshot(tmp_path, content):
    """Neither a workbook nor other JSON is taken for one."""
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(WorkloadError, match="不是快照"):
        read_snapshot(path)


def test_a_file_that_is_not_there_is_told(tmp_path):
    """And so is a folder."""
    for path in (tmp_path / "none.snapshot", tmp_path):
        with pytest.raises(WorkloadError, match="无法读取"):
            read_snapshot(path)


def test_a_newer_format_asks_for_a_newer_version(tmp_path):
    """Not a word of damage: it is this version that is too old."""
    data = json.loads(closed().text()) | {"format": 2}
    path = tmp_path / "2024.snapshot"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(WorkloadError, match="升级"):
        read_snapshot(path)


def test_a_key_that_stands_twice_is_refused(tmp_path):
    """A person would read the first and the program the last: the file is none that close wrote."""
    text = closed().text()
    assert text.count('"amount": "4", "article": "附件2 第七条(一)"') == 1
    path = tmp_path / "2024.snapshot"
    path.write_text(
        text.replace('"amount": "4", "article"', '"amount": "40", "amount": "4", "article"'), encoding="utf-8"
    )
    with pytest.raises(WorkloadError, match="已损坏"):
        read_snapshot(path)


def test_why_a_file_cannot_be_read_is_told_in_the_language_asked_for(tmp_path):
    """No word of the system's own language in the message."""
    for path, zh, en in (
        (tmp_path / "none.snapshot", "没有这个文件", "there is no such file"),
        (tmp_path, "这是文件夹", "it is a folder"),
    ):
        with pytest.raises(WorkloadError) as caught:
            read_snapshot(path)
        assert caught.value.text.zh == f"无法读取 {path}：{zh}"
        assert caught.value.text.en == f"{path} cannot be read: {en}"


def sealed(data):
    """Such a file with a right digest, as somebody could make it."""
    data.pop("content", None)
    return json.dumps({**data, "content": digest(canonical(data))})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.pop("teachers"),
        lambda data: data.pop("rules"),
        lambda data: data.update(teachers=3),
        lambda data: data.update(rules=[]),
        lambda data: data.update(more=1),
        lambda data: data.update(year="2024"),
        lambda data: data["teachers"][0].pop("teacher_id"),
        lambda data: data["teachers"][0].update(experience=[]),
        lambda data: data["teachers"][0]["lines"][0].update(amount=2),
        lambda data: data["teachers"][0]["lines"][0].update(amount="1/0"),
        lambda data: data["teachers"][0]["lines"][0].update(date="2024-13-01"),
    ],
)
def test_a_file_in_another_form_is_refused_though_its_digest_fits(tmp_path, spoil):
    """What this version does not know is an error in words, never a guess or a traceback."""
    data = json.loads(closed().text())
    spoil(data)
    path = tmp_path / "2024.snapshot"
    path.write_text(sealed(data), encoding="utf-8")
    with pytest.raises(WorkloadError, match="格式不符"):
        read_snapshot(path)


# ---------------------------------------------------------------- differences, by row


@pytest.mark.parametrize(
    ("place", "values", "what", "other"),
    [
        (0, {"end": time(11), "minutes": 120}, ["minutes", "amount"], False),
        (1, {"minutes": 91}, ["minutes", "amount"], False),
        (1, {"cancelled": True}, ["account", "amount", "reason"], False),
        (1, {"date": date(2024, 3, 7)}, ["date"], False),
        (1, {"attended": True}, [], True),
        (1, {"record_id": "A02"}, ["record_id"], False),
        (1, {"teacher_id": "T02"}, ["teacher_id"], False),
        (2, {"class_hours": Fraction(9, 2)}, ["class_hours", "amount"], False),
        (2, {"kind": "supervision"}, ["kind", "account", "amount", "reason"], False),
        (3, {"events": 2}, ["events", "amount"], False),
        (3, {"event_id": "E1"}, [], True),
        (3, {"kind": "salon"}, ["kind"], False),
        (4, {"kind": "other"}, ["kind"], False),
        (5, {"minutes": 90}, ["minutes"], False),
        (1, {"date": date(2023, 3, 6)}, ["date", "account", "amount", "reason"], False),
        (6, {"date": date(2024, 3, 8)}, ["date", "account", "amount", "reason"], False),
    ],
)
def test_each_change_of_a_row_is_named(place, values, what, other):
    """The row and exactly that which is another in it; a row of an earlier year too, for it counts in the test."""
    found = differences(closed(), changed(place, **values))
    (row,) = found.rows
    assert told(row) == (place + 2, place + 2, what, other)
    assert found.same_figures == (
        not {"amount", "reason"} & set(what) and not values.keys() & {"teacher_id"} and place < 5
    )
    assert not found.same_records
    assert (found.moved, found.beyond, found.times) == (0, 0, "end" in values)


def test_amounts_are_told_exactly():
    """Before and now, as exact numbers."""
    (row,) = differences(closed(), changed(1, minutes=91)).rows
    assert [(change.before, change.after) for change in row.changes] == [(90, 91), (2, Fraction(91, 45))]


def test_another_title_is_named_at_each_row_that_it_counts_for():
    """The title of the day decides the points; the table that was changed is told with the teacher."""
    center = center_of(titles=[TitleHeld("T02", "associate_professor", date(2020, 1, 1), row=2)])
    found = differences(closed(), center)
    (row,) = found.rows
    assert told(row) == (5, 5, ["title", "amount"], False)
    (teacher,) = found.teachers
    assert [(table.table, table.changed) for table in teacher.tables] == [("titles", (2,))]
    assert changes_of(found, "T02") == {"total.points": (30, 20)}


def test_a_row_that_takes_time_from_another_is_named_with_it():
    """A new duty that overlaps: the new row, and the row that keeps less for it."""
    rows = [*rows_of_a_year(), duty(8, date(2024, 3, 5), 8, 10)]
    found = differences(closed(), center_of(rows))
    assert [told(row) for row in found.rows] == [
        (2, 2, ["quantity", "amount"], False),
        (None, 9, [], False),
    ]
    assert [(change.before, change.after) for change in found.rows[0].changes] == [(180, 120), (4, Fraction(8, 3))]


def test_a_new_row_and_one_that_is_gone_are_told():
    """With what they give, or gave."""
    rows = rows_of_a_year()
    added = differences(closed(), center_of([*rows, duty(8, date(2024, 5, 5), minutes=45)]))
    assert [told(row) for row in added.rows] == [(None, 9, [], False)]
    assert (added.rows[0].after.amount, added.rows[0].teacher_after, added.rows[0].teacher_before) == (1, "T01", None)
    removed = differences(closed(), center_of(rows[1:]))
    assert [told(row) for row in removed.rows] == [(2, None, [], False)]
    assert (removed.rows[0].before.amount, removed.rows[0].teacher_before) == (4, "T01")


def test_rows_that_only_moved_are_counted_and_no_change():
    """Rows in another order, or a blank row between them: the figures are the same, and so is every row."""
    rows = [evolve(row, row=row.row + 10) for row in reversed(rows_of_a_year())]
    found = differences(closed(), center_of(rows))
    assert found.same_figures
    assert (found.rows, found.moved) == ((), 7)
    assert not found.teachers


def test_a_row_that_moved_and_changed_is_found_by_its_record_id():
    """The id is what makes it the same row."""
    rows = [evolve(row, row=row.row + 10) for row in rows_of_a_year()]
    rows[1] = evolve(rows[1], minutes=45)
    found = differences(closed(), center_of(rows))
    assert [told(row) for row in found.rows] == [(3, 13, ["minutes", "amount"], False)]
    assert found.moved == 6


def without_ids(rows):
    return [evolve(row, record_id="") for row in rows]


def test_rows_without_an_id_are_found_by_what_they_say():
    """One row taken out at the top moves all others: they are the same; a changed one keeps its teacher, day, kind."""
    rows = without_ids(rows_of_a_year())
    snapshot = close_year(center_of(rows), 2024)
    rest = [evolve(row, row=row.row - 1) for row in rows[1:]]
    found = differences(snapshot, center_of(rest))
    assert [told(row) for row in found.rows] == [(2, None, [], False)]
    assert found.moved == 6
    rest[0] = evolve(rest[0], minutes=45)
    found = differences(snapshot, center_of(rest))
    assert [told(row) for row in found.rows] == [(2, None, [], False), (3, 2, ["minutes", "amount"], False)]


def test_a_row_without_an_id_and_with_another_day_is_found_by_its_place():
    """Its number in the sheet is the last thing that makes it the same row."""
    rows = without_ids(rows_of_a_year())
    snapshot = close_year(center_of(rows), 2024)
    rows[1] = evolve(rows[1], date=date(2024, 3, 9), minutes=45)
    found = differences(snapshot, center_of(rows))
    assert [told(row) for row in found.rows] == [(3, 3, ["date", "minutes", "amount"], False)]


def test_two_ids_are_two_records_unless_all_else_is_the_same():
    """A record put in the place of another is one gone and one new."""
    found = differences(closed(), changed(1, record_id="A99", minutes=45))
    assert [told(row) for row in found.rows] == [(3, None, [], False), (None, 3, [], False)]


def test_ids_that_were_written_in_later_are_named():
    """A row that got an id is the same row with an id."""
    snapshot = close_year(center_of(without_ids(rows_of_a_year())), 2024)
    found = differences(snapshot, center_of())
    assert [told(row) for row in found.rows] == [(row, row, ["record_id"], False) for row in range(2, 8)]
    assert found.beyond == 1


def test_a_row_repeated_is_told_as_the_copy():
    """The copy is new and set aside as a duplicate; the row itself is the same."""
    rows = rows_of_a_year()
    found = differences(closed(), center_of([*rows, evolve(rows[1], row=20)]))
    assert [told(row) for row in found.rows] == [(None, 20, [], False)]
    assert found.rows[0].after.reason == "duplicate"


def test_a_change_of_the_hour_alone_is_told_of_the_center():
    """A snapshot keeps no time of day, not even hashed by teacher, so no row can be named; yet nothing is silent."""
    found = differences(closed(), changed(0, start=time(14), end=time(17)))
    assert (found.rows, found.teachers, found.times) == ((), (), True)
    assert found.same_figures
    assert not found.same_records
    for how in ("table", "csv"):
        text = rendered(documents.blocks(found, "zh", how), how)
        assert "数字与快照相同，记录有改动" in text
        assert "有起止时间改动而不影响数字" in text


def test_a_change_of_the_hour_beside_another_row_is_told():
    """Of a teacher one of whose rows differs otherwise it is told as well, as far as it can be known."""
    rows = rows_of_a_year()
    rows[0] = evolve(rows[0], start=time(14), end=time(17))
    rows[1] = evolve(rows[1], minutes=91)
    found = differences(closed(), center_of(rows))
    assert [told(row) for row in found.rows] == [(3, 3, ["minutes", "amount"], False)]
    assert found.times
    assert "起止时间也有不同" in rendered(documents.blocks(found, "zh"), "table")
    assert not differences(closed(), changed(1, minutes=91)).times


def test_rows_after_the_year_are_counted_alone():
    """The next year goes on in the same sheet: its rows have no part in the closed one."""
    more = [duty(number, date(2025, 4, number), minutes=45) for number in range(8, 20)]
    found = differences(closed(), center_of([*rows_of_a_year(), *more]))
    assert (found.rows, found.beyond) == ((), 12)
    assert found.same_figures
    assert found.same_records
    assert not found.times
    assert differences(closed(), changed(6, minutes=90)).beyond == 1
    assert differences(closed(), center_of(rows_of_a_year()[:-1])).beyond == 1


def test_a_copy_beside_its_row_moves_with_it():
    """Rows that are all alike but for what became of them: each is the same as before, though both stand elsewhere."""
    rows = rows_of_a_year()
    rows = [*rows[:2], evolve(rows[1], row=4), *(evolve(row, row=row.row + 1) for row in rows[2:])]
    snapshot = close_year(center_of(rows), 2024)
    moved = [evolve(row, row=row.row + 1) for row in rows]
    found = differences(snapshot, center_of(moved))
    assert (found.rows, found.moved, found.same_records) == ((), 8, True)
    added = differences(snapshot, center_of([duty(99, date(2024, 5, 5), minutes=45, row=2), *moved]))
    assert ([told(row) for row in added.rows], added.moved) == ([(None, 2, [], False)], 8)


def test_a_row_that_was_cancelled_is_no_copy_of_the_one_that_counts_now():
    """Of a row and its copy the row was cancelled, so that the copy counts: both are told, each in its place; and so
    they are when a row above them is new.
    """
    rows = without_ids(rows_of_a_year())
    rows = [*rows[:1], evolve(rows[0], row=3), *(evolve(row, row=row.row + 1) for row in rows[1:])]
    snapshot = close_year(center_of(rows), 2024)
    assert [line.reason for line in snapshot.teacher("T01").lines[:2]] == [None, "duplicate"]
    now = [evolve(rows[0], cancelled=True), *rows[1:]]
    for shift in (0, 1):
        found = differences(snapshot, center_of([evolve(row, row=row.row + shift) for row in now]))
        assert [(*told(row)[:2], row.before.reason, row.after.reason) for row in found.rows] == [
            (2, 2 + shift, None, "cancelled"),
            (3, 3 + shift, "duplicate", None),
        ]
        assert found.same_figures is False


def test_overlapping_duties_that_changed_places_are_the_same():
    """Two duties without ids, of one day and length, of which one keeps less: they only moved."""
    rows = without_ids([duty(1, date(2024, 3, 5), 14, 16), duty(2, date(2024, 3, 5), 15, 17)])
    snapshot = close_year(center_of(rows), 2024)
    assert [line.quantity for line in snapshot.teacher("T01").lines] == [120, 60]
    found = differences(snapshot, center_of([evolve(rows[1], row=2), evolve(rows[0], row=3)]))
    assert (found.rows, found.moved, found.same_records) == ((), 2, True)


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"minutes": 30, "attended": False}, ["minutes", "amount"]),
        ({"cancelled": True, "event_id": "E1"}, ["account", "amount", "reason"]),
        ({"kind": "supervision", "attended": True}, ["kind", "account", "amount", "reason"]),
        ({"date": date(2024, 3, 7), "level": "school"}, ["date"]),
    ],
)
def test_of_two_cells_of_one_row_none_is_swallowed(values, what):
    """A row's other columns are told beside what its line tells."""
    (row,) = differences(closed(), changed(1, **values)).rows
    assert told(row) == (3, 3, what, True)


def test_a_row_that_now_has_a_fault_is_told_as_one():
    """Skipped, it is the same row, set aside with that reason, and of nobody's total."""
    faulty = changed(1, minutes=None)
    with pytest.raises(InputError):
        differences(closed(), faulty)
    found = differences(closed(), faulty, skip_faulty=True)
    (row,) = found.rows
    assert told(row) == (3, 3, ["reason"], False)
    assert row.after.reason == "fault"
    text = rendered(documents.blocks(found, "zh"), "table")
    assert "现在的数据中跳过了 1 处错误" in text
    assert "工作记录 第3行 分钟（minutes_missing）：无 → 有" in text
    assert "2024-03-06" in text
    assert not found.times


def test_a_faulty_row_that_was_given_to_another_teacher_is_told():
    """Nothing of it counts, and yet it is another record."""
    before, now = (changed(1, minutes=None, teacher_id=teacher_id) for teacher_id in ("T01", "T02"))
    found = differences(close_year(before, 2024, skip_faulty=True), now, skip_faulty=True)
    assert [told(row) for row in found.rows] == [(3, 3, ["teacher_id"], False)]
    assert (found.same_figures, found.same_records) == (True, False)


def test_the_faults_of_both_sides_are_listed():
    """With their places and codes, never with what stood there; in JSON for each side."""
    snapshot = close_year(changed(1, minutes=None), 2024, skip_faulty=True)
    found = differences(snapshot, changed(2, class_hours=None), skip_faulty=True)
    text = rendered(documents.blocks(found, "zh"), "table")
    assert "工作记录 第3行 分钟（minutes_missing）：有 → 无" in text
    assert "工作记录 第4行 课时（class_hours_missing）：无 → 有" in text
    told_ = documents.as_object(found, "zh")
    assert told_["snapshot"]["faults"] == [
        {"table": "activities", "row": 3, "column": "minutes", "code": "minutes_missing"}
    ]
    assert [fault["row"] for fault in told_["now"]["faults"]] == [4]
    for how in ("csv", "md"):
        assert "minutes_missing" in rendered(documents.blocks(found, "en", how), how)
    same = differences(snapshot, changed(1, minutes=None), skip_faulty=True)
    assert "：有 → 有" in rendered(documents.blocks(same, "zh"), "table")
    assert (same.rows, same.times, same.same_records) == ((), False, True)


def test_a_change_of_what_no_snapshot_keeps_is_not_silent():
    """Of a row with a fault nothing but its place is kept: that something differs is told all the same."""
    before, now = (changed(1, minutes=None, date=date(2024, 3, day)) for day in (6, 7))
    found = differences(close_year(before, 2024, skip_faulty=True), now, skip_faulty=True)
    assert (found.rows, found.unnamed, found.same_figures, found.same_records) == ((), True, True, False)
    assert "改动在快照不保存的内容中" in rendered(documents.blocks(found, "zh"), "table")


@_SETTINGS
@given(centers.cases(), st.data())
def test_one_changed_row_is_found_and_named(case, data):
    """Of any center, cancelling a row (or not) names that row and every row whose line it changes, and no other."""
    tables, year, readings = case
    assume(tables["activities"])
    place = data.draw(st.integers(0, len(tables["activities"]) - 1))
    before = read(tables)
    row = before.activities[place]
    rows = list(before.activities)
    rows[place] = evolve(row, cancelled=not row.cancelled, record_id=row.record_id and "own-id")
    rest = list(before.activities)
    rest[place] = evolve(row, record_id=rows[place].record_id)
    before, now = evolve(before, activities=rest), evolve(before, activities=rows)
    one, other = (
        {
            line.activity.row: (line.account, line.reason, line.amount, line.quantity)
            for teacher in evaluate(center, year, readings=readings).teachers
            for line in teacher.book.lines
        }
        for center in (before, now)
    )
    found = differences(close_year(before, year, readings=readings), now)
    expected = {number for number in one if one[number] != other[number]} | {row.row}
    named = {difference.after.row for difference in found.rows}
    assert all(difference.before.row == difference.after.row for difference in found.rows)
    assert named == (expected if not found.beyond else expected - {row.row})
    assert found.beyond <= 1


# ---------------------------------------------------------------- differences, by teacher


def changes_of(found, teacher_id):
    (teacher,) = (one for one in found.teachers if (one.after or one.before).teacher_id == teacher_id)
    return {".".join(change.of): (change.before, change.after) for change in teacher.changes}


def test_totals_and_verdicts_are_told_before_and_now():
    """A quota that is reached with one row more: the total, both verdicts; the year of the three-year test too."""
    rows = [*rows_of_a_year(), duty(8, date(2024, 5, 5), minutes=1440)]
    changes = changes_of(differences(closed(), center_of(rows)), "T01")
    assert changes == {"total.counseling": (6, 38), "finding.quota.counseling.verdict": ("not_met", "met")}


def test_an_evaluation_and_training_are_told():
    """What is no activity is told by its findings and by its table."""
    center = center_of(evaluations=[Evaluation("T01", 2024, "failed", row=2)], training=[])
    found = differences(closed(), center)
    assert changes_of(found, "T01") == {
        "evaluation": ("passed", "failed"),
        "finding.training.verdict": ("met", "not_met"),
        "finding.training.part_time_training_hours.value": (16, 0),
        "finding.training.part_time_training_hours.verdict": ("met", "not_met"),
        "finding.training.part_time_municipal_training.value": (1, 0),
        "finding.training.part_time_municipal_training.verdict": ("met", "not_met"),
        "finding.evaluation.verdict": ("met", "not_met"),
    }
    assert [(one.table, one.changed, one.removed) for one in found.teachers[0].tables] == [
        ("evaluations", (2,), ()),
        ("training", (), (2,)),
    ]


def test_conferences_are_told():
    """They are part of the answer, though no clause asks them of a part-time teacher."""
    one = Training("T02", date(2024, 6, 6), 0, "provincial", "conference", row=3)
    found = differences(closed(), center_of(training=[*center_of().training, one]))
    assert changes_of(found, "T02") == {"conferences": (0, 1)}
    assert not found.same_figures
    assert "学术会议：0 → 1" in rendered(documents.blocks(found, "zh"), "table")
    teachers = [Teacher("T01", "full_time", row=2), Teacher("T02", "full_time", row=3)]
    snapshot = close_year(center_of(teachers=teachers), 2024)
    asked = differences(snapshot, center_of(teachers=teachers, training=[*center_of().training, one]))
    assert changes_of(asked, "T02") == {"finding.training.full_time_conferences.value": (0, 1)}


TABLES_WITH_ROWS = {
    "appointments": [Appointment("T01", date(2024, 1, 1), date(2024, 12, 31), row=2)],
    "case_reports": [CaseReport("T01", date(2024, 3, 1), row=2)],
    "rates": [Rate("points", Decimal(2), date(2024, 1, 1), "校发1号", row=2)],
    "payments": [Payment("T01", date(2024, 3, 1), "points", 30, Decimal(60), row=2)],
}


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("teachers", {"affiliation": "external"}),
        ("titles", {"effective_from": date(2019, 1, 1)}),
        ("appointments", {"end": date(2025, 6, 30)}),
        ("evaluations", {"result": "excellent"}),
        ("training", {"hours": 17}),
        ("case_reports", {"date": date(2024, 3, 2)}),
        ("rates", {"authority": "校发2号"}),
        ("payments", {"yuan": Decimal(61)}),
    ],
)
def test_a_changed_row_of_any_table_is_named(table, change):
    """With its number in the sheet; where it only stands elsewhere, that alone is said."""
    center = center_of(**TABLES_WITH_ROWS)
    snapshot = close_year(center, 2024)
    records = list(getattr(center, table))
    found = differences(snapshot, evolve(center, **{table: [evolve(records[0], **change), *records[1:]]}))
    tables = [one for teacher in found.teachers for one in teacher.tables] + [found.rates]
    assert [(one.table, one.changed) for one in tables if one.rows] == [(table, (2,))]
    assert not found.same_records
    name = TABLES[table].zh
    assert re.search(f"{name}表?：第2行有改动", rendered(documents.blocks(found, "zh"), "table"))
    moved = differences(snapshot, evolve(center, **{table: [evolve(one, row=one.row + 7) for one in records]}))
    assert (moved.teachers, moved.rates.rows, moved.moved_in) == ((), 0, (table,))
    assert moved.same_records
    assert f"只有行号不同（部分或全部）的表：{name}" in rendered(documents.blocks(moved, "zh"), "table")


def test_payments_of_who_left_are_nobodys():
    """A year is closed with them; that they changed is told, though not where."""
    paid = Payment("T09", date(2024, 3, 1), "points", 30, Decimal(60), row=2)
    center = center_of(payments=[paid])
    assert differences(close_year(center, 2024), center).same_records
    found = differences(close_year(center, 2024), center_of(payments=[evolve(paid, yuan=Decimal(61))]))
    assert (found.unnamed, found.same_figures) == (True, True)


def test_rows_of_a_table_that_are_new_or_gone_are_named():
    """A row that was given to another teacher is gone with the one and new with the other."""
    center = center_of(training=[Training("T01", date(2024, 5, 6), 16, "municipal", row=17)])
    other = center_of(training=[Training("T02", date(2024, 5, 6), 16, "municipal", row=17)])
    found = differences(close_year(center, 2024), other)
    assert [[(one.removed, one.added) for one in teacher.tables] for teacher in found.teachers] == [
        [((17,), ())],
        [((), (17,))],
    ]
    text = rendered(documents.blocks(found, "en"), "table")
    assert "training table: row 17 gone" in text
    assert "training table: row 17 new" in text


@pytest.mark.parametrize(
    "center",
    [
        lambda: center_of(teachers=[evolve(one, name="甲") for one in center_of().teachers]),
        lambda: center_of(without_ids(rows_of_a_year())),
        lambda: changed(1, attended=True),
        lambda: changed(4, date=date(2024, 7, 2)),
    ],
    ids=["name", "record id", "other column", "day"],
)
def test_records_that_were_mended_without_changing_a_figure(center):
    """They are told as that, and not as other figures."""
    found = differences(closed(), center())
    assert (found.same_figures, found.same_records) == (True, False)
    text = rendered(documents.blocks(found, "zh"), "table")
    assert "数字与快照相同，记录有改动" in text
    assert "数字或结论不同" not in text
    told_ = documents.as_object(found, "zh")
    assert (told_["same_figures"], told_["same_records"]) == (True, False)


def test_a_year_of_the_three_year_test_is_told_once():
    """A year that is new in it is one line; what was told of the closed year is not told again."""
    rows = [*rows_of_a_year(), duty(8, date(2022, 5, 5), minutes=45), duty(9, date(2024, 5, 5), minutes=45)]
    found = differences(closed(), center_of(rows, evaluations=[Evaluation("T01", 2024, "excellent", row=2)]))
    assert [".".join(change.of) for change in found.teachers[0].changes] == [
        "evaluation",
        "total.counseling",
        "experience.2022",
    ]
    text = rendered(documents.blocks(found, "zh"), "table")
    assert "三年认定 2022 年：无 → 在聘，咨询 1 课时" in text
    again = differences(closed(), center_of(evaluations=[*center_of().evaluations, Evaluation("T02", 2023, "passed")]))
    assert changes_of(again, "T02") == {"experience.2023.result": (None, "passed")}


def test_a_table_that_is_missing_now_is_told():
    """Without the training table the verdict is undetermined; the table is told once, not with each teacher."""
    found = differences(closed(), center_of(training=None))
    assert changes_of(found, "T01")["finding.training.verdict"] == ("met", "undetermined")
    assert (found.tables_gone, found.tables_new) == (("training",), ())
    assert [[(one.table, one.removed) for one in teacher.tables] for teacher in found.teachers] == [
        [("training", (2,))],
        [],
    ]
    back = differences(close_year(center_of(training=None), 2024), center_of())
    assert (back.tables_gone, back.tables_new) == ((), ("training",))
    assert "现在没有的表：培训" in rendered(documents.blocks(found, "zh"), "table")


def test_teachers_who_are_new_or_gone_are_told():
    """With their rows."""
    teachers = [Teacher("T01", "part_time", "教师01", title="lecturer", row=2), Teacher("T03", "part_time", row=3)]
    rows = [evolve(row, teacher_id=row.teacher_id.replace("T02", "T03")) for row in rows_of_a_year()]
    found = differences(
        closed(), center_of(rows, teachers=teachers, titles=[TitleHeld("T03", "professor", date(2020, 1, 1))])
    )
    assert [(one.before and one.before.teacher_id, one.after and one.after.teacher_id) for one in found.teachers] == [
        ("T02", None),
        (None, "T03"),
    ]
    assert {(row.teacher_before, row.teacher_after) for row in found.rows} == {("T02", "T03")}


def test_a_name_and_an_employment_are_told():
    """A teacher who is full-time now owes nothing."""
    teachers = [
        Teacher("T01", "full_time", "教师09", title="lecturer", row=2),
        Teacher("T02", "part_time", "教师02", row=3),
    ]
    changes = changes_of(differences(closed(), center_of(teachers=teachers)), "T01")
    assert changes["name"] == ("教师01", "教师09")
    assert changes["employment"] == ("part_time", "full_time")
    assert changes["finding.quota.counseling.verdict"] == ("not_met", "not_applicable")
    assert changes["finding.quota.counseling.required"] == (38, None)
    assert changes["experience.basis"] == ("three_year_windows", "employment")


def test_a_window_that_is_met_now_is_told():
    """The three-year test as of the closed year: verdict, recognized years and windows."""
    rows = [
        Activity("T01", date(year, 3, 5), kind, minutes=1710, class_hours=72, row=number + place)
        for place, year in enumerate((2022, 2023, 2024))
        for number, kind in ((10, "counseling_duty"), (20, "class_teaching"))
    ]
    passed = [Evaluation("T01", year, "passed", row=year) for year in (2022, 2023, 2024)]
    snapshot = close_year(center_of(rows, evaluations=passed[1:]), 2024)
    changes = changes_of(differences(snapshot, center_of(rows, evaluations=passed)), "T01")
    assert changes["experience.verdict"] == ("undetermined", "met")
    assert changes["experience.recognized_years"] == (0, 1)
    assert changes["experience.windows"] == ("2022–2024?", "2022–2024")


# ---------------------------------------------------------------- differences of what it comes from


def rules_with(tmp_path, *replacements):
    text = ZHOUKOU.read_text(encoding="utf-8")
    for before, now in replacements:
        assert before in text
        text = text.replace(before, now, 1)
    path = tmp_path / "other.toml"
    path.write_text(text, encoding="utf-8")
    return load_regulation(path)


def test_each_figure_of_the_rules_that_differs_is_named(tmp_path):
    """With its article, before and now; and the rows and teachers that it changes."""
    rules = rules_with(tmp_path, ("per = 45", "per = 50"), ("amount = 38", "amount = 40"))
    found = differences(closed(), center_of(), rules)
    assert [
        (one.after.article, [(change.of, change.before.value, change.after.value) for change in one.changes])
        for one in found.clauses
    ] == [
        ("附件2 第七条(一)", [(("figure", "counseling_duty.per"), 45, 50)]),
        ("附件2 第四条(三)", [(("figure", "counseling_quota"), 38, 40)]),
    ]
    assert [told(row) for row in found.rows] == [(2, 2, ["amount"], False), (3, 3, ["amount"], False)]
    assert changes_of(found, "T01")["finding.quota.counseling.required"] == (38, 40)
    assert found.rules == ()


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"article": "附件2 第八条"}, [("article",)]),
        ({"quote": "另一句"}, [("quote",)]),
        ({"effective_until": date(2040, 1, 1)}, [("effective_until",)]),
        ({"effective_from": date(2001, 1, 1)}, [("effective_from",)]),
    ],
)
def test_each_part_of_a_clause_that_differs_is_named(change, what):
    """An article, a quote, a first or last day."""
    rules = load_regulation()
    quotas = (evolve(rules.quotas[0], **change), *rules.quotas[1:])
    (clause,) = differences(closed(), center_of(), evolve(rules, quotas=quotas)).clauses
    assert [one.of for one in clause.changes] == what


def test_a_clause_that_speaks_of_other_kinds_is_told():
    """Its figures are the same, and yet it is another clause."""
    rules = load_regulation()
    event = next(clause for clause in rules.credits if clause.id == "event")
    credits_ = tuple(evolve(one, kinds=(*one.kinds, "supervision")) if one is event else one for one in rules.credits)
    found = differences(closed(), center_of(), evolve(rules, credits=credits_))
    assert [(one.after.id, [change.of for change in one.changes]) for one in found.clauses] == [("event", [("other",)])]
    assert [told(row) for row in found.rows] == [(6, 6, ["account", "amount", "reason"], False)]


@pytest.mark.parametrize("file", [ZHOUKOU, SCHOOL_RULES], ids=["zhoukou", "school"])
def test_every_number_of_a_rule_file_that_was_changed_is_told(file, tmp_path):
    """Whichever it is, with its old and its new value; only what is words is told without."""
    snapshot = close_year(
        Center([], []), 2024, load_regulation(file), {"year": "natural", "before_start": "retroactive"}
    )
    lines = file.read_text(encoding="utf-8").split("\n")
    path = tmp_path / file.name
    seen = 0
    for place, line in enumerate(lines):
        for number in re.finditer(r"(?<![\w.\-\"“])(\d+(?:\.\d+)?)(?![\w.\-])", line):
            if line.startswith(("#", "format", "document", "article", "quote", "question", "evening", "name", "note")):
                continue
            other = str(2 * float(number[1]) + 1).removesuffix(".0")
            mended = [*lines[:place], f"{line[: number.start()]}{other}{line[number.end() :]}", *lines[place + 1 :]]
            path.write_text("\n".join(mended), encoding="utf-8")
            try:
                rules = load_regulation(path)
            except WorkloadError:  # the file says that it cannot be so
                continue
            found = differences(snapshot, Center([], []), rules)
            if line.startswith("values") or "zh =" in line:
                assert [change.of for change in found.rules] == [("words", "other")], line
                continue
            text = rendered(documents.blocks(found, "zh"), "table").replace(" ", "")
            assert other in text.partition("规则的差异")[2], line
            assert "有不同" not in text, line
            assert found.same_figures
            seen += 1
    assert seen > 20


@pytest.mark.parametrize("change", [{"step": Fraction(1, 4)}, {"round": "ceil"}, {"pool": "day"}])
def test_another_way_of_rounding_is_told(change):
    """A step with its values, a way in words; beside a figure that differs too."""
    rules = load_regulation(SCHOOL_RULES)
    credit = rules.credits[0]
    other = evolve(credit, per=Fraction(60), remainder=evolve(credit.remainder, **change))
    snapshot = close_year(Center([], []), 2024, rules)
    (clause,) = differences(snapshot, Center([], []), evolve(rules, credits=(other, *rules.credits[1:]))).clauses
    assert [one.of[0] for one in clause.changes] == (["figure", "figure"] if "step" in change else ["figure", "other"])


def test_clauses_in_another_order_are_no_silent_difference():
    """Nothing that is kept of them differs, but the digest of the rules does."""
    rules = load_regulation()
    found = differences(closed(), center_of(), evolve(rules, meetings=rules.meetings[::-1]))
    assert (found.clauses, [change.of for change in found.rules]) == ((), [("other",)])
    assert "条款的次序等：有不同" in rendered(documents.blocks(found, "zh"), "table")


def test_the_figures_of_the_rules_are_told_in_words(tmp_path):
    """For whom and what, in the language that was asked for; no id of the rule file."""
    rules = rules_with(tmp_path, ("value = 30", "value = 35"), ("within_years = 3", "within_years = 2"))
    found = differences(closed(), center_of(), rules)
    zh, en = (rendered(documents.blocks(found, language)[:-1], "table") for language in ("zh", "en"))
    assert "教授 计：30 分 → 35 分" in zh
    assert "规定：3年内至少 1 次培训 → 2年内至少 1 次培训" in zh
    assert "professor gives: 30 points → 35 points" in en
    assert "provision: within 3 years at least 1 course → within 2 years at least 1 course" in en
    for text in (zh, en):
        assert "event." not in text
        assert "part_time_municipal" not in text


def test_new_and_lost_clauses_and_other_words_are_told():
    """And so is another document."""
    rules = load_regulation()
    other = evolve(
        rules, document="周职党〔2025〕1号", funding=(), area=(*rules.area, evolve(rules.area[0], id="more"))
    )
    found = differences(closed(), center_of(), other)
    assert [change.of for change in found.rules] == [("document",)]
    assert [(one.before and one.before.id, one.after and one.after.id) for one in found.clauses] == [
        ("funding", None),
        (None, "more"),
    ]


def test_readings_that_the_rules_no_longer_know_are_told():
    """The year is computed under the snapshot's readings as far as they are known, and the rest is not silent."""
    snapshot = close_year(center_of(), 2024, readings={"partial_unit": "whole_per_duty"})
    rules = load_regulation()
    partial = evolve(rules.readings["partial_unit"], values={"exact": rules.readings["partial_unit"].values["exact"]})
    other = evolve(rules, readings={**rules.readings, "partial_unit": partial})
    found = differences(snapshot, center_of(), other)
    assert [(change.of, change.before, change.after) for change in found.readings] == [
        (("partial_unit",), "whole_per_duty", "exact")
    ]
    assert "现在的规则不认得，按 exact" in rendered(documents.blocks(found, "zh"), "table")
    gone = evolve(rules, readings={name: one for name, one in rules.readings.items() if name != "tier_edge"})
    assert [change.of for change in differences(closed(), center_of(), gone).readings] == [("tier_edge",)]
    back = differences(close_year(center_of(), 2024, gone), center_of(), rules)
    assert [(change.before, change.after) for change in back.readings] == [(None, "higher")]


def test_the_snapshots_readings_are_those_of_the_later_run():
    """Closed under another reading, the same input has no differences."""
    snapshot = close_year(center_of(), 2024, readings={"partial_unit": "whole_per_duty", "year": "academic"})
    found = differences(snapshot, center_of())
    assert found.same_figures
    assert found.after.readings["year"] == "academic"


def test_another_version_is_told():
    """Who compares years later wants to know that the program is another one."""
    found = differences(evolve(closed(), version="0.0.9"), center_of())
    assert (found.version.before, found.version.after) == ("0.0.9", closed().version)
    assert "程序版本：0.0.9 → " in rendered(documents.blocks(found, "zh"), "table")


def test_each_input_file_is_told_as_the_same_or_not(tmp_path):
    """Changed, the same, renamed, new, or no longer there; the last two on one line each."""
    folder = tmp_path / "center"
    shutil.copytree(FOLDER, folder)
    snapshot = close_year(read_center(folder), 2024, source=folder)
    (folder / "聘期.csv").rename(folder / "appointments.csv")
    with (folder / "教师.csv").open("a", encoding="utf-8") as stream:
        stream.write("\n")
    (folder / "年度考核.csv").unlink()
    for name in ("培训", "案例报告"):
        (folder / f"{name}.csv").write_text("工号,日期,学时\n", encoding="utf-8")
    found = differences(snapshot, read_center(folder), source=folder)
    files = [[file and file.name for file in (one.before, one.after)] for one in found.files]
    assert files == [
        ["聘期.csv", "appointments.csv"],
        ["工作记录.csv", "工作记录.csv"],
        ["教师.csv", "教师.csv"],
        ["年度考核.csv", None],
        [None, "培训.csv"],
        [None, "案例报告.csv"],
    ]
    text = rendered(documents.blocks(found, "zh"), "table")
    assert "输入 appointments.csv：内容相同，原名 聘期.csv" in text
    assert "输入 工作记录.csv：相同" in text
    assert "输入 教师.csv：不同" in text
    assert "现在没有的输入文件：年度考核.csv" in text
    assert "快照时没有的输入文件：培训.csv、案例报告.csv" in text


def test_a_workbook_that_was_renamed_is_the_same_file(tmp_path):
    """Nothing of it is lost or new."""
    other = tmp_path / "2024年终.xlsx"
    shutil.copy(BOOK, other)
    found = differences(close_year(read_center(BOOK), 2024, source=BOOK), read_center(other), source=other)
    text = rendered(documents.blocks(found, "en"), "table")
    assert "input 2024年终.xlsx: 心理指导中心.xlsx, renamed" in text
    assert documents.as_object(found, "zh")["inputs"][0]["same"] is True


def test_a_three_year_test_that_is_possible_now_or_no_longer_is_told():
    """The reason stands in the summary."""
    rules = load_regulation()
    silent = evolve(rules, experience=())
    lost = differences(closed(), center_of(), silent)
    assert changes_of(lost, "T01")["experience.verdict"] == ("not_met", None)
    assert "三年认定现在无法核算" in rendered(documents.blocks(lost, "zh"), "table")
    back = differences(close_year(center_of(), 2024, silent), center_of(), rules)
    assert "快照中没有三年认定" in rendered(documents.blocks(back, "zh"), "table")


# ---------------------------------------------------------------- how it is shown


def much_changed(tmp_path):
    """A center with a difference of nearly every kind."""
    rules = rules_with(tmp_path, ("per = 45", "per = 50"), ("第七条(一)", "第七条（一）"))
    rows = [*rows_of_a_year()[1:], duty(8, date(2024, 5, 5), minutes=45)]
    rows[0] = evolve(rows[0], attended=True)
    rows[1] = evolve(rows[1], cancelled=True)
    rows[2] = evolve(rows[2], kind="salon", date=date(2024, 6, 29))
    center = center_of(rows, evaluations=[Evaluation("T01", 2024, "failed")])
    return differences(close_year(center_of(), 2024, day=DAY), center, rules)


def leaves(thing, path=()):
    """Every plain value of plain data, with its path."""
    if isinstance(thing, dict | list):
        for name, value in thing.items() if isinstance(thing, dict) else enumerate(thing):
            yield from leaves(value, (*path, name))
    else:
        yield path, thing


def altered(value):
    """Another value of the same sort."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if re.fullmatch(r"-?\d+(/\d+)?", value or ""):
        return str(Fraction(value) + 1)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value or ""):
        return str(date.fromisoformat(value).replace(day=11))
    words = [("met", "not_met"), ("part_time", "full_time"), ("sum", "average"), ("consecutive", "trailing")]
    words += [("three_year_windows", "employment")]
    return next((two if value == one else one for one, two in words if value in (one, two)), f"{value}x")


def test_whatever_a_snapshot_holds_is_compared(tmp_path):
    """Any value of it that is another one is told, if by no more than that it differs: nothing is kept for nothing."""
    rows = [
        *rows_of_a_year(),
        *(duty(10 + year, date(year, 3, 5), minutes=45) for year in (2022, 2023)),
        duty(50, date(2024, 5, 5), minutes=None),
    ]
    evaluations = [Evaluation("T01", year, "passed", row=year) for year in (2022, 2024)]
    titles = [TitleHeld("T02", "professor", date(2020, 1, 1), row=2)]
    tables = {name: records for name, records in TABLES_WITH_ROWS.items() if name != "appointments"}
    center = center_of(rows, evaluations=evaluations, titles=titles, **tables)
    need = load_regulation().experience
    rules = evolve(load_regulation(), experience=tuple(evolve(one, needs=()) if one.needs else one for one in need))
    snapshot = close_year(center, 2024, rules, skip_faulty=True)
    assert snapshot.teacher("T01").experience.windows
    data = json.loads(snapshot.text())
    usual = documents.as_object(differences(snapshot, center, rules, skip_faulty=True), "zh")
    path = tmp_path / "2024.snapshot"
    silent, tried = [], set()
    for place, value in leaves(data):
        kind = tuple("*" if isinstance(name, int) else name for name in place)
        if place[0] in ("about", "format", "content", "year", "inputs") or kind in tried:
            continue
        tried.add(kind)
        other = json.loads(snapshot.text())
        inner = other
        for name in place[:-1]:
            inner = inner[name]
        inner[place[-1]] = altered(value)
        path.write_text(sealed(other), encoding="utf-8")
        try:
            found = differences(read_snapshot(path), center, rules, skip_faulty=True)
        except WorkloadError:  # a word that this version does not know
            continue
        if documents.as_object(found, "zh") == usual:
            silent.append(place)
    assert len(tried) > 90
    # That digest stands also in the facts of the three-year test; the records themselves are compared one by one.
    assert {place[-1] for place in silent} <= {"records_digest"}
    assert all(place[0] == "teachers" for place in silent)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("how", ["table", "md", "csv"])
def test_every_difference_is_shown_in_every_format(tmp_path, how, language):
    """Each row, each teacher, each figure; no name of a field of the library is shown, and no empty place."""
    found = much_changed(tmp_path)
    text = rendered(documents.blocks(found, language, how), how)
    for row in (2, 3, 4, 5, 9):
        assert re.search(rf"(?<!\d){row}(?!\d)", text), row
    for what in ({"zh": "50 分钟", "en": "50 minutes"}[language], "T01", "T02", "2024-06-29"):
        assert what in text
    assert "None" not in text
    assert "Fraction" not in text


def test_on_a_terminal_nothing_is_wider_than_it(tmp_path):
    """80 columns, a Chinese character counting as two, in either language; quotes and digests alone may wrap."""
    from wcwidth import wcswidth

    for found in (much_changed(tmp_path), of_other_teachers(), of_less_training()):
        for language in ("zh", "en"):
            for block in documents.blocks(found, language):
                assert not block.header
                lines = rendered([block], "table").splitlines()
                wide = [
                    line for line in lines if wcswidth(line) > 80 and not re.search("“|[0-9a-f]{12}|=|--rules", line)
                ]
                assert wide == []


def test_many_rows_are_cut_on_a_terminal_and_nowhere_else():
    """A terminal shows the first and says how many more there are; csv and JSON have every one."""
    rows = [duty(number, date(2024, 1 + number % 12, 1 + number // 12), minutes=45) for number in range(1, 101)]
    snapshot = close_year(center_of(rows), 2024)
    found = differences(snapshot, center_of([evolve(row, minutes=90) for row in rows]))
    assert len(found.rows) == 100
    text = rendered(documents.blocks(found, "zh"), "table")
    assert "另有 60 项" in text
    assert "A41" not in text
    table = list(csv.reader(io.StringIO(rendered(documents.blocks(found, "zh", "csv"), "csv"))))
    assert {row[6] for row in table if row[0] == "各行工作记录的差异"} == {f"A{number}" for number in range(1, 101)}
    assert len(documents.as_object(found, "zh")["rows"]) == 100


def test_a_difference_that_two_decimals_hide_is_shown_with_more():
    """A thousandth of a class hour is not shown as no difference."""
    snapshot = close_year(changed(2, class_hours=Fraction(4)), 2024)
    found = differences(snapshot, changed(2, class_hours=Fraction(4001, 1000)))
    text = rendered(documents.blocks(found, "zh"), "table")
    assert "4.001 课时" in text
    (row,) = documents.as_object(found, "zh")["rows"]
    assert row["changes"][-1] == {"item": "amount", "before": 4, "now": 4.001}


def test_the_json_object_is_json(tmp_path):
    """It goes through a JSON text unchanged, and says of each row and teacher what became of it."""
    told_ = documents.as_object(much_changed(tmp_path), "zh")
    assert json.loads(json.dumps(told_)) == told_
    assert [(row["change"], row["row_before"], row["row"]) for row in told_["rows"]] == [
        ("removed", 2, None),
        ("changed", 3, 3),
        ("changed", 4, 4),
        ("changed", 5, 5),
        ("added", None, 9),
    ]
    assert told_["snapshot"]["date"] == "2025-01-06"
    assert [clause["clause"] for clause in told_["clauses"]] == ["counseling_duty"]


def of_other_rules():
    """Rules of which nearly every part is another one."""
    rules = load_regulation()
    evaluation = (evolve(rules.evaluation[0], passes=("excellent",)),)
    event = next(clause for clause in rules.credits if clause.id == "event")
    other = evolve(
        rules,
        document="周职党〔2025〕1号",
        funding=(),
        area=(*rules.area, evolve(rules.area[0], id="more")),
        courses=(evolve(rules.courses[0], quote="另一句"),),
        evaluation=evaluation,
        credits=tuple(evolve(one, kinds=(*one.kinds, "supervision")) if one is event else one for one in rules.credits),
    )
    return differences(closed(), center_of(), other)


def of_other_teachers():
    """One teacher gone, one new, one full-time, with another name."""
    teachers = [Teacher("T01", "full_time", "教师09", row=2), Teacher("T03", "part_time", "教师03", row=3)]
    rows = [evolve(row, teacher_id=row.teacher_id.replace("T02", "T03")) for row in rows_of_a_year()]
    return differences(
        closed(), center_of(rows, teachers=teachers, titles=[TitleHeld("T03", "lecturer", date(2020, 1, 1))])
    )


def of_other_places():
    """Rows elsewhere in the sheet, and more of the next year."""
    rows = [evolve(row, row=row.row + 10) for row in rows_of_a_year()]
    return differences(closed(), center_of([*rows, duty(8, date(2025, 5, 5), minutes=45)]))


def of_less_training():
    """No training, where some hours were needed."""
    return differences(closed(), center_of(training=[Training("T01", date(2024, 5, 6), 8, "municipal", row=2)]))


SHOWN = [
    (
        of_other_rules,
        "zh",
        [
            "文号",
            "周职党〔2025〕1号",
            "合格指 优秀",
            "另一句",
            "其他内容（如适用类别、取舍方式）",
            "每生每年至少 15 元",
        ],
    ),
    (of_other_rules, "en", ["document", "another part", "per student and year at least 15 yuan", "a pass is", "quote"]),
    (of_other_teachers, "zh", ["教师09", "兼职", "专职", "不适用", "按任职认定", "三年窗口", "T02", "T03", "姓名"]),
    (of_other_teachers, "en", ["full-time", "not applicable", "three-year windows", "employment", "there", "none"]),
    (of_other_places, "zh", ["移到别的行、内容未变：7 行", "年度之后的记录有增减或改动：1 行", "数字与快照完全相同"]),
    (of_other_places, "en", ["moved in the sheet, otherwise the same: 7", "changed: 1; no part of it"]),
    (of_less_training, "zh", ["培训 结论", "16 学时", "8 学时", "培训表", "第2行有改动"]),
    (of_less_training, "en", ["16 hours", "8 hours", "training table", "row 2 changed"]),
]


@pytest.mark.parametrize(("found", "language", "expected"), SHOWN)
@pytest.mark.parametrize("how", ["table", "csv"])
def test_each_kind_of_difference_has_its_words(found, language, expected, how):
    """What differs is said in the language that was asked for, in words of the trade."""
    text = rendered(documents.blocks(found(), language, how), how)
    for words in expected:
        assert words in text, text


def test_a_kind_that_the_rules_of_now_lack_stands_for_itself(tmp_path):
    """A kind, an account or a title that is no longer known is shown by its id."""
    extra = tmp_path / "more.toml"
    extra.write_text(
        'format = 1\nextends = "zhoukou-2024-33"\nid = "more"\n'
        '[kind]\nmuseum = { name = { zh = "心理展", en = "exhibition" }, measure = "events" }\n',
        encoding="utf-8",
    )
    snapshot = close_year(changed(4, kind="museum"), 2024, load_regulation(extra))
    found = differences(snapshot, center_of())
    assert [told(row) for row in found.rows] == [(6, 6, ["kind"], False)]
    assert "museum" in rendered(documents.blocks(found, "zh"), "table")


# ---------------------------------------------------------------- the command line


def test_close_and_diff_from_the_command_line(run, tmp_path):
    """A year is closed and held against its own input: exit code 0, and the figures are the same."""
    path = tmp_path / "2024.snapshot"
    done = run("close", BOOK, "--year", 2024, "-o", path)
    assert done.code == 0
    assert "618 行 = 计入 351 行 + 未计入 267 行" in done.out
    assert read_snapshot(path) == close_year(read_center(BOOK), 2024, source=BOOK)
    same = run("diff", path, BOOK)
    assert same.code == 0
    assert "数字与快照完全相同" in same.out
    assert json.loads(run("diff", path, BOOK, "--format", "json").out)["same_figures"] is True


def test_differences_are_the_answer_and_no_failure(run, tmp_path):
    """Exit code 0 with them too; a file is written by its ending."""
    folder = tmp_path / "center"
    shutil.copytree(FOLDER, folder)
    path = tmp_path / "2024.snapshot"
    run("close", folder, "--year", 2024, "-o", path)
    file = folder / "工作记录.csv"
    file.write_text(file.read_text(encoding="utf-8-sig").replace("2024/3/7,", "2024/3/8,", 1), encoding="utf-8-sig")
    done = run("diff", path, folder, "--lang", "en")
    assert done.code == 0
    assert "activity rows: 1 changed, 0 new, 0 gone" in done.out
    for name in ("d.csv", "d.md", "d.json", "d.xlsx"):
        assert run("diff", path, folder, "-o", tmp_path / name).code == 0
        assert (tmp_path / name).stat().st_size


def test_a_date_is_in_the_snapshot_only_where_one_is_given(run, tmp_path):
    """``--date`` writes it; another word is bad usage."""
    path = tmp_path / "2024.snapshot"
    assert run("close", FOLDER, "--year", 2024, "-o", path, "--date", "2025-01-06", "--lang", "en").code == 0
    assert read_snapshot(path).day == DAY
    for wrong in ("2025-1", "20250106", "2025-02-30", "yesterday"):
        done = run("close", FOLDER, "--year", 2024, "-o", tmp_path / "b.snapshot", "--date", wrong)
        assert done.code == 2
        assert f"应为日期，如 2025-01-06，现为 {wrong} / takes a day as 2025-01-06, not {wrong}" in done.err


def test_a_snapshot_that_is_there_is_not_replaced_unasked(run, tmp_path):
    """Nor is the input written over, nor a snapshot called a workbook."""
    path = tmp_path / "2024.snapshot"
    path.write_text("x", encoding="utf-8")
    assert run("close", FOLDER, "--year", 2024, "-o", path).code == 2
    assert path.read_text(encoding="utf-8") == "x"
    assert run("close", FOLDER, "--year", 2024, "-o", path, "--force").code == 0
    for name in ("2024.xlsx", "2024.docx", "2024.json", "2024.html", "2024.pdf", "2024"):
        done = run("close", FOLDER, "--year", 2024, "-o", tmp_path / name)
        assert (done.code, (tmp_path / name).exists()) == (2, False)
        assert ".snapshot" in done.err
    assert run("close", FOLDER, "--year", 2024).code == 2


def test_faults_end_with_exit_code_2_and_no_file(run, tmp_path):
    """Skipped on request, the message says how many; diff treats them alike."""
    path = tmp_path / "2024.snapshot"
    assert run("close", FAULTY, "--year", 2024, "-o", path).code == 2
    assert not path.exists()
    done = run("close", FAULTY, "--year", 2024, "-o", path, "--skip-faulty")
    assert done.code == 0
    assert re.search(r"跳过错误 \d+ 处，已列入快照：\n  \S+ 第\d+行 \S+（\w+）\n", done.out)
    assert run("diff", path, FAULTY).code == 2
    assert run("diff", path, FAULTY, "--skip-faulty").code == 0


def test_rules_that_do_not_come_with_the_library_are_asked_for(run, tmp_path):
    """The snapshot names them; diff wants the file, and takes it."""
    path = tmp_path / "2024.snapshot"
    assert run("close", SCHOOL, "--year", 2024, "--rules", SCHOOL_RULES, "-o", path).code == 0
    asked = run("diff", path, SCHOOL)
    assert asked.code == 2
    assert "--rules" in asked.err
    assert "数字与快照完全相同" in run("diff", path, SCHOOL, "--rules", SCHOOL_RULES).out


def test_a_schools_own_copy_of_the_packaged_rules_is_not_taken_for_them(run, tmp_path):
    """It kept the name and changed a figure: diff says first that the rules are others, and which option takes them."""
    own = tmp_path / "ours.toml"
    own.write_text(ZHOUKOU.read_text(encoding="utf-8").replace("amount = 38", "amount = 40", 1), encoding="utf-8")
    path = tmp_path / "2024.snapshot"
    assert run("close", FOLDER, "--year", 2024, "--rules", own, "-o", path).code == 0
    lines = run("diff", path, FOLDER).out.splitlines()
    assert "不是快照所用的那一份" in lines[1]
    assert "--rules" in lines[1]
    first = json.loads(run("diff", path, FOLDER, "--format", "json", "--lang", "en").out)["summary"][0]
    assert "are not those of the snapshot; --rules FILE.toml" in first
    assert "数字与快照完全相同" in run("diff", path, FOLDER, "--rules", own).out.splitlines()[1]


@pytest.mark.parametrize("name", ["2024.snapshot", "other.snapshot"])
def test_a_snapshot_is_not_written_over_by_its_differences(run, tmp_path, name):
    """Not even with --force; nor are differences called a snapshot."""
    path = tmp_path / "2024.snapshot"
    run("close", FOLDER, "--year", 2024, "-o", path)
    before = path.read_bytes()
    assert run("diff", path, FOLDER, "-o", tmp_path / name, "--force").code == 2
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["2024.snapshot"]


def test_readings_go_into_the_snapshot(run, tmp_path):
    """``--reading`` is kept, and taken by diff; an unknown one is bad usage."""
    path = tmp_path / "2024.snapshot"
    assert run("close", BOOK, "--year", 2024, "-o", path, "--reading", "partial_unit=whole_per_duty").code == 0
    assert read_snapshot(path).readings["partial_unit"] == "whole_per_duty"
    assert "非默认口径：partial_unit=whole_per_duty" in run("diff", path, BOOK).out
    assert run("close", BOOK, "--year", 2024, "-o", tmp_path / "b.snapshot", "--reading", "partial_unit=half").code == 2


def test_what_is_no_snapshot_is_told_in_both_languages(run):
    """The arguments the wrong way round: a workbook is no snapshot."""
    assert "不是快照" in run("diff", BOOK, BOOK).err
    done = run("diff", BOOK, BOOK, "--lang", "en")
    assert (done.code, "is no snapshot" in done.err) == (2, True)
    assert run("diff", "none.snapshot", BOOK).code == 2


def test_a_year_without_a_three_year_test_is_closed_and_says_so(run, tmp_path):
    """Rules that begin in the year cannot look back."""
    rules = tmp_path / "late.toml"
    rules.write_text(
        'format = 1\nextends = "zhoukou-2024-33"\nid = "late"\neffective_from = 2024-01-01\n', encoding="utf-8"
    )
    done = run("close", FOLDER, "--year", 2024, "--rules", rules, "-o", tmp_path / "late.snapshot")
    assert done.code == 0, done.err
    assert "没有三年认定" in done.out
