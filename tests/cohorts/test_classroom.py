"""A class meets: opening, attendance, sittings, help, closing – each safe to repeat."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.cohorts import classroom, queries
from lms.cohorts.actions import NewCohort, create_cohort, enrol, new_pin, plan_session, printed_pin
from lms.cohorts.models import Attendance, ClassSession, Cohort, Enrolment, HelpCall, Sitting
from lms.core import clock
from lms.core.db import Database
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.guard import Actor, system
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.ledger.models import Event
from tests.cast import Cast
from tests.cohorts.conftest import Browser

pytestmark = pytest.mark.db


@pytest.fixture(autouse=True)
def _listening(app: Flask) -> None:
    """The app makes the event types known."""


def trainer(cast: Cast, name: str = "trang", cohort: str = "k1") -> Actor:
    ids = frozenset([cast[cohort]])
    return Actor(Role.TRAINER, cast["TBT"], cast[name], name, cohort_ids=ids)


def events(database: Database, kind: str) -> int:
    with database.read() as session:
        query = select(func.count()).select_from(Event).where(Event.type == kind)
        return session.scalar(query) or 0


def test_a_class_session_is_closed_and_opened_again_with_another_code(
    browser: Browser, cast: Cast, database: Database
) -> None:
    client, path = browser(staff="trang"), f"/buoi/{cast['k1_buoi']}"
    for _ in range(2):
        assert client.post(f"{path}/dong").status_code == 303
    with database.read() as session:
        row = session.get_one(ClassSession, (cast["TBT"], cast["k1_buoi"]))
        assert row.code is None
        assert session.scalars(
            select(Sitting.closed_at).where(Sitting.class_session_id == cast["k1_buoi"])
        ).one()
    for _ in range(2):
        assert client.post(f"{path}/mo").status_code == 303
    with database.read() as session:
        row = session.get_one(ClassSession, (cast["TBT"], cast["k1_buoi"]))
        assert row.code is not None
        assert len(row.code) == 6
        assert row.code != "K1ABCD"
        assert row.closed_at is None
    assert (events(database, "session.closed"), events(database, "session.opened")) == (1, 1)


def test_closing_signs_out_whoever_still_sits_there(browser: Browser, cast: Cast) -> None:
    learner = browser(learner="lan")
    assert learner.post("/goi-thay").status_code == 303
    browser(staff="trang").post(f"/buoi/{cast['k1_buoi']}/dong")
    assert learner.post("/goi-thay").status_code == 401


def test_a_class_meets_once_at_a_time(cast: Cast, database: Database) -> None:
    with database.write() as session:
        second = plan_session(session, trainer(cast), cast["k1"], clock.today())
        assert plan_session(session, trainer(cast), cast["k1"], clock.today()).id == second.id
        assert second.number == 2
        with pytest.raises(Conflict, match="Buổi 1"):
            classroom.open_session(session, trainer(cast), second.id)


def test_attendance_is_marked_corrected_and_safe_to_repeat(
    browser: Browser, cast: Cast, database: Database
) -> None:
    client, path = browser(staff="trang"), f"/buoi/{cast['k1_buoi']}/diem-danh"
    lan, hung = f"state-{cast['hv_lan']}", f"state-{cast['hv_hung']}"
    for form in ({lan: "present", hung: ""}, {lan: "present"}, {lan: "excused", hung: "absent"}):
        assert client.post(path, data=form).status_code == 303
    with database.read() as session:
        held = {row.enrolment_id: row.state for row in session.scalars(select(Attendance))}
    assert held == {cast["hv_lan"]: "excused", cast["hv_hung"]: "absent"}
    assert events(database, "attendance.marked") == 3


@pytest.mark.parametrize("bad", ["sick", "PRESENT", "x" * 5000])
def test_an_odd_state_is_refused_and_nothing_half_saved(
    browser: Browser, cast: Cast, database: Database, bad: str
) -> None:
    form = {f"state-{cast['hv_lan']}": "present", f"state-{cast['hv_hung']}": bad}
    answer = browser(staff="trang").post(f"/buoi/{cast['k1_buoi']}/diem-danh", data=form)
    assert answer.status_code == 422
    assert events(database, "attendance.marked") == 0


@pytest.mark.parametrize("name", ["hv_mai", "xa_hv_lan"])
def test_nobody_of_another_class_is_marked_here(browser: Browser, cast: Cast, name: str) -> None:
    form = {f"state-{cast[name]}": "present"}
    answer = browser(staff="trang").post(f"/buoi/{cast['k1_buoi']}/diem-danh", data=form)
    assert answer.status_code == 422


def test_a_sitting_has_proctor_place_and_time(
    browser: Browser, cast: Cast, database: Database
) -> None:
    client, path = browser(staff="trang"), f"/lop-hoc/{cast['k1']}/giam-sat"
    for _ in range(2):
        assert client.post(f"{path}/ket-thuc").status_code == 303
    for _ in range(2):
        assert client.post(path, data={"place": " Trường  mầm non "}).status_code == 303
    with database.read() as session:
        row = queries.open_sitting(session, cast["TBT"], cast["k1"])
        assert row is not None
        assert (row.place, row.proctor_id) == ("Trường mầm non", cast["trang"])
    form = {"enrolment_id": str(cast["hv_lan"]), "allowed": ["oral", "read_aloud"]}
    assert client.post(f"{path}/ho-tro", data=form).status_code == 303
    with database.read() as session:
        row = queries.open_sitting(session, cast["TBT"], cast["k1"])
        assert row is not None
        assert row.accommodations == {str(cast["hv_lan"]): ["read_aloud", "oral"]}
    assert client.post(f"{path}/ho-tro", data=form | {"allowed": ["answers"]}).status_code == 422


def test_a_sitting_needs_an_open_class(cast: Cast, database: Database) -> None:
    with database.write() as session:
        classroom.close_session(session, trainer(cast), cast["k1_buoi"])
        with pytest.raises(Conflict, match="mở buổi học trước"):
            classroom.open_sitting(session, trainer(cast), cast["k1"])


def test_a_learner_calls_once_and_the_trainer_comes(
    browser: Browser, cast: Cast, database: Database
) -> None:
    learner = browser(learner="lan")
    for _ in range(3):
        assert learner.post("/goi-thay").location == "/hoc"
    assert events(database, "help.asked") == 1
    with database.read() as session:
        rows = queries.roster(session, cast["TBT"], cast["k1"], cast["k1_buoi"])
        assert [(row.short, row.calls_help) for row in rows] == [
            ("Hùng T.", False),
            ("Lan N.", True),
        ]
        assert rows[1].signed_in_on == "k1_may"
    for _ in range(2):
        browser(staff="trang").post(f"/ghi-danh/{cast['hv_lan']}/da-giup")
    with database.read() as session:
        assert queries.help_calls(session, cast["TBT"], cast["k1_buoi"]) == []
        assert session.scalars(select(HelpCall)).one().answered_at is not None
    assert events(database, "help.answered") == 1


def test_a_new_pin_replaces_the_old_and_is_shown_once(
    browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    page = browser(staff="trang").post(
        f"/ghi-danh/{cast['hv_lan']}/pin",
        headers={"Referer": f"http://localhost/lop-hoc/{cast['k1']}"},
    )
    with database.read() as session:
        row = session.get_one(Enrolment, (cast["TBT"], cast["hv_lan"]))
        pin = printed_pin(keys, row)
        assert keys.matches("pin", f"{row.id}:{pin}", row.pin_hmac)
    text = page.get_data(as_text=True)
    assert pin in text
    assert f"/lop-hoc/{cast['k1']}" in text
    assert browser(learner="lan").post("/goi-thay").status_code == 401


def test_enrolling_twice_is_once_and_ends_a_leave(
    cast: Cast, database: Database, keys: Keys
) -> None:
    with database.write() as session:
        who = trainer(cast)
        first = enrol(session, who, keys, cast["k1"], cast["mai"])
        first.withdrawn_on = clock.today()
        again = enrol(session, who, keys, cast["k1"], cast["mai"])
        assert (again.id, again.withdrawn_on) == (first.id, None)
        assert len(printed_pin(keys, first)) == 4
        pairs = session.execute(
            select(Enrolment.picture, Enrolment.colour).where(Enrolment.cohort_id == cast["k1"])
        ).all()
        assert len(pairs) == len(set(pairs)) == 3


def test_people_and_classes_of_another_commune_look_like_missing_ones(
    cast: Cast, database: Database, keys: Keys
) -> None:
    who = Actor(Role.OFFICER, cast["TBT"], cast["oanh"])
    with database.write() as session:
        for cohort, person in (("k1", "xa_mai"), ("xa_k1", "mai"), ("xa_k1", "xa_mai")):
            with pytest.raises(NotFound):
                enrol(session, who, keys, cast[cohort], cast[person])
        with pytest.raises(NotFound):
            new_pin(session, who, keys, cast["xa_hv_lan"])
        with pytest.raises(NotFound):
            classroom.open_session(session, who, cast["xa_k1_buoi"])


def test_a_class_is_made_once_and_bound_to_its_trainers(cast: Cast, database: Database) -> None:
    new = NewCohort(
        code="K9", name="Lớp K9", version_id=cast["version"], level="basic",
        unit_id=cast["thon_tay"], place="Nhà văn hóa", starts_on=clock.today(),
        trainer_ids=[cast["tuan"]], id=UUID("01890000-0000-7000-8000-0000000000aa"),
    )  # fmt: skip
    who = Actor(Role.OFFICER, cast["TBT"], cast["oanh"])
    with database.write() as session:
        made = create_cohort(session, who, new)
        assert create_cohort(session, who, new).id == made.id
        assert [a.id for a in queries.trainers_of(session, cast["TBT"], made.id)] == [cast["tuan"]]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "K1"}, "code"),
        ({"level": "expert"}, "level"),
        ({"name": "  "}, "name"),
        ({"unit": "xa_thon_tay"}, "unit_id"),
        ({"trainer": "oanh"}, "trainer_ids"),
        ({"trainer": "xa_trang"}, "trainer_ids"),
    ],
)
def test_a_wrong_class_is_refused_with_the_field(
    cast: Cast, database: Database, change: dict[str, str], field: str
) -> None:
    new = NewCohort(
        code=change.get("code", "K9"), name=change.get("name", "Lớp"), version_id=cast["version"],
        level=change.get("level", "basic"), unit_id=cast[change.get("unit", "thon_tay")],
        place="Nhà văn hóa", starts_on=clock.today(), trainer_ids=[cast[change.get("trainer", "tuan")]],
    )  # fmt: skip
    with database.write() as session, pytest.raises(Invalid) as refused:
        create_cohort(session, Actor(Role.OFFICER, cast["TBT"], cast["oanh"]), new)
    assert field in refused.value.fields


def test_what_a_trainer_sees_of_the_classes(cast: Cast, database: Database) -> None:
    with database.read() as session:
        (card,) = queries.classes_of(session, trainer(cast))
        assert (card.cohort.code, card.learners, card.sessions, card.held) == ("K1", 2, 1, 0)
        assert card.open_session is not None
        officer = Actor(Role.OFFICER, cast["TBT"], cast["oanh"])
        assert {c.cohort.code for c in queries.classes_of(session, officer)} == {"K1", "K2"}


def test_commands_act_as_system_and_name_the_proctor(cast: Cast, database: Database) -> None:
    with database.write() as session:
        who = system(cast["TBT"])
        classroom.close_sitting(session, who, cast["k1"])
        row = classroom.open_sitting(session, who, cast["k1"], proctor_id=cast["tuan"])
        assert row.proctor_id == cast["tuan"]
        assert session.get_one(Cohort, (cast["TBT"], cast["k1"])).place == row.place


def test_a_trainer_of_another_class_may_not(cast: Cast, database: Database) -> None:
    with database.write() as session, pytest.raises(Forbidden):
        classroom.open_session(session, trainer(cast, "tuan", "k2"), cast["k1_buoi"])
