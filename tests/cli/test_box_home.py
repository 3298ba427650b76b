"""The whole way of a class that is held on a laptop: given, begun, held, carried home, confirmed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.serving import make_server

from lms.cohorts import classroom, devices
from lms.cohorts.models import Attendance, Device
from lms.core.db import Database
from lms.core.guard import Actor
from lms.core.keys import Keys, save_keys
from lms.core.policy import Role
from lms.core.settings import Settings
from lms.ledger import generation
from lms.ledger.models import Event
from lms.offline.box.models import BoxBundle
from tests.cast import Cast
from tests.cli.place import Place
from tests.ledger.events import event_text

pytestmark = pytest.mark.db


@pytest.fixture
def office(database: Database, settings: Settings, keys: Keys, cast: Cast, tmp_path: Path) -> Place:
    """The commune of the cast, as commands see it."""
    assert cast is not None
    save_keys(settings.keys, keys)
    generation.check(database, settings)
    return Place(tmp_path, "" if settings.is_sqlite else settings.url)


@contextmanager
def listening(app: Flask) -> Iterator[str]:
    """The service on a port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Hall:
    """The laptop in the hall, where Trang holds class K1."""

    def __init__(self, laptop: Place, cast: Cast) -> None:
        self.laptop, self.cast = laptop, cast
        self.who = Actor(
            Role.TRAINER, cast["TBT"], cast["trang"], cohort_ids=frozenset({cast["k1"]})
        )

    def open(self) -> str:
        """The meeting is opened and a tablet let in; returns its credential."""
        with self.laptop.app() as app, app.extensions["lms.db"].write() as session:
            classroom.open_session(session, self.who, self.cast["k1_buoi"])
            keys = app.extensions["lms.keys"].current()
            row, credential = devices.enrol_device(session, self.who, keys, "Máy 01")
            self.tablet: UUID = row.id
        return credential

    def send(self, credential: str, texts: list[str]) -> dict[str, Any]:
        """The tablet sends a batch over plain http."""
        with self.laptop.app() as app:
            headers = {"Authorization": f"Bearer {credential}"}
            answer = app.test_client().post(
                "/api/v1/sync/batches", json={"events": texts}, headers=headers
            )
            told: dict[str, Any] = answer.get_json()
            answer.close()
        assert answer.status_code == 200
        return told

    def close(self) -> None:
        """The meeting ends."""
        with self.laptop.app() as app, app.extensions["lms.db"].write() as session:
            classroom.close_session(session, self.who, self.cast["k1_buoi"])


def test_a_class_held_on_a_laptop_comes_home_by_stick_and_by_network(
    office: Place, app: Flask, database: Database, cast: Cast, tmp_path: Path, sqlite_template: Path
) -> None:
    stick, laptop = tmp_path / "usb", Place(tmp_path / "may-lop")
    told = office.ok(
        "--commune", "TBT", "box", "create", "Máy lớp thôn Đông", "--class", "K1", "--to", stick
    )
    code = next(line for line in told.splitlines() if "Mã một lần" in line).split(": ")[1]
    # A migrated store is what the command would make; copying one saves the time of all migrations.
    laptop.data.mkdir()
    shutil.copy(sqlite_template, laptop.data / "lms.db")
    laptop.ok("box", "init", next(stick.glob("may-lop-*.lhs")), given=f"{code}\n")
    hall = Hall(laptop, cast)
    credential = hall.open()
    texts = [
        event_text(
            cast, "attendance.marked", {"state": "present"},
            device=str(hall.tablet), learner=str(cast[one]), seq=n,
        )
        for n, one in enumerate(("hv_lan", "hv_hung"))
    ]  # fmt: skip
    answer = hall.send(credential, texts)
    assert [one["fate"] for one in answer["events"]] == ["stored", "stored"]
    assert answer["confirmed"] == []
    assert "0 việc đã về xã · 3 việc còn ở máy lớp" in laptop.ok("box", "stick", stick)
    broken = stick / "viec-ve-xa-hong.lhs"
    broken.write_bytes(next(stick.glob("viec-ve-xa-*.lhs")).read_bytes()[:-9])
    home = office.run("--commune", "TBT", "box", "receive", stick)
    assert home.exit_code == 1
    assert "gói số 1: 3 việc mới" in home.output
    assert "viec-ve-xa-hong.lhs: Tệp bị hỏng" in home.output
    broken.unlink()
    assert "0 việc mới, 3 đã có" in office.ok("--commune", "TBT", "box", "receive", stick)
    assert "3 việc đã về xã · 0 việc còn ở máy lớp" in laptop.ok("box", "receipts", stick)
    assert len(hall.send(credential, texts)["confirmed"]) == 2
    hall.close()
    with listening(app) as address:
        assert "4 việc đã về xã · 0 việc còn" in laptop.ok("box", "send", "--to", address)
    _equal_on_both_sides(database, laptop, cast, hall.tablet)
    assert "Chưa tới được" in laptop.refused("box", "send", "--to", "http://127.0.0.1:9")


def _equal_on_both_sides(database: Database, laptop: Place, cast: Cast, tablet: UUID) -> None:
    """The same events, word for word, and what was made of them."""
    events = select(Event.id, Event.text).where(Event.commune_id == cast["TBT"])
    with database.read() as here, laptop.looking() as there:
        assert set(here.execute(events)) == set(there.execute(events))
        marks = select(Attendance.enrolment_id, Attendance.state, Attendance.occurred_at)
        assert set(here.execute(marks)) == set(there.execute(marks))
        assert here.get_one(Device, (cast["TBT"], tablet)).label == "Máy lớp thôn Đông · Máy 01"
        assert here.scalar(select(func.sum(BoxBundle.stored))) == 4
