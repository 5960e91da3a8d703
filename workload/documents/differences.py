"""What a later run differs in from a closed year, as blocks for people and as a JSON object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from workload.comparison import Change, ClauseDifference, Differences, RowDifference, TeacherDifference, Value
from workload.documents.as_json import Object
from workload.documents.blocks import Block
from workload.documents.blocks import Value as Cell
from workload.documents.reports import readings
from workload.exact import MOST_PLACES, shown
from workload.snapshot import ClosedLine
from workload.text import Language, Text
from workload.vocabulary import REASONS, UNIT_OF_MEASURE, column_text, measured, table_text, word

MOST_ROWS = 40  # on a terminal; the other formats have them all
_NOTHING = "—"

_OF_A_TEACHER = {
    "name": Text("姓名", "name"),
    "employment": Text("类别", "employment"),
    "start": Text("核算期开始", "period start"),
    "end": Text("核算期结束", "period end"),
    "evaluation": Text("年度考核", "evaluation"),
}
_OF_A_FINDING = {
    "value": Text("", ""),
    "required": Text("要求", "required"),
    "verdict": Text("结论", "verdict"),
}
_OF_EXPERIENCE = {
    "basis": Text("依据", "basis"),
    "verdict": Text("结论", "verdict"),
    "recognized_years": Text("认定年数", "recognized years"),
    "windows": Text("窗口", "windows"),
    "appointed": Text("在聘", "appointed"),
    "result": Text("考核", "evaluation"),
    "passed": Text("考核合格", "evaluation passed"),
}
_OF_A_CLAUSE = {
    "article": Text("条款", "article"),
    "quote": Text("引文", "quote"),
    "effective_from": Text("生效日期", "effective from"),
    "effective_until": Text("失效日期", "effective until"),
}
_OF_RULES = {
    "id": Text("规则文件", "rule file"),
    "document": Text("文号", "document"),
    "words": Text("用词、校历或口径的说明", "words, calendar or readings"),
}
_BASIS = {
    "employment": Text("按任职认定", "employment"),
    "three_year_windows": Text("三年窗口", "three-year windows"),
}
_OTHER = Text("其他列", "other columns")
_MEASURED = {"recorded": Text("登记量", "recorded"), "quantity": Text("计入量", "counted")}
_EXPERIENCE = Text("三年认定", "three-year test")


def blocks(found: Differences, language: Language, how: str = "table") -> list[Block]:
    """The differences for people: first whether the figures are the same, then what they came from, then each."""
    if how == "csv":
        return [_one_table(found, language)]
    zh = language == "zh"
    title = (
        f"{found.snapshot.year} 年度：快照与现在重新核算的差异"
        if zh
        else f"{found.snapshot.year}: what differs between the snapshot and a run of now"
    )
    return [
        Block(title, lines=tuple(text.get(language) for text in _summary(found))),
        Block("来源" if zh else "What it comes from", lines=tuple(text.get(language) for text in _sources(found))),
        *_rules_block(found, language, how),
        *_teachers_block(found, language),
        *_rows_block(found, language, how),
        readings(found.regulation, found.after.readings, language),
    ]


# ---------------------------------------------------------------- the summary


def _summary(found: Differences) -> Iterator[Text]:
    if found.same_figures:
        yield Text("数字与快照完全相同", "the figures are those of the snapshot")
    teachers = [one for one in found.teachers if one.changes or not (one.before and one.after)]
    if teachers:
        yield Text(f"数字或结论不同的教师：{len(teachers)} 人", f"teachers with other figures: {len(teachers)}")
    if found.rows:
        new = sum(one.before is None for one in found.rows)
        gone = sum(one.after is None for one in found.rows)
        changed = len(found.rows) - new - gone
        zh = f"工作记录：改动 {changed} 行，新增 {new} 行，没有了 {gone} 行"
        yield Text(zh, f"activity rows: {changed} changed, {new} new, {gone} gone")
    if found.moved:
        yield Text(
            f"只是移到别的行、内容未变：{found.moved} 行", f"moved in the sheet, otherwise the same: {found.moved}"
        )
    if found.beyond:
        yield Text(
            f"年度之后的记录有增减或改动：{found.beyond} 行，与该年度无关",
            f"rows after the year that were added, taken away or changed: {found.beyond}; no part of it",
        )
    if found.hours_only:
        zh, en = "、".join(found.hours_only), ", ".join(found.hours_only)
        yield Text(
            f"起止时间有改动而不影响数字：{zh}（快照不保存起止时间，不能指出是哪一行）",
            f"times of day differ without changing a figure: {en} (a snapshot keeps none, so no row can be named)",
        )
    faults = len(found.after.faults)
    if faults:
        yield Text(f"现在的数据中跳过了 {faults} 处错误", f"faults that were skipped in the input of now: {faults}")
    before, now = found.snapshot.no_experience, found.after.no_experience
    if now is not None and before is None:
        yield Text(f"三年认定现在无法核算：{now.zh}", f"no three-year test now: {now.en}")
    if before is not None and now is None:
        yield Text(f"快照中没有三年认定：{before.zh}", f"no three-year test in the snapshot: {before.en}")


def _sources(found: Differences) -> Iterator[Text]:
    """What both came from: files, records, rules, version, readings, date."""
    before, now = found.snapshot, found.after
    yield from map(_file, found.files)
    yield _same("全部记录", "all records", before.records_digest, now.records_digest)
    yield _same(f"规则 {now.rules.id}", f"rules {now.rules.id}", before.rules.digest, now.rules.digest)
    if found.version is None:
        yield Text(f"程序版本 {now.version}：相同", f"version {now.version}: the same")
    else:
        yield Text(f"程序版本：{before.version} → {now.version}", f"version: {before.version} → {now.version}")
    yield from map(_reading, found.readings)
    if before.day is not None:
        yield Text(f"快照日期 {before.day}", f"date of the snapshot {before.day}")


def _same(zh: str, en: str, before: str, now: str) -> Text:
    if before == now:
        return Text(f"{zh}：相同", f"{en}: the same")
    digests = f"{before[:12]} → {now[:12]}"
    return Text(f"{zh}：不同（{digests}）", f"{en}: not the same ({digests})")


def _file(change: Change) -> Text:
    (name,) = change.of
    if change.before is None:
        return Text(f"输入 {name}：快照时没有这个文件", f"input {name}: not there at the time of the snapshot")
    if change.after is None:
        return Text(f"输入 {name}：现在没有这个文件", f"input {name}: not there now")
    return _same(f"输入 {name}", f"input {name}", str(change.before), str(change.after))


def _reading(change: Change) -> Text:
    (name,) = change.of
    if change.before is None:
        return Text(
            f"口径 {name}：快照的规则没有，现在按 {change.after}",
            f"reading {name}: not in the snapshot's rules; now {change.after}",
        )
    zh, en = ("没有采用", "left out") if change.after is None else (f"按 {change.after}", f"{change.after} is taken")
    return Text(
        f"口径 {name}={change.before}：现在的规则不认得，{zh}",
        f"reading {name}={change.before}: not known to the rules of now, {en}",
    )


# ---------------------------------------------------------------- rules


def _rules_block(found: Differences, language: Language, how: str) -> Iterator[Block]:
    zh = language == "zh"
    title = "规则的差异" if zh else "What differs in the rules"
    rows = tuple(tuple(text.get(language) for text in row) for row in _rule_rows(found))
    if rows and how == "table":  # a quote is too long for a column of a terminal, and a line wraps
        colon = "：" if zh else ": "
        lines = (
            f"{f'{article} {name}'.strip()}{colon}{f'{before} → ' if before else ''}{now}"
            for article, name, before, now in rows
        )
        yield Block(title, lines=tuple(lines))
    elif rows:
        yield Block(title, ("条款", "项目", "快照", "现在") if zh else ("article", "item", "snapshot", "now"), rows)


def _rule_rows(found: Differences) -> Iterator[tuple[Text, Text, Text, Text]]:
    blank = Text("", "")
    for change in found.rules:
        name = _OF_RULES[change.of[0]]
        told = blank if change.of == ("words",) else _plain(change.before)
        now = Text("有不同", "not the same") if change.of == ("words",) else _plain(change.after)
        yield blank, name, told, now
    for clause in found.clauses:
        yield from _clause_rows(clause)


def _clause_rows(found: ClauseDifference) -> Iterator[tuple[Text, Text, Text, Text]]:
    clause = found.after or found.before
    if clause is None:
        return
    article, name = Text(clause.article, clause.article), Text(clause.id, clause.id)
    if found.before is None or found.after is None:
        gone = found.after is None
        figures = "，".join(f"{one.name} {shown(one.value)}" for one in clause.figures if one.value is not None)
        there = Text(figures or "有", figures.replace("，", ", ") or "there")
        nothing = Text("无", "none")
        yield article, name, there if gone else nothing, nothing if gone else there
        return
    units = {one.name: one.unit for one in (*found.before.figures, *found.after.figures)}
    for change in found.changes:
        if change.of[0] == "figure":
            before, now = _pair(change, units.get(change.of[1], ""))
            yield article, Text(change.of[1], change.of[1]), before, now
        else:
            what = _OF_A_CLAUSE[change.of[0]]
            yield article, Text(f"{clause.id} {what.zh}", f"{clause.id} {what.en}"), *_pair(change)
    if found.other:
        yield article, name, Text("", ""), Text("适用范围等有不同", "its scope or another part differs")


# ---------------------------------------------------------------- teachers


def _teachers_block(found: Differences, language: Language) -> Iterator[Block]:
    zh = language == "zh"
    rows = tuple(
        (teacher_id, name, *(text.get(language) for text in told))
        for one in found.teachers
        for teacher_id, name, *told in _teacher_rows(one, found)
    )
    if rows:
        header = ("工号", "姓名", "项目", "快照", "现在") if zh else ("id", "name", "item", "snapshot", "now")
        yield Block("各教师的差异" if zh else "What differs by teacher", header, rows)


def _teacher_rows(one: TeacherDifference, found: Differences) -> Iterator[tuple[str, str, Text, Text, Text]]:
    teacher = one.after or one.before
    if teacher is None:
        return
    who = teacher.teacher_id, teacher.name
    if one.before is None or one.after is None:
        there, nothing = Text("有", "there"), Text("无", "none")
        told = (there, nothing) if one.after is None else (nothing, there)
        yield *who, Text("教师", "teacher"), *told
        return
    for change in one.changes:
        yield *who, _item(change, one, found), *_pair_of_teacher(change, one, found)
    if one.tables:
        names = [table_text(name) for name in one.tables]
        told_ = Text("、".join(name.zh for name in names), ", ".join(name.en for name in names))
        yield *who, Text("记录有不同的表", "tables whose records differ"), Text("", ""), told_


def _item(change: Change, one: TeacherDifference, found: Differences) -> Text:
    """What a change of a teacher is of."""
    first, *rest = change.of
    if first == "total":
        return _account(rest[0], found)
    if first == "finding":
        title = next(
            (
                Text(finding.title, finding.title_en)
                for of in (one.after, one.before)
                for finding in (of.findings if of else ())
                if finding.name == rest[0]
            ),
            Text(rest[0], rest[0]),
        )
        return _spaced(title, _OF_A_FINDING[rest[1]])
    if first == "experience":
        year = [Text(f"{name} 年", name) for name in rest if name.isdigit()]
        what = _account(rest[-1], found) if "total" in rest else _OF_EXPERIENCE[rest[-1]]
        return _spaced(_EXPERIENCE, *year, what)
    return _OF_A_TEACHER[first]


def _spaced(*texts: Text) -> Text:
    return Text(
        " ".join(filter(None, (text.zh for text in texts))), " ".join(filter(None, (text.en for text in texts)))
    )


def _account(name: str, found: Differences) -> Text:
    known = found.regulation.accounts.get(name)
    return Text(name, name) if known is None else known.name


def _unit(name: str, found: Differences) -> str:
    known = found.regulation.accounts.get(name)
    return "" if known is None else known.unit


def _pair_of_teacher(change: Change, one: TeacherDifference, found: Differences) -> tuple[Text, Text]:
    last = change.of[-1]
    if change.of[0] == "total" or "total" in change.of[1:]:
        return _pair(change, _unit(last, found))
    if change.of[0] == "finding" and last in ("value", "required"):
        units = [
            finding.unit
            for of in (one.after, one.before)
            for finding in (of.findings if of else ())
            if finding.name == change.of[1]
        ]
        return _pair(change, next(iter(units), ""))
    groups = {"verdict": "verdict", "employment": "employment", "evaluation": "result", "result": "result"}
    if last in ("appointed", "passed"):
        groups[last] = "answer"
    if last in groups:
        return _word(groups[last], change.before), _word(groups[last], change.after)
    if last == "basis":
        return _BASIS.get(str(change.before), _plain(None)), _BASIS.get(str(change.after), _plain(None))
    return _pair(change)


def _word(group: str, value: Value) -> Text:
    return word(group, None if value is None else str(value), _NOTHING)


# ---------------------------------------------------------------- rows


def _rows_block(found: Differences, language: Language, how: str) -> Iterator[Block]:
    zh, narrow = language == "zh", how == "table"
    few = found.rows[:MOST_ROWS] if narrow else found.rows
    rows: list[tuple[Cell, ...]] = []
    for one in few:
        before, now, record_id, teacher_id, day, kind = _where(one, found, language)
        row = now if before is None else before if now is None or now == before else f"{before}→{now}"
        kinds = () if narrow else (kind,)  # with it the table would not fit a terminal
        rows += [
            (row, record_id, teacher_id, day, *kinds, *(text.get(language) for text in told))
            for told in _row_items(one, found)
        ]
    if not rows:
        return
    kinds = () if narrow else ("类别" if zh else "kind",)
    header = (
        ("行", "编号", "工号", "日期", *kinds, "项目", "快照", "现在")
        if zh
        else ("row", "record", "id", "date", *kinds, "item", "snapshot", "now")
    )
    yield Block("各行工作记录的差异" if zh else "What differs by activity row", header, tuple(rows))
    if more := len(found.rows) - len(few):
        line = (
            f"另有 {more} 行，--format md、csv 或 json 全部列出"
            if zh
            else f"{more} more rows; --format md, csv or json lists them all"
        )
        yield Block("", lines=(line,))


def _where(
    one: RowDifference, found: Differences, language: Language
) -> tuple[int | None, int | None, str, str, str, str]:
    """Where a row stands: its number before and now, record id, teacher, day and kind."""
    line = one.after or one.before or ClosedLine()
    known = line if line.date else one.before or line  # of a row with a fault now, what it was
    return (
        None if one.before is None else one.before.row,
        None if one.after is None else one.after.row,
        line.record_id,
        one.teacher_after or one.teacher_before or "",
        str(known.date or ""),
        _kind(known.kind, found).get(language),
    )


def _row_items(one: RowDifference, found: Differences) -> Iterator[tuple[Text, Text, Text]]:
    if one.before is None or one.after is None:
        nothing = Text("无", "none")
        whole = (_credited(one.before, found), nothing) if one.before else (nothing, _credited(one.after, found))
        yield Text("整行", "the row"), *whole
        return
    names = {change.of[0] for change in one.changes}
    for change in one.changes:
        (name,) = change.of
        if name in ("recorded", "quantity"):
            yield _MEASURED[name], *_quantities(change, one.before.kind, one.after.kind, found)
        elif name == "kind":
            yield column_text("activities", name), _kind(one.before.kind, found), _kind(one.after.kind, found)
        elif name == "title":
            before, now = (found.regulation.title_text(line.title) for line in (one.before, one.after))
            yield column_text("teachers", name), before, now
        elif name == "clause":
            yield Text("条款", "clause"), *_pair(change)
        elif name in ("teacher_id", "record_id", "date"):
            yield column_text("activities", name), *_pair(change)
    if names & {"account", "amount", "reason"}:
        yield Text("计入", "credit"), _credited(one.before, found, one.after), _credited(one.after, found, one.before)
    if one.other:
        yield _OTHER, Text("", ""), Text("有不同", "not the same")


def _kind(name: str, found: Differences) -> Text:
    known = found.regulation.kinds.get(name)
    return Text(name, name) if known is None else known.name


def _quantities(change: Change, before: str, now: str, found: Differences) -> tuple[Text, Text]:
    kinds = [found.regulation.kinds.get(kind) for kind in (before, now)]
    units = ["" if kind is None else UNIT_OF_MEASURE[kind.measure] for kind in kinds]
    return _amount(change.before, units[0]), _amount(change.after, units[1])


def _credited(line: ClosedLine | None, found: Differences, beside: ClosedLine | None = None) -> Text:
    """What a line gives: so much of an account, or why nothing."""
    if line is None:
        return Text("", "")
    if line.account is None:
        return REASONS.get(line.reason or "fault", Text(line.reason or "", line.reason or ""))
    known = _account(line.account, found)
    places = 2
    if beside is not None and beside.account == line.account and beside.amount != line.amount:
        places = _places(line.amount, beside.amount)
    amount = measured(line.amount, _unit(line.account, found), places=places)
    return Text(f"{known.zh} {amount.zh}", f"{known.en} {amount.en}")


# ---------------------------------------------------------------- values


def _pair(change: Change, unit: str = "") -> tuple[Text, Text]:
    """Both values with as many decimals as it takes to tell them apart."""
    places = 2
    if isinstance(change.before, Fraction) and isinstance(change.after, Fraction):
        places = _places(change.before, change.after)
    return _amount(change.before, unit, places), _amount(change.after, unit, places)


def _places(one: Fraction, other: Fraction) -> int:
    places = 2
    while shown(one, places) == shown(other, places) and places < MOST_PLACES:
        places += 1
    return places


def _amount(value: Value, unit: str, places: int = 2) -> Text:
    return measured(value, unit, places=places) if isinstance(value, Fraction) else _plain(value)


def _plain(value: Value) -> Text:
    told = _NOTHING if value is None or value == "" else str(value)
    return Text(told, told)


# ---------------------------------------------------------------- csv and JSON


def _one_table(found: Differences, language: Language) -> Block:
    """Everything in one table, for a spreadsheet."""
    zh = language == "zh"
    header = (
        ("部分", "条款", "工号", "姓名", "快照行", "行", "编号", "日期", "类别", "项目", "快照", "现在")
        if zh
        else (
            "part",
            "article",
            "teacher_id",
            "name",
            "row_before",
            "row",
            "record_id",
            "date",
            "kind",
            "item",
            "snapshot",
            "now",
        )
    )
    parts = {
        "source": Text("来源", "source"),
        "rules": Text("规则", "rules"),
        "teacher": Text("教师", "teacher"),
        "row": Text("工作记录", "activity row"),
    }
    rows: list[tuple[Cell, ...]] = []
    for text in (*_summary(found), *_sources(found)):
        rows.append((parts["source"].get(language), *[None] * 8, text.get(language), None, None))
    for article, *told in _rule_rows(found):
        texts = [text.get(language) for text in told]
        rows.append((parts["rules"].get(language), article.get(language), *[None] * 7, *texts))
    for one in found.teachers:
        for teacher_id, name, *told in _teacher_rows(one, found):
            texts = [text.get(language) for text in told]
            rows.append((parts["teacher"].get(language), None, teacher_id, name, *[None] * 5, *texts))
    for row in found.rows:
        before, now, record_id, own, day, kind = _where(row, found, language)
        where = (parts["row"].get(language), None, own, None, before, now, record_id, day, kind)
        rows += [(*where, *(text.get(language) for text in items)) for items in _row_items(row, found)]
    return Block("差异" if zh else "differences", header, tuple(rows))


def as_object(found: Differences, language: Language) -> Object:
    """The differences as a JSON object; a number that is not whole has as many decimals as it needs, 9 at most."""
    return {
        "year": found.snapshot.year,
        "same_figures": found.same_figures,
        "summary": [text.get(language) for text in _summary(found)],
        "snapshot": _side(found, before=True),
        "now": _side(found, before=False),
        "readings": dict(found.after.readings),
        "inputs": [
            {
                "name": change.of[0],
                "before": change.before,
                "now": change.after,
                "same": change.before == change.after,
            }
            for change in found.files
        ],
        "rules": [_told(change) for change in found.rules],
        "clauses": [
            {
                "chapter": clause.chapter,
                "clause": clause.id,
                "article": clause.article,
                "change": _what(one.before, one.after),
                "changes": _all_told(one.changes),
                "other": one.other,
            }
            for one in found.clauses
            for clause in [one.after or one.before]
            if clause is not None
        ],
        "readings_changed": _all_told(found.readings),
        "teachers": [
            {
                "teacher_id": teacher.teacher_id,
                "name": teacher.name,
                "change": _what(one.before, one.after),
                "changes": _all_told(one.changes),
                "tables": list(one.tables),
            }
            for one in found.teachers
            for teacher in [one.after or one.before]
            if teacher is not None
        ],
        "rows": [_row_object(one) for one in found.rows],
        "rows_moved": found.moved,
        "rows_beyond": found.beyond,
        "hours_only": list(found.hours_only),
    }


def _side(found: Differences, *, before: bool) -> Object:
    side = found.snapshot if before else found.after
    return {
        "version": side.version,
        "rules": side.rules.id,
        "rules_digest": side.rules.digest,
        "records_digest": side.records_digest,
        "rows": {"read": side.rows_read, "credited": side.rows_credited},
        "date": None if side.day is None else str(side.day),
    }


def _what(before: object, now: object) -> str:
    return "added" if before is None else "removed" if now is None else "changed"


def _row_object(one: RowDifference) -> Object:
    line = one.after or one.before
    told: Object = {
        "change": _what(one.before, one.after),
        "row": None if one.after is None else one.after.row,
        "row_before": None if one.before is None else one.before.row,
        "record_id": (line.record_id if line else "") or None,
        "teacher_id": (one.teacher_after or one.teacher_before) or None,
        "date": None if line is None or line.date is None else str(line.date),
        "kind": (line.kind if line else "") or None,
    }
    if one.before is None or one.after is None:
        told |= {
            "account": line.account if line else None,
            "quantity": None if line is None else _outward(line.quantity),
            "amount": None if line is None else _outward(line.amount),
            "reason": line.reason if line else None,
        }
    return {**told, "changes": _all_told(one.changes), "other_columns": one.other}


def _all_told(changes: Iterable[Change]) -> list[Object]:
    return [_told(change) for change in changes]


def _told(change: Change) -> Object:
    return {"item": ".".join(change.of), "before": _outward(change.before), "now": _outward(change.after)}


def _outward(value: Value) -> Any:
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(shown(value, MOST_PLACES))
    return str(value) if isinstance(value, date) else value
