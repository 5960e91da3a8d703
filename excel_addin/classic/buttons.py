"""What the three buttons of the ribbon do. Each returns what the user is to read, or nothing.

The add-in's VBA calls them in the Python process that also computes, with what it knows of Excel.
"""

from __future__ import annotations

import platform
import site
import sys
import sysconfig
from collections.abc import Callable
from html import escape
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

from excel_addin.classic.machine import Machine, this_machine
from excel_addin.files import put
from excel_addin.registry import CATEGORY, FUNCTIONS
from excel_addin.settings import Language, current, settings_of
from workload import Text, WorkloadError

SAMPLES = Text("工作量示例", "Workload samples")
Open = Callable[[Path], None]


def self_check(excel_version: str, office_bits: str, addin: str) -> str:
    """Which Excel, which Python and which rules work together; that a function computes."""
    try:
        settings = current()
        language: Language = settings.language
        regulation = settings.regulation
    except WorkloadError as error:
        return error.in_language("zh")
    from excel_addin.calling import call

    example = float(call("WL_CLASS_HOURS", [90.0], settings)[0][0])
    rules = f"{regulation.document} {regulation.name.get(language)}"
    versions = f"counseling-workload {_version('counseling-workload')}, xlwings {_version('xlwings')}"
    told = [
        Text("一切正常。", "All is well."),
        Text(f"Excel：{excel_version}，{office_bits} 位", f"Excel: {excel_version}, {office_bits} bits"),
        Text(f"加载项：{addin}", f"Add-in: {addin}"),
        Text(
            f"Python：{platform.python_version()}，{sys.executable}",
            f"Python: {platform.python_version()}, {sys.executable}",
        ),
        Text(f"软件包：{versions}", f"Packages: {versions}"),
        Text(f"规则：{rules}", f"Rules: {rules}"),
        Text(f"试算：WL_CLASS_HOURS(90) = {example:g}", f"Trial: WL_CLASS_HOURS(90) = {example:g}"),
    ]
    return "\n".join(text.get(language) for text in told)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # used from its source, without an installation
        return "-"


def open_samples(*_excel: str, machine: Machine | None = None, show: Open | None = None) -> str:
    """Copy the sample workbooks into the user's documents, where they may be changed, and open the folder."""
    machine = machine or this_machine()
    language = _language(machine)
    found = sample_files()
    if not found:
        return Text("这次安装不含示例工作簿", "this installation has no sample workbooks").get(language)
    folder = machine.documents / SAMPLES.get(language)
    try:
        for path in found:
            if not (folder / path.name).exists():  # what the user wrote into one stays
                put(folder / path.name, path.read_bytes())
        (show or _open)(folder)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Text(f"不能写入或打开 {folder}：{reason}", f"{folder} cannot be written or opened: {reason}").get(
            language
        )
    return ""


def sample_files() -> list[Path]:
    """The sample workbooks in the source's own folder, or as they were installed (for all, or for one user)."""
    source = Path(str(files("excel_addin"))).parent / "samples" / "excel"
    bases = (sysconfig.get_path("data"), site.getuserbase())
    for folder in (source, *(Path(base) / "share" / "counseling-workload" / "samples" for base in bases)):
        found = sorted(path for path in folder.glob("*.xlsx") if "Lite" not in path.stem)  # those are for another host
        if found:
            return found
    return []


def open_help(*_excel: str, machine: Machine | None = None, show: Open | None = None) -> str:
    """Write the page of all functions and open it in the browser."""
    machine = machine or this_machine()
    language = _language(machine)
    page = machine.help_page
    try:
        put(page, help_page(language).encode("utf-8"))
        (show or _open)(page)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Text(f"不能写入或打开 {page}：{reason}", f"{page} cannot be written or opened: {reason}").get(language)
    return ""


def help_page(language: Language) -> str:
    """Every function with its arguments and an example, as a page of its own."""
    rows = []
    for function in FUNCTIONS.values():
        may = Text("（可省略）", " (may be left out)").get(language)
        arguments = "".join(
            f"<dt>{one.name}{may if one.optional else ''}</dt><dd>{escape(one.help.get(language))}</dd>"
            for one in function.arguments
        )
        rows.append(
            f'<h2 id="{function.name}">{function.name}</h2><p>{escape(function.summary.get(language))}</p>'
            f"<dl>{arguments}</dl><p><code>={escape(function.example)}</code></p>"
        )
    title = escape(CATEGORY.get(language))
    why = Text(
        "单元格显示 #VALUE! 时，用 =WL_WHY(单元格) 查看原因；用 =WL_EXPLAIN(函数名, 参数…) 查看算法和条款。",
        "Where a cell shows #VALUE!, =WL_WHY(cell) tells why; =WL_EXPLAIN(function, arguments…) tells the steps.",
    ).get(language)
    style = "body{font:16px sans-serif;max-width:50em;margin:2em auto;line-height:1.5}dt{font-weight:bold}"
    lang = "zh-CN" if language == "zh" else "en"
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{style}</style></head><body><h1>{title}</h1><p>{escape(why)}</p>{''.join(rows)}</body></html>\n"
    )


def _language(machine: Machine) -> Language:
    try:
        return settings_of(dict(machine.environment), machine.settings).language
    except WorkloadError:
        return "zh"


def _open(path: Path) -> None:
    if sys.platform == "win32":
        import os

        os.startfile(path)  # noqa: S606  # the folder or the page that was just written
