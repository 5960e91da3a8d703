"""Makes the sample workbooks of the Excel functions: ``python samples/make_excel.py [FOLDER]`` writes ``excel/*.xlsx``.

Each formula is worked out by the functions themselves from the very cells that its sheet holds, and stored with its
result, so that a preview is right where no add-in is. A formula whose result fills several cells is stored as the
dynamic array that Excel writes; Excel 2016 and 2019 show it as an array formula. Everyone is invented.

The same XlsxWriter gives the same bytes; another version gives the same cells.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from excel_addin.cells import Grid
from excel_addin.formulas import Area, Listed, calculate

CREATED = datetime(2025, 7, 1, 9, 0)  # noqa: DTZ001  # a workbook's properties have no time zone
DAY_0 = datetime(1899, 12, 30)  # noqa: DTZ001  # Excel's dates are numbers of days from here, without a time zone
CALCULATED_BY = 191029  # the engine of Excel since 2019; an older number would make Excel calculate anew on opening

Cell = str | int | float | bool | date | time | None
Rows = Sequence[Sequence[Cell]]
Columns = Mapping[str, "str | tuple[str, str]"]

# ---------------------------------------------------------------- looks

INPUT, RESULT, EDGE = "#FFF8DC", "#EAF3E6", "#BFC8CF"
HEAD_INPUT, HEAD_RESULT, WARN = "#F5DF9A", "#C5DFB8", "#F8CBAD"
GRID = {"border": 1, "border_color": EDGE, "valign": "vcenter"}
KINDS: Mapping[str, Mapping[str, Any]] = {
    "word": {"align": "center"},
    "text": {"align": "left", "text_wrap": True},
    "id": {"align": "center", "num_format": "@"},
    "count": {"align": "right", "num_format": "#,##0"},
    "year": {"align": "center", "num_format": "0"},
    "hours": {"align": "right", "num_format": "#,##0.00"},
    "yuan": {"align": "right", "num_format": "#,##0.00"},
    "figure": {"align": "right", "num_format": "General"},
    "date": {"align": "center", "num_format": "yyyy-mm-dd"},
    "time": {"align": "center", "num_format": "hh:mm"},
}
OWN_LOOKS: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 15, "valign": "vcenter"},
    "note": {"font_color": "#5B6770", "valign": "vcenter"},
    "plain": {"text_wrap": True, "valign": "top"},
    "head input": {**GRID, "bold": True, "align": "center", "text_wrap": True, "bg_color": HEAD_INPUT},
    "head result": {**GRID, "bold": True, "align": "center", "text_wrap": True, "bg_color": HEAD_RESULT},
    "total": {**GRID, "bold": True, "align": "center", "bg_color": "#E3E8EC"},
    "total count": {**GRID, "bold": True, "align": "right", "num_format": "#,##0", "bg_color": "#E3E8EC"},
    "total people": {**GRID, "bold": True, "align": "center", "num_format": '0" 人"', "bg_color": "#E3E8EC"},
    "total hours": {**GRID, "bold": True, "align": "right", "num_format": "#,##0.00", "bg_color": "#E3E8EC"},
}


class Book:
    """A workbook that knows what its cells hold, and so can work its formulas out."""

    def __init__(self, path: Path, title: str, prefix: str = "") -> None:
        import xlsxwriter

        self.prefix = prefix  # of the functions' names in the file

        path.parent.mkdir(parents=True, exist_ok=True)
        options = {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "default_format_properties": {"font_name": "等线", "font_size": 11},
        }
        self.book = xlsxwriter.Workbook(path, options)
        self.book.set_properties({"title": title, "comments": "示例，人物和数据均为虚构", "created": CREATED})
        self.book.set_calc_mode("auto", CALCULATED_BY)
        self.book.calc_on_load = False  # else Excel without the add-in would show #NAME? instead of what is stored
        self.cells: dict[tuple[str, int, int], Any] = {}
        self.tables: dict[str, Listed] = {}
        self.looks = {name: self.book.add_format(look) for name, look in OWN_LOOKS.items()}
        for kind, look in KINDS.items():
            self.looks[f"input {kind}"] = self.book.add_format({**GRID, **look, "bg_color": INPUT})
            self.looks[f"result {kind}"] = self.book.add_format({**GRID, **look, "bg_color": RESULT})
        self.warning = self.book.add_format({"bg_color": WARN, "bold": True})

    def page(self, name: str, widths: Sequence[float], *, upright: bool = False) -> Page:
        """A further sheet, ready to print on A4, with the widths of its columns in Latin letters."""
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(9)  # A4
        if not upright:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.set_footer("&C第 &P 页，共 &N 页&R&F · &A")
        sheet.hide_gridlines(2)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        return Page(self, name, sheet)

    def seen(self, own_sheet: str, area: Area) -> list[list[Any]]:
        """The cells of a range as a function gets them."""
        sheet, height, width = area.sheet or own_sheet, area.bottom - area.top + 1, area.right - area.left + 1
        found = [self.cells.get((sheet, row, column)) for row, column in area.places]
        return [found[row * width : (row + 1) * width] for row in range(height)]


class Page:
    """One sheet of the workbook."""

    def __init__(self, book: Book, name: str, sheet: Any) -> None:
        self.book, self.name, self.sheet = book, name, sheet

    def put(self, row: int, column: int, value: Cell, look: str) -> None:
        """One cell by the type of its value."""
        place, chosen = (row, column), self.book.looks[look]
        if value is None:
            self.sheet.write_blank(*place, None, chosen)
            return
        if isinstance(value, bool):
            self.sheet.write_boolean(*place, value, chosen)
        elif isinstance(value, str):
            self.sheet.write_string(*place, value, chosen)
        elif isinstance(value, date | time):
            self.sheet.write_datetime(*place, value, chosen)
        else:
            self.sheet.write_number(*place, value, chosen)
        self.book.cells[self.name, row, column] = serial(value)

    def heading(self, title: str, note: str) -> None:
        """The first two rows: what the sheet is, and a sentence."""
        self.sheet.set_row(0, 26)
        self.put(0, 0, title, "title")
        self.put(1, 0, note, "note")

    def header(self, row: int, column: int, names: Iterable[str], look: str = "head result") -> None:
        """The names of computed columns."""
        for place, name in enumerate(names, start=column):
            self.put(row, place, name, look)

    def table(self, name: str, row: int, columns: Columns, rows: Rows, choices: Mapping[str, str] | None = None) -> int:
        """An Excel table, from the first column on; its last row. It grows with the rows that are typed below it.

        A column's kind says how it looks; where a formula stands beside the kind, the column is computed.
        """
        bottom, right = row + len(rows), len(columns) - 1
        formulas = {heading: in_table(name, kind[1]) for heading, kind in columns.items() if isinstance(kind, tuple)}
        described = [
            {
                "header": heading,
                "header_format": self.book.looks[f"head {'result' if heading in formulas else 'input'}"],
            }
            | ({"formula": self.named(formulas[heading])} if heading in formulas else {})
            for heading in columns
        ]
        options = {"name": name, "columns": described, "style": None, "autofilter": False}
        self.sheet.add_table(row, 0, bottom, right, options)
        self.book.tables[name] = Listed(Area(self.name, row, 0, bottom, right), tuple(columns))
        for place, heading in enumerate(columns):
            self.put(row, place, heading, f"head {'result' if heading in formulas else 'input'}")
        for number, line in enumerate(rows, start=row + 1):
            given = iter(line)
            for place, (heading, kind) in enumerate(columns.items()):
                if isinstance(kind, tuple):
                    self.formula(number, place, formulas[heading], f"result {kind[0]}")
                else:
                    self.put(number, place, next(given), f"input {kind}")
        for heading, words in (choices or {}).items():
            place = list(columns).index(heading)
            check = {"validate": "list", "source": words.split(), "ignore_blank": True}
            self.sheet.data_validation(row + 1, place, bottom + 200, place, check)
        return bottom

    def formula(self, row: int, column: int, formula: str, look: str) -> None:
        """A formula of one cell, with its value."""
        ((value,),) = self.found(formula, row)
        if value == "":  # XlsxWriter would store no value at all
            raise ValueError(f"{formula} gives an empty text")
        self.sheet.write_formula(row, column, self.named(formula), self.book.looks[look], value)
        self.book.cells[self.name, row, column] = value

    def named(self, formula: str) -> str:
        """A formula with the functions' names as the file holds them; within quotes a name is a text."""
        return re.sub(r"(?<![\"\w])WL_", f"{self.book.prefix}WL_", formula)

    def found(self, formula: str, row: int) -> Grid:
        """What a formula gives in a row of this sheet."""
        return calculate(formula, lambda area: self.book.seen(self.name, area), self.book.tables, row=row)

    def spill(self, row: int, column: int, formula: str, kinds: Sequence[str]) -> int:
        """A formula that fills several cells, a header above; the number of its last row."""
        found = self.found(formula, row)
        bottom, right = row + len(found) - 1, column + len(kinds) - 1
        head = self.book.looks["head result"]
        self.sheet.write_dynamic_array_formula(row, column, bottom, right, self.named(formula), head, found[0][0])
        for down, line in enumerate(found):
            for along, (value, kind) in enumerate(zip(line, kinds, strict=True)):
                if down or along:
                    self.put(row + down, column + along, value, f"result {kind}" if down else "head result")
                self.book.cells[self.name, row + down, column + along] = value
        return bottom

    def warn(self, area: str, rule: str) -> None:
        """Color the cells of an area for which a formula holds."""
        self.sheet.conditional_format(area, {"type": "formula", "criteria": rule, "format": self.book.warning})


def in_table(name: str, formula: str) -> str:
    """A formula as the file holds it: ``[@X]``, this row's cell of column X, with the name of its table.

    >>> in_table("值班", "WL_MINUTES([@开始],[@结束])")
    'WL_MINUTES(值班[[#This Row],[开始]],值班[[#This Row],[结束]])'
    """
    return re.sub(r"\[@(.+?)\]", rf"{name}[[#This Row],[\1]]", formula)


def serial(value: Cell) -> object:
    """A date or a time as the number that Excel keeps."""
    if isinstance(value, time):
        value = datetime.combine(DAY_0, value)
    elif isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return (value - DAY_0) / timedelta(days=1) if isinstance(value, datetime) else value


# ---------------------------------------------------------------- the sheet that explains

COLORS = (("head input", "浅黄：由您填写"), ("head result", "浅绿：由函数算出，不要手工改"))
USES = (
    "函数以 WL_ 开头，由本项目的 Excel 加载项提供。没有加载项时，显示的是存好的结果：可看、可打印，不重算。",
    "在浅黄色的列里改数据，结果随之变化。在表的最后一行下面接着填写，表自动变长，浅绿色的列自动填上公式。",
    "成片的结果只有左上角一个公式，其余单元格是“溢出”的。Excel 2016、2019 把它显示为 {数组公式}，不会自动变长："
    "先选中更大的区域，点编辑栏，再按 Ctrl+Shift+Enter。",
    "新版 Excel 可能在函数名前显示 @，如 =@WL_CLASS_HOURS(…)，不影响结果。",
    "显示 #VALUE! 时：经典加载项用 =WL_WHY(该单元格) 看原因，服务器版和 Lite 点单元格旁的错误标记；"
    "=WL_EXPLAIN(函数名,参数…) 逐条列出全部错误。",
    "显示 #NAME?，或公式里出现 _xldudf_ 或一段路径：没有装加载项，或者工作簿来自另一种加载项；"
    "办法见 samples/excel/README.md。",
    "结论供核算与核对，以学校解释为准（附件2 第九条）。人物和数据均为虚构；不要录入来访者的任何信息。",
)


def explained(book: Book, title: str, sheets: Iterable[tuple[str, str]]) -> None:
    """The sheet 说明: what each sheet is for, what the colors mean, how to use it."""
    page = book.page("说明", (16, 84), upright=True)
    page.heading(title, "这个工作簿怎么用")
    row = 3
    for heading, lines in (
        ("工作表", [("plain", name, text) for name, text in sheets]),
        ("颜色", [(look, None, text) for look, text in COLORS]),
        ("用法", [("plain", str(number), text) for number, text in enumerate(USES, start=1)]),
    ):
        page.put(row, 0, heading, "total")
        page.put(row, 1, None, "total")
        for look, first, text in lines:
            row += 1
            page.put(row, 0, first, look)
            page.put(row, 1, text, "plain")
            letters = sum(1 if letter.isascii() else 2 for letter in text)
            page.sheet.set_row(row, 4 + 16 * (1 + letters // 80))  # not every program finds the height of wrapped text
        row += 2


# ---------------------------------------------------------------- 人事.xlsx

YEAR = 2024
EMPLOYMENT, TITLES = "专职 兼职", "教授 副教授 讲师 助教 其他 无"
STAFF_COLUMNS: Columns = {
    "工号": "id",
    "姓名": "word",
    "类别": "word",
    "职称": "word",
    "值班分钟": "count",
    "教学课时": "hours",
    "活动场次": "count",
    "培训学时": "hours",
    "咨询课时": ("hours", "WL_CLASS_HOURS([@值班分钟])"),
    "咨询差额": ("hours", 'IF([@类别]="兼职",WL_SHORTFALL("咨询",[@咨询课时]),"—")'),
    "教学差额": ("hours", 'IF([@类别]="兼职",WL_SHORTFALL("教学",[@教学课时]),"—")'),
    "年度工作量": (
        "word",
        'IF([@类别]="兼职",IF(WL_QUOTA_MET([@咨询课时],[@教学课时]),"达标","未达标"),"—")',
    ),
    "非教学积分": ("count", "WL_POINTS([@职称],[@活动场次])"),
    "培训差学时": ("hours", "WL_TRAINING_SHORTFALL([@类别],[@培训学时])"),
}
STAFF: Rows = (
    ("T01", "教师01", "专职", "教授", 5760, 48, 12, 48),
    ("T02", "教师02", "专职", "讲师", 6525, 36, 9, 32),
    ("T03", "教师03", "兼职", "副教授", 1800, 76, 4, 16),
    ("T04", "教师04", "兼职", "讲师", 1710, 72, 2, 15),  # exactly what is required
    ("T05", "教师05", "兼职", "讲师", 1709, 72, 1, 20),  # a minute less
    ("T06", "教师06", "兼职", "讲师", 1755, 71.5, 0, 14),
    ("T07", "教师07", "兼职", "助教", 2070, 84, 3, 24),
    ("T08", "教师08", "兼职", "其他", 1350, 60, 2, 0),
    ("T09", "教师09", "兼职", "教授", 1890, 72, 6, 18),
    ("T10", "教师10", "兼职", "无", 0, 36, 1, 8),
    ("T11", "教师11", "兼职", "副教授", 1725, 78, 5, 15),
    ("T12", "教师12", "兼职", "讲师", 1980, 90, 2, 16),
)
STAFF_TOTALS = {
    "值班分钟": ("SUM(年度表[值班分钟])", "count"),
    "教学课时": ("SUM(年度表[教学课时])", "hours"),
    "活动场次": ("SUM(年度表[活动场次])", "count"),
    "培训学时": ("SUM(年度表[培训学时])", "hours"),
    "咨询课时": ("SUM(WL_CLASS_HOURS(年度表[值班分钟]))", "hours"),  # a whole column in one call
    "咨询差额": ("SUM(年度表[咨询差额])", "hours"),
    "教学差额": ("SUM(年度表[教学差额])", "hours"),
    "年度工作量": ('COUNTIF(年度表[年度工作量],"未达标")', "people"),
    "非教学积分": ("SUM(年度表[非教学积分])", "count"),
    "培训差学时": ("SUM(年度表[培训差学时])", "hours"),
}
PAY_COLUMNS: Columns = {
    "月份": "word",
    "姓名": "word",
    "事项": "word",
    "课时": "hours",
    "单价": "yuan",
    "本月已付": "yuan",
    "税前金额": ("yuan", "WL_PAY([@课时],[@单价])"),
    "预扣税额": ("yuan", "WL_WITHHOLDING([@税前金额],[@本月已付])"),
    "税后金额": ("yuan", "WL_NET([@税前金额],[@本月已付])"),
    "税后大写": ("word", "WL_YUAN_UPPER([@税后金额])"),
}
PAY: Rows = (
    ("2024-03", "教师21", "讲座", 4, 150, 0),
    ("2024-04", "教师22", "督导", 8, 300, 0),
    ("2024-05", "教师21", "培训授课", 10, 300, 600),
    ("2024-05", "教师23", "督导", 16, 300, 0),
    ("2024-10", "教师22", "培训授课", 40, 300, 2400),
    ("2024-11", "教师24", "团体心理辅导", 60, 500, 0),
)
WISH_COLUMNS: Columns = {"姓名": "word", "希望到手": "yuan", "应发税前": ("yuan", "WL_GROSS_UP([@希望到手])")}
WISHES: Rows = (("教师21", 800), ("教师22", 5000), ("教师23", 20000))
SCHOOL_COLUMNS: Columns = {
    "年度": "year",
    "在校学生": "count",
    "现有专职": "count",
    "现有兼职": "count",
    "现有经费": "yuan",
    "现有面积": "count",
    "应配专职": ("count", 'WL_STAFF_REQUIRED([@在校学生],"专职")'),
    "应配兼职": ("count", 'WL_STAFF_REQUIRED([@在校学生],"兼职")'),
    "经费下限": ("yuan", "WL_FUNDING_REQUIRED([@在校学生])"),
    "面积下限": ("count", "WL_AREA_REQUIRED([@在校学生])"),
    "专职缺额": ("count", "MAX(0,[@应配专职]-[@现有专职])"),
    "兼职缺额": ("count", "MAX(0,[@应配兼职]-[@现有兼职])"),
}
SCHOOL: Rows = (
    (2022, 18600, 4, 30, 270000, 260),
    (2023, 20000, 5, 38, 300000, 300),
    (2024, 20001, 5, 41, 320000, 300),
)
RULE_LOOKS = ("text", "figure", "word", "text", "date", "date", "text", "text")


def write_hr(path: Path) -> None:
    """``人事.xlsx``: the year's table of all teachers, the pay of external ones, staffing, and the rules."""
    book = Book(path, "人事：年度工作量、课酬与编制")
    explained(
        book,
        "人事：年度工作量、课酬与编制",
        (
            ("年度表", "每位教师一行：填写全年的分钟、课时、场次、学时，得到课时、差额、结论、积分。合计在表头上方。"),
            ("课酬", "校外教师的劳务报酬：课时乘单价（由学校定），应预扣的个人所得税，税后金额及大写，以财务处为准。"),
            ("反推", "由希望到手的金额反推应发的税前金额，以财务处为准。"),
            ("编制经费", "按在校学生数应配的教师、专项经费和场地面积，与现有的比较。"),
            ("规则", "函数所用的全部数值，含条款和原文。"),
        ),
    )
    _staff_page(book)
    page = book.page("课酬", (10, 10, 15, 9, 10, 12, 12, 12, 12, 30))
    page.heading(
        "校外教师劳务报酬的预扣与税后（元）", "本月已付：本单位同一项目本月已付的税前金额；与本次合并为一次计算"
    )
    page.table("课酬", 3, PAY_COLUMNS, PAY)
    page.sheet.freeze_panes(4, 2)
    page = book.page("反推", (13, 16, 16), upright=True)
    page.heading("由税后金额反推税前（元）", "假定当月没有已付的金额")
    page.table("反推", 3, WISH_COLUMNS, WISHES)
    page.sheet.freeze_panes(4, 1)
    page = book.page("编制经费", (9, 11, 11, 11, 15, 11, 11, 11, 15, 11, 11, 11))
    page.heading("按在校学生数的师资、经费（元）和场地面积（平方米）要求", "人数进一取整；各项下限的条款见“规则”")
    bottom = page.table("学校", 3, SCHOOL_COLUMNS, SCHOOL)
    page.warn(f"K5:L{bottom + 1}", "K5>0")
    page.sheet.freeze_panes(4, 1)
    page = book.page("规则", (32, 9, 8, 16, 11, 11, 17, 62))
    page.heading("规则：全部数值及其条款", "由 WL_RULES() 列出；单个数值用 WL_RULE(名称)")
    page.sheet.freeze_panes(4, 1)
    page.sheet.repeat_rows(3)
    page.spill(3, 0, "WL_RULES()", RULE_LOOKS)
    book.book.close()


def _staff_page(book: Book) -> None:
    page = book.page("年度表", (8, 10, 8, 9, 11, 11, 10, 10, *[12] * 6))
    note = "兼职教师的分钟和课时不能空，没有就填 0；专职教师不考核年度工作量（—）。“年度工作量”的合计是未达标人数。"
    page.heading(f"{YEAR} 年度工作量", note)
    top = 4
    bottom = page.table("年度表", top, STAFF_COLUMNS, STAFF, {"类别": EMPLOYMENT, "职称": TITLES})
    for place, name in enumerate(STAFF_COLUMNS):
        if name in STAFF_TOTALS:
            formula, kind = STAFF_TOTALS[name]
            page.formula(top - 1, place, formula, f"total {kind}")
        else:
            page.put(top - 1, place, None if place else "合计", "total")
    page.warn(f"J6:K{bottom + 200}", "AND(ISNUMBER(J6),J6>0)")
    page.warn(f"L6:L{bottom + 200}", 'L6="未达标"')
    page.warn(f"N6:N{bottom + 200}", "AND(ISNUMBER(N6),N6>0)")
    page.sheet.freeze_panes(top + 1, 2)
    page.sheet.repeat_rows(top)
    page.sheet.activate()


# ---------------------------------------------------------------- 教师.xlsx

RESULTS = "优秀 合格 基本合格 不合格"
OWN_COLUMNS: Columns = {
    "年度": "year",
    "值班分钟": "count",
    "教学课时": "hours",
    "考核结论": "word",
    "咨询课时": ("hours", "WL_CLASS_HOURS([@值班分钟])"),
    "咨询差额": ("hours", 'WL_SHORTFALL("咨询",[@咨询课时])'),
    "教学差额": ("hours", 'WL_SHORTFALL("教学",[@教学课时])'),
}
OWN_YEARS: Rows = (
    (2021, 1080, 54, "合格"),
    (2022, 1755, 72, "合格"),
    (2023, 1710, 72, "优秀"),
    (2024, 1665, 74, "合格"),  # too little for the year, and with the two before it enough for three years
    (2025, 1200, 40, None),  # not over
)
THREE_YEARS = "年表[年度],年表[咨询课时],年表[教学课时],年表[考核结论]"
DUTY_COLUMNS: Columns = {
    "日期": "date",
    "开始": "time",
    "结束": "time",
    "分钟": ("count", "WL_MINUTES([@开始],[@结束])"),
    "课时": ("hours", "WL_CLASS_HOURS([@分钟])"),
    "备注": "text",
}
DUTIES: Rows = tuple(
    (date.fromisoformat(day), time.fromisoformat(start), time.fromisoformat(end), note)
    for day, start, end, note in (
        ("2025-03-05", "14:00", "15:30", None),
        ("2025-03-12", "14:00", "17:00", None),
        ("2025-03-19", "14:30", "16:45", None),
        ("2025-04-02", "14:00", "15:40", "比排班多10分钟"),
        ("2025-04-16", "22:30", "00:15", "夜间热线，结束在次日"),
        ("2025-05-14", "09:00", "12:00", None),
        ("2025-05-25", "14:00", "16:15", "5·25活动日"),
        ("2025-06-11", "14:00", "15:30", None),
    )
)


def write_teacher(path: Path) -> None:
    """``教师.xlsx``: one part-time teacher's own years, the three-year test, what is missing, and a log of duties."""
    book = Book(path, "教师：自己的年度与三年认定")
    explained(
        book,
        "教师：自己的年度与三年认定",
        (
            (
                "我的年度",
                "每年一行：分钟、教学课时、考核结论；得到课时、差额、认定年数、用于认定的三年、下一个三年还差什么。",
            ),
            ("算法", "认定的每一步：数字、算式、条款（WL_EXPLAIN）。"),
            ("值班登记", "每次值班一行：由起止时间得到分钟和课时。"),
        ),
    )
    _own_years_page(book)
    page = book.page("算法", (8, 110))
    page.heading("三年认定的每一步", "由 WL_EXPLAIN 逐步说明“我的年度”里的数字")
    page.spill(3, 0, f'WL_EXPLAIN("WL_EXPERIENCE_YEARS",{THREE_YEARS})', ("word", "text"))
    page.sheet.freeze_panes(4, 0)
    page = book.page("值班登记", (13, 9, 9, 11, 11, 32), upright=True)
    page.heading("值班登记", "结束早于开始即为次日；备注里不要写来访者的任何信息")
    for place in range(len(DUTY_COLUMNS)):
        page.put(3, place, None if place else "合计", "total")
    page.table("值班", 4, DUTY_COLUMNS, DUTIES)
    page.formula(3, 3, "SUM(值班[分钟])", "total count")
    page.formula(3, 4, "SUM(值班[课时])", "total hours")
    page.sheet.freeze_panes(5, 0)
    page.sheet.repeat_rows(4)
    book.book.close()


def _own_years_page(book: Book) -> None:
    page = book.page("我的年度", (12, 12, 15, 15, 15, 20, 15))
    page.heading("教师07（兼职）的各年工作量", "没有考核的年份，考核结论留空")
    bottom = page.table("年表", 3, OWN_COLUMNS, OWN_YEARS, {"考核结论": RESULTS})
    page.warn(f"F5:G{bottom + 1}", "AND(ISNUMBER(F5),F5>0)")
    row = bottom + 4  # space for further years
    page.put(row, 0, "可认定年数", "total")
    page.formula(row, 1, f"WL_EXPERIENCE_YEARS({THREE_YEARS})", "result year")
    for name, formula, kinds in (
        ("用于认定的三年", f"WL_EXPERIENCE_WINDOWS({THREE_YEARS})", ("year", "year", "hours", "hours", "word", "word")),
        (
            "截至 2025 年，下一个三年还差",
            f"WL_EXPERIENCE_NEEDED({THREE_YEARS},2025)",
            ("year", "year", "hours", "hours", "count", "word"),
        ),
    ):
        row += 2
        page.sheet.merge_range(row, 0, row, len(kinds) - 1, name, book.looks["total"])
        row = page.spill(row + 1, 0, formula, kinds) + 1  # space for a further window
    page.sheet.freeze_panes(4, 1)
    page.sheet.activate()


# ---------------------------------------------------------------- 中心.xlsx

TEACHER_COLUMNS: Columns = {"工号": "id", "姓名": "word", "类别": "word", "来源": "word", "职称": "word"}
TEACHERS: Rows = (
    ("T01", "教师01", "专职", "校内", "教授"),
    ("T02", "教师02", "兼职", "校内", "副教授"),
    ("T03", "教师03", "兼职", "校内", "副教授"),  # the sheet 职称 says since when
    ("T04", "教师04", "兼职", "校内", "讲师"),
    ("T05", "教师05", "兼职", "校外", "其他"),
    ("T06", "教师06", "兼职", "校内", "无"),
)
TITLE_COLUMNS: Columns = {"工号": "id", "职称": "word", "生效日期": "date"}
TITLES_HELD: Rows = (
    ("T03", "讲师", date(2019, 7, 1)),
    ("T03", "副教授", date(2024, 7, 1)),
)
ACTIVITY_COLUMNS: Columns = {
    "编号": "id",
    "工号": "id",
    "日期": "date",
    "类别": "word",
    "开始时间": "time",
    "结束时间": "time",
    "分钟": "count",
    "课时": "hours",
    "场次": "count",
    "状态": "word",
    "备注": "text",
}
WORKS = (
    "咨询值班 心理健康教学 团体心理辅导 讲座 培训授课 沙龙 师生座谈会 实践活动 "
    "心理研判会 入学评估会 复学评估会 督导 危机干预 其他"
)
# Who is on duty on which weekday (0: Monday) of which week of the month, when; and in which months.
DUTY_WEEKS = (
    ("T01", 2, 2, "14:00-17:00", (3, 4, 5, 9, 10, 11)),
    ("T02", 3, 3, "14:00-17:00", (3, 4, 5, 6, 9, 10, 11, 12)),
    ("T03", 1, 2, "14:00-17:00", (3, 4, 5, 6, 9, 10, 11, 12)),
    ("T04", 4, 3, "09:00-12:00", (3, 4, 5, 6, 9, 10, 11, 12)),
    ("T05", 1, 4, "19:00-21:15", (4, 5, 9, 10)),
    ("T06", 0, 4, "14:00-15:30", (5, 6, 10, 12)),
)
# Everything else: teacher, day, kind, hours, and further cells.
STORIES: Sequence[tuple[str, str, str, str, dict[str, Cell]]] = (
    ("T02", "2024-01-10", "咨询值班", "", {"分钟": 270, "备注": "1月汇总"}),
    ("T03", "2024-01-10", "咨询值班", "", {"分钟": 180, "备注": "1月汇总"}),
    ("T02", "2024-06-21", "心理健康教学", "", {"课时": 36, "备注": "春季学期汇总"}),
    ("T02", "2024-12-20", "心理健康教学", "", {"课时": 38, "备注": "秋季学期汇总"}),
    ("T03", "2024-06-21", "心理健康教学", "", {"课时": 36, "备注": "春季学期汇总"}),
    ("T03", "2024-12-20", "心理健康教学", "", {"课时": 36, "备注": "秋季学期汇总"}),
    ("T04", "2024-06-21", "心理健康教学", "", {"课时": 36, "备注": "春季学期汇总"}),
    ("T04", "2024-12-20", "心理健康教学", "", {"课时": 40, "备注": "秋季学期汇总"}),
    ("T06", "2024-12-20", "心理健康教学", "", {"课时": 24, "备注": "秋季学期汇总"}),
    ("T03", "2024-05-22", "讲座", "19:00-20:30", {"备注": "当时为讲师"}),
    ("T03", "2024-11-06", "讲座", "19:00-20:30", {"备注": "7月起为副教授"}),
    ("T02", "2024-04-16", "讲座", "19:00-20:30", {}),
    ("T02", "2024-11-19", "团体心理辅导", "", {"场次": 2}),
    ("T01", "2024-09-25", "入学评估会", "", {}),
    ("T01", "2024-11-13", "心理研判会", "", {}),
    ("T05", "2024-06-13", "培训授课", "19:00-21:00", {}),
    ("T04", "2024-05-24", "实践活动", "", {"备注": "5·25游园"}),
    ("T06", "2024-11-21", "沙龙", "", {}),
    # What is set aside, or comes with a warning.
    ("T02", "2024-10-24", "咨询值班", "14:00-16:15", {"状态": "取消", "备注": "校运会停诊"}),
    ("T01", "2024-06-12", "督导", "", {"备注": "规定没有分值"}),
    ("T01", "2024-09-20", "危机干预", "", {"备注": "规定没有分值"}),
    ("T03", "2024-04-25", "咨询值班", "14:00-15:30", {}),
    ("T03", "2024-04-25", "咨询值班", "15:00-15:30", {"备注": "整段在前一班之内"}),
    ("T04", "2024-10-17", "咨询值班", "14:00-15:30", {}),
    ("T04", "2024-10-17", "咨询值班", "15:00-16:30", {"备注": "与前一班重叠30分钟"}),
    ("T05", "2024-11-28", "咨询值班", "19:00-20:30", {}),
    ("T05", "2024-11-28", "咨询值班", "19:00-20:30", {"备注": "重复登记"}),
    ("T06", "2024-12-31", "咨询值班", "22:30-00:45", {"备注": "跨年夜热线，45分钟算下一年"}),
    ("T04", "2024-12-12", "讲座", "10:00-11:30", {}),
    ("T04", "2024-12-12", "咨询值班", "09:00-12:00", {"备注": "与当天讲座时间冲突"}),
    ("T06", "2024-05-25", "咨询值班", "08:00-21:00", {"备注": "5·25全天值守"}),
    ("T04", "2025-01-08", "咨询值班", "14:00-15:30", {"备注": "不在2024年度"}),
)
LEDGER_LOOKS = ("figure", "id", "id", "date", "word", "word", "figure", "word", "hours", "word", "text", "text")
SUMMARY_LOOKS = ("id", "word", "word", *["hours"] * 6, "count", "word", *["count"] * 3)
CHECK_LOOKS = ("word", "word", "figure", "word", "text", "text")
ALL_TABLES = "工作记录[#All],教师[#All],职称[#All]"


def activities() -> Rows:
    """The rows of the center by date, each with a number."""
    rows: list[dict[str, Cell]] = []
    for who, weekday, week, hours, months in DUTY_WEEKS:
        rows += [activity(who, nth_weekday(month, weekday, week), "咨询值班", hours) for month in months]
    rows += [activity(who, date.fromisoformat(day), kind, hours, **more) for who, day, kind, hours, more in STORIES]
    rows.sort(key=lambda row: str(row["日期"]))
    numbers = Counter[str]()
    for row in rows:
        year = str(row["日期"])[:4]
        numbers[year] += 1
        row["编号"] = f"{year}-{numbers[year]:03}"
    return [[row.get(heading) for heading in ACTIVITY_COLUMNS] for row in rows]


def nth_weekday(month: int, weekday: int, week: int) -> date:
    """The day of the year 2024 that is, say, the third Friday of a month.

    >>> nth_weekday(3, 4, 3)
    datetime.date(2024, 3, 15)
    """
    first = date(YEAR, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (week - 1))


def activity(who: str, day: date, kind: str, hours: str, **more: Cell) -> dict[str, Cell]:
    """One row; ``hours`` is ``"14:00-15:30"`` or nothing."""
    row: dict[str, Cell] = {"工号": who, "日期": day, "类别": kind, **more}
    if hours:
        row["开始时间"], row["结束时间"] = map(time.fromisoformat, hours.split("-"))
    return row


# The sheets that the functions fill: widths, heading, note, formula, and how each column looks.
CENTER_PAGES: Sequence[tuple[str, Sequence[float], str, str, str, Sequence[str]]] = (
    (
        "汇总",
        (9, 11, 9, *[11] * 6, 9, 11, 11, 11, 12),
        f"{YEAR} 年度汇总",
        "年度写在公式最后；记录都在同一年时可省略",
        f"WL_SUMMARY({ALL_TABLES},{YEAR})",
        SUMMARY_LOOKS,
    ),
    (
        "台账",
        (7, 12, 9, 13, 15, 9, 9, 10, 10, 8, 18, 36),
        "全部记录的台账",
        "“行”是工作记录表里的行，表头为第1行；未计入的行有底色",
        f"WL_LEDGER({ALL_TABLES})",
        LEDGER_LOOKS,
    ),
    (
        "检查",
        (9, 12, 8, 12, 22, 80),
        "错误与提示",
        "有错误时先改正；提示不影响计入，请人工核对",
        "WL_CHECK(工作记录[#All],教师[#All],职称[#All])",
        CHECK_LOOKS,
    ),
)


def write_center(path: Path, prefix: str = "") -> None:
    """``中心.xlsx``: the center's tables, and what the functions make of them: summary, ledger, check."""
    book = Book(path, "中心：工作记录、台账与汇总", prefix)
    explained(
        book,
        "中心：工作记录、台账与汇总",
        (
            ("汇总", "每位教师一行：课时、要求、差额、积分、结论；读取行数 = 计入行数 + 未计入行数（WL_SUMMARY）。"),
            ("台账", "每条记录一行：计入哪个账户、多少、依据哪条，或为什么不计（WL_LEDGER）。"),
            ("检查", "记录中的错误与提示（WL_CHECK）。有错误时汇总和台账显示 #VALUE!，先在这里看错在哪里。"),
            ("工作记录", "由您填写，命令行 workload 也能读；在最后一行下面接着填写。"),
            ("教师、职称", "由您填写；职称有变动的教师写在“职称”里，按活动当天的职称计分。"),
        ),
    )
    results = [book.page(name, widths) for name, widths, *_ in CENTER_PAGES]
    page = book.page("工作记录", (12, 8, 13, 15, 10, 10, 8, 9, 8, 9, 34))
    _filled(page, ACTIVITY_COLUMNS, activities(), {"类别": WORKS, "状态": "完成 取消"})
    choices = {"类别": EMPLOYMENT, "来源": "校内 校外", "职称": TITLES}
    _filled(book.page("教师", (10, 12, 10, 10, 12), upright=True), TEACHER_COLUMNS, TEACHERS, choices)
    _filled(book.page("职称", (10, 12, 14), upright=True), TITLE_COLUMNS, TITLES_HELD, {"职称": TITLES})
    for page, (_, _, heading, note, formula, looks) in zip(results, CENTER_PAGES, strict=True):
        page.heading(heading, note)
        page.spill(3, 0, formula, looks)
        page.sheet.freeze_panes(4, 0)
        page.sheet.repeat_rows(3)
    results[0].warn("K5:K204", 'K5="未达标"')
    results[1].warn("A5:L604", "LEN($L5)>0")
    results[0].sheet.activate()
    book.book.close()


def _filled(page: Page, columns: Columns, rows: Rows, choices: Mapping[str, str]) -> None:
    page.table(page.name, 0, columns, rows, choices)
    page.sheet.freeze_panes(1, 0)
    page.sheet.repeat_rows(0)


# Excel writes a function of an Office.js add-in, as those of Lite are, with this before its name, and knows it by that.
OFFICE_JS = "_xldudf_"


def write_lite(path: Path) -> None:
    """``中心-Lite.xlsx``: the same for xlwings Lite, with the program of the functions inside; it looks for the wheel.

    With ``carry=True`` it would need no wheel, be ten times as large, and change with every change of the code.
    """
    from excel_addin.lite import write_workbook

    write_center(path, OFFICE_JS)
    write_workbook(path, path, carry=False)


def write_all(folder: Path) -> None:
    """The workbooks, in ``excel`` below ``folder``."""
    write_hr(folder / "excel" / "人事.xlsx")
    write_teacher(folder / "excel" / "教师.xlsx")
    write_center(folder / "excel" / "中心.xlsx")
    write_lite(folder / "excel" / "中心-Lite.xlsx")


if __name__ == "__main__":
    write_all(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parent)
