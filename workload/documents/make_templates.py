"""Makes the Word templates that come with the package: ``python -m workload.documents.make_templates``.

They are kept built, in ``templates/``, so that a school can open, restyle and give back what stands there; a test
holds that they are what this module makes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from attrs import frozen

from workload.documents import certificate, statement
from workload.documents.filling import docx_module, repacked, written_bytes
from workload.text import Language, Text

FOLDER = Path(__file__).parent / "templates"
LANGUAGES: tuple[Language, ...] = ("zh", "en")
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TWIPS = 1440  # of an inch
MM = 25.4  # in an inch
A4 = (210, 297)
_SHADE = "EEF2F6"
# The fonts of official papers, and what stands in for one that a computer lacks.
FALLBACKS = MappingProxyType({"方正小标宋简体": "宋体", "仿宋": "FangSong", "宋体": "SimSun", "黑体": "SimHei"})


@frozen(kw_only=True)
class Look:
    """Sizes in points and margins in millimeters of one template."""

    body: str  # its East Asian font
    size: float
    small: float
    title: float
    part: float
    margins: tuple[float, float, float, float]  # top, right, bottom, left
    row: float  # the least height of a table's row
    after: float  # the space after a paragraph


STATEMENT = Look(body="宋体", size=8.5, small=7.5, title=15, part=9, margins=(10, 15, 10, 15), row=0, after=1)
CERTIFICATE = Look(body="仿宋", size=11, small=7.5, title=18, part=11, margins=(18, 22, 18, 22), row=14, after=2)


def main(folder: Path = FOLDER) -> None:
    """Write every template into the folder."""
    for name, made in templates().items():
        written_bytes(folder / name, made)


def templates() -> dict[str, bytes]:
    """Every template by its file name."""
    return {
        f"{name}.{language}.docx": make(language)
        for name, make in ((statement.NAME, statement_template), (certificate.NAME, certificate_template))
        for language in LANGUAGES
    }


def statement_template(language: Language) -> bytes:
    """The template of the statement: one dense page."""
    page = _Page(STATEMENT, language, Text("核算单模板", "template of the statement"))
    field = page.field
    page.title(field("title"))
    page.line(f"{page.say(statement.BASIS)}{field('basis')}", align="center")
    page.head(statement.HEAD, statement.HEAD_SHARES[language], 8)
    for name, title in statement.TITLES.items():
        page.part(page.say(title))
        if name in statement.COLUMNS:
            page.table(name, statement.COLUMNS[name], size=8 if name == "figure" else STATEMENT.small)
        else:
            page.line(field(name), size=STATEMENT.small)
    page.part(field("form_title"))
    page.line(field("form_note"), size=STATEMENT.small)
    page.table("form", statement.COLUMNS["form"], size=STATEMENT.small, row=statement.FORM_ROW)
    page.line(field("form_signature"), before=7)
    page.footer([field("audience"), field("footer")])
    return page.made()


def certificate_template(language: Language) -> bytes:
    """The template of the certificate: formal, with room for seals."""
    page = _Page(CERTIFICATE, language, Text("认定材料模板", "template of the certificate"))
    field = page.field
    page.title(field("title"))
    page.line(f"{page.say(Text('校验码：', 'Check code: '))}{field('code')}", align="right", size=CERTIFICATE.small)
    page.head(certificate.HEAD, certificate.HEAD_SHARES, 9.5)
    page.line(field("body"), indent=language == "zh", before=6)
    for title, group in (("windows_title", "window"), ("years_title", "year")):
        page.part(field(title))
        page.table(group, certificate.COLUMNS[group], size=9)
    for name, lines, size in (
        ("articles", "articles", 9),
        ("readings", "readings", CERTIFICATE.small),
        ("code", "code_note", CERTIFICATE.small),
    ):
        page.part(page.say(certificate.TITLES[name]))
        page.line(field(lines), size=size, keep=name == "code")  # no seal stands on a page of its own
    page.line(field("date"), align="right", before=8, keep=True)
    page.table("seal", certificate.COLUMNS["seal"], row=40, header=False, together=True)
    page.end()
    page.footer([field("footer")])
    return page.made()


class _Page:
    """A template while it is made."""

    def __init__(self, look: Look, language: Language, title: Text) -> None:
        self.docx = docx_module()
        self.look, self.language = look, language
        self.names = {one.en: one for one in (*statement.FIELDS, *certificate.FIELDS)}
        if look is STATEMENT:  # the two papers call some things otherwise
            self.names |= {one.en: one for one in statement.FIELDS}
        self.document = self.docx.Document()
        self.width = A4[0] - look.margins[1] - look.margins[3]
        self._set_up(title)

    def say(self, text: Text) -> str:
        return text.get(self.language)

    def field(self, name: str) -> str:
        return f"{{{{{self.say(self.names[name])}}}}}"

    def _points(self, value: float) -> Any:
        return self.docx.shared.Pt(value)

    def _set_up(self, title: Text) -> None:
        document, look = self.document, self.look
        section = document.sections[0]
        millimeters = self.docx.shared.Mm
        section.page_width, section.page_height = millimeters(A4[0]), millimeters(A4[1])
        section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(
            millimeters, look.margins
        )
        section.header_distance = section.footer_distance = millimeters(7)
        normal = document.styles["Normal"]
        # English words are longer than Chinese ones.
        size = look.size if self.language == "zh" or look is STATEMENT else look.size - 1
        normal.font.name, normal.font.size = "Times New Roman", self._points(size)
        self._east_asian(normal.element.get_or_add_rPr(), look.body)
        normal.paragraph_format.space_after = self._points(look.after)
        normal.paragraph_format.space_before = self._points(0)
        normal.paragraph_format.line_spacing = 1.0
        defaults = document.styles.element.find(f".//{_w('rPrDefault')}/{_w('rPr')}")
        for mark in defaults.findall(_w("lang")):
            mark.set(_w("eastAsia"), "zh-CN")
        self._fallbacks()
        properties = document.core_properties
        properties.title, properties.author, properties.last_modified_by = self.say(title), "workload", "workload"
        properties.comments = ""
        properties.created = properties.modified = datetime(2000, 1, 1)  # noqa: DTZ001  # Word files know no time zone
        thumbnail = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail"
        relations = document.part.package.rels
        for identifier in [key for key, one in relations.items() if one.reltype == thumbnail]:
            del relations[identifier]

    def _fallbacks(self) -> None:
        """For each font another one that Word takes where a computer lacks it."""
        part = next(part for part in self.document.part.package.iter_parts() if "fontTable" in str(part.partname))
        root = self.docx.oxml.parse_xml(part.blob)
        for font in root.findall(_w("font")):
            if font.get(_w("name")) in FALLBACKS:
                root.remove(font)
        for name, other in FALLBACKS.items():
            font = root.makeelement(_w("font"), {_w("name"): name})
            for tag, value in (("altName", other), ("charset", "86"), ("family", "auto"), ("pitch", "variable")):
                font.append(font.makeelement(_w(tag), {_w("val"): value}))
            root.append(font)
        part._blob = self.docx.oxml.parser.etree.tostring(root, encoding="UTF-8", standalone=True)

    @staticmethod
    def _east_asian(properties: Any, font: str) -> None:
        fonts = properties.find(_w("rFonts"))
        if fonts is None:
            fonts = properties.makeelement(_w("rFonts"), {})
            properties.insert(0, fonts)
        fonts.set(_w("eastAsia"), font)

    def _run(self, paragraph: Any, text: str, *, size: float | None = None, font: str = "", bold: bool = False) -> Any:
        run = paragraph.add_run(text)
        if size is not None:
            run.font.size = self._points(size)
        if font:
            self._east_asian(run._element.get_or_add_rPr(), font)
        if bold:
            run.font.bold = True
        return run

    def title(self, text: str) -> None:
        paragraph = self.document.add_paragraph()
        paragraph.alignment = self.docx.enum.text.WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_after = self._points(2 * self.look.after)
        size = self.look.title if self.language == "zh" else self.look.title - 6  # English is longer
        self._run(paragraph, text, size=size, font="方正小标宋简体", bold=self.language == "en")

    def part(self, text: str) -> None:
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.space_before = self._points(self.look.part / 3)
        paragraph.paragraph_format.keep_with_next = True
        self._run(paragraph, text, size=self.look.part, font="黑体", bold=self.language == "en")

    def line(
        self,
        text: str,
        *,
        align: str = "left",
        size: float | None = None,
        indent: bool = False,
        before: float = 0,
        keep: bool = False,
    ) -> None:
        paragraph = self.document.add_paragraph()
        form = paragraph.paragraph_format
        paragraph.alignment = getattr(self.docx.enum.text.WD_ALIGN_PARAGRAPH, align.upper())
        form.space_before, form.keep_with_next = self._points(before), keep
        if indent:
            form.first_line_indent = self._points(2 * self.look.size)
            form.line_spacing = 1.3
        self._run(paragraph, text, size=size)

    def _table(self, rows: int, shares: Sequence[int]) -> Any:
        """A table with borders whose columns take their shares of the width, in Word and in LibreOffice."""
        table = self.document.add_table(rows, len(shares), style="Table Grid")
        table.autofit = False
        whole = round(self.width / MM * TWIPS)
        widths = [whole * share // sum(shares) for share in shares]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = self.docx.shared.Twips(width)
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = self.docx.shared.Twips(width)
                cell.vertical_alignment = self.docx.enum.table.WD_ALIGN_VERTICAL.CENTER
                cell.paragraphs[0].paragraph_format.space_after = self._points(0)
        self._cell_margins(table)
        return table

    @staticmethod
    def _cell_margins(table: Any) -> None:
        properties = table._tbl.tblPr
        margins = properties.makeelement(_w("tblCellMar"), {})
        for side, twips in (("top", 10), ("left", 60), ("bottom", 10), ("right", 60)):
            margins.append(margins.makeelement(_w(side), {_w("w"): str(twips), _w("type"): "dxa"}))
        look = properties.find(_w("tblLook"))
        look.addprevious(margins)

    def _shaded(self, cell: Any) -> None:
        properties = cell._element.get_or_add_tcPr()
        shade = properties.makeelement(_w("shd"), {_w("val"): "clear", _w("color"): "auto", _w("fill"): _SHADE})
        align = properties.find(_w("vAlign"))
        align.addprevious(shade)

    def head(self, pairs: Iterable[tuple[str, Text]], shares: Sequence[int], size: float | None = None) -> None:
        """Labels and fields side by side."""
        told, on_a_line = list(pairs), len(shares) // 2
        lines = [told[start : start + on_a_line] for start in range(0, len(told), on_a_line)]
        table = self._table(len(lines), shares)
        for row, line in zip(table.rows, lines, strict=True):
            self._height(row, self.look.row)
            for place, (name, label) in enumerate(line):
                self._shaded(row.cells[2 * place])
                self._run(row.cells[2 * place].paragraphs[0], self.say(label), bold=True, size=size)
                self._run(row.cells[2 * place + 1].paragraphs[0], self.field(name), size=size)

    def table(
        self,
        group: str,
        columns: Sequence[tuple[str, Text, int]],
        *,
        size: float | None = None,
        row: float | None = None,
        header: bool = True,
        together: bool = False,
    ) -> None:
        """A header row, repeated on each page, and the row that each record of the group fills.

        ``together``: the rows stay on one page.
        """
        table = self._table(1 + header, [share for _, _, share in columns])
        if header:
            properties = table.rows[0]._tr.get_or_add_trPr()
            properties.append(properties.makeelement(_w("tblHeader"), {}))
            for cell, (_, label, _) in zip(table.rows[0].cells, columns, strict=True):
                self._shaded(cell)
                self._run(cell.paragraphs[0], self.say(label), bold=True, size=size)
        for cell, (name, _, _) in zip(table.rows[-1].cells, columns, strict=True):
            self._run(cell.paragraphs[0], self.field(f"{group}.{name}"), size=size)
            cell.paragraphs[0].paragraph_format.keep_with_next = together or None
        properties = table.rows[-1]._tr.get_or_add_trPr()
        properties.insert(0, properties.makeelement(_w("cantSplit"), {}))
        self._height(table.rows[-1], self.look.row if row is None else row)

    def _height(self, row: Any, points: float) -> None:
        if points:
            row.height = self._points(points)
            row.height_rule = self.docx.enum.table.WD_ROW_HEIGHT_RULE.AT_LEAST

    def end(self) -> None:
        """The paragraph that Word wants behind the last table, as low as can be."""
        form = self.document.add_paragraph().paragraph_format
        form.line_spacing, form.space_after = self._points(1), self._points(0)

    def footer(self, lines: Sequence[str]) -> None:
        footer = self.document.sections[0].footer
        paragraph = footer.paragraphs[0]
        for line in lines:
            paragraph.paragraph_format.space_after = self._points(0)
            self._run(paragraph, line, size=7)
            paragraph = footer.add_paragraph()
        paragraph.alignment = self.docx.enum.text.WD_ALIGN_PARAGRAPH.CENTER
        before, between, after = ("第 ", " 页 共 ", " 页") if self.language == "zh" else ("Page ", " of ", "")
        self._run(paragraph, before, size=7)
        self._page_number(paragraph, "PAGE")
        self._run(paragraph, between, size=7)
        self._page_number(paragraph, "NUMPAGES")
        if after:
            self._run(paragraph, after, size=7)

    def _page_number(self, paragraph: Any, instruction: str) -> None:
        for kind, text in (("begin", None), (None, instruction), ("separate", None), ("", "1"), ("end", None)):
            run = self._run(paragraph, text if kind == "" and text else "", size=7)._element
            if kind:
                run.append(run.makeelement(_w("fldChar"), {_w("fldCharType"): kind}))
            elif kind is None:
                told = run.makeelement(_w("instrText"), {})
                told.text = f" {text} "
                run.append(told)

    def made(self) -> bytes:
        stream = io.BytesIO()
        self.document.save(stream)
        return repacked(stream.getvalue())


def _w(name: str) -> str:
    return f"{{{_WORD}}}{name}"


if __name__ == "__main__":
    main()
