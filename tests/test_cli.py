"""The command line: its verbs, formats, files, languages, exit codes, and what it never does."""

import csv
import gc
import io
import json
import os
import re
import runpy
import socket
import subprocess
import sys
import zipfile
from datetime import date, time
from pathlib import Path

import click
import pytest
import python_calamine
from conftest import CONTRACT

import workload.cli
import workload.evaluation
import workload.tables.read
from workload import evaluate, evaluate_experience, explain_experience, load_regulation, read_center
from workload.cli import main
from workload.cli.shared import Month
from workload.documents.blocks import Block, write_workbook
from workload.explain import line_text

REGULATION = load_regulation()
ROW = {"teacher_id": "T1", "date": date(2024, 3, 5), "kind": "counseling_duty"}


@pytest.fixture
def center(tables, csv_folder):
    """A small center without a fault."""
    return csv_folder(tables)


@pytest.fixture
def faulty(tables, csv_folder):
    """The same with two faults: row 3 of the activities and row 2 of the training."""
    tables["activities"][1]["kind"] = "counselling_duty"
    tables["training"][0]["hours"] = "many"
    return csv_folder(tables, name="faulty")


# Rules whose value of a duty ends with 2024.
ENDING_RULES = """
format = 1
extends = "zhoukou-2024-33"
id = "school"

[[credit]]
id = "counseling_duty"
kinds = ["counseling_duty"]
account = "counseling"
measure = "minutes"
per = 45
amount = 1
unit = "class_hour"
article = "附件2 第七条(一)"
quote = "咨询值班每45分钟计入教学工作量1课时"
effective_until = 2024-12-31
"""
VERBS = {
    "evaluate": ["evaluate", "{center}", "--year", "2024"],
    "experience": ["experience", "{center}", "--as-of", "2024"],
    "check": ["check", "{center}"],
    "explain": ["explain", "{center}", "--teacher", "007", "--year", "2024"],
    "rules": ["rules"],
    "institution": ["institution", "--students", "20000", "--full-time", "4", "--case-conferences", "CS=1"],
}
FORMATS = ["table", "json", "csv", "md"]
every_verb = pytest.mark.parametrize("verb", VERBS)
every_format = pytest.mark.parametrize("how", FORMATS)


def command(verb, center):
    return [argument.format(center=center) for argument in VERBS[verb]]


def in_python(code, *arguments, **more):
    """Run Python code in a process of its own."""
    command_ = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command_, capture_output=True, encoding="utf-8", timeout=60, check=False, **more)


# ---------------------------------------------------------------- help


def test_help_lists_the_verbs(run):
    """``--help`` lists every verb of the contract, in Chinese and English."""
    result = run("--help")
    assert result.code == 0
    for verb in (*VERBS, "template"):
        assert re.search(rf"^  {verb} +[^ ].* / [a-z]", result.out, re.MULTILINE), verb


def test_a_bare_command_helps(run):
    """Without a verb the help is shown."""
    result = run()
    assert result.code in (0, 2)  # click has changed its mind
    assert "evaluate" in result.out + result.err


@pytest.mark.parametrize("verb", [*VERBS, "template"])
def test_each_verb_has_help(run, verb):
    """Each verb tells its options, in both languages."""
    result = run(verb, "--help")
    assert result.code == 0
    assert "--lang" in result.out
    assert "--rules" in result.out


def test_version(run):
    """``--version`` tells the version."""
    result = run("--version")
    assert result.code == 0
    assert re.search(r"\d+\.\d+", result.out)


@pytest.mark.parametrize(
    "arguments",
    [
        ["evaluate"],
        ["evaluate", "x"],
        ["evaluate", "x", "--year"],
        ["evaluate", "x", "--year", "24"],
        ["evaluate", "x", "--year", "2101"],
        ["evaluate", "x", "--year", "今年"],
        ["evaluate", "x", "--year", "2024", "--format", "pdf"],
        ["evaluate", "x", "--year", "2024", "--lang", "fr"],
        ["evaluate", "x", "y", "--year", "2024"],
        ["evaluate", "x", "--year", "2024", "--yaer", "2024"],
        ["experience", "x", "--as-of", "soon"],
        ["experience", "x", "--as-of", "2024-02-30"],
        ["experience", "x", "--as-of", "1949"],
        ["experience", "x", "--as-of", "2101-01-01"],
        ["explain", "x", "--year", "2024"],
        ["explain", "x", "--teacher", "T1"],
        ["rules", "--on", "2024-02-30"],
        ["institution"],
        ["institution", "--students", "-1"],
        ["institution", "--students", "many"],
        ["institution", "--students", "1", "--full-time", "1.5"],
        ["institution", "--students", "1", "--funding", "-1"],
        ["institution", "--students", "1", "--area", "nan"],
        ["institution", "--students", "1", "--course-hours", "x"],
        ["institution", "--students", "1", "--case-conferences", "2"],
        ["institution", "--students", "1", "--case-conferences", "=2"],
        ["institution", "--students", "1", "--parent-classes", "CS=x"],
        ["template"],
        ["template", "x.xls"],
        ["template", "x.csv"],
        ["evaluation", "x"],
    ],
    ids=" ".join,
)
def test_wrong_usage(run, arguments):
    """Wrong usage is exit code 2 and a message, and nothing on standard output."""
    result = run(*arguments)
    assert result.code == 2
    assert result.out == ""
    assert result.err.strip()


# ---------------------------------------------------------------- verbs and formats


@every_verb
def test_json_is_json(run, center, verb):
    """Each verb prints one JSON object, in readable Chinese."""
    result = run(*command(verb, center), "--format", "json")
    assert (result.code, result.err) == (0, "")
    assert isinstance(result.json, dict)
    assert "\\u" not in result.out


@every_verb
def test_csv_is_rectangular(run, center, verb):
    """Each verb prints CSV in which every line of a table has as many cells as its header."""
    result = run(*command(verb, center), "--format", "csv")
    assert (result.code, result.err) == (0, "")
    for table in re.split(r"\n\n(?:[^,\n]+\n)?", result.out):
        rows = list(csv.reader(io.StringIO(table)))
        assert len({len(row) for row in rows if len(row) > 1}) <= 1


@every_verb
def test_markdown_tables_are_tables(run, center, verb):
    """Each verb prints Markdown in which every line of a table has as many cells as its header."""
    result = run(*command(verb, center), "--format", "md")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("### ")
    for table in re.findall(r"(?:^\|.*\n)+", result.out, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1


@every_verb
def test_the_table_is_the_default(run, center, verb):
    """Without ``--format`` a verb prints the table for people."""
    result = run(*command(verb, center))
    assert (result.code, result.err) == (0, "")
    assert result.out == run(*command(verb, center), "--format", "table").out
    assert result.out.endswith("\n")
    assert not result.out.endswith("\n\n")


ODD = ["甲|乙", "甲\n乙", "=1+1", "+1", "-1", "@a", "甲,乙", '甲"乙', "甲\r乙", "\t甲"]


@pytest.fixture
def odd(run, tables, csv_folder):
    """``odd(how)`` is what ``check`` prints of cells with bars, line breaks and formulas, each of them a fault."""
    tables["activities"] = [{**ROW, "kind": text} for text in ODD]
    path = csv_folder(tables)
    return lambda how: run("check", path, "--format", how)


def test_odd_texts_in_json(odd):
    """JSON repeats a cell as it stands."""
    assert [fault["value"] for fault in odd("json").json["faults"]] == list(ODD)


def test_odd_texts_in_csv(odd):
    """In CSV no cell begins a formula when a spreadsheet opens it, and each fault is one row."""
    _, *rows = csv.reader(io.StringIO(odd("csv").out))
    assert [row[1] for row in rows] == [str(row) for row in range(2, 2 + len(ODD))]
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert {"'=1+1", "甲|乙", "甲,乙"} <= {row[3] for row in rows}


def test_odd_texts_in_markdown(odd):
    """In Markdown neither a bar nor a line break breaks the table."""
    (table,) = re.findall(r"(?:^\|.*\n)+", odd("md").out, re.MULTILINE)
    _, _, *rows = table.splitlines()
    assert len(rows) == len(ODD)
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {6}


def test_odd_texts_in_a_table(odd):
    """In a table for people each fault stands on one line, which no cell can break."""
    lines = odd("table").out.splitlines()
    assert len([line for line in lines if re.match(r" *第\d+行 类别“.*”：", line)]) == len(ODD)
    assert not [line for line in lines if line.startswith("乙")]


@pytest.mark.parametrize("how", ["table", "md"])
@pytest.mark.parametrize("verb", ["evaluate", "explain"])
def test_odd_names_stand_on_one_line(run, tables, csv_folder, verb, how):
    """A line break in a teacher's name breaks neither a heading nor a row."""
    tables["teachers"][0]["name"] = "教师\n01|甲"
    result = run(*command(verb, csv_folder(tables)), "--format", how)
    assert result.code == 0
    assert re.search(r"教师 01\\?\|甲", result.out)
    assert not [line for line in result.out.splitlines() if line.startswith("01")]


@pytest.mark.parametrize("how", [*FORMATS, "xlsx"])
@pytest.mark.parametrize("verb", ["evaluate", "experience"])
def test_every_result_prints_its_readings(run, center, tmp_path, verb, how):
    """Every result says under which readings it was computed, in every format."""
    chosen = ["--reading", "partial_unit=whole_pooled"]
    if how == "xlsx":
        path = tmp_path / "out.xlsx"
        assert run(*command(verb, center), *chosen, "-o", path).code == 0
        text = str(sheets_of(path))
    else:
        text = run(*command(verb, center), *chosen, "--format", how).out
    assert "partial_unit" in text
    assert "whole_pooled" in text
    assert "evaluation_gate" in text


@pytest.mark.parametrize("how", [*FORMATS, "xlsx"])
@pytest.mark.parametrize("options", [[], ["--teacher", "7"]], ids=["all", "one"])
def test_every_row_is_accounted_for(run, center, tmp_path, how, options):
    """Rows read = rows credited + rows set aside, in every output of the evaluation."""
    numbers = (4, 2, 2) if options else (9, 7, 2)
    if how == "json":
        rows = run(*command("evaluate", center), *options, "--format", how).json["rows"]
        assert tuple(rows.values()) == numbers
    elif how in ("csv", "xlsx"):
        path = tmp_path / f"out.{how}"
        run(*command("evaluate", center), *options, "-o", path)
        text = io.StringIO("" if how == "xlsx" else path.read_text(encoding="utf-8-sig"))
        rows = next(iter(sheets_of(path).values())) if how == "xlsx" else list(csv.reader(text))
        places = [rows[0].index(name) for name in ("记录行数", "计入行数", "未计入行数")]
        assert tuple(sum(int(row[place]) for row in rows[1:]) for place in places) == numbers
    else:
        text = run(*command("evaluate", center), *options, "--format", how).out
        assert "读取 {} 行 = 计入 {} 行 + 未计入 {} 行".format(*numbers) in text


# ---------------------------------------------------------------- JSON as in the contract


DAY, NUMBER, VERDICT = "day", "number", "verdict"
ACCOUNT = {"class_hours": float, "required": (int, float, None), "shortfall": (float, None), "verdict": VERDICT}
SHAPES = {
    "evaluate": {
        "rules": str,
        "readings": {...: str},
        "period": {"start": DAY, "end": DAY},
        "rows": {"read": int, "credited": int, "set_aside": int},
        "teachers": [
            {
                "teacher_id": str,
                "name": str,
                "employment": str,
                "counseling": {"minutes": int, **ACCOUNT},
                "teaching": ACCOUNT,
                "points": int,
                "quota": VERDICT,
                "training": {"hours": float, "required": int, "conferences": int, "verdict": VERDICT},
                "case_reports": {"spring": int, "autumn": int, "verdict": VERDICT},
                "evaluation": (str, None),
            }
        ],
        "set_aside": [{"table": str, "row": int, "record_id": (str, None), "teacher_id": (str, None), "reason": str}],
        "warnings": [{"table": str, "row": int, "code": str, "message": str}],
    },
    "experience": {
        "rules": str,
        "readings": {...: str},
        "as_of": int,
        "teachers": [
            {
                "teacher_id": str,
                "employment": str,
                "verdict": VERDICT,
                "basis": str,
                "recognized_years": (int, None),
                "windows": [
                    {
                        "years": [int],
                        "counseling_minutes": int,
                        "teaching_class_hours": float,
                        "verdict": VERDICT,
                    }
                ],
                "next": (
                    {
                        "years": [int],
                        "counseling_minutes_missing": int,
                        "teaching_class_hours_missing": float,
                        "evaluations_missing": [int],
                    },
                    None,
                ),
            }
        ],
    },
    "check": {
        "faults": [
            {
                "table": str,
                "row": (int, None),
                "column": (str, None),
                "value": (str, None),
                "code": str,
                "message": str,
            }
        ],
        "warnings": [{"table": str, "row": int, "code": str, "message": str}],
    },
}


def misfits(value, shape, place="$"):
    """Where a JSON value is not of that shape: keys that are missing, values of another type."""
    if isinstance(shape, tuple):
        if not any(not list(misfits(value, one, place)) for one in shape):
            yield f"{place}: {value!r}"
    elif isinstance(shape, list):
        if type(value) is not list:
            yield f"{place}: {value!r}"
        else:
            for number, one in enumerate(value):
                yield from misfits(one, shape[0], f"{place}[{number}]")
    elif isinstance(shape, dict):
        if type(value) is not dict:
            yield f"{place}: {value!r}"
            return
        for key, one in shape.items():
            if key is ...:
                for name, each in value.items():
                    yield from misfits(each, one, f"{place}.{name}")
            elif key not in value:
                yield f"{place}.{key} is missing"
            else:
                yield from misfits(value[key], one, f"{place}.{key}")
    elif shape is None:
        if value is not None:
            yield f"{place}: {value!r}"
    elif shape == DAY:
        if date.fromisoformat(value).isoformat() != value:
            yield f"{place}: {value!r}"
    elif shape == VERDICT:
        if value not in ("met", "not_met", "undetermined", "not_applicable"):
            yield f"{place}: {value!r}"
    elif type(value) is not shape:
        yield f"{place}: {value!r}"


@pytest.fixture
def long_center(tables, csv_folder):
    """A center with three met years, an open window, warnings and rows set aside."""
    tables["appointments"] = [{"teacher_id": "007", "start": date(2021, 1, 1), "end": date(2024, 12, 31)}]
    for year in (2021, 2022, 2023):
        tables["activities"] += [
            {**ROW, "teacher_id": "007", "date": date(year, 3, month), "minutes": 700} for month in (1, 2, 3)
        ] + [{**ROW, "teacher_id": "007", "date": date(year, 3, 5), "kind": "class_teaching", "class_hours": 72}]
        tables["evaluations"].append({"teacher_id": "007", "year": year, "result": "passed"})
    tables["activities"] += [
        {**ROW, "teacher_id": "007", "start": time(15, 0), "end": time(18, 0)},
        {**ROW, "teacher_id": "007", "start": time(14, 30), "end": time(15, 0), "kind": "lecture"},
    ]
    return csv_folder(tables)


def test_evaluate_json_has_the_contract_keys(run, long_center):
    """``evaluate --format json`` has the keys of the contract, with its types, and no unknown others."""
    result = run("evaluate", long_center, "--year", "2024", "--format", "json").json
    assert list(misfits(result, SHAPES["evaluate"])) == []
    assert result["set_aside"]
    assert {warning["code"] for warning in result["warnings"]} == {"part_overlap", "double_booked"}
    extra = {"notes", "to_meet", "alternatives", "period", "accounts"}
    for teacher in result["teachers"]:
        assert set(teacher) - set(SHAPES["evaluate"]["teachers"][0]) <= extra
    full_time = result["teachers"][2]
    for account in ("counseling", "teaching"):
        assert full_time[account]["required"] is None
        assert full_time[account]["verdict"] == "not_applicable"
    part_time = result["teachers"][0]
    assert (part_time["counseling"]["required"], part_time["teaching"]["required"]) == (38, 72)
    assert part_time["counseling"] == {
        "minutes": 390,
        "class_hours": 8.67,
        "required": 38,
        "shortfall": 29.33,
        "verdict": "not_met",
    }


def test_evaluate_json_of_appointment_years(run, center):
    """Under appointment years a teacher whose year is another than the center's says which."""
    result = run("evaluate", center, "--year", "2024", "--reading", "year=appointment", "--format", "json").json
    assert list(misfits(result, SHAPES["evaluate"])) == []
    assert [teacher.get("period") for teacher in result["teachers"]] == [
        None,
        {"start": "2024-03-01", "end": "2025-02-28"},
        None,
    ]


def test_evaluate_json_of_another_account(run, center, tmp_path):
    """An account that a school adds stands under ``accounts``; the keys of the contract stay."""
    rules = tmp_path / "school.toml"
    rules.write_text(
        'format = 1\nextends = "zhoukou-2024-33"\nid = "school"\n'
        '[account.service]\nname = { zh = "服务", en = "service" }\nunit = "point"\n'
        '[[credit]]\nid = "supervision"\nkinds = ["supervision"]\naccount = "service"\nmeasure = "events"\nper = 1\n'
        'amount = 5\nunit = "point"\narticle = "本校补充规定 第一条"\nquote = "督导每次计5分"\n',
        encoding="utf-8",
    )
    result = run("evaluate", center, "--year", "2024", "--rules", rules, "--format", "json").json
    assert list(misfits(result, SHAPES["evaluate"])) == []
    assert result["teachers"][1]["accounts"] == {
        "service": {"point": 5.0, "required": None, "shortfall": None, "verdict": "not_applicable"}
    }
    assert result["rows"] == {"read": 9, "credited": 8, "set_aside": 1}


def test_evaluate_json_without_tables(run, tables, csv_folder):
    """Where the input lacks a table, its figures are null and its verdict is undetermined."""
    center = csv_folder({name: tables[name] for name in ("teachers", "activities", "titles")})
    for teacher in run("evaluate", center, "--year", "2024", "--format", "json").json["teachers"]:
        assert teacher["training"] == {
            "hours": None,
            "required": teacher["training"]["required"],
            "conferences": None,
            "verdict": "undetermined",
        }
        assert teacher["case_reports"] == {"spring": None, "autumn": None, "verdict": "undetermined"}
        assert teacher["evaluation"] is None


def test_the_required_training_stands_in_the_regulation(run, tables, csv_folder):
    """How many hours of training are required does not hang on the input: 15 part-time, 40 full-time."""
    center = csv_folder({name: tables[name] for name in ("teachers", "activities", "titles")})
    teachers = run("evaluate", center, "--year", "2024", "--format", "json").json["teachers"]
    assert [teacher["training"]["required"] for teacher in teachers] == [15, 15, 40]


def test_experience_json_has_the_contract_keys(run, long_center):
    """``experience --format json`` has the keys of the contract, with its types."""
    result = run("experience", long_center, "--as-of", "2024", "--format", "json").json
    assert list(misfits(result, SHAPES["experience"])) == []
    first, second, full_time = result["teachers"]
    assert first["windows"] == [
        {
            "years": [2021, 2022, 2023],
            "counseling_minutes": 6300,
            "counseling_class_hours": 140.0,
            "teaching_class_hours": 216.0,
            "verdict": "met",
        }
    ]
    assert first["next"]["years"] == [2024, 2025, 2026]
    assert second["recognized_years"] == 0
    assert [full_time[key] for key in ("basis", "verdict", "recognized_years", "windows", "next")] == [
        "employment",
        "met",
        None,
        [],
        None,
    ]


@pytest.mark.parametrize("sound", [True, False])
def test_check_json_has_the_contract_keys(run, long_center, faulty, sound):
    """``check --format json`` has the keys of the contract; exit code 2 says that there are faults."""
    result = run("check", long_center if sound else faulty, "--format", "json")
    assert result.code == (0 if sound else 2)
    assert list(misfits(result.json, SHAPES["check"])) == []
    assert set(result.json) == {"faults", "warnings", "repairs", "passed_over", "aliases", "not_read"}
    assert bool(result.json["faults"]) is not sound


# ---------------------------------------------------------------- files


def sheets_of(path):
    """Every sheet of a workbook, as rows of cells."""
    with python_calamine.CalamineWorkbook.from_path(path) as book:
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def left_in(folder):
    return sorted(path.name for path in folder.iterdir() if not path.is_dir())


@every_verb
@pytest.mark.parametrize("ending", ["json", "csv", "md", "txt"])
def test_output_by_ending(run, center, tmp_path, verb, ending):
    """``-o`` writes what would have been printed, in the format of the file's ending; CSV gets a BOM, for Excel."""
    path = tmp_path / f"结果.{ending}"
    result = run(*command(verb, center), "-o", path)
    assert (result.code, result.out, result.err) == (0, "", "")
    printed = run(*command(verb, center), "--format", "table" if ending == "txt" else ending).out
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf") is (ending == "csv")
    assert content.decode("utf-8-sig") == printed
    assert b"\r" not in content
    assert left_in(tmp_path) == [path.name]


@every_format
def test_the_format_goes_before_the_ending(run, center, tmp_path, how):
    """``--format`` decides where the ending says nothing, or something else."""
    path = tmp_path / "result.txt"
    assert run(*command("evaluate", center), "--format", how, "-o", path).code == 0
    assert path.read_text(encoding="utf-8-sig") == run(*command("evaluate", center), "--format", how).out


@every_verb
@pytest.mark.parametrize("language", ["zh", "en"])
def test_workbooks(run, center, tmp_path, verb, language):
    """``-o FILE.xlsx`` writes a workbook whose sheets have a header and rows, whole and readable."""
    path = tmp_path / "结果.xlsx"
    result = run(*command(verb, center), "-o", path, "--lang", language)
    # A check says how much it marked: its workbook is the input's, in which a mark may be far down.
    assert (result.code, bool(result.out), result.err) == (0, verb == "check", "")
    sheets = sheets_of(path)
    assert all(rows and rows[0] for rows in sheets.values())
    assert left_in(tmp_path) == [path.name]


def test_the_workbook_of_an_evaluation(run, center, tmp_path):
    """It has the figures of each teacher as numbers, ids as text, the rows set aside, and the remarks."""
    path = tmp_path / "result.xlsx"
    run(*command("evaluate", center), "-o", path)
    figures, aside, *_ = sheets_of(path).values()
    by_name = dict(zip(figures[0], figures[1], strict=True))
    assert (by_name["工号"], by_name["姓名"]) == ("007", "教师01")
    assert (by_name["咨询分钟"], by_name["咨询课时"], by_name["咨询要求"], by_name["咨询差额"]) == (360, 8, 38, 30)
    assert [row[:3] for row in aside[1:]] == [[8, "A7", "7"], [9, "A8", "7"]]
    assert "周职党〔2024〕33号" in str(sheets_of(path))


@every_format
def test_a_workbook_has_no_other_format(run, center, tmp_path, how):
    """A file that ends in .xlsx is a workbook or nothing: another format for it is wrong usage."""
    path = tmp_path / "result.xlsx"
    assert run(*command("evaluate", center), "--format", how, "-o", path).code == 2
    assert not path.exists()


@pytest.mark.parametrize("ending", ["xls", "ods", "xlsm"])
def test_other_workbooks_are_refused(run, center, tmp_path, ending):
    """A text is not written into a file whose ending promises a workbook of another sort."""
    path = tmp_path / f"result.{ending}"
    assert run(*command("evaluate", center), "-o", path).code == 2
    assert not path.exists()


def test_the_input_is_never_overwritten(run, tables, workbook):
    """``-o`` that names the input itself is wrong usage: the records would be lost."""
    path = workbook(tables)
    before = path.read_bytes()
    result = run("evaluate", path, "--year", "2024", "-o", path)
    assert path.read_bytes() == before
    assert result.code == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
@pytest.mark.parametrize("ending", ["json", "xlsx"])
def test_a_new_file_has_the_usual_rights(run, center, tmp_path, ending):
    """The file can be read by whom any new file can be read."""
    path, other = tmp_path / f"result.{ending}", tmp_path / "other"
    run(*command("evaluate", center), "-o", path)
    other.write_bytes(b"")
    assert path.stat().st_mode == other.stat().st_mode


def full(*_, **__):
    raise OSError(28, "No space left on device")


def locked(*_, **__):
    raise PermissionError(13, "Permission denied")


FAILURES = {
    "text, disk full": ("json", Path, "write_text", full),
    "text, file open elsewhere": ("json", Path, "replace", locked),
    "workbook, disk full": ("xlsx", zipfile.ZipFile, "write", full),
    "workbook, file open elsewhere": ("xlsx", Path, "replace", locked),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failing_write_leaves_the_old_file(run, center, tmp_path, monkeypatch, failure):
    """When a file cannot be written, the old one stays whole, nothing else is left, and the message says why."""
    ending, owner, name, fails = FAILURES[failure]
    path = tmp_path / f"result.{ending}"
    path.write_bytes(b"old")
    monkeypatch.setattr(owner, name, fails)
    result = run(*command("evaluate", center), "-o", path, "--force")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert left_in(tmp_path) == [path.name]
    assert result.code == 2
    assert str(path) in result.err
    assert "无法写入" in result.err


def test_an_unexpected_failure_while_writing_leaves_the_old_file(run, center, tmp_path, monkeypatch):
    """So does a failure of the program itself, in the middle of a file."""
    path = tmp_path / "result.xlsx"
    path.write_bytes(b"old")

    def breaks(place, _):
        place.write_bytes(b"half")
        raise ZeroDivisionError

    monkeypatch.setattr("workload.documents.blocks.write_workbook", breaks)
    assert run(*command("evaluate", center), "-o", path, "--force").code == 1
    assert path.read_bytes() == b"old"
    assert left_in(tmp_path) == [path.name]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("place", ["missing/result.json", "file/result.json", "", "missing/result.xlsx"])
def test_places_that_cannot_be_written_to(run, center, tmp_path, place, language):
    """A folder that is missing, or is none, or a file that is a folder, is told by its path."""
    (tmp_path / "file").write_bytes(b"")
    path = tmp_path / place
    result = run(*command("evaluate", center), "-o", path, "--lang", language)
    assert result.code == 2
    assert str(path) in result.err
    words = ("无法写入", "是文件夹") if language == "zh" else ("cannot be written", "is a folder")
    assert any(word in result.err for word in words)
    assert left_in(tmp_path) == ["file"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_template(run, tmp_path, language):
    """``template`` writes an empty workbook with a sheet for each table of the contract, which ``check`` accepts."""
    path = tmp_path / "空白.xlsx"
    result = run("template", path, "--lang", language)
    assert result.code == 0
    assert str(path) in result.out
    sheets = sheets_of(path)
    for english, (chinese, columns) in CONTRACT.items():
        (header, *rows) = sheets[chinese if language == "zh" else english]
        assert {"示例" if language == "zh" else "example"} <= set(rows[0])
        expected = set(columns.values()) if language == "zh" else set(columns)
        assert expected <= {name.rstrip("*") for name in header}
    assert run("check", path).code == 0


def test_template_has_drop_downs(run, tmp_path):
    """Each column with a closed list has a drop-down with its words."""
    path = tmp_path / "template.xlsx"
    run("template", path)
    with zipfile.ZipFile(path) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name]
    drop_downs = sum(sheet.count('<dataValidation type="list"') for sheet in sheets)
    # employment, affiliation, title; title; kind, status, attended; result; level, form; item, title; item
    assert drop_downs >= 13
    assert {"咨询值班", "兼职", "副教授"} <= {cell for row in sheets_of(path)["选项"] for cell in row}


def test_a_filled_template_is_a_center(run, tables, tmp_path, workbook):
    """What people fill in below the template's headers is read."""
    path = tmp_path / "template.xlsx"
    run("template", path)
    header = [name.rstrip("*") for name in sheets_of(path)["工作记录"][0]]
    assert header[: len(CONTRACT["activities"][1])] == list(CONTRACT["activities"][1].values())
    assert run("evaluate", workbook(tables), "--year", "2024").code == 0


def test_sheets_have_names_that_excel_takes(tmp_path):
    """Titles that are too long, are the same, or hold what Excel refuses become names of sheets of their own."""
    titles = ["一[二]:三*四?五/六\\七", "长" * 40, "长" * 40, "A" * 40, "a" * 40, ""]
    path = tmp_path / "result.xlsx"
    write_workbook(path, [Block(title, ("列",), ((number,),)) for number, title in enumerate(titles)])
    found = sheets_of(path)
    assert list(found.values()) == [[["列"], [float(number)]] for number in range(len(titles))]
    assert len({name.casefold() for name in found}) == len(titles)
    assert all(len(name) <= 31 for name in found)


def test_xlsx_needs_xlsxwriter(run, center, tmp_path, monkeypatch):
    """Without XlsxWriter the message says which command installs it, and nothing is left behind."""
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    for arguments in ([*command("evaluate", center), "-o"], ["template"]):
        result = run(*arguments, tmp_path / "result.xlsx")
        assert result.code == 2
        assert 'pip install "counseling-workload[xlsx]"' in result.err
    assert left_in(tmp_path) == []


# ---------------------------------------------------------------- languages


FOREIGN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]+")
# What stays Chinese in English: the names of the regulation, its articles and quotes, and the names of the input.
CHINESE_DATA = sorted(
    {
        REGULATION.document,
        *(clause.citation for clause in REGULATION.clauses()),
        *(clause.quote for clause in REGULATION.clauses()),
        "kinds behind 等",
        *(name for chinese, columns in CONTRACT.values() for name in (chinese, *columns.values())),
    },
    key=len,
    reverse=True,
)


def foreign(text, data=()):
    """What is Chinese in a text, apart from data, quotes and articles."""
    for known in (*data, *CHINESE_DATA):
        text = text.replace(known, "")
    return FOREIGN.findall(text)


@pytest.fixture
def english(tables, csv_folder):
    """The small center with English names."""
    for number, teacher in enumerate(tables["teachers"], start=1):
        teacher["name"] = f"Teacher 0{number}"
    tables["activities"][1]["note"] = None
    tables["training"][0]["name"] = None
    tables["rates"][0]["authority"] = "HR 1"
    tables["activities"] += [
        {**ROW, "teacher_id": "007", "start": time(15, 0), "end": time(18, 0)},
        {**ROW, "teacher_id": "007", "start": time(14, 30), "end": time(15, 0), "kind": "lecture"},
        {**ROW, "teacher_id": "007", "date": date(2024, 5, 5), "minutes": 725},
        {**ROW, "teacher_id": "007", "date": date(2024, 5, 5), "minutes": 725},
        *({**ROW, "teacher_id": "007", "date": date(2023, 5, day), "minutes": 45} for day in range(1, 25, 2)),
        *({**ROW, "teacher_id": "007", "status": "cancelled"} for _ in range(2)),
        {**ROW, "teacher_id": 7, "date": date(2024, 1, 5), "minutes": 45},
    ]
    return csv_folder(tables, name="english")


@every_verb
@every_format
def test_english_is_english(run, english, verb, how):
    """With ``--lang en`` no Chinese is left in an output but data, quotes and articles."""
    result = run(*command(verb, english), "--format", how, "--lang", "en")
    assert result.code == 0
    assert foreign(result.out) == []


@every_verb
def test_english_workbooks_are_english(run, english, tmp_path, verb):
    """Nor in a workbook."""
    path = tmp_path / "result.xlsx"
    run(*command(verb, english), "--lang", "en", "-o", path)
    assert foreign(str(sheets_of(path))) == []


@every_verb
def test_chinese_is_the_default(run, center, verb):
    """Without ``--lang`` the output is Chinese."""
    result = run(*command(verb, center))
    assert result.out == run(*command(verb, center), "--lang", "zh").out
    assert foreign(result.out)


@pytest.fixture
def full_of_faults(tables, csv_folder):
    """A center with many sorts of faults, in English words."""
    tables["teachers"].append({"teacher_id": "T1", "employment": "external"})
    tables["titles"].append({"teacher_id": 7, "title": "lecturer", "effective_from": date(2024, 7, 1)})
    tables["appointments"].append({"teacher_id": "T1", "start": "soon", "end": "2024-02-30"})
    tables["appointments"].append({"teacher_id": "T1", "start": date(2024, 2, 1), "end": date(2024, 1, 1)})
    tables["activities"] += [
        {**ROW, "kind": "lectur"},
        {**ROW, "kind": "nonsense", "start": "25:00", "minutes": -1, "events": 1.5, "share": 3, "record_id": "A1"},
        {**ROW, "teacher_id": "T9"},
        {**ROW, "teacher_id": "007"},
        {**ROW, "teacher_id": "007", "minutes": 0},
        {**ROW, "teacher_id": "007", "start": time(9, 0), "end": time(9, 0)},
        {**ROW, "teacher_id": "007", "start": time(9, 0), "end": time(10, 0), "minutes": 5},
        {**ROW, "teacher_id": "007", "kind": "class_teaching"},
        {**ROW, "teacher_id": 7, "kind": "lecture", "date": date(2019, 1, 1)},
        {**ROW, "teacher_id": 7, "kind": "lecture", "event_id": "E1", "share": 1},
        {**ROW, "teacher_id": 7, "note": "call 13800138000", "date": "1949-01-01"},
        {**ROW, "teacher_id": "007", "record_id": "A1", "minutes": 1},
    ]
    tables["evaluations"].append({"teacher_id": "007", "year": 2024, "result": "failed"})
    tables["training"][1]["hours"] = "many"
    tables["case_reports"][0]["client"] = "x"
    tables["rates"][0]["yuan"] = 1.234
    del tables["payments"][0]["month"]
    return csv_folder(tables, name="faults")


@every_format
@pytest.mark.parametrize("verb", ["check", "evaluate"])
def test_english_faults_are_english(run, full_of_faults, verb, how):
    """Nor in the messages of faults."""
    result = run(*command(verb, full_of_faults), "--format", how, "--lang", "en")
    assert result.code == 2
    text = result.out + result.err
    for word in ("did you mean", "is missing", "no such id", "disagrees", "has no title", "looks like"):
        assert word in text
    assert foreign(text) == []


def test_english_faults_of_a_missing_header(run, tables, csv_folder):
    """Nor where the header is missing and a column can be named only by its place."""
    path = csv_folder(tables)
    (path / "activities.csv").write_text("T1,2024-03-05,lecture,a client was late\n", encoding="utf-8")
    result = run("check", path, "--lang", "en")
    assert "looks like data of a client" in result.out
    assert foreign(result.out) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["evaluate", "{center}", "--year", "2024", "--reading", "partial=exact"],
        ["evaluate", "{center}", "--year", "2024", "--reading", "partial_unit=half"],
        ["evaluate", "{center}", "--year", "2024", "--teacher", "008"],
        ["evaluate", "{center}", "--year", "2024", "--teacher", "nobody"],
        ["evaluate", "{center}", "--year", "2024", "--rules", "nowhere"],
        ["evaluate", "{center}", "--year", "2024", "--rules", "nowhere.toml"],
        ["evaluate", "{center}", "--year", "2024", "-o", "{center}/missing/x.json"],
        ["evaluate", "{center}/nothing.xlsx", "--year", "2024"],
        ["evaluate", "{center}/activities.csv", "--year", "2024"],
        ["evaluate", "{center}/..", "--year", "2024"],
        ["explain", "{center}", "--year", "2024", "--teacher", "008"],
        ["rules", "--rules", "nowhere"],
        ["institution", "--students", "1", "--reading", "partial=exact"],
    ],
    ids=lambda arguments: " ".join(arguments).replace("{center}", ""),
)
def test_english_errors_are_english(run, center, arguments):
    """Nor in any other message."""
    result = run(*(argument.format(center=center) for argument in arguments), "--lang", "en")
    assert result.code == 2
    assert result.out == ""
    assert re.search("[a-z]{3}", result.err)
    assert foreign(result.err, [str(center)]) == []


# ---------------------------------------------------------------- readings, rules, teachers


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        ("partial=exact", ["partial", "partial_unit"]),
        ("partial_unit=half", ["half", "whole_per_duty"]),
        ("partial_unit", ["SWITCH=VALUE"]),
        ("=exact", ["partial_unit"]),
        ("partial_unit=", ["whole_pooled"]),
        ("duty_minutes=attended", ["on_duty"]),
    ],
)
@pytest.mark.parametrize("verb", ["evaluate", "experience", "explain", "institution"])
def test_wrong_readings(run, center, verb, reading, said):
    """A reading that is not known, or a value that it does not take, is told with what is accepted."""
    result = run(*command(verb, center), "--reading", reading)
    assert (result.code, result.out) == (2, "")
    assert all(word in result.err for word in said)


def test_readings_repeat(run, center):
    """``--reading`` may stand several times; each is taken."""
    readings = ["--reading", "partial_unit=whole_pooled", "--reading", " year = academic "]
    found = run(*command("evaluate", center), *readings, "--format", "json").json
    assert (found["readings"]["partial_unit"], found["readings"]["year"]) == ("whole_pooled", "academic")
    assert found["period"] == {"start": "2024-09-01", "end": "2025-08-31"}


@pytest.mark.parametrize("rules", ["nowhere", "nowhere.toml", "broken.toml", "faulty.toml"])
@pytest.mark.parametrize("verb", [*VERBS, "template"])
def test_wrong_rules(run, center, tmp_path, monkeypatch, verb, rules):
    """A rule file that is not there, or is wrong, is told by its name, by every verb that takes one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.toml").write_text("format = [", encoding="utf-8")
    (tmp_path / "faulty.toml").write_text('format = 1\nextends = "zhoukou-2024-33"\nunit = 50\n', encoding="utf-8")
    result = run(*(["template", "x.xlsx"] if verb == "template" else command(verb, center)), "--rules", rules)
    assert (result.code, result.out) == (2, "")
    assert rules in result.err
    assert not (tmp_path / "x.xlsx").exists()


@every_verb
def test_rules_by_name(run, center, verb):
    """The rules that come with the library have a name, and are the default."""
    named = run(*command(verb, center), "--rules", "zhoukou-2024-33", "--format", "json")
    assert named.out == run(*command(verb, center), "--format", "json").out


@pytest.mark.parametrize("verb", ["evaluate", "experience"])
def test_one_teacher(run, center, verb):
    """``--teacher`` shows one teacher, exactly as among all."""
    everybody = run(*command(verb, center), "--format", "json").json["teachers"]
    (one,) = run(*command(verb, center), "--teacher", "7", "--format", "json").json["teachers"]
    assert one in everybody


@pytest.mark.parametrize(("teacher", "near"), [("07", "007"), ("T01", "T1"), ("nobody", None)])
@pytest.mark.parametrize("verb", ["evaluate", "experience", "explain"])
def test_unknown_teacher(run, center, verb, teacher, near):
    """A teacher who is not there is told, with the ids that come nearest."""
    result = run(*command(verb, center), "--teacher", teacher)
    assert (result.code, result.out) == (2, "")
    assert teacher in result.err
    assert (near is None) is ("相近" not in result.err)
    assert near is None or near in result.err.partition("相近")[2]


def test_experience_takes_a_year_or_a_day(run, center):
    """``--as-of`` takes a year or a day, and is the last year of the data when it is not given."""
    years = [["--as-of", "2024"], ["--as-of", "2024-06-30"], []]
    found = [run("experience", center, *options, "--format", "json").json for options in years]
    assert found[0] == found[1] == found[2]
    assert run("experience", center, "--as-of", "2026", "--format", "json").json["as_of"] == 2026


def test_experience_needs_a_year(run, tables, csv_folder):
    """Without activities and evaluations there is no last year to go by: it has to be given."""
    center = csv_folder({"teachers": tables["teachers"], "activities": []})
    result = run("experience", center)
    assert (result.code, result.out) == (2, "")
    assert "请指明年份" in result.err
    assert "--skip-faulty" not in result.err
    assert run("experience", center, "--as-of", "2024").code == 0


def test_explain_years_before_the_rules(run, tables, csv_folder, tmp_path):
    """A year is explained although the three-year test would need years before the rules began; it says so."""
    rules = tmp_path / "school.toml"
    rules.write_text(
        'format = 1\nextends = "zhoukou-2024-33"\nid = "school"\neffective_from = 2024-01-01\n', encoding="utf-8"
    )
    tables["activities"].append({**ROW, "teacher_id": "007", "date": date(2023, 3, 5), "minutes": 90})
    tables["appointments"] = []
    result = run(*command("explain", csv_folder(tables)), "--rules", rules)
    assert (result.code, result.err) == (0, "")
    section = result.out.partition("学生工作（辅导员）经历")[2]
    assert "2024-01-01" in section
    assert "before_start=retroactive" in section


def test_explain_has_every_row_and_every_verdict(run, center):
    """``explain`` tells each row of the teacher, by its number, and each requirement with its article and verdict."""
    text = run("explain", center, "--teacher", "7", "--year", "2024").out
    for row in ("第6行", "第7行", "第8行", "第9行"):
        assert row in text
    for article in (
        "附件2 第四条(三)",
        "附件2 第七条(一)",
        "方案 六(三)",
        "附件2 第五条(三)",
        "附件2 第六条(一)",
        "方案 六(二)",
    ):
        assert article in text
    assert "1 场 × 20（副教授） = 20 分" in text
    assert "2 场 × 30（教授） = 60 分" in text
    assert text.count("达标办法") >= 4
    assert "R1 " in text
    assert "R21 " in text


def test_explain_says_when_nobody_was_appointed(run, tables, csv_folder):
    """A year without an appointment is told as such in the three-year test."""
    tables["appointments"][0] = {"teacher_id": "007", "start": date(2022, 1, 1), "end": date(2022, 12, 31)}
    tables["evaluations"].append({"teacher_id": "007", "year": 2023, "result": "passed"})
    center = csv_folder(tables)
    assert re.search(r"2023 年：.*不在聘", run(*command("explain", center)).out)
    assert re.search(r"2023: .*not appointed", run(*command("explain", center), "--lang", "en").out)


def test_explanations_from_python(center):
    """The same sentences are there for a program: of the three-year test, and of one line of the ledger."""
    records = read_center(center)
    (tested, *_) = evaluate_experience(records, 2024).teachers
    sentences = [str(sentence) for sentence in explain_experience(tested, REGULATION)]
    assert any("认定 0 年" in sentence for sentence in sentences)
    lines = [line for one in evaluate(records, 2024).teachers for line in one.book.lines]
    told = {line.activity.record_id: line_text(line, REGULATION) for line in lines}
    assert str(told["A1"]) == "第2行 2024-03-05 14:00–17:30 咨询值班：210 分钟 ÷ 45 = 4.67 课时 〔附件2 第七条(一)〕"
    assert str(told["A7"]) == "第8行 2024-07-02 咨询值班：已取消"
    assert told["A8"].en == "row 9 2024-07-03 supervision: no value in the regulation"


def test_rules_on_a_day(run, tmp_path):
    """``rules --on`` lists the clauses of that day, and refuses a day before the regulation."""
    rules = tmp_path / "school.toml"
    rules.write_text(
        'format = 1\nextends = "zhoukou-2024-33"\nid = "school"\neffective_from = 2024-05-20\n', encoding="utf-8"
    )
    assert (
        run("rules", "--rules", rules, "--on", "2024-05-20", "--format", "json").json["effective_from"] == "2024-05-20"
    )
    result = run("rules", "--rules", rules, "--on", "2024-05-19")
    assert (result.code, result.out) == (2, "")
    assert "2024-05-20" in result.err


DATED = [("rules", "--on"), ("institution", "--students", "1000", "--on")]
DATED += [(verb, *options, "--date") for verb, options in (("statement", ()), ("certificate", ()), ("workbook", ()))]


@pytest.mark.parametrize("arguments", DATED, ids=" ".join)
@pytest.mark.parametrize("wrong", ["2025-1", "20250106", "2025-02-30", "2025-W02-1", "06.01.2025", "25-01-06", ""])
def test_every_date_is_refused_in_both_languages(run, arguments, wrong):
    """One way to write a day, whatever the verb; what is none is named, and how a day is written."""
    result = run(*arguments, wrong)
    assert result.code == 2
    assert f"应为日期，如 2025-01-06，现为 {wrong} / takes a day as 2025-01-06, not {wrong}" in result.err


@pytest.mark.parametrize("arguments", DATED, ids=" ".join)
@pytest.mark.parametrize("wrong", ["1949-12-31", "2101-1-1"])
def test_a_year_of_another_age_is_a_slip(run, arguments, wrong):
    """A date lies in the years in which a record can lie."""
    result = run(*arguments, wrong)
    assert (result.code, f"takes a year from 1950 to 2100, not {wrong}" in result.err) == (2, True)


def test_a_day_may_lack_its_zeros(run, center):
    """People write 2025-1-6 as well as 2025-01-06, and mean the same."""
    assert run("rules", "--on", "2025-1-6").out == run("rules", "--on", "2025-01-06").out != ""
    short, full = (run("experience", center, "--as-of", day, "--format", "json") for day in ("2024-6-3", "2024-06-03"))
    assert (short.code, short.out) == (0, full.out)


@pytest.mark.parametrize(("text", "month"), [("2024-11", date(2024, 11, 1)), ("2024-1", date(2024, 1, 1))])
def test_a_month_is_its_first_day(text, month):
    """With or without the zero."""
    assert Month().convert(text, None, None) == month


@pytest.mark.parametrize(
    ("text", "said"),
    [(text, f"应为月份，如 2024-11 / takes a month, 2024-11, not {text}") for text in ("2024-13", "2024", "2024-11-05")]
    + [("1949-12", "年份应在 1950–2100"), ("2101-01", "年份应在 1950–2100")],
)
def test_what_is_no_month_is_refused_in_both_languages(text, said):
    """A year, a day and a thirteenth month are none."""
    with pytest.raises(click.BadParameter) as refused:
        Month().convert(text, None, None)
    assert said in refused.value.message


def test_rules_shows_every_figure_with_its_article(run):
    """``rules`` shows the figures with unit, article and quote, and every reading with its default."""
    found = run("rules", "--format", "json").json
    figures = {figure["name"]: (figure["value"], figure["unit"], figure["article"]) for figure in found["figures"]}
    assert figures["counseling_duty.per"] == (45, "minute", "附件2 第七条(一)")
    assert figures["counseling_quota"] == (38, "class_hour", "附件2 第四条(三)")
    assert figures["three_year_test.teaching"] == (216, "class_hour", "方案 六(二)")
    assert all(figure["quote"] for figure in found["figures"])
    assert [reading["number"] for reading in found["readings"]] == [f"R{number}" for number in range(1, 22)]
    assert all(reading["default"] in reading["values"] for reading in found["readings"])


def test_institution(run):
    """``institution`` holds what is planned against the regulation, each college and the school for itself."""
    plan = ["--full-time", "5", "--part-time", "39", "--funding", "299999.99", "--area", "300", "--course-credits", "2"]
    plan += ["--course-hours", "32", "--case-conferences", "CS=2", "--case-conferences", "Law=1"]
    plan += ["--parent-classes", "学校=2", "--parent-classes", "CS=0"]
    found = run("institution", "--students", "20000", *plan, "--format", "json").json
    assert found["students"] == 20000
    verdicts = [(finding["item"], finding["required"], finding["verdict"]) for finding in found["findings"]]
    assert verdicts == [
        ("full_time_staff", 5, "met"),
        ("part_time_staff", 40, "not_met"),
        ("funding", 300_000, "not_met"),
        ("area", 300, "met"),
        ("course_credits", 2, "met"),
        ("course_hours", 32, "met"),
        ("college_case_conference:CS", 2, "met"),
        ("college_case_conference:Law", 2, "not_met"),
        ("parent_class:school", 2, "met"),
        ("parent_class:CS", 2, "not_met"),
    ]


@pytest.mark.parametrize("option", ["--case-conferences", "--parent-classes"])
@pytest.mark.parametrize("body", ["school=2", "学校=2", "CS=2"])
def test_institution_drops_no_requirement(run, option, body):
    """A requirement is told whatever was given for it: what a body holds that owes nothing stands for no other body."""
    found = run("institution", "--students", "100", option, body, "--format", "json").json["findings"]
    items = {finding["item"].partition(":")[0] for finding in found}
    assert items >= {"college_case_conference", "parent_class"}


def test_an_alternative_that_fails_does_not_stop_the_evaluation(run, tables, csv_folder, tmp_path):
    """Another reading is told where it would change a verdict; where it has no clause, the chosen one still stands."""
    rules = tmp_path / "school.toml"
    rules.write_text(ENDING_RULES, encoding="utf-8")
    tables["activities"] = [
        {**ROW, "teacher_id": "007", "date": date(year, 3, 5), "minutes": 90} for year in (2024, 2025)
    ]
    result = run("evaluate", csv_folder(tables), "--year", "2024", "--rules", rules, "--format", "json")
    assert (result.code, result.err) == (0, "")
    assert result.json["teachers"][0]["counseling"]["minutes"] == 90


# ---------------------------------------------------------------- faults


@pytest.mark.parametrize("verb", ["evaluate", "experience", "explain"])
@pytest.mark.parametrize("how", [*FORMATS, None])
def test_with_a_fault_nothing_is_printed_or_written(run, faulty, tmp_path, verb, how):
    """With any fault a verb stops: exit code 2, every fault on standard error, nothing printed, nothing written."""
    path = tmp_path / ("result.xlsx" if how is None else "result.txt")
    chosen = [] if how is None else ["--format", how]
    for options in ([], ["-o", path]):
        result = run(*command(verb, faulty), *chosen, *options)
        assert (result.code, result.out) == (2, "")
        assert "counselling_duty" in result.err
        assert "many" in result.err
    assert left_in(tmp_path) == []


def test_faults_as_json(run, faulty):
    """Where JSON was asked for, the faults are JSON too."""
    result = run(*command("evaluate", faulty), "--format", "json")
    found = json.loads(result.err)
    assert list(misfits(found, SHAPES["check"])) == []
    assert [(fault["table"], fault["row"], fault["column"], fault["value"]) for fault in found["faults"]] == [
        ("activities", 3, "kind", "counselling_duty"),
        ("training", 2, "hours", "many"),
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_faults_as_a_table_name_their_place(run, faulty, language):
    """Each fault names table, row, column, what stands there, and what is accepted."""
    text = " ".join(run(*command("evaluate", faulty), "--lang", language).err.split())
    parts = ["工作记录", "类别", "咨询值班"] if language == "zh" else ["activities", "kind", "class_teaching"]
    meant = "咨询值班？" if language == "zh" else "counseling_duty"
    for part in (*parts, "3", "counselling_duty", meant, "--skip-faulty"):
        assert part in text


@every_format
def test_skip_faulty(run, faulty, how):
    """``--skip-faulty`` evaluates the rest, and lists the rows that were skipped."""
    result = run(*command("evaluate", faulty), "--skip-faulty", "--format", how)
    assert (result.code, result.err) == (0, "")
    if how == "json":
        assert result.json["rows"] == {"read": 9, "credited": 6, "set_aside": 3}
        assert {"table": "activities", "row": 3, "record_id": "A2", "teacher_id": "007", "reason": "fault"} in (
            result.json["set_aside"]
        )
        assert [fault["row"] for fault in result.json["faults"]] == [3, 2]
    elif how == "csv":
        rows = list(csv.DictReader(io.StringIO(result.out)))
        assert sum(int(row["记录行数"]) for row in rows) == 9
        assert sum(int(row["未计入行数"]) for row in rows) == 3
    else:
        assert "读取 9 行 = 计入 6 行 + 未计入 3 行" in result.out
        assert "本行有错误，已跳过" in result.out
        assert "counselling_duty" in result.out


@pytest.mark.parametrize("verb", ["experience", "explain"])
def test_skip_faulty_elsewhere(run, faulty, verb):
    """So do the other verbs."""
    assert run(*command(verb, faulty), "--skip-faulty").code == 0


def test_a_faulty_row_of_the_workbook_is_listed(run, faulty, tmp_path):
    """A workbook lists the skipped rows among those set aside, and their faults among the remarks."""
    path = tmp_path / "result.xlsx"
    run(*command("evaluate", faulty), "--skip-faulty", "-o", path)
    sheets = sheets_of(path)
    assert [3, "A2", "007", "本行有错误，已跳过"] in sheets["未计入"]
    assert "counselling_duty" in str(sheets["说明"])


@pytest.mark.parametrize("verb", ["evaluate", "check"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_skipping_is_advised_only_where_it_helps(run, tables, csv_folder, verb, language):
    """A missing table or column has no row to skip, and ``check`` skips none: no message advises --skip-faulty."""
    for row in tables["activities"]:
        del row["kind"]
    result = run(*command(verb, csv_folder(tables)), "--lang", language)
    assert result.code == 2
    assert "--skip-faulty" not in result.out + result.err


@every_format
def test_check_tells_faults_as_its_result(run, faulty, tmp_path, how):
    """For ``check`` the faults are the result: printed on standard output, or written to a file."""
    result = run("check", faulty, "--format", how)
    assert (result.code, result.err) == (2, "")
    assert "counselling_duty" in result.out
    path = tmp_path / "faults.txt"
    assert run("check", faulty, "--format", how, "-o", path).code == 2
    assert path.read_text(encoding="utf-8-sig") == result.out


def test_check_of_what_cannot_be_read(run, tmp_path):
    """So they are where the input cannot be opened at all."""
    path = tmp_path / "center.xlsx"
    path.write_bytes(b"")
    result = run("check", path, "--format", "json")
    assert result.code == 2
    assert [fault["code"] for fault in result.json["faults"]] == ["unusable_input"]


def test_check_names_rows_without_a_clause(run, tables, csv_folder, tmp_path):
    """A row on a day for which the rules have no clause is told as the fault of that row."""
    rules = tmp_path / "school.toml"
    rules.write_text(ENDING_RULES, encoding="utf-8")
    tables["activities"] = [{**ROW, "date": date(year, 3, 5), "minutes": 90} for year in (2024, 2025)]
    result = run("check", csv_folder(tables), "--rules", rules, "--format", "json")
    assert result.code == 2
    assert [(fault["table"], fault["row"]) for fault in result.json["faults"]] == [("activities", 3)]


def test_check_writes_faults_to_a_workbook(run, faulty, tmp_path):
    """The marked copy has the input's tables, and a sheet that lists the faults, one row for each."""
    path = tmp_path / "faults.xlsx"
    assert run("check", faulty, "-o", path).code == 2
    *tables, (name, rows) = sheets_of(path).items()
    assert {"activities", "training"} <= {table for table, _ in tables}
    assert name == "检查结果"
    header = rows.index(["单元格", "性质", "表", "行", "列", "现值", "问题与可接受的值"])
    assert [row[:6] for row in rows[header + 1 :]] == [
        ["activities!D3", "错误", "工作记录", 3, "类别", "counselling_duty"],
        ["training!C2", "错误", "培训", 2, "学时", "many"],
    ]


def test_check_warns(run, long_center):
    """Warnings are told with their row; they are no faults, and the exit code is 0."""
    result = run("check", long_center)
    assert result.code == 0
    assert "与值班时间重叠" in result.out
    assert "部分时间与其他值班重叠" in result.out


# ---------------------------------------------------------------- unexpected failures


MOBILE = "13800138000"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_unexpected_failure(run, center, monkeypatch, language):
    """A failure of the program is exit code 1, with its place but without a traceback or the value of a cell."""

    def breaks(*_, **__):
        raise ValueError(f"cannot read {MOBILE}")

    monkeypatch.setattr(workload.evaluation, "check", breaks)
    result = run(*command("evaluate", center), "--lang", language)
    assert (result.code, result.out) == (1, "")
    assert "test_cli.py" in result.err
    assert "ValueError" in result.err
    assert MOBILE not in result.err


def test_a_failure_behind_a_fault_is_no_fault(run, center, monkeypatch):
    """A failure while reading is exit code 1 too, and never passes for bad input."""

    def breaks(*_, **__):
        raise RuntimeError

    monkeypatch.setattr(workload.tables.read, "opened", breaks)
    assert run("check", center).code == 1


def test_interrupted(run, center, monkeypatch):
    """Ctrl-C ends a command without a traceback."""

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(workload.tables.read, "opened", interrupted)
    assert run("check", center).code in (1, 130)


@pytest.fixture
def much(tables, csv_folder):
    """A center whose evaluation is longer than a pipe holds."""
    tables["activities"] = [{**ROW, "date": date(2023, 3, 5), "minutes": minute} for minute in range(1, 3000)]
    return csv_folder(tables)


@pytest.mark.skipif(os.name == "nt", reason="Windows tells a closed pipe in another way")
def test_a_closed_pipe_is_no_failure(much):
    """``workload … | head`` ends quietly."""
    command_ = [sys.executable, "-m", "workload", "evaluate", str(much), "--year", "2024", "--format", "json"]
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(command_, env=buffered, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows tells a closed pipe in another way")
def test_a_reader_that_has_gone(monkeypatch):
    """Nor is it a failure when nobody reads from the start."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        with pytest.raises(SystemExit) as left:
            main(["rules"])
        monkeypatch.undo()
    gc.enable()
    assert left.value.code == 0


def test_main_of_the_package(monkeypatch, capsys):
    """The package runs as a module, in this process too."""
    monkeypatch.setattr(sys, "argv", ["workload", "--version"])
    with pytest.raises(SystemExit) as left:
        runpy.run_module("workload", run_name="__main__")
    gc.enable()
    assert left.value.code == 0
    assert capsys.readouterr().out.startswith("workload")


def test_python_m_workload(center):
    """``python -m workload`` is the command line."""
    command_ = [sys.executable, "-m", "workload", "evaluate", str(center), "--year", "2024"]
    done = subprocess.run(command_, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("2024 年度考核")


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "cp1252"])
def test_output_into_a_pipe_is_utf_8(center, encoding):
    """A pipe gets UTF-8 whatever the system's encoding, and no character is lost."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C"}
    code = "from workload.cli import main; import sys; main(sys.argv[1:])"
    done = in_python(code, *command("evaluate", center), env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert "教师01" in done.stdout
    assert "\ufffd" not in done.stdout


class Console(io.TextIOWrapper):
    """A window that shows only what its code page has."""

    def isatty(self):
        return True


@pytest.mark.parametrize("encoding", ["gbk", "cp1252"])
def test_a_narrow_console_loses_no_more_than_characters(monkeypatch, center, encoding):
    """On a console of another code page what it lacks is a question mark, and no failure."""
    console = Console(io.BytesIO(), encoding=encoding, newline="\n")
    monkeypatch.setattr(sys, "stdout", console)
    with pytest.raises(SystemExit) as left:
        main(command("evaluate", center))
    gc.enable()
    console.flush()
    shown = console.buffer.getvalue().decode(encoding)
    assert left.value.code == 0
    assert "007" in shown
    assert ("教师01" in shown) is (encoding == "gbk")


def test_any_stream_will_do(monkeypatch, center):
    """A stream without an encoding of its own, as a notebook has, gets the text as it is."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    with pytest.raises(SystemExit) as left:
        main(command("evaluate", center))
    gc.enable()
    assert left.value.code == 0
    assert "教师01" in stream.getvalue()


# ---------------------------------------------------------------- what it never does


@pytest.mark.parametrize("verb", [*VERBS, "template"])
def test_no_verb_opens_a_socket(run, center, tmp_path, monkeypatch, verb):
    """No verb talks to the network."""

    def refused(*_, **__):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "create_connection", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    arguments = ["template", tmp_path / "x.xlsx"] if verb == "template" else command(verb, center)
    assert run(*arguments).code == 0


LOADED = """
import sys
before = set(sys.modules)
{code}
print(*sorted({{name.partition(".")[0] for name in set(sys.modules) - before}} - set(sys.stdlib_module_names)))
"""
LIGHT = {"workload", "attr", "attrs", "cattr", "cattrs", "dateutil", "six", "typing_extensions", "exceptiongroup"}


def loaded_by(code):
    """The packages beside the standard library that some code loads."""
    done = in_python(LOADED.format(code=code))
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_importing_workload_loads_nothing_else():
    """``import workload`` loads neither a package nor a module of its own that is not asked for."""
    assert loaded_by("import workload") == {"workload"}


def test_the_python_interface_is_light(center):
    """Reading a CSV folder, evaluating, testing experience and explaining load attrs, cattrs and dateutil at most."""
    code = f"""
from workload import *
import workload
for name in workload.__all__:
    getattr(workload, name)
center = workload.read_center({str(center)!r})
found = workload.evaluate(center, 2024)
tested = workload.evaluate_experience(center, 2024)
workload.explain_teacher(found, found.teachers[0].teacher.teacher_id, tested)
"""
    assert loaded_by(code) <= LIGHT


def test_json_needs_no_tables(center):
    """Nor does the command line load what it does not show: JSON needs neither tabulate nor a workbook's library."""
    code = f"""
from workload.cli import workload as command
command(["evaluate", {str(center)!r}, "--year", "2024", "--format", "json", "-o", {str(center / "out.json")!r}],
        standalone_mode=False)
"""
    assert loaded_by(code) <= {*LIGHT, "click"}


def test_the_command_line_needs_click():
    """Without click the message says which command installs it."""
    done = in_python("import sys; sys.modules['click'] = None; import workload.cli")
    assert done.returncode == 1
    assert 'pip install "counseling-workload[cli]"' in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_line_without_click_stops(monkeypatch):
    """It stops there, before anything of it is defined."""
    monkeypatch.setitem(sys.modules, "click", None)
    with pytest.raises(SystemExit, match="click"):
        runpy.run_path(workload.cli.__file__)
