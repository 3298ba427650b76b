"""Accounts: one-time links, invitations, roles, and ending them."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lms.core import clock
from lms.core.audit import AuditEntry
from lms.core.db import Database
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.guard import Actor, system
from lms.core.policy import Role
from lms.people import accounts, actions
from lms.people.account_models import Account, OneTimeLink, RoleGrant
from tests.cast import Cast
from tests.people.door import NEW, ORIGIN, admin, set_password, try_in

pytestmark = pytest.mark.db

OTHERS = [r for r in Role if r not in (Role.ADMINISTRATOR, Role.SYSTEM, Role.ANONYMOUS)]


# One-time links


@pytest.fixture
def token(database: Database, cast: Cast) -> str:
    with database.write() as session:
        return actions.create_administrator(session, cast["TBT"], "quan.tri", "Lê Thị Quản Trị")


def test_a_one_time_link_sets_the_password_once(app: Flask, cast: Cast, token: str) -> None:
    client = app.test_client()
    assert token.startswith("TBT.")
    assert "quan.tri" in client.get(f"/mat-khau/{token}").text
    assert set_password(client, token).status_code == 303
    assert set_password(client, token, "mot mat khau khac").status_code == 404
    assert client.get(f"/mat-khau/{token}").status_code == 404
    assert try_in(client, "quan.tri", NEW).status_code == 303
    assert client.get("/tai-khoan").status_code == 200


def test_a_link_ends_after_three_days_and_when_a_newer_one_is_made(
    app: Flask, database: Database, cast: Cast, token: str
) -> None:
    with clock.frozen(clock.now() + timedelta(hours=73)):
        assert app.test_client().get(f"/mat-khau/{token}").status_code == 404
    with database.write() as session:
        newer = actions.recover(session, "Quan.Tri")
    assert app.test_client().get(f"/mat-khau/{token}").status_code == 404
    assert app.test_client().get(f"/mat-khau/{newer}").status_code == 200


def test_used_unknown_and_expired_links_look_alike(app: Flask, cast: Cast, token: str) -> None:
    client = app.test_client()
    set_password(client, token)
    used, unknown = client.get(f"/mat-khau/{token}"), client.get("/mat-khau/TBT.abc")
    assert (used.status_code, used.text) == (404, unknown.text)


def test_the_token_itself_is_not_stored(database: Database, cast: Cast, token: str) -> None:
    with database.read() as session:
        link = session.scalars(select(OneTimeLink)).one()
        bodies = "".join(session.scalars(select(AuditEntry.body)))
    assert token not in link.token_digest + link.note + bodies


@pytest.mark.parametrize(
    ("password", "again", "what"),
    [
        ("ngan", "ngan", "ít nhất 10"),
        ("matkhau123", "matkhau123", "dễ đoán"),
        ("1234567890", "1234567890", "dễ đoán"),
        ("aaaaaaaaaaaa", "aaaaaaaaaaaa", "lặp lại"),
        ("abcdefghijkl", "abcdefghijkl", "dãy liên tiếp"),
        ("quan.tri123", "quan.tri123", "tên đăng nhập"),
        (NEW, NEW + "x", "chưa giống nhau"),
        ("x" * 201, "x" * 201, "200"),
    ],
)
def test_a_weak_password_is_refused_with_a_reason_and_the_link_stays(
    app: Flask, cast: Cast, token: str, password: str, again: str, what: str
) -> None:
    client = app.test_client()
    answer = set_password(client, token, password, again)
    assert answer.status_code == 422
    assert what in answer.text
    assert set_password(client, token).status_code == 303


def test_a_new_password_ends_every_session_and_the_lock(
    app: Flask, database: Database, cast: Cast
) -> None:
    client = app.test_client()
    client.set_cookie("lms_staff", cast.staff_tokens["oanh"])
    for _ in range(5):
        try_in(app.test_client(), "oanh", "sai")
    with database.write() as session:
        _account, link = accounts.renew_link(session, admin(cast), cast["oanh"])
    set_password(app.test_client(), link)
    assert client.get("/dan-cu").status_code == 401
    assert try_in(app.test_client(), "oanh", NEW).status_code == 303


# Accounts


def test_an_administrator_invites_and_the_invited_signs_in(
    app: Flask, database: Database, cast: Cast
) -> None:
    client = app.test_client()
    client.set_cookie("lms_staff", cast.staff_tokens["an"])
    form = {"login": "Hồng.Vân", "name": "Trần Hồng Vân", "role": "trainer", "unit": ""}
    page = client.post("/tai-khoan", data=form, headers=ORIGIN)
    assert page.status_code == 200
    link = page.text.split("/mat-khau/")[1].split("<")[0]
    guest = app.test_client()
    assert set_password(guest, link).status_code == 303
    assert try_in(guest, "hong.van", NEW).status_code == 303
    assert link not in client.get("/tai-khoan").text, "the link is shown once"


@pytest.mark.parametrize(
    ("change", "field"),
    [({"login": "oanh"}, "login"), ({"login": "a b!"}, "login"), ({"name": " "}, "name"),
     ({"role": "unit_reporter"}, "unit"), ({"role": "system"}, "role"), ({"commune": "KHA"}, "commune")],
)  # fmt: skip
def test_a_faulty_invitation_names_the_field_and_saves_nothing(
    app: Flask, database: Database, cast: Cast, change: dict[str, str], field: str
) -> None:
    client = app.test_client()
    client.set_cookie("lms_staff", cast.staff_tokens["an"])
    form = {"login": "moi.den", "name": "Mới Đến", "role": "trainer", "unit": ""} | change
    answer = client.post("/tai-khoan", data=form, headers=ORIGIN)
    assert answer.status_code == 422
    with database.read() as session:
        assert session.scalar(select(Account).where(Account.display_name == "Mới Đến")) is None


def test_a_unit_of_another_commune_cannot_be_given_to_a_reporter(
    database: Database, cast: Cast
) -> None:
    with database.write() as session, pytest.raises(Invalid):
        accounts.create_account(
            session, admin(cast), "nguoi.moi", "Mới", "unit_reporter", cast["xa_truong"]
        )


def test_a_disabled_account_is_out_at_once_and_its_links_end(
    app: Flask, database: Database, cast: Cast
) -> None:
    client = app.test_client()
    client.set_cookie("lms_staff", cast.staff_tokens["oanh"])
    with database.write() as session:
        _account, link = accounts.renew_link(session, admin(cast), cast["oanh"])
    for _ in range(2):
        with database.write() as session:
            accounts.disable(session, admin(cast), cast["oanh"])
    assert client.get("/dan-cu").status_code == 401
    assert try_in(app.test_client(), "oanh").status_code == 401
    assert app.test_client().get(f"/mat-khau/{link}").status_code == 404


def test_an_account_of_two_communes_keeps_the_other(
    app: Flask, database: Database, cast: Cast
) -> None:
    with database.write() as session:
        session.add(RoleGrant(commune_id=cast["KHA"], account_id=cast["oanh"], role="officer"))
    with database.write() as session:
        with pytest.raises(Forbidden):
            accounts.renew_link(session, admin(cast), cast["oanh"])
        accounts.disable(session, admin(cast), cast["oanh"])
    client = app.test_client()
    assert try_in(client, "oanh").status_code == 303
    assert "Khánh An" in client.get("/dan-cu").text


def test_nobody_disables_oneself_or_a_foreign_account(database: Database, cast: Cast) -> None:
    with database.write() as session:
        with pytest.raises(Conflict):
            accounts.disable(session, admin(cast), cast["an"])
        for act in (accounts.disable, accounts.renew_link):
            with pytest.raises(NotFound):
                act(session, admin(cast), cast["xa_oanh"])
        with pytest.raises(NotFound):
            accounts.grant_role(session, admin(cast), cast["xa_oanh"], "officer")


@pytest.mark.parametrize("role", OTHERS)
def test_only_administrators_manage_accounts(database: Database, cast: Cast, role: Role) -> None:
    who = Actor(role, cast["TBT"], cast["trang"])
    with database.write() as session:
        with pytest.raises(Forbidden):
            accounts.create_account(session, who, "moi", "Mới", "administrator")
        with pytest.raises(Forbidden):
            accounts.grant_role(session, who, cast["trang"], "administrator")
        with pytest.raises(Forbidden):
            accounts.renew_link(session, who, cast["an"])
        with pytest.raises(Forbidden):
            accounts.disable(session, who, cast["an"])


def test_recovery_is_for_administrators_only(database: Database, cast: Cast) -> None:
    with database.write() as session:
        assert actions.recover(session, "an").startswith("TBT.")
        for login in ("oanh", "khong-co"):
            with pytest.raises(NotFound):
                actions.recover(session, login)


def test_a_session_ends_by_itself(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    with clock.frozen(datetime(2026, 11, 20, 1, tzinfo=UTC)):
        try_in(client, "oanh")
        cookie = client.get_cookie("lms_staff")
    assert cookie is not None
    with clock.frozen(datetime(2026, 11, 20, 14, tzinfo=UTC)):
        fresh = app.test_client()
        fresh.set_cookie("lms_staff", cookie.value)
        assert fresh.get("/dan-cu").status_code == 401


def test_the_system_may_create_the_first_administrator(database: Database, cast: Cast) -> None:
    with database.write() as session:
        account, _token = accounts.create_account(
            session, system(cast["KHA"]), "dau.tien", "Đầu Tiên", "administrator"
        )
        assert account.password_hash is None
