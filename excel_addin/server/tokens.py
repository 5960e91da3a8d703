"""Who may call the functions on a server that others can reach: whoever has one of its tokens.

xlwings Server asks :func:`validate_token` through its ``custom`` provider. Tokens come from the environment, or from a
file with one on each line, so that one can be withdrawn and the others stay.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from excel_addin.settings import language
from workload import Text, WorkloadError

TOKEN = "WORKLOAD_SERVER_TOKEN"  # noqa: S105  # the variable's name
TOKEN_FILE = "WORKLOAD_SERVER_TOKEN_FILE"  # noqa: S105  # the same
SHORTEST = 24  # letters of a token that nobody guesses
NO_TOKEN = Text(
    "令牌缺失或不对：请在“工作量”任务窗格中填写", "the token is missing or wrong; enter it in the add-in's task pane"
)
MAKE_ONE = 'python -c "import secrets; print(secrets.token_urlsafe(32))"'


def tokens_of(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The tokens that the environment gives, itself or by naming a file; none where it says nothing.

    Raises:
        WorkloadError: the file cannot be read, or a token is no good; the token is not repeated.

    >>> tokens_of({TOKEN: "a-token-of-more-than-24-letters"})
    ('a-token-of-more-than-24-letters',)
    """
    found = [environment[TOKEN].strip()] if environment.get(TOKEN) else []
    name = environment.get(TOKEN_FILE)
    if name:
        try:
            text = Path(name).read_text(encoding="utf-8-sig")
        except (OSError, ValueError) as error:
            zh = f"令牌文件 {name} 无法读取：{type(error).__name__}"
            raise WorkloadError(Text(zh, f"the token file {name} cannot be read: {type(error).__name__}")) from None
        lines = (line.strip() for line in text.splitlines())
        found += [line for line in lines if line and not line.startswith("#")]
        if not found:
            raise WorkloadError(Text(f"令牌文件 {name} 里没有令牌", f"the token file {name} holds no token"))
    for place, token in enumerate(found, start=1):
        if len(token) < SHORTEST or not token.isascii() or not token.isprintable() or " " in token:
            zh = f"第 {place} 个令牌不可用：至少 {SHORTEST} 个字母、数字或 - _，不含空格。可以这样生成：{MAKE_ONE}"
            en = f"token {place} is no good: at least {SHORTEST} ASCII letters without blanks. To make one: {MAKE_ONE}"
            raise WorkloadError(Text(zh, en))
    return tuple(found)


def is_known(given: str, known: tuple[str, ...]) -> bool:
    """Whether an ``Authorization`` header carries one of the tokens; takes as long whichever letters are wrong.

    >>> is_known("Bearer one", ("one", "two")), is_known("on", ("one",)), is_known("", ("one",))
    (True, False, False)
    """
    token = given.removeprefix("Bearer ").strip().encode("utf-8", "replace")
    same = [hmac.compare_digest(token, one.encode("utf-8")) for one in known]
    return any(same)


@cache
def _known() -> tuple[str, ...]:
    return tokens_of(os.environ)


async def validate_token(token_string: str) -> Any:
    """What xlwings Server's ``custom`` provider asks: the user of a token.

    Raises:
        HTTPException: 401, the token is not known.
    """
    from fastapi import HTTPException
    from xlwings_server.models import User

    if not is_known(token_string, _known()):
        raise HTTPException(401, NO_TOKEN.get(language()))
    return User(id="token", name="token")
