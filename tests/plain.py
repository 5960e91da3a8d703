"""The oracle: a second, plain and slow computation of the evaluation and of the three-year test.

It shares nothing with the library. It reads the cells of clean tables (no faults) as they would stand in a
CSV file and works with simple loops, sets of minutes and fractions, so that a reader can compare it with
the regulation line by line. The regulation's numbers stand here as literals: this is a test.

``tables`` maps a table's English name to its rows; a row maps English headers to text, "" for blank.
Row i (0-based) of a table is row i + 2 of the sheet. A table that is not a key is a table the input lacks.

A blank record id is None in the results. Only duties can reach into the next day: a class or an event
belongs to its date, whatever its end.
"""

from datetime import date, datetime, time, timedelta
from fractions import Fraction
from math import floor

from dateutil.relativedelta import relativedelta

DEFAULT_READINGS = {
    "partial_unit": "exact",
    "idle_duty": "counts",
    "counseling_fills_teaching": "no",
    "title_on": "event_day",
    "co_leaders": "full_each",
    "year": "natural",
    "part_year": "full",
    "appointed": "some_time",
    "evaluation_gate": "each_year",
    "overlap": "credit_once",
}

# Words of closed lists. A word that is not a key is English already.

KINDS = {
    "咨询值班": "counseling_duty",
    "心理健康教学": "class_teaching",
    "团体心理辅导": "group_counseling",
    "讲座": "lecture",
    "培训授课": "training_session",
    "沙龙": "salon",
    "师生座谈会": "forum",
    "实践活动": "practice_activity",
    "心理研判会": "case_conference",
    "入学评估会": "admission_assessment",
    "复学评估会": "return_assessment",
    "督导": "supervision",
    "危机干预": "crisis_intervention",
    "其他": "other",
}
KINDS_WITHOUT_VALUE = ["supervision", "crisis_intervention", "other"]
EMPLOYMENTS = {"专职": "full_time", "兼职": "part_time"}
STATUSES = {"": "done", "完成": "done", "取消": "cancelled"}
ATTENDED = {"是": "yes", "否": "no"}
RESULTS = {"优秀": "excellent", "合格": "passed", "基本合格": "basically_passed", "不合格": "failed"}
FORMS = {"": "course", "培训": "course", "学术会议": "conference"}

ONE_DAY = timedelta(days=1)


# --- Cells to plain values -------------------------------------------------------------------------------


def word(text, chinese_to_english):
    return chinese_to_english.get(text, text)


def day(text):
    return date.fromisoformat(text)


def number(text):
    """A number, a quotient such as 1/2 or a percentage such as 50%; None for a blank."""
    if text == "":
        return None
    if text.endswith("%"):
        return Fraction(text[:-1]) / 100
    return Fraction(text)


def clock(text):
    """A time of day such as 9:30; None for a blank."""
    if text == "":
        return None
    hour, minute = text.split(":")
    return time(int(hour), int(minute))


def read_activity(row, cells):
    record = {
        "row": row,
        "record_id": cells["record_id"],
        "teacher_id": cells["teacher_id"],
        "date": day(cells["date"]),
        "kind": word(cells["kind"], KINDS),
        "start": clock(cells["start"]),
        "end": clock(cells["end"]),
        "minutes": number(cells["minutes"]),
        "class_hours": number(cells["class_hours"]),
        "events": number(cells["events"]),
        "status": word(cells["status"], STATUSES),
        "attended": word(cells["attended"], ATTENDED),
        "event_id": cells["event_id"],
        "share": number(cells["share"]),
    }
    if record["events"] is None:
        record["events"] = Fraction(1)
    if record["kind"] == "counseling_duty" and record["minutes"] is None:
        record["minutes"] = Fraction(len(all_minutes(record)))
    return record


def read_appointment(cells):
    start = day(cells["start"])
    if cells["end"] == "":
        end = start + relativedelta(years=1, days=-1)
    else:
        end = day(cells["end"])
    return {"teacher_id": cells["teacher_id"], "start": start, "end": end}


def read(tables):
    """The tables as lists of plain values; a table that the input lacks is None where that matters."""
    center = {"teachers": [], "titles": [], "appointments": [], "activities": [], "evaluations": {}}
    for cells in tables["teachers"]:
        teacher = {
            "teacher_id": cells["teacher_id"],
            "name": cells["name"],
            "employment": word(cells["employment"], EMPLOYMENTS),
            "title": cells["title"],
        }
        center["teachers"].append(teacher)
    for cells in tables.get("titles", []):
        title = {
            "teacher_id": cells["teacher_id"],
            "title": cells["title"],
            "effective_from": day(cells["effective_from"]),
        }
        center["titles"].append(title)
    for cells in tables.get("appointments", []):
        center["appointments"].append(read_appointment(cells))
    for index, cells in enumerate(tables["activities"]):
        center["activities"].append(read_activity(index + 2, cells))
    for cells in tables.get("evaluations", []):
        center["evaluations"][cells["teacher_id"], int(cells["year"])] = word(cells["result"], RESULTS)
    center["training"] = None
    if "training" in tables:
        center["training"] = []
        for cells in tables["training"]:
            course = {
                "teacher_id": cells["teacher_id"],
                "date": day(cells["date"]),
                "hours": number(cells["hours"]),
                "level": cells["level"],
                "form": word(cells["form"], FORMS),
            }
            center["training"].append(course)
    center["case_reports"] = None
    if "case_reports" in tables:
        center["case_reports"] = []
        for cells in tables["case_reports"]:
            report = {"teacher_id": cells["teacher_id"], "date": day(cells["date"])}
            center["case_reports"].append(report)
    return center


# --- Numbers shown ---------------------------------------------------------------------------------------


def two_decimals(value):
    """A float with two decimals, half up (no value here is negative)."""
    return floor(value * 100 + Fraction(1, 2)) / 100


def whole_or_two_decimals(value):
    if value == int(value):
        return int(value)
    return two_decimals(value)


def at_least_zero(value):
    return max(Fraction(value), Fraction(0))


# --- Days and minutes ------------------------------------------------------------------------------------


def days(first, last):
    """The set of days from first to last, both included."""
    result = set()
    current = first
    while current <= last:
        result.add(current)
        current += ONE_DAY
    return result


def has_interval(record):
    return record["start"] is not None and record["end"] is not None


def begins_at(record):
    return datetime.combine(record["date"], record["start"])


def all_minutes(record):
    """The minutes of a row with start and end, each as the moment at which it begins."""
    moment = begins_at(record)
    end = datetime.combine(record["date"], record["end"])
    if record["end"] < record["start"]:
        end += ONE_DAY
    result = set()
    while moment < end:
        result.add(moment)
        moment += timedelta(minutes=1)
    return result


def minutes_within(record, first, last):
    return {moment for moment in all_minutes(record) if first <= moment.date() <= last}


# --- Teachers, appointments, periods ---------------------------------------------------------------------


def appointments_of(center, teacher_id):
    return [term for term in center["appointments"] if term["teacher_id"] == teacher_id]


def days_appointed(center, teacher_id):
    """The union of the teacher's appointments."""
    result = set()
    for term in appointments_of(center, teacher_id):
        result |= days(term["start"], term["end"])
    return result


def plain_period(year, readings):
    """The period of a year for everybody who has no appointment year."""
    if readings["year"] == "academic":
        return date(year, 9, 1), date(year + 1, 8, 31)
    return date(year, 1, 1), date(year, 12, 31)


def first_appointment_year_in(center, teacher_id, year):
    """The first day in the calendar year on which an appointment year begins; None without one."""
    beginnings = []
    for term in appointments_of(center, teacher_id):
        anniversary = term["start"]
        years = 0
        while anniversary <= term["end"]:
            if anniversary.year == year:
                beginnings.append(anniversary)
            years += 1
            anniversary = term["start"] + relativedelta(years=years)
    return min(beginnings, default=None)


def last_day_of_appointment_year(center, teacher_id, year):
    """A year, less a day, after the last beginning in the calendar year; or the day before the next year begins."""
    beginnings = set()
    for term in appointments_of(center, teacher_id):
        anniversary = term["start"]
        years = 0
        while anniversary <= term["end"]:
            beginnings.add(anniversary)
            years += 1
            anniversary = term["start"] + relativedelta(years=years)
    last = max(day for day in beginnings if day.year == year)
    end = last + relativedelta(years=1, days=-1)
    for day in beginnings:
        if last < day <= end:
            end = day - ONE_DAY
    return end


def follows_appointment_years(teacher, readings):
    return readings["year"] == "appointment" and teacher["employment"] == "part_time"


def lacks_appointment_rows(center, teacher, readings):
    """The appointment year is asked for, but nothing says when the teacher is appointed."""
    return follows_appointment_years(teacher, readings) and not appointments_of(center, teacher["teacher_id"])


def begins_no_appointment_year(center, teacher, year, readings):
    """The teacher is appointed, but no appointment year begins in this calendar year."""
    return (
        follows_appointment_years(teacher, readings)
        and appointments_of(center, teacher["teacher_id"]) != []
        and first_appointment_year_in(center, teacher["teacher_id"], year) is None
    )


def period_of(center, teacher, year, readings):
    """The first and the last day of a teacher's period."""
    if follows_appointment_years(teacher, readings):
        first = first_appointment_year_in(center, teacher["teacher_id"], year)
        if first is not None:
            return first, last_day_of_appointment_year(center, teacher["teacher_id"], year)
    return plain_period(year, readings)


def title_in_force(center, teacher, on):
    """The latest title effective on the day, else the one in the teachers table."""
    title = teacher["title"]
    since = date.min
    for row in center["titles"]:
        if row["teacher_id"] == teacher["teacher_id"] and since <= row["effective_from"] <= on:
            title = row["title"]
            since = row["effective_from"]
    return title


# --- The ledger: every activity row is credited or set aside ---------------------------------------------


def amounts(record):
    return record["minutes"], record["class_hours"], record["events"]


def same_content(one, other):
    """All fields but the note (which is not read at all) and the place in the sheet."""
    return {**one, "row": None} == {**other, "row": None}


def same_work(one, other):
    """Same teacher, date, kind and amounts."""
    return (
        one["teacher_id"] == other["teacher_id"]
        and one["date"] == other["date"]
        and one["kind"] == other["kind"]
        and amounts(one) == amounts(other)
    )


def is_duplicate(record, earlier):
    same_id = record["record_id"] != "" and record["record_id"] == earlier["record_id"]
    if same_id and same_content(record, earlier):
        return True
    return (
        record["start"] is not None
        and record["start"] == earlier["start"]
        and record["end"] == earlier["end"]
        and same_work(record, earlier)
    )


def is_possible_duplicate(record, earlier):
    same_id = record["record_id"] != "" and record["record_id"] == earlier["record_id"]
    return record["start"] is None and earlier["start"] is None and not same_id and same_work(record, earlier)


def account_of(record):
    if record["kind"] == "counseling_duty":
        return "counseling"
    if record["kind"] == "class_teaching":
        return "teaching"
    return "points"


def in_period(record, first, last):
    """The row has a minute in the period. Only duties are split at its ends."""
    if record["kind"] == "counseling_duty" and has_interval(record):
        return minutes_within(record, first, last) != set()
    return first <= record["date"] <= last


def is_outside_appointment(center, teacher, record):
    terms = appointments_of(center, teacher["teacher_id"])
    if teacher["employment"] == "full_time" or terms == []:
        return False
    for term in terms:
        if term["start"] <= record["date"] <= term["end"]:
            return False
    return True


def first_reason(center, teacher, record, compared, period, readings):
    """The reason for which a row is set aside, without `overlap`; None if it goes on to that step."""
    first, last = period
    if record["status"] == "cancelled":
        return "cancelled"
    if not in_period(record, first, last):
        return "outside_period"
    if readings["idle_duty"] == "attended_only" and record["kind"] == "counseling_duty":
        if record["attended"] != "yes":
            return "not_attended"
    for earlier in compared:
        if is_duplicate(record, earlier):
            return "duplicate"
    if is_outside_appointment(center, teacher, record):
        return "outside_appointment"
    if record["kind"] in KINDS_WITHOUT_VALUE:
        return "no_value"
    return None


def keep_minutes(lines, periods):
    """Credit to each duty the minutes of its period that no duty before it has taken."""
    duties = [line for line in lines if line["reason"] is None and line["account"] == "counseling"]
    timed = []
    for line in duties:
        if has_interval(line["record"]):
            timed.append(line)
        else:
            line["amount"] = line["record"]["minutes"]
    timed.sort(key=lambda line: (begins_at(line["record"]), line["record"]["row"]))
    taken = {}
    for line in timed:
        teacher_id = line["record"]["teacher_id"]
        first, last = periods[teacher_id]
        own = minutes_within(line["record"], first, last)
        kept = own - taken.get(teacher_id, set())
        taken[teacher_id] = taken.get(teacher_id, set()) | own
        line["amount"] = Fraction(len(kept))
        if kept == set():
            line["reason"] = "overlap"
        elif kept != own:
            line["warnings"].add("part_overlap")


def points_of(center, teacher, record, period, lines, readings):
    on = record["date"]
    if readings["title_on"] == "period_end":
        on = period[1]
    title = title_in_force(center, teacher, on)
    each = {"教授": 30, "副教授": 20}.get(title, 15)
    points = each * record["events"]
    if record["event_id"] == "":
        return points
    if readings["co_leaders"] == "equal_split":
        leaders = set()
        for line in lines:
            if line["reason"] is None and line["account"] == "points":
                if line["record"]["event_id"] == record["event_id"]:
                    leaders.add(line["record"]["teacher_id"])
        return points / len(leaders)
    if readings["co_leaders"] == "declared" and record["share"] is not None:
        return points * record["share"]
    return points


def add_warnings(lines):
    """The warnings that only a credited row can have, but for part_overlap, which keep_minutes adds."""
    credited = [line for line in lines if line["reason"] is None]
    for line in credited:
        record = line["record"]
        for earlier in line["compared"]:
            if is_possible_duplicate(record, earlier):
                line["warnings"].add("possible_duplicate")
        if line["account"] == "counseling":
            if record["minutes"] > 12 * 60:
                line["warnings"].add("long_duty")
        elif has_interval(record):
            for other in credited:
                duty = other["record"]
                if (
                    other["account"] == "counseling"
                    and has_interval(duty)
                    and duty["teacher_id"] == record["teacher_id"]
                    and all_minutes(duty) & all_minutes(record)
                ):
                    line["warnings"].add("double_booked")


def ledger(center, year, readings):
    """One line for each activity row.

    A line has the record, the account (None if set aside), the amount (minutes, class hours or points),
    the reason (None if credited) and the warnings.
    """
    teachers = {teacher["teacher_id"]: teacher for teacher in center["teachers"]}
    periods = {}
    for teacher in center["teachers"]:
        periods[teacher["teacher_id"]] = period_of(center, teacher, year, readings)

    lines = []
    compared = []
    for record in center["activities"]:
        teacher = teachers[record["teacher_id"]]
        period = periods[record["teacher_id"]]
        line = {"record": record, "account": account_of(record), "warnings": set(), "compared": compared[:]}
        line["reason"] = first_reason(center, teacher, record, compared, period, readings)
        if line["reason"] == "not_attended" and record["attended"] == "":
            line["warnings"].add("attendance_blank")
        if line["reason"] not in ["cancelled", "outside_period", "not_attended", "duplicate"]:
            compared.append(record)
        lines.append(line)

    keep_minutes(lines, periods)
    for line in lines:
        record = line["record"]
        if line["reason"] is None and line["account"] == "teaching":
            line["amount"] = record["class_hours"]
        if line["reason"] is None and line["account"] == "points":
            teacher = teachers[record["teacher_id"]]
            period = periods[record["teacher_id"]]
            line["amount"] = points_of(center, teacher, record, period, lines, readings)
    add_warnings(lines)
    return lines


def credited_lines(lines, teacher_id):
    return [line for line in lines if line["reason"] is None and line["record"]["teacher_id"] == teacher_id]


def totals(lines, teacher_id, readings):
    """The teacher's sums: minutes, counseling and teaching class hours, points; and the number of rows."""
    own = credited_lines(lines, teacher_id)
    sums = {"minutes": Fraction(0), "counseling": Fraction(0), "teaching": Fraction(0), "points": Fraction(0)}
    sums["rows"] = len(own)
    whole_units = 0
    for line in own:
        if line["account"] == "counseling":
            sums["minutes"] += line["amount"]
            whole_units += floor(line["amount"] / 45)
        else:
            sums[line["account"]] += line["amount"]
    if readings["partial_unit"] == "exact":
        sums["counseling"] = sums["minutes"] / 45
    if readings["partial_unit"] == "whole_per_duty":
        sums["counseling"] = Fraction(whole_units)
    if readings["partial_unit"] == "whole_pooled":
        sums["counseling"] = Fraction(floor(sums["minutes"] / 45))
    if readings["counseling_fills_teaching"] == "yes":
        sums["teaching"] += sums["counseling"]
    return sums


# --- The annual evaluation -------------------------------------------------------------------------------


def required_hours(center, teacher, whole_requirement, year, readings):
    """What the teacher has to do in the period; None where no quota applies."""
    if teacher["employment"] == "full_time":
        return None
    if begins_no_appointment_year(center, teacher, year, readings):
        return None
    if readings["part_year"] == "by_days" and appointments_of(center, teacher["teacher_id"]):
        first, last = period_of(center, teacher, year, readings)
        period = days(first, last)
        covered = period & days_appointed(center, teacher["teacher_id"])
        return Fraction(whole_requirement * len(covered), len(period))
    return Fraction(whole_requirement)


def compare(class_hours, required, undetermined):
    """The part of counseling and teaching that is alike: required, shortfall, verdict."""
    result = {"class_hours": two_decimals(class_hours)}
    if required is None:
        result["required"] = None
        result["shortfall"] = None
        result["verdict"] = "not_applicable"
        return result
    result["required"] = whole_or_two_decimals(required)
    result["shortfall"] = two_decimals(at_least_zero(required - class_hours))
    if undetermined:
        result["verdict"] = "undetermined"
    elif class_hours >= required:
        result["verdict"] = "met"
    else:
        result["verdict"] = "not_met"
    return result


def both(one, other):
    """The verdict on the quota: counseling and teaching together."""
    if one == other:
        return one
    return "not_met"


def training_of(center, teacher, year):
    required = 40 if teacher["employment"] == "full_time" else 15
    if center["training"] is None:
        return {"hours": None, "required": required, "conferences": None, "verdict": "undetermined"}
    hours = Fraction(0)
    conferences = 0
    municipal_courses = 0
    for row in center["training"]:
        if row["teacher_id"] != teacher["teacher_id"]:
            continue
        if row["form"] == "course" and row["date"].year == year:
            hours += row["hours"]
        if row["form"] == "conference" and row["date"].year == year and row["level"] in ["省级", "国家级"]:
            conferences += 1
        if row["form"] == "course" and row["date"].year in [year - 2, year - 1, year]:
            if row["level"] in ["市级", "省级", "国家级"]:
                municipal_courses += 1
    if teacher["employment"] == "full_time":
        met = hours >= 40 and conferences >= 2
    else:
        met = hours >= 15 and municipal_courses >= 1
    return {
        "hours": two_decimals(hours),
        "required": required,
        "conferences": conferences,
        "verdict": "met" if met else "not_met",
    }


def case_reports_of(center, teacher, year):
    if center["case_reports"] is None:
        return {"spring": None, "autumn": None, "verdict": "undetermined"}
    spring = 0
    autumn = 0
    for row in center["case_reports"]:
        if row["teacher_id"] == teacher["teacher_id"]:
            if date(year, 2, 1) <= row["date"] <= date(year, 7, 31):
                spring += 1
            if date(year, 8, 1) <= row["date"] <= date(year + 1, 1, 31):
                autumn += 1
    met = spring >= 1 and autumn >= 1
    return {"spring": spring, "autumn": autumn, "verdict": "met" if met else "not_met"}


def evaluate_teacher(center, teacher, lines, year, readings):
    sums = totals(lines, teacher["teacher_id"], readings)
    undetermined = lacks_appointment_rows(center, teacher, readings)
    required_counseling = required_hours(center, teacher, 38, year, readings)
    required_teaching = required_hours(center, teacher, 72, year, readings)
    counseling = compare(sums["counseling"], required_counseling, undetermined)
    teaching = compare(sums["teaching"], required_teaching, undetermined)
    return {
        "teacher_id": teacher["teacher_id"],
        "name": teacher["name"],
        "employment": teacher["employment"],
        "counseling": {"minutes": whole_or_two_decimals(sums["minutes"]), **counseling},
        "teaching": teaching,
        "points": whole_or_two_decimals(sums["points"]),
        "quota": both(counseling["verdict"], teaching["verdict"]),
        "training": training_of(center, teacher, year),
        "case_reports": case_reports_of(center, teacher, year),
        "evaluation": center["evaluations"].get((teacher["teacher_id"], year)),
    }


def evaluate(tables, year, readings):
    """The object of ``evaluate --format json`` without rules and readings.

    A warning is only {"table", "row", "code"}; warnings are sorted by row and code, set_aside by row.
    """
    readings = {**DEFAULT_READINGS, **readings}
    center = read(tables)
    lines = ledger(center, year, readings)
    set_aside = []
    warnings = []
    for line in lines:
        record = line["record"]
        if line["reason"] is not None:
            set_aside.append(
                {
                    "table": "activities",
                    "row": record["row"],
                    "record_id": record["record_id"] or None,
                    "teacher_id": record["teacher_id"],
                    "reason": line["reason"],
                }
            )
        for code in sorted(line["warnings"]):
            warnings.append({"table": "activities", "row": record["row"], "code": code})
    first, last = plain_period(year, readings)
    teachers = []
    for teacher in center["teachers"]:
        teachers.append(evaluate_teacher(center, teacher, lines, year, readings))
    return {
        "period": {"start": first.isoformat(), "end": last.isoformat()},
        "rows": {
            "read": len(lines),
            "credited": len(lines) - len(set_aside),
            "set_aside": len(set_aside),
        },
        "teachers": teachers,
        "set_aside": set_aside,
        "warnings": warnings,
        "passed_over": [],
        "aliases": [],
    }


# --- The three-year test ---------------------------------------------------------------------------------


def earliest_year(center, as_of):
    """A year before which nothing is recorded (a year earlier, for the academic year)."""
    years = [as_of]
    for record in center["activities"]:
        years.append(record["date"].year - 1)
    for term in center["appointments"]:
        years.append(term["start"].year - 1)
    for _, year in center["evaluations"]:
        years.append(year)
    return min(years)


def is_appointed(center, teacher, year, credited_rows, readings):
    terms = appointments_of(center, teacher["teacher_id"])
    if terms == []:
        return credited_rows > 0 or (teacher["teacher_id"], year) in center["evaluations"]
    if begins_no_appointment_year(center, teacher, year, readings):
        return False
    first, last = period_of(center, teacher, year, readings)
    period = days(first, last)
    covered = period & days_appointed(center, teacher["teacher_id"])
    if readings["appointed"] == "throughout":
        return covered == period
    return covered != set()


def three_years_from(start):
    return [start, start + 1, start + 2]


def gated_years(window, readings):
    """The years of a window whose evaluation matters."""
    if readings["evaluation_gate"] == "final_year":
        return [window[-1]]
    return window


def evaluations_missing(center, teacher, window, readings):
    missing = []
    for year in gated_years(window, readings):
        if (teacher["teacher_id"], year) not in center["evaluations"]:
            missing.append(year)
    return missing


def has_evaluation_not_passed(center, teacher, window, readings):
    for year in gated_years(window, readings):
        if center["evaluations"].get((teacher["teacher_id"], year)) in ["basically_passed", "failed"]:
            return True
    return False


def sum_years(yearly, window, what):
    """The sum over a window; years without sums (after as_of) add nothing."""
    result = Fraction(0)
    for year in window:
        if year in yearly:
            result += yearly[year][what]
    return result


def shown_window(yearly, window, verdict):
    return {
        "years": window,
        "counseling_minutes": whole_or_two_decimals(sum_years(yearly, window, "minutes")),
        "teaching_class_hours": two_decimals(sum_years(yearly, window, "teaching")),
        "verdict": verdict,
    }


def next_window(center, teacher, yearly, used, as_of, readings):
    start = as_of - 2
    while True:
        window = three_years_from(start)
        start += 1
        if any(year in used for year in window):
            continue
        if has_evaluation_not_passed(center, teacher, window, readings):
            continue
        if not all(yearly[year]["appointed"] for year in window if year < as_of):
            continue
        break
    minutes_missing = 3 * 38 * 45 - sum_years(yearly, window, "minutes")
    if readings["partial_unit"] != "exact":
        minutes_missing = (114 - sum_years(yearly, window, "counseling")) * 45
    teaching_missing = 216 - sum_years(yearly, window, "teaching")
    return {
        "years": window,
        "counseling_minutes_missing": whole_or_two_decimals(at_least_zero(minutes_missing)),
        "teaching_class_hours_missing": two_decimals(at_least_zero(teaching_missing)),
        "evaluations_missing": evaluations_missing(center, teacher, window, readings),
    }


def part_time_experience(center, teacher, yearly, as_of, readings):
    met = []
    undetermined = []
    good_windows = []
    for start in sorted(yearly):
        window = three_years_from(start)
        if window[-1] > as_of:
            continue
        if not all(yearly[year]["appointed"] for year in window):
            continue
        if sum_years(yearly, window, "counseling") < 114:
            continue
        if sum_years(yearly, window, "teaching") < 216:
            continue
        if has_evaluation_not_passed(center, teacher, window, readings):
            continue
        good_windows.append(window)

    used = set()
    for window in good_windows:
        if evaluations_missing(center, teacher, window, readings) == [] and not used & set(window):
            met.append(window)
            used |= set(window)
    used_or_undetermined = set(used)
    for window in good_windows:
        if evaluations_missing(center, teacher, window, readings) and not used_or_undetermined & set(window):
            undetermined.append(window)
            used_or_undetermined |= set(window)

    windows = []
    for window in met + undetermined:
        verdict = "met" if window in met else "undetermined"
        windows.append(shown_window(yearly, window, verdict))
    verdict = "not_met"
    if undetermined:
        verdict = "undetermined"
    if met:
        verdict = "met"
    return {
        "teacher_id": teacher["teacher_id"],
        "employment": "part_time",
        "verdict": verdict,
        "basis": "three_year_windows",
        "recognized_years": len(met),
        "windows": windows,
        "next": next_window(center, teacher, yearly, used, as_of, readings),
    }


def experience(tables, as_of, readings):
    """The object of ``experience --format json`` without rules."""
    readings = {**DEFAULT_READINGS, **readings}
    center = read(tables)
    # What is written about later years is not known yet in the year of the question.
    center["evaluations"] = {key: result for key, result in center["evaluations"].items() if key[1] <= as_of}
    years = range(min(earliest_year(center, as_of), as_of - 2), as_of + 1)
    ledgers = {year: ledger(center, year, readings) for year in years}
    teachers = []
    for teacher in center["teachers"]:
        if teacher["employment"] == "full_time":
            teachers.append(
                {
                    "teacher_id": teacher["teacher_id"],
                    "employment": "full_time",
                    "verdict": "met",
                    "basis": "employment",
                    "recognized_years": None,
                    "windows": [],
                    "next": None,
                }
            )
            continue
        yearly = {}
        for year in years:
            if begins_no_appointment_year(center, teacher, year, readings):
                nothing = Fraction(0)
                yearly[year] = {"minutes": nothing, "counseling": nothing, "teaching": nothing, "rows": 0}
            else:
                yearly[year] = totals(ledgers[year], teacher["teacher_id"], readings)
            rows = yearly[year]["rows"]
            yearly[year]["appointed"] = is_appointed(center, teacher, year, rows, readings)
        teachers.append(part_time_experience(center, teacher, yearly, as_of, readings))
    return {"as_of": as_of, "teachers": teachers, "passed_over": [], "aliases": []}
