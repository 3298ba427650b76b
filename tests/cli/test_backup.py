"""`lms backup` and `lms restore`: what was saved comes back whole, and nothing else is taken for it."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from lms.core import audit
from lms.core.audit import AuditEntry
from lms.core.db import Database, sqlite_module
from lms.core.guard import system
from lms.ledger.models import StoreGeneration
from lms.people.models import Commune, Person
from tests.cli.conftest import Begin
from tests.cli.place import Place

pytestmark = pytest.mark.db


def backup_of(place: Place, *options: object) -> Path:
    """Make a backup and return its path."""
    output = place.ok("backup", *options)
    return Path(output.partition("kiểm tra: ")[2].strip())


def change_a_name(place: Place, name: str) -> None:
    database = Database(place.settings)
    with database.write() as session:
        session.execute(
            update(Person).where(Person.search_key == "le ngoc mai").values(full_name=name)
        )
    database.close()


def names(place: Place) -> set[str]:
    with place.looking() as session:
        return set(session.scalars(select(Person.full_name)))


def generations(place: Place) -> int:
    with place.looking() as session:
        return len(session.scalars(select(StoreGeneration.id)).all())


def test_what_was_saved_comes_back_and_the_store_has_a_new_generation(village: Place) -> None:
    before, path = village.counts(), backup_of(village)
    change_a_name(village, "Tên Sửa Sau")
    output = village.ok("restore", path, "--replace")
    assert "đủ như bản sao lưu" in output
    after = village.counts()
    assert after.pop("store_generation") == before.pop("store_generation") + 1
    assert after == before
    assert "Lê Ngọc Mai" in names(village)
    assert "Tên Sửa Sau" not in names(village)
    assert "đúng thế hệ" in village.run("doctor").output


def test_nothing_is_replaced_without_being_asked_for(village: Place) -> None:
    path = backup_of(village)
    change_a_name(village, "Tên Sửa Sau")
    assert "--replace" in village.refused("restore", path)
    assert "Tên Sửa Sau" in names(village)


def test_what_is_replaced_is_kept(village: Place) -> None:
    path = backup_of(village)
    change_a_name(village, "Tên Sửa Sau")
    output = village.ok("restore", path, "--replace")
    if not village.settings.is_sqlite:
        kept = Path(output.partition("cũ: ")[2].splitlines()[0])
        village.ok("restore", kept, "--replace")
        assert "Tên Sửa Sau" in names(village)
        return
    kept = Path(output.partition("giữ tại ")[2].splitlines()[0].rstrip("."))
    connection = sqlite_module().connect(kept)
    found = connection.execute("SELECT 1 FROM person WHERE full_name = 'Tên Sửa Sau'").fetchall()
    connection.close()
    assert found


def test_no_key_is_in_a_backup(village: Place, tmp_path: Path) -> None:
    with zipfile.ZipFile(backup_of(village)) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
        assert sorted(archive.namelist())[-1] == "manifest.json"
        assert len(archive.namelist()) == 2
    secrets = json.loads((village.settings.keys / "keys.json").read_text())
    assert [
        name for name, value in secrets.items() if name != "kid" and value.encode() in content
    ] == []


def test_the_manifest_counts_every_table_at_the_instant_of_the_copy(village: Place) -> None:
    path = backup_of(village, "--to", village.data / "o-cung-ngoai")
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["rows"] == village.counts()
    assert manifest["rows"]["event"] > 0
    assert path.parent.name == "o-cung-ngoai"
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_backup_shows_that_the_log_was_cut_after_it(village: Place) -> None:
    database = Database(village.settings)
    with database.write() as session:
        who = system(session.scalars(select(Commune.id).where(Commune.short_code == "TBT")).one())
        for size in range(3):
            audit.record(session, who, "created", "account", who.commune, size=size)
    path, verify = backup_of(village), ("--commune", "TBT", "audit", "verify")
    assert "Khớp 1 điểm kiểm tra từ ngoài" in village.ok(*verify, "--against", path)
    with database.write() as session:
        audit.lock_chain(session, who.commune)
        session.delete(session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).all()[0])
    database.close()
    village.ok(*verify)  # By itself the log cannot know.
    assert village.run(*verify, "--against", path).exit_code == 1


def test_two_backups_in_one_second_are_two_files(village: Place) -> None:
    assert len({backup_of(village) for _ in range(3)}) == 3


def test_a_schema_that_lacks_a_table_is_backed_up_as_it_is(village: Place) -> None:
    """`lms db upgrade` backs up the older schema, in which the newest tables are not there yet."""
    database = Database(village.settings)
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE projection_fault"))
    database.close()
    with zipfile.ZipFile(backup_of(village)) as archive:
        assert "projection_fault" not in json.loads(archive.read("manifest.json"))["rows"]


def test_an_empty_place_has_nothing_to_save(place: Place) -> None:
    assert "lms init" in place.refused("backup")
    assert not (place.data / "backups").exists()


# Damage


def damaged(path: Path, how: str) -> Path:
    """The backup, spoiled in one way."""
    raw, bad = path.read_bytes(), path.with_name(f"{how}.zip")
    middle = len(raw) // 2
    spoiled = {
        "flipped": raw[:middle] + bytes([raw[middle] ^ 0xFF]) + raw[middle + 1 :],
        "cut": raw[:middle],
        "empty": b"",
        "text": b"day khong phai ban sao luu",
    }
    bad.write_bytes(spoiled[how])
    return bad


@pytest.mark.parametrize("how", ["flipped", "cut", "empty", "text"])
def test_a_damaged_backup_is_refused_and_nothing_changes(
    laptop: Place, begin: Begin, how: str
) -> None:
    begin()
    path, before = damaged(backup_of(laptop), how), laptop.counts()
    output = laptop.refused("restore", path, "--replace")
    assert "Hãy dùng bản khác" in output
    assert laptop.counts() == before


def rewritten(path: Path, **changes: object) -> Path:
    """The backup with another manifest; a None takes a field away."""
    other = path.with_name("sua.zip")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w") as target:
        manifest = json.loads(source.read("manifest.json")) | changes
        kept = {name: value for name, value in manifest.items() if value is not None}
        target.writestr("manifest.json", json.dumps(kept))
        for name in source.namelist():
            if name != "manifest.json":
                target.writestr(name, source.read(name))
    return other


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sha256": "0" * 64}, "mã kiểm tra không khớp"),
        ({"file": "../../etc/passwd"}, "không phải bản sao lưu"),
        ({"file": None}, "không phải bản sao lưu"),
        ({"format": 9}, "không phải bản sao lưu"),
        ({"more": 1}, "không phải bản sao lưu"),
        ({"revision": "9999"}, "bản phần mềm khác (cấu trúc 9999)"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(
    laptop: Place, begin: Begin, changes: dict[str, object], said: str
) -> None:
    begin()
    path, before = rewritten(backup_of(laptop), **changes), laptop.counts()
    assert said in laptop.refused("restore", path, "--replace")
    assert laptop.counts() == before


def test_a_backup_of_the_other_database_is_refused(
    village: Place, laptop: Place, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    sqlite = village.settings.is_sqlite
    other = Place(tmp_path / "khac", request.getfixturevalue("empty_postgres") if sqlite else "")
    assert "LMS_DATABASE_URL" in other.refused("restore", backup_of(village))


def test_a_database_in_use_is_not_replaced(village: Place) -> None:
    path = backup_of(village)
    service = Database(village.settings)
    with service.read() as session:
        session.execute(text("SELECT 1 FROM commune"))
        assert "Hãy dừng dịch vụ" in village.refused("restore", path, "--replace")
    service.close()
    village.ok("restore", path, "--replace")


def test_a_damaged_database_is_put_aside_as_it_is(laptop: Place, begin: Begin) -> None:
    begin()
    path = backup_of(laptop)
    (laptop.data / "lms.db").write_bytes(b"hong" * 5000)
    laptop.ok("restore", path, "--replace")
    assert len(list(laptop.data.glob("lms.db.truoc-*"))) == 1
    laptop.ok("doctor")


# A database copied back by hand


def test_a_database_copied_back_by_hand_stops_the_service_until_it_is_taken_on(
    laptop: Place, begin: Begin, tmp_path: Path
) -> None:
    begin()
    old = tmp_path / "ban-chep"
    with zipfile.ZipFile(backup_of(laptop)) as archive:
        archive.extract("lms.db", old)
    laptop.ok("store", "renew")
    for suffix in ("-wal", "-shm"):
        (laptop.data / f"lms.db{suffix}").unlink(missing_ok=True)
    shutil.copy(old / "lms.db", laptop.data / "lms.db")
    assert "lms store renew" in laptop.refused("serve")
    assert "thế hệ" in laptop.run("doctor").output
    laptop.ok("store", "renew", "--reason", "chép từ ổ cũ")
    assert generations(laptop) == 2
    laptop.ok("doctor")
