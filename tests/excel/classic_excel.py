"""As much of Excel as the add-in's VBA touches, for the VBA interpreter of pyOpenVBA.

The interpreter runs the text that stands in the add-in. xlwings' own module is replaced by three procedures, because it
needs its DLL: what ``XLPy`` gives is the COM server object, in this process.
"""
# ruff: noqa: N802, N803 - the names are those of Excel and of Windows

import datetime as dt
import traceback
from itertools import count

import fake_windows
from hosts import EPOCH
from pyopenvba.interpreter import (
    EMPTY,
    MISSING,
    HostBridge,
    Interpreter,
    VBAArray,
    VBACollection,
    VBADate,
    VBAErrorValue,
    VBAObject,
    VBARuntimeError,
    member,
    method,
    setter,
)
from pyopenvba.interpreter._runtime import UNRESOLVED

from excel_addin.cells import ERROR_CODES
from excel_addin.classic import vba, words

# What Excel's type library names, as far as the add-in uses it.
CONSTANTS = {"xlerrvalue": 2015, "xla1": 1}
FIRST_ERROR = -2146828288  # COM's number of an error value, less VBA's
EXCEPTION = -2147352567  # DISP_E_EXCEPTION

XLWINGS = """
Attribute VB_Name = "xlwings"
Public Restarts As Long
Public Sub KillPy()
    Machine.LetGo
End Sub
Public Function XLPy() As Variant
    Set XLPy = Machine.Server
End Function
Public Function GetConfig(key As String, Optional default As String = "") As Variant
    GetConfig = Machine.Setting(key, default)
End Function
Public Function FileExists(path As String) As Boolean
    FileExists = Machine.HasFile(path)
End Function
"""


def plain(value):
    """A value of VBA as pywin32 would give it to Python."""
    if value is EMPTY:
        return None
    if value is MISSING:
        return fake_windows.MISSING
    if isinstance(value, Range):
        return value.com
    if isinstance(value, VBAErrorValue):
        return FIRST_ERROR + value.number
    if isinstance(value, VBADate):
        return fake_windows.ComTime(1899, 12, 30, tzinfo=fake_windows.UTC) + dt.timedelta(days=float(value))
    if isinstance(value, VBAArray):
        return tuple(map(tuple, rows(value))) if value.dimensions == 2 else tuple(map(plain, value.elements()))
    if isinstance(value, bool | str):
        return value
    return float(value)


def rows(array):
    (top, bottom), (left, right) = array.bounds
    return [[plain(array.get([row, column])) for column in range(left, right + 1)] for row in range(top, bottom + 1)]


def in_vba(value, base=0):
    """A value that Python gave, as VBA gets it; what Excel gives counts from 1."""
    if isinstance(value, list | tuple):
        if value and isinstance(value[0], list | tuple):
            array = VBAArray([(base, base + len(value) - 1), (base, base + len(value[0]) - 1)])
            for place, row in enumerate(value):
                for column, cell in enumerate(row):
                    array.items[array.offset([base + place, base + column])] = in_vba(cell)
            return array
        return VBAArray([(base, base + len(value) - 1)], items=[in_vba(cell) for cell in value])
    if value is None:
        return EMPTY
    if type(value) is int and value in ERROR_CODES:
        return VBAErrorValue(value - FIRST_ERROR)
    if isinstance(value, dt.datetime):
        return VBADate((value.replace(tzinfo=None) - EPOCH) / dt.timedelta(days=1))
    return value


class Areas(VBAObject):
    vba_type_name = "Areas"

    def __init__(self, count):
        self.count = count

    @member
    def Count(self):
        return self.count


class Range(VBACollection):
    """A range; iterated, its cells."""

    vba_type_name = "Range"

    def __init__(self, values, address="$A$1", formula="=", areas=1, array=None):
        self.com = fake_windows.Range(values)
        self.address = address
        self.formula = formula
        self.areas = areas
        self.array = array

    def vba_items(self):
        if self.com.Count == 1:
            return [self]
        return [
            Range([[value]], f"{self.address}[{place}]", self.formula)
            for place, value in enumerate(value for row in self.com.rows for value in row)
        ]

    def vba_lookup(self, index, items):
        return items[int(index) - 1]

    @member
    def Areas(self):
        return Areas(self.areas)

    @member
    def CountLarge(self):
        return self.com.Count

    @member
    def Cells(self, row=MISSING, column=MISSING):
        if row is MISSING:
            return self
        first, _, rest = self.address.partition(":")
        return Range([[self.com.rows[0][0]]], first, self.formula) if rest else self

    @member
    def Address(self, *_):
        return f"[Book1.xlsx]Sheet1!{self.address}"

    @member
    def Formula(self):
        return self.formula

    @member
    def HasArray(self):
        return self.array is not None

    @member
    def CurrentArray(self):
        return self.array

    @member(default=True)
    def Value(self):
        return in_vba(self.com.Value, 1)


class Table(VBAObject):
    """The add-in's sheet: its words."""

    vba_type_name = "Worksheet"

    @method
    def Range(self, address):
        found = [[key, text.zh, text.en] for key, text in words.rows()]
        assert address == f"D1:F{len(found) + 1}"
        return Range([*found, [None, None, None]])


class ThisWorkbook(VBAObject):
    vba_type_name = "Workbook"
    saved = False

    @member
    def Name(self):
        return "workload.xlam"

    @member
    def FullName(self):
        return "C:\\Users\\me\\workload.xlam"

    @method
    def Worksheets(self, place):
        assert place == 1
        return Table()

    @member
    def Saved(self):
        return self.saved

    @setter("Saved")
    def _save(self, value):
        self.saved = bool(value)


class Application(VBAObject):
    vba_type_name = "Application"

    def __init__(self):
        self.caller = VBAErrorValue(2023)  # as where a program calls
        self.described = []
        self.refusals = 0
        self.later = []

    @member
    def Caller(self):
        return self.caller

    @member
    def Version(self):
        return "16.0"

    @method
    def MacroOptions(self, Macro=MISSING, Description=MISSING, Category=MISSING, ArgumentDescriptions=MISSING):
        if self.refusals:
            self.refusals -= 1
            raise VBARuntimeError(1004, "Cannot edit a macro on a hidden workbook.")
        helps = [] if ArgumentDescriptions is MISSING else [str(one) for one in ArgumentDescriptions.elements()]
        self.described.append((Macro, Description, Category, helps))
        return EMPTY

    @method
    def OnTime(self, when, procedure):
        self.later.append(procedure)
        return EMPTY


class Environment(VBAObject):
    vba_type_name = "WshEnvironment"

    def __init__(self, variables):
        self.variables = variables

    @member(default=True)
    def Item(self, name):
        return self.variables.get(name, "")

    @setter("Item")
    def _put(self, name, value):
        self.variables[name] = value

    @method
    def Remove(self, name):
        if name not in self.variables:
            raise VBARuntimeError(EXCEPTION, "no such variable")
        del self.variables[name]
        return EMPTY


class Shell(VBAObject):
    """``WScript.Shell``, whose message box shows every letter."""

    vba_type_name = "WshShell"

    def __init__(self, shown, environment):
        self.shown = shown
        self.environment = environment

    @method
    def Popup(self, text, seconds, title, style):
        self.shown.append((title, text))
        return EMPTY

    @member
    def Environment(self, which):
        assert which == "PROCESS"
        return Environment(self.environment)


class Server(VBAObject):
    """The COM server of xlwings as VBA sees it; a Python exception is an error with its traceback as description."""

    vba_type_name = "Object"

    def __init__(self, python, machine):
        self.python = python
        self.machine = machine
        self.ended_with = None

    def _asked(self, name, *given):
        if self.ended_with:
            raise VBARuntimeError(self.ended_with, "The RPC server is unavailable.")
        self.machine.calls += 1
        try:
            return getattr(self.python, name)(*given)
        except Exception as error:  # as pywin32 tells it: what it was first, then where, innermost first
            told = traceback.format_exception_only(error)[-1] + "".join(
                reversed(traceback.format_tb(error.__traceback__))
            )
            raise VBARuntimeError(EXCEPTION, told) from None

    @method
    def CallUDF(self, module, name, arguments):
        return in_vba(self._asked("CallUDF", module, name, tuple(map(plain, arguments.elements()))))

    @method
    def Module(self, name):
        return Python(self._asked("Module", name))

    @method
    def Tuple(self, *given):
        return Python(self._asked("Tuple", *map(plain, given)))

    @method
    def Call(self, one, name, given):
        return Python(self._asked("Call", one.one, name, given.one))

    @method
    def Str(self, one):
        return self._asked("Str", one.one if isinstance(one, Python) else one)


class Python(VBAObject):
    """A Python object in the hands of VBA."""

    vba_type_name = "Object"

    def __init__(self, one):
        self.one = one


class Machine(VBAObject):
    """The computer around Excel: its files, the user's configuration, the Python that starts or does not."""

    vba_type_name = "Object"

    def __init__(self, python, environment):
        self.python = python
        self.environment = environment
        self.started_under = []
        self.settings = {"INTERPRETER_WIN": "C:\\Python\\pythonw.exe"}
        self.files = {"C:\\Python\\pythonw.exe"}
        self.refusal = None
        self.starts = 0
        self.let_go = 0
        self.calls = 0
        self.server = None

    @member
    def Server(self):
        self.starts += 1
        self.started_under.append(dict(self.environment))
        if self.refusal:
            raise VBARuntimeError(*self.refusal)
        self.server = Server(self.python, self)
        return self.server

    @method
    def LetGo(self):
        self.let_go += 1
        return EMPTY

    @method
    def Setting(self, key, default):
        return self.settings.get(key, default)

    @method
    def HasFile(self, path):
        return path in self.files


class Bridge(HostBridge):
    def __init__(self, excel):
        self.excel = excel

    def global_object(self, name):
        found = {
            "application": self.excel.application,
            "thisworkbook": self.excel.workbook,
            "machine": self.excel.machine,
        }
        return found.get(name.lower(), UNRESOLVED)

    def constant(self, name):
        return CONSTANTS.get(name.lower(), UNRESOLVED)

    def create(self, type_name):
        assert type_name == "WScript.Shell"
        return Shell(self.excel.shown, self.excel.environment)


class Excel:
    """Excel with the add-in loaded; what a cell's formula does, without the cell."""

    def __init__(self, python=None, changes=()):
        self.application = Application()
        self.workbook = ThisWorkbook()
        self.shown = []
        self.environment = {}
        self.machine = Machine(python, self.environment)
        self.vba = Interpreter(Bridge(self))
        self.vba.add_module(XLWINGS.strip())
        for name, source in vba.modules().items():
            text = source.replace("Private Sub Workbook_Open", "Public Sub Workbook_Open")
            for old, new in changes:
                text = text.replace(old, new)
            self.vba.add_module(text, name=name)
        self._numbers = count(1)

    def range(self, values, **more):
        """A range somewhere in a sheet, each in a place of its own."""
        return Range(values, f"$A${next(self._numbers)}", **more)

    def cell(self, address, formula="=", value=None, array=None):
        """A cell that shows something."""
        return Range([[value]], address, formula, array=array)

    def call(self, function, arguments, cell=None):
        """What a function gives in a cell, or, without one, in a program."""
        self.application.caller = cell if cell is not None else VBAErrorValue(2023)
        given = [MISSING if argument is None else argument for argument in arguments]
        try:
            return self.vba.run(function, given, module="WorkloadFunctions")
        finally:
            self.application.caller = VBAErrorValue(2023)

    def why(self, cell):
        """What WL_WHY says of a cell that shows ``#VALUE!``."""
        shows_error = Range([[FIRST_ERROR + 2015]], cell.address, cell.formula, array=cell.array)
        return self.call("WL_WHY", [shows_error], self.cell("$Z$99", "=WL_WHY(…)"))

    @staticmethod
    def is_error(result):
        return isinstance(result, VBAErrorValue)

    @staticmethod
    def grid(result):
        """The cells that a result fills."""
        if not isinstance(result, VBAArray):
            return [[_shown(result)]]
        if result.dimensions == 1:
            return [[_shown(cell) for cell in result.elements()]]
        return [[_shown(cell) for cell in row] for row in rows(result)]


def _shown(value):
    value = plain(value)
    return value if isinstance(value, bool | str) or value is None else float(value)
