"""The page ``FUNCTIONS.md``: every function with its help, an example, and what it says of bad cells, worked out here.

``python -m excel_addin reference -o excel_addin/FUNCTIONS.md`` writes it anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from excel_addin.cells import CallError, Grid
from excel_addin.formulas import Area, calculate
from excel_addin.registry import FUNCTIONS, Argument, Function
from excel_addin.settings import Settings
from workload import Regulation, Text, word

MOST_ROWS = 6  # rows of a result that are shown
CHINESE, ENGLISH = Settings(language="zh"), Settings(language="en")

# Calls with what people get wrong; the messages beside them in the page are the functions' own.
MISTAKES: Mapping[str, tuple[str, ...]] = {
    "WL_MINUTES": ('WL_MINUTES("25:00","15:30")', 'WL_MINUTES({"14:00";"8点"},{"15:30";"9:30"})'),
    "WL_CLASS_HOURS": (
        'WL_CLASS_HOURS("一个半小时")',
        "WL_CLASS_HOURS({90;-45;#N/A})",
        'WL_CLASS_HOURS(90,"half")',
    ),
    "WL_POINTS": ('WL_POINTS("校长")', 'WL_POINTS("讲师",1.5)'),
    "WL_SHORTFALL": ('WL_SHORTFALL("科研",70)', 'WL_SHORTFALL("教学","七十")'),
    "WL_QUOTA_MET": ("WL_QUOTA_MET({38;40},{72;70;80})", 'WL_QUOTA_MET({38;40},{72;"缺"})'),
    "WL_EXPERIENCE_YEARS": (
        'WL_EXPERIENCE_YEARS({2022;2023},{38;38},{72;72},{"合格";"良好"})',
        'WL_EXPERIENCE_YEARS({2022;2023;2024},{38;38},{72;72;72},{"合格";"合格";"合格"})',
    ),
    "WL_EXPERIENCE_WINDOWS": ('WL_EXPERIENCE_WINDOWS({2022;22},{38;38},{72;72},{"合格";"合格"})',),
    "WL_EXPERIENCE_NEEDED": ('WL_EXPERIENCE_NEEDED({2023;2024},{38;30},{72;72},{"合格";"合格"},"今年")',),
    "WL_LEDGER": (
        'WL_LEDGER({"工号","日期","分钟";"T01","2024-03-05",90})',
        'WL_LEDGER({"工号","日期","类别","分钟";"T01","2024-02-30","咨寻值班",90})',
        'WL_LEDGER({"工号","日期","类别","分钟","学生姓名";"T01","2024-03-05","咨询值班",90,"—"})',
    ),
    "WL_SUMMARY": (
        'WL_SUMMARY({"工号","日期","类别","分钟";"T01","2023-11-07","咨询值班",90;"T01","2024-03-05","咨询值班",90})',
    ),
    "WL_CHECK": ('WL_CHECK("")',),
    "WL_TRAINING_SHORTFALL": ('WL_TRAINING_SHORTFALL("临时",10)',),
    "WL_STAFF_REQUIRED": ('WL_STAFF_REQUIRED(-1,"专职")',),
    "WL_FUNDING_REQUIRED": ('WL_FUNDING_REQUIRED("两万")',),
    "WL_AREA_REQUIRED": ("WL_AREA_REQUIRED(20000.5)",),
    "WL_WITHHOLDING": ("WL_WITHHOLDING(-5)", "WL_WITHHOLDING(0.005)"),
    "WL_NET": ('WL_NET("一万")',),
    "WL_GROSS_UP": ('WL_GROSS_UP("到手五千")',),
    "WL_PAY": ('WL_PAY("三十八",60)', "WL_PAY({38;-1},{60;60.005})"),
    "WL_YUAN_UPPER": ("WL_YUAN_UPPER({12.345;#N/A})",),
    "WL_RULE": ('WL_RULE("counselling_quota")', 'WL_RULE("counseling_quota","去年")'),
    "WL_RULES": ('WL_RULES("去年")',),
    "WL_EXPLAIN": ('WL_EXPLAIN("WL_CLASSHOURS",90)', 'WL_EXPLAIN("WL_CLASS_HOURS",90,"exact",1)'),
}

# Where the hosts differ in one function.
DIFFERENCES: Mapping[str, Text] = {
    "WL_WHY": Text(
        "经典加载项记住每个错误单元格的原因，给出原话。服务器版和 Lite 中由 Excel 自己显示原因（点单元格旁的标记），"
        "这个函数只提示这样做；上面的例子就是它的提示。A1 没有错误时为空。",
        "The classic add-in remembers the reason of each cell with an error and tells it. In Server and Lite Excel "
        "shows it (the mark beside the cell), and this function only says so, as in the example. Blank where A1 shows "
        "no error.",
    ),
    "WL_EXPLAIN": Text(
        "所说明的调用有读不了的格时，结果是一张列出全部错误的表，而不是 #VALUE!；每种宿主都一样。",
        "Where the call to be explained has cells that cannot be read, the result is a table of all of them and not "
        "#VALUE!, in every host.",
    ),
}

SHAPES = {
    "elementwise": Text(
        "逐格计算：给一格得一格，给区域得同样大小的区域", "for each cell: the result has the shape of the range"
    ),
    "grid": Text("结果成片（溢出），第一行是表头", "spills, with a header in the first row"),
    "value": Text("结果是一格", "a single cell"),
}

_INTRODUCTION = """\
# Excel 函数参考 Excel functions

<!-- 由 python -m excel_addin reference 生成，不要手工改。 Generated; do not edit. -->

{count} 个函数，在经典加载项（Windows）、xlwings Server 和 xlwings Lite 中名称、算法、提示都相同。
下文例子的结果和错误提示，都是生成本页时由函数自己算出来的；规则为 {document}。

*{count} functions, the same in the classic add-in (Windows), xlwings Server and xlwings Lite. The results and messages
below were given by the functions themselves when this page was made, under {document}.*

## 怎么用 How they work

- **区域。** 逐格计算的函数给一格或一个区域都行；给区域时一次算完，比一格一格地算快得多：
  `=SUM(WL_CLASS_HOURS(C2:C500))`。几个参数都是区域时大小要相同，单格与区域搭配时对每格都用它。
  成片的结果要留出空位，否则 Excel 显示 `#SPILL!`；Excel 2016、2019 中先选中足够大的区域，再按 Ctrl+Shift+Enter。
- **空白。** 空进空出：必填的那格空着，结果就空着，不当作 0。例：{blank}
- **文本和数字。** `"90"`、`"90分钟"`、全角数字都认；时间可以是 Excel 的时间、日期时间或 `"14:30"`；日期可以是 Excel
  的日期或 `"2024-03-05"`。只有一种读法的才读，拿不准的报错。
- **错误。** 读不了的格、显示错误的格，结果就是真正的 `#VALUE!`，不会变成 0、空白或文字，也不会从合计里消失；
  `IFERROR`、`ISERROR`、`SUM` 照常起作用。提示写明哪个参数、区域内第几行第几列、现在是什么、可以填什么；
  一次最多写三处，全部用 `WL_EXPLAIN` 列出。
- **原因在哪里看。** 经典加载项：`=WL_WHY(出错的单元格)`。服务器版和 Lite：点单元格旁的错误标记。
- **WL_EXPLAIN。** `=WL_EXPLAIN("函数名",参数…)` 说明那次调用的每一步、算式和条款；参数里有读不了的格时逐条列出。
- **精确。** 结果不四舍五入，显示几位由单元格格式决定。是否达标按精确值判断：差一分钟就是未达标。
- **表格参数。** `activities`、`teachers`、`titles` 是带表头的区域，列名中英文都行，顺序不限，见
  [README 的“你的数据”](../README.md#你的数据)；用 Excel 表格最省事：`=WL_LEDGER(工作记录[#全部])`。
  像来访者资料的列和备注一律拒绝，且不重复其内容。
- **规则、语言、口径。** 写在 `~/.workload/excel.toml`，对所有工作簿有效（服务器版：服务器上的这个文件；Lite：
  `main.py` 开头三行）。
- **换宿主。** 函数名处处相同，工作簿可以在几种宿主之间搬，但 Excel 在文件里记下的写法不同，有时要替换一次，见
  [samples/excel](../samples/excel/README.md)。

*In English:*

- *Ranges: an elementwise function takes a cell or a range, and a range in one call, which is much faster than cell
  by cell. Ranges in one call have the same size; a single cell goes with each of them. What spills needs room
  (`#SPILL!`); in Excel 2016 and 2019 select the room first and press Ctrl+Shift+Enter.*
- *Blanks: blank in, blank out, never 0. Texts that can be read in one way only are read; others are errors.*
- *Errors: a cell that cannot be read, or shows an error, gives a real `#VALUE!`; `IFERROR`, `ISERROR` and `SUM`
  work as ever. The message names the argument, row and column within the range, what stands there and what is
  accepted. Classic: `=WL_WHY(cell)`; Server and Lite: the mark beside the cell.
  `=WL_EXPLAIN("function", arguments…)` lists all faults, or the steps, formula and article of the call.*
- *Results are not rounded; the cell's format decides what is shown. Verdicts compare exact values.*
- *Table arguments are ranges with their header, in Chinese or English. A column that looks like data of a client is
  refused.*
- *Rules, language (`lang = "en"`) and readings stand in `~/.workload/excel.toml`. A workbook moves between hosts,
  see [samples/excel](../samples/excel/README.md).*

### 宿主 Hosts
"""

_HOSTS: Sequence[Sequence[str]] = (
    ("运行在 runs in", "Windows 的 Excel", "Windows、Mac、网页版 the web", "Windows、Mac、网页版 the web"),
    (
        "出错的单元格 a bad cell",
        "`#VALUE!`，原因用 `WL_WHY`",
        "`#VALUE!`，点标记 the mark",
        "`#VALUE!`，点标记 the mark",
    ),
    ("函数说明 help", "函数向导，类别“工作量” function wizard", "输入时 while typing", "输入时 while typing"),
    (
        "一次调用的上限 bound of a call",
        "{cells:,} 格 cells",
        "{cells:,} 格，及服务器自己的上限 and the server's own bounds",
        "{cells:,} 格 cells",
    ),
    (
        "文件里的函数名 name in the file",
        "`WL_…`，可能带加载项的路径 perhaps with a path",
        "`_xldudf_WL_…`",
        "`_xldudf_WL_…`",
    ),
)


def reference() -> str:
    """The page in Markdown. Neither the user's settings nor the day of its making has a part in it."""
    regulation = CHINESE.regulation
    blank = _shown_call('WL_CLASS_HOURS({90;"";100})', _result('WL_CLASS_HOURS({90;"";100})', CHINESE))
    parts = [
        _INTRODUCTION.format(count=len(FUNCTIONS), document=regulation.document, blank=blank),
        _table(
            ("", "经典加载项 Classic", "xlwings Server", "xlwings Lite"),
            ([told.format(cells=CHINESE.most_cells) for told in row] for row in _HOSTS),
        ),
        *_words(regulation),
        "## 目录 Contents\n",
        _table(
            ("函数", "作用", "what it gives"),
            ([f"[{one.name}](#{one.name.lower()})", one.summary.zh, one.summary.en] for one in FUNCTIONS.values()),
        ),
    ]
    for function in FUNCTIONS.values():
        parts += _section(function)
    return "\n".join(parts).rstrip() + "\n"


# ---------------------------------------------------------------- the words that arguments take


def _words(regulation: Regulation) -> Iterator[str]:
    yield "### 取值 Words\n"
    yield "中文和英文都认。 Chinese and English are both accepted.\n"
    partial = regulation.readings["partial_unit"]
    lists: tuple[tuple[str, Iterable[tuple[str, Text]]], ...] = (
        ("`partial_unit`", partial.values.items()),
        ("`account`", ((one.id, one.name) for one in regulation.accounts.values() if one.id in _OWED)),
        ("`title`", ((one.id, one.name) for one in regulation.titles.values())),
        ("`employment`", _listed("employment", "full_time", "part_time")),
        ("`evaluations`", _listed("result", "excellent", "passed", "basically_passed", "failed")),
        ("工作记录 类别 `kind`", ((one.id, one.name) for one in regulation.kinds.values())),
        ("工作记录 状态 `status`", _listed("status", "done", "cancelled")),
    )
    rows = []
    for name, words in lists:
        known = list(words)
        if name == "`partial_unit`":
            told = [f"`{code}` {text.zh} *{text.en}*" + _default(code, partial.default) for code, text in known]
        else:
            told = [f"{text.zh} `{code}`" for code, text in known]
        rows.append([name, ("<br>" if name == "`partial_unit`" else "、").join(told)])
    yield _table(("参数 argument", "取值 values"), rows)
    yield (
        "其他口径没有参数，写在设置文件的 `[readings]` 里，对所有函数有效（下表只列可以选择的）。"
        " *The other readings are no arguments; they stand in the settings under `[readings]`.*\n"
    )
    yield _table(
        ("口径 reading", "问题 question", "取值 values"),
        (
            [
                f"`{one.id}` {one.number}",
                f"{one.question.zh}<br>*{one.question.en}*",
                "<br>".join(
                    f"`{code}` {text.zh} *{text.en}*" + _default(code, one.default) for code, text in one.values.items()
                ),
            ]
            for one in regulation.readings.values()
            if len(one.values) > 1
        ),
    )


_OWED = ("counseling", "teaching")


def _default(code: str, default: str) -> str:
    return "（默认 default）" if code == default else ""


def _listed(kind: str, *codes: str) -> Iterator[tuple[str, Text]]:
    return ((code, word(kind, code)) for code in codes)


# ---------------------------------------------------------------- one function


def _section(function: Function) -> Iterator[str]:
    yield f"## {function.name}\n"
    yield f"{function.summary.zh}\n\n*{function.summary.en}*\n"
    shape = SHAPES[function.shape]
    yield f"`{_signature(function)}`\n\n{shape.zh}。 *{shape.en.capitalize()}.*\n"
    if function.arguments:
        yield _table(
            ("参数 argument", "说明", "meaning"),
            ([_named(one), one.help.zh, one.help.en] for one in _told(function)),
        )
    found = _result(function.example, CHINESE)
    if len(found) == 1:
        yield f"例 Example: {_shown_call(function.example, found)}\n"
    else:
        yield f"例 Example: `={function.example}`\n"
        yield _shown_grid(found)
        english = "、".join(f"`{name}`" for name in _result(function.example, ENGLISH)[0])
        yield f"英文表头 English header: {english}\n"
    if function.name in MISTAKES:
        yield _table(
            ("出错的例子 a mistake", "提示 message"),
            ([f"`={formula}`", _message(formula)] for formula in MISTAKES[function.name]),
        )
    if function.name in DIFFERENCES:
        told = DIFFERENCES[function.name]
        yield f"宿主 Hosts: {told.zh}\n\n*{told.en}*\n"


def _signature(function: Function) -> str:
    names = [f"[{one.name}]" if one.optional else one.name for one in _told(function)]
    dots = ["…"] if len(names) < len(function.arguments) else []
    return f"{function.name}({', '.join([*names, *dots])})"


def _told(function: Function) -> tuple[Argument, ...]:
    """The arguments, without the repetitions of WL_EXPLAIN."""
    first = [place for place, one in enumerate(function.arguments) if one.name == "argument1"]
    return function.arguments[: first[0] + 1] if first else function.arguments


def _named(argument: Argument) -> str:
    marks = ["可省略 optional"] * argument.optional + ["单格 one cell"] * argument.single
    return f"`{argument.name}`" + (f"<br>{'，'.join(marks)}" if marks else "")


def _message(formula: str) -> str:
    try:
        found = _result(formula, CHINESE)
    except CallError as error:
        return f"{_escaped(error.text.zh)}<br>*{_escaped(error.text.en)}*"
    raise ValueError(f"{formula} is no mistake: {found}")


# ---------------------------------------------------------------- results and tables


def _result(formula: str, settings: Settings) -> Grid:
    return calculate(formula, _error_cell, settings=settings)


def _error_cell(area: Area) -> list[list[str]]:
    """The one cell that an example names: A1 of ``WL_WHY(A1)``, which shows an error."""
    return [["#VALUE!"] for _ in area.places]


def _shown_call(formula: str, found: Grid) -> str:
    """A formula and its result, cells side by side, rows one after the other."""
    rows = ["，".join(_shown(cell) or "空白 blank" for cell in row) for row in found]
    return f"`={formula}` → {'；'.join(f'**{row}**' for row in rows)}"


def _shown(cell: object) -> str:
    """A cell as Excel shows it where nobody chose a format.

    >>> _shown(True), _shown(2.0), _shown(20 / 9)
    ('TRUE', '2', '2.222222222')
    """
    if isinstance(cell, bool):
        return str(cell).upper()
    return f"{cell:.10g}" if isinstance(cell, float) else str(cell)


def _shown_grid(found: Grid) -> str:
    header, *rows = ([_escaped(_shown(cell)) for cell in row] for row in found)
    shown = _table(header, rows[:MOST_ROWS])
    if len(rows) <= MOST_ROWS:
        return shown
    return f"{shown}\n……共 {len(rows)} 行。 *… {len(rows)} rows.*\n"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
