"""The sample workbooks of the Excel functions: each stored value is what its formula gives, in files as Excel's own."""

import datetime as dt
import re
import zipfile
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import python_calamine
from hosts import serial

from excel_addin.cells import ERRORS, out
from excel_addin.formulas import Area, FormulaError, Listed, calculate
from excel_addin.lite import code_in
from excel_addin.lite.program import main_py
from excel_addin.lite.wheels import project_wheel
from excel_addin.registry import FUNCTIONS
from workload import evaluate, load_regulation, read_center, summary_grid

FOLDER = Path(__file__).parent.parent.parent / "samples" / "excel"
FILES = sorted(path.name for path in FOLDER.glob("*.xlsx"))
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
OF_RANGE = re.compile(r"(?:_xldudf_)?WL_(?:LEDGER|SUMMARY|CHECK|RULES|EXPLAIN|EXPERIENCE_WINDOWS|EXPERIENCE_NEEDED)\(")


class Book:
    """A workbook as it lies on disk: what its cells show, its formulas, its tables."""

    def __init__(self, path):
        read = python_calamine.CalamineWorkbook.from_path(str(path))
        self.rows = {name: read.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in read.sheet_names}
        with zipfile.ZipFile(path) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        sheets = [f"xl/worksheets/sheet{number}.xml" for number in range(1, len(self.rows) + 1)]
        self.trees = dict(zip(self.rows, (ET.fromstring(self.parts[sheet]) for sheet in sheets), strict=True))  # noqa: S314  # our own files
        self.tables = {}
        for number, sheet in enumerate(self.rows, start=1):
            links = self.parts.get(f"xl/worksheets/_rels/sheet{number}.xml.rels", b"").decode()
            for part in re.findall(r"tables/(table\d+\.xml)", links):
                table = ET.fromstring(self.parts[f"xl/tables/{part}"])  # noqa: S314  # our own files
                columns = tuple(column.get("name") for column in table.iter(f"{MAIN}tableColumn"))
                self.tables[table.get("displayName")] = Listed(Area.of(table.get("ref"), sheet), columns)

    def cell(self, sheet, row, column):
        """A cell as a function gets it: a number for a date, nothing for a blank."""
        rows = self.rows[sheet]
        value = rows[row][column] if row < len(rows) and column < len(rows[row]) else ""
        return None if value == "" else serial(value)

    def seen(self, sheet, area):
        rows = range(area.top, area.bottom + 1)
        columns = range(area.left, area.right + 1)
        return [[self.cell(area.sheet or sheet, row, column) for column in columns] for row in rows]

    def formulas(self):
        """Each formula: its sheet, the range that it fills, the element of its cell and the formula."""
        for sheet, tree in self.trees.items():
            for cell in tree.iter(f"{MAIN}c"):
                formula = cell.find(f"{MAIN}f")
                if formula is not None:
                    yield sheet, Area.of(formula.get("ref", cell.get("r"))), cell, formula

    def calculated(self, sheet, area, formula):
        return calculate(formula, lambda other: self.seen(sheet, other), self.tables, row=area.top)


@cache
def opened(name):
    return Book(FOLDER / name)


def every_formula():
    for name in FILES:
        for sheet, area, _, formula in opened(name).formulas():
            yield pytest.param(name, sheet, area, formula.text, id=f"{name} {sheet}!{area}")


def same(stored, found):
    if isinstance(found, bool) or isinstance(stored, bool):
        return stored is found
    if isinstance(found, int | float):
        return isinstance(stored, int | float) and stored == pytest.approx(found, rel=1e-12)
    return ("" if stored is None else stored) == found


def test_there_is_a_workbook_for_hr_a_teacher_the_center_and_lite():
    """The four of the README."""
    assert set(FILES) == {"人事.xlsx", "教师.xlsx", "中心.xlsx", "中心-Lite.xlsx"}


@pytest.mark.parametrize(("name", "sheet", "area", "formula"), list(every_formula()))
def test_a_formula_shows_what_it_gives(name, sheet, area, formula):
    """Worked out anew from the cells of the workbook, each formula gives the stored values, all those that it fills."""
    book = opened(name)
    found = book.calculated(sheet, area, formula)
    stored = book.seen(sheet, area)
    assert [len(found), len(found[0])] == [len(stored), len(stored[0])]
    differing = [
        (row, column, stored[row][column], found[row][column])
        for row in range(len(found))
        for column in range(len(found[0]))
        if not same(stored[row][column], found[row][column])
    ]
    assert differing == []


@pytest.mark.parametrize("name", FILES)
def test_no_formula_lacks_a_value_and_no_cell_shows_an_error(name):
    """A preview without the add-in shows every figure."""
    book = opened(name)
    for sheet, area, cell, _ in book.formulas():
        value = cell.find(f"{MAIN}v")
        assert value is not None, (sheet, str(area))
        assert value.text, (sheet, str(area))
        assert cell.get("t") in (None, "str", "b"), (sheet, str(area))
        if cell.get("t") is None:
            float(value.text)
    shown = [cell for rows in book.rows.values() for row in rows for cell in row]
    assert [cell for cell in shown if isinstance(cell, str) and cell in ERRORS] == []


@pytest.mark.parametrize("name", FILES)
def test_a_formula_that_fills_several_cells_is_a_dynamic_array(name):
    """As Excel writes it: an array formula over the range that it fills, whose cell refers to the metadata."""
    book = opened(name)
    assert b'fDynamic="1"' in book.parts["xl/metadata.xml"]
    for sheet, area, cell, formula in book.formulas():
        several = len(list(area.places)) > 1
        assert bool(OF_RANGE.match(formula.text)) == several, (sheet, formula.text)
        assert (cell.get("cm"), formula.get("t")) == (("1", "array") if several else (None, None)), (
            sheet,
            formula.text,
        )


@pytest.mark.parametrize("name", FILES)
def test_excel_takes_the_stored_values_on_opening(name):
    """It is not asked to calculate all anew, which without the add-in would show #NAME?."""
    settings = re.search(rb"<calcPr[^>]*>", opened(name).parts["xl/workbook.xml"])[0]
    assert b"fullCalcOnLoad" not in settings
    assert int(re.search(rb'calcId="(\d+)"', settings)[1]) >= 191029


@pytest.mark.parametrize("name", FILES)
def test_names_of_functions_in_the_file(name):
    """Plain names; in the workbook for Lite those of an Office.js add-in; a text stays as it is."""
    prefix = "_xldudf_" if "Lite" in name else ""
    called = {
        word for *_, formula in opened(name).formulas() for word in re.findall(r'(?<!")\b(\w*WL_\w+)', formula.text)
    }
    assert {word.removeprefix(prefix) for word in called} <= set(FUNCTIONS)
    assert all(word.startswith(f"{prefix}WL_") for word in called)


@pytest.mark.parametrize("name", FILES)
def test_a_table_does_not_run_into_what_is_computed(name):
    """No formula that fills several cells lies in a table, where Excel would refuse it."""
    book = opened(name)
    for sheet, area, cell, _ in book.formulas():
        for table in book.tables.values():
            inside = table.area.sheet == sheet and any(place in set(table.area.places) for place in area.places)
            assert not (inside and cell.get("cm")), (sheet, str(area))


def test_every_function_but_two_is_in_a_sample():
    """WL_WHY and WL_RULE answer a question of the moment."""
    used = {
        word
        for name in FILES
        for *_, formula in opened(name).formulas()
        for word in re.findall(r"WL_\w+", formula.text)
    }
    assert set(FUNCTIONS) - used == {"WL_WHY", "WL_RULE"}


def test_the_center_is_what_the_command_line_says():
    """WL_SUMMARY in the workbook and ``workload evaluate`` of the same workbook agree in every figure."""
    regulation = load_regulation()
    found = summary_grid(evaluate(read_center(FOLDER / "中心.xlsx", regulation), 2024, regulation), "zh")
    stored = opened("中心.xlsx").seen("汇总", Area.of("A5:N10"))
    assert len(stored) == len(found.rows)
    for line, row in zip(stored, found.rows, strict=True):
        assert all(same(cell, out(value)) for cell, value in zip(line, row, strict=True)), (line, row)


def test_every_row_of_the_center_is_in_the_ledger():
    """With the reasons for whose sake it is there, and the warnings of the check."""
    book = opened("中心.xlsx")
    ledger = book.rows["台账"][4:]
    assert len(ledger) == len(book.rows["工作记录"]) - 1
    assert {row[11] for row in ledger if row[11]} == {
        "已取消",
        "规定未给出分值",
        "与前面的记录重复",
        "时间已被其他值班占用",
    }
    assert [row[0] for row in book.rows["检查"][4:]] == ["提示"] * 3


def test_the_workbook_for_lite_carries_the_program():
    """As ``excel_addin.lite`` writes it today, beside the same cells as the center's workbook."""
    code = code_in(FOLDER / "中心-Lite.xlsx")
    assert code["main.py"] == main_py(project_wheel())
    assert opened("中心-Lite.xlsx").rows == opened("中心.xlsx").rows


def test_every_name_is_invented():
    """Teachers are called 教师01, 教师02 …"""
    texts = {
        cell
        for name in FILES
        for rows in opened(name).rows.values()
        for row in rows
        for cell in row
        if isinstance(cell, str)
    }
    assert {text for text in texts if re.fullmatch(r"教师.?\d+", text)} == {
        text for text in texts if re.fullmatch(r"教师\d\d", text)
    }
    assert any(text == "教师01" for text in texts)


# ---------------------------------------------------------------- the formulas themselves


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=1+2*3-4/2", 5),
        ("=-(2-5)", 3),
        ("=1E3+0.5", 1000.5),
        ("=SUM({1,2;3,-4.5},2)", 3.5),
        ('=SUM({1,"x",TRUE})', 1),
        ('=COUNTIF({"a";"b";"a"},"a")', 2),
        ('=IF("a"="a","yes","no")', "yes"),
        ('=IF(1<>1,"yes",IF(TRUE,"he said ""no""",0))', 'he said "no"'),
        ("=MAX(0,2-5)", 0),
        ("=WL_WITHHOLDING(10000,)", 1600),
        ("=SUM(WL_CLASS_HOURS({45;90}))", 3),
        ("=_xldudf_WL_CLASS_HOURS(B2)", 2),
        ("=WL_CLASS_HOURS(数据!$A$1)+WL_CLASS_HOURS('我的 数据'!A1)", 2),
        ("=SUM(表[乙])", 14),
        ("=表[[#This Row],[甲]]", 3),
    ],
)
def test_a_formula_is_worked_out(formula, value):
    """The operations that the samples and the reference need."""
    sheets = {
        "": [[45, None], ["甲", 90], [1, 2], [3, 12]],
        "数据": [[45]],
        "我的 数据": [[45]],
    }
    tables = {"表": Listed(Area("", 1, 0, 3, 1), ("甲", "乙"))}

    def cells(area):
        rows = sheets[area.sheet][area.top : area.bottom + 1]
        return [row[area.left : area.right + 1] for row in rows]

    assert calculate(formula, cells, tables, row=3) == [[value]]


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("=1+", "cannot read"),
        ("=SUM(1 2)", "cannot read"),
        ("=(1", "cannot read"),
        ("={1,2", "cannot read"),
        ("={1,", "cannot read"),
        ("=1 2", "cannot read"),
        ("=?", "from character"),
        ("=VLOOKUP(1)", "calls VLOOKUP"),
        ("=A1", "no"),
        ("=表[甲]", "no table"),
        ("=无名", "no constant"),
        ('=IF("a",1,2)', "neither true nor false"),
        ("={1;2}+{1;2;3}", "differ in size"),
        ("=SUM(#N/A)", "an error among"),
    ],
)
def test_a_formula_that_is_not_known_is_refused(formula, told):
    """Rather than guessed."""
    with pytest.raises(FormulaError, match=told):
        calculate(formula)


def test_a_column_is_of_the_table_and_a_row_within_it():
    """Else the formula is refused."""
    table = Listed(Area("", 1, 0, 3, 1), ("甲", "乙"))
    with pytest.raises(FormulaError, match="there are: 甲, 乙"):
        table.part("丙")
    with pytest.raises(FormulaError, match="outside the table"):
        table.part("[#This Row],[甲]", 1)
    assert str(table.part("#All")) == "A2:B4"


def test_a_reference_is_read_and_written():
    """Columns beyond Z too."""
    assert [str(Area.of(text)) for text in ("$AB$7", "A1:XFD1048576", "Z9:AA10")] == ["AB7", "A1:XFD1048576", "Z9:AA10"]


def test_dates_of_a_sheet_are_numbers_for_a_function():
    """As Excel keeps them; the ledger tells the same days as the records."""
    book = opened("中心.xlsx")
    assert book.cell("工作记录", 1, 2) == serial(dt.date(2024, 1, 10)) == 45301
    assert book.rows["台账"][4][3] == "2024-01-10"
