"""Whether the answer of the call under way is still waited for.

A thread cannot be ended from outside. A calculation therefore asks now and then, and ends itself when nobody waits.
"""

from __future__ import annotations

from contextvars import ContextVar

from attrs import define

from excel_addin.cells import CallError
from workload import Text


@define
class Waiting:
    """Who waits for a call: somebody, until ``over`` says why nobody does."""

    over: Text | None = None


CALL: ContextVar[Waiting | None] = ContextVar("CALL", default=None)
"""Set by the server for each call, and carried along into the thread of its calculation."""


def still_wanted() -> None:
    """Return while somebody waits for the call under way; on other hosts than the server somebody always does.

    Raises:
        CallError: nobody waits any more.

    >>> still_wanted()
    """
    waiting = CALL.get()
    if waiting is not None and waiting.over is not None:
        raise CallError(waiting.over)
