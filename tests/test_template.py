"""The input workbook to fill in: what stands in it, what it lets be typed, and that what it holds is read back."""

import re
import subprocess
import sys
import zipfile
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import attrs
import pytest
import python_calamine
from conftest import CONTRACT, REQUIRED, WORDS, host_program

from workload import InputError, MissingExtraError, WorkloadError, load_regulation, read_center
from workload.tables.template import carried_over, write_template

SAMPLES = Path(__file__).parent.parent / "samples"
OTHER_SCHOOLS = ("role", "level", "participants")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LIST_OF = {"attended": "answer"}  # columns whose list has another name


@attrs.frozen
class Check:
    """What a sheet checks of a range of cells, and what it says."""

    cells: str
    kind: str
    formulas: tuple[str, ...]
    style: str
    prompt: tuple[str, str]
    error: tuple[str, str]


@attrs.frozen
class Sheet:
    """A sheet as its XML has it, with the cells of its rows by column letter."""

    root: ElementTree.Element
    rows: tuple[dict[str, object], ...]
    state: str

    @property
    def headers(self):
        """Header without its star -> column letter."""
        return {str(text).rstrip("*"): letter for letter, text in self.rows[0].items()}

    def checks(self):
        for found in self.root.iter(f"{MAIN}dataValidation"):
            get = found.get
            yield Check(
                get("sqref"),
                get("type", "any"),
                tuple(formula.text for formula in found),
                get("errorStyle", "stop"),
                (get("promptTitle", ""), get("prompt", "")),
                (get("errorTitle", ""), get("error", "")),
            )

    def check(self, header):
        """The check of a column's cells below the header."""
        letter = self.headers[header]
        (found,) = (check for check in self.checks() if check.cells.startswith(f"{letter}2:"))
        return found


def parts(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def xml(source):
    """A part that the test itself has written."""
    return ElementTree.fromstring(source)  # noqa: S314


def opened(path):
    """Every sheet of a workbook by its name, in order."""
    files = parts(path)
    strings = [
        "".join(text.text or "" for text in item.iter(f"{MAIN}t")) for item in xml(files["xl/sharedStrings.xml"])
    ]
    found = {}
    names = xml(files["xl/workbook.xml"]).iter(f"{MAIN}sheet")
    for number, sheet in enumerate(names, start=1):
        root = xml(files[f"xl/worksheets/sheet{number}.xml"])
        rows = []
        for row in root.iter(f"{MAIN}row"):
            cells = {}
            for cell in row:
                value = cell.find(f"{MAIN}v")
                if value is not None:
                    text = strings[int(value.text)] if cell.get("t") == "s" else float(value.text)
                    cells[re.match("[A-Z]+", cell.get("r"))[0]] = text
            rows.append(cells)
        found[sheet.get("name")] = Sheet(root, tuple(rows), sheet.get("state", "visible"))
    return found


def template(folder, *arguments, **more):
    path = folder / "template.xlsx"
    write_template(path, *arguments, **more)
    return path


@pytest.fixture(scope="module")
def sheets(tmp_path_factory):
    """The empty template, opened."""
    return opened(template(tmp_path_factory.mktemp("template")))


def cells_of(sheets, source):
    """The words of a drop-down's range."""
    name, letter, first, last = re.fullmatch(r"'(.+)'!\$([A-Z]+)\$(\d+):\$[A-Z]+\$(\d+)", source).groups()
    return [row.get(letter) for row in sheets[name].rows[int(first) - 1 : int(last)]]


def records(center):
    """Every table of a center, without the places of its rows."""
    return {
        name: None if (found := getattr(center, name)) is None else [attrs.evolve(record, row=None) for record in found]
        for name in CONTRACT
    }


COLUMNS = [
    (table, column, header)
    for table, (_, columns) in CONTRACT.items()
    for column, header in columns.items()
    if (table, column) not in {("activities", name) for name in OTHER_SCHOOLS}
]


# ---------------------------------------------------------------- sheets and headers


def test_the_sheets_and_their_order(sheets):
    """Instructions come first, then a sheet for each table; the words of the drop-downs are hidden at the end."""
    names = [chinese for chinese, _ in CONTRACT.values()]
    assert list(sheets) == ["填写说明", *names, "选项"]
    assert [name for name, sheet in sheets.items() if sheet.state != "visible"] == ["选项"]
    assert sheets["选项"].state == "hidden"  # and not so deep that nobody can add a word


@pytest.mark.parametrize("table", CONTRACT)
def test_the_headers_are_those_of_the_contract(sheets, table):
    """A sheet has the columns of its table in their order, and a star at each that is required."""
    chinese, columns = CONTRACT[table]
    starred = [header + "*" * (column in REQUIRED[table]) for column, header in columns.items()]
    assert list(sheets[chinese].rows[0].values()) == starred


def test_required_headers_have_a_color_of_their_own(tmp_path):
    """Required headers are orange, the others blue, and so are the tabs of required sheets."""
    path = template(tmp_path)
    styles = xml(parts(path)["xl/styles.xml"])
    fills = [fill.find(f".//{MAIN}fgColor") for fill in styles.find(f"{MAIN}fills")]
    looks = [fills[int(xf.get("fillId"))] for xf in styles.find(f"{MAIN}cellXfs")]
    colors = {True: set(), False: set()}
    tabs = {}
    for name, sheet in opened(path).items():
        tabs[name] = sheet.root.find(f".//{MAIN}tabColor").get("rgb")
        for cell, text in zip(sheet.root.find(f".//{MAIN}row"), sheet.rows[0].values(), strict=False):
            if name not in ("填写说明", "选项"):
                colors[text.endswith("*")].add(looks[int(cell.get("s"))].get("rgb"))
    assert colors == {True: {"FFF6B26B"}, False: {"FFCFE2F3"}}
    assert [name for name, color in tabs.items() if color == "FFF6B26B"] == ["教师", "工作记录"]


def test_columns_of_other_schools_stand_where_they_matter(tmp_path, sheets):
    """Role, level and participants are columns only where the rules use them, or where the rows do."""
    regulation = load_regulation()
    headers = {"角色", "级别", "人数"}
    assert headers & sheets["工作记录"].headers.keys() == set()
    by_role = opened(template(tmp_path, attrs.evolve(regulation, roles=("主讲", "协助"))))
    assert headers & by_role["工作记录"].headers.keys() == {"角色"}
    assert cells_of(by_role, by_role["工作记录"].check("角色").formulas[0]) == ["主讲", "协助"]
    case = attrs.evolve(regulation.credits[0].amount[0], level=("municipal",))
    credit = attrs.evolve(regulation.credits[0], amount=(case,))
    by_level = opened(template(tmp_path, attrs.evolve(regulation, credits=(credit,))))
    assert headers & by_level["工作记录"].headers.keys() == {"级别"}
    sample = opened(template(tmp_path, load_regulation(SAMPLES / "another-school" / "示范学院.toml")))
    assert "人数" in sample["工作记录"].headers
    row = {"teacher_id": "T1", "date": date(2024, 3, 5), "kind": "lecture", "role": "主讲", "level": None}
    by_row = opened(template(tmp_path, tables={"activities": [row]}))
    assert headers & by_row["工作记录"].headers.keys() == {"角色"}


def test_the_header_stays_in_view_and_on_paper(tmp_path, sheets):
    """The header is frozen, has filters, and is printed on every page: A4, landscape, one page wide."""
    names = parts(template(tmp_path))["xl/workbook.xml"].decode()
    for chinese, _ in CONTRACT.values():
        root = sheets[chinese].root
        pane, page = root.find(f".//{MAIN}pane"), root.find(f"{MAIN}pageSetup")
        assert (pane.get("ySplit"), pane.get("state")) == ("1", "frozen")
        assert root.find(f"{MAIN}autoFilter") is not None
        assert (page.get("paperSize"), page.get("orientation"), page.get("fitToHeight")) == ("9", "landscape", "0")
        assert f"{chinese}!$1:$1</definedName>" in names


# ---------------------------------------------------------------- instructions


def test_the_instructions_are_ten_sentences(sheets):
    """The first sheet is the one that opens; it tells in ten numbered lines how to fill in the others."""
    said = [str(row.get("B")) for row in sheets["填写说明"].rows]
    steps = [text for text in said if re.match(r"\d+\. ", text)]
    assert [int(text.partition(".")[0]) for text in steps] == list(range(1, 11))
    told = "".join(steps)
    for words in (
        "教师",
        "工作记录",
        "下拉",
        "2024-03-05",
        "14:30",
        "课时",
        "职称",
        "合并单元格",
        "合计",
        "来访者",
        "备注",
    ):
        assert words in told
    assert "workload check 文件.xlsx" in told
    assert all(len(text) <= 60 for text in steps)
    assert sheets["填写说明"].root.find(f".//{MAIN}sheetView").get("tabSelected") == "1"


def test_the_instructions_lead_to_every_sheet(sheets):
    """A link leads to each sheet, beside what it is for and when it is needed."""
    root = sheets["填写说明"].root
    links = {link.get("ref"): link.get("location") for link in root.iter(f"{MAIN}hyperlink")}
    assert list(links.values()) == [f"'{chinese}'!A1" for chinese, _ in CONTRACT.values()]
    lines = {row.get("B"): row for row in sheets["填写说明"].rows}
    for chinese, _ in CONTRACT.values():
        assert lines[chinese]["C"]
        assert lines[chinese]["D"]


# ---------------------------------------------------------------- drop-downs


@pytest.mark.parametrize(("table", "column", "header"), [entry for entry in COLUMNS if entry[1] in WORDS])
def test_each_closed_list_has_its_drop_down(sheets, table, column, header):
    """The drop-down of a closed list has exactly its words, and nothing else may be typed."""
    check = sheets[CONTRACT[table][0]].check(header)
    assert (check.kind, check.style) == ("list", "stop")
    assert cells_of(sheets, check.formulas[0]) == list(WORDS[column].values())


def test_equivalent_titles_can_be_chosen(tmp_path):
    """Where the school confirms an equivalent title, the list offers it too."""
    other = load_regulation(SAMPLES / "another-school" / "示范学院.toml")
    found = opened(template(tmp_path, other))
    titles = cells_of(found, found["教师"].check("职称").formulas[0])
    assert titles == ["教授", "副教授", "讲师", "助教", "主任医师"]
    kinds = cells_of(found, found["工作记录"].check("类别").formulas[0])
    assert kinds[: len(other.kinds)] == [kind.name.zh for kind in other.kinds.values()]


def test_a_long_list_is_whole(tmp_path):
    """A list of more than 255 letters, which a spreadsheet would drop, stands on the hidden sheet and is whole."""
    regulation = load_regulation()
    kinds = {
        f"kind_{number}": attrs.evolve(
            regulation.kinds["lecture"], id=f"kind_{number}", also=(f"很长的类别{number:03}",)
        )
        for number in range(100)
    }
    found = opened(template(tmp_path, attrs.evolve(regulation, kinds=kinds)))
    assert len(cells_of(found, found["工作记录"].check("类别").formulas[0])) == 200


@pytest.mark.parametrize(
    "table", [table for table, ids in REQUIRED.items() if "teacher_id" in ids and table != "teachers"]
)
def test_ids_are_chosen_from_the_teachers(sheets, table):
    """Ids can be chosen from the teachers sheet, without its example; another one is questioned, not refused."""
    check = sheets[CONTRACT[table][0]].check("工号")
    assert (check.kind, check.style) == ("list", "warning")
    (source,) = check.formulas
    assert source.startswith("OFFSET('教师'!$A$1,1+COUNTIF('教师'!$A$1:$A$5001,\"示例\"),0,")
    assert len(source) <= 255


def test_a_teacher_stands_once(sheets):
    """An id that already stands in the teachers sheet is refused; 007 and 7 are two."""
    check = sheets["教师"].check("工号")
    assert (check.kind, check.style) == ("custom", "stop")
    assert check.formulas == ("SUMPRODUCT(--EXACT($A$2:$A$5001,A2))=1",)


# ---------------------------------------------------------------- checks and what they say

DAYS = ("18264", "73415")  # 1950-01-01 and 2100-12-31, as a spreadsheet counts days
CHECKS = {
    **dict.fromkeys(("date", "effective_from", "month"), ("date", *DAYS)),
    **dict.fromkeys(("minutes", "events"), ("whole", "1", "999999999")),
    **dict.fromkeys(("class_hours", "hours", "quantity", "yuan"), ("decimal", "0", "999999999")),
    "year": ("whole", "1950", "2100"),
    "share": ("decimal", "0.0001", "1"),
}


@pytest.mark.parametrize(("table", "column", "header"), [entry for entry in COLUMNS if entry[1] in CHECKS])
def test_dates_and_numbers_are_checked(sheets, table, column, header):
    """A date, a year, a number or a share that cannot be right is refused as it is typed."""
    check = sheets[CONTRACT[table][0]].check(header)
    assert (check.kind, *check.formulas) == CHECKS[column]
    assert check.style == "stop"


def test_start_and_end_are_days_or_times(sheets):
    """Start and end are days in an appointment, and times of the day in the work."""
    for header in ("开始日期", "结束日期"):
        assert (sheets["聘期"].check(header).kind, sheets["聘期"].check(header).formulas) == ("date", DAYS)
    for header in ("开始时间", "结束时间"):
        check = sheets["工作记录"].check(header)
        assert check.kind == "time"
        assert [float(formula) for formula in check.formulas] == pytest.approx([0, 86399 / 86400])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_column_says_what_it_takes(tmp_path, language):
    """At its header and in its cells every column says what it takes, and a refusal why; none is too long for Excel."""
    found = opened(template(tmp_path, language=language))
    for table, (chinese, columns) in CONTRACT.items():
        sheet = found[chinese if language == "zh" else table]
        checks = list(sheet.checks())
        assert len(checks) == 2 * len(columns)
        last = 20001 if table == "activities" else 5001
        for column, header in columns.items():
            name = header if language == "zh" else column
            letter = sheet.headers[name]
            spoken = {check.cells: check for check in checks if re.match(rf"{letter}\d", check.cells)}
            assert list(spoken) == [f"{letter}1", f"{letter}2:{letter}{last}"]
            for check in spoken.values():
                needed = ("必填", "required") if column in REQUIRED[table] else ("选填", "optional")
                assert check.prompt[0].startswith(name)
                assert needed[language == "en"] in check.prompt[0]
                assert 0 < len(check.prompt[1]) <= 255
                assert max(len(check.prompt[0]), len(check.error[0])) <= 32
                assert len(check.error[1]) <= 255
                assert bool(check.error[0]) == bool(check.error[1]) == (check.kind != "any")
                if language == "en":
                    assert not re.search("[\u4e00-\u9fff]", "".join((*check.prompt, *check.error)))


def test_the_term_of_an_appointment_is_told(sheets):
    """A blank end of an appointment means the term of the rules, which the cell names."""
    assert sheets["聘期"].check("结束日期").prompt[1] == "聘期的最后一天。空白＝规定的任期（1 年）。"


def test_a_note_warns_of_client_data(sheets):
    """Where a note is typed, the cell says that nothing about a client may stand there."""
    assert "绝不写来访者" in sheets["工作记录"].check("备注").prompt[1]


@pytest.mark.parametrize(("table", "column", "header"), [entry for entry in COLUMNS if entry[1].endswith("_id")])
def test_ids_stay_text(tmp_path, table, column, header):
    """Ids have the format of text, so that 007 stays 007, and no green triangle finds fault with it."""
    path = template(tmp_path)
    sheet = opened(path)[CONTRACT[table][0]]
    letter = sheet.headers[header]
    styles = xml(parts(path)["xl/styles.xml"])
    codes = {found.get("numFmtId"): found.get("formatCode") for found in styles.iter(f"{MAIN}numFmt")}
    place = ord(letter) - ord("A") + 1
    (style,) = (col.get("style") for col in sheet.root.iter(f"{MAIN}col") if int(col.get("min")) == place)
    assert codes[styles.find(f"{MAIN}cellXfs")[int(style)].get("numFmtId")] == "@"
    (ignored,) = sheet.root.iter(f"{MAIN}ignoredError")
    assert ignored.get("numberStoredAsText") == "1"
    assert f"{letter}2:{letter}{20001 if table == 'activities' else 5001}" in ignored.get("sqref").split()


def test_what_a_row_lacks_turns_red(sheets):
    """A row that is begun shows the required cells that are still blank, and what its kind of work needs."""
    conditions = {
        (condition.get("sqref"), rule.find(f"{MAIN}formula").text)
        for condition in sheets["工作记录"].root.iter(f"{MAIN}conditionalFormatting")
        for rule in condition
    }
    assert ("C2:C20001", "AND(COUNTA($A2:$N2)>0,ISBLANK($C2))") in conditions
    duty = 'AND(OR($D2="咨询值班"),$J2<>"取消",ISBLANK($G2),OR(ISBLANK($E2),ISBLANK($F2)))'
    assert ("G2:G20001", duty) in conditions
    assert ("H2:H20001", 'AND(OR($D2="心理健康教学"),$J2<>"取消",ISBLANK($H2))') in conditions


# ---------------------------------------------------------------- example rows


@pytest.mark.parametrize(("language", "mark"), [("zh", "示例"), ("en", "example")])
@pytest.mark.parametrize("table", CONTRACT)
def test_the_example_passes_its_own_checks(tmp_path, table, language, mark):
    """Below each header stands an example under its mark: it has all required cells and passes the sheet's checks."""
    found = opened(template(tmp_path, language=language))
    chinese, columns = CONTRACT[table]
    names = columns if language == "zh" else {column: column for column in columns}
    sheet = found[chinese if language == "zh" else table]
    marked = "authority" if table == "rates" else "teacher_id"
    examples = sheet.rows[1:]
    assert len(examples) == (3 if table == "activities" else 1)
    for row in examples:
        assert row[sheet.headers[names[marked]]] == mark
        assert {sheet.headers[names[column]] for column in REQUIRED[table]} <= row.keys()
        for column in columns.keys() - {marked}:
            value = row.get(sheet.headers[names[column]])
            check = sheet.check(names[column])
            if value is None or check.kind == "any":
                continue
            if check.kind == "list":
                assert value in cells_of(found, check.formulas[0])
            else:
                least, most = map(float, check.formulas)
                assert least <= value <= most
                assert check.kind != "whole" or value == int(value)


def test_examples_are_grey_by_their_mark(tmp_path):
    """What is grey and in italics is the row with the mark, wherever it stands: an example written over is none."""
    path = template(tmp_path)
    looks = xml(parts(path)["xl/styles.xml"]).find(f"{MAIN}dxfs")
    found = opened(path)
    for table, (chinese, columns) in CONTRACT.items():
        sheet = found[chinese]
        letter = sheet.headers[columns["authority" if table == "rates" else "teacher_id"]]
        everything = f"A2:{list(sheet.rows[0])[-1]}{20001 if table == 'activities' else 5001}"
        conditions = sheet.root.iter(f"{MAIN}conditionalFormatting")
        (rule,) = (rule for condition in conditions if condition.get("sqref") == everything for rule in condition)
        assert rule.find(f"{MAIN}formula").text == f'${letter}2="示例"'
        font = looks[int(rule.get("dxfId"))].find(f"{MAIN}font")
        assert font.find(f"{MAIN}i") is not None
        assert font.find(f"{MAIN}color").get("rgb") == "FF8C8C8C"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_untouched_template_is_a_center_without_records(tmp_path, language):
    """The examples are no records: the template as it comes has no rows and no faults."""
    center = read_center(template(tmp_path, language=language))
    assert center.faults == ()
    assert not any(getattr(center, table) for table in CONTRACT)


# ---------------------------------------------------------------- rows


@pytest.mark.parametrize("language", ["zh", "en"])
def test_rows_come_back_as_records(tmp_path, tables, workbook, language):
    """What a template is filled with is read back as the same records, without a fault, in both languages."""
    center = read_center(template(tmp_path, tables=tables, language=language))
    assert center.faults == ()
    assert records(center) == records(read_center(workbook(tables)))


def test_rows_begin_below_the_example(tmp_path, tables):
    """The example stays on top of the rows, and the cursor waits on the first free row below them."""
    found = opened(template(tmp_path, tables=tables))
    assert [row["A"] for row in found["教师"].rows] == ["工号*", "示例", "007", "7", "T1"]
    assert found["教师"].root.find(f".//{MAIN}selection").get("activeCell") == "A6"


def test_numbers_are_exact(tmp_path):
    """A number that no cell can hold exactly stands as the text of it, and comes back exactly."""
    exact = [Fraction(1, 3), Decimal("0.12345678901234567"), Fraction(5, 8), 0.1 + 0.2]
    rows = [
        {"teacher_id": "T1", "date": date(2024, 3, 5), "kind": "lecture", "share": share, "event_id": number}
        for number, share in enumerate(exact)
    ]
    teachers = [{"teacher_id": "T1", "employment": "part_time", "title": "professor"}]
    center = read_center(template(tmp_path, tables={"teachers": teachers, "activities": rows}))
    assert [activity.share for activity in center.activities] == [*map(Fraction, exact[:3]), Fraction(repr(0.1 + 0.2))]
    assert [activity.event_id for activity in center.activities] == ["0", "1", "2", "3"]


def test_text_of_rows_is_inert(tmp_path):
    """A text stays the text that it is: no formula, no link, no number."""
    texts = ["=1+1", '=HYPERLINK("http://x")', "http://x", "+1", "@A1", "{=1}", "007", "2024-03-05", "<b>&"]
    rows = [{"teacher_id": text, "name": text, "employment": "full_time"} for text in texts]
    path = template(tmp_path, tables={"teachers": rows})
    with python_calamine.CalamineWorkbook.from_path(path) as book:
        found = book.get_sheet_by_name("教师").to_python()[2:]
    assert [row[:2] for row in found] == [[text, text] for text in texts]
    sheet = opened(path)["教师"].root
    assert list(sheet.iter(f"{MAIN}f")) == list(sheet.iter(f"{MAIN}hyperlink")) == []


def test_many_rows_are_all_checked(tmp_path):
    """With more rows than a template reaches, checks, filters and drop-downs reach to the last one."""
    rows = [{"teacher_id": f"{number:05}", "employment": "full_time"} for number in range(6000)]
    found = opened(template(tmp_path, tables={"teachers": rows}))
    assert {check.cells for check in found["教师"].checks()} >= {"A2:A6002", "E2:E6002"}
    assert "'教师'!$A$1:$A$6002" in found["职称"].check("工号").formulas[0]


@pytest.mark.parametrize(
    ("tables", "place"),
    [
        ({"students": []}, "students"),
        ({"teachers": [{"teacher_id": "T1", "phone": "1"}]}, "teachers.phone"),
    ],
)
def test_what_has_no_place_is_refused(tmp_path, tables, place):
    """A table or column that does not exist is an error that names it; nothing is left out in silence."""
    with pytest.raises(WorkloadError, match=place) as raised:
        template(tmp_path, tables=tables)
    assert place in raised.value.in_language("en")
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- last year


def test_last_year_is_carried_over(tmp_path):
    """Roster, titles and appointments of last year stand in the new template exactly; nothing else does."""
    last = read_center(SAMPLES / "center" / "心理指导中心.xlsx")
    rows = carried_over(last)
    assert list(rows) == ["teachers", "titles", "appointments"]
    center = read_center(template(tmp_path, tables=rows))
    assert center.faults == ()
    kept, new = records(last), records(center)
    for table in CONTRACT:
        # A sheet that nobody filled in is as good as none; two are needed.
        empty = [] if table == "activities" else None
        assert new[table] == (kept[table] if table in rows else empty)


def test_ids_are_carried_over_as_text(tmp_path, tables, workbook):
    """An id such as 007 is carried over as it is."""
    center = read_center(template(tmp_path, tables=carried_over(read_center(workbook(tables)))))
    assert [teacher.teacher_id for teacher in center.teachers] == ["007", "7", "T1"]


def test_a_center_of_two_tables_is_carried_over(tables, workbook):
    """A table that last year lacked is carried over as an empty one."""
    rows = carried_over(read_center(workbook({name: tables[name] for name in ("teachers", "activities")})))
    assert (len(rows["teachers"]), rows["titles"], rows["appointments"]) == (3, [], [])


def test_a_roster_with_faults_is_not_carried_over(tables, workbook):
    """A fault in one of the three tables would lose a row, so it is told; one in the year's records is no matter."""
    tables["activities"][0]["kind"] = "咨寻"
    assert carried_over(read_center(workbook(tables)))
    tables["titles"][0]["title"] = "叫兽"
    with pytest.raises(InputError, match="职称 第2行"):
        carried_over(read_center(workbook(tables)))


# ---------------------------------------------------------------- the file


def test_the_same_template_is_the_same_bytes(tmp_path, tables):
    """Made twice, a template is the same byte for byte; it does not say when it was made."""
    first = template(tmp_path, tables=tables).read_bytes()
    assert template(tmp_path, tables=tables).read_bytes() == first


def test_the_file_is_small(tmp_path):
    """20,000 rows are prepared without a cell of them being written."""
    assert template(tmp_path).stat().st_size < 40_000


def test_without_xlsxwriter_it_says_what_to_install(tmp_path, monkeypatch):
    """Without XlsxWriter the message says which command installs it, and nothing is left behind."""
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MissingExtraError, match=r"counseling-workload\[xlsx\]"):
        template(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.host("libreoffice")
@pytest.mark.parametrize("ending", ["ods", "pdf"])
def test_libreoffice_opens_it(tmp_path, tables, workbook, ending):
    """LibreOffice opens a filled template; as ods it holds the same records and keeps every check."""
    source = template(tmp_path, tables=tables)
    profile = (tmp_path / "profile").as_uri()
    converting = [host_program("libreoffice"), f"-env:UserInstallation={profile}", "--headless", "--convert-to", ending]
    subprocess.run([*converting, "--outdir", tmp_path, source], check=True, capture_output=True, timeout=120)
    converted = source.with_suffix(f".{ending}")
    if ending == "pdf":
        assert converted.read_bytes().startswith(b"%PDF")
        return
    assert records(read_center(converted)) == records(read_center(workbook(tables)))
    content = parts(converted)["content.xml"].decode()
    assert "cell-content-is-in-list(OFFSET(" in content  # how many varies: it writes some that are the same as one
    assert content.count("cell-content-is-in-list([$选项.") == len([entry for entry in COLUMNS if entry[1] in WORDS])
