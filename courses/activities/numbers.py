"""Fill in a number. A response is one text, as the learner typed it, in Vietnamese writing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from courses.activities.kind import Fault, Kind, Response
from courses.activity_parts import NumberKey
from courses.rules import Item

LONGEST = 24
_PLAIN = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
_GROUPED = re.compile(r"-?[1-9]\d{0,2}(\.\d{3}){1,4}(,\d{1,6})?", re.ASCII)
_COMMA = re.compile(r"-?\d{1,15},\d{1,6}", re.ASCII)
_SPACES = re.compile(r"\s+")


def read_number(text: str) -> Decimal | None:
    """The number that a Vietnamese reader sees, or None.

    1.250.000 and 1 250 000 are groups of three, 12,5 is a decimal comma; a single point that cannot
    part groups of three (12.5) is a decimal point, as many phone keyboards have no comma.
    """
    bare = _SPACES.sub("", text)
    if _GROUPED.fullmatch(bare):
        return Decimal(bare.replace(".", "").replace(",", "."))
    if _COMMA.fullmatch(bare):
        return Decimal(bare.replace(",", "."))
    return Decimal(bare) if _PLAIN.fullmatch(bare) else None


def is_right(typed: str, expected: Decimal, tolerance: Decimal = Decimal(0)) -> bool:
    """Whether the typed number lies within the tolerance."""
    told = read_number(typed)
    return told is not None and abs(told - expected) <= tolerance


def number_guess(expected: Decimal, tolerance: Decimal) -> Fraction:
    """The chance of somebody who knows only how many digits the number has.

    Of all numbers with as many digits, the share that lies within the tolerance.
    """
    digits = len(expected.as_tuple().digits)
    step = Fraction(Decimal(1).scaleb(int(expected.as_tuple().exponent)))
    accepted = 2 * (Fraction(tolerance) // step) + 1
    return min(Fraction(1), Fraction(accepted, 10**digits))


def _key_of(item: Item) -> NumberKey:
    return item.number or NumberKey("0")


def _value(item: Item) -> Decimal:
    return Decimal(_key_of(item).value)


def _tolerance(item: Item) -> Decimal:
    return Decimal(_key_of(item).tolerance)


def _faults(item: Item) -> tuple[Fault, ...]:
    if item.number is None:
        return (Fault("no_number"),)
    if not _PLAIN.fullmatch(item.number.value) or not _PLAIN.fullmatch(item.number.tolerance):
        return (Fault("bad_number"),)
    return (Fault("bad_number"),) if _tolerance(item) < 0 else ()


def _parts(_item: Item) -> tuple[str, ...]:
    return ()


def _public(item: Item, _order: Sequence[str]) -> dict[str, object]:
    return {"unit": _key_of(item).unit}


def _fits(_item: Item, response: Response) -> bool:
    return len(response) <= 1 and all(0 < len(text) <= LONGEST for text in response)


def _points(item: Item, response: Response) -> int:
    return int(len(response) == 1 and is_right(response[0], _value(item), _tolerance(item)))


def _key(item: Item) -> tuple[str, ...]:
    return (_key_of(item).value.replace(".", ","),)


def _guess(item: Item) -> Fraction:
    return number_guess(_value(item), _tolerance(item))


NUMBER = Kind(_faults, _parts, _public, _fits, _points, _key, _guess)
