"""``evaluate-frame``: what it reads, prints and writes, what it refuses, and that it says what ``evaluate`` says."""

import csv
import json
import subprocess
import sys
from datetime import date

import polars as pl
import pytest
import python_calamine
from conftest import CONTRACT, as_text, grid, names
from frame_engines import SPARK, spark

from workload import evaluate, load_regulation, read_center
from workload.cli import frames as verb
from workload.explain import explain_teacher
from workload.frame.engines import scan
from workload.frame.one_teacher import teacher_center

REGULATION = load_regulation()
FRAMES = ("teachers", "titles", "appointments", "activities", "evaluations", "training", "case_reports")
RESULTS = ("about.json", "experience", "faults", "ledger", "set_aside", "totals", "windows")
SPARK_ENGINE = pytest.param("spark", marks=SPARK.marks)


@pytest.fixture
def parquet_folder(tmp_path):
    """``parquet_folder(tables)`` writes a folder with a Parquet file for each table, all cells as texts."""

    def write(tables, *, language="zh", name="province"):
        folder = tmp_path / name
        folder.mkdir()
        for table in FRAMES:
            if table in tables:
                header, *rows = (
                    [as_text(cell) or None for cell in row] for row in grid(tables[table], table, language)
                )
                frame = pl.DataFrame(rows, dict.fromkeys(header, pl.String), orient="row")
                frame.write_parquet(folder / f"{names(table, language)[0]}.parquet")
        return folder

    return write


@pytest.fixture
def province(tables, parquet_folder):
    """A small province without a fault."""
    return parquet_folder(tables)


@pytest.fixture
def as_csv(tables, csv_folder):
    """The same as CSV files, with headers in English."""
    tables = {name: rows for name, rows in tables.items() if name in FRAMES}
    return csv_folder(tables, encoding="utf-8-sig")


@pytest.fixture
def faulty(tables, parquet_folder):
    """The same with three faults."""
    tables["activities"][1]["kind"] = "counselling_duty"
    tables["activities"][4]["teacher_id"] = "T99"
    tables["training"][0]["hours"] = "many"
    return parquet_folder(tables, name="faulty")


# ---------------------------------------------------------------- the summary


def test_help_and_usage(run):
    """The verb stands in the help, and says what it takes, in both languages."""
    assert "evaluate-frame" in run("--help").out
    told = run("evaluate-frame", "--help").out
    for option in ("--teachers", "--case-reports", "--years", "--engine", "--table", "--scale", "--explain", "--force"):
        assert option in told


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["x", "--year", "2024", "--years", "2023-2024"],
        ["x", "--years", "2024"],
        ["x", "--years", "2024-2023"],
        ["x", "--years", "1900-2024"],
        ["x", "--year", "24"],
        ["x", "--as-of", "soon"],
        ["x", "--engine", "dask"],
        ["x", "--scale", "0"],
        ["x", "--table", "totals"],
        ["x", "--table", "totals", "-o", "folder"],
        ["x", "--table", "all", "-o", "out.parquet"],
        ["x", "--explain", "T1"],
        ["x", "--explain", "T1", "--year", "2024", "-o", "out.parquet"],
    ],
    ids=" ".join,
)
def test_wrong_usage(run, arguments):
    """Wrong usage is exit code 2 and a message, and nothing on standard output."""
    result = run("evaluate-frame", *arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.strip()


def test_the_summary(run, province):
    """Every row is accounted for, verdicts are counted, and the readings stand below."""
    result = run("evaluate-frame", province, "--year", "2024")
    assert (result.code, result.err) == (0, "")
    assert "2024 年度：教师 3 人，共 3 个教师年度" in result.out
    assert "工作记录：读取 9 行 = 计入 7 行 + 未计入 2 行" in result.out
    assert "已取消 1 行" in result.out
    assert "规定未给出分值 1 行" in result.out
    assert "三年认定（截至 2024）" in result.out
    assert "partial_unit=exact" in result.out


def test_the_summary_in_english(run, province):
    """And in English."""
    result = run("evaluate-frame", province, "--year", "2024", "--lang", "en", "--reading", "partial_unit=whole_pooled")
    assert "2024: 3 teachers, 3 teacher-years" in result.out
    assert "Activity rows: 9 read = 7 credited + 2 set aside" in result.out
    assert "partial_unit=whole_pooled" in result.out
    assert not [letter for letter in result.out if "\u4e00" <= letter <= "\u9fff"]


def test_the_summary_says_what_evaluate_says(run, province, as_csv):
    """Numbers of rows and of verdicts are those of the objects."""
    found = evaluate(read_center(as_csv), 2024)
    told = run("evaluate-frame", province, "--year", "2024", "--format", "json").json
    assert told["rules"] == REGULATION.id
    assert told["readings"] == dict(found.readings)
    assert told["rows"] == {"read": 9, "lines": 9, "credited": found.rows_credited, "set_aside": len(found.set_aside)}
    assert told["set_aside"] == {"cancelled": 1, "no_value": 1}
    for name in ("counseling", "teaching"):
        verdicts = [teacher.quota.part(name).verdict for teacher in found.teachers]
        assert {verdict: number for verdict, number in told["verdicts"][name].items() if number} == {
            verdict: verdicts.count(verdict) for verdict in set(verdicts)
        }
    for name in ("quota", "training", "case_reports", "evaluation"):
        verdicts = [getattr(teacher, name).verdict for teacher in found.teachers]
        assert {verdict: number for verdict, number in told["verdicts"][name].items() if number} == {
            verdict: verdicts.count(verdict) for verdict in set(verdicts)
        }


def test_a_duty_over_the_years_end_has_two_lines(run, province):
    """Of the two years together, the row of New Year's Eve is a line in each."""
    rows = run("evaluate-frame", province, "--years", "2024-2025", "--format", "json").json["rows"]
    assert rows == {"read": 9, "lines": 10, "credited": 8, "set_aside": 2}
    assert "读取 9 行，逐年为 10 行 = 计入 8 行" in run("evaluate-frame", province, "--years", "2024-2025").out


def test_all_years_by_default(run, province):
    """Without a year, those of the activities."""
    assert run("evaluate-frame", province, "--format", "json").json["years"] == [2024]


def test_the_forms_of_the_input(run, province, as_csv, tmp_path):
    """A folder of tables, CSV or Parquet, headers Chinese or English; or each table by its own name or pattern."""
    beside = {
        name: next(path for path in province.iterdir() if path.stem == CONTRACT[name][0]) for name in FRAMES if name
    }
    options = [
        part for name, path in beside.items() if name != "activities" for part in (f"--{name.replace('_', '-')}", path)
    ]
    parts = tmp_path / "parts"
    parts.mkdir()
    activities = pl.read_parquet(beside["activities"])
    activities[:4].write_parquet(parts / "a.parquet")
    activities[4:].write_parquet(parts / "b.parquet")
    told = [
        run("evaluate-frame", source, *more, "--year", "2024")
        for source, more in (
            (province, []),
            (as_csv, []),
            (beside["activities"], options),
            (parts, options),
            (parts / "*.parquet", options),
        )
    ]
    told.append(run("evaluate-frame", parts / "a.parquet", parts / "b.parquet", *options, "--year", "2024"))
    assert {(result.code, result.out) for result in told} == {(0, told[0].out)}


def test_an_option_goes_before_the_folder(run, province, tmp_path):
    """A table that is named is taken instead of the folder's."""
    other = tmp_path / "other.csv"
    other.write_text("工号,类别\n007,兼职\n7,专职\nT1,专职\n", encoding="utf-8")
    told = run("evaluate-frame", province, "--teachers", other, "--year", "2024", "--format", "json", "--skip-faulty")
    assert told.json["verdicts"]["quota"]["not_applicable"] == 2


def test_files_that_are_no_tables_are_told(run, province):
    """What was not read is said."""
    (province / "学生.parquet").write_bytes((province / "教师.parquet").read_bytes())
    result = run("evaluate-frame", province, "--year", "2024")
    assert result.code == 0
    assert "没有读取：学生.parquet" in result.err


# ---------------------------------------------------------------- writing


def test_a_result_as_a_file(run, province, tmp_path):
    """Parquet, CSV for Excel, or a workbook; sorted, and the rows are accounted for on the screen."""
    for ending in ("parquet", "csv", "xlsx"):
        result = run("evaluate-frame", province, "--year", "2024", "-o", tmp_path / f"out.{ending}")
        assert (result.code, result.err) == (0, "")
        assert "读取 9 行 = 计入 7 行 + 未计入 2 行" in result.out
        assert f"out.{ending}" in result.out
    frame = pl.read_parquet(tmp_path / "out.parquet")
    assert frame["teacher_id"].to_list() == ["007", "7", "T1"]
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["teacher_id"] for row in rows] == ["007", "7", "T1"]
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    book = python_calamine.CalamineWorkbook.from_path(str(tmp_path / "out.xlsx"))
    header, *cells = book.get_sheet_by_index(0).to_python()
    assert header == frame.columns == list(rows[0])
    assert [row[0] for row in cells] == ["007", "7", "T1"]


@pytest.mark.parametrize("table", verb.RESULTS)
def test_each_result(run, province, tmp_path, table):
    """Every result can be the one that is written."""
    path = tmp_path / "out.csv"
    assert run("evaluate-frame", province, "--year", "2024", "-o", path, "--table", table).code == 0
    header = path.read_text(encoding="utf-8-sig").splitlines()[0]
    assert "teacher_id" in header


@pytest.mark.parametrize("exists", [True, False])
def test_all_results_in_a_folder(run, province, tmp_path, exists):
    """All results as Parquet, and what they were computed under."""
    folder = tmp_path / "结果"
    if exists:
        folder.mkdir()
    assert run("evaluate-frame", province, "--year", "2024", "-o", folder).code == 0
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        name if "." in name else f"{name}.parquet" for name in RESULTS
    )
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    assert about["rows"] == {"read": 9, "lines": 9, "credited": 7, "set_aside": 2}
    assert about["scales"]["teaching"] == 100
    ledger = pl.read_parquet(folder / "ledger.parquet")
    assert len(ledger) == about["rows"]["lines"]
    assert ledger["reason"].is_null().sum() == about["rows"]["credited"]


def test_the_scale(run, province, tmp_path):
    """Class hours at another scale."""
    run("evaluate-frame", province, "--year", "2024", "--scale", "2", "-o", tmp_path / "out.parquet")
    frame = pl.read_parquet(tmp_path / "out.parquet")
    assert frame.filter(pl.col("teacher_id") == "007")["teaching"].to_list() == [3]


def test_what_is_there_is_not_replaced(run, province, tmp_path):
    """Unless it is asked for: a file, or any of those of a folder."""
    path, folder = tmp_path / "out.parquet", tmp_path / "out"
    for target, within in ((path, path), (folder, folder / "about.json")):
        assert run("evaluate-frame", province, "--year", "2024", "-o", target).code == 0
        before = within.read_bytes()
        result = run("evaluate-frame", province, "--year", "2024", "-o", target)
        assert result.code == 2
        assert "--force" in result.err
        assert within.read_bytes() == before
        assert run("evaluate-frame", province, "--year", "2024", "-o", target, "--force").code == 0


def test_the_input_is_spared(run, province, tmp_path):
    """No result goes where it would replace the input, or be part of it the next time."""
    activities = province / "工作记录.parquet"
    before = activities.read_bytes()
    for source, target in (
        (province, activities),
        (province, province / "out.parquet"),
        (province, province),
        (province / "*.parquet", province / "out.parquet"),
        (activities, activities),
    ):
        options = ["--year", "2024", "--teachers", province / "教师.parquet", "--force"]
        result = run("evaluate-frame", source, *options, "-o", target)
        assert result.code == 2, target
        assert "输入" in result.err
    assert activities.read_bytes() == before


def test_other_endings(run, province, tmp_path):
    """A result has one of three endings."""
    result = run("evaluate-frame", province, "--year", "2024", "-o", tmp_path / "out.json")
    assert result.code == 2
    assert ".parquet" in result.err


# ---------------------------------------------------------------- faults


def test_faults_stop_the_evaluation(run, faulty, tmp_path):
    """All of them are told with the place, what stands there and what is accepted; nothing is written."""
    for target in (tmp_path / "out.parquet", tmp_path / "out"):
        result = run("evaluate-frame", faulty, "--year", "2024", "-o", target)
        assert (result.code, result.out) == (2, "")
        assert "错误 3 处" in result.err
        assert "第3行 类别“counselling_duty”：只接受：" in result.err
        assert "第6行 工号“T99”" in result.err
        assert "第2行 学时“many”：应为数字" in result.err
        assert "--skip-faulty" in result.err
        assert not [path for path in tmp_path.rglob("*") if path.name.startswith("out") and path.is_file()]


def test_faults_as_json(run, faulty):
    """For programs, on standard error."""
    result = run("evaluate-frame", faulty, "--year", "2024", "--format", "json")
    assert result.code == 2
    faults = json.loads(result.err)["faults"]
    assert [(one["table"], one["row"], one["column"], one["code"]) for one in faults] == [
        ("activities", 3, "kind", "unknown_kind"),
        ("activities", 6, "teacher_id", "unknown_teacher"),
        ("training", 2, "hours", "not_a_number"),
    ]
    assert faults[0]["suggestion"] == "咨询值班"


def test_faulty_rows_can_be_skipped(run, faulty, tmp_path):
    """Then they are set aside for that reason, and stand in the result of faults."""
    folder = tmp_path / "out"
    result = run("evaluate-frame", faulty, "--year", "2024", "--skip-faulty", "-o", folder)
    assert result.code == 0
    assert "本行有错误，已跳过 2 行" in result.out
    assert "跳过错误 3 处" in result.out
    faults = pl.read_parquet(folder / "faults.parquet")
    assert faults.select("table", "row", "column", "code").rows() == [
        ("activities", 3, "kind", "unknown_kind"),
        ("activities", 6, "teacher_id", "unknown_teacher"),
        ("training", 2, "hours", "not_a_number"),
    ]
    ledger = pl.read_parquet(folder / "ledger.parquet")
    assert sorted(ledger.filter(pl.col("reason") == "fault")["row"]) == [3, 6]


def test_many_faults(run, tables, parquet_folder, monkeypatch):
    """The first are told, and how many there are."""
    monkeypatch.setattr(verb, "MOST_FAULTS", 4)
    for row in tables["activities"]:
        row["kind"] = "x"
    result = run("evaluate-frame", parquet_folder(tables), "--year", "2024")
    assert result.code == 2
    assert "错误共 9 处，先列出 4 处" in result.err
    assert "错误 4 处" in result.err


def test_a_cell_that_may_be_a_clients_is_not_repeated(run, tables, parquet_folder):
    """A mobile number in a cell is told of, not shown."""
    tables["activities"][0]["kind"] = "13812345678"
    result = run("evaluate-frame", parquet_folder(tables), "--year", "2024")
    assert result.code == 2
    assert "第2行 类别" in result.err
    assert "138" not in result.err


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda tables: tables.pop("teachers"), "缺少表：教师"),
        (lambda tables: [row.pop("kind") for row in tables["activities"]], "类别"),
        (lambda tables: tables["activities"][0].update({"来访者姓名": "张三"}), "来访者"),
    ],
    ids=["no teachers", "no kind", "client data"],
)
def test_a_table_that_cannot_be_taken(run, tables, parquet_folder, change, message):
    """A missing table or column, or a client's: exit code 2, and which one it is."""
    change(tables)
    result = run("evaluate-frame", parquet_folder(tables), "--year", "2024", "--skip-faulty")
    assert result.code == 2
    assert message in result.err
    assert "张三" not in result.err


def test_a_damaged_file(run, province):
    """Exit code 2, not a traceback."""
    (province / "工作记录.parquet").write_text("no Parquet at all")
    result = run("evaluate-frame", province, "--year", "2024")
    assert result.code == 2
    assert "不是有效的 Parquet" in result.err


def test_no_such_file(run, tmp_path):
    """A name that answers to no file."""
    result = run("evaluate-frame", tmp_path / "*.parquet", "--year", "2024")
    assert result.code == 2
    assert "没有与" in result.err


# ---------------------------------------------------------------- one teacher


@pytest.mark.parametrize("teacher", ["007", "7", "T1"])
@pytest.mark.parametrize("how", ["table", "json", "csv"])
def test_explain_is_what_explain_says(run, province, as_csv, teacher, how):
    """One teacher is explained by the objects' own path, with the rows of the files."""
    options = ["--year", "2024", "--format", how]
    expected = run("explain", as_csv, "--teacher", teacher, *options)
    for source in (province, as_csv):
        found = run("evaluate-frame", source, "--explain", teacher, *options)
        assert (found.code, found.out) == (0, expected.out)


def test_an_unknown_teacher_is_not_explained(run, province):
    """Exit code 2, and who is not known; a college is no use where there are none."""
    result = run("evaluate-frame", province, "--explain", "T9", "--year", "2024")
    assert result.code == 2
    assert "T9" in result.err
    result = run("evaluate-frame", province, "--explain", "T1", "--college", "甲校", "--year", "2024")
    assert result.code == 2


def test_faults_of_one_teacher_stop_the_explanation(run, faulty):
    """With the rows of the whole file, not of the teacher's part of it."""
    result = run("evaluate-frame", faulty, "--explain", "007", "--year", "2024")
    assert result.code == 2
    assert "第3行 类别“counselling_duty”" in result.err
    assert "T99" not in result.err
    skipped = run("evaluate-frame", faulty, "--explain", "007", "--year", "2024", "--skip-faulty")
    assert skipped.code == 0


@pytest.mark.parametrize("engine", ["polars", "duckdb", SPARK_ENGINE])
def test_one_teacher_of_every_engine(province, as_csv, engine):
    """The records of one teacher are the center's own, with their rows, from every engine."""
    if engine == "spark":
        spark()
    whole = read_center(as_csv)
    tables = {name: scan(province / f"{CONTRACT[name][0]}.parquet", engine) for name in FRAMES}
    center = teacher_center(tables, "7")
    for name in FRAMES:
        assert list(getattr(center, name)) == [one for one in getattr(whole, name) if one.teacher_id == "7"]
    assert evaluate(center, 2024).teachers[0].quota.verdict == evaluate(whole, 2024).teacher("7").quota.verdict


def test_leaders_of_an_event_come_along(tables, parquet_folder, csv_folder):
    """Under an equal split the share of an event depends on who else led it: they are known, for that event alone."""
    tables["activities"] = [
        {
            "record_id": f"E{place}",
            "teacher_id": teacher,
            "date": date(2024, 7, day),
            "kind": "lecture",
            "event_id": event,
        }
        for place, (teacher, day, event) in enumerate(
            [("7", 1, "E1"), ("T1", 1, "E1"), ("T1", 2, "E2"), ("007", 3, None)]
        )
    ]
    folder, whole = parquet_folder(tables), read_center(csv_folder(tables))
    center = teacher_center({name: scan(folder / f"{CONTRACT[name][0]}.parquet") for name in FRAMES}, "7")
    assert [(one.teacher_id, one.event_id, one.row) for one in center.activities] == [("7", "E1", 2), ("T1", "E1", 3)]
    assert [teacher.teacher_id for teacher in center.teachers] == ["7", "T1"]
    readings = {"co_leaders": "equal_split"}
    own, of_whole = (evaluate(one, 2024, readings=readings, teacher_id="7") for one in (center, whole))
    assert own.teachers[0].points == of_whole.teachers[0].points == 15
    assert explain_teacher(own, "7", None) == explain_teacher(of_whole, "7", None)


def test_one_teacher_of_a_college(run, tables, parquet_folder):
    """Where ids are unique within a college alone, the college is asked for."""
    for rows in tables.values():
        rows += [{**row, "college": "乙校"} for row in rows]
        for row in rows[: len(rows) // 2]:
            row["college"] = "甲校"
    tables["activities"] = tables["activities"][:-1]
    folder = parquet_folder(tables)
    explained = [
        run("evaluate-frame", folder, "--explain", "T1", "--college", college, "--year", "2024")
        for college in ("甲校", "乙校")
    ]
    assert [result.code for result in explained] == [0, 0]
    assert "60 分钟" in explained[0].out
    assert "60 分钟" not in explained[1].out
    result = run("evaluate-frame", folder, "--explain", "T1", "--year", "2024")
    assert result.code == 2
    assert "--college" in result.err


# ---------------------------------------------------------------- the engines


def test_another_engine_says_the_same(run, province, tmp_path):
    """The same summary, and byte for byte the same file."""
    written = []
    for engine in ("polars", "duckdb"):
        target = tmp_path / engine / "out.csv"
        target.parent.mkdir()
        result = run("evaluate-frame", province, "--year", "2024", "--engine", engine, "-o", target)
        assert result.code == 0
        written.append((result.out.replace(str(target), ""), target.read_bytes()))
    assert written[0] == written[1]


@pytest.mark.parametrize("engine", [SPARK_ENGINE])
def test_spark_has_a_process_to_itself(run, province, as_csv, engine):
    """As it is used: without a session before, and with nothing on the screen but the result."""
    command = [sys.executable, "-m", "workload", "evaluate-frame", province, "--engine", engine]
    options = ["--explain", "007", "--year", "2024"]
    done = subprocess.run([*command, *options], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == run("explain", as_csv, "--teacher", "007", "--year", "2024").out
    assert "Traceback" not in done.stderr
