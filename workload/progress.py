"""Whoever wants to know how far a long piece of work has come is told. The library shows nothing and has no clock."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TypeVar

from workload.text import Text

_T = TypeVar("_T")

Progress = Callable[[Text, int, int], None]
"""Called with what is being done, how much of it is done, and out of how much (0: nobody knows)."""


def followed(items: Collection[_T], what: Text, progress: Progress | None) -> Iterator[_T]:
    """The items one by one; ``progress`` is told of each.

    >>> told = []
    >>> list(followed(["a", "b"], Text("核算", "evaluating"), lambda what, done, of: told.append((done, of))))
    ['a', 'b']
    >>> told
    [(0, 2), (1, 2)]
    """
    for done, item in enumerate(items):
        if progress is not None:
            progress(what, done, len(items))
        yield item
