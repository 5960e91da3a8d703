"""From a name or a path to a regulation; the reader and its libraries are loaded with the first rule file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from workload.regulation import Regulation

DEFAULT_RULES = "zhoukou-2024-33"


def load_regulation(name: str | Path = DEFAULT_RULES) -> Regulation:
    """The regulation of a rule file: one that comes with the library, by name, or a ``.toml`` file, by path.

    Raises:
        RuleFileError: the file is wrong; every fault of it, each with its line.

    >>> load_regulation().document
    '周职党〔2024〕33号'
    """
    from workload.rulefile import read_rule_file

    if isinstance(name, str) and not name.endswith(".toml"):
        return _packaged(name)
    return read_rule_file(Path(name))


@cache
def _packaged(name: str) -> Regulation:
    from workload.rulefile import packaged_rule_file, read_rule_file

    return read_rule_file(packaged_rule_file(name))
