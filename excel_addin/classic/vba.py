"""The VBA of the add-in: a wrapper for each function of the registry, and the hand-written text beside it.

>>> print(wrapper(FUNCTIONS["WL_POINTS"]))
Public Function WL_POINTS(Optional title As Variant, Optional events As Variant) As Variant
    WL_POINTS = WorkloadAnswer("WL_POINTS", Array(title, events))
End Function
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from excel_addin.classic import words
from excel_addin.registry import FUNCTIONS, Function

HERE = Path(__file__).parent
GENERATED = HERE / "workload_functions.bas"
WHY = "WL_WHY"  # answered from the reasons that the add-in keeps itself, without Python

HEADER = """\
Attribute VB_Name = "WorkloadFunctions"
' Generated from excel_addin/registry.py by "python -m excel_addin.classic.xlam"; changes made here are lost.
Option Explicit
"""

# The words of VBA's grammar, and its marked, statement and literal names, none of which can name an argument.
KEYWORDS = """
abs addressof alias and any array as attribute base binary boolean byref byte byval call case cbool cbyte ccur
cdate cdbl cdec cint circle clng clnglng clngptr close compare const csng cstr currency cvar cverr database date
debug decimal declare defbool defbyte defcur defdate defdbl defdec defint deflng deflnglng deflngptr defobj
defsng defstr defvar dim do doevents double each else elseif empty end enddo endif enum eqv erase error event
exit explicit false fix for friend function get global gosub goto if imp implements in inputb input int integer
is lbound len lenb let lib like line loadpicture local lock long longlong longptr loop lset me mid midb mod
module name new next not nothing null object on open option optional or output paramarray preserve print private
property pset ptrsafe public put raiseevent random read redim rem reset resume return rset scale seek select set
sgn shared single spc static step stop string sub tab text then to true type typeof ubound unlock until variant
wend while width with withevents write xor
"""
# What an argument may be called without being taken for a cell: not A1, not R1C1.
CELL = re.compile(r"[a-z]{1,3}\d+|r\d*c\d*|r\d+|c\d+|[rc]", re.IGNORECASE)
# An underscore tells ours from every function of Excel and of its old macro language, which have dots or none.
FUNCTION_NAME = re.compile(r"WL(?:_[A-Z]+)+")
ARGUMENT_NAME = re.compile(r"[a-z][a-z0-9_]*")


def faults(functions: Iterable[Function]) -> list[str]:
    """What in the names VBA or Excel would not take: keywords, names like a cell, names that differ by case alone."""
    found: list[str] = []
    seen: set[str] = set()
    for function in functions:
        name = function.name
        if not FUNCTION_NAME.fullmatch(name) or len(name) > 64:
            found.append(f"{name}: no name of a function here")
        if name.lower() in seen:
            found.append(f"{name}: twice")
        seen.add(name.lower())
        arguments = [argument.name for argument in function.arguments]
        for argument in arguments:
            if not ARGUMENT_NAME.fullmatch(argument):
                found.append(f"{name}({argument}): no name in VBA")
            elif argument in KEYWORDS.split():
                found.append(f"{name}({argument}): a word of VBA")
            elif CELL.fullmatch(argument):
                found.append(f"{name}({argument}): looks like a cell")
        if len({argument.lower() for argument in arguments}) < len(arguments):
            found.append(f"{name}: two arguments of one name")
        optional = [argument.optional for argument in function.arguments]
        if optional != sorted(optional):
            found.append(f"{name}: a required argument after an optional one")
    return found


def wrapper(function: Function) -> str:
    """The VBA function that Excel calls. It hands its arguments on as they are, and is never volatile.

    For VBA none is required: a call without one would otherwise fail before our code could say which is missing.
    """
    names = ", ".join(argument.name for argument in function.arguments)
    declared = ", ".join(f"Optional {argument.name} As Variant" for argument in function.arguments)
    body = f'WorkloadAnswer("{function.name}", Array({names}))'
    if function.name == WHY:
        body = f"WorkloadWhy({names})"
    return f"Public Function {function.name}({declared}) As Variant\n    {function.name} = {body}\nEnd Function"


def generated(functions: Mapping[str, Function] = FUNCTIONS) -> str:
    """The module with the wrapper of every function, with the line ends of Windows.

    Raises:
        ValueError: a name is none that VBA or Excel takes.
    """
    wrong = faults(functions.values())
    if wrong:
        raise ValueError("; ".join(wrong))
    return windows("\n".join([HEADER, *(wrapper(function) + "\n" for function in functions.values())]))


def modules() -> dict[str, str]:
    """The add-in's own VBA, by the name of the module."""
    support = (HERE / "workload_support.bas").read_text(encoding="ascii")
    return {
        "WorkloadFunctions": generated(),
        "WorkloadSupport": windows(support.replace("{rows}", str(len(words.rows()) + 1))),
        "WorkloadRibbon": windows((HERE / "workload_ribbon.bas").read_text(encoding="ascii")),
        "ThisWorkbook": windows((HERE / "this_workbook.bas").read_text(encoding="ascii")),
    }


def windows(text: str) -> str:
    """A source as VBA keeps it: with the line ends of Windows, and nothing that another code page reads otherwise.

    Raises:
        UnicodeEncodeError: it is not ASCII.
    """
    text.encode("ascii")
    return text.replace("\r\n", "\n").replace("\n", "\r\n")
