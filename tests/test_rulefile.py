"""Rule files: every fault of one is told, all together and each with its line; and what the packaged one holds.

A snippet of TOML says itself what is wrong with it: a line that ends in ``#! words`` must be reported, by its number
and with these words, and no other line may be.
"""

import ast
import contextlib
import re
from collections import Counter
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import workload
from workload import RuleFileError, load_regulation

PACKAGED = "zhoukou-2024-33"
LIBRARY = Path(workload.__file__).parent
SOURCE = (LIBRARY / "rules" / f"{PACKAGED}.toml").read_text(encoding="utf-8")

HEAD = f'format = 1\nextends = "{PACKAGED}"\nid = "our-school"\n'
CITED = 'article = "第一条"\nquote = "某校规定"'


def cited(text):
    """The snippet with an article and a quote in each of its records, unless it speaks of articles itself."""
    return text if "article" in text else re.sub(r"(?m)^(\[\[\w+\]\].*)$", rf"\1\n{CITED}", text)


@pytest.fixture
def write(tmp_path):
    """Write a rule file (by default one that extends the packaged one) and return its path."""

    def to_file(text, head=HEAD, name="school.toml"):
        path = tmp_path / name
        path.write_text(head + cited(text), encoding="utf-8")
        return path

    return to_file


def problems(path):
    """What is wrong with a rule file, one English sentence each."""
    with pytest.raises(RuleFileError) as caught:
        load_regulation(path)
    return [problem.en for problem in caught.value.problems]


def expected(path):
    """The marks of a file: the number of the line and the words of each."""
    marks = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        marks += [(number, words.strip()) for words in line.split("#!")[1:]]
    return marks


def assert_reported(path):
    """Each marked line is reported with its words, and nothing else is."""
    found, marks = problems(path), expected(path)
    assert marks
    lines = [re.match(rf"{re.escape(path.name)}:(\d+)[ :]", problem) for problem in found]
    assert Counter(int(line[1]) if line else None for line in lines) == Counter(number for number, _ in marks), found
    for number, words in marks:
        assert any(problem.startswith(f"{path.name}:{number}") and words in problem for problem in found), found


# ---------------------------------------------------------------- one fault, one line

FAULTS = {
    # -- unknown keys
    "unknown key of the file": "fundings = 1  #! unknown key",
    "unknown table of the file": "[credits]  #! unknown key\nid = 1",
    "unknown key of a record": """
[[funding]]
id = "funding"
amount = 20
unit = "yuan"
currency = "CNY"  #! unknown key: currency
""",
    "unknown key of a nested record": """
[[credit]]
id = "class_teaching"
kinds = ["class_teaching"]
account = "teaching"
measure = "class_hours"
per = 1
unit = "class_hour"
[[credit.amount]]
value = 1
tilte = ["professor"]  #! unknown key: tilte
""",
    "unknown key of a record within a line": """
[[area]]
id = "area"
unit = "square_meter"
tiers = [{ at = 0, value = 200, to = 9 }]  #! unknown key: to
""",
    "unknown key of a word": """
[kind.salon]
name = { zh = "沙龙", en = "salon" }
measure = "events"
color = "red"  #! unknown key: color
""",
    "unknown key of a reading": """
[reading.partial_unit]
standard = "exact"  #! unknown key: standard
""",
    # -- missing keys
    "a required key is missing": """
[[funding]]  #! the required key 'amount' is missing
id = "funding"
unit = "yuan"
""",
    "a required key of a nested record is missing": """
[[area]]
id = "area"
unit = "square_meter"
tiers = [{ at = 0 }]  #! the required key 'value' is missing
""",
    "a required key of a word is missing": """
[kind.debate]  #! the required key 'measure' is missing
name = { zh = "辩论", en = "debate" }
""",
    "an empty article": """
[[funding]]
id = "funding"
amount = 20
unit = "yuan"
article = " "  #! article must not be empty
quote = "某校规定"
""",
    "an empty quote": """
[[funding]]
id = "funding"
amount = 20
unit = "yuan"
article = "第一条"
quote = ""  #! quote must not be empty
""",
    # -- versions
    "a day without a clause between two versions": """
[[funding]]
id = "funding"
amount = 15
unit = "yuan"
effective_until = 2024-06-30

[[funding]]  #! between 2024-06-30 and 2024-07-02
id = "funding"
amount = 20
unit = "yuan"
effective_from = 2024-07-02
""",
    "two values for one day": """
[[funding]]
id = "funding"
amount = 15
unit = "yuan"
effective_until = 2024-07-01

[[funding]]  #! two values for one day
id = "funding"
amount = 20
unit = "yuan"
effective_from = 2024-07-01
""",
    "two clauses of different ids for one kind of work": """
[[credit]]  #! two values for one day
id = "salon_too"
kinds = ["salon"]
account = "points"
measure = "events"
per = 1
amount = 10
unit = "point"
""",
    "a second clause for ever": """
[[quota]]
id = "counseling_quota"
employment = "part_time"
account = "counseling"
amount = 38
unit = "class_hour"

[[quota]]  #! two values for one day
id = "more_counseling"
employment = "part_time"
account = "counseling"
amount = 40
unit = "class_hour"
effective_from = 2025-01-01
""",
    "an end before the start": """
[[funding]]
id = "funding"
amount = 15
unit = "yuan"
effective_from = 2024-07-01
effective_until = 2024-06-30  #! before effective_from
""",
    "a clause older than its file": """
effective_from = 2024-05-20

[[funding]]
id = "funding"
amount = 15
unit = "yuan"
effective_from = 2024-05-19  #! before the file's 2024-05-20
""",
    # -- wrong types
    "a text for a number": """
[[funding]]
id = "funding"
amount = "fifteen"  #! takes a number
unit = "yuan"
""",
    "a truth value for a number": """
[[funding]]
id = "funding"
amount = true  #! takes a number
unit = "yuan"
""",
    "no finite number": """
[[funding]]
id = "funding"
amount = inf  #! takes a number
unit = "yuan"
""",
    "a division by zero": """
[[funding]]
id = "funding"
amount = "15/0"  #! takes a number
unit = "yuan"
""",
    "a decimal where a whole number is due": """
[[case_report]]
id = "case_report"
amount = 1.0  #! takes a whole number
unit = "report"
""",
    "a truth value where a whole number is due": """
[[case_report]]
id = "case_report"
amount = true  #! takes a whole number
unit = "report"
""",
    "a number for a text": """
[[funding]]
id = "funding"
amount = 15
unit = 3  #! takes a text
""",
    "a number for a truth value": """
[[credit]]
id = "class_teaching"
kinds = ["class_teaching"]
account = "teaching"
measure = "class_hours"
per = 1
amount = 1
unit = "class_hour"
co_led = 1  #! takes true or false
""",
    "a text for a date": """
[[funding]]
id = "funding"
amount = 15
unit = "yuan"
effective_from = "2024-09-01"  #! takes a date
""",
    "a date with a time": """
[[funding]]
id = "funding"
amount = 15
unit = "yuan"
effective_from = 2024-09-01T00:00:00  #! takes a date
""",
    "a text for the date of the file": 'effective_from = "2024-09-01"  #! takes a date',
    "a text for a list of kinds": """
[[cap]]
id = "cap"
kinds = "salon"  #! takes a list
account = "points"
per = "day"
amount = 30
unit = "point"
""",
    "a text for a list of spellings": """
[kind.debate]
name = { zh = "辩论", en = "debate" }
measure = "events"
also = "大讲堂"  #! takes a list
""",
    "a text for the list of roles": 'roles = "主讲"  #! takes a list',
    "a list for an id": """
[[funding]]
id = ["funding"]  #! takes a text
amount = 15
unit = "yuan"
""",
    "a list for the title of an alias": """
[title_alias]
"主任医师" = ["professor"]  #! professor
""",
    "a number where records are due": "funding = 15  #! takes a list of tables",
    "one table where records are due": "[funding]  #! takes a list of tables\namount = 15",
    "a list where words are due": "kind = []  #! takes a table",
    # -- unknown words
    "unknown kind of work": """
[[cap]]
id = "cap"
kinds = ["salon", "saloon"]  #! there is no kind 'saloon'
account = "points"
per = "day"
amount = 30
unit = "point"
""",
    "no kind of work": """
[[cap]]
id = "cap"
kinds = []  #! must not be empty
account = "points"
per = "day"
amount = 30
unit = "point"
""",
    "unknown account": """
[[quota]]
id = "crisis_quota"
employment = "part_time"
account = "crisis"  #! there is no account 'crisis'
amount = 8
unit = "hour"
""",
    "unknown account of a need": """
[[experience]]
id = "three_year_test"
employment = "part_time"
basis = "three_year_windows"
years = 3
award = 1
unit = "year"
[[experience.needs]]
account = "crisis"  #! there is no account 'crisis'
amount = 114
unit = "class_hour"
""",
    "unknown title": """
[[coefficient]]
id = "factor"
kinds = ["salon"]
[[coefficient.table]]  #! title has no 'docent'
title = ["docent"]
value = 2
""",
    "unknown role": """
[[coefficient]]
id = "factor"
kinds = ["salon"]
[[coefficient.table]]  #! role has no '主讲'
role = ["主讲"]
value = 2
""",
    "unknown level": """
[[coefficient]]
id = "factor"
kinds = ["salon"]
[[coefficient.table]]  #! level has no 'county'
level = ["county"]
value = 2
""",
    "unknown daypart": """
[[coefficient]]
id = "factor"
kinds = ["salon"]
[[coefficient.table]]  #! daypart has no 'night'
daypart = ["night"]
value = 2
""",
    "unknown employment and affiliation": """
[[coefficient]]
id = "factor"
kinds = ["salon"]
[[coefficient.table]]  #! employment has no 'half' #! affiliation has no 'abroad'
employment = ["half"]
affiliation = ["abroad"]
value = 2
""",
    "unknown result": """
[[evaluation]]
id = "evaluation"
passes = ["passed", "good"]  #! no result 'good'
""",
    "unknown level of training": """
[[training]]
id = "part_time_municipal_training"
employment = "part_time"
form = "course"
counted = "times"
amount = 1
unit = "course"
levels = ["town"]  #! no level 'town'
""",
    "unknown unit of an account": """
[account.crisis]
name = { zh = "危机", en = "crisis" }
unit = "fathom"  #! unknown unit
""",
    "an alias of an unknown title": """
[title_alias]
"主任医师" = "chief"  #! there is no title 'chief'
""",
    "an alias with a point in it": """
[title_alias]
"Prof. h.c." = "docent"  #! there is no title 'docent'
""",
    # -- decision tables
    "a line that an equal one covers": """
[[coefficient]]
id = "factor"
kinds = ["salon"]
[[coefficient.table]]
level = ["national"]
value = 2
[[coefficient.table]]  #! already covers this one
level = ["national"]
value = 3
""",
    "a line behind the one for every row": """
[[coefficient]]
id = "factor"
kinds = ["salon"]
[[coefficient.table]]
value = 1
[[coefficient.table]]  #! already covers this one
level = ["national"]
value = 2
""",
    "a line that a wider one covers": """
[[coefficient]]
id = "factor"
kinds = ["salon"]
[[coefficient.table]]
level = ["national", "provincial"]
value = 2
[[coefficient.table]]  #! already covers this one
level = ["provincial"]
title = ["professor"]
value = 3
""",
    "a value below 0": """
[[coefficient]]
id = "factor"
kinds = ["salon"]
[[coefficient.table]]  #! must not be below 0
value = -1
""",
    "an empty decision table": """
[[credit]]
id = "class_teaching"
kinds = ["class_teaching"]
account = "teaching"
measure = "class_hours"
per = 1
amount = []  #! must not be empty
unit = "class_hour"
""",
    # -- numbers that cannot be
    "a unit of nothing": """
[[credit]]
id = "class_teaching"
kinds = ["class_teaching"]
account = "teaching"
measure = "class_hours"
per = 0  #! must be above 0
amount = 1
unit = "class_hour"
""",
    "a step of nothing": """
[[credit]]
id = "class_teaching"
kinds = ["class_teaching"]
account = "teaching"
measure = "class_hours"
per = 1
amount = 1
unit = "class_hour"
remainder = { round = "floor", step = 0 }  #! must be above 0
""",
    "a quota of nothing": """
[[quota]]
id = "points_quota"
employment = "part_time"
account = "points"
amount = 0  #! must be above 0
unit = "point"
""",
    "a window of no years": """
[[experience]]
id = "three_year_test"
employment = "part_time"
basis = "three_year_windows"
award = 1
years = 0  #! must be above 0
needs = [{ account = "counseling", amount = 114, unit = "class_hour" }]
unit = "year"
""",
    "a measure that is not the kind's": """
[[credit]]
id = "class_teaching"
kinds = ["class_teaching"]
account = "teaching"
measure = "minutes"  #! class_teaching is measured in class_hours
per = 45
amount = 1
unit = "class_hour"
""",
    "class hours that end before they begin": """
[[course]]
id = "compulsory_course"
credits = 2
class_hours = 36  #! is not a range
class_hours_to = 32
""",
    "a least number of staff below 0": """
[[staffing]]
id = "full_time_staff"
employment = "full_time"
amount = 4000
unit = "student"
minimum = -1  #! must not be below 0
""",
    "a meeting that nobody holds": """
[[meeting]]
id = "parent_class"
sort = "parent_class"
held_by = []  #! must not be empty
amount = 2
unit = "meeting"
""",
    "an evaluation that nobody can pass": """
[[evaluation]]
id = "evaluation"
passes = []  #! must not be empty
""",
    # -- coefficients
    "a coefficient that says nothing": """
[[coefficient]]  #! takes exactly one of table, steps with by, or line with by
id = "factor"
kinds = ["salon"]
""",
    "a coefficient that says two things": """
[[coefficient]]  #! takes exactly one of table, steps with by, or line with by
id = "factor"
kinds = ["salon"]
by = "participants"
steps = [{ at = 0, value = 1 }]
line = { at = 0, value = 1, slope = 1 }
""",
    "steps over nothing": """
[[coefficient]]  #! takes exactly one of table, steps with by, or line with by
id = "factor"
kinds = ["salon"]
steps = [{ at = 0, value = 1 }]
""",
    "steps that give less than nothing": """
[[coefficient]]
id = "factor"
kinds = ["salon"]
by = "participants"
steps = [{ at = 0, value = -1 }]  #! must not be below 0
""",
    "a line that begins below 0": """
[[coefficient]]
id = "factor"
kinds = ["salon"]
by = "participants"
line = { at = 0, value = -1, slope = 1 }  #! must not be below 0
""",
    "a line that falls": """
[[coefficient]]
id = "factor"
kinds = ["salon"]
by = "participants"
line = { at = 0, value = 1, slope = -1 }  #! must not be below 0
""",
    "a coefficient held below 0": """
[[coefficient]]
id = "factor"
kinds = ["salon"]
by = "participants"
steps = [{ at = 0, value = 1 }]
cap = -1  #! must be above 0
""",
    # -- tiers
    "tiers that fall": """
[[area]]
id = "area"
unit = "square_meter"
tiers = [{ at = 0, value = 200 }, { at = 30000, value = 500 }, { at = 20000, value = 300 }]  #! must rise
""",
    "the same tier twice": """
[[area]]
id = "area"
unit = "square_meter"
tiers = [{ at = 0, value = 200 }, { at = 20000, value = 300 }, { at = 20000, value = 500 }]  #! must rise
""",
    "tiers that do not begin at 0": """
[[area]]
id = "area"
unit = "square_meter"
tiers = [{ at = 1, value = 200 }]  #! the first must begin at 0
""",
    "no tiers": """
[[area]]
id = "area"
unit = "square_meter"
tiers = []  #! must not be empty
""",
    "steps that fall": """
[[coefficient]]
id = "factor"
kinds = ["salon"]
by = "participants"
steps = [{ at = 0, value = 1 }, { at = 50, value = 2 }, { at = 40, value = 3 }]  #! must rise
""",
    # -- spellings
    "two kinds of one name": """
[kind.debate]  #! '沙龙' already stands for salon
name = { zh = "沙龙", en = "debate" }
measure = "events"
""",
    "two kinds whose names differ in capitals, which the tables do not tell apart": """
[kind.debate]  #! already stands for salon
name = { zh = "辩论", en = "Salon" }
measure = "events"
""",
    "a further spelling that is another's id": """
[kind.debate]  #! 'salon' already stands for salon
name = { zh = "辩论", en = "debate" }
measure = "events"
also = ["salon"]
""",
    "an alias that is the name of a later title": """
[title_alias]
"讲师" = "professor"  #! '讲师'
""",
    "an alias that is the name of an earlier title": """
[title_alias]
"教授" = "lecturer"  #! '教授'
""",
    "two accounts of one name": """
[account.crisis]  #! '积分' already stands for points
name = { zh = "积分", en = "crisis" }
unit = "hour"
""",
    # -- the calendar
    "a calendar without semesters, in which no case report could be due": """
[calendar]
academic_year = "09-01"
semesters = []  #! must not be empty
""",
    "two semesters of one id": """
[calendar]
academic_year = "09-01"
semesters = [
  { id = "spring", name = { zh = "上", en = "first" }, start = "02-01", end = "07-31" },
  { id = "spring", name = { zh = "下", en = "second" }, start = "08-01", end = "01-31" },  #! spring
]
""",
    "two semesters that have a day in common, so that one report would count twice": """
[calendar]
academic_year = "09-01"
semesters = [
  { id = "spring", name = { zh = "上", en = "first" }, start = "02-01", end = "08-01" },
  { id = "autumn", name = { zh = "下", en = "second" }, start = "08-01", end = "01-31" },  #! in common
]
""",
    # -- readings
    "an unknown reading": """
[reading.moon]  #! unknown reading
number = "R22"
question = { zh = "月相", en = "phase of the moon" }
default = "full"
[reading.moon.values]
full = { zh = "满月", en = "full" }
""",
    "a default that is not among the values": """
[reading.partial_unit]
default = "guess"  #! the default 'guess' is not among the values
""",
    "an unknown value of a reading": """
[reading.tier_edge]
[reading.tier_edge.values]  #! no value 'middle'
higher = { zh = "按较高一档", en = "the higher tier" }
middle = { zh = "按中间一档", en = "the middle tier" }
""",
    "a value without its English words": """
[reading.tier_edge]
[reading.tier_edge.values]
higher = { zh = "按较高一档" }  #! the required key 'en' is missing
""",
}


@pytest.mark.parametrize("text", list(FAULTS.values()), ids=list(FAULTS))
def test_a_fault_is_told_with_its_line_and_nothing_else_is(write, text):
    """A fault of a rule file is reported once, at the line on which it stands, with what is accepted."""
    assert_reported(write(text))


WRONG_UNITS = {
    "credit": 'kinds = ["class_teaching"]\naccount = "teaching"\nmeasure = "class_hours"\nper = 1\namount = 1',
    "cap": 'kinds = ["salon"]\naccount = "points"\nper = "day"\namount = 30',
    "quota": 'employment = "full_time"\naccount = "points"\namount = 30',
    "appointment_term": 'employment = "full_time"\namount = 1',
    "training": 'employment = "full_time"\nform = "course"\ncounted = "times"\namount = 1',
    "case_report": "amount = 1",
    "staffing": 'employment = "full_time"\namount = 4000',
    "funding": "amount = 15",
    "area": "tiers = [{ at = 0, value = 200 }]",
    "meeting": 'sort = "parent_class"\nheld_by = ["school"]\namount = 2',
    "experience": 'employment = "full_time"\nbasis = "employment"',
}
REPLACES = {"credit": "class_teaching", "experience": "full_time_experience", "meeting": "parent_class"} | {
    key: key for key in ("case_report", "funding", "area")
}
REPLACES |= {"staffing": "full_time_staff"}


@pytest.mark.parametrize("chapter", list(WRONG_UNITS))
def test_a_unit_that_does_not_fit_is_a_fault(write, chapter):
    """Each chapter takes its own unit (an account its account's); another one is a fault of its line."""
    text = f'[[{chapter}]]\nid = "{REPLACES.get(chapter, "new")}"\n{WRONG_UNITS[chapter]}\n'
    assert_reported(write(text + "unit = \"meeting_room\"  #! not 'meeting_room'"))


CLOSED_WORDS = [
    ("credit", "measure", "parts", "minutes"),
    ("credit", "combine", "difference", "product"),
    ("cap", "per", "fortnight", "week"),
    ("quota", "employment", "half_time", "part_time"),
    ("quota", "each", "month", "semester"),
    ("experience", "basis", "merit", "three_year_windows"),
    ("experience", "window", "sliding", "trailing"),
    ("experience", "measured", "median", "average"),
    ("training", "form", "lunch", "conference"),
    ("training", "counted", "days", "hours"),
    ("meeting", "sort", "party", "parent_class"),
    ("coefficient", "by", "weight", "participants"),
]


@pytest.mark.parametrize(("chapter", "key", "word", "accepted"), CLOSED_WORDS, ids=str)
def test_a_word_of_no_closed_list_is_a_fault_that_names_the_list(write, chapter, key, word, accepted):
    """A word that its key does not know is reported at its line, with those that the key takes."""
    lines = WRONG_UNITS.get(chapter, 'kinds = ["salon"]\nsteps = [{ at = 0, value = 1 }]').splitlines()
    lines = [line for line in lines if not line.startswith(f"{key} =")]
    units = {"credit": "class_hour", "cap": "point", "quota": "point", "training": "course", "meeting": "meeting"}
    unit = [] if chapter == "coefficient" else [f'unit = "{units.get(chapter, "year")}"']
    text = "\n".join([f'[[{chapter}]]\nid = "{REPLACES.get(chapter, "new")}"', *lines, *unit])
    path = write(f'{text}\n{key} = "{word}"  #! {word}')
    assert_reported(path)
    assert accepted in problems(path)[0]


@pytest.mark.parametrize("word", ['round = "up"', 'pool = "year"'])
def test_a_remainder_takes_only_its_words(write, word):
    """How a remainder is rounded, and over what it is pooled, are closed lists."""
    text = f'[[credit]]\nid = "class_teaching"\n{WRONG_UNITS["credit"]}\nunit = "class_hour"\n'
    assert_reported(write(f"{text}remainder = {{ {word} }}  #! takes one of"))


@pytest.mark.parametrize("day", ["9-1", "13-01", "02-30", "02-29", "0901", "today"])
def test_a_day_of_the_calendar_is_a_month_and_a_day_of_every_year(write, day):
    """The academic year and a semester begin on a day that each year has; 29 February is not one."""
    semester = f'{{ id = "a", name = {{ zh = "上", en = "a" }}, start = "{day}", end = "07-31" }}'
    wrong = "  #! takes a month and a day"
    assert_reported(write(f'[calendar]\nacademic_year = "{day}"{wrong}\nsemesters = [{semester}]{wrong}'))


@pytest.mark.parametrize("evening", ["25:00", "6pm", "18h"])
def test_the_evening_begins_at_a_time_of_day(write, evening):
    """What is no time of day is refused when the file is loaded, not when the first duty is counted."""
    calendar = SOURCE[SOURCE.index("[calendar]") : SOURCE.index("# ---", SOURCE.index("[calendar]"))]
    assert_reported(write(calendar.replace('evening = "18:00"', f'evening = "{evening}"  #! {evening}')))


# ---------------------------------------------------------------- what every record has


def records():
    """The records of the packaged file: chapter and id, the line of the header, and the lines of the record."""
    lines = SOURCE.splitlines()
    for number, line in enumerate(lines):
        if re.fullmatch(r"\[\[\w+\]\]", line):
            rest = next((n for n in range(number + 1, len(lines)) if lines[n].startswith(("[", "#"))), len(lines))
            name = lines[number + 1].partition("=")[2].strip(' "')
            yield pytest.param(number, range(number + 1, rest), id=f"{line.strip('[]')}-{name}")


@pytest.mark.parametrize("key", ["id", "article", "quote", "unit"])
@pytest.mark.parametrize(("header", "record"), list(records()))
def test_no_record_may_lack_its_article_quote_or_unit(write, header, record, key):
    """Each record of the packaged file, without its id, article, quote or unit, is refused at the record's line.

    The evaluation has no amount and so no unit; the course has two amounts, whose units are in their names.
    """
    lines = SOURCE.splitlines()
    there = [number for number in record if lines[number].startswith(f"{key} =")]
    if not there:
        assert key == "unit"
        assert lines[header] in ("[[evaluation]]", "[[course]]")
        return
    lines[there[0]] = ""
    lines[header] += f"  #! the required key '{key}' is missing"
    assert_reported(write("\n".join(lines), head=""))


@pytest.mark.parametrize("name", list(load_regulation().readings))
def test_no_reading_may_be_missing(write, name):
    """A file that leaves a reading out is refused: it would leave the question to the code."""
    block = re.compile(rf"\[reading\.{name}\]\n.*?(?=\n\[reading\.\w+\]\n|\Z)", re.DOTALL)
    source, number = block.subn("", SOURCE)
    assert number == 1
    (problem,) = problems(write(source, head=""))
    assert f"the reading {name} is missing" in problem


@pytest.mark.parametrize("key", ["id", "document", "name", "issuer"])
def test_a_file_says_what_it_is(write, key):
    """A file without its id, document, name or issuer is refused."""
    source, number = re.subn(rf"(?m)^{key} = .*\n", "", SOURCE, count=1)
    assert number == 1
    assert problems(write(source, head="")) == [f"school.toml:1: {key} is missing"]


@pytest.mark.parametrize("name", ["school.toml", "school.TOML", "a/school", "..\\\\school"])
def test_an_id_is_no_path(write, name):
    """Papers name the rules by their id: one that looks like a file is refused."""
    source = SOURCE.replace('id = "zhoukou-2024-33"', f'id = "{name}"', 1)
    line = source[: source.index(f'id = "{name}"')].count("\n") + 1
    (problem,) = problems(write(source, head=""))
    assert problem == f"school.toml:{line} id: the id is a name: no / and no \\, and no .toml at its end"


def test_a_file_needs_its_calendar(write):
    """Without the days of the semesters no case report can be placed, so a file without a calendar is refused."""
    source, number = re.subn(r"\[calendar\]\n.*?\n\]\n", "", SOURCE, count=1, flags=re.DOTALL)
    assert number == 1
    assert problems(write(source, head="")) == ["school.toml:1: calendar is missing"]


# ---------------------------------------------------------------- all together

ALL_TOGETHER = """
cheese = 1  #! unknown key

[kind.debate]
name = { zh = "辩论", en = "debate" }
measure = "events"
color = "red"  #! unknown key: color

[[funding]]  #! the required key 'article' is missing
id = "funding"
amount = 15
unit = "yuan"
quote = "某校规定"

[[staffing]]
id = "full_time_staff"
employment = "full_time"
amount = 4000
unit = "student"
article = "第一条"
quote = "某校规定"
effective_until = 2024-06-30

[[staffing]]  #! no clause for
id = "full_time_staff"
employment = "full_time"
amount = 3000
unit = "teacher"  #! takes 'student', not 'teacher'
article = "第一条"
quote = "某校规定"
effective_from = 2024-08-01

[[quota]]  #! two values for one day
id = "more_teaching"
employment = "part_time"
account = "teaching"
amount = 80
unit = "class_hour"
article = ""  #! article must not be empty
quote = "某校规定"

[reading.partial_unit]
default = "guess"  #! the default 'guess' is not among the values
"""


def test_all_faults_are_told_together(write):
    """Unknown keys, a missing article, a gap, an overlap, a wrong unit come in one list, each with its line."""
    assert_reported(write(ALL_TOGETHER))


KEYS = [number for number, line in enumerate(SOURCE.splitlines()) if re.match(r"\w+ = (?!\[$)", line)]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    number=st.sampled_from(KEYS), value=st.sampled_from(["7", "true", "[]", '["x"]', "{ a = 1 }", "2024-05-05", '""'])
)
def test_whatever_stands_in_a_file_is_a_fault_or_a_value(write, number, value):
    """No value of any type breaks the loading: the file loads, or its faults are told."""
    lines = SOURCE.splitlines()
    lines[number] = f"{lines[number].partition('=')[0]}= {value}"
    path = write("\n".join(lines), head="")
    with contextlib.suppress(RuleFileError):
        assert load_regulation(path).readings


def test_a_fault_is_told_in_chinese_too(write):
    """The message for people is Chinese first, and counts the faults."""
    path = write('[[funding]]\nid = "funding"\namount = true\nunit = "yuan"')
    with pytest.raises(RuleFileError) as caught:
        load_regulation(path)
    assert str(caught.value).splitlines()[0] == "规则文件 school.toml 有 1 处错误："
    assert "school.toml:8 funding.0.amount：应为数" in str(caught.value)


# ---------------------------------------------------------------- whole files


@pytest.mark.parametrize("head", ['id = "x"\n', 'format = 2\nid = "x"\n', 'format = "1"\n', "format = true\n"])
def test_a_file_says_its_format(write, head):
    """A file without the number of its format, or with another one, is refused: it may mean something else."""
    assert any("must say format = 1" in problem for problem in problems(write("", head=head)))


def test_what_is_no_toml_is_refused_with_its_line(write):
    """A file that is no TOML names the line on which it breaks."""
    (problem,) = problems(write("[[funding]\nid = 1"))
    assert problem.startswith("school.toml:")
    assert "not valid TOML" in problem
    assert "line 4" in problem


def test_what_is_no_utf8_is_refused(tmp_path):
    """A rule file is UTF-8; one in GB18030 is refused and told so."""
    path = tmp_path / "school.toml"
    path.write_bytes('format = 1\nid = "周口职业技术学院"\n'.encode("gb18030"))
    (problem,) = problems(path)
    assert "UTF-8" in problem


def test_a_byte_order_mark_does_no_harm(tmp_path):
    """Windows editors put a mark before UTF-8; such a file loads."""
    path = tmp_path / "school.toml"
    path.write_text(HEAD, encoding="utf-8-sig")
    assert load_regulation(path).id == "our-school"


def test_a_missing_file_is_named(tmp_path):
    """A path at which nothing stands is named in the error."""
    (problem,) = problems(tmp_path / "nowhere.toml")
    assert "nowhere.toml" in problem
    assert "there is no file" in problem


def test_a_folder_is_no_rule_file(tmp_path):
    """A folder whose name ends in .toml is refused like an unreadable file."""
    (tmp_path / "folder.toml").mkdir()
    (problem,) = problems(tmp_path / "folder.toml")
    assert "cannot be read" in problem


@pytest.mark.parametrize("name", ["zhoukou", "../rules/zhoukou-2024-33", ""])
def test_an_unknown_name_lists_the_files_that_are_included(name):
    """A name that is no included rule file is answered with those that are."""
    (problem,) = problems(name)
    assert f"included: {PACKAGED}" in problem


def test_a_base_of_an_unknown_name_is_a_fault_of_the_line_that_names_it(write):
    """A file that extends what is not included is told where it says so, and what is included."""
    path = write("", head='format = 1\nid = "x"\nextends = "zhoukou"  #! included: zhoukou-2024-33\n')
    assert_reported(path)


def test_a_base_is_named_by_a_text(write):
    """A base that is no text is a fault of its line."""
    assert_reported(write("", head="format = 1\nextends = 3  #! takes the name or path of a rule file\n"))


def test_a_base_file_that_is_missing_is_named(write):
    """A file beside this one that does not exist is named."""
    (problem,) = problems(write("", head='format = 1\nid = "x"\nextends = "other.toml"\n'))
    assert "other.toml" in problem


def test_files_that_extend_each_other_are_refused(write):
    """A circle of files is refused at the line that closes it, and is not followed for ever."""
    write("", head='format = 1\nextends = "b.toml"\n', name="a.toml")
    path = write("", head='format = 1\nextends = "a.toml"\n', name="b.toml")
    (problem,) = problems(path)
    assert re.match(r"[ab]\.toml:2 extends: the files extend each other", problem)


def test_a_file_that_extends_itself_is_refused(write):
    """The smallest circle."""
    (problem,) = problems(write("", head='format = 1\nextends = "school.toml"\n'))
    assert problem.startswith("school.toml:2 extends: the files extend each other")


def test_a_fault_of_the_base_is_told_in_the_base(write):
    """Whoever extends a file with a fault is sent to that file, not to the own one."""
    base = write('[[funding]]\nid = "funding"\namount = 0  #! must be above 0\nunit = "yuan"', name="base.toml")
    (problem,) = problems(write("", head='format = 1\nid = "y"\nextends = "base.toml"\n'))
    assert problem.startswith(f"base.toml:{expected(base)[0][0]} ")


# ---------------------------------------------------------------- extending


def test_an_extending_file_changes_only_what_it_says(write):
    """A record replaces the one with its id; every other clause, word and reading is that of the base."""
    base = load_regulation()
    ours = load_regulation(write('[[funding]]\nid = "funding"\namount = 20\nunit = "yuan"'))
    assert (ours.id, ours.document) == ("our-school", base.document)
    assert [clause.amount for clause in ours.funding] == [20]
    assert [clause for clause in ours.clauses() if clause.id != "funding"] == [
        clause for clause in base.clauses() if clause.id != "funding"
    ]
    assert (ours.kinds, ours.titles, ours.accounts) == (base.kinds, base.titles, base.accounts)
    assert (ours.readings, ours.calendar) == (base.readings, base.calendar)


def test_two_versions_replace_the_one_of_the_base(write):
    """Both records with the id of the base take its place: one until a day, the other from the next."""
    ours = load_regulation(
        write("""
[[funding]]
id = "funding"
amount = 15
unit = "yuan"
effective_until = 2024-06-30

[[funding]]
id = "funding"
amount = 20
unit = "yuan"
effective_from = 2024-07-01
""")
    )
    assert [(clause.amount, clause.effective_until) for clause in ours.funding] == [(15, date(2024, 6, 30)), (20, None)]


def test_a_reading_is_changed_by_its_default_alone(write):
    """Only the default of the reading changes; its question, number and values stay as the base words them."""
    base = load_regulation()
    ours = load_regulation(write('[reading.partial_unit]\ndefault = "whole_pooled"'))
    before, after = base.readings["partial_unit"], ours.readings["partial_unit"]
    assert (before.default, after.default) == ("exact", "whole_pooled")
    assert (after.number, after.question, after.values) == (before.number, before.question, before.values)
    assert ours.chosen()["partial_unit"] == "whole_pooled"
    assert [name for name in base.readings if ours.readings[name] != base.readings[name]] == ["partial_unit"]


def test_kinds_and_titles_are_added_to_those_of_the_base(write):
    """A new kind and a new title stand beside those that there were."""
    base = load_regulation()
    ours = load_regulation(
        write("""
[kind.debate]
name = { zh = "辩论", en = "debate" }
measure = "events"

[title.doctor]
name = { zh = "主治医师", en = "physician" }
""")
    )
    assert [*ours.kinds] == [*base.kinds, "debate"]
    assert [*ours.titles] == [*base.titles, "doctor"]


def test_an_alias_is_one_more_spelling_of_its_title(write):
    """An equivalent title becomes a spelling of the one it equals; without one there are none (R7)."""
    ours = load_regulation(write('[title_alias]\n"主任医师" = "professor"\n"研究员" = "professor"'))
    assert ours.titles["professor"].also == ("主任医师", "研究员")
    assert {title.also for title in load_regulation().titles.values()} == {()}


def test_a_file_extends_a_file_beside_it(write):
    """A chain of files: the last word counts, and what nobody speaks of comes from the packaged file."""
    write('[[funding]]\nid = "funding"\namount = 20\nunit = "yuan"', name="city.toml")
    ours = load_regulation(
        write(
            '[[case_report]]\nid = "case_report"\namount = 2\nunit = "report"',
            head='format = 1\nextends = "city.toml"\n',
        )
    )
    assert ours.id == "our-school"
    assert [ours.funding[0].amount, ours.case_reports[0].amount, ours.staffing[0].amount] == [20, 2, 4000]


def test_numbers_are_read_exactly(write):
    """A decimal is the fraction it is written as, and a fraction may be written as a text."""
    for amount, value in (("22.5", Fraction(45, 2)), ('"45/2"', Fraction(45, 2)), ("0.1", Fraction(1, 10)), ("20", 20)):
        ours = load_regulation(write(f'[[funding]]\nid = "funding"\namount = {amount}\nunit = "yuan"'))
        assert ours.funding[0].amount == value


NO_FAULT = {
    "versions that touch": """
[[funding]]
id = "funding"
amount = 15
unit = "yuan"
effective_until = 2024-06-30

[[funding]]
id = "funding"
amount = 20
unit = "yuan"
effective_from = 2024-07-01
""",
    "a wider line behind a narrow one": """
[[coefficient]]
id = "factor"
kinds = ["salon"]
table = [
  { level = ["national"], title = ["professor"], value = 3 },
  { level = ["national", "provincial"], value = 2 },
  { title = ["professor"], value = 2 },
  { value = 1 },
]
""",
    "one word as a kind and as a title": """
[kind.lecturer]
name = { zh = "讲师", en = "lecturer" }
measure = "events"
""",
    "the alias of a title that has another": """
[title_alias]
"研究员" = "professor"
"副研究员" = "associate_professor"
""",
    "a clause from the first day of the file": """
effective_from = 2024-05-20

[[funding]]
id = "funding"
amount = 20
unit = "yuan"
effective_from = 2024-05-20
""",
}


@pytest.mark.parametrize("text", list(NO_FAULT.values()), ids=list(NO_FAULT))
def test_what_only_comes_near_a_fault_loads(write, text):
    """The checks refuse no file that is right."""
    assert load_regulation(write(text)).id == "our-school"


# ---------------------------------------------------------------- what the packaged file holds

# "What the text gives": the number, its unit and article, in the order of that table, as the rule file names it.
GIVEN = [
    ("counseling_duty.per", 45, "minute", "附件2 第七条(一)"),
    ("counseling_duty", 1, "class_hour", "附件2 第七条(一)"),
    ("event.per", 1, "event", "附件2 第七条(一)"),
    ("event.professor", 30, "point", "附件2 第七条(一)"),
    ("event.associate_professor", 20, "point", "附件2 第七条(一)"),
    ("event", 15, "point", "附件2 第七条(一)"),
    ("counseling_quota", 38, "class_hour", "附件2 第四条(三)"),
    ("teaching_quota", 72, "class_hour", "附件2 第四条(三)"),
    ("appointment_term", 1, "year", "附件2 第四条(三)"),
    ("three_year_test.years", 3, "year", "方案 六(二)"),
    ("three_year_test.counseling", 114, "class_hour", "方案 六(二)"),
    ("three_year_test.teaching", 216, "class_hour", "方案 六(二)"),
    ("three_year_test.award", 1, "year", "方案 六(二)"),
    ("case_report", 1, "report", "附件2 第五条(三)"),
    ("full_time_training_hours", 40, "hour", "方案 六(三)"),
    ("full_time_conferences", 2, "conference", "方案 六(三)"),
    ("part_time_training_hours", 15, "hour", "方案 六(三)"),
    ("part_time_municipal_training", 1, "course", "方案 六(三)"),
    ("full_time_staff", 4000, "student", "方案 六(一)"),
    ("part_time_staff", 500, "student", "方案 六(一)"),
    ("funding", 15, "yuan", "方案 六(五)"),
    ("area.0", 200, "square_meter", "方案 四(二)1"),
    ("area.20000", 300, "square_meter", "方案 四(二)1"),
    ("area.30000", 500, "square_meter", "方案 四(二)1"),
    ("compulsory_course.credits", 2, "credit", "方案 四(一)2"),
    ("compulsory_course.class_hours", 32, "class_hour", "方案 四(一)2"),
    ("compulsory_course.class_hours_to", 36, "class_hour", "方案 四(一)2"),
    ("college_case_conference", 2, "meeting", "方案 四(三)3"),
    ("parent_class", 2, "meeting", "方案 四(三)5"),
]
# A class hour of teaching is a class hour of teaching (R5): no number of the text, but one the file must say.
TEACHING = [("class_teaching.per", 1, "class_hour"), ("class_teaching", 1, "class_hour")]


def figures():
    """Every number of the packaged file: its name -> value, unit, article."""
    return {
        figure.name: (figure.value, figure.unit, clause.article)
        for clause in load_regulation().clauses()
        for figure in clause.figures()
        if figure.value is not None  # a provision without a number
    }


@pytest.mark.parametrize(("name", "value", "unit", "article"), GIVEN, ids=[given[0] for given in GIVEN])
def test_every_number_of_the_regulation_stands_in_the_file(name, value, unit, article):
    """The packaged file has this number, with its unit and its article, as the text of the regulation gives it."""
    assert figures()[name] == (value, unit, article)


def test_the_file_has_no_number_that_the_regulation_has_not():
    """Nothing is invented: beside the numbers of the text there is only the factor 1 of teaching, no rate."""
    assert set(figures()) == {given[0] for given in [*GIVEN, *TEACHING]}
    assert all(figures()[name][:2] == (value, unit) for name, value, unit in TEACHING)


def clause(clause_id):
    (found,) = [clause for clause in load_regulation().clauses() if clause.id == clause_id]
    return found


def test_the_events_that_earn_points_are_those_of_the_text():
    """附件2 第七条(一) names eight sorts of event; the last, an assessment before admission or return, is two kinds."""
    names = [load_regulation().kinds[kind].name.zh for kind in clause("event").kinds]
    assert names == [
        "团体心理辅导",
        "讲座",
        "培训授课",
        "沙龙",
        "师生座谈会",
        "实践活动",
        "心理研判会",
        "入学评估会",
        "复学评估会",
    ]


def test_the_kinds_without_a_value_have_none():
    """督导, 危机干预 and 其他 are kinds to which no clause gives a value (R9)."""
    regulation = load_regulation()
    valued = {kind for credit in regulation.credits for kind in credit.kinds}
    assert set(regulation.kinds) - valued == {"supervision", "crisis_intervention", "other"}


def test_who_owes_what_is_as_the_text_says():
    """Quota, term and three-year test are for part-time teachers; full-time ones are recognized as such."""
    assert [clause(name).employment for name in ("counseling_quota", "teaching_quota", "appointment_term")] == [
        "part_time"
    ] * 3
    assert {clause(name).each for name in ("counseling_quota", "teaching_quota")} == {"year"}
    test = clause("three_year_test")
    assert (test.employment, test.window, test.measured, test.evaluations) == ("part_time", "consecutive", "sum", True)
    assert (clause("full_time_experience").employment, clause("full_time_experience").basis) == (
        "full_time",
        "employment",
    )
    assert clause("evaluation").passes == ("excellent", "passed")


def test_training_counts_the_levels_and_years_of_the_text():
    """Conferences of provincial or national level; one course of municipal level or above within three years."""
    conferences, course = clause("full_time_conferences"), clause("part_time_municipal_training")
    assert (conferences.form, conferences.levels, conferences.within_years) == (
        "conference",
        ("provincial", "national"),
        1,
    )
    assert (course.form, course.within_years) == ("course", 3)
    assert course.levels == ("municipal", "provincial", "national")
    hours = [clause("full_time_training_hours"), clause("part_time_training_hours")]
    assert [(need.employment, need.counted, need.levels) for need in hours] == [
        ("full_time", "hours", ()),
        ("part_time", "hours", ()),
    ]


def test_conferences_are_the_colleges_and_parent_classes_also_the_schools():
    """方案 四(三)3 speaks of each college, 四(三)5 of the school and each college."""
    assert (clause("college_case_conference").held_by, clause("parent_class").held_by) == (
        ("college",),
        ("school", "college"),
    )


def test_the_text_names_no_day_of_issue_and_so_does_the_file():
    """自印发之日起执行, without a day: neither the file nor a clause of it has a first day."""
    regulation = load_regulation()
    assert regulation.effective_from is None
    assert {(found.effective_from, found.effective_until) for found in regulation.clauses()} == {(None, None)}


def test_the_semesters_are_those_of_r21():
    """Spring 1 February to 31 July, autumn 1 August to 31 January."""
    days = [(semester.id, semester.start, semester.end) for semester in load_regulation().calendar.semesters]
    assert days == [("spring", (2, 1), (7, 31)), ("autumn", (8, 1), (1, 31))]


@pytest.mark.parametrize("found", list(load_regulation().clauses()), ids=lambda found: found.id)
def test_a_quote_is_brief(found):
    """A clause is quoted, not pasted: at most 60 characters. (Each quote was compared with the document by hand.)"""
    assert 0 < len(found.quote.strip()) <= 60


# Number, switch, default, other values. The ones without another value are written down so that nobody has to guess.
READINGS = [
    ("R1", "partial_unit", "exact", ["whole_per_duty", "whole_pooled"]),
    ("R2", "duty_minutes", "on_duty", []),
    ("R3", "idle_duty", "counts", ["attended_only"]),
    ("R4", "counseling_fills_teaching", "no", ["yes"]),
    ("R5", "teaching", "timetabled", []),
    ("R6", "title_on", "event_day", ["period_end"]),
    ("R7", "other_titles", "one_class", []),
    ("R8", "co_leaders", "full_each", ["equal_split", "declared"]),
    ("R9", "unlisted_kinds", "recorded", []),
    ("R10", "year", "natural", ["academic", "appointment"]),
    ("R11", "part_year", "full", ["by_days"]),
    ("R12", "appointed", "some_time", ["throughout"]),
    ("R13", "more_than_three_years", "disjoint", []),
    ("R14", "evaluation_gate", "each_year", ["final_year"]),
    ("R15", "full_time", "on_employment", []),
    ("R16", "overlap", "credit_once", ["refuse"]),
    ("R17", "midnight", "split", []),
    ("R18", "staffing", "rounded_up", []),
    ("R19", "tier_edge", "higher", []),
    ("R20", "before_start", "refuse", ["retroactive"]),
    ("R21", "semesters", "calendar", []),
]


@pytest.mark.parametrize(("number", "name", "default", "others"), READINGS, ids=[reading[0] for reading in READINGS])
def test_every_open_question_is_a_reading(number, name, default, others):
    """The reading has its number, a question and words in both languages, its default, and the other values."""
    reading = load_regulation().readings[name]
    assert (reading.number, reading.default, [*reading.values]) == (number, default, [default, *others])
    for text in (reading.question, *reading.values.values()):
        assert text.zh
        assert text.en


def test_there_is_no_other_reading():
    """The readings are R1 to R21, in this order."""
    assert [(reading.number, name) for name, reading in load_regulation().readings.items()] == [
        reading[:2] for reading in READINGS
    ]


# ---------------------------------------------------------------- code holds no number of the regulation

OF_THE_REGULATION = {
    *(15, 20, 30, 32, 36, 38, 40, 45, 72, 114, 200, 216, 300, 500, 1710, 4000, 5130, 20_000, 30_000),
}
# Numbers that are the regulation's by accident: module -> number -> why it stands there.
ELSEWHERE = {
    "privacy.py": {15: "the digits of an old identity-card number", 20: "the century of a birth date in a new one"},
    "documents/marked.py": {
        15: "points and pixels of a row, and the digits that Excel keeps of a number",
        36: "a width of cells",
    },
    "identity.py": {15: "the digits of an old identity-card number"},
    "tables/paylint.py": {
        15: "the digits of an old identity-card number, and those that a number keeps",
        20: "one more than the digits of a bank card",
    },
    "tables/template.py": {
        20: "a size of letters, a width and a height of cells",
        30: "a width of cells",
        32: "letters that Excel shows of a title",
        36: "a height of cells",
        500: "yuan of the example row",
    },
    "cli/closing.py": {40: "faults that a terminal lists"},
    "cli/frames.py": {40: "faults that a terminal lists"},
    "frame/clashes.py": {20: "bits that hold a day's place in the calendar"},
    "frame/days.py": {30: "days of a month"},
    "frame/engines.py": {20: "bytes in megabytes, as a power of 2"},
    "frame/ledger.py": {30: "half a minute, in seconds"},
    "documents/certificate.py": dict.fromkeys((20, 30, 32, 36), "a column's share of the page"),
    "documents/differences.py": {40: "lines that a terminal lists"},
    "documents/make_templates.py": {15: "a size of letters, a margin", 40: "a height of cells"},
    "documents/paysheet.py": {20: "a width and a height of cells", 32: "a height of cells"},
    "documents/statement.py": dict.fromkeys((15, 20, 36), "a column's share of the page, a size of letters"),
    "documents/workbook/ledger.py": {15: "a width of cells", 30: "half a minute, in seconds"},
    "documents/workbook/pages.py": {
        20: "teachers in one chart, pixels of a row, a height of cells",
        30: "rows of a page, a width of cells",
    },
    "documents/workbook/requirements.py": {30: "a width of cells"},
    "documents/workbook/rules.py": dict.fromkeys((20, 30, 36), "a width of cells"),
    "documents/workbook/sheets.py": {30: "30 December 1899, from which Excel counts days; a height of cells"},
    "records.py": {30: "half a minute, in seconds"},
    "rulefile.py": {45: "an example of how a rule file may write a number"},
    "tables/cells.py": {30: "30 December 1899, from which Excel counts days"},
}


def literals(path):
    """The numbers in a module's code, and in its texts other than docstrings (a message may not know them either)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in bare or isinstance(node.value, bool):
            continue
        if isinstance(node.value, int | float):
            yield node.lineno, node.value
        elif isinstance(node.value, str):
            for word in re.findall(r"(?<![\d.:-])\d[\d,]*(?:\.\d+)?(?![\d:-])", node.value):
                yield node.lineno, float(word.replace(",", ""))


@pytest.mark.parametrize("path", sorted(LIBRARY.rglob("*.py")), ids=lambda path: str(path.relative_to(LIBRARY)))
def test_no_number_of_the_regulation_stands_in_code(path):
    """A number of the regulation stands in the rule file and nowhere else; each exception has its reason above."""
    excused = ELSEWHERE.get(path.relative_to(LIBRARY).as_posix(), {})
    found = [(line, number) for line, number in literals(path) if number in OF_THE_REGULATION]
    assert [place for place in found if place[1] not in excused] == []
    assert {number for _, number in found} == set(excused)
