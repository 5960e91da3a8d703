"""What every Excel host under test looks like to the tests: a call in, an outcome out.

A case's cells are what a person sees in a sheet: ``None`` (blank), texts, numbers, truth values, dates, times, and
error cells by their text (``#N/A``). Each host hands them over as Excel would there.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence

import pytest
from attrs import frozen

from excel_addin.calling import call
from excel_addin.cells import ERRORS, CallError

Cell = None | str | int | float | bool | dt.date | dt.time
Matrix = list[list[Cell]]

EPOCH = dt.datetime.fromisoformat("1899-12-30")


@frozen
class Outcome:
    """What came back: a grid of cells, or a real error value with its message."""

    grid: tuple[tuple[object, ...], ...] | None
    error: str | None = None

    @classmethod
    def of(cls, grid: Sequence[Sequence[object]]) -> Outcome:
        """The outcome of a call that gave a grid; ``3`` and ``3.0`` are one number in Excel."""
        return cls(tuple(tuple(_as_in_excel(cell) for cell in row) for row in grid))


def _as_in_excel(cell: object) -> object:
    return float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell


def serial(cell: Cell) -> Cell:
    """A date or a time as the number that Excel keeps; every other cell as it is."""
    if isinstance(cell, dt.datetime):
        return (cell - EPOCH) / dt.timedelta(days=1)
    if isinstance(cell, dt.date):
        return (dt.datetime.combine(cell, dt.time()) - EPOCH).days
    if isinstance(cell, dt.time):
        return (dt.datetime.combine(EPOCH, cell) - EPOCH) / dt.timedelta(days=1)
    return cell


def is_error(cell: Cell) -> bool:
    """Whether the cell shows an error."""
    return isinstance(cell, str) and cell in ERRORS


class Host:
    """One way to call the functions; a context that starts and stops it."""

    name = ""

    def missing(self) -> str | None:
        """Why this host cannot run here; ``None`` when it can."""
        return None

    def __enter__(self) -> Host:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def call(self, function: str, arguments: Sequence[Matrix | None]) -> Outcome:
        """Call a function with ranges; ``None`` for an argument that is left out."""
        raise NotImplementedError


class Direct(Host):
    """The functions called in this process, without xlwings."""

    name = "direct"

    def call(self, function: str, arguments: Sequence[Matrix | None]) -> Outcome:
        given = [None if cells is None else [[serial(cell) for cell in row] for row in cells] for cells in arguments]
        try:
            return Outcome.of(call(function, given))
        except CallError as error:
            return Outcome(None, error.text.zh)


def require(host: Host) -> None:
    """Skip where the host cannot run; fail where it must (the gate sets WORKLOAD_HOSTS=required)."""
    reason = host.missing()
    if reason is None:
        return
    if os.environ.get("WORKLOAD_HOSTS") == "required":
        pytest.fail(f"{host.name}: {reason}")
    pytest.skip(f"{host.name}: {reason}")
