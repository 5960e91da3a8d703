"""Settlement: what was paid is never paid again, closed periods are corrected later, and everything ties in the end."""

import json
import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import workload.cli.pay  # noqa: F401  # the verb
from workload import Activity, Center, Payment, Period, Teacher, WorkloadError, load_regulation
from workload.paylines import month_of
from workload.payroll import booked, pay
from workload.rates import PayRate, Rates
from workload.sealed import sealed
from workload.settlement import FILE, KIND, Register, months_of, read_register, register_beside
from workload.text import Text

RATES = Rates(
    [
        PayRate(item, Decimal(yuan), date(2024, 1, 1), "校发〔2024〕1号")
        for item, yuan in (("counseling", "61.37"), ("teaching", "70.55"), ("points", "2.33"))
    ]
)
T01, T02 = Teacher("T01", "part_time", title="lecturer"), Teacher("T02", "part_time", title="professor")
TERM = Period(date(2024, 9, 1), date(2024, 12, 31))
MONTHS = [month_of(2024, n) for n in (9, 10, 11, 12)]
OCTOBER, NOVEMBER, DECEMBER = MONTHS[1:]


def duty(minutes, day="2024-10-05", teacher="T01", row=2, **more):
    return Activity(teacher, date.fromisoformat(day), "counseling_duty", minutes=minutes, row=row, **more)


def center(*rows, payments=None, teachers=(T01, T02)):
    return Center(teachers, rows, payments=payments)


def sums(*runs):
    """What each teacher got of each item in all those runs."""
    found = {}
    for run in runs:
        for one in run.teachers:
            for item, amount in one.amounts.items():
                key = one.teacher.teacher_id, item
                found[key] = found.get(key, 0) + amount
    return {key: amount for key, amount in found.items() if amount}


def only(run, code):
    return [other for one in run.teachers for other in one.adjustments if other.code == code]


# ---------------------------------------------------------------- a row is paid once


def test_a_booked_month_is_not_paid_again():
    """The same month over the same records comes to nothing, and each paid line is still shown."""
    records = center(duty(45))
    first = pay(records, OCTOBER, RATES)
    register = booked(first)
    again = pay(records, OCTOBER, RATES, register=register)
    assert (first.total, again.total) == (Decimal("61.37"), 0)
    assert [str(other.amount) for other in only(again, "paid")] == ["-61.37"]
    assert again.teacher("T01").lines[0].amount == Decimal("61.37")


def test_a_row_that_was_changed_shows_as_a_difference_in_the_next_month():
    """Up or down, named with the row and the month; the closed month itself is what it was."""
    register = booked(pay(center(duty(90, record_id="A7", row=7)), OCTOBER, RATES))
    before = register.closed[0]
    for minutes, difference, said in ((135, "61.37", "2 → 3"), (45, "-61.37", "2 → 1")):
        changed = center(duty(minutes, record_id="A7", row=9), duty(45, "2024-11-05"))
        run = pay(changed, NOVEMBER, RATES, register=register)
        (correction,) = only(run, "correction")
        assert (str(correction.amount), correction.period) == (difference, OCTOBER)
        assert correction.text.zh == f"更正 2024-10：第9行数量 {said} 课时"
        assert run.total == Decimal("61.37") + Decimal(difference)
        after = booked(run)
        assert after.closed[0].amounts[: len(before.amounts)] == before.amounts
        assert after.runs[:1] == register.runs
        assert pay(changed, DECEMBER, RATES, register=after).total == 0


def test_a_row_that_was_taken_away_is_taken_back():
    """A negative difference, and the row that is gone is named."""
    register = booked(pay(center(duty(90, row=5), duty(45, "2024-10-06", row=6)), OCTOBER, RATES))
    run = pay(center(duty(45, "2024-10-06", row=5)), NOVEMBER, RATES, register=register)
    (correction,) = only(run, "correction")
    assert correction.amount == Decimal("-122.74")
    assert [(change.quantity_before, change.quantity) for change in correction.rows] == [(2, None)]
    assert "第5行已删去，原为 2" in correction.text.zh
    assert (run.teacher("T01").gross, run.teacher("T01").net, run.net) == (Decimal("-122.74"), None, 0)


def test_a_row_that_comes_late_is_paid_in_the_next_month():
    """It is named with its own month."""
    register = booked(pay(center(duty(45)), OCTOBER, RATES))
    run = pay(center(duty(45), duty(45, "2024-10-31", row=8)), NOVEMBER, RATES, register=register)
    (correction,) = only(run, "correction")
    assert "更正 2024-10：第8行补记 1 课时" in correction.text.zh


def test_of_many_rows_only_some_are_named():
    """The sentence stays short, and says how many there are; the correction itself has them all."""
    rows = [duty(45, f"2024-10-{n:02}", row=n) for n in range(1, 9)]
    register = booked(pay(center(), OCTOBER, RATES))
    (correction,) = only(pay(center(*rows), NOVEMBER, RATES, register=register), "correction")
    assert (len(correction.rows), "等 8 行" in correction.text.zh) == (8, True)


def test_a_row_that_moves_over_the_month_is_not_paid_twice():
    """Taken back in October, paid in November: together nothing new."""
    register = booked(pay(center(duty(45, "2024-10-31")), OCTOBER, RATES))
    run = pay(center(duty(45, "2024-11-01")), NOVEMBER, RATES, register=register, take_back=True)
    assert (run.total, len(only(run, "correction"))) == (0, 1)


def test_rows_that_change_places_are_the_same_rows():
    """The number of a row is no part of what it is known by, nor is the time of day."""
    register = booked(pay(center(duty(45, row=2), duty(90, "2024-10-06", row=3)), OCTOBER, RATES))
    moved = center(duty(90, "2024-10-06", row=2), duty(45, row=3), duty(45, "2024-11-05", row=4))
    assert only(pay(moved, NOVEMBER, RATES, register=register), "correction") == []


def test_a_new_rate_from_an_earlier_day_is_a_correction_too():
    """Where a rate is raised for days that are closed, the difference is paid in the next run."""
    records = center(duty(45))
    register = booked(pay(records, OCTOBER, RATES))
    raised = Rates([*RATES, PayRate("counseling", Decimal("70.00"), date(2024, 10, 1), "校发〔2024〕2号")])
    (correction,) = only(pay(records, NOVEMBER, raised, register=register), "correction")
    assert (str(correction.amount), "61.37 → 70 元" in correction.text.zh) == ("8.63", True)


def test_work_without_a_rate_is_paid_once_there_is_one():
    """What was refused in a booked month comes with the next one."""
    records = center(duty(45), Activity("T01", date(2024, 10, 8), "class_teaching", class_hours=2, row=3))
    some = Rates([rate for rate in RATES if rate.item == "counseling"])
    run = pay(records, OCTOBER, some)
    assert not run.is_complete
    later = pay(records, NOVEMBER, RATES, register=booked(run))
    assert sums(run, later) == sums(pay(records, OCTOBER, RATES))


def test_who_is_no_longer_a_teacher_keeps_an_account():
    """What was paid to somebody who was taken out of the table is taken back, by 工号."""
    register = booked(pay(center(duty(45, teacher="T02")), OCTOBER, RATES))
    records = center(duty(45, "2024-11-05"), teachers=(T01,))
    run = pay(records, NOVEMBER, RATES, register=register, take_back=True)
    assert (run.teacher("T02").gross, run.total) == (Decimal("-61.37"), 0)


# ---------------------------------------------------------------- closed months


def test_a_closed_month_is_not_booked_again():
    """The message says where corrections land, and which option names a later month of payment."""
    register = booked(pay(center(duty(45)), OCTOBER, RATES))
    changed = center(duty(90))
    with pytest.raises(WorkloadError, match=r"2024-10 已经登记封账.*--paid-in"):
        booked(pay(changed, OCTOBER, RATES, register=register))
    with pytest.raises(WorkloadError, match="已经登记封账"):
        booked(pay(changed, MONTHS[0], RATES, register=register))
    later = booked(pay(changed, OCTOBER, RATES, register=register, paid_in=date(2024, 11, 1)))
    assert pay(changed, DECEMBER, RATES, register=later).total == 0


def test_a_run_of_one_teacher_is_not_booked():
    """Booking closes the period for everybody."""
    with pytest.raises(WorkloadError, match="只看一位教师时不能登记"):
        booked(pay(center(duty(45)), OCTOBER, RATES, teacher_id="T01"))


@pytest.mark.parametrize(
    ("start", "end"), [("2024-10-15", "2024-11-14"), ("2024-09-15", "2024-10-14"), ("2024-10-02", "2024-10-30")]
)
def test_a_period_that_cuts_a_closed_one_is_refused(start, end):
    """It would be paid in part twice; the message names the closed period."""
    register = booked(pay(center(duty(45)), OCTOBER, RATES))
    period = Period(date.fromisoformat(start), date.fromisoformat(end))
    with pytest.raises(WorkloadError, match="2024-10-01–2024-10-31"):
        pay(center(duty(45)), period, RATES, register=register)


def test_a_term_is_settled_over_its_months():
    """Monthly advances, then the term: it pays its own sum less what was paid, and takes the months in."""
    rows = [duty(10, f"2024-{n:02}-05", row=n) for n in (9, 10, 11, 12)]  # 13.64 each, 54.55 together
    register, runs = Register(), []
    for month in MONTHS[:3]:
        runs.append(pay(center(*rows), month, RATES, register=register))
        register = booked(runs[-1])
    assert [str(run.total) for run in runs] == ["13.64", "13.64", "13.64"]
    term = pay(center(*rows), TERM, RATES, register=register)
    direct = pay(center(*rows), TERM, RATES)
    assert (str(direct.total), str(term.total)) == ("54.55", "13.63")
    assert sums(*runs, term) == sums(direct)
    after = booked(term)
    assert [closed.period for closed in after.closed] == [TERM]
    assert pay(center(*rows), month_of(2025, 1), RATES, register=after).total == 0


def test_what_changed_since_is_named_in_the_settlement_of_a_term():
    """The amount that was paid stands with the rows that are no longer as they were."""
    register = booked(pay(center(duty(45)), OCTOBER, RATES))
    run = pay(center(duty(90)), TERM, RATES, register=register)
    (before,) = only(run, "paid")
    assert (str(before.amount), "其后：第2行数量 1 → 2 课时" in before.text.zh) == ("-61.37", True)


# ---------------------------------------------------------------- payments that finance wrote down


def payment(yuan, month="2024-10-01", item="counseling", teacher_id="T01"):
    return Payment(teacher_id, date.fromisoformat(month), item, 1, Decimal(yuan))


def test_payments_of_the_months_are_taken_off():
    """Signed: what is still due, or what was paid too much; other months and items do not count."""
    payments = [payment("100"), payment("50", "2024-08-01"), payment("7", item="points")]
    run = pay(center(duty(90), payments=payments), TERM, RATES, settle=True)
    assert sums(run) == {("T01", "counseling"): Decimal("22.74"), ("T01", "points"): Decimal(-7)}
    assert [other.code for other in run.teacher("T01").adjustments] == ["payments", "payments"]
    plain = pay(center(duty(90), payments=payments), TERM, RATES)
    assert plain.total == Decimal("122.74")
    assert any("--settle" in note.zh for note in plain.notes)


def test_payments_that_the_register_knows_are_not_taken_off_twice():
    """Finance writes the booked sheet down: the same money. What it wrote down beyond that was paid otherwise."""
    rows = [duty(45), duty(45, "2024-11-05", row=3)]
    register = booked(pay(center(*rows), OCTOBER, RATES))
    for yuan, left in (("61.37", "61.37"), ("81.37", "41.37"), ("10", "61.37")):
        records = center(*rows, payments=[payment(yuan)])
        run = pay(records, TERM, RATES, register=register, settle=True)
        assert str(run.total) == left
        assert pay(records, month_of(2025, 1), RATES, register=booked(run), settle=True).total == 0
        less = [note for note in run.teacher("T01").notes if "按登记册计" in note.zh]
        assert len(less) == (yuan == "10")


def test_a_table_of_what_was_paid_by_hand_alone():
    """Where finance does not write the runs down, an advance in their month counts whole; else it is told."""
    rows = [duty(45), duty(90, "2024-10-06", row=3)]  # 61.37 and 122.74
    records = center(*rows, payments=[payment("100")])
    more = center(*rows, payments=[payment("100"), payment("20")])
    for written, left, told in (("all", "0.00", True), ("by_hand", "-20.00", False)):
        first = pay(records, OCTOBER, RATES, settle=True, written=written)
        assert str(first.total) == "84.11"
        how = {"register": booked(first), "settle": True, "written": written}
        again = pay(records, TERM, RATES, **how)
        assert again.total == 0
        assert not [note for note in again.teacher("T01").notes if "请核对" in note.zh]
        run = pay(more, TERM, RATES, **how)
        assert (str(run.total), any("--written" in note.zh for note in run.teacher("T01").notes)) == (left, told)


def test_a_table_is_read_one_way(tmp_path):
    """Finance wrote the run down: read as payments by hand it would be taken off again; a register of before may be."""
    rows = duty(45), duty(45, "2024-11-05", row=3)
    register = booked(pay(center(*rows), OCTOBER, RATES, settle=True))
    assert register.runs[0].written is None  # there was nothing to settle
    records = center(*rows, payments=[payment("61.37")])
    term = Period(OCTOBER.start, NOVEMBER.end)
    register = booked(pay(records, term, RATES, register=register, settle=True, paid_in=date(2024, 11, 1)))
    path = tmp_path / FILE
    path.write_text(register.text(), encoding="utf-8")
    assert [run.written for run in read_register(path).runs] == [None, "all"]
    with pytest.raises(WorkloadError) as caught:
        pay(records, DECEMBER, RATES, register=read_register(path), written="by_hand")
    assert "已按 --written all 结算过" in caught.value.text.zh
    assert "was settled by --written all before" in caught.value.text.en
    old = json.loads(register.text())
    del old["runs"][1]["written"]
    old = {name: value for name, value in old.items() if name not in ("about", "format", "content")}
    path.write_text(json.dumps(sealed(old, KIND)), encoding="utf-8")
    for written in ("all", "by_hand"):
        assert pay(records, DECEMBER, RATES, register=read_register(path), written=written).total == 0


def test_a_month_that_has_payments_is_settled_whole():
    """Payments are kept by month; how much of one is for a part of it, nobody knows."""
    records = center(duty(45), payments=[payment("10")])
    with pytest.raises(WorkloadError, match="2024-10"):
        pay(records, Period(date(2024, 10, 2), date(2024, 11, 30)), RATES, settle=True)
    assert pay(records, Period(date(2024, 11, 2), date(2024, 11, 30)), RATES, settle=True).total == 0


def test_what_is_taken_back_lowers_the_income_of_its_month():
    """5,000 paid by hand with 800 withheld, 61.37 due: all of the 800 comes back with the rest, in the same month."""
    external = (evolve(T01, affiliation="external"),)
    run = pay(center(duty(45), payments=[payment("5000")], teachers=external), OCTOBER, RATES, settle=True)
    found = run.teacher("T01")
    assert (found.gross, found.tax, found.net) == (Decimal("-4938.63"), -800, Decimal("-4138.63"))
    assert any("冲减 2024-10 的收入" in note.zh for note in found.notes)


# ---------------------------------------------------------------- every sequence ties


@st.composite
def work(draw):
    """Rows of two teachers over the months of a term, with a few record ids."""
    rows = []
    for row in range(draw(st.integers(1, 8))):
        month, day = draw(st.integers(9, 12)), draw(st.integers(1, 28))
        teacher = draw(st.sampled_from(["T01", "T02"]))
        kind = draw(st.sampled_from(["counseling_duty", "class_teaching", "lecture"]))
        amounts = {
            "counseling_duty": {"minutes": draw(st.integers(1, 300))},
            "class_teaching": {"class_hours": Fraction(draw(st.integers(1, 40)), 4)},
            "lecture": {"events": draw(st.integers(1, 3)), "event_id": draw(st.sampled_from(["", "E1"]))},
        }[kind]
        if amounts.get("event_id"):
            month, day = 10, 10  # the rows of one event are of one day
        rows.append(Activity(teacher, date(2024, month, day), kind, row=row + 2, record_id=f"R{row + 2}", **amounts))
    return rows


@st.composite
def edits(draw, rows):
    """The rows after a change: one more, one less, one with another amount or day, or none."""
    rows = list(rows)
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(rows) - 1)) if rows else 0
        change = draw(st.sampled_from(["amount", "day", "remove", "add"]))
        if change == "add" or not rows:
            new = draw(work())[:1]
            free = max((one.row for one in rows), default=1) + 1
            rows += [evolve(one, record_id=f"R{free}", row=free) for one in new]
        elif change == "remove":
            del rows[place]
        elif change == "amount" and rows[place].minutes is not None:
            rows[place] = evolve(rows[place], minutes=draw(st.integers(1, 300)))
        elif change == "day" and not rows[place].event_id:
            rows[place] = evolve(rows[place], date=date(2024, draw(st.integers(9, 12)), draw(st.integers(1, 28))))
    return rows


def written_and_read(register, folder):
    """The register as the next run will find it."""
    path = folder / FILE
    path.write_text(register.text(), encoding="utf-8")
    return read_register(path)


READINGS = [{}, {"partial_unit": "whole_pooled"}, {"co_leaders": "equal_split"}]


@given(st.data(), st.sampled_from(READINGS))
def test_the_sum_of_any_sequence_of_runs_is_the_direct_computation(tmp_path_factory, data, readings):
    """Months in any number, records that change in between, payments, at last the term: the sum is the term's own."""
    folder = tmp_path_factory.mktemp("register")
    rows, register, runs = data.draw(work()), Register(), []
    booked_months = []
    for month in MONTHS[: data.draw(st.integers(0, 4))]:
        if data.draw(st.booleans()):
            continue
        run = pay(center(*rows), month, RATES, readings=readings, register=register, take_back=True)
        runs.append(run)
        booked_months.append(month)
        register = written_and_read(booked(run), folder)
        months = [pay(center(*rows), one, RATES, readings=readings) for one in booked_months]
        assert sums(*runs) == sums(*months)  # after each run, what was paid for its months is what they are due
        rows = data.draw(edits(rows))
    more = {"readings": readings, "take_back": True}
    term = pay(center(*rows), TERM, RATES, register=register, paid_in=date(2025, 1, 1), **more)
    assert sums(*runs, term) == sums(pay(center(*rows), TERM, RATES, readings=readings))
    register = written_and_read(booked(term), folder)
    rows = data.draw(edits(rows))
    later = pay(center(*rows), month_of(2025, 2), RATES, register=register, **more)
    assert sums(*runs, term, later) == sums(pay(center(*rows), TERM, RATES, readings=readings))
    assert pay(center(*rows), month_of(2025, 3), RATES, register=booked(later), **more).total == 0


@given(st.data())
def test_a_term_settled_against_payments_ties_too(data):
    """Whatever was advanced by hand: advances and settlement together are the direct computation."""
    rows = data.draw(work())
    payments = [
        payment(str(data.draw(st.integers(0, 500))), f"2024-{month:02}-01", item, teacher)
        for month in (9, 10, 11)
        for item in ("counseling", "teaching", "points")
        for teacher in ("T01", "T02")
        if data.draw(st.booleans())
    ]
    settled = sums(pay(center(*rows, payments=payments), TERM, RATES, settle=True))
    for one in payments:
        key = one.teacher_id, one.item
        settled[key] = settled.get(key, 0) + one.yuan
    assert {key: yuan for key, yuan in settled.items() if yuan} == sums(pay(center(*rows), TERM, RATES))


# ---------------------------------------------------------------- the file


def test_the_register_comes_back_from_its_file(tmp_path):
    """What was written is read, the same bytes each time; without a file there is an empty register."""
    register = booked(pay(center(duty(10), duty(45, teacher="T02", record_id="A1")), OCTOBER, RATES))
    assert written_and_read(register, tmp_path) == register
    assert read_register(tmp_path / FILE).text() == register.text()
    assert read_register(tmp_path / "none.json") == Register()
    assert Register().text() == written_and_read(Register(), tmp_path).text()


def test_no_time_of_day_enters_the_register():
    """Neither as such nor in a digest: rows that differ in nothing else have the same."""
    from datetime import time

    early, late = (
        booked(pay(center(duty(45, start=time(hour), end=time(hour, 45))), OCTOBER, RATES)) for hour in (9, 14)
    )
    assert early.text() == late.text()
    assert not re.search(r"\d\d:\d\d", early.text())
    assert "教师" not in early.text()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data["runs"][0].update(paid_in="2024-09-01"), "改动"),
        (lambda data: data.update(format=2), "更新的程序版本"),
        (lambda data: data.pop("format"), "不是发放登记册"),
        (lambda data: data.pop("content"), "改动"),
    ],
)
def test_an_altered_register_is_refused(tmp_path, change, said):
    """It carries the digest of its own content."""
    data = json.loads(booked(pay(center(duty(45)), OCTOBER, RATES)).text())
    change(data)
    path = tmp_path / FILE
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(WorkloadError, match=said):
        read_register(path)


def test_other_files_are_no_register(tmp_path):
    """No JSON, no object, a folder, a key that is not known."""
    path = tmp_path / FILE
    for text in ("{", "[1]", '{"rules": 1}'):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(WorkloadError, match="不是发放登记册"):
            read_register(path)
    with pytest.raises(WorkloadError, match="无法读取"):
        read_register(tmp_path)


def test_months_of_a_period():
    """Each month that it touches, over the year's end."""
    assert [str(month) for month in months_of(Period(date(2024, 12, 31), date(2025, 1, 1)))] == [
        "2024-12-01",
        "2025-01-01",
    ]


def test_the_register_lies_beside_the_input(tmp_path):
    """Beside the workbook under its name, so that two workbooks have two; or in the folder of CSV files itself."""
    assert register_beside(tmp_path) == tmp_path / FILE
    assert register_beside(tmp_path / "2024.xlsx") == tmp_path / "2024.xlsx.paid.json"


# ---------------------------------------------------------------- the verb


def table(minutes):
    return {
        "teachers": [{"teacher_id": "T01", "employment": "part_time", "title": "lecturer"}],
        "activities": [
            {"record_id": "A1", "teacher_id": "T01", "date": day, "kind": "counseling_duty", "minutes": some}
            for day, some in minutes.items()
        ],
        "rates": [{"item": "counseling", "yuan": 60, "effective_from": date(2024, 1, 1), "authority": "校发1号"}],
    }


def rewrite(folder, minutes):
    rows = "".join(f"A{n},T01,{day},counseling_duty,{some}\n" for n, (day, some) in enumerate(minutes.items()))
    (folder / "activities.csv").write_text("record_id,teacher_id,date,kind,minutes\n" + rows, encoding="utf-8")


def test_book_then_correct_with_the_verb(run, csv_folder):
    """Only --book writes the register; the next month carries the correction; a closed month is refused."""
    folder = csv_folder(table({}))
    rewrite(folder, {"2024-10-05": 90, "2024-11-05": 45})
    assert run("pay", folder, "--month", "2024-10").code == 0
    assert not (folder / FILE).exists()
    booked_run = run("pay", folder, "--month", "2024-10", "--book")
    assert (booked_run.code, "已登记并封存" in booked_run.err) == (0, True)
    first = (folder / FILE).read_bytes()
    again = run("pay", folder, "--month", "2024-10", "--format", "json")
    assert again.json["totals"]["gross"] == 0
    assert run("pay", folder, "--month", "2024-10", "--no-register", "--format", "json").json["totals"]["gross"] == 120
    rewrite(folder, {"2024-10-05": 45, "2024-11-05": 45})
    refused = run("pay", folder, "--month", "2024-10", "--book")
    assert (refused.code, refused.out, (folder / FILE).read_bytes()) == (2, "", first)
    november = run("pay", folder, "--month", "2024-11", "--book")
    assert "更正 2024-10：第2行数量 2 → 1 课时" in november.out
    assert run("pay", folder, "--month", "2024-12", "--format", "json").json["totals"]["gross"] == 0
    corrected = run("pay", folder, "--month", "2024-11", "--no-register", "--format", "json").json
    assert corrected["totals"]["gross"] == 60


def test_an_incomplete_run_is_not_booked_unasked(run, csv_folder):
    """Exit code 2 and no register; with --allow-missing the rest is booked."""
    folder = csv_folder({**table({date(2024, 10, 5): 45}), "rates": [{**table({})["rates"][0], "item": "points"}]})
    assert run("pay", folder, "--month", "2024-10", "--book").code == 2
    assert not (folder / FILE).exists()
    assert run("pay", folder, "--month", "2024-10", "--book", "--allow-missing").code == 0
    assert (folder / FILE).exists()


def test_a_register_elsewhere(run, csv_folder, tmp_path):
    """--register names another file, which --book makes."""
    folder, other = csv_folder(table({date(2024, 10, 5): 45})), tmp_path / "other.json"
    assert run("pay", folder, "--month", "2024-10", "--book", "--register", other).code == 0
    assert other.exists()
    assert not (folder / FILE).exists()
    found = run("pay", folder, "--month", "2024-10", "--register", other, "--format", "json")
    assert found.json["totals"]["gross"] == 0


def test_the_sample_is_settled_against_its_payments(run):
    """The advances of March to June 2024 are those of the sample's own rates: nothing is left of them."""
    sample = Path(__file__).parents[1] / "samples" / "center" / "心理指导中心.xlsx"
    found = run("pay", sample, "--from", "2024-03-01", "--to", "2024-06-30", "--settle", "--format", "json").json
    items = {one["teacher_id"]: one["items"] for one in found["teachers"]}
    assert items["T04"] == {"counseling": 0.0, "teaching": 0.0, "points": 30.0}
    assert items["T11"] == {"counseling": 0.0, "points": 30.0}


# ---------------------------------------------------------------- what nobody can tell is not taken back


def test_a_closed_month_whose_rate_is_gone_is_held_back():
    """The work is refused by name, the run is incomplete; nothing is taken back, in the next month or in the term."""
    records = center(duty(45), duty(45, "2024-11-05", row=3))
    register = booked(pay(records, OCTOBER, RATES))
    later = Rates([PayRate("counseling", Decimal(70), date(2024, 11, 1), "校发〔2024〕2号")])
    for period, total in ((NOVEMBER, "70.00"), (TERM, "70.00")):
        run = pay(records, period, later, register=register)
        assert (str(run.total), run.is_complete) == (total, False)
        assert [(one.item, one.day) for one in run.refused] == [("counseling", date(2024, 10, 5))]
        assert not only(run, "correction")
    gone = pay(records, OCTOBER, later, register=register)
    assert (gone.total, gone.is_complete, "暂不退回" in only(gone, "paid")[0].text.zh) == (0, False, True)
    held = booked(pay(records, NOVEMBER, later, register=register))
    assert pay(records, DECEMBER, Rates([*RATES, *later]), register=held).total == 0


@pytest.mark.parametrize("table", ["activities", "teachers", "titles"])
def test_a_skipped_row_takes_nothing_back_and_the_run_is_not_booked(table):
    """Nobody knows what the faulty row is due: closed months stay, and --book is refused until it is mended."""
    from workload.errors import Fault
    from workload.records import DroppedRow

    register = booked(pay(center(duty(45)), OCTOBER, RATES))
    fault = Fault(table, 2, "date", "2024-13-05", "bad_date", Text("没有这一天", "there is no such day"))
    left = evolve(center(duty(45, "2024-11-05", row=3)), faults=(fault,), dropped=(DroppedRow(2, "", "T01"),))
    for period, total in ((NOVEMBER, "61.37"), (OCTOBER, "0.00"), (TERM, "61.37")):
        run = pay(left, period, RATES, register=register, skip_faulty=True, paid_in=date(2024, 12, 1))
        assert (str(run.total), any("不作更正" in note.zh for note in run.notes)) == (total, True)
        with pytest.raises(WorkloadError, match="先改正"):
            booked(run)


def test_faults_of_rates_and_payments_cannot_be_skipped():
    """Without such a row the sums are others; a fault of the training table changes no pay."""
    from workload.errors import Fault, InputError

    for name in ("rates", "payments"):
        fault = Fault(name, 2, "yuan", "-1", "bad_number", Text("不能为负数", "must not be below 0"))
        with pytest.raises(InputError):
            pay(evolve(center(duty(45)), faults=(fault,)), OCTOBER, RATES, skip_faulty=True)
    fault = Fault("training", 2, "hours", "x", "bad_number", Text("应为数字", "takes a number"))
    run = pay(evolve(center(duty(45)), faults=(fault,)), OCTOBER, RATES, skip_faulty=True)
    assert booked(run).closed


def test_a_closed_month_of_which_no_row_is_left_is_refused():
    """Another workbook, or one that begins anew: said with the source, and taken back only where that is meant."""
    register = booked(pay(center(duty(45)), OCTOBER, RATES), "2024.xlsx")
    other = center(duty(45, "2025-01-05"))
    with pytest.raises(WorkloadError, match=r"2024\.xlsx.*T01 2024-10.*--take-back"):
        pay(other, month_of(2025, 1), RATES, register=register)
    assert pay(other, month_of(2025, 1), RATES, register=register, take_back=True).total == 0


def test_other_rules_or_readings_than_those_booked_are_refused():
    """They would come out anew; the message names what differs, and re_reckon says that it is meant."""
    records = center(duty(80), duty(45, "2024-11-05", row=3))
    register = booked(pay(records, OCTOBER, RATES))
    assert (register.runs[0].rules, register.runs[0].readings["partial_unit"]) == ("zhoukou-2024-33", "exact")
    whole = {"partial_unit": "whole_per_duty"}
    with pytest.raises(WorkloadError, match=r"partial_unit：登记时为 exact，现为 whole_per_duty.*--re-reckon"):
        pay(records, NOVEMBER, RATES, readings=whole, register=register)
    changed = evolve(load_regulation(), document="校发〔2025〕1号")
    with pytest.raises(WorkloadError, match="内容已改"):
        pay(records, NOVEMBER, RATES, changed, register=register)
    meant = pay(records, NOVEMBER, RATES, readings=whole, register=register, re_reckon=True)
    assert len(only(meant, "correction")) == 1
    assert booked(meant).runs[-1].readings["partial_unit"] == "whole_per_duty"
    pay(records, DECEMBER, RATES, readings=whole, register=booked(meant))


# ---------------------------------------------------------------- months of payment


EXTERNAL = (evolve(T01, affiliation="external"),)
LARGE = Rates([PayRate("counseling", Decimal(20000), date(2024, 1, 1), "校发〔2024〕1号")])


def test_two_payments_of_one_month_are_taxed_together_across_the_register():
    """READINGS: two of 20,000 in one month are withheld 7,600 of; both runs are booked, each of its own days."""
    records = center(duty(45, "2024-11-05"), duty(45, "2024-11-25", row=3), teachers=EXTERNAL)
    halves = Period(date(2024, 11, 1), date(2024, 11, 15)), Period(date(2024, 11, 16), date(2024, 11, 30))
    first = pay(records, halves[0], LARGE)
    register = booked(first)
    second = pay(records, halves[1], LARGE, register=register)
    assert (first.tax, second.tax, first.tax + second.tax) == (3200, 4400, 7600)
    after = booked(second)
    assert [one.tax for closed in after.closed for one in closed.amounts] == [320000, 440000]
    with pytest.raises(WorkloadError, match="已经登记封账"):
        booked(pay(records, halves[1], LARGE, register=after))


@pytest.mark.parametrize("written", [None, "2024-12-01", "2024-11-01"])
def test_the_month_of_payment_is_taxed_together_however_finance_wrote_it_down(written):
    """November's work paid in December, then December's: 3,200 and 4,400; the payment counts once, in its month."""
    rows = duty(45, "2024-11-05"), duty(45, "2024-12-05", row=3)
    register = booked(pay(center(*rows, teachers=EXTERNAL), NOVEMBER, LARGE, paid_in=date(2024, 12, 1)))
    payments = [] if written is None else [payment("20000", written)]
    run = pay(center(*rows, teachers=EXTERNAL, payments=payments), DECEMBER, LARGE, register=register, settle=True)
    assert (run.total, run.tax) == (20000, 4400)


def test_a_settlement_compares_month_of_payment_by_month():
    """January was paid by hand, February by a booked run: the term owes nothing, and booked, it stays so."""
    months = [month_of(2024, 9), OCTOBER]
    rows = duty(45, "2024-09-05"), duty(45, row=3)
    records = center(*rows, payments=[payment("61.37", "2024-09-01")])
    register = booked(pay(records, OCTOBER, RATES))
    both = Period(months[0].start, OCTOBER.end)
    run = pay(records, both, RATES, register=register, settle=True, paid_in=date(2024, 11, 1))
    assert run.total == 0
    after = booked(run)
    again = pay(records, TERM, RATES, register=after, settle=True, paid_in=date(2025, 1, 1))
    assert (again.total, [str(one.amount) for one in only(again, "paid")]) == (0, ["-122.74"])


def test_a_payment_in_the_month_of_this_run_is_taken_off_too():
    """The table's month is that of the payment: October's work, paid by hand in November, settled in November."""
    records = center(duty(45), payments=[payment("61.37", "2024-11-01")])
    assert pay(records, OCTOBER, RATES, settle=True, paid_in=date(2024, 11, 1)).total == 0
    assert pay(records, OCTOBER, RATES, settle=True).total == Decimal("61.37")


def test_a_month_of_work_in_the_table_is_pointed_out():
    """Where the register has the same amount for the work of that month, paid in another, the text says: check."""
    rows = (duty(45),)
    register = booked(pay(center(*rows), OCTOBER, RATES, paid_in=date(2024, 11, 1)))
    records = center(*rows, payments=[payment("61.37", "2024-10-01")])
    (found,) = only(pay(records, OCTOBER, RATES, register=register, settle=True), "payments")
    assert "应写发放的月份" in found.text.zh


def test_who_left_the_table_stays_external():
    """What is taken back is no wage; what was withheld of it is named for finance."""
    records = center(duty(45), teachers=EXTERNAL)
    register = booked(pay(records, OCTOBER, LARGE))
    run = pay(center(teachers=(T02,)), NOVEMBER, LARGE, register=register, take_back=True)
    found = run.teacher("T01")
    assert (found.is_external, found.gross, found.tax) == (True, -20000, 0)
    assert any("登记册中共 3200.00 元" in note.zh for note in found.notes)


def test_payments_of_who_left_stop_nothing():
    """Who is in the register keeps an account; of a stranger nothing is taken off, and the rows are named."""
    register = booked(pay(center(duty(45, teacher="T02")), OCTOBER, RATES))
    written = [payment("61.37", teacher_id="T02"), payment("5", "2024-11-01", teacher_id="T02")]
    strangers = [evolve(payment("7", "2024-11-01", teacher_id=f"T1{n}"), row=n) for n in range(7)]
    records = center(duty(45, "2024-11-05"), payments=[*written, *strangers], teachers=(T01,))
    run = pay(records, NOVEMBER, RATES, register=register, settle=True, take_back=True)
    assert [(one.teacher.teacher_id, str(one.gross)) for one in run.teachers] == [("T01", "61.37"), ("T02", "-66.37")]
    told = [note for note in run.notes if "结算时不减去" in note.zh]
    assert (len(told), told[3].zh[:16]) == (5, "已发放 第3行 工号“T13”：")
    assert "row 3, teacher_id 'T13'" in told[3].en
    assert any("另有 2 行" in note.zh for note in run.notes)
    assert pay(records, DECEMBER, RATES, register=booked(run), settle=True).total == 0


def test_a_slip_in_the_id_of_a_payment_stops_the_run(run, csv_folder):
    """It would not be taken off; and no message advises --skip-faulty, which is refused."""
    tables = table({date(2024, 10, 5): 45})
    tables["payments"] = [
        {"teacher_id": "t01", "month": "2024-10", "item": "counseling", "quantity": 1, "yuan": 10},
    ]
    found = run("pay", csv_folder(tables), "--month", "2024-10")
    assert (found.code, "T01？" in found.err, "--skip-faulty" in found.err) == (2, True, False)


def test_the_order_of_the_teachers_moves_no_fen():
    """Of equal parts the fen left over goes by 工号, so that a sorted table corrects nothing."""
    leaders = [evolve(T01, teacher_id=f"T0{n}") for n in (1, 2, 3)]
    rows = [
        Activity(one.teacher_id, date(2024, 10, 7), "lecture", event_id="E1", record_id=one.teacher_id, row=2)
        for one in leaders
    ]
    shared = {"readings": {"co_leaders": "equal_split"}}
    rates = Rates([PayRate("points", Decimal("3.33"), date(2024, 1, 1), "校发〔2024〕1号")])
    first = pay(center(*rows, teachers=leaders), OCTOBER, rates, **shared)
    turned = center(*rows[::-1], teachers=leaders[::-1])
    assert sums(first) == sums(pay(turned, OCTOBER, rates, **shared))
    assert pay(turned, NOVEMBER, rates, register=booked(first), **shared).total == 0


# ---------------------------------------------------------------- the verb and its register


def test_a_new_register_is_said_to_be_new_and_no_result_is_written_over_it(run, csv_folder):
    """A slip in --register begins another one, which is said; -o on the register is refused, and so is a folder."""
    folder = csv_folder(table({}))
    rewrite(folder, {"2024-10-05": 45, "2024-11-05": 45})
    assert "新建登记册" in run("pay", folder, "--month", "2024-10", "--book").err
    assert "新建登记册" not in run("pay", folder, "--month", "2024-11", "--book").err
    before = (folder / FILE).read_bytes()
    found = run("pay", folder, "--month", "2024-12", "--format", "json", "-o", folder / FILE, "--force")
    assert (found.code, (folder / FILE).read_bytes(), "是登记册或输入的文件" in found.err) == (2, before, True)
    (folder / FILE).unlink()
    (folder / FILE).mkdir()
    assert "无法读取" in run("pay", folder, "--month", "2024-12").err


def test_a_register_of_another_input_is_pointed_out(run, csv_folder, tmp_path):
    """The register keeps the name of its input."""
    folder, other = csv_folder(table({date(2024, 10, 5): 45})), tmp_path / "other.json"
    assert run("pay", folder, "--month", "2024-10", "--book", "--register", other).code == 0
    assert json.loads(other.read_text(encoding="utf-8"))["source"] == folder.name
    copy = folder.rename(folder.with_name("copy"))
    assert f"是为 {folder.name} 记的" in run("pay", copy, "--month", "2024-11", "--register", other).err


def test_the_verb_names_other_rules_and_takes_them_where_meant(run, csv_folder):
    """--re-reckon is the way on."""
    folder = csv_folder(table({date(2024, 10, 5): 80}))
    assert run("pay", folder, "--month", "2024-10", "--book").code == 0
    options = ("--month", "2024-11", "--reading", "partial_unit=whole_per_duty", "--format", "json")
    refused = run("pay", folder, *options)
    assert (refused.code, "--re-reckon" in refused.err) == (2, True)
    assert run("pay", folder, *options, "--re-reckon").json["totals"]["gross"] == -46.67


def table_of_finance(runs, by_hand):
    """已发放: what was paid by hand, and of the runs those that were written down; of a month with both, all of it."""
    both = {(teacher, item, month) for teacher, item, month, _ in by_hand}
    rows = [payment(str(yuan), str(month), item, teacher) for teacher, item, month, yuan in by_hand]
    for run, written in runs:
        for (teacher, item), yuan in sums(run).items():
            if yuan > 0 and (written or (teacher, item, run.paid_in) in both):
                rows.append(payment(str(yuan), str(run.paid_in), item, teacher))
    return rows


@given(st.data())
def test_runs_and_payments_by_hand_tie_together(tmp_path_factory, data):
    """Booked runs, some of which finance wrote down, and payments by hand: with the term's settlement, what is due.

    A run in between may settle, and take back; the term settles again, and a later run finds nothing to pay.
    """
    folder = tmp_path_factory.mktemp("register")
    rows, register, runs, by_hand = data.draw(work()), Register(), [], []
    last, more = date(2024, 9, 1), {"take_back": True}
    for month in MONTHS[:3]:
        paid_in = max(last, date(2024, month.start.month + data.draw(st.sampled_from([0, 1])), 1))
        if data.draw(st.booleans()):
            who = data.draw(st.sampled_from(["T01", "T02"]))
            by_hand.append((who, "counseling", paid_in, Decimal(data.draw(st.integers(1, 500)))))
        how = data.draw(st.sampled_from(["run", "written down", "settled", "not at all"]))
        if how != "not at all":
            records = center(*rows, payments=table_of_finance(runs, by_hand))
            settle = how == "settled"
            run = pay(records, month, RATES, register=register, paid_in=paid_in, settle=settle, **more)
            runs.append((run, how == "written down"))
            register, last = written_and_read(booked(run), folder), paid_in
        rows = data.draw(edits(rows))
    records = center(*rows, payments=table_of_finance(runs, by_hand))
    term = pay(records, TERM, RATES, register=register, paid_in=date(2025, 1, 1), settle=True, **more)
    together = sums(*(run for run, _ in runs), term)
    for who, item, _, yuan in by_hand:
        together[who, item] = together.get((who, item), 0) + yuan
    assert {key: yuan for key, yuan in together.items() if yuan} == sums(pay(center(*rows), TERM, RATES))
    after = written_and_read(booked(term), folder)
    for settle in (False, True):
        period, paid_in = month_of(2025, 2), date(2025, 3, 1)
        later = pay(records, period, RATES, register=after, paid_in=paid_in, settle=settle, **more)
        assert later.total == 0
    again = pay(records, TERM, RATES, register=after, paid_in=date(2025, 3, 1), settle=True, **more)
    assert again.total == 0


# ---------------------------------------------------------------- another register nearby, other months, other words


def test_the_same_work_by_another_name_is_refused(run, csv_folder, tmp_path):
    """Renamed, copied into another folder beside, another column filled in since, or pasted in: never paid twice."""
    tables = table({date(2024, 10, 5): 45})
    first = csv_folder(tables).rename(tmp_path / "first")
    assert run("pay", first, "--month", "2024-10", "--book").code == 0
    tables["activities"][0] |= {"attended": "是", "record_id": "B9"}
    second = csv_folder(tables).rename(tmp_path / "second")
    told = run("pay", second, "--month", "2024-10", "--format", "json")
    assert (told.code, "--register" in told.err, any("--register" in note for note in told.json["notes"])) == (
        0,
        True,
        True,
    )
    refused = run("pay", second, "--month", "2024-10", "--book")
    assert (refused.code, "--other-work" in refused.err, (second / FILE).exists()) == (2, True, False)
    assert run("pay", second, "--month", "2024-11", "--book").code == 0  # its own work, and none of October
    late = run("pay", second, "--from", "2024-10-01", "--to", "2024-11-30", "--paid-in", "2024-12", "--book")
    assert (late.code, "--other-work" in late.err) == (2, True)
    meant = run("pay", second, "--month", "2024-10", "--paid-in", "2024-12", "--book", "--other-work")
    assert meant.code == 0, meant.err


def test_a_run_that_did_not_look_at_the_register_says_so(run, csv_folder):
    """On the paper itself."""
    folder = csv_folder(table({date(2024, 10, 5): 45}))
    assert run("pay", folder, "--month", "2024-10", "--book").code == 0
    found = run("pay", folder, "--month", "2024-10", "--no-register")
    assert "没有看登记册" in found.out


def test_a_result_is_not_written_over_what_was_given(run, csv_folder, tmp_path):
    """Rates, budget, identities: none of them is replaced, even with --force."""
    folder, rates = csv_folder(table({date(2024, 10, 5): 45})), tmp_path / "rates.json"
    rates.write_text("x", encoding="utf-8")
    found = run("pay", folder, "--month", "2024-10", "--rates", rates, "-o", rates, "--force")
    assert (found.code, rates.read_text(encoding="utf-8")) == (2, "x")


def test_a_sheet_whose_run_could_not_be_booked_is_told(run, csv_folder, tmp_path):
    """The register's folder is not there: the result stands, and the message says that nothing was booked."""
    folder, out = csv_folder(table({date(2024, 10, 5): 45})), tmp_path / "out.json"
    found = run("pay", folder, "--month", "2024-10", "--book", "--register", tmp_path / "no" / "r.json", "-o", out)
    assert (found.code, "没有登记" in found.err, out.exists()) == (2, True, True)


def test_payments_by_hand_in_months_that_are_not_settled_are_told():
    """October was paid by a run, and 5 beside it by hand: November's settlement says so."""
    rows = duty(45), duty(45, "2024-11-05", row=3)
    register = booked(pay(center(*rows), OCTOBER, RATES))
    records = center(*rows, payments=[payment("66.37")])
    run = pay(records, NOVEMBER, RATES, register=register, settle=True)
    assert any("2024-10 有登记册以外的 5.00 元" in note.zh for note in run.notes)


def test_a_counted_payment_that_is_gone_from_the_table_is_told():
    """It stays counted; whoever corrected the table must know."""
    records = center(duty(45), payments=[payment("20")])
    for payments, written in (([], "all"), ([payment("10")], "all"), ([payment("10")], "by_hand")):
        register = booked(pay(records, OCTOBER, RATES, settle=True, written=written))
        run = pay(center(duty(45), payments=payments), TERM, RATES, register=register, settle=True, written=written)
        assert (run.total, any("请核对" in note.zh for note in run.teacher("T01").notes)) == (0, True)


def test_a_duty_over_the_turn_of_the_year_is_told():
    """Its rest is of January of the same file."""
    from datetime import time

    night = Activity("T01", date(2024, 12, 31), "counseling_duty", start=time(23, 15), end=time(0, 45), row=2)
    run = pay(center(night), DECEMBER, RATES)
    assert (run.total, any("2025-01" in note.zh for note in run.notes)) == (Decimal("61.37"), True)
    whole = pay(center(night), Period(date(2024, 12, 1), date(2025, 1, 31)), RATES)
    assert (whole.total, any("跨年度" in note.zh for note in whole.notes)) == (Decimal("122.74"), False)


def test_words_and_amounts_made_in_python_are_checked():
    """What no table and no option lets through."""
    records = center(duty(45))
    for wrong in ({"tax_items": "foo"}, {"written": "foo"}):
        with pytest.raises(WorkloadError, match="foo"):
            pay(records, OCTOBER, RATES, **wrong)
    for bad in (payment("1.005"), payment("-1"), payment("NaN"), payment("1", item="nothing")):
        with pytest.raises(WorkloadError, match="已发放 T01 2024-10"):
            pay(center(duty(45), payments=[bad]), OCTOBER, RATES)
    assert payment("1", "2024-10-15").month == date(2024, 10, 1)
    for yuan in ("-1", "NaN"):
        with pytest.raises(WorkloadError, match="单价"):
            PayRate("points", Decimal(yuan), date(2024, 1, 1), "校发1号")
