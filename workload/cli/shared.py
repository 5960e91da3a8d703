"""What the verbs of the command line share: the group, their options, messages, progress, and how a result is shown."""

from __future__ import annotations

import os
import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workload.vocabulary import YEARS

if TYPE_CHECKING:
    from workload.documents.blocks import Block
    from workload.regulation import Regulation
    from workload.text import Language, Text

FORMATS = ("table", "json", "csv", "md")
OK, FAILED, BAD_INPUT = 0, 1, 2


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="counseling-workload")
def workload() -> None:
    """心理健康教师工作量核算 / the workload of mental-health teachers, with the article behind every figure."""


# ---------------------------------------------------------------- options that verbs share

Command = Callable[..., Any]
_OVERWRITE = "workload.overwrite"
LANGUAGE = click.option("--lang", type=click.Choice(("zh", "en")), default="zh", help="语言 / language  [zh]")
FORCE = click.option(
    "--force",
    is_flag=True,
    expose_value=False,  # every verb treats it alike, before it begins
    callback=lambda context, _, force: context.meta.update({_OVERWRITE: force}),
    help="覆盖已有的文件 / replace a file that is there",
)
RULES = click.option("--rules", "rule_file", metavar="NAME|FILE.toml", help="规则名称或文件 / rule name or file")


def output_options(command: Command) -> Command:
    """How a result is shown, and where it is written."""
    options = (
        click.option("--format", "how", type=click.Choice(FORMATS), help="输出格式 / output format  [table]"),
        click.option(
            "-o",
            "output",
            type=click.Path(path_type=Path),
            help="写入文件，.xlsx 为工作簿 / write a file (.xlsx: workbook)",
        ),
        FORCE,
        LANGUAGE,
    )
    for option in reversed(options):
        command = option(command)
    return command


def rules_options(command: Command) -> Command:
    """By which rules and readings."""
    options = (
        RULES,
        click.option(
            "--reading", "switches", multiple=True, metavar="SWITCH=VALUE", help="口径，可多次 / a reading, repeatable"
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


YEAR = click.option("--year", type=click.IntRange(YEARS[0], YEARS[-1]), required=True, help="年度 / the year")
INPUT = click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
SKIP = click.option("--skip-faulty", is_flag=True, help="跳过有错误的行并列出 / leave faulty rows out, and list them")


class Verb(click.Command):
    """A verb whose library errors become messages and exit code 2, in the language that was asked for."""

    never_skipped: tuple[str, ...] = ()  # tables of which --skip-faulty leaves out no row

    def invoke(self, context: click.Context) -> Any:
        """Run the verb; exit code 2 where the library refuses the input."""
        from workload.errors import InputError, WorkloadError
        from workload.tables.write import refuse

        given = context.params
        language, output = given.get("lang", "zh"), given.get("output")
        spare_the_input(given.get("source"), output)
        context.obj = _Progress(language)
        try:
            if output is not None:
                refuse(output, overwrite=context.meta.get(_OVERWRITE, False))
            return super().invoke(context)
        except InputError as error:
            context.obj.stop()
            needed = any(fault.table in self.never_skipped for fault in error.faults)
            _show_faults(error, given.get("how"), language, skipped=needed or given.get("skip_faulty", True))
            return BAD_INPUT
        except WorkloadError as error:
            context.obj.stop()
            say(error.in_language(language), err=True)
            return BAD_INPUT
        finally:
            context.obj.stop()


def say(text: str, *, err: bool = False) -> None:
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


def progress() -> _Progress:
    """The bar of the verb that runs."""
    progress: _Progress = click.get_current_context().obj
    return progress


def spare_the_input(source: Path | None, output: Path | None) -> None:
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
        click.echo(json_text(told), err=True)
        return
    click.echo(rendered(reports.fault_lines(error.faults, language), "table"), err=True)
    skipped = skipped or not all(fault.is_of_a_row for fault in error.faults)
    hint = "未写出任何结果。改正后再试" + ("。" if skipped else "，或加 --skip-faulty 跳过有错误的行。")
    hint_en = "Nothing was written. Mend them" + (
        "." if skipped else ", or add --skip-faulty to leave faulty rows out."
    )
    click.echo(f"\n{hint if language == 'zh' else hint_en}", err=True)


def json_text(result: object) -> str:
    """A result as JSON text."""
    import json

    return json.dumps(result, ensure_ascii=False, indent=1)


def regulation_of(rule_file: str | None) -> Regulation:
    """The rules that were named, or the default ones."""
    from workload.loading import DEFAULT_RULES, load_regulation

    return load_regulation(rule_file or DEFAULT_RULES)


def readings_of(switches: Iterable[str]) -> dict[str, str]:
    """The readings that were given as SWITCH=VALUE."""
    chosen = {}
    for switch in switches:
        name, equals, value = switch.partition("=")
        if not equals:
            raise click.UsageError(f"--reading 应为 SWITCH=VALUE，现为 {switch} / takes SWITCH=VALUE, not {switch}")
        chosen[name.strip()] = value.strip()
    return chosen


def show(
    how: str | None,
    output: Path | None,
    result: Callable[[], object],
    blocks: Callable[[str], list[Block]],
) -> None:
    """Print a result, or write it to a file: json, or blocks as table, md, csv, xlsx."""
    from workload.documents.blocks import rendered, write_workbook
    from workload.tables.write import written, written_text

    progress().stop()
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
    text = json_text(result()) if chosen == "json" else rendered(blocks(chosen), chosen)  # type: ignore[arg-type]
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


def center_of(source: Path, regulation: Regulation) -> Any:
    """The records of the input."""
    from workload.tables.read import read_center

    return read_center(source, regulation, progress=progress())


def must_be_xlsx(output: Path) -> None:
    """Refuse another ending for what is a workbook."""
    if output.suffix.lower() != ".xlsx":
        raise click.UsageError(f"文件名须以 .xlsx 结尾，现为 {output} / the name must end in .xlsx, not {output}")


class _Dated(click.ParamType):  # type: ignore[type-arg]  # generic only from click 8.4 on
    """A date in digits, as people write it, refused in both languages."""

    refused: str  # in both, with the {value}

    def read(self, text: str) -> int | date:
        """The date; a year alone as a number."""
        raise NotImplementedError

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | date:
        """The date that was written."""
        try:
            found = self.read(str(value))
        except ValueError:
            self.fail(self.refused.format(value=value), param, ctx)
        if (found if isinstance(found, int) else found.year) not in YEARS:
            first, last = YEARS[0], YEARS[-1]
            self.fail(f"年份应在 {first}–{last} / takes a year from {first} to {last}, not {value}", param, ctx)
        return found


def _day(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", text, re.ASCII):  # other forms of ISO 8601 are read by few
        raise ValueError(text)
    return date(*map(int, text.split("-")))


class Day(_Dated):
    """A day (2025-01-06, or 2025-1-6)."""

    name = "YYYY-MM-DD"
    refused = "应为日期，如 2025-01-06，现为 {value} / takes a day as 2025-01-06, not {value}"

    def read(self, text: str) -> date:
        """The day."""
        return _day(text)


class Month(_Dated):
    """A month (2024-11, or 2024-1), as its first day."""

    name = "YYYY-MM"
    refused = "应为月份，如 2024-11 / takes a month, 2024-11, not {value}"

    def read(self, text: str) -> date:
        """The first day of the month."""
        return _day(f"{text}-1")


class YearOrDay(_Dated):
    """A year (2026) or a day (2026-06-30)."""

    name = "YEAR|DATE"
    refused = "应为年份或日期，如 2026 或 2026-06-30 / takes a year or a day, not {value}"

    def read(self, text: str) -> int | date:
        """The year or the day."""
        return int(text) if text.isdigit() else _day(text)


def day_of(given: date | None) -> date:
    """The date of a document: the one given, else today. The only place that asks the clock; the library never does."""
    return given or date.today()  # noqa: DTZ011  # the local day is what a person dates a paper with
