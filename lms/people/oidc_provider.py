"""What a provider publishes of itself, its discovery document and keys: fetched when needed, kept an hour."""

import math
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from lms.people.oidc_fetch import call, read_object
from lms.people.oidc_settings import Provider, is_safe_address
from lms.people.oidc_words import Refused

FRESH, KEPT = 3600.0, 24 * 3600.0
"""Seconds: how long what was published is not asked for again, and serves while the provider is away."""
PAUSE = 15.0
"""After a failure nobody asks again for so long: a provider that hangs must not take every thread."""
NEW_KEYS = 30.0
"""Tokens with unknown keys make us ask again, and no more often than this."""
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
MOST_KEYS = 40


class Published:
    """One thing that a provider publishes, kept; one thread asks for it at a time.

    Times are monotonic: a clock that is put right must not keep old keys.
    """

    def __init__(self, ask: Callable[[], Any]) -> None:
        self._ask, self._lock = ask, threading.Lock()
        self._value: Any = None
        self._at = self._failed_at = self._forced_at = -math.inf

    def get(self, *, newer: bool = False) -> Any:
        """The value; with `newer` asked for again, unless that was done a moment ago."""
        with self._lock:
            now = time.monotonic()
            if newer and now - self._forced_at >= NEW_KEYS:
                self._forced_at = now
            elif self._value is not None and now - self._at < FRESH:
                return self._value
            return self._asked(now)

    def _asked(self, now: float) -> Any:
        try:
            if now - self._failed_at < PAUSE:
                raise Refused("unreachable")
            self._value, self._at = self._fetched(), now
        except Refused:
            if self._value is None or now - self._at >= KEPT:
                raise
        return self._value

    def _fetched(self) -> Any:
        try:
            return self._ask()
        except Refused:
            self._failed_at = time.monotonic()
            raise


class Known:
    """A provider of the settings with what it publishes."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._metadata = Published(self._ask_metadata)
        self._keys = Published(self._ask_keys)

    def metadata(self) -> dict[str, Any]:
        """Its discovery document, whose issuer and addresses were checked."""
        return self._metadata.get()  # type: ignore[no-any-return]

    def keys(self, *, newer: bool = False) -> KeySet:
        """Its public keys that sign."""
        return self._keys.get(newer=newer)  # type: ignore[no-any-return]

    def _ask_metadata(self) -> dict[str, Any]:
        address = get_well_known_url(self.provider.issuer, external=True)
        found = read_object(call(address))
        if found.get("issuer") != self.provider.issuer:
            raise Refused("issuer")
        optional = ("userinfo_endpoint", "end_session_endpoint")
        given = [found.get(name) for name in ENDPOINTS] + [found[n] for n in optional if n in found]
        if not all(is_safe_address(one, local=self.provider.is_local) for one in given):
            raise Refused("unreachable")
        return found

    def _ask_keys(self) -> KeySet:
        found = read_object(call(self.metadata()["jwks_uri"])).get("keys")
        if not isinstance(found, list) or len(found) > MOST_KEYS:
            raise Refused("unreachable")
        keys = [key for row in found if (key := _key(row)) is not None]
        if not keys:
            raise Refused("unreachable")
        return KeySet(keys)


def _key(row: object) -> Any:
    """A public key that signs, or None: sealing keys, shared secrets and what we cannot read are left out."""
    from joserfc.jwk import JWKRegistry

    if not isinstance(row, dict) or row.get("kty") not in ("RSA", "EC", "OKP"):
        return None
    if row.get("use", "sig") != "sig":
        return None
    public = {name: value for name, value in row.items() if name in _PUBLIC}
    try:
        return JWKRegistry.import_key(public)
    except (JoseError, ValueError, TypeError, KeyError):
        return None


_PUBLIC = ("kty", "kid", "use", "alg", "n", "e", "crv", "x", "y")

Registry = Mapping[str, Known]


def registry(providers: Mapping[str, Provider]) -> dict[str, Known]:
    """Key → provider with its memory; one of each for the process."""
    return {key: Known(provider) for key, provider in providers.items()}
