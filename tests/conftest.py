"""What the tests share: golden files, hosts beside Python, and centers written as people hand them in.

A center is a dict of tables, each a list of rows, each row a dict of English headers and Python values; the words are
the English ones of the input contract. The writers turn it into any of the forms that the contract accepts.
"""

import csv
import difflib
import gc
import json
import os
import shutil
from datetime import date, datetime, time
from pathlib import Path

import pytest
from attrs import frozen
from hypothesis import settings

# How long an example takes says nothing: the machine may have other things to do.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# The tests run under the default settings, whatever the developer's own are.
for variable in ("WORKLOAD_RULES", "WORKLOAD_LANG"):
    os.environ.pop(variable, None)
os.environ["WORKLOAD_SETTINGS"] = str(Path(__file__).parent / "no-settings.toml")

collect_ignore = ["excel/wine/client.py"]  # it runs in a Windows Python

GOLDEN = Path(__file__).parent / "golden"

# Table -> its Chinese name and its columns, as the input contract writes them. Not taken from the library on purpose.
CONTRACT = {
    "teachers": (
        "教师",
        {"teacher_id": "工号", "name": "姓名", "employment": "类别", "affiliation": "来源", "title": "职称"},
    ),
    "titles": ("职称", {"teacher_id": "工号", "title": "职称", "effective_from": "生效日期"}),
    "appointments": ("聘期", {"teacher_id": "工号", "start": "开始日期", "end": "结束日期"}),
    "activities": (
        "工作记录",
        {
            "record_id": "编号",
            "teacher_id": "工号",
            "date": "日期",
            "kind": "类别",
            "start": "开始时间",
            "end": "结束时间",
            "minutes": "分钟",
            "class_hours": "课时",
            "events": "场次",
            "status": "状态",
            "attended": "有来访",
            "event_id": "活动编号",
            "share": "份额",
            "note": "备注",
        },
    ),
    "evaluations": ("年度考核", {"teacher_id": "工号", "year": "年度", "result": "结论"}),
    "training": (
        "培训",
        {
            "teacher_id": "工号",
            "date": "日期",
            "hours": "学时",
            "level": "级别",
            "form": "形式",
            "name": "名称",
        },
    ),
    "case_reports": ("案例报告", {"teacher_id": "工号", "date": "日期"}),
    "rates": (
        "课酬标准",
        {"item": "项目", "title": "职称", "yuan": "单价", "effective_from": "生效日期", "authority": "依据"},
    ),
    "payments": (
        "已发放",
        {"teacher_id": "工号", "month": "月份", "item": "项目", "quantity": "数量", "yuan": "金额"},
    ),
}
REQUIRED = {
    "teachers": ["teacher_id", "employment"],
    "titles": ["teacher_id", "title", "effective_from"],
    "appointments": ["teacher_id", "start"],
    "activities": ["teacher_id", "date", "kind"],
    "evaluations": ["teacher_id", "year", "result"],
    "training": ["teacher_id", "date", "hours"],
    "case_reports": ["teacher_id", "date"],
    "rates": ["item", "yuan", "effective_from", "authority"],
    "payments": ["teacher_id", "month", "item", "quantity", "yuan"],
}
# English word -> Chinese word, by column.
WORDS = {
    "employment": {"full_time": "专职", "part_time": "兼职"},
    "affiliation": {"internal": "校内", "external": "校外"},
    "title": {
        "professor": "教授",
        "associate_professor": "副教授",
        "lecturer": "讲师",
        "assistant": "助教",
        "other": "其他",
        "none": "无",
    },
    "kind": {
        "counseling_duty": "咨询值班",
        "class_teaching": "心理健康教学",
        "group_counseling": "团体心理辅导",
        "lecture": "讲座",
        "training_session": "培训授课",
        "salon": "沙龙",
        "forum": "师生座谈会",
        "practice_activity": "实践活动",
        "case_conference": "心理研判会",
        "admission_assessment": "入学评估会",
        "return_assessment": "复学评估会",
        "supervision": "督导",
        "crisis_intervention": "危机干预",
        "other": "其他",
    },
    "status": {"done": "完成", "cancelled": "取消"},
    "attended": {"yes": "是", "no": "否"},
    "result": {"excellent": "优秀", "passed": "合格", "basically_passed": "基本合格", "failed": "不合格"},
    "level": {"school": "校级", "municipal": "市级", "provincial": "省级", "national": "国家级"},
    "form": {"course": "培训", "conference": "学术会议"},
    "item": {"counseling": "咨询课时", "teaching": "教学课时", "points": "积分"},
}


# ---------------------------------------------------------------- options and marks


def pytest_addoption(parser):
    parser.addoption("--accept", action="store_true", help="write the golden files anew instead of comparing with them")


HOSTS = {"libreoffice": ("soffice", "libreoffice")}


def host_program(name):
    """The path of a host's program, or None where it is not installed."""
    return next(filter(None, map(shutil.which, HOSTS[name])), None)


def pytest_runtest_setup(item):
    for mark in item.iter_markers("host"):
        (name,) = mark.args
        if host_program(name) is None:
            reason = f"{name} is not installed"
            if os.environ.get("WORKLOAD_HOSTS") == "required":
                pytest.fail(f"{reason}, but WORKLOAD_HOSTS=required", pytrace=False)
            pytest.skip(reason)


# ---------------------------------------------------------------- golden files


@pytest.fixture
def golden(request):
    """``golden(name, text)`` compares ``text`` with tests/golden/<name>; ``pytest --accept`` writes it instead."""

    def compare(name, text):
        path = GOLDEN / name
        if request.config.getoption("--accept"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8"))
            return
        expected = path.read_bytes().decode("utf-8") if path.exists() else ""
        if text == expected:
            return
        diff = difflib.unified_diff(
            expected.splitlines(), text.splitlines(), f"golden/{name}", "this run", lineterm="", n=2
        )
        state = "differs from" if path.exists() else "has no"
        how = "If the change is meant, run `pytest --accept`, read the diff of the file and commit it."
        pytest.fail("\n".join([f"the output {state} golden/{name}:", *diff, "", how]), pytrace=False)

    return compare


# ---------------------------------------------------------------- the command line


@frozen
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def run(capsys):
    """``run(verb, argument, …)`` runs the command line in this process."""
    from workload.cli import main

    def running(*arguments):
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Result(left.value.code, said.out, said.err)

    yield running
    gc.enable()  # a command switches it off for the process that it has to itself


# ---------------------------------------------------------------- a center in every form


def names(table, language):
    """A table's name and the name of each of its columns, in that language."""
    chinese, columns = CONTRACT[table]
    return (chinese, columns) if language == "zh" else (table, {column: column for column in columns})


def columns_of(rows, table):
    """The columns that the rows use, in the contract's order; what the contract does not know comes last."""
    used = {column for row in rows for column in row} or set(REQUIRED[table])
    known = [column for column in CONTRACT[table][1] if column in used]
    return known + sorted(used.difference(known))


def word(column, value, language):
    return WORDS.get(column, {}).get(value, value) if language == "zh" and isinstance(value, str) else value


def as_text(value):
    """A value as a person types it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def grid(rows, table, language):
    """The header and the rows of a table, as values."""
    columns = columns_of(rows, table)
    headers = names(table, language)[1]
    yield [headers.get(column, column) for column in columns]
    for row in rows:
        yield [word(column, row.get(column), language) for column in columns]


@pytest.fixture
def csv_folder(tmp_path):
    """``csv_folder(tables)`` writes a folder of CSV files and returns its path."""

    def write(tables, *, language="en", encoding="utf-8", name="center"):
        folder = tmp_path / name
        folder.mkdir()
        for table, rows in tables.items():
            path = folder / f"{names(table, language)[0]}.csv"
            with path.open("w", encoding=encoding, newline="") as stream:
                csv.writer(stream).writerows(map(as_text, row) for row in grid(rows, table, language))
        return folder

    return write


@pytest.fixture
def workbook(tmp_path):
    """``workbook(tables)`` writes an xlsx file and returns its path; ``cells`` says how dates and times stand in it.

    ``typed``: date and time cells, numbers as numbers. ``serial``: the bare numbers behind them. ``text``: all as text.
    """

    def write(tables, *, language="zh", cells="typed", name="center.xlsx"):
        import xlsxwriter

        path = tmp_path / name
        book = xlsxwriter.Workbook(str(path))
        formats = {
            date: book.add_format({"num_format": "yyyy/m/d"}),
            time: book.add_format({"num_format": "hh:mm"}),
            datetime: book.add_format({"num_format": "yyyy/m/d hh:mm"}),
        }
        for table, rows in tables.items():
            sheet = book.add_worksheet(names(table, language)[0])
            for number, row in enumerate(grid(rows, table, language)):
                for place, value in enumerate(row):
                    _write_cell(sheet, number, place, value, formats, cells)
        book.close()
        return path

    return write


def _write_cell(sheet, number, place, value, formats, cells):
    if value is None:
        return
    if cells == "text" or isinstance(value, str):
        sheet.write_string(number, place, as_text(value))
    elif cells == "serial" or not isinstance(value, date | time):
        sheet.write_number(number, place, serial(value))
    else:
        sheet.write_datetime(number, place, value, formats[type(value)])


def serial(value):
    """The number that Excel keeps for a date, a time or a number: days since the end of 1899."""
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86400
    if isinstance(value, datetime):
        return serial(value.date()) + serial(value.time())
    return (value - date(1899, 12, 30)).days if isinstance(value, date) else value


@pytest.fixture
def tables():
    """A small center without a fault: two part-time teachers, 007 and 7, and a full-time one; every table is there."""
    return {
        "teachers": [
            {"teacher_id": "007", "name": "教师01", "employment": "part_time", "title": "lecturer"},
            {"teacher_id": 7, "name": "教师02", "employment": "part_time", "affiliation": "external"},
            {"teacher_id": "T1", "name": "教师03", "employment": "full_time", "title": "professor"},
        ],
        "titles": [
            {"teacher_id": 7, "title": "associate_professor", "effective_from": date(2020, 9, 1)},
            {"teacher_id": 7, "title": "professor", "effective_from": date(2024, 7, 1)},
        ],
        "appointments": [
            {"teacher_id": "007", "start": date(2024, 1, 1), "end": date(2024, 12, 31)},
            {"teacher_id": 7, "start": date(2024, 3, 1), "end": None},
        ],
        "activities": [
            _work("A1", "007", date(2024, 3, 5), "counseling_duty", start=time(14, 0), end=time(17, 30)),
            _work("A2", "007", date(2024, 3, 6), "counseling_duty", minutes=90, attended="yes", note="下雨"),
            _work("A3", "007", date(2024, 12, 31), "counseling_duty", start=time(23, 0), end=time(0, 30)),
            _work("A4", "007", date(2024, 4, 2), "class_teaching", class_hours=1.5),
            _work("A5", 7, date(2024, 6, 30), "lecture"),
            _work("A6", 7, date(2024, 7, 1), "lecture", events=2, event_id="E1", share=0.5),
            _work("A7", 7, date(2024, 7, 2), "counseling_duty", minutes=45, status="cancelled"),
            _work("A8", 7, date(2024, 7, 3), "supervision"),
            _work("A9", "T1", date(2024, 7, 4), "counseling_duty", start=time(9, 0), end=time(10, 0), minutes=60),
        ],
        "evaluations": [{"teacher_id": "007", "year": 2024, "result": "passed"}],
        "training": [
            {"teacher_id": "007", "date": date(2024, 5, 6), "hours": 15.5, "level": "municipal", "name": "危机干预"},
            {"teacher_id": "T1", "date": date(2024, 5, 7), "hours": 8, "level": "provincial", "form": "conference"},
        ],
        "case_reports": [{"teacher_id": "007", "date": date(2024, 4, 9)}],
        "rates": [{"item": "points", "yuan": 2.5, "effective_from": date(2024, 1, 1), "authority": "校发1号"}],
        "payments": [{"teacher_id": 7, "month": date(2024, 7, 1), "item": "points", "quantity": 30, "yuan": 75}],
    }


def _work(record_id, teacher_id, day, kind, **more):
    return {"record_id": record_id, "teacher_id": teacher_id, "date": day, "kind": kind, **more}
