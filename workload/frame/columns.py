"""Tables of any engine, with columns that the frames reckon with: words, days, minutes and integers, and their faults.

A cell that cannot be read is null there, and a fault by code beside it: nothing becomes 0, and no row is lost. The
codes are those of the reader of sheets (:mod:`workload.tables.cells`), which takes more spellings than these columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from math import lcm
from operator import or_
from typing import TYPE_CHECKING, Any, Literal

from attrs import field, frozen

from workload.errors import Fault, InputError, WorkloadError
from workload.exact import NOISE
from workload.frame.days import Parts, is_day, number_of
from workload.privacy import looks_like_client_header
from workload.tables.cells import FLOAT_NOISE, MOST
from workload.text import Text
from workload.vocabulary import TABLES, YEARS, header_spelling

if TYPE_CHECKING:
    import narwhals as nw

    from workload.frame.keep import Frame
    from workload.frame.words import List

COLLEGE = "college"  # 院校: where a table has it, ids are unique within one alone
_COLLEGE = frozenset({"college", "院校", "学校", "学院", "高校"})
ROW = "row"
TEACHER = "teacher_id"
_ROW = frozenset({"row", "行", "行号"})
_DAY = r"^[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}$"
_CLOCK = r"^[0-9]{1,2}:[0-5][0-9](:[0-5][0-9])?$"
SECONDS_A_DAY = 24 * 60 * 60
_PLACES = 6  # decimals of a text; those of a number that does not fit lie further off than half of the last one
_NUMBER = rf"^[0-9]{{1,9}}(\.[0-9]{{1,{_PLACES}}}0*)?$"
_ANY_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"
_PERCENT = rf"^[0-9]{{1,3}}(\.[0-9]{{1,{_PLACES}}})?%$"
_FRACTION = r"^[0-9]{1,2}/[0-9]{1,2}$"
_DECIMALS = 10_000
SHARES = lcm(*range(1, 17), _DECIMALS)  # parts of an event: up to sixteen leaders, and four decimals, divide it
CELL = "cell_"  # before the name of a column: what stands there

Sort = Literal["day", "time", "number", "year", "share", "word", "mark", "truth", "text"]


@frozen(eq=False)
class Read:
    """How a column is read: what sort of thing stands there, at which scale or of which words, and what a blank means.

    ``blank`` is the word, or the number, that a blank cell stands for; ``None``: nothing. Of a ``mark`` all that is
    asked is whether it is that word.
    """

    sort: Sort
    scale: int = 1
    words: List | None = None
    blank: str | int | None = None


@frozen(eq=False)
class Columns:
    """One table: the frame with English headers, and how its columns are typed."""

    table: str
    frame: Frame
    schema: Mapping[str, nw.dtypes.DType]
    _ends: dict[str, tuple[int, int] | None] = field(init=False, factory=dict)  # what years_between has found

    @classmethod
    def of(cls, table: str, native: Any) -> Columns:
        """A frame of any engine as a table of the contract.

        Raises:
            InputError: a column of the table is missing, stands twice, or looks like client data.
            WorkloadError: it is no frame.
        """
        import narwhals as nw

        try:
            given = nw.from_native(native)
        except TypeError:
            name = type(native).__name__
            raise WorkloadError(Text(f"{table} 不是数据框：{name}", f"{table} is no data frame: {name}")) from None
        names = _names(table, list(given.collect_schema().names()))
        if isinstance(given, nw.DataFrame):
            if ROW not in names.values():
                given = given.with_row_index(ROW)
                names[ROW] = ROW
            given = given.lazy(backend="polars")  # an eager frame has no engine that plans; this one does, in place
        frame = given.select(*(nw.col(old).alias(new) for old, new in names.items()))
        _refuse_types(table, frame)
        return cls(table, frame, dict(frame.collect_schema().items()))

    def has(self, column: str) -> bool:
        """Whether the table has that column."""
        return column in self.schema

    def is_date(self, column: str) -> bool:
        """Whether its days are dates of the engine."""
        import narwhals as nw

        return isinstance(self.schema.get(column), nw.Date)

    def year_of(self, column: str) -> nw.Expr:
        """The year of a column of dates."""
        import narwhals as nw

        return nw.col(column).dt.year().cast(nw.Int32)

    def years_between(self, column: str) -> tuple[int, int] | None:
        """The first and the last year of the days of a column; ``None`` where there is no day."""
        if column not in self._ends:
            self._ends[column] = self._years_between(column)
        return self._ends[column]

    def _years_between(self, column: str) -> tuple[int, int] | None:
        import narwhals as nw

        if self.is_date(column):  # the days themselves are compared sooner; most often none lies out of reach
            day = self.frame.select(nw.col(column).min().alias("first"), nw.col(column).max().alias("last")).collect()
            found = [one.year for name in ("first", "last") for one in day[name].to_list() if one is not None]
            if all(year in YEARS for year in found):
                return (found[0], found[1]) if found else None
        year = self.year_of(column) if self.is_date(column) else self.day(column) // 10000
        years = self.frame.select(year.alias("year")).filter(nw.col("year").is_between(YEARS[0], YEARS[-1]))
        ends = years.select(nw.col("year").min().alias("first"), nw.col("year").max().alias("last")).collect()
        first, last = (ends[name].to_list() for name in ("first", "last"))
        return (int(first[0]), int(last[0])) if first and first[0] is not None else None

    # ---- the whole table

    def read(self, keys: Sequence[str], reads: Mapping[str, Read], *, nobody: bool = True) -> Frame:
        """The keys as texts, ``row``, the columns as they are read, whether the row is ``unsound``, and ``unreadable``:
        the first column that cannot be read. A row without an id is unsound, unless ``nobody`` is looked for elsewhere.

        What stands in the cells is kept beside them, for :meth:`why`; whoever does not ask for it does not pay for it.
        """
        import narwhals as nw

        frame = self.frame.select(
            *(self.text(key).alias(key) for key in keys),
            self.row.alias(ROW),
            *(self._value(name, read).alias(name) for name, read in reads.items()),
            *(nw.col(name).alias(CELL + name) for name in reads if self.has(name)),
            *(self.year_of(name).alias(f"{name}_year") for name in reads if self.is_date(name)),
        )
        blank = nw.col(TEACHER).is_null() | (nw.col(TEACHER) == "")
        ladder = [(TEACHER, blank)]
        ladder += [(name, wrong) for name, read in reads.items() if (wrong := self._wrong(name, read)) is not None]
        return frame.with_columns(
            any_of(wrong for _, wrong in ladder[not nobody :]).fill_null(value=False).alias("unsound"),
            first_of([(wrong, name) for name, wrong in ladder]).alias("unreadable"),
        )

    def why(self, reads: Mapping[str, Read]) -> nw.Expr:
        """The code of what is wrong in the column that ``unreadable`` names, of the rows that :meth:`read` gave."""
        import narwhals as nw

        code: nw.Expr = nw.lit("required")
        for name, read in reads.items():
            if self.has(name):
                code = nw.when(nw.col("unreadable") == name).then(self._code(name, read)).otherwise(code)
        return code

    def records(self, keys: Sequence[str], reads: Mapping[str, Read]) -> tuple[Frame, Frame]:
        """The rows that can be read, and the faults of the others."""
        import narwhals as nw

        rows = self.read(keys, reads)
        sound = ~nw.col("unsound")
        faults = rows.filter(~sound).with_columns(self.why(reads).alias("code"))
        return rows.filter(sound).select(*keys, ROW, *reads), told(faults, keys, self.table, nw.col("unreadable"))

    @property
    def row(self) -> nw.Expr:
        """The place of a row in its table, null where it has none."""
        import narwhals as nw

        return nw.col(ROW).cast(nw.Int64) if self.has(ROW) else nw.lit(None, nw.Int64)

    def _value(self, name: str, read: Read) -> nw.Expr:
        """A column as it is read; null where it cannot be, or where a blank means nothing."""
        import narwhals as nw

        if read.sort == "mark":
            return self.mark(name, read)
        if read.words is not None:
            codes, blank = read.words.codes, None if read.blank is None else read.words.code(str(read.blank))
            if read.sort != "truth":
                return self.word(name, codes, blank)
            return self.truth(name, {text: int(code == read.words.code("yes")) for text, code in codes.items()})
        if read.sort == "number":
            number = self.number(name, read.scale)
            if read.blank is None:
                return number
            default = nw.lit(read.blank, nw.Int64)
            return nw.when(self.blank(name)).then(default).otherwise(number) if self.has(name) else default
        found: nw.Expr = getattr(self, read.sort)(name)
        return found

    def _wrong(self, name: str, read: Read) -> nw.Expr | None:
        """Whether something stands in the cell of a row read that cannot be read; ``None`` where it always can."""
        import narwhals as nw

        if not self.has(name):
            return None
        kind, value, blank = self.schema[name], nw.col(name), self.blank(name, CELL + name)
        required = name in _REQUIRED[self.table]
        wrong: nw.Expr | None = value.is_null() if required else value.is_null() & ~blank
        if self.is_date(name):  # a look at the year is cheaper than the whole number
            outside = ~nw.col(f"{name}_year").is_between(YEARS[0], YEARS[-1])
            wrong = blank | outside if required else ~blank & outside
        elif read.words is not None and read.sort == "mark":
            wrong = ~self.text(name, CELL + name).is_in(["", *read.words.codes]).fill_null(value=True)
        elif not required and (read.sort == "text" or kind == nw.Boolean):
            wrong = None
        elif not required and read.sort == "number" and read.scale == 1 and _fits(kind):
            wrong = (value < 0) | (value >= MOST)
        return wrong

    # ---- what is wrong with a cell: the codes that the reader of sheets has for it

    def _code(self, name: str, read: Read) -> nw.Expr:
        import narwhals as nw

        cell = CELL + name
        if read.sort == "day":
            code = self._day_code(name)
        elif read.sort in ("number", "year"):
            further = "year_out_of_range" if read.sort == "year" else "off_scale" if read.scale > 1 else "not_whole"
            code = self._number_code(name, further)
        elif read.sort == "share":
            code = nw.when(self._part(name, cell).is_null()).then(nw.lit("not_a_share")).otherwise(nw.lit("off_scale"))
        else:
            code = nw.lit("not_a_time" if read.sort == "time" else f"unknown_{name if name in _NAMED else 'word'}")
        if name in _REQUIRED[self.table]:
            code = nw.when(self.blank(name, cell)).then(nw.lit("required")).otherwise(code)
        return code

    def _day_code(self, name: str) -> nw.Expr:
        import narwhals as nw

        if isinstance(self.schema[name], nw.Date | nw.Datetime):
            return nw.lit("date_out_of_range")
        cell = self.text(name, CELL + name)
        there = nw.when(is_day(_parts(cell))).then(nw.lit("date_out_of_range")).otherwise(nw.lit("no_such_day"))
        return nw.when(cell.str.contains(_DAY)).then(there).otherwise(nw.lit("not_a_date"))

    def _number_code(self, name: str, further: str) -> nw.Expr:
        import narwhals as nw

        cell = nw.col(CELL + name)
        if self.schema[name].is_numeric():
            is_number, below, above = nw.lit(value=True), cell < 0, cell >= MOST
        else:
            cell = self.text(name, CELL + name)
            is_number, below = cell.str.contains(_ANY_NUMBER), cell.str.starts_with("-")
            above = cell.str.contains(rf"^0*[1-9][0-9]{{{_DIGITS}}}")
        code = nw.when(above).then(nw.lit("too_large")).otherwise(nw.lit(further))
        code = nw.when(below).then(nw.lit("negative")).otherwise(code)
        return nw.when(is_number).then(code).otherwise(nw.lit("not_a_number"))

    # ---- cells

    def text(self, column: str, cell: str | None = None) -> nw.Expr:
        """A text as it stands; a whole number without a point."""
        import narwhals as nw

        if not self.has(column):
            return nw.lit(None, nw.String)
        kind, found = self.schema[column], nw.col(cell or column)
        if kind == nw.String:
            return found
        if kind.is_float():  # ids of a column with blanks: pandas has no other integers
            whole = nw.when(found == found.round(0)).then(found).otherwise(nw.lit(None, nw.Float64)).cast(nw.Int64)
            return nw.when(whole.is_null()).then(found.cast(nw.String)).otherwise(whole.cast(nw.String))
        return found.cast(nw.String)

    def blank(self, column: str, cell: str | None = None) -> nw.Expr:
        """Whether nothing stands there."""
        import narwhals as nw

        if not self.has(column):
            return nw.lit(True)
        found, kind = nw.col(cell or column), self.schema[column]
        if isinstance(kind, nw.String | nw.Categorical | nw.Enum):
            return found.is_null() | (self.text(column, cell) == "")
        return found.is_null() | found.is_nan() if kind.is_float() else found.is_null()

    def word(self, column: str, words: Mapping[str, int], default: int | None = None) -> nw.Expr:
        """A word of a closed list as its code; null where it is none of them, the default where it is blank."""
        import narwhals as nw

        if not self.has(column) or not words:
            return nw.lit(default, nw.Int16)
        spelled: dict[int, list[str]] = {}
        for text, code in words.items():
            spelled.setdefault(code, []).append(text)
        found = nw.lit(None, nw.Int16)
        if len(spelled) > _FEW:
            found = self.text(column).replace_strict(
                list(words), list(words.values()), default=None, return_dtype=nw.Int16
            )
        else:  # as quick, and polars need not hold the whole column
            for code, texts in spelled.items():
                found = nw.when(self.text(column).is_in(texts)).then(nw.lit(code, nw.Int16)).otherwise(found)
        if default is None:
            return found
        return nw.when(self.blank(column)).then(nw.lit(default, nw.Int16)).otherwise(found)

    def mark(self, column: str, read: Read) -> nw.Expr:
        """Whether it is the one word that is asked for."""
        import narwhals as nw

        assert read.words is not None  # noqa: S101  # said to the type checker
        if not self.has(column):
            return nw.lit(value=False)
        spelled = [text for text, code in read.words.codes.items() if read.words.names[code] == read.blank]
        return self.text(column).is_in(spelled).fill_null(value=False)

    def truth(self, column: str, words: Mapping[str, int]) -> nw.Expr:
        """Yes as 1 and no as 0; null where it is blank or neither."""
        import narwhals as nw

        if self.has(column) and self.schema[column] == nw.Boolean:
            return nw.col(column).cast(nw.Int64)
        return self.word(column, words)

    def day(self, column: str) -> nw.Expr:
        """A day as its number; null where it is none, or lies in no year of work."""
        import narwhals as nw

        if not self.has(column):
            return nw.lit(None, nw.Int64)
        found, kind = nw.col(column), self.schema[column]
        if isinstance(kind, nw.Date | nw.Datetime):
            at = found.dt
            parts = Parts(at.year().cast(nw.Int64), at.month().cast(nw.Int64), at.day().cast(nw.Int64))
            fits = parts.year.is_between(YEARS[0], YEARS[-1])
        else:
            parts = _parts(self.text(column))
            fits = is_day(parts) & parts.year.is_between(YEARS[0], YEARS[-1])
        return nw.when(fits).then(number_of(parts.year, parts.month, parts.day)).otherwise(nw.lit(None, nw.Int64))

    def time(self, column: str) -> nw.Expr:
        """A time of day as its seconds; null where it is none."""
        import narwhals as nw

        if not self.has(column):
            return nw.lit(None, nw.Int64)
        found, kind = nw.col(column), self.schema[column]
        if isinstance(kind, nw.Time | nw.Datetime):
            hour, minute, second = (
                part.cast(nw.Int32) for part in (found.dt.hour(), found.dt.minute(), found.dt.second())
            )
            minutes = hour * 60 + minute
            # A cell of a sheet is as many seconds off as its float makes it.
            before, after = nw.when(second == 59).then((minutes + 1) * 60 % SECONDS_A_DAY), minutes * 60
            return before.otherwise(nw.when(second == 1).then(after).otherwise(after + second))
        text = self.text(column)
        text = nw.when(text.str.contains(_CLOCK)).then(text).otherwise(nw.lit("99:00:00"))
        text = nw.when(text.str.slice(1, 1) == ":").then(nw.concat_str([nw.lit("0"), text])).otherwise(text)
        text = nw.when(text.str.len_chars() == 5).then(nw.concat_str([text, nw.lit(":00")])).otherwise(text)
        seconds = number_of_seconds(*(text.str.slice(at, 2).cast(nw.Int64) for at in (0, 3, 6)))
        return nw.when(seconds <= SECONDS_A_DAY).then(seconds % SECONDS_A_DAY).otherwise(nw.lit(None, nw.Int64))

    def number(self, column: str, scale: int = 1) -> nw.Expr:
        """A number times ``scale``, as an integer; null where it is none, or the scale does not hold it."""
        import narwhals as nw

        if not self.has(column):
            return nw.lit(None, nw.Int64)
        found, kind = nw.col(column), self.schema[column]
        if kind.is_integer():
            if scale == 1 and _fits(kind):
                return found.cast(nw.Int64)
            fits = (found >= 0) & (found < MOST)  # first, so that nothing overflows
            return nw.when(fits).then(found).otherwise(nw.lit(None, kind)).cast(nw.Int64) * scale
        if kind.is_numeric():  # as the reader of sheets takes the noise of floats
            noise = FLOAT_NOISE if scale == 1 else float(NOISE) * scale
            found = found if kind.is_float() else found.cast(nw.Float64)
            return _whole(found if scale == 1 else found * scale, noise, (found >= 0) & (found < MOST))
        found = _as_number(self.text(column), _NUMBER)
        return _whole(found if scale == 1 else found * scale, _HALF_A_PLACE)

    def year(self, column: str) -> nw.Expr:
        """A year in which work can lie; null where it is none."""
        import narwhals as nw

        found = self.number(column)
        return nw.when(found.is_between(YEARS[0], YEARS[-1])).then(found).otherwise(nw.lit(None, nw.Int64))

    def share(self, column: str) -> nw.Expr:
        """A part of an event (0.5, 50%, 1/2) in :data:`SHARES`; null where it is none or does not fit."""
        import narwhals as nw

        if not self.has(column):
            return nw.lit(None, nw.Int64)
        part = self._part(column)
        if self.schema[column].is_numeric():  # such a number means its decimals: 0.3333 is no third
            return _whole(part * _DECIMALS, float(NOISE)) * (SHARES // _DECIMALS)
        return _whole(part * SHARES, _HALF_A_PLACE)

    def _part(self, column: str, cell: str | None = None) -> nw.Expr:
        """What stands there as a number above 0, at most 1; null where it is none."""
        import narwhals as nw

        if self.schema[column].is_numeric():
            part = nw.col(cell or column).cast(nw.Float64)
        else:
            text = self.text(column, cell)
            percent = _as_number(text.str.replace_all("%", "", literal=True), _NUMBER) / 100
            above = _as_number(text.str.replace_all(r"/.*$", ""), _NUMBER)
            below = _as_number(text.str.replace_all(r"^.*/", ""), _NUMBER)
            part = _as_number(text, _NUMBER)
            part = nw.when(text.str.contains(_FRACTION)).then(above / below).otherwise(part)
            part = nw.when(text.str.contains(_PERCENT)).then(percent).otherwise(part)
        return nw.when((part > 0) & (part <= 1)).then(part).otherwise(nw.lit(None, nw.Float64))


def unless_personal(column: str) -> nw.Expr:
    """The id of nobody known; null where it may be a person's number, which is not repeated."""
    import narwhals as nw

    cell = nw.col(column)
    return nw.when(~cell.str.contains(_PERSON)).then(cell).alias(column)


def any_of(conditions: Iterable[nw.Expr]) -> nw.Expr:
    """Whether one of them holds."""
    return reduce(or_, conditions)


def first_of(ladder: Sequence[tuple[nw.Expr, str]]) -> nw.Expr:
    """The name of the first condition that holds; null where none does."""
    import narwhals as nw

    found: nw.Expr = nw.lit(None, nw.String)
    for condition, name in reversed(ladder):
        found = nw.when(condition).then(nw.lit(name)).otherwise(found)
    return found


def told(rows: Frame, keys: Sequence[str], table: str, column: nw.Expr, code: nw.Expr | None = None) -> Frame:
    """Rows with faults as faults: the code is that of the column ``code``, where none is given."""
    import narwhals as nw

    return rows.select(
        nw.lit(table).alias("table"),
        nw.col(ROW),
        *(nw.col(key) for key in keys),
        column.alias("column"),
        (nw.col("code") if code is None else code).alias("code"),
    )


_NO_DAY = "0000-00-00"


def _parts(text: nw.Expr) -> Parts:
    """Year, month and day of texts such as 2024-03-05 or 2024/3/5; 0 of others."""
    import narwhals as nw

    text = nw.when(text.str.contains(_DAY)).then(text).otherwise(nw.lit(_NO_DAY))
    short = text.str.slice(6, 1).is_in(["-", "/", "."])  # a month of one digit
    month = nw.when(short).then(text.str.slice(5, 1)).otherwise(text.str.slice(5, 2))
    day = nw.when(short).then(text.str.slice(7, 2)).otherwise(text.str.slice(8, 2))
    return Parts(text.str.slice(0, 4).cast(nw.Int64), month.cast(nw.Int64), day.cast(nw.Int64))


def number_of_seconds(hour: nw.Expr, minute: nw.Expr, second: nw.Expr) -> nw.Expr:
    """The seconds since midnight."""
    return hour * 3600 + minute * 60 + second


def _as_number(text: nw.Expr, pattern: str) -> nw.Expr:
    """Texts of that pattern as numbers; null where they are of another."""
    import narwhals as nw

    return nw.when(text.str.contains(pattern)).then(text).otherwise(nw.lit(None, nw.String)).cast(nw.Float64)


def _whole(scaled: nw.Expr, noise: float, also: nw.Expr | None = None) -> nw.Expr:
    """Numbers that are whole but for the noise, as integers; null where they are not, or ``also`` does not hold."""
    import narwhals as nw

    whole = scaled.round(0)
    fits = (whole - scaled).abs() < noise
    fits = fits if also is None else fits & also
    return nw.when(fits).then(whole).otherwise(nw.lit(None, nw.Float64)).cast(nw.Int64)


_REQUIRED = {table.name: {column.name for column in table.columns if column.required} for table in TABLES.values()}
_PERSON = "[0-9]{11}"  # so many digits may be a person's number
_FEW = 6  # words that are told apart by looking for each
_NAMED = ("kind", "title")  # whose unknown words have codes of their own
_DIGITS = len(str(MOST)) - 1
_HALF_A_PLACE = 0.5 / 10**_PLACES


def _fits(kind: nw.dtypes.DType) -> bool:
    """Whether it is a type of integers that 64 bits with a sign hold."""
    import narwhals as nw

    return kind.is_integer() and not isinstance(kind, nw.UInt64 | nw.Int128 | nw.UInt128)


def _refuse_types(table: str, frame: Frame) -> None:
    """Refuse columns whose cells cannot be read, and a place that is no integer."""
    import narwhals as nw

    wrong = [
        (name, Text(f"不能读取这种类型：{kind}", f"a column of this type cannot be read: {kind}"))
        for name, kind in frame.collect_schema().items()
        if kind.is_nested() or isinstance(kind, nw.Duration | nw.Binary | nw.Object)
    ]
    kind = frame.collect_schema().get(ROW)
    if kind is not None and not kind.is_integer():
        wrong.append((ROW, Text("应为整数", "takes whole numbers")))
    if wrong:
        raise InputError([Fault(table, None, name, None, "column_type", message) for name, message in wrong])


def _names(table: str, headers: list[str]) -> dict[str, str]:
    """Header as it stands -> English name; columns that no table has are left out."""
    known = {
        header_spelling(spelling): column.name
        for column in TABLES[table].columns
        for spelling in (column.name, column.zh, *column.also)
    }
    known |= dict.fromkeys(_COLLEGE, COLLEGE) | dict.fromkeys(_ROW, ROW)
    found: dict[str, str] = {}
    faults = []
    for header in headers:
        name = known.get(header_spelling(header))
        if name is None:
            if looks_like_client_header(header):
                message = Text("疑似来访者信息，不能进入核算", "looks like client data, which must not enter")
                faults.append(Fault(table, None, header, None, "client_data_column", message))
        elif name in found.values():
            faults.append(Fault(table, None, header, None, "column_twice", Text("列重复", "a column stands twice")))
        elif name != "note":
            found[header] = name
    for column in TABLES[table].columns:
        if column.required and column.name not in found.values():
            zh = f"缺少必需的列“{column.zh}”"
            message = Text(zh, f"the required column {column.name!r} is missing")
            faults.append(Fault(table, None, column.name, None, "missing_column", message))
    if faults:
        raise InputError(faults)
    return found
