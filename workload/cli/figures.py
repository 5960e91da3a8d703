"""The verbs that read, evaluate, check and explain; no figure is made here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workload.cli.shared import (
    BAD_INPUT,
    FORCE,
    INPUT,
    LANGUAGE,
    OK,
    RULES,
    SKIP,
    YEAR,
    Day,
    Verb,
    YearOrDay,
    center_of,
    must_be_xlsx,
    output_options,
    progress,
    readings_of,
    regulation_of,
    rules_options,
    say,
    show,
    spare_the_input,
    workload,
)

if TYPE_CHECKING:
    from workload.documents.blocks import Block
    from workload.evaluation import CenterCheck, CenterExperience
    from workload.records import Center
    from workload.regulation import Regulation
    from workload.text import Language


@workload.command(cls=Verb)
@INPUT
@YEAR
@click.option("--teacher", metavar="ID", help="只看一位教师 / one teacher only")
@SKIP
@rules_options
@output_options
def evaluate(
    source: Path,
    year: int,
    teacher: str | None,
    skip_faulty: bool,
    rule_file: str | None,
    switches: tuple[str, ...],
    how: str | None,
    output: Path | None,
    lang: Language,
) -> None:
    """年度考核 / the annual evaluation of every teacher."""
    from workload.documents import as_json, reports
    from workload.evaluation import evaluate as evaluated

    regulation = regulation_of(rule_file)
    found = evaluated(
        center_of(source, regulation),
        year,
        regulation,
        readings_of(switches),
        teacher_id=teacher,
        skip_faulty=skip_faulty,
        progress=progress(),
    )

    def blocks(chosen: str) -> list[Block]:
        if chosen == "xlsx":
            return reports.evaluation_details(found, lang)
        return reports.evaluation_columns(found, lang) if chosen == "csv" else reports.evaluation(found, lang)

    show(how, output, lambda: as_json.evaluation(found, lang), blocks)


@workload.command(cls=Verb)
@INPUT
@click.option(
    "--as-of", type=YearOrDay(), help="截至年份，默认为数据的最后一年 / as of (default: last year of the data)"
)
@click.option("--teacher", metavar="ID", help="只看一位教师 / one teacher only")
@SKIP
@rules_options
@output_options
def experience(
    source: Path,
    as_of: int | date | None,
    teacher: str | None,
    skip_faulty: bool,
    rule_file: str | None,
    switches: tuple[str, ...],
    how: str | None,
    output: Path | None,
    lang: Language,
) -> None:
    """三年认定 / the three-year test: recognized years, windows, what is still missing."""
    from workload.documents import as_json, reports
    from workload.evaluation import evaluate_experience

    regulation = regulation_of(rule_file)
    found = evaluate_experience(
        center_of(source, regulation),
        as_of,
        regulation,
        readings_of(switches),
        teacher_id=teacher,
        skip_faulty=skip_faulty,
        progress=progress(),
    )
    show(
        how,
        output,
        lambda: as_json.experience(found, lang),
        lambda chosen: reports.experience(found, lang, chosen),
    )


@workload.command(cls=Verb)
@INPUT
@rules_options
@output_options
def check(
    source: Path,
    rule_file: str | None,
    switches: tuple[str, ...],
    how: str | None,
    output: Path | None,
    lang: Language,
) -> int:
    """检查数据 / faults, warnings and repairs. Exit code 2 when there are faults.

    -o FILE.xlsx：数据的副本，错误标红并加批注 / a copy of the input with its faults marked
    """
    from workload.documents import as_json, reports
    from workload.errors import InputError
    from workload.evaluation import CenterCheck, check_center

    regulation = regulation_of(rule_file)
    marked = output is not None and output.suffix.lower() in (".xlsx", ".xlsm") and how is None
    try:
        center = center_of(source, regulation)
    except InputError as error:  # the input cannot be opened: that too is what a check is asked for
        if marked:
            raise
        found = CenterCheck(error.faults)
    else:
        found = check_center(center, regulation, readings_of(switches), progress=progress())
    if marked and output is not None:
        _write_marked(source, output, found, lang)
    else:
        show(how, output, lambda: as_json.checked(found, lang), lambda chosen: reports.check(found, lang, chosen))
    return BAD_INPUT if found.faults else OK


def _write_marked(source: Path, output: Path, found: CenterCheck, lang: Language) -> None:
    """A copy of the input with its faults marked; what it cannot show is printed."""
    from workload.documents import reports
    from workload.documents.blocks import rendered
    from workload.documents.checked import COPIED, write_checked
    from workload.errors import WorkloadError

    ending = source.suffix.lower() if source.suffix.lower() in COPIED else ".xlsx"
    if output.suffix.lower() != ending:
        raise click.UsageError(f"副本须以 {ending} 结尾 / the copy must end in {ending}")
    try:
        write_checked(source, output, found, lang)
    except WorkloadError:
        progress().stop()
        click.echo(rendered(reports.fault_lines(found.faults, lang), "table") + "\n", err=True)
        raise
    progress().stop()
    faults, warnings = len(found.faults), len(found.notices)
    click.echo(
        f"错误 {faults} 处，提示 {warnings} 条；已写入 {output}"
        if lang == "zh"
        else f"{faults} faults, {warnings} warnings; written: {output}"
    )


@workload.command(cls=Verb)
@INPUT
@click.option("--teacher", metavar="ID", required=True, help="工号 / the teacher")
@YEAR
@SKIP
@rules_options
@output_options
def explain(
    source: Path,
    teacher: str,
    year: int,
    skip_faulty: bool,
    rule_file: str | None,
    switches: tuple[str, ...],
    how: str | None,
    output: Path | None,
    lang: Language,
) -> None:
    """逐行说明 / every figure of one teacher: rows, formula, article."""
    regulation, readings = regulation_of(rule_file), readings_of(switches)
    center = center_of(source, regulation)
    show_explained(center, teacher, year, regulation, readings, how, output, lang, skip_faulty=skip_faulty)


def show_explained(
    center: Center,
    teacher: str,
    year: int,
    regulation: Regulation,
    readings: Mapping[str, str],
    how: str | None,
    output: Path | None,
    lang: Language,
    *,
    skip_faulty: bool,
) -> None:
    """Every figure of one teacher of a center, as the verb shows it."""
    from workload.documents import as_json, reports
    from workload.errors import NoClauseError
    from workload.evaluation import evaluate as evaluated
    from workload.evaluation import evaluate_experience
    from workload.explain import explain_teacher

    found = evaluated(
        center, year, regulation, readings, teacher_id=teacher, skip_faulty=skip_faulty, progress=progress()
    )
    tested: CenterExperience | NoClauseError | None = None
    if regulation.experience:  # a school's rules may say nothing of it
        try:
            tested = evaluate_experience(
                center, year, regulation, readings, teacher_id=teacher, skip_faulty=skip_faulty, progress=progress()
            )
        except NoClauseError as error:  # years before the rules began: the year itself is explained all the same
            tested = error
    sections = explain_teacher(found, teacher, tested)
    show(
        how,
        output,
        lambda: as_json.explanation(sections, found, lang),
        lambda chosen: [
            *(reports.explanation_rows if chosen in ("csv", "xlsx") else reports.explanation)(sections, lang),
            *reports.own_words(found.intake, lang, chosen),
        ],
    )


_ROSTER = click.option(
    "--from",
    "last",
    metavar="LAST_YEAR.xlsx",
    type=click.Path(path_type=Path),
    help="沿用其中的教师、职称、聘期 / carry over its teachers, titles and appointments",
)


@workload.command(cls=Verb)
@click.argument("output", metavar="FILE.xlsx", type=click.Path(path_type=Path))
@_ROSTER
@RULES
@FORCE
@LANGUAGE
def template(output: Path, last: Path | None, rule_file: str | None, lang: Language) -> None:
    """空白模板 / an empty input workbook with drop-downs, or one with last year's roster."""
    from workload.tables.template import write_template

    must_be_xlsx(output)
    spare_the_input(last, output)
    regulation = regulation_of(rule_file)
    write_template(output, regulation, tables=_roster(last, regulation), language=lang)
    click.echo(f"已写入 {output}" if lang == "zh" else f"written: {output}")


def _roster(last: Path | None, regulation: Regulation) -> Any:
    """Last year's teachers, titles and appointments as rows."""
    from workload.tables.template import carried_over

    return {} if last is None else carried_over(center_of(last, regulation))


@workload.command("import-bookings", cls=Verb)
@click.argument("source", metavar="EXPORT", type=click.Path(path_type=Path))
@click.option(
    "--map",
    "map_file",
    metavar="MAP.toml",
    type=click.Path(path_type=Path),
    required=True,
    help="列的白名单 / the whitelist of columns",
)
@click.option(
    "-o",
    "output",
    metavar="INPUT.xlsx",
    type=click.Path(path_type=Path),
    required=True,
    help="写入的工作簿 / the workbook",
)
@_ROSTER
@SKIP
@RULES
@FORCE
@LANGUAGE
def bookings(
    source: Path,
    map_file: Path,
    output: Path,
    last: Path | None,
    skip_faulty: bool,
    rule_file: str | None,
    lang: Language,
) -> None:
    """导入预约/值班系统的导出 / rows of a booking system's export, through a whitelist of columns."""
    from workload.errors import InputError
    from workload.explain import row_ranges
    from workload.tables.bookings import import_bookings, read_booking_map
    from workload.tables.template import write_template

    must_be_xlsx(output)
    spare_the_input(last, output)
    regulation = regulation_of(rule_file)
    found = import_bookings(source, read_booking_map(map_file, regulation), regulation)
    if found.faults and not (skip_faulty and all(fault.is_of_a_row for fault in found.faults)):
        raise InputError(found.faults)
    roster = _roster(last, regulation)
    tables = roster | {"activities": found.rows}
    write_template(output, regulation, tables=tables, language=lang)
    faulty = found.read - len(found.rows) - found.skipped
    ids_written = len({row["teacher_id"] for row in found.rows})
    click.echo(
        f"读取 {found.read} 行 = 写入 {len(found.rows)} 行 + 按映射跳过 {found.skipped} 行 + 有错误 {faulty} 行；"
        f"涉及工号 {ids_written} 个；未列入映射的 {found.dropped} 列没有读取。已写入 {output}"
        if lang == "zh"
        else f"{found.read} rows read = {len(found.rows)} written + {found.skipped} skipped by the map + "
        f"{faulty} faulty; {ids_written} teachers; {found.dropped} columns that are not in the map were not read. "
        f"Written: {output}"
    )
    ids = {row["teacher_id"] for row in roster.get("teachers", ())}
    strange = [number for number, row in zip(found.sources, found.rows, strict=True) if row["teacher_id"] not in ids]
    if roster and strange:
        # A name may be meant, and a client's: the values are not repeated.
        rows = row_ranges(strange)
        click.echo(
            f"提示：导出第{rows}行的工号不在教师表中；新教师请补进教师表，姓名请在映射的 [words] 中写明工号"
            if lang == "zh"
            else f"warning: the teacher of row {rows} of the export is not among the teachers: add a new one, or say "
            "whom a name means in the map's [words]",
            err=True,
        )
    if found.faults:
        from workload.documents import reports
        from workload.documents.blocks import rendered

        click.echo(rendered(reports.fault_lines(found.faults, lang), "table"), err=True)


@workload.command(cls=Verb)
@INPUT
@click.argument("settings", metavar="[SETTING]...", nargs=-1)
@click.option("--remove", metavar="SPELLING", multiple=True, help="去掉一条 / take one away, e.g. 工作记录.值班日")
@click.option("--ask", is_flag=True, help="逐条询问拿不准的 / ask about each that is unsure")
@RULES
@LANGUAGE
def alias(
    source: Path, settings: tuple[str, ...], remove: tuple[str, ...], ask: bool, rule_file: str | None, lang: Language
) -> None:
    """本校用语 / the school's own words for sheets, headers and categories, confirmed once.

    SETTING：值班登记=工作记录（表名）、工作记录.值班日=日期（列名）、工作记录.类别.个案咨询=咨询值班（用语）、
    工作记录.课时费=不读（不读的列）。不带 SETTING 时列出现有的和拿不准的。
    """
    from workload.evaluation import check_center
    from workload.tables import container
    from workload.tables.aliases import NOT_READ, aliases_of, parse_alias, proposals, split_alias
    from workload.tables.read import column_parsers, read_center

    regulation = regulation_of(rule_file)
    if not source.is_dir():
        container.check(source)
    aliases = aliases_of(source)
    before = aliases.entries
    aliases = aliases.without(
        parse_alias(split_alias(f"{one.partition('=')[0]}={NOT_READ[0]}"), removing=True) for one in remove
    )
    aliases = aliases.with_(parse_alias(split_alias(one)) for one in settings)
    column_parsers(regulation, aliases)  # refuses a meaning that is no word
    unsure: dict[str, str | None] = {}
    if ask or not (settings or remove):
        center = read_center(source, regulation, aliases=aliases, progress=progress())
        unsure = proposals(check_center(center, regulation).faults)
    progress().stop()
    if ask:
        for spelling, meaning in list(unsure.items()):
            try:
                confirmed = meaning is not None and click.confirm(f"{spelling} = {meaning}?")
            except click.Abort:  # nobody answers any more; what was confirmed is kept
                click.echo()
                break
            if confirmed:
                aliases = aliases.with_([parse_alias(split_alias(f"{spelling}={meaning}"))])
                del unsure[spelling]
    if aliases.entries != before:
        aliases.save()
    zh = lang == "zh"
    click.echo(
        f"本校用语 {len(aliases.entries)} 条（{aliases.path}）" if zh else f"{len(aliases.entries)} ({aliases.path})"
    )
    for one in aliases.entries:
        say(f"  {one.text.get(lang)}")
    if unsure:
        click.echo("拿不准的（确认后用下面的命令）：" if zh else "Unsure; once you know, say:")
        for spelling, meaning in unsure.items():
            say(f'  workload alias "{source}" "{spelling}={meaning or "…"}"')
        click.echo(
            "（某张表或某一列其实不用读，就把等号右边写成“不读”）"
            if zh
            else "(a sheet or column that is not to be read: write - on the right side)"
        )


@workload.command(cls=Verb)
@click.option("--on", "day", type=Day(), help="只列当日有效的条款 / clauses in force on that day")
@RULES
@output_options
def rules(day: date | None, rule_file: str | None, how: str | None, output: Path | None, lang: Language) -> None:
    """规则表 / the rule file as a table with articles; readings and their values."""
    from workload.documents import as_json, reports

    regulation = regulation_of(rule_file)
    clauses = list(regulation.clauses_on(day))
    show(
        how,
        output,
        lambda: as_json.rules(regulation, clauses, lang),
        lambda chosen: (reports.rules if chosen == "table" else reports.rules_columns)(regulation, clauses, lang),
    )


class _Bodies(click.ParamType):  # type: ignore[type-arg]  # generic only from click 8.4 on
    """NAME=N: a number for a college, or for the school."""

    name = "NAME=N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        body, equals, number = str(value).rpartition("=")
        if not equals or not body.strip() or not number.strip().isdigit():
            self.fail(f"应为 名称=次数，如 信息学院=2 / takes NAME=N, not {value}", param, ctx)
        name = body.strip()
        return ("school" if name in ("学校", "school") else name), int(number)


@workload.command(cls=Verb)
@click.option("--students", type=click.IntRange(0), required=True, help="在校学生数 / students")
@click.option("--full-time", type=click.IntRange(0), help="专职教师数 / full-time teachers")
@click.option("--part-time", type=click.IntRange(0), help="兼职教师数 / part-time teachers")
@click.option("--funding", metavar="YUAN", help="年度专项经费（元）/ yearly funding in yuan")
@click.option("--area", metavar="M2", help="场地面积（平方米）/ floor area")
@click.option("--course-credits", metavar="N", help="公共必修课学分 / credits of the compulsory course")
@click.option("--course-hours", metavar="N", help="公共必修课学时 / class hours of the compulsory course")
@click.option(
    "--case-conferences", type=_Bodies(), multiple=True, help="学院=本学期研判会次数 / a semester's, by college"
)
@click.option(
    "--parent-classes", type=_Bodies(), multiple=True, help="学院或学校=本学期家长课堂次数 / a semester's, by body"
)
@click.option("--on", "day", type=Day(), help="按当日有效的条款 / by the clauses of that day")
@rules_options
@output_options
def institution(
    rule_file: str | None,
    switches: tuple[str, ...],
    how: str | None,
    output: Path | None,
    lang: Language,
    day: date | None,
    case_conferences: tuple[tuple[str, int], ...],
    parent_classes: tuple[tuple[str, int], ...],
    **plan: Any,
) -> None:
    """学校配备 / staffing, funding, floor area, course, conferences, parent classes."""
    from workload.documents import as_json, reports
    from workload.institution import Institution, evaluate_institution

    regulation = regulation_of(rule_file)
    for option, bodies in (("--case-conferences", case_conferences), ("--parent-classes", parent_classes)):
        if len(dict(bodies)) < len(bodies):
            raise click.UsageError(f"{option} 同一单位给了两次 / one body is given twice")
    for name in ("funding", "area", "course_credits", "course_hours"):
        plan[name] = _given_number(name, plan[name])
    have = Institution(
        case_conferences=dict(case_conferences) or None, parent_classes=dict(parent_classes) or None, **plan
    )
    on = day or regulation.latest_day()
    readings = regulation.chosen(readings_of(switches))
    findings = evaluate_institution(have, regulation, on, readings)
    show(
        how,
        output,
        lambda: as_json.institution(findings, regulation, readings, have.students, lang),
        lambda _: reports.institution(findings, regulation, lang),
    )


def _given_number(name: str, value: str | None) -> Any:
    from workload.exact import exact

    if value is None:
        return None
    try:
        number = exact(value)
    except ValueError:
        number = exact(-1)
    if number < 0:
        option = f"--{name.replace('_', '-')}"
        raise click.UsageError(f"{option} 应为不小于0的数，现为 {value} / takes a number of at least 0, not {value}")
    return number
