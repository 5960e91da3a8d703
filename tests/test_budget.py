"""The earmarked fund as a budget: envelopes, warnings, and cuts in proportion where a clause says so."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import workload.cli.pay  # noqa: F401  # the verb
from workload import Activity, Center, Payment, Period, RuleFileError, Teacher, WorkloadError, load_regulation
from workload.budget import Budget, Envelope, check_budget, load_fund, read_budget, scaled_to_budget
from workload.documents import payslips
from workload.paylines import month_of
from workload.payroll import booked, pay
from workload.rates import PayRate, Rates
from workload.rulefile import read_rule_file

RATES = Rates(
    [
        PayRate(item, Decimal(yuan), date(2024, 1, 1), "校发〔2024〕1号")
        for item, yuan in (("counseling", "60"), ("teaching", "70"), ("points", "2"))
    ]
)
PEOPLE = [Teacher(f"T0{n}", "part_time", title="lecturer") for n in (1, 2, 3)]
OCTOBER, NOVEMBER, DECEMBER = month_of(2024, 10), month_of(2024, 11), month_of(2024, 12)
SCALE = (
    'format = 1\nextends = "zhoukou-2024-33"\nid = "our-school"\n[[pay]]\nid = "scale"\nscale_to_budget = true\n'
    'article = "办法 第九条"\nquote = "超出预算的按比例折减"\n'
)


@pytest.fixture
def scaling(tmp_path):
    """The regulation with a clause that cuts in proportion, and what else a file says of it."""

    def read(more=""):
        path = tmp_path / "rules.toml"
        path.write_text(SCALE + more, encoding="utf-8")
        return read_rule_file(path)

    return read


def work(teacher="T01", day="2024-10-05", hours=1):
    return Activity(teacher, date.fromisoformat(day), "counseling_duty", minutes=45 * hours)


def center(*rows, payments=None, teachers=PEOPLE):
    return Center(teachers, rows, payments=payments)


def october(*rows, **how):
    return pay(center(*(rows or (work(),))), OCTOBER, RATES, **how)


def total(yuan, used="0", **more):
    return Budget(envelopes=(Envelope(yuan=Decimal(yuan), used=Decimal(used)),), **more)


# ---------------------------------------------------------------- the fund and its envelopes


def test_the_ten_uses_of_the_fund():
    """附件1 二: ten uses, in the order of the text, each with its article."""
    uses = load_fund().uses
    assert [use.article for use in uses] == [f"附件1 二{n}" for n in range(1, 11)]
    assert [use.name.zh for use in uses[:3]] == ["培训与学术交流费用", "专业督导服务费用", "心理健康教育科研资金"]
    assert load_fund().use("专业督导服务费用") == load_fund().use("supervision")
    assert load_fund().use("宴会") is None


@pytest.mark.parametrize(("students", "yuan"), [(0, "0.00"), (1, "15.00"), (20_000, "300000.00")])
def test_the_fund_of_so_many_students(students, yuan):
    """附件1 一, 方案 六(五): 15 yuan for each, with the article."""
    (envelope,) = Budget.of_students(students).envelopes
    assert str(envelope.yuan) == yuan
    assert "方案 六(五)" in envelope.source.zh


@pytest.mark.parametrize(
    ("used", "state", "left"),
    [
        ("0", "within", "40.00"),
        ("29.99", "within", "10.01"),
        ("30", "near", "10.00"),
        ("40", "near", "0.00"),
        ("40.01", "exceeded", "-0.01"),
    ],
)
def test_the_state_of_an_envelope(used, state, left):
    """100 yuan, of which the run takes 60: from 90 % on it is told, at 100 % it is not exceeded, a fen above it is."""
    (check,) = check_budget(october(), total("100", used, warn_at=Fraction(9, 10)))
    assert (check.state, str(check.left)) == (state, left)
    for language in ("zh", "en"):
        assert check.text.get(language)
    assert ("超出 0.01 元" in check.text.zh) == (state == "exceeded")
    told = {"30": "；已用 90%（90% 起提醒）", "40": "；已用 100%（90% 起提醒）"}.get(used, "")
    assert (told in check.text.zh, "起提醒" in check.text.zh) == (True, state == "near")


def test_a_share_says_that_something_is_left():
    """A fen below the budget is not 100 %."""
    budget = total("100000", "99939.99", warn_at=Fraction(9, 10))
    assert "余 0.01 元；已用 99.99999%" in check_budget(october(), budget)[0].text.zh


def test_without_a_share_only_what_exceeds_is_told():
    """Nothing is warned of unasked."""
    (check,) = check_budget(october(), total("60"))
    assert (check.state, check.share) == ("within", 1)
    assert total("0").checks({})[0].share is None


def test_each_use_takes_its_items():
    """Counseling is charged to one use, points to another, everything to the total."""
    fund = load_fund()
    budget = Budget(
        envelopes=(
            Envelope(yuan=Decimal(1000), used=Decimal(0)),
            Envelope(yuan=Decimal(60), used=Decimal(0), use=fund.use("other"), items=("counseling",)),
            Envelope(yuan=Decimal(10), used=Decimal(0), use=fund.use("lectures"), items=("points",)),
        )
    )
    run = october(work(), Activity("T01", date(2024, 10, 6), "lecture"))
    assert [(str(check.run), check.state) for check in check_budget(run, budget)] == [
        ("90.00", "within"),
        ("60.00", "within"),
        ("30.00", "exceeded"),
    ]
    assert "（附件1 二4）" in check_budget(run, budget)[2].text.zh


def test_an_item_is_charged_to_one_use():
    """Two uses for one item, and an amount below 0, are refused."""
    fund = load_fund()
    with pytest.raises(WorkloadError, match="同时列入"):
        Budget(
            envelopes=tuple(
                Envelope(yuan=Decimal(1), use=fund.use(name), items=("points",)) for name in ("books", "other")
            )
        )
    with pytest.raises(WorkloadError, match="不能小于0"):
        total("-1")


def test_what_was_used_is_what_the_records_of_pay_know():
    """For each month the payments up to the run, or the register's if more; what was spent otherwise comes to it."""
    payments = [
        Payment("T01", date(2023, 12, 1), "counseling", 1, Decimal(1)),
        Payment("T01", date(2024, 9, 1), "counseling", 1, Decimal(10)),
        Payment("T02", date(2024, 10, 1), "points", 1, Decimal(20)),
        Payment("T02", date(2024, 12, 1), "points", 1, Decimal(40)),
    ]
    budget = Budget(envelopes=(Envelope(yuan=Decimal(1000)),))
    (check,) = check_budget(october(), budget, payments)
    assert (check.used, check.run, "其中课酬" in check.text.zh) == (30, 60, True)
    rows = (work(), work(day="2024-11-05"))
    run = pay(center(*rows), NOVEMBER, RATES, register=booked(october()))
    (check,) = check_budget(run, budget, payments[:2])
    assert (check.used, check.run) == (70, 60)  # September by the table, October by the register
    (check,) = check_budget(run, total("1000", "7"), payments)
    assert (check.used, check.paid) == (97, 90)  # what was spent on other things, and the pay of the year


def test_a_budget_of_another_year_is_refused():
    """The year of payment counts."""
    with pytest.raises(WorkloadError, match="2023 年度"):
        check_budget(october(), total("100", year=2023))
    assert check_budget(october(), total("100", year=2024))


# ---------------------------------------------------------------- cuts


def test_without_a_clause_nothing_is_cut():
    """The run says that it exceeds its budget, and pays what is due."""
    run = october()
    assert scaled_to_budget(run, total("1")) is run


def test_what_is_within_is_not_cut(scaling):
    """Exactly the budget is enough."""
    run = october(regulation=scaling())
    assert scaled_to_budget(run, total("60")).teachers == run.teachers


def test_a_clause_cuts_in_proportion_and_says_so(scaling):
    """Three at 60, 60 and 120 have 100 yuan: 25, 25 and 50, with the article and the factor."""
    run = october(work(), work("T02"), work("T03", hours=2), regulation=scaling())
    cut = scaled_to_budget(run, total("100"))
    assert [one.gross for one in cut.teachers] == [25, 25, 50]
    (adjustment,) = cut.teacher("T03").adjustments
    assert (adjustment.code, adjustment.amount, adjustment.clause.citation) == ("scaled", -70, "办法 第九条")
    assert "100.00/240.00（约 0.416667）" in adjustment.text.zh
    assert adjustment.text in cut.notes
    assert check_budget(cut, total("100"))[0].state == "within"


def test_the_parts_tie_to_what_is_left(scaling):
    """100 yuan for three equal parts: 33.34, 33.33 and 33.33."""
    cut = scaled_to_budget(october(work(), work("T02"), work("T03"), regulation=scaling()), total("130", "30"))
    assert [str(one.gross) for one in cut.teachers] == ["33.34", "33.33", "33.33"]


def test_a_fund_that_is_used_up_pays_nothing(scaling):
    """Nothing is paid below 0."""
    assert scaled_to_budget(october(regulation=scaling()), total("100", "150")).total == 0


def test_the_uses_are_cut_first_and_then_the_total(scaling):
    """Points have 15 of 30; then 50 of the 75 that are left in all."""
    budget = Budget(
        envelopes=(
            Envelope(yuan=Decimal(50), used=Decimal(0)),
            Envelope(yuan=Decimal(15), used=Decimal(0), use=load_fund().use("lectures"), items=("points",)),
        )
    )
    run = october(work(), Activity("T02", date(2024, 10, 6), "lecture"), regulation=scaling())
    cut = scaled_to_budget(run, budget)
    assert {item: str(amount) for item, amount in cut.items.items()} == {"counseling": "40.00", "points": "10.00"}


def test_a_clause_may_cut_some_items_alone(scaling):
    """Counseling is paid in full, and points take what it leaves."""
    regulation = scaling('items = ["points"]\n')
    run = october(work(), Activity("T02", date(2024, 10, 6), "lecture"), regulation=regulation)
    assert {item: int(amount) for item, amount in scaled_to_budget(run, total("70")).items.items()} == {
        "counseling": 60,
        "points": 10,
    }
    assert scaled_to_budget(october(regulation=regulation), total("10")).total == 60


def test_what_is_taken_back_is_not_cut(scaling):
    """An overpayment that comes back leaves so much more for the others."""
    payments = [Payment("T02", date(2024, 10, 1), "counseling", 1, Decimal(40))]
    records = center(work(), work("T03"), payments=payments)
    run = pay(records, OCTOBER, RATES, scaling(), settle=True)
    cut = scaled_to_budget(run, total("60"))
    assert {one.teacher.teacher_id: one.gross for one in cut.teachers} == {"T01": 50, "T02": -40, "T03": 50}


def test_tax_is_withheld_of_what_is_left(scaling):
    """An external teacher's tax is that of the amount after the cut."""
    people = [evolve(PEOPLE[0], affiliation="external")]
    run = pay(center(work(hours=100), teachers=people), OCTOBER, RATES, scaling())
    assert (run.tax, scaled_to_budget(run, total("1000")).tax) == (960, 40)


def test_what_was_cut_is_not_paid_later(scaling):
    """A booked run that was cut is settled: the next month owes nothing of it, and a late row only itself."""
    regulation = scaling()
    cut = scaled_to_budget(pay(center(work(hours=2)), OCTOBER, RATES, regulation), total("100"))
    register = booked(cut)
    later = pay(center(work(hours=2), work(day="2024-11-05")), NOVEMBER, RATES, regulation, register=register)
    assert (cut.total, later.total) == (100, 60)
    term = pay(
        center(work(hours=2)), Period(date(2024, 10, 1), date(2024, 11, 30)), RATES, regulation, register=register
    )
    (paid,) = term.teacher("T01").adjustments
    assert (term.total, paid.amount, "其中按预算折减 20.00 元" in paid.text.zh) == (0, -120, True)
    late = pay(center(work(hours=3)), NOVEMBER, RATES, regulation, register=register)
    assert late.total == 60


@given(st.lists(st.integers(1, 20), min_size=1, max_size=3), st.integers(0, 3000))
def test_a_cut_run_is_exactly_its_budget(hours, yuan):
    """Whatever the amounts: what is paid is what there is, or what is due where that is less."""
    clause = load_regulation_with_scale()
    rows = [work(f"T0{n}", hours=some) for n, some in enumerate(hours, start=1)]
    run = scaled_to_budget(pay(center(*rows), OCTOBER, RATES, clause), total(str(yuan)))
    assert run.total == min(Decimal(yuan), Decimal(60 * sum(hours)))
    assert all(one.gross >= 0 for one in run.teachers)


def load_regulation_with_scale():
    from workload.regulation import Pay

    clause = Pay(id="scale", article="办法 第九条", quote="按比例折减", scale_to_budget=True)
    return evolve(load_regulation(), pay=(clause,))


# ---------------------------------------------------------------- files


def write(tmp_path, text):
    path = tmp_path / "budget.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_budget_of_a_file(tmp_path):
    """Students, what was used, a share to warn at, a year, and envelopes for uses by any of their names."""
    path = write(
        tmp_path,
        'format = 1\nyear = 2024\nstudents = 20000\nused = 1000.5\nwarn_at = "90%"\n'
        '[[envelope]]\nuse = "专业督导服务费用"\nyuan = 5000\nused = 20\nitems = ["咨询课时", "teaching"]\n'
        '[[envelope]]\nuse = "other"\nyuan = 100\nitems = ["积分"]\n',
    )
    budget = read_budget(path)
    assert (budget.year, budget.warn_at) == (2024, Fraction(9, 10))
    whole, first, second = budget.envelopes
    assert (whole.yuan, str(whole.used), whole.use, whole.items) == (300_000, "1000.50", None, ())
    assert (first.use.id, first.used, first.items) == ("supervision", 20, ("counseling", "teaching"))
    assert (second.use.id, second.used, second.items) == ("other", 0, ("points",))


def test_a_fund_of_the_schools_own(tmp_path):
    """Another list of uses lies beside the budget."""
    fund = 'format = 1\nid = "ours"\ndocument = "校发1号"\nname = { zh = "经费", en = "fund" }\n[[use]]\nid = "duty"\n'
    (tmp_path / "ours.toml").write_text(fund + 'name = { zh = "值班费", en = "duty" }\narticle = "第二条"\n', "utf-8")
    path = write(
        tmp_path, 'format = 1\nfund = "ours.toml"\n[[envelope]]\nuse = "值班费"\nyuan = 5\nitems = ["counseling"]\n'
    )
    assert read_budget(path).envelopes[0].use.article == "第二条"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("format = 1", 1, "没有预算"),
        ("format = 1\ntotal = 5\nstudents = 5", 2, "只能写一个"),
        ("format = 1\nused = 5", 2, "无所指"),
        ("format = 1\ntotal = 5.555", 2, "至多 2 位小数"),
        ("format = 1\nstudents = -5", 2, "整数"),
        ('format = 1\nstudents = "5"', 2, "整数"),
        ('format = 1\ntotal = 5\nwarn_at = "200%"', 3, "比例"),
        ('format = 1\ntotal = 5\nwarn_at = "soon"', 3, "比例"),
        ("format = 1\ntotal = 5\nlimit = 5", 3, "未知的键"),
        ("format = 1\ntotal = 5\nfund = 5", 3, "名称"),
        ("format = 1\nenvelope = 5", 2, "[[envelope]]"),
        ('format = 1\n[[envelope]]\nuse = "宴会"\nyuan = 5\nitems = ["points"]', 3, "没有这一用途"),
        ('format = 1\n[[envelope]]\nuse = "other"\nitems = ["points"]', 2, "'yuan'"),
        ('format = 1\n[[envelope]]\nyuan = 5\nitems = ["points"]', 2, "use"),
        ('format = 1\n[[envelope]]\nuse = "other"\nyuan = 5', 2, "由它支付的项目"),
        ('format = 1\n[[envelope]]\nuse = "other"\nyuan = 5\nitems = ["金币"]', 5, "没有项目 '金币'"),
    ],
)
def test_a_wrong_budget_is_told_with_its_line(tmp_path, text, line, said):
    """Each fault names the file, the line, and what is accepted."""
    with pytest.raises(RuleFileError) as wrong:
        read_budget(write(tmp_path, text))
    assert any(f"budget.toml:{line}" in one.zh and said in one.zh for one in wrong.value.problems), wrong.value.problems


def test_two_uses_of_one_item_in_a_file(tmp_path):
    """They are refused as a fault of the file."""
    one = '[[envelope]]\nuse = "{}"\nyuan = 5\nitems = ["points"]\n'
    with pytest.raises(RuleFileError, match="同时列入"):
        read_budget(write(tmp_path, "format = 1\n" + one.format("books") + one.format("other")))


@pytest.mark.parametrize("text", ["format = 1\nid = 5", 'format = 1\nid = "x"\ndocument = "y"\nname = "z"\nuse = []'])
def test_a_wrong_fund_is_refused(tmp_path, text):
    """Its id, document, name and uses must be there."""
    with pytest.raises(RuleFileError, match="应"):
        load_fund(write(tmp_path, text))
    with pytest.raises(RuleFileError, match="找不到文件"):
        load_fund("no-such-fund")


# ---------------------------------------------------------------- the verb


def folder_of(csv_folder):
    return csv_folder(
        {
            "teachers": [{"teacher_id": "T01", "employment": "part_time", "title": "lecturer"}],
            "activities": [{"teacher_id": "T01", "date": date(2024, 10, 5), "kind": "counseling_duty", "minutes": 90}],
            "rates": [{"item": "counseling", "yuan": 60, "effective_from": date(2024, 1, 1), "authority": "校发1号"}],
        }
    )


def test_the_verb_warns_of_what_exceeds(run, csv_folder, tmp_path):
    """The budget stands among the blocks; a warning goes to standard error; the run is done all the same."""
    folder = folder_of(csv_folder)
    found = run("pay", folder, "--month", "2024-10", "--students", "5")
    assert (found.code, "超出 45.00 元" in found.err, "超出 45.00 元" in found.out) == (0, True, True)
    found = run("pay", folder, "--month", "2024-10", "--students", "8", "--format", "json")
    assert (found.err, found.json["budget"][0]["state"], found.json["budget"][0]["left"]) == ("", "within", 0.0)
    path = write(tmp_path, 'format = 1\ntotal = 121\nused = 0\nwarn_at = "99%"')
    assert "99%" in run("pay", folder, "--month", "2024-10", "--budget", path).err


def test_the_verb_cuts_where_the_rules_say_so(run, csv_folder, tmp_path):
    """With the clause in the school's rule file, and a budget."""
    folder = folder_of(csv_folder)
    rules = tmp_path / "rules.toml"
    rules.write_text(SCALE, encoding="utf-8")
    found = run("pay", folder, "--month", "2024-10", "--students", "5", "--rules", rules)
    assert (found.code, "按比例折减为 75.00/120.00" in found.out) == (0, True)
    found = run("pay", folder, "--month", "2024-10", "--rules", rules)
    assert "给出预算时才折减" in found.out


def test_checks_are_part_of_every_form():
    """As lines for people and as an object, in both languages."""
    run = october()
    checks = check_budget(run, total("10"))
    for language in ("zh", "en"):
        assert any(
            "budget" in block.title.lower() or "预算" in block.title for block in payslips.blocks(run, checks, language)
        )
        assert payslips.as_object(run, checks, language)["budget"][0]["state"] == "exceeded"


# ---------------------------------------------------------------- what nobody got, and what was used


@pytest.mark.parametrize(("hours", "later"), [(11, 60), (10, 0), (9, 0), (5, -200), (0, -500)])
def test_no_more_is_taken_back_than_was_paid(scaling, hours, later):
    """600 were due and 500 paid: of 540 nothing comes back, of 300 so much as was paid beyond them, of 0 the 500."""
    people, regulation = PEOPLE[:2], scaling()
    rows = work(hours=10, day="2024-10-05"), work("T02", hours=10)
    cut = scaled_to_budget(pay(center(*rows, teachers=people), OCTOBER, RATES, regulation), total("1000"))
    assert [one.gross for one in cut.teachers] == [500, 500]
    register = booked(cut)
    changed = [work(hours=hours), rows[1]] if hours else [rows[1]]
    records = center(*changed, teachers=people)
    for period in (NOVEMBER, Period(OCTOBER.start, NOVEMBER.end)):
        run = pay(records, period, RATES, regulation, register=register, paid_in=date(2024, 11, 1), take_back=True)
        assert (run.total, run.teacher("T01").gross if later else later) == (later, later)
        after = booked(run)
        assert pay(records, DECEMBER, RATES, regulation, register=after, take_back=True).total == 0


def test_a_payment_by_hand_is_taken_off_though_it_was_meant_for_a_cut(scaling):
    """An advance looks the same: it is taken off, and the text says so."""
    regulation = scaling()
    register = booked(scaled_to_budget(pay(center(work(hours=2)), OCTOBER, RATES, regulation), total("100")))
    paid = [Payment("T01", date(2024, 11, 1), "counseling", 1, Decimal(20))]
    records = center(work(hours=2), work(day="2024-11-05"), payments=paid)
    for rows, told in ((register, True), (None, False)):
        run = pay(records, NOVEMBER, RATES, regulation, register=rows, settle=True)
        (taken_off,) = run.teacher("T01").adjustments
        assert (run.total, "此前按预算折减 20.00 元" in taken_off.text.zh) == (40, told)


def test_a_slip_is_that_of_the_whole_run(scaling):
    """--teacher picks after the cut; a run of one teacher alone is not cut."""
    records = center(work(), work("T02"))
    cut = scaled_to_budget(pay(records, OCTOBER, RATES, scaling()), total("60"))
    assert (cut.only("T01").total, cut.only("T01").teacher_id) == (30, "T01")
    with pytest.raises(WorkloadError, match="全体教师"):
        scaled_to_budget(pay(records, OCTOBER, RATES, scaling(), teacher_id="T01"), total("60"))


def test_the_verb_cuts_before_it_picks_a_teacher(run, csv_folder, tmp_path):
    """The slip of one teacher has the amount of the whole run."""
    folder = folder_of(csv_folder)
    with (folder / "teachers.csv").open("a", encoding="utf-8") as stream:
        stream.write("T02,part_time,lecturer\n")
    with (folder / "activities.csv").open("a", encoding="utf-8") as stream:
        stream.write("T02,2024-10-06,counseling_duty,90\n")
    (tmp_path / "rules.toml").write_text(SCALE, encoding="utf-8")
    path = write(tmp_path, "format = 1\ntotal = 60\nused = 0\n")
    options = ("--month", "2024-10", "--budget", path, "--rules", tmp_path / "rules.toml", "--format", "json")
    whole = run("pay", folder, *options).json
    one = run("pay", folder, *options, "--teacher", "T01").json
    assert (one["totals"]["gross"], one["budget"]) == (30, whole["budget"])
    assert one["teachers"] == [found for found in whole["teachers"] if found["teacher_id"] == "T01"]


def test_a_cut_run_no_longer_says_that_it_could_be_cut(scaling):
    """The clause waits for a budget; once there is one, it has cut or had nothing to cut."""
    run = october(work(hours=2), regulation=scaling())
    assert any("给出预算时才折减" in note.zh for note in run.notes)
    for yuan in ("60", "120"):
        assert not any("给出预算时才折减" in note.zh for note in scaled_to_budget(run, total(yuan)).notes)


def test_what_was_used_is_counted_in_its_month_of_payment():
    """December's work paid in January counts for the new year; what the table and the register have adds up."""
    rows = work(day="2024-12-05"), work(day="2025-01-05")
    budget = Budget(envelopes=(Envelope(yuan=Decimal(1000)),), year=2025)
    register = booked(pay(center(*rows), DECEMBER, RATES, paid_in=date(2025, 1, 1)))
    january = Period(date(2025, 1, 1), date(2025, 1, 31))
    run = pay(center(*rows), january, RATES, paid_in=date(2025, 2, 1), register=register)
    assert check_budget(run, budget)[0].used == 60
    written = [Payment("T01", date(2025, 1, 1), "counseling", 1, Decimal(60))]
    assert check_budget(run, budget, written)[0].used == 60
    by_hand = [Payment("T01", date(2025, 2, 1), "counseling", 1, Decimal(7))]
    assert check_budget(run, budget, by_hand)[0].used == 67
