"""Marking, whatever is sent and in whatever order: pure, repeatable, never a crash."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.rules import Correction, draw_form, mark, mark_answers
from assessments.rules.forms import Form, form_from_plain, form_to_plain, public_form
from assessments.rules.trail import Answer, Entry, Submit, answers_hash
from assessments.rules.tries import finished_tries, is_explained
from courses.activities import KINDS, public_item
from courses.activities.kind import MOST_TOKENS
from courses.activities.simulation import walk
from courses.activities.wording import said, same
from courses.rules import FORM_KINDS, Item
from tests.factories.activities import every_kind

pytestmark = pytest.mark.pure

VERSION = every_kind().version
KINDS_OF_FORM = [kind for kind in FORM_KINDS if kind != "after90"]
NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)

items = st.sampled_from(VERSION.items)
token = st.text(min_size=1, max_size=20)


def tokens_of(item: Item) -> list[str]:
    """Everything that could stand in a response to the item, right or wrong."""
    found = [*KINDS[item.kind].parts(item), *KINDS[item.kind].key(item)]
    found += [f"{one}={other}" for one in found[:4] for other in found[-4:]]
    if item.simulation:
        found += [part.id for part in item.simulation.all_parts if part.id]
        found += [f"{part.id}=45.000" for part in item.simulation.all_parts if part.kind == "field"]
    return found or ["45000"]


@st.composite
def responses(draw: st.DrawFn, item: Item) -> tuple[str, ...]:
    """Anything a tablet may send as an answer: known names, strange ones, too many, twice."""
    known = st.sampled_from(tokens_of(item))
    return tuple(draw(st.lists(st.one_of(known, token), max_size=12)))


@st.composite
def item_and_response(draw: st.DrawFn) -> tuple[Item, tuple[str, ...]]:
    item = draw(items)
    return item, draw(responses(item))


@st.composite
def forms(draw: st.DrawFn) -> Form:
    kind, seed = draw(st.sampled_from(KINDS_OF_FORM)), draw(token)
    return draw_form(VERSION, VERSION.blueprint(kind), seed)


@st.composite
def form_and_answers(draw: st.DrawFn) -> tuple[Form, dict[str, tuple[str, ...]]]:
    form = draw(forms())
    answered = draw(st.sets(st.sampled_from(form.items), max_size=len(form.items)))
    return form, {
        one.item.id: draw(responses(one.item)) for one in sorted(answered, key=lambda o: o.item.id)
    }


@given(item_and_response())
def test_any_response_is_marked_worth_a_point_or_nothing(
    pair: tuple[Item, tuple[str, ...]],
) -> None:
    item, response = pair
    kind = KINDS[item.kind]
    points = kind.points(item, response)
    assert points in (0, 1)
    assert points == kind.points(item, tuple(response))
    assert kind.fits(item, response) in (True, False)
    assert isinstance(said(item, response), str)
    assert same(item, response, response)
    assert len(finished_tries(item, [response])) <= 1


@given(item_and_response())
def test_what_is_worth_a_point_fits_the_question(pair: tuple[Item, tuple[str, ...]]) -> None:
    item, response = pair
    if KINDS[item.kind].points(item, response) and len(set(response)) == len(response):
        assert KINDS[item.kind].fits(item, response)


@given(item_and_response())
def test_answers_that_are_the_same_are_worth_the_same(pair: tuple[Item, tuple[str, ...]]) -> None:
    item, response = pair
    if same(item, response, KINDS[item.kind].key(item)):
        assert KINDS[item.kind].points(item, response) == 1


@given(form_and_answers(), st.randoms())
def test_a_mark_does_not_depend_on_the_order_of_answers_nor_on_strange_ones(
    drawn: tuple[Form, dict[str, tuple[str, ...]]], dice: object
) -> None:
    form, answers = drawn
    rows = list(answers.items())
    dice.shuffle(rows)  # type: ignore[attr-defined]  # Hypothesis' Random.
    assert mark_answers(form, dict(rows)) == mark_answers(form, answers | {"lạ": ("x",)})
    assert mark_answers(form, answers).total <= len(form.items)


@given(form_and_answers())
def test_a_form_kept_and_read_again_marks_the_same(
    drawn: tuple[Form, dict[str, tuple[str, ...]]],
) -> None:
    form, answers = drawn
    again = form_from_plain(VERSION, form_to_plain(form))
    assert again == form
    assert mark_answers(again, answers) == mark_answers(form, answers)


@given(form_and_answers(), st.booleans())
def test_a_correction_never_takes_a_point(
    drawn: tuple[Form, dict[str, tuple[str, ...]]], everybody: bool
) -> None:
    form, answers = drawn
    corrections = {
        item: Correction(everybody, (response,)) for item, response in answers.items() if response
    }
    plain, corrected = mark_answers(form, answers), mark_answers(form, answers, corrections)
    for before, after in zip(plain.items, corrected.items, strict=True):
        assert after.points >= before.points
        assert after.points == 1 or after.item not in corrections


@given(form_and_answers(), st.randoms())
@settings(max_examples=50)
def test_events_in_any_order_and_twice_give_the_same_mark(
    drawn: tuple[Form, dict[str, tuple[str, ...]]], dice: object
) -> None:
    form, answers = drawn
    entries = [
        Entry(f"e{n}", "s", n, answer=Answer(item, response))
        for n, (item, response) in enumerate(answers.items())
    ]
    closing = Submit(len(answers), answers_hash(answers), NOON)
    entries.append(Entry("nộp", "s", len(entries), submit=closing))
    mixed = entries * 2
    dice.shuffle(mixed)  # type: ignore[attr-defined]  # Hypothesis' Random.
    found = mark(form, mixed)
    assert found == mark(form, entries)
    assert (found.provisional, found.submitted) == (False, True)


@given(forms())
def test_a_form_for_a_tablet_shows_every_part_once_and_no_key(form: Form) -> None:
    for asked, told in zip(form.items, public_form(form), strict=True):
        assert told["id"] == asked.item.id
        assert sorted(asked.options) == sorted(KINDS[asked.item.kind].parts(asked.item))
        plain = public_item(asked.item)
        assert set(told) == set(plain)
        if form.secret:
            assert asked.item.explanation not in repr(told)


@given(items.filter(lambda item: item.kind == "simulation"), st.data())
def test_a_log_may_be_cut_anywhere_and_followed_again(item: Item, data: st.DataObject) -> None:
    log = data.draw(responses(item))
    whole = walk(item, log)
    for cut in range(len(log)):
        part = walk(item, log[:cut])
        assert part.taps <= whole.taps
        if part.ended:
            assert (part.ended, part.screen) == (whole.ended, whole.screen)


@given(item_and_response())
def test_a_practice_question_is_over_after_a_right_answer_or_all_tries(
    pair: tuple[Item, tuple[str, ...]],
) -> None:
    item, response = pair
    key = KINDS[item.kind].key(item)
    assert is_explained(item, [key])
    assert is_explained(item, [response, key])
    assert not is_explained(item, [])


def test_a_response_may_be_as_long_as_the_protocol_carries() -> None:
    for item in VERSION.items:
        assert len(KINDS[item.kind].key(item)) <= MOST_TOKENS
