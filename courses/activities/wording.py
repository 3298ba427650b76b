"""Responses in words, and whether two responses say the same."""

from __future__ import annotations

from collections.abc import Sequence

from courses.activities.matching import joined, rights
from courses.activities.numbers import read_number
from courses.rules import Item


def said(item: Item, response: Sequence[str]) -> str:
    """The response as a person would read it; '' for none. Unknown ids stand as they are."""
    if item.kind == "order":
        return " → ".join(_texts(item, response))
    if item.kind == "match":
        return "; ".join(_pairs(item, response))
    if item.kind == "simulation":
        return " → ".join(_taps(item, response))
    return "; ".join(_texts(item, response))


def _texts(item: Item, response: Sequence[str]) -> list[str]:
    held = {option.id: option.text for option in item.options}
    held |= {step.id: step.text for step in item.sequence}
    held |= {spot.id: spot.label for spot in item.spots}
    return [held.get(token, token) for token in response]


def _pairs(item: Item, response: Sequence[str]) -> list[str]:
    lefts, ends = {pair.id: pair.left for pair in item.pairs}, rights(item)
    made = joined(response).items()
    return [f"{lefts.get(left, left)} – {ends.get(right, right)}" for left, right in made]


def _taps(item: Item, response: Sequence[str]) -> list[str]:
    parts = item.simulation.all_parts if item.simulation else ()
    held = {part.id: part.text or part.label for part in parts if part.id}
    return [_tap(held, token) for token in response]


def _tap(held: dict[str, str], token: str) -> str:
    name, mark, typed = token.partition("=")
    return f"{held.get(name, name)}: {typed}" if mark else held.get(name, name)


def same(item: Item, one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two responses to the item are one answer: order matters where it is asked for."""
    return _bare(item, one) == _bare(item, other)


def _bare(item: Item, response: Sequence[str]) -> tuple[object, ...]:
    if item.kind in ("order", "simulation"):
        return tuple(response)
    if item.kind == "number":
        return tuple(read_number(text) or text for text in response)
    return tuple(sorted(set(response)))
