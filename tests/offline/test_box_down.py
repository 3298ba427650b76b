"""What a laptop is told by the commune, what it may do with it, and what is put away again."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from assessments.models import Attempt, LessonProgress
from lms.cohorts import actions, cards, classroom
from lms.cohorts.carried_models import CarriedMeeting
from lms.cohorts.models import ClassSession, Cohort, CohortTrainer, Device, Enrolment, Sitting
from lms.core.db import Database, box_of
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.guard import Actor
from lms.core.ids import derived
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.ledger.models import Event
from lms.offline.box import giving, snapshots
from lms.offline.box.content import PARTS
from lms.offline.box.here import is_box, this_box
from lms.offline.box.history import HISTORY
from lms.offline.box.models import Box, BoxCohort, BoxSelf
from lms.offline.box.seal import Unfit
from lms.people.account_models import Account, RoleGrant
from lms.people.models import Person, Residence
from tests.cast import OPENED, PIN, Cast
from tests.offline.laptops import Laptop, begin, make_file, officer, signed_in
from tests.scratch import Scratch

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("built_app")]


BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
"""The laptop's side is SQLite anyway; what the commune reads is asked of both."""


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path
) -> Iterator[str]:  # fmt: skip
    """SQLite, and PostgreSQL for a test that asks for both."""
    if getattr(request, "param", "sqlite") == "sqlite":
        shutil.copy(sqlite_template, tmp_path / "lms.db")
        yield f"sqlite:///{tmp_path / 'lms.db'}"
        return
    scratch: Scratch = request.getfixturevalue("scratch")
    yield scratch.take()
    scratch.give_back()


@pytest.fixture
def planned(database: Database, cast: Cast) -> Cast:
    """Class K1 meets once more: the meeting that the laptop is to hold; nothing is open at the commune."""
    with database.write() as session:
        for name in ("k1_buoi", "k2_buoi"):
            row = session.get_one(ClassSession, (cast["TBT"], cast[name]))
            row.closed_at, row.code = row.opened_at, None
            sitting = session.get_one(Sitting, (cast["TBT"], cast[name.replace("buoi", "thi")]))
            sitting.closed_at = sitting.opened_at
        meeting = ClassSession(
            commune_id=cast["TBT"], cohort_id=cast["k1"], number=2, planned_on=date(2026, 11, 27)
        )
        session.add(meeting)
        session.flush()
        cast.ids["k1_buoi2"] = meeting.id
    return cast


@pytest.fixture
def laptop(
    database: Database, keys: Keys, planned: Cast, sqlite_template: Path, tmp_path: Path
) -> Iterator[Laptop]:
    """The box of class K1."""
    _key, code, file = make_file(database, keys, planned, "k1")
    box = begin(sqlite_template, tmp_path / "may-lop", file, code)
    yield box
    box.database.close()


@BOTH
def test_a_laptop_becomes_a_box_that_holds_its_class_and_nothing_of_others(
    laptop: Laptop, cast: Cast, keys: Keys
) -> None:
    assert is_box(laptop.database)
    with laptop.database.read() as session:
        assert box_of(session) == laptop.id
        assert session.scalars(select(Cohort.id)).all() == [cast["k1"]]
        names = set(session.scalars(select(Person.full_name)))
        assert names == {"Nguyễn Thị Lan", "Trần Văn Hùng"}
        assert session.scalar(select(func.count()).select_from(Residence)) == 0
        people = session.scalars(select(Person)).all()
        assert all(p.birth_date is None and p.phone is None and p.sex is None for p in people)
        assert {p.birth_year for p in people} == {1958, 1990}
        assert set(session.scalars(select(RoleGrant.role))) == {"trainer"}
        assert session.scalars(select(Account.login)).all() == ["trang"]
        row = session.get_one(Enrolment, (cast["TBT"], cast["hv_lan"]))
        assert row.pin_sealed == ""
        assert row.card_sealed is None
        assert laptop.keys.matches("pin", f"{row.id}:{PIN}", row.pin_hmac)
        assert not keys.matches("pin", f"{row.id}:{PIN}", row.pin_hmac)


def test_no_secret_of_the_commune_is_in_the_file_or_the_store(
    laptop: Laptop, keys: Keys, cast: Cast
) -> None:
    """The store's bytes hold neither the commune's keys nor a password, citizen ID or PIN."""
    body = (laptop.settings.data_dir / "lms.db").read_bytes()
    for secret in (keys.pepper, keys.citizen_id, keys.session, keys.certificates):
        assert secret not in body
        assert secret.hex().encode() not in body
    assert laptop.keys.pepper != keys.pepper
    assert laptop.keys.certificates != keys.certificates


def test_every_column_a_box_is_told_was_chosen() -> None:
    """Names of columns that say too much of a person, or open something, are in no part."""
    told = {f"{part.name}.{name}" for part in (*PARTS, *HISTORY) for name in part.columns}
    forbidden = (
        "citizen",
        "sealed",
        "phone",
        "birth_date",
        "sex",
        "two_steps",
        "diary",
        "reason",
        "token",
    )
    allowed = {"cohort.cancel_reason", "class_session.cancel_reason"}
    assert {one for one in told - allowed if any(word in one for word in forbidden)} == set()


def test_the_file_opens_with_its_code_alone(
    database: Database, keys: Keys, planned: Cast, sqlite_template: Path, tmp_path: Path
) -> None:
    key, code, file = make_file(database, keys, planned, "k1")
    with pytest.raises(Unfit, match="Mã không đúng"):
        begin(sqlite_template, tmp_path / "a", file, code[:-1] + ("A" if code[-1] != "A" else "B"))
    with pytest.raises(Unfit):
        begin(sqlite_template, tmp_path / "b", file[:-1], code)
    assert code.encode() not in file
    assert b"Lan" not in file
    with database.write() as session:
        new = giving.NewBox(key, "Máy lớp thôn Đông", [planned["k1"]], code)
        again = giving.create_box(session, officer(planned), keys, new)
        assert session.scalar(select(func.count()).select_from(Box)) == 1
    box = begin(sqlite_template, tmp_path / "c", again, code.lower().replace("-", " "))
    assert box.id == key
    box.database.close()


def _teach(cast: Cast) -> Actor:
    return Actor(Role.TRAINER, cast["TBT"], cast["trang"], cohort_ids=frozenset([cast["k1"]]))


def test_the_meeting_and_its_test_bear_the_ids_that_the_commune_knows(
    laptop: Laptop, database: Database, planned: Cast
) -> None:
    who = _teach(planned)
    with laptop.database.write() as session:
        meeting = actions.plan_session(session, who, planned["k1"], date(2026, 12, 1))
        assert meeting.id == planned["k1_buoi2"], "rain put it off: it is the same meeting"
        classroom.open_session(session, who, meeting.id)
        sitting = classroom.open_sitting(session, who, planned["k1"])
        again = classroom.open_sitting(session, who, planned["k1"])
        classroom.close_sitting(session, who, planned["k1"])
        reopened = classroom.open_sitting(session, who, planned["k1"])
        key = sitting.id
        assert key == again.id == reopened.id
        classroom.close_session(session, who, meeting.id)
        told = session.execute(select(Event.type, Event.device_id).order_by(Event.id)).all()
        with pytest.raises(Conflict, match="đã học hết"):
            actions.plan_session(session, who, planned["k1"], date(2026, 12, 2))
    kinds = [row[0] for row in told]
    assert kinds == ["session.opened", "sitting.opened", "sitting.closed", "sitting.opened",
                     "sitting.closed", "session.closed"]  # fmt: skip
    assert {row[1] for row in told} == {laptop.id}
    with database.read() as session:
        known = session.scalars(select(CarriedMeeting.id)).all()
        assert key in known
        device = session.get_one(Device, (planned["TBT"], laptop.id))
        assert device.kind == "box"


def _told(database: Database, keys: Keys, cast: Cast, laptop: Laptop) -> bytes:
    with database.write() as session:
        return giving.snapshot_for(session, officer(cast), keys, laptop.id)[1]


def _take(laptop: Laptop, raw: bytes) -> bool:
    with laptop.database.write() as session:
        return snapshots.take_snapshot(session, laptop.keys, raw).is_new


def test_the_same_content_keeps_its_number_and_an_older_one_is_harmless(
    laptop: Laptop, database: Database, keys: Keys, planned: Cast
) -> None:
    same = _told(database, keys, planned, laptop)
    assert not _take(laptop, same), "the file of the start held it already"
    with database.write() as session:
        actions.enrol(session, officer(planned), keys, planned["k1"], planned["mai"])
    newer = _told(database, keys, planned, laptop)
    assert _take(laptop, newer)
    assert not _take(laptop, newer)
    assert not _take(laptop, same)
    with laptop.database.read() as session:
        assert "Lê Ngọc Mai" in set(session.scalars(select(Person.full_name)))


def test_what_is_told_no_more_is_put_away_and_what_was_done_stays(
    laptop: Laptop, database: Database, keys: Keys, planned: Cast
) -> None:
    who = _teach(planned)
    with laptop.database.write() as session:
        classroom.open_session(session, who, planned["k1_buoi2"])
    with database.write() as session:
        giving.give_classes(session, officer(planned), laptop.id, [planned["k2"]])
    assert _take(laptop, _told(database, keys, planned, laptop))
    with laptop.database.read() as session:
        lan = session.get_one(Person, (planned["TBT"], planned["lan"]))
        learner = session.get_one(Enrolment, (planned["TBT"], planned["hv_lan"]))
        cohort = session.get_one(Cohort, (planned["TBT"], planned["k1"]))
        trainers = session.scalars(select(CohortTrainer.cohort_id)).all()
        gone = session.scalars(select(Account).where(Account.login == "trang")).one()
        assert (lan.full_name, lan.birth_year, learner.pin_hmac) == ("", None, "")
        assert learner.withdrawn_on is not None
        assert cohort.closed_at is not None
        assert trainers == [planned["k2"]]
        assert gone.disabled_at is not None
        assert gone.password_hash is None
        assert session.scalar(select(func.count()).select_from(Event)) == 1
        opened = session.get_one(ClassSession, (planned["TBT"], planned["k1_buoi2"]))
        assert opened.opened_at is not None, "the hours of a meeting are the box's own"


def test_foreign_and_damaged_snapshots_are_refused_and_change_nothing(
    laptop: Laptop, database: Database, keys: Keys, planned: Cast,
    sqlite_template: Path, tmp_path: Path,
) -> None:  # fmt: skip
    _key, code, file = make_file(database, keys, planned, "k2", label="Máy lớp thôn Tây")
    other = begin(sqlite_template, tmp_path / "khac", file, code)
    with database.write() as session:
        actions.enrol(session, officer(planned), keys, planned["k1"], planned["minh"])
    raw = _told(database, keys, planned, laptop)
    for wrong in (raw[:-1], raw + b"x", raw[:400] + b"\0" + raw[401:], b"", b"PK\x03\x04"):
        with pytest.raises(Unfit):
            _take(laptop, wrong)
    with pytest.raises(Unfit):
        _take(other, raw)
    with other.database.read() as session:
        assert session.scalars(select(Cohort.id)).all() == [planned["k2"]]
    other.database.close()
    with laptop.database.read() as session:
        assert session.scalars(select(Person).where(Person.id == planned["minh"])).all() == []
    assert _take(laptop, raw)


def test_a_tablet_revoked_at_the_commune_is_let_in_no_more(
    laptop: Laptop, database: Database, keys: Keys, planned: Cast
) -> None:
    for at in (database, laptop.database):
        with at.write() as session:
            session.add(Device(
                commune_id=planned["TBT"], id=planned["hung"], label="Máy 31", kind="tablet",
                box_id=laptop.id, revoked_at=None,
            ))  # fmt: skip
    with database.write() as session:
        session.get_one(Device, (planned["TBT"], planned["hung"])).revoked_at = session.scalar(
            select(Box.made_at)
        )
    assert _take(laptop, _told(database, keys, planned, laptop))
    with laptop.database.read() as session:
        assert session.get_one(Device, (planned["TBT"], planned["hung"])).revoked_at is not None


def test_a_disabled_box_gets_nothing_more_and_is_closed_until_it_is_found(
    laptop: Laptop, database: Database, keys: Keys, planned: Cast, app: Flask
) -> None:
    with database.write() as session:
        giving.disable_box(session, officer(planned), laptop.id)
        giving.disable_box(session, officer(planned), laptop.id)
        with pytest.raises(Conflict):
            giving.give_classes(session, officer(planned), laptop.id, [planned["k2"]])
    assert _take(laptop, _told(database, keys, planned, laptop))
    laptop.run(app)
    client = signed_in(app)
    closed = client.get("/lop-hoc")
    assert closed.status_code == 403
    assert "đã ngừng" in closed.get_data(as_text=True)
    assert client.get("/viec-ve-xa").status_code == 200
    with database.write() as session:
        giving.enable_box(session, officer(planned), laptop.id)
    assert _take(laptop, _told(database, keys, planned, laptop))
    assert client.get("/lop-hoc").status_code == 200


def test_a_class_is_at_one_box_at_a_time_and_a_box_has_a_name_of_its_own(
    database: Database, keys: Keys, planned: Cast
) -> None:
    make_file(database, keys, planned, "k1")
    with pytest.raises(Invalid, match="đang ở Máy lớp thôn Đông"):
        make_file(database, keys, planned, "k1", label="Máy khác")
    with pytest.raises(Invalid, match="Đã có máy tên"):
        make_file(database, keys, planned, "k2")
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(BoxCohort)) == 1


def test_officers_make_boxes_and_nobody_else(database: Database, keys: Keys, planned: Cast) -> None:
    new = giving.NewBox(planned["lan"], "Máy lớp", [planned["k1"]], "A" * 16)
    with database.write() as session, pytest.raises(Forbidden):
        giving.create_box(session, _teach(planned), keys, new)


def test_a_restored_commune_still_tells_newer_numbers(
    laptop: Laptop, database: Database, keys: Keys, planned: Cast
) -> None:
    with database.write() as session:
        box = session.get_one(Box, (planned["TBT"], laptop.id))
        before = box.snapshot_number
        box.snapshot_number, box.snapshot_sha256 = 0, ""
    _told(database, keys, planned, laptop)
    with database.read() as session:
        assert session.scalar(select(Box.snapshot_number)) >= before


def test_cards_open_at_the_box_under_its_own_pepper(
    database: Database, keys: Keys, planned: Cast, sqlite_template: Path, tmp_path: Path
) -> None:
    with database.write() as session:
        row = session.get_one(Enrolment, (planned["TBT"], planned["hv_lan"]))
        number = cards.card_of(session, keys, row)
    _key, code, file = make_file(database, keys, planned, "k1")
    box = begin(sqlite_template, tmp_path / "may", file, code)
    with box.database.read() as session:
        found = cards.find_card(session, box.keys, planned["TBT"], number)
        own = this_box(session)
    assert found is not None
    assert found.enrolment is not None
    assert found.enrolment.id == planned["hv_lan"]
    assert isinstance(own, BoxSelf)
    box.database.close()


@BOTH
def test_learners_go_on_where_they_stood_and_work_alone_makes_no_new_number(
    laptop: Laptop, database: Database, keys: Keys, planned: Cast,
    sqlite_template: Path, tmp_path: Path,
) -> None:  # fmt: skip
    lan, commune = planned["hv_lan"], planned["TBT"]
    with database.write() as session:
        number = session.scalar(select(Box.snapshot_number))
        for name, more in (
            ("xong", {"state": "final", "passed": True}),
            ("dang", {"state": "open"}),
        ):
            session.add(Attempt(
                commune_id=commune, id=derived(name), enrolment_id=lan, version_id=planned["version"],
                level="basic", purpose="practice", blueprint="x", seed="s", form={"items": []},
                started_at=OPENED, trail={"sitting": None}, clock_flag=False, **more,
            ))  # fmt: skip
        session.add(LessonProgress(
            commune_id=commune, id=derived("lesson", lan, "b1"), enrolment_id=lan, lesson="b1",
            screens_seen=3, finished_at=OPENED, last_at=OPENED,
        ))  # fmt: skip
    again = _told(database, keys, planned, laptop)
    assert not _take(laptop, again)
    with database.write() as session:
        assert session.scalar(select(Box.snapshot_number)) == number
        actions.enrol(session, officer(planned), keys, planned["k1"], planned["mai"])
    raw = _told(database, keys, planned, laptop)
    with laptop.database.write() as session:
        session.add(LessonProgress(
            commune_id=commune, id=derived("lesson", lan, "b1"), enrolment_id=lan, lesson="b1",
            screens_seen=7, finished_at=None, last_at=OPENED,
        ))  # fmt: skip
    assert _take(laptop, raw)
    with laptop.database.read() as session:
        held = session.scalars(select(LessonProgress)).one()
        assert held.screens_seen == 7, "what the box has of it is its own"
        assert session.scalars(select(Attempt.id)).all() == [derived("xong")]
