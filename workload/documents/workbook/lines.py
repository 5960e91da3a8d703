"""The lines of a workbook's ledger: every activity row in the year it belongs to, and what stands behind it.

A duty over the end of a year has a second line in the next one (``continued``), so that the three-year test and the
annual evaluation are sums over one ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property

from attrs import field, frozen

from workload.evaluation import CenterEvaluation, CenterExperience, TeacherEvaluation
from workload.experience import ExperienceFinding
from workload.ledger import Basis, Line, Notice, TeacherLedger
from workload.period import Period
from workload.records import Activity, Teacher
from workload.regulation import Calendar, Credit
from workload.roster import Standing

NOT_IN_A_YEAR = ("cancelled", "outside_period", "fault")  # reasons that are not judged within one year


@frozen(eq=False, kw_only=True)
class BookLine:
    """One line: the library's own ledger line, and where it belongs.

    ``number`` is the teacher's place in the list (0: a row whose teacher is not known), ``year`` the year it counts in
    (``None``: in none), ``period`` that year's days, ``month`` the month in which its minutes lie.
    """

    number: int
    teacher_id: str
    line: Line
    year: int | None
    period: Period | None
    continued: bool = False
    notices: tuple[Notice, ...] = ()

    @property
    def activity(self) -> Activity | None:
        """The row, unless a fault took it away."""
        return self.line.activity if isinstance(self.line.activity, Activity) else None

    @property
    def reason(self) -> str | None:
        """Why it is set aside; ``None``: it is credited."""
        return self.line.reason

    @property
    def month(self) -> int | None:
        """Year and month as one number, 202403; a part over the end of a year lies in the year's first month."""
        if self.activity is None:
            return None
        day = self.activity.date
        if self.continued and self.period is not None:
            day = self.period.start
        return day.year * 100 + day.month


@frozen(eq=False)
class TeacherBook:
    """One teacher in the workbook: the evaluation, the three-year test, the ledgers of the years that count.

    ``live`` says whether the years before the evaluated one are in the ledger too, as years of the same kind.
    """

    number: int
    found: TeacherEvaluation
    tested: ExperienceFinding | None
    live: bool
    years: Mapping[int, TeacherLedger]

    @property
    def teacher(self) -> Teacher:
        """The teacher."""
        return self.found.teacher

    @property
    def standing(self) -> Standing:
        """The teacher's terms and titles."""
        return self.found.book.standing

    @property
    def first_year(self) -> int:
        """The first year whose rows are judged in the ledger."""
        return min(self.years)


@frozen(eq=False)
class Books:
    """All that the sheets of a workbook are made from: the results of the library, and the ledger by line."""

    found: CenterEvaluation
    tested: CenterExperience | None
    basis: Basis
    teachers: tuple[TeacherBook, ...] = field()

    @classmethod
    def of(cls, found: CenterEvaluation, tested: CenterExperience | None, basis: Basis) -> Books:
        """The books of every teacher of an evaluation; ``tested`` is the three-year test as of the same year."""
        findings = {} if tested is None else {one.finding.teacher.teacher_id: one.finding for one in tested.teachers}
        teachers = [
            _teacher_book(basis, number, one, findings.get(one.teacher.teacher_id))
            for number, one in enumerate(found.teachers, start=1)
        ]
        return cls(found, tested, basis, tuple(teachers))

    @property
    def year(self) -> int:
        """The evaluated year."""
        return self.found.year

    @cached_property
    def lines(self) -> tuple[BookLine, ...]:
        """Every line: by teacher and year, in the order of the input; last the rows that a fault took away."""
        numbers = {one.teacher.teacher_id: one.number for one in self.teachers}
        found = [line for teacher in self.teachers for line in self._lines_of(teacher)]
        for row in self.found.dropped:
            number = numbers.get(row.teacher_id, 0)
            line = Line(row, "fault")
            found.append(BookLine(number=number, teacher_id=row.teacher_id, line=line, year=None, period=None))
        return tuple(found)

    @cached_property
    def blocks(self) -> Mapping[tuple[int, int | None], range]:
        """Where the lines of one teacher and year stand among all lines."""
        found: dict[tuple[int, int | None], range] = {}
        for place, line in enumerate(self.lines):
            key = line.number, line.year
            begin = found[key].start if key in found else place
            found[key] = range(begin, place + 1)
        return found

    def _lines_of(self, teacher: TeacherBook) -> Iterator[BookLine]:
        own = [line.activity for line in map(_bare, teacher.found.book.entries) if isinstance(line.activity, Activity)]
        order = {id(activity): place for place, activity in enumerate(own)}
        judged: dict[int, list[BookLine]] = {}
        for year, book in teacher.years.items():
            notices: dict[int | None, list[Notice]] = {}
            for notice in book.notices:
                notices.setdefault(notice.row, []).append(notice)
            for line in book.lines:
                if line.reason in NOT_IN_A_YEAR or not isinstance(line.activity, Activity):
                    continue
                judged.setdefault(id(line.activity), []).append(
                    BookLine(
                        number=teacher.number,
                        teacher_id=teacher.teacher.teacher_id,
                        line=line,
                        year=year,
                        period=book.period,
                        continued=line.activity.date < book.period.start,
                        notices=tuple(notices.get(line.activity.row, ())),
                    )
                )
        found: list[BookLine] = []
        for activity in own:
            lines = judged.get(id(activity), [])
            found += lines
            if not any(not line.continued for line in lines):  # the row itself, beside its part in the next year
                its_year, period = self.year_of(teacher, activity.date)
                reason = "cancelled" if activity.cancelled else "outside_period"
                found.append(
                    BookLine(
                        number=teacher.number,
                        teacher_id=teacher.teacher.teacher_id,
                        line=Line(activity, reason),
                        year=its_year,
                        period=period,
                    )
                )
        found.sort(key=lambda line: (line.year or 0, order[id(line.activity)]))
        yield from found

    def year_of(self, teacher: TeacherBook, day: date) -> tuple[int | None, Period | None]:
        """The year that a day counts in, and its period, under the chosen kind of year."""
        for year, book in teacher.years.items():
            if day in book.period:
                return year, book.period
        kind = self.basis.readings["year"]
        if not teacher.found.book.begins:
            return None, None
        for year in (day.year, day.year - 1):
            period = teacher.standing.year(year, kind, self.basis.regulation)
            if period is not None and day in period:
                return year, period
        return None, None


def _bare(entry: tuple[object, ...]) -> Line:
    return Line(*entry)  # type: ignore[arg-type]


def _teacher_book(basis: Basis, number: int, found: TeacherEvaluation, tested: ExperienceFinding | None) -> TeacherBook:
    """One teacher's ledgers: of the evaluated year, and of the years before it where they are of the same kind."""
    years = {found.book.year: found.book}
    live = tested is not None and tested.clause.window != "trailing" and found.book.begins
    if tested is not None and live:
        for worked in tested.years:
            if worked.book is not None and worked.year < found.book.year:
                years[worked.year] = worked.book
    return TeacherBook(number, found, tested, live, dict(sorted(years.items())))


@frozen(eq=False, kw_only=True)
class Sum:
    """Lines of one teacher, month, kind and treatment together: what leaves the center, without any day or time."""

    number: int
    teacher_id: str
    year: int | None
    month: int | None
    kind: str
    title: str | None
    reason: str | None
    continued: bool
    clause: Credit | None
    account: str | None
    first: BookLine
    rows: int
    quantity: Fraction
    amount: Fraction
    semester: str


def sums(lines: tuple[BookLine, ...], calendar: Calendar) -> tuple[Sum, ...]:
    """The lines added up by teacher, year, month (and semester), kind, title and treatment."""
    groups: dict[tuple[object, ...], list[BookLine]] = {}
    for one in lines:
        line, activity = one.line, one.activity
        key = (
            one.number,
            one.year,
            one.month,
            activity.kind if activity else "",
            line.title,
            line.reason,
            one.continued,
            _semester(one, calendar),
            id(line.clause),
            id(line.case),
            line.factor,
        )
        groups.setdefault(key, []).append(one)
    found = []
    for group in groups.values():
        first = group[0]
        found.append(
            Sum(
                number=first.number,
                teacher_id=first.teacher_id,
                year=first.year,
                month=first.month,
                kind=first.activity.kind if first.activity else "",
                title=first.line.title,
                reason=first.reason,
                continued=first.continued,
                clause=first.line.clause,
                account=first.line.account,
                first=first,
                rows=len(group),
                quantity=sum((Fraction(one.line.quantity) for one in group), Fraction(0)),
                amount=sum((one.line.amount for one in group), Fraction(0)),
                semester=_semester(first, calendar),
            )
        )
    found.sort(key=lambda one: (one.number or 10**9, one.year or 0, one.month or 0))
    return tuple(found)


def _semester(line: BookLine, calendar: Calendar) -> str:
    """The semester of the line's year in which the day of its row lies; blank for none."""
    if line.period is None or line.activity is None:
        return ""
    for semester, days in calendar.semesters_of(line.period):
        if line.activity.date in days and line.activity.date in line.period:
            return semester.id
    return ""
