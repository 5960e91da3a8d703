"""One cell to one value, or the reason why not.

A cell is what a reader gives: text, number, truth value, date, time, or nothing (``None`` or an empty text). Each
function here returns the value, ``None`` for a blank cell, or raises :class:`CellError` with what is accepted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from math import isfinite

from attrs import frozen

from workload.exact import exact, steady
from workload.privacy import looks_like_person_data
from workload.records import minutes_between
from workload.text import Text
from workload.vocabulary import YEARS, folded
from workload.vocabulary import plain as plain_text


@frozen
class BadCell:
    """A cell that holds something else than a value: an error, or a formula that nobody worked out."""

    code: str
    shown: str
    text: Text

    def __str__(self) -> str:
        return self.shown


def error_cell(shown: str) -> BadCell:
    """A cell that shows an error, such as ``#N/A``."""
    return BadCell(
        "error_value",
        shown,
        Text("单元格显示错误，请改正公式或改填数值", "the cell shows an error; mend its formula or write the value"),
    )


Cell = str | int | float | bool | date | datetime | time | timedelta | BadCell | None
Parser = Callable[[Cell], object]

EXCEL_EPOCH = date(1899, 12, 30)
FLOAT_NOISE = 1e-6
LONGEST_NUMBER = 33  # letters of a text that is a number
MOST = 10**9  # no amount of work or money of one row comes near; a telephone number is above it
_SECONDS_A_DAY = 24 * 60 * 60


class CellError(Exception):
    """A cell that cannot be read: a code, and what is accepted."""

    def __init__(self, code: str, zh: str, en: str, suggestion: Text | None = None) -> None:
        super().__init__(en)
        self.code = code
        self.text = Text(zh, en)
        self.suggestion = suggestion


def blank(cell: Cell) -> bool:
    """Whether nothing stands in the cell.

    >>> blank("　"), blank(0)
    (True, False)
    """
    return cell is None or (isinstance(cell, str) and not cell.strip())


def plain(cell: Cell) -> str:
    """The text of a cell as people mean it: full-width letters and digits as half-width, outer spaces gone.

    A number that is whole stands without a decimal point: 7.0 is ``7``.

    >>> plain("　Ｔ０１ "), plain(7.0), plain("007")
    ('T01', '7', '007')
    """
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return plain_text(str(cell))


def identifier(cell: Cell) -> str | None:
    """An id as text: ``007`` stays ``007``, the number 7 is ``7``."""
    if type(cell) is str and len(cell) < 11 and cell.isascii():
        return cell.strip() or None  # the usual case; too short for a number that could be a person's
    if blank(cell):
        return None
    if isinstance(cell, date | time | timedelta | bool):
        raise CellError(
            "not_text",
            "应为文字（编号），现为日期、时间或真假值；请把该列设为“文本”再重新输入",
            "takes a text, not a date, time or truth value",
        )
    return _without_person_data(plain(cell))


def text(cell: Cell) -> str | None:
    """A free text."""
    return None if blank(cell) else _without_person_data(plain(cell))


def note(cell: Cell) -> None:
    """A note is looked at, and never kept: it may not hold a client's identity-card or mobile number."""
    if isinstance(cell, str | int | float) and not blank(cell):
        _without_person_data(plain(cell))


PERSON_DATA = CellError(
    "client_data",
    "疑似身份证号或手机号，不得录入；请删除（内容不在此重复）",
    "looks like an identity-card or mobile number, which may not enter; delete it (not repeated here)",
)


def _without_person_data(value: str) -> str:
    if looks_like_person_data(value):
        raise CellError(PERSON_DATA.code, PERSON_DATA.text.zh, PERSON_DATA.text.en)
    return value


_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]+\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d+)?)?)?$"
)
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})$")


def day(cell: Cell) -> date | None:
    """A date: a date cell, an Excel serial number, or text like 2024-03-05, 2024/3/5, 2024年3月5日, 20240305.

    >>> day("2024/3/5") == day(45356) == day("2024年3月5日") == date(2024, 3, 5)
    True
    """
    if blank(cell):
        return None
    found: date | None = None
    if isinstance(cell, datetime):
        found = cell.date()
    elif isinstance(cell, date):
        found = cell
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        found = _serial_day(cell)
    elif isinstance(cell, str):
        value = plain(cell)
        match = _DATE.match(value) or _COMPACT_DATE.match(value)
        if match:
            try:
                found = date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                raise CellError("no_such_day", "没有这一天", "there is no such day") from None
        elif re.fullmatch(r"\d{5}(?:\.\d+)?", value):
            found = _serial_day(float(value))
    if found is None:
        raise CellError(
            "not_a_date", "应为日期，如 2024-03-05 或 2024/3/5", "takes a date such as 2024-03-05 or 2024/3/5"
        )
    if found.year not in YEARS:
        span = f"{YEARS.start}–{YEARS.stop - 1}"
        raise CellError("date_out_of_range", f"年份应在 {span} 之间", f"takes a year from {span}")
    return found


def _serial_day(serial: float) -> date | None:
    if not isfinite(serial):
        return None
    # A compact date (20240305) may have been stored as a number; no serial of YEARS is that large.
    if serial == int(serial) and _COMPACT_DATE.match(str(int(serial))):
        return day(str(int(serial)))
    return EXCEL_EPOCH + timedelta(days=int(serial)) if 0 < serial < 100_000 else None


_TIME = re.compile(r"(\d{1,2})\s*[::时]\s*(\d{1,2})(?:\s*[::分]\s*(\d{1,2})(?:\.\d+)?\s*秒?)?\s*分?$")


def clock(cell: Cell) -> time | None:
    """A time of day: a time or date-time cell, a fraction of a day, or text like 14:30, 14：30, 14:30:00.

    24:00 is midnight. The float noise of a fraction is rounded to the second, and to the minute where it is within a
    second of one.

    >>> clock("14：30") == clock(0.604166666) == clock(45356.604166667) == time(14, 30)
    True
    """
    if blank(cell):
        return None
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return time(0, 0)  # what a reader makes of a date-time at midnight
    if isinstance(cell, datetime | time):
        return _of_seconds(cell.hour * 3600 + cell.minute * 60 + cell.second + cell.microsecond / 1e6)
    if isinstance(cell, timedelta):
        return _of_seconds(cell.total_seconds())
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _of_serial(cell)
    if isinstance(cell, str):
        value = plain(cell)
        # A date may stand before the time (2024-03-05 14:30).
        before, _, last = value.rpartition(" ")
        before, last = (before, last) if before else value.split("T", 1) if "T" in value else ("", value)
        match = _TIME.match(value) or (_TIME.match(last) if _DATE.match(before) else None)
        if match:
            hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
            if (hour < 24 or (hour, minute, second) == (24, 0, 0)) and minute < 60 and second < 60:
                return time(hour % 24, minute, second)
        elif _FRACTION_OF_A_DAY.fullmatch(value):
            return _of_serial(float(value))
    raise _not_a_time()


def day_of_time(cell: Cell) -> date | None:
    """The day that stands in a cell beside its time, if any.

    >>> day_of_time(datetime(2024, 3, 5, 14, 30)), day_of_time(0.5), day_of_time("14:30")
    (datetime.date(2024, 3, 5), None, None)
    """
    found: date | None = None
    if isinstance(cell, date):
        found = cell.date() if isinstance(cell, datetime) else cell
    elif isinstance(cell, int | float) and not isinstance(cell, bool) and cell >= 1:
        found = _serial_day(float(cell))
    elif isinstance(cell, str) and _DATE.match(plain(cell)):
        found = day(cell)
    return found if found is not None and found.year in YEARS else None


Moment = tuple[time, date | None]


def moment(cell: Cell) -> Moment | None:
    """A time of day, and the day that stands beside it, if any.

    >>> moment(datetime(2024, 3, 5, 14, 30)), moment("14:30")
    ((datetime.time(14, 30), datetime.date(2024, 3, 5)), (datetime.time(14, 30), None))
    """
    found = clock(cell)
    return None if found is None else (found, day_of_time(cell))


def elapsed(start: Moment, end: Moment) -> int:
    """Minutes from one moment to another, to the nearest whole one; an end before the start is on the next day.

    Where both say their day, the days count, and a duty ends within a day of its start.

    Raises:
        CellError: the two are the same, or their days do not fit.

    >>> elapsed((time(22, 30), None), (time(1, 0), None))
    150
    """
    (begins, first), (ends, last) = start, end
    minutes = minutes_between(begins, ends)
    if not minutes:
        raise CellError("no_time", "结束时间与开始时间相同", "the end is the same as the start")
    if first is not None and last is not None and last != first + timedelta(days=ends <= begins):
        raise CellError(
            "another_day",
            f"结束应在开始之后一天以内，现为 {first} 至 {last}",
            f"the end must follow within a day of the start, not {first} to {last}",
        )
    return minutes


# As a text it has many decimals; 0.30 is an hour and a half hour that somebody wrote with a dot.
_FRACTION_OF_A_DAY = re.compile(r"\d*\.\d{4,}")


def _not_a_time() -> CellError:
    return CellError("not_a_time", "应为时间，如 14:30", "takes a time such as 14:30")


def _of_serial(serial: float) -> time:
    """The time of an Excel serial number: the fraction of a day, with or without a day of YEARS before it.

    A number such as 1, 14 or 1430 is neither: somebody meant an hour, and it is not guessed.
    """
    if 0 <= serial < 1:
        return _of_seconds(serial * _SECONDS_A_DAY)
    if isfinite(serial) and 1 <= serial < 100_000 and (EXCEL_EPOCH + timedelta(days=int(serial))).year in YEARS:
        return _of_seconds(serial % 1 * _SECONDS_A_DAY)
    raise _not_a_time()


def _of_seconds(seconds: float) -> time:
    whole = round(seconds)
    nearest_minute = round(seconds / 60) * 60
    if abs(whole - nearest_minute) <= 1:
        whole = nearest_minute
    whole %= _SECONDS_A_DAY
    return time(whole // 3600, whole // 60 % 60, whole % 60)


_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?<=[\d.])$")


def number(cell: Cell) -> Fraction | None:
    """A number that is not negative, exactly as the cell shows it, without the noise of a formula over floats.

    >>> number("71.9"), number(1.5), number(71.99999999999996)
    (Fraction(719, 10), Fraction(3, 2), Fraction(72, 1))
    """
    if type(cell) is float and cell.is_integer() and 0 <= cell < MOST:
        return Fraction(int(cell))  # the usual case
    if blank(cell):
        return None
    value: Fraction | None = None
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        try:
            value = steady(cell) if isinstance(cell, float) else Fraction(cell)
        except ValueError:
            value = None
    elif isinstance(cell, str):
        found = plain(cell)
        if len(found) <= LONGEST_NUMBER and _NUMBER.match(found) and found.strip("+-."):
            value = exact(found.replace(",", ""))
    if value is None:
        raise CellError("not_a_number", "应为数字", "takes a number")
    if value >= MOST:
        raise CellError("too_large", f"应小于 {MOST:,}", f"must be below {MOST:,}")
    if value < 0:
        raise CellError("negative", "不能为负数", "must not be negative")
    return value


def whole(cell: Cell) -> int | None:
    """A whole number that is not negative."""
    if type(cell) is float and cell.is_integer() and 0 <= cell < MOST:
        return int(cell)  # the usual case
    if isinstance(cell, float) and isfinite(cell) and abs(cell - round(cell)) < FLOAT_NOISE:
        cell = round(cell)  # minutes that a formula worked out from times
    value = number(cell)
    if value is None:
        return None
    if value.denominator != 1:
        raise CellError("not_whole", "应为整数", "takes a whole number")
    return value.numerator


def year(cell: Cell) -> int | None:
    """A year: 2024, or 2024年."""
    if isinstance(cell, str) and not blank(cell):
        cell = plain(cell).removesuffix("度").removesuffix("年")
    value = cell.year if isinstance(cell, date) else whole(cell)
    if value is not None and value not in YEARS:
        span = f"{YEARS.start}–{YEARS.stop - 1}"
        raise CellError("year_out_of_range", f"年度应在 {span} 之间", f"takes a year from {span}")
    return value


def month(cell: Cell) -> date | None:
    """A month, as its first day: 2024-11, 2024年11月, or a date in it.

    >>> month("2024-11") == month("2024年11月") == date(2024, 11, 1)
    True
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool) and re.fullmatch(r"\d{6}", plain(cell)):
        cell = plain(cell)
    if isinstance(cell, str) and (match := re.fullmatch(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*月?", plain(cell))):
        cell = f"{match[1]}-{match[2]}-1"
    found = day(cell)
    return None if found is None else found.replace(day=1)


def share(cell: Cell) -> Fraction | None:
    """A share of an event, from above 0 to 1: 0.5, 50%, 1/2.

    >>> share("50%"), share("1/3"), share(0.25)
    (Fraction(1, 2), Fraction(1, 3), Fraction(1, 4))
    """
    if blank(cell):
        return None
    try:
        value = exact(plain(cell)) if not isinstance(cell, date | time | timedelta | bool) else Fraction(-1)
    except ValueError:
        value = Fraction(-1)
    if not 0 < value <= 1:
        raise CellError("not_a_share", "应为大于0、不超过1的份额，如 0.5、50%、1/2", "takes a share above 0, at most 1")
    return value


def yuan(cell: Cell) -> Decimal | None:
    """An amount of money that is not negative, to the fen."""
    if type(cell) is float and 0 <= cell < MOST and (whole := round(cell * 100)) / 100 == cell:
        return Decimal(whole).scaleb(-2)  # the usual case: the float nearest to so many fen
    if isinstance(cell, float) and isfinite(cell) and abs(cell - round(cell, 2)) < FLOAT_NOISE:
        cell = round(cell, 2)  # an amount that a formula worked out
    value = number(cell)
    if value is None:
        return None
    fen = value * 100
    if fen.denominator != 1:
        raise CellError("not_fen", "金额最多两位小数", "takes at most two decimals")
    return Decimal(fen.numerator).scaleb(-2)


class Choice:
    """A closed list of words: any of its spellings to the word itself.

    >>> Choice({"part_time": ["兼职", "part_time"]})("兼 职")
    'part_time'
    """

    def __init__(self, spellings: Mapping[str, Iterable[str]], code: str = "unknown_word") -> None:
        self.code = code
        self.words: dict[str, str] = {}
        self.shown: dict[str, Text] = {}
        for name, found in spellings.items():
            texts = list(found)
            self.shown[name] = Text(texts[0], name)
            for spelling in (*texts, name):
                self.words.setdefault(folded(spelling), name)
        self.accepted = "、".join(text.zh for text in self.shown.values())
        self.accepted_en = ", ".join(spellings)
        self.aliases: dict[str, str] = {}

    def with_aliases(self, meanings: Mapping[str, str]) -> Choice:
        """The same list, which also takes a school's own words: folded spelling to what it means here.

        Raises:
            CellError: a meaning is not in the list.
        """
        for spelling, meaning in meanings.items():
            if self.words.get(spelling, self(meaning)) != self(meaning):
                zh, en = f"“{spelling}”已有固定含义，不能另作他用", f"{spelling!r} has a meaning already"
                raise CellError("word_taken", zh, en)
        more = copy(self)
        more.aliases = {spelling: self(meaning) or "" for spelling, meaning in meanings.items()}
        return more

    def __call__(self, cell: Cell) -> str | None:
        """The word that the cell's spelling stands for."""
        if blank(cell):
            return None
        value = plain(cell)
        for spelling in (folded(value), folded(_SPACES.sub("", value))):
            if spelling in self.words:
                return self.words[spelling]
            if spelling in self.aliases:
                return self.aliases[spelling]
        near = nearest(folded(value), self.words)
        suggestion = None if near is None else self.shown[self.words[near]]
        raise CellError(self.code, f"只接受：{self.accepted}", f"accepted: {self.accepted_en}", suggestion)


_SPACES = re.compile(r"\s+")
_NEGATED = re.compile("[未没不非无否]|not?_|un")


def nearest(value: str, accepted: Iterable[str]) -> str | None:
    """The one of the accepted words that a slip of the pen could have made into ``value``, if just one comes near.

    >>> nearest("兼取", ["专职", "兼职"]), nearest("咨寻值班", ["咨询值班", "讲座"])
    ('兼职', '咨询值班')
    """
    # With a "not" before it a word means the opposite: it comes near to nothing.
    words = [
        word
        for word in dict.fromkeys(accepted)
        if not (value.endswith(word[1:]) and (_NEGATED.search(value) is None) != (_NEGATED.search(word) is None))
    ]
    # Of a short Chinese word one wrong character is half, and too much for a measure of likeness.
    one_off = [
        word
        for word in words
        if len(word) == len(value) > 1 and sum(a != b for a, b in zip(word, value, strict=True)) == 1
    ]
    if len(one_off) == 1:
        return one_off[0]
    return next(iter(get_close_matches(value, words, n=1, cutoff=0.7)), None)


def in_units(parser: Parser, *units: str) -> Parser:
    """A parser that also takes a number with the column's own unit behind it: ``90分钟``, and not ``1 5分钟``.

    >>> in_units(whole, "分钟")("90 分钟")
    90
    """

    def read(cell: Cell) -> object:
        if isinstance(cell, str):
            value = plain(cell)
            for unit in units:
                if value.endswith(unit):
                    return parser(value.removesuffix(unit).rstrip())
        return parser(cell)

    return read


def repair_code(cell: Cell, value: object, *, typed: bool) -> str | None:
    """How a cell had to be repaired to be read as ``value``; ``None`` when it stood as it should.

    ``typed``: the cells around it have types, so that a number or a date is not written as a text.

    >>> repair_code("１４：30", time(14, 30), typed=False), repair_code("90", 90, typed=True)
    ('full_width', 'text_number')
    """
    if value is None or isinstance(cell, bool):
        return None
    if isinstance(cell, str):
        if typed and isinstance(value, int | Fraction | Decimal):
            return "text_number"
        if typed and isinstance(value, date | time):
            return "text_date" if isinstance(value, date) else "text_time"
        if isinstance(value, date | time) and re.fullmatch(r"[\d.]+", cell.strip()) and cell.count(".") < 2:
            return "number_date" if isinstance(value, date) else "number_time"
        if unicodedata.normalize("NFKC", cell) != cell and value != cell:
            return "full_width"
        if cell != cell.strip() or (_SPACES.search(cell) and isinstance(value, str) and value != cell):
            return "spaces"
        if isinstance(value, int | Fraction) and cell[-1:].isalpha() and not cell.isascii():
            return "unit"
        return None
    if isinstance(cell, int | float) and isinstance(value, date | time):
        return "number_date" if isinstance(value, date) else "number_time"
    return None
