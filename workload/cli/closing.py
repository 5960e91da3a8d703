"""The verbs that close a year and hold a later run against it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workload.cli.shared import (
    FORCE,
    INPUT,
    LANGUAGE,
    RULES,
    SKIP,
    YEAR,
    Day,
    Verb,
    center_of,
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
    from workload.regulation import Regulation
    from workload.snapshot import Snapshot
    from workload.text import Language

ENDING = ".snapshot"
MOST_FAULTS = 40  # on a terminal; the snapshot lists them all


@workload.command(cls=Verb)
@INPUT
@YEAR
@click.option(
    "-o",
    "output",
    metavar="FILE.snapshot",
    type=click.Path(path_type=Path),
    required=True,
    help="快照文件 / the file of the snapshot",
)
@click.option("--date", "day", type=Day(), help="写入的日期，默认不写 / a date to put in  [none]")
@SKIP
@rules_options
@FORCE
@LANGUAGE
def close(
    source: Path,
    year: int,
    output: Path,
    day: date | None,
    skip_faulty: bool,
    rule_file: str | None,
    switches: tuple[str, ...],
    lang: Language,
) -> None:
    """年度封存 / a closed year in one file, byte for byte the same from the same input.

    以后用 workload diff 与重新核算的结果对比 / hold a later run against it with workload diff
    """
    from workload.snapshot import close_year
    from workload.tables.write import written_text

    if output.suffix.lower() != ENDING:
        raise click.UsageError(f"快照的文件名须以 {ENDING} 结尾，现为 {output} / the name must end in {ENDING}")
    regulation = regulation_of(rule_file)
    center = center_of(source, regulation)
    snapshot = close_year(
        center,
        year,
        regulation,
        readings_of(switches),
        source=source,
        day=day,
        skip_faulty=skip_faulty,
        progress=progress(),
    )
    written_text(output, snapshot.text())
    progress().stop()
    for line in _closed(snapshot, output, lang):
        say(line)


def _closed(snapshot: Snapshot, output: Path, lang: Language) -> list[str]:
    from workload.documents.differences import fault_text

    teachers, read, credited = len(snapshot.teachers), snapshot.rows_read, snapshot.rows_credited
    aside = read - credited
    zh = lang == "zh"
    rows = (
        f"{read} 行 = 计入 {credited} 行 + 未计入 {aside} 行"
        if zh
        else f"{read} = {credited} credited + {aside} set aside"
    )
    lines = [
        f"{snapshot.year} 年度已封存：教师 {teachers} 人，工作记录 {rows}"
        if zh
        else f"{snapshot.year} closed: {teachers} teachers, activity rows: {rows}"
    ]
    if snapshot.faults:
        number, more = len(snapshot.faults), len(snapshot.faults) - MOST_FAULTS
        lines.append(
            f"跳过错误 {number} 处，已列入快照：" if zh else f"{number} faults skipped; the snapshot lists them:"
        )
        lines += [f"  {fault_text(fault).get(lang)}" for fault in snapshot.faults[:MOST_FAULTS]]
        if more > 0:
            lines.append(f"  另有 {more} 处" if zh else f"  {more} more")
    if snapshot.no_experience is not None:
        reason = snapshot.no_experience.get(lang)
        lines.append(f"没有三年认定：{reason}" if zh else f"no three-year test: {reason}")
    lines.append(f"已写入 {output}" if zh else f"written: {output}")
    return lines


@workload.command(cls=Verb)
@click.argument("snapshot_file", metavar="SNAPSHOT", type=click.Path(path_type=Path))
@INPUT
@SKIP
@RULES
@output_options
def diff(
    snapshot_file: Path,
    source: Path,
    skip_faulty: bool,
    rule_file: str | None,
    how: str | None,
    output: Path | None,
    lang: Language,
) -> None:
    """与封存的年度对比 / what a new run over INPUT differs in from a closed year. Exit code 0 also with differences.

    默认按快照所用的规则和口径 / by the rules and readings of the snapshot, unless --rules names others
    """
    from workload.comparison import differences
    from workload.documents import differences as documents
    from workload.snapshot import read_snapshot

    spare_the_input(snapshot_file, output)
    if output is not None and output.suffix.lower() == ENDING:
        raise click.UsageError(f"差异不是快照，请用别的扩展名：{output} / differences are no snapshot; end otherwise")
    snapshot = read_snapshot(snapshot_file)
    regulation = regulation_of(rule_file) if rule_file else _rules_of(snapshot)
    found = differences(
        snapshot,
        center_of(source, regulation),
        regulation,
        source=source,
        skip_faulty=skip_faulty,
        progress=progress(),
    )
    show(
        how,
        output,
        lambda: documents.as_object(found, lang),
        lambda chosen: documents.blocks(found, lang, chosen),
    )


def _rules_of(snapshot: Snapshot) -> Regulation:
    """The rules that a snapshot names, where they come with the library.

    Raises:
        WorkloadError: they do not; the message asks for them.
    """
    from workload.errors import RuleFileError, WorkloadError
    from workload.loading import load_regulation
    from workload.rulefile import packaged_rule_file
    from workload.text import Text

    name = snapshot.rules.id
    try:
        return load_regulation(packaged_rule_file(name))
    except RuleFileError:
        raise WorkloadError(
            Text(
                f"快照按规则“{name}”核算，它不随程序提供；请用 --rules FILE.toml 给出规则文件",
                f"the snapshot was made by the rules {name!r}, which are not included; name them: --rules FILE.toml",
            )
        ) from None
