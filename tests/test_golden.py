"""Golden outputs: what each verb says of one small center, in every format, as files that a change shows as a diff.

The center has every reason for which a row is set aside and every warning. When a change is meant, run
``pytest --accept`` and read the diff of tests/golden as a person of the HR office would.
"""

import json
import os
import shutil
import subprocess
import sys
from datetime import date, time
from pathlib import Path

import pytest
from wcwidth import wcswidth


def work(record_id, teacher_id, day, kind, start=None, end=None, **more):
    times = {name: time.fromisoformat(value) for name, value in (("start", start), ("end", end)) if value}
    return {
        "record_id": record_id,
        "teacher_id": teacher_id,
        "date": date.fromisoformat(day),
        "kind": kind,
        "start": times.get("start"),
        "end": times.get("end"),
        **more,
    }


def duties(teacher_id, year, months, start, end):
    """One duty in each of so many months."""
    return [
        work(f"{teacher_id}-{year}-{month}", teacher_id, f"{year}-{month:02}-06", "counseling_duty", start, end)
        for month in range(1, months + 1)
    ]


def classes(teacher_id, year, class_hours):
    return work(f"{teacher_id}-{year}-C", teacher_id, f"{year}-06-28", "class_teaching", class_hours=class_hours)


TEACHERS = [
    ("T01", "教师甲", "part_time", "internal", "lecturer"),
    ("T02", "教师乙", "part_time", "external", "associate_professor"),
    ("T03", "测试教师", "full_time", "internal", "professor"),
    ("007", "教师丁", "full_time", "internal", "none"),
    ("T05", "教师戊", "part_time", "internal", "assistant"),
    ("7", "教师己", "part_time", None, "other"),
]


def center():
    """Six teachers, three years and more, every reason and every warning."""
    activities = []
    for year in (2022, 2023, 2024):  # T01 meets the three-year test, with one minute of duty to spare
        activities += duties("T01", year, 3, "08:30", "18:00")
        activities.append(classes("T01", year, 72))
    activities[0]["end"] = time(18, 1)
    for year in (2022, 2023, 2024):  # T05 has the hours; two minutes of each duty are no whole class hour
        activities += duties("T05", year, 10, "14:00", "16:54")
        activities.append(classes("T05", year, 72.5))
    activities[-2]["attended"] = "no"
    activities += [
        work("B1", "T02", "2024-01-15", "counseling_duty", "09:00", "11:00"),  # before the appointment
        work("B2", "T02", "2024-03-05", "counseling_duty", "09:00", "11:00"),
        work("B3", "T02", "2024-03-05", "counseling_duty", "10:30", "12:00"),  # half an hour of it is taken
        work("B4", "T02", "2024-03-05", "counseling_duty", "09:30", "10:30"),  # all of it is taken
        work("B2", "T02", "2024-03-05", "counseling_duty", "09:00", "11:00"),  # the same row again
        work("B5", "T02", "2024-03-12", "counseling_duty", minutes=100, status="cancelled"),
        work("B6", "T02", "2024-06-30", "lecture", "14:00", "16:00"),
        work("B7", "T02", "2024-07-01", "lecture", "14:00", "16:00", event_id="E1", share=0.5),
        work("B8", "T02", "2024-03-05", "salon", "10:00", "11:00"),  # over a duty
        work("B9", "T02", "2024-12-31", "counseling_duty", "23:00", "01:00"),  # an hour of it is next year's
        work("C1", "T03", "2024-07-01", "lecture", "14:00", "16:00", event_id="E1", share=0.5),
        work("C2", "T03", "2024-09-10", "case_conference", events=2),
        work("C3", "T03", "2024-09-11", "crisis_intervention"),  # without a value
        work("C4", "T03", "2024-09-12", "counseling_duty", minutes=135, attended="yes"),
        work("D1", "007", "2024-10-10", "return_assessment"),
        work("D2", "007", "2025-01-02", "forum"),  # next year
        work("F1", "7", "2024-04-01", "counseling_duty", "08:00", "20:30"),  # over 12 hours
        work(None, "7", "2024-04-02", "counseling_duty", minutes=90),
        work(None, "7", "2024-04-02", "counseling_duty", minutes=90),  # perhaps the same row again
        work("F2", "7", "2024-04-03", "supervision"),
        classes("7", 2024, 71.9),
    ]
    results = [("T01", year, "passed") for year in (2022, 2023, 2024)]
    results += [("T03", 2024, "excellent"), ("7", 2024, "failed"), ("T05", 2022, "passed"), ("T05", 2023, "excellent")]
    training = [
        ("T01", "2024-05-06", 16, "municipal", "course"),
        ("T02", "2024-05-06", 14.5, "school", "course"),
        ("T03", "2024-05-06", 40, "national", "course"),
        ("T03", "2024-06-06", 8, "provincial", "conference"),
        ("T03", "2024-10-06", 8, "national", "conference"),
        ("007", "2024-05-06", 39.5, "national", "course"),
        ("T05", "2022-05-06", 15, "provincial", "course"),
        ("T05", "2024-05-06", 15, "school", "course"),
    ]
    reports = [("T01", "2024-04-09"), ("T01", "2024-10-09"), ("T03", "2024-02-01"), ("T03", "2025-01-31")]
    reports += [("T05", "2024-07-31"), ("T02", "2024-01-31")]
    return {
        "teachers": [
            dict(zip(("teacher_id", "name", "employment", "affiliation", "title"), row, strict=True))
            for row in TEACHERS
        ],
        "titles": [{"teacher_id": "T02", "title": "professor", "effective_from": date(2024, 7, 1)}],
        "appointments": [
            {"teacher_id": "T01", "start": date(2021, 9, 1), "end": date(2025, 8, 31)},
            {"teacher_id": "T02", "start": date(2024, 2, 29), "end": None},
        ],
        "activities": activities,
        "evaluations": [dict(zip(("teacher_id", "year", "result"), row, strict=True)) for row in results],
        "training": [
            {"teacher_id": name, "date": date.fromisoformat(day), "hours": hours, "level": level, "form": form}
            for name, day, hours, level, form in training
        ],
        "case_reports": [{"teacher_id": name, "date": date.fromisoformat(day)} for name, day in reports],
    }


def faulty_center():
    """The same with faults of several sorts in several tables."""
    tables = center()
    tables["activities"][1]["kind"] = "counselling duty"
    tables["activities"][2]["end"] = time(8, 30)
    tables["activities"][3]["class_hours"] = None
    tables["activities"][-1]["teacher_id"] = "8"
    tables["activities"][-2]["note"] = "13800138000"
    tables["activities"][-3]["minutes"] = "九十"
    tables["teachers"][3]["employment"] = "外聘"
    tables["evaluations"][0]["year"] = 24
    tables["titles"].append({"teacher_id": "T02", "title": "lecturer", "effective_from": date(2024, 7, 1)})
    return tables


INSTITUTION = (
    "institution --students 20001 --full-time 5 --part-time 41 --funding 300000 --area 300 --course-credits 2 "
    "--course-hours 30 --case-conferences 信息学院=2 --case-conferences 医学院=1 --parent-classes school=2"
)
VERBS = {
    "evaluate": "evaluate {center} --year 2024",
    "experience": "experience {center} --as-of 2024",
    "check": "check {center}",
    "check-faults": "check {faulty}",
    "explain": "explain {center} --teacher T02 --year 2024",
    "rules": "rules",
    "institution": INSTITUTION,
}
# Other questions, as a table only.
MORE = {
    "evaluate-attended": "evaluate {center} --year 2024 --reading idle_duty=attended_only",
    "evaluate-academic": "evaluate {center} --year 2024 --reading year=academic --reading partial_unit=whole_per_duty",
    "evaluate-skipped": "evaluate {faulty} --year 2024 --skip-faulty",
    "explain-met": "explain {center} --teacher T01 --year 2024",
    "explain-full-time": "explain {center} --teacher T03 --year 2024",
    "explain-undetermined": "explain {center} --teacher T05 --year 2024",
}
OUTPUTS = {
    "table.txt": ["--format", "table"],
    "table.en.txt": ["--format", "table", "--lang", "en"],
    "json": ["--format", "json"],
    "csv": ["--format", "csv"],
    "md": ["--format", "md"],
}


@pytest.fixture
def output(run, csv_folder):
    """``output(command, *options)`` is what a command prints of the center."""

    paths = {
        "center": csv_folder(center(), language="zh", name="center"),
        "faulty": csv_folder(faulty_center(), language="zh", name="faulty"),
    }

    def printed(line, *options):
        arguments = [word.format(**paths) for word in line.split()]
        result = run(*arguments, *options)
        assert result.err == ""
        return result.out

    return printed


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("how", OUTPUTS)
def test_golden(golden, output, verb, how):
    """Each verb says in each format what the golden file says."""
    golden(f"{verb}.{how}", output(VERBS[verb], *OUTPUTS[how]))


@pytest.mark.parametrize("verb", MORE)
def test_golden_tables(golden, output, verb):
    """So do other questions, as a table."""
    golden(f"{verb}.table.txt", output(MORE[verb]))


@pytest.mark.parametrize("how", ["table", "json"])
def test_golden_faults(golden, run, csv_folder, how):
    """The faults that stop an evaluation are told as in the golden file."""
    path = csv_folder(faulty_center(), language="zh")
    result = run("evaluate", path, "--year", "2024", "--format", how)
    assert (result.code, result.out) == (2, "")
    golden(f"evaluate-faults.{'json' if how == 'json' else 'table.txt'}", result.err)


def test_the_center_shows_everything(output):
    """Every reason and every warning of the contract occurs in the golden files."""
    lines = [line for line in (VERBS | MORE).values() if line.startswith("evaluate")]
    found = [json.loads(output(line, "--format", "json")) for line in lines]
    reasons = {line["reason"] for one in found for line in one["set_aside"]}
    warnings = {warning["code"] for one in found for warning in one["warnings"]}
    assert reasons >= {
        "cancelled",
        "outside_period",
        "duplicate",
        "outside_appointment",
        "no_value",
        "overlap",
        "fault",
    }
    assert warnings >= {"part_overlap", "possible_duplicate", "double_booked", "long_duty"}
    verdicts = {one["quota"] for one in found[0]["teachers"]} | {
        one["training"]["verdict"] for one in found[0]["teachers"]
    }
    assert verdicts == {"met", "not_met", "not_applicable"}


def table_lines(text):
    """The lines of the first table: its title, its header and its rows."""
    return text.partition("\n\n")[0].splitlines()


@pytest.mark.parametrize("verb", ["evaluate", "evaluate-attended", "evaluate-skipped", "experience"])
def test_the_table_fits_a_terminal(output, verb):
    """With ids and names of up to four characters the Chinese table is at most 80 columns wide."""
    lines = table_lines(output((VERBS | MORE)[verb]))
    assert len(lines) >= 3 + 5
    assert {line: wcswidth(line) for line in lines if wcswidth(line) > 80} == {}


def test_the_widest_table_fits_a_terminal(run, csv_folder):
    """So with the widest words and figures: 基本合格, 未达标 everywhere, parts of hours, hundreds of points."""
    teachers = ("T001", "T002", "T003")
    tables = {
        "teachers": [
            {"teacher_id": name, "name": "测试教师", "employment": "part_time", "title": "professor"}
            for name in teachers
        ],
        "activities": [
            work(None, "T001", "2024-03-05", "counseling_duty", minutes=1709),
            work(None, "T001", "2024-03-05", "class_teaching", class_hours=71.75),
            work(None, "T001", "2024-03-05", "lecture", events=33),
        ],
        "evaluations": [{"teacher_id": "T001", "year": 2024, "result": "basically_passed"}],
        "training": [],
        "case_reports": [],
    }
    lines = table_lines(run("evaluate", csv_folder(tables), "--year", "2024").out)
    for word in ("37.98/38", "71.75/72", "990", "基本合格", "未达标"):
        assert word in lines[3]
    assert {line: wcswidth(line) for line in lines if wcswidth(line) > 80} == {}


@pytest.mark.parametrize("verb", ["evaluate", "experience", "institution", "rules"])
def test_the_columns_of_a_table_stand_in_line(output, verb):
    """Each column begins in the same place on every line, counted as a terminal does."""
    title, header, rule, *rows = table_lines(output(VERBS[verb]))
    starts = [place for place in range(len(rule)) if rule[place] == "-" and (place == 0 or rule[place - 1] == " ")]
    assert len(starts) >= 3
    for line in (header, *rows):
        columns = "".join(character + "\0" * (wcswidth(character) - 1) for character in line)
        for start in starts[1:]:
            assert columns[start - 2 : start] == "  ", (title, line)


def test_a_golden_file_that_differs(tmp_path):
    """A difference is shown as a diff that says how to accept it; accepting it makes the test pass."""
    shutil.copy(Path(__file__).parent / "conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text("def test_it(golden):\n    golden('a.txt', '课时 38\\n')\n", encoding="utf-8")
    (tmp_path / "golden").mkdir()
    (tmp_path / "golden" / "a.txt").write_text("课时 37\n", encoding="utf-8")

    def pytested(*options):
        # The options of the run around this one are not its own: with --cov it would erase that run's measure.
        environment = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
        command_ = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, *options]
        return subprocess.run(
            command_, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", timeout=60, check=False
        )

    done = pytested()
    assert done.returncode == 1
    for part in ("-课时 37", "+课时 38", "golden/a.txt", "pytest --accept"):
        assert part in done.stdout
    assert pytested("--accept").returncode == 0
    assert (tmp_path / "golden" / "a.txt").read_bytes() == "课时 38\n".encode()
    assert pytested().returncode == 0


@pytest.mark.parametrize(("required", "code"), [("", 0), ("required", 1)])
def test_a_host_that_is_missing(tmp_path, required, code):
    """A test of a host is skipped with a reason where the program is missing, and fails where hosts are required."""
    shutil.copy(Path(__file__).parent / "conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text(
        "import pytest\n\n\n@pytest.mark.host('libreoffice')\ndef test_it():\n    assert False\n", encoding="utf-8"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = host\n", encoding="utf-8")
    command_ = [sys.executable, "-m", "pytest", "-q", "-ra", "-p", "no:cacheprovider"]
    environment = {"PATH": "", "PYTHONUTF8": "1", "WORKLOAD_HOSTS": required}
    done = subprocess.run(
        command_, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert done.returncode == code
    assert "libreoffice is not installed" in done.stdout
