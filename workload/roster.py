"""Who was appointed, and who held which title, on a given day."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date

from attrs import frozen

from workload.period import Period, natural_year, term, term_year
from workload.records import Center, Teacher
from workload.regulation import Readings, Regulation
from workload.text import Text


@frozen
class Standing:
    """One teacher with the terms of appointment and the titles held.

    ``terms`` is empty for a teacher without a row in the appointments: nothing is known then, and no day is outside.

    >>> standing = Standing(Teacher("T01", "part_time", title="lecturer"), (), ((date(2024, 7, 1), "professor"),))
    >>> standing.title_on(date(2024, 6, 30)), standing.title_on(date(2024, 7, 1))
    ('lecturer', 'professor')
    """

    teacher: Teacher
    terms: tuple[Period, ...] = ()
    titles: tuple[tuple[date, str], ...] = ()

    def title_on(self, day: date) -> str | None:
        """The title in force on that day: the latest one that began on or before it, else the teacher's own."""
        index = bisect_right(self.titles, day, key=lambda held: held[0])
        return self.titles[index - 1][1] if index else self.teacher.title

    def outside_appointment(self, day: date) -> bool:
        """Whether the teacher is part-time, has terms, and none of them covers the day."""
        return bool(self.terms) and not any(day in appointed for appointed in self.terms)

    def year(self, year: int, kind: str, regulation: Regulation) -> Period | None:
        """The year that counts as ``year`` under the reading ``year``; ``None`` for a part-time teacher in whose terms
        no appointment year begins then.

        Under ``appointment`` a full-time teacher, and one without terms, has natural years.
        """
        if kind == "academic":
            return regulation.calendar.academic(year)
        if kind == "appointment" and self.terms:
            return term_year(year, self.terms)
        return natural_year(year)


def standing(center: Center, teacher: Teacher, regulation: Regulation, readings: Readings) -> Standing:
    """What the records say of one teacher's terms and titles.

    Terms matter to part-time teachers alone. An appointment without an end lasts as long as the regulation says
    (附件2 第四条(三)).
    """
    terms = []
    if teacher.employment == "part_time":
        for appointment in center.appointments_of.get(teacher.teacher_id, ()):
            if appointment.end is None:
                clauses = [clause for clause in regulation.terms if clause.employment == teacher.employment]
                # A term that began before the rules did is as long as their first clause says.
                day = max(appointment.start, regulation.effective_from or appointment.start)
                clause = regulation.in_force(clauses, day, Text("聘期", "appointment term"), readings)
                terms.append(term(appointment.start, clause.amount))
            else:
                terms.append(Period(appointment.start, appointment.end))
    return Standing(teacher, tuple(sorted(terms)), titles_held(center, teacher))


def titles_held(center: Center, teacher: Teacher) -> tuple[tuple[date, str], ...]:
    """The teacher's titles by the day from which they hold, the earliest first."""
    return tuple(sorted((held.effective_from, held.title) for held in center.titles_of.get(teacher.teacher_id, ())))
