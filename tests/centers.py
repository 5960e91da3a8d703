"""Strategies for small counseling centers whose records are free of faults but full of hard cases.

``centers()`` draws ``tables``: a table's English name -> rows, each a dict of English header -> text of a CSV
cell. Few days, few times of day and few amounts are used, so that rows collide: duties overlap, cross
midnight or the year's end, rows are repeated, events are led by several teachers, titles change in mid-year,
terms begin on 29 February, and sums come to stand just below, at and just above the thresholds.

The closed words that have an English form appear in both languages; titles and levels have only a Chinese
form.
"""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import strategies as st

HEADERS = {
    "teachers": ["teacher_id", "name", "employment", "affiliation", "title"],
    "titles": ["teacher_id", "title", "effective_from"],
    "appointments": ["teacher_id", "start", "end"],
    "activities": [
        "record_id",
        "teacher_id",
        "date",
        "kind",
        "start",
        "end",
        "minutes",
        "class_hours",
        "events",
        "status",
        "attended",
        "event_id",
        "share",
        "note",
    ],
    "evaluations": ["teacher_id", "year", "result"],
    "training": ["teacher_id", "date", "hours", "level", "form", "name"],
    "case_reports": ["teacher_id", "date"],
}
OPTIONAL_TABLES = ["titles", "appointments", "evaluations", "training", "case_reports"]
MOST_ACTIVITIES = 40

TITLES = ["讲师", "教授", "副教授", "助教", "其他", "无"]
EVENT_KINDS = [
    ("讲座", "lecture"),
    ("团体心理辅导", "group_counseling"),
    ("培训授课", "training_session"),
    ("沙龙", "salon"),
    ("师生座谈会", "forum"),
    ("实践活动", "practice_activity"),
    ("心理研判会", "case_conference"),
    ("入学评估会", "admission_assessment"),
    ("复学评估会", "return_assessment"),
]
KINDS_WITHOUT_VALUE = [("督导", "supervision"), ("危机干预", "crisis_intervention"), ("其他", "other")]
DUTY = ("咨询值班", "counseling_duty")
TEACHING = ("心理健康教学", "class_teaching")

# (start, end): side by side, one within the other, overlapping, long, and over midnight.
DUTY_TIMES = [
    ("09:00", "09:45"),
    ("09:00", "10:30"),
    ("09:30", "10:15"),
    ("10:00", "11:00"),
    ("08:00", "12:00"),
    ("08:10", "20:10"),
    ("08:00", "20:01"),
    ("23:30", "00:30"),
    ("23:00", "00:00"),
    ("22:00", "06:00"),
    ("00:00", "01:30"),
    ("00:15", "01:00"),
]
WORK_TIMES = [("09:00", "10:40"), ("10:00", "11:40"), ("14:00", "15:40"), ("23:00", "00:10")]

READINGS = {
    "partial_unit": ["exact", "whole_per_duty", "whole_pooled"],
    "idle_duty": ["counts", "attended_only"],
    "counseling_fills_teaching": ["no", "yes"],
    "title_on": ["event_day", "period_end"],
    "co_leaders": ["full_each", "equal_split", "declared"],
    "year": ["natural", "academic", "appointment", "appointment"],
    "part_year": ["full", "by_days"],
    "appointed": ["some_time", "throughout"],
    "evaluation_gate": ["each_year", "final_year"],
    "overlap": ["credit_once"],
}


def either(words):
    """One of the words for the same thing."""
    return st.sampled_from(words)


def often(usual, *others, times=3):
    """The usual value, more often than the others."""
    return st.sampled_from([usual] * times + list(others))


def row_of(table, **cells):
    """A row with every header of its table; what is not given is blank."""
    return {header: cells.get(header, "") for header in HEADERS[table]}


# --- Teachers, titles, terms -----------------------------------------------------------------------------


@st.composite
def teacher_rows(draw):
    # 007 and 7 are two teachers.
    ids = ["T01", "007", "7", "T2", "教05"][: draw(st.sampled_from([2, 1, 3, 4, 5]))]
    part_time = ("兼职", "part_time")
    full_time = ("专职", "full_time")
    rows = []
    for index, teacher_id in enumerate(ids):
        row = row_of(
            "teachers",
            teacher_id=teacher_id,
            name="王李张刘陈"[index] + "老师",
            employment=draw(either(draw(often(part_time, full_time)))),
            affiliation=draw(st.sampled_from(["", "校内", "internal", "校外", "external"])),
            title=draw(st.sampled_from(TITLES)),
        )
        rows.append(row)
    return rows


@st.composite
def title_rows(draw, ids, dates):
    """Up to two changes of title for each teacher, often on a day with activities or soon after them."""
    rows = []
    days = sorted({*dates, date(busy_year(dates), 7, 1), date(busy_year(dates), 12, 31)})
    for teacher_id in ids:
        for effective_from in draw(st.lists(st.sampled_from(days), max_size=2, unique=True)):
            row = row_of(
                "titles",
                teacher_id=teacher_id,
                title=draw(st.sampled_from(TITLES)),
                effective_from=effective_from.isoformat(),
            )
            rows.append(row)
    return rows


@st.composite
def terms(draw, years):
    """One teacher's terms as (start, end or None), each with its own start; they may touch or overlap."""
    first, last = years[0], years[-1]
    shape = draw(st.sampled_from(["none", "long", "yearly", "loose", "leap", "twice"]))
    if shape == "none":
        return []
    if shape == "long":
        # In the last calendar year of the academic one no appointment year begins.
        natural = (date(first, 1, 1), date(last, 12, 31))
        academic = (date(first - 1, 9, 1), date(last, 8, 31))
        return [draw(st.sampled_from([natural, academic]))]
    if shape == "yearly":
        month = draw(st.sampled_from([1, 9, 3]))
        # One year left out is a gap.
        gap = draw(often(None, *years, times=len(years)))
        return [(date(year, month, 1), None) for year in years if year != gap]
    if shape == "leap":
        return [
            draw(
                st.sampled_from(
                    [
                        (date(2024, 2, 29), None),
                        (date(2024, 2, 29), date(2026, 12, 31)),
                        (date(2024, 2, 29), date(2028, 2, 29)),
                        (date(2020, 2, 29), date(2025, 2, 28)),
                    ]
                )
            )
        ]
    if shape == "twice":
        # Two appointment years begin in one calendar year, and again in the next one.
        year = draw(st.sampled_from(years))
        end = draw(st.sampled_from([date(year, 6, 30), date(year + 1, 2, 1)]))
        return [(date(year, 2, 1), end), (date(year, 9, 1), date(year + 2, 8, 31))]
    starts = draw(st.lists(st.dates(date(first, 1, 1), date(last, 6, 30)), min_size=1, max_size=3, unique=True))
    result = []
    for start in starts:
        length = draw(st.sampled_from([None, 89, 0, 400, 800]))
        result.append((start, None if length is None else start + timedelta(days=length)))
    return result


@st.composite
def appointment_rows(draw, ids, years):
    rows = []
    for teacher_id in ids:
        for start, end in draw(terms(years)):
            row = row_of(
                "appointments",
                teacher_id=teacher_id,
                start=start.isoformat(),
                end="" if end is None else end.isoformat(),
            )
            rows.append(row)
    return rows


# --- Activities ------------------------------------------------------------------------------------------


@st.composite
def busy_days(draw, years):
    """The few days on which nearly everything happens."""
    year = draw(st.sampled_from(years))
    notable = [
        date(year, 12, 31),
        date(year - 1, 12, 31),
        date(year + 1, 1, 1),
        date(year, 5, 20),
        date(year, 8, 31),
        date(year, 9, 1),
        date(2024, 2, 29),
        date(year, 2, 28),
        date(2024, 2, 28),
    ]
    chosen = draw(st.lists(st.sampled_from(notable), min_size=1, max_size=4, unique=True))
    chosen.append(draw(st.dates(date(year, 1, 1), date(year, 12, 31))))
    chosen.append(draw(st.dates(date(years[0], 1, 1), date(years[-1], 12, 31))))
    return chosen


def busy_year(days):
    years = [day.year for day in days]
    return max(years, key=years.count)


def minutes_between(start, end):
    minutes = [int(text[:2]) * 60 + int(text[3:]) for text in (start, end)]
    return (minutes[1] - minutes[0]) % (24 * 60)


@st.composite
def common_cells(draw, teacher_id, day):
    """What any row may bear. The record id is filled in at the end, when all rows are known."""
    return {
        "teacher_id": teacher_id,
        "date": day.isoformat(),
        "status": draw(often("", "完成", "done", "取消", "cancelled", times=6)),
        "attended": draw(st.sampled_from(["", "是", "yes", "否", "no", "是"])),
        "note": draw(often("", "补录")),
    }


@st.composite
def duty_row(draw, ids, dates):
    cells = draw(common_cells(draw(st.sampled_from(ids)), draw(st.sampled_from(dates))))
    cells["kind"] = draw(either(DUTY))
    shape = draw(often("interval", "all three", "minutes", "minutes", "start and minutes", times=5))
    if shape in ["interval", "all three"]:
        cells["start"], cells["end"] = draw(st.sampled_from(DUTY_TIMES))
    if shape == "all three":
        cells["minutes"] = str(minutes_between(cells["start"], cells["end"]))
    if shape in ["minutes", "start and minutes"]:
        cells["minutes"] = draw(st.sampled_from(["45", "90", "44", "100", "720", "721"]))
    if shape == "start and minutes":
        cells["start"] = "09:00"
    return row_of("activities", **cells)


@st.composite
def teaching_row(draw, ids, dates):
    cells = draw(common_cells(draw(st.sampled_from(ids)), draw(st.sampled_from(dates))))
    cells["kind"] = draw(either(TEACHING))
    cells["class_hours"] = draw(st.sampled_from(["2", "1.5", "0.1", "2.25", "36"]))
    if draw(st.booleans()):
        cells["start"], cells["end"] = draw(st.sampled_from(WORK_TIMES))
    return row_of("activities", **cells)


@st.composite
def other_row(draw, ids, dates, kinds):
    cells = draw(common_cells(draw(st.sampled_from(ids)), draw(st.sampled_from(dates))))
    cells["kind"] = draw(either(draw(st.sampled_from(kinds))))
    cells["events"] = draw(often("", "1", "2"))
    if draw(st.booleans()):
        cells["start"], cells["end"] = draw(st.sampled_from(WORK_TIMES))
    return row_of("activities", **cells)


@st.composite
def led_event_rows(draw, ids, dates, event_id):
    """One event with an event id, led by one to three teachers; a leader may have two rows of it.

    All rows agree on day and kind. The shares of all rows together, repeated and cancelled ones included,
    come to at most 1.
    """
    leaders = draw(st.lists(st.sampled_from(ids), min_size=min(2, len(ids)), max_size=3, unique=True))
    leaders += draw(st.sampled_from([[], leaders[:1]]))
    day = draw(st.sampled_from(dates))
    kind = draw(st.sampled_from(EVENT_KINDS))
    events = draw(often("", "2"))
    shares = ["0.5", "50%", "1/2", "1/3", "0.3", "25%", "0.25", "1/4", "10%", "0.15"]
    shares = [share for share in shares if share_value(share) * len(leaders) <= 1]
    if len(leaders) == 1:
        shares += ["", "1", "100%"]
    rows = []
    for teacher_id in leaders:
        cells = draw(common_cells(teacher_id, day))
        cells["kind"] = draw(either(kind))
        cells["events"] = events
        cells["start"], cells["end"] = draw(often(("", ""), *WORK_TIMES, times=4))
        cells["event_id"] = event_id
        cells["share"] = draw(st.sampled_from(shares))
        rows.append(row_of("activities", **cells))
    return rows


def share_value(text):
    if text.endswith("%"):
        return Fraction(text[:-1]) / 100
    return Fraction(text)


@st.composite
def lump_rows(draw, teacher_id, years):
    """A teacher's work of adjacent years in lumps near the thresholds: two rows a year, or two in all."""
    first = draw(st.integers(0, len(years) - 3))
    run = draw(st.sampled_from([years[first : first + 3], years, years[first : first + 2]]))
    rows = []

    def add(year, kind, header, amount):
        day = date(year, draw(often(6, 12, 10, times=6)), 15)
        cells = {"teacher_id": teacher_id, "date": day.isoformat(), "attended": draw(often("是", "yes", ""))}
        cells["kind"] = draw(either(kind))
        cells[header] = amount
        rows.append(row_of("activities", **cells))

    shape = draw(st.sampled_from(["exactly enough", "about enough", "at once"]))
    for year in run:
        if shape == "exactly enough":
            add(year, DUTY, "minutes", "1710")
            add(year, TEACHING, "class_hours", "72")
        if shape == "about enough":
            add(year, DUTY, "minutes", draw(often("1710", "1711", "1709")))
            add(year, TEACHING, "class_hours", draw(often("72", "72.1", "71.9")))
    if shape == "at once":
        add(run[-1], DUTY, "minutes", draw(often("5130", "5129", "5131")))
        add(run[0], TEACHING, "class_hours", draw(often("216", "215.9")))
    return rows


@st.composite
def crowded_day_rows(draw, ids, dates):
    """Three to seven rows of one teacher on one day and the next, which is where time is claimed twice."""
    teacher = [draw(st.sampled_from(ids))]
    day = draw(st.sampled_from(dates))
    both_days = [day, day, day, day + timedelta(days=1)]
    duty = duty_row(teacher, both_days)
    work = st.one_of(teaching_row(teacher, both_days), other_row(teacher, both_days, EVENT_KINDS))
    return draw(st.lists(duty, min_size=3, max_size=5)) + draw(st.lists(work, max_size=2))


@st.composite
def turn_of_year_rows(draw, ids, year):
    """Duties of one teacher in the last night of a year, which belong to two years."""
    teacher_id = draw(st.sampled_from(ids))
    times = [("23:30", "00:30"), ("22:00", "06:00"), ("23:00", "00:00"), ("23:45", "00:10")]
    rows = []
    for start, end in draw(st.lists(st.sampled_from(times), min_size=1, max_size=2)):
        cells = draw(common_cells(teacher_id, date(year, 12, 31)))
        cells["kind"] = draw(either(DUTY))
        cells["start"], cells["end"] = start, end
        rows.append(row_of("activities", **cells))
    return rows


@st.composite
def repeated_row(draw, rows):
    """A row that is there already: as it stands, with another note, or as another record.

    Rows of led events are not repeated here, so that their shares stay within 1.
    """
    row = dict(draw(st.sampled_from([row for row in rows if row["event_id"] == ""])))
    change = draw(st.sampled_from(["none", "note", "record", "record", "no record"]))
    if change == "note":
        row["note"] = "重复录入"
    if change == "record":
        row["record_id"] = "another"
    if change == "no record":
        row["record_id"] = ""
    return row


@st.composite
def activity_rows(draw, ids, years, dates):
    if draw(often(False, True, times=19)):
        return []
    rows = []
    for teacher_id in ids:
        if draw(often(True, False, times=2)):
            rows += draw(lump_rows(teacher_id, years))
    for _ in range(draw(st.sampled_from([1, 2, 3, 0]))):
        # Record ids of rows may not repeat, event ids may: they are what makes one event.
        rows += draw(led_event_rows(ids, dates, f"E{len(rows)}"))
    single = st.one_of(
        duty_row(ids, dates),
        duty_row(ids, dates),
        duty_row(ids, dates),
        teaching_row(ids, dates),
        other_row(ids, dates, EVENT_KINDS),
        other_row(ids, dates, EVENT_KINDS),
        other_row(ids, dates, KINDS_WITHOUT_VALUE),
    )
    rows += draw(st.lists(single, max_size=8))
    for _ in range(draw(st.sampled_from([1, 2, 3, 4]))):
        rows += draw(crowded_day_rows(ids, dates))
    if draw(st.booleans()):
        # Often the year before the busy one, so that the busy one gets the rest of the night.
        rows += draw(turn_of_year_rows(ids, draw(st.sampled_from([busy_year(dates) - 1, *years]))))
    rows = rows[: MOST_ACTIVITIES - 4]
    for number, row in enumerate(rows):
        row["record_id"] = draw(often(f"A{number:02}", "", times=2))
    if any(row["event_id"] == "" for row in rows):
        rows += draw(st.lists(repeated_row(rows), max_size=4))
    for number, row in enumerate(rows):
        if row["record_id"] == "another":
            row["record_id"] = f"B{number:02}"
    return draw(st.permutations(rows))


# --- The other tables ------------------------------------------------------------------------------------


@st.composite
def evaluation_rows(draw, ids, years):
    """At most one row for each teacher and year; most have passed, some failed, some are missing."""
    passed = st.sampled_from(["合格", "passed", "优秀", "excellent"])
    mixed = st.sampled_from(["合格", "passed", "优秀", "基本合格", "basically_passed", "不合格", "failed", "", ""])
    rows = []
    for teacher_id in ids:
        results = draw(st.sampled_from([passed, passed, mixed]))
        forgotten = draw(often(None, *years, times=len(years)))
        for year in years:
            result = draw(results)
            if result != "" and year != forgotten:
                rows.append(row_of("evaluations", teacher_id=teacher_id, year=str(year), result=result))
    return rows


@st.composite
def training_rows(draw, ids, years):
    rows = []
    for teacher_id in ids:
        for year in years:
            for _ in range(draw(st.integers(0, 2))):
                row = row_of(
                    "training",
                    teacher_id=teacher_id,
                    date=date(year, draw(st.sampled_from([5, 1, 12])), 31).isoformat(),
                    hours=draw(st.sampled_from(["15", "40", "14.9", "7.5", "8", "25"])),
                    level=draw(st.sampled_from(["市级", "省级", "国家级", "校级", ""])),
                    form=draw(st.sampled_from(["", "培训", "course", "学术会议", "conference"])),
                    name="心理培训",
                )
                rows.append(row)
            # Full-time teachers need 40 hours and two conferences in one year.
            if draw(often(False, True, times=9)):
                day = date(year, 12, 31).isoformat()
                for level in ["省级", "国家级"]:
                    form = draw(either(("学术会议", "conference")))
                    conference = {"hours": "8", "level": level, "form": form, "name": "学术会议"}
                    rows.append(row_of("training", teacher_id=teacher_id, date=day, **conference))
                rows.append(row_of("training", teacher_id=teacher_id, date=day, hours="40", name="心理培训"))
    return rows


@st.composite
def case_report_rows(draw, ids, years):
    """Reports on the first and the last days of the semesters."""
    rows = []
    for teacher_id in ids:
        for year in years:
            boundaries = [date(year, 2, 1), date(year, 8, 1), date(year, 7, 31), date(year + 1, 1, 31)]
            for day in draw(st.lists(st.sampled_from(boundaries), max_size=3)):
                rows.append(row_of("case_reports", teacher_id=teacher_id, date=day.isoformat()))
    return rows


# --- The center ------------------------------------------------------------------------------------------


@st.composite
def centers(draw):
    """The tables of one center: 1-5 teachers, 0-40 activities, 3-7 years around 2021-2027."""
    first = draw(st.sampled_from([2022, 2021, 2023]))
    years = list(range(first, first + draw(st.sampled_from([4, 3, 5, 6, 7]))))
    teachers = draw(teacher_rows())
    ids = [teacher["teacher_id"] for teacher in teachers]
    dates = draw(busy_days(years))
    tables = {
        "teachers": teachers,
        "titles": draw(title_rows(ids, dates)),
        "appointments": draw(appointment_rows(ids, years)),
        "activities": draw(activity_rows(ids, years, dates)),
        "evaluations": draw(evaluation_rows(ids, years)),
        "training": draw(training_rows(ids, years)),
        "case_reports": draw(case_report_rows(ids, years)),
    }
    for table in OPTIONAL_TABLES:
        if draw(often(False, True, times=7)):
            del tables[table]
    return tables


def readings():
    """Some switches with any of their values, the others left to their default."""
    switches = {switch: st.sampled_from(values) for switch, values in READINGS.items()}
    return st.fixed_dictionaries({}, optional=switches)


def years_of(tables):
    """A year to evaluate, or to look back from: mostly a busy one or the last one, or one beside them."""
    years = sorted(int(row["date"][:4]) for row in tables["activities"]) or [2024]
    busiest = max(years, key=years.count)
    edge = st.sampled_from([years[-1], years[-1], years[-1] + 1, years[0] - 1])
    return st.one_of(st.just(busiest), st.sampled_from(years), edge)


@st.composite
def cases(draw):
    """(tables, year, readings): one evaluation, or one three-year test with the year as `as_of`."""
    tables = draw(centers())
    return tables, draw(years_of(tables)), draw(readings())


def permuted(tables):
    """The same center with its activities in any order."""
    return st.permutations(tables["activities"]).map(lambda rows: {**tables, "activities": rows})
