"""Item statistics on first attempts: who counts, which question it was, who may look."""

import random
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from assessments import statistics_words
from courses import actions as courses_actions
from lms.core.db import Database
from lms.core.guard import system
from lms.people import actions as people
from tests.assessments.figures import FIRST, FORM, KEY, MISS, asked, changed, facility, figures
from tests.assessments.tablet import VERSION, deliver, right, whole
from tests.cast import Cast
from tests.factories.activities import every_kind
from tests.factories.attempts import Hall

pytestmark = pytest.mark.db


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


@pytest.fixture
def hall(session: Session, cast: Cast) -> Hall:
    return Hall(session, cast["TBT"], cast["thon_dong"], VERSION)


def given(mistakes: set[int] | None = None) -> dict[str, list[str]]:
    """Answers to the form, wrong at these places."""
    return {name: (MISS if n in (mistakes or set()) else KEY)[name] for n, name in enumerate(FORM)}


@pytest.mark.usefixtures("app")
def test_what_the_projection_writes_is_what_the_statistics_read(
    database: Database, cast: Cast
) -> None:
    tablet = whole(cast, mistakes=3)
    deliver(database, cast, tablet.texts)
    with database.read() as session:
        found = figures(session, cast)
    assert found.people == 1
    assert {line.item.id for line in found.lines if line.n == 1} == set(tablet.items)
    assert found.totals is None


def test_only_the_first_attempt_counts_whatever_came_later(
    session: Session, cast: Cast, hall: Hall
) -> None:
    for n in range(40):
        learner = hall.enrol(hall.newcomer())
        hall.attempt(learner, given(), day=9)
        hall.attempt(learner, given({0} if n < 30 else set()), day=1)
        hall.attempt(learner, given(), day=5)
    hall.save()
    found = figures(session, cast)
    assert (found.people, facility(found)) == (40, 0.25)
    assert found.totals is not None
    assert found.totals[11:] == (30, 10)


def test_what_was_not_handed_in_or_not_allowed_is_no_attempt(
    session: Session, cast: Cast, hall: Hall
) -> None:
    learner = hall.enrol(hall.newcomer())
    for day, state in enumerate(("open", "provisional", "refused")):
        hall.attempt(learner, given({0}), day=day, state=state)
    hall.attempt(learner, given(), day=8)
    hall.save()
    assert figures(session, cast).people == 1


def test_joined_records_are_one_person_with_one_first_attempt(
    session: Session, cast: Cast, hall: Hall
) -> None:
    for _ in range(29):
        hall.attempt(hall.enrol(hall.newcomer()), given())
    one, other = hall.newcomer(), hall.newcomer()
    hall.attempt(hall.enrol(one), given({0}), day=1)
    hall.attempt(hall.enrol(other), given(), day=2)
    hall.save()
    assert figures(session, cast).people == 31
    link = people.link(session, system(cast["TBT"]), one, other, "cùng một người")
    found = figures(session, cast)
    assert (found.people, asked(found), facility(found)) == (30, 30, 29 / 30)
    people.undo_link(session, system(cast["TBT"]), link.id)
    assert figures(session, cast).people == 31


def test_the_same_person_in_two_classes_counts_once(
    session: Session, cast: Cast, hall: Hall
) -> None:
    second = Hall(session, cast["TBT"], cast["thon_tay"], VERSION)
    person = hall.newcomer()
    hall.attempt(hall.enrol(person), given(), day=1)
    hall.save()
    second.attempt(second.enrol(person), given({0}), day=2)
    second.save()
    assert figures(session, cast).people == 1


def test_nothing_is_shown_under_thirty_people(session: Session, cast: Cast, hall: Hall) -> None:
    for n in range(29):
        hall.attempt(hall.enrol(hall.newcomer()), given({n % 12}))
    hall.save()
    found = figures(session, cast)
    assert (found.people, asked(found)) == (29, 29)
    assert (found.totals, found.reliability) == (None, None)
    assert [line.figures for line in found.lines if line.figures] == []
    hall.attempt(hall.enrol(hall.newcomer()), given())
    hall.save()
    found = figures(session, cast)
    assert found.totals is not None
    assert found.reliability is not None
    assert facility(found) is not None


def test_a_changed_question_starts_anew_and_the_others_keep_their_figures(
    session: Session, cast: Cast, hall: Hall
) -> None:
    new = changed(FIRST)
    courses_actions.publish(session, new, {})
    later = Hall(session, cast["TBT"], cast["thon_dong"], new)
    for _ in range(30):
        hall.attempt(hall.enrol(hall.newcomer()), given())
    hall.save()
    for n in range(31):
        later.attempt(later.enrol(later.newcomer()), given({0, 1} if n < 10 else set()))
    later.save()
    found = figures(session, cast, version=new)
    assert found.people == 61
    assert (asked(found), facility(found)) == (31, 21 / 31)
    assert (asked(found, FORM[1]), facility(found, FORM[1])) == (61, 51 / 61)
    before = figures(session, cast)
    assert (asked(before), facility(before)) == (30, 1.0)


def test_entry_and_exit_stand_apart_and_a_question_met_before_is_left_out(
    session: Session, cast: Cast, hall: Hall
) -> None:
    bank = [item.id for item in VERSION.items if item.measuring]
    for _ in range(30):
        learner = hall.enrol(hall.newcomer())
        hall.attempt(learner, {name: MISS[name] for name in bank[:12]}, "entry", day=1)
        hall.attempt(learner, {name: KEY[name] for name in bank[6:18]}, "exit", day=20)
    hall.save()
    entry, out = figures(session, cast, "entry"), figures(session, cast, "exit")
    assert (entry.people, out.people) == (30, 30)
    assert [facility(entry, name) for name in bank[:12]] == [0.0] * 12
    assert [asked(out, name) for name in bank[6:12]] == [0] * 6
    assert [facility(out, name) for name in bank[12:18]] == [1.0] * 6
    assert out.totals is None


def test_practice_counts_the_first_try_before_any_hint(
    session: Session, cast: Cast, hall: Hall
) -> None:
    bank = [item.id for item in VERSION.items if item.bank == "practice"][:12]
    for _ in range(30):
        learner = hall.enrol(hall.newcomer())
        hall.attempt(
            learner, {name: KEY[name] for name in bank[:11]}, "practice", asked=bank, tries=2,
            first_correct={name: name != bank[0] for name in bank[:11]},
        )  # fmt: skip
    hall.save()
    found = figures(session, cast, "practice")
    assert (facility(found, bank[0]), facility(found, bank[1])) == (0.0, 1.0)
    assert asked(found, bank[11]) == 0
    line = next(line for line in found.lines if line.item.id == bank[0])
    assert line.figures is not None
    assert line.figures.choices == ()


def test_a_question_left_out_in_the_test_is_wrong_and_has_its_line(
    session: Session, cast: Cast, hall: Hall
) -> None:
    for n in range(40):
        told = given()
        if n < 10:
            del told[FIRST]
        hall.attempt(hall.enrol(hall.newcomer()), told, asked=FORM)
    hall.save()
    line = next(line for line in figures(session, cast).lines if line.item.id == FIRST)
    assert line.figures is not None
    assert line.figures.facility == 0.75
    assert [(row.choice.key, row.count) for row in line.figures.choices if row.count] == [
        (right(FIRST)[0], 30),
        ("", 10),
    ]


def test_another_communes_attempts_never_count(session: Session, cast: Cast, hall: Hall) -> None:
    foreign = Hall(session, cast["KHA"], cast["xa_thon_dong"], VERSION)
    for _ in range(35):
        foreign.attempt(foreign.enrol(foreign.newcomer()), given())
    foreign.save()
    hall.attempt(hall.enrol(hall.newcomer()), given())
    hall.save()
    assert figures(session, cast).people == 1
    assert figures(session, cast, commune="KHA").people == 35


def test_every_kind_of_question_has_its_table_of_answers(session: Session, cast: Cast) -> None:
    loaded = every_kind()
    courses_actions.publish(session, loaded.version, loaded.media)
    hall = Hall(session, cast["TBT"], cast["thon_dong"], loaded.version)
    hall.crowd(150, random.Random(757))
    hall.save()
    found = figures(session, cast, version=loaded.version)
    for line in found.lines:
        assert line.figures is not None, line.item.id
        rows = line.figures.choices
        assert rows[0].choice.right
        assert sum(row.choice.right for row in rows) >= 1
        assert any(not row.choice.right and row.count for row in rows), line.item.id
        words = [statistics_words.choice_text(line.item, row) for row in rows]
        assert all(words)
        assert not any("=" in text for text in words)
    phone = next(x for x in found.lines if x.item.id == "simulation-certifying-1").figures
    assert phone is not None
    assert {row.choice.key for row in phone.choices} >= {"goal", "open"}
