"""What a session of xlwings Lite computes under, as said at the top of its ``main.py``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping

from excel_addin.settings import Settings, current, settings_of, user_file


def use(rules: str, language: str, readings: Mapping[str, str]) -> Settings:
    """Make these the settings of the session, by way of the user's file: Lite has a new home folder each time.

    Elsewhere nothing is written: there a user's own settings stand.

    Raises:
        WorkloadError: they name what is not known.
    """
    if sys.platform == "emscripten":
        file = user_file()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(as_toml(rules, language, readings), encoding="utf-8")
        current.cache_clear()
        return settings_of(dict(os.environ), file)
    return current()


def as_toml(rules: str, language: str, readings: Mapping[str, str]) -> str:
    """The settings as the user's file has them.

    >>> print(as_toml("zhoukou-2024-33", "zh", {"partial_unit": "whole_per_duty"}), end="")
    rules = "zhoukou-2024-33"
    lang = "zh"
    <BLANKLINE>
    [readings]
    "partial_unit" = "whole_per_duty"
    """

    def text(value: str) -> str:  # a JSON text is a basic string of TOML
        return json.dumps(str(value), ensure_ascii=False)

    lines = [f"rules = {text(rules)}", f"lang = {text(language)}", "", "[readings]"]
    lines += [f"{text(switch)} = {text(value)}" for switch, value in readings.items()]
    return "\n".join(lines) + "\n"
