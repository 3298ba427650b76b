"""A blind guesser: knows what every screen tells, and nothing of the subject."""

from fractions import Fraction
from random import Random

from assessments.rules import draw_form, mark_answers, passes
from courses.activities import KINDS
from courses.activities.matching import rights
from courses.activities.simulation import walk
from courses.activity_parts import ScreenPart
from courses.chance import guess_chance
from courses.rules import Blueprint, Item, ProgrammeVersion


def guessed(item: Item, dice: Random) -> tuple[str, ...]:
    """A response of the shape that the question asks for, taken at random."""
    names = list(KINDS[item.kind].parts(item))
    if item.kind in ("single", "multiple", "spot"):
        return tuple(dice.sample(names, len(KINDS[item.kind].key(item))))
    if item.kind == "order":
        return tuple(dice.sample(names, len(names)))
    if item.kind == "match":
        return _matched(item, dice)
    if item.kind == "number":
        digits = len(str(item.number.value if item.number else "").replace(".", ""))
        return ("".join(dice.choice("0123456789") for _digit in range(digits)),)
    return _tapped(item, dice)


def _matched(item: Item, dice: Random) -> tuple[str, ...]:
    lefts, ends = [pair.id for pair in item.pairs], sorted(rights(item))
    apart = len({pair.right_id for pair in item.pairs}) == len(lefts)
    taken = dice.sample(ends, len(lefts)) if apart else dice.choices(ends, k=len(lefts))
    return tuple(f"{left}={right}" for left, right in zip(lefts, taken, strict=True))


def _tapped(item: Item, dice: Random) -> tuple[str, ...]:
    log: list[str] = []
    while not (here := walk(item, log)).ended:
        log += [f"{part.id}={_typed(part, dice)}" for part in here.screen.fields]
        log.append(dice.choice(here.screen.hotspots).id)
    return tuple(log)


def _typed(part: ScreenPart, dice: Random) -> str:
    digits = len(part.expects[0]) if part.number and part.expects else 3
    return "".join(dice.choice("0123456789") for _digit in range(digits))


def passing(version: ProgrammeVersion, plan: Blueprint, dice: Random) -> bool:
    """Whether one guesser passes in any of the tries that the rule allows, a parallel form each."""
    rule, seen = version.pass_rule(plan.level), list[str]()
    for _try in range(rule.tries):
        form = draw_form(version, plan, str(dice.random()), seen)
        answers = {asked.item.id: guessed(asked.item, dice) for asked in form.items}
        if passes(mark_answers(form, answers), rule).passed:
            return True
        seen += form.item_ids
    return False


def bound(version: ProgrammeVersion, plan: Blueprint) -> Fraction:
    """The exact chance on the easiest possible forms, which the authors see."""
    return guess_chance(version, plan, version.pass_rule(plan.level))
