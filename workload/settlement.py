"""What was paid already: the register of paid ledger lines, and the payments that finance wrote down.

The register is a file beside the input (``<name of the workbook>.paid.json``). It holds, for each period of work that
was booked, what each teacher got of each item, in which month it was paid, and the ledger lines behind it, each with a
digest of its content. What is due of a closed period is reckoned anew in every later run: a row that was changed, added
or taken away shows there as a difference, up or down, and is paid (or taken back) in that run. The closed period itself
stays as it was.

The month of the table of payments (已发放.月份) is the month in which finance *paid*, whatever month the work was done
in. Month of payment by month of payment, what the table has beyond the register was paid otherwise.

No time of day enters the file, nor any digest in it: whoever knows when a person was at the center could find the duty.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
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
from workload.text import Text, joined
from workload.tomlfile import FEN_PLACES

FORMAT = 1
FILE = "workload-paid.json"  # in a folder of CSV files
ENDING = ".paid.json"  # after the name of a workbook
ABOUT = "workload pay --book: 已发放登记册，请勿改动 / the register of what was paid; do not edit it"
_SHORT = 16  # hexadecimal digits of a row's digest

Settled = dict[tuple[str, str], int]  # teacher and item -> fen


@frozen(kw_only=True)
class PaidRow:
    """A ledger line that was paid: what it is known by, what of it was paid, and the exact yuan it came to.

    ``month`` is the month of the work (its first day); ``row`` and ``record_id`` are where the line came from.
    """

    teacher_id: str
    item: str
    month: date
    digest: str
    quantity: Fraction
    yuan: Fraction
    row: int | None = None
    record_id: str = ""


@frozen(kw_only=True)
class PaidAmount:
    """So many fen that a teacher got of an item in a month of payment, ``paid_in`` (its first day).

    ``how``: ``paid`` by a booked run; ``payments``, found in the table of payments and counted as paid; ``scaled``, cut
    in proportion to the budget: nobody got it, and it is due no more. ``tax`` was withheld by that run of an external
    teacher; where items are taken together it stands with the first one.
    """

    teacher_id: str
    item: str
    fen: int
    paid_in: date
    how: Literal["paid", "payments", "scaled"] = "paid"
    external: bool = False
    tax: int = 0


def _sums(amounts: Iterable[PaidAmount]) -> Settled:
    found: Settled = {}
    for one in amounts:
        key = one.teacher_id, one.item
        found[key] = found.get(key, 0) + one.fen
    return found


@frozen(kw_only=True)
class ClosedPeriod:
    """A period that was booked, the month in which it was (last) paid, and what was paid for it."""

    start: date
    end: date
    paid_in: date
    amounts: tuple[PaidAmount, ...] = ()
    rows: tuple[PaidRow, ...] = ()

    @property
    def period(self) -> Period:
        """The period itself."""
        return Period(self.start, self.end)

    def paid(self) -> Settled:
        """What each teacher got of each item, in fen."""
        return _sums(one for one in self.amounts if one.how != "scaled")

    def scaled(self) -> Settled:
        """What was cut in proportion to the budget, in fen: nobody got it."""
        return _sums(one for one in self.amounts if one.how == "scaled")


@frozen(kw_only=True)
class Register:
    """What was booked: disjoint periods, in the order of time.

    ``source`` is the name of the input; ``rules``, ``rules_digest`` and ``readings`` are those of the last run.

    >>> Register().last_paid_in is None
    True
    """

    closed: tuple[ClosedPeriod, ...] = ()
    source: str = ""
    rules: str = ""
    rules_digest: str = ""
    readings: Mapping[str, str] = field(factory=dict)

    @property
    def last_paid_in(self) -> date | None:
        """The last month in which something was paid."""
        return max((one.paid_in for one in self.closed), default=None)

    def within(self, period: Period) -> tuple[ClosedPeriod, ...]:
        """The closed periods that lie wholly in ``period``.

        Raises:
            WorkloadError: one lies in it only in part, or the other way round.
        """
        inside = tuple(one for one in self.closed if period.start <= one.start and one.end <= period.end)
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

    def paid_in(self, month: date) -> Settled:
        """What was paid in that month, or counted as paid in it, whatever period it was for; in fen."""
        return _sums(one for one in self.amounts() if one.paid_in == month and one.how != "scaled")

    def amounts(self) -> Iterator[PaidAmount]:
        """Every amount, of all periods."""
        for closed in self.closed:
            yield from closed.amounts

    def refuse_other(self, rules: str, rules_digest: str, readings: Mapping[str, str]) -> None:
        """Refuse rules or readings that are not those of the last booked run: closed months would come out anew.

        Raises:
            WorkloadError: they differ; the message names what.
        """
        if not self.closed:
            return
        differences = []
        if (rules, rules_digest) != (self.rules, self.rules_digest):
            same = "" if rules != self.rules else "，内容已改"
            same_en = "" if rules != self.rules else ", whose content has changed"
            differences.append(
                Text(f"规则：登记时为 {self.rules}，现为 {rules}{same}", f"rules: {self.rules}, now {rules}{same_en}")
            )
        for name in sorted({*readings, *self.readings}):
            before, now = self.readings.get(name, "—"), readings.get(name, "—")
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

    def with_(self, period: ClosedPeriod, corrected: Mapping[Period, ClosedPeriod]) -> Register:
        """The register with a period booked, which takes in those it holds, and with corrections of other periods."""
        inside = self.within(period.period)
        kept = [corrected.get(one.period, one) for one in self.closed if one not in inside]
        taken = tuple(amount for one in inside for amount in one.amounts)
        whole = evolve(period, amounts=(*taken, *period.amounts))
        return evolve(self, closed=tuple(sorted((*kept, whole), key=lambda one: one.period)))

    def text(self) -> str:
        """The register as the text of its file: JSON in UTF-8, the same register the same bytes, with its digest."""
        data = json.loads(canonical(self)) | {"format": FORMAT, "about": ABOUT}
        data = {"closed": [], **data}
        return (
            json.dumps({**data, "content": digest(canonical(data))}, ensure_ascii=False, sort_keys=True, indent=1)
            + "\n"
        )


def register_beside(source: Path) -> Path:
    """Where the register of an input is kept: beside the workbook, by its name, or in the folder of CSV files.

    >>> register_beside(Path("center/心理指导中心.xlsx")).name
    '心理指导中心.xlsx.paid.json'
    """
    return source / FILE if source.is_dir() else source.with_name(source.name + ENDING)


def read_register(path: str | Path) -> Register:
    """The register in a file that :meth:`Register.text` was written to; an empty one where there is no file.

    Raises:
        WorkloadError: the file cannot be read, is no register, was altered, or a newer version made it.
    """
    path = Path(path)
    try:
        data = json.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return Register()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WorkloadError(Text(f"无法读取 {path}：{reason}", f"{path} cannot be read: {reason}")) from None
    except (ValueError, RecursionError):  # no UTF-8, or no JSON
        raise _no_register(path) from None
    if not isinstance(data, dict) or "format" not in data:
        raise _no_register(path)
    number, content = data["format"], data.pop("content", None)
    if type(number) is int and number > FORMAT:
        raise WorkloadError(
            Text(
                f"{path} 由更新的程序版本写成（格式 {number}，本程序识别到 {FORMAT}）；请升级 workload 后再用",
                f"{path} was made by a newer version (format {number}, this one knows {FORMAT}); upgrade workload",
            )
        )
    if number != FORMAT or digest(canonical(data)) != content:
        raise WorkloadError(
            Text(
                f"{path} 的内容与它自带的摘要不符：文件已损坏，或写成之后被改动过。请用原件或备份",
                f"{path} does not agree with the digest that it carries: it is damaged, or was altered after it was "
                "made. Take the original or a backup",
            )
        )
    told = {name: value for name, value in data.items() if name not in ("format", "about")}
    return structured(told, Register, Text(f"登记册 {path}", f"the register {path}"))


def _no_register(path: Path) -> WorkloadError:
    return WorkloadError(
        Text(
            f"{path} 不是发放登记册（由 workload pay --book 写成的文件），或已损坏",
            f"{path} is no register of payments (a file that workload pay --book made), or it is damaged",
        )
    )


# ---------------------------------------------------------------- rows


def digest_of_line(line: Line) -> str:
    """What a ledger line is known by: its content, and what was credited for it; no time of day, no row number."""
    row = line.activity
    told: tuple[object, ...] = ()
    if isinstance(row, Activity):
        told = (
            row.teacher_id,
            row.date,
            row.kind,
            row.minutes,
            row.class_hours,
            row.events,
            row.attended,
            row.event_id,
            row.share,
            row.role,
            row.level,
            row.participants,
            row.record_id,
        )
    return digest(canonical((told, line.account, Fraction(line.quantity), line.amount, line.title)))[:_SHORT]


@frozen(kw_only=True)
class RowChange:
    """A row of a closed period that is no longer as it was paid; ``None`` on the side on which it is not there.

    ``quantity`` is in the unit of the item, ``yuan`` exact; ``month`` is that of the work.
    """

    row: int | None
    record_id: str
    month: date
    quantity_before: Fraction | None
    quantity: Fraction | None
    yuan_before: Fraction
    yuan: Fraction

    @property
    def text(self) -> Text:
        """The change in words."""
        place = Text("某行", "a row") if self.row is None else Text(f"第{self.row}行", f"row {self.row}")
        if self.record_id:
            place = Text(f"{place.zh}（{self.record_id}）", f"{place.en} ({self.record_id})")
        month = f"{self.month:%Y-%m}"
        if self.quantity_before is None:
            what = Text(f"补记 {shown(self.quantity or 0)}", f"added, {shown(self.quantity or 0)}")
        elif self.quantity is None:
            what = Text(f"已删去，原为 {shown(self.quantity_before)}", f"gone, was {shown(self.quantity_before)}")
        elif self.quantity != self.quantity_before:
            change = f"{shown(self.quantity_before)} → {shown(self.quantity)}"
            what = Text(f"数量 {change}", f"quantity {change}")
        else:
            change = f"{shown(self.yuan_before)} → {shown(self.yuan)}"
            what = Text(f"金额 {change} 元", f"{change} yuan")
        return Text(f"{month} {place.zh}{what.zh}", f"{month} {place.en} {what.en}")


def row_changes(before: Iterable[PaidRow], now: Iterable[PaidRow]) -> tuple[RowChange, ...]:
    """The rows of one teacher and item that differ: those that are the same drop out, the rest is matched.

    By record id where both have one, then by the row of the sheet; what finds no match was taken away, or added.
    """
    old, new = list(before), list(now)
    same = Counter((one.digest, one.yuan) for one in old) & Counter((one.digest, one.yuan) for one in new)
    old, new = _without(old, same), _without(new, same)
    pairs: list[tuple[PaidRow | None, PaidRow | None]] = []
    for key in ("record_id", "digest", "row"):
        places = {getattr(one, key): one for one in old if getattr(one, key)}
        for one in list(new):
            match = places.pop(getattr(one, key), None)
            if match is not None:
                pairs.append((match, one))
                old.remove(match)
                new.remove(one)
    pairs += [(one, None) for one in old] + [(None, one) for one in new]
    return tuple(sorted((_change(*pair) for pair in pairs), key=lambda one: (one.month, one.row or 0, one.record_id)))


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
        record_id=last.record_id,
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


def paid_by_table(payments: Iterable[Payment], month: date) -> Settled:
    """What the table of payments says was paid in that month, in fen."""
    found: Settled = {}
    for payment in payments:
        if payment.month == month:
            key = payment.teacher_id, payment.item
            found[key] = found.get(key, 0) + fen_of(payment.yuan)
    return found


def paid_once(register: Register | None, payments: Iterable[Payment], month: date) -> Settled:
    """What was paid in a month of payment, as far as register and table know it: what both have counts once; in fen."""
    known, table = (register or Register()).paid_in(month), paid_by_table(payments, month)
    return known | {key: max(fen, known.get(key, 0)) for key, fen in table.items()}


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


def joined_changes(changes: Iterable[RowChange], most: int = 5) -> Text:
    """Row changes as one text; of many only the first."""
    found = tuple(changes)
    text = joined((one.text for one in found[:most]), "；", "; ")
    if len(found) > most:
        return Text(f"{text.zh}；等 {len(found)} 行", f"{text.en}; {len(found)} rows in all")
    return text
