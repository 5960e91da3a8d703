"""Makes ``samples/province``: ``python samples/make_province.py [FOLDER]`` writes the records of three colleges as CSV.

Each college numbers its own teachers, so that ids are unique within one alone. The seed is fixed; the same Python gives
the same bytes.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

SEED = 20240520
YEARS = range(2022, 2025)
COLLEGES = ("甲校", "乙校", "丙校")
TITLES = ("讲师", "副教授", "助教", "教授", "讲师")
HEADERS = {
    "教师": ("院校", "工号", "类别", "职称"),
    "职称": ("院校", "工号", "职称", "生效日期"),
    "聘期": ("院校", "工号", "开始日期", "结束日期"),
    "年度考核": ("院校", "工号", "年度", "结论"),
    "工作记录": ("院校", "编号", "工号", "日期", "类别", "开始时间", "结束时间", "课时", "次数", "状态"),
}
EVENTS = ("讲座", "沙龙", "心理研判会", "团体心理辅导")
Row = tuple[object, ...]


def write_all(folder: Path) -> None:
    """Write the sample below a folder."""
    chance, province = Random(SEED), folder / "province"  # noqa: S311  # the same data each time
    people = [(college, f"T{number:02}", number) for college in COLLEGES for number in range(1, 6)]
    # The first of each college is full-time, the last came in 2023 and has no term yet.
    part_time = [one for one in people if one[2] > 1]
    _write(
        province,
        "教师",
        [(college, id_, "专职" if number == 1 else "兼职", TITLES[number - 1]) for college, id_, number in people],
    )
    _write(province, "职称", [(college, id_, "教授", "2023-07-01") for college, id_, number in people if number == 2])
    terms = [(college, id_, "2022-01-01", "2024-12-31") for college, id_, number in part_time if number < 5]
    _write(province, "聘期", terms)
    # The results of 2024 are not all there.
    results = [
        (college, id_, year, "优秀" if number == 2 else "合格")
        for college, id_, number in part_time
        for year in YEARS[number == 5 :]
        if (number, year) != (4, YEARS[-1])
    ]
    _write(province, "年度考核", results)
    for college in COLLEGES:
        rows = [row for whose, id_, number in people if whose == college for row in _work(chance, college, id_, number)]
        rows.sort(key=lambda row: str(row[3]))
        numbered = [(row[0], f"R{place:04}", *row[2:]) for place, row in enumerate(rows, start=1)]
        twice = numbered[7]
        _write(province, "工作记录", [*numbered, twice], f"{college}.csv")


def _work(chance: Random, college: str, id_: str, number: int) -> Iterable[Row]:
    """What a teacher did: duties, some over others or over midnight, classes, events, and what was cancelled."""
    for year in YEARS[number == 5 :]:
        for _ in range(20):
            day = date(year, 1, 1) + timedelta(days=chance.randrange(365))
            start, length = chance.choice((9, 14, 16, 19)) * 60, chance.choice((90, 90, 120, 180))
            yield _duty(college, id_, day, start, length, chance.random() < 0.05)
            if chance.random() < 0.1:
                yield _duty(college, id_, day, start + 30, length, cancelled=False)
        yield _duty(college, id_, date(year, 12, 31), 23 * 60, 120, cancelled=False)
        for week in range(12 if number == 3 else 18):
            day = date(year, 3, 4) + timedelta(weeks=week)
            yield (college, "", id_, day, "心理健康教学", "", "", 4, "", "")
        for _ in range(3):
            day = date(year, 1, 1) + timedelta(days=chance.randrange(365))
            yield (college, "", id_, day, chance.choice(EVENTS), "", "", "", chance.choice(("", 2)), "")
        yield (college, "", id_, date(year, 6, 3), "督导", "", "", "", "", "")


def _duty(college: str, id_: str, day: date, start: int, length: int, cancelled: bool) -> Row:
    end = (start + length) % (24 * 60)
    times = (f"{minute // 60:02}:{minute % 60:02}" for minute in (start, end))
    return (college, "", id_, day, "咨询值班", *times, "", "", "取消" if cancelled else "")


def _write(province: Path, table: str, rows: Sequence[Row], part: str = "") -> None:
    """A table as one file, or as one of the files of a folder."""
    path = province / table / part if part else province / f"{table}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(HEADERS[table])
        writer.writerows(rows)


if __name__ == "__main__":
    write_all(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parent)
