"""`lms keys rotate|reseal`: everything sealed stays readable, people are still recognised, nothing is lost."""

import json
import zipfile
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary, select, update

from lms.cli import resealing
from lms.cli.doctor import _address, _keys, _resealed, _sample_passwords
from lms.cohorts.actions import printed_pin
from lms.cohorts.models import Enrolment
from lms.core import audit
from lms.core.command import Context
from lms.core.db import Database
from lms.core.errors import Unavailable
from lms.core.guard import system
from lms.core.keys import (
    KeyFile,
    Keys,
    as_text,
    from_text,
    load_keys,
    make_keys,
    replace_keys,
    rotated,
    save_keys,
)
from lms.people import actions
from lms.people.account_models import Account
from lms.people.importing import Upload
from lms.people.models import Person
from lms.people.passwords import hashed
from lms.sample.create import PASSWORD
from lms.tables import GLOBAL_TABLES, METADATA
from tests.cast import PIN, Cast
from tests.cli.place import Place

DIGITS = "034058001234"
LIST = f"Họ và tên,Ngày sinh,Thôn,Số định danh\nNguyễn Thị Lan,02/03/1958,Thôn Đông,{DIGITS}\n"


def give_lan_an_id(database: Database, keys: Keys, cast: Cast) -> None:
    with database.write() as session:
        lan = update(Person).where(Person.id == cast["lan"])
        session.execute(lan.values(citizen_id_hmac=keys.digest("citizen-id", DIGITS),
                                   citizen_id_sealed=keys.seal(DIGITS, str(cast["lan"]))))  # fmt: skip


@pytest.mark.db
def test_a_new_key_reads_everything_and_recognises_everybody(
    village: Place, database: Database, keys: Keys, cast: Cast
) -> None:
    give_lan_an_id(database, keys, cast)
    database.close()
    service = KeyFile(village.settings.keys)
    old = service.current()
    assert "Đã dừng" in village.refused("keys", "rotate", given="n\n")
    said = village.ok("keys", "rotate", "--yes")
    new = load_keys(village.settings.keys)
    assert (new.changing, new.retired) == (False, {old.kid: old.citizen_id})
    assert service.current() == new, "a running process reads the new key file"
    assert f"{old.kid} thành {new.kid}" in said
    assert "niêm phong lại 7 ô" in said
    with database.read() as session:
        lan = session.get_one(Person, (cast["TBT"], cast["lan"]))
        assert str(lan.citizen_id_sealed).startswith(f"{new.kid}:")
        assert new.open(str(lan.citizen_id_sealed), str(lan.id)) == DIGITS
        assert new.matches("citizen-id", DIGITS, str(lan.citizen_id_hmac))
        assert not old.matches("citizen-id", DIGITS, str(lan.citizen_id_hmac))
        for row in session.scalars(select(Enrolment)):
            assert printed_pin(new, row) == PIN
            assert new.matches("pin", f"{row.id}:{PIN}", row.pin_hmac), "the pepper stays"
        plan = actions.read_list(
            session, system(cast["TBT"]), new, Upload("ds.csv", LIST.encode()), lambda _n: None
        )
        assert [row.person_id for row in plan.rows] == [cast["lan"]]
        assert audit.verify(session, cast["TBT"]) == []
    assert resealing.waiting(database, new) == 0
    assert "niêm phong lại 0 ô" in village.ok("keys", "reseal")
    assert village.settings.keys.joinpath("keys.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.db
def test_a_change_cut_off_anywhere_is_finished_by_running_it_again(
    village: Place, database: Database, keys: Keys, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_lan_an_id(database, keys, cast)
    half = rotated(keys)
    replace_keys(village.settings.keys, half)
    monkeypatch.setattr(resealing, "PART", 2)

    def stop(_rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        resealing.reseal(database, replace(half, changing=False), stop)
    assert 0 < resealing.waiting(database, half) < 7
    with pytest.raises(Unavailable, match="đang thay khóa"):
        half.digest("citizen-id", DIGITS)
    database.close()
    assert "chưa xong" in village.refused("keys", "rotate", "--yes")
    assert "niêm phong lại" in village.ok("keys", "reseal")
    assert resealing.waiting(database, load_keys(village.settings.keys)) == 0
    assert load_keys(village.settings.keys).changing is False


@pytest.mark.db
def test_what_no_key_opens_is_kept_and_named(
    village: Place, database: Database, cast: Cast, keys: Keys
) -> None:
    give_lan_an_id(database, make_keys(), cast)
    database.close()
    assert "1 ô không mở được" in village.refused("keys", "rotate", "--yes")
    with database.read() as session:
        assert session.get_one(Person, (cast["TBT"], cast["lan"])).citizen_id_sealed is not None


@pytest.mark.pure
def test_every_sealed_column_is_sealed_anew_or_says_why_not() -> None:
    known = {f"{one.column.class_.__tablename__}.{one.column.key}" for one in resealing.SEALED}
    named = {
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.columns
        if column.name.endswith("sealed")
        or (isinstance(column.type, LargeBinary) and table.name in ("register_import", "fact_list"))
    }
    assert named == known | set(resealing.SHORT_LIVED)
    assert GLOBAL_TABLES


@pytest.mark.pure
def test_the_key_file_is_read_again_and_a_broken_one_changes_nothing(tmp_path: Path) -> None:
    first = make_keys()
    path = save_keys(tmp_path, first)
    held = KeyFile(tmp_path)
    path.write_text("{")
    assert held.current() == first
    second = rotated(first)
    replace_keys(tmp_path, second)
    assert held.current() == second
    path.unlink()
    assert held.current() == second
    assert from_text(json.loads(json.dumps(as_text(second)))) == second
    sealed = first.seal("012345678901", "x")
    assert second.open(sealed, "x") == "012345678901"
    assert second.seal("1", "x").startswith(f"{second.kid}:")


@pytest.mark.db
def test_a_backup_holds_no_key(village: Place, tmp_path: Path) -> None:
    village.ok("keys", "rotate", "--yes")
    now = load_keys(village.settings.keys)
    village.ok("backup", "--to", tmp_path / "sao-luu")
    with zipfile.ZipFile(next((tmp_path / "sao-luu").glob("*.zip"))) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    raw = (now.pepper, now.citizen_id, now.certificates, now.session, *now.retired.values())
    for secret in raw:
        shapes = (secret, secret.hex().encode(), b64encode(secret).rstrip(b"="))
        assert [shape for shape in shapes if shape in content] == []


@pytest.mark.db
def test_the_doctor_names_old_seals_open_files_odd_addresses_and_sample_passwords(
    village: Place, database: Database, keys: Keys, cast: Cast
) -> None:
    context = Context(village.settings)
    context.__dict__.update(database=database, keys=keys)
    assert [_keys(context)[0], _resealed(context)[0], _sample_passwords(context)[0]] == [True] * 3
    (village.data / "phieu-khoi-phuc.pdf").touch()
    assert "Phiếu khôi phục còn nằm trên máy" in _keys(context)[1]
    (village.settings.keys / "keys.json").chmod(0o644)
    assert "chmod 600" in _keys(context)[1]
    context.keys = rotated(keys)
    assert _resealed(context) == (
        False,
        "Còn 6 ô niêm phong bằng khóa cũ: hãy chạy 'lms keys reseal'.",
    )
    with database.write() as session:
        an = update(Account).where(Account.id == cast["an"])
        session.execute(an.values(password_hash=hashed(PASSWORD)))
    assert "mật khẩu của dữ liệu mẫu: an." in _sample_passwords(context)[1]
    odd: tuple[tuple[dict[str, Any], str], ...] = (
        ({"https": True}, "khóa cả xã"),
        ({"public_url": "https://a.example"}, "LMS_HTTPS=1"),
        ({"trusted_proxies": 1, "host": "0.0.0.0"}, "không có https"),  # noqa: S104 - what is warned of.
    )
    for changed, words in odd:
        well, said = _address(Context(replace(village.settings, **changed)))
        assert (well, words in said) == (False, True), said
    assert _address(Context(replace(village.settings, https=True, trusted_proxies=1)))[0]
