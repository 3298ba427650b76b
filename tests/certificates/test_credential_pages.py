"""Credentials over HTTP and in the register: whose they are, frozen, withdrawn, erased, and who may not."""

import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from certificates import actions
from certificates.credentials import keeping, register, status, verify
from certificates.credentials.did import read_document
from certificates.credentials.status import Bits
from certificates.credentials.verify import Outcome, Refused
from certificates.issuer import Issuer
from certificates.models import Certificate, CertificateForm, IssuerKey
from lms.core import clock
from lms.core.db import Database
from lms.core.errors import Conflict
from lms.core.guard import Actor
from lms.core.keys import Keys, make_keys
from lms.core.policy import Role
from tests.cast import Cast
from tests.certificates.work import TODAY, as_staff, attained, officer, post

pytestmark = pytest.mark.db

HERE = "http://localhost"
LIST = "/xa/TBT/tinh-trang/2026/revocation"


@pytest.fixture
def held(database: Database, cast: Cast, keys: Keys) -> Iterator[Certificate]:
    """Lan's certificate, issued with the service's own keys."""
    with clock.frozen(TODAY):
        with database.write() as session:
            attained(session, cast, "lan")
            made = actions.issue(session, officer(cast), cast["k1"], None, Issuer(HERE, keys)).made
        yield made[0]


def test_what_is_issued_is_proven_by_what_is_published(
    app: Flask, cast: Cast, held: Certificate
) -> None:
    client = as_staff(app.test_client(), cast, "trang")
    did = client.get("/xa/TBT/did.json")
    assert did.content_type == "application/did+ld+json"
    issuer, keys = read_document(did.json or json.loads(did.data))
    assert issuer == "did:web:localhost:xa:TBT"
    for ending, media_type in (("jwt", "application/vc+jwt"), ("json", "application/vc")):
        answer = client.get(f"/giay-chung-nhan/{held.id}.{ending}")
        assert answer.content_type == media_type
        assert answer.headers["Content-Disposition"] == (
            f'attachment; filename="giay-chung-nhan-000001-2026-TBT.{ending}"'
        )
        assert answer.headers["Cache-Control"] == "no-store"
        said = verify.read(answer.text, {issuer: keys}.get).credential
        assert said["id"] == f"{HERE}/gcn/{held.token}"
        assert said["credentialSubject"]["identifier"][0]["identityHash"] == "Nguyễn Thị Lan"


MAY_NOT = {None: 401, "bao": 403, "tinh": 403, "tuan": 404, "xa_oanh": 404, "xa_an": 404}


def test_who_may_not_fetch_a_credential(app: Flask, cast: Cast, held: Certificate) -> None:
    for who, status_code in MAY_NOT.items():
        client = app.test_client()
        if who:
            as_staff(client, cast, who)
        for ending in ("jwt", "json"):
            answer = client.get(f"/giay-chung-nhan/{held.id}.{ending}")
            assert (who, answer.status_code) == (who, status_code)
            assert "Nguyễn" not in answer.text


def test_the_public_addresses_name_nobody(app: Flask, held: Certificate) -> None:
    client = app.test_client()
    for path in ("/xa/TBT/did.json", LIST, LIST.replace("revocation", "suspension")):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert "Lan" not in answer.text
        assert held.token not in answer.text


NOT_THERE = (
    "/xa/KHONG/did.json", "/xa/tbt/did.json", "/xa/TBT/tinh-trang/2025/revocation",
    "/xa/TBT/tinh-trang/2026/message", "/xa/KHONG/tinh-trang/2026/revocation",
)  # fmt: skip


@pytest.mark.usefixtures("held")
def test_what_is_not_there_is_not_found(app: Flask) -> None:
    client = app.test_client()
    assert {client.get(path).status_code for path in NOT_THERE} == {404}


def on_lists(app: Flask, sequence: int) -> set[str]:
    """The lists on which a number stands now, read as a stranger reads them: in both forms."""
    client, found = app.test_client(), []
    issuer, keys = read_document(json.loads(client.get("/xa/TBT/did.json").data))
    for form in ("application/vc", "application/vc+jwt"):
        marked = set()
        for purpose in ("revocation", "suspension"):
            path = LIST.replace("revocation", purpose)
            answer = client.get(path, headers={"Accept": form})
            assert answer.content_type == form
            said = verify.read(answer.text, {issuer: keys}.get, "list").credential
            assert said["id"] == HERE + path
            if Bits(said["credentialSubject"]["encodedList"])[sequence]:
                marked.add(purpose)
        found.append(marked)
    assert found[0] == found[1]
    return found[0]


def test_a_withdrawal_is_on_the_list_at_once(
    app: Flask, database: Database, cast: Cast, held: Certificate
) -> None:
    assert on_lists(app, 1) == set()
    client = as_staff(app.test_client(), cast, "oanh")
    post(client, f"/giay-chung-nhan/{held.id}/cap-lai", reason="Viết nhầm họ tên")
    assert on_lists(app, 1) == {"revocation"}
    assert on_lists(app, 2) == set()
    with database.write() as session:
        new = session.scalars(select(Certificate).where(Certificate.sequence == 2)).one()
        new.status = "duplicate"
    assert on_lists(app, 2) == {"suspension"}


def refusal(database: Database, text: str, keys: Keys) -> tuple[Outcome, str]:
    with database.read() as session, pytest.raises(Refused) as refused:
        register.compare(session, verify.read(text, register.keys_of(session)), text)
    return refused.value.outcome, refused.value.why


def test_the_register_knows_its_own_and_what_became_of_them(
    database: Database, cast: Cast, held: Certificate, keys: Keys
) -> None:
    with database.read() as session:
        texts = {kind: keeping.text_of(session, held, kind).decode() for kind in ("jwt", "ld")}
        texts["reordered"] = json.dumps(dict(reversed(json.loads(texts["ld"]).items())))
        for text in texts.values():
            proven = verify.read(text, register.keys_of(session))
            assert register.compare(session, proven, text).id == held.id
    with database.write() as session:
        actions.revoke(session, officer(cast), held.id, "in nhầm tên")
    for text in texts.values():
        outcome, why = refusal(database, text, keys)
        assert outcome is Outcome.WITHDRAWN
        assert why == "Đã bị thu hồi từ ngày 21/11/2026: in nhầm tên."
    with database.write() as session:
        actions.erase(session, Actor(Role.ADMINISTRATOR, cast["TBT"], cast["an"]), cast["lan"])
    for text in texts.values():
        assert refusal(database, text, keys)[0] is Outcome.UNKNOWN


def test_a_stolen_key_makes_nothing_that_the_register_believes(
    database: Database, cast: Cast, held: Certificate, keys: Keys
) -> None:
    from dataclasses import replace

    from certificates import queries
    from certificates.credentials import forms

    said = replace(queries.claims(held), name="Nguyễn Văn Giả")
    for token, outcome in ((held.token, Outcome.FORGED), ("TBT." + "A" * 26, Outcome.UNKNOWN)):
        for _kind, _template, body, _digest in forms(said, token, Issuer(HERE, keys), "TBT"):
            assert refusal(database, zlib.decompress(body).decode(), keys)[0] is outcome


def test_bytes_that_changed_are_not_given_out(
    app: Flask, database: Database, cast: Cast, held: Certificate
) -> None:
    client = as_staff(app.test_client(), cast, "oanh")
    for body in (zlib.compress(b"something else"), b"not deflated"):
        with database.write() as session:
            for form in session.scalars(select(CertificateForm)):
                form.body = body
        for ending in ("jwt", "json"):
            answer = client.get(f"/giay-chung-nhan/{held.id}.{ending}")
            assert answer.status_code == 409
            assert "không còn nguyên vẹn" in answer.text


def test_a_certificate_of_an_older_release_has_no_credential_and_says_so(
    app: Flask, database: Database, cast: Cast, held: Certificate
) -> None:
    with database.write() as session:
        for form in session.scalars(select(CertificateForm)):
            session.delete(form)
    answer = as_staff(app.test_client(), cast, "oanh").get(f"/giay-chung-nhan/{held.id}.jwt")
    assert answer.status_code == 404
    assert "chưa có chứng chỉ số" in answer.text


def test_after_a_rotation_the_old_key_signs_no_more_and_still_proves(
    database: Database, cast: Cast, held: Certificate, keys: Keys
) -> None:
    new = make_keys()
    later = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    with clock.frozen(later):
        with database.write() as session:
            keeping.begin_rotation(session, keys, new)
        with database.write() as session:
            keeping.finish_rotation(session, new)
        with database.write() as session:
            attained(session, cast, "hung")
            with pytest.raises(Conflict, match="khởi động lại dịch vụ"):
                actions.issue(session, officer(cast), cast["k1"], None, Issuer(HERE, keys))
            made = actions.issue(session, officer(cast), cast["k1"], None, Issuer(HERE, new)).made
            for one in (held, *made):
                text = keeping.text_of(session, one, "ld").decode()
                proven = verify.read(text, register.keys_of(session))
                assert register.compare(session, proven, text).id == one.id
            with pytest.raises(Conflict):
                register.status_list(session, Issuer(HERE, keys), "TBT", 2026, "revocation", "ld")


def test_a_rotation_cut_short_is_finished_by_the_new_key_s_first_use(
    database: Database, cast: Cast, held: Certificate, keys: Keys
) -> None:
    new = make_keys()
    with database.write() as session:
        keeping.begin_rotation(session, keys, new)
        attained(session, cast, "hung")
        attained(session, cast, "mai", class_="k2")
        actions.issue(session, officer(cast), cast["k1"], None, Issuer(HERE, keys))
        assert all(row.retired_at is None for row in session.scalars(select(IssuerKey)))
        actions.issue(session, officer(cast), cast["k2"], None, Issuer(HERE, new))
        session.expire_all()
        retired = {row.kid: row.retired_at for row in session.scalars(select(IssuerKey))}
    assert sorted(at is None for at in retired.values()) == [False, True]


def test_every_state_of_the_register_is_on_one_list() -> None:
    assert {one for states in status.STATES.values() for one in states} == {
        "revoked", "replaced", "duplicate"}  # fmt: skip
