"""A pay run as blocks for people and as a JSON object: who gets what, from which lines, and what is withheld.

Amounts are yuan with two decimals; in JSON they are numbers, and so are quantities and factors, with their exact value
beside them. People see those for whom there is something to be seen; JSON and CSV have everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import evolve

from workload.budget import BudgetCheck
from workload.documents.as_json import fault
from workload.documents.blocks import Block, Value
from workload.documents.reports import own_words, readings
from workload.exact import outward, rounded, shown
from workload.explain import row_ranges
from workload.ledger import Line
from workload.paylines import Adjustment, PayLine, Refused, span_text
from workload.payroll import PayRun, TeacherPay
from workload.rates import PayRate, described, item_text
from workload.regulation import Regulation
from workload.settlement import RowChange, months_of
from workload.text import Language, Text, joined
from workload.vocabulary import REASONS, measured, word
from workload.withholding import Withholding, withholding_steps

Object = dict[str, Any]
MOST_ITEMS = 3  # that have a column of their own on a terminal
_MORE_PLACES = 6  # of a factor


def blocks(run: PayRun, checks: Sequence[BudgetCheck], language: Language, how: str = "table") -> list[Block]:
    """The run, as narrow as a terminal: a line a teacher, the lines of pay, what they come from, what is withheld."""
    if how == "csv":
        return [_columns(run, language)]
    zh, seen = language == "zh", listed(run)
    found = [_persons(seen, language, how, unlisted(run))]
    if any(one.lines for one in seen.teachers):
        found.append(_lines(seen, language, how))
    found += _texts("其他增减" if zh else "Other amounts", _adjustments(seen), language)
    found += _texts("单价" if zh else "Rates", _rates(seen), language)
    found += _texts("缺少单价，未计入" if zh else "Without a rate, not in this run", _refused(seen), language)
    found += _texts("个人所得税预扣" if zh else "Withholding", _taxes(seen, whole=how != "table"), language)
    found += _texts("预算" if zh else "Budget", (check.text for check in checks), language)
    found += _texts("说明" if zh else "Notes", notes(run), language)
    if run.faults:
        title = "已跳过的错误行" if zh else "Faulty rows that were skipped"
        found.append(Block(title, lines=tuple(one.in_language(language) for one in run.faults)))
    found.append(Block("工作记录" if zh else "Activity rows", lines=tuple(row_counts(run, language))))
    found += [*own_words(run.intake, language), readings(run.regulation, run.readings, language)]
    return [_wrapped(block) for block in found] if how == "table" else found


def listed(run: PayRun) -> PayRun:
    """The run with those teachers whom a list for people names; the amounts of all others are 0.00.

    Who has an amount, work without a rate, or a correction or a cut that came to nothing; and whoever was asked for.
    """
    if run.teacher_id is not None:
        return run
    return evolve(run, teachers=tuple(one for one in run.teachers if _is_listed(one)))


def _is_listed(one: TeacherPay) -> bool:
    # What was paid before, and a cap, leave nothing to be seen where they leave nothing to be paid.
    changed = any(other.amount for other in one.adjustments if other.code in ("correction", "scaled"))
    return any(one.amounts.values()) or bool(one.refused) or changed


def unlisted(run: PayRun) -> tuple[Text, ...]:
    """How many teachers of a run are not listed, as nothing is to be paid to them; nothing where all are."""
    seen = len(listed(run).teachers)
    others = len(run.teachers) - seen
    if not others:
        return ()
    if not seen:
        return (
            Text(
                f"没有应发金额：{others} 位教师本次应发均为 0.00 元",
                f"there is nothing to pay: 0.00 yuan to everybody ({others})",
            ),
        )
    return (
        Text(f"另有 {others} 位教师本次应发为 0.00 元，未列出", f"not listed, as nothing is to be paid: {others} more"),
    )


_TERMINAL = 80  # columns
_INDENT = 2


def _wide(text: str) -> int:
    return sum(1 if letter.isascii() else 2 for letter in text)


def _wrapped(block: Block) -> Block:
    """A block whose lines of text are no wider than a terminal; what goes on is indented."""
    room = _TERMINAL - (_INDENT if block.title else 0)
    lines = (part for line in block.lines for part in in_lines(line, room, " " * 2 * _INDENT))
    return Block(block.title, block.header, block.rows, tuple(lines))


def last_column_wrapped(header: Sequence[str], rows: Iterable[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """The rows of a table in which the texts of the last column go on below where a terminal ends."""
    rows = tuple(rows)
    others = sum(
        max(map(_wide, column)) + _INDENT for column in zip(header[:-1], *(row[:-1] for row in rows), strict=True)
    )
    room = max(_TERMINAL - others, _LEAST_TEXT)
    blank = ("",) * (len(header) - 1)
    return tuple(
        (*(blank if place else row[:-1]), part) for row in rows for place, part in enumerate(in_lines(row[-1], room))
    )


_LEAST_TEXT = 24  # columns


def in_lines(text: str, room: int, indent: str = "") -> Iterator[str]:
    """A text in lines no wider than that, each but the first indented."""
    rest = " ".join(text.splitlines()) if text.strip() else text
    while _wide(rest) > room:
        at = _break(rest, room)
        yield rest[:at].rstrip()
        rest = indent + rest[at:].lstrip()
    yield rest


_OPENS, _CLOSES = "（“《〔", "，。；：、）”》〕"


def _break(text: str, room: int) -> int:
    """Where a line ends: after the last space or Chinese letter that has room; 第七条(一) and 第57行 stay whole."""
    width, best = 0, 0
    for at, letter in enumerate(text):
        width += _wide(letter)
        if width > room:
            return at if letter == " " else best or at
        after = text[at + 1 : at + 2]
        chinese = not letter.isascii() and letter not in _OPENS and (after == " " or not after.isascii())
        if at >= room // 4 and (letter == " " or chinese) and after not in _CLOSES:
            best = at + 1
    return len(text)


def _narrowed(
    header: Sequence[str], rows: Sequence[tuple[Value, ...]], places: Iterable[int]
) -> tuple[tuple[str, ...], tuple[tuple[Value, ...], ...]]:
    """A table as narrow as a terminal: without those columns, the first ones first, as far as need be."""
    kept = list(range(len(header)))
    for place in places:
        widths = (max(_wide(str(cell)) for cell in (header[at], *(row[at] for row in rows))) for at in kept)
        if sum(widths) + _INDENT * (len(kept) - 1) <= _TERMINAL:
            break
        kept.remove(place)
    return tuple(header[at] for at in kept), tuple(tuple(row[at] for at in kept) for row in rows)


def row_counts(run: PayRun, language: Language) -> Iterator[str]:
    """Rows read = credited + set aside, and the reasons; of what lies outside the period only the number."""
    zh, credited, aside = language == "zh", len(run.credited), len(run.set_aside)
    yield (
        f"读取 {run.rows_read} 行 = 计入本期间 {credited} 行 + 未计入 {aside} 行"
        if zh
        else f"{run.rows_read} read = {credited} credited in this period + {aside} set aside"
    )
    for reason, lines in _by_reason(run).items():
        told, where = REASONS[reason].get(language), rows_of(lines, language)
        if reason == "outside_period" or not where:
            yield f"{told} {len(lines)} 行" if zh else f"{told}: {len(lines)}"
        else:
            yield (
                f"{told} {len(lines)} 行：第{where}行"
                if zh
                else f"{told}: {len(lines)} (row{'s' * (len(lines) > 1)} {where})"
            )


def rows_of(lines: Iterable[Line], language: Language) -> str:
    """The rows of the activities behind ledger lines, as people write them."""
    told = row_ranges(line.activity.row for line in lines if line.activity.row is not None)
    return told.replace(_AND.zh, _AND.get(language))


_AND = Text("、", ", ")


def _by_reason(run: PayRun) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in run.set_aside:
        found.setdefault(line.reason or "fault", []).append(line)
    return {reason: found[reason] for reason in REASONS if reason in found}


def _texts(title: str, texts: Iterable[Text], language: Language) -> Iterator[Block]:
    lines = tuple(dict.fromkeys(text.get(language) for text in texts))
    if lines:
        yield Block(title, lines=lines)


def yuan(amount: Decimal) -> str:
    """An amount with its two decimals.

    >>> yuan(Decimal("1234.5"))
    '1234.50'
    """
    return f"{amount:.2f}"


def _persons(run: PayRun, language: Language, how: str, others: Sequence[Text]) -> Block:
    zh = language == "zh"
    items = list(run.items) if len(run.items) <= MOST_ITEMS else []
    header = [
        *(("工号", "姓名") if zh else ("id", "name")),
        *(_short(item, run.regulation).get(language) for item in items),
        *(("应发", "预扣", "实发") if zh else ("gross", "withheld", "net")),
    ]
    rows: list[tuple[Value, ...]] = []
    for one in run.teachers:
        tax, net = ("—" if amount is None else yuan(amount) for amount in (one.tax, one.net))
        amounts = [yuan(one.amounts[item]) if item in one.amounts else "" for item in items]
        rows.append((one.teacher.teacher_id, one.teacher.name, *amounts, yuan(one.gross), tax, net))
    if rows:
        sums = [yuan(run.items[item]) for item in items]
        total = "合计" if zh else "total"
        rows.append((total, "", *sums, yuan(run.total), yuan(run.tax), yuan(run.net)))
    incomplete = "" if run.is_complete else "（不完整）" if zh else " (incomplete)"
    when, paid_in = span_text(run.period), f"{run.paid_in:%Y-%m}"
    title = f"{when} 课酬{incomplete}　发放月份 {paid_in}" if zh else f"Pay for {when}{incomplete}, paid in {paid_in}"
    nothing = () if rows or others else (Text("没有可发放的工作", "there is nothing to pay"),)
    rules = Text(f"依据 {run.regulation.document}", f"rules: {run.regulation.id}")
    told = tuple(text.get(language) for text in (*nothing, *others, rules))
    if not rows:
        return Block(title, lines=told)
    cells = _to_the_right(rows, range(2, len(header)))
    narrow = [1, *range(2, 2 + len(items))] if how == "table" else []
    return Block(title, *_narrowed(header, cells, narrow), told)


def _to_the_right(rows: Sequence[tuple[Value, ...]], places: Iterable[int]) -> tuple[tuple[Value, ...], ...]:
    """The rows with the amounts of those columns one under the other; as texts they keep their two decimals."""
    widest = {place: max((len(str(row[place])) for row in rows), default=0) for place in places}
    return tuple(
        tuple(str(value).rjust(widest[place]) if place in widest else value for place, value in enumerate(row))
        for row in rows
    )


def _lines(run: PayRun, language: Language, how: str) -> Block:
    zh = language == "zh"
    weighed = any(line.factor != 1 for one in run.teachers for line in one.lines)
    dated = any(month_said(line, run) for one in run.teachers for line in one.lines)
    header = ["数量", "单价", *(["系数"] if weighed else []), "金额", "工作记录行"]
    header_en = ["quantity", "rate", *(["factor"] if weighed else []), "amount", "rows"]
    header = ["工号", "项目", "适用", *(["月份"] if dated else []), *header]
    header_en = ["id", "item", "for", *(["month"] if dated else []), *header_en]
    rows: list[tuple[Value, ...]] = []
    for one in run.teachers:
        for line in one.lines:
            factor = [shown(line.factor, _MORE_PLACES)] if weighed else []
            month = [f"{line.month:%Y-%m}" if line.month else ""] if dated else []
            rows.append(
                (
                    one.teacher.teacher_id,
                    _short(line.item, run.regulation).get(language),
                    _applies(line.rate, run.regulation).get(language),
                    *month,
                    measured(line.quantity, line.unit).get(language),
                    yuan(line.rate.yuan),
                    *factor,
                    yuan(line.amount),
                    rows_of(line.lines, language),
                )
            )
    title = "明细（数量 × 单价" + (" × 系数" if weighed else "") + " = 金额，逐行四舍五入到分）"
    title_en = "Lines (quantity x rate" + (" x factor" if weighed else "") + " = amount, each rounded to the fen)"
    cells = _to_the_right(rows, (header.index("单价"), len(header) - 2))
    names = header if zh else header_en
    if how != "table":
        return Block(title if zh else title_en, tuple(names), cells)
    columns = zip(names[:-1], *(row[:-1] for row in cells), strict=True)
    others = sum(max(_wide(str(cell)) for cell in column) + _INDENT for column in columns)
    cells = tuple((*row[:-1], _shortened(str(row[-1]), max(_TERMINAL - others, _LEAST_ROWS))) for row in cells)
    return Block(title if zh else title_en, *_narrowed(names, cells, [len(header) - 1, 1, 2]))


def month_said(line: PayLine, run: PayRun) -> Text | None:
    """The month of a line, where a cap keeps the lines of months apart and the run has several."""
    if line.month is None or len(tuple(months_of(run.period))) == 1:
        return None
    return Text(f"{line.month.year}年{line.month.month}月", f"{line.month:%Y-%m}")


_LEAST_ROWS = 10  # columns for a list of rows: with less room it is left out


def _shortened(ranges: str, room: int) -> str:
    """Ranges of rows that fit, and a sign that there are more."""
    if _wide(ranges) <= room:
        return ranges
    separator = _AND.zh if _AND.zh in ranges else _AND.en
    while ranges and _wide(f"{ranges}……") > room:
        ranges = ranges.rpartition(separator)[0]
    return f"{ranges}……"


def _each(found: Sequence[str]) -> Text:
    return Text(_AND.zh.join(found), _AND.en.join(found))


def paid_by(line: PayLine) -> tuple[str, ...]:
    """The articles by which a line is paid. A cap, or a cut to the budget, is named by the amount that it cuts."""
    made = (clause for clause in line.clauses if clause.factor is not None or clause.only_above_quota)
    return tuple(dict.fromkeys(clause.citation for clause in made))


def _short(item: str, regulation: Regulation) -> Text:
    """An item for the header of a column: in English the name of its account alone."""
    name = item_text(item, regulation)
    return Text(name.zh, regulation.accounts[item].name.en if item in regulation.accounts else name.en)


def _applies(rate: PayRate, regulation: Regulation) -> Text:
    """For what a rate is, within its item: a kind, a title, both, or everything."""
    kind = Text("", "") if rate.kind is None else regulation.kinds[rate.kind].name
    title = regulation.title_text(rate.title)
    zh, en = "·".join(filter(None, (kind.zh, title.zh))), ", ".join(filter(None, (kind.en, title.en)))
    return Text(zh or "全部", en or "all")


def _adjustments(run: PayRun) -> Iterator[Text]:
    for one in run.teachers:
        for other in one.adjustments:
            item, sign = item_text(other.item, run.regulation), "+" if other.amount > 0 else ""
            who, amount = one.teacher.teacher_id, f"{sign}{yuan(other.amount)}"
            yield Text(f"{who} {item.zh} {amount} 元：{other.text.zh}", f"{who} {item.en} {amount}: {other.text.en}")


def _rates(run: PayRun) -> Iterator[Text]:
    for one in run.teachers:
        for line in one.lines:
            articles, clauses = (_each(found) for found in (line.quantity_citations, paid_by(line)))
            told = [line.rate.text(run.regulation), Text(f"数量依据 {articles.zh}", f"quantity by {articles.en}")]
            if clauses.zh:
                told.append(Text(f"计发依据 {clauses.zh}", f"paid by {clauses.en}"))
            yield joined(told, "；", "; ")


def _refused(run: PayRun) -> Iterator[Text]:
    for one in run.refused:
        who = one.teacher.teacher_id
        amount = measured(one.quantity, one.unit)
        yield Text(f"{who} {amount.zh}：{one.missing.zh}", f"{who} {amount.en}: {one.missing.en}")


def _taxes(run: PayRun, *, whole: bool) -> Iterator[Text]:
    """What is withheld of each external teacher's items: on one line, or ``whole``, step by step."""
    for one in run.teachers:
        for tax in one.taxes:
            if not tax.withholding.gross:
                continue
            items = joined((item_text(item, run.regulation) for item in tax.items), _AND.zh, _AND.en)
            found = tax.withholding
            who, rate = one.teacher.teacher_id, f"{shown(found.rate * 100)}%"
            before_zh = f"本月已发 {shown(found.paid)} + 本次 " if found.paid else "收入 "
            before_en = f"{shown(found.paid)} paid before + " if found.paid else "income "
            earlier = f" − {shown(found.tax_before)}" if found.tax_before else ""
            sums = f"{shown(found.taxable, 4)} × {rate} − {shown(found.quick_deduction)}{earlier}"
            yield Text(
                f"{who} {items.zh}：{before_zh}{yuan(found.gross)}，减除 {shown(found.deduction, 4)}，{sums} = "
                f"预扣 {yuan(found.tax)} 元",
                f"{who} {items.en}: {before_en}{yuan(found.gross)}, less {shown(found.deduction, 4)}, "
                f"{sums.replace('×', 'x').replace('−', '-')} = {yuan(found.tax)} withheld",
            )
            for step in withholding_steps(found) if whole else ():
                yield Text(f"{who}　{step.zh}", f"{who}  {step.en}")


_MOST_TEACHERS = 6  # that a note names


def notes(run: PayRun) -> Iterator[Text]:
    """What is said of a run: each thing once, with those whom it is about, of many only how many they are."""
    yield from run.notes
    told: dict[Text, list[str]] = {}
    seen = listed(run).teachers
    for one in run.teachers:
        lines = one.lines if one in seen else ()
        for note in (*one.notes, *(line.note for line in lines if line.note is not None)):
            told.setdefault(note, []).append(one.teacher.teacher_id)
    for note, teachers in told.items():
        who = dict.fromkeys(teachers)
        if len(who) > _MOST_TEACHERS:
            yield Text(f"{note.zh}（{len(who)} 人）", f"{note.en} ({len(who)} teachers)")
        else:
            named = _each(tuple(who))
            yield Text(f"{note.zh}（{named.zh}）", f"{note.en} ({named.en})")


# ---------------------------------------------------------------- columns


_COLUMNS = (
    ("工号", "teacher_id"),
    ("姓名", "name"),
    ("来源", "affiliation"),
    ("期间", "period"),
    ("发放月份", "paid_in"),
    ("项目", "item"),
    ("类型", "type"),
    ("数量", "quantity"),
    ("单位", "unit"),
    ("单价", "rate"),
    ("系数", "factor"),
    ("金额", "amount"),
    ("依据", "authority"),
    ("条款", "article"),
    ("说明", "note"),
    ("规则", "rules"),
)
_TYPES = {
    "line": Text("课酬", "line"),
    "cap": Text("上限", "cap"),
    "scaled": Text("按预算折减", "scaled"),
    "paid": Text("已发放", "paid"),
    "payments": Text("已发放（表）", "payments"),
    "correction": Text("更正", "correction"),
    "tax": Text("预扣个税", "withheld"),
    "refused": Text("缺少单价", "no rate"),
    "credited": Text("计入的记录行", "rows credited"),
    "set_aside": Text("未计入的记录行", "rows set aside"),
}


def _columns(run: PayRun, language: Language) -> Block:
    """A row for every line, adjustment, tax and refused work; the amounts of a teacher sum up to the net.

    At the end how many activity rows were credited and set aside, by reason: together all that were read.
    """
    rows: list[tuple[Value, ...]] = []
    for one in run.teachers:
        who: tuple[Value, ...] = (
            one.teacher.teacher_id,
            one.teacher.name,
            word("affiliation", one.teacher.affiliation).get(language),
            str(run.period),
            f"{run.paid_in:%Y-%m}",
        )
        rows += [(*who, *cells, run.regulation.id) for cells in _cells(one, run, language)]
    unit = "行" if language == "zh" else "rows"
    counts = [("credited", len(run.credited), "")]
    counts += [("set_aside", len(lines), REASONS[reason].get(language)) for reason, lines in _by_reason(run).items()]
    for name, number, reason in counts:
        before = ("", "", "", str(run.period), "", "", _TYPES[name].get(language))
        rows.append((*before, number, unit, "", "", "", "", "", reason, run.regulation.id))
    names = tuple(name[0 if language == "zh" else 1] for name in _COLUMNS)
    return Block("课酬" if language == "zh" else "pay", names, tuple(rows))


def _cells(one: TeacherPay, run: PayRun, language: Language) -> Iterator[tuple[Value, ...]]:
    def item(name: str) -> str:
        return item_text(name, run.regulation).get(language)

    def kind(name: str) -> str:
        return _TYPES[name].get(language)

    for line in one.lines:
        note = joined(one for one in (line.note, month_said(line, run)) if one is not None).get(language)
        quantity, factor = shown(line.quantity, _MORE_PLACES), shown(line.factor, _MORE_PLACES)
        unit = word("unit", line.unit).get(language)
        articles = "；".join((*line.quantity_citations, *paid_by(line)))
        rate = (outward(line.rate.yuan), factor, outward(line.amount), line.rate.authority, articles, note)
        yield (item(line.item), kind("line"), quantity, unit, *rate)
    for other in one.adjustments:
        article = "" if other.clause is None else other.clause.citation
        text = other.text.get(language)
        yield (item(other.item), kind(other.code), "", "", "", "", outward(other.amount), "", article, text)
    for tax in one.taxes:
        if not tax.withholding.gross:
            continue
        names, clause = "、".join(map(item, tax.items)), tax.withholding.clause
        note = tax.withholding.table.note.get(language)
        yield (names, kind("tax"), "", "", "", "", outward(-tax.withholding.tax), "", clause.citation, note)
    for refused in one.refused:
        quantity, unit = shown(refused.quantity, _MORE_PLACES), word("unit", refused.unit).get(language)
        yield (item(refused.item), kind("refused"), quantity, unit, "", "", "", "", "", refused.missing.get(language))


# ---------------------------------------------------------------- JSON


def as_object(run: PayRun, checks: Sequence[BudgetCheck], language: Language) -> Object:
    """The run as a JSON object."""
    result: Object = {
        "rules": run.regulation.id,
        "readings": dict(run.readings),
        "period": {"start": str(run.period.start), "end": str(run.period.end)},
        "paid_in": f"{run.paid_in:%Y-%m}",
        "complete": run.is_complete,
        "settled": run.settled,
        "tax_items": run.tax_items,
        "totals": {
            "gross": outward(run.total),
            "withheld": outward(run.tax),
            "net": outward(run.net),
            "items": {item: outward(amount) for item, amount in run.items.items()},
        },
        "rows": {"read": run.rows_read, "credited": len(run.credited), "set_aside": len(run.set_aside)},
        "teachers": [_teacher(one, run, language) for one in run.teachers],
        "set_aside": [_aside(line) for line in run.set_aside],
        "notes": [note.get(language) for note in run.notes],
    }
    if checks:
        result["budget"] = [_check(check, language) for check in checks]
    if run.faults:
        result["faults"] = [fault(one, language) for one in run.faults]
    return result


def _teacher(one: TeacherPay, run: PayRun, language: Language) -> Object:
    return {
        "teacher_id": one.teacher.teacher_id,
        "name": one.teacher.name,
        "affiliation": one.teacher.affiliation,
        "lines": [_line(line, language) for line in one.lines],
        "adjustments": [_adjustment(other, language) for other in one.adjustments],
        "refused": [_refusal(refused, run.regulation, language) for refused in one.refused],
        "items": {item: outward(amount) for item, amount in one.amounts.items()},
        "gross": outward(one.gross),
        "withholding": [
            {"items": list(tax.items), **_withholding(tax.withholding, language)}
            for tax in one.taxes
            if tax.withholding.gross
        ]
        if one.is_external
        else None,
        "withheld": None if one.tax is None else outward(one.tax),
        "net": None if one.net is None else outward(one.net),
        "notes": [note.get(language) for note in one.notes],
    }


def _aside(line: Line) -> Object:
    row = line.activity
    return {
        "table": "activities",
        "row": row.row,
        "record_id": row.record_id or None,
        "teacher_id": row.teacher_id or None,
        "reason": line.reason,
    }


def _line(line: PayLine, language: Language) -> Object:
    rate = line.rate
    return {
        "item": line.item,
        "kind": rate.kind,
        "title": rate.title,
        "quantity": outward(line.quantity),
        "quantity_exact": str(line.quantity),
        "unit": line.unit,
        "rate": outward(rate.yuan),
        "effective_from": str(rate.effective_from),
        "authority": rate.authority,
        "factor": float(rounded(line.factor, _MORE_PLACES)),
        "factor_exact": str(line.factor),
        "amount": outward(line.amount),
        "month": None if line.month is None else f"{line.month:%Y-%m}",
        "event_id": line.event_id or None,
        "shared": None if line.shared is None else outward(line.shared),
        "articles": [*line.quantity_citations, *paid_by(line)],
        "pay_articles": list(paid_by(line)),
        "rows": [row.activity.row for row in line.lines],
        "note": None if line.note is None else line.note.get(language),
    }


def _adjustment(other: Adjustment, language: Language) -> Object:
    return {
        "item": other.item,
        "code": other.code,
        "amount": outward(other.amount),
        "article": None if other.clause is None else other.clause.citation,
        "period": None if other.period is None else {"start": str(other.period.start), "end": str(other.period.end)},
        "rows": [_change(row) for row in other.rows],
        "message": other.text.get(language),
    }


def _change(row: RowChange) -> Object:
    return {
        "row": row.row,
        "month": f"{row.month:%Y-%m}",
        "quantity_before": _exact(row.quantity_before),
        "quantity": _exact(row.quantity),
    }


def _exact(value: Fraction | None) -> float | None:
    return None if value is None else outward(value)


def _refusal(one: Refused, regulation: Regulation, language: Language) -> Object:
    return {
        "item": one.item,
        "kind": one.kind,
        "title": one.title,
        "from": str(one.day),
        "quantity": outward(one.quantity),
        "unit": one.unit,
        "rows": [line.activity.row for line in one.lines],
        "what": described(one.item, one.kind, one.title, regulation).get(language),
        "message": one.missing.get(language),
    }


def _withholding(found: Withholding, language: Language) -> Object:
    return {
        "gross": outward(found.gross),
        "paid_before": outward(found.paid),
        "deduction": outward(found.deduction),
        "taxable": outward(found.taxable),
        "rate": float(found.rate),
        "quick_deduction": outward(found.quick_deduction),
        "withheld": outward(found.tax),
        "steps": [step.get(language) for step in withholding_steps(found)],
        "document": found.clause.citation,
        "note": found.table.note.get(language),
    }


def _check(check: BudgetCheck, language: Language) -> Object:
    envelope = check.envelope
    return {
        "use": None if envelope.use is None else envelope.use.id,
        "name": envelope.name.get(language),
        "article": None if envelope.use is None else envelope.use.article,
        "budget": outward(envelope.yuan),
        "used": outward(check.used),
        "run": outward(check.run),
        "left": outward(check.left),
        "state": check.state,
        "message": check.text.get(language),
    }


def gross_up_lines(found: Withholding, language: Language) -> list[Block]:
    """Which gross leaves a net, step by step."""
    title = f"实发 {yuan(found.net)} 元，应发 {yuan(found.gross)} 元"
    title_en = f"a net of {yuan(found.net)} yuan takes a gross of {yuan(found.gross)}"
    steps = tuple(step.get(language) for step in withholding_steps(found))
    return [Block(title if language == "zh" else title_en, lines=steps)]


def gross_up_object(found: Withholding, language: Language) -> Object:
    """The same as a JSON object."""
    return {"net": outward(found.net), **_withholding(found, language)}
