"""One cell: what each parser takes, what it makes of it, and what it says of the rest."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from workload import load_regulation
from workload.privacy import looks_like_person_data
from workload.tables import cells
from workload.tables.cells import CellError
from workload.tables.read import column_parsers

moment = datetime.fromisoformat  # a date-time cell has no time zone
FIFTH_OF_MARCH = date(2024, 3, 5)
HALF_PAST_TWO = time(14, 30)


def refusal(parser, cell):
    """The code with which a parser refuses a cell."""
    with pytest.raises(CellError) as caught:
        parser(cell)
    error = caught.value
    assert error.text.zh
    assert error.text.en == str(error)
    return error.code


@pytest.mark.parametrize("blank", [None, "", " ", "\t", "　", "\xa0"])
@pytest.mark.parametrize(
    "parser",
    [
        cells.identifier,
        cells.text,
        cells.note,
        cells.day,
        cells.clock,
        cells.number,
        cells.whole,
        cells.year,
        cells.month,
        cells.share,
        cells.yuan,
        cells.Choice({"yes": ["是"]}),
    ],
    ids=lambda parser: getattr(parser, "__name__", "choice"),
)
def test_blank_is_none(parser, blank):
    """A cell with nothing in it, or only spaces of any sort, is no value and no fault."""
    assert parser(blank) is None


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    "cell",
    [
        FIFTH_OF_MARCH,
        moment("2024-03-05"),
        moment("2024-03-05 23:59:59"),
        45356,
        45356.0,
        45356.75,
        20240305,
        20240305.0,
        "2024-03-05",
        "2024-3-5",
        "2024/3/5",
        "2024/03/05",
        "2024.3.5",
        "2024年3月5日",
        "2024年03月05日",
        "2024 年 3 月 5 日",
        "2024年3月5",
        "20240305",
        "45356",
        "45356.0",
        "45356.604166667",
        "2024-03-05 14:30",
        "2024-03-05 14:30:00",
        "2024-03-05T14:30:00.000",
        "　２０２４／３／５ ",
    ],
    ids=repr,
)
def test_day_takes(cell):
    """A date is read whatever its cell type and however it is written."""
    found = cells.day(cell)
    assert found == FIFTH_OF_MARCH
    assert type(found) is date


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2024-02-30", "no_such_day"),
        ("2023/2/29", "no_such_day"),
        ("2024-13-01", "no_such_day"),
        ("2024年0月1日", "no_such_day"),
        ("20240230", "no_such_day"),
        (20240230, "no_such_day"),
        ("1949-12-31", "date_out_of_range"),
        ("2101-01-01", "date_out_of_range"),
        (date(1899, 12, 31), "date_out_of_range"),
        (7, "date_out_of_range"),
        (99_999, "date_out_of_range"),
        ("99999", "date_out_of_range"),
        ("昨天", "not_a_date"),
        ("24-3-5", "not_a_date"),
        ("3/5/2024", "not_a_date"),
        ("2024-03", "not_a_date"),
        ("2024-03-05 下午", "not_a_date"),
        ("2024-03-055", "not_a_date"),
        (0, "not_a_date"),
        (-1, "not_a_date"),
        (100_000, "not_a_date"),
        (float("nan"), "not_a_date"),
        (float("inf"), "not_a_date"),
        (True, "not_a_date"),
        (time(14, 30), "not_a_date"),
        (timedelta(days=1), "not_a_date"),
    ],
    ids=repr,
)
def test_day_refuses(cell, code):
    """What is no day, or a day that no record of work can lie on, is a fault and never another day."""
    assert refusal(cells.day, cell) == code


def test_every_day_of_the_calendar_has_its_serial_number():
    """The serial number of Excel is the day it shows, over every year in which a record can lie."""
    serial = 18264  # 1 January 1950
    day = date(1950, 1, 1)
    while day.year < 2101:
        assert cells.day(serial) == day
        serial += 1
        day += timedelta(days=1)


# ---------------------------------------------------------------- times


@pytest.mark.parametrize(
    "cell",
    [
        HALF_PAST_TWO,
        moment("2024-03-05 14:30"),
        timedelta(hours=14, minutes=30),
        14.5 / 24,
        0.604166666,
        0.6041667,
        45356.604166667,
        "14:30",
        "14：30",
        "14:30:00",
        "14:30:00.000",
        "14时30分",
        "14时30分0秒",
        " 14 : 30 ",
        "１４：３０",
        "0.604166667",
        ".604166667",
        "2024-03-05 14:30",
        "2024/3/5 14:30:00",
        "2024年3月5日 14：30",
        "2024-03-05T14:30:00",
        "45356.604166667",
    ],
    ids=repr,
)
def test_clock_takes(cell):
    """A time of day is read whatever its cell type and however it is written."""
    assert cells.clock(cell) == HALF_PAST_TWO


NOISE = [0, 1e-9, -1e-9, 5e-6, -5e-6]


@pytest.mark.parametrize("noise", NOISE)
@pytest.mark.parametrize("day", [0, 45356])
def test_every_minute_of_the_day_survives_its_fraction(day, noise):
    """Each of the 1,440 minutes is read back from the fraction of a day that Excel keeps, float noise or not."""
    for minute in range(24 * 60):
        fraction = max(0.0, day + minute / 1440 + noise)
        assert cells.clock(fraction) == time(minute // 60, minute % 60), minute


@pytest.mark.parametrize("places", [9, 8, 7, 6])
def test_every_minute_of_the_day_survives_its_text(places):
    """Each minute is read back from the decimals that a CSV file shows of its fraction."""
    for minute in range(24 * 60):
        assert cells.clock(f"{minute / 1440:.{places}f}") == time(minute // 60, minute % 60), minute


def test_every_minute_of_the_day_as_a_date_time_with_noise():
    """A date-time that lies some microseconds beside the minute is that minute."""
    for minute in range(24 * 60):
        for microseconds in (-400_000, -1, 0, 1, 400_000):
            cell = moment("2024-03-05") + timedelta(minutes=minute, microseconds=microseconds)
            assert cells.clock(cell) == time(minute // 60, minute % 60), cell


@pytest.mark.parametrize("cell", ["14:30:20", time(14, 30, 20), timedelta(hours=14, seconds=1820), 52220 / 86400])
def test_seconds_that_are_meant_stay(cell):
    """Seconds beyond the noise are kept; what they come to is decided where minutes are."""
    assert cells.clock(cell) == time(14, 30, 20)


@pytest.mark.parametrize(
    "cell",
    [
        "24:00",
        "24:00:00",
        "24：00",
        "24时00分",
        "0:00",
        "00:00",
        0,
        0.0,
        0.999999999,
        time(0, 0),
        timedelta(days=1),
        timedelta(0),
        moment("2024-03-06"),
        # a cell that holds 24:00 or a date-time at midnight, as the reader of workbooks gives it
        date(1900, 1, 1),
        date(2024, 3, 6),
    ],
    ids=repr,
)
def test_midnight(cell):
    """24:00 is midnight, and so is 0:00, in whatever cell it stands."""
    assert cells.clock(cell) == time(0, 0)


@pytest.mark.parametrize("cell", [1, 1.0, "1", "0.30", "9.5"])
def test_an_hour_is_no_time(cell):
    """A bare number may be an hour or a day: it is not taken for midnight, nor for a fraction of a day."""
    with pytest.raises(CellError, match="14:30"):
        cells.clock(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "24:01",
        "25:00",
        "14:60",
        "14:30:60",
        "24:00:01",
        "14",
        "1430",
        "14.30",
        "下午两点",
        "-1:00",
        "14:30-16:00",
        "昨天 14:30",
        -0.5,
        14,
        14.0,
        1430,
        100_000,
        float("nan"),
        float("inf"),
        True,
    ],
    ids=repr,
)
def test_clock_refuses(cell):
    """What is no time of day is a fault; a bare 14 or 1430 is one too, and never midnight."""
    assert refusal(cells.clock, cell) == "not_a_time"


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (0, 0),
        (90, 90),
        (1.5, Fraction(3, 2)),
        (71.9, Fraction(719, 10)),
        ("71.9", Fraction(719, 10)),
        ("+5", 5),
        ("5.", 5),
        (".5", Fraction(1, 2)),
        ("1,234.5", Fraction(2469, 2)),
        ("1,234,567", 1_234_567),
        ("１２．５", Fraction(25, 2)),
        ("-0", 0),
    ],
)
def test_number_takes(cell, value):
    """A number is exactly what the cell shows; a float is its shortest decimal."""
    assert cells.number(cell) == value


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (-1, "negative"),
        (-0.5, "negative"),
        ("-1", "negative"),
        ("九十", "not_a_number"),
        ("90分钟", "not_a_number"),
        ("1,23", "not_a_number"),
        ("1.2.3", "not_a_number"),
        ("1e3", "not_a_number"),
        (".", "not_a_number"),
        ("+", "not_a_number"),
        ("-", "not_a_number"),
        ("nan", "not_a_number"),
        ("inf", "not_a_number"),
        (float("nan"), "not_a_number"),
        (float("inf"), "not_a_number"),
        (True, "not_a_number"),
        (time(1, 30), "not_a_number"),
        (timedelta(hours=1), "not_a_number"),
        (FIFTH_OF_MARCH, "not_a_number"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("parser", [cells.number, cells.whole, cells.yuan], ids=lambda parser: parser.__name__)
def test_number_refuses(parser, cell, code):
    """What is no number, or a negative one, is a fault and never 0."""
    assert refusal(parser, cell) == code


@pytest.mark.parametrize("cell", [90, 90.0, "90", "90.0", "９０"])
def test_whole_takes(cell):
    """A whole number is an int, with or without a decimal point."""
    found = cells.whole(cell)
    assert found == 90
    assert type(found) is int


@pytest.mark.parametrize("cell", [90.5, "90.5", 0.1])
def test_whole_refuses_parts(cell):
    """A part of a minute or of an event is a fault and never rounded away."""
    assert refusal(cells.whole, cell) == "not_whole"


def test_minutes_from_a_formula():
    """Minutes that a sheet works out of two times, =(end-start)*1440, are the whole minutes it shows."""
    for start in (0, 545, 870):
        for end in range(start + 5, 1440, 5):
            assert cells.whole((end / 1440 - start / 1440) * 1440) == end - start


@pytest.mark.parametrize(
    ("cell", "value"),
    [(75, "75.00"), (2.5, "2.50"), ("1,234.56", "1234.56"), (0.07, "0.07"), (0, "0.00"), ("3.10", "3.10")],
)
def test_yuan_takes(cell, value):
    """Money is an exact decimal with its fen."""
    found = cells.yuan(cell)
    assert isinstance(found, Decimal)
    assert str(found) == value


@pytest.mark.parametrize("cell", [0.005, "12.345"])
def test_yuan_refuses_parts_of_a_fen(cell):
    """A part of a fen is a fault and never rounded away."""
    assert refusal(cells.yuan, cell) == "not_fen"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (0.5, Fraction(1, 2)),
        (1, 1),
        (1.0, 1),
        ("1", 1),
        ("0.5", Fraction(1, 2)),
        ("50%", Fraction(1, 2)),
        ("50％", Fraction(1, 2)),
        ("33.3%", Fraction(333, 1000)),
        ("1/3", Fraction(1, 3)),
        ("１／２", Fraction(1, 2)),
        (0.1, Fraction(1, 10)),
    ],
)
def test_share_takes(cell, value):
    """A share is a decimal, a percentage or a fraction, exactly."""
    assert cells.share(cell) == value


@pytest.mark.parametrize(
    "cell",
    [0, "0", -0.5, 1.01, 2, "50", "101%", "1/0", "一半", "nan", float("inf"), True, FIFTH_OF_MARCH, time(12, 0)],
    ids=repr,
)
def test_share_refuses(cell):
    """A share lies above 0 and is at most 1."""
    assert refusal(cells.share, cell) == "not_a_share"


# ---------------------------------------------------------------- years and months


@pytest.mark.parametrize(
    "cell",
    [2024, 2024.0, "2024", "2024年", "2024年度", "２０２４", FIFTH_OF_MARCH, moment("2024-03-05 01:02")],
    ids=repr,
)
def test_year_takes(cell):
    """A year is read from a number, a text or a date."""
    assert cells.year(cell) == 2024


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (1949, "year_out_of_range"),
        (2101, "year_out_of_range"),
        (24, "year_out_of_range"),
        (45356, "year_out_of_range"),
        (2024.5, "not_whole"),
        ("二〇二四", "not_a_number"),
        ("2023-2024", "not_a_number"),
        (-2024, "negative"),
    ],
)
def test_year_refuses(cell, code):
    """A year lies in the years in which a record of work can lie."""
    assert refusal(cells.year, cell) == code


@pytest.mark.parametrize(
    "cell",
    [
        date(2024, 11, 1),
        date(2024, 11, 30),
        moment("2024-11-05 01:02"),
        45597,
        202411,
        202411.0,
        "2024-11",
        "2024/11",
        "2024.11",
        "2024年11月",
        "202411",
        "2024-11-05",
        "20241105",
    ],
    ids=repr,
)
def test_month_takes(cell):
    """A month is its first day, however it is written."""
    assert cells.month(cell) == date(2024, 11, 1)


@pytest.mark.parametrize(
    ("cell", "code"),
    [("2024-13", "no_such_day"), ("11月", "not_a_date"), ("2024", "not_a_date"), ("2024年度", "not_a_date")],
)
def test_month_refuses(cell, code):
    """What is no month is a fault."""
    assert refusal(cells.month, cell) == code


# ---------------------------------------------------------------- ids and texts


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("007", "007"),
        ("7", "7"),
        (7, "7"),
        (7.0, "7"),
        (1234567890.0, "1234567890"),
        (7.5, "7.5"),
        (" T01 ", "T01"),
        ("Ｔ０１", "T01"),
        ("教-05", "教-05"),
        ("2024-0305-00017", "2024-0305-00017"),
    ],
)
def test_identifier(cell, value):
    """An id is text: 007 stays 007, a cell holding the number 7 is 7 and never 7.0."""
    assert cells.identifier(cell) == value


@pytest.mark.parametrize(
    "cell", [FIFTH_OF_MARCH, moment("2024-03-05 01:00"), HALF_PAST_TWO, timedelta(1), True], ids=repr
)
def test_identifier_refuses(cell):
    """An id that Excel has turned into a date is told, not guessed back."""
    assert refusal(cells.identifier, cell) == "not_text"


@pytest.mark.parametrize(("cell", "value"), [("　教师０１ ", "教师01"), (12, "12"), (True, "TRUE")])
def test_text(cell, value):
    """A free text is normalized and stripped."""
    assert cells.text(cell) == value


@pytest.mark.parametrize("cell", ["换班", 12, 1.5, FIFTH_OF_MARCH, True])
def test_note_is_never_kept(cell):
    """A note is looked at and never kept."""
    assert cells.note(cell) is None


CARD = "110101199003077571"
MOBILE = "13800138000"
HIDDEN_NUMBERS = [
    CARD,
    "11010119900307757X",
    "11010119900307757x",
    "110101 19900307 7571",
    "110101-1990-0307-7571",
    "１１０１０１１９９００３０７７５７１",
    f"证件{CARD}号",
    MOBILE,
    f"+86{MOBILE}",
    f"86 {MOBILE}",
    f"0086{MOBILE}",
    "138 0013 8000",
    "138-0013-8000",
    "138–0013–8000",
    "１３８００１３８０００",
    "１３８－００１３－８０００",
    "1380013 8000",
    "138-001-38000",
    "1380-0138-000",
    "13800 138000",
    "1 3 8 0 0 1 3 8 0 0 0",
    "110 101 1990 0307 7571",
    "1101 0119 9003 0775 71",
    "110101199003077 571",
    f"致电{MOBILE}，已转介",
    f"302 {MOBILE}",
    f"{MOBILE} 302",
    f"2024-03-05 {MOBILE}",
    "302室 138 0013 8000 14:30",
    f"1. {MOBILE}",
]


@pytest.mark.parametrize("value", HIDDEN_NUMBERS)
@pytest.mark.parametrize("parser", [cells.note, cells.text, cells.identifier], ids=lambda parser: parser.__name__)
def test_person_data_is_refused(parser, value):
    """An identity-card or mobile number is refused in every text, however it is spaced, and the message lacks it."""
    assert looks_like_person_data(value)
    with pytest.raises(CellError) as caught:
        parser(value)
    assert caught.value.code == "client_data"
    assert not any(character.isdigit() for character in f"{caught.value!r}{caught.value.text}{caught.value.text.en}")


@pytest.mark.parametrize("cell", [13800138000, 13800138000.0, 110101199003077571, 1.10101199003077e17])
@pytest.mark.parametrize("parser", [cells.note, cells.text, cells.identifier], ids=lambda parser: parser.__name__)
def test_person_data_as_a_number_is_refused(parser, cell):
    """So is such a number in a number cell, where Excel keeps 15 digits of it."""
    assert refusal(parser, cell) == "client_data"


@pytest.mark.parametrize(
    "value",
    [
        "三楼 302 室",
        "2024-03-05 14:30–16:00",
        "14.30-16.00 202室",
        "2024-03-05 至 2024-03-19",
        "23800138000",
        "12345678901",
        "2024030500017",
        "电话 0394-8686000",
    ],
)
def test_other_numbers_are_no_person_data(value):
    """A date, a time, a room and a record number are not mistaken for a person's number."""
    assert cells.text(value)
    assert cells.note(value) is None


# ---------------------------------------------------------------- choices


PARSERS = column_parsers(load_regulation())


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("kind", "咨询值班", "counseling_duty"),
        ("kind", "counseling_duty", "counseling_duty"),
        ("kind", "Counseling Duty", "counseling_duty"),
        ("kind", "counseling-duty", "counseling_duty"),
        ("kind", "　讲座 ", "lecture"),
        ("kind", "ＬＥＣＴＵＲＥ", "lecture"),
        ("status", "取消", "cancelled"),
        ("status", "done", "done"),
        ("attended", "是", "yes"),
        ("attended", "TRUE", "yes"),
        ("attended", "0", "no"),
        ("attended", 1.0, "yes"),
    ],
)
def test_choice_takes(column, cell, value):
    """A closed list takes its words in Chinese and English, whatever their case, width and spaces."""
    assert PARSERS["activities"][column](cell) == value


@pytest.mark.parametrize(
    ("table", "column", "cell", "code", "near"),
    [
        ("activities", "kind", "咨寻值班", "unknown_kind", "咨询值班"),
        ("activities", "kind", "counselling_duty", "unknown_kind", "counseling_duty"),
        ("activities", "kind", "讲 座 会", "unknown_kind", None),
        ("teachers", "title", "付教授", "unknown_title", "副教授"),
        ("teachers", "title", "主任医师", "unknown_title", None),
        ("teachers", "employment", "全职", "unknown_word", None),
        ("teachers", "employment", "兼取", "unknown_word", "兼职"),
        ("evaluations", "result", "及格", "unknown_word", "合格"),
        ("evaluations", "result", "良好", "unknown_word", None),
    ],
)
def test_choice_refuses(table, column, cell, code, near):
    """An unknown word is a fault that lists what is accepted, and names the word that it comes nearest to."""
    parser = PARSERS[table][column]
    with pytest.raises(CellError) as caught:
        parser(cell)
    assert caught.value.code == code
    suggestion = caught.value.suggestion
    assert near in (None if suggestion is None else suggestion.zh, None if suggestion is None else suggestion.en)
    assert parser.accepted in caught.value.text.zh
    assert parser.accepted_en in caught.value.text.en


def test_choice_lists_every_word():
    """The list of accepted words is the whole list, in the language of the message."""
    with pytest.raises(CellError) as caught:
        PARSERS["teachers"]["employment"]("外聘")
    assert "专职、兼职" in caught.value.text.zh
    assert "full_time, part_time" in caught.value.text.en


@pytest.mark.parametrize("cell", [FIFTH_OF_MARCH, HALF_PAST_TWO, 7, True])
def test_choice_refuses_what_is_no_word(cell):
    """A date or a number where a word belongs is a fault."""
    assert refusal(PARSERS["activities"]["kind"], cell) == "unknown_kind"
