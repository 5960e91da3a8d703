"""What the add-in's VBA does, in a Windows Python: load xlwings' DLL, start the COM server, call functions.

Prints one line of JSON with what came back. No Excel: ranges go over as the values that they hold.
"""

import ctypes
import datetime as dt
import json
import subprocess
import sys
import time
from pathlib import Path

import pythoncom
import pywintypes
import win32com.client

ROOT = Path(__file__).resolve().parents[3]
MISSING = win32com.client.VARIANT(pythoncom.VT_ERROR, -2147352572)
DLL = "xlwings64-0.37.8.dll" if sys.maxsize > 2**32 else "xlwings32-0.37.8.dll"
DISPATCH, TEXT = 9, 8  # VT_DISPATCH, VT_BSTR


class Variant(ctypes.Structure):
    """VARIANT, as far as the DLL fills it."""

    _fields_ = (
        ("kind", ctypes.c_ushort),
        ("reserved", ctypes.c_ushort * 3),
        ("pointer", ctypes.c_void_p),
        ("rest", ctypes.c_void_p),
    )


def library():
    """The DLL where VBA looks for it: beside Python, or a folder above."""
    here = Path(sys.executable).parent
    for folder in (here, here.parent):
        if (folder / DLL).exists():
            return ctypes.WinDLL(str(folder / DLL))
    raise FileNotFoundError(DLL)


def command(restarts):
    """The command line that the add-in's VBA hands to the DLL, with a space for each time that Python was restarted."""
    source = str(ROOT).replace("\\", "\\\\")
    start = f"import sys;{restarts * ' '} sys.path[:0] = ['{source}']; import xlwings; xlwings.serve('$(CLSID)')"
    return f'cmd.exe /K ""{sys.executable}" -B -c "{start}""'.encode("mbcs")


def started(dll, restarts=0):
    """The COM server object, as ``XLPy`` gives it to VBA."""
    result = Variant()
    code = dll.XLPyDLLActivateAuto(ctypes.byref(result), ctypes.c_char_p(command(restarts)), ctypes.c_long(1))
    if code or result.kind != DISPATCH:
        raise RuntimeError(ctypes.wstring_at(result.pointer) if result.kind == TEXT else f"code {code}")
    return win32com.client.Dispatch(pythoncom.ObjectFromAddress(result.pointer, pythoncom.IID_IDispatch))


def ended(dll, restarts=0):
    """What ``KillPy`` does: the DLL lets go of the server that it started."""
    result = Variant()
    return dll.XLPyDLLActivateAuto(ctypes.byref(result), ctypes.c_char_p(command(restarts)), ctypes.c_long(-1))


def call(server, name, *arguments):
    """A function's result, or what COM said."""
    try:
        return server.CallUDF("excel_addin.addin", name, arguments)
    except pywintypes.com_error as error:
        return f"com_error {error.hresult}"


def at(*parts):
    """A date and time as COM has them."""
    return dt.datetime(*parts, tzinfo=dt.UTC)


def ms(run, times):
    """Milliseconds of one call."""
    begin = time.perf_counter()
    for _ in range(times):
        run()
    return (time.perf_counter() - begin) / times * 1000


def main():
    pythoncom.CoInitialize()
    dll = library()
    begin = time.perf_counter()
    server = started(dll)
    found = {"activated_ms": (time.perf_counter() - begin) * 1000, "code_page": ctypes.windll.kernel32.GetACP()}
    found["one"] = call(server, "WL_CLASS_HOURS", 90.0, MISSING)
    found["range"] = call(server, "WL_CLASS_HOURS", ((90.0,), (None,), (100.0,)), MISSING)
    found["text"] = call(server, "WL_POINTS", "副教授", 2.0)
    found["dates"] = call(server, "WL_MINUTES", at(1899, 12, 30, 14, 0), at(1899, 12, 30, 15, 30))
    found["error_cell"] = call(server, "WL_CLASS_HOURS", ((-2146826246, 90.0),), MISSING)
    found["reason"] = call(server, "WL_CLASS_HOURS", "一个半小时", MISSING)
    found["met"] = call(server, "WL_QUOTA_MET", 38.0, 72.0)
    header = ("工号", "日期", "类别", "分钟")
    rows = tuple(("T01", at(2024, 1 + place % 12, 1 + place % 28), "咨询值班", 90.0) for place in range(50))
    found["summary"] = call(server, "WL_SUMMARY", (header, *rows), MISSING, MISSING, MISSING)
    facts = server.Tuple("16.0", "64", "C:\\workload.xlam")
    found["self_check"] = server.Str(server.Call(server.Module("excel_addin.classic.buttons"), "self_check", facts))
    many = tuple((float(place),) for place in range(10_000))
    found["ms_one"] = ms(lambda: call(server, "WL_CLASS_HOURS", 90.0, MISSING), 200)
    found["ms_10000"] = ms(lambda: call(server, "WL_CLASS_HOURS", many, MISSING), 10)
    process = server.Call(server.Module("os"), "getpid")
    number = int(server.Str(process))
    subprocess.run(["taskkill", "/F", "/PID", str(number)], capture_output=True, check=False)
    time.sleep(1)
    found["after_end"] = call(server, "WL_CLASS_HOURS", 90.0, MISSING)
    found["let_go"] = ended(dll)
    found["again"] = call(started(dll, 1), "WL_CLASS_HOURS", 90.0, MISSING)
    found["killed"] = ended(dll, 1)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
