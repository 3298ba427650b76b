"""Two officers, or one finger twice, at the same moment on a real PostgreSQL: nothing is lost in silence."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Event
from time import sleep
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.db import Database
from lms.core.errors import Conflict
from lms.core.guard import Actor
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.people import machines
from lms.people.machines import NewMachine
from lms.reports import commend_actions, public_actions
from lms.reports.commend_reading import criteria_of
from lms.reports.public_actions import NewEvent
from tests.cast import Cast

pytestmark = [
    pytest.mark.db,
    pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),
]
NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
Deed = Callable[[Session], Any]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


def at_once(database: Database, first: Deed, second: Deed) -> list[str]:
    """The second begins before the first is committed; what each of them is told."""
    done = Event()

    def one() -> str:
        try:
            with database.write() as session:
                first(session)
                done.set()
                sleep(0.15)
        finally:
            done.set()
        return "saved"

    def other() -> str:
        done.wait()
        try:
            with database.write() as session:
                second(session)
        except Conflict:
            return "told"
        return "saved"

    with ThreadPoolExecutor(2) as pool:
        return [answer.result() for answer in [pool.submit(one), pool.submit(other)]]


def criteria(name: str) -> Any:
    asked = {"kind": "attained", "programmes": [], "level": "basic", "proof": "test_passed"}
    data = {"name": name, "subject": "person", "from": "2026-01-01", "to": "2026-10-31"}
    return criteria_of({**data, "conditions": [asked]}, date(2026, 11, 21))


def event(key: UUID, what: str, revision: int) -> NewEvent:
    day = date(2026, 12, 1)
    return NewEvent(key, "Ngày hội", day, None, None, "Nhà văn hóa", what, revision)


@pytest.mark.counts("race submits, one result each", n=6)
def test_whoever_saves_over_what_another_one_is_saving_is_told(
    database: Database, cast: Cast
) -> None:
    who, key = Actor(Role.OFFICER, cast["TBT"], cast["oanh"], "Oanh"), uuid7()
    with database.write() as session:
        public_actions.save_words(session, who, "Chào.", "", 1)
        public_actions.save_event(session, who, event(key, "Học.", 0))
        sheet = commend_actions.write(session, who, key, criteria("Đầu")).id

    def words(said: str) -> Deed:
        return lambda session: public_actions.save_words(session, who, said, "", 2)

    def meeting(said: str) -> Deed:
        return lambda session: public_actions.save_event(session, who, event(key, said, 1))

    def rules(said: str) -> Deed:
        def deed(session: Session) -> object:
            commend_actions.sheet(session, who, sheet)  # As the page does, before it saves.
            return commend_actions.change(session, who, sheet, 1, criteria(said))

        return deed

    told = [at_once(database, deed("Một."), deed("Hai.")) for deed in (words, meeting, rules)]
    assert told == [["saved", "told"]] * 3


@pytest.mark.counts("race submits, one result each", n=8)
def test_one_form_sent_twice_at_once_is_once(database: Database, cast: Cast) -> None:
    who, key = Actor(Role.OFFICER, cast["TBT"], cast["oanh"], "Oanh"), uuid7()

    def words(session: Session) -> object:
        return public_actions.save_words(session, who, "Chào.", "", 1)

    def meeting(session: Session) -> object:
        return public_actions.save_event(session, who, event(key, "Học.", 0))

    def rules(session: Session) -> object:
        return commend_actions.write(session, who, key, criteria("Một"))

    def add(session: Session) -> object:
        return commend_actions.decide(session, who, key, "add", cast["lan"], "Có công lớn.")

    told = [at_once(database, deed, deed) for deed in (words, meeting, rules, add)]
    assert told == [["saved", "saved"]] * 4


def test_an_event_that_was_taken_off_does_not_come_back_by_an_open_form(
    database: Database, cast: Cast
) -> None:
    who, key = Actor(Role.OFFICER, cast["TBT"], cast["oanh"], "Oanh"), uuid7()
    with database.write() as session:
        public_actions.save_event(session, who, event(key, "Học.", 0))
        public_actions.cancel_event(session, who, key)
    for said in ("Học.", "Học thêm."):
        with pytest.raises(Conflict, match="sự kiện mới"), database.write() as session:
            public_actions.save_event(session, who, event(key, said, 1))


@pytest.mark.counts("race submits, one result each", n=4)
def test_of_two_new_secrets_at_once_no_third_one_stands(
    database: Database, cast: Cast, keys: Keys
) -> None:
    """Two are looked at when a machine asks: of three the one that is in use would be shut out."""
    who, new = Actor(Role.ADMINISTRATOR, cast["TBT"], cast["an"], "An"), uuid7()
    made = NewMachine("Sở", "Bà Hoa", [machines.COUNTS], key=new)

    def create(session: Session) -> object:
        return machines.create(session, who, keys, made)

    def rotate(session: Session) -> object:
        machines.of_commune(session, who.commune, new)  # As the page may have, before it asks.
        return machines.rotate(session, who, keys, new, uuid7())

    assert at_once(database, create, create) == ["saved", "told"]
    assert at_once(database, rotate, rotate) == ["saved", "saved"]
    with database.read() as session:
        row = machines.of_commune(session, who.commune, new)
        assert len(machines.standing(session, row)) == 2
