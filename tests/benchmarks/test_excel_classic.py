"""How long the classic host takes. Measure with ``pytest tests/benchmarks --benchmark-enable``.

A call is what Excel would make: xlwings' ``CallUDF`` with ranges as COM hands them over, in a process of its own,
without VBA and without COM's marshalling. Beside it, in turns, runs xlwings' echo: a function of the same ranges that
xlwings converts and that gives back the first. Promised: one cell at most 2 times the echo, 10,000 cells in one
call at most 3 times, WL_SUMMARY over 10,000 activity rows within 300 ms. ``extra_info`` holds the medians and ratios;
they are held against the promise when they are measured, and not when the file merely runs with the tests.
"""

import datetime as dt
import random
import sys
from pathlib import Path
from statistics import median

import pytest

sys.path.append(str(Path(__file__).parents[1] / "excel"))
from host_classic import Classic
from hosts import require

ROWS = 10_000
HEADER = ["编号", "工号", "日期", "类别", "开始时间", "结束时间", "分钟", "课时", "场次", "备注"]
TITLES = ["教授", "副教授", "讲师", "助教"]
CHANCE = random.Random(20240520)


@pytest.fixture(scope="module")
def host():
    made = Classic()
    require(made)
    with made as running:
        yield running


@pytest.fixture
def compare(host, benchmark):
    """Measure a call beside the echo of its ranges, and hold the ratio of the medians against the promise."""

    def run(function, arguments, *, most=None, within=None, times=15):
        times = 1 if benchmark.disabled else times
        seconds, echo = benchmark.pedantic(host.measure, [function, arguments, times], rounds=1)
        ratio = median(seconds) / median(echo)
        benchmark.extra_info.update(
            ms=round(median(seconds) * 1000, 3), echo_ms=round(median(echo) * 1000, 3), ratio=round(ratio, 2), most=most
        )
        if not benchmark.disabled:
            assert most is None or ratio <= most
            assert within is None or median(seconds) <= within

    return run


def column(cell):
    """10,000 cells, no two in a row alike."""
    return [[cell(place)] for place in range(ROWS)]


def amount(place):
    return CHANCE.randrange(2_000_000) / 100


CALLS = {
    "WL_CLASS_HOURS": [column(lambda place: place % 300)],
    "WL_SHORTFALL": [column(lambda place: ("咨询", "教学")[place % 2]), column(lambda place: place % 97 / 2)],
    "WL_QUOTA_MET": [column(lambda place: place % 80 / 2), column(lambda place: place % 150 / 2)],
    "WL_POINTS": [column(lambda place: TITLES[place % 4]), column(lambda place: 1 + place % 5)],
    "WL_MINUTES": [
        column(lambda place: dt.time(8 + place % 8, place % 60)),
        column(lambda place: dt.time(16 + place % 6, place * 7 % 60)),
    ],
    "WL_WITHHOLDING": [column(amount)],
}
CALLS["WL_CLASS_HOURS by texts"] = [column(lambda place: str(place % 300))]


@pytest.mark.parametrize("name", CALLS)
def test_one_cell(compare, name):
    """A formula in one cell costs at most twice what xlwings itself takes to hand a cell over and back."""
    compare(name.split()[0], [cells[:1] for cells in CALLS[name]], most=2, times=400)


@pytest.mark.parametrize("name", CALLS)
def test_ten_thousand_cells(compare, name):
    """A formula over 10,000 cells costs at most three times the echo."""
    compare(name.split()[0], CALLS[name], most=3)


@pytest.mark.parametrize("way", ["dates", "texts"])
def test_summary_of_ten_thousand_rows(compare, way):
    """The summary of 10,000 activity rows of 200 teachers takes at most 300 ms."""
    first = dt.date(2024, 1, 1)
    rows = []
    for number in range(ROWS):
        day, start = first + dt.timedelta(days=number // 200 * 7), dt.time(8 + number % 12)
        cells = [f"A{number}", f"T{number % 200:03}", day, "咨询值班", start, dt.time(start.hour + 1, 30)]
        if way == "texts":
            cells = [cell if isinstance(cell, str) else cell.isoformat() for cell in cells]
        rows.append([*cells, None, None, None, None])
    compare("WL_SUMMARY", [[HEADER, *rows]], within=0.3)
