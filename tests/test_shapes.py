"""Another school needs data and no code: the shapes of other schools' rules, each in a rule file, reckoned by hand.

Every rule file here is written in the test. The packaged one is its base, so that it holds only what the shape is
about. How an expected amount was reckoned stands in the docstring or beside it.
"""

import math
import re
from datetime import date, time
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workload
from workload import (
    Activity,
    Appointment,
    Basis,
    Center,
    Evaluation,
    InputError,
    Institution,
    NoClauseError,
    Teacher,
    area_required,
    evaluate,
    evaluate_experience,
    evaluate_institution,
    evaluate_teacher,
    funding_required,
    load_regulation,
    staff_required,
)
from workload.documents import as_json

PACKAGED = (Path(workload.__file__).parent / "rules" / "zhoukou-2024-33.toml").read_text(encoding="utf-8")
HEAD = 'format = 1\nextends = "zhoukou-2024-33"\nid = "our-school"\n'
CITED = r'\1\narticle = "第一条"\nquote = "某校规定"'
T01 = Teacher("T01", "part_time", title="lecturer")


@cache
def rules(text="", head=HEAD):
    """The regulation of a rule file; each of its records is given an article and a quote."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "school.toml"
        path.write_text(head + re.sub(r"(?m)^(\[\[\w+\]\])$", CITED, text), encoding="utf-8")
        return load_regulation(path)


def row(kind, day="2024-03-05", teacher="T01", **cells):
    """An activity; times as text."""
    times = {name: time.fromisoformat(cells.pop(name)) for name in ("start", "end") if name in cells}
    return Activity(teacher, date.fromisoformat(day), kind, **times, **cells)


def duty(minutes, day="2024-03-05", **cells):
    return row("counseling_duty", day, minutes=minutes, **cells)


def book(regulation, *rows, teacher=T01, year=2024, center=None, **readings):
    """The ledger of one teacher."""
    return Basis.of(center or Center([teacher], rows), regulation, readings).post(teacher, year)


def amounts(regulation, *rows, **how):
    """What each row gave."""
    return [line.amount for line in book(regulation, *rows, **how).lines]


def counseling(*rows, rule, kinds='["counseling_duty"]', more=""):
    """The counseling hours under a clause of its own for duty."""
    text = f"""
[[credit]]
id = "counseling_duty"
kinds = {kinds}
account = "counseling"
measure = "minutes"
amount = 1
unit = "class_hour"
{rule}
{more}"""
    return book(rules(text), *rows).total("counseling")


def points(table, more=""):
    """A rule file in which a lecture and a salon give points by the lines of a table."""
    return rules(f"""{more}
[[credit]]
id = "event"
kinds = ["lecture", "salon"]
account = "points"
measure = "events"
per = 1
unit = "point"
amount = {table}
""")


# ---------------------------------------------------------------- units


@pytest.mark.parametrize(
    ("per", "minutes", "hours"),
    [
        ("45", 90, 2),
        ("50", 100, 2),
        ("50", 90, Fraction(9, 5)),
        ("60", 90, Fraction(3, 2)),
        ("22.5", 45, 2),
        ('"45/2"', 45, 2),
        ('"45/2"', 30, Fraction(4, 3)),
        ('"100/3"', 100, 3),
    ],
)
def test_a_unit_has_any_number_of_minutes(per, minutes, hours):
    """A class hour may be 45, 50 or 60 minutes or a fraction of minutes: minutes divided by the unit, exactly."""
    assert counseling(duty(minutes), rule=f"per = {per}") == hours


def test_kinds_have_units_of_their_own():
    """45 minutes at the desk and 60 minutes online are one class hour each, in one account: 90/45 + 90/60 = 3.5."""
    online = """
[kind.online_duty]
name = { zh = "网络咨询", en = "online duty" }
measure = "minutes"

[[credit]]
id = "online_duty"
kinds = ["online_duty"]
account = "counseling"
measure = "minutes"
per = 60
amount = 1
unit = "class_hour"
"""
    found = book(rules(online), duty(90), row("online_duty", minutes=90))
    assert [line.amount for line in found.lines] == [2, Fraction(3, 2)]
    assert found.total("counseling") == Fraction(7, 2)
    assert found.minutes("counseling") == 180


def test_a_unit_may_give_more_than_one():
    """Each 90 minutes give 3 class hours: 60 minutes give 2."""
    text = """
[[credit]]
id = "counseling_duty"
kinds = ["counseling_duty"]
account = "counseling"
measure = "minutes"
per = 90
amount = 3
unit = "class_hour"
"""
    assert book(rules(text), duty(60)).total("counseling") == 2


# ---------------------------------------------------------------- remainders

# In units of 45: two duties of one day, one of another day of the month, one of another month; together 280 minutes.
# 100 -> 2.22, 60 -> 1.33, 70 -> 1.56, 50 -> 1.11; the day 3.56, the month 5.11, all 6.22.
REMAINDER_ROWS = [duty(100, "2024-03-05"), duty(60, "2024-03-05"), duty(70, "2024-03-20"), duty(50, "2024-04-01")]
REMAINDERS = [
    ("floor", 1, "record", 2 + 1 + 1 + 1),
    ("floor", 1, "day", 3 + 1 + 1),
    ("floor", 1, "month", 5 + 1),
    ("floor", 1, "period", 6),
    ("ceil", 1, "record", 3 + 2 + 2 + 2),
    ("ceil", 1, "day", 4 + 2 + 2),
    ("ceil", 1, "month", 6 + 2),
    ("ceil", 1, "period", 7),
    ("half_up", 1, "record", 2 + 1 + 2 + 1),
    ("half_up", 1, "day", 4 + 2 + 1),
    ("half_up", 1, "month", 5 + 1),
    ("half_up", 1, "period", 6),
    ("floor", '"1/2"', "record", Fraction("2") + 1 + Fraction("1.5") + 1),
    ("floor", '"1/2"', "day", Fraction("3.5") + Fraction("1.5") + 1),
    ("floor", 0.5, "month", 5 + 1),
    ("floor", 0.5, "period", 6),
    ("ceil", '"1/2"', "record", Fraction("2.5") + Fraction("1.5") + 2 + Fraction("1.5")),
    ("ceil", '"1/2"', "day", 4 + 2 + Fraction("1.5")),
    ("ceil", 0.5, "month", Fraction("5.5") + Fraction("1.5")),
    ("ceil", 0.5, "period", Fraction("6.5")),
    ("half_up", '"1/2"', "record", 2 + Fraction("1.5") + Fraction("1.5") + 1),
    ("half_up", '"1/2"', "day", Fraction("3.5") + Fraction("1.5") + 1),
    ("exact", 1, "record", Fraction(280, 45)),
    ("exact", 1, "period", Fraction(280, 45)),
]


@pytest.mark.parametrize(("how", "step", "pool", "hours"), REMAINDERS)
def test_a_remainder_is_rounded_once_in_each_pool(how, step, pool, hours):
    """A part of a unit is kept, cut, filled up or rounded: whole or half units of a record, day, month or period."""
    remainder = f'per = 45\nremainder = {{ round = "{how}", step = {step}, pool = "{pool}" }}'
    assert counseling(*REMAINDER_ROWS, rule=remainder) == hours


@pytest.mark.parametrize(
    ("step", "minutes", "hours"), [("1", 89, 1), ("1", 90, 2), ('"1/2"', 74, 1), ('"1/2"', 75, 1.5)]
)
def test_half_up_rounds_the_middle_up(step, minutes, hours):
    """In units of 60, 90 minutes are 1.5 and become 2 (89: 1); in half units 75 are 1.25 and become 1.5 (74: 1)."""
    assert counseling(duty(minutes), rule=f'per = 60\nremainder = {{ round = "half_up", step = {step} }}') == hours


@pytest.mark.parametrize("reading", ["exact", "whole_per_duty", "whole_pooled"])
def test_what_the_clause_says_of_a_remainder_goes_before_the_reading(reading):
    """The reading partial_unit speaks only where the clause is silent; this clause fills up, whatever the reading."""
    text = """
[[credit]]
id = "counseling_duty"
kinds = ["counseling_duty"]
account = "counseling"
measure = "minutes"
per = 45
amount = 1
unit = "class_hour"
remainder = { round = "ceil" }
"""
    assert book(rules(text), duty(46), duty(1), partial_unit=reading).total("counseling") == 3


def test_a_remainder_may_be_of_class_hours_or_points_too():
    """Not only minutes: classes of 1.5 and 2.4 class hours, cut to whole ones each, are 3."""
    text = """
[[credit]]
id = "class_teaching"
kinds = ["class_teaching"]
account = "teaching"
measure = "class_hours"
per = 1
amount = 1
unit = "class_hour"
remainder = { round = "floor" }
"""
    rows = [row("class_teaching", class_hours="1.5"), row("class_teaching", "2024-03-06", class_hours="2.4")]
    assert book(rules(text), *rows).total("teaching") == 3


@settings(max_examples=60)
@given(
    how=st.sampled_from(["floor", "ceil", "half_up"]),
    step=st.sampled_from(["1", "1/2", "1/4"]),
    pool=st.sampled_from(["record", "day", "month", "period"]),
    duties=st.lists(
        st.tuples(st.integers(1, 200), st.sampled_from(["2024-03-05", "2024-03-06", "2024-04-05"])), max_size=6
    ),
)
def test_pools_agree_with_a_plain_reckoning(how, step, pool, duties):
    """The total is the sum over the pools of their rounded sums, and the lines add up to it."""
    groups = {}
    for place, (minutes, day) in enumerate(duties):
        key = {"record": place, "day": day, "month": day[:7], "period": None}[pool]
        groups[key] = groups.get(key, 0) + Fraction(minutes, 45)
    rounded = {"floor": math.floor, "ceil": math.ceil, "half_up": lambda steps: math.floor(steps + Fraction(1, 2))}
    expected = sum(rounded[how](total / Fraction(step)) * Fraction(step) for total in groups.values())
    remainder = f'per = 45\nremainder = {{ round = "{how}", step = "{step}", pool = "{pool}" }}'
    assert counseling(*[duty(minutes, day) for minutes, day in duties], rule=remainder) == expected


# ---------------------------------------------------------------- tables

TABLES = {
    "title": (
        '[{ title = ["professor", "associate_professor"], value = 30 }, { value = 10 }]',
        [({}, {"title": "professor"}, 30), ({}, {"title": "associate_professor"}, 30), ({}, {"title": "none"}, 10)],
    ),
    "role": (
        '[{ role = ["主讲"], value = 20 }, { role = ["助讲"], value = 5 }, { value = 1 }]',
        [({"role": "主讲"}, {}, 20), ({"role": "助讲"}, {}, 5), ({}, {}, 1)],
    ),
    "employment": (
        '[{ employment = ["full_time"], value = 0 }, { employment = ["part_time"], value = 15 }]',
        [({}, {"employment": "full_time"}, 0), ({}, {"employment": "part_time"}, 15)],
    ),
    "affiliation": (
        '[{ affiliation = ["external"], value = 25 }, { value = 15 }]',
        [({}, {"affiliation": "external"}, 25), ({}, {"affiliation": "internal"}, 15)],
    ),
    "level of the organizer": (
        '[{ level = ["national"], value = 40 }, { level = ["municipal", "provincial"], value = 20 }, { value = 10 }]',
        [
            ({"level": "national"}, {}, 40),
            ({"level": "municipal"}, {}, 20),
            ({"level": "provincial"}, {}, 20),
            ({"level": "school"}, {}, 10),
            ({}, {}, 10),
        ],
    ),
    "two conditions": (
        """[
  { title = ["professor"], level = ["national"], value = 50 },
  { title = ["professor"], value = 30 },
  { value = 1 },
]""",
        [
            ({"level": "national"}, {"title": "professor"}, 50),
            ({"level": "school"}, {"title": "professor"}, 30),
            ({"level": "national"}, {"title": "lecturer"}, 1),
        ],
    ),
    "four tiers of title": (  # 60/50/45/30 for 教授/副教授/讲师/助教 is a real one
        """[
  { title = ["professor"], value = 60 },
  { title = ["associate_professor"], value = 50 },
  { title = ["lecturer"], value = 45 },
  { title = ["assistant"], value = 30 },
]""",
        [
            ({}, {"title": "professor"}, 60),
            ({}, {"title": "associate_professor"}, 50),
            ({}, {"title": "lecturer"}, 45),
            ({}, {"title": "assistant"}, 30),
        ],
    ),
}


@pytest.mark.parametrize(
    ("table", "cells", "who", "value"),
    [
        pytest.param(table, cells, who, value, id=f"{name}-{cells}{who}")
        for name, (table, lines) in TABLES.items()
        for cells, who, value in lines
    ],
)
def test_a_table_is_keyed_by_what_the_row_and_the_teacher_are(table, cells, who, value):
    """The first line whose conditions the row and its teacher meet gives the points."""
    teacher = Teacher("T01", **{"employment": "part_time", "title": "lecturer", **who})
    regulation = points(table, 'roles = ["主讲", "助讲"]\n')
    assert amounts(regulation, row("lecture", **cells), teacher=teacher) == [value]


DAYPARTS = """[
  { daypart = ["holiday"], value = 40 },
  { daypart = ["weekend"], value = 30 },
  { daypart = ["evening"], value = 20 },
  { value = 10 },
]"""
HOLIDAYS = """
[calendar]
academic_year = "09-01"
evening = "18:00"
holidays = [2024-10-01, 2024-10-05]
semesters = [{ id = "spring", name = { zh = "春季学期", en = "spring semester" }, start = "02-01", end = "07-31" }]
"""


@pytest.mark.parametrize(
    ("day", "start", "value"),
    [
        ("2024-10-08", {"start": "17:59"}, 10),  # a Tuesday
        ("2024-10-08", {"start": "18:00"}, 20),
        ("2024-10-08", {"start": "23:59"}, 20),
        ("2024-10-08", {}, 10),
        ("2024-10-12", {"start": "19:00"}, 30),  # a Saturday
        ("2024-10-13", {}, 30),  # a Sunday
        ("2024-10-01", {"start": "19:00"}, 40),  # a Tuesday, a holiday
        ("2024-10-05", {}, 40),  # a Saturday, a holiday
    ],
)
def test_evening_weekend_and_holiday_have_their_own_value(day, start, value):
    """A row can be of several parts of the week at once: the order of the lines decides, here the holiday first."""
    assert amounts(points(DAYPARTS, HOLIDAYS), row("lecture", day, **start)) == [value]


def test_the_order_of_the_lines_is_the_precedence():
    """With the evening in front, an evening of a holiday has the value of an evening."""
    table = '[{ daypart = ["evening"], value = 20 }, { daypart = ["holiday"], value = 40 }, { value = 10 }]'
    evening, noon = (row("lecture", "2024-10-01", start=start) for start in ("19:00", "12:00"))
    assert amounts(points(table, HOLIDAYS), evening, noon) == [20, 40]


@pytest.mark.parametrize(("start", "value"), [("17:29", 10), ("17:30", 20)])
def test_the_evening_begins_when_the_school_says(start, value):
    """The calendar of the rule file says when the evening begins."""
    table = '[{ daypart = ["evening"], value = 20 }, { value = 10 }]'
    assert amounts(points(table, HOLIDAYS.replace("18:00", "17:30")), row("lecture", start=start)) == [value]


def test_the_day_is_what_is_not_the_evening():
    """A line for the day takes what begins before the evening; a row without a time is neither day nor evening."""
    table = '[{ daypart = ["day"], value = 10 }, { daypart = ["evening"], value = 20 }, { value = 1 }]'
    rows = [row("lecture", start="09:00"), row("lecture", start="18:00"), row("lecture")]
    assert amounts(points(table), *rows) == [10, 20, 1]


def test_a_row_that_no_line_fits_is_an_error_and_not_nothing():
    """A table without a line for every row refuses the row that none fits, naming it."""
    regulation = points('[{ title = ["professor"], value = 60 }, { title = ["lecturer"], value = 45 }]')
    with pytest.raises(InputError) as caught:
        amounts(regulation, row("lecture", row=7), teacher=Teacher("T01", "part_time", title="assistant"))
    assert [(fault.row, fault.code) for fault in caught.value.faults] == [(7, "no_case")]


# ---------------------------------------------------------------- an account of a school's own

CRISIS = """
[kind.crisis_intervention]
name = { zh = "危机干预", en = "crisis intervention" }
measure = "minutes"

[account.crisis]
name = { zh = "危机干预", en = "crisis" }
unit = "hour"

[[credit]]
id = "crisis"
kinds = ["crisis_intervention"]
account = "crisis"
measure = "minutes"
per = 60
amount = 1
unit = "hour"

[[quota]]
id = "crisis_quota"
employment = "part_time"
account = "crisis"
amount = 2
unit = "hour"
"""


@pytest.mark.parametrize(("minutes", "verdict"), [(119, "not_met"), (120, "met"), (121, "met")])
def test_a_school_adds_an_account_with_its_unit_and_quota(minutes, verdict):
    """危机干预, to which the packaged rules give no value, counts in hours of 60 minutes in an account of its own."""
    found = evaluate(Center([T01], [row("crisis_intervention", minutes=minutes), duty(45)]), 2024, rules(CRISIS))
    part = found.teachers[0].quota.part("crisis")
    assert (part.value, part.unit, part.required, part.verdict) == (Fraction(minutes, 60), "hour", 2, verdict)
    assert found.teachers[0].book.total("counseling") == 1
    assert found.rows_credited == 2


# ---------------------------------------------------------------- coefficients

PEOPLE = """
[[coefficient]]
id = "people"
kinds = ["lecture"]
by = "participants"
steps = [{ at = 0, value = 1 }, { at = 50, value = 1.2 }, { at = 100, value = 1.5 }]
"""
LINE = """
[[coefficient]]
id = "people"
kinds = ["lecture"]
by = "participants"
line = { at = 30, value = 1, slope = 0.01 }
cap = 1.5
"""
LEVEL = """
[[coefficient]]
id = "level"
kinds = ["lecture"]
table = [{ level = ["national"], value = 2 }, { level = ["provincial"], value = 1.5 }, { value = 1 }]
"""


@pytest.mark.parametrize(("people", "value"), [(0, 15), (49, 15), (50, 18), (99, 18), (100, "22.5"), (5000, "22.5")])
def test_a_coefficient_goes_by_steps(people, value):
    """15 points times 1, from 50 participants times 1.2, from 100 times 1.5."""
    assert amounts(rules(PEOPLE), row("lecture", participants=people)) == [Fraction(value)]


@pytest.mark.parametrize(
    ("people", "value"), [(0, 15), (30, 15), (31, "15.15"), (40, "16.5"), (79, "22.35"), (80, "22.5"), (81, "22.5")]
)
def test_a_coefficient_goes_by_a_line_with_a_cap(people, value):
    """15 points times 1 up to 30 participants and 0.01 more for each above them, at most 1.5."""
    assert amounts(rules(LINE), row("lecture", participants=people)) == [Fraction(value)]


@pytest.mark.parametrize(("level", "value"), [("national", 30), ("provincial", "22.5"), ("municipal", 15), ("", 15)])
def test_a_coefficient_goes_by_a_table(level, value):
    """15 points times 2 for a national event, times 1.5 for a provincial one; a salon has no coefficient."""
    assert amounts(rules(LEVEL), row("lecture", level=level), row("salon", level=level)) == [Fraction(value), 15]


@pytest.mark.parametrize(
    ("by", "kind", "cells", "value"),
    [
        ("minutes", "counseling_duty", {"minutes": 89}, Fraction(89, 45)),
        ("minutes", "counseling_duty", {"minutes": 90}, 4),  # 2 x 2
        ("class_hours", "class_teaching", {"class_hours": 89}, 89),
        ("class_hours", "class_teaching", {"class_hours": 90}, 180),
        ("events", "lecture", {"events": 89}, 89 * 15),
        ("events", "lecture", {"events": 90}, 180 * 15),
    ],
)
def test_a_coefficient_goes_by_any_number_of_the_row(by, kind, cells, value):
    """Steps may be over the minutes, class hours or events of the row itself: here everything doubles from 90 on."""
    text = f"""
[[coefficient]]
id = "many"
kinds = ["{kind}"]
by = "{by}"
steps = [{{ at = 0, value = 1 }}, {{ at = 90, value = 2 }}]
"""
    assert amounts(rules(text), row(kind, **cells)) == [value]


def combined(how):
    return f"""
[[credit]]
id = "event"
kinds = ["lecture"]
account = "points"
measure = "events"
per = 1
amount = 10
unit = "point"
{how}
{PEOPLE}
{LEVEL}"""


@pytest.mark.parametrize(
    ("how", "value"),
    [  # a provincial lecture (1.5) of 50 (1.2) at 10 points
        ("", 18),
        ('combine = "product"', 18),
        ('combine = "sum"', 27),
        ('combine = "max"', 15),
        ("coefficient_cap = 1.6", 16),
        ('combine = "sum"\ncoefficient_cap = 1.6', 16),
        ('combine = "max"\ncoefficient_cap = 1.6', 15),
    ],
)
def test_coefficients_are_combined_and_capped(how, value):
    """1.5 and 1.2 are 1.8 as a product, 2.7 as a sum, 1.5 as the greatest; a cap of 1.6 holds what goes beyond it."""
    assert amounts(rules(combined(how)), row("lecture", level="provincial", participants=50)) == [value]


def test_a_coefficient_whose_number_the_row_lacks_is_an_error():
    """A blank number of participants is not taken for 0 (nor for one person): the row is refused, with its column."""
    with pytest.raises(InputError) as caught:
        amounts(rules(PEOPLE), row("lecture", row=9))
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [(9, "participants")]


def test_a_coefficient_changes_on_its_day():
    """Two versions of a coefficient: 1.2 until June, 1.4 from July."""
    text = """
[[coefficient]]
id = "factor"
kinds = ["lecture"]
table = [{ value = 1.2 }]
effective_until = 2024-06-30

[[coefficient]]
id = "factor"
kinds = ["lecture"]
table = [{ value = 1.4 }]
effective_from = 2024-07-01
"""
    assert amounts(rules(text), row("lecture", "2024-06-30"), row("lecture", "2024-07-01")) == [18, 21]


def test_what_is_still_to_be_done_is_told_under_the_coefficient():
    """Duty counts double here: who lacks all 38 class hours lacks no more than 855 minutes, and is not told 1,710."""
    double = '[[coefficient]]\nid = "double"\nkinds = ["counseling_duty"]\ntable = [{ value = 2 }]\n'
    part = evaluate(Center([T01], []), 2024, rules(double)).teachers[0].quota.part("counseling")
    assert part.shortfall == 38
    assert "1710" not in part.remedy.zh


# ---------------------------------------------------------------- caps


def cap(per, amount=20):
    return f"""
[[cap]]
id = "cap"
kinds = ["lecture", "salon"]
account = "points"
per = "{per}"
amount = {amount}
unit = "point"
"""


def capped(per, amount=20, more=""):
    return rules(cap(per, amount) + more)


CAPS = [  # each event has 15 points; the cap is 20 for lectures and salons together
    ("record", [("lecture", "2024-03-05", 2), ("salon", "2024-03-05", 1)], [20, 15]),
    ("day", [("lecture", "2024-03-05", 1), ("salon", "2024-03-05", 1), ("salon", "2024-03-06", 1)], [15, 5, 15]),
    # Monday 4 March, Sunday 10 March, Monday 11 March
    ("week", [("lecture", "2024-03-04", 1), ("salon", "2024-03-10", 1), ("salon", "2024-03-11", 1)], [15, 5, 15]),
    # the week of Monday 30 December 2024 goes on in the new year; its first two days are one week here
    ("week", [("lecture", "2024-12-29", 1), ("lecture", "2024-12-30", 1), ("salon", "2024-12-31", 1)], [15, 15, 5]),
    ("month", [("lecture", "2024-03-01", 1), ("salon", "2024-03-31", 1), ("salon", "2024-04-01", 1)], [15, 5, 15]),
    # January belongs to the autumn of the year before
    (
        "semester",
        [
            ("lecture", "2024-01-31", 1),
            ("lecture", "2024-02-01", 1),
            ("salon", "2024-07-31", 1),
            ("lecture", "2024-08-01", 1),
            ("salon", "2024-12-31", 1),
        ],
        [15, 15, 5, 15, 5],
    ),
    ("period", [("lecture", "2024-01-01", 1), ("salon", "2024-07-01", 1), ("salon", "2024-12-31", 1)], [15, 5, 0]),
]


@pytest.mark.parametrize(("per", "rows", "values"), CAPS)
def test_a_cap_is_shared_by_its_kinds(per, rows, values):
    """At most 20 points of lectures and salons together in each record, day, week …; the earlier row goes first."""
    found = [row(kind, day, events=events) for kind, day, events in rows]
    assert amounts(capped(per), *found) == values


def test_a_cap_of_an_event_counts_the_rows_of_the_event():
    """Two rows of the event E1 share the cap; rows without an event stand for themselves."""
    rows = [row("lecture", event_id="E1"), row("lecture", "2024-03-06", event_id="E1"), row("lecture", "2024-03-07")]
    assert amounts(capped("event"), *rows) == [15, 5, 15]


def test_a_cap_holds_only_its_kinds():
    """A forum is not in the cap and keeps its 15 points."""
    assert amounts(capped("period"), row("lecture"), row("forum"), row("salon", "2024-03-06")) == [15, 15, 5]


def test_several_caps_hold_together():
    """20 points a day and 25 a period: 15 + 5, then 15 is cut to 5."""
    period = """
[[cap]]
id = "period_cap"
kinds = ["lecture", "salon"]
account = "points"
per = "period"
amount = 25
unit = "point"
"""
    rows = [row("lecture"), row("salon"), row("salon", "2024-03-06")]
    assert amounts(capped("day", more=period), *rows) == [15, 5, 5]


def test_a_cap_of_minutes_is_said_in_the_unit_of_the_account():
    """At most 240 minutes of duty a day are 16/3 class hours of 45 minutes: 300 minutes count as 240."""
    text = """
[[cap]]
id = "daily_duty"
kinds = ["counseling_duty"]
account = "counseling"
per = "day"
amount = "16/3"
unit = "class_hour"
"""
    rows = [duty(180, start="08:00"), duty(120, start="14:00"), duty(240, "2024-03-06")]
    assert amounts(rules(text), *rows) == [4, Fraction(4, 3), Fraction(16, 3)]


def test_a_cap_changes_on_its_day():
    """A cap from July on leaves June alone."""
    rows = [row("lecture", "2024-06-30", events=2), row("lecture", "2024-07-01", events=2)]
    assert amounts(capped("day", more="effective_from = 2024-07-01"), *rows) == [30, 20]


@settings(max_examples=60)
@given(
    per=st.sampled_from(["day", "month", "period"]),
    rows=st.lists(
        st.tuples(
            st.sampled_from(["lecture", "salon", "forum"]),
            st.sampled_from(["2024-03-05", "2024-03-06", "2024-04-05"]),
            st.integers(1, 3),
        ),
        max_size=7,
    ),
)
def test_a_cap_agrees_with_a_plain_reckoning(per, rows):
    """The total is, for each pool, the sum of its rows or the cap, whichever is less, and what is outside the cap."""
    pools, free = {}, 0
    for kind, day, events in rows:
        key = {"day": day, "month": day[:7], "period": None}[per]
        if kind == "forum":
            free += 15 * events
        else:
            pools[key] = pools.get(key, 0) + 15 * events
    found = book(capped(per, 40), *[row(kind, day, events=events) for kind, day, events in rows])
    assert found.total("points") == free + sum(min(40, total) for total in pools.values())


def test_rows_of_one_time_can_change_places_under_a_cap_and_a_pooled_remainder():
    """Rows that differ only in their event give the same total in any order: the order of the sheet decides nothing.

    Each lecture has 15 points; a day's points are cut to whole 30s, an event's held at 30. E2 has had its 30 already.
    """
    text = """
[[credit]]
id = "event"
kinds = ["lecture"]
account = "points"
measure = "events"
per = 1
amount = 15
unit = "point"
remainder = { round = "floor", step = 30, pool = "day" }

[[cap]]
id = "cap"
kinds = ["lecture"]
account = "points"
per = "event"
amount = 30
unit = "point"
"""
    earlier = row("lecture", "2024-03-04", events=2, event_id="E2")
    first, second = row("lecture", event_id="E1"), row("lecture", event_id="E2")
    one = book(rules(text), earlier, first, second).total("points")
    assert one == book(rules(text), earlier, second, first).total("points")


# ---------------------------------------------------------------- co-leaders

PROFESSOR = Teacher("P01", "full_time", title="professor")
LECTURER = Teacher("L01", "part_time", title="lecturer")


def led_by_both(*more, event_id="E1", shares=(None, None)):
    rows = [
        row("lecture", teacher=teacher.teacher_id, event_id=event_id, share=share)
        for teacher, share in zip((PROFESSOR, LECTURER), shares, strict=True)
    ]
    return Center([PROFESSOR, LECTURER, T01], [*rows, *more])


def each(center, regulation=None, **readings):
    """What the professor and the lecturer have."""
    regulation = regulation or load_regulation()
    return [book(regulation, teacher=who, center=center, **readings).total("points") for who in (PROFESSOR, LECTURER)]


@pytest.mark.parametrize(
    ("reading", "shares", "values"),
    [
        ("full_each", (None, None), [30, 15]),
        ("equal_split", (None, None), [15, Fraction(15, 2)]),
        ("declared", ("2/3", "1/3"), [20, 5]),
        ("declared", ("1", None), [30, 15]),
        ("full_each", ("2/3", "1/3"), [30, 15]),
    ],
)
def test_leaders_of_one_event_have_all_a_part_or_their_share(reading, shares, values):
    """A professor (30) and a lecturer (15): each in full, halves, or two thirds and one third of the own points."""
    assert each(led_by_both(shares=shares), co_leaders=reading) == values


def test_only_who_is_credited_is_a_leader():
    """A third teacher whose row is cancelled takes no part of the split."""
    cancelled = row("lecture", teacher="T01", event_id="E1", cancelled=True)
    assert each(led_by_both(cancelled), co_leaders="equal_split") == [15, Fraction(15, 2)]
    third = row("lecture", teacher="T01", event_id="E1")
    assert each(led_by_both(third), co_leaders="equal_split") == [10, 5]


def test_an_event_of_the_second_calendar_year_of_a_semester_is_split_too():
    """The autumn of the academic year 2024 ends in January 2025: an event of that month, led by two, is split."""
    quota = """
[[quota]]
id = "points_quota"
employment = "part_time"
account = "points"
amount = 5
unit = "point"
each = "semester"
"""
    rows = [row("lecture", "2025-01-10", teacher=who.teacher_id, event_id="E1") for who in (PROFESSOR, LECTURER)]
    found = evaluate(
        Center([PROFESSOR, LECTURER], rows), 2024, rules(quota), {"co_leaders": "equal_split", "year": "academic"}
    )
    assert found.teachers[1].quota.part("points").part("autumn").value == Fraction(15, 2)


def test_rows_without_an_event_are_not_split():
    """Two lectures of one day without an event number are two events."""
    assert each(led_by_both(event_id=""), co_leaders="equal_split") == [30, 15]


def test_a_clause_that_is_not_led_by_several_is_never_split():
    """The split is for clauses that say co_led; another one gives each teacher all of it."""
    assert each(led_by_both(), points("12"), co_leaders="equal_split") == [12, 12]


# ---------------------------------------------------------------- which year


@pytest.mark.parametrize(
    ("begins", "days"),
    [
        ("09-01", {"2024-08-31": False, "2024-09-01": True, "2025-08-31": True, "2025-09-01": False}),
        ("08-15", {"2024-08-14": False, "2024-08-15": True, "2025-08-14": True, "2025-08-15": False}),
        ("01-01", {"2023-12-31": False, "2024-01-01": True, "2024-12-31": True, "2025-01-01": False}),
    ],
)
def test_the_academic_year_is_that_of_the_calendar(begins, days):
    """The academic year 2024 runs from its day in 2024 to the day before it in 2025."""
    rows = [row("class_teaching", day, class_hours=1) for day in days]
    basis = Basis.of(Center([T01], rows), rules(HOLIDAYS.replace("09-01", begins)), {"year": "academic"})
    assert [line.account == "teaching" for line in basis.post(T01, 2024).lines] == list(days.values())


@pytest.mark.parametrize(
    ("year", "period"),
    [(2024, "2024-03-15–2025-03-14"), (2025, "2025-03-15–2026-03-14"), (2026, None), (2023, None)],
)
def test_the_appointment_year_begins_with_the_term(year, period):
    """A term of two years from 15 March 2024 has two appointment years; in 2023 and 2026 none begins."""
    terms = [Appointment("T01", date(2024, 3, 15), date(2026, 3, 14))]
    basis = Basis.of(Center([T01], [], appointments=terms), load_regulation(), {"year": "appointment"})
    found = basis.post(T01, year)
    assert found.begins == (period is not None)
    assert not found.begins or str(found.period) == period


SEMESTERS = """
[[quota]]
id = "counseling_quota"
employment = "part_time"
account = "counseling"
amount = 2
unit = "class_hour"
each = "semester"
"""


@pytest.mark.parametrize(
    ("rows", "verdicts"),
    [
        ([duty(90, "2024-02-01"), duty(90, "2024-08-01")], ["met", "met"]),
        ([duty(90, "2024-07-31"), duty(90, "2024-12-31")], ["met", "met"]),
        ([duty(90, "2024-07-31"), duty(90, "2025-01-01")], ["met", "not_met"]),
        ([duty(90, "2024-01-31"), duty(90, "2024-08-01")], ["not_met", "met"]),
        ([duty(180, "2024-05-01")], ["met", "not_met"]),
        ([duty(90, "2024-05-01"), duty(89, "2024-10-01")], ["met", "not_met"]),
    ],
)
def test_a_quota_is_owed_each_semester(rows, verdicts):
    """Two class hours in spring and two in autumn; what is more in one does not fill the other.

    Of an autumn that ends after the natural year only the part within it counts, and the part says so.
    """
    found = evaluate(Center([T01], rows), 2024, rules(SEMESTERS)).teachers[0].quota.part("counseling")
    assert [len(part.notes) for part in found.parts] == [0, 1]
    assert [part.verdict for part in found.parts] == verdicts
    assert found.verdict == ("met" if set(verdicts) == {"met"} else "not_met")


def test_the_semesters_of_an_academic_year_are_those_that_begin_in_it():
    """The academic year from 1 August 2024 has the autumn of 2024 and the spring of 2025, not the spring before it."""
    calendar = PACKAGED[PACKAGED.index("[calendar]") : PACKAGED.index("# ---", PACKAGED.index("[calendar]"))]
    regulation = rules(calendar.replace("09-01", "08-01") + SEMESTERS)
    center = Center([T01], [duty(90, "2024-10-01"), duty(90, "2025-03-01")])
    found = evaluate(center, 2024, regulation, {"year": "academic"}).teachers[0].quota.part("counseling")
    assert {part.name: (str(part.period), part.verdict) for part in found.parts} == {
        "autumn": ("2024-08-01–2025-01-31", "met"),
        "spring": ("2025-02-01–2025-07-31", "met"),
    }


def test_the_minutes_and_class_hours_of_a_semester_quota_are_of_the_same_days():
    """The figures of the account are those of the ledger's period: 45 minutes in January 2024 are 1 class hour."""
    center = Center([T01], [duty(45, "2024-01-10"), duty(90, "2025-01-10")])
    told = as_json.evaluation(evaluate(center, 2024, rules(SEMESTERS)), "zh")["teachers"][0]["counseling"]
    assert (told["minutes"], told["class_hours"]) == (45, 1)


@pytest.mark.parametrize(("day", "reason"), [("2026-03-14", None), ("2026-03-15", "outside_appointment")])
def test_a_term_without_an_end_lasts_as_long_as_the_file_says(day, reason):
    """Here a term is two years: from 15 March 2024 to 14 March 2026."""
    term = '[[appointment_term]]\nid = "appointment_term"\nemployment = "part_time"\namount = 2\nunit = "year"\n'
    center = Center([T01], [duty(45, day)], appointments=[Appointment("T01", date(2024, 3, 15))])
    assert [line.reason for line in book(rules(term), center=center, year=2026).lines] == [reason]


# ---------------------------------------------------------------- experience


def experience(window="consecutive", measured="sum", years=2, need=4, award=1):
    return rules(f"""
[[experience]]
id = "three_year_test"
employment = "part_time"
basis = "three_year_windows"
years = {years}
window = "{window}"
measured = "{measured}"
needs = [{{ account = "counseling", amount = {need}, unit = "class_hour" }}]
award = {award}
unit = "year"
""")


def finding_of(rows, as_of, regulation, evaluations=None, **readings):
    center = Center([T01], rows, evaluations=evaluations)
    return evaluate_experience(center, as_of, regulation, readings).teachers[0].finding


@pytest.mark.parametrize(
    ("days", "verdict"),
    [
        (["2022-09-01", "2024-08-31"], "met"),
        (["2022-08-31", "2024-08-31"], "not_met"),
        (["2022-09-01", "2024-09-01"], "not_met"),
        (["2022-09-01", "2023-08-31"], "not_met"),  # nothing in the second of the two years
    ],
)
def test_a_trailing_window_ends_on_the_day_of_the_question(days, verdict):
    """Asked on 31 August 2024, two years count from 1 September 2022: two duties of 90 minutes are 4 class hours."""
    found = finding_of([duty(90, day) for day in days], date(2024, 8, 31), experience("trailing"))
    assert (found.verdict, found.recognized_years) == (verdict, 1 if verdict == "met" else 0)


def test_a_trailing_window_looks_at_the_last_years_only():
    """Enough hours in 2020 and 2021 do not count in 2024 when the window trails, and do when it may lie anywhere."""
    rows = [duty(90, "2020-05-01"), duty(90, "2021-05-01"), duty(45, "2023-05-01"), duty(45, "2024-05-01")]
    assert finding_of(rows, 2024, experience("trailing")).verdict == "not_met"
    assert finding_of(rows, 2024, experience("consecutive")).windows[0].years == (2020, 2021)


@pytest.mark.parametrize(("last", "verdict"), [(1709, "not_met"), (1710, "met"), (1711, "met")])
def test_an_average_is_reached_over_the_years_of_the_window(last, verdict):
    """38 class hours a year on average over three years are 114 in all: 1,710 + 1,710 + 1,710 minutes."""
    rows = [duty(1710, "2022-05-01"), duty(1710, "2023-05-01"), duty(last, "2024-05-01")]
    assert finding_of(rows, 2024, experience(measured="average", years=3, need=38)).verdict == verdict


def test_a_window_has_the_years_and_gives_the_award_that_the_clause_says():
    """Windows of two years that give two each: four years of 90 minutes are two windows, together 4 years."""
    rows = [duty(90, f"{year}-05-01") for year in (2021, 2022, 2023, 2024)]
    found = finding_of(rows, 2024, experience(award=2))
    assert (found.recognized_years, [window.years for window in found.windows]) == (4, [(2021, 2022), (2023, 2024)])


def test_the_evaluation_matters_only_where_the_clause_asks_for_it():
    """This clause asks for no evaluation: a failed one does not stop the window."""
    rows = [duty(90, f"{year}-05-01") for year in (2023, 2024)]
    assert finding_of(rows, 2024, experience(), [Evaluation("T01", 2024, "failed")]).verdict == "met"


def test_a_basic_pass_is_a_pass_where_the_file_lists_it():
    """基本合格 is a pass for a school whose rule file says so, and none by default (R14)."""
    passes = '[[evaluation]]\nid = "evaluation"\npasses = ["excellent", "passed", "basically_passed"]\n'
    center = Center([T01], [], evaluations=[Evaluation("T01", 2024, "basically_passed")])
    verdicts = [evaluate(center, 2024, found).teachers[0].evaluation.verdict for found in (rules(), rules(passes))]
    assert verdicts == ["not_met", "met"]


# ---------------------------------------------------------------- dates

CHANGED = """
[[credit]]
id = "counseling_duty"
kinds = ["counseling_duty"]
account = "counseling"
measure = "minutes"
per = 45
amount = 1
unit = "class_hour"
effective_until = 2024-06-30

[[credit]]
id = "counseling_duty"
kinds = ["counseling_duty"]
account = "counseling"
measure = "minutes"
per = 50
amount = 1
unit = "class_hour"
effective_from = 2024-07-01
"""


def test_the_clause_of_a_row_is_that_of_its_day():
    """A unit of 45 minutes until June and of 50 from July: 90 minutes are 2 class hours, then 1.8."""
    assert amounts(rules(CHANGED), duty(90, "2024-06-30"), duty(90, "2024-07-01")) == [2, Fraction(9, 5)]


def test_a_duty_over_midnight_is_of_the_day_on_which_it_begins():
    """From 23:00 on 30 June to 1:00: 120 minutes of the older clause."""
    assert amounts(rules(CHANGED), row("counseling_duty", "2024-06-30", start="23:00", end="01:00")) == [Fraction(8, 3)]


def dated(dates):
    """A rule file in which a salon has a value only on some days."""
    return rules(f"""
[[credit]]
id = "event"
kinds = ["lecture"]
account = "points"
measure = "events"
per = 1
amount = 15
unit = "point"

[[credit]]
id = "salon"
kinds = ["salon"]
account = "points"
measure = "events"
per = 1
amount = 10
unit = "point"
{dates}
""")


@pytest.mark.parametrize(
    ("dates", "day"),
    [
        ("effective_until = 2024-06-30", "2024-07-01"),
        ("effective_from = 2024-07-01", "2024-06-30"),
        ("effective_from = 2024-03-01\neffective_until = 2024-06-30", "2024-02-29"),
    ],
)
def test_a_day_without_a_clause_is_an_error_and_never_nothing(dates, day):
    """A salon on a day before the first or after the last clause on salons stops the reckoning; a lecture does not."""
    regulation = dated(dates)
    with pytest.raises(NoClauseError) as caught:
        evaluate(Center([T01], [row("lecture", day), row("salon", day)]), 2024, regulation)
    assert day in caught.value.text.en
    assert amounts(regulation, row("lecture", day)) == [15]


def test_a_row_that_does_not_count_needs_no_clause():
    """A cancelled salon on a day without a clause is set aside as cancelled."""
    found = book(dated("effective_until = 2024-06-30"), row("salon", "2024-07-01", cancelled=True))
    assert [line.reason for line in found.lines] == ["cancelled"]


ENDED = {
    "evaluate": [
        '[[quota]]\nid = "points"\nemployment = "part_time"\naccount = "points"\namount = 72\nunit = "point"',
        '[[evaluation]]\nid = "evaluation"\npasses = ["passed"]',
        '[[case_report]]\nid = "case_report"\namount = 1\nunit = "report"',
    ],
    "staff": ['[[staffing]]\nid = "full_time_staff"\nemployment = "full_time"\namount = 4000\nunit = "student"'],
    "funding": ['[[funding]]\nid = "funding"\namount = 15\nunit = "yuan"'],
    "area": ['[[area]]\nid = "area"\ntiers = [{ at = 0, value = 200 }]\nunit = "square_meter"'],
    "institution": [
        '[[funding]]\nid = "funding"\namount = 15\nunit = "yuan"',
        '[[course]]\nid = "compulsory_course"\ncredits = 2\nclass_hours = 32\nclass_hours_to = 36',
    ],
}


@pytest.mark.parametrize(
    ("ask", "chapter"),
    [
        pytest.param(ask, text, id=f"{ask}-{text[2:].partition(']')[0]}")
        for ask, texts in ENDED.items()
        for text in texts
    ],
)
def test_every_chapter_refuses_a_year_without_a_clause(ask, chapter):
    """A requirement that ended in 2023 is no requirement of 0 in 2024, nor does it fall silently out of the answer."""
    regulation, day = rules(f"{chapter}\neffective_until = 2023-12-31\n"), date(2024, 12, 31)
    questions = {
        "evaluate": lambda: evaluate(Center([T01], [], case_reports=[], evaluations=[]), 2024, regulation),
        "funding": lambda: funding_required(1000, regulation, day),
        "staff": lambda: staff_required(1000, "full_time", regulation, day),
        "area": lambda: area_required(1000, regulation, day),
        "institution": lambda: evaluate_institution(Institution(students=1000), regulation, day),
    }
    with pytest.raises(NoClauseError):
        questions[ask]()


# ---------------------------------------------------------------- before the rule began (R20)

STARTED = "effective_from = 2024-05-20\n"


@pytest.mark.parametrize("year", [2023, 2024])
def test_a_year_that_begins_before_the_rule_is_refused(year):
    """The rule began on 20 May 2024: neither 2023 nor 2024, which began earlier, is evaluated; the message says how."""
    with pytest.raises(NoClauseError) as caught:
        evaluate(Center([T01], [duty(90, f"{year}-06-01")]), year, rules(STARTED))
    assert "2024-05-20" in caught.value.text.zh
    assert "before_start=retroactive" in caught.value.text.zh


@pytest.mark.parametrize("year", [2023, 2024, 2025])
def test_a_school_may_confirm_the_retroactive_use(year):
    """With before_start = retroactive every year is evaluated; the first whole year of the rule needs no such word."""
    readings = {"before_start": "retroactive"} if year < 2025 else {}
    found = evaluate(Center([T01], [duty(90, f"{year}-02-01")]), year, rules(STARTED), readings)
    assert found.teachers[0].book.total("counseling") == 2


def test_a_rule_file_may_itself_be_retroactive():
    """The school's word may stand in its file, as the default of the reading."""
    regulation = rules(f'{STARTED}[reading.before_start]\ndefault = "retroactive"\n')
    found = evaluate(Center([T01], [duty(90, "2023-06-01")]), 2023, regulation)
    assert found.teachers[0].book.total("counseling") == 2


def test_experience_of_years_before_the_rule_is_refused_unless_confirmed():
    """Years of work before the rule count for the three-year test only when the school confirms it."""
    rows = [row(kind, f"{year}-05-01", minutes=1710, class_hours=72) for year in (2022, 2023, 2024) for kind in TWO]
    passed = [Evaluation("T01", year, "passed") for year in (2022, 2023, 2024)]
    with pytest.raises(NoClauseError):
        finding_of(rows, 2024, rules(STARTED), passed)
    assert finding_of(rows, 2024, rules(STARTED), passed, before_start="retroactive").verdict == "met"


TWO = ("counseling_duty", "class_teaching")


def test_years_without_work_before_the_rule_disturb_no_experience():
    """Three years of work under the rule are tested without a word about the years before it."""
    rows = [row(kind, f"{year}-06-01", minutes=1710, class_hours=72) for year in (2025, 2026, 2027) for kind in TWO]
    passed = [Evaluation("T01", year, "passed") for year in (2025, 2026, 2027)]
    assert finding_of(rows, 2027, rules(STARTED), passed).recognized_years == 1


def test_retroactive_use_takes_the_first_version_of_a_clause():
    """A day before the first of two versions has the first one's value: 45 minutes, not 50."""
    text = CHANGED.replace("effective_until = 2024-06-30", "effective_from = 2024-05-20\neffective_until = 2024-06-30")
    rows = [duty(90, "2024-01-10"), duty(90, "2024-06-10"), duty(90, "2024-08-10")]
    assert amounts(rules(STARTED + text), *rows, before_start="retroactive") == [2, 2, Fraction(9, 5)]


@pytest.mark.parametrize(
    "ask",
    [
        lambda regulation, day: regulation.credit("counseling_duty", day),
        lambda regulation, day: staff_required(4000, "full_time", regulation, day),
        lambda regulation, day: funding_required(4000, regulation, day),
        lambda regulation, day: area_required(4000, regulation, day),
        lambda regulation, day: evaluate_institution(Institution(students=4000), regulation, day),
        lambda regulation, day: list(regulation.clauses_on(day)),
    ],
    ids=["credit", "staff", "funding", "area", "institution", "clauses_on"],
)
def test_no_clause_is_known_on_a_day_before_the_rule(ask):
    """Who asks for a number of 19 May 2024 under a rule that began on the 20th is refused; on the 20th it is given."""
    with pytest.raises(NoClauseError):
        ask(rules(STARTED), date(2024, 5, 19))
    assert ask(rules(STARTED), date(2024, 5, 20)) is not None


@pytest.mark.parametrize("clause", [LEVEL, cap("day", 30)], ids=["coefficient", "cap"])
def test_retroactive_use_is_of_the_whole_rule(clause):
    """A coefficient (2 x 15) or a cap (30 of 45) that holds from the rule's first day holds retroactively, too."""
    regulation = rules(f"{STARTED}{clause}effective_from = 2024-05-20\n")
    events, level = (1, "national") if clause is LEVEL else (3, "")
    days = ("2024-01-10", "2024-06-10")
    rows = [row("lecture", day, events=events, level=level) for day in days]
    assert amounts(regulation, *rows, before_start="retroactive") == [30, 30]


def test_an_appointment_year_after_the_start_is_no_earlier_day():
    """A term from 1 June 2024 has no day before 20 May 2024: its appointment year 2024 needs no retroactive use."""
    center = Center([T01], [duty(90, "2024-07-01")], appointments=[Appointment("T01", date(2024, 6, 1))])
    found = evaluate(center, 2024, rules(STARTED), {"year": "appointment"})
    assert found.teachers[0].book.total("counseling") == 2


def test_one_teacher_is_refused_like_a_center():
    """The evaluation of one teacher refuses the year before the rule, too."""
    basis = Basis.of(Center([T01], [duty(90, "2023-06-01")]), rules(STARTED))
    with pytest.raises(NoClauseError):
        evaluate_teacher(basis, T01, 2023)


# ---------------------------------------------------------------- the institution


@pytest.mark.parametrize(("students", "teachers"), [(1, 3), (12_000, 3), (12_001, 4), (16_000, 4), (16_001, 5)])
def test_a_school_sets_a_least_number_of_staff(students, teachers):
    """At least three full-time teachers, whatever the number of students; beyond 12,000 one for each 4,000 decides."""
    text = (
        '[[staffing]]\nid = "full_time_staff"\nemployment = "full_time"\namount = 4000\nunit = "student"\nminimum = 3\n'
    )
    assert staff_required(students, "full_time", rules(text), date(2024, 12, 31)) == teachers
    assert staff_required(students, "part_time", rules(text), date(2024, 12, 31)) == math.ceil(students / 500)


# ---------------------------------------------------------------- a file that stands alone

ALONE = f"""format = 1
id = "alone"
document = "某校〔2025〕1号"
name = {{ zh = "某校心理健康教师工作量办法", en = "workload of a school" }}
issuer = {{ zh = "某校", en = "a school" }}
[kind]
counseling_duty = {{ name = {{ zh = "个体咨询", en = "counseling" }}, measure = "minutes" }}
[title]
[account]
counseling = {{ name = {{ zh = "咨询", en = "counseling" }}, unit = "hour" }}
{PACKAGED[PACKAGED.index("[calendar]") : PACKAGED.index("# ---", PACKAGED.index("[calendar]"))]}
[[credit]]
id = "duty"
kinds = ["counseling_duty"]
account = "counseling"
measure = "minutes"
per = 50
amount = 1
unit = "hour"
[[quota]]
id = "quota"
employment = "full_time"
account = "counseling"
amount = 100
unit = "hour"
{PACKAGED[PACKAGED.index("[reading.partial_unit]") :]}
"""


@pytest.mark.parametrize(("minutes", "verdict"), [(4999, "not_met"), (5000, "met")])
def test_a_file_that_stands_alone_says_everything_itself(minutes, verdict):
    """A school without titles, teaching, training or part-time rules: 100 hours of 50 minutes, for full-time staff."""
    center = Center([Teacher("T01", "full_time")], [duty(minutes)], training=[])
    found = evaluate(center, 2024, rules(ALONE, head="")).teachers[0]
    part = found.quota.part("counseling")
    assert (part.value, part.required, part.unit, part.verdict) == (Fraction(minutes, 50), 100, "hour", verdict)
    assert (found.quota.has_part("teaching"), found.training.verdict) == (False, "not_applicable")


# ---------------------------------------------------------------- properties of every shape


def rounded(remainder):
    """The two versions of the clause on duty, with a remainder."""
    return CHANGED.replace('unit = "class_hour"', f'unit = "class_hour"\nremainder = {{ {remainder} }}')


SHAPES = {
    "the packaged rules": "",
    "half units of a day": rounded('round = "floor", step = 0.5, pool = "day"'),
    "whole units of the period": rounded('round = "half_up", pool = "period"'),
    "a cap of the day": cap("day"),
    "a cap of the week": cap("week", 50),
    "a cap of the event": cap("event", 40),
    "coefficients": PEOPLE + LEVEL,
    "a line": LINE,
    "an account more": CRISIS,
}
EVENTS = st.builds(
    dict,
    kind=st.sampled_from(["lecture", "salon", "supervision"]),
    events=st.integers(1, 3),
    level=st.sampled_from(["", "provincial", "national"]),
    participants=st.sampled_from([0, 49, 50, 120]),
    event_id=st.sampled_from(["", "E1", "E2"]),
)
DUTIES = st.builds(
    dict,
    kind=st.sampled_from(["counseling_duty", "crisis_intervention"]),
    minutes=st.sampled_from([20, 44, 45, 46, 100]),
)
CLASSES = st.builds(dict, kind=st.just("class_teaching"), class_hours=st.sampled_from(["1.5", "2", "0.1"]))
ROWS = st.lists(
    st.tuples(
        st.one_of(EVENTS, DUTIES, CLASSES),
        st.sampled_from(["2024-03-05", "2024-03-06", "2024-03-10", "2024-06-30", "2024-07-01", "2023-12-31"]),
        st.booleans(),
    ),
    max_size=7,
)


def made(rows):
    """The rows as activities; each has a number, so that none is the duplicate of another."""
    return [
        row(day=day, cancelled=cancelled, record_id=f"A{number}", **cells)
        for number, (cells, day, cancelled) in enumerate(rows)
    ]


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=25)
@given(data=st.data(), rows=ROWS)
def test_the_order_of_rows_changes_no_total(shape, data, rows):
    """Under every shape, the rows in any order give the same totals."""
    found = made(rows)
    assert (
        book(rules(SHAPES[shape]), *found).totals
        == book(rules(SHAPES[shape]), *data.draw(st.permutations(found))).totals
    )


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=25)
@given(data=st.data(), rows=ROWS.filter(bool))
def test_one_more_row_lowers_no_total(shape, data, rows):
    """Under every shape, a row more is never a loss: work that is credited adds something or nothing."""
    found = made(rows)
    left_out = data.draw(st.sampled_from(found))
    fewer = book(rules(SHAPES[shape]), *[one for one in found if one is not left_out])
    more = book(rules(SHAPES[shape]), *found)
    for account, total in fewer.totals.items():
        assert more.total(account) >= total


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=25)
@given(rows=ROWS)
def test_every_row_is_credited_or_set_aside(shape, rows):
    """Under every shape each row is one line, credited or with a reason, and the totals are the sums of the lines."""
    found = book(rules(SHAPES[shape]), *made(rows))
    assert len(found.lines) == len(rows)
    assert all((line.account is None) != (line.reason is None) for line in found.lines)
    assert len(found.credited()) + len(found.set_aside) == len(rows)
    for account in rules(SHAPES[shape]).accounts:
        assert found.total(account) == sum(line.amount for line in found.credited(account))
