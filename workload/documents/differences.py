"""What a later run differs in from a closed year, as blocks for people and as a JSON object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from attrs import frozen

from workload.comparison import (
    Change,
    ClauseDifference,
    Differences,
    FileDifference,
    RowDifference,
    TableDifference,
    TeacherDifference,
    Value,
)
from workload.documents.as_json import Object
from workload.documents.blocks import Block
from workload.documents.blocks import Value as Cell
from workload.documents.reports import readings
from workload.exact import MOST_PLACES, shown
from workload.explain import row_ranges
from workload.facts import YearFacts
from workload.regulation import Regulation
from workload.snapshot import (
    ClosedClause,
    ClosedFault,
    ClosedFigure,
    ClosedFinding,
    ClosedLine,
    Snapshot,
)
from workload.text import Language, Text, joined
from workload.vocabulary import REASONS, UNIT_OF_MEASURE, WORDS, column_text, measured, table_text, word

MOST = 40  # teachers, rows or faults on a terminal; the other formats have them all
_NOTHING = Text("—", "—")
_NONE, _THERE = Text("无", "none"), Text("有", "there")
_NOT_THE_SAME = Text("有不同", "not the same")
_BLANK = Text("", "")

# What a change is of, by the last word of its path, where that is no id.
_ITEMS = MappingProxyType(
    {
        "name": Text("姓名", "name"),
        "employment": Text("类别", "employment"),
        "start": Text("核算期开始", "period start"),
        "end": Text("核算期结束", "period end"),
        "evaluation": Text("年度考核", "evaluation"),
        "conferences": Text("学术会议", "conferences"),
        "value": _BLANK,
        "required": Text("要求", "required"),
        "shortfall": Text("差额", "shortfall"),
        "verdict": Text("结论", "verdict"),
        "basis": Text("依据", "basis"),
        "recognized_years": Text("认定年数", "recognized years"),
        "windows": Text("窗口", "windows"),
        "appointed": Text("在聘", "appointed"),
        "result": Text("考核", "evaluation"),
        "passed": Text("考核合格", "evaluation passed"),
        "counseling_minutes": Text("咨询分钟", "minutes of duty"),
        "other": Text("其他", "other"),
        "id": Text("规则文件", "rule file"),
        "document": Text("文号", "document"),
        "article": Text("条款", "article"),
        "quote": Text("引文", "quote"),
        "effective_from": Text("生效日期", "effective from"),
        "effective_until": Text("失效日期", "effective until"),
        "quantity": Text("计入量", "counted"),
        "clause": Text("条款", "clause"),
    }
)
# By which list of words a value is told.
_GROUPS = MappingProxyType(
    {
        "verdict": "verdict",
        "employment": "employment",
        "evaluation": "result",
        "result": "result",
        "appointed": "answer",
        "passed": "answer",
    }
)
_BASIS = MappingProxyType(
    {"employment": Text("按任职认定", "employment"), "three_year_windows": Text("三年窗口", "three-year windows")}
)
_EXPERIENCE = Text("三年认定", "three-year test")


@frozen
class _Told:
    """One thing that differs: what, and how it was and is. Without ``before`` it is a statement."""

    item: Text
    before: Text
    after: Text

    def line(self, language: Language) -> str:
        before, after = self.before.get(language), self.after.get(language)
        item = self.item.get(language) + ("：" if language == "zh" else ": ")
        return f"{item}{f'{before} → ' if before else ''}{after}"

    def cells(self, language: Language) -> dict[str, Cell]:
        return {name: getattr(self, name).get(language) for name in ("item", "before", "after")}


@frozen
class _Group:
    """What differs of one clause, teacher or row: the columns that say where it stands, and the same as a heading."""

    part: str
    place: Mapping[str, Cell]
    heading: str
    told: tuple[_Told, ...]


_PARTS = MappingProxyType(
    {
        "rules": Text("规则的差异", "What differs in the rules"),
        "teachers": Text("各教师的差异", "What differs by teacher"),
        "rows": Text("各行工作记录的差异", "What differs by activity row"),
        "faults": Text("跳过的错误", "Faults that were skipped"),
    }
)
_COLUMNS = MappingProxyType(
    {
        "part": Text("部分", "part"),
        "article": Text("条款", "article"),
        "teacher_id": Text("工号", "teacher_id"),
        "name": Text("姓名", "name"),
        "row_before": Text("快照行", "row_before"),
        "row": Text("行", "row"),
        "record_id": Text("编号", "record_id"),
        "date": Text("日期", "date"),
        "kind": Text("类别", "kind"),
        "item": Text("项目", "item"),
        "before": Text("快照", "snapshot"),
        "after": Text("现在", "now"),
    }
)


def blocks(found: Differences, language: Language, how: str = "table") -> list[Block]:
    """The differences for people: first whether the figures are the same, then what they came from, then each."""
    groups = list(_groups(found, language))
    summary, sources = ([text.get(language) for text in of(found)] for of in (_summary, _sources))
    zh = language == "zh"
    if how == "csv":  # everything in one table, for a spreadsheet
        where: dict[str, Cell] = {"part": "来源" if zh else "source"}
        lines = [{**where, "item": line} for line in (*summary, *sources)]
        for one in groups:
            part = _PARTS[one.part].get(language)
            lines += [{"part": part, **one.place, **told.cells(language)} for told in one.told]
        return [_table_of("差异" if zh else "differences", _COLUMNS, lines, language)]
    title = (
        f"{found.snapshot.year} 年度：快照与现在重新核算的差异"
        if zh
        else f"{found.snapshot.year}: what differs between the snapshot and a run of now"
    )
    made = [
        Block(title, lines=tuple(summary)),
        Block("来源" if zh else "What it comes from", lines=tuple(sources)),
    ]
    for name, text in _PARTS.items():
        own = [one for one in groups if one.part == name]
        if own and how == "table":  # quotes and words of two languages fit no columns of a terminal; lines wrap
            made.append(Block(text.get(language), lines=tuple(_listed(own, language))))
        elif own:
            lines = [{**one.place, **told.cells(language)} for one in own for told in one.told]
            made.append(_table_of(text.get(language), (*own[0].place, "item", "before", "after"), lines, language))
    return [*made, readings(found.regulation, found.after.readings, language)]


def _listed(groups: Sequence[_Group], language: Language) -> Iterator[str]:
    """For a terminal: under each heading what differs."""
    for one in groups[:MOST]:
        if one.heading:
            yield one.heading
        yield from (f"{'  ' if one.heading else ''}{told.line(language)}" for told in one.told)
    if (more := len(groups) - MOST) > 0:
        zh, en = (
            f"另有 {more} 项，--format md、csv 或 json 全部列出",
            f"{more} more; --format md, csv or json lists all",
        )
        yield zh if language == "zh" else en


def _table_of(title: str, columns: Iterable[str], lines: Iterable[Mapping[str, Cell]], language: Language) -> Block:
    names = tuple(columns)
    rows = tuple(tuple(line.get(name) for name in names) for line in lines)
    return Block(title, tuple(_COLUMNS[name].get(language) for name in names), rows)


def _groups(found: Differences, language: Language) -> Iterator[_Group]:
    """All that differs, part by part."""
    for citation, told in _rules(found):
        heading = citation.get(language)
        yield _Group("rules", {"article": heading}, heading, tuple(told))
    for one in found.teachers:
        teacher = one.after or one.before
        if teacher is not None:
            who = {"teacher_id": teacher.teacher_id, "name": teacher.name}
            heading = f"{teacher.teacher_id} {teacher.name}".strip()
            yield _Group("teachers", who, heading, tuple(_of_teacher(one, found.regulation)))
    for row in found.rows:
        place = _place(row, found, language)
        yield _Group("rows", place, _heading(place, language), tuple(_of_row(row, found.regulation)))
    before, now = dict.fromkeys(found.snapshot.faults), dict.fromkeys(found.after.faults)
    for fault in {**before, **now}:
        there = (_THERE if fault in faults else _NONE for faults in (before, now))
        yield _Group("faults", {}, "", (_Told(fault_text(fault), *there),))


# ---------------------------------------------------------------- the summary


def _summary(found: Differences) -> Iterator[Text]:
    if found.snapshot.rules.digest != found.after.rules.digest:
        name = found.after.rules.id
        yield Text(
            f"注意：现在的规则（{name}）不是快照所用的那一份；要按快照当时的规则核算，请用 --rules FILE.toml 给出",
            f"note: the rules of now ({name}) are not those of the snapshot; --rules FILE.toml takes those of then",
        )
    if found.same_figures and found.same_records:
        yield Text("数字与快照完全相同", "the figures are those of the snapshot")
    elif found.same_figures:
        yield Text("数字与快照相同，记录有改动", "the figures are those of the snapshot, some records are not")
    teachers = sum(one.has_figures for one in found.teachers)
    if teachers:
        yield Text(f"数字或结论不同的教师：{teachers} 人", f"teachers with other figures: {teachers}")
    yield from _of_all_rows(found)
    yield from _of_tables(found)
    if found.unnamed:
        yield Text(
            "改动在快照不保存的内容中（如跳过的行），不能指出",
            "what differs is kept by no snapshot (as a row that was skipped), so it cannot be named",
        )
    for side, faults in (
        (Text("快照", "the snapshot"), found.snapshot.faults),
        (Text("现在的数据", "the input of now"), found.after.faults),
    ):
        if faults:
            yield Text(
                f"{side.zh}中跳过了 {len(faults)} 处错误", f"faults that were skipped in {side.en}: {len(faults)}"
            )
    before, now = found.snapshot.no_experience, found.after.no_experience
    if now is not None and before != now:
        yield Text(f"三年认定现在无法核算：{now.zh}", f"no three-year test now: {now.en}")
    if before is not None and before != now:
        yield Text(f"快照中没有三年认定：{before.zh}", f"no three-year test in the snapshot: {before.en}")


def _of_all_rows(found: Differences) -> Iterator[Text]:
    """How many rows differ, and in what no row can be named."""
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
    if found.moved_in:
        names = joined([table_text(name) for name in found.moved_in], "、", ", ")
        yield Text(f"只有行号不同（部分或全部）的表：{names.zh}", f"tables with rows that only moved: {names.en}")
    if found.beyond:
        yield Text(
            f"年度之后的记录有增减或改动：{found.beyond} 行，与该年度无关",
            f"rows after the year that were added, taken away or changed: {found.beyond}; no part of it",
        )
    if found.times and (found.rows or not found.same_figures):
        yield Text(
            "起止时间也有不同；快照不保存，除下列各行外是否还有，不能指出",
            "times of day differ too; whether in other rows than those below is not known",
        )
    elif found.times:
        yield Text(
            "有起止时间改动而不影响数字；快照不保存，不能指出是哪一行",
            "times of day differ without changing a figure; no row can be named",
        )


def _of_tables(found: Differences) -> Iterator[Text]:
    for names, when in (
        (found.tables_gone, Text("现在没有", "not there now")),
        (found.tables_new, Text("快照时没有", "not there at the time of the snapshot")),
    ):
        told = joined([table_text(name) for name in names], "、", ", ")
        if names:
            yield Text(f"{when.zh}的表：{told.zh}", f"tables {when.en}: {told.en}")
    if found.rates.rows:
        name, rows = table_text("rates"), _rows_of_table(found.rates)
        yield Text(f"{name.zh}：{rows.zh}", f"{name.en}: {rows.en}")


def _rows_of_table(found: TableDifference) -> Text:
    """Which rows of a table were changed, are new or gone."""
    parts = (
        (found.changed, Text("有改动", "changed")),
        (found.added, Text("新增", "new")),
        (found.removed, Text("没有了", "gone")),
    )
    told = []
    for rows, what in parts:
        if rows:
            numbers = row_ranges(row for row in rows if row is not None)
            where = Text(f"第{numbers}行", f"row {numbers.replace('、', ', ')}")
            if not numbers:  # records that were made in memory stand in no sheet
                where = Text(f"{len(rows)} 行", f"{len(rows)} rows")
            told.append(Text(f"{where.zh}{what.zh}", f"{where.en} {what.en}"))
    return joined(told, "，", ", ")


def _sources(found: Differences) -> Iterator[Text]:
    """What both came from: files, records, rules, version, readings, date."""
    before, now = found.snapshot, found.after
    yield from _files(found.files)
    yield _same(Text("全部记录", "all records"), before.records_digest, now.records_digest)
    yield _same(Text(f"规则 {now.rules.id}", f"rules {now.rules.id}"), before.rules.digest, now.rules.digest)
    if found.version is None:
        yield Text(f"程序版本 {now.version}：相同", f"version {now.version}: the same")
    else:
        yield Text(f"程序版本：{before.version} → {now.version}", f"version: {before.version} → {now.version}")
    if found.period:
        spans = f"{before.start}–{before.end} → {now.start}–{now.end}"
        yield Text(f"核算期：{spans}", f"period: {spans}")
    yield from map(_reading, found.readings)
    if before.day is not None:
        yield Text(f"快照日期 {before.day}", f"date of the snapshot {before.day}")


def _same(what: Text, before: str, now: str) -> Text:
    if before == now:
        return Text(f"{what.zh}：相同", f"{what.en}: the same")
    digests = f"{before[:12]} → {now[:12]}"
    return Text(f"{what.zh}：不同（{digests}）", f"{what.en}: not the same ({digests})")


def _files(files: Iterable[FileDifference]) -> Iterator[Text]:
    gone, new = [], []
    for file in files:
        before, now = file.before, file.after
        if before is not None and now is not None:
            one = _same(Text(f"输入 {now.name}", f"input {now.name}"), before.sha256, now.sha256)
            if before.name != now.name:
                one = Text(
                    f"输入 {now.name}：内容相同，原名 {before.name}", f"input {now.name}: {before.name}, renamed"
                )
            yield one
        else:
            gone += [] if before is None else [before.name]
            new += [] if now is None else [now.name]
    if gone:
        zh, en = "、".join(gone), ", ".join(gone)
        yield Text(f"现在没有的输入文件：{zh}", f"input not there now: {en}")
    if new:
        zh, en = "、".join(new), ", ".join(new)
        yield Text(f"快照时没有的输入文件：{zh}", f"input not there at the time of the snapshot: {en}")


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


def fault_text(fault: ClosedFault) -> Text:
    """Where a fault stands, and its code; never what stood there."""
    table = table_text(fault.table)
    column = column_text(fault.table, fault.column) if fault.column else _BLANK
    row = _BLANK if fault.row is None else Text(f"第{fault.row}行", f"row {fault.row}")
    where = _spaced(table, row, column)
    return Text(f"{where.zh}（{fault.code}）", f"{where.en} ({fault.code})")


# ---------------------------------------------------------------- rules


def _rules(found: Differences) -> Iterator[tuple[Text, list[_Told]]]:
    """The clauses that differ, each by its article and quote; before them what is no clause."""
    words = Text("用词、校历或口径的说明", "words, calendar or readings")
    order = Text("条款的次序等", "the order of the clauses, or the like")
    told = []
    for change in found.rules:
        if change.of[-1] == "other":
            told.append(_Told(words if change.of[0] == "words" else order, _BLANK, _NOT_THE_SAME))
        else:
            told.append(_Told(_ITEMS[change.of[0]], *_pair(change)))
    if told:
        yield _BLANK, told
    for one in found.clauses:
        clause = one.after or one.before
        if clause is not None:
            citation = Text(f"{clause.article}“{clause.quote}”", f"{clause.article} “{clause.quote}”")
            yield citation, list(_of_clause(one, clause, found.regulation))


def _of_clause(one: ClauseDifference, clause: ClosedClause, regulation: Regulation) -> Iterator[_Told]:
    if one.before is None or one.after is None:
        figures = joined([_figure(figure, clause, regulation) for figure in clause.figures], "，", ", ")
        there = figures if figures.zh else _THERE
        yield _Told(Text("整条", "the clause"), *((there, _NONE) if one.after is None else (_NONE, there)))
        return
    for change in one.changes:
        if change.of[0] == "figure":
            yield _of_figure(change, clause, regulation)
        elif change.of == ("other",):
            what = Text("其他内容（如适用类别、取舍方式）", "another part (as its kinds, or how it rounds)")
            yield _Told(what, _BLANK, _NOT_THE_SAME)
        else:
            yield _Told(_ITEMS[change.of[0]], *_pair(change))


def _of_figure(change: Change, clause: ClosedClause, regulation: Regulation) -> _Told:
    was, is_ = (one if isinstance(one, ClosedFigure) else None for one in (change.before, change.after))
    names = [_figure_name(one, clause, regulation) for one in (was, is_) if one is not None]
    places = _places(was and was.value, is_ and is_.value)
    if names[0] == names[-1] and all(one is None or one.value is not None for one in (was, is_)):
        values = (_NONE if one is None else measured(one.value or 0, one.unit, places=places) for one in (was, is_))
        return _Told(names[0], *values)
    whole = (_NONE if one is None else _figure(one, clause, regulation, places) for one in (was, is_))
    return _Told(Text("规定", "provision"), *whole)


def _figure(figure: ClosedFigure, clause: ClosedClause, regulation: Regulation, places: int = 2) -> Text:
    amount = _BLANK if figure.value is None else measured(figure.value, figure.unit, places=places)
    return _spaced(_figure_name(figure, clause, regulation), amount)


# The parts of a figure's name that its meaning says in words.
_SAID = ("per", "years", "award", "cap", "step", "minimum", "credits", "class_hours", "class_hours_to")


def _figure_name(figure: ClosedFigure, clause: ClosedClause, regulation: Regulation) -> Text:
    """What a figure is, in words: for whom or what, and what it says."""
    conditions = figure.name.removeprefix(clause.id).split(".")
    named: list[Mapping[str, Any]] = [regulation.titles, regulation.accounts, regulation.kinds]
    words = [WORDS[group] for group in ("employment", "affiliation", "level", "daypart")]
    told = []
    for part in conditions:
        if part and part not in _SAID and not part.isdecimal():
            texts = [known[part].name for known in named if part in known] + [one[part] for one in words if part in one]
            told.append(texts[0] if texts else Text(part, part))
    return _spaced(*told, Text(figure.meaning, figure.meaning_en))


# ---------------------------------------------------------------- teachers


def _of_teacher(one: TeacherDifference, regulation: Regulation) -> Iterator[_Told]:
    if one.before is None or one.after is None:
        yield _Told(Text("教师", "teacher"), *((_THERE, _NONE) if one.after is None else (_NONE, _THERE)))
        return
    for change in one.changes:
        if change.of[-1] == "other":
            yield _Told(_item(change, one, regulation), _BLANK, _NOT_THE_SAME)
        else:
            yield _Told(_item(change, one, regulation), *_values(change, one, regulation))
    for table in one.tables:
        name = table_text(table.table)
        yield _Told(Text(f"{name.zh}表", f"{name.en} table"), _BLANK, _rows_of_table(table))


def _item(change: Change, one: TeacherDifference, regulation: Regulation) -> Text:
    """What a change of a teacher is of."""
    first, *rest = change.of
    if first == "finding":
        titles = (Text(finding.title, finding.title_en) for finding in _findings(one, rest[0]))
        return _spaced(next(titles, Text(rest[0], rest[0])), *(_ITEMS[name] for name in rest[1:]))
    last = change.of[-1]
    what = _named(regulation.accounts, last) if "total" in change.of else _ITEMS.get(last, _BLANK)
    year = [Text(f"{name} 年", name) for name in rest if name.isdigit()]
    return _spaced(*([_EXPERIENCE] if first == "experience" else []), *year, what)


def _findings(one: TeacherDifference, name: str) -> Iterator[Any]:
    for of in (one.after, one.before):
        yield from (finding for finding in (of.findings if of else ()) if finding.name == name)


def _values(change: Change, one: TeacherDifference, regulation: Regulation) -> tuple[Text, Text]:
    last = change.of[-1]
    if isinstance(change.before or change.after, YearFacts | ClosedFinding):
        return _whole(change.before, regulation), _whole(change.after, regulation)
    if "total" in change.of:
        return _pair(change, _unit(last, regulation))
    if last in ("value", "required", "shortfall"):
        return _pair(change, next((finding.unit for finding in _findings(one, change.of[1])), ""))
    if last == "basis":
        before, now = (_BASIS.get(str(value), _NOTHING) for value in (change.before, change.after))
        return before, now
    if last in _GROUPS:
        before, now = (
            _NOTHING if value is None else word(_GROUPS[last], str(value)) for value in (change.before, change.after)
        )
        return before, now
    return _pair(change)


def _whole(value: Value, regulation: Regulation) -> Text:
    """A year of the three-year test, or a finding, in short."""
    if isinstance(value, YearFacts):
        return _year(value, regulation)
    if not isinstance(value, ClosedFinding):
        return _NONE
    parts = [word("verdict", value.verdict)]
    if value.required is not None:
        required, reached = measured(value.required, value.unit), "—" if value.value is None else shown(value.value)
        parts.insert(0, Text(f"{reached}/{required.zh}", f"{reached}/{required.en}"))
    elif value.value is not None:
        parts.insert(0, measured(value.value, value.unit))
    return joined(parts, "，", ", ")


def _year(year: YearFacts, regulation: Regulation) -> Text:
    """A year of the three-year test in short."""
    parts = [Text("在聘", "appointed") if year.appointed else Text("不在聘", "not appointed")]
    parts += [] if year.result is None else [word("result", year.result)]
    parts += [
        _spaced(_named(regulation.accounts, name), measured(total, _unit(name, regulation)))
        for name, total in year.totals.items()
        if total
    ]
    return joined(parts, "，", ", ")


def _spaced(*texts: Text) -> Text:
    return Text(
        " ".join(filter(None, (text.zh for text in texts))), " ".join(filter(None, (text.en for text in texts)))
    )


def _named(known: Mapping[str, Any], name: str) -> Text:
    """The name of a kind, an account or a title; one that the rules of now lack stands for itself."""
    found: Text = known[name].name if name in known else Text(name, name)
    return found


def _unit(account: str, regulation: Regulation) -> str:
    return regulation.accounts[account].unit if account in regulation.accounts else ""


# ---------------------------------------------------------------- rows


def _place(one: RowDifference, found: Differences, language: Language) -> dict[str, Cell]:
    """Where a row stands: its number before and now, record id, teacher, day and kind."""
    line = one.after or one.before or ClosedLine()
    known = line if line.date else one.before or line  # of a row with a fault now, what it was
    return {
        "row_before": None if one.before is None else one.before.row,
        "row": None if one.after is None else one.after.row,
        "record_id": line.record_id,
        "teacher_id": one.teacher_after or one.teacher_before or "",
        "date": str(known.date or ""),
        "kind": _named(found.regulation.kinds, known.kind).get(language),
    }


def _heading(place: Mapping[str, Cell], language: Language) -> str:
    rows = list(dict.fromkeys(str(place[name]) for name in ("row_before", "row") if place[name] is not None))
    row = "→".join(rows)
    where = [f"第{row}行" if language == "zh" else f"row {row}"] if rows else []
    return " ".join(
        [*where, *(str(place[name]) for name in ("record_id", "teacher_id", "date", "kind") if place[name])]
    )


def _of_row(one: RowDifference, regulation: Regulation) -> Iterator[_Told]:
    before, now = one.before, one.after
    if before is None or now is None:
        whole = (_NONE if line is None else _credited(line, regulation) for line in (before, now))
        yield _Told(Text("整行", "the row"), *whole)
        return
    names = {change.of[0] for change in one.changes}
    for change in one.changes:
        (name,) = change.of
        if name in ("minutes", "class_hours", "events"):
            yield _Told(column_text("activities", name), *_pair(change, UNIT_OF_MEASURE[name]))  # type: ignore[index]
        elif name == "kind":
            yield _Told(column_text("activities", name), *(_named(regulation.kinds, of.kind) for of in (before, now)))
        elif name == "title":
            titles = (_NOTHING if of.title is None else _named(regulation.titles, of.title) for of in (before, now))
            yield _Told(column_text("teachers", name), *titles)
        elif name in ("teacher_id", "record_id", "date"):
            yield _Told(column_text("activities", name), *_pair(change))
        elif name in ("quantity", "clause", "article"):
            yield _Told(_ITEMS[name], *_pair(change))
    if names & {"account", "amount", "reason"}:
        yield _Told(Text("计入", "credit"), _credited(before, regulation, now), _credited(now, regulation, before))
    if "other" in names:
        yield _Told(Text("其他列", "other columns"), _BLANK, _NOT_THE_SAME)


def _credited(line: ClosedLine, regulation: Regulation, beside: ClosedLine | None = None) -> Text:
    """What a line gives: so much of an account, or why nothing."""
    if line.account is None:
        return REASONS.get(line.reason or "fault", Text(line.reason or "", line.reason or ""))
    places = 2
    if beside is not None and beside.account == line.account:
        places = _places(line.amount, beside.amount)
    amount = measured(line.amount, _unit(line.account, regulation), places=places)
    return _spaced(_named(regulation.accounts, line.account), amount)


# ---------------------------------------------------------------- values


def _pair(change: Change, unit: str = "") -> tuple[Text, Text]:
    """Both values with as many decimals as it takes to tell them apart."""
    places = _places(change.before, change.after)
    return _amount(change.before, unit, places), _amount(change.after, unit, places)


def _places(one: object, other: object) -> int:
    places = 2
    if isinstance(one, Fraction) and isinstance(other, Fraction) and one != other:
        while shown(one, places) == shown(other, places) and places < MOST_PLACES:
            places += 1
    return places


def _amount(value: Value, unit: str, places: int) -> Text:
    if isinstance(value, Fraction) or (unit and isinstance(value, int)):
        return measured(value, unit, places=places)
    return _NOTHING if value is None or value == "" else Text(str(value), str(value))


# ---------------------------------------------------------------- JSON


def as_object(found: Differences, language: Language) -> Object:
    """The differences as a JSON object; a number that is not whole has as many decimals as it needs, 9 at most."""
    return {
        "year": found.snapshot.year,
        "same_figures": found.same_figures,
        "same_records": found.same_records,
        "summary": [text.get(language) for text in _summary(found)],
        "snapshot": _side(found.snapshot),
        "now": _side(found.after),
        "readings": dict(found.after.readings),
        "inputs": [_file(one) for one in found.files],
        "rules": _all_told(found.rules),
        "clauses": [
            {
                "chapter": clause.chapter,
                "clause": clause.id,
                "article": clause.article,
                "change": _what(one.before, one.after),
                "changes": _all_told(one.changes),
            }
            for one in found.clauses
            for clause in [one.after or one.before]
            if clause is not None
        ],
        "readings_changed": _all_told(found.readings),
        "tables_gone": list(found.tables_gone),
        "tables_new": list(found.tables_new),
        "rates": _table_object(found.rates),
        "teachers": [
            {
                "teacher_id": teacher.teacher_id,
                "name": teacher.name,
                "change": _what(one.before, one.after),
                "changes": _all_told(one.changes),
                "tables": [{"table": table.table, **_table_object(table)} for table in one.tables],
            }
            for one in found.teachers
            for teacher in [one.after or one.before]
            if teacher is not None
        ],
        "rows": [_row_object(one) for one in found.rows],
        "rows_moved": found.moved,
        "tables_moved": list(found.moved_in),
        "rows_beyond": found.beyond,
        "times_differ": found.times,
    }


def _side(side: Snapshot) -> Object:
    return {
        "version": side.version,
        "rules": side.rules.id,
        "rules_digest": side.rules.digest,
        "records_digest": side.records_digest,
        "period": {"start": str(side.start), "end": str(side.end)},
        "rows": {"read": side.rows_read, "credited": side.rows_credited},
        "faults": [{"table": one.table, "row": one.row, "column": one.column, "code": one.code} for one in side.faults],
        "date": None if side.day is None else str(side.day),
    }


def _file(one: FileDifference) -> Object:
    before, now = one.before, one.after
    named = now or before
    return {
        "name": None if named is None else named.name,
        "name_before": None if before is None else before.name,
        "before": None if before is None else before.sha256,
        "now": None if now is None else now.sha256,
        "same": before is not None and now is not None and before.sha256 == now.sha256,
    }


def _table_object(found: TableDifference) -> Object:
    return {"changed": list(found.changed), "added": list(found.added), "removed": list(found.removed)}


def _what(before: object, now: object) -> str:
    return "added" if before is None else "removed" if now is None else "changed"


def _row_object(one: RowDifference) -> Object:
    line = one.after or one.before or ClosedLine()
    told: Object = {
        "change": _what(one.before, one.after),
        "row": None if one.after is None else one.after.row,
        "row_before": None if one.before is None else one.before.row,
        "record_id": line.record_id or None,
        "teacher_id": (one.teacher_after or one.teacher_before) or None,
        "date": None if line.date is None else str(line.date),
        "kind": line.kind or None,
    }
    if one.before is None or one.after is None:
        told |= {
            "account": line.account,
            "quantity": _outward(line.quantity),
            "amount": _outward(line.amount),
            "reason": line.reason,
        }
    return {**told, "changes": _all_told(one.changes)}


def _all_told(changes: Iterable[Change]) -> list[Object]:
    return [
        {"item": ".".join(change.of), "before": _outward(change.before), "now": _outward(change.after)}
        for change in changes
    ]


def _outward(value: Value) -> Any:
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(shown(value, MOST_PLACES))
    if isinstance(value, ClosedFigure):
        return {"value": _outward(value.value), "unit": value.unit, "meaning": value.meaning}
    if isinstance(value, ClosedFinding):
        return {name: _outward(getattr(value, name)) for name in ("value", "required", "shortfall", "verdict")}
    if isinstance(value, YearFacts):
        totals = {name: _outward(total) for name, total in value.totals.items()}
        return {"appointed": value.appointed, "result": value.result, "passed": value.passed, "totals": totals}
    return str(value) if isinstance(value, date) else value
