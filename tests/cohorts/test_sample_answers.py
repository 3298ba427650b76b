"""How learners of the sample answer: every kind of question right by its key or plausibly wrong."""

import pytest

from courses.activities import KINDS
from courses.loader import shipped_programmes
from courses.rules import Item
from lms.sample.answering import answer, wrong_answers
from lms.sample.roster import Dice
from tests.factories.activities import every_kind

pytestmark = pytest.mark.pure
ITEMS = [
    item
    for version in (every_kind().version, *(one.version for one in shipped_programmes()))
    for item in version.items
]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"{item.kind}-{item.id}")
def test_every_question_can_be_answered_right_and_wrong(item: Item) -> None:
    kind = KINDS[item.kind]
    right = answer(item, 100, Dice("biết hết"))
    assert (kind.fits(item, right), kind.points(item, right)) == (True, 1)
    wrong = answer(item, 0, Dice("chưa biết"))
    assert (kind.fits(item, wrong), kind.points(item, wrong)) == (True, 0)
    assert len(wrong_answers(item)) == len(set(wrong_answers(item))) > 0


def test_the_share_of_right_answers_is_about_the_skill() -> None:
    dice = Dice("một lớp")
    item = next(item for item in ITEMS if item.kind == "single")
    points = sum(KINDS[item.kind].points(item, answer(item, 45, dice)) for _ in range(1000))
    assert 400 < points < 500
