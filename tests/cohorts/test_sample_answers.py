"""How learners of the sample answer: every kind of question right by its key or plausibly wrong."""

from dataclasses import replace

import pytest

from courses.activities import KINDS
from courses.loader import shipped_programmes
from courses.rules import Item, ProgrammeVersion
from lms.sample.answering import answer, wrong_answers
from lms.sample.roster import Dice
from tests.factories.activities import every_kind

pytestmark = pytest.mark.pure
VERSIONS = [every_kind().version, *(one.version for one in shipped_programmes())]


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.code)
def test_every_question_can_be_answered_right_and_wrong(version: ProgrammeVersion) -> None:
    for item in version.items:
        answered(item)


def answered(item: Item) -> None:
    """Right by who knows everything, wrong by who knows nothing, and always as the question allows."""
    kind = KINDS[item.kind]
    right = answer(item, 100, Dice("biết hết"))
    assert (kind.fits(item, right), kind.points(item, right)) == (True, 1), item.id
    wrong = answer(item, 0, Dice("chưa biết"))
    assert (kind.fits(item, wrong), kind.points(item, wrong)) == (True, 0), item.id
    assert len(wrong_answers(item)) == len(set(wrong_answers(item))) > 0, item.id


def test_the_share_of_right_answers_is_about_the_skill() -> None:
    dice = Dice("một lớp")
    easy = next(item for item in VERSIONS[0].items if item.kind == "single")
    item = replace(easy, difficulty=2)
    points = sum(KINDS[item.kind].points(item, answer(item, 45, dice)) for _ in range(1000))
    assert 400 < points < 500
