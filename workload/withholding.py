"""Withholding on labor remuneration (劳务报酬所得预扣预缴), 国家税务总局公告2018年第61号.

What the payer of an external teacher withholds from a payment, what is left of it, and which gross leaves a net. The
income of one month from one payer for one item is taken together. Amounts are yuan with at most two decimals; the tax
on a sum is rounded once, to the fen, half up, and what is withheld from one payment is the difference of two such
taxes, so that the payments of a month tie to their sum in whatever order they are made.

>>> first = withhold(Decimal(20000))
>>> second = withhold(Decimal(20000), paid=Decimal(20000))
>>> print(first.tax, second.tax, second.tax_together, gross_up(Decimal(30000)).gross)
3200.00 4400.00 7600.00 36842.11
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import inf

from attrs import frozen

from workload.errors import WorkloadError
from workload.exact import rounded, shown
from workload.taxfile import (
    RATE_PLACES,
    Bracket,
    Deduction,
    WithholdingClause,
    WithholdingTable,
    load_withholding,
    tier_of,
)
from workload.text import Text
from workload.tomlfile import FEN_PLACES

_GROSS, _PAID = Text("应发金额", "the gross"), Text("本月已发", "what was paid this month")
_MOST_DIGITS = 12  # of an amount before the point: more is a slip of the pen
FEN: int = 10**FEN_PLACES  # of a yuan
_EXACT_PLACES = FEN_PLACES + RATE_PLACES  # a rate of an amount has no more decimals than both together


@frozen(kw_only=True)
class Withholding:
    """What is withheld from one payment, with every step to it; amounts in yuan.

    ``paid`` is the gross already paid in the month. ``together``, ``deduction``, ``taxable``, ``rate``,
    ``quick_deduction`` and ``tax_together`` speak of both payments together, ``tax_before`` of ``paid`` alone; ``tax``
    and ``net`` speak of this payment. ``deduction`` and ``taxable`` are exact and may have more than two decimals, all
    other amounts are whole fen. ``clause`` is the version of ``table`` that was applied.
    """

    gross: Decimal
    paid: Decimal
    together: Decimal
    deduction: Decimal
    taxable: Decimal
    rate: Decimal
    quick_deduction: Decimal
    tax_together: Decimal
    tax_before: Decimal
    tax: Decimal
    net: Decimal
    clause: WithholdingClause
    table: WithholdingTable


def withhold(
    gross: Decimal,
    paid: Decimal = Decimal(0),
    table: WithholdingTable | None = None,
    day: date | None = None,
) -> Withholding:
    """Notice 61 of 2018 (国家税务总局公告2018年第61号), 第八条: what is withheld from a payment of labor remuneration.

    Args:
        gross: this payment, in yuan.
        paid: what the payer already paid in the month for the same item, before tax, in yuan.
        table: the withholding table; that of the notice by default.
        day: the day of the payment, whose version of the table holds; the newest by default.

    Equation: ``tax = T(paid + gross) - T(paid)``, where ``T(income) = (income - deduction) x rate - quick deduction``,
    not below 0, rounded to 0.01 yuan half up; ``net = gross - tax``.

    Raises:
        WorkloadError: an amount is below 0, not finite, too large, or has more than two decimals.
        NoClauseError: no version of the table was in force on that day.

    >>> found = withhold(Decimal("30000"))
    >>> print(found.deduction, found.taxable, found.rate, found.tax, found.net)
    6000.00 24000.00 0.30 5200.00 24800.00
    """
    return _withheld(_amount(gross, _GROSS), _amount(paid, _PAID), table or load_withholding(), day)


def withhold_in_month(
    gross: Decimal, paid: Decimal, table: WithholdingTable | None = None, day: date | None = None
) -> Withholding:
    """Notice 61 of 2018 (国家税务总局公告2018年第61号), 第八条: :func:`withhold`, where an amount may be below 0.

    A payment below 0 takes back what was paid: the tax on the month's sum is then less, and ``tax`` is below 0 by what
    was withheld in that month too much. Of a month whose sum is below 0 nothing is withheld. Thus the payments of a
    month tie to their sum in whatever order they are made, corrections among them.

    Raises:
        WorkloadError: an amount is not finite, too large, or has more than two decimals.
        NoClauseError: no version of the table was in force on that day.

    >>> print(withhold_in_month(Decimal(-5000), Decimal(20000)).tax, withhold_in_month(Decimal(900), Decimal(-200)).tax)
    -800.00 0.00
    """
    return _withheld(_signed(gross, _GROSS), _signed(paid, _PAID), table or load_withholding(), day)


def taxes_withheld(
    payments: Iterable[tuple[Decimal, Decimal]], table: WithholdingTable | None = None, day: date | None = None
) -> Iterator[Decimal | WorkloadError]:
    """Notice 61 of 2018 (国家税务总局公告2018年第61号), 第八条: the tax of :func:`withhold` alone, for long columns.

    For each gross and what was paid before it in its month; in the place of one that is no amount its error.

    >>> [str(tax) for tax in taxes_withheld([(Decimal(30000), Decimal(0)), (Decimal(20000), Decimal(20000))])]
    ['5200.00', '4400.00']
    """
    clause = (table or load_withholding()).on(day)
    if id(clause) not in _READY:
        _READY[id(clause)] = clause, _whole_fen_tax(clause)
    tax = _READY[id(clause)][1]
    for gross, paid in payments:
        try:
            now, before = int(_amount(gross, _GROSS) * FEN), int(_amount(paid, _PAID) * FEN)
        except WorkloadError as error:
            yield error
        else:
            fen = tax(now + before) - (tax(before) if before else 0)
            yield Decimal(fen).scaleb(-FEN_PLACES)


def gross_up(net: Decimal, table: WithholdingTable | None = None, day: date | None = None) -> Withholding:
    """Notice 61 of 2018 (国家税务总局公告2018年第61号), 第八条: the payment of which exactly ``net`` yuan are left.

    It is the only payment of its month. Equation: ``gross = net + T(gross)``, solved with the tax not yet rounded, then
    rounded to 0.01 yuan half up. The ``net`` of what is returned is always exactly the one asked for: one fen more of
    gross changes the rounded tax by 0 or 1 fen, so that no net is skipped. Where several grosses have that net
    (neighbors, because the tax is rounded), it is the one nearest to the exact solution, not always the smallest.

    Raises:
        WorkloadError: ``net`` is below 0, not finite, too large, or has more than two decimals.
        NoClauseError: no version of the table was in force on that day.

    >>> found = gross_up(Decimal(5000))
    >>> print(found.gross, found.tax, found.net)
    5952.38 952.38 5000.00
    """
    table = table or load_withholding()
    gross = _exact_gross(_amount(net, Text("实发金额", "the net")), table.on(day))
    return _withheld(Fraction(rounded(gross, FEN_PLACES)), Fraction(0), table, day)


def withholding_steps(found: Withholding) -> tuple[Text, ...]:
    """What a withholding comes from, as sentences: the sum, the deduction, the bracket, the tax, the net, the document.

    >>> for sentence in withholding_steps(withhold(Decimal(1000))):
    ...     print(sentence)
    本月收入合计：1000 元（同一单位、同一项目）
    减除费用：收入不超过 4000 元，减除 800 元
    应纳税所得额：1000 − 800 = 200 元
    应预扣税额：200 × 20% − 速算扣除数 0 = 40 元
    本次预扣：40 元
    实发：1000 − 40 = 960 元
    依据：国家税务总局公告2018年第61号 第八条、个人所得税预扣率表二（自 2019-01-01 起）；以财务处为准
    """
    return tuple(_sentences(found))


# ---------------------------------------------------------------- the calculation


def _amount(value: Decimal, name: Text) -> Fraction:
    """An amount of money, checked."""
    try:
        yuan = value if type(value) is Decimal else Decimal(str(value))  # a number of another type by what it shows
    except (InvalidOperation, ValueError):
        yuan = Decimal("NaN")
    if not yuan.is_finite():
        problem = Text("应为金额", "is no amount")
    elif yuan < 0:
        problem = Text("不能小于0", "must not be below 0")
    elif yuan and yuan.adjusted() >= _MOST_DIGITS:
        problem = Text("金额过大", "is too large")
    elif yuan and (yuan.adjusted() < -FEN_PLACES or not _is_whole(Fraction(yuan), FEN_PLACES)):
        problem = Text("至多两位小数（到分）", "has at most two decimals (fen)")
    else:
        return Fraction(yuan)
    raise WorkloadError(Text(f"{name.zh}{problem.zh}：{value}", f"{name.en} {problem.en}: {value}"))


def _signed(value: Decimal, name: Text) -> Fraction:
    return -_amount(-value, name) if value < 0 else _amount(value, name)


def _is_whole(value: Fraction, places: int) -> bool:
    return (value * Fraction(10**places)).denominator == 1


def _decimal(value: Fraction) -> Decimal:
    """An exact value as it is: with two decimals, or as many more as it has."""
    places = next(places for places in range(FEN_PLACES, _EXACT_PLACES + 1) if _is_whole(value, places))
    return rounded(value, places)


def _taxable(clause: WithholdingClause, income: Fraction) -> Fraction:
    return max(income - tier_of(clause.deductions, income).of(income), Fraction(0))


def _exact_tax(clause: WithholdingClause, income: Fraction) -> Fraction:
    """The tax on an income, not yet rounded."""
    taxable = _taxable(clause, income)
    bracket = tier_of(clause.brackets, taxable)
    return taxable * bracket.rate - bracket.quick_deduction


def _tax(clause: WithholdingClause, income: Fraction) -> Fraction:
    return Fraction(rounded(_exact_tax(clause, income), FEN_PLACES))


_READY: dict[
    int, tuple[WithholdingClause, Callable[[int], int]]
] = {}  # the clause is kept, so that its id stays its own


def _whole_fen_tax(clause: WithholdingClause) -> Callable[[int], int]:
    """The same tax for whole fen in whole fen: integers are quick, and a rate is a whole number of its last place."""
    scale: int = 10**RATE_PLACES

    def edge(tier: Deduction | Bracket, times: int) -> int | float:
        return inf if tier.up_to is None else (tier.up_to * FEN * times).__floor__()

    deductions = [
        (edge(tier, 1), int((tier.amount or 0) * FEN * scale), int((tier.rate or 0) * scale))
        for tier in clause.deductions
    ]
    brackets = [
        (edge(tier, scale), int(tier.rate * scale), int(tier.quick_deduction * FEN * scale * scale))
        for tier in clause.brackets
    ]
    unit: int = 2 * scale * scale

    def tax(income: int) -> int:
        fixed, share = next((fixed, share) for up_to, fixed, share in deductions if income <= up_to)
        taxable = max(income * (scale - share) - fixed, 0)
        rate, quick = next((rate, quick) for up_to, rate, quick in brackets if taxable <= up_to)
        return (2 * (taxable * rate - quick) + unit // 2) // unit

    return tax


def _withheld(gross: Fraction, paid: Fraction, table: WithholdingTable, day: date | None) -> Withholding:
    clause = table.on(day)
    together = paid + gross
    taxable = _taxable(clause, together)
    bracket = tier_of(clause.brackets, taxable)
    tax_together, tax_before = _tax(clause, together), _tax(clause, paid)
    tax = tax_together - tax_before
    return Withholding(
        gross=_decimal(gross),
        paid=_decimal(paid),
        together=_decimal(together),
        deduction=_decimal(tier_of(clause.deductions, together).of(together)),
        taxable=_decimal(taxable),
        rate=_decimal(bracket.rate),
        quick_deduction=_decimal(bracket.quick_deduction),
        tax_together=_decimal(tax_together),
        tax_before=_decimal(tax_before),
        tax=_decimal(tax),
        net=_decimal(gross - tax),
        clause=clause,
        table=table,
    )


def _exact_gross(net: Fraction, clause: WithholdingClause) -> Fraction:
    """The one income of which, with the tax not rounded, exactly ``net`` is left.

    There is one and no other: the tiers meet and no rate reaches 1 (a table file that breaks this does not load), so
    that what is left rises with the income, without a step. Rounded to the fen, the income is off by at most half a
    fen, its tax by less and in the same direction; what is left of it is then off by at most half a fen before the tax
    is rounded, and by nothing after it.
    """
    return next(gross for gross in _candidates(net, clause) if gross - _exact_tax(clause, gross) == net)


def _candidates(net: Fraction, clause: WithholdingClause) -> Iterator[Fraction]:
    """The solution of each tier with each bracket, and of no tax."""
    yield net
    for deduction in clause.deductions:
        share, fixed = 1 - (deduction.rate or 0), deduction.amount or 0
        for bracket in clause.brackets:
            yield (net - bracket.rate * fixed - bracket.quick_deduction) / (1 - bracket.rate * share)


# ---------------------------------------------------------------- the sentences


def _sentences(found: Withholding) -> Iterator[Text]:
    clause, together = found.clause, _yuan(found.together)
    if found.paid:
        paid, gross = _yuan(found.paid), _yuan(found.gross)
        yield Text(
            f"本月收入合计：已发 {paid} + 本次 {gross} = {together} 元（同一单位、同一项目）",
            f"income of the month: {paid} paid before + {gross} now = {together} yuan (one payer, one item)",
        )
    else:
        yield Text(
            f"本月收入合计：{together} 元（同一单位、同一项目）",
            f"income of the month: {together} yuan (one payer, one item)",
        )
    yield _deduction_text(found)
    deduction, taxable = _yuan(found.deduction), _yuan(found.taxable)
    zh, en = f"应纳税所得额：{together} − {deduction}", f"taxable amount: {together} - {deduction}"
    if found.together < found.deduction:
        yield Text(f"{zh} 不足 0，按 {taxable} 元计", f"{en} is below 0 and counts as {taxable} yuan")
    else:
        yield Text(f"{zh} = {taxable} 元", f"{en} = {taxable} yuan")
    yield _tax_text(found)
    tax, tax_before = _yuan(found.tax), _yuan(found.tax_before)
    if found.paid:
        whole, paid = _yuan(found.tax_together), _yuan(found.paid)
        yield Text(
            f"此前应已预扣：{tax_before} 元（按已发 {paid} 元）",
            f"withheld before: {tax_before} yuan (due on the {paid} yuan paid before)",
        )
        yield Text(f"本次预扣：{whole} − {tax_before} = {tax} 元", f"withheld now: {whole} - {tax_before} = {tax} yuan")
    else:
        yield Text(f"本次预扣：{tax} 元", f"withheld now: {tax} yuan")
    gross, net = _yuan(found.gross), _yuan(found.net)
    yield Text(f"实发：{gross} − {tax} = {net} 元", f"net: {gross} - {tax} = {net} yuan")
    note = found.table.note
    yield Text(
        f"依据：{clause.citation}（自 {clause.effective_from} 起）；{note.zh}",
        f"Rules: {clause.citation} (from {clause.effective_from}); {note.en}",
    )


def _deduction_text(found: Withholding) -> Text:
    """Which tier of the deduction applies, and what it deducts."""
    tiers = found.clause.deductions
    tier = tier_of(tiers, Fraction(found.together))
    place, deduction = tiers.index(tier), _yuan(found.deduction)
    zh, en = "", ""
    if tier.up_to is not None:
        zh, en = f"收入不超过 {_yuan(tier.up_to)} 元，", f"up to {_yuan(tier.up_to)} yuan of income, "
    elif place and (edge := tiers[place - 1].up_to) is not None:
        zh, en = f"收入超过 {_yuan(edge)} 元，", f"above {_yuan(edge)} yuan of income, "
    if tier.rate is None:
        return Text(f"减除费用：{zh}减除 {deduction} 元", f"deduction: {en}{deduction} yuan")
    of = f"{_yuan(found.together)} × {_percent(tier.rate)}"
    return Text(f"减除费用：{zh}{of} = {deduction} 元", f"deduction: {en}{of.replace('×', 'x')} = {deduction} yuan")


def _tax_text(found: Withholding) -> Text:
    """The bracket, its quick deduction, and the tax with its rounding."""
    taxable, percent = _yuan(found.taxable), _percent(Fraction(found.rate))
    quick, tax = _yuan(found.quick_deduction), _yuan(found.tax_together)
    zh = f"应预扣税额：{taxable} × {percent} − 速算扣除数 {quick} = "
    en = f"tax: {taxable} x {percent} - quick deduction {quick} = "
    exactly = Fraction(found.taxable) * Fraction(found.rate) - Fraction(found.quick_deduction)
    if exactly != Fraction(found.tax_together):
        unrounded = shown(exactly, _EXACT_PLACES + RATE_PLACES)
        zh, en = f"{zh}{unrounded}，四舍五入到分 ", f"{en}{unrounded}, rounded to the fen "
    return Text(f"{zh}{tax} 元", f"{en}{tax} yuan")


def _yuan(value: Decimal | Fraction) -> str:
    return shown(value, _EXACT_PLACES)


def _percent(rate: Fraction) -> str:
    return f"{shown(rate * 100)}%"
