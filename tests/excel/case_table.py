"""The shared table of cases: what ``cases.toml`` says, and whether an outcome is what a case expects."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from itertools import repeat
from pathlib import Path
from typing import Any

from attrs import field, frozen
from hosts import Cell, Matrix, Outcome

FILE = Path(__file__).with_name("cases.toml")
OMITTED = "(omitted)"
PRECISION = 1e-12
ROWS = ("head", "rows", "repeat")
EXPECTED = ("result", "starts", "size", "shows", "error")
KNOWN = frozenset({"name", "call", "arguments", "never", "hosts", *EXPECTED})


@frozen
class Case:
    """One sentence of the table: a call, and what must come of it."""

    name: str
    call: str
    arguments: tuple[Matrix | None, ...] = field(repr=False)
    result: Matrix | None = None
    starts: Matrix | None = None
    size: tuple[int, int] | None = None
    shows: tuple[str, ...] = ()
    error: str | tuple[str, ...] | None = None
    never: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    """The hosts for which it holds; empty: all of them."""

    def disagreement(self, outcome: Outcome) -> str | None:
        """In what the outcome is not what the case expects; ``None`` when it is."""
        texts = [outcome.error or "", *(cell for row in outcome.grid or () for cell in row if isinstance(cell, str))]
        for word in self.never:
            if any(word in text for text in texts):
                return f"{word!r} may never be repeated: {outcome}"
        if self.error is not None:
            return self._wrong_error(outcome)
        if outcome.error is not None or outcome.grid is None:
            return f"an error: {outcome.error}"
        return self._wrong_grid(outcome.grid)

    def _wrong_error(self, outcome: Outcome) -> str | None:
        if outcome.error is None:
            return f"no error but {_short(outcome.grid)}"
        if isinstance(self.error, str):
            return None if outcome.error == self.error else f"another message: {outcome.error}"
        lacking = [piece for piece in self.error or () if piece not in outcome.error]
        return f"{lacking} not in the message: {outcome.error}" if lacking else None

    def _wrong_grid(self, grid: Sequence[Sequence[object]]) -> str | None:
        size = len(grid), len(grid[0]) if grid else 0
        if any(len(row) != size[1] for row in grid):
            return f"rows of unequal length: {_short(grid)}"
        if self.size is not None and size != self.size:
            return f"{size[0]} rows and {size[1]} columns: {_short(grid)}"
        if self.result is not None and len(grid) != len(self.result):
            return f"{len(grid)} rows instead of {len(self.result)}: {_short(grid)}"
        expected = self.result if self.result is not None else self.starts or []
        for number, (row, wanted) in enumerate(zip(grid, expected, strict=False), start=1):
            if not same_row(row, wanted):
                return f"row {number} is {list(row)}, not {wanted}"
        texts = [str(cell) for row in grid for cell in row]
        lacking = [piece for piece in self.shows if not any(piece in text for text in texts)]
        return f"{lacking} in no cell of {_short(grid)}" if lacking else None


def same(one: object, other: object) -> bool:
    """Whether two cells show the same: numbers but for the last digits of a float, a truth value only as itself."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=PRECISION, abs_tol=0)
    return type(one) is type(other) and one == other


def same_row(one: Sequence[object], other: Sequence[object]) -> bool:
    """Whether two rows show the same."""
    return len(one) == len(other) and all(map(same, one, other))


def same_outcome(one: Outcome, other: Outcome) -> bool:
    """Whether two hosts gave the same: the same message, or the same grid."""
    if one.error is not None or other.error is not None or one.grid is None or other.grid is None:
        return one.error == other.error and one.grid == other.grid
    return len(one.grid) == len(other.grid) and all(map(same_row, one.grid, other.grid))


def read_cases(path: Path = FILE) -> list[Case]:
    """Every case of the table.

    Raises:
        ValueError: a case has a key that is not known, or does not say what is expected, or two bear one name.
    """
    found = [_case(entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["case"]]
    names = [case.name for case in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two cases bear one name: {twice}")
    return found


def _case(entry: dict[str, Any]) -> Case:
    name = entry.get("name", "a case without a name")
    unknown = set(entry) - KNOWN
    if unknown or not {"name", "call", "arguments"} <= set(entry):
        raise ValueError(f"{name}: unknown {sorted(unknown)}, or a key is missing")
    if not set(EXPECTED) & set(entry) or ("error" in entry and len(set(EXPECTED) & set(entry)) > 1):
        raise ValueError(f"{name}: says either a result or an error")
    error = entry.get("error")
    return Case(
        name,
        entry["call"],
        tuple(None if argument == OMITTED else _matrix(argument, None) for argument in entry["arguments"]),
        _matrix(entry["result"], "") if "result" in entry else None,
        _matrix(entry["starts"], "") if "starts" in entry else None,
        (entry["size"][0], entry["size"][1]) if "size" in entry else None,
        tuple(entry.get("shows", ())),
        tuple(error) if isinstance(error, list) else error,
        tuple(entry.get("never", ())),
        tuple(entry.get("hosts", ())),
    )


def _matrix(given: Any, blank: Cell) -> Matrix:
    """A range as the table writes it: rows, a single cell, or rows to be repeated; short rows padded.

    A blank cell goes in as nothing, and comes back as an empty text.
    """
    if isinstance(given, dict):
        if not set(given) <= set(ROWS):
            raise ValueError(f"a range takes {ROWS}: {given}")
        rows = [*given.get("head", ()), *list(given["rows"]) * given.get("repeat", 1)]
    else:
        rows = given if isinstance(given, list) else [[given]]
    if not all(isinstance(row, list) for row in rows):
        raise ValueError(f"a range is a list of rows: {given}")
    width = max(map(len, rows))
    return [[blank if cell == "" else cell for cell in (*row, *repeat("", width - len(row)))] for row in rows]


def _short(grid: object) -> str:
    text = str(grid)
    return text if len(text) <= 400 else text[:399] + "…"
