"""The pay sheet: what its cells hold is what the library found and what a spreadsheet finds; identities stay in it."""

import os
import re
import stat
import zipfile
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import spreadsheet
import test_paylint
import xlsxwriter
from attrs import evolve

from workload import Activity, Center, Payment, Teacher, TitleHeld, load_regulation, read_center
from workload.budget import Budget, Envelope, check_budget
from workload.capitals import yuan_upper
from workload.cli.pay import workload as command
from workload.documents.paysheet import identity_gaps, write_pay_sheet
from workload.documents.payslips import blocks, listed
from workload.errors import Fault, WorkloadError
from workload.payroll import booked, pay
from workload.period import Period
from workload.rates import PayRate, Rates
from workload.records import DroppedRow
from workload.regulation import Pay
from workload.tables.identities import Identities, read_identities
from workload.tables.paylint import lint_pay_sheet
from workload.taxfile import Bracket, load_withholding
from workload.text import Text

SAMPLE = Path(__file__).parent.parent / "samples" / "center" / "心理指导中心.xlsx"
FROM = date(2020, 1, 1)
NOVEMBER = Period(date(2024, 11, 1), date(2024, 11, 30))
SCHOOL = "校发〔2020〕12号"
RATES = Rates(
    [
        PayRate("counseling", Decimal("60.35"), FROM, SCHOOL),
        PayRate("counseling", Decimal(81), FROM, SCHOOL, title="professor"),
        PayRate("teaching", Decimal("85.50"), FROM, SCHOOL),
        PayRate("points", Decimal("3.33"), FROM, SCHOOL, kind="lecture"),
    ]
)
SHEETS_ZH = {"发放表", "按项目汇总", "明细", "个税", "税率表", "未发放", "说明"}


def external():
    """Two teachers of other payers, one with two rates in the month and payments before, one far up the brackets."""
    teachers = [
        Teacher("007", "part_time", "教师01", "external"),
        Teacher("7", "part_time", "教师02", "external", "lecturer"),
    ]
    titles = [TitleHeld("007", "lecturer", FROM), TitleHeld("007", "professor", date(2024, 11, 15))]
    work = [
        Activity("007", date(2024, 11, 5), "counseling_duty", minutes=1000, row=2),
        Activity("007", date(2024, 11, 20), "counseling_duty", minutes=700, row=3),
        Activity("007", date(2024, 11, 21), "class_teaching", class_hours=7, row=4),
        Activity("7", date(2024, 11, 6), "class_teaching", class_hours=900, row=5),
        Activity("7", date(2024, 11, 7), "lecture", row=6),
        Activity("7", date(2024, 11, 8), "salon", row=7),
    ]
    paid = [Payment("007", date(2024, 11, 1), "teaching", 40, Decimal("3900.10"))]
    return Center(teachers, work, titles=titles, payments=paid)


def led_together():
    """The same with an event that both led, whose sum does not split evenly."""
    center = external()
    led = enumerate(("7", "007"), start=8)
    event = [Activity(one, date(2024, 11, 7), "lecture", event_id="E", row=row) for row, one in led]
    return evolve(center, activities=(*center.activities, *event))


def overpaid():
    """A register in which one external teacher was paid more for November, in November, than is due."""
    center = evolve(external(), payments=None)
    more = Activity("007", date(2024, 11, 21), "class_teaching", class_hours=90, row=9)
    return booked(pay(evolve(center, activities=(*center.activities, more)), NOVEMBER, RATES))


def mixed():
    """One external teacher and one of the school's own."""
    center = external()
    own = Teacher("T03", "full_time", "教师03", "internal", "lecturer")
    more = Activity("T03", date(2024, 11, 9), "class_teaching", class_hours=10, row=8)
    return evolve(center, teachers=(*center.teachers, own), activities=(*center.activities, more))


def corrected():
    """December, in which November is corrected up and down, and an event was led by three."""
    center = mixed()
    before = booked(pay(evolve(center, activities=center.activities[1:-1], payments=None), NOVEMBER, RATES))
    led = enumerate(("7", "007", "T03"), start=20)
    more = [Activity(one, date(2024, 12, 7), "lecture", event_id="F", row=row) for row, one in led]
    more.append(Activity("007", date(2024, 12, 3), "counseling_duty", minutes=100, row=23))
    rows = [row for row in center.activities if row.row != 4]
    return evolve(center, activities=(*rows, *more), payments=None), before


def paid_again():
    """November once more, after it was booked, with one row that came later."""
    center = mixed()
    register = booked(pay(evolve(center, activities=center.activities[:-1]), NOVEMBER, RATES, settle=True))
    return center, register


RUNS = {
    "mixed": lambda: (mixed(), NOVEMBER, {}),
    "sample, a month": lambda: (read_center(SAMPLE), NOVEMBER, {}),
    "sample, a term": lambda: (read_center(SAMPLE), Period(date(2024, 3, 1), date(2024, 7, 31)), {}),
    "external": lambda: (external(), NOVEMBER, {}),
    "taken together": lambda: (external(), NOVEMBER, {"tax_items": "together"}),
    "settled below 0": lambda: (external(), NOVEMBER, {"settle": True}),
    "taken back in the month": lambda: (
        evolve(external(), payments=None),
        Period(date(2024, 10, 1), date(2024, 12, 31)),
        {"register": overpaid(), "paid_in": date(2024, 11, 1), "take_back": True},
    ),
    "corrected": lambda: (
        corrected()[0],
        Period(date(2024, 12, 1), date(2024, 12, 31)),
        {"register": corrected()[1], "readings": {"co_leaders": "equal_split"}, "re_reckon": True, "take_back": True},
    ),
    "paid again": lambda: (
        paid_again()[0],
        NOVEMBER,
        {"register": paid_again()[1], "paid_in": date(2024, 12, 1), "settle": True},
    ),
    "led together": lambda: (led_together(), NOVEMBER, {"readings": {"co_leaders": "equal_split"}}),
}
each_run = pytest.mark.parametrize("name", RUNS)


def identities_of(run):
    """Invented identity and bank numbers of every teacher."""
    return {
        one.teacher.teacher_id: {
            "姓名": one.teacher.name,
            "身份证号": test_paylint.card(place),
            "银行卡号": test_paylint.account(place),
            "开户行": "=某行某某分行某某大道支行",
        }
        for place, one in enumerate(run.teachers)
    }


@pytest.fixture
def sheet(tmp_path):
    """``sheet(name)`` writes the pay sheet of a run and gives the run and the file."""

    def write(name, **options):
        center, period, chosen = RUNS[name]()
        run = pay(center, period, RATES, **chosen)
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.xlsx"
        write_pay_sheet(path, run, center=center, day=date(2024, 12, 2), **options)
        return run, path

    return write


def by_header(path, name="发放表"):
    """The rows of a sheet as header -> value, up to the total."""
    cells = {
        place: value
        for (sheet, place), (_, value) in spreadsheet.cells(path, formulas_only=False).items()
        if sheet == name
    }
    letters = [spreadsheet.letters(place) for place in range(60)]
    headers = {letter: cells[f"{letter}3"] for letter in letters if cells.get(f"{letter}3")}
    rows, number = [], 4
    while cells.get(f"A{number}", "") != "":
        rows.append({header: cells.get(f"{letter}{number}", "") for letter, header in headers.items()})
        number += 1
    return rows[: next((place for place, row in enumerate(rows) if "合计" in str(row["序号"])), len(rows)) + 1]


@each_run
def test_the_cells_hold_what_the_library_found(sheet, name):
    """Each person's gross, and an external one's tax, net and capitals, and the sums below, are those of the run."""
    run, path = sheet(name)
    rows = by_header(path)
    paid = [one for one in listed(run).teachers if one.amounts]
    assert [row["工号"] for row in rows[:-1]] == [one.teacher.teacher_id for one in paid]
    for row, one in zip(rows[:-1], paid, strict=True):
        assert Decimal(str(row["应发"])) == one.gross
        assert row.get("预扣个税", "") in ("", 0) if one.tax is None else Decimal(str(row["预扣个税"])) == one.tax
        if one.is_external:
            assert Decimal(str(row["实发"])) == one.net
            assert row["实发大写"] == yuan_upper(one.net)
        else:
            assert row.get("实发", "") == row.get("实发大写", "") == ""
        assert ("备注" in row and row["备注"] == "并入当月工资") == (not one.is_external)
    assert Decimal(str(rows[-1]["应发"])) == run.total
    net = sum((one.net for one in paid if one.is_external), Decimal(0))
    assert ("实发" in rows[-1]) == any(one.is_external for one in paid)
    if "实发" in rows[-1]:
        assert Decimal(str(rows[-1]["实发"])) == net
        assert rows[-1]["实发大写"] == yuan_upper(net)
    texts = texts_of(path)
    external = {one.is_external for one in paid}
    assert any("应发合计（大写）：人民币" + yuan_upper(run.total) in text for text in texts) == (False in external)
    assert any("实发合计（大写" in text and yuan_upper(net) in text for text in texts) == (True in external)


def texts_of(path, sheet=None):
    """Every text of a sheet, or of all."""
    cells = spreadsheet.cells(path, formulas_only=False)
    return [value for (name, _), (_, value) in cells.items() if isinstance(value, str) and sheet in (None, name)]


@each_run
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_linter_has_nothing_to_say(sheet, name, language):
    """No gap, no merge, no hidden amount, all sums tie, all tables agree: in either language, with identities too."""
    run, path = sheet(name, language=language)
    assert lint_pay_sheet(path) == ()
    _, path = sheet(name, language=language, identities=identities_of(run))
    assert lint_pay_sheet(path) == ()


@pytest.mark.host("libreoffice")
def test_a_spreadsheet_finds_the_same(sheet, tmp_path):
    """LibreOffice works all formulas out anew and finds no other value in any cell."""
    files = [sheet(name)[1] for name in RUNS]
    number = 0
    for path, other in zip(files, spreadsheet.recalculated(files, tmp_path), strict=True):
        assert list(spreadsheet.differences(path, other)) == []
        number += len(spreadsheet.cells(path))
    assert number > 300


@pytest.mark.host("libreoffice")
def test_a_changed_rate_changes_all(sheet, tmp_path):
    """A rate changed among the lines, worked out anew, gives line, gross, tax, net, capitals and sums of a new run."""
    _, path = sheet("external")
    lines = spreadsheet.cells(path, formulas_only=False)
    rate = next(place for (name, place), (_, value) in lines.items() if name == "明细" and value == 85.5)
    changed = tmp_path / "changed.xlsx"
    spreadsheet.with_cell(path, changed, "明细", rate, "><v>90.07</v></c>")
    other = spreadsheet.recalculated([changed], tmp_path)[0]
    rows = by_header(other)
    rates = Rates(
        [*(one for one in RATES if one.item != "teaching"), PayRate("teaching", Decimal("90.07"), FROM, SCHOOL)]
    )
    expected = pay(external(), NOVEMBER, rates).teacher("007")
    assert Decimal(str(rows[0]["应发"])).quantize(Decimal("0.01")) == expected.gross
    assert Decimal(str(rows[0]["预扣个税"])).quantize(Decimal("0.01")) == expected.tax
    assert rows[0]["实发大写"] == yuan_upper(expected.net)
    assert lint_pay_sheet(other) == ()


def test_ids_that_look_like_one_number_are_two_persons(sheet):
    """007 and 7 have each their own sums: the lines are summed by the number of the person's row."""
    run, path = sheet("external")
    assert [Decimal(str(row["应发"])) for row in by_header(path)[:-1]] == [one.gross for one in run.teachers]


def test_every_line_says_where_it_comes_from(sheet):
    """Quantity, rate, authority, article, rows: the amount is their product, rounded once."""
    run, path = sheet("external")
    rows = by_header(path, "明细")
    assert [Decimal(str(row["金额"])) for row in rows[:-1]] == [
        line.amount for one in run.teachers for line in one.lines
    ]
    assert {row["依据"] for row in rows[:-1]} == {SCHOOL}
    assert all(row["条款"].startswith("附件2 ") for row in rows[:-1])
    assert [row["工作记录行"] for row in rows[:-1]] == ["2", "3", "4", "5", "6"]
    assert Decimal(str(rows[-1]["金额"])) == run.total


def test_what_has_no_rate_is_named(sheet):
    """Work without a rate stands on a sheet of its own, and the pay sheet says that it is not complete."""
    run, path = sheet("external")
    texts = {value for _, value in spreadsheet.cells(path, formulas_only=False).values() if isinstance(value, str)}
    assert len(run.refused) == 1
    assert run.refused[0].missing.zh in texts
    assert any("未完整：有 1 项缺少单价" in text for text in texts)


def test_the_footer_and_finance(sheet):
    """Every sheet's footer names rules and date; finance has the last word."""
    _, path = sheet("external")
    with zipfile.ZipFile(path) as book:
        pages = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        texts = book.read("xl/sharedStrings.xml").decode()
    assert len(pages) == len(SHEETS_ZH)
    assert all("zhoukou-2024-33" in page and "2024-12-02" in page for page in pages)
    assert all('paperSize="9"' in page for page in pages)
    assert "以财务处为准" in texts


def test_the_same_run_gives_the_same_bytes(sheet):
    """Nothing in the file depends on when it was written."""
    assert sheet("external")[1].read_bytes() == sheet("external")[1].read_bytes()


def test_without_the_records_the_lines_are_named(sheet, tmp_path):
    """Without the records the footer names the digest of the lines, which other lines do not have."""
    run, _ = sheet("external")
    write_pay_sheet(tmp_path / "lines.xlsx", run)
    with zipfile.ZipFile(tmp_path / "lines.xlsx") as book:
        assert "记录 " in book.read("xl/worksheets/sheet1.xml").decode()


def test_one_month_or_several(sheet, tmp_path):
    """A line says its month where a cap keeps the months apart, and only where there are several."""
    cap = Pay(id="cap", article="办法 第五条", quote="上限", cap=Fraction(10**6), unit="yuan", per="month")
    center, regulation = external(), evolve(load_regulation(), pay=(cap,))
    for period, told in ((NOVEMBER, set()), (Period(date(2024, 11, 1), date(2024, 12, 31)), {"2024年11月"})):
        run = pay(center, period, RATES, regulation)
        path = tmp_path / f"{period.end}.xlsx"
        write_pay_sheet(path, run, center=center)
        rows = by_header(path, "明细")[:-1]
        assert {row["说明"] for row in rows} - {""} == told
        assert not [row for row in rows if "第五条" in row["条款"]]


@pytest.mark.parametrize("how", ["table", "md", "csv"])
def test_two_months_on_a_terminal(how):
    """With a cap by month, what differs by its month alone says it; a run of one month has no such column."""
    cap = Pay(id="cap", article="办法 第五条", quote="上限", cap=Fraction(10**6), unit="yuan", per="month")
    rows = [Activity("007", date(2024, month, 5), "class_teaching", class_hours=2) for month in (11, 12)]
    center, regulation = Center([Teacher("007", "part_time")], rows), evolve(load_regulation(), pay=(cap,))
    for end, said in ((date(2024, 12, 31), 2), (NOVEMBER.end, 0)):
        run = pay(center, Period(NOVEMBER.start, end), RATES, regulation)
        (block,) = (one for one in blocks(run, (), "zh", how) if one.title.startswith(("明细", "课酬")))
        told = [
            cell for row in block.rows for cell in row if cell in ("2024-11", "2024-12", "2024年11月", "2024年12月")
        ]
        assert len([cell for cell in told if cell != f"{run.paid_in:%Y-%m}" or how != "csv"]) == said
        assert len(set(block.rows)) == len(block.rows)


def test_corrections_alone_have_no_lines():
    """Where nothing is paid but a correction, no table of lines stands empty."""
    rows = [Activity("007", date(2024, 11, day), "class_teaching", class_hours=2, row=day) for day in (5, 6)]
    center = Center([Teacher("007", "part_time")], rows)
    before = booked(pay(evolve(center, activities=rows[:1]), NOVEMBER, RATES))
    run = pay(center, Period(date(2024, 12, 1), date(2024, 12, 31)), RATES, register=before)
    assert (run.total > 0, [one for one in blocks(run, (), "zh") if one.title.startswith("明细")]) == (True, [])


def test_a_shared_event_is_told_once(sheet):
    """The remark of a line names the event, its sum and the split, each once; the notes name who led it."""
    _, path = sheet("led together")
    told = [row["说明"] for row in by_header(path, "明细")[:-1] if row["说明"]]
    assert told == ["活动 E 由多人主持，共 49.95 元，按份额分配到分"] * 2
    assert f"{told[0]}（007、7）" in texts_of(path, "说明")


@pytest.mark.parametrize(("name", "said"), [("external", "同一项目的收入"), ("taken together", "各项目的收入")])
def test_how_items_are_taxed(sheet, name, said):
    """The page of the tax says whether items are taken together."""
    assert any(f"一个月内{said}合并计算" in text for text in texts_of(sheet(name)[1], "个税"))


def test_the_notes_name_each_thing_once(sheet):
    """As on a terminal: what is said of several teachers stands once, with their 工号."""
    notes = texts_of(sheet("mixed")[1], "说明")
    assert [text for text in notes if text.startswith("校内人员")] == ["校内人员：并入当月工资，本表只列应发（T03）"]
    assert len([text for text in notes if text.startswith("校外人员") and text.endswith("（007、7）")]) == 1


def test_english_headers_are_words(sheet):
    """No header is a name in code, two columns of a page have not the same one, and the title begins with a capital."""
    _, path = sheet("mixed", language="en", unit="School")
    cells = {place: value for place, (_, value) in spreadsheet.cells(path, formulas_only=False).items()}
    for page in ("Pay sheet", "By item", "Lines", "Tax", "Not paid"):
        found = [
            value
            for (name, place), value in cells.items()
            if name == page and place.strip("ABCDEFGHIJKLMNOPQRS") == "3"
        ]
        headers = [value for value in found if value]
        assert len(headers) == len(set(headers)) > 3
        assert not [header for header in headers if "_" in header]
    assert cells["Pay sheet", "A1"] == "Pay sheet 2024-11, School"


def looks_of(path, page):
    """The number format of each cell of a page, the pages counted from 1."""
    with zipfile.ZipFile(path) as book:
        styles, text = (book.read(f"xl/{part}.xml").decode() for part in ("styles", f"worksheets/sheet{page}"))
    codes = dict(re.findall(r'<numFmt numFmtId="(\d+)" formatCode="([^"]+)"', styles))
    numbers = re.findall(r'<xf numFmtId="(\d+)"', styles.split("<cellXfs")[1])
    cells = re.findall(r'<c r="([A-Z]\d+)" s="(\d+)"', text)
    return {place: codes.get(numbers[int(style)], "") for place, style in cells}


def test_numbers_look_like_what_they_are(sheet):
    """The tax table shows 20% and 20,000.00, a quantity at most four decimals; the cells hold the exact values."""
    _, path = sheet("external")
    table, lines = looks_of(path, 5), looks_of(path, 3)
    assert (table["A8"], table["B8"], table["C9"]) == ("#,##0.00", "0%", "#,##0.00")
    assert lines["G4"] == "0.00##"
    assert spreadsheet.cells(path)["明细", "G4"] == ("200/9", pytest.approx(200 / 9, rel=1e-12))


def test_a_rate_that_is_no_whole_percentage(tmp_path):
    """It is shown with its decimals, in the table and beside what is withheld."""
    table = load_withholding()
    (version,) = table.versions
    bracket = Bracket(rate=Fraction(35, 1000), quick_deduction=Fraction(0))
    run = pay(
        external(), NOVEMBER, RATES, table=evolve(table, versions=(evolve(version, brackets=(bracket,)),)), settle=True
    )
    write_pay_sheet(tmp_path / "a.xlsx", run)
    assert (looks_of(tmp_path / "a.xlsx", 5)["B8"], looks_of(tmp_path / "a.xlsx", 4)["J4"]) == ("0.0#%", "0.0#%")


# ---------------------------------------------------------------- who has nothing to be paid


def test_who_has_nothing_to_be_paid_has_no_row(sheet):
    """A booked month run again: who came late, and who still lacks a rate; the notes say how many others there are."""
    run, path = sheet("paid again")
    assert (len(run.teachers), [row["工号"] for row in by_header(path)[:-1]]) == (3, ["7", "T03"])
    assert "另有 1 位教师本次应发为 0.00 元，未列出" in texts_of(path, "说明")
    identities = identities_of(run)
    assert identity_gaps(run, identities)[0].zh == "证件文件中有、本次没有发放的工号：007"


def test_nobody_has_an_amount(tmp_path):
    """The same without a late row, and with a rate for everything, writes no file."""
    rates = Rates([*RATES, PayRate("points", Decimal(1), FROM, SCHOOL)])
    register = booked(pay(external(), NOVEMBER, rates))
    again = pay(external(), NOVEMBER, rates, register=register, paid_in=date(2024, 12, 1))
    assert (len(again.teachers), again.total) == (2, 0)
    with pytest.raises(WorkloadError, match="没有可发放的金额"):
        write_pay_sheet(tmp_path / "none.xlsx", again)
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_pay(tmp_path):
    """A run in which nobody did anything writes no file and says so."""
    run = pay(Center([Teacher("T01", "part_time")], []), NOVEMBER, RATES)
    with pytest.raises(WorkloadError, match="没有可发放的金额"):
        write_pay_sheet(tmp_path / "none.xlsx", run)
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- identities


def test_identities_stand_in_their_columns_and_nowhere_else(sheet):
    """Each number once, as text, in the row of its teacher; on no other sheet, in no footer, no property, no name."""
    run, path = sheet("external", identities=identities_of(pay(external(), NOVEMBER, RATES)))
    given = identities_of(run)
    rows = by_header(path)
    for row in rows[:-1]:
        assert {header: row[header] for header in ("姓名", "身份证号", "银行卡号", "开户行")} == given[row["工号"]]
    secrets = {one[header] for one in given.values() for header in ("身份证号", "银行卡号")}
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            found = [secret for secret in secrets if secret.encode() in book.read(name)]
            assert found == [] or name == "xl/sharedStrings.xml"
        strings = book.read("xl/sharedStrings.xml").decode()
    assert all(strings.count(secret) == 1 for secret in secrets)
    cells = spreadsheet.cells(path, formulas_only=False)
    assert {sheet for (sheet, _), (_, value) in cells.items() if value in secrets} == {"发放表"}
    assert all(
        formula == "" for formula, value in cells.values() if value in secrets or value == "=某行某某分行某某大道支行"
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_a_file_with_identities_is_its_owners_alone(sheet, monkeypatch):
    """Only the owner may read a sheet with identity numbers, at every moment of its writing; others are as usual."""
    run, _ = sheet("external")
    seen = []
    replace = Path.replace

    def watched(self, target):
        seen.append(stat.S_IMODE(self.stat().st_mode))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    _, path = sheet("external", identities=identities_of(run))
    assert [*seen, stat.S_IMODE(path.stat().st_mode)] == [0o600, 0o600]
    _, path = sheet("external")
    assert stat.S_IMODE(path.stat().st_mode) != 0o600


def test_without_identities_there_are_no_such_columns(sheet):
    """The sheet has no identity column unless the school gives one."""
    _, path = sheet("external")
    assert not {"身份证号", "银行卡号"} & set(by_header(path)[0])


CARD = test_paylint.card(5)
FILE = ["工号,姓名,身份证号,银行卡号,开户行", f"007,教师01,{CARD},{test_paylint.account(5)},某行", "T1,教师03,,,"]


def test_a_file_of_identities(tmp_path):
    """工号 stays text, 姓名 is kept to be compared, blank cells are left out; what is read never shows itself."""
    path = tmp_path / "证件.csv"
    path.write_text("\n".join(FILE), encoding="utf-8-sig")
    found = read_identities(path)
    assert dict(found) == {
        "007": {"姓名": "教师01", "身份证号": CARD, "银行卡号": test_paylint.account(5), "开户行": "某行"},
        "T1": {"姓名": "教师03"},
    }
    assert CARD not in repr(found)
    assert CARD not in f"{found}"
    assert isinstance(found, Identities)


def test_a_workbook_of_identities(tmp_path):
    """An xlsx file is read alike; a number that is no text has lost digits, and is refused by its place."""
    path = tmp_path / "证件.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet()
    page.write_row(0, 0, ["工号", "身份证号", "银行卡号"])
    page.write_row(1, 0, ["007", CARD])
    page.write_number(1, 2, 6.22e18)
    book.close()
    with pytest.raises(WorkloadError) as caught:
        read_identities(path)
    assert caught.value.text.zh.startswith("第2行 银行卡号：应为文本")
    assert "622" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (f"008,x,{CARD[:17]},1,", "第3行 身份证号：证件号应为18位"),
        (f"008,x,{CARD[:16]}{(int(CARD[16]) + 1) % 10}{CARD[17]},1,", "第3行 身份证号：身份证号的校验码不符"),
        ("008,x,9.90E+17,1,", "第3行 身份证号：证件号成了科学计数法"),
        ("007,x,,1,", "第3行 工号：工号重复"),
        ("008,x,,6222abc,", "第3行 银行卡号：银行卡号应为"),
        (f"008,x,{CARD},,", "第3行 身份证号：与另一个人的号码相同"),
        (f"008,x,,{test_paylint.account(5)},", "第3行 银行卡号：与另一个人的号码相同"),
        (f"{CARD},x,,,", "第3行 工号：像证件号或卡号"),
        (f",x,{CARD},1,", "第3行 工号：缺少工号"),
    ],
)
def test_faults_of_identities_never_repeat_them(tmp_path, line, told):
    """A fault names row and column and what is accepted, never what stands there."""
    path = tmp_path / "证件.csv"
    path.write_text("\n".join([*FILE[:2], line]), encoding="utf-8")
    with pytest.raises(WorkloadError) as caught:
        read_identities(path)
    for language in ("zh", "en"):
        assert not [part for part in (CARD[:10], "9.90") if part in caught.value.in_language(language)]
    assert told in caught.value.in_language("zh")


def test_a_file_without_the_columns(tmp_path):
    """A file without 工号, or with nothing beside it, is refused with what it needs."""
    for text in (f"身份证号\n{CARD}", "工号,姓名\n007,教师01", ""):
        path = tmp_path / "证件.csv"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(WorkloadError, match="应有表头") as caught:
            read_identities(path)
        assert CARD not in str(caught.value)


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("工号,银行卡号,银行卡号", "第1行 银行卡号：表头出现了两次"),
        ("工号,应发,银行卡号", "第1行 应发：是金额一类的列"),
        (f"工号,{CARD},银行卡号", "第1行 …：表头应为文字"),
    ],
)
def test_headings_of_identities(tmp_path, header, told):
    """A heading stands once, is a word, and is none that the pay sheet has itself."""
    path = tmp_path / "证件.csv"
    path.write_text(f"{header}\n007,,\n", encoding="utf-8")
    with pytest.raises(WorkloadError, match=told) as caught:
        read_identities(path)
    assert CARD not in str(caught.value)


def test_identity_numbers_under_other_headings(tmp_path):
    """公民身份号码 is checked as 身份证号 is: the linter and this reader know the same headings."""
    path = tmp_path / "证件.csv"
    path.write_text(f"工号,公民身份号码\n007,{CARD[:17]}\n", encoding="utf-8")
    with pytest.raises(WorkloadError, match="第2行 公民身份号码：证件号应为18位"):
        read_identities(path)


def test_a_long_id_is_an_id(tmp_path):
    """A 工号 of twelve digits is taken as one: only what is like an identity, bank or mobile number is refused."""
    path = tmp_path / "证件.csv"
    path.write_text(f"工号,身份证号\n201901010012,{CARD}\n", encoding="utf-8")
    assert set(read_identities(path)) == {"201901010012"}


@pytest.fixture
def identity_book(tmp_path):
    """``identity_book({sheet: rows})`` writes a workbook."""

    def write(sheets):
        path = tmp_path / "证件.xlsx"
        book = xlsxwriter.Workbook(str(path))
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
        book.close()
        return path

    return write


def test_an_id_kept_as_a_number_is_refused(identity_book):
    """7 may have been 007, and would give the numbers to another person."""
    path = identity_book({"证件": [["工号", "银行卡号"], [7, test_paylint.account(5)]]})
    with pytest.raises(WorkloadError, match="第2行 工号：应为文本"):
        read_identities(path)


def test_the_sheet_with_the_columns_is_taken(identity_book):
    """A first sheet of remarks is passed over."""
    rows = [["工号", "银行卡号"], ["007", test_paylint.account(5)]]
    assert set(read_identities(identity_book({"说明": [["说明"]], "证件": rows}))) == {"007"}


@pytest.mark.parametrize("name", ["教师01", " 教 师01 ", ""])
def test_the_name_of_the_records(sheet, name):
    """A 姓名 that is that of the records, however spaced, or blank, is no obstacle."""
    sheet("external", identities={"007": {"姓名": name, "银行卡号": test_paylint.account(1)}})


def test_another_name_is_refused(sheet, tmp_path):
    """Numbers under the 工号 of one and the name of another are written for nobody."""
    given = {"007": {"姓名": "教师02", "银行卡号": test_paylint.account(1)}}
    with pytest.raises(WorkloadError, match="姓名与教师表不一致，未写出发放表：工号 007") as caught:
        sheet("external", identities=given)
    assert test_paylint.account(1)[:6] not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_who_has_no_numbers_and_who_is_not_paid(sheet):
    """The notes name both; of what is nobody's 工号, and may be any number, only how many they are."""
    given = {"007": {"银行卡号": test_paylint.account(1)}, "T9": {"银行卡号": test_paylint.account(2)}, CARD: {}}
    given |= {"0 7": {}, "G12345678": {}, "622848012345": {}}
    _, path = sheet("external", identities=given)
    notes = texts_of(path, "说明")
    assert "证件号、卡号不全的工号：7（银行卡号）" in notes
    assert "证件文件中有、本次没有发放的工号：0 7" in notes
    assert "证件文件中有 4 个工号不是本次任何教师的工号" in notes
    assert not [text for text in notes if "T9" in text or "G123" in text or "622848" in text]


def test_the_verb_says_whom_the_file_does_not_name(tmp_path, capsys):
    """``pay --identities`` says on stderr which 工号 have no numbers and which are not paid."""
    numbers = tmp_path / "证件.csv"
    numbers.write_text(f"工号,银行卡号\nX99,{test_paylint.account(1)}\n", encoding="utf-8")
    rates = tmp_path / "rates.toml"
    rates.write_text(
        "format = 1\n"
        + "".join(
            f'[[rate]]\nitem = "{item}"\nyuan = 60\neffective_from = 2020-01-01\nauthority = "校发"\n'
            for item in ("counseling", "teaching", "points")
        ),
        encoding="utf-8",
    )
    output = tmp_path / "发放表.xlsx"
    arguments = ["pay", str(SAMPLE), "--month", "2024-11", "--rates", str(rates), "--no-register"]
    arguments += ["--students", "1", "--identities", str(numbers), "-o", str(output)]
    assert command.main(args=arguments, standalone_mode=False) == 0
    told = capsys.readouterr().err
    assert "证件文件中有 1 个工号不是本次任何教师的工号" in told
    assert "X99" not in told
    assert "证件号、卡号不全的工号：" in told
    assert test_paylint.account(1) not in told
    assert any(text.startswith("预算提醒：总额") and "超出" in text for text in texts_of(output, "发放表"))
    assert any(text.startswith("总额") and "超出" in text for text in texts_of(output, "说明"))


# ---------------------------------------------------------------- what is not in the sums


def test_rows_left_out_are_named(tmp_path):
    """Faulty rows that were skipped are listed by place, without what stands there; the sheet says it is not whole."""
    fault = Fault("activities", 9, "kind", "某某某", "unknown_kind", Text("未知类别", "unknown kind"))
    center = evolve(external(), faults=(fault,), dropped=(DroppedRow(9, "A9", "007"),))
    run = pay(center, NOVEMBER, RATES, skip_faulty=True)
    write_pay_sheet(tmp_path / "a.xlsx", run, center=center)
    assert any(
        "未完整" in text and "有 1 处错误，所在的行未计入" in text for text in texts_of(tmp_path / "a.xlsx", "发放表")
    )
    notes = texts_of(tmp_path / "a.xlsx", "说明")
    assert "工作记录 第9行 类别：未知类别" in notes
    assert any("读取" in text and "计入本期间" in text for text in notes)
    assert any("有错误" in text and "第9行" in text for text in notes), notes
    assert not [text for text in texts_of(tmp_path / "a.xlsx") if "某某某" in text]


def test_a_budget_within_its_bounds_is_a_note(sheet):
    """A budget that is not exceeded stands in the notes alone."""
    run, _ = sheet("external")
    budget = Budget(envelopes=(Envelope(yuan=Decimal(10**8), used=Decimal(0)),))
    _, path = sheet("external", checks=check_budget(run, budget))
    assert [text for text in texts_of(path, "说明") if text.startswith("总额：预算 100000000.00 元")]
    assert not [text for text in texts_of(path, "发放表") if "预算" in text]


@pytest.mark.host("libreoffice")
def test_a_rate_that_brings_an_item_above_0(tmp_path):
    """An item that was below 0 has its row of tax: with another rate, worked out anew, its tax is that of a new run."""
    work = [Activity("007", date(2024, 11, 5), "class_teaching", class_hours=10, row=2)]
    paid = [Payment("007", date(2024, 11, 1), "teaching", 1, Decimal(700))]
    center = Center([Teacher("007", "part_time", "教师01", "external")], work, payments=paid)

    def run(yuan):
        return pay(center, NOVEMBER, Rates([PayRate("teaching", Decimal(yuan), FROM, SCHOOL)]), settle=True)

    path, changed = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    write_pay_sheet(path, run(60), center=center)
    assert lint_pay_sheet(path) == ()
    cells = spreadsheet.cells(path, formulas_only=False)
    rate = next(place for (name, place), (_, value) in cells.items() if name == "明细" and value == 60)
    spreadsheet.with_cell(path, changed, "明细", rate, "><v>600</v></c>")
    row = by_header(spreadsheet.recalculated([changed], tmp_path)[0])[0]
    expected = run(600).teacher("007")
    assert expected.tax > 0
    for header, amount in (("应发", expected.gross), ("预扣个税", expected.tax), ("实发", expected.net)):
        assert Decimal(str(row[header])).quantize(Decimal("0.01")) == amount


def test_a_cell_that_changes_nothing_is_not_yellow(sheet):
    """Quantity, rate and factor of an amount beside the lines are not offered for a change."""
    _, path = sheet("settled below 0")
    with zipfile.ZipFile(path) as book:
        page = book.read("xl/worksheets/sheet3.xml").decode()
    looks = {}
    for place, style, rest in re.findall(r'<c r="([GIJ]\d+)" s="(\d+)"([^>]*)>', page):
        looks.setdefault((place[0], style), []).append(rest.endswith("/"))
    assert all(len(set(blank)) == 1 for blank in looks.values())
    assert any(all(blank) for blank in looks.values())


@pytest.mark.parametrize("identities", [False, True])
def test_room_for_a_signature(sheet, identities):
    """A row of a person is at least 8 mm high on paper, however much the sheet is scaled to its width."""
    run, _ = sheet("external")
    _, path = sheet("external", identities=identities_of(run) if identities else None)
    with zipfile.ZipFile(path) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
    widths = sum(float(width) * (int(last) - int(first) + 1) for first, last, width in COLUMN.findall(page))
    heights = [float(height) for height in re.findall(r'<row r="[45]"[^>]* ht="([\d.]+)"', page)]
    millimeters = 25.4 / 72
    scale = min(1, 277 / (widths * 5.25 * millimeters))  # a letter of a width is 7 pixels of 96 an inch
    assert len(heights) == 2
    assert all(height * millimeters * scale >= 8 for height in heights)


COLUMN = re.compile(r'<col min="(\d+)" max="(\d+)" width="([\d.]+)"')
