"""A cell changed in the workbook and calculated anew says what a new evaluation of the changed records says."""

import random
from collections import Counter
from datetime import date, time, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
import spreadsheet
from attrs import evolve, field, frozen
from workbook_cases import RULES, SAMPLES, SPANS, Case, rough

from workload import Activity, Center, Evaluation, Teacher, WorkloadError, read_center
from workload.documents.workbook import write_evaluation_workbook
from workload.documents.workbook.sheets import TYPED
from workload.vocabulary import word

LEDGER, ROSTER, TEST, SUMMARY, TIES, REQUIREMENTS = "台账", "名册", "三年认定", "汇总", "核对", "培训案例"
LEDGER_HEAD, ROSTER_HEAD, TEST_HEAD, SUMMARY_HEAD, TIES_HEAD, REQUIREMENTS_HEAD = 3, 2, 3, 4, 4, 2
LETTERS, DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
# Headers of what a line is about; a line without rows is no difference.
NAMES = ("工号", "姓名", "内容", "年度", "类别", "相符", "在聘", "考核合格", "结论")
YELLOW = f"FF{TYPED.removeprefix('#')}"


class Opened:
    """A workbook's cells by sheet and reference."""

    def __init__(self, path: Path):
        self.path = path
        self.held = {place: value for place, (_, value) in spreadsheet.cells(path, formulas_only=False).items()}
        self.formulas = {place for place, (formula, _) in spreadsheet.cells(path).items() if formula}
        self.lists = {}
        self.typed = spreadsheet.on_ground(path, YELLOW)

    def rows(self, sheet, head):
        return spreadsheet.table(self.held, sheet, head)

    def line(self, row, continued=0):
        """The cells of an input row in the ledger, by header."""
        for _, cells in self.rows(LEDGER, LEDGER_HEAD):
            if self.at(LEDGER, cells["数据行"]) == row and self.at(LEDGER, cells["续行"]) == continued:
                return cells
        return None

    def offered(self, sheet, reference):
        """The words that a cell's list offers."""
        if sheet not in self.lists:
            self.lists[sheet] = list(spreadsheet.choices(self.path, sheet))
        row = int(reference.lstrip(LETTERS))
        for area, listed in self.lists[sheet]:
            first, _, last = area.partition(":")
            span = int(first.lstrip(LETTERS)), int((last or first).lstrip(LETTERS))
            if first.rstrip(DIGITS) == reference.rstrip(DIGITS) and span[0] <= row <= span[1]:
                return self.words(listed)
        return []

    def words(self, listed):
        """The words of a list: written out, or in the cells of a column."""
        if listed.startswith('"'):
            return listed.strip('"').split(",")
        sheet, _, area = listed.rpartition("!")
        first, last = area.replace("$", "").split(":")
        letter, rows = first.rstrip(DIGITS), range(int(first.lstrip(LETTERS)), int(last.lstrip(LETTERS)) + 1)
        return [self.at(sheet.strip("'"), f"{letter}{row}") for row in rows]

    def at(self, sheet, reference):
        return self.held.get((sheet, reference), "")


@frozen
class Change:
    """One cell that is another, and the records that say the same."""

    what: str
    sheet: str
    reference: str
    xml: str
    center: Center = field(repr=False)


def number(value):
    return f"><v>{float(value)!r}</v></c>"


def text(value):
    value = value.replace("&", "&amp;").replace("<", "&lt;")
    return f't="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def days(value):
    return number((value - date(1899, 12, 30)).days)


def clock(value):
    return number((value.hour * 3600 + value.minute * 60 + value.second) / 86400)


# ---------------------------------------------------------------- what a person may change in the ledger


def with_row(center, row, **changes):
    """The center with one activity that is another; its minutes follow from start and end where they did."""
    rows = []
    for one in center.activities:
        derived = one.start is not None and one.end is not None and ("start" in changes or "end" in changes)
        again = {"minutes": None} if derived else {}
        rows.append(evolve(one, **again, **changes) if one.row == row else one)
    return evolve(center, activities=rows)


def status(chance, case, opened, row, cells):
    return "状态", text("完成" if row.cancelled else "取消"), {"cancelled": not row.cancelled}


def minutes(chance, case, opened, row, cells):
    value = chance.choice([1, 44, 45, 90, 1709, 1710, 5130])
    return "分钟", number(value), {"minutes": value}


def start(chance, case, opened, row, cells):
    value = time.fromisoformat(chance.choice(SPANS)[0])
    return "开始时间", clock(value), {"start": value}


def end(chance, case, opened, row, cells):
    value = time.fromisoformat(chance.choice(SPANS)[1])
    return "结束时间", clock(value), {"end": value}


def day(chance, case, opened, row, cells):
    others = [one.date for one in case.center.activities if one.date.year == row.date.year]
    others += [date(row.date.year, 1, 1) + timedelta(days=chance.randrange(364))]
    value = chance.choice(others)
    return "日期", days(value), {"date": value}


def class_hours(chance, case, opened, row, cells):
    value = chance.choice(["0.1", "72", "71.999", "1.25", "216"])
    return "课时", number(Fraction(value)), {"class_hours": Fraction(value)}


def events(chance, case, opened, row, cells):
    value = chance.choice([1, 2, 3, 7])
    return "场次", number(value), {"events": value}


def kind(chance, case, opened, row, cells):
    listed = opened.offered(LEDGER, cells["类别"])
    others = [one for one in case.regulation.kinds.values() if one.name.zh in listed and one.id != row.kind]
    if not others:
        return "", "", {}
    value = chance.choice(others)
    return "类别", text(value.name.zh), {"kind": value.id}


def attended(chance, case, opened, row, cells):
    return "有来访", text("否" if row.attended else "是"), {"attended": not row.attended}


IN_THE_LEDGER = (status, minutes, start, end, day, class_hours, events, kind, attended)


def changed_row(how, chance, case, opened):
    """A change of that sort to some row of the ledger that offers it, or None where no row does."""
    rows = list(case.center.activities)
    chance.shuffle(rows)
    for row in rows:
        cells = opened.line(row.row)
        if cells is None:
            continue
        header, xml, changes = how(chance, case, opened, row, cells)
        reference = cells.get(header)
        if reference is None or (LEDGER, reference) not in opened.typed:
            continue
        center = with_row(case.center, row.row, **changes)
        if center.activities == case.center.activities:
            continue
        told = f"{how.__name__} of row {row.row} {row.kind}: {changes}"
        return Change(told, LEDGER, reference, xml, center)
    return None


# ---------------------------------------------------------------- the roster and the three-year test


def own_title(chance, case, opened):
    """Another title in the roster."""
    teacher = chance.choice(case.center.teachers)
    value = chance.choice([one for one in case.regulation.titles.values() if one.id != teacher.title])
    for _, cells in opened.rows(ROSTER, ROSTER_HEAD):
        if opened.at(ROSTER, cells["工号"]) == teacher.teacher_id:
            others = [evolve(one, title=value.id) if one is teacher else one for one in case.center.teachers]
            told = f"title of {teacher.teacher_id}: {value.id}"
            return Change(told, ROSTER, cells["职称"], text(value.name.zh), evolve(case.center, teachers=others))
    return None


def title_from(chance, case, opened):
    """Another day from which a title holds, between those of the same teacher before and after it."""
    for held in chance.sample(case.center.titles or (), len(case.center.titles or ())):
        near = sorted(
            one.effective_from for one in case.center.titles if one.teacher_id == held.teacher_id and one is not held
        )
        value = held.effective_from + timedelta(days=chance.choice([-200, -1, 1, 100]))
        if any(min(held.effective_from, value) <= one <= max(held.effective_from, value) for one in near):
            continue
        serial = (held.effective_from - date(1899, 12, 30)).days
        for _, cells in opened.rows(ROSTER, ROSTER_HEAD):
            own = opened.at(ROSTER, cells["工号 2"]) == held.teacher_id
            if own and opened.at(ROSTER, cells["生效日期"]) == serial:
                others = [evolve(one, effective_from=value) if one is held else one for one in case.center.titles]
                told = f"title of {held.teacher_id} from {held.effective_from}: {value}"
                return Change(told, ROSTER, cells["生效日期"], days(value), evolve(case.center, titles=others))
    return None


def term_end(chance, case, opened):
    """Another end of a term."""
    part_time = {one.teacher_id for one in case.center.teachers if one.employment == "part_time"}
    written = [one for one in case.center.appointments or () if one.end is not None and one.teacher_id in part_time]
    for term in chance.sample(written, len(written)):
        value = max(term.start, term.end + timedelta(days=chance.choice([-300, -100, -1, 1, 60])))
        serial = (term.end - date(1899, 12, 30)).days
        for _, cells in opened.rows(ROSTER, ROSTER_HEAD):
            own = opened.at(ROSTER, cells["工号 3"]) == term.teacher_id
            if own and opened.at(ROSTER, cells["结束日期"]) == serial:
                others = [evolve(one, end=value) if one is term else one for one in case.center.appointments]
                told = f"term of {term.teacher_id} {term.start}–{term.end}: {value}"
                return Change(told, ROSTER, cells["结束日期"], days(value), evolve(case.center, appointments=others))
    return None


def result(chance, case, opened):
    """Another result of an evaluation of a year that the three-year test lists."""
    if case.center.evaluations is None:
        return None
    places = [
        (
            sheet,
            cells[header],
            opened.at(sheet, cells["工号"]),
            int(opened.at(sheet, cells["年度"])) if sheet == TEST else case.year,
        )
        for sheet, head, header in ((TEST, TEST_HEAD, "考核结论"), (ROSTER, ROSTER_HEAD, f"{case.year} 考核"))
        for _, cells in opened.rows(sheet, head)
        if (sheet, cells[header]) in opened.typed
    ]
    if not places:
        return None
    sheet, reference, teacher_id, year = chance.choice(places)
    value = chance.choice(["excellent", "passed", "basically_passed", "failed"])
    others = [one for one in case.center.evaluations if (one.teacher_id, one.year) != (teacher_id, year)]
    center = evolve(case.center, evaluations=[*others, Evaluation(teacher_id, year, value)])
    return Change(
        f"evaluation of {teacher_id} {year}: {value}", sheet, reference, text(word("result", value).zh), center
    )


def of_training(chance, case, opened, column, header, value, xml):
    """A cell of the first training on the sheet of requirements."""
    rows = case.center.training or ()
    if not rows:
        return None
    place = chance.randrange(len(rows))
    _, cells = opened.rows(REQUIREMENTS, REQUIREMENTS_HEAD)[place]
    others = [evolve(one, **{column: value}) if at == place else one for at, one in enumerate(rows)]
    told = f"training {place}: {column} {value}"
    return Change(told, REQUIREMENTS, cells[header], xml, evolve(case.center, training=others))


def training_hours(chance, case, opened):
    """Other hours of a training."""
    value = chance.choice(["0.5", "14.9", "15", "39.9", "40"])
    return of_training(chance, case, opened, "hours", "学时", Fraction(value), number(Fraction(value)))


def training_level(chance, case, opened):
    """Another level of a training."""
    value = chance.choice(["school", "municipal", "provincial", "national"])
    return of_training(chance, case, opened, "level", "级别", value, text(word("level", value).zh))


def training_day(chance, case, opened):
    """Another day of a training."""
    value = date(chance.choice([case.year, case.year, case.year - 1]), chance.randint(1, 12), 28)
    return of_training(chance, case, opened, "date", "日期", value, days(value))


def report_day(chance, case, opened):
    """Another day of a case report."""
    rows = case.center.case_reports or ()
    if not rows:
        return None
    place = chance.randrange(len(rows))
    value = chance.choice(
        [
            date(case.year, 2, 1),
            date(case.year, 7, 31),
            date(case.year, 8, 1),
            date(case.year + 1, 1, 31),
            date(case.year + 1, 2, 1),
        ]
    )
    _, cells = opened.rows(REQUIREMENTS, REQUIREMENTS_HEAD)[place]
    others = [evolve(one, date=value) if at == place else one for at, one in enumerate(rows)]
    return Change(
        f"case report {place}: {value}",
        REQUIREMENTS,
        cells["日期 2"],
        days(value),
        evolve(case.center, case_reports=others),
    )


ELSEWHERE = (own_title, title_from, term_end, result, training_hours, training_level, training_day, report_day)


def change_of(how, chance, case, opened):
    if how in ELSEWHERE:
        found = how(chance, case, opened)
        assert found is None or (found.sheet, found.reference) in opened.typed, found
        return found
    return changed_row(how, chance, case, opened)


# ---------------------------------------------------------------- comparing


def figures(shape, held):
    """What the sheets say, by what each line is about: two workbooks need not have the same lines.

    Where lines are rounded together, what each of them gives depends on the order in which they stand; sums do not.
    """
    found = {}

    def note(sheet, key, cells):
        for header, reference in cells.items():
            if header:
                found[(sheet, *key, header)] = held.get((sheet, reference), "")

    for _, cells in shape.rows(SUMMARY, SUMMARY_HEAD):
        note(SUMMARY, [shape.at(SUMMARY, cells["工号"])], cells)
        if shape.at(SUMMARY, cells["工号"]) == "合计":
            break
    for _, cells in shape.rows(TEST, TEST_HEAD):
        if sort := shape.at(TEST, cells["内容"]):
            note(TEST, [shape.at(TEST, cells["工号"]), sort, str(shape.at(TEST, cells["年度"]))], cells)
    pooled = "次序" in shape.rows(LEDGER, LEDGER_HEAD)[0][1] if shape.rows(LEDGER, LEDGER_HEAD) else False
    for _, cells in shape.rows(LEDGER, LEDGER_HEAD):
        own = {header: cells[header] for header in ("处理", "计入数量", "账户", "折合", "职称", "年度")}
        if pooled:
            del own["折合"]
        if held.get((LEDGER, cells["处理"])) != "—":  # a part in the next year that there no longer is
            note(LEDGER, [shape.at(LEDGER, cells["数据行"]), shape.at(LEDGER, cells["续行"])], own)
    for _, cells in shape.rows(TIES, TIES_HEAD):
        note(TIES, [shape.at(TIES, cells["类别"])], cells)
        if shape.at(TIES, cells["类别"]) == "合计":
            break
    for _, cells in shape.rows(REQUIREMENTS, REQUIREMENTS_HEAD):
        if item := shape.at(REQUIREMENTS, cells["项目"]):
            own = {header: cells[header] for header in ("已有", "要求", "差额", "结论")}
            note(REQUIREMENTS, [shape.at(REQUIREMENTS, cells["工号"]), item], own)
    return found


def parted(before, after, fresh):
    """Each figure of the changed workbook, calculated anew, that is not that of the new evaluation."""
    found, expected = figures(before, after), figures(fresh, fresh.held)
    for key, value in expected.items():
        other = found.get(key, "")
        other = spreadsheet.as_number(str(other)) if isinstance(value, float) else other
        if not spreadsheet.same(value, other):
            yield f"{key}: {other!r}, a new evaluation says {value!r}"
    for key in found.keys() - expected.keys():
        if key[-1] not in NAMES and found[key] not in ("", "0"):
            yield f"{key}: {found[key]!r}, of which a new evaluation has nothing"


def flagged(shape, after):
    """Whether the sheet of reconciliation says that some row must be reckoned anew: a count of those, above 0."""
    rows = shape.rows(TIES, TIES_HEAD)
    counts = [after.get((TIES, cells["读取"]), "") for _, cells in rows if "改" in str(shape.at(TIES, cells["类别"]))]
    return any(count not in ("", "0") for count in counts)


def new_book(case, center, path):
    write_evaluation_workbook(path, center, case.year, case.regulation, dict(case.readings))
    return path


def subjects(count, first=1000):
    """Rough centers without a fault, for the center's own use, in Chinese."""
    for case in rough(count, first):
        if case.center.teachers:
            yield evolve(case, audience="center", language="zh", skip_faulty=False)


def changes(cases, folder, chance, sorts):
    """For each case one change of each sort that it offers: the case, the change, the changed file, the new one."""
    for case in cases:
        path = folder / f"{case.name}.xlsx"
        try:
            new_book(case, case.center, path)
        except WorkloadError:  # records with a fault, or years that the rules do not know
            continue
        opened = Opened(path)
        for how in sorts:
            if fixed(case, how):
                continue
            change = change_of(how, chance, case, opened)
            if change is None:
                continue
            fresh = folder / f"{case.name}-{how.__name__}-new.xlsx"
            try:
                new_book(case, change.center, fresh)
            except WorkloadError:  # the change makes a fault: one record id with two contents, say
                continue
            changed = folder / f"{case.name}-{how.__name__}.xlsx"
            spreadsheet.with_cell(path, changed, change.sheet, change.reference, change.xml)
            yield case, change, changed, fresh


# A figure on the rule sheet, another value, and the rule file that has it.
RULE_CHANGES = {
    "counseling_duty.per": (50, "a class hour of 50"),
    "counseling_quota": (40, "a quota of 40"),
    "three_year_test.counseling": (100, "a need of 100"),
    "event.professor": (25, "25 points"),
}


def fixed(case, how):
    """Whether the workbook does not follow this change, and says so: appointment years, days of a term as a share."""
    readings = {**{name: one.default for name, one in case.regulation.readings.items()}, **dict(case.readings)}
    if readings["year"] == "appointment" and how in (day, term_end):
        return True
    if readings["part_year"] == "by_days" and how is term_end:
        return True
    return any(clause.window == "trailing" for clause in case.regulation.experience)


@pytest.mark.host("libreoffice")
def test_a_changed_cell_gives_what_a_new_evaluation_gives(tmp_path):
    """A row, a title, a term, an evaluation, a training changed in the sheet: all sheets say what a new one says.

    What they cannot follow they say: the reconciliation counts the rows that must be reckoned anew.
    Only cells on the ground of what may be changed are: status, minutes, times (so that duties overlap, or no longer
    do), days (into other months, out of the appointment), kinds, class hours, events, attendance.
    """
    chance = random.Random(5)
    made = list(changes(subjects(10), tmp_path, chance, (*IN_THE_LEDGER, *ELSEWHERE)))
    counts = Counter(path.stem.rpartition("-")[2] for _, _, path, _ in made)
    assert set(counts) == {how.__name__ for how in (*IN_THE_LEDGER, *ELSEWHERE)}
    assert sum(counts.values()) >= 60
    held = spreadsheet.values_after([path for _, _, path, _ in made], tmp_path / "after")
    told, moved, warned = [], 0, 0
    for (case, change, path, fresh), after in zip(made, held, strict=True):
        before = Opened(path)
        moved += any(
            str(value) != after.get(place, "") for place, value in before.held.items() if place in before.formulas
        )
        if flagged(before, after):
            warned += 1
        else:
            told += [
                f"{path.stem} ({case.rules}, {change.what}): {one}" for one in parted(before, after, Opened(fresh))
            ]
    assert told == []
    assert moved > 40  # the changes are no empty ones
    assert warned < len(made) / 10


@pytest.mark.host("libreoffice")
def test_a_changed_rule_gives_what_that_rule_gives(tmp_path):
    """45 minutes to 50 on the rule sheet, the quota, the three-year need, the points: as another rule file would."""
    made = []
    for case in subjects(2 * len(RULES) + 10, 2000):
        if case.rules != "default" or len(made) >= 4 * len(RULE_CHANGES):
            continue
        path = new_book(evolve(case), case.center, tmp_path / f"{case.name}.xlsx")
        for figure, (value, rules) in RULE_CHANGES.items():
            changed = tmp_path / f"{case.name}-{figure}.xlsx"
            sheet, reference = spreadsheet.named(path)[f"rule_{figure.replace('.', '_')}"]
            assert (sheet, reference) in Opened(path).typed
            spreadsheet.with_cell(path, changed, sheet, reference, number(value))
            fresh = new_book(evolve(case, rules=rules), case.center, tmp_path / f"{case.name}-{figure}-new.xlsx")
            made.append((changed, fresh))
    assert len(made) >= 8
    held = spreadsheet.values_after([path for path, _ in made], tmp_path / "after")
    told, moved = [], 0
    for (path, fresh), after in zip(made, held, strict=True):
        before = Opened(path)
        moved += any(after.get(place, "") != str(value) for place, value in before.held.items() if place[0] == SUMMARY)
        told += [f"{path.stem}: {one}" for one in parted(before, after, Opened(fresh))]
    assert told == []
    assert moved


@pytest.mark.host("libreoffice")
def test_fifty_minutes_instead_of_forty_five_change_every_result(tmp_path):
    """On the sample, 50 for 45 changes the class hours of every teacher with a duty, every year and window."""
    center = read_center(SAMPLES / "center" / "心理指导中心.xlsx")
    path, changed = tmp_path / "book.xlsx", tmp_path / "changed.xlsx"
    write_evaluation_workbook(path, center, 2024)
    sheet, reference = spreadsheet.named(path)["rule_counseling_duty_per"]
    spreadsheet.with_cell(path, changed, sheet, reference, number(50))
    (after,) = spreadsheet.values_after([changed], tmp_path / "after")
    book = Opened(path)
    seen = 0
    for sheet, head, minutes_, hours in (
        (SUMMARY, SUMMARY_HEAD, "分钟", "课时"),
        (TEST, TEST_HEAD, "咨询分钟", "咨询课时"),
    ):
        for _, cells in book.rows(sheet, head):
            worked = book.at(sheet, cells[minutes_])
            if isinstance(worked, float) and worked and book.at(sheet, cells["工号"]) != "合计":
                assert spreadsheet.as_number(after[sheet, cells[hours]]) == pytest.approx(worked / 50, abs=0.005001)
                seen += 1
    assert seen > 60


def test_what_may_be_changed_is_on_a_ground_of_its_own(tmp_path):
    """Yellow cells hold no formula and stand on the sheets that say so; the ledger that leaves the center has none."""
    for case in subjects(6):
        for audience in ("center", "hr"):
            path = tmp_path / f"{case.name}-{audience}.xlsx"
            write_evaluation_workbook(
                path, case.center, case.year, case.regulation, dict(case.readings), audience=audience, skip_faulty=True
            )
            book = Opened(path)
            assert book.typed.isdisjoint(book.formulas)
            allowed = {LEDGER, ROSTER, TEST, REQUIREMENTS, "规则"} - ({LEDGER} if audience == "hr" else set())
            assert {sheet for sheet, _ in book.typed} <= allowed
            if audience == "center" and case.center.activities:
                assert LEDGER in {sheet for sheet, _ in book.typed}


NIGHT = date(2023, 12, 31)


def night(*rows):
    """A center of one teacher, asked for 2024; the first row is on the last day of 2023."""
    return Center(
        [Teacher("T1", "part_time", "甲", title="lecturer", row=2)],
        [evolve(one, row=place) for place, one in enumerate(rows, 2)],
        evaluations=[Evaluation("T1", 2024, "passed")],
    )


def duty(day_, start_, end_):
    return Activity("T1", day_, "counseling_duty", start=time.fromisoformat(start_), end=time.fromisoformat(end_))


OVER = night(
    duty(NIGHT, "23:00", "01:00"), duty(date(2024, 1, 1), "00:30", "02:00"), duty(date(2024, 3, 5), "09:00", "10:30")
)
BEFORE = night(duty(NIGHT, "22:00", "23:00"), duty(date(2024, 3, 5), "09:00", "10:30"))
MAY = night(duty(date(2023, 5, 5), "23:00", "01:00"), duty(date(2024, 3, 5), "09:00", "10:30"))
TURNS = {
    "moved to the day before": (OVER, "日期", days(date(2023, 12, 30)), {"date": date(2023, 12, 30)}),
    "ends before midnight": (OVER, "结束时间", clock(time(23, 30)), {"end": time(23, 30)}),
    "ends at midnight": (OVER, "结束时间", clock(time(0)), {"end": time(0)}),
    "ends later": (OVER, "结束时间", clock(time(1, 30)), {"end": time(1, 30)}),
    "begins later": (OVER, "开始时间", clock(time(23, 50)), {"start": time(23, 50)}),
    "begins in the new year": (OVER, "开始时间", clock(time(0, 10)), {"start": time(0, 10)}),
    "cancelled": (OVER, "状态", text("取消"), {"cancelled": True}),
    "now ends after midnight": (BEFORE, "结束时间", clock(time(1)), {"end": time(1)}),
    "comes from another month": (MAY, "日期", days(NIGHT), {"date": NIGHT}),
}


@pytest.mark.host("libreoffice")
def test_a_duty_over_the_turn_of_the_year_is_followed_or_flagged(tmp_path):
    """A duty in the last night of a year counts in two; what is changed of it, the sheets follow or say they do not."""
    made = []
    for place, (what, (center, header, xml, changes_)) in enumerate(TURNS.items()):
        case = Case(f"turn-{place}", center, 2024)
        path = new_book(case, center, tmp_path / f"{case.name}.xlsx")
        reference = Opened(path).line(2)[header]
        if (LEDGER, reference) not in Opened(path).typed:  # what is not offered need not be followed
            continue
        changed = tmp_path / f"{case.name}-changed.xlsx"
        spreadsheet.with_cell(path, changed, LEDGER, reference, xml)
        made.append(
            (what, changed, new_book(case, with_row(center, 2, **changes_), tmp_path / f"{case.name}-new.xlsx"))
        )
    assert len(made) >= 2
    held = spreadsheet.values_after([path for _, path, _ in made], tmp_path / "after")
    told = []
    for (what, path, fresh), after in zip(made, held, strict=True):
        before = Opened(path)
        if not flagged(before, after):
            told += [f"{what}: {one}" for one in parted(before, after, Opened(fresh))]
        assert not [value for (sheet, _), value in after.items() if sheet == TIES and value.startswith("-")], what
    assert told == []
