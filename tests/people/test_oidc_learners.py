"""Adults who learn at home and sign in through a provider."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.core.db import Database
from lms.core.keys import Keys
from lms.people.models import Person
from lms.people.oidc_models import OidcIdentity
from tests.cast import Cast
from tests.people.oidc_house import House, away, back, wanted
from tests.people.oidc_provider import running

pytestmark = pytest.mark.db


@pytest.fixture
def house(app: Flask, database: Database, keys: Keys, cast: Cast) -> Iterator[House]:
    """A house on each kind of database."""
    with running() as provider:
        one = House(app, database, keys, cast, provider)
        one.trust(wanted(provider))
        yield one


def _lan(house: House) -> None:
    with house.database.write() as session:
        person = session.get_one(Person, (house.cast["TBT"], house.cast["lan"]))
        person.citizen_id_hmac = house.keys.digest("citizen-id", "001058000123")


def _as_lan(house: House, **more: Any) -> TestResponse:
    house.provider.person = {
        "sub": "ba-lan", "HoVaTen": "Nguyễn Thị Lan", "SoDinhDanh": "001058000123",
        "NgayThangNamSinh": "1958-03-02", **more,
    }  # fmt: skip
    client = house.browser()
    answer = back(client, house.provider.returns(away(client, "/dang-nhap/qua/tinh/hoc")))
    answer.client = client  # type: ignore[attr-defined]  # For the test alone.
    return answer


def test_a_learner_whose_id_and_birth_name_one_person_comes_to_her_own_lessons(
    house: House,
) -> None:
    _lan(house)
    house.trust(wanted(house.provider, vouches_citizen_id=True))
    answer = _as_lan(house)
    assert answer.location == "/may-hoc"
    client: FlaskClient = answer.client  # type: ignore[attr-defined]
    assert client.get_cookie("lms_device")
    headers = {"Authorization": "Tablet"}
    told = client.get("/api/v1/tablet", headers=headers)
    assert told.status_code == 200, told.text
    assert str(house.cast["hv_lan"]) in told.text
    assert str(house.cast["hv_hung"]) not in told.text
    with house.database.read() as session:
        key = session.query(OidcIdentity).one().id
    assert house.browser("oanh").post(f"/noi-tai-khoan/dang-noi/{key}/bo-noi").status_code == 303
    assert client.get("/api/v1/tablet", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("trusted", "born"), [(False, "1958-03-02"), (True, "1958-03-03"), (True, "")]
)
def test_a_learner_who_is_not_named_without_doubt_waits_for_an_officer(
    trusted: bool, born: str, house: House
) -> None:
    _lan(house)
    house.trust(wanted(house.provider, vouches_citizen_id=trusted))
    answer = _as_lan(house, NgayThangNamSinh=born)
    assert "/dang-nhap/chua-noi" in answer.location
    client: FlaskClient = answer.client  # type: ignore[attr-defined]
    key = answer.location.partition("luot=")[2]
    form = {"luot": key, "commune": str(house.cast["TBT"])}
    assert client.post("/dang-nhap/chua-noi", data=form).status_code == 303
    officer = house.browser("oanh")
    assert "Nguyễn … Lan" in officer.get("/noi-tai-khoan").text
    for wrong in (house.cast["mai"], house.cast["xa_lan"]):
        assert officer.post(f"/noi-tai-khoan/{key}", data={"chosen": wrong}).status_code == 422
    linked = officer.post(f"/noi-tai-khoan/{key}", data={"chosen": house.cast["lan"]})
    assert linked.status_code == 303
    assert _as_lan(house).location == "/may-hoc"


def test_a_child_is_never_linked(house: House) -> None:
    with house.database.write() as session:
        person = session.get_one(Person, (house.cast["TBT"], house.cast["minh"]))
        person.citizen_id_hmac = house.keys.digest("citizen-id", "001058000123")
    house.trust(wanted(house.provider, vouches_citizen_id=True))
    answer = _as_lan(house, NgayThangNamSinh="2012-09-05", HoVaTen="Phạm Quang Minh")
    assert "/dang-nhap/chua-noi" in answer.location
    key = answer.location.partition("luot=")[2]
    client: FlaskClient = answer.client  # type: ignore[attr-defined]
    client.post("/dang-nhap/chua-noi", data={"luot": key, "commune": str(house.cast["TBT"])})
    officer = house.browser("oanh")
    assert "Không thấy người lớn nào khớp" in officer.get("/noi-tai-khoan").text
    wrong = officer.post(f"/noi-tai-khoan/{key}", data={"chosen": house.cast["minh"]})
    assert wrong.status_code == 422
    assert officer.post(f"/noi-tai-khoan/{key}/tu-choi").status_code == 303
