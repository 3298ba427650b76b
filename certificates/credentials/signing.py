"""Signing a credential in two forms: a VC-JWT, and a Data Integrity proof inside the JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.credentials.did import JWK, PublicKey, read_moment
from certificates.credentials.encoding import b64url, base58
from certificates.credentials.quads import canonical
from certificates.credentials.terms import PROOF, Node
from lms.core.keys import Keys

CRYPTOSUITE = "eddsa-rdfc-2022"
ALGORITHM = "EdDSA"


@dataclass(frozen=True)
class Signer:
    """The service's signing key; the commune's DID names whose signature it is."""

    private: Ed25519PrivateKey
    key: PublicKey


@lru_cache(maxsize=4)
def _signer(seed: bytes) -> Signer:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return Signer(private, PublicKey(private.public_key().public_bytes_raw()))


def signer_of(keys: Keys) -> Signer:
    """The signer of a key file."""
    return _signer(keys.certificates)


def issuer_of(credential: Mapping[str, Any]) -> str:
    """The issuer's DID, written alone or in a profile."""
    issuer = credential["issuer"]
    return str(issuer["id"] if isinstance(issuer, dict) else issuer)


def registered(credential: Mapping[str, Any]) -> dict[str, object]:
    """The registered claims of a VC-JWT as Open Badges 3.0 asks (8.2.4.1): they repeat the credential's own."""
    return {
        "iss": issuer_of(credential),
        "jti": credential["id"],
        "nbf": int(read_moment(credential["validFrom"]).timestamp()),
        "sub": credential["credentialSubject"]["id"],
    }


def as_jwt(credential: Mapping[str, Any], signer: Signer) -> str:
    """The compact JWS: header of alg, kid and typ only; the payload is the credential and its claims."""
    kid = f"{issuer_of(credential)}#{signer.key.kid}{JWK}"
    header = {"alg": ALGORITHM, "kid": kid, "typ": "JWT"}
    head = f"{_part(header)}.{_part({**credential, **registered(credential)})}"
    return f"{head}.{b64url(signer.private.sign(head.encode('ascii')))}"


def _part(value: Mapping[str, Any]) -> str:
    return b64url(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def with_proof(credential: Mapping[str, Any], node: Node, signer: Signer) -> dict[str, Any]:
    """The credential with its proof: created when it begins to hold, so the same again is the same."""
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": credential["validFrom"],
        "verificationMethod": f"{issuer_of(credential)}#{signer.key.kid}",
        "proofPurpose": "assertionMethod",
    }
    signature = signer.private.sign(signed_bytes(credential, node, options))
    return {**credential, "proof": {**options, "proofValue": base58(signature)}}


def signed_bytes(credential: Mapping[str, Any], node: Node, options: Mapping[str, Any]) -> bytes:
    """What is signed: the hash of the proof's options, then that of the credential (vc-di-eddsa 3.2.4)."""
    bare = {word: value for word, value in credential.items() if word not in ("@context", "proof")}
    parts = canonical(options, PROOF), canonical(bare, node)
    return b"".join(sha256(part.encode()).digest() for part in parts)
