"""Build ``workload.xlam``, the add-in file of classic Excel, on any system: ``python -m excel_addin.classic.xlam``.

It begins as the add-in template of the installed xlwings, which holds xlwings' own VBA (BSD 3-clause, Zoomer Analytics;
its notice stays in the module, as does that of the class Dictionary, MIT, Tim Hall). Our modules go in beside it, with
pyOpenVBA, needed for building alone. A user then needs neither "Trust access to the VBA project object model" nor
"Import Functions". The file has the same bytes in every build: parts in one order, one date, nothing compressed by a
library that may change.

In the file, xlwings asks no other workbook and no folder for its configuration: a workbook from outside, or a file
beside it, could otherwise name the program that is started.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from excel_addin.classic import vba, words
from excel_addin.files import put

BUILT = Path(__file__).parent / "workload.xlam"
TEMPLATE = "quickstart_addin_ribbon.xlam"
PROJECT = "workload"
SHEET = f"{PROJECT}.conf"  # the name that xlwings looks for
DATE = (2024, 5, 20, 0, 0, 0)

# What no workbook and no user may change: the folder of a workbook, and the one that Excel happens to be in, are no
# places to import from. (Left blank, PYTHONPATH means the latter.)
CONFIGURATION = {"ADD_WORKBOOK_TO_PYTHONPATH": "false", "PYTHONPATH": r"%USERPROFILE%\.workload"}

# What is changed in xlwings' VBA, and how often it must be found.
CHANGES = (
    (
        'Attribute VB_Name = "xlwings"\n',
        'Attribute VB_Name = "xlwings"\n'
        "'Changed for workload.xlam: hidden from other projects, and configured by this add-in and its user alone\n"
        "Option Private Module\n",
    ),
    (
        'PROJECT_NAME As String = "myaddin"',
        f'PROJECT_NAME As String = "{PROJECT}"\n'
        "' How often Python was started anew; spaces in the command line, for the DLL keeps one server for each.\n"
        "Public Restarts As Long",
    ),
    ('""import sys, os;" & LicenseKeyEnvString', '""import sys, os;" & Space$(Restarts) & LicenseKeyEnvString'),
    # The workbooks' names, here without use, would make another server for each, and fail where no workbook is active.
    ('AddExcelDir & ";" & ActiveWorkbook.FullName & ";" & ThisWorkbook.FullName & ";"', 'AddExcelDir & ";;;"'),
    ('If SheetExists(ActiveWorkbook, PROJECT_NAME & ".conf") = True Then', "If False Then"),
    ('If source = "" Or source = "directory" Then', "If False Then"),
)
# The template's own parts that are kept as they are.
KEPT = ("xl/theme/theme1.xml", "xl/styles.xml")

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MICROSOFT = "http://schemas.microsoft.com/office"
SPREADSHEET = "vnd.openxmlformats-officedocument.spreadsheetml"

# What each part is.
TYPES = {
    "/xl/workbook.xml": "vnd.ms-excel.addin.macroEnabled.main+xml",
    "/xl/worksheets/sheet1.xml": f"{SPREADSHEET}.worksheet+xml",
    "/xl/theme/theme1.xml": "vnd.openxmlformats-officedocument.theme+xml",
    "/xl/styles.xml": f"{SPREADSHEET}.styles+xml",
    "/xl/vbaProject.bin": "vnd.ms-office.vbaProject",
    "/docProps/core.xml": "vnd.openxmlformats-package.core-properties+xml",
}
# What the package, and what the workbook, is made of.
OF_PACKAGE = {
    f"{OFFICE}/relationships/officeDocument": "xl/workbook.xml",
    f"{PACKAGE}/relationships/metadata/core-properties": "docProps/core.xml",
    f"{MICROSOFT}/2007/relationships/ui/extensibility": "customUI/customUI.xml",
}
OF_WORKBOOK = {
    f"{OFFICE}/relationships/worksheet": "worksheets/sheet1.xml",
    f"{OFFICE}/relationships/theme": "theme/theme1.xml",
    f"{OFFICE}/relationships/styles": "styles.xml",
    f"{MICROSOFT}/2006/relationships/vbaProject": "vbaProject.bin",
}

WORKBOOK = f"""{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}/relationships">
<fileVersion appName="xl" lastEdited="7" lowestEdited="5" rupBuild="23530"/>
<workbookPr codeName="ThisWorkbook"/>
<bookViews>
<workbookView visibility="hidden" xWindow="0" yWindow="0" windowWidth="18000" windowHeight="12000"/>
</bookViews>
<sheets><sheet name="{SHEET}" sheetId="2" r:id="rId1"/></sheets>
</workbook>"""

PROPERTIES = f"""{XML}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" \
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<dc:title>工作量</dc:title>
<dc:description>WL_; VBA of xlwings (BSD 3-clause, Zoomer Analytics), VBA-Dictionary (MIT, Tim Hall)</dc:description>
<dcterms:created xsi:type="dcterms:W3CDTF">2024-05-20T00:00:00Z</dcterms:created>
</cp:coreProperties>"""

BUTTONS = (
    ("SelfCheck", "自检", "MacroPlay", "Python、规则和版本是否正常；不正常时说明原因。 / Self-check"),
    ("OpenSamples", "示例工作簿", "FileOpen", "把示例工作簿复制到“文档”并打开文件夹。 / Sample workbooks"),
    ("OpenHelp", "说明", "Help", "每个函数的参数、示例和依据。 / Help"),
)


def ribbon() -> str:
    """The tab 工作量 of the ribbon."""
    buttons = "\n".join(
        f'<button id="workload{action}" label="{label}" size="large" imageMso="{image}" '
        f'onAction="WorkloadRibbon.{action}" supertip="{escape(tip)}"/>'
        for action, label, image, tip in BUTTONS
    )
    return f"""{XML}<customUI xmlns="http://schemas.microsoft.com/office/2006/01/customui">
<ribbon><tabs><tab id="workloadTab" label="工作量"><group id="workloadGroup" label="WL_ 函数">
{buttons}
</group></tab></tabs></ribbon>
</customUI>"""


def content_types() -> str:
    """What each part of the package is."""
    parts = "\n".join(f'<Override PartName="{name}" ContentType="application/{kind}"/>' for name, kind in TYPES.items())
    return f"""{XML}<Types xmlns="{PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
{parts}
</Types>"""


def relations(parts: Mapping[str, str]) -> str:
    """Which parts belong to a part, and as what."""
    each = "\n".join(
        f'<Relationship Id="rId{place}" Type="{kind}" Target="{target}"/>'
        for place, (kind, target) in enumerate(parts.items(), start=1)
    )
    return f"""{XML}<Relationships xmlns="{PACKAGE}/relationships">
{each}
</Relationships>"""


def sheet() -> str:
    """The add-in's sheet: xlwings' configuration in the columns A and B, the words in D to F."""
    left = list(CONFIGURATION.items())
    right = [(key, text.zh, text.en) for key, text in words.rows()]
    rows = []
    for place in range(max(len(left), len(right))):
        cells = dict(zip("AB", left[place], strict=True)) if place < len(left) else {}
        if place < len(right):
            cells |= zip("DEF", right[place], strict=True)
        rows.append(
            f'<row r="{place + 1}">'
            + "".join(
                f'<c r="{column}{place + 1}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
                for column, text in cells.items()
            )
            + "</row>"
        )
    return (
        f'{XML}<worksheet xmlns="{MAIN}"><sheetPr codeName="Sheet2"/><dimension ref="A1:F{len(rows)}"/>'
        f'<sheetViews><sheetView workbookViewId="0"/></sheetViews><sheetData>{"".join(rows)}</sheetData></worksheet>'
    )


def template() -> bytes:
    """The add-in template of xlwings, as installed."""
    return resources.files("xlwings").joinpath(TEMPLATE).read_bytes()


def changed(source: str) -> str:
    """The VBA of xlwings as it stands in the add-in.

    Raises:
        ValueError: this version of xlwings is not the one whose text is known.
    """
    source = source.replace("\r\n", "\n")
    for old, new in CHANGES:
        if source.count(old) != 1:
            raise ValueError(f"xlwings' VBA no longer holds this line once: {old.strip()}")
        source = source.replace(old, new)
    return vba.windows(source)


def vba_project() -> bytes:
    """The VBA project: xlwings' template with our modules."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlam"
        path.write_bytes(template())
        excel_file: Any = _pyopenvba().ExcelFile
        with excel_file(path) as book:
            project = book.vba_project()
            project.delete_module("RibbonMyAddin")
            book.set_module("xlwings", changed(book.get_module("xlwings")))
            for name, source in vba.modules().items():
                if name in book.module_names():
                    book.set_module(name, source)
                else:
                    project.add_module(name, source)
            book.save()
        with excel_file(path) as book:
            faults = book.validate()
        if faults:
            raise ValueError("; ".join(faults))
        with zipfile.ZipFile(path) as package:
            return package.read("xl/vbaProject.bin")


def _pyopenvba() -> Any:
    import pyopenvba

    return pyopenvba


def built() -> bytes:
    """The add-in file."""
    with zipfile.ZipFile(io.BytesIO(template())) as old:
        kept = {name: old.read(name) for name in KEPT}
    texts = {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relations(OF_PACKAGE),
        "customUI/customUI.xml": ribbon(),
        "docProps/core.xml": PROPERTIES,
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": relations(OF_WORKBOOK),
        "xl/worksheets/sheet1.xml": sheet(),
    }
    parts = {name: text.encode("utf-8") for name, text in texts.items()} | kept | {"xl/vbaProject.bin": vba_project()}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as package:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, DATE)
            entry.create_system = 0  # else it names the system that built it
            package.writestr(entry, content)
    return stream.getvalue()


def main() -> None:
    """Write the add-in file, and the generated VBA beside it to be read."""
    put(vba.GENERATED, vba.generated().replace("\r\n", "\n").encode("ascii"))
    put(BUILT, built())


if __name__ == "__main__":
    main()
