"""What the functions must keep to whatever they are given: totals that tie, thresholds, shapes, languages, settings."""

import os
import re
import unicodedata
from collections import Counter
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path

import centers
import pytest
from attrs import evolve
from case_table import read_cases, same_row
from hosts import serial
from hypothesis import assume, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from excel_addin.calling import MOST_MESSAGE, call
from excel_addin.cells import CallError
from excel_addin.registry import CATEGORY, FUNCTIONS
from excel_addin.settings import Settings, current, settings_of
from workload import (
    Basis,
    WorkloadError,
    evaluate,
    gross_up,
    load_regulation,
    read_center,
    read_tables,
    recognized_experience,
    whole_ledger,
    withhold,
)

SAMPLES = Path(__file__).parents[2] / "samples"
RULES = load_regulation()
ZH, EN = Settings(), Settings(language="en")
moment = datetime.fromisoformat
CASES = read_cases()
ELEMENTWISE = [function for function in FUNCTIONS.values() if function.shape == "elementwise"]
CJK = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")


def looking(examples):
    """On how many examples a property is tried: as many as WORKLOAD_EXAMPLES says, else the same few each time."""
    asked = os.environ.get("WORKLOAD_EXAMPLES")
    return effort(max_examples=int(asked or examples), derandomize=asked is None)


SLOWER = looking(40)


def refusal(name, *values, settings=ZH):
    """The message with which a call ends."""
    with pytest.raises(CallError) as caught:
        call(name, values, settings)
    return caught.value.text


def tried(name, values, settings=ZH):
    """The grid that a call gives, or the message with which it ends; one of them is nothing."""
    try:
        return call(name, values, settings), None
    except CallError as error:
        return None, error.text


def of_case(case, settings=ZH):
    """The grid or the message of a case of the table."""
    return tried(case.call, ranges_of(case), settings)


def ranges_of(case):
    """A case's ranges with its dates as Excel's numbers."""
    return [None if cells is None else [[serial(cell) for cell in row] for row in cells] for cells in case.arguments]


def value(name, *values, settings=ZH):
    """The one cell that a call gives."""
    ((cell,),) = call(name, values, settings)
    return cell


def records(grid):
    """The rows of a grid by its header."""
    header, *rows = grid
    return [dict(zip(header, row, strict=True)) for row in rows]


# ---------------------------------------------------------------- the same, in one go or cell by cell

GOOD = {
    "start_time": st.sampled_from([None, "9:00", 0.375, time(10, 30), "２２：００", moment("2024-03-05 14:00")]),
    "end_time": st.sampled_from([None, "9:45", 0.5, time(11, 15), "23:59", 0.0]),
    "minutes": st.sampled_from([None, "", 0, 45, 90.0, "100", "45分钟", 1709]),
    "title": st.sampled_from([None, "教授", "副教授", "lecturer", "无"]),
    "events": st.sampled_from([None, 1, 2.0, "3场"]),
    "account": st.sampled_from([None, "咨询", "teaching"]),
    "class_hours": st.sampled_from([None, 0, 37.99, 38, 72, "71.5"]),
    "counseling": st.sampled_from([None, 0, 37.99, 38, "40课时"]),
    "teaching": st.sampled_from([None, 0, 71.99, 72, 100.5]),
    "employment": st.sampled_from([None, "专职", "兼职", "part_time"]),
    "hours": st.sampled_from([None, 0, 14.9, 15, 40, "8学时"]),
    "students": st.sampled_from([None, 0, 19999, 20000, "30,000"]),
    "gross": st.sampled_from([None, 0, 800, 1234.56, "10,000元", 62500.0]),
    "paid_this_month": st.sampled_from([None, 0, 500, 20000.0]),
    "net": st.sampled_from([None, 0, 1000, 5000.5]),
    "rate": st.sampled_from([None, 0, 60, 60.05, "60元"]),
    "amount": st.sampled_from([None, 0, 1680.32, -3.5, "1,409.50元"]),
}


@st.composite
def ranges(draw):
    """An elementwise function and a range for each of its arguments, all of one size."""
    function = draw(st.sampled_from(ELEMENTWISE))
    rows, width = draw(st.sampled_from([(1, 1), (1, 4), (5, 1), (3, 2), (120, 1)]))
    given_cells = []
    for argument in function.ranged:
        cells = st.lists(GOOD[argument.name], min_size=width, max_size=width)
        if argument.name == "start_time":  # that its day and the end's may not fit, is another matter
            cells = cells.map(lambda row: [None if isinstance(cell, datetime) else cell for cell in row])
        given_cells.append(draw(st.lists(cells, min_size=rows, max_size=rows)))
    return function, given_cells


@SLOWER
@given(ranges())
def test_a_range_gives_what_its_cells_give(drawn):
    """In one call or cell by cell: the same, in the same shape, blank where a required cell is blank."""
    function, cells = drawn
    found = call(function.name, cells, ZH)
    assert [len(row) for row in found] == [len(row) for row in cells[0]]
    for row in range(len(found)):
        for column in range(len(found[0])):
            here = [[[block[row][column]]] for block in cells]
            assert call(function.name, here, ZH) == [[found[row][column]]]
            lacking = [
                block[0][0] in (None, "")
                for block, argument in zip(here, function.ranged, strict=True)
                if not argument.optional
            ]
            assert any(lacking) == (found[row][column] == "")


@pytest.mark.parametrize("function", ELEMENTWISE, ids=lambda function: function.name)
@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (4, 1), (2, 3)], ids=str)
@pytest.mark.parametrize("blank", [None, "", " "], ids=repr)
def test_blank_in_blank_out(function, shape, blank):
    """Blank cells of any size and sort give blank cells, the same number of them."""
    rows, width = shape
    cells = [[[blank] * width for _ in range(rows)] for _ in function.ranged]
    assert call(function.name, cells, ZH) == [[""] * width] * rows


@pytest.mark.parametrize("function", ELEMENTWISE, ids=lambda function: function.name)
def test_nothing_in_blank_out(function):
    """Arguments that are left out are blank."""
    assert call(function.name, [None] * len(function.arguments), ZH) == [[""]]
    assert call(function.name, [], ZH) == [[""]]


@pytest.mark.parametrize("function", ELEMENTWISE, ids=lambda function: function.name)
@pytest.mark.parametrize("bad", ["#N/A", "？", True, float("nan"), float("inf")], ids=repr)
@pytest.mark.parametrize("rows", [2, 250])
def test_one_bad_cell_is_named_and_takes_all_with_it(function, bad, rows):
    """A bad cell is told with argument, row and column; no place gives a result, however many are good."""
    good = {"start_time": "9:00", "end_time": "10:00", "title": "教授", "account": "咨询", "employment": "兼职"}
    for argument in function.ranged:
        cells = [[[good.get(one.name, 1)] for _ in range(rows)] for one in function.ranged]
        place = function.ranged.index(argument)
        cells[place][rows - 1] = [bad]
        told = refusal(function.name, *cells)
        assert told.zh.startswith(f"{argument.name} 第{rows}行第1列“")
        assert told.en.startswith(f"{argument.name} row {rows}, column 1 '")


# ---------------------------------------------------------------- thresholds

MINUTES_OF_YEAR = 1710  # 38 class hours of 45 minutes
DUTIES = st.lists(st.integers(1, 300), min_size=1, max_size=30)


@looking(100)
@given(DUTIES, st.sampled_from([-1, 0, 1]))
def test_a_sum_of_floats_meets_the_quota_when_its_minutes_do(duties, beside):
    """Class hours summed in cells, with the noise of floats, are judged as the whole minutes behind them."""
    assume(sum(duties) < MINUTES_OF_YEAR + beside)
    duties = [*duties, MINUTES_OF_YEAR + beside - sum(duties)]
    hours = sum(cell for (cell,) in call("WL_CLASS_HOURS", [[[minutes] for minutes in duties]], ZH))
    met = sum(duties) >= MINUTES_OF_YEAR
    lacking = value("WL_SHORTFALL", "咨询", hours)
    assert (lacking == 0) == met == value("WL_QUOTA_MET", hours, 72)
    assert lacking == pytest.approx(max(0, MINUTES_OF_YEAR - sum(duties)) / 45, abs=1e-9)


@looking(100)
@given(st.sampled_from(["咨询", "教学"]), st.integers(0, 100_00))
def test_nothing_is_missing_only_when_the_quota_is_met(account, hundredths):
    """Shortfall and quota agree at every hundredth: never below 0, 0 exactly when met, and what is missing fills it."""
    quota = {"咨询": 38, "教学": 72}[account]
    done = hundredths / 100
    lacking = value("WL_SHORTFALL", account, done)
    assert lacking == float(max(Fraction(0), quota - Fraction(hundredths, 100)))
    met = value("WL_QUOTA_MET", *((done, 72) if account == "咨询" else (38, done)))
    assert met is (lacking == 0)
    assert value("WL_SHORTFALL", account, done + lacking) == 0


@pytest.mark.parametrize(
    ("name", "arguments", "below", "at"),
    [
        ("WL_SHORTFALL", ("咨询",), 38, True),
        ("WL_SHORTFALL", ("教学",), 72, True),
        ("WL_TRAINING_SHORTFALL", ("兼职",), 15, True),
        ("WL_TRAINING_SHORTFALL", ("专职",), 40, True),
    ],
)
def test_just_below_at_and_above(name, arguments, below, at):
    """Noise of the last digits decides nothing, a thousandth does."""
    assert value(name, *arguments, below - 0.001) == pytest.approx(0.001)
    assert (value(name, *arguments, below) == 0) is at
    for noise in (1e-10, -1e-10, 7e-15):
        assert value(name, *arguments, below + noise) == 0
    assert value(name, *arguments, below + 0.001) == 0


@looking(100)
@given(st.integers(0, 60_000))
def test_the_institution_never_needs_less_for_more(students):
    """Teachers, money and floor rise with the students, by the numbers of the regulation."""
    assert value("WL_STAFF_REQUIRED", students, "专职") == -(-students // 4000)
    assert value("WL_STAFF_REQUIRED", students, "兼职") == -(-students // 500)
    assert value("WL_FUNDING_REQUIRED", students) == students * 15
    area = 500 if students >= 30_000 else 300 if students >= 20_000 else 200
    assert value("WL_AREA_REQUIRED", students) == area


@looking(100)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=200))
def test_pooled_class_hours_are_the_whole_ones_of_the_sum(duties):
    """whole_pooled gives, over a range of any length, the whole class hours of all its minutes together."""
    pooled = call("WL_CLASS_HOURS", [[[minutes] for minutes in duties], "whole_pooled"], ZH)
    assert sum(cell for (cell,) in pooled) == sum(duties) // 45
    each = call("WL_CLASS_HOURS", [[[minutes] for minutes in duties], "whole_per_duty"], ZH)
    assert [cell for (cell,) in each] == [minutes // 45 for minutes in duties]


@looking(100)
@given(st.times(), st.times())
def test_minutes_are_those_of_the_clock(start, end):
    """In whole minutes, over midnight, as time cells, serial numbers and texts: the same."""
    start, end = start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)
    assume(start != end)
    expected = (end.hour * 60 + end.minute - start.hour * 60 - start.minute) % 1440
    for write in (lambda cell: cell, serial, lambda cell: f"{cell:%H:%M}"):
        assert value("WL_MINUTES", write(start), write(end)) == expected


# ---------------------------------------------------------------- parity with the library

FEN = st.integers(0, 30_000_000)


@looking(100)
@given(FEN, FEN)
def test_withholding_is_the_librarys(fen, before):
    """Withheld, net and gross are those of the library to the fen, and tie with each other."""
    gross, paid = fen / 100, before / 100
    found = withhold(Decimal(fen) / 100, Decimal(before) / 100)
    tax, net = value("WL_WITHHOLDING", gross, paid), value("WL_NET", gross, paid)
    assert tax == float(found.tax)
    assert net == float(found.net)
    assert round(tax * 100) + round(net * 100) == fen
    up = value("WL_GROSS_UP", gross)
    assert up == float(gross_up(Decimal(fen) / 100).gross)
    assert value("WL_NET", up) == gross


def as_range(table):
    """A generated table as the range that it is in a sheet."""
    header = list(table[0]) if table else ["teacher_id"]
    return [header, *[[row[name] for name in header] for row in table]]


def written(tables, *names):
    return {name: as_range(tables[name]) if tables.get(name) else None for name in names}


def of_one_year(tables):
    """The activities of the busiest year, without those that reach into the next one."""
    busiest, _ = Counter(row["date"][:4] for row in tables["activities"]).most_common(1)[0]
    return busiest, [
        row
        for row in tables["activities"]
        if row["date"].startswith(busiest)
        and not (row["date"].endswith("12-31") and row["end"] and row["end"] <= row["start"])
    ]


@SLOWER
@given(centers.centers())
def test_the_ledger_adds_up_to_the_summary(tables):
    """Teacher by teacher, what WL_LEDGER credits to each account is what WL_SUMMARY shows, and no row is lost."""
    assume(tables["activities"])
    year, rows = of_one_year(tables)
    assume(rows)
    given_ranges = written({**tables, "activities": rows}, "activities", "teachers", "titles").values()
    ledger = records(call("WL_LEDGER", list(given_ranges), ZH))
    summary = records(call("WL_SUMMARY", list(given_ranges), ZH))
    assert len(ledger) == len(rows) == sum(row["读取行数"] for row in summary)
    assert [row["行"] for row in ledger] == sorted(row["行"] for row in ledger)
    for teacher in summary:
        lines = [line for line in ledger if line["工号"] == teacher["工号"]]
        for account, column in (("咨询", "咨询课时"), ("教学", "教学课时"), ("积分", "积分")):
            credited = sum(line["计入"] for line in lines if line["账户"] == account)
            assert teacher[column] == pytest.approx(credited, rel=1e-12, abs=1e-12), year
        assert teacher["计入行数"] == sum(line["未计入原因"] == "" for line in lines)
        assert teacher["未计入行数"] == sum(line["未计入原因"] != "" for line in lines)
        assert all(bool(line["未计入原因"]) != bool(line["条款"]) for line in lines)


@SLOWER
@given(centers.centers(), st.data())
def test_the_summary_is_the_evaluation_of_the_same_tables(tables, data):
    """For any year and readings: the figures and the verdict of the library's own evaluation."""
    assume(tables["activities"])
    year, readings = data.draw(centers.years_of(tables)), data.draw(centers.readings())
    names = "activities", "teachers", "titles"
    summary = records(call("WL_SUMMARY", [*written(tables, *names).values(), year], Settings(readings=readings)))
    center = read_tables({name: rows for name, rows in written(tables, *names).items() if rows}, RULES)
    found = evaluate(center, year, RULES, readings)
    assert [row["工号"] for row in summary] == [one.teacher.teacher_id for one in found.teachers]
    for row, one in zip(summary, found.teachers, strict=True):
        assert row["积分"] == float(one.points)
        for account, column in (("counseling", "咨询"), ("teaching", "教学")):
            part = one.quota.part(account)
            assert row[f"{column}课时"] == float(part.book.total(account))
            assert row[f"{column}要求"] == ("" if part.required is None else float(part.required))
            assert row[f"{column}差额"] == ("" if part.shortfall is None else float(part.shortfall))
        verdicts = {"met": "达标", "not_met": "未达标", "undetermined": "待定", "not_applicable": "不适用"}
        assert row["结论"] == verdicts[one.quota.verdict]


@SLOWER
@given(centers.centers(), st.integers(-1, 2))
def test_recognized_years_are_the_librarys(tables, later):
    """Each part-time teacher's years as columns of floats give what the records give: years, windows, gaps."""
    tables.pop("appointments", None)  # columns of years tell of appointed years alone
    names = "activities", "teachers", "titles", "evaluations"
    rows = {name: cells for name, cells in written(tables, *names).items() if cells}
    center = read_tables(rows, RULES)
    basis = Basis.of(center, RULES)
    last = max([activity.date.year for activity in center.activities], default=2024)
    for teacher in center.teachers:
        if teacher.employment != "part_time":
            continue
        found = recognized_experience(basis, teacher, last + later)
        worked = [one for one in found.years if one.appointed]
        if not worked:
            continue
        columns = [
            [[one.year] for one in worked],
            *([[float(one.totals[account])] for one in worked] for account in ("counseling", "teaching")),
            [[one.result] for one in worked],
        ]
        # The function takes the last year given as the year of the question.
        as_last = recognized_experience(basis, teacher, worked[-1].year)
        assert value("WL_EXPERIENCE_YEARS", *columns) == as_last.recognized_years
        windows = records(call("WL_EXPERIENCE_WINDOWS", columns, ZH))
        shown = [(row["起始年"], row["截止年"], row["缺考核"]) for row in windows if row["截止年"] != ""]
        assert shown == [
            (one.years[0], one.years[-1], "、".join(map(str, one.evaluations_missing))) for one in as_last.windows
        ]
        (needed,) = records(call("WL_EXPERIENCE_NEEDED", [*columns, last + later], ZH))
        if found.next is None:
            assert needed["截止年"] == ""
        else:
            assert (needed["起始年"], needed["截止年"]) == (found.next.years[0], found.next.years[-1])
            assert needed["咨询课时还差"] == pytest.approx(float(found.next.lacking["counseling"]), abs=1e-9)
            assert needed["教学课时还差"] == pytest.approx(float(found.next.lacking["teaching"]), abs=1e-9)
            assert needed["折合值班分钟"] == found.next.minutes_lacking


def sheet(book, name):
    """A sheet as the range that a person would select in it."""
    return [[None if cell == "" else cell for cell in row] for row in book.get_sheet_by_name(name).to_python()]


@pytest.fixture(scope="module")
def center_ranges():
    """The tables of the sample center as ranges."""
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(SAMPLES / "center" / "心理指导中心.xlsx") as book:
        return {name: sheet(book, name) for name in ("工作记录", "教师", "职称")}


@pytest.mark.parametrize("as_numbers", [False, True], ids=["dates", "serial numbers"])
@pytest.mark.parametrize("year", [2023, 2024, 2025])
def test_the_sample_center_sums_up_as_on_the_command_line(center_ranges, year, as_numbers):
    """Selected in the workbook, the center gives each teacher the figures of ``workload evaluate`` without 聘期."""
    ranges_ = list(center_ranges.values())
    if as_numbers:
        ranges_ = [[[serial(cell) for cell in row] for row in rows] for rows in ranges_]
    summary = {row["工号"]: row for row in records(call("WL_SUMMARY", [*ranges_, year], ZH))}
    center = evolve(read_center(SAMPLES / "center" / "心理指导中心.xlsx"), appointments=None)
    found = evaluate(center, year)
    assert set(summary) == {one.teacher.teacher_id for one in found.teachers}
    for one in found.teachers:
        row = summary[one.teacher.teacher_id]
        assert row["咨询课时"] == float(one.quota.part("counseling").value or 0)
        assert row["教学课时"] == float(one.quota.part("teaching").value or 0)
        assert row["积分"] == float(one.points)
        assert row["姓名"] == one.teacher.name
        assert row["未计入行数"] == len(one.book.set_aside)


def test_what_the_readme_of_the_center_tells_is_what_excel_shows(center_ranges):
    """T05 has exactly 38 class hours in 2024, T06 lacks one minute, T07 half a class hour, T01 has no quota."""
    summary = {row["工号"]: row for row in records(call("WL_SUMMARY", [*center_ranges.values(), 2024], ZH))}
    assert (summary["T05"]["咨询课时"], summary["T05"]["咨询差额"]) == (38, 0)
    assert summary["T06"]["咨询差额"] == float(Fraction(1, 45))
    assert summary["T07"]["教学差额"] == 0.5
    assert (summary["T01"]["咨询要求"], summary["T01"]["结论"]) == ("", "不适用")
    assert (summary["T10"]["咨询课时"], summary["T10"]["教学课时"], summary["T10"]["结论"]) == (62, 48, "未达标")


def test_the_ledger_of_the_sample_center_has_every_row(center_ranges):
    """All 618 rows, each with its account or its reason, as the library's own ledger has them."""
    ledger = records(call("WL_LEDGER", list(center_ranges.values()), ZH))
    center = evolve(read_center(SAMPLES / "center" / "心理指导中心.xlsx"), appointments=None)
    found = {line.activity.row: line for line in whole_ledger(center, RULES, {})}
    assert len(ledger) == len(found) == 618
    for row in ledger:
        line = found[row["行"]]
        assert (row["未计入原因"] == "") == (line.reason is None)
        assert row["计入"] == ("" if line.reason else float(line.amount))


def test_the_order_of_columns_does_not_matter(center_ranges):
    """A table with its columns the other way round, and its header in English, gives the same summary."""
    activities, teachers, titles = center_ranges.values()
    turned = [row[::-1] for row in activities]
    assert call("WL_SUMMARY", [turned, teachers, titles, 2024], ZH) == call(
        "WL_SUMMARY", [activities, teachers, titles, 2024], ZH
    )


# ---------------------------------------------------------------- explaining

EXPLAINED = [
    case
    for case in CASES
    if not case.error and case.call not in ("WL_EXPLAIN", "WL_WHY") and sum(map(len, filter(None, case.arguments))) < 99
]


@pytest.mark.parametrize("case", EXPLAINED, ids=lambda case: case.call)
def test_every_call_with_a_result_can_be_explained(case):
    """WL_EXPLAIN of a call that has a result gives steps, in both languages, and no faults."""
    for settings, header in ((ZH, ["步骤", "说明"]), (EN, ["step", "explanation"])):
        found = call("WL_EXPLAIN", [case.call, *ranges_of(case)], settings)
        assert found[0] == header
        assert [row[0] for row in found[1:]] == list(range(1, len(found)))
        assert all(isinstance(row[1], str) and row[1].strip() for row in found[1:])


FAULTY = [case for case in CASES if isinstance(case.error, str | tuple) and "第" in str(case.error)]


@pytest.mark.parametrize("case", FAULTY, ids=lambda case: case.call)
def test_a_call_with_bad_cells_is_explained_by_all_of_them(case):
    """WL_EXPLAIN of a call that ends in an error tells each bad cell, or ends in the same error."""
    told = refusal(case.call, *ranges_of(case)).zh
    found, message = tried("WL_EXPLAIN", [case.call, *ranges_of(case)])
    if found is None:
        assert message.zh == told
        return
    header, *rows = found
    assert header == ["步骤", "说明"]
    assert {row[0] for row in rows} == {"错误"}
    assert all(row[1] in told or "……" in told for row in rows)


def test_a_long_range_is_explained_in_part():
    """Of a long column the first places are explained, and the rest is counted."""
    found = call("WL_EXPLAIN", ["WL_CLASS_HOURS", [[45]] * 1000], ZH)
    assert len(found) < 300
    assert "其余 800 格从略" in found[-1][1]


def test_without_teachers_nothing_is_said_of_what_a_teacher_owes():
    """Where nobody says who is part-time, neither WL_SUMMARY nor its explanation judges anyone by the quota."""
    rows = [["工号", "日期", "类别", "分钟"], ["T01", "2024-03-05", "咨询值班", 90]]
    (summary,) = records(call("WL_SUMMARY", [rows], ZH))
    assert summary["结论"] == "待定"
    told = "\n".join(row[1] for row in call("WL_EXPLAIN", ["WL_SUMMARY", rows], ZH)[1:])
    assert "未达标" not in told
    assert "兼职）" not in told


# ---------------------------------------------------------------- languages


def source_words(case):
    """Everything that a case itself says, and what the rule file quotes: neither is translated."""
    words = {cell for cells in case.arguments if cells for row in cells for cell in row if isinstance(cell, str)}
    for clause in RULES.clauses():
        words |= {clause.citation, clause.quote}
    return {*words, RULES.document, *(shown.strip("　 ") for shown in words)}


def chinese(text, allowed):
    """The Chinese in an English text, but for what is allowed."""
    for word in sorted(allowed, key=len, reverse=True):
        if word:
            text = text.replace(word, "")
    return CJK.findall(text)


CAPITALS = {*"负零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整", "人民币", "支付结算办法"}  # Chinese in either language
NO_RULES_TEXT = "国家税务总局公告2018年第61号 第八条、个人所得税预扣率表二"


@pytest.mark.parametrize("case", [c for c in CASES if "10000" not in c.name], ids=lambda case: case.call)
def test_english_is_english(case):
    """With English chosen every header, message and word is English, but for what the user wrote and what is cited."""
    allowed = source_words(case) | {NO_RULES_TEXT, "(工号)", "(日期)", "(类别)"}  # a missing column by both its names
    if case.call == "WL_YUAN_UPPER" or "WL_YUAN_UPPER" in source_words(case):
        allowed |= CAPITALS
    found, message = of_case(case, EN)
    for row in found[:20] if found else [[message.en]]:
        for cell in row:
            assert not isinstance(cell, str) or chinese(cell, allowed) == [], cell


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.call)
def test_what_is_wrong_in_one_language_is_wrong_in_the_other(case):
    """The language changes words, and no result: the same numbers in the same places."""
    outcomes = [of_case(case, settings)[0] for settings in (ZH, EN)]
    figures = [grid and [[cell for cell in row if not isinstance(cell, str)] for row in grid] for grid in outcomes]
    assert figures[0] == figures[1]


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda function: function.name)
def test_help_is_there_in_english(function):
    """The English help of a function and its arguments holds no Chinese, its example included."""
    assert chinese(function.help("en"), ()) == []
    for argument in function.arguments:
        assert chinese(argument.help.en, ()) == []
        assert CJK.search(argument.help.zh)
    assert CJK.search(function.summary.zh)
    assert chinese(CATEGORY.en, ()) == []


# ---------------------------------------------------------------- messages and results


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.call)
def test_no_result_is_taken_for_an_error(case):
    """No result begins as the classic host marks an error, nor is any cell too long for Excel or no value at all."""
    found, message = of_case(case)
    if found is None:
        assert 0 < len(message.zh) <= MOST_MESSAGE
        assert 0 < len(message.en) <= MOST_MESSAGE
        assert "Traceback" not in message.zh + message.en
        return
    assert found
    assert len({len(row) for row in found}) == 1
    for row in found:
        for cell in row:
            assert isinstance(cell, str | int | float | bool)
            assert cell == cell  # noqa: PLR0124  # no result is NaN
            assert not isinstance(cell, str) or (len(cell) < 32_767 and not cell.startswith("#VALUE! "))


CELL = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.floats(),
    st.integers(-(2**70), 2**70),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.sampled_from(
        ["#N/A", "#VALUE!", "工号", "日期", "类别", "分钟", "T01", "咨询值班", "2024-03-05", "90", "合计", "教授"]
    ),
)


@looking(300)
@given(st.sampled_from(sorted(FUNCTIONS)), st.data())
def test_whatever_is_handed_in_there_is_a_result_or_a_message(name, data):
    """No cells make a function fail with anything else than a message in both languages."""
    arguments = data.draw(
        st.lists(
            st.one_of(CELL, st.lists(st.lists(CELL, min_size=1, max_size=5), min_size=1, max_size=4)),
            max_size=len(FUNCTIONS[name].arguments),
        )
    )
    found, message = tried(name, arguments)
    if found is None:
        assert message.zh
        assert message.en
    else:
        assert all(isinstance(cell, str | int | float | bool) for row in found for cell in row)


@looking(60)
@given(
    st.lists(st.lists(CELL, min_size=4, max_size=4), max_size=5),
    st.sampled_from(["WL_LEDGER", "WL_SUMMARY", "WL_CHECK"]),
)
def test_a_table_of_anything_is_read_or_refused(rows, name):
    """Below a good header anything may stand: each row is a line, or a fault, or the whole is refused."""
    found, message = tried(name, [[["工号", "日期", "类别", "分钟"], *rows]])
    assert message.zh if found is None else found


# Made up: a mobile number and an identity-card number in the forms in which they come into cells.
PERSONS = [
    "13800138000",
    "138 0013 8000",
    "１３８００１３８０００",
    13800138000,
    13800138000.0,
    "11010519491231002X",
    "证号110105194912310021",
    110105194912310000.0,  # Excel keeps fifteen digits of a number
]
ONE_OF_EACH = {
    "start_time": "9:00",
    "end_time": "10:00",
    "title": "教授",
    "account": "咨询",
    "employment": "兼职",
    "years": 2024,
    "evaluations": "合格",
    "as_of": 2025,
    "year": 2024,
    "partial_unit": "exact",
    "rule_name": "funding",
    "on_date": "2025-01-01",
    "activities": [
        ["编号", "工号", "日期", "类别", "开始时间", "结束时间", "分钟", "课时", "场次", "状态", "备注"],
        ["A1", "T01", 45356, "咨询值班", None, None, 90, None, None, None, None],
    ],
    "teachers": [["工号", "姓名", "类别", "来源", "职称"], ["T01", "教师01", "兼职", "校内", "讲师"]],
    "titles": [["工号", "职称", "生效日期"], ["T01", "教授", 45356]],
}


def slips(person):
    """Every call with that person's number in one of its cells: of a single argument, of a header, of a row."""
    for function in FUNCTIONS.values():
        if function.name == "WL_EXPLAIN":
            yield function.name, [person, 90]
            continue
        good = [ONE_OF_EACH.get(argument.name, 1) for argument in function.arguments]
        for place, cell in enumerate(good):
            if not isinstance(cell, list):
                yield function.name, [*good[:place], person, *good[place + 1 :]]
                continue
            for row, column in product(range(len(cell)), range(len(cell[0]))):
                table = [list(cells) for cells in cell]
                table[row][column] = person
                yield function.name, [*good[:place], table, *good[place + 1 :]]


@pytest.mark.parametrize("person", PERSONS, ids=repr)
def test_a_persons_number_is_never_repeated(person):
    """Wherever a mobile or identity-card number lands by mistake, no result, message or explanation repeats it."""
    for name, values in slips(person):
        calls = [(name, values)] if name == "WL_EXPLAIN" else [(name, values), ("WL_EXPLAIN", [name, *values])]
        for call_name, call_values in calls:
            found, message = tried(call_name, call_values)
            shown = [message.zh, message.en] if found is None else [str(cell) for row in found for cell in row]
            for text in shown:
                digits = "".join(filter(str.isdigit, unicodedata.normalize("NFKC", text)))
                assert "13800138000" not in digits, (call_name, text)
                assert "1101051949" not in digits, (call_name, text)


def test_too_large_a_range_is_refused_before_it_is_read():
    """More cells than the settings allow: the message says how many."""
    told = refusal("WL_CLASS_HOURS", [[45]] * 11, settings=Settings(most_cells=10))
    assert "11" in told.zh
    assert "10" in told.zh
    assert call("WL_CLASS_HOURS", [[[45]] * 10], Settings(most_cells=10)) == [[1]] * 10


def test_too_many_arguments_are_refused():
    """A host that lets more through gets a message."""
    assert refusal("WL_AREA_REQUIRED", 1, 2).zh == "WL_AREA_REQUIRED 最多 1 个参数"


def test_a_call_that_nobody_waits_for_ends():
    """A long calculation asks now and then whether its result is still wanted, and ends when it is not."""

    class NoLongerWantedError(Exception):
        pass

    def still_wanted():
        raise NoLongerWantedError

    rows = [["工号", "日期", "类别", "分钟"], *[["T01", 45356, "咨询值班", 45]] * 5000]
    with pytest.raises(NoLongerWantedError):
        call("WL_SUMMARY", [rows], ZH, still_wanted=still_wanted)


# ---------------------------------------------------------------- settings


@pytest.fixture
def user_file(tmp_path):
    """``user_file(text)`` writes a settings file."""

    def write(text, encoding="utf-8"):
        path = tmp_path / "excel.toml"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def test_without_a_file_the_settings_are_the_defaults(tmp_path):
    """Nothing said: the college's rules, Chinese, no other reading."""
    assert settings_of({}, tmp_path / "none.toml") == Settings()
    assert settings_of({"WORKLOAD_RULES": "", "WORKLOAD_LANG": ""}, tmp_path / "none.toml") == Settings()


def test_the_environment_comes_before_the_file(user_file):
    """Of two languages and two rules, those of the environment hold."""
    path = user_file('rules = "a.toml"\nlang = "en"\n[readings]\npartial_unit = "whole_per_duty"')
    assert settings_of({}, path) == Settings("a.toml", "en", {"partial_unit": "whole_per_duty"})
    found = settings_of({"WORKLOAD_RULES": "b.toml", "WORKLOAD_LANG": "zh"}, path)
    assert (found.rules, found.language) == ("b.toml", "zh")


def test_a_byte_order_mark_does_no_harm(user_file):
    """Windows' Notepad writes one."""
    assert settings_of({}, user_file('lang = "en"', "utf-8-sig")).language == "en"


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [
        ("lang = ", "utf-8", "excel.toml"),
        ('rules = "规则"', "gb18030", "excel.toml"),
        ('lang = "fr"', "utf-8", "fr"),
        ('language = "en"', "utf-8", "language"),
        ("rules = 3", "utf-8", "3"),
        ('readings = "exact"', "utf-8", "exact"),
        ("most_cells = 5", "utf-8", "most_cells"),
        ('rules = "a"\nrules = "b"', "utf-8", "excel.toml"),
    ],
)
def test_faulty_settings_are_told(user_file, text, encoding, shown):
    """What is wrong in the file, in both languages, with what is accepted or where it is."""
    with pytest.raises(WorkloadError) as caught:
        settings_of({}, user_file(text, encoding))
    assert shown in caught.value.text.zh
    assert caught.value.text.en
    assert CJK.search(caught.value.text.zh)


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        (Settings(readings={"partial": "exact"}), "partial_unit"),
        (Settings(readings={"partial_unit": "half"}), "whole_per_duty"),
        (Settings("nowhere.toml"), "nowhere.toml"),
        (Settings("no-such-rules"), "zhoukou-2024-33"),
    ],
)
def test_settings_that_name_nothing_are_told_by_the_call(settings, shown):
    """An unknown reading, or rules that are not there: the call says so."""
    assert shown in refusal("WL_CLASS_HOURS", 90, settings=settings).zh


def test_a_faulty_rule_file_is_told_by_the_call(tmp_path):
    """Every fault of the school's own rules, and no result under half of them."""
    path = tmp_path / "rules.toml"
    path.write_text('format = 1\nextends = "zhoukou-2024-33"\nid = "x"\nfunny = 1\n', encoding="utf-8")
    told = refusal("WL_CLASS_HOURS", 90, settings=Settings(str(path)))
    assert "funny" in told.zh


def test_a_wrong_user_file_is_told_by_the_call(tmp_path, monkeypatch):
    """A call without settings of its own reads the user's; if they are wrong, it says so rather than guess."""
    (tmp_path / ".workload").mkdir()
    (tmp_path / ".workload" / "excel.toml").write_text('lang = "fr"', encoding="utf-8")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.delenv("WORKLOAD_SETTINGS")
    current.cache_clear()
    try:
        with pytest.raises(CallError, match="设置有误"):
            call("WL_CLASS_HOURS", [90])
    finally:
        current.cache_clear()


def test_readings_of_the_settings_hold():
    """The chosen reading changes every function that it concerns, and an argument comes before it."""
    whole = Settings(readings={"partial_unit": "whole_per_duty"})
    assert value("WL_CLASS_HOURS", 100, settings=whole) == 2
    assert value("WL_CLASS_HOURS", 100, "exact", settings=whole) == float(Fraction(100, 45))
    fills = Settings(readings={"counseling_fills_teaching": "yes"})
    assert value("WL_QUOTA_MET", 60, 40, settings=fills) is True
    assert value("WL_QUOTA_MET", 60, 40) is False
    final = Settings(readings={"evaluation_gate": "final_year"})
    columns = [[2022], [2023], [2024]], [[38]] * 3, [[72]] * 3, [["不合格"], [None], ["合格"]]
    assert value("WL_EXPERIENCE_YEARS", *columns, settings=final) == 1
    assert value("WL_EXPERIENCE_YEARS", *columns) == 0


def test_in_an_academic_year_the_summary_finds_its_year_from_the_dates():
    """Rows of October and of March after it lie in one academic year; none is set aside for want of a year."""
    academic = Settings(readings={"year": "academic"})
    head = ["工号", "日期", "类别", "分钟"]
    work = [["T01", day, "咨询值班", 45] for day in ("2024-10-08", "2025-03-05")]
    (both,) = records(call("WL_SUMMARY", [[head, *work]], academic))
    assert (both["咨询课时"], both["未计入行数"]) == (2, 0)
    (spring,) = records(call("WL_SUMMARY", [[head, work[1]]], academic))
    assert (spring["咨询课时"], spring["未计入行数"]) == (1, 0)


# ---------------------------------------------------------------- another school

SHIFAN = Settings(str(SAMPLES / "another-school" / "示范学院.toml"))
ADDED = Settings(str(SAMPLES / "another-school" / "本校补充.toml"))


def shifan_ranges():
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(SAMPLES / "another-school" / "示范学院.xlsx") as book:
        return [sheet(book, name) if name in book.sheet_names else None for name in ("工作记录", "教师", "职称")]


def test_another_schools_records_sum_up_by_its_own_rules():
    """Units of 50 minutes, evening factors, caps, an academic year: as the library evaluates them."""
    path = SAMPLES / "another-school" / "示范学院.xlsx"
    rules = load_regulation(SHIFAN.rules)
    found = evaluate(evolve(read_center(path, rules), appointments=None), 2024, rules)
    summary = {row["工号"]: row for row in records(call("WL_SUMMARY", [*shifan_ranges(), 2024], SHIFAN))}
    assert len(summary) == len(found.teachers) > 0
    for one in found.teachers:
        row = summary[one.teacher.teacher_id]
        assert row["咨询课时"] == float(one.quota.part("counseling").value or 0)
        assert row["教学课时"] == float(one.quota.part("teaching").value or 0)
        assert row["积分"] == float(one.points)
    assert summary["2003"]["咨询课时"] == 35.5


def test_another_schools_ledger_has_its_articles():
    """Each credited line cites that school's rules."""
    activities, *others = shifan_ranges()
    assert "2024-09-01" in refusal("WL_LEDGER", activities, *others, settings=SHIFAN).zh  # a row before the rules began
    day = activities[0].index("日期")
    since = [activities[0], *(row for row in activities[1:] if row[day] >= date(2024, 9, 1))]
    ledger = records(call("WL_LEDGER", [since, *others], SHIFAN))
    articles = {row["条款"] for row in ledger}
    assert {"第三条", "第三条（2025年修订）", "第四条", "第五条", "第六条"} <= articles
    assert not any("附件2" in article for article in articles)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("WL_CLASS_HOURS", (90,)),
        ("WL_POINTS", ("教授",)),
        ("WL_SHORTFALL", ("咨询", 10)),
        ("WL_QUOTA_MET", (38, 72)),
        ("WL_TRAINING_SHORTFALL", ("兼职", 10)),
        ("WL_STAFF_REQUIRED", (20000, "专职")),
        ("WL_FUNDING_REQUIRED", (20000,)),
        ("WL_AREA_REQUIRED", (20000,)),
    ],
)
def test_what_another_schools_rules_do_not_say_is_refused(name, values):
    """No figure of this college stands in where another's rules say nothing, or need more than is asked."""
    told = refusal(name, *values, settings=SHIFAN)
    assert re.search("没有|不只取决于|有效条款", told.zh)
    assert told.en
    assert "--" not in told.zh  # an option of the command line helps nobody in Excel


def test_what_another_schools_rules_say_holds():
    """Its figures, its three-year test, its titles; the tax is the state's."""
    assert value("WL_RULE", "counseling_quota", settings=SHIFAN) == 16
    assert value("WL_RULE", "duty_of_50.per", "2025-06-30", settings=SHIFAN) == 50
    assert value("WL_RULE", "duty_of_45.per", "2025-07-01", settings=SHIFAN) == 45
    assert "2024-09-01" in refusal("WL_RULE", "counseling_quota", "2024-08-31", settings=SHIFAN).zh
    columns = [[2025], [2026], [2027]], [[32]] * 3, [[48]] * 3, [["基本合格"]] * 3
    assert value("WL_EXPERIENCE_YEARS", *columns, settings=SHIFAN) == 1
    assert value("WL_EXPERIENCE_YEARS", *columns) == 0
    assert value("WL_WITHHOLDING", 10000, settings=SHIFAN) == 1600
    assert value("WL_MINUTES", "9:00", "10:00", settings=SHIFAN) == 60


def test_the_first_academic_year_of_another_schools_rules_counts():
    """Rules in force from 1 September 2024 hold for the academic year that begins on that day."""
    columns = [[2024], [2025], [2026]], [[32]] * 3, [[48]] * 3, [["合格"]] * 3
    assert value("WL_EXPERIENCE_YEARS", *columns, settings=SHIFAN) == 1


def test_rules_that_add_a_value_keep_the_others():
    """A school that gives supervision a value and a title an equivalent still has its class hours, quota and staff."""
    assert value("WL_CLASS_HOURS", 90, settings=ADDED) == 2
    assert value("WL_SHORTFALL", "教学", 70, settings=ADDED) == 2
    assert value("WL_STAFF_REQUIRED", 20001, "专职", settings=ADDED) == 6
    rows = [["工号", "日期", "类别"], ["T01", "2025-03-05", "督导"], ["T01", "2025-03-06", "讲座"]]
    teachers = [["工号", "类别", "职称"], ["T01", "兼职", "主任医师"]]
    (summary,) = records(call("WL_SUMMARY", [rows, teachers], ADDED))
    assert summary["积分"] == 50


def test_before_the_rules_began_the_message_helps_in_excel():
    """Where a year lies before the rules, the message says how to confirm it in Excel, not on the command line."""
    rows = [["工号", "日期", "类别", "分钟"], ["T01", "2024-03-05", "咨询值班", 90]]
    told = refusal("WL_SUMMARY", rows, settings=ADDED)
    assert "2024-05-20" in told.zh
    assert "--reading" not in told.zh
    retroactive = evolve(ADDED, readings={"before_start": "retroactive"})
    (summary,) = records(call("WL_SUMMARY", [rows], retroactive))
    assert summary["咨询课时"] == 2


# ---------------------------------------------------------------- dates of every host


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("WL_CLASS_HOURS", ([[moment("1900-03-30")]],)),
        ("WL_SHORTFALL", ("咨询", [[date(2024, 3, 5)]])),
        ("WL_FUNDING_REQUIRED", ([[moment("2024-03-05")]],)),
        ("WL_EXPERIENCE_YEARS", ([[date(2022, 1, 1)], [2023], [2024]], [[38]] * 3, [[72]] * 3, [["合格"]] * 3)),
        ("WL_LEDGER", ([["工号", "日期", "类别", "分钟"], [date(2024, 3, 5), date(2024, 3, 5), "咨询值班", 45]],)),
        ("WL_LEDGER", ([["工号", "日期", "类别", "分钟"], ["T01", date(2150, 3, 5), "咨询值班", 45]],)),
    ],
)
def test_a_date_cell_is_the_same_in_every_host(name, values):
    """Some hosts hand over a date, others its number; the result, or the message, is one."""

    numbers = [
        [[serial(cell) for cell in row] for row in one] if isinstance(one, list) else serial(one) for one in values
    ]
    assert tried(name, values) == tried(name, numbers)


def test_same_row_is_strict():
    """The comparison of the cases takes neither 1 for TRUE nor a text for a number."""
    assert same_row([1, "a", True], [1.0, "a", True])
    assert not same_row([1], [True])
    assert not same_row(["1"], [1])
    assert not same_row([1.0], [1.0 + 1e-9])
