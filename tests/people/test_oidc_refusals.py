"""Signing in through a provider: everything that must not let anybody in."""

import base64
import hashlib
import hmac
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import ECKey
from werkzeug.test import TestResponse

from lms.app import create_app
from lms.core import clock
from lms.core.db import Database
from lms.core.keys import Keys
from lms.core.settings import Settings
from lms.people import oidc_fetch
from tests.cast import build_cast
from tests.people.oidc_house import PERSONAL, House, away, back, signed_in, wanted
from tests.people.oidc_provider import CLIENT, Provider, rsa_key, running

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def lived(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, keys: Keys
) -> Iterator[House]:
    """One house for all rows of the table: each row is a browser and an address of its own."""
    path = tmp_path_factory.mktemp("oidc") / "lms.db"
    shutil.copy(sqlite_template, path)
    settings = Settings(data_dir=path.parent, database_url=f"sqlite:///{path}")
    database = Database(settings)
    app = create_app(settings, database=database, keys=keys, testing=True)
    with running() as provider:
        yield House(app, database, keys, build_cast(database, keys), provider)
    database.close()


# --- everything that is refused ------------------------------------------------------------------

Act = Callable[[House, FlaskClient], TestResponse]


def lying(change: Callable[[dict[str, Any]], object]) -> Act:
    """The provider's token says something else."""

    def act(house: House, client: FlaskClient) -> TestResponse:
        house.provider.twist = change
        return back(client, house.provider.returns(away(client)))

    return act


def says(**claims: Any) -> Act:
    return lying(lambda told: told.update(claims))


def lacks(name: str) -> Act:
    return lying(lambda told: told.pop(name))


def later(**moved: int) -> Act:
    """Times of the token, in seconds from now."""
    return lying(
        lambda told: told.update({k: int(clock.now().timestamp()) + s for k, s in moved.items()})
    )


def signing(sign: Callable[[Provider, dict[str, Any]], str]) -> Act:
    def act(house: House, client: FlaskClient) -> TestResponse:
        house.provider.sign = sign
        return back(client, house.provider.returns(away(client)))

    return act


def by_hand(header: dict[str, Any], claims: dict[str, Any], secret: bytes = b"") -> str:
    """A token that the library would not make."""

    def part(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    body = f"{part(json.dumps(header).encode())}.{part(json.dumps(claims).encode())}"
    sealed = hmac.new(secret, body.encode(), hashlib.sha256).digest() if secret else b""
    return f"{body}.{part(sealed)}"


def unsigned(_provider: Provider, claims: dict[str, Any]) -> str:
    return by_hand({"alg": "none"}, claims)


def by_public_key(provider: Provider, claims: dict[str, Any]) -> str:
    """HS256 with what everybody may read of the provider's key."""
    public = provider.keys[0].as_pem(private=False)
    return by_hand({"alg": "HS256", "kid": provider.keys[0].kid}, claims, public)


STRANGER = ECKey.generate_key("P-256", auto_kid=True)
RSA = rsa_key()


def own_key(provider: Provider, claims: dict[str, Any], **header: Any) -> str:
    return provider.signed(claims, STRANGER, **header)


def under_his_name(provider: Provider, claims: dict[str, Any]) -> str:
    return provider.signed(claims, STRANGER, kid=provider.keys[0].kid)


def by_header(provider: Provider, claims: dict[str, Any]) -> str:
    """The header says where the key is, and brings it along."""
    where = f"{provider.issuer}/evil"
    return own_key(provider, claims, jku=where, x5u=where, jwk=STRANGER.as_dict(private=False))


def weak_algorithm(provider: Provider, claims: dict[str, Any]) -> str:
    """A right key of the provider with an algorithm that the settings do not allow."""
    provider.keys.append(RSA)
    try:
        return provider.signed(claims, RSA)
    finally:
        provider.keys.remove(RSA)


def broken(provider: Provider, claims: dict[str, Any]) -> str:
    head, body, _signature = provider.signed(claims).split(".")
    return f"{head}.{body}."


def returning(**changed: str | None) -> Act:
    return lambda house, client: back(client, house.provider.returns(away(client), **changed))


def replayed(house: House, client: FlaskClient) -> TestResponse:
    query = house.provider.returns(away(client))
    assert back(client, query).status_code == 303
    client.delete_cookie("lms_staff")
    return back(client, query)


def code_again(house: House, client: FlaskClient) -> TestResponse:
    """A code that was used, with a fresh state."""
    used = house.provider.returns(away(client))
    assert back(client, used).status_code == 303
    client.delete_cookie("lms_staff")
    code = dict(pair.split("=") for pair in used.split("&"))["code"]
    return back(client, house.provider.returns(away(client), code=code))


def foreign_state(house: House, client: FlaskClient) -> TestResponse:
    """A stranger began the way in another browser and hands its end to this one (login CSRF)."""
    stranger = house.browser()
    query = house.provider.returns(away(stranger))
    away(client)
    return back(client, query)


def without_cookie(house: House, client: FlaskClient) -> TestResponse:
    query = house.provider.returns(away(client))
    client.delete_cookie("lms_oidc")
    return back(client, query)


def too_late(house: House, client: FlaskClient) -> TestResponse:
    query = house.provider.returns(away(client))
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        return back(client, query)


def mixed_up(house: House, client: FlaskClient) -> TestResponse:
    """The way to one provider comes back at the door of the other."""
    with running() as other:
        house.trust(wanted(house.provider), wanted(other, "truong"))
        return back(client, other.returns(away(client)), "truong")


def mixed_up_by_name(house: House, client: FlaskClient) -> TestResponse:
    """An honest provider's answer is led to the other's door, with its code."""
    with running() as other:
        house.trust(wanted(house.provider), wanted(other, "truong"))
        location = away(client, "/dang-nhap/qua/truong")
        answer = back(client, house.provider.returns(location), "truong")
        assert "/token" not in other.asked_for
        return answer


def twice(name: str) -> Act:
    def act(house: House, client: FlaskClient) -> TestResponse:
        query = house.provider.returns(away(client))
        return back(client, f"{query}&{name}=zweites")

    return act


def discovering(told: Callable[[dict[str, Any]], object]) -> Act:
    def act(house: House, client: FlaskClient) -> TestResponse:
        house.provider.discovery = told
        return client.get("/dang-nhap/qua/tinh")

    return act


def settings(act: Act, **more: Any) -> Act:
    def changed(house: House, client: FlaskClient) -> TestResponse:
        house.trust(wanted(house.provider, **more))
        return act(house, client)

    return changed


def stolen_userinfo(house: House, client: FlaskClient) -> TestResponse:
    """The user's page speaks of another than the token."""
    house.trust(wanted(house.provider, userinfo=True))
    query = house.provider.returns(away(client))
    house.provider.person = {"sub": "nguoi-2"}
    return back(client, query)


REFUSED: dict[str, tuple[str, Act]] = {
    "wrong nonce": ("nonce", says(nonce="khac")),
    "no nonce": ("nonce", lacks("nonce")),
    "nonce of another kind": ("subject", says(nonce=["x"])),
    "wrong issuer": ("issuer", says(iss="https://khac.example")),
    "issuer with a slash more": ("issuer", lying(lambda told: told.update(iss=told["iss"] + "/"))),
    "no issuer": ("issuer", lacks("iss")),
    "wrong audience": ("audience", says(aud="khac")),
    "no audience": ("audience", lacks("aud")),
    "audience among others without azp": ("audience", says(aud=[CLIENT, "khac"])),
    "azp of another": ("audience", says(azp="khac")),
    "audience as an object": ("audience", says(aud={CLIENT: 1})),
    "alg none": ("signature", signing(unsigned)),
    "HS256 with the public key": ("signature", signing(by_public_key)),
    "an algorithm that is not allowed": (
        "signature",
        settings(signing(weak_algorithm), algorithms=("ES256",)),
    ),
    "unknown kid": ("signature", signing(own_key)),
    "a stranger's key under a known kid": ("signature", signing(under_his_name)),
    "jku, x5u and jwk of the header": ("signature", signing(by_header)),
    "no signature": ("signature", signing(broken)),
    "no token at all": ("signature", signing(lambda _p, _c: "")),
    "a token too long": ("signature", says(more="x" * 20_000)),
    "expired": ("time", later(iat=-400, exp=-61)),
    "made too long ago": ("time", later(iat=-700)),
    "made in the future": ("time", later(iat=90)),
    "not yet valid": ("time", later(nbf=90)),
    "no end": ("time", lacks("exp")),
    "no beginning": ("time", lacks("iat")),
    "an end that is text": ("time", says(exp="9999999999")),
    "an end that is true": ("time", says(exp=True)),
    "at_hash of another token": ("binding", says(at_hash="AAAAAAAAAAAAAAAAAAAAAA")),
    "signed in too long ago": ("assurance", settings(later(auth_time=-400), max_age=300)),
    "no time of signing in": ("assurance", settings(lacks("auth_time"), max_age=300)),
    "a level too low": ("assurance", settings(says(acr="loa1"), acr=("loa2", "loa3"))),
    "no level": ("assurance", settings(lacks("acr"), acr=("loa2",))),
    "sub missing": ("subject", lacks("sub")),
    "sub empty": ("subject", says(sub="")),
    "sub an array": ("subject", says(sub=["nguoi-1"])),
    "sub a number": ("subject", says(sub=1)),
    "sub very long": ("subject", says(sub="n" * 256)),
    "sub with a control character": ("subject", says(sub="nguoi-1\x00")),
    "name with HTML": ("claims", says(HoVaTen="<img src=x onerror=alert(1)>")),
    "name with control characters": ("claims", says(HoVaTen="Oanh\r\nSet-Cookie: a=b")),
    "name very long": ("claims", says(HoVaTen="n" * 201)),
    "user's page of somebody else": ("subject", stolen_userinfo),
    "replayed return": ("state", replayed),
    "replayed code": ("code", code_again),
    "unknown code": ("code", returning(code="khong-co")),
    "code very long": ("code", returning(code="k" * 3000)),
    "no code": ("code", returning(code=None)),
    "unknown state": ("state", returning(state="khong-co")),
    "no state": ("state", returning(state=None)),
    "state twice": ("state", twice("state")),
    "code twice": ("code", twice("code")),
    "foreign state": ("state", foreign_state),
    "no cookie of this browser": ("state", without_cookie),
    "back too late": ("state", too_late),
    "mix-up at the door": ("provider", mixed_up),
    "mix-up by name": ("issuer", mixed_up_by_name),
    "iss of another": ("issuer", returning(iss="https://khac.example")),
    "no iss though promised": ("issuer", returning(iss=None)),
    "the person gave up": ("cancelled", returning(code=None, error="access_denied")),
    "discovery of another issuer": (
        "issuer",
        discovering(lambda d: d.update(issuer="https://khac.example")),
    ),
    "discovery that redirects": ("unreachable", discovering(lambda _d: "redirect")),
    "discovery that drips": ("unreachable", discovering(lambda _d: "drip")),
    "huge discovery": ("unreachable", discovering(lambda _d: b'{"a":"' + b"x" * 300_000 + b'"}')),
    "discovery that is a list": ("unreachable", discovering(lambda _d: b"[]")),
    "discovery nested deep": ("unreachable", discovering(lambda _d: b"[" * 100_000)),
    "discovery without a token endpoint": ("unreachable", discovering(lambda d: d.pop("token_endpoint"))),
    "discovery to a file": ("unreachable", discovering(lambda d: d.update(jwks_uri="file:///etc/passwd"))),
    "discovery to plain http elsewhere": (
        "unreachable",
        discovering(lambda d: d.update(token_endpoint="http://khac.example/token")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_does_not_hold_ends_on_one_calm_page(
    name: str, lived: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    reason, act = REFUSED[name]
    monkeypatch.setattr(oidc_fetch, "STEP_SECONDS", 0.3)
    monkeypatch.setattr(oidc_fetch, "WHOLE_SECONDS", 0.3)
    lived.address = f"10.1.{list(REFUSED).index(name)}.1"
    lived.provider.honest()
    lived.trust(wanted(lived.provider))
    lived.link("oanh")
    client, before = lived.browser(), len(lived.entries())
    answer = act(lived, client)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (403, "no-store")
    assert "Chưa đăng nhập được" in answer.text
    assert not client.get_cookie("lms_staff")
    assert not signed_in(client)
    written = [e for e in lived.entries()[before:] if e["verb"] == "refused"]
    assert [entry["facts"]["reason"] for entry in written] == [reason]
    told = answer.text + json.dumps(written, ensure_ascii=False)
    assert not [word for word in (*PERSONAL, "onerror", "khac.example") if word in told]


def test_new_keys_are_asked_for_once_and_clocks_may_differ_by_a_minute(lived: House) -> None:
    lived.address = "10.2.0.1"
    lived.provider.honest()
    lived.trust(wanted(lived.provider))
    lived.link("oanh")
    client = lived.browser()
    assert back(client, lived.provider.returns(away(client))).status_code == 303
    lived.provider.keys.insert(0, ECKey.generate_key("P-256", auto_kid=True))
    asked = lived.provider.asked_for.count("/jwks")
    for skew in (-55, 55):
        lived.provider.twist = lambda told, skew=skew: told.update(iat=told["iat"] + skew)
        assert back(client, lived.provider.returns(away(client))).status_code == 303
    assert lived.provider.asked_for.count("/jwks") == asked + 1
    lived.provider.sign = own_key
    for _ in range(3):
        assert back(client, lived.provider.returns(away(client))).status_code == 403
    assert lived.provider.asked_for.count("/jwks") == asked + 1


def test_an_address_that_is_refused_too_often_waits_and_fills_no_log(lived: House) -> None:
    lived.address = "10.3.0.1"
    lived.provider.honest()
    lived.trust(wanted(lived.provider))
    client, before = lived.browser(), len(lived.entries())
    answers = [back(client, "state=x&code=y").status_code for _ in range(35)]
    assert answers == [403] * 30 + [429] * 5
    assert len(lived.entries()) - before == 30
