"""One call of a function, as every host makes it: cells in, a grid of cells out, or the reason why not.

>>> call("WL_CLASS_HOURS", [[[90], [None], [100]]])
[[2.0], [''], [2.2222222222222223]]
>>> call("WL_CLASS_HOURS", ["一个半小时"])
Traceback (most recent call last):
excel_addin.cells.BadValuesError: minutes“一个半小时”：应为数字
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from excel_addin.cells import CallError, Grid, Matrix, elementwise, grid_of_block, matrix, out, told
from excel_addin.functions import Use
from excel_addin.registry import FUNCTIONS, Function
from excel_addin.settings import Settings, current
from workload import Block, Fault, InputError, Text, WorkloadError

Check = Callable[[], None]
MOST_MESSAGE = 1000  # letters of a message; Excel shows some hundreds


def call(
    name: str, values: Sequence[object], settings: Settings | None = None, *, still_wanted: Check | None = None
) -> Grid:
    """The result of a function for what a host hands in, one value for each argument (``None``: left out).

    ``still_wanted`` is called now and then in a long calculation, and may raise to end it.

    Raises:
        CallError: there is no result; its text says why, in both languages.
    """
    function = FUNCTIONS[name]
    try:
        settings = settings or current()
        use = _use(settings, still_wanted)
        return run(use, function, _given(function, values, settings))
    except InputError as error:
        raise CallError(_of_faults(error.faults)) from None
    except WorkloadError as error:
        raise CallError(_cut(error.text)) from None
    except RecursionError:
        raise CallError(Text("参数过于复杂", "the arguments are too deep")) from None


def _given(function: Function, values: Sequence[object], settings: Settings) -> list[Matrix | None]:
    most = len(function.arguments)
    if len(values) > most:
        raise CallError(Text(f"{function.name} 最多 {most} 个参数", f"{function.name} takes at most {most} arguments"))
    cells = sum(_count(value) for value in values)
    if cells > settings.most_cells:
        zh = f"区域过大：{cells:,} 个单元格，最多 {settings.most_cells:,} 个；请只选有内容的部分"
        raise CallError(Text(zh, f"{cells:,} cells are too many; at most {settings.most_cells:,}"))
    return [*map(matrix, values), *[None] * (most - len(values))]


def _count(value: object) -> int:
    """The cells of an argument once its rows are of one length; an empty row takes room too."""
    if not isinstance(value, list | tuple):
        return 1
    widths = [len(row) if isinstance(row, list | tuple) else 1 for row in value]
    return len(widths) * max(widths, default=0) or len(widths)


_USES: dict[tuple[int, Check | None], tuple[Settings, Use]] = {}


def _use(settings: Settings, still_wanted: Check | None) -> Use:
    """What calls under these settings share."""
    kept = _USES.get((id(settings), still_wanted))
    if kept is None:
        use = Use(settings.regulation, settings.readings, settings.language, FUNCTIONS, run, still_wanted)
        kept = _USES[id(settings), still_wanted] = settings, use
    return kept[1]


def run(use: Use, function: Function, given: Sequence[Matrix | None]) -> Grid:
    """The result of a function for arguments that are matrices."""
    if function.shape == "elementwise":
        each = use.each(function, given)
        return elementwise(each, function.ranged, [given[place] for place in function.ranged_places], function.name)
    result = function.body(use, *given)
    if isinstance(result, Block):
        return grid_of_block(result)
    return result if isinstance(result, list) else [[out(result)]]


def _of_faults(faults: Sequence[Fault]) -> Text:
    texts = [Text(fault.in_language("zh"), fault.in_language("en")) for fault in faults]
    return _cut(told(texts))


def _cut(text: Text) -> Text:
    def short(words: str) -> str:
        return words if len(words) <= MOST_MESSAGE else words[: MOST_MESSAGE - 1] + "…"

    return Text(short(_OPTION.sub(_SETTING.zh, text.zh)), short(_OPTION.sub(_SETTING.en, text.en)))


# What the command line calls an option is a line of the settings here.
_OPTION = re.compile(r"(?:请加|add) --reading (\w+)=(\w+)")
_SETTING = Text(
    r'请在 ~/.workload/excel.toml 的 [readings] 下写 \1 = "\2"',
    r'write \1 = "\2" under [readings] in ~/.workload/excel.toml',
)
