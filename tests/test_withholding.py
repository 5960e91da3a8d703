"""Withholding on labor remuneration: the figures of the notice, a second reckoning in fen, and faulty table files.

A snippet of TOML says itself what is wrong with it: a line that ends in ``#! words`` must be reported, by its number
and with these words, and no other line may be.
"""

import contextlib
import random
import re
import tomllib
from collections import Counter
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import workload
from workload import (
    NoClauseError,
    RuleFileError,
    Text,
    WithholdingClause,
    WithholdingTable,
    WorkloadError,
    gross_up,
    load_withholding,
    taxes_withheld,
    withhold,
    withholding_steps,
)
from workload.taxfile import Bracket, Deduction

LIBRARY = Path(workload.__file__).parent
FILE = LIBRARY / "taxes" / "labor-remuneration.toml"
SOURCE = FILE.read_text(encoding="utf-8")
FEN = Decimal("0.01")


def yuan(fen):
    return Decimal(fen) * FEN


FENS = st.integers(min_value=0, max_value=30_000_000)


# ---------------------------------------------------------------- the figures of the notice

CHECKED = [
    ("800", "0"),
    ("1000", "40"),
    ("4000", "640"),
    ("10000", "1600"),
    ("25000", "4000"),
    ("30000", "5200"),
    ("62500", "13000"),
    ("100000", "25000"),
]


@pytest.mark.parametrize(("gross", "tax"), CHECKED)
def test_the_tax_is_that_of_the_worked_figures(gross, tax):
    """What READINGS works out by hand is what is withheld, and the rest is paid."""
    found = withhold(Decimal(gross))
    assert (found.tax, found.net) == (Decimal(tax), Decimal(gross) - Decimal(tax))
    assert (found.tax_together, found.tax_before) == (found.tax, 0)


def test_two_payments_of_a_month_are_taken_together():
    """Two payments of 20,000 in one month bear 7,600 together: 3,200 from the first, 4,400 from the second."""
    first, second = withhold(Decimal(20000)), withhold(Decimal(20000), paid=Decimal(20000))
    assert (first.tax, second.tax) == (3200, 4400)
    assert (second.together, second.taxable, second.tax_together, second.tax_before) == (40000, 32000, 7600, 3200)
    assert (second.gross, second.paid, second.net) == (20000, 20000, 15600)


@pytest.mark.parametrize(
    ("net", "gross"), [("1000", "1050.00"), ("5000", "5952.38"), ("30000", "36842.11"), ("60000", "77941.18")]
)
def test_net_to_gross_is_that_of_the_worked_figures(net, gross):
    """What READINGS works out by hand is the gross of a net."""
    found = gross_up(Decimal(net))
    assert (found.gross, found.net) == (Decimal(gross), Decimal(net))
    assert found == withhold(Decimal(gross))


EDGES = [
    ("0", "0", "0.20", "0"),
    ("799.99", "0", "0.20", "0"),
    ("800", "0", "0.20", "0"),
    ("800.01", "0.01", "0.20", "0"),  # 0.002
    ("800.02", "0.02", "0.20", "0"),  # 0.004
    ("800.03", "0.03", "0.20", "0.01"),  # 0.006
    ("3999.99", "3199.99", "0.20", "640"),  # 639.998
    ("4000", "3200", "0.20", "640"),
    ("4000.01", "3200.008", "0.20", "640"),  # 640.0016
    ("4000.03", "3200.024", "0.20", "640"),  # 640.0048
    ("4000.04", "3200.032", "0.20", "640.01"),  # 640.0064
    ("24999.99", "19999.992", "0.20", "4000"),  # 3999.9984
    ("25000", "20000", "0.20", "4000"),
    ("25000.01", "20000.008", "0.30", "4000"),  # 4000.0024
    ("25000.03", "20000.024", "0.30", "4000.01"),  # 4000.0072
    ("62499.99", "49999.992", "0.30", "13000"),  # 12999.9976
    ("62500", "50000", "0.30", "13000"),
    ("62500.01", "50000.008", "0.40", "13000"),  # 13000.0032
    ("62500.02", "50000.016", "0.40", "13000.01"),  # 13000.0064
]


@pytest.mark.parametrize(("gross", "taxable", "rate", "tax"), EDGES)
def test_each_edge_just_below_at_and_just_above(gross, taxable, rate, tax):
    """An edge belongs to the tier below it, and the tax passes it without a step; it is rounded once, half up."""
    found = withhold(Decimal(gross))
    assert (found.taxable, found.rate, found.tax) == (Decimal(taxable), Decimal(rate), Decimal(tax))


def test_the_deduction_passes_its_edge_without_a_step():
    """800 yuan are 20 % of 4,000: the deduction does not jump, and is exact where it is no whole fen."""
    deductions = [withhold(Decimal(gross)).deduction for gross in ("500", "3999.99", "4000", "4000.01", "10000")]
    assert deductions == [800, 800, 800, Decimal("800.002"), 2000]


# ---------------------------------------------------------------- a second reckoning, in whole fen


def tax_in_fen(income):
    """The tax on an income, both in fen, in whole numbers alone: every product is taken before it is divided."""
    if income <= 80_000:
        return 0
    fifths = 5 * (income - 80_000) if income <= 400_000 else 4 * income  # fifths of a fen of the taxable amount
    if fifths <= 5 * 2_000_000:
        return (2 * fifths + 25) // 50
    if fifths <= 5 * 5_000_000:
        return (6 * fifths + 50) // 100 - 200_000
    return (4 * fifths + 25) // 50 - 700_000


def some_incomes():
    chance = random.Random(61)
    yield from (chance.randrange(10 ** chance.randint(1, 9)) for _ in range(4000))
    for edge in (0, 80_000, 400_000, 2_500_000, 6_250_000):
        yield from (edge + step for step in range(-60, 61) if edge + step >= 0)


def test_a_reckoning_in_whole_fen_agrees():
    """On thousands of incomes, all those around the edges among them, the tax is that of a second program."""
    for income in some_incomes():
        assert withhold(yuan(income)).tax == yuan(tax_in_fen(income)), income


@given(gross=FENS, paid=FENS)
def test_a_reckoning_in_whole_fen_agrees_on_a_second_payment(gross, paid):
    """What is withheld from a further payment is the difference of two taxes, each rounded."""
    found = withhold(yuan(gross), yuan(paid))
    assert found.tax_together == yuan(tax_in_fen(gross + paid))
    assert found.tax == yuan(tax_in_fen(gross + paid) - tax_in_fen(paid))
    assert found.net == yuan(gross) - found.tax


# ---------------------------------------------------------------- what holds of every payment


@given(income=FENS, more=st.integers(min_value=0, max_value=1000), paid=st.just(0) | FENS)
def test_who_is_paid_more_keeps_no_less(income, more, paid):
    """Neither the tax nor the net falls as the income rises."""
    less, greater = (withhold(yuan(gross), yuan(paid)) for gross in (income, income + more))
    assert 0 <= less.tax <= greater.tax <= greater.gross
    assert less.net <= greater.net


@given(income=FENS)
def test_one_fen_more_of_gross_is_one_fen_more_of_net_or_of_tax(income):
    """The net steps by 0 or 1 fen, so that no net is skipped."""
    one, other = withhold(yuan(income)), withhold(yuan(income + 1))
    assert {other.net - one.net, other.tax - one.tax} == {Decimal(0), FEN}


@given(payments=st.lists(FENS, min_size=1, max_size=4))
def test_the_order_of_payments_in_a_month_changes_no_total(payments):
    """In whatever order a month's payments are made, their taxes sum to the tax on their sum."""
    whole = withhold(yuan(sum(payments)))
    for order in permutations(payments):
        paid, taxes, nets = 0, Decimal(0), Decimal(0)
        for payment in order:
            found = withhold(yuan(payment), yuan(paid))
            paid, taxes, nets = paid + payment, taxes + found.tax, nets + found.net
        assert (taxes, nets) == (whole.tax, whole.net)


def test_amounts_depend_on_no_context_of_decimal():
    """A caller who reckons with three digits gets the same fen."""
    with localcontext() as context:
        context.prec = 3
        assert withhold(Decimal("77941.18")).net == Decimal("60000.00")
        assert gross_up(Decimal("123456.78")).net == Decimal("123456.78")
        assert withholding_steps(withhold(Decimal("77941.18")))[-2].zh == "实发：77941.18 − 17941.18 = 60000 元"


def test_money_is_decimal_to_the_fen():
    """Every amount is a Decimal with two decimals; only what is a part of a fen has more."""
    found = withhold(Decimal("4000.01"), Decimal(0))
    for name in ("gross", "paid", "together", "quick_deduction", "tax_together", "tax_before", "tax", "net"):
        amount = getattr(found, name)
        assert type(amount) is Decimal
        assert amount.as_tuple().exponent == -2
    assert (str(found.deduction), str(found.taxable), str(found.rate)) == ("800.002", "3200.008", "0.20")


# ---------------------------------------------------------------- net to gross


@settings(max_examples=500)
@given(net=st.integers(min_value=0, max_value=10**13))
def test_the_gross_of_a_net_gives_exactly_that_net(net):
    """Net to gross and back, to the fen, over the whole range."""
    found = gross_up(yuan(net))
    assert found.net == yuan(net)
    assert found.gross == found.net + found.tax


def test_the_gross_of_every_net_around_the_edges_gives_exactly_that_net():
    """So it is for each fen around the nets at which a tier begins."""
    for edge in (0, 80_000, 336_000, 2_100_000, 4_950_000):
        for net in range(max(0, edge - 200), edge + 200):
            assert gross_up(yuan(net)).net == yuan(net)


@given(net=FENS)
def test_of_several_grosses_the_one_nearest_to_the_exact_solution_is_taken(net):
    """The tax is rounded, so neighbors may have one net: the gross is that of the unrounded tax, rounded half up."""
    found = gross_up(yuan(net))
    gross = int(found.gross * 100)
    if net <= 80_000:
        exact = Fraction(net)
    elif net <= 336_000:
        exact = Fraction(net - 16_000) / Fraction("0.8")
    elif net <= 2_100_000:
        exact = Fraction(net) / Fraction("0.84")
    elif net <= 4_950_000:
        exact = Fraction(net - 200_000) / Fraction("0.76")
    else:
        exact = Fraction(net - 700_000) / Fraction("0.68")
    assert -1 <= 2 * (exact - gross) < 1
    same = [other for other in range(gross - 4, gross + 5) if other >= 0 and other - tax_in_fen(other) == net]
    assert gross in same
    assert len(same) <= 2
    assert all(abs(gross - exact) <= abs(other - exact) for other in same)


def test_the_smallest_gross_is_not_always_the_one_taken():
    """36,842.10 leaves 30,000.00 as well; the figure of READINGS is the nearer 36,842.11."""
    assert [withhold(Decimal(gross)).net for gross in ("36842.10", "36842.11")] == [30000, 30000]
    assert gross_up(Decimal(30000)).gross == Decimal("36842.11")


@st.composite
def tables(draw):
    """A table of any tiers that meet: the loader would take it."""
    edges = sorted(draw(st.sets(st.integers(min_value=1, max_value=900), max_size=4)))
    rates = sorted(draw(st.lists(st.integers(0, 9999), min_size=len(edges) + 1, max_size=len(edges) + 1)))
    quick, reached, brackets = Fraction(0), (Fraction(0), Fraction(0)), []
    for edge, rate in zip([*edges, None], [Fraction(rate, 10_000) for rate in rates], strict=True):
        quick += (rate - reached[0]) * reached[1]
        up_to = None if edge is None else Fraction(edge * 100)
        brackets.append(Bracket(up_to=up_to, rate=rate, quick_deduction=quick))
        reached = (rate, up_to)
    share, edge = Fraction(draw(st.integers(0, 9999)), 10_000), Fraction(draw(st.integers(1, 500)) * 100)
    deductions = (Deduction(up_to=edge, amount=edge * share), Deduction(rate=share))
    tiers = draw(st.sampled_from([deductions, deductions[1:], (Deduction(amount=edge * share),)]))
    clause = WithholdingClause(
        id="any",
        document="某文件",
        article="第一条",
        quote="某",
        effective_from=date(2019, 1, 1),
        deductions=tiers,
        brackets=tuple(brackets),
    )
    return WithholdingTable(id="any", name=Text("某表", "a table"), note=Text("某", "some"), versions=(clause,))


@settings(max_examples=300)
@given(table=tables(), net=FENS)
def test_the_gross_of_a_net_is_exact_under_any_table(table, net):
    """Another table, whose tiers meet and whose rates stay below 1, is solved as exactly, and its net never falls."""
    found = gross_up(yuan(net), table)
    assert found.net == yuan(net)
    assert withhold(found.gross + FEN, table=table).net in (found.net, found.net + FEN)


# ---------------------------------------------------------------- versions

TWO_VERSIONS = SOURCE.replace(
    "effective_from = 2019-01-01", "effective_from = 2019-01-01\neffective_until = 2029-12-31"
) + (
    '\n[[version]]\ndocument = "某公告"\narticle = "第一条"\nquote = "某"\neffective_from = 2030-01-01\nunit = "yuan"\n'
    'deduction = [{ up_to = 5000, amount = 1000 }, { rate = 0.2 }]\nbracket = [{ rate = "1/4", quick_deduction = 0 }]\n'
)


@pytest.fixture
def write(tmp_path):
    """Write a table file and return its path."""

    def to_file(text, name="finance.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return to_file


def test_a_day_before_the_first_version_is_an_error():
    """The notice holds from 2019-01-01; the day before has no rule, and that is never 0."""
    assert withhold(Decimal(1000), day=date(2019, 1, 1)).tax == 40
    for refused in (withhold, gross_up):
        with pytest.raises(NoClauseError) as caught:
            refused(Decimal(1000), day=date(2018, 12, 31))
        assert "2018-12-31" in caught.value.text.zh
        assert "2019-01-01" in caught.value.text.en


def test_each_day_has_its_version_and_no_day_the_newest(write):
    """A payment is taxed by the version of its day; where no day is given, by the newest."""
    table = load_withholding(write(TWO_VERSIONS))
    days = (date(2029, 12, 31), date(2030, 1, 1), None)
    assert [withhold(Decimal(3000), table=table, day=day).tax for day in days] == [440, 500, 500]
    assert [gross_up(Decimal(2500), table, day).gross for day in days] == [2925, 3000, 3000]
    assert [withhold(Decimal(1), table=table, day=day).clause.document for day in days[:2]] == [
        "国家税务总局公告2018年第61号",
        "某公告",
    ]


def test_the_order_of_versions_in_the_file_is_free(write):
    """The newest version may stand first."""
    header = "\n[[version]]\n"
    head, *found = TWO_VERSIONS.split(header)
    turned = load_withholding(write(header.join([head, *reversed(found)])))
    assert turned == load_withholding(write(TWO_VERSIONS, "straight.toml"))


def test_a_day_after_the_last_version_is_an_error(write):
    """A table that ended says until when it held."""
    table = load_withholding(
        write(
            SOURCE.replace("effective_from = 2019-01-01", "effective_from = 2019-01-01\neffective_until = 2029-12-31")
        )
    )
    with pytest.raises(NoClauseError) as caught:
        withhold(Decimal(1), table=table, day=date(2030, 1, 1))
    assert caught.value.text == Text(
        "劳务报酬所得预扣预缴：2030-01-01 没有有效的规定（现有自 2019-01-01 起至 2029-12-31 止）",
        "withholding on labor remuneration: no rule for 2030-01-01, only from 2019-01-01 to 2029-12-31",
    )


# ---------------------------------------------------------------- what is no amount


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("-0.01", "must not be below 0"),
        ("-Infinity", "is no amount"),
        ("Infinity", "is no amount"),
        ("NaN", "is no amount"),
        ("sNaN", "is no amount"),
        ("0.001", "at most two decimals"),
        ("10000.005", "at most two decimals"),
        ("1E-999999", "at most two decimals"),
        ("1E+999999", "is too large"),
        ("1000000000000", "is too large"),
    ],
)
def test_what_is_no_amount_of_money_is_refused(value, words):
    """A negative, unending, too large or too fine amount is an error in both languages, whichever argument it is."""
    calls = [
        (withhold, "应发金额"),
        (lambda amount: withhold(Decimal(1), amount), "本月已发"),
        (gross_up, "实发金额"),
    ]
    for call, name in calls:
        with pytest.raises(WorkloadError) as caught:
            call(Decimal(value))
        assert words in caught.value.text.en
        assert caught.value.text.zh.startswith(name)
        assert value in caught.value.text.zh


@pytest.mark.parametrize("value", ["", "一千", None, True, "1,000"])
def test_what_is_no_number_is_refused(value):
    """A cell that holds no number is an error of the library, not one of Python."""
    with pytest.raises(WorkloadError):
        withhold(value)


@pytest.mark.parametrize("value", [Decimal("1E+3"), Decimal("1000.000"), 1000, 1000.0, "1000"])
def test_an_amount_is_taken_however_it_is_written(value):
    """Zeros behind the point, an exponent and another type of number do no harm."""
    assert str(withhold(value).net) == "960.00"


def test_a_negative_zero_is_nothing():
    """No minus sign is printed before a zero."""
    found = withhold(Decimal("-0"), Decimal("-0.00"))
    assert [str(amount) for amount in (found.gross, found.paid, found.tax, found.net)] == ["0.00"] * 4


# ---------------------------------------------------------------- the sentences


def test_a_further_payment_in_sentences():
    """Each step with its numbers, in both languages, what was withheld before among them, and the note."""
    found = withholding_steps(withhold(Decimal("5000.01"), paid=Decimal(20000)))
    assert [text.zh for text in found] == [
        "本月收入合计：已发 20000 + 本次 5000.01 = 25000.01 元（同一单位、同一项目）",
        "减除费用：收入超过 4000 元，25000.01 × 20% = 5000.002 元",
        "应纳税所得额：25000.01 − 5000.002 = 20000.008 元",
        "应预扣税额：20000.008 × 30% − 速算扣除数 2000 = 4000.0024，四舍五入到分 4000 元",
        "此前应已预扣：3200 元（按已发 20000 元）",
        "本次预扣：4000 − 3200 = 800 元",
        "实发：5000.01 − 800 = 4200.01 元",
        "依据：国家税务总局公告2018年第61号 第八条、个人所得税预扣率表二（自 2019-01-01 起）；以财务处为准",
    ]
    assert [text.en for text in found] == [
        "income of the month: 20000 paid before + 5000.01 now = 25000.01 yuan (one payer, one item)",
        "deduction: above 4000 yuan of income, 25000.01 x 20% = 5000.002 yuan",
        "taxable amount: 25000.01 - 5000.002 = 20000.008 yuan",
        "tax: 20000.008 x 30% - quick deduction 2000 = 4000.0024, rounded to the fen 4000 yuan",
        "withheld before: 3200 yuan (due on the 20000 yuan paid before)",
        "withheld now: 4000 - 3200 = 800 yuan",
        "net: 5000.01 - 800 = 4200.01 yuan",
        "Rules: 国家税务总局公告2018年第61号 第八条、个人所得税预扣率表二 (from 2019-01-01); "
        "the finance office's figure prevails",
    ]


def test_an_income_below_the_deduction_in_sentences():
    """What is not enough for the deduction is told as such, not as a negative amount."""
    found = withholding_steps(withhold(Decimal(500)))
    assert [text.zh for text in found[1:5]] == [
        "减除费用：收入不超过 4000 元，减除 800 元",
        "应纳税所得额：500 − 800 不足 0，按 0 元计",
        "应预扣税额：0 × 20% − 速算扣除数 0 = 0 元",
        "本次预扣：0 元",
    ]
    assert found[2].en == "taxable amount: 500 - 800 is below 0 and counts as 0 yuan"


def test_a_deduction_of_one_tier_in_sentences(write):
    """A table whose deduction has one tier names no edge."""
    source = re.sub(r"deduction = \[.*?\n\]", 'deduction = [{ rate = "12.5%" }]', SOURCE, flags=re.DOTALL)
    found = withhold(Decimal(1000), table=load_withholding(write(source)))
    assert withholding_steps(found)[1] == Text("减除费用：1000 × 12.5% = 125 元", "deduction: 1000 x 12.5% = 125 yuan")


NUMBER = r"(\d+(?:\.\d+)?)"


@given(gross=FENS, paid=FENS)
def test_every_line_of_the_sentences_can_be_reckoned_by_hand(gross, paid):
    """What stands left of an equals sign gives what stands right of it, without a hidden digit."""
    sentences = "\n".join(text.en for text in withholding_steps(withhold(yuan(gross), yuan(paid))))
    for one, two, total in re.findall(rf"{NUMBER}[a-z ]* \+ {NUMBER}[a-z ]* = {NUMBER} yuan", sentences):
        assert Decimal(one) + Decimal(two) == Decimal(total)
    for one, two, left in re.findall(rf"{NUMBER} - {NUMBER} = {NUMBER}", sentences):
        assert Decimal(one) - Decimal(two) == Decimal(left)
    for one, percent, product in re.findall(rf"{NUMBER} x {NUMBER}% = {NUMBER}", sentences):
        assert Decimal(one) * Decimal(percent) / 100 == Decimal(product)
    ((taxable, percent, quick, tax),) = re.findall(
        rf"{NUMBER} x {NUMBER}% - quick deduction {NUMBER} = {NUMBER}", sentences
    )
    assert Decimal(taxable) * Decimal(percent) / 100 - Decimal(quick) == Decimal(tax)


# ---------------------------------------------------------------- the packaged file


def test_the_packaged_file_has_the_numbers_of_the_notice_and_no_other():
    """800 up to 4,000, else 20 %; 20, 30, 40 % with 0, 2,000, 7,000 of quick deduction, up to 20,000 and 50,000."""
    (clause,) = load_withholding().versions
    assert {
        figure.name.removeprefix("labor-remuneration."): (figure.value, figure.unit) for figure in clause.figures()
    } == {
        "deduction.4000": (800, "yuan"),
        "deduction.above": (Fraction(1, 5), ""),
        "rate.20000": (Fraction(1, 5), ""),
        "quick_deduction.20000": (0, "yuan"),
        "rate.50000": (Fraction(3, 10), ""),
        "quick_deduction.50000": (2000, "yuan"),
        "rate.above": (Fraction(2, 5), ""),
        "quick_deduction.above": (7000, "yuan"),
    }


def test_the_packaged_file_is_dated_cited_and_left_to_the_finance_office():
    """It holds from 2019-01-01 until further notice, cites its document, and every print of it says 以财务处为准."""
    table = load_withholding()
    (clause,) = table.versions
    assert (clause.effective_from, clause.effective_until) == (date(2019, 1, 1), None)
    assert (clause.document, clause.article) == ("国家税务总局公告2018年第61号", "第八条、个人所得税预扣率表二")
    assert 0 < len(clause.quote) <= 60
    assert table.note.zh == "以财务处为准"
    assert table.name == Text("劳务报酬所得预扣预缴", "withholding on labor remuneration")


def test_a_name_a_path_and_the_default_are_one_table():
    """The included table is found by its name, and a copy of it by its path."""
    assert load_withholding() is load_withholding("labor-remuneration")
    assert load_withholding(FILE) == load_withholding(str(FILE)) == load_withholding()


@pytest.mark.parametrize("name", ["labor", "../taxes/labor-remuneration", ""])
def test_an_unknown_name_lists_the_tables_that_are_included(name):
    """A name that is no included table is answered with those that are."""
    (problem,) = problems(name)
    assert "included: labor-remuneration" in problem


def test_the_wheel_carries_the_table():
    """The wheel is the package with all its files: the table lies in it, and nothing keeps it out."""
    root = LIBRARY.parent
    build = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    wheel = build["targets"]["wheel"]
    assert "workload" in wheel["packages"]
    assert not {"include", "exclude", "only-include", "only-packages"} & {*build, *wheel}
    ignored = (root / ".gitignore").read_text(encoding="utf-8").split()  # hatch leaves out what git ignores
    assert not [line for line in ignored if "toml" in line or "taxes" in line]


# ---------------------------------------------------------------- faults of a file


def problems(path):
    """What is wrong with a table file, one English sentence each."""
    with pytest.raises(RuleFileError) as caught:
        load_withholding(path)
    return [problem.en for problem in caught.value.problems]


def assert_reported(path):
    """Each marked line is reported with its words, nothing else is, and the lines come in order."""
    marks = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        marks += [(number, words.strip()) for words in line.split("#!")[1:]]
    assert marks
    found = problems(path)
    lines = [int(re.match(rf"{re.escape(path.name)}:(\d+)[ :]", problem)[1]) for problem in found]
    assert Counter(lines) == Counter(number for number, _ in marks), found
    assert lines == sorted(lines)
    for number, words in marks:
        assert any(problem.startswith(f"{path.name}:{number}") and words in problem for problem in found), found


BASE = """format = 1
id = "ours"
name = { zh = "某表", en = "a table" }
note = { zh = "以财务处为准", en = "ask the finance office" }

[[version]]
document = "某公告"
article = "第一条"
quote = "某规定"
effective_from = 2019-01-01
unit = "yuan"
deduction = [
  { up_to = 4000, amount = 800 },
  { rate = "20%" },
]
bracket = [
  { up_to = 20000, rate = "20%", quick_deduction = 0 },
  { up_to = 50000, rate = "30%", quick_deduction = 2000 },
  { rate = "40%", quick_deduction = 7000 },
]
"""
FIXED, SHARE = "  { up_to = 4000, amount = 800 },", '  { rate = "20%" },'
FIRST = '  { up_to = 20000, rate = "20%", quick_deduction = 0 },'
SECOND = '  { up_to = 50000, rate = "30%", quick_deduction = 2000 },'
LAST = '  { rate = "40%", quick_deduction = 7000 },'
START = "effective_from = 2019-01-01"

# What is wrong: a line of that file, and what stands there instead; and so on for a second line.
FAULTS = {
    # -- unknown keys
    "unknown key of the file": ("format = 1", "format = 1\nrules = 1  #! unknown key; accepted: format, id"),
    "unknown key of a text": (
        'name = { zh = "某表", en = "a table" }',
        'name = { zh = "某表", en = "a table", de = "x" }  #! unknown key; accepted: zh, en',
    ),
    "unknown key of a version": (START, f'{START}\ncurrency = "CNY"  #! unknown key'),
    "unknown key of a deduction": (SHARE, '{ rate = "20%", from = 4000 },  #! unknown key'),
    "unknown key of a bracket": (LAST, '{ rate = "40%", quick_deduction = 7000, from = 50000 },  #! unknown key'),
    # -- missing and empty ones
    "a name in one language": (
        'name = { zh = "某表", en = "a table" }',
        "name = { zh = \"某表\" }  #! 'en' is missing",
    ),
    "an empty document": ('document = "某公告"', 'document = " "  #! takes a text'),
    "a bracket without a rate": (LAST, "{ quick_deduction = 7000 },  #! the required key 'rate' is missing"),
    "a bracket without its quick deduction": (LAST, "{ rate = \"40%\" },  #! the required key 'quick_deduction'"),
    "no tiers": ("bracket = [", "bracket = []  #! must not be empty\nlevels = [  #! unknown key"),
    "no versions": ("[[version]]", "version = []  #! must not be empty\n[x]  #! unknown key"),
    # -- wrong types
    "another format": ("format = 1", "format = 2  #! must say format = 1"),
    "a truth value as format": ("format = 1", "format = true  #! must say format = 1"),
    "one text for two languages": ('name = { zh = "某表", en = "a table" }', 'name = "某表"  #! takes { zh, en }'),
    "a number for a text": ('article = "第一条"', "article = 1  #! takes a text"),
    "another unit": ('unit = "yuan"', "unit = \"fen\"  #! takes 'yuan', not 'fen'"),
    "a text for a date": (START, 'effective_from = "2019-01-01"  #! takes a date'),
    "a date with a time": (START, "effective_from = 2019-01-01T00:00:00  #! takes a date"),
    "a text for a number": (FIXED, '{ up_to = 4000, amount = "eight hundred" },  #! takes an amount'),
    "an amount in quotation marks": (
        FIXED,
        "{ up_to = 4000, amount = \"800\" },  #! takes an amount (60.50, without quotation marks), not '800'",
    ),
    "a truth value for a number": (FIXED, "{ up_to = 4000, amount = true },  #! takes an amount"),
    "no finite number": (FIXED, "{ up_to = inf, amount = 800 },  #! takes an amount"),
    "a word for a rate": (SHARE, '{ rate = "a fifth" },  #! takes a rate (0.5 or "50%"), not \'a fifth\''),
    "a number where tiers are due": ("bracket = [", "bracket = 3  #! takes a list of tables\nx = [  #! unknown key"),
    "a table where versions are due": ("[[version]]", "[version]  #! takes a list of tables"),
    "a tier that is no table": ("deduction = [", "deduction = [  #! takes a list of tables", SHARE, '"20%",'),
    # -- numbers that cannot be
    "a number below 0": (FIXED, "{ up_to = 4000, amount = -800 },  #! must not be below 0"),
    "a part of a fen": (FIXED, "{ up_to = 4000, amount = 800.001 },  #! has at most 2 decimals"),
    "a rate that does not end": (SHARE, '{ rate = "1/3" },  #! has at most 4 decimals'),
    "a rate in percent without its sign": (SHARE, "{ rate = 20 },  #! must be below 1 (100%)"),
    "a rate that leaves nothing": (LAST, '{ rate = "100%", quick_deduction = 37000 },  #! must be below 1 (100%)'),
    # -- tiers
    "a deduction that says two things": (
        FIXED,
        '{ up_to = 4000, amount = 800, rate = "20%" },  #! takes exactly one of',
    ),
    "a deduction that says nothing": (FIXED, "{ up_to = 4000 },  #! takes exactly one of amount and rate"),
    "a gap above the last tier": (SHARE, '{ up_to = 9000, rate = "20%" },  #! the last tier has none'),
    "tiers that overlap": (FIXED, "{ amount = 800 },  #! only the last tier has no up_to"),
    "tiers that fall": (
        SECOND,
        '{ up_to = 10000, rate = "30%", quick_deduction = 2000 },  #! must be above the 20000 before it',
    ),
    "one edge twice": (
        SECOND,
        '{ up_to = 20000, rate = "30%", quick_deduction = 2000 },  #! must be above the 20000 before it',
    ),
    "a tier of nothing": (FIXED, "{ up_to = 0, amount = 800 },  #! must be above the 0 before it"),
    "a deduction with a step": (
        FIXED,
        "{ up_to = 4000, amount = 8000 },",
        SHARE,
        '{ rate = "20%" },  #! at 4000 yuan the two tiers deduct unlike amounts: 8000 and 800',
    ),
    "a wrong first quick deduction": (
        FIRST,
        '{ up_to = 20000, rate = "20%", quick_deduction = 1 },  #! does not fit the rates: 0 lets',
    ),
    "a wrong quick deduction": (
        SECOND,
        '{ up_to = 50000, rate = "30%", quick_deduction = 2100 },  #! does not fit the rates: 2000 lets',
    ),
    "a wrong last quick deduction": (LAST, '{ rate = "40%", quick_deduction = 700 },  #! does not fit the rates: 7000'),
    "rates that fall": (
        SECOND,
        '{ up_to = 50000, rate = "3%", quick_deduction = 2000 },  #! is below the 0.2 of the bracket before',
    ),
    # -- versions
    "an end before the start": (START, f"{START}\neffective_until = 2018-12-31  #! lies before effective_from"),
}


def instead(*lines):
    """The file with other lines: each pair is a line and what stands there instead."""
    source = BASE
    for old, new in zip(lines[::2], lines[1::2], strict=True):
        assert source.count(f"{old}\n") == 1
        source = source.replace(f"{old}\n", f"{new}\n")
    return source


@pytest.mark.parametrize("lines", list(FAULTS.values()), ids=list(FAULTS))
def test_a_fault_is_told_with_its_line_and_nothing_else_is(write, lines):
    """A fault of a table file is reported once, at the line on which it stands, with what is accepted."""
    assert_reported(write(instead(*lines)))


def test_a_file_without_a_fault_loads(write):
    """The file from which those faults are made has none, with or without a mark of its encoding before it."""
    table = load_withholding(write(BASE))
    assert (table.id, table.name, table.note.zh) == ("ours", Text("某表", "a table"), "以财务处为准")
    assert load_withholding(write("\ufeff" + BASE, "marked.toml")) == table
    assert withhold(Decimal(30000), table=table).tax == 5200


@pytest.mark.parametrize("key", ["document", "article", "quote", "effective_from", "unit", "deduction", "bracket"])
def test_no_version_may_lack_a_part(write, key):
    """A version without its document, article, quote, date, unit or tiers is refused at its line."""
    source, number = re.subn(rf"(?ms)^{key} = (\[$.*?^\]|[^\n]*)$", "", BASE)
    assert number == 1
    assert_reported(write(source.replace("[[version]]", f"[[version]]  #! the required key '{key}' is missing")))


@pytest.mark.parametrize("key", ["format", "id", "name", "note"])
def test_a_file_says_what_it_is(write, key):
    """A file without its format, id, name or note is refused."""
    source, number = re.subn(rf"(?m)^{key} = .*\n", "", BASE)
    assert number == 1
    (problem,) = problems(write(source))
    assert problem.startswith("finance.toml:1")
    assert key in problem


def test_a_file_without_versions_is_refused(write):
    """A table that holds on no day is none."""
    (problem,) = problems(write(BASE.partition("[[version]]")[0]))
    assert problem == "finance.toml:1: the required key 'version' is missing"


def versions(until, start):
    """A file with two versions: one until a day, the other from a day on, with a mark for the fault at its header."""
    head, _, version = BASE.partition("[[version]]")
    first = version.replace(START, f"{START}\neffective_until = {until}" if until else START)
    return f"{head}[[version]]{first}[[version]]  #! MARK{version.replace(START, f'effective_from = {start}')}"


@pytest.mark.parametrize(
    ("until", "start", "words"),
    [
        ("2024-06-30", "2024-06-30", "two versions for one day: overlaps finance.toml:6"),
        (None, "2024-07-01", "two versions for one day: overlaps finance.toml:6"),
        ("2024-06-30", "2024-07-02", "no version between 2024-06-30 and 2024-07-02 (finance.toml:6)"),
    ],
)
def test_versions_may_neither_overlap_nor_leave_a_gap(write, until, start, words):
    """No day has two versions, and none between two versions has no one."""
    assert_reported(write(versions(until, start).replace("MARK", words)))


def test_versions_that_touch_are_right(write):
    """One until a day, the other from the next."""
    table = load_withholding(write(versions("2024-06-30", "2024-07-01")))
    assert [version.effective_until for version in table.versions] == [date(2024, 6, 30), None]


def test_all_faults_are_told_together(write):
    """Faults of the file, of a version and of its tiers come in one list, in the order of their lines."""
    assert_reported(
        write(
            instead(
                "format = 1",
                "format = 1\ncheese = 1  #! unknown key",
                'article = "第一条"',
                'article = ""  #! takes a text',
                START,
                "effective_from = 2019  #! takes a date",
                FIXED,
                "{ up_to = 4000, amount = 900 },",
                SHARE,
                '{ rate = "20%" },  #! unlike amounts: 900 and 800',
                SECOND,
                '{ up_to = 50000, rate = "30%", quick_deduction = 2100 },  #! does not fit the rates: 2000',
                LAST,
                '{ rate = "40%", quick_deduction = 700 },  #! does not fit the rates: 7000',
            )
        )
    )


def test_a_fault_is_told_in_chinese_too(write):
    """The message for people is Chinese first, and counts the faults."""
    with pytest.raises(RuleFileError) as caught:
        load_withholding(write(instead(SECOND, SECOND.replace("2000", "2100"))))
    assert str(caught.value).splitlines() == [
        "税率表 finance.toml 有 1 处错误：",
        "finance.toml:18 version.0.bracket.1.quick_deduction：与税率不符：应为 2000，否则税额在级距处有跳跃",
    ]


def test_what_is_no_toml_is_refused_with_its_line(write):
    """A file that is no TOML names the line on which it breaks."""
    (problem,) = problems(write("format = 1\n[[version]\n"))
    assert "is not valid TOML" in problem
    assert "line 2" in problem


@pytest.mark.parametrize("number", ["9" * 5000, "1e99999999999999999999"])
def test_a_number_out_of_all_bounds_is_refused(write, number):
    """What Python itself takes for no number breaks nothing."""
    (problem,) = problems(write(BASE.replace("amount = 800", f"amount = {number}")))
    assert "is not valid TOML" in problem


def test_what_cannot_be_read_is_refused(tmp_path):
    """Another encoding, a missing file and a folder are told as what they are."""
    path = tmp_path / "finance.toml"
    (missing,) = problems(path)
    path.write_bytes('id = "财务处"'.encode("gb18030"))
    (encoded,) = problems(path)
    (tmp_path / "folder.toml").mkdir()
    (folder,) = problems(tmp_path / "folder.toml")
    assert "there is no file" in missing
    assert "UTF-8" in encoded
    assert "cannot be read" in folder


KEYS = [number for number, line in enumerate(BASE.splitlines()) if re.match(r"\w+ = (?!\[$)|  \{", line)]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    number=st.sampled_from(KEYS),
    value=st.sampled_from(["7", "true", "[]", '["x"]', "{ a = 1 }", "{ rate = 0 }", "2024-05-05", '""', "nan", "-1"]),
)
def test_whatever_stands_in_a_file_is_a_fault_or_a_value(write, number, value):
    """No value of any type breaks the loading: the file loads, or its faults are told."""
    lines = BASE.splitlines()
    key, equals, _ = lines[number].partition(" = ")
    lines[number] = f"{value}," if key.startswith(" ") else f"{key}{equals}{value}"
    with contextlib.suppress(RuleFileError):
        assert load_withholding(write("\n".join(lines))).versions


@given(st.lists(st.tuples(st.integers(0, 20_000_000), st.integers(0, 20_000_000)), max_size=20))
def test_taxes_of_a_column_are_those_of_each_payment(payments):
    """The quick way for long columns gives what each payment alone gives, and zero stays zero."""
    amounts = [(Decimal(gross).scaleb(-2), Decimal(paid).scaleb(-2)) for gross, paid in payments]
    assert list(taxes_withheld(amounts)) == [withhold(gross, paid).tax for gross, paid in amounts]


def test_a_bad_amount_of_a_column_is_that_row_s_own():
    """What is no amount gives its error in its place; the others are worked out."""
    first, bad, last = taxes_withheld(
        [(Decimal(1000), Decimal(0)), (Decimal(-1), Decimal(0)), (Decimal(800), Decimal(0))]
    )
    assert (first, last) == (40, 0)
    assert isinstance(bad, WorkloadError)
