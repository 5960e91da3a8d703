"""The command line: ``workload VERB …``. It reads, calls the library, shows; no figure is made here."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

try:
    import click
except ImportError:  # an installation without the extra
    sys.exit('命令行需要 click：pip install "counseling-workload[cli]"\nthe command line needs click')

if TYPE_CHECKING:
    from workload.documents.blocks import Block
    from workload.evaluation import CenterCheck, CenterExperience
    from workload.regulation import Regulation
    from workload.text import Language, Text

FORMATS = ("table", "json", "csv", "md")
OK, FAILED, BAD_INPUT = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code: 0 done, 1 an unexpected failure, 2 bad input or usage."""
    gc.disable()  # a command runs once, and its records hold no cycles: looking for some takes a third of the time
    for stream in (sys.stdout, sys.stderr):
        # A pipe, or a console with a narrow code page, must not break on a Chinese character.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(**({"errors": "replace"} if stream.isatty() else {"encoding": "utf-8"}))
    try:
        code = workload.main(args=arguments, prog_name="workload", standalone_mode=False)
    except click.exceptions.Abort:
        code = FAILED
    except click.ClickException as error:
        error.show()
        code = BAD_INPUT
    except Exception as error:  # the last resort: no traceback reaches a user, and no cell's value either
        place = _place(error)
        click.echo(f"程序内部错误，请报告：{type(error).__name__} ({place})", err=True)
        click.echo(f"an unexpected failure, please report it: {type(error).__name__} ({place})", err=True)
        code = FAILED
    sys.exit(code if isinstance(code, int) else OK)


def _place(error: BaseException) -> str:
    """Where an unexpected error arose, without what it says: that could hold a cell's value."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="counseling-workload")
def workload() -> None:
    """心理健康教师工作量核算 / the workload of mental-health teachers, with the article behind every figure."""


# ---------------------------------------------------------------- options that verbs share

Command = Callable[..., Any]
_OVERWRITE = "workload.overwrite"
_LANGUAGE = click.option("--lang", type=click.Choice(("zh", "en")), default="zh", help="语言 / language  [zh]")
_FORCE = click.option(
    "--force",
    is_flag=True,
    expose_value=False,  # every verb treats it alike, before it begins
    callback=lambda context, _, force: context.meta.update({_OVERWRITE: force}),
    help="覆盖已有的文件 / replace a file that is there",
)
_RULES = click.option("--rules", "rule_file", metavar="NAME|FILE.toml", help="规则名称或文件 / rule name or file")


def _output(command: Command) -> Command:
    options = (
        click.option("--format", "how", type=click.Choice(FORMATS), help="输出格式 / output format  [table]"),
        click.option(
            "-o",
            "output",
            type=click.Path(path_type=Path),
            help="写入文件，.xlsx 为工作簿 / write a file (.xlsx: workbook)",
        ),
        _FORCE,
        _LANGUAGE,
    )
    for option in reversed(options):
        command = option(command)
    return command


def _rules(command: Command) -> Command:
    options = (
        _RULES,
        click.option(
            "--reading", "switches", multiple=True, metavar="SWITCH=VALUE", help="口径，可多次 / a reading, repeatable"
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


_INPUT = click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
_SKIP = click.option("--skip-faulty", is_flag=True, help="跳过有错误的行并列出 / leave faulty rows out, and list them")


class _Verb(click.Command):
    """A verb whose library errors become messages and exit code 2, in the language that was asked for."""

    def invoke(self, context: click.Context) -> Any:
        from workload.errors import InputError, WorkloadError
        from workload.tables.write import refuse

        given = context.params
        language, output = given.get("lang", "zh"), given.get("output")
        _spare_the_input(given.get("source"), output)
        context.obj = _Progress(language)
        try:
            if output is not None:
                refuse(output, overwrite=context.meta.get(_OVERWRITE, False))
            return super().invoke(context)
        except InputError as error:
            context.obj.stop()
            _show_faults(error, given.get("how"), language, skipped=given.get("skip_faulty", True))
            return BAD_INPUT
        except WorkloadError as error:
            context.obj.stop()
            _say(error.in_language(language), err=True)
            return BAD_INPUT
        finally:
            context.obj.stop()


def _say(text: str, *, err: bool = False) -> None:
    """Print lines that may repeat a cell: nothing in them steers the terminal."""
    from workload.documents.blocks import one_line

    for line in text.splitlines():
        click.echo(one_line(line, "table"), err=err)


class _Progress:
    """A bar on the terminal, for what takes longer than a person likes to wait in the dark."""

    PATIENCE = 2.0  # seconds
    REFRESH = 0.2

    def __init__(self, language: Language) -> None:
        self.language = language
        self.state: tuple[Text, int, int] | None = None
        self.done = threading.Event()
        self.thread: threading.Thread | None = None
        if sys.stderr.isatty():
            self.thread = threading.Thread(target=self._show, daemon=True)
            self.thread.start()

    def __call__(self, what: Text, done: int, of: int) -> None:
        self.state = (what, done, of)

    def _show(self) -> None:
        if self.done.wait(self.PATIENCE):
            return
        from tqdm import tqdm

        bar = None
        while True:
            if self.state is not None:
                what, done, of = self.state
                if bar is None:
                    columns = shutil.get_terminal_size().columns
                    look = "{desc} {bar} {percentage:3.0f}%"
                    bar = tqdm(
                        file=sys.stderr, leave=False, ncols=columns, bar_format=look, desc=what.get(self.language)
                    )
                bar.set_description_str(what.get(self.language), refresh=False)
                bar.total, bar.n = max(of, done) or 1, done
                bar.refresh()
            if self.done.wait(self.REFRESH):
                break
        if bar is not None:
            bar.close()

    def stop(self) -> None:
        """Take the bar away before anything else is printed."""
        self.done.set()
        if self.thread is not None:
            self.thread.join()


def _progress() -> _Progress:
    progress: _Progress = click.get_current_context().obj
    return progress


def _spare_the_input(source: Path | None, output: Path | None) -> None:
    """Refuse to write over the input: the records are the center's own."""
    if source is None or output is None:
        return
    if output.resolve() == source.resolve() or (
        output.suffix.lower() == ".csv" and output.resolve().parent == source.resolve()
    ):
        raise click.UsageError(f"{output} 是输入本身，请另选文件名 / is the input itself; choose another name")
    if output.suffix.lower() == ".toml":
        raise click.UsageError(f"结果不能写成 .toml：{output} / a result is not written as .toml")


def _show_faults(error: Any, how: str | None, language: Language, *, skipped: bool) -> None:
    """All faults, as a table on standard error; as JSON where JSON was asked for."""
    from workload.documents import as_json, reports
    from workload.documents.blocks import rendered

    if how == "json":
        told = {"faults": [as_json.fault(one, language) for one in error.faults], "warnings": []}
        click.echo(_json(told), err=True)
        return
    click.echo(rendered(reports.fault_lines(error.faults, language), "table"), err=True)
    skipped = skipped or not all(fault.is_of_a_row for fault in error.faults)
    hint = "未写出任何结果。改正后再试" + ("。" if skipped else "，或加 --skip-faulty 跳过有错误的行。")
    hint_en = "Nothing was written. Mend them" + (
        "." if skipped else ", or add --skip-faulty to leave faulty rows out."
    )
    click.echo(f"\n{hint if language == 'zh' else hint_en}", err=True)


def _json(result: object) -> str:
    import json

    return json.dumps(result, ensure_ascii=False, indent=1)


def _regulation(rule_file: str | None) -> Regulation:
    from workload.loading import DEFAULT_RULES, load_regulation

    return load_regulation(rule_file or DEFAULT_RULES)


def _readings(switches: Iterable[str]) -> dict[str, str]:
    chosen = {}
    for switch in switches:
        name, equals, value = switch.partition("=")
        if not equals:
            raise click.UsageError(f"--reading 应为 SWITCH=VALUE，现为 {switch} / takes SWITCH=VALUE, not {switch}")
        chosen[name.strip()] = value.strip()
    return chosen


def _show(
    how: str | None,
    output: Path | None,
    result: Callable[[], object],
    blocks: Callable[[str], list[Block]],
) -> None:
    """Print a result, or write it to a file: json, or blocks as table, md, csv, xlsx."""
    from workload.documents.blocks import rendered, write_workbook
    from workload.tables.write import written, written_text

    _progress().stop()
    ending = output.suffix.lower().lstrip(".") if output is not None else ""
    if ending in ("xls", "ods", "xlsm", "xlsb"):
        raise click.UsageError(
            f"工作簿只能写成 .xlsx，不能写成 .{ending} / a workbook is written as .xlsx, not .{ending}"
        )
    if output is not None and ending == "xlsx":
        if how is not None:
            raise click.UsageError(f"--format {how} 与 .xlsx 文件不符 / --format {how} does not go with an .xlsx file")
        notes = "notes" if click.get_current_context().params["lang"] == "en" else "说明"
        written(output, lambda temporary: write_workbook(temporary, blocks("xlsx"), notes))
        return
    chosen = how or (ending if ending in FORMATS else "table")
    text = _json(result()) if chosen == "json" else rendered(blocks(chosen), chosen)  # type: ignore[arg-type]
    text = text if text.endswith("\n") else text + "\n"
    if output is None:
        _print(text)
        return
    # Chinese Excel takes a CSV file for UTF-8 only with a byte order mark.
    encoding = "utf-8-sig" if chosen == "csv" else "utf-8"
    written_text(output, text, encoding)


def _print(text: str) -> None:
    """Print, and end in peace when whoever reads stops reading (``workload … | head``)."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # What is left in the buffer goes nowhere, instead of raising again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _center(source: Path, regulation: Regulation) -> Any:
    from workload.tables.read import read_center

    return read_center(source, regulation, progress=_progress())


# ---------------------------------------------------------------- verbs


@workload.command(cls=_Verb)
@_INPUT
@click.option("--year", type=click.IntRange(1950, 2100), required=True, help="年度 / the year")
@click.option("--teacher", metavar="ID", help="只看一位教师 / one teacher only")
@_SKIP
@_rules
@_output
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

    regulation = _regulation(rule_file)
    found = evaluated(
        _center(source, regulation),
        year,
        regulation,
        _readings(switches),
        teacher_id=teacher,
        skip_faulty=skip_faulty,
        progress=_progress(),
    )

    def blocks(chosen: str) -> list[Block]:
        if chosen == "xlsx":
            return reports.evaluation_details(found, lang)
        return reports.evaluation_columns(found, lang) if chosen == "csv" else reports.evaluation(found, lang)

    _show(how, output, lambda: as_json.evaluation(found, lang), blocks)


class _YearOrDay(click.ParamType):  # type: ignore[type-arg]  # generic only from click 8.4 on
    """A year (2026) or a day (2026-06-30)."""

    name = "YEAR|DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | date:
        try:
            found = int(value) if str(value).isdigit() else date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"应为年份或日期，如 2026 或 2026-06-30 / takes a year or a day, not {value}", param, ctx)
        if not 1950 <= (found if isinstance(found, int) else found.year) <= 2100:
            self.fail(f"年份应在 1950–2100 / takes a year from 1950 to 2100, not {value}", param, ctx)
        return found


@workload.command(cls=_Verb)
@_INPUT
@click.option(
    "--as-of", type=_YearOrDay(), help="截至年份，默认为数据的最后一年 / as of (default: last year of the data)"
)
@click.option("--teacher", metavar="ID", help="只看一位教师 / one teacher only")
@_SKIP
@_rules
@_output
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

    regulation = _regulation(rule_file)
    found = evaluate_experience(
        _center(source, regulation),
        as_of,
        regulation,
        _readings(switches),
        teacher_id=teacher,
        skip_faulty=skip_faulty,
        progress=_progress(),
    )
    _show(
        how,
        output,
        lambda: as_json.experience(found, lang),
        lambda chosen: reports.experience(found, lang, chosen),
    )


@workload.command(cls=_Verb)
@_INPUT
@_rules
@_output
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

    regulation = _regulation(rule_file)
    marked = output is not None and output.suffix.lower() in (".xlsx", ".xlsm") and how is None
    try:
        center = _center(source, regulation)
    except InputError as error:  # the input cannot be opened: that too is what a check is asked for
        if marked:
            raise
        found = CenterCheck(error.faults)
    else:
        found = check_center(center, regulation, _readings(switches), progress=_progress())
    if marked and output is not None:
        _write_marked(source, output, found, lang)
    else:
        _show(how, output, lambda: as_json.checked(found, lang), lambda chosen: reports.check(found, lang, chosen))
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
        _progress().stop()
        click.echo(rendered(reports.fault_lines(found.faults, lang), "table") + "\n", err=True)
        raise
    _progress().stop()
    faults, warnings = len(found.faults), len(found.notices)
    click.echo(
        f"错误 {faults} 处，提示 {warnings} 条；已写入 {output}"
        if lang == "zh"
        else f"{faults} faults, {warnings} warnings; written: {output}"
    )


@workload.command(cls=_Verb)
@_INPUT
@click.option("--teacher", metavar="ID", required=True, help="工号 / the teacher")
@click.option("--year", type=click.IntRange(1950, 2100), required=True, help="年度 / the year")
@_SKIP
@_rules
@_output
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
    from workload.documents import as_json, reports
    from workload.errors import NoClauseError
    from workload.evaluation import evaluate as evaluated
    from workload.evaluation import evaluate_experience
    from workload.explain import explain_teacher

    regulation, readings = _regulation(rule_file), _readings(switches)
    center = _center(source, regulation)
    found = evaluated(
        center, year, regulation, readings, teacher_id=teacher, skip_faulty=skip_faulty, progress=_progress()
    )
    tested: CenterExperience | NoClauseError | None = None
    if regulation.experience:  # a school's rules may say nothing of it
        try:
            tested = evaluate_experience(
                center, year, regulation, readings, teacher_id=teacher, skip_faulty=skip_faulty, progress=_progress()
            )
        except NoClauseError as error:  # years before the rules began: the year itself is explained all the same
            tested = error
    sections = explain_teacher(found, teacher, tested)
    _show(
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


@workload.command(cls=_Verb)
@click.argument("output", metavar="FILE.xlsx", type=click.Path(path_type=Path))
@_ROSTER
@_RULES
@_FORCE
@_LANGUAGE
def template(output: Path, last: Path | None, rule_file: str | None, lang: Language) -> None:
    """空白模板 / an empty input workbook with drop-downs, or one with last year's roster."""
    from workload.tables.template import write_template

    _must_be_xlsx(output)
    _spare_the_input(last, output)
    regulation = _regulation(rule_file)
    write_template(output, regulation, tables=_roster(last, regulation), language=lang)
    click.echo(f"已写入 {output}" if lang == "zh" else f"written: {output}")


def _must_be_xlsx(output: Path) -> None:
    if output.suffix.lower() != ".xlsx":
        raise click.UsageError(f"文件名须以 .xlsx 结尾，现为 {output} / the name must end in .xlsx, not {output}")


def _roster(last: Path | None, regulation: Regulation) -> Any:
    """Last year's teachers, titles and appointments as rows."""
    from workload.tables.template import carried_over

    return {} if last is None else carried_over(_center(last, regulation))


@workload.command("import-bookings", cls=_Verb)
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
@_SKIP
@_RULES
@_FORCE
@_LANGUAGE
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

    _must_be_xlsx(output)
    _spare_the_input(last, output)
    regulation = _regulation(rule_file)
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


@workload.command(cls=_Verb)
@_INPUT
@click.argument("settings", metavar="[SETTING]...", nargs=-1)
@click.option("--remove", metavar="SPELLING", multiple=True, help="去掉一条 / take one away, e.g. 工作记录.值班日")
@click.option("--ask", is_flag=True, help="逐条询问拿不准的 / ask about each that is unsure")
@_RULES
@_LANGUAGE
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

    regulation = _regulation(rule_file)
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
        center = read_center(source, regulation, aliases=aliases, progress=_progress())
        unsure = proposals(check_center(center, regulation).faults)
    _progress().stop()
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
        _say(f"  {one.text.get(lang)}")
    if unsure:
        click.echo("拿不准的（确认后用下面的命令）：" if zh else "Unsure; once you know, say:")
        for spelling, meaning in unsure.items():
            _say(f'  workload alias "{source}" "{spelling}={meaning or "…"}"')
        click.echo(
            "（某张表或某一列其实不用读，就把等号右边写成“不读”）"
            if zh
            else "(a sheet or column that is not to be read: write - on the right side)"
        )


@workload.command(cls=_Verb)
@click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="只列当日有效的条款 / clauses in force on that day"
)
@_RULES
@_output
def rules(day: Any, rule_file: str | None, how: str | None, output: Path | None, lang: Language) -> None:
    """规则表 / the rule file as a table with articles; readings and their values."""
    from workload.documents import as_json, reports

    regulation = _regulation(rule_file)
    clauses = list(regulation.clauses_on(None if day is None else day.date()))
    _show(
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


@workload.command(cls=_Verb)
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
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="按当日有效的条款 / by the clauses of that day")
@_rules
@_output
def institution(
    rule_file: str | None,
    switches: tuple[str, ...],
    how: str | None,
    output: Path | None,
    lang: Language,
    day: Any,
    case_conferences: tuple[tuple[str, int], ...],
    parent_classes: tuple[tuple[str, int], ...],
    **plan: Any,
) -> None:
    """学校配备 / staffing, funding, floor area, course, conferences, parent classes."""
    from workload.documents import as_json, reports
    from workload.institution import Institution, evaluate_institution

    regulation = _regulation(rule_file)
    for option, bodies in (("--case-conferences", case_conferences), ("--parent-classes", parent_classes)):
        if len(dict(bodies)) < len(bodies):
            raise click.UsageError(f"{option} 同一单位给了两次 / one body is given twice")
    for name in ("funding", "area", "course_credits", "course_hours"):
        plan[name] = _given_number(name, plan[name])
    have = Institution(
        case_conferences=dict(case_conferences) or None, parent_classes=dict(parent_classes) or None, **plan
    )
    on = regulation.latest_day() if day is None else day.date()
    readings = regulation.chosen(_readings(switches))
    findings = evaluate_institution(have, regulation, on, readings)
    _show(
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


__all__ = ["main", "workload"]
