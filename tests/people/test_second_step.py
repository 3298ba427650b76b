"""The second step of staff: set up, asked for, replayed, guessed, lost and taken away."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lms.core import clock
from lms.core.audit import AuditEntry
from lms.core.db import Database
from lms.core.errors import Conflict, Forbidden
from lms.core.guard import Actor
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.people import accounts, sessions, sign_in, totp, two_steps_rule
from lms.people.account_models import AccountTotp, RecoveryCode, RoleGrant
from lms.people.oidc_models import OidcIdentity, OidcSession
from tests.cast import PASSWORD, Cast
from tests.people.door import ORIGIN, admin, try_in
from tests.people.steps import code_of, codes_on, secret_on, send_code, switch_on

pytestmark = pytest.mark.db
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What does not depend on the database."""


def officer(cast: Cast) -> Actor:
    return Actor(Role.OFFICER, cast["TBT"], cast["oanh"])


def test_somebody_sets_it_up_and_signs_in_with_it(
    app: Flask, database: Database, cast: Cast
) -> None:
    client = app.test_client()
    try_in(client, "oanh")
    own = "/tai-khoan-cua-toi"
    assert client.post(f"{own}/hai-buoc", data={"old": "sai"}, headers=ORIGIN).status_code == 422
    assert client.post(f"{own}/hai-buoc", data={"old": PASSWORD}, headers=ORIGIN).status_code == 303
    secret = secret_on(client.get(f"{own}/hai-buoc").text)
    assert try_in(app.test_client(), "oanh").location != "/dang-nhap/ma", (
        "not before the first code"
    )
    assert send_code(client, "000000", f"{own}/hai-buoc/xac-nhan").status_code == 422
    page = send_code(client, code_of(secret, -1), f"{own}/hai-buoc/xac-nhan")
    codes = codes_on(page.text)
    assert len(set(codes)) == 10
    assert client.get(f"{own}/hai-buoc").status_code == 303, "a working secret is not shown again"

    other = app.test_client()
    assert try_in(other, "oanh").location == "/dang-nhap/ma"
    assert other.get("/dan-cu").status_code == 401, "a right password alone opens nothing"
    assert other.get(own).status_code == 401
    waiting = other.get_cookie("lms_staff")
    assert send_code(other, f" {code_of(secret)[:3]} {code_of(secret)[3:]} ").status_code == 303
    assert other.get("/dan-cu").status_code == 200
    assert waiting is not None
    assert other.get_cookie("lms_staff") != waiting, "what waited is not what is signed in"
    with database.read() as session:
        stored = session.scalars(select(RecoveryCode.digest)).all()
        sealed = session.get_one(AccountTotp, cast["oanh"]).secret_sealed
        bodies = "".join(session.scalars(select(AuditEntry.body)))
    kept = "".join(stored) + sealed + bodies
    assert not any(part in kept for part in (secret, *codes, codes[0].replace("-", "")))


@on_sqlite
def test_a_code_counts_once_and_only_in_its_minute(
    app: Flask, database: Database, keys: Keys, cast: Cast
) -> None:
    with clock.frozen(clock.now()):
        secret, _codes = switch_on(database, keys, officer(cast))
        client = app.test_client()
        for steps, status in ((-1, 422), (-2, 422), (2, 422), (1, 303), (1, 422), (0, 422)):
            try_in(client, "oanh")
            answer = send_code(client, code_of(secret, steps))
            assert answer.status_code == status, f"{steps} steps away"


def test_a_recovery_code_works_once_and_new_ones_end_the_old(
    app: Flask, database: Database, keys: Keys, cast: Cast
) -> None:
    secret, codes = switch_on(database, keys, officer(cast))
    client = app.test_client()
    for typed, status in ((codes[0].lower(), 303), (codes[0], 422), (codes[1], 303)):
        try_in(client, "oanh")
        assert send_code(client, typed).status_code == status
    assert "còn 8 mã" in client.get("/tai-khoan-cua-toi").text
    page = send_code(client, code_of(secret), "/tai-khoan-cua-toi/ma-du-phong")
    assert len(codes_on(page.text)) == 10
    try_in(client, "oanh")
    assert send_code(client, codes[2]).status_code == 422


@on_sqlite
def test_guesses_are_counted_across_every_page_and_by_day(
    app: Flask, database: Database, keys: Keys, cast: Cast
) -> None:
    secret, codes = switch_on(database, keys, officer(cast))
    inside, outside = app.test_client(), app.test_client()
    inside.set_cookie("lms_staff", cast.staff_tokens["oanh"])
    try_in(outside, "oanh")
    own = "/tai-khoan-cua-toi"
    for where in (f"{own}/hai-buoc/tat", f"{own}/ma-du-phong"):
        for wrong in ("000000", "AAAA-BBBB-CCCC"):
            assert send_code(inside, wrong, where).status_code == 422
    assert send_code(outside, "111111").status_code == 422
    for client, where in ((inside, f"{own}/ma-du-phong"), (outside, "/dang-nhap/ma")):
        locked = send_code(client, code_of(secret), where)
        assert locked.status_code == 429, "also the right code"
        assert int(locked.headers["Retry-After"]) <= 15 * 60 + 1
    assert send_code(outside, codes[0]).status_code == 429, "also a recovery code"
    asked = 5
    for quarter in range(1, 5):
        with clock.frozen(clock.now() + timedelta(minutes=16 * quarter)):
            try_in(outside, "oanh")
            while send_code(outside, "222222").status_code == 422:
                asked += 1
    assert asked == 20, "twenty guesses a day, however patient"
    with clock.frozen(clock.now() + timedelta(hours=26)):
        try_in(outside, "oanh")
        assert send_code(outside, code_of(secret)).status_code == 303


@on_sqlite
def test_a_wrong_code_does_not_open_the_page_without_a_password(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    for path in ("/dang-nhap/ma", "/dang-nhap/hai-buoc"):
        assert client.get(path).location == "/dang-nhap"
        assert send_code(client, "123456", path).status_code == 401
        client.set_cookie("lms_staff", cast.staff_tokens["oanh"])
        assert send_code(client, "123456", path).status_code == 401


@on_sqlite
def test_what_waits_for_the_step_ends_after_ten_minutes_and_with_a_new_password(
    app: Flask, database: Database, keys: Keys, cast: Cast
) -> None:
    secret, _codes = switch_on(database, keys, officer(cast))
    slow, robbed = app.test_client(), app.test_client()
    try_in(slow, "oanh")
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        assert send_code(slow, code_of(secret)).status_code == 401
    try_in(robbed, "oanh")
    with database.write() as session:
        accounts.replace_password(
            session, keys, cast["oanh"], accounts.hash_of("mật khẩu khác hẳn")
        )
    assert send_code(robbed, code_of(secret)).status_code == 401


# Asked for by the commune


@on_sqlite
def test_a_commune_asks_for_it_and_the_next_sign_in_leads_to_setting_it_up(
    app: Flask, database: Database, keys: Keys, cast: Cast
) -> None:
    office = app.test_client()
    office.set_cookie("lms_staff", cast.staff_tokens["an"])
    asking = {"data": {"asked": "true"}, "headers": ORIGIN}
    assert office.post("/tai-khoan/hai-buoc", **asking).status_code == 409, "first oneself"
    switch_on(database, keys, admin(cast))
    assert office.post("/tai-khoan/hai-buoc", **asking).status_code == 303
    client = app.test_client()
    assert try_in(client, "oanh").location == "/dang-nhap/hai-buoc"
    assert client.get("/dan-cu").status_code == 401
    secret = secret_on(client.get("/dang-nhap/hai-buoc").text)
    assert send_code(client, "000000", "/dang-nhap/hai-buoc").status_code == 422
    done = send_code(client, code_of(secret), "/dang-nhap/hai-buoc")
    assert (done.status_code, len(codes_on(done.text))) == (200, 10)
    assert client.get("/dan-cu").status_code == 200
    refused = send_code(client, code_of(secret, 1), "/tai-khoan-cua-toi/hai-buoc/tat")
    assert refused.status_code == 409, "not while the commune asks for it"
    assert try_in(app.test_client(), "trang").location != "/dang-nhap/hai-buoc", "not of trainers"
    assert try_in(app.test_client(), "xa_oanh").location != "/dang-nhap/hai-buoc", "not elsewhere"


@on_sqlite
def test_a_session_of_before_the_rule_changes_no_role_without_the_step_unless_a_provider_asked(
    database: Database, keys: Keys, cast: Cast
) -> None:
    switch_on(database, keys, admin(cast))
    with database.write() as session:
        accounts.grant_role(session, admin(cast), cast["trang"], "officer")
        two_steps_rule.ask(session, admin(cast), asked=True)
        who = sessions.actor_of(session, keys, cast.staff_tokens["trang"])
        seat = sign_in.seats(session, cast["trang"])[-1].grant_id
        assert who is not None
        with pytest.raises(Conflict, match="xác nhận hai bước"):
            sign_in.change_seat(session, keys, who, seat, 12)
        identity = OidcIdentity(provider="tinh", subject_digest="0", account_id=cast["trang"])
        session.add(identity)
        session.flush()
        session.add(OidcSession(session_id=who.session_id, identity_id=identity.id))
        session.flush()
        assert sign_in.change_seat(session, keys, who, seat, 12)


# Lost


@on_sqlite
def test_another_administrator_or_the_server_resets_it_and_it_is_written_down(
    app: Flask, database: Database, keys: Keys, cast: Cast
) -> None:
    switch_on(database, keys, officer(cast))
    switch_on(database, keys, admin(cast))
    signed_in = app.test_client()
    signed_in.set_cookie("lms_staff", cast.staff_tokens["oanh"])
    office = app.test_client()
    office.set_cookie("lms_staff", cast.staff_tokens["an"])
    path = f"/tai-khoan/{cast['oanh']}/dat-lai-hai-buoc"
    assert office.post(path, headers=ORIGIN).status_code == 303
    assert office.post(path, headers=ORIGIN).status_code == 303, "twice is once"
    assert signed_in.get("/dan-cu").status_code == 401
    assert try_in(app.test_client(), "oanh").location != "/dang-nhap/ma"
    own = f"/tai-khoan/{cast['an']}/dat-lai-hai-buoc"
    assert office.post(own, headers=ORIGIN).status_code == 409, "not one's own"
    with database.read() as session:
        deeds = session.scalars(
            select(AuditEntry.body).where(AuditEntry.body.contains("two_steps_reset"))
        )
        assert len(deeds.all()) == 1


@on_sqlite
def test_one_commune_cannot_reset_the_step_of_who_works_in_another_too(
    database: Database, keys: Keys, cast: Cast
) -> None:
    switch_on(database, keys, officer(cast))
    with database.write() as session:
        session.add(RoleGrant(commune_id=cast["KHA"], account_id=cast["oanh"], role="officer"))
    with database.write() as session:
        with pytest.raises(Forbidden):
            accounts.reset_second_step(session, admin(cast), cast["oanh"])
        with pytest.raises(Conflict):
            two_steps_rule.ask(session, admin(cast), asked=True)
        assert totp.is_on(session, cast["oanh"])
