"""What can be chosen in each kind of question, so that statistics can tell answers apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from assessments.rules.statistics import Choice, Question
from courses.activities import KINDS
from courses.activities.numbers import read_number
from courses.activities.simulation import walk
from courses.rules import Item

Response = tuple[str, ...]
JOINT = " "
"""Between the ids of a whole answer; ids hold no blank."""
ENDS = ("goal", "late", "trap", "lost", "open")
"""How a simulated phone ends: reached well, reached with something wrong typed, caught, too many taps, left."""


def question(item: Item) -> Question:
    """The item as the statistics see it: the chance of a blind guess, what is offered, what was chosen."""
    chosen, offered = _WAYS[item.kind](item)
    return Question(float(KINDS[item.kind].guess(item)), chosen, offered)


Way = tuple[Callable[[Response], Iterable[Choice]], tuple[Choice, ...]]


def _parts(item: Item) -> Way:
    """Options and places on a picture: each stands by itself."""
    right = {part.id: part.right for part in item.options}
    right |= {spot.id: spot.danger for spot in item.spots}
    offered = {name: Choice(name, is_right, offered=True) for name, is_right in right.items()}
    return lambda response: [offered[t] for t in response if t in offered], tuple(offered.values())


def _pairs(item: Item) -> Way:
    """Each pair that was made stands against the right one of its left side."""
    key = KINDS[item.kind].key(item)
    offered = tuple(Choice(token, True, offered=True, place=_left(token)) for token in key)

    def chosen(response: Response) -> Iterable[Choice]:
        for token in response:
            is_right = token in key
            yield Choice(token, is_right, offered=is_right, place=_left(token))

    return chosen, offered


def _left(token: str) -> str:
    return token.partition("=")[0]


def _whole(item: Item) -> Way:
    """An order of steps is one answer; all orders but the right one are wrong."""
    right = Choice(JOINT.join(KINDS[item.kind].key(item)), True, offered=True)
    points = KINDS[item.kind].points
    return lambda response: _one(response, right if points(item, response) else None), (right,)


def _one(response: Response, right: Choice | None) -> Iterable[Choice]:
    if response:
        yield right or Choice(JOINT.join(response))


def _number(item: Item) -> Way:
    """Numbers that are written differently and are the same count as one."""
    right = Choice(KINDS[item.kind].key(item)[0], True, offered=True)
    points = KINDS[item.kind].points

    def chosen(response: Response) -> Iterable[Choice]:
        if response:
            told = read_number(response[0])
            plain = response[0].strip() if told is None else f"{told:f}".replace(".", ",")
            yield right if points(item, response) else Choice(plain or "0")

    return chosen, (right,)


def _phone(item: Item) -> Way:
    """Only the end counts: ways to it are many."""
    ends: Mapping[str, Choice] = {
        name: Choice(name, name == "goal", offered=name == "goal") for name in ENDS
    }

    def chosen(response: Response) -> Iterable[Choice]:
        if response:
            at = walk(item, response)
            well = at.done or at.ended != "goal"
            yield ends[(at.ended or "open") if well else "late"]

    return chosen, (ends["goal"],)


_WAYS: Mapping[str, Callable[[Item], Way]] = {
    "single": _parts,
    "multiple": _parts,
    "spot": _parts,
    "match": _pairs,
    "order": _whole,
    "number": _number,
    "simulation": _phone,
}
