"""A person sees and ends the own sessions, changes the own password; an idle session ends by itself."""

import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.core import clock
from lms.core.db import Database
from lms.core.policy import Role
from lms.people import accounts
from lms.people.account_models import Account, StaffSession
from tests.cast import PASSWORD, Cast
from tests.people.door import NEW, ORIGIN, admin, try_in

pytestmark = [pytest.mark.db, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

OWN = "/tai-khoan-cua-toi"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def change(client: FlaskClient, old: str, new: str = NEW) -> int:
    form = {"old": old, "password": new, "again": new}
    return client.post(f"{OWN}/mat-khau", data=form, headers=ORIGIN).status_code


def test_somebody_sees_where_the_account_is_signed_in_and_ends_one(
    app: Flask, database: Database, cast: Cast
) -> None:
    here, there, other = app.test_client(), app.test_client(), app.test_client()
    try_in(here, "oanh")
    there.environ_base["HTTP_USER_AGENT"] = FIREFOX
    try_in(there, "oanh", environ_base={"REMOTE_ADDR": "203.0.113.77"})
    try_in(other, "an")
    page = here.get(OWN).text
    assert "Firefox, Linux" in page
    assert "203.0.113.x" in page
    assert "203.0.113.77" not in page
    assert page.count("Phiên này") == 1
    with database.read() as session:
        theirs = session.scalars(
            select(StaffSession).where(StaffSession.account_id == cast["an"])
        ).all()[-1]
        stored = " ".join(
            str(value) for row in session.execute(select(StaffSession.__table__)) for value in row
        )
    assert "203.0.113.77" not in stored
    here.post(f"{OWN}/phien", data={"session": theirs.id}, headers=ORIGIN)
    assert other.get(OWN).status_code == 200, "nobody ends another person's"
    found = re.search(r"Firefox, Linux.*?name=\"session\" value=\"([0-9a-f-]+)\"", page, re.DOTALL)
    assert found is not None
    for _ in range(2):
        form = {"session": found.group(1)}
        assert here.post(f"{OWN}/phien", data=form, headers=ORIGIN).status_code == 303
    assert there.get(OWN).status_code == 401
    assert here.get(OWN).status_code == 200


def test_ending_all_others_leaves_this_one_and_an_administrator_ends_those_of_the_commune(
    app: Flask, database: Database, cast: Cast
) -> None:
    clients = [app.test_client() for _ in range(3)]
    for client in clients:
        try_in(client, "oanh")
    assert clients[0].post(f"{OWN}/phien-khac", headers=ORIGIN).status_code == 303
    assert [client.get(OWN).status_code for client in clients] == [200, 401, 401]
    office = app.test_client()
    office.set_cookie("lms_staff", cast.staff_tokens["an"])
    assert "đang đăng nhập 1 nơi" in office.get("/tai-khoan").text
    path = f"/tai-khoan/{cast['oanh']}/dang-xuat"
    assert clients[0].post(path, headers=ORIGIN).status_code == 403
    assert office.post(path, headers=ORIGIN).status_code == 303
    assert clients[0].get(OWN).status_code == 401
    assert try_in(clients[0], "oanh").status_code == 303, "the account itself stays open"


def test_the_own_password_is_changed_with_the_old_one_and_ends_all_else(
    app: Flask, database: Database, cast: Cast
) -> None:
    here, there = app.test_client(), app.test_client()
    try_in(here, "oanh")
    try_in(there, "oanh")
    with database.write() as session:
        _account, link = accounts.renew_link(session, admin(cast), cast["oanh"])
    before = here.get_cookie("lms_staff")
    assert change(here, "sai") == 422
    assert change(here, PASSWORD, "oanh.oanh1990") == 422, "made of the login"
    assert change(here, PASSWORD) == 303
    assert here.get_cookie("lms_staff") != before
    assert (here.get(OWN).status_code, there.get(OWN).status_code) == (200, 401)
    assert app.test_client().get(f"/mat-khau/{link}").status_code == 404
    assert try_in(there, "oanh").status_code == 401
    assert try_in(there, "oanh", NEW).status_code == 303


def test_guesses_of_the_old_password_count_like_those_at_the_door(app: Flask, cast: Cast) -> None:
    inside = app.test_client()
    try_in(inside, "oanh")
    for _ in range(2):
        assert change(inside, "sai") == 422
        assert (
            inside.post(f"{OWN}/hai-buoc", data={"old": "sai"}, headers=ORIGIN).status_code == 422
        )
    assert try_in(app.test_client(), "oanh", "sai").status_code == 401
    assert try_in(app.test_client(), "oanh").status_code == 429
    assert change(inside, PASSWORD) == 429
    assert inside.get(OWN).status_code == 200, "the session itself is not punished"


def test_an_idle_session_ends_a_used_one_lasts_till_its_hours_are_over(
    app: Flask, cast: Cast
) -> None:
    idle, used, now = app.test_client(), app.test_client(), clock.now()
    try_in(idle, "oanh")
    try_in(used, "oanh")
    for minutes in range(60, 12 * 60, 60):
        with clock.frozen(now + timedelta(minutes=minutes)):
            assert used.get(OWN).status_code == 200, minutes
    with clock.frozen(now + timedelta(minutes=119)):
        assert idle.get(OWN).status_code == 200
    with clock.frozen(now + timedelta(minutes=119 + 121)):
        assert idle.get(OWN).status_code == 401
    with clock.frozen(now + timedelta(hours=12, minutes=1)):
        assert used.get(OWN).status_code == 401


def test_changing_the_role_does_not_make_a_session_longer(
    app: Flask, database: Database, cast: Cast
) -> None:
    with database.write() as session:
        accounts.grant_role(session, admin(cast), cast["oanh"], Role.TRAINER)
    client, now = app.test_client(), clock.now()
    try_in(client, "oanh")
    ends = []
    for minutes in (30, 60):
        with clock.frozen(now + timedelta(minutes=minutes)):
            page = client.get("/vai-tro").text
            grant = re.findall(r'name="grant" value="([0-9a-f-]+)"', page)[minutes // 60]
            client.post("/vai-tro", data={"grant": grant}, headers=ORIGIN)
        with database.read() as session:
            ends.append(max(session.scalars(select(StaffSession.expires_at).where(
                StaffSession.account_id == cast["oanh"], StaffSession.idle_seconds.is_not(None)))))  # fmt: skip
    assert all(abs(end - now - timedelta(hours=12)) < timedelta(minutes=1) for end in ends)


def test_a_hash_of_older_parameters_is_made_again_at_the_next_sign_in(
    app: Flask, database: Database, cast: Cast
) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    with database.write() as session:
        session.get_one(Account, cast["oanh"]).password_hash = weak
    stored = []
    for _ in range(2):
        assert try_in(app.test_client(), "oanh").status_code == 303
        with database.read() as session:
            stored.append(session.get_one(Account, cast["oanh"]).password_hash)
    assert "m=19456,t=2,p=1" in str(stored[0])
    assert stored[0] == stored[1]
