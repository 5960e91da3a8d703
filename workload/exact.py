"""Exact numbers, and the only place where one is rounded.

Minutes, points and fen are integers, class hours are :class:`~fractions.Fraction`, money is
:class:`~decimal.Decimal`. A float is taken through its shortest decimal (what the cell showed), never through its
binary value; it is made again only when a result leaves the library.

>>> exact(0.1) == exact("0.1")
True
>>> rounded(exact("2.675"), 2)
Decimal('2.68')
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction

MOST_PLACES = 9
_FARTHEST = 1000  # places before or behind the point: a float has no more; 1e999999999 would take all memory

Number = int | float | str | Decimal | Fraction


def exact(value: Number) -> Fraction:
    """``value`` as a fraction, exactly as it is written.

    A text may be a decimal, a fraction (``"45/2"``) or a percentage (``"50%"``).

    Raises:
        ValueError: ``value`` is not a finite number.

    >>> exact("45/2"), exact("50%"), exact(71.9)
    (Fraction(45, 2), Fraction(1, 2), Fraction(719, 10))
    """
    try:
        if isinstance(value, int | Decimal | Fraction):
            if isinstance(value, Decimal) and abs(value.adjusted()) >= _FARTHEST:
                raise ValueError
            return Fraction(value)
        if isinstance(value, float):
            return Fraction(repr(value))
        text = value.strip()
        if len(text.casefold().partition("e")[2].lstrip("+-0")) >= len(str(_FARTHEST)):
            raise ValueError
        return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)
    except (ValueError, OverflowError, ZeroDivisionError, InvalidOperation) as error:
        raise ValueError(f"not a finite number: {value!r}") from error


NOISE = Fraction(1, 10**9)
LARGEST_EXACT = 2**53  # up to it a float holds every integer
FINEST = 1000  # two fractions with denominators up to this lie a million times further apart than the noise


def steady(value: float) -> Fraction:
    """A float as the number that was meant: without the noise that sums and quotients of floats leave behind.

    The fraction with a small denominator that lies within the noise, else the shortest decimal.

    Raises:
        ValueError: ``value`` is not finite.

    >>> steady(71.99999999999996), steady(112 / 3), steady(0.3333)
    (Fraction(72, 1), Fraction(112, 3), Fraction(3333, 10000))
    """
    scaled = value * FINEST
    if scaled.is_integer() and abs(scaled) < LARGEST_EXACT:  # most have few decimals
        return Fraction(int(scaled), FINEST)
    written = exact(value)
    near = written.limit_denominator(FINEST)
    return near if abs(near - written) < NOISE else written


def rounded(value: int | Fraction | Decimal, places: int) -> Decimal:
    """``value`` to ``places`` decimals, half up (away from zero), the only rounding in the library.

    >>> rounded(Fraction(1, 3), 2), rounded(Fraction(-1, 200), 2)
    (Decimal('0.33'), Decimal('-0.01'))
    """
    scaled = Fraction(value) * 10**places
    whole = (abs(scaled) + Fraction(1, 2)).__floor__()
    # Built from its digits: Decimal arithmetic would round to the context's 28 digits.
    return Decimal((int(scaled < 0), tuple(map(int, str(whole))), -places))


def stepped(numerator: int, denominator: int, step: Fraction, how: str) -> tuple[int, int]:
    """``numerator / denominator`` in whole steps, as such a pair again: ``how`` is ``floor``, ``ceil`` or ``half_up``.

    Pairs of integers, because a ledger rounds many amounts and building a fraction for each is slow.

    >>> stepped(100, 45, Fraction(1), "floor"), stepped(100, 45, Fraction(1, 2), "ceil")
    ((2, 1), (5, 2))
    """
    over, under = numerator * step.denominator, denominator * step.numerator
    if how == "floor":
        steps = over // under
    elif how == "ceil":
        steps = -(-over // under)
    else:
        steps = (2 * over + under) // (2 * under)
    return steps * step.numerator, step.denominator


def shown(value: int | Fraction | Decimal, places: int = 2) -> str:
    """A number for people: at most ``places`` decimals, no trailing zeros, no exponent.

    >>> shown(Fraction(38)), shown(Fraction(71, 3)), shown(Fraction(5, 2)), shown(1200)
    ('38', '23.67', '2.5', '1200')
    """
    text = format(rounded(value, places), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def shown_up(value: int | Fraction, places: int = 2) -> str:
    """What is still to be done, for people: rounded up, so that doing it is enough.

    >>> shown_up(Fraction(1, 45)), shown_up(Fraction(6))
    ('0.03', '6')
    """
    return shown(Fraction((Fraction(value) * 10**places).__ceil__(), 10**places), places)


def shown_beside(value: int | Fraction, required: int | Fraction) -> str:
    """A number for people beside what is required, with as many decimals as it takes to see that it falls short.

    >>> shown_beside(Fraction(71999, 1000), 72), shown_beside(Fraction(143, 2), 72)
    ('71.999', '71.5')
    """
    places = 2
    while value < required and shown(value, places) == shown(required, places) and places < MOST_PLACES:
        places += 1
    return shown(value, places)


def outward(value: int | Fraction | Decimal) -> float:
    """A number for JSON: 2 decimals, half up.

    >>> outward(Fraction(1, 3)), outward(Fraction(38))
    (0.33, 38.0)
    """
    return float(rounded(value, 2))


def outward_whole(value: int | Fraction) -> int | float:
    """A number for JSON that is an integer whenever it is whole.

    >>> outward_whole(Fraction(38)), outward_whole(Fraction(15, 2))
    (38, 7.5)
    """
    return int(value) if Fraction(value).denominator == 1 else outward(value)
