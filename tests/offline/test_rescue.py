"""A tablet's rescue file comes into the store through the same door as its own sending."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, update

from lms.cohorts.models import Attendance, Device
from lms.core import clock
from lms.core.db import Database
from lms.core.errors import Invalid
from lms.core.keys import Keys, save_keys
from lms.ledger import generation
from lms.ledger.models import Event, Quarantined
from lms.ledger.rules import MAX_TEXT
from lms.offline.rescue import batches, read_rescue
from tests.cast import Cast
from tests.cli.place import Place
from tests.ledger.events import event_text

pytestmark = pytest.mark.db


@pytest.fixture
def hall(database_url: str, tmp_path: Path, cast: Cast, keys: Keys, database: Database) -> Place:
    """The cast's commune on a machine with its keys."""
    place = Place(tmp_path, database_url)
    save_keys(place.settings.keys, keys)
    generation.check(database, place.settings)
    database.close()
    return place


def rescue_file(folder: Path, texts: list[str], device: UUID | None, *, cut: int = 0) -> Path:
    """A file as a tablet makes it; `cut` takes letters from its end."""
    header = {"format": "lop-hoc-so-rescue", "version": 1, "device": device and str(device)}
    body = "\n".join([json.dumps(header), *texts]) + "\n"
    path = folder / "cuu-ho-May-07.jsonl"
    path.write_text(body[: len(body) - cut], encoding="utf-8")
    return path


def events_of(place: Place) -> dict[str, str]:
    """Id → text of what the store holds."""
    with place.looking() as session:
        return {str(e.id): e.text for e in session.scalars(select(Event))}


def command(place: Place, path: Path, *more: str) -> str:
    """Run the command."""
    return place.ok("--commune", "TBT", "ledger", "import-rescue", str(path), *more)


def test_a_rescue_file_is_stored_once_verbatim_and_projected(
    hall: Place, cast: Cast, tmp_path: Path
) -> None:
    texts = [event_text(cast, "attendance.marked", {"state": "present"}, seq=n) for n in range(230)]
    path = rescue_file(tmp_path, texts, cast["k1_may"])
    assert "mới: 230, đã có: 0" in command(hall, path)
    assert events_of(hall) == {json.loads(text)["id"]: text for text in texts}
    with hall.looking() as session:
        assert session.scalars(select(Attendance.state)).all() == ["present"]
    assert "mới: 0, đã có: 230" in command(hall, path)


def test_what_cannot_be_read_is_kept_apart_and_stops_nothing(
    hall: Place, cast: Cast, tmp_path: Path
) -> None:
    good = [event_text(cast, "help.asked", {}, seq=n) for n in range(3)]
    other = event_text(cast, "help.asked", {}, device=str(cast["k2_may"]))
    path = rescue_file(tmp_path, [good[0], other, "{", good[1], good[2]], cast["k1_may"], cut=9)
    said = command(hall, path)
    assert "đã đọc 5 việc" in said
    assert "mới: 2, đã có: 0" in said
    assert "(wrong_device): 1" in said
    assert "(unreadable): 2" in said
    assert len(events_of(hall)) == 2
    with hall.looking() as session:
        assert len(session.scalars(select(Quarantined)).all()) == 3


def test_a_revoked_tablet_may_still_be_rescued(hall: Place, cast: Cast, tmp_path: Path) -> None:
    database = Database(hall.settings)
    with database.write() as session:
        session.execute(update(Device).values(revoked_at=clock.now()))
    database.close()
    path = rescue_file(tmp_path, [event_text(cast, "help.asked", {})], None)
    assert "mới: 1" in command(hall, path, "--device", str(cast["k1_may"]))


def test_a_file_without_its_tablet_or_of_another_commune_is_refused(
    hall: Place, cast: Cast, tmp_path: Path
) -> None:
    order = ("--commune", "TBT", "ledger", "import-rescue")
    unnamed = hall.run(*order, str(rescue_file(tmp_path, [], None)))
    assert unnamed.exit_code == 1
    assert "--device" in unnamed.output
    foreign = hall.run(*order, str(rescue_file(tmp_path, [], cast["xa_k1_may"])))
    assert foreign.exit_code == 1
    assert "không có máy nào" in foreign.output
    assert events_of(hall) == {}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[]",
        b'{"format": "x"}',
        b"\xff\xfe",
        b'{"format":"lop-hoc-so-rescue","device":"7"}',
    ],
)
def test_a_file_that_is_none_is_refused_in_words(raw: bytes) -> None:
    with pytest.raises(Invalid, match="không phải tệp cứu hộ"):
        read_rescue(raw)


def test_batches_are_those_of_a_tablet() -> None:
    sizes = [
        len(batch) for batch in batches(["a"] * 230 + ["Ễ" * 20000] * 3 + ["x" * (MAX_TEXT + 5)])
    ]
    assert sizes == [100, 100, 31, 1, 1, 1]
