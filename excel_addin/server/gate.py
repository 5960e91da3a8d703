"""The door in front of xlwings Server: who may call, how much, how long, how many at once; and what is told of it.

A call of a function is answered here, through the same authentication and the same conversion as xlwings' own route,
but without its way out: to write a large result cell by cell takes longer than to calculate it. All other requests
are passed on when they are for one of the few pages that an add-in needs, and refused otherwise.

Nothing of a cell is ever logged: only the function's name, the status and the duration.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
import traceback
from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping
from contextlib import suppress
from pathlib import PurePath
from typing import Any

from attrs import frozen

from excel_addin.cells import Grid
from excel_addin.server.wanted import CALL, Waiting
from excel_addin.settings import Language, Settings
from workload import Text

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
User = Any
Admit = Callable[[Scope], Awaitable[User]]
Compute = Callable[[str, list[Any], User], Awaitable[Grid]]

CALL_PATH = "/xlwings/custom-functions-call"
PAGES = frozenset(
    {
        "/",
        "/favicon.ico",
        "/manifest",
        "/manifest.xml",
        "/manifest/download",
        "/taskpane",
        "/taskpane.html",
        "/xlwings/custom-functions-code",
        "/xlwings/custom-functions-code.js",
        "/xlwings/custom-functions-meta",
        "/xlwings/custom-functions-meta.json",
        "/xlwings/custom-scripts-meta",
        "/xlwings/custom-scripts-meta.json",
    }
)
# No part begins with a dot: xlwings Server 1.20 follows ".." out of the project's own static folder.
STATIC = re.compile(r"/static(/[A-Za-z0-9_@-][A-Za-z0-9_@.-]*)+")
LARGE = 1 << 16  # bytes of a request that is read in a thread, so that others need not wait
ROWS_AT_ONCE = 1000  # rows of a result that are written in one go
CLIENT_LEFT = 499  # in the log only: nobody is there to be told
DRAINED = 8  # how many times the bound is read and thrown away, so that the sender gets to see the refusal
STRANGERS_BYTES = 1 << 16  # that are read of a request whose sender has not proved who they are
STRANGERS_SECONDS = 1.0  # in which they have to arrive
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384  # of a sheet
MOST_TEXT = 32_767  # characters that a cell of Excel holds
MOST_DIGITS = 400  # of a number; a cell's largest has 309

log = logging.getLogger("workload.server")


@frozen
class Limits:
    """How much one request, and all of them together, may ask of the server."""

    megabytes: float = 32
    """Of one request."""
    seconds: float = 30
    """From its arrival to its answer."""
    at_once: int = 8
    """Calls that are calculated at the same time."""
    waiting: int = 2000
    """Calls that may be in the house; a workbook asks for each of its cells at the same time."""

    @property
    def bytes(self) -> int:
        """The bound of one request in bytes."""
        return int(self.megabytes * 1024 * 1024)


class RefusedError(Exception):
    """A request that gets no result: its status, and why in words for the user."""

    def __init__(self, status: int, text: str | Text) -> None:
        super().__init__(status)
        self.status = status
        self.text = text


BUSY = Text("服务器正忙，请稍后重算（F9）", "the server is busy; recalculate in a while (F9)")
MALFORMED = Text("请求的格式不对", "the request is malformed")
NOT_HERE = Text("没有此页", "there is no such page")
LEFT = Text("无人等待此计算", "nobody waits for this calculation")
RAGGED = Text(
    "请求的格式不对：区域的各行应一样长，且不为空", "the request is malformed: rows of one length, and not empty"
)
SHEET = Text(
    f"区域过大：最多 {MOST_ROWS:,} 行、{MOST_COLUMNS:,} 列",
    f"the range is too large: at most {MOST_ROWS:,} rows and {MOST_COLUMNS:,} columns",
)
LONG_TEXT = Text(
    f"文字过长：一个单元格最多 {MOST_TEXT:,} 个字符",
    f"the text is too long: a cell holds {MOST_TEXT:,} characters",
)


def _too_large(limits: Limits) -> Text:
    zh = f"区域过大：一次请求最多 {limits.megabytes:g} MB；请只选有内容的部分，或分成几次"
    return Text(zh, f"the range is too large: a request may hold {limits.megabytes:g} MB")


def _too_many(most_cells: int) -> Text:
    zh = f"区域过大：最多 {most_cells:,} 个单元格；请只选有内容的部分"
    return Text(zh, f"the range is too large: at most {most_cells:,} cells")


def _too_long(limits: Limits) -> Text:
    zh = f"计算超过 {limits.seconds:g} 秒，已停止；请减少行数，或分成几次"
    return Text(zh, f"the calculation was stopped after {limits.seconds:g} seconds; give it fewer rows")


def unexpected(error: BaseException) -> Text:
    """What a user is told of a failure of the program: neither a traceback nor a cell."""
    kind = type(error).__name__
    return Text(f"程序内部错误，请报告：{kind}", f"an unexpected failure, please report it: {kind}")


def where(error: BaseException) -> str:
    """Where in the code a failure arose, for the log: places, and no values.

    >>> where(ValueError("secret"))
    'ValueError'
    """
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return " ".join([type(error).__name__, *(f"{PurePath(one.filename).name}:{one.lineno}" for one in frames)])


class Gate:
    """The ASGI application: calls are answered here, the add-in's pages by ``inner``.

    ``admit`` gives the user of a request, ``compute`` the result of a call; both may raise
    :class:`RefusedError`. ``functions`` are the names that may be called, ``most_cells`` what one call may hold.
    """

    def __init__(
        self,
        inner: App,
        admit: Admit,
        compute: Compute,
        *,
        functions: Collection[str],
        limits: Limits,
        language: Language = "zh",
        headers: Mapping[str, str] | None = None,
        most_cells: int | None = None,
    ) -> None:
        self._inner = inner
        self._language = language
        self._headers = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
        self.admit = admit
        self.compute = compute
        self.functions = frozenset(functions)
        self.limits = limits
        self.most_cells = Settings().most_cells if most_cells is None else most_cells
        self.slots = asyncio.Semaphore(limits.at_once)
        self.inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        path, method = scope["path"], scope["method"]
        if path == CALL_PATH and method == "POST":
            await self._answer(scope, receive, send)
        elif method in {"GET", "HEAD"} and (path in PAGES or STATIC.fullmatch(path)):
            await self._inner(scope, receive, send)
        else:
            await self._send(send, 405 if path == CALL_PATH else 404, self._told(NOT_HERE))

    def _told(self, text: str | Text) -> bytes:
        return (text if isinstance(text, str) else text.get(self._language)).encode("utf-8", "replace")

    async def _send(
        self, send: Send, status: int, body: bytes, kind: bytes = b"text/plain; charset=utf-8", *, last: bool = False
    ) -> None:
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), *self._headers]
        if last:
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.monotonic()
        call = _Call(self, scope, receive, began + self.limits.seconds)
        status, kind = 200, b"application/json"
        try:
            body = await call.result()
        except RefusedError as error:
            status, kind, body = error.status, b"text/plain; charset=utf-8", self._told(error.text)
        except Exception as error:  # the last resort: it is told once and in words, and not asked for three times
            log.error("%s failed: %s", call.name, where(error))  # a traceback would show values
            status, kind, body = 400, b"text/plain; charset=utf-8", self._told(unexpected(error))
        log.info("%s %d %.0f ms", call.name, status, (time.monotonic() - began) * 1000)
        if status != CLIENT_LEFT:
            await self._send(send, status, body, kind, last=not call.admitted)


class _Call:
    """One call on its way through the gate."""

    def __init__(self, gate: Gate, scope: Scope, receive: Receive, until: float) -> None:
        self.gate = gate
        self.scope = scope
        self.receive = receive
        self.until = until
        self.name = "-"
        self.admitted = False
        self.waiting = Waiting()

    async def result(self) -> bytes:
        """The answer as JSON.

        Raises:
            RefusedError: there is none.
        """
        gate = self.gate
        user = await self._admitted()  # who has not proved who they are takes nobody's place
        if gate.inside >= gate.limits.waiting:
            raise RefusedError(429, BUSY)
        gate.inside += 1
        try:
            async with asyncio.timeout(self.until - time.monotonic()):
                body = await self._body()
                await gate.slots.acquire()
        except TimeoutError:
            raise RefusedError(429, BUSY) from None
        finally:
            gate.inside -= 1
        gate.inside += 1
        task = asyncio.create_task(self._computed(body, user))
        task.add_done_callback(self._leave)
        return await self._awaited(task)

    def _leave(self, task: asyncio.Task[bytes]) -> None:
        """A calculation has ended, whether or not anybody still waits for it."""
        self.gate.inside -= 1
        self.gate.slots.release()
        if not task.cancelled():
            task.exception()  # seen: asyncio need not tell of it, with the cells in its message

    async def _admitted(self) -> User:
        try:
            async with asyncio.timeout(self.until - time.monotonic()):
                user = await self.gate.admit(self.scope)
        except TimeoutError:
            raise RefusedError(429, BUSY) from None
        except RefusedError:
            with suppress(TimeoutError):
                async with asyncio.timeout(STRANGERS_SECONDS):
                    await self._drained(0, STRANGERS_BYTES)
            raise
        self.admitted = True
        return user

    async def _body(self) -> bytes:
        most = self.gate.limits.bytes
        parts: list[bytes] = []
        length = 0
        while True:
            message = await self.receive()
            if message["type"] != "http.request":
                raise RefusedError(CLIENT_LEFT, LEFT)
            parts.append(message.get("body", b""))
            length += len(parts[-1])
            if length > most:
                parts.clear()
                if message.get("more_body", False):
                    await self._drained(length, DRAINED * most)
                raise RefusedError(413, _too_large(self.gate.limits))
            if not message.get("more_body", False):
                return b"".join(parts)

    async def _drained(self, length: int, most: int) -> None:
        """Read the rest of a request, up to a bound, and throw it away: who still sends does not listen."""
        while length <= most:
            message = await self.receive()
            length += len(message.get("body", b""))
            if not message.get("more_body", False):
                return

    async def _awaited(self, task: asyncio.Task[bytes]) -> bytes:
        """The result of a calculation, unless it takes too long or who asked has left: then it is told to end."""
        gone = asyncio.ensure_future(self._gone())
        try:
            await asyncio.wait({task, gone}, timeout=self.until - time.monotonic(), return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
        if task.done():
            return task.result()
        late = not gone.done()
        self.waiting.over = _too_long(self.gate.limits) if late else LEFT
        raise RefusedError(400, self.waiting.over) if late else RefusedError(CLIENT_LEFT, LEFT)

    async def _gone(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def _computed(self, body: bytes, user: User) -> bytes:
        CALL.set(self.waiting)
        large = len(body) > LARGE
        most = self.gate.most_cells
        name, args = await asyncio.to_thread(read, body, most) if large else read(body, most)
        if name not in self.gate.functions:
            raise RefusedError(400, Text("没有这个函数", "there is no such function"))
        self.name = name
        grid = await self.gate.compute(name, args, user)
        return await asyncio.to_thread(write, grid) if len(grid) > ROWS_AT_ONCE else write(grid)


def _no_number(_text: str) -> float:
    raise ValueError


def _whole(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError
    return int(text)


def _fraction(text: str) -> float:
    if len(text) > MOST_DIGITS:
        raise ValueError
    return float(text)


_DIGITS = bytes.maketrans(b"023456789", b"1" * 9)


def _parsed(body: bytes) -> Any:
    """The JSON of a request; numbers go through functions of ours only where one might be too long: that takes time."""
    if b"1" * (MOST_DIGITS + 1) in body.translate(_DIGITS):
        return json.loads(body, parse_constant=_no_number, parse_int=_whole, parse_float=_fraction)
    return json.loads(body, parse_constant=_no_number)


def read(body: bytes, most_cells: int | None = None) -> tuple[str, list[Any]]:
    """The function's name and the arguments of a request: each is left out (``None``) or a matrix.

    What is too much is refused before it takes memory: each value of JSON has a comma, bracket or brace before it.

    Raises:
        RefusedError: it is not what xlwings' script sends, or more than a sheet or a call holds.

    >>> read(b'{"func_name": "WL_NET", "args": [[[1]], null]}')
    ('WL_NET', [[[1]], None])
    """
    most = Settings().most_cells if most_cells is None else most_cells
    if sum(map(body.count, (b",", b"[", b"{"))) > 2 * most + LARGE:  # rows of one cell have a bracket and a comma each
        raise RefusedError(413, _too_many(most))
    try:
        data = _parsed(body)
        name, args = data["func_name"], data["args"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise RefusedError(400, MALFORMED) from None
    if not isinstance(name, str) or not isinstance(args, list):
        raise RefusedError(400, MALFORMED)
    for one in args:
        if one is not None:
            _check_matrix(one)
    return name, args


def _check_matrix(given: object) -> None:
    """Pass a range as Office.js sends it.

    Raises:
        RefusedError: it is none.
    """
    if not isinstance(given, list) or not all(isinstance(row, list) for row in given):
        raise RefusedError(400, MALFORMED)
    width = len(given[0]) if given else 0
    if width == 0 or any(len(row) != width for row in given):
        raise RefusedError(400, RAGGED)
    if len(given) > MOST_ROWS or width > MOST_COLUMNS:
        raise RefusedError(400, SHEET)
    for row in given:
        for cell in row:
            if isinstance(cell, str):
                if len(cell) > MOST_TEXT:
                    raise RefusedError(400, LONG_TEXT)
            elif isinstance(cell, list):
                raise RefusedError(400, MALFORMED)
            elif isinstance(cell, dict) and any(isinstance(one, str) and len(one) > MOST_TEXT for one in cell.values()):
                raise RefusedError(400, LONG_TEXT)


def write(grid: Grid) -> bytes:
    """The answer that xlwings' script expects; a large one in pieces, between which others get their turn.

    Raises:
        ValueError: a number is not finite.

    >>> write([[1, "a"], [None, True]])
    b'{"result":[[1,"a"],[null,true]]}'
    """
    encode = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
    pieces = (encode(grid[start : start + ROWS_AT_ONCE])[1:-1] for start in range(0, len(grid), ROWS_AT_ONCE))
    return f'{{"result":[{",".join(pieces)}]}}'.encode("ascii")
