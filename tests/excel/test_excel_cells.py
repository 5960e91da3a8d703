"""The border between Excel's cells and Python's values: whatever a host hands in, and whatever goes back."""

import datetime as dt
import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from excel_addin.cells import (
    ERROR_CODES,
    ERRORS,
    LARGEST_INTEGER,
    MOST_TOLD,
    BadValue,
    BadValuesError,
    CallError,
    Each,
    Places,
    as_is,
    columns,
    each_result,
    elementwise,
    flat,
    grid_of,
    grid_of_block,
    is_blank,
    lines,
    matrix,
    one_by_one,
    out,
    single,
    size,
    table,
    told,
)
from excel_addin.registry import Argument
from workload import BadCell, Block, CellError, Text, WorkloadError, error_cell

moment = dt.datetime.fromisoformat
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**9), 10**12)  # above the error codes
TEXTS = st.text(max_size=5).filter(lambda text: text not in ERRORS)
EFFORT = effort(derandomize=True)
CELLS = st.none() | st.booleans() | NUMBERS | TEXTS | st.datetimes() | st.dates() | st.times()


def argument(name="cells", *, optional=False):
    return Argument(name, Text("区域", "the cells"), optional)


# ---------------------------------------------------------------- what comes in


def test_one_cell_is_a_matrix_of_one():
    """A cell by itself, a row of one, rows of one: all are one cell."""
    assert matrix(7) == matrix([7]) == matrix([[7]]) == matrix(((7,),)) == ((7,),)


def test_a_flat_list_is_a_row():
    """Some hosts hand over a row as a flat list."""
    assert matrix([1, None, "x"]) == ((1, None, "x"),)


@pytest.mark.parametrize("nothing", [None, [], (), [[]], [[], []]])
def test_nothing_is_none(nothing):
    """An argument that is left out, and a range without a cell, are nothing."""
    assert matrix(nothing) is None


def test_a_blank_cell_in_a_range_is_no_missing_argument():
    """A range of blank cells keeps its size; a blank cell that stands in rows is a cell."""
    assert matrix([[None, None]]) == ((None, None),)
    assert matrix([[None]]) == ((None,),)
    assert matrix("") == (("",),)


def test_ragged_rows_are_padded():
    """Rows of unequal length, which no sheet has, are padded with blank cells."""
    assert matrix([[1], [2, 3, 4], []]) == ((1, None, None), (2, 3, 4), (None, None, None))


@pytest.mark.parametrize(("code", "shown"), ERROR_CODES.items())
def test_an_error_cell_is_known_by_its_code_and_by_its_text(code, shown):
    """COM hands over a number, Office.js a text or a typed value; each is an error cell and shows the same."""
    forms = [code, shown, {"type": "Error", "basicValue": shown, "errorType": "x"}]
    for form in forms:
        ((cell,),) = matrix([[form]])
        assert isinstance(cell, BadCell)
        assert cell.code == "error_value"
        assert str(cell) == shown


@pytest.mark.parametrize("text", ["#标签", "#N/A ", "N/A", "#n/a", "#1", "#"])
def test_what_only_looks_like_an_error_is_a_text(text):
    """Only Excel's own error values are errors."""
    assert matrix([[text]]) == ((text,),)


@pytest.mark.parametrize("number", [-2146826245.5, 2146826246, -2146826290, -(2**31)])
def test_other_numbers_are_numbers(number):
    """Only the codes themselves are errors."""
    assert matrix([[number]]) == ((number,),)


def test_a_typed_value_of_office_is_its_basic_value():
    """A formatted number, a link, an entity are the value beneath; an error without a text is an error still."""
    assert matrix([[{"type": "FormattedNumber", "basicValue": 45356, "numberFormat": "yyyy/m/d"}]]) == ((45356,),)
    assert matrix([[{"type": "String", "basicValue": "讲师"}, {"type": "Empty"}]]) == (("讲师", None),)
    ((cell,),) = matrix([[{"type": "Error"}]])
    assert isinstance(cell, BadCell)


def test_an_entity_without_a_value_is_no_blank():
    """A card that tells no value beneath it is an error cell, never the blank that has a default."""
    (((first, second),)) = matrix([[{"type": "Entity", "text": "取消"}, b"90"]])
    assert isinstance(first, BadCell)
    assert isinstance(second, BadCell)


class JsNull:
    """What Pyodide makes of JavaScript's null: no None, no text, no number."""

    def __bool__(self):
        return False


def test_javascripts_null_is_blank():
    """An object that is no value at all is a blank cell, alone and in rows."""
    assert matrix([[JsNull(), 1]]) == ((None, 1),)
    assert matrix(JsNull()) == ((None,),)


def test_a_currency_is_a_number():
    """COM hands over a cell formatted as currency as a decimal."""
    ((cell,),) = matrix(Decimal("1000.10"))
    assert (type(cell), cell) == (float, 1000.10)


@pytest.mark.parametrize(
    ("given_cell", "number"),
    [
        (dt.date(2024, 3, 5), 45356.0),
        (moment("2024-03-05 18:00:00"), 45356.75),
        (dt.time(18), 0.75),
        (dt.time(), 0.0),
        (dt.timedelta(hours=36), 1.5),
        (moment("1899-12-30 06:00:00"), 0.25),
        (moment("1900-03-01"), 61.0),
    ],
)
def test_a_date_or_a_time_is_the_number_behind_it(given_cell, number):
    """What one host hands over as a date, another does as Excel's number: here it is always the number."""
    assert matrix([[given_cell]]) == matrix(given_cell) == ((number,),)


def test_a_moment_loses_its_time_zone_and_nothing_else():
    """COM's date-times bear a time zone that no cell has."""
    aware = moment("2024-03-05 14:30:00").replace(tzinfo=dt.UTC)
    east = aware.replace(tzinfo=dt.timezone(dt.timedelta(hours=8)))
    assert matrix([[aware, east, dt.time(14, 30, tzinfo=dt.UTC)]]) == (
        (45356 + 14.5 / 24, 45356 + 14.5 / 24, 14.5 / 24),
    )


def test_a_subclass_of_datetime_is_a_moment():
    """pywintypes has a class of its own."""

    class Moment(dt.datetime):
        pass

    assert matrix(Moment(2024, 3, 5, 18, tzinfo=dt.UTC)) == ((45356.75,),)


@pytest.mark.parametrize("value", [True, False, 0, 0.0, -0.0, 10**400, math.inf, -math.inf, 1e308, "0"])
def test_values_pass_as_they_are(value):
    """What is a value already is not touched: neither zero nor an enormous number becomes blank."""
    ((cell,),) = matrix([[value]])
    assert cell is value or (type(cell) is type(value) and cell == value)


def test_no_number_passes_as_it_is():
    """NaN is not blank either."""
    ((cell,),) = matrix([[math.nan]])
    assert math.isnan(cell)


@EFFORT
@given(st.lists(st.lists(CELLS, max_size=4), max_size=4))
def test_a_matrix_has_rows_of_one_length_and_every_cell(rows):
    """Whatever a host hands in: rows of equal length, no cell lost, and a matrix is a matrix of itself."""
    found = matrix(rows)
    if not any(rows):
        assert found is None
        return
    assert {len(row) for row in found} == {max(map(len, rows))}
    assert len(found) == len(rows)
    for row, got in zip(rows, found, strict=True):
        for cell, kept in zip(row, got, strict=False):
            assert type(kept) is (float if isinstance(cell, dt.date | dt.time) else type(cell))
        assert all(cell is None for cell in got[len(row) :])
    assert matrix(found) == found
    assert size(found) == (len(found), len(found[0]))
    assert len(flat(found)) == len(found) * len(found[0])


# ---------------------------------------------------------------- blank


@pytest.mark.parametrize("blank", [None, ((None,),), (("", " "), ("　", None))])
def test_blank(blank):
    """Nothing, blank cells and cells of spaces are blank."""
    assert is_blank(blank)
    assert table("activities", blank) is None


@pytest.mark.parametrize("cell", [0, False, "0", error_cell("#N/A"), 0.0, dt.time()])
def test_not_blank(cell):
    """Zero, false, midnight and an error are something."""
    assert not is_blank(((None, cell),))
    assert table("activities", ((cell,),)) == ((cell,),)


# ---------------------------------------------------------------- what goes out


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        ("", ""),
        ("达标", "达标"),
        (True, True),
        (False, False),
        (3, 3),
        (0, 0),
        (-7, -7),
        (Fraction(76, 2), 38),
        (Fraction(1709, 45), 37.977777777777774),
        (Decimal("640.50"), 640.5),
        (Decimal("640.00"), 640),
        (Decimal("1E+3"), 1000),
        (LARGEST_INTEGER - 1, LARGEST_INTEGER - 1),
        (Fraction(3_000_000_000), 3e9),
        (dt.date(2024, 3, 5), "2024-03-05"),
    ],
)
def test_out(value, cell):
    """Every sort of result as a cell holds it."""
    found = out(value)
    assert found == cell
    assert type(found) is type(cell)


@EFFORT
@given(st.integers(-(10**15), 10**15) | st.fractions(-(10**9), 10**9) | st.decimals(-(10**9), 10**9, places=2))
def test_out_gives_the_nearest_float_or_an_integer_of_32_bits(value):
    """No amount is changed by more than a float's last digit, and no integer is too large for COM."""
    found = out(value)
    assert type(found) in (int, float)
    assert found == float(Fraction(value)) or found == value
    assert type(found) is float or abs(found) < LARGEST_INTEGER


def test_a_block_is_a_grid_with_its_header():
    """What is not there is an empty text."""
    assert grid_of_block(Block("表", ("工号", "课时"), (("T01", 2.5), ("T02", None)))) == [
        ["工号", "课时"],
        ["T01", 2.5],
        ["T02", ""],
    ]


def test_lines_are_numbered():
    """Sentences come as steps."""
    assert lines(("步骤", "说明"), ["甲", "乙"]) == [["步骤", "说明"], [1, "甲"], [2, "乙"]]


# ---------------------------------------------------------------- one result for each cell


def whole(cell):
    """A parser as those of the library are: blank is nothing, the rest a number or a fault."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise CellError("not_a_number", "应为数字", "takes a number")
    return cell


SUM = Each((whole, whole), one_by_one(lambda one, other: one + (other or 0)), lambda _rows: ())
TWO = (argument("one"), argument("other", optional=True))


def summed(*cells):
    return elementwise(SUM, TWO, [matrix(one) for one in cells], "WL_SUM")


def test_places_lie_over_each_other():
    """Ranges of one size go cell by cell; a single cell stands beside all of a range; an optional one may be blank."""
    assert summed([[1], [2]], [[10], [20]]) == [[11], [22]]
    assert summed([[1], [2]], 10) == [[11], [12]]
    assert summed(1, [[10, 20], [30, 40]]) == [[11, 21], [31, 41]]
    assert summed([[1], [2]], None) == [[1], [2]]
    assert summed([[1], [2]], [[None], [5]]) == [[1], [7]]


def test_a_blank_place_stays_blank():
    """A required cell that is blank leaves its place blank, and a blank single cell all places."""
    assert summed([[1], [None], [""]], [[1], [1], [1]]) == [[2], [""], [""]]
    assert summed(None, [[1], [1]]) == [[""], [""]]
    assert summed([[None]], [[1], [1]]) == [[""], [""]]


def test_ranges_of_other_sizes_are_refused():
    """The message names each range with its size."""
    with pytest.raises(CallError) as caught:
        summed([[1], [2]], [[1, 2]])
    assert caught.value.text.zh == "几个区域大小不同：one 为 2行×1列、other 为 1行×2列；应相同，或为单个单元格"
    assert "one is 2 x 1, other is 1 x 2" in caught.value.text.en


def test_every_bad_cell_is_told_with_its_place():
    """Row and column within the range, what stands there, what is accepted, for all arguments."""
    with pytest.raises(BadValuesError) as caught:
        summed([[1, "甲"], ["#N/A", 2]], [[1, 1], [1, True]])
    assert [(bad.argument, bad.place, bad.fault.value) for bad in caught.value.found] == [
        ("one", (1, 2), "甲"),
        ("one", (2, 1), "#N/A"),
        ("other", (2, 2), "TRUE"),
    ]


def test_a_single_bad_cell_has_no_place():
    """Where an argument is one cell, there is nothing to count."""
    with pytest.raises(BadValuesError, match=r"^one“甲”：应为数字$"):
        summed("甲", 1)


def test_a_result_may_fail_at_its_place():
    """A place whose values are well but have no result is told by row and column; the others do not hide it."""

    def half(one):
        if one % 2:
            raise WorkloadError(Text("不是偶数", "is odd"))
        return one // 2

    each = Each((whole,), one_by_one(half), lambda _rows: ())
    places = Places.of([argument("one")], [((None,), (3,), (4,))], each)
    with pytest.raises(BadValuesError, match=r"^WL_HALF 第2行第1列：不是偶数$"):
        each_result(each, places, "WL_HALF")


@EFFORT
@given(
    st.integers(1, 300).flatmap(
        lambda rows: st.lists(st.sampled_from([None, "", 0, 0.0, 1, 1.0, 2.5]), min_size=rows, max_size=rows)
    ),
    st.sampled_from([None, 3, [[5]]]),
)
def test_a_long_column_is_what_its_cells_are(column, beside):
    """A column is worked out in one go, however long, and gives what each cell gives by itself."""
    assert summed([[cell] for cell in column], beside) == [summed([[cell]], beside)[0] for cell in column]


@pytest.mark.parametrize("rows", [3, 400])
def test_true_is_not_one(rows):
    """In a long column of ones, one truth value is still refused, at its place."""
    column = [[1]] * rows + [[True]]
    with pytest.raises(BadValuesError, match=f"^one 第{rows + 1}行第1列“TRUE”：应为数字$"):
        summed(column, None)


@pytest.mark.parametrize("rows", [3, 400])
def test_one_bad_cell_of_a_long_column_is_told_once_for_each_place(rows):
    """Where the same bad cell stands twice, both places are told."""
    with pytest.raises(BadValuesError) as caught:
        summed([["甲"], *[[1]] * rows, ["甲"]], None)
    assert [bad.place for bad in caught.value.found] == [(1, 1), (rows + 2, 1)]


def test_a_grid_keeps_the_shape():
    """Results go where their places are."""
    each = Each((whole,), one_by_one(lambda one: one), lambda _rows: ())
    places = Places.of([argument("one")], [((1, None, 3), (None, 5, 6))], each)
    assert grid_of(places, list(each.run(places.values))) == [[1, "", 3], ["", 5, 6]]
    assert places.position(2) == (2, 2)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (90.0, "90"),
        (90.5, "90.5"),
        (-1, "-1"),
        (True, "TRUE"),
        ("x" * 100, "x" * 59 + "…"),
        (error_cell("#REF!"), "#REF!"),
        (None, None),
        ("13800138000", None),
        (13800138000.0, None),
        ("11010519491231002X", None),
        (110105194912310021, None),
        (math.inf, "inf"),
    ],
)
def test_what_stands_in_a_bad_cell_is_shown_unless_it_names_a_person(cell, shown):
    """Numbers as Excel shows them, long texts shortened, numbers of persons never."""
    bad = BadValue.of("minutes", (3, 1), cell, CellError("not_a_number", "应为数字", "takes a number"))
    assert bad.fault.value == shown
    assert ("“" in bad.text.zh) == (shown is not None)


@pytest.mark.parametrize("number", [1e300, -1e300, 123456789012345678.0])
def test_an_enormous_number_is_shown_short(number):
    """No message is three hundred digits long."""
    bad = BadValue.of("minutes", None, number, CellError("too_large", "过大", "is too large"))
    assert len(bad.text.zh) < 100


def test_an_identity_card_number_that_became_a_float_is_not_shown():
    """Excel makes a number of eighteen digits a float; neither its digits nor its exponent form are repeated."""
    bad = BadValue.of("minutes", None, 110105194912310000.0, CellError("too_large", "过大", "is too large"))
    assert "1101051949" not in "".join(filter(str.isdigit, bad.text.zh))


def test_of_many_faults_the_first_are_told():
    """One message for all: how many there are, and the first."""
    texts = [Text(f"第{place}处", f"no. {place}") for place in range(1, 6)]
    assert told(texts[:1]) == texts[0]
    assert told(texts[:2]).zh == "共 2 处错误：第1处；第2处"
    assert told(texts).zh == "共 5 处错误：第1处；第2处；第3处；……"
    assert told(texts).en == "5 faults: no. 1; no. 2; no. 3; …"
    assert MOST_TOLD == 3


# ---------------------------------------------------------------- a range as one thing


def test_single():
    """One cell gives its value, blank none; several are refused, a bad one is told without a place."""
    assert single("year", ((2024,),), whole) == 2024
    assert single("year", None, whole) is None
    assert single("year", (("",),), whole) is None
    with pytest.raises(CallError, match=r"^year 应为单个单元格$"):
        single("year", ((1,), (2,)), whole)
    with pytest.raises(BadValuesError, match=r"^year“x”：应为数字$"):
        single("year", (("x",),), whole)


def test_an_error_cell_is_no_text():
    """Where any text will do, an error cell is an error all the same."""
    with pytest.raises(BadValuesError, match="单元格显示错误"):
        single("rule_name", ((error_cell("#N/A"),),), lambda cell: str(cell) or None)
    with pytest.raises(CellError):
        as_is(error_cell("#N/A"))
    assert as_is(3) == 3


NAMES = ["years", "hours"]


def read_columns(*cells):
    return columns(NAMES, [matrix(one) for one in cells], [whole, whole], (True, True))


def test_columns_are_read_place_by_place():
    """Columns or rows of one length; places where all are blank say nothing."""
    assert read_columns([[2022], [2023]], [[38], [40]]) == [(2022, 38), (2023, 40)]
    assert read_columns([[2022, 2023]], [[38, 40]]) == [(2022, 38), (2023, 40)]
    assert read_columns([[2022], [None], [""]], [[38], [None], [""]]) == [(2022, 38)]
    assert read_columns(2022, 38) == [(2022, 38)]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ((None, [[38]]), "^缺少 years$"),
        (([[1, 2], [3, 4]], [[38], [40]]), "^years 应为一列或一行$"),
        (([[2022], [2023]], [[38]]), "^各列长度不同：years 2 个、hours 1 个$"),
        (([[2022], [None]], [[38], [40]]), "^years 第2行第1列：必填，不能为空$"),
        (([[2022, None]], [[38, 40]]), "^years 第1行第2列：必填，不能为空$"),
        (
            ([[2022], ["x"]], [["y"], [40]]),
            "^共 2 处错误：years 第2行第1列“x”：应为数字；hours 第1行第1列“y”：应为数字$",
        ),
        (([[2022], [2023]], [[38], ["#N/A"]]), "^hours 第2行第1列“#N/A”：单元格显示错误"),
        ((2022, "x"), "^hours“x”：应为数字$"),
    ],
)
def test_columns_tell_what_is_wrong(cells, message):
    """Missing, too wide, of other length, blank or bad: with argument, row and column."""
    with pytest.raises(CallError, match=message):
        read_columns(*cells)


def test_an_error_cell_is_not_blank_in_a_column():
    """A place where nothing but an error stands is not left out."""
    with pytest.raises(BadValuesError, match="#N/A"):
        read_columns([[2022], [None]], [[38], ["#N/A"]])


@EFFORT
@given(st.lists(st.tuples(st.integers(1990, 2050), st.integers(0, 100)), min_size=1, max_size=20))
def test_rows_and_columns_say_the_same(pairs):
    """It does not matter which way a range lies."""
    down = read_columns(*[[[pair[place]] for pair in pairs] for place in (0, 1)])
    across = read_columns(*[[[pair[place] for pair in pairs]] for place in (0, 1)])
    assert down == across == pairs
