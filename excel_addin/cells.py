"""The border between Excel's cells and Python's values: what a host hands in, and what it gets back.

Hosts differ in what they hand in: one cell as a scalar, a row as a flat list, dates as date-times or as serial numbers,
error cells as codes, texts or records, whole numbers as floats. A matrix of cells is the same for all of them.

>>> matrix([[1.0, None], ["#N/A"]])
((1.0, None), (BadCell(code='error_value', shown='#N/A', ...), None))
>>> matrix(7), matrix([7, 8]), matrix([])
(((7,),), ((7, 8),), None)
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import repeat
from numbers import Integral, Real
from typing import Any, Protocol, cast

from attrs import field, frozen

from workload import BadCell, Block, CellError, Fault, Text, WorkloadError, blank, error_cell

Cell = str | int | float | dt.date | dt.time | dt.timedelta | BadCell | None
Matrix = Sequence[Sequence[Cell]]
Parser = Callable[[Any], Any]
Grid = list[list[str | int | float | bool]]

# What COM hands over for a cell that shows an error.
ERROR_CODES = {
    -2146826288: "#NULL!",
    -2146826281: "#DIV/0!",
    -2146826273: "#VALUE!",
    -2146826265: "#REF!",
    -2146826259: "#NAME?",
    -2146826252: "#NUM!",
    -2146826246: "#N/A",
    -2146826245: "#GETTING_DATA",
    -2146826243: "#SPILL!",
    -2146826242: "#CONNECT!",
    -2146826241: "#BLOCKED!",
    -2146826240: "#UNKNOWN!",
    -2146826239: "#FIELD!",
    -2146826238: "#CALC!",
}
ERRORS = frozenset(ERROR_CODES.values())
_ERROR = re.compile(r"#(?:N/A|GETTING_DATA|[A-Z0-9/_]+[!?])")
_AS_IT_IS = frozenset({float, bool, type(None)})
LARGEST_INTEGER = 2**31  # COM hands over a whole number of 32 bits; a larger one goes as a float


class CallError(Exception):
    """A call of a function that gives no result, and why: names argument, row and column where a cell is to blame."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.zh)
        self.text = text


# ---------------------------------------------------------------- what comes in


def matrix(given: object) -> Matrix | None:
    """What a host hands in for one argument, as rows of equal length; ``None`` where there is nothing."""
    if not isinstance(given, list | tuple):
        return None if given is None else ((_cell(given),),)
    if not given:
        return None
    if not any(isinstance(row, list | tuple) for row in given):
        given = (given,)
    lists = [row if isinstance(row, list | tuple) else (row,) for row in given]
    rows = [tuple([c if type(c) in _AS_IT_IS else _cell(c) for c in row]) for row in lists]
    width = max(map(len, rows))
    if not width:
        return None
    if any(len(row) != width for row in rows):  # no sheet has such a range, a program may
        rows = [(*row, *repeat(None, width - len(row))) for row in rows]
    return tuple(rows)


def _cell(given: Any) -> Cell:
    kind = type(given)
    if kind is str:
        return error_cell(given) if given[:1] == "#" and _ERROR.fullmatch(given) else given
    if kind is int:
        return error_cell(ERROR_CODES[given]) if given in ERROR_CODES else given
    if kind in _AS_IT_IS:
        return cast(Cell, given)
    if isinstance(given, dt.date | dt.time | dt.timedelta):
        return serial(given)
    if isinstance(given, str | int | float | BadCell):
        return given
    if isinstance(given, Decimal):  # a cell formatted as currency
        return float(given)
    if isinstance(given, Mapping):  # a typed value of Office.js
        if "Empty" in (given.get("type"), given.get("basicType")):
            return None
        if given.get("type") == "Error" or "basicValue" not in given:  # a card or picture without a value is no blank
            return error_cell(str(given.get("basicValue", "#VALUE!")))
        return _cell(given["basicValue"])
    if isinstance(given, Integral):
        return int(given)
    if isinstance(given, Real):
        return float(given)
    if kind.__name__ in ("JsNull", "JsUndefined"):  # what Pyodide makes of JavaScript's null
        return None
    return error_cell("#VALUE!")  # nothing that a sheet holds, and no blank either


EPOCH = dt.datetime.fromisoformat("1899-12-30")


def serial(given: dt.date | dt.time | dt.timedelta) -> float:
    """A date or a time as the number that Excel keeps, which some hosts hand over and others have turned into a date.

    >>> serial(dt.date(2024, 3, 5)), serial(dt.time(18, 0))
    (45356.0, 0.75)
    """
    if isinstance(given, dt.time):
        given = dt.datetime.combine(EPOCH, given.replace(tzinfo=None))
    elif isinstance(given, dt.datetime):
        given = given.replace(tzinfo=None)  # Excel knows no zones
    elif isinstance(given, dt.date):
        given = dt.datetime.combine(given, dt.time())
    return (given if isinstance(given, dt.timedelta) else given - EPOCH) / dt.timedelta(days=1)


def is_blank(given: Matrix | None) -> bool:
    """Whether nothing stands in an argument.

    >>> is_blank(((None, ""),)), is_blank(((0,),))
    (True, False)
    """
    return given is None or all(map(_is_nothing, flat(given)))


def size(given: Matrix) -> tuple[int, int]:
    """Rows and columns."""
    return len(given), len(given[0])


def flat(given: Matrix) -> list[Cell]:
    """The cells in reading order."""
    return [cell for row in given for cell in row]


# ---------------------------------------------------------------- faults


@frozen
class BadValue:
    """A cell of an argument that cannot be taken: where it stands in the range, and what is accepted."""

    argument: str
    place: tuple[int, int] | None
    """Row and column within the range, from 1; ``None`` where the argument is a single cell."""
    fault: Fault
    """Shows what stands there, unless it could name a client."""

    @classmethod
    def of(cls, argument: str, place: tuple[int, int] | None, cell: Cell, error: CellError | WorkloadError) -> BadValue:
        """The bad value that an error tells of."""
        shown = None if cell is None else str(cell).upper() if isinstance(cell, bool) else str(cell)
        if isinstance(cell, float) and cell.is_integer():
            shown = str(int(cell))  # every digit: a number that could be a person's must be known as one
        code = error.code if isinstance(error, CellError) else type(error).__name__
        if code == "client_data":
            shown = None
        suggestion = error.suggestion if isinstance(error, CellError) else None
        return cls(argument, place, Fault("", None, None, shown, code, error.text, suggestion))

    @property
    def text(self) -> Text:
        """In words: ``minutes 第3行第1列“abc”：应为整数``."""
        value = self.fault.value
        zh = f"{self.argument}{f' 第{self.place[0]}行第{self.place[1]}列' if self.place else ''}"
        en = f"{self.argument}{f' row {self.place[0]}, column {self.place[1]}' if self.place else ''}"
        if value is not None:
            zh, en = f"{zh}“{value}”", f"{en} {value!r}"
        return Text(f"{zh}：{self.fault.told('zh')}", f"{en}: {self.fault.told('en')}")


MOST_TOLD = 3  # bad cells that one message names; WL_EXPLAIN of the same call lists more


class BadValuesError(CallError):
    """The bad cells of a call, all of them."""

    def __init__(self, found: Iterable[BadValue]) -> None:
        self.found = tuple(found)
        texts = [one.text for one in self.found]
        super().__init__(told(texts))
        self.texts = texts


def told(texts: Sequence[Text]) -> Text:
    """Several faults as one message: the first ones, and how many there are."""
    if len(texts) == 1:
        return texts[0]
    first = texts[:MOST_TOLD]
    more = len(texts) > MOST_TOLD
    zh = f"共 {len(texts)} 处错误：" + "；".join(text.zh for text in first) + ("；……" if more else "")
    return Text(zh, f"{len(texts)} faults: " + "; ".join(text.en for text in first) + ("; …" if more else ""))


# ---------------------------------------------------------------- one result for each cell


@frozen(eq=False)
class Each:
    """What an elementwise function does with each cell, or each set of cells.

    ``parsers``: one for each argument that is a range. ``run`` takes the read values of all places that are not blank
    and gives a result for each, or the error of that place; ``steps`` gives the sentences that explain each.
    """

    parsers: tuple[Parser, ...]
    run: Callable[[Sequence[tuple[Any, ...]]], Iterable[Any]]
    steps: Callable[[Sequence[tuple[Any, ...]]], Iterable[Iterable[Text]]] = field(repr=False)
    pooled: bool = False
    """Whether a result depends on the places before it."""


def whole_or(parser: Parser) -> Parser:
    """A parser of numbers that gives whole ones as integers, which are quick over long columns."""

    def read(cell: Cell) -> Any:
        return int(cell) if type(cell) is float and cell.is_integer() and 0 <= cell < LARGEST_INTEGER else parser(cell)

    return read


def as_is(cell: Cell) -> Cell:
    """A cell that the function reads itself."""
    if isinstance(cell, BadCell):
        raise CellError(cell.code, cell.text.zh, cell.text.en)
    return cell


class Named(Protocol):
    """An argument as the registry describes it."""

    @property
    def name(self) -> str:
        """Its name in the formula."""

    @property
    def optional(self) -> bool:
        """Whether it may be left out."""


@frozen(eq=False)
class Places:
    """The arguments of an elementwise call, laid over each other: where something stands, and what it says."""

    shape: tuple[int, int]
    values: tuple[tuple[Any, ...], ...]
    filled: tuple[int, ...] | None
    """The places of ``values`` in reading order; ``None``: all of them."""

    @classmethod
    def of(cls, arguments: Sequence[Named], given: Sequence[Matrix | None], each: Each) -> Places:
        """Read every cell of every argument.

        A range stands beside ranges of its own size or single cells. A place where a required cell is blank is blank.

        Raises:
            BadValuesError: cells cannot be read, all of them.
            CallError: the sizes do not fit.
        """
        shape = _common_shape(arguments, given)
        most = shape[0] * shape[1]
        bad: list[BadValue] = []
        columns: list[Iterable[Any]] = []
        empty: set[int] = set()
        for argument, cells, parser in zip(arguments, given, each.parsers, strict=True):
            if cells is None:
                if not argument.optional:
                    empty.update(range(most))
                columns.append(repeat(None, most))
                continue
            read = _read(argument.name, cells, parser, bad)
            if not argument.optional and None in read:
                lacking = [place for place, value in enumerate(read) if value is None]
                empty.update(lacking if len(read) == most else range(most))
            columns.append(read if len(read) == most else repeat(read[0], most))
        if bad:
            raise BadValuesError(bad)
        rows = tuple(zip(*columns, strict=True))
        if not empty:
            return cls(shape, rows, None)
        filled = tuple(place for place in range(most) if place not in empty)
        return cls(shape, tuple(rows[place] for place in filled), filled)

    def position(self, index: int) -> tuple[int, int] | None:
        """Row and column of the value with that index; ``None`` for a single cell."""
        if self.shape == (1, 1):
            return None
        row, column = divmod(index if self.filled is None else self.filled[index], self.shape[1])
        return row + 1, column + 1


def _common_shape(arguments: Sequence[Named], given: Sequence[Matrix | None]) -> tuple[int, int]:
    ranges = {found for cells in given if cells is not None and (found := size(cells)) != (1, 1)}
    if len(ranges) > 1:
        sizes = [(one.name, *size(cells)) for one, cells in zip(arguments, given, strict=True) if cells is not None]
        zh = "、".join(f"{name} 为 {rows}行×{columns}列" for name, rows, columns in sizes)
        en = ", ".join(f"{name} is {rows} x {columns}" for name, rows, columns in sizes)
        raise CallError(Text(f"几个区域大小不同：{zh}；应相同，或为单个单元格", f"the ranges differ: {en}"))
    return ranges.pop() if ranges else (1, 1)


def _read(name: str, cells: Matrix, parser: Parser, bad: list[BadValue]) -> list[Any]:
    """The cells of one argument as values; those that cannot be read go to ``bad``."""
    found = flat(cells)
    known: dict[str, Any] = {}  # a column says the same few words again and again

    def of_text(cell: str) -> Any:
        if cell not in known:
            known[cell] = parser(cell)
        return known[cell]

    if BadCell not in set(map(type, found)):  # an error cell is no cell that a parser knows
        try:
            return [of_text(cell) if type(cell) is str else parser(cell) for cell in found]
        except CellError:
            pass
    width = len(cells[0])
    single = size(cells) == (1, 1)
    read: list[Any] = []
    for place, cell in enumerate(found):
        try:
            read.append(parser(as_is(cell)))
        except CellError as error:
            row, column = divmod(place, width)
            bad.append(BadValue.of(name, None if single else (row + 1, column + 1), cell, error))
            read.append(0)
    return read


def each_result(each: Each, places: Places, name: str) -> list[Any]:
    """The results of an elementwise function at the places that are filled.

    Raises:
        BadValuesError: it has none for some.
    """
    results = list(each.run(places.values))
    bad = [
        BadValue.of(name, places.position(index), None, result)
        for index, result in enumerate(results)
        if isinstance(result, CellError | WorkloadError)
    ]
    if bad:
        raise BadValuesError(bad)
    return results


def elementwise(each: Each, arguments: Sequence[Named], given: Sequence[Matrix | None], name: str) -> Grid:
    """The results for every place of the ranges, in their shape.

    Columns of records say the same few things again and again: what differs is worked out once.

    Raises:
        BadValuesError: cells cannot be read, or have no result; all of them.
        CallError: the sizes do not fit.
    """
    if not each.pooled and any(cells is not None and len(cells) >= WORTH_COMPARING for cells in given):
        found = _of_distinct(each, arguments, given, name)
        if found is not None:
            return found
    places = Places.of(arguments, given, each)
    return grid_of(places, each_result(each, places, name))


WORTH_COMPARING = 100  # rows


def _of_distinct(each: Each, arguments: Sequence[Named], given: Sequence[Matrix | None], name: str) -> Grid | None:
    """The same by the sets of cells that differ; ``None`` where many do, or any cell has a fault of its own."""
    rows, width = _common_shape(arguments, given)
    columns = [None if cells is None else flat(cells) for cells in given]
    if any(bool in set(map(type, column)) for column in columns if column):  # True is 1 to a set, and not to people
        return None
    most = rows * width
    keys = list(
        zip(*(repeat(c[0] if c else None, most) if c is None or len(c) == 1 else c for c in columns), strict=True)
    )
    known = dict.fromkeys(keys)
    if len(known) * 2 > most:
        return None
    down: list[Matrix | None] = [
        None if cells is None else cells if size(cells) == (1, 1) else tuple((key[place],) for key in known)
        for place, cells in enumerate(given)
    ]
    try:
        places = Places.of(arguments, down, each)
        results = grid_of(places, each_result(each, places, name))
    except BadValuesError:
        return None  # the slow way tells every place
    if len(results) != len(known):
        return None
    values = dict(zip(known, (row[0] for row in results), strict=True))
    cells = [values[key] for key in keys]
    return _in_rows(cells, width)


def one_by_one(function: Callable[..., Any]) -> Callable[[Sequence[tuple[Any, ...]]], Iterator[Any]]:
    """A function of one place as one of many, where an error is that place's own."""

    def run(rows: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
        for row in rows:
            try:
                yield function(*row)
            except (CellError, WorkloadError) as error:
                yield error

    return run


# ---------------------------------------------------------------- a range as one thing


def single(name: str, given: Matrix | None, parser: Parser) -> Any:
    """The value of an argument that is one cell; ``None`` when it is blank or left out.

    Raises:
        CallError: it is a range of several cells.
        BadValuesError: the cell cannot be read.
    """
    if given is None:
        return None
    if size(given) != (1, 1):
        raise CallError(Text(f"{name} 应为单个单元格", f"{name} takes a single cell"))
    bad: list[BadValue] = []
    (value,) = _read(name, given, parser, bad)
    if bad:
        raise BadValuesError(bad)
    return None if value == "" else value


def columns(
    names: Sequence[str], given: Sequence[Matrix | None], parsers: Sequence[Parser], required: Sequence[bool]
) -> list[tuple[Any, ...]]:
    """Arguments that are columns (or rows) of equal length, read place by place.

    A place where nothing stands but in the first of them says nothing, and is left out.

    Raises:
        CallError: an argument is missing, or their lengths differ.
        BadValuesError: cells cannot be read, or a required one is blank; all of them.
    """
    lengths = {}
    for name, cells in zip(names, given, strict=True):
        if cells is None:
            raise CallError(Text(f"缺少 {name}", f"{name} is missing"))
        if min(size(cells)) > 1:
            raise CallError(Text(f"{name} 应为一列或一行", f"{name} takes one column or one row"))
        lengths[name] = len(flat(cells))
    if len(set(lengths.values())) > 1:
        zh = "、".join(f"{name} {length} 个" for name, length in lengths.items())
        en = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise CallError(Text(f"各列长度不同：{zh}", f"the columns differ in length: {en}"))
    bad: list[BadValue] = []
    cells_of = [flat(cast(Matrix, cells)) for cells in given]
    read = [
        _read(name, cast(Matrix, cells), parser, bad) for name, cells, parser in zip(names, given, parsers, strict=True)
    ]
    rows = []
    for place, values in enumerate(zip(*read, strict=True)):
        if all(_is_nothing(column[place]) for column in cells_of[1:]):
            continue
        for name, value, must, cells in zip(names, values, required, given, strict=True):
            if must and value is None:
                down = len(cast(Matrix, cells)) > 1
                spot = (place + 1, 1) if down else (1, place + 1)
                at = spot if lengths[name] > 1 else None
                bad.append(BadValue.of(name, at, None, CellError("required", "必填，不能为空", "is required")))
        rows.append(values)
    if bad:
        raise BadValuesError(bad)
    return rows


def _is_nothing(cell: Cell) -> bool:
    return not isinstance(cell, BadCell) and blank(cell)


def table(name: str, given: Matrix | None) -> Matrix | None:
    """An argument that is a table with its header; ``None`` when it is left out or empty."""
    return None if is_blank(given) else given


# ---------------------------------------------------------------- what goes out


def out(value: object) -> str | int | float | bool:
    """A value as a cell holds it: nothing as an empty text, an exact number as the nearest float.

    >>> out(None), out(Fraction(76, 2)), out(Fraction(1, 3)), out(Decimal("640.50")), out(True)
    ('', 38, 0.3333333333333333, 640.5, True)
    """
    kind = type(value)
    if kind is float or kind is bool or kind is str:
        return cast("str | float | bool", value)
    if value is None:
        return ""
    if isinstance(value, int):
        return value if abs(value) < LARGEST_INTEGER else float(value)
    if isinstance(value, Fraction):
        return out(value.numerator) if value.denominator == 1 else float(value)
    if isinstance(value, Decimal):
        return out(int(value)) if value == value.to_integral_value() else float(value)
    return str(value)


def grid_of(places: Places, results: Sequence[Any]) -> Grid:
    """The results in the shape of the range; blank where it is blank."""
    rows, width = places.shape
    cells: list[str | int | float | bool]
    if places.filled is None:
        cells = [value if type(value) is float else out(value) for value in results]
    else:
        cells = [""] * (rows * width)
        for place, value in zip(places.filled, results, strict=True):
            cells[place] = out(value)
    return _in_rows(cells, width)


def _in_rows(cells: list[Any], width: int) -> Grid:
    if width == 1:
        return [[cell] for cell in cells]
    return [cells[place : place + width] for place in range(0, len(cells), width)]


def grid_of_block(block: Block) -> Grid:
    """A table with its header."""
    grid: Grid = [[*block.header]]
    grid.extend([out(value) for value in row] for row in block.rows)
    return grid


def lines(header: tuple[str, str], texts: Iterable[str]) -> Grid:
    """Sentences as numbered lines."""
    grid: Grid = [[*header]]
    grid.extend([place, text] for place, text in enumerate(texts, start=1))
    return grid
