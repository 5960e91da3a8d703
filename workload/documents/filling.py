"""Word templates: fields in double braces, filled with what a paper says.

A field is ``{{姓名}}`` or ``{{name}}`` anywhere in the text of the template: body, tables, text boxes, headers,
footers, notes. It takes the formatting of its first letter, also where Word has split it over several runs. A table
row (or a paragraph outside a table) with fields of a group, ``{{窗口.年份}}``, is repeated for each record of the
group; a paragraph that is only a list, ``{{说明}}``, for each line of it. What has no record or no line goes: the row,
the paragraph, and a table that is left with its header alone. What was filled in is never read as a field again. The
same template and content give the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
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
    """python-docx, or a clear message how to install it.

    >>> docx_module().__name__
    'docx'
    """
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

    >>> word_bytes(Path("nowhere.docx"))
    Traceback (most recent call last):
    workload.errors.WorkloadError: 无法读取 nowhere.docx：No such file or directory
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

    >>> len(opened(packaged_template("statement", "zh"), "核算单.docx").tables)
    5
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
    except WorkloadError:
        raise
    except Exception:  # a damaged, locked or crafted package makes python-docx stumble in any way
        raise _no_document(name) from None
    return document


def _no_document(name: str) -> WorkloadError:
    return WorkloadError(
        Text(
            f"{name} 不是可读的 Word 文件（.docx），或已损坏、有密码；请在 Word 中打开并另存为 .docx 再试",
            f"{name} is no readable Word document (.docx), damaged, or locked with a password; open it in Word and "
            "save it as .docx",
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

    >>> said = Content(names=(Text("姓名", "name"),), values={"name": "教师01"}, lists={}, groups={})
    >>> filled(packaged_template("statement", "zh"), said, name="核算单.docx", title="")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    workload.errors.WorkloadError: 模板 核算单.docx 里有不认识的字段：“标题”...
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

    >>> written_bytes(Path("nowhere/x.docx"), b"")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    workload.errors.WorkloadError: 无法写入 nowhere/x.docx：...
    """

    def write(temporary: Path) -> None:
        temporary.write_bytes(found)

    written(path, write, overwrite=overwrite)


_HIDING = (_w("vanish"), _w("webHidden"), _w("specVanish"))
_UNSEEN = (_FALLBACK, _w("txbxContent"))  # where one program shows a text and another does not


def plain_fields(template: bytes, name: str) -> tuple[str, ...]:
    """Those fields of the template's body that no reader can miss: outside text boxes, and not hidden.

    Whether a color or a size makes one hard to see is not looked at.

    >>> plain_fields(packaged_template("certificate", "zh"), "certificate.docx")[:3]
    ('标题', '校验码', '姓名')
    """
    document = opened(template, name)
    styles = {style.get(_w("styleId")): style for style in document.styles.element.iter(_w("style"))}
    found: list[str] = []
    for paragraph in document.element.body.iter(_w("p")):
        if any(one.tag in _UNSEEN or _is_hidden_row(one) for one in paragraph.iterancestors()):
            continue
        own = (text for text in _own_texts(paragraph) if not _hides(text.getparent(), styles))
        if not _hides_by_style(paragraph.find(f"{_w('pPr')}/{_w('pStyle')}"), styles):
            found += _FIELD.findall("".join(text.text or "" for text in own))
    return tuple(dict.fromkeys(found))


def _is_hidden_row(element: Any) -> bool:
    return element.tag == _w("tr") and element.find(f"{_w('trPr')}/{_w('hidden')}") is not None


def _hides(run: Any, styles: Mapping[str, Any]) -> bool:
    marked = any(run.find(f"{_w('rPr')}/{mark}") is not None for mark in _HIDING)
    return marked or _hides_by_style(run.find(f"{_w('rPr')}/{_w('rStyle')}"), styles)


def _hides_by_style(named: Any, styles: Mapping[str, Any]) -> bool:
    """Whether a style hides text, or one that it is based on."""
    seen: set[str] = set()
    while named is not None and (one := named.get(_w("val"))) in styles and one not in seen:
        seen.add(one)
        if any(True for _ in styles[one].iter(*_HIDING)):
            return True
        named = styles[one].find(_w("basedOn"))
    return False


def packaged_template(name: str, language: Language) -> bytes:
    """The template of that name that comes with the package.

    >>> packaged_template("certificate", "en")[:2]
    b'PK'
    """
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
    """The fields of a paragraph that is still the template's."""
    return _FIELD.finditer("" if paragraph.get(_FILLED) else _text(paragraph))


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
    """Fill one part: first what is repeated for the records of groups, then all else; each paragraph once."""
    tables: list[Any] = []
    for group in content.groups:
        for block in _blocks(root, content, group):
            table = next(block[0].iterancestors(_w("tbl")), None)
            if table is not None and not any(table is other for other in tables):
                tables.append(table)
            _repeat(block, content, group)
    for paragraph in list(root.iter(_w("p"))):
        only = _FIELD.fullmatch("" if paragraph.get(_FILLED) else _text(paragraph).strip())
        field = content.named(only[1]) if only is not None else None
        if field is not None and field in content.lists:
            _repeat_lines(paragraph, content.lists[field])
        elif not paragraph.get(_FILLED):
            _fill_paragraph(paragraph, partial(_value, content))
    for table in tables:
        if not any(paragraph.get(_FILLED) for paragraph in table.iter(_w("p"))):
            _remove(table)
    for paragraph in root.iter(_w("p")):
        paragraph.attrib.pop(_FILLED, None)


_FILLED = "filled"  # marks the paragraphs that something filled, until the part is done


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
    """A block once for each record, filled with it: copies before the block, the last record in the block itself."""
    *before, last = content.groups[group] or (None,)
    for record in before:
        for original in block:
            copy = _copied(original)
            block[0].addprevious(copy)
            _fill_of_group(copy, content, group, record or {})
    for original in block:
        if last is None:
            _remove(original)
        else:
            _fill_of_group(original, content, group, last)


def _fill_of_group(element: Any, content: Content, group: str, record: Mapping[str, str]) -> None:
    for paragraph in element.iter(_w("p")):
        if group in _group_of([paragraph], content):
            _fill_paragraph(paragraph, partial(_of_record, content, group, record))


def _copied(element: Any) -> Any:
    """A copy without what stands once in a file: the names that Word gives each paragraph, the end of a section."""
    copy = deepcopy(element)
    for one in copy.iter(_w("p"), _w("tr")):
        for name in _NAMES_OF_ONE:
            one.attrib.pop(name, None)
    for end in list(copy.iter(_w("sectPr"))):
        end.getparent().remove(end)
    return copy


def _of_record(content: Content, group: str, record: Mapping[str, str], spelling: str) -> str:
    """A field of a record, or another one beside it."""
    of, _, field = (content.named(spelling) or "").partition(".")
    return record.get(field, "") if of == group and field else _value(content, spelling)


def _the_line(line: str, _: str) -> str:
    return line


def _repeat_lines(paragraph: Any, lines: tuple[str, ...]) -> None:
    """A paragraph once for each line: copies before it, the last line in the paragraph itself."""
    for line in lines[:-1]:
        copy = _copied(paragraph)
        _fill_paragraph(copy, partial(_the_line, line))
        paragraph.addprevious(copy)
    if lines:
        _fill_paragraph(paragraph, partial(_the_line, lines[-1]))
    else:
        _remove(paragraph)


def _remove(element: Any) -> None:
    """Take an element out; a paragraph that Word wants there stays, empty.

    So does the one that ends a section, and one at the end of a cell (or text box) that has no paragraph before it: a
    cell that ends with a table is a damaged file.
    """
    parent, before = element.getparent(), element.getprevious()
    if element.tag == _w("p"):
        ends_section = element.find(f"{_w('pPr')}/{_w('sectPr')}") is not None
        is_last = element.getnext() is None and (before is None or before.tag != _w("p"))
        if ends_section or is_last:
            for text in _own_texts(element):
                text.text = ""
            return
    parent.remove(element)


def _fill_paragraph(paragraph: Any, value: Callable[[str], str]) -> None:
    """Put a value in the place of each field, in the run of the field's first letter, and mark the paragraph."""
    texts = _own_texts(paragraph)
    whole = "".join(text.text or "" for text in texts)
    found = [(match.start(), match.end(), value(match[1])) for match in _FIELD.finditer(whole)]
    if found:
        paragraph.set(_FILLED, "1")
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

    >>> len(carried_parts(packaged_template("certificate", "zh"), "certificate.docx"))
    1
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
    """A zip archive with its parts in one order and without times of their own.

    >>> template = packaged_template("certificate", "zh")
    >>> repacked(template) == template
    True
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(found)) as source, zipfile.ZipFile(stream, "w") as target:
        first = "[Content_Types].xml"
        for name in sorted(source.namelist(), key=lambda name: (name != first, name)):
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            target.writestr(info, source.read(name))
    return stream.getvalue()


def package_of(found: bytes) -> tuple[dict[str, bytes], tuple[Text, ...]]:
    """The parts of a Word file, to be compared one by one, and what makes programs show another one than is read here.

    An XML part is in its canonical form, comments included, so that how another version of a library writes the same
    XML makes no difference. One with a document type, or in another encoding than UTF-8, stays as it is: programs read
    those differently.

    >>> parts, wrong = package_of(packaged_template("certificate", "zh"))
    >>> "word/document.xml" in parts, wrong
    (True, ())
    """
    wrong: list[Text] = []
    with zipfile.ZipFile(io.BytesIO(found)) as archive:
        entries = archive.infolist()
        parts = {one.filename: _canonical(one.filename, archive.read(one)) for one in entries}
    for name, times in Counter(one.filename.casefold() for one in entries).items():
        if times > 1:
            wrong.append(Text(f"部件 {name} 在文件里有 {times} 份", f"the part {name} is {times} times in the file"))
    if len(re.findall(rb'Type="[^"]*/officeDocument"', parts.get("_rels/.rels", b""))) != 1:
        wrong.append(Text("文件指明的正文不止一处，或没有", "the file names more than one body, or none"))
    return parts, tuple(wrong)


def bytes_beside_parts(found: bytes) -> int:
    """How many bytes a Word file has beside its parts: a comment, marks of times, or perhaps another document.

    >>> bytes_beside_parts(packaged_template("certificate", "zh"))
    0
    """
    with zipfile.ZipFile(io.BytesIO(found)) as archive:
        taken: int = sum(_ENTRY + 2 * len(one.filename.encode()) + one.compress_size for one in archive.infolist())
        return len(found) - taken - int(_END)


# What zip writes of an entry beside its name (twice) and data, and at the end of the archive.
_ENTRY, _END = zipfile.sizeFileHeader + zipfile.sizeCentralDir, zipfile.sizeEndCentDir  # type: ignore[attr-defined]


def _canonical(name: str, part: bytes) -> bytes:
    etree = docx_module().oxml.parser.etree
    if not name.casefold().endswith((".xml", ".rels")):
        return part
    try:
        tree = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True)).getroottree()
    except etree.XMLSyntaxError:
        return part
    if tree.docinfo.internalDTD is not None or (tree.docinfo.encoding or "UTF-8").upper() != "UTF-8":
        return part
    made: bytes = etree.tostring(tree, method="c14n", with_comments=True)
    return made


# ---------------------------------------------------------------- reading what it says


def visible_text(found: bytes, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines of a Word file, with single spaces: those of the body, and those of headers, footers and notes.

    They show a person where two papers differ. Whether a line can be seen is not looked at: :func:`package_of` is what
    tells whether two papers are the same.

    Raises:
        WorkloadError: it is no Word file.

    >>> visible_text(packaged_template("certificate", "zh"), "certificate.docx")[0][0]
    '{{标题}}'
    """
    (_, body), *others = _stories(opened(found, name))
    return tuple(_lines(body)), tuple(sorted({line for _, root in others for line in _lines(root)}))


def _lines(root: Any) -> Iterator[str]:
    for paragraph in root.iter(_w("p")):
        pieces = paragraph.iter(_w("t"), _w("br"), _w("tab"))
        own = (piece for piece in pieces if next(piece.iterancestors(_w("p"))) is paragraph)
        line = " ".join("".join(piece.text or " " if piece.tag == _w("t") else " " for piece in own).split())
        if line:
            yield line
