"""How long the workbook of a large center takes: 40 teachers, 20,000 rows of work in three years.

Measure with ``pytest tests/benchmarks/test_workbook_speed.py --benchmark-enable``; the table has the evaluation of the
same rows as its yardstick. The promise: 15 s for the verb, 20 s for LibreOffice to open and calculate it anew.
Where nothing is measured a tenth of the rows is enough to run it.
"""

import csv
import gc
import random
from datetime import date, timedelta

import pytest
import python_calamine
import spreadsheet

from workload import evaluate, read_center
from workload.cli import workload as command
from workload.documents.workbook import write_evaluation_workbook

TEACHERS, ROWS, YEARS = 40, 20_000, (2022, 2023, 2024)
EVENTS = ["讲座", "团体心理辅导", "沙龙", "师生座谈会", "心理研判会", "督导"]
TITLES = ["教授", "副教授", "讲师", "助教"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, request):
    """A folder of CSV files, the same in every run."""
    rows = ROWS if request.config.getoption("benchmark_enable") else ROWS // 10
    chance = random.Random(20240520)
    ids = [f"T{number:02}" for number in range(TEACHERS)]
    kinds = ("兼职", "兼职", "专职")
    columns = ["编号", "工号", "日期", "类别", "开始时间", "结束时间", "分钟", "课时", "状态"]
    tables = {
        "教师": [
            ["工号", "姓名", "类别", "职称"],
            *([one, f"教师{one[1:]}", kinds[place % 3], TITLES[place % 4]] for place, one in enumerate(ids)),
        ],
        "职称": [["工号", "职称", "生效日期"], *([one, "副教授", "2023-07-01"] for one in ids[::5])],
        "聘期": [["工号", "开始日期", "结束日期"], *([one, "2022-01-01", "2024-12-31"] for one in ids[::2])],
        "工作记录": [columns, *(activity(chance, number, ids) for number in range(rows))],
        "年度考核": [["工号", "年度", "结论"], *([one, year, "合格"] for one in ids for year in YEARS)],
        "培训": [["工号", "日期", "学时", "级别"], *([one, "2024-05-06", "16", "市级"] for one in ids)],
        "案例报告": [["工号", "日期"], *([one, "2024-04-09"] for one in ids)],
    }
    found = tmp_path_factory.mktemp("workbook-speed")
    for name, lines in tables.items():
        with (found / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(lines)
    return found


def activity(chance, number, ids):
    """A row of work: mostly duties with start and end, some of which overlap."""
    day = date(chance.choice(YEARS), 1, 1) + timedelta(days=chance.randrange(365))
    row = [f"A{number:05}", chance.choice(ids), day.isoformat()]
    sort = chance.random()
    if sort < 0.75:
        begin = chance.choice([8, 9, 10, 14, 15, 19]) * 60
        end = begin + chance.choice([45, 50, 60, 90, 120])
        return [*row, "咨询值班", f"{begin // 60:02}:00", f"{end // 60:02}:{end % 60:02}", "", "", ""]
    if sort < 0.78:
        return [*row, "咨询值班", "", "", "90", "", "取消"]
    if sort < 0.92:
        return [*row, "心理健康教学", "", "", "", "2", ""]
    return [*row, chance.choice(EVENTS), "", "", "", "", ""]


@pytest.fixture(scope="module")
def center(folder):
    return read_center(folder)


@pytest.fixture(scope="module")
def written(folder, tmp_path_factory):
    """The center's own workbook."""
    path = tmp_path_factory.mktemp("written") / "2024.xlsx"
    write_evaluation_workbook(path, read_center(folder), 2024)
    return path


def verb(*arguments):
    """The command line in this process; it leaves garbage alone in the process that it has to itself."""
    try:
        command([str(one) for one in arguments], standalone_mode=False)
    finally:
        gc.enable()


@pytest.mark.benchmark(group="the workbook of 40 teachers and 20,000 rows")
def test_evaluating_alone(benchmark, center):
    """The yardstick: the evaluation of the same records."""
    assert benchmark.pedantic(evaluate, [center, 2024], rounds=3).rows_read == len(center.activities)


@pytest.mark.benchmark(group="the workbook of 40 teachers and 20,000 rows")
@pytest.mark.parametrize("audience", ["center", "hr"])
def test_the_verb(benchmark, folder, tmp_path, audience):
    """``workload workbook``: read, evaluated, tested, written."""
    path = tmp_path / "2024.xlsx"
    arguments = ["workbook", folder, "--year", "2024", "--for", audience, "--force", "-o", path]
    benchmark.pedantic(verb, arguments, rounds=2)
    assert python_calamine.CalamineWorkbook.from_path(str(path)).sheet_names[0] == "汇总"


@pytest.mark.host("libreoffice")
@pytest.mark.benchmark(group="the workbook of 40 teachers and 20,000 rows")
def test_libreoffice_opens_and_calculates_it(benchmark, written, tmp_path):
    """Start, load, calculate everything anew, and write all sheets as CSV; no formula parts from its value."""
    after = []

    def opened():
        after[:] = spreadsheet.values_after([written], tmp_path, at_once=1)

    benchmark.pedantic(opened, rounds=2, warmup_rounds=1)
    held = spreadsheet.cells(written)
    assert len(held) > TEACHERS * 100
    assert list(spreadsheet.parted(held, after[0])) == []
