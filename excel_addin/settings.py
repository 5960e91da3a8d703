"""What the functions are to be computed under: rule file, language, bounds. The user says so once for all workbooks.

From the environment (``WORKLOAD_RULES``, ``WORKLOAD_LANG``), else from ``.workload/excel.toml`` in the user's home
(or the file that ``WORKLOAD_SETTINGS`` names)::

    rules = "C:/rules/our-school.toml"
    lang = "zh"

    [readings]
    partial_unit = "whole_per_duty"
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, cast

from attrs import field, frozen

from workload import Regulation, Text, WorkloadError, load_regulation

Language = Literal["zh", "en"]
LANGUAGES = ("zh", "en")
DEFAULT_RULES = "zhoukou-2024-33"


@frozen
class Settings:
    """Under which rules, and in which language, functions answer; how many cells one call may hold."""

    rules: str = DEFAULT_RULES
    language: Language = "zh"
    readings: Mapping[str, str] = field(factory=dict, hash=False)
    most_cells: int = 2**22  # four whole columns

    @property
    def regulation(self) -> Regulation:
        """The regulation of the rule file, read once.

        Raises:
            RuleFileError: the file is wrong.
        """
        return _regulation(self.rules)


@cache
def _regulation(rules: str) -> Regulation:
    return load_regulation(rules)


def user_file() -> Path:
    """Where a user's own settings stand: the file that ``WORKLOAD_SETTINGS`` names, else the one in the user's home."""
    named = os.environ.get("WORKLOAD_SETTINGS")
    return Path(named) if named else Path.home() / ".workload" / "excel.toml"


def settings_of(environment: dict[str, str], file: Path) -> Settings:
    """The settings that the environment and the user's file give.

    Raises:
        WorkloadError: the file cannot be read, or names what is not known.

    >>> settings_of({"WORKLOAD_LANG": "en"}, Path("none.toml")).language
    'en'
    """
    found: dict[str, object] = {}
    if file.is_file():
        try:
            found = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as error:
            why = Text("格式有误；路径请用 / 或写在单引号里", f"is no TOML: {error}")
            if isinstance(error, UnicodeDecodeError):
                why = Text("不是 UTF-8 编码，请另存为 UTF-8", "is not UTF-8")
            elif isinstance(error, OSError):
                why = Text("没有权限，或正被占用", f"cannot be read: {error.strerror}")
            raise WorkloadError(Text(f"设置文件 {file}：{why.zh}", f"the settings {file}: {why.en}")) from None
    for key, variable in (("rules", "WORKLOAD_RULES"), ("lang", "WORKLOAD_LANG")):
        if environment.get(variable):
            found[key] = environment[variable]
    rules, language = found.pop("rules", DEFAULT_RULES), found.pop("lang", "zh")
    readings = found.pop("readings", {})
    if found or not isinstance(rules, str) or language not in LANGUAGES or not isinstance(readings, dict):
        told = "、".join(found) or f"rules={rules!r}，lang={language!r}，readings={readings!r}"
        zh = f"设置有误（{told}）；可用：rules = 规则名称或 .toml 文件，lang = zh 或 en，[readings] 口径 = 值"
        en = "settings take: rules = a rule name or .toml file, lang = zh or en, [readings] switch = value"
        raise WorkloadError(Text(zh, en))
    return Settings(rules, cast(Language, language), {name: str(value) for name, value in readings.items()})


def language() -> Language:
    """The language of this process; Chinese where the settings are wrong, which the first call tells.

    >>> language() in LANGUAGES
    True
    """
    try:
        return current().language
    except WorkloadError:
        return "zh"


@cache
def current() -> Settings:
    """The settings of this process, read once."""
    return settings_of(dict(os.environ), user_file())
