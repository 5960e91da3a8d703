"""Faulty rows become rows of a fault frame, with the code that the reader of sheets or its checks have; the rest is
what the objects make of it when faulty rows are skipped.
"""

from datetime import date, time

import polars as pl
import pytest
from frame_cases import WIDE, Objects, as_objects, compare, frames, province, rows_of
from test_shapes import rules

from workload import InputError, WorkloadError, evaluate
from workload.frame import evaluate_frames

DUTY = {"teacher_id": "T1", "date": "2024-03-05", "kind": "咨询值班", "minutes": "90"}
CLASS = {"teacher_id": "T1", "date": "2024-03-05", "kind": "class_teaching", "class_hours": "2"}
LECTURE = {"teacher_id": "T1", "date": "2024-03-05", "kind": "讲座"}
TIMED = {**DUTY, "minutes": "", "start": "09:00", "end": "10:00"}
SHARED = {**LECTURE, "event_id": "E1", "share": "50%"}

# What stands in a row -> where its fault is told.
ACTIVITIES = [
    ({**DUTY, "kind": "咨寻"}, "kind", "unknown_kind"),
    ({**DUTY, "kind": ""}, "kind", "required"),
    ({**DUTY, "teacher_id": "T9"}, "teacher_id", "unknown_teacher"),
    ({**DUTY, "teacher_id": "T9", "status": "取消"}, "teacher_id", "unknown_teacher"),
    ({**DUTY, "teacher_id": ""}, "teacher_id", "required"),
    ({**DUTY, "date": "2024-02-30"}, "date", "no_such_day"),
    ({**DUTY, "date": "2023/2/29"}, "date", "no_such_day"),
    ({**DUTY, "date": "去年"}, "date", "not_a_date"),
    ({**DUTY, "date": "1949-12-31"}, "date", "date_out_of_range"),
    ({**DUTY, "date": ""}, "date", "required"),
    ({**DUTY, "date": "", "status": "cancelled"}, "date", "required"),
    ({**TIMED, "start": "25:00"}, "start", "not_a_time"),
    ({**TIMED, "start": "早上"}, "start", "not_a_time"),
    ({**TIMED, "end": "10:60"}, "end", "not_a_time"),
    ({**TIMED, "end": "24:01"}, "end", "not_a_time"),
    ({**TIMED, "end": "09:00"}, "end", "no_time"),
    ({**TIMED, "end": "09:00:29"}, "end", "no_time"),
    ({**TIMED, "minutes": "61"}, "minutes", "minutes_disagree"),
    ({**TIMED, "minutes": "0"}, "minutes", "minutes_disagree"),
    ({**DUTY, "minutes": "", "start": "09:00"}, "minutes", "minutes_missing"),
    ({**DUTY, "minutes": ""}, "minutes", "minutes_missing"),
    ({**DUTY, "minutes": "0"}, "minutes", "not_positive"),
    ({**DUTY, "minutes": "-5"}, "minutes", "negative"),
    ({**DUTY, "minutes": "1000000000"}, "minutes", "too_large"),
    ({**DUTY, "minutes": "90.5"}, "minutes", "not_whole"),
    ({**DUTY, "minutes": "九十"}, "minutes", "not_a_number"),
    ({**LECTURE, "minutes": "-1"}, "minutes", "negative"),
    ({**CLASS, "class_hours": ""}, "class_hours", "class_hours_missing"),
    ({**CLASS, "class_hours": "0"}, "class_hours", "not_positive"),
    ({**CLASS, "class_hours": "-0.5"}, "class_hours", "negative"),
    ({**CLASS, "class_hours": "两节"}, "class_hours", "not_a_number"),
    ({**LECTURE, "events": "0"}, "events", "not_positive"),
    ({**LECTURE, "kind": "督导", "events": "0"}, "events", "not_positive"),
    ({**LECTURE, "events": "1.5"}, "events", "not_whole"),
    ({**LECTURE, "status": "也许"}, "status", "unknown_word"),
    ({**LECTURE, "attended": "也许"}, "attended", "unknown_word"),
    ({**LECTURE, "share": "2"}, "share", "not_a_share"),
    ({**LECTURE, "share": "0"}, "share", "not_a_share"),
    ({**LECTURE, "share": "101%"}, "share", "not_a_share"),
    ({**LECTURE, "share": "一半"}, "share", "not_a_share"),
    ({**LECTURE, "level": "乡级"}, "level", "unknown_word"),
    ({**LECTURE, "participants": "很多"}, "participants", "not_a_number"),
    ({**LECTURE, "teacher_id": "T4"}, "teacher_id", "title_missing"),
    ({**LECTURE, "teacher_id": "T5", "date": "2024-06-30"}, "teacher_id", "title_missing"),
    # several rows: the first of an id stands, unless it cannot be read itself
    ({**DUTY, "record_id": "A1"}, None, None),
    ({**DUTY, "record_id": "A1"}, None, None),
    ({**DUTY, "record_id": "A1", "minutes": "91"}, "record_id", "twice"),
    ({**DUTY, "record_id": "A1", "teacher_id": "T4"}, "record_id", "twice"),
    ({**DUTY, "record_id": "A1", "status": "取消"}, "record_id", "twice"),
    ({**DUTY, "record_id": "A1", "attended": "是"}, "record_id", "twice"),
    ({**DUTY, "record_id": "A1", "event_id": "E9"}, "record_id", "twice"),
    ({**DUTY, "record_id": "A2", "minutes": "x"}, "minutes", "not_a_number"),
    ({**DUTY, "record_id": "A2", "date": "2024-03-07"}, None, None),
    ({**SHARED, "date": "2024-03-08"}, None, None),
    ({**SHARED, "date": "2024-03-08", "share": "0.3"}, None, None),
    ({**SHARED, "date": "2024-03-08", "share": "1/4"}, "share", "shares_above_one"),
    ({**SHARED, "event_id": "E2", "share": "1/2"}, None, None),
    ({**SHARED, "event_id": "E2", "share": "0.5"}, None, None),
    ({**SHARED, "event_id": "E2", "share": "1", "status": "cancelled"}, None, None),
    # of a teacher whose own row is at fault: told there alone
    ({**DUTY, "teacher_id": "T6"}, None, None),
    ({**DUTY, "teacher_id": "T6", "minutes": "x"}, "minutes", "not_a_number"),
    # sound rows
    ({**DUTY, "minutes": "", "status": "cancelled"}, None, None),
    ({**LECTURE, "teacher_id": "T4", "status": "cancelled"}, None, None),
    ({**LECTURE, "teacher_id": "T5", "date": "2024-07-01"}, None, None),
    ({**TIMED, "date": "2024/3/9", "start": "9:00", "end": "24:00"}, None, None),
    ({**TIMED, "date": "2024.03.9", "start": "9:00:40", "end": "10:00:00", "minutes": "59.0"}, None, None),
    ({**DUTY, "date": "2025-01-01"}, None, None),
]
OTHERS = {
    "teachers": [
        ({"teacher_id": "T1", "employment": "兼职", "title": "讲师"}, None, None),
        ({"teacher_id": "T4", "employment": "part_time"}, None, None),
        ({"teacher_id": "T5", "employment": "专职"}, None, None),
        ({"teacher_id": "T6", "employment": "外聘"}, "employment", "unknown_word"),
        ({"teacher_id": "T7", "employment": "兼职", "title": "博导"}, "title", "unknown_title"),
        ({"teacher_id": "T8", "employment": "兼职", "affiliation": "某处"}, "affiliation", "unknown_word"),
        ({"teacher_id": "T2", "employment": ""}, "employment", "required"),
        ({"teacher_id": "", "employment": "兼职"}, "teacher_id", "required"),
        ({"teacher_id": "T1", "employment": "专职", "title": "教授"}, "teacher_id", "twice"),
        ({"teacher_id": "T1", "employment": "兼职", "title": "讲师"}, "teacher_id", "twice"),
    ],
    "titles": [
        ({"teacher_id": "T5", "title": "教授", "effective_from": "2024-07-01"}, None, None),
        ({"teacher_id": "T5", "title": "讲师", "effective_from": "2024-07-01"}, "effective_from", "twice"),
        ({"teacher_id": "T5", "title": "professor", "effective_from": "2024-07-01"}, None, None),
        ({"teacher_id": "T1", "title": "博导", "effective_from": "2024-07-01"}, "title", "unknown_title"),
        ({"teacher_id": "T1", "title": "教授", "effective_from": "2024-13-01"}, "effective_from", "no_such_day"),
        ({"teacher_id": "T1", "title": "教授", "effective_from": ""}, "effective_from", "required"),
        ({"teacher_id": "T9", "title": "教授", "effective_from": "2024-07-01"}, "teacher_id", "unknown_teacher"),
    ],
    "appointments": [
        ({"teacher_id": "T4", "start": "2024-03-01", "end": "2024-02-29"}, "end", "end_before_start"),
        ({"teacher_id": "T1", "start": "2024-01-01"}, None, None),
        ({"teacher_id": "T1", "start": "2023-01-01", "end": "明年"}, "end", "not_a_date"),
        ({"teacher_id": "T1", "start": "", "end": "2023-01-01"}, "start", "required"),
        ({"teacher_id": "T9", "start": "2023-01-01", "end": "2023-01-01"}, "teacher_id", "unknown_teacher"),
    ],
    "evaluations": [
        ({"teacher_id": "T1", "year": "2024", "result": "合格"}, None, None),
        ({"teacher_id": "T1", "year": "2024", "result": "不合格"}, "year", "twice"),
        ({"teacher_id": "T1", "year": "2024", "result": "passed"}, None, None),
        ({"teacher_id": "T4", "year": "1900", "result": "合格"}, "year", "year_out_of_range"),
        ({"teacher_id": "T4", "year": "二〇二四", "result": "合格"}, "year", "not_a_number"),
        ({"teacher_id": "T4", "year": "2024", "result": "良"}, "result", "unknown_word"),
        ({"teacher_id": "T4", "year": "2023", "result": ""}, "result", "required"),
        ({"teacher_id": "T9", "year": "2024", "result": "合格"}, "teacher_id", "unknown_teacher"),
    ],
    "training": [
        ({"teacher_id": "T1", "date": "2024-05-06", "hours": "15"}, None, None),
        ({"teacher_id": "T1", "date": "2024-05-06", "hours": "很久"}, "hours", "not_a_number"),
        ({"teacher_id": "T1", "date": "2024-05-06", "hours": ""}, "hours", "required"),
        ({"teacher_id": "T1", "date": "2024-05-06", "hours": "-1"}, "hours", "negative"),
        ({"teacher_id": "T1", "date": "5月", "hours": "15"}, "date", "not_a_date"),
        ({"teacher_id": "T1", "date": "2024-05-06", "hours": "15", "level": "乡级"}, "level", "unknown_word"),
        ({"teacher_id": "T1", "date": "2024-05-06", "hours": "15", "form": "自学"}, "form", "unknown_word"),
        ({"teacher_id": "T9", "date": "2024-05-06", "hours": "15"}, "teacher_id", "unknown_teacher"),
    ],
    "case_reports": [
        ({"teacher_id": "T1", "date": "2024-05-06"}, None, None),
        ({"teacher_id": "T1", "date": "2024-06-31"}, "date", "no_such_day"),
        ({"teacher_id": "T9", "date": "2024-05-06"}, "teacher_id", "unknown_teacher"),
    ],
}
ALL = {"activities": ACTIVITIES, **OTHERS}
CENTER = {table: [{**dict.fromkeys(WIDE[table], ""), **cells} for cells, *_ in rows] for table, rows in ALL.items()}
EXPECTED = {
    (table, row, column, code)
    for table, rows in ALL.items()
    for row, (_, column, code) in enumerate(rows, start=2)
    if code is not None
}


def told(found):
    return [(one["table"], one["row"], one["column"], one["code"]) for one in rows_of(found.faults)]


def test_every_sort_of_fault_is_told_by_its_code():
    """Each faulty row of each table is told once, with its column and code; the rest is what the objects make of it.

    (The other engines are asked about them in test_equality.py.)
    """
    found = evaluate_frames(frames("polars", province([CENTER])), (2023, 2024))
    faults = told(found)
    assert set(faults) == EXPECTED
    assert len(faults) == len(EXPECTED)
    assert compare(found, Objects.of([CENTER], found.years)).found == []


# ---------------------------------------------------------------- columns with types

DAY = date(2024, 3, 5)
TYPES = {
    "row": pl.Int64,
    "date": pl.Date,
    "effective_from": pl.Date,
    "start": pl.Time,
    "end": pl.Time,
    "minutes": pl.Int64,
    "class_hours": pl.Float64,
    "events": pl.Int64,
    "share": pl.Float64,
    "participants": pl.Int64,
    "attended": pl.Boolean,
    "hours": pl.Float64,
    "year": pl.Int64,
}
TYPED = [
    ({**DUTY, "minutes": 90}, None, None),
    ({**DUTY, "minutes": -90}, "minutes", "negative"),
    ({**DUTY, "minutes": 10**9}, "minutes", "too_large"),
    ({**DUTY, "minutes": None}, "minutes", "minutes_missing"),
    ({**DUTY, "date": date(1949, 12, 31)}, "date", "date_out_of_range"),
    ({**DUTY, "date": None}, "date", "required"),
    ({**DUTY, "minutes": None, "start": time(9, 0), "end": time(9, 0)}, "end", "no_time"),
    ({**DUTY, "minutes": None, "start": time(8, 29, 59), "end": time(9, 0, 1)}, None, None),
    ({**DUTY, "minutes": 30, "start": time(8, 45), "end": time(9, 15)}, None, None),
    ({**DUTY, "minutes": None, "start": time(23, 59, 59), "end": time(1, 0)}, None, None),
    ({**CLASS, "class_hours": 71.99999999999996}, None, None),
    ({**CLASS, "class_hours": 0.1 + 0.2}, None, None),
    ({**CLASS, "class_hours": -1.5}, "class_hours", "negative"),
    ({**CLASS, "class_hours": 1e9}, "class_hours", "too_large"),
    ({**CLASS, "class_hours": None}, "class_hours", "class_hours_missing"),
    ({**LECTURE, "events": 0}, "events", "not_positive"),
    ({**LECTURE, "share": 0.3333}, None, None),
    ({**LECTURE, "share": 1.5}, "share", "not_a_share"),
    ({**LECTURE, "share": 0.0}, "share", "not_a_share"),
    ({**LECTURE, "attended": True, "participants": -1}, "participants", "negative"),
    ({**LECTURE, "attended": False, "date": date(2024, 6, 30)}, None, None),
]


def typed(rows, **types):
    """The rows of ``activities`` as a polars frame, columns typed, with the teachers and what else there is."""
    days = {"date": DAY}
    center = {
        "teachers": [{"teacher_id": "T1", "employment": "part_time", "title": "lecturer"}],
        "activities": [{**dict.fromkeys(WIDE["activities"]), **cells} for cells in rows],
        "titles": [{"teacher_id": "T1", "title": "professor", "effective_from": date(2024, 6, 30)}],
        "evaluations": [{"teacher_id": "T1", "year": year, "result": "passed"} for year in (2024, 1900)],
        "training": [{"teacher_id": "T1", **days, "hours": hours} for hours in (15.5, -1.0)],
        "case_reports": [{"teacher_id": "T1", **days}],
    }
    for cells in center["activities"]:
        cells["date"] = DAY if cells["date"] == "2024-03-05" else cells["date"]
    native = {}
    for table, records in center.items():
        columns = ["college", "row", *WIDE[table]]
        schema = {name: types.get(name, TYPES.get(name, pl.String)) for name in columns}
        given = [("0", row, *(record.get(name) for name in WIDE[table])) for row, record in enumerate(records, start=2)]
        native[table] = pl.DataFrame(given, schema, orient="row")
    return center, native


@pytest.mark.parametrize("readings", [{}, {"co_leaders": "declared", "idle_duty": "attended_only"}])
@pytest.mark.parametrize("kind", ["polars", "pandas"])
def test_columns_with_types_are_read_like_cells_with_types(kind, readings):
    """Days, times and numbers as an engine has them are the cells of a typed sheet; floats lose their noise alike."""
    center, native = typed([cells for cells, *_ in TYPED])
    if kind == "pandas":
        native = {table: frame.to_pandas() for table, frame in native.items()}
    found = evaluate_frames(native, 2024, readings=readings)
    expected = {("activities", row, *fault) for row, (_, *fault) in enumerate(TYPED, start=2) if fault[1] is not None}
    more = {("evaluations", 3, "year", "year_out_of_range"), ("training", 3, "hours", "negative")}
    assert set(told(found)) == expected | more
    assert compare(found, Objects.of([center], found.years, readings=readings)).found == []


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({**CLASS, "class_hours": "1.234"}, "class_hours"),
        ({**CLASS, "class_hours": "71.999999999"}, "class_hours"),
        ({**LECTURE, "share": "1/17"}, "share"),
        ({**LECTURE, "share": "0.33333"}, "share"),
        ({**LECTURE, "share": "33.333%"}, "share"),
    ],
)
def test_a_value_that_the_scale_does_not_hold_is_a_fault(cells, column):
    """Nothing is rounded in silence: what is no whole number at the scale is a fault of its own code."""
    center = {"teachers": CENTER["teachers"][:1], "activities": [{**dict.fromkeys(WIDE["activities"], ""), **cells}]}
    found = evaluate_frames(frames("polars", province([center])), 2024)
    assert told(found) == [("activities", 2, column, "off_scale")]
    assert [line["reason"] for line in rows_of(found.ledger)] == ["fault"]


@pytest.mark.parametrize(("scale", "fits"), [(100, False), (300, True), (1000, False)])
def test_a_scale_can_be_chosen_that_holds_thirds(scale, fits):
    """A third of a class hour as a float is a third, at a scale that has thirds."""
    center, native = typed([{**CLASS, "class_hours": 112 / 3}])
    found = evaluate_frames({name: native[name] for name in ("teachers", "activities")}, 2024, scale=scale)
    assert [one[2:] for one in told(found)] == ([] if fits else [("class_hours", "off_scale")])
    if fits:
        total = rows_of(found.totals)[0]["teaching"]
        only = {name: center[name] for name in ("teachers", "activities")}
        (teacher,) = evaluate(as_objects(only), 2024).teachers
        assert teacher.book.total("teaching") * found.scales["teaching"] == total


def test_ids_that_became_floats_are_whole():
    """pandas has integers with a blank among them as floats: 7.0 is the id 7, as in a sheet."""
    teachers = pl.DataFrame({"teacher_id": [7, 8], "employment": ["兼职", "兼职"]})
    work = pl.DataFrame({"teacher_id": [7.0, None], "date": [DAY, DAY], "kind": ["咨询值班"] * 2, "minutes": [45, 45]})
    found = evaluate_frames({"teachers": teachers.to_pandas(), "activities": work.to_pandas()}, 2024)
    assert told_without_row(found) == [("teacher_id", "required")]
    assert {one["teacher_id"]: one["counseling_minutes"] for one in rows_of(found.totals)} == {"7": 45, "8": 0}


def told_without_row(found):
    return [(one["column"], one["code"]) for one in rows_of(found.faults)]


# ---------------------------------------------------------------- beyond rows


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda columns: columns.pop("kind"), "missing_column"),
        (lambda columns: columns.update(来访者=["某"]), "client_data_column"),
        (lambda columns: columns.update(日期=["2024-03-05"]), "column_twice"),
    ],
)
def test_a_whole_table_in_doubt_is_refused(change, code):
    """A column that is missing, stands twice or looks like client data is refused before anything is reckoned."""
    columns = {name: [cell] for name, cell in DUTY.items()}
    change(columns)
    with pytest.raises(InputError) as caught:
        evaluate_frames(
            {"teachers": frames("polars", province([CENTER]))["teachers"], "activities": pl.LazyFrame(columns)}
        )
    assert [fault.code for fault in caught.value.faults] == [code]


TWO_TEACHERS = pl.LazyFrame({"teacher_id": ["T1", "T2"], "employment": ["part_time"] * 2, "title": ["lecturer"] * 2})


def lazily(*rows):
    """Activities as a lazy frame."""
    return pl.LazyFrame([{name: row.get(name) for name in dict.fromkeys(n for r in rows for n in r)} for row in rows])


def evaluated(*rows, frame=None, **more):
    """Rows of 2024 as frames say of them; numbered from 2 on."""
    numbered = [{"row": place, **row} for place, row in enumerate(rows, start=2)]
    return evaluate_frames(
        {"teachers": TWO_TEACHERS, "activities": lazily(*numbered) if frame is None else frame}, 2024, **more
    )


def told_of(found):
    return [(one["row"], one["column"], one["code"]) for one in rows_of(found.faults)]


def test_activities_need_a_place_only_where_their_order_plays_a_part():
    """Of duplicates and overlaps the earlier row counts: a lazy frame says which that is in a column ``row``."""
    found = evaluate_frames({"teachers": TWO_TEACHERS, "activities": lazily(DUTY)}, 2024)
    assert found.totals.collect().sort("teacher_id")["counseling"].to_list() == [90, 0]
    for more in ({"start": "09:00"}, {"record_id": "A1"}):
        with pytest.raises(WorkloadError) as caught:
            evaluate_frames({"teachers": TWO_TEACHERS, "activities": lazily({**DUTY, **more})}, 2024)
        assert "'row'" in caught.value.text.en
    with pytest.raises(WorkloadError):
        found = evaluate_frames(
            {"teachers": TWO_TEACHERS, "activities": lazily(DUTY)}, 2024, readings={"year": "appointment"}
        )


def test_a_row_that_cannot_be_credited_is_no_earlier_one():
    """The same lecture again counts, where the first has another fault that was found when it was to be credited."""
    text = """
[[coefficient]]
id = "crowd"
kinds = ["lecture"]
by = "participants"
steps = [{ at = 0, value = 1 }, { at = 50, value = 2 }]
"""
    lecture = {**LECTURE, "start": "09:00"}
    found = evaluated({**lecture, "participants": None}, {**lecture, "participants": 10}, regulation=rules(text))
    assert told_of(found) == [(2, "participants", "number_missing")]
    assert found.totals.collect().sort("teacher_id")["points"].to_list() == [15, 0]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"date": "２０２４-０３-０５"}, "date", "not_a_date"),
        ({"minutes": "９０"}, "minutes", "not_a_number"),
        ({"start": "０9:00", "end": "10:00"}, "start", "not_a_time"),
    ],
)
def test_digits_of_full_width_are_told_in_every_engine(engine, cells, column, code):
    """What the reader of sheets repairs is a fault of a frame, and the same one in every engine."""
    rows = [{**DUTY, **cells}]
    tables = frames(engine, province([{"teachers": [{"teacher_id": "T1", "employment": "专职"}], "activities": rows}]))
    found = evaluate_frames(tables, 2024)
    assert told_of(found) == [(2, column, code)]


def test_a_blank_category_is_a_blank():
    """An empty text in a column of categories is none of its words and no fault."""
    rows = lazily({"row": 2, **DUTY, "attended": "", "level": ""})
    categories = rows.with_columns(pl.col("attended", "level", "kind").cast(pl.Categorical))
    found = evaluated(frame=categories)
    assert told_of(found) == []
    assert found.totals.collect().sort("teacher_id")["counseling"].to_list() == [90, 0]


@pytest.mark.parametrize("kind", [pl.Int64, pl.UInt64])
def test_an_amount_beyond_64_bits_is_a_fault(kind):
    """Class hours whose hundredths would overflow are too large, and never small ones."""
    hours = 1_844_674_407_370_955_162
    rows = pl.LazyFrame({"row": [2], **{name: [cell] for name, cell in CLASS.items()}})
    found = evaluated(frame=rows.with_columns(pl.lit(hours, kind).alias("class_hours")))
    assert told_of(found) == [(2, "class_hours", "too_large")]


def test_ids_that_are_persons_numbers_are_refused_and_not_repeated():
    """Of a teacher at once; of a row that names nobody the row is told and not the number."""
    teachers = pl.LazyFrame({"teacher_id": ["13800138000"], "employment": ["part_time"]})
    with pytest.raises(InputError) as caught:
        evaluate_frames({"teachers": teachers, "activities": lazily(DUTY)}, 2024)
    assert [fault.code for fault in caught.value.faults] == ["client_data"]
    assert "13800138000" not in str(caught.value)
    found = evaluated({**DUTY, "teacher_id": "13800138000"}, DUTY)
    assert told_of(found) == [(2, "teacher_id", "unknown_teacher")]
    for frame in (found.faults, found.ledger, found.set_aside):
        assert "13800138000" not in {row["teacher_id"] for row in rows_of(frame)}


@pytest.mark.parametrize(
    "asked",
    [
        {"years": 0},
        {"years": []},
        {"years": "2024"},
        {"years": 2024, "scale": 0},
        {"years": 2024, "scale": 1.5},
        {"years": 2024, "as_of": 2300},
        {"years": 2024, "tables": {"activities": lazily(DUTY)}},
        {"years": 2024, "tables": {"activities": lazily(DUTY), "teachers": None}},
        {"years": 2024, "tables": {"activities": lazily(DUTY), "teachers": TWO_TEACHERS, "payments": lazily(DUTY)}},
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_told(asked):
    """Years, scales and tables out of reach end in a message."""
    tables = {"teachers": TWO_TEACHERS, "activities": lazily(DUTY)}
    with pytest.raises(WorkloadError):
        evaluate_frames(**{"tables": tables, **asked})


@pytest.mark.parametrize(
    "column", [pl.Series("minutes", [[90]]), pl.Series("minutes", [90]).cast(pl.Duration), pl.Series("row", ["b"])]
)
def test_columns_that_hold_no_cells_are_refused(column):
    """Lists, durations and a place that is a text: the column is named."""
    with pytest.raises(InputError) as caught:
        evaluated(frame=lazily({"row": 2, **DUTY}).with_columns(column))
    assert [(fault.column, fault.code) for fault in caught.value.faults] == [(column.name, "column_type")]
