"""How learners of the sample answer questions of every kind: right by its key, or wrong as people are."""

from collections.abc import Iterator, Sequence

from courses.activities import KINDS
from courses.rules import Item
from lms.sample.roster import Dice

HARDER = 6
"""Per cent by which a difficulty more lowers the chance of a right answer."""


def answer(item: Item, skill: int, dice: Dice) -> list[str]:
    """A right answer in `skill` of a hundred cases, else a wrong one that the question allows.

    Harder questions are answered less often; who knows nothing or everything makes no exception.
    """
    wrong = wrong_answers(item)
    share = skill - HARDER * (item.difficulty - 2) if 0 < skill < 100 else skill
    if dice.chance(share) or not wrong:
        return list(KINDS[item.kind].key(item))
    return list(wrong[dice.below(len(wrong))])


def wrong_answers(item: Item) -> list[tuple[str, ...]]:
    """Plausible wrong answers, in a fixed order; each can be given on a tablet and earns nothing."""
    kind = KINDS[item.kind]
    return [
        one
        for one in dict.fromkeys(_tries(item))
        if kind.fits(item, one) and not kind.points(item, one)
    ]


def _tries(item: Item) -> Iterator[tuple[str, ...]]:
    """What somebody might do who does not know, right ones among them."""
    key = KINDS[item.kind].key(item)
    if item.kind in ("single", "multiple", "spot"):
        yield from ((part,) for part in KINDS[item.kind].parts(item))
    elif item.kind == "order":
        yield tuple(reversed(key))
        yield (*key[1:], key[0])
    elif item.kind == "match":
        yield _mixed_up(key)
    elif item.kind == "number":
        yield (f"{key[0]}0",)
        yield ("1",)
    elif item.kind == "simulation":
        # Most people who fail stop half way, not knowing what comes next.
        yield from (key[:end] for end in range(len(key) - 1, 0, -1))
        plan = item.simulation
        yield from ((part.id,) for part in plan.screen(plan.start).hotspots) if plan else ()


def _mixed_up(pairs: Sequence[str]) -> tuple[str, ...]:
    """Every left side with its neighbour's right side."""
    sides = [pair.split("=", 1) for pair in pairs]
    rights = [right for _, right in sides]
    turned = rights[1:] + rights[:1]
    return tuple(f"{left}={right}" for (left, _), right in zip(sides, turned, strict=True))
