"""`lms keys rotate-certificates`, `lms certificates verify|did-document`: on the service and away from it."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import select

from certificates import actions
from certificates.credentials import keeping
from certificates.credentials.signing import signer_of
from certificates.issuer import Issuer
from certificates.models import Certificate, IssuerKey
from lms.core import clock
from lms.core.audit import AuditEntry
from lms.core.db import Database
from lms.core.keys import FILE, Keys, load_keys, save_keys
from tests.cast import Cast
from tests.certificates.work import attained, officer
from tests.cli.place import Place

pytestmark = pytest.mark.db
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what does not depend on the database."""

BASE = "https://lop.tanbinhthuong.example"
LISTS = ("/xa/TBT/tinh-trang/2026/revocation", "/xa/TBT/tinh-trang/2026/suspension")
DAY = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture
def office(database_url: str, tmp_path: Path, cast: Cast, keys: Keys, database: Database) -> Place:
    """The cast's commune with its keys in a file and two certificates issued."""
    place = Place(tmp_path, database_url)
    save_keys(place.settings.keys, keys)
    with clock.frozen(DAY), database.write() as session:
        for person in ("lan", "hung"):
            attained(session, cast, person)
        actions.issue(session, officer(cast), cast["k1"], None, Issuer(BASE, keys))
    database.close()
    return place


def files(place: Place, folder: Path) -> list[Path]:
    """What a learner is handed: both forms of the first certificate, and the first's keys."""
    with place.looking() as session:
        one = session.scalars(select(Certificate).order_by(Certificate.sequence)).first()
        assert one is not None
        for kind, ending in (("jwt", "jwt"), ("ld", "json")):
            (folder / f"giay.{ending}").write_bytes(keeping.text_of(session, one, kind))
    return [folder / "giay.jwt", folder / "giay.json"]


def lists(place: Place, folder: Path) -> list[str]:
    """Both lists as anybody downloads them."""
    words = []
    with place.app() as app:
        for n, path in enumerate(LISTS):
            answer = app.test_client().get(path, base_url=BASE)
            (folder / f"danh-sach-{n}.json").write_bytes(answer.data)
            words += ["--status", str(folder / f"danh-sach-{n}.json")]
    return words


def test_a_stranger_verifies_offline_with_the_document_and_the_lists(
    office: Place, tmp_path: Path, database: Database, cast: Cast
) -> None:
    given = files(office, tmp_path)
    did = tmp_path / "did.json"
    did.write_text(office.ok("--commune", "TBT", "certificates", "did-document", "--at", BASE))
    away = Place(tmp_path / "may-khac")
    verify = ("certificates", "verify", "--did", did)
    said = away.ok(*verify, *given)
    assert not away.data.exists()
    assert said.count("CHƯA BIẾT CÒN GIÁ TRỊ KHÔNG – Trần Văn Hùng, ") == 2
    assert said.count("rồi thêm --status TỆP") == 2
    assert f"{BASE}{LISTS[0]}" in said
    assert away.ok(*verify, *given, *lists(office, tmp_path)).count("Không bị thu hồi") == 2
    with database.write() as session:
        held = session.scalars(select(Certificate).order_by(Certificate.sequence)).first()
        assert held is not None
        actions.revoke(session, officer(cast), held.id, "in nhầm tên")
    database.close()
    said = away.refused(*verify, *given, *lists(office, tmp_path))
    assert said.count("KHÔNG CÒN GIÁ TRỊ – Đã bị thu hồi") == 2
    given[0].write_text(given[0].read_text()[:-5] + "AAAAA")
    given[1].write_text(given[1].read_text().replace("Hùng", "Hoa"))
    assert away.refused(*verify, *given).count("GIẢ HOẶC ĐÃ BỊ SỬA – Chữ ký không khớp") == 2
    other = json.loads(did.read_text().replace(":TBT", ":KHA"))
    did.write_text(json.dumps(other))
    assert away.refused(*verify, *files(office, tmp_path)).count("CHƯA RÕ – Không rõ nơi cấp") == 2
    did.write_text("{}")
    assert "không phải did.json" in away.refused(*verify, *given)


@ON_SQLITE
def test_the_service_verifies_by_its_own_register(office: Place, tmp_path: Path) -> None:
    given = files(office, tmp_path)
    assert office.ok("certificates", "verify", *given).count("HỢP LỆ") == 2
    (tmp_path / "la.bin").write_bytes(b"\xff\xfe\x00")
    assert "Tệp không phải chữ" in office.refused("certificates", "verify", tmp_path / "la.bin")
    assert "Hãy ghi --at" in office.refused("--commune", "TBT", "certificates", "did-document")


def test_a_rotated_key_is_on_the_sheet_and_the_old_one_still_proves(
    office: Place, tmp_path: Path
) -> None:
    given, before = files(office, tmp_path), load_keys(office.settings.keys)
    assert "Đã dừng" in office.refused("keys", "rotate-certificates", given="n\n")
    assert load_keys(office.settings.keys) == before
    said = office.ok("keys", "rotate-certificates", "--yes")
    after = load_keys(office.settings.keys)
    assert after == replace(before, certificates=after.certificates)
    assert after.certificates != before.certificates
    assert (office.settings.keys / FILE).stat().st_mode & 0o777 == 0o600
    assert sorted(os.listdir(office.settings.keys)) == [FILE]
    assert signer_of(after).key.kid in said
    assert (office.data / "phieu-khoi-phuc.pdf").read_bytes().startswith(b"%PDF")
    assert "khởi động lại" in said
    assert office.ok("certificates", "verify", *given).count("HỢP LỆ") == 2
    with office.looking() as session:
        ended = {row.kid: row.retired_at is None for row in session.scalars(select(IssuerKey))}
        assert ended == {signer_of(after).key.kid: True, signer_of(before).key.kid: False}
        said = [entry.body for entry in session.scalars(select(AuditEntry))]
        assert sum('"rotated"' in body for body in said) == 2


@ON_SQLITE
@pytest.mark.parametrize("step", ["write_sheet", "replace_keys", "finish_rotation"])
def test_a_rotation_cut_off_anywhere_breaks_nothing(
    office: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    given = files(office, tmp_path)

    def cut(*_words: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        where = keeping if step == "finish_rotation" else import_module("lms.cli.keys")
        patch.setattr(where, step, cut)
        office.run("keys", "rotate-certificates", "--yes")
    assert office.ok("certificates", "verify", *given).count("HỢP LỆ") == 2
    office.ok("keys", "rotate-certificates", "--yes")
    current = signer_of(load_keys(office.settings.keys)).key.kid
    with office.looking() as session:
        standing = session.scalars(select(IssuerKey.kid).where(IssuerKey.retired_at.is_(None)))
        assert standing.all() == [current]
    assert office.ok("certificates", "verify", *given).count("HỢP LỆ") == 2
