"""The pages that people see: the list of the functions with their help, in the task pane and on a page of its own."""

from __future__ import annotations

from html import escape

from excel_addin.registry import FUNCTIONS, Function
from excel_addin.server.manifest import NAME
from excel_addin.settings import Language
from workload import Text

OPTIONAL = Text("可省略", "optional")
EXAMPLE = Text("例", "Example")
HELP = Text("函数说明", "The functions")
PRIVACY = Text(
    "公式区域中的单元格发送到本服务器计算，不保存，不写入日志，不发往别处。请勿放入来访者信息。",
    "The cells of a formula's ranges go to this server to be computed; they are not kept, not logged and sent nowhere"
    " else. Data of clients have no place in them.",
)


def _one(function: Function, language: Language) -> str:
    def shown(text: str) -> str:
        return escape(text, quote=False)

    usual = [one.name if not one.optional else f"[{one.name}]" for one in function.arguments]
    rows = "".join(
        f"<dt>{shown(one.name)}{f' <small>{OPTIONAL.get(language)}</small>' if one.optional else ''}</dt>"
        f"<dd>{shown(one.help.get(language))}</dd>"
        for one in function.arguments
    )
    return (
        f'<details id="{function.name}"><summary><code>{function.name}</code> '
        f"{shown(function.summary.get(language))}</summary>"
        f"<p><code>={shown(function.name)}({shown(', '.join(usual))})</code></p>"
        f"{f'<dl>{rows}</dl>' if rows else ''}"
        f"<p>{EXAMPLE.get(language)}: <code>={shown(function.example)}</code></p></details>\n"
    )


def function_list(language: Language) -> str:
    """Every function of the registry as HTML, each to be opened by a click."""
    return "".join(_one(function, language) for function in FUNCTIONS.values())


def help_page(language: Language) -> str:
    """The list as a page of its own; it needs no Excel and no script."""
    title = f"{NAME.get(language)} · {HELP.get(language)}"
    return f"""<!doctype html>
<html lang="{"zh-CN" if language == "zh" else "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<link rel="icon" type="image/png" href="images/favicon.png">
<link rel="stylesheet" href="css/style.css">
</head>
<body>
<main>
<h1>{escape(title)}</h1>
<p>{escape(PRIVACY.get(language))}</p>
{function_list(language)}</main>
</body>
</html>
"""
