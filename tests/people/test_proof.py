"""What weighs asks for a fresh proof, and then goes on where the person was."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from lms.core import audit, clock
from lms.core.db import Database
from lms.core.guard import Actor
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.people.account_models import Account, RoleGrant, StaffSession
from lms.people.oidc_models import OidcIdentity
from tests.cast import PASSWORD, Cast
from tests.people.door import ORIGIN
from tests.people.oidc_house import House, away, back, wanted
from tests.people.oidc_provider import running
from tests.people.steps import code_of, switch_on

pytestmark = pytest.mark.db
FILE = "/so-giay-chung-nhan.csv"


def browser(app: Flask, cast: Cast, name: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("lms_staff", cast.staff_tokens[name])
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    return client


def grow_old(database: Database, minutes: float = 15) -> None:
    """Every session of staff was proved so long ago."""
    with database.write() as session:
        session.execute(
            update(StaffSession).values(proven_at=clock.now() - timedelta(minutes=minutes))
        )


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the first form that has a password, or of the last form."""
    forms = re.findall(r"<form.*?</form>", page.partition("<main")[2], re.DOTALL)
    form = next((one for one in forms if 'type="password"' in one), forms[-1])
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found}


def prove(client: FlaskClient, page: str, password: str = PASSWORD) -> TestResponse:
    return client.post("/xac-nhan-lai", data={**fields(page), "old": password})


def test_a_file_with_names_asks_once_and_then_leads_on(
    app: Flask, cast: Cast, database: Database
) -> None:
    client = browser(app, cast, "oanh")
    assert client.get(FILE).status_code == 200
    grow_old(database, 14.5)
    assert client.get(FILE).status_code == 200
    grow_old(database)
    came_from = {"Referer": "http://localhost/so-giay-chung-nhan?trang=2"}
    sent = client.get(f"{FILE}?lop={cast['k1']}", headers=came_from)
    assert sent.status_code == 303
    page = client.get(sent.location)
    assert "Xác nhận lại là bạn" in page.text
    wrong = prove(client, page.text, "khong-phai-mat-khau")
    assert wrong.status_code == 422
    assert client.get(FILE).status_code == 303
    done = prove(client, wrong.text)
    assert f'href="{FILE}?lop={cast["k1"]}"' in done.text
    assert 'href="/so-giay-chung-nhan?trang=2"' in done.text
    assert client.get(FILE).status_code == 200
    assert browser(app, cast, "trang").get(FILE).status_code == 303, "everybody proves it alone"
    with database.read() as session:
        assert audit.verify(session, cast["TBT"]) == []


def test_a_posted_form_is_carried_to_the_end(app: Flask, cast: Cast, database: Database) -> None:
    client, given = browser(app, cast, "an"), {"role": "officer", "unit": ""}
    path = f"/tai-khoan/{cast['tuan']}/vai-tro"
    grow_old(database)
    asked = client.post(path, data=given)
    assert asked.status_code == 403
    assert "Chưa có gì được lưu" in asked.text
    with database.read() as session:
        grants = select(RoleGrant).where(RoleGrant.account_id == cast["tuan"])
        assert [one.role for one in session.scalars(grants)] == ["trainer"]
    done = prove(client, asked.text)
    assert f'action="{path}"' in done.text
    assert client.post(path, data=fields(done.text)).status_code == 303
    with database.read() as session:
        assert {one.role for one in session.scalars(grants)} == {"trainer", "officer"}


def test_wrong_passwords_are_counted_with_those_of_the_sign_in(
    app: Flask, cast: Cast, database: Database
) -> None:
    client = browser(app, cast, "oanh")
    grow_old(database)
    page = client.get("/xac-nhan-lai").text
    codes = [prove(client, page, f"doan-thu-{n}-khong-trung").status_code for n in range(6)]
    assert codes == [422] * 5 + [429]
    assert prove(client, page).status_code == 429
    form = {"login": "oanh", "password": PASSWORD}
    assert client.post("/dang-nhap", data=form, headers=ORIGIN).status_code == 429


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_leads_only_to_views_of_ours_that_weigh(
    app: Flask, cast: Cast, database: Database
) -> None:
    client = browser(app, cast, "an")
    grow_old(database)
    elsewhere = ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)",
                 "/dan-cu", "/dang-xuat", "so-giay-chung-nhan.csv", "http://[", FILE + "/..")  # fmt: skip
    for posted in ("", "1"):
        for address in elsewhere:
            data = {
                "toi": address,
                "tu": address,
                "posted": posted,
                "carried": "a=1",
                "old": PASSWORD,
            }
            page = client.post("/xac-nhan-lai", data={k: v for k, v in data.items() if v}).text
            main = page.partition("<main")[2]
            assert "evil" not in main
            assert "javascript" not in main
            assert 'http-equiv="refresh"' not in page
            assert f'action="{address}"' not in main
    assert client.get("/xac-nhan-lai?toi=//evil.example&tu=//evil.example").text.count("evil") == 0


def test_who_may_not_is_told_so_before_a_proof_is_asked_for(
    app: Flask, cast: Cast, database: Database
) -> None:
    grow_old(database)
    path = f"/tai-khoan/{cast['tuan']}/vai-tro"
    for name in ("oanh", "trang", "bao"):
        client = browser(app, cast, name)
        assert "Xác nhận lại" not in client.post(path, data={"role": "administrator"}).text
    assert app.test_client().get(FILE).status_code == 401
    assert app.test_client().get("/xac-nhan-lai").status_code == 401
    learner = app.test_client()
    learner.set_cookie("lms_learner", cast.learner_tokens["lan"])
    assert learner.get("/xac-nhan-lai").status_code == 403


def test_another_role_does_not_make_the_proof_younger(
    app: Flask, cast: Cast, database: Database, keys: Keys
) -> None:
    client = browser(app, cast, "an")
    grow_old(database)
    with database.write() as session:
        grant = session.scalars(select(RoleGrant).where(RoleGrant.account_id == cast["an"])).one()
        key = str(grant.id)
    assert client.post("/vai-tro", data={"grant": key}).status_code == 303
    assert client.get(FILE).status_code == 303


WEIGHS = {
    "people.invite", "people.renew_link", "people.grant_role", "people.welcome",
    "people.reset_second_step", "people.audit_export", "machines.create", "machines.rotate",
    "privacy.copy", "privacy.finish", "results.class_file", "certificates.register_file",
    "commend.workbook", "indicators.people_list", "boxes.prepare", "boxes.download",
    "boxes.enable",
    "oidc.confirm", "oidc.decide",
}  # fmt: skip


@pytest.mark.pure
def test_what_weighs_is_this_and_no_more(built_app: Flask) -> None:
    views = built_app.view_functions
    assert {name for name, view in views.items() if getattr(view, "weighs", "")} == WEIGHS


@pytest.fixture
def house(app: Flask, database: Database, keys: Keys, cast: Cast) -> Iterator[House]:
    with running() as provider:
        one = House(app, database, keys, cast, provider)
        one.trust(wanted(provider))
        yield one


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_came_from_a_provider_proves_it_there(house: House) -> None:
    house.link("oanh")
    client = house.browser()
    back(client, house.provider.returns(away(client)))
    _without_password(house.database, house.cast)
    grow_old(house.database)
    page = client.get(client.get(FILE).location)
    assert 'type="password"' not in page.text
    way = unescape(re.findall(r'href="(/dang-nhap/qua/tinh/xac-nhan[^"]*)"', page.text)[0])
    location = away(client, way)
    assert "prompt=login" in location
    assert "max_age=0" in location
    for lie in _lies(house):
        lie()
        refused = back(client, house.provider.returns(away(client, way)))
        assert refused.status_code == 403
        house.provider.honest()
        assert client.get(FILE).status_code == 303
    done = back(client, house.provider.returns(location))
    assert FILE in client.get(done.location).text
    assert client.get(FILE).status_code == 200
    assert {"verb": "proved", "way": "provider"}.items() <= _last_proof(house).items()
    who = Actor(Role.OFFICER, house.cast["TBT"], house.cast["oanh"])
    secret, _codes = switch_on(house.database, house.keys, who)
    grow_old(house.database)
    assert client.post("/xac-nhan-lai", data={"code": "000000"}).status_code == 422
    assert client.get(FILE).status_code == 303
    assert client.post("/xac-nhan-lai", data={"code": code_of(secret)}).status_code == 200
    assert client.get(FILE).status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_code_proves_nothing_for_who_came_with_a_password(
    app: Flask, cast: Cast, database: Database, keys: Keys
) -> None:
    """Else a telephone left on the desk would be enough."""
    secret, _codes = switch_on(database, keys, Actor(Role.OFFICER, cast["TBT"], cast["oanh"]))
    client = browser(app, cast, "oanh")
    grow_old(database)
    assert client.post("/xac-nhan-lai", data={"code": code_of(secret)}).status_code == 422
    assert client.get(FILE).status_code == 303


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_told_beside_the_signed_token_says_nothing_of_the_sign_in(house: House) -> None:
    house.trust(wanted(house.provider, userinfo=True))
    house.link("oanh")
    client = house.browser()
    house.provider.person |= {"auth_time": "lúc nãy", "sid": {"a": 1}}
    house.provider.twist = lambda claims: [claims.pop(name) for name in ("auth_time", "sid")]
    assert back(client, house.provider.returns(away(client))).status_code == 303
    grow_old(house.database)
    location = away(client, f"/dang-nhap/qua/tinh/xac-nhan?toi={FILE}")
    assert back(client, house.provider.returns(location)).status_code == 303
    assert client.get(FILE).status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whoever_finds_a_browser_open_ties_no_identity_of_their_own_to_it(house: House) -> None:
    """It would open the account from anywhere, and bring a fresh proof with it."""
    client, admin = house.browser("oanh"), house.browser("an")
    answer = back(client, house.provider.returns(away(client, "/dang-nhap/qua/tinh/noi")))
    grow_old(house.database)
    form = {"luot": answer.location.partition("noi=")[2]}
    assert client.post("/tai-khoan-ngoai", data=form).status_code == 403
    stranger = house.browser()
    asked = back(stranger, house.provider.returns(away(stranger))).location.partition("luot=")[2]
    form = {"luot": asked, "commune": str(house.cast["TBT"])}
    assert stranger.post("/dang-nhap/chua-noi", data=form).status_code == 303
    chosen = {"chosen": str(house.cast["an"])}
    assert admin.post(f"/noi-tai-khoan/{asked}", data=chosen).status_code == 403
    with house.database.read() as session:
        assert session.scalars(select(OidcIdentity)).all() == []
    assert prove(admin, admin.get("/xac-nhan-lai").text).status_code == 200
    assert admin.post(f"/noi-tai-khoan/{asked}", data=chosen).status_code == 303


def _lies(house: House) -> list[Callable[[], None]]:
    """Somebody else at the provider; somebody who signed in there an hour ago."""

    def another() -> None:
        house.provider.person |= {"sub": "nguoi-2"}

    def long_ago() -> None:
        house.provider.twist = lambda claims: claims.update(auth_time=claims["iat"] - 3600)

    return [another, long_ago]


def _without_password(database: Database, cast: Cast) -> None:
    with database.write() as session:
        session.get_one(Account, cast["oanh"]).password_hash = None


def _last_proof(house: House) -> dict[str, object]:
    found = [body for body in house.entries() if "proved" in str(body)]
    return {"verb": "proved", "way": str(found[-1]).partition("'way': '")[2].partition("'")[0]}
