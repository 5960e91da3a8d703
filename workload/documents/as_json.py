"""Results as JSON objects: the keys of the contract, numbers to 2 decimals half up, minutes and points whole."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from workload.errors import Fault
from workload.evaluation import Alternative, CenterCheck, CenterEvaluation, CenterExperience, TeacherEvaluation
from workload.exact import outward, outward_whole
from workload.experience import Window
from workload.explain import Section, alternative_text
from workload.finding import Finding
from workload.intake import Intake
from workload.ledger import Line, Notice
from workload.regulation import Clause, Readings, Regulation
from workload.text import Language

Object = dict[str, Any]

# The accounts that have a place of their own in the evaluation; those that a school adds come under "accounts".
_OWN_PLACE = ("counseling", "teaching", "points")


def evaluation(found: CenterEvaluation, language: Language) -> Object:
    """The annual evaluation of a center."""
    result: Object = {
        "rules": found.regulation.id,
        "readings": dict(found.readings),
        "period": {"start": str(found.period.start), "end": str(found.period.end)},
        "rows": {
            "read": found.rows_read,
            "credited": found.rows_credited,
            "set_aside": found.rows_read - found.rows_credited,
        },
        "teachers": [_teacher(teacher, found, language) for teacher in found.teachers],
        "set_aside": [_aside(line) for line in found.set_aside],
        "warnings": [warning(notice, language) for notice in found.notices],
        **_intake(found.intake, language),
    }
    if found.faults:
        result["faults"] = [fault(one, language) for one in found.faults]
    return result


def _teacher(found: TeacherEvaluation, center: CenterEvaluation, language: Language) -> Object:
    teacher, book = found.teacher, found.book
    result: Object = {
        "teacher_id": teacher.teacher_id,
        "name": teacher.name,
        "employment": teacher.employment,
    }
    if book.period != center.period:
        result["period"] = {"start": str(book.period.start), "end": str(book.period.end)}
    for account in ("counseling", "teaching"):
        result[account] = _account(found.quota.part(account)) if found.quota.has_part(account) else {}
    result["points"] = outward_whole(found.points)
    others = [part for part in found.quota.parts if part.name not in _OWN_PLACE]
    if others:
        result["accounts"] = {part.name: _account(part) for part in others}
    result["quota"] = found.quota.verdict
    hours = next((part for part in found.training.parts if part.unit == "hour"), None)
    result["training"] = {
        "hours": None if hours is None or hours.value is None else outward(hours.value),
        "required": None if hours is None else _whole(hours.required),
        "conferences": found.conferences,
        "verdict": found.training.verdict,
    }
    reports = {part.name: int(part.value or 0) for part in found.case_reports.parts}
    semesters = [semester.id for semester in center.regulation.calendar.semesters]
    result["case_reports"] = {
        **{name: reports.get(name) for name in semesters},
        "verdict": found.case_reports.verdict,
    }
    result["evaluation"] = found.result
    for key, texts in (("notes", found.remarks()), ("to_meet", found.to_meet())):
        if texts:
            result[key] = [text.get(language) for text in texts]
    if found.alternatives:
        result["alternatives"] = [_alternative(other, center.regulation, language) for other in found.alternatives]
    return result


def _account(part: Finding) -> Object:
    result: Object = {}
    if part.book is not None and part.account == "counseling":
        result["minutes"] = part.book.minutes(part.account)
    result["class_hours" if part.unit == "class_hour" else part.unit] = outward(part.value or Fraction(0))
    return {
        **result,
        "required": _whole(part.required),
        "shortfall": None if part.shortfall is None else outward(part.shortfall),
        "verdict": part.verdict,
    }


def _whole(value: Fraction | None) -> int | float | None:
    return None if value is None else outward_whole(value)


def _aside(line: Line) -> Object:
    activity = line.activity
    return {
        "table": "activities",
        "row": activity.row,
        "record_id": activity.record_id or None,
        "teacher_id": activity.teacher_id or None,
        "reason": line.reason,
    }


def _alternative(other: Alternative, regulation: Regulation, language: Language) -> Object:
    return {
        "reading": other.switch,
        "value": other.value,
        "finding": other.finding,
        "total": None if other.total is None else outward(other.total),
        "required": _whole(other.required),
        "verdict": other.verdict,
        "message": alternative_text(other, regulation).get(language),
    }


def warning(notice: Notice, language: Language) -> Object:
    """One warning."""
    return {
        "table": notice.table,
        "row": notice.row,
        "record_id": notice.record_id or None,
        "code": notice.code,
        "message": notice.message.get(language),
    }


def fault(found: Fault, language: Language) -> Object:
    """One fault; the value is what stands in the cell, ``null`` where nothing does or where it may not be repeated."""
    return {
        "table": found.table,
        "row": found.row,
        "column": found.column,
        "value": found.value,
        "code": found.code,
        "message": found.told(language),
        "suggestion": None if found.suggestion is None else found.suggestion.get(language),
    }


def checked(found: CenterCheck, language: Language) -> Object:
    """The result of a check."""
    return {
        "faults": [fault(one, language) for one in found.faults],
        "warnings": [warning(notice, language) for notice in found.notices],
        "repairs": [
            {
                "table": repair.table,
                "column": repair.column or None,
                "rows": list(repair.rows),
                "value": repair.value,
                "read_as": repair.read_as,
                "code": repair.code,
                "message": repair.message.get(language),
            }
            for repair in found.intake.repairs
        ],
        **_intake(found.intake, language),
        "not_read": {
            "sheets": list(found.intake.sheets_not_read),
            "columns": {table: list(headers) for table, headers in found.intake.columns_not_read.items()},
        },
    }


def _intake(intake: Intake, language: Language) -> Object:
    """What of the input is no record, and the school's own words that were used."""
    return {
        "passed_over": [
            {
                "table": passed.table,
                "rows": list(passed.rows),
                "code": passed.code,
                "message": passed.message.get(language),
            }
            for passed in intake.passed_over
        ],
        "aliases": [alias.text.get(language) for alias in intake.aliases],
    }


def experience(found: CenterExperience, language: Language) -> Object:
    """The three-year test of a center's teachers."""
    teachers = []
    for one in found.teachers:
        finding = one.finding
        result: Object = {
            "teacher_id": finding.teacher.teacher_id,
            "name": finding.teacher.name,
            "employment": finding.teacher.employment,
            "verdict": finding.verdict,
            "basis": finding.clause.basis,
            "recognized_years": finding.recognized_years,
            "windows": [
                {
                    "years": list(window.years),
                    "counseling_minutes": window.minutes,
                    "counseling_class_hours": outward(window.totals.get("counseling", Fraction(0))),
                    "teaching_class_hours": outward(window.totals.get("teaching", Fraction(0))),
                    "verdict": window.verdict,
                }
                for window in finding.windows
            ],
            "next": None if finding.next is None else _next(finding.next),
        }
        if one.alternatives:
            result["alternatives"] = [_alternative(other, found.regulation, language) for other in one.alternatives]
        teachers.append(result)
    result = {
        "rules": found.regulation.id,
        "readings": dict(found.readings),
        "as_of": found.as_of,
        "teachers": teachers,
        **_intake(found.intake, language),
    }
    if found.faults:
        result["faults"] = [fault(one, language) for one in found.faults]
    return result


def _next(window: Window) -> Object:
    return {
        "years": list(window.years),
        "counseling_minutes_missing": window.minutes_lacking,
        "counseling_class_hours_missing": outward(window.lacking.get("counseling", Fraction(0))),
        "teaching_class_hours_missing": outward(window.lacking.get("teaching", Fraction(0))),
        "evaluations_missing": list(window.evaluations_missing),
    }


def explanation(sections: Iterable[Section], found: CenterEvaluation, language: Language) -> Object:
    """One teacher's figures, explained."""
    return {
        "rules": found.regulation.id,
        **_intake(found.intake, language),
        "sections": [
            {
                "name": section.name,
                "heading": section.heading.get(language),
                "sentences": [sentence.get(language) for sentence in section.sentences],
            }
            for section in sections
        ],
    }


def institution(
    findings: Iterable[Finding], regulation: Regulation, readings: Readings, students: int, language: Language
) -> Object:
    """What the institution owes and has."""
    return {
        "rules": regulation.id,
        "readings": dict(readings),
        "students": students,
        "findings": [
            {
                "item": finding.name,
                "title": finding.title.get(language),
                "required": _whole(finding.required),
                "actual": _whole(finding.value),
                "shortfall": _whole(finding.shortfall),
                "unit": finding.unit,
                "verdict": finding.verdict,
                "article": finding.clause.citation if finding.clause else None,
            }
            for finding in findings
        ],
    }


def rules(regulation: Regulation, clauses: Iterable[Clause], language: Language) -> Object:
    """A rule file: its figures with their articles, and its readings."""
    return {
        "rules": regulation.id,
        "document": regulation.document,
        "effective_from": None if regulation.effective_from is None else str(regulation.effective_from),
        "figures": [
            {
                "name": figure.name,
                "meaning": figure.meaning.get(language),
                "value": _whole(figure.value),
                "unit": figure.unit or None,
                "effective_from": _day(clause.effective_from),
                "effective_until": _day(clause.effective_until),
                "article": clause.citation,
                "quote": clause.quote,
            }
            for clause in clauses
            for figure in clause.figures()
        ],
        "readings": [
            {
                "number": reading.number,
                "name": name,
                "question": reading.question.get(language),
                "default": reading.default,
                "values": {value: text.get(language) for value, text in reading.values.items()},
            }
            for name, reading in regulation.readings.items()
        ],
    }


def _day(day: object) -> str | None:
    return None if day is None else str(day)
