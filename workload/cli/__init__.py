"""The command line: ``workload VERB …``. It reads, calls the library, shows; no figure is made here."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path

try:
    import click
except ImportError:  # an installation without the extra
    sys.exit('命令行需要 click：pip install "counseling-workload[cli]"\nthe command line needs click')

from workload.cli import closing, evaluation_workbook, figures, frames, papers, pay, paylint
from workload.cli.shared import BAD_INPUT, FAILED, OK, workload

__all__ = ["closing", "evaluation_workbook", "figures", "frames", "main", "papers", "pay", "paylint", "workload"]


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
