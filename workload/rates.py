"""What a class hour or a point is paid: rates in yuan, each with the day from which it holds and who set it.

周职党〔2024〕33号 promises fair pay and names no rate, so that every rate is the school's: a row of the table 课酬标准
(``rates``), or a ``[[rate]]`` of a TOML file. Nothing is defaulted; where no rate holds, :class:`MissingRateError` says
for what.

>>> rates = Rates([PayRate("counseling", Decimal(60), date(2024, 1, 1), "校发〔2024〕1号")])
>>> rates.on("counseling", "counseling_duty", "lecturer", date(2024, 3, 5)).yuan
Decimal('60')
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from attrs import field, frozen

from workload.errors import RuleFileError, WorkloadError
from workload.exact import shown
from workload.loading import load_regulation
from workload.records import Center
from workload.regulation import Account, Kind, Regulation, Title
from workload.text import Text, joined
from workload.tomlfile import Place, TomlFile
from workload.vocabulary import WORDS, folded, word

_MOST_LISTED = 6  # rates that an error lists


@frozen
class PayRate:
    """Yuan for one class hour or point of an account (``item``), from a day on, with the authority that set it.

    ``title`` and ``kind`` are ``None`` where the rate is for every title, or for every kind of work. ``row`` is the row
    of the table, ``None`` for a rate of a file.
    """

    item: str
    yuan: Decimal = field()
    effective_from: date
    authority: str
    title: str | None = None
    kind: str | None = None
    row: int | None = field(default=None, eq=False)

    @yuan.validator
    def _an_amount(self, _attribute: object, yuan: Decimal) -> None:
        if not yuan.is_finite() or yuan < 0:
            raise WorkloadError(
                Text(f"单价应为不小于0的金额：{yuan}", f"a rate is an amount of at least 0, not {yuan}")
            )

    @property
    def rank(self) -> tuple[bool, bool, date]:
        """What comes first: a rate for the kind, then one for the title, then the later one."""
        return self.kind is not None, self.title is not None, self.effective_from

    def text(self, regulation: Regulation) -> Text:
        """The rate as a sentence: for what, how much, from when, by whose authority."""
        item, unit = item_text(self.item, regulation), _unit(self.item, regulation)
        kind = Text("", "") if self.kind is None else regulation.kinds[self.kind].name
        title = regulation.title_text(self.title)
        of = [Text("", ""), kind, title]
        zh = "·".join([item.zh, *(text.zh for text in of if text.zh)])
        en = ", ".join([item.en, *(text.en for text in of if text.en)])
        yuan = shown(self.yuan)
        return Text(
            f"{zh} {yuan} 元/{unit.zh}（自 {self.effective_from}，{self.authority}）",
            f"{en}: {yuan} yuan per {unit.en} (from {self.effective_from}, {self.authority})",
        )


class MissingRateError(WorkloadError):
    """No rate holds for what is to be paid; the message says for which item, kind, title and day."""


def _each_once(rates: Iterable[PayRate]) -> tuple[PayRate, ...]:
    return tuple(dict.fromkeys(rates))


@frozen
class Rates:
    """The rates of a school.

    Raises:
        WorkloadError: two rates for the same thing from the same day differ, in yuan or in the authority.
    """

    rates: tuple[PayRate, ...] = field(converter=_each_once, default=())

    @rates.validator
    def _one_for_each(self, _attribute: object, rates: tuple[PayRate, ...]) -> None:
        first: dict[tuple[object, ...], PayRate] = {}
        problems = []
        for rate in rates:
            key = rate.item, rate.kind, rate.title, rate.effective_from
            before = first.setdefault(key, rate)
            item = WORDS["item"].get(rate.item, Text(rate.item, rate.item)).zh
            what = "、".join(filter(None, (item, rate.kind, rate.title)))
            if before.yuan == rate.yuan and before.authority != rate.authority:
                problems.append(
                    Text(
                        f"课酬标准：{what} 自 {rate.effective_from} 起有两个依据：{before.authority}、{rate.authority}",
                        f"rates: {what} has two authorities from {rate.effective_from}: {before.authority} and "
                        f"{rate.authority}",
                    )
                )
            elif before.yuan != rate.yuan:
                one, other = shown(before.yuan), shown(rate.yuan)
                problems.append(
                    Text(
                        f"课酬标准：{what} 自 {rate.effective_from} 起有两个单价：{one} 元与 {other} 元",
                        f"rates: {what} has two rates from {rate.effective_from}: {one} and {other} yuan",
                    )
                )
        if problems:
            raise WorkloadError(joined(problems, "\n", "\n"))

    @classmethod
    def of(cls, center: Center) -> Rates:
        """The rates of a center's own table.

        Raises:
            WorkloadError: two rates for the same thing from the same day differ.
        """
        return cls(
            PayRate(rate.item, rate.yuan, rate.effective_from, rate.authority, rate.title, None, rate.row)
            for rate in center.rates or ()
        )

    def __iter__(self) -> Iterator[PayRate]:
        return iter(self.rates)

    def __bool__(self) -> bool:
        return bool(self.rates)

    def find(self, item: str, kind: str | None, title: str | None, day: date) -> PayRate | None:
        """The rate as :meth:`on` finds it, or ``None``."""
        held = [
            rate
            for rate in self.rates
            if rate.item == item
            and rate.kind in (None, kind)
            and rate.title in (None, title)
            and rate.effective_from <= day
        ]
        return max(held, key=lambda rate: rate.rank, default=None)

    def on(self, item: str, kind: str | None, title: str | None, day: date) -> PayRate:
        """The rate for an account's work on a day: the most specific one, and of its versions the latest.

        A rate for kind and title goes before one for the kind, that before one for the title, that before one for all.

        Raises:
            MissingRateError: none holds; the message says what is missing and what there is.

        >>> general = PayRate("points", Decimal(2), date(2024, 1, 1), "校发〔2024〕1号")
        >>> lectures = PayRate("points", Decimal(3), date(2023, 1, 1), "校发〔2023〕1号", kind="lecture")
        >>> Rates([general, lectures]).on("points", "lecture", None, date(2024, 3, 5)).yuan
        Decimal('3')
        """
        found = self.find(item, kind, title, day)
        if found is None:
            raise MissingRateError(self.missing(item, kind, title, day))
        return found

    def missing(
        self, item: str, kind: str | None, title: str | None, day: date, regulation: Regulation | None = None
    ) -> Text:
        """What is said of a rate that is missing: for what, and which rates the item has."""
        regulation = regulation or load_regulation()
        what = described(item, kind, title, regulation)
        own = [rate.text(regulation) for rate in self.rates if rate.item == item]
        have = joined(own[:_MOST_LISTED]) if own else Text("没有这个项目的单价", "no rate of this item")
        if len(own) > _MOST_LISTED:
            have = Text(f"{have.zh}；等 {len(own)} 条", f"{have.en}; {len(own)} in all")
        return Text(f"缺少单价：{what.zh}，{day}；现有：{have.zh}", f"no rate: {what.en}, {day}; there is: {have.en}")


def item_text(item: str, regulation: Regulation) -> Text:
    """What is paid, as the tables name it: 咨询课时, 教学课时, 积分, or the name of a school's own account."""
    if item in WORDS["item"]:
        return WORDS["item"][item]
    return regulation.accounts[item].name if item in regulation.accounts else Text(item, item)


def item_spellings(regulation: Regulation) -> dict[str, str]:
    """Every spelling of an item, folded, and the account that it means.

    >>> item_spellings(load_regulation())["咨询课时"]
    'counseling'
    """
    words = {
        folded(spelling): name
        for name, text in WORDS["item"].items()
        if name in regulation.accounts
        for spelling in (text.zh, text.en)
    }
    return {**_spellings(regulation.accounts), **words}


def described(item: str, kind: str | None, title: str | None, regulation: Regulation) -> Text:
    """What a rate is asked for, in words: item, kind of work, title.

    >>> print(described("points", "lecture", "professor", load_regulation()))
    积分（讲座，教授）
    """
    name = item_text(item, regulation)
    work = (
        regulation.kinds[kind].name if kind is not None and kind in regulation.kinds else Text("不分类别", "any kind")
    )
    held = regulation.title_text(title) if title else Text("没有职称信息", "no title known")
    return Text(f"{name.zh}（{work.zh}，{held.zh}）", f"{name.en} ({work.en}, {held.en})")


def _unit(item: str, regulation: Regulation) -> Text:
    unit = word("unit", regulation.accounts[item].unit) if item in regulation.accounts else Text("", "")
    return Text(unit.zh, unit.en.removesuffix("s"))


# ---------------------------------------------------------------- a file of rates


def read_rates(path: str | Path, regulation: Regulation | None = None) -> Rates:
    r"""The rates of a TOML file: ``format = 1`` and a ``[[rate]]`` for each.

    A rate has ``item`` (an account: 咨询课时, 教学课时, 积分), ``yuan``, ``effective_from`` and ``authority``, and may
    have ``title`` and ``kind``; the words are those of the regulation, Chinese or English.

    Raises:
        RuleFileError: the file is wrong; every fault of it, each with its line.

    >>> from tempfile import TemporaryDirectory
    >>> rate = 'item = "教学课时"\nyuan = 60\neffective_from = 2024-01-01\nauthority = "校发〔2024〕1号"\n'
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "rates.toml"
    ...     _ = file.write_text(f"format = 1\n[[rate]]\n{rate}", encoding="utf-8")
    ...     print(*(f"{one.item} {one.yuan}" for one in read_rates(file)))
    teaching 60.00
    """
    regulation = regulation or load_regulation()
    file = TomlFile(Path(path))
    file.only(file.data, (), ("format", "rate"))
    found = []
    for record, at in file.records("rate", ("item", "title", "kind", "yuan", "effective_from", "authority")):
        item = _word(file, record, at, "item", item_spellings(regulation), regulation.accounts)
        title = _word(file, record, at, "title", _spellings(regulation.titles), regulation.titles)
        kind = _word(file, record, at, "kind", _spellings(regulation.kinds), regulation.kinds)
        yuan, day = file.yuan(record, at, "yuan"), file.day(record, at, "effective_from")
        authority = file.text(record, at, "authority")
        for key in ("item", "yuan"):
            file.there(record, at, key)
        if item is not None and kind is not None and not _is_credited(regulation, kind, item):
            zh = f"“{regulation.kinds[kind].name.zh}”不计入这个项目，这条单价永远用不上"
            file.wrong((*at, "kind"), zh, "that kind is not credited to the item: the rate would never be used")
        if item is not None and yuan is not None and day is not None:
            found.append(PayRate(item, yuan, day, authority, title, kind))
    file.stop_if_wrong()
    try:
        return Rates(found)
    except WorkloadError as error:
        raise RuleFileError(file.path.name, [error.text], file.what) from None


def _is_credited(regulation: Regulation, kind: str, item: str) -> bool:
    return any(kind in credit.kinds and credit.account == item for credit in regulation.credits)


def _word(
    file: TomlFile,
    record: Mapping[str, Any],
    place: Place,
    key: str,
    words: Mapping[str, str],
    known: Mapping[str, Any],
) -> str | None:
    value = record.get(key)
    if value is None:
        return None
    found = words.get(folded(value)) if isinstance(value, str) else None
    if found is None:
        zh, en = "、".join(one.name.zh for one in known.values()), ", ".join(known)
        file.wrong((*place, key), f"没有 {value!r}；可用：{zh}", f"there is no {value!r}; known: {en}")
    return found


def _spellings(things: Mapping[str, Account] | Mapping[str, Title] | Mapping[str, Kind]) -> dict[str, str]:
    return {
        folded(spelling): thing.id
        for thing in things.values()
        for spelling in (thing.id, thing.name.zh, thing.name.en, *thing.also)
    }
