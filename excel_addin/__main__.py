"""``python -m excel_addin VERB``: put the functions into Excel, serve them, or make what a host needs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

try:
    import click
except ImportError:  # an installation without the extra
    sys.exit('这里需要 click：pip install "counseling-workload[excel]"\nthis needs click')

if TYPE_CHECKING:
    from excel_addin.settings import Language

BAD_INPUT = 2
_LANGUAGE = click.option("--lang", type=click.Choice(("zh", "en")), default="zh", help="语言 / language  [zh]")
_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)


class _Verb(click.Command):
    """A verb whose library errors become a sentence and exit code 2."""

    def invoke(self, context: click.Context) -> Any:
        from workload import WorkloadError

        try:
            return super().invoke(context)
        except WorkloadError as error:
            click.echo(error.in_language(context.params.get("lang", "zh")), err=True)
            sys.exit(BAD_INPUT)


class _Verbs(click.Group):
    """The verbs; that of the server is loaded when it is asked for, for it stands on heavy packages."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return sorted([*self.commands, "serve"])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name == "serve":
            from excel_addin.server.command import serve

            return serve
        return super().get_command(context, name)


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Excel 里的工作量函数 / the workload functions in Excel."""


def _lines(ask: Callable[[], list[str]]) -> None:
    for line in ask():
        click.echo(line)


@main.command(cls=_Verb)
@_LANGUAGE
@click.option("--rules", help="规则名称或 .toml 文件 / rule name or file")
def install(lang: Language, rules: str | None) -> None:
    """装进 Windows 版 Excel，不需要管理员权限 / put the add-in into Excel on Windows."""
    from excel_addin.classic import windows

    _lines(lambda: windows.install(lang, rules=rules))


@main.command(cls=_Verb)
@_LANGUAGE
def uninstall(lang: Language) -> None:
    """从 Excel 移除 / take the add-in out again."""
    from excel_addin.classic import windows

    _lines(lambda: windows.uninstall(lang))


@main.command(cls=_Verb)
@_LANGUAGE
def doctor(lang: Language) -> None:
    """检查缺什么 / say what is missing."""
    from excel_addin.classic import windows

    _lines(lambda: windows.doctor(lang))


@main.command(cls=_Verb)
@click.argument("folder", type=_FOLDER)
@_LANGUAGE
@click.option("--rules", help="规则名称或 .toml 文件 / rule name or file")
@click.option("--wheel-url", help="轮子文件的网址 / where Lite may fetch the wheel from")
@click.option(
    "--workbook",
    "workbooks",
    type=_FILE,
    multiple=True,
    help="另存一份带全部代码的工作簿，可多次 / also a copy with all code",
)
def lite(folder: Path, lang: Language, rules: str | None, wheel_url: str | None, workbooks: tuple[Path, ...]) -> None:
    """生成 xlwings Lite 的文件夹 / write the folder for xlwings Lite."""
    from excel_addin.lite import write_folder
    from excel_addin.settings import DEFAULT_RULES

    for path in write_folder(
        folder, rules=rules or DEFAULT_RULES, language=lang, wheel_url=wheel_url, workbooks=workbooks
    ):
        click.echo(path)


@main.command(cls=_Verb)
@click.option("-o", "output", type=_FILE, required=True, help="写到哪里 / where to")
def reference(output: Path) -> None:
    """生成函数说明 FUNCTIONS.md / write the function reference."""
    from excel_addin.reference import reference as text

    output.write_text(text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(prog_name="python -m excel_addin")
