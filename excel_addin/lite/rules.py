"""The rule file that goes along into xlwings Lite: there is no file of this computer there."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from attrs import field, frozen

from workload import Text, WorkloadError, load_regulation


@frozen
class Rules:
    """The rules as the program names them, and the rule files by name where they do not come with the library."""

    name: str
    files: Mapping[str, bytes] = field(factory=dict)


def rules_of(rules: str) -> Rules:
    """The rules that a name or a ``.toml`` file gives, checked; with what they extend.

    Raises:
        WorkloadError: there are none of that name, the file is wrong, or it extends one of another folder.

    >>> rules_of("zhoukou-2024-33").files
    {}
    """
    load_regulation(rules)
    if not rules.endswith(".toml"):
        return Rules(rules)
    path = Path(rules)
    files: dict[str, bytes] = {}
    name = path.name
    while name.endswith(".toml"):
        if Path(name).name != name or "\\" in name:
            zh = f"规则文件 {path} 所依据的 {name} 应与它在同一文件夹，才能放进 xlwings Lite"
            en = f"{name}, which the rule file {path} extends, has to be in the same folder to go into xlwings Lite"
            raise WorkloadError(Text(zh, en))
        try:
            files[name] = path.with_name(name).read_bytes()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            zh, en = f"规则文件 {name} 无法读取：{reason}", f"the rule file {name} cannot be read: {reason}"
            raise WorkloadError(Text(zh, en)) from None
        base = tomllib.loads(files[name].decode("utf-8-sig")).get("extends")
        name = base if isinstance(base, str) else ""
    return Rules(path.name, files)
