"""Forms: drawn from a blueprint by a seed, the same everywhere, parallel as far as the bank allows."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.rules import (
    BankTooSmall,
    draw_form,
    form_from_plain,
    form_to_plain,
    public_form,
)
from courses.activity_parts import Option
from courses.rules import Blueprint, BlueprintRow, Item
from tests.factories.content import SKILLS, small_version

pytestmark = pytest.mark.pure

VERSION = small_version()
CERTIFYING = VERSION.blueprint("certifying", "basic")
PRACTICE = VERSION.blueprint("practice", "basic")
NARROW = Blueprint("certifying", "basic", tuple(BlueprintRow(skill, 3) for skill in SKILLS))
seeds = st.text(min_size=1, max_size=20)


def _numbered(item: Item) -> Item:
    """The item with plain numbers as names of its options, so that the form can be written down."""
    options = (Option(f"{item.skill}-{item.id[-1]}-{n}", f"Cách {n}") for n in range(4))
    return replace(item, options=tuple(options))


def test_a_seed_draws_this_form_on_every_machine_and_python() -> None:
    """Written down once; a change here would change forms that people have already been given."""
    narrow = Blueprint("certifying", "basic", tuple(BlueprintRow(skill, 1) for skill in SKILLS))
    form = draw_form(replace(VERSION, items=tuple(map(_numbered, VERSION.items))), narrow, "lớp 1")
    assert [(asked.item.id, asked.options[0][-1]) for asked in form.items] == [
        ("tim-kiem-k1", "0"),
        ("thanh-toan-k0", "2"),
        ("an-toan-k4", "0"),
    ]


@given(seeds)
def test_the_same_seed_draws_the_same_form(seed: str) -> None:
    assert draw_form(VERSION, CERTIFYING, seed) == draw_form(VERSION, CERTIFYING, seed)


@given(seeds, st.sampled_from([CERTIFYING, PRACTICE]))
def test_a_form_has_what_its_blueprint_asks_for(seed: str, blueprint: Blueprint) -> None:
    form = draw_form(VERSION, blueprint, seed)
    assert Counter(asked.item.skill for asked in form.items) == dict.fromkeys(SKILLS, 4)
    assert len(set(form.item_ids)) == blueprint.count
    assert {asked.item.certifying for asked in form.items} == {blueprint.kind == "certifying"}
    for asked in form.items:
        assert sorted(asked.options) == sorted(option.id for option in asked.item.options)


@given(seeds)
def test_a_second_form_is_parallel_while_the_bank_lasts_and_then_repeats_least(seed: str) -> None:
    first = draw_form(VERSION, NARROW, seed)
    second = draw_form(VERSION, NARROW, f"{seed}2", first.item_ids)
    assert not set(first.item_ids) & set(second.item_ids)
    third = draw_form(VERSION, NARROW, f"{seed}3", first.item_ids + second.item_ids)
    fourth = draw_form(VERSION, NARROW, "4", first.item_ids + second.item_ids + third.item_ids)
    assert not set(third.item_ids) & set(fourth.item_ids)


def test_seeds_spread_the_questions_and_the_place_of_the_key() -> None:
    forms = [draw_form(VERSION, CERTIFYING, str(n)) for n in range(300)]
    drawn = Counter(item for form in forms for item in form.item_ids)
    assert len(drawn) == 18
    assert min(drawn.values()) > 120
    places = Counter(
        asked.options.index(next(iter(asked.item.right_options)))
        for form in forms
        for asked in form.items
    )
    assert all(0.2 < count / 3600 < 0.3 for count in places.values())


@pytest.mark.parametrize("difficulty", [1, 2, 3])
def test_a_row_may_ask_for_a_difficulty(difficulty: int) -> None:
    rows = (BlueprintRow(SKILLS[0], 2, (difficulty,)),)
    form = draw_form(VERSION, Blueprint("certifying", "basic", rows), "s")
    assert {asked.item.difficulty for asked in form.items} == {difficulty}


def test_a_bank_that_is_too_small_draws_nothing() -> None:
    rows = (BlueprintRow(SKILLS[0], 7),)
    with pytest.raises(BankTooSmall):
        draw_form(VERSION, Blueprint("certifying", "basic", rows), "s")


@given(seeds)
def test_a_stored_form_comes_back_whole_and_holds_no_key(seed: str) -> None:
    form = draw_form(VERSION, CERTIFYING, seed)
    stored = json.dumps(form_to_plain(form))
    assert form_from_plain(VERSION, json.loads(stored)) == form
    assert "right" not in json.dumps(form_to_plain(form)["items"])


def test_a_form_of_another_version_is_refused() -> None:
    plain = form_to_plain(draw_form(VERSION, CERTIFYING, "s"))
    with pytest.raises(ValueError, match="another version"):
        form_from_plain(replace(VERSION, content_hash="0" * 64), plain)


def test_the_public_form_shows_items_and_options_in_the_forms_order_without_keys() -> None:
    form = draw_form(VERSION, CERTIFYING, "s")
    told = public_form(form)
    assert [question["id"] for question in told] == list(form.item_ids)
    for question, asked in zip(told, form.items, strict=True):
        assert tuple(option["id"] for option in question["options"]) == asked.options
    assert "right" not in json.dumps(told)
    assert "explanation" not in json.dumps(told)
