"""From the ledger to lines of pay: quantity x rate x factor, what caps cut, what goes to the quota, what has no rate.

Nothing here knows what was paid before: a period gives the same lines however often it is asked.

>>> from workload import Activity, Center, Teacher, load_regulation
>>> rows = [Activity("T01", date(2024, 11, 5), "counseling_duty", minutes=100)]
>>> rates = Rates([PayRate("counseling", Decimal(60), date(2024, 1, 1), "校发〔2024〕1号")])
>>> basis = Basis.of(Center([Teacher("T01", "part_time")], rows), load_regulation())
>>> [line] = Reckoning(basis, rates).of(month_of(2024, 11))["T01"].lines
>>> print(line.quantity, line.rate.yuan, line.amount)
20/9 60 133.33
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import Literal, cast

from attrs import field, frozen

from workload.errors import Fault, InputError, WorkloadError
from workload.exact import rounded
from workload.ledger import Basis, Line, TeacherLedger, time_order
from workload.period import Period, refuse_other_years
from workload.provenance import runs_over_midnight
from workload.quota import FILLS, quota
from workload.rates import PayRate, Rates, item_text
from workload.records import Activity, Teacher
from workload.regulation import Pay
from workload.settlement import (
    PaidRow,
    RowChange,
    digest_of_line,
    digest_of_work,
    fen_of,
    is_whole_month_in,
    months_of,
    yuan_of,
)
from workload.text import Text
from workload.tomlfile import FEN_PLACES
from workload.vocabulary import measured

ONE = Fraction(1)
NOTHING = Decimal("0.00")

# How an amount that is no line came about: cut by a cap, cut in proportion to the budget, paid before by a booked run,
# paid before as finance wrote down, a correction of a closed period.
Code = Literal["cap", "scaled", "paid", "payments", "correction"]


@frozen(eq=False, kw_only=True)
class PayLine:
    """One line: so much of an account at one rate is so much money.

    ``quantity`` is exact, in ``unit``; ``rate``, ``factor`` and ``clauses`` say how it is paid, ``lines`` are the
    ledger lines behind it. ``month`` is given where a cap holds by month, which keeps the lines of months apart.

    ``shared`` is the sum of an event that several teachers led, of which the amount is this teacher's part: the parts
    tie to that sum, so that the amount may lie a fen off its own product. Else ``amount`` is
    ``quantity x rate x factor``, rounded half up to 0.01.
    """

    teacher: Teacher
    item: str
    quantity: Fraction
    unit: str
    rate: PayRate
    factor: Fraction
    amount: Decimal
    clauses: tuple[Pay, ...] = ()
    lines: tuple[Line, ...] = field(default=(), repr=lambda lines: f"{len(lines)} lines")
    month: date | None = None
    event_id: str = ""
    shared: Decimal | None = None
    note: Text | None = None

    @property
    def kind(self) -> str | None:
        """The kind of work that the rate is for; ``None`` for every kind."""
        return self.rate.kind

    @property
    def title(self) -> str | None:
        """The title that the rate is for; ``None`` for every title."""
        return self.rate.title

    @property
    def exactly(self) -> Fraction:
        """The product before it is rounded."""
        return self.quantity * Fraction(self.rate.yuan) * self.factor

    @property
    def citations(self) -> tuple[str, ...]:
        """The articles behind the quantity, and those of the clauses on pay, each once."""
        return tuple(dict.fromkeys([*self.quantity_citations, *self.pay_citations]))

    @property
    def quantity_citations(self) -> tuple[str, ...]:
        """The articles by which the work was credited, each once."""
        return tuple(dict.fromkeys(line.clause.citation for line in self.lines if line.clause is not None))

    @property
    def pay_citations(self) -> tuple[str, ...]:
        """The articles of the clauses on pay that concern the line, each once."""
        return tuple(dict.fromkeys(clause.citation for clause in self.clauses))


@frozen(eq=False, kw_only=True)
class Adjustment:
    """An amount beside the lines, up or down, with what it comes from; ``code`` is for programs, ``text`` for people.

    ``period`` is the one that it speaks of, ``rows`` are those that a correction comes from. ``wages``: it takes back
    what was paid as wages, to somebody external by now: no labor remuneration.
    """

    item: str
    amount: Decimal
    code: Code
    text: Text
    clause: Pay | None = None
    period: Period | None = None
    rows: tuple[RowChange, ...] = ()
    wages: bool = False


@frozen(eq=False, kw_only=True)
class Refused:
    """Work that is not paid because it has no rate: what it is, how much, from which day on, and what is missing."""

    teacher: Teacher
    item: str
    kind: str
    title: str | None
    day: date
    quantity: Fraction
    unit: str
    lines: tuple[Line, ...] = field(repr=lambda lines: f"{len(lines)} lines")
    missing: Text


def month_of(year: int, month: int) -> Period:
    """The days of a month.

    Raises:
        WorkloadError: there is no such month, or no record of work can lie in it.

    >>> str(month_of(2024, 2))
    '2024-02-01–2024-02-29'
    """
    refuse_other_years(year)
    if not 1 <= month <= 12:
        raise WorkloadError(Text(f"没有 {month} 月", f"there is no month {month}"))
    following = date(year + month // 12, month % 12 + 1, 1)
    return Period(date(year, month, 1), following - timedelta(days=1))


def split_amount(amount: Decimal, weights: Sequence[Fraction | int]) -> tuple[Decimal, ...]:
    """A sum in parts by weight, to the fen, so that the parts tie to it: the largest remainders get the fen left over.

    Of equal remainders the earlier comes first. A sum below 0 is split as its opposite.

    Raises:
        ValueError: there is no weight above 0, or one below it.

    >>> [str(part) for part in split_amount(Decimal("50.00"), [1, 1, 1])]
    ['16.67', '16.67', '16.66']
    """
    whole = sum(weights, Fraction(0))
    if whole <= 0 or min(weights) < 0:
        raise ValueError("the weights must not be below 0, nor all of them 0")
    sign, fen = (-1 if amount < 0 else 1), abs(fen_of(amount))
    exactly = [fen * Fraction(weight) / whole for weight in weights]
    parts = [part.__floor__() for part in exactly]
    by_remainder = sorted(range(len(parts)), key=lambda place: (parts[place] - exactly[place], place))
    for place in by_remainder[: fen - sum(parts)]:
        parts[place] += 1
    return tuple(yuan_of(sign * part) for part in parts)


def span_text(period: Period) -> str:
    """A period as people name it: a month as such, else its first and last day.

    >>> span_text(month_of(2024, 11)), span_text(Period(date(2024, 9, 1), date(2025, 1, 31)))
    ('2024-11', '2024-09-01–2025-01-31')
    """
    whole = month_of(period.start.year, period.start.month)
    return f"{period.start:%Y-%m}" if whole == period else str(period)


@frozen(eq=False)
class _Piece:
    """What is paid of one ledger line, and how."""

    line: Line
    day: date
    item: str
    kind: str
    title: str | None
    quantity: Fraction
    clauses: tuple[Pay, ...]
    rate: PayRate | None

    @property
    def factor(self) -> Fraction:
        return prod((clause.factor for clause in self.clauses if clause.factor is not None), start=ONE)

    @property
    def exactly(self) -> Fraction:
        return Fraction(0) if self.rate is None else self.quantity * Fraction(self.rate.yuan) * self.factor


@frozen(eq=False)
class PartOfTeacher:
    """One teacher's part of a period: lines, cuts by caps, work without a rate, what went to the quota, the rows."""

    lines: tuple[PayLine, ...] = ()
    cuts: tuple[Adjustment, ...] = ()
    refused: tuple[Refused, ...] = ()
    notes: tuple[Text, ...] = ()
    rows: tuple[PaidRow, ...] = ()

    def fen(self) -> dict[str, int]:
        """What is due of each item."""
        found: dict[str, int] = {}
        for line in self.lines:
            found[line.item] = found.get(line.item, 0) + fen_of(line.amount)
        for cut in self.cuts:
            found[cut.item] = found.get(cut.item, 0) + fen_of(cut.amount)
        return found


@frozen(eq=False)
class Reckoning:
    """What is due for a period, whatever was paid."""

    basis: Basis
    rates: Rates
    _years: dict[tuple[str, int], _Year] = field(factory=dict, init=False, repr=False)

    def of(self, period: Period) -> Mapping[str, PartOfTeacher]:
        """Each teacher's part of a period.

        Raises:
            InputError: rows that cannot be credited, of all teachers together.
        """
        pieces: dict[str, list[_Piece]] = {}
        unpaid: dict[str, dict[str, Fraction]] = {}
        problems: list[Fault] = []
        for teacher in self.basis.center.teachers:
            try:
                for found, owed, _ in self._books(teacher, period):
                    pieces.setdefault(teacher.teacher_id, []).extend(one for one in found if one.day in period)
                    for day, item, quantity in owed:
                        if day in period:
                            of_teacher = unpaid.setdefault(teacher.teacher_id, {})
                            of_teacher[item] = of_teacher.get(item, Fraction(0)) + quantity
            except InputError as error:
                problems.extend(error.faults)
        if problems:
            raise InputError(problems)
        shared = _shared_events(pieces, self.basis)
        by_month = any(one.cap is not None and one.per == "month" for one in self.basis.regulation.pay)
        if by_month:
            _refuse_cut_months(period)
        return {
            teacher.teacher_id: self._part(
                teacher,
                pieces.get(teacher.teacher_id, []),
                unpaid.get(teacher.teacher_id, {}),
                shared,
                by_month=by_month,
            )
            for teacher in self.basis.center.teachers
        }

    # ---- one teacher's pieces

    def rows(self, period: Period) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
        """Every activity row once: those credited in the period, and those set aside, with their reason.

        A row that is credited on a day outside the period, or belongs to no year that touches it, lies outside.
        """
        credited: dict[int, Line] = {}
        aside: dict[int, Line] = {}
        for teacher in self.basis.center.teachers:
            for _, _, book in self._books(teacher, period):
                for line in book.lines:
                    if not isinstance(line.activity, Activity):
                        continue
                    if line.reason is None and _day(line, book) in period:
                        credited[id(line.activity)] = line
                    elif line.reason is not None and line.activity.date in period:
                        aside[id(line.activity)] = line
        dropped = [Line(activity=row, reason="fault") for row in self.basis.center.dropped]
        rest = [
            aside.get(id(row)) or Line(activity=row, reason="outside_period")
            for row in self.basis.center.activities
            if id(row) not in credited
        ]
        return tuple(credited.values()), (*rest, *dropped)

    def nights(self, period: Period) -> tuple[date, ...]:
        """The last days of years, within the period, whose duties go on in the next year, which the period has not."""
        found = set()
        for teacher in self.basis.center.teachers:
            for row in self.basis.center.activities_of.get(teacher.teacher_id, ()):
                if row.cancelled or row.date not in period or not runs_over_midnight(row):
                    continue
                following = row.date + timedelta(days=1)
                years = (self.basis.year(teacher, year) for year in (row.date.year - 1, row.date.year))
                ends = any(own is not None and own.end == row.date for own in years)
                if ends and following not in period:
                    found.add(row.date)
        return tuple(sorted(found))

    def _books(self, teacher: Teacher, period: Period) -> Iterator[_Year]:
        """The pieces of every year that touches the period, what of it went to the quota unpaid, and its ledger."""
        for year in range(period.start.year - 1, period.end.year + 1):
            own = self.basis.year(teacher, year)
            if own is None or own.intersection(period) is None:
                continue
            key = teacher.teacher_id, year
            if key not in self._years:
                book = self.basis.post(teacher, year, whole=False)
                owed = self._owed_lines(book)
                taken = [
                    (_day(line, book), line.account or "", quantity) for line, quantity in owed.items() if quantity
                ]
                self._years[key] = list(self._pieces(book, owed)), taken, book
            yield self._years[key]

    def _pieces(self, book: TeacherLedger, owed: Mapping[Line, Fraction]) -> Iterator[_Piece]:
        by_event_day = self.basis.readings["title_on"] == "event_day"
        for line in book.credited():
            row, item = _activity(line), line.account or ""
            quantity = line.amount - owed.get(line, Fraction(0))
            if not quantity:
                continue
            day = _day(line, book)
            title = book.standing.title_on(day if by_event_day else book.period.end)
            clauses = tuple(one for one in self._clauses(day) if one.fits(item, row.kind, title))
            rate = self.rates.find(item, row.kind, title, day)
            yield _Piece(line, day, item, row.kind, title, quantity, clauses, rate)

    def _clauses(self, day: date) -> Iterator[Pay]:
        """The clauses on pay that hold on that day."""
        regulation = self.basis.regulation
        versions: dict[str, list[Pay]] = {}
        for clause in regulation.pay:
            versions.setdefault(clause.id, []).append(clause)
        retroactive = self.basis.readings["before_start"] == "retroactive"
        for found in versions.values():
            held = regulation.held(found, day, retroactive=retroactive)
            if held is not None:
                yield held

    def _owed_lines(self, book: TeacherLedger) -> dict[Line, Fraction]:
        """How much of each line fills the quota and is not paid, where a clause says so: in the order of time."""
        found: dict[Line, Fraction] = {}
        if not any(clause.only_above_quota for clause in self.basis.regulation.pay):
            return found
        credited = sorted(book.credited(), key=lambda line: time_order(_activity(line)))
        for part in quota(self.basis, book).parts:
            fills = {part.account}
            if part.account in FILLS and self.basis.readings["counseling_fills_teaching"] == "yes":
                fills.add(FILLS[part.account])
            for stretch in part.parts or (part,):
                owed = stretch.required or Fraction(0)
                for line in credited:
                    day = _day(line, book)
                    if line.account not in fills or (stretch.period is not None and day not in stretch.period):
                        continue
                    taken = min(owed, line.amount)
                    owed -= taken
                    if line.account == part.account and taken and self._only_above_quota(part.account, day):
                        found[line] = taken
        return found

    def _only_above_quota(self, item: str, day: date) -> bool:
        return any(one.only_above_quota and item in (one.items or (item,)) for one in self._clauses(day))

    # ---- lines

    def _part(
        self,
        teacher: Teacher,
        pieces: Sequence[_Piece],
        unpaid: Mapping[str, Fraction],
        shared: Mapping[tuple[str, str], Mapping[object, tuple[Decimal, Decimal]]],
        *,
        by_month: bool,
    ) -> PartOfTeacher:
        groups: dict[tuple[object, ...], tuple[PayRate, list[_Piece]]] = {}
        refused: dict[tuple[str, str, str | None], list[_Piece]] = {}
        for piece in pieces:
            if piece.rate is None:
                refused.setdefault((piece.item, piece.kind, piece.title), []).append(piece)
                continue
            key = _line_key(piece, shared.get((teacher.teacher_id, _event(piece)), {}))
            key = (*key, piece.day.replace(day=1) if by_month else None)
            groups.setdefault(key, (piece.rate, []))[1].append(piece)
        lines = [
            self._line(teacher, rate, found, shared.get((teacher.teacher_id, _event(found[0])), {}), by_month=by_month)
            for rate, found in groups.values()
        ]
        order = list(self.basis.regulation.accounts)
        lines.sort(key=lambda line: (order.index(line.item), line.month or date.min, *_line_order(line)))
        return PartOfTeacher(
            lines=tuple(lines),
            cuts=tuple(self._cuts(lines)),
            refused=tuple(self._refusal(teacher, found) for found in refused.values()),
            notes=tuple(self._unpaid_note(item, quantity) for item, quantity in unpaid.items()),
            rows=tuple(_paid_row(teacher, piece) for piece in pieces if piece.rate is not None),
        )

    def _line(
        self,
        teacher: Teacher,
        rate: PayRate,
        pieces: Sequence[_Piece],
        shared: Mapping[object, tuple[Decimal, Decimal]],
        *,
        by_month: bool,
    ) -> PayLine:
        first = pieces[0]
        exactly = sum((piece.exactly for piece in pieces), Fraction(0))
        whole, amount = shared.get(_pay_key(first), (None, rounded(exactly, FEN_PLACES)))
        note = None
        if whole is not None:
            note = Text(
                f"活动 {_event(first)} 由多人主持，共 {whole} 元，按份额分配到分",
                f"event {_event(first)}, led by several: {whole} yuan in all, split by share to the fen",
            )
        return PayLine(
            teacher=teacher,
            item=first.item,
            quantity=sum((piece.quantity for piece in pieces), Fraction(0)),
            unit=self.basis.regulation.account(first.item).unit,
            rate=rate,
            factor=first.factor,
            amount=amount,
            clauses=first.clauses,
            lines=tuple(piece.line for piece in pieces),
            month=first.day.replace(day=1) if by_month else None,
            event_id="" if whole is None else _event(first),
            shared=whole,
            note=note,
        )

    def _refusal(self, teacher: Teacher, pieces: Sequence[_Piece]) -> Refused:
        first = min(pieces, key=lambda piece: piece.day)
        regulation = self.basis.regulation
        return Refused(
            teacher=teacher,
            item=first.item,
            kind=first.kind,
            title=first.title,
            day=first.day,
            quantity=sum((piece.quantity for piece in pieces), Fraction(0)),
            unit=regulation.account(first.item).unit,
            lines=tuple(piece.line for piece in pieces),
            missing=self.rates.missing(first.item, first.kind, first.title, first.day, regulation),
        )

    def _unpaid_note(self, item: str, quantity: Fraction) -> Text:
        amount = measured(quantity, self.basis.regulation.account(item).unit)
        name = item_text(item, self.basis.regulation)
        return Text(
            f"{name.zh}：{amount.zh}计入工作量要求，不计发", f"{name.en}: {amount.en} fill the quota and are not paid"
        )

    def _capped(self, lines: Sequence[PayLine]) -> Iterator[tuple[Pay, date | None, list[PayLine]]]:
        """Each cap with the lines under it, in the order of the rule file, and by month where it holds by month.

        Where a cap changes within, the version of the latest line holds for all of them.
        """
        for name in dict.fromkeys(clause.id for clause in self.basis.regulation.pay if clause.cap is not None):
            groups: dict[date | None, tuple[list[PayLine], list[Pay]]] = {}
            for line in lines:
                for clause in line.clauses:
                    if clause.id == name:
                        found, versions = groups.setdefault(line.month if clause.per == "month" else None, ([], []))
                        found.append(line)
                        versions.append(clause)
            for month, (found, versions) in sorted(groups.items(), key=lambda group: group[0] or date.min):
                yield max(versions, key=self.basis.regulation.pay.index), month, found

    def _cuts(self, lines: Sequence[PayLine]) -> Iterator[Adjustment]:
        """What the caps cut, each from what the one before it left; the cut is split over items in proportion."""
        left = {line: line.amount for line in lines}
        for clause, month, found in self._capped(lines):
            limit = rounded(clause.cap or Fraction(0), FEN_PLACES)
            together = sum((left[line] for line in found), NOTHING)
            if together <= limit:
                continue
            cut: dict[str, Decimal] = {}
            parts = split_amount(together - limit, [Fraction(left[line]) for line in found])
            for line, part in zip(found, parts, strict=True):
                left[line] -= part
                cut[line.item] = cut.get(line.item, NOTHING) + part
            when = Text("", "") if month is None else Text(f"{month:%Y-%m} ", f"{month:%Y-%m} ")
            for item, amount in cut.items():
                yield Adjustment(
                    item=item,
                    amount=-amount,
                    code="cap",
                    clause=clause,
                    period=None if month is None else month_of(month.year, month.month),
                    text=Text(
                        f"{when.zh}超过上限 {limit} 元（{clause.citation}），共 {together} 元",
                        f"{when.en}above the cap of {limit} yuan ({clause.citation}), {together} yuan in all",
                    ),
                )


_Year = tuple[list[_Piece], list[tuple[date, str, Fraction]], TeacherLedger]


def _refuse_cut_months(period: Period) -> None:
    """A cap by month holds for the whole of it: a part of one is not reckoned.

    Raises:
        WorkloadError: the period does not begin with a month, or does not end with one.
    """
    if not all(is_whole_month_in(month, period) for month in months_of(period)):
        raise WorkloadError(
            Text(
                f"规则有按月的上限，而期间 {period} 不是整月；请取整月",
                f"the rules have a cap by month, and {period} cuts one; take whole months",
            )
        )


def _line_order(line: PayLine) -> tuple[object, ...]:
    """What tells the lines of one item and month apart, so that the order of the input plays no part."""
    rate = line.rate
    return rate.kind or "", rate.title or "", rate.effective_from, [one.id for one in line.clauses], line.event_id


def _activity(line: Line) -> Activity:
    """The row of a line; only rows that were read are in a ledger of one teacher."""
    return cast(Activity, line.activity)


def _day(line: Line, book: TeacherLedger) -> date:
    """The day to which a line belongs: the rest of a duty that began before the year, to the first day of it."""
    return max(_activity(line).date, book.period.start)


def _event(piece: _Piece) -> str:
    return _activity(piece.line).event_id


def _pay_key(piece: _Piece) -> tuple[object, ...]:
    """What the pieces of one line have in common."""
    return piece.item, piece.rate, piece.clauses


def _line_key(piece: _Piece, shared: Mapping[object, object]) -> tuple[object, ...]:
    """The same, and the event where the sum of one is split: its part is a line of its own."""
    key = _pay_key(piece)
    return (*key, _event(piece) if key in shared else "")


def _shared_events(
    pieces: Mapping[str, Sequence[_Piece]], basis: Basis
) -> dict[tuple[str, str], dict[object, tuple[Decimal, Decimal]]]:
    """For each teacher and event with several leaders who share its credit: the event's sum, and the teacher's part.

    The sum is rounded once, and its parts tie to it (R8).
    """
    found: dict[tuple[str, str], dict[object, tuple[Decimal, Decimal]]] = {}
    if basis.readings["co_leaders"] == "full_each":
        return found
    events: dict[str, dict[tuple[str, object], Fraction]] = {}
    for teacher_id, own in sorted(pieces.items()):  # of equal remainders the fen does not follow the input's order
        for piece in sorted(own, key=lambda one: (time_order(_activity(one.line)), one.day)):
            clause = piece.line.clause
            if clause is not None and clause.co_led and _event(piece) and piece.rate is not None:
                parts = events.setdefault(_event(piece), {})
                key = teacher_id, _pay_key(piece)
                parts[key] = parts.get(key, Fraction(0)) + piece.exactly
    for event_id, parts in events.items():
        if len({teacher_id for teacher_id, _ in parts}) == 1 or not any(parts.values()):
            continue
        whole = rounded(sum(parts.values(), Fraction(0)), FEN_PLACES)
        for (teacher_id, pay_key), part in zip(parts, split_amount(whole, list(parts.values())), strict=True):
            found.setdefault((teacher_id, event_id), {})[pay_key] = whole, part
    return found


def _paid_row(teacher: Teacher, piece: _Piece) -> PaidRow:
    row = _activity(piece.line)
    return PaidRow(
        teacher_id=teacher.teacher_id,
        item=piece.item,
        month=piece.day.replace(day=1),
        digest=digest_of_line(piece.line),
        work=digest_of_work(row),
        quantity=piece.quantity,
        yuan=piece.exactly,
        row=row.row,
    )
