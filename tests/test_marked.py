"""The marked copy: the person's own workbook, with colour and comments on the faulty cells, and one sheet more."""

import re
import subprocess
import zipfile
from datetime import date, datetime, time, timedelta
from xml.etree import ElementTree

import pytest
import python_calamine
import xlsxwriter
from attrs import evolve
from conftest import host_program

from workload.documents import marked
from workload.documents.marked import Listing, Mark, write_marked_copy, write_marked_tables
from workload.errors import InputError

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
M = f"{{{MAIN}}}"
RED, YELLOW = "FFFFC7CE", "FFFFEB9C"
MOMENT = datetime.fromisoformat("2024-03-05 14:30")
NOTHING = Listing("检查结果", (), ("问题",), (), "单元格")
# What of a package the copy may change; what is new beside it is named by the tests.
CHANGED = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}


def parts(path):
    """The parts of a package, in their order."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def cells_of(path):
    """Every value of every sheet."""
    with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def tree(data):
    return ElementTree.fromstring(data)  # noqa: S314  # the test wrote it


def every_part_is_xml(path):
    for name, data in parts(path).items():
        if name.endswith((".xml", ".rels", ".vml")):
            tree(data)


def comments(path, part="xl/comments1.xml"):
    """Cell -> the whole text of its comment."""
    found = tree(parts(path)[part])
    return {
        comment.get("ref"): "".join(text.text or "" for text in comment.iter(f"{M}t"))
        for comment in found.iter(f"{M}comment")
    }


def shown_style(path, cell, sheet="xl/worksheets/sheet1.xml"):
    """The style of a cell, with the colour of its fill under "color"."""
    (found,) = (found for found in tree(parts(path)[sheet]).iter(f"{M}c") if found.get("r") == cell)
    (styles,) = (tree(data) for name, data in parts(path).items() if name.startswith("xl/styles"))
    style = styles.find(f"{M}cellXfs")[int(found.get("s", 0))]
    color = styles.find(f"{M}fills")[int(style.get("fillId"))].find(f".//{M}fgColor")
    return dict(style.attrib) | {
        "color": None if color is None else color.get("rgb"),
        "inside": [child.attrib for child in style],
    }


@pytest.fixture
def package(tmp_path):
    """``package(sheet)`` packs a workbook by hand around the XML of one sheet, and returns its path."""

    def pack(sheet, *, styles=None, relations="", more=(), prefix="", namespace=MAIN, name="hand.xlsx"):
        office = OFFICE if namespace == MAIN else "http://purl.oclc.org/ooxml/officeDocument/relationships"
        rels = "http://schemas.openxmlformats.org/package/2006/relationships"
        p, bound = prefix, f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
        found = {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml"'
            ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            '<Override PartName="/xl/worksheets/sheet1.xml"'
            ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{rels}"><Relationship Id="rId1" Type="{office}/officeDocument"'
            ' Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<{p}workbook {bound}="{namespace}"><{p}sheets><{p}sheet name="表" sheetId="7"'
            f' q:id="a" xmlns:q="{office}"/></{p}sheets></{p}workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{rels}">'
            f'<Relationship Id="a" Type="{office}/worksheet" Target="/xl/worksheets/sheet1.xml"/>'
            + (f'<Relationship Id="b" Type="{office}/styles" Target="styles.xml"/>' if styles else "")
            + "</Relationships>",
            "xl/worksheets/sheet1.xml": sheet,
        }
        if relations:
            found["xl/worksheets/_rels/sheet1.xml.rels"] = (
                f'<Relationships xmlns="{rels}">{relations.replace("OFFICE", office)}</Relationships>'
            )
        if styles:
            found["xl/styles.xml"] = styles
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, data in {**found, **dict(more)}.items():
                archive.writestr(part, data)
        return path

    return pack


@pytest.fixture
def copied(tmp_path):
    """``copied(path, marks)`` writes the marked copy, sees that it is whole, and returns its path."""

    def copy(path, marks, listing=NOTHING):
        target = tmp_path / f"copy-of-{path.name}"
        write_marked_copy(path, target, marks, listing)
        every_part_is_xml(target)
        before, after = cells_of(path), cells_of(target)
        for sheet, rows in before.items():
            for row, now in zip(rows, after[sheet], strict=False):
                assert now[: len(row)] == row
                assert not any(now[len(row) :])
            assert not any(map(any, after[sheet][len(rows) :]))
        assert list(parts(target))[: len(parts(path))] == list(parts(path))
        return target

    return copy


@pytest.fixture
def rich(tmp_path):
    """A workbook with all that a person may have put into it."""
    path = tmp_path / "rich.xlsx"
    book = xlsxwriter.Workbook(str(path))
    day = book.add_format({"num_format": "yyyy年m月d日", "align": "center", "locked": False})
    sheet = book.add_worksheet("工作记录")
    sheet.write_row(0, 0, ["编号", "日期", "分钟", "合计"])
    for number in range(1, 6):
        sheet.write_string(number, 0, f"A{number}")
        sheet.write_datetime(number, 1, date(2024, 3, number), day)
        sheet.write_number(number, 2, 90)
    sheet.write_formula("D2", "=SUM(C2:C6)", None, 450)
    sheet.freeze_panes(1, 0)
    sheet.set_column("F:F", 12, day)
    sheet.data_validation("C2:C6", {"validate": "integer", "criteria": ">", "value": 0})
    sheet.conditional_format("C2:C6", {"type": "cell", "criteria": ">", "value": 80, "format": book.add_format()})
    sheet.protect()
    sheet.set_footer("&P")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=工作记录!$C$2:$C$6"})
    sheet.insert_chart("H2", chart)
    sheet.insert_textbox("H20", "说明")
    other = book.add_worksheet("批注")
    other.add_table("A1:B3", {"data": [["甲", 1], ["乙", 2]]})
    other.write_comment("A2", "原来的批注", {"author": "人事处"})
    other.write_comment("B3", "另一条")
    other.merge_range("D1:E2", "合并", day)
    other.activate()
    book.define_name("范围", "=工作记录!$A$1:$D$6")
    book.define_name("批注!本表", "=批注!$A$1")
    book.close()
    return path


def test_nothing_else_changes(rich, copied):
    """Charts, shapes, tables, names and stored values stay byte for byte; only the parts that must change do."""
    copy = copied(rich, [Mark("工作记录", 3, 2, "没有这一天")])
    before, after = parts(rich), parts(copy)
    new = {"xl/worksheets/sheet3.xml", "xl/comments2.xml", "xl/drawings/vmlDrawing2.vml"}
    assert set(after) - set(before) == new
    assert {name for name in before if before[name] != after[name]} == CHANGED | {
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/_rels/sheet1.xml.rels",
    }
    # The sheet itself: one number of a style, and one element.
    (drawing,) = re.findall(rb"<legacyDrawing [^>]*/>", after["xl/worksheets/sheet1.xml"])
    sheet = after["xl/worksheets/sheet1.xml"].replace(drawing, b"")
    assert re.sub(rb'r="B3" s="\d+"', b"", sheet) == re.sub(rb'r="B3" s="\d+"', b"", before["xl/worksheets/sheet1.xml"])
    names = [child.tag.removeprefix(M) for child in tree(after["xl/worksheets/sheet1.xml"])]
    assert names[-3:] == ["headerFooter", "drawing", "legacyDrawing"]
    # The workbook: one sheet more, in the last place, so that local names still mean their sheets.
    workbook = after["xl/workbook.xml"]
    assert re.sub(rb"<sheet [^>]*rIdWorkload[^>]*/>", b"", workbook) == before["xl/workbook.xml"]
    assert [sheet.get("name") for sheet in tree(workbook).iter(f"{M}sheet")] == ["工作记录", "批注", "检查结果"]
    assert b'activeTab="1"' in workbook


def test_styles_are_added_to(rich, copied):
    """A marked cell keeps all of its format but the fill; no style that was there changes its number."""
    copy = copied(rich, [Mark("工作记录", row, 2, "错") for row in (2, 3)] + [Mark("工作记录", 2, 3, "疑", "warning")])
    style = shown_style(copy, "B2")
    assert style["color"] == RED
    (before,) = (xf for xf in tree(parts(rich)["xl/styles.xml"]).find(f"{M}cellXfs") if xf.get("numFmtId") != "0")
    own = ("color", "inside", "fillId", "applyFill")
    assert {key: value for key, value in style.items() if key not in own} == {
        key: value for key, value in before.attrib.items() if key not in own
    }
    assert style["inside"] == [child.attrib for child in before]
    assert shown_style(copy, "B3") == style
    assert shown_style(copy, "C2")["color"] == YELLOW
    assert shown_style(copy, "C3")["color"] is None
    old, new = (tree(parts(path)["xl/styles.xml"]) for path in (rich, copy))
    for name in ("fonts", "fills", "borders", "cellXfs"):
        kept = old.find(f"{M}{name}")
        assert new.find(f"{M}{name}").get("count") == str(len(new.find(f"{M}{name}")))
        assert [*map(ElementTree.tostring, kept)] == [*map(ElementTree.tostring, new.find(f"{M}{name}"))][: len(kept)]
    text = parts(rich)["xl/styles.xml"]
    assert text[text.index(b"<cellStyles") :] in parts(copy)["xl/styles.xml"]


def test_comments_are_added_to(rich, copied):
    """Old comments stay with their shapes; on a cell that has one the message comes before it, with no second shape."""
    marks = [Mark("批注", 2, 1, "未知类别"), Mark("批注", 2, 2, "应为 <1 & >0\x00"), Mark("批注", 5, 1, "缺")]
    copy = copied(rich, marks)
    assert comments(copy) == {
        "A2": "未知类别\n――――――――\n原来的批注",
        "B3": "另一条",
        "B2": "应为 <1 & >0",
        "A5": "缺",
    }
    authors = tree(parts(copy)["xl/comments1.xml"]).find(f"{M}authors")
    assert [author.text for author in authors] == ["人事处", None, "workload check"]
    before, after = (parts(path)["xl/drawings/vmlDrawing1.vml"].decode() for path in (rich, copy))
    assert after.startswith(before.removesuffix("</xml>"))
    assert re.findall(r"<x:Row>(\d+)</x:Row>\s*<x:Column>(\d+)<", after) == [
        ("1", "0"),
        ("2", "1"),
        ("1", "1"),
        ("4", "0"),
    ]
    identities = re.findall(r'<v:shape [^>]*id="(\w+)"', after)
    assert len(identities) == len(set(identities)) == 4
    assert parts(copy)["xl/worksheets/_rels/sheet2.xml.rels"] == parts(rich)["xl/worksheets/_rels/sheet2.xml.rels"]


def test_plain_comments_are_added_to(package, copied):
    """A comment of plain text, of several runs of letters or of none keeps its text behind ours."""
    old = (
        f"<x:comments xmlns:x='{MAIN}'><x:authors/><x:commentList>"
        "<x:comment ref='A1' authorId='0'><x:text><x:t>旧</x:t></x:text></x:comment>"
        "<x:comment ref='A2' authorId='0'><x:text><x:r><x:t>旧</x:t></x:r><x:r><x:t>的</x:t></x:r></x:text></x:comment>"
        "<x:comment ref='A3' authorId='0'><x:text/></x:comment></x:commentList></x:comments>"
    )
    path = package(
        f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>',
        relations='<Relationship Id="x" Type="OFFICE/comments" Target="/xl/Comments1.xml"/>',
        more={"xl/Comments1.xml": old},
    )
    copy = copied(path, [Mark("表", row, 1, "新") for row in (1, 2, 3, 4)])
    rule = "\n――――――――\n"
    assert comments(copy, "xl/Comments1.xml") == {
        "A1": f"新{rule}旧",
        "A2": f"新{rule}旧的",
        "A3": f"新{rule}",
        "A4": "新",
    }


def test_marks_of_one_cell(package, copied):
    """Several marks of one cell are one comment, each message once; a fault wins; a long text is cut."""
    path = package(f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>')
    marks = [
        Mark("表", 1, 1, "疑", "warning"),
        Mark("表", 1, 1, "错"),
        Mark("表", 1, 1, "疑"),
        Mark("表", 2, 1, "长" * 3000),
    ]
    copy = copied(path, [*marks, Mark("表", 3, 1, ""), Mark("不在", 1, 1, "？")])
    found = comments(copy)
    assert found["A1"] == "疑\n错"
    assert len(found["A2"]) == marked.LONGEST_COMMENT
    assert found["A2"].endswith("长…")
    assert set(found) == {"A1", "A2"}
    assert shown_style(copy, "A1")["color"] == shown_style(copy, "A3")["color"] == RED


def test_merged_cells(rich, copied):
    """A mark within merged cells falls on the first of them, which is the one that shows."""
    copy = copied(rich, [Mark("批注", 2, 5, "错"), Mark("批注", 1, 4, "也错"), Mark("批注", 2, 6, "旁边")])
    assert comments(copy)["D1"] == "错\n也错"
    assert shown_style(copy, "D1", "xl/worksheets/sheet2.xml")["color"] == RED
    assert shown_style(copy, "E2", "xl/worksheets/sheet2.xml")["color"] is None
    assert comments(copy)["F2"] == "旁边"


STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fills><fill/><fill/></fills><cellXfs><xf/><xf numFmtId="14" /><xf numFmtId="49">'
    '<protection locked="0"/></xf></cellXfs></styleSheet>'
)
# The styles that the marks get in these: 3 to 5 are those of the listing.
SHEETS = {
    "an old cell": (
        '<row r="2"><c r="B2" t="n"><v>1</v></c></row>',
        '<row r="2"><c r="B2" t="n" s="6"><v>1</v></c></row>',
    ),
    "a style": ("<row r='2'><c s='1' r='B2'/></row>", "<row r='2'><c s=\"6\" r='B2'/></row>"),
    "an empty cell": ('<row r="2"><c r="B2" /></row>', '<row r="2"><c r="B2"  s="6"/></row>'),
    "a missing cell": (
        '<row r="2"><c r="A2"/><c r="C2"/></row>',
        '<row r="2"><c r="A2"/><c r="B2" s="6"/><c r="C2"/></row>',
    ),
    "the first cell": ('<row r="2"><c r="C2"/></row>', '<row r="2"><c r="B2" s="6"/><c r="C2"/></row>'),
    "the last cell": (
        '<row r="2"><c r="A2"></c> <extLst/></row>',
        '<row r="2"><c r="A2"></c><c r="B2" s="6"/> <extLst/></row>',
    ),
    "an empty row": ('<row r="2" ht="20"/>', '<row r="2" ht="20"><c r="B2" s="6"/></row>'),
    "an open row": ('<row r="2"></row>', '<row r="2"><c r="B2" s="6"/></row>'),
    "the style of the row": (
        '<row r="2" s="2" customFormat="1"/>',
        '<row r="2" s="2" customFormat="1"><c r="B2" s="6"/></row>',
    ),
    "the first row": ('<row r="3"/>', '<row r="2"><c r="B2" s="6"/></row><row r="3"/>'),
    "a missing row": (
        '<row r="1"/>\n<row r="3"/>',
        '<row r="1"/>\n<row r="2"><c r="B2" s="6"/></row><row r="3"/>',
    ),
    "the last row": ('<row r="1"/>', '<row r="1"/><row r="2"><c r="B2" s="6"/></row>'),
    "places that are counted": (
        "<row><c><v>1</v></c></row><row><c/><c><v>2</v></c><c/></row>",
        '<row><c><v>1</v></c></row><row><c/><c s="6"><v>2</v></c><c/></row>',
    ),
    "what looks like a cell": (
        '<!-- <row r="2"/> --><row r="2" x=">"><c r="A2"><v><![CDATA[<c r="B2">]]></v></c></row>',
        '<!-- <row r="2"/> --><row r="2" x=">"><c r="A2"><v><![CDATA[<c r="B2">]]></v></c><c r="B2" s="6"/></row>',
    ),
}


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize(("before", "after"), SHEETS.values(), ids=SHEETS)
def test_a_cell_within_its_sheet(package, copied, prefix, before, after):
    """Only the cell that is marked gets a style, or is put where it belongs; all other bytes of the sheet stay."""

    def prefixed(xml):
        return re.sub(r"<(/?)(?=[a-z])", rf"<\1{prefix}", xml)

    declared = f'xmlns:{prefix[:-1]}="{MAIN}"' if prefix else f'xmlns="{MAIN}"'
    frame = "\ufeff" + prefixed(
        f"<worksheet {declared}>\n<sheetData>%s</sheetData><pageMargins/>%s<tableParts/></worksheet>"
    )
    drawing = prefixed(f'<legacyDrawing xmlns:r="{OFFICE}" r:id="rIdWorkload1"/>')
    path = package(frame % (prefixed(before), ""), styles=STYLES, prefix=prefix)
    copy = copied(path, [Mark("表", 2, 2, "错")])
    assert parts(copy)["xl/worksheets/sheet1.xml"].decode() == frame % (prefixed(after), drawing)
    base = {"a style": "14", "the style of the row": "49"}
    (expected,) = (base.get(name) for name, sheet in SHEETS.items() if sheet == (before, after))
    style = tree(parts(copy)["xl/styles.xml"]).find(f"{M}cellXfs")[6]
    assert style.get("numFmtId") == expected
    assert len(style) == (expected == "49")


@pytest.mark.parametrize("before", ["<sheetData/>", "<sheetData></sheetData>"])
def test_a_sheet_without_rows(package, copied, before):
    """Rows come into an empty sheet in their order, in the style of their columns."""
    frame = f'<worksheet xmlns="{MAIN}"><cols><col min="2" max="2" width="9" style="1"/></cols>%s%s</worksheet>'
    path = package(frame % (before, ""), styles=STYLES)
    copy = copied(path, [Mark("表", 4, 1, "甲"), Mark("表", 2, 3, "乙"), Mark("表", 2, 2, "丙")])
    after = '<row r="2"><c r="B2" s="6"/><c r="C2" s="7"/></row><row r="4"><c r="A4" s="7"/></row>'
    drawing = f'<legacyDrawing xmlns:r="{OFFICE}" r:id="rIdWorkload1"/>'
    expected = frame % (f"<sheetData>{after}</sheetData>", drawing)
    assert parts(copy)["xl/worksheets/sheet1.xml"].decode() == expected
    assert shown_style(copy, "B2")["numFmtId"] == "14"


@pytest.mark.parametrize(
    "styles", [None, f'<styleSheet xmlns="{MAIN}"/>', f'<y:styleSheet xmlns:y="{MAIN}"></y:styleSheet>']
)
def test_a_workbook_without_styles(package, copied, styles):
    """Where no styles are, those that are needed are made, and the first is that of every other cell."""
    path = package(f'<worksheet xmlns="{MAIN}"><sheetData><row><c/></row></sheetData></worksheet>', styles=styles)
    copy = copied(path, [Mark("表", 1, 1, "错")])
    found = tree(parts(copy)["xl/styles1.xml" if styles is None else "xl/styles.xml"])
    assert [child.tag.removeprefix(M) for child in found] == ["fonts", "fills", "borders", "cellXfs"]
    assert all(child.get("count") == str(len(child)) for child in found)
    (cell,) = tree(parts(copy)["xl/worksheets/sheet1.xml"]).iter(f"{M}c")
    style = found.find(f"{M}cellXfs")[int(cell.get("s"))]
    assert found.find(f"{M}fills")[int(style.get("fillId"))].find(f".//{M}fgColor").get("rgb") == RED
    assert found.find(f"{M}cellXfs")[0].attrib == {"numFmtId": "0", "fontId": "0", "fillId": "0", "borderId": "0"}


def test_the_strict_variant(package, copied):
    """What comes into a workbook of the strict variant speaks its namespaces."""
    path = package(f'<worksheet xmlns="{STRICT}"><sheetData/></worksheet>', namespace=STRICT)
    target = path.with_name("copy.xlsx")
    write_marked_copy(path, target, [Mark("表", 1, 1, "错")], NOTHING)
    every_part_is_xml(target)
    new = set(parts(target)) - set(parts(path))
    assert len(new) == 5
    for name in ("xl/worksheets/sheet2.xml", "xl/comments1.xml", "xl/styles1.xml"):
        assert tree(parts(target)[name]).tag.startswith(f"{{{STRICT}}}")
    for name in ("xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/_rels/sheet1.xml.rels"):
        assert OFFICE.encode() not in parts(target)[name]


SHEET_WITH_DRAWING = f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheetData/><legacyDrawing r:id="d"/></worksheet>'
VML = '<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape id="_x0000_s2050">%s</v:shape></xml>'


def with_drawing(package, text, kind="vmlDrawing"):
    return package(
        SHEET_WITH_DRAWING,
        relations=f'<Relationship Id="d" Type="OFFICE/{kind}" Target="../drawings/form.vml"/>',
        more={"xl/drawings/form.vml": text},
    )


def test_other_shapes_stay(package, copied):
    """Buttons and other shapes of a sheet stay as they are, and the comments are drawn beside them."""
    path = with_drawing(package, VML % "按钮")
    copy = copied(path, [Mark("表", 2, 2, "错")])
    drawing = parts(copy)["xl/drawings/form.vml"].decode()
    assert drawing.startswith((VML % "按钮").removesuffix("</xml>"))
    assert re.findall(r'<v:shape [^>]*id="([^"]*)"', drawing) == ["_x0000_s2050", "_x0000_s2051"]
    assert re.findall(r'<v:shapetype [^>]*id="([^"]*)"', drawing) == ["_x0000_t202"]
    assert (
        parts(copy)["xl/worksheets/sheet1.xml"].decode().endswith('</sheetData><legacyDrawing r:id="d"/></worksheet>')
    )
    assert comments(copy) == {"B2": "错"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (VML % "行<br>行", "vmlDrawing"),
        ("<!DOCTYPE xml><xml/>", "vmlDrawing"),
        ("<svg/>", "vmlDrawing"),
        (VML % "", "image"),
    ],
    ids=["no XML", "a declaration", "another root", "another kind"],
)
def test_only_colour_beside_what_cannot_be_edited(package, tmp_path, text, kind):
    """Where the drawing of a sheet cannot be edited without harm, the cell is coloured and gets no comment."""
    path, target = with_drawing(package, text, kind), tmp_path / "copy.xlsx"
    write_marked_copy(path, target, [Mark("表", 2, 2, "错")], NOTHING)
    before, after = parts(path), parts(target)
    assert set(after) - set(before) == {"xl/worksheets/sheet2.xml", "xl/styles1.xml"}
    assert after["xl/drawings/form.vml"] == before["xl/drawings/form.vml"]
    assert re.search(rb'<c r="B2" s="\d+"/>', after["xl/worksheets/sheet1.xml"])


def test_threaded_comments_stay(package, copied):
    """A cell with a conversation is only coloured; other cells of the sheet get their comments."""
    thread = '<t:ThreadedComments xmlns:t="urn:t"><t:threadedComment ref="A1"/></t:ThreadedComments>'
    path = package(
        f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>',
        relations='<Relationship Id="t" Type="http://x/threadedComment" Target="../threaded.xml"/>',
        more={"xl/threaded.xml": thread},
    )
    copy = copied(path, [Mark("表", 1, 1, "错"), Mark("表", 2, 1, "错")])
    assert comments(copy) == {"A2": "错"}
    assert parts(copy)["xl/threaded.xml"].decode() == thread
    alone = copied(path, [Mark("表", 1, 1, "错")])
    assert "xl/comments1.xml" not in parts(alone)


def anchors(path, part="xl/drawings/vmlDrawing1.vml"):
    return [
        tuple(map(int, anchor.split(","))) for anchor in re.findall(r"<x:Anchor>([^<]*)<", parts(path)[part].decode())
    ]


def test_comments_can_be_read(package, copied):
    """A comment is as large as its text, hidden columns and rows not counted, and stays on the sheet."""
    sheet = (
        f'<worksheet xmlns="{MAIN}"><sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="1" width="20"/>'
        '<col min="4" max="16384" hidden="1"/></cols><sheetData><row r="2" hidden="1"/><row r="3" ht="30"/></sheetData>'
        "</worksheet>"
    )
    marks = [Mark("表", 1, 1, "短"), Mark("表", 1, 3, "长" * 300), Mark("表", 1048576, 1, "底\n" * 9)]
    short, long, low = anchors(copied(package(sheet), marks))
    # All columns from the fourth on are hidden: the box moves back to where it shows, or starts at the first one.
    assert short[0] == 0
    assert long[:2] == (0, 0)
    assert (short[6], short[7]) == (
        2,
        11,
    )  # 29 pixels from 2 are 20 of the first row, none of the second, 11 of the third
    assert long[6] > 10
    assert low[6] <= 1048575
    assert low[2] < 1048575 - 7


def test_comments_without_rows_of_their_own(package, copied):
    """A sheet whose other rows are all hidden still gets a comment within it."""
    sheet = (
        f'<worksheet xmlns="{MAIN}"><sheetFormatPr zeroHeight="1" defaultRowHeight="15"/><sheetData>'
        '<row r="1" ht="15"/></sheetData></worksheet>'
    )
    ((*_, last, _),) = anchors(copied(package(sheet), [Mark("表", 1, 1, "错")]))
    assert last <= 1


def test_many_comments(package, copied):
    """A drawing names every block of a thousand shapes that it uses."""
    path = package(f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>')
    copy = copied(path, [Mark("表", row, 1, "错") for row in range(1, 1101)])
    assert b'data="1,2"' in parts(copy)["xl/drawings/vmlDrawing1.vml"]
    assert len(comments(copy)) == 1100


def test_macros_stay(rich, tmp_path, copied):
    """A workbook with macros keeps them, and stays one."""
    path = tmp_path / "macros.xlsm"
    with zipfile.ZipFile(rich) as archive, zipfile.ZipFile(path, "w") as packed:
        for name in archive.namelist():
            data = archive.read(name)
            if name == "[Content_Types].xml":
                data = data.replace(
                    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                )
            packed.writestr(name, data)
        packed.writestr("xl/vbaProject.bin", bytes(range(256)))
    copy = copied(path, [Mark("工作记录", 2, 1, "错")])
    assert parts(copy)["xl/vbaProject.bin"] == bytes(range(256))
    assert b"macroEnabled" in parts(copy)["[Content_Types].xml"]


def test_a_copy_is_copied(rich, copied):
    """The copy of a copy is whole: its second listing has another name, and the messages stand one before the other."""
    once = copied(rich, [Mark("批注", 4, 1, "一")], NOTHING)
    twice = copied(once, [Mark("批注", 4, 1, "二"), Mark("检查结果", 1, 1, "三")], NOTHING)
    assert list(cells_of(twice)) == ["工作记录", "批注", "检查结果", "检查结果2"]
    assert comments(twice)["A4"] == "二\n――――――――\n一"
    relations = tree(parts(twice)["xl/_rels/workbook.xml.rels"])
    identities = [relation.get("Id") for relation in relations]
    assert len(identities) == len(set(identities))


# ---------------------------------------------------------------- the listing


LISTING = Listing(
    "检查结果",
    ("共 3 处", "红色是错误"),
    ("行", "值", "问题"),
    (
        ((2, "=1+1", "未知类别"), ("工作记录", 2, 4)),
        ((None, "_x0041_", "很长的一句话" * 30), ("张's 表", 3, 28)),
        ((None, None, "整张表"), None),
    ),
    "单元格",
)


def test_the_listing(package, copied):
    """The listing links each row to its cell, holds text as text, and keeps its header in sight."""
    copy = copied(package(f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'), [], LISTING)
    assert cells_of(copy)["检查结果"] == [
        ["共 3 处", "", "", ""],
        ["红色是错误", "", "", ""],
        ["", "", "", ""],
        ["单元格", "行", "值", "问题"],
        ["工作记录!D2", 2.0, "=1+1", "未知类别"],
        ["张's 表!AB3", "", "_x0041_", "很长的一句话" * 30],
        ["", "", "", "整张表"],
    ]
    sheet = tree(parts(copy)["xl/worksheets/sheet2.xml"])
    assert {link.get("ref"): link.get("location") for link in sheet.iter(f"{M}hyperlink")} == {
        "A5": "'工作记录'!D2",
        "A6": "'张''s 表'!AB3",
    }
    assert sheet.find(f".//{M}pane").attrib == {
        "ySplit": "4",
        "topLeftCell": "A5",
        "activePane": "bottomLeft",
        "state": "frozen",
    }
    assert [float(column.get("width")) for column in sheet.iter(f"{M}col")] == [14, 5, 10, 70]
    assert {row.get("r"): row.get("ht") for row in sheet.iter(f"{M}row") if row.get("ht")} == {"6": "90"}
    assert not list(sheet.iter(f"{M}f"))
    numbers = [sheet.get("sheetId") for sheet in tree(parts(copy)["xl/workbook.xml"]).iter(f"{M}sheet")]
    assert numbers == ["7", "8"]


@pytest.mark.parametrize(
    ("wished", "name"),
    [
        ("结果", "结果"),
        ("表", "表2"),
        ("结/果?", "结 果"),
        ("'", "Sheet"),
        ("长" * 40, "长" * 31),
    ],
)
def test_the_name_of_the_listing(package, copied, wished, name):
    """The listing gets the wished name as far as a sheet can have it, and gives way to one that is there."""
    path = package(f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>')
    assert list(cells_of(copied(path, [], evolve(NOTHING, name=wished)))) == ["表", name]


def test_a_long_name_that_is_taken(package, copied):
    """Upper and lower case are one, and the number fits into the length that a name may have."""
    path = package(f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>')
    once = copied(path, [], evolve(NOTHING, name="A" * 31))
    assert list(cells_of(copied(once, [], evolve(NOTHING, name="a" * 31))))[-1] == "a" * 30 + "2"


# ---------------------------------------------------------------- broken packages

EMPTY = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'


@pytest.mark.parametrize(
    "sheet",
    [
        "<worksheet>",
        f'<worksheet xmlns="{MAIN}"/>',
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="x"/></sheetData></worksheet>',
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="9999999"/></sheetData></worksheet>',
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="?"/></row></sheetData></worksheet>',
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" s="x"/></row></sheetData></worksheet>',
        f'<!DOCTYPE a><worksheet xmlns="{MAIN}"><sheetData/></worksheet>',
    ],
)
def test_a_broken_sheet(package, tmp_path, sheet):
    """A sheet that is no valid XML, or names what is no cell, is an error of the input."""
    with pytest.raises(InputError):
        write_marked_copy(package(sheet), tmp_path / "copy.xlsx", [Mark("表", 1, 1, "错")], NOTHING)


def test_a_broken_package(package, tmp_path, monkeypatch):
    """So is a file that is no package, one whose parts are missing, and one with more elements than any honest one."""
    path = tmp_path / "text.xlsx"
    path.write_text("表", encoding="utf-8")
    with pytest.raises(InputError):
        write_marked_copy(path, tmp_path / "copy.xlsx", [], NOTHING)
    path = package(EMPTY, relations='<Relationship Id="x" Type="OFFICE/comments" Target="/none.xml"/>')
    with pytest.raises(InputError):
        write_marked_copy(path, tmp_path / "copy.xlsx", [Mark("表", 1, 1, "错")], NOTHING)
    monkeypatch.setattr(marked, "MOST_ELEMENTS", 3)
    with pytest.raises(InputError):
        write_marked_copy(package(EMPTY), tmp_path / "copy.xlsx", [], NOTHING)


def test_a_style_that_is_not_there(package, copied):
    """A cell with the number of no style is marked as one with the first style, which is how it shows."""
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row><c r="A1" s="99"/></row></sheetData></worksheet>'
    assert shown_style(copied(package(sheet, styles=STYLES), [Mark("表", 1, 1, "错")]), "A1")["color"] == RED


# ---------------------------------------------------------------- tables


def test_tables_become_a_workbook(tmp_path):
    """Tables of any other file become a workbook: text stays text, dates are dates, and the marks and links hold."""
    target = tmp_path / "tables.xlsx"
    rows = [
        (1, ["编号", "日期"]),
        (3, ["007", date(2024, 3, 5), time(14, 30), MOMENT, timedelta(hours=30)]),
        (4, ["=1+1", "http://a.b", True, False, None, "", 1.5, 110101199001011234, float("inf"), date(1850, 1, 1)]),
    ]
    name = "工作[记录]" + "长" * 40
    marks = [Mark(name, 3, 3, "错"), Mark(name, 5, 2, "缺")]
    listing = evolve(LISTING, rows=(((1, None, "错"), (name, 3, 3)), ((2, None, "表"), None)))
    write_marked_tables(target, [(name, iter(rows), 2), ("教师", [], 1)], marks, listing)
    every_part_is_xml(target)
    sheet = ("工作 记录 " + "长" * 40)[:31]
    with python_calamine.CalamineWorkbook.from_path(str(target)) as book:
        assert book.sheet_names == [sheet, "教师", "检查结果"]
        found = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    assert found[0][1:3] == ["编号", "日期"]
    assert found[2][1:6] == ["007", date(2024, 3, 5), time(14, 30), MOMENT, timedelta(hours=30)]
    assert found[3][1:] == [
        *("=1+1", "http://a.b", "TRUE", "FALSE", "", "", 1.5, "110101199001011234", "inf", "1850-01-01"),
    ]
    assert comments(target) == {"C3": "错", "B5": "缺"}
    assert shown_style(target, "C3")["color"] == shown_style(target, "B5")["color"] == RED
    (link,) = tree(parts(target)["xl/worksheets/sheet3.xml"]).iter(f"{M}hyperlink")
    assert link.get("location") == f"'{sheet}'!C3"


def test_tables_that_cannot_be_read(tmp_path):
    """A row that cannot be read ends the writing with its own error, and nothing is left open or behind."""

    def rows():
        yield 1, ["编号"]
        raise InputError([])

    target = tmp_path / "tables.xlsx"
    with pytest.raises(InputError):
        write_marked_tables(target, [("教师", rows(), 1)], [], NOTHING)
    assert not target.exists()


# ---------------------------------------------------------------- hosts


@pytest.mark.host("libreoffice")
def test_libreoffice_opens_the_copy(rich, copied, tmp_path):
    """LibreOffice reads the copy with its comments, colours, links and values, and prints it."""
    marks = [
        Mark("工作记录", 3, 2, "没有这一天"),
        Mark("工作记录", 9, 6, "缺", "warning"),
        Mark("批注", 2, 1, "未知类别"),
    ]
    listing = evolve(LISTING, rows=(((3, "x", "没有这一天"), ("工作记录", 3, 2)),))
    copy = copied(rich, marks, listing)
    place, profile = tmp_path / "converted", (tmp_path / "profile").as_uri()
    for ending in ("fods", "xlsx", "pdf"):
        converting = [host_program("libreoffice"), f"-env:UserInstallation={profile}", "--headless", "--convert-to"]
        subprocess.run([*converting, ending, "--outdir", place, copy], check=True, capture_output=True, timeout=120)
    document = (place / f"{copy.stem}.fods").read_text(encoding="utf-8")
    assert document.count("<office:annotation ") == 4
    for text in ("没有这一天", "缺", "未知类别", "原来的批注", "另一条"):
        assert text in document
    assert 'fo:background-color="#ffc7ce"' in document
    assert 'fo:background-color="#ffeb9c"' in document
    assert 'xlink:href="#&apos;工作记录&apos;.B3"' in document
    assert (place / f"{copy.stem}.pdf").read_bytes().startswith(b"%PDF")
    saved = cells_of(place / copy.name)
    assert saved["工作记录"][:6] == cells_of(rich)["工作记录"]
    assert saved["检查结果"][4][:4] == ["工作记录!B3", 3.0, "x", "没有这一天"]
