"""Put the add-in into a user's Excel on Windows, and take it out again. No administrator rights, no click.

Three things are put in place: the add-in file in the folder that Excel opens at its start; beside the user's other
settings, which Python it is to ask; and, where another language or other rules are wanted, the settings of the
functions.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from excel_addin.classic import doctor as checks
from excel_addin.classic.machine import Machine, this_machine
from excel_addin.files import put
from excel_addin.settings import DEFAULT_RULES, Language, settings_of
from workload import Text, WorkloadError, load_regulation

ADDIN = "workload.xlam"
INTERPRETER = "INTERPRETER_WIN"
LANGUAGE = "LANG"
OURS = (INTERPRETER, LANGUAGE)
LINE = re.compile(rb'\s*"([^"]*)"\s*,')


def install(language: Language = "zh", *, rules: str | None = None, machine: Machine | None = None) -> list[str]:
    """Put the add-in in place for this user; again and again with the same result.

    Returns what was done, and what the doctor finds wrong, a line each.

    Raises:
        WorkloadError: this is no Windows, the rules are wrong, or a file is in use or cannot be written.
    """
    machine = machine or this_machine()
    _windows_only(machine)
    chosen = None if rules is None else _known(rules)
    interpreter = _interpreter(machine)
    done = [_put(machine.start_folder / ADDIN, _addin())]
    done.append(_put(machine.configuration, _with(machine, {INTERPRETER: interpreter, LANGUAGE: language})))
    done += _settle(machine, language, chosen)
    told = [text.get(language) for text in done]
    wrong = checks.lines(checks.examine(machine), language, only_wrong=True)
    if wrong:
        told.append(Text("还有下列问题：", "these remain:").get(language))
        told += wrong
    told.append(Text("请关闭所有 Excel 窗口再打开。", "Close all windows of Excel and open it again.").get(language))
    return told


def uninstall(language: Language = "zh", *, machine: Machine | None = None) -> list[str]:
    """Take away what :func:`install` put in place; settings that are not ours stay.

    Raises:
        WorkloadError: this is no Windows, or a file is in use.
    """
    machine = machine or this_machine()
    _windows_only(machine)
    done = [_take_away(machine.start_folder / ADDIN)]
    if machine.configuration.is_file():
        rest = _without(machine.configuration.read_bytes())
        done.append(_put(machine.configuration, rest) if rest.strip() else _take_away(machine.configuration))
    machine.help_page.unlink(missing_ok=True)
    if machine.settings.is_file():
        kept = machine.settings
        done.append(Text(f"保留了您的设置：{kept}", f"your settings stay: {kept}"))
    elif machine.configuration.parent.is_dir() and not any(machine.configuration.parent.iterdir()):
        machine.configuration.parent.rmdir()
    return [text.get(language) for text in done]


def doctor(language: Language = "zh", *, machine: Machine | None = None) -> list[str]:
    """What is right and what is wrong with the installation, a line each, and what to do.

    Raises:
        WorkloadError: this is no Windows.
    """
    machine = machine or this_machine()
    _windows_only(machine)
    found = checks.examine(machine)
    return [*checks.lines(found, language), checks.verdict(found).get(language)]


# ---------------------------------------------------------------- what is put in place


def _windows_only(machine: Machine) -> None:
    if machine.platform != "win32":
        zh = "经典加载项只用于 Windows 版 Excel；在 Mac 上或网页版里请用 xlwings Lite 或 Server"
        raise WorkloadError(Text(zh, "the classic add-in is for Excel on Windows alone; elsewhere use Lite or Server"))


def _known(rules: str) -> str:
    load_regulation(rules)
    return str(Path(rules).resolve()) if rules.endswith(".toml") else rules


def _addin() -> bytes:
    return Path(__file__).with_name(ADDIN).read_bytes()


def _interpreter(machine: Machine) -> str:
    """The path of the running Python, in letters that VBA can read."""
    for path in (machine.executable, machine.short_path(machine.executable)):
        if path is not None and machine.speaks(str(path)):
            return str(path)
    zh = (
        f"Python 所在的文件夹含有系统代码页（{machine.code_page}）没有的字符：{machine.executable}；"
        "请把 Python 或虚拟环境放到只含英文字母的文件夹，再运行一次"
    )
    en = (
        f"the folder of Python has letters that the system's code page ({machine.code_page}) lacks: "
        f"{machine.executable}; put Python, or a virtual environment, into a folder of plain letters and try again"
    )
    raise WorkloadError(Text(zh, en))


def _with(machine: Machine, keys: dict[str, str]) -> bytes:
    """The configuration with these keys; the lines of others as they are."""
    old = machine.configuration.read_bytes() if machine.configuration.is_file() else b""
    rest = _without(old)
    if rest and not rest.endswith(b"\n"):
        rest += b"\r\n"
    return rest + b"".join(f'"{key}","{value}"\r\n'.encode(machine.code_page) for key, value in keys.items())


def _without(old: bytes) -> bytes:
    def ours(line: bytes) -> bool:
        key = LINE.match(line)
        return key is not None and key[1].decode("ascii", "replace").upper() in OURS

    return b"".join(line for line in old.splitlines(keepends=True) if not ours(line))


def _settle(machine: Machine, language: Language, rules: str | None) -> list[Text]:
    """Say in the settings of the functions what is not said there yet."""
    current = settings_of({}, machine.settings)
    wanted = {"lang": (current.language, language), "rules": (current.rules, rules or current.rules)}
    changes = {key: new for key, (old, new) in wanted.items() if old != new}
    if not changes:
        return []
    text = machine.settings.read_text(encoding="utf-8-sig") if machine.settings.is_file() else ""
    for key, value in changes.items():
        line = f"{key} = {json.dumps(value, ensure_ascii=False)}"
        head, bracket, tail = re.match(r"(?s)(.*?)(^\s*\[|\Z)(.*)", text, re.MULTILINE).groups()  # type: ignore[union-attr]
        pattern = re.compile(rf"^\s*{key}\s*=.*$", re.MULTILINE)
        changed, many = pattern.subn(lambda _, line=line: line, head)
        text = (changed if many else f"{line}\n{head}") + bracket + tail
    return [_put(machine.settings, text.encode("utf-8"))]


def _put(path: Path, content: bytes) -> Text:
    if path.is_file() and path.read_bytes() == content:
        return Text(f"已经是最新：{path}", f"up to date: {path}")
    try:
        put(path, content)
    except OSError as error:
        raise _in_use(path, error) from None
    return Text(f"已写入：{path}", f"written: {path}")


def _take_away(path: Path) -> Text:
    try:
        path.unlink()
    except FileNotFoundError:
        return Text(f"本来就没有：{path}", f"was not there: {path}")
    except OSError as error:
        raise _in_use(path, error) from None
    return Text(f"已删除：{path}", f"removed: {path}")


def _in_use(path: Path, error: OSError) -> WorkloadError:
    if isinstance(error, PermissionError):
        zh = f"不能改动 {path}：Excel 可能正开着，请关闭所有 Excel 窗口（必要时在任务管理器中结束 Excel）再运行一次"
        en = f"{path} cannot be changed: Excel may be open; close all of its windows and try again"
    else:
        zh, en = f"不能写入 {path}：{error.strerror}", f"{path} cannot be written: {error.strerror}"
    return WorkloadError(Text(zh, en))


__all__ = ["ADDIN", "DEFAULT_RULES", "doctor", "install", "uninstall"]
