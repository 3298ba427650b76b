"""What a device is told of itself, and how learners come in and out on it by JSON."""

import gzip

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.cohorts import cards, limits
from lms.cohorts.models import ClassSession, Device, Enrolment, LearnerSession
from lms.core import clock
from lms.core import limits as core_limits
from lms.core.db import Database
from lms.core.keys import Keys
from lms.people.account_models import StaffSession
from tests.cast import PIN, Cast
from tests.cohorts.conftest import Browser

pytestmark = pytest.mark.db
API = "/api/v1"
TABLET = {"Authorization": "Tablet"}


@pytest.fixture
def tablet(browser: Browser) -> FlaskClient:
    """The tablet of class K1 before anybody typed a code."""
    return browser(device="k1_may")


def in_class(tablet: FlaskClient) -> FlaskClient:
    answer = tablet.put(f"{API}/tablet/class", json={"code": "k1a bcd"}, headers=TABLET)
    assert answer.status_code == 200, answer.json
    return tablet


def card(database: Database, keys: Keys, cast: Cast, who: str, commune: str = "TBT") -> str:
    with database.write() as session:
        return cards.card_of(session, keys, session.get_one(Enrolment, (cast[commune], cast[who])))


def sign_in(tablet: FlaskClient, **body: object) -> tuple[int, dict[str, object]]:
    answer = tablet.post(f"{API}/learner-sessions", json=body, headers=TABLET)
    return answer.status_code, answer.json or {}


def told(tablet: FlaskClient) -> dict[str, object]:
    answer = tablet.get(f"{API}/tablet", headers=TABLET)
    assert answer.status_code == 200
    assert answer.json is not None
    return answer.json


def test_a_tablet_is_told_what_it_is_and_nothing_of_a_learner(
    tablet: FlaskClient, cast: Cast
) -> None:
    body = told(tablet)
    assert body["device"] == {"id": str(cast["k1_may"]), "label": "k1_may", "kind": "tablet"}
    assert body["commune"] == {"name": "xã Tân Bình Thượng", "code": "TBT", "is_sample": False}
    assert (body["class"], body["learner"], body["pack"]) == (None, None, None)


def test_a_tablet_that_is_used_is_never_forgotten_by_its_browser(tablet: FlaskClient) -> None:
    answer = tablet.get(f"{API}/tablet", headers=TABLET)
    kept = answer.headers["Set-Cookie"]
    assert kept.startswith("lms_device=TBT.")
    assert f"Max-Age={400 * 24 * 3600}" in kept


def test_what_is_read_travels_compressed_where_that_pays(tablet: FlaskClient, cast: Cast) -> None:
    in_class(tablet)
    plain = tablet.get(f"{API}/openapi.json")
    packed = tablet.get(f"{API}/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 3
    short = tablet.get(f"{API}/tablet", headers=TABLET | {"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in short.headers


def test_a_tablet_stands_in_a_class_until_it_leaves(tablet: FlaskClient, cast: Cast) -> None:
    told_class = in_class(tablet) and told(tablet)["class"]
    assert isinstance(told_class, dict)
    assert told_class["session"] == str(cast["k1_buoi"])
    assert (told_class["name"], told_class["level"], told_class["sitting"]) == (
        "Lớp K1",
        "basic",
        True,
    )
    assert len(told_class["content"]) == 64
    assert tablet.delete(f"{API}/tablet/class", headers=TABLET).status_code == 204
    assert told(tablet)["class"] is None
    assert tablet.get(f"{API}/tablet/roster", headers=TABLET).status_code == 409


def test_the_code_of_the_class_qr_is_taken_and_a_foreign_one_is_not(tablet: FlaskClient) -> None:
    for code, status in (("TBT-K1ABCD", 200), ("KHA-K1ABCD", 422), ("ZZZZZZ", 422)):
        answer = tablet.put(f"{API}/tablet/class", json={"code": code}, headers=TABLET)
        assert answer.status_code == status, code


def test_class_codes_cannot_be_guessed_through_the_api(tablet: FlaskClient) -> None:
    ask = {"json": {"code": "ZZZZZZ"}, "headers": TABLET}
    for _n in range(limits.CODES_PER_TABLET.tries):
        assert tablet.put(f"{API}/tablet/class", **ask).status_code == 422
    assert tablet.put(f"{API}/tablet/class", **ask).status_code == 429
    assert tablet.post("/vao-lop", data={"code": "K1ABCD"}).status_code == 429


def test_the_roster_names_nobody_in_full(tablet: FlaskClient, cast: Cast) -> None:
    faces = in_class(tablet).get(f"{API}/tablet/roster", headers=TABLET).json
    assert faces is not None
    assert {face["id"]: face["name"] for face in faces["faces"]} == {
        str(cast["hv_lan"]): "Lan N.", str(cast["hv_hung"]): "Hùng T.",
    }  # fmt: skip
    assert not any(face["locked"] for face in faces["faces"])


def test_picture_and_pin_sign_in_where_the_tablet_stands(tablet: FlaskClient, cast: Cast) -> None:
    status, face = sign_in(in_class(tablet), enrolment_id=str(cast["hv_lan"]), pin=PIN)
    assert (status, face["name"], face["enrolment_id"]) == (201, "Lan N.", str(cast["hv_lan"]))
    learner = told(tablet)["learner"]
    assert isinstance(learner, dict)
    assert (learner["enrolment"], learner["how"]) == (str(cast["hv_lan"]), "pin")
    # The same cookie beside another tablet's credential is nobody there.
    tablet.set_cookie("lms_device", cast.device_credentials["k2_may"])
    assert told(tablet)["learner"] is None


def test_a_card_alone_finds_its_learner(
    tablet: FlaskClient, cast: Cast, database: Database, keys: Keys
) -> None:
    number = card(database, keys, cast, "hv_hung")
    spaced = f"{number[:4]} {number[4:8]}.{number[8:]}"
    status, face = sign_in(in_class(tablet), card=spaced)
    assert (status, face["enrolment_id"]) == (201, str(cast["hv_hung"]))
    learner = told(tablet)["learner"]
    assert isinstance(learner, dict)
    assert learner["how"] == "card"


def test_signing_out_ends_whoever_sat_there(
    tablet: FlaskClient, cast: Cast, database: Database
) -> None:
    sign_in(in_class(tablet), enrolment_id=str(cast["hv_lan"]), pin=PIN)
    assert tablet.delete(f"{API}/learner-sessions", headers=TABLET).status_code == 204
    assert tablet.get_cookie("lms_learner") is None
    assert told(tablet)["learner"] is None
    with database.read() as session:
        standing = session.query(LearnerSession).filter_by(device_id=cast["k1_may"], ended_at=None)
        assert standing.count() == 0


def test_a_staff_session_of_the_browser_ends_with_the_api_too(
    browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    client = in_class(browser(staff="trang", device="k1_may"))
    assert sign_in(client, enrolment_id=str(cast["hv_lan"]), pin=PIN)[0] == 201
    assert client.get_cookie("lms_staff") is None
    with database.read() as session:
        digest = keys.digest("staff-session", cast.staff_tokens["trang"])
        row = session.query(StaffSession).filter_by(token_digest=digest).one()
        assert row.revoked_at is not None


@pytest.mark.parametrize(
    "body",
    [{}, {"pin": PIN}, {"card": "1234567890", "pin": PIN}, {"card": ""}, {"enrolment_id": None}],
)
def test_a_sign_in_without_one_whole_secret_is_refused(
    tablet: FlaskClient, body: dict[str, object]
) -> None:
    assert sign_in(in_class(tablet), **body)[0] == 422


def test_a_slip_of_the_finger_is_said_kindly_and_is_no_guess(
    tablet: FlaskClient, cast: Cast, database: Database, keys: Keys
) -> None:
    number = card(database, keys, cast, "hv_lan")
    slip = number[:9] + str((int(number[9]) + 1) % 10)
    in_class(tablet)
    for _n in range(limits.PER_TABLET.tries + 1):
        status, body = sign_in(tablet, card=slip, enrolment_id=str(cast["hv_lan"]))
        assert status == 422
        assert "xem lại từng số" in str(body["detail"])
    assert sign_in(tablet, card=number)[0] == 201


@pytest.mark.counts("PIN and card guesses, got in 0", n=6)
def test_five_wrong_cards_lock_as_five_wrong_pins_do(
    tablet: FlaskClient, browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    right, lan = card(database, keys, cast, "hv_lan"), str(cast["hv_lan"])
    others = card(database, keys, cast, "hv_hung")
    in_class(tablet)
    assert [sign_in(tablet, card=others, enrolment_id=lan)[0] for _n in range(3)] == [422] * 3
    assert [sign_in(tablet, pin="0000", enrolment_id=lan)[0] for _n in range(2)] == [422] * 2
    assert sign_in(tablet, card=right)[0] == 429
    assert tablet.post("/vao-lop/the", data={"card": right}).status_code == 429
    assert sign_in(tablet, pin=PIN, enrolment_id=lan)[0] == 429
    browser(staff="trang").post(f"/ghi-danh/{lan}/mo-khoa")
    assert sign_in(tablet, card=right)[0] == 201


@pytest.mark.parametrize("subject", ["tablet", "class"])
def test_cards_are_counted_where_pins_are(
    tablet: FlaskClient, cast: Cast, database: Database, keys: Keys, subject: str
) -> None:
    right, unknown = card(database, keys, cast, "hv_lan"), card(database, keys, cast, "hv_mai")
    name, limit = {
        "tablet": (limits.tablet_subject(cast["k1_may"]), limits.PER_TABLET),
        "class": (limits.class_subject(cast["k1_buoi"]), limits.PER_CLASS),
    }[subject]
    in_class(tablet)
    with database.write() as session:
        for _n in range(limit.tries - 1):
            core_limits.count_misses(session, cast["TBT"], [(name, limit)])
    # A card of another class is as unknown here as one that nobody has.
    assert sign_in(tablet, card=unknown)[0] == 422
    assert sign_in(tablet, card=right)[0] == 429
    assert sign_in(tablet, pin=PIN, enrolment_id=str(cast["hv_hung"]))[0] == 429


def test_a_lost_card_is_replaced_and_opens_nothing_any_more(
    tablet: FlaskClient, browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    old = card(database, keys, cast, "hv_lan")
    assert sign_in(in_class(tablet), card=old)[0] == 201
    answer = browser(staff="trang").post(f"/ghi-danh/{cast['hv_lan']}/the")
    assert answer.status_code == 303
    assert told(tablet)["learner"] is None
    assert sign_in(tablet, card=old)[0] == 422
    assert sign_in(tablet, card=card(database, keys, cast, "hv_lan"))[0] == 201


def test_a_closed_class_and_a_withdrawn_learner_let_no_card_in(
    tablet: FlaskClient, cast: Cast, database: Database, keys: Keys
) -> None:
    number = card(database, keys, cast, "hv_lan")
    in_class(tablet)
    with database.write() as session:
        session.get_one(Enrolment, (cast["TBT"], cast["hv_lan"])).withdrawn_on = clock.today()
    assert sign_in(tablet, card=number)[0] == 422
    with database.write() as session:
        session.get_one(Enrolment, (cast["TBT"], cast["hv_lan"])).withdrawn_on = None
        row = session.get_one(ClassSession, (cast["TBT"], cast["k1_buoi"]))
        row.closed_at, row.code = clock.now(), None
    assert sign_in(tablet, card=number)[0] == 409
    assert told(tablet)["class"] is None


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/tablet", None), ("PUT", "/tablet/class", {"code": "K1ABCD"}),
        ("DELETE", "/tablet/class", None),
        ("GET", "/tablet/roster", None), ("POST", "/learner-sessions", {"card": "4827193403"}),
        ("DELETE", "/learner-sessions", None),
    ],
)  # fmt: skip
def test_only_a_device_may_ask(
    app: Flask, browser: Browser, cast: Cast, database: Database, method: str, path: str, body: object
) -> None:  # fmt: skip
    def ask(client: FlaskClient, **headers: str) -> int:
        return client.open(API + path, method=method, json=body, headers=headers).status_code

    assert ask(app.test_client()) == 401
    for who in ("trang", "oanh", "an", "bao", "tinh"):
        assert ask(browser(staff=who)) == 403, who
    assert ask(browser(learner="lan")) == 403
    # The cookie alone is not the device's word, and a revoked device has none.
    assert ask(browser(device="k1_may")) == 401
    with database.write() as session:
        session.get_one(Device, (cast["TBT"], cast["k1_may"])).revoked_at = clock.now()
    assert ask(browser(device="k1_may"), **TABLET) == 401
