"""The statement: the library's figures in every format, one page, and nothing of a single duty outside the center."""

import io
import re
import subprocess
import zipfile
from datetime import date, time
from html.parser import HTMLParser

import docx
import pytest
import python_calamine
from attrs import evolve
from conftest import host_program
from look_at_papers import SAMPLES, busy_center

from workload import (
    Activity,
    Appointment,
    CaseReport,
    Center,
    Evaluation,
    Teacher,
    Training,
    WorkloadError,
    evaluate,
    load_regulation,
    read_center,
)
from workload.documents.filling import packaged_template
from workload.documents.statement import (
    COLUMNS,
    HEAD,
    dated,
    formula_of_lines,
    readings_lines,
    statement,
    statement_html,
    write_statement,
)
from workload.provenance import provenance_of

DAY = date(2025, 1, 6)
ENDINGS = ["docx", "html", "xlsx"]
every_ending = pytest.mark.parametrize("ending", ENDINGS)
every_language = pytest.mark.parametrize("language", ["zh", "en"])


def a_duty(row, day, start, end, **more):
    return Activity("T01", day, "counseling_duty", start=start, end=end, row=row, record_id=f"rec-{row}", **more)


ROWS = [
    a_duty(2, date(2024, 3, 5), time(14, 3), time(15, 33)),
    a_duty(3, date(2024, 3, 19), time(14, 3), time(15, 33)),
    a_duty(4, date(2024, 4, 2), time(9, 11), time(10, 41), cancelled=True),
    a_duty(5, date(2024, 3, 19), time(14, 3), time(15, 33)),
    a_duty(6, date(2023, 12, 5), time(8, 17), time(9, 47)),
    Activity("T01", date(2024, 5, 7), "class_teaching", class_hours="71.5", row=7, record_id="rec-7"),
    Activity("T01", date(2024, 5, 8), "lecture", row=8, record_id="rec-8"),
    Activity("T01", date(2024, 5, 9), "supervision", row=9, record_id="rec-9"),
]
CENTER = Center(
    [Teacher("T01", "part_time", "教师<01>&", title="associate_professor"), Teacher("T02", "full_time", "教师02")],
    ROWS,
    evaluations=[Evaluation("T01", 2024, "passed")],
    training=[Training("T01", date(2024, 5, 6), "14.5", "municipal")],
    case_reports=[CaseReport("T01", date(2024, 3, 1))],
)
REGULATION = load_regulation()


def said(teacher="T01", audience="teacher", language="zh", center=CENTER, readings=None, day=DAY, **more):
    found = evaluate(center, 2024, REGULATION, readings, **more)
    comes_from = provenance_of(center, REGULATION, found.readings, day=day)
    return statement(found, teacher, comes_from, audience, language)


class Cells(HTMLParser):
    """The texts of a page, each element's apart."""

    def __init__(self, page):
        super().__init__()
        self.found, self.tags = [""], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.found.append("")

    def handle_endtag(self, tag):
        self.found.append("")

    def handle_data(self, data):
        self.found[-1] += data


def texts_of(path):
    """Every text that a paper shows, as a set."""
    if path.suffix == ".html":
        return {text.strip() for text in Cells(path.read_text(encoding="utf-8")).found}
    if path.suffix == ".xlsx":
        sheet = python_calamine.load_workbook(path).get_sheet_by_index(0)
        return {str(cell) for row in sheet.to_python() for cell in row}
    document = docx.Document(path)
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    footer = (paragraph.text for paragraph in document.sections[0].footer.paragraphs)
    return {*cells, *(paragraph.text for paragraph in document.paragraphs), *footer}


def written(tmp_path, ending, content, **more):
    path = tmp_path / f"核算单.{ending}"
    write_statement(path, content, day=DAY, **more)
    return path


def raw(path):
    """All of a file as text, with the parts of a package unpacked."""
    if path.suffix == ".html":
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


# ---------------------------------------------------------------- the content


def figure(content, item):
    (found,) = (one for one in content.groups["figure"] if one["item"] == item)
    return found


def test_the_figures_are_those_of_the_findings():
    """Each requirement has its value, what is asked, what is missing (rounded up), the verdict and the article."""
    content = said()
    assert figure(content, "咨询") == {
        "item": "咨询",
        "value": "4 课时（180 分钟）",
        "required": "38 课时",
        "shortfall": "34 课时",
        "verdict": "未达标",
        "article": "附件2 第四条(三)",
    }
    assert figure(content, "教学")["value"] == "71.5 课时"
    assert figure(content, "积分") == {
        "item": "积分",
        "value": "20 分",
        "required": "—",
        "shortfall": "—",
        "verdict": "不适用",
        "article": "附件2 第七条(一)",
    }
    assert figure(content, "年度工作量")["verdict"] == "未达标"
    assert figure(content, "培训")["shortfall"] == "0.5 学时"
    assert figure(content, "案例报告（秋季学期）")["verdict"] == "未达标"
    assert figure(content, "年度考核")["value"] == "合格"


def test_the_trace_tells_the_formula_by_kind_and_month():
    """The credited rows of a kind stand in one line: their months, and how they come to their sum."""
    duty, teaching, lecture = said().groups["trace"]
    assert duty == {
        "kind": "咨询值班",
        "rows": "2",
        "months": "3月 180（分钟）",
        "formula": "180 分钟 ÷ 45 = 4 课时",
        "article": "附件2 第七条(一)",
    }
    assert teaching["formula"] == "71.5 课时"
    assert lecture["formula"] == "1 场 × 20（副教授） = 20 分"


def test_a_year_over_two_calendar_years_names_them():
    """Months of two calendar years are told apart."""
    duty, *_ = said(readings={"year": "academic"}).groups["trace"] or ({"months": ""},)
    assert duty["months"] == ""  # nothing was done from September 2024 on
    found = evaluate(CENTER, 2023, REGULATION, {"year": "academic"})
    content = statement(found, "T01", provenance_of(CENTER, REGULATION, found.readings))
    assert content.groups["trace"][0]["months"] == "2023年12月 90，2024年3月 180（分钟）"


def test_rounding_and_overlap_are_told():
    """Where whole class hours count, or a part of a duty was taken by another, the formula says so."""
    rows = [a_duty(2, date(2024, 3, 5), time(8), time(9, 40)), a_duty(3, date(2024, 3, 5), time(9), time(10))]
    center = Center([Teacher("T01", "part_time")], rows)
    (duty,) = said(center=center, readings={"partial_unit": "whole_per_duty"}).groups["trace"]
    assert duty["formula"] == "120 分钟 ÷ 45 = 2.67，取整或封顶后 2 课时（已减重叠 40 分钟）"


def test_a_requirement_of_each_semester_and_coefficients():
    """Where something is owed each semester, each has its line; a factor stands in the formula."""
    folder = SAMPLES / "another-school"
    rules = load_regulation(folder / "示范学院.toml")
    center = read_center(folder / "示范学院.xlsx", rules)
    found = evaluate(center, 2024, rules)
    content = statement(found, "2002", provenance_of(center, rules, found.readings))
    assert figure(content, "咨询（秋季学期）")["required"] == "16 课时"
    assert figure(content, "咨询")["required"] == "32 课时"
    teaching = content.groups["trace"][1]
    assert teaching["formula"] == "24 课时 × 1.1（系数或份额） + 20 课时 × 1.3（系数或份额） = 52.4 课时"


def test_a_line_set_aside_has_no_formula():
    """Only credited lines have a formula."""
    found = evaluate(CENTER, 2024, REGULATION).teacher("T01")
    with pytest.raises(ValueError, match="set aside"):
        formula_of_lines(found.book.set_aside, REGULATION)


def test_rows_set_aside_are_told_by_reason():
    """Each reason has its number of rows and their numbers; all rows together are read = credited + set aside."""
    content = said()
    assert [tuple(one.values()) for one in content.groups["aside"]] == [
        ("已取消", "1", "4"),
        ("不在核算期内", "1", "6"),
        ("与前面的记录重复", "1", "5"),
        ("规定未给出分值", "1", "9"),
    ]
    assert content.lists["remarks"][0] == "工作记录 8 行 = 计入 4 行 + 未计入 4 行。"


def test_rows_with_a_fault_are_among_them():
    """Rows that a skipped fault took away are set aside too, and the statement says that faults were skipped."""
    bad = Activity("T01", date(2024, 5, 7), "counseling_duty", row=20, record_id="A20")
    center = Center(CENTER.teachers, [*ROWS, bad])
    content = said(center=center, skip_faulty=True)
    assert ("本行有错误，已跳过", "1", "20") in [tuple(one.values()) for one in content.groups["aside"]]
    assert "核算时跳过了全部输入中的 1 处错误。" in content.lists["remarks"]


def test_readings_that_are_not_the_default_come_first():
    """A reading that was chosen stands in whole before the others."""
    first, rest = said(readings={"counseling_fills_teaching": "yes"}).lists["readings"]
    assert first.startswith("【非默认】R4 ")
    assert first.endswith("：能，咨询课时也计入教学要求")
    assert "R4" not in rest


def test_readings_are_questions_with_their_answers():
    """The paper has the readings that this teacher's figures used, each with its question; none contradicts."""
    (line,) = said().lists["readings"]
    assert "R1 不足45分钟的部分怎么算：分钟在核算期内累计，精确折算；" in line
    assert "R9 “等”之后的活动，督导、危机干预：记录但不计分" in line
    assert line.endswith("R20 施行之前的日期：规则未写施行日期，未限制年度；R21 学期的起止：按规则文件的校历。")
    for number in ("R11", "R12", "R13", "R14", "R15", "R18", "R19"):
        assert f"{number} " not in line
    (employed,) = said("T02").lists["readings"]
    assert "R15 专职教师：" in employed
    assert not re.search(r"R[1-9] ", employed)
    dated_rules = evolve(REGULATION, effective_from=date(2024, 1, 1))
    told = readings_lines(dated_rules, dated_rules.chosen({}), {"before_start"}, "zh")
    assert list(told) == ["默认口径：R20 施行之前的日期：拒绝核算。"]


@every_language
def test_no_words_of_the_program_are_on_the_paper(language):
    """Readings and what they would change are told in words; the footer alone names the switch for the program."""
    content = said(language=language, readings={"partial_unit": "whole_per_duty"})
    shown = [content.values[field] for field in content.values if field != "footer"]
    shown += [line for lines in content.lists.values() for line in lines]
    shown += [text for records in content.groups.values() for record in records for text in record.values()]
    assert [text for text in shown if re.search("[a-z]_[a-z]|[a-z]=", text)] == []
    assert [text for text in shown if "。；" in text or ".;" in text or "。。" in text] == []


def test_each_other_reading_is_told_once():
    """A reading that would change two verdicts is told once, with both."""
    rows = [Activity("T01", date(2024, 3, 5), "counseling_duty", minutes=1709 + 1, row=2)]
    rows += [a_duty(3 + day, date(2024, 4, day + 1), time(8), time(8, 44)) for day in range(20)]
    found = evaluate(Center([Teacher("T01", "part_time")], rows), 2024, REGULATION).teachers[0]
    one, *_ = found.alternatives
    both = evolve(found, alternatives=(one, evolve(one, finding="teaching")))
    center = evolve(evaluate(Center([Teacher("T01", "part_time")], rows), 2024, REGULATION), teachers=(both,))
    comes_from = provenance_of(CENTER, REGULATION, center.readings, day=DAY)
    (line,) = (one for one in statement(center, "T01", comes_from).lists["remarks"] if one.startswith("换一种口径"))
    assert line.count("若取") == 1
    assert "咨询 " in line
    assert "、教学 " in line


def test_what_would_meet_it_is_told_while_it_can_be_met():
    """In the year the remarks have what would meet each requirement, after it what was missing."""
    after = "\n".join(said().lists["remarks"])
    assert "差额：咨询 34 课时；教学 0.5 课时；培训 0.5 学时；案例报告（秋季学期） 1 份。" in after
    assert "达标办法" not in after
    for day in (date(2024, 10, 1), date(2024, 12, 31)):
        during = "\n".join(said(day=day).lists["remarks"])
        assert "达标办法：再值班 1530 分钟，或补 34 课时咨询；补 0.5 课时教学" in during
        assert "差额：" not in during
    assert "“咨询课时能否抵教学课时”若取“能，咨询课时也计入教学要求”，则教学 75.5 课时，达标" in after


@every_language
def test_a_year_that_is_not_over_is_told(language):
    """The title of a statement that is dated within its year says so; from the day after it, no more."""
    told = "（年度未结束，截至12月31日）" if language == "zh" else "(the year is not over; as of 31 December 2024)"
    assert said(language=language, day=date(2024, 12, 31)).values["title"].endswith(told)
    assert said(language=language, day=date(2025, 1, 1)).values["title"] == said(language=language).values["title"]


def test_the_heading_is_short():
    """Period and terms are written short, each term on a line of its own; the rules follow 依据 without a space."""
    terms = [Appointment("T01", date(2023, 9, 1)), Appointment("T01", date(2024, 9, 5), date(2024, 12, 20))]
    content = said(center=evolve(CENTER, appointments=terms))
    assert content.values["period"] == "2024.1.1–12.31"
    assert content.values["appointment"] == "2023.9.1–2024.8.31\n2024.9.5–12.20"
    assert "依据《周口" in statement_html(content)


def test_the_form_holds_the_rows_the_year_could_have_counted():
    """The form has the rows set aside but for those of other years, each with its month, and blank rows."""
    rows = said().groups["form"]
    assert [(one["row"], one["when"], one["kind"], one["result"]) for one in rows[:3]] == [
        ("4", "2024-04", "咨询值班", "已取消"),
        ("5", "2024-03", "咨询值班", "与前面的记录重复"),
        ("9", "2024-05", "督导", "规定未给出分值"),
    ]
    assert set(rows[-1].values()) == set(rows[-2].values()) == {""}
    assert all(one["opinion"] == "" for one in rows)


def test_a_full_time_teacher_owes_no_quota():
    """For a full-time teacher nothing is required of counseling and teaching."""
    assert figure(said("T02"), "咨询")["required"] == "—"
    assert said("T02").groups["aside"] == ({"reason": "无", "count": "0", "rows": "—"},)


def test_an_unknown_teacher_is_refused():
    """A teacher without an evaluation is told."""
    with pytest.raises(WorkloadError, match="T99"):
        said("T99")


def test_a_paper_without_a_date_has_room_for_one():
    """Without a date there is room to write one."""
    assert dated(None).zh.split() == ["年", "月", "日"]


# ---------------------------------------------------------------- the formats


@every_language
@every_ending
def test_every_format_shows_the_same(tmp_path, ending, language):
    """Word, HTML and Excel show every value, line and record of the content."""
    content = said(language=language)
    shown = texts_of(written(tmp_path, ending, content))
    wanted = {content.values[field] for field in ("title", "footer", "audience", *(field for field, _ in HEAD))}
    wanted |= {line for lines in content.lists.values() for line in lines}
    wanted |= {
        record[field]
        for group, columns in COLUMNS.items()
        for record in content.groups[group]
        for field, _, _ in columns
    }
    assert {" ".join(text.split()) for text in wanted} - {" ".join(text.split()) for text in shown} == set()


@every_ending
def test_no_braces_are_left(tmp_path, ending):
    """No field of the template is left unfilled."""
    assert not [text for text in texts_of(written(tmp_path, ending, said())) if "{{" in text or "}}" in text]


def test_the_page_needs_nothing_else(tmp_path):
    """The HTML file has no script, no link and no picture, and every text in it is escaped."""
    page = written(tmp_path, "html", said()).read_text(encoding="utf-8")
    tags = Cells(page).tags
    assert not {tag for tag, _ in tags} & {"script", "link", "img", "iframe", "object"}
    assert not [
        attrs for _, attrs in tags if {"src", "href"} & attrs.keys() or any(key.startswith("on") for key in attrs)
    ]
    assert "教师<01>&" in Cells(page).found
    assert "<01>" not in page
    assert "@page { size: A4" in page


def test_the_sheet_prints_on_one_page(tmp_path):
    """The Excel sheet is A4, fits on one page, and holds texts, never formulas."""
    path = written(tmp_path, "xlsx", said())
    sheet = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()
    assert 'paperSize="9"' in sheet
    assert '<pageSetUpPr fitToPage="1"/>' in sheet
    assert "<f>" not in sheet


@every_ending
def test_the_same_content_gives_the_same_bytes(tmp_path, ending):
    """A statement written twice is the same file; it depends on no clock."""
    one, two = (tmp_path / name for name in ("1", "2"))
    one.mkdir()
    two.mkdir()
    assert written(one, ending, said()).read_bytes() == written(two, ending, said()).read_bytes()


def test_a_school_has_its_own_template(tmp_path):
    """A school's letterhead, with the fields it wants, is filled as the packaged template is."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "某某学院 {{文号}}"
    document.add_paragraph("{{姓名}}：{{结论}}")
    document.add_table(1, 2)
    for cell, text in zip(document.tables[0].rows[0].cells, ("{{数字.项目}}", "{{figure.value}}"), strict=True):
        cell.text = text
    stream = io.BytesIO()
    document.save(stream)
    path = written(tmp_path, "docx", said(), template=stream.getvalue(), template_name="本校.docx")
    made = docx.Document(path)
    assert made.sections[0].header.paragraphs[0].text == "某某学院 周职党〔2024〕33号"
    assert made.paragraphs[0].text == "教师<01>&：未达标"
    assert [row.cells[1].text for row in made.tables[0].rows][:2] == ["4 课时（180 分钟）", "71.5 课时"]


def test_a_failed_template_leaves_no_file(tmp_path):
    """A template with unknown fields writes nothing."""
    document = docx.Document()
    document.add_paragraph("{{没有}}")
    stream = io.BytesIO()
    document.save(stream)
    with pytest.raises(WorkloadError, match="没有"):
        written(tmp_path, "docx", said(), template=stream.getvalue())
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten_unasked(tmp_path):
    """A file that is there stays, in every format."""
    for ending in ENDINGS:
        path = written(tmp_path, ending, said())
        with pytest.raises(WorkloadError, match="已经存在"):
            write_statement(path, said(), overwrite=False)


def test_other_endings_are_refused(tmp_path):
    """A statement is no PDF."""
    with pytest.raises(ValueError, match="pdf"):
        write_statement(tmp_path / "x.pdf", said())


# ---------------------------------------------------------------- privacy


TIMES = re.compile(r"(?<![\d:])(?:0?8|0?9|10|14|15)[:：](?:03|11|17|33|41|47)(?!\d)")
DAYS = [form for one in ROWS for form in (f"{one.date}", f"{one.date:%Y/%m/%d}", f"{one.date.month}月{one.date.day}日")]


@every_language
@every_ending
@pytest.mark.parametrize("audience", ["teacher", "hr"])
def test_no_single_duty_leaves_the_center(tmp_path, ending, language, audience):
    """Outside the center no part of the file has a day or a time of a single row, nor an id: it may hold either."""
    text = raw(written(tmp_path, ending, said(audience=audience, language=language)))
    assert TIMES.findall(text) == []
    assert [day for day in DAYS if day in text] == []
    assert "rec-" not in text


@every_ending
def test_the_center_sees_days_and_times(tmp_path, ending):
    """The center's own paper has the id, day and times of the rows set aside: the test above can find them."""
    text = raw(written(tmp_path, ending, said(audience="center")))
    assert "4 rec-4" in text
    assert "2024-04-02 09:11–10:41" in text
    assert TIMES.search(text)


@every_ending
def test_the_personnel_office_sees_counts_alone(tmp_path, ending):
    """For the personnel office there is no row number, no record id, no form; the counts stay."""
    content = said(audience="hr")
    assert content.groups["form"] == ()
    assert {one["rows"] for one in content.groups["aside"]} == {"—"}
    text = raw(written(tmp_path, ending, content))
    assert "课时核算反馈表" not in text
    assert "已取消" in text


def test_warnings_for_the_personnel_office_have_no_row():
    """A warning tells its row to the teacher and only its count to the personnel office."""
    rows = [a_duty(2, date(2024, 3, 5), time(8), time(10)), a_duty(3, date(2024, 3, 5), time(9), time(11))]
    center = Center([Teacher("T01", "part_time")], rows)
    teacher, office = ("\n".join(said(audience=who, center=center).lists["remarks"]) for who in ("teacher", "hr"))
    assert "（第3行）" in teacher
    assert "重叠部分只计一次，1 行" in office
    assert "第3行" not in office


# ---------------------------------------------------------------- one page


def test_a_busy_year_is_condensed():
    """Where many kinds would overflow the page, the kinds of one article stand together, with the same sum."""
    content = said(center=busy_center())
    found = evaluate(busy_center(), 2024, REGULATION).teachers[0]
    assert (len(found.book.entries), len(found.book.set_aside) >= 60) == (500, True)
    events = content.groups["trace"][-1]
    assert events["kind"] == "团体心理辅导等 9 类"
    assert events["formula"].endswith(f"= {found.points} 分")
    assert sum(int(one["rows"]) for one in content.groups["trace"]) == len(found.book.credited())


@pytest.mark.host("libreoffice")
@pytest.mark.parametrize("audience", ["teacher", "hr", "center"])
def test_a_busy_year_is_one_page(tmp_path, audience):
    """LibreOffice prints the statement of 500 rows and four terms on one page, in both languages, in Word and Excel."""
    papers = []
    for language in ("zh", "en"):
        content = said(center=busy_center(), audience=audience, language=language, day=date(2024, 12, 31))
        for ending in ("docx", "xlsx"):
            papers.append(tmp_path / f"{language}-{ending}.{ending}")
            write_statement(papers[-1], content, day=DAY)
    assert {path.name: pages for path, pages in printed(tmp_path, papers).items()} == {path.name: 1 for path in papers}


def printed(folder, papers):
    """How many pages LibreOffice prints of each paper."""
    command = [
        host_program("libreoffice"),
        f"-env:UserInstallation=file://{folder}/profile",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    subprocess.run([*command, "--outdir", folder, *papers], check=True, capture_output=True, timeout=180)
    counted = {}
    for paper in papers:
        pdf = paper.with_suffix(".pdf").read_bytes()
        counted[paper] = max(map(int, re.findall(rb"/Type\s*/Pages.*?/Count (\d+)", pdf, re.DOTALL)))
    return counted


def test_the_templates_of_the_package_are_used_by_language():
    """Each language has its own template."""
    assert packaged_template("statement", "zh") != packaged_template("statement", "en")


# ---------------------------------------------------------------- the command line


SAMPLE = SAMPLES / "center" / "心理指导中心.xlsx"


@every_ending
def test_the_verb_writes_each_format(run, tmp_path, ending):
    """``workload statement`` writes what the ending says, dated as asked, and says where."""
    path = tmp_path / f"T03.{ending}"
    result = run("statement", SAMPLE, "--teacher", "T03", "--year", "2024", "-o", path, "--date", "2025-01-06")
    assert (result.code, result.out) == (0, f"已写入 {path}\n")
    shown = texts_of(path)
    assert {"39 课时（1755 分钟）", "2025年1月6日", "2024 年度心理健康教师工作量核算单"} <= shown
    footer = next(text for text in shown if text.endswith(" · 日期 2025-01-06"))
    assert "输入 心理指导中心.xlsx " in footer


def test_the_verb_takes_the_options_of_the_others(run, tmp_path):
    """Rules, readings, audience and language reach the paper."""
    path = tmp_path / "T09.html"
    options = ["--reading", "idle_duty=attended_only", "--for", "hr", "--lang", "en", "--date", "2025-01-06"]
    result = run("statement", SAMPLE, "--teacher", "T09", "--year", "2024", "-o", path, *options)
    assert (result.code, result.out) == (0, f"written: {path}\n")
    page = path.read_text(encoding="utf-8")
    assert "[not the default] R3" in page
    assert "counts and sums only" in page
    assert "34 class hours" in page


def test_today_is_the_default_date(run, tmp_path):
    """Without --date the command line dates the paper today."""
    path = tmp_path / "T03.html"
    before = date.today()  # noqa: DTZ011  # as the command line asks
    assert run("statement", SAMPLE, "--teacher", "T03", "--year", "2024", "-o", path).code == 0
    page = path.read_text(encoding="utf-8")
    assert any(f"日期 {day}" in page for day in (before, date.today()))  # noqa: DTZ011


def test_a_template_is_copied_restyled_and_given_back(run, tmp_path):
    """``paper-template`` writes the packaged template; restyled, it goes back with --template."""
    template, path = tmp_path / "本校.docx", tmp_path / "T03.docx"
    assert run("paper-template", "statement", "-o", template).code == 0
    assert template.read_bytes() == packaged_template("statement", "zh")
    assert run("paper-template", "statement", "-o", template).code == 2
    document = docx.Document(template)
    document.sections[0].header.paragraphs[0].text = "某某学院心理指导中心 {{年度}}"
    document.save(template)
    options = ["--template", template, "--date", "2025-01-06"]
    assert run("statement", SAMPLE, "--teacher", "T03", "--year", "2024", "-o", path, *options).code == 0
    assert docx.Document(path).sections[0].header.paragraphs[0].text == "某某学院心理指导中心 2024"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--teacher", "T03", "-o", "{}/x.pdf"], "文件名须以 .docx、.xlsx、.html 结尾"),
        (["--teacher", "T99", "-o", "{}/x.docx"], "没有工号“T99”"),
        (["--teacher", "T03", "-o", "{}/x.html", "--template", "{}/坏.docx"], "只用于 .docx"),
        (["--teacher", "T03", "-o", "{}/x.docx", "--template", "{}/坏.docx"], "不是可读的 Word 文件"),
        (["--teacher", "T03", "-o", "{}/x.docx", "--template", "{}/没有.docx"], "无法读取"),
        (["--teacher", "T03", "-o", "{}/x.docx", "--template", "{}/x.docx"], "是输入本身"),
        (["--teacher", "T03", "-o", "{}/x.docx", "--reading", "idle_duty=never"], "idle_duty"),
        (["--teacher", "T03", "-o", "{}/x.docx", "--date", "6.1.2025"], "6.1.2025"),
    ],
)
def test_what_the_verb_refuses(run, tmp_path, arguments, message):
    """A wrong ending, teacher, template, reading or date ends with exit code 2, one message, and no file."""
    (tmp_path / "坏.docx").write_bytes(b"not a document")
    arguments = [argument.format(tmp_path) for argument in arguments]
    result = run("statement", SAMPLE, "--year", "2024", *arguments)
    assert result.code == 2
    assert message in result.err
    assert "Traceback" not in result.err
    assert [path.name for path in tmp_path.iterdir()] == ["坏.docx"]


def test_faulty_rows_stop_the_verb_or_are_listed(run, tmp_path, tables, csv_folder):
    """With faults nothing is written; with --skip-faulty they stand among the rows set aside."""
    tables["activities"][1]["kind"] = "counselling_duty"
    center, path = csv_folder(tables), tmp_path / "x.html"
    arguments = ["statement", center, "--teacher", "007", "--year", "2024", "-o", path]
    assert run(*arguments).code == 2
    assert not path.exists()
    assert run(*arguments, "--skip-faulty").code == 0
    assert "本行有错误，已跳过" in path.read_text(encoding="utf-8")
