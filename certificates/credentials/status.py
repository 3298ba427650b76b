"""Which certificates hold no more: a signed Bitstring Status List of a commune, year and purpose."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from certificates.credentials.did import did_of, moment
from certificates.credentials.encoding import b64url, read_b64url
from certificates.credentials.signing import Signer, as_jwt, with_proof
from certificates.credentials.terms import LIST_CONTEXT, STATUS_LIST
from certificates.rules import DUPLICATE, REPLACED, REVOKED

SIZE = 131_072
"""Bits of a list at least, so that no place in it tells whose it is (W3C)."""
STATES = {"revocation": (REVOKED, REPLACED), "suspension": (DUPLICATE,)}
"""A duplicate counts again when its merge is undone, and a revocation is for good."""
_MOST_BITS = 64 * SIZE


@dataclass(frozen=True)
class Register:
    """What the register says of a year: how many numbers were given, and which of them hold no more."""

    last: int
    withdrawn: frozenset[int]

    @property
    def size(self) -> int:
        """Bits: whole blocks, so that the size tells little."""
        return SIZE * (self.last // SIZE + 1)


def encoded(register: Register) -> str:
    """Bits from the left, gzipped, multibase base64url; the same register gives the same text."""
    bits = bytearray(register.size // 8)
    for place in register.withdrawn:
        bits[place // 8] |= 0x80 >> place % 8
    return f"u{b64url(gzip.compress(bytes(bits), mtime=0))}"


def unsigned(
    register: Register, address: str, base: str, commune_code: str, at: datetime
) -> dict[str, Any]:
    """The list as a credential; `address` is where it is found and ends in its purpose."""
    return {
        "@context": list(LIST_CONTEXT),
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did_of(base, commune_code),
        "validFrom": moment(at),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": address.rsplit("/", 1)[1],
            "encodedList": encoded(register),
        },
    }


def signed(credential: Mapping[str, Any], signer: Signer, form: str) -> bytes:
    """The list in one form: ld or jwt."""
    if form == "jwt":
        return as_jwt(credential, signer).encode()
    return json.dumps(with_proof(credential, STATUS_LIST, signer), ensure_ascii=False).encode()


class Bits:
    """A list read back; ValueError when it is none, or larger than any commune's."""

    def __init__(self, text: str) -> None:
        if not text.startswith("u"):
            raise ValueError("a list begins with u")
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            self.bits = inflate.decompress(read_b64url(text[1:]), _MOST_BITS // 8)
        except zlib.error as error:
            raise ValueError("a list is gzipped") from error
        if not inflate.eof or len(self.bits) * 8 < SIZE:
            raise ValueError("a list is whole and has 131,072 places")

    def __getitem__(self, place: int) -> bool:
        """Whether the certificate at this place is withdrawn; IndexError outside the list."""
        if place < 0:
            raise IndexError(place)
        return bool(self.bits[place // 8] & 0x80 >> place % 8)


def withdrawn_by(
    credential: Mapping[str, Any], lists: Mapping[str, Mapping[str, Any]]
) -> str | None:
    """The purpose by which one of these lists withdraws a credential; None when none of them does.

    `lists` are proven status lists by their addresses. KeyError names the first that is missing.
    """
    for entry in credential["credentialStatus"]:
        one = lists[entry["statusListCredential"]]
        subject = one["credentialSubject"]
        same = one["issuer"] == credential["issuer"]["id"]
        if not same or subject["statusPurpose"] != entry["statusPurpose"]:
            raise KeyError(entry["statusListCredential"])
        if Bits(subject["encodedList"])[int(entry["statusListIndex"])]:
            return str(entry["statusPurpose"])
    return None


def start_of(instant: datetime) -> datetime:
    """The hour in which a list is said to begin to hold: lists of one hour and state are one file."""
    return instant.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
