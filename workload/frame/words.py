"""The closed lists as codes: integers are compared quickly, and alike in every engine.

A code is the place of a word in its list; names and codes go both ways.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from attrs import frozen

from workload.regulation import Regulation
from workload.tables.read import column_parsers

if TYPE_CHECKING:
    import narwhals as nw


@frozen(eq=False)
class List:
    """One closed list: its words in order, and every spelling with the code of its word."""

    names: Sequence[str]
    codes: Mapping[str, int]

    def code(self, name: str) -> int:
        """The code of a word."""
        return list(self.names).index(name)

    def codes_of(self, names: Sequence[str]) -> list[int]:
        """The codes of several."""
        return [self.code(name) for name in names if name in self.names]

    def alike(self, groups: Iterable[Sequence[str]]) -> List:
        """The same list with one code, that of the first, for the words of each group."""
        first = {name: group[0] for group in groups for name in group}
        codes = {text: self.code(first.get(self.names[code], self.names[code])) for text, code in self.codes.items()}
        return List(self.names, codes)

    def named(self, column: nw.Expr) -> nw.Expr:
        """A column of codes as words."""
        return named(column, self.names)


Words = Mapping[tuple[str, str], List]


def words_of(regulation: Regulation) -> Words:
    """The closed lists of every table's columns: by table and column."""
    found = {}
    for table, columns in column_parsers(regulation).items():
        for column, parser in columns.items():
            words: Mapping[str, str] | None = getattr(parser, "words", None)
            if words is not None:
                names = list(dict.fromkeys(words.values()))
                codes = {text: names.index(name) for spelling, name in words.items() for text in _spelled(spelling)}
                found[table, column] = List(names, codes)
    return found


def _spelled(spelling: str) -> set[str]:
    """A folded spelling as tables write it."""
    texts = {spelling, spelling.replace("_", " "), spelling.replace("_", "-")}
    return texts | {text.capitalize() for text in texts} | {text.upper() for text in texts}


def among(column: nw.Expr, numbers: Iterable[int]) -> nw.Expr:
    """Whether a column of integers is one of these: by comparison with the ends of each run of them.

    (Which is quicker than to look it up among them, and codes that belong together follow each other.)
    """
    import narwhals as nw

    wanted = sorted(set(numbers))
    starts = [one for one in wanted if one - 1 not in wanted]
    ends = [one for one in wanted if one + 1 not in wanted]
    runs = [column == a if a == b else (column >= a) & (column <= b) for a, b in zip(starts, ends, strict=True)]
    return reduce(or_, runs) if runs else nw.lit(value=False)


def named(column: nw.Expr, names: Sequence[str]) -> nw.Expr:
    """A column of codes as the names that have these places; each is compared, for polars need hold no column then."""
    import narwhals as nw

    found: nw.Expr = nw.lit(None, nw.String)
    for code, name in enumerate(names):
        found = nw.when(column == code).then(nw.lit(name)).otherwise(found)
    return found
