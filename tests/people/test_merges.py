"""Two records of one person: joined by a link that can be undone, never by deletion."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import event, func, select

from lms.core import signals
from lms.core.audit import AuditEntry
from lms.core.clock import today
from lms.core.db import Database
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.guard import Actor, system
from lms.core.policy import Role
from lms.core.text import fold, sort_key
from lms.people import actions, dossiers, duplicates, queries
from lms.people.events import PersonsLinked, PersonsUnlinked
from lms.people.models import Person, PersonLink, Residence
from lms.people.queries import Filter
from tests.cast import Cast

pytestmark = pytest.mark.db


@pytest.fixture
def lan_again(database: Database, cast: Cast) -> UUID:
    """A second record of Lan, written without marks, in the same household."""
    with database.write() as session:
        name = "Nguyen Thi Lan"
        person = Person(
            commune_id=cast["TBT"], full_name=name, sort_key=sort_key(name), search_key=fold(name),
            birth_date=date(1958, 3, 2), birth_year=1958, sex="nu",
        )  # fmt: skip
        session.add(person)
        session.flush()
        session.add(
            Residence(commune_id=cast["TBT"], person_id=person.id, unit_id=cast["thon_dong"],
                      household_id=cast["nha_lan"])
        )  # fmt: skip
        return person.id


def officer(cast: Cast) -> Actor:
    return Actor(Role.OFFICER, cast["TBT"], cast["oanh"])


def join(database: Database, cast: Cast, duplicate: UUID, survivor: UUID) -> UUID:
    with database.write() as session:
        return actions.link(
            session, officer(cast), duplicate, survivor, "cùng hộ, cùng ngày sinh"
        ).id


def test_the_two_records_are_proposed_with_reasons(
    database: Database, cast: Cast, lan_again: UUID
) -> None:
    with database.read() as session:
        (pair,) = duplicates.candidates(session, cast["TBT"])
        assert (pair.first, pair.second) == (cast["lan"], lan_again)
        assert {"name_marks", "birth_same", "household_same"} <= set(pair.likeness.reasons)
        (sides,) = duplicates.side_by_side(session, officer(cast), [pair], today())
        assert sides.is_sure
        assert sides.names[1] == (("Nguyen", True), ("Thi", True), ("Lan", False))
        assert sides.first.person.full_name == "Nguyễn Thị Lan"


def test_a_merge_hides_the_duplicate_and_loses_nothing(
    database: Database, cast: Cast, lan_again: UUID
) -> None:
    with database.read() as session:
        before = session.scalar(select(func.count()).select_from(Person))
    join(database, cast, lan_again, cast["lan"])
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == before
        assert queries.survivors(session, cast["TBT"]) == {lan_again: cast["lan"]}
        assert queries.same_person(session, cast["TBT"], lan_again) == {lan_again, cast["lan"]}
        found, total = queries.people(session, officer(cast), Filter("lan"), today(), 0)
        assert ([line.id for line in found], total) == ([cast["lan"]], 1)
        assert duplicates.candidates(session, cast["TBT"]) == []
        assert dossiers.dossier(session, officer(cast), lan_again, today()).merges


def test_undoing_brings_both_back_and_undoing_twice_is_once(
    database: Database, cast: Cast, lan_again: UUID
) -> None:
    link = join(database, cast, lan_again, cast["lan"])
    for _ in range(2):
        with database.write() as session:
            actions.undo_link(session, officer(cast), link)
    with database.read() as session:
        assert queries.survivors(session, cast["TBT"]) == {}
        kept = session.get_one(PersonLink, (cast["TBT"], link))
        assert kept.undone_by == cast["oanh"]
        verbs = [body.split('"verb":"')[1].split('"')[0] for body in session.scalars(
            select(AuditEntry.body).order_by(AuditEntry.seq))]  # fmt: skip
        assert verbs == ["linked", "unlinked"]


def test_the_same_merge_twice_is_one_and_after_undoing_it_can_be_made_again(
    database: Database, cast: Cast, lan_again: UUID
) -> None:
    first = join(database, cast, lan_again, cast["lan"])
    assert join(database, cast, lan_again, cast["lan"]) == first
    with database.write() as session:
        actions.undo_link(session, officer(cast), first)
    assert join(database, cast, lan_again, cast["lan"]) != first


def test_the_survivor_of_a_survivor_stands_for_both(
    database: Database, cast: Cast, lan_again: UUID
) -> None:
    join(database, cast, lan_again, cast["lan"])
    join(database, cast, cast["lan"], cast["mai"])
    with database.read() as session:
        assert queries.survivors(session, cast["TBT"]) == {
            lan_again: cast["mai"], cast["lan"]: cast["mai"]}  # fmt: skip


def test_a_circle_and_a_second_survivor_are_refused(
    database: Database, cast: Cast, lan_again: UUID
) -> None:
    join(database, cast, lan_again, cast["lan"])
    with pytest.raises(Conflict):
        join(database, cast, cast["lan"], lan_again)
    with pytest.raises(Conflict):
        join(database, cast, lan_again, cast["mai"])
    with pytest.raises(Invalid):
        join(database, cast, cast["lan"], cast["lan"])


def test_two_people_judged_different_are_not_proposed_again(
    database: Database, cast: Cast, lan_again: UUID
) -> None:
    for one, other in ((cast["lan"], lan_again), (lan_again, cast["lan"])):
        with database.write() as session:
            actions.mark_distinct(session, officer(cast), one, other)
    with database.read() as session:
        assert duplicates.candidates(session, cast["TBT"]) == []


def test_two_people_judged_different_can_be_looked_at_again(
    database: Database, cast: Cast, lan_again: UUID
) -> None:
    with database.write() as session:
        actions.mark_distinct(session, officer(cast), cast["lan"], lan_again)
    for _ in range(2):
        with database.write() as session:
            actions.unmark_distinct(session, officer(cast), lan_again, cast["lan"])
    with database.read() as session:
        assert len(duplicates.candidates(session, cast["TBT"])) == 1
        verbs = [body.split('"verb":"')[1].split('"')[0] for body in session.scalars(
            select(AuditEntry.body).order_by(AuditEntry.seq))]  # fmt: skip
        assert verbs == ["told_apart", "looked_again"]


def test_a_page_of_pairs_asks_no_more_than_one_pair(
    database: Database, cast: Cast, lan_again: UUID
) -> None:
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    with database.read() as session:
        found = duplicates.review(session, officer(cast), today(), 7, 10)
        assert (found.total, found.sure, found.page, len(found.pairs)) == (1, 1, 1, 1)
        for merge in dossiers.recent_merges(session, cast["TBT"]):
            assert merge
    assert len(asked) <= 12


def test_higher_packages_hear_of_merges_in_the_same_transaction(
    database: Database, cast: Cast, lan_again: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []
    for kind in (PersonsLinked, PersonsUnlinked):
        hear = [lambda _session, told: heard.append(told)]
        monkeypatch.setitem(signals._listeners, kind, hear)
    link = join(database, cast, lan_again, cast["lan"])
    with database.write() as session:
        actions.undo_link(session, officer(cast), link)
    assert heard == [PersonsLinked(cast["TBT"], lan_again, cast["lan"]),
                          PersonsUnlinked(cast["TBT"], lan_again, cast["lan"])]  # fmt: skip


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
def test_a_merge_needs_a_reason(
    database: Database, cast: Cast, lan_again: UUID, reason: str
) -> None:
    with database.write() as session, pytest.raises(Invalid) as caught:
        actions.link(session, officer(cast), lan_again, cast["lan"], reason)
    assert "reason" in caught.value.fields


def test_nobody_of_another_commune_is_merged_or_seen(
    database: Database, cast: Cast, lan_again: UUID
) -> None:
    link = join(database, cast, lan_again, cast["lan"])
    stranger = Actor(Role.OFFICER, cast["KHA"], cast["xa_oanh"])
    with database.write() as session:
        for duplicate, survivor in ((lan_again, cast["xa_lan"]), (cast["xa_lan"], cast["lan"])):
            with pytest.raises(NotFound):
                actions.link(session, stranger, duplicate, survivor, "thử")
        with pytest.raises(NotFound):
            actions.undo_link(session, stranger, link)
        with pytest.raises(NotFound):
            actions.mark_distinct(session, stranger, cast["lan"], cast["mai"])
        assert queries.survivors(session, cast["KHA"]) == {}


@pytest.mark.parametrize(
    "role", [Role.TRAINER, Role.UNIT_REPORTER, Role.PROVINCE_READER, Role.LEARNER]
)
def test_only_officers_and_administrators_merge(
    database: Database, cast: Cast, lan_again: UUID, role: Role
) -> None:
    who = Actor(role, cast["TBT"], cast["trang"])
    with database.write() as session:
        with pytest.raises(Forbidden):
            actions.link(session, who, lan_again, cast["lan"], "thử")
        with pytest.raises(Forbidden):
            actions.mark_distinct(session, who, lan_again, cast["lan"])
        with pytest.raises(Forbidden):
            actions.unmark_distinct(session, who, lan_again, cast["lan"])


def test_commands_may_merge_as_the_system(database: Database, cast: Cast, lan_again: UUID) -> None:
    with database.write() as session:
        assert (
            actions.link(session, system(cast["TBT"]), lan_again, cast["lan"], "thử").made_by
            is None
        )
