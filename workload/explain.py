"""Findings into sentences, Chinese and English: the only prose.

Nothing is computed here that a calculation has not returned; every number is one of a line, a finding or a clause.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from attrs import frozen

from workload.errors import NoClauseError
from workload.evaluation import (
    Alternative,
    CenterEvaluation,
    CenterExperience,
    TeacherEvaluation,
    TeacherExperience,
)
from workload.exact import shown
from workload.experience import Window, YearOfWork, lacking_text
from workload.finding import Finding
from workload.ledger import Line
from workload.records import Activity
from workload.regulation import Clause, Readings, Regulation
from workload.text import Text, joined
from workload.vocabulary import REASONS, UNIT_OF_MEASURE, measured, word


@frozen
class Section:
    """A heading and the sentences below it."""

    name: str
    heading: Text
    sentences: tuple[Text, ...]


def explain_teacher(
    found: CenterEvaluation, teacher_id: str, tested: CenterExperience | NoClauseError | None = None
) -> tuple[Section, ...]:
    """Every figure of one teacher's year: each row and what it gave, the formula, the article, the readings.

    ``tested`` adds the three-year test, or why there is none.

    Raises:
        WorkloadError: the evaluation has no such teacher.

    >>> from datetime import date
    >>> from workload import Activity, Center, Teacher, evaluate
    >>> rows = [Activity("T01", date(2024, 3, 5), "counseling_duty", minutes=90, row=2)]
    >>> result = evaluate(Center([Teacher("T01", "part_time")], rows), 2024)
    >>> print(explain_teacher(result, "T01")[1].sentences[0])
    第2行 2024-03-05 咨询值班：90 分钟 ÷ 45 = 2 课时 〔附件2 第七条(一)〕
    """
    experience = tested.teacher(teacher_id) if isinstance(tested, CenterExperience) else tested
    return tuple(_sections(found.teacher(teacher_id), found.regulation, found.readings, experience))


def _sections(
    found: TeacherEvaluation,
    regulation: Regulation,
    readings: Readings,
    experience: TeacherExperience | NoClauseError | None,
) -> Iterator[Section]:
    teacher, book = found.teacher, found.book
    name = f"{teacher.teacher_id} {teacher.name}".strip()
    employment = word("employment", teacher.employment)
    read, aside = len(book.entries), len(book.set_aside)
    yield Section(
        "teacher",
        Text(f"{name}（{employment.zh}）{book.year} 年度", f"{name} ({employment.en}), {book.year}"),
        (
            Text(
                f"依据：{regulation.document} {regulation.name.zh}",
                f"Rules: {regulation.document} {regulation.name.en}",
            ),
            Text(f"核算期：{book.period}", f"Period: {book.period}"),
            Text(
                f"工作记录 {read} 行 = 计入 {read - aside} 行 + 未计入 {aside} 行",
                f"{read} activity rows = {read - aside} credited + {aside} set aside",
            ),
            *found.quota.notes,
        ),
    )
    for part in found.quota.parts:
        yield _account(part, regulation)
    yield Section("set_aside", Text("未计入的记录", "Rows set aside"), tuple(_set_aside(book.set_aside)) or _NONE)
    if book.notices:
        notices = tuple(
            Text(f"第{notice.row}行：{notice.message.zh}", f"row {notice.row}: {notice.message.en}")
            for notice in book.notices
        )
        yield Section("warnings", Text("提示", "Warnings"), notices)
    for finding in (found.training, found.case_reports, found.evaluation):
        yield Section(finding.name, finding.title, tuple(_finding(finding)))
    if experience is not None:
        yield _experience(experience, regulation)
    alternatives = found.alternatives
    if isinstance(experience, TeacherExperience):
        alternatives += experience.alternatives
    if alternatives:
        sentences = tuple(alternative_text(other, regulation) for other in alternatives)
        yield Section(
            "alternatives", Text("换一种口径，结论会不同", "Another reading would change a verdict"), sentences
        )
    yield Section("readings", Text("口径", "Readings"), tuple(readings_text(regulation, readings)))


_NONE = (Text("无", "none"),)


def _account(part: Finding, regulation: Regulation) -> Section:
    name = part.title
    sentences: list[Text] = []
    for owed in part.parts or (part,):  # where something is owed each semester, each has its lines
        sentences += [line_text(line, regulation) for line in owed.lines]
        if owed is not part:
            sentences += list(_finding(owed))
    if not sentences:
        sentences.append(Text("没有计入的记录", "no credited rows"))
    sentences += list(_finding(part))
    return Section(part.name, name, tuple(sentences))


def line_text(line: Line, regulation: Regulation) -> Text:
    """One ledger line as a sentence: the row, the formula with its numbers, the article."""
    activity = line.activity
    where = _row(activity, regulation)
    if line.clause is None or line.case is None or not isinstance(activity, Activity):
        reason = REASONS[line.reason or "fault"]
        return Text(f"{where.zh}：{reason.zh}", f"{where.en}: {reason.en}")
    formula = formula_text(line, regulation)
    return Text(f"{where.zh}：{formula.zh}", f"{where.en}: {formula.en}")


def formula_text(line: Line, regulation: Regulation) -> Text:
    """How a credited line's amount comes about: the formula with its numbers, the article.

    Raises:
        ValueError: the line is set aside.
    """
    clause = line.clause
    if clause is None or line.case is None:
        raise ValueError("a line set aside has no formula")
    counted = measured(line.quantity, UNIT_OF_MEASURE[clause.measure])
    zh, en = counted.zh, counted.en
    if clause.per != 1:
        per = shown(clause.per, 4)
        zh, en = f"{zh} ÷ {per}", f"{en} / {per}"
    if line.case.value != 1:
        value = shown(line.case.value, 4)
        title = regulation.title_text(line.title)
        zh += f" × {value}" + (f"（{title.zh}）" if line.title else "")
        en += f" x {value}" + (f" ({title.en})" if line.title else "")
    if line.factor != 1:
        zh, en = f"{zh} × {shown(line.factor, 4)}（系数或份额）", f"{en} x {shown(line.factor, 4)} (factor or share)"
    plain = Fraction(line.quantity) * line.case.value / clause.per * line.factor
    amount = measured(line.amount, clause.unit)
    if plain != line.amount:
        zh = f"{zh} = {shown(plain)}，取整（累计的连同前面各行）或封顶后，本行计 {amount.zh}"
        en = f"{en} = {shown(plain)}; rounded (a pool with the lines before) or capped, this line gives {amount.en}"
    elif (zh, en) != (amount.zh, amount.en):
        zh, en = f"{zh} = {amount.zh}", f"{en} = {amount.en}"
    if line.lost_minutes:
        whole = measured(Fraction(line.quantity) + line.lost_minutes, "minute")
        zh = f"{whole.zh} − 重叠 {line.lost_minutes} 分钟，{zh}"
        en = f"{whole.en} - {line.lost_minutes} of overlap, {en}"
    return Text(f"{zh} 〔{clause.citation}〕", f"{en} [{clause.citation}]")


def _row(activity: object, regulation: Regulation) -> Text:
    row = getattr(activity, "row", None)
    zh, en = (f"第{row}行", f"row {row}") if row is not None else ("", "")
    if isinstance(activity, Activity):
        kind = regulation.kinds[activity.kind].name if activity.kind in regulation.kinds else Text("", "")
        hours = f" {activity.start:%H:%M}–{activity.end:%H:%M}" if activity.start and activity.end else ""
        zh = f"{zh} {activity.date}{hours} {kind.zh}".strip()
        en = f"{en} {activity.date}{hours} {kind.en}".strip()
    return Text(zh, en)


def _set_aside(lines: Iterable[Line]) -> Iterator[Text]:
    """The rows set aside, by reason."""
    by_reason: dict[str, list[int]] = {}
    for line in lines:
        by_reason.setdefault(line.reason or "fault", []).append(line.activity.row or 0)
    for reason, text in REASONS.items():
        if rows := by_reason.get(reason):
            ranges = row_ranges(rows)
            yield Text(
                f"{text.zh}：{len(rows)} 行（第{ranges}行）",
                f"{text.en}: {len(rows)} rows ({ranges.replace('、', ', ')})",
            )


def row_ranges(rows: Iterable[int]) -> str:
    """Row numbers for people.

    >>> row_ranges([3, 4, 5, 9])
    '3–5、9'
    """
    ranges: list[list[int]] = []
    for row in sorted(rows):
        if ranges and row == ranges[-1][1] + 1:
            ranges[-1][1] = row
        else:
            ranges.append([row, row])
    return "、".join(str(first) if first == last else f"{first}–{last}" for first, last in ranges)


def cited(clause: Clause | None) -> Text:
    """An article and its quote, to stand behind a sentence; nothing without a clause."""
    if clause is None:
        return Text("", "")
    return Text(f" 〔{clause.citation}：“{clause.quote}”〕", f" [{clause.citation}: “{clause.quote}”]")


def _finding(finding: Finding) -> Iterator[Text]:
    """A finding as sentences: the comparison, what is missing, what would turn it."""
    verdict = word("verdict", finding.verdict)
    article = cited(finding.clause)
    if finding.value is not None:
        total = _total(finding)
        named = finding.account != finding.name
        zh, en = (
            (f"{finding.title.zh}：{total.zh}", f"{finding.title.en}: {total.en}") if named else (total.zh, total.en)
        )
        if finding.required is not None:
            required, lacking = shown(finding.required), shown(finding.shortfall or 0)
            zh += f"，要求 {required}，" + (f"差 {lacking}，" if finding.shortfall else "") + verdict.zh
            en += f", required {required}, " + (f"{lacking} short, " if finding.shortfall else "") + verdict.en
        yield Text(zh + article.zh, en + article.en)
        yield from finding.notes
    elif not finding.parts:
        notes = joined((*finding.notes, verdict), "，", ", ")
        yield Text(notes.zh + article.zh, notes.en + article.en)
    for part in () if finding.book is not None else finding.parts:
        yield from _finding(part)
    for missing in finding.missing:
        yield Text(f"待定原因：{missing.zh}", f"what is missing: {missing.en}")
    if finding.remedy is not None:
        yield Text(f"达标办法：{finding.remedy.zh}", f"to meet it: {finding.remedy.en}")


def _total(finding: Finding) -> Text:
    """A finding's value with the formula that gave it, where it is minutes of duty under one clause."""
    total = measured(finding.value or 0, finding.unit)
    minutes = finding.book.minutes(finding.account) if finding.book is not None else 0
    each = {
        line.clause.per / line.case.value for line in finding.lines if line.clause and line.case and line.case.value
    }
    if minutes and len(each) == 1:
        counted, per = measured(minutes, "minute"), each.pop()
        exactly = Fraction(minutes) / per
        zh, en = f"合计 {counted.zh} ÷ {shown(per, 4)} = ", f"total {counted.en} / {shown(per, 4)} = "
        if exactly == finding.value:
            return Text(zh + total.zh, en + total.en)
        if finding.book is not None and finding.value == finding.book.total(finding.account):
            rounded = shown(exactly)
            return Text(f"{zh}{rounded}，取整或封顶后 {total.zh}", f"{en}{rounded}, rounded or capped {total.en}")
    return Text(f"合计 {total.zh}", f"total {total.en}")


def _experience(found: TeacherExperience | NoClauseError, regulation: Regulation) -> Section:
    heading = Text("学生工作（辅导员）经历", "Experience as a student-affairs counselor")
    if isinstance(found, NoClauseError):
        return Section("experience", heading, (found.text,))
    return Section("experience", heading, tuple(_experience_sentences(found, regulation)))


def explain_experience(found: TeacherExperience, regulation: Regulation) -> tuple[Text, ...]:
    """The three-year test of one teacher in sentences."""
    return tuple(_experience_sentences(found, regulation))


def _experience_sentences(found: TeacherExperience, regulation: Regulation) -> Iterator[Text]:
    """The windows, what they sum to, the verdict and what is still missing."""
    finding = found.finding
    article = cited(finding.clause)
    verdict = word("verdict", finding.verdict)
    if finding.recognized_years is None:
        yield Text(
            f"专职教师，按任职认定：{verdict.zh}{article.zh}", f"recognized on employment: {verdict.en}{article.en}"
        )
        return
    for worked in finding.years:
        if worked.appointed or worked.result is not None or any(worked.totals.values()):
            yield year_text(worked, regulation)
    for window in finding.windows:
        yield window_text(window, regulation)
    years = measured(finding.recognized_years, "year")
    yield Text(
        f"截至 {finding.as_of} 年，认定 {years.zh}，{verdict.zh}{article.zh}",
        f"as of {finding.as_of}: {years.en} recognized, {verdict.en}{article.en}",
    )
    if finding.next is not None:
        lacking = lacking_text(regulation, finding.next)
        span = _span(finding.next)
        yield Text(f"下一个可用窗口 {span}，还差：{lacking.zh}", f"next window {span}, still missing: {lacking.en}")


def _totals(totals: Mapping[str, Fraction], regulation: Regulation) -> tuple[list[str], list[str]]:
    """What was reached in each account, as words in both languages."""
    told = [(regulation.account(account), total) for account, total in totals.items()]
    amounts = [(known.name, measured(total, known.unit)) for known, total in told]
    return [f"{name.zh} {text.zh}" for name, text in amounts], [f"{name.en} {text.en}" for name, text in amounts]


def year_text(worked: YearOfWork, regulation: Regulation) -> Text:
    """A year as a sentence: what it gave, its evaluation, whether the teacher was appointed."""
    zh, en = _totals(worked.totals, regulation)
    result = word("result", worked.result)
    zh.append(f"考核{result.zh}" if worked.result else "缺考核")
    en.append(f"evaluation {result.en}" if worked.result else "evaluation missing")
    if not worked.appointed:
        zh.append("不在聘")
        en.append("not appointed")
    return Text(f"{worked.year} 年：{'，'.join(zh)}", f"{worked.year}: {', '.join(en)}")


def window_text(window: Window, regulation: Regulation) -> Text:
    """A window as a sentence: its years, its sums, its verdict."""
    verdict = word("verdict", window.verdict)
    zh, en = _totals(window.totals, regulation)
    if window.evaluations_missing:
        zh.append(f"缺 {'、'.join(map(str, window.evaluations_missing))} 年考核")
        en.append(f"evaluations missing: {', '.join(map(str, window.evaluations_missing))}")
    span = _span(window)
    return Text(f"{span}：{'，'.join(zh)}，{verdict.zh}", f"{span}: {', '.join(en)}, {verdict.en}")


def _span(window: Window) -> str:
    return f"{window.years[0]}–{window.years[-1]}"


def alternative_text(other: Alternative, regulation: Regulation) -> Text:
    """Another reading and the verdict it would give, in one line.

    Example: ``under partial_unit=whole_per_duty: counseling 36 class hours, not met``.
    """
    verdict = word("verdict", other.verdict)
    name = regulation.accounts[other.finding].name if other.finding in regulation.accounts else _RECOGNIZED
    total = Text("", "") if other.total is None else measured(other.total, other.unit)
    if other.required is not None:
        required = shown(other.required)
        total = Text(f"{total.zh}（要求 {required}）", f"{total.en} (required {required})")
    meaning = regulation.readings[other.switch].values[other.value]
    return Text(
        f"若 {other.switch}={other.value}（{meaning.zh}）：{name.zh} {total.zh}，{verdict.zh}",
        f"under {other.switch}={other.value}: {name.en} {total.en}, {verdict.en}",
    )


_RECOGNIZED = Text("认定", "recognized")


def readings_text(regulation: Regulation, readings: Mapping[str, str]) -> Iterator[Text]:
    """Each reading with its number, the value it was computed under, and what that means."""
    for name, reading in regulation.readings.items():
        value = readings[name]
        meaning = reading.values[value]
        zh, en = ("，非默认", ", not the default") if value != reading.default else ("", "")
        yield Text(
            f"{reading.number} {reading.question.zh}：{meaning.zh}（{name}={value}{zh}）",
            f"{reading.number} {reading.question.en}: {meaning.en} ({name}={value}{en})",
        )
