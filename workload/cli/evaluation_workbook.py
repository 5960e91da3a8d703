"""``workload workbook``: the annual evaluation as a workbook with live formulas."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from workload.cli.shared import (
    FORCE,
    INPUT,
    LANGUAGE,
    SKIP,
    YEAR,
    Day,
    Verb,
    center_of,
    day_of,
    must_be_xlsx,
    progress,
    readings_of,
    regulation_of,
    rules_options,
    say,
    workload,
)

if TYPE_CHECKING:
    from workload.documents.workbook import Audience
    from workload.text import Language


@workload.command("workbook", cls=Verb)
@INPUT
@YEAR
@click.option(
    "-o", "output", type=click.Path(path_type=Path), required=True, metavar="FILE.xlsx", help="写入的工作簿 / workbook"
)
@click.option(
    "--for",
    "audience",
    type=click.Choice(("center", "hr", "teacher")),
    default="center",
    help="给谁：中心（逐行）或人事（按月合计，无单次时间）/ center: every row; hr: sums by month  [center]",
)
@click.option("--date", "day", type=Day(), help="落款日期，默认今天 / its date (today)")
@SKIP
@rules_options
@FORCE
@LANGUAGE
def evaluation_workbook(
    source: Path,
    year: int,
    output: Path,
    audience: str,
    day: date | None,
    skip_faulty: bool,
    rule_file: str | None,
    switches: tuple[str, ...],
    lang: Language,
) -> None:
    """年度考核工作簿，含公式，可直接打印 / the annual evaluation as a workbook with live formulas."""
    from workload.documents.workbook import write_evaluation_workbook

    must_be_xlsx(output)
    if audience == "teacher":
        raise click.UsageError(
            "给教师的是核算单：workload statement 数据 --teacher 工号 / a teacher gets a statement: workload statement"
        )
    regulation = regulation_of(rule_file)
    found = write_evaluation_workbook(
        output,
        center_of(source, regulation),
        year,
        regulation,
        readings_of(switches),
        audience=cast("Audience", audience),
        source=source,
        day=day_of(day),
        skip_faulty=skip_faulty,
        overwrite=True,  # the verb has refused already what may not be replaced
        language=lang,
        progress=progress(),
    )
    read, credited = found.rows_read, found.rows_credited
    progress().stop()
    say(
        f"已写入 {output}：{len(found.teachers)} 位教师，{read} 行 = 计入 {credited} 行 + 未计入 {read - credited} 行"
        if lang == "zh"
        else f"Wrote {output}: {len(found.teachers)} teachers, {read} rows = {credited} credited + "
        f"{read - credited} set aside"
    )
