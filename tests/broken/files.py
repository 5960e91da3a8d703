"""Files written by hand, byte by byte and always the same: xlsx, ods and xls, whole or with something wrong in them.

A library that writes workbooks would refuse most of what people and broken programs put into them.
"""

import struct
import warnings
import zipfile
from datetime import date, datetime, time
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
DAY, CLOCK, MOMENT, ELAPSED = 1, 2, 3, 4  # the styles of the workbook
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="4">'
    '<numFmt numFmtId="164" formatCode="yyyy/m/d"/><numFmt numFmtId="165" formatCode="hh:mm"/>'
    '<numFmt numFmtId="166" formatCode="yyyy/m/d hh:mm"/><numFmt numFmtId="167" formatCode="[h]:mm"/></numFmts>'
    '<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0"/>'
    + "".join(f'<xf numFmtId="{number}" applyNumberFormat="1"/>' for number in range(164, 168))
    + "</cellXfs></styleSheet>"
)


class Raw(str):
    """The XML of one cell as it stands; ``{r}`` is its reference."""

    __slots__ = ()


def formula(text, value="", kind=None):
    """A cell with a formula and what is stored as its value."""
    typed = f' t="{kind}"' if kind else ""
    return Raw(f'<c r="{{r}}"{typed}><f>{escape(text)}</f><v>{value}</v></c>')


def error(shown):
    """A cell that shows an error."""
    return Raw(f'<c r="{{r}}" t="e"><v>{shown}</v></c>')


def number(digits, style=0):
    """A number cell with those digits."""
    return Raw(f'<c r="{{r}}" s="{style}"><v>{digits}</v></c>')


def serial(value):
    """What Excel stores for a date, a time or a number."""
    if isinstance(value, datetime):
        return serial(value.date()) + serial(value.time())
    if isinstance(value, time):
        return (value.hour * 60 + value.minute) / 1440
    return (value - date(1899, 12, 30)).days if isinstance(value, date) else value


def reference(row, column):
    """The name of a cell, both counted from 0."""
    letters = ""
    column += 1
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(65 + place) + letters
    return f"{letters}{row + 1}"


def _cell(row, column, value, shared):
    where = reference(row, column)
    if isinstance(value, Raw):
        return value.replace("{r}", where)
    if isinstance(value, str):
        if shared is not None:
            return f'<c r="{where}" t="s"><v>{shared.setdefault(value, len(shared))}</v></c>'
        return f'<c r="{where}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    if isinstance(value, bool):
        return f'<c r="{where}" t="b"><v>{value:d}</v></c>'
    style = next((style for kind, style in _KINDS if isinstance(value, kind)), 0)
    return f'<c r="{where}" s="{style}"><v>{serial(value)!r}</v></c>'


_KINDS = ((datetime, MOMENT), (date, DAY), (time, CLOCK))


def sheet_xml(rows, merges=(), shared=None, more=""):
    """A sheet; ``more``: what else stands behind its last row."""
    lines = []
    for number_, row in enumerate(rows):
        cells = "".join(_cell(number_, place, value, shared) for place, value in enumerate(row) if value is not None)
        lines.append(f'<row r="{number_ + 1}">{cells}</row>')
    ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merges)
    merged = f'<mergeCells count="{len(merges)}">{ranges}</mergeCells>' if merges else ""
    return f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}{more}</sheetData>{merged}</worksheet>'


def parts(tables, *, merges=None, shared=True, hidden=(), more=None, properties="", calculation=""):
    """The parts of an xlsx file by name; ``merges`` and ``more`` are by table."""
    strings = {} if shared else None
    found = {}
    sheets, relations, types = [], [], []
    for place, (name, rows) in enumerate(tables.items(), start=1):
        found[f"xl/worksheets/sheet{place}.xml"] = sheet_xml(
            rows, (merges or {}).get(name, ()), strings, (more or {}).get(name, "")
        )
        state = ' state="hidden"' if name in hidden else ""
        sheets.append(f'<sheet name={quoteattr(name)} sheetId="{place}"{state} r:id="rId{place}"/>')
        relations.append(_relation(f"rId{place}", "worksheet", f"worksheets/sheet{place}.xml"))
        types.append(_type(f"xl/worksheets/sheet{place}.xml", "worksheet"))
    if strings is not None:
        texts = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings)
        found["xl/sharedStrings.xml"] = f'{HEAD}<sst xmlns="{MAIN}" uniqueCount="{len(strings)}">{texts}</sst>'
        relations.append(_relation("rIdStrings", "sharedStrings", "sharedStrings.xml"))
        types.append(_type("xl/sharedStrings.xml", "sharedStrings"))
    relations.append(_relation("rIdStyles", "styles", "styles.xml"))
    types += [_type("xl/styles.xml", "styles"), _type("xl/workbook.xml", "sheet.main")]
    wrapped = "".join(types)
    return {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="'
        f'application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
        f'"application/xml"/>{wrapped}</Types>',
        "_rels/.rels": _relations([_relation("rId1", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}'
        f"<sheets>{''.join(sheets)}</sheets>{calculation}</workbook>",
        "xl/_rels/workbook.xml.rels": _relations(relations),
        "xl/styles.xml": STYLES,
        **found,
    }


def _relation(name, kind, target):
    return f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}"/>'


def _relations(found):
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{"".join(found)}</Relationships>'


def _type(part, kind):
    form = f"application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"
    return f'<Override PartName="/{part}" ContentType="{form}"/>'


def zipped(found):
    """An archive of parts by name, or of pairs where one name stands twice; always the same bytes."""
    stream = BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w") as archive:
        warnings.simplefilter("ignore", UserWarning)  # of a name that stands twice
        for name, data in found.items() if isinstance(found, dict) else found:
            info = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return stream.getvalue()


def lying(archive, part, size):
    """The archive with another size written for a part than it has."""
    data = bytearray(archive)
    for signature, place, before in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = -1
        while (at := data.find(signature, at + 1)) >= 0:
            if data[at + before : at + before + len(part)] == part.encode():
                struct.pack_into("<L", data, at + place, size)
    return bytes(data)


# ---------------------------------------------------------------- ods

_NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)
_CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


def ods_parts(tables, more=None):
    """The parts of an ods file by name; ``more``: XML rows behind those of a table."""
    sheets = []
    for name, rows in tables.items():
        lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
        sheets.append(f"<table:table table:name={quoteattr(name)}>{lines}{(more or {}).get(name, '')}</table:table>")
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {_NAMESPACES} {_CALC} office:version="1.3">'
        f"<office:body><office:spreadsheet>{''.join(sheets)}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    return {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content,
        "META-INF/manifest.xml": ods_manifest(),
    }


def ods_manifest(encrypted=False):
    """The list of parts, with or without the note that they are encrypted."""
    locked = (
        '<manifest:encryption-data manifest:checksum="AA=="><manifest:algorithm manifest:algorithm-name='
        '"http://www.w3.org/2001/04/xmlenc#aes256-cbc"/></manifest:encryption-data>'
        if encrypted
        else ""
    )
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest xmlns:manifest="{space}">'
        f'<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">{locked}'
        "</manifest:file-entry></manifest:manifest>"
    )


def _ods_cell(value):
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
    if isinstance(value, time):
        return f'<table:table-cell office:value-type="time" office:time-value="PT{value:%HH%MM00S}"/>'
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value:%Y-%m-%d}"/>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'


# ---------------------------------------------------------------- xls

_SECTOR = 512
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams):
    """A compound file (OLE) with those streams."""
    sectors, directory = [], [_entry("Root Entry", 5, 1, _END, 0)]
    chain = []
    for place, (name, data) in enumerate(streams.items(), start=1):
        padded = data.ljust(4096, b"\0")  # a smaller one would go elsewhere
        pieces = [padded[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(padded), _SECTOR)]
        first = len(sectors)
        chain += [*range(first + 1, first + len(pieces)), _END]
        sectors += pieces
        following = place + 1 if place < len(streams) else _FREE
        directory.append(_entry(name, 2, _FREE, first, len(padded), following))
    while len(directory) % 4:
        directory.append(_entry("", 0, _FREE, 0, 0))
    written = b"".join(directory)
    start = len(sectors)
    pieces = [written[at : at + _SECTOR] for at in range(0, len(written), _SECTOR)]
    chain += [*range(start + 1, start + len(pieces)), _END]
    sectors += pieces
    tables = 1
    while (len(chain) + tables) * 4 > tables * _SECTOR:
        tables += 1
    places = range(len(sectors), len(sectors) + tables)
    chain += [_TABLE] * tables
    chain += [_FREE] * (tables * _SECTOR // 4 - len(chain))
    table = struct.pack(f"<{len(chain)}L", *chain)
    header = struct.pack("<8s16s6H", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0)
    header += struct.pack("<10L", 0, 0, tables, start, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109L", *places, *[_FREE] * (109 - tables))
    return header + b"".join(sectors) + table


def _entry(name, kind, child, start, size, following=_FREE):
    spelled = name.encode("utf-16-le")
    length = len(spelled) + 2 if name else 0
    links = (_FREE, following, child if kind == 5 else _FREE)
    return struct.pack("<64sHBB3L16sL8s8sLQ", spelled, length, kind, 1, *links, b"", 0, b"", b"", start, size)


def record(kind, data=b""):
    """A record of an xls file."""
    return struct.pack("<HH", kind, len(data)) + data


def xls_stream(tables, *, locked=False, far=None):
    """The workbook stream of an xls file; ``far``: a cell more in the first sheet, as its row and column from 0."""
    globals_ = record(0x0809, struct.pack("<4H2L", 0x0600, 5, 0, 0, 0, 0))
    if locked:
        globals_ += record(0x002F, struct.pack("<3H", 1, 1, 1) + bytes(48))
    globals_ += record(0x0042, struct.pack("<H", 1200))
    sheets = []
    for number_, (_, rows) in enumerate(tables.items()):
        data = record(0x0809, struct.pack("<4H2L", 0x0600, 0x10, 0, 0, 0, 0))
        for row, cells in enumerate(rows):
            data += b"".join(_xls_cell(row, column, value) for column, value in enumerate(cells) if value is not None)
        if far and not number_:
            data += _xls_cell(*far, 1)
        sheets.append(data + record(0x000A))
    spelled = [name.encode("utf-16-le") for name in tables]
    ahead = len(globals_) + sum(4 + 8 + len(name) for name in spelled) + len(record(0x000A))
    for (name, data), letters in zip(zip(tables, sheets, strict=True), spelled, strict=True):
        globals_ += record(0x0085, struct.pack("<L2B2B", ahead, 0, 0, len(name), 1) + letters)
        ahead += len(data)
    return globals_ + record(0x000A) + b"".join(sheets)


def _xls_cell(row, column, value):
    place = struct.pack("<3H", row, column, 0)
    if isinstance(value, str):
        return record(0x0204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    return record(0x0203, place + struct.pack("<d", serial(value)))


def xls(tables, **more):
    """An xls file."""
    return compound({"Workbook": xls_stream(tables, **more)})
