"""Drawing a form from a blueprint: the same seed gives the same form on every machine.

Order comes from SHA-256 and not from `random`, whose sequences may change between Python versions.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from courses.activities import KINDS, public_item
from courses.rules import Blueprint, Item, ProgrammeVersion


class BankTooSmall(ValueError):
    """The bank holds too few items for a row of the blueprint."""


@dataclass(frozen=True, slots=True)
class FormItem:
    """An item as it stands in a form; `options` are the ids of its parts in the order shown."""

    item: Item
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """The questions of one attempt, pinned to the content that `content_hash` names."""

    content_hash: str
    kind: str
    level: str
    seed: str
    items: tuple[FormItem, ...]
    module: str = ""
    """The module of a quiz; empty for all other forms."""

    @property
    def item_ids(self) -> tuple[str, ...]:
        return tuple(asked.item.id for asked in self.items)

    @property
    def secret(self) -> bool:
        """Whether the keys of its items stay with the service: all but practice."""
        return self.kind != "practice"


def draw_form(
    version: ProgrammeVersion, blueprint: Blueprint, seed: str, exclude: Iterable[str] = ()
) -> Form:
    """Draw the items of each row and shuffle items and options.

    `exclude` are the item ids of the person's earlier forms, repeats included: items drawn least
    often come first, so that parallel forms differ as far as the bank allows.
    Raises BankTooSmall when a row cannot be filled.
    """
    drawn_before = Counter(exclude)
    chosen: list[Item] = []
    for row in blueprint.rows:
        taken = {item.id for item in chosen}
        found = version.pool(blueprint.kind, blueprint.level, row)
        pool = [item for item in found if item.id not in taken]
        if len(pool) < row.count:
            raise BankTooSmall(f"{row.skill}: {len(pool)} < {row.count}")
        pool.sort(key=lambda item: (drawn_before[item.id], _key(seed, "draw", item.id)))
        chosen += pool[: row.count]
    chosen.sort(key=lambda item: _key(seed, "item", item.id))
    items = tuple(FormItem(item, _shuffled(seed, item)) for item in chosen)
    named = (blueprint.kind, blueprint.level, seed, items, blueprint.module)
    return Form(version.content_hash, *named)


def _key(seed: str, role: str, name: str) -> bytes:
    return hashlib.sha256(f"{seed}\n{role}\n{name}".encode()).digest()


def _shuffled(seed: str, item: Item) -> tuple[str, ...]:
    """The parts in the form's own order; those of a picture stay where the eye goes."""
    kind = KINDS[item.kind]
    names = kind.parts(item)
    if not kind.shuffled:
        return names
    return tuple(sorted(names, key=lambda name: _key(seed, item.id, name)))


def form_to_plain(form: Form) -> dict[str, Any]:
    """What an attempt stores of its form.

    Shape: {content, kind, level, seed, items: [[item id, [option id, …]], …]}, and module for the quiz of
    one; without any key.
    """
    return {
        **({"module": form.module} if form.module else {}),
        "content": form.content_hash,
        "kind": form.kind,
        "level": form.level,
        "seed": form.seed,
        "items": [[asked.item.id, list(asked.options)] for asked in form.items],
    }


def form_from_plain(version: ProgrammeVersion, plain: Mapping[str, Any]) -> Form:
    """Build the stored form again from its pinned version.

    Raises ValueError for another version's form, courses.rules.UnknownContent for a strange item.
    """
    if plain["content"] != version.content_hash:
        raise ValueError("the form belongs to another version")
    items = (FormItem(version.item(name), tuple(options)) for name, options in plain["items"])
    named = (plain["kind"], plain["level"], plain["seed"], tuple(items), plain.get("module", ""))
    return Form(version.content_hash, *named)


def public_form(form: Form) -> list[dict[str, Any]]:
    """The questions for a tablet, in the form's order and without their keys (see public_item)."""
    return [public_item(asked.item, asked.options) for asked in form.items]
