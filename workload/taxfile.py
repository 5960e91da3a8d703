"""A withholding table as data: its dated versions, from one TOML file, or every fault of that file with its line.

The table of the tax law comes with the library (``workload/taxes``); a finance office may give a file of its own in
the same form. No number of it stands in code.

>>> clause = load_withholding().on(date(2024, 5, 20))
>>> print(clause.citation, clause.effective_from)
国家税务总局公告2018年第61号 第八条、个人所得税预扣率表二 2019-01-01
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from attrs import frozen

from workload.errors import NoClauseError, RuleFileError
from workload.exact import shown
from workload.regulation import Clause, Figure
from workload.text import Text
from workload.tomlfile import FEN_PLACES, Place, Record, TomlFile

DEFAULT_TAX = "labor-remuneration"
RATE_PLACES = 4  # a rate is a whole number of hundredths of a percent, so that what it gives is a finite decimal
_VERSION = ("document", "article", "quote", "effective_from", "effective_until", "unit", "deduction", "bracket")


@frozen(kw_only=True)
class Deduction:
    """A tier of the deduction for expenses: a fixed ``amount`` of yuan, or a ``rate`` of the income.

    It holds for incomes up to and including ``up_to`` yuan; the last tier, without it, for all above.
    """

    up_to: Fraction | None = None
    amount: Fraction | None = None
    rate: Fraction | None = None

    def of(self, income: Fraction) -> Fraction:
        """What is deducted from that income."""
        return income * (self.rate or 0) if self.amount is None else self.amount


@frozen(kw_only=True)
class Bracket:
    """A bracket of the tax: ``taxable amount x rate - quick_deduction``, for taxable amounts up to ``up_to`` yuan."""

    up_to: Fraction | None = None
    rate: Fraction
    quick_deduction: Fraction


_Tier = TypeVar("_Tier", Deduction, Bracket)


def tier_of(tiers: Sequence[_Tier], yuan: Fraction) -> _Tier:
    """The tier in which so many yuan lie; an edge belongs to the tier below it."""
    return next(tier for tier in tiers if tier.up_to is None or yuan <= tier.up_to)


@frozen(kw_only=True)
class WithholdingClause(Clause):
    """One version of the table: its document and article, the days on which it holds, its tiers in rising order."""

    document: str
    effective_from: date
    deductions: tuple[Deduction, ...]
    brackets: tuple[Bracket, ...]

    @property
    def citation(self) -> str:
        """The document and the article, as they are cited."""
        return f"{self.document} {self.article}"

    def figures(self) -> tuple[Figure, ...]:
        """The numbers of the table, each named after the tier's upper edge."""
        found = []
        for tier in self.deductions:
            value, unit = (tier.rate, "") if tier.amount is None else (tier.amount, "yuan")
            found.append(Figure(f"{self.id}.deduction.{_edge(tier)}", value, unit, Text("减除费用", "deduction")))
        for bracket in self.brackets:
            edge, quick = _edge(bracket), Text("速算扣除数", "quick deduction")
            found.append(Figure(f"{self.id}.rate.{edge}", bracket.rate, "", Text("预扣率", "rate")))
            found.append(Figure(f"{self.id}.quick_deduction.{edge}", bracket.quick_deduction, "yuan", quick))
        return tuple(found)


def _edge(tier: Deduction | Bracket) -> str:
    return "above" if tier.up_to is None else shown(tier.up_to)


@frozen(kw_only=True)
class WithholdingTable:
    """A withholding table: its name, what is printed beside every figure of it, and its versions, the newest last."""

    id: str
    name: Text
    note: Text
    versions: tuple[WithholdingClause, ...]

    def on(self, day: date | None = None) -> WithholdingClause:
        """The version in force on that day; without one the newest.

        Raises:
            NoClauseError: none was in force.
        """
        if day is None:
            return self.versions[-1]
        for version in self.versions:
            if version.holds_on(day):
                return version
        first, last = self.versions[0].effective_from, self.versions[-1].effective_until
        zh = f"自 {first} 起" + (f"至 {last} 止" if last else "")
        en = f"from {first} on" if last is None else f"from {first} to {last}"
        raise NoClauseError(
            Text(f"{self.name.zh}：{day} 没有有效的规定（现有{zh}）", f"{self.name.en}: no rule for {day}, only {en}")
        )


def load_withholding(name: str | Path = DEFAULT_TAX) -> WithholdingTable:
    """The withholding table of a file: one that comes with the library, by name, or a ``.toml`` file, by path.

    Raises:
        RuleFileError: the file is wrong; every fault of it, each with its line.

    >>> load_withholding().name.en
    'withholding on labor remuneration'
    """
    if isinstance(name, str) and not name.endswith(".toml"):
        return _packaged(name)
    return _Reader(Path(name)).table()


@cache
def _packaged(name: str) -> WithholdingTable:
    folder = Path(str(resources.files("workload") / "taxes"))
    path = folder / f"{name}.toml"
    if not re.fullmatch(r"[\w.-]+", name) or not path.is_file():
        known = sorted(file.stem for file in folder.glob("*.toml"))
        zh = f"没有这个名称的税率表；自带：{'、'.join(known)}；也可给出 .toml 文件的路径"
        en = f"there is no such table; included: {', '.join(known)}; or give the path of a .toml file"
        raise RuleFileError(name, [Text(zh, en)])
    return _Reader(path).table()


# ---------------------------------------------------------------- the reader


class _Reader(TomlFile):
    """Reads a table from its file."""

    what = Text("税率表", "tax table")

    def table(self) -> WithholdingTable:
        data = self.data
        self.only(data, (), ("format", "id", "name", "note", "version"))
        table_id = self.text(data, (), "id")
        name, note = self.words(data, (), "name"), self.words(data, (), "note")
        found = [(self.clause(table_id, record, place), place) for record, place in self.records("version", _VERSION)]
        versions = sorted(
            ((clause, place) for clause, place in found if clause is not None), key=lambda one: one[0].effective_from
        )
        self.dates(versions)
        self.stop_if_wrong()
        return WithholdingTable(id=table_id, name=name, note=note, versions=tuple(clause for clause, _ in versions))

    def amount(self, record: Record, place: Place, key: str) -> Fraction | None:
        found = self.yuan(record, place, key)
        return None if found is None else Fraction(found)

    def rate(self, record: Record, place: Place) -> Fraction | None:
        accepted = Text("应为比率（如 0.5 或 “50%”）", 'takes a rate (0.5 or "50%")')
        found = self.number(record, place, "rate", RATE_PLACES, accepted, (int, Decimal, str))
        if found is not None and found >= 1:  # a payment of which nothing is left has no gross for a net
            value = record["rate"]
            self.wrong((*place, "rate"), f"必须低于 1（即 100%）：{value}", f"must be below 1 (100%): {value}")
        return found

    def clause(self, table_id: str, record: Record, place: Place) -> WithholdingClause | None:
        before = len(self.problems)
        document, article, quote = (self.text(record, place, key) for key in ("document", "article", "quote"))
        start = self.day(record, place, "effective_from")
        end = self.day(record, place, "effective_until", needed=False)
        if start and end and end < start:
            zh, en = f"早于 effective_from {start}", f"lies before effective_from {start}"
            self.wrong((*place, "effective_until"), zh, en)
        unit = self.text(record, place, "unit")
        if unit not in ("", "yuan"):
            self.wrong((*place, "unit"), f"单位应为 'yuan'，现为 {unit!r}", f"takes 'yuan', not {unit!r}")
        deductions, brackets = self.deductions(record, place), self.brackets(record, place)
        if start is None or len(self.problems) > before:
            return None
        return WithholdingClause(
            id=table_id,
            document=document,
            article=article,
            quote=quote,
            effective_from=start,
            effective_until=end,
            deductions=tuple(deductions),
            brackets=tuple(brackets),
        )

    def deductions(self, record: Record, place: Place) -> list[Deduction]:
        before = len(self.problems)
        tiers, places = [], []
        for item, at in self.records("deduction", ("up_to", "amount", "rate"), record, place):
            if ("amount" in item) == ("rate" in item):
                self.wrong(at, "必须且只能有 amount 或 rate 之一", "takes exactly one of amount and rate")
            up_to, amount = self.amount(item, at, "up_to"), self.amount(item, at, "amount")
            tiers.append(Deduction(up_to=up_to, amount=amount, rate=self.rate(item, at)))
            places.append(at)
        if len(self.problems) > before or not self.rising(tiers, places):
            return tiers
        for (lower, upper), at in zip(pairwise(tiers), places[1:], strict=True):
            edge = lower.up_to or Fraction(0)
            if lower.of(edge) != upper.of(edge):
                one, other, yuan = shown(lower.of(edge)), shown(upper.of(edge)), shown(edge)
                zh = f"收入 {yuan} 元处两档的减除费用不相等：{one} 与 {other}"
                self.wrong(at, zh, f"at {yuan} yuan the two tiers deduct unlike amounts: {one} and {other}")
        return tiers

    def brackets(self, record: Record, place: Place) -> list[Bracket]:
        before = len(self.problems)
        tiers, places = [], []
        for item, at in self.records("bracket", ("up_to", "rate", "quick_deduction"), record, place):
            self.there(item, at, "rate")
            self.there(item, at, "quick_deduction")
            rate, quick = self.rate(item, at), self.amount(item, at, "quick_deduction")
            up_to = self.amount(item, at, "up_to")
            tiers.append(Bracket(up_to=up_to, rate=rate or Fraction(0), quick_deduction=quick or Fraction(0)))
            places.append(at)
        if len(self.problems) > before or not self.rising(tiers, places):
            return tiers
        expected, rate, edge = Fraction(0), Fraction(0), Fraction(0)
        for tier, at in zip(tiers, places, strict=True):
            if tier.rate < rate:
                below = shown(rate, RATE_PLACES)
                self.wrong((*at, "rate"), f"低于前一级的 {below}", f"is below the {below} of the bracket before")
                break
            expected += (tier.rate - rate) * edge
            if tier.quick_deduction != expected:
                fitting = shown(expected, FEN_PLACES + RATE_PLACES)
                zh = f"与税率不符：应为 {fitting}，否则税额在级距处有跳跃"
                self.wrong((*at, "quick_deduction"), zh, f"does not fit the rates: {fitting} lets the brackets meet")
            rate, edge = tier.rate, tier.up_to or Fraction(0)
        return tiers

    def rising(self, tiers: Sequence[Deduction | Bracket], places: Sequence[Place]) -> bool:
        """Whether the tiers rise from 0, each to the next, and the last one is open above."""
        before = len(self.problems)
        reached = Fraction(0)
        for tier, at in zip(tiers, places, strict=True):
            if at == places[-1]:
                if tier.up_to is not None:
                    zh = "最后一档不能有 up_to：高于它的没有规定"
                    self.wrong((*at, "up_to"), zh, "the last tier has none: what lies above would have no rule")
            elif tier.up_to is None:
                self.wrong(at, "只有最后一档没有 up_to", "only the last tier has no up_to")
            elif tier.up_to <= reached:
                below = shown(reached)
                self.wrong((*at, "up_to"), f"必须高于前一档的 {below}", f"must be above the {below} before it")
            reached = tier.up_to or reached
        return len(self.problems) == before

    def dates(self, versions: Sequence[tuple[WithholdingClause, Place]]) -> None:
        """No two versions for one day, and no day between two versions without one."""
        for (before, place), (after, at) in pairwise(versions):
            ends, begins = before.effective_until, after.effective_from
            first = f"{self.path.name}:{self.lines[place]}"
            if ends is None or begins <= ends:
                zh, en = f"在同一天有两个版本：与 {first} 重叠", f"two versions for one day: overlaps {first}"
                self.wrong(at, zh, en)
            elif begins > ends + timedelta(days=1):
                zh = f"在 {ends} 与 {begins} 之间没有版本（{first}）"
                self.wrong(at, zh, f"no version between {ends} and {begins} ({first})")
