"""Stand-ins for pywin32, so that xlwings' own code of the classic host runs where there is no Windows.

``xlwings_of_windows()`` imports xlwings as it is on Windows: its decorators make functions for Excel, and
``xlwings.com_server.XLPython`` answers as the COM server does. Only what Windows and COM would do is made up here:
values come from ranges as COM hands them over, and nothing is marshalled. For a process of its own: xlwings decides at
its import where it is.
"""
# ruff: noqa: N802 - the names are those of COM

import ctypes
import datetime as dt
import os
import sys
import types
from contextlib import contextmanager

MISSING = -2147352572  # DISP_E_PARAMNOTFOUND, an argument that is left out
RANGE = "{00020846-0000-0000-C000-000000000046}"


class ComError(Exception):
    """``pywintypes.com_error``."""

    @property
    def hresult(self):
        return self.args[0] if self.args else 0


class ComTime(dt.datetime):
    """``pywintypes.datetime``: what COM makes of a date, always with a time zone."""


class Dispatched:
    """``win32com.client.CDispatch``: an object of another program."""

    _oleobj_ = None


class Wrapped:
    """What ``win32com.server.util.wrap`` gives: a Python object as COM hands it to VBA and back."""

    def __init__(self, within):
        self.within = within


class _TypeInfo:
    """Tells xlwings that an object is a range of Excel."""

    iid = RANGE

    def GetTypeInfo(self):
        return self

    def GetTypeAttr(self):
        return self


class Counted:
    def __init__(self, count):
        self.Count = count


class Sheet(Dispatched):
    Name = "Sheet1"

    def __init__(self):
        self.Application = types.SimpleNamespace(Version="16.0", Hwnd=1)
        self.Parent = types.SimpleNamespace(Name="Book1.xlsx", Application=self.Application)


class Range(Dispatched):
    """A range as Excel hands it over: ``Value`` bare for one cell, rows for more."""

    _oleobj_ = _TypeInfo()
    CLSID = RANGE
    Row = Column = 1
    Worksheet = Sheet()

    def __init__(self, rows):
        self.rows = tuple(tuple(row) for row in rows)
        self.Rows, self.Columns = Counted(len(self.rows)), Counted(len(self.rows[0]))

    @property
    def Count(self):
        return self.Rows.Count * self.Columns.Count

    @property
    def Value(self):
        return self.rows[0][0] if self.Count == 1 else self.rows


def _module(name, **members):
    module = types.ModuleType(name)
    vars(module).update(members)
    if "." in name:
        parent, _, child = name.rpartition(".")
        setattr(sys.modules[parent], child, module)
    sys.modules[name] = module


def _unwrap(one):
    if not isinstance(one, Wrapped):
        raise TypeError("not an object of this program")
    return one.within


class _Utc(dt.tzinfo):
    def utcoffset(self, _):
        return dt.timedelta(0)

    dst = utcoffset

    def tzname(self, _):
        return "UTC"


UTC = _Utc()


def _pywin32():
    """The modules of pywin32 that xlwings imports, with the members that it uses."""
    ole = type("PyIDispatch", (), {})
    _module("pywintypes", com_error=ComError, error=ComError, TimeType=ComTime, IID=lambda text: text)
    _module(
        "pythoncom",
        com_error=ComError,
        ole_error=ComError,
        IID_IDispatch="IDispatch",
        IID_IEnumVARIANT="IEnumVARIANT",
        TypeIIDs={"IDispatch": ole},
        CoInitialize=lambda *_: None,
        CoUninitialize=lambda *_: None,
        __file__="pythoncom.dll",
    )
    for name in ("win32api", "win32con", "win32event", "win32gui"):
        _module(name)
    _module("win32process", GetWindowThreadProcessId=lambda _: (1, os.getpid()))
    _module("win32timezone", TimeZoneInfo=types.SimpleNamespace(utc=lambda: UTC))
    _module("win32com")
    _module(
        "win32com.client",
        Dispatch=lambda one, *_, **__: one,
        DispatchEx=lambda one, *_, **__: one,
        CDispatch=Dispatched,
        DispatchBaseClass=type("DispatchBaseClass", (Dispatched,), {}),
        CoClassBaseClass=type("CoClassBaseClass", (Dispatched,), {}),
        gencache=types.SimpleNamespace(EnsureModule=lambda *_, **__: None),
    )
    _module("win32com.server")
    _module("win32com.server.util", wrap=lambda one, iid=None: Wrapped(one), unwrap=_unwrap)
    _module("win32com.server.policy", DefaultPolicy=object)
    _module("win32com.server.dispatcher")
    _module("win32com.server.exception", COMException=ComError)


@contextmanager
def _as_on_windows():
    """What xlwings looks at while it is imported; the rest of Python must not see it."""
    import asyncio  # noqa: F401  # these decide at their import which system they are on
    import concurrent.futures  # noqa: F401
    import logging  # noqa: F401
    import multiprocessing  # noqa: F401
    import shutil  # noqa: F401
    import subprocess  # noqa: F401
    import tempfile  # noqa: F401

    nothing = types.SimpleNamespace
    real, platform = ctypes.PyDLL, sys.platform
    ctypes.oledll = nothing(ole32=nothing(CLSIDFromString=lambda *_: 0), oleacc=nothing())
    ctypes.windll = nothing(user32=nothing())
    ctypes.PyDLL = lambda *_: nothing(PyCom_PyObjectFromIUnknown=nothing(restype=None))
    sys.platform = "win32"
    try:
        yield
    finally:
        sys.platform, ctypes.PyDLL = platform, real
        del ctypes.oledll, ctypes.windll


def xlwings_of_windows():
    """xlwings with its classic host, in a process that has not imported it yet."""
    if "xlwings" in sys.modules:
        raise RuntimeError("xlwings is imported already, for the system that this is")
    _pywin32()
    with _as_on_windows():
        import xlwings
        import xlwings.com_server
    return xlwings
