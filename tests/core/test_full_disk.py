"""A disk that is full: nothing is saved, the words say so, and with room again all goes on."""

import json

import pytest
from flask import Flask
from sqlalchemy import event

from lms.core.db import Database
from lms.core.ids import uuid7
from lms.ledger import generation
from lms.ledger.models import Event
from tests.cast import Cast

pytestmark = [pytest.mark.db, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
MANY = 4_294_967_294


def batch(cast: Cast, count: int) -> bytes:
    """So many answers as a tablet sends them."""
    texts = [
        json.dumps({
            "v": 1, "id": str(uuid7()), "device": str(cast["k1_may"]), "epoch": "e1", "seq": n,
            "class": str(cast["k1_buoi"]), "learner": str(cast["hv_lan"]), "type": "help.asked",
            "payload": {}, "at": 0,
        })
        for n in range(count)
    ]  # fmt: skip
    return json.dumps({"protocol": 1, "events": texts}).encode()


def test_a_full_disk_is_said_in_words_and_keeps_nothing_half(
    app: Flask, database: Database, cast: Cast
) -> None:
    generation.check(database, app.extensions["lms.settings"])
    pages = {"most": 1}
    event.listen(
        database.engine, "begin",
        lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count={pages['most']}"),
    )  # fmt: skip
    client, body = app.test_client(), batch(cast, 100)
    headers = {"Authorization": f"Bearer {cast.device_credentials['k1_may']}"}
    full = client.post("/api/v1/sync/batches", data=body, headers=headers)
    with database.read() as session:
        assert session.query(Event).count() == 0
    pages["most"] = MANY
    room = client.post("/api/v1/sync/batches", data=body, headers=headers)
    assert (full.status_code, full.headers["Retry-After"]) == (503, "60")
    assert "đầy" in full.get_json()["detail"]
    assert len(room.get_json()["confirmed"]) == 100
