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
from collections.abc import Mapping
from html import unescape
from itertools import count
from pathlib import Path
from xml.sax.saxutils import escape

from excel_addin.lite.files import put
from excel_addin.lite.program import main_py, requirements_txt
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
        WorkloadError: the source is no xlsx or has code of an add-in already, or the target cannot be written.
    """
    properties = {
        "main.py": main_py(project_wheel(), rules=rules, language=language, carry=carry),
        "requirements.txt": requirements_txt(whole=True),
    }
    put(target, _with(source, _parts(source), properties))


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
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):  # RuntimeError: it wants a password
        parts = []
    if not {"[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"} <= {info.filename for info, _ in parts}:
        zh = "不是 .xlsx 工作簿（或者设有打开密码）；请在 Excel 中另存为“Excel 工作簿 (*.xlsx)”"
        raise _refusal(path, zh, "is no .xlsx workbook (or opens with a password); save it as .xlsx in Excel")
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
            archive.writestr(info, _named(info.filename, data))
        for name, text in _new_parts(properties).items():
            archive.writestr(entry(name), text.encode())
    return buffer.getvalue()


def _named(part: str, data: bytes) -> bytes:
    """The lists of what a workbook has, with the new parts; any other part as it is."""
    if part == "[Content_Types].xml":
        kind = "application/vnd.ms-office.webextension"
        panes = {"PartName": f"/{PANES}", "ContentType": f"{kind}taskpanes+xml"}
        return _inserted(data, "Types", "Override", panes, {"PartName": f"/{PART}", "ContentType": f"{kind}+xml"})
    if part == "_rels/.rels":
        taken = set(re.findall(rb"""\bId\s*=\s*["']([^"']*)""", data))
        free = next(name for number in count(1) if (name := f"rIdLite{number}").encode() not in taken)
        panes = {"Id": free, "Type": f"{_OFFICE}/2011/relationships/webextensiontaskpanes", "Target": PANES}
        return _inserted(data, "Relationships", "Relationship", panes)
    return data


def _inserted(xml: bytes, root: str, name: str, *elements: Mapping[str, str]) -> bytes:
    """The elements put in at the end of the root element, under the prefix that it has."""
    end = re.search(rf"</(?P<prefix>\w+:)?{root}\s*>\s*\Z".encode(), xml)
    if end is None:
        raise WorkloadError(Text(f"工作簿已损坏：没有 </{root}>", f"the workbook is damaged: it has no </{root}>"))
    prefix = (end["prefix"] or b"").decode()
    return xml[: end.start()] + "".join(_element(prefix + name, one) for one in elements).encode() + xml[end.start() :]


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
