"""What a center writes down: teachers, titles, appointments, activities, evaluations, training, case reports.

A record is frozen and says only what was written. Words are the English ones of the contract (``part_time``,
``counseling_duty``); ``row`` is the row of the sheet, so that every answer can be followed back to it.

No record has a field for a client of the counseling service, and a note is never kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from functools import cached_property
from typing import Any, Protocol, TypeVar

from attrs import field, frozen

from workload.errors import Fault, WorkloadError
from workload.exact import exact
from workload.intake import Intake
from workload.text import Text
from workload.vocabulary import Employment

MINUTES_A_DAY = 24 * 60


def _as_fraction(value: int | float | str | Decimal | Fraction) -> Fraction:
    return value if type(value) is Fraction else exact(value)


def _optional_fraction(value: int | float | str | Decimal | Fraction | None) -> Fraction | None:
    return None if value is None else _as_fraction(value)


def minutes_between(start: time, end: time) -> int:
    """Minutes from ``start`` to ``end``, to the nearest whole minute; an end before the start is on the next day.

    >>> minutes_between(time(22, 30), time(1, 0)), minutes_between(time(14, 0), time(14, 0))
    (150, 0)
    """
    seconds = (end.hour - start.hour) * 3600 + (end.minute - start.minute) * 60 + end.second - start.second
    return (seconds % 86400 + 30) // 60


def _first_of_month(day: date) -> date:
    return day.replace(day=1)


def _whole(_record: object, attribute: Any, value: object) -> None:
    if value is not None and type(value) is not int:
        name = attribute.name
        raise WorkloadError(Text(f"{name} 应为整数，现为 {value!r}", f"{name} takes a whole number, not {value!r}"))


@frozen
class Teacher:
    """A teacher: 专职 (``full_time``) or 兼职 (``part_time``), of the school (``internal``) or not.

    ``title`` holds on the days for which no :class:`TitleHeld` of the teacher does.
    """

    teacher_id: str
    employment: Employment
    name: str = ""
    affiliation: str = "internal"
    title: str | None = None
    row: int | None = None


@frozen
class TitleHeld:
    """A professional title and the day from which it holds."""

    teacher_id: str
    title: str
    effective_from: date
    row: int | None = None


@frozen
class Appointment:
    """A term of appointment, ``end`` included; without one it lasts as long as the regulation says."""

    teacher_id: str
    start: date
    end: date | None = None
    row: int | None = None


@frozen
class Activity:
    """One row of work.

    A duty has ``minutes``, or ``start`` and ``end`` (then ``minutes`` is worked out); a class has ``class_hours``;
    an event has ``events``. ``attended`` is ``None`` when nobody wrote it down.

    >>> Activity("T01", date(2024, 3, 5), "counseling_duty", start=time(14, 0), end=time(15, 30)).minutes
    90
    """

    teacher_id: str
    date: date
    kind: str
    start: time | None = None
    end: time | None = None
    minutes: int | None = field(default=None, validator=_whole)
    class_hours: Fraction | None = field(default=None, converter=_optional_fraction)
    events: int = field(default=1, validator=_whole)
    cancelled: bool = False
    attended: bool | None = None
    event_id: str = ""
    share: Fraction | None = field(default=None, converter=_optional_fraction)
    record_id: str = ""
    role: str = ""
    level: str = ""
    participants: int | None = field(default=None, validator=_whole)
    row: int | None = None

    def __attrs_post_init__(self) -> None:
        if self.minutes is None and self.start is not None and self.end is not None and self.start != self.end:
            object.__setattr__(self, "minutes", minutes_between(self.start, self.end))

    @property
    def interval(self) -> tuple[int, int] | None:
        """Begin and end in minutes since the beginning of the calendar, or ``None`` without both (or the same)."""
        start = self.start
        if start is None or self.end is None:
            return None
        begin = self.date.toordinal() * MINUTES_A_DAY + start.hour * 60 + start.minute
        length = minutes_between(start, self.end)
        return (begin, begin + length) if length else None

    @property
    def content(self) -> tuple[object, ...]:
        """All that the row says, but for its place and its record id."""
        return (
            self.teacher_id,
            self.date,
            self.kind,
            self.start,
            self.end,
            self.minutes,
            self.class_hours,
            self.events,
            self.cancelled,
            self.attended,
            self.event_id,
            self.share,
            self.role,
            self.level,
            self.participants,
        )


@frozen
class Evaluation:
    """The result of the annual evaluation of one natural year."""

    teacher_id: str
    year: int
    result: str
    row: int | None = None


@frozen
class Training:
    """Training or a conference that a teacher took part in, with its hours and level."""

    teacher_id: str
    date: date
    hours: Fraction = field(converter=_as_fraction)
    level: str = ""
    form: str = "course"
    row: int | None = None


@frozen
class CaseReport:
    """A case report that a teacher gave on that day. Of the case itself nothing is kept."""

    teacher_id: str
    date: date
    row: int | None = None


@frozen
class Rate:
    """Yuan for one class hour or point, from a day on, with the authority that set it."""

    item: str
    yuan: Decimal
    effective_from: date
    authority: str
    title: str | None = None
    row: int | None = None


@frozen
class Payment:
    """What a teacher was paid for an item, before tax, in a month of payment (kept as its first day)."""

    teacher_id: str
    month: date = field(converter=_first_of_month)
    item: str
    quantity: Fraction = field(converter=_as_fraction)
    yuan: Decimal = field()
    row: int | None = None


@frozen
class DroppedRow:
    """An activity row with a fault: what is known of it, for the list of rows set aside."""

    row: int
    record_id: str = ""
    teacher_id: str = ""


class _OfTeacher(Protocol):
    @property
    def teacher_id(self) -> str: ...


_T = TypeVar("_T", bound=_OfTeacher)


def _every_or_none(records: Iterable[Any] | None) -> tuple[Any, ...] | None:
    return None if records is None else tuple(records)


def _every(records: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(records)


def _number_of(records: tuple[object, ...]) -> str:
    return f"{len(records)} records"


def _by_teacher(records: Iterable[_T] | None) -> Mapping[str, tuple[_T, ...]]:
    groups: dict[str, list[_T]] = {}
    for record in records or ():
        groups.setdefault(record.teacher_id, []).append(record)
    return {teacher_id: tuple(found) for teacher_id, found in groups.items()}


@frozen(eq=False)
class Center:
    """One center's records. ``None`` for a table means that the input lacks it, which is not the same as empty.

    ``faults`` are those found while reading, ``dropped`` the activity rows that they took away, ``unread_teachers``
    the ids of teachers whose own row they took away; ``intake`` says how the tables were read.

    >>> center = Center([Teacher("T01", "part_time")], [])
    >>> center.activities_of.get("T01", ()), center.training is None
    ((), True)
    """

    teachers: tuple[Teacher, ...] = field(converter=_every, repr=_number_of)
    activities: tuple[Activity, ...] = field(converter=_every, repr=_number_of)
    titles: tuple[TitleHeld, ...] | None = field(default=None, converter=_every_or_none, repr=False)
    appointments: tuple[Appointment, ...] | None = field(default=None, converter=_every_or_none, repr=False)
    evaluations: tuple[Evaluation, ...] | None = field(default=None, converter=_every_or_none, repr=False)
    training: tuple[Training, ...] | None = field(default=None, converter=_every_or_none, repr=False)
    case_reports: tuple[CaseReport, ...] | None = field(default=None, converter=_every_or_none, repr=False)
    rates: tuple[Rate, ...] | None = field(default=None, converter=_every_or_none, repr=False)
    payments: tuple[Payment, ...] | None = field(default=None, converter=_every_or_none, repr=False)
    faults: tuple[Fault, ...] = field(default=(), repr=_number_of)
    dropped: tuple[DroppedRow, ...] = field(default=(), repr=False)
    unread_teachers: tuple[str, ...] = field(default=(), repr=False)
    intake: Intake = field(factory=Intake, repr=False)

    @cached_property
    def activities_of(self) -> Mapping[str, tuple[Activity, ...]]:
        """The activities of each teacher, in the order of the input."""
        return _by_teacher(self.activities)

    @cached_property
    def activities_by_year(self) -> Mapping[str, Mapping[int, tuple[Activity, ...]]]:
        """The activities of each teacher by calendar year, so that one year need not read them all."""
        groups: dict[str, dict[int, list[Activity]]] = {}
        for activity in self.activities:
            groups.setdefault(activity.teacher_id, {}).setdefault(activity.date.year, []).append(activity)
        return {
            teacher_id: {year: tuple(found) for year, found in years.items()} for teacher_id, years in groups.items()
        }

    @cached_property
    def titles_of(self) -> Mapping[str, tuple[TitleHeld, ...]]:
        """The titles of each teacher."""
        return _by_teacher(self.titles)

    @cached_property
    def appointments_of(self) -> Mapping[str, tuple[Appointment, ...]]:
        """The appointments of each teacher."""
        return _by_teacher(self.appointments)

    @cached_property
    def evaluations_of(self) -> Mapping[str, Mapping[int, str]]:
        """The results of each teacher's evaluations by year."""
        return {
            teacher_id: {evaluation.year: evaluation.result for evaluation in found}
            for teacher_id, found in _by_teacher(self.evaluations).items()
        }

    @cached_property
    def training_of(self) -> Mapping[str, tuple[Training, ...]]:
        """The training of each teacher."""
        return _by_teacher(self.training)

    @cached_property
    def case_reports_of(self) -> Mapping[str, tuple[CaseReport, ...]]:
        """The case reports of each teacher."""
        return _by_teacher(self.case_reports)

    def teacher(self, teacher_id: str) -> Teacher:
        """The teacher with that id.

        Raises:
            WorkloadError: there is none; the message names those that come nearest.
        """
        found = next((teacher for teacher in self.teachers if teacher.teacher_id == teacher_id), None)
        if found is not None:
            return found
        near = get_close_matches(teacher_id, [teacher.teacher_id for teacher in self.teachers], n=3)
        hint = Text(f"；相近的有：{'、'.join(near)}", f"; nearest: {', '.join(near)}") if near else Text("", "")
        raise WorkloadError(
            Text(f"教师表中没有工号“{teacher_id}”{hint.zh}", f"there is no teacher {teacher_id!r}{hint.en}")
        )
