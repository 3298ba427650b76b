"""One question as an author writes it; the counterpart of courses.item_reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from courses.activities.phone_graph import most_taps
from courses.activity_parts import NumberKey, Option, PhoneScreen, ScreenPart, Simulation, Spot
from courses.rules import Item
from courses.yaml_text import Figure, Inline, InlineList

_OWN = ("level", "source", "reviewed_on")


def told_item(item: Item, shared: Mapping[str, Any]) -> dict[str, Any]:
    """The entry of an items file, without what the file says for all (`shared`) and the bank.

    Everything is written that differs from what `shared` holds, so an empty `shared` gives a whole
    entry but for `skill` and the bank's flag.
    """
    told: dict[str, Any] = {"id": item.id}
    if item.kind != "single":
        told["kind"] = item.kind
    own = {name: getattr(item, name) for name in _OWN}
    differing = {name: value for name, value in own.items() if shared.get(name) != value}
    told |= {name: differing[name] for name in ("level",) if name in differing}
    told |= {"difficulty": item.difficulty, "prompt": item.prompt}
    if item.illustration:
        told["illustration"] = {"media": item.illustration.media, "alt": item.illustration.alt}
    told |= _parts(item)
    if item.hints:
        told["hints"] = list(item.hints)
    told["explanation"] = item.explanation
    return told | differing


def _parts(item: Item) -> dict[str, Any]:
    given = {
        "options": [_option(one) for one in sorted(item.options, key=lambda one: not one.right)],
        "sequence": [step.text for step in item.sequence],
        "pairs": [Inline(left=pair.left, right=pair.right) for pair in item.pairs],
        "decoys": [decoy.text for decoy in item.decoys],
        "spots": [_spot(spot) for spot in item.spots],
        "number": _number(item.number) if item.number else None,
        "simulation": _simulation(item.simulation) if item.simulation else None,
    }
    return {name: value for name, value in given.items() if value}


def _option(option: Option) -> dict[str, str]:
    return {"right" if option.right else "wrong": option.text}


def _spot(spot: Spot) -> Inline:
    place = InlineList([spot.column, spot.row, spot.columns, spot.rows])
    return Inline({"danger" if spot.danger else "harmless": spot.label, "at": place})


def _number(number: NumberKey) -> Inline:
    told: dict[str, Any] = {"value": Figure(number.value)}
    if number.tolerance != "0":
        told["tolerance"] = Figure(number.tolerance)
    return Inline(told | ({"unit": number.unit} if number.unit else {}))


def _simulation(plan: Simulation) -> dict[str, Any]:
    most = {} if plan.most == most_taps(plan) else {"most": plan.most}
    return {"start": plan.start} | most | {"screens": [_screen(one) for one in plan.screens]}


def _screen(screen: PhoneScreen) -> dict[str, Any]:
    end = {"end": screen.end} if screen.end else {}
    parts = [{part.kind: _part(part)} for part in screen.parts]
    return {"id": screen.id, "title": screen.title} | end | {"parts": parts}


def _part(part: ScreenPart) -> str | Inline:
    if part.kind in ("text", "notice"):
        return part.text
    if part.kind == "message":
        return Inline({"from": part.label, "text": part.text})
    if part.kind == "picture":
        return Inline(media=part.media, alt=part.label)
    return _field(part) if part.kind == "field" else _hotspot(part)


def _hotspot(part: ScreenPart) -> Inline:
    told = Inline(id=part.id, text=part.text, to=part.to)
    if part.otherwise:
        told["otherwise"] = part.otherwise
    if part.needs:
        told["needs"] = list(part.needs)
    return told


def _field(part: ScreenPart) -> Inline:
    told = Inline(id=part.id, label=part.label)
    if part.expects:
        told["expects"] = list(part.expects)
    if part.number:
        told["number"] = True
    return told
