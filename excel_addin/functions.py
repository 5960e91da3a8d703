"""THE definition of what each Excel function does: thin bodies over the public names of :mod:`workload`.

An elementwise function says what to do with each cell (:class:`~excel_addin.cells.Each`); the others take matrices
and give a value or a table with a header. Those named ``…_steps`` give the sentences of WL_EXPLAIN.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from functools import cached_property
from typing import Any

from attrs import evolve, field, frozen

from excel_addin.cells import (
    BadValuesError,
    CallError,
    Cell,
    Each,
    Grid,
    Matrix,
    Places,
    columns,
    each_result,
    is_blank,
    lines,
    one_by_one,
    single,
    table,
    whole_or,
)
from excel_addin.settings import Language
from workload import (
    BadCell,
    Block,
    CellError,
    Center,
    Choice,
    Clause,
    ExperienceFinding,
    InputError,
    Line,
    NoClauseError,
    Regulation,
    Teacher,
    TeacherExperience,
    Text,
    WorkloadError,
    YearOfWork,
    area_required,
    check_center,
    check_grid,
    cited,
    column_parsers,
    elapsed,
    evaluate,
    experience_of_years,
    explain_experience,
    explain_teacher,
    formula_text,
    funding_required,
    ledger_grid,
    line_text,
    measured,
    moment,
    needed_grid,
    read_tables,
    rounded,
    rules_grid,
    staff_required,
    summary_grid,
    tariff_of_duty,
    tariff_of_events,
    taxes_withheld,
    training_hours,
    whole_ledger,
    windows_grid,
    withhold,
    withholding_steps,
    word,
    yearly_quota,
    yuan_upper,
)
from workload import (
    gross_up as gross_up_of,
)

MOST_HOURS = 10_000  # more than a year has
MOST_STEPS = 200  # places of a range that WL_EXPLAIN explains
FEN_PLACES, MOST_PLACES = 2, 9  # decimals of an amount of money, and of a quantity that is shown
NOTHING = Text("没有可说明的内容：参数是空的", "nothing to explain: the arguments are blank")


@frozen(eq=False)
class Use:
    """What a call is computed under: rules, readings, language; the other functions, and how to run one."""

    regulation: Regulation
    readings: Mapping[str, str]
    language: Language
    functions: Mapping[str, Any]
    run: Callable[..., Grid]
    still_wanted: Callable[[], None] | None = None
    ready: dict[str, Each] = field(factory=dict, init=False)

    @property
    def day(self) -> date:
        """The day whose clauses hold where a call names none: the newest."""
        return self.regulation.latest_day()

    @cached_property
    def parsers(self) -> dict[str, dict[str, Callable[[Any], Any]]]:
        """How the cells of each column of each table are read."""
        return column_parsers(self.regulation)

    def parser(self, table_name: str, column: str) -> Callable[[Any], Any]:
        """How a cell of that column is read."""
        return self.parsers[table_name][column]

    def each(self, function: Any, given: Sequence[Matrix | None]) -> Each:
        """What an elementwise function does with each cell; the usual ones are made ready once."""
        options = [given[place] for place in function.options]
        if any(option is not None for option in options):
            found: Each = function.body(self, *options)
            return found
        kept = self.ready.get(function.name)
        if kept is None:
            kept = self.ready[function.name] = function.body(self, *options)
        return kept

    def progress(self, _what: Text, _done: int, _of: int) -> None:
        """Told how far a calculation has come; ends one that nobody waits for."""
        if self.still_wanted is not None:
            self.still_wanted()


def _sentence(zh: str, en: str, clause: Clause | None) -> Text:
    article = cited(clause)
    return Text(zh + article.zh, en + article.en)


# ---------------------------------------------------------------- amounts of work


def minutes(_use: Use) -> Each:
    """CONTRACT: minutes of a duty; an end before the start is on the next day."""

    def steps(*values: Any) -> Iterator[Text]:
        (begins, _), (ends, _) = values
        next_day = Text("（结束在次日）", " (it ends on the next day)") if ends <= begins else Text("", "")
        span, found = f"{begins:%H:%M}–{ends:%H:%M}", elapsed(*values)
        yield Text(f"{span}{next_day.zh}：{found} 分钟", f"{span}{next_day.en}: {found} minutes")

    return Each((moment, moment), one_by_one(elapsed), one_by_one(steps))


def class_hours(use: Use, partial_unit: Matrix | None) -> Each:
    """附件2 第七条(一): class hours of minutes of duty."""
    reading = use.regulation.readings["partial_unit"]
    words = Choice({name: (name, text.zh, text.en) for name, text in reading.values.items()})
    chosen = single("partial_unit", partial_unit, words)
    readings = {**use.readings, "partial_unit": chosen} if chosen else use.readings
    tariff = tariff_of_duty(use.regulation, readings)

    def run(rows: Sequence[tuple[Any, ...]]) -> Iterable[float]:
        return tariff.amounts(found for (found,) in rows)

    def steps(rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[Text]]:  # a pool's lines depend on those before
        for line in tariff.lines((found, None) for (found,) in rows):
            yield (formula_text(line, use.regulation),)

    pooled = tariff.remainder.pool != "record" and tariff.remainder.round != "exact"
    return Each((use.parser("activities", "minutes"),), run, steps, pooled)


def points(use: Use) -> Each:
    """附件2 第七条(一): non-teaching points of events, by professional title."""
    tariff = tariff_of_events(use.regulation, use.readings)

    def line(title: str, events: int | None) -> Line:
        return next(tariff.lines([(1 if events is None else events, title)]))

    def amount(title: str, events: int | None) -> Fraction:
        return line(title, events).amount

    def steps(*values: Any) -> Iterator[Text]:
        yield formula_text(line(*values), use.regulation)

    return Each(
        (use.parser("teachers", "title"), use.parser("activities", "events")), one_by_one(amount), one_by_one(steps)
    )


# ---------------------------------------------------------------- the yearly quota


def _places(lacking: int | Fraction) -> int:
    """As many decimals as it takes to see what is lacking, where little is."""
    return next((places for places in (2, 4, 6) if not lacking or lacking >= Fraction(1, 10 ** (places - 1))), 9)


def _hours_of_a_year(use: Use) -> Callable[[Any], Any]:
    parser = whole_or(use.parser("activities", "class_hours"))

    def read(cell: Cell) -> Any:
        value = parser(cell)
        if value is not None and value >= MOST_HOURS:  # a date is a number too
            zh = f"一年的课时应小于 {MOST_HOURS:,}；是否误选了日期列？"
            raise CellError("too_large", zh, f"class hours of a year are below {MOST_HOURS:,}; is this a date?")
        return value

    return read


def _owed(use: Use, account: str, value: int | Fraction) -> Text:
    owed = yearly_quota(use.regulation, use.readings)
    clause = owed.clauses[account]
    known = use.regulation.account(account)
    lacking = owed.shortfall(account, value)
    places = _places(lacking)
    done, required, more = (measured(number, known.unit, places=places) for number in (value, clause.amount, lacking))
    verdict = word("verdict", "not_met" if lacking else "met")
    zh = f"{known.name.zh}：{done.zh}，要求 {required.zh}，" + (f"差 {more.zh}，" if lacking else "") + verdict.zh
    en = (
        f"{known.name.en}: {done.en}, required {required.en}, " + (f"{more.en} short, " if lacking else "") + verdict.en
    )
    return _sentence(zh, en, clause)


def shortfall(use: Use) -> Each:
    """附件2 第四条(三): what is missing of the yearly quota in an account, in class hours."""
    owed = yearly_quota(use.regulation, use.readings)
    words = {name: use.regulation.account(name) for name in owed.clauses}
    accounts = Choice(
        {name: (known.name.zh, known.name.en, f"{known.name.zh}课时", *known.also) for name, known in words.items()}
    )

    def steps(*values: Any) -> Iterator[Text]:
        yield _owed(use, *values)

    hours = _hours_of_a_year(use)
    return Each((accounts, hours), one_by_one(owed.shortfall), one_by_one(steps))


def quota_met(use: Use) -> Each:
    """附件2 第四条(三): whether the yearly counseling and teaching class hours both reach the quota."""
    owed = yearly_quota(use.regulation, use.readings)
    hours = _hours_of_a_year(use)

    def met(counseling: int | Fraction, teaching: int | Fraction) -> bool:
        return owed.is_met({"counseling": counseling, "teaching": teaching})

    def steps(*values: Any) -> Iterator[Text]:
        totals = dict(zip(("counseling", "teaching"), values, strict=True))
        for account in owed.clauses:
            yield _owed(use, account, owed.counted(account, totals))
        verdict = word("verdict", "met" if met(*values) else "not_met")
        yield Text(f"年度工作量：{verdict.zh}", f"yearly quota: {verdict.en}")

    return Each((hours, hours), one_by_one(met), one_by_one(steps))


# ---------------------------------------------------------------- experience

_YEAR_COLUMNS = ("years", "counseling", "teaching", "evaluations")


def _tested(use: Use, given: Sequence[Matrix | None], as_of: int | None = None) -> ExperienceFinding | None:
    """The three-year test of the columns; ``None`` where they are blank."""
    if all(is_blank(cells) for cells in given):
        return None
    years, *others = given
    if others[-1] is None and years is not None:  # on some hosts a blank cell is nothing at all
        others[-1] = tuple(tuple(None for _ in row) for row in years)
    hours = _hours_of_a_year(use)
    parsers = (use.parser("evaluations", "year"), hours, hours, use.parser("evaluations", "result"))
    rows = columns(_YEAR_COLUMNS, [years, *others], parsers, (True, True, True, False))
    if not rows:
        return None
    worked = [
        YearOfWork.of(year, {"counseling": counseling, "teaching": teaching}, result)
        for year, counseling, teaching, result in rows
    ]
    return experience_of_years(worked, as_of, use.regulation, use.readings)


def experience_years(use: Use, *given: Matrix | None) -> int | str:
    """方案 六(二): the recognized years."""
    found = _tested(use, given)
    return "" if found is None else found.recognized_years or 0


def experience_windows(use: Use, *given: Matrix | None) -> Block | str:
    """方案 六(二): the windows used, then those that only lack evaluations."""
    found = _tested(use, given)
    return "" if found is None else windows_grid(found, use.regulation, use.language)


def experience_needed(use: Use, *given: Matrix | None) -> Block | str:
    """方案 六(二): what the next window still lacks."""
    found = _needed(use, given)
    return "" if found is None else needed_grid(found, use.regulation, use.language)


def _needed(use: Use, given: Sequence[Matrix | None]) -> ExperienceFinding | None:
    *years, as_of = given
    year = single("as_of", as_of, use.parser("evaluations", "year"))
    if year is None and not all(is_blank(cells) for cells in years):
        raise CallError(Text("缺少 as_of：截至哪一年", "as_of is missing: the year of the question"))
    return _tested(use, years, year)


def experience_steps(use: Use, *given: Matrix | None) -> Iterator[Text]:
    """Each year, each window, the verdict."""
    yield from _test_steps(use, _tested(use, given))


def needed_steps(use: Use, *given: Matrix | None) -> Iterator[Text]:
    """The same as of a year."""
    yield from _test_steps(use, _needed(use, given))


def _test_steps(use: Use, found: ExperienceFinding | None) -> Iterator[Text]:
    if found is None:
        yield NOTHING
    else:
        yield from explain_experience(TeacherExperience(found), use.regulation)


# ---------------------------------------------------------------- tables


_TABLES = ("activities", "teachers", "titles", "appointments")


def _center(use: Use, *given: Matrix | None) -> Center:
    """The records of ``_TABLES`` that are ranges; without a teachers table, those whom the activities name.

    Raises:
        CallError: there are no activities.
    """
    ranges = zip(_TABLES, given, strict=True)
    tables = {name: cells for name, found in ranges if (cells := table(name, found)) is not None}
    if "activities" not in tables:
        zh = "缺少 activities：请选择“工作记录”区域，第一行为表头"
        raise CallError(Text(zh, "activities is missing: a range with its header"))
    center = read_tables(tables, use.regulation, progress=use.progress)
    if "teachers" in tables:
        return center
    named = [activity.teacher_id for activity in center.activities]
    named += [row.teacher_id for row in center.dropped if row.teacher_id]
    teachers = [Teacher(teacher_id, "part_time") for teacher_id in dict.fromkeys(named)]
    known = set(named)
    titles = center.titles and tuple(held for held in center.titles if held.teacher_id in known)
    terms = center.appointments and tuple(term for term in center.appointments if term.teacher_id in known)
    return evolve(center, teachers=teachers, titles=titles, appointments=terms)


def ledger(use: Use, *tables: Matrix | None) -> Block:
    """附件2 第七条(一): one line a row, credited with its article or set aside with its reason."""
    center = _center(use, *tables)
    found = whole_ledger(center, use.regulation, use.readings)
    return ledger_grid(found, use.regulation, use.language)


def ledger_steps(use: Use, *tables: Matrix | None) -> Iterator[Text]:
    """Each row with its formula."""
    center = _center(use, *tables)
    found = whole_ledger(center, use.regulation, use.readings)
    aside = sum(line.reason is not None for line in found)
    yield Text(
        f"读取 {len(found)} 行 = 计入 {len(found) - aside} 行 + 未计入 {aside} 行",
        f"{len(found)} rows = {len(found) - aside} credited + {aside} set aside",
    )
    for line in found:
        yield line_text(line, use.regulation)


def summary(
    use: Use,
    activities: Matrix | None,
    teachers: Matrix | None,
    titles: Matrix | None,
    year: Matrix | None,
    appointments: Matrix | None,
) -> Block:
    """附件2 第四条(三), 第七条(一): one line a teacher for one year."""
    center = _center(use, activities, teachers, titles, appointments)
    found = evaluate(
        center,
        _year(use, center, year),
        use.regulation,
        use.readings,
        alternatives=False,
        progress=use.progress,
    )
    return summary_grid(found, use.language, employment_known=not is_blank(teachers))


def _year(use: Use, center: Center, given: Matrix | None) -> int:
    year = single("year", given, use.parser("evaluations", "year"))
    if year is not None:
        return int(year)
    years = sorted(set(_years_of(use, center)))
    if len(years) == 1:
        return years[0]
    if not years:
        raise InputError(center.faults) if center.faults else CallError(Text("没有工作记录", "there are no activities"))
    listed = "、".join(map(str, years))
    zh, en = f"记录跨 {listed} 年，请指明 year", f"the rows lie in {listed.replace('、', ', ')}; give the year"
    raise CallError(Text(zh, en))


def _years_of(use: Use, center: Center) -> Iterator[int]:
    """The years in which the rows lie, as the reading ``year`` counts them."""
    academic = use.regulation.chosen(use.readings)["year"] == "academic"
    days = {activity.date for activity in center.activities}
    for activity in center.activities:  # a duty may last into the next day, and so into the next year
        if activity.start is not None and activity.end is not None and time(0) < activity.end <= activity.start:
            days.add(activity.date + timedelta(days=1))
    for day in days:
        begins_before = academic and day not in use.regulation.calendar.academic(day.year)
        yield day.year - 1 if begins_before else day.year


def summary_steps(
    use: Use,
    activities: Matrix | None,
    teachers: Matrix | None,
    titles: Matrix | None,
    year: Matrix | None,
    appointments: Matrix | None,
) -> Iterator[Text]:
    """Every teacher's figures, as ``workload explain`` tells them; without a teachers table the rows alone."""
    if is_blank(teachers):
        yield Text("未给出教师表：不判断是否达标", "without a teachers table nothing is said of what is owed")
        yield from ledger_steps(use, activities, teachers, titles, appointments)
        return
    center = _center(use, activities, teachers, titles, appointments)
    found = evaluate(center, _year(use, center, year), use.regulation, use.readings, progress=use.progress)
    for one in found.teachers:
        for section in explain_teacher(found, one.teacher.teacher_id):
            for sentence in section.sentences:
                yield Text(f"{section.heading.zh}：{sentence.zh}", f"{section.heading.en}: {sentence.en}")


def check(use: Use, *tables: Matrix | None) -> Block:
    """CONTRACT: faults and warnings, one a line."""
    center = _center(use, *tables)
    found = check_center(center, use.regulation, use.readings, progress=use.progress)
    if all(map(is_blank, tables[1:3])):  # then nobody's title is known, and that is no fault of the rows
        found = evolve(found, faults=tuple(fault for fault in found.faults if fault.code != "title_missing"))
    return check_grid(found, use.language)


def check_steps(use: Use, *tables: Matrix | None) -> Iterator[Text]:
    """What was looked at, and what was found."""
    block = check(use, *tables)
    for row in block.rows:
        told = "　".join(str(value) for value in row if value not in (None, ""))
        yield Text(told, told)


# ---------------------------------------------------------------- training and the institution


def training_shortfall(use: Use) -> Each:
    """方案 六(三): hours of training still missing in a year."""

    def missing(employment: str, hours: Fraction) -> Fraction:
        return max(Fraction(0), training_hours(employment, use.regulation, use.readings).amount - hours)

    def steps(*values: Any) -> Iterator[Text]:
        employment, hours = values
        need, lacking = training_hours(employment, use.regulation, use.readings), missing(*values)
        who, places = word("employment", employment), _places(lacking)
        done, owed, more = (measured(number, need.unit, places=places) for number in (hours, need.amount, lacking))
        zh = f"{who.zh}教师培训 {done.zh}，要求 {owed.zh}，" + (f"差 {more.zh}" if lacking else "达标")
        en = f"{who.en} teacher, training {done.en}, required {owed.en}, " + (f"{more.en} short" if lacking else "met")
        yield _sentence(zh, en, need)

    return Each(
        (use.parser("teachers", "employment"), use.parser("training", "hours")), one_by_one(missing), one_by_one(steps)
    )


def _clause_of(use: Use, clauses: Iterable[Clause], employment: str | None = None) -> Clause | None:
    found = [one for one in clauses if employment in (None, getattr(one, "employment", None))]
    return next(iter(use.regulation.each_in_force(found, use.day, use.readings)), None)


def staff(use: Use) -> Each:
    """方案 六(一): teachers that so many students need."""

    def required(students: int, employment: str) -> int:
        return staff_required(students, employment, use.regulation, use.day, use.readings)

    def steps(*values: Any) -> Iterator[Text]:
        students, employment = values
        clause = _clause_of(use, use.regulation.staffing, employment)
        who, many = word("employment", employment), measured(required(*values), "teacher")
        each = measured(getattr(clause, "amount", Fraction(0)), "student")
        yield _sentence(
            f"{students} 名学生，每 {each.zh} 至少 1 名{who.zh}教师，进一：{many.zh}",
            f"{students} students, one {who.en} teacher for {each.en}, rounded up: {many.en}",
            clause,
        )

    return Each(
        (use.parser("activities", "participants"), use.parser("teachers", "employment")),
        one_by_one(required),
        one_by_one(steps),
    )


def funding(use: Use) -> Each:
    """方案 六(五): yuan a year for so many students."""

    def required(students: int) -> Fraction:
        return funding_required(students, use.regulation, use.day, use.readings)

    def steps(*values: Any) -> Iterator[Text]:
        clause = _clause_of(use, use.regulation.funding)
        each, all_ = measured(getattr(clause, "amount", Fraction(0)), "yuan"), measured(required(*values), "yuan")
        yield _sentence(
            f"{values[0]} 名学生 × {each.zh} = {all_.zh}", f"{values[0]} students x {each.en} = {all_.en}", clause
        )

    return Each((use.parser("activities", "participants"),), one_by_one(required), one_by_one(steps))


def area(use: Use) -> Each:
    """方案 四(二)1: square meters for so many students."""

    def required(students: int) -> Fraction:
        return area_required(students, use.regulation, use.day, use.readings)

    def steps(*values: Any) -> Iterator[Text]:
        meters = measured(required(*values), "square_meter")
        yield _sentence(
            f"{values[0]} 名学生：至少 {meters.zh}",
            f"{values[0]} students: at least {meters.en}",
            _clause_of(use, use.regulation.area),
        )

    return Each((use.parser("activities", "participants"),), one_by_one(required), one_by_one(steps))


# ---------------------------------------------------------------- withholding


def withholding(use: Use) -> Each:
    """国家税务总局公告2018年第61号: what is withheld on labor remuneration, in yuan."""
    return _withheld(use, lambda _gross, tax: tax)


def net(use: Use) -> Each:
    """国家税务总局公告2018年第61号: what is left of labor remuneration, in yuan."""
    return _withheld(use, lambda gross, tax: gross - tax)


def _withheld(use: Use, figure: Callable[[Decimal, Decimal], Decimal]) -> Each:
    def run(rows: Sequence[tuple[Any, ...]]) -> Iterator[Decimal | WorkloadError]:
        payments = [(gross, paid or Decimal(0)) for gross, paid in rows]
        for (gross, _), tax in zip(payments, taxes_withheld(payments), strict=True):
            yield figure(gross, tax) if isinstance(tax, Decimal) else tax

    def steps(*values: Any) -> Iterable[Text]:
        gross, paid = values
        return withholding_steps(withhold(gross, paid or Decimal(0)))

    yuan = use.parser("rates", "yuan")
    return Each((yuan, yuan), run, one_by_one(steps))


def gross_up(use: Use) -> Each:
    """国家税务总局公告2018年第61号: the gross whose net is this, in yuan."""

    def steps(*values: Any) -> Iterable[Text]:
        return withholding_steps(gross_up_of(values[0]))

    return Each((use.parser("rates", "yuan"),), one_by_one(lambda amount: gross_up_of(amount).gross), one_by_one(steps))


# ---------------------------------------------------------------- pay


def pay(use: Use) -> Each:
    """Class hours x rate, in yuan, rounded half up to 0.01 once. The regulation names no rate: it is given."""

    def paid(hours: int | Fraction, rate: Decimal) -> Decimal:
        return rounded(hours * Fraction(rate), FEN_PLACES)

    def steps(*values: Any) -> Iterator[Text]:
        hours, rate = values
        quantity, each = measured(hours, "class_hour", places=MOST_PLACES), measured(Fraction(rate), "yuan")
        exactly, found = (
            measured(hours * Fraction(rate), "yuan", places=MOST_PLACES),
            measured(Fraction(paid(*values)), "yuan"),
        )
        rounds = exactly != found
        zh = f"{quantity.zh} × {each.zh} = {exactly.zh}" + (f"，四舍五入到分 {found.zh}" if rounds else "")
        en = f"{quantity.en} x {each.en} = {exactly.en}" + (f", rounded to the fen {found.en}" if rounds else "")
        yield Text(zh, en)

    return Each((_hours_of_a_year(use), use.parser("rates", "yuan")), one_by_one(paid), one_by_one(steps))


_SIGNS = re.compile(r"\s*(?:[-−]\s*[¥￥]?|[¥￥]\s*[-−]?)?\s*(?=\d|\.\d)")  # NFKC makes － a hyphen, and ￥ a ¥


def upper(use: Use) -> Each:
    """《支付结算办法》附一: an amount of yuan in Chinese capitals."""
    parser = use.parser("rates", "yuan")

    def amount(cell: Cell) -> Any:
        """An amount that may be below 0, as a deduction is, and have ¥ before it."""
        if isinstance(cell, int | float) and not isinstance(cell, bool) and cell < 0:
            return -parser(-cell)
        if isinstance(cell, str) and (signs := _SIGNS.match(unicodedata.normalize("NFKC", cell))):
            found = parser(unicodedata.normalize("NFKC", cell)[signs.end() :])
            return -found if found is not None and ("-" in signs[0] or "−" in signs[0]) else found
        return parser(cell)

    def steps(*values: Any) -> Iterator[Text]:
        shown, capitals = f"{values[0]:,.2f}", yuan_upper(values[0])
        yield Text(f"{shown} 元，大写：人民币{capitals}", f"{shown} yuan in capitals: 人民币{capitals}")
        yield Text(
            "依据：《支付结算办法》附一：“元”之后写“整”，“角”“分”之后不写；中间的0只写一个“零”",
            "Rules: 支付结算办法, annex 1: 整 after 元, nothing after 角 or 分, zeros within are one 零",
        )

    return Each((amount,), one_by_one(yuan_upper), one_by_one(steps))


# ---------------------------------------------------------------- rules


def _figure(use: Use, rule_name: Matrix | None, on_date: Matrix | None) -> tuple[Any, Clause]:
    name = single("rule_name", rule_name, use.parser("teachers", "name"))
    day = single("on_date", on_date, use.parser("activities", "date")) or use.day
    if name is None:
        raise CallError(Text("缺少 rule_name；名称见 WL_RULES()", "rule_name is missing; WL_RULES() lists the names"))
    known: dict[str, tuple[Any, Clause]] = {}
    for clause in use.regulation.clauses_on(day):
        for figure in clause.figures():
            known.setdefault(figure.name.casefold(), (figure, clause))
    if name.casefold() in known:
        return known[name.casefold()]
    ever = {figure.name.casefold() for clause in use.regulation.clauses() for figure in clause.figures()}
    if name.casefold() in ever:
        zh, en = f"{day} 没有关于“{name}”的有效条款", f"no clause on {name!r} is in force on {day}"
        raise NoClauseError(Text(zh, en))
    near = get_close_matches(name.casefold(), ever, n=3)
    hint = Text(f"；相近的有：{'、'.join(near)}", f"; nearest: {', '.join(near)}") if near else Text("", "")
    raise CallError(
        Text(f"规则中没有“{name}”{hint.zh}；全部名称见 WL_RULES()", f"no rule {name!r}{hint.en}; WL_RULES() lists all")
    )


def rule(use: Use, rule_name: Matrix | None, on_date: Matrix | None) -> object:
    """One figure of the rule file; for a provision without a number, what it says."""
    if is_blank(rule_name):
        return ""
    figure, _ = _figure(use, rule_name, on_date)
    return figure.meaning.get(use.language) if figure.value is None else figure.value


def rule_steps(use: Use, rule_name: Matrix | None, on_date: Matrix | None) -> Iterator[Text]:
    """The figure with what it says, its article and quote."""
    if is_blank(rule_name):
        return
    figure, clause = _figure(use, rule_name, on_date)
    amount = Text("", "") if figure.value is None else measured(figure.value, figure.unit)
    name, document = figure.name, use.regulation.document
    yield _sentence(
        f"{document}，{name}：{figure.meaning.zh} {amount.zh}".rstrip(),
        f"{document}, {name}: {figure.meaning.en} {amount.en}".rstrip(),
        clause,
    )


def rules(use: Use, on_date: Matrix | None) -> Block:
    """Every figure of the rule file with its article."""
    day = single("on_date", on_date, use.parser("activities", "date"))
    return rules_grid(use.regulation, day, use.language)


def rules_steps(use: Use, on_date: Matrix | None) -> Iterator[Text]:
    """What the rules are."""
    block = rules(use, on_date)
    regulation = use.regulation
    yield Text(f"{regulation.document} {regulation.name.zh}", f"{regulation.document} {regulation.name.en}")
    yield Text(f"共 {len(block.rows)} 个数值", f"{len(block.rows)} figures")
    if regulation.note.zh:
        yield regulation.note


# ---------------------------------------------------------------- explaining


def explain(use: Use, function_name: Matrix | None, *arguments: Matrix | None) -> Grid:
    """CONTRACT: the steps, formula and article of a call of another function, or all its faults."""
    name = single("function_name", function_name, use.parser("teachers", "name"))
    if name is None:
        raise CallError(Text("缺少函数名，如 WL_CLASS_HOURS", "the function is missing, such as WL_CLASS_HOURS"))
    found = use.functions.get(str(name).strip().lstrip("=").upper().split("(")[0])
    if found is None or found.name in ("WL_EXPLAIN", "WL_WHY"):
        known = [other for other in use.functions if other not in ("WL_EXPLAIN", "WL_WHY")]
        near = get_close_matches(str(name).upper(), known, n=1, cutoff=0.85) or known
        zh, en = f"没有可说明的函数“{name}”；可用：{'、'.join(near)}", f"no function {name!r}; known: {', '.join(near)}"
        raise CallError(Text(zh, en))
    header = ("步骤", "说明") if use.language == "zh" else ("step", "explanation")
    given = arguments[: len(found.arguments)]
    if any(argument is not None for argument in arguments[len(found.arguments) :]):
        most = len(found.arguments)
        raise CallError(Text(f"{found.name} 最多 {most} 个参数", f"{found.name} takes at most {most} arguments"))
    if all(argument is None for argument in given) and found.required:
        return lines(header, _in(use, _usage(found)))
    try:
        return lines(header, _in(use, _steps(use, found, given)))
    except BadValuesError as error:
        return _faults(use, header, [bad.text for bad in error.found])
    except InputError as error:
        return _faults(use, header, [Text(one.in_language("zh"), one.in_language("en")) for one in error.faults])


def _in(use: Use, texts: Iterable[Text]) -> Iterator[str]:
    return (text.get(use.language) for text in texts)


def _faults(use: Use, header: tuple[str, str], texts: Sequence[Text]) -> Grid:
    label = Text("错误", "fault").get(use.language)
    grid: Grid = [[*header]]
    grid.extend([label, text] for text in _in(use, texts))
    return grid


def _usage(found: Any) -> Iterator[Text]:
    yield found.summary
    for argument in found.arguments:
        may = Text("（可省略）", " (may be left out)") if argument.optional else Text("", "")
        yield Text(f"{argument.name}{may.zh}：{argument.help.zh}", f"{argument.name}{may.en}: {argument.help.en}")
    yield Text(f"例：={found.example}", f"Example: ={found.example_in('en')}")


def _steps(use: Use, found: Any, given: Sequence[Matrix | None]) -> list[Text]:
    given = [*given, *[None] * (len(found.arguments) - len(given))]
    if found.shape != "elementwise":
        use.run(use, found, given)  # a call without a result has no steps
        return list(found.steps(use, *given)) or [NOTHING]
    each = use.each(found, given)
    places = Places.of(found.ranged, [given[place] for place in found.ranged_places], each)
    results = each_result(each, places, found.name)
    told: list[Text] = []
    for index, texts in enumerate(each.steps(places.values[:MOST_STEPS])):
        place = places.position(index)
        zh, en = (f"第{place[0]}行第{place[1]}列：", f"row {place[0]}, column {place[1]}: ") if place else ("", "")
        told += [Text(f"{zh}{text.zh}", f"{en}{text.en}") for text in texts]
    if len(results) > MOST_STEPS:
        more = len(results) - MOST_STEPS
        told.append(Text(f"……其余 {more} 格从略", f"… {more} more cells are left out"))
    return told or [NOTHING]


def why(use: Use, cell: Matrix | None) -> str:
    """CONTRACT: why a cell shows an error. A host that keeps the messages itself never asks here."""
    if cell is None or not any(isinstance(one, BadCell) for row in cell for one in row):
        return ""
    told = Text(
        "请选中该单元格，点击旁边的错误标记查看原因；或用 WL_EXPLAIN(函数名, 参数…) 逐条列出",
        "select the cell and open the error mark beside it; or list all faults with WL_EXPLAIN(function, arguments…)",
    )
    return told.get(use.language)
