"""A finding: a total held against a clause, with everything that is needed to explain it."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attrs import frozen

from workload.errors import WorkloadError
from workload.ledger import Line, TeacherLedger
from workload.period import Period
from workload.regulation import Clause
from workload.text import Text
from workload.vocabulary import Verdict


@frozen(eq=False, kw_only=True)
class Finding:
    """What was found of one requirement.

    ``value`` and ``required`` are exact, in ``unit`` (of ``account``); ``shortfall`` is what is missing of it. ``book``
    is the ledger behind the value, ``parts`` the findings it is made of. ``missing`` says what would be needed for a
    verdict (when undetermined), ``notes`` what a reader must know, ``remedy`` the smallest change that turns a "not
    met".
    """

    name: str
    title: Text
    verdict: Verdict
    value: Fraction | None = None
    required: Fraction | None = None
    shortfall: Fraction | None = None
    unit: str = ""
    account: str = ""
    clause: Clause | None = None
    period: Period | None = None
    book: TeacherLedger | None = None
    parts: tuple[Finding, ...] = ()
    missing: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    remedy: Text | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """The ledger lines behind the value."""
        return () if self.book is None else self.book.credited(self.account)

    def part(self, name: str) -> Finding:
        """The part with that name.

        Raises:
            WorkloadError: there is none; the message lists those there are.
        """
        for part in self.parts:
            if part.name == name:
                return part
        known = [part.name for part in self.parts]
        raise WorkloadError(
            Text(
                f"“{self.title.zh}”没有“{name}”这一部分；有：{'、'.join(known)}",
                f"{self.title.en} has no part {name!r}; it has: {', '.join(known)}",
            )
        )

    def has_part(self, name: str) -> bool:
        """Whether there is a part with that name."""
        return any(part.name == name for part in self.parts)


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict on several requirements together: the worst of them.

    >>> all_of(["met", "undetermined"]), all_of(["not_met", "undetermined"]), all_of(["not_applicable"])
    ('undetermined', 'not_met', 'not_applicable')
    """
    found = set(verdicts)
    order: tuple[Verdict, ...] = ("not_met", "undetermined", "met", "not_applicable")
    return next((verdict for verdict in order if verdict in found), "not_applicable")


def shortfall(value: Fraction | int, required: Fraction | int) -> Fraction:
    """How much of ``required`` is missing.

    >>> shortfall(Fraction(70), 72), shortfall(80, 72)
    (Fraction(2, 1), Fraction(0, 1))
    """
    return max(Fraction(0), Fraction(required) - value)
