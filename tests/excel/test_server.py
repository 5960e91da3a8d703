"""xlwings Server with these functions: what it serves, to whom, how much, and what it tells of it."""

import asyncio
import datetime as dt
import http.client
import ipaddress
import json
import logging
import os
import re
import socket
import ssl
import statistics
import struct
import subprocess
import sys
import threading
import time
import tomllib
import uuid
import xml.etree.ElementTree as ET  # it reads what this project wrote
import zlib
from contextlib import ExitStack, closing
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from host_server import CALL, Client, Server, ServerProcess, payload, running
from hosts import require

from excel_addin.calling import call
from excel_addin.cells import CallError
from excel_addin.registry import FUNCTIONS
from excel_addin.server import manifest as manifests
from excel_addin.server.command import serve as command
from excel_addin.server.connections import most_connections, watched
from excel_addin.server.gate import BUSY, MALFORMED, Gate, Limits, RefusedError, read, where
from excel_addin.server.icons import SIZES, icon
from excel_addin.server.manifest import Entra, manifest
from excel_addin.server.pages import function_list
from excel_addin.server.project import BASE_URL, policy, project_files, settings, write_project
from excel_addin.server.serving import Options, check, environment_of, greeting, is_loopback, provider, serve
from excel_addin.server.tokens import SHORTEST, TOKEN, TOKEN_FILE, tokens_of
from excel_addin.server.wanted import CALL as CALL_UNDER_WAY
from excel_addin.server.wanted import still_wanted
from excel_addin.settings import current
from workload import Text, WorkloadError

GOOD = "a-token-that-nobody-guesses-0001"
OTHER = "a-token-that-nobody-guesses-0002"
CONTENT = "不该出现在日志里的内容"
HEADER = ["工号", "日期", "类别", "开始时间", "结束时间", "分钟"]
DAY_ONE = 45292  # 2024-01-01 as Excel keeps it


def activities(rows):
    """So many duties, of a hundred teachers."""
    return [HEADER, *([f"T{n % 100:03d}", DAY_ONE + n // 100 % 360, "咨询值班", None, None, 90] for n in range(rows))]


@pytest.fixture(scope="session")
def server():
    require(Server())
    with running() as found:
        yield found


@pytest.fixture
def client(server):
    found = Client(server.url)
    yield found
    found.close()


@pytest.fixture(scope="module")
def guarded():
    """A server that asks for a token, takes little at once, and can be fetched from Excel on the web."""
    require(Server())
    found = ServerProcess(
        "--most-megabytes", "0.5", "--allow-origin", "https://excel.officeapps.live.com", environment={TOKEN: GOOD}
    )
    yield found
    found.stop()


@pytest.fixture(scope="module")
def hasty():
    """A server that answers within a moment or not at all."""
    require(Server())
    found = ServerProcess("--most-seconds", "0.4")
    yield found
    found.stop()


def plain(url):
    """A connection to be closed."""
    parts = urlsplit(url)
    return closing(http.client.HTTPConnection(parts.hostname, parts.port, timeout=60))


def refused(*options, environment=None):
    """What ``serve`` says when it does not start, having checked that it ends as for bad usage."""
    env = {"XLWINGS_LICENSE_KEY": "noncommercial", TOKEN: None, TOKEN_FILE: None, **(environment or {})}
    result = CliRunner().invoke(command, options, env=env)
    assert result.exit_code == 2, result.output
    return result.output


# ---------------------------------------------------------------- calls


def test_a_range_is_answered_with_a_range(client):
    """A range goes in and one of its shape comes out; blank stays blank."""
    status, text = client.call("WL_CLASS_HOURS", [[[90], [None], [100]], None])
    assert (status, json.loads(text)) == (200, {"result": call("WL_CLASS_HOURS", [[[90], [None], [100]]])})


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("WL_CLASS_HOURS", [[["一个半小时"]]]),
        (
            "WL_NET",
            [[[1], [{"type": "Error", "basicType": "Error", "basicValue": "#N/A", "errorType": "NotAvailable"}]]],
        ),
        ("WL_RULES", [[["2024-01-01"]], [[1]]]),
        ("WL_SUMMARY", [None]),
    ],
)
def test_an_error_is_a_message_with_status_400(client, function, arguments):
    """A call without a result is answered once, with the same words as a direct call."""
    with pytest.raises(CallError) as direct:
        call(function, arguments)
    assert client.call(function, arguments) == (400, direct.value.text.zh)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"func_name": "WL_NET"}',
        b'{"func_name": 1, "args": []}',
        b'{"func_name": "WL_NET", "args": 1}',
        b'{"func_name": "WL_NET", "args": [1]}',
        b'{"func_name": "WL_NET", "args": [[1]]}',
        b'{"func_name": "WL_NET", "args": [[[NaN]]]}',
        b'{"func_name": "WL_NET", "args": [[[' + b"1" * 5000 + b"]]]}",
        b"[" * 100_000,
        b'{"func_name": "WL_NET", "args": [[[' + b"1" * 401 + b"]]]}",
        b'{"func_name": "WL_NET", "args": [[[0.' + b"1" * 401 + b"]]]}",
        b'{"func_name": "WL_NET", "args": [[[[[]]]]]}',
    ],
)
def test_a_malformed_request_is_refused(client, body):
    """What xlwings' script does not send is refused in words."""
    assert client.request("POST", CALL, body) == (400, MALFORMED.zh)


@pytest.mark.parametrize(
    "body",
    [
        b'{"func_name": "WL_NET", "args": [[[1e999]]]}',
        b'{"func_name": "WL_NET", "args": [[["\\ud800"]]]}',
        b'{"func_name": "WL_NET", "args": [[[{}]]]}',
        b'{"func_name": "WL_NET", "args": [[[' + b"1" * 400 + b"]]]}",
        b'{"func_name": "WL_NET", "args": []}',
        b'{"func_name": "WL_EXPLAIN", "args": [[["WL_EXPLAIN"]], [["WL_EXPLAIN"]]]}',
    ],
)
def test_odd_cells_do_no_harm(client, body):
    """Cells that no sheet holds end as a result or as a message, and never as a failure of the program."""
    status, text = client.request("POST", CALL, body)
    assert status in {200, 400}
    assert "程序内部错误" not in text


@pytest.mark.parametrize("name", ["WL_NOPE", "__class__", "answer", "call", "wl_net"])
def test_only_the_functions_can_be_called(client, name):
    """A name that is not one of the registry's is refused, whatever the module holds."""
    assert client.call(name, []) == (400, "没有这个函数")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", CALL, 405),
        ("POST", "/xlwings/custom-scripts-call/hello_world", 404),
        ("POST", "/manifest", 404),
        ("GET", "/xlwings/alert?prompt=x&title=x&buttons=ok&mode=x&callback=x", 404),
        ("GET", "/docs", 404),
        ("GET", "/openapi.json", 404),
        ("GET", "/socket.io/?EIO=4", 404),
        ("GET", "/pyproject.toml", 404),
        ("GET", "/static/../pyproject.toml", 404),
        ("GET", "/static/%2e%2e/pyproject.toml", 404),
        ("GET", "/static/js/../../pyproject.toml", 404),
        ("GET", "/static/..%5cpyproject.toml", 404),
        ("GET", "/static/%2fetc/passwd", 404),
        ("GET", "/static/C%3a/Windows/win.ini", 404),
        ("GET", "/static/", 404),
        ("GET", "/static/none.js", 404),
    ],
)
def test_nothing_else_is_served(client, method, path, status):
    """Beside the functions and the add-in's own pages there is nothing to ask."""
    assert client.request(method, path)[0] == status


def test_dates_are_the_numbers_of_excel(client):
    """Dates come as serial numbers, and a table with them is read."""
    status, text = client.call("WL_SUMMARY", [activities(100)])
    assert status == 200
    assert len(json.loads(text)["result"]) == 101


# ---------------------------------------------------------------- bounds


def test_too_large_a_request_is_refused_in_words(guarded):
    """Whoever sends too much is told so, having sent it all: a connection cut would be tried again."""
    body = payload("WL_CLASS_HOURS", [[[90]] * 200_000])
    assert len(body) > 2 * 0.5 * 1024 * 1024
    with Client(guarded.url, {"Authorization": f"Bearer {GOOD}"}) as client:
        status, text = client.request("POST", CALL, body)
        assert status == 413
        assert "最多 0.5 MB" in text
        assert client.call("WL_CLASS_HOURS", [[[90]]])[0] == 200


def test_too_large_a_request_without_its_length_is_refused(guarded):
    """The bound holds for what arrives, and not for what is announced."""
    with plain(guarded.url) as connection:
        parts = (b" " * 65536 for _ in range(20))
        connection.request("POST", CALL, parts, {"Authorization": GOOD}, encode_chunked=True)
        assert connection.getresponse().status == 413


def test_too_many_cells_are_refused_in_words(client):
    """A range beyond the bound of cells is refused with their number."""
    most = current().most_cells
    status, text = client.call("WL_CLASS_HOURS", [[[1] * 1000] * (most // 1000 + 1)])
    assert (status, text[:5]) == (400, "区域过大：")


def asking(rows):
    """A call of ``WL_NET`` with a range that is given as JSON."""
    return b'{"func_name": "WL_NET", "args": [[' + rows + b"]]}"


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (asking(b""), 400, "各行应一样长，且不为空"),
        (asking(b"[]"), 400, "各行应一样长，且不为空"),
        (asking(b"[]" + b",[]" * 1_100_000), 400, "各行应一样长，且不为空"),
        (asking(b"[], [1, 2]"), 400, "各行应一样长，且不为空"),
        (asking(b"[" + b"0," * 999_999 + b"0]" + b",[0]" * 900_000), 400, "各行应一样长，且不为空"),
        (asking(b"[0]" + b",[0]" * 1_048_576), 400, "最多 1,048,576 行"),
        (asking(b"[0" + b",0" * 16_384 + b"]"), 400, "16,384 列"),
        (asking(b"[" + b"[]," * 9_000_000 + b"0]"), 413, "最多 4,194,304 个单元格"),
        (asking(b"[" + b"{}," * 9_000_000 + b"0]"), 413, "最多 4,194,304 个单元格"),
        (asking(b'["' + b"," * 32_768 + b'"]'), 400, "最多 32,767 个字符"),
        (asking(b'[{"basicValue": "' + b"x" * 32_768 + b'"}]'), 400, "最多 32,767 个字符"),
    ],
    ids=[
        "no rows",
        "empty row",
        "empty rows",
        "ragged",
        "ragged and large",
        "rows",
        "columns",
        "lists",
        "records",
        "text",
        "text in a record",
    ],
)
def test_what_no_sheet_holds_is_refused_quickly(body, status, told):
    """What Office.js never sends is refused with the bound, before rows are made even or cells are looked into."""
    began = time.monotonic()
    with pytest.raises(RefusedError) as error:
        read(body)
    assert time.monotonic() - began < 5
    assert error.value.status == status
    assert told in error.value.text.zh


def test_what_a_sheet_holds_is_read():
    """The longest column, the widest row, and the longest text of a sheet pass."""
    assert len(read(asking(b"[0]" + b",[0]" * 1_048_575))[1][0]) == 1_048_576
    assert len(read(asking(b"[0" + b",0" * 16_383 + b"]"))[1][0][0]) == 16_384
    assert len(read(asking(b'["' + b"," * 32_767 + b'"]'))[1][0][0][0]) == 32_767


def test_a_text_beyond_a_cell_is_refused_by_the_server(client):
    """The answer names the bound."""
    assert client.call("WL_CLASS_HOURS", [[["x" * 32_768]]]) == (400, "文字过长：一个单元格最多 32,767 个字符")


def test_too_long_a_calculation_is_answered_in_time(hasty):
    """Who asks for too much is told so after the bound, and others are answered as before."""
    with Client(hasty.url) as client:
        began = time.monotonic()
        status, text = client.call("WL_SUMMARY", [activities(60_000)])
        assert (status, "超过 0.4 秒" in text) in {(400, True), (429, False)}
        assert time.monotonic() - began < 10
        deadline = time.monotonic() + 30  # two processors, and others at work
        while (status := client.call("WL_CLASS_HOURS", [[[90]]])[0]) != 200:
            assert time.monotonic() < deadline, status


def test_a_large_call_does_not_stop_the_small_ones(server):
    """While a range of tens of thousands of rows is calculated, single cells are answered in the meantime."""
    times, ended = [], []
    arguments = [activities(60_000)]
    with Client(server.url) as large, Client(server.url) as small:
        thread = threading.Thread(target=lambda: ended.append(large.call("WL_SUMMARY", arguments)[0]))
        thread.start()
        time.sleep(0.4)  # it has arrived
        while thread.is_alive():
            began = time.monotonic()
            assert small.call("WL_CLASS_HOURS", [[[90]]])[0] == 200
            times.append(time.monotonic() - began)
        thread.join()
    assert ended == [200]
    assert len(times) > 5
    assert statistics.median(times) < 0.2


def test_fifty_clients_at_once_are_answered(server):
    """Fifty who ask at the same time all get their answer."""
    answers = []

    def ask():
        with Client(server.url) as client:
            answers.extend(client.call("WL_CLASS_HOURS", [[[90]] * 100])[0] for _ in range(4))

    threads = [threading.Thread(target=ask) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 200


def test_logs_hold_no_cells(server, client):
    """Neither a result, nor a message, nor a failure brings a cell's content into the log."""
    client.call("WL_CLASS_HOURS", [[[CONTENT]]])
    client.call(CONTENT, [[[CONTENT]]])
    client.call("WL_CHECK", [[HEADER, [CONTENT, CONTENT, CONTENT, None, None, CONTENT]]])
    client.request("POST", f"{CALL}?{CONTENT.encode().hex()}", CONTENT.encode())
    time.sleep(0.2)
    assert CONTENT not in server.output
    assert CONTENT.encode().hex() not in server.output
    assert re.search(r"WL_CHECK 200 \d+ ms$", server.output, re.MULTILINE)
    assert re.search(r"WL_CLASS_HOURS 400 \d+ ms$", server.output, re.MULTILINE)


# ---------------------------------------------------------------- the gate by itself


class Asked:
    """A request to the gate, without a network: what was sent back."""

    def __init__(self, gate, body=None, *, stays=True, path=CALL, method="POST"):
        self.gate, self.stays, self.sent = gate, stays, []
        self.scope = {"type": "http", "path": path, "method": method, "headers": []}
        self.messages = [{"type": "http.request", "body": payload("WL_NET", [[[1]]]) if body is None else body}]

    async def receive(self):
        if self.messages:
            return self.messages.pop(0)
        if self.stays:
            await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.sent.append(message)

    async def answer(self):
        await self.gate(self.scope, self.receive, self.send)
        return self.status, self.text

    @property
    def status(self):
        return self.sent[0]["status"] if self.sent else None

    @property
    def text(self):
        return self.sent[1]["body"].decode() if self.sent else None


async def anybody(_scope):
    return "user"


def gate_of(compute, admit=anybody, **limits):
    async def inner(scope, receive, send):
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return Gate(inner, admit, compute, functions=FUNCTIONS, limits=Limits(**limits))


def in_thread(work):
    async def compute(name, args, user):
        return await asyncio.to_thread(work)

    return compute


def test_a_calculation_that_nobody_waits_for_ends():
    """When the time is over the caller is told so, and the calculation, which asks now and then, ends."""
    ended = threading.Event()

    def work():
        try:
            while True:
                still_wanted()
                time.sleep(0.005)
        finally:
            ended.set()

    async def scene():
        gate = gate_of(in_thread(work), seconds=0.1, at_once=1)
        status, text = await Asked(gate).answer()
        assert (status, text) == (400, "计算超过 0.1 秒，已停止；请减少行数，或分成几次")
        assert await asyncio.to_thread(ended.wait, 5)
        await asyncio.sleep(0.05)
        assert gate.inside == 0
        assert gate.slots._value == 1

    asyncio.run(scene())


def test_a_calculation_ends_when_its_caller_leaves():
    """Excel closed, or the formula changed: nobody is answered, and the calculation ends."""
    ended = threading.Event()

    def work():
        try:
            while True:
                still_wanted()
                time.sleep(0.005)
        finally:
            ended.set()

    async def scene():
        asked = Asked(gate_of(in_thread(work)), stays=False)
        assert await asked.answer() == (None, None)
        assert await asyncio.to_thread(ended.wait, 5)

    asyncio.run(scene())


def test_a_caller_who_leaves_while_sending_is_not_answered():
    """A request of which half arrives is no call."""

    async def scene():
        asked = Asked(gate_of(in_thread(list)), stays=False)
        asked.messages = [{"type": "http.request", "body": b"{", "more_body": True}]
        assert await asked.answer() == (None, None)

    asyncio.run(scene())


def test_beyond_the_bound_callers_are_told_that_the_server_is_busy():
    """One is calculated, one waits and is told after its time, the third is told at once; then there is room again."""
    go = threading.Event()

    def work():
        go.wait(5)
        return [[1]]

    async def scene():
        gate = gate_of(in_thread(work), seconds=0.3, at_once=1, waiting=2)
        first, second, third = (asyncio.ensure_future(Asked(gate).answer()) for _ in range(3))
        assert await third == (429, BUSY.zh)
        assert await second == (429, BUSY.zh)
        go.set()
        assert (await first)[0] in {200, 400}
        await asyncio.sleep(0.05)
        assert await Asked(gate).answer() == (200, '{"result":[[1]]}')

    asyncio.run(scene())


@pytest.mark.parametrize("failure", [ValueError(CONTENT), KeyError(CONTENT), RecursionError(CONTENT)])
def test_an_unexpected_failure_tells_nothing_of_the_cells(failure, caplog):
    """A failure of the program is told once, with its kind alone; the log has places in the code and no values."""

    async def compute(name, args, user):
        raise failure

    with caplog.at_level(logging.INFO, "workload.server"):
        status, text = asyncio.run(Asked(gate_of(compute)).answer())
    assert (status, text) == (400, f"程序内部错误，请报告：{type(failure).__name__}")
    assert CONTENT not in caplog.text
    assert "test_server.py:" in caplog.text


def test_a_result_that_json_cannot_say_is_a_failure():
    """A number that is not finite never goes out as a broken answer."""

    async def compute(name, args, user):
        return [[float("nan")]]

    assert asyncio.run(Asked(gate_of(compute)).answer()) == (400, "程序内部错误，请报告：ValueError")


def test_a_refusal_keeps_its_status_and_words():
    """What the authentication says is passed on, after the request was read."""

    async def admit(scope):
        raise RefusedError(403, Text("不行", "no"))

    asked = Asked(gate_of(in_thread(list), admit))
    assert asyncio.run(asked.answer()) == (403, "不行")
    assert asked.messages == []


def test_strangers_take_nobodys_place():
    """Three thousand who have no token, and send a byte each and no more, keep nobody out, and are told within 1 s."""

    async def admit(scope):
        if scope.get("stranger"):
            raise RefusedError(401, Text("不行", "no"))
        return "user"

    async def scene():
        gate = gate_of(in_thread(lambda: [[1]]), admit, waiting=5)
        strangers = [Asked(gate) for _ in range(3000)]
        for one in strangers:
            one.scope["stranger"] = True
            one.messages = [{"type": "http.request", "body": b"{", "more_body": True}]
        began = time.monotonic()
        waiting = [asyncio.ensure_future(one.answer()) for one in strangers]
        await asyncio.sleep(0.05)
        assert gate.inside == 0
        assert await Asked(gate).answer() == (200, '{"result":[[1]]}')
        assert set(await asyncio.gather(*waiting)) == {(401, "不行")}
        assert time.monotonic() - began < 10
        assert all((b"connection", b"close") in one.sent[0]["headers"] for one in strangers)

    asyncio.run(scene())


def test_of_a_strangers_request_little_is_read():
    """Who has no token and sends on and on is answered after 64 KB."""

    async def admit(scope):
        raise RefusedError(401, Text("不行", "no"))

    asked = Asked(gate_of(in_thread(list), admit))
    asked.messages = [{"type": "http.request", "body": bytes(1 << 14), "more_body": True} for _ in range(100)]
    assert asyncio.run(asked.answer()) == (401, "不行")
    assert len(asked.messages) == 95


def test_who_is_known_keeps_the_connection():
    """Only a refused caller's connection is closed."""
    asked = Asked(gate_of(in_thread(lambda: [[1]])))
    asyncio.run(asked.answer())
    assert not [name for name, _ in asked.sent[0]["headers"] if name == b"connection"]


def test_a_connection_that_asks_for_nothing_is_ended():
    """Silent from the start, or after half of a second request, it ends at the second look; a busy one stays."""

    class Connection:
        def __init__(self, *, cycle=None, timer=None):
            self.transport, self.cycle, self.timeout_keep_alive_task = self, cycle, timer
            self.closed = False

        def is_closing(self):
            return self.closed

        def close(self):
            self.closed = True

    async def scene():
        ended, going = SimpleNamespace(response_complete=True), SimpleNamespace(response_complete=False)
        kinds = [{}, {"cycle": ended}, {"cycle": going}, {"cycle": ended, "timer": object()}]
        made = [watched(Connection, 0.02)(**kind) for kind in kinds]
        await asyncio.sleep(0.3)
        return [one.closed for one in made]

    assert asyncio.run(scene()) == [True, True, False, False]


def test_there_is_a_bound_of_connections():
    """Twice the calls in the house where the system has room, fewer where it has not, and never none."""
    assert 1 <= most_connections(Limits(waiting=10)) <= 20
    assert most_connections(Limits(waiting=10**9)) >= 1


def test_pages_are_passed_on_and_other_things_are_not():
    """The gate asks xlwings Server for the add-in's pages only, and has no web sockets."""
    gate = gate_of(in_thread(list))
    assert asyncio.run(gate({"type": "websocket", "path": "/"}, None, None)) is None
    for path, method, status in [("/manifest", "GET", 204), ("/static/x.js", "HEAD", 204), ("/x", "GET", 404)]:
        asked = Asked(gate, path=path, method=method)
        asyncio.run(gate(asked.scope, asked.receive, asked.send))
        assert asked.status == status


def test_large_requests_and_results_are_whole():
    """What is read and written in threads and in pieces is the same as in one go."""
    rows = [[number, "格", None, True] for number in range(5321)]

    async def compute(name, args, user):
        assert args == [rows]
        return args[0]

    status, text = asyncio.run(Asked(gate_of(compute), payload("WL_NET", [rows])).answer())
    assert (status, json.loads(text)) == (200, {"result": rows})


def test_elsewhere_somebody_always_waits():
    """On hosts without a gate the check does nothing."""
    assert CALL_UNDER_WAY.get() is None
    still_wanted()


def test_where_a_failure_arose_is_told_without_its_values():
    """The places are file names and lines."""
    try:
        int(CONTENT)
    except ValueError as error:
        told = where(error)
    assert re.fullmatch(r"ValueError test_server\.py:\d+", told)


# ---------------------------------------------------------------- who may call


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (None, 401),
        ("", 401),
        ("Bearer ", 401),
        ("Bearer wrong", 401),
        (f"Bearer {OTHER}", 401),
        (f"Bearer {GOOD}x", 401),
        ("Bearer \xe4\xf6", 401),
        (f"Bearer {GOOD}", 200),
        (GOOD, 200),
    ],
)
def test_a_call_needs_the_token(guarded, given, status):
    """Without the token there is no result, and why is said in words."""
    with Client(guarded.url, {} if given is None else {"Authorization": given}) as client:
        found, text = client.call("WL_CLASS_HOURS", [[[90]]])
    assert found == status
    if status == 401:
        assert text == "令牌缺失或不对：请在“工作量”任务窗格中填写"


def test_strangers_on_many_connections_keep_nobody_out(guarded):
    """Connections without a token that send a byte of their body are refused and closed; the token works meanwhile."""
    parts = urlsplit(guarded.url)
    head = f"POST {CALL} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: 9000\r\n\r\n{{".encode()
    with ExitStack() as stack:
        strangers = [
            stack.enter_context(socket.create_connection((parts.hostname, parts.port), timeout=30)) for _ in range(400)
        ]
        for one in strangers:
            one.sendall(head)
        with Client(guarded.url, {"Authorization": f"Bearer {GOOD}"}) as client:
            assert client.call("WL_CLASS_HOURS", [[[90]]])[0] == 200
        for one in strangers:
            told = b"".join(iter(lambda one=one: one.recv(65536), b""))
            assert told.startswith(b"HTTP/1.1 401 ")
            assert b"connection: close\r\n" in told.lower()


@pytest.mark.parametrize("named", ["../x", "custom", "entraid", "none"])
def test_the_provider_that_a_request_names_is_of_no_account(guarded, named):
    """There is one way to prove who one is: another name neither opens the door nor closes it."""
    with Client(guarded.url, {"Auth-Provider": named}) as client:
        assert client.call("WL_CLASS_HOURS", [[[90]]])[0] == 401
    with Client(guarded.url, {"Auth-Provider": named, "Authorization": f"Bearer {GOOD}"}) as client:
        assert client.call("WL_CLASS_HOURS", [[[90]]])[0] == 200


@pytest.mark.parametrize(
    "path", ["/manifest", "/taskpane.html", "/xlwings/custom-functions-meta.json", "/static/help.html"]
)
def test_what_excel_fetches_by_itself_needs_no_token(guarded, path):
    """Manifest, metadata and pages hold nothing of a person, and Office fetches them without a token."""
    with Client(guarded.url) as client:
        assert client.request("GET", path)[0] == 200


def test_other_pages_may_not_fetch_unless_named(guarded):
    """Excel on the web may fetch the metadata when it is allowed to, and no other page may."""
    for origin, allowed in [("https://excel.officeapps.live.com", True), ("https://example.com", False)]:
        with plain(guarded.url) as connection:
            connection.request("GET", "/xlwings/custom-functions-meta.json", headers={"Origin": origin})
            answer = connection.getresponse()
            assert (answer.getheader("access-control-allow-origin") == origin) is allowed


def test_tokens_come_from_a_file_too(tmp_path):
    """A file has one token on each line; comments and blank lines are none."""
    file = tmp_path / "tokens.txt"
    file.write_text(f"\ufeff# 心理指导中心\n{GOOD}\n\n  {OTHER}\n", encoding="utf-8")
    assert tokens_of({TOKEN_FILE: str(file)}) == (GOOD, OTHER)
    assert tokens_of({TOKEN: GOOD, TOKEN_FILE: str(file)}) == (GOOD, GOOD, OTHER)
    assert tokens_of({}) == ()


@pytest.mark.parametrize("token", ["short", "令牌" * 20, "with blanks in between them all", "x" * (SHORTEST - 1)])
def test_a_weak_token_is_refused_and_not_repeated(token):
    """A token that could be guessed, or that no header can carry, is refused without showing it."""
    with pytest.raises(WorkloadError) as error:
        tokens_of({TOKEN: token})
    assert token not in error.value.text.zh + error.value.text.en


def test_a_token_file_without_tokens_is_an_error(tmp_path):
    """An empty or missing file does not open the door."""
    empty = tmp_path / "tokens.txt"
    empty.write_text("# none\n", encoding="utf-8")
    for file in (empty, tmp_path / "missing.txt"):
        with pytest.raises(WorkloadError, match="令牌"):
            tokens_of({TOKEN_FILE: str(file)})


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "workload.example.edu"])  # noqa: S104  # refused
def test_others_are_not_served_without_authentication(host):
    """An address that others can reach is not bound unless callers have to prove who they are."""
    assert "必须先启用鉴权" in refused("--host", host)
    assert not is_loopback(host)


def test_authentication_opens_other_addresses():
    """With a token or with Entra ID any address may be bound; both at once is a mistake."""
    entra = Entra("tenant", "client")
    everywhere = "0.0.0.0"  # noqa: S104  # nothing is bound
    assert provider(Options(), {}) is None
    assert provider(Options(host=everywhere), {TOKEN: GOOD}) == "custom"
    assert provider(Options(host=everywhere, entra=entra), {}) == "entraid"
    with pytest.raises(WorkloadError, match="只能选一种"):
        provider(Options(entra=entra), {TOKEN: GOOD})


# ---------------------------------------------------------------- starting and stopping


def test_the_license_is_the_operators_own_statement():
    """Without a statement nothing starts, and the terms are told; it is never made for the operator."""
    told = refused(environment={"XLWINGS_LICENSE_KEY": ""})
    assert "PolyForm Noncommercial 1.0.0" in told
    assert "--license noncommercial" in told


def test_a_wrong_license_key_is_told_in_words():
    """A key that xlwings does not take ends the start in words."""
    require(Server())
    with pytest.raises(RuntimeError, match="许可密钥不可用") as error:
        ServerProcess("--license", "not-a-key")
    assert "Traceback" not in str(error.value)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--certfile", "a.pem"], "要一起给出"),
        (["--certfile", "a.pem", "--keyfile", "b.pem"], "没有文件 a.pem"),
        (["--hostname", "https://workload.example.edu"], "--hostname 应为"),
        (["--allow-origin", "example.edu/x"], "--allow-origin 应形如"),
        (["--most-seconds", "0"], "大于 0"),
        (["--entra-tenant", "x"], "要一起给出"),
        (["--token-file", "none.txt"], "无法读取"),
    ],
)
def test_a_bad_option_is_told_before_anything_starts(options, told, tmp_path, monkeypatch):
    """What cannot work is said in words, with the exit code of bad usage."""
    monkeypatch.chdir(tmp_path)
    assert told in refused(*options)


def test_a_taken_port_is_told_in_words(server):
    """Two servers do not share a port."""
    with pytest.raises(RuntimeError, match=r"无法使用 127\.0\.0\.1 的端口"):
        ServerProcess("--port", str(urlsplit(server.url).port))


def test_a_wrong_certificate_is_told_in_words(tmp_path):
    """A file that is no certificate ends the start in words."""
    require(Server())
    file = tmp_path / "a.pem"
    file.write_text("no certificate", encoding="ascii")
    with pytest.raises(RuntimeError, match="TLS 证书或私钥不可用"):
        ServerProcess("--certfile", str(file), "--keyfile", str(file))


def test_a_wrong_rule_file_is_told_at_the_start(tmp_path):
    """A rule file with faults is told of before the first call."""
    require(Server())
    with pytest.raises(RuntimeError, match="did not start"):
        ServerProcess(environment={"WORKLOAD_RULES": str(tmp_path / "none.toml")})


def certificate(folder):
    """A certificate for this machine, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + dt.timedelta(1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return files


def test_with_a_certificate_the_server_speaks_https_and_keeps_its_project(tmp_path):
    """Over TLS the manifest names https addresses; a folder that was asked for is kept, and nothing else is left."""
    require(Server())
    cert, key = certificate(tmp_path)
    project, temporary = tmp_path / "project", tmp_path / "temporary"
    temporary.mkdir()
    tokens = tmp_path / "tokens.txt"
    tokens.write_text(GOOD, encoding="ascii")
    found = ServerProcess(
        "--certfile", str(cert), "--keyfile", str(key), "--project", str(project), "--token-file", str(tokens),
        environment={"TMPDIR": str(temporary), "WORKLOAD_LANG": "en"},
    )  # fmt: skip
    try:
        parts = urlsplit(found.url)
        assert parts.scheme == "https"
        context = ssl.create_default_context(cafile=cert)
        secure = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=60, context=context)
        with closing(secure) as connection:
            connection.request("GET", "/manifest")
            assert connection.getresponse().read().decode() == manifest(found.url)
            connection.request("POST", CALL, payload("WL_NET", [[["x"]]]), {"Authorization": f"Bearer {GOOD}"})
            answer = connection.getresponse()
            assert (answer.status, answer.read().decode()) == (400, "gross 'x': takes a number")
    finally:
        code = found.stop()
    assert code == 0
    assert "authentication: tokens" in found.output
    assert "Traceback" not in found.output
    assert list(temporary.iterdir()) == []
    assert (project / "custom_functions" / "__init__.py").is_file()
    assert not (project / ".env").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process at once")
def test_ended_by_the_system_the_server_takes_its_folder_away(tmp_path):
    """Asked to end by a service manager, it leaves nothing behind."""
    require(Server())
    found = ServerProcess(environment={"TMPDIR": str(tmp_path)})
    assert [folder.name.startswith("workload-server-") for folder in tmp_path.iterdir()] == [True]
    found.process.terminate()
    found.process.wait(20)
    assert found.stop() == 0
    assert list(tmp_path.iterdir()) == []


def test_what_is_said_at_the_start():
    """The addresses, who may call, the rules; and what is missing for Excel."""
    rules = Text("规则", "rules")
    plain = greeting(Options(), "http://127.0.0.1:8123", None, rules)
    assert "http://127.0.0.1:8123/manifest" in plain.zh
    assert "未设 TLS 证书" in plain.zh
    assert "明文" not in plain.zh
    guarded = greeting(Options(), "http://0.0.0.0:8123", "custom", rules)
    assert "明文" in guarded.zh
    assert "in the clear" in guarded.en
    proxied = greeting(Options(hostname="workload.example.edu"), "http://127.0.0.1:8123", "entraid", rules)
    assert "https://workload.example.edu/manifest" in proxied.zh
    assert "未设 TLS 证书" not in proxied.zh


def test_options_that_are_fine_pass(tmp_path):
    """A name with a port, and an address of Excel on the web."""
    check(Options(hostname="workload.example.edu:8443", allow_origins=("https://excel.officeapps.live.com",)))


def test_settings_of_xlwings_server_come_from_nowhere_else(tmp_path):
    """Variables of another installation are struck out, and no ``.env`` is read."""
    given = {"XLWINGS_ENVIRONMENT": "dev", "XLWINGS_LICENSE_KEY": "noncommercial", "PATH": "x"}
    found = environment_of(Options(token_file=tmp_path / "t"), given, tmp_path)
    assert found == {
        "PATH": "x",
        "DOTENV_PATH": str(tmp_path / "none.env"),
        "XLWINGS_LICENSE_KEY": "noncommercial",
        "XLWINGS_ON_SERVER": "true",
        "XLWINGS_PROJECT_DIR": str(tmp_path),
        TOKEN_FILE: str(tmp_path / "t"),
    }


def test_serving_begins_with_the_checks():
    """``serve`` refuses before it changes anything of the process."""
    before = dict(os.environ)
    with pytest.raises(WorkloadError, match="要一起给出"):
        serve(Options(certfile=Path("x")))
    assert dict(os.environ) == before


def test_the_verb_lists_its_options():
    """``python -m excel_addin serve --help`` says in Chinese what there is to choose."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "excel_addin", "serve", "--help"],
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert "访问令牌文件" in done.stdout.decode("utf-8")


# ---------------------------------------------------------------- what Excel reads


def test_the_metadata_is_the_registry(client):
    """Each function once, with its Chinese help and its arguments; none is volatile or kept by the client."""
    found = {
        one["id"]: one
        for one in json.loads(client.request("GET", "/xlwings/custom-functions-meta.json")[1])["functions"]
    }
    assert sorted(found) == sorted(FUNCTIONS)
    for name, function in FUNCTIONS.items():
        one = found[name]
        assert one["name"] == name
        assert one["description"] == function.help("zh")
        assert len(one["description"]) <= 255
        assert one["result"] == {"dimensionality": "matrix", "type": "any"}
        assert set(one["options"]) <= {"requiresAddress", "requiresParameterAddresses"}
        assert [
            (argument["name"], argument["description"], argument.get("optional", False), argument["dimensionality"])
            for argument in one["parameters"]
        ] == [(argument.name, argument.help.zh, argument.optional, "matrix") for argument in function.arguments]
        assert not any(argument.get("repeating") for argument in one["parameters"])


def test_names_are_those_that_office_allows(client):
    """Microsoft's rules: ids of A–Z, 0–9, _ and ., at least three letters, begun by a letter, no cell's name."""
    for name in FUNCTIONS:
        assert re.fullmatch(r"[A-Z][A-Z0-9_.]{2,}", name)
        assert not re.fullmatch(r"[A-Z]{1,3}\d+|R\d*C\d*", name)


def test_the_script_associates_each_function(client):
    """xlwings' script binds each id, and asks this server alone."""
    _, script = client.request("GET", "/xlwings/custom-functions-code.js")
    assert sorted(re.findall(r'CustomFunctions\.associate\("(\w+)"', script)) == sorted(FUNCTIONS)
    assert f'window.location.origin + "{CALL}"' in script


def test_the_manifest_is_served_for_the_address_it_is_asked_at(server, client):
    """What the server gives is what the registry makes, with the server's address in it."""
    assert client.request("GET", "/manifest") == (200, manifest(server.url))


def test_pages_ask_no_other_machine(server, client):
    """Every file that a page names is this server's, and the policy forbids the rest."""
    for path in ("/taskpane.html", "/static/help.html"):
        with plain(server.url) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            text = answer.read().decode()
            assert re.search(r"default-src 'self';.* connect-src 'self';", answer.getheader("content-security-policy"))
        for name in re.findall(r'(?:src|href)="([^"]+)"', text):
            assert not re.match(r"[a-z]+:|//", name)
            assert client.request("GET", name if name.startswith("/") else f"/static/{name}")[0] == 200
    assert "login.microsoftonline.com" in policy(Entra("t", "c"))


def test_pages_list_each_function(client):
    """The task pane and the help page show every function with its help, in Chinese or in English."""
    for path in ("/taskpane.html", "/static/help.html"):
        text = client.request("GET", path)[1]
        for name, function in FUNCTIONS.items():
            assert f'<details id="{name}">' in text
            assert function.summary.zh in text
    assert "optional" in function_list("en")
    assert all(function.summary.zh not in function_list("en") for function in FUNCTIONS.values())


# ---------------------------------------------------------------- the manifest by rule

OFFICE = "{http://schemas.microsoft.com/office/appforoffice/1.1}"
BT = "{http://schemas.microsoft.com/office/officeappbasictypes/1.0}"
OVERRIDES = "{http://schemas.microsoft.com/office/taskpaneappversionoverrides}"
BASES = ["https://workload.example.edu", "http://127.0.0.1:8123"]
ORDER = [
    "Id",
    "Version",
    "ProviderName",
    "DefaultLocale",
    "DisplayName",
    "Description",
    "IconUrl",
    "HighResolutionIconUrl",
    "SupportUrl",
    "AppDomains",
    "Hosts",
    "Requirements",
    "DefaultSettings",
    "Permissions",
]


def parsed(base, entra=None):
    return ET.fromstring(manifest(base, entra))  # noqa: S314  # it is this project's own


def test_the_id_never_changes():
    """Excel knows the add-in by this id; it was made once."""
    assert manifests.ID == "85ba1c0f-6c64-47e6-8aa3-43290129c7f7"
    assert uuid.UUID(manifests.ID).version == 4
    assert parsed(BASES[0]).findtext(f"{OFFICE}Id") == manifests.ID


@pytest.mark.parametrize("base", BASES)
def test_manifest_addresses(base):
    """Every address in the manifest is the server's own."""
    text = manifest(base)
    addresses = set(re.findall(r'(?:DefaultValue="|<AppDomain>)(https?://[^"<]+)', text))
    assert len(addresses) > 5
    assert all(address == base or address.startswith(f"{base}/") for address in addresses)
    others = set(re.findall(r"https?://[^\"<\s]+", text)) - addresses
    assert all(other.startswith(("http://schemas.microsoft.com/", "http://www.w3.org/")) for other in others)


def test_manifest_resources_resolve():
    """Each resource that is named is there, each that is there is used, and ids have the form that Office allows."""
    root = parsed(BASES[0])
    named = {node.get("resid") for node in root.iter() if node.get("resid")}
    held = [node.get("id") for node in root.iter() if node.tag.startswith(BT) and node.get("id")]
    assert sorted(held) == sorted(named)
    assert all(re.fullmatch(r"[A-Za-z][\w.]{0,31}", one) for one in held)
    assert all(len(node.get("id")) <= 125 for node in root.iter() if node.get("id"))


def test_manifest_parts_and_their_order():
    """The parts stand in the order of Office's schema."""
    root = parsed(BASES[0])
    assert [child.tag.removeprefix(OFFICE) for child in root][: len(ORDER)] == ORDER
    assert root[len(ORDER)].tag == f"{OVERRIDES}VersionOverrides"
    assert re.fullmatch(r"[1-9]\d*(\.\d+){3}", root.findtext(f"{OFFICE}Version"))


def test_manifest_texts():
    """Names are Chinese first with English beside, within the lengths that Office shows; nothing of xlwings' own."""
    root = parsed(BASES[0])
    assert root.findtext(f"{OFFICE}DefaultLocale") == "zh-CN"
    for tag, most in (("DisplayName", 125), ("Description", 250)):
        node = root.find(f"{OFFICE}{tag}")
        assert re.search(r"[一-鿿]", node.get("DefaultValue"))
        assert len(node.get("DefaultValue")) <= most
        assert len(node[0].get("Value")) <= most
    for kind, most in (("ShortStrings", 125), ("LongStrings", 250)):
        for node in root.find(f".//{BT}{kind}"):
            assert re.search(r"[一-鿿]", node.get("DefaultValue"))
            assert node[0].get("Locale") == "en-US"
            assert max(len(node.get("DefaultValue")), len(node[0].get("Value"))) <= most
    assert "Hello" not in manifest(BASES[0])
    assert "xlwings.org" not in manifest(BASES[0])


def test_functions_have_no_namespace():
    """So they bear the same names as in every other host."""
    assert parsed(BASES[0]).find(f".//{OVERRIDES}Namespace") is None


def test_entra_is_in_the_manifest_when_it_is_used():
    """Single sign-on needs the registration's id and resource."""
    root = parsed(BASES[0], Entra("tenant", "1b4e28ba-2fa1-41d2-883f-0016d3cca427"))
    resource = root.findtext(f".//{OVERRIDES}Resource")
    assert resource == "api://workload.example.edu/1b4e28ba-2fa1-41d2-883f-0016d3cca427"
    assert parsed(BASES[0]).find(f".//{OVERRIDES}WebApplicationInfo") is None


@pytest.mark.parametrize("size", SIZES)
def test_icons_are_pictures_of_their_size(size):
    """Each is a PNG of that size with a picture in it, and its corners are clear."""
    data = icon(size)
    assert struct.unpack(">II", data[16:24]) == (size, size)
    length = struct.unpack(">I", data[33:37])[0]
    rows = zlib.decompress(data[41 : 41 + length])
    assert len(rows) == size * (1 + 4 * size)
    assert rows[4] == 0
    assert len(set(rows)) > 4


# ---------------------------------------------------------------- the project folder


def project(**given):
    usual = {"provider": None, "entra": None, "hostname": None, "seconds": 30, "language": "zh"}
    found = settings(**{**usual, **given})
    return project_files(given.get("language", "zh"), found, given.get("entra"))


def test_the_project_is_for_production():
    """No development mode, no reloading, no examples, no sockets; HTTP errors are not asked for again."""
    found = tomllib.loads(project()["pyproject.toml"].decode())["tool"]["xlwings_server"]
    assert found["environment"] == "prod"
    assert found["functions_namespace"] == ""
    assert found["manifest_id_prod"] == manifests.ID
    assert found["custom_functions_retry_codes"] == []
    assert not any(value for name, value in found.items() if name.startswith("enable_"))


def test_the_project_follows_the_options():
    """Authentication and the outer name stand in the settings; the language is that of the pages."""
    entra = Entra("tenant", "client")
    found = project(provider="entraid", entra=entra, hostname="workload.example.edu", language="en")
    told = tomllib.loads(found["pyproject.toml"].decode())["tool"]["xlwings_server"]
    assert told["auth_providers"] == ["entraid"]
    assert (told["auth_entraid_tenant_id"], told["auth_entraid_client_id"]) == ("tenant", "client")
    assert told["hostname"] == "workload.example.edu"
    assert "login.microsoftonline.com" in told["custom_headers"]["Content-Security-Policy"]
    assert found["templates/manifest.xml"].decode() == manifest(BASE_URL, entra)
    assert b'<html lang="en">' in found["static/help.html"]


def test_the_project_is_written_and_written_again(tmp_path):
    """A folder is made, and made anew over itself; one with other things in it is left alone."""
    folder = tmp_path / "a" / "project"
    for _ in range(2):
        write_project(folder, project())
        written = {
            path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
        }
        assert written == dict(project())
    (tmp_path / "other.txt").write_text("x", encoding="ascii")
    with pytest.raises(WorkloadError, match="空文件夹"):
        write_project(tmp_path, project())
    with pytest.raises(WorkloadError, match="无法写入"):
        write_project(tmp_path / "other.txt", project())
