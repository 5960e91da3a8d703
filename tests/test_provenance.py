"""What a document's figures come from: digests that notice every change and nothing else, facts, and the check code."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import centers
import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_plain import read

from workload import (
    Activity,
    Appointment,
    Center,
    Evaluation,
    InputError,
    Payment,
    Rate,
    ReadingError,
    Teacher,
    TitleHeld,
    Training,
    WorkloadError,
    evaluate_experience,
    load_regulation,
    read_center,
)
from workload.facts import check_code, experience_facts, facts_from_json, facts_to_json
from workload.provenance import (
    canonical,
    digest_of_records,
    digest_of_rules,
    digest_of_test,
    input_files,
    provenance_of,
)
from workload.regulation import CHAPTERS
from workload.text import Text

ROOT = Path(__file__).parent.parent
BOOK = ROOT / "samples/center/心理指导中心.xlsx"
FOLDER = ROOT / "samples/teacher"
REGISTER = ROOT / "samples/register/值班登记.xlsx"
DAY = date(2025, 1, 6)
RULES = load_regulation()
_SETTINGS = settings(
    max_examples=int(os.environ.get("WORKLOAD_EXAMPLES", "50")), suppress_health_check=list(HealthCheck)
)


def small_center():
    return Center(
        [Teacher("T01", "part_time", "教师01", row=2), Teacher("T02", "full_time", "教师02", row=3)],
        [
            Activity("T01", date(2024, 3, 5), "counseling_duty", start=time(14), end=time(15, 30), row=2),
            Activity("T02", date(2024, 3, 6), "class_teaching", class_hours="1.5", row=3),
        ],
        titles=[TitleHeld("T01", "professor", date(2020, 1, 1), row=2)],
        evaluations=[Evaluation("T01", 2024, "passed", row=2)],
        training=[Training("T01", date(2024, 5, 6), 15, "municipal", row=2)],
        rates=[Rate("points", Decimal("2.5"), date(2024, 1, 1), "校发1号", row=2)],
        payments=[Payment("T01", date(2024, 3, 1), "points", 30, Decimal(75), row=2)],
    )


# ---------------------------------------------------------------- the canonical form


def test_the_canonical_form_is_json_with_exact_numbers():
    """Keys are sorted, there is no space, exact numbers and days are texts, what is at its default is left out."""
    row = Activity("T01", date(2024, 3, 5), "讲座", class_hours=Fraction(7, 3), start=time(9, 5), row=4)
    assert canonical({"b": [row], "a": None}) == (
        '{"a":null,"b":[{"class_hours":"7/3","date":"2024-03-05","kind":"讲座","row":4,"start":"09:05:00",'
        '"teacher_id":"T01"}]}'
    )


def test_equal_amounts_of_money_are_written_alike():
    """2.50 yuan is 2.5 yuan."""
    assert canonical(Decimal("2.50")) == canonical(Decimal("2.5"))


def test_a_mapping_that_cannot_be_changed_is_one_like_any_other():
    """The rules may hold their words in a read-only mapping."""
    assert canonical(MappingProxyType({"b": 1, "a": 2})) == '{"a":2,"b":1}'


# ---------------------------------------------------------------- the digest of the rules


def test_the_digest_of_rules_does_not_see_comments_and_layout(tmp_path):
    """A rule file with other comments, blank lines and spaces says the same."""
    text = (ROOT / "workload/rules/zhoukou-2024-33.toml").read_text(encoding="utf-8")
    other = tmp_path / "zhoukou-2024-33.toml"
    other.write_text("# 另一份\n\n" + re.sub(r"(?m)^(\w+) = ", r"\1   =  ", text), encoding="utf-8")
    assert digest_of_rules(load_regulation(other)) == digest_of_rules(RULES)


@pytest.mark.parametrize("chapter", [chapter for chapter in CHAPTERS if getattr(RULES, chapter)])
@pytest.mark.parametrize("change", [{"article": "附则"}, {"quote": "另一句"}, {"effective_until": date(2030, 1, 1)}])
def test_the_digest_of_rules_sees_every_clause(chapter, change):
    """An article, a quote or a date of a clause of any chapter makes another digest."""
    clauses = getattr(RULES, chapter)
    other = evolve(RULES, **{chapter: (*clauses[:-1], evolve(clauses[-1], **change))})
    assert digest_of_rules(other) != digest_of_rules(RULES)


@pytest.mark.parametrize(
    ("before", "now"), [("per = 45", "per = 46"), ("amount = 38", "amount = 39"), ("08-01", "08-02")]
)
def test_the_digest_of_rules_sees_every_value(tmp_path, before, now):
    """So does a value, and the school's calendar."""
    text = (ROOT / "workload/rules/zhoukou-2024-33.toml").read_text(encoding="utf-8")
    assert before in text
    other = tmp_path / "zhoukou-2024-33.toml"
    other.write_text(text.replace(before, now, 1), encoding="utf-8")
    assert digest_of_rules(load_regulation(other)) != digest_of_rules(RULES)


# ---------------------------------------------------------------- the digest of the records


@pytest.mark.parametrize(
    ("table", "place", "change"),
    [
        ("teachers", 0, {"name": "教师09"}),
        ("activities", 0, {"end": time(15, 31)}),
        ("activities", 1, {"class_hours": Fraction(16, 10)}),
        ("activities", 1, {"row": 4}),
        ("titles", 0, {"effective_from": date(2020, 1, 2)}),
        ("evaluations", 0, {"result": "excellent"}),
        ("training", 0, {"level": "national"}),
        ("rates", 0, {"authority": "校发2号"}),
        ("payments", 0, {"yuan": Decimal("75.01")}),
    ],
)
def test_the_digest_of_records_sees_every_cell(table, place, change):
    """Any cell of any table makes another digest, and the number of its row, which answers cite."""
    center = small_center()
    records = list(getattr(center, table))
    records[place] = evolve(records[place], **change)
    assert digest_of_records(evolve(center, **{table: records})) != digest_of_records(center)


def test_a_table_that_is_missing_is_not_an_empty_one():
    """The verdict without a training table is another one than with an empty one, and so is the digest."""
    center = small_center()
    digests = {digest_of_records(evolve(center, training=training)) for training in (None, ())}
    assert len(digests) == 2


def test_a_teachers_digest_is_of_the_own_records_alone():
    """Another teacher's row, or a rate of the center, leaves a teacher's digest as it is; an own row does not."""
    center = small_center()
    others = evolve(center, activities=(center.activities[0], evolve(center.activities[1], class_hours=2)), rates=())
    assert digest_of_records(others, "T01") == digest_of_records(center, "T01")
    assert digest_of_records(others, "T02") != digest_of_records(center, "T02")
    own = evolve(center, evaluations=[evolve(center.evaluations[0], result="failed")])
    assert digest_of_records(own, "T01") != digest_of_records(center, "T01")


@pytest.mark.parametrize("change", [{"start": time(9), "end": time(10, 30)}, {"start": None, "end": None}])
def test_no_time_of_day_is_in_a_teachers_digest(change):
    """Whoever tries each of 1440 minutes finds none: only the digest of the whole center has the times."""
    center = small_center()
    rows = (evolve(center.activities[0], **change), *center.activities[1:])
    other = evolve(center, activities=rows)
    assert digest_of_records(other, "T01") == digest_of_records(center, "T01")
    assert digest_of_records(other) != digest_of_records(center)


def test_the_minutes_of_a_duty_over_midnight_are_not_in_a_teachers_digest():
    """Beside what the old year and the new one have of it they would tell when it began; an hour before midnight is no
    such duty.
    """
    digests = set()
    for end in (time(0, 45), time(1, 30)):
        row = Activity("T01", date(2024, 12, 31), "counseling_duty", start=time(22, 30), end=end, row=2)
        digests.add(digest_of_records(evolve(small_center(), activities=[row]), "T01"))
    assert len(digests) == 1
    digests |= {
        digest_of_records(
            evolve(
                small_center(), activities=[Activity("T01", date(2024, 12, 31), "counseling_duty", minutes=minutes)]
            ),
            "T01",
        )
        for minutes in (90, 91)
    }
    assert len(digests) == 3


def test_the_check_code_of_a_certificate_tells_no_time_of_day():
    """The code covers the records by that digest."""
    codes = set()
    for hour in (8, 14, 22):
        row = Activity("T01", date(2024, 6, 5), "counseling_duty", start=time(hour), end=time(hour + 1), row=99)
        center = evolve(three_years(), activities=[*three_years().activities, row])
        codes.add(check_code(facts_of(center, "T01"), DAY))
    assert len(codes) == 1


def test_how_a_cell_is_written_does_not_matter(tables, workbook, csv_folder):
    """A workbook and a folder in other words, types and order of tables give one digest: what was read is the same."""
    book = workbook(tables)
    folder = csv_folder(dict(reversed(tables.items())))
    assert digest_of_records(read_center(book)) == digest_of_records(read_center(folder))


def test_a_row_that_a_fault_took_away_is_in_the_digest(tables, csv_folder):
    """Who skips a faulty row does not have the records of who never had it."""
    without = digest_of_records(read_center(csv_folder(tables)))
    tables["activities"].append({"record_id": "A99", "teacher_id": "007", "date": "不知", "kind": "lecture"})
    center = read_center(csv_folder(tables, name="faulty"))
    assert len(center.dropped) == 1
    assert digest_of_records(center) != without


DIGESTS = """
from pathlib import Path
from workload import load_regulation, read_center
from workload.provenance import provenance_of
import sys
print(provenance_of(read_center(sys.argv[1]), load_regulation(), {}, source=Path(sys.argv[1])))
"""


def test_digests_do_not_depend_on_the_seed_of_hashes():
    """Two processes with other hash seeds, time zones and locales print the same provenance."""
    printed = {
        subprocess.run(
            [sys.executable, "-c", DIGESTS, str(BOOK)],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone, locale in (("0", "UTC", "C"), ("4242", "Asia/Shanghai", "C.UTF-8"))
    }
    assert len(printed) == 1


@_SETTINGS
@given(centers.centers(), st.data())
def test_a_center_has_one_digest_and_a_changed_cell_another(tables, data):
    """Read twice a center has one digest; with one row less it has another."""
    found = digest_of_records(read(tables))
    assert digest_of_records(read(tables)) == found
    if tables["activities"]:
        place = data.draw(st.integers(0, len(tables["activities"]) - 1))
        rows = [row for number, row in enumerate(tables["activities"]) if number != place]
        assert digest_of_records(read({**tables, "activities": rows})) != found


# ---------------------------------------------------------------- input files


def test_a_workbook_is_its_own_digest():
    """The file of a workbook is named without its folder, with the digest of its bytes."""
    (found,) = input_files(BOOK)
    assert (found.name, found.sha256) == (BOOK.name, hashlib.sha256(BOOK.read_bytes()).hexdigest())


def test_the_schools_own_words_are_an_input():
    """The file of confirmed words beside a workbook decides how it is read; it comes last."""
    assert [file.name for file in input_files(REGISTER)] == ["值班登记.xlsx", "workload-alias.toml"]


def test_of_a_folder_the_tables_alone_are_read(tmp_path):
    """Files that are no table, and those that the school's words leave out, have no part; the order is by name."""
    for name in ("工作记录.csv", "教师.csv", "说明.csv", "notes.txt", "值班.csv", "training.CSV"):
        (tmp_path / name).write_text("工号\n", encoding="utf-8")
    (tmp_path / "聘期.csv").mkdir()
    (tmp_path / "workload-alias.toml").write_text(
        'format = 1\n[tables]\n"值班" = "案例报告"\n"教师" = false\n', encoding="utf-8"
    )
    assert [file.name for file in input_files(tmp_path)] == [
        "training.CSV",
        "值班.csv",
        "工作记录.csv",
        "workload-alias.toml",
    ]


def test_the_order_of_a_folder_is_the_same_on_every_system(monkeypatch):
    """Whatever order the system lists a folder in, the files stand by their names."""
    found = input_files(FOLDER)
    assert len(found) == 4
    listed = list(FOLDER.iterdir())
    for order in (listed, listed[::-1], listed[2:] + listed[:2]):
        monkeypatch.setattr(Path, "iterdir", lambda _, order=order: iter(order))
        assert input_files(FOLDER) == found


def test_letters_that_a_system_takes_apart_are_put_together(tmp_path):
    """macOS gives é as two characters; the name in the provenance is the same everywhere."""
    (tmp_path / "Cafe\u0301.xlsx").write_bytes(b"x")
    (found,) = input_files(tmp_path / "Cafe\u0301.xlsx")
    assert found.name == "Caf\u00e9.xlsx"


def test_a_file_name_that_could_be_a_persons_is_not_told(tmp_path):
    """A name with a mobile number in it is printed in no footer."""
    path = tmp_path / "咨询 13800138000.xlsx"
    shutil.copy(BOOK, path)
    assert input_files(path)[0].name == "…"


def test_a_source_that_is_not_there_is_an_input_error(tmp_path):
    """It is told as when reading."""
    with pytest.raises(InputError, match="没有"):
        input_files(tmp_path / "没有.xlsx")


# ---------------------------------------------------------------- the provenance and its footer


def test_the_footer_names_everything_on_one_line():
    """Rule file, version, readings, input digest and date."""
    center = read_center(BOOK)
    found = provenance_of(center, RULES, {}, source=BOOK, day=DAY)
    rules, records = digest_of_rules(RULES)[:8], hashlib.sha256(BOOK.read_bytes()).hexdigest()[:12]
    assert found.footer().zh == (
        f"规则文件 zhoukou-2024-33（{rules}） · workload {found.version} · 口径 默认 · "
        f"输入 心理指导中心.xlsx {records} · 日期 2025-01-06"
    )
    assert found.footer().en == (
        f"rules zhoukou-2024-33 ({rules}) · workload {found.version} · readings default · "
        f"input 心理指导中心.xlsx {records} · date 2025-01-06"
    )


def test_the_footer_counts_the_other_files():
    """Of a folder the first file is named and the rest counted."""
    center = read_center(FOLDER)
    footer = provenance_of(center, RULES, {}, source=FOLDER).footer()
    assert "输入 工作记录.csv" in footer.zh
    assert footer.zh.endswith("（+3 个文件）")
    assert footer.en.endswith("(+3 files)")
    one = provenance_of(read_center(REGISTER), RULES, {}, source=REGISTER).footer()
    assert one.en.endswith("(+1 file)")


def test_readings_that_are_not_the_default_are_named():
    """The footer has those alone, the lines have all of them."""
    found = provenance_of(small_center(), RULES, {"title_on": "period_end", "partial_unit": "whole_pooled"})
    assert found.changed == ("partial_unit=whole_pooled", "title_on=period_end")
    assert "口径 partial_unit=whole_pooled title_on=period_end ·" in found.footer().zh
    assert len(found.readings) == len(RULES.readings)
    assert any("midnight=split" in line.zh for line in found.lines())


def test_records_made_in_memory_have_their_digest_in_the_footer():
    """There is no file to name, and without a date none is made up."""
    center = small_center()
    found = provenance_of(center, RULES, {})
    assert found.footer().zh.endswith(f"记录 {digest_of_records(center)[:12]}")
    assert found.footer().en.endswith(f"records {digest_of_records(center)[:12]}")


def test_the_lines_have_the_whole_digests():
    """On a page of its own each item has a line, in both languages."""
    found = provenance_of(read_center(BOOK), RULES, {}, source=BOOK, day=DAY)
    for language in ("zh", "en"):
        told = "\n".join(line.get(language) for line in found.lines())
        for item in (found.rules_digest, found.records_digest, found.inputs[0].sha256, found.version, "2025-01-06"):
            assert item in told
        assert found.document in told


def test_an_unknown_reading_is_refused():
    """A footer does not name a reading that nobody computed under."""
    with pytest.raises(ReadingError):
        provenance_of(small_center(), RULES, {"partial_unit": "half"})


def test_a_copy_that_was_not_installed_says_that_it_has_no_version(tmp_path):
    """The library copied into a folder has no version to tell, and works all the same."""
    shutil.copytree(ROOT / "workload", tmp_path / "workload", ignore=shutil.ignore_patterns("__pycache__"))
    site = Path(sys.modules["attrs"].__file__).parent.parent
    for name in ("attr", "attrs", "cattr", "cattrs", "dateutil", "six.py", "typing_extensions.py"):
        if (site / name).exists():
            (tmp_path / name).symlink_to(site / name)
    script = "from workload.provenance import library_version; print(library_version())"
    done = subprocess.run(  # -S: without the folder where the library is installed
        [sys.executable, "-S", "-c", script],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert done.stdout.strip() == "?"


# ---------------------------------------------------------------- the facts of the three-year test


def three_years():
    """A teacher who meets the test exactly, one whose evaluation is missing, and a full-time one."""
    rows, number = [], 1
    for teacher_id in ("T01", "T02"):
        for year in (2022, 2023, 2024):
            for kind in ("counseling_duty", "class_teaching"):
                number += 1
                rows.append(Activity(teacher_id, date(year, 3, 5), kind, minutes=1711, class_hours=72, row=number))
    passed = [Evaluation("T01", year, "passed") for year in (2022, 2023, 2024)]
    passed += [Evaluation("T02", year, "passed") for year in (2022, 2024)]
    teachers = [Teacher("T01", "part_time", "教师01"), Teacher("T02", "part_time"), Teacher("T03", "full_time")]
    return Center(teachers, rows, evaluations=passed)


def facts_of(center, teacher_id, as_of=2024, readings=None):
    tested = evaluate_experience(center, as_of, readings=readings)
    return experience_facts(tested.teacher(teacher_id), tested, center)


def test_the_facts_state_the_test_exactly():
    """Verdict, clause, years with their sums, windows: exact, with the digests behind them."""
    center = three_years()
    facts = facts_of(center, "T01")
    assert (facts.verdict, facts.recognized_years, facts.basis) == ("met", 1, "three_year_windows")
    assert (facts.article, facts.years_needed, facts.award, facts.unit) == ("方案 六(二)", 3, 1, "year")
    assert [(need.account, need.amount) for need in facts.needs] == [("counseling", 114), ("teaching", 216)]
    assert [year.totals for year in facts.years] == [{"counseling": Fraction(1711, 45), "teaching": Fraction(72)}] * 3
    assert (facts.years[0].start, facts.years[0].end) == (date(2022, 1, 1), date(2022, 12, 31))
    assert all(year.appointed and year.passed and year.result == "passed" for year in facts.years)
    (window,) = facts.windows
    assert (window.years, window.counseling_minutes, window.verdict) == ((2022, 2023, 2024), 5133, "met")
    assert facts.rules_digest == digest_of_rules(RULES)
    assert facts.records_digest == digest_of_test(center, "T01", 2024, date(2024, 12, 31))
    assert facts.readings["evaluation_gate"] == "each_year"


def test_what_is_missing_is_stated():
    """A year without an evaluation leaves its window undetermined."""
    facts = facts_of(three_years(), "T02")
    assert facts.verdict == "undetermined"
    assert facts.windows[0].evaluations_missing == (2023,)
    assert [year.result for year in facts.years] == ["passed", None, "passed"]


def test_a_year_in_which_none_begins_has_no_period():
    """Where appointment years count, a calendar year without one has neither start nor end."""
    center = evolve(three_years(), appointments=[Appointment("T01", date(2022, 3, 1), date(2023, 2, 28))])
    facts = facts_of(center, "T01", readings={"year": "appointment"})
    assert [(year.year, year.start) for year in facts.years][-2:] == [(2023, None), (2024, None)]
    assert facts_from_json(json.loads(json.dumps(facts_to_json(facts)))) == facts


@_SETTINGS
@given(centers.cases())
def test_facts_come_back_from_json(case):
    """Whatever the center, the facts of each teacher are the same after a round through JSON text."""
    tables, year, readings = case
    center = read(tables)
    tested = evaluate_experience(center, year, readings=readings)
    for one in tested.teachers:
        facts = experience_facts(one, tested, center)
        again = facts_from_json(json.loads(json.dumps(facts_to_json(facts))))
        assert again == facts
        assert check_code(again, DAY) == check_code(facts, DAY)


@pytest.mark.parametrize(
    "change",
    [
        {"recognized_years": "1"},
        {"recognized_years": True},
        {"as_of": 2024.0},
        {"verdict": "passed"},
        {"more": 1},
        {"needs": [{"account": "counseling", "amount": 114, "unit": "class_hour"}]},
        {"needs": [{"account": "counseling", "amount": "1/0", "unit": "class_hour"}]},
        {"years": {}, "windows": None},
        {"years": [{"year": 2024, "start": 20240101}]},
        {"readings": ["partial_unit"]},
    ],
)
def test_what_is_no_fact_is_refused_without_its_value(change):
    """A value of another kind, an unknown key or word: an error that says where, and repeats nothing."""
    told = facts_to_json(facts_of(three_years(), "T01")) | change
    with pytest.raises(WorkloadError, match="格式不符"):
        facts_from_json(told)


@pytest.mark.parametrize("told", [None, 3, [], {}, "text", {"13800138000": 1}])
def test_what_is_no_object_of_facts_is_refused(told):
    """Neither is another thing taken for facts, nor its keys repeated."""
    with pytest.raises(WorkloadError) as caught:
        facts_from_json(told)
    assert "13800138000" not in str(caught.value)


# ---------------------------------------------------------------- the check code


def test_a_check_code_is_sixteen_letters_that_cannot_be_mistaken():
    """Crockford's base 32 in groups of four: no I, L, O or U."""
    code = check_code(facts_of(three_years(), "T01"), DAY)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}", code)


def test_a_check_code_is_the_first_eighty_bits_of_the_digest():
    """Whoever wants to can work it out without this library."""
    facts = facts_of(three_years(), "T01")
    stated = canonical({"facts": evolve(facts, version=""), "day": DAY})
    number = int.from_bytes(hashlib.sha256(stated.encode()).digest()[:10])
    letters = "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[number >> 5 * place & 31] for place in range(15, -1, -1))
    assert check_code(facts, DAY).replace("-", "") == letters


@pytest.mark.parametrize(
    "change",
    [
        {"name": "教师02"},
        {"recognized_years": 2},
        {"verdict": "not_met"},
        {"as_of": 2025},
        {"rules_digest": "0" * 64},
        {"records_digest": "0" * 64},
        {"readings": {}},
        {"years": ()},
        {"windows": ()},
    ],
)
def test_a_check_code_covers_every_fact(change):
    """Another name, figure, verdict, rule, record or reading is another code."""
    facts = facts_of(three_years(), "T01")
    assert check_code(evolve(facts, **change), DAY) != check_code(facts, DAY)


def test_a_check_code_covers_the_date_but_not_the_version():
    """The same paper of another day is another paper; a later version with the same facts confirms it."""
    facts = facts_of(three_years(), "T01")
    assert len({check_code(facts, day) for day in (None, DAY, date(2025, 1, 7))}) == 3
    assert check_code(evolve(facts, version="99"), DAY) == check_code(facts, DAY)


# ---------------------------------------------------------------- what a test rests on


def test_a_growing_register_leaves_the_digest_of_a_test_as_it_was():
    """Rows of later years, of others, and the place of a row have no part in it; the teacher's own rows have."""
    teachers = [Teacher("T01", "part_time", row=2), Teacher("T02", "part_time", row=3)]
    own = Activity("T01", date(2024, 3, 5), "counseling_duty", minutes=90, row=2)

    def of(*rows):
        return digest_of_test(Center(teachers, rows), "T01", 2024, date(2024, 12, 31))

    later = Activity("T01", date(2025, 1, 1), "counseling_duty", minutes=90, row=9)
    another = Activity("T02", date(2024, 3, 5), "counseling_duty", minutes=90, row=2)
    assert of(own) == of(another, evolve(own, row=3), later)
    assert of(own) != of(evolve(own, minutes=91))
    assert of(own) != of(own, evolve(own, date=date(2024, 12, 31)))


def test_the_wording_of_a_reading_is_no_matter_of_the_rules_digest():
    """A question put better leaves papers valid; another default or value does not."""
    reading = RULES.readings["partial_unit"]
    reworded = evolve(reading, question=Text("换一种问法", "put otherwise"))
    other = evolve(reading, default="whole_pooled")
    assert digest_of_rules(evolve(RULES, readings={**RULES.readings, "partial_unit": reworded})) == digest_of_rules(
        RULES
    )
    assert digest_of_rules(evolve(RULES, readings={**RULES.readings, "partial_unit": other})) != digest_of_rules(RULES)
