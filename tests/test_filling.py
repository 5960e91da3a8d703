"""Word templates: what a field is, what is repeated, what goes, and what a school is told of a wrong one."""

import hashlib
import io
import subprocess
import sys
import zipfile
from datetime import date

import docx
import pytest
from docx.oxml import parse_xml
from lxml import etree

from workload import MissingExtraError, WorkloadError
from workload.documents import make_templates
from workload.documents.filling import (
    Content,
    bytes_beside_parts,
    carried_parts,
    docx_module,
    filled,
    opened,
    package_of,
    packaged_template,
    plain_fields,
    visible_text,
    word_bytes,
)
from workload.text import Text

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMES = (
    Text("姓名", "name"),
    Text("页脚", "footer"),
    Text("说明", "remarks"),
    Text("窗口.年份", "window.years"),
    Text("窗口.课时", "window.class_hours"),
    Text("落款.单位", "seal.office"),
)


def content(**more):
    """What a small paper says."""
    told = {
        "values": {"name": "教师01", "footer": "规则文件 x"},
        "lists": {"remarks": ("第一条", "第二条")},
        "groups": {
            "window": (
                {"years": "2019–2021", "class_hours": "114"},
                {"years": "2022–2024", "class_hours": "120"},
            ),
            "seal": (),
        },
    }
    return Content(names=NAMES, **{**told, **more})


def template(build):
    """The bytes of a template that ``build`` writes."""
    document = docx.Document()
    build(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def fill(build, said=None, **more):
    made = filled(template(build), said or content(), name="模板.docx", title="题目", **more)
    return docx.Document(io.BytesIO(made))


def texts(document):
    return [paragraph.text for paragraph in document.paragraphs]


def table_texts(document):
    return [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]


def in_runs(*pieces):
    """A paragraph of several runs, the first of them bold."""

    def build(document):
        paragraph = document.add_paragraph()
        for place, piece in enumerate(pieces):
            paragraph.add_run(piece).bold = place == 0

    return build


# ---------------------------------------------------------------- fields


@pytest.mark.parametrize("spelling", ["{{姓名}}", "{{name}}", "{{ 姓名 }}", "{{Name}}", "｛｛姓名｝｝", "{{姓 名}}"])
def test_a_field_has_a_chinese_and_an_english_name(spelling):
    """A field is found by its Chinese or English name, however it is spaced, also in full-width braces."""
    assert texts(fill(in_runs(f"兹证明{spelling}。"))) == ["兹证明教师01。"]


def test_a_field_over_several_runs_takes_the_formatting_of_its_first_run():
    """A field that Word has split over runs is one field; the value stands in the first of them."""
    document = fill(in_runs("前{", "{姓", "", "名}", "}后"))
    assert texts(document) == ["前教师01后"]
    assert [(run.text, run.bold) for run in document.paragraphs[0].runs if run.text] == [
        ("前教师01", True),
        ("后", False),
    ]


def test_two_fields_in_one_run_and_over_a_boundary():
    """Fields may follow one another within a run and over its end."""
    assert texts(fill(in_runs("{{姓名}}/{{页", "脚}}/{{姓名}}"))) == ["教师01/规则文件 x/教师01"]


def test_a_value_is_never_read_as_a_field():
    """Braces in a value stay what they are."""
    said = content(values={"name": "{{页脚}}", "footer": "x"})
    assert texts(fill(in_runs("{{姓名}}"), said)) == ["{{页脚}}"]


def test_a_value_of_a_record_or_a_list_is_never_read_as_a_field():
    """What was filled into a row or a line stays, also where it looks like a field or has braces without a partner."""

    def build(document):
        windows_table(document)
        document.add_paragraph("{{说明}}")

    said = content(
        groups={"window": ({"years": "{{页脚}}", "class_hours": "{{zzz}} {{窗口.年份}} {{"},), "seal": ()},
        lists={"remarks": ("{{姓名}}", "{{窗口.年份}}")},
    )
    document = fill(build, said)
    assert table_texts(document)[1] == ["{{页脚}}", "{{zzz}} {{窗口.年份}} {{ 教师01"]
    assert texts(document) == ["{{姓名}}", "{{窗口.年份}}"]


def test_headers_footers_and_text_boxes_are_filled():
    """Fields are filled wherever the template has text."""

    def build(document):
        document.sections[0].header.paragraphs[0].text = "{{姓名}}"
        document.sections[0].footer.paragraphs[0].text = "{{页脚}}"
        outer = document.add_paragraph("外{{姓名}}")
        box = parse_xml(
            f'<w:r xmlns:w="{W}"><w:pict><w:txbxContent><w:p><w:r><w:t>内{{{{姓名}}}}</w:t></w:r></w:p>'
            "</w:txbxContent></w:pict></w:r>"
        )
        outer._p.append(box)

    document = fill(build)
    assert document.sections[0].header.paragraphs[0].text == "教师01"
    assert document.sections[0].footer.paragraphs[0].text == "规则文件 x"
    found = [text.text for text in document.element.iter(f"{{{W}}}t")]
    assert found == ["外教师01", "内教师01"]


def test_line_breaks_and_letters_that_xml_cannot_hold():
    """A line break of a value is one in Word; a control character becomes a replacement character."""
    said = content(values={"name": "甲\n乙\x07", "footer": ""})
    assert texts(fill(in_runs("{{姓名}}"), said)) == ["甲\n乙\N{REPLACEMENT CHARACTER}"]


# ---------------------------------------------------------------- groups and lists


def windows_table(document):
    table = document.add_table(2, 2)
    for cell, text in zip(
        (*table.rows[0].cells, *table.rows[1].cells),
        ("年份", "课时", "{{窗口.年份}}", "{{窗口.课时}} {{姓名}}"),
        strict=True,
    ):
        cell.text = text


def test_a_row_of_a_group_is_repeated_for_each_record():
    """A table row with fields of a group stands once for each record; other fields in it are filled too."""
    assert table_texts(fill(windows_table)) == [
        ["年份", "课时"],
        ["2019–2021", "114 教师01"],
        ["2022–2024", "120 教师01"],
    ]


def test_copies_have_no_names_of_their_own():
    """Word names each paragraph of a file once (w14:paraId): a copy has no such name, nothing a mark of ours."""
    name = "{http://schemas.microsoft.com/office/word/2010/wordml}paraId"

    def build(document):
        windows_table(document)
        for paragraph in document.element.iter(f"{{{W}}}p"):
            paragraph.set(name, "1A2B3C4D")

    rows = fill(build).tables[0].rows
    assert [row.cells[0].paragraphs[0]._p.get(name) for row in rows] == ["1A2B3C4D", None, "1A2B3C4D"]
    assert not [one for row in rows for one in row._tr.iter() if "filled" in one.attrib]


def test_a_table_left_with_its_header_goes():
    """Without a record the row goes, and the table with it, for a header over nothing tells nothing."""
    said = content(groups={"window": (), "seal": ()})
    assert fill(windows_table, said).tables == []


def test_a_table_with_other_fields_stays():
    """A table that still tells something keeps its other rows."""

    def build(document):
        windows_table(document)
        document.tables[0].rows[0].cells[0].text = "{{姓名}}"

    said = content(groups={"window": (), "seal": ()})
    assert table_texts(fill(build, said)) == [["教师01", "课时"]]


def test_neighboring_rows_of_a_group_are_one_block():
    """Two rows under one another that hold one group are repeated together."""

    def build(document):
        table = document.add_table(2, 1)
        table.rows[0].cells[0].text, table.rows[1].cells[0].text = "{{窗口.年份}}", "{{窗口.课时}}"

    assert table_texts(fill(build)) == [["2019–2021"], ["114"], ["2022–2024"], ["120"]]


def test_a_paragraph_of_a_group_outside_a_table_is_repeated():
    """Outside a table the paragraph is what is repeated."""
    assert texts(fill(in_runs("年份 {{窗口.年份}}"))) == ["年份 2019–2021", "年份 2022–2024"]


def test_a_paragraph_that_is_only_a_list_is_repeated_for_each_line():
    """A paragraph that is only a list stands once for each line, and goes where there is none."""

    def build(document):
        document.add_paragraph("前")
        document.add_paragraph("{{说明}}")
        document.add_paragraph("后")

    assert texts(fill(build)) == ["前", "第一条", "第二条", "后"]
    assert texts(fill(build, content(lists={"remarks": ()}))) == ["前", "后"]


def test_a_list_within_a_sentence_is_joined():
    """A list among other words stands as one text."""
    assert texts(fill(in_runs("说明：{{说明}}。"))) == ["说明：第一条；第二条。"]


def test_an_empty_list_in_a_cell_leaves_its_paragraph():
    """A cell keeps a paragraph, without which Word calls the file damaged."""

    def build(document):
        document.add_table(1, 1).rows[0].cells[0].text = "{{说明}}"

    document = fill(build, content(lists={"remarks": ()}))
    assert table_texts(document) == [[""]]


def test_a_list_that_ends_a_section_leaves_the_section():
    """A paragraph that holds the end of a section is emptied, not taken away: the page behind it would change."""

    def build(document):
        document.add_paragraph("{{说明}}")
        document.add_section()
        document.paragraphs[-1].insert_paragraph_before("{{说明}}")
        before, last = document.paragraphs[-2:]
        last._p.getparent().remove(before._p)
        (mark,) = (one for one in document.paragraphs if one._p.pPr is not None and one._p.pPr.sectPr is not None)
        mark.add_run("{{说明}}")

    document = fill(build, content(lists={"remarks": ()}))
    assert len(document.sections) == 2
    assert "{{" not in "".join(texts(document))


def test_a_list_with_lines_ends_the_section_once():
    """A list in the paragraph that ends a section is repeated in front of it: there is one end, and one more page."""

    def build(document):
        document.add_paragraph("{{说明}}")
        document.add_section()
        document.add_paragraph("后")
        first, mark = document.paragraphs[:2]
        first._p.get_or_add_pPr().append(mark._p.pPr.sectPr)
        mark._p.getparent().remove(mark._p)

    document = fill(build)
    assert texts(document) == ["第一条", "第二条", "后"]
    assert len(document.sections) == 2
    assert document.paragraphs[1]._p.pPr.sectPr is not None


def test_a_cell_that_would_end_with_a_table_keeps_a_paragraph():
    """Word calls a file damaged in which a cell ends with a table: the paragraph of an empty list below one stays."""

    def build(document):
        cell = document.add_table(1, 1).rows[0].cells[0]
        cell.text = "前"
        cell.add_table(1, 1).rows[0].cells[0].text = "内"
        cell.paragraphs[-1].text = "{{说明}}"

    cell = fill(build, content(lists={"remarks": ()})).tables[0].rows[0].cells[0]
    assert [paragraph.text for paragraph in cell.paragraphs] == ["前", ""]
    assert cell._tc[-1].tag == f"{{{W}}}p"


FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


def test_footnotes_are_filled_and_seen():
    """A footnote is text like any other: its fields are filled, and a reader sees it."""

    def build(document):
        part = docx.opc.part.Part(
            docx.opc.packuri.PackURI("/word/footnotes.xml"),
            FOOTNOTES,
            f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="1"><w:p><w:r><w:t>注{{{{姓名}}}}</w:t></w:r></w:p>'
            "</w:footnote></w:footnotes>".encode(),
            document.part.package,
        )
        document.part.relate_to(part, f"{RELATIONS}/footnotes")

    made = filled(template(build), content(), name="", title="")
    assert visible_text(made, "") == ((), ("注教师01",))


# ---------------------------------------------------------------- what a school is told


def refused(build, said=None):
    with pytest.raises(WorkloadError) as caught:
        fill(build, said)
    return caught.value.in_language("zh")


def test_all_unknown_fields_are_told_together():
    """Every unknown field is named at once, with what was probably meant and what there is."""

    def build(document):
        document.add_paragraph("{{姓名称}} {{窗口.年度}}")
        document.sections[0].footer.paragraphs[0].text = "{{footr}} {{"

    told = refused(build)
    for piece in (
        "“姓名称”（是不是 姓名？）",
        "“窗口.年度”（是不是 窗口.年份？）",
        "“footr”（是不是 footer？）",
        "“{{”没有配对",
    ):
        assert piece in told
    assert "可用的字段：姓名、页脚、说明、窗口.年份、窗口.课时、落款.单位" in told


def test_two_groups_in_one_row_are_refused():
    """A row cannot be repeated for the records of two groups at once."""

    def build(document):
        table = document.add_table(1, 2)
        table.rows[0].cells[0].text, table.rows[0].cells[1].text = "{{窗口.年份}}", "{{落款.单位}}"

    assert "同一行里有几个组的字段（落款、窗口）" in refused(build)


def locked(good):
    """The same archive with every part marked as encrypted."""
    made = bytearray(good)
    for sign, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        start = made.find(sign)
        while start >= 0:
            made[start + place] |= 1
            start = made.find(sign, start + 4)
    return bytes(made)


def damaged_lzma(good):
    """The same parts packed with LZMA, and the first of them damaged."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_LZMA) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    made = bytearray(stream.getvalue())
    made[70:110] = b"\xff" * 40
    return bytes(made)


@pytest.mark.parametrize(
    "damage", ["text", "empty", "truncated", "locked", "LZMA", "no document", "broken XML", "an xlsx"]
)
def test_what_is_no_word_file_is_told(tmp_path, damage):
    """Whatever is not a readable .docx ends in one sentence that says what to do."""
    good = template(in_runs("x"))
    parts = {"no document": None, "broken XML": b"<w:document"}
    made = {"text": b"hello", "empty": b"", "truncated": good[: len(good) // 2]}.get(damage)
    if damage in ("locked", "LZMA"):
        made = {"locked": locked, "LZMA": damaged_lzma}[damage](good)
    if damage in parts:
        stream = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(stream, "w") as target:
            for name in source.namelist():
                data = parts[damage] if name == "word/document.xml" else source.read(name)
                if data is not None:
                    target.writestr(name, data)
        made = stream.getvalue()
    if damage == "an xlsx":
        import xlsxwriter

        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream) as book:
            book.add_worksheet()
        made = stream.getvalue()
    path = tmp_path / "坏.docx"
    path.write_bytes(made)
    with pytest.raises(WorkloadError, match="不是可读的 Word 文件"):
        word_bytes(path)


def test_a_missing_file_is_told(tmp_path):
    """A template that is not there is told by its path."""
    with pytest.raises(WorkloadError, match="无法读取"):
        word_bytes(tmp_path / "没有.docx")


def test_a_file_that_unpacks_to_too_much_is_refused():
    """A small file that unpacks to gigabytes is refused before it is read."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (65 * 1024**2))
    with pytest.raises(WorkloadError, match="解压后过大"):
        opened(stream.getvalue(), "大.docx")


def test_without_python_docx_the_message_says_what_to_install(monkeypatch):
    """Where the extra is missing, the message names the command that installs it."""
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(MissingExtraError, match=r"counseling-workload\[docx\]"):
        docx_module()


# ---------------------------------------------------------------- the file


def test_the_same_content_gives_the_same_bytes():
    """Another process with another hash seed writes the same bytes."""
    code = (
        "import hashlib, sys; sys.path.insert(0, 'tests'); import test_filling as t\n"
        "from workload.documents.filling import filled, packaged_template\n"
        "made = filled(t.template(t.windows_table), t.content(), name='', title='x', carried=b'<a/>')\n"
        "print(hashlib.sha256(made).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    made = filled(template(windows_table), content(), name="", title="x", carried=b"<a/>")
    assert found == {hashlib.sha256(made).hexdigest() + "\n"}


def test_the_properties_come_from_no_clock():
    """The document's times are its day, and a constant without one; the parts of the package have none."""
    made = filled(template(in_runs("x")), content(), name="", title="题目", day=date(2025, 1, 6))
    properties = docx.Document(io.BytesIO(made)).core_properties
    assert f"{properties.created:%F %T}" == f"{properties.modified:%F %T}" == "2025-01-06 00:00:00"
    assert (properties.title, properties.author, properties.last_modified_by) == ("题目", "workload", "workload")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"


def test_what_is_carried_is_found_again():
    """A custom XML part can be read back, beside those that the template has already."""
    once = filled(template(in_runs("x")), content(), name="", title="", carried=b"<a/>")
    twice = filled(once, content(), name="", title="", carried=b"<b/>")
    assert carried_parts(twice, "")[-2:] == (b"<a/>", b"<b/>")


def test_the_lines_of_a_file():
    """Each paragraph is a line, with single spaces; those of headers and footers stand apart."""

    def build(document):
        document.add_paragraph("一\t二  三\n四")
        document.add_paragraph(" ")
        document.sections[0].footer.paragraphs[0].text = "脚"

    assert visible_text(template(build), "") == (("一 二 三 四",), ("脚",))


def in_a_text_box(document):
    document.add_paragraph()._p.append(
        parse_xml(
            f'<w:r xmlns:w="{W}"><w:pict><w:txbxContent><w:p><w:r><w:t>{{{{姓名}}}}</w:t></w:r></w:p></w:txbxContent>'
            "</w:pict></w:r>"
        )
    )


def hidden_run(document):
    document.add_paragraph("见").add_run("{{姓名}}").font.hidden = True


def hidden_by_a_style(document):
    base = document.styles.add_style("藏", docx.enum.style.WD_STYLE_TYPE.CHARACTER)
    base.font.hidden = True
    more = document.styles.add_style("藏二", docx.enum.style.WD_STYLE_TYPE.CHARACTER)
    more.base_style = base
    document.add_paragraph().add_run("{{姓名}}", style=more)


def hidden_row(document):
    row = document.add_table(1, 1).rows[0]
    row.cells[0].text = "{{姓名}}"
    row._tr.get_or_add_trPr().append(parse_xml(f'<w:hidden xmlns:w="{W}"/>'))


def in_a_header(document):
    document.sections[0].header.paragraphs[0].text = "{{姓名}}"


@pytest.mark.parametrize("build", [hidden_run, hidden_by_a_style, hidden_row, in_a_header, in_a_text_box])
def test_a_field_that_could_be_missed_is_not_in_plain_sight(build):
    """A hidden field, one of a hidden row or style, of a header or a text box is not in plain sight."""
    assert plain_fields(template(build), "") == ()


def test_a_field_over_several_runs_is_in_plain_sight():
    """What stands in the body, also over several runs, in a cell or in a heading, is in plain sight."""

    def build(document):
        in_runs("{", "{姓", "名}}")(document)
        document.add_heading("{{页脚}}")
        document.add_table(1, 1).rows[0].cells[0].text = "{{窗口.年份}}"

    assert plain_fields(template(build), "") == ("姓名", "页脚", "窗口.年份")


# ---------------------------------------------------------------- two packages


def test_how_xml_is_written_makes_no_difference():
    """Order of attributes, quotes and empty elements are no difference; a letter, a comment, a document type are."""
    good = packaged_template("certificate", "zh")

    def part(change):
        return package_of(rebuilt(good, {"word/document.xml": change}))[0]["word/document.xml"]

    plain = part(lambda xml: xml)
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(good)).read("word/document.xml"))
    assert part(lambda _: etree.tostring(root)) == plain
    for change in (
        lambda xml: xml.replace("校验码".encode(), "检验码".encode()),
        lambda xml: xml.replace(b"<w:body>", b"<w:body><!-- -->"),
        lambda xml: xml.replace(b"<w:document", b"<!DOCTYPE w:document><w:document", 1),
        lambda xml: etree.tostring(etree.fromstring(xml), encoding="UTF-16"),
    ):
        assert part(change) != plain


def rebuilt(found, changes):
    """The package with parts changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(found)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, changes.get(name, lambda data: data)(source.read(name)))
    return stream.getvalue()


def test_a_package_has_nothing_beside_its_parts():
    """A comment of the archive, or bytes in front of it, could hold another document: they are told."""
    good = packaged_template("certificate", "zh")
    assert bytes_beside_parts(good) == bytes_beside_parts(rebuilt(good, {})) == 0
    stream = io.BytesIO(good)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.comment = b"PK"
    assert bytes_beside_parts(stream.getvalue()) == bytes_beside_parts(b"PK" + good) == 2


# ---------------------------------------------------------------- the packaged templates


def parts_of(found):
    """The parts that make a template what it is, in canonical XML."""
    with zipfile.ZipFile(io.BytesIO(found)) as archive:
        return {
            name: etree.tostring(etree.fromstring(archive.read(name)), method="c14n")
            for name in archive.namelist()
            if name.startswith("word/")
            and name.endswith(("document.xml", "styles.xml", "fontTable.xml", "footer1.xml"))
        }


@pytest.mark.parametrize("name", make_templates.templates())
def test_the_packaged_templates_are_current(name):
    """What stands in the package is what make_templates makes; to accept a change, run that module."""
    packaged = (make_templates.FOLDER / name).read_bytes()
    assert parts_of(packaged) == parts_of(make_templates.templates()[name])
    assert {path.name for path in make_templates.FOLDER.glob("*.docx")} == set(make_templates.templates())


@pytest.mark.parametrize("name", make_templates.templates())
def test_the_packaged_templates_name_their_fonts_and_page(name):
    """They are A4, have East Asian fonts by name, repeat their header rows, and number their pages."""
    found = (make_templates.FOLDER / name).read_bytes()
    document = docx.Document(io.BytesIO(found))
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    xml = "".join(part.decode() for part in parts_of(found).values())
    assert 'w:eastAsia="方正小标宋简体"' in xml
    assert '<w:altName w:val="宋体">' in xml
    assert "w:tblHeader" in xml
    assert " PAGE " in xml
    assert {"{{页脚}}", "{{footer}}"} & set(visible_text(found, name)[1])


def test_main_writes_them(tmp_path):
    """``python -m workload.documents.make_templates`` writes every one."""
    make_templates.main(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == make_templates.templates()
