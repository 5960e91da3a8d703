"""Bookings: an export of a booking system becomes activities by a whitelist, and no client's datum gets through."""

import contextlib
import csv
import gc
import importlib.util
import os
import re
import subprocess
import sys
import traceback
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import ClassVar
from xml.sax.saxutils import escape

import pytest
import xlsxwriter
from conftest import host_program
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workload import InputError, load_regulation, read_center
from workload.tables import bookings
from workload.tables.bookings import Bookings, import_bookings, read_booking_map
from workload.tables.read import column_parsers

SAMPLES = Path(__file__).parent.parent / "samples"
FOLDER = SAMPLES / "bookings"
CSV, XLSX, MAP = FOLDER / "预约导出.csv", FOLDER / "预约导出.xlsx", FOLDER / "映射.toml"
SUFFIXES = [".csv", ".xlsx"]


def _script():
    spec = importlib.util.spec_from_file_location("make_bookings", SAMPLES / "make_bookings.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = _script()
CLIENT_VALUES = sorted({row[header] for row in SCRIPT.rows() for header in SCRIPT.CLIENTS if row[header]})
# No part of them may be told either: of a remark, the number or name within it.
TELLING = sorted(
    {part for value in CLIENT_VALUES for part in re.findall(r"\d{6,}[\dX]*|虚构[^\d（）]*\d*|（虚构）.+", value)}
    | {header for header in SCRIPT.CLIENTS if header != "备注"}
)


def assert_tells_nothing(text):
    """No client's datum, and no name of a column with such data, stands in a text."""
    assert [value for value in (*CLIENT_VALUES, *TELLING) if value in text] == []


HEAD = 'format = 1\n[columns]\n"工号" = "teacher_id"\n"日期" = "date"\n'
DUTY = '[constants]\nkind = "counseling_duty"\n'


@pytest.fixture
def to_map(tmp_path):
    """Read a map from its text."""

    def read(text=HEAD + DUTY, regulation=None):
        path = tmp_path / "映射.toml"
        path.write_text(text, encoding="utf-8")
        return read_booking_map(path, regulation)

    return read


@pytest.fixture
def export(tmp_path):
    """Write rows of cells as a CSV file or a workbook, by the ending."""

    def write(rows, suffix=".csv", name="导出"):
        return written(tmp_path / f"{name}{suffix}", rows)

    return write


def written(path, rows):
    """Write rows of cells to a CSV file or a workbook."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    else:
        with xlsxwriter.Workbook(path, {"strings_to_urls": False, "strings_to_formulas": False}) as book:
            sheet = book.add_worksheet()
            day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(number, place, cell)
                    elif isinstance(cell, date | time):
                        sheet.write_datetime(number, place, cell, day)
                    elif cell is not None:
                        sheet.write(number, place, cell)
    return path


NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.fixture
def raw(tmp_path):
    """Write a workbook of one sheet from the XML of its rows and shared texts, as any program might."""

    def write(rows, strings=(), *, prefix="", namespace=NAMESPACE, properties="", sheet=None):
        xmlns = f"xmlns{':' if prefix else ''}{prefix}"
        tag = f"{prefix}:" if prefix else ""
        package = "http://schemas.openxmlformats.org/package/2006"
        parts = {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="a" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{namespace}" xmlns:r="{OFFICE}">{properties}'
            '<sheets><sheet name="S" sheetId="1" r:id="b"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="b" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="c" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": sheet
            or f'<{tag}worksheet {xmlns}="{namespace}"><{tag}sheetData>{rows}</{tag}sheetData></{tag}worksheet>',
            "xl/sharedStrings.xml": f'<{tag}sst {xmlns}="{namespace}">{"".join(strings)}</{tag}sst>',
        }
        path = tmp_path / "raw.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        return path

    return write


def inline(reference, text):
    """The XML of a cell with a text of its own."""
    place = f' r="{reference}"' if reference else ""
    return f'<c{place} t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


HEADER = '<row r="1">' + inline("A1", "工号") + inline("B1", "日期") + inline("C1", "时间") + "</row>"


def told(found):
    """The faults of an import, or of an input that cannot be read: row, column, value, code."""
    return [(fault.row, fault.column, fault.value, fault.code) for fault in found.faults]


def refused(export, booking_map):
    """The error of an export that cannot be read."""
    with pytest.raises(InputError) as caught:
        import_bookings(export, booking_map)
    return caught.value


# ---------------------------------------------------------------- the sample


def test_csv_and_workbook_give_the_same():
    """Both forms of the export give the same rows; each row read is one, or skipped; eight columns are passed over."""
    booking_map = read_booking_map(MAP)
    found = import_bookings(CSV, booking_map)
    assert found == import_bookings(XLSX, booking_map)
    assert (found.read, len(found.rows), found.skipped, found.faults) == (41, 37, 4, ())
    assert found.dropped == len(SCRIPT.CLIENTS)
    assert len(found.sources) == len(found.rows)
    assert found.rows[-1] == {
        "kind": "咨询值班",
        "record_id": "YY2025-041",
        "teacher_id": "T05",
        "date": date(2025, 10, 10),
        "start": time(22, 30),
        "end": time(0, 45),
        "status": "完成",
        "attended": "是",
    }
    outcomes = [(row["status"], row.get("attended")) for row in found.rows]
    assert {outcome: outcomes.count(outcome) for outcome in outcomes} == {
        ("完成", "是"): 28,
        ("完成", "否"): 4,
        ("取消", None): 5,
    }


def test_what_is_imported_can_be_read(export):
    """A workbook with the rows as its 工作记录 is read without a fault, each row to one record."""
    found = import_bookings(XLSX, read_booking_map(MAP))
    columns = list(dict.fromkeys(column for row in found.rows for column in row))
    path = export([], ".xlsx", "center")
    with xlsxwriter.Workbook(path) as book:
        formats = {date: book.add_format({"num_format": "yyyy-mm-dd"}), time: book.add_format({"num_format": "hh:mm"})}
        book.add_worksheet("教师").write_row(0, 0, ["工号", "类别"])
        sheet = book.add_worksheet("工作记录")
        sheet.write_row(0, 0, columns)
        for number, row in enumerate(found.rows, start=1):
            for place, column in enumerate(columns):
                if column in row:
                    sheet.write(number, place, row[column], formats.get(type(row[column])))
    center = read_center(path)
    assert center.faults == ()
    assert len(center.activities) == len(found.rows)
    assert [one.date for one in center.activities] == [row["date"] for row in found.rows]
    assert center.activities[-1].minutes == 135


# ---------------------------------------------------------------- no client's datum


@pytest.mark.parametrize("path", [CSV, XLSX], ids=SUFFIXES)
@pytest.mark.parametrize("drop", [(), ("words", "skip"), ("constants",)], ids=["valid", "faulty", "refused"])
def test_nothing_that_is_told_names_a_client(to_map, path, drop, capfd, recwarn):
    """No rows, faults, errors, representations, warnings or printed lines hold a client's datum."""
    source = MAP.read_text(encoding="utf-8").replace("format = 1", "format = 1\nheader_row = 1")
    for section in drop:
        source = re.sub(rf"(?ms)^\[{section}.*?(?=^\[|\Z)", "", source)
    if "constants" in drop:
        source = source.replace('"时段" = "起止时间"', '"时段" = "起止时间"\n"类型" = "类别"')
    booking_map = to_map(source)
    try:
        found = import_bookings(path, booking_map)
    except InputError as error:
        found = error
    assert bool(drop) == bool(found.faults)
    texts = [repr(found), repr(booking_map), str(found)]
    texts += [fault.in_language(language) + repr(fault) for fault in found.faults for language in ("zh", "en")]
    texts += [repr(warning.message) for warning in recwarn]
    assert_tells_nothing("\n".join([*texts, *capfd.readouterr()]))


WATCHED = """
import gc, sys
from workload.tables.bookings import import_bookings, read_booking_map
export, booking_map = sys.argv[1], read_booking_map(sys.argv[2])
watching, touched = True, []
def watch(event, arguments):
    if watching and (event == "open" and arguments[1] != "r" and (arguments[1] or arguments[2] & 3)
                     or event.startswith(("tempfile", "os.mk", "os.rename", "shutil", "socket", "subprocess"))):
        touched.append((event, *map(str, arguments)))
sys.addaudithook(watch)
found = import_bookings(export, booking_map)
watching = False
seen, texts, stack = set(), [], [*gc.get_objects()]
while stack:
    thing = stack.pop()
    if id(thing) not in seen:
        seen.add(id(thing))
        if isinstance(thing, (str, bytes, bytearray)):
            texts.append(thing if isinstance(thing, str) else bytes(thing).decode("utf-8", "replace")
                         + bytes(thing).decode("gb18030", "replace"))
        elif thing is not seen and thing is not texts and thing is not stack:
            stack.extend(gc.get_referents(thing))
sys.stdout.reconfigure(encoding="utf-8", errors="replace")
print(len(found.rows), touched)
print(*texts, sep=chr(10))
"""


@pytest.mark.parametrize("path", [CSV, XLSX], ids=SUFFIXES)
def test_nothing_of_a_client_stays_in_memory_or_on_disk(path):
    """After an import no text alive in the whole process holds a client's datum, and no file was written meanwhile."""
    command = [sys.executable, "-B", "-W", "error", "-c", WATCHED, str(path), str(MAP)]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    done = subprocess.run(command, capture_output=True, check=False, env=environment, timeout=120)
    printed, errors = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    assert not errors
    first, _, alive = printed.partition("\n")
    assert first == "37 []"
    assert "YY2025-041" in alive  # what is whitelisted is found there, so the search does find texts
    # The comments of the map name the columns that are not read; of the cells there is nothing.
    assert [value for value in (*CLIENT_VALUES, *TELLING) if value in alive and value not in SCRIPT.CLIENTS] == []


class Overheard:
    """An XML parser that notes every text that it makes for somebody."""

    texts: ClassVar[list[str]] = []

    def __init__(self, *arguments):
        object.__setattr__(self, "parser", create(*arguments))

    def __setattr__(self, name, handler):
        if name == "CharacterDataHandler" and handler is not None:
            setattr(self.parser, name, lambda text: (Overheard.texts.append(text), handler(text)))
        else:
            setattr(self.parser, name, handler)

    def __getattr__(self, name):
        return getattr(self.parser, name)


create = bookings.expat.ParserCreate


@pytest.fixture
def overheard(monkeypatch):
    """Every text that the XML parser makes."""
    Overheard.texts = []
    monkeypatch.setattr(bookings.expat, "ParserCreate", Overheard)
    return Overheard.texts


def test_no_text_of_a_client_is_ever_made(overheard):
    """Of a workbook's texts, only those of the header's row and under the headers of the map are made at all."""
    booking_map = read_booking_map(MAP)
    import_bookings(XLSX, booking_map)
    wanted = {str(row[header]) for row in SCRIPT.rows() for header in booking_map.columns}
    serials = {str((row["预约日期"] - date(1899, 12, 30)).days) for row in SCRIPT.rows()}
    made = set(overheard) - serials - wanted
    numbers = {text for text in made if text.isdigit()}  # the numbers by which cells name their shared texts
    assert made - numbers == set(SCRIPT.HEADERS)
    assert all(len(number) <= 3 for number in numbers)


def test_no_function_of_a_cell_sees_a_client(monkeypatch):
    """The functions that read cells are given none but those under the headers of the map, in CSV too."""
    seen = set()

    def watched(regulation):
        return {
            "activities": {
                column: (lambda cell, parser=parser: (seen.add(str(cell)), parser(cell))[1])
                for column, parser in column_parsers(regulation)["activities"].items()
            }
        }

    monkeypatch.setattr(bookings, "column_parsers", watched)
    monkeypatch.setattr(bookings, "plain", lambda cell, plain=bookings.plain: (seen.add(str(cell)), plain(cell))[1])
    monkeypatch.setattr(bookings, "blank", lambda cell, blank=bookings.blank: (seen.add(str(cell)), blank(cell))[1])
    booking_map = read_booking_map(MAP)
    for path in (CSV, XLSX):
        import_bookings(path, booking_map)
    assert "YY2025-041" in seen
    assert_tells_nothing("\n".join(seen - set(SCRIPT.HEADERS)))


POISON = [
    '<c r="{}" t="s"><v>999999</v></c>',
    '<c r="{}" t="s"><v>-1</v></c>',
    '<c r="{}" t="s"><v>nonsense</v></c>',
    '<c r="{}"><v>not a number</v></c>',
    '<c r="{}"><v>11010519491231002</v></c>',
    '<c r="{}" t="e"><v>#REF!</v></c>',
    '<c r="{}"><f>A1</f></c>',
    '<c r="{}" t="inlineStr"><is><t>虚构来访者001 13800138000</t></is></c>',
    '<c r="{}" t="inlineStr"><is><t>' + "长" * 40_000 + "</t></is></c>",
    '<c r="{}" t="unheard of"><v>?</v></c>',
]


def test_a_column_that_is_not_read_may_hold_anything(raw, to_map, overheard):
    """Whatever is wrong with a cell of another column is never noticed, and the same cell in a column of the map is."""
    booking_map = to_map()
    rows = "".join(
        f'<row r="{number}">{inline(f"A{number}", "T01")}{poison.format(f"B{number}")}'
        f'<c r="C{number}"><v>45356</v></c></row>'
        for number, poison in enumerate(POISON, start=2)
    )
    header = '<row r="1">' + inline("A1", "工号") + inline("B1", "主诉") + inline("C1", "日期") + "</row>"
    found = import_bookings(raw(header + rows), booking_map)
    assert found.faults == ()
    assert found.rows == ({"teacher_id": "T01", "date": date(2024, 3, 5), "kind": "咨询值班"},) * len(POISON)
    assert set(overheard) == {"工号", "主诉", "日期", "T01", "45356"}
    for poison in POISON:
        path = raw(
            header.replace("主诉", "x").replace("工号", "主诉").replace(">x<", ">工号<")
            + "<row>"
            + poison.format("B2")
            + "</row>"
        )
        with contextlib.suppress(InputError):
            assert import_bookings(path, booking_map).faults


@pytest.mark.parametrize("end", ['"未闭合', "\0"])
def test_an_error_holds_on_to_nothing(tmp_path, to_map, end):
    """Neither the error of a broken file nor a frame or cause behind it holds the row that was being read."""
    path = tmp_path / "导出.csv"
    path.write_bytes(f"工号,日期,主诉\nT01,2024-03-05,（虚构）想家\nT02,2024-03-05,{end}".encode())
    error = refused(path, to_map())
    own = {id(frame) for frame, _ in traceback.walk_stack(None)}
    seen, stack = set(), [error]
    while stack:
        one = stack.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        stack += [one.__cause__, one.__context__]
        for frame, _ in traceback.walk_tb(one.__traceback__):
            if id(frame) not in own:
                assert "（虚构）想家" not in repr(frame.f_locals)
    assert error.__context__ is None


def test_a_fault_repeats_only_what_says_nothing_of_anybody(to_map, export):
    """A cell is shown where it is a word, a date or a time; an id, a name, a number of a person or prose never is."""
    columns = '"来访时间" = "start"\n"结束" = "end"\n"编号" = "record_id"\n"状态" = "status"\n"份额" = "share"\n'
    header = ["工号", "日期", "来访时间", "结束", "编号", "状态", "份额"]
    rows = [
        ["13800138000", "三月五日", "25:00", "9点半", "110105194912310021", "爽约", "半"],
        [
            "T01",
            "虚构来访者001",
            "虚构来访者001",
            "虚构来访者001",
            "1",
            "虚构来访者001说考试太忙所以今天实在不能来了",
            "一",
        ],
        ["T01", "2024-02-30", "", "61:00", "199-0000-0001", "13900000000", ""],
    ]
    found = import_bookings(export([header, *rows]), to_map(HEAD + columns + DUTY))
    assert found.rows == ()
    assert told(found) == [
        (2, "teacher_id", None, "client_data"),
        (2, "date", None, "not_a_date"),
        (2, "start", None, "not_a_time"),
        (2, "end", None, "not_a_time"),
        (2, "record_id", None, "client_data"),
        (2, "status", None, "unknown_word"),
        (2, "share", None, "not_a_share"),
        (3, "date", None, "not_a_date"),
        (3, "start", None, "not_a_time"),
        (3, "end", None, "not_a_time"),
        (3, "status", None, "unknown_word"),
        (3, "share", None, "not_a_share"),
        (4, "date", "2024-02-30", "no_such_day"),
        (4, "end", "61:00", "not_a_time"),
        (4, "record_id", None, "client_data"),
        (4, "status", None, "unknown_word"),
    ]


# ---------------------------------------------------------------- the map


def marks(text):
    """The marks of a map: the number of the line and the words of each."""
    return [(n, w.strip()) for n, line in enumerate(text.splitlines(), 1) for w in line.split("#!")[1:]]


FAULTY_MAP = """\
format = 2 #! must say format = 1
sheet = 3 #! takes the name of a sheet
header_row = 0 #! takes the number of the header's row
colums = 1 #! unknown key
[columns] #! the required column kind
"工号" = "teacher_id"
"日期" = "date"
"日 期*" = "minutes" #! the same as another
"签到日" = "日期" #! fed by columns.日期 already
"情况" = "备注" #! never imported
"姓名" = "name" #! is no column of activities
"时长" = 45 #! is no column of activities
"时段" = "start-end"
"开始" = ["start"] #! start is fed by columns.时段 already
"学号" = "record_id" #! may only become: attended, date, end
"学生姓名" = "teacher_id" #! fed by columns.工号 already #! looks like data of a client
"来访签到" = ["attended", "event_id"] #! looks like data of a client
[constants]
status = "搁置" #! accepted: done, cancelled
share = [1] #! takes a text, number, date or time
note = "x" #! never imported
level = "" #! takes what stands in one column
"起止时间" = "8:00-9:00" #! takes what stands in one column
date = 2024-03-05 #! fed by columns.日期 already
[words.attended]
"到了" = "来了" #! accepted: yes, no
"没到" = "否"
[words.start-end]
"上午" = "8:00-12:00"
"下午" = "午后" #! takes two times
[words.minutes]
[words.events] #! no header in [columns] feeds it
"一" = 1
[words.teacher_id]
"张老师" = "13800138000" #! identity-card or mobile number
[words.who] #! is no column of activities
[words.date]
"x" = [1] #! takes a text, number
[skip]
"状态" = ["待确认"] #! there is no such header
"时段" = "全天" #! takes a list of texts
"""


def test_every_fault_of_a_map_is_told_at_once(to_map):
    """All that is wrong in a map is told together, each with its line, and nothing else is."""
    with pytest.raises(InputError) as caught:
        to_map(FAULTY_MAP)
    left = [(fault.row, fault.message.en) for fault in caught.value.faults]
    for line, words in marks(FAULTY_MAP):
        found = next((one for one in left if one[0] == line and words in one[1]), None)
        assert found is not None, (line, words, left)
        left.remove(found)
    assert left == []
    assert all(fault.table == "映射.toml" and fault.message.zh for fault in caught.value.faults)
    assert "映射.toml 第11行 columns.姓名：“工作记录”没有这一列" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("format = 1\n[columns", "is not valid TOML"),
        ("a = " + "[" * 5000, "is not valid TOML"),
        ("format = 1", "the required column teacher_id"),
        ("format = 1\ncolumns = 5\nskip = []", "takes a table"),
        ("format = true", "must say format = 1"),
        ('format = 1\n[columns]\n"" = "minutes"', "the header is blank"),
        ('format = 1\n[columns]\n"a" = []', "is no column"),
        ("format = 1\nwords.date = 3\n[columns]\n'日' = 'date'", "takes a table"),
    ],
)
def test_a_map_that_is_no_map_is_refused(to_map, text, words):
    """A map that is no TOML, or has the wrong shape, is refused with the reason."""
    with pytest.raises(InputError) as caught:
        to_map(text)
    assert words in caught.value.in_language("en")


def test_a_map_that_cannot_be_read_is_refused(tmp_path):
    """So is one that is missing, or in another encoding."""
    path = tmp_path / "映射.toml"
    with pytest.raises(InputError, match="找不到"):
        read_booking_map(path)
    path.write_bytes("# 映射".encode("gb18030"))
    with pytest.raises(InputError, match="UTF-8"):
        read_booking_map(path)


CLOSED = ["date", "start", "end", "start-end", "minutes", "status", "attended"]
OPEN = [
    "teacher_id",
    "record_id",
    "event_id",
    "kind",
    "class_hours",
    "events",
    "share",
    "role",
    "level",
    "participants",
]


@pytest.mark.parametrize("header", ["来访签到", "学号", "学生姓名", "手 机", "身份证号", "Client Name", "来访者"])
@pytest.mark.parametrize("target", [*CLOSED, *OPEN])
def test_a_column_that_looks_like_clients_may_only_become_what_names_nobody(to_map, header, target):
    """Under such a header only days, times, minutes and words of closed lists are let in, in English and Chinese."""
    required = {"teacher_id": "T01", "date": "2024-03-05", "kind": "咨询值班"}
    constants = "".join(f'{name} = "{value}"\n' for name, value in required.items() if name != target)
    text = f'format = 1\n[columns]\n"{header}" = "{target}"\n[constants]\n{constants}'
    if target in CLOSED:
        assert to_map(text).columns == {header: (target,)}
    else:
        with pytest.raises(InputError, match="像是来访者的资料"):
            to_map(text)


def test_the_words_of_another_school_are_checked_where_they_are_known(to_map, export):
    """Its kinds are checked with its regulation, at the latest when the import begins; a kind of none is one fault."""
    text = HEAD + '[constants]\nkind = "热线"\n'
    booking_map = to_map(text)
    with pytest.raises(InputError, match=r"映射\.toml 第6行 constants\.kind"):
        to_map(text, load_regulation())
    path = export([["工号", "日期"], ["T01", "2024-03-05"], ["T01", "2024-03-06"]])
    assert told(refused(path, booking_map)) == [(None, "kind", "热线", "unknown_kind")]
    school = load_regulation(SAMPLES / "another-school" / "示范学院.toml")
    kind = next(iter(school.kinds.values()))
    booking_map = to_map(HEAD + f'[constants]\nkind = "{kind.id}"\n', school)
    assert [row["kind"] for row in import_bookings(path, booking_map, school).rows] == [kind.name.zh] * 2


# ---------------------------------------------------------------- rows


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    ("cell", "start", "end"),
    [
        ("14:00-15:00", time(14), time(15)),
        ("14：00～15：30", time(14), time(15, 30)),
        ("9:05 — 10:00", time(9, 5), time(10)),
        ("9:00–10:00", time(9), time(10)),
        ("9时05分至10时30分", time(9, 5), time(10, 30)),
        ("9:00:00到10:00:00", time(9), time(10)),
        ("22:30--24:00", time(22, 30), time(0)),
        ("2024-03-05 22:30-0:45", time(22, 30), time(0, 45)),
        ("2024-03-05 22:30 ~ 2024/3/6 0:45", time(22, 30), time(0, 45)),
        ("上午", time(8), time(12)),
    ],
)
def test_one_cell_may_hold_both_times(to_map, export, suffix, cell, start, end):
    """A text with two times gives start and end, whatever stands between them; a word may stand for it."""
    booking_map = to_map(HEAD + '"时段" = "start-end"\n' + DUTY + '[words.start-end]\n"上午" = "8:00-12:00"\n')
    found = import_bookings(export([["工号", "日期", "时段"], ["T01", "2024-03-05", cell]], suffix), booking_map)
    assert found.faults == ()
    assert (found.rows[0]["start"], found.rows[0]["end"]) == (start, end)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_one_cell_may_feed_several_columns(to_map, export, suffix):
    """A cell with date and time gives both, with or without the end; a state gives status and attendance."""
    header = '"开始时间" = ["date", "start"]\n"状态" = ["status", "attended"]\n"结束" = "end"\n'
    words = '[words.status]\n"爽约" = "完成"\n"已完成" = "完成"\n[words.attended]\n"爽约" = "否"\n"已完成" = ""\n'
    teacher = 'format = 1\n[columns]\n"工号" = "teacher_id"\n'
    booking_map = to_map(teacher + header + DUTY + words)
    rows = [["结束", "状态", "工号", "开始时间"], ["15:30", "爽约", "007", "2024-03-05 14:00"]]
    rows.append(["2024/3/6 00:10", "已完成", "7", "2024年3月5日 23:00"])
    found = import_bookings(export(rows, suffix), booking_map)
    both = {"kind": "咨询值班", "date": date(2024, 3, 5), "status": "完成"}
    assert found.faults == ()
    assert found.rows == (
        {**both, "teacher_id": "007", "start": time(14), "end": time(15, 30), "attended": "否"},
        {**both, "teacher_id": "7", "start": time(23), "end": time(0, 10)},
    )
    period = to_map(teacher + '"预约时间" = ["date", "start-end"]\n' + DUTY)
    rows = [["工号", "预约时间"], ["T1", "2024-03-05 14:00-15:00"], ["T1", "2024-03-05 下午"], ["T1", "14:00-15:00"]]
    found = import_bookings(export(rows, suffix), period)
    assert found.rows[0]["date"] == date(2024, 3, 5)
    assert [fault[0::3] for fault in told(found)] == [(3, "not_a_period"), (3, "not_a_date"), (4, "not_a_date")]


@pytest.mark.parametrize(
    ("start", "end", "column"),
    [
        ("2024-03-05 14:00", "2024-03-05 15:00", None),
        ("2024-03-05 23:00", "2024-03-06 01:00", None),
        ("2024-03-05 23:00", "2024-03-05 24:00", None),
        ("2024-03-05 23:00", "2024-03-06 00:00", None),
        ("2024-03-04 14:00", "15:00", "start"),
        ("14:00", "2024-03-06 15:00", "end"),
        ("14:00", "2024-03-05 13:00", "end"),
        ("23:00", "2024-03-07 01:00", "end"),
    ],
)
def test_a_time_of_another_day_is_a_fault(to_map, export, start, end, column):
    """A date beside a time must go with that of the row: 25 hours are never taken for one."""
    booking_map = to_map(HEAD + '"起" = "start"\n"止" = "end"\n' + DUTY)
    rows = [["工号", "日期", "起", "止"], ["T01", "2024-03-05", start, end]]
    found = import_bookings(export(rows), booking_map)
    assert [fault[1::2] for fault in told(found)] == ([] if column is None else [(column, "other_day")])


def test_every_fault_of_every_row_is_told(to_map, export):
    """None stops the others, and the rows without one are all there; each row read is a row, skipped or faulty."""
    booking_map = to_map(HEAD + '"分钟" = "minutes"\n"状态" = "status"\n' + DUTY + '[skip]\n"状态" = ["待确认"]\n')
    rows = [
        ["姓名", "工号", "日期", "分钟", "状态"],
        ["甲", "T01", "2024-03-05", "90", "完成"],
        ["乙", "", "昨天", "-5", "爽约"],
        ["丙", "", "", "", "　"],
        ["丁", "T02", "", "1.5", ""],
        ["戊", "T02", "2024-03-05", "x", "待确认"],
        ["己", "T02", "2024-03-05", "45", "", "因为,有逗号"],
        ["庚", "T03", "20240305"],
        ["辛", "T03", "2024-03-05", "45", "", "", ""],
    ]
    found = import_bookings(export(rows), booking_map)
    assert [row["teacher_id"] for row in found.rows] == ["T01", "T03", "T03"]
    assert found.sources == (2, 8, 9)
    assert told(found) == [
        (3, "date", None, "not_a_date"),
        (3, "minutes", "-5", "negative"),
        (3, "status", None, "unknown_word"),
        (3, "teacher_id", None, "required"),
        (5, "minutes", "1.5", "not_whole"),
        (5, "date", None, "required"),
        (7, None, None, "too_many_cells"),
    ]
    faulty = {fault.row for fault in found.faults}
    assert (found.read, found.skipped, found.dropped) == (len(found.rows) + 1 + len(faulty), 1, 1)


def test_numbers_are_kept_as_they_are(to_map, export):
    """What is written reads as exactly the number that stood there, be it a share of a third or a tenth."""
    booking_map = to_map(HEAD + '"课时" = "class_hours"\n"份额" = "share"\n"场次" = "events"\n' + DUTY)
    shares = ["1/3", "50%", "0.1", ""]
    rows = [["工号", "日期", "课时", "份额", "场次"]]
    rows += [["T01", "2024-03-05", "1.5", share, "2"] for share in shares]
    for suffix in SUFFIXES:
        found = import_bookings(export(rows, suffix), booking_map)
        read = column_parsers(load_regulation())["activities"]
        assert [read["share"](row.get("share")) for row in found.rows] == [read["share"](share) for share in shares]
        assert [row.get("share") for row in found.rows] == ["1/3", 0.5, 0.1, None]
        assert {(row["class_hours"], row["events"]) for row in found.rows} == {(1.5, 2)}


# ---------------------------------------------------------------- where the header is


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_header_is_found_below_titles(to_map, export, suffix):
    """It is the first row with all headers of the map, or the one that the map says."""
    title = [["心理中心预约导出"], [], ["制表：虚构", "", "2024年"]]
    table = [["日期(必填)", "姓名", "工 号*"], ["2024-03-05", "甲", "T01"]]
    path = export([*title, *table, ["日期", "姓名", "工号"], ["2024-03-06", "乙", "T02"]], suffix)
    found = import_bookings(path, to_map())
    assert (found.sources, [fault[0::3] for fault in told(found)]) == ((5, 7), [(6, "not_a_date")])
    assert import_bookings(path, to_map(HEAD.replace("[", "header_row = 6\n[", 1) + DUTY)).sources == (7,)
    assert "header_row" in str(refused(path, to_map(HEAD.replace("[", "header_row = 5\n[", 1) + DUTY)))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_headers_that_are_missing_are_named_and_no_others(to_map, export, suffix):
    """The error names those of the map that are not found in the row with the most of them, and none that is there."""
    booking_map = to_map(HEAD + '"状态" = "status"\n' + DUTY)
    error = refused(export([["标题"], ["工号", "状态", "来访者姓名"], ["T01", "虚构来访者001"]], suffix), booking_map)
    assert [fault.code for fault in error.faults] == ["missing_column"]
    assert "没有找到映射中的列：日期；" in str(error)
    for path in (export([], suffix, "空"), export([[]] * 40 + [["工号", "日期", "状态"]], suffix, "远")):
        assert [fault.code for fault in refused(path, booking_map).faults] in (["missing_column"], ["unusable_input"])
    error = refused(export([["工号", "日期", "状态", "日期"]], suffix, "两次"), booking_map)
    assert told(error) == [(1, None, None, "column_twice")]


def test_the_sheet_is_the_one_of_the_map(to_map, tmp_path):
    """With several sheets the map must say which; the names of those that are there are not told."""
    path = tmp_path / "导出.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("虚构来访者001", "记录"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["工号", "日期"])
            sheet.write_row(1, 0, [name[:2], "2024-03-05"])
    errors = [refused(path, to_map()), refused(path, to_map('sheet = "预约"\n' + HEAD + DUTY))]
    assert "有 2 张工作表" in str(errors[0])
    assert "没有名为“预约”的工作表" in str(errors[1])
    assert_tells_nothing("".join(map(str, errors)))
    assert import_bookings(path, to_map('sheet = "记录"\n' + HEAD + DUTY)).rows[0]["teacher_id"] == "记录"


# ---------------------------------------------------------------- how cells of a workbook are written


TIMED = HEAD + '"时间" = "start"\n' + DUTY
SERIAL = "45356.604166666664"  # 2024-03-05 14:30


@pytest.mark.parametrize(
    ("cell", "teacher"),
    [
        (inline("A2", " T01 "), "T01"),
        ('<c r="A2" t="s"><v>1</v></c>', "T01"),
        ('<c r="A2" t="s"><v>2</v></c>', "T01"),
        ('<c r="A2" t="s"><f>B1</f><v>3</v></c>', "T&01"),
        ('<c r="A2" t="str"><f>"T"&amp;"01"</f><v>T01</v></c>', "T01"),
        ('<c r="A2" t="inlineStr"><is><r><rPr/><t>T</t></r><r><t>01</t></r><rPh><t>拼音</t></rPh></is></c>', "T01"),
        ('<c r="A2"><v>7</v></c>', "7"),
        ('<c r="A2" t="n"><v>7.0</v></c>', "7"),
        ('<c r="A2" t="str"><v>T_x0030_1_x000D_</v></c>', "T01"),
        ('<c r="A2" t="str"><v>_xD83D_</v></c>', "_xD83D_"),
        ("<c t='inlineStr'><is><t>T<![CDATA[0]]>1</t></is></c>", "T01"),
    ],
)
def test_a_text_is_read_however_it_is_written(raw, to_map, cell, teacher):
    """Shared, inline, rich or worked out; without what is said about its sound, and with the format's own escapes."""
    strings = ["<si><t>x</t></si>", "<si><t>T01</t></si>"]
    strings += [
        "<si><r><t>T</t></r><r><t>01</t></r><rPh sb='0' eb='1'><t>拼音</t></rPh></si>",
        "<si><t>T&amp;01</t></si>",
    ]
    path = raw(f'{HEADER}<row r="2">{cell}<c r="B2"><v>45356</v></c></row>', strings)
    assert import_bookings(path, to_map(TIMED)).rows[0]["teacher_id"] == teacher


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        ("<v>45356</v>", "<v>0.604166666666667</v>"),
        (f"<v>{SERIAL}</v>", f"<v>{SERIAL}</v>"),
        ("<v>20240305</v>", "<v>0.60416</v>"),
        ('|t="d"|<v>2024-03-05</v>', '|t="d"|<v>14:30:00</v>'),
        ('|t="d"|<v>2024-03-05T14:30:00Z</v>', '|t="d"|<v>2024-03-05T14:30:00Z</v>'),
        ('|t="str"|<f>x</f><v>2024/3/5</v>', '|t="str"|<v>14：30</v>'),
        ("<f>A1+1</f><v>45356</v>", "<f>B1</f><v>0.604166666666667</v>"),
    ],
)
def test_dates_and_times_are_read_by_their_column(raw, to_map, day, clock):
    """Serial numbers, with or without the other half; texts; ISO dates; results of formulas."""
    cells = ""
    for letter, content in zip("BC", (day, clock), strict=True):
        attribute, value = content.split("|")[1:] if "|" in content else ("", content)
        cells += f'<c r="{letter}2" {attribute}>{value}</c>'
    found = import_bookings(raw(f'{HEADER}<row r="2">{inline("A2", "T01")}{cells}</row>'), to_map(TIMED))
    assert found.faults == ()
    assert (found.rows[0]["date"], found.rows[0]["start"]) == (date(2024, 3, 5), time(14, 30))


@pytest.mark.parametrize(
    ("day", "clock"), [("43894", "0.6041666667"), ("43894.6041666667",) * 2, ("20240305", "0.60416667")]
)
def test_a_workbook_may_count_from_1904(raw, to_map, day, clock):
    """Its dates are four years and a day on; its times, and a date written as one number, are what they are."""
    cells = f'{inline("A2", "T01")}<c r="B2"><v>{day}</v></c><c r="C2"><v>{clock}</v></c>'
    path = raw(f'{HEADER}<row r="2">{cells}</row>', properties='<workbookPr date1904="1"/>')
    row = import_bookings(path, to_map(TIMED)).rows[0]
    assert (row["date"], row["start"]) == (date(2024, 3, 5), time(14, 30))


def test_dates_that_a_program_writes_are_read(to_map, export):
    """Cells that are dates, times, and both, as XlsxWriter writes them."""
    rows = [["工号", "日期", "时间"], ["T01", date(2024, 3, 5), time(14, 30)]]
    rows.append(["T01", *[datetime(2024, 3, 5, 14, 30)] * 2])  # noqa: DTZ001  # a cell has no time zone
    found = import_bookings(export(rows, ".xlsx"), to_map(TIMED))
    assert [(row["date"], row["start"]) for row in found.rows] == [(date(2024, 3, 5), time(14, 30))] * 2


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ('<c r="B2" t="e"><v>#N/A</v></c>', "error_value"),
        ('<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "error_value"),
        ('<c r="B2" t="e"/>', "error_value"),
        ('<c r="B2"><f>TODAY()</f></c>', "formula_without_value"),
        ('<c r="B2"><f>TODAY()</f><v/></c>', "formula_without_value"),
        ('<c r="B2" t="str"><f>TODAY()</f></c>', "formula_without_value"),
        ('<c r="B2" t="str"><f>""</f><v></v></c>', "required"),
        ('<c r="B2" s="3"/>', "required"),
        ('<c r="B2" t="b"><v>1</v></c>', "not_a_date"),
        ("", "required"),
    ],
)
def test_what_is_no_value_is_never_taken_for_a_blank(raw, to_map, cell, code):
    """An error, or a formula that nobody worked out, is a fault of its own."""
    path = raw(f'{HEADER}<row r="2">{inline("A2", "T01")}{cell}</row>')
    found = import_bookings(path, to_map(TIMED))
    assert [fault[0::3] for fault in told(found)] == [(2, code)]
    attended = to_map(HEAD + '"时间" = "attended"\n' + DUTY)
    cells = f'{inline("A2", "T01")}<c r="B2"><v>45356</v></c>{cell.replace("B2", "C2")}'
    found = import_bookings(raw(f'{HEADER}<row r="2">{cells}</row>'), attended)
    if code in ("required", "not_a_date"):
        assert [row.get("attended") for row in found.rows] == ["是" if 't="b"' in cell else None]
    else:
        assert [fault[1::2] for fault in told(found)] == [("attended", code)]


def test_a_formula_of_a_library_that_works_none_out_has_no_value(to_map, tmp_path):
    """The 0 that XlsxWriter leaves for Excel to replace is none."""
    path = tmp_path / "导出.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["工号", "日期", "时间"])
        sheet.write_row(1, 0, ["T01", "2024-03-05"])
        sheet.write_formula(1, 2, "=TIME(14,0,0)")
    assert [fault[1::2] for fault in told(import_bookings(path, to_map(TIMED)))] == [("start", "formula_without_value")]


@pytest.mark.parametrize("namespace", [NAMESPACE, "http://purl.oclc.org/ooxml/spreadsheetml/main"])
@pytest.mark.parametrize("prefix", ["", "x"])
@pytest.mark.parametrize("placed", [True, False])
def test_a_sheet_is_read_however_it_is_written(raw, to_map, namespace, prefix, placed):
    """With or without prefixes, in both variants of the format, and where rows and cells do not say where they are."""
    rows = HEADER + f'<row r="2">{inline("A2", "T01")}<c r="B2"><v>45356</v></c><c r="C2"/></row>'
    rows += f'<row r="3">{inline("A3", "T02")}<c r="B3"><v>45357</v></c></row>'
    if not placed:
        rows = re.sub(r' r="[A-Z]?\d"', "", rows)
    if prefix:
        rows = re.sub(r"<(/?)(?=\w)", r"<\1x:", rows)
    found = import_bookings(raw(rows, prefix=prefix, namespace=namespace), to_map(TIMED))
    assert [(row["teacher_id"], row["date"].day) for row in found.rows] == [("T01", 5), ("T02", 6)]
    assert found.sources == (2, 3)


def test_a_cell_without_a_place_stands_beside_the_one_before(raw, to_map):
    """Also after cells that say where they are, in columns that are not read too."""
    row = '<row r="2"><c r="A2" t="str"><v>T01</v></c><c><v>45356</v></c><c><v>0.5</v></c><c/></row>'
    assert import_bookings(raw(HEADER + row), to_map(TIMED)).rows[0]["start"] == time(12)


@pytest.mark.host("libreoffice")
@pytest.mark.parametrize("source", [CSV, XLSX], ids=SUFFIXES)
def test_what_libreoffice_saves_is_read(tmp_path, source):
    """The same export saved by LibreOffice gives the same rows."""
    profile = (tmp_path / "profile").as_uri()
    converting = [host_program("libreoffice"), f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx"]
    gb18030 = "--infilter=CSV:44,34,85"
    command = [*converting, *([gb18030] if source == CSV else []), "--outdir", tmp_path, source]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    text = MAP.read_text(encoding="utf-8")
    path = tmp_path / "映射.toml"
    path.write_text(re.sub("(?m)^sheet = .*", "", text) if source == CSV else text, encoding="utf-8")
    found = import_bookings(tmp_path / "预约导出.xlsx", read_booking_map(path))
    assert found == import_bookings(source, read_booking_map(MAP))


# ---------------------------------------------------------------- files that cannot be read


GOOD = f'<row r="2">{inline("A2", "T01")}<c r="B2"><v>45356</v></c></row>'
BROKEN_ROWS = {
    "no xml": "<row",
    "no such text": '<row r="2"><c r="A2" t="s"><v>9</v></c></row>',
    "no number of a text": '<row r="2"><c r="A2" t="s"><v>x</v></c></row>',
    "no number": '<row r="2"><c r="B2"><v>虚构来访者001</v></c></row>',
    "too long": f'<row r="2">{inline("A2", "虚构来访者001" * 5000)}</row>',
    "row twice": GOOD + GOOD,
    "row no number": '<row r="x"/>',
    "row beyond": '<row r="1048577"/>',
    "cell twice": f'<row r="2">{inline("A2", "T01")}{inline("A2", "T02")}</row>',
    "cell of another row": f'<row r="2">{inline("A3", "T01")}</row>',
    "unplaced after nonsense": f'<row r="2">{inline("中", "T01")}{inline("", "T01")}</row>',
}


@pytest.mark.parametrize("rows", BROKEN_ROWS.values(), ids=BROKEN_ROWS)
def test_a_damaged_sheet_is_an_error(raw, to_map, rows):
    """A sheet that contradicts its format is refused as damaged, and nothing of it is repeated."""
    error = refused(raw(HEADER + rows), to_map())
    assert [fault.code for fault in error.faults] == ["unusable_input"]
    assert "文件已损坏" in str(error)
    assert_tells_nothing(repr(error) + str(error))


def test_what_is_no_workbook_is_an_error(tmp_path, to_map, raw):
    """Missing, cut off, encrypted, of another kind or with a declaration: each is told, and none is read."""
    booking_map = to_map()
    whole = XLSX.read_bytes()
    files = {
        "没有.xlsx": None,
        "半截.xlsx": whole[: len(whole) // 2],
        "空.xlsx": b"",
        "加密.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "旧.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "表.ods": whole,
        "文本.xlsx": CSV.read_bytes(),
        "工作簿.csv": whole,
        "双字节.csv": CSV.read_bytes().decode("gb18030").encode("utf-16"),
        "引号.csv": '工号,日期,主诉\nT01,2024-03-05,"（虚构）想家\n'.encode(),
        "没有结尾": whole,
    }
    for name, content in files.items():
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        error = refused(path, booking_map)
        assert len(error.faults) == 1, name
        assert_tells_nothing(repr(error) + str(error))
    declared = raw("", sheet=f'<!DOCTYPE x><worksheet xmlns="{NAMESPACE}"/>')
    assert "文档类型声明" in str(refused(declared, booking_map))
    assert "没有这个" in str(refused(tmp_path, booking_map)) or "找不到" in str(refused(tmp_path, booking_map))


def test_a_workbook_without_its_shared_texts_is_an_error(raw, to_map, tmp_path):
    """A cell that refers to them is one of a damaged file."""
    path = raw('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(tmp_path / "less.xlsx", "w") as less:
        for name in archive.namelist():
            if "sharedStrings" not in name:
                less.writestr(name, archive.read(name))
    assert "文件已损坏" in str(refused(tmp_path / "less.xlsx", to_map()))


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError("虚构")])
def test_what_the_system_does_not_let_us_read_is_an_error(to_map, export, monkeypatch, error):
    """A file that cannot be opened is told as such."""

    def fail(*_, **__):
        raise error

    path, booking_map = export([["工号", "日期"]]), to_map()
    monkeypatch.setattr(bookings, "csv_rows", fail)
    assert "无法读取" in str(refused(path, booking_map))


# ---------------------------------------------------------------- a property

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
anything = st.one_of(
    texts,
    st.sampled_from(
        ["13800138000", "11010519491231002X", "T01", "2024-03-05", '"', "a,b", "待确认", "甲\n乙", "_x0041_"]
    ),
    st.integers(-(10**12), 10**12).map(str),
)
record = st.fixed_dictionaries(
    {
        "工号": st.sampled_from(["T01", "张老师", "007", "", "13800138000"]),
        "日期": st.sampled_from(["2024-03-05", "2024/3/6", "20240307", "昨天", ""]),
        "时段": st.sampled_from(["14:00-15:00", "22:30~0:45", "下午", ""]),
        "状态": st.sampled_from(["完成", "取消", "待确认", "爽约", ""]),
    }
)
columns = st.dictionaries(st.text("姓名学号电话主诉abc", min_size=1, max_size=6), st.integers(0, 4), max_size=5)


@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=st.lists(record, max_size=6), extra=columns, data=st.data())
def test_columns_that_are_not_read_change_nothing(to_map, tmp_path, suffix, records, extra, data):
    """An export with any columns more, wherever they stand and whatever they hold, gives what it gives without."""
    source = HEAD + '"时段" = "start-end"\n"状态" = "status"\n' + DUTY
    booking_map = to_map(source + '[words.teacher_id]\n"张老师" = "T02"\n[skip]\n"状态" = ["待确认"]\n')
    headers = list(booking_map.columns)
    alone = [headers, *([record[header] for header in headers] for record in records)]
    more = [list(row) for row in alone]
    for header, place in extra.items():
        more[0].insert(place, header)
        for row in more[1:]:
            row.insert(place, data.draw(anything))
    expected = import_bookings(written(tmp_path / f"alone{suffix}", alone), booking_map)
    found = import_bookings(written(tmp_path / f"more{suffix}", more), booking_map)
    assert isinstance(found, Bookings)
    assert found.dropped == len(extra)
    assert (found.rows, found.sources, found.faults) == (expected.rows, expected.sources, expected.faults)
    assert (found.read, found.skipped) == (expected.read, expected.skipped)
    assert found.read == len(found.rows) + found.skipped + len({fault.row for fault in found.faults})
    gc.collect()
