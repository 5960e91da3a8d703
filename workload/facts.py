"""方案 六(二): what a certificate of the three-year test states, as plain data that can be kept, compared and checked.

A finding holds its ledgers; facts hold only what was found, with the exact numbers and with the digests of the rules
and records behind them.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, Literal, TypeVar, cast

import cattrs
from attrs import evolve, frozen

from workload.errors import WorkloadError
from workload.evaluation import CenterExperience, TeacherExperience
from workload.experience import COUNSELING, ExperienceFinding, Window, YearOfWork
from workload.period import natural_year
from workload.provenance import canonical, digest_of_rules, digest_of_test, library_version
from workload.records import Center
from workload.text import Text
from workload.vocabulary import Employment, Verdict

_T = TypeVar("_T")


@frozen(kw_only=True)
class NeededFacts:
    """So much of an account that a window must reach."""

    account: str
    amount: Fraction
    unit: str


@frozen(kw_only=True)
class YearFacts:
    """What one year counted for: its period, whether the teacher was appointed, the evaluation, the sums.

    ``start`` and ``end`` are ``None`` for a calendar year in which no appointment year begins. ``totals`` are those of
    the accounts that the clause asks for, exact.
    """

    year: int
    start: date | None
    end: date | None
    appointed: bool
    result: str | None
    passed: bool
    totals: Mapping[str, Fraction]
    counseling_minutes: int


@frozen(kw_only=True)
class WindowFacts:
    """One window of years: its sums and its verdict."""

    years: tuple[int, ...]
    totals: Mapping[str, Fraction]
    counseling_minutes: int
    verdict: Verdict
    evaluations_missing: tuple[int, ...]


@frozen(kw_only=True)
class ExperienceFacts:
    """方案 六(二): the three-year test of one teacher as of a year, with the clause, the rules and the records.

    ``years_needed`` is the length of a window, ``award`` what a met one counts as, both in ``unit``; ``needs`` is what
    it must reach. ``years`` are those of which the records say anything. ``recognized_years`` is ``None`` where the
    experience is recognized on employment. ``records_digest`` is that of the teacher's own records, without the times
    of day.
    """

    teacher_id: str
    name: str
    employment: Employment
    as_of: int
    basis: Literal["employment", "three_year_windows"]
    verdict: Verdict
    recognized_years: int | None
    clause: str
    article: str
    quote: str
    window: Literal["consecutive", "trailing"]
    measured: Literal["sum", "average"]
    years_needed: int
    award: int
    unit: str
    needs: tuple[NeededFacts, ...]
    years: tuple[YearFacts, ...]
    windows: tuple[WindowFacts, ...]
    rules: str
    document: str
    rules_digest: str
    readings: Mapping[str, str]
    records_digest: str
    version: str = ""


def experience_facts(found: TeacherExperience, tested: CenterExperience, center: Center) -> ExperienceFacts:
    """方案 六(二): the facts of one teacher's test.

    Args:
        found: the test of that teacher, one of ``tested.teachers``.
        tested: the test of the center, with its rules and readings.
        center: the records that were tested, as they were read.

    >>> from workload import Teacher, evaluate_experience
    >>> center = Center([Teacher("T01", "full_time")], [])
    >>> tested = evaluate_experience(center, 2024)
    >>> facts = experience_facts(tested.teachers[0], tested, center)
    >>> facts.verdict, facts.basis, facts.article
    ('met', 'employment', '方案 六(二)')
    """
    finding = found.finding
    clause, teacher = finding.clause, finding.teacher
    return ExperienceFacts(
        teacher_id=teacher.teacher_id,
        name=teacher.name,
        employment=teacher.employment,
        as_of=finding.as_of,
        basis=clause.basis,
        verdict=finding.verdict,
        recognized_years=finding.recognized_years,
        clause=clause.id,
        article=clause.citation,
        quote=clause.quote,
        window=clause.window,
        measured=clause.measured,
        years_needed=clause.years,
        award=clause.award,
        unit=clause.unit,
        needs=tuple(NeededFacts(account=one.account, amount=one.amount, unit=one.unit) for one in clause.needs),
        years=tuple(map(_year, filter(_has_something, finding.years))),
        windows=tuple(map(_window, finding.windows)),
        rules=tested.regulation.id,
        document=tested.regulation.document,
        rules_digest=digest_of_rules(tested.regulation),
        readings=dict(tested.readings),
        records_digest=digest_of_test(center, teacher.teacher_id, finding.as_of, _until(finding)),
        version=library_version(),
    )


def _until(finding: ExperienceFinding) -> date:
    """The last day of the last year that was tested."""
    ends = [worked.book.period.end for worked in finding.years if worked.book is not None]
    return max([natural_year(finding.as_of).end, *ends])


def _has_something(worked: YearOfWork) -> bool:
    """Whether there is anything to state of a year; the test also looks at the years around those of the records."""
    return worked.appointed or worked.result is not None or any(worked.totals.values())


def _year(worked: YearOfWork) -> YearFacts:
    book = worked.book
    return YearFacts(
        year=worked.year,
        start=None if book is None else book.period.start,
        end=None if book is None else book.period.end,
        appointed=worked.appointed,
        result=worked.result,
        passed=worked.passed,
        totals=dict(worked.totals),
        counseling_minutes=0 if book is None else book.minutes(COUNSELING),
    )


def _window(window: Window) -> WindowFacts:
    return WindowFacts(
        years=window.years,
        totals=dict(window.totals),
        counseling_minutes=window.minutes,
        verdict=window.verdict,
        evaluations_missing=window.evaluations_missing,
    )


def facts_to_json(facts: ExperienceFacts) -> dict[str, Any]:
    """The facts as a JSON object: exact numbers as texts (``"116/3"``), days as ISO 8601."""
    return cast(dict[str, Any], converter().unstructure(facts))


def facts_from_json(told: object) -> ExperienceFacts:
    """The facts of such an object.

    Raises:
        WorkloadError: it is none: a key is missing or unknown, or a value of another kind.

    >>> from workload import Teacher, evaluate_experience
    >>> center = Center([Teacher("T01", "full_time")], [])
    >>> tested = evaluate_experience(center, 2024)
    >>> facts = experience_facts(tested.teachers[0], tested, center)
    >>> facts_from_json(facts_to_json(facts)) == facts
    True
    """
    return structured(told, ExperienceFacts, Text("三年认定的内容", "the facts of a three-year test"))


# Crockford's base 32: no letter that could be taken for a digit, for a code that people read aloud and type.
_CROCKFORD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_BYTES = 10  # 80 bits: 16 letters
_GROUP = 4


def check_code(facts: ExperienceFacts, day: date | None = None) -> str:
    """A short code of everything that the facts state, and of the date of the paper: ``7KQ2-9M4D-…``, 16 letters.

    Whoever has the records (or a snapshot of the closed year) and the rules works the code out again; the same code
    means the same facts, records, rules, readings and date. It proves integrity against those and nothing else: it is
    no signature and no seal, and anybody with the same records can make it. The library's version has no part in it.

    >>> from workload import Teacher, evaluate_experience
    >>> center = Center([Teacher("T01", "full_time")], [])
    >>> tested = evaluate_experience(center, 2024)
    >>> facts = experience_facts(tested.teachers[0], tested, center)
    >>> check_code(facts, date(2025, 1, 6)) == check_code(facts, date(2025, 1, 7))
    False
    """
    stated = canonical({"facts": evolve(facts, version=""), "day": day})
    first = hashlib.sha256(stated.encode("utf-8", "surrogatepass")).digest()[:_BYTES]
    letters = base64.b32encode(first).decode().translate(_CROCKFORD)
    return "-".join(letters[place : place + _GROUP] for place in range(0, len(letters), _GROUP))


# ---------------------------------------------------------------- plain data


@cache
def converter() -> cattrs.Converter:
    """Between records and plain JSON data: exact numbers and days as texts, no unknown key, nothing bent to fit."""
    made = cattrs.Converter(forbid_extra_keys=True)
    made.register_unstructure_hook(Fraction, str)
    made.register_unstructure_hook(date, date.isoformat)
    made.register_structure_hook(Fraction, _fraction)
    made.register_structure_hook(date, _date)
    for kind in (str, int, bool):
        made.register_structure_hook(kind, _only(kind))
    return made


def structured(told: object, kind: type[_T], what: Text) -> _T:
    """A record from plain data.

    Raises:
        WorkloadError: it is none; ``what`` says in the message what was looked for.
    """
    try:
        return converter().structure(told, kind)
    except (cattrs.errors.BaseValidationError, TypeError, ValueError, KeyError, AttributeError) as error:
        found = _places(error) if isinstance(error, cattrs.errors.BaseValidationError) else ()
        zh, en = (f"（{'、'.join(found)}）", f" ({', '.join(found)})") if found else ("", "")
        raise WorkloadError(
            Text(
                f"{what.zh}不完整，或与本程序的格式不符{zh}",
                f"{what.en}: incomplete, or not in the form that this version knows{en}",
            )
        ) from None


_MOST_PLACES = 3


def _places(error: cattrs.errors.BaseValidationError) -> tuple[str, ...]:
    """Where the first values stand that do not fit: never the values, nor keys that the file made up."""
    told = (one.rpartition(" @ ")[2] for one in cattrs.transform_error(error, format_exception=lambda *_: ""))
    return tuple(dict.fromkeys(re.sub(r"\[[^\d].*", "", one) for one in told))[:_MOST_PLACES]


_EXACT = re.compile(r"-?[0-9]{1,60}(/[1-9][0-9]{0,59})?")


def _fraction(value: object, _kind: object) -> Fraction:
    if not isinstance(value, str) or not _EXACT.fullmatch(value):
        raise TypeError
    return Fraction(value)


def _date(value: object, _kind: object) -> date:
    if not isinstance(value, str):
        raise TypeError
    return date.fromisoformat(value)


def _only(kind: type) -> Callable[[object, object], object]:
    def same(value: object, _kind: object) -> object:
        if type(value) is not kind:
            raise TypeError
        return value

    return same
