"""Drawn centers as one province: the tables of many, with a column ``college``, for one call of the frames; and what
the objects say of each of them.
"""

import math
import os
from datetime import date, time
from fractions import Fraction

from attrs import evolve, field, frozen
from centers import HEADERS
from conftest import CONTRACT
from frame_engines import native
from hypothesis import HealthCheck, Phase, given, settings
from narwhals import from_native

from workload import Basis, evaluate, load_regulation, read_tables, recognized_experience
from workload.errors import InputError
from workload.evaluation import sound
from workload.exact import shown

FIRST_ROW = 2  # below the header, as the reader counts
TRAINING_HOURS = 100  # the scale of hours of training


WIDE = {**HEADERS, "activities": [*HEADERS["activities"], "role", "level", "participants"]}
# The columns of a table whose cells are no texts where the table comes from Parquet.
TYPED = {
    "activities": {"date": date, "start": time, "end": time, "minutes": int, "class_hours": float, "events": int}
    | {"participants": int, "attended": bool},
    "titles": {"effective_from": date},
    "appointments": {"start": date, "end": date},
    "evaluations": {"year": int},
    "training": {"date": date, "hours": float},
    "case_reports": {"date": date},
}
_MADE = {date: date.fromisoformat, time: time.fromisoformat, int: int, float: float, bool: {"是", "yes"}.__contains__}


def drawn(strategy, count):
    """So many examples of a strategy: drawing is one thing, computing with them another."""
    found = []

    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        derandomize="WORKLOAD_EXAMPLES" not in os.environ,
        suppress_health_check=HealthCheck,
    )
    @given(strategy)
    def gather(example):
        found.append(example)

    gather()
    return found


# ---------------------------------------------------------------- a province


def province(centers, without=()):
    """The tables of all centers together: table -> columns and rows; a blank cell is null, or an empty text.

    ``without`` are columns of the activities that no center has.
    """
    tables = {}
    for table in dict.fromkeys(name for center in centers for name in center):
        headers = [name for name in WIDE[table] if table != "activities" or name not in without]
        rows = [
            (str(college), number, *(_cell(row.get(name, ""), college + number) for name in headers))
            for college, center in enumerate(centers)
            for number, row in enumerate(center.get(table, ()), start=FIRST_ROW)
        ]
        tables[table] = ["college", "row", *headers], rows
    return tables


def _cell(text, place):
    return None if text == "" and place % 2 else text


def frames(engine, tables, language="en", *, typed=False):
    """The tables as frames of an engine, with the headers in that language; the cells as texts, or with types."""
    found = {}
    for table, (columns, rows) in tables.items():
        kinds = TYPED.get(table, {}) if typed else {}
        if engine == "pyspark":  # it has no times of day
            kinds = {name: kind for name, kind in kinds.items() if kind is not time}
        names = CONTRACT[table][1] if language == "zh" else {}
        types = {names.get(name, name): int if name == "row" else kinds.get(name, str) for name in columns}
        made = [_MADE.get(kinds.get(name)) for name in columns]
        found[table] = native(
            engine,
            types,
            [tuple(c if m is None else m(c) if c else None for c, m in zip(row, made, strict=True)) for row in rows]
            if kinds
            else rows,
        )
    return found


def without_tables(center, absent):
    """A center in which just those tables are absent; one that it lacked is empty."""
    return {table: center.get(table, []) for table in HEADERS if table not in absent}


def without_columns(center, absent):
    """A center whose activities say nothing in those columns."""
    blank = dict.fromkeys(absent, "")
    return {**center, "activities": [{**row, **blank} for row in center["activities"]]}


def as_tables(center):
    """Records as tables of texts."""
    tables = {}
    for table, headers in WIDE.items():
        records = getattr(center, table)
        if records is not None:
            tables[table] = [{name: _text(record, name) for name in headers} for record in records]
    return tables


def _text(record, name):
    if name == "status":
        return "cancelled" if record.cancelled else ""
    value = getattr(record, name, None)
    if value is None or isinstance(value, str):
        return value or ""
    if name in ("start", "end") and isinstance(value, time):
        return f"{value:%H:%M:%S}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return shown(value, 9) if name == "class_hours" else str(value)


def as_objects(center, regulation=None):
    """A center's tables read into records."""
    tables = {
        table: [WIDE[table], *([row.get(name, "") for name in WIDE[table]] for row in rows)]
        for table, rows in center.items()
    }
    return read_tables(tables, regulation)


# ---------------------------------------------------------------- what each says


def rows_of(native_frame):
    """The rows of a result of any engine. (Of integers with a blank among them pandas makes floats.)"""
    rows = from_native(native_frame).lazy().collect("polars").to_native().to_dicts()
    return [{name: _whole(value) if isinstance(value, float) else value for name, value in row.items()} for row in rows]


def _whole(value):
    assert math.isnan(value) or value.is_integer()
    return None if math.isnan(value) else int(value)


@frozen(eq=False)
class Objects:
    """What the objects say of each center of a province, faulty rows left out: of each its evaluations by year, and
    the three-year test of its teachers as of the last year.
    """

    regulation: object
    evaluations: list
    experience: list

    @classmethod
    def of(cls, centers, years, *, regulation=None, readings=None, tested=False):
        """All of it; the three-year test where it is asked for."""
        regulation = regulation or load_regulation()
        read = [as_objects(center, regulation) for center in centers]
        evaluations = [
            {year: evaluate(one, year, regulation, readings, skip_faulty=True, alternatives=False) for year in years}
            for one in read
        ]
        experience = [_tested(one, max(years), regulation, readings) for one in read] if tested else []
        return cls(regulation, evaluations, experience)


def _tested(center, as_of, regulation, readings):
    """The three-year test of everybody, without faulty rows."""
    clean, _ = sound(center, regulation, skip_faulty=True)
    basis = Basis.of(clean, regulation, readings)
    found, faults = [], []
    for teacher in clean.teachers:
        try:
            found.append(recognized_experience(basis, teacher, as_of))
        except InputError as error:
            faults += error.faults
    return _tested(evolve(clean, faults=tuple(faults)), as_of, regulation, readings) if faults else found


@frozen
class Differences:
    """What the frames say otherwise than the objects; how much was compared, and what reasons there were."""

    found: list = field(factory=list)
    reasons: set = field(factory=set)
    teacher_years: list = field(factory=list)

    def equal(self, where, frame, objects):
        if frame != objects:
            self.found.append(f"{where}: frames {frame!r}, objects {objects!r}")


def compare(found, says):
    """The frames' results on a province against what the objects say of each of its centers, year by year."""
    differences = Differences()
    lines, places = {}, {}
    for line in rows_of(found.ledger):
        place = line["college"], line["row"]
        differences.equal(f"line {place} {line['year']} stands twice", (*place, line["year"]) in lines, False)
        lines[*place, line["year"]] = line
        places.setdefault(place, []).append(line)
        differences.reasons.add(line["reason"])
    totals = {(one["college"], one["teacher_id"], one["year"]): one for one in rows_of(found.totals)}
    faults, there = {}, set()
    for number, years in enumerate(says.evaluations):
        college = str(number)
        for year, evaluated in years.items():
            where = f"college {college} {year}"
            there |= {(college, row.row) for row in evaluated.dropped}
            for fault in evaluated.faults:
                faults.setdefault((fault.table, college, fault.row), set()).add((fault.column, fault.code))
            for dropped in evaluated.dropped:
                reasons = {line["reason"] for line in places.get((college, dropped.row), ())}
                differences.equal(f"{where} row {dropped.row}", "fault" in reasons, True)
            for one in evaluated.teachers:
                there |= {(college, line.activity.row) for line in one.book.lines}
                _ledger(differences, found, one, (college, year), (lines, places))
                key = college, one.teacher.teacher_id, year
                mine = totals.pop(key, None)
                differences.equal(f"{key} in totals", mine is None, False)
                if mine is not None:
                    differences.teacher_years.append(key)
                    _totals(differences, found, says.regulation, mine, one, f"{where} {one.teacher.teacher_id}")
    differences.equal("rows", places.keys() ^ there, set())
    differences.equal("teachers of the frames alone", list(totals), [])
    _faults(differences, rows_of(found.faults), faults)
    _set_aside(differences, found, lines.values())
    if says.experience:
        _experiences(differences, found, says.experience)
    return differences


def _faults(differences, told, objects):
    """The frames tell one fault of each faulty row, the first; the objects all of them."""
    rows = {(one["table"], one["college"], one["row"]) for one in told}
    differences.equal("rows with faults", rows ^ set(objects), set())
    for one in told:
        known = objects.get((one["table"], one["college"], one["row"]), set())
        differences.equal(f"fault {one}", (one["column"], one["code"]) in known or known, True)


def _ledger(differences, found, one, of, indexed):
    """A line for every row of the year; the frames tell a row once for each year that it touches."""
    college, year = of
    lines, places = indexed
    for line in one.book.lines:
        row = line.activity.row
        where = f"college {college} {year} row {row}"
        mine = lines.get((college, row, year))
        if mine is None:  # it lies in other years, or in none
            differences.equal(where, bool(places.get((college, row))), True)
            differences.equal(where, "no line", "no line" if line.reason in ("outside_period", "cancelled") else line)
            continue
        amount = None if mine["amount"] is None else Fraction(mine["amount"], found.scales[mine["account"]])
        objects = (
            line.reason,
            line.account,
            None if line.clause is None else line.amount,
            getattr(line.clause, "id", None),
            getattr(line.clause, "article", None),
            line.activity.teacher_id,
            line.activity.kind,
        )
        frame = (mine["reason"], mine["account"], amount, mine["clause"], mine["article"], mine["teacher_id"])
        differences.equal(where, (*frame, mine["kind"]), objects)
        if getattr(line.clause, "measure", None) == "minutes":
            differences.equal(f"{where} minutes", mine["quantity"], line.quantity)


def _totals(differences, found, regulation, mine, one, where):
    book = one.book
    days = [int(f"{day:%Y%m%d}") for day in (book.period.start, book.period.end)]
    differences.equal(f"{where} period", [mine["start"], mine["end"]], days)
    differences.equal(f"{where} employment", mine["employment"], one.teacher.employment)
    differences.equal(f"{where} credited", mine["credited"], len(book.credited()))
    for account in regulation.accounts:
        scale = found.scales[account]
        owed = scale * mine["shortfall_days"]
        differences.equal(f"{where} {account}", Fraction(mine[account], scale), book.total(account))
        differences.equal(f"{where} {account} minutes", mine[f"{account}_minutes"], book.minutes(account))
        part = one.quota.part(account)
        for name in ("required", "shortfall"):
            value = mine[f"{account}_{name}"]
            differences.equal(
                f"{where} {account} {name}", None if value is None else Fraction(value, owed), getattr(part, name)
            )
        differences.equal(f"{where} {account} verdict", mine[f"{account}_verdict"], part.verdict)
    differences.equal(f"{where} quota", mine["quota"], one.quota.verdict)
    _chapters(differences, regulation, mine, one, where)


def _chapters(differences, regulation, mine, one, where):
    differences.equal(f"{where} training", mine["training"], one.training.verdict)
    parts = {part.name: part for part in one.training.parts}
    for place, need in enumerate(regulation.training, start=1):
        part = parts.get(need.id)
        verdict = mine[f"training_{place}_verdict"]
        differences.equal(f"{where} {need.id}", verdict, "not_applicable" if part is None else part.verdict)
        if part is not None and part.value is not None:
            value = Fraction(mine[f"training_{place}"], TRAINING_HOURS if need.counted == "hours" else 1)
            differences.equal(f"{where} {need.id} value", value, part.value)
    differences.equal(f"{where} case reports", mine["case_reports"], one.case_reports.verdict)
    for part in one.case_reports.parts:
        differences.equal(f"{where} case reports {part.name}", mine[f"case_reports_{part.name}"], part.value)
    differences.equal(f"{where} evaluation", mine["evaluation"], one.result)
    differences.equal(f"{where} evaluation verdict", mine["evaluation_verdict"], one.evaluation.verdict)


def _set_aside(differences, found, lines):
    """Rows read are rows credited and rows set aside, and these are counted by reason."""
    counted = {}
    for line in lines:
        if line["reason"] is not None:
            key = line["college"], line["teacher_id"], line["year"], line["reason"]
            counted[key] = counted.get(key, 0) + 1
    told = {
        (one["college"], one["teacher_id"], one["year"], one["reason"]): one["rows"] for one in rows_of(found.set_aside)
    }
    differences.equal("set aside", told, counted)


# ---------------------------------------------------------------- the three-year test


def _experiences(differences, found, colleges):
    """The three-year test of every teacher as of the last of the years."""
    told = {(one["college"], one["teacher_id"]): one for one in rows_of(found.experience)}
    windows = {}
    for window in rows_of(found.windows):
        windows.setdefault((window["college"], window["teacher_id"]), []).append(window)
    for number, findings in enumerate(colleges):
        for says in findings:
            key = str(number), says.teacher.teacher_id
            own = sorted(windows.pop(key, []), key=lambda window: window["first"])
            mine = told.pop(key, None)
            differences.equal(f"{key} in experience", mine is None, False)
            if mine is not None:
                _experience(differences, found, mine, own, says, f"college {number} {says.teacher.teacher_id}")
    differences.equal("experience of the frames alone", [*told, *windows], [])


def _experience(differences, found, mine, windows, says, where):
    one = mine["employment"], mine["verdict"], mine["basis"], mine["recognized_years"]
    differences.equal(
        f"{where} experience",
        one,
        (says.teacher.employment, says.verdict, says.clause.basis, says.recognized_years),
    )
    expected = sorted(says.windows, key=lambda window: window.years)
    differences.equal(
        f"{where} windows",
        [
            (one["first"], one["last"], one["verdict"], one["counseling_minutes"], one["evaluations_missing"])
            for one in windows
        ],
        [(one.years[0], one.years[-1], one.verdict, one.minutes, _listed(one)) for one in expected],
    )
    for one, window in zip(windows, expected, strict=False):
        totals = {account: Fraction(one[account], found.scales[account]) for account in window.totals}
        differences.equal(f"{where} totals from {one['first']}", totals, dict(window.totals))
    if says.next is not None:
        lacking = {name: Fraction(mine[f"{name}_missing"], found.scales[name]) for name in says.next.lacking}
        frame = mine["next_first"], mine["counseling_minutes_missing"], mine["evaluations_missing"], lacking
        objects = says.next.years[0], says.next.minutes_lacking, _listed(says.next), dict(says.next.lacking)
        differences.equal(f"{where} next", frame, objects)


def _listed(window):
    return ",".join(map(str, window.evaluations_missing))
