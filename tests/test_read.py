"""Reading a center: every door gives the same records, and every fault of every table is told at once."""

import csv
import json
import shutil
import subprocess
import sys
from datetime import date, time
from pathlib import Path

import pytest
import xlsxwriter
from conftest import CONTRACT, REQUIRED, WORDS, host_program

import workload.vocabulary
from workload import InputError, MissingExtraError, evaluate, load_regulation, read_center
from workload.documents import as_json


def evaluated(path):
    """The annual evaluation of a center, as JSON text."""
    return json.dumps(as_json.evaluation(evaluate(read_center(path), 2024), "zh"), ensure_ascii=False, indent=1)


def told(path):
    """Every fault of a center: table, row, column, what stands there, code."""
    try:
        faults = read_center(path).faults
    except InputError as error:
        faults = error.faults
    for fault in faults:
        assert fault.message.zh
        assert fault.message.en
    return [(fault.table, fault.row, fault.column, fault.value, fault.code) for fault in faults]


@pytest.fixture
def folder(tmp_path):
    """``folder(教师="...")`` writes raw CSV files (text, or bytes as they are) and returns the folder."""

    def write(**files):
        place = tmp_path / "center"
        place.mkdir()
        for name, content in files.items():
            (place / f"{name}.csv").write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return place

    return write


@pytest.fixture
def sheets(tmp_path):
    """``sheets({name: rows})`` writes a workbook of such cells; ``at`` is the cell in which each sheet begins."""

    def write(tables, at=(0, 0)):
        path = tmp_path / "center.xlsx"
        book = xlsxwriter.Workbook(str(path))
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows, start=at[0]):
                sheet.write_row(number, at[1], row)
        book.close()
        return path

    return write


TEACHERS = "teacher_id,employment,title\nT1,part_time,lecturer\n"
ACTIVITIES = "teacher_id,date,kind,minutes\nT1,2024-03-05,counseling_duty,90\n"


# ---------------------------------------------------------------- the names of the contract


@pytest.mark.parametrize("table", CONTRACT)
def test_tables_have_the_contract_names(table):
    """Each table and column has the Chinese and the English name of the input contract, and its star."""
    chinese, columns = CONTRACT[table]
    found = workload.vocabulary.TABLES[table]
    assert found.zh == chinese
    assert {column.name: column.zh for column in found.columns} | columns == {
        column.name: column.zh for column in found.columns
    }
    assert [column.name for column in found.columns if column.required] == REQUIRED[table]


# ---------------------------------------------------------------- doors


CSV_DOORS = [("en", "utf-8"), ("zh", "utf-8"), ("zh", "utf-8-sig"), ("zh", "gb18030"), ("en", "utf-8-sig")]


@pytest.mark.parametrize(("language", "encoding"), CSV_DOORS[1:])
def test_csv_doors_agree(tables, csv_folder, language, encoding):
    """A folder of CSV files says the same in Chinese and English, in UTF-8 with or without BOM, and in GB18030."""
    path = csv_folder(tables, language=language, encoding=encoding, name="other")
    assert evaluated(path) == evaluated(csv_folder(tables))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("cells", ["typed", "serial", "text"])
def test_workbook_doors_agree(tables, csv_folder, workbook, language, cells):
    """A workbook says the same as a CSV folder: with date and time cells, with their bare numbers, and all in text."""
    assert evaluated(workbook(tables, language=language, cells=cells)) == evaluated(csv_folder(tables))


@pytest.mark.host("libreoffice")
@pytest.mark.parametrize("ending", ["xls", "ods", "xlsx"])
def test_libreoffice_doors_agree(tables, csv_folder, workbook, tmp_path, ending):
    """What LibreOffice saves as xls, ods and xlsx says the same as a CSV folder."""
    source = workbook(tables, name="source.xlsx")
    place = tmp_path / "converted"
    profile = (tmp_path / "profile").as_uri()
    converting = [host_program("libreoffice"), f"-env:UserInstallation={profile}", "--headless", "--convert-to", ending]
    subprocess.run([*converting, "--outdir", place, source], check=True, capture_output=True, timeout=120)
    assert evaluated(place / f"source.{ending}") == evaluated(csv_folder(tables))


def test_the_doors_lead_to_all_of_it(tables, csv_folder):
    """The center behind the doors has credited rows, rows set aside, and every table."""
    center = read_center(csv_folder(tables))
    assert not center.faults
    assert all(getattr(center, table) for table in CONTRACT)
    rows = as_json.evaluation(evaluate(center, 2024), "zh")["rows"]
    assert rows == {"read": 9, "credited": 7, "set_aside": 2}


def test_ids_are_text(tables, workbook):
    """007 stays 007, and a cell holding the number 7 is 7: two teachers, whose rows are not mixed."""
    center = read_center(workbook(tables))
    assert [teacher.teacher_id for teacher in center.teachers] == ["007", "7", "T1"]
    assert {activity.record_id for activity in center.activities_of["7"]} == {"A5", "A6", "A7", "A8"}


def test_names_may_be_mixed(sheets):
    """Chinese and English names of sheets, headers and words mix, in any order, with stars; other columns are free."""
    path = sheets(
        {
            "使用说明": [["请先填写教师表"], ["手机 13800138000 请勿录入"]],
            "Activities": [
                ["KIND *", "心情", "日 期", " Teacher ID ", "分钟＊", None, "状态*"],
                ["咨询值班", "好", "2024年3月5日", "T1", 90, "？", "done"],
                ["lecture", None, 45357, "T1", None, None, "完成"],
            ],
            " 教师 ": [["class", "title", "类别*", "teacher_id*"], ["一", "讲师", "part_time", "T1"]],
        }
    )
    center = read_center(path)
    assert not center.faults
    assert [(row.kind, row.date, row.minutes, row.row) for row in center.activities] == [
        ("counseling_duty", date(2024, 3, 5), 90, 2),
        ("lecture", date(2024, 3, 6), None, 3),
    ]
    assert center.teachers[0].title == "lecturer"


@pytest.mark.parametrize("column", ["employment", "affiliation", "title", "result", "level", "form"])
def test_every_word_in_both_languages(tables, csv_folder, column):
    """Each word of a closed list is read in Chinese and in English, and means the same."""
    table = {"result": "evaluations", "level": "training", "form": "training"}.get(column, "teachers")
    (model, *_) = tables[table]
    found = []
    for language in ("zh", "en"):
        rows = [
            {**model, "teacher_id": f"{number}", "year": 2000 + number, column: spelling}
            for number, spelling in enumerate(
                [chinese if language == "zh" else english for english, chinese in WORDS[column].items()]
            )
        ]
        rows = [{name: value for name, value in row.items() if name in CONTRACT[table][1]} for row in rows]
        center = read_center(csv_folder({**tables, table: rows}, name=language))
        found.append([getattr(record, column) for record in getattr(center, table)])
    assert found[0] == found[1] == list(WORDS[column])


def test_truth_values(sheets):
    """A truth value in 有来访 is a yes or a no."""
    path = sheets(
        {
            "教师": [["工号", "类别"], ["T1", "兼职"]],
            "工作记录": [
                ["工号", "日期", "类别", "分钟", "有来访"],
                *(["T1", 45356, "咨询值班", 90, came] for came in (True, False, "是", "否", None)),
            ],
        }
    )
    assert [activity.attended for activity in read_center(path).activities] == [True, False, True, False, None]


def test_formulas_are_read_by_their_values(tmp_path):
    """A cell with a formula counts as what it shows."""
    path = tmp_path / "center.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("教师").write_column(0, 0, ["工号", "T1"])
    book.get_worksheet_by_name("教师").write_column(0, 1, ["类别", "兼职"])
    sheet = book.add_worksheet("工作记录")
    sheet.write_row(0, 0, ["工号", "日期", "类别", "分钟"])
    sheet.write_row(1, 0, ["T1", 45356, "咨询值班"])
    sheet.write_formula(1, 3, "=(TIME(10,40,0)-TIME(9,0,0))*1440", None, (640 / 1440 - 540 / 1440) * 1440)
    book.close()
    assert told(path) == []
    assert [activity.minutes for activity in read_center(path).activities] == [100]


@pytest.mark.parametrize(("column", "kind"), [("场次", "讲座"), ("状态", "讲座"), ("分钟", "咨询值班")])
def test_error_cells_are_faults(tmp_path, column, kind):
    """A cell that shows an error such as #N/A is a fault; it is not taken for a blank one, which has a default."""
    path = tmp_path / "center.xlsx"
    book = xlsxwriter.Workbook(str(path))
    teachers, activities = book.add_worksheet("教师"), book.add_worksheet("工作记录")
    for number, row in enumerate([["工号", "类别", "职称"], ["T1", "兼职", "讲师"]]):
        teachers.write_row(number, 0, row)
    activities.write_row(0, 0, ["工号", "日期", "类别", "开始时间", "结束时间", column])
    activities.write_row(1, 0, ["T1", 45356, kind, "9:00", "10:00"])
    activities.write_formula(1, 5, "=NA()", None, "#N/A")
    book.close()
    assert [(table, row) for table, row, *_ in told(path)] == [("activities", 2)]


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        (time(22, 30), 1, 90),  # 24:00, as Excel keeps it in a cell for times
        ("22:30", "24:00", 90),
        (time(0, 0), time(1, 30), 90),
        (date(2024, 3, 5), 45356.0625, 90),  # date-times, the first at midnight
        (45356.9375, date(2024, 3, 6), 90),
    ],
    ids=str,
)
def test_duties_at_midnight(tmp_path, start, end, minutes):
    """A duty from or to midnight has its minutes, whether the cells hold times, date-times or text."""
    path = tmp_path / "center.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("教师").write_column(0, 0, ["工号", "T1"])
    book.get_worksheet_by_name("教师").write_column(0, 1, ["类别", "兼职"])
    sheet = book.add_worksheet("工作记录")
    clock = book.add_format({"num_format": "hh:mm"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_row(0, 0, ["工号", "日期", "类别", "开始时间", "结束时间"])
    sheet.write_row(1, 0, ["T1", 45356, "咨询值班"])
    for place, value in ((3, start), (4, end)):
        if isinstance(value, str):
            sheet.write_string(1, place, value)
        elif isinstance(value, date | time):
            sheet.write_datetime(1, place, value, moment if isinstance(value, date) else clock)
        else:
            sheet.write_number(1, place, value, clock if value <= 1 else moment)
    book.close()
    assert told(path) == []
    assert [activity.minutes for activity in read_center(path).activities] == [minutes]


def test_a_school_adds_kinds_and_roles(tmp_path, folder):
    """What a rule file adds (a kind, a role) is accepted under it, and refused without it."""
    rules = tmp_path / "school.toml"
    rules.write_text(
        'format = 1\nextends = "zhoukou-2024-33"\nid = "school"\nroles = ["主讲", "助理"]\n'
        '[kind.hotline]\nname = { zh = "热线值班", en = "hotline" }\nmeasure = "minutes"\n',
        encoding="utf-8",
    )
    path = folder(
        教师=TEACHERS,
        工作记录="工号,日期,类别,分钟,角色,级别,人数\nT1,2024-3-5,热线值班,90,主讲,市级,30\n",
    )
    center = read_center(path, load_regulation(rules))
    assert not center.faults
    (row,) = center.activities
    assert (row.kind, row.role, row.level, row.participants) == ("hotline", "主讲", "municipal", 30)
    assert told(path) == [("activities", 2, "kind", "热线值班", "unknown_kind")]


def test_a_workbook_needs_calamine(monkeypatch, tables, workbook):
    """Without python-calamine the message says which command installs it."""
    path = workbook(tables)
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(MissingExtraError) as caught:
        read_center(path)
    assert 'pip install "counseling-workload[xlsx]"' in caught.value.text.zh
    assert 'pip install "counseling-workload[xlsx]"' in caught.value.in_language("en")


# ---------------------------------------------------------------- rows and their numbers


@pytest.mark.parametrize("at", [(0, 0), (3, 0), (0, 2), (4, 3)], ids=str)
def test_rows_are_numbered_as_in_the_sheet(sheets, at):
    """A row has the number that the sheet shows beside it, also when the first rows or columns are empty."""
    path = sheets(
        {
            "教师": [["工号", "类别"], ["T1", "兼职"], ["T2", "外聘"]],
            "工作记录": [
                ["工号", "日期", "类别", "分钟"],
                ["T1", 45356, "咨询值班", 90],
                [],
                ["", " ", None, "　"],
                ["T1", 45356, "咨询值班", "九十"],
                ["T1", 45357, "咨询值班", 45],
            ],
        },
        at,
    )
    first = at[0] + 1
    assert told(path) == [
        ("teachers", first + 2, "employment", "外聘", "unknown_word"),
        ("activities", first + 4, "minutes", "九十", "not_a_number"),
    ]
    assert [activity.row for activity in read_center(path).activities] == [first + 1, first + 5]


def test_rows_of_a_csv_file_are_numbered_as_excel_shows_them(folder):
    """Blank lines count, and a line break within a cell does not."""
    path = folder(
        teachers=f"\n\n{TEACHERS}",
        activities='teacher_id,date,kind,minutes,note\n\nT1,2024-03-05,counseling_duty,90,"两\n行"\n,,,,\n'
        "T1,2024-03-06,counseling_duty,x,\n",
    )
    center = read_center(path)
    assert [teacher.row for teacher in center.teachers] == [4]
    assert [activity.row for activity in center.activities] == [3]
    assert told(path) == [("activities", 5, "minutes", "x", "not_a_number")]


def test_a_zero_is_no_blank(sheets):
    """A row in which nothing but a 0 stands is read, and misses what is required; it does not vanish."""
    path = sheets(
        {
            "教师": [["工号", "类别"], ["T1", "兼职"]],
            "工作记录": [["工号", "日期", "类别", "分钟"], [None, None, None, 0]],
        }
    )
    assert [fault[:3] for fault in told(path)] == [
        ("activities", 2, "teacher_id"),
        ("activities", 2, "date"),
        ("activities", 2, "kind"),
    ]


def test_short_rows_are_blank_at_the_end(folder):
    """A row may be shorter than the header: the rest is blank."""
    path = folder(
        teachers=TEACHERS, activities="teacher_id,date,kind,minutes,note\nT1,2024-03-05,讲座\nT1,2024-03-05\n"
    )
    assert told(path) == [("activities", 3, "kind", None, "required")]
    assert [activity.kind for activity in read_center(path).activities] == ["lecture"]


def test_long_rows_are_faults(folder):
    """A row with more cells than the header is a fault, unless what is too much is blank."""
    path = folder(teachers=TEACHERS, activities=f"{ACTIVITIES}T1,2024-03-06,讲座,,,\nT1,2024-03-07,讲座,,,多\n")
    assert told(path) == [("activities", 4, None, None, "too_many_cells")]
    assert [activity.row for activity in read_center(path).activities] == [2, 3]


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table, columns in REQUIRED.items() for column in columns]
)
def test_required_cells(tables, csv_folder, table, column):
    """A required cell may not be blank; what is optional may."""
    tables[table][0][column] = "　"
    optional = set(CONTRACT[table][1]) - set(REQUIRED[table])
    tables[table][0].update(dict.fromkeys(optional))
    assert told(csv_folder(tables))[0] == (table, 2, column, None, "required")


# ---------------------------------------------------------------- tables and columns


@pytest.mark.parametrize("missing", ["teachers", "activities"])
def test_needed_tables(tables, csv_folder, missing):
    """Without its teachers or its activities a center is faulty."""
    del tables[missing]
    assert told(csv_folder(tables)) == [(missing, None, None, None, "missing_table")]


def test_other_tables_may_be_missing(tables, csv_folder):
    """A table that is not there is not the same as an empty one."""
    center = read_center(csv_folder({name: tables[name] for name in ("teachers", "activities")}))
    assert not center.faults
    assert center.training is None
    assert read_center(csv_folder({**tables, "training": []}, name="empty")).training == ()


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n", b",,,\n"], ids=repr)
def test_an_empty_table_lacks_its_columns(folder, content):
    """A table without a header lacks each required column."""
    path = folder(teachers=TEACHERS, activities=content)
    missing = [("activities", 1, column, None, "missing_column") for column in REQUIRED["activities"]]
    assert told(path) == missing


def test_an_empty_sheet_lacks_its_columns(sheets):
    """So does a sheet in which nothing stands."""
    path = sheets({"教师": [], "工作记录": [["工号", "日期", "类别"]]})
    assert told(path) == [("teachers", 1, column, None, "missing_column") for column in REQUIRED["teachers"]]


def test_missing_columns_are_told_together(folder):
    """Every missing column of every table is told, by both of its names."""
    path = folder(教师="工号,姓名\nT1,教师01\n", 工作记录="日期,分钟\n2024-3-5,90\n")
    assert told(path) == [
        ("activities", 1, "teacher_id", None, "missing_column"),
        ("activities", 1, "kind", None, "missing_column"),
        ("teachers", 1, "employment", None, "missing_column"),
    ]
    message = read_center(path).faults[1].message
    assert "类别" in message.zh
    assert "kind" in message.zh
    assert "kind" in message.en


@pytest.mark.parametrize("twice", ["分钟,分钟", "分钟,minutes", "minutes*,Minutes"])
def test_column_twice(folder, twice):
    """A column that stands twice is a fault: nobody can know which of the two counts."""
    path = folder(teachers=TEACHERS, activities=f"工号,日期,类别,{twice}\nT1,2024-3-5,咨询值班,90,45\n")
    assert told(path) == [("activities", 1, "minutes", None, "column_twice")]


def test_table_twice_in_a_folder(folder):
    """A table that stands twice, by its Chinese and its English name, is a fault that names both."""
    path = folder(teachers=TEACHERS, 教师=TEACHERS, activities=ACTIVITIES)
    assert told(path) == [("teachers", None, None, None, "table_twice")]
    assert "teachers、教师" in str(read_center(path).faults[0])


def test_table_twice_in_a_workbook(sheets):
    """So in a workbook."""
    path = sheets({"教师": [["工号", "类别"]], "teachers": [["工号", "类别"]], "工作记录": [["工号", "日期", "类别"]]})
    assert told(path) == [("teachers", None, None, None, "table_twice")]


def test_faults_of_all_tables_together(folder):
    """Every fault of every table is told at once, with its table, row, column, value and code."""
    path = folder(
        教师="工号,类别,来源,职称\nT1,兼职,校内,付教授\nT2,外聘,省内,讲师\n,兼职,,\n",
        职称="工号,职称,生效日期\nT1,讲师,2024-02-30\n",
        聘期="工号,开始日期,结束日期\nT1,明天,2024-13-1\n",
        工作记录="编号,工号,日期,类别,开始时间,结束时间,分钟,课时,场次,状态,有来访,份额\n"
        "A1,T1,2024-3-5,咨寻,25:00,9,-5,x,1.5,没来,也许,3\nA2,T1,2024-3-5,讲座\n",
        年度考核="工号,年度,结论\nT1,24,及格\n",
        培训="工号,日期,学时,级别,形式\nT1,2024-5-6,八,院级,会议\n",
        案例报告="工号,日期\nT1,\n",
        课酬标准="项目,单价,生效日期,依据\n课时,1.234,2024-1-1,\n",
        已发放="工号,月份,项目,数量,金额\nT1,11月,积分,多,-1\n",
    )
    assert sorted(told(path), key=lambda fault: (list(CONTRACT).index(fault[0]), fault[1])) == [
        ("teachers", 2, "title", "付教授", "unknown_title"),
        ("teachers", 3, "employment", "外聘", "unknown_word"),
        ("teachers", 3, "affiliation", "省内", "unknown_word"),
        ("teachers", 4, "teacher_id", None, "required"),
        ("titles", 2, "effective_from", "2024-02-30", "no_such_day"),
        ("appointments", 2, "start", "明天", "not_a_date"),
        ("appointments", 2, "end", "2024-13-1", "no_such_day"),
        ("activities", 2, "kind", "咨寻", "unknown_kind"),
        ("activities", 2, "start", "25:00", "not_a_time"),
        ("activities", 2, "end", "9", "not_a_time"),
        ("activities", 2, "minutes", "-5", "negative"),
        ("activities", 2, "class_hours", "x", "not_a_number"),
        ("activities", 2, "events", "1.5", "not_whole"),
        ("activities", 2, "status", "没来", "unknown_word"),
        ("activities", 2, "attended", "也许", "unknown_word"),
        ("activities", 2, "share", "3", "not_a_share"),
        ("evaluations", 2, "year", "24", "year_out_of_range"),
        ("evaluations", 2, "result", "及格", "unknown_word"),
        ("training", 2, "hours", "八", "not_a_number"),
        ("training", 2, "level", "院级", "unknown_word"),
        ("training", 2, "form", "会议", "unknown_word"),
        ("case_reports", 2, "date", None, "required"),
        ("rates", 2, "item", "课时", "unknown_word"),
        ("rates", 2, "yuan", "1.234", "not_fen"),
        ("rates", 2, "authority", None, "required"),
        ("payments", 2, "month", "11月", "not_a_date"),
        ("payments", 2, "quantity", "多", "not_a_number"),
        ("payments", 2, "yuan", "-1", "negative"),
    ]
    assert [activity.record_id for activity in read_center(path).activities] == ["A2"]
    assert [(row.row, row.record_id, row.teacher_id) for row in read_center(path).dropped] == [(2, "A1", "T1")]


def test_a_fault_shows_a_long_value_shortened(folder):
    """What stands in a cell is shown, but not a whole page of it."""
    path = folder(teachers=TEACHERS, activities=f"teacher_id,date,kind\nT1,2024-3-5,{'讲' * 200}\n")
    ((*_, value, _),) = told(path)
    assert value == "讲" * 59 + "…"


# ---------------------------------------------------------------- privacy


CLIENT_HEADERS = [
    "来访者",
    "来访者姓名",
    "来 访 者",
    "咨客",
    "学生姓名",
    "学号",
    "身份证号",
    "身份证号码*",
    "证件号码",
    "手机",
    "手机号",
    "联系电话",
    "微信号",
    "QQ",
    "主诉",
    "主诉问题",
    "诊断",
    "家长姓名",
    "宿舍",
    "Client Name",
    "client",
    "visitor",
    "student_name",
    "Student ID",
    "studentid",
    "ID card",
    "Mobile",
    "phone number",
    "WeChat",
    "chief complaint",
]


@pytest.mark.parametrize("header", CLIENT_HEADERS)
@pytest.mark.parametrize("table", ["activities", "case_reports"])
def test_client_columns_are_refused(folder, table, header):
    """A column that looks like data of a client is refused in every table, by its name, and its values are not read."""
    other = f"teacher_id,date,{header}\nT1,2024-03-05,张某某\n"
    path = folder(
        teachers=TEACHERS,
        activities=ACTIVITIES if table == "case_reports" else f"kind,{other}".replace("T1,", "讲座,T1,"),
        **({"case_reports": other} if table == "case_reports" else {}),
    )
    ((found, row, column, value, code),) = told(path)
    assert (found, row, value, code) == (table, 1, None, "client_data_column")
    assert header.rstrip("*").casefold() == column.casefold()
    center = read_center(path)
    assert getattr(center, table) == ()
    assert "张某某" not in repr(center)


@pytest.mark.parametrize("header", ["心情", "地点", "校区", "班级数", "院系", "备注2", "参加人数", "场地"])
def test_other_columns_are_ignored(folder, header):
    """A column that the contract does not know, and that is no client's, is ignored."""
    path = folder(teachers=TEACHERS, activities=f"teacher_id,date,kind,{header}\nT1,2024-03-05,讲座,\n")
    assert told(path) == []


CARD = "110101199003077571"
MOBILE = "13800138000"
SECRETS = (CARD, MOBILE, "张某某", "失眠", "138-0013-8000", "1380013", "7571")
PRIVATE_FILES = {
    "教师": f"工号,姓名,类别,职称\nT1,教师01,兼职,讲师\nT2,教师{MOBILE},兼职,讲师\n{CARD},教师03,兼职,讲师\n",
    "工作记录": "编号,工号,日期,类别,开始时间,结束时间,分钟,状态,活动编号,备注\n"
    f"A1,T1,2024-3-5,咨询值班,9:00,10:00,,,,\n"
    f"A2,T1,2024-3-6,咨询值班,9:00,10:00,,,,致电 {MOBILE} 张某某失眠\n"
    f"A3,T1,2024-3-7,咨询值班,9:00,10:00,,,,证件{CARD}\n"
    f"A4,T1,2024-3-8,{MOBILE},9:00,10:00,,,,\n"
    f"A5,T1,{CARD},咨询值班,9:00,10:00,,,,\n"
    f"A6,T1,2024-3-9,咨询值班,{MOBILE},138-0013-8000,x{CARD},{MOBILE},,\n"
    f"{MOBILE},T1,2024-3-10,咨询值班,9:00,10:00,,,,\n"
    f"A7,{MOBILE},2024-3-11,咨询值班,9:00,10:00,,,{CARD},\n",
    "案例报告": "工号,日期,来访者姓名,主诉\nT1,2024-3-5,张某某,失眠\n",
    "年度考核": f"工号,年度,结论\nT1,2024,{MOBILE}\n",
    "课酬标准": f"项目,单价,生效日期,依据\n积分,1,2024-1-1,{MOBILE}\n",
}


def everything_said(run, path):
    """All that any verb, format, error and repr says of an input."""
    for verb in ("check", "evaluate --year 2024", "evaluate --year 2024 --skip-faulty", "experience --skip-faulty"):
        name, *options = verb.split()
        for how in ("table", "json", "csv", "md"):
            for language in ("zh", "en"):
                result = run(name, path, *options, "--format", how, "--lang", language)
                yield result.out
                yield result.err
    center = read_center(path)
    yield repr(center)
    with pytest.raises(InputError) as caught:
        evaluate(center, 2024)
    error = caught.value
    yield from (str(error), repr(error), error.in_language("zh"), error.in_language("en"), repr(error.faults))


def test_client_data_is_never_repeated(run, folder):
    """No output, error or repr repeats what looks like data of a client, wherever it stands."""
    path = folder(**PRIVATE_FILES)
    faults = told(path)
    assert len([fault for fault in faults if fault[-1] == "client_data"]) == 15
    assert len([fault for fault in faults if fault[-1] == "client_data_column"]) == 2
    said = list(everything_said(run, path))
    assert "案例报告" in said[0]
    for secret in SECRETS:
        assert not [text for text in said if secret in text], secret


def test_client_data_is_never_repeated_with_skipped_rows(run, folder):
    """Nor when the faulty rows are skipped and listed."""
    files = {**PRIVATE_FILES, "案例报告": "工号,日期\nT1,2024-3-5\n"}
    said = list(everything_said(run, folder(**files)))
    assert any('"reason": "fault"' in text for text in said)
    for secret in SECRETS:
        assert not [text for text in said if secret in text], secret


@pytest.mark.parametrize("header", [f"手机{MOBILE}", f"备注 {MOBILE}", f"来访者 {CARD}", "手机：138-0013-8000"])
def test_a_header_with_a_number_is_not_repeated(folder, header):
    """A header that holds such a number itself is not repeated either."""
    path = folder(teachers=TEACHERS, activities=f"teacher_id,date,kind,{header}\nT1,2024-03-05,讲座,\n")
    center = read_center(path)
    assert not any(digits in repr(center.faults) for digits in (MOBILE, CARD, "0013"))


def test_a_row_in_the_place_of_the_header_is_not_repeated(folder):
    """Where the header is missing, the first row stands in its place: its note is no column's name to be told."""
    path = folder(teachers=TEACHERS, activities="T1,2024-03-05,咨询值班,9:00,10:00,来访者张某某主诉失眠三周\n")
    faults = read_center(path).faults
    assert {"missing_column"} <= {fault.code for fault in faults}
    assert "张某某" not in repr(faults)


# ---------------------------------------------------------------- inputs that cannot be read


BROKEN_BOOKS = {
    "empty.xlsx": b"",
    "text.xlsx": "工号,类别\n".encode(),
    "zeroes.xlsx": bytes(4096),
    "html.xls": b"<html><table><tr><td>T1</td></tr></table></html>",
    "empty.xls": b"",
    "text.ods": b"teacher_id\n",
    "zip.xlsx": b"PK\x05\x06" + bytes(18),
}


@pytest.mark.parametrize("name", BROKEN_BOOKS)
def test_broken_workbooks(tmp_path, name):
    """A file that is no workbook, whatever its name says, is told as such."""
    path = tmp_path / name
    path.write_bytes(BROKEN_BOOKS[name])
    assert told(path) == [(name, None, None, None, "unusable_input")]


def test_truncated_workbook(tmp_path, tables, workbook):
    """So is a workbook of which only half was copied."""
    whole = workbook(tables)
    path = tmp_path / "half.xlsx"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert told(path) == [("half.xlsx", None, None, None, "unusable_input")]


@pytest.mark.parametrize("name", ["教师.csv", "center.docx", "center.numbers", "center", "center.zip"])
def test_other_files(tmp_path, name):
    """A file of another sort is refused, and the message says what is taken."""
    path = tmp_path / name
    path.write_text(TEACHERS, encoding="utf-8")
    assert told(path) == [(name, None, None, None, "unusable_input")]
    with pytest.raises(InputError, match=r"xlsx.*ods.*csv"):
        read_center(path)


def test_nothing_there(tmp_path):
    """A path at which nothing is, is told by its name."""
    assert told(tmp_path / "无.xlsx") == [("无.xlsx", None, None, None, "unusable_input")]


@pytest.mark.parametrize("files", [{}, {"记录": ACTIVITIES}], ids=["empty", "unknown"])
def test_folder_without_tables(folder, files):
    """A folder without a table that is known is refused, and the message says how tables are called."""
    path = folder(**files)
    assert [fault[-1] for fault in told(path)] == ["unusable_input"]
    with pytest.raises(InputError, match=r"教师\.csv"):
        read_center(path)


def test_workbook_without_tables(sheets):
    """So is a workbook without a sheet that is known."""
    path = sheets({"Sheet1": [["工号", "类别"]]})
    assert [fault[-1] for fault in told(path)] == ["unusable_input"]
    with pytest.raises(InputError, match="工作记录"):
        read_center(path)


def test_a_folder_in_the_place_of_a_table(folder):
    """A table that cannot be opened is a fault of the input, not of the program."""
    path = folder(teachers=TEACHERS)
    (path / "activities.csv").mkdir()
    assert [(table, code) for table, *_, code in told(path)] == [("activities", "unusable_input")]


BROKEN_CSV = {
    "utf-16": ACTIVITIES.encode("utf-16"),
    "neither encoding": ACTIVITIES.encode() + b"\xff\xff\n",
    "unclosed quote": 'teacher_id,date,kind,note\nT1,2024-03-05,讲座,"没有结束\nT1,2024-03-06,讲座,\n'.encode(),
    "text after a quote": 'teacher_id,date,kind,note\nT1,2024-03-05,讲座,"好"的\n'.encode(),
}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("utf-16", "encoding"),
        ("neither encoding", "encoding"),
        ("unclosed quote", "not_csv"),
        ("text after a quote", "not_csv"),
    ],
)
def test_broken_csv(folder, name, code):
    """A CSV file of another encoding, or with a quote that does not close, is told as such."""
    path = folder(teachers=TEACHERS, activities=BROKEN_CSV[name])
    assert [(table, found) for table, *_, found in told(path)] == [("activities", code)]


@pytest.mark.parametrize(
    "content",
    [
        bytes(500),
        b"teacher_id,date,kind\nT\x001,2024-03-05,lecture\n",
        b"teacher_id,date,kind\nT1,2024-03-05,lec\x00ture\n",
        "工号,日期,类别\nT1,2024-03-05,".encode() + "讲座\n".encode("gb18030"),
        "工号,日期,类别\nT1,2024-03-05,".encode("gb18030") + "讲座\n".encode(),
    ],
    ids=["only NUL", "NUL in an id", "NUL in a word", "UTF-8 then GB18030", "GB18030 then UTF-8"],
)
def test_damaged_csv(run, folder, content):
    """NUL bytes and mixed encodings never pass for a sound center, and never break the program."""
    path = folder(teachers=TEACHERS, activities=content)
    result = run("evaluate", path, "--year", "2024")
    assert (result.code, result.out) == (2, "")
    assert "工作记录" in result.err


def test_each_file_has_its_own_encoding(folder):
    """The files of one folder may be of different encodings."""
    path = folder(
        教师="工号,姓名,类别,职称\nT1,教师01,兼职,讲师\n".encode("gb18030"),
        工作记录="工号,日期,类别\nT1,2024-3-5,讲座\n".encode("utf-8-sig"),
    )
    center = read_center(path)
    assert not center.faults
    assert center.teachers[0].name == "教师01"


def test_unreadable_tables_are_told_with_the_other_faults(folder):
    """A table that cannot be read does not hide the faults of the others: all are reported together."""
    path = folder(
        activities=BROKEN_CSV["unclosed quote"],
        evaluations=BROKEN_CSV["utf-16"],
        teachers="teacher_id,employment\nT1,外聘\n",
    )
    assert {(table, code) for table, *_, code in told(path)} == {
        ("activities", "not_csv"),
        ("evaluations", "encoding"),
        ("teachers", "unknown_word"),
    }


def test_reading_closes_what_it_opens(tables, csv_folder, workbook):
    """The input can be moved and replaced as soon as it is read, which on Windows an open file cannot."""
    for path in (csv_folder(tables), workbook(tables)):
        read_center(path)
        shutil.move(path, path.with_name("moved"))
        assert not path.exists()


def test_written_center_is_what_a_person_would_write(tables, csv_folder):
    """The fixture writes the Chinese headers and words of the contract."""
    path = csv_folder(tables, language="zh", encoding="gb18030") / "工作记录.csv"
    with path.open(encoding="gb18030", newline="") as stream:
        header, first, *_ = csv.reader(stream)
    assert header[:6] == ["编号", "工号", "日期", "类别", "开始时间", "结束时间"]
    assert first[:6] == ["A1", "007", "2024-03-05", "咨询值班", "14:00", "17:30"]
    assert Path(path).parent.name == "center"
