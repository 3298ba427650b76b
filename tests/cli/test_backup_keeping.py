"""Which backups stay, the copy on a stick, the drill that proves a restore, and the way to a new laptop."""

import hashlib
import json
import os
import shutil
import sqlite3
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import click
import pytest

from lms.cli import second_copy
from lms.cli.backup_rotation import Keep, backups, rotate
from lms.core import backup_record
from lms.core.clock import VIETNAM
from lms.core.db import Database
from lms.core.keys import load_keys
from tests.cast import Cast
from tests.cli.conftest import Begin
from tests.cli.place import Place
from tests.cli.test_backup import backup_of, names
from tests.released import RELEASED, bring_back

db = pytest.mark.db
pure = pytest.mark.pure
START = datetime(2026, 11, 22, 23, 0, tzinfo=VIETNAM)


def files(folder: Path, days: list[int]) -> list[Path]:
    """Backups made so many days ago."""
    folder.mkdir(exist_ok=True)
    made = [folder / f"lop-hoc-so-{START - timedelta(days=n):%Y%m%d-%H%M%S}.zip" for n in days]
    for path in made:
        path.write_bytes(b"zip")
    return made


def whole(_path: Path) -> None:
    """Every backup can be read."""


def damaged_are(*paths: Path) -> object:
    """These cannot be read."""

    def check(path: Path) -> None:
        if path in paths:
            raise click.ClickException("hỏng")

    return check


@pure
@pytest.mark.parametrize(
    ("keep", "days", "stay"),
    [
        (Keep(3, 0, 0), [0, 1, 2, 3, 4], [0, 1, 2]),
        (Keep(3, 0, 0), [0, 30, 400, 800], [0, 30, 400]),  # Days that hold one, not calendar days.
        (Keep(1, 2, 0), [0, 1, 7, 8, 14], [0, 7]),  # 22/11/2026 is a Sunday, the end of its week.
        (Keep(1, 0, 2), [0, 21, 22, 52, 53], [0, 22]),
        (Keep(0, 0, 0), [0, 1], [0]),  # The newest stays, whatever is asked.
        (Keep(7, 5, 12), [0], [0]),
    ],
)
def test_the_newest_of_each_period_stays(
    tmp_path: Path, keep: Keep, days: list[int], stay: list[int]
) -> None:
    made = dict(zip(days, files(tmp_path, days), strict=True))
    other = tmp_path / "so-diem.zip"
    other.write_bytes(b"khong phai cua minh")
    done = rotate(tmp_path, keep, whole)
    assert set(backups(tmp_path)) == {made[n] for n in stay} == set(done.kept)
    assert other.exists()
    assert rotate(tmp_path, keep, whole).deleted == ()


@pure
def test_a_damaged_backup_stands_for_no_day_and_the_newest_whole_one_stays(tmp_path: Path) -> None:
    newest, second, third, old = files(tmp_path, [0, 1, 2, 3])
    done = rotate(tmp_path, Keep(1, 0, 0), damaged_are(newest, second))  # type: ignore[arg-type]  # It is called with a path.
    assert done.kept == (third,)
    assert done.deleted == (old,)
    assert done.damaged == (newest, second)
    assert newest.exists()


@pure
def test_nothing_is_deleted_while_no_backup_is_whole(tmp_path: Path) -> None:
    made = files(tmp_path, [0, 1, 40])
    assert rotate(tmp_path, Keep(1, 0, 0), damaged_are(*made)).deleted == ()  # type: ignore[arg-type]  # As above.
    assert all(path.exists() for path in made)


@db
def test_a_backup_is_copied_to_a_stick_and_both_folders_are_thinned(
    laptop: Place, begin: Begin, tmp_path: Path
) -> None:
    begin()
    stick = tmp_path / "usb"
    assert "cắm USB" in laptop.refused("backup", "--also", stick)
    assert not stick.exists()
    stick.mkdir()
    for folder in (stick, laptop.data / "backups"):
        files(folder, [1, 2, 3])
    output = laptop.ok("backup", "--also", stick, "--rotate", "--daily", 2, "--weekly", 0)
    assert "đọc lại khớp" in output
    here, there = backups(laptop.data / "backups"), backups(stick)
    assert here[0].read_bytes() == there[0].read_bytes()
    # What is no zip at all stands for no day: it is left to be looked at.
    assert output.count("Bản hỏng") >= 1
    record = backup_record.read(laptop.settings)
    assert record.second_at
    assert (record.file, record.size) == (str(here[0]), here[0].stat().st_size)


@db
def test_a_stick_that_keeps_something_else_is_found(
    laptop: Place, begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin()
    copy = shutil.copyfile

    def bad(source: Path, target: Path) -> Path:
        copy(source, target)
        target.write_bytes(target.read_bytes()[:-1] + b"?")
        return target

    monkeypatch.setattr(second_copy.shutil, "copyfile", bad)
    (tmp_path / "usb").mkdir()
    assert "không khớp" in laptop.refused("backup", "--also", tmp_path / "usb")
    assert list((tmp_path / "usb").iterdir()) == []
    assert backup_record.read(laptop.settings).second_at == ""


@db
def test_a_drill_proves_the_newest_backup_and_touches_nothing(village: Place) -> None:
    assert "Hãy chạy 'lms backup'" in village.refused("backup", "drill")
    backup_of(village)
    before, there = village.counts(), sorted(os.listdir(village.data))
    output = village.ok("backup", "drill")
    assert output.count("✔") == 7
    assert "Đã chứng minh" in output
    assert village.counts() == before
    assert sorted(os.listdir(village.data)) == there
    record = backup_record.read(village.settings)
    assert record.drill_well
    assert record.drill_at


@db
def test_a_drill_says_what_a_backup_cannot_prove(laptop: Place, begin: Begin) -> None:
    begin()
    path = backup_of(laptop)
    # A backup whose log was edited, with a manifest that fits it: only the log itself tells.
    forged(path)
    output = laptop.refused("backup", "drill")
    assert "✘ Nhật ký: Mục 1: nội dung" in output
    assert "✔ Khôi phục" in output
    assert not backup_record.read(laptop.settings).drill_well
    assert "Lần diễn tập" in laptop.run("doctor").output


def forged(path: Path) -> None:
    """Edit the first entry of the log in a backup, and make its manifest fit."""
    folder = path.parent / "sua"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    connection = sqlite3.connect(folder / "lms.db")
    connection.execute("UPDATE audit_entry SET body = replace(body, 'by', 'bY') WHERE seq = 1")
    connection.commit()
    connection.close()
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["sha256"] = hashlib.sha256((folder / "lms.db").read_bytes()).hexdigest()
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(folder / "lms.db", "lms.db")
        archive.writestr("manifest.json", json.dumps(manifest))
    shutil.rmtree(folder)


@db
def test_a_new_laptop_takes_over_with_three_commands(
    village: Place, cast: Cast, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    stick = tmp_path / "usb"
    sheet = (village.settings.keys / "keys.json").read_text()
    url = "" if village.settings.is_sqlite else request.getfixturevalue("empty_postgres")
    new = Place(tmp_path / "may-moi", url)
    path = backup_of(village, "--to", stick)  # 1, on the old laptop
    new.ok("keys", "restore", given=" ".join(sheet.split()) + "\n")  # 2, on the new one
    new.ok("restore", path)  # 3
    after, before = new.counts(), village.counts()
    assert after.pop("store_generation") == before.pop("store_generation") + 1
    assert after == before
    assert names(new) == names(village)
    assert load_keys(new.settings.keys) == load_keys(village.settings.keys)
    # Only the new machine's own backup is missing.
    assert new.run("doctor").output.count("✘") == 1
    new.ok("backup")
    new.ok("doctor")
    with new.app() as app:
        client = app.test_client()
        client.environ_base["HTTP_ORIGIN"] = "http://localhost"
        client.set_cookie("lms_staff", cast.staff_tokens["oanh"])
        assert client.get("/dan-cu").status_code == 200  # Who was signed in still is.
        tablet = {"Authorization": f"Bearer {cast.device_credentials['k1_may']}"}
        assert client.get("/api/v1/tablet", headers=tablet).status_code == 200


@db
def test_an_upgrade_backs_up_first_and_says_what_changed(laptop: Place) -> None:
    laptop.data.mkdir()
    database = Database(laptop.settings)
    held = sum(bring_back(database.engine, RELEASED[-1]).values())
    database.close()
    output = laptop.ok("db", "upgrade")
    assert held > 200
    assert "Đã sao lưu trước khi nâng cấp" in output
    assert "không mất dòng nào" in output
    assert len(backups(laptop.data / "backups")) == 1
    assert "Đã sao lưu" not in laptop.ok("db", "upgrade")
