"""方案 六(五): the earmarked fund as a budget: what was used before, what a pay run takes, what is left.

A budget is an envelope in total (yuan, or students times the yuan per student of the funding clause), envelopes for
uses of the fund, or both. Which pay is charged to which use, the school says; nothing is guessed. A run that exceeds an
envelope is told, and is cut in proportion only where a clause on pay says so.

>>> budget = Budget(envelopes=(Envelope(yuan=Decimal(1000), used=Decimal(950)),))
>>> [check.state for check in budget.checks({("T01", "counseling"): Decimal(60)})]
['exceeded']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from attrs import evolve, field, frozen

from workload.errors import RuleFileError, WorkloadError
from workload.exact import rounded, shown, shown_beside
from workload.institution import funding_required
from workload.loading import load_regulation
from workload.paylines import NOTHING, Adjustment, split_amount
from workload.payroll import SCALES, PayRun, TeacherPay
from workload.period import Period
from workload.rates import item_spellings, item_text
from workload.records import Payment
from workload.regulation import Pay, Readings, Regulation
from workload.settlement import MonthOfPayment, Register, fen_of, yuan_of
from workload.text import Text, joined
from workload.tomlfile import FEN_PLACES, Place, TomlFile
from workload.vocabulary import WORDS, folded

DEFAULT_FUND = "zhoukou-2024-33"
_FACTOR_PLACES = 6

Amounts = Mapping[tuple[str, str], Decimal]  # of each teacher and item
State = Literal["within", "near", "exceeded"]


@frozen(kw_only=True)
class Use:
    """One thing for which a fund may be used, with its article."""

    id: str
    name: Text
    article: str


@frozen(kw_only=True)
class Fund:
    """An earmarked fund: the document that sets it up, and its uses."""

    id: str
    document: str
    name: Text
    uses: tuple[Use, ...]

    def use(self, name: str) -> Use | None:
        """The use of that id or Chinese name."""
        return next((use for use in self.uses if name in (use.id, use.name.zh, use.name.en)), None)


@frozen(kw_only=True)
class Envelope:
    """So many yuan for a use of the fund, or, without one, in total.

    ``used`` is what was spent of it otherwise than on pay; what was paid before is added from the records of pay.
    ``items`` are the
    items of pay that are charged to it; empty for all. ``source`` says where the amount comes from.
    """

    yuan: Decimal
    used: Decimal = NOTHING
    use: Use | None = None
    items: tuple[str, ...] = ()
    source: Text = field(factory=lambda: Text("", ""))

    @property
    def name(self) -> Text:
        """What the envelope is for."""
        return Text("总额", "total") if self.use is None else self.use.name

    def takes(self, item: str) -> bool:
        """Whether that item is charged to it."""
        return not self.items or item in self.items


@frozen(eq=False, kw_only=True)
class BudgetCheck:
    """An envelope held against a run: what was used, what the run takes, what is left; below 0 where it is exceeded."""

    envelope: Envelope
    used: Decimal
    paid: Decimal
    run: Decimal
    state: State
    warn_at: Fraction | None = None

    @property
    def left(self) -> Decimal:
        """What is left after the run."""
        return self.envelope.yuan - self.used - self.run

    @property
    def share(self) -> Fraction | None:
        """What part of the envelope is used with the run; ``None`` of an empty one."""
        return Fraction(self.used + self.run) / Fraction(self.envelope.yuan) if self.envelope.yuan else None

    @property
    def text(self) -> Text:
        """The check as a sentence."""
        name, source = self.envelope.name, self.envelope.source
        of, used, run, left = (f"{one:.2f}" for one in (self.envelope.yuan, self.used, self.run, abs(self.left)))
        article = "" if self.envelope.use is None else self.envelope.use.article
        article_zh, article_en = (f"（{article}）", f" ({article})") if article else ("", "")
        of_zh, of_en = (f"（{source.zh}）", f" ({source.en})") if source.zh else ("", "")
        by_zh, by_en = (f"（其中课酬 {self.paid:.2f} 元）", f" ({self.paid:.2f} of it pay)") if self.paid else ("", "")
        sums_zh = f"{name.zh}{article_zh}：预算 {of} 元{of_zh}，此前已用 {used} 元{by_zh}，本次 {run} 元"
        sums_en = f"{name.en}{article_en}: budget {of} yuan{of_en}, used before {used}{by_en}, this run {run}"
        if self.state == "exceeded":
            return Text(f"{sums_zh}，超出 {left} 元", f"{sums_en}, exceeded by {left}")
        zh, en = f"{sums_zh}，余 {left} 元", f"{sums_en}, {left} left"
        if self.state == "near" and self.warn_at is not None and self.share is not None:
            part, from_ = shown_beside(self.share * 100, 100), shown(self.warn_at * 100)
            return Text(f"{zh}；已用 {part}%（{from_}% 起提醒）", f"{en}; {part}% is used (told from {from_}% on)")
        return Text(zh, en)


@frozen(kw_only=True)
class Budget:
    """Envelopes, of a year where one is named; ``warn_at`` is the share of an envelope from which on it is told.

    Raises:
        WorkloadError: an amount is below 0, or an item of pay is charged to two uses.
    """

    envelopes: tuple[Envelope, ...] = field()
    warn_at: Fraction | None = None
    year: int | None = None

    @envelopes.validator
    def _sound(self, _attribute: object, envelopes: tuple[Envelope, ...]) -> None:
        problems = []
        taken: dict[str, Envelope] = {}
        for one in envelopes:
            if one.yuan < 0 or one.used < 0:
                problems.append(Text(f"{one.name.zh}：金额不能小于0", f"{one.name.en}: must not be below 0"))
            for item in one.items if one.use is not None else ():
                other = taken.setdefault(item, one)
                if other is not one:
                    name = WORDS["item"].get(item, Text(item, item)).zh
                    zh = f"项目“{name}”同时列入“{other.name.zh}”与“{one.name.zh}”"
                    problems.append(Text(zh, f"{item} is charged to {other.name.en} and to {one.name.en}"))
        if problems:
            raise WorkloadError(joined(problems))

    @classmethod
    def of_students(
        cls,
        students: int,
        regulation: Regulation | None = None,
        day: date | None = None,
        readings: Readings | None = None,
    ) -> Budget:
        """方案 六(五): the fund of a year for so many students: ``students x yuan per student``, in total.

        Raises:
            WorkloadError: the number is below 0.
            NoClauseError: no clause on funding is in force on that day.

        >>> Budget.of_students(100).envelopes[0].yuan
        Decimal('1500.00')
        """
        regulation = regulation or load_regulation()
        day = day or regulation.latest_day()
        clause = regulation.in_force(regulation.funding, day, Text("生均经费", "funding"), readings)
        each = shown(clause.amount)
        return cls(
            envelopes=(
                Envelope(
                    yuan=rounded(funding_required(students, regulation, day, readings), FEN_PLACES),
                    source=Text(
                        f"{students} 名学生 × {each} 元，{clause.citation}",
                        f"{students} students x {each} yuan, {clause.citation}",
                    ),
                ),
            )
        )

    def checks(self, amounts: Amounts, paid: Amounts | None = None) -> tuple[BudgetCheck, ...]:
        """Each envelope held against amounts; ``paid`` is what was paid before."""
        return tuple(self._check(one, amounts, paid or {}) for one in self.envelopes)

    def _check(self, envelope: Envelope, amounts: Amounts, paid: Amounts) -> BudgetCheck:
        now = _charged(envelope, amounts)
        before = _charged(envelope, paid)
        used = envelope.used + before
        together = used + now
        state: State = "within"
        if together > envelope.yuan:
            state = "exceeded"
        elif self.warn_at is not None and Fraction(together) >= self.warn_at * Fraction(envelope.yuan):
            state = "near"
        return BudgetCheck(envelope=envelope, used=used, paid=before, run=now, state=state, warn_at=self.warn_at)


def _charged(envelope: Envelope, amounts: Amounts) -> Decimal:
    return sum((amount for (_, item), amount in amounts.items() if envelope.takes(item)), NOTHING)


# ---------------------------------------------------------------- a run and its budget


def check_budget(run: PayRun, budget: Budget, payments: Iterable[Payment] | None = ()) -> tuple[BudgetCheck, ...]:
    """A pay run held against a budget, by what it pays gross.

    Args:
        run: the run.
        budget: the envelopes. To what was used otherwise comes what the register and ``payments`` have for the months
            of payment of that year up to the run's own.
        payments: the table of payments.

    Raises:
        WorkloadError: the budget is that of another year than the one in which the run is paid.

    >>> from workload import Activity, Center, Teacher, month_of, pay
    >>> from workload.rates import PayRate, Rates
    >>> work = [Activity("T01", date(2024, 11, 5), "class_teaching", class_hours=2)]
    >>> rates = Rates([PayRate("teaching", Decimal(60), date(2024, 1, 1), "校发〔2024〕1号")])
    >>> run = pay(Center([Teacher("T01", "part_time")], work), month_of(2024, 11), rates)
    >>> [check] = check_budget(run, Budget(envelopes=(Envelope(yuan=Decimal(100)),)))
    >>> print(check.state, check.left)
    exceeded -20.00
    """
    if budget.year is not None and budget.year != run.paid_in.year:
        zh = f"预算是 {budget.year} 年度的，本次发放月份是 {run.paid_in:%Y-%m}"
        raise WorkloadError(Text(zh, f"the budget is for {budget.year}, and the run is paid in {run.paid_in:%Y-%m}"))
    return budget.checks(_amounts(run.teachers), _paid_before(run, payments or ()))


def scaled_to_budget(run: PayRun, budget: Budget, payments: Iterable[Payment] | None = ()) -> PayRun:
    """The run cut in proportion to its budget, where a clause on pay (``scale_to_budget``) is in force; else as it is.

    The run then no longer says that it waits for a budget.

    Of each envelope that is exceeded, the uses first, the amounts of each teacher and item are multiplied by what is
    left of it over their sum. The parts are whole fen and tie to what is left, by the largest remainders. What a
    teacher is to give back is not cut.

    Raises:
        WorkloadError: as :func:`check_budget`.
    """
    clauses = [one for one in run.regulation.pay if one.scale_to_budget and one.holds_on(run.period.end)]
    if clauses and run.teacher_id is not None:
        raise WorkloadError(
            Text(
                "按预算折减要看全体教师，不能只算一位：先折减，再用 only() 取出",
                "a cut to the budget is reckoned over everybody: cut first, then pick the teacher with only()",
            )
        )
    if clauses:
        run = evolve(run, notes=tuple(note for note in run.notes if note != SCALES))
    for clause in clauses:
        for check in sorted(check_budget(run, budget, payments), key=lambda one: one.envelope.use is None):
            now = evolve(check, run=_charged(check.envelope, _amounts(run.teachers)))
            if now.left < 0:
                run = _cut(run, now, clause)
    return run


def _cut(run: PayRun, check: BudgetCheck, clause: Pay) -> PayRun:
    cut: dict[tuple[str, str], Decimal] = {
        key: amount
        for key, amount in _amounts(run.teachers).items()
        if amount > 0 and check.envelope.takes(key[1]) and key[1] in (clause.items or (key[1],))
    }
    whole = sum(cut.values(), NOTHING)
    target = max(whole + check.left, NOTHING)
    if not whole:
        return run
    parts = dict(zip(cut, split_amount(target, [fen_of(amount) for amount in cut.values()]), strict=True))
    factor = shown(Fraction(target) / Fraction(whole), _FACTOR_PLACES)
    name = check.envelope.name
    text = Text(
        f"预算“{name.zh}”不足，按比例折减为 {target}/{whole}（约 {factor}），依据 {clause.citation}",
        f"the budget ({name.en}) does not suffice: cut to {target}/{whole} (about {factor}), {clause.citation}",
    )
    teachers = []
    for one in run.teachers:
        more = [
            Adjustment(item=item, amount=amount, code="scaled", clause=clause, period=period, text=text)
            for item in one.amounts
            if (key := (one.teacher.teacher_id, item)) in cut
            for period, amount in _over_periods(one, item, parts[key] - cut[key])
        ]
        teachers.append(evolve(one, adjustments=(*one.adjustments, *more)) if more else one)
    return evolve(run, teachers=tuple(teachers), notes=(*run.notes, text))


def _over_periods(paid: TeacherPay, item: str, cut: Decimal) -> Iterator[tuple[Period | None, Decimal]]:
    """A cut of an item over the run's own period (``None``) and the closed periods that it corrects upward.

    Each is cut by its share: a correction that is withdrawn later takes back no more than what was paid of it, and
    what the same work is still due beside it may then be left with the teacher.
    """
    sums: dict[Period | None, Decimal] = {None: paid.amounts[item]}
    for one in paid.adjustments:
        if one.item == item and one.code in ("correction", "scaled") and one.period is not None:
            sums[one.period] = sums.get(one.period, NOTHING) + one.amount
            sums[None] -= one.amount
    above = {period: amount for period, amount in sums.items() if amount > 0}
    for period, amount in zip(above, split_amount(cut, [fen_of(part) for part in above.values()]), strict=True):
        if amount:
            yield period, amount


def _amounts(teachers: Iterable[TeacherPay]) -> dict[tuple[str, str], Decimal]:
    return {(one.teacher.teacher_id, item): amount for one in teachers for item, amount in one.amounts.items()}


def _paid_before(run: PayRun, payments: Iterable[Payment]) -> dict[tuple[str, str], Decimal]:
    """What was paid in the year up to the month of payment: month by month, what register and table both have once."""
    payments, found = tuple(payments), dict[tuple[str, str], int]()
    for month in range(1, run.paid_in.month + 1):
        paid = MonthOfPayment.of(date(run.paid_in.year, month, 1), run.register or Register(), payments, run.written)
        for key, fen in paid.all().items():
            found[key] = found.get(key, 0) + fen
    return {key: yuan_of(fen) for key, fen in found.items()}


# ---------------------------------------------------------------- files


def load_fund(name: str | Path = DEFAULT_FUND) -> Fund:
    """The fund of a file: one that comes with the library, by name, or a ``.toml`` file, by path.

    Raises:
        RuleFileError: there is none of that name, or the file is wrong.

    >>> len(load_fund().uses)
    10
    """
    if isinstance(name, str) and not name.endswith(".toml"):
        path = Path(str(resources.files("workload") / "funds")) / f"{Path(name).name}.toml"
    else:
        path = Path(name)
    file = TomlFile(path)
    file.only(file.data, (), ("format", "id", "document", "name", "use"))
    uses = tuple(
        Use(id=file.text(one, at, "id"), name=file.words(one, at, "name"), article=file.text(one, at, "article"))
        for one, at in file.records("use", ("id", "name", "article"))
    )
    fund = Fund(
        id=file.text(file.data, (), "id"),
        document=file.text(file.data, (), "document"),
        name=file.words(file.data, (), "name"),
        uses=uses,
    )
    file.stop_if_wrong()
    return fund


def read_budget(
    path: str | Path, regulation: Regulation | None = None, day: date | None = None, readings: Readings | None = None
) -> Budget:
    r"""The budget of a TOML file.

    ``total = 300000`` or ``students = 20000`` gives an envelope in total, ``used`` what was spent of it on
    other things than pay;
    ``[[envelope]]`` one for a ``use`` of the fund, with its ``yuan``, what was ``used``, and the ``items`` of pay that
    are charged to it. ``warn_at = "90%"`` warns from there on, ``year`` says which year it is for, ``fund`` names
    another list of uses than that of 周职党〔2024〕33号.

    Raises:
        RuleFileError: the file is wrong; every fault of it, each with its line.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "budget.toml"
    ...     _ = file.write_text("format = 1\nstudents = 20000\n", encoding="utf-8")
    ...     print(read_budget(file).envelopes[0].yuan)
    300000.00
    """
    regulation = regulation or load_regulation()
    file = TomlFile(Path(path))
    data = file.data
    file.only(data, (), ("format", "fund", "year", "students", "total", "used", "warn_at", "envelope"))
    fund = load_fund(_fund_of(file))
    year, students = file.whole("year"), file.whole("students")
    envelopes = []
    if "total" in data and students is not None:
        file.wrong(("total",), "total 与 students 只能写一个", "takes total or students, not both")
    total, used = file.yuan(data, (), "total"), file.yuan(data, (), "used")
    if total is not None:
        envelopes.append(Envelope(yuan=total, used=used or NOTHING))
    elif students is not None:
        of_students = Budget.of_students(students, regulation, day, readings).envelopes[0]
        envelopes.append(evolve(of_students, used=used or NOTHING))
    elif used is not None:
        file.wrong(("used",), "没有 total 或 students，used 无所指", "needs total or students beside it")
    for record, at in file.records("envelope", ("use", "yuan", "used", "items"), needed=False):
        use = fund.use(file.text(record, at, "use"))
        if use is None and "use" in record:
            zh, en = "、".join(one.name.zh for one in fund.uses), ", ".join(one.id for one in fund.uses)
            file.wrong((*at, "use"), f"没有这一用途；可用：{zh}", f"there is no such use; known: {en}")
        amount = file.yuan(record, at, "yuan")
        file.there(record, at, "yuan")
        items = _items(file, record, at, regulation)
        spent = file.yuan(record, at, "used") or NOTHING
        envelopes.append(Envelope(yuan=amount or NOTHING, used=spent, use=use, items=items))
    if not envelopes:
        file.wrong(
            (), "没有预算：请写 total、students 或 [[envelope]]", "has no budget: total, students or [[envelope]]"
        )
    warn_at = file.share("warn_at")
    file.stop_if_wrong()
    try:
        return Budget(envelopes=tuple(envelopes), warn_at=warn_at, year=year)
    except WorkloadError as error:
        raise RuleFileError(file.path.name, [error.text], file.what) from None


def _fund_of(file: TomlFile) -> str | Path:
    """The name of a fund, or a path beside the file."""
    value = file.data.get("fund", DEFAULT_FUND)
    if not isinstance(value, str):
        file.wrong(("fund",), "应为名称或 .toml 路径", "takes a name or the path of a .toml file")
        return DEFAULT_FUND
    return file.path.parent / value if value.endswith(".toml") else value


def _items(file: TomlFile, record: Mapping[str, Any], place: Place, regulation: Regulation) -> tuple[str, ...]:
    """The items of pay that are charged to an envelope, by any of their names."""
    value = record.get("items")
    if not isinstance(value, list) or not value:
        file.wrong((*place, "items"), "应列出由它支付的项目", "lists the items of pay that are charged to it")
        return ()
    known = item_spellings(regulation)
    found = []
    for one in value:
        name = known.get(folded(one)) if isinstance(one, str) else None
        if name is None:
            accepted = "、".join(item_text(item, regulation).zh for item in regulation.accounts)
            file.wrong((*place, "items"), f"没有项目 {one!r}；可用：{accepted}", f"no item {one!r}: {accepted}")
        else:
            found.append(name)
    return tuple(found)
