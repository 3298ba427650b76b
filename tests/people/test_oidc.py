"""Signing in through a provider: how staff get in, who links whom, and how it ends."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from joserfc.jwk import ECKey
from sqlalchemy import text

from lms.core import audit, clock
from lms.core.db import Database
from lms.core.keys import Keys
from lms.people.account_models import Account, RoleGrant
from lms.people.models import Commune
from lms.people.oidc_models import OidcIdentity, OidcRequest
from tests.cast import Cast
from tests.people.oidc_house import PERSONAL, House, away, back, signed_in, wanted
from tests.people.oidc_provider import CLIENT, running

pytestmark = pytest.mark.db


@pytest.fixture
def house(app: Flask, database: Database, keys: Keys, cast: Cast) -> Iterator[House]:
    """A house on each kind of database."""
    with running() as provider:
        one = House(app, database, keys, cast, provider)
        one.trust(wanted(provider))
        yield one


def test_a_linked_member_of_staff_is_let_in_and_out_and_the_link_ends_at_once(house: House) -> None:
    house.link("oanh")
    client = house.browser()
    assert "Tài khoản công vụ tỉnh" in client.get("/dang-nhap").text
    location = away(client)
    assert f"redirect_uri={'http%3A%2F%2Flocalhost%2Fdang-nhap%2Fqua%2Ftinh%2Fve'}" in location
    answer = back(client, house.provider.returns(location))
    assert answer.status_code == 303
    assert signed_in(client)
    with house.database.read() as session:
        assert session.query(OidcRequest).count() == 0
        assert audit.verify(session, house.cast["TBT"]) == []
        stored = str(session.execute(text("SELECT * FROM oidc_identity")).all())
    assert not [word for word in PERSONAL if word in stored]
    with house.database.read() as session:
        key = session.query(OidcIdentity).one().id
    admin = house.browser("an")
    assert "Oanh" in admin.get("/noi-tai-khoan").text
    assert house.browser("oanh").post(f"/noi-tai-khoan/dang-noi/{key}/bo-noi").status_code == 404
    assert house.browser("xa_an").post(f"/noi-tai-khoan/dang-noi/{key}/bo-noi").status_code == 404
    assert admin.post(f"/noi-tai-khoan/dang-noi/{key}/bo-noi").status_code == 303
    assert not signed_in(client)
    assert "/dang-nhap/chua-noi" in back(client, house.provider.returns(away(client))).location


def test_who_works_in_another_commune_now_is_not_this_ones_to_let_go(house: House) -> None:
    house.link("oanh")
    with house.database.write() as session:
        there = session.query(RoleGrant).filter_by(account_id=house.cast["xa_an"]).one()
        grant = session.query(RoleGrant).filter_by(account_id=house.cast["oanh"]).one()
        grant.revoked_at = clock.now()
        moved = RoleGrant(
            commune_id=there.commune_id, account_id=house.cast["oanh"], role="officer"
        )
        session.add(moved)
        key = session.query(OidcIdentity).one().id
    admin = house.browser("an")
    assert str(key) not in admin.get("/noi-tai-khoan").text
    assert admin.post(f"/noi-tai-khoan/dang-noi/{key}/bo-noi").status_code == 404
    assert house.browser("xa_an").post(f"/noi-tai-khoan/dang-noi/{key}/bo-noi").status_code == 303


def test_a_disabled_account_is_not_opened(house: House) -> None:
    house.link("oanh")
    client = house.browser()
    back(client, house.provider.returns(away(client)))
    with house.database.write() as session:
        session.get_one(Account, house.cast["oanh"]).disabled_at = clock.now()
    assert not signed_in(client)
    answer = back(client, house.provider.returns(away(client)))
    assert "/dang-nhap/chua-noi" in answer.location
    assert not signed_in(client)


def test_staff_link_their_own_identity_after_seeing_whose_it_is(house: House) -> None:
    house.provider.person |= {"SoDinhDanh": "001058000123"}
    client = house.browser("oanh")
    answer = back(client, house.provider.returns(away(client, "/dang-nhap/qua/tinh/noi")))
    page = client.get(answer.location)
    assert "Đặng … Oanh" in page.text
    assert "… 123" in page.text
    assert not [word for word in PERSONAL if word in page.text]
    key = answer.location.partition("noi=")[2]
    thief = house.browser("trang")
    assert thief.post("/tai-khoan-ngoai", data={"luot": key}).status_code == 404
    thief.set_cookie("lms_oidc", client.get_cookie("lms_oidc").value)
    assert thief.post("/tai-khoan-ngoai", data={"luot": key}).status_code == 403
    other = house.browser()
    assert other.post("/tai-khoan-ngoai", data={"luot": key}).status_code == 401
    assert client.post("/tai-khoan-ngoai", data={"luot": key}).status_code == 303
    fresh = house.browser()
    assert back(fresh, house.provider.returns(away(fresh))).status_code == 303
    assert signed_in(fresh)
    shown = fresh.get("/tai-khoan-ngoai").text
    identity = re.findall(r'name="identity" value="([^"]+)"', shown)[0]
    assert thief.post("/tai-khoan-ngoai/bo-noi", data={"identity": identity}).status_code == 404
    assert client.post("/tai-khoan-ngoai/bo-noi", data={"identity": identity}).status_code == 303
    assert not signed_in(fresh)
    assert signed_in(client)


def test_an_unknown_identity_asks_and_the_administrator_decides(house: House) -> None:
    house.provider.person |= {"SoDinhDanh": "001058000123", "NgayThangNamSinh": "02/03/1958"}
    client = house.browser()
    answer = back(client, house.provider.returns(away(client)))
    page = client.get(answer.location).text
    assert "chưa được nối" in page
    assert not [word for word in PERSONAL if word in page]
    key = answer.location.partition("luot=")[2]
    stranger = house.browser()
    assert stranger.get(answer.location).status_code == 404
    form = {"luot": key, "commune": str(house.cast["TBT"])}
    assert stranger.post("/dang-nhap/chua-noi", data=form).status_code == 404
    for _ in range(2):
        assert client.post("/dang-nhap/chua-noi", data=form).status_code == 303
    assert "Đã gửi yêu cầu" in client.get(answer.location).text
    admin, officer, foreign = (house.browser(name) for name in ("an", "oanh", "xa_an"))
    review = admin.get("/noi-tai-khoan").text
    assert "Đặng … Oanh" in review
    assert "… 123" in review
    assert not [word for word in PERSONAL if word in review]
    assert key not in officer.get("/noi-tai-khoan").text
    chosen = {"chosen": str(house.cast["oanh"])}
    assert officer.post(f"/noi-tai-khoan/{key}", data=chosen).status_code == 403
    assert foreign.post(f"/noi-tai-khoan/{key}", data=chosen).status_code == 404
    for wrong in ("", str(house.cast["xa_oanh"]), str(house.cast["tinh"])):
        assert admin.post(f"/noi-tai-khoan/{key}", data={"chosen": wrong}).status_code == 422
    assert admin.post(f"/noi-tai-khoan/{key}", data=chosen).status_code == 303
    with house.database.read() as session:
        assert session.scalar(text("SELECT sealed FROM oidc_link_request")) is None
    assert back(client, house.provider.returns(away(client))).status_code == 303
    assert signed_in(client)


# --- the end of a session ------------------------------------------------------------------------


def test_signing_out_offers_the_providers_sign_out_and_a_new_role_keeps_the_tie(
    house: House,
) -> None:
    house.trust(wanted(house.provider, sign_out=True, second_step=True))
    house.link("oanh")
    client = house.browser()
    back(client, house.provider.returns(away(client)))
    grant = re.findall(r'name="grant" value="([^"]+)"', client.get("/vai-tro").text)[0]
    client.post("/vai-tro", data={"grant": grant})
    page = client.post("/dang-xuat").text
    assert "Đăng xuất cả ở Tài khoản công vụ tỉnh" in page
    assert f"{house.provider.issuer}/end?id_token_hint=" in page
    assert not signed_in(client)
    client = house.browser()
    back(client, house.provider.returns(away(client)))
    client.post("/vai-tro", data={"grant": grant})
    with house.database.read() as session:
        key = session.query(OidcIdentity).one().id
    assert house.browser("an").post(f"/noi-tai-khoan/dang-noi/{key}/bo-noi").status_code == 303
    assert not signed_in(client)


def test_a_provider_that_says_somebody_signed_out_ends_those_sessions(house: House) -> None:
    house.link("oanh")
    house.provider.person |= {"sid": "phien-1"}
    client, provider = house.browser(), house.provider
    back(client, provider.returns(away(client)))
    now = int(clock.now().timestamp())
    event = {"http://schemas.openid.net/event/backchannel-logout": {}}
    right = {"iss": provider.issuer, "aud": CLIENT, "iat": now, "jti": "1", "events": event}
    wrong = (
        {**right, "sid": "phien-1", "nonce": "x"}, {**right, "sid": "phien-1", "events": {}},
        {**right, "sid": "phien-1", "aud": "khac"}, {**right, "sid": "phien-1", "iat": now - 999},
        {**right, "sid": ["phien-1"]}, right,
    )  # fmt: skip
    path = "/dang-nhap/qua/tinh/het-phien"
    machine = house.app.test_client()
    for claims in wrong:
        answer = machine.post(path, data={"logout_token": provider.signed(claims)})
        assert answer.status_code == 400, claims
    stranger = ECKey.generate_key("P-256", auto_kid=True)
    forged = {"logout_token": provider.signed({**right, "sid": "phien-1"}, stranger)}
    assert machine.post(path, data=forged).status_code == 400
    other = {"logout_token": provider.signed({**right, "sid": "phien-2"})}
    assert machine.post(path, data=other).status_code == 200
    assert signed_in(client)
    for claims in ({**right, "sid": "phien-1"}, {**right, "sub": "nguoi-1"}):
        sent = {"logout_token": provider.signed(claims)}
        assert machine.post(path, data=sent).status_code == 200
        assert not signed_in(client)


def test_our_second_step_is_asked_unless_the_provider_asks_for_one(house: House) -> None:
    with house.database.write() as session:
        session.get_one(Commune, house.cast["TBT"]).two_steps = True
    house.link("oanh")
    client = house.browser()
    answer = back(client, house.provider.returns(away(client)))
    assert "hai-buoc" in answer.location
    assert not signed_in(client)
    house.trust(wanted(house.provider, second_step=True))
    back(client, house.provider.returns(away(client)))
    assert signed_in(client)
