"""``workload pay-lint``: what a finance office would send a pay sheet back for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workload.cli.shared import BAD_INPUT, OK, Verb, output_options, show, workload

if TYPE_CHECKING:
    from workload.documents.blocks import Block
    from workload.tables.paylint import LintFault
    from workload.text import Language


@workload.command("pay-lint", cls=Verb)
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@output_options
def pay_lint(source: Path, how: str | None, output: Path | None, lang: Language) -> int:
    """检查发放表 / what is wrong with a pay sheet (xlsx, xls, ods). Exit code 2 when something is.

    空行、合并单元格、文本数字、证件号、卡号、大写、合计等；不重复证件号和卡号 / repeats no identity or bank number
    """
    from workload.tables.paylint import lint_pay_sheet

    found = lint_pay_sheet(source)
    show(
        how,
        output,
        lambda: {"faults": [_as_object(fault, lang) for fault in found]},
        lambda kind: _blocks(found, lang, kind),
    )
    return BAD_INPUT if found else OK


def _as_object(fault: LintFault, lang: Language) -> dict[str, str]:
    return {"sheet": fault.sheet, "cell": fault.cell, "code": fault.code, "message": fault.message.get(lang)}


def _blocks(found: tuple[LintFault, ...], lang: Language, kind: str) -> list[Block]:
    from workload.documents.blocks import Block
    from workload.documents.payslips import last_column_wrapped

    zh = lang == "zh"
    if not found and kind in ("table", "md"):
        return [Block(lines=("未发现问题" if zh else "nothing found",))]
    title = "发放表检查" if zh else "the pay sheet"
    header = ("工作表", "单元格", "代码", "说明") if zh else ("sheet", "cell", "code", "message")
    rows = tuple((fault.sheet, fault.cell, fault.code, fault.message.get(lang)) for fault in found)
    if kind == "table":
        return [Block(title, header, last_column_wrapped(header, rows))]
    return [Block(title, header, rows)]
