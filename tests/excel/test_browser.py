"""xlwings' own JavaScript, unmodified in Chromium: what it registers, what it asks, how often."""

import pytest
from host_browser import Browser
from host_server import Client
from hosts import Outcome, require

from excel_addin.calling import call
from excel_addin.cells import CallError
from excel_addin.registry import FUNCTIONS


@pytest.fixture(scope="module")
def browser():
    host = Browser()
    require(host)
    with host:
        yield host


def test_each_function_is_associated_once(browser):
    """What the script binds are the functions of the registry, in name and number."""
    assert sorted(browser.ids) == sorted(FUNCTIONS)


def test_a_range_comes_back_as_a_range(browser):
    """Through Excel's runtime the answer is that of a direct call; an argument left out is left out."""
    cells = [[90], [None], [100]]
    assert browser.call("WL_CLASS_HOURS", [cells, None]) == Outcome.of(call("WL_CLASS_HOURS", [cells]))


def test_an_error_is_a_real_error_with_its_reason(browser):
    """A bad cell becomes #VALUE! with the Chinese message, after a single request."""
    with pytest.raises(CallError) as direct:
        call("WL_CLASS_HOURS", [[["#N/A"], ["abc"]]])
    heard = browser.ask(calls=[["WL_CLASS_HOURS", [[["#N/A"], ["abc"]]]]])
    assert heard["answers"] == [{"error": {"code": "#VALUE!", "message": direct.value.text.zh}}]
    assert heard["requests"] == 1


def test_a_page_gone_stale_is_told_once(browser):
    """A request that the server does not know is not sent again and again."""
    heard = browser.ask(calls=[["WL_NET", [1]]])
    assert heard["answers"] == [{"error": {"code": "#VALUE!", "message": "请求的格式不对"}}]
    assert heard["requests"] == 1


def test_many_cells_at_once_are_answered(browser):
    """A sheet of three hundred formulas makes three hundred calls at the same time, each answered once."""
    outcomes = browser.calls([("WL_CLASS_HOURS", [[[minutes]]]) for minutes in range(300)])
    assert outcomes == [Outcome.of(call("WL_CLASS_HOURS", [[[minutes]]])) for minutes in range(300)]


def test_the_self_check_of_the_task_pane(browser):
    """The task pane says in Chinese that the server answers, that functions are calculated, and what Excel can do."""
    answers = browser.ask(pane="check")["answers"]
    assert [kind for kind, _ in answers] == ["good", "good", "good", "title"]
    assert answers[0][1].endswith(f" {len(FUNCTIONS)}")
    assert answers[-1][1] == "工作量函数"


def test_the_page_runs_under_the_policy_of_the_server(browser):
    """The scripts ran under the header that forbids other addresses: no file was outside it, nothing was refused."""
    with Client(browser.server.url) as client:
        assert client.request("GET", "/taskpane.html")[0] == 200
    assert browser.ask(calls=[])["outside"] == []
