"""Pay: rates, lines, factors, caps, quota first, co-leaders, withholding, and the verb ``pay``."""

import csv
import itertools
import random
from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from attrs import evolve
from centers import centers
from hypothesis import given
from hypothesis import strategies as st

import workload.cli.pay  # the verb
from workload import (
    Activity,
    Appointment,
    Center,
    InputError,
    Payment,
    Period,
    Rate,
    RuleFileError,
    Teacher,
    TitleHeld,
    WorkloadError,
    evaluate,
    gross_up,
    load_regulation,
    read_tables,
    withhold,
)
from workload.documents import payslips
from workload.documents.blocks import rendered
from workload.paylines import month_of, split_amount
from workload.payroll import booked, pay
from workload.rates import MissingRateError, PayRate, Rates, read_rates
from workload.rulefile import read_rule_file

SAMPLE = Path(__file__).parents[1] / "samples" / "center" / "心理指导中心.xlsx"
HEAD = 'format = 1\nextends = "zhoukou-2024-33"\nid = "our-school"\n'
NOVEMBER = month_of(2024, 11)
EARLY = date(2024, 1, 1)


def rate(item="counseling", yuan="60", day=EARLY, **more):
    return PayRate(item, Decimal(yuan), day, "校发〔2024〕1号", **more)


RATES = Rates([rate(), rate("teaching", "70.5"), rate("points", "2")])


def duty(minutes, day="2024-11-05", teacher="T01", **more):
    return Activity(teacher, date.fromisoformat(day), "counseling_duty", minutes=minutes, **more)


def lesson(hours, day="2024-11-06", teacher="T01", **more):
    return Activity(teacher, date.fromisoformat(day), "class_teaching", class_hours=hours, **more)


def event(kind="lecture", day="2024-11-07", teacher="T01", **more):
    return Activity(teacher, date.fromisoformat(day), kind, **more)


def teacher(teacher_id="T01", title="lecturer", **more):
    return Teacher(teacher_id, more.pop("employment", "part_time"), title=title, **more)


def center(*rows, teachers=None, **more):
    ids = dict.fromkeys(row.teacher_id for row in rows)
    return Center(teachers or [teacher(one) for one in ids], rows, **more)


def paid(*rows, rates=RATES, period=NOVEMBER, teachers=None, titles=None, payments=None, appointments=None, **how):
    records = center(*rows, teachers=teachers, titles=titles, payments=payments, appointments=appointments)
    return pay(records, period, rates, **how)


def lines(run, teacher_id="T01"):
    return [(line.item, line.quantity, line.rate.yuan, line.amount) for line in run.teacher(teacher_id).lines]


@pytest.fixture
def rules(tmp_path):
    """``rules(text)``: the regulation with a clause of the school's own."""

    def read(text):
        path = tmp_path / "rules.toml"
        path.write_text(HEAD + text, encoding="utf-8")
        return read_rule_file(path)

    return read


def clause(*keys, clause_id="ours"):
    return "\n".join(["[[pay]]", f'id = "{clause_id}"', 'article = "办法 第三条"', 'quote = "按本办法"', *keys, ""])


# ---------------------------------------------------------------- rates


@pytest.mark.parametrize(
    ("kind", "title", "yuan"),
    [
        ("lecture", "professor", "5"),
        ("lecture", "lecturer", "4"),
        ("salon", "professor", "3"),
        ("salon", "lecturer", "2"),
        ("salon", None, "2"),
    ],
)
def test_the_most_specific_rate_is_taken(kind, title, yuan):
    """Kind and title go before kind, that before title, that before all; however old the more specific one is."""
    rates = Rates(
        [
            rate("points", "2", date(2024, 9, 1)),
            rate("points", "3", title="professor"),
            rate("points", "4", kind="lecture"),
            rate("points", "5", kind="lecture", title="professor"),
        ]
    )
    assert rates.on("points", kind, title, date(2024, 11, 1)).yuan == Decimal(yuan)


@pytest.mark.parametrize(("day", "yuan"), [("2024-08-31", 60), ("2024-09-01", 80), ("2024-09-02", 80)])
def test_a_rate_holds_from_its_day(day, yuan):
    """The day before, the day itself, the day after."""
    rates = Rates([rate(), rate(yuan="80", day=date(2024, 9, 1))])
    assert rates.on("counseling", "counseling_duty", None, date.fromisoformat(day)).yuan == yuan


def test_no_rate_before_its_day():
    """A rate is never taken for a day before it, and the error names item, kind, title, day and what there is."""
    with pytest.raises(MissingRateError) as missing:
        RATES.on("counseling", "counseling_duty", "professor", date(2023, 12, 31))
    for word in ("咨询课时", "咨询值班", "教授", "2023-12-31", "60 元/课时", "2024-01-01", "校发〔2024〕1号"):
        assert word in missing.value.text.zh


def test_of_many_rates_only_some_are_listed():
    """The message stays short, and says how many there are."""
    many = Rates([rate(yuan=n, title="professor", day=date(2024, n, 1)) for n in range(1, 9)])
    told = many.missing("counseling", None, None, EARLY)
    assert ("等 8 条" in told.zh, told.zh.count("元/课时"), "8 in all" in told.en) == (True, 6, True)


def test_two_rates_for_the_same_are_refused():
    """Two values for one thing from one day are an error; the same rate twice is not."""
    assert len(Rates([rate(), rate()]).rates) == 1
    with pytest.raises(WorkloadError, match="有两个单价"):
        Rates([rate(), rate(yuan="61")])


def test_the_rates_of_the_table():
    """A row of 课酬标准 is a rate, with its authority and its row."""
    records = center(rates=[Rate("points", Decimal("2.50"), EARLY, "校发1号", "professor", 7)])
    (found,) = Rates.of(records)
    assert (found.item, found.yuan, found.title, found.kind, found.authority, found.row) == (
        "points",
        Decimal("2.50"),
        "professor",
        None,
        "校发1号",
        7,
    )


def test_the_rates_of_a_file(tmp_path):
    """A file says the same in Chinese or English words, and a kind too."""
    path = tmp_path / "rates.toml"
    path.write_text(
        'format = 1\n[[rate]]\nitem = "咨询课时"\ntitle = "教授"\nyuan = 80.5\neffective_from = 2024-01-01\n'
        'authority = "校发〔2024〕1号"\n'
        '[[rate]]\nitem = "points"\nkind = "讲座"\nyuan = 3\neffective_from = 2024-01-01\n'
        'authority = "校发〔2024〕1号"\n',
        encoding="utf-8",
    )
    assert [(one.item, one.title, one.kind, str(one.yuan)) for one in read_rates(path)] == [
        ("counseling", "professor", None, "80.50"),
        ("points", None, "lecture", "3.00"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("format = 2", 1, "format = 1"),
        ("format = 1\nrates = []", 2, "未知的键"),
        ('format = 1\n[[rate]]\nitem = "课酬"', 3, "没有 '课酬'"),
        ('format = 1\n[[rate]]\nitem = "points"\nyuan = 2.555', 4, "至多 2 位小数"),
        ('format = 1\n[[rate]]\nitem = "points"\nyuan = -1', 4, "不能小于0"),
        ('format = 1\n[[rate]]\nitem = "points"\nyuan = "2"', 4, "应为金额（如 60.50，不加引号），现为 '2'"),
        ('format = 1\n[[rate]]\nitem = "points"\nprice = 2', 4, "未知的键"),
        ("format = 1\n[[rate]]\nyuan = 2", 2, "'item'"),
        ('format = 1\n[[rate]]\nitem = "points"', 2, "'yuan'"),
        ('format = 1\n[[rate]]\nitem = "points"\nyuan = 2\neffective_from = "2024"', 5, "日期"),
        ('format = 1\n[[rate]]\nitem = "points"\nyuan = 2\nauthority = " "', 5, "authority"),
        ("format = ", 1, "TOML"),
    ],
)
def test_a_wrong_file_of_rates_is_told_with_its_line(tmp_path, text, line, said):
    """Each fault names the file, the line, and what is accepted."""
    path = tmp_path / "rates.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleFileError) as wrong:
        read_rates(path)
    assert any(f"rates.toml:{line}" in one.zh and said in one.zh for one in wrong.value.problems), wrong.value.problems


def test_a_file_of_rates_that_is_not_there(tmp_path):
    """A missing file is named."""
    with pytest.raises(RuleFileError, match="找不到文件"):
        read_rates(tmp_path / "none.toml")


def test_two_values_in_a_file_are_refused(tmp_path):
    """A file with two values for one thing is wrong as a whole."""
    one = '[[rate]]\nitem = "points"\nyuan = {}\neffective_from = 2024-01-01\nauthority = "校发1号"\n'
    path = tmp_path / "rates.toml"
    path.write_text("format = 1\n" + one.format(2) + one.format(3), encoding="utf-8")
    with pytest.raises(RuleFileError, match="有两个单价"):
        read_rates(path)


# ---------------------------------------------------------------- lines


def test_a_line_is_quantity_times_rate_with_clause_rate_and_rows():
    """The exact sum of the rows, times the rate, rounded once; and all that it comes from."""
    run = paid(duty(100, row=2), duty(35, "2024-11-20", row=3))
    (line,) = run.teacher("T01").lines
    assert (line.quantity, line.unit, line.rate.yuan, line.factor, line.amount) == (
        3,
        "class_hour",
        60,
        1,
        Decimal("180.00"),
    )
    assert [one.activity.row for one in line.lines] == [2, 3]
    assert line.citations == ("附件2 第七条(一)",)
    assert (run.total, run.net) == (Decimal("180.00"), 0)  # the school's own: with the wages


def test_it_is_rounded_once_for_each_line_and_not_for_each_row():
    """Three duties of 10 minutes are 2/3 of a class hour, 6.67 at 10 yuan; each for itself would be 3 x 2.22 = 6.66."""
    run = paid(*(duty(10, f"2024-11-0{n}") for n in (1, 2, 3)), rates=Rates([rate(yuan="10")]))
    assert lines(run) == [("counseling", Fraction(2, 3), 10, Decimal("6.67"))]


@pytest.mark.parametrize(("hours", "amount"), [("0.49", "0.00"), ("0.5", "0.01"), ("1.49", "0.01"), ("1.5", "0.02")])
def test_half_a_fen_is_rounded_up(hours, amount):
    """At a rate of one fen: just below half a fen, and half a fen."""
    assert str(paid(lesson(hours), rates=Rates([rate("teaching", "0.01")])).total) == amount


def test_totals_are_sums_of_printed_lines():
    """0.6 and 0.5 of a fen are printed as 0.01 each, and their total is 0.02, not the 0.01 of 1.1 fen."""
    run = paid(duty(27), lesson("0.5"), rates=Rates([rate(yuan="0.01"), rate("teaching", "0.01")]))
    assert [str(line.amount) for line in run.teacher("T01").lines] == ["0.01", "0.01"]
    assert (str(run.total), run.items) == ("0.02", {"counseling": Decimal("0.01"), "teaching": Decimal("0.01")})


def test_a_change_of_title_in_mid_month_makes_two_lines():
    """Each day is paid by the title of that day; by the title of the period's end where the reading says so."""
    rates = Rates([rate(yuan="50"), rate(yuan="100", title="professor")])
    rows = [duty(45, "2024-11-14"), duty(45, "2024-11-15"), duty(45, "2024-11-16")]
    titles = [TitleHeld("T01", "professor", date(2024, 11, 15))]
    run = paid(*rows, rates=rates, titles=titles)
    assert lines(run) == [("counseling", 1, 50, Decimal(50)), ("counseling", 2, 100, Decimal(200))]
    run = paid(*rows, rates=rates, titles=titles, readings={"title_on": "period_end"})
    assert lines(run) == [("counseling", 3, 100, Decimal(300))]


def test_a_change_of_the_rate_in_mid_month_makes_two_lines():
    """A new rate holds from its day on."""
    run = paid(
        duty(45, "2024-11-14"),
        duty(45, "2024-11-15"),
        rates=Rates([rate(), rate(yuan="80", day=date(2024, 11, 15))]),
    )
    assert lines(run) == [("counseling", 1, 60, Decimal(60)), ("counseling", 1, 80, Decimal(80))]


def test_kinds_can_have_a_rate_of_their_own():
    """Points of a lecture at one rate, those of a salon at another."""
    rates = Rates([rate("points", "2"), rate("points", "3", kind="lecture")])
    run = paid(event("lecture"), event("salon"), rates=rates)
    assert sorted(lines(run)) == [("points", 15, 2, Decimal(30)), ("points", 15, 3, Decimal(45))]


def test_only_the_days_of_the_period_are_paid():
    """The day before the month and the day after it are not."""
    run = paid(duty(45, "2024-10-31"), duty(45, "2024-11-01"), duty(45, "2024-11-30"), duty(45, "2024-12-01"))
    assert lines(run)[0][1] == 2


def test_a_duty_over_midnight_belongs_to_the_day_on_which_it_begins():
    """At the end of a month it is paid with that month, whole."""
    night = {"start": time(23, 15), "end": time(0, 45)}
    rows = [duty(90, "2024-10-31", **night), duty(90, "2024-11-30", **night)]
    assert lines(paid(*rows))[0][1] == 2


def test_at_the_end_of_a_year_a_duty_is_split_at_midnight():
    """The ledger splits it there: each part is paid with its own month, and both together are the whole."""
    row = duty(90, "2024-12-31", start=time(23, 15), end=time(0, 45))
    december, january = (paid(row, period=month_of(*month)) for month in ((2024, 12), (2025, 1)))
    assert [lines(run)[0][1] for run in (december, january)] == [1, 1]
    whole = paid(row, period=Period(date(2024, 12, 1), date(2025, 1, 31)))
    assert lines(whole) == [("counseling", 2, 60, Decimal(120))]


def test_what_is_set_aside_is_not_paid():
    """A cancelled row, a duplicate, a kind without a value, a day outside the appointment."""
    run = paid(
        duty(45, cancelled=True),
        duty(45, "2024-11-06", record_id="A1"),
        duty(45, "2024-11-06", record_id="A1"),
        event("supervision"),
        duty(45, "2024-11-30"),
        appointments=[Appointment("T01", date(2023, 12, 1), date(2024, 11, 29))],
    )
    assert lines(run) == [("counseling", 1, 60, Decimal(60))]


def test_whole_units_are_those_of_the_annual_ledger():
    """With whole units of the pooled total a month is paid what the year's running sum gained in it."""
    rows = [duty(30, "2024-10-05"), duty(30, "2024-11-05"), duty(30, "2024-12-05")]
    months = [
        paid(*rows, period=month_of(2024, n), readings={"partial_unit": "whole_pooled"}).total for n in (10, 11, 12)
    ]
    assert months == [0, 60, 60]


def test_a_quantity_of_zero_makes_no_line_and_needs_no_rate():
    """A duty that gives no whole class hour is nothing to be paid, and lacks no rate either."""
    run = paid(duty(30), rates=Rates([rate("points", "2")]), readings={"partial_unit": "whole_per_duty"})
    assert (run.teachers, run.total, run.is_complete) == ((), 0, True)


def test_the_academic_year_pays_the_same_months():
    """Under the reading year=academic the days of a month lie in other ledgers, and are paid once all the same."""
    rows = [duty(45, "2024-08-31"), duty(45, "2024-09-01"), lesson(2, "2024-09-02")]
    period = Period(date(2024, 8, 1), date(2024, 9, 30))
    for year in ("natural", "academic", "appointment"):
        run = paid(*rows, period=period, readings={"year": year}, appointments=[Appointment("T01", date(2024, 1, 1))])
        assert (run.total, lines(run)[0][1]) == (Decimal("261.00"), 2)


@given(centers(), st.sampled_from(["exact", "whole_per_duty"]))
def test_the_months_of_a_year_have_the_quantities_of_its_ledger(tables, partial_unit):
    """Over all months the quantities of an item sum up to the account of the annual evaluation."""
    rows = {name: [list(found[0]), *(list(one.values()) for one in found)] for name, found in tables.items() if found}
    records = read_tables(rows)
    rates = Rates(
        [rate(day=date(2000, 1, 1)), rate("teaching", day=date(2000, 1, 1)), rate("points", day=date(2000, 1, 1))]
    )
    how = {"partial_unit": partial_unit}
    try:
        found = evaluate(records, 2024, readings=how, alternatives=False, skip_faulty=True)
    except InputError:
        return
    runs = [pay(records, month_of(2024, n), rates, readings=how, skip_faulty=True) for n in range(1, 13)]
    for one in found.teachers:
        for account in ("counseling", "teaching", "points"):
            own = [part for run in runs for part in run.teachers if part.teacher.teacher_id == one.teacher.teacher_id]
            assert sum(part.quantities.get(account, 0) for part in own) == one.book.total(account)


# ---------------------------------------------------------------- what has no rate


def test_work_without_a_rate_is_refused_by_name_and_the_rest_is_paid():
    """All that is missing is listed, with item, kind, title, day; nothing is paid at 0 or at another rate."""
    rates = Rates([rate("teaching", "70"), rate(yuan="100", title="professor")])
    run = paid(duty(45), event("lecture"), event("lecture", "2024-11-08"), event("salon"), lesson(2), rates=rates)
    assert [(one.item, one.kind, one.title, str(one.day), one.quantity) for one in run.refused] == [
        ("counseling", "counseling_duty", "lecturer", "2024-11-05", 1),
        ("points", "lecture", "lecturer", "2024-11-07", 30),
        ("points", "salon", "lecturer", "2024-11-07", 15),
    ]
    assert (run.total, run.is_complete) == (140, False)
    assert "100 元/课时" in run.refused[0].missing.zh
    assert "没有这个项目的单价" in run.refused[1].missing.zh
    assert "不完整" in run.notes[0].zh


def test_without_any_rate_one_error_says_which_are_needed():
    """The items and titles that are to be paid, and how to give their rates."""
    with pytest.raises(MissingRateError) as missing:
        paid(duty(45), event(teacher="T02"), rates=Rates(), teachers=[teacher(), teacher("T02", "professor")])
    for word in ("咨询课时（讲师）", "积分（教授）", "--rates", "依据"):
        assert word in missing.value.text.zh


def test_no_work_needs_no_rate():
    """A month without work is an empty run, also without rates."""
    assert paid(duty(45, "2024-10-01"), rates=Rates()).teachers == ()


def test_a_teacher_without_a_title_takes_the_rate_for_all():
    """A duty needs no title; where only titled rates are there, the message says that no title is known."""
    people = [teacher(title=None)]
    assert paid(duty(45), teachers=people).total == 60
    run = paid(duty(45), teachers=people, rates=Rates([rate(title="professor")]))
    assert "没有职称信息" in run.refused[0].missing.zh


# ---------------------------------------------------------------- clauses of the school


def test_the_default_rules_have_no_clause_on_pay():
    """The regulation names no rate, coefficient or cap of pay."""
    assert load_regulation().pay == ()


def test_a_factor_multiplies_the_rate(rules):
    """Of an item, a kind, a title; two that fit are multiplied; the quantity stays as it is."""
    regulation = rules(
        clause('items = ["counseling"]', "factor = 1.5", clause_id="one")
        + clause('kinds = ["counseling_duty", "lecture"]', 'titles = ["professor"]', "factor = 1.1", clause_id="two")
    )
    run = paid(duty(30), lesson(1), regulation=regulation, rates=Rates([rate(yuan="10.01"), rate("teaching", "10")]))
    (one, other) = run.teacher("T01").lines
    assert (one.quantity, one.factor, one.amount) == (Fraction(2, 3), Fraction(3, 2), Decimal("10.01"))
    assert (other.factor, other.amount) == (1, Decimal("10.00"))
    assert "办法 第三条" in one.citations
    run = paid(
        duty(45), regulation=regulation, teachers=[teacher(title="professor")], rates=Rates([rate(yuan="10.01")])
    )
    assert lines(run) == [("counseling", 1, Decimal("10.01"), Decimal("16.52"))]  # 10.01 x 1.65 = 16.5165


def test_a_factor_holds_on_its_days(rules):
    """The day before it begins and the day after it ends are paid without it, in a line of their own."""
    regulation = rules(
        clause("factor = 2", "effective_from = 2024-11-10", "effective_until = 2024-11-20", 'items = ["counseling"]')
    )
    run = paid(*(duty(45, f"2024-11-{n:02}") for n in (9, 10, 20, 21)), regulation=regulation)
    assert [(line.quantity, line.factor, line.amount) for line in run.teacher("T01").lines] == [
        (2, 1, Decimal(120)),
        (2, 2, Decimal(240)),
    ]


CAPPED = 'cap = {}\nunit = "yuan"\nper = "{}"'


@pytest.mark.parametrize(("limit", "total"), [("300.01", "300.00"), ("300", "300.00"), ("299.99", "299.99")])
def test_a_cap_cuts_what_is_above_it(rules, limit, total):
    """Just above, at, and just below the sum; the cut is an amount of its own, and the lines stay as they are."""
    regulation = rules(clause(CAPPED.format(limit, "month")))
    run = paid(
        duty(90),
        lesson(1),
        event(),
        event(kind="salon"),
        regulation=regulation,
        rates=Rates([rate(), rate("teaching", "120"), rate("points", "2")]),
    )
    found = run.teacher("T01")
    assert (sum(line.amount for line in found.lines), str(run.total)) == (300, total)
    assert sum(found.amounts.values()) == Decimal(total)
    for cut in found.adjustments:
        assert (cut.code, cut.clause.citation) == ("cap", "办法 第三条")


def test_a_cap_of_the_month_holds_in_each_month(rules):
    """Over two months it is held twice, and a term pays what its months pay."""
    regulation = rules(clause(CAPPED.format(100, "month"), 'items = ["counseling"]'))
    rows = [duty(90, "2024-10-05"), duty(45, "2024-11-05"), lesson(2)]
    term = paid(*rows, regulation=regulation, period=Period(date(2024, 10, 1), date(2024, 11, 30)))
    months = [paid(*rows, regulation=regulation, period=month_of(2024, n)).total for n in (10, 11)]
    assert (months, term.total) == ([100, 201], 301)


def test_a_cap_of_the_period_holds_once(rules):
    """Over two months the sum of both is held."""
    regulation = rules(clause(CAPPED.format(100, "period")))
    run = paid(
        duty(90, "2024-10-05"),
        duty(45, "2024-11-05"),
        regulation=regulation,
        period=Period(date(2024, 10, 1), date(2024, 11, 30)),
    )
    assert run.total == 100


def test_two_caps_hold_together(rules):
    """What one leaves the other cuts: 100 of counseling, and 150 of everything."""
    regulation = rules(
        clause(CAPPED.format(100, "month"), 'items = ["counseling"]', clause_id="one")
        + clause(CAPPED.format(150, "month"), clause_id="two")
    )
    run = paid(duty(90), lesson(1), regulation=regulation, rates=Rates([rate(), rate("teaching", "100")]))
    assert (run.total, run.items) == (150, {"counseling": 75, "teaching": 75})


ABOVE = clause("only_above_quota = true", 'items = ["counseling", "teaching"]')


def test_only_what_lies_above_the_quota_is_paid(rules):
    """38 class hours of counseling are owed: they go first, in the order of time, and what exceeds them is paid."""
    regulation = rules(ABOVE)
    rows = [duty(45 * 2, "2024-11-20"), duty(45 * 30, "2024-03-05"), duty(45 * 7, "2024-11-10")]
    run = paid(*rows, regulation=regulation)
    assert lines(run) == [("counseling", 1, 60, Decimal(60))]
    assert "8 课时计入工作量要求" in run.teacher("T01").notes[0].zh
    assert paid(*rows, regulation=regulation, period=month_of(2024, 3)).total == 0
    assert paid(*rows).total == 540


@pytest.mark.parametrize(("minutes", "hours"), [(1709, 0), (1710, 0), (1711, Fraction(1, 45)), (1755, 1)])
def test_the_quota_is_filled_to_the_minute(rules, minutes, hours):
    """Just below, at and just above 38 class hours, and one class hour above."""
    run = paid(duty(minutes), regulation=rules(ABOVE))
    assert sum(line[1] for line in (lines(run) if run.teachers else [])) == hours


def test_the_quota_is_of_part_time_teachers(rules):
    """A full-time teacher owes no class hours, and points are owed by nobody: both are paid from the first."""
    regulation = rules(ABOVE)
    run = paid(duty(90), event(), regulation=regulation, teachers=[teacher(employment="full_time")])
    assert run.total == 150
    assert paid(duty(90), event(), regulation=regulation).total == 30


def test_counseling_fills_what_is_owed_in_teaching_where_the_reading_says_so(rules):
    """Under R4 = yes 10 class hours of counseling leave 62 of teaching to be owed."""
    regulation = rules(clause("only_above_quota = true", 'items = ["teaching"]'))
    rows = [duty(450, "2024-03-05"), lesson(72, "2024-11-06")]
    assert paid(*rows, regulation=regulation).total == 0
    run = paid(*rows, regulation=regulation, readings={"counseling_fills_teaching": "yes"})
    assert lines(run) == [("teaching", 10, Decimal("70.5"), Decimal(705))]


def test_a_quota_of_the_semester_is_filled_in_each(rules):
    """Where it is owed each semester, each one's first class hours go to it."""
    regulation = rules(
        '[[quota]]\nid = "counseling_quota"\nemployment = "part_time"\naccount = "counseling"\namount = 2\n'
        'unit = "class_hour"\neach = "semester"\narticle = "办法 第八条"\nquote = "每学期2课时"\n' + ABOVE
    )
    rows = [duty(135, "2024-03-05"), duty(135, "2024-11-05")]
    totals = [paid(*rows, regulation=regulation, period=month_of(2024, n)).total for n in (3, 11)]
    assert totals == [60, 60]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ([], "必须且只能有"),
        (["factor = 1", "only_above_quota = true"], "必须且只能有"),
        (["factor = -1"], "不能小于0"),
        (["cap = 0", 'unit = "yuan"'], "必须大于0"),
        (["cap = 100"], "单位应为 'yuan'"),
        (["cap = 100.005", 'unit = "yuan"'], "至多两位小数"),
        (["cap = 100", 'unit = "yuan"', 'per = "week"'], "month, period"),
        (["factor = 1", 'items = ["money"]'], "没有 'money'"),
        (["factor = 1", 'kinds = ["party"]'], "没有 'party'"),
        (["factor = 1", 'titles = ["king"]'], "没有 'king'"),
        (["only_above_quota = true", 'kinds = ["lecture"]'], "只能限定 items"),
        (["scale_to_budget = true", 'titles = ["professor"]'], "只能限定 items"),
        (["factors = 1"], "未知的键"),
        (["only_above_quota = 1"], "true 或 false"),
    ],
)
def test_a_wrong_clause_does_not_load(rules, keys, said):
    """Each fault is told when the file is loaded."""
    with pytest.raises(RuleFileError, match=said):
        rules(clause(*keys))


def test_versions_of_a_clause_may_not_overlap_or_leave_a_gap(rules):
    """As for every other clause."""
    first = clause("factor = 1.1", "effective_until = 2024-06-30")
    for begins, said in (("2024-06-30", "重叠"), ("2024-07-02", "之间没有条款")):
        with pytest.raises(RuleFileError, match=said):
            rules(first + clause("factor = 1.2", f"effective_from = {begins}"))
    regulation = rules(first + clause("factor = 1.2", "effective_from = 2024-07-01"))
    assert [len(one.figures()) for one in regulation.pay] == [1, 1]


def test_a_clause_is_told_as_figures(rules):
    """What ``workload rules`` lists of each form."""
    regulation = rules(
        clause("factor = 1.5", clause_id="a")
        + clause(CAPPED.format(100, "month"), clause_id="b")
        + clause(CAPPED.format(200, "period"), clause_id="c")
        + clause("only_above_quota = true", clause_id="d")
        + clause("scale_to_budget = true", clause_id="e")
    )
    told = [(figure.meaning.zh, figure.value, figure.unit) for one in regulation.pay for figure in one.figures()]
    assert told == [
        ("课酬系数", Fraction(3, 2), ""),
        ("每人每月至多", 100, "yuan"),
        ("每人每次发放期内至多", 200, "yuan"),
        ("只计发超出工作量要求的部分", None, ""),
        ("超出预算时按比例折减", None, ""),
    ]


# ---------------------------------------------------------------- co-leaders


@given(st.integers(-(10**7), 10**7), st.lists(st.fractions(0, 50, max_denominator=60), min_size=1, max_size=8))
def test_parts_tie_to_the_whole(fen, weights):
    """Whatever the weights: the parts sum up to the fen, and none lies a whole fen off its exact share."""
    if not any(weights):
        with pytest.raises(ValueError, match="weights"):
            split_amount(Decimal(fen).scaleb(-2), weights)
        return
    amount = Decimal(fen).scaleb(-2)
    parts = split_amount(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Fraction(part) - Fraction(amount) * weight / sum(weights)) < Fraction(1, 100)


def test_the_fen_left_over_go_to_the_largest_remainders():
    """1.00 yuan by 1 : 1 : 4 is 16 2/3, 16 2/3 and 66 2/3 fen: of equal remainders the earlier ones get the two fen."""
    assert [str(part) for part in split_amount(Decimal("1.00"), [1, 1, 4])] == ["0.17", "0.17", "0.66"]
    assert [str(part) for part in split_amount(Decimal("-1.00"), [1, 1, 4])] == ["-0.17", "-0.17", "-0.66"]
    with pytest.raises(ValueError, match="weights"):
        split_amount(Decimal(1), [2, -1])


THREE = [teacher(), teacher("T02"), teacher("T03")]


@pytest.mark.parametrize(
    ("reading", "shares", "amounts"),
    [
        ("equal_split", (None, None, None), ["12.50", "12.50", "12.50"]),
        ("declared", (Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)), ["12.50", "12.50", "12.50"]),
        ("full_each", (None, None, None), ["37.50", "37.50", "37.50"]),
    ],
)
def test_a_lecture_of_three_leaders(reading, shares, amounts):
    """15 points at 2.50 yuan are 37.50: a third for each, or all of it for each."""
    rows = [event(teacher=f"T0{n}", event_id="E1", share=share) for n, share in enumerate(shares, start=1)]
    run = paid(*rows, rates=Rates([rate("points", "2.50")]), readings={"co_leaders": reading}, teachers=THREE)
    assert [str(one.gross) for one in run.teachers] == amounts


def test_leaders_of_unlike_titles_have_unlike_parts():
    """10, 5 and 5 points at 0.33 are 3.30, 1.65 and 1.65."""
    rows = [event(teacher=f"T0{n}", event_id="E1") for n in (1, 2, 3)]
    titles = [TitleHeld("T01", "professor", EARLY)]
    rates, how = Rates([rate("points", "0.33")]), {"co_leaders": "equal_split"}
    run = paid(*rows, rates=rates, readings=how, teachers=THREE, titles=titles)
    assert ([str(one.gross) for one in run.teachers], str(run.total)) == (["3.30", "1.65", "1.65"], "6.60")


def test_a_sum_that_does_not_divide_is_split_by_largest_remainder():
    """20 points at 2.50 are 50.00: 16.67, 16.67 and 16.66, where each alone would round to 16.67."""
    people = [evolve(one, title="associate_professor") for one in THREE]
    rows = [event(teacher=f"T0{n}", event_id="E1") for n in (1, 2, 3)]
    run = paid(*rows, rates=Rates([rate("points", "2.50")]), readings={"co_leaders": "equal_split"}, teachers=people)
    assert [str(one.gross) for one in run.teachers] == ["16.67", "16.67", "16.66"]
    line = run.teacher("T03").lines[0]
    assert (line.shared, line.event_id, line.quantity) == (50, "E1", Fraction(20, 3))
    assert "共 50.00 元" in line.note.zh
    one = paid(
        *rows,
        rates=Rates([rate("points", "2.50")]),
        readings={"co_leaders": "equal_split"},
        teachers=people,
        teacher_id="T03",
    )
    assert str(one.total) == "16.66"


# ---------------------------------------------------------------- withholding


EXTERNAL = [teacher(affiliation="external")]


def payment(yuan, item="counseling", month="2024-11-01", teacher_id="T01"):
    return Payment(teacher_id, date.fromisoformat(month), item, 1, Decimal(yuan))


def test_the_schools_own_staff_is_paid_gross():
    """The amount joins the month's wages: no tax, and the note says so."""
    found = paid(duty(45 * 100)).teacher("T01")
    assert (found.gross, found.tax, found.net, found.taxes) == (6000, None, None, ())
    assert "并入当月工资" in found.notes[0].zh


def test_an_external_teacher_is_paid_net_of_the_tax():
    """Each item by itself, with the document and 以财务处为准."""
    run = paid(duty(45 * 100), lesson(20), teachers=EXTERNAL, rates=Rates([rate(), rate("teaching", "50")]))
    found = run.teacher("T01")
    assert [(one.items, one.withholding.gross, one.withholding.tax) for one in found.taxes] == [
        (("counseling",), 6000, 960),
        (("teaching",), 1000, 40),
    ]
    assert (found.gross, found.tax, found.net) == (7000, 1000, 6000)
    assert (run.total, run.tax, run.net) == (7000, 1000, 6000)
    assert "国家税务总局公告2018年第61号" in found.notes[0].zh
    assert "以财务处为准" in found.notes[0].zh


def test_all_items_can_be_taken_together():
    """7,000 together: 20 % of 5,600."""
    run = paid(
        duty(45 * 100),
        lesson(20),
        teachers=EXTERNAL,
        rates=Rates([rate(), rate("teaching", "50")]),
        tax_items="together",
    )
    (one,) = run.teacher("T01").taxes
    assert (one.items, one.withholding.tax, run.net) == (("counseling", "teaching"), 1120, 5880)


def test_what_was_paid_in_the_month_is_taken_together_by_item():
    """20,000 after 20,000 of counseling bear 4,400; what was paid for teaching, or in October, does not count."""
    payments = [
        payment(20000),
        payment(20000, "teaching"),
        payment(20000, month="2024-10-01"),
        payment(20000, teacher_id="T02"),
    ]
    people = [*EXTERNAL, teacher("T02", affiliation="external")]
    rates = Rates([rate(yuan="20000")])
    run = paid(duty(45), teachers=people, rates=rates, payments=payments)
    assert run.teacher("T01").tax == 4400
    together = paid(duty(45), teachers=people, rates=rates, payments=payments, tax_items="together")
    assert together.tax == withhold(Decimal(20000), Decimal(40000)).tax


def test_the_month_of_payment_decides_what_is_taken_together():
    """The same work paid in December is taken together with December's payments, by December's table."""
    payments = [payment(20000), payment(5000, month="2024-12-01")]
    rates = Rates([rate(yuan="20000")])
    run = paid(duty(45), teachers=EXTERNAL, rates=rates, payments=payments, paid_in=date(2024, 12, 20))
    assert (run.paid_in, run.tax) == (date(2024, 12, 1), withhold(Decimal(20000), Decimal(5000)).tax)


@given(st.permutations([Decimal("812.35"), Decimal("20000"), Decimal("3999.99"), Decimal("41000.01")]))
def test_the_order_of_payments_changes_no_total(order):
    """However the income of a month is divided into payments, the tax of all of them is the same."""
    whole, before = Decimal(0), Decimal(0)
    for amount in order:
        run = paid(
            duty(45),
            teachers=EXTERNAL,
            rates=Rates([rate(yuan=amount)]),
            payments=[payment(before)] if before else None,
        )
        whole += run.tax
        before += amount
    assert whole == withhold(sum(order)).tax


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_net_and_back(gross, paid_before):
    """What is left never falls as the amount rises, and of a lone payment the gross comes back from the net."""
    rates = Rates([rate(yuan=Decimal(gross).scaleb(-2)), rate("teaching", yuan=Decimal(gross + 1).scaleb(-2))])
    payments = [payment(Decimal(paid_before).scaleb(-2)), payment(Decimal(paid_before).scaleb(-2), "teaching")]
    run = paid(duty(45), lesson(1), teachers=EXTERNAL, rates=rates, payments=payments)
    one, other = (
        [tax.withholding for tax in run.teacher("T01").taxes if tax.items == (item,)]
        for item in ("counseling", "teaching")
    )
    assert other[0].net >= (one[0].net if one else 0)
    assert other[0].tax >= (one[0].tax if one else 0)
    alone = paid(duty(45), teachers=EXTERNAL, rates=rates)
    net = alone.net
    assert gross_up(net).net == net


# ---------------------------------------------------------------- a second reckoning, in whole fen


MONTHS = 10_000


def fen_tax(income):
    """The tax on an income, in fen, by the notice's own table and nothing of the library."""
    taxable = income * 10 - 800_00 * 10 if income <= 4000_00 else income * 8  # tenths of a fen
    if taxable <= 0:
        return 0
    for edge, percent, quick in ((20_000, 20, 0), (50_000, 30, 2_000), (10**12, 40, 7_000)):
        if taxable <= edge * 1000:
            return (taxable * percent - quick * 100 * 1000 + 500) // 1000
    raise AssertionError(income)


def fen_of(value):
    return int(value.scaleb(2))


def generated_months(seed):
    """A center of 40 teachers and one month of theirs, with what each is due and what is withheld, in fen."""
    chance = random.Random(seed)
    yuan = {item: chance.randrange(1, 300_00) for item in ("counseling", "teaching", "points")}
    special = chance.randrange(1, 500_00)
    people, rows, payments, expected = [], [], [], {}
    points = {"professor": 30, "associate_professor": 20, "lecturer": 15}
    for n in range(40):
        name, title = f"T{n:02}", chance.choice(list(points))
        external = chance.random() < 0.5
        people.append(teacher(name, title, affiliation="external" if external else "internal"))
        due, tax = {}, 0
        minutes = [chance.randrange(1, 400) for _ in range(chance.randrange(4))]
        for place, some in enumerate(minutes):
            rows.append(duty(some, f"2024-11-{place + 1:02}", name))
        if minutes:
            each = special if title == "professor" else yuan["counseling"]
            due["counseling"] = (2 * sum(minutes) * each + 45) // 90
        quarters = chance.randrange(20)
        if quarters:
            rows.append(lesson(Fraction(quarters, 4), teacher=name))
            due["teaching"] = (2 * quarters * yuan["teaching"] + 4) // 8
        events = chance.randrange(4)
        if events:
            rows.append(event(chance.choice(["lecture", "salon"]), teacher=name, events=events))
            due["points"] = events * points[title] * yuan["points"]
        for item, fen in due.items():
            before = chance.choice([0, 0, chance.randrange(60_000_00)])
            if before:
                payments.append(Payment(name, date(2024, 11, 1), item, 1, Decimal(before).scaleb(-2)))
            if external:
                tax += fen_tax(before + fen) - fen_tax(before)
        expected[name] = due, tax if external else None
    rates = Rates(
        [
            *(rate(item, Decimal(fen).scaleb(-2)) for item, fen in yuan.items()),
            rate("counseling", Decimal(special).scaleb(-2), title="professor"),
        ]
    )
    return Center(people, rows, payments=payments), rates, expected


@pytest.mark.parametrize("part", range(10))
def test_a_second_reckoning_in_whole_fen_agrees(part):
    """10,000 generated months of teachers: what is due of each item, and what is withheld, to the fen."""
    for seed in range(part * MONTHS // 400, (part + 1) * MONTHS // 400):
        records, rates, expected = generated_months(seed)
        run = pay(records, NOVEMBER, rates)
        found = {one.teacher.teacher_id: one for one in run.teachers}
        for name, (due, tax) in expected.items():
            if not due:
                assert name not in found
                continue
            assert {item: fen_of(amount) for item, amount in found[name].amounts.items()} == due
            assert found[name].tax == (None if tax is None else Decimal(tax).scaleb(-2))
        assert fen_of(run.total) == sum(sum(due.values()) for due, _ in expected.values())


# ---------------------------------------------------------------- faults and languages


def test_faults_stop_the_run_and_can_be_skipped():
    """An event without a title is a fault; without it the rest is paid, and the fault is listed."""
    rows = [duty(45), event(row=3)]
    with pytest.raises(InputError):
        paid(*rows, teachers=[teacher(title=None)])
    run = paid(*rows, teachers=[teacher(title=None)], skip_faulty=True)
    assert (run.total, len(run.faults), [one.row for one in run.dropped]) == (60, 1, [3])


def test_rows_that_cannot_be_credited_are_told_of_all_teachers():
    """What only the ledger finds, such as an overlap that a reading refuses, is a fault like the others."""
    rows = [
        duty(45, teacher=name, start=time(9), end=time(9, 45), row=row + again)
        for row, name in ((2, "T01"), (4, "T02"))
        for again in (0, 1)
    ]
    how = {"readings": {"overlap": "refuse"}}
    with pytest.raises(InputError) as refused:
        paid(*rows, **how)
    assert [fault.row for fault in refused.value.faults] == [3, 5]
    run = paid(*rows, skip_faulty=True, **how)
    assert (run.total, [fault.row for fault in run.faults]) == (120, [3, 5])


def test_a_period_before_the_rules_is_refused(rules):
    """As for the evaluation."""
    regulation = rules("effective_from = 2024-12-01\n")
    with pytest.raises(WorkloadError, match="自 2024-12-01 起执行"):
        paid(duty(45), regulation=regulation)


@pytest.mark.parametrize(
    "asked",
    [
        lambda: month_of(9999, 12),
        lambda: month_of(1949, 12),
        lambda: month_of(2024, 13),
        lambda: paid(duty(45), period=Period(date(9999, 11, 1), date(9999, 11, 30))),
        lambda: paid(duty(45), paid_in=date(9999, 12, 1)),
    ],
)
def test_a_month_out_of_reach_is_told(asked):
    """In both languages, as every error."""
    with pytest.raises(WorkloadError) as caught:
        asked()
    assert caught.value.text.zh
    assert caught.value.text.en


def test_a_teacher_who_is_not_there():
    """The error names those that come nearest."""
    with pytest.raises(WorkloadError, match="T01"):
        paid(duty(45), teacher_id="T1")
    with pytest.raises(WorkloadError, match="本次发放中没有"):
        paid(duty(45)).teacher("T02")


# ---------------------------------------------------------------- the verb


def wide(text):
    return sum(1 if letter.isascii() else 2 for letter in text)


def test_the_month_of_the_sample(run):
    """The verb prints a line a teacher, totals that are the library's, and no table wider than a terminal."""
    found = run("pay", SAMPLE, "--month", "2024-11")
    assert found.code == 0, found.err
    assert "合计          4200.00   2538.00   250.00  6988.00  0.00  360.00" in found.out
    tables = found.out.partition("单价\n")[0]
    assert max(map(wide, tables.splitlines())) <= 80
    assert "以财务处为准" in found.out


def test_every_format_says_the_same(run):
    """JSON, CSV and Markdown: gross, withheld and net, Chinese and English."""
    whole = run("pay", SAMPLE, "--month", "2024-11", "--format", "json").json
    assert whole["totals"] == {
        "gross": 6988.0,
        "withheld": 0.0,
        "net": 360.0,
        "items": {"counseling": 4200.0, "teaching": 2538.0, "points": 250.0},
    }
    assert sum(line["amount"] for one in whole["teachers"] for line in one["lines"]) == 6988
    rows = run("pay", SAMPLE, "--month", "2024-11", "--format", "csv").out.splitlines()
    counts = 1 + len({line["reason"] for line in whole["set_aside"]})  # credited, and set aside by reason
    found = sum(len(one["lines"]) + len(one["withholding"] or ()) for one in whole["teachers"])
    assert len(rows) == 1 + found + counts
    for how in ("table", "md"):
        english = run("pay", SAMPLE, "--month", "2024-11", "--format", how, "--lang", "en").out
        assert "6988.00" in english
        assert "the finance office's figure prevails" in english


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "--month"),
        (["--month", "2024-11", "--from", "2024-11-01"], "--month"),
        (["--from", "2024-11-01"], "--from"),
        (["--month", "2024-13"], "2024-11"),
        (["--month", "2024-11", "--book", "--teacher", "T01"], "--teacher"),
        (["--month", "2024-11", "--book", "--no-register"], "--no-register"),
        (["--month", "2024-11", "--register", "none.json"], "none.json"),
        (["--month", "2024-11", "--identities", "ids.csv"], "-o FILE.xlsx"),
        (["--month", "2024-11", "--budget", "b.toml", "--students", "5"], "--students"),
        (["--gross-up", "much"], "金额"),
    ],
)
def test_usage_is_refused_with_what_is_accepted(run, options, said):
    """Exit code 2 and a message."""
    found = run("pay", SAMPLE, *options)
    assert (found.code, found.out) == (2, "")
    assert said in found.err


def test_a_pay_sheet_is_written(run, tmp_path):
    """-o FILE.xlsx is the sheet for finance; what is there is only replaced with --force."""
    output = tmp_path / "发放表.xlsx"
    found = run("pay", SAMPLE, "--month", "2024-11", "--unit", "心理指导中心", "-o", output)
    assert (found.code, found.out) == (0, "")
    assert output.stat().st_size
    assert run("pay", SAMPLE, "--month", "2024-11", "-o", output).code == 2
    assert run("pay", SAMPLE, "--month", "2024-11", "-o", output, "--force").code == 0


def test_a_run_without_input(run):
    """Only the gross of a net needs none."""
    assert run("pay", "--month", "2024-11").code == 2
    found = run("pay", "--gross-up", "30000")
    assert (found.code, "36842.11" in found.out) == (0, True)
    assert run("pay", "--gross-up", "30000", "--format", "json").json["gross"] == 36842.11


def test_missing_rates_end_with_exit_code_2_and_no_file(run, csv_folder, tables, tmp_path):
    """What has a rate is shown, what has none is named; a file is only written with --allow-missing."""
    folder = csv_folder(tables)
    found = run("pay", folder, "--month", "2024-07")
    assert found.code == 2
    assert "不完整" in found.out
    assert "缺少单价：咨询课时（咨询值班，教授）" in found.err
    output = tmp_path / "pay.csv"
    assert run("pay", folder, "--month", "2024-07", "-o", output).code == 2
    assert not output.exists()
    assert run("pay", folder, "--month", "2024-07", "-o", output, "--allow-missing").code == 0
    assert "缺少单价" in output.read_text(encoding="utf-8-sig")
    assert run("pay", folder, "--month", "2024-07", "--format", "json").json["complete"] is False


def test_rates_of_a_file_join_those_of_the_table(run, csv_folder, tables, tmp_path):
    """Both count together, and a contradiction is refused."""
    path = tmp_path / "rates.toml"
    one = '[[rate]]\nitem = "{}"\nyuan = {}\neffective_from = 2024-01-01\nauthority = "校发2号"\n'
    path.write_text("format = 1\n" + one.format("咨询课时", 60), encoding="utf-8")
    folder = csv_folder(tables)
    found = run("pay", folder, "--month", "2024-07", "--rates", path, "--format", "json")
    assert (found.code, found.json["totals"]["items"]) == (0, {"counseling": 80.0, "points": 150.0})
    path.write_text("format = 1\n" + one.format("积分", 60), encoding="utf-8")
    found = run("pay", folder, "--month", "2024-07", "--rates", path)
    assert (found.code, "有两个单价" in found.err) == (2, True)


def test_a_table_of_the_finance_office(run, tmp_path):
    """Another withholding table takes the place of the notice's, and is printed."""
    original = Path(workload.__file__).parent / "taxes" / "labor-remuneration.toml"
    path = tmp_path / "tax.toml"
    path.write_text(
        original.read_text(encoding="utf-8").replace("公告2018年第61号", "公告2099年第1号"), encoding="utf-8"
    )
    found = run("pay", SAMPLE, "--month", "2024-11", "--tax-table", path)
    assert "公告2099年第1号" in found.out


def test_the_amounts_of_the_csv_sum_up_to_the_net(run, csv_folder, tables, tmp_path):
    """Every line, adjustment and tax is a number there, with its sign, so that a column can be summed."""
    output = tmp_path / "pay.csv"
    folder = csv_folder(tables)
    options = ("--month", "2024-07", "--allow-missing", "--settle")
    assert run("pay", folder, *options, "-o", output).code == 0
    with output.open(encoding="utf-8-sig", newline="") as stream:
        amounts = [row["金额"] for row in csv.DictReader(stream) if row["金额"]]
    net = run("pay", folder, *options, "--format", "json").json["totals"]["net"]
    assert any(Decimal(amount) < 0 for amount in amounts)
    assert sum(map(Decimal, amounts)) == Decimal(str(net))


def test_blocks_and_objects_have_both_languages():
    """Everything that a run can say, in Chinese and in English, without an error."""
    people = [teacher(affiliation="external"), teacher("T02")]
    run = paid(
        duty(45 * 100),
        event(teacher="T02"),
        duty(45, teacher="T02"),
        teachers=people,
        rates=Rates([rate(), rate("counseling", "1", date(2025, 1, 1))]),
        payments=[payment(900)],
        settle=True,
    )
    for language in ("zh", "en"):
        for how in ("table", "md", "csv"):
            assert payslips.blocks(run, (), language, how)
        told = payslips.as_object(run, (), language)
        assert (told["complete"], told["settled"]) == (False, True)
        assert told["teachers"][0]["adjustments"][0]["code"] == "payments"


# ---------------------------------------------------------------- one order, whole months, every row


OVERLAPPING = clause("cap = 500", 'unit = "yuan"', 'kinds = ["lecture", "salon"]', clause_id="first") + clause(
    "cap = 600", 'unit = "yuan"', 'kinds = ["salon", "forum"]', clause_id="second"
)


def test_the_order_of_rows_changes_nothing_where_caps_overlap(rules):
    """Caps hold in the order of the rule file, whatever the order of the rows."""
    rows = [
        event(kind, f"2024-11-0{day}", events=n)
        for day, (kind, n) in enumerate((("lecture", 20), ("salon", 17), ("forum", 13)), start=1)
    ]
    rates = Rates([rate("points", "2"), rate("points", "3", kind="salon")])
    regulation = rules(OVERLAPPING)
    runs = [paid(*order, rates=rates, regulation=regulation) for order in itertools.permutations(rows)]
    assert len({run.total for run in runs}) == 1
    assert len({tuple((one.clause.id, one.amount) for one in run.teachers[0].adjustments) for run in runs}) == 1
    assert [one.clause.id for one in runs[0].teachers[0].adjustments] == ["first", "second"]


@pytest.mark.parametrize(("start", "end"), [(1, 15), (16, 30), (2, 30)])
def test_a_part_of_a_month_with_a_cap_by_month_is_refused(rules, start, end):
    """The cap would hold in each part; the message asks for whole months."""
    period = Period(date(2024, 11, start), date(2024, 11, end))
    with pytest.raises(WorkloadError, match="请取整月"):
        paid(duty(45), regulation=rules(clause("cap = 50", 'unit = "yuan"')), period=period)


def test_a_cap_that_changes_within_a_month_holds_once(rules):
    """The later version is that of the month: its lines of both halves are under one cap."""
    text = clause("cap = 100", 'unit = "yuan"', "effective_until = 2024-11-15") + clause(
        "cap = 110", 'unit = "yuan"', "effective_from = 2024-11-16"
    )
    run = paid(duty(90, "2024-11-05"), duty(90, "2024-11-25"), regulation=rules(text))
    assert run.total == 110


def test_every_row_is_credited_or_set_aside():
    """Rows read = credited in the period + set aside with a reason; of one teacher, that teacher's."""
    run = paid(
        duty(45, record_id="A1", row=2),
        duty(45, record_id="A1", row=3),
        event("supervision", row=4),
        lesson(1, "2024-10-31", row=5),
        duty(45, teacher="T02", row=6),
        teachers=[teacher(), teacher("T02")],
    )
    assert (run.rows_read, len(run.credited)) == (5, 2)
    assert [(line.activity.row, line.reason) for line in run.set_aside] == [
        (3, "duplicate"),
        (4, "no_value"),
        (5, "outside_period"),
    ]
    assert (run.only("T02").rows_read, run.only("T02").total) == (1, 60)
    told = payslips.as_object(run, (), "zh")
    assert told["rows"] == {"read": 5, "credited": 2, "set_aside": 3}
    assert [one["reason"] for one in told["set_aside"]] == ["duplicate", "no_value", "outside_period"]
    lines = [line for block in payslips.blocks(run, (), "zh") for line in block.lines]
    assert "读取 5 行 = 计入本期间 2 行 + 未计入 3 行" in lines


@given(st.lists(st.tuples(st.integers(0, 800), st.integers(1, 1600)), max_size=8))
def test_rows_read_are_rows_credited_and_set_aside(rows):
    """For duties over midnight and over the year's end too, each row once."""
    first = date(2023, 12, 1)
    activities = [
        Activity("T01", first + timedelta(days=day), "counseling_duty", start=time(20), end=time(minutes // 70, 30))
        for day, minutes in rows
    ]
    period = Period(date(2023, 12, 20), date(2024, 1, 20))
    run = pay(Center([teacher()], activities), period, RATES, readings={"before_start": "retroactive"})
    assert run.rows_read == len(activities)


def test_two_authorities_of_one_rate_are_refused():
    """Which of them set it must be clear, although the yuan are the same."""
    with pytest.raises(WorkloadError, match="有两个依据"):
        Rates([rate(), PayRate("counseling", Decimal("60.00"), EARLY, "校发〔2024〕9号")])


def test_the_clause_on_pay_is_no_basis_of_the_quantity(rules):
    """The article of the quantity and that of the pay are told apart."""
    run = paid(duty(45), regulation=rules(clause("factor = 1.5")))
    (line,) = run.teachers[0].lines
    assert (line.quantity_citations, len(line.pay_citations)) == (("附件2 第七条(一)",), 1)
    text = rendered(payslips.blocks(run, (), "zh", "md"), "md")
    assert f"数量依据 附件2 第七条(一)；计发依据 {line.pay_citations[0]}" in text


def test_a_cap_is_named_where_it_cuts(rules):
    """Its article stands with the amount that it cuts, not with every line that it might have cut."""
    text = clause("factor = 1.5").replace("第三条", "第四条") + clause(CAPPED.format(100, "month"), clause_id="cap")
    run = paid(duty(90), duty(45, teacher="T02"), regulation=rules(text))
    told = payslips.as_object(run, (), "zh")["teachers"]
    assert [one["pay_articles"] for teacher in told for one in teacher["lines"]] == [["办法 第四条"]] * 2
    assert [[one["article"] for one in teacher["adjustments"]] for teacher in told] == [["办法 第三条"], []]
    text = rendered(payslips.blocks(run, (), "zh", "md"), "md")
    assert (text.count("第三条"), "计发依据 办法 第四条\n" in text) == (1, True)


def test_a_factor_is_a_number(rules):
    """In JSON, with its exact value beside it; the rate of the tax is one too."""
    run = paid(duty(45), teachers=[teacher(affiliation="external")], regulation=rules(clause("factor = 1.125")))
    (one,) = payslips.as_object(run, (), "zh")["teachers"]
    assert (one["lines"][0]["factor"], one["lines"][0]["factor_exact"]) == (1.125, "9/8")
    assert one["withholding"][0]["rate"] == 0.2


# ---------------------------------------------------------------- who has nothing to be paid


@pytest.fixture
def again():
    """``again(*rows)``: November once more, after two teachers with a duty each were paid, and with further rows."""
    rows = [duty(45, row=2), duty(90, teacher="T02", row=3)]
    register = booked(paid(*rows))
    return lambda *more, **how: paid(*rows, *more, register=register, paid_in=date(2024, 12, 1), **how)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_has_nothing_to_be_paid_is_not_listed(again, language):
    """The terminal names those who get something, and how many others there are; the sums are those of everybody."""
    run = again(duty(45, "2024-11-09", teacher="T02", row=4))
    first, lines, *_ = payslips.blocks(run, (), language)
    assert [row[0] for row in first.rows] == ["T02", {"zh": "合计", "en": "total"}[language]]
    assert {row[0] for row in lines.rows} == {"T02"}
    assert first.rows[-1][-3].strip() == f"{run.total}" == "60.00"
    said = {"zh": "另有 1 位教师本次应发为 0.00 元，未列出", "en": "not listed, as nothing is to be paid: 1 more"}
    assert said[language] in first.lines


def test_json_and_csv_have_everybody(again):
    """A program sees whom a list for people leaves out."""
    run = again()
    assert [one["teacher_id"] for one in payslips.as_object(run, (), "zh")["teachers"]] == ["T01", "T02"]
    (block,) = payslips.blocks(run, (), "zh", "csv")
    assert {"T01", "T02"} <= {row[0] for row in block.rows}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "没有应发金额：2 位教师本次应发均为 0.00 元"),
        ("en", "there is nothing to pay: 0.00 yuan to everybody (2)"),
    ],
)
def test_nobody_has_an_amount(again, language, said):
    """A booked month run again, with nothing to correct, says so and lists nobody."""
    first, *others = payslips.blocks(again(), (), language)
    assert (first.header, said in first.lines) == ((), True)
    assert not [block for block in others if block.header]


def test_whoever_was_asked_for_is_listed(again):
    """A run of one teacher shows how nothing came about."""
    first, lines, changes, *_ = payslips.blocks(again().only("T01"), (), "zh")
    assert (len(first.rows), len(lines.rows), "已发放 2024-11" in changes.lines[0]) == (2, 1, True)


def test_what_was_cut_to_nothing_is_listed():
    """A correction upward and one downward of the same amount, and work without a rate, are seen."""
    rows = [duty(45, "2024-10-05", row=2), duty(45, row=3), event(teacher="T02", row=4)]
    register = booked(paid(*rows, period=month_of(2024, 10)))
    run = paid(*rows[1:], register=register, rates=Rates([rate()]), take_back=True)
    assert (run.total, [str(one.amount) for one in run.teacher("T01").adjustments]) == (0, ["-60.00"])
    assert [one.teacher.teacher_id for one in payslips.listed(run).teachers] == ["T01", "T02"]


# ---------------------------------------------------------------- on a terminal


@pytest.mark.parametrize(
    ("text", "room", "parts"),
    [
        ("其他心理健康工作相关费用（按发放记录）", 26, ["其他心理健康工作相关费用", "（按发放记录）"]),
        ("规定所说的“已发放”表", 13, ["规定所说的", "“已发放”表"]),
        ("依据规定附件2第七条(一)办理", 22, ["依据规定附件2第七", "条(一)办理"]),
        ("某某某某某某某第57行改了", 17, ["某某某某某某某", "第57行改了"]),
        ("a few words in English", 14, ["a few words in", "English"]),
    ],
)
def test_where_a_line_breaks(text, room, parts):
    """Not after what opens, nor before what closes, nor between a Chinese letter and the figure that belongs to it."""
    assert list(payslips.in_lines(text, room)) == parts


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_wider_than_a_terminal(language):
    """Long names, many rows and large amounts, in both languages: no line has more than 80 columns."""
    people = [teacher(name="欧阳上官慕容诸葛", affiliation="external"), teacher("20240000123", name="张三")]
    rows = [duty(450, f"2024-11-{n:02}", teacher="20240000123", row=3 * n) for n in range(1, 29)]
    rates = Rates([*RATES, rate("teaching", "99.99", kind="class_teaching", title="lecturer")])
    run = paid(*rows, lesson(800), event(events=900), teachers=people, rates=rates)
    told = rendered(payslips.blocks(run, (), language), "table")
    assert max(map(wide, told.splitlines())) <= 80


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([SAMPLE, "--month", "2024-11", "--gross-up", "100"], "--gross-up"),
        (["--gross-up", "100", "--book"], "--gross-up"),
        ([SAMPLE, "--month", "2024-11", "--unit", "中心"], "--unit"),
        ([SAMPLE, "--month", "2024-11", "-o", "pay.docx"], ".docx"),
    ],
)
def test_options_that_would_be_swallowed_are_refused(run, options, said):
    """Exit code 2, and nothing is printed or written."""
    found = run("pay", *options)
    assert (found.code, found.out, said in found.err) == (2, "", True)
