"""JSON files of the program's own that notice an alteration: each carries its format and a digest of its content.

No secret is in the digest, so it is no signature: it tells a slip or a damaged disk, not a forger.

>>> name, remedy = Text("快照", "snapshot"), Text("请重新封存", "Close the year anew")
>>> kind = SealedKind(number=1, about="a closed year", name=name, command="workload close", remedy=remedy)
>>> sorted(sealed({"year": 2024}, kind))
['about', 'content', 'format', 'year']
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from workload.errors import WorkloadError
from workload.provenance import canonical, digest
from workload.text import Text


@frozen(kw_only=True)
class SealedKind:
    """A kind of sealed file, and what its messages say of it.

    ``number`` is the newest format, ``about`` what the file tells of itself, ``name`` what it is, ``command`` what
    makes one, ``remedy`` a sentence on what helps where one was altered.
    """

    number: int
    about: str
    name: Text
    command: str
    remedy: Text


def sealed(data: Mapping[str, Any], kind: SealedKind) -> dict[str, Any]:
    """Plain data of a file with its format, what it is, and the digest of all that, for JSON in whatever layout."""
    told = {**data, "about": kind.about, "format": kind.number}
    return {**told, "content": digest(canonical(told))}


def opened(path: Path, kind: SealedKind) -> dict[str, Any]:
    """The data that was :func:`sealed` into a file.

    Raises:
        WorkloadError: the file cannot be read, is none of that kind, was altered, or a newer version made it.
    """
    data = _loaded(path, kind)
    if not isinstance(data, dict) or "format" not in data:
        raise _other(path, kind)
    number, content = data["format"], data.pop("content", None)
    if type(number) is int and number > kind.number:
        raise WorkloadError(
            Text(
                f"{path} 由更新的程序版本写成（格式 {number}，本程序识别到 {kind.number}）；请升级 workload 后再用",
                f"{path} was made by a newer version (format {number}, this one knows {kind.number}); upgrade workload",
            )
        )
    if number != kind.number or digest(canonical(data)) != content:
        raise WorkloadError(
            Text(
                f"{path} 的内容与它自带的摘要不符：文件已损坏，或写成之后被改动过。{kind.remedy.zh}",
                f"{path} does not agree with the digest that it carries: it is damaged, or was altered after it was "
                f"made. {kind.remedy.en}",
            )
        )
    return {name: value for name, value in data.items() if name not in ("about", "format")}


def _loaded(path: Path, kind: SealedKind) -> object:
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"), object_pairs_hook=_each_once)
    except OSError as error:
        why = Text("没有权限，或正被别的程序占用", "no right to, or another program holds it")
        if isinstance(error, FileNotFoundError):
            why = Text("没有这个文件", "there is no such file")
        elif path.is_dir():
            why = Text("这是文件夹", "it is a folder")
        raise WorkloadError(Text(f"无法读取 {path}：{why.zh}", f"{path} cannot be read: {why.en}")) from None
    except (ValueError, RecursionError):  # no UTF-8, or no JSON
        raise _other(path, kind) from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand in it once: of two, a person may read the one and the program the other."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _other(path: Path, kind: SealedKind) -> WorkloadError:
    zh, en = kind.name.zh, kind.name.en
    return WorkloadError(
        Text(
            f"{path} 不是{zh}（由 {kind.command} 写成的文件），或已损坏",
            f"{path} is no {en} (a file that {kind.command} made), or it is damaged",
        )
    )
