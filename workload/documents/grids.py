"""Results as grids, each with a header row: for a spreadsheet's cells, with exact amounts as the nearest floats.

>>> from workload import load_regulation
>>> rules_grid(load_regulation(), None, "en").header[:3]
('name', 'value', 'unit')
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction

from workload.documents.blocks import Block, Value
from workload.evaluation import CenterCheck, CenterEvaluation
from workload.experience import ExperienceFinding, Window
from workload.ledger import Line
from workload.records import Activity
from workload.regulation import Regulation
from workload.text import Language, Text
from workload.vocabulary import REASONS, UNIT_OF_MEASURE, column_text, table_text, word

FAULT, WARNING, CLEAN = Text("错误", "fault"), Text("提示", "warning"), Text("没有错误和提示", "no faults, no warnings")


def _header(language: Language, *names: Text) -> tuple[str, ...]:
    return tuple(name.get(language) for name in names)


def _number(value: Fraction | int | None) -> float | int | None:
    """An exact number as a cell holds it."""
    if value is None:
        return None
    whole = Fraction(value)
    return whole.numerator if whole.denominator == 1 else float(whole)


def ledger_grid(lines: Iterable[Line], regulation: Regulation, language: Language) -> Block:
    """One line for each activity row: account and amount with the article, or the reason why it is set aside."""
    header = _header(
        language,
        Text("行", "row"),
        *(column_text("activities", name) for name in ("record_id", "teacher_id", "date", "kind")),
        Text("账户", "account"),
        Text("数量", "quantity"),
        Text("数量单位", "of"),
        Text("计入", "amount"),
        Text("单位", "unit"),
        Text("条款", "article"),
        Text("未计入原因", "reason"),
    )
    return Block("", header, tuple(_ledger_row(line, regulation, language) for line in lines))


def _ledger_row(line: Line, regulation: Regulation, language: Language) -> tuple[Value, ...]:
    activity, clause = line.activity, line.clause
    kind = day = ""
    if isinstance(activity, Activity):
        kind, day = regulation.kind(activity.kind).name.get(language), str(activity.date)
    place = (activity.row, activity.record_id, activity.teacher_id, day, kind)
    if clause is None or line.account is None:
        return (*place, "", None, "", None, "", "", REASONS[line.reason or "fault"].get(language))
    return (
        *place,
        regulation.account(line.account).name.get(language),
        _number(line.quantity),
        word("unit", UNIT_OF_MEASURE[clause.measure]).get(language),
        _number(line.amount),
        word("unit", clause.unit).get(language),
        clause.citation,
        "",
    )


def summary_grid(found: CenterEvaluation, language: Language, *, employment_known: bool = True) -> Block:
    """One line for each teacher: the totals, what is required and missing, the verdict, the rows accounted for.

    Without ``employment_known`` nothing is said of what the teacher owes.
    """
    accounts = found.regulation.accounts.values()
    hours = [account for account in accounts if account.id != "points"]
    header = _header(
        language,
        *(column_text("teachers", name) for name in ("teacher_id", "name", "employment")),
        *(
            Text(f"{account.name.zh}{suffix.zh}", f"{account.name.en}{suffix.en}")
            for account in hours
            for suffix in (
                Text(word("unit", account.unit).zh, f" {word('unit', account.unit).en}"),
                Text("要求", " required"),
                Text("差额", " shortfall"),
            )
        ),
        Text("积分", "points"),
        Text("结论", "verdict"),
        Text("读取行数", "rows read"),
        Text("计入行数", "rows credited"),
        Text("未计入行数", "rows set aside"),
    )
    rows = []
    for one in found.teachers:
        teacher = one.teacher
        read, aside = len(one.book.entries), len(one.book.set_aside)
        row: list[Value] = [teacher.teacher_id, teacher.name]
        row.append(word("employment", teacher.employment).get(language) if employment_known else "")
        for account in hours:
            part = one.quota.part(account.id)
            row.append(_number(one.book.total(account.id)))  # without what another account fills (R4)
            row += (_number(part.required), _number(part.shortfall)) if employment_known else (None, None)
        verdict = one.quota.verdict if employment_known else "undetermined"
        row += (_number(one.points), word("verdict", verdict).get(language), read, read - aside, aside)
        rows.append(tuple(row))
    return Block("", header, tuple(rows))


def check_grid(found: CenterCheck, language: Language) -> Block:
    """Faults, then warnings, one a line; a single line where there is nothing to tell."""
    header = _header(
        language,
        Text("性质", "sort"),
        Text("表", "table"),
        Text("行", "row"),
        Text("列", "column"),
        Text("现值", "value"),
        Text("问题与可接受的值", "what is wrong, and what is accepted"),
    )
    rows: list[tuple[Value, ...]] = [
        (
            FAULT.get(language),
            table_text(one.table).get(language),
            one.row,
            "" if one.column is None else column_text(one.table, one.column).get(language),
            one.value,
            one.told(language),
        )
        for one in found.faults
    ]
    rows += [
        (WARNING.get(language), table_text(one.table).get(language), one.row, "", "", one.message.get(language))
        for one in found.notices
    ]
    return Block("", header, tuple(rows) or ((CLEAN.get(language), "", None, "", "", ""),))


def windows_grid(found: ExperienceFinding, regulation: Regulation, language: Language) -> Block:
    """The windows of a three-year test: years, what they sum to, evaluations missing, the verdict."""
    accounts = [need.account for need in found.clause.needs]
    header = _header(
        language,
        Text("起始年", "from"),
        Text("截止年", "to"),
        *_amounts(accounts, regulation, Text("", "")),
        Text("缺考核", "evaluations missing"),
        Text("结论", "verdict"),
    )
    rows = [
        (
            *_span(window),
            *(_number(window.totals[account]) for account in accounts),
            _listed(window.evaluations_missing, language),
            word("verdict", window.verdict).get(language),
        )
        for window in found.windows
    ]
    none = Text("没有达到要求的三年", "no window meets the requirement")
    return Block("", header, tuple(rows) or (_empty(header, none, language),))


def needed_grid(found: ExperienceFinding, regulation: Regulation, language: Language) -> Block:
    """What the next window of a three-year test still lacks."""
    accounts = [need.account for need in found.clause.needs]
    minutes = Text("折合值班分钟", "minutes of duty")
    header = _header(
        language,
        Text("起始年", "from"),
        Text("截止年", "to"),
        *_amounts(accounts, regulation, Text("还差", " missing")),
        minutes,
        Text("缺考核", "evaluations missing"),
    )
    window = found.next
    if window is None:
        none = Text("没有可用的三年", "no window is left")
        return Block("", header, (_empty(header, none, language),))
    row: tuple[Value, ...] = (
        *_span(window),
        *(_number(window.lacking[account]) for account in accounts),
        window.minutes_lacking,
        _listed(window.evaluations_missing, language),
    )
    return Block("", header, (row,))


def _listed(years: Iterable[int], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(map(str, years))


def _amounts(accounts: Iterable[str], regulation: Regulation, suffix: Text) -> Iterator[Text]:
    for account in accounts:
        known = regulation.account(account)
        unit = word("unit", known.unit)
        yield Text(f"{known.name.zh}{unit.zh}{suffix.zh}", f"{known.name.en} {unit.en}{suffix.en}")


def _span(window: Window) -> tuple[int, int]:
    return window.years[0], window.years[-1]


def _empty(header: tuple[str, ...], what: Text, language: Language) -> tuple[Value, ...]:
    return (what.get(language), *[""] * (len(header) - 1))


def rules_grid(regulation: Regulation, day: date | None, language: Language) -> Block:
    """Every figure in force on that day (or at any time): name, value, unit, meaning, dates, article, quote.

    Raises:
        NoClauseError: the regulation does not hold on that day.
    """
    header = _header(
        language,
        Text("名称", "name"),
        Text("数值", "value"),
        Text("单位", "unit"),
        Text("含义", "meaning"),
        Text("生效", "from"),
        Text("失效", "until"),
        Text("条款", "article"),
        Text("原文", "quote"),
    )
    rows = tuple(
        (
            figure.name,
            _number(figure.value),
            word("unit", figure.unit).get(language),
            figure.meaning.get(language),
            _day(clause.effective_from or regulation.effective_from),
            _day(clause.effective_until),
            clause.citation,
            clause.quote,
        )
        for clause in regulation.clauses_on(day)
        for figure in clause.figures()
    )
    return Block(regulation.document, header, rows)


def _day(day: date | None) -> str:
    return "" if day is None else str(day)
