"""A workbook that carries the code of xlwings Lite with it.

Lite keeps ``main.py`` and ``requirements.txt`` as settings of its add-in within the workbook, each a JSON text in a
property of ``xl/webextensions/webextension1.xml``. Seen so in workbooks that Lite saved in 2025; written here without
Excel. A program that knows no add-ins drops this part when it saves, so it is put in last.
"""

from __future__ import annotations

import io
import json
import re
import uuid
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from html import unescape
from itertools import count
from pathlib import Path
from xml.parsers import expat
from xml.sax.saxutils import escape

from excel_addin.lite.files import put
from excel_addin.lite.program import MARK, main_py, requirements_txt
from excel_addin.lite.rules import Rules, rules_of
from excel_addin.lite.wheels import entry, project_wheel
from excel_addin.settings import DEFAULT_RULES, Language
from workload import Text, WorkloadError

STORE_ID = "WA200008175"  # xlwings Lite in the Office store
PART = "xl/webextensions/webextension1.xml"
PANES = "xl/webextensions/taskpanes.xml"

_ROOT = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.microsoft.com/office"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_REFERENCES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def write_workbook(
    source: Path, target: Path, *, rules: str = DEFAULT_RULES, language: Language = "zh", carry: bool = True
) -> None:
    """Write a copy of a workbook that carries the functions for xlwings Lite; ``target`` may be ``source`` itself.

    With ``carry`` the code holds the packages too, and nothing else is needed; without, they are dragged into Lite.

    Raises:
        WorkloadError: the source is no xlsx or has code of an add-in already, the rules are wrong, or the target
            cannot be written.
    """
    put(target, carrying(source, rules=rules_of(rules), language=language, carry=carry))


def carrying(source: Path, *, rules: Rules, language: Language = "zh", carry: bool = True) -> bytes:
    """The bytes of that copy.

    Raises:
        WorkloadError: the source is no xlsx or has code of an add-in already.
    """
    program = main_py(project_wheel(), rules=rules.name, rule_files=rules.files, language=language, carry=carry)
    properties = {"main.py": program, "requirements.txt": requirements_txt(whole=True)}
    return _with(source, _parts(source), properties)


def is_ours(workbook: Path) -> bool:
    """Whether it is a copy that this module has made."""
    try:
        return code_in(workbook).get("main.py", "").startswith(MARK)
    except (WorkloadError, ValueError):  # no workbook, or code that is none of ours
        return False


def code_in(workbook: Path) -> dict[str, str]:
    """The texts that xlwings Lite finds in a workbook, by name.

    Raises:
        WorkloadError: it is no xlsx, or has none.
    """
    parts = {info.filename: data for info, data in _parts(workbook)}
    if PART not in parts:
        raise _refusal(workbook, "没有 xlwings Lite 的代码", "has no code of xlwings Lite")
    pairs = re.findall(r'<we:property name="([^"]*)" value="([^"]*)"/>', parts[PART].decode("utf-8"))
    return {unescape(name): str(json.loads(unescape(value))) for name, value in pairs}


def _refusal(path: Path, zh: str, en: str) -> WorkloadError:
    return WorkloadError(Text(f"{path} {zh}", f"{path} {en}"))


def _parts(path: Path) -> list[tuple[zipfile.ZipInfo, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = [(info, archive.read(info)) for info in archive.infolist()]
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _refusal(path, f"无法读取：{reason}", f"cannot be read: {reason}") from None
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
    ):  # RuntimeError: it wants a password
        parts = []
    if not {"[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"} <= {info.filename for info, _ in parts}:
        zh = "不是 .xlsx 工作簿（或者设有打开密码）；请在 Excel 中另存为“Excel 工作簿 (*.xlsx)”"
        raise _refusal(path, zh, "is no .xlsx workbook (or opens with a password); save it as .xlsx in Excel")
    types = next(data for info, data in parts if info.filename == "[Content_Types].xml")
    if path.suffix.lower() == ".xlam" or b"application/vnd.ms-excel.addin." in types:
        raise _refusal(path, "是 Excel 加载项（.xlam），不支持；请给出工作簿", "is an add-in (.xlam); take a workbook")
    return parts


def _with(path: Path, parts: list[tuple[zipfile.ZipInfo, bytes]], properties: Mapping[str, str]) -> bytes:
    """The workbook with the part of the add-in; all that was there stays as it is.

    Raises:
        WorkloadError: an add-in is there already.
    """
    if any(info.filename.startswith("xl/webextensions/") for info, _ in parts):
        zh = "已经带有 Office 加载项的代码；请换一个没有的工作簿"
        raise _refusal(path, zh, "has code of an Office add-in already; take a workbook without")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, data in parts:
            archive.writestr(info, _named(path, info.filename, data))
        for name, text in _new_parts(properties).items():
            archive.writestr(entry(name), text.encode())
    return buffer.getvalue()


def _named(path: Path, part: str, data: bytes) -> bytes:
    """The lists of what a workbook has, with the new parts; any other part as it is."""
    if part == "[Content_Types].xml":
        kind = "application/vnd.ms-office.webextension"
        panes = {"PartName": f"/{PANES}", "ContentType": f"{kind}taskpanes+xml"}
        parts = (panes, {"PartName": f"/{PART}", "ContentType": f"{kind}+xml"})
        return _inserted(path, part, data, "Types", "Override", parts)
    if part == "_rels/.rels":
        taken = set(re.findall(rb"""\bId\s*=\s*["']([^"']*)""", data))
        free = next(name for number in count(1) if (name := f"rIdLite{number}").encode() not in taken)
        panes = {"Id": free, "Type": f"{_OFFICE}/2011/relationships/webextensiontaskpanes", "Target": PANES}
        return _inserted(path, part, data, "Relationships", "Relationship", (panes,))
    return data


def _inserted(path: Path, part: str, xml: bytes, root: str, name: str, elements: Iterable[Mapping[str, str]]) -> bytes:
    """The elements put in at the end of the root element, under the prefix that it has; the rest, byte by byte.

    Raises:
        WorkloadError: the part is no XML of the kind that Excel writes.
    """
    if b"\0" in xml or b"<!DOCTYPE" in xml:
        raise _refusal(path, f"的 {part} 不是 UTF-8，不支持", f"has a {part} that is not UTF-8")
    found: list[tuple[str, int]] = []  # the tags that begin and end the root element, and where
    depth = 0
    parser = expat.ParserCreate()

    def begun(tag: str, _attributes: object) -> None:
        nonlocal depth
        if depth == 0:
            found.append((tag, parser.CurrentByteIndex))
        depth += 1

    def ended(tag: str) -> None:
        nonlocal depth
        depth -= 1
        if depth == 0:
            found.append((tag, parser.CurrentByteIndex))

    parser.StartElementHandler, parser.EndElementHandler = begun, ended
    try:
        parser.Parse(xml, True)
    except expat.ExpatError:
        raise _refusal(path, f"已损坏：{part} 不是 XML", f"is damaged: {part} is no XML") from None
    tag, end = found[-1]
    prefix, _, local = tag.rpartition(":")
    if local != root:
        raise _refusal(path, f"已损坏：{part} 没有 {root}", f"is damaged: {part} has no {root}")
    new = "".join(_element(f"{prefix}:{name}" if prefix else name, one) for one in elements).encode()
    if xml[end:].startswith(b"</"):
        return xml[:end] + new + xml[end:]
    # of an empty element, <root/>, the end is told after its tag
    return xml[:end].removesuffix(b"/>") + b">" + new + f"</{tag}>".encode() + xml[end:]


def _element(name: str, attributes: Mapping[str, str], inside: str = "") -> str:
    quoted = "".join(f' {key}="{escape(value, {chr(34): "&quot;"})}"' for key, value in attributes.items())
    return f"<{name}{quoted}>{inside}</{name}>" if inside else f"<{name}{quoted}/>"


def _new_parts(properties: Mapping[str, str]) -> dict[str, str]:
    values = {name: json.dumps(text, ensure_ascii=False) for name, text in properties.items()}
    identity = str(uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(values))).upper()
    store = {"version": "1.0.0.0", "storeType": "OMEX"}
    reference = _element("we:reference", {"id": STORE_ID.lower(), "store": "zh-CN", **store})
    other = _element("we:reference", {"id": STORE_ID, "store": STORE_ID, **store})
    held = "".join(_element("we:property", {"name": name, "value": value}) for name, value in values.items())
    extension = _element(
        "we:webextension",
        {"xmlns:we": f"{_OFFICE}/webextensions/webextension/2010/11", "id": f"{{{identity}}}"},
        reference
        + _element("we:alternateReferences", {}, other)
        + _element("we:properties", {}, held)
        + _element("we:bindings", {})
        + _element("we:snapshot", {"xmlns:r": _REFERENCES}),
    )
    pane = _element("wetp:webextensionref", {"xmlns:r": _REFERENCES, "r:id": "rId1"})
    shown = {"dockstate": "right", "visibility": "1", "width": "438", "row": "0"}
    panes = _element(
        "wetp:taskpanes",
        {"xmlns:wetp": f"{_OFFICE}/webextensions/taskpanes/2010/11"},
        _element("wetp:taskpane", shown, pane),
    )
    link = {"Id": "rId1", "Type": f"{_OFFICE}/2011/relationships/webextension", "Target": PART.rpartition("/")[2]}
    links = _element("Relationships", {"xmlns": _RELATIONSHIPS}, _element("Relationship", link))
    folder, _, name = PANES.rpartition("/")
    return {PANES: _ROOT + panes, f"{folder}/_rels/{name}.rels": _ROOT + links, PART: _ROOT + extension}
