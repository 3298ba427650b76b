"""The audit log for an administrator: found by who, what, when and about whom; taken away; proven."""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lms.core import audit, clock
from lms.core.audit import AuditEntry
from lms.core.command import Context
from lms.core.db import Database
from lms.core.guard import Actor, system
from lms.core.policy import Role
from lms.people.audit_cli import audit_group
from lms.people.audit_search import SYSTEM, Wanted, search
from tests.cast import Cast
from tests.tampering import WAYS, chain, counted, tampered

ORIGIN = {"Origin": "http://localhost"}


@pytest.fixture
def logged(database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Six deeds on six days from 1/11/2026, 23:30 Vietnam time."""
    oanh, an = (
        Actor(role, cast["TBT"], cast[name])
        for name, role in (("oanh", Role.OFFICER), ("an", Role.ADMINISTRATOR))
    )
    deeds = [
        (an, "disabled", "account", cast["tuan"], {}),
        (oanh, "linked", "person", cast["lan"], {"other": cast["mai"]}),
        (oanh, "new_pin", "enrolment", cast["hv_lan"], {}),
        (oanh, "new_pin", "enrolment", cast["hv_hung"], {}),
        (system(cast["TBT"]), "renamed", "unit", cast["thon_dong"], {"old": "=A1", "new": "B", "on": "1/1"}),
        (an, "granted", "account", cast["tuan"], {"note": '"kind":"person","verb":"linked"}'}),
    ]  # fmt: skip
    with database.write() as session:
        for number, (who, verb, kind, key, facts) in enumerate(deeds):
            now = datetime(2026, 11, 1, 16, 30, tzinfo=UTC) + timedelta(days=number)
            monkeypatch.setattr(clock, "_now", lambda now=now: now)
            audit.record(session, who, verb, kind, key, **facts)
    return cast


@pytest.mark.db
def test_the_log_is_found_by_who_what_when_and_about_whom(
    built_app: Flask, database: Database, logged: Cast
) -> None:
    assert built_app  # Building it makes the packages listen.
    day = datetime(2026, 11, 1, tzinfo=UTC).date()
    expected = [
        (Wanted(), [6, 5, 4, 3, 2, 1]),
        (Wanted(by=str(logged["oanh"])), [4, 3, 2]),
        (Wanted(by=SYSTEM), [5]),
        (Wanted(what="khoa tai khoan"), [1]),
        (Wanted(what="gộp hai hồ sơ"), [2]),
        (Wanted(what="không có việc này"), []),
        (Wanted(until=day), [1]),
        (Wanted(since=day + timedelta(days=1), until=day + timedelta(days=2)), [3, 2]),
        (Wanted(about="lan"), [3, 2]),
        (Wanted(about=str(logged["mai"])), [2]),
        (Wanted(about="Trần Văn Hùng"), [4]),
        (Wanted(about="không ai"), []),
        (Wanted(about=str(logged["xa_lan"])), []),
        (Wanted(about="%"), []),
    ]
    with database.read() as session:
        for wanted, entries in expected:
            found = search(session, logged["TBT"], wanted, 0, 50)
            assert [line.seq for line in found.lines] == entries, wanted
            assert found.total == len(entries)
        assert search(session, logged["KHA"], Wanted(), 0, 50).total == 0
        assert search(session, logged["TBT"], Wanted(about="n"), 0, 50).people


def client(app: Flask, cast: Cast, name: str) -> FlaskClient:
    one = app.test_client()
    one.set_cookie("lms_staff", cast.staff_tokens[name])
    return one


@pytest.mark.db
def test_an_administrator_searches_takes_away_and_keeps_a_checkpoint(
    app: Flask, database: Database, logged: Cast, tmp_path: Path, settings: object
) -> None:
    an = client(app, logged, "an")
    page = an.get("/nhat-ky?ve=lan&kiem-tra=1").text
    assert "Nhật ký nguyên vẹn" in page
    assert "gộp hai hồ sơ của một người" in page
    assert "Nguyễn Thị Lan" in page
    assert "Không có mục nào khớp" in an.get("/nhat-ky?viec=xyz").text
    assert an.get("/nhat-ky?ai=khong-phai-ma").status_code == 422
    assert an.get("/nhat-ky?tu=31/02/2026").status_code == 422
    carried = tmp_path / "diem.json"
    carried.write_bytes(an.get("/nhat-ky/diem-kiem-tra.json").data)
    file = an.post("/nhat-ky/xuat", data={"viec": "đổi tên đơn vị"}, headers=ORIGIN)
    assert file.mimetype == "text/csv"
    assert file.headers["Cache-Control"] == "no-store"
    lines = file.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "đổi tên đơn vị =A1 thành B" in lines[1]
    assert "xuất nhật ký: 1 mục" in an.get("/nhat-ky").text
    for name in ("oanh", "trang", "bao"):
        assert client(app, logged, name).get("/nhat-ky/diem-kiem-tra.json").status_code == 403
        assert client(app, logged, name).post("/nhat-ky/xuat", headers=ORIGIN).status_code == 403
    context = Context(settings, "TBT")  # type: ignore[arg-type]  # The fixture's own settings.
    context.__dict__.update(database=database, commune_id=logged["TBT"])
    root = json.loads(carried.read_text("utf-8"))["audit"]["root"]
    for given in (str(carried), f"6:{root}"):
        said = CliRunner().invoke(audit_group, ["verify", "--against", given], obj=context)
        assert (said.exit_code, "1 điểm kiểm tra từ ngoài" in said.output) == (0, True), said.output
    wrong = CliRunner().invoke(audit_group, ["verify", "--against", f"5:{root}"], obj=context)
    assert (wrong.exit_code, "không khớp điểm kiểm tra 5 mục" in wrong.output) == (1, True)
    for bad in ("khong-co.json", str(Path(__file__))):
        assert CliRunner().invoke(audit_group, ["verify", "--against", bad], obj=context).exit_code
    out = tmp_path / "viet.json"
    assert CliRunner().invoke(audit_group, ["checkpoint", str(out)], obj=context).exit_code == 0
    assert json.loads(out.read_text("utf-8"))["audit"]["size"] == 7


@pytest.mark.db
def test_a_changed_time_of_writing_is_found_though_the_hash_does_not_cover_the_column(
    database: Database, logged: Cast
) -> None:
    with database.write() as session:
        session.execute(update(AuditEntry).where(AuditEntry.seq == 3).values(at=clock.now()))
    with database.read() as session:
        assert audit.verify(session, logged["TBT"]) == ["Mục 3: giờ ghi đã bị thay đổi."]
        assert audit.verify_end(session, logged["TBT"], 2) == []
        assert len(audit.verify_end(session, logged["TBT"], 4)) == 1


@pytest.mark.db
def test_a_cut_shows_against_a_report_that_is_closed(
    app: Flask, database: Database, logged: Cast
) -> None:
    with database.read() as session:
        at = audit.checkpoint(session, logged["TBT"])
        held = [audit.Known(at, "bản chốt số 1")]
        assert audit.verify(session, logged["TBT"], held) == []
    with database.write() as session:
        for row in session.scalars(select(AuditEntry).where(AuditEntry.seq > 4)).all():
            session.delete(row)
    with database.read() as session:
        assert audit.verify(session, logged["TBT"]) == []
        told = audit.verify(session, logged["TBT"], held)
    assert told == [
        "Nhật ký không khớp điểm kiểm tra 6 mục đã in (bản chốt số 1): bị cắt hoặc thay."
    ]


@pytest.mark.pure
def test_tampering_of_every_kind_is_found(record_property: Callable[[str, object], None]) -> None:
    """A small campaign on chains in memory; `soak/soak_audit.py` is the large one on a database."""
    source, missed = random.Random(2026), []
    tally = dict.fromkeys(WAYS, 0)
    for number in range(300):
        way = WAYS[number % len(WAYS)]
        rows, known = chain(source, source.randrange(3, 40))
        if not counted(tampered(source, rows, way), known):
            missed.append((number, way))
        tally[way] += 1
        assert counted(rows, known) == []
    assert missed == []
    record_property("count: audit tampers found", sum(tally.values()))
