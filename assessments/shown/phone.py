"""The simulated phone: the screen where the log leads, what a tap adds to the log, the way in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from assessments.shown.view import Tokens, View
from courses.activities.kind import LONGEST_TOKEN, MOST_TOKENS
from courses.activities.phone_graph import shortest_way
from courses.activities.simulation import Walk, walk
from courses.activity_parts import PhoneScreen, ScreenPart, Simulation
from courses.rules import Item
from lms.core.i18n import _
from lms.core.text import clean

LONGEST_TYPED = 60


@dataclass(frozen=True, slots=True)
class Phone:
    """What the phone shows. `end`: '' while it goes on, goal, trap or lost; 'kept' when secret.

    `typed` holds the text of each field, `wrong` the ids of fields that kept the last tap from
    leading on, `why` the explanation of a trap while nobody else on the page tells it.
    """

    title: str
    parts: tuple[ScreenPart, ...]
    typed: Mapping[str, str]
    wrong: tuple[str, ...] = ()
    end: str = ""
    why: str = ""
    begun: bool = False
    can_restart: bool = False

    @property
    def wrong_labels(self) -> list[str]:
        """The words of the fields to look at again."""
        return [part.label for part in self.parts if part.id and part.id in self.wrong]


def _look(item: Item, _order: Sequence[str], given: Tokens, reveal: bool) -> Phone:
    at, log = _follow(item, given)
    if at.ended and item.secret:
        return Phone(_("Đã ghi lại"), (), {}, end="kept", begun=True)
    return Phone(
        at.screen.title,
        at.screen.parts,
        at.typed,
        wrong=at.stayed,
        end=at.ended,
        why=item.explanation if at.ended in ("trap", "lost") and not reveal else "",
        begun=bool(log),
        can_restart=bool(log) and not item.secret and not reveal and at.ended != "goal",
    )


def _follow(item: Item, tokens: Tokens) -> tuple[Walk, Tokens]:
    """Where the log leads; a log that this phone cannot have made is as none."""
    at = walk(item, tokens)
    return (at, tokens) if at.possible else (walk(item, ()), ())


def _acted(item: Item, tokens: Tokens, form: MultiDict[str, str]) -> Tokens | None:
    """`act` is "tap:<id>", "type" (Enter in a field) or "restart"; a secret log is never begun anew."""
    act, colon, name = form.get("act", "").partition(":")
    at, log = _follow(item, tokens)
    if act == "restart":
        return log if item.secret else ()
    if act == "type" and not at.ended:
        return _within(log, _typed(at, log, form))
    if act == "tap" and colon:
        here = not at.ended and any(part.id == name for part in at.screen.hotspots)
        return _within(log, (*_typed(at, log, form), name)) if here else log
    return log if act else None


def _within(log: Tokens, grown: Tokens) -> Tokens:
    return grown if len(grown) <= MOST_TOKENS else log


def _typed(at: Walk, log: Tokens, form: MultiDict[str, str]) -> Tokens:
    """The log with what the form's fields hold now; corrections before a tap replace each other."""
    for part in at.screen.fields:
        sent = form.get(f"f:{part.id}")
        room = min(LONGEST_TYPED, LONGEST_TOKEN - len(part.id) - 1)
        text = clean(sent)[:room].strip() if sent is not None else None
        if text is not None and text != at.typed.get(part.id, ""):
            log = (*_without_last(log, f"{part.id}="), f"{part.id}={text}")
    return log


def _without_last(log: Tokens, start: str) -> Tokens:
    """Drop what was typed into this field since the last tap: nothing has looked at it."""
    taps = [n for n, token in enumerate(log) if "=" not in token]
    after = taps[-1] + 1 if taps else 0
    return (*log[:after], *(token for token in log[after:] if not token.startswith(start)))


def _right_words(item: Item) -> Tokens:
    """The shortest right way, one sentence a tap."""
    plan = item.simulation
    if plan is None:
        return ()
    return tuple(_step(plan.screen(place), tapped) for place, tapped in shortest_way(plan))


def _step(screen: PhoneScreen, tapped: ScreenPart) -> str:
    fields = {part.id: part for part in screen.fields}
    filled = [
        _(
            "gõ “%(typed)s” vào ô “%(field)s”",
            typed=fields[name].expects[0],
            field=fields[name].label,
        )
        for name in tapped.needs
    ]
    tap = _("bấm “%(button)s”", button=tapped.text)
    doing = _("%(before)s, rồi %(tap)s", before=", ".join(filled), tap=tap) if filled else tap
    return _("Ở màn “%(screen)s”: %(doing)s.", screen=screen.title, doing=doing)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A phone screen on paper.

    `letters`: hotspot id → its letter; `leads`: hotspot id → number of the screen, 0 at an end.
    """

    number: int
    screen: PhoneScreen
    letters: Mapping[str, str]
    leads: Mapping[str, int]


def storyboard(plan: Simulation) -> tuple[Sheet, ...]:
    """All screens on which something can be done, numbered, everything to tap with a letter of its own."""
    going = [screen for screen in plan.screens if not screen.end]
    first = sorted(going, key=lambda screen: screen.id != plan.start)
    numbers = {screen.id: number for number, screen in enumerate(first, 1)}
    tapped = [part.id for screen in first for part in screen.hotspots]
    letters = {name: _letter(index) for index, name in enumerate(tapped)}
    leads = {part.id: numbers.get(part.to, 0) for screen in first for part in screen.hotspots}
    return tuple(Sheet(numbers[screen.id], screen, letters, leads) for screen in first)


def _letter(index: int) -> str:
    """A … Z, then A2 … Z2 and so on."""
    turn, place = divmod(index, 26)
    return chr(ord("A") + place) + (str(turn + 1) if turn else "")


PHONE = View(_look, _acted, _right_words, saves_each_act=True)
