"""The kinds of questions, one module each: shape, what a tablet may see, marks, chances.

A new kind is a module with a `Kind`, an entry here, its fields in courses.schemas and the loader,
and a template of its name in `assessments/templates/assessments/activities/`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from courses.activities.choice import MULTIPLE, SINGLE
from courses.activities.kind import Fault, Kind, Response
from courses.activities.matching import MATCH
from courses.activities.numbers import NUMBER
from courses.activities.ordering import ORDER
from courses.activities.simulation import SIMULATION
from courses.activities.spotting import SPOT
from courses.canonical import to_plain
from courses.rules import Item

__all__ = ["KINDS", "Fault", "Kind", "Response", "public_item"]

KINDS: Mapping[str, Kind] = {
    "single": SINGLE,
    "multiple": MULTIPLE,
    "order": ORDER,
    "match": MATCH,
    "spot": SPOT,
    "number": NUMBER,
    "simulation": SIMULATION,
}


def public_item(item: Item, order: Sequence[str] | None = None) -> dict[str, object]:
    """The item without its key, for a tablet: no right flags, hints, explanation or source.

    Shape: {id, kind, skill, prompt, illustration: {media, alt} | None} and what the kind adds, its
    parts in `order` (a form's), else in a fixed order that tells nothing.
    """
    kind = KINDS[item.kind]
    told: dict[str, object] = {
        "id": item.id,
        "kind": item.kind,
        "skill": item.skill,
        "prompt": item.prompt,
        "illustration": to_plain(item.illustration) if item.illustration else None,
    }
    return told | kind.public(item, kind.parts(item) if order is None else order)
