"""A tablet sends its work with its own credential; every event gets its answer."""

import gzip
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.cohorts.models import Attendance, Device
from lms.core import clock
from lms.core.db import Database
from lms.core.settings import Settings
from lms.ledger import generation
from lms.ledger.models import Event, Quarantined
from lms.ledger.rules import MAX_TEXT
from lms.offline.bodies import MAX_BODY
from tests.cast import Cast
from tests.ledger.events import event_text

pytestmark = pytest.mark.db
BATCHES = "/api/v1/sync/batches"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A tablet's HTTP client."""
    return app.test_client()


def bearer(cast: Cast, device: str = "k1_may") -> dict[str, str]:
    return {"Authorization": f"Bearer {cast.device_credentials[device]}"}


def post(client: FlaskClient, cast: Cast, body: Any, **headers: str) -> TestResponse:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"Content-Type": "application/json", **bearer(cast), **headers}
    return client.post(BATCHES, data=data, headers=sent)


def count(database: Database, table: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_each_event_is_answered_and_projected_after_the_answer(
    client: FlaskClient, cast: Cast, database: Database, settings: Settings
) -> None:
    made = generation.check(database, settings)
    text = event_text(cast, "attendance.marked", {"state": "present"})
    answer = post(client, cast, {"events": [text, "{"]})
    body = answer.get_json()
    assert answer.status_code == 200
    assert body["store_generation"] == str(made)
    assert abs(body["server_time"] - clock.now().timestamp() * 1000) < 60_000
    key = json.loads(text)["id"]
    assert body["events"] == [
        {"index": 0, "id": key, "fate": "stored", "reason": None},
        {"index": 1, "id": None, "fate": "quarantined", "reason": "unreadable"},
    ]
    assert body["confirmed"] == [key]
    answer.close()
    with database.read() as session:
        assert session.scalars(select(Attendance.state)).all() == ["present"]
    assert post(client, cast, {"events": [text]}).get_json()["events"][0]["fate"] == "duplicate"


@pytest.mark.parametrize("path", [BATCHES, "/api/v1/sync/have", "/api/v1/sync/time"])
@pytest.mark.parametrize(
    "who", ["nobody", "unknown", "staff", "learner", "revoked", "basic", "bare"]
)
def test_only_a_standing_device_credential_opens_the_sync_calls(
    client: FlaskClient, cast: Cast, database: Database, path: str, who: str
) -> None:
    credential = cast.device_credentials["k1_may"]
    headers = {"Origin": "http://localhost"}
    if who == "unknown":
        headers["Authorization"] = f"Bearer {credential}x"
    elif who == "basic":
        headers["Authorization"] = f"Basic {credential}"
    elif who == "bare":
        client.set_cookie("lms_device", credential)
    elif who == "staff":
        client.set_cookie("lms_staff", cast.staff_tokens["an"])
    elif who == "learner":
        client.set_cookie("lms_learner", cast.learner_tokens["lan"])
    elif who == "revoked":
        headers |= bearer(cast)
        with database.write() as session:
            session.get_one(Device, (cast["TBT"], cast["k1_may"])).revoked_at = clock.now()
    call = client.post if path == BATCHES else client.get
    answer = call(path, headers=headers)
    assert answer.status_code == (403 if who in ("staff", "learner") else 401)
    assert count(database, Event) == count(database, Quarantined) == 0


def test_a_device_cannot_write_for_another_device_or_commune(
    client: FlaskClient, cast: Cast, database: Database
) -> None:
    text = event_text(cast, "help.asked", {})
    answer = client.post(BATCHES, json={"events": [text]}, headers=bearer(cast, "xa_k1_may"))
    assert answer.get_json()["events"][0]["reason"] == "wrong_device"
    assert count(database, Event) == 0


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{}", b'{"events":{}}', b"\xff\xfe", b"[" * 30_000, b'{"events":["a"'],
)
def test_a_body_that_is_no_batch_is_kept_raw_and_answered(
    client: FlaskClient, cast: Cast, database: Database, body: bytes
) -> None:
    for _ in range(2):
        answer = post(client, cast, body)
        assert answer.status_code == 200
        (fate,) = answer.get_json()["events"]
        assert fate == {"index": None, "id": None, "fate": "quarantined", "reason": "unreadable"}
    assert count(database, Quarantined) == 1


def test_odd_members_of_a_batch_do_not_spoil_the_others(
    client: FlaskClient, cast: Cast, database: Database
) -> None:
    text = json.dumps(event_text(cast, "help.asked", {}))
    body = f'{{"events":[1, {text}, null, {{"a":1}}, "\\ud800"]}}'.encode()
    fates = [one["fate"] for one in post(client, cast, body).get_json()["events"]]
    assert fates == ["quarantined", "stored", "quarantined", "quarantined", "quarantined"]
    assert count(database, Event) == 1


def test_a_gzipped_batch_is_read_and_a_bomb_is_not_blown_up(
    client: FlaskClient, cast: Cast, database: Database
) -> None:
    batch = json.dumps({"events": [event_text(cast, "help.asked", {})]}).encode()
    packed = {"Content-Encoding": "gzip"}
    answer = post(client, cast, gzip.compress(batch), **packed)
    assert answer.get_json()["events"][0]["fate"] == "stored"
    bomb = gzip.compress(b" " * 50_000_000)
    assert post(client, cast, bomb, **packed).get_json()["events"][0]["reason"] == "too_large"
    for torn in (gzip.compress(batch)[:-9], b"not gzip"):
        body = post(client, cast, torn, **packed).get_json()
        assert body["events"][0]["reason"] == "unreadable"
    with database.read() as session:
        lengths = session.scalars(select(func.length(Quarantined.text))).all()
    assert max(lengths) <= MAX_TEXT


@pytest.mark.parametrize(
    "events", [["x" * (MAX_TEXT + 1)], ["{}"] * 101, ["y" * (MAX_BODY + 10)], ["z" * 9_000_000]]
)
def test_a_batch_above_the_bounds_is_answered_too_large(
    client: FlaskClient, cast: Cast, events: list[str]
) -> None:
    answer = post(client, cast, {"events": events})
    assert answer.status_code == 200
    assert [one["reason"] for one in answer.get_json()["events"]] == ["too_large"]


def test_have_and_time_answer_the_calling_device(client: FlaskClient, cast: Cast) -> None:
    texts = [event_text(cast, "help.asked", {}, seq=n) for n in (4, 5, 9)]
    post(client, cast, {"events": texts})
    held = client.get("/api/v1/sync/have", headers=bearer(cast)).get_json()
    assert held["epochs"] == {"e1": [[4, 5], [9, 9]]}
    assert held["device"] == str(cast["k1_may"])
    assert (
        client.get("/api/v1/sync/have", headers=bearer(cast, "k2_may")).get_json()["epochs"] == {}
    )
    assert client.get("/api/v1/sync/time", headers=bearer(cast)).get_json()["server_time"] > 0


def test_fates_are_counted_for_the_metrics(app: Flask, client: FlaskClient, cast: Cast) -> None:
    registry = app.extensions["lms.metrics"].registry

    def counted() -> list[float]:
        fates = ("stored", "quarantined", "conflict")
        found = [registry.get_sample_value("lms_events_total", {"fate": fate}) for fate in fates]
        return [value or 0.0 for value in found]

    before = counted()
    text = event_text(cast, "attendance.marked", {"state": "present"})
    post(client, cast, {"events": [text, text.replace("present", "absent"), "{"]}).close()
    assert [b - a for a, b in zip(before, counted(), strict=True)] == [1, 2, 1]
    page = client.get("/metrics").get_data(as_text=True)
    assert "lms_projector_lag_seconds 0.0" in page
