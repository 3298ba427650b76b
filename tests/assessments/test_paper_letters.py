"""The signs of a paper and what they mean, for every kind of question."""

import pytest

from assessments.paper import key_words
from assessments.paper_codes import clean_code, code_in, draw_code, grouped, is_code
from assessments.paper_letters import Typed, fields_of, read, written
from assessments.rules import Form, FormItem
from courses.activities import KINDS
from tests.assessments.kinds import FORMS, VERSION, right, wrong

pytestmark = pytest.mark.pure

ASKED = {one.item.kind: one for one in FORMS["practice"].items}


def _typed(asked: FormItem, response: list[str]) -> Typed:
    """What somebody types who reads this response from the sheet."""
    fields = dict(one.split("=", 1) for one in response if "=" in one and asked.item.simulation)
    taps = [one for one in response if one not in {f"{a}={b}" for a, b in fields.items()}]
    return Typed(written(asked, taps), fields)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_right_and_wrong_answer_comes_back_from_its_letters(form: Form) -> None:
    for asked in form.items:
        for response in (right(asked.item), wrong(asked.item)):
            found = read(asked, _typed(asked, response))
            assert not found.trouble, asked.item.kind
            assert KINDS[asked.item.kind].fits(asked.item, found.response)
            points = KINDS[asked.item.kind].points
            assert points(asked.item, found.response) == points(asked.item, response)


@pytest.mark.parametrize(
    ("kind", "typed", "same"),
    [
        ("single", "b", "B"),
        ("single", " b ", "B"),
        ("multiple", "a,b", "AB"),
        ("multiple", "B a", "AB"),
        ("multiple", "Â b", "AB"),  # Telex turns AA into Â.
        ("order", "c-b-a", "C B A"),
        ("match", "1B2a3-C", "1-B 2-A 3-C"),
        ("match", "bac", "1-B 2-A 3-C"),
        ("match", "b-c", "1-B 3-C"),
        ("spot", "13", "1 3"),
        ("spot", "1, 3", "3 1"),
    ],
)
def test_letters_are_read_as_people_type_them(kind: str, typed: str, same: str) -> None:
    asked = ASKED[kind]
    one, other = read(asked, Typed(typed)), read(asked, Typed(same))
    assert one.trouble == other.trouble == ""
    assert one.response
    assert sorted(one.response) == sorted(other.response)


@pytest.mark.parametrize(
    ("kind", "typed", "part"),
    [
        ("single", "AB", "chỉ một chữ"),
        ("single", "Z", "chỉ có A, B"),
        ("single", "!", "chỉ có A, B"),
        ("multiple", "A7", "chỉ có"),
        ("match", "9-A", "số từ 1 đến"),
        ("match", "1-A 1-B", "số từ 1 đến"),
        ("match", "1-", "số từ 1 đến"),
        ("spot", "9", "chỉ có 1, 2"),
        ("number", "1" * 40, "dài quá"),
        ("simulation", "Z9", "từ A đến"),
    ],
)
def test_what_cannot_be_on_the_sheet_is_refused_with_what_can(
    kind: str, typed: str, part: str
) -> None:
    assert part in read(ASKED[kind], Typed(typed)).trouble


@pytest.mark.parametrize("typed", ["", "?", "-", "  "])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_and_what_nobody_can_read_are_no_answer(kind: str, typed: str) -> None:
    assert read(ASKED[kind], Typed(typed)) == read(ASKED[kind], Typed())


def test_a_phone_is_followed_as_far_as_its_screens_go() -> None:
    asked = ASKED["simulation"]
    key = right(asked.item)
    letters = written(asked, [one for one in key if "=" not in one]).split()
    impossible = " ".join([*letters[:-1], letters[0], letters[0], letters[0]])
    fields = dict(one.split("=", 1) for one in key if "=" in one)
    found = read(asked, Typed(impossible, fields))
    assert KINDS["simulation"].fits(asked.item, found.response)
    assert found.note or not KINDS["simulation"].points(asked.item, found.response)
    assert [name for name, _label in fields_of(asked.item)] == list(fields) or not fields


def test_the_key_of_practice_is_told_and_no_other() -> None:
    keys = key_words(FORMS["practice"])
    assert len(keys) == len(FORMS["practice"].items)
    assert all(keys)
    for kind in ("certifying", "entry"):
        with pytest.raises(ValueError, match="never leaves"):
            key_words(FORMS[kind])


def test_a_code_is_known_by_its_check_digit_however_it_is_typed() -> None:
    codes = {draw_code() for _n in range(200)}
    assert all(is_code(code) for code in codes)
    code = next(iter(codes))
    assert clean_code(grouped(code)) == code
    assert code_in(f"https://lop.example/bai-giay?ma={code}") == code
    wrong_digit = f"{(int(code[0]) + 1) % 10}{code[1:]}"
    assert not is_code(wrong_digit)
    assert code_in(f"https://lop.example/the#{code}12") is None


def test_the_version_asks_in_every_way() -> None:
    assert {one.item.kind for one in FORMS["certifying"].items} == set(KINDS)
    assert VERSION.items
