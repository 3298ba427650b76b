"""Whoever is disabled or loses a role is out with the next request; somebody always stays in charge."""

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.cohorts import cards
from lms.core.audit import AuditEntry
from lms.core.db import Database
from lms.core.errors import Conflict
from lms.core.guard import Actor, system
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.people import accounts, machines
from lms.people.account_models import Account, RoleGrant
from lms.people.account_queries import still_here
from lms.people.machines import NewMachine
from lms.reports import calendar_actions
from tests.cast import Cast
from tests.people.door import NEW, ORIGIN, admin, set_password, try_in

pytestmark = pytest.mark.db
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What does not depend on the database."""


def office(app: Flask, cast: Cast, who: str = "an") -> FlaskClient:
    client = app.test_client()
    client.set_cookie("lms_staff", cast.staff_tokens[who])
    return client


def grants(database: Database, cast: Cast, who: str) -> dict[str, str]:
    with database.read() as session:
        query = select(RoleGrant).where(
            RoleGrant.account_id == cast[who], RoleGrant.revoked_at.is_(None)
        )
        return {row.role: str(row.id) for row in session.scalars(query)}


def test_every_way_in_is_closed_with_the_next_request(
    app: Flask, database: Database, keys: Keys, cast: Cast
) -> None:
    oanh = Actor(Role.OFFICER, cast["TBT"], cast["oanh"])
    phone, laptop = app.test_client(), office(app, cast, "oanh")
    try_in(phone, "oanh")
    with database.write() as session:
        feed = calendar_actions.make_feed(session, oanh, keys)
        secret = calendar_actions.feed_token(session, keys, cast["TBT"], feed.id)
        _account, link = accounts.renew_link(session, admin(cast), cast["oanh"])
        row, _secret = machines.create(
            session, admin(cast), keys, NewMachine("Cổng tỉnh", "Sở", {"counts:read"})
        )
        row.made_by = cast["oanh"]
    ways = {"/dan-cu": (phone, laptop), f"/mat-khau/{link}": (app.test_client(),),
            f"/lich/{secret}.ics": (app.test_client(),)}  # fmt: skip
    for path, clients in ways.items():
        assert [client.get(path).status_code for client in clients] == [200] * len(clients), path

    page = office(app, cast)
    assert page.post(f"/tai-khoan/{cast['oanh']}/khoa", headers=ORIGIN).status_code == 303
    for path, clients in ways.items():
        assert {client.get(path).status_code for client in clients} <= {401, 404}, path
    assert set_password(app.test_client(), link).status_code == 404
    assert try_in(app.test_client(), "oanh").status_code == 401
    assert "Cổng tỉnh" in page.get("/tai-khoan").text, "what goes on is named"

    with database.write() as session:
        accounts.grant_role(session, admin(cast), cast["oanh"], "officer")
        token = accounts.renew_link(session, admin(cast), cast["oanh"])[1]
    assert set_password(app.test_client(), token).status_code == 303
    for path, clients in ways.items():
        assert {client.get(path).status_code for client in clients} <= {401, 404}, (
            f"{path}: revived"
        )


@on_sqlite
def test_a_role_of_several_is_taken_and_its_sessions_with_it(
    app: Flask, database: Database, cast: Cast
) -> None:
    with database.write() as session:
        accounts.grant_role(session, admin(cast), cast["oanh"], "trainer")
    held, page = grants(database, cast, "oanh"), office(app, cast)
    officer, path = office(app, cast, "oanh"), f"/tai-khoan/{cast['oanh']}/thoi-vai-tro"
    for _ in range(2):
        assert page.post(path, data={"grant": held["officer"]}, headers=ORIGIN).status_code == 303
    assert officer.get("/dan-cu").status_code == 401
    assert list(grants(database, cast, "oanh")) == ["trainer"]
    with database.write() as session:
        accounts.grant_role(session, admin(cast), cast["oanh"], "officer")
    assert officer.get("/dan-cu").status_code == 401, (
        "an old session does not come back with the role"
    )
    foreign = grants(database, cast, "xa_oanh")["officer"]
    page.post(path, data={"grant": foreign}, headers=ORIGIN)
    assert grants(database, cast, "xa_oanh") == {"officer": foreign}
    with database.read() as session:
        deeds = session.scalars(select(AuditEntry).where(AuditEntry.body.contains("revoked_role")))
        assert len(deeds.all()) == 1


@on_sqlite
def test_a_trainer_who_leaves_has_a_card_that_opens_nothing_and_stands_in_no_pack(
    database: Database, keys: Keys, cast: Cast
) -> None:
    with database.write() as session:
        number = cards.staff_card(session, keys, cast["TBT"], cast["trang"])
        accounts.grant_role(session, admin(cast), cast["trang"], "unit_reporter", cast["truong"])
    taught = grants(database, cast, "trang")["trainer"]
    with database.write() as session:
        assert still_here(session, cast["TBT"], {cast["trang"]}) == {cast["trang"]}
        accounts.revoke_role(session, admin(cast), cast["trang"], UUID(taught))
        assert cards.standing_staff_card(session, cast["TBT"], cast["trang"]) is None
        accounts.disable(session, admin(cast), cast["trang"])
        assert still_here(session, cast["TBT"], {cast["trang"], cast["tuan"]}) == {cast["tuan"]}
        accounts.grant_role(session, admin(cast), cast["trang"], "trainer")
        accounts.renew_link(session, admin(cast), cast["trang"])
        assert cards.staff_card(session, keys, cast["TBT"], cast["trang"]) != number


def test_the_last_administrator_stays_whoever_asks(
    app: Flask, database: Database, cast: Cast
) -> None:
    with database.write() as session:
        accounts.grant_role(session, admin(cast), cast["an"], "officer")
        _second, link = accounts.create_account(
            session, admin(cast), "hai", "Nguyễn Hai", "administrator"
        )
    held, page = grants(database, cast, "an"), office(app, cast)
    demote = {"data": {"grant": held["administrator"]}, "headers": ORIGIN}
    path = f"/tai-khoan/{cast['an']}/thoi-vai-tro"
    refused = page.post(path, **demote)
    assert refused.status_code == 409, "an invited one who never came in is nobody yet"
    assert "quản trị viên cuối cùng" in refused.text
    with database.write() as session, pytest.raises(Conflict):
        accounts.disable(session, system(cast["TBT"]), cast["an"])
    assert set_password(app.test_client(), link).status_code == 303
    assert page.post(path, **demote).status_code == 303
    assert page.get("/tai-khoan").status_code == 401
    other = app.test_client()
    try_in(other, "hai", NEW)
    with database.read() as session:
        own = session.scalars(select(Account.id).where(Account.login == "hai")).one()
    assert other.post(f"/tai-khoan/{own}/khoa", headers=ORIGIN).status_code == 409


@on_sqlite
def test_an_open_invitation_is_seen_renewed_and_withdrawn(
    app: Flask, database: Database, cast: Cast
) -> None:
    page = office(app, cast)
    form = {"login": "moi.den", "name": "Mới Đến", "role": "trainer", "unit": ""}
    first = page.post("/tai-khoan", data=form, headers=ORIGIN).text
    token = first.split("/mat-khau/")[1].split("<")[0]
    with database.read() as session:
        key = session.scalars(select(Account.id).where(Account.login == "moi.den")).one()
    assert "Liên kết đang chờ" in page.get("/tai-khoan").text
    again = page.post(f"/tai-khoan/{key}/lien-ket", headers=ORIGIN).text
    newer = again.split("/mat-khau/")[1].split("<")[0]
    guest = app.test_client()
    codes = [guest.get(f"/mat-khau/{one}").status_code for one in (token, newer)]
    assert codes == [404, 200]
    for _ in range(2):
        path = f"/tai-khoan/{key}/rut-lien-ket"
        assert page.post(path, headers=ORIGIN).status_code == 303
    assert guest.get(f"/mat-khau/{newer}").status_code == 404
    assert "Liên kết đang chờ" not in page.get("/tai-khoan").text
    assert grants(database, cast, "an") != {}
    with database.read() as session:
        held = select(RoleGrant).where(RoleGrant.account_id == key, RoleGrant.revoked_at.is_(None))
        assert session.scalars(held).all() == []


@on_sqlite
def test_somebody_of_another_commune_is_welcomed_by_login_and_name_together(
    app: Flask, database: Database, cast: Cast
) -> None:
    page = office(app, cast)
    form = {"joining_login": "xa_oanh", "joining_name": "Xa_Oanh", "role": "officer", "unit": ""}
    with database.read() as session:
        form["joining_name"] = session.get_one(Account, cast["xa_oanh"]).display_name
    wrong = [{"joining_name": "Ai Đó"}, {"joining_login": "khong-co"}]
    answers = [page.post("/tai-khoan/tu-xa-khac", data=form | w, headers=ORIGIN) for w in wrong]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text.replace("Ai Đó", "") == answers[1].text.replace("Ai Đó", "")
    assert page.post("/tai-khoan/tu-xa-khac", data=form, headers=ORIGIN).status_code == 303
    client = app.test_client()
    assert try_in(client, "xa_oanh").location.endswith("/vai-tro")
    seats = client.get("/vai-tro").text
    assert "Khánh An" in seats
    assert "Tân Bình Thượng" in seats
    for _ in range(8):
        page.post("/tai-khoan/tu-xa-khac", data=form | wrong[0], headers=ORIGIN)
    assert page.post("/tai-khoan/tu-xa-khac", data=form, headers=ORIGIN).status_code == 429
    may_not = office(app, cast, "oanh").post("/tai-khoan/tu-xa-khac", data=form, headers=ORIGIN)
    assert may_not.status_code == 403
