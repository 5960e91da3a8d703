"""How long a large center takes. Measure with ``pytest tests/benchmarks --benchmark-enable``; nothing is timed here.

The data: 200 teachers, half of them part-time, with 250 rows a year in two years; 100,000 activity rows. Most are
duties with start and end, some overlap, some are repeated; the rest are classes and events.
"""

import csv
import json
import random
import subprocess
import sys
from datetime import date, time, timedelta

import pytest
import python_calamine
import xlsxwriter

from workload import check_center, evaluate, load_regulation, read_center
from workload.checks import check
from workload.cli import workload as command
from workload.tables.aliases import Aliases
from workload.tables.sources import opened

TEACHERS, YEARS, ROWS = 200, (2023, 2024), 250
ALL_ROWS = TEACHERS * len(YEARS) * ROWS * 5001 // 5000  # one row in 5,000 stands twice
EVENTS = ["讲座", "团体心理辅导", "沙龙", "师生座谈会", "心理研判会", "督导"]
TITLES = ["教授", "副教授", "讲师", "助教"]
FIRST_HOURS = [8, 9, 10, 14, 15, 19]


def activity_rows(chance):
    """The rows of all teachers, day after day, as a register is kept: up to two rows of a teacher on one day."""
    number = 0
    for year in YEARS:
        for place in range(ROWS):
            day = date(year, 1, 1) + timedelta(days=place // 2 * 2 * 365 // ROWS)
            for teacher in range(TEACHERS):
                number += 1
                row = activity_row(chance, [f"A{number:06}", f"T{teacher:03}", day.isoformat()])
                yield row
                if number % 5000 == 0:  # the same row once more
                    yield row


def activity_row(chance, row):
    kind = chance.random()
    if kind < 0.84:
        hour, minutes = chance.choice(FIRST_HOURS), chance.choice([45, 50, 60, 90, 90, 120])
        end = hour * 60 + minutes
        came = chance.choice(["是", "是", "否", ""])
        return [*row, "咨询值班", f"{hour:02}:00", f"{end // 60:02}:{end % 60:02}", "", "", "", came, ""]
    if kind < 0.86:
        return [*row, "咨询值班", "", "", "90", "", "取消", "", "换班"]
    if kind < 0.96:
        return [*row, "心理健康教学", "", "", "", "2", "", "", ""]
    return [*row, chance.choice(EVENTS), "", "", "", "", "完成", "", ""]


@pytest.fixture(scope="session")
def center_folder(tmp_path_factory):
    """A folder of CSV files with 100,000 activity rows, the same in every run."""
    chance = random.Random(20240520)
    folder = tmp_path_factory.mktemp("center")
    teachers = [f"T{number:03}" for number in range(TEACHERS)]
    tables = {
        "教师": [["工号", "姓名", "类别", "职称"]]
        + [
            [name, f"教师{name[1:]}", ("兼职", "专职")[place % 2], TITLES[place % 4]]
            for place, name in enumerate(teachers)
        ],
        "聘期": [["工号", "开始日期", "结束日期"]] + [[name, "2022-09-01", "2025-08-31"] for name in teachers[::2]],
        "工作记录": [
            ["编号", "工号", "日期", "类别", "开始时间", "结束时间", "分钟", "课时", "状态", "有来访", "备注"],
            *activity_rows(chance),
        ],
        "年度考核": [["工号", "年度", "结论"]] + [[name, year, "合格"] for name in teachers for year in YEARS],
        "培训": [["工号", "日期", "学时", "级别"]] + [[name, "2024-05-06", "16", "市级"] for name in teachers],
        "案例报告": [["工号", "日期"]] + [[name, day] for name in teachers for day in ("2024-04-09", "2024-10-09")],
    }
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
    return folder


@pytest.fixture(scope="session")
def center(center_folder):
    return read_center(center_folder)


def test_read(benchmark, center_folder):
    """Reading 100,000 rows of CSV into records."""
    center = benchmark.pedantic(read_center, [center_folder], rounds=3, warmup_rounds=0)
    assert len(center.activities) == ALL_ROWS
    assert not center.faults


def test_check(benchmark, center):
    """Checking them for what breaks a rule of the tables."""
    assert benchmark.pedantic(check, [center, load_regulation()], rounds=3) == ()


@pytest.fixture(scope="session")
def center_workbook(center_folder, tmp_path_factory):
    """The same rows as a workbook, with dates and times as such."""
    path = tmp_path_factory.mktemp("workbook") / "center.xlsx"
    book = xlsxwriter.Workbook(str(path))
    day, clock = (book.add_format({"num_format": look}) for look in ("yyyy-mm-dd", "hh:mm"))
    for file in sorted(center_folder.glob("*.csv")):
        sheet = book.add_worksheet(file.stem)
        rows = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if number and cell[4:5] == cell[7:8] == "-":
                    sheet.write_datetime(number, place, date.fromisoformat(cell), day)
                elif number and cell[2:3] == ":":
                    sheet.write_datetime(number, place, time.fromisoformat(cell), clock)
                elif cell.isdigit():
                    sheet.write_number(number, place, int(cell))
                elif cell:
                    sheet.write_string(number, place, cell)
    book.close()
    return path


@pytest.mark.benchmark(group="cells of a workbook")
def test_the_cells_by_the_reader_alone(benchmark, center_workbook):
    """What python-calamine takes to give the cells of a workbook of 100,000 rows: the yardstick of the next."""

    def cells():
        book = python_calamine.CalamineWorkbook.from_path(str(center_workbook))
        return sum(1 for name in book.sheet_names for _ in book.get_sheet_by_name(name).iter_rows())

    assert benchmark.pedantic(cells, rounds=5) > ALL_ROWS


@pytest.mark.benchmark(group="cells of a workbook")
def test_the_cells_as_they_are_read(benchmark, center_workbook):
    """The same cells, looked over first: bounds, errors, formulas without a value."""

    def cells():
        return sum(1 for table in opened(center_workbook, Aliases(center_workbook)).tables for _ in table.rows)

    assert benchmark.pedantic(cells, rounds=5) > ALL_ROWS


@pytest.mark.benchmark(group="cells of a workbook")
def test_check_a_workbook(benchmark, center_workbook):
    """And the whole check of it: faults, warnings, repairs."""
    found = benchmark.pedantic(lambda: check_center(read_center(center_workbook)), rounds=3)
    assert not found.faults


def test_evaluate(benchmark, center_folder):
    """Evaluating all teachers for one year, with what other readings would change."""

    def fresh():
        return (read_center(center_folder), 2024), {}

    found = benchmark.pedantic(evaluate, setup=fresh, rounds=3)
    assert found.rows_read == ALL_ROWS
    reasons = {line.reason for line in found.set_aside}
    assert reasons == {"cancelled", "outside_period", "no_value", "overlap", "duplicate"}
    assert found.rows_credited > ALL_ROWS * 0.4


def test_the_whole_command(benchmark, center_folder, tmp_path):
    """``workload evaluate … --format json``: read, checked, evaluated, written."""
    path = tmp_path / "result.json"
    arguments = ["evaluate", str(center_folder), "--year", "2024", "--format", "json", "--force", "-o", str(path)]
    benchmark.pedantic(command, [arguments], {"standalone_mode": False}, rounds=3)
    assert json.loads(path.read_text(encoding="utf-8"))["rows"]["read"] == ALL_ROWS


@pytest.mark.parametrize(
    "arguments",
    [
        ["-c", "pass"],
        ["-c", "import workload"],
        ["-c", "from workload import evaluate, load_regulation; load_regulation()"],
        ["-m", "workload", "--help"],
    ],
    ids=["bare Python", "import workload", "load the regulation", "workload --help"],
)
def test_start(benchmark, arguments):
    """Starting Python; importing the package; loading the rules; answering ``--help``."""
    done = benchmark.pedantic(subprocess.run, [[sys.executable, *arguments]], {"capture_output": True}, rounds=10)
    assert (done.returncode, done.stderr) == (0, b"")
