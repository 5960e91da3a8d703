"""Every case of ``cases.toml`` through every host: what the table says, and what the direct call gives."""

import datetime as dt
from collections import Counter
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from case_table import read_cases, same_outcome
from hosts import EPOCH, Direct, Host, Outcome, is_error, require, serial

from excel_addin.calling import call
from excel_addin.cells import ERROR_CODES, CallError
from excel_addin.registry import FUNCTIONS

CASES = read_cases()
CODES = {shown: code for code, shown in ERROR_CODES.items()}


class _Shaped(Direct):
    """A direct call with cells in the form in which a host hands them over."""

    def shaped(self, cells):
        raise NotImplementedError

    def call(self, function, arguments):
        given = [None if cells is None else self.shaped(cells) for cells in arguments]
        try:
            return Outcome.of(call(function, given))
        except CallError as error:
            return Outcome(None, error.text.zh)


class LikeCom(_Shaped):
    """As COM does: one cell bare, dates and times as date-times with a time zone, error codes, no integers."""

    name = "like_com"

    def shaped(self, cells):
        rows = tuple(tuple(map(self.cell, row)) for row in cells)
        return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows

    def cell(self, cell):
        if isinstance(cell, dt.datetime):
            return cell.replace(tzinfo=dt.UTC)
        if isinstance(cell, dt.date):
            return dt.datetime.combine(cell, dt.time(), dt.UTC)
        if isinstance(cell, dt.time):
            return dt.datetime.combine(EPOCH, cell, dt.UTC)
        if is_error(cell):
            return CODES[cell]
        return float(cell) if type(cell) is int else cell


class LikeOffice(_Shaped):
    """As Office.js does through JSON: always rows, blank cells as empty texts, dates as numbers, whole floats bare."""

    name = "like_office"

    def shaped(self, cells):
        return [[self.cell(serial(cell)) for cell in row] for row in cells]

    def cell(self, cell):
        if cell is None:
            return ""
        return int(cell) if type(cell) is float and cell.is_integer() else cell


IN_PROCESS = {host.name: host for host in (Direct, LikeCom, LikeOffice)}
MODULES = ("host_classic", "host_server", "host_browser", "host_lite")
KINDS = [*IN_PROCESS, *(name for name in MODULES if Path(__file__).with_name(f"{name}.py").exists())]


def host_class(kind):
    """The host of that kind, for a module the one class in it that is a host."""
    if kind in IN_PROCESS:
        return IN_PROCESS[kind]
    module = import_module(kind)
    found = [
        one
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Host) and one.__module__ == kind and one.name
    ]
    assert len(found) == 1, f"{kind} defines {found}"
    return found[0]


@pytest.fixture(scope="session")
def host(request):
    """A host that runs for all of its cases."""
    made = host_class(request.param)()
    require(made)
    with made as running:
        yield running


@cache
def direct(place):
    """What the direct call of a case gives."""
    return Direct().call(CASES[place].call, CASES[place].arguments)


def where(place):
    return f"{place:03}-{CASES[place].call}"


@pytest.mark.parametrize("place", [place for place, case in enumerate(CASES) if not case.hosts], ids=where)
@pytest.mark.parametrize("host", KINDS, indirect=True)
def test_a_case_holds_in_every_host(host, place):
    """A host gives what the table says, and what the direct call gives: the same cells, or the same message."""
    case = CASES[place]
    outcome = host.call(case.call, case.arguments)
    wrong = case.disagreement(outcome)
    assert wrong is None, f"{case.name}：{wrong}"
    assert same_outcome(outcome, direct(place)), f"{case.name}：{outcome} / {direct(place)}"


@pytest.mark.parametrize("place", [place for place, case in enumerate(CASES) if case.hosts], ids=where)
def test_a_case_of_some_hosts_holds_in_those(place):
    """Where hosts differ on purpose, the table says of which it speaks; one is the direct call."""
    case = CASES[place]
    assert "direct" in case.hosts
    assert set(case.hosts) <= set(KINDS)
    assert case.disagreement(direct(place)) is None


def test_every_function_has_cases():
    """Each function has cases, and nearly all have one that ends in an error."""
    found = Counter(case.call for case in CASES)
    assert set(found) == set(FUNCTIONS)
    assert len(CASES) >= 170
    assert set(FUNCTIONS) - {case.call for case in CASES if case.error} <= {"WL_WHY"}
    assert all(found[name] >= 3 for name in FUNCTIONS)


def test_no_case_hands_over_more_than_a_function_takes():
    """Every case fits the function that it calls, but for the one that says so."""
    assert not [case.name for case in CASES if len(case.arguments) > len(FUNCTIONS[case.call].arguments)]
