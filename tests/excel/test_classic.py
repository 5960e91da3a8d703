"""The add-in's VBA, run by an interpreter: what a cell gets, and what WL_WHY says of it."""

import datetime as dt
from types import SimpleNamespace

import pytest
from classic_excel import Excel, Range
from fake_windows import MISSING, Wrapped

from excel_addin.calling import call
from excel_addin.cells import CallError
from excel_addin.classic import buttons, vba, words
from excel_addin.registry import FUNCTIONS, Argument, Function
from excel_addin.settings import Settings
from workload import Text

MARK = "#VALUE! "
START = dt.datetime(2024, 5, 20, 8, 0, tzinfo=dt.UTC).replace(tzinfo=None)


class Python:
    """A COM server that gives what it was told to give, and remembers what it was asked."""

    def __init__(self, result=2.0):
        self.result = result
        self.asked = []

    def CallUDF(self, module, name, arguments):  # noqa: N802  # as xlwings calls it
        self.asked.append((module, name, arguments))
        if isinstance(self.result, Exception):
            raise self.result
        return self.result

    def Module(self, name):  # noqa: N802
        return Wrapped(name)

    def Tuple(self, *given):  # noqa: N802
        return given

    def Call(self, module, name, given):  # noqa: N802
        self.asked.append((module.within, name, given))
        return f"{name} 一切正常"

    def Str(self, one):  # noqa: N802
        return one


@pytest.fixture
def python():
    return Python()


@pytest.fixture
def excel(python):
    made = Excel(python)
    made.vba.freeze(START)
    return made


def failed(excel, python, cell, reason="第3行：应为数字", function="WL_CLASS_HOURS", given=None):
    """A call in a cell that gives no result."""
    before, python.result = python.result, MARK + reason
    result = excel.call(function, given or [excel.range([["x"]])], cell)
    python.result = before
    assert excel.is_error(result)
    assert result.number == 2015


# ---------------------------------------------------------------- a result


def test_ranges_go_over_unread(excel, python):
    """A wrapper hands its ranges on as ranges, and marks what is left out."""
    cells = excel.range([[90.0], [None]])
    assert excel.call("WL_CLASS_HOURS", [cells], excel.cell("$B$1")) == 2.0
    ((module, name, arguments),) = python.asked
    assert (module, name) == ("excel_addin.addin", "WL_CLASS_HOURS")
    assert arguments == (cells.com, MISSING)


@pytest.mark.parametrize("result", [2.0, "教学", "", True, [[1.0, "a"], [2.0, ""]], [1.0, 2.0]])
def test_a_result_stays_what_it_is(excel, python, result):
    """Numbers, texts, truth values and tables reach the cell unchanged."""
    python.result = result
    found = excel.call("WL_RULES", [], excel.cell("$B$1"))
    rows = result if isinstance(result, list) else [result]
    assert excel.grid(found) == [list(row) if isinstance(row, list) else [row] for row in rows] or excel.grid(
        found
    ) == [rows]


def test_the_server_is_fetched_once(excel):
    """A sheet full of functions asks xlwings for the server once: that reads files and starts programs."""
    for place in range(20):
        excel.call("WL_CLASS_HOURS", [90.0], excel.cell(f"$B${place + 1}"))
    assert (excel.machine.starts, excel.machine.calls) == (1, 20)


def test_the_current_folder_is_no_place_to_import_from(excel):
    """While Python starts, and only then, it is told not to search the folder that Excel is in."""
    excel.call("WL_CLASS_HOURS", [90.0])
    assert excel.machine.started_under == [{"PYTHONSAFEPATH": "1"}]
    assert excel.environment == {}


def test_a_program_may_call_a_function(excel, python):
    """Called from VBA, without a cell, a function gives its result, or the error value."""
    assert excel.call("WL_CLASS_HOURS", [90.0]) == 2.0
    failed(excel, python, None)


# ---------------------------------------------------------------- no result, and why


def test_the_mark_becomes_an_error_value_with_a_reason(excel, python):
    """What Python marks as an error is a real error in the cell; its words are kept for WL_WHY."""
    cell = excel.cell("$B$1", "=WL_CLASS_HOURS(A1)")
    failed(excel, python, cell)
    assert excel.why(cell) == "第3行：应为数字"
    python.result = [[MARK + "别的"]]  # some version may hand over the single cell as a table
    assert excel.is_error(excel.call("WL_CLASS_HOURS", [90.0], cell))
    assert excel.why(cell) == "别的"


def test_the_reason_is_gone_when_the_cell_calculates_well(excel, python):
    """A cell that calculates well again has no reason, even when it shows another error later."""
    cell = excel.cell("$B$1", "=WL_CLASS_HOURS(A1)")
    failed(excel, python, cell)
    assert excel.call("WL_CLASS_HOURS", [90.0], cell) == 2.0
    assert excel.why(cell) == ""


def test_the_reason_belongs_to_the_formula(excel, python):
    """A reason is not told of another formula that stands in the cell now."""
    failed(excel, python, excel.cell("$B$1", "=WL_CLASS_HOURS(A1)"))
    assert excel.why(excel.cell("$B$1", "=1/0")) == ""


def test_a_cell_without_error_has_no_reason(excel, python):
    """WL_WHY of a cell that shows no error is blank; so is that of an error that is not ours."""
    failed(excel, python, excel.cell("$B$1", "="))
    assert excel.call("WL_WHY", [excel.cell("$B$1", "=", 2.0)], excel.cell("$C$1")) == ""
    assert excel.why(excel.cell("$D$1", "=1/0")) == ""
    assert excel.call("WL_WHY", [], excel.cell("$C$1")) == ""
    assert excel.call("WL_WHY", ["x"], excel.cell("$C$1")) == ""


def test_several_calls_in_a_cell_keep_their_own_reasons(excel, python):
    """In ``=F(bad)+F(good)`` the good call does not take the bad one's reason away."""
    cell = excel.cell("$B$1", "=WL_CLASS_HOURS(A1)+WL_CLASS_HOURS(A2)")
    bad, good = excel.range([["x"]]), excel.range([[90.0]])
    failed(excel, python, cell, given=[bad])
    assert excel.call("WL_CLASS_HOURS", [good], cell) == 2.0
    assert excel.why(cell) == "第3行：应为数字"
    failed(excel, python, cell, "不够", given=[good])
    assert excel.why(cell) == "第3行：应为数字\n不够"
    assert excel.call("WL_CLASS_HOURS", [bad], cell) == 2.0
    assert excel.why(cell) == "不够"


def test_a_value_that_changes_leaves_no_reason_behind(excel, python):
    """``=F(A1*60)`` fails for one value and then for another: the second reason takes the place of the first."""
    cell = excel.cell("$B$1", "=WL_CLASS_HOURS(A1*60)")
    failed(excel, python, cell, "负数 -5", given=[-5.0])
    failed(excel, python, cell, "负数 -7", given=[-7.0])
    assert excel.why(cell) == "负数 -7"
    assert excel.call("WL_CLASS_HOURS", [90.0], cell) == 2.0
    assert excel.why(cell) == ""


def test_a_call_within_why_is_asked_for(excel, python):
    """``=WL_WHY(WL_CLASS_HOURS(A1))`` tells the reason at once."""
    cell = excel.cell("$B$1", "=WL_WHY(WL_CLASS_HOURS(A1))")
    python.result = MARK + "应为数字"
    inner = excel.call("WL_CLASS_HOURS", [excel.range([["x"]])], cell)
    assert excel.call("WL_WHY", [inner], cell) == "应为数字"


def test_why_of_a_range_tells_the_first(excel, python):
    """Of a range, WL_WHY tells the first reason in it."""
    failed(excel, python, excel.cell("$A$9[1]", "="))
    asked = Range([[1.0], [-2146826273]], "$A$9", "=")
    assert excel.call("WL_WHY", [asked], excel.cell("$C$1")) == "第3行：应为数字"


def test_an_array_formula_has_one_reason(excel, python):
    """An array formula over several cells keeps its reason with the first; each of its cells tells it."""
    whole = Range([[None], [None]], "$B$1:$B$2", "=WL_CLASS_HOURS(A1:A2)")
    failed(excel, python, whole)
    second = excel.cell("$B$2", whole.formula, array=whole)
    assert excel.why(second) == "第3行：应为数字"


def test_only_so_many_reasons_are_kept(python):
    """The oldest reason gives way, so that a sheet of errors does not fill the memory."""
    excel = Excel(python, [("MOST_KEPT As Long = 2000", "MOST_KEPT As Long = 3")])
    cells = [excel.cell(f"$B${place}", "=") for place in range(5)]
    for place, cell in enumerate(cells):
        failed(excel, python, cell, f"{place}")
    assert [excel.why(cell) for cell in cells] == ["", "", "2", "3", "4"]


# ---------------------------------------------------------------- ranges that are refused


def test_several_areas_are_refused(excel, python):
    """A range of several areas would lose all but the first unseen: it is an error, and Python is not asked."""
    cell = excel.cell("$B$1", "=")
    assert excel.is_error(excel.call("WL_CLASS_HOURS", [excel.range([[90.0]], areas=2)], cell))
    assert excel.why(cell) == words.REASONS["several_areas"].zh
    assert python.asked == []


def test_a_huge_range_is_refused_before_it_goes_over(excel, python, monkeypatch):
    """Too many cells are refused in the very words of Python, without handing them over."""
    huge = excel.range([[None]])
    monkeypatch.setattr(huge, "com", SimpleNamespace(Count=Settings().most_cells + 2, rows=((None,),)))
    cell = excel.cell("$B$1", "=")
    assert excel.is_error(excel.call("WL_SUMMARY", [huge], cell))
    assert python.asked == []
    rows = [[None] * 2] * (Settings().most_cells // 2 + 1)
    with pytest.raises(CallError) as caught:
        call("WL_SUMMARY", [rows])
    assert excel.why(cell) == caught.value.text.zh


# ---------------------------------------------------------------- Python that does not answer


@pytest.mark.parametrize(
    ("settings", "files", "refusal", "key"),
    [
        ({}, set(), None, "not_installed"),
        ({"INTERPRETER_WIN": "C:\\gone.exe"}, set(), None, "no_interpreter"),
        (None, None, (53, "File not found: xlwings64-0.37.8.dll"), "no_dll"),
        (None, None, (1, "Could not load xlwings64-0.37.8.dll from either of the following folders: "), "no_dll"),
        (None, None, (1000, "Could not activate Python COM server, hr = -2147221164"), "no_start"),
        (None, None, (1000, "Could not create Python process.\nError message: Access is denied"), "no_start"),
        (None, None, (5, "Invalid procedure call or argument"), "failed"),
    ],
)
def test_a_failed_start_is_told_in_plain_words(excel, settings, files, refusal, key):
    """Where Python cannot be started the cell shows an error, and the reason says what to do."""
    if settings is not None:
        excel.machine.settings, excel.machine.files = settings, files
    excel.machine.refusal = refusal
    cell = excel.cell("$B$1", "=")
    assert excel.is_error(excel.call("WL_CLASS_HOURS", [90.0], cell))
    shown = "C:\\gone.exe" if key == "no_interpreter" else "5"
    assert excel.why(cell) == words.REASONS[key].zh.replace("{0}", shown)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ModuleNotFoundError("No module named 'excel_addin'"), words.REASONS["no_module"].zh),
        (ZeroDivisionError("division by zero"), words.REASONS["failed"].zh.replace("{0}", "-2147352567")),
    ],
)
def test_a_traceback_is_never_shown(excel, python, error, reason):
    """What Python raises becomes a plain sentence."""
    python.result = error
    cell = excel.cell("$B$1", "=")
    assert excel.is_error(excel.call("WL_CLASS_HOURS", [90.0], cell))
    assert excel.why(cell) == reason


def test_wrong_settings_are_told(excel, python):
    """Where the user's settings are at fault, the reason is the sentence of the library."""
    from workload import WorkloadError

    python.result = WorkloadError(Text("设置文件 C:\\excel.toml 无法读取", "the settings cannot be read"))
    cell = excel.cell("$B$1", "=")
    assert excel.is_error(excel.call("WL_CLASS_HOURS", [90.0], cell))
    assert excel.why(cell) == "设置文件 C:\\excel.toml 无法读取"


def test_a_failed_start_is_not_tried_for_every_cell(excel):
    """After a failed start there is a pause, in which other cells get its reason at once; then it is tried again."""
    excel.machine.refusal = (1000, "Could not activate Python COM server, hr = 1")
    for place in range(10):
        excel.call("WL_CLASS_HOURS", [90.0], excel.cell(f"$B${place + 1}", "="))
    assert excel.machine.starts == 1
    assert excel.why(excel.cell("$B$10", "=")) == words.REASONS["no_start"].zh
    excel.machine.refusal = None
    excel.vba.freeze(START + dt.timedelta(seconds=21))
    assert excel.call("WL_CLASS_HOURS", [90.0]) == 2.0
    assert excel.machine.starts == 2


@pytest.mark.parametrize("number", [462, -2147023174, -2147023170, -2147023179, -2147417848])
def test_python_that_ended_is_started_again(excel, number):
    """A Python process that was ended is let go of and started anew; the user sees nothing of it."""
    excel.call("WL_CLASS_HOURS", [90.0])
    excel.machine.server.ended_with = number
    assert excel.call("WL_CLASS_HOURS", [90.0], excel.cell("$B$1")) == 2.0
    assert (excel.machine.starts, excel.machine.let_go) == (2, 1)
    assert excel.vba.module("xlwings").variables["restarts"].get() == 1


def test_the_reasons_are_english_where_english_was_chosen(excel):
    """The add-in's own words follow the language of the installation."""
    excel.machine.settings = {"LANG": "en"}
    cell = excel.cell("$B$1", "=")
    excel.call("WL_CLASS_HOURS", [90.0], cell)
    assert excel.why(cell) == words.REASONS["not_installed"].en


# ---------------------------------------------------------------- descriptions and buttons


def test_every_function_is_described(excel):
    """When Excel opens, the function wizard gets each function's help, its category, and its arguments' help."""
    excel.vba.run("Workbook_Open", module="ThisWorkbook")
    expected = [
        (f"'workload.xlam'!{one.name}", one.help("zh"), "工作量", [argument.help.zh for argument in one.arguments])
        for one in FUNCTIONS.values()
    ]
    assert excel.application.described == expected
    assert excel.workbook.saved  # Excel would ask whether to save the add-in
    assert excel.application.later == []


def test_descriptions_are_offered_again(excel):
    """Where Excel refuses the descriptions while it is starting, they are offered again, but not for ever."""
    excel.application.refusals = 1
    excel.vba.run("Workbook_Open", module="ThisWorkbook")
    assert excel.application.later == ["'workload.xlam'!WorkloadRibbon.WorkloadDescribe"]
    excel.vba.run("WorkloadDescribe", module="WorkloadRibbon")
    assert len(excel.application.described) == len(FUNCTIONS)
    excel.application.refusals = 99
    for _ in range(9):
        excel.vba.run("WorkloadDescribe", module="WorkloadRibbon")
    assert len(excel.application.later) == 5


@pytest.mark.parametrize("button", ["SelfCheck", "OpenSamples", "OpenHelp"])
def test_a_button_asks_python(excel, python, button):
    """Each button of the ribbon has Python do it, with what VBA knows of Excel, and shows what it says."""
    from pyopenvba.interpreter import NOTHING

    excel.vba.run(button, [NOTHING], module="WorkloadRibbon")
    ((module, name, facts),) = python.asked
    assert module == "excel_addin.classic.buttons"
    assert callable(getattr(buttons, name))
    assert facts == ("16.0", "64", "C:\\Users\\me\\workload.xlam")
    assert excel.shown == [("工作量加载项", f"{name} 一切正常")]


def test_a_button_tells_why_python_does_not_answer(excel):
    """Without Python a button shows the plain reason; afterwards the functions try at once."""
    excel.machine.settings = {}
    excel.vba.run("WorkloadPress", ["self_check"], module="WorkloadSupport")
    assert excel.shown == [("工作量加载项", words.REASONS["not_installed"].zh)]


def test_a_button_revives_python(excel):
    """The self-check starts a Python that was ended anew."""
    excel.call("WL_CLASS_HOURS", [90.0])
    excel.machine.server.ended_with = 462
    excel.vba.run("WorkloadPress", ["self_check"], module="WorkloadSupport")
    assert excel.shown == [("工作量加载项", "self_check 一切正常")]
    assert excel.machine.starts == 2


# ---------------------------------------------------------------- names


def function(name="WL_TEST", *arguments):
    given = tuple(Argument(*one) if isinstance(one, tuple) else Argument(one, Text("", "")) for one in arguments)
    return Function(name, Text("", ""), given, "value", lambda: "", "")


@pytest.mark.parametrize(
    "name", ["ECHO", "RUN", "GET.CELL", "WL1", "ABC123", "R1C1", "WLMINUTES", "WL_", "WL_A1", "SUM"]
)
def test_a_function_has_no_name_of_excels(name):
    """Names like those of Excel's functions, of its old macro language, or of a cell are refused."""
    assert vba.faults([function(name)])


@pytest.mark.parametrize(
    "name", ["date", "next", "type", "end", "string", "a1", "abc123", "r1c1", "c", "分钟", "Minutes", "x-y"]
)
def test_an_argument_has_no_name_of_vbas(name):
    """Words of VBA, names like a cell, and letters that a code page may lack are refused for arguments."""
    if name == "date":
        assert vba.faults([function("WL_TEST", name)])
    assert vba.faults([function("WL_TEST", name)])


def test_names_differ_by_more_than_case():
    """VBA tells no capital letters apart."""
    assert vba.faults([function("WL_TEST", "hours", "hours")])
    assert vba.faults([function("WL_TEST"), function("WL_TEST")])
    assert vba.faults([function("WL_TEST", ("one", Text("", ""), True), "two")])
    with pytest.raises(ValueError, match="word of VBA"):
        vba.generated({"WL_TEST": function("WL_TEST", "next")})


def test_the_names_of_the_registry_are_fit():
    """All functions can be wrapped."""
    assert vba.faults(FUNCTIONS.values()) == []
