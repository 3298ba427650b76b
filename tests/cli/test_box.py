"""`lms box`: from the commune's command to a laptop that is a box, with nothing but the file and the code."""

import re
import shutil
from pathlib import Path

import pytest

from lms.core.db import Database
from lms.core.keys import make_keys, save_keys
from tests.cast import build_cast
from tests.cli.place import Place

pytestmark = pytest.mark.db


@pytest.fixture
def commune(tmp_path: Path, sqlite_template: Path) -> Place:
    """The cast's two communes on SQLite, with their key file."""
    place = Place(tmp_path / "xa")
    place.data.mkdir()
    shutil.copy(sqlite_template, place.data / "lms.db")
    keys = make_keys()
    save_keys(place.settings.keys, keys)
    database = Database(place.settings)
    build_cast(database, keys)
    database.close()
    return place


def test_two_commands_make_a_laptop_a_box(commune: Place, tmp_path: Path) -> None:
    stick, laptop = tmp_path / "usb", Place(tmp_path / "may-lop")
    assert "K9" in commune.refused("--commune", "TBT", "box", "create", "Máy 1", "--class", "K9")
    told = commune.ok(
        "--commune", "TBT", "box", "create", "Máy lớp 1", "--class", "K1", "--to", stick
    )
    code = re.search(r"[A-Z0-9]{4}(-[A-Z0-9]{4}){3}", told)
    (file,) = stick.glob("*.lhs")
    assert code
    assert code[0].encode() not in file.read_bytes()
    assert "Mã không đúng" in laptop.refused("box", "init", file, given="AAAA-BBBB-CCCC-DDDD\n")
    assert not laptop.settings.keys.exists(), "nothing is left of a try with a wrong code"
    assert "lms serve" in laptop.ok("box", "init", file, given=code[0])
    before = laptop.counts()
    assert "không có gì thay đổi" in laptop.ok("box", "init", file, given=code[0])
    assert laptop.counts() == before
    assert before["person"] == 2
    assert "Máy lớp 1: dữ liệu lớp" in laptop.ok("box", "list")
    assert "0 việc đã về xã" in laptop.ok("box", "status")
    assert "chưa gửi gì về  K1" in commune.ok("--commune", "TBT", "box", "list")
    assert "dữ liệu khác" in commune.refused("box", "init", file, given=code[0])
    newer = commune.ok("--commune", "TBT", "box", "snapshot", "Máy lớp 1", "--to", stick)
    assert "ban-moi-may-lop-1.lhs" in newer
    commune.ok("--commune", "TBT", "box", "disable", "Máy lớp 1")
    assert "đã ngừng" in commune.ok("--commune", "TBT", "box", "list")
    commune.ok("--commune", "TBT", "box", "enable", "Máy lớp 1")
