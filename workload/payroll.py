"""Pay: from the credited hours and points of a period to yuan, line by line, with withholding and net.

The amounts of work are those of the annual ledger, so that remainders, caps, titles and overlaps are the evaluation's
own. A line is ``quantity x rate x factor = amount``, rounded to 0.01 yuan once, half up; every total is a sum of
printed lines. The rates are the school's; where one is missing the work is refused by name, never paid at 0.

>>> from workload import Activity, Teacher
>>> from workload.paylines import month_of
>>> from workload.rates import PayRate
>>> center = Center([Teacher("T01", "part_time")], [Activity("T01", date(2024, 11, 5), "counseling_duty", minutes=100)])
>>> rates = Rates([PayRate("counseling", Decimal(60), date(2024, 1, 1), "校发〔2024〕1号")])
>>> run = pay(center, month_of(2024, 11), rates)
>>> print(run.teachers[0].lines[0].quantity, run.total)
20/9 133.33
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import get_args

from attrs import evolve, field, frozen
from dateutil.relativedelta import relativedelta

from workload.checks import payments_of_others
from workload.errors import Fault, InputError, WorkloadError
from workload.evaluation import sound
from workload.intake import Intake
from workload.ledger import Basis, Line
from workload.loading import load_regulation
from workload.paylines import NOTHING, Adjustment, PartOfTeacher, PayLine, Reckoning, Refused, month_of, span_text
from workload.period import Period, refuse_other_years
from workload.provenance import digest_of_rules
from workload.rates import MissingRateError, Rates, item_text
from workload.records import Center, DroppedRow, Payment, Teacher
from workload.regulation import Readings, Regulation
from workload.settlement import (
    BookedRun,
    ClosedPeriod,
    MonthOfPayment,
    Page,
    PaidAmount,
    PaidRow,
    Register,
    RowChange,
    Settled,
    TaxItems,
    Written,
    fen_of,
    joined_changes,
    months_of,
    refuse_cut_months,
    row_changes,
    yuan_of,
)
from workload.taxfile import WithholdingTable, load_withholding
from workload.text import Text, joined
from workload.tomlfile import FEN_PLACES
from workload.vocabulary import MONEY
from workload.withholding import Withholding, withhold_in_month

LATEST = relativedelta(years=2)  # from the period to the month of payment: what is later is a slip of the pen


@frozen(eq=False, kw_only=True)
class ItemTax:
    """What is withheld for one item, or for several that are taken together."""

    items: tuple[str, ...]
    withholding: Withholding


@frozen(eq=False, kw_only=True)
class TeacherPay:
    """What one teacher is paid: lines, adjustments, and for an external teacher the withholding.

    ``paid_before`` is what was paid of each item in the month of payment, as register and payments know it, for the
    tax; below 0 where a run of that month took back. ``table`` is ``None`` for the school's own staff, whose pay joins
    the month's wages.
    """

    teacher: Teacher
    lines: tuple[PayLine, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    refused: tuple[Refused, ...] = ()
    notes: tuple[Text, ...] = ()
    paid_before: Mapping[str, Decimal] = field(factory=dict)
    table: WithholdingTable | None = None
    tax_items: TaxItems = "each"
    paid_in: date

    @property
    def is_external(self) -> bool:
        """Whether tax is withheld by the payer of this sheet."""
        return self.table is not None

    @cached_property
    def amounts(self) -> Mapping[str, Decimal]:
        """The sum of each item: its lines and adjustments as they are printed."""
        found: dict[str, Decimal] = {}
        for line in self.lines:
            found[line.item] = found.get(line.item, NOTHING) + line.amount
        for other in self.adjustments:
            found[other.item] = found.get(other.item, NOTHING) + other.amount
        return found

    @cached_property
    def quantities(self) -> Mapping[str, Fraction]:
        """The quantity of each item in its lines."""
        found: dict[str, Fraction] = {}
        for line in self.lines:
            found[line.item] = found.get(line.item, Fraction(0)) + line.quantity
        return found

    @property
    def gross(self) -> Decimal:
        """应发: the sum of all items."""
        return sum(self.amounts.values(), NOTHING)

    @cached_property
    def taxes(self) -> tuple[ItemTax, ...]:
        """The withholding of each item (or of all together); none for the school's own staff.

        What is taken back lowers the income of the month of payment, and what is withheld in that month with it; tax of
        earlier months is for finance to settle.
        """
        if self.table is None or not self.amounts:
            return ()
        each = self.tax_items == "each"
        found = []
        for items in [(item,) for item in self.amounts] if each else [tuple(self.amounts)]:
            wages = sum((one.amount for one in self.adjustments if one.wages and one.item in items), NOTHING)
            gross = sum((self.amounts[item] for item in items), NOTHING) - wages
            others = items if each else tuple(self.paid_before)
            paid = sum((self.paid_before.get(item, NOTHING) for item in others), NOTHING)
            found.append(ItemTax(items=items, withholding=withhold_in_month(gross, paid, self.table, self.paid_in)))
        return tuple(found)

    @property
    def tax(self) -> Decimal | None:
        """预扣税额: what is withheld; ``None`` for the school's own staff."""
        return None if self.table is None else sum((one.withholding.tax for one in self.taxes), NOTHING)

    @property
    def net(self) -> Decimal | None:
        """实发: the gross less what is withheld; ``None`` for the school's own staff, paid with their wages."""
        return None if self.tax is None else self.gross - self.tax


@frozen(eq=False, kw_only=True)
class PayRun:
    """One pay run: who gets what for a period, and all that it comes from.

    ``paid_in`` is the month of payment (its first day), by which tax is withheld. ``settled`` says whether what was
    paid before is taken off, ``written`` what finance writes into the table of payments, ``settled_by`` the same where
    the table had something to settle. ``register`` is the one that was read, ``rows`` are those that are paid,
    ``corrected`` the rows, as they are now, of each other closed period of which something is booked, ``made_good``
    what was once cut to the budget of each closed period, and is not any more (fen). ``teacher_id`` is given for a run
    of one teacher. ``faults`` are those that were skipped, ``dropped`` the activity rows that they took away. Of the
    activity rows ``credited`` fell into the period, and ``set_aside`` says of all others why they did not count.
    """

    period: Period
    paid_in: date
    regulation: Regulation = field(repr=lambda regulation: regulation.id)
    readings: Readings = field(repr=False)
    teachers: tuple[TeacherPay, ...] = field(repr=lambda teachers: f"{len(teachers)} teachers")
    notes: tuple[Text, ...] = ()
    settled: bool = False
    written: Written = "all"
    settled_by: Written | None = None
    register: Register | None = field(default=None, repr=False)
    table: WithholdingTable = field(repr=False)
    tax_items: TaxItems = "each"
    day: date | None = None
    teacher_id: str | None = None
    rows: tuple[PaidRow, ...] = field(default=(), repr=False)
    corrected: Mapping[Period, tuple[PaidRow, ...]] = field(factory=dict, repr=False)
    made_good: Mapping[Period, Settled] = field(factory=dict, repr=False)
    faults: tuple[Fault, ...] = ()
    dropped: tuple[DroppedRow, ...] = ()
    credited: tuple[Line, ...] = field(default=(), repr=False)
    set_aside: tuple[Line, ...] = field(default=(), repr=False)
    intake: Intake = field(factory=Intake, repr=False)

    @property
    def rows_read(self) -> int:
        """The activity rows of the input (of the one teacher, where the run is of one): credited and set aside."""
        return len(self.credited) + len(self.set_aside)

    def only(self, teacher_id: str) -> PayRun:
        """The run with that teacher alone: reckoned, and cut to the budget, with everybody else."""
        return evolve(
            self,
            teachers=tuple(one for one in self.teachers if one.teacher.teacher_id == teacher_id),
            teacher_id=teacher_id,
            dropped=tuple(row for row in self.dropped if row.teacher_id == teacher_id),
            credited=tuple(line for line in self.credited if line.activity.teacher_id == teacher_id),
            set_aside=tuple(line for line in self.set_aside if line.activity.teacher_id == teacher_id),
        )

    @property
    def total(self) -> Decimal:
        """应发合计: the sum of every teacher's gross."""
        return sum((one.gross for one in self.teachers), NOTHING)

    @property
    def tax(self) -> Decimal:
        """预扣合计: what is withheld in all."""
        return sum((one.tax or NOTHING for one in self.teachers), NOTHING)

    @property
    def net(self) -> Decimal:
        """实发合计: what is paid out to external teachers; the pay of the school's own staff joins their wages."""
        return sum((one.net or NOTHING for one in self.teachers), NOTHING)

    @property
    def items(self) -> Mapping[str, Decimal]:
        """The sum of each item, in the order of the regulation's accounts."""
        found: dict[str, Decimal] = {}
        for one in self.teachers:
            for item, amount in one.amounts.items():
                found[item] = found.get(item, NOTHING) + amount
        order = list(self.regulation.accounts)
        return dict(sorted(found.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order)))

    @property
    def refused(self) -> tuple[Refused, ...]:
        """The work without a rate, of every teacher."""
        return tuple(refused for one in self.teachers for refused in one.refused)

    @property
    def is_complete(self) -> bool:
        """Whether everything that was done has a rate."""
        return not self.refused

    def teacher(self, teacher_id: str) -> TeacherPay:
        """What that teacher is paid.

        Raises:
            WorkloadError: the run has nothing of such a teacher.
        """
        for one in self.teachers:
            if one.teacher.teacher_id == teacher_id:
                return one
        raise WorkloadError(
            Text(f"本次发放中没有工号“{teacher_id}”", f"there is no teacher {teacher_id!r} in this pay run")
        )


# ---------------------------------------------------------------- the run


def pay(
    center: Center,
    period: Period,
    rates: Rates | None = None,
    regulation: Regulation | None = None,
    readings: Readings | None = None,
    *,
    teacher_id: str | None = None,
    register: Register | None = None,
    settle: bool = False,
    written: Written = "all",
    paid_in: date | None = None,
    tax_items: TaxItems = "each",
    table: WithholdingTable | None = None,
    day: date | None = None,
    skip_faulty: bool = False,
    take_back: bool = False,
    re_reckon: bool = False,
) -> PayRun:
    """What every teacher is paid for a period.

    A ledger line belongs to the day of its row, or, for the rest of a duty that began in the year before, to the first
    day of the year. A line of pay is one teacher, item, rate and factor: its quantity is the exact sum of its ledger
    lines.

    Args:
        center: the records.
        period: the days whose work is paid.
        rates: yuan for each class hour and point; those of the center's own table by default.
        regulation: the rules; those of 周职党〔2024〕33号 by default, which have no clause on pay.
        readings: values of readings to take instead of the defaults.
        teacher_id: only this teacher.
        register: what was booked before: it is taken off, and closed periods are corrected.
        settle: also take off what the table of payments says was paid in the months of the period and in the month
            of payment, month by month as far as it is more than the register knows of. 已发放.月份 is the month in
            which finance paid.
        written: whether that table has all that finance paid, the booked runs among it (``all``), or only what was paid
            beside them (``by_hand``).
        paid_in: the month of payment (any day of it), by which tax is withheld; the last month of the period by
            default. It lies between the first month of the period and two years after the last.
        tax_items: whether the income of a month is taken together for each item (the wording of the notice, the
            default) or for all of them together. Finance decides.
        table: the withholding table; that of the notice by default.
        day: the date of the document. The library has no clock: whoever writes the document gives it.
        skip_faulty: leave out the faulty rows, which are listed. What was paid for them nobody can tell then: closed
            periods are not corrected, and nothing is taken back.
        take_back: take back what was paid to a teacher for a month of work of which the records have no row any more.
        re_reckon: correct closed periods by other rules or readings than those they were booked under.

    Raises:
        InputError: the records have faults, all of them together (unless ``skip_faulty``).
        MissingRateError: there is work to be paid and not a single rate.
        NoClauseError: the period begins before the regulation, or a row falls on a day without a clause.
        WorkloadError: the period overlaps a closed one in part, or cuts a month that has payments to settle or a cap;
            rules, readings, records, ``tax_items`` or ``written`` are not those of the register; the period or the
            month of payment lies out of reach; a payment is no amount; a skipped fault is one of rates or payments.

    >>> from workload import Activity, Center, Teacher, month_of
    >>> from workload.rates import PayRate
    >>> lecturer = Teacher("T01", "part_time", affiliation="external", title="lecturer")
    >>> center = Center([lecturer], [Activity("T01", date(2024, 11, 5), "class_teaching", class_hours=30)])
    >>> rates = Rates([PayRate("teaching", Decimal(60), date(2024, 1, 1), "校发〔2024〕1号")])
    >>> found = pay(center, month_of(2024, 11), rates).teacher("T01")
    >>> print(found.gross, found.tax, found.net)
    1800.00 200.00 1600.00
    """
    regulation = regulation or load_regulation()
    clean, faults = sound(center, regulation, skip_faulty=skip_faulty)
    basis = Basis.of(clean, regulation, readings)
    _refuse_faults_of_money(faults)
    regulation.check_start(period, basis.readings)
    month = _month_of_payment(paid_in, period)
    _refuse_other_words("tax_items", tax_items, get_args(TaxItems))
    _refuse_other_words("written", written, get_args(Written))
    if register is not None:
        if not re_reckon:
            register.refuse_other(regulation.id, digest_of_rules(regulation), basis.readings)
        register.refuse_other_tax_items(month, tax_items)
        register.refuse_other_written(written)
    _refuse_wrong_payments(clean.payments or (), regulation)
    if teacher_id is not None:
        clean.teacher(teacher_id)
    rates = Rates.of(clean) if rates is None else rates
    table = table or load_withholding()
    while True:
        try:
            reckoning = Reckoning(basis, rates)
            uncertain = bool(_of_pay(faults))
            due = _Due(reckoning, register or Register(), period, month, settle, written, uncertain, table, tax_items)
            teachers = list(due.teachers())
            break
        except InputError as error:  # rows that cannot be credited, of all teachers
            if not skip_faulty:
                raise
            clean, faults = sound(evolve(clean, faults=(*faults, *error.faults)), regulation, skip_faulty=True)
            basis = Basis.of(clean, regulation, readings)
    if not take_back:
        due.refuse_lost()
    credited, aside = reckoning.rows(period)
    teachers = [one for one in teachers if teacher_id in (None, one.teacher.teacher_id)]
    refused = [one for teacher in teachers for one in teacher.refused]
    if refused and not rates:
        raise MissingRateError(_no_rates(refused, regulation))
    return PayRun(
        period=period,
        paid_in=month,
        regulation=regulation,
        readings=basis.readings,
        teachers=tuple(teachers),
        notes=tuple(_notes(due, refused, register)),
        settled=settle or register is not None,
        written=written,
        settled_by=written if any(found.table for found in due.paid_by_month.values()) else None,
        register=register,
        table=table,
        tax_items=tax_items,
        day=day,
        teacher_id=teacher_id,
        rows=due.rows,
        corrected=due.corrected,
        made_good=due.made_good,
        faults=faults,
        dropped=tuple(row for row in clean.dropped if teacher_id in (None, row.teacher_id)),
        credited=tuple(line for line in credited if teacher_id in (None, line.activity.teacher_id)),
        set_aside=tuple(line for line in aside if teacher_id in (None, line.activity.teacher_id)),
        intake=center.intake,
    )


_MOST_NAMED = 5  # teachers, in an error
_NOT_OF_PAY = ("evaluations", "training", "case_reports")


def _of_pay(faults: Iterable[Fault]) -> list[Fault]:
    """The faults that may change what somebody is paid."""
    return [one for one in faults if one.table not in _NOT_OF_PAY]


def _refuse_faults_of_money(faults: Iterable[Fault]) -> None:
    """Refuse to skip faults of the tables by which money is reckoned: without a row of them the sums are others."""
    money = [one for one in faults if one.table in MONEY]
    if money:
        raise InputError(money)


def _month_of_payment(paid_in: date | None, period: Period) -> date:
    """The month of payment by its first day; a slip in it would lock the register, or pay before the work was done."""
    refuse_other_years(period.start.year, period.end.year)
    month = (paid_in or period.end).replace(day=1)
    last = period.end.replace(day=1) + LATEST
    if not period.start.replace(day=1) <= month <= last:
        raise WorkloadError(
            Text(
                f"发放月份 {month:%Y-%m} 与期间 {period} 不符：应在 {period.start:%Y-%m} 至 {last:%Y-%m} 之间",
                f"the month of payment {month:%Y-%m} does not go with the period {period}: it lies between "
                f"{period.start:%Y-%m} and {last:%Y-%m}",
            )
        )
    return month


def _refuse_other_words(name: str, value: str, accepted: Iterable[str]) -> None:
    if value not in accepted:
        told = ", ".join(accepted)
        raise WorkloadError(Text(f"{name} 只接受 {told}，现为 {value!r}", f"{name} takes one of {told}, not {value!r}"))


def _refuse_wrong_payments(payments: Iterable[Payment], regulation: Regulation) -> None:
    """Payments as no table lets them through, made in Python: below 0, finer than a fen, of no item."""
    wrong = []
    for one in payments:
        where = f"{one.teacher_id} {one.month:%Y-%m}"
        fen = Decimal(one.yuan).scaleb(FEN_PLACES)
        if not fen.is_finite() or fen < 0 or fen != fen.to_integral_value():
            zh, en = "应为不小于0、至多两位小数的金额", "takes an amount of at least 0 with at most two decimals"
            wrong.append(Text(f"已发放 {where}：{zh}", f"payments, {where}: {en}"))
        if one.item not in regulation.accounts:
            zh, en = f"没有项目 {one.item!r}", f"there is no item {one.item!r}"
            wrong.append(Text(f"已发放 {where}：{zh}", f"payments, {where}: {en}"))
    if wrong:
        raise WorkloadError(joined(wrong, "\n", "\n"))


def _no_rates(refused: Iterable[Refused], regulation: Regulation) -> Text:
    """That there is no rate at all, and which ones are needed."""
    needed: dict[str, set[str | None]] = {}
    for one in refused:
        needed.setdefault(one.item, set()).add(one.title)
    parts = []
    for item, titles in needed.items():
        name = item_text(item, regulation)
        held = [regulation.titles[title].name for title in regulation.titles if title in titles]
        zh, en = "、".join(text.zh for text in held), ", ".join(text.en for text in held)
        parts.append(Text(f"{name.zh}（{zh}）", f"{name.en} ({en})") if held else name)
    what = joined(parts, "、", ", ")
    return Text(
        f"没有课酬标准，无法核算薪酬；规定没有写明单价，请由学校给出：{what.zh}。"
        "写入“课酬标准”表，或写成 TOML 文件用 --rates 给出，每条写明生效日期和依据",
        f"there are no rates, and the regulation names none; the school sets them: {what.en}. "
        "Give them in the table 'rates', or in a TOML file (--rates), each with its day and its authority",
    )


SCALES = Text(
    "规则有超出预算时按比例折减的条款：给出预算时才折减",
    "the rules cut pay in proportion where a budget is exceeded, once a budget is given",
)


def _strangers_told(strangers: Sequence[Payment]) -> Iterator[Text]:
    what = Text(
        "教师表和登记册中都没有这个工号，结算时不减去；请核对",
        "neither the teachers table nor the register has this id, and it is not taken off; check",
    )
    for one in strangers[:_MOST_NAMED]:
        told = Fault("payments", one.row, "teacher_id", one.teacher_id, "unknown_payee", what)
        yield Text(told.in_language("zh"), told.in_language("en"))
    more = len(strangers) - _MOST_NAMED
    if more > 0:
        yield Text(f"“已发放”表中这样的另有 {more} 行", f"{more} more rows of the table of payments are such")


def _notes(due: _Due, refused: Sequence[Refused], register: Register | None) -> Iterator[Text]:
    period, basis = due.period, due.reckoning.basis
    if refused:
        yield Text(
            f"本次不完整：{len(refused)} 项工作缺少单价，未计入",
            f"this run is incomplete: {len(refused)} sorts of work without a rate are not in it",
        )
    if due.uncertain and register is not None:
        yield Text(
            "有错误行被跳过，无法判断已封账的期间：本次不作更正，也不退回；改正后再发放、登记",
            "faulty rows were skipped, so that closed periods cannot be judged: nothing is corrected or taken back; "
            "mend them before the run is paid and booked",
        )
    if any(clause.scale_to_budget and clause.holds_on(period.end) for clause in basis.regulation.pay):
        yield SCALES
    if register is not None:
        yield Text("已减去登记册中已发放的金额", "what the register says was paid is taken off")
    yield from _strangers_told(due.strangers)
    if not due.settle and any(payment.month in due.months for payment in due.payments):
        yield Text(
            "“已发放”表中有本期间各月的发放，本次没有减去；结算请用 --settle",
            "the table of payments has some of these months, which are not taken off; to settle, use --settle",
        )
    for night in due.reckoning.nights(period):
        yield Text(
            f"{night:%Y-%m-%d} 有跨年度的值班：零点以后的部分属于下一年度，请用本文件再核算 "
            f"{night + timedelta(days=1):%Y-%m}",
            f"a duty of {night} goes on in the next year: what lies after midnight is paid with "
            f"{night + timedelta(days=1):%Y-%m}, by this file",
        )
    if due.settle:
        yield from due.by_hand_in_other_months()
        months = ", ".join(f"{month:%Y-%m}" for month in due.months)
        yield Text(
            f"已减去“已发放”表中 {months.replace(', ', '、')} 各月（按发放月份）登记册以外的金额",
            f"what the table of payments has as paid in {months}, beside the register, is taken off",
        )


# ---------------------------------------------------------------- what is due, less what was paid


@frozen(eq=False)
class _Due:
    """What is due of a period, held against the register and the payments.

    ``uncertain``: faulty rows were skipped, so that nobody knows what is due of what was paid.
    """

    reckoning: Reckoning
    register: Register
    period: Period
    month: date
    settle: bool
    written: Written
    uncertain: bool
    table: WithholdingTable
    tax_items: TaxItems

    @cached_property
    def own(self) -> Mapping[str, PartOfTeacher]:
        """What is due of the period itself."""
        return self.reckoning.of(self.period)

    @cached_property
    def inside(self) -> tuple[_Closed, ...]:
        """The closed periods that this one takes in."""
        return tuple(self._closed(one) for one in self.register.within(self.period))

    @cached_property
    def beside(self) -> tuple[_Closed, ...]:
        """The other closed periods, whose corrections are part of this run."""
        inside = self.register.within(self.period)
        return tuple(self._closed(one) for one in self.register.closed if one not in inside)

    def _closed(self, one: ClosedPeriod) -> _Closed:
        return _Closed(one, self.reckoning.of(one.period), self.uncertain, self.reckoning.basis.regulation)

    @property
    def rows(self) -> tuple[PaidRow, ...]:
        """The rows of the period."""
        return tuple(row for part in self.own.values() for row in part.rows)

    @property
    def corrected(self) -> dict[Period, tuple[PaidRow, ...]]:
        """The rows, as they are now, of each other closed period of which something is booked."""
        return {one.closed.period: one.rows_now for one in self.beside if one.differences or one.made_good}

    @property
    def made_good(self) -> dict[Period, Settled]:
        """What was once cut to the budget of each closed period, and is not any more; in fen."""
        return {one.closed.period: one.made_good for one in (*self.inside, *self.beside) if one.made_good}

    @cached_property
    def strangers(self) -> tuple[Payment, ...]:
        """Payments of those whom neither teachers nor register know: what is due to them nobody can tell."""
        known = {one.teacher_id for one in self.register.amounts()}
        return tuple(one for one in payments_of_others(self.reckoning.basis.center) if one.teacher_id not in known)

    @cached_property
    def payments(self) -> tuple[Payment, ...]:
        """The table of payments, without those of strangers."""
        strangers = {one.teacher_id for one in self.strangers}
        return tuple(one for one in self.reckoning.basis.center.payments or () if one.teacher_id not in strangers)

    @cached_property
    def months(self) -> tuple[date, ...]:
        """The months of payment that are settled: those of the period, and that of this run."""
        return tuple(sorted({*months_of(self.period), self.month}))

    @cached_property
    def paid_by_month(self) -> Mapping[date, MonthOfPayment]:
        """What the table of payments and the register have of each month of payment that is settled."""
        if not self.settle:
            return {}
        refuse_cut_months(self.payments, self.period)
        return {month: self.of_month(month) for month in self.months}

    def of_month(self, month: date) -> MonthOfPayment:
        """What table and register have of a month of payment."""
        return MonthOfPayment.of(month, self.register, self.payments, self.written)

    def by_hand_in_other_months(self) -> Iterator[Text]:
        """What the table has as paid by hand in months since the first closed period that this run does not settle."""
        if not self.register.runs or self.month < self.register.closed[0].period.start:
            return
        since = Period(self.register.closed[0].period.start, self.month)
        for month in (one for one in months_of(since) if one not in self.months):
            found = self.of_month(month)
            fen = sum(found.not_counted(key) for key in found.table)
            if fen:
                yield Text(
                    f"“已发放”表中 {month:%Y-%m} 有登记册以外的 {yuan_of(fen)} 元，本次没有减去；请结算含该月的期间",
                    f"the table of payments has {yuan_of(fen)} yuan beside the register in {month:%Y-%m}, which are "
                    "not taken off here; settle a period with that month in it",
                )

    def refuse_lost(self) -> None:
        """Refuse to take back what was paid to a teacher for a month of which the records have no row any more.

        Another file under the same name would take everything back.

        Raises:
            WorkloadError: there is such a month; the message names teachers and months.
        """
        if self.uncertain:  # nothing is taken back
            return
        rows = [row for part in self.own.values() for row in part.rows]
        rows += [row for one in self.beside for row in one.rows_now]
        there = {(row.teacher_id, row.month) for row in rows}
        there |= {(row.teacher_id, row.date.replace(day=1)) for row in self.reckoning.basis.center.activities}
        lost: dict[str, dict[date, None]] = {}
        for row in (row for closed in self.register.closed for row in closed.rows):
            if (row.teacher_id, row.month) not in there:
                lost.setdefault(row.teacher_id, {})[row.month] = None
        if not lost:
            return
        told = [f"{who} {'、'.join(f'{month:%Y-%m}' for month in months)}" for who, months in lost.items()]
        more, most, source = len(told) - _MOST_NAMED, told[:_MOST_NAMED], self.register.source or "—"
        zh = "；".join(most) + (f"；另有 {more} 人" if more > 0 else "")
        en = "; ".join(most).replace("、", ", ") + (f"; {more} more" if more > 0 else "")
        raise WorkloadError(
            Text(
                f"登记册（为 {source} 所记）中已发放、而数据中已没有任何记录：{zh}。请核对数据文件：新的年度请另存为"
                "新的文件名，登记册随之另立；确要退回请加 --take-back",
                f"by the register (of {source}) this was paid, and the records have no row of it any more: {en}. Check "
                "the file: records of a new year go into a file of another name, which has a register of its own; or "
                "say --take-back to take it back",
            )
        )

    def teachers(self) -> Iterator[TeacherPay]:
        """What every teacher gets who has something in this run, in the order of the input."""
        before = self.of_month(self.month).all(external=True)
        for teacher in (*self.reckoning.basis.center.teachers, *self.gone()):
            who = teacher.teacher_id
            part = self.own.get(who, PartOfTeacher())
            refused = [*part.refused, *(other for one in self.beside for other in one.refused(who))]
            taken_off = [*self.paid_before(teacher), *self.paid_otherwise(teacher)]
            adjustments = [*part.cuts, *self.nothing_back(part, taken_off)]
            adjustments += [correction for one in self.beside for correction in one.corrections(teacher)]
            external = teacher.affiliation == "external"
            paid = {item: yuan_of(fen) for (one, item), fen in before.items() if one == who}
            found = TeacherPay(
                teacher=teacher,
                lines=part.lines,
                adjustments=tuple(adjustments),
                refused=tuple(refused),
                notes=(*part.notes, *self.disagreements(teacher), *self.held_back(teacher)),
                paid_before=paid if external else {},
                table=self.table if external else None,
                tax_items=self.tax_items,
                paid_in=self.month,
            )
            if found.lines or found.adjustments or found.refused or found.notes:
                yield evolve(found, notes=(*found.notes, *_tax_notes(found, self.register)))

    def gone(self) -> Iterator[Teacher]:
        """Those who were paid and are no longer among the teachers; external who was paid as such."""
        there = {teacher.teacher_id for teacher in self.reckoning.basis.center.teachers}
        external: dict[str, bool] = {}
        for one in self.register.amounts():
            external[one.teacher_id] = one.external or external.get(one.teacher_id, False)
        for teacher_id, is_external in external.items():
            if teacher_id not in there:
                yield Teacher(teacher_id, "part_time", affiliation="external" if is_external else "internal")

    def paid_before(self, teacher: Teacher) -> Iterator[Adjustment]:
        """What the booked runs within the period paid."""
        paid = (item for one in self.inside for _, item in (*one.closed.paid, *one.closed.scaled))
        for item in dict.fromkeys([*self.reckoning.basis.regulation.accounts, *paid]):
            key = teacher.teacher_id, item
            for one in self.inside:
                cut = one.cut(key)
                fen = one.closed.paid.get(key, 0) + cut
                if not fen:
                    continue
                changes = one.changes(teacher.teacher_id, item)
                text = joined(_paid_text(one, item, changes, cut), "；", "; ")
                due = max(one.fen.get(key, 0), 0)
                back = 0
                if fen > due and (self.uncertain or key in one.unknown):
                    text, fen = _not_known(text, yuan_of(due)), due
                elif one.was_wages(teacher, item):
                    back = max(fen - due, 0)
                amount, period = yuan_of(back - fen), one.closed.period
                found = Adjustment(item=item, amount=amount, code="paid", period=period, rows=changes, text=text)
                if fen > back or not back:
                    yield found
                if back:
                    yield evolve(found, amount=yuan_of(-back), wages=True, text=joined([text, _AS_WAGES]))

    def paid_otherwise(self, teacher: Teacher) -> Iterator[Adjustment]:
        """What the table of payments has of each month of payment beyond what the register knows of."""
        for item in self.reckoning.basis.regulation.accounts:
            key = teacher.teacher_id, item
            for month, found in self.paid_by_month.items():
                more = found.not_counted(key)
                if more:
                    text = Text(f"“已发放”表：{month:%Y-%m} 已发", f"the table of payments: paid in {month:%Y-%m}")
                    yield Adjustment(
                        item=item,
                        amount=yuan_of(-more),
                        code="payments",
                        period=month_of(month.year, month.month),
                        text=joined([text, *self._paid_in_another_month(month, key, more), *self._cut_before(key)]),
                    )

    def _cut_before(self, key: tuple[str, str]) -> Iterator[Text]:
        """That the payment may be meant for what was cut to the budget: an advance looks the same, and is taken off."""
        fen = sum(one.cut(key) for one in (*self.inside, *self.beside))
        if fen:
            yield Text(
                f"请核对：此前按预算折减 {yuan_of(fen)} 元，手工补发的折减也在此扣回",
                f"check: {yuan_of(fen)} were cut to the budget before, and what was paid to make that good is taken "
                "off here too",
            )

    def _paid_in_another_month(self, month: date, key: tuple[str, str], fen: int) -> Iterator[Text]:
        """That the register has just that amount for the work of the month, paid in another one."""
        work = month_of(month.year, month.month)
        for one in self.inside:
            if (one.closed.period, one.closed.paid.get(key)) == (work, fen) and one.closed.paid_in != month:
                when = f"{one.closed.paid_in:%Y-%m}"
                yield Text(
                    f"请核对：登记册中 {month:%Y-%m} 的工作在 {when} 发过同样的金额，“月份”应写发放的月份",
                    f"check: the register has the same amount for the work of {month:%Y-%m}, paid in {when}; the month "
                    "of the table is that of the payment",
                )

    def nothing_back(self, part: PartOfTeacher, taken_off: Iterable[Adjustment]) -> Iterator[Adjustment]:
        """Where it is not known what is due of an item, no more is taken off than what is due as far as known."""
        unknown = {one.item for one in part.refused}
        left = {item: yuan_of(max(fen, 0)) for item, fen in part.fen().items()}
        for one in taken_off:
            if self.uncertain or one.item in unknown:
                most = left.get(one.item, NOTHING)
                left[one.item] = max(most + one.amount, NOTHING)
                if -one.amount > most:
                    yield evolve(one, amount=-most, text=_not_known(one.text, most))
                    continue
            yield one

    def disagreements(self, teacher: Teacher) -> Iterator[Text]:
        """Where the table of payments has less than the register: the register goes before it, and it is said."""
        for month, found in self.paid_by_month.items():
            for item in self.reckoning.basis.regulation.accounts:
                key = teacher.teacher_id, item
                if found.disagrees(key):
                    name, when = item_text(item, self.reckoning.basis.regulation), f"{month:%Y-%m}"
                    table = yuan_of(found.table.get(key, 0))
                    booked = yuan_of(found.runs.get(key, 0) + found.counted.get(key, 0))
                    yield Text(
                        f"{name.zh} {when}：“已发放”表为 {table} 元，登记册为 {booked} 元，按登记册计；请核对。"
                        "表中若只记登记册以外的发放，请加 --written by_hand",
                        f"{name.en} {when}: the table of payments has {table} yuan, the register {booked}, which "
                        "counts; check. Where the table has only what was paid beside the register, say --written "
                        "by_hand",
                    )

    def held_back(self, teacher: Teacher) -> Iterator[Text]:
        """Which items of closed periods are not corrected, because work of them has no rate now."""
        for one in self.beside:
            for item in dict.fromkeys(other.item for other in one.refused(teacher.teacher_id)):
                name, when = item_text(item, self.reckoning.basis.regulation), span_text(one.closed.period)
                yield Text(
                    f"{when}（已封账）{name.zh}现在缺少单价：暂不更正，也不退回",
                    f"{when} (closed), {name.en}: a rate is missing now, nothing is corrected or taken back",
                )


@frozen(eq=False)
class _Closed:
    """A closed period, and what is due of it now."""

    closed: ClosedPeriod
    due: Mapping[str, PartOfTeacher]
    uncertain: bool
    regulation: Regulation

    @cached_property
    def fen(self) -> Settled:
        """What is due now."""
        return {(teacher_id, item): fen for teacher_id, part in self.due.items() for item, fen in part.fen().items()}

    @cached_property
    def unknown(self) -> frozenset[tuple[str, str]]:
        """The teachers and items of which work has no rate now: what is due of them is not known."""
        return frozenset((teacher_id, one.item) for teacher_id, part in self.due.items() for one in part.refused)

    def refused(self, teacher_id: str) -> tuple[Refused, ...]:
        """The work of a teacher that has no rate now."""
        return self.due[teacher_id].refused if teacher_id in self.due else ()

    def cut(self, key: tuple[str, str]) -> int:
        """How much of what is due now stays cut to the budget: no more than is due beyond what was paid."""
        beyond = self.fen.get(key, 0) - self.closed.paid.get(key, 0)
        return min(self.closed.scaled.get(key, 0), max(beyond, 0))

    @cached_property
    def made_good(self) -> Settled:
        """What was once cut to the budget, and is lacking no more: work that comes late is new then, and is paid."""
        if self.uncertain:
            return {}
        found = {key: fen - self.cut(key) for key, fen in self.closed.scaled.items() if key not in self.unknown}
        return {key: fen for key, fen in found.items() if fen}

    @cached_property
    def differences(self) -> Settled:
        """What is due now, less what was paid and what stays cut to the budget, where they differ; in fen."""
        if self.uncertain:
            return {}
        paid = self.closed.paid
        keys = {**paid, **self.closed.scaled, **self.fen}
        found = {key: self.fen.get(key, 0) - paid.get(key, 0) - self.cut(key) for key in keys}
        return {key: more for key, more in found.items() if more and key not in self.unknown}

    @cached_property
    def rows_now(self) -> tuple[PaidRow, ...]:
        """The rows as they are now; of what is not corrected, those that were paid."""
        now = (row for part in self.due.values() for row in part.rows)
        kept = [row for row in self.closed.rows if (row.teacher_id, row.item) in self.unknown]
        return (*(row for row in now if (row.teacher_id, row.item) not in self.unknown), *kept)

    def changes(self, teacher_id: str, item: str) -> tuple[RowChange, ...]:
        """The rows of a teacher and item that are no longer as they were paid, where that changes what is due."""
        if (teacher_id, item) not in self.differences:
            return ()
        before, now = (
            [row for row in rows if (row.teacher_id, row.item) == (teacher_id, item)]
            for rows in (self.closed.rows, self.rows_now)
        )
        return row_changes(before, now)

    def was_wages(self, teacher: Teacher, item: str) -> bool:
        """Whether all that was booked of an item was wages, of a teacher who is external by now."""
        key = teacher.teacher_id, item, "paid"
        booked_ = [one for one in self.closed.amounts if (one.teacher_id, one.item, one.how) == key]
        return teacher.affiliation == "external" and bool(booked_) and not any(one.external for one in booked_)

    def told(self, item: str, changes: Iterable[RowChange]) -> Text:
        """The rows in words."""
        return joined_changes(changes, self.regulation.account(item).unit, self.closed.period)

    def corrections(self, teacher: Teacher) -> Iterator[Adjustment]:
        """What is to be paid of the closed period still, or taken back."""
        for (teacher_id, item), fen in self.differences.items():
            if teacher_id == teacher.teacher_id:
                changes = self.changes(teacher_id, item)
                told = self.told(item, changes) if changes else Text("应发重新核算", "what is due was reckoned anew")
                yield Adjustment(
                    item=item,
                    amount=yuan_of(fen),
                    code="correction",
                    wages=fen < 0 and self.was_wages(teacher, item),
                    period=self.closed.period,
                    rows=changes,
                    text=Text(
                        f"更正 {span_text(self.closed.period)}：{told.zh}",
                        f"correction of {span_text(self.closed.period)}: {told.en}",
                    ),
                )


def _not_known(text: Text, most: Decimal) -> Text:
    return Text(
        f"{text.zh}；应发尚不明确，只减去 {most} 元，暂不退回",
        f"{text.en}; what is due is not known, so that {most} is taken off and nothing back",
    )


_AS_WAGES = Text("按工资发放，退回不冲减劳务报酬", "paid as wages: to take it back lowers no labor remuneration")


def _paid_text(one: _Closed, item: str, changes: Sequence[RowChange], scaled: int) -> Iterator[Text]:
    period = span_text(one.closed.period)
    yield Text(f"已发放 {period}", f"paid for {period}")
    if scaled:
        cut = yuan_of(scaled)
        yield Text(
            f"其中按预算折减 {cut} 元，不再补发", f"of which {cut} were cut to the budget, and are not paid later"
        )
    if changes:
        told = one.told(item, changes)
        yield Text(f"其后：{told.zh}", f"since then: {told.en}")


def _tax_notes(found: TeacherPay, register: Register) -> Iterator[Text]:
    if found.table is None:
        yield Text("校内人员：并入当月工资，本表只列应发", "the school's own: joins the month's wages, gross only")
        return
    yield Text(
        f"校外人员：预扣劳务报酬个人所得税，{found.table.on(found.paid_in).citation}；{found.table.note.zh}",
        f"external: tax is withheld, {found.table.on(found.paid_in).citation}; {found.table.note.en}",
    )
    if any(amount < 0 for amount in found.amounts.values()):
        who, month = found.teacher.teacher_id, f"{found.paid_in:%Y-%m}"
        earlier = (one for one in register.amounts() if one.teacher_id == who and one.paid_in != found.paid_in)
        tax = yuan_of(sum(one.tax for one in earlier))
        known_zh, known_en = (f"（登记册中共 {tax} 元）", f" ({tax} yuan by the register)") if tax else ("", "")
        yield Text(
            f"退回的金额冲减 {month} 的收入，本月预扣随之重算；以前月份已预扣的税额{known_zh}由财务处处理",
            f"what is taken back lowers the income of {month}, and what is withheld in it; what was withheld in "
            f"earlier months{known_en} is for finance to settle",
        )


# ---------------------------------------------------------------- booking


def booked(run: PayRun, source: str = "") -> Register:
    """The register with the run in it: its period is closed, and will not be paid again.

    Closed periods within the run's own become part of it; corrections are entered with the period that they correct,
    and with the month in which they are paid. Several runs may be paid in one month.

    Args:
        run: the run that is paid.
        source: the name of the input, which the register keeps.

    Raises:
        WorkloadError: the run is of one teacher alone, faulty rows were skipped in it, its month of payment is before
            the last one booked, or it pays a closed period again in the month in which that was paid.

    >>> from workload import Activity, Teacher
    >>> from workload.paylines import month_of
    >>> from workload.rates import PayRate
    >>> rows = [Activity("T01", date(2024, 11, 5), "class_teaching", class_hours=2)]
    >>> center = Center([Teacher("T01", "part_time")], rows)
    >>> rates = Rates([PayRate("teaching", Decimal(60), date(2024, 1, 1), "校发〔2024〕1号")])
    >>> register = booked(pay(center, month_of(2024, 11), rates))
    >>> print(pay(center, month_of(2024, 12), rates, register=register).total)
    0.00
    """
    register = run.register or Register()
    _refuse_to_book(run, register)
    pages: dict[Period, list[PaidAmount]] = {run.period: [], **{period: [] for period in run.corrected}}
    for one in run.teachers:
        tax = {found.items[0]: fen_of(found.withholding.tax) for found in one.taxes}
        for item, amount in one.amounts.items():
            entry = PaidAmount(
                teacher_id=one.teacher.teacher_id, item=item, fen=0, paid_in=run.paid_in, external=one.is_external
            )
            own = fen_of(amount)
            for other in one.adjustments:
                fen = fen_of(other.amount)
                if other.item != item:
                    continue
                page = pages[run.period]
                if other.code in ("correction", "scaled"):
                    page = pages[other.period or run.period]
                if other.code == "correction" or other.wages:
                    page.append(evolve(entry, fen=fen, external=one.is_external and not other.wages))
                    own -= fen
                elif other.code == "scaled":
                    page.append(evolve(entry, fen=-fen, how="scaled"))
                    if page is not pages[run.period]:  # cut of the correction: that much of it was not paid
                        page.append(evolve(entry, fen=fen))
                        own -= fen
                elif other.code == "payments" and other.period is not None:
                    page.append(evolve(entry, fen=-fen, how="payments", paid_in=other.period.start))
            pages[run.period].append(evolve(entry, fen=own, tax=tax.get(item, 0)))
    for period, uncut in run.made_good.items():
        pages.get(period, pages[run.period]).extend(
            PaidAmount(teacher_id=teacher_id, item=item, fen=-fen, paid_in=run.paid_in, how="scaled")
            for (teacher_id, item), fen in uncut.items()
        )
    rows = {run.period: run.rows, **run.corrected}
    booked_run = BookedRun(
        paid_in=run.paid_in,
        rules=run.regulation.id,
        rules_digest=digest_of_rules(run.regulation),
        readings=dict(run.readings),
        tax_items=run.tax_items,
        written=run.settled_by,
        pages=tuple(
            Page(
                start=period.start,
                end=period.end,
                amounts=tuple(entry for entry in entries if entry.fen or entry.tax),
                rows=rows[period],
            )
            for period, entries in pages.items()
        ),
    )
    return Register(runs=(*register.runs, booked_run), source=source or register.source)


def _refuse_to_book(run: PayRun, register: Register) -> None:
    if run.teacher_id is not None:
        raise WorkloadError(
            Text(
                "只看一位教师时不能登记：登记会封存整个期间", "a run of one teacher is not booked: it closes the period"
            )
        )
    skipped = len(_of_pay(run.faults))
    if skipped:
        raise WorkloadError(
            Text(
                f"跳过了 {skipped} 处错误，不能登记：请先改正错误行",
                f"{skipped} faults were skipped, so that the run is not booked: mend the faulty rows first",
            )
        )
    last = register.last_paid_in
    again = any(one.paid_in >= run.paid_in for one in register.within(run.period))
    if last is not None and (run.paid_in < last or again):
        raise WorkloadError(
            Text(
                f"{last:%Y-%m} 已经登记封账，不能再登记 {run.paid_in:%Y-%m} 的发放；更正会列在下一个月的发放中，"
                "也可用 --paid-in 写明较晚的发放月份",
                f"{last:%Y-%m} is closed, and a payment in {run.paid_in:%Y-%m} cannot be booked any more; corrections "
                "are part of the next month's run, or name a later month of payment with --paid-in",
            )
        )
