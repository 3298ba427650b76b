"""A seal is made with the certificate or never, changes nothing else, and stops nobody's certificate."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates import actions, files, sealing, sealing_files
from certificates.issuer import Issuer
from certificates.models import Certificate, CertificateForm
from lms.core import clock
from lms.core.db import Database
from lms.core.guard import Actor
from lms.core.policy import Role
from tests.cast import Cast
from tests.certificates.seals import PASSPHRASE, Wish, accepted, elliptic, p12
from tests.certificates.work import ISSUER, TODAY, as_staff, attained, officer, post

pytestmark = pytest.mark.db


@pytest.fixture
def sealing_issuer(tmp_path: Path) -> Issuer:
    """The issuer of a service on which commune TBT has set its seal."""
    with clock.frozen(TODAY):
        sealing_files.keep(tmp_path, "TBT", ISSUER.keys, p12(), PASSPHRASE)
    return replace(ISSUER, folder=tmp_path)


def issue(session: Session, cast: Cast, issuer: Issuer, *people: str) -> actions.Issued:
    for person in people:
        attained(session, cast, person)
    chosen = [cast[f"hv_{person}"] for person in people] or None
    with clock.frozen(TODAY):
        return actions.issue(session, officer(cast), cast["k1"], chosen, issuer)


def seal(session: Session, certificate: Certificate) -> CertificateForm | None:
    query = select(CertificateForm).where(CertificateForm.certificate_id == certificate.id)
    return session.scalar(query.where(CertificateForm.kind == "seal"))


def whole(session: Session, certificate: Certificate) -> bytes:
    form = seal(session, certificate)
    assert form is not None
    return files.file(session, certificate) + (form.body or b"")


def test_a_certificate_is_issued_with_its_seal(
    database: Database, cast: Cast, sealing_issuer: Issuer
) -> None:
    with database.write() as session:
        issued = issue(session, cast, sealing_issuer, "lan", "hung")
        assert (len(issued.made), issued.unsealed) == (2, "")
        for made in issued.made:
            form = seal(session, made)
            assert form is not None
            assert form.template == sealing.TEMPLATE
            assert accepted(whole(session, made), TODAY)
            assert b"/Sig" not in files.file(session, made)
        one, two = (whole(session, made) for made in issued.made)
        assert one != two


def test_a_commune_without_a_seal_issues_as_ever_and_hears_nothing(
    database: Database, cast: Cast, tmp_path: Path
) -> None:
    with database.write() as session:
        issued = issue(session, cast, replace(ISSUER, folder=tmp_path), "lan")
        assert (len(issued.made), issued.unsealed) == (1, "")
        assert seal(session, issued.made[0]) is None


def test_a_seal_past_its_end_stops_nobody_and_is_told(
    database: Database, cast: Cast, tmp_path: Path
) -> None:
    with clock.frozen(TODAY - timedelta(days=30)):
        old = p12(Wish(end=TODAY - timedelta(days=2)))
        sealing_files.keep(tmp_path, "TBT", ISSUER.keys, old, PASSPHRASE)
    with database.write() as session:
        issued = issue(session, cast, replace(ISSUER, folder=tmp_path), "lan", "hung")
        assert len(issued.made) == 2
        assert "đã hết hạn ngày 19/11/2026" in issued.unsealed
        assert [seal(session, made) for made in issued.made] == [None, None]


@pytest.mark.parametrize("break_", ["file", "keys", "library"])
def test_a_broken_seal_stops_nobody(
    database: Database, cast: Cast, sealing_issuer: Issuer, break_: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    assert sealing_issuer.folder is not None
    if break_ == "file":
        sealing_files.place(sealing_issuer.folder, "TBT").write_text("{", encoding="utf-8")
    elif break_ == "keys":
        sealing_files.place(sealing_issuer.folder, "TBT").unlink()
        other = replace(ISSUER.keys, citizen_id=bytes(32))
        with clock.frozen(TODAY):
            sealing_files.keep(sealing_issuer.folder, "TBT", other, p12(), PASSPHRASE)
    else:
        monkeypatch.setattr(sealing, "VARIES", -200)
    with database.write() as session:
        issued = issue(session, cast, sealing_issuer, "lan")
        assert len(issued.made) == 1
        assert issued.unsealed
        assert seal(session, issued.made[0]) is None


def test_a_seal_is_never_made_anew_and_never_added(
    database: Database, cast: Cast, sealing_issuer: Issuer
) -> None:
    assert sealing_issuer.folder is not None
    with database.write() as session:
        (before,) = issue(session, cast, ISSUER, "hung").made
        (made,) = issue(session, cast, sealing_issuer, "lan").made
        first = whole(session, made)
    with clock.frozen(TODAY):
        new = p12(Wish(elliptic("new")))
        sealing_files.keep(sealing_issuer.folder, "TBT", ISSUER.keys, new, PASSPHRASE)
    with database.write() as session:
        assert issue(session, cast, sealing_issuer).made == ()
        made, before = (
            session.get_one(Certificate, (one.commune_id, one.id)) for one in (made, before)
        )
        assert whole(session, made) == first
        assert seal(session, before) is None
        with clock.frozen(TODAY):
            again = actions.reissue(session, officer(cast), before.id, "Sửa họ tên", sealing_issuer)
        assert accepted(whole(session, again), TODAY)


def test_the_seal_goes_with_the_person_who_is_erased(
    database: Database, cast: Cast, sealing_issuer: Issuer
) -> None:
    with database.write() as session:
        (made,) = issue(session, cast, sealing_issuer, "lan").made
        administrator = Actor(Role.ADMINISTRATOR, cast["TBT"], cast["an"])
        assert actions.erase(session, administrator, made.person_id) == 1
        form = seal(session, made)
        assert form is not None
        session.refresh(form)
        assert form.body is None


@pytest.fixture
def held(database: Database, cast: Cast, sealing_issuer: Issuer) -> Iterator[tuple[str, str]]:
    """The addresses of Lan's certificate, which is sealed, and of Hùng's, which is not."""
    assert sealing_issuer.folder is not None
    (sealing_issuer.folder / "keys").mkdir()
    sealing_files.place(sealing_issuer.folder, "TBT").rename(
        sealing_files.place(sealing_issuer.folder / "keys", "TBT")
    )
    issuer = replace(sealing_issuer, folder=sealing_issuer.folder / "keys")
    with clock.frozen(TODAY):
        with database.write() as session:
            (lan,) = issue(session, cast, issuer, "lan").made
            (hung,) = issue(session, cast, ISSUER, "hung").made
        yield f"/giay-chung-nhan/{lan.id}", f"/giay-chung-nhan/{hung.id}"


def test_the_sealed_file_is_offered_where_there_is_one(
    app: Flask, cast: Cast, held: tuple[str, str]
) -> None:
    client = as_staff(app.test_client(), cast, "trang")
    lan, hung = held
    assert f"{lan}/dong-dau.pdf" in client.get(lan).text
    answer = client.get(f"{lan}/dong-dau.pdf")
    assert answer.status_code == 200
    assert "-dong-dau.pdf" in answer.headers["Content-Disposition"]
    assert accepted(answer.data, TODAY)
    assert answer.data.startswith(client.get(f"{lan}.pdf").data)
    page = client.get(hung).text
    assert "dong-dau.pdf" not in page
    assert "Giấy này không có bản đóng dấu số. Dấu chỉ được đóng lúc cấp giấy" in " ".join(
        page.split()
    )
    assert client.get(f"{hung}/dong-dau.pdf").status_code == 409


def test_who_may_not_have_the_sealed_file(app: Flask, cast: Cast, held: tuple[str, str]) -> None:
    for who, statuses in ((None, {401}), ("bao", {403}), ("tinh", {403}), ("tuan", {403, 404}),
                          ("xa_oanh", {404}), ("xa_an", {404})):  # fmt: skip
        client = app.test_client()
        if who:
            as_staff(client, cast, who)
        assert client.get(f"{held[0]}/dong-dau.pdf").status_code in statuses, who


def test_a_sealed_file_that_was_damaged_does_not_leave(
    app: Flask, database: Database, cast: Cast, held: tuple[str, str]
) -> None:
    with database.write() as session:
        form = session.scalars(select(CertificateForm).where(CertificateForm.kind == "seal")).one()
        form.body = (form.body or b"") + b"\n"
    answer = as_staff(app.test_client(), cast, "trang").get(f"{held[0]}/dong-dau.pdf")
    assert answer.status_code == 409
    assert "không còn nguyên vẹn" in answer.text


def test_the_class_page_says_that_the_new_certificates_bear_no_seal(
    app: Flask, database: Database, cast: Cast, tmp_path: Path
) -> None:
    (tmp_path / "keys").mkdir()
    sealing_files.place(tmp_path / "keys", "TBT").write_text("{}", encoding="utf-8")
    with database.write() as session:
        attained(session, cast, "lan")
    client = as_staff(app.test_client(), cast, "trang")
    with clock.frozen(TODAY):
        page = post(client, f"/lop-hoc/{cast['k1']}/giay-chung-nhan").text
    assert "Đã cấp 1 giấy chứng nhận." in page
    assert "Giấy vừa cấp không có dấu số" in page
    assert "Tệp dấu số seal-TBT.json không đọc được" in page


def test_an_officer_who_replaces_one_hears_at_once_that_the_new_one_bears_no_seal(
    app: Flask, database: Database, cast: Cast, tmp_path: Path
) -> None:
    with database.write() as session:
        (old,) = issue(session, cast, ISSUER, "lan").made
    (tmp_path / "keys").mkdir()
    sealing_files.place(tmp_path / "keys", "TBT").write_text("{}", encoding="utf-8")
    client = as_staff(app.test_client(), cast, "oanh")
    with clock.frozen(TODAY):
        done = post(client, f"/giay-chung-nhan/{old.id}/cap-lai", reason="Sửa họ tên")
    page = client.get(done.location).text
    assert "Giấy vừa cấp không có dấu số" in page
    assert "Tệp dấu số seal-TBT.json không đọc được" in page


@pytest.mark.usefixtures("sealing_issuer")
def test_what_seals_is_loaded_before_anybody_holds_the_counter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "LIBRARY", "tests.certificates.never_loaded")
    loaded: list[str] = []
    monkeypatch.setattr(sealing, "import_module", loaded.append)
    loading = sealing.warm(tmp_path)
    assert loading is not None
    loading.join()
    assert loaded == ["tests.certificates.never_loaded"]
    assert sealing.warm(None) is sealing.warm(tmp_path / "no-seal") is None
    monkeypatch.setattr(sealing, "LIBRARY", "json")
    assert sealing.warm(tmp_path) is None


def test_the_file_for_printing_a_class_has_no_seal(
    app: Flask, cast: Cast, held: tuple[str, str]
) -> None:
    client = as_staff(app.test_client(), cast, "trang")
    answer = client.get(f"/lop-hoc/{cast['k1']}/giay-chung-nhan.pdf")
    assert answer.status_code == 200
    assert held
    assert b"ETSI.CAdES" not in answer.data
