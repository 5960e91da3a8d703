"""What the institution owes: staff 方案 六(一), funding 方案 六(五), floor area 方案 四(二)1, the compulsory course 方案 四(一)2,
case conferences 方案 四(三)3 and parent classes 方案 四(三)5."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from attrs import field, frozen

from workload.errors import WorkloadError
from workload.exact import exact, shown
from workload.finding import Finding, shortfall
from workload.regulation import Clause, Readings, Regulation
from workload.text import Text
from workload.vocabulary import word

_SCHOOL = "school"


def _not_negative(instance: object, attribute: object, value: Fraction | int | None) -> None:
    if value is not None and value < 0:
        name = getattr(attribute, "name", "")
        raise WorkloadError(Text(f"{name} 不能小于0：{value}", f"{name} must not be below 0: {value}"))


def _optional(value: object) -> Fraction | None:
    return None if value is None else exact(value)  # type: ignore[arg-type]  # exact refuses what is no number


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


def staff_required(students: int, employment: str, regulation: Regulation, day: date) -> int:
    """方案 六(一): how many teachers of that employment so many students need.

    Equation: ``max(minimum, ceil(students / students per teacher))`` (R18).

    >>> from workload import load_regulation
    >>> staff_required(4001, "full_time", load_regulation(), date(2024, 12, 31))
    2
    """
    for clause in regulation.for_employment(regulation.staffing, employment, day):
        return max(clause.minimum, (students / clause.amount).__ceil__())
    raise _silent(regulation, Text("师资配备", "staffing"))


def funding_required(students: int, regulation: Regulation, day: date) -> Fraction:
    """方案 六(五): yuan a year for so many students: ``students x yuan per student``.

    >>> from workload import load_regulation
    >>> funding_required(20000, load_regulation(), date(2024, 12, 31))
    Fraction(300000, 1)
    """
    return students * regulation.in_force(regulation.funding, day, Text("生均经费", "funding")).amount


def area_required(students: int, regulation: Regulation, day: date) -> Fraction:
    """方案 四(二)1: square meters for so many students: the tier that begins at or below them (R19).

    >>> from workload import load_regulation
    >>> [int(area_required(n, load_regulation(), date(2024, 12, 31))) for n in (19_999, 20_000, 30_000)]
    [200, 300, 500]
    """
    clause = regulation.in_force(regulation.area, day, Text("场地面积", "floor area"))
    return [tier.value for tier in clause.tiers if tier.at <= students][-1]


def evaluate_institution(
    plan: Institution, regulation: Regulation, day: date, readings: Readings | None = None
) -> tuple[Finding, ...]:
    """Every requirement on the institution held against what it has or plans.

    What is not given is ``undetermined``: the requirement is told all the same.

    >>> from workload import load_regulation
    >>> found = evaluate_institution(Institution(students=20_000, full_time=4), load_regulation(), date(2024, 12, 31))
    >>> [(finding.name, shown(finding.required), finding.verdict) for finding in found][0]
    ('full_time_staff', '5', 'not_met')
    """
    regulation.chosen(readings)
    return tuple(_findings(plan, regulation, day))


def _findings(plan: Institution, regulation: Regulation, day: date) -> Iterator[Finding]:
    students = plan.students
    for clause in regulation.staffing:
        if clause.holds_on(day):
            have = plan.full_time if clause.employment == "full_time" else plan.part_time
            required = staff_required(students, clause.employment, regulation, day)
            title = word("employment", clause.employment)
            yield _found(clause, Text(f"{title.zh}教师", f"{title.en} teachers"), have, required, "teacher")
    for clause in regulation.funding:
        if clause.holds_on(day):
            required_yuan = funding_required(students, regulation, day)
            yield _found(clause, Text("年度专项经费", "yearly funding"), plan.funding, required_yuan, "yuan")
    for clause in regulation.area:
        if clause.holds_on(day):
            square_meters = area_required(students, regulation, day)
            yield _found(clause, Text("场地面积", "floor area"), plan.area, square_meters, clause.unit)
    for clause in regulation.courses:
        if clause.holds_on(day):
            name = Text("公共必修课学分", "compulsory course, credits")
            yield _found(clause, name, plan.course_credits, clause.credits, "credit", "course_credits")
            name = Text("公共必修课学时", "compulsory course, class hours")
            note = Text(
                f"原文为 {shown(clause.class_hours)}—{shown(clause.class_hours_to)} 学时",
                f"the text says {shown(clause.class_hours)} to {shown(clause.class_hours_to)}",
            )
            yield _found(clause, name, plan.course_hours, clause.class_hours, "hour", "course_hours", (note,))
    for clause in regulation.meetings:
        if clause.holds_on(day):
            held = plan.case_conferences if clause.sort == "case_conference" else plan.parent_classes
            title = _MEETINGS[clause.sort]
            if not held:
                yield _found(clause, title, None, clause.amount, clause.unit)
            for body, number in (held or {}).items():
                is_held_by = _SCHOOL if body == _SCHOOL else "college"
                if is_held_by in clause.held_by:
                    name = Text(f"{title.zh}（{'学校' if body == _SCHOOL else body}）", f"{title.en} ({body})")
                    yield _found(clause, name, number, clause.amount, clause.unit, f"{clause.id}:{body}")


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
        remedy=Text(f"补 {shown(lacking)} {words.zh}", f"{shown(lacking)} {words.en} more") if lacking else None,
    )


def _silent(regulation: Regulation, what: Text) -> WorkloadError:
    return WorkloadError(Text(f"{regulation.document}没有规定{what.zh}", f"{regulation.id} says nothing of {what.en}"))
