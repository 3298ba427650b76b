"""Passwords of staff: argon2id with the parameters measured for a hall of people (security.md)."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = HASHER.hash("a password nobody has")


def hashed(password: str) -> str:
    """The argon2id hash, with its parameters and salt inside."""
    return HASHER.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Whether the password is right; takes as long when there is no such account."""
    try:
        return HASHER.verify(stored or _NOBODY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def is_dated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's and should be made again."""
    try:
        return HASHER.check_needs_rehash(stored)
    except InvalidHashError:
        return True


@lru_cache(maxsize=1)
def common() -> frozenset[str]:
    """Passwords that very many people use, from the lists that zxcvbn carries; read when first needed."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])
