"""Identifiers: UUIDv7 for what people make, UUIDv5 for what is made out of something else."""

import secrets
import time
from uuid import UUID, uuid5

PROJECTION_NAMESPACE = UUID("6f1d9c0e-7a43-5a1e-9d55-2f7c1e0b8a11")
"""The namespace of every projected row's id, fixed for ever: `lms ledger rebuild` depends on it."""


def uuid7() -> UUID:
    """A new UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits."""
    millis = time.time_ns() // 1_000_000
    value = (millis & (1 << 48) - 1) << 80 | secrets.randbits(76)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def derived(*parts: object) -> UUID:
    """The UUIDv5 of what made a row: the same parts give the same id on every rebuild."""
    return uuid5(PROJECTION_NAMESPACE, "\x1f".join(str(part) for part in parts))


CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Letters people read aloud and type: without O, 0, I and 1."""


def spoken_code(length: int) -> str:
    """A random code of `length` letters that cannot be misread."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(length))
