"""Results as blocks of tables and lines, for people: one function for each verb of the command line."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from workload.documents.blocks import Block, Value
from workload.errors import Fault
from workload.evaluation import Alternative, CenterCheck, CenterEvaluation, CenterExperience, TeacherEvaluation
from workload.exact import shown, shown_beside
from workload.experience import lacking_text
from workload.explain import Section, alternative_text, row_ranges
from workload.finding import Finding
from workload.intake import Intake, Repair
from workload.ledger import Notice
from workload.regulation import Clause, Readings, Regulation
from workload.text import Language, Text
from workload.vocabulary import CODES, REASONS, column_text, measured, table_text, word

# In CSV, where nothing can stand beside the table, each line says under what it was computed.
READINGS_COLUMNS = (("规则", "rules"), ("口径", "readings"), ("本校用语", "aliases"))
SKIPPED = Text("已跳过的错误行", "Faulty rows that were skipped")
MOST_RANGES = 8  # of row numbers on a line; `--format json` and the workbook have them all


def evaluation(found: CenterEvaluation, language: Language) -> list[Block]:
    """The annual evaluation, as narrow as a terminal: one line a teacher, then what a reader must know."""
    zh = language == "zh"
    header = (
        ("工号", "姓名", "类别", "咨询", "教学", "积分", "工作量", "培训", "案例", "考核")
        if zh
        else (
            "id",
            "name",
            "employment",
            "counseling",
            "teaching",
            "points",
            "quota",
            "training",
            "reports",
            "evaluation",
        )
    )
    rows = tuple(
        (
            one.teacher.teacher_id,
            one.teacher.name,
            word("employment", one.teacher.employment).get(language),
            _of_required(one.quota, "counseling"),
            _of_required(one.quota, "teaching"),
            shown(one.points),
            _verdict(one.quota, language),
            _verdict(one.training, language),
            _verdict(one.case_reports, language),
            word("result", one.result, "—").get(language),
        )
        for one in found.teachers
    )
    title = (
        f"{found.year} 年度考核工作量（{found.period}）　依据 {found.regulation.document}"
        if zh
        else f"Annual evaluation {found.year} ({found.period}), rules: {found.regulation.id}"
    )
    return [Block(title, header, rows), *_remarks(found, language)]


def evaluation_columns(found: CenterEvaluation, language: Language) -> list[Block]:
    """The annual evaluation for a spreadsheet: every figure in a column of its own, and the rows set aside."""
    names: tuple[tuple[str, str], ...] = (
        ("工号", "teacher_id"),
        ("姓名", "name"),
        ("类别", "employment"),
        ("咨询分钟", "counseling_minutes"),
        ("咨询课时", "counseling_class_hours"),
        ("咨询要求", "counseling_required"),
        ("咨询差额", "counseling_shortfall"),
        ("咨询结论", "counseling_verdict"),
        ("教学课时", "teaching_class_hours"),
        ("教学要求", "teaching_required"),
        ("教学差额", "teaching_shortfall"),
        ("教学结论", "teaching_verdict"),
        ("积分", "points"),
        ("工作量结论", "quota"),
        ("培训结论", "training"),
        ("案例报告结论", "case_reports"),
        ("年度考核", "evaluation"),
        ("记录行数", "rows_read"),
        ("计入行数", "rows_credited"),
        ("未计入行数", "rows_set_aside"),
        *READINGS_COLUMNS,
    )
    under = _under(found, language)
    rows = [(*_columns(one, language), *under) for one in found.teachers]
    if found.dropped:
        blank = [None] * (len(names) - len(under) - 3)
        rows.append((*blank, len(found.dropped), 0, len(found.dropped), *under))
    title = f"{found.year} 年度考核" if language == "zh" else f"evaluation {found.year}"
    return [Block(title, tuple(name[0 if language == "zh" else 1] for name in names), tuple(rows))]


def _columns(one: TeacherEvaluation, language: Language) -> tuple[Value, ...]:
    read, aside = len(one.book.entries), len(one.book.set_aside)
    return (
        one.teacher.teacher_id,
        one.teacher.name,
        word("employment", one.teacher.employment).get(language),
        one.book.minutes("counseling"),
        *_figures(one.quota, "counseling", language),
        *_figures(one.quota, "teaching", language),
        _figure(one.points),
        _verdict(one.quota, language),
        _verdict(one.training, language),
        _verdict(one.case_reports, language),
        word("result", one.result).get(language),
        read,
        read - aside,
        aside,
    )


def _under(found: CenterEvaluation | CenterExperience, language: Language) -> tuple[str, str, str]:
    """What an answer was computed under: rules, readings, and the school's own words."""
    words = "；".join(alias.text.get(language) for alias in found.intake.aliases)
    return (found.regulation.id, _chosen(found.readings), words)


def _chosen(readings: Readings) -> str:
    return " ".join(f"{name}={value}" for name, value in readings.items())


def _figures(quota: Finding, account: str, language: Language) -> tuple[Value, ...]:
    if not quota.has_part(account):  # a school's rules may have other accounts
        return (None, None, None, None)
    part = quota.part(account)
    return (_figure(part.value), _figure(part.required), _figure(part.shortfall), _verdict(part, language))


def _figure(value: Fraction | None) -> float | None:
    return None if value is None else float(shown(value))


def evaluation_details(found: CenterEvaluation, language: Language) -> list[Block]:
    """What stands beside the figures in a workbook: rows set aside, warnings, and the remarks."""
    (figures,) = evaluation_columns(found, language)
    # The readings have a sheet of their own here; as a column they would make a page too wide to read.
    columns = len(figures.header) - len(READINGS_COLUMNS)
    rows = tuple(row[:columns] for row in figures.rows)
    blocks = [Block(figures.title, figures.header[:columns], rows)]
    header = ("行", "编号", "工号", "原因") if language == "zh" else ("row", "record_id", "teacher_id", "reason")
    aside = tuple(
        (line.activity.row, line.activity.record_id, line.activity.teacher_id, _reason(line.reason).get(language))
        for line in found.set_aside
    )
    blocks.append(Block("未计入" if language == "zh" else "set aside", header, aside))
    blocks += warnings(found.notices, language)
    return [*blocks, *_remarks(found, language, brief=False)]


def _reason(reason: str | None) -> Text:
    return REASONS[reason or "fault"]


def _of_required(quota: Finding, account: str) -> str:
    if not quota.has_part(account):
        return "—"
    part = quota.part(account)
    if part.value is None:
        return "—"
    return (
        shown(part.value)
        if part.required is None
        else f"{shown_beside(part.value, part.required)}/{shown(part.required)}"
    )


def _verdict(finding: Finding, language: Language) -> str:
    return word("verdict", finding.verdict).get(language)


def _remarks(found: CenterEvaluation, language: Language, *, brief: bool = True) -> Iterator[Block]:
    zh = language == "zh"
    lines = []
    for one in found.teachers:
        who = f"{one.teacher.teacher_id} {one.teacher.name}".strip()
        told = (*one.remarks(), *one.to_meet())
        if told:
            lines.append(
                f"{who}：{'；'.join(text.zh for text in told)}" if zh else f"{who}: {'; '.join(t.en for t in told)}"
            )
    if lines:
        yield Block(
            "要点与达标办法" if zh else "What to know, and what would meet the requirements", lines=tuple(lines)
        )
    yield from _alternatives([(one.teacher.teacher_id, one.alternatives) for one in found.teachers], found, language)
    yield Block("", lines=(*_rows(found, language), *_read_otherwise(found.intake, language)))
    if brief and found.notices:
        counted = Counter(notice.code for notice in found.notices)
        yield Block(
            "",
            lines=(
                "提示（workload check 列出每一条）：" if zh else "Warnings (workload check lists each):",
                *(
                    f"  {number} 条：{CODES[code].zh}" if zh else f"  {number}: {CODES[code].en}"
                    for code, number in sorted(counted.items())
                ),
            ),
        )
    yield from _skipped(found.faults, language)
    yield from own_words(found.intake, language)
    if not brief:
        yield Block("", lines=(f"{found.regulation.document} {found.regulation.name.get(language)}",))
    yield readings(found.regulation, found.readings, language)


def _rows(found: CenterEvaluation, language: Language) -> Iterator[str]:
    aside = Counter(line.reason or "fault" for line in found.set_aside)
    read, credited = found.rows_read, found.rows_credited
    zh = language == "zh"
    yield (
        f"工作记录：读取 {read} 行 = 计入 {credited} 行 + 未计入 {read - credited} 行"
        if zh
        else f"Activity rows: {read} read = {credited} credited + {read - credited} set aside"
    )
    rows: dict[str, list[int]] = {}
    for line in found.set_aside:
        rows.setdefault(line.reason or "fault", []).append(line.activity.row or 0)
    for reason in (name for name in REASONS if name in aside):
        ranges = row_ranges(rows[reason]).split("、")
        more = len(ranges) > MOST_RANGES
        text = _reason(reason)
        if zh:
            listed = "、".join(ranges[:MOST_RANGES]) + ("……" if more else "")
            yield f"  {text.zh} {aside[reason]} 行：第{listed}行"
        else:
            listed = ", ".join(ranges[:MOST_RANGES]) + (" …" if more else "")
            yield f"  {text.en}: {aside[reason]} (rows {listed})"


def readings(regulation: Regulation, chosen: Readings, language: Language) -> Block:
    """The readings that have another value, with the one that was taken."""
    switches = {name: reading for name, reading in regulation.readings.items() if len(reading.values) > 1}
    changed = [name for name in switches if chosen[name] != switches[name].default]
    lines = []
    if changed:
        told = "，".join(f"{name}={chosen[name]}" for name in changed)
        lines.append(f"非默认口径：{told}" if language == "zh" else f"Readings that are not the default: {told}")
    told = " ".join(f"{name}={chosen[name]}" for name in switches if name not in changed)
    lines += textwrap.wrap(f"口径：{told}" if language == "zh" else f"Readings: {told}", 76, subsequent_indent="  ")
    return Block("", lines=tuple(lines))


def experience(found: CenterExperience, language: Language, how: str = "table") -> list[Block]:
    """The three-year test: one line a teacher with the windows and the next one, what it lacks beside or below."""
    zh, narrow = language == "zh", how == "table"
    under = _under(found, language) if how == "csv" else ()
    header: tuple[str, ...] = (
        ("工号", "姓名", "类别", "结论", "认定年数", "窗口", "下一窗口")
        if zh
        else ("id", "name", "employment", "verdict", "years", "windows", "next")
    )
    lacking = []
    rows: list[tuple[Value, ...]] = []
    for one in found.teachers:
        finding, following = one.finding, one.finding.next
        windows = ("、" if zh else ", ").join(
            f"{window.years[0]}–{window.years[-1]}{'' if window.verdict == 'met' else '?'}"
            for window in finding.windows
        )
        span = "—" if following is None else f"{following.years[0]}–{following.years[-1]}"
        missing = "—" if following is None else lacking_text(found.regulation, following).get(language)
        if following is not None:
            who = f"{finding.teacher.teacher_id} {finding.teacher.name}".strip()
            lacking.append(f"{who} {span}：{missing}" if zh else f"{who} {span}: {missing}")
        row = (
            finding.teacher.teacher_id,
            finding.teacher.name,
            word("employment", finding.teacher.employment).get(language),
            word("verdict", finding.verdict).get(language),
            "—" if finding.recognized_years is None else str(finding.recognized_years),
            windows or "—",
            span,
        )
        rows.append(row if narrow else (*row, missing, *under))
    title = (
        f"学生工作（辅导员）经历认定　截至 {found.as_of} 年　依据 {found.regulation.document}"
        if zh
        else f"Experience as a student-affairs counselor as of {found.as_of}, rules: {found.regulation.id}"
    )
    wide = (*header, "还差" if zh else "missing")
    if under:
        wide += tuple(name[0 if zh else 1] for name in READINGS_COLUMNS)
    blocks = [Block(title, header if narrow else wide, tuple(rows))]
    if any("?" in str(row[5]) for row in rows):
        note = "带“?”的窗口课时已够，只缺考核结论" if zh else "a window with ? has its hours and lacks only evaluations"
        blocks.append(Block("", lines=(note,)))
    if narrow and lacking:
        blocks.append(Block("下一窗口还差" if zh else "What the next window lacks", lines=tuple(lacking)))
    told = [(one.finding.teacher.teacher_id, one.alternatives) for one in found.teachers]
    return [
        *blocks,
        *_alternatives(told, found, language),
        *_skipped(found.faults, language),
        *(Block("", lines=(line,)) for line in _read_otherwise(found.intake, language)),
        *own_words(found.intake, language),
        readings(found.regulation, found.readings, language),
    ]


def _alternatives(
    told: Iterable[tuple[str, Iterable[Alternative]]], found: CenterEvaluation | CenterExperience, language: Language
) -> Iterator[Block]:
    """Where another reading would change a verdict, a line for each."""
    zh = language == "zh"
    lines = [
        f"{teacher_id}：{text.zh}" if zh else f"{teacher_id}: {text.en}"
        for teacher_id, others in told
        for text in [alternative_text(other, found.regulation) for other in others]
    ]
    if lines:
        yield Block("换一种口径，结论会不同" if zh else "Another reading would change a verdict", lines=tuple(lines))


def _skipped(skipped: Iterable[Fault], language: Language) -> Iterator[Block]:
    """The faults of the rows that were left out."""
    lines = tuple(one.in_language(language) for one in skipped)
    if lines:
        yield Block(SKIPPED.get(language), lines=lines)


def check(found: CenterCheck, language: Language, how: str) -> list[Block]:
    """All that a check found: faults, warnings, repairs, rows passed over, and the school's own words."""
    told = fault_lines if how == "table" else faults
    return [
        *told(found.faults, language),
        *warnings(found.notices, language),
        *_repairs(found.intake, language, narrow=how == "table"),
        *_passed_over(found.intake, language),
        *own_words(found.intake, language, how),
    ]


def fault_lines(found: Sequence[Fault], language: Language) -> list[Block]:
    """The faults as lines, which a terminal can wrap: by table, and the same in several rows once."""
    zh = language == "zh"
    blocks = [Block(f"错误 {len(found)} 处" if zh else _counted(len(found), "fault"))]
    tables: dict[str, dict[tuple[str, str], list[int]]] = {}
    for one in found:
        column = column_text(one.table, one.column).get(language) if one.column else ""
        value = "" if one.value is None else f"“{one.value}”" if zh else repr(one.value)
        what = " ".join(filter(None, (column, value))) if not zh else column + value
        rows = tables.setdefault(one.table, {}).setdefault((what, one.told(language)), [])
        if one.row is not None:
            rows.append(one.row)
    for table, groups in tables.items():
        lines = [
            f"{f'{_in_rows(rows, language)}{what}'.rstrip()}{'：' if zh else ': '}{told}".lstrip("：: ")
            for (what, told), rows in groups.items()
        ]
        blocks.append(Block(table_text(table).get(language), lines=tuple(lines)))
    return blocks


def _in_rows(rows: Iterable[int], language: Language) -> str:
    """``第3–5、9行 `` in front of a line."""
    listed = row_ranges(rows)
    if not listed:
        return ""
    return f"第{listed}行 " if language == "zh" else f"row {listed.replace('、', ', ')} "


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def faults(found: Iterable[Fault], language: Language) -> list[Block]:
    """The faults as a table."""
    zh = language == "zh"
    header = ("表", "行", "列", "现值", "问题与可接受的值") if zh else ("table", "row", "column", "value", "fault")
    rows = tuple(
        (
            table_text(one.table).get(language),
            one.row,
            "" if one.column is None else column_text(one.table, one.column).get(language),
            "" if one.value is None else one.value,
            one.told(language),
        )
        for one in found
    )
    return [Block(f"错误 {len(rows)} 处" if zh else _counted(len(rows), "fault"), header, rows)]


def warnings(found: Iterable[Notice], language: Language) -> list[Block]:
    """The warnings as a table."""
    zh = language == "zh"
    header = ("表", "行", "编号", "提示") if zh else ("table", "row", "record_id", "warning")
    rows = tuple(
        (table_text(one.table).get(language), one.row, one.record_id, one.message.get(language)) for one in found
    )
    return [Block(f"提示 {len(rows)} 条" if zh else _counted(len(rows), "warning"), header if rows else (), rows)]


MOST_REPAIRS = 5  # ways to write a thing that one column is shown with in a terminal


def _repairs(intake: Intake, language: Language, *, narrow: bool) -> Iterator[Block]:
    """The cells that were read as what they can only mean; where narrow, the many of one sort in one line."""
    if not intake.repairs:
        return
    zh = language == "zh"
    total = sum(max(1, len(repair.rows)) for repair in intake.repairs)
    title = f"已规范的写法 {total} 处（含义唯一，原文件未改）" if zh else f"{total} repairs (the file is unchanged)"
    if not narrow:
        header = (
            ("表", "列", "行", "原文", "读作", "说明") if zh else ("table", "column", "rows", "cell", "read as", "how")
        )
        yield Block(
            title,
            header,
            tuple(
                (
                    table_text(one.table).get(language),
                    column_text(one.table, one.column).get(language),
                    row_ranges(one.rows),
                    one.value,
                    one.read_as,
                    one.message.get(language),
                )
                for one in intake.repairs
            ),
        )
        return
    groups: dict[tuple[str, str, str], list[Repair]] = {}
    for repair in intake.repairs:
        groups.setdefault((repair.table, repair.column, repair.code), []).append(repair)
    lines = []
    for (table, column, _), found in groups.items():
        where = f"{table_text(table).get(language)} {column_text(table, column).get(language)}".rstrip()
        how = found[0].message.get(language)
        for one in found[:MOST_REPAIRS]:
            rows = _brief(one.rows, language)
            lines.append(
                f"{where} {rows}“{one.value}” → {one.read_as}（{how}）"
                if zh
                else f"{where} {rows}{one.value!r} → {one.read_as} ({how})"
            )
        if more := found[MOST_REPAIRS:]:
            number = sum(len(one.rows) for one in more)
            lines.append(
                f"{where} 另有 {number} 处（{how}），--format csv 或 json 全部列出"
                if zh
                else f"{where}: {number} more ({how}); --format csv or json lists them all"
            )
    yield Block(title, lines=tuple(lines))


def _brief(rows: Sequence[int], language: Language) -> str:
    """Row numbers in front of a line, cut short where they are many."""
    ranges = row_ranges(rows).split("、")
    if not rows:
        return ""
    listed = "、".join(ranges[:MOST_RANGES]) + ("……" if len(ranges) > MOST_RANGES else "")
    return f"第{listed}行" if language == "zh" else f"row {listed.replace('、', ', ')} "


def _passed_over(intake: Intake, language: Language) -> Iterator[Block]:
    lines = []
    for one in intake.passed_over:
        table = table_text(one.table).get(language)
        rows = _brief(one.rows, language)
        told = one.message.get(language)
        lines.append(f"{f'{table} {rows}'.rstrip()}{'：' if language == 'zh' else ': '}{told}")
    comma = "、" if language == "zh" else ", "
    for table, headers in intake.columns_not_read.items():
        where, listed = table_text(table).get(language), comma.join(headers)
        lines.append(f"{where}：没有读取的列 {listed}" if language == "zh" else f"{where}: columns not read: {listed}")
    if intake.sheets_not_read:
        listed = comma.join(intake.sheets_not_read)
        lines.append(f"没有读取的表：{listed}" if language == "zh" else f"sheets not read: {listed}")
    if lines:
        title = "不是记录的行和其他说明" if language == "zh" else "Rows that are no records, and other remarks"
        yield Block(title, lines=tuple(lines))


def _read_otherwise(intake: Intake, language: Language) -> Iterator[str]:
    """That cells were repaired and rows passed over, where the list of them would be too long."""
    repairs = sum(max(1, len(repair.rows)) for repair in intake.repairs)
    rows = sum(len(passed.rows) for passed in intake.passed_over)
    if not repairs and not rows:
        return
    yield (
        f"读取时规范写法 {repairs} 处，略过非记录行（标题、合计、示例等）{rows} 行；workload check 列出每一处"
        if language == "zh"
        else f"Repaired while reading: {repairs} cells; passed over: {rows} rows that are no records (workload check "
        "lists each)"
    )


def own_words(intake: Intake, language: Language, how: str = "table") -> Iterator[Block]:
    """The school's own words that an answer was computed with: as lines, or in CSV as a table of their own."""
    if intake.aliases:
        told = [alias.text.get(language) for alias in intake.aliases]
        title = (
            "本校用语（workload-alias.toml）" if language == "zh" else "The school's own words (workload-alias.toml)"
        )
        if how == "csv":
            yield Block(title, ("本校用语" if language == "zh" else "aliases",), tuple((one,) for one in told))
        else:
            yield Block(title, lines=tuple(told))


def explanation(sections: Iterable[Section], language: Language) -> list[Block]:
    """One teacher's figures as headed sentences."""
    return [
        Block(section.heading.get(language), lines=tuple(sentence.get(language) for sentence in section.sentences))
        for section in sections
    ]


def explanation_rows(sections: Iterable[Section], language: Language) -> list[Block]:
    """The same for a spreadsheet."""
    rows = tuple(
        (section.heading.get(language), sentence.get(language))
        for section in sections
        for sentence in section.sentences
    )
    return [
        Block(
            "说明" if language == "zh" else "explanation",
            ("项目", "说明") if language == "zh" else ("item", "text"),
            rows,
        )
    ]


def institution(findings: Iterable[Finding], regulation: Regulation, language: Language) -> list[Block]:
    """What the institution owes and has."""
    zh = language == "zh"
    header = (
        ("项目", "要求", "现有", "差额", "单位", "结论", "依据")
        if zh
        else ("item", "required", "actual", "shortfall", "unit", "verdict", "article")
    )
    rows = tuple(
        (
            finding.title.get(language),
            _figure(finding.required),
            _figure(finding.value),
            _figure(finding.shortfall),
            word("unit", finding.unit).get(language),
            _verdict(finding, language),
            finding.clause.citation if finding.clause else "",
        )
        for finding in findings
    )
    return [
        Block(
            f"学校应配备　依据 {regulation.document}" if zh else f"The institution, rules: {regulation.id}",
            header,
            rows,
        )
    ]


def rules(regulation: Regulation, clauses: Sequence[Clause], language: Language) -> list[Block]:
    """A rule file, as narrow as a terminal: each figure with its article, and each reading with its values."""
    zh = language == "zh"
    dated = any(not clause.is_undated for clause in clauses)
    header: tuple[str, ...] = ("名称", "内容", "条款") if zh else ("name", "says", "article")
    rows: list[tuple[Value, ...]] = []
    for clause in clauses:
        for figure in clause.figures():
            amount = Text("", "") if figure.value is None else measured(figure.value, figure.unit)
            says = f"{figure.meaning.get(language)} {amount.get(language)}".strip()
            row = (figure.name, says, clause.citation)
            rows.append((*row, _from(regulation, clause, language)) if dated else row)
    title = f"{regulation.document} {regulation.name.get(language)}"
    blocks = [Block(title, (*header, "生效" if zh else "from") if dated else header, tuple(rows))]
    lines = []
    for name, reading in regulation.readings.items():
        colon = "：" if zh else ": "
        lines.append(f"{reading.number:<4}{name}{colon}{reading.question.get(language)}")
        for value, text in reading.values.items():
            lines.append(f"    {'*' if value == reading.default else ' '} {value}{colon}{text.get(language)}")
    blocks.append(Block("口径（* 为默认）" if zh else "Readings (* is the default)", lines=tuple(lines)))
    note = regulation.note.get(language)
    return [*blocks, Block("", lines=(note,))] if note else blocks


def rules_columns(regulation: Regulation, clauses: Sequence[Clause], language: Language) -> list[Block]:
    """A rule file for a spreadsheet: each figure in columns with its dates and quote, and the readings."""
    zh = language == "zh"
    header = (
        ("名称", "含义", "数值", "单位", "生效", "条款", "原文")
        if zh
        else ("name", "meaning", "value", "unit", "from", "article", "quote")
    )
    rows = tuple(
        (
            figure.name,
            figure.meaning.get(language),
            _figure(figure.value),
            word("unit", figure.unit).get(language),
            _from(regulation, clause, language),
            clause.citation,
            clause.quote,
        )
        for clause in clauses
        for figure in clause.figures()
    )
    question_header = (
        ("编号", "口径", "问题", "值（*为默认）") if zh else ("no.", "reading", "question", "values (* default)")
    )
    questions = tuple(
        (reading.number, name, reading.question.get(language), _values(reading.values, reading.default, language))
        for name, reading in regulation.readings.items()
    )
    return [
        Block("规则" if zh else "rules", header, rows),
        Block("口径" if zh else "readings", question_header, questions),
    ]


def _from(regulation: Regulation, clause: Clause, language: Language) -> str:
    begins = clause.effective_from or regulation.effective_from
    start = str(begins) if begins else "自印发之日" if language == "zh" else "issue"
    return f"{start} – {clause.effective_until}" if clause.effective_until else start


def _values(values: Mapping[str, Text], default: str, language: Language) -> str:
    separator = "；" if language == "zh" else "; "
    return separator.join(
        f"{value}{'*' if value == default else ''} {text.get(language)}" for value, text in values.items()
    )
