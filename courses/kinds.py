"""The registry of item kinds: what each must hold, and what of it a tablet may see.

A new kind (order, match, number, picture, simulation) is one more entry here and one more marker
in assessments.rules.marking; a test holds the two registries together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from courses.canonical import to_plain
from courses.rules import Item

MIN_OPTIONS = 3
MAX_OPTIONS = 6


@dataclass(frozen=True, slots=True)
class Kind:
    """`problems` gives the codes of what is wrong; `public` the parts a learner may see."""

    problems: Callable[[Item], tuple[str, ...]]
    public: Callable[[Item], dict[str, object]]


def _option_problems(item: Item) -> list[str]:
    found = []
    if not MIN_OPTIONS <= len(item.options) <= MAX_OPTIONS:
        found.append("option_count")
    if len({option.text.casefold() for option in item.options}) < len(item.options):
        found.append("same_option")
    if not item.right_options:
        found.append("no_right")
    return found


def _single_problems(item: Item) -> tuple[str, ...]:
    too_many = ["two_right"] if len(item.right_options) > 1 else []
    return tuple(_option_problems(item) + too_many)


def _multiple_problems(item: Item) -> tuple[str, ...]:
    found = _option_problems(item)
    if len(item.right_options) == 1:
        found.append("one_right")
    if item.options and len(item.right_options) == len(item.options):
        found.append("all_right")
    return tuple(found)


def _public_options(item: Item) -> dict[str, object]:
    options = sorted(item.options, key=lambda option: option.id)
    return {"options": [{"id": option.id, "text": option.text} for option in options]}


KINDS: Mapping[str, Kind] = {
    "single": Kind(_single_problems, _public_options),
    "multiple": Kind(_multiple_problems, _public_options),
}


def public_item(item: Item) -> dict[str, object]:
    """The item without its key, for a tablet: no right flags, hints, explanation or source.

    Shape: {id, kind, skill, prompt, illustration: {media, alt} | None, options: [{id, text}]};
    options stand in the order of their ids, the form gives the order to show.
    """
    told: dict[str, object] = {
        "id": item.id,
        "kind": item.kind,
        "skill": item.skill,
        "prompt": item.prompt,
        "illustration": to_plain(item.illustration) if item.illustration else None,
    }
    return told | KINDS[item.kind].public(item)
