"""Centers for the tests of the workbook: those of the shared strategies, and rougher ones drawn here by seed.

Each is a ``Case``: records, year, rules, readings, audience and language. The rougher ones have ids and names that a
spreadsheet likes to take for something else (``007``, ``7``, ``T*1``, ``=1+1``), rows that overlap, nest and cross the
year's end, sums just below, at and just above the thresholds, and rule files of other shapes.
"""

from __future__ import annotations

import random
import re
import tempfile
from datetime import date, time, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType

import centers
from attrs import evolve, field, frozen
from hypothesis import HealthCheck, Phase, given, settings
from test_plain import read

from workload import Activity, Appointment, Center, Evaluation, Teacher, load_regulation, read_center
from workload.records import CaseReport, TitleHeld, Training

SAMPLES = Path(__file__).parents[2] / "samples"
HEAD = 'format = 1\nextends = "zhoukou-2024-33"\nid = "our-school"\n'
CITED = r'\1\narticle = "第一条 & \"甲\""\nquote = "某校规定"'


@frozen
class Case:
    """One workbook to be written."""

    name: str
    center: Center = field(repr=False)
    year: int
    rules: str = "default"
    readings: tuple[tuple[str, str], ...] = ()
    audience: str = "center"
    language: str = "zh"
    skip_faulty: bool = False

    @property
    def regulation(self):
        return regulation(self.rules)


# ---------------------------------------------------------------- rule files of other shapes


def _duty(more, per="45", amount="1"):
    return f"""
[[credit]]
id = "counseling_duty"
kinds = ["counseling_duty"]
account = "counseling"
measure = "minutes"
per = {per}
amount = {amount}
unit = "class_hour"
{more}
"""


def _rounded(how, pool, step="1", per="45"):
    return _duty(f'remainder = {{ round = "{how}", pool = "{pool}", step = {step} }}', per)


def _test(window="consecutive", measured="sum", years=3, counseling=114, teaching=216, award=1):
    return f"""
[[experience]]
id = "three_year_test"
employment = "part_time"
basis = "three_year_windows"
years = {years}
window = "{window}"
measured = "{measured}"
needs = [
  {{ account = "counseling", amount = {counseling}, unit = "class_hour" }},
  {{ account = "teaching", amount = {teaching}, unit = "class_hour" }},
]
evaluations = true
award = {award}
unit = "year"
"""


def _quota(account, amount, each="semester", more="", unit="class_hour"):
    return f"""
[[quota]]
id = "{account}_quota"
employment = "part_time"
account = "{account}"
amount = {amount}
unit = "{unit}"
each = "{each}"
{more}
"""


def _kind(name, zh, en, measure="events"):
    return f'\n[kind.{name}]\nname = {{ zh = "{zh}", en = "{en}" }}\nmeasure = "{measure}"\n'


def _event(kinds, amount="15", more="", name="event"):
    listed = ", ".join(f'"{kind}"' for kind in kinds)
    return f"""
[[credit]]
id = "{name}"
kinds = [{listed}]
account = "points"
measure = "events"
per = 1
amount = {amount}
unit = "point"
{more}
"""


BY_TITLE = '[{ title = ["professor"], value = 30 }, { title = ["associate_professor"], value = 20 }, { value = 15 }]'
EVENT_KINDS = [name for _, name in centers.EVENT_KINDS]
HARD_KINDS = {
    "starred": ("讲座*", "talk*"),
    "plain_talk": ("讲座甲", "talk one"),
    "asked": ("讲座？", "talk?"),
    "tilde": ("讲~座", "ta~lk"),
    "equals": ("=1+1", "=2+2"),
    "greater": (">5", ">6"),
    "quoted": ("“甲”、乙", "it's"),
}
MANY = {
    f"long_kind_{place}": (f"名称很长的一类工作第{place}种甲乙丙丁", f"a kind with a long name, no {place}")
    for place in range(18)
}

RULES = MappingProxyType(
    {
        "half up by record": _rounded("half_up", "record"),
        "half up by period": _rounded("half_up", "period", '"1/3"', "50"),
        "ceil by day": _rounded("ceil", "day"),
        "ceil by month": _rounded("ceil", "month", "0.5", "60"),
        "floor by month": _rounded("floor", "month", "0.5", "50"),
        "floor by day, tenths": _rounded("floor", "day", "0.1", '"45/2"'),
        "fractions of minutes": _duty("", '"100/3"', '"7/9"'),
        "titled duty": _duty("", "45", '[{ title = ["professor"], value = 1.5 }, { value = 1 }]'),
        "titled duty, half up": _duty(
            'remainder = { round = "half_up", pool = "month" }',
            "45",
            '[{ title = ["professor"], value = 1.5 }, { value = 1 }]',
        ),
        "evening duty": _duty("", "45", '[{ daypart = ["evening", "weekend"], value = 1.2 }, { value = 1 }]'),
        "dated duty": _duty("effective_until = 2023-06-30", "50") + _duty("effective_from = 2023-07-01", "45"),
        "a class hour of 50": _duty("", "50"),
        "a quota of 40": _quota("counseling", 40, "year"),
        "a need of 100": _test(counseling=100),
        "25 points": _event(EVENT_KINDS, BY_TITLE.replace("30", "25"), "co_led = true"),
        "capped": """
[[cap]]
id = "events_a_month"
kinds = ["lecture", "salon"]
account = "points"
per = "month"
amount = 25
unit = "point"

[[cap]]
id = "duty_a_day"
kinds = ["counseling_duty"]
account = "counseling"
per = "day"
amount = "16/3"
unit = "class_hour"
""",
        "weighed": """
[[coefficient]]
id = "long_class"
kinds = ["class_teaching"]
by = "class_hours"
steps = [{ at = 0, value = 1 }, { at = 2, value = 1.1 }, { at = 30, value = "4/3" }]
""",
        "by semester": _quota("counseling", 16) + _quota("teaching", "24.5"),
        "points are owed": _quota("points", 100, "year", unit="point"),
        "averaged": _test(measured="average", counseling=38, teaching=72),
        "trailing": _test("trailing"),
        "two years": _test(years=2, counseling=76, teaching=144, award=2),
        "one year": _test(years=1, counseling='"1/3"', teaching="0.1"),
        "basic passes": '[[evaluation]]\nid = "evaluation"\npasses = ["excellent", "passed", "basically_passed"]\n',
        "hard kinds": "".join(_kind(name, *words) for name, words in HARD_KINDS.items())
        + _event(["starred", "plain_talk", "asked", "lecture"], BY_TITLE)
        + _event(["tilde", "equals", "greater", "quoted"], "7", name="other_event"),
        "many kinds": "".join(_kind(name, *words) for name, words in MANY.items())
        + _event([*MANY, "lecture"], BY_TITLE),
        "two sorts of duty": _kind("online_duty", "网络咨询", "online duty", "minutes")
        + """
[[credit]]
id = "online_duty"
kinds = ["online_duty"]
account = "counseling"
measure = "minutes"
per = 60
amount = 1
unit = "class_hour"
""",
    }
)
MORE_KINDS = {"hard kinds": [*HARD_KINDS], "many kinds": [*MANY], "two sorts of duty": ["online_duty"]}


@cache
def regulation(name):
    """The rules of that name: the default, a file of the samples, or one of those written here."""
    if name == "default":
        return load_regulation()
    if name in ("示范学院", "本校补充"):
        return load_regulation(SAMPLES / "another-school" / f"{name}.toml")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "school.toml"
        path.write_text(HEAD + re.sub(r"(?m)^(\[\[\w+\]\])$", CITED, RULES[name]), encoding="utf-8")
        return load_regulation(path)


# ---------------------------------------------------------------- rough centers

IDS = [
    "007",
    "7",
    "T*1",
    "T?1",
    "T~1",
    "a1",
    "A1",
    "=1+1",
    "O'Brien",
    'a"b',
    ">1",
    "<>7",
    "1e3",
    "TRUE",
    "2024-1-1",
    "教05",
]
NAMES = [
    "",
    "王老师",
    "=SUM(A1)",
    'O\'Neil "x"',
    "很长的名字" * 8,
    "[甲]:*?/\\",
    "汇总",
    "History",
    "'引号'",
    " 空 格 ",
    "&amp;&",
    "甲" * 31,
]
RECORD_IDS = ["", "", "", "A1", "a1", "007", "7", "7.0", "T*1", "T?1", "=1+1", "1e3", "1000", "A~1"]
TITLES = ["professor", "associate_professor", "lecturer", "assistant", "other"]
EVENTS = ["lecture", "salon", "forum", "group_counseling", "case_conference"]
WORTHLESS = ["supervision", "crisis_intervention", "other"]
SPANS = [
    ("09:00", "09:45"), ("09:00", "10:30"), ("09:30", "10:15"), ("09:45", "10:00"), ("08:00", "12:00"),
    ("08:59", "09:01"), ("23:30", "00:30"), ("23:00", "00:00"), ("22:00", "06:00"), ("00:00", "01:30"),
    ("00:15", "01:00"), ("23:59", "00:01"), ("12:00", "11:59"), ("09:00:20", "09:45:50"),
]  # fmt: skip
YEARS = (2021, 2022, 2023, 2024)
# About a year's quota and three years' need, by kind.
LUMPS = {
    "counseling_duty": ("minutes", [1710, 1709, 1711, 5130, 5129]),
    "class_teaching": ("class_hours", ["72", "71.999", "72.001", "216", "215.9999999"]),
}
HOURS = ["0.1", "1/3", "2", "1.5", "2.25", "36", "71.999", "0.0000004", "2/7"]
RESULTS = ["excellent", "passed", "basically_passed", "failed"]


class Chance:
    """One rough center, drawn by a seed."""

    def __init__(self, seed, rules="default", years=YEARS, kinds=()):
        self.random = random.Random(seed)
        self.regulation, self.years = regulation(rules), years
        known = self.regulation.kinds
        self.events = [kind for kind in (*EVENTS, *kinds) if kind in known and known[kind].measure == "events"]
        self.events += [kind for kind in kinds if known[kind].measure == "events"] * 2
        self.worthless = [kind for kind in WORTHLESS if kind in known]
        self.duties = ["counseling_duty", *(kind for kind in kinds if known[kind].measure == "minutes")]
        self.titles = [title for title in TITLES if title in self.regulation.titles]

    def some(self, things, most):
        return self.random.sample(things, self.random.randint(0, min(most, len(things))))

    def day(self):
        year = self.random.choice(self.years)
        notable = [date(year, 12, 31), date(year, 1, 1), date(year, 2, 28), date(2024, 2, 29)]
        notable += [date(year, 9, 1), date(year, 8, 31), date(year, 2, 15)]
        if self.random.random() < 0.7:
            return self.random.choice(notable)
        return date(year, 1, 1) + timedelta(days=self.random.randrange(365))

    def center(self):
        pick = self.random.choice
        ids = self.some(IDS, 5) if self.random.random() < 0.97 else []
        teachers = [
            Teacher(one, pick(["part_time"] * 4 + ["full_time"]), pick(NAMES), title=pick(self.titles), row=place)
            for place, one in enumerate(ids, start=2)
        ]
        days = [self.day() for _ in range(5)]
        activities = [row for one in ids for row in self.rows(one, days)]
        self.random.shuffle(activities)
        again = [self.random.choice(activities) for _ in range(self.random.randint(0, 3))] if activities else []
        activities = self.without_two_contents([*activities, *again])
        activities = [self.at(row, place) for place, row in enumerate(activities, start=2)]
        titles = [
            TitleHeld(one, pick(self.titles), day, row=place)
            for place, (one, day) in enumerate(
                ((one, day) for one in ids for day in self.some(sorted(set(days)), 2)), start=2
            )
        ]
        terms = [Appointment(one, start, end) for one in ids for start, end in self.terms()]
        evaluations = [
            Evaluation(one, year, pick(RESULTS[:2] * 3 + RESULTS))
            for one in ids
            for year in self.some(list(self.years), 4)
        ]
        levels = ["municipal", "provincial", "school"]
        training = [Training(one, pick(days), pick(["15", "40", "14.9"]), pick(levels)) for one in ids]
        reports = [CaseReport(one, pick(days)) for one in ids]

        def maybe(records, chance=0.85):
            return records if self.random.random() < chance else None

        return Center(
            teachers,
            activities,
            titles=maybe(titles),
            appointments=maybe(terms, 0.6),
            evaluations=maybe(evaluations, 0.95),
            training=maybe(training),
            case_reports=maybe(reports),
        )

    @staticmethod
    def at(row, place):
        return evolve(row, row=place)

    def without_two_contents(self, rows):
        """One record id with two contents is a fault; here a row loses an id that another row has."""
        seen, found = {}, []
        for one in rows:
            own = one
            if own.record_id and seen.setdefault(own.record_id, own.content) != own.content:
                own = evolve(own, record_id="")
            found.append(own)
        return found

    def terms(self):
        pick, first, last = self.random.choice, self.years[0], self.years[-1]
        shape = pick(["none", "none", "long", "yearly", "leap", "short"])
        if shape == "none":
            return []
        if shape == "long":
            return [(date(first, 1, 1), date(last, 12, 31))]
        if shape == "yearly":
            return [(date(year, pick([1, 9]), 1), None) for year in self.some(list(self.years), 4)]
        if shape == "leap":
            return [(date(2024, 2, 29), None), (date(2020, 2, 29), date(2023, 2, 28))]
        start = self.day()
        return [(start, start + timedelta(days=pick([0, 30, 200])))]

    def rows(self, teacher_id, days):
        pick = self.random.choice
        shape = pick(["none", "few", "few", "many", "lumps", "lumps"])
        if shape == "none":
            return
        if shape == "lumps":
            for year in self.years:
                for kind, (amount, values) in LUMPS.items():
                    day, value = date(year, pick([1, 6, 12]), 15), pick(values[:1] * 2 + values)
                    yield Activity(teacher_id, day, kind, attended=True, **{amount: value})
        if shape == "many":
            for _ in range(30):
                yield Activity(teacher_id, pick(days), "class_teaching", class_hours="0.1")
        for _ in range(pick([3, 8, 14])):
            yield self.row(teacher_id, days)

    def row(self, teacher_id, days):
        pick = self.random.choice
        more = {
            "record_id": pick(RECORD_IDS),
            "cancelled": self.random.random() < 0.08,
            "attended": pick([True, True, True, False, None]),
        }
        sort, day = self.random.random(), pick(days)
        if sort < 0.55:
            kind = pick(self.duties)
            if self.random.random() < 0.2:
                return Activity(
                    teacher_id, day, kind, minutes=pick([45, 44, 90, 100, 1, 721]), start=pick([None, time(9)]), **more
                )
            start, end = map(time.fromisoformat, pick(SPANS))
            return Activity(teacher_id, day, kind, start=start, end=end, **more)
        span = {}
        if self.random.random() < 0.4:
            span = dict(zip(("start", "end"), map(time.fromisoformat, pick(SPANS)), strict=True))
        if sort < 0.75:
            # No minutes beside class hours: the reader gives none either.
            return Activity(
                teacher_id,
                day,
                "class_teaching",
                class_hours=pick(HOURS),
                participants=pick([30, 60, 100]),
                **span,
                **more,
            )
        if sort < 0.93 or not self.worthless:
            return Activity(teacher_id, day, pick(self.events), events=pick([1, 1, 1, 2, 3]), **span, **more)
        return Activity(teacher_id, day, pick(self.worthless), **span, **more)


# ---------------------------------------------------------------- all cases

READINGS = MappingProxyType(centers.READINGS)


def _readings(chance, known):
    """Some readings at another value, of those that the rules know."""
    found = {}
    for switch, values in READINGS.items():
        accepted = [value for value in values if value in known[switch].values] if switch in known else []
        if accepted and chance.random() < 0.45:
            found[switch] = chance.choice(accepted)
    return tuple(found.items())


def from_strategies(count):
    """Cases drawn by the shared strategies, always the same."""
    drawn = []

    @settings(
        max_examples=count, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(centers.cases())
    def draw(case):
        drawn.append(case)

    draw()
    for number, (tables, year, readings) in enumerate(drawn):
        audience, language = ("center", "center", "hr")[number % 3], ("zh", "en")[number // 3 % 2]
        yield Case(f"drawn-{number:03}", read(tables), year, "default", tuple(readings.items()), audience, language)


def rough(count, first=0):
    """Rough centers under the default rules and every other rule file in turn."""
    names = ["default", "本校补充", *RULES, "default", "示范学院"]
    for number in range(first, first + count):
        name = names[number % len(names)]
        years = (2024, 2025) if name == "示范学院" else (2025, 2026) if name == "本校补充" else YEARS
        chance = Chance(number, name, years, MORE_KINDS.get(name, ()))
        center = chance.center()
        year = chance.random.choice([*years, years[-1], years[-1]]) if name != "示范学院" else 2024
        readings = _readings(chance.random, chance.regulation.readings)
        audience = chance.random.choice(["center", "center", "hr"])
        language = chance.random.choice(["zh", "zh", "en"])
        yield Case(f"rough-{number:03}", center, year, name, readings, audience, language, skip_faulty=True)


def samples():
    """Every sample center in both languages and for both audiences."""
    given_ = [
        ("center", "center/心理指导中心.xlsx", 2024, "default", False),
        ("short", "center/只有两张表.xlsx", 2024, "default", False),
        ("teacher", "teacher", 2024, "default", False),
        ("faults", "center-faults/有错误的记录.xlsx", 2024, "default", True),
        ("shifan", "another-school/示范学院.xlsx", 2024, "示范学院", False),
        ("register", "register/值班登记.xlsx", 2024, "default", True),
    ]
    for name, path, year, rules, skip in given_:
        center = read_center(SAMPLES / path, regulation(rules))
        for audience in ("center", "hr"):
            for language in ("zh", "en"):
                yield Case(f"sample-{name}-{audience}-{language}", center, year, rules, (), audience, language, skip)
