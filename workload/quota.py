"""附件2 第四条(三): what a part-time teacher owes each year of appointment, in counseling and in teaching.

The numbers stand in the rule file; this chapter holds a teacher's totals against them.
"""

from __future__ import annotations

from fractions import Fraction

from workload.exact import shown
from workload.finding import Finding, all_of, shortfall
from workload.ledger import Basis, TeacherLedger
from workload.period import Period
from workload.regulation import Credit, Quota
from workload.text import Text
from workload.vocabulary import Verdict, measured

# Which account's hours also count toward which, when the reading counseling_fills_teaching says so (R4).
FILLS = {"teaching": "counseling"}


def filled_total(basis: Basis, book: TeacherLedger, account: str) -> Fraction:
    """The total that a requirement in ``account`` is held against.

    With the counseling class hours when those fill the teaching requirement (reading ``counseling_fills_teaching``).
    """
    total = book.total(account)
    if account in FILLS and basis.readings["counseling_fills_teaching"] == "yes":
        total += book.total(FILLS[account])
    return total


def quota(basis: Basis, book: TeacherLedger) -> Finding:
    """附件2 第四条(三): the yearly quota of one teacher.

    Its parts are the findings of the accounts in which something is owed; the verdict is the worst of them.
    Full-time teachers owe nothing (``not_applicable``).

    >>> from datetime import date
    >>> from workload import Activity, Center, Teacher, load_regulation
    >>> rows = [Activity("T01", date(2024, 3, 5), "counseling_duty", minutes=1440)]
    >>> basis = Basis.of(Center([Teacher("T01", "part_time")], rows), load_regulation())
    >>> found = quota(basis, basis.post(basis.center.teachers[0], 2024)).part("counseling")
    >>> print(found.value, found.verdict, found.remedy)
    32 not_met 再值班 270 分钟，或补 6 课时咨询
    """
    employment = book.standing.teacher.employment
    parts = []
    for account in basis.regulation.accounts:
        clause = basis.regulation.quota(employment, account, book.period.end, basis.readings)
        parts.append(_account(basis, book, account, clause))
    return Finding(
        name="quota",
        title=Text("年度工作量", "yearly quota"),
        verdict=all_of(part.verdict for part in parts if part.clause is not None),
        parts=tuple(parts),
        notes=_coverage(basis, book),
    )


def _account(basis: Basis, book: TeacherLedger, account: str, clause: Quota | None) -> Finding:
    known = basis.regulation.account(account)
    value = filled_total(basis, book, account)
    notes: list[Text] = []
    if value != book.total(account):
        filled = shown(value - book.total(account))
        notes.append(Text(f"含咨询 {filled} 课时", f"with {filled} class hours of counseling"))
    if clause is None or not book.begins:
        missing = Text(f"{book.year} 年没有开始的聘期年度", f"no appointment year begins in {book.year}")
        return Finding(
            name=account,
            title=known.name,
            verdict="not_applicable",
            value=value,
            unit=known.unit,
            period=book.period,
            account=account,
            book=book,
            notes=tuple(notes) if clause is None else (*notes, missing),
        )
    if clause.each == "semester":
        return _by_semester(basis, book, account, clause)
    required = clause.amount * _share_of(basis, book, book.period)
    lacking = shortfall(value, required)
    verdict: Verdict = "not_met" if lacking else "met"
    undetermined = _undetermined(basis, book)
    return Finding(
        name=account,
        title=known.name,
        verdict="undetermined" if undetermined else verdict,
        value=value,
        required=required,
        shortfall=lacking,
        unit=known.unit,
        clause=clause,
        period=book.period,
        account=account,
        book=book,
        missing=undetermined,
        notes=tuple(notes),
        remedy=remedy(basis, book, account, lacking) if lacking and not undetermined else None,
    )


def _by_semester(basis: Basis, book: TeacherLedger, account: str, clause: Quota) -> Finding:
    """A quota that is owed each semester: one part for each, no semester fills another.

    A semester counts as far as it lies in the period; where it does not wholly, the part says so.
    """
    known = basis.regulation.account(account)
    undetermined = _undetermined(basis, book)
    parts = []
    for semester, days in basis.regulation.calendar.semesters_of(book.period):
        inside = days.intersection(book.period) or days  # its middle lies in the period
        own = book.within(inside)
        zh, en = f"学期 {days} 只计核算期内的部分", f"of the semester {days} only the part within the period counts"
        value = filled_total(basis, own, account)
        required = clause.amount * _share_of(basis, own, days)
        lacking = shortfall(value, required)
        parts.append(
            Finding(
                name=semester.id,
                title=semester.name,
                verdict="undetermined" if undetermined else "not_met" if lacking else "met",
                value=value,
                required=required,
                shortfall=lacking,
                unit=known.unit,
                clause=clause,
                period=own.period,
                account=account,
                book=own,
                notes=() if inside == days else (Text(zh, en),),
                remedy=remedy(basis, own, account, lacking) if lacking and not undetermined else None,
            )
        )
    return Finding(
        name=account,
        title=known.name,
        verdict=all_of(part.verdict for part in parts),
        value=filled_total(basis, book, account),
        required=sum((part.required or Fraction(0) for part in parts), Fraction(0)),
        shortfall=sum((part.shortfall or Fraction(0) for part in parts), Fraction(0)),
        unit=known.unit,
        clause=clause,
        period=book.period,
        account=account,
        book=book,
        parts=tuple(parts),
        missing=undetermined,
    )


def _undetermined(basis: Basis, book: TeacherLedger) -> tuple[Text, ...]:
    if basis.readings["year"] == "appointment" and not book.standing.terms:
        return (Text("缺少聘期，无法确定聘期年度", "without appointments the appointment year is not known"),)
    return ()


def _share_of(basis: Basis, book: TeacherLedger, period: Period) -> Fraction:
    """The part of the requirement that is owed (R11): all of it, or the days of the period that the terms cover."""
    if basis.readings["part_year"] == "full" or not book.standing.terms:
        return Fraction(1)
    return Fraction(period.covered_days(book.standing.terms), period.days)


def _coverage(basis: Basis, book: TeacherLedger) -> tuple[Text, ...]:
    """What a reader must know of a term that covers only part of the period: it is never prorated silently."""
    if not book.standing.terms or not book.begins:
        return ()
    covered, days = book.period.covered_days(book.standing.terms), book.period.days
    if covered == days:
        return ()
    prorated = basis.readings["part_year"] == "by_days"
    owed = Text("要求已按天数折算", "prorated by days") if prorated else Text("要求未折算", "not prorated")
    zh = f"聘期只覆盖核算期的 {covered}/{days} 天" if covered else f"核算期（{days} 天）内没有聘期"
    en = f"the terms cover {covered} of the period's {days} days; the requirement is {owed.en}"
    return (Text(f"{zh}，{owed.zh}", en),)


def remedy(basis: Basis, book: TeacherLedger, account: str, lacking: Fraction) -> Text:
    """The smallest change that fills what is lacking: more of the account, and the minutes of duty that give it."""
    known = basis.regulation.account(account)
    amount = measured(lacking, known.unit, up=True)
    more = Text(f"补 {amount.zh}{known.name.zh}", f"{amount.en} of {known.name.en}")
    minutes = minutes_lacking(basis, account, lacking, book.total(account), book.minutes(account), book.period)
    if minutes is None:
        return more
    duty = measured(minutes, "minute")
    return Text(f"再值班 {duty.zh}，或{more.zh}", f"{more.en}, or {duty.en} of duty")


def minutes_lacking(
    basis: Basis, account: str, lacking: Fraction, total: Fraction, minutes: int, period: Period
) -> int | None:
    """The fewest minutes of duty that give ``lacking`` more of an account, under the chosen remainder.

    ``None`` when no duty is credited to it or its value depends on more than its minutes.
    """
    credit = duty_credit(basis, account, period)
    if credit is None:
        return None
    each = credit.per / credit.amount[0].value
    remainder = basis.remainder(credit)
    if remainder.round == "exact":
        return (lacking * each).__ceil__()
    if remainder.round != "floor":
        return None
    steps = (lacking / remainder.step).__ceil__()
    if remainder.pool == "period":
        steps = ((total + lacking) / remainder.step).__ceil__()
        return (steps * remainder.step * each).__ceil__() - minutes
    return (steps * remainder.step * each).__ceil__()


def duty_credit(basis: Basis, account: str, period: Period) -> Credit | None:
    """The clause by which a minute of duty always gives the same, whatever else is said; ``None`` where none does."""
    weighed = {kind for clause in basis.regulation.coefficients for kind in clause.kinds}
    weighed |= {kind for clause in basis.regulation.caps for kind in clause.kinds}
    for credit in basis.regulation.credits:
        plain = len(credit.amount) == 1 and not credit.amount[0].conditions() and credit.amount[0].value > 0
        plain = plain and weighed.isdisjoint(credit.kinds)
        if credit.account == account and credit.measure == "minutes" and plain and credit.holds_on(period.end):
            return credit
    return None
