"""xlwings Server as a host: the live server in its own process, asked over HTTP as xlwings' script in Excel asks."""

from __future__ import annotations

import http.client
import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from hosts import Cell, Host, Matrix, Outcome, is_error, serial

START_SECONDS = 60
STOP_SECONDS = 20
CALL = "/xlwings/custom-functions-call"
# What Office.js calls the errors of cells.
ERROR_TYPES = {
    "#NULL!": "Null",
    "#DIV/0!": "Div0",
    "#VALUE!": "Value",
    "#REF!": "Ref",
    "#NAME?": "Name",
    "#NUM!": "Num",
    "#N/A": "NotAvailable",
    "#SPILL!": "Spill",
    "#CALC!": "Calc",
    "#GETTING_DATA": "GettingData",
    "#CONNECT!": "Connect",
    "#BLOCKED!": "Blocked",
    "#UNKNOWN!": "Unknown",
    "#FIELD!": "Field",
}


def office_cell(cell: Cell) -> Any:
    """A cell as Excel hands it to a custom function: dates are serial numbers, error cells are records."""
    if is_error(cell):
        return {"type": "Error", "basicType": "Error", "basicValue": cell, "errorType": ERROR_TYPES[str(cell)]}
    return serial(cell)


def office_arguments(arguments: Sequence[Matrix | None]) -> list[Any]:
    """The arguments as matrices; ``None`` for one that is left out."""
    return [None if cells is None else [[office_cell(cell) for cell in row] for row in cells] for cells in arguments]


class ServerProcess:
    """``serve`` in a process of its own on a free port, and what it says."""

    def __init__(self, *options: str, environment: Mapping[str, str] | None = None) -> None:
        env = {name: value for name, value in os.environ.items() if not name.startswith(("XLWINGS_", "WORKLOAD_"))}
        env |= {"XLWINGS_LICENSE_KEY": "noncommercial", "PYTHONUTF8": "1", **(environment or {})}
        command = [sys.executable, "-m", "excel_addin", "serve", "--port", "0", *options]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
            encoding="utf-8", env=env,
        )  # fmt: skip
        self.said: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.url = self._address()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            self._lines.put(line)
        self._lines.put(None)

    def _address(self) -> str:
        while True:
            try:
                line = self._lines.get(timeout=START_SECONDS)
            except queue.Empty:
                line = None
            if line is None:
                self.stop()
                raise RuntimeError("the server did not start:\n" + "".join(self.said))
            found = re.search(r"(?:工作量函数服务：|served at )(https?://\S+)", line)
            if found:
                return found[1]

    @property
    def output(self) -> str:
        """All that it has said so far."""
        return "".join(self.said)

    def stop(self) -> int:
        """End it as Ctrl+C does, and wait."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT if os.name != "nt" else signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self._reader.join(STOP_SECONDS)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return self.process.wait()


_SHARED: list[ServerProcess] = []
_USERS: list[object] = []


@contextmanager
def running() -> Iterator[ServerProcess]:
    """The server that the tests share: started for the first who uses it, ended with the last."""
    user = object()
    if not _USERS:
        _SHARED.append(ServerProcess())
    _USERS.append(user)
    try:
        yield _SHARED[-1]
    finally:
        _USERS.remove(user)
        if not _USERS:
            _SHARED.pop().stop()


class Client:
    """One connection to a server, kept open as a browser keeps it."""

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
        self._headers = {
            "Content-Type": "application/json",
            "Authorization": "",
            "Auth-Provider": "",
            **(headers or {}),
        }

    def request(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
        """Status and text of an answer."""
        self._connection.request(method, path, body, {**self._headers, **headers})
        answer = self._connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def call(self, function: str, arguments: Sequence[Any]) -> tuple[int, str]:
        """Call a function with arguments as Office.js has them."""
        return self.request("POST", CALL, payload(function, arguments))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def payload(function: str, arguments: Sequence[Any]) -> bytes:
    """What xlwings' script sends for a call."""
    body = {
        "client": "Office.js",
        "func_name": function,
        "args": list(arguments),
        "caller_address": "[工作量.xlsx]Sheet1!A1",
        "session_id": "00000000-0000-4000-8000-000000000000",
        "culture_info_name": "zh-CN",
        "date_format": "yyyy/m/d",
        "version": "0.37.8",
        "runtime": "1.4",
    }
    return json.dumps(body).encode()


def missing_server() -> str | None:
    """Why xlwings Server cannot run here."""
    return None if find_spec("xlwings_server") else "xlwings-server is not installed"


class Server(Host):
    """The functions over HTTP."""

    name = "server"

    def missing(self) -> str | None:
        return missing_server()

    def __enter__(self) -> Server:
        self._stack = ExitStack()
        self._client = self._stack.enter_context(Client(self._stack.enter_context(running()).url))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def call(self, function: str, arguments: Sequence[Matrix | None]) -> Outcome:
        status, text = self._client.call(function, office_arguments(arguments))
        if status == 200:
            return Outcome.of(json.loads(text)["result"])
        assert status == 400, (status, text)
        return Outcome(None, text)
