"""The verb that evaluates the records of a province, in files too large for a workbook; no figure is made here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workload.cli.figures import show_explained
from workload.cli.shared import (
    _OVERWRITE,
    FORCE,
    FORMATS,
    LANGUAGE,
    SKIP,
    Command,
    Verb,
    YearOrDay,
    json_text,
    progress,
    readings_of,
    regulation_of,
    rules_options,
    say,
    show,
    workload,
)
from workload.text import Text
from workload.vocabulary import TABLES, YEARS

if TYPE_CHECKING:
    import narwhals as nw

    from workload.documents.blocks import Block, Value
    from workload.frame import FrameEvaluation
    from workload.frame.engines import Engine, Result
    from workload.frame.summary import Summary
    from workload.regulation import Regulation
    from workload.text import Language

# The results by name, and what their rows are sorted by beside the teacher; the ledger is too large to be sorted.
RESULTS: Mapping[str, tuple[str, ...] | None] = {
    "totals": ("year",),
    "experience": (),
    "windows": ("first",),
    "set_aside": ("year", "reason"),
    "faults": ("row", "column"),
    "ledger": None,
}
OF_EXPERIENCE = ("experience", "windows")
BESIDE = ("teachers", "titles", "appointments", "evaluations", "training", "case_reports")
ABOUT = "about.json"
MOST_FAULTS = 40  # on a terminal
_JUDGED = {
    "quota": Text("工作量", "quota"),
    "training": Text("培训", "training"),
    "case_reports": Text("案例报告", "case reports"),
    "evaluation": Text("年度考核", "evaluation"),
}


class _Years(click.ParamType):  # type: ignore[type-arg]  # generic only from click 8.4 on
    """Years from one to another (2015-2024)."""

    name = "YEAR-YEAR"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> range:
        """The years from the first to the last."""
        if isinstance(value, range):
            return value
        first, _, last = str(value).partition("-")
        if not (first.isdecimal() and last.isdecimal() and YEARS[0] <= int(first) <= int(last) <= YEARS[-1]):
            self.fail(f"应为年度范围，如 2015-2024，现为 {value} / takes years as 2015-2024, not {value}", param, ctx)
        return range(int(first), int(last) + 1)


def _table_options(command: Command) -> Command:
    for name in reversed(BESIDE):
        told = f"{TABLES[name].zh}：文件、通配符或文件夹 / {name.replace('_', ' ')}: file, pattern or folder"
        command = click.option(f"--{name.replace('_', '-')}", metavar="FILES", help=told)(command)
    return command


@workload.command("evaluate-frame", cls=Verb)
@click.argument("sources", metavar="FILES...", nargs=-1, required=True)
@_table_options
@click.option("--year", type=click.IntRange(YEARS[0], YEARS[-1]), help="年度 / the year")
@click.option("--years", type=_Years(), help="起止年度，默认为数据的全部年度 / the years  [all of the data]")
@click.option("--as-of", type=YearOrDay(), help="三年认定截至 / as of, for the three-year test  [the last year]")
@click.option(
    "-o",
    "target",
    metavar="FILE|FOLDER",
    help="写入 .parquet、.csv 或 .xlsx；文件夹则写入全部结果 / a file; into a folder go all results",
)
@click.option("--table", type=click.Choice(tuple(RESULTS)), help="写入哪个结果 / which result  [totals]")
@click.option(
    "--engine", type=click.Choice(("polars", "duckdb", "spark")), default="polars", help="引擎 / engine  [polars]"
)
@click.option(
    "--scale",
    type=click.IntRange(1),
    default=100,
    metavar="N",
    help="课时按几分之一记为整数 / class hours are N-ths  [100]",
)
@click.option("--explain", "teacher", metavar="ID", help="逐行说明一位教师，须给 --year / explain one teacher")
@click.option("--college", metavar="NAME", help="该教师的院校 / the college of that teacher")
@click.option("--format", "how", type=click.Choice(FORMATS), help="屏幕上的格式 / format on the screen  [table]")
@SKIP
@rules_options
@FORCE
@LANGUAGE
def evaluate_frame(
    sources: tuple[str, ...],
    year: int | None,
    years: range | None,
    as_of: int | date | None,
    target: str | None,
    table: str | None,
    engine: Engine,
    scale: int,
    teacher: str | None,
    college: str | None,
    how: str | None,
    skip_faulty: bool,
    rule_file: str | None,
    switches: tuple[str, ...],
    lang: Language,
    **beside: str | None,
) -> None:
    """全省数据的核算 / the evaluation of a province's records: Parquet or CSV, any number of rows.

    FILES：工作记录的文件、通配符（'records/*.parquet'）或文件夹，或各表各有一个文件、文件夹的文件夹
    """
    from workload.errors import InputError
    from workload.frame import evaluate_frames
    from workload.frame.engines import engine_told, scan, stream_all, write_all
    from workload.frame.one_teacher import teacher_center
    from workload.frame.summary import Question, about
    from workload.tables.write import written_text

    if year is not None and years is not None:
        raise click.UsageError("--year 与 --years 只能给一个 / give either --year or --years")
    if table is not None and (target is None or _is_folder(target)):
        raise click.UsageError("--table 须与 -o 文件 同用 / --table goes with -o FILE")
    if teacher is not None and (year is None or target is not None):
        raise click.UsageError("--explain 须给 --year，不写文件 / --explain takes --year, and writes no file")
    regulation, readings = regulation_of(rule_file), readings_of(switches)
    found_in = _sources(sources, beside)
    results = [] if target is None else _targets(target, table, regulation)
    _spare([*sources, *found_in.values()], [path for _, path in results])
    stream_all(engine)
    with engine_told(engine):
        tables = {name: scan(source, engine) for name, source in found_in.items()}
        if teacher is not None and year is not None:
            key = teacher if college is None else (college, teacher)
            center = teacher_center(tables, key, regulation)
            show_explained(center, teacher, year, regulation, readings, how, None, lang, skip_faulty=skip_faulty)
            return
        asked = year if years is None else years
        found = evaluate_frames(tables, asked, as_of=as_of, regulation=regulation, readings=readings, scale=scale)
        is_asked = table is None and (not results or any(name in OF_EXPERIENCE for name, _ in results))
        untested = _untested(found) if is_asked else None
        if untested is not None:
            results = [one for one in results if one[0] not in OF_EXPERIENCE]
        question = Question(found, tables, MOST_FAULTS, briefly=target is not None, tested=untested is None)
        answers: list[Summary] = []

        def judge(frames: Sequence[nw.DataFrame[Any]]) -> None:
            answers.append(question.answered(frames))
            number = sum(answers[0].faults.values())
            if number and not skip_faulty:
                progress().stop()
                if number > MOST_FAULTS and how != "json":
                    zh = f"错误共 {number} 处，先列出 {MOST_FAULTS} 处（-o 文件夹 --skip-faulty 写出全部）："
                    say(zh if lang == "zh" else f"{number} faults, of which the first {MOST_FAULTS}:", err=True)
                raise InputError(question.first_faults(frames))

        with _folder(target):
            write_all([_result(found, *one) for one in results], question.frames(), judge, progress=progress())
    summary = answers[0]
    told = about(found, summary)
    if target is not None and _is_folder(target):
        written_text(Path(target) / ABOUT, json_text(told) + "\n")
    if untested is not None:
        say(f"没有三年认定：{untested.zh}" if lang == "zh" else f"no three-year test: {untested.en}", err=True)
    show(how, None, lambda: told, lambda _: _summary(found, summary, target, lang))


def _untested(found: FrameEvaluation) -> Text | None:
    """Why there is no three-year test among all the results, although the rules know one."""
    from workload.errors import NoClauseError

    if not found.regulation.experience:
        return None
    try:
        _ = found.experience
    except NoClauseError as error:  # years on which that clause does not hold: the others are evaluated all the same
        return error.text
    return None


def _sources(sources: Sequence[str], beside: Mapping[str, str | None]) -> dict[str, Any]:
    """Where each table stands: a folder of tables, or the activities and the tables that are named."""
    from workload.frame.files import is_address, tables_in

    named = {name: source for name, source in beside.items() if source is not None}
    found: dict[str, Any] = {}
    if len(sources) == 1 and not is_address(sources[0]) and Path(sources[0]).is_dir():
        tables, others = tables_in(Path(sources[0]))
        found = {name: str(path) for name, path in tables.items() if name in ("activities", *BESIDE)}
        if others:
            say(f"没有读取：{'、'.join(others)} / not read: {', '.join(others)}", err=True)
    if "activities" not in found:
        found["activities"] = sources[0] if len(sources) == 1 else list(sources)
    return {**found, **named}


def _is_folder(target: str) -> bool:
    from workload.frame.files import is_address

    return not is_address(target) and (Path(target).is_dir() or not Path(target).suffix)


def _targets(target: str, table: str | None, regulation: Regulation) -> list[tuple[str, Path | str]]:
    """Each result and the file that it goes to; refused where one is there already."""
    from workload.frame.files import is_address
    from workload.tables.write import refuse

    overwrite = bool(click.get_current_context().meta.get(_OVERWRITE))
    if is_address(target):
        return [(table or "totals", target)]
    if not _is_folder(target):
        refuse(Path(target), overwrite=overwrite)
        return [(table or "totals", Path(target))]
    folder = Path(target)
    names = [name for name in RESULTS if regulation.experience or name not in OF_EXPERIENCE]
    found: list[tuple[str, Path | str]] = [(name, folder / f"{name}.parquet") for name in names]
    for path in (*(folder / f"{name}.parquet" for name in names), folder / ABOUT):
        refuse(path, overwrite=overwrite)
    return found


@contextmanager
def _folder(target: str | None) -> Iterator[None]:
    """The folder of all results, there whole or not at all."""
    if target is None or not _is_folder(target) or Path(target).exists():
        yield
        return
    Path(target).mkdir(parents=True)
    try:
        yield
    except BaseException:
        with suppress(OSError):  # it is left where something stands in it
            Path(target).rmdir()
        raise


def _spare(sources: Sequence[Any], targets: Sequence[Path | str]) -> None:
    """Refuse to write over the input, or where the next run would read the result as input."""
    from workload.frame.files import files_of, is_address

    patterns = [one for source in sources if not is_address(source) for one in _patterns(source)]
    read = {Path(file) for pattern in patterns for file in files_of(pattern)}
    for target in (Path(one).resolve() for one in targets if isinstance(one, Path)):
        within = any(Path(one).is_dir() and target.is_relative_to(Path(one).resolve()) for one in patterns)
        if target in read or within or any(target.match(str(Path(one).absolute())) for one in patterns):
            raise click.UsageError(
                f"{target} 会成为输入的一部分，请写到别处 / would be part of the input; choose another place"
            )


def _patterns(source: Any) -> list[str]:
    return [source] if isinstance(source, str) else list(source)


def _result(found: FrameEvaluation, name: str, path: Path | str) -> Result:
    from workload.frame.engines import Result

    frame, by = getattr(found, name), RESULTS[name]
    if by is None:
        return Result(frame, path)
    import narwhals as nw

    columns = nw.from_native(frame).lazy().collect_schema().names()
    return Result(frame, path, [*(key for key in ("table", "college", "teacher_id") if key in columns), *by])


def _summary(found: FrameEvaluation, summary: Summary, target: str | None, lang: Language) -> list[Block]:
    """An evaluation of many in numbers."""
    from workload.documents import reports
    from workload.documents.blocks import Block
    from workload.frame.summary import VERDICTS
    from workload.vocabulary import REASONS, word

    zh = lang == "zh"
    first, last = found.years[0], found.years[-1]
    span = str(first) if first == last else f"{first}–{last}"
    aside = summary.lines - summary.credited
    rows = str(summary.rows)
    if summary.lines != summary.rows:  # a duty over the year's end has a line in both
        rows += f" 行，逐年为 {summary.lines}" if zh else f" rows, by year {summary.lines}"
    lines = [
        f"工作记录：读取 {rows} 行 = 计入 {summary.credited} 行 + 未计入 {aside} 行"
        if zh
        else f"Activity rows: {rows} read = {summary.credited} credited + {aside} set aside"
    ]
    for reason in (name for name in REASONS if name in summary.set_aside):
        number = summary.set_aside[reason]
        lines.append(f"  {REASONS[reason].zh} {number} 行" if zh else f"  {REASONS[reason].en}: {number}")
    blocks = []
    if summary.verdicts:
        accounts = {account: known.name for account, known in found.regulation.accounts.items()}
        names = {**_JUDGED, **accounts}
        header = ("", *(word("verdict", verdict).get(lang) for verdict in VERDICTS))
        counted: tuple[tuple[Value, ...], ...] = tuple(
            (names[name].get(lang), *(numbers[verdict] for verdict in VERDICTS))
            for name, numbers in summary.verdicts.items()
        )
        teachers, years = summary.teachers, summary.teacher_years
        title = (
            f"{span} 年度：教师 {teachers} 人，共 {years} 个教师年度"
            if zh
            else f"{span}: {teachers} teachers, {years} teacher-years"
        )
        blocks.append(Block(title, header, counted))
    if summary.experience:
        told = [f"{word('verdict', name).get(lang)} {number}" for name, number in summary.experience.items()]
        recognized = summary.recognized_years
        lines.append(
            f"三年认定（截至 {found.as_of}）：{'，'.join(told)}；共认定 {recognized} 年"
            if zh
            else f"Three-year test as of {found.as_of}: {', '.join(told)}; {recognized} years recognized"
        )
    if summary.faults:
        number = sum(summary.faults.values())
        lines.append(
            f"跳过错误 {number} 处（结果 faults 逐条列出）" if zh else f"{number} faults skipped (result: faults)"
        )
    scales = ("，" if zh else ", ").join(f"{account} 1/{scale}" for account, scale in found.scales.items())
    lines.append(f"结果中的整数单位：{scales}" if zh else f"Integers of the results, in parts of a unit: {scales}")
    blocks += [Block("", lines=tuple(lines)), reports.readings(found.regulation, found.readings, lang)]
    if target is not None:
        blocks.append(Block("", lines=(f"已写入 {target}" if zh else f"written: {target}",)))
    return blocks
