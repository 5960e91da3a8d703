"""What was paid already: the register of booked runs, and the payments that finance wrote down.

The register is a file beside the input (``<name of the workbook>.paid.json``), a journal to which runs are only added.
A booked run has a page for its own period of work, and one for each closed period that it corrects: what each teacher
got of each item, and the ledger lines behind it, each with a digest of its content. What is due of a closed period is
reckoned anew in every later run: a row that was changed, added or taken away shows there as a difference, up or down,
and is paid (or taken back) in that run. The pages that were booked stay as they were.

The month of the table of payments (已发放.月份) is the month in which finance *paid*, whatever month the work was done
in. Month of payment by month of payment, what the table has beyond what the runs paid was paid by hand.

No time of day enters the file, nor any digest of one, and no record id, which may hold one: whoever knows when a person
was at the center could find the duty. The day of a row can be found from its digest by trying: the register stays at
the center.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Literal

from attrs import evolve, field, frozen

from workload.errors import WorkloadError
from workload.exact import shown
from workload.facts import structured
from workload.ledger import Line
from workload.period import Period
from workload.provenance import canonical, digest
from workload.records import Activity, Payment
from workload.sealed import SealedKind, opened, sealed
from workload.text import Text, joined
from workload.tomlfile import FEN_PLACES
from workload.vocabulary import measured

FILE = "workload-paid.json"  # in a folder of CSV files
ENDING = ".paid.json"  # after the name of a workbook
KIND = SealedKind(
    number=1,
    about="workload pay --book: 已发放登记册，请勿改动 / the register of what was paid; do not edit it",
    name=Text("发放登记册", "register of payments"),
    command="workload pay --book",
    remedy=Text("请用原件或备份", "Take the original or a backup"),
)
_SHORT = 16  # hexadecimal digits of a row's digest

TaxItems = Literal["each", "together"]
Written = Literal["all", "by_hand"]  # what finance writes into 已发放: all that was paid, or what the register has not
Settled = dict[tuple[str, str], int]  # teacher and item -> fen


@frozen(kw_only=True)
class PaidRow:
    """A ledger line that was paid: what it is known by, what of it was paid, and the exact yuan it came to.

    ``month`` is the month of the work (its first day); ``row`` is where the line came from. ``work`` tells the work
    alone (teacher, day, kind, amount), by which it is known in another input too.
    """

    teacher_id: str
    item: str
    month: date
    digest: str
    work: str
    quantity: Fraction
    yuan: Fraction
    row: int | None = None


@frozen(kw_only=True)
class PaidAmount:
    """So many fen of an item of a teacher, in the month of payment ``paid_in`` (its first day).

    ``how``: ``paid`` by a run (below 0: taken back); ``payments``, found in the table of payments, and counted;
    ``scaled``, cut in proportion to the budget: nobody got it, and it is due no more. ``external`` is said of a teacher
    of whom the payer withholds tax, ``tax`` is what that run withheld of the item; where items are taken together it
    stands with the first one.
    """

    teacher_id: str
    item: str
    fen: int
    paid_in: date
    how: Literal["paid", "payments", "scaled"] = "paid"
    external: bool = False
    tax: int = 0


def sums(amounts: Iterable[PaidAmount]) -> Settled:
    """The sum of each teacher and item, in fen."""
    found: Settled = {}
    for one in amounts:
        key = one.teacher_id, one.item
        found[key] = found.get(key, 0) + one.fen
    return found


@frozen(kw_only=True)
class Page:
    """What a run booked for one period of work: amounts, and the rows of that period as they were then."""

    start: date
    end: date
    amounts: tuple[PaidAmount, ...] = ()
    rows: tuple[PaidRow, ...] = ()

    @property
    def period(self) -> Period:
        """The period of work."""
        return Period(self.start, self.end)


@frozen(kw_only=True)
class BookedRun:
    """A run as it was booked: the page of its own period first, then those of the closed periods that it corrects.

    ``paid_in`` is the month of payment (its first day); rules, readings and ``tax_items`` are those of the run.
    ``written`` says how it read the table of payments; ``None`` where that had nothing to settle, and in registers of
    before, which did not keep it: any way is taken then.
    """

    paid_in: date
    rules: str
    rules_digest: str
    readings: Mapping[str, str]
    tax_items: TaxItems = "each"
    written: Written | None = None
    pages: tuple[Page, ...] = field()

    @pages.validator
    def _own_page_first(self, _attribute: object, pages: tuple[Page, ...]) -> None:
        if not pages:
            raise ValueError("a booked run has a page of its own period")

    @property
    def period(self) -> Period:
        """The period of work that it pays, and closes."""
        return self.pages[0].period

    @property
    def paid(self) -> tuple[PaidAmount, ...]:
        """What the run paid, or took back, of all its pages."""
        return tuple(one for page in self.pages for one in page.amounts if one.how == "paid")


@frozen(kw_only=True)
class ClosedPeriod:
    """A period of work that is closed: all that was booked for it, in whatever run; ``rows`` are those of the last."""

    period: Period
    amounts: tuple[PaidAmount, ...]
    rows: tuple[PaidRow, ...]
    paid_in: date

    @cached_property
    def paid(self) -> Settled:
        """What each teacher got of each item, by runs and by hand, in fen."""
        return sums(one for one in self.amounts if one.how != "scaled")

    @cached_property
    def scaled(self) -> Settled:
        """What was cut in proportion to the budget, in fen: nobody got it."""
        return sums(one for one in self.amounts if one.how == "scaled")


@frozen(kw_only=True)
class Register:
    """What was booked, run after run; ``source`` is the name of the input.

    >>> Register().last_paid_in is None
    True
    """

    runs: tuple[BookedRun, ...] = ()
    source: str = ""

    @cached_property
    def closed(self) -> tuple[ClosedPeriod, ...]:
        """The closed periods, in the order of time: disjoint, as a run takes in those that lie in its own."""
        found: dict[Period, ClosedPeriod] = {}
        for run in self.runs:
            own = run.pages[0]
            inside = [found.pop(period) for period in list(found) if _lies_in(period, own.period)]
            found[own.period] = ClosedPeriod(
                period=own.period,
                amounts=(*(amount for one in inside for amount in one.amounts), *own.amounts),
                rows=own.rows,
                paid_in=run.paid_in,
            )
            for page in run.pages[1:]:
                before = found[page.period]
                found[page.period] = evolve(
                    before, amounts=(*before.amounts, *page.amounts), rows=page.rows, paid_in=run.paid_in
                )
        return tuple(found[period] for period in sorted(found))

    @property
    def last_paid_in(self) -> date | None:
        """The last month in which something was paid."""
        return max((run.paid_in for run in self.runs), default=None)

    def within(self, period: Period) -> tuple[ClosedPeriod, ...]:
        """The closed periods that lie wholly in ``period``.

        Raises:
            WorkloadError: one lies in it only in part, or the other way round.
        """
        inside = tuple(one for one in self.closed if _lies_in(one.period, period))
        for one in self.closed:
            if one not in inside and one.period.intersection(period) is not None:
                raise WorkloadError(
                    Text(
                        f"期间 {period} 与已封账的 {one.period} 部分重叠；请取整个 {one.period}，或取它之外的日子"
                        "（封账期间的更正会列在下一次发放中）",
                        f"the period {period} overlaps {one.period}, which is closed, in part; take all of it or none "
                        "(corrections of a closed period are part of the next run)",
                    )
                )
        return inside

    def runs_in(self, month: date) -> tuple[BookedRun, ...]:
        """The runs that were paid in that month."""
        return tuple(run for run in self.runs if run.paid_in == month)

    def amounts(self) -> Iterator[PaidAmount]:
        """Every amount, of all runs."""
        for run in self.runs:
            for page in run.pages:
                yield from page.amounts

    def refuse_other(self, rules: str, rules_digest: str, readings: Mapping[str, str]) -> None:
        """Refuse rules or readings that are not those of the last booked run: closed months would come out anew.

        Raises:
            WorkloadError: they differ; the message names what.
        """
        if not self.runs:
            return
        last, differences = self.runs[-1], []
        if (rules, rules_digest) != (last.rules, last.rules_digest):
            same = "" if rules != last.rules else "，内容已改"
            same_en = "" if rules != last.rules else ", whose content has changed"
            differences.append(
                Text(f"规则：登记时为 {last.rules}，现为 {rules}{same}", f"rules: {last.rules}, now {rules}{same_en}")
            )
        for name in sorted({*readings, *last.readings}):
            before, now = last.readings.get(name, "—"), readings.get(name, "—")
            if before != now:
                differences.append(Text(f"{name}：登记时为 {before}，现为 {now}", f"{name}: {before}, now {now}"))
        if differences:
            told = joined(differences, "；", "; ")
            raise WorkloadError(
                Text(
                    f"与登记册的规则或口径不同，已封账的期间会重新核算（{told.zh}）；请用登记时的规则和口径，"
                    "确要重新核算请加 --re-reckon",
                    f"the register was kept under other rules or readings, and closed periods would be reckoned anew "
                    f"({told.en}); take those of the register, or say --re-reckon where that is meant",
                )
            )

    def refuse_other_tax_items(self, month: date, tax_items: TaxItems) -> None:
        """Refuse to take the items of a month together in one run and each for itself in another.

        Raises:
            WorkloadError: a run of that month withheld tax the other way.
        """
        before = {run.tax_items for run in self.runs_in(month) if any(one.external for one in run.paid)}
        if before - {tax_items}:
            other = before.pop()
            raise WorkloadError(
                Text(
                    f"{month:%Y-%m} 的发放已按 --tax-items {other} 预扣，同一个月不能改为 {tax_items}",
                    f"what was paid in {month:%Y-%m} was withheld by --tax-items {other}, and a month has one way",
                )
            )

    def refuse_other_written(self, written: Written) -> None:
        """Refuse to read the table of payments otherwise than before: what was settled would count anew, or not at all.

        Raises:
            WorkloadError: a run was settled against the table read the other way.
        """
        before = {run.written for run in self.runs} - {None, written}
        if before:
            other = before.pop()
            raise WorkloadError(
                Text(
                    f"“已发放”表已按 --written {other} 结算过，不能改为 {written}：以前的发放会重复减去或漏减；"
                    f"请仍用 --written {other}，表也照此登记",
                    f"the table of payments was settled by --written {other} before, and not by {written}: earlier "
                    f"payments would be taken off twice or not at all; say --written {other}, and keep the table so",
                )
            )

    def text(self) -> str:
        """The register as the text of its file: JSON in UTF-8, the same register the same bytes, with its digest."""
        data = {"runs": [], **json.loads(canonical(self))}
        return json.dumps(sealed(data, KIND), ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _lies_in(inner: Period, outer: Period) -> bool:
    return inner.start in outer and inner.end in outer


def register_beside(source: Path) -> Path:
    """Where the register of an input is kept: beside the workbook, by its name, or in the folder of CSV files.

    >>> register_beside(Path("center/心理指导中心.xlsx")).name
    '心理指导中心.xlsx.paid.json'
    """
    return source / FILE if source.is_dir() else source.with_name(source.name + ENDING)


def other_registers(source: Path, own: Path) -> tuple[Path, ...]:
    """The registers of other inputs near this one: the same records may be there by another name, or as CSV files."""
    folders = {folder.resolve() for folder in (source.parent, own.parent, *([source] if source.is_dir() else []))}
    patterns = (f"*{ENDING}", FILE, f"*/{FILE}")
    found = {path.resolve() for folder in folders for one in patterns for path in folder.glob(one) if path.is_file()}
    return tuple(sorted(found - {own.resolve()}))


def read_register(path: str | Path) -> Register:
    """The register in a file that :meth:`Register.text` was written to; an empty one where there is no file.

    Raises:
        WorkloadError: the file cannot be read, is no register, was altered, or a newer version made it.
    """
    path = Path(path)
    if not path.exists():
        return Register()
    found = structured(opened(path, KIND), Register, Text(f"登记册 {path}", f"the register {path}"))
    try:
        found.closed  # noqa: B018  # pages of periods that no run closed
    except KeyError:
        raise WorkloadError(Text(f"登记册 {path} 前后矛盾", f"the register {path} contradicts itself")) from None
    return found


# ---------------------------------------------------------------- rows


def digest_of_line(line: Line) -> str:
    """What a ledger line is known by: its content, and what was credited for it.

    No time of day, no record id, no row number.
    """
    row = line.activity
    told: tuple[object, ...] = ()
    if isinstance(row, Activity):
        further = (row.attended, row.event_id, row.share, row.role, row.level, row.participants)
        told = (row.teacher_id, row.date, row.kind, row.minutes, row.class_hours, row.events, *further)
    return digest(canonical((told, line.account, Fraction(line.quantity), line.amount, line.title)))[:_SHORT]


def digest_of_work(row: Activity) -> str:
    """What the work of a row is known by, whatever else was filled in beside it."""
    told = (row.teacher_id, row.date, row.kind, row.minutes, row.class_hours, row.events)
    return digest(canonical(told))[:_SHORT]


def paid_elsewhere(rows: Iterable[PaidRow], own: Register, other: Register) -> tuple[PaidRow, ...]:
    """The rows not in a register whose work another input's register has paid, one for one."""
    known, paid = (
        Counter((row.teacher_id, row.item, row.work) for closed in register.closed for row in closed.rows)
        for register in (own, other)
    )
    found = []
    for row in rows:
        key = row.teacher_id, row.item, row.work
        if known[key]:
            known[key] -= 1
        elif paid[key]:
            paid[key] -= 1
            found.append(row)
    return tuple(found)


@frozen(kw_only=True)
class RowChange:
    """A row of a closed period that is no longer as it was paid; ``None`` on the side on which it is not there.

    ``quantity`` is in the unit of the item, ``yuan`` exact; ``month`` is that of the work.
    """

    row: int | None
    month: date
    quantity_before: Fraction | None
    quantity: Fraction | None
    yuan_before: Fraction
    yuan: Fraction

    def text(self, unit: str, period: Period) -> Text:
        """The change in words; the month is not named where ``period``, which stands before it, has no other.

        >>> change = RowChange(
        ...     row=57,
        ...     month=date(2024, 11, 1),
        ...     quantity_before=None,
        ...     quantity=Fraction(2),
        ...     yuan_before=Fraction(0),
        ...     yuan=Fraction(100),
        ... )
        >>> print(change.text("class_hour", Period(date(2024, 11, 1), date(2024, 11, 30))))
        第57行补记 2 课时
        """
        place = Text("某行", "a row") if self.row is None else Text(f"第{self.row}行", f"row {self.row}")
        month = "" if len(tuple(months_of(period))) == 1 else f"{self.month:%Y-%m} "
        before, now = (measured(quantity or 0, unit) for quantity in (self.quantity_before, self.quantity))
        if self.quantity_before is None:
            what = Text(f"补记 {now.zh}", f"added, {now.en}")
        elif self.quantity is None:
            what = Text(f"已删去，原为 {before.zh}", f"gone, was {before.en}")
        elif self.quantity != self.quantity_before:
            change = f"{shown(self.quantity_before)} →"
            what = Text(f"数量 {change} {now.zh}", f"quantity {change} {now.en}")
        else:
            change = f"{shown(self.yuan_before)} → {shown(self.yuan)}"
            what = Text(f"金额 {change} 元", f"{change} yuan")
        return Text(f"{month}{place.zh}{what.zh}", f"{month}{place.en} {what.en}")


def row_changes(before: Iterable[PaidRow], now: Iterable[PaidRow]) -> tuple[RowChange, ...]:
    """The rows of one teacher and item that differ: those that are the same drop out, the rest is matched.

    By content, then by the row of the sheet within a month, then the only one of a month with the only one; what finds
    no match was taken away, or added.
    """
    old, new = list(before), list(now)
    same = Counter((one.digest, one.yuan) for one in old) & Counter((one.digest, one.yuan) for one in new)
    old, new = _without(old, same), _without(new, same)
    pairs: list[tuple[PaidRow | None, PaidRow | None]] = []
    for one in list(new):
        match = next((other for other in old if other.digest == one.digest), None)
        match = match or next(
            (other for other in old if one.row and (other.month, other.row) == (one.month, one.row)), None
        )
        if match is not None:
            pairs.append((match, one))
            old.remove(match)
            new.remove(one)
    for month in {one.month for one in new}:
        gone, come = ([one for one in rows if one.month == month] for rows in (old, new))
        if len(gone) == len(come) == 1:
            pairs.append((gone[0], come[0]))
            old.remove(gone[0])
            new.remove(come[0])
    pairs += [(one, None) for one in old] + [(None, one) for one in new]
    return tuple(sorted((_change(*pair) for pair in pairs), key=lambda one: (one.month, one.row or 0, one.yuan)))


def _without(rows: Iterable[PaidRow], same: Counter[tuple[str, Fraction]]) -> list[PaidRow]:
    left, found = Counter(same), []
    for one in rows:
        key = one.digest, one.yuan
        if left[key]:
            left[key] -= 1
        else:
            found.append(one)
    return found


def _change(before: PaidRow | None, now: PaidRow | None) -> RowChange:
    first, *_, last = [side for side in (before, now) if side is not None] * 2
    return RowChange(
        row=last.row,
        month=first.month,
        quantity_before=None if before is None else before.quantity,
        quantity=None if now is None else now.quantity,
        yuan_before=Fraction(0) if before is None else before.yuan,
        yuan=Fraction(0) if now is None else now.yuan,
    )


# ---------------------------------------------------------------- what finance wrote down


def months_of(period: Period) -> Iterator[date]:
    """The months that a period touches, each by its first day.

    >>> [str(month) for month in months_of(Period(date(2024, 11, 5), date(2025, 1, 3)))]
    ['2024-11-01', '2024-12-01', '2025-01-01']
    """
    year, month = period.start.year, period.start.month
    while (year, month) <= (period.end.year, period.end.month):
        yield date(year, month, 1)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


@frozen(kw_only=True)
class MonthOfPayment:
    """What was paid in a month, by teacher and item, in fen.

    ``table`` is what the table of payments has, ``runs`` what the booked runs paid less what they took back, ``paid``
    without what they took back, ``counted`` what a settlement has found in the table already. ``external`` is the part
    of ``runs`` that external teachers got as such.
    """

    table: Settled
    runs: Settled
    paid: Settled
    counted: Settled
    external: Settled
    written: Written = "all"

    @classmethod
    def of(
        cls, month: date, register: Register, payments: Iterable[Payment], written: Written = "all"
    ) -> MonthOfPayment:
        """That month, as register and table know it; ``written`` says whether the table has the runs' payments too."""
        table: Settled = {}
        for payment in payments:
            if payment.month == month:
                key = payment.teacher_id, payment.item
                table[key] = table.get(key, 0) + fen_of(payment.yuan)
        runs = register.runs_in(month)
        paid: Settled = {}
        for run in runs:
            for key, fen in sums(run.paid).items():
                paid[key] = paid.get(key, 0) + max(fen, 0)
        every = [one for run in runs for one in run.paid]
        return cls(
            table=table,
            runs=sums(every),
            paid=paid,
            counted=sums(one for one in register.amounts() if (one.how, one.paid_in) == ("payments", month)),
            external=sums(one for one in every if one.external),
            written=written,
        )

    def by_hand(self, key: tuple[str, str]) -> int:
        """What was paid beside the runs: what the table has beyond what they paid, or what was counted before.

        What a run takes back has no place in the table.
        """
        runs = self.paid.get(key, 0) if self.written == "all" else 0
        return max(self.table.get(key, 0) - runs, self.counted.get(key, 0), 0)

    def not_counted(self, key: tuple[str, str]) -> int:
        """What was paid by hand, and no settlement has counted."""
        return self.by_hand(key) - self.counted.get(key, 0)

    def disagrees(self, key: tuple[str, str]) -> bool:
        """Whether the table has less than it should: than was counted before, or than is known to be paid in all."""
        table, counted = self.table.get(key, 0), self.counted.get(key, 0)
        less = 0 < table < self.runs.get(key, 0) + counted and table != counted
        return table < counted or (self.written == "all" and less)

    def all(self, *, external: bool = False) -> Settled:
        """What was paid in all, by runs and by hand; ``external`` as the income of external teachers."""
        runs = self.external if external else self.runs
        return {key: runs.get(key, 0) + self.by_hand(key) for key in {**self.runs, **self.table, **self.counted}}


def refuse_cut_months(payments: Iterable[Payment], period: Period) -> None:
    """Refuse to settle a part of a month.

    Raises:
        WorkloadError: the period cuts a month in which something was paid: how much of it is for these days?
    """
    touched = set(months_of(period))
    months = {one.month for one in payments if one.month in touched and not is_whole_month_in(one.month, period)}
    if months:
        cut = [f"{month:%Y-%m}" for month in sorted(months)]
        zh, en = "、".join(cut), ", ".join(cut)
        raise WorkloadError(
            Text(
                f"已发放按月登记，而期间 {period} 只含 {zh} 的一部分；结算请取整月",
                f"payments are kept by month, and {period} has only a part of {en}; settle whole months",
            )
        )


def is_whole_month_in(month: date, period: Period) -> bool:
    """Whether a period has every day of a month."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return period.start <= month and period.end.toordinal() >= following.toordinal() - 1


def fen_of(yuan: Decimal) -> int:
    """Whole fen of an amount.

    Raises:
        ValueError: it has more than two decimals.
    """
    fen = yuan.scaleb(FEN_PLACES)
    if fen != fen.to_integral_value():
        raise ValueError("an amount of money has at most two decimals")
    return int(fen)


def yuan_of(fen: int) -> Decimal:
    """Fen as yuan.

    >>> yuan_of(-1205)
    Decimal('-12.05')
    """
    return Decimal(fen).scaleb(-FEN_PLACES)


def joined_changes(changes: Iterable[RowChange], unit: str, period: Period, most: int = 5) -> Text:
    """Row changes as one text, as each is told (see :meth:`RowChange.text`); of many only the first."""
    found = tuple(changes)
    text = joined((one.text(unit, period) for one in found[:most]), "；", "; ")
    if len(found) > most:
        return Text(f"{text.zh}；等 {len(found)} 行", f"{text.en}; {len(found)} rows in all")
    return text
