"""The learner's desk: all that a tablet has to know to go on, and nothing that tells a key or a name."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from assessments.desk import desk_of
from assessments.models import Answer, Attempt
from courses import actions as courses_actions
from courses.activities import KINDS
from courses.rules import Item, ProgrammeVersion, freeze
from lms.cohorts.carried_models import CarriedMeeting, ClassPack
from lms.cohorts.models import ClassSession, Cohort, Device, Enrolment
from lms.core import clock
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.ledger.actions import accept
from lms.ledger.models import Batch, Event
from tests.assessments import kinds
from tests.assessments.people import learner, put, staff
from tests.assessments.tablet import VERSION, Tablet, deliver, right, whole, wrong
from tests.cast import OPENED, Cast

pytestmark = pytest.mark.db
DESK = "/api/v1/learner/desk"
LATER = OPENED + timedelta(days=31)


def desk(client: FlaskClient, **headers: str) -> dict[str, Any]:
    with clock.frozen(LATER):
        answer = client.get(DESK, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.get_json()  # type: ignore[no-any-return]  # An object of the API.


def phone(
    database: Database, keys: Keys, cast: Cast, kind: str = "home", learner: str = "lan",
    meeting: str | None = None,
) -> dict[str, str]:  # fmt: skip
    """A learner's own phone; the header that it calls with."""
    credential = f"TBT.{kind}-{learner}"
    with database.write() as session:
        session.add(Device(
            commune_id=cast["TBT"], label=f"{kind} {learner}", kind=kind,
            enrolment_id=cast[f"hv_{learner}"], class_session_id=cast[meeting] if meeting else None,
            credential_digest=keys.digest("device", credential),
        ))  # fmt: skip
    return {"Authorization": f"Bearer {credential}"}


def test_a_new_learner_has_everything_before_herself(app: Flask, cast: Cast) -> None:
    told = desk(learner(app, cast, "lan"))
    assert told["enrolment"] == str(cast["hv_lan"])
    assert (told["cohort"], told["class_session"]) == (str(cast["k1"]), str(cast["k1_buoi"]))
    assert (told["content"], told["level"]) == (VERSION.content_hash, "basic")
    assert told["address"] == "cô chú"
    assert told["lessons"] == {f"b{n}": {"seen": 0, "done": False} for n in (1, 2, 3)}
    assert (told["attempts"], told["proofs"], told["drawn"]) == ([], {}, {"practice": []})
    assert told["tasks"] == [{"id": "goi-video", "title": "Gọi video", "result": None}]
    assert told["exam"] == {
        "code": "ok", "tries_left": 3, "not_before": None, "sitting": str(cast["k1_thi"]),
        "can_begin": True, "open_attempt": None, "words": "", "share": 80, "count": 12, "last": None,
    }  # fmt: skip
    assert [form["kind"] for form in told["measuring"]] == ["entry", "exit"]
    assert told["step"] == "entry"


def test_a_desk_holds_no_name(app: Flask, cast: Cast) -> None:
    text = json.dumps(desk(learner(app, cast, "lan")), ensure_ascii=False)
    assert not [word for word in ("Lan", "Nguyễn", str(cast["lan"])) if word in text]


def test_practice_goes_on_from_the_last_event_the_desk_names(
    app: Flask, database: Database, cast: Cast
) -> None:
    tablet = Tablet(cast, kind="practice", sitting=None).start()
    first, second = tablet.items[:2]
    tablet.answer(first, wrong(first)).answer(first, right(first)).answer(second, wrong(second))
    deliver(database, cast, tablet.texts)
    (held,) = desk(learner(app, cast, "lan"))["attempts"]
    assert (held["id"], held["kind"], held["state"]) == (str(tablet.attempt), "practice", "open")
    assert held["answers"] == {first: right(first), second: wrong(second)}
    assert held["tries"] == {first: 2, second: 1}
    assert held["last"] == tablet.last
    assert held["events"] == [json.loads(text)["id"] for text in tablet.texts]
    assert [item for item, _parts in held["items"]] == list(tablet.items)
    assert (held["seed"], held["questions"], held["result"]) == ("hat-giong", {}, None)


def test_an_answer_taken_back_is_still_in_the_count(
    app: Flask, database: Database, cast: Cast
) -> None:
    tablet = Tablet(cast).start()
    tablet.answer(tablet.items[0], right(tablet.items[0])).answer(tablet.items[0], [])
    deliver(database, cast, tablet.texts)
    assert desk(learner(app, cast, "lan"))["attempts"][0]["answers"] == {tablet.items[0]: []}


def test_what_is_stored_but_not_projected_is_on_the_desk(
    app: Flask, database: Database, cast: Cast
) -> None:
    tablet = Tablet(cast).start()
    deliver(database, cast, tablet.texts)
    tablet.answer_all().submit()
    with clock.frozen(LATER), database.write() as session:
        accept(session, cast["TBT"], cast["k1_may"], tablet.texts[1:], clock.now())
    (held,) = desk(learner(app, cast, "lan"))["attempts"]
    assert held["answers"] == tablet.given
    assert (held["state"], held["questions"]) == ("provisional", {})
    assert held["submitted_at"] is not None
    assert len(held["events"]) == 14


def test_of_each_form_the_newest_handed_in_is_told_with_its_mark(
    app: Flask, database: Database, cast: Cast
) -> None:
    for number, mistakes in enumerate((5, 2)):
        at = OPENED + timedelta(days=number)
        tablet = Tablet(cast, kind="practice", sitting=None, at=at).start()
        deliver(database, cast, tablet.answer_all(mistakes).submit().texts)
    told = desk(learner(app, cast, "lan"))
    (held,) = told["attempts"]
    assert (held["id"], held["state"]) == (str(tablet.attempt), "final")
    assert (held["result"]["points"], held["result"]["max"]) == (10, 12)
    assert sum(most for _got, most in held["result"]["skills"].values()) == 12
    assert len(told["drawn"]["practice"]) == 24


def test_a_refused_try_is_told_so_that_no_tablet_goes_on_with_it(
    app: Flask, database: Database, cast: Cast
) -> None:
    deliver(database, cast, whole(cast, at=OPENED).texts)
    second = Tablet(cast, at=OPENED + timedelta(days=3)).start()
    deliver(database, cast, second.texts)
    told = desk(learner(app, cast, "lan"))
    states = {held["id"]: held["state"] for held in told["attempts"]}
    assert states[str(second.attempt)] == "refused"
    assert (told["exam"]["code"], told["exam"]["can_begin"]) == ("reached", False)
    assert told["exam"]["last"] == {"points": 12, "max": 12, "passed": True}
    assert "đã đạt rồi" in told["exam"]["words"]


def test_a_test_begun_by_a_call_is_on_the_desk_with_its_questions(app: Flask, cast: Cast) -> None:
    lan, attempt = learner(app, cast, "lan"), "019a0000-0000-7000-8000-000000000001"
    begun = put(lan, f"/api/v1/attempts/{attempt}", {"kind": "certifying"}).get_json()
    told = lan.get(DESK).get_json()
    (held,) = told["attempts"]
    assert told["exam"]["open_attempt"] == held["id"] == attempt
    assert held["sitting"] == str(cast["k1_thi"])
    assert [held["questions"][item] for item, _parts in held["items"]] == begun["questions"]


def test_a_test_on_a_carried_tablet_names_its_sitting_before_it_is_confirmed(
    app: Flask, database: Database, cast: Cast
) -> None:
    common = {"commune_id": cast["TBT"]}
    with database.write() as session:
        pack = ClassPack(
            **common, id=uuid7(), cohort_id=cast["k1"], made_by=cast["trang"], sha256="0" * 64,
            made_at=OPENED, valid_until=LATER,
        )  # fmt: skip
        session.add(pack)
        session.flush()
        carried = CarriedMeeting(
            **common, id=uuid7(), pack_id=pack.id, class_session_id=cast["k1_buoi"]
        )
        session.add(carried)
        session.flush()
        cast.ids["mang-di"] = carried.id
    deliver(database, cast, Tablet(cast, sitting="mang-di").start().texts)
    (held,) = desk(learner(app, cast, "lan"))["attempts"]
    assert held["sitting"] == str(cast["mang-di"])


@contextmanager
def at_home(database: Database, cast: Cast, name: str) -> Iterator[dict[str, Any]]:
    with database.read() as session:
        enrolment = session.get_one(Enrolment, (cast["TBT"], cast[f"hv_{name}"]))
        yield desk_of(session, enrolment, None, secret=False)


def test_at_home_there_is_practice_and_no_test(app: Flask, database: Database, cast: Cast) -> None:
    deliver(database, cast, Tablet(cast).start().texts)
    deliver(database, cast, Tablet(cast, kind="practice", sitting=None).start().texts)
    with at_home(database, cast, "lan") as told:
        assert [held["kind"] for held in told["attempts"]] == ["practice"]
        exam = told["exam"]
        assert (exam["can_begin"], exam["open_attempt"], exam["sitting"]) == (False, None, None)
        assert exam["words"] == "Bài kiểm tra làm ở lớp, khi thầy cô mở buổi kiểm tra."
        assert told["step"] is None
        assert {(form["can_begin"], form["goes_on"]) for form in told["measuring"]} == {
            (False, False)
        }
        assert told["class_session"] is None


def test_a_phone_of_the_learner_gets_the_desk_of_its_learner_only(
    app: Flask, database: Database, cast: Cast, keys: Keys
) -> None:
    deliver(database, cast, Tablet(cast).start().texts)
    client = app.test_client()
    home = desk(client, **phone(database, keys, cast, "home"))
    in_class = desk(client, **phone(database, keys, cast, "phone", meeting="k1_buoi"))
    assert home["enrolment"] == in_class["enrolment"] == str(cast["hv_lan"])
    assert (home["attempts"], home["class_session"]) == ([], None)
    assert len(in_class["attempts"]) == 1
    assert in_class["class_session"] == str(cast["k1_buoi"])


def test_once_the_meeting_is_over_a_phone_has_no_questions_of_the_test(
    app: Flask, database: Database, cast: Cast, keys: Keys
) -> None:
    deliver(database, cast, Tablet(cast).start().texts)
    header = phone(database, keys, cast, "phone", meeting="k1_buoi")
    with database.write() as session:
        meeting = session.get_one(ClassSession, (cast["TBT"], cast["k1_buoi"]))
        meeting.closed_at, meeting.code = LATER, None
    told = desk(app.test_client(), **header)
    assert (told["attempts"], told["exam"]["can_begin"]) == ([], False)


def test_who_may_not_read_a_desk(app: Flask, database: Database, cast: Cast, keys: Keys) -> None:
    client = app.test_client()
    assert client.get(DESK).status_code == 401
    for name in ("trang", "oanh", "an", "bao", "tinh"):
        assert staff(app, cast, name).get(DESK).status_code == 403, name
    tablet = {"Authorization": f"Bearer {cast.device_credentials['k1_may']}"}
    refused = client.get(DESK, headers=tablet)
    assert refused.status_code == 409
    assert "Máy này dùng chung" in refused.get_json()["detail"]
    header = phone(database, keys, cast)
    with database.write() as session:
        left = session.get_one(Enrolment, (cast["TBT"], cast["hv_lan"]))
        left.withdrawn_on = date(2026, 11, 21)
    assert client.get(DESK, headers=header).status_code == 409
    assert learner(app, cast, "lan").get(DESK).status_code == 401


def rekeyed(item: Item) -> Item:
    """The same question with another key: whatever is right is wrong now."""
    swap = {"goal": "trap", "trap": "goal", "": ""}
    changed: dict[str, Any] = {
        "options": tuple(replace(one, right=not one.right) for one in item.options),
        "sequence": item.sequence[::-1],
        "pairs": tuple(
            replace(one, right=other.right, right_id=other.right_id)
            for one, other in zip(item.pairs, item.pairs[1:] + item.pairs[:1], strict=True)
        ),
        "spots": tuple(replace(one, danger=not one.danger) for one in item.spots),
        "number": item.number and replace(item.number, value="7", tolerance="1"),
        "simulation": item.simulation and replace(item.simulation, screens=tuple(
            replace(screen, end=swap[screen.end], parts=tuple(
                replace(part, expects=("1",) if part.expects else (), needs=())
                for part in screen.parts))
            for screen in item.simulation.screens
        )),
    }  # fmt: skip
    return replace(item, **changed, explanation="Khác.", hints=("Khác.",))


def with_other_keys(version: ProgrammeVersion) -> ProgrammeVersion:
    items = [rekeyed(item) if item.secret else item for item in version.items]
    names = ("programme", "modules", "observed_tasks", "blueprints", "pass_rules", "media")
    return freeze(items=items, **{name: getattr(version, name) for name in names})


OTHER = with_other_keys(kinds.VERSION)


@pytest.mark.parametrize("kind", ["certifying", "entry"])
def test_a_desk_is_the_same_to_the_byte_whatever_the_keys_are(
    app: Flask, database: Database, cast: Cast, kind: str
) -> None:
    kinds.teach(database, cast)
    tablet = _half_done(cast, kind)
    texts = {v: _text_of(app, database, cast, v, tablet) for v in (kinds.VERSION, OTHER)}
    one, other = (text.replace(v.content_hash, "-") for v, text in texts.items())
    assert one == other
    assert '"questions": {"' in one
    for item in kinds.VERSION.items:
        if item.secret:
            assert item.explanation not in one


def _half_done(cast: Cast, kind: str) -> Tablet:
    """A form with a question of every kind, each answered as the first version wants it."""
    tablet, form = Tablet(cast, kind=kind), kinds.FORMS[kind]
    items = [[asked.item.id, list(asked.options)] for asked in form.items]
    tablet.start(items=items, seed="x")
    for asked in form.items:
        tablet.answer(asked.item.id, kinds.right(asked.item))
    return tablet


def _text_of(
    app: Flask, database: Database, cast: Cast, version: ProgrammeVersion, tablet: Tablet
) -> str:
    """The desk after the same events, when the class learns this version."""
    with database.write() as session:
        for table in (Answer, Attempt, Event, Batch):
            session.execute(delete(table))
        courses_actions.publish(session, version, kinds.LOADED.media)
        session.flush()
        session.get_one(Cohort, (cast["TBT"], cast["k1"])).version_id = version.id
    old = VERSION.content_hash
    deliver(database, cast, [text.replace(old, version.content_hash) for text in tablet.texts])
    return json.dumps(desk(learner(app, cast, "lan")), ensure_ascii=False)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_was_given_another_key(kind: str) -> None:
    """Otherwise the comparison above would compare a question with itself."""
    for bank in ("certifying", "measuring"):
        name = f"{kind}-{bank}-1"
        key = kinds.right(kinds.VERSION.item(name))
        assert KINDS[kind].points(OTHER.item(name), key) == 0
