"""What somebody tries who holds a box, a stick of it, or a chair at another commune."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, event, select

from lms.cohorts.models import Device, LearnerSession, Sitting
from lms.core import clock
from lms.core.errors import Conflict, Invalid
from lms.core.guard import system
from lms.core.ids import uuid7
from lms.ledger.actions import accept
from lms.ledger.models import Event
from lms.offline.box import carrying, giving, queries, seal, starting, wire
from lms.offline.box.files import is_plain
from tests.offline.box_home import Boxes, elsewhere, event_text, forged, sent

pytestmark = pytest.mark.db


def started(boxes: Boxes, device: UUID, attempt: UUID, **named: object) -> wire.Sent:
    """A learner of K1 begins the certifying test."""
    told = {"kind": "certifying", "level": "basic", "seed": "1", **named}
    kind = "attempt.started"
    return sent(
        event_text(boxes.cast, device, 1, "e1", type=kind, attempt=str(attempt), payload=told)
    )


def test_a_stolen_box_sits_in_no_test_that_the_commune_held(boxes: Boxes) -> None:
    """Its proctor saw nobody there, and a test held on a box is worth more only once it was confirmed."""
    tablet, there = boxes.tablet(), uuid7()
    boxes.sync()
    with boxes.commune.write() as session:
        held = session.scalars(select(Sitting).where(Sitting.cohort_id == boxes.cast["k1"])).one()
        test, own = str(held.id), boxes.cast["k1_may"]
        text = started(boxes, own, there).text
        assert accept(session, boxes.id, own, [text], clock.now()).confirmed
    shapes = (test, test.upper(), test.replace("-", ""), f"urn:uuid:{test}", f"{{{test}}}")
    tries = [started(boxes, tablet, uuid7(), sitting=one) for one in shapes]
    answered = {
        "type": "answer.given",
        "attempt": str(there),
        "payload": {"item": "a", "response": []},
    }
    tries.append(sent(event_text(boxes.cast, tablet, 2, "e1", **answered)))
    mine = started(boxes, tablet, uuid7())
    assert boxes.receive(forged(boxes, [*tries, mine], [])).counts == {
        "wrong_device": len(tries), "stored": 1,
    }  # fmt: skip


def test_an_older_count_never_stands_again_whatever_the_clock_of_the_box_said(
    boxes: Boxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a stick that was forgotten in a drawer lets a class close green over what is lost."""
    tablet = boxes.tablet()
    boxes.work(tablet, range(1))
    with monkeypatch.context() as wrong:
        later = clock.now() + timedelta(days=900)
        wrong.setattr(clock, "now", lambda: later)
        early = boxes.bundles()[0]
    boxes.work(tablet, range(1, 4))
    boxes.receive(boxes.bundles()[0])
    with boxes.commune.write() as session:
        session.execute(delete(Event).where(Event.seq > 0))
    assert elsewhere(boxes).count == 3
    boxes.receive(early)
    assert elsewhere(boxes).count == 3


def test_a_raw_text_that_is_still_on_the_way_keeps_a_class_from_being_whole(boxes: Boxes) -> None:
    tablet = boxes.tablet()
    with boxes.box.write() as session:
        accept(session, boxes.id, tablet, ['{"new": "kind"}'], clock.now())
    whole = boxes.bundles()[0]
    told = wire.read_bundle(_opened(boxes, whole))
    boxes.receive(forged(boxes, told.events, told.devices, told.counts))
    assert not elsewhere(boxes).is_home
    boxes.receive(whole)
    assert elsewhere(boxes).is_home


def _opened(boxes: Boxes, raw: bytes) -> bytes:
    with boxes.commune.read() as session:
        public = queries.boxes_of(session, boxes.id)[0].box.public_key
    return seal.unseal(raw, "bundle", seal.Public.of(public), seal.commune_secret(boxes.keys))[1]


def test_a_count_of_any_length_and_joins_by_the_thousand_stop_no_page(boxes: Boxes) -> None:
    tablet = boxes.tablet()
    boxes.sync()
    places = [wire.Counted(str(uuid7()), "e1", None, 1)] * (wire.MOST_PLACES + 1)
    with pytest.raises(seal.Unfit):
        boxes.receive(forged(boxes, [], [], wire.Counts(0, places, [])))
    zeros = wire.SentRaw(str(uuid7()), str(tablet), "text", "0" * 4_000_000, "0" * 64, "unreadable")
    with pytest.raises(seal.Unfit):
        boxes.receive(forged(boxes, [], [], raws=[zeros]))
    many = [wire.Counted(str(uuid7()), "e1", None, 1) for _ in range(300)]
    lan, meeting = str(boxes.cast["hv_lan"]), str(boxes.cast["k1_buoi"])
    joins = [
        wire.ToldJoin(str(uuid7()), lan, str(tablet), meeting, "pin\0", 0, 0, None)
        for _ in range(1500)
    ]
    twins = [
        wire.ToldDevice(f"{str(uuid7())[:-6]}000001", "a\0b", "tablet", None, 0, None, None, None)
        for _ in range(3)
    ]
    asked: list[Any] = []
    event.listen(boxes.commune.engine, "before_cursor_execute", lambda *args: asked.append(args[3]))
    raw = forged(boxes, [], twins, wire.Counts(0, many, [], 0, f"99999999/{uuid7()}"), joins=joins)
    boxes.receive(raw)
    boxes.receive(raw)
    with boxes.commune.read() as session:
        assert [one.lacks for one in queries.boxes_of(session, boxes.id)] == [300]
        how = session.scalars(select(LearnerSession.how).where(LearnerSession.device_id == tablet))
        assert list(how) == ["pin"] * 1500
        labels = session.scalars(select(Device.label).where(Device.label.contains("a"))).all()
        assert not [one for one in labels if "\0" in one]
    assert len(asked) < 150, "not a question for each that is told"
    assert max(len(one) for one in asked if isinstance(one, tuple | dict)) < 1100


def test_the_id_of_a_box_opens_nothing_of_it_and_belongs_to_no_tablet(boxes: Boxes) -> None:
    """One key file serves many communes, and an id stands in the clear on every stick."""
    other = boxes.cast["KHA"]
    theirs = {row.id for row in _classes(boxes, other)}
    code = seal.new_code()
    with boxes.commune.write() as session:
        new = giving.NewBox(boxes.box_id, "Máy lớp lạ", list(theirs)[:1], code)
        raw = giving.create_box(session, system(other), boxes.keys, new)
    assert starting.open_start(raw, code).pepper != boxes.box_keys.pepper
    taken = giving.NewBox(boxes.cast["k1_may"], "Máy khác", [], code)
    with boxes.commune.write() as session, pytest.raises(Conflict):
        giving.create_box(session, system(boxes.id), boxes.keys, taken)


def _classes(boxes: Boxes, commune: UUID) -> Any:
    with boxes.commune.read() as session:
        return queries.giveable(session, commune)


def test_a_stick_leads_to_no_file_of_the_machine_and_fills_no_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link to a file of the system that has no end, and a folder of large files."""
    (tmp_path / "that.lhs").write_bytes(b"abc")
    links = {"lien-ket.lhs": "/proc/self/pagemap", "khac.lhs": tmp_path / "that.lhs"}
    for name, target in links.items():
        os.symlink(target, tmp_path / name)
    read: list[Path] = []
    real = Path.open
    monkeypatch.setattr(Path, "open", lambda path, *a: read.append(path) or real(path, *a))
    found = carrying.on_stick(tmp_path)
    assert not read, "one after the other, and not all at once"
    assert list(found) == [("that.lhs", b"abc")]
    assert not is_plain(tmp_path / "lien-ket.lhs")
    (tmp_path / "that.lhs").unlink()
    with pytest.raises(Invalid):
        carrying.on_stick(tmp_path)
    assert len(seal.pieces(seal.MAGIC * 100_000)) == seal.MOST_PIECES
