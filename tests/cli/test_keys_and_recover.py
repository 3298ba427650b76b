"""`lms keys restore|sheet` and `lms admin recover`: getting in again when something was lost."""

import json

import pytest
from sqlalchemy import select

from lms.core.audit import AuditEntry
from lms.core.keys import as_text, load_keys
from lms.people.account_models import OneTimeLink
from tests.cli.conftest import Begin
from tests.cli.place import Place
from tests.cli.test_init import ORIGIN, PASSWORD, link_in, signed_in

pytestmark = pytest.mark.db


def test_the_keys_come_back_from_the_line_of_the_sheet(laptop: Place, begin: Begin) -> None:
    begin()
    keys, path = load_keys(laptop.settings.keys), laptop.settings.keys / "keys.json"
    path.unlink()
    assert "bộ khóa" in laptop.ok("keys", "restore", given=json.dumps(as_text(keys)) + "\n")
    assert load_keys(laptop.settings.keys) == keys
    assert path.stat().st_mode & 0o777 == 0o600


def test_keys_that_are_there_are_never_replaced(laptop: Place, begin: Begin) -> None:
    begin()
    path = laptop.settings.keys / "keys.json"
    before = path.read_bytes()
    line = json.dumps(as_text(load_keys(laptop.settings.keys)) | {"kid": "00000000"})
    assert "Đã có tệp khóa" in laptop.refused("keys", "restore", given=line + "\n")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "line", ["không phải", "[]", "{}", '{"kid": 1}', '"x"', '{"kid": "a", "pepper": "!!"}']
)
def test_a_line_that_is_not_the_sheet_s_is_refused(laptop: Place, line: str) -> None:
    assert "Hãy chép đủ" in laptop.refused("keys", "restore", given=line + "\n")
    assert not laptop.data.exists()


def test_a_key_cut_short_is_refused(laptop: Place, begin: Begin) -> None:
    begin()
    text = as_text(load_keys(laptop.settings.keys))
    (laptop.settings.keys / "keys.json").unlink()
    line = json.dumps(text | {"session": text["session"][:40]})
    assert "bị thiếu chữ" in laptop.refused("keys", "restore", given=line + "\n")
    assert not (laptop.settings.keys / "keys.json").exists()


def test_a_lost_sheet_is_printed_again(laptop: Place, begin: Begin) -> None:
    begin()
    path = laptop.data / "phieu-khoi-phuc.pdf"
    path.unlink()
    assert str(path) in laptop.ok("keys", "sheet")
    assert path.read_bytes().startswith(b"%PDF")
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_administrator_gets_in_again_by_a_new_link_and_the_old_one_ends(place: Place) -> None:
    first = link_in(place.ok(*place.order()))
    second = link_in(place.ok("admin", "recover", "BinhAn"))
    with place.app() as app:
        client = app.test_client()
        assert client.get(first).status_code == 404
        form = {"password": PASSWORD, "again": PASSWORD}
        assert client.post(second, data=form, headers=ORIGIN).status_code in (200, 303)
        assert signed_in(app, "binhan", PASSWORD).status_code == 303
    with place.looking() as session:
        bodies = session.scalars(select(AuditEntry.body)).all()
        assert any('"verb":"recovered"' in body for body in bodies)
        assert [link.used_at is None for link in session.scalars(select(OneTimeLink))] == [
            False
        ] * 2
    assert "nguyên vẹn" in place.ok("audit", "verify")


def test_nobody_but_an_administrator_is_recovered(village: Place) -> None:
    for login in ("trang", "oanh", "khong-co"):
        assert "Không có quản trị viên" in village.refused("admin", "recover", login)
    assert "/mat-khau/TBT." in village.ok("admin", "recover", "an")
