"""Which answers count: the segment chain, then seq, whatever order the events arrived in."""

import hashlib
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.rules import (
    Answer,
    Entry,
    Form,
    Submit,
    answers_hash,
    branches,
    draw_form,
    mark,
    mark_answers,
)
from assessments.rules import mark_branches as marks_of
from tests.factories.content import small_version

pytestmark = pytest.mark.pure

VERSION = small_version()
TEST = draw_form(VERSION, VERSION.blueprint("certifying", "basic"), "s")
PRACTICE = draw_form(VERSION, VERSION.blueprint("practice", "basic"), "s")
NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)


@dataclass
class Tablet:
    """A tablet that takes an attempt up after the events it has seen."""

    name: str
    parent: str | None = None
    held: dict[str, tuple[str, ...]] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    def _add(self, answer: Answer | None = None, submit: Submit | None = None) -> Entry:
        seq = len(self.entries)
        entry = Entry(f"{self.name}-{seq}", self.name, seq, self.parent, answer, submit)
        self.entries.append(entry)
        return entry

    def open(self) -> Entry:
        return self._add()

    def answer(self, item: str, *response: str) -> Entry:
        self.held[item] = response
        return self._add(answer=Answer(item, response))

    def submit(self, minutes: int = 0) -> Entry:
        at = NOON + timedelta(minutes=minutes)
        return self._add(submit=Submit(len(self.held), answers_hash(self.held), at))

    def hand_over(self, name: str) -> "Tablet":
        return Tablet(name, self.entries[-1].event_id, dict(self.held))


def right(number: int, form: Form = TEST) -> tuple[str, str]:
    """The number-th item of the form and its right option."""
    item = form.items[number].item
    return item.id, next(iter(item.right_options))


def wrong(number: int) -> tuple[str, str]:
    item = TEST.items[number].item
    return item.id, next(option.id for option in item.options if not option.right)


def test_the_last_answer_of_an_item_counts() -> None:
    tablet = Tablet("a")
    tablet.answer(*wrong(0))
    tablet.answer(*right(0))
    tablet.submit()
    found = mark(TEST, tablet.entries)
    assert (found.total, found.max, found.provisional) == (1, 12, False)
    assert found.missing == TEST.item_ids[1:]


def test_an_answer_taken_back_is_missing() -> None:
    tablet = Tablet("a")
    tablet.answer(*right(0))
    tablet.answer(right(0)[0])
    tablet.submit()
    found = mark(TEST, tablet.entries)
    assert (found.total, len(found.missing), found.provisional) == (0, 12, False)


def test_a_second_tablet_goes_on_where_the_first_stopped_though_its_counter_starts_again() -> None:
    first = Tablet("z")
    for number in range(5):
        first.answer(*wrong(number))
    second = first.hand_over("a")
    second.answer(*right(0))
    second.submit()
    found = mark(TEST, [*second.entries, *first.entries])
    assert (found.total, found.forked, found.provisional) == (1, False, False)
    assert len(found.missing) == 7


def test_a_tablet_that_was_only_opened_makes_no_fork() -> None:
    first = Tablet("a")
    first.answer(*right(0))
    idle = first.hand_over("b")
    idle.open()
    first.answer(*right(1))
    first.submit()
    found = mark(TEST, first.entries + idle.entries)
    assert (found.total, found.forked) == (2, False)


def forked() -> tuple[Tablet, Tablet]:
    first = Tablet("a")
    first.answer(*right(0))
    second = first.hand_over("b")
    first.answer(*wrong(1))
    second.answer(*right(1))
    second.answer(*right(2))
    return first, second


def test_work_at_once_on_two_tablets_forks_and_both_are_marked() -> None:
    first, second = forked()
    first.submit(minutes=1)
    second.submit(minutes=2)
    marks = marks_of(TEST, first.entries + second.entries)
    assert {(found.branch, found.total) for found in marks} == {("a", 1), ("b", 3)}
    assert all(found.forked for found in marks)


def test_in_a_certifying_test_the_first_complete_submit_stands() -> None:
    first, second = forked()
    first.submit(minutes=1)
    second.submit(minutes=2)
    assert mark(TEST, first.entries + second.entries).branch == "a"


def test_an_incomplete_submit_does_not_stand_before_a_complete_one() -> None:
    first, second = forked()
    lost = first.entries[1]
    first.submit(minutes=1)
    second.submit(minutes=2)
    held = [entry for entry in first.entries + second.entries if entry != lost]
    assert mark(TEST, held).branch == "b"


def test_the_trainer_may_choose_the_other_branch() -> None:
    first, second = forked()
    first.submit(minutes=1)
    second.submit(minutes=2)
    found = mark(TEST, first.entries + second.entries, chosen="b")
    assert (found.branch, found.total) == ("b", 3)


def test_in_practice_the_best_branch_counts() -> None:
    first = Tablet("a")
    first.answer(*right(0, PRACTICE))
    second = first.hand_over("b")
    first.submit(minutes=1)
    second.answer(*right(1, PRACTICE))
    second.submit(minutes=2)
    assert mark(PRACTICE, first.entries + second.entries).total == 2


def test_answers_after_the_submit_do_not_count() -> None:
    tablet = Tablet("a")
    tablet.answer(*wrong(0))
    tablet.submit()
    tablet.answer(*right(0))
    tablet.hand_over("b").answer(*right(1))
    assert mark(TEST, tablet.entries).total == 0


def test_a_mark_is_provisional_until_every_submitted_answer_is_held() -> None:
    tablet = Tablet("a")
    events = [tablet.answer(*right(number)) for number in range(6)]
    events.append(tablet.submit())
    held: list[Entry] = []
    for event in reversed(events[1:]):
        held.append(event)
        assert mark(TEST, held).provisional
    assert not mark(TEST, [*held, events[0]]).provisional


def test_an_answer_that_was_replaced_may_be_lost_without_harm() -> None:
    tablet = Tablet("a")
    tablet.answer(*wrong(0))
    tablet.answer(*right(0))
    tablet.submit()
    assert not mark(TEST, tablet.entries[1:]).provisional


def test_a_missing_parent_leaves_the_mark_provisional_until_it_arrives() -> None:
    first = Tablet("a")
    first.answer(*right(0))
    second = first.hand_over("b")
    second.answer(*right(1))
    second.submit()
    (alone,) = branches(second.entries)
    assert (alone.gap, alone.complete) == (True, False)
    assert mark(TEST, second.entries).provisional
    whole = mark(TEST, second.entries + first.entries)
    assert (whole.total, whole.provisional) == (2, False)


def test_an_unsubmitted_attempt_is_marked_as_far_as_it_goes() -> None:
    tablet = Tablet("a")
    tablet.answer(*right(0))
    found = mark(TEST, tablet.entries)
    assert (found.total, found.submitted, found.provisional) == (1, False, True)
    nothing = mark(TEST, [])
    assert (nothing.total, nothing.submitted, len(nothing.missing)) == (0, False, 12)


def test_forged_parents_in_a_ring_end() -> None:
    ring = [
        Entry("a-0", "a", 0, "b-0", Answer(*_single(right(0)))),
        Entry("b-0", "b", 0, "a-0", Answer(*_single(right(1)))),
    ]
    assert mark(TEST, ring).provisional
    assert mark(TEST, ring) == mark(TEST, ring[::-1])


def _single(pair: tuple[str, str]) -> tuple[str, tuple[str]]:
    return pair[0], (pair[1],)


def test_the_answers_hash_is_what_a_tablet_can_compute() -> None:
    text = '[["a",["x","y"]],["b",[]],["c",["đ\\"\\n"]]]'
    told = {"c": ('đ"\n',), "a": ("x", "y"), "b": ()}
    assert answers_hash(told) == hashlib.sha256(text.encode()).hexdigest()
    assert answers_hash({}) == hashlib.sha256(b"[]").hexdigest()


responses = st.tuples(st.integers(0, 11), st.integers(0, 3))
moves = st.lists(st.one_of(responses, st.just("tablet")), max_size=25)


@given(moves, st.randoms(use_true_random=False))
def test_without_a_fork_the_mark_is_that_of_the_answers_in_the_order_they_were_given(
    history: list[tuple[int, int] | str], chance: random.Random
) -> None:
    tablet = Tablet("0")
    tablet.open()
    entries = [tablet]
    for move in history:
        if isinstance(move, str):
            # A random name: neither names nor counters tell the order of tablets.
            tablet = tablet.hand_over(f"{chance.randrange(99)}/{len(entries)}")
            tablet.open()
            entries.append(tablet)
        else:
            item = TEST.items[move[0]].item
            tablet.answer(item.id, item.options[move[1]].id)
    tablet.submit()
    events = [entry for one in entries for entry in one.entries]
    chance.shuffle(events)
    found = mark(TEST, events + events[:3])
    rights = {asked.item.id: asked.item.right_options for asked in TEST.items}
    expected = sum(rights[item] == set(chosen) for item, chosen in tablet.held.items())
    assert (found.total, found.provisional, found.forked) == (expected, False, False)


@st.composite
def attempts(draw: st.DrawFn) -> list[Entry]:
    """Any history over several tablets, with forks, submits and hand-overs from anywhere."""
    tablets = [Tablet("0")]
    tablets[0].open()
    for step in range(draw(st.integers(0, 20))):
        tablet = draw(st.sampled_from(tablets))
        match draw(st.sampled_from(["answer", "answer", "answer", "tablet", "submit"])):
            case "answer":
                item = draw(st.sampled_from(TEST.items)).item
                tablet.answer(item.id, draw(st.sampled_from(item.options)).id)
            case "submit":
                tablet.submit(draw(st.integers(0, 3)))
            case "tablet":
                tablets.append(tablet.hand_over(f"{draw(st.integers(0, 9))}{step}"))
                tablets[-1].open()
    return [entry for tablet in tablets for entry in tablet.entries]


@given(attempts(), st.randoms(use_true_random=False))
def test_the_mark_does_not_depend_on_the_order_of_arrival_or_on_duplicates(
    events: list[Entry], chance: random.Random
) -> None:
    shuffled = events + chance.choices(events, k=5)
    chance.shuffle(shuffled)
    for form in (TEST, PRACTICE):
        assert marks_of(form, shuffled) == marks_of(form, events)


@given(attempts(), st.randoms(use_true_random=False))
def test_a_settled_mark_is_that_of_answers_which_somebody_submitted(
    events: list[Entry], chance: random.Random
) -> None:
    """Whatever part of the events has arrived, nothing is settled that no tablet handed in."""
    held = [event for event in events if chance.random() < 0.7]
    submitted = {event.submit.answers_hash for event in events if event.submit}
    lines = {line.segment: line for line in branches(held)}
    for found in marks_of(TEST, held):
        line = lines[str(found.branch)]
        if not found.provisional:
            assert answers_hash(line.responses) in submitted
            assert found.items == mark_answers(TEST, line.responses).items
