"""Is this id token the provider's, for us, of this moment and of this sign-in?

Authlib's CodeIDToken checks the claims of OpenID Connect; what it takes too kindly is asked here first: the
kinds of values, one clock, the nonce always, how long ago the token was made and the person signed in.
"""

import hmac
import math
from collections.abc import Mapping
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jws import JWSRegistry

from lms.core import clock
from lms.people.oidc_provider import Known
from lms.people.oidc_words import Refused

SKEW = 60
"""Seconds by which our clocks may differ."""
OLDEST = 600
"""Seconds after which a token is not of this sign-in."""
LONGEST = 16 * 1024
LONGEST_SUBJECT = 255
_TIMES = ("exp", "iat", "nbf", "auth_time")
_TEXTS = ("iss", "sub", "nonce", "azp", "acr", "at_hash", "sid")
_BACKCHANNEL = "http://schemas.openid.net/event/backchannel-logout"


def checked(known: Known, raw: object, nonce: str, access_token: str) -> dict[str, Any]:
    """The claims of an id token that holds; Refused with the reason for any other."""
    header, claims = _signed(known, raw)
    _check_kinds(claims)
    _check_parties(known, claims)
    _check_times(claims)
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise Refused("nonce")
    _check_assurance(known, claims)
    _check_by_authlib(known, header, claims, nonce, access_token)
    return claims


def _signed(known: Known, raw: object) -> tuple[dict[str, Any], dict[str, Any]]:
    if not isinstance(raw, str) or not raw.isascii() or len(raw) > LONGEST:
        raise Refused("signature")
    try:
        return _decoded(known, raw, newer=False)
    except InvalidKeyIdError:
        # The provider may have changed its keys since we asked for them.
        pass
    except (JoseError, ValueError, TypeError, RecursionError):
        raise Refused("signature") from None
    try:
        return _decoded(known, raw, newer=True)
    except (JoseError, ValueError, TypeError, RecursionError):
        raise Refused("signature") from None


def _decoded(known: Known, raw: str, *, newer: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Keys come from the provider's own set alone: `jku`, `jwk`, `x5u` and `x5c` of the header are not read."""
    rules = JWSRegistry(algorithms=known.provider.algorithms, strict_check_header=False)
    rules.max_header_length = 8192
    token = jwt.decode(raw, known.keys(newer=newer), known.provider.algorithms, rules)
    return dict(token.header), dict(token.claims)


def _check_kinds(claims: Mapping[str, Any]) -> None:
    for name in _TIMES:
        value = claims.get(name, 0)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            raise Refused("time")
    if not all(isinstance(claims.get(name, ""), str) for name in _TEXTS if name != "sub"):
        raise Refused("subject")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise Refused("subject")
    if not subject.isascii() or not subject.isprintable() or subject != subject.strip():
        raise Refused("subject")


def _check_parties(known: Known, claims: Mapping[str, Any]) -> None:
    if claims.get("iss") != known.provider.issuer:
        raise Refused("issuer")
    audience = claims.get("aud")
    several = [audience] if isinstance(audience, str) else audience
    if not isinstance(several, list) or known.provider.client_id not in several:
        raise Refused("audience")
    if (len(several) > 1 or "azp" in claims) and claims.get("azp") != known.provider.client_id:
        raise Refused("audience")


def _check_times(claims: Mapping[str, Any]) -> None:
    now = clock.now().timestamp()
    made, ends = claims.get("iat"), claims.get("exp")
    if made is None or ends is None:
        raise Refused("time")
    is_now = made - SKEW <= now <= made + OLDEST and now < ends + SKEW
    if not is_now or claims.get("nbf", made) > now + SKEW:
        raise Refused("time")


def _check_assurance(known: Known, claims: Mapping[str, Any]) -> None:
    wanted = known.provider
    if wanted.acr and claims.get("acr") not in wanted.acr:
        raise Refused("assurance")
    if wanted.max_age is None:
        return
    at, now = claims.get("auth_time"), clock.now().timestamp()
    if at is None or not at - SKEW <= now <= at + wanted.max_age + SKEW:
        raise Refused("assurance")


def _check_by_authlib(
    known: Known, header: dict[str, Any], claims: dict[str, Any], nonce: str, access_token: str
) -> None:  # fmt: skip
    wanted = known.provider
    params = {"nonce": nonce, "client_id": wanted.client_id, "max_age": wanted.max_age,
              "access_token": access_token}  # fmt: skip
    options = {"iss": {"essential": True, "value": wanted.issuer}}
    try:
        CodeIDToken(claims, header, options, params).validate(
            int(clock.now().timestamp()), leeway=SKEW
        )
    except (JoseError, ValueError, TypeError, AttributeError):
        raise Refused("binding") from None


def signed_out(known: Known, raw: object) -> tuple[str, str]:
    """(subject, provider's session) of a back-channel logout token; one of them may be empty."""
    _header, claims = _signed(known, raw)
    subject, sid = claims.get("sub", ""), claims.get("sid", "")
    if not isinstance(subject, str) or not isinstance(sid, str) or not (subject or sid):
        raise Refused("subject")
    _check_kinds({**claims, "sub": subject or "-"})
    _check_parties(known, claims)
    _check_times({"exp": claims.get("iat", 0) + OLDEST, **claims} if "iat" in claims else claims)
    events = claims.get("events")
    is_logout = isinstance(events, dict) and _BACKCHANNEL in events
    if not is_logout or "nonce" in claims or not claims.get("jti"):
        raise Refused("signature")
    return subject, sid
