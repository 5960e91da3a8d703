"""The cases of ``cases/*.toml``: a sentence, a tiny center as tables, and what must come out, readable without Python.

A case is fed twice: as CSV files through the reader, and as record objects made here. Both must give the same answer
(the JSON of the contract), and every line of ``结果`` must agree with it. A case holds

- ``zh`` and ``en``, its sentence; ``year`` for an annual evaluation, ``as_of`` for the three-year test, or ``机构``,
  what an institution has; ``readings`` other than the defaults; ``规则``, what a rule file of the school changes;
- the tables, with the headers of the contract, columns parted by blanks, ``-`` for an empty cell;
- ``结果``: who or what, the item, figures as ``name=value`` and a verdict. Only what matters is stated, but rows set
  aside (``未计入``), warnings (``提示``), windows (``窗口``) and faults (``错误``) are all listed. ``补`` is what would
  turn a verdict, ``换口径`` a reading that would, with its figure and verdict, ``注明`` a part of a remark.

``[shared]`` holds what the cases of a file have in common.
"""

import csv
import json
import re
import tomllib
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from workload import (
    Activity,
    Appointment,
    CaseReport,
    Center,
    Evaluation,
    InputError,
    Institution,
    NoClauseError,
    Teacher,
    TitleHeld,
    Training,
    evaluate,
    evaluate_experience,
    evaluate_institution,
    load_regulation,
    read_center,
)
from workload.cli import workload
from workload.documents import as_json

FOLDER = Path(__file__).parent / "cases"
TABLES = ("教师", "职称", "聘期", "工作记录", "年度考核", "培训", "案例报告")
RULES_HEAD = 'format = 1\nextends = "zhoukou-2024-33"\nid = "our-school"\n'


def cases():
    """Every case, with what its file shares."""
    for path in sorted(FOLDER.glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        for case in content["case"]:
            yield pytest.param({**content.get("shared", {}), **case}, id=f"{path.stem}: {case['en']}")


CASES = list(cases())


# ---------------------------------------------------------------- a case's tables


def table(text):
    """The rows of a table as dicts: columns are parted by blanks, and ``-`` is an empty cell."""
    header, *rows = [line.split() for line in text.strip().splitlines()]
    assert all(len(row) == len(header) for row in rows), text
    return [
        {name: "" if cell == "-" else cell for name, cell in zip(header, row, strict=True)} | {"row": number}
        for number, row in enumerate(rows, start=2)
    ]


def tables(case):
    return {name: table(case[name]) for name in TABLES if name in case}


def write_csv(found, folder):
    """The tables as a center keeps them: one CSV file each, with Chinese names and headers."""
    for name, rows in found.items():
        header = [column for column in rows[0] if column != "row"] if rows else HEADERS[name]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, header, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)


HEADERS = {"培训": ["工号", "日期", "学时"], "案例报告": ["工号", "日期"], "工作记录": ["工号", "日期", "类别"]}

EMPLOYMENT = {"专职": "full_time", "兼职": "part_time"}
AFFILIATION = {"校内": "internal", "校外": "external", "": "internal"}
TITLES = {
    "教授": "professor",
    "副教授": "associate_professor",
    "讲师": "lecturer",
    "助教": "assistant",
    "其他": "other",
    "无": "none",
    "主任医师": "professor",  # where a case's rules say so
    "": None,
}
KINDS = {
    "咨询值班": "counseling_duty",
    "心理健康教学": "class_teaching",
    "团体心理辅导": "group_counseling",
    "讲座": "lecture",
    "培训授课": "training_session",
    "沙龙": "salon",
    "师生座谈会": "forum",
    "实践活动": "practice_activity",
    "心理研判会": "case_conference",
    "入学评估会": "admission_assessment",
    "复学评估会": "return_assessment",
    "督导": "supervision",
    "危机干预": "crisis_intervention",
    "其他": "other",
}
RESULTS = {"优秀": "excellent", "合格": "passed", "基本合格": "basically_passed", "不合格": "failed", "无": None}
LEVELS = {"校级": "school", "市级": "municipal", "省级": "provincial", "国家级": "national", "": ""}
FORMS = {"培训": "course", "学术会议": "conference", "": "course"}
ATTENDED = {"是": True, "否": False, "": None}


def number(text):
    if text.endswith("%"):
        return Fraction(text[:-1]) / 100
    return Fraction(text) if text else None


def whole(text):
    return int(text) if text else None


def activity(cells):
    get = cells.get
    clock = {name: time.fromisoformat(text) for name in ("开始时间", "结束时间") if (text := get(name))}
    return Activity(
        cells["工号"],
        date.fromisoformat(cells["日期"]),
        KINDS[cells["类别"]],
        clock.get("开始时间"),
        clock.get("结束时间"),
        minutes=whole(get("分钟", "")),
        class_hours=number(get("课时", "")),
        events=whole(get("场次", "")) or 1,
        cancelled=get("状态") == "取消",
        attended=ATTENDED[get("有来访", "")],
        event_id=get("活动编号", ""),
        share=number(get("份额", "")),
        record_id=get("编号", ""),
        row=cells["row"],
    )


def day(text):
    return date.fromisoformat(text) if text else None


RECORDS = {
    "教师": lambda cells: Teacher(
        cells["工号"],
        EMPLOYMENT[cells["类别"]],
        cells.get("姓名", ""),
        AFFILIATION[cells.get("来源", "")],
        TITLES[cells.get("职称", "")],
        cells["row"],
    ),
    "职称": lambda cells: TitleHeld(cells["工号"], TITLES[cells["职称"]], day(cells["生效日期"]), cells["row"]),
    "聘期": lambda cells: Appointment(
        cells["工号"], day(cells["开始日期"]), day(cells.get("结束日期", "")), cells["row"]
    ),
    "工作记录": activity,
    "年度考核": lambda cells: Evaluation(cells["工号"], int(cells["年度"]), RESULTS[cells["结论"]], cells["row"]),
    "培训": lambda cells: Training(
        cells["工号"],
        day(cells["日期"]),
        Fraction(cells["学时"]),
        LEVELS[cells.get("级别", "")],
        FORMS[cells.get("形式", "")],
        cells["row"],
    ),
    "案例报告": lambda cells: CaseReport(cells["工号"], day(cells["日期"]), cells["row"]),
}
FIELDS = {
    "教师": "teachers",
    "职称": "titles",
    "聘期": "appointments",
    "工作记录": "activities",
    "年度考核": "evaluations",
    "培训": "training",
    "案例报告": "case_reports",
}


def as_records(found):
    """The same tables as record objects, by a reading of the words that the library has no part in."""
    return Center(
        **{"activities": ()} | {FIELDS[name]: [RECORDS[name](row) for row in rows] for name, rows in found.items()}
    )


# ---------------------------------------------------------------- a case's answer


@cache
def regulation(text, folder):
    path = folder / "rules.toml"
    path.write_text(RULES_HEAD + text, encoding="utf-8")
    return load_regulation(path)


def answer(case, center, rules):
    """What the library says: the contract's JSON, or the refusal."""
    readings = case.get("readings", {})
    try:
        if "as_of" in case:
            return as_json.experience(evaluate_experience(center, case["as_of"], rules, readings), "zh")
        return as_json.evaluation(evaluate(center, case["year"], rules, readings), "zh")
    except InputError as error:
        return {"faults": [as_json.fault(fault, "zh") for fault in error.faults]}
    except NoClauseError:
        return {"refused": "no clause"}


PLAN = {"学生": "students", "专职": "full_time", "兼职": "part_time", "经费": "funding", "面积": "area"}
PLAN |= {"学分": "course_credits", "学时": "course_hours"}
BODIES = {"研判会": "case_conferences", "家长课堂": "parent_classes"}


def institution(text):
    """What a school has: its plan as the library takes it, and as options of the command line."""
    plan, options = {}, []
    for word in text.split():
        name, _, value = word.partition("=")
        if name in PLAN:
            plan[PLAN[name]] = int(value) if value.isdigit() else Fraction(value)
            options += [f"--{PLAN[name].replace('_', '-')}", value]
        else:
            body, _, held = value.partition(":")
            plan.setdefault(BODIES[name], {})["school" if body == "学校" else body] = int(held)
            options += [f"--{BODIES[name].replace('_', '-')}", f"{'school' if body == '学校' else body}={held}"]
    return plan, options


# ---------------------------------------------------------------- a case's expectations

VERDICTS = {"达标": "met", "未达标": "not_met", "待定": "undetermined", "不适用": "not_applicable"}
REASONS = {
    "取消": "cancelled",
    "期外": "outside_period",
    "重复": "duplicate",
    "聘期外": "outside_appointment",
    "无分值": "no_value",
    "无来访": "not_attended",
    "重叠": "overlap",
}
WARNINGS = {
    "部分重叠": "part_overlap",
    "疑似重复": "possible_duplicate",
    "重复占用": "double_booked",
    "超长值班": "long_duty",
    "未填来访": "attendance_blank",
}
ITEMS = {"咨询": "counseling", "教学": "teaching", "培训": "training", "案例报告": "case_reports"}
FIGURES = {
    "分钟": "minutes",
    "课时": "class_hours",
    "要求": "required",
    "差额": "shortfall",
    "学时": "hours",
    "会议": "conferences",
    "春季": "spring",
    "秋季": "autumn",
}
BASES = {"任职": "employment", "三年": "three_year_windows"}
REMEDIES = {"值班": r"再值班 ([\d.]+) 分钟", "咨询": r"补 ([\d.]+) 课时咨询", "教学": r"补 ([\d.]+) 课时教学"}


def same(found, expected):
    """Whether a figure is the one expected; 无 is none."""
    if expected == "无":
        return found is None
    return found is not None and Decimal(str(found)) == Decimal(expected)


def assert_figures(found, words, names):
    """``name=value`` and a verdict, each as it stands in the answer."""
    for word in words:
        name, equals, value = word.partition("=")
        if equals:
            assert same(found[names[name]], value), (word, found)
        else:
            assert found["verdict"] == VERDICTS[word], (word, found)


def where(line):
    return line["record_id"] or f"第{line['row']}行"


def of(found, teacher_id):
    return next(teacher for teacher in found["teachers"] if teacher["teacher_id"] == teacher_id)


def assert_teacher(teacher, item, words):
    if item == "积分":
        assert same(teacher["points"], words[0]), teacher
    elif item == "工作量":
        assert teacher["quota"] == VERDICTS[words[0]], teacher
    elif item == "考核":
        assert teacher["evaluation"] == RESULTS[words[0]], teacher
    elif item == "补":
        told = "；".join(teacher.get("to_meet", []))
        for word in words:
            name, _, value = word.partition("=")
            assert [Decimal(number) for number in re.findall(REMEDIES[name], told)] == [Decimal(value)], told
    elif item == "注明":
        assert any(words[0] in note for note in teacher.get("notes", [])), teacher
    elif item == "期间":
        assert list(teacher["period"].values()) == words, teacher
    elif item == "换口径":
        assert_alternative(teacher, words)
    else:
        assert_figures(teacher[ITEMS[item]], words, FIGURES)


def assert_alternative(teacher, words):
    """Another reading, and the verdict that it would turn; 无 when none would."""
    found = teacher.get("alternatives", [])
    if words == ["无"]:
        assert found == []
        return
    switch, item, total, verdict = words
    name = {"咨询": "counseling", "教学": "teaching", "经历": "experience"}[item]
    (other,) = [one for one in found if f"{one['reading']}={one['value']}" == switch and one["finding"] == name]
    assert same(other["total"], total), other
    assert other["verdict"] == VERDICTS[verdict], other


def assert_evaluation(found, lines):
    """The lines of 结果 of an annual evaluation. Rows set aside and warnings are listed completely."""
    aside, warned = [], []
    for who, *words in lines:
        if who == "行":
            assert_figures(found["rows"], words, {"读取": "read", "计入": "credited", "未计入": "set_aside"})
        elif who == "未计入":
            aside.append((words[0], REASONS[words[1]]))
        elif who == "提示":
            warned.append((words[0], WARNINGS[words[1]]))
        else:
            assert_teacher(of(found, who), words[0], words[1:])
    assert sorted((where(line), line["reason"]) for line in found["set_aside"]) == sorted(aside)
    numbers = {warning["row"]: warning for warning in found["warnings"]}
    assert sorted((where(line), line["code"]) for line in found["warnings"]) == sorted(warned), numbers
    rows = found["rows"]
    assert rows["read"] == rows["credited"] + rows["set_aside"]


def assert_experience(found, lines):
    """The lines of 结果 of the three-year test. A teacher's windows are listed completely and in their order."""
    windows = {}
    for who, item, *words in lines:
        teacher = of(found, who)
        windows.setdefault(who, [])
        if item == "经历":
            bases = [word.partition("=")[2] for word in words if word.startswith("依据=")]
            assert [teacher["basis"]] == [BASES[name] for name in bases] or not bases
            figures = [word for word in words if not word.startswith("依据=")]
            assert_figures(teacher, figures, {"年数": "recognized_years"})
        elif item == "窗口":
            windows[who].append(words)
        elif item == "换口径":
            assert_alternative(teacher, words)
        else:
            assert item == "下一窗口"
            assert_next(teacher["next"], words)
    for who, expected in windows.items():
        told = of(found, who)["windows"]
        assert [f"{window['years'][0]}-{window['years'][-1]}" for window in told] == [words[0] for words in expected], (
            told
        )
        for window, (_, *words) in zip(told, expected, strict=True):
            assert_figures(window, words, {"分钟": "counseling_minutes", "课时": "teaching_class_hours"})


def assert_next(found, words):
    if words == ["无"]:
        assert found is None
        return
    assert f"{found['years'][0]}-{found['years'][-1]}" == words[0], found
    for word in words[1:]:
        name, _, value = word.partition("=")
        if name == "缺考核":
            years = [] if value == "无" else [int(year) for year in value.split(",")]
            assert found["evaluations_missing"] == years, found
        else:
            names = {"缺分钟": "counseling_minutes_missing", "缺课时": "teaching_class_hours_missing"}
            assert same(found[names[name]], value), found


FINDINGS = {
    "专职教师": "full_time_staff",
    "兼职教师": "part_time_staff",
    "经费": "funding",
    "面积": "area",
    "学分": "course_credits",
    "学时": "course_hours",
    "研判会": "college_case_conference",
    "家长课堂": "parent_class",
}


def assert_institution(found, lines):
    """The lines of 结果 of an institution: a requirement (and the body that it is on) with its figures."""
    findings = {finding["item"]: finding for finding in found["findings"]}
    for item, *words in lines:
        name, colon, body = item.partition(":")
        key = FINDINGS[name] + (f":{'school' if body == '学校' else body}" if colon else "")
        assert_figures(findings[key], words, {"要求": "required", "现有": "actual", "差额": "shortfall"})


COLUMNS = {
    "开始时间": "start",
    "结束时间": "end",
    "分钟": "minutes",
    "课时": "class_hours",
    "份额": "share",
    "工号": "teacher_id",
    "编号": "record_id",
    "年度": "year",
}


def assert_refused(found, lines):
    """错误 lists every fault by table, row, column and code; 拒绝 is a day without a clause."""
    if lines == [["拒绝", "没有条款"]]:
        assert found == {"refused": "no clause"}
        return
    expected = []
    for word, name, row, column, code in lines:
        assert word == "错误"
        expected.append((FIELDS[name], int(row.strip("第行")), COLUMNS[column], code))
    told = [(fault["table"], fault["row"], fault["column"], fault["code"]) for fault in found["faults"]]
    assert sorted(told) == sorted(expected)


def lines_of(case):
    return [line.split() for line in case["结果"].strip().splitlines()]


# ---------------------------------------------------------------- the tests


@pytest.fixture(scope="session")
def rules_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("rules")


@pytest.mark.parametrize("case", [case for case in CASES if "机构" not in case.values[0]])
def test_a_case_comes_out_as_its_sentence_says(case, tmp_path, rules_folder):
    """From CSV files and from objects the answer is the same, and it is what the case says."""
    rules = regulation(case["规则"], rules_folder) if "规则" in case else load_regulation()
    found = tables(case)
    write_csv(found, tmp_path)
    read = answer(case, read_center(tmp_path, rules), rules)
    assert read == answer(case, as_records(found), rules)
    lines = lines_of(case)
    if lines[0][0] in ("拒绝", "错误"):
        assert_refused(read, lines)
    elif "as_of" in case:
        assert_experience(read, lines)
    else:
        assert_evaluation(read, lines)


@pytest.mark.parametrize("case", [case for case in CASES if "机构" in case.values[0]])
def test_a_case_of_an_institution_comes_out_as_its_sentence_says(case):
    """From Python and from the command line the answer is the same, and it is what the case says."""
    plan, options = institution(case["机构"])
    rules = load_regulation()
    findings = evaluate_institution(Institution(**plan), rules, date(2024, 12, 31))
    found = as_json.institution(findings, rules, rules.chosen(), plan["students"], "zh")
    ran = CliRunner().invoke(workload, ["institution", *options, "--format", "json"], standalone_mode=False)
    assert json.loads(ran.stdout) == found
    assert_institution(found, lines_of(case))


def test_every_other_value_of_every_reading_has_a_case():
    """No switch has a value that no case chooses."""
    readings = load_regulation().readings.values()
    others = {(one.id, value) for one in readings for value in one.values if value != one.default}
    assert others == {choice for case in CASES for choice in case.values[0].get("readings", {}).items()}


def test_there_are_many_cases_and_each_says_another_thing():
    """At least 120 cases, each with a Chinese and an English sentence of its own and with an expectation."""
    sentences = [case.values[0][language] for case in CASES for language in ("zh", "en")]
    assert len(CASES) >= 120
    assert len(set(sentences)) == len(sentences)
    assert all(lines_of(case.values[0]) for case in CASES)
