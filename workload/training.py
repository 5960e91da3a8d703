"""方案 六(三) and 附件2 第五条(三), 第六条(一): training, case reports, and the annual evaluation of one teacher."""

from __future__ import annotations

from fractions import Fraction

from workload.exact import shown
from workload.finding import Finding, all_of, shortfall
from workload.ledger import Basis
from workload.period import Period, natural_year
from workload.records import Teacher, Training
from workload.regulation import TrainingNeed
from workload.text import Text
from workload.vocabulary import WORDS, Verdict, measured, word

_NO_TABLE = {
    "training": Text("缺少“培训”表", "the input has no training table"),
    "case_reports": Text("缺少“案例报告”表", "the input has no case_reports table"),
    "evaluations": Text("缺少“年度考核”表", "the input has no evaluations table"),
}


def training(basis: Basis, teacher: Teacher, year: int) -> Finding:
    """方案 六(三): hours of training, and conferences (full-time) or training of municipal level or above (part-time).

    Each part is one requirement, in natural years; hours are those of form 培训. Without a training table the verdict
    is ``undetermined``.

    >>> from datetime import date
    >>> from workload import Center, load_regulation
    >>> attended = Training("T01", date(2024, 5, 6), 16, "municipal")
    >>> center = Center([Teacher("T01", "part_time")], [], training=[attended])
    >>> training(Basis.of(center, load_regulation()), center.teachers[0], 2024).verdict
    'met'
    """
    center = basis.center
    day = natural_year(year).end
    needs = basis.regulation.for_employment(basis.regulation.training, teacher.employment, day, basis.readings)
    rows = None if center.training is None else center.training_of.get(teacher.teacher_id, ())
    parts = tuple(_need(need, rows, year) for need in needs)
    return Finding(
        name="training",
        title=Text("培训", "training"),
        verdict=all_of(part.verdict for part in parts),
        period=natural_year(year),
        parts=parts,
        missing=(_NO_TABLE["training"],) if parts and center.training is None else (),
    )


def _need(need: TrainingNeed, rows: tuple[Training, ...] | None, year: int) -> Finding:
    """One requirement; without a table (``rows`` is ``None``) it is told, and undetermined."""
    period = Period(natural_year(year - need.within_years + 1).start, natural_year(year).end)
    counted = [
        row
        for row in rows or ()
        if row.form == need.form and row.date in period and (not need.levels or row.level in need.levels)
    ]
    value = sum((row.hours for row in counted), Fraction(0)) if need.counted == "hours" else Fraction(len(counted))
    lacking = shortfall(value, need.amount)
    more = measured(lacking, need.unit, up=True)
    form = WORDS["form"][need.form]
    levels = Text(
        "、".join(WORDS["level"][level].zh for level in need.levels),
        "/".join(WORDS["level"][level].en for level in need.levels),
    )
    span = (
        Text("", "") if need.within_years == 1 else Text(f"{need.within_years}年内", f"in {need.within_years} years, ")
    )
    return Finding(
        name=need.id,
        title=Text(f"{span.zh}{levels.zh}{form.zh}", f"{span.en}{levels.en} {form.en}".strip()),
        verdict="undetermined" if rows is None else "not_met" if lacking else "met",
        value=None if rows is None else value,
        required=need.amount,
        shortfall=None if rows is None else lacking,
        unit=need.unit,
        clause=need,
        period=period,
        remedy=Text(f"补 {more.zh}（{levels.zh}{form.zh}）", f"{more.en} ({' '.join([levels.en, form.en]).strip()})")
        if lacking and rows is not None
        else None,
    )


def conferences(basis: Basis, teacher: Teacher, year: int) -> int | None:
    """How many conferences of provincial or national level the teacher attended in the year (``None``: no table).

    The levels are those that the regulation asks of full-time teachers; they are counted for everyone.
    """
    if basis.center.training is None:
        return None
    needs = [need for need in basis.regulation.training if need.form == "conference"]
    levels = {level for need in needs for level in need.levels}
    return sum(
        row.form == "conference" and row.date in natural_year(year) and (not levels or row.level in levels)
        for row in basis.center.training_of.get(teacher.teacher_id, ())
    )


def case_reports(basis: Basis, teacher: Teacher, year: int) -> Finding:
    """附件2 第五条(三): at least one case report in each semester that begins in the year.

    Semesters are those of the calendar in the rule file (R21).
    """
    center = basis.center
    rules = basis.regulation.for_employment(
        basis.regulation.case_reports, teacher.employment, natural_year(year).end, basis.readings
    )
    missing = (_NO_TABLE["case_reports"],) if rules and center.case_reports is None else ()
    parts = []
    for rule in rules if center.case_reports is not None else ():
        for semester in basis.regulation.calendar.semesters:
            period = semester.in_year(year)
            value = Fraction(
                sum(report.date in period for report in center.case_reports_of.get(teacher.teacher_id, ()))
            )
            lacking = shortfall(value, rule.amount)
            amount = shown(lacking)
            parts.append(
                Finding(
                    name=semester.id,
                    title=semester.name,
                    verdict="not_met" if lacking else "met",
                    value=value,
                    required=Fraction(rule.amount),
                    shortfall=lacking,
                    unit=rule.unit,
                    clause=rule,
                    period=period,
                    remedy=Text(
                        f"{semester.name.zh}补 {amount} 份案例报告",
                        f"{amount} case report(s) in the {semester.name.en}",
                    )
                    if lacking
                    else None,
                )
            )
    return Finding(
        name="case_reports",
        title=Text("案例报告", "case reports"),
        verdict="undetermined" if missing else all_of(part.verdict for part in parts),
        parts=tuple(parts),
        missing=missing,
    )


def evaluation_result(basis: Basis, teacher: Teacher, year: int) -> Finding:
    """附件2 第六条(一): the result of the annual evaluation, and whether it is a pass (R14)."""
    result = basis.center.evaluations_of.get(teacher.teacher_id, {}).get(year)
    (rule,) = basis.regulation.for_employment(
        basis.regulation.evaluation, teacher.employment, natural_year(year).end, basis.readings
    ) or (None,)
    missing: tuple[Text, ...] = ()
    if result is None and rule is not None:
        no_row = Text(f"缺少 {year} 年度考核结论", f"there is no evaluation for {year}")
        missing = (_NO_TABLE["evaluations"] if basis.center.evaluations is None else no_row,)
    verdict: Verdict = "not_applicable"
    if rule is not None:
        verdict = "undetermined" if result is None else "met" if result in rule.passes else "not_met"
    return Finding(
        name="evaluation",
        title=Text("年度考核", "evaluation"),
        verdict=verdict,
        clause=rule,
        period=natural_year(year),
        missing=missing,
        notes=() if result is None else (word("result", result),),
    )
