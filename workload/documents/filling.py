"""Word templates: fields in double braces, filled with what a paper says.

A field is ``{{姓名}}`` or ``{{name}}`` anywhere in the text of the template: body, tables, text boxes, headers,
footers, notes. It takes the formatting of its first letter, also where Word has split it over several runs. A table
row (or a paragraph outside a table) with fields of a group, ``{{窗口.年份}}``, is repeated for each record of the
group; a paragraph that is only a list, ``{{说明}}``, for each line of it. What has no record or no line goes: the row,
the paragraph, and a table that is left with its header alone. The same template and content give the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from datetime import date, datetime
from difflib import get_close_matches
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from attrs import frozen

from workload.errors import MissingExtraError, WorkloadError
from workload.tables.write import written
from workload.text import Language, Text, joined
from workload.vocabulary import folded

MOST_UNPACKED = 64 * 1024**2  # bytes of all parts of a Word file; a letterhead with pictures has a tenth of it
MOST_PARTS = 2000
_UNDATED = datetime(2000, 1, 1)  # noqa: DTZ001  # Word files know no time zone
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NAMES_OF_ONE = tuple(
    f"{{http://schemas.microsoft.com/office/word/2010/wordml}}{name}" for name in ("paraId", "textId")
)
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_FIELD = re.compile(r"(?:\{\{|｛｛)\s*([^{}｛｝]*?)\s*(?:\}\}|｝｝)")
_BRACES = re.compile(r"\{\{|\}\}|｛｛|｝｝")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _w(name: str) -> str:
    return f"{{{_WORD}}}{name}"


@frozen(kw_only=True)
class Content:
    """What a paper says, whatever shows it: single values, lists of lines, groups of records.

    Each stands under its English name; ``names`` has every field there is in both languages (a group's as
    ``窗口.年份``, ``window.years``), those included of which the paper has nothing to say.
    """

    names: tuple[Text, ...]
    values: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, tuple[Mapping[str, str], ...]]
    language: Language = "zh"

    def named(self, spelling: str) -> str | None:
        """The English name of the field that a template calls so.

        >>> names = (Text("姓名", "name"),)
        >>> Content(names=names, values={"name": "教师01"}, lists={}, groups={}).named("姓 名")
        'name'
        """
        wanted = folded(spelling).replace("_", "")
        return next((one.en for one in self.names if wanted in (folded(one.zh), one.en.replace("_", ""))), None)


def docx_module() -> Any:
    """python-docx, or a clear message how to install it."""
    try:
        import docx
    except ImportError:
        raise MissingExtraError(
            Text(
                '写入 Word 文件需要 python-docx：pip install "counseling-workload[docx]"',
                'a Word document needs python-docx: pip install "counseling-workload[docx]"',
            )
        ) from None
    return docx


# ---------------------------------------------------------------- opening


def word_bytes(path: Path) -> bytes:
    """The bytes of a Word file.

    Raises:
        WorkloadError: the file cannot be read, or is no .docx.
    """
    try:
        found = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WorkloadError(Text(f"无法读取 {path}：{reason}", f"{path} cannot be read: {reason}")) from None
    opened(found, path.name)
    return found


def opened(found: bytes, name: str) -> Any:
    """The document that those bytes are.

    Raises:
        WorkloadError: they are none, or one that is damaged or unpacks to more than any honest document.
    """
    docx = docx_module()
    try:
        with zipfile.ZipFile(io.BytesIO(found)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise WorkloadError(
                    Text(
                        f"{name} 解压后过大，不像正常的 Word 文件",
                        f"{name} unpacks to more than any honest Word document",
                    )
                )
        document = docx.Document(io.BytesIO(found))
        _stories(document)
    # Whatever a damaged package makes python-docx stumble over: a missing part, broken XML, a wrong type.
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, SyntaxError, AttributeError, OSError, TypeError):
        raise _no_document(name) from None
    except NotImplementedError:  # packed or encrypted in a way that zipfile does not know
        raise _no_document(name) from None
    except docx.opc.exceptions.OpcError:
        raise _no_document(name) from None
    return document


def _no_document(name: str) -> WorkloadError:
    return WorkloadError(
        Text(
            f"{name} 不是可读的 Word 文件（.docx），或已损坏；请在 Word 中打开并另存为 .docx 再试",
            f"{name} is no readable Word document (.docx), or damaged; open it in Word and save it as .docx",
        )
    )


_STORIES = ("header+xml", "footer+xml", "footnotes+xml", "endnotes+xml")


def _stories(document: Any) -> list[tuple[Any, Any]]:
    """Every part that holds text, with its root element: the body first, the others by name."""
    found = [(document.part, document.element)]
    others = [part for part in document.part.package.iter_parts() if part.content_type.endswith(_STORIES)]
    for part in sorted(others, key=lambda part: str(part.partname)):
        root = getattr(part, "element", None)
        if root is None:  # python-docx keeps footnotes as bytes
            root = docx_module().oxml.parse_xml(part.blob)
        found.append((part, root))
    return found


# ---------------------------------------------------------------- filling


def filled(
    template: bytes,
    content: Content,
    *,
    name: str,
    title: str,
    day: date | None = None,
    carried: bytes | None = None,
) -> bytes:
    """A template with its fields filled: the bytes of a .docx, the same for the same arguments.

    Args:
        template: the bytes of the template.
        content: what is filled in.
        name: the template's file name, for messages.
        title: the title in the document's properties.
        day: the document's date, also in its properties; it never comes from a clock.
        carried: XML that the document carries unseen, as a custom XML part.

    Raises:
        WorkloadError: the template is no Word file, or has fields that nothing is known of: all of them together.
    """
    document = opened(template, name)
    stories = _stories(document)
    problems = [problem for _, root in stories for problem in _problems(root, content)]
    if problems:
        raise _unknown(name, problems, content)
    for _, root in stories:
        _check_rows(root, content, name)
    for part, root in stories:
        _fill(root, content)
        if not hasattr(part, "element"):
            part._blob = docx_module().oxml.parser.etree.tostring(root, encoding="UTF-8", standalone=True)
    if carried is not None:
        _carry(document, carried)
    _properties(document, title, day)
    return _packed(document)


def written_bytes(path: Path, found: bytes, *, overwrite: bool = True) -> None:
    """Write a finished file: whole, or not at all.

    Raises:
        WorkloadError: the place cannot be written to, or a file is there and ``overwrite`` is false.
    """

    def write(temporary: Path) -> None:
        temporary.write_bytes(found)

    written(path, write, overwrite=overwrite)


def fields_of(template: bytes, name: str) -> tuple[str, ...]:
    """The fields that a template has, as it spells them, each once."""
    document = opened(template, name)
    spelled = (match[1] for _, root in _stories(document) for p in root.iter(_w("p")) for match in _matches(p))
    return tuple(dict.fromkeys(spelled))


def packaged_template(name: str, language: Language) -> bytes:
    """The template of that name that comes with the package."""
    return files("workload.documents").joinpath("templates", f"{name}.{language}.docx").read_bytes()


def _own_texts(paragraph: Any) -> list[Any]:
    """The text elements of a paragraph, without those of text boxes anchored in it, which are paragraphs of theirs."""
    return [
        text for text in paragraph.iter(_w("t")) if next(text.iterancestors(_w("p"))) is paragraph and not _inert(text)
    ]


def _inert(text: Any) -> bool:
    """Whether a text stands in deleted words: Word keeps those of tracked changes."""
    return any(ancestor.tag in (_w("del"), _w("moveFrom")) for ancestor in text.iterancestors())


def _text(paragraph: Any) -> str:
    return "".join(text.text or "" for text in _own_texts(paragraph))


def _matches(paragraph: Any) -> Iterator[re.Match[str]]:
    return _FIELD.finditer(_text(paragraph))


def _problems(root: Any, content: Content) -> Iterator[str]:
    """The fields that nothing is known of, and braces without a partner."""
    for paragraph in root.iter(_w("p")):
        text = _text(paragraph)
        for match in _FIELD.finditer(text):
            if content.named(match[1]) is None:
                yield match[1]
        for brace in _BRACES.finditer(_FIELD.sub("", text)):
            yield brace[0]


def _check_rows(root: Any, content: Content, name: str) -> None:
    """Refuse a row that would have to be repeated for the records of two groups."""
    groups: dict[Any, set[str]] = {}
    for paragraph in root.iter(_w("p")):
        holder = next(paragraph.iterancestors(_w("tr")), paragraph)
        found = groups.setdefault(holder, set())
        found |= _group_of([paragraph], content)
        if len(found) > 1:
            told = sorted(found)
            zh = "、".join(one.zh.partition(".")[0] for group in told for one in _of_group(content, group)[:1])
            raise WorkloadError(
                Text(
                    f"模板 {name} 的同一行里有几个组的字段（{zh}）；每行只能用一个组",
                    f"a row of the template {name} has fields of several groups ({', '.join(told)}); one is allowed",
                )
            )


def _of_group(content: Content, group: str) -> list[Text]:
    return [one for one in content.names if one.en.startswith(f"{group}.")]


def _unknown(name: str, problems: list[str], content: Content) -> WorkloadError:
    known = [spelling for one in content.names for spelling in (one.zh, one.en)]
    told = []
    for problem in dict.fromkeys(problems):
        if _BRACES.fullmatch(problem):
            told.append(Text(f"“{problem}”没有配对", f"{problem!r} has no partner"))
            continue
        near = get_close_matches(problem, known, n=1, cutoff=0.5)
        zh, en = (f"（是不是 {near[0]}？）", f" (did you mean {near[0]}?)") if near else ("", "")
        told.append(Text(f"“{problem}”{zh}", f"{problem!r}{en}"))
    found = joined(told, "、", ", ")
    zh, en = "、".join(one.zh for one in content.names), ", ".join(one.en for one in content.names)
    return WorkloadError(
        Text(
            f"模板 {name} 里有不认识的字段：{found.zh}\n可用的字段：{zh}",
            f"the template {name} has unknown fields: {found.en}\nknown fields: {en}",
        )
    )


def _fill(root: Any, content: Content) -> None:
    """Fill one part: first the rows of groups are repeated, then the paragraphs of lists, then every field."""
    tables: list[Any] = []
    for group in content.groups:
        for block in _blocks(root, content, group):
            table = next(block[0].iterancestors(_w("tbl")), None)
            if table is not None and not any(table is other for other in tables):
                tables.append(table)
            _repeat(block, content, group)
    for paragraph in list(root.iter(_w("p"))):
        only = _FIELD.fullmatch(_text(paragraph).strip())
        field = content.named(only[1]) if only is not None else None
        if field is not None and field in content.lists:
            _repeat_lines(paragraph, content.lists[field])
    for paragraph in root.iter(_w("p")):
        if _fill_paragraph(paragraph, partial(_value, content)):
            for row in paragraph.iterancestors(_w("tr")):
                row.set(_FILLED, "1")
    for table in tables:
        if not any(row.get(_FILLED) for row in table.iter(_w("tr"))):
            _remove(table)
    for element in root.iter(_w("tr"), _w("p")):
        element.attrib.pop(_FILLED, None)


_FILLED = "filled"  # marks the rows that something filled, until the part is done


def _value(content: Content, spelling: str) -> str:
    name = content.named(spelling) or ""
    if name in content.lists:
        return ("; " if content.language == "en" else "；").join(content.lists[name])
    return content.values.get(name, "")


def _group_of(paragraphs: Iterable[Any], content: Content) -> set[str]:
    names = {content.named(match[1]) or "" for paragraph in paragraphs for match in _matches(paragraph)}
    return {name.partition(".")[0] for name in names if "." in name}


def _blocks(root: Any, content: Content, group: str) -> list[list[Any]]:
    """What one record of the group fills: neighboring rows, or a paragraph outside a table."""
    blocks: list[list[Any]] = []
    for paragraph in root.iter(_w("p")):
        if group not in _group_of([paragraph], content):
            continue
        holder = next(paragraph.iterancestors(_w("tr")), paragraph)
        if blocks and holder is blocks[-1][-1]:
            continue
        if blocks and holder.tag == _w("tr") and holder.getprevious() is blocks[-1][-1]:
            blocks[-1].append(holder)
        else:
            blocks.append([holder])
    return blocks


def _repeat(block: list[Any], content: Content, group: str) -> None:
    """A block once for each record, filled with it."""
    last = block[-1]
    for record in content.groups[group]:
        for original in block:
            copy = _copied(original)
            copy.set(_FILLED, "1")
            for paragraph in copy.iter(_w("p")):
                _fill_paragraph(paragraph, partial(_of_record, content, group, record))
            last.addnext(copy)
            last = copy
    for original in block:
        _remove(original)


def _copied(element: Any) -> Any:
    """A copy without the names that Word gives each paragraph of a file: they stand once."""
    copy = deepcopy(element)
    for one in copy.iter(_w("p"), _w("tr")):
        for name in _NAMES_OF_ONE:
            one.attrib.pop(name, None)
    return copy


def _of_record(content: Content, group: str, record: Mapping[str, str], spelling: str) -> str | None:
    """A field of a record; ``None`` for a field that is none of the group's, which is filled later."""
    of, _, field = (content.named(spelling) or "").partition(".")
    return record.get(field, "") if of == group and field else None


def _the_line(line: str, _: str) -> str:
    return line


def _repeat_lines(paragraph: Any, lines: Iterable[str]) -> None:
    last = paragraph
    for line in lines:
        copy = _copied(paragraph)
        _fill_paragraph(copy, partial(_the_line, line))
        last.addnext(copy)
        last = copy
    _remove(paragraph)


def _remove(element: Any) -> None:
    """Take an element out; a cell keeps its last paragraph, empty, because Word wants one."""
    parent = element.getparent()
    if element.tag == _w("p") and parent.tag != _w("body") and len(parent.findall(_w("p"))) == 1:
        for text in _own_texts(element):
            text.text = ""
        return
    if element.tag == _w("p") and element.find(f"{_w('pPr')}/{_w('sectPr')}") is not None:  # it ends a section
        for text in _own_texts(element):
            text.text = ""
        return
    parent.remove(element)


def _fill_paragraph(paragraph: Any, value: Callable[[str], str | None]) -> bool:
    """Put a value in the place of each field, in the run of the field's first letter; whether there was one."""
    texts = _own_texts(paragraph)
    whole = "".join(text.text or "" for text in texts)
    found = [
        (match.start(), match.end(), told) for match in _FIELD.finditer(whole) if (told := value(match[1])) is not None
    ]
    start = 0
    for text in texts:
        old = text.text or ""
        end = start + len(old)
        new, at = "", start
        for begin, finish, told in found:
            if finish <= at or begin >= end:
                continue
            new += whole[at : max(at, begin)]
            if start <= begin:
                new += _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", told)
            at = min(finish, end)
        new += whole[at:end]
        if new != old:
            _set_text(text, new)
        start = end
    return bool(found)


def _set_text(text: Any, new: str) -> None:
    """The text of an element; line breaks become Word's."""
    first, *lines = new.split("\n")
    text.text = first
    text.set(_SPACE, "preserve")
    for line in reversed(lines):
        more = deepcopy(text)
        more.text = line
        text.addnext(more)
        text.addnext(more.makeelement(_w("br"), {}))


# ---------------------------------------------------------------- what a document carries unseen, and its package


_PROPS = (
    '<ds:datastoreItem ds:itemID="{identifier}" '
    'xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml"><ds:schemaRefs/></ds:datastoreItem>'
)
_ITEM_ID = "{6D1F2B3C-6B0E-4E0B-9C57-6F5A2A0C8E11}"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
_PROPS_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXmlProps"
_PROPS_TYPE = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"


def _carry(document: Any, carried: bytes) -> None:
    opc = docx_module().opc
    package = document.part.package
    names = {str(part.partname) for part in package.iter_parts()}
    number = next(number for number in range(1, MOST_PARTS) if f"/customXml/item{number}.xml" not in names)
    item = opc.part.Part(opc.packuri.PackURI(f"/customXml/item{number}.xml"), "application/xml", carried, package)
    props = opc.part.Part(
        opc.packuri.PackURI(f"/customXml/itemProps{number}.xml"),
        _PROPS_TYPE,
        _PROPS.format(identifier=_ITEM_ID).encode(),
        package,
    )
    document.part.relate_to(item, _RELATION)
    item.relate_to(props, _PROPS_RELATION)


def carried_parts(found: bytes, name: str) -> tuple[bytes, ...]:
    """The custom XML parts of a Word file.

    Raises:
        WorkloadError: it is no Word file.
    """
    package = opened(found, name).part.package
    parts = [part for part in package.iter_parts() if re.fullmatch(r"/customXml/item\d+\.xml", str(part.partname))]
    return tuple(part.blob for part in sorted(parts, key=lambda part: str(part.partname)))


def _properties(document: Any, title: str, day: date | None) -> None:
    """The document's properties: what the paper is, and nothing of who ran the program on which machine when."""
    properties = document.core_properties
    stamp = _UNDATED if day is None else datetime(day.year, day.month, day.day)  # noqa: DTZ001  # see _UNDATED
    properties.title = title
    properties.author = properties.last_modified_by = "workload"
    properties.created = properties.modified = stamp
    properties.revision = 1
    properties.comments = properties.keywords = properties.subject = ""


def _packed(document: Any) -> bytes:
    """The document's package with its parts in one order and without times of their own."""
    stream = io.BytesIO()
    document.save(stream)
    return repacked(stream.getvalue())


def repacked(found: bytes) -> bytes:
    """A zip archive with its parts in one order and without times of their own."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(found)) as source, zipfile.ZipFile(stream, "w") as target:
        first = "[Content_Types].xml"
        for name in sorted(source.namelist(), key=lambda name: (name != first, name)):
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            target.writestr(info, source.read(name))
    return stream.getvalue()


# ---------------------------------------------------------------- reading what is seen


def visible_text(found: bytes, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines that a reader sees: those of the body in their order, and those of headers, footers and notes.

    Deleted and hidden words are not seen. A page number is ``#``, because the program that prints sets it, and so is
    the number of a numbered paragraph: that there is one can be seen. Pictures are not read.

    Raises:
        WorkloadError: it is no Word file.
    """
    (_, body), *others = _stories(opened(found, name))
    return tuple(_seen(body)), tuple(sorted({line for _, root in others for line in _seen(root)}))


_PIECES = {_w("t"), f"{{{_MATH}}}t", f"{{{_DRAWING}}}t"}
_SIGNS = {
    **dict.fromkeys((_w("br"), _w("cr"), _w("tab")), " "),
    _w("noBreakHyphen"): "-",
    _w("sym"): "\N{REPLACEMENT CHARACTER}",
}


def _seen(root: Any) -> Iterator[str]:
    """The lines of a part, with single spaces; a part in another format that Word would draw in is named as such."""
    for _ in root.iter(_w("altChunk")):
        yield "altChunk"
    for paragraph in root.iter(_w("p"), f"{{{_DRAWING}}}p"):
        if any(ancestor.tag == _FALLBACK for ancestor in paragraph.iterancestors()):
            continue
        line = " ".join("".join(_pieces(paragraph)).split())
        if line:
            yield line


def _pieces(paragraph: Any) -> Iterator[str]:
    hidden: list[str] = []  # the instructions of the fields that stand open
    for element in paragraph.iter():
        if element.tag == _w("fldChar"):
            kind = element.get(_w("fldCharType"))
            if kind == "begin":
                hidden.append("")
            elif kind == "end" and hidden:
                hidden.pop()
        elif element.tag == _w("instrText") and hidden:
            hidden[-1] += element.text or ""
        elif element.tag == _w("numPr"):
            yield "#"
        elif element.tag in _SIGNS:
            yield _SIGNS[element.tag]
        elif element.tag in _PIECES and next(element.iterancestors(paragraph.tag)) is paragraph:
            simple = [one.get(_w("instr")) or "" for one in element.iterancestors(_w("fldSimple"))]
            text = element.text or ""
            page = any(instruction.split()[:1] in (["PAGE"], ["NUMPAGES"]) for instruction in (*hidden, *simple))
            if not _inert(element) and not _vanished(element):
                yield "#" if page and text.strip().isdigit() else text


def _vanished(text: Any) -> bool:
    run = next(text.iterancestors(_w("r")), None)
    mark = None if run is None else run.find(f"{_w('rPr')}/{_w('vanish')}")
    return mark is not None and mark.get(_w("val")) not in ("0", "false", "off")
