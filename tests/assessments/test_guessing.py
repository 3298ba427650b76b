"""Blind guessers do not pass; the campaign of ten thousand is soak/soak_guessers.py."""

from fractions import Fraction
from random import Random

import pytest

from assessments.rules import draw_form, mark_answers
from courses.activities import KINDS
from courses.chance import MOST_GUESSERS
from courses.loader import shipped_programmes
from tests.factories.activities import KIND_NAMES, every_kind
from tests.factories.guessing import bound, guessed, passing

pytestmark = pytest.mark.pure

GUESSERS = 300
ROUNDS = 1500


def test_no_shipped_test_is_passed_by_guessing() -> None:
    for held in shipped_programmes():
        for plan in held.version.blueprints:
            if plan.kind == "certifying":
                assert bound(held.version, plan) <= MOST_GUESSERS
                dice = Random(held.version.code)
                passed = sum(passing(held.version, plan, dice) for _one in range(GUESSERS))
                assert Fraction(passed, GUESSERS) <= MOST_GUESSERS


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_a_guesser_is_right_as_often_as_the_exact_chance_says(kind: str) -> None:
    item = every_kind().version.item(f"{kind}-certifying-1")
    dice, told = Random(kind), KINDS[kind]
    responses = [guessed(item, dice) for _round in range(ROUNDS)]
    assert all(told.fits(item, one) for one in responses)
    right = sum(told.points(item, one) for one in responses)
    chance = float(told.guess(item))
    spread = (ROUNDS * chance * (1 - chance)) ** 0.5
    assert abs(right - ROUNDS * chance) <= 5 * spread + 1


def test_a_mark_is_the_same_in_any_order_of_the_answers() -> None:
    version = every_kind().version
    form = draw_form(version, version.blueprint("certifying"), "s")
    answers = {asked.item.id: KINDS[asked.item.kind].key(asked.item) for asked in form.items}
    turned = dict(reversed(answers.items()))
    assert mark_answers(form, answers) == mark_answers(form, turned)
    assert mark_answers(form, answers).total == len(form.items)
