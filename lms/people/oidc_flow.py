"""There and back: sending a browser to a provider, and what is asked of it when it returns (code flow, PKCE).

Nothing here holds a transaction while the provider is asked: SQLite has one writer.
"""

import hmac
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.people import oidc_claims, oidc_token
from lms.people.oidc_claims import Told
from lms.people.oidc_fetch import Answer, call, read_object
from lms.people.oidc_models import OidcRequest
from lms.people.oidc_provider import Known
from lms.people.oidc_words import Refused

LASTS = timedelta(minutes=10)
LONGEST_CODE = 2048
_TOKEN = re.compile(r"[\x21-\x7e]{1,8192}")


@dataclass(frozen=True)
class SetOut:
    """Where the browser goes, and what it keeps as a cookie until it is back."""

    address: str
    browser: str


@dataclass(frozen=True)
class Way:
    """What was remembered of a way under way; reading it ends it."""

    provider: str
    purpose: str
    account_id: UUID | None
    browser_digest: str
    nonce: str
    verifier: str
    redirect: str
    onward: str = ""
    """For a proof: where the person goes on to."""


@dataclass(frozen=True)
class Proven:
    """Somebody came back, and the provider says who."""

    way: Way
    told: Told
    id_token: str
    sid: str
    at: float | None = None
    """When the person signed in there, in seconds of Unix time, where the provider says so."""


def set_out(
    database: Database, keys: Keys, known: Known, purpose: str, redirect: str, browser: str | None,
    account_id: UUID | None = None, onward: str = "",
) -> SetOut:  # fmt: skip
    """Remember a way to the provider and give its address; `browser` is the cookie that is there already."""
    metadata, provider = known.metadata(), known.provider
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    browser = browser if browser and len(browser) == 43 else secrets.token_urlsafe(32)
    key = uuid7()
    secret = json.dumps([nonce, verifier, redirect, onward])
    with database.write() as session:
        _forget_old(session)
        session.add(OidcRequest(
            id=key, state_digest=keys.digest("oidc-state", state),
            browser_digest=keys.digest("oidc-browser", browser), provider=provider.key,
            purpose=purpose, account_id=account_id, sealed=keys.seal(secret, f"oidc:{key}"),
            expires_at=clock.now() + LASTS,
        ))  # fmt: skip
    more = {"max_age": provider.max_age, "acr_values": " ".join(provider.acr) or None}
    if purpose == "proof":
        more |= {"max_age": "0", "prompt": "login"}
    address = prepare_grant_uri(
        metadata["authorization_endpoint"], provider.client_id, "code", redirect, provider.scopes,
        state, nonce=nonce, code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256", **{name: value for name, value in more.items() if value},
    )  # fmt: skip
    return SetOut(address, browser)


def _forget_old(session: Session) -> None:
    session.execute(delete(OidcRequest).where(OidcRequest.expires_at <= clock.now()))


def come_back(
    database: Database, keys: Keys, known: Known, given: Mapping[str, list[str]], browser: str | None
) -> Proven:  # fmt: skip
    """Who came back; Refused with the reason when any of the checks does not hold."""
    state = _one(given, "state")
    way = _taken(database, keys, state)
    if way is None or not _same_browser(keys, way, browser):
        raise Refused("state")
    if way.provider != known.provider.key:
        raise Refused("provider")
    _check_issuer(known, given)
    if "error" in given:
        raise Refused("cancelled")
    code = _one(given, "code")
    if not 0 < len(code) <= LONGEST_CODE:
        raise Refused("code")
    return _proven(known, way, _tickets(known, way, code))


def _one(given: Mapping[str, list[str]], name: str) -> str:
    """A parameter that is there once: twice means that two readers may read two different things."""
    values = given.get(name, [])
    if len(values) != 1:
        raise Refused("state" if name == "state" else "code")
    return values[0]


def _taken(database: Database, keys: Keys, state: str) -> Way | None:
    """What was remembered under this state. It is deleted, so a second return finds nothing."""
    digest = keys.digest("oidc-state", state[:200])
    with database.write() as session:
        query = select(OidcRequest).where(OidcRequest.state_digest == digest)
        row = session.scalar(query.with_for_update())
        if row is None:
            return None
        session.delete(row)
        if row.expires_at <= clock.now():
            return None
        secret = json.loads(keys.open(row.sealed, f"oidc:{row.id}"))
        return Way(row.provider, row.purpose, row.account_id, row.browser_digest, *secret)


def _same_browser(keys: Keys, way: Way, browser: str | None) -> bool:
    return bool(browser) and keys.matches("oidc-browser", browser or "", way.browser_digest)


def _check_issuer(known: Known, given: Mapping[str, list[str]]) -> None:
    """RFC 9207: who promises to name itself in the answer must; who names itself must be the one asked."""
    promised = known.metadata().get("authorization_response_iss_parameter_supported") is True
    named = given.get("iss", [])
    if not named and not promised:
        return
    right = known.provider.issuer.encode()
    if len(named) != 1 or not hmac.compare_digest(named[0].encode(), right):
        raise Refused("issuer")


def _tickets(known: Known, way: Way, code: str) -> dict[str, Any]:
    provider = known.provider
    body = prepare_token_request(
        "authorization_code", redirect_uri=way.redirect, code=code, code_verifier=way.verifier
    )
    client = ClientAuth(provider.client_id, provider.secret, provider.token_auth)
    address, headers, body = client.prepare(
        "POST", known.metadata()["token_endpoint"],
        {"Content-Type": "application/x-www-form-urlencoded"}, body,
    )  # fmt: skip
    answer = call(address, body, headers)
    if 400 <= answer.status < 500:
        # A code that was used before, or by another client, ends here.
        raise Refused("code")
    return read_object(answer)


def _proven(known: Known, way: Way, tickets: Mapping[str, Any]) -> Proven:
    access, raw = tickets.get("access_token"), tickets.get("id_token")
    if not isinstance(access, str) or not _TOKEN.fullmatch(access):
        raise Refused("code")
    signed = oidc_token.checked(known, raw, way.nonce, access)
    claims = signed
    if known.provider.userinfo:
        claims = {**_userinfo(known, access, signed["sub"]), **signed}
    told = oidc_claims.told(known.provider, claims)
    # When and where somebody signed in is said by what is signed and was checked, and by nothing else.
    return Proven(way, told, str(raw), str(signed.get("sid", "")), signed.get("auth_time"))


def _userinfo(known: Known, access: str, subject: str) -> dict[str, Any]:
    address = known.metadata().get("userinfo_endpoint")
    if address is None:
        raise Refused("unreachable")
    answer: Answer = call(address, headers={"Authorization": f"Bearer {access}"})
    found = read_object(answer)
    if found.get("sub") != subject:
        raise Refused("subject")
    return found
