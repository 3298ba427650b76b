"""Whether a credential is ours: strict reading first, the signature then, and nothing that it does not cover.

Everything here works offline, on the text and on public keys that the reader already trusts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.credentials import signing
from certificates.credentials.did import JWK, PublicKey, moment, read_moment
from certificates.credentials.encoding import read_b64url, read_base58
from certificates.credentials.quads import WrongShape, canonical
from certificates.credentials.terms import (
    BADGE,
    BADGE_CONTEXT,
    LIST_CONTEXT,
    STATUS_LIST,
    Node,
)
from lms.core import clock
from lms.core.i18n import _

LONGEST = 200_000
"""Bytes; ours have about 4,000, a status list a few thousand more."""
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError)
SKEW = timedelta(minutes=5)
KINDS: dict[str, tuple[list[str], Node]] = {
    "badge": (BADGE_CONTEXT, BADGE),
    "list": (LIST_CONTEXT, STATUS_LIST),
}
KeysOf = Callable[[str], Mapping[str, PublicKey] | None]
"""The keys of an issuer by name; None when the issuer is not known."""


class Outcome(StrEnum):
    """What came out; only `valid` is wholly good."""

    VALID = "valid"
    SIGNED = "signed"
    """Genuine, but nobody asked whether it was withdrawn since."""
    FORGED = "forged"
    UNKNOWN = "unknown"
    """The issuer is not known here, so nothing can be said."""
    WITHDRAWN = "withdrawn"
    """Genuine, but revoked, replaced or issued twice."""


class Refused(Exception):
    """A credential that is not to be believed; the message says why, in Vietnamese."""

    def __init__(self, outcome: Outcome, why: str) -> None:
        super().__init__(why)
        self.outcome = outcome
        self.why = why


def forged(why: str) -> Refused:
    """The refusal of something that was changed or was never ours."""
    return Refused(Outcome.FORGED, why)


@dataclass(frozen=True)
class Proven:
    """A credential whose signature holds: its form (jwt, ld), what it says, and the key that signed it."""

    form: str
    credential: Mapping[str, Any]
    key: PublicKey


def read(text: str, keys_of: KeysOf, kind: str = "badge") -> Proven:
    """Check either form; raises Refused. `kind` is badge or list: one never passes for the other."""
    if len(text) > LONGEST:
        raise forged(_("Tệp quá lớn, không phải giấy chứng nhận."))
    text = text.strip(" \t\r\n")
    try:
        return _read_ld(text, keys_of, kind) if text[:1] == "{" else _read_jwt(text, keys_of, kind)
    except _UNREADABLE as error:
        # Whatever cannot be read as ours was not made by us: the signature of ours covers every word.
        at = f" ({error})" if isinstance(error, WrongShape) and str(error) else ""
        raise forged(_("Nội dung không đúng dạng của chứng chỉ số%(at)s.", at=at)) from error


def _read_jwt(text: str, keys_of: KeysOf, kind: str) -> Proven:
    head, payload, signature = text.split(".")
    header = _json(read_b64url(head))
    said = _json(read_b64url(payload))
    if set(header) != {"alg", "kid", "typ"} or header["typ"] != "JWT":
        raise forged(_("Phần đầu của thẻ có mục lạ."))
    if header["alg"] != signing.ALGORITHM:
        raise forged(_("Thẻ dùng cách ký khác với cách ký của hệ thống."))
    key = _key(said, header["kid"], JWK, keys_of)
    _check_signature(key, read_b64url(signature), f"{head}.{payload}".encode("ascii"))
    credential = {word: value for word, value in said.items() if word not in _REGISTERED}
    _check_content(credential, key, kind)
    claims = {word: said[word] for word in _REGISTERED}
    if claims != signing.registered(credential) or isinstance(claims["nbf"], bool):
        raise forged(_("Các mục của thẻ không khớp với nội dung giấy chứng nhận."))
    return Proven("jwt", credential, key)


_REGISTERED = ("iss", "jti", "nbf", "sub")


def _read_ld(text: str, keys_of: KeysOf, kind: str) -> Proven:
    said = _json(text.encode())
    proof = said.pop("proof")
    options = {word: value for word, value in proof.items() if word != "proofValue"}
    key = _key(said, options["verificationMethod"], "", keys_of)
    _check_context(said, kind)
    signature = read_base58(proof["proofValue"])
    _check_signature(key, signature, signing.signed_bytes(said, KINDS[kind][1], options))
    _check_content(said, key, kind)
    if options["created"] != said["validFrom"]:
        raise forged(_("Ngày ký không khớp với ngày có hiệu lực."))
    return Proven("ld", said, key)


def _json(data: bytes) -> dict[str, Any]:
    """A JSON object without a doubled word, without NaN; ValueError for anything else."""
    value = json.loads(data.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    if not isinstance(value, dict):
        raise WrongShape("")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise WrongShape(_("có mục viết hai lần"))
    return found


def _no_constant(name: str) -> Any:
    raise WrongShape(name)


def _key(said: Mapping[str, Any], method: object, form: str, keys_of: KeysOf) -> PublicKey:
    """The key by which this must be signed: one of its own issuer, whatever the file itself brings."""
    issuer = signing.issuer_of(said)
    keys = keys_of(issuer)
    if keys is None:
        raise Refused(Outcome.UNKNOWN, _("Không rõ nơi cấp %(issuer)s.", issuer=issuer))
    named = {f"{issuer}#{kid}{form}": key for kid, key in keys.items()}
    if not isinstance(method, str) or method not in named:
        raise forged(_("Khóa ký không phải của nơi cấp."))
    return named[method]


def _check_signature(key: PublicKey, signature: bytes, data: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, data)
    except InvalidSignature as error:
        raise forged(
            _("Chữ ký không khớp: nội dung đã bị sửa hoặc không do nơi này ký.")
        ) from error


def _check_context(said: Mapping[str, Any], kind: str) -> None:
    if said["@context"] != KINDS[kind][0]:
        raise forged(_("Bảng nghĩa của các mục (@context) đã bị đổi."))


def _check_content(said: Mapping[str, Any], key: PublicKey, kind: str) -> None:
    """Shape and times. A word that we do not know is refused also where a signature covers it."""
    _check_context(said, kind)
    canonical({word: value for word, value in said.items() if word != "@context"}, KINDS[kind][1])
    since = read_moment(said["validFrom"])
    if since > clock.now() + SKEW:
        raise forged(_("Ngày có hiệu lực nằm ở tương lai."))
    if key.until is not None and since >= key.until:
        raise forged(
            _("Khóa ký đã thôi dùng từ %(until)s, trước ngày của giấy.", until=moment(key.until))
        )
