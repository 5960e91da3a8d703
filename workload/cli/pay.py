"""The verb that pays: a pay run, its settlement, its register, its budget."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workload.cli.shared import (
    BAD_INPUT,
    OK,
    SKIP,
    Day,
    Month,
    Verb,
    center_of,
    output_options,
    progress,
    readings_of,
    regulation_of,
    rules_options,
    say,
    show,
    workload,
)
from workload.vocabulary import MONEY

if TYPE_CHECKING:
    from workload.budget import Budget, BudgetCheck
    from workload.payroll import PayRun
    from workload.period import Period
    from workload.rates import Rates
    from workload.regulation import Regulation
    from workload.settlement import Register
    from workload.text import Language, Text


class _Yuan(click.ParamType):  # type: ignore[type-arg]  # generic only from click 8.4 on
    """An amount of money."""

    name = "YUAN"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """The amount that was written."""
        try:
            found = Decimal(str(value))
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite() or found < 0:
            self.fail(f"应为不小于0的金额 / takes an amount of at least 0, not {value}", param, ctx)
        return found


class _Pay(Verb):
    """The verb, which needs every row of the tables of money."""

    never_skipped = MONEY


_FILE = click.Path(path_type=Path)


@workload.command(cls=_Pay)
@click.argument("source", metavar="INPUT", type=_FILE, required=False)
@click.option("--month", type=Month(), help="哪个月的工作 / the month whose work is paid, 2024-11")
@click.option("--from", "start", type=Day(), help="期间的第一天 / the first day of the period")
@click.option("--to", "end", type=Day(), help="期间的最后一天 / its last day")
@click.option("--teacher", metavar="ID", help="只看一位教师 / one teacher only")
@click.option("--rates", "rate_file", metavar="FILE.toml", type=_FILE, help="课酬标准，与表中的合用 / rates of a file")
@click.option("--allow-missing", is_flag=True, help="缺单价的先不发 / pay what has a rate, and leave out the rest")
@click.option("--settle", is_flag=True, help="结算：减去“已发放”表各月金额 / take off what the table of payments has")
@click.option(
    "--written",
    type=click.Choice(("all", "by_hand")),
    default="all",
    help="“已发放”表记全部发放，或只记登记册以外的 / the table has all payments, or those beside the register  [all]",
)
@click.option("--register", "register_file", metavar="FILE", type=_FILE, help="登记册，默认在数据旁 / the register")
@click.option("--no-register", is_flag=True, help="不看登记册 / as if nothing was booked")
@click.option("--book", is_flag=True, help="登记并封存本期间 / enter the run in the register, and close the period")
@click.option("--take-back", is_flag=True, help="退回已发而现已无记录的 / take back what was paid and has no row now")
@click.option(
    "--other-work", is_flag=True, help="与别的登记册相同的记录确是另外的工作 / rows paid elsewhere are other work"
)
@click.option("--re-reckon", is_flag=True, help="按现在的规则、口径重算已封账的 / reckon closed months by other rules")
@click.option("--paid-in", type=Month(), help="发放月份，默认为期末所在月 / the month of payment  [of the last day]")
@click.option(
    "--tax-items",
    type=click.Choice(("each", "together")),
    default="each",
    help="预扣按项目分别，或合并 / withhold for each item, or together  [each]",
)
@click.option("--tax-table", metavar="FILE.toml", type=_FILE, help="税率表 / a withholding table of finance")
@click.option("--budget", "budget_file", metavar="FILE.toml", type=_FILE, help="预算 / a budget")
@click.option("--students", type=click.IntRange(0), help="按学生数的经费总额 / the fund for so many students")
@click.option(
    "--identities", metavar="FILE", type=_FILE, help="发放表要的证号、卡号（只进发放表）/ for the pay sheet alone"
)
@click.option("--unit", metavar="NAME", default="", help="发放表抬头的单位 / the unit in the title of the pay sheet")
@click.option("--gross-up", metavar="NET", type=_Yuan(), help="由实发求应发 / which gross leaves a net (no INPUT)")
@click.option("--date", "day", type=Day(), help="表上的日期，默认不写 / a date to put in  [none]")
@SKIP
@rules_options
@output_options
def pay(
    source: Path | None,
    month: date | None,
    start: date | None,
    end: date | None,
    teacher: str | None,
    rate_file: Path | None,
    allow_missing: bool,
    settle: bool,
    written: Any,
    register_file: Path | None,
    no_register: bool,
    book: bool,
    take_back: bool,
    other_work: bool,
    re_reckon: bool,
    paid_in: date | None,
    tax_items: Any,
    tax_table: Path | None,
    budget_file: Path | None,
    students: int | None,
    identities: Path | None,
    unit: str,
    gross_up: Decimal | None,
    day: date | None,
    skip_faulty: bool,
    rule_file: str | None,
    switches: tuple[str, ...],
    how: str | None,
    output: Path | None,
    lang: Language,
) -> int:
    """课酬发放 / pay for a month or a period, by the school's own rates.

    登记册（“数据文件名.paid.json”，在数据旁）记下已发放的内容：同一条记录不会再发，更正列在下一次发放中。“已发放”表的
    月份是发放的月份，不是工作的月份。缺少单价时退出码为 2，不写出文件 / what was booked is never paid again; the
    month of the table of payments is that of the payment; without all rates the exit code is 2 and no file is written
    """
    from attrs import evolve

    from workload.budget import check_budget, scaled_to_budget
    from workload.documents import payslips
    from workload.payroll import booked
    from workload.payroll import pay as paid
    from workload.settlement import read_register, register_beside
    from workload.taxfile import load_withholding

    table = None if tax_table is None else load_withholding(tax_table)
    if gross_up is not None:
        _refuse(source is not None or book, "--gross-up 不能与 INPUT、--book 合用 / goes without INPUT and --book")
        return _gross_up(gross_up, table, how, output, lang)
    if source is None:
        raise click.UsageError("缺少 INPUT：数据的工作簿或文件夹 / INPUT is missing: the workbook or folder")
    ending = "" if output is None or how is not None else output.suffix.lower()
    sheet = ending == ".xlsx"
    for_sheet = "只用于发放表（-o FILE.xlsx）/ is for a pay sheet alone (-o FILE.xlsx)"
    for wrong, why in (
        (book and teacher is not None, "--book 不能与 --teacher 合用 / --book does not go with --teacher"),
        (book and no_register, "--book 不能与 --no-register 合用 / --book does not go with --no-register"),
        (identities is not None and not sheet, f"--identities {for_sheet}"),
        (bool(unit) and not sheet, f"--unit {for_sheet}"),
        (ending in _NOT_WRITTEN, f"结果不能写成 {ending} / a result is not written as {ending}"),
    ):
        _refuse(wrong, why)
    period = _period(month, start, end)
    regulation = regulation_of(rule_file)
    place = register_file or register_beside(source)
    lost = register_file is not None and not book and not place.exists()
    _refuse(lost, f"没有登记册 {register_file} / there is no register {register_file}")
    _spare(output, place, rate_file, tax_table, budget_file, identities)
    register = read_register(place) if book or (place.exists() and not no_register) else None
    center = center_of(source, regulation)
    run = paid(
        center,
        period,
        _rates(center, rate_file, regulation),
        regulation,
        readings_of(switches),
        register=register,
        settle=settle,
        written=written,
        paid_in=paid_in,
        tax_items=tax_items,
        table=table,
        day=day,
        skip_faulty=skip_faulty,
        take_back=take_back,
        re_reckon=re_reckon,
    )
    budget = _budget(budget_file, students, regulation, run)
    checks: tuple[BudgetCheck, ...] = ()
    if budget is not None:
        run = scaled_to_budget(run, budget, center.payments)
        checks = check_budget(run, budget, center.payments)
    run = _picked(run, center, teacher)
    if no_register:
        elsewhere = [_not_looked_at(place)] if place.exists() else []
    else:
        elsewhere = [] if other_work else _paid_elsewhere(run, source, place, lang, book=book)
    run = evolve(run, notes=(*run.notes, *elsewhere))
    held_back = not run.is_complete and not allow_missing
    after = booked(run, source.name) if book and not held_back else None  # refuses before anything is written
    progress().stop()
    if held_back and output is not None:
        return _say_incomplete(run, lang, nothing_written=True)
    if sheet and output is not None:
        _write_sheet(output, run, checks, center, source, identities, unit, lang)
    else:
        show(
            how,
            output,
            lambda: payslips.as_object(run, checks, lang),
            lambda chosen: payslips.blocks(run, checks, lang, chosen),
        )
    if held_back:
        return _say_incomplete(run, lang, nothing_written=book)
    for told in (*_told(checks, register, place, source.name), *elsewhere):
        say(told.get(lang), err=True)
    if after is not None:
        _book(place, run, after, output, lang)
    return OK


_NOT_WRITTEN = (".docx", ".doc", ".wps", ".pdf", ".html", ".htm")


def _spare(output: Path | None, *given: Path | None) -> None:
    """Refuse to write over a file that was given."""
    over = output is not None and output.resolve() in [one.resolve() for one in given if one is not None]
    _refuse(over, f"{output} 是登记册或输入的文件，请另选文件名 / is the register, or an input; choose another name")


def _book(place: Path, run: PayRun, after: Register, output: Path | None, lang: Language) -> None:
    """Write the register with the run in it, if it is still the one that was read."""
    from workload.errors import WorkloadError
    from workload.settlement import Register, read_register
    from workload.tables.write import written_text
    from workload.text import Text, joined

    before = run.register or Register()
    try:
        if read_register(place) != before:
            zh = f"{place} 刚被另一次登记改写；请重新核算"
            raise WorkloadError(Text(zh, f"{place} was written by another run just now; run again"))
        written_text(place, after.text())
    except WorkloadError as error:
        what, what_en = ("没有登记", "nothing was booked")
        if output is not None:
            what, what_en = f"{output} 已写出，但没有登记", f"{output} was written, and is not booked"
        raise WorkloadError(joined([Text(what, what_en), error.text], "：", ": ")) from None
    new, new_en = ("", "") if before.runs else ("新建登记册 ", "a new register, ")
    told = Text(f"已登记并封存 {run.period}：{new}{place}", f"booked and closed {run.period}: {new_en}{place}")
    say(told.get(lang), err=True)


def _picked(run: PayRun, center: Any, teacher: str | None) -> PayRun:
    """The run of one teacher, picked at last: caps, shares and the budget are everybody's."""
    if teacher is None:
        return run
    if teacher not in {one.teacher.teacher_id for one in run.teachers}:
        center.teacher(teacher)  # an id that is not there is told with those that come nearest
    return run.only(teacher)


def _told(checks: tuple[BudgetCheck, ...], register: Register | None, place: Path, source: str) -> Iterator[Text]:
    """What is said beside the run: budgets that are near or exceeded, a register that is another input's."""
    from workload.text import Text

    for check in checks:
        if check.state != "within":
            yield check.text
    if register is not None and register.source not in ("", source):
        yield Text(
            f"登记册 {place} 是为 {register.source} 记的，请核对",
            f"the register {place} is that of {register.source}; check",
        )


def _not_looked_at(place: Path) -> Text:
    from workload.text import Text

    return Text(f"没有看登记册 {place}：可能含已发放的内容", f"the register {place} was not looked at")


def _paid_elsewhere(run: PayRun, source: Path, place: Path, lang: Language, *, book: bool) -> list[Text]:
    """That rows of the run are paid by another register nearby, as of a workbook that was renamed; to book that is an
    error.
    """
    from workload.errors import WorkloadError
    from workload.settlement import Register, other_registers, paid_elsewhere, read_register
    from workload.text import Text, joined

    rows = [row for rows in (run.rows, *run.corrected.values()) for row in rows]
    found = []
    for path in other_registers(source, place):
        try:
            twice = len(paid_elsewhere(rows, run.register or Register(), read_register(path)))
        except WorkloadError as error:
            say(error.in_language(lang), err=True)
            continue
        if twice:
            found.append(
                Text(
                    f"本次有 {twice} 条记录与 {path} 已登记发放的相同，不能再发；数据文件若是改了名或另存的，"
                    f"请用 --register {path}，确是另外的工作请加 --other-work",
                    f"{twice} rows of this run are the same as rows that {path} has paid, and are not paid again; "
                    f"where the file was renamed or copied, use --register {path}; where it is other work, say "
                    "--other-work",
                )
            )
    if book and found:
        raise WorkloadError(joined(found, "\n", "\n"))
    return found


def _refuse(wrong: bool, why: str) -> None:
    """Refuse options that do not go together."""
    if wrong:
        raise click.UsageError(why)


def _period(month: date | None, start: date | None, end: date | None) -> Period:
    from workload.paylines import month_of
    from workload.period import Period

    if month is not None and start is None and end is None:
        return month_of(month.year, month.month)
    if month is None and start is not None and end is not None:
        return Period(start, end)
    raise click.UsageError("请给出 --month，或 --from 和 --to / takes --month, or --from and --to")


def _rates(center: Any, rate_file: Path | None, regulation: Regulation) -> Rates:
    from workload.rates import Rates, read_rates

    own = Rates.of(center)
    return own if rate_file is None else Rates((*own, *read_rates(rate_file, regulation)))


def _budget(budget_file: Path | None, students: int | None, regulation: Regulation, run: PayRun) -> Budget | None:
    from workload.budget import Budget, read_budget

    if budget_file is not None and students is not None:
        raise click.UsageError("--students 请写进预算文件 / write the students into the budget file")
    if budget_file is not None:
        return read_budget(budget_file, regulation, run.period.end, run.readings)
    if students is not None:
        return Budget.of_students(students, regulation, run.period.end, run.readings)
    return None


def _write_sheet(
    output: Path,
    run: PayRun,
    checks: tuple[BudgetCheck, ...],
    center: Any,
    source: Path,
    identities: Path | None,
    unit: str,
    lang: Language,
) -> None:
    from workload.documents.paysheet import identity_gaps, write_pay_sheet
    from workload.tables.identities import read_identities

    numbers = None if identities is None else read_identities(identities)
    write_pay_sheet(
        output,
        run,
        identities=numbers,
        checks=checks,
        center=center,
        unit=unit,
        source=source,
        day=run.day,
        language=lang,
        overwrite=True,  # what is there was refused before the work began, unless --force was given
    )
    for gap in () if numbers is None else identity_gaps(run, numbers):
        say(gap.get(lang), err=True)


def _say_incomplete(run: PayRun, lang: Language, *, nothing_written: bool) -> int:
    """Which rates are missing, and what to do; the exit code."""
    zh = lang == "zh"
    for one in run.refused:
        say(f"{one.teacher.teacher_id} {one.missing.get(lang)}", err=True)
    nothing = ("未写出文件，也未登记。" if zh else "Nothing was written or booked. ") if nothing_written else ""
    hint = "补齐单价后再试，或加 --allow-missing 先发放其余部分。"
    hint_en = "Add the rates, or pay the rest with --allow-missing."
    say(f"{nothing}{hint if zh else hint_en}", err=True)
    return BAD_INPUT


def _gross_up(net: Decimal, table: Any, how: str | None, output: Path | None, lang: Language) -> int:
    from workload.documents import payslips
    from workload.withholding import gross_up

    found = gross_up(net, table)
    show(how, output, lambda: payslips.gross_up_object(found, lang), lambda _: payslips.gross_up_lines(found, lang))
    return OK
