"""What the report of a class counts: rungs, who is counted, skills, questions, minutes."""

from datetime import date
from uuid import UUID

import pytest

from lms.board.results_rules import (
    RUNGS,
    Enrolled,
    Missed,
    Spread,
    Tried,
    Work,
    band,
    by_skill,
    came_from,
    counted,
    counts,
    earlier_classes,
    everybody_once,
    funnel,
    most_missed,
    newest_word,
    proven_on,
    reached,
    spread,
    strongest,
)

pytestmark = pytest.mark.pure

LESSONS = ("b1", "b2")
DAY = date(2026, 11, 20)
A, B, C, D, M = (UUID(int=n) for n in range(1, 6))


@pytest.mark.parametrize(
    ("work", "rungs"),
    [
        (Work(), {"enrolled"}),
        (Work(meetings=frozenset({M})), {"enrolled", "attended"}),
        (Work(lessons=frozenset({"b1"})), {"enrolled"}),
        (Work(lessons=frozenset({"b1", "b2", "cu"})), {"enrolled", "learned"}),
        (Work(tests=1), {"enrolled", "tested"}),
        (Work(proofs={"test_passed": DAY}), {"enrolled", "tested", "test_passed"}),
        # A stronger proof stands for the weaker ones, also when those were withdrawn.
        (Work(proofs={"task_observed": DAY}), set(RUNGS) - {"attended", "learned", "certificate"}),
        (Work(proofs={"self_declared": DAY}), {"enrolled"}),
        (Work(certificate=DAY), {"enrolled", "certificate"}),
    ],
)
def test_each_rung_is_told_by_its_own_fact(work: Work, rungs: set[str]) -> None:
    assert reached(work, LESSONS) == rungs


def test_in_a_class_without_lessons_nobody_has_learned() -> None:
    assert "learned" not in reached(Work(), ())


def test_the_day_of_a_proof_is_the_earliest_of_it_or_a_stronger_one() -> None:
    work = Work(proofs={"test_passed": date(2026, 11, 21), "test_supervised": DAY})
    assert proven_on(work, "test_passed") == DAY
    assert proven_on(work, "task_observed") is None


def test_every_number_carries_its_people_and_those_who_are_missing() -> None:
    rungs = {A: frozenset({"enrolled", "attended"}), B: frozenset({"enrolled"})}
    steps = {one.rung: one for one in funnel(rungs)}
    assert (steps["attended"].inside, steps["attended"].outside) == ((A,), (B,))
    assert steps["enrolled"].outside == ()
    assert all(one.count + len(one.outside) == 2 for one in steps.values())
    assert counts(rungs.values())["attended"] == 1


def test_sums_add_places_and_count_everybody_once_beside() -> None:
    both = [(A, frozenset({"enrolled"})), (A, frozenset({"enrolled", "attended"}))]
    assert counts(rungs for _person, rungs in both)["enrolled"] == 2
    assert everybody_once(both)["enrolled"] == 1
    assert everybody_once(both)["attended"] == 1


def test_two_records_of_one_person_count_once_and_who_left_does_not() -> None:
    enrolments = [
        Enrolled(A, A),
        Enrolled(B, A),
        Enrolled(C, C, withdrawn=True),
        Enrolled(D, D, moved=True, withdrawn=True),
        Enrolled(M, M, erased=True),
    ]
    found = counted(enrolments)
    assert found.records == {A: (A, B)}
    assert found.joined == 1
    assert found.left_out == {"withdrawn": (C,), "moved": (D,), "erased": (M,)}


def test_who_left_under_one_record_and_stands_under_another_is_counted_by_that_one() -> None:
    found = counted([Enrolled(A, A, withdrawn=True), Enrolled(B, A)])
    assert found.records == {A: (B, A)}
    assert (found.joined, found.left_out) == (0, {})


def test_who_came_from_class_to_class_brings_every_class_and_a_circle_ends() -> None:
    assert earlier_classes(came_from({A: B, B: C}), C) == [B, A]
    assert earlier_classes(came_from({A: B, B: A}), A) == [B]
    assert earlier_classes(came_from({A: C, B: C}), C) == [A, B]
    assert earlier_classes({}, A) == []


def test_the_newest_form_that_asked_decides_over_a_skill() -> None:
    told = newest_word([{"an-toan": True, "tim-kiem": False}, {"tim-kiem": True}])
    assert told == {"an-toan": True, "tim-kiem": True}
    (line,) = by_skill({A: told, B: {"tim-kiem": False}, C: {}}, ["tim-kiem"])
    assert (line.mastered, line.missed, line.unasked) == ((A,), (B,), (C,))


def test_questions_are_told_by_how_many_missed_them_when_they_first_met_them() -> None:
    tried = [
        Tried(A, "c1", missed=True, response=("x",)),
        Tried(A, "c1", missed=False),
        Tried(B, "c1", missed=True, response=("y",)),
        Tried(C, "c1", missed=True, response=("y",)),
        Tried(A, "c2", missed=True),
        Tried(B, "c2", missed=False),
        Tried(A, "c3", missed=False),
    ]
    assert most_missed(tried, 5) == [
        Missed("c1", 3, (A, B, C), ("y",), 2),
        Missed("c2", 2, (A,), (), 0),
    ]
    assert [one.item for one in most_missed(tried, 1)] == ["c1"]


def test_of_wrong_answers_given_equally_often_always_the_same_is_told() -> None:
    tried = [Tried(A, "c1", True, ("b",)), Tried(B, "c1", True, ("a",))]
    assert most_missed(tried, 1)[0].chosen == most_missed(tried[::-1], 1)[0].chosen == ("a",)


@pytest.mark.parametrize(
    ("present", "held", "name"),
    [(0, 0, "never"), (0, 4, "never"), (1, 4, "seldom"), (2, 4, "half"), (3, 4, "half"),
     (4, 4, "always"), (1, 1, "always")],
)  # fmt: skip
def test_how_often_somebody_came(present: int, held: int, name: str) -> None:
    assert band(present, held) == name


def test_of_two_markings_of_one_person_being_there_stands() -> None:
    assert strongest(["absent", "present"]) == "present"
    assert strongest(["absent", "excused", None]) == "excused"
    assert strongest([None]) is None


def test_minutes_are_spread_over_those_who_have_any() -> None:
    assert spread([0, 30, 10, 20, 40]) == Spread(100, 4, 10, 20, 40)
    assert spread([]) == Spread(0, 0, 0, 0, 0)
