"""The samples are what their script makes, and tell the stories that their READMEs promise."""

import importlib.util
import json
import re
import shlex
import shutil
import textwrap
from functools import cache
from pathlib import Path

import pytest
import python_calamine

from workload import (
    evaluate,
    evaluate_experience,
    lint_pay_sheet,
    load_regulation,
    read_center,
    read_rates,
    read_register,
)
from workload.cli import main
from workload.documents.filling import visible_text
from workload.vocabulary import CODES, REASONS

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
CENTER = "samples/center/心理指导中心.xlsx"
TWO_TABLES = "samples/center/只有两张表.xlsx"
FAULTY = "samples/center-faults/有错误的记录.xlsx"
SCHOOL = "samples/another-school/示范学院.xlsx"
SCHOOL_RULES = "samples/another-school/示范学院.toml"
OWN_RULES = "samples/another-school/本校补充.toml"
PAY = SAMPLES / "pay"
HAND_WRITTEN = {
    *("README.md", "make.py", "make_bookings.py", "make_excel.py"),
    *("make_papers.py", "make_pay.py", "make_province.py", "make_register.py", "evaluate_province.py"),
}


def _script(path):
    """A script as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _write_all(folder):
    """What the scripts make, in one folder."""
    for script in sorted(SAMPLES.glob("make*.py")):
        _script(script).write_all(folder)


def _files(folder):
    return {
        path.relative_to(folder)
        for path in folder.rglob("*")
        if path.is_file() and path.name not in HAND_WRITTEN and "__pycache__" not in path.parts
    }


def _cells(path):
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("samples")
    _write_all(folder)
    return folder


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a command line as a person would in the root of the repository: its exit code and what it printed."""
    monkeypatch.chdir(ROOT)

    def command(line):
        with pytest.raises(SystemExit) as left:
            main(shlex.split(line, comments=True)[1:])
        printed = capsys.readouterr()
        return left.value.code, printed.out, printed.err

    return command


@cache
def _evaluated(path, year, rules="zhoukou-2024-33", /, *, skip_faulty=False, **readings):
    regulation = _regulation(rules)
    return evaluate(_center(path, rules), year, regulation, readings, skip_faulty=skip_faulty)


@cache
def _experienced(path, as_of, rules="zhoukou-2024-33", /, **readings):
    found = evaluate_experience(_center(path, rules), as_of, _regulation(rules), readings)
    return {one.finding.teacher.teacher_id: one for one in found.teachers}


@cache
def _regulation(rules):
    return load_regulation(ROOT / rules if rules.endswith(".toml") else rules)


@cache
def _center(path, rules):
    return read_center(ROOT / path, _regulation(rules))


def _teacher(found, teacher_id):
    return next(one for one in found.teachers if one.teacher.teacher_id == teacher_id)


def _account(found, teacher_id, account):
    part = _teacher(found, teacher_id).quota.part(account)
    return float(part.value), part.verdict


# ---------------------------------------------------------------- the script


def test_the_committed_files_are_those_that_the_script_makes(made):
    """No sample is missing, none is left over."""
    assert _files(SAMPLES) == _files(made)


@pytest.mark.parametrize("name", sorted(map(str, _files(SAMPLES))))
def test_a_committed_file_is_what_the_script_makes(made, name):
    """Texts byte by byte; a workbook or Word file at least by what it says, as another library packs it otherwise."""
    committed, new = SAMPLES / name, made / name
    if committed.read_bytes() != new.read_bytes():
        says = {".xlsx": _cells, ".docx": lambda path: visible_text(path.read_bytes(), path.name)}[committed.suffix]
        assert says(committed) == says(new)


def test_the_script_makes_the_same_bytes_again(made, tmp_path):
    """Neither the clock nor chance has a part in a sample."""
    _write_all(tmp_path)
    for name in _files(made):
        assert (tmp_path / name).read_bytes() == (made / name).read_bytes(), name


def test_every_name_in_a_sample_is_invented():
    """Teachers are called 教师01, 教师02 …"""
    for path in (CENTER, TWO_TABLES, FAULTY, SCHOOL, "samples/teacher", "samples/pay/2024.xlsx"):
        rules = SCHOOL_RULES if path == SCHOOL else "zhoukou-2024-33"
        assert all(re.fullmatch(r"教师\d\d", teacher.name) for teacher in _center(path, rules).teachers)


def test_the_register_is_read_as_it_stands():
    """The register has no fault; repairs, rows passed over and the office's words are listed, and its sums are true."""
    center = read_center(ROOT / "samples/register/值班登记.xlsx")
    intake = center.intake
    assert (center.faults, sum(max(1, len(repair.rows)) for repair in intake.repairs)) == ((), 26)
    assert sum(len(passed.rows) for passed in intake.passed_over) == 4
    assert [alias.text.zh for alias in intake.aliases] == [
        "值班登记=工作记录",
        "工作记录.值班日=日期",
        "工作记录.类别.个案咨询=咨询值班",
    ]
    found = evaluate(center, 2024)
    assert [(one.book.minutes("counseling"), int(one.points)) for one in found.teachers] == [(270, 0), (90, 20)]


# ---------------------------------------------------------------- the READMEs


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_examples_of_the_readme_run(monkeypatch, tmp_path, number):
    """Each Python example of README.md, beside the files that it names."""
    found = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(found) == 3
    for folder in ("center", "pay", "province"):
        shutil.copytree(SAMPLES / folder, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    exec(compile(found[number], "README.md", "exec"), {})  # noqa: S102  # to run them is the test


def test_the_files_that_the_readme_shows_are_sound(tmp_path):
    """Its rule files and its rates are read without a fault, clauses as an addition to the rules of the library."""
    shown = re.findall(
        r"^ *```toml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    path, read = tmp_path / "shown.toml", []
    for text in map(textwrap.dedent, shown):
        head = "" if "format = 1" in text else 'format = 1\nextends = "zhoukou-2024-33"\nid = "own"\n'
        path.write_text(head + text, encoding="utf-8")
        read.append(read_rates(path) if "[[rate]]" in text else load_regulation(path).pay)
    assert [len(list(found)) for found in read] == [1, 1, 0]


def _commands():
    for readme in sorted(SAMPLES.rglob("README.md")):
        for block in re.findall(r"```sh\n(.*?)```", readme.read_text(encoding="utf-8"), re.DOTALL):
            for line in block.splitlines():
                code = re.search(r"# 退出码 (\d)$", line)
                yield pytest.param(line, int(code[1]) if code else 0, id=f"{readme.parent.name}: {line}")


@pytest.mark.parametrize(("line", "code"), list(_commands()))
def test_a_command_of_a_readme_ends_as_it_says(run, line, code):
    """With exit code 0, or the one that stands behind the command; what is refused says why and prints no result."""
    assert line.startswith("workload ")
    found, out, err = run(line)
    assert found == code, err
    if code == 0:
        assert out
        assert not err
    elif line.split()[1] in ("check", "pay", "pay-lint"):
        assert out or err
    else:
        assert err
        assert not out


# ---------------------------------------------------------------- the center


def test_every_reason_occurs():
    """Every reason but the fault in the year 2024, one of them where only attended duty counts; the fault beside it."""
    by_default = {line.reason for line in _evaluated(CENTER, 2024).set_aside}
    attended = {line.reason for line in _evaluated(CENTER, 2024, idle_duty="attended_only").set_aside}
    faulty = {line.reason for line in _evaluated(FAULTY, 2024, skip_faulty=True).set_aside}
    assert by_default == set(REASONS) - {"fault", "not_attended"}
    assert attended == set(REASONS) - {"fault"}
    assert "fault" in faulty


def test_every_warning_occurs():
    """In the year 2024, the blank attendance where only attended duty counts; payments are no part of it."""
    known = set(CODES) - {"unknown_payee"}
    assert {notice.code for notice in _evaluated(CENTER, 2024).notices} == known - {"attendance_blank"}
    assert {notice.code for notice in _evaluated(CENTER, 2024, idle_duty="attended_only").notices} == known


def test_every_verdict_occurs():
    """Each chapter has each verdict that it can have; only a rule without the requirement makes it not applicable."""
    found = [
        _evaluated(CENTER, 2024),
        _evaluated(CENTER, 2024, year="appointment"),
        _evaluated(TWO_TABLES, 2025),
        _evaluated(SCHOOL, 2024, SCHOOL_RULES),
    ]
    teachers = [one for evaluation in found for one in evaluation.teachers]
    every = {"met", "not_met", "undetermined", "not_applicable"}
    assert {one.quota.verdict for one in teachers} == every
    assert {one.training.verdict for one in teachers} == every
    assert {one.case_reports.verdict for one in teachers} == every
    assert {one.evaluation.verdict for one in teachers} == every - {"not_applicable"}
    verdicts = {one.finding.verdict for one in _experienced(CENTER, 2025).values()}
    assert verdicts == every - {"not_applicable"}


def test_rows_are_all_accounted_for():
    """618 rows in every year: credited or set aside."""
    for year in range(2019, 2026):
        found = _evaluated(CENTER, year)
        assert found.rows_read == 618
        assert found.rows_credited + len(found.set_aside) == 618


@pytest.mark.parametrize(
    ("teacher_id", "counseling", "teaching", "points"),
    [
        ("T03", (39, "met"), (72, "met"), 80),
        ("T04", (39, "met"), (76, "met"), 55),  # 15 as 讲师, 20 and 20 as 副教授
        ("T05", (38, "met"), (72, "met"), 15),
        ("T06", (1709 / 45, "not_met"), (72, "met"), 15),
        ("T07", (39, "met"), (71.5, "not_met"), 15),
        ("T08", (1730 / 45, "met"), (72, "met"), 15),
        ("T09", (42, "met"), (72, "met"), 15),
        ("T10", (62, "met"), (48, "not_met"), 15),
        ("T11", (24, "not_met"), (0, "not_met"), 15),
        ("T12", (13, "not_met"), (24, "not_met"), 20),
        ("T13", (41, "met"), (72, "met"), 15),
    ],
)
def test_the_year_2024_of_a_part_time_teacher(teacher_id, counseling, teaching, points):
    """The figures that the table of the README tells."""
    found = _evaluated(CENTER, 2024)
    assert _account(found, teacher_id, "counseling") == pytest.approx(counseling)
    assert _account(found, teacher_id, "teaching") == pytest.approx(teaching)
    assert _teacher(found, teacher_id).points == points


def test_full_time_teachers_owe_no_quota():
    """T01 has 44 hours and two conferences; T02 one conference too few, the other being municipal."""
    first, second = (_teacher(_evaluated(CENTER, 2024), teacher_id) for teacher_id in ("T01", "T02"))
    assert (first.quota.verdict, first.training.verdict, first.conferences) == ("not_applicable", "met", 2)
    assert (second.quota.verdict, second.training.verdict, second.conferences) == ("not_applicable", "not_met", 1)


def test_a_duty_over_new_years_night_is_split():
    """90 of its minutes are in 2024, 45 in 2025."""
    amounts = {}
    for year in (2024, 2025):
        book = _teacher(_evaluated(CENTER, year), "T05").book
        (amounts[year],) = [
            line.quantity for line in book.lines if str(line.activity.date) == "2024-12-31" and line.account
        ]
    assert amounts == {2024: 90, 2025: 45}
    assert _teacher(_evaluated(CENTER, 2024), "T05").book.minutes("counseling") == 1710


def test_a_day_before_and_a_day_after_the_term_from_29_february():
    """The term ends on 27 February, so both 28 February 2024 and 2025 are outside."""
    outside = {
        str(line.activity.date)
        for year in (2024, 2025)
        for line in _teacher(_evaluated(CENTER, year), "T11").book.set_aside
        if line.reason == "outside_appointment"
    }
    assert outside == {"2024-02-28", "2025-02-28"}
    (term, _) = _teacher(_evaluated(CENTER, 2024), "T11").book.standing.terms
    assert str(term) == "2024-02-29–2025-02-27"


def test_case_reports_and_training_of_2024():
    """A report of January belongs to the autumn; T06 lacks an hour, T07 had the municipal course too long ago."""
    found = _evaluated(CENTER, 2024)
    reports = {one.teacher.teacher_id: one.case_reports.verdict for one in found.teachers}
    assert (reports["T08"], reports["T09"]) == ("not_met", "met")
    lacking = {
        teacher_id: [(part.name, part.shortfall) for part in _teacher(found, teacher_id).training.parts if part.remedy]
        for teacher_id in ("T05", "T06", "T07")
    }
    assert lacking == {
        "T05": [],
        "T06": [("part_time_training_hours", 1)],
        "T07": [("part_time_municipal_training", 1)],
    }


@pytest.mark.parametrize(
    ("teacher_id", "account", "readings", "value", "verdict"),
    [
        ("T08", "counseling", {"partial_unit": "whole_per_duty"}, 31, "not_met"),
        ("T08", "counseling", {"partial_unit": "whole_pooled"}, 38, "met"),
        ("T09", "counseling", {"idle_duty": "attended_only"}, 34, "not_met"),
        ("T10", "teaching", {"counseling_fills_teaching": "yes"}, 110, "met"),
        ("T10", "counseling", {"year": "appointment"}, 62, "undetermined"),
        ("T12", "counseling", {"part_year": "by_days"}, 13, "met"),
        ("T12", "teaching", {"part_year": "by_days"}, 24, "met"),
    ],
)
def test_another_reading_gives_another_verdict(teacher_id, account, readings, value, verdict):
    """As the README says, and the table of 2024 says of the ones that change."""
    assert _account(_evaluated(CENTER, 2024, **readings), teacher_id, account) == (value, verdict)
    before = _teacher(_evaluated(CENTER, 2024), teacher_id)
    told = {(other.switch, other.value, other.finding): other.verdict for other in before.alternatives}
    ((switch, chosen),) = readings.items()
    if verdict not in (before.quota.part(account).verdict, "undetermined"):
        assert told[switch, chosen, account] == verdict


@pytest.mark.parametrize(
    ("reading", "points"), [("full_each", (80, 15)), ("declared", (72, 6)), ("equal_split", (70, 7.5))]
)
def test_a_salon_with_two_leaders(reading, points):
    """20 and 15 points, 60 and 40 per cent of them, or half of each."""
    found = _evaluated(CENTER, 2024, co_leaders=reading)
    assert (_teacher(found, "T03").points, _teacher(found, "T08").points) == points


def test_three_year_windows():
    """Two windows in six years; 5,130 minutes and 5,129; an evaluation that is missing, one that failed; a gap year."""
    found = _experienced(CENTER, 2025)
    told = {
        teacher_id: (
            one.finding.verdict,
            one.finding.recognized_years,
            [(window.years[0], window.minutes, window.verdict) for window in one.finding.windows],
            one.finding.next and one.finding.next.years[0],
        )
        for teacher_id, one in found.items()
    }
    assert told["T01"] == ("met", None, [], None)
    assert told["T03"] == ("met", 2, [(2019, 5175, "met"), (2022, 5265, "met")], 2025)
    assert told["T05"] == ("met", 1, [(2022, 5130, "met")], 2025)
    assert told["T06"] == ("not_met", 0, [], 2023)
    assert told["T07"] == ("undetermined", 0, [(2022, 5220, "undetermined")], 2023)
    assert told["T08"] == ("not_met", 0, [], 2023)
    assert told["T13"] == ("not_met", 0, [], 2024)
    assert sum(year.book.minutes("counseling") for year in found["T06"].finding.years if year.year < 2025) == 5129
    assert found["T03"].finding.windows[1].totals["teaching"] == 216
    final = _experienced(CENTER, 2025, evaluation_gate="final_year")
    assert (final["T07"].finding.recognized_years, final["T08"].finding.recognized_years) == (1, 1)


def test_payments_follow_from_rates_and_rows():
    """Each amount is quantity times the rate in force; T04 was 讲师 in the spring of 2024."""
    center = _center(CENTER, "zhoukou-2024-33")
    assert {payment.teacher_id for payment in center.payments} == {"T04", "T11"}
    for payment in center.payments:
        (rate,) = [
            rate.yuan
            for rate in center.rates
            if rate.item == payment.item and rate.title is None and rate.effective_from.year == 2023
        ]
        assert payment.yuan == payment.quantity * int(rate)


# ---------------------------------------------------------------- faults

EVERY_ROW_FAULT = {
    *("client_data", "date_out_of_range", "negative", "no_such_day", "not_a_date", "not_a_number", "not_a_share"),
    *("not_a_time", "not_fen", "not_text", "not_whole", "required", "unknown_kind", "unknown_title", "unknown_word"),
    *("year_out_of_range", "class_hours_missing", "end_before_start", "minutes_disagree", "minutes_missing"),
    *("no_time", "not_positive", "shares_above_one", "title_missing", "twice", "unknown_teacher"),
}


def test_check_lists_every_fault_at_once(run):
    """Each fault that a cell, a row or several rows can have, with its place and what stands there."""
    code, out, _ = run(f"workload check {FAULTY} --format json")
    faults = json.loads(out)["faults"]
    assert code == 2
    assert {fault["code"] for fault in faults} == EVERY_ROW_FAULT
    twice = {(fault["table"], fault["row"], fault["column"]) for fault in faults if fault["code"] == "twice"}
    assert twice == {
        ("teachers", 5, "teacher_id"),
        ("titles", 4, "effective_from"),
        ("activities", 25, "record_id"),
        ("evaluations", 3, "year"),
    }
    assert "8000" not in out, "a telephone number is not repeated"


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("表头有错.xlsx", {"column_twice", "missing_column", "missing_table"}),
        ("含来访者资料.xlsx", {"client_data_column"}),
        ("格数过多", {"too_many_cells"}),
        ("引号不配对", {"not_csv"}),
        ("编码不明", {"encoding"}),
        ("同一张表两份", {"table_twice"}),
        ("没有这个文件.xlsx", {"unusable_input"}),
    ],
)
def test_a_table_or_file_that_cannot_be_used(run, name, codes):
    """One sort of fault for each of the small inputs."""
    code, out, err = run(f"workload check samples/center-faults/{name} --format json")
    assert code == 2
    assert {fault["code"] for fault in json.loads(out or err)["faults"]} == codes


def test_skipping_the_faulty_rows_evaluates_the_rest():
    """5 of 28 rows are good; a duty from 23:00 to 01:00 is one of them, and T04 is left out with the own row."""
    found = _evaluated(FAULTY, 2024, skip_faulty=True)
    assert (found.rows_read, found.rows_credited, len(found.set_aside)) == (28, 5, 23)
    assert [one.teacher.teacher_id for one in found.teachers] == ["T01", "T02", "T03"]
    assert _teacher(found, "T03").book.minutes("counseling") == 120


# ---------------------------------------------------------------- one teacher


def test_what_the_teacher_still_lacks():
    """3 and 8 class hours for 2022–2024; 16 and 28 and an evaluation for 2023–2025."""
    before = _experienced("samples/teacher", 2024)["007"].finding
    assert (before.verdict, before.next.years) == ("not_met", (2022, 2023, 2024))
    assert dict(before.next.lacking) == {"counseling": 3, "teaching": 8}
    after = _experienced("samples/teacher", 2025)["007"].finding
    assert (after.verdict, after.next.years) == ("not_met", (2023, 2024, 2025))
    assert dict(after.next.lacking) == {"counseling": 16, "teaching": 28}
    assert (after.next.minutes_lacking, after.next.evaluations_missing) == (720, (2025,))


def test_by_academic_years_the_teacher_is_there():
    """Exactly 5,130 minutes, and 220 class hours."""
    (window,) = _experienced("samples/teacher", 2025, year="academic")["007"].finding.windows
    assert (window.years, window.minutes, window.totals["teaching"]) == ((2022, 2023, 2024), 5130, 220)
    assert window.verdict == "met"


# ---------------------------------------------------------------- another school


def test_months_dayparts_class_sizes_and_caps():
    """9 class hours in October, 26.4 of teaching in the autumn, 120 points in November."""
    book = _teacher(_evaluated(SCHOOL, 2024, SCHOOL_RULES), "2002").book
    october = [
        line
        for line in book.credited("counseling")
        if (line.activity.date.year, line.activity.date.month) == (2024, 10)
    ]
    assert sum(line.amount for line in october) == 9
    assert float(sum(line.amount for line in book.credited("teaching"))) == pytest.approx(26.4 + 26)
    assert book.total("points") == 120


def test_a_clause_that_changes_in_july():
    """The same 90 minutes are 1.5 class hours in June and 2 in July 2025."""
    book = _teacher(_evaluated(SCHOOL, 2024, SCHOOL_RULES), "2003").book
    found = {line.activity.date.month: (float(line.amount), line.clause.id) for line in book.credited("counseling")}
    assert (found[6], found[7]) == ((1.5, "duty_of_50"), (2, "duty_of_45"))


def test_titles_supervision_and_what_is_not_asked():
    """60, 45 and 30 points (50 is capped above); 8 + 8 class hours of supervision; no training, no case reports."""
    found = _evaluated(SCHOOL, 2024, SCHOOL_RULES)
    points = {one.teacher.teacher_id: one.points for one in found.teachers}
    assert points == {"2001": 60, "2002": 120, "2003": 45, "2004": 30, "2005": 60}
    book = _teacher(found, "2005").book
    assert sum(line.amount for line in book.credited("counseling") if line.clause.id == "supervision") == 16
    assert {one.training.verdict for one in found.teachers} == {"not_applicable"}
    assert str(found.period) == "2024-09-01–2025-08-31"


def test_each_semester_of_the_academic_year_has_its_quota():
    """Neither semester fills the other: 2003 lacks 2.5 class hours of counseling, 2004 lacks 2 of teaching."""
    found = _evaluated(SCHOOL, 2024, SCHOOL_RULES)
    lacking = {
        one.teacher.teacher_id: [float(one.quota.part(account).shortfall) for account in ("counseling", "teaching")]
        for one in found.teachers
        if one.teacher.employment == "part_time"
    }
    assert lacking == {"2002": [0, 0], "2003": [2.5, 0], "2004": [0, 2], "2005": [0, 0]}


def test_a_school_adds_to_the_rules_of_the_library():
    """Supervision gives 20 points, 主任医师 is 教授, and the days before 20 May 2024 are refused."""
    regulation = _regulation(OWN_RULES)
    assert regulation.titles["professor"].also == ("主任医师",)
    assert str(regulation.effective_from) == "2024-05-20"
    assert _teacher(_evaluated(CENTER, 2025, OWN_RULES), "T01").points == 20


# ---------------------------------------------------------------- pay

NOVEMBER = (
    "workload pay samples/pay/2024.xlsx --month 2024-11 --rates samples/pay/课酬标准.toml "
    "--rules samples/pay/本校课酬.toml --settle --budget samples/pay/预算.toml"
)


def _paid(run, line):
    """Each teacher of a pay run as JSON."""
    code, out, err = run(f"{line} --format json")
    assert (code, err) == (0, "")
    return {one["teacher_id"]: one for one in json.loads(out)["teachers"]}


def test_november_tells_its_stories(run):
    """The figures that the README tells: rounding once, two titles, a factor, a cap, an advance, a split to the fen."""
    paid = _paid(run, NOVEMBER)
    assert {who: one["gross"] for who, one in paid.items()} == {
        "T01": 960,
        "T02": 727.78,
        "T03": 676.67,
        "T04": 236.25,
        "T05": 2000,
        "T06": 516.66,
        "T07": 37.5,
    }
    withheld = {who: one["withheld"] for who, one in paid.items() if one["withheld"] is not None}
    assert withheld == {"T05": 98.3, "T06": 40, "T07": 0}
    amounts = [[line["amount"] for line in paid[who]["lines"]] for who in ("T02", "T03", "T04")]
    assert amounts == [[311.11, 400, 16.67], [100, 180, 200, 180, 16.67], [180, 56.25]]
    assert _paid(run, f"{NOVEMBER} --tax-items together")["T05"]["withheld"] == 240


def test_the_pay_sheet_is_what_the_command_makes(run, tmp_path):
    """The sample pay sheet says what the command of its README writes."""
    made = tmp_path / "made.xlsx"
    line = f"{NOVEMBER} --identities samples/pay/证件.xlsx --unit 示范学院（虚构） --date 2024-12-05 -o {made}"
    assert run(line) == (0, "", "")
    assert _cells(made) == _cells(PAY / "发放表-2024-11.xlsx")


def test_a_late_row_a_missing_rate_and_a_budget_that_does_not_suffice(monkeypatch, run, tmp_path):
    """The story of the README, step by step in a copy of the folder: nothing is paid twice, and nothing is lost."""
    steps = re.search(r"## 登记.*?## ", (PAY / "README.md").read_text(encoding="utf-8"), re.DOTALL)[0]
    november, refused, december, later = re.findall(r"^workload .*$", steps, re.MULTILINE)
    own = tmp_path / "试用"
    shutil.copytree(PAY, own)
    monkeypatch.chdir(tmp_path)

    assert run(november)[:2] == (0, "")
    assert _cells(own / "11月.xlsx")["发放表"] == _cells(PAY / "发放表-2024-11.xlsx")["发放表"]
    script = _script(SAMPLES / "make_pay.py")
    script.write_workbook(own / "2024.xlsx", script.center(late=True))
    code, out, err = run(refused)
    assert code == 2
    assert "课酬（不完整）" in out
    assert "T07 缺少单价：咨询课时（咨询值班，其他）" in err
    assert [str(one.period) for one in read_register(own / "2024.xlsx.paid.json").closed] == ["2024-11-01–2024-11-30"]

    code, out, err = run(december)
    assert (code, out) == (0, "")
    assert "余 0.00 元" in err
    sheets = _cells(own / "12月.xlsx")
    (correction,) = [row for row in sheets["明细"] if "更正 2024-11" in str(row[-1])]
    assert [correction[place] for place in (1, 3, 10)] == ["T02", "咨询课时", 100]
    assert [row[0] for row in sheets["未发放"][3:]] == ["T07"]
    points = {row[0]: row[-1] for row in sheets["按项目汇总"]}
    assert points["积分"] == 1464.74
    assert lint_pay_sheet(own / "12月.xlsx") == ()

    with (own / "课酬标准.toml").open("a", encoding="utf-8") as file:
        file.write(script.rate("咨询课时", 40, "2024-09-01", "补充", title="其他"))
    paid = _paid(run, later)
    assert {who: one["gross"] for who, one in paid.items() if one["gross"]} == {"T07": 80}


def test_the_linter_finds_every_fault_of_the_faulty_sheet():
    """One of each that the README lists, and none repeats a number; in the sheet of the library it finds nothing."""
    found = lint_pay_sheet(PAY / "有问题的发放表.xlsx")
    assert {fault.code: fault.cell for fault in found} == {
        "id_as_number": "C4",
        "id_check_digit": "C5",
        "number_as_text": "G6",
        "gap": "A7",
        "bank_as_number": "D8",
        "product": "G8",
        "formula_without_value": "J9",
        "hidden_row": "A10",
        "capitals_differ": "J10",
        "merged": "D11",
        "more_than_fen": "G11",
        "net": "I11",
        "person_twice": "C13",
        "column_sum": "G14",
    }
    assert not any(re.search(r"9{2}0{4}2099|620000", fault.in_language()) for fault in found)
    assert lint_pay_sheet(PAY / "发放表-2024-11.xlsx") == ()
