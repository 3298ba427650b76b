"""A learner's way in, and how often a PIN may be missed on any path."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.app import create_app
from lms.cohorts import limits
from lms.cohorts.models import ClassSession, Device, Enrolment, LearnerSession
from lms.core import clock
from lms.core import limits as core_limits
from lms.core.db import Database
from lms.core.keys import Keys
from lms.core.limits import TryCount
from lms.core.settings import Settings
from lms.people.account_models import StaffSession
from tests.cast import PIN, Cast
from tests.cohorts.conftest import Browser

pytestmark = pytest.mark.db
API = "/api/v1/learner-sessions"


def tablet_in_class(browser: Browser, **cookies: str) -> FlaskClient:
    client = browser(**{"device": "k1_may"} | cookies)
    assert client.post("/vao-lop", data={"code": "k1 abcd"}).location == "/vao-lop/ten"
    return client


def try_pin(client: FlaskClient, cast: Cast, pin: str, who: str = "hv_lan") -> int:
    return client.post(f"/vao-lop/pin/{cast[who]}", data={"pin": pin}).status_code


def try_api(app: Flask, cast: Cast, pin: str, who: str = "hv_lan", device: str = "k1_may") -> int:
    body = {"class_code": "K1ABCD", "enrolment_id": str(cast[who]), "pin": pin}
    headers = {"Authorization": f"Bearer {cast.device_credentials[device]}"}
    return app.test_client().post(API, json=body, headers=headers).status_code


def test_from_class_code_over_picture_and_pin_to_the_lessons(
    browser: Browser, cast: Cast, database: Database
) -> None:
    client = tablet_in_class(browser)
    page = client.get("/vao-lop/ten").get_data(as_text=True)
    assert "Lan N." in page
    assert "Hùng T." in page
    assert "Nguyễn Thị Lan" not in page
    assert client.get(f"/vao-lop/pin/{cast['hv_lan']}").status_code == 200
    answer = client.post(f"/vao-lop/pin/{cast['hv_lan']}", data={"pin": PIN})
    assert (answer.status_code, answer.location) == (303, "/hoc")
    assert "HttpOnly" in answer.headers.getlist("Set-Cookie")[0]
    with database.read() as session:
        row = session.get_one(Device, (cast["TBT"], cast["k1_may"]))
        assert row.class_session_id == cast["k1_buoi"]


def test_the_tablet_goes_straight_to_the_pictures_until_another_class_is_wanted(
    browser: Browser,
) -> None:
    client = tablet_in_class(browser)
    assert client.get("/vao-lop").location == "/vao-lop/ten"
    assert client.get("/vao-lop?doi=1").status_code == 200


def test_a_browser_that_is_no_tablet_sees_no_name(browser: Browser, cast: Cast) -> None:
    for client in (browser(), browser(staff="trang")):
        assert "Máy này chưa là máy của lớp" in client.get("/vao-lop").get_data(as_text=True)
        assert client.get("/vao-lop/ten").location == "/vao-lop"
        assert client.get(f"/vao-lop/pin/{cast['hv_lan']}").location == "/vao-lop"
        assert client.post("/vao-lop", data={"code": "K1ABCD"}).status_code == 401
        assert (
            client.post(f"/vao-lop/pin/{cast['hv_lan']}", data={"pin": PIN}).location == "/vao-lop"
        )


def test_a_revoked_tablet_is_no_tablet(browser: Browser, cast: Cast, database: Database) -> None:
    client = tablet_in_class(browser)
    with database.write() as session:
        session.get_one(Device, (cast["TBT"], cast["k1_may"])).revoked_at = clock.now()
    assert client.get("/vao-lop/ten").location == "/vao-lop"
    assert client.post(f"/vao-lop/pin/{cast['hv_lan']}", data={"pin": PIN}).location == "/vao-lop"


def test_a_tablet_enters_only_classes_of_its_own_commune(browser: Browser, cast: Cast) -> None:
    foreign = browser(device="xa_k1_may")
    assert foreign.post("/vao-lop", data={"code": "K1ABCD"}).status_code == 422
    client = tablet_in_class(browser)
    for other in ("xa_hv_lan", "hv_mai"):
        assert client.get(f"/vao-lop/pin/{cast[other]}").status_code == 404
        answer = client.post(f"/vao-lop/pin/{cast[other]}", data={"pin": PIN})
        assert answer.location == "/vao-lop"


def test_a_closed_class_lets_nobody_in(browser: Browser, cast: Cast, database: Database) -> None:
    client = tablet_in_class(browser)
    with database.write() as session:
        row = session.get_one(ClassSession, (cast["TBT"], cast["k1_buoi"]))
        row.closed_at, row.code = clock.now(), None
    assert client.get("/vao-lop/ten").location == "/vao-lop"
    assert client.post("/vao-lop", data={"code": "K1ABCD"}).status_code == 422
    assert client.post(f"/vao-lop/pin/{cast['hv_lan']}", data={"pin": PIN}).location == "/vao-lop"


@pytest.mark.counts("PIN and card guesses, got in 0", n=7)
def test_five_wrong_pins_lock_until_the_trainer_unlocks(
    browser: Browser, cast: Cast, app: Flask
) -> None:
    client = tablet_in_class(browser)
    # Every path counts in the same place.
    assert [try_pin(client, cast, "0000") for _ in range(3)] == [422, 422, 422]
    assert [try_api(app, cast, "0000") for _ in range(2)] == [422, 422]
    assert try_pin(client, cast, PIN) == 429
    assert try_api(app, cast, PIN) == 429
    assert "Đang khóa" in client.get("/vao-lop/ten").get_data(as_text=True)
    assert "Mã số đang khóa" in client.get(f"/vao-lop/pin/{cast['hv_lan']}").get_data(as_text=True)
    # Another learner of the class is not touched.
    assert try_pin(client, cast, PIN, "hv_hung") == 303
    trainer = browser(staff="trang")
    assert trainer.post(f"/ghi-danh/{cast['hv_lan']}/mo-khoa").status_code == 303
    assert try_pin(client, cast, PIN) == 303


@pytest.mark.counts("PIN and card guesses, got in 0", n=6)
def test_the_count_survives_a_restart(
    browser: Browser, cast: Cast, settings: Settings, keys: Keys
) -> None:
    client = tablet_in_class(browser)
    for _ in range(5):
        try_pin(client, cast, "0000")
    again = create_app(settings, keys=keys, testing=True)
    with clock.frozen(clock.now() + timedelta(days=300)):
        # No waiting unlocks a learner, and neither does a new process.
        assert try_api(again, cast, PIN) == 429
    again.extensions["lms.db"].close()


@pytest.mark.counts("PIN and card guesses, got in 0", n=12)
def test_a_right_pin_forgets_the_misses_before_it(browser: Browser, cast: Cast) -> None:
    client = tablet_in_class(browser)
    for _ in range(3):
        assert [try_pin(client, cast, "0000") for _ in range(4)] == [422] * 4
        assert try_pin(client, cast, PIN) == 303


def test_a_tablet_that_tries_one_learner_after_the_other_must_pause(
    browser: Browser, cast: Cast, database: Database
) -> None:
    client = tablet_in_class(browser)
    with database.write() as session:
        misses = [(limits.tablet_subject(cast["k1_may"]), limits.PER_TABLET)]
        for _ in range(limits.PER_TABLET.tries - 1):
            core_limits.count_misses(session, cast["TBT"], misses)
    assert try_pin(client, cast, "0000") == 422
    assert try_pin(client, cast, PIN, "hv_hung") == 429
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        assert try_pin(client, cast, PIN, "hv_hung") == 303


def test_a_class_under_attack_from_many_tablets_pauses(
    app: Flask, browser: Browser, cast: Cast, database: Database
) -> None:
    with database.write() as session:
        misses = [(limits.class_subject(cast["k1_buoi"]), limits.PER_CLASS)]
        for _ in range(limits.PER_CLASS.tries):
            core_limits.count_misses(session, cast["TBT"], misses)
    assert try_api(app, cast, PIN, device="k2_may") == 429


def test_class_codes_cannot_be_guessed_through(browser: Browser, cast: Cast) -> None:
    client = browser(device="k1_may")
    for _ in range(limits.CODES_PER_TABLET.tries):
        assert client.post("/vao-lop", data={"code": "ZZZZZZ"}).status_code == 422
    assert client.post("/vao-lop", data={"code": "K1ABCD"}).status_code == 429


def test_a_wrong_pin_writes_nothing_but_its_count(
    browser: Browser, cast: Cast, database: Database
) -> None:
    client = tablet_in_class(browser)
    try_pin(client, cast, "0000")
    with database.read() as session:
        subjects = set(session.scalars(select(TryCount.subject)))
        assert subjects == {
            limits.learner_subject(cast["hv_lan"]),
            limits.tablet_subject(cast["k1_may"]),
            limits.class_subject(cast["k1_buoi"]),
        }


def test_one_person_at_a_time_sits_at_a_tablet(
    browser: Browser, cast: Cast, database: Database
) -> None:
    client = tablet_in_class(browser)
    try_pin(client, cast, PIN)
    try_pin(client, cast, PIN, "hv_hung")
    with database.read() as session:
        standing = session.scalars(
            select(LearnerSession.enrolment_id).where(
                LearnerSession.device_id == cast["k1_may"],
                LearnerSession.commune_id == cast["TBT"],
                LearnerSession.ended_at.is_(None),
            )
        ).all()
    assert standing == [cast["hv_hung"]]


def test_a_staff_session_of_the_browser_ends_when_a_learner_signs_in(
    browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    client = tablet_in_class(browser, staff="trang")
    assert client.get("/may").status_code == 200
    assert try_pin(client, cast, PIN) == 303
    assert client.get_cookie("lms_staff") is None
    with database.read() as session:
        digest = keys.digest("staff-session", cast.staff_tokens["trang"])
        query = select(StaffSession.revoked_at).where(StaffSession.token_digest == digest)
        assert session.scalar(query) is not None


def test_the_next_person_sees_nothing_of_the_last(browser: Browser, cast: Cast) -> None:
    client = tablet_in_class(browser)
    try_pin(client, cast, PIN)
    assert client.get("/hoc").status_code == 200
    answer = client.post("/nguoi-tiep-theo")
    assert answer.location == "/vao-lop/ten"
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert client.get_cookie("lms_learner") is None
    client.set_cookie("lms_learner", cast.learner_tokens["lan"])
    assert "no-store" in client.get("/vao-lop/ten").headers["Cache-Control"]
    assert client.post("/nguoi-tiep-theo").status_code == 303


def test_the_old_cookie_is_worthless_after_the_hand_over(browser: Browser, cast: Cast) -> None:
    client = tablet_in_class(browser)
    try_pin(client, cast, PIN)
    kept = client.get_cookie("lms_learner")
    assert kept is not None
    client.post("/nguoi-tiep-theo")
    client.set_cookie("lms_learner", kept.value)
    assert client.get("/hoc").status_code == 401


def test_a_withdrawn_learner_is_not_in_the_class(
    browser: Browser, cast: Cast, database: Database
) -> None:
    client = tablet_in_class(browser)
    with database.write() as session:
        row = session.get_one(Enrolment, (cast["TBT"], cast["hv_lan"]))
        row.withdrawn_on = clock.today()
    assert "Lan N." not in client.get("/vao-lop/ten").get_data(as_text=True)
    assert client.post(f"/vao-lop/pin/{cast['hv_lan']}", data={"pin": PIN}).location == "/vao-lop"


def test_only_a_sample_commune_lets_anybody_try(
    browser: Browser, cast: Cast, database: Database
) -> None:
    client = browser()
    assert "Dùng thử" not in client.get("/vao-lop").get_data(as_text=True)
    assert client.post("/vao-lop/may-thu").status_code == 404
