"""The real pywin32, COM server and DLL of xlwings, in a Windows Python under Wine, with our functions.

Runs where WORKLOAD_WINE_PYTHON names the ``python.exe`` of a Windows Python (64 bits) that has xlwings with its DLL
beside the program, pywin32 and what this project needs, but not the project itself. No Excel takes part: a range goes
over as the values that it holds, and VBA's part is played by ``client.py``.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from excel_addin.calling import call

CLIENT = Path(__file__).with_name("client.py")
PYTHON = os.environ.get("WORKLOAD_WINE_PYTHON", "")


@pytest.fixture(scope="module")
def told():
    """What the client printed."""
    wine = shutil.which("wine")
    if not PYTHON or wine is None:
        pytest.skip("WORKLOAD_WINE_PYTHON names no Windows Python, or there is no wine")
    environment = {"WINEDEBUG": "-all", **os.environ}
    process = subprocess.Popen(  # a Windows Python under Wine starts with pipes alone
        [wine, PYTHON, "-u", "Z:" + str(CLIENT).replace("/", "\\")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    out, error = b"", b""
    try:
        out = process.stdout.readline()
        process.stdin.close()
        process.wait(timeout=60)
    finally:
        if process.poll() is None:
            process.kill()
        error = process.stderr.read()
        process.stdout.close()
        process.stderr.close()
    print(out.decode())
    lines = [line for line in out.decode().splitlines() if line.startswith("{")]
    assert lines, error.decode("utf-8", "replace")
    return json.loads(lines[0])


def test_values_cross_com(told):
    """Numbers, blanks, Chinese texts and truth values come back over COM as they went in, dates as times."""
    assert told["one"] == 2
    assert told["range"] == [[2], [""], [pytest.approx(100 / 45)]]
    assert told["text"] == call("WL_POINTS", ["副教授", 2])[0][0]
    assert told["dates"] == 90
    assert told["met"] is True


def test_an_error_comes_with_its_reason(told):
    """A bad cell gives the mark and the reason in Chinese, which the add-in turns into an error value."""
    assert told["reason"] == "#VALUE! minutes“一个半小时”：应为数字"
    assert told["error_cell"].startswith("#VALUE! minutes 第1行第1列“#N/A”")


def test_a_table_comes_back_as_a_table(told):
    """A spilling function gives its header and its rows."""
    header, *rows = told["summary"]
    assert len(rows) == 1
    assert len(header) == len(rows[0])


def test_the_self_check_answers(told):
    """The button's text comes over as it is shown."""
    assert told["self_check"].startswith("一切正常。")
    assert "WL_CLASS_HOURS(90) = 2" in told["self_check"]


def test_python_is_started_again(told):
    """A Python that was ended is an error of COM that the add-in knows; let go of, another one is started."""
    # As in the Select Case of WorkloadSupport.HasEnded.
    known = {-2147023174, -2147023170, -2147023179, -2147417848}
    assert int(told["after_end"].removeprefix("com_error ")) in known
    assert (told["let_go"], told["again"], told["killed"]) == (0, 2, 0)
