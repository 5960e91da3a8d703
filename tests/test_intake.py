"""Getting data in, as a person of a college office meets it: repairs, layouts, aliases, privacy, safe writing.

What must hold is taken from the issue and the input contract. A repair has one meaning and is listed; whatever is not
certain is a fault; no figure comes from a guess, and none is lost without a word.
"""

import csv
import fcntl
import hashlib
import io
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time as clock
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xlsxwriter
from attrs import frozen
from conftest import as_text, grid, host_program, names, serial
from xlsxwriter.utility import xl_cell_to_rowcol

DAY = date(2024, 3, 5)
TEACHERS = [["工号", "姓名", "类别", "职称"], ["T1", "教师01", "兼职", "讲师"], ["T2", "教师02", "专职", "教授"]]
HEAD = ["编号", "工号", "日期", "类别", "开始时间", "结束时间", "分钟", "课时", "备注"]
DUTY = ["A1", "T1", DAY, "咨询值班", time(9, 0), time(10, 0), None, None, None]
CLASS = ["A2", "T1", date(2024, 3, 6), "心理健康教学", None, None, None, 2, None]
LECTURE = ["A3", "T2", date(2024, 3, 7), "讲座", None, None, None, None, None]
MINUTES = ["A4", "T1", date(2024, 3, 8), "咨询值班", None, None, 90, None, None]
ROWS = [DUTY, CLASS, LECTURE, MINUTES]
SOUND = {"教师": TEACHERS, "工作记录": [HEAD, *ROWS]}
CARD, OLD_CARD, MOBILE = "11010519491231002X", "110105491231002", "13800138000"
FORMATS = ("table", "json", "csv", "md")


@frozen
class Formula:
    """A formula as a writer stores it; 0 is what XlsxWriter stores for one that it did not work out."""

    text: str
    value: object = 0


@pytest.fixture
def book(tmp_path):
    """``book(sheets, merges={sheet: [range]})`` writes a workbook of such cells, and returns its path."""

    def write(sheets, *, merges=None, hidden=(), name="center.xlsx"):
        path = tmp_path / name
        made = xlsxwriter.Workbook(str(path))
        formats = {
            date: made.add_format({"num_format": "yyyy/m/d"}),
            time: made.add_format({"num_format": "hh:mm"}),
            datetime: made.add_format({"num_format": "yyyy/m/d hh:mm"}),
        }
        for title, rows in sheets.items():
            sheet = made.add_worksheet(title)
            for reference in (merges or {}).get(title, ()):
                sheet.merge_range(reference, "")
            covered = {cell for reference in (merges or {}).get(title, ()) for cell in below_the_first(reference)}
            for number, row in enumerate(rows):
                for place, value in enumerate(row):
                    if (number, place) not in covered:
                        write_cell(sheet, number, place, value, formats)
            if title in hidden:
                sheet.hide()
        made.close()
        return path

    return write


def below_the_first(reference):
    (top, left), (bottom, right) = map(xl_cell_to_rowcol, reference.split(":"))
    cells = [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
    return cells[1:]


def write_cell(sheet, number, place, value, formats):
    if isinstance(value, Formula):
        sheet.write_formula(number, place, value.text, None, value.value)
    elif isinstance(value, date | time):
        sheet.write_datetime(number, place, value, formats[type(value)])
    elif isinstance(value, str):
        sheet.write_string(number, place, value)
    elif value is not None:
        sheet.write(number, place, value)


@pytest.fixture
def folder(tmp_path):
    """``folder({"教师": text, …})`` writes raw CSV files and returns the folder."""

    def write(files, *, encoding="utf-8", name="folder"):
        place = tmp_path / name
        place.mkdir()
        for title, text in files.items():
            (place / f"{title}.csv").write_bytes(text.encode(encoding))
        return place

    return write


def as_csv(rows, *, mark=","):
    """Rows as a person types them into a CSV file."""
    text = io.StringIO()
    csv.writer(text, delimiter=mark).writerows(map(shown, rows))
    return text.getvalue()


def shown(row):
    return ["" if cell is None else f"{cell:%H:%M}" if isinstance(cell, time) else str(cell) for cell in row]


def csv_of(sheets, **more):
    return {title: as_csv(rows, **more) for title, rows in sheets.items()}


def edited(path, part, old, new, *, name="edited.xlsx"):
    """A copy of a workbook in which one part's XML says something else."""
    target = path.with_name(name)
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in source.namelist():
            data = source.read(entry)
            if entry == part:
                text = data.decode("utf-8")
                assert old in text
                data = text.replace(old, new).encode("utf-8")
            made.writestr(entry, data)
    return target


@pytest.fixture(scope="session")
def profile(tmp_path_factory):
    """A profile of LibreOffice, made once."""
    return tmp_path_factory.mktemp("profile").as_uri()


@pytest.fixture
def converted(tmp_path, profile):
    """``converted(path, "xls")`` saves a workbook with LibreOffice as another kind, and returns the new path."""

    def convert(path, ending):
        place = tmp_path / f"as-{ending}"
        program = [host_program("libreoffice"), f"-env:UserInstallation={profile}", "--headless", "--convert-to"]
        subprocess.run([*program, ending, "--outdir", place, path], check=True, capture_output=True, timeout=120)
        return place / f"{path.stem}.{ending}"

    return convert


@pytest.fixture
def checked(run):
    """``checked(path)``: what ``workload check --format json`` says, after looking at its exit code."""

    def check(path):
        result = run("check", path, "--format", "json")
        assert result.code == (2 if result.json["faults"] else 0)
        return result.json

    return check


@pytest.fixture
def figures(run):
    """``figures(path)``: what an evaluation comes to, without the numbers of rows; the input must be sound."""

    def evaluate(path, *options):
        result = run("evaluate", path, "--year", 2024, "--format", "json", *options)
        assert result.code == 0, result.err
        aside = [(line["record_id"], line["teacher_id"], line["reason"]) for line in result.json["set_aside"]]
        return {"teachers": result.json["teachers"], "rows": result.json["rows"], "set_aside": aside}

    return evaluate


def places(faults):
    """Where the faults are: table, row, column, and the value as it stands."""
    return [(fault["table"], fault["row"], fault["column"], fault["value"]) for fault in faults]


def repairs_of(report):
    return [
        (one["table"], one["column"], one["rows"], one["value"], one["read_as"], one["code"])
        for one in report["repairs"]
    ]


def passed_over(report):
    return {(one["table"], one["code"]): one["rows"] for one in report["passed_over"]}


def changed(row, **cells):
    """A row with other cells, by Chinese header: the underscore is for headers that are Python words."""
    copy = list(row)
    for header, value in cells.items():
        copy[HEAD.index(header)] = value
    return copy


def workbook_cells(path):
    """Every cell of every sheet of a workbook, as calamine gives it."""
    import python_calamine

    with python_calamine.CalamineWorkbook.from_path(str(path)) as found:
        return {name: found.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in found.sheet_names}


def all_text(path):
    """All text in a file, those of the parts of a package too."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes().decode("utf-8", "replace")
    with zipfile.ZipFile(path) as package:
        return "\n".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())


# ---------------------------------------------------------------- repairs


# One cell of a sound row, written otherwise: code, row, header, cell in the file, value as told, what it was read as.
CSV_REPAIRS = [
    ("full_width", MINUTES, "分钟", "９０", "90"),
    ("full_width", DUTY, "开始时间", "９：００", "09:00"),
    ("full_width", DUTY, "结束时间", "10：00", "10:00"),
    ("full_width", DUTY, "日期", "２０２４-０３-０５", "2024-03-05"),
    ("full_width", DUTY, "工号", "Ｔ１", "T1"),
    ("full_width", CLASS, "课时", "２", "2"),
    ("spaces", DUTY, "工号", " T1 ", "T1"),
    ("spaces", DUTY, "类别", "咨询 值班", "咨询值班"),
    ("spaces", MINUTES, "分钟", " 90", "90"),
    ("unit", MINUTES, "分钟", "90分钟", "90"),
    ("unit", MINUTES, "分钟", "90 分钟", "90"),
    ("unit", CLASS, "课时", "2课时", "2"),
]
BOOK_REPAIRS = [
    ("text_number", MINUTES, "分钟", "90", "90"),
    ("text_number", MINUTES, "分钟", "90分钟", "90"),
    ("text_number", CLASS, "课时", "２", "2"),
    ("text_date", DUTY, "日期", "2024-03-05", "2024-03-05"),
    ("text_date", DUTY, "日期", "2024年3月5日", "2024-03-05"),
    ("text_date", DUTY, "日期", "20240305", "2024-03-05"),
    ("text_time", DUTY, "开始时间", "9:00", "09:00"),
    ("text_time", DUTY, "开始时间", "９：００", "09:00"),
    ("number_date", DUTY, "日期", serial(DAY), "2024-03-05"),
    ("number_date", DUTY, "日期", 20240305, "2024-03-05"),
    ("number_time", DUTY, "开始时间", 0.375, "09:00"),
    ("full_width", DUTY, "工号", "Ｔ１", "T1"),
    ("spaces", DUTY, "工号", "T1 ", "T1"),
    ("spaces", DUTY, "类别", "咨询\n值班", "咨询值班"),
]
COLUMN = {"工号": "teacher_id", "日期": "date", "类别": "kind", "分钟": "minutes", "课时": "class_hours"}
COLUMN |= {"开始时间": "start", "结束时间": "end", "备注": "note"}


def with_cell(row, header, cell):
    """The sound center with one cell of one row written otherwise, and the number of that row."""
    rows = [changed(one, **{header: cell}) if one is row else one for one in ROWS]
    return {"教师": TEACHERS, "工作记录": [HEAD, *rows]}, 2 + ROWS.index(row)


@pytest.mark.parametrize(("code", "row", "header", "cell", "read_as"), CSV_REPAIRS)
def test_repairs_in_csv(checked, figures, folder, code, row, header, cell, read_as):
    """A cell of a CSV file with one meaning is read as that, listed with its row, and changes no figure."""
    sheets, number = with_cell(row, header, cell)
    path = folder(csv_of(sheets))
    report = checked(path)
    assert report["faults"] == []
    assert repairs_of(report) == [("activities", COLUMN[header], [number], cell, read_as, code)]
    assert figures(path) == figures(folder(csv_of(SOUND), name="sound"))


@pytest.mark.parametrize(("code", "row", "header", "cell", "read_as"), BOOK_REPAIRS)
def test_repairs_in_a_workbook(checked, figures, book, code, row, header, cell, read_as):
    """So is a cell of a workbook, where a text that is a number or a date, and a bare number, are repairs as well."""
    sheets, number = with_cell(row, header, cell)
    path = book(sheets)
    report = checked(path)
    assert report["faults"] == []
    told = str(cell) if isinstance(cell, str) else f"{cell:g}" if isinstance(cell, float) else str(cell)
    assert repairs_of(report) == [("activities", COLUMN[header], [number], told, read_as, code)]
    assert figures(path) == figures(book(SOUND, name="sound.xlsx"))


def test_other_headers_are_repairs(checked, figures, book):
    """Other spellings of headers are read, each listed with the row of the header and what it was read as."""
    head = ["编号", "教师工号", "值班日期", "工作类型", "开始", "结束", "时长(分钟)", "课时数", "备注"]
    path = book({"教师": TEACHERS, "工作记录": [head, *ROWS]})
    report = checked(path)
    assert report["faults"] == []
    assert {(one[1], one[3], one[4]) for one in repairs_of(report)} == {
        ("teacher_id", "教师工号", "工号"),
        ("date", "值班日期", "日期"),
        ("kind", "工作类型", "类别"),
        ("start", "开始", "开始时间"),
        ("end", "结束", "结束时间"),
        ("minutes", "时长(分钟)", "分钟"),
        ("class_hours", "课时数", "课时"),
    }
    assert {(one[0], tuple(one[2]), one[5]) for one in repairs_of(report)} == {("activities", (1,), "header")}
    assert figures(path) == figures(book(SOUND, name="sound.xlsx"))


def test_other_names_of_sheets_are_repairs(checked, figures, book):
    """Another name of a table is read and listed; it has no column and no row."""
    path = book({"教师名单": TEACHERS, "工作台账": [HEAD, *ROWS]})
    report = checked(path)
    assert report["faults"] == []
    assert repairs_of(report) == [
        ("teachers", None, [], "教师名单", "教师", "sheet"),
        ("activities", None, [], "工作台账", "工作记录", "sheet"),
    ]
    assert figures(path) == figures(book(SOUND, name="sound.xlsx"))


def test_a_repair_lists_all_its_rows(run, folder):
    """The same repair in many rows is told once, with all the rows: in JSON, on the terminal and in CSV."""
    rows = [changed(MINUTES, 编号=f"B{number}", 日期=f"2024-03-{number:02}", 分钟="90分钟") for number in range(1, 13)]
    path = folder(csv_of({"教师": TEACHERS, "工作记录": [HEAD, *rows]}))
    (repair,) = run("check", path, "--format", "json").json["repairs"]
    assert repair["rows"] == list(range(2, 14))
    text = run("check", path).out
    assert "第2–13行" in text
    assert "90分钟" in text
    assert "2–13" in run("check", path, "--format", "md").out


def test_repairs_stand_in_csv(run, folder):
    """The CSV of a check lists the repairs beside the faults."""
    sheets, _ = with_cell(MINUTES, "分钟", "90分钟")
    said = run("check", folder(csv_of(sheets)), "--format", "csv")
    assert said.code == 0
    assert "90分钟" in said.out


def test_a_sound_file_has_no_repairs(checked, tables, workbook, csv_folder):
    """Nothing is repaired in a workbook of typed cells, nor in a CSV file as one writes it."""
    for path in (workbook(tables), csv_folder(tables), csv_folder(tables, language="zh", name="zh")):
        report = checked(path)
        assert (report["faults"], report["repairs"], report["passed_over"], report["aliases"]) == ([], [], [], [])


UNCERTAIN = [
    (MINUTES, "分钟", "1 5分钟"),
    (MINUTES, "分钟", "1.5小时"),
    (MINUTES, "分钟", "1小时30分"),
    (MINUTES, "分钟", "约90"),
    (MINUTES, "分钟", "90左右"),
    (MINUTES, "分钟", "60-90"),
    (MINUTES, "分钟", "1,5"),
    (MINUTES, "分钟", "九十"),
    (MINUTES, "分钟", "O9"),
    (MINUTES, "分钟", "90课时"),
    (DUTY, "开始时间", "14.30"),
    (DUTY, "开始时间", "下午2点"),
    (DUTY, "开始时间", "2:30 PM"),
    (DUTY, "开始时间", "25:00"),
    (DUTY, "开始时间", "9:00-10:00"),
    (DUTY, "开始时间", "900"),
    (DUTY, "日期", "2024-13-01"),
    (DUTY, "日期", "2024-02-30"),
    (DUTY, "日期", "3月5日"),
    (DUTY, "日期", "24-3-5"),
    (DUTY, "日期", "2024年3月"),
    (DUTY, "日期", "2024-3-5/6"),
    (DUTY, "日期", "5/3/2024"),
    (DUTY, "类别", "咨寻值班"),
    (DUTY, "类别", "咨询值班/讲座"),
    (CLASS, "课时", "2节"),
]


@pytest.mark.parametrize(("row", "header", "cell"), UNCERTAIN)
def test_what_is_not_certain_is_a_fault(checked, folder, book, row, header, cell):
    """A cell with more than one meaning, or none, is one fault with the cell as it stands; it is never repaired."""
    sheets, number = with_cell(row, header, cell)
    for path in (folder(csv_of(sheets)), book(sheets)):
        report = checked(path)
        assert places(report["faults"]) == [("activities", number, COLUMN[header], cell)]
        assert repairs_of(report) == []


@pytest.mark.parametrize(
    ("row", "header", "cell"),
    [
        (MINUTES, "分钟", "90①"),
        (MINUTES, "分钟", "90²"),
        (CLASS, "课时", "2①"),
    ],
)
def test_a_footnote_mark_is_no_digit(checked, folder, row, header, cell):
    """A raised or circled figure behind a number is a remark, not a further digit: the cell is a fault."""
    sheets, number = with_cell(row, header, cell)
    assert places(checked(folder(csv_of(sheets)))["faults"]) == [("activities", number, COLUMN[header], cell)]


@pytest.mark.parametrize("cell", ["2024.3.5 3.6", "2024-03-05 6", "2024-03-05 ..."])
def test_two_days_in_one_cell_are_a_fault(checked, folder, cell):
    """What stands behind a date and is no time of day is not dropped."""
    sheets, number = with_cell(DUTY, "日期", cell)
    assert places(checked(folder(csv_of(sheets)))["faults"]) == [("activities", number, "date", cell)]


@pytest.mark.parametrize("hour", [1, "1.0", "0.30"])
def test_a_bare_hour_is_a_fault(checked, book, hour):
    """An hour written as a bare number has more than one meaning: 1 may be one o'clock, and is not midnight."""
    rows = [changed(DUTY, 开始时间=time(22, 0), 结束时间=hour)]
    report = checked(book({"教师": TEACHERS, "工作记录": [HEAD, *rows]}))
    assert places(report["faults"]) == [("activities", 2, "end", str(hour))]


@pytest.mark.parametrize(
    ("word", "opposite"),
    [
        *[pytest.param(*pair) for pair in (("未完成", "完成"), ("没完成", "完成"), ("未取消", "取消"))],
        ("不是", "是"),
    ],
)
def test_no_suggestion_means_the_opposite(run, book, word, opposite):
    """A word that denies one of the list is never suggested to mean it, nor asked about as if it did."""
    head, column = ([*HEAD, "有来访"], "有来访") if opposite == "是" else ([*HEAD, "状态"], "状态")
    path = book({"教师": TEACHERS, "工作记录": [head, [*DUTY, word]]})
    (fault,) = run("check", path, "--format", "json").json["faults"]
    assert fault["value"] == word
    assert fault["suggestion"] != opposite
    assert f"工作记录.{column}.{word}={opposite}" not in run("alias", path).out


def test_all_faults_of_one_row_are_told_together(checked, book):
    """A row with a wrong word and a teacher who is in no table has two faults, told at once."""
    rows = [changed(DUTY, 工号="T9", 类别="咨寻值班"), changed(MINUTES, 日期="2024-13-01", 分钟=0)]
    faults = checked(book({"教师": TEACHERS, "工作记录": [HEAD, *rows]}))["faults"]
    found = {(fault["row"], fault["column"]) for fault in faults}
    assert found == {(2, "teacher_id"), (2, "kind"), (3, "date"), (3, "minutes")}


def test_a_repair_is_remembered_for_each_row(checked, book):
    """Of a column in which cells of all sorts mix, just those that were repaired are listed."""
    rows = [changed(MINUTES, 编号=f"B{number}", 日期=date(2024, 4, number), 分钟=90) for number in range(1, 9)]
    for place in (2, 5):
        rows[place] = changed(rows[place], 分钟="90")
    report = checked(book({"教师": TEACHERS, "工作记录": [HEAD, *rows]}))
    assert repairs_of(report) == [("activities", "minutes", [4, 7], "90", "90", "text_number")]


# ---------------------------------------------------------------- layout


def test_title_rows_and_blank_rows(checked, figures, book):
    """Titles above the header and blank rows anywhere are no records; faults keep the sheet's own row numbers."""
    rows = [["2024年度工作记录表"], ["填报部门：心理中心"], [], HEAD, [], DUTY, [], CLASS, LECTURE, [" "], MINUTES, []]
    path = book({"教师": TEACHERS, "工作记录": rows}, merges={"工作记录": ["A1:I1"]})
    report = checked(path)
    assert report["faults"] == []
    assert passed_over(report) == {("activities", "title_row"): [1, 2]}
    assert figures(path) == figures(book(SOUND, name="sound.xlsx"))
    rows[10] = changed(MINUTES, 分钟="约90")
    assert places(checked(book({"教师": TEACHERS, "工作记录": rows}))["faults"]) == [
        ("activities", 11, "minutes", "约90")
    ]


TOTALS = [
    "合计",
    "总计",
    "小计",
    "合 计",
    "合计：",
    "合计:",
    "本月合计",
    "全年合计",
    "3月小计",
    "共计",
    "累计",
    "Total",
]


@pytest.mark.parametrize("spelling", TOTALS)
def test_totals_rows(checked, figures, book, spelling):
    """A row of totals below the records, or between them, is told as such and counts for nothing."""
    total = [spelling, None, None, None, None, None, 90, 2, None]
    rows = [DUTY, total, CLASS, LECTURE, MINUTES, total]
    path = book({"教师": TEACHERS, "工作记录": [HEAD, *rows]})
    report = checked(path)
    assert report["faults"] == []
    assert passed_over(report) == {("activities", "totals_row"): [3, 7]}
    assert figures(path) == figures(book(SOUND, name="sound.xlsx"))


def test_totals_in_a_merged_cell(checked, figures, book):
    """So is one whose word stands in a cell merged over several columns."""
    total = ["合计", None, None, None, None, None, Formula("=SUM(G2:G5)", 90), 2]
    path = book({"教师": TEACHERS, "工作记录": [HEAD, *ROWS, total]}, merges={"工作记录": ["A6:F6"]})
    report = checked(path)
    assert (report["faults"], passed_over(report)) == ([], {("activities", "totals_row"): [6]})
    assert figures(path) == figures(book(SOUND, name="sound.xlsx"))


@pytest.mark.parametrize("spelling", ["本学期合计", "第一季度合计", "合计3次", "总数", "以上合计"])
def test_totals_in_other_words_never_count(checked, book, spelling):
    """A total in words that are not known is a fault or passed over, and never a record."""
    total = [spelling, None, None, None, None, None, 90]
    report = checked(book({"教师": TEACHERS, "工作记录": [HEAD, *ROWS, total]}))
    assert {fault["row"] for fault in report["faults"]} == {6} or passed_over(report)


@pytest.mark.parametrize("header", ["编号", "备注"])
def test_a_subtotal_that_looks_like_a_record_is_not_counted(checked, book, header):
    """A row that calls itself a subtotal is never credited without a word, even if it names teacher, day and kind."""
    subtotal = changed(MINUTES, 日期=date(2024, 3, 31), 分钟=150, **({"编号": None} | {header: "小计"}))
    report = checked(book({"教师": TEACHERS, "工作记录": [HEAD, *ROWS, subtotal]}))
    assert {fault["row"] for fault in report["faults"]} == {6} or passed_over(report)


def test_repeated_headers_and_footers(checked, figures, book):
    """The header again on each page, and remarks and signatures below the table, are no records."""
    rows = [DUTY, HEAD, CLASS, LECTURE, HEAD, MINUTES, ["制表人：教师01", None, None, "审核："], ["备注：以上属实"]]
    rows.append(["填表日期：2024年12月31日"])
    path = book({"教师": TEACHERS, "工作记录": [HEAD, *rows]})
    report = checked(path)
    assert report["faults"] == []
    assert passed_over(report) == {("activities", "repeated_header"): [3, 6], ("activities", "footer"): [8, 9, 10]}
    assert figures(path) == figures(book(SOUND, name="sound.xlsx"))


def test_a_record_is_no_footer(checked, book):
    """A row with a teacher and minutes that lacks its day is a fault, whatever its note begins with."""
    teachers = [TEACHERS[0], [7, "教师01", "兼职", "讲师"]]
    rows = [
        changed(MINUTES, 编号=None, 工号=7),
        changed(MINUTES, 编号=None, 工号=7, 日期=None, 类别=None, 备注="备注：补录"),
    ]
    faults = checked(book({"教师": teachers, "工作记录": [HEAD, *rows]}))["faults"]
    assert {(fault["row"], fault["column"]) for fault in faults} == {(3, "date"), (3, "kind")}


def test_an_amount_is_no_title(checked, book):
    """A row that holds nothing but an amount in a merged cell is a fault, not a title."""
    row = [None, None, None, None, None, None, 90, None, None]
    report = checked(book({"教师": TEACHERS, "工作记录": [HEAD, *ROWS, row]}, merges={"工作记录": ["G6:I6"]}))
    assert {fault["row"] for fault in report["faults"]} == {6}


@pytest.mark.parametrize("word", ["示例", "example"])
def test_example_rows(checked, figures, book, word):
    """A row whose teacher is called 示例 or example is ignored, and listed as ignored."""
    path = book(
        {
            "教师": [TEACHERS[0], [word, "张老师", "兼职", "讲师"], *TEACHERS[1:]],
            "工作记录": [HEAD, changed(MINUTES, 工号=word), *ROWS],
        }
    )
    report = checked(path)
    assert report["faults"] == []
    assert passed_over(report) == {("teachers", "example_row"): [2], ("activities", "example_row"): [2]}
    assert figures(path) == figures(book(SOUND, name="sound.xlsx"))


def with_covered_cell(book, content):
    """Two duties whose teacher cells are merged, the lower of them still holding something beneath the merge."""
    rows = [changed(DUTY, 工号="T1"), changed(MINUTES, 工号="@")]
    path = book({"教师": TEACHERS, "工作记录": [HEAD, *rows]}, merges={"工作记录": ["K8:K9"]})
    path = edited(path, "xl/sharedStrings.xml", "<t>@</t>", f"<t>{content}</t>")
    return edited(path, "xl/worksheets/sheet2.xml", "K8:K9", "B2:B3", name="covered.xlsx")


def test_a_covered_cell_with_the_same_content(checked, figures, book):
    """A cell beneath a merge that says the same as the merge is no matter."""
    path = with_covered_cell(book, "T1")
    assert checked(path)["faults"] == []
    assert figures(path)["teachers"][0]["counseling"]["minutes"] == 150


def test_a_covered_cell_with_another_content(checked, book):
    """One that says something else, as LibreOffice keeps it, is a fault: which of the two holds is not certain."""
    assert {fault["row"] for fault in checked(with_covered_cell(book, "T2"))["faults"]} >= {3}


MERGED_ROWS = [
    changed(DUTY, 编号="B1"),
    changed(DUTY, 编号="B2", 开始时间=time(10, 0), 结束时间=time(11, 30)),
    changed(DUTY, 编号="B3", 开始时间=time(14, 0), 结束时间=time(15, 0)),
]


@pytest.mark.parametrize("columns", ["B", "C", "D", "BCD"])
def test_cells_merged_down_are_filled(checked, figures, book, columns):
    """A teacher, day or kind merged over several rows holds for each of them, and each filled cell is listed."""
    sheets = {"教师": TEACHERS, "工作记录": [HEAD, *MERGED_ROWS]}
    path = book(sheets, merges={"工作记录": [f"{letter}2:{letter}4" for letter in columns]})
    report = checked(path)
    assert report["faults"] == []
    found = {(one["column"], tuple(one["rows"]), one["code"]) for one in report["repairs"]}
    names = {"B": "teacher_id", "C": "date", "D": "kind"}
    assert found == {(names[letter], (3, 4), "merged") for letter in columns}
    assert figures(path) == figures(book(sheets, name="sound.xlsx"))


@pytest.mark.host("libreoffice")
@pytest.mark.parametrize("ending", ["xls", "ods", "xlsx"])
def test_merged_cells_of_other_formats(checked, figures, book, converted, ending):
    """Merged cells, titles, totals and hidden sheets are coped with in the same way in what LibreOffice saves."""
    rows = [["2024年度工作记录表"], HEAD, *MERGED_ROWS, [], CLASS, ["合计", None, None, None, None, None, 210, 2]]
    sheets = {"说明": [["请填写"]], "教师": TEACHERS, "工作记录": rows}
    merges = {"工作记录": ["A1:I1", "B3:B5", "C3:C5"]}
    source = book(sheets, merges=merges, hidden=("教师",))
    path = converted(source, ending)
    expected, found = checked(source), checked(path)
    assert expected["faults"] == found["faults"] == []
    assert passed_over(found) == passed_over(expected)
    assert [one[:3] + one[5:] for one in repairs_of(found)] == [one[:3] + one[5:] for one in repairs_of(expected)]
    assert figures(path) == figures(source)
    assert figures(path) == figures(
        book({"教师": TEACHERS, "工作记录": [HEAD, *MERGED_ROWS, CLASS]}, name="sound.xlsx")
    )


@pytest.mark.parametrize(
    ("header", "letter", "cells"),
    [
        ("分钟", "G", (60, None, None)),
        ("开始时间", "E", (time(9, 0), None, None)),
        ("课时", "H", (3, None, None)),
        ("编号", "A", ("B1", None, None)),
    ],
)
def test_merged_amounts_are_faults(checked, run, book, header, letter, cells):
    """An amount merged over rows may be meant for each or for all: each row is a fault, and none of them counts."""
    rows = [
        changed(DUTY, **({"编号": f"B{number}", "开始时间": None, "结束时间": None, "分钟": 30} | {header: cell}))
        for number, cell in enumerate(cells)
    ]
    path = book({"教师": TEACHERS, "工作记录": [HEAD, *rows, MINUTES]}, merges={"工作记录": [f"{letter}2:{letter}4"]})
    assert [fault["row"] for fault in checked(path)["faults"]] == [2, 3, 4]
    found = run("evaluate", path, "--year", 2024, "--skip-faulty", "--format", "json")
    assert found.code == 0
    assert found.json["rows"] == {"read": 4, "credited": 1, "set_aside": 3}
    assert [(line["row"], line["reason"]) for line in found.json["set_aside"]] == [(row, "fault") for row in (2, 3, 4)]
    assert found.json["teachers"][0]["counseling"]["minutes"] == 90


def test_merged_notes_are_no_matter(checked, book):
    """A note merged over rows is no fault: no figure comes from it."""
    rows = [changed(row, 备注="全天" if row is DUTY else None) for row in ROWS]
    path = book({"教师": TEACHERS, "工作记录": [HEAD, *rows]}, merges={"工作记录": ["I2:I5"]})
    assert checked(path)["faults"] == []


def test_cells_merged_across_are_faults(checked, book):
    """A cell merged over two columns of one row is a fault of that row: whose value it is, is not certain."""
    rows = [changed(DUTY, 结束时间=None), MINUTES]
    path = book({"教师": TEACHERS, "工作记录": [HEAD, *rows]}, merges={"工作记录": ["E2:F2"]})
    faults = checked(path)["faults"]
    assert faults
    assert {fault["row"] for fault in faults} == {2}


def test_headers_of_two_rows(checked, figures, book):
    """Headers merged over two rows are read together, where the second row completes the first."""
    upper = ["编号", "工号", "工作", None, None, None, None, None, "备注"]
    lower = [None, None, "日期", "类别", "开始时间", "结束时间", "分钟", "课时", None]
    merges = ["A1:A2", "B1:B2", "C1:H1", "I1:I2"]
    path = book({"教师": TEACHERS, "工作记录": [upper, lower, *ROWS]}, merges={"工作记录": merges})
    assert checked(path)["faults"] == []
    assert figures(path) == figures(book(SOUND, name="sound.xlsx"))


def test_headers_of_two_rows_below_a_whole_first_row(checked, figures, book):
    """So are they where only times or amounts stand in the second row, as in most printed forms."""
    upper = ["编号", "工号", "日期", "类别", "时间", None, "工作量", None, "备注"]
    lower = [None, None, None, None, "开始时间", "结束时间", "分钟", "课时", None]
    merges = ["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1", "G1:H1", "I1:I2"]
    path = book({"教师": TEACHERS, "工作记录": [upper, lower, *ROWS]}, merges={"工作记录": merges})
    assert checked(path)["faults"] == []
    assert figures(path) == figures(book(SOUND, name="sound.xlsx"))


def test_records_above_a_second_header_are_not_lost(checked, book):
    """Records are never taken for titles: a first header with a slip makes a fault, or its rows are read."""
    slip = ["项目类型" if header == "类别" else header for header in HEAD]
    path = book({"教师": TEACHERS, "工作记录": [slip, DUTY, CLASS, HEAD, LECTURE, MINUTES]})
    report = checked(path)
    assert report["faults"] or ("activities", "title_row") not in passed_over(report)


def test_headers_in_any_order(checked, figures, book):
    """The order of the columns is free, and columns that are not known are not read."""
    order = [8, 3, 6, 2, 0, 7, 5, 1, 4]
    rows = [[*(row[place] for place in order), "无关"] for row in [HEAD, *ROWS]]
    rows[0][-1] = "所在校区"
    path = book({"教师": TEACHERS, "工作记录": rows})
    report = checked(path)
    assert (report["faults"], report["repairs"]) == ([], [])
    assert figures(path) == figures(book(SOUND, name="sound.xlsx"))


@pytest.mark.parametrize(
    ("header", "spelling"),
    [
        ("工号", "工 号"),
        ("工号", "工\n号"),
        ("工号", "*工号"),
        ("工号", "工号＊"),
        ("日期", "日期（必填）"),
        ("日期", "日期(必填)"),
        ("日期", "日期\n（yyyy-mm-dd）"),
        ("日期", "日 期（如 2024-3-5）"),
        ("开始时间", "开始时间（如 14:30）"),
        ("类别", "　类别　"),
        ("分钟", "MINUTES"),
        ("分钟", "分钟（选填）"),
    ],
)
def test_header_spellings(checked, figures, book, header, spelling):
    """Spaces, line breaks, stars and a remark in brackets make no other header."""
    head = [spelling if one == header else one for one in HEAD]
    path = book({"教师": TEACHERS, "工作记录": [head, *ROWS]})
    assert checked(path)["faults"] == []
    assert figures(path) == figures(book(SOUND, name="sound.xlsx"))


@pytest.mark.parametrize(("header", "near"), [("日期", "工作日期段"), ("类别", "类别名称"), ("工号", "工号码")])
def test_required_headers_that_come_near(checked, book, header, near):
    """A required column under a name that comes near is missing, and the message asks about the near name."""
    head = [near if one == header else one for one in HEAD]
    (fault,) = checked(book({"教师": TEACHERS, "工作记录": [head, *ROWS]}))["faults"]
    assert (fault["table"], fault["column"], fault["row"]) == ("activities", COLUMN[header], 1)
    assert near in fault["message"]
    assert "workload alias" in fault["message"]


@pytest.mark.parametrize(
    ("header", "near"),
    [("分钟", "分钟(分)"), ("开始时间", "开始时间点"), ("结束时间", "结束时问"), ("课时", "课时(节)")],
)
def test_optional_headers_that_come_near(checked, run, book, header, near):
    """An optional column that a figure comes from is never dropped because its name is a slip away: it is a fault."""
    head = [near if one == header else one for one in HEAD]
    path = book({"教师": TEACHERS, "工作记录": [head, *ROWS]})
    faults = checked(path)["faults"]
    assert (COLUMN[header], near) in [(fault["column"], fault["value"]) for fault in faults]
    assert near in run("check", path).out
    assert run("evaluate", path, "--year", 2024, "--skip-faulty").code == 2


@pytest.mark.parametrize("name", ["工作记录(2024)", "2024工作记录", "工作纪录"])
def test_needed_sheets_that_come_near(checked, book, name):
    """A needed table under a name that comes near is missing, with what to do about it."""
    (fault,) = checked(book({"教师": TEACHERS, name: [HEAD, *ROWS]}))["faults"]
    assert (fault["table"], fault["row"]) == ("activities", None)
    assert f"{name}=工作记录" in fault["message"]


def test_other_sheets_are_named_when_a_needed_one_is_missing(checked, book):
    """A needed table that is missing is told with the names of the sheets that may be it."""
    faults = checked(book({"教师": TEACHERS, "1月值班": [HEAD, DUTY], "2月值班": [HEAD, MINUTES]}))["faults"]
    assert [(fault["table"], fault["code"]) for fault in faults] == [("activities", "missing_table")]
    assert "1月值班" in faults[0]["message"]
    assert "2月值班" in faults[0]["message"]


@pytest.mark.parametrize("name", ["年度考核(2024)", "培训登记", "聘期2024", "案例报吿"])
def test_other_sheets_that_come_near(checked, book, name):
    """So is a table that would be taken for absent: it is asked about, and no verdict is given without it."""
    (fault,) = checked(book({**SOUND, name: [["工号", "日期"], ["T1", DAY]]}))["faults"]
    assert fault["value"] == name
    assert "workload alias" in fault["message"]


def test_hidden_sheets_are_read_and_told(checked, figures, book):
    """A hidden sheet is read like any other, and the check says that it is hidden."""
    path = book({"说明": [["x"]], **SOUND}, hidden=("工作记录",))
    assert passed_over(checked(path)) == {("activities", "hidden_sheet"): []}
    assert figures(path) == figures(book(SOUND, name="sound.xlsx"))


@pytest.mark.parametrize("names", [("教师", "教师名单"), ("教师", "teachers"), ("教师名册", "师资")])
def test_two_sheets_of_one_table(checked, book, names):
    """Two sheets of one table are a fault that names both; none of the two is picked."""
    first, second = names
    (fault,) = checked(book({first: TEACHERS, second: TEACHERS, "工作记录": [HEAD, *ROWS]}))["faults"]
    assert fault["table"] == "teachers"
    assert first in fault["message"]
    assert second in fault["message"]


@pytest.mark.parametrize("other", ["工作记录（下半年）", "工作记录(2)", "工作记录2", "工作记录 续"])
def test_a_further_sheet_of_records_is_not_lost(checked, book, other):
    """Where a sheet beside 工作记录 has nearly its name, that is asked about: its rows may be half the year."""
    path = book({"教师": TEACHERS, "工作记录": [HEAD, DUTY], other: [HEAD, CLASS, LECTURE, MINUTES]})
    assert other in json.dumps(checked(path), ensure_ascii=False)


def test_a_further_file_of_records_is_not_lost(checked, folder):
    """So it is with a second CSV file, as a browser names what is downloaded twice."""
    path = folder(csv_of({"教师": TEACHERS, "工作记录": [HEAD, DUTY], "工作记录(1)": [HEAD, MINUTES]}))
    assert "工作记录(1)" in json.dumps(checked(path), ensure_ascii=False)


def test_two_sheets_of_one_table_hide_no_other_fault(checked, book):
    """A table that stands twice is told together with the faults of the other tables."""
    row = changed(DUTY, 日期="2024-13-01")
    faults = checked(book({"教师": TEACHERS, "教师名单": TEACHERS, "工作记录": [HEAD, row]}))["faults"]
    assert {fault["table"] for fault in faults} == {"teachers", "activities"}


def test_rows_of_evaluations_say_what_was_passed_over(run, book):
    """An evaluation itself says that rows were passed over, so that nothing falls out unseen."""
    path = book({"教师": TEACHERS, "工作记录": [["2024年"], HEAD, *ROWS, ["合计", None, None, None, None, None, 90]]})
    found = run("evaluate", path, "--year", 2024, "--format", "json").json
    assert passed_over(found) == {("activities", "title_row"): [1], ("activities", "totals_row"): [7]}
    assert found["rows"]["read"] == 4
    assert "2 行" in run("evaluate", path, "--year", 2024).out


def test_the_separator_is_that_of_the_header(checked, folder):
    """A CSV file with semicolons is read as one, even where a header has a comma in it or a title has none."""
    head = "工号;日期;类别;分钟;备注(如,迟到)\n"
    path = folder({"教师": as_csv(TEACHERS), "工作记录": head + "T1;2024-3-5;咨询值班;90;\n"})
    assert checked(path)["faults"] == []


def test_a_merge_over_a_whole_sheet_is_no_trap(book):
    """A merge over a million rows and all columns costs neither minutes nor memory, and is no failure of ours."""
    path = book(SOUND, merges={"工作记录": ["K2:K3"]})
    trap = edited(path, "xl/worksheets/sheet2.xml", "K2:K3", "A2:XFD1048576")
    code = "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30)); "
    code += "from workload.cli import main; main(sys.argv[1:])"
    done = subprocess.run([sys.executable, "-c", code, "check", trap], capture_output=True, timeout=120, check=False)
    assert done.returncode == 2, done.stderr.decode()


# ---------------------------------------------------------------- formulas


def with_formula(formula, header="分钟"):
    return {"教师": TEACHERS, "工作记录": [HEAD, DUTY, changed(MINUTES, **{header: formula})]}


@pytest.mark.parametrize("value", [0, ""])
def test_a_formula_that_nobody_worked_out(run, checked, book, value):
    """A formula without a value, or with the 0 of a writer that never computed it, says to open and save in Excel."""
    path = book(with_formula(Formula("=45*2", value)))
    if value == "":
        path = edited(path, "xl/worksheets/sheet2.xml", "<f>45*2</f><v></v>", "<f>45*2</f>")
    (fault,) = checked(path)["faults"]
    assert (fault["row"], fault["column"]) == (3, "minutes")
    assert "Excel" in fault["message"]
    assert "保存" in fault["message"]
    assert run("evaluate", path, "--year", 2024).code == 2


@pytest.mark.parametrize("stored", ["<v/>", "<v></v>", "<v> </v>", ""])
def test_however_the_missing_value_is_written(checked, book, stored):
    """An absent, empty or blank value is none, whatever the writer of the file."""
    path = book(with_formula(Formula("=45*2")))
    path = edited(path, "xl/worksheets/sheet2.xml", "<f>45*2</f><v>0</v>", f"<f>45*2</f>{stored}")
    path = edited(path, "xl/workbook.xml", ' fullCalcOnLoad="1"', "", name="never-computed.xlsx")
    (fault,) = checked(path)["faults"]
    assert (fault["row"], fault["column"]) == (3, "minutes")
    assert "Excel" in fault["message"]


@pytest.mark.parametrize("stored", ["0.0", "0E0", "-0"])
def test_the_zero_of_other_writers(checked, book, stored):
    """A 0 that a writer stored without computing is no value, however it spells it."""
    training = [["工号", "日期", "学时"], ["T1", DAY, Formula("=4*2")]]
    path = book({**SOUND, "培训": training})
    path = edited(path, "xl/worksheets/sheet3.xml", "<v>0</v>", f"<v>{stored}</v>")
    assert [(fault["table"], fault["column"]) for fault in checked(path)["faults"]] == [("training", "hours")]


def test_computed_formulas_are_values(checked, figures, book):
    """A formula with its value is that value: minutes, times, days and texts."""
    row = [
        Formula('="A4"', "A4"),
        Formula("=B2", "T1"),
        Formula("=DATE(2024,3,8)", serial(date(2024, 3, 8))),
        Formula("=D2", "咨询值班"),
        Formula("=TIME(14,0,0)", serial(time(14, 0))),
        Formula("=E3+1/16", serial(time(15, 30))),
        Formula("=ROUND((F3-E3)*1440,0)", 90),
    ]
    path = book({"教师": TEACHERS, "工作记录": [HEAD, DUTY, row, CLASS, LECTURE]})
    assert checked(path)["faults"] == []
    assert figures(path)["teachers"] == figures(book(SOUND, name="sound.xlsx"))["teachers"]


def test_a_zero_that_was_computed_is_a_zero(checked, book):
    """Excel's own 0 is a value like any other, and told as what it is: not above 0."""
    path = book(with_formula(Formula("=B1*0")))
    path = edited(path, "xl/workbook.xml", ' fullCalcOnLoad="1"', "")
    (fault,) = checked(path)["faults"]
    assert (fault["row"], fault["column"], fault["value"]) == (3, "minutes", "0")
    assert "Excel" not in fault["message"]


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?"])
@pytest.mark.parametrize("header", ["工号", "日期", "类别", "开始时间", "分钟"])
def test_error_cells_are_faults(checked, book, header, error):
    """A cell that shows an error is a fault that shows the error, never a blank."""
    (fault, *more) = checked(book(with_formula(Formula("=X1", error), header)))["faults"]
    assert more == []
    assert (fault["row"], fault["column"], fault["value"]) == (3, COLUMN[header], error)


@pytest.mark.parametrize("header", ["备注", "所在校区"])
def test_formulas_that_do_not_matter(checked, book, header):
    """A broken formula in a note, or in a column that is not read, stops nothing."""
    head = [header if one == "备注" else one for one in HEAD]
    rows = [[*row[:-1], Formula("=X1", value)] for row, value in zip(ROWS, (0, "#N/A", "#REF!", 0), strict=True)]
    assert checked(book({"教师": TEACHERS, "工作记录": [head, *rows]}))["faults"] == []


@pytest.mark.host("libreoffice")
@pytest.mark.parametrize("ending", ["xlsx", "ods", "xls"])
def test_formulas_that_libreoffice_worked_out(checked, figures, book, converted, ending):
    """What LibreOffice opened and saved has its values, and the fault is gone."""
    path = book(with_formula(Formula("=45*2", "")))
    path = edited(path, "xl/worksheets/sheet2.xml", "<f>45*2</f><v></v>", "<f>45*2</f>")
    assert checked(path)["faults"]
    saved = converted(path, ending)
    assert checked(saved)["faults"] == []
    assert figures(saved) == figures(book({"教师": TEACHERS, "工作记录": [HEAD, DUTY, MINUTES]}, name="sound.xlsx"))


@pytest.mark.host("libreoffice")
@pytest.mark.parametrize("ending", ["xlsx", "ods", "xls"])
def test_error_cells_of_other_formats(checked, book, converted, ending):
    """An error is an error in every kind of workbook."""
    saved = converted(book(with_formula(Formula("=1/0", "#DIV/0!"))), ending)
    (fault,) = checked(saved)["faults"]
    assert (fault["row"], fault["column"], fault["value"]) == (3, "minutes", "#DIV/0!")


# ---------------------------------------------------------------- aliases


OWN_HEAD = ["编号", "工号", "值班的日子", "事项", "开始时间", "结束时间", "分钟", "课时", "备注"]
OWN = {
    "本中心人员": TEACHERS,
    "登记": [OWN_HEAD, *[changed(row, 类别={"咨询值班": "个案"}.get(row[3], row[3])) for row in ROWS]],
}
SETTINGS = (
    "本中心人员=教师",
    "登记=工作记录",
    "工作记录.值班的日子=日期",
    "工作记录.事项=类别",
    "工作记录.类别.个案=咨询值班",
)
ALIAS_FILE = """\
format = 1

[tables]
"本中心人员" = "教师"
"登记" = "工作记录"

[columns."工作记录"]
"值班的日子" = "日期"
"事项" = "类别"

[words."工作记录"."类别"]
"个案" = "咨询值班"
"""


@pytest.fixture
def own(book, tmp_path):
    """A workbook in a school's own words, and the file that says what they mean."""
    (tmp_path / "workload-alias.toml").write_text(ALIAS_FILE, encoding="utf-8")
    return book(OWN, name="own.xlsx")


def test_aliases_change_no_figure(checked, figures, own, tmp_path, book):
    """With its aliases a workbook in a school's own words gives what it gives in the contract's words."""
    (tmp_path / "elsewhere").mkdir()
    sound = book(SOUND, name="elsewhere/sound.xlsx")
    assert checked(own)["faults"] == []
    assert checked(own)["repairs"] == []
    assert figures(own) == figures(sound)


def test_aliases_are_made_by_the_command(run, figures, book, tmp_path):
    """``workload alias`` makes the file beside the workbook, lists it, and takes an alias away again."""
    path = book(OWN)
    file = tmp_path / "workload-alias.toml"
    assert run("evaluate", path, "--year", 2024).code == 2
    done = run("alias", path, *SETTINGS)
    assert done.code == 0
    assert file.exists()
    for setting in SETTINGS:
        assert setting in done.out
        assert setting in run("alias", path).out
    assert figures(path)["rows"]["read"] == 4
    done = run("alias", path, "--remove", "工作记录.类别.个案")
    assert done.code == 0
    assert "个案" not in file.read_text(encoding="utf-8")
    result = run("check", path, "--format", "json")
    assert {fault["value"] for fault in result.json["faults"]} == {"个案"}


def test_alias_asks(run, book, tmp_path, monkeypatch):
    """``--ask`` goes through what is unsure, and only what was said yes to is written."""
    rows = [HEAD, changed(DUTY, 类别="咨寻值班"), changed(LECTURE, 类别="讲坐"), MINUTES]
    path = book({"教师": TEACHERS, "工作记录": rows})
    file = tmp_path / "workload-alias.toml"
    monkeypatch.setattr("sys.stdin", io.StringIO("n\nn\n"))
    assert run("alias", path, "--ask").code == 0
    assert not file.exists()
    monkeypatch.setattr("sys.stdin", io.StringIO("y\nn\n"))
    asked = run("alias", path, "--ask")
    assert asked.code == 0
    assert "咨寻值班" in asked.out
    assert "讲坐" in asked.out
    text = file.read_text(encoding="utf-8")
    assert '"咨寻值班" = "咨询值班"' in text
    assert "讲坐" not in text


@pytest.mark.parametrize("answers", ["", "y\n"])
def test_alias_asks_nobody(run, book, tmp_path, monkeypatch, answers):
    """Where nobody answers (any more), that is no failure of the program, and what was confirmed is kept."""
    rows = [HEAD, changed(DUTY, 类别="咨寻值班"), changed(LECTURE, 类别="讲坐"), MINUTES]
    path = book({"教师": TEACHERS, "工作记录": rows})
    monkeypatch.setattr("sys.stdin", io.StringIO(answers))
    assert run("alias", path, "--ask").code != 1
    assert (tmp_path / "workload-alias.toml").exists() == bool(answers)


def test_aliases_lie_in_a_folder_of_csv_files(figures, folder):
    """The aliases of a folder of CSV files lie in it; those beside it are of other workbooks."""
    path = folder(csv_of(OWN))
    (path / "workload-alias.toml").write_text(ALIAS_FILE, encoding="utf-8-sig")
    assert figures(path) == figures(folder(csv_of(SOUND), name="sound"))


def test_aliases_are_of_their_place(run, own, tmp_path, book):
    """An alias of one table's column or word means nothing in another, and nothing in another folder."""
    (tmp_path / "elsewhere").mkdir()
    assert run("check", book(OWN, name="elsewhere/other.xlsx")).code == 2
    teachers = [["工号", "事项"], ["T1", "兼职"], ["T2", "专职"]]
    result = run("check", book({**OWN, "本中心人员": teachers}, name="two.xlsx"), "--format", "json")
    assert [(fault["table"], fault["column"]) for fault in result.json["faults"]] == [("teachers", "employment")]


def test_a_column_that_is_not_to_be_read(checked, run, book):
    """A column that comes near one of the contract's is put to rest with 不读."""
    head = ["分钟(合计)" if one == "分钟" else one for one in HEAD]
    path = book({"教师": TEACHERS, "工作记录": [head, DUTY]})
    assert checked(path)["faults"]
    assert run("alias", path, "工作记录.分钟(合计)=不读").code == 0
    report = checked(path)
    assert report["faults"] == []
    assert any("分钟(合计)" in alias for alias in report["aliases"])


BAD_ALIASES = {
    "no_format": ('[tables]\n"登记" = "工作记录"\n', ["format"]),
    "no_toml": ('format = 1\n[tables\n"x"', []),
    "section": ("format = 1\n[sheets]\n", ["sheets"]),
    "table": ('format = 1\n[tables]\n"登记" = "工作纪录表"\n', ["工作纪录表"]),
    "column": ('format = 1\n[columns."工作记录"]\n"日子" = "那天"\n', ["那天"]),
    "word": ('format = 1\n[words."工作记录"."类别"]\n"个案" = "咨寻"\n', ["咨寻"]),
    "number": ('format = 1\n[tables]\n"登记" = 3\n', ["登记"]),
    "together": (
        'format = 1\n[tables]\n"登记" = "工作纪录表"\n[columns."工作记录"]\n"日子" = "那天"\n'
        '[columns."没有的表"]\n"x" = "日期"\n[words."工作记录"."日期"]\n"昨天" = "2024-3-5"\n',
        ["工作纪录表", "那天", "没有的表", "日期"],
    ),
}


@pytest.mark.parametrize("name", BAD_ALIASES)
def test_faults_of_an_alias_file(run, book, tmp_path, name):
    """An alias file with faults stops every verb with all of them together, under its own name."""
    text, said = BAD_ALIASES[name]
    (tmp_path / "workload-alias.toml").write_text(text, encoding="utf-8")
    path = book(SOUND)
    for verb in (["check"], ["evaluate", "--year", 2024], ["experience", "--as-of", 2024]):
        result = run(verb[0], path, *verb[1:])
        assert result.code == 2
        for word in ("workload-alias.toml", *said):
            assert word in result.out + result.err


@pytest.mark.parametrize("meaning", ["备注", "工号", "编号"])
@pytest.mark.parametrize("header", ["学生姓名", "来访者姓名", "学号", "手机号码", "主诉"])
def test_client_headers_cannot_be_confirmed(run, book, header, meaning):
    """A header over data of clients cannot be confirmed as a column of ours: no file is written."""
    path = book(SOUND)
    result = run("alias", path, f"工作记录.{header}={meaning}")
    assert result.code == 2
    assert header in result.err
    assert not path.with_name("workload-alias.toml").exists()


@pytest.mark.parametrize("setting", ["工作记录.学生姓名=类别", "工作记录.学号=日期"])
def test_client_headers_are_refused_for_closed_columns_too(run, book, setting):
    """Nor as a column of a closed list: what stands in it would be repeated as a wrong word."""
    header, meaning = setting.removeprefix("工作记录.").split("=")
    head = [header if one == meaning else one for one in HEAD]
    rows = [changed(DUTY, **{meaning: "王小明"}), MINUTES]
    path = book({"教师": TEACHERS, "工作记录": [head, *rows]})
    run("alias", path, setting)
    result = run("check", path)
    assert result.code == 2
    assert "王小明" not in result.out + result.err


def test_a_client_column_stays_refused_unread(run, checked, book):
    """不读 does not let a column over data of clients in: it must go."""
    rows = [[*HEAD, "学生姓名"], [*DUTY, "王小明"]]
    path = book({"教师": TEACHERS, "工作记录": rows})
    run("alias", path, "工作记录.学生姓名=不读")
    assert [fault["column"] for fault in checked(path)["faults"]] == ["学生姓名"]


@pytest.mark.parametrize("setting", ["教师=工作记录", "工作记录.日期=备注", "工作记录.类别.讲座=咨询值班"])
def test_words_of_the_contract_keep_their_meaning(run, book, setting):
    """A word of the contract itself cannot be given another meaning."""
    assert run("alias", book(SOUND), setting).code == 2


def test_removing_what_is_not_there_is_told(run, own):
    """To take away an alias that is not there is told, as a slip of the pen would be."""
    result = run("alias", own, "--remove", "工作记录.类别.个桉")
    assert result.code == 2 or "个桉" in result.out + result.err


def test_aliases_need_a_workbook(run, tmp_path):
    """A workbook that is not there (a slip in its name) gets no aliases."""
    assert run("alias", tmp_path / "没有.xlsx", "登记=工作记录").code == 2
    assert not (tmp_path / "workload-alias.toml").exists()


USED = [
    "本中心人员=教师",
    "登记=工作记录",
    "工作记录.值班的日子=日期",
    "工作记录.事项=类别",
    "工作记录.类别.个案=咨询值班",
]
ANSWERS = {
    "evaluate": ["--year", "2024"],
    "experience": ["--as-of", "2024"],
    "explain": ["--teacher", "T1", "--year", "2024"],
    "check": [],
}
EVERY_OUTPUT = [(verb, how) for verb in ANSWERS for how in (*FORMATS, "xlsx")]


def output_of(run, verb, how, path, target, *options):
    """The text of an answer in a format; of a workbook the text of its cells."""
    if how == "xlsx":
        assert run(verb, path, *ANSWERS[verb], "-o", target, "--force", *options).code == 0
        return all_text(target)
    result = run(verb, path, *ANSWERS[verb], "--format", how, *options)
    assert result.code == 0
    return result.out


@pytest.mark.parametrize(("verb", "how"), EVERY_OUTPUT)
def test_aliases_are_printed_in_every_output(run, own, tmp_path, verb, how):
    """Every output that used an alias prints it."""
    said = output_of(run, verb, how, own, tmp_path / "out.xlsx")
    for alias in USED:
        assert alias in said


@pytest.mark.parametrize("verb", ANSWERS)
def test_aliases_that_were_not_used_are_not_printed(run, book, tmp_path, verb):
    """An alias that no cell needed is printed nowhere."""
    (tmp_path / "workload-alias.toml").write_text(ALIAS_FILE, encoding="utf-8")
    path = book(SOUND)
    for how in (*FORMATS, "xlsx"):
        said = output_of(run, verb, how, path, tmp_path / "out.xlsx")
        assert not [word for word in ("个案", "登记", "值班的日子", "本中心人员") if word in said]


def test_aliases_in_english(run, own):
    """With --lang en the aliases are printed in English words."""
    said = run("check", own, "--format", "json", "--lang", "en").json["aliases"]
    assert "登记=activities" in said
    assert "activities.值班的日子=date" in said


# ---------------------------------------------------------------- privacy


def hidden_as(number):
    """A number as people write it: plain, full-width, with spaces or hyphens, inside a sentence, beside another."""
    wide = number.translate({ord(one): chr(ord(one) + 0xFEE0) for one in "0123456789X"})
    apart = " ".join([number[:6], number[6:14], number[14:]]).strip()
    return [number, wide, apart, apart.replace(" ", "-"), f"见{number}。", f"{number}{MOBILE}", number.lower()]


PERSONAL = [
    *hidden_as(CARD),
    *[one for one in hidden_as("110105194912310021") if MOBILE not in one],  # a wrong check digit is a slip of the pen
    *hidden_as(OLD_CARD)[:5],
    *hidden_as(MOBILE)[:6],
    "138-0013-8000",
    "138 0013 8000",
    "+86 13800138000",
    "8613800138000",
    f"{MOBILE}13900139000",
]


@pytest.mark.parametrize("value", dict.fromkeys(PERSONAL))
def test_notes_with_numbers_of_persons(run, book, tmp_path, value):
    """A note with an identity-card or mobile number is refused, its column named, and it is nowhere repeated."""
    path = book({"教师": TEACHERS, "工作记录": [HEAD, changed(DUTY, 备注=value), MINUTES]})
    copy = tmp_path / "copy.xlsx"
    report = run("check", path, "--format", "json")
    assert places(report.json["faults"]) == [("activities", 2, "note", None)]
    refused = run("check", path, "-o", copy)
    assert refused.code == 2
    assert not copy.exists()
    said = report.out + report.err + refused.out + refused.err
    for how in FORMATS:
        result = run("check", path, "--format", how)
        said += result.out + result.err
    skipped = run("evaluate", path, "--year", 2024, "--skip-faulty")
    said += skipped.out + skipped.err
    assert value not in said
    for digits in (value, MOBILE, CARD[:17], OLD_CARD, value[:12]):
        assert digits not in said
    assert "备注" in said


# One sound row of every table, and the columns in which a text may stand.
EVERY_TABLE = {
    "teachers": ("教师", ["工号", "姓名", "类别", "来源", "职称"], ["T9", "教师09", "兼职", "校内", "讲师"]),
    "titles": ("职称", ["工号", "职称", "生效日期"], ["T1", "讲师", DAY]),
    "appointments": ("聘期", ["工号", "开始日期", "结束日期"], ["T1", date(2024, 1, 1), date(2024, 12, 31)]),
    "activities": (
        "工作记录",
        [*HEAD, "状态", "有来访", "活动编号", "份额", "场次"],
        [*MINUTES, "完成", "是", "E1", 1, 1],
    ),
    "evaluations": ("年度考核", ["工号", "年度", "结论"], ["T1", 2024, "合格"]),
    "training": ("培训", ["工号", "日期", "学时", "级别", "形式", "名称"], ["T1", DAY, 8, "市级", "培训", "讲习"]),
    "case_reports": ("案例报告", ["工号", "日期"], ["T1", DAY]),
    "rates": ("课酬标准", ["项目", "职称", "单价", "生效日期", "依据"], ["积分", "讲师", 2, DAY, "校发1号"]),
    "payments": ("已发放", ["工号", "月份", "项目", "数量", "金额"], ["T1", "2024-03", "积分", 1, 2]),
}
EVERY_COLUMN = [(table, header) for table, (_, headers, _) in EVERY_TABLE.items() for header in headers]


def with_a_person_in(table, header, value):
    title, headers, row = EVERY_TABLE[table]
    rows = [headers, row, [value if one == header else cell for one, cell in zip(headers, row, strict=True)]]
    sheets = {"教师": [*TEACHERS], "工作记录": [HEAD, DUTY]}
    if table == "teachers":
        rows = [headers, *[[*one[:3], "校内", one[3]] for one in TEACHERS[1:]], rows[2]]
    return {**sheets, title: rows}


@pytest.mark.parametrize(("table", "header"), EVERY_COLUMN)
@pytest.mark.parametrize("value", [MOBILE, f"王某 {CARD}"])
def test_numbers_of_persons_in_every_column(run, book, table, header, value):
    """A person's number is refused in every column of every table, and no format repeats it."""
    path = book(with_a_person_in(table, header, value))
    said = ""
    for how in FORMATS:
        result = run("check", path, "--format", how)
        assert result.code == 2
        said += result.out + result.err
    result = run("evaluate", path, "--year", 2024)
    said += result.out + result.err
    assert result.code == 2
    assert MOBILE not in said
    assert CARD[:17] not in said


@pytest.mark.parametrize(("table", "header"), EVERY_COLUMN)
def test_no_copy_carries_a_persons_number(run, book, tmp_path, table, header):
    """While such a number stands in any column that is read, no marked copy is written."""
    copy = tmp_path / "copy.xlsx"
    result = run("check", book(with_a_person_in(table, header, f"王某 {CARD}")), "-o", copy)
    assert result.code == 2
    assert not copy.exists()


CLIENT_HEADERS = [
    "来访者姓名",
    "学生 姓名",
    "学号",
    "身份证号",
    "身份证号码",
    "手机",
    "手机号",
    "联系电话",
    "主诉",
    "Client Name",
]


@pytest.mark.parametrize("header", CLIENT_HEADERS)
@pytest.mark.parametrize("table", ["教师", "工作记录"])
def test_client_headers_are_refused(run, book, tmp_path, table, header):
    """A column that looks like client data is refused by its name; what stands under it is never repeated or copied."""
    sheets = {title: [list(row) for row in rows] for title, rows in SOUND.items()}
    for number, row in enumerate(sheets[table]):
        row.append(header if number == 0 else "王小明")
    path = book(sheets)
    copy = tmp_path / "copy.xlsx"
    for arguments in (["check", path], ["check", path, "-o", copy], ["evaluate", path, "--year", 2024]):
        result = run(*arguments)
        assert result.code == 2
        assert "王小明" not in result.out + result.err
        assert header in result.out + result.err
    assert not copy.exists()
    assert run("evaluate", path, "--year", 2024, "--skip-faulty").code == 2


@pytest.mark.parametrize("number", [MOBILE, CARD])
@pytest.mark.parametrize(
    "header",
    [
        "日期{}",
        "分钟 {}",
        "备注{}",
        "{}",
        "手机{}",
    ],
)
def test_numbers_in_headers_are_not_repeated(run, book, header, number):
    """A header with a person's number in it is not repeated, not even when it comes near one of ours."""
    spelling = header.format(number)
    name = next((one for one in ("日期", "分钟", "备注") if one in header), "备注")
    path = book({"教师": TEACHERS, "工作记录": [[spelling if one == name else one for one in HEAD], *ROWS]})
    for verb in (
        ["check", path],
        ["check", path, "--format", "json"],
        ["alias", path],
        ["evaluate", path, "--year", 2024],
    ):
        result = run(*verb)
        assert number not in result.out + result.err


@pytest.mark.parametrize("number", [MOBILE, CARD])
@pytest.mark.parametrize(
    "title",
    [
        "工作记录",
        "培训",
        "登记",
    ],
)
def test_numbers_in_names_of_sheets_are_not_repeated(run, book, title, number):
    """Nor is the name of a sheet."""
    sheets = {"教师": TEACHERS, f"{title}{number}"[:31]: [HEAD, *ROWS]}
    if title != "工作记录":
        sheets["工作记录"] = [HEAD, *ROWS]
    path = book(sheets)
    for verb in (
        ["check", path],
        ["check", path, "--format", "json"],
        ["alias", path],
        ["evaluate", path, "--year", 2024],
    ):
        result = run(*verb)
        assert number not in result.out + result.err


@pytest.mark.parametrize("row", [[f"制表人：王某 {CARD}"], ["合计", CARD], [f"联系人 {CARD}"]])
def test_numbers_in_rows_that_are_no_records(run, book, tmp_path, row):
    """A person's number in a title, a total or a footer is never repeated."""
    for rows in ([HEAD, *ROWS, row], [row, HEAD, *ROWS]):
        path = book({"教师": TEACHERS, "工作记录": rows})
        for how in FORMATS:
            result = run("check", path, "--format", how)
            assert CARD not in result.out + result.err


@pytest.mark.parametrize("row", [[f"制表人：王某 {CARD}"], ["合计", CARD]])
def test_numbers_below_the_records_are_refused(checked, book, row):
    """And it is refused: the rows below a table belong to it."""
    assert checked(book({"教师": TEACHERS, "工作记录": [HEAD, *ROWS, row]}))["faults"]


# ---------------------------------------------------------------- writing


WRITING = {
    "evaluate": ["--year", "2024"],
    "experience": ["--as-of", "2024"],
    "explain": ["--teacher", "T1", "--year", "2024"],
    "check": [],
    "rules": [],
    "institution": ["--students", "20000"],
}
SAMPLES = Path(__file__).parent.parent / "samples"
EVERY_WRITER = [(verb, ending) for verb in WRITING for ending in ("xlsx", "json", "csv", "md", "txt")]
EVERY_WRITER += [("template", "xlsx"), ("import-bookings", "xlsx")]


def writing(verb, source, target):
    """A command that writes a file."""
    if verb == "template":
        return ["template", target, "--from", source]
    if verb == "import-bookings":
        bookings = SAMPLES / "bookings"
        return [verb, bookings / "预约导出.csv", "--map", bookings / "映射.toml", "--from", source, "-o", target]
    return [verb, *([] if verb in ("rules", "institution") else [source]), *WRITING[verb], "-o", target]


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(("verb", "ending"), EVERY_WRITER)
def test_an_existing_file_needs_force(run, book, tmp_path, verb, ending):
    """No verb replaces a file without --force; with it the new file takes the old one's place; the input stays."""
    source, target = book(SOUND), tmp_path / "results" / f"out.{ending}"
    target.parent.mkdir()
    before = digest(source), source.stat().st_mtime_ns
    target.write_bytes(b"mine")
    refused = run(*writing(verb, source, target))
    assert refused.code == 2
    assert "--force" in refused.err
    assert target.read_bytes() == b"mine"
    assert run(*writing(verb, source, target), "--force").code == 0
    assert target.read_bytes() != b"mine"
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    assert (digest(source), source.stat().st_mtime_ns) == before


@pytest.mark.parametrize(("verb", "ending"), EVERY_WRITER)
def test_a_locked_file_is_left_alone(run, book, tmp_path, verb, ending):
    """A file that is open in Excel or LibreOffice is not replaced, and the message says so."""
    source, target = book(SOUND), tmp_path / f"out.{ending}"
    target.write_bytes(b"mine")
    for note in (f"~$out.{ending}", f".~lock.out.{ending}#"):
        lock = tmp_path / note
        lock.write_bytes(b"")
        result = run(*writing(verb, source, target), "--force")
        assert result.code == 2
        assert "打开" in result.err
        assert "关闭" in result.err
        assert "out." in result.err
        assert target.read_bytes() == b"mine"
        lock.unlink()


@pytest.mark.parametrize("verb", ["evaluate", "experience", "explain", "check", "template", "import-bookings"])
def test_the_input_is_never_written_to(run, book, tmp_path, verb):
    """No verb writes over its input, by its own name, a link, or another spelling of the path, even with --force."""
    source = book(SOUND)
    before = digest(source)
    link = tmp_path / "link.xlsx"
    link.symlink_to(source)
    (tmp_path / "x").mkdir()
    for target in (source, link, tmp_path / "x" / ".." / "center.xlsx"):
        result = run(*writing(verb, source, target), "--force")
        assert result.code == 2
        assert digest(source) == before


def test_a_hard_link_to_the_input_parts_from_it(run, book, tmp_path):
    """Where the target is another name of the same file, the input keeps its content."""
    source = book(SOUND)
    before = digest(source)
    os.link(source, tmp_path / "twin.xlsx")
    run("check", source, "-o", tmp_path / "twin.xlsx", "--force")
    assert digest(source) == before


def test_the_files_of_a_folder_are_never_written_to(run, folder):
    """Nor does a verb write over, or add, a table among the CSV files that it reads."""
    path = folder(csv_of(SOUND))
    before = {file.name: digest(file) for file in path.iterdir()}
    for name in ("工作记录.csv", "培训.csv"):
        assert run("evaluate", path, "--year", 2024, "-o", path / name, "--force").code == 2
    assert {file.name: digest(file) for file in path.iterdir()} == before


FULL_DISK = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))
from workload.cli import main
main(sys.argv[1:])
"""


def in_python(code, *arguments, **more):
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
        **more,
    )


@pytest.mark.parametrize(("verb", "ending"), [one for one in EVERY_WRITER if one[1] in ("xlsx", "json")])
def test_a_write_that_fails_leaves_the_old_file(book, tmp_path, verb, ending):
    """A file that cannot be written to its end (a full disk) leaves the old one whole, and nothing beside it."""
    source, target = book(SOUND), tmp_path / "results" / f"out.{ending}"
    target.parent.mkdir()
    target.write_bytes(b"mine")
    done = in_python(
        FULL_DISK, *writing(verb, source, target), "--force", env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    )
    assert done.returncode == 2, done.stderr
    assert str(target) in done.stderr
    assert target.read_bytes() == b"mine"
    assert [path.name for path in target.parent.iterdir()] == [target.name]


# ---------------------------------------------------------------- the network


OFFLINE = """
import os, sys
def hook(event, arguments):
    if event.startswith("socket."):
        os.write(2, event.encode())
        os._exit(97)
sys.addaudithook(hook)
from workload.cli import main
main(sys.argv[1:])
"""


def test_the_hook_would_see_a_socket():
    """The hook of the next test does end a process that opens a socket."""
    code = OFFLINE.replace("from workload.cli import main\nmain(sys.argv[1:])", "import socket; socket.socket()")
    assert in_python(code).returncode == 97


@pytest.mark.parametrize("verb", [*WRITING, "template", "import-bookings", "alias", "ask", "faults", "marked"])
def test_no_verb_touches_the_network(book, tmp_path, verb):
    """No verb raises any event of a socket: not to connect, not to look up a name, not even to make one."""
    source, target = book(SOUND), tmp_path / "out.xlsx"
    faulty = book({"教师": TEACHERS, "工作记录": [HEAD, changed(DUTY, 类别="咨寻值班")]}, name="faulty.xlsx")
    commands = {
        "alias": [["alias", source, "登记=工作记录"], ["alias", source]],
        "ask": [["alias", faulty, "--ask"]],
        "faults": [
            ["check", faulty],
            ["evaluate", faulty, "--year", 2024],
            ["evaluate", faulty, "--year", 2024, "--skip-faulty"],
        ],
        "marked": [["check", faulty, "-o", target]],
    }.get(verb) or [writing(verb, source, target)]
    if verb in WRITING:
        commands.append(commands[0][:-2])
    for arguments in commands:
        done = in_python(OFFLINE, *arguments, input="y\n")
        assert done.returncode in (0, 2), done.stderr
        assert "socket" not in done.stderr


# ---------------------------------------------------------------- progress


SLOWLY = """
import sys
import tqdm  # beforehand, so that its loading takes no time from the bar
from workload import cli
from workload.cli.shared import _Progress
_Progress.PATIENCE, _Progress.REFRESH = {patience}, 0.02
cli.main(sys.argv[1:])
"""


@pytest.fixture
def long_folder(folder):
    """Records that take a second or so to read."""
    start = [changed(MINUTES, 编号=f"B{number}", 日期=f"2024-{1 + number % 12:02}-05") for number in range(120_000)]
    return folder(csv_of({"教师": TEACHERS, "工作记录": [HEAD, *start]}))


def on_a_terminal(code, *arguments):
    """What a command writes on a terminal as standard error, its standard output, and its exit code."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    command = [sys.executable, "-c", code, *map(str, arguments)]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=environment) as process:
        os.close(theirs)
        said, read = b"", b""
        deadline = clock.monotonic() + 100
        streams = [ours, process.stdout.fileno()]
        while streams and clock.monotonic() < deadline:
            for stream in select.select(streams, [], [], 1)[0]:
                try:
                    piece = os.read(stream, 1 << 16)
                except OSError:  # the terminal is gone with its last user
                    piece = b""
                if not piece:
                    streams.remove(stream)
                elif stream == ours:
                    said += piece
                else:
                    read += piece
    os.close(ours)
    return said.decode("utf-8"), read.decode("utf-8"), process.returncode


def left_on_screen(said):
    """What stays on a terminal: of each line what was last written over it."""
    lines = []
    for line in said.replace("\r\n", "\n").split("\n"):
        cells = []
        for part in re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", line).split("\r"):
            cells[: len(part)] = part
        lines.append("".join(cells).rstrip())
    return "\n".join(lines).strip()


@pytest.mark.parametrize("verb", ["check", "evaluate"])
def test_a_bar_after_a_while(long_folder, verb):
    """On a terminal a long run shows how far it has come, on standard error alone, and takes it away at the end."""
    options = ["--format", "json", *WRITING[verb]]
    said, read, code = on_a_terminal(SLOWLY.format(patience=0.05), verb, long_folder, *options)
    assert code == 0
    assert "读取" in said
    assert re.search(r"\d+%", said)
    assert left_on_screen(said) == ""
    json.loads(read)


def test_no_bar_for_what_is_quick(book):
    """What is done before one's patience ends shows nothing."""
    said, _, code = on_a_terminal(SLOWLY.format(patience=30), "check", book(SOUND))
    assert (said, code) == ("", 0)


def test_no_bar_in_a_pipe(long_folder):
    """Where standard error is no terminal there is no bar."""
    done = in_python(SLOWLY.format(patience=0.0), "check", long_folder)
    assert (done.returncode, done.stderr) == (0, "")


def test_faults_stand_below_no_bar(long_folder):
    """The bar is gone before faults are told."""
    with (long_folder / "工作记录.csv").open("a", encoding="utf-8") as stream:
        stream.write("Z,T1,2024-13-01,咨询值班,,,90,,\n")
    said, read, code = on_a_terminal(SLOWLY.format(patience=0.05), "evaluate", long_folder, "--year", 2024)
    assert (code, read) == (2, "")
    assert "%" in said
    assert "%" not in left_on_screen(said)
    assert "2024-13-01" in left_on_screen(said)


# ---------------------------------------------------------------- the marked copy


FAULTY = [
    HEAD,
    changed(DUTY, 日期="2024-13-01"),
    CLASS,
    changed(LECTURE, 类别="讲坐"),
    changed(MINUTES, 工号="T9"),
    changed(DUTY, 编号="A9", 日期=date(2024, 3, 9), 开始时间=time(8, 0), 结束时间=time(21, 30)),
]
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheet_part(path, title):
    """The XML of a sheet, by its name."""
    with zipfile.ZipFile(path) as package:
        book = ElementTree.fromstring(package.read("xl/workbook.xml"))  # noqa: S314  # a file of our own
        names = [sheet.get("name") for sheet in book.iter(f"{SHEET}sheet")]
        ids = [next(v for k, v in sheet.items() if k.endswith("}id")) for sheet in book.iter(f"{SHEET}sheet")]
        relations = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        targets = {one.get("Id"): one.get("Target") for one in relations}
        target = targets[ids[names.index(title)]].lstrip("/")
        return ElementTree.fromstring(package.read(target if target.startswith("xl/") else f"xl/{target}"))  # noqa: S314


def colored(path, title):
    """The cells of a sheet that have a fill, with its color."""
    with zipfile.ZipFile(path) as package:
        styles = ElementTree.fromstring(package.read("xl/styles.xml"))  # noqa: S314
    fills = [fill.find(f".//{SHEET}fgColor") for fill in styles.find(f"{SHEET}fills")]
    colors = [None if fill is None else fill.get("rgb") for fill in fills]
    formats = [int(one.get("fillId", 0)) for one in styles.find(f"{SHEET}cellXfs")]
    cells = sheet_part(path, title).iter(f"{SHEET}c")
    found = {cell.get("r"): colors[formats[int(cell.get("s", 0))]] for cell in cells}
    return {cell: color for cell, color in found.items() if color}


def comments(path):
    """The comments of a workbook by cell, those of all sheets together."""
    found = {}
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if re.fullmatch(r"xl/(?:comments/)?comments?\d+\.xml", name):
                for one in ElementTree.fromstring(package.read(name)).iter(f"{SHEET}comment"):  # noqa: S314
                    found[one.get("ref")] = "".join(one.itertext())
    return found


def test_the_marked_copy_of_a_workbook(run, book, tmp_path):
    """The copy has the faulty cells colored and commented, a sheet that lists and links them, and else no change."""
    source, copy = book({"说明": [["我的"]], "教师": TEACHERS, "工作记录": FAULTY}), tmp_path / "copy.xlsx"
    before = digest(source)
    result = run("check", source, "-o", copy)
    assert result.code == 2
    assert re.search(r"错误 3 处，提示 1 条", result.out)
    assert str(copy) in result.out
    ours, theirs = workbook_cells(copy), workbook_cells(source)
    added = set(ours) - set(theirs)
    assert len(added) == 1
    assert {name: ours[name] for name in theirs} == theirs
    marked = colored(copy, "工作记录")
    assert set(marked) >= {"C2", "D4", "B5", "E6"}
    assert len({marked[cell] for cell in ("C2", "D4", "B5")}) == 1
    assert marked["E6"] != marked["C2"]
    assert colored(copy, "教师") == {}
    said = comments(copy)
    assert {"C2", "D4", "B5", "E6"} <= set(said)
    assert "讲座" in said["D4"]
    listed = json.dumps(ours[added.pop()], ensure_ascii=False, default=str)
    for word in ("2024-13-01", "讲坐", "T9"):
        assert word in listed
    links = list(sheet_part(copy, next(iter(set(ours) - set(theirs)))).iter(f"{SHEET}hyperlink"))
    assert {link.get("location", "").replace("$", "").partition("!")[2] for link in links} >= {"C2", "D4", "B5", "E6"}
    assert digest(source) == before


def test_the_copy_of_a_sound_workbook(run, book, tmp_path):
    """Without faults the copy is written too, and the exit code is 0."""
    source, copy = book(SOUND), tmp_path / "copy.xlsx"
    result = run("check", source, "-o", copy)
    assert (result.code, comments(copy)) == (0, {})
    assert "错误 0 处" in result.out
    ours = workbook_cells(copy)
    assert {name: ours[name] for name in SOUND} == workbook_cells(source)


def test_the_copy_marks_the_row_below_titles(run, book, tmp_path):
    """Where titles stand above the header and the table begins in a later column, the very cell is marked."""
    rows = [[None, None, "2024年度"], [], *[[None, None, *row] for row in FAULTY]]
    copy = tmp_path / "copy.xlsx"
    assert run("check", book({"教师": TEACHERS, "工作记录": rows}), "-o", copy).code == 2
    assert set(comments(copy)) >= {"E4", "F6", "D7", "G8"}


def test_the_marked_copy_of_a_folder(run, folder, tmp_path):
    """The copy of a folder of CSV files is one workbook with their rows, marked in the same way."""
    source, copy = folder(csv_of({"教师": TEACHERS, "工作记录": FAULTY})), tmp_path / "copy.xlsx"
    assert run("check", source, "-o", copy).code == 2
    assert set(comments(copy)) >= {"C2", "D4", "B5", "E6"}
    cells = workbook_cells(copy)
    assert [row[: len(HEAD)] for row in cells["工作记录"]] == [shown(row) for row in FAULTY]
    assert set(colored(copy, "工作记录")) >= {"C2", "D4", "B5", "E6"}


@pytest.mark.host("libreoffice")
@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_the_marked_copy_of_other_formats(run, book, converted, tmp_path, ending):
    """The copy of an xls or ods workbook is an xlsx with its cells and the same marks."""
    source, copy = converted(book({"教师": TEACHERS, "工作记录": FAULTY}), ending), tmp_path / "copy.xlsx"
    before = digest(source)
    assert run("check", source, "-o", copy).code == 2
    assert set(comments(copy)) >= {"C2", "D4", "B5", "E6"}
    cells = workbook_cells(copy)["工作记录"]
    assert cells[1][HEAD.index("日期")] == "2024-13-01"
    assert cells[2][HEAD.index("日期")] == date(2024, 3, 6)
    assert cells[2][HEAD.index("课时")] == 2
    assert digest(source) == before


def test_what_has_no_cell_is_listed(run, book, tmp_path):
    """A fault of a whole table, which has no cell to color, stands in the list."""
    copy = tmp_path / "copy.xlsx"
    assert run("check", book({"教师": TEACHERS}), "-o", copy).code == 2
    assert "缺少" in all_text(copy)


# ---------------------------------------------------------------- the template


def test_an_untouched_template_says_nothing(run, book, tmp_path):
    """Sheets of the template that nobody filled in count as missing: the verdicts are undetermined, not zero."""
    template = tmp_path / "new.xlsx"
    assert run("template", template, "--from", book(SOUND)).code == 0
    report = run("check", template, "--format", "json")
    assert (report.code, report.json["faults"]) == (0, [])
    assert {code for _, code in passed_over(report.json)} == {"example_row"}
    found = run("evaluate", template, "--year", 2024, "--format", "json").json
    assert found["rows"]["read"] == 0
    assert [teacher["teacher_id"] for teacher in found["teachers"]] == ["T1", "T2"]
    for teacher in found["teachers"]:
        assert teacher["training"]["verdict"] == "undetermined"
        assert teacher["case_reports"]["verdict"] == "undetermined"
        assert teacher["evaluation"] is None
    text = run("evaluate", template, "--year", 2024).out
    assert "待定" in text
    assert "示例" not in text.replace("示例等", "")


def test_a_template_filled_in_by_hand(figures, run, tmp_path, book):
    """A template to whose sheet rows were added, the example left where it is, gives what those rows give."""
    template = tmp_path / "new.xlsx"
    assert run("template", template).code == 0
    cells = {name: [list(row) for row in rows] for name, rows in workbook_cells(template).items()}
    cells["教师"] += [[row[0], row[1], row[2], "", row[3]] for row in TEACHERS[1:]]
    headers = [str(cell).rstrip("*") for cell in cells["工作记录"][0]]
    cells["工作记录"] += [[dict(zip(HEAD, row, strict=True)).get(header) for header in headers] for row in ROWS]
    path = book(
        {name: [[None if c == "" else c for c in row] for row in rows] for name, rows in cells.items()}, name="f.xlsx"
    )
    assert figures(path) == figures(book(SOUND, name="sound.xlsx"))


# ---------------------------------------------------------------- times with a day


def duty_from(start, end, day=DAY):
    return {"教师": TEACHERS, "工作记录": [HEAD, changed(DUTY, 日期=day, 开始时间=start, 结束时间=end)]}


def at(day, hour, minute):
    return datetime.combine(date(2024, 3, day), time(hour, minute))


SAME_DAY = [
    (at(5, 9, 0), at(5, 10, 30), 90),
    (at(5, 23, 0), at(6, 0, 30), 90),
    (at(5, 22, 30), at(6, 0, 0), 90),
    (time(22, 30), at(6, 0, 0), 90),
    ("2024-03-05 22:30", "2024-03-06 00:00", 90),
    ("2024/3/5 9:00", time(10, 30), 90),
    (time(23, 0), time(0, 30), 90),
]


@pytest.mark.parametrize(("start", "end", "minutes"), SAME_DAY)
def test_times_with_the_rows_day(figures, book, start, end, minutes):
    """A time may stand with the row's own day; an end after midnight with the next."""
    assert figures(book(duty_from(start, end)))["teachers"][0]["counseling"]["minutes"] == minutes


OTHER_DAY = [
    (at(4, 9, 0), at(5, 10, 0), "start"),
    (time(9, 0), at(6, 10, 0), "end"),
    (time(23, 0), at(7, 0, 30), "end"),
    ("2024-03-06 9:00", time(10, 0), "start"),
    (serial(date(2023, 3, 5)) + 0.375, time(10, 0), "start"),
]


@pytest.mark.parametrize(("start", "end", "column"), OTHER_DAY)
def test_times_with_another_day(checked, book, start, end, column):
    """A time that stands with another day than its row's is a fault: one of the two is wrong."""
    faults = checked(book(duty_from(start, end)))["faults"]
    assert (2, column) in [(fault["row"], fault["column"]) for fault in faults]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (at(5, 14, 0), at(5, 9, 0)),
        ("2024-03-05 14:00", "2024-03-05 09:00"),
    ],
)
def test_an_end_on_the_same_day_before_the_start(checked, book, start, end):
    """An end that stands with the row's own day and lies before the start contradicts itself, and is a fault."""
    faults = checked(book(duty_from(start, end)))["faults"]
    assert [fault["row"] for fault in faults] == [2]


# ---------------------------------------------------------------- doors


def semicolons(tables, place, mark, encoding="utf-8"):
    """The center as CSV with another separator."""
    place.mkdir()
    for table, rows in tables.items():
        text = io.StringIO()
        csv.writer(text, delimiter=mark).writerows(map(as_text, row) for row in grid(rows, table, "zh"))
        (place / f"{names(table, 'zh')[0]}.csv").write_text(text.getvalue(), encoding=encoding)
    return place


@pytest.mark.parametrize("door", ["text", "serial", "utf-8", "utf-8-sig", "gb18030", ";", "\t", "; in gb18030"])
@pytest.mark.parametrize("verb", ["evaluate", "experience"])
def test_every_door_gives_the_same_answer(run, tables, workbook, csv_folder, tmp_path, door, verb):
    """The same center as typed cells, texts, bare numbers, or CSV of any sort gives the same answer, byte for byte."""
    typed = workbook(tables)
    if door in ("text", "serial"):
        path = workbook(tables, cells=door, name=f"{door}.xlsx")
    elif door[0] in ";\t":
        path = semicolons(tables, tmp_path / "other", door[0], "gb18030" if "gb" in door else "utf-8")
    else:
        path = csv_folder(tables, language="zh", encoding=door)
    options = [*WRITING[verb], "--format", "json"]
    expected, found = run(verb, typed, *options), run(verb, path, *options)
    assert (found.code, expected.code) == (0, 0)
    assert found.out == expected.out


@pytest.mark.parametrize("lost", ["工作记录", "教师"])
def test_a_csv_file_of_titles_alone_lacks_its_header(checked, folder, lost):
    """A table of a title without a header is a fault that names the columns that are missing."""
    path = folder({**csv_of(SOUND), lost: "2024年度\n"})
    faults = checked(path)["faults"]
    assert {"missing_column"} == {fault["code"] for fault in faults}
