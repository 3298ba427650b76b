"""Base64url and base58 as tokens and keys write them, read back in one spelling only.

Two spellings of the same bytes would let somebody change a signed file and keep its signature valid.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {letter: value for value, letter in enumerate(_BASE58)}
_LONGEST_BASE58 = 120
ED25519 = b"\xed\x01"
"""What stands before an Ed25519 public key in a Multikey."""


def b64url(data: bytes) -> str:
    """Base64url without padding (RFC 7515)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def read_b64url(text: str) -> bytes:
    """The bytes; ValueError for any spelling but the one `b64url` gives."""
    data = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if b64url(data) != text:
        raise ValueError("this is not the one way to write these bytes")
    return data


def base58(data: bytes) -> str:
    """Multibase base58btc: 'z' and the letters of Bitcoin."""
    number, letters = int.from_bytes(data, "big"), ""
    while number:
        number, value = divmod(number, 58)
        letters = _BASE58[value] + letters
    noughts = len(data) - len(data.lstrip(b"\0"))
    return f"z{_BASE58[0] * noughts}{letters}"


def read_base58(text: str) -> bytes:
    """The bytes of a multibase base58btc text; ValueError for anything else."""
    if not text.startswith("z") or len(text) > _LONGEST_BASE58:
        raise ValueError("a multibase base58 text begins with z")
    number = 0
    for letter in text[1:]:
        if letter not in _VALUES:
            raise ValueError("base58 has no such letter")
        number = number * 58 + _VALUES[letter]
    noughts = len(text) - 1 - len(text[1:].lstrip(_BASE58[0]))
    return bytes(noughts) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def multikey(public: bytes) -> str:
    """An Ed25519 public key as a Multikey: 'z6Mk…'."""
    return base58(ED25519 + public)


def read_multikey(text: str) -> bytes:
    """The 32 bytes of an Ed25519 Multikey; ValueError for another kind of key."""
    data = read_base58(text)
    if len(data) != len(ED25519) + 32 or not data.startswith(ED25519):
        raise ValueError("this is no Ed25519 key")
    return data[len(ED25519) :]
