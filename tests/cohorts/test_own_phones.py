"""A learner's own phone: in class by QR and card, at home by a one-time code, and what it may tell."""

import json
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from assessments.models import Attempt, LessonProgress
from lms.cohorts import cards, devices, home_codes, limits, own_devices
from lms.cohorts.carried_models import HomeCode
from lms.cohorts.models import Attendance, ClassSession, Device, Enrolment
from lms.core import clock
from lms.core import limits as core_limits
from lms.core.db import Database
from lms.core.guard import system
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.ledger.actions import NewEvent, append
from lms.ledger.models import Event, ProjectionFault
from lms.ledger.projector import project_all
from lms.ledger.rebuild import rebuild, state_hash
from lms.people.models import Commune
from tests.cast import PIN, Cast
from tests.cohorts.conftest import Browser
from tests.factories.content import small_version

pytestmark = pytest.mark.db
API = "/api/v1"
TABLET = {"Authorization": "Tablet"}


def number_of(database: Database, keys: Keys, cast: Cast, who: str) -> str:
    commune = cast["KHA" if who.startswith("xa_") else "TBT"]
    with database.write() as session:
        return cards.card_of(session, keys, session.get_one(Enrolment, (commune, cast[who])))


def join(phone: FlaskClient, code: str, card: str) -> tuple[int, dict[str, object]]:
    answer = phone.post(f"{API}/phones", json={"class": code, "card": card})
    return answer.status_code, answer.json or {}


def home_code(database: Database, keys: Keys, cast: Cast, who: str = "hv_lan") -> str:
    with database.write() as session:
        row = home_codes.make_for_learner(session, system(cast["TBT"]), keys, cast[who])
        return home_codes.spelled(keys, session.get_one(Commune, cast["TBT"]), row)


def bind(phone: FlaskClient, code: str, **more: object) -> tuple[int, dict[str, object]]:
    answer = phone.post(f"{API}/homes", json={"code": code, **more})
    return answer.status_code, answer.json or {}


def status(phone: FlaskClient, path: str, method: str = "GET", **body: object) -> int:
    sent = {"json": body} if body else {}
    return phone.open(API + path, method=method, headers=TABLET, **sent).status_code


def close(database: Database, cast: Cast) -> None:
    with database.write() as session:
        row = session.get_one(ClassSession, (cast["TBT"], cast["k1_buoi"]))
        row.closed_at, row.code = clock.now(), None


# A phone in class


def test_the_class_code_and_the_card_let_an_own_phone_in(
    browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    phone, number = browser(), number_of(database, keys, cast, "hv_lan")
    code, body = join(phone, "TBT-K1ABCD", number)
    assert code == 201, body
    assert (body["device"]["kind"], body["class"]["session"]) == ("phone", str(cast["k1_buoi"]))  # type: ignore[index]
    assert body["learner"]["enrolment"] == str(cast["hv_lan"])  # type: ignore[index]
    told = phone.get(f"{API}/tablet", headers=TABLET).json
    assert told is not None
    assert (told["learner"]["how"], told["device"]) == ("card", body["device"])
    assert phone.get("/hoc").status_code == 200


def test_an_own_phone_is_told_nobody_else_and_stands_in_no_other_class(
    browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    phone = browser()
    join(phone, "TBT-K1ABCD", number_of(database, keys, cast, "hv_lan"))
    assert status(phone, "/tablet/roster") == 403
    assert status(phone, "/packs/current") == 404
    assert status(phone, "/tablet/class", "PUT", code="K2ABCD") == 403
    assert status(phone, "/tablet/class", "DELETE") == 403
    assert phone.get("/vao-lop/ten").location == "/vao-lop"
    other = number_of(database, keys, cast, "hv_hung")
    assert status(phone, "/learner-sessions", "POST", card=other) == 403
    assert (
        status(phone, "/learner-sessions", "POST", enrolment_id=str(cast["hv_hung"]), pin=PIN)
        == 403
    )
    own = number_of(database, keys, cast, "hv_lan")
    assert status(phone, "/learner-sessions", "POST", card=own) == 201


def test_when_the_class_closes_the_learner_is_out_and_the_phone_still_sends(
    browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    phone = browser()
    join(phone, "TBT-K1ABCD", number_of(database, keys, cast, "hv_lan"))
    close(database, cast)
    assert phone.get("/hoc").status_code == 401
    told = phone.get(f"{API}/tablet", headers=TABLET).json
    assert told is not None
    assert (told["class"], told["learner"]) == (None, None)
    for days, answer in ((14, 200), (16, 401)):
        with clock.frozen(clock.now() + timedelta(days=days)):
            assert status(phone, "/sync/time") == answer, days


def test_joining_twice_is_one_phone_and_another_learner_is_another(
    browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    phone, lan = browser(), number_of(database, keys, cast, "hv_lan")
    first = join(phone, "TBT-K1ABCD", lan)[1]["device"]
    assert join(phone, "tbt k1abcd", lan)[1]["device"] == first
    hung = join(phone, "TBT-K1ABCD", number_of(database, keys, cast, "hv_hung"))[1]["device"]
    assert hung != first


def test_a_class_tablet_does_not_become_somebodys_phone(
    browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    tablet = browser(device="k1_may")
    assert join(tablet, "TBT-K1ABCD", number_of(database, keys, cast, "hv_lan"))[0] == 409
    assert bind(tablet, home_code(database, keys, cast))[0] == 409
    assert status(tablet, "/tablet") == 200


@pytest.mark.parametrize(
    "code", ["TBT-ZZZZZZ", "KHA-K1ABCD", "K1ABCD", "XXX-K1ABCD", "-", "TBT-K2ABCD"]
)
def test_who_may_not_join(
    browser: Browser, cast: Cast, database: Database, keys: Keys, code: str
) -> None:
    assert join(browser(), code, number_of(database, keys, cast, "hv_lan"))[0] == 422


def test_cards_of_strangers_trainers_and_the_unnamed_do_not_join(
    browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    with database.write() as session:
        staff = cards.staff_card(session, keys, cast["TBT"], cast["trang"])
        spare = cards.spare_cards(session, system(cast["TBT"]), keys, cast["k1"], 1)[0]
        walk_in = cards.spare_number(keys, spare)
    strangers = [number_of(database, keys, cast, who) for who in ("hv_mai", "xa_hv_lan")]
    answers = [join(browser(), "TBT-K1ABCD", number)[0] for number in (*strangers, staff, walk_in)]
    assert answers == [422, 422, 409, 409]


@pytest.mark.parametrize("subject", ["address", "class", "card"])
def test_wrong_cards_from_phones_make_a_pause_that_no_tablet_feels(
    browser: Browser, cast: Cast, database: Database, keys: Keys, subject: str
) -> None:
    right, unknown = (
        number_of(database, keys, cast, "hv_lan"),
        number_of(database, keys, cast, "hv_mai"),
    )
    place, name, limit = {
        "address": (
            limits.EVERYWHERE,
            limits.address_subject(keys, "127.0.0.1"),
            limits.PER_ADDRESS,
        ),
        "class": (cast["TBT"], limits.joining_subject(cast["k1_buoi"]), limits.PHONES_PER_CLASS),
        "card": (cast["TBT"], limits.card_subject(keys, unknown), limits.PER_CARD),
    }[subject]
    with database.write() as session:
        for _n in range(limit.tries - 1):
            core_limits.count_misses(session, place, [(name, limit)])
    assert join(browser(), "TBT-K1ABCD", unknown)[0] == 422
    assert join(browser(), "TBT-K1ABCD", unknown)[0] == 429
    assert join(browser(), "TBT-K1ABCD", right)[0] == (201 if subject == "card" else 429)
    tablet = browser(device="k1_may")
    tablet.put(f"{API}/tablet/class", json={"code": "K1ABCD"}, headers=TABLET)
    assert status(tablet, "/learner-sessions", "POST", card=right) == 201


def test_wrong_class_codes_from_an_address_make_a_pause(
    browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    right = number_of(database, keys, cast, "hv_lan")
    tries = [join(browser(), "TBT-ZZZZZZ", right)[0] for _n in range(limits.PER_ADDRESS.tries)]
    assert set(tries) == {422}
    assert join(browser(), "TBT-K1ABCD", right)[0] == 429
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        assert join(browser(), "TBT-K1ABCD", right)[0] == 201


def test_a_locked_learner_does_not_slip_in_by_phone(
    browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    number = number_of(database, keys, cast, "hv_lan")
    with database.write() as session:
        misses = [(limits.learner_subject(cast["hv_lan"]), limits.PER_LEARNER)] * 5
        core_limits.count_misses(session, cast["TBT"], misses)
    assert join(browser(), "TBT-K1ABCD", number)[0] == 429


# A phone at home


def test_a_code_binds_one_phone_for_ninety_days(
    browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    phone, code = browser(), home_code(database, keys, cast)
    assert code.startswith("TBT-")
    answer, body = bind(phone, code.lower().replace("-", " "))
    assert answer == 201, body
    assert (body["device"]["kind"], body["class"]) == ("home", None)  # type: ignore[index]
    assert body["learner"]["enrolment"] == str(cast["hv_lan"])  # type: ignore[index]
    assert body["learner"]["how"] == "home"  # type: ignore[index]
    for days, seen in ((89, 200), (91, 401)):
        with clock.frozen(clock.now() + timedelta(days=days)):
            assert status(phone, "/tablet") == seen
    answer, body = bind(browser(), code)
    assert answer == 409
    assert "đã dùng" in str(body["detail"])


def test_a_lost_answer_is_asked_for_again_by_the_same_phone_only(
    browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    code, own = home_code(database, keys, cast), str(uuid7())
    first = bind(browser(), code, device_id=own)[1]["device"]
    again, phone = browser(), browser()
    assert bind(again, code, device_id=own)[1]["device"] == first
    assert status(again, "/tablet") == 200
    assert bind(phone, code, device_id=str(uuid7()))[0] == 409
    # Who holds the cookie of that device already may press the button twice.
    assert bind(again, code)[0] == 201


@pytest.mark.parametrize("way", ["taken back", "old", "wrong", "foreign", "withdrawn"])
def test_who_may_not_bind(
    browser: Browser, cast: Cast, database: Database, keys: Keys, way: str
) -> None:
    code, wait = home_code(database, keys, cast), timedelta(0)
    if way == "taken back":
        with database.read() as session:
            key = session.scalars(select(HomeCode.id)).one()
        trainer = browser(staff="trang")
        assert trainer.post(f"/ma-o-nha/{key}/thu-hoi").status_code == 303
    elif way == "old":
        wait = timedelta(days=15)
    elif way == "wrong":
        code = code[:-1] + ("A" if code[-1] != "A" else "B")
    elif way == "foreign":
        code = code.replace("TBT", "KHA")
    else:
        with database.write() as session:
            session.get_one(Enrolment, (cast["TBT"], cast["hv_lan"])).withdrawn_on = clock.today()
    with clock.frozen(clock.now() + wait):
        assert bind(browser(), code)[0] == (422 if way in ("wrong", "foreign") else 409)


def test_codes_for_home_cannot_be_guessed_through(
    browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    code = home_code(database, keys, cast)
    tries = [bind(browser(), "TBT-AAAA-AAAA")[0] for _n in range(limits.PER_ADDRESS.tries)]
    assert set(tries) == {422}
    assert bind(browser(), code)[0] == 429


def test_a_phone_at_home_cannot_sign_in_to_a_class_it_did_not_join(
    browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    phone, number = browser(), number_of(database, keys, cast, "hv_lan")
    bind(phone, home_code(database, keys, cast))
    assert status(phone, "/tablet/class", "PUT", code="K1ABCD") == 403
    assert status(phone, "/tablet/roster") == 403
    own = {"card": number, "class_code": "K1ABCD"}
    assert status(phone, "/learner-sessions", "POST", **own) == 409
    # Joined, it is a phone of that class; the class over, it is the phone at home again.
    assert join(phone, "TBT-K1ABCD", number)[1]["device"]["kind"] == "phone"  # type: ignore[index]
    close(database, cast)
    told = phone.get(f"{API}/tablet", headers=TABLET).json
    assert told is not None
    assert (told["device"]["kind"], told["learner"]["how"]) == ("home", "home")
    assert join(phone, "TBT-K2ABCD", number_of(database, keys, cast, "hv_mai"))[0] == 409


def test_a_phone_of_a_class_becomes_the_phone_at_home_without_losing_what_it_holds(
    browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    phone = browser()
    first = join(phone, "TBT-K1ABCD", number_of(database, keys, cast, "hv_lan"))[1]["device"]
    second = bind(phone, home_code(database, keys, cast))[1]["device"]
    assert first["id"] == second["id"]  # type: ignore[index]


def test_own_phones_are_listed_and_taken_back_by_the_trainer_of_their_learner(
    browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    phone = browser()
    bind(phone, home_code(database, keys, cast))
    with database.read() as session:
        found = devices.others(session, cast["TBT"])
        assert [(o.person.full_name, o.is_home) for o in found] == [("Nguyễn Thị Lan", True)]
        assert devices.others(session, cast["TBT"], [cast["k2"]]) == []
        assert devices.others(session, cast["KHA"]) == []
        key = found[0].device.id
    assert browser(staff="tuan").post(f"/may/{key}/thu-hoi").status_code == 403
    assert browser(staff="xa_an").post(f"/may/{key}/thu-hoi").status_code == 404
    assert status(phone, "/tablet") == 200
    assert browser(staff="trang").post(f"/may/{key}/thu-hoi").status_code == 303
    assert status(phone, "/tablet") == 401


# What a phone may tell


class Sender:
    """A phone that sends events as its own device."""

    def __init__(self, phone: FlaskClient, device: str, database: Database) -> None:
        self.phone, self.device, self.database, self.seq = phone, device, database, 0

    def send(self, kind: str, payload: dict[str, object], **envelope: object) -> str:
        """Send one event; it must be stored whatever it says. Returns its id."""
        self.seq += 1
        event = {
            "v": 1, "id": str(uuid7()), "device": self.device, "epoch": "e1", "seq": self.seq,
            "type": kind, "payload": payload, "at": int(clock.now().timestamp() * 1000),
            **envelope,
        }  # fmt: skip
        batch = {"events": [json.dumps(event)]}
        answer = self.phone.post(f"{API}/sync/batches", json=batch, headers=TABLET)
        assert answer.json is not None
        assert [one["fate"] for one in answer.json["events"]] == ["stored"], answer.json
        project_all(self.database)
        return str(event["id"])


@pytest.fixture
def at_home(browser: Browser, cast: Cast, database: Database, keys: Keys) -> Sender:
    """Lan's phone at home."""
    phone = browser()
    body = bind(phone, home_code(database, keys, cast))[1]
    return Sender(phone, body["device"]["id"], database)  # type: ignore[index]


def counted(database: Database, table: type) -> int:
    with database.read() as session:
        return len(session.scalars(select(table.id)).all())  # type: ignore[attr-defined]


def refused(database: Database) -> list[str]:
    with database.read() as session:
        return [m.partition(": ")[2] for m in session.scalars(select(ProjectionFault.message))]


SEEN = {"lesson": "b1", "screen": 2}


def start(kind: str) -> dict[str, object]:
    return {"kind": kind, "level": "basic", "seed": "hat"}


def test_practice_at_home_counts(at_home: Sender, cast: Cast, database: Database) -> None:
    lan, attempt = str(cast["hv_lan"]), str(uuid7())
    at_home.send("activity.opened", SEEN, learner=lan)
    at_home.send("attempt.started", start("practice"), learner=lan, attempt=attempt)
    assert (counted(database, LessonProgress), counted(database, Attempt)) == (1, 1)
    assert refused(database) == []


def test_what_is_no_practice_or_another_learners_is_stored_and_does_not_count(
    at_home: Sender, cast: Cast, database: Database
) -> None:
    lan, hung = {"learner": str(cast["hv_lan"])}, {"learner": str(cast["hv_hung"])}
    meeting, observer = {"class": str(cast["k1_buoi"])}, str(cast["trang"])
    at_home.send("activity.opened", SEEN, **hung)
    at_home.send("attempt.started", start("certifying"), **lan, attempt=str(uuid7()))
    at_home.send("attempt.started", start("practice"), **hung, attempt=str(uuid7()))
    at_home.send("attendance.marked", {"state": "present"}, **lan, **meeting)
    seen = {"task": small_version().observed_tasks[0].id, "result": "can_do", "observer": observer}
    at_home.send("task.observed", seen, **lan, **meeting)
    at_home.send("help.asked", {}, **lan, **meeting)
    assert counted(database, Event) == 6
    for table in (LessonProgress, Attempt, Attendance):
        assert counted(database, table) == 0
    assert sorted(set(refused(database))) == sorted({own_devices.OTHER, own_devices.NOT_PRACTICE})
    assert len(refused(database)) == 6


def test_an_answer_from_home_does_not_reach_into_a_test(
    at_home: Sender, cast: Cast, database: Database
) -> None:
    attempt, lan = uuid7(), cast["hv_lan"]
    with database.write() as session:
        new = NewEvent(
            "attempt.started", start("certifying"), class_id=cast["k1_buoi"], learner_id=lan,
            attempt_id=attempt,
        )  # fmt: skip
        append(session, cast["TBT"], new)
    project_all(database)
    answer = {"item": "an-toan-k0", "response": ["an-toan-0-0"]}
    at_home.send("answer.given", answer, learner=str(lan), attempt=str(attempt))
    with database.read() as session:
        row = session.get_one(Attempt, (cast["TBT"], attempt))
        assert row.trail["forked"] is False
    assert refused(database) == [own_devices.NOT_PRACTICE]


def test_in_a_class_that_it_joined_a_phone_does_what_its_learner_does(
    browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    phone = browser()
    body = join(phone, "TBT-K1ABCD", number_of(database, keys, cast, "hv_lan"))[1]
    sender = Sender(phone, body["device"]["id"], database)  # type: ignore[index]
    here = {"learner": str(cast["hv_lan"]), "class": str(cast["k1_buoi"])}
    sender.send("help.asked", {}, **here)
    sender.send("attempt.started", start("certifying"), **here, attempt=str(uuid7()))
    assert refused(database) == []
    sender.send("attendance.marked", {"state": "present"}, **here)
    other = {"learner": str(cast["hv_lan"]), "class": str(cast["k2_buoi"])}
    sender.send("attempt.started", start("certifying"), **other, attempt=str(uuid7()))
    assert refused(database) == [own_devices.NOT_PRACTICE] * 2
    assert (counted(database, Attempt), counted(database, Attendance)) == (1, 0)


def test_a_rebuild_refuses_the_same(at_home: Sender, cast: Cast, database: Database) -> None:
    lan, attempt = str(cast["hv_lan"]), str(uuid7())
    at_home.send("activity.opened", SEEN, learner=lan)
    at_home.send("attempt.started", start("practice"), learner=lan, attempt=attempt)
    answer = {"item": "an-toan-k0", "response": ["an-toan-0-0"]}
    at_home.send("answer.given", answer, learner=str(cast["hv_hung"]), attempt=attempt)
    at_home.send("attempt.started", start("exit"), learner=lan, attempt=str(uuid7()))
    with database.read() as session:
        before = state_hash(session, cast["TBT"])
    listed = sorted(refused(database))
    own_devices._owners.clear()
    rebuild(database, cast["TBT"])
    with database.read() as session:
        assert state_hash(session, cast["TBT"]) == before
    assert (
        sorted(refused(database)) == listed == sorted([own_devices.OTHER, own_devices.NOT_PRACTICE])
    )


def test_the_devices_own_row_says_whose_it_is(
    at_home: Sender, cast: Cast, database: Database
) -> None:
    with database.read() as session:
        row = session.scalars(select(Device).where(Device.kind == "home")).one()
        assert (str(row.id), row.enrolment_id) == (at_home.device, cast["hv_lan"])
        assert "Lan" not in row.label
