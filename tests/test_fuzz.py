"""Whatever stands in a file, reading it works or says why not: there is no other way out.

Files of a small center are changed at random: bytes, parts of the package, tags and attributes, values of cells, and
text of CSV files. ``WORKLOAD_EXAMPLES`` raises the number of examples. A file that could cost all memory is a case of
tests/broken, read in a process of its own; what is changed here is too small for that, or bounded.
"""

import contextlib
import os
import re
import sys
import tempfile
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from workload import load_regulation, read_center
from workload.documents import reports
from workload.documents.blocks import rendered
from workload.errors import WorkloadError
from workload.evaluation import check_center
from workload.tables import cells
from workload.tables.read import column_parsers

sys.path.insert(0, str(Path(__file__).parent / "broken"))
try:
    import files
    import make
finally:
    sys.path.pop(0)

_EXAMPLES = int(os.environ.get("WORKLOAD_EXAMPLES", "30"))
_SETTINGS = settings(
    max_examples=_EXAMPLES,
    phases=[phase for phase in Phase if phase is not Phase.explain],
    derandomize="WORKLOAD_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
REGULATION = load_regulation()
XLSX = {name: data.encode() for name, data in files.parts(make.center()).items()}
ODS = {name: data.encode() for name, data in files.ods_parts(make.center()).items()}


def read(data, suffix):
    """Read and check a file of those bytes; whatever is wrong must be told as an error of the library."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"center{suffix}"
        path.write_bytes(data)
        checked(path)


def checked(path):
    with contextlib.suppress(WorkloadError):
        found = check_center(read_center(path, REGULATION), REGULATION)
        for language in ("zh", "en"):
            rendered(reports.check(found, language, "table"), "table")


# ---------------------------------------------------------------- changes

NUMBERS = (
    "0",
    "-1",
    "65536",
    "1048577",
    "2147483648",
    "1e15",
    "1e400",
    "NaN",
    "-0",
    "0.1e1",
    "",
    " ",
    "٣",
    "²",
    "0x10",
)
REFERENCES = ("A1", "A0", "1A", "A", "a1", "$A$1", "A1:B2", "B2:A1", "XFE1", "ZZZZZZZ9", "A99999999999999999999", "Ａ1")
TEXTS = ("&#0;", "&bad;", "]]>", "<![CDATA[x]]>", "<!-- -->", "<x>", "<v/>", "<f/>", "<c/>", "<row/>", "<!DOCTYPE x>")
WORDS = ("s", "str", "inlineStr", "b", "e", "n", "d", "float", "string", "date", "time", "UTF-8", "GBK", "worksheet")
STRANGE = st.sampled_from([*NUMBERS, *REFERENCES, *TEXTS, *WORDS])
ATTRIBUTE = re.compile(rb'([\w:.-]+)="([^"]*)"')
TAG = re.compile(rb"<[^<>]*>")


@st.composite
def bytes_changed(draw, data):
    """The bytes with some turned, put in, taken out or doubled."""
    changed = bytearray(data)
    for _ in range(draw(st.integers(1, 8))):
        if not changed:
            break
        at = draw(st.integers(0, len(changed) - 1))
        length = draw(st.sampled_from([1, 2, 4, 16, 256]))
        how = draw(st.sampled_from(["turn", "set", "in", "out", "twice", "cut"]))
        if how == "turn":
            changed[at] ^= 1 << draw(st.integers(0, 7))
        elif how == "set":
            changed[at] = draw(st.integers(0, 255))
        elif how == "in":
            changed[at:at] = draw(st.binary(min_size=1, max_size=16))
        elif how == "out":
            del changed[at : at + length]
        elif how == "twice":
            changed[at:at] = changed[at : at + length]
        elif draw(st.booleans()):
            del changed[at:]
    return bytes(changed)


@st.composite
def xml_changed(draw, data):
    """XML with tags and attributes taken out, doubled, changed for one another, or given strange values."""
    for _ in range(draw(st.integers(1, 4))):
        tags, attributes = list(TAG.finditer(data)), list(ATTRIBUTE.finditer(data))
        if not tags or not attributes:
            break
        tag, attribute = draw(st.sampled_from(tags)), draw(st.sampled_from(attributes))
        other = draw(st.sampled_from(attributes))
        value = draw(STRANGE).encode()
        if attribute[1].endswith(b"ount"):
            continue  # the reader makes room for as much as a count says: tests/broken has that, in a bounded process
        how = draw(st.integers(0, 6))
        if how == 0:
            data = data[: attribute.start(2)] + value.replace(b"<", b"&lt;") + data[attribute.end(2) :]
        elif how == 1:
            data = data[: attribute.start(2)] + other[2] + data[attribute.end(2) :]
        elif how == 2:
            data = data[: attribute.start()] + data[attribute.end() :]
        elif how == 3:
            data = data[: tag.start()] + data[tag.end() :]
        elif how == 4:
            data = data[: tag.end()] + tag[0] + data[tag.end() :]
        elif how == 5:
            data = data[: tag.end()] + value + data[tag.end() :]
        else:
            data = data[: attribute.start(1)] + other[1] + data[attribute.end(1) :]
    return data


@st.composite
def packages(draw, parts):
    """The package with one or two of its parts changed, gone, or changed for one another."""
    found = dict(parts)
    names = [name for name in found if name != "mimetype"]
    for _ in range(draw(st.integers(1, 2))):
        name = draw(st.sampled_from(names))
        how = draw(st.sampled_from(["xml", "xml", "xml", "bytes", "gone", "other"]))
        if how == "xml" and name in found:
            found[name] = draw(xml_changed(found[name]))
        elif how == "bytes" and name in found:
            found[name] = draw(bytes_changed(found[name]))
        elif how == "gone":
            found.pop(name, None)
        else:
            found[name] = found.get(draw(st.sampled_from(names)), b"")
    return files.zipped(found)


# ---------------------------------------------------------------- files


@_SETTINGS
@given(bytes_changed(files.zipped(XLSX)))
def test_an_xlsx_file_with_other_bytes_is_read_or_refused(data):
    """Damage on the way is told as damage."""
    read(data, ".xlsx")


@_SETTINGS
@given(packages(XLSX))
def test_an_xlsx_package_with_other_parts_is_read_or_refused(data):
    """What another program wrote is read as far as it can be, or refused."""
    read(data, ".xlsx")


@_SETTINGS
@given(packages(ODS))
def test_an_ods_package_with_other_parts_is_read_or_refused(data):
    """The same of an OpenDocument file."""
    read(data, ".ods")


@_SETTINGS
@given(bytes_changed(b"".join([files.record(0x0204, b"\0" * 9), files.xls_stream(make.center())[40:]])))
def test_a_stream_that_is_no_workbook_is_refused(data):
    """A compound file without the beginning of a workbook is refused."""
    read(files.compound({"Workbook": data}), ".xls")


# ---------------------------------------------------------------- cells

MARKS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LIKELY = st.sampled_from(
    [
        "007",
        "７",
        "T1",
        "兼职",
        "兼取",
        "教授",
        "讲座",
        "咨询值班",
        "2024-03-05",
        "2024.3.5",
        "2024/13/1",
        "20240305",
        "9999-12-31",
        "٢٠٢٤-٣-٥",
        "45356",
        "45356.5",
        "00000",
        "14:30",
        "14：30",
        "24:00",
        "25:00",
        "14:60",
        "0.5",
        ".5",
        "1.",
        "-1",
        "+5",
        "1e400",
        "nan",
        "1/3",
        "1/0",
        "50%",
        "%",
        "/",
        "9０",
        "²",
        "½",
        "①",
        "90分钟",
        "1 5分钟",
        "分钟",
        "是",
        "TRUE",
        "#N/A",
        "=1+1",
        "合计",
        "制表人：",
        "示例",
        "13800138000",
        "2024年度",
        "2024年3月",
        "202403",
        "1_000",
        "2024-03-05T14:30",
        "2024-03-05 25:00",
        "-",
        ".",
    ]
)
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    MARKS,
    LIKELY,
    st.builds("".join, st.tuples(LIKELY, MARKS)),
    st.sampled_from([date.min, time.max, timedelta.max, "9" * 400, "é" * 70_000, 1e308, 5e-324, -0.0]),
)


@pytest.mark.parametrize("table", list(column_parsers(REGULATION)))
@_SETTINGS
@given(st.data())
def test_every_parser_gives_a_value_or_says_why_not(table, data):
    """Whatever a cell holds, each column reads it or raises a CellError in both languages."""
    for parser in column_parsers(REGULATION)[table].values():
        cell = data.draw(CELLS)
        try:
            value = parser(cell)
        except cells.CellError:
            continue  # with its text in both languages: it cannot be made without
        else:
            assert cells.blank(cell) <= (value is None)
            cells.repair_code(cell, value, typed=True)


@_SETTINGS
@given(st.data())
def test_a_folder_of_strange_rows_is_read_or_has_faults(data):
    """CSV files with strange cells, marks, line ends and encodings."""
    cell = st.one_of(LIKELY, MARKS)
    with tempfile.TemporaryDirectory() as folder:
        for name, rows in make.center().items():
            found = make.texts(rows)
            for row in found[data.draw(st.integers(0, 1)) :]:
                if data.draw(st.booleans()):
                    row[data.draw(st.integers(0, len(row) - 1))] = data.draw(cell)
            mark, end = data.draw(st.sampled_from(",;\t")), data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
            text = "".join(mark.join(row) + end for row in found)
            encoded = text.encode(data.draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"])), "replace")
            if data.draw(st.integers(0, 3)) == 0:
                encoded = data.draw(bytes_changed(encoded))
            (Path(folder) / f"{name}.csv").write_bytes(encoded)
        checked(Path(folder))


@_SETTINGS
@given(st.data())
def test_a_workbook_of_strange_cells_is_read_or_has_faults(data):
    """Cells of every type in every column of a workbook."""
    tables = make.center()
    digits = st.one_of(st.floats(-1e6, 1e6), st.sampled_from([1e9, 1e-320, 2958466.5, 99999.9999999, 20240305.0]))
    styled = st.builds(lambda value, style: files.number(repr(value), style), digits, st.integers(0, 4))
    plain = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
    cell = st.one_of(styled, plain, LIKELY, st.booleans(), st.just(files.error("#N/A")), st.just(files.formula("1+1")))
    for rows in tables.values():
        for row in rows[data.draw(st.integers(0, 1)) :]:
            for place in data.draw(st.sets(st.integers(0, len(row) - 1), max_size=4)):
                row[place] = data.draw(cell)
    read(files.zipped(files.parts(tables)), ".xlsx")
