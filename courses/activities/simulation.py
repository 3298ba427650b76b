"""A simulated phone: screens, things to tap, fields. A response is the log of what was done.

Tokens, in order: "field=what was typed", and the id of what was tapped. Of a secret question nothing
on the way tells right from wrong: a tap always leads on, and the fields are judged at the end. In
practice a tap whose fields are wrong leads to `otherwise`, or stays, so that one can try again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from courses.activities import phone_graph
from courses.activities.kind import LONGEST_TOKEN, MOST_TOKENS, Fault, Kind, Response
from courses.activities.numbers import is_right, number_guess, read_number
from courses.activity_parts import PhoneScreen, ScreenPart, Simulation
from courses.rules import Item

TEXT_GUESS = Fraction(1, 1000)
MOST_TAPS = 40


@dataclass(slots=True)
class Walk:
    """Where a log leads. `ended`: '' still going, goal, trap, or lost (too many taps).

    `clean` is False once a tap was made whose fields were wrong. `stayed` names the fields that kept
    the last tap of a practice walk from leading on. `typed` holds the newest text of each field.
    """

    screen: PhoneScreen
    ended: str = ""
    clean: bool = True
    taps: int = 0
    typed: dict[str, str] = field(default_factory=dict)
    stayed: tuple[str, ...] = ()
    possible: bool = True
    """False when the log taps what the screen does not have."""

    @property
    def done(self) -> bool:
        """The goal is reached as it should be."""
        return self.ended == "goal" and self.clean and self.possible


def walk(item: Item, response: Response) -> Walk:
    """Follow the log from the start; what comes after an end changes nothing."""
    plan = _plan(item)
    screens = {screen.id: screen for screen in plan.screens}
    at = Walk(screens[plan.start])
    for token in response:
        if at.ended or not at.possible:
            break
        _act(at, token, item.secret, screens)
        if not at.ended and at.taps >= plan.most:
            at.ended = "lost"
    return at


def _act(at: Walk, token: str, secret: bool, screens: dict[str, PhoneScreen]) -> None:
    name, mark, text = token.partition("=")
    if mark:
        at.typed[name] = text
        at.possible = any(part.id == name for part in at.screen.fields)
        return
    tapped = next((part for part in at.screen.hotspots if part.id == name), None)
    if tapped is None:
        at.possible = False
        return
    _tap(at, tapped, secret, screens)


def _tap(at: Walk, tapped: ScreenPart, secret: bool, screens: dict[str, PhoneScreen]) -> None:
    wrong = tuple(
        part.id
        for part in at.screen.fields
        if part.id in tapped.needs and not field_is_right(part, at.typed.get(part.id, ""))
    )
    at.taps += 1
    at.stayed = ()
    target = tapped.to
    if wrong and secret:
        at.clean = False
    elif wrong:
        at.stayed = wrong if not tapped.otherwise else ()
        target = tapped.otherwise or at.screen.id
    at.screen = screens[target]
    at.ended = at.screen.end


def field_is_right(part: ScreenPart, typed: str) -> bool:
    """Whether what was typed is one of the expected texts; case and spaces do not matter."""
    if part.number:
        return any(is_right(typed, Decimal(text)) for text in part.expects)
    return _bare(typed) in {_bare(text) for text in part.expects}


def _bare(text: str) -> str:
    return " ".join(text.split()).casefold()


def _plan(item: Item) -> Simulation:
    if item.simulation is None:
        raise ValueError(f"{item.id} holds no simulated phone")
    return item.simulation


def _faults(item: Item) -> tuple[Fault, ...]:
    if item.simulation is None:
        return (Fault("no_simulation"),)
    plan = item.simulation
    found = phone_graph.name_faults(plan) or phone_graph.way_faults(plan)
    found += [
        Fault("field_number", part.id)
        for part in plan.all_parts
        if part.number and any(_decimal(text) is None for text in part.expects)
    ]
    if not 1 <= plan.most <= MOST_TAPS:
        found.append(Fault("most_taps"))
    if not found and len(_key(item)) > MOST_TOKENS // 2:
        found.append(Fault("way_long"))
    return tuple(found)


def _decimal(text: str) -> Decimal | None:
    """An expected number is written plainly in the content: 45000 or 12.5."""
    return read_number(text) if text.replace(".", "", 1).isdigit() else None


def _parts(_item: Item) -> tuple[str, ...]:
    return ()


def _public(item: Item, _order: Sequence[str]) -> dict[str, object]:
    """Screens without what tells right from wrong; ends of a secret question all look alike."""
    plan = _plan(item)
    screens = [_public_screen(screen, item.secret) for screen in plan.screens]
    return {"simulation": {"start": plan.start, "screens": screens, "most": plan.most}}


def _public_screen(screen: PhoneScreen, secret: bool) -> dict[str, object]:
    if screen.end and secret:
        return {"id": screen.id, "title": "", "parts": [], "end": "done"}
    parts = [_public_part(part, secret) for part in screen.parts]
    return {"id": screen.id, "title": screen.title, "parts": parts, "end": screen.end}


def _public_part(part: ScreenPart, secret: bool) -> dict[str, object]:
    names = ["kind", "text", "id", "label", "to", "media", "number"]
    names += [] if secret else ["otherwise", "needs", "expects"]
    return {name: getattr(part, name) for name in names if getattr(part, name)}


def _fits(item: Item, response: Response) -> bool:
    """The log is possible on this phone, whatever it leads to."""
    short = len(response) <= MOST_TOKENS and all(len(t) <= LONGEST_TOKEN for t in response)
    return short and walk(item, response).possible


def _points(item: Item, response: Response) -> int:
    return int(bool(response) and walk(item, response).done)


def _key(item: Item) -> tuple[str, ...]:
    """The shortest right way, with the first expected text in every field that a tap needs."""
    plan = _plan(item)
    screens = {screen.id: screen for screen in plan.screens}
    log: list[str] = []
    for place, tapped in phone_graph.shortest_way(plan):
        fields = {part.id: part for part in screens[place].fields}
        log += [f"{name}={fields[name].expects[0]}" for name in tapped.needs]
        log.append(tapped.id)
    return tuple(log)


def _guess(item: Item) -> Fraction:
    """The chance of tapping at random, exact: every thing on a screen is as likely, up to `most` taps."""
    plan = _plan(item)
    screens = {screen.id: screen for screen in plan.screens}
    here, reached = {plan.start: Fraction(1)}, Fraction(0)
    for _tapped in range(plan.most):
        after: dict[str, Fraction] = {}
        for name, chance in here.items():
            for part in screens[name].hotspots:
                share = chance / len(screens[name].hotspots) * _fields_guess(screens[name], part)
                after[part.to] = after.get(part.to, Fraction(0)) + share
        reached += sum((c for n, c in after.items() if screens[n].end == "goal"), Fraction(0))
        here = {name: chance for name, chance in after.items() if not screens[name].end}
    return reached


def _fields_guess(screen: PhoneScreen, tapped: ScreenPart) -> Fraction:
    chance = Fraction(1)
    for part in screen.fields:
        if part.id in tapped.needs:
            chance *= _field_guess(part)
    return chance


def _field_guess(part: ScreenPart) -> Fraction:
    if not part.number:
        return TEXT_GUESS * len(part.expects)
    return min(
        Fraction(1), sum((number_guess(Decimal(t), Decimal(0)) for t in part.expects), Fraction(0))
    )


SIMULATION = Kind(_faults, _parts, _public, _fits, _points, _key, _guess)
