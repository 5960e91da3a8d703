"""What the institution owes.

Staff 方案 六(一), funding 方案 六(五), floor area 方案 四(二)1, the compulsory course 方案 四(一)2,
case conferences 方案 四(三)3, parent classes 方案 四(三)5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from workload.errors import WorkloadError
from workload.exact import Number, exact, shown, shown_up
from workload.finding import Finding, shortfall
from workload.loading import load_regulation
from workload.regulation import Clause, Meeting, Readings, Regulation
from workload.text import Text
from workload.vocabulary import word

_SCHOOL = "school"


def _not_negative(_instance: object, attribute: Any, value: Any) -> None:
    if value is not None and value < 0:
        message = Text(f"{attribute.name} 不能小于0：{value}", f"{attribute.name} must not be below 0: {value}")
        raise WorkloadError(message)


def _optional(value: Number | None) -> Fraction | None:
    return None if value is None else exact(value)


@frozen(kw_only=True)
class Institution:
    """What a school has or plans; ``None`` for what is not known.

    ``funding`` is in yuan a year, ``area`` in square meters. ``case_conferences`` and ``parent_classes`` are the
    numbers of one semester by body: a college's name, or ``school``.
    """

    students: int = field(validator=_not_negative)
    full_time: int | None = field(default=None, validator=_not_negative)
    part_time: int | None = field(default=None, validator=_not_negative)
    funding: Fraction | None = field(default=None, converter=_optional, validator=_not_negative)
    area: Fraction | None = field(default=None, converter=_optional, validator=_not_negative)
    course_credits: Fraction | None = field(default=None, converter=_optional, validator=_not_negative)
    course_hours: Fraction | None = field(default=None, converter=_optional, validator=_not_negative)
    case_conferences: Mapping[str, int] | None = None
    parent_classes: Mapping[str, int] | None = None


def staff_required(
    students: int, employment: str, regulation: Regulation, day: date, readings: Readings | None = None
) -> int:
    """方案 六(一): how many teachers of that employment so many students need.

    Equation: ``max(minimum, ceil(students / students per teacher))`` (R18).

    >>> from workload import load_regulation
    >>> staff_required(4001, "full_time", load_regulation(), date(2024, 12, 31))
    2
    """
    clauses = [clause for clause in regulation.staffing if clause.employment == employment]
    clause = regulation.in_force(clauses, day, Text("师资配备", "staffing"), readings)
    return max(clause.minimum, (students / clause.amount).__ceil__())


def funding_required(students: int, regulation: Regulation, day: date, readings: Readings | None = None) -> Fraction:
    """方案 六(五): yuan a year for so many students: ``students x yuan per student``.

    >>> from workload import load_regulation
    >>> funding_required(20000, load_regulation(), date(2024, 12, 31))
    Fraction(300000, 1)
    """
    return students * regulation.in_force(regulation.funding, day, Text("生均经费", "funding"), readings).amount


def area_required(students: int, regulation: Regulation, day: date, readings: Readings | None = None) -> Fraction:
    """方案 四(二)1: square meters for so many students: the tier that begins at or below them (R19).

    >>> from workload import load_regulation
    >>> [int(area_required(n, load_regulation(), date(2024, 12, 31))) for n in (19_999, 20_000, 30_000)]
    [200, 300, 500]
    """
    clause = regulation.in_force(regulation.area, day, Text("场地面积", "floor area"), readings)
    return [tier.value for tier in clause.tiers if tier.at <= students][-1]


def evaluate_institution(
    plan: Institution, regulation: Regulation | None = None, day: date | None = None, readings: Readings | None = None
) -> tuple[Finding, ...]:
    """方案 四(二)1, 六(一), 六(五): every requirement on the institution held against what it has or plans.

    What is not given is ``undetermined``: the requirement is told all the same. Without ``day`` the newest clauses
    are taken.

    Raises:
        NoClauseError: a requirement has no clause on that day.

    >>> found = evaluate_institution(Institution(students=20_000, full_time=4))
    >>> [(finding.name, shown(finding.required), finding.verdict) for finding in found][0]
    ('full_time_staff', '5', 'not_met')
    """
    regulation = regulation or load_regulation()
    return tuple(_findings(plan, regulation, day or regulation.latest_day(), regulation.chosen(readings)))


def _findings(plan: Institution, regulation: Regulation, day: date, readings: Readings) -> Iterator[Finding]:
    students = plan.students
    for staffing in regulation.each_in_force(regulation.staffing, day, readings):
        have = plan.full_time if staffing.employment == "full_time" else plan.part_time
        required = staff_required(students, staffing.employment, regulation, day, readings)
        title = word("employment", staffing.employment)
        yield _found(staffing, Text(f"{title.zh}教师", f"{title.en} teachers"), have, required, "teacher")
    for funding in regulation.each_in_force(regulation.funding, day, readings):
        owed = funding_required(students, regulation, day, readings)
        yield _found(funding, Text("年度专项经费", "yearly funding"), plan.funding, owed, "yuan")
    for area in regulation.each_in_force(regulation.area, day, readings):
        square_meters = area_required(students, regulation, day, readings)
        yield _found(area, Text("场地面积", "floor area"), plan.area, square_meters, area.unit)
    for course in regulation.each_in_force(regulation.courses, day, readings):
        name = Text("公共必修课学分", "compulsory course, credits")
        yield _found(course, name, plan.course_credits, course.credits, "credit", "course_credits")
        name = Text("公共必修课学时", "compulsory course, class hours")
        hours = f"{shown(course.class_hours)}–{shown(course.class_hours_to)}"
        note = Text(f"原文为 {hours} 学时", f"the text says {hours}")
        yield _found(course, name, plan.course_hours, course.class_hours, "hour", "course_hours", (note,))
    for meeting in regulation.each_in_force(regulation.meetings, day, readings):
        yield from _meetings(plan, meeting)


def _meetings(plan: Institution, meeting: Meeting) -> Iterator[Finding]:
    """One finding for each body whose number is given, or one that tells the requirement."""
    given = plan.case_conferences if meeting.sort == "case_conference" else plan.parent_classes
    held = {
        body: number
        for body, number in (given or {}).items()
        if (_SCHOOL if body == _SCHOOL else "college") in meeting.held_by
    }
    title = _MEETINGS[meeting.sort]
    if not held:
        yield _found(meeting, title, None, meeting.amount, meeting.unit)
    for body, number in held.items():
        name = Text(f"{title.zh}（{'学校' if body == _SCHOOL else body}）", f"{title.en} ({body})")
        yield _found(meeting, name, number, meeting.amount, meeting.unit, f"{meeting.id}:{body}")


_MEETINGS = {
    "case_conference": Text("每学期心理研判会", "case conferences a semester"),
    "parent_class": Text("每学期家长课堂", "parent classes a semester"),
}


def _found(
    clause: Clause,
    title: Text,
    have: Fraction | int | None,
    required: Fraction | int,
    unit: str,
    name: str | None = None,
    notes: Sequence[Text] = (),
) -> Finding:
    lacking = None if have is None else shortfall(have, required)
    words = word("unit", unit)
    return Finding(
        name=name or clause.id,
        title=title,
        verdict="undetermined" if lacking is None else "not_met" if lacking else "met",
        value=None if have is None else Fraction(have),
        required=Fraction(required),
        shortfall=lacking,
        unit=unit,
        clause=clause,
        missing=(Text("未填报现有数", "what there is was not given"),) if have is None else (),
        notes=tuple(notes),
        remedy=Text(f"补 {shown_up(lacking)} {words.zh}", f"{shown_up(lacking)} {words.en} more") if lacking else None,
    )
