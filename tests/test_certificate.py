"""The certificate of the three-year test, and its verification: what is altered is found."""

import io
import json
import re
import subprocess
import zipfile
from contextlib import nullcontext
from datetime import date, time

import docx
import pytest
from attrs import evolve
from conftest import host_program
from look_at_papers import SAMPLES

from workload import (
    Activity,
    Center,
    Evaluation,
    Teacher,
    WorkloadError,
    evaluate_experience,
    load_regulation,
)
from workload.documents.certificate import certificate, certificate_docx, read_certificate
from workload.documents.filling import packaged_template, visible_text
from workload.documents.verification import (
    conclusion,
    evidence_of_records,
    evidence_of_snapshot,
    verification_blocks,
    verification_json,
    verify_certificate,
    verify_code,
)
from workload.facts import check_code, experience_facts
from workload.provenance import InputFile, provenance_of
from workload.snapshot import close_year, read_snapshot

DAY = date(2025, 1, 6)
REGULATION = load_regulation()
YEARS = (2022, 2023, 2024)
ITEMS = ["code", "figures", "rules", "readings", "input", "file"]
ONLY_THE_FILE = "校验码、数字、规则、口径、输入一致；文件另存或改动过，请以复核件为准（-o 复核件.docx）"
every_language = pytest.mark.parametrize("language", ["zh", "en"])


def a_center(evaluations=("passed", "passed", "passed"), duty=1710, employment="part_time"):
    """Three years of one teacher, each with its duty in one evening, and another teacher."""
    rows = []
    for year in YEARS:
        for place, minutes in enumerate((duty - 1500, 700, 800)):
            day = date(year, 3 + place, 14)
            start, end = time(7, 11), time((431 + minutes) // 60 % 24, (431 + minutes) % 60)
            rows.append(Activity("T01", day, "counseling_duty", start=start, end=end, row=len(rows) + 2))
        rows.append(Activity("T01", date(year, 9, 3), "class_teaching", class_hours=72, row=len(rows) + 2))
    results = [
        Evaluation("T01", year, result) for year, result in zip(YEARS, evaluations, strict=True) if result is not None
    ]
    return Center([Teacher("T01", employment, "教师01"), Teacher("T02", "full_time")], rows, evaluations=results)


CENTER = a_center()


def the_test(center=CENTER, teacher="T01", readings=None, regulation=REGULATION):
    found = evaluate_experience(center, 2024, regulation, readings, teacher_id=teacher)
    return experience_facts(found.teacher(teacher), found, center), found


def made(center=CENTER, teacher="T01", readings=None, regulation=REGULATION, language="zh", day=DAY, **more):
    """A certificate as bytes."""
    facts, found = the_test(center, teacher, readings, regulation)
    comes_from = provenance_of(center, regulation, found.readings, day=day)
    comes_from = evolve(comes_from, inputs=(InputFile("中心.xlsx", "ab" * 32),))
    return certificate_docx(facts, regulation, comes_from, language=language, **more)


def against(center=CENTER, teacher="T01", readings=None, regulation=REGULATION):
    return evidence_of_records(center, teacher, 2024, regulation, readings or {})


def verify(found, evidence=None, **more):
    return verify_certificate(found, "材料.docx", evidence or against(), **more)


def differing(verification):
    return [item.name for item in verification.items if not item.same]


def told(verification, item):
    return "\n".join(text.zh for text in verification.item(item).told)


def changed(found, change, part="word/document.xml"):
    """The file with one part changed, as text."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(found)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if re.fullmatch(part, name):
                new = change(data.decode())
                assert new != data.decode()
                data = new.encode()
            target.writestr(name, data)
    return stream.getvalue()


def carried_part(found):
    with zipfile.ZipFile(io.BytesIO(found)) as archive:
        return next(name for name in archive.namelist() if b"urn:workload:certificate" in archive.read(name))


def texts(found):
    document = docx.Document(io.BytesIO(found))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


# ---------------------------------------------------------------- what it says


def test_a_met_test_is_certified():
    """A met test names teacher, years, sums, verdict, article and recognized years, and has room for two seals."""
    found = texts(made())
    assert found[0] == "学生工作（辅导员）经历认定材料"
    body = next(text for text in found if text.startswith("兹证明教师01（工号 T01）系我校兼职心理健康教师"))
    assert "2022–2024年度" in body
    assert "连续 3 年累计咨询 114 课时、教学 216 课时，且考核合格" in body
    assert body.endswith("可认定为具有 1 年学生工作（辅导员）经历。")
    for text in (
        "114 课时（5130 分钟）",
        "≥ 114 课时",
        "216 课时",
        "≥ 216 课时",
        "达标",
        "心理指导中心（盖章）",
        "人事处（盖章）",
    ):
        assert text in found
    assert "方案 六(二)：“连续三年累计114课时咨询量及216课时教学量，且考核合格”" in found
    assert "咨询 38 课时（1710 分钟），教学 72 课时" in found
    assert f"校验码：{check_code(the_test()[0], DAY)}" in found


@every_language
@pytest.mark.parametrize(
    ("center", "verdict"),
    [(a_center(("passed", None, "passed")), "undetermined"), (a_center(duty=1709), "not_met")],
)
def test_what_is_not_met_cannot_be_taken_for_a_proof(center, verdict, language):
    """Undetermined or not met, the title and a sentence say so, nothing is certified, and no seal is asked for."""
    assert the_test(center)[0].verdict == verdict
    found = texts(made(center, language=language))
    title = {
        ("undetermined", "zh"): "学生工作（辅导员）经历核算结果（待定，尚不能认定）",
        ("not_met", "zh"): "学生工作（辅导员）经历核算结果（未达认定条件）",
        ("undetermined", "en"): "Experience as a student-affairs counselor: UNDETERMINED, not recognized yet",
        ("not_met", "en"): "Experience as a student-affairs counselor: NOT MET, not recognized",
    }
    whole = "\n".join(found)
    assert found[0] == title[verdict, language]
    for word in ("兹证明", "认定材料\n", "盖章）", "certify", "(seal)"):
        assert word not in whole
    assert ("不能用于证明" if language == "zh" else "proves no such experience") in whole


def test_what_is_missing_is_named():
    """An undetermined certificate names the evaluations that are missing."""
    assert "缺少 2023 年的年度考核结论" in "\n".join(texts(made(a_center(("passed", None, "passed")))))


def test_full_time_is_recognized_on_employment():
    """A full-time teacher is recognized on employment; there is no table of hours."""
    found = texts(made(teacher="T02"))
    assert "按任职认定" in found
    assert any("按任职认定，不核算课时" in text for text in found)
    assert len(docx.Document(io.BytesIO(made(teacher="T02"))).tables) == 2  # the heading and the seals


def test_readings_that_are_not_the_default_come_first():
    """A reading that is not the default is marked, and in the footer."""
    found = made(readings={"evaluation_gate": "final_year"})
    _, others = visible_text(found, "")
    assert any(text.startswith("【非默认】R14 ") for text in texts(found))
    assert any("口径 evaluation_gate=final_year" in line for line in others)


def test_it_says_what_the_code_proves():
    """The paper says what the code proves and that it is no signature."""
    whole = "\n".join(texts(made()))
    assert "离线复核" in whole
    assert "校验码不是签名，不能证明由谁出具，也不能证明日期属实" in whole


@every_language
def test_no_single_duty_is_in_it(language):
    """No part of the file has the day or the times of a row, nor its number."""
    with zipfile.ZipFile(io.BytesIO(made(language=language))) as archive:
        whole = "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    assert not re.search(r"07:11|7:11|-0[345]-14|-09-03", whole)


def test_the_same_arguments_give_the_same_bytes():
    """A certificate written twice is the same file."""
    assert made() == made()


def own_template(*lines, hidden=""):
    """A school's template with those lines."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    document.add_paragraph().add_run(hidden).font.hidden = True
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_a_template_without_the_code_is_refused():
    """A school's template must show the check code, in its body and not hidden."""
    for template in (own_template("{{姓名}}"), own_template("{{姓名}}", hidden="{{校验码}}")):
        with pytest.raises(WorkloadError, match=r"没有（或隐藏了）\{\{校验码\}\} 字段"):
            made(template=template, template_name="本校.docx")
    assert read_certificate(made(template=own_template("{{姓名}} {{校验码}}")), "").facts == the_test()[0]


@pytest.mark.parametrize("center", [a_center(("passed", None, "passed")), a_center(duty=1709)])
def test_a_template_cannot_state_the_opposite(center):
    """Where the test is not met, a template must show the verdict (or the title) and the body."""
    proof = "兹证明{{姓名}}达到三年认定条件。{{校验码}}"
    with pytest.raises(WorkloadError, match=r"\{\{标题\}\} 或 \{\{结论\}\}、\{\{正文\}\}"):
        made(center, template=own_template(proof))
    with pytest.raises(WorkloadError, match=r"（或隐藏了）\{\{正文\}\}"):
        made(center, template=own_template(proof, "{{verdict}}", hidden="{{正文}}"))
    assert made(center, template=own_template("{{结论}}", "{{body}}", "{{校验码}}"))


# ---------------------------------------------------------------- its date


def test_no_year_is_counted_that_is_not_over():
    """A date on or before the last day of the last year that counts is refused; the day after it is not."""
    for day in (date(2024, 12, 31), date(2024, 6, 1)):
        with pytest.raises(WorkloadError, match="计入的 2024 年度还没有结束（2024-12-31）"):
            made(day=day)
    assert made(day=date(2025, 1, 1))


@pytest.mark.parametrize("teacher", ["T01", "T02"])
def test_no_year_is_told_of_that_has_not_begun(teacher):
    """As of a year after the date of the paper nothing is certified, not even on employment."""
    with pytest.raises(WorkloadError, match="文件日期 2023-12-31 早于截至年度 2024 年"):
        made(teacher=teacher, day=date(2023, 12, 31))


@every_language
def test_an_open_year_is_said_to_be_open(language):
    """As of a year that is not over on the date, the paper says so; the day after it, no more."""
    center = a_center(duty=1709)
    told = "（该年度尚未结束）" if language == "zh" else "(a year that is not over)"
    assert told in "\n".join(texts(made(center, language=language, day=date(2024, 12, 31))))
    assert told not in "\n".join(texts(made(center, language=language, day=date(2025, 1, 1))))


def test_a_day_is_asked_for_only_where_the_rules_count_back_from_one():
    """As of a day is refused under rules that go by years; under others the paper names the day."""
    with pytest.raises(WorkloadError, match="截至应为年份，如 2024"):
        made(as_of=date(2024, 6, 30))
    others = tuple(evolve(one, window="trailing") for one in REGULATION.experience)
    rules = evolve(REGULATION, experience=others)
    day = date(2024, 12, 30)
    tested = evaluate_experience(CENTER, day, rules, teacher_id="T01")
    facts = experience_facts(tested.teacher("T01"), tested, CENTER)
    paper = certificate_docx(facts, rules, provenance_of(CENTER, rules, {}, day=DAY), as_of=day)
    assert "截至 2024 年 12 月 30 日" in "\n".join(texts(paper))
    assert verify(paper, evidence_of_records(CENTER, "T01", day, rules, {})).holds
    with pytest.raises(WorkloadError, match="早于截至2024-12-30"):
        certificate_docx(facts, rules, provenance_of(CENTER, rules, {}, day=date(2024, 12, 29)), as_of=day)


# ---------------------------------------------------------------- what is missing


def test_a_result_that_is_not_met_shows_what_is_missing():
    """The window that ends with the year of the question is held against all that the clause asks for."""
    found = made(a_center(("failed", None, "passed"), duty=1695))
    rows = [[cell.text for cell in row.cells] for row in docx.Document(io.BytesIO(found)).tables[1].rows]
    assert rows == [
        ["年度", "项目", "累计", "要求", "结论"],
        ["2022–2024", "咨询", "113 课时（5085 分钟）", "≥ 114 课时", "差 1 课时"],
        ["2022–2024", "教学", "216 课时", "≥ 216 课时", "达标"],
        ["2022–2024", "年度考核", "2022 年不合格、缺 2023 年", "各年均合格", "未达标"],
    ]
    facts, tested = the_test(a_center(duty=1709), readings={"evaluation_gate": "final_year"})
    facts = evolve(facts, years=facts.years[1:], as_of=2025)
    said = certificate(facts, REGULATION, provenance_of(CENTER, REGULATION, tested.readings), "en").groups["window"]
    assert [(row["item"], row["total"], row["required"]) for row in said[2:]] == [
        ("Evaluation", "2025 missing", "passed in the last year"),
        ("Appointed", "not in 2025", "in each year"),
    ]


def test_an_undetermined_result_shows_the_evaluation_that_is_missing():
    """Beside the sums of the window, the table has the evaluations without which it stays open."""
    tables = docx.Document(io.BytesIO(made(a_center(("passed", None, "passed"))))).tables
    assert [cell.text for cell in tables[1].rows[3].cells] == [
        "2022–2024",
        "年度考核",
        "缺 2023 年",
        "各年均合格",
        "待定",
    ]


def test_a_teacher_without_a_name_is_named_by_id():
    """Without a name the teacher is the one with that id."""
    center = evolve(CENTER, teachers=[evolve(one, name="") for one in CENTER.teachers])
    whole = "\n".join(texts(made(center)))
    assert "兹证明工号 T01 的教师系我校兼职心理健康教师" in whole
    assert "（工号" not in whole


def test_readings_are_questions_with_their_answers():
    """The paper has the readings that it used, each with its question; none on staffing, and none that contradicts."""
    lines = [text for text in texts(made()) if text.startswith("默认口径：")]
    assert len(lines) == 1
    assert "R14 “考核合格”看哪几年：三年每年合格；缺考核为待定" in lines[0]
    assert "R20 施行之前的日期：规则未写施行日期，未限制年度" in lines[0]
    for number in ("R8", "R11", "R15", "R18", "R19", "R21"):
        assert f"{number} " not in lines[0]
    employed = "\n".join(texts(made(teacher="T02")))
    assert "默认口径：R15 专职教师：" in employed
    assert "R1 " not in employed


# ---------------------------------------------------------------- what it carries


def test_it_carries_its_facts():
    """The facts in the file are those of the library, with the question, the date, the language and the input."""
    carried = read_certificate(made(language="en"), "")
    assert carried.facts == the_test()[0]
    assert (carried.as_of, carried.day, carried.language) == (2024, DAY, "en")
    assert carried.inputs == (InputFile("中心.xlsx", "ab" * 32),)


def test_a_document_that_is_no_certificate_is_told():
    """Another Word file is told as what it is, with the way that is left."""
    with pytest.raises(WorkloadError, match=r"没有认定材料的核对数据.*--code"):
        verify(packaged_template("certificate", "zh"))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('"facts":{', '"facts":{"more":1,', 1),
        lambda text: text.replace('"as_of":"2024"', '"as_of":"soon"'),
        lambda text: text.replace('"as_of":"2024"', '"as_of":"2030"'),
        lambda text: text.replace('"as_of":"2024"', '"as_of":"0"').replace('"as_of":2024', '"as_of":0'),
        lambda text: text.replace('"as_of":"2024"', '"as_of":"9999"').replace('"as_of":2024', '"as_of":9999'),
        lambda text: text.replace('"day":"2025-01-06"', '"day":"9999-12-31"'),
        lambda text: text.replace('"years":[2022,2023,2024]', '"years":[]'),
        lambda text: text.replace('"years_needed":3', '"years_needed":1000000000000'),
        lambda text: text.replace('"account":"teaching"', '"account":"zzz"'),
        lambda text: text.replace("abab", "zzzz", 1),
        lambda text: text.replace(r"\u4e2d\u5fc3.xlsx", r"\n\n.xlsx"),
        lambda text: text.replace(r"\u4e2d\u5fc3.xlsx", "x" * 121),
        lambda text: re.sub(r'"version":"[^"]*"', '"version":"0.1 approved"', text),
        lambda text: re.sub(r'"version":"[^"]*"', f'"version":"{"1" * 33}"', text),
        lambda text: text.replace('"facts":', '"fact":'),
        lambda text: re.sub(r">\{.*\}<", ">{<", text, flags=re.DOTALL),
        lambda text: re.sub(r">\{.*\}<", ">[1]<", text, flags=re.DOTALL),
    ],
)
def test_damaged_facts_are_told(change):
    """Facts that cannot be read end in one sentence."""
    found = made()
    with pytest.raises(WorkloadError, match=r"损坏|不完整"):
        verify(changed(found, change, carried_part(found)))


def test_a_newer_format_is_told():
    """A certificate of a newer version asks for an upgrade."""
    found = made()
    with pytest.raises(WorkloadError, match="较新的版本"):
        verify(changed(found, lambda text: text.replace('"format":1', '"format":2'), carried_part(found)))


# ---------------------------------------------------------------- verifying


@every_language
@pytest.mark.parametrize("teacher", ["T01", "T02"])
def test_an_unchanged_certificate_agrees(teacher, language):
    """Against its own records every item is the same."""
    found = verify(made(teacher=teacher, language=language), against(teacher=teacher))
    assert [item.name for item in found.items] == ITEMS
    assert differing(found) == []
    assert found.holds
    assert conclusion(found).zh == "核对一致"


def test_an_unchanged_certificate_agrees_with_the_snapshot(tmp_path):
    """Against the snapshot of its year every item is the same."""
    path = tmp_path / "2024.snapshot"
    path.write_text(close_year(CENTER, 2024).text(), encoding="utf-8")
    evidence = evidence_of_snapshot(read_snapshot(path), "T01", REGULATION, path.name)
    assert differing(verify(made(), evidence)) == []


def test_a_figure_altered_in_word_is_found():
    """A figure that was altered in the visible text differs, though code and facts were left alone."""
    found = verify(changed(made(), lambda text: text.replace("216 课时</w:t>", "219 课时</w:t>", 1)))
    assert differing(found) == ["file"]
    assert told(found, "file") == "与复核件不同的部件有 1 个：word/document.xml\n“219 课时” → “216 课时”"
    assert conclusion(found).zh == ONLY_THE_FILE


def test_a_sentence_added_or_taken_away_is_found():
    """A line that was added, and one that was taken away, are named."""
    document = docx.Document(io.BytesIO(made()))
    document.paragraphs[0].insert_paragraph_before("另有两年经历")
    document.tables[1].rows[1]._tr.getparent().remove(document.tables[1].rows[1]._tr)
    stream = io.BytesIO()
    document.save(stream)
    found = verify(stream.getvalue())
    assert differing(found) == ["file"]
    assert "多出“另有两年经历”" in told(found, "file")
    assert "“114 课时（5130 分钟）”" in told(found, "file")


def test_the_footer_is_compared():
    """The footer is part of the text."""
    found = verify(changed(made(), lambda text: text.replace("2025-01-06", "2026-01-06"), r"word/footer\d.xml"))
    assert differing(found) == ["file"]


def test_hidden_words_are_found():
    """Words that were hidden in Word make it another file, though its lines are the same."""
    document = docx.Document(io.BytesIO(made()))
    (line,) = (paragraph for paragraph in document.paragraphs if "不是签名" in paragraph.text)
    line.runs[0].font.hidden = True
    stream = io.BytesIO()
    document.save(stream)
    result = verify(stream.getvalue())
    assert differing(result) == ["file"]
    assert told(result, "file").endswith("文字逐行相同，但看上去未必相同")


def test_a_page_number_in_front_of_a_figure_is_found():
    """A field that shows the page number, put before a figure, would make 1 year 11: it is seen."""
    field = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'

    def forge(text):
        return re.sub(r"(<w:r>(?:(?!</w:r>).)*<w:t[^>]*>1 年</w:t>)", rf"{field}\1", text, count=1)

    result = verify(changed(made(), forge))
    assert differing(result) == ["file"]
    assert told(result, "file").endswith("“11 年” → “1 年”")


TITLE = "学生工作（辅导员）经历核算结果（未达认定条件）"
TITLE_RUN = re.compile(rf"<w:r>(?:(?!</w:r>).)*<w:t[^>]*>{TITLE}</w:t></w:r>", re.DOTALL)
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:zz="urn:zz"'


def with_run(text, change):
    """The body with the run of its title changed."""
    run = TITLE_RUN.search(text)[0]
    return text.replace(run, change(run), 1)


def a_run(text, properties=""):
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def a_field(kind):
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def in_fallback(run):
    choice, forged = f'<mc:Choice Requires="zz">{run}</mc:Choice>', run.replace("核算结果（未达认定条件）", "认定材料")
    return f"<mc:AlternateContent {MC}>{choice}<mc:Fallback>{forged}</mc:Fallback></mc:AlternateContent>"


def bound_to_the_properties(run):
    binding = '<w:dataBinding w:xpath="/ns1:coreProperties[1]/ns0:title[1]" w:storeItemID="{6C3C8BC8}"/>'
    return f"<w:sdt><w:sdtPr>{binding}<w:text/></w:sdtPr><w:sdtContent>{run}</w:sdtContent></w:sdt>"


def a_title_field(run):
    told = "<w:r><w:instrText> TITLE </w:instrText></w:r>"
    return a_field("begin") + told + a_field("separate") + run + a_field("end")


def within_the_instructions(run):
    told = "<w:r><w:instrText> QUOTE </w:instrText></w:r>"
    return a_field("begin") + told + run + a_field("separate") + a_field("end")


def half(properties):
    """The bracket of the title in a run of its own, with those properties."""
    return lambda run: run.replace("（未达认定条件）", "") + a_run("（未达认定条件）", properties)


def more(properties, wrapped="{}"):
    """Words behind the title, with those properties."""
    return lambda run: run + wrapped.format(a_run("（已更正为达标）", properties))


FORGED_RUNS = {
    "alternate content": in_fallback,
    "bound to the properties": bound_to_the_properties,
    "a field of the title": a_title_field,
    "within a field's instructions": within_the_instructions,
    "hidden": half("<w:vanish/>"),
    "white": half('<w:color w:val="FFFFFF"/><w:sz w:val="2"/>'),
    "hidden twice": half('<w:vanish w:val="0"/><w:vanish/>'),
    "hidden or not": more('<w:vanish w:val="FALSE"/>'),
    "deleted": more("", '<w:del w:id="9" w:author="x">{}</w:del>'),
    "moved away": more("", '<w:moveFrom w:id="9" w:author="x">{}</w:moveFrom>'),
    "a tab that reaches far": lambda run: run + '<w:r><w:ptab w:alignment="center" w:relativeTo="margin"/></w:r>',
}


@pytest.mark.parametrize("name", FORGED_RUNS)
def test_a_forged_run_is_found(name):
    """However a text is made to be seen otherwise than it reads, the file is not the one that was issued."""
    paper = made(a_center(duty=1709))
    forged = changed(paper, lambda text: with_run(text, FORGED_RUNS[name]))
    assert differing(verify(forged, against(a_center(duty=1709)))) == ["file"]


HIDING_STYLE = (
    '<w:style w:type="character" w:default="1" w:styleId="hid">'
    '<w:name w:val="hid"/><w:rPr><w:vanish/></w:rPr></w:style>'
)


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("word/styles.xml", lambda text: text.replace("</w:styles>", f"{HIDING_STYLE}</w:styles>")),
        ("word/numbering.xml", lambda text: text.replace('w:lvlText w:val="', 'w:lvlText w:val="达标', 1)),
        ("word/document.xml", lambda text: text.replace("<w:trPr>", "<w:trPr><w:hidden/>", 1)),
        ("docProps/core.xml", lambda text: text.replace("核算结果（未达认定条件）", "认定材料")),
        (r"\[Content_Types\].xml", lambda text: text.replace("footer+xml", "header+xml", 1)),
        ("word/_rels/document.xml.rels", lambda text: text.replace("footer1.xml", "../word/footer1.xml")),
    ],
)
def test_a_forged_part_is_found(part, change):
    """A style, a numbering, a row, a property, a content type, a relation: each part is compared."""
    paper = made(a_center(duty=1709))
    assert differing(verify(changed(paper, change, part), against(a_center(duty=1709)))) == ["file"]


def appended(found, extra, first=False):
    """The package with more parts, behind or in front of the others."""
    with zipfile.ZipFile(io.BytesIO(found)) as source:
        parts = [(name, source.read(name)) for name in source.namelist()]
    stream = io.BytesIO()
    twice = any(name in dict(parts) for name, _ in extra)
    warned = pytest.warns(UserWarning, match="Duplicate name") if twice else nullcontext()
    with warned, zipfile.ZipFile(stream, "w") as target:
        for name, data in [*extra, *parts] if first else [*parts, *extra]:
            target.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("name", ["word/document.xml", "word/Document.xml", "word/header9.xml"])
def test_a_part_that_stands_twice_is_found(name, first):
    """Two parts of one name, or of names that some programs take for one, or a part too many, are told."""
    paper = made(a_center(duty=1709))
    with zipfile.ZipFile(io.BytesIO(paper)) as archive:
        other = archive.read("word/document.xml").decode().replace(TITLE, "学生工作（辅导员）经历认定材料")
    result = verify(appended(paper, [(name, other)], first), against(a_center(duty=1709)))
    assert "file" in differing(result)
    if name != "word/header9.xml":
        assert "部件 word/document.xml 在文件里有 2 份" in told(result, "file")


@pytest.mark.parametrize("first", [True, False])
def test_a_second_body_is_found(first):
    """A second body that the relations name, of the other flavor of the format, is told in one sentence."""
    paper = made(a_center(duty=1709))
    kind = "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument"
    more = f'<Relationship Id="rIdX" Type="{kind}" Target="word/forged.xml"/>'
    with zipfile.ZipFile(io.BytesIO(paper)) as archive:
        other = archive.read("word/document.xml").decode().replace(TITLE, "学生工作（辅导员）经历认定材料")

    def forge(text):
        if first:
            return re.sub("(<Relationships[^>]*>)", rf"\1{more}", text)
        return text.replace("</Relationships>", f"{more}</Relationships>")

    forged = appended(changed(paper, forge, "_rels/.rels"), [("word/forged.xml", other)])
    result = verify(forged, against(a_center(duty=1709)))
    assert differing(result) == ["file"]
    assert "文件指明的正文不止一处，或没有" in told(result, "file")


def test_a_part_that_cannot_be_read_is_found():
    """A part beside the document that is packed wrongly is told, without a traceback."""
    paper = bytearray(appended(made(), [("word/media/x.bin", "x" * 400)]))
    place = paper.index(b"x" * 400)
    paper[place : place + 8] = b"y" * 8
    result = verify(bytes(paper))
    assert differing(result) == ["file"]
    assert told(result, "file") == "有部件无法读取"


def test_a_paper_that_is_dated_back_is_found():
    """The holder can work out a code for any date; one before the end of a year that counts is a difference."""
    paper, early = made(), date(2023, 6, 1)
    facts = the_test()[0]
    forged = changed(paper, lambda text: text.replace('"day":"2025-01-06"', '"day":"2023-06-01"'), carried_part(paper))
    forged = changed(
        forged,
        lambda text: text.replace(check_code(facts, DAY), check_code(facts, early)).replace(
            "2025年1月6日", "2023年6月1日"
        ),
    )
    result = verify(changed(forged, lambda text: text.replace("2025-01-06", "2023-06-01"), r"word/footer\d.xml"))
    assert differing(result) == ["file"]
    assert "2023-06-01" in told(result, "file")
    assert result.again is None
    assert any("不能证明日期属实" in note.zh for note in result.notes)


def test_a_packed_again_archive_is_the_same():
    """What was only packed again has the same parts: it is the same document, but for bytes beside them."""
    again = changed(made(), lambda text: f"{text}\n", "word/document.xml")
    assert verify(again).holds
    result = verify(b"PK" + again)
    assert told(result, "file") == "压缩包里有部件以外的字节"


def test_a_letterhead_may_have_a_number_like_a_code():
    """An account number on the letterhead that looks like a code is none."""
    own = own_template("账号 6222-0217-0000-1234", "{{姓名}} {{正文}}", "{{校验码}}")
    assert verify(made(template=own), template=own).holds


def test_altered_facts_are_found():
    """Facts that were altered in the file differ from those found anew."""
    found = made()
    altered = changed(found, lambda text: text.replace('"114"', '"119"').replace(":5130", ":5355"), carried_part(found))
    result = verify(altered)
    assert "figures" in differing(result)
    assert "2022–2024 咨询：119 → 114" in told(result, "figures")


def test_facts_and_text_altered_together_are_found():
    """Whoever alters the facts, the text and the code alike makes another certificate, and the records tell."""
    more = a_center(duty=1755)
    result = verify(made(more))
    assert differing(result) == ["code", "figures", "input", "file"]
    assert "2022–2024 咨询：117 → 114" in told(result, "figures")
    assert "2023 咨询分钟：1755 → 1710" in told(result, "figures")


def test_an_altered_code_is_found():
    """A code that was altered differs, and so does the line where it stands."""
    code = check_code(the_test()[0], DAY)
    other = code[:-1] + ("0" if code[-1] != "0" else "1")
    result = verify(changed(made(), lambda text: text.replace(code, other)))
    assert differing(result) == ["code", "file"]
    assert told(result, "code") == f"{other} → {code}"


def test_a_changed_row_of_the_input_is_found():
    """A row that was changed after the certificate differs, also where the sums stay."""
    rows = [evolve(row, record_id="x") if row.row == 2 else row for row in CENTER.activities]
    result = verify(made(), against(evolve(CENTER, activities=rows)))
    assert differing(result) == ["code", "input", "file"]
    assert told(result, "figures") == ""


def test_a_changed_row_of_another_teacher_is_not():
    """Rows of other teachers have no part in it."""
    rows = [*CENTER.activities, Activity("T02", date(2024, 3, 5), "counseling_duty", minutes=45, row=99)]
    assert differing(verify(made(), against(evolve(CENTER, activities=rows)))) == []


def test_another_reading_is_found():
    """A paper under another reading than the evidence's names both values."""
    facts, found = the_test(readings={"evaluation_gate": "final_year"})
    evidence = evolve(against(), facts=facts)
    result = verify(made(), evidence)
    assert "readings" in differing(result)
    assert told(result, "readings") == "evaluation_gate= each_year → final_year"
    assert found.readings["evaluation_gate"] == "final_year"


def test_a_changed_rule_is_found():
    """A rule with another figure differs: its digest, what is asked, and what follows."""
    (clause,) = (one for one in REGULATION.experience if one.needs)
    needs = tuple(evolve(need, amount=need.amount + 1) for need in clause.needs)
    others = tuple(evolve(one, needs=needs) if one is clause else one for one in REGULATION.experience)
    result = verify(made(), against(regulation=evolve(REGULATION, experience=others)))
    assert set(differing(result)) == {"code", "figures", "rules", "file"}
    assert "要求 连续 3 年累计咨询 114 课时、教学 216 课时，且考核合格 → 连续 3 年累计咨询 115 课时" in told(
        result, "rules"
    )
    assert "结论：达标 → 未达标" in told(result, "figures")


def test_another_template_is_told():
    """A paper made from a school's template needs that template; with it every line is compared."""
    document = docx.Document(io.BytesIO(packaged_template("certificate", "zh")))
    document.sections[0].header.paragraphs[0].text = "某某学院"
    stream = io.BytesIO()
    document.save(stream)
    own = stream.getvalue()
    paper = made(template=own)
    without = verify(paper)
    assert [item.name for item in without.items if item.same is None] == ["file"]
    assert not without.holds
    assert "--template" in told(without, "file")
    assert conclusion(without).zh == "校验码、数字、规则、口径、输入一致；文件未比较"
    assert verify(paper, template=own, template_name="本校.docx").holds


def test_another_input_file_with_the_same_records_is_a_note():
    """Another file with the same records is told, with the names in quotes; every item agrees, as no paper shows it."""
    evidence = evolve(against(), inputs=(InputFile("副本.xlsx", "cd" * 32),))
    paper = made()
    found = verify(paper, evidence)
    assert found.holds
    notes = "\n".join(text.zh for text in found.notes)
    assert "自称的输入文件与现在的不同（“中心.xlsx” abababababab → “副本.xlsx” cdcdcdcdcdcd）" in notes
    assert "中心.xlsx" not in "\n".join(sum(visible_text(paper, ""), ()))


def test_names_in_what_is_carried_are_never_shown_on_the_paper():
    """Whatever is written into the carried names of files, the paper made anew shows nothing of it."""
    paper = made()
    forged = changed(paper, lambda text: text.replace(r"\u4e2d\u5fc3.xlsx", "approved by HR"), carried_part(paper))
    assert "approved" not in "\n".join(sum(visible_text(verify(forged).again, ""), ()))
    footer = changed(forged, lambda text: text.replace("记录 ", "approved by HR "), r"word/footer\d.xml")
    assert differing(verify(footer)) == ["file"]


def of_version(paper, version):
    """The certificate as another version of the library would have written it."""
    now = read_certificate(paper, "").version
    other = changed(
        paper, lambda text: text.replace(f'"version":"{now}"', f'"version":"{version}"'), carried_part(paper)
    )
    return changed(other, lambda text: text.replace(f"workload {now}", f"workload {version}"), r"word/footer\d.xml")


def test_another_version_is_told_as_such():
    """A paper of another version is said to be of that version, not to be altered; and still compared."""
    other = of_version(made(), "0.0.9")
    found = verify(other)
    assert differing(found) == ["file"]
    assert re.fullmatch(r"由版本 0\.0\.9 生成，现为 \S+", told(found, "file"))
    assert "改动" not in conclusion(found).zh
    assert "文件由版本 0.0.9 生成，现为" in conclusion(found).zh
    altered = changed(other, lambda text: text.replace("216 课时</w:t>", "219 课时</w:t>", 1))
    assert told(verify(altered), "file").endswith("“219 课时” → “216 课时”")


def test_many_differences_are_cut_short():
    """Of very many differing lines the first are told, and how many more there are."""
    facts, found = the_test(a_center(duty=1800))
    evidence = evolve(against(), facts=evolve(facts, years=facts.years * 9))
    result = verify(made(), evidence)
    assert result.item("file").result.zh == "与复核件不同"
    assert re.search(r"另有 \d+ 处$", told(result, "file"))
    assert found.as_of == 2024


# ---------------------------------------------------------------- the code on paper


def test_the_code_on_paper_is_verified():
    """The code of a paper agrees with the evidence, however it is typed; O, I and L are read as digits."""
    code = check_code(the_test()[0], DAY)
    for typed in (code, code.lower(), code.replace("-", " "), code.replace("0", "O").replace("1", "l")):
        assert verify_code(typed, against(), DAY).holds


def test_another_date_is_another_code():
    """Under another date the code differs, and the message says what to look at."""
    result = verify_code(check_code(the_test()[0], DAY), against(), date(2025, 1, 7))
    assert not result.holds
    assert "纸面上的日期（--date）" in told(result, "code")


# ---------------------------------------------------------------- how it is shown


@every_language
def test_the_answer_is_shown(language):
    """People and programs are told item by item."""
    result = verify(made(a_center(duty=1755)))
    data = verification_json(result, language)
    assert (data["holds"], [item["item"] for item in data["items"]]) == (False, ITEMS)
    assert json.loads(json.dumps(data)) == data
    blocks = verification_blocks(result, REGULATION, against().source, language)
    assert blocks[0].header == (("项目", "结果") if language == "zh" else ("item", "result"))
    assert len(blocks[0].rows) == len(ITEMS)


def test_english_has_no_chinese_labels():
    """In English every label of a difference is English."""
    result = verify(made(a_center(duty=1755)), against(readings={}))
    assert "2022–2024 counseling: 117 → 114" in [text.en for text in result.item("figures").told]
    assert not [text.en for item in result.items[:5] for text in item.told if re.search("[一-鿿]", text.en)]


# ---------------------------------------------------------------- LibreOffice


@pytest.mark.host("libreoffice")
@every_language
def test_a_certificate_saved_again_in_libreoffice_is_told(tmp_path, language):
    """Saved again in LibreOffice, the certificate keeps facts and lines: all agrees but the file, which is another."""
    paper = tmp_path / "材料.docx"
    paper.write_bytes(made(language=language))
    command = [host_program("libreoffice"), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    command += ["--convert-to", "docx:MS Word 2007 XML", "--outdir", str(tmp_path / "out"), str(paper)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    again = (tmp_path / "out" / "材料.docx").read_bytes()
    found = verify(again)
    assert conclusion(found).zh == ONLY_THE_FILE
    assert told(found, "file").endswith("文字逐行相同，但看上去未必相同")
    assert found.again == paper.read_bytes()
    altered = verify(changed(again, lambda text: text.replace("216", "219", 1)))
    assert differing(altered) == ["file"]
    assert "219" in told(altered, "file")


# ---------------------------------------------------------------- the command line

SAMPLE = SAMPLES / "center" / "心理指导中心.xlsx"


@pytest.fixture
def paper(run, tmp_path):
    """The certificate of T03, as the command line writes it."""
    path = tmp_path / "T03.docx"
    result = run("certificate", SAMPLE, "--teacher", "T03", "--as-of", "2024", "-o", path, "--date", "2025-01-06")
    assert (result.code, result.out) == (0, f"已写入 {path}\n")
    return path


def test_the_verbs_write_and_verify(run, paper, tmp_path):
    """What ``certificate`` writes, ``verify`` confirms against the records and against the snapshot of the year."""
    assert "可认定为具有 2 年学生工作（辅导员）经历" in "\n".join(texts(paper.read_bytes()))
    result = run("verify", paper, SAMPLE)
    assert result.code == 0
    assert result.out.startswith("核对一致。T03 教师03，截至 2024 年，对照原始记录 心理指导中心.xlsx")
    snapshot = tmp_path / "2024.snapshot"
    assert run("close", SAMPLE, "--year", "2024", "-o", snapshot).code == 0
    result = run("verify", paper, snapshot, "--format", "json")
    assert result.code == 0
    assert [(item["item"], item["same"]) for item in result.json["items"]] == [(item, True) for item in ITEMS]
    snapshot.rename(tmp_path / "2024.json")
    assert run("verify", paper, tmp_path / "2024.json").code == 0


def test_a_difference_is_exit_code_2(run, paper):
    """What differs is named, with exit code 2, in either language."""
    paper.write_bytes(changed(paper.read_bytes(), lambda text: text.replace("216 课时</w:t>", "219 课时</w:t>", 1)))
    result = run("verify", paper, SAMPLE)
    assert result.code == 2
    assert result.out.startswith(ONLY_THE_FILE)
    assert "“≥ 219 课时” → “≥ 216 课时”" in result.out
    result = run("verify", paper, SAMPLE, "--lang", "en", "--format", "md")
    assert result.code == 2
    assert "file: saved again or altered, go by the paper made anew" in result.out


def test_the_code_on_paper(run, paper, tmp_path):
    """The code of a paper is verified with its teacher, year and date; without the date it is not the same."""
    code = re.search(r"校验码：([0-9A-Z-]{19})", "\n".join(texts(paper.read_bytes())))[1]
    arguments = ["verify", "--code", code, "--teacher", "T03", SAMPLE, "--as-of", "2024"]
    result = run(*arguments, "--date", "2025-01-06")
    assert result.code == 0
    assert result.out.startswith("校验码一致（数字未逐项核对）。")
    assert "也不能证明日期属实" in result.out
    assert "2022–2024 教学 216 课时 ≥ 216 课时 达标" in result.out
    assert run(*arguments).code == 2
    snapshot = tmp_path / "2024.snapshot"
    run("close", SAMPLE, "--year", "2024", "-o", snapshot)
    assert run("verify", "--code", code, "--teacher", "T03", snapshot, "--date", "2025-01-06").code == 0


def test_a_paper_under_other_rules_names_them(run, tmp_path):
    """A paper under a school's own rule file is verified with that file, and asks for it."""
    folder = SAMPLES / "another-school"
    rules, path = folder / "示范学院.toml", tmp_path / "x.docx"
    options = ["--rules", rules, "--reading", "before_start=retroactive", "--as-of", "2024", "--date", "2025-09-08"]
    assert run("certificate", folder / "示范学院.xlsx", "--teacher", "2002", "-o", path, *options).code == 0
    result = run("verify", path, folder / "示范学院.xlsx")
    assert result.code == 2
    assert "请用 --rules 给出当时的规则文件" in result.err
    result = run("verify", path, folder / "示范学院.xlsx", "--rules", rules)
    assert result.code == 0
    assert "本件用了非默认口径：before_start=retroactive" in result.out


def test_a_day_is_refused_by_the_verb(run, tmp_path):
    """Under rules that go by years the verb takes a year, and says which."""
    path = tmp_path / "x.docx"
    result = run("certificate", SAMPLE, "--teacher", "T03", "-o", path, "--as-of", "2024-12-31", "--date", "2025-01-06")
    assert (result.code, path.exists()) == (2, False)
    assert "截至应为年份，如 2024" in result.err


def test_the_paper_made_anew_is_written(run, paper, tmp_path):
    """``verify -o X.docx`` writes the paper that the records give, and says what differs all the same."""
    issued, again = paper.read_bytes(), tmp_path / "复核件.docx"
    paper.write_bytes(changed(issued, lambda text: text.replace("216 课时</w:t>", "219 课时</w:t>", 1)))
    result = run("verify", paper, SAMPLE, "-o", again)
    assert result.code == 2
    assert result.out.startswith(ONLY_THE_FILE)
    assert again.read_bytes() == issued
    assert run("verify", again, SAMPLE).code == 0
    assert run("verify", paper, SAMPLE, "-o", again).code == 2
    assert "已经存在" in run("verify", paper, SAMPLE, "-o", again).err


def test_a_paper_loads_no_rules_from_a_path(run, tmp_path):
    """A paper names its rules; a file of that name beside it, or anywhere, is never read."""
    evil, path = tmp_path / "zk.toml", tmp_path / "x.docx"
    evil.write_text(
        'format = 1\nextends = "zhoukou-2024-33"\nid = "zhoukou-2024-33"\n[reading.evaluation_gate]\nnumber = "R14"\n',
        encoding="utf-8",
    )
    for named in (str(evil), "zk.toml", str(evil.with_suffix("")), "../zk", "..\\zk", ""):
        rules = evolve(REGULATION, id=named)
        path.write_bytes(made(regulation=rules))
        result = run("verify", path, SAMPLE)
        assert result.code == 2
        assert "不随程序提供；请用 --rules" in result.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{paper}"], "应为：verify 材料.docx 输入或快照"),
        (["{paper}", "{sample}", "--teacher", "T03"], "只与 --code 同用"),
        (["{sample}", "--code", "X"], "--code 需要 --teacher"),
        (["{sample}", "--code", "X", "--teacher", "T99"], "没有工号“T99”"),
        (["{sample}", "--code", "X", "--teacher", "T03", "--template", "{paper}"], "不与 --code 同用"),
        (["{bad}", "{sample}"], "不是可读的 Word 文件"),
        (["{sample}", "{paper}"], "不是可读的 Word 文件"),
        (["{plain}", "{sample}"], "没有认定材料的核对数据"),
        (["{paper}", "{bad}"], "不支持这种文件"),
        (["{paper}", "{snapshot}"], "不是快照"),
        (["{missing}", "{sample}"], "无法读取"),
        (["{paper}", "{sample}", "-o", "{paper}", "--force"], "是输入本身"),
        (["{sample}", "--code", "X", "--teacher", "T03", "-o", "{missing}"], "--code 不写复核件"),
    ],
)
def test_what_verify_refuses(run, paper, tmp_path, arguments, message):
    """Whatever cannot be verified ends with exit code 2 and one message."""
    places = {
        "paper": paper,
        "sample": SAMPLE,
        "bad": tmp_path / "坏.docx",
        "plain": tmp_path / "普通.docx",
        "snapshot": tmp_path / "坏.snapshot",
        "missing": tmp_path / "没有.docx",
    }
    places["bad"].write_bytes(b"PK\x03\x04 no document")
    docx.Document().save(places["plain"])
    places["snapshot"].write_text("{}", encoding="utf-8")
    result = run("verify", *(argument.format(**places) for argument in arguments))
    assert result.code == 2
    assert message in result.err
    assert "Traceback" not in result.err


def test_a_snapshot_of_another_year_is_refused(run, paper, tmp_path):
    """A certificate as of one year cannot be held against the snapshot of another."""
    snapshot = tmp_path / "2023.snapshot"
    assert run("close", SAMPLE, "--year", "2023", "-o", snapshot).code == 0
    result = run("verify", paper, snapshot)
    assert result.code == 2
    assert "快照是 2023 年的" in result.err


def test_no_certificate_from_an_input_with_faults(run, tmp_path, tables, csv_folder):
    """An input with faults gives no certificate."""
    tables["activities"][1]["kind"] = "counselling_duty"
    path = tmp_path / "x.docx"
    assert run("certificate", csv_folder(tables), "--teacher", "007", "-o", path).code == 2
    assert not path.exists()
