"""What a workbook holds, read without a spreadsheet program: the library's values, looks for print, nothing more."""

import re
import zipfile
from datetime import date, time, timedelta

import pytest
import python_calamine
import spreadsheet
from attrs import evolve
from spreadsheet import MAIN
from workbook_cases import SAMPLES, rough, samples

from workload import (
    Activity,
    Center,
    Evaluation,
    Teacher,
    evaluate,
    evaluate_experience,
    load_regulation,
    read_center,
)
from workload.documents.workbook import write_evaluation_workbook
from workload.documents.workbook.sheets import Book
from workload.exact import rounded
from workload.vocabulary import REASONS, word

CENTER = SAMPLES / "center" / "心理指导中心.xlsx"
# Of Excel 2013 and before, and of WPS and LibreOffice.
PLAIN_FUNCTIONS = {
    "ABS", "AND", "COUNTIF", "COUNTIFS", "DATE", "EXACT", "IF", "IFERROR", "INDEX", "INT", "ISNUMBER", "MATCH",
    "MAX", "MIN", "MOD", "MONTH", "OR", "ROUND", "ROW", "SUBSTITUTE", "SUM", "SUMIFS", "SUMPRODUCT", "YEAR",
}  # fmt: skip


def write(case, path, **more):
    write_evaluation_workbook(
        path, case.center, case.year, case.regulation, dict(case.readings),
        audience=case.audience, language=case.language, skip_faulty=case.skip_faulty, **more,
    )  # fmt: skip
    return path


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """The workbooks of the samples and of some rough centers, each with its case."""
    folder = tmp_path_factory.mktemp("books")
    return [(case, write(case, folder / f"{case.name}.xlsx")) for case in (*samples(), *rough_without_faults(30))]


def rough_without_faults(count):
    for case in rough(count, 500):
        if case.rules not in ("示范学院", "本校补充"):
            yield case


def parts(path):
    """The parts of an xlsx file by name."""
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


def sheets(path):
    """Each sheet's name and its XML."""
    with zipfile.ZipFile(path) as book:
        return {name: spreadsheet._part(book, part) for name, part in spreadsheet._sheets(book)}


def calamine(path, sheet):
    """The rows of a sheet as python-calamine reads their stored values; the first row has number 1."""
    rows = (
        python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    )
    return [[], *rows]


def under(rows, head, *, until="合计"):
    """The rows below a header, each as a dict; a header that stands again has a number behind it."""
    names = []
    for name in rows[head]:
        number, own = 1, name
        while own in names:
            number += 1
            own = f"{name} {number}"
        names.append(own)
    for row in rows[head + 1 :]:
        if row[0] == until:
            return
        yield dict(zip(names, row, strict=True))


# ---------------------------------------------------------------- the stored values are those of the library


def test_the_summary_holds_what_the_evaluation_found(tmp_path):
    """Read by python-calamine: minutes, class hours, what is owed and missing, points, verdicts of every teacher."""
    center = read_center(CENTER)
    path = tmp_path / "book.xlsx"
    returned = write_evaluation_workbook(path, center, 2024)
    found = evaluate(center, 2024)
    rows = list(under(calamine(path, "汇总"), 4))
    assert [row["工号"] for row in rows] == [one.teacher.teacher_id for one in found.teachers]
    assert returned.rows_read == found.rows_read
    for row, one in zip(rows, found.teachers, strict=True):
        counseling, teaching, points = (one.quota.part(name) for name in ("counseling", "teaching", "points"))
        assert row["姓名"] == one.teacher.name
        assert row["分钟"] == one.book.minutes("counseling")
        for part, ending in ((counseling, ""), (teaching, " 2")):
            assert row[f"课时{ending}"] == float(rounded(part.value, 2))
            assert row[f"要求{ending}"] == ("—" if part.required is None else part.required)
            assert row[f"差额{ending}"] == ("—" if part.required is None else float(rounded(part.shortfall, 2)))
            assert row[f"结论{ending}"] == word("verdict", part.verdict).zh
        assert row["分"] == points.value
        verdicts = {"工作量": one.quota, "培训": one.training, "案例报告": one.case_reports}
        for header, finding in verdicts.items():
            assert row[header] == word("verdict", finding.verdict).zh
        assert row["年度考核"] == (word("result", one.result).zh if one.result else "—")
        assert row["计入"] + row["未计入"] == len(one.book.entries)
        assert row["未计入"] == len(one.book.set_aside)


def test_the_three_year_sheet_holds_what_the_test_found(tmp_path):
    """Years recognized, verdicts, the windows used and the next one, with what they lack."""
    center = read_center(CENTER)
    path = tmp_path / "book.xlsx"
    write_evaluation_workbook(path, center, 2024)
    tested = evaluate_experience(center, 2024)
    rows = list(under(calamine(path, "三年认定"), 3))
    for one in tested.teachers:
        finding, own = one.finding, [row for row in rows if row["工号"] == one.finding.teacher.teacher_id]
        (result,) = (row for row in own if row["内容"] == "认定结果")
        assert result["结论"] == word("verdict", finding.verdict).zh
        assert result["认定年数"] == ("" if finding.recognized_years is None else finding.recognized_years)
        windows = {row["年度"]: row for row in own if row["内容"] == "窗口"}
        used = {f"{window.years[0]}–{window.years[-1]}" for window in finding.windows if window.verdict == "met"}
        assert {name for name, row in windows.items() if row["采用"] == "采用"} == used
        following = [name for name, row in windows.items() if row["下一窗口"]]
        if finding.next is not None:
            span = f"{finding.next.years[0]}–{finding.next.years[-1]}"
            assert following == [span]
            assert windows[span]["咨询分钟"] == finding.next.minutes
            lacking = finding.next.lacking["teaching"]
            assert windows[span]["教学还差"] == pytest.approx(float(lacking), abs=0.005)
        for window in finding.windows:
            row = windows[f"{window.years[0]}–{window.years[-1]}"]
            assert row["咨询分钟"] == window.minutes
            assert row["教学课时"] == float(rounded(window.totals["teaching"], 2))


def test_the_ledger_has_every_row_with_its_treatment(books):
    """Rows read = credited + set aside: each row of the input stands once in the ledger, with the library's reason."""
    for case, path in books:
        if case.audience != "center" or case.language != "zh":
            continue
        found = evaluate(case.center, case.year, case.regulation, dict(case.readings), skip_faulty=case.skip_faulty)
        lines = [row for row in under(calamine(path, "台账"), 3) if row["数据行"] != ""]
        own = [row for row in lines if row["续行"] == 0]
        assert len(own) == found.rows_read
        credited = [row for row in lines if row["处理"] == "计入" and row["年度"] == case.year]
        assert len(credited) == found.rows_credited
        amounts = {}
        for row in credited:
            amounts[row["工号"], row["账户"]] = amounts.get((row["工号"], row["账户"]), 0) + row["折合"]
        for one in found.teachers:
            for account, total in one.book.totals.items():
                name = case.regulation.accounts[account].name.zh
                assert amounts.pop((one.teacher.teacher_id, name), 0) == pytest.approx(float(total), abs=1e-6)
        assert not any(amounts.values())


def test_the_reconciliation_ties(books):
    """On every workbook: read = credited + set aside, of each kind and together, as the evaluation says."""
    for case, path in books:
        zh = case.language == "zh"
        sheet, total, ties = ("核对", "合计", "相符") if zh else ("Reconciliation", "total", "ties")
        found = evaluate(case.center, case.year, case.regulation, dict(case.readings), skip_faulty=case.skip_faulty)
        rows = calamine(path, sheet)
        (row,) = (row for row in rows if row[:1] == [total])
        assert row[1:4] == [found.rows_read, found.rows_credited, found.rows_read - found.rows_credited]
        last = rows.index(row)
        for kind in rows[5 : last + 1]:
            assert kind[1] == kind[2] + kind[3]
            assert kind[len([cell for cell in rows[4] if cell]) - 1] == ties
        assert ("不符" if zh else "does not tie") not in [cell for row in rows for cell in row]


def test_faults_that_are_skipped_stand_in_the_ledger(books):
    """A row with a fault is set aside as such, and the workbook lists the faults."""
    seen = 0
    for case, path in books:
        found = evaluate(case.center, case.year, case.regulation, dict(case.readings), skip_faulty=True)
        if found.dropped and case.audience == "center" and case.language == "zh":
            treatments = [row["处理"] for row in under(calamine(path, "台账"), 3)]
            assert treatments.count(REASONS["fault"].zh) == len(found.dropped)
            seen += 1
    assert seen


# ---------------------------------------------------------------- print


def test_every_sheet_is_set_up_for_a4(books):
    """A4, as wide as one page, a footer with page numbers, and no footer longer than Excel holds."""
    for case, path in books:
        for name, sheet in sheets(path).items():
            setup, footer = sheet.find(f"{MAIN}pageSetup"), sheet.find(f"{MAIN}headerFooter/{MAIN}oddFooter")
            assert setup is not None, name
            assert setup.get("paperSize") == "9", name
            assert footer is not None, name
            assert footer.text is not None, name
            assert len(footer.text) <= 255, (case, name)
            assert "&P" in footer.text
            assert "&N" in footer.text
            assert case.regulation.id in footer.text
            # Every & is one of ours or doubled.
            rest = re.sub(r"&(L|R|P|N|8)", "", footer.text).replace("&&", "")
            assert "&" not in rest, footer.text


@pytest.mark.parametrize("letter", ["x", "字", "&", "a&"])
@pytest.mark.parametrize("length", [1, 119, 120, 121, 239, 240, 241, 255, 400])
def test_a_footer_of_any_length(tmp_path, letter, length):
    """As much of it as Excel holds, and the page numbers; no warning, and no & alone."""
    path, text = tmp_path / "book.xlsx", (letter * length)[:length]
    book = Book(path, text, date(2024, 12, 31))
    book.sheet("s")
    book.book.close()
    footer = sheets(path)["s"].find(f"{MAIN}headerFooter/{MAIN}oddFooter").text
    assert len(footer) <= 255
    said = re.fullmatch(r"&L&8(.*)&R&8&P / &N", footer, re.DOTALL)[1]
    assert "&" not in said.replace("&&", "")
    said = said.replace("&&", "&")
    assert said == text or (said.endswith("…") and text.startswith(said[:-1]) and len(footer) >= 254)


def test_long_tables_repeat_their_header_and_stay_in_view(books):
    """Header rows are repeated on each page, tables are frozen below them, and the lists have filters."""
    for _, path in books:
        names = defined_names(path)
        repeated = {sheet for sheet, name, _ in names if name == "_xlnm.Print_Titles"}
        filtered = {sheet for sheet, name, _ in names if name == "_xlnm._FilterDatabase"}
        areas = {sheet for sheet, name, _ in names if name == "_xlnm.Print_Area"}
        found = sheets(path)
        without = {name for name, sheet in found.items() if sheet.find(f"{MAIN}sheetViews//{MAIN}pane") is None}
        order = list(found)
        assert {order[place] for place in range(len(order)) if place not in repeated} <= {
            "图表",
            "说明",
            "Charts",
            "Notes",
        }
        assert without <= {"图表", "说明", "规则", "折算", "Charts", "Notes", "Rules", "Values"}
        ledger = next(place for place, name in enumerate(order) if name in ("台账", "Ledger"))
        summary = next(place for place, name in enumerate(order) if name in ("汇总", "Summary"))
        assert {ledger, summary} <= areas
        assert ledger in filtered


def defined_names(path):
    """The defined names: the sheet's place or None, the name, what it refers to."""
    with zipfile.ZipFile(path) as archive:
        book = spreadsheet._part(archive, "workbook.xml")
    return [
        (None if one.get("localSheetId") is None else int(one.get("localSheetId")), one.get("name"), one.text)
        for one in book.iter(f"{MAIN}definedName")
    ]


# ---------------------------------------------------------------- formulas


def test_formulas_use_plain_functions_alone(books):
    """Only functions of Excel 2013, WPS and LibreOffice; none needs a prefix, none is longer than Excel takes."""
    used = set()
    for _, path in books:
        for formula, _ in spreadsheet.cells(path).values():
            assert "_xl" not in formula
            assert len(formula) < 8192
            bare = re.sub(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'', "", formula)
            used |= set(re.findall(r"\b([A-Z][A-Z0-9.]*)\(", bare))
            depth = most = 0
            for letter in bare:
                depth += (letter == "(") - (letter == ")")
                most = max(most, depth)
            assert most <= 64
            assert not [text for text in re.findall(r'"((?:[^"]|"")*)"', formula) if len(text) > 255]
    assert used <= PLAIN_FUNCTIONS, used - PLAIN_FUNCTIONS


def test_defined_names_are_valid_and_lead_somewhere(books):
    """Each name is one that Excel takes and no cell's own, and every name that a formula uses is defined."""
    for case, path in books:
        names = {name for _, name, _ in defined_names(path) if not name.startswith("_xlnm")}
        folded = [name.casefold() for name in names]
        assert len(folded) == len(set(folded))
        for name in names:
            assert re.fullmatch(r"[^\W\d][\w.]{0,254}", name), name
            assert not re.fullmatch(r"[A-Za-z]{1,3}\d{1,7}|[Rr]\d*[Cc]\d*|[RrCc]", name), name
        known = set(sheets(path))
        for _, name, refers in defined_names(path):
            sheet = re.match(r"'((?:[^']|'')+)'!|([^'!]+)!", refers)
            assert sheet, refers
            assert ((sheet[1] or "").replace("''", "'") or sheet[2]) in known, (name, refers)
        asked = set()
        for formula, _ in spreadsheet.cells(path).values():
            bare = re.sub(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'', "", formula)
            asked |= set(re.findall(r"(?<![\w.!$])([^\W\d]\w*_\w+)\b(?!\()", bare))
        assert asked <= names, (case, asked - names)


def test_a_text_stays_a_text(tmp_path):
    """An id, a name or a record id that begins with = stays the text it is, and 007 keeps its zeros."""
    rows = [
        Activity(one, date(2024, 3, 5), "counseling_duty", minutes=45, record_id=f"=1+{one}", row=n)
        for n, one in enumerate(("=1+1", "007", "7"), 2)
    ]
    center = Center(
        [
            Teacher("=1+1", "part_time", "=SUM(A1)"),
            Teacher("007", "part_time", "{=1}"),
            Teacher("7", "part_time", "+1"),
        ],
        rows,
    )
    path = tmp_path / "book.xlsx"
    write_evaluation_workbook(path, center, 2024)
    assert [row["工号"] for row in under(calamine(path, "汇总"), 4)] == ["=1+1", "007", "7"]
    assert [row["姓名"] for row in under(calamine(path, "汇总"), 4)] == ["=SUM(A1)", "{=1}", "+1"]
    assert [row["编号"] for row in under(calamine(path, "台账"), 3)] == ["=1+=1+1", "=1+007", "=1+7"]
    assert not [text for text, _ in spreadsheet.cells(path).values() if text.startswith(("1+", "SUM(A1)"))]


# ---------------------------------------------------------------- the same again, and for whom


def test_the_same_input_gives_the_same_bytes(tmp_path):
    """No time of writing, no order of chance: two workbooks of the same records are the same bytes."""
    center = read_center(CENTER)
    one, other = tmp_path / "one.xlsx", tmp_path / "other.xlsx"
    for path in (one, other):
        write_evaluation_workbook(path, center, 2024, source=CENTER, day=date(2025, 1, 6))
    assert one.read_bytes() == other.read_bytes()


def secret_center():
    """Rows on days and at times that nothing else in the workbook can have by chance."""
    teachers = [
        Teacher("T1", "part_time", "甲", title="lecturer", row=2),
        Teacher("T2", "full_time", "乙", title="professor", row=3),
    ]
    days = [date(2024, 5, 7), date(2024, 5, 17), date(2024, 11, 13), date(2022, 7, 19), date(2023, 10, 11)]
    clocks = [
        (time(9, 17), time(10, 23)),
        (time(13, 41), time(14, 37)),
        (time(23, 13), time(0, 47)),
        (time(9, 37), time(10, 3)),
    ]
    rows = []
    for place, day in enumerate(days):
        for who in ("T1", "T2"):
            for number, (start, end) in enumerate(clocks):
                name = f"ZX{place}{number}{who}"
                rows.append(
                    Activity(who, day, "counseling_duty", start=start, end=end, record_id=name, row=97000 + len(rows))
                )
            rows.append(
                Activity(
                    who,
                    day,
                    "lecture",
                    start=time(13, 59),
                    end=time(14, 1),
                    record_id=f"QQ{place}{who}",
                    row=97000 + len(rows),
                )
            )
            rows.append(Activity(who, day, "other", record_id=f"QW{place}{who}", row=97000 + len(rows)))
    rows.append(
        Activity("T1", days[0], "counseling_duty", start=clocks[0][0], end=clocks[0][1], record_id="QZ", row=97500)
    )
    rows.append(Activity("T1", days[1], "counseling_duty", minutes=61, cancelled=True, record_id="QY", row=97501))
    rows.append(Activity("T1", days[1], "counseling_duty", minutes=-5, record_id="QX", row=97502))
    return Center(teachers, rows, evaluations=[Evaluation("T1", 2024, "passed")])


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("year", [2024, 2023])
def test_no_single_duty_leaves_the_center(tmp_path, language, year):
    """For hr no part of the file holds day, time, row or record id of a row of work; the center's own does."""
    center = secret_center()
    texts = {}
    for audience in ("hr", "center"):
        path = tmp_path / f"{audience}.xlsx"
        write_evaluation_workbook(
            path, center, year, audience=audience, language=language, skip_faulty=True, day=date(2025, 1, 6)
        )
        texts[audience] = {name: data.decode("utf-8") for name, data in parts(path).items()}
    days = {row.date for row in center.activities}
    days |= {day + timedelta(days=1) for day in days}
    serials = {str((day - date(1899, 12, 30)).days) for day in days}
    marks = [row.record_id for row in center.activities] + [str(row.row) for row in center.activities]
    marks += [str(day) for day in days] + [f"{day.year}/{day.month}/{day.day}" for day in days]
    marks += [f"{clock:%H:%M}" for row in center.activities for clock in (row.start, row.end) if clock]
    fractions = [
        f"<v>{(clock.hour * 60 + clock.minute) / 1440!r}"[:12]
        for row in center.activities
        for clock in (row.start, row.end)
        if clock
    ]
    for name, text in texts["hr"].items():
        assert [mark for mark in marks if mark in text] == [], name
        assert [mark for mark in fractions if mark in text] == [], name
        assert serials.isdisjoint(re.findall(r"\d+", text)), name
        if name.startswith("xl/worksheets/sheet") or name == "xl/sharedStrings.xml":
            assert not re.search(r">[^<]*\b\d\d:\d\d\b", text), name
    whole = "".join(texts["center"].values())
    assert "ZX00T1" in whole
    assert str((date(2024, 5, 7) - date(1899, 12, 30)).days) in whole


def test_an_english_workbook_speaks_english(tmp_path):
    """In English nothing is Chinese but names, quotes of the regulation, and what the input says."""
    center = secret_center()
    center = evolve(center, teachers=[evolve(one, name=one.teacher_id) for one in center.teachers])
    for audience in ("center", "hr"):
        path = tmp_path / f"{audience}.xlsx"
        write_evaluation_workbook(path, center, 2024, audience=audience, language="en", skip_faulty=True)
        rules = load_regulation()
        quotes = sorted(
            {text for clause in rules.clauses() for text in (clause.quote, clause.article)} | {rules.document},
            key=len,
            reverse=True,
        )
        for sheet in sheets(path):
            assert sheet.isascii()
        held = spreadsheet.cells(path, formulas_only=False)
        for place, (_, value) in held.items():
            if isinstance(value, str):
                left = value
                for quote in quotes:
                    left = left.replace(quote, "")
                assert not re.search(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", left), (place, value)
        for name, data in parts(path).items():
            if "chart" in name or name.startswith("docProps"):
                text = re.sub(r"<c:(str|num)Cache>.*?</c:\1Cache>", "", data.decode("utf-8"))
                assert not re.search(r">[^<]*[\u4e00-\u9fff\uff00-\uffef]", text), name


# ---------------------------------------------------------------- faults and files


def test_faults_stop_it_and_write_nothing(run, tmp_path):
    """A workbook of records with faults is not written: exit code 2, all faults told."""
    path = tmp_path / "book.xlsx"
    found = run("workbook", SAMPLES / "center-faults" / "有错误的记录.xlsx", "--year", "2024", "-o", path)
    assert found.code == 2
    assert not path.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_replaced_only_by_force(run, tmp_path):
    """Without --force the verb refuses, exit code 2, and leaves the file as it is."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"mine")
    arguments = ["workbook", CENTER, "--year", "2024", "-o", path]
    assert run(*arguments).code == 2
    assert path.read_bytes() == b"mine"
    found = run(*arguments, "--force")
    assert found.code == 0
    assert "13 位教师，618 行 = 计入 351 行 + 未计入 267 行" in found.out + found.err
    assert python_calamine.CalamineWorkbook.from_path(str(path)).sheet_names[0] == "汇总"


@pytest.mark.parametrize("name", ["book.xls", "book.csv", "book"])
def test_only_xlsx_is_written(run, tmp_path, name):
    """Any other ending is refused before anything is read."""
    assert run("workbook", CENTER, "--year", "2024", "-o", tmp_path / name).code == 2
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    "name",
    [
        "'引号'",
        "名'",
        "'",
        "History",
        "很长的名字" * 20,
        "[甲]:*?/\\",
        "汇总",
        '&<>"',
        "甲\n乙",
        "\u200b",
        "=1+1",
        "a" * 300,
        "\x0b甲",
    ],
)
def test_any_name_of_a_teacher_makes_a_workbook(tmp_path, name):
    """Sheets are named after teachers, whatever these are called; and no two have one name."""
    teachers = [Teacher("", "part_time", name), Teacher("甲", "part_time", name), Teacher("甲2", "part_time", name)]
    teachers += [Teacher(name, "full_time"), Teacher(name.upper() + " ", "full_time", name)]
    center = Center(teachers, [Activity("甲", date(2024, 3, 5), "counseling_duty", minutes=45)])
    path = tmp_path / "book.xlsx"
    write_evaluation_workbook(path, center, 2024)
    names = list(sheets(path))
    assert len({one.casefold() for one in names}) == len(names)
    for one in names:
        assert 0 < len(one) <= 31
        assert not re.search(r"[\[\]:*?/\\]", one)
        assert one.strip("'") == one
        assert one.casefold() != "history"


def test_an_empty_center_makes_a_workbook(tmp_path):
    """Without a teacher or a row there are still all the sheets, and nothing divides by nothing."""
    for audience in ("center", "hr"):
        path = tmp_path / f"{audience}.xlsx"
        found = write_evaluation_workbook(path, Center([], []), 2024, audience=audience)
        assert found.rows_read == 0
        assert not [place for place, (_, value) in spreadsheet.cells(path).items() if str(value).startswith("error")]


def test_a_year_before_the_rules_is_refused(run, tmp_path):
    """The invented school's rules begin in September 2024; a workbook of an earlier year says so, exit code 2."""
    source = SAMPLES / "another-school"
    arguments = [
        "workbook",
        source / "示范学院.xlsx",
        "--rules",
        source / "示范学院.toml",
        "--year",
        "2023",
        "-o",
        tmp_path / "x.xlsx",
    ]
    found = run(*arguments)
    assert found.code == 2
    assert "2024-09-01" in found.err
    assert list(tmp_path.iterdir()) == []
