"""What breaks a rule of the tables, beyond a cell that cannot be read: all of it at once.

The rules are those of the input contract; which kinds, titles and measures there are comes from the regulation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from workload.errors import Fault
from workload.exact import shown
from workload.records import Activity, Center, Payment, minutes_between
from workload.regulation import Regulation
from workload.roster import Standing, titles_held
from workload.text import Text
from workload.vocabulary import TABLES, WORDS


def check(center: Center, regulation: Regulation) -> tuple[Fault, ...]:
    """All faults over several cells, rows and tables of a center's records.

    A teacher whose own row could not be read is not reported again at every row that names the teacher. Payments of
    who is no teacher any more are no fault (:func:`payments_of_others`), unless the id looks like a slip of another.

    >>> from workload import Activity, Teacher, load_regulation
    >>> center = Center([Teacher("T01", "part_time")], [Activity("T1", date(2024, 3, 5), "counseling_duty")])
    >>> [fault.code for fault in check(center, load_regulation())]
    ['unknown_teacher', 'minutes_missing']
    """
    return in_order(_faults(center, regulation))


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Faults by table and row, each once."""
    places = {name: place for place, name in enumerate(TABLES)}
    found = {(fault.table, fault.row, fault.column, fault.code, fault.value): fault for fault in faults}
    return tuple(sorted(found.values(), key=lambda fault: (places.get(fault.table, -1), fault.row or 0)))


def _faults(center: Center, regulation: Regulation) -> Iterator[Fault]:
    yield from _teachers(center)
    yield from _words(center, regulation)
    for table, row, teacher_id, near in _strangers(center):
        if table != "payments" or near:
            yield _unknown_teacher(table, row, teacher_id, near)
    yield from _dated(center)
    yield from _activities(center, regulation)


def payments_of_others(center: Center) -> tuple[Payment, ...]:
    """Payments of those who are not in the teachers table: no fault, for who left was paid all the same."""
    others = {teacher_id for table, _, teacher_id, near in _strangers(center) if table == "payments" and not near}
    return tuple(one for one in center.payments or () if one.teacher_id in others)


def _strangers(center: Center) -> Iterator[tuple[str, int | None, str, str | None]]:
    """Each row that names nobody of the teachers table, and whose id may be meant."""
    ids = {teacher.teacher_id for teacher in center.teachers} | set(center.unread_teachers)
    near = {_bare(teacher_id): teacher_id for teacher_id in ids}
    # Without the table itself every id would be unknown, and the one cause would be buried.
    if any(fault.table == "teachers" and not fault.is_of_a_row for fault in center.faults):
        return
    for table, row, teacher_id in _teachers_named(center):
        if teacher_id not in ids:
            yield table, row, teacher_id, near.get(_bare(teacher_id))


def _teachers_named(center: Center) -> Iterator[tuple[str, int | None, str]]:
    """Each row that names a teacher; also one that could not be read for another reason."""
    for table in ("titles", "appointments", "activities", "evaluations", "training", "case_reports", "payments"):
        for record in getattr(center, table) or ():
            yield table, record.row, record.teacher_id
    for dropped in center.dropped:
        if dropped.teacher_id:
            yield "activities", dropped.row, dropped.teacher_id


def _bare(teacher_id: str) -> str:
    """An id without what slips make of it: Excel eats the zeros before a number, hands add spaces and small letters."""
    return "".join(teacher_id.split()).casefold().lstrip("0")


def _words(center: Center, regulation: Regulation) -> Iterator[Fault]:
    """Words of closed lists that are in no list: a reader never lets one through, records built in Python may."""
    levels, forms = {"", *WORDS["level"]}, WORDS["form"]
    titles = {None, *regulation.titles}
    known: tuple[tuple[str, str, Collection[object]], ...] = (
        ("teachers", "employment", WORDS["employment"]),
        ("teachers", "affiliation", WORDS["affiliation"]),
        ("teachers", "title", titles),
        ("titles", "title", regulation.titles),
        ("activities", "level", levels),
        ("activities", "role", {"", *regulation.roles} if regulation.roles else ()),
        ("evaluations", "result", WORDS["result"]),
        ("training", "level", levels),
        ("training", "form", forms),
    )
    for table, column, accepted in known:
        for record in (getattr(center, table) or ()) if accepted else ():
            word = getattr(record, column)
            if word not in accepted:
                listed = [str(name) for name in accepted if name]
                message = Text(f"只接受：{'、'.join(listed)}", f"accepted: {', '.join(listed)}")
                yield Fault(table, record.row, column, word, "unknown_word", message)


def _unknown_teacher(table: str, row: int | None, teacher_id: str, near: str | None) -> Fault:
    message = Text("教师表中没有这个工号", "there is no such id in the teachers table")
    suggestion = Text(near, near) if near else None
    return Fault(table, row, "teacher_id", teacher_id, "unknown_teacher", message, suggestion)


def _twice(table: str, row: int | None, column: str, value: object, first: int | None, zh: str, en: str) -> Fault:
    where = Text(f"（第{first}行）", f" (row {first})") if first is not None else Text("", "")
    return Fault(table, row, column, str(value), "twice", Text(zh + where.zh, en + where.en))


def _teachers(center: Center) -> Iterator[Fault]:
    first: dict[str, int | None] = {}
    for teacher in center.teachers:
        if teacher.teacher_id in first:
            before = first[teacher.teacher_id]
            zh, en = "这个工号已经出现过；请删除或改正其中一行", "this id already stands in the table"
            yield _twice("teachers", teacher.row, "teacher_id", teacher.teacher_id, before, zh, en)
        first.setdefault(teacher.teacher_id, teacher.row)


def _dated(center: Center) -> Iterator[Fault]:
    titles: dict[tuple[str, date], tuple[str, int | None]] = {}
    for held in center.titles or ():
        title, row = titles.setdefault((held.teacher_id, held.effective_from), (held.title, held.row))
        if title != held.title:
            zh, en = "同一天生效两个职称", "two titles take effect on one day"
            yield _twice("titles", held.row, "effective_from", held.effective_from, row, zh, en)
    results: dict[tuple[str, int], tuple[str, int | None]] = {}
    for evaluation in center.evaluations or ():
        key = evaluation.teacher_id, evaluation.year
        result, row = results.setdefault(key, (evaluation.result, evaluation.row))
        if result != evaluation.result:
            zh, en = "同一年度有两个结论", "two results for one year"
            yield _twice("evaluations", evaluation.row, "year", evaluation.year, row, zh, en)
    for appointment in center.appointments or ():
        if appointment.end is not None and appointment.end < appointment.start:
            message = Text(f"早于开始日期 {appointment.start}", f"lies before the start {appointment.start}")
            yield Fault("appointments", appointment.row, "end", str(appointment.end), "end_before_start", message)


def _activities(center: Center, regulation: Regulation) -> Iterator[Fault]:
    teachers = {teacher.teacher_id: teacher for teacher in reversed(center.teachers)}  # the first of two counts
    by_title = _kinds_by_title(regulation)
    standings: dict[str, Standing] = {}
    ids: dict[str, Activity] = {}
    shares: dict[str, list[Activity]] = {}
    for activity in center.activities:
        if activity.kind not in regulation.kinds:
            accepted = [kind.name for kind in regulation.kinds.values()]
            zh = f"没有这个类别；可用：{'、'.join(name.zh for name in accepted)}"
            message = Text(zh, f"there is no such kind; known: {', '.join(regulation.kinds)}")
            yield Fault("activities", activity.row, "kind", activity.kind, "unknown_kind", message)
            continue
        if activity.record_id:
            first = ids.setdefault(activity.record_id, activity)
            if first is not activity and first.content != activity.content:
                zh, en = "同一编号有两种内容", "one record id with two contents"
                yield _twice("activities", activity.row, "record_id", activity.record_id, first.row, zh, en)
        if activity.cancelled:
            continue  # what a cancelled row lacks is not missed
        yield from amounts(activity, regulation)
        if activity.event_id and activity.share is not None:
            shares.setdefault(activity.event_id, []).append(activity)
        if activity.kind in by_title and (teacher := teachers.get(activity.teacher_id)) is not None:
            found = standings.get(teacher.teacher_id)
            if found is None:
                found = standings[teacher.teacher_id] = Standing(teacher, (), titles_held(center, teacher))
            if found.title_on(activity.date) is None:
                yield title_missing(activity)
    yield from _shares(shares.values())


def _kinds_by_title(regulation: Regulation) -> frozenset[str]:
    """The kinds whose value depends on the title."""
    tables = [(clause.kinds, clause.amount) for clause in regulation.credits]
    tables += [(clause.kinds, clause.table) for clause in regulation.coefficients]
    return frozenset(kind for kinds, cases in tables for kind in kinds if any(case.title for case in cases))


def title_missing(activity: Activity) -> Fault:
    """The fault of an event on whose day the teacher has no title."""
    message = Text(
        f"该教师在 {activity.date} 没有职称，活动无法计分；请在“职称”表或“教师”表填写（没有职称请填“无”）",
        f"the teacher has no title on {activity.date}, so the event has no points; "
        "give one in titles or teachers ('none' is one)",
    )
    return Fault("activities", activity.row, "teacher_id", activity.teacher_id, "title_missing", message)


def amounts(activity: Activity, regulation: Regulation) -> Iterator[Fault]:
    """What a row of that kind needs: a duty minutes, or start and end; a class its class hours; an event a number."""
    measure = regulation.kinds[activity.kind].measure
    row = activity.row
    if measure == "minutes":
        if activity.start is not None and activity.end is not None:
            between = minutes_between(activity.start, activity.end)
            if not between:
                message = Text("结束时间与开始时间相同", "the end is the same as the start")
                yield Fault("activities", row, "end", f"{activity.end:%H:%M}", "no_time", message)
                return
            if activity.minutes != between:
                span = f"{activity.start:%H:%M}–{activity.end:%H:%M}"
                zh = f"与起止时间不符：{span} 为 {between} 分钟；请改正其中之一"
                message = Text(zh, f"disagrees with start and end: {span} is {between} minutes")
                yield Fault("activities", row, "minutes", str(activity.minutes), "minutes_disagree", message)
                return
        if activity.minutes is None:
            zh = "值班须填写分钟，或开始时间和结束时间"
            message = Text(zh, "a duty needs minutes, or start and end")
            yield Fault("activities", row, "minutes", None, "minutes_missing", message)
        elif activity.minutes <= 0:
            yield _not_positive(activity, "minutes", activity.minutes)
    elif measure == "class_hours":
        if activity.class_hours is None:
            message = Text("教学须填写课时", "a class needs class hours")
            yield Fault("activities", row, "class_hours", None, "class_hours_missing", message)
        elif activity.class_hours <= 0:
            yield _not_positive(activity, "class_hours", shown(activity.class_hours))
    elif activity.events <= 0:
        yield _not_positive(activity, "events", activity.events)


def _not_positive(activity: Activity, column: str, value: object) -> Fault:
    message = Text("必须大于0", "must be above 0")
    return Fault("activities", activity.row, column, str(value), "not_positive", message)


def _shares(events: Iterable[list[Activity]]) -> Iterator[Fault]:
    for rows in events:
        total = sum(activity.share or 0 for activity in {activity.content: activity for activity in rows}.values())
        if total > 1:
            last = rows[-1]
            zh = f"活动 {last.event_id} 的份额合计为 {float(total):g}，超过1"
            message = Text(zh, f"the shares of event {last.event_id} add up to {float(total):g}, above 1")
            yield Fault("activities", last.row, "share", shown(last.share or 0, 4), "shares_above_one", message)
