"""What a laptop that carries a class brings home: once, verbatim, and confirmed by signed receipts only."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any
from uuid import UUID

import msgspec
import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from assessments import actions as assessments
from assessments.models import TaskObservation
from lms.cohorts.models import Device, LearnerSession
from lms.core import clock
from lms.core.errors import Conflict
from lms.core.guard import system
from lms.core.ids import uuid7
from lms.ledger import generation, store
from lms.ledger.actions import accept, project_pending, server_epoch, web_device
from lms.ledger.models import Event, Quarantined
from lms.ledger.rules import Reason
from lms.offline.box import bundles, giving, seal, wire
from lms.offline.box.receipts import confirmed_here
from tests.offline.box_home import (
    Boxes,
    elsewhere,
    event_text,
    forged,
    seed_of,
    sent,
    stored,
    the_box,
)

pytestmark = pytest.mark.db


def test_the_work_of_a_class_comes_home_once_and_verbatim(boxes: Boxes) -> None:
    tablet = boxes.tablet()
    assert elsewhere(boxes).told_at is None
    boxes.open_class()
    texts = boxes.work(tablet, range(5))
    assert boxes.progress().waiting == 6
    files = boxes.bundles()
    again = boxes.bundles()
    assert elsewhere(boxes).told_at is None
    done = boxes.receive(again[0])
    assert done.counts == {"stored": 6}
    assert boxes.receive(files[0]).counts == {"duplicate": 6}
    home = stored(boxes.commune)
    assert set(texts) <= set(home.values())
    assert home == stored(boxes.box)
    assert not elsewhere(boxes).is_home
    assert elsewhere(boxes).open == {boxes.cast["k1_buoi"]}
    boxes.close_class()
    assert boxes.take(done.receipt).confirmed == 6
    assert (boxes.progress().home, boxes.progress().waiting) == (6, 1)
    boxes.sync()
    assert boxes.progress().is_whole
    assert elsewhere(boxes).is_home
    assert project_pending(boxes.commune, boxes.id).faults == 0


def test_only_what_a_receipt_confirmed_is_told_to_tablets_as_home(boxes: Boxes) -> None:
    tablet = boxes.tablet()
    ids = [str(key) for key in _ids(boxes.work(tablet, range(3)))]
    done = boxes.receive(boxes.bundles()[0])
    with boxes.box.read() as session:
        assert confirmed_here(session, ids) == []
    told = generation.told(boxes.box)
    boxes.take(done.receipt)
    with boxes.box.read() as session:
        assert confirmed_here(session, [*ids, str(uuid7())]) == ids
    assert generation.told(boxes.box) != told
    with boxes.commune.read() as session:
        assert confirmed_here(session, ids) == ids


def _ids(texts: list[str]) -> list[UUID]:
    return [UUID(text.split('"id": "')[1][:36]) for text in texts]


def test_a_restored_commune_gets_everything_again(boxes: Boxes) -> None:
    tablet = boxes.tablet()
    boxes.work(tablet, range(4))
    kept = boxes.settings.data_dir / "lms.db"
    boxes.commune.close()
    before = kept.read_bytes()
    old = boxes.receive(boxes.bundles()[0]).receipt
    boxes.take(old)
    assert boxes.progress().is_whole
    boxes.commune.close()
    for extra in ("-wal", "-shm"):
        kept.with_name(kept.name + extra).unlink(missing_ok=True)
    kept.write_bytes(before)
    generation.renew(boxes.commune, boxes.settings, "test")
    boxes.work(tablet, [4])
    boxes.take(boxes.receive(boxes.bundles()[-1]).receipt)
    assert boxes.take(old).is_old
    boxes.sync()
    assert stored(boxes.commune) == stored(boxes.box)
    assert boxes.progress().is_whole


def test_a_tablet_of_a_box_is_known_at_the_commune_with_what_it_told(boxes: Boxes) -> None:
    tablet = boxes.tablet()
    boxes.work(tablet, range(2))
    with boxes.box.write() as session:
        row = session.get_one(Device, (boxes.id, tablet))
        row.reported_at = clock.now()
        row.report = {"unsent": 2, "made": {"e1": 3}, "pack": None, "emptied": False}
        session.add(
            LearnerSession(
                commune_id=boxes.id, id=uuid7(), token_digest="x", device_id=tablet,
                enrolment_id=boxes.cast["hv_lan"], class_session_id=boxes.cast["k1_buoi"],
                expires_at=clock.now(),
            )
        )  # fmt: skip
    boxes.sync()
    boxes.sync()
    with boxes.commune.read() as session:
        row = session.get_one(Device, (boxes.id, tablet))
        assert row.label == "Máy lớp thôn Đông · Máy 01"
        assert row.box_id == boxes.box_id
        assert row.credential_digest is None
        assert row.report is not None
        assert (row.report["unsent"], row.report["made"]) == (1, {"e1": 3})
        joined = session.scalars(select(LearnerSession).where(LearnerSession.device_id == tablet))
        assert [one.ended_at is not None for one in joined] == [True]


def test_a_stolen_box_reaches_no_class_and_no_device_but_its_own(
    boxes: Boxes, record_property: Callable[[str, object], None]
) -> None:
    cast, tablet = boxes.cast, boxes.tablet()
    boxes.sync()
    web, own_epoch = web_device(boxes.id), server_epoch(boxes.box_id)
    tries = {
        "another class": event_text(cast, tablet, 1, "e1", **{"class": str(cast["k2_buoi"])}),
        "another learner": event_text(cast, tablet, 2, "e1", learner=str(cast["hv_mai"])),
        "the commune's tablet": event_text(cast, cast["k1_may"], 3, "e1"),
        "the commune's pages": event_text(cast, web, 4, "server"),
        "a trainer's word by a page": event_text(
            cast,
            web,
            7,
            own_epoch,
            type="task.observed",
            payload={"task": "goi-video", "result": "can_do", "observer": str(cast["trang"])},
        ),
        "a device of nobody": event_text(cast, uuid7(), 5, "e1"),
    }
    fine = event_text(cast, web, 6, own_epoch)
    events = [sent(text) for text in [*tries.values(), fine]]
    changed = replace_text(events[-1])
    told = [
        wire.ToldDevice(str(cast["k1_may"]), "x", "tablet", None, 0, None, None, None),
        wire.ToldDevice(str(uuid7()), "x", "phone", str(cast["hv_mai"]), 0, None, None, None),
    ]
    done = boxes.receive(forged(boxes, [*events, changed], told))
    assert done.counts == {"wrong_device": len(tries), "stored": 1}
    assert stored(boxes.commune).keys() == {UUID(events[-1].id)}
    with boxes.commune.read() as session:
        kept = session.scalars(select(Quarantined.reason)).all()
        assert set(kept) == {Reason.WRONG_DEVICE.value}
        assert len(kept) == len(tries) + 1
        assert session.get_one(Device, (boxes.id, cast["k1_may"])).box_id is None
        learners = select(func.count()).where(Device.enrolment_id == cast["hv_mai"])
        assert session.scalar(learners) == 0
    record_property("count: forged bundle events refused", len(tries) + 1)


def replace_text(one: wire.Sent) -> wire.Sent:
    """The same event with a text that its hash does not fit."""
    return msgspec.structs.replace(one, text=one.text + " ")


def test_what_a_trainer_sees_at_a_box_is_a_claim_until_it_is_confirmed(boxes: Boxes) -> None:
    boxes.open_class()
    with boxes.box.write() as session:
        assessments.observe_task(
            session, boxes.trainer, boxes.cast["hv_lan"], "goi-video", "can_do"
        )
    boxes.close_class()
    boxes.sync()
    assert project_pending(boxes.commune, boxes.id).faults == 0
    with boxes.commune.read() as session:
        seen = session.scalars(select(TaskObservation)).one()
        assert (seen.result, seen.claimed) == ("can_do", True)
    assert elsewhere(boxes).is_home


def test_an_officer_takes_files_in_on_the_page_and_carries_the_receipts_back(
    boxes: Boxes, built_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    boxes.work(boxes.tablet(), range(3))
    first, second = boxes.bundles()[0], boxes.bundles()[0]
    here = {"lms.settings": boxes.settings, "lms.db": boxes.commune, "lms.keys": boxes.keys}
    for name, value in here.items():
        monkeypatch.setitem(built_app.extensions, name, value)
    client = built_app.test_client()
    client.set_cookie("lms_staff", boxes.cast.staff_tokens["oanh"])
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"

    def upload(*files: bytes) -> TestResponse:
        sent = [(BytesIO(raw), f"viec-ve-xa-{n}.lhs") for n, raw in enumerate(files)]
        return client.post("/may-lop/nhan-tep", data={"tep": sent})

    closing = f"/lop-hoc/{boxes.cast['k1']}/ket-thuc"
    assert "Máy lớp thôn Đông: chưa gửi gì về xã" in client.get(closing).get_data(as_text=True)
    answer = upload(first + second, second[:-1])
    text = answer.get_data(as_text=True)
    assert "3 việc mới." in text
    assert "0 việc mới, 3 việc đã có." in text
    assert "Tệp bị hỏng hoặc chép chưa hết" in text
    answer.close()
    assert "Máy lớp còn việc chưa về xã" not in client.get(closing).get_data(as_text=True)
    assert upload().status_code == 422
    receipts = client.get(f"/may-lop/{boxes.box_id}/bien-nhan")
    assert "bien-nhan" in receipts.headers["Content-Disposition"]
    assert [boxes.take(raw).confirmed for raw in seal.pieces(receipts.data)] == [3, 3]
    assert boxes.progress().is_whole


def test_a_disabled_box_is_refused_until_it_is_found_again(boxes: Boxes) -> None:
    boxes.work(boxes.tablet(), range(2))
    raw = boxes.bundles()[0]
    with boxes.commune.write() as session:
        giving.disable_box(session, system(boxes.id), boxes.box_id)
    with pytest.raises(seal.Unfit, match="đã ngừng"):
        boxes.receive(raw)
    assert stored(boxes.commune) == {}
    with boxes.commune.write() as session:
        giving.enable_box(session, system(boxes.id), boxes.box_id)
    assert boxes.receive(raw).counts["stored"] == 2


def test_files_of_others_and_of_another_kind_are_refused_with_nothing_changed(boxes: Boxes) -> None:
    boxes.work(boxes.tablet(), range(2))
    raw = boxes.bundles()[0]
    receipt = boxes.receive(raw).receipt
    before = stored(boxes.commune)
    other = seal.box_secret(seal.new_seed())
    header = seal.header_of(raw, "bundle")
    commune = seal.commune_secret(boxes.keys)
    foreign = {
        "another's signature": seal.seal(header, b"{}", other, commune.public),
        "an unknown box": seal.seal(_with(header, box=str(uuid7())), b"{}", other, commune.public),
        "a receipt": receipt,
        "nothing": b"",
        "a picture": b"\x89PNG\r\n",
        "cut off": raw[:-1],
        "grown": raw + b"\n",
    }
    for name, file in foreign.items():
        with pytest.raises(seal.Unfit) as refusal:
            boxes.receive(file)
        assert "Hãy" in refusal.value.message, name
    unknown_content = seal.seal(header, b"{}", seal.box_secret(seed_of(boxes)), commune.public)
    with pytest.raises(seal.Unfit, match="cập nhật phần mềm"):
        boxes.receive(unknown_content)
    for file in (raw, seal.seal(_with(header, kind="receipt"), b"{}", other, other.public)):
        with pytest.raises(seal.Unfit):
            boxes.take(file)
    assert stored(boxes.commune) == before
    assert boxes.progress().home == 0


def _with(header: seal.Header, **changes: Any) -> seal.Header:
    return msgspec.structs.replace(header, **changes)


def test_what_a_box_could_not_read_comes_home_raw(boxes: Boxes) -> None:
    tablet = boxes.tablet()
    later = event_text(boxes.cast, tablet, 0, "e1", type="from.later")
    with boxes.box.write() as session:
        accept(session, boxes.id, tablet, [later, "{"], clock.now())
        store.quarantine(
            session, boxes.id, tablet, [store.Raw(b"\xff\x00", Reason.UNREADABLE)], clock.now()
        )
    assert boxes.progress().waiting == 3
    boxes.sync()
    assert boxes.progress().is_whole
    with boxes.commune.read() as session:
        rows = session.scalars(select(Quarantined)).all()
    assert {(row.reason, row.encoding) for row in rows} == {
        ("unknown_type", "text"), ("unreadable", "text"), ("unreadable", "base64"),
    }  # fmt: skip
    assert next(r for r in rows if r.reason == "unknown_type").device_id == tablet
    assert b64encode(b"\xff\x00").decode() in {row.text for row in rows}


def test_one_id_with_two_bodies_is_kept_at_both_sides_and_never_confirmed(boxes: Boxes) -> None:
    tablet = boxes.tablet()
    text = boxes.work(tablet, [1])[0]
    boxes.receive(boxes.bundles()[0])
    with boxes.commune.write() as session:
        row = session.scalars(select(Event)).one()
        session.delete(row)
        session.flush()
        other = text.replace('"seq": 1', '"seq": 2')
        accept(session, boxes.id, tablet, [other], clock.now())
    done = boxes.receive(boxes.bundles()[0])
    assert done.counts == {"conflict": 1}
    taken = boxes.take(done.receipt)
    assert (taken.confirmed, taken.held) == (0, 1)
    assert boxes.progress().waiting == 1


def test_many_events_travel_in_files_of_bounded_size(
    boxes: Boxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "MAX_EVENTS", 4)
    boxes.work(boxes.tablet(), range(10))
    files = boxes.bundles()
    assert len(files) == 3
    assert seal.pieces(b"".join(files)) == files
    assert seal.pieces(b"xx" + files[0])[0] == b"xx"
    receipts = [boxes.receive(raw).receipt for raw in reversed(files)]
    assert [boxes.take(raw).confirmed for raw in receipts] == [2, 4, 4]
    assert boxes.progress().is_whole


def test_what_is_missing_at_the_commune_is_counted_by_meeting(boxes: Boxes) -> None:
    boxes.work(boxes.tablet(), range(4))
    boxes.sync()
    with boxes.commune.write() as session:
        gone = session.scalars(select(Event).limit(3)).all()
        for row in gone:
            session.delete(row)
    found = elsewhere(boxes)
    assert (found.count, found.missing) == (3, {boxes.cast["k1_buoi"]: 3})
    with boxes.commune.read() as session:
        told = the_box(session, boxes).told
        assert told is not None
        assert told["counts"]["raws"] == 0


def test_keys_of_another_box_open_nothing(boxes: Boxes) -> None:
    boxes.box_keys = replace(boxes.box_keys, citizen_id=b"0" * 32)
    with pytest.raises(Conflict, match="Tệp khóa"):
        boxes.bundles()
