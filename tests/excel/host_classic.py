"""The classic host: the add-in's own VBA, run by an interpreter, calls xlwings' COM server and so the functions.

Real here: the VBA text that stands in the add-in, xlwings' ``CallUDF`` with its conversions, our functions. Made up:
Excel's objects (a range with its value, its address, its areas), and COM, which hands values over without marshalling
them. What Excel makes of the result is what :class:`Outcome` says: a grid, or the error value ``#VALUE!`` with the
reason that ``WL_WHY`` gives for the cell.

Run as a program it is the worker: a line of JSON with a call in, a line with the outcome out. xlwings decides once in a
process which host it serves, so the worker is a process of its own.
"""

import datetime as dt
import json
import os
import subprocess
import sys
import time
import types
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
if __name__ == "__main__":
    sys.path[:0] = [str(HERE), str(ROOT)]

from hosts import EPOCH, Host, Outcome, is_error  # noqa: E402  # a program finds its neighbors only now

ENCODED = {dt.datetime: "datetime", dt.date: "date", dt.time: "time"}


def as_json(cell):
    """A cell of a case as JSON has it; dates and times as ``{"date": …}``."""
    kind = ENCODED.get(type(cell))
    return {kind: cell.isoformat()} if kind else cell


def from_json(cell):
    """And back."""
    if not isinstance(cell, dict):
        return cell
    ((kind, text),) = cell.items()
    return getattr(dt, kind).fromisoformat(text)


class Classic(Host):
    """Classic xlwings as the add-in calls it."""

    name = "classic"

    def missing(self):
        lacking = [name for name in ("pyopenvba", "xlwings") if find_spec(name) is None]
        return f"{'、'.join(lacking)} is not installed" if lacking else None

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONUTF8": "1"},
            text=True,
            encoding="utf-8",
        )
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()

    def call(self, function, arguments):
        given = [cells if cells is None else [[as_json(cell) for cell in row] for row in cells] for cells in arguments]
        answer = self.ask(call=function, arguments=given)
        return Outcome(None, answer["error"]) if "error" in answer else Outcome.of(answer["grid"])

    def ask(self, **request):
        """One request to the worker, and its answer."""
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker ended with code {self.process.wait()}")
        return json.loads(line)

    def measure(self, function, arguments, times):
        """Seconds of single calls of COM's server, and of xlwings' echo of the same ranges, one after the other."""
        given = [cells if cells is None else [[as_json(cell) for cell in row] for row in cells] for cells in arguments]
        found = self.ask(call=function, arguments=given, times=times)
        return found["seconds"], found["echo"]


# ---------------------------------------------------------------- the worker


def echoes(xlwings):
    """A module of functions that xlwings itself would make: with its own conversions, giving back what they get."""
    module = types.ModuleType("echoes")
    module.__file__ = __file__

    def echo1(one):
        return one

    def echo2(one, other):
        return one

    for plain in (echo1, echo2):
        setattr(module, plain.__name__, xlwings.func(plain))
    sys.modules["echoes"] = module


def seconds(run):
    """How long something takes once."""
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def measured(server, request, ranges):
    """How long a function takes, and how long the echo, in turns, so that both see the same machine."""
    given = [one.com for one in ranges if one is not None]

    def function():
        return server.CallUDF("excel_addin.addin", request["call"], given)

    def echo():
        return server.CallUDF("echoes", f"echo{min(len(given), 2)}", given[:2])

    function(), echo()
    turns = [(seconds(function), seconds(echo)) for _ in range(request["times"])]
    return {"seconds": [one for one, _ in turns], "echo": [other for _, other in turns]}


def as_com(cell):
    """A cell as Excel's COM hands it over."""
    from fake_windows import UTC, ComTime

    from excel_addin.cells import ERROR_CODES

    if isinstance(cell, dt.date | dt.time):
        if isinstance(cell, dt.time):
            cell = dt.datetime.combine(EPOCH, cell)
        elif not isinstance(cell, dt.datetime):
            cell = dt.datetime.combine(cell, dt.time())
        return ComTime.combine(cell.date(), cell.time(), UTC)
    if is_error(cell):
        return {shown: code for code, shown in ERROR_CODES.items()}[cell]
    return float(cell) if type(cell) is int else cell


def work(lines, out):
    """Answer requests until there are no more."""
    from fake_windows import xlwings_of_windows

    xlwings = xlwings_of_windows()
    from classic_excel import Excel

    echoes(xlwings)
    server = xlwings.com_server.XLPython()
    excel = Excel(server)
    for number, line in enumerate(lines, start=1):
        request = json.loads(line)
        arguments = [
            None if cells is None else excel.range([[as_com(from_json(cell)) for cell in row] for row in cells])
            for cells in request["arguments"]
        ]
        if "times" in request:
            out.write(json.dumps(measured(server, request, arguments)) + "\n")
            out.flush()
            continue
        cell = excel.cell(f"$H${number}", f"={request['call']}(…)")
        result = excel.call(request["call"], arguments, cell)
        answer = {"error": excel.why(cell)} if excel.is_error(result) else {"grid": excel.grid(result)}
        out.write(json.dumps(answer) + "\n")
        out.flush()


if __name__ == "__main__":
    work(sys.stdin, sys.stdout)
