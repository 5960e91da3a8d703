"""The functions as xlwings wants them, in whichever host this process serves: classic, Server or Lite.

The only module that imports xlwings. It defines a function for each record of the registry; what a host hands in goes
to :func:`~excel_addin.calling.call` as it is, with none of xlwings' conversions in between.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any, cast

import xlwings
from xlwings import XlwingsError, arg, func, ret

from excel_addin.calling import call
from excel_addin.cells import CallError, Grid
from excel_addin.registry import CATEGORY, FUNCTIONS, Function
from excel_addin.server.wanted import still_wanted
from excel_addin.settings import language

# What a classic host gets instead of a result. The VBA wrappers turn it into a real error value and keep the rest as
# the reason; no result begins so.
ERROR_MARK = "#VALUE! "
ON_SERVER = xlwings.on_server and sys.platform != "emscripten"
IN_LITE = sys.platform == "emscripten"


def answer(function: Function, values: tuple[object, ...]) -> Grid:
    """The result of one call, or the error that the host shows.

    Raises:
        XlwingsError: in Server and Lite, where it becomes ``#VALUE!`` with this message, after a single call.
    """
    try:
        return call(function.name, values, still_wanted=still_wanted)
    except CallError as error:
        message = error.text.get(language())
    except Exception as error:  # the last resort: neither a traceback nor a cell's value reaches a user
        message = f"程序内部错误，请报告 / an unexpected failure, please report it: {type(error).__name__}"
    if ON_SERVER or IN_LITE:
        raise XlwingsError(message)
    return [[ERROR_MARK + message]]


def _host_function(function: Function) -> Callable[..., Any]:
    """A Python function with the signature that xlwings reads: optional arguments default to ``None``."""

    def in_place(*values: object) -> Grid:
        return answer(function, values)

    async def in_thread(*values: object) -> Grid:  # on the server a long calculation must not stop the others
        return await asyncio.to_thread(answer, function, values)

    shown = language()
    defined: Any = in_thread if ON_SERVER else in_place  # Lite has no threads, and classic makes one call at a time
    defined.__name__ = defined.__qualname__ = function.name
    defined.__doc__ = function.help(shown)
    defined.__annotations__ = {}
    defined.__signature__ = Signature(
        [
            Parameter(one.name, Parameter.POSITIONAL_OR_KEYWORD, default=None if one.optional else Parameter.empty)
            for one in function.arguments
        ]
    )
    for argument in function.arguments:
        defined = arg(argument.name, "raw", doc=argument.help.get(shown))(defined)
    options: dict[str, Any] = {} if ON_SERVER or IN_LITE else {"category": CATEGORY.get(shown)}
    return cast(Callable[..., Any], func(None, **options)(ret("raw")(defined)))


for _function in FUNCTIONS.values():
    globals()[_function.name] = _host_function(_function)

__all__ = sorted(FUNCTIONS)  # noqa: PLE0605  # the names are those of the registry
