"""How long the server takes for large ranges. Measure with ``pytest tests/benchmarks --benchmark-enable``.

The server is a process of its own, asked over HTTP with the connection kept open; the time is the client's, from the
request that is ready to be sent to the answer that has arrived. Promised: a range of 10,000 rows within 40 ms, 50
clients at once without an error.
"""

import json
import sys
import threading
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "excel"))
from host_server import CALL, Client, Server, payload, running
from hosts import require

ROWS, CLIENTS, EACH = 10_000, 50, 10
HEADER = ["编号", "工号", "日期", "类别", "开始时间", "结束时间", "分钟", "课时", "场次", "备注"]
DAY_ONE = 45292  # 2024-01-01 as Excel keeps it


@pytest.fixture(scope="module")
def url():
    require(Server())
    with running() as server:
        yield server.url


@pytest.fixture
def client(url):
    with Client(url) as found:
        yield found


def ask(client, body):
    """The result of a request that is ready."""
    status, text = client.request("POST", CALL, body)
    assert status == 200, text
    return text


def test_one_cell(client, benchmark):
    """A single cell in, a single cell out."""
    assert json.loads(benchmark(ask, client, payload("WL_CLASS_HOURS", [[[90]], None]))) == {"result": [[2]]}


def test_ten_thousand_rows(client, benchmark):
    """10,000 cells in, 10,000 out."""
    body = payload("WL_CLASS_HOURS", [[[number + 0.0] for number in range(ROWS)], None])
    assert len(json.loads(benchmark(ask, client, body))["result"]) == ROWS


def test_summary_of_ten_thousand_rows(client, benchmark):
    """10,000 activity rows of ten columns in, a line for each of 200 teachers out."""
    rows = [
        [f"A{n}", f"T{n % 200:03d}", DAY_ONE + n // 200 * 7, "咨询值班", None, None, 90, None, None, None]
        for n in range(ROWS)
    ]
    body = payload("WL_SUMMARY", [[HEADER, *rows], None, None, [[2024]]])
    assert len(json.loads(benchmark(ask, client, body))["result"]) == 201


def test_fifty_clients(url, benchmark):
    """50 clients at once, ten calls of a hundred cells each: every one is answered."""
    body = payload("WL_CLASS_HOURS", [[[90]] * 100, None])

    def all_of_them():
        answered = []

        def one():
            with Client(url) as client:
                answered.extend(client.request("POST", CALL, body)[0] for _ in range(EACH))

        threads = [threading.Thread(target=one) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answered

    assert benchmark.pedantic(all_of_them, rounds=3) == [200] * (CLIENTS * EACH)
