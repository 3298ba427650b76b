"""Pairs of ambassadors and mentees: made once, ended, brought in by a list, by those who may."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.db import Database
from lms.core.errors import Forbidden, Invalid, NotFound
from lms.core.guard import Actor
from lms.core.policy import Role
from lms.people import mentoring, mentoring_list
from lms.people.helping_models import Mentorship
from lms.people.mentoring import NewPair
from lms.people.models import Membership
from lms.people.rules.helping import pairing_fault, visit_fault, week_of
from lms.people.rules.pairing_list import rows
from tests.cast import Cast
from tests.indicators.commune import Village

TODAY = date(2026, 11, 22)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


@pytest.fixture
def village(session: Session, cast: Cast) -> Village:
    """Mai is an ambassador."""
    village = Village(session, cast)
    village.member(cast["mai"], "ambassador")
    return village


def officer(cast: Cast) -> Actor:
    return Actor(Role.OFFICER, cast["TBT"], cast["oanh"])


def new(cast: Cast, mentee: str = "lan", helper: str = "mai", days: int = 30) -> NewPair:
    return NewPair(cast[helper], cast[mentee], clock.today() - timedelta(days=days))


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Mentorship)) or 0


@pytest.mark.db
def test_a_pair_is_written_down_once_also_when_a_record_was_merged(
    session: Session, village: Village, cast: Cast
) -> None:
    made = mentoring.pair(session, officer(cast), new(cast))
    assert mentoring.pair(session, officer(cast), new(cast, days=3)).id == made.id
    double = village.person("Nguyen Thi Lan")
    village.same(double, cast["lan"])
    again = NewPair(cast["mai"], double, clock.today())
    assert mentoring.pair(session, officer(cast), again).id == made.id
    assert count(session) == 1
    assert made.made_by == cast["oanh"]


@pytest.mark.db
@pytest.mark.parametrize(
    ("helper", "mentee", "field"), [("mai", "mai", "mentee_id"), ("hung", "lan", "ambassador_id")]
)
def test_nobody_guides_himself_and_only_helpers_guide(
    session: Session, village: Village, cast: Cast, helper: str, mentee: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        mentoring.pair(session, officer(cast), new(cast, mentee, helper))
    assert list(refused.value.fields) == [field]
    assert count(session) == 0


def _write(database: Database, several: list[Mentorship]) -> None:
    with database.write() as session:
        session.add_all(several)
        session.flush()


@pytest.mark.db
def test_the_database_itself_refuses_oneself_and_a_pair_that_stands_twice(
    database: Database, cast: Cast
) -> None:
    def row(helper: str, mentee: str) -> Mentorship:
        return Mentorship(commune_id=cast["TBT"], ambassador_id=cast[helper], how="other",
                          mentee_id=cast[mentee], from_date=TODAY)  # fmt: skip

    for several in ([row("mai", "mai")], [row("mai", "lan"), row("mai", "lan")]):
        with pytest.raises(IntegrityError):
            _write(database, several)


@pytest.mark.db
def test_who_may_pair_whom(session: Session, village: Village, cast: Cast) -> None:
    trainer = Actor(Role.TRAINER, cast["TBT"], cast["trang"], cohort_ids=frozenset([cast["k1"]]))
    own = frozenset([cast["lan"], cast["hung"]])
    assert mentoring.pair(session, trainer, new(cast), own).mentee_id == cast["lan"]
    for outside in ("minh", "xa_lan"):
        with pytest.raises(NotFound):
            mentoring.pair(session, trainer, new(cast, outside), own)
    with pytest.raises(NotFound):
        mentoring.pair(session, trainer, new(cast, "hung"))
    with pytest.raises(NotFound):
        mentoring.pair(session, officer(cast), new(cast, "xa_lan"))
    for role in (Role.UNIT_REPORTER, Role.LEARNER, Role.PROVINCE_READER, Role.DEVICE):
        with pytest.raises(Forbidden):
            mentoring.pair(session, Actor(role, cast["TBT"], cast["bao"]), new(cast, "hung"), own)
    theirs = mentoring.pair(session, officer(cast), new(cast, "minh"))
    with pytest.raises(NotFound):
        mentoring.end(session, trainer, theirs.id, clock.today(), own)


@pytest.mark.db
def test_a_pair_ends_once_and_may_begin_again(
    session: Session, village: Village, cast: Cast
) -> None:
    made = mentoring.pair(session, officer(cast), new(cast))
    with pytest.raises(Invalid, match="ngày bắt đầu"):
        mentoring.end(session, officer(cast), made.id, made.from_date - timedelta(days=1))
    day = clock.today() - timedelta(days=2)
    assert mentoring.end(session, officer(cast), made.id, day).to_date == day
    assert mentoring.end(session, officer(cast), made.id, clock.today()).to_date == day
    assert mentoring.pair(session, officer(cast), new(cast, days=1)).id != made.id


@pytest.mark.db
def test_a_list_says_of_each_row_whom_it_means(
    session: Session, village: Village, cast: Cast
) -> None:
    village.person("Nguyễn Thị Lan", year=1990)
    mentoring.pair(session, officer(cast), new(cast, "hung"))
    text = (
        "STT\tĐại sứ số\tNgười được kèm\tNăm sinh\n1\tLê Ngọc Mai\tNguyễn Thị Lan\t1958\n"
        "2\t\tNguyễn Thị Lan\n3\tle ngoc mai\tTrần Văn Hùng\n4\tTrần Văn Hùng\tNguyễn Thị Lan\t1958\n"
        "5\tLê Ngọc Mai\tKhông Có Ai\n6\tLê Ngọc Mai\tLê Ngọc Mai\n7\tLê Ngọc Mai\tHồ Văn Tám\t31/02/1950"
    )
    read = mentoring_list.read(session, officer(cast), text)
    fates = [
        one.fault or ("known" if one.known else "clear" if one.is_clear else "choose")
        for one in read
    ]
    assert fates == [
        "clear", "choose", "known", "helper_unknown", "mentee_unknown", "same", "birth_unreadable",
    ]  # fmt: skip
    assert read[0].mentees[0].id == cast["lan"]
    assert all(one.message for one in read if one.fault)
    assert count(session) == 1


@pytest.mark.db
def test_a_trainer_reads_of_a_list_only_people_of_the_own_classes(
    session: Session, village: Village, cast: Cast
) -> None:
    trainer = Actor(Role.TRAINER, cast["TBT"], cast["trang"])
    text = "Lê Ngọc Mai;Nguyễn Thị Lan\nLê Ngọc Mai;Phạm Quang Minh"
    read = mentoring_list.read(session, trainer, text, frozenset([cast["lan"]]))
    assert [one.fault for one in read] == ["", "mentee_unknown"]


@pytest.mark.pure
def test_rows_of_a_paste() -> None:
    cases: dict[str, list[tuple[str, str, str, str]]] = {
        "Mai; Lan; 1958": [("Mai", "Lan", "1958", "")],
        "Mai, Lan": [("Mai", "Lan", "", "")],
        "Mai\tLan\n\tHùng": [("Mai", "Lan", "", ""), ("Mai", "Hùng", "", "")],
        "\tLan": [("", "Lan", "", "helper_missing")],
        "Mai": [("Mai", "", "", "mentee_missing")],
        "Họ và tên đại sứ\tNgười được kèm\n\n1.\tMai\tLan": [("Mai", "Lan", "", "")],
        "": [],
    }
    for text, wanted in cases.items():
        assert [(r.helper, r.mentee, r.birth, r.fault) for r in rows(text)] == wanted, text


@pytest.mark.pure
def test_days_of_pairs_and_visits() -> None:
    soon, late = TODAY + timedelta(days=1), TODAY - timedelta(days=10)
    faults = [
        pairing_fault(TODAY, None, TODAY), pairing_fault(soon, None, TODAY),
        pairing_fault(date(1926, 1, 1), None, TODAY), pairing_fault(TODAY, late, TODAY),
        visit_fault(TODAY, None, "", TODAY), visit_fault(soon, None, "", TODAY),
        visit_fault(TODAY, late, "", TODAY), visit_fault(TODAY, TODAY + timedelta(400), "", TODAY),
        visit_fault(TODAY, soon, "x" * 501, TODAY),
    ]  # fmt: skip
    assert [one.code if one else "" for one in faults] == [
        "", "day_far", "day_far", "end_early", "", "day_far", "next_far", "next_far", "note_long",
    ]  # fmt: skip
    assert week_of(TODAY) == date(2026, 11, 16) == week_of(date(2026, 11, 16))


@pytest.mark.db
def test_after_a_merge_a_pair_parts_as_one(session: Session, village: Village, cast: Cast) -> None:
    double = village.person("Nguyen Thi Lan")
    day = clock.today() - timedelta(days=9)
    first = village.guides(cast["mai"], cast["lan"], day)
    village.guides(cast["mai"], double, day)
    village.same(double, cast["lan"])
    mentoring.end(session, officer(cast), first, clock.today())
    standing = select(Mentorship.id).where(Mentorship.to_date.is_(None))
    assert session.scalars(standing).all() == []
    village.guides(cast["mai"], double, day)
    other: UUID = village.person("Lê Mai")
    session.add(Membership(commune_id=cast["TBT"], person_id=other, kind="ambassador"))
    village.same(other, cast["mai"])
    assert {(p.helper, p.mentee) for p in mentoring.pairs(session, cast["TBT"])} == {
        (cast["mai"], cast["lan"])
    }
