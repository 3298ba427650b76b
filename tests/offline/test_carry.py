"""The trainer carries a class away: what is in the pack, who may fetch it, and what walks in on the road."""

import hashlib
import json
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from assessments import rules
from assessments.models import LessonProgress
from lms.cohorts import cards, carry_queries
from lms.cohorts.carried_models import CarriedMeeting, ClassPack, SpareCard
from lms.cohorts.models import ClassSession, Device, Enrolment
from lms.core import clock
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.ledger.models import ProjectionFault
from lms.offline import packs
from tests.assessments.people import keys_of_the_test, post, staff
from tests.assessments.tablet import MINUTE, VERSION, deliver, right, whole
from tests.cast import OPENED, Cast
from tests.offline.carried import proofs, same_after_rebuild

pytestmark = pytest.mark.db

NOW = OPENED + timedelta(days=1)
CURRENT = "/api/v1/packs/current"


@pytest.fixture
def trang(app: Flask, cast: Cast) -> FlaskClient:
    """The trainer of class K1."""
    return staff(app, cast, "trang")


def url(cast: Cast, end: str = "", cohort: str = "k1") -> str:
    return f"/lop-hoc/{cast[cohort]}/mang-di{end}"


def days(*after: int) -> list[str]:
    return [(clock.day_of(NOW) + timedelta(days=n)).isoformat() for n in after]


def make(client: FlaskClient, cast: Cast, **form: Any) -> Any:
    """Press 'Làm gói lớp'."""
    form = {"day": days(0, 1), "spares": "2", **form}
    with clock.frozen(NOW):
        return post(client, url(cast), **form)


def pack_of(database: Database) -> dict[str, Any]:
    """The newest pack's body."""
    with database.read() as session:
        row = session.scalar(select(ClassPack).where(ClassPack.body.is_not(None)))
        assert row is not None
        assert row.body is not None
        assert hashlib.sha256(row.body.encode()).hexdigest() == row.sha256
        told: dict[str, Any] = json.loads(row.body)
        return told


def bearer(cast: Cast, device: str = "k1_may") -> dict[str, str]:
    return {"Authorization": f"Bearer {cast.device_credentials[device]}"}


def stand(database: Database, cast: Cast, device: str = "k1_may", meeting: str = "k1_buoi") -> None:
    with database.write() as session:
        row = session.get_one(Device, (cast["TBT"], cast[device]))
        row.class_session_id = cast[meeting]


def count(database: Database, table: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_pack_holds_the_class_and_nothing_else_of_anybody(
    trang: FlaskClient, database: Database, cast: Cast, keys: Keys
) -> None:
    assert make(trang, cast).status_code == 303
    told = pack_of(database)
    assert [one["planned_on"] for one in told["meetings"]] == days(0, 1)
    assert [one["number"] for one in told["meetings"]] == [2, 3]
    assert {one["name"] for one in told["learners"]} == {"Lan N.", "Hùng T."}
    assert set(told["learners"][0]) == {
        "id", "name", "picture", "colour", "spoken", "card", "desk", "forms",
    }  # fmt: skip
    assert len(told["spares"]) == 2
    assert [one["account"] for one in told["trainers"]] == [str(cast["trang"])]
    text = json.dumps(told, ensure_ascii=False)
    assert all(name not in text for name in ("Nguyễn Thị Lan", "Trần Văn Hùng"))
    # Digests and moments are full of digits: a year of birth or a PIN stands by itself.
    assert not re.search(r"(?<![\w-])(1958|4827)(?!\w)", text)
    with database.read() as session:
        row = session.get_one(Enrolment, (cast["TBT"], cast["hv_lan"]))
        number = cards.learner_number(keys, row)
    lan = next(one for one in told["learners"] if one["id"] == str(cast["hv_lan"]))
    assert number not in text
    assert lan["card"] == cards.pack_digest(told["salt"], number)


def test_forms_are_drawn_beforehand_without_a_key(
    trang: FlaskClient, database: Database, cast: Cast
) -> None:
    make(trang, cast)
    told = pack_of(database)
    text = json.dumps(told, ensure_ascii=False)
    assert [key for key in keys_of_the_test() if key in text] == []
    forms = [one["forms"]["certifying"] for one in told["learners"]]
    assert all(form["sitting_needed"] for form in forms)
    assert forms[0]["seed"] != forms[1]["seed"]
    assert all(set(form["questions"]) == {item for item, _ in form["items"]} for form in forms)


def test_who_has_reached_the_test_gets_no_form(
    trang: FlaskClient, database: Database, cast: Cast
) -> None:
    deliver(database, cast, whole(cast).texts, now=NOW - timedelta(hours=2))
    failed = whole(cast, mistakes=9, learner="hung", at=NOW - timedelta(hours=1))
    deliver(database, cast, failed.texts, now=NOW - timedelta(minutes=30))
    make(trang, cast, day=days(0))
    forms = {one["id"]: set(one["forms"]) for one in pack_of(database)["learners"]}
    assert "certifying" not in forms[str(cast["hv_lan"])]
    # Hùng waits 24 hours, which are not over on the day of the only meeting …
    assert "certifying" not in forms[str(cast["hv_hung"])]
    make(trang, cast, day=days(0, 1))
    forms = {one["id"]: set(one["forms"]) for one in pack_of(database)["learners"]}
    # … but on the day after.
    assert "certifying" in forms[str(cast["hv_hung"])]


def test_the_next_form_is_unlike_the_one_before(
    trang: FlaskClient, database: Database, cast: Cast
) -> None:
    before = whole(cast, mistakes=9, at=NOW - timedelta(hours=30))
    deliver(database, cast, before.texts, now=NOW - timedelta(hours=28))
    make(trang, cast)
    lan = next(o for o in pack_of(database)["learners"] if o["id"] == str(cast["hv_lan"]))
    drawn = {item for item, _options in lan["forms"]["certifying"]["items"]}
    assert drawn != set(before.items)


def test_a_form_of_the_pack_is_tested_and_counts_when_it_is_confirmed(
    trang: FlaskClient, database: Database, cast: Cast
) -> None:
    from tests.offline.carried import corner, say

    make(trang, cast)
    told = pack_of(database)
    meeting, lan = told["meetings"][0], told["learners"][-1]
    assert lan["id"] == str(cast["hv_lan"])
    form = lan["forms"]["certifying"]
    cast.ids["k1_xa"] = meeting["session"]
    tablet = corner(cast, at=NOW + MINUTE)
    where = {"attempt": None, "learner": None}
    opened = {"sitting": meeting["sitting"], "proctor": str(cast["trang"])}
    say(tablet, "sitting.opened", opened, **where)
    start = {
        "kind": "certifying", "level": "basic", "seed": form["seed"], "items": form["items"],
        "sitting": meeting["sitting"],
    }  # fmt: skip
    tablet.write("attempt.started", start)
    for item, _options in form["items"]:
        tablet.answer(item, right(item))
    tablet.submit()
    say(tablet, "sitting.closed", {"sitting": meeting["sitting"]}, **where)
    deliver(database, cast, tablet.texts)
    assert proofs(database, cast) == {"test_passed"}
    page = trang.get(f"/buoi/{meeting['session']}/xac-nhan").get_data(as_text=True)
    assert "Nguyễn Thị Lan" in page
    assert "Chờ xác nhận" in page
    assert f"{len(form['items'])}/{len(form['items'])} câu" in page
    assert post(trang, f"/buoi/{meeting['session']}/xac-nhan").status_code == 303
    assert proofs(database, cast) == {"test_passed", "test_supervised"}
    again = {"verdict": "refused", "learner": str(cast["hv_lan"])}
    post(trang, f"/buoi/{meeting['session']}/xac-nhan", **again)
    assert proofs(database, cast) == {"test_passed"}
    assert same_after_rebuild(database, cast)


def test_the_same_press_twice_makes_one_pack(
    trang: FlaskClient, database: Database, cast: Cast
) -> None:
    key = str(uuid7())
    assert make(trang, cast, id=key).status_code == make(trang, cast, id=key).status_code == 303
    assert (count(database, ClassPack), count(database, ClassSession)) == (1, 6)


def test_a_newer_pack_carries_the_same_sittings_and_the_older_forgets_its_names(
    trang: FlaskClient, database: Database, cast: Cast
) -> None:
    make(trang, cast)
    first = pack_of(database)
    with clock.frozen(NOW + MINUTE):
        post(trang, url(cast), day=days(1, 2), spares="2")
    second = pack_of(database)
    assert second["meetings"][0] == first["meetings"][1]
    assert [one["id"] for one in second["spares"]] == [one["id"] for one in first["spares"]]
    with database.read() as session:
        bodies = {str(row.id): row.body for row in session.scalars(select(ClassPack))}
    assert bodies[first["id"]] is None
    assert count(database, CarriedMeeting) == 3


def test_days_that_cannot_be_carried_are_refused_and_nothing_is_planned(
    trang: FlaskClient, database: Database, cast: Cast
) -> None:
    for chosen in ([], days(14), days(-1), ["hôm nay"]):
        answer = make(trang, cast, day=chosen)
        assert answer.status_code == 422
    assert "14 ngày tới" in make(trang, cast, day=[]).get_data(as_text=True)
    assert make(trang, cast, spares="nhiều").status_code == 422
    assert make(trang, cast, spares="99").status_code == 422
    assert (count(database, ClassPack), count(database, ClassSession)) == (0, 4)


def test_a_class_that_is_too_large_is_refused_with_words_and_nothing_is_kept(
    trang: FlaskClient, database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packs, "LARGEST", 1000)
    answer = make(trang, cast)
    assert answer.status_code == 409
    assert "MB" in answer.get_data(as_text=True)
    assert (count(database, ClassPack), count(database, ClassSession)) == (0, 4)
    assert count(database, SpareCard) == 0


def test_a_class_of_nobody_needs_spare_cards(
    app: Flask, database: Database, cast: Cast, trang: FlaskClient
) -> None:
    with database.write() as session:
        for row in session.scalars(select(Enrolment).where(Enrolment.cohort_id == cast["k1"])):
            row.withdrawn_on = clock.day_of(NOW)
    assert make(trang, cast, spares="0").status_code == 409
    assert make(trang, cast, spares="1").status_code == 303


def test_a_change_of_the_class_proposes_a_new_pack(
    trang: FlaskClient, database: Database, cast: Cast
) -> None:
    make(trang, cast)
    words = "Danh sách lớp đã đổi"
    with clock.frozen(NOW + MINUTE):
        assert words not in trang.get(url(cast)).get_data(as_text=True)
        post(trang, f"/lop-hoc/{cast['k1']}/hoc-vien", person_id=str(cast["mai"]))
        assert words in trang.get(url(cast)).get_data(as_text=True)


def test_a_tablet_fetches_the_pack_of_the_class_it_stands_in(
    app: Flask, trang: FlaskClient, database: Database, cast: Cast
) -> None:
    make(trang, cast)
    client = app.test_client()
    with clock.frozen(NOW + MINUTE):
        assert client.get(CURRENT, headers=bearer(cast)).status_code == 404
        stand(database, cast)
        answer = client.get(CURRENT, headers=bearer(cast))
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        told = client.get("/api/v1/tablet", headers=bearer(cast)).get_json()["pack"]
        assert told["sha256"] == hashlib.sha256(answer.data).hexdigest()
        assert told["bytes"] == len(answer.data)
        again = {**bearer(cast), "If-None-Match": answer.headers["ETag"]}
        assert client.get(CURRENT, headers=again).status_code == 304
        stand(database, cast, "k2_may", "k2_buoi")
        assert client.get(CURRENT, headers=bearer(cast, "k2_may")).status_code == 404
    with clock.frozen(NOW + timedelta(days=14, minutes=1)):
        assert client.get(CURRENT, headers=bearer(cast)).status_code == 404


def test_a_pack_taken_back_is_fetched_by_nobody(
    app: Flask, trang: FlaskClient, database: Database, cast: Cast
) -> None:
    make(trang, cast)
    stand(database, cast)
    with clock.frozen(NOW + MINUTE):
        for _twice in range(2):
            assert post(trang, url(cast, "/thu-lai")).status_code == 303
        assert app.test_client().get(CURRENT, headers=bearer(cast)).status_code == 404
    with database.read() as session:
        assert session.scalars(select(ClassPack.body)).all() == [None]


@pytest.mark.parametrize("kind", ["phone", "home"])
def test_a_learners_own_phone_gets_no_roster(
    app: Flask, trang: FlaskClient, database: Database, cast: Cast, keys: Keys, kind: str
) -> None:
    make(trang, cast)
    with database.write() as session:
        session.add(
            Device(
                commune_id=cast["TBT"], id=uuid7(), label="Riêng", kind=kind,
                credential_digest=keys.digest("device", "TBT.rieng"),
                class_session_id=cast["k1_buoi"], enrolment_id=cast["hv_lan"],
            )
        )  # fmt: skip
    with clock.frozen(NOW + MINUTE):
        headers = {"Authorization": "Bearer TBT.rieng"}
        assert app.test_client().get(CURRENT, headers=headers).status_code == 404


def test_this_very_tablet_may_stand_in_the_carried_meeting(
    trang: FlaskClient, database: Database, cast: Cast
) -> None:
    assert post(trang, url(cast, "/may-nay")).status_code == 409
    trang.set_cookie("lms_device", cast.device_credentials["k1_may"])
    with clock.frozen(NOW):
        assert post(trang, url(cast, "/may-nay")).status_code == 409
        make(trang, cast)
        answer = post(trang, url(cast, "/may-nay"))
    assert (answer.status_code, answer.location) == (303, "/may-hoc")
    with database.read() as session:
        row = session.get_one(Device, (cast["TBT"], cast["k1_may"]))
    assert str(row.class_session_id) == pack_of(database)["meetings"][0]["session"]


PLACES = ["/mang-di", "/mang-di/thu-lai", "/mang-di/may-nay", "/the-khach"]


@pytest.mark.parametrize("place", PLACES)
def test_who_does_not_teach_the_class_may_not(app: Flask, cast: Cast, place: str) -> None:
    path = f"/lop-hoc/{cast['k1']}{place}"
    form = {"day": days(0), "so": "1", "person_id": str(cast["minh"])}
    assert post(staff(app, cast, "tuan"), path, **form).status_code == 403
    assert post(staff(app, cast, "bao"), path, **form).status_code == 403
    assert post(staff(app, cast, "xa_trang"), path, **form).status_code == 404
    learner = app.test_client()
    learner.set_cookie("lms_learner", cast.learner_tokens["lan"])
    assert post(learner, path, **form).status_code == 403
    assert post(app.test_client(), path, **form).status_code == 401


def test_who_does_not_teach_the_class_may_not_confirm_or_look(app: Flask, cast: Cast) -> None:
    path = f"/buoi/{cast['k1_buoi']}/xac-nhan"
    for who, status in (("tuan", 403), ("bao", 403), ("tinh", 403), ("xa_trang", 404)):
        client = staff(app, cast, who)
        assert client.get(path).status_code == status
        assert post(client, path, verdict="confirmed").status_code == status
    assert staff(app, cast, "oanh").get(path).status_code == 200
    device = app.test_client()
    assert device.get(path, headers=bearer(cast)).status_code == 403


def walk_in(database: Database, cast: Cast, trang: FlaskClient) -> dict[str, Any]:
    """Somebody worked with the first spare card."""
    from tests.offline.carried import corner, say

    make(trang, cast)
    told = pack_of(database)
    cast.ids["k1_xa"] = told["meetings"][0]["session"]
    spare: dict[str, Any] = told["spares"][0]
    tablet, who = corner(cast, at=NOW + MINUTE), {"learner": spare["id"]}
    say(tablet, "turn.began", {"how": "trainer"}, **who)
    say(tablet, "activity.finished", {"lesson": "b1", "screen": 1}, **who)
    tablet.write("attempt.started", {"kind": "practice", "level": "basic", "seed": "s"}, **who)
    deliver(database, cast, tablet.texts)
    return spare


def test_what_a_walk_in_did_counts_once_the_name_is_known(
    trang: FlaskClient, database: Database, cast: Cast, keys: Keys
) -> None:
    spare = walk_in(database, cast, trang)
    assert count(database, ProjectionFault) == 2
    page = trang.get(f"/lop-hoc/{cast['k1']}").get_data(as_text=True)
    assert "Thẻ khách 01 là ai?" in page
    path = f"/lop-hoc/{cast['k1']}/the-khach"
    found = trang.get(f"{path}?so=1&tim=quang+minh").get_data(as_text=True)
    assert "Phạm Quang Minh" in found
    for _twice in range(2):
        assert post(trang, path, so="1", person_id=str(cast["minh"])).status_code == 303
    assert count(database, ProjectionFault) == 0
    with database.read() as session:
        row = session.get_one(Enrolment, (cast["TBT"], UUID(spare["id"])))
        done = session.scalars(select(LessonProgress.enrolment_id)).all()
        card = session.get_one(SpareCard, (cast["TBT"], UUID(spare["id"])))
        assert cards.learner_number(keys, row) == cards.spare_number(keys, card)
        found_by = cards.find_card(session, keys, cast["TBT"], cards.spare_number(keys, card))
        assert carry_queries.walkers(session, cast["TBT"], cast["k1"]) == []
    assert (row.person_id, row.picture, row.colour) == (
        cast["minh"], spare["picture"], spare["colour"],
    )  # fmt: skip
    assert done == [row.id]
    assert found_by is not None
    assert found_by.enrolment is not None
    assert card.linked_by == cast["trang"]
    assert "Thẻ khách 01" not in trang.get(f"/lop-hoc/{cast['k1']}").get_data(as_text=True)
    assert same_after_rebuild(database, cast)


def test_who_is_in_the_class_already_is_no_walk_in(
    trang: FlaskClient, database: Database, cast: Cast
) -> None:
    walk_in(database, cast, trang)
    path = f"/lop-hoc/{cast['k1']}/the-khach"
    answer = post(trang, path, so="1", person_id=str(cast["lan"]))
    assert answer.status_code == 409
    assert "đã có tên và thẻ riêng trong lớp" in answer.get_data(as_text=True)
    assert post(trang, path, so="1", person_id=str(cast["minh"])).status_code == 303
    other = post(trang, path, so="1", person_id=str(cast["mai"]))
    assert other.status_code == 409
    assert "đã có tên người khác" in other.get_data(as_text=True)
    assert post(trang, path, so="9", person_id=str(cast["mai"])).status_code == 422
    assert post(trang, path, so="một", person_id=str(cast["mai"])).status_code == 422
    assert count(database, ProjectionFault) == 0


def test_the_pinned_form_fits_the_programme(
    trang: FlaskClient, database: Database, cast: Cast
) -> None:
    make(trang, cast)
    told = pack_of(database)
    for one in told["learners"]:
        for kind, form in one["forms"].items():
            plain = {
                "content": told["content"], "kind": kind, "level": "basic",
                "seed": form["seed"], "items": form["items"],
            }  # fmt: skip
            from assessments.projection import fits

            assert fits(VERSION, rules.form_from_plain(VERSION, plain))
