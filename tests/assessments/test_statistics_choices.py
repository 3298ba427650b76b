"""What people chose, in each kind of question: answers that are the same count as one."""

from fractions import Fraction

import pytest

from assessments.rules.choosing import question
from assessments.rules.statistics import Choice
from assessments.statistics_words import decimal, per_mille, percent
from courses.activities import KINDS
from courses.rules import Item
from tests.factories.activities import KIND_NAMES, every_kind

pytestmark = pytest.mark.pure
VERSION = every_kind().version


def item(kind: str) -> Item:
    """The first question of this kind in the test's bank."""
    return VERSION.item(f"{kind}-certifying-1")


def chosen(kind: str, *response: str) -> list[Choice]:
    """The choices that a response makes."""
    known = question(item(kind)).chosen
    assert known is not None
    return list(known(response))


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_the_key_is_right_and_offered_and_nothing_chooses_nothing(kind: str) -> None:
    key = KINDS[kind].key(item(kind))
    made = chosen(kind, *key)
    assert made
    assert all(choice.right for choice in made)
    assert set(made) <= set(question(item(kind)).offered)
    assert chosen(kind) == []


@pytest.mark.parametrize("kind", ["single", "multiple", "spot"])
def test_wrong_options_are_listed_before_anybody_chooses_them(kind: str) -> None:
    offered = question(item(kind)).offered
    assert {choice.right for choice in offered} == {True, False}
    assert len(offered) == len(KINDS[kind].parts(item(kind)))


def test_a_pair_stands_against_the_right_pair_of_its_own_left_side() -> None:
    key = KINDS["match"].key(item("match"))
    (left, right), (other, _) = (token.split("=") for token in key[:2])
    made = chosen("match", f"{other}={right}")[0]
    assert (made.right, made.place) == (False, other)
    assert left != other


def test_numbers_that_are_the_same_are_one_answer() -> None:
    assert chosen("number", "4.500") == chosen("number", " 4500 ") == [Choice("4500")]
    assert chosen("number", "45.000") == chosen("number", "45000")
    assert chosen("number", "45000")[0].right
    assert chosen("number", "bốn lăm") == [Choice("bốn lăm")]


def test_an_order_of_steps_is_one_answer() -> None:
    key = KINDS["order"].key(item("order"))
    wrong = chosen("order", *reversed(key))
    assert len(wrong) == 1
    assert not wrong[0].right
    assert wrong != chosen("order", *key[1:], key[0])


def test_a_phone_tells_only_how_it_ended() -> None:
    simulation = item("simulation").simulation
    assert simulation is not None
    ids = {part.text: part.id for part in simulation.all_parts if part.id}
    amount = next(part.id for part in simulation.all_parts if part.kind == "field")
    taps = [ids["Quét mã QR"], ids["Tiếp tục"], ids["Xác nhận"]]
    ways = {
        "goal": [taps[0], f"{amount}=45.000", *taps[1:]],
        "late": [taps[0], f"{amount}=450", *taps[1:]],
        "trap": [ids["Mở tin nhắn trúng thưởng"]],
        "lost": [taps[0], ids["Quay lại"]] * simulation.most,
        "open": taps[:1],
    }
    for end, way in ways.items():
        assert [choice.key for choice in chosen("simulation", *way)] == [end]


def test_figures_are_written_as_people_write_them() -> None:
    assert [percent(x) for x in (0, 0.001, 0.5, 0.999, 1)] == ["0%", "1%", "50%", "99%", "100%"]
    assert [decimal(x) for x in (None, 0.318, -0.05, -0.001)] == ["–", "0,32", "−0,05", "0,00"]
    assert per_mille(Fraction(42, 10_000)) == "4,2 phần nghìn"
    assert per_mille(Fraction(1, 10**9)) == "dưới 0,1 phần nghìn"
    assert per_mille(Fraction(0)) == "0,0 phần nghìn"
