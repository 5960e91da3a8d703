"""The shapes of other schools' rules give through frames what they give through objects: the rule files of
tests/test_shapes.py, and rows of every sort drawn for each of them.
"""

from datetime import date

import pytest
import test_shapes as shapes
from frame_cases import Objects, as_objects, as_tables, compare, drawn, frames, province, rows_of, without_columns
from frame_engines import SPARK
from hypothesis import strategies as st
from test_shapes import rules

from workload import Appointment, Center, NoClauseError, Teacher, TitleHeld, WorkloadError, check_center
from workload.frame import evaluate_frames

YEARS = (2023, 2024)
CENTERS = 12
ROLES = 'roles = ["主讲", "助讲"]\n'

# ---------------------------------------------------------------- rows of every sort

TIMES = st.sampled_from([None, "09:00", "17:59", "18:00", "23:30"])
DAYS = st.sampled_from(
    [
        *(
            "2023-12-31",
            "2024-01-31",
            "2024-02-01",
            "2024-03-05",
            "2024-03-05",
            "2024-03-06",
            "2024-03-10",
            "2024-04-01",
        ),
        *(
            "2024-06-30",
            "2024-07-01",
            "2024-07-31",
            "2024-08-01",
            "2024-10-01",
            "2024-10-05",
            "2024-12-30",
            "2024-12-31",
        ),
    ]
)
EVENTS = {
    "kind": st.sampled_from(["lecture", "lecture", "salon", "forum", "supervision"]),
    "events": st.integers(1, 3),
    "level": st.sampled_from(["", "school", "provincial", "national"]),
    "role": st.sampled_from(["", "主讲", "助讲"]),
    "participants": st.sampled_from([0, 30, 49, 50, 81, 120, None]),
    "event_id": st.sampled_from(["", "E1", "E2"]),
    "share": st.sampled_from([None, "1/3", "0.1"]),
    "start": TIMES,
}
DUTIES = {
    "kind": st.sampled_from(["counseling_duty", "counseling_duty", "crisis_intervention"]),
    "minutes": st.sampled_from([20, 44, 45, 46, 74, 75, 100, 1]),
    "start": TIMES,
}
LONG = {"kind": st.just("counseling_duty"), "start": st.just("23:00"), "end": st.sampled_from(["01:00", "23:45"])}
CLASSES = {"kind": st.just("class_teaching"), "class_hours": st.sampled_from(["1.5", "2", "0.1", "90"])}


@st.composite
def centers(draw):
    """Three teachers of several sorts, and up to fourteen rows."""
    titles = st.sampled_from(["professor", "associate_professor", "lecturer", "assistant", "none"])
    teachers = [
        Teacher(name, employment, affiliation=draw(st.sampled_from(["internal", "external"])), title=draw(titles))
        for name, employment in (("T1", "part_time"), ("T2", "part_time"), ("T3", "full_time"))
    ]
    rows = []
    for number in range(draw(st.integers(3, 14))):
        cells = draw(
            st.one_of(*(st.fixed_dictionaries(one) for one in (EVENTS, EVENTS, DUTIES, DUTIES, CLASSES, LONG)))
        )
        cells |= {"record_id": draw(st.sampled_from([f"A{number}", f"A{number}", "", "A1"])), "cancelled": number == 7}
        given = {name: value for name, value in cells.items() if value is not None}
        rows.append(shapes.row(day=draw(DAYS), teacher=draw(st.sampled_from(["T1", "T1", "T2", "T3"])), **given))
    titled = [TitleHeld("T1", draw(titles), date(2024, 7, 1))]
    return as_tables(Center(teachers, rows, titles=titled))


@pytest.fixture(scope="module")
def colleges():
    """The same for every shape: what a rule does not ask for makes no difference."""
    return drawn(centers(), CENTERS)


def differences(tables, regulation, readings=None, years=YEARS, *, engine="polars", typed=False, without=()):
    """What frames and objects say differently of those centers under a rule file."""
    tables = [without_columns(center, without) for center in tables]
    native = frames(engine, province(tables, without), typed=typed)
    found = evaluate_frames(native, years, regulation=regulation, readings=readings)
    return compare(found, Objects.of(tables, years, regulation=regulation, readings=readings)).found


# ---------------------------------------------------------------- the shapes


def duty(rule):
    return f"""
[[credit]]
id = "counseling_duty"
kinds = ["counseling_duty"]
account = "counseling"
measure = "minutes"
amount = 1
unit = "class_hour"
{rule}
"""


def event(amount, more=""):
    return f"""{more}
[[credit]]
id = "event"
kinds = ["lecture", "salon"]
account = "points"
measure = "events"
per = 1
unit = "point"
amount = {amount}
"""


def many(by, kind):
    return f"""
[[coefficient]]
id = "many"
kinds = ["{kind}"]
by = "{by}"
steps = [{{ at = 0, value = 1 }}, {{ at = "3/2", value = 2 }}, {{ at = 90, value = 3 }}]
"""


PERIOD_CAP = shapes.cap("period", 45).replace('"cap"', '"period_cap"')
DATED_FACTOR = """
[[coefficient]]
id = "factor"
kinds = ["lecture"]
table = [{ value = 1.2 }]
effective_until = 2024-06-30

[[coefficient]]
id = "factor"
kinds = ["lecture", "salon"]
table = [{ level = ["national"], value = 1.4 }, { value = 0.5 }]
effective_from = 2024-07-01
"""
POOLED_POINTS = """
[[credit]]
id = "event"
kinds = ["lecture"]
account = "points"
measure = "events"
per = 1
amount = 15
unit = "point"
remainder = { round = "floor", step = 30, pool = "day" }
"""
TWO_CAPS_OF_A_DAY = shapes.cap("day", 20) + "effective_until = 2024-06-30\n" + shapes.cap("day", 40)
TWO_CAPS_OF_A_DAY += "effective_from = 2024-07-01\n"
DUTY_CAP = """
[[cap]]
id = "daily_duty"
kinds = ["counseling_duty"]
account = "counseling"
per = "day"
amount = "16/3"
unit = "class_hour"
"""
WHOLE_CLASSES = """
[[credit]]
id = "class_teaching"
kinds = ["class_teaching"]
account = "teaching"
measure = "class_hours"
per = 1
amount = 1
unit = "class_hour"
remainder = { round = "floor", pool = "month" }
"""
SHAPES = {
    **{name: text for name, text in shapes.SHAPES.items() if name != "the packaged rules"},
    **{f"a unit of {per}": duty(f"per = {per}") for per in ("50", "22.5", '"100/3"')},
    **{
        f"{how} {step} of a {pool}": duty(
            f'per = 45\nremainder = {{ round = "{how}", step = {step}, pool = "{pool}" }}'
        )
        for how, step, pool, _ in shapes.REMAINDERS
        if (step == 1) == (pool in ("day", "period")) or how == "half_up"
    },
    **{f"a table by {name}": event(table, ROLES) for name, (table, _) in shapes.TABLES.items()},
    "dayparts": event(shapes.DAYPARTS, shapes.HOLIDAYS),
    "day and evening": event(
        '[{ daypart = ["day"], value = 10 }, { daypart = ["evening"], value = 20 }, { value = 1 }]'
    ),
    **{f"coefficients, {how or 'product'}": shapes.combined(how) for how in ("", 'combine = "sum"', 'combine = "max"')},
    "coefficients with a cap": shapes.combined('combine = "sum"\ncoefficient_cap = 1.6'),
    **{
        f"a coefficient by {by}": many(by, kind)
        for by, kind in (("minutes", "counseling_duty"), ("class_hours", "class_teaching"), ("events", "lecture"))
    },
    "a coefficient that changes": DATED_FACTOR,
    **{f"a cap of the {per}": shapes.cap(per) for per in ("record", "month", "semester", "period")},
    "a cap that begins": shapes.cap("week") + "effective_from = 2024-07-01\n",
    "a cap of a day that changes": TWO_CAPS_OF_A_DAY,
    "caps of day and period": shapes.cap("day") + PERIOD_CAP,
    "caps of event and period": shapes.cap("event") + PERIOD_CAP,
    "a cap over a remainder": POOLED_POINTS + shapes.cap("event", 30),
    "a cap of minutes": DUTY_CAP,
    "whole class hours of a month": WHOLE_CLASSES,
    "a quota of each semester": shapes.SEMESTERS,
    "a clause that changes": shapes.CHANGED,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_gives_the_same(shape, colleges):
    """Under the rule file every line, total, verdict and fault of the frames is the objects'."""
    # Shares, which are looked at for every event, are asked for by readings alone: see below.
    assert differences(colleges, rules(SHAPES[shape]), typed=True, without=("share",)) == []


EVERYTHING = (
    shapes.HOLIDAYS
    + duty('per = 45\nremainder = { round = "half_up", step = "1/2", pool = "month" }')
    + POOLED_POINTS.replace('["lecture"]', '["lecture", "salon"]').replace(
        "= 15", f"= {shapes.DAYPARTS}\nco_led = true"
    )
    + shapes.PEOPLE
    + DATED_FACTOR
    + shapes.cap("day", 30)
    + shapes.cap("week", 40).replace('"cap"', '"weekly_cap"')
    + shapes.cap("period", 90).replace('"cap"', '"yearly_cap"')
    + DUTY_CAP
    + shapes.SEMESTERS
)


@pytest.mark.parametrize("engine", ["polars", "duckdb", SPARK])
def test_what_shapes_ask_of_an_engine_it_gives(engine, colleges):
    """Running sums that are rounded and capped, by day, week, month and year; tables, steps, dates, shares."""
    assert differences(colleges, rules(EVERYTHING), {"co_leaders": "declared"}, engine=engine, typed=True) == []


OTHER_READINGS = {
    "leaders split a cap": (shapes.cap("event", 20), {"co_leaders": "equal_split"}),
    "declared shares of whole points": (POOLED_POINTS + "co_led = true\n", {"co_leaders": "declared"}),
    "a cap of the semester in academic years": (shapes.cap("semester"), {"year": "academic"}),
    "quotas of the semesters of an academic year": (shapes.SEMESTERS, {"year": "academic"}),
    "counseling fills a semester of teaching": (
        shapes.SEMESTERS.replace('"counseling', '"teaching'),
        {"counseling_fills_teaching": "yes"},
    ),
    "the title of the end of an academic year from March": (
        event(shapes.TABLES["title"][0], shapes.HOLIDAYS.replace("09-01", "03-01")),
        {"year": "academic", "title_on": "period_end"},
    ),
    "the first version holds before its start": (
        shapes.STARTED + shapes.CHANGED.replace("effective_until", "effective_from = 2024-05-20\neffective_until"),
        {"before_start": "retroactive"},
    ),
    "a coefficient holds before its start": (
        f"{shapes.STARTED}{shapes.LEVEL}effective_from = 2024-05-20\n",
        {"before_start": "retroactive"},
    ),
    "whole units of each duty over a cap": (DUTY_CAP, {"partial_unit": "whole_per_duty"}),
    "overlaps are refused": (shapes.PEOPLE, {"overlap": "refuse"}),
}


@pytest.mark.parametrize("case", OTHER_READINGS)
def test_a_shape_under_another_reading_gives_the_same(case, colleges):
    """So it is where a reading and a shape meet."""
    text, readings = OTHER_READINGS[case]
    assert differences(colleges, rules(text), readings) == []


def test_a_row_on_a_day_without_a_clause_is_a_fault():
    """Where the objects stop, the row alone is a fault, as a check of the center tells it; the others are credited."""
    regulation = shapes.dated("effective_from = 2024-03-01\neffective_until = 2024-06-30")
    days = ["2024-03-01", "2024-02-29", "2024-07-01", "2024-06-30"]
    rows = [shapes.row("salon", day) for day in days] + [shapes.row("salon", "2024-07-02", cancelled=True)]
    tables = [as_tables(Center([shapes.T01], rows))]
    found = evaluate_frames(frames("polars", province(tables)), 2024, regulation=regulation)
    told = [(fault["row"], fault["column"], fault["code"]) for fault in rows_of(found.faults)]
    known = check_center(as_objects(tables[0], regulation), regulation).faults
    expected = [(3, "date", "no_clause"), (4, "date", "no_clause")]
    assert sorted(told) == [(fault.row, fault.column, fault.code) for fault in known] == expected
    reasons = {line["row"]: line["reason"] for line in rows_of(found.ledger)}
    assert reasons == {2: None, 3: "fault", 4: "fault", 5: None, 6: "cancelled"}


@pytest.mark.parametrize("chapter", shapes.ENDED["evaluate"])
def test_every_chapter_refuses_a_year_without_a_clause(chapter):
    """A requirement that ended in 2023 is no requirement of 0 in 2024."""
    regulation = rules(f"{chapter}\neffective_until = 2023-12-31\n")
    tables = [as_tables(Center([shapes.T01], [shapes.duty(90)], case_reports=[], evaluations=[]))]
    with pytest.raises(NoClauseError):
        rows_of(evaluate_frames(frames("polars", province(tables)), 2024, regulation=regulation).totals)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(shapes.cap("week") + shapes.cap("month", 40).replace('"cap"', '"other"'), id="week and month"),
        pytest.param(
            shapes.cap("month").replace('"salon"', '"forum"') + shapes.cap("period", 40).replace('"cap"', '"other"'),
            id="other kinds",
        ),
        pytest.param(
            shapes.cap("week")
            + "effective_until = 2024-03-06\n"
            + shapes.cap("week", 40)
            + "effective_from = 2024-03-07\n",
            id="a week that changes",
        ),
    ],
)
def test_caps_that_cross_are_refused(text, colleges):
    """What one running sum after another cannot hold is refused by name, and never reckoned wrongly."""
    with pytest.raises(WorkloadError) as caught:
        differences(colleges[:1], rules(text))
    assert "cap" in caught.value.text.en
    assert "evaluate" in caught.value.text.en


@pytest.mark.parametrize("readings", [{"year": "appointment"}, {"part_year": "by_days"}])
def test_semesters_of_a_teachers_own_year_are_refused(readings, colleges):
    """A quota of each semester is refused where the semesters are not those of the calendar, or count in part."""
    with pytest.raises(WorkloadError) as caught:
        differences(colleges[:1], rules(shapes.SEMESTERS), readings)
    assert "counseling_quota" in caught.value.text.en


def test_an_event_of_eleven_leaders_is_split():
    """Shares of up to sixteen leaders are exact; those of seventeen fit no scale, and are faults."""
    for leaders, code in ((11, None), (16, None), (17, "off_scale")):
        names = [f"T{number}" for number in range(leaders)]
        teachers = [Teacher(name, "part_time", title="lecturer") for name in names]
        rows = [shapes.row("lecture", teacher=name, event_id="E1") for name in names]
        tables, readings = [as_tables(Center(teachers, rows))], {"co_leaders": "equal_split"}
        if code is None:
            assert differences(tables, rules(), readings) == []
        else:
            found = evaluate_frames(frames("polars", province(tables)), 2024, readings=readings)
            assert {(fault["column"], fault["code"]) for fault in rows_of(found.faults)} == {("event_id", code)}


def test_a_file_that_stands_alone_gives_the_same():
    """A school without titles, teaching, events, training or part-time rules."""
    regulation = rules(shapes.ALONE, head="")
    rows = [shapes.duty(minutes) for minutes in (4999, 1)] + [shapes.duty(60, "2023-12-31", start="23:30", end="00:30")]
    tables = [as_tables(Center([Teacher("T01", "full_time")], rows, training=[]))]
    assert differences(tables, regulation) == []


def test_a_term_without_an_end_lasts_as_long_as_the_file_says():
    """Terms of two years, from 15 March and from 29 February."""
    term = '[[appointment_term]]\nid = "appointment_term"\nemployment = "part_time"\namount = 2\nunit = "year"\n'
    days = ["2024-02-28", "2024-02-29", "2024-03-15", "2026-02-27", "2026-02-28", "2026-03-14", "2026-03-15"]
    starts = {"T1": date(2024, 3, 15), "T2": date(2024, 2, 29), "T3": date(2024, 1, 1)}
    tables = [
        as_tables(
            Center(
                [Teacher(name, "part_time") for name in starts],
                [shapes.duty(45, day, teacher=name) for day in days for name in starts],
                appointments=[Appointment(name, start) for name, start in starts.items()],
            ),
        )
    ]
    assert differences(tables, rules(term), {"part_year": "by_days"}, range(2024, 2027)) == []
