"""The certificate of the three-year test, and its verification: what is altered is found."""

import io
import json
import re
import subprocess
import zipfile
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
from workload.documents.certificate import certificate_docx, read_certificate
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
ITEMS = ["code", "figures", "rules", "readings", "input", "text"]
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


def made(center=CENTER, teacher="T01", readings=None, regulation=REGULATION, language="zh", **more):
    """A certificate as bytes."""
    facts, found = the_test(center, teacher, readings, regulation)
    comes_from = provenance_of(center, regulation, found.readings, day=DAY)
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
    assert "校验码不是签名，也不能证明由谁出具" in whole


@every_language
def test_no_single_duty_is_in_it(language):
    """No part of the file has the day or the times of a row, nor its number."""
    with zipfile.ZipFile(io.BytesIO(made(language=language))) as archive:
        whole = "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    assert not re.search(r"07:11|7:11|-0[345]-14|-09-03", whole)


def test_the_same_arguments_give_the_same_bytes():
    """A certificate written twice is the same file."""
    assert made() == made()


def test_a_template_without_the_code_is_refused():
    """A school's template must show the check code."""
    document = docx.Document()
    document.add_paragraph("{{姓名}}")
    stream = io.BytesIO()
    document.save(stream)
    with pytest.raises(WorkloadError, match=r"没有 \{\{校验码\}\} 字段"):
        made(template=stream.getvalue(), template_name="本校.docx")


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
    assert differing(found) == ["text"]
    assert told(found, "text") == "“219 课时” → “216 课时”"


def test_a_sentence_added_or_taken_away_is_found():
    """A line that was added, and one that was taken away, are named."""
    document = docx.Document(io.BytesIO(made()))
    document.paragraphs[0].insert_paragraph_before("另有两年经历")
    document.tables[1].rows[1]._tr.getparent().remove(document.tables[1].rows[1]._tr)
    stream = io.BytesIO()
    document.save(stream)
    found = verify(stream.getvalue())
    assert differing(found) == ["text"]
    assert "多出“另有两年经历”" in told(found, "text")
    assert "“114 课时（5130 分钟）”" in told(found, "text")


def test_the_footer_is_compared():
    """The footer is part of the text."""
    found = verify(changed(made(), lambda text: text.replace("2025-01-06", "2026-01-06"), r"word/footer\d.xml"))
    assert differing(found) == ["text"]


def test_hidden_words_are_found():
    """A word that was hidden in Word is no longer seen, so it differs."""

    document = docx.Document(io.BytesIO(made()))
    (line,) = (paragraph for paragraph in document.paragraphs if "不是签名" in paragraph.text)
    line.runs[0].font.hidden = True
    stream = io.BytesIO()
    document.save(stream)
    result = verify(stream.getvalue())
    assert differing(result) == ["text"]
    assert told(result, "text").startswith("缺少“复核一致")


def test_a_page_number_in_front_of_a_figure_is_found():
    """A field that shows the page number, put before a figure, would make 1 year 11: it is seen."""
    field = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'

    def forge(text):
        return re.sub(r"(<w:r>(?:(?!</w:r>).)*<w:t[^>]*>1 年</w:t>)", rf"{field}\1", text, count=1)

    result = verify(changed(made(), forge))
    assert differing(result) == ["text"]
    assert told(result, "text") == "“#1 年” → “1 年”"


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
    assert differing(result) == ["code", "figures", "input", "text"]
    assert "2022–2024 咨询：117 → 114" in told(result, "figures")
    assert "2023 咨询分钟：1755 → 1710" in told(result, "figures")


def test_an_altered_code_is_found():
    """A code that was altered differs, and so does the line where it stands."""
    code = check_code(the_test()[0], DAY)
    other = code[:-1] + ("0" if code[-1] != "0" else "1")
    result = verify(changed(made(), lambda text: text.replace(code, other)))
    assert differing(result) == ["code", "text"]
    assert told(result, "code") == f"{other} → {code}"


def test_a_changed_row_of_the_input_is_found():
    """A row that was changed after the certificate differs, also where the sums stay."""
    rows = [evolve(row, record_id="x") if row.row == 2 else row for row in CENTER.activities]
    result = verify(made(), against(evolve(CENTER, activities=rows)))
    assert differing(result) == ["code", "input", "text"]
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
    assert set(differing(result)) == {"code", "figures", "rules", "text"}
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
    assert [item.name for item in without.items if item.same is None] == ["text"]
    assert not without.holds
    assert "--template" in told(without, "text")
    assert verify(paper, template=own, template_name="本校.docx").holds


def test_what_differs_without_harm_is_a_note():
    """Another file with the same records, another version, a reading of its own: told, though every item agrees."""
    evidence = evolve(against(), inputs=(InputFile("副本.xlsx", "cd" * 32),))
    paper = made()
    notes = "\n".join(text.zh for text in verify(paper, evidence).notes)
    assert "输入文件与当时不同（中心.xlsx abababababab → 副本.xlsx cdcdcdcdcdcd）" in notes
    assert "不是签名" not in notes or "一致不等于签名" in notes
    other = changed(
        paper, lambda text: re.sub(r'"version":"[^"]*"\}<', '"version":"0.0.9"}<', text), carried_part(paper)
    )
    assert "当时的版本 0.0.9" in "\n".join(text.zh for text in verify(other).notes)


def test_many_differences_are_cut_short():
    """Of very many differing lines the first are told, and how many more there are."""
    facts, found = the_test(a_center(duty=1800))
    evidence = evolve(against(), facts=evolve(facts, years=facts.years * 9))
    result = verify(made(), evidence)
    assert re.search(r"另有 \d+ 处$", told(result, "text"))
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
def test_a_certificate_saved_again_in_libreoffice_agrees(tmp_path, language):
    """Opened and saved again in LibreOffice, the certificate keeps its facts and every visible line."""
    paper = tmp_path / "材料.docx"
    paper.write_bytes(made(language=language))
    command = [host_program("libreoffice"), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    command += ["--convert-to", "docx:MS Word 2007 XML", "--outdir", str(tmp_path / "out"), str(paper)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    again = (tmp_path / "out" / "材料.docx").read_bytes()
    assert again != paper.read_bytes()
    assert differing(verify(again)) == []
    assert differing(verify(changed(again, lambda text: text.replace("216", "219", 1)))) == ["text"]


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
    assert result.out.startswith("核对一致：T03 教师03，截至 2024 年，对照原始记录 心理指导中心.xlsx")
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
    assert result.out.startswith("不一致：文字：")
    assert "“≥ 219 课时” → “≥ 216 课时”" in result.out
    result = run("verify", paper, SAMPLE, "--lang", "en", "--format", "md")
    assert result.code == 2
    assert "not the same: text" in result.out


def test_the_code_on_paper(run, paper, tmp_path):
    """The code of a paper is verified with its teacher, year and date; without the date it is not the same."""
    code = re.search(r"校验码：([0-9A-Z-]{19})", "\n".join(texts(paper.read_bytes())))[1]
    arguments = ["verify", "--code", code, "--teacher", "T03", SAMPLE, "--as-of", "2024"]
    result = run(*arguments, "--date", "2025-01-06")
    assert result.code == 0
    assert "2022–2024 教学 216 课时 ≥ 216 课时 达标" in result.out
    assert run(*arguments).code == 2
    snapshot = tmp_path / "2024.snapshot"
    run("close", SAMPLE, "--year", "2024", "-o", snapshot)
    assert run("verify", "--code", code, "--teacher", "T03", snapshot, "--date", "2025-01-06").code == 0


def test_a_paper_under_other_rules_names_them(run, tmp_path):
    """A paper under a school's own rule file is verified with that file, and asks for it."""
    folder = SAMPLES / "another-school"
    rules, path = folder / "示范学院.toml", tmp_path / "x.docx"
    options = ["--rules", rules, "--reading", "before_start=retroactive", "--date", "2025-01-06"]
    assert run("certificate", folder / "示范学院.xlsx", "--teacher", "2002", "-o", path, *options).code == 0
    result = run("verify", path, folder / "示范学院.xlsx")
    assert result.code == 2
    assert "请用 --rules 给出当时的规则文件" in result.err
    result = run("verify", path, folder / "示范学院.xlsx", "--rules", rules)
    assert result.code == 0
    assert "本件用了非默认口径：before_start=retroactive" in result.out


def test_the_day_of_the_question_is_kept(run, tmp_path):
    """A question as of a day is asked again as of that day."""
    path = tmp_path / "x.docx"
    options = ["--as-of", "2024-12-31", "--date", "2025-01-06"]
    assert run("certificate", SAMPLE, "--teacher", "T03", "-o", path, *options).code == 0
    assert read_certificate(path.read_bytes(), "").as_of == date(2024, 12, 31)
    assert run("verify", path, SAMPLE).code == 0


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
