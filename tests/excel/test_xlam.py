"""The add-in file ``workload.xlam``: built anew it is the one that is kept, and read back it holds what it should."""

import io
import re
import shutil
import subprocess
import warnings
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pyopenvba.interpreter import Interpreter

from excel_addin.classic import doctor, vba, words, xlam
from excel_addin.registry import FUNCTIONS, LONGEST_HELP
from workload import Text

MAIN = f"{{{xlam.MAIN}}}"
STATIC = sorted(vba.HERE.glob("*.bas"))


@pytest.fixture(scope="module")
def package():
    """The parts of the kept file."""
    with zipfile.ZipFile(xlam.BUILT) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.fixture(scope="module")
def modules():
    """The VBA of the kept file, as another program reads it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # oletools calls pyparsing by its old names
        from oletools import olevba

        parser = olevba.VBA_Parser(str(xlam.BUILT))
        found = {Path(name).stem: code for _, _, name, code in parser.extract_macros()}
        parser.close()
    return found


# ---------------------------------------------------------------- built


def test_the_kept_files_are_up_to_date():
    """Built anew, the add-in and the VBA beside it are the ones kept (else: python -m excel_addin.classic.xlam)."""
    assert vba.GENERATED.read_text(encoding="ascii").splitlines() == vba.generated().splitlines()
    assert xlam.built() == xlam.BUILT.read_bytes()


def test_a_build_repeats(monkeypatch):
    """Two builds give the same bytes, whatever day it is."""
    import time

    first = xlam.built()
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    assert xlam.built() == first
    with zipfile.ZipFile(io.BytesIO(first)) as opened:
        assert {entry.date_time for entry in opened.infolist()} == {xlam.DATE}


def test_a_changed_xlwings_is_noticed():
    """The lines of xlwings' VBA that are changed must be there; a version without them is refused."""
    with pytest.raises(ValueError, match="no longer holds"):
        xlam.changed("nothing of it")


def test_the_versions_agree(modules):
    """The embedded VBA loads the DLL of the xlwings that the doctor asks for."""
    assert f"xlwings64-{doctor.BUILT_WITH}.dll" in modules["xlwings"]
    assert f'XLWINGS_VERSION As String = "{doctor.BUILT_WITH}"' in modules["xlwings"]


# ---------------------------------------------------------------- the VBA within


def test_our_modules_are_in_it(modules):
    """Our VBA is in the file word for word, beside xlwings' own."""
    assert set(modules) == {*vba.modules(), "xlwings", "Dictionary", "Sheet2"}
    for name, source in vba.modules().items():
        read = [line for line in modules[name].splitlines() if not line.startswith("Attribute ")]
        assert read == [line for line in source.splitlines() if not line.startswith("Attribute ")], name


def test_every_function_has_its_wrapper(modules):
    """Each function of the registry can be called, and no others can."""
    declared = re.findall(r"^Public Function (\w+)\(", modules["WorkloadFunctions"], re.MULTILINE)
    assert declared == list(FUNCTIONS)
    for name, function in FUNCTIONS.items():
        (line,) = re.findall(rf"^Public Function {name}\((.*)\) As Variant", modules["WorkloadFunctions"], re.MULTILINE)
        assert re.findall(r"Optional (\w+) As Variant", line) == [one.name for one in function.arguments]


def test_excel_offers_no_other_functions(modules):
    """What is no function of ours is hidden from the function wizard."""
    for name, source in modules.items():
        if re.search(r"^(Public )?Function", source, re.MULTILINE) and name not in ("WorkloadFunctions", "Dictionary"):
            assert re.search(r"^Option Private Module", source, re.MULTILINE), name


def test_no_function_is_volatile(modules):
    """No function calculates again without need."""
    assert not [name for name, source in modules.items() if "volatile" in source.lower()]


@pytest.mark.parametrize("path", STATIC, ids=lambda path: path.name)
def test_the_source_is_ascii(path):
    """No letter of our VBA depends on a code page."""
    assert path.read_bytes().isascii()


def test_the_source_is_fit_for_vba():
    """Windows' line ends, no line longer than VBA takes, every block closed, every module strict."""
    for name, source in vba.modules().items():
        assert "\n" not in source.replace("\r\n", ""), name
        assert max(map(len, source.splitlines())) < 1000
        assert "Option Explicit" in source
        code = [re.sub(r"\s+'.*|^'.*", "", line).strip() for line in source.splitlines()]
        for begin, end in (
            (r"(Public |Private )?Function ", "End Function"),
            (r"(Public |Private )?Sub ", "End Sub"),
            ("With ", "End With"),
            ("Select Case ", "End Select"),
            ("For ", "Next"),
            ("Do ", "Loop"),
            ("If .* Then$", "End If"),
        ):
            opened = sum(re.match(begin, line) is not None for line in code)
            assert opened == sum(line == end or line.startswith(f"{end} ") for line in code), (name, begin)


def test_xlwings_keeps_its_notice(modules):
    """The license notices of xlwings and of the class Dictionary are in the file."""
    assert "xlwings is distributed under a BSD 3-clause license." in modules["xlwings"]
    assert "Redistributions in binary form must reproduce the above copyright notice" in modules["xlwings"]
    assert "MIT (http://www.opensource.org/licenses/mit-license.php)" in modules["Dictionary"]


def test_no_workbook_names_the_program_that_is_started(modules):
    """The configuration comes from the add-in and its user, never from another workbook or from a folder."""
    assert "SheetExists(ActiveWorkbook" not in modules["xlwings"].split("Sub ShowError")[0]
    assert 'source = "directory"' not in modules["xlwings"]
    assert xlam.CONFIGURATION["ADD_WORKBOOK_TO_PYTHONPATH"] == "false"
    command = modules["xlwings"].split("Function XLPyCommand()")[1].split("End Function")[0]
    excel = command.split("#Else")[0]
    assert "ActiveWorkbook" not in excel


# ---------------------------------------------------------------- the package


def test_every_part_is_well_formed(package):
    """Every part is well-formed, is there once, and has a type; every relation leads to a part."""
    for name, content in package.items():
        if name.endswith((".xml", ".rels")):
            ET.fromstring(content)  # noqa: S314  # our own file
    types = ET.fromstring(package["[Content_Types].xml"])  # noqa: S314
    named = {one.get("PartName").lstrip("/") for one in types if one.get("PartName")}
    assert named == {name for name in package if not name.endswith(".rels")} - {
        "[Content_Types].xml",
        "customUI/customUI.xml",
    }
    for source, folder in (("_rels/.rels", ""), ("xl/_rels/workbook.xml.rels", "xl/")):
        for one in ET.fromstring(package[source]):  # noqa: S314
            assert folder + one.get("Target") in package


def test_it_is_an_add_in(package):
    """Excel takes the file for an add-in with macros, whose window is hidden."""
    assert b"application/vnd.ms-excel.addin.macroEnabled.main+xml" in package["[Content_Types].xml"]
    assert b'visibility="hidden"' in package["xl/workbook.xml"]


def test_nothing_tells_who_built_it(package):
    """No name of a person or folder is in the parts that we write."""
    for name, content in package.items():
        if name.endswith(".xml"):
            assert not re.search(rb"C:\\|/home/|/work/|/root/|Felix", content), name


def cells(package):
    """The add-in's sheet as rows of column -> text."""
    sheet = ET.fromstring(package["xl/worksheets/sheet1.xml"])  # noqa: S314
    return [
        {cell.get("r").rstrip("0123456789"): "".join(cell.itertext()) for cell in row}
        for row in sheet.iter(f"{MAIN}row")
    ]


def test_the_words_stand_in_the_sheet(package):
    """Every description and every reason stands in the sheet, in Chinese and English, short enough for Excel."""
    found = cells(package)
    assert [(row["D"], row["E"], row["F"]) for row in found] == [(key, text.zh, text.en) for key, text in words.rows()]
    assert max(len(row[column]) for row in found for column in "EF") <= LONGEST_HELP
    assert {row["A"]: row["B"] for row in found if "A" in row} == xlam.CONFIGURATION


def test_every_word_that_vba_asks_for_is_there(modules):
    """Each key that the VBA looks up is one of the sheet's."""
    asked = set(re.findall(r'\bWords\("(\w+)"\)', modules["WorkloadSupport"]))
    assert asked == set(words.REASONS)


def test_the_ribbon_calls_what_is_there(package, modules):
    """Each of the three buttons calls a procedure of the add-in."""
    ribbon = ET.fromstring(package["customUI/customUI.xml"])  # noqa: S314
    buttons = [one for one in ribbon.iter() if one.tag.endswith("}button")]
    assert [one.get("label") for one in buttons] == ["自检", "示例工作簿", "说明"]
    for one in buttons:
        module, _, name = one.get("onAction").partition(".")
        assert f"Public Sub {name}(control As IRibbonControl)" in modules[module]


@pytest.mark.host("libreoffice")
def test_libreoffice_opens_it(tmp_path):
    """LibreOffice reads the file, and the Chinese words in it."""
    command = [
        shutil.which("soffice") or "libreoffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
    ]
    read = ["--infilter=Calc MS Excel 2007 VBA XML", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76"]
    subprocess.run([*command, *read, "--outdir", tmp_path, xlam.BUILT], check=True, capture_output=True, timeout=180)
    assert "title,工作量加载项,Workload add-in" in (tmp_path / "workload.csv").read_text(encoding="utf-8")


def run_alone(source, *names):
    """Some procedures of xlwings' module, in an interpreter, beside stand-ins for the configuration."""
    wanted = "\n".join(
        re.search(rf"(?ms)^(Public |Private )?Function {name}\(.*?^End Function", source)[0] for name in names
    )
    wanted = re.sub(r"(?m)^(\s*#[^'\n]*?)\s*'.*$", r"\1", wanted)  # the interpreter takes no comment there
    vba_of_windows = Interpreter()
    stand_ins = """
    #Const App = "Microsoft Excel"
    Public Restarts As Long
    Public Function GetConfig(key As String, Optional default As String = "") As Variant
        GetConfig = default
        If default = "False" Then GetConfig = False
        If key = "INTERPRETER_WIN" Then GetConfig = "C:\\Py Thon\\python.exe"
        If key = "ADD_WORKBOOK_TO_PYTHONPATH" Then GetConfig = "false"
        If key = "PYTHONPATH" Then GetConfig = "C:\\Users\\me\\.workload"
    End Function
    Public Function Again() As Variant
        Restarts = Restarts + 1
        Again = XLPyCommand()
    End Function
    """
    vba_of_windows.add_module(stand_ins + wanted, name="xlwings")
    return vba_of_windows


def test_the_command_line_starts_the_configured_python(modules):
    """Python is started with the add-in's configuration alone, and with another command line each time."""
    vba_of_windows = run_alone(modules["xlwings"], "XLPyCommand")
    command = (
        r'cmd.exe  /K ""C:\Py Thon\python.exe" -B -c "import sys, os;{}import xlwings.utils;'
        r"xlwings.utils.prepare_sys_path(\"false;;;;;;C:\\Users\\me\\.workload\");import xlwings; "
        r"""xlwings.serve('$(CLSID)')"" """
    ).strip()
    assert vba_of_windows.run("XLPyCommand") == command.format("")
    assert vba_of_windows.run("Again") == command.format(" ")
    assert vba_of_windows.run("Again") == command.format("  ")
    inner = command.format(" ").split('-c "')[1].removesuffix('""').replace('\\"', '"')
    compile(inner, "the command", "exec")


def test_the_builder_writes_both_files(monkeypatch, tmp_path):
    """``python -m excel_addin.classic.xlam`` writes the add-in and the VBA beside it."""
    monkeypatch.setattr(xlam, "BUILT", tmp_path / "workload.xlam")
    monkeypatch.setattr(vba, "GENERATED", tmp_path / "functions.bas")
    xlam.main()
    assert (tmp_path / "workload.xlam").read_bytes()[:2] == b"PK"
    assert b"\r" not in (tmp_path / "functions.bas").read_bytes()


def test_a_text_too_long_for_excel_is_refused(monkeypatch):
    """No description is longer than Excel shows."""
    monkeypatch.setitem(words.REASONS, "title", Text("长" * 256, ""))
    with pytest.raises(ValueError, match="title"):
        words.rows()
