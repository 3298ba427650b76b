"""Staff sign in: the right password, tries that run out, one-time links, roles."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.app import create_app
from lms.core import clock
from lms.core.db import Database
from lms.core.errors import NotSignedIn
from lms.core.keys import Keys
from lms.core.limits import TryCount
from lms.core.settings import Settings
from lms.people import accounts, passwords, sign_in
from lms.people.account_models import Account, RoleGrant, StaffSession
from tests.cast import PASSWORD, Cast
from tests.people.door import ORIGIN, admin, try_in

pytestmark = pytest.mark.db


def test_the_right_password_opens_the_role_s_first_page(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    answer = try_in(client, "oanh")
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200
    assert client.get("/dan-cu").status_code == 200


@pytest.mark.parametrize("login", ["OANH", " oanh ", "Oanh"])
def test_a_login_is_known_however_it_is_typed(app: Flask, cast: Cast, login: str) -> None:
    assert try_in(app.test_client(), login).status_code == 303


def test_a_decomposed_password_is_the_same_password(
    app: Flask, database: Database, cast: Cast
) -> None:
    import unicodedata

    with database.write() as session:
        session.get_one(Account, cast["oanh"]).password_hash = accounts.hash_of("mật khẩu dài")
    decomposed = unicodedata.normalize("NFD", "mật khẩu dài")
    assert try_in(app.test_client(), "oanh", decomposed).status_code == 303


@pytest.mark.parametrize(("login", "password"), [("oanh", "sai"), ("khong-co", PASSWORD), ("", "")])
def test_a_wrong_password_and_an_unknown_login_say_the_same(
    app: Flask, cast: Cast, login: str, password: str
) -> None:
    answer = try_in(app.test_client(), login, password)
    assert answer.status_code == 401
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng" in answer.text
    assert "lms_staff" not in str(answer.headers)


def test_an_unknown_login_is_checked_against_a_hash_too(cast: Cast, monkeypatch: pytest.MonkeyPatch,
                                                        app: Flask) -> None:  # fmt: skip
    checked: list[str | None] = []

    def spy(password: str, stored: str | None) -> bool:
        checked.append(stored)
        return passwords.matches(password, stored)

    monkeypatch.setattr(sign_in, "matches", spy)
    try_in(app.test_client(), "khong-co")
    assert checked == [None]


def test_five_misses_lock_the_login_even_for_the_right_password(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    for _ in range(5):
        assert try_in(client, "oanh", "sai").status_code == 401
    locked = try_in(client, "oanh")
    assert locked.status_code == 429
    assert 0 < int(locked.headers["Retry-After"]) <= 15 * 60 + 1
    assert "Đã thử sai quá nhiều lần" in locked.text
    assert try_in(client, "an").status_code == 303, "another login is not locked"


def test_the_lock_survives_a_new_app_and_ends_after_a_quarter_of_an_hour(
    app: Flask, settings: Settings, database: Database, keys: Keys, cast: Cast
) -> None:
    for _ in range(5):
        try_in(app.test_client(), "oanh", "sai")
    restarted = create_app(settings, database=database, keys=keys, testing=True)
    assert try_in(restarted.test_client(), "oanh").status_code == 429
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        assert try_in(restarted.test_client(), "oanh").status_code == 303


def test_unknown_logins_are_counted_like_known_ones(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    codes = [try_in(client, "khong-co", "sai").status_code for _ in range(6)]
    assert codes == [401] * 5 + [429]


def test_thirty_misses_from_one_address_lock_it_for_every_login(app: Flask, cast: Cast) -> None:
    client, here = app.test_client(), {"REMOTE_ADDR": "203.0.113.9"}
    for n in range(30):
        try_in(client, f"nguoi{n}", "sai", environ_base=here)
    assert try_in(client, "oanh", environ_base=here).status_code == 429
    assert try_in(client, "oanh", environ_base={"REMOTE_ADDR": "203.0.113.10"}).status_code == 303


def test_neither_logins_nor_addresses_stand_in_the_table_of_tries(
    app: Flask, database: Database, cast: Cast
) -> None:
    try_in(app.test_client(), "oanh", "sai", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    with database.read() as session:
        subjects = session.scalars(select(TryCount.subject)).all()
    assert len(subjects) == 2
    assert not any("oanh" in subject or "203" in subject for subject in subjects)


def test_a_success_forgets_the_misses(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    for _ in range(4):
        try_in(client, "oanh", "sai")
    assert try_in(client, "oanh").status_code == 303
    for _ in range(4):
        try_in(client, "oanh", "sai")
    assert try_in(client, "oanh").status_code == 303


def test_signing_in_ends_the_learner_at_this_browser(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    client.set_cookie("lms_learner", cast.learner_tokens["lan"])
    try_in(client, "trang")
    assert client.get_cookie("lms_learner") is None
    assert client.get_cookie("lms_staff") is not None


def test_signing_out_ends_the_session_for_every_copy_of_the_cookie(app: Flask, cast: Cast) -> None:
    client, copy = app.test_client(), app.test_client()
    try_in(client, "oanh")
    cookie = client.get_cookie("lms_staff")
    assert cookie is not None
    copy.set_cookie("lms_staff", cookie.value)
    assert copy.get("/dan-cu").status_code == 200
    assert client.post("/dang-xuat", headers=ORIGIN).status_code == 303
    assert client.get("/dan-cu").status_code == 401
    assert copy.get("/dan-cu").status_code == 401


def test_a_password_that_changes_while_it_is_checked_opens_nothing_and_does_not_come_back(
    database: Database, keys: Keys, cast: Cast
) -> None:
    proven = sign_in.proven_account(database, keys, "oanh", PASSWORD, "192.0.2.7")
    new = accounts.hash_of("mot mat khau khac han 92")
    with database.write() as session:
        accounts.replace_password(session, keys, cast["oanh"], new)
    late = replace(proven, better_hash=proven.stored)
    with pytest.raises(NotSignedIn), database.write() as session:
        sign_in.begin(session, keys, late, hours=12)
    with database.read() as session:
        assert session.get_one(Account, cast["oanh"]).password_hash == new


def test_signing_in_again_at_a_browser_ends_the_session_it_held(app: Flask, cast: Cast) -> None:
    client, copy = app.test_client(), app.test_client()
    try_in(client, "oanh")
    held = client.get_cookie("lms_staff")
    assert held is not None
    copy.set_cookie("lms_staff", held.value)
    assert copy.get("/dan-cu").status_code == 200
    try_in(client, "an")
    assert client.get("/tai-khoan").status_code == 200
    assert copy.get("/dan-cu").status_code == 401


def test_a_form_from_another_site_neither_signs_in_nor_out(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    client.set_cookie("lms_staff", cast.staff_tokens["oanh"])
    evil = {"Origin": "https://evil.example"}
    assert client.post("/dang-xuat", headers=evil).status_code == 403
    assert client.get("/dan-cu").status_code == 200


def test_an_unknown_field_in_the_form_is_refused(app: Flask, cast: Cast) -> None:
    form = {"login": "oanh", "password": PASSWORD, "role": "administrator"}
    answer = app.test_client().post("/dang-nhap", data=form, headers=ORIGIN)
    assert answer.status_code == 422


# Roles


def test_an_account_with_two_roles_chooses_and_changes(
    app: Flask, database: Database, cast: Cast
) -> None:
    with database.write() as session:
        accounts.grant_role(session, admin(cast), cast["oanh"], "trainer")
    client = app.test_client()
    assert try_in(client, "oanh").location.endswith("/vai-tro")
    page = client.get("/vai-tro").text
    assert "giảng viên" in page
    assert "cán bộ xã" in page
    with database.read() as session:
        grants = {g.role: g.id for g in session.scalars(
            select(RoleGrant).where(RoleGrant.account_id == cast["oanh"]))}  # fmt: skip
    client.post("/vai-tro", data={"grant": grants["trainer"]}, headers=ORIGIN)
    assert client.get("/dan-cu").status_code == 403
    client.post("/vai-tro", data={"grant": grants["officer"]}, headers=ORIGIN)
    assert client.get("/dan-cu").status_code == 200
    with database.read() as session:
        open_ones = select(func.count()).where(
            StaffSession.account_id == cast["oanh"], StaffSession.revoked_at.is_(None))  # fmt: skip
        assert session.scalar(open_ones) == 2, "the cast's own and the last one"


def test_a_role_of_somebody_else_cannot_be_taken(
    app: Flask, database: Database, cast: Cast
) -> None:
    with database.read() as session:
        query = select(RoleGrant.id).where(RoleGrant.account_id == cast["an"])
        others = session.scalars(query).one()
    client = app.test_client()
    client.set_cookie("lms_staff", cast.staff_tokens["trang"])
    answer = client.post("/vai-tro", data={"grant": others}, headers=ORIGIN)
    assert answer.status_code == 422
