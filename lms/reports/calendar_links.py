"""Secret addresses that are opened without signing in: their tokens, and how often one may guess.

A token is an HMAC of its row's random id under the service's pepper, which lies outside the database: a
copy of the database opens nothing, and yet the officer can print the same address again.
"""

from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import Session

from lms.core import limits, web
from lms.core.errors import NotFound, Refusal, TooMany
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.core.limits import Limit
from lms.people.models import Commune

TOKEN_BYTES = 24
GUESSES = Limit(20, timedelta(minutes=15), timedelta(minutes=15))
"""Addresses that nobody has, asked for from one network; a whole office may sit behind one."""
NOWHERE = UUID(int=0)
"""A guessed token belongs to no commune."""
LONGEST = 80


def token_of(session: Session, keys: Keys, purpose: str, commune_id: UUID, key: UUID) -> str:
    """The token of a row: 192 bits behind the commune's short code."""
    code = session.get_one(Commune, commune_id).short_code
    secret = bytes.fromhex(keys.digest(purpose, f"{commune_id}/{key}"))[:TOKEN_BYTES]
    return f"{code}.{urlsafe_b64encode(secret).decode()}"


def digest_of(token: str) -> str:
    """What is stored and looked up."""
    return sha256(token[: LONGEST + 1].encode()).hexdigest()


def commune_of(token: str) -> ScalarSelect[UUID]:
    """The commune whose short code begins the token, for a query's condition."""
    code = token[: LONGEST + 1].partition(".")[0]
    return select(Commune.id).where(Commune.short_code == code).scalar_subquery()


def check_guesses(session: Session, keys: Keys, address: str | None) -> None:
    """TooMany for a network that asked for too many addresses that are not there."""
    if limits.locked_until(session, NOWHERE, _subject(keys, address)) is not None:
        words = _(
            "Địa chỉ mạng này đã mở quá nhiều đường dẫn không có. Hãy đợi 15 phút rồi thử lại."
        )
        raise TooMany(words, retry_after=int(GUESSES.window.total_seconds()))


def unknown(keys: Keys, address: str | None, words: str) -> Refusal:
    """NotFound, the same for a wrong, an ended and a taken-back address; the guess is counted."""

    def keep(session: Session) -> None:
        limits.count_misses(session, NOWHERE, [(_subject(keys, address), GUESSES)])

    return NotFound(words, keep=keep)


def _subject(keys: Keys, address: str | None) -> str:
    """Only the digest of the network is stored."""
    return f"link-address:{keys.digest('address', limits.network_of(address or ''))}"


def base_address(root: str) -> str:
    """The public address printed in codes: the setting, else where this request came to."""
    return (web.settings().public_url or root).rstrip("/")


def short_code(session: Session, commune_id: UUID) -> str:
    """The commune's short code."""
    return session.scalars(select(Commune.short_code).where(Commune.id == commune_id)).one()
