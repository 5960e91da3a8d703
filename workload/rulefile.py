"""Reading a rule file: TOML into a :class:`~workload.regulation.Regulation`, or every fault of it with its line.

A file may extend another (``extends = "zhoukou-2024-33"``, or a path beside it): it then holds only what differs. A
named table (``[kind.salon]``) or the records of a list with the same id (``[[credit]]`` with ``id = "event"``) replace
those of the base; ``[calendar]`` and a reading are merged key by key; ``remove = ["parent_class"]`` drops clauses.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, TypeVar, cast, get_args, get_origin

import cattrs
from attrs import fields, frozen
from cattrs.gen import make_dict_structure_fn

from workload.errors import RuleFileError
from workload.exact import exact
from workload.regulation import (
    CHAPTERS,
    Account,
    AppointmentTerm,
    Area,
    Calendar,
    Cap,
    Case,
    CaseReportRule,
    Clause,
    Coefficient,
    Course,
    Credit,
    EvaluationRule,
    Experience,
    Funding,
    Kind,
    Meeting,
    Pay,
    Quota,
    Reading,
    Regulation,
    Semester,
    Staffing,
    Step,
    Title,
    TrainingNeed,
)
from workload.text import Text
from workload.toml_lines import line_numbers
from workload.vocabulary import WORDS, folded

FORMAT = 1

# What a key of the file holds: named tables, and lists of clauses, each with its attribute of Regulation.
_NAMED: Mapping[str, tuple[str, type[Any]]] = {
    "kind": ("kinds", Kind),
    "title": ("titles", Title),
    "account": ("accounts", Account),
    "reading": ("readings", Reading),
}
_LISTED: Mapping[str, tuple[str, type[Clause]]] = dict(
    zip(
        (
            "credit",
            "coefficient",
            "cap",
            "quota",
            "appointment_term",
            "experience",
            "evaluation",
            "training",
            "case_report",
            "staffing",
            "funding",
            "area",
            "course",
            "meeting",
            "pay",
        ),
        zip(
            CHAPTERS,
            (
                Credit,
                Coefficient,
                Cap,
                Quota,
                AppointmentTerm,
                Experience,
                EvaluationRule,
                TrainingNeed,
                CaseReportRule,
                Staffing,
                Funding,
                Area,
                Course,
                Meeting,
                Pay,
            ),
            strict=True,
        ),
        strict=True,
    )
)
_SINGLE = ("format", "extends", "id", "document", "name", "issuer", "note", "effective_from", "roles", "calendar")

# The readings that the library knows how to follow. A rule file words them and chooses the defaults.
SWITCHES: Mapping[str, tuple[str, ...]] = {
    "partial_unit": ("exact", "whole_per_duty", "whole_pooled"),
    "duty_minutes": ("on_duty",),
    "idle_duty": ("counts", "attended_only"),
    "counseling_fills_teaching": ("no", "yes"),
    "teaching": ("timetabled",),
    "title_on": ("event_day", "period_end"),
    "other_titles": ("one_class",),
    "co_leaders": ("full_each", "equal_split", "declared"),
    "unlisted_kinds": ("recorded",),
    "year": ("natural", "academic", "appointment"),
    "part_year": ("full", "by_days"),
    "appointed": ("some_time", "throughout"),
    "more_than_three_years": ("disjoint",),
    "evaluation_gate": ("each_year", "final_year"),
    "full_time": ("on_employment",),
    "overlap": ("credit_once", "refuse"),
    "midnight": ("split",),
    "staffing": ("rounded_up",),
    "tier_edge": ("higher",),
    "before_start": ("refuse", "retroactive"),
    "semesters": ("calendar",),
}


def packaged_rule_file(name: str) -> Path:
    """The path of a rule file that comes with the library.

    Raises:
        RuleFileError: there is none of that name; the message lists those there are.
    """
    folder = Path(str(resources.files("workload") / "rules"))
    path = folder / f"{name}.toml"
    if not re.fullmatch(r"[\w.-]+", name) or not path.is_file():
        known = sorted(file.stem for file in folder.glob("*.toml"))
        raise RuleFileError(
            name,
            [
                Text(
                    f"没有这个名称的规则文件；自带：{'、'.join(known)}；也可给出 .toml 文件的路径",
                    f"there is no such rule file; included: {', '.join(known)}; or give the path of a .toml file",
                )
            ],
        )
    return path


def read_rule_file(path: Path) -> Regulation:
    """The regulation in ``path``.

    Raises:
        RuleFileError: all that is wrong in the file, each with its line.
    """
    return _Reader(path).regulation()


# ---------------------------------------------------------------- TOML with its lines


@frozen
class _Place:
    """Where something stands: a file, and the lines of the keys below this point of it."""

    file: str
    lines: Mapping[tuple[str | int, ...], int]
    path: tuple[str | int, ...] = ()

    def below(self, *keys: str | int) -> _Place:
        return _Place(self.file, self.lines, (*self.path, *keys))

    @property
    def line(self) -> int:
        """The line of the nearest key at or above the path."""
        for length in range(len(self.path), 0, -1):
            path = self.path[:length]
            line = self.lines.get(path) or self.lines.get((*path, 0))  # a list of tables begins with its first
            if line is not None:
                return line
        return 1

    def __str__(self) -> str:
        names = [str(key) for key in self.path]
        return f"{self.file}:{self.line} {'.'.join(names)}".rstrip()


# ---------------------------------------------------------------- cells of the file -> values


def _strict(kind: type, zh: str, en: str) -> Callable[[Any, Any], Any]:
    def hook(value: Any, _type: Any) -> Any:
        if type(value) is not kind:
            raise _WrongError(f"应为{zh}，现为 {value!r}", f"takes {en}, not {value!r}")
        return value

    return hook


class _WrongError(ValueError):
    """A value of the wrong sort, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


def _number(value: Any, _type: Any) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise _WrongError(f"应为数，现为 {value!r}", f"takes a number, not {value!r}")
    try:
        return exact(value)
    except ValueError:
        raise _WrongError(
            f"应为数（如 45、22.5 或 “45/2”），现为 {value!r}", f'takes a number (45, 22.5 or "45/2"), not {value!r}'
        ) from None


def _words(value: Any, _type: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _WrongError(
            f'应为文字的列表（如 ["…"]），现为 {value!r}', f'takes a list of texts (["…"]), not {value!r}'
        )
    return tuple(value)


def _clock(value: Any, _type: Any) -> str:
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        return value
    raise _WrongError(f"应为时间（如 18:00），现为 {value!r}", f'takes a time of day ("18:00"), not {value!r}')


def _month_day(value: Any, _type: Any) -> str:
    if isinstance(value, str) and re.fullmatch(r"\d\d-\d\d", value):
        try:
            date(2023, int(value[:2]), int(value[3:]))
        except ValueError:
            pass
        else:
            return value
    raise _WrongError(f"应为月-日（如 09-01），现为 {value!r}", f'takes a month and a day ("09-01"), not {value!r}')


def _one_of(value: Any, accepted: Any) -> Any:
    if value not in get_args(accepted):
        words = ", ".join(map(str, get_args(accepted)))
        raise _WrongError(f"应为 {words} 之一，现为 {value!r}", f"takes one of {words}, not {value!r}")
    return value


def _is_closed_list(kind: object) -> bool:
    return get_origin(kind) == Literal


@cache
def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True, detailed_validation=True)
    converter.register_structure_hook(Fraction, _number)
    converter.register_structure_hook(str, _strict(str, "文字", "a text"))
    converter.register_structure_hook(int, _strict(int, "整数", "a whole number"))
    converter.register_structure_hook(bool, _strict(bool, "true 或 false", "true or false"))
    converter.register_structure_hook(date, _strict(date, "日期（如 2024-09-01）", "a date (2024-09-01)"))
    converter.register_structure_hook_func(lambda kind: kind == tuple[str, ...], _words)
    converter.register_structure_hook_func(_is_closed_list, _one_of)
    # The attribute is a pair, its converter takes the text; only the text's form is checked here.
    month_day = cattrs.override(struct_hook=_month_day)
    semester = make_dict_structure_fn(
        Semester, converter, _cattrs_forbid_extra_keys=True, start=month_day, end=month_day
    )
    converter.register_structure_hook(Semester, semester)
    calendar = make_dict_structure_fn(
        Calendar,
        converter,
        _cattrs_forbid_extra_keys=True,
        academic_year=month_day,
        evening=cattrs.override(struct_hook=_clock),
    )
    converter.register_structure_hook(Calendar, calendar)
    return converter


_MESSAGE_SPLIT = "\x1f"


def _say(error: BaseException, _type: type | None) -> str:
    """One cattrs error as a message in both languages."""
    if isinstance(error, _WrongError):
        text = error.text
    elif isinstance(error, cattrs.errors.ForbiddenExtraKeysError):
        names = ", ".join(sorted(error.extra_fields))
        accepted = ", ".join(attribute.name for attribute in fields(cast(Any, error.cl)))
        text = Text(f"未知的键：{names}；可用：{accepted}", f"unknown key: {names}; accepted: {accepted}")
        return _MESSAGE_SPLIT.join([text.zh, text.en, *sorted(error.extra_fields)])
    elif isinstance(error, KeyError):
        text = Text(f"缺少必需的键 {error}", f"the required key {error} is missing")
    else:
        text = Text(f"值不可用：{error}", f"the value is not accepted: {error}")
    return text.zh + _MESSAGE_SPLIT + text.en


# ---------------------------------------------------------------- the reader

_T = TypeVar("_T")


class _Reader:
    """Reads one rule file; collects problems instead of stopping at the first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Text] = []
        self.unreadable = False  # a file, or the one it extends, cannot be read: the rest would be told as missing
        self.converter = _converter()

    def wrong(self, place: _Place, zh: str, en: str) -> None:
        self.problems.append(Text(f"{place}：{zh}", f"{place}: {en}"))

    def cannot_read(self, place: _Place, zh: str, en: str) -> None:
        self.unreadable = True
        self.wrong(place, zh, en)

    def stop_if_wrong(self) -> None:
        if self.problems:
            raise RuleFileError(self.path.name, self.problems)

    def regulation(self) -> Regulation:
        layers = list(self._layers(self.path, ()))
        if self.unreadable:
            self.stop_if_wrong()
        singles: dict[str, tuple[Any, _Place]] = {}
        named: dict[str, dict[str, tuple[Any, _Place]]] = {key: {} for key in (*_NAMED, "title_alias")}
        listed: dict[str, list[tuple[Any, _Place]]] = {key: [] for key in _LISTED}
        for data, place in layers:
            self._merge(data, place, singles, named, listed)

        values: dict[str, Any] = {}
        places: dict[int, _Place] = {}
        for key, (attribute, kind) in _NAMED.items():
            values[attribute] = {}
            for name, (record, place) in named[key].items():
                found = self._structured({"id": name, **_mapping(record)}, kind, place)
                if found is not None:
                    values[attribute][name] = found
                    places[id(found)] = place
        for key, (attribute, clause_kind) in _LISTED.items():
            clauses = []
            for record, place in listed[key]:
                found = self._structured(_with_cases(record), clause_kind, place)
                if found is not None:
                    clauses.append(found)
                    places[id(found)] = place
            values[attribute] = tuple(clauses)
        for key, kind in (("id", str), ("document", str), ("name", Text), ("issuer", Text), ("note", Text)):
            values[key] = self._single(singles, key, kind, Text("", "") if key == "note" else None)
        name = values["id"] or ""
        if name.casefold().endswith(".toml") or not {"/", "\\"}.isdisjoint(name):
            # Papers name the rules by it: it must not look like a path, from which somebody would load them.
            zh = "id 是规则的名称，不能含 / 或 \\，也不能以 .toml 结尾"
            self.wrong(singles["id"][1], zh, "the id is a name: no / and no \\, and no .toml at its end")
        values["calendar"] = self._single(singles, "calendar", Calendar)
        if values["calendar"] is not None:
            places[id(values["calendar"])] = singles["calendar"][1]
        values["roles"] = self._single(singles, "roles", tuple[str, ...], ())
        values["effective_from"] = (
            self._single(singles, "effective_from", date) if "effective_from" in singles else None
        )
        self._add_aliases(values, named["title_alias"])
        top = layers[-1][1]
        # A word whose own record is wrong is known all the same: what names it is not wrong too.
        known = {attribute: frozenset(named[key]) for key, (attribute, _) in _NAMED.items()}
        _Check(self, values, places, top, known).all()
        self.stop_if_wrong()
        return Regulation(**values)

    def _layers(self, path: Path, seen: tuple[Path, ...]) -> Iterator[tuple[dict[str, Any], _Place]]:
        """The files from the base up to this one."""
        place = _Place(path.name, {})
        try:
            source = path.read_bytes().decode("utf-8-sig")
            data = tomllib.loads(source, parse_float=Decimal)
        except FileNotFoundError:
            return self.cannot_read(place, f"找不到文件 {path}", f"there is no file {path}")
        except (OSError, UnicodeDecodeError) as error:
            return self.cannot_read(
                place, f"无法读取（需为UTF-8文本）：{error}", f"cannot be read (UTF-8 text): {error}"
            )
        except tomllib.TOMLDecodeError as error:
            return self.cannot_read(place, f"不是有效的TOML：{error}", f"is not valid TOML: {error}")
        place = _Place(path.name, line_numbers(source))
        if data.get("format") != FORMAT or isinstance(data["format"], bool):
            self.wrong(place.below("format"), f"必须写明 format = {FORMAT}", f"must say format = {FORMAT}")
        base = data.get("extends")
        if isinstance(base, str):
            try:
                base_path = path.parent / base if base.endswith(".toml") else packaged_rule_file(base)
            except RuleFileError as error:
                return self.cannot_read(place.below("extends"), error.problems[0].zh, error.problems[0].en)
            if base_path.resolve() in (*seen, path.resolve()):
                return self.cannot_read(place.below("extends"), "循环引用", "the files extend each other")
            yield from self._layers(base_path, (*seen, path.resolve()))
        elif base is not None:
            zh, en = "应为规则名称或 .toml 路径", "takes the name or path of a rule file"
            return self.cannot_read(place.below("extends"), zh, en)
        yield data, place
        return None

    def _merge(
        self,
        data: Mapping[str, Any],
        place: _Place,
        singles: dict[str, tuple[Any, _Place]],
        named: dict[str, dict[str, tuple[Any, _Place]]],
        listed: dict[str, list[tuple[Any, _Place]]],
    ) -> None:
        for key, value in data.items():
            here = place.below(key)
            if key == "calendar" and isinstance(value, dict) and key in singles:
                singles[key] = ({**_mapping(singles[key][0]), **value}, here)  # holidays change, semesters stay
            elif key == "remove":
                self._remove(value, here, listed)
            elif key in _SINGLE:
                singles[key] = (value, here)
            elif key in named and isinstance(value, dict):
                for name, record in value.items():
                    # A reading may be given by its default alone: the rest stays as the base words it.
                    before = named[key].get(name, ({}, here))[0] if key == "reading" else {}
                    whole = {**before, **record} if isinstance(record, dict) else record
                    named[key][name] = (whole, here.below(name))
            elif key in listed and isinstance(value, list):
                replaced = [record.get("id") for record in value if isinstance(record, dict)]
                kept = [item for item in listed[key] if _mapping(item[0]).get("id") not in replaced]
                listed[key] = kept + [(record, here.below(index)) for index, record in enumerate(value)]
            elif key in named or key in listed:
                shape = "表（[…]）" if key in named else "表的列表（[[…]]）"
                self.wrong(here, f"应为{shape}", "takes a table" if key in named else "takes a list of tables")
            else:
                accepted = ", ".join([*_SINGLE, "remove", *named, *listed])
                self.wrong(here, f"未知的键；可用：{accepted}", f"unknown key; accepted: {accepted}")

    def _remove(self, value: Any, place: _Place, listed: dict[str, list[tuple[Any, _Place]]]) -> None:
        """Clauses of the base that the school does not have."""
        ids = value if isinstance(value, list) else [value]
        for index, clause in enumerate(ids):
            found = [
                key for key, items in listed.items() if any(_mapping(item[0]).get("id") == clause for item in items)
            ]
            if not found:
                self.wrong(place.below(index), f"没有条款 {clause!r}", f"there is no clause {clause!r}")
            for key in found:
                listed[key] = [item for item in listed[key] if _mapping(item[0]).get("id") != clause]

    def _structured(self, record: Any, kind: type[_T], place: _Place) -> _T | None:
        try:
            return self.converter.structure(record, kind)
        except Exception as error:  # cattrs raises whatever a hook raised, grouped
            for line in cattrs.transform_error(error, path="$", format_exception=_say):
                message, _, path = line.rpartition(" @ ")
                zh, en, *unknown = message.split(_MESSAGE_SPLIT)
                keys = [int(key) if key.isdigit() else key for key in re.findall(r"\w+", path.removeprefix("$"))]
                self.wrong(place.below(*keys, *unknown[:1]), zh, en)
            return None

    def _single(self, singles: Mapping[str, tuple[Any, _Place]], key: str, kind: Any, default: Any = None) -> Any:
        if key not in singles:
            if default is None:
                self.wrong(_Place(self.path.name, {}, ()), f"缺少 {key}", f"{key} is missing")
            return default
        value, place = singles[key]
        return self._structured(value, kind, place)

    def _add_aliases(self, values: dict[str, Any], aliases: Mapping[str, tuple[Any, _Place]]) -> None:
        titles: dict[str, Title] = values["titles"]
        taken = {folded(name): title.id for title in titles.values() for name in _spellings(title)}
        for spelling, (target, place) in aliases.items():
            if not isinstance(target, str) or target not in titles:
                self.wrong(place, f"没有职称 {target!r}", f"there is no title {target!r}")
                continue
            owner = taken.setdefault(folded(spelling), target)
            if owner != target:
                self.wrong(place, f"“{spelling}”已用于 {owner}", f"{spelling!r} already stands for {owner}")
                continue
            title = titles[target]
            titles[target] = Title(id=title.id, name=title.name, also=(*title.also, spelling))


def _spellings(thing: Kind | Title | Account) -> tuple[str, ...]:
    return (thing.id, thing.name.zh, thing.name.en, *thing.also)


def _mapping(record: Any) -> dict[str, Any]:
    return record if isinstance(record, dict) else {"value": record}


def _with_cases(record: Any) -> Any:
    """A plain number as ``amount`` of a credit is a decision table with one line."""
    if isinstance(record, dict) and "measure" in record and "amount" in record:
        amount = record["amount"]
        if not isinstance(amount, list):
            return {**record, "amount": [{"value": amount}]}
    return record


# ---------------------------------------------------------------- what a schema cannot say


@frozen
class _Check:
    """The checks over several keys and records."""

    reader: _Reader
    values: Mapping[str, Any]
    places: Mapping[int, _Place]
    top: _Place
    known: Mapping[str, frozenset[str]]

    def place(self, thing: object, *keys: str | int) -> _Place:
        return self.places.get(id(thing), self.top).below(*keys)

    def wrong(self, thing: object, key: str, zh: str, en: str) -> None:
        self.reader.wrong(self.place(thing, key) if key else self.place(thing), zh, en)

    def clauses(self) -> Iterator[Clause]:
        for chapter in CHAPTERS:
            yield from self.values[chapter]

    def all(self) -> None:
        for clause in self.clauses():
            self.clause(clause)
        self.versions()
        for credit in self.values["credits"]:
            self.credit(credit)
        for coefficient in self.values["coefficients"]:
            self.coefficient(coefficient)
        for cap in self.values["caps"]:
            self.kinds_exist(cap, cap.kinds)
            self.account_unit(cap, cap.account, cap.unit)
            self.positive(cap, "amount", cap.amount)
        for quota in self.values["quotas"]:
            self.account_unit(quota, quota.account, quota.unit)
            self.positive(quota, "amount", quota.amount)
        for experience in self.values["experience"]:
            self.experience(experience)
        self.chapters()
        self.institution()
        for pay in self.values["pay"]:
            self.pay(pay)
        self.words()
        self.calendar()
        self.readings()

    def clause(self, clause: Clause) -> None:
        for key in ("id", "article", "quote"):
            if not getattr(clause, key).strip():
                self.wrong(clause, key, f"{key} 不能为空", f"{key} must not be empty")
        start, end = clause.effective_from, clause.effective_until
        if start and end and end < start:
            self.wrong(clause, "effective_until", f"早于 effective_from {start}", f"lies before effective_from {start}")
        begins = self.values["effective_from"]
        if begins and start and start < begins:
            self.wrong(clause, "effective_from", f"早于文件的 {begins}", f"lies before the file's {begins}")

    def versions(self) -> None:
        """No two clauses for one day, and no day between two versions without one."""
        subjects: dict[tuple[str, ...], list[Clause]] = {}
        for clause in self.clauses():
            for subject in clause.subjects():
                subjects.setdefault(subject, []).append(clause)
        reported: set[tuple[int, int]] = set()
        for subject, versions in subjects.items():
            ordered = sorted(versions, key=lambda clause: clause.effective_from or date.min)
            for before, after in pairwise(ordered):
                if (id(before), id(after)) in reported:
                    continue
                ends, begins = before.effective_until, after.effective_from
                first = f"{before.id} ({self.place(before)})"
                what = " ".join(subject)
                if ends is None or begins is None or begins <= ends:
                    zh = f"“{what}”在同一天有两个值：与 {first} 重叠"
                    self.wrong(after, "", zh, f"two values for one day of {what!r}: overlaps {first}")
                elif begins > ends + timedelta(days=1):
                    zh = f"“{what}”在 {ends} 与 {begins} 之间没有条款（{first}）"
                    self.wrong(after, "", zh, f"no clause for {what!r} between {ends} and {begins} ({first})")
                else:
                    continue
                reported.add((id(before), id(after)))

    def kinds_exist(self, thing: object, kinds: Sequence[str]) -> None:
        self.not_empty(thing, "kinds", kinds)
        for kind in kinds:
            if kind not in self.known["kinds"]:
                self.wrong(thing, "kinds", f"没有类别 {kind!r}", f"there is no kind {kind!r}")

    def account_unit(self, thing: object, account: str, unit: str) -> None:
        self.account_unit_at(self.place(thing), account, unit)

    def account_unit_at(self, place: _Place, account: str, unit: str) -> None:
        if account not in self.known["accounts"]:
            self.reader.wrong(place.below("account"), f"没有账户 {account!r}", f"there is no account {account!r}")
        elif account in self.values["accounts"]:
            self.unit_at(place, unit, self.values["accounts"][account].unit)

    def unit(self, thing: object, unit: str, expected: str) -> None:
        self.unit_at(self.place(thing), unit, expected)

    def unit_at(self, place: _Place, unit: str, expected: str) -> None:
        if unit != expected:
            zh = f"单位应为 {expected!r}，现为 {unit!r}"
            self.reader.wrong(place.below("unit"), zh, f"takes {expected!r}, not {unit!r}")

    def not_empty(self, thing: object, key: str, found: Sequence[object]) -> None:
        if not found:
            self.wrong(thing, key, "不能为空", "must not be empty")

    def positive(self, thing: object, key: str, value: Fraction | int) -> None:
        if value <= 0:
            self.wrong(thing, key, f"必须大于0，现为 {value}", f"must be above 0, not {value}")

    def credit(self, credit: Credit) -> None:
        self.kinds_exist(credit, credit.kinds)
        self.account_unit(credit, credit.account, credit.unit)
        self.positive(credit, "per", credit.per)
        if credit.remainder is not None:
            self.positive(credit, "remainder", credit.remainder.step)
        if credit.coefficient_cap is not None:
            self.positive(credit, "coefficient_cap", credit.coefficient_cap)
        self.cases(credit, "amount", credit.amount)
        for kind in credit.kinds:
            if kind in self.values["kinds"] and (measure := self.values["kinds"][kind].measure) != credit.measure:
                zh = f"类别 {kind} 以 {measure} 计量，不是 {credit.measure}"
                self.wrong(credit, "measure", zh, f"the kind {kind} is measured in {measure}, not {credit.measure}")

    def cases(self, thing: object, key: str, cases: Sequence[Case]) -> None:
        words: Mapping[str, Any] = {
            "title": self.known["titles"],
            "role": self.values["roles"],
            **{name: WORDS[name] for name in ("employment", "affiliation", "level", "daypart")},
        }
        if key == "amount":
            self.not_empty(thing, key, cases)
        earlier: list[dict[str, tuple[str, ...]]] = []
        for index, case in enumerate(cases):
            place = self.place(thing, key, index)
            if case.value < 0:
                self.reader.wrong(place, f"不能小于0：{case.value}", f"must not be below 0: {case.value}")
            conditions = case.conditions()
            for name, accepted in conditions.items():
                for missing in [found for found in accepted if found not in words[name]]:
                    zh = f"{name} 没有 {missing!r}；可用：{'、'.join(words[name])}"
                    self.reader.wrong(place, zh, f"{name} has no {missing!r}; known: {', '.join(words[name])}")
            for before in earlier:
                if all(set(conditions.get(name, ())) and set(conditions[name]) <= set(before[name]) for name in before):
                    self.reader.wrong(place, "前面的行已覆盖本行", "an earlier line already covers this one")
                    break
            earlier.append(conditions)

    def coefficient(self, coefficient: Coefficient) -> None:
        self.kinds_exist(coefficient, coefficient.kinds)
        forms = [bool(coefficient.table), bool(coefficient.steps), coefficient.line is not None]
        if sum(forms) != 1 or bool(coefficient.table) == bool(coefficient.by):
            zh = "必须且只能有 table、带 by 的 steps 或带 by 的 line 之一"
            self.wrong(coefficient, "", zh, "takes exactly one of table, steps with by, or line with by")
        self.cases(coefficient, "table", coefficient.table)
        self.ascending(coefficient, "steps", coefficient.steps)
        if any(step.value < 0 for step in coefficient.steps):
            self.wrong(coefficient, "steps", "系数不能小于0", "a factor must not be below 0")
        if coefficient.line is not None and (coefficient.line.slope < 0 or coefficient.line.value < 0):
            self.wrong(coefficient, "line", "value 和 slope 不能小于0", "value and slope must not be below 0")
        if coefficient.cap is not None:
            self.positive(coefficient, "cap", coefficient.cap)

    def ascending(self, thing: object, key: str, steps: Sequence[Step]) -> None:
        if steps and steps[0].at != 0:
            self.wrong(thing, key, "第一档必须从0开始", "the first must begin at 0")
        if any(before.at >= after.at for before, after in pairwise(steps)):
            self.wrong(thing, key, "各档必须由低到高且不重复", "must rise, none twice")

    def experience(self, experience: Experience) -> None:
        self.unit(experience, experience.unit, "year")
        if experience.basis == "employment":
            return
        self.positive(experience, "years", experience.years)
        self.positive(experience, "award", experience.award)
        self.not_empty(experience, "needs", experience.needs)
        for index, need in enumerate(experience.needs):
            self.account_unit_at(self.place(experience, "needs", index), need.account, need.unit)
            self.positive(experience, "needs", need.amount)

    def chapters(self) -> None:
        for term in self.values["terms"]:
            self.unit(term, term.unit, "year")
            self.positive(term, "amount", term.amount)
        for rule in self.values["evaluation"]:
            self.not_empty(rule, "passes", rule.passes)
            self.known_words(rule, "passes", rule.passes, "result")
        for need in self.values["training"]:
            self.unit(need, need.unit, "hour" if need.counted == "hours" else need.form)
            self.positive(need, "amount", need.amount)
            self.positive(need, "within_years", need.within_years)
            self.known_words(need, "levels", need.levels, "level")
        for report in self.values["case_reports"]:
            self.unit(report, report.unit, "report")
            self.positive(report, "amount", report.amount)

    def institution(self) -> None:
        for chapter, unit in (("staffing", "student"), ("funding", "yuan"), ("meetings", "meeting")):
            for clause in self.values[chapter]:
                self.unit(clause, clause.unit, unit)
                self.positive(clause, "amount", clause.amount)
        for staffing in self.values["staffing"]:
            if staffing.minimum < 0:
                self.wrong(staffing, "minimum", "不能小于0", "must not be below 0")
        for meeting in self.values["meetings"]:
            self.not_empty(meeting, "held_by", meeting.held_by)
        for area in self.values["area"]:
            self.not_empty(area, "tiers", area.tiers)
            self.unit(area, area.unit, "square_meter")
            self.ascending(area, "tiers", area.tiers)
        for course in self.values["courses"]:
            self.positive(course, "credits", course.credits)
            if not 0 < course.class_hours <= course.class_hours_to:
                self.wrong(course, "class_hours", "课时范围不成立", "is not a range of class hours")

    def pay(self, pay: Pay) -> None:
        forms = [pay.factor is not None, pay.cap is not None, pay.only_above_quota, pay.scale_to_budget]
        if sum(forms) != 1:
            zh = "必须且只能有 factor、cap、only_above_quota = true、scale_to_budget = true 之一"
            en = "takes exactly one of factor, cap, only_above_quota = true, scale_to_budget = true"
            self.wrong(pay, "", zh, en)
        for key, known in (("items", "accounts"), ("kinds", "kinds"), ("titles", "titles")):
            for missing in [found for found in getattr(pay, key) if found not in self.known[known]]:
                accepted = ", ".join(self.values[known])
                zh = f"没有 {missing!r}；可用：{accepted}"
                self.wrong(pay, key, zh, f"there is no {missing!r}; known: {accepted}")
        if pay.factor is not None and pay.factor < 0:
            self.wrong(pay, "factor", "系数不能小于0", "a factor must not be below 0")
        if pay.cap is not None:
            self.positive(pay, "cap", pay.cap)
            self.unit(pay, pay.unit, "yuan")
            if (pay.cap * 100).denominator != 1:
                self.wrong(pay, "cap", "至多两位小数", "has at most two decimals")
        credits_ = [one for one in self.values["credits"] if set(pay.kinds or one.kinds) & set(one.kinds)]
        if pay.items and not any(one.account in pay.items for one in credits_):
            zh, en = "没有计入这些项目的类别，这一条永远用不上", "nothing of these kinds is credited to these items"
            self.wrong(pay, "items", zh, en)
        if pay.only_above_quota and not any(
            one.account in (pay.items or (one.account,)) for one in self.values["quotas"]
        ):
            zh, en = "这些项目没有工作量要求，这一条永远用不上", "these items have no quota to be above"
            self.wrong(pay, "items", zh, en)
        if (pay.only_above_quota or pay.scale_to_budget) and (pay.kinds or pay.titles):
            # What is owed, and what a budget is for, is told by accounts.
            zh, en = "这一条只能限定 items", "such a clause is limited by items alone"
            self.wrong(pay, "kinds" if pay.kinds else "titles", zh, en)

    def known_words(self, thing: object, key: str, found: Sequence[str], group: str) -> None:
        for missing in [one for one in found if one not in WORDS[group]]:
            accepted = ", ".join(WORDS[group])
            self.wrong(
                thing, key, f"没有 {missing!r}；可用：{accepted}", f"there is no {group} {missing!r}; known: {accepted}"
            )

    def words(self) -> None:
        """No spelling means two things."""
        for group in ("kinds", "titles", "accounts"):
            owners: dict[str, str] = {}
            for name, thing in self.values[group].items():
                for spelling in sorted(set(_spellings(thing))):
                    owner = owners.setdefault(folded(spelling), name)
                    if owner != name:
                        zh = f"“{spelling}”已用于 {owner}"
                        self.wrong(thing, "", zh, f"{spelling!r} already stands for {owner}")
        for account in self.values["accounts"].values():
            if account.unit not in WORDS["unit"]:
                accepted = ", ".join(WORDS["unit"])
                self.wrong(account, "unit", f"未知单位；可用：{accepted}", f"unknown unit; accepted: {accepted}")

    def calendar(self) -> None:
        calendar: Calendar | None = self.values["calendar"]
        if calendar is None:
            return
        place = self.place(calendar, "semesters")
        if not calendar.semesters:
            self.reader.wrong(place, "不能为空", "must not be empty")
        for index, semester in enumerate(calendar.semesters):
            days = [semester.in_year(year) for year in (2023, 2024, 2025)]
            for other in calendar.semesters[:index]:
                if other.id == semester.id:
                    zh = f"学期 {semester.id} 出现了两次"
                    self.reader.wrong(place.below(index), zh, f"the semester {semester.id} stands twice")
                if any(mine.intersection(other.in_year(2024)) for mine in days):
                    zh = f"学期 {semester.id} 与 {other.id} 有重叠的日子"
                    self.reader.wrong(place.below(index), zh, f"{semester.id} and {other.id} have days in common")

    def readings(self) -> None:
        readings: Mapping[str, Reading] = self.values["readings"]
        for name, values in SWITCHES.items():
            if name not in readings:
                if name not in self.known["readings"]:
                    place = self.top.below("reading", name)
                    self.reader.wrong(place, f"缺少口径 {name}", f"the reading {name} is missing")
                continue
            reading = readings[name]
            for value in [found for found in reading.values if found not in values]:
                accepted = ", ".join(values)
                self.wrong(
                    reading, "values", f"未知的值 {value!r}；可用：{accepted}", f"no value {value!r}; {accepted}"
                )
            if reading.default not in reading.values:
                zh = f"默认值 {reading.default!r} 不在 values 中"
                self.wrong(reading, "default", zh, f"the default {reading.default!r} is not among the values")
        for name in [found for found in readings if found not in SWITCHES]:
            accepted = ", ".join(SWITCHES)
            self.wrong(readings[name], "", f"未知的口径；可用：{accepted}", f"unknown reading; accepted: {accepted}")
