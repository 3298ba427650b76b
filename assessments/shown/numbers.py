"""Fill in a number: what was typed, and the right number in Vietnamese writing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessments.shown.view import Tokens, View
from courses.activities.numbers import read_number
from courses.rules import Item
from lms.core.i18n import _


@dataclass(frozen=True, slots=True)
class Typed:
    """The text in the box, as it was typed, and the unit behind it; `right` once it is explained."""

    text: str
    unit: str
    right: str = ""


def _look(item: Item, _order: Sequence[str], given: Tokens, reveal: bool) -> Typed:
    unit = item.number.unit if item.number else ""
    right = "; ".join(_right_words(item)) if reveal and not item.secret else ""
    return Typed(given[0] if given else "", unit, right)


def _trouble(_item: Item, tokens: Tokens) -> str:
    if not tokens or read_number(tokens[0]) is not None:
        return ""
    return _(
        "“%(typed)s” chưa đọc được thành số. Mời viết bằng chữ số, ví dụ 1.000 hoặc 12,5.",
        typed=tokens[0],
    )


def written(value: str) -> str:
    """A plain decimal in Vietnamese writing: "45000" is "45.000", "12.5" is "12,5"."""
    text = f"{Decimal(value):,f}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def _right_words(item: Item) -> Tokens:
    key = item.number
    if key is None:
        return ()
    words = f"{written(key.value)} {key.unit}".strip()
    if not Decimal(key.tolerance):
        return (words,)
    return (_("%(number)s (hơn kém %(by)s vẫn đúng)", number=words, by=written(key.tolerance)),)


NUMBER = View(_look, right_words=_right_words, trouble=_trouble)
