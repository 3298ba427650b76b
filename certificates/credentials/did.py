"""did:web: the name of an issuer, and the document in which anyone finds its public keys."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from certificates.credentials.encoding import b64url, multikey, read_b64url, read_multikey

CONTEXT = [
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/jwk/v1",
]
JWK = "-jwk"
"""What follows the key's name in the address of its JSON Web Key; the bare name is the Multikey."""


@dataclass(frozen=True)
class PublicKey:
    """A public key of an issuer; it signs nothing that is valid from `until` on."""

    public: bytes
    until: datetime | None = None

    @property
    def kid(self) -> str:
        """RFC 7638 thumbprint: the same key has the same name everywhere."""
        jwk = json.dumps(_jwk(self.public), separators=(",", ":"), sort_keys=True)
        return b64url(sha256(jwk.encode()).digest())


def did_of(base: str, short_code: str) -> str:
    """The issuer's name: 'did:web:lop.xa.example%3A8443:xa:TBT' for an address and a commune."""
    place, *path = base.partition("://")[2].strip("/").split("/")
    segments = (_ascii(place.lower()), *filter(None, path), "xa", short_code)
    return ":".join(("did:web", *(quote(segment, safe="") for segment in segments)))


def _ascii(place: str) -> str:
    """Host and port with the host as DNS writes it; what is no name of a host stays as it is."""
    host, colon, port = place.partition(":")
    try:
        return f"{host.encode('idna').decode('ascii')}{colon}{port}"
    except UnicodeError:
        return place


def short_code_of(did: str) -> str | None:
    """The commune in a name of ours; None for any other."""
    parts = did.split(":")
    named = len(parts) >= 5 and parts[:2] == ["did", "web"] and parts[-2] == "xa"
    return parts[-1] if named else None


def document(did: str, keys: Iterable[PublicKey]) -> dict[str, Any]:
    """The DID document: each key in both forms; a retired one says since when it signs no more."""
    methods = [method for key in keys for method in _methods(did, key)]
    return {
        "@context": CONTEXT,
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def _methods(did: str, key: PublicKey) -> list[dict[str, Any]]:
    until = {"expires": moment(key.until)} if key.until else {}
    jwk = {**_jwk(key.public), "kid": key.kid, "alg": "EdDSA", "use": "sig"}
    return [
        {"id": f"{did}#{key.kid}", "type": "Multikey", "controller": did, **until,
         "publicKeyMultibase": multikey(key.public)},
        {"id": f"{did}#{key.kid}{JWK}", "type": "JsonWebKey", "controller": did, **until,
         "publicKeyJwk": jwk},
    ]  # fmt: skip


def _jwk(public: bytes) -> dict[str, str]:
    return {"crv": "Ed25519", "kty": "OKP", "x": b64url(public)}


def read_document(data: Mapping[str, Any]) -> tuple[str, dict[str, PublicKey]]:
    """Issuer and its keys by name, of a document that was handed over; ValueError when it is none of ours."""
    try:
        did, allowed = str(data["id"]), set(data["assertionMethod"])
        keys = [_read(did, one) for one in data["verificationMethod"] if one["id"] in allowed]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("this is no DID document") from error
    return did, {key.kid: key for key in keys}


def _read(did: str, method: Mapping[str, Any]) -> PublicKey:
    """A key of a document; its name and its controller must be its own."""
    if method["type"] == "Multikey":
        public, form = read_multikey(method["publicKeyMultibase"]), ""
    else:
        public, form = read_b64url(method["publicKeyJwk"]["x"]), JWK
    until = method.get("expires")
    key = PublicKey(public, read_moment(until) if until else None)
    if method["controller"] != did or method["id"] != f"{did}#{key.kid}{form}":
        raise ValueError("a key does not bear its own name")
    return key


def moment(instant: datetime) -> str:
    """'2026-11-21T03:00:00Z'."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_moment(text: str) -> datetime:
    """An instant in the one spelling `moment` gives; ValueError for any other."""
    instant = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    if moment(instant) != text:
        raise ValueError("an instant is written to the second, in UTC")
    return instant
