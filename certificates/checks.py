"""How often one address may ask what a code is worth: a minute and an hour in the table of tries.

The table holds a keyed digest of the address, never the address, and forgets it within the hour.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import case, delete, select
from sqlalchemy.orm import Session

from certificates.rows import insert_into
from lms.core import clock
from lms.core.db import Database
from lms.core.errors import TooMany
from lms.core.i18n import _
from lms.core.ids import derived
from lms.core.keys import Keys
from lms.core.limits import TryCount

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert

PER_MINUTE = 30
PER_HOUR = 60 * PER_MINUTE
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MARK = "gcn"
NOWHERE = UUID(int=0)
"""The check page belongs to no commune: a code is counted before anybody knows whose it is."""


def caller(address: str | None) -> str:
    """Who is counted: an IPv4 address, or the /64 network of an IPv6 one, which one home has whole."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        return f"{int(found) >> 64:x}::/64"
    return str(found)


def count(database: Database, keys: Keys, address: str | None, codes: int = 1) -> None:
    """Count a question about so many codes in a short transaction of its own; TooMany when it is refused.

    A question counts once in the minute and with each of its codes in the hour, whichever page it is put
    to: whoever asks for many at once learns no more in an hour than by asking for one after the other.
    """
    who = keys.digest("check-address", caller(address))
    with database.write() as session:
        tries, since = _count(session, f"{MARK}:{who}")
        hour = _take(session, f"{MARK}-h:{who}", codes) if tries <= PER_MINUTE else None
    if tries > PER_MINUTE:
        words = _("Bạn kiểm tra quá nhiều lần trong một phút. Hãy đợi một phút rồi thử lại.")
        raise TooMany(words, retry_after=_wait(since + MINUTE))
    if hour is not None:
        raise TooMany(
            _("Địa chỉ mạng này đã kiểm tra gần đủ %(most)s giấy trong một giờ. Hãy đợi %(n)s phút rồi "
              "thử lại, hoặc gửi ít mã hơn.", most=PER_HOUR, n=-(-_wait(hour + HOUR) // 60)),
            retry_after=_wait(hour + HOUR),
        )  # fmt: skip


def _wait(until: datetime) -> int:
    return max(1, int((until - clock.now()).total_seconds()) + 1)


def _count(session: Session, subject: str) -> tuple[int, datetime]:
    now = clock.now()
    old = TryCount.window_from <= now - MINUTE
    statement = _first(session, subject, 1).on_conflict_do_update(
        index_elements=[TryCount.commune_id, TryCount.id],
        set_={"failures": case((old, 1), else_=TryCount.failures + 1),
              "window_from": case((old, now), else_=TryCount.window_from)},
    )  # fmt: skip
    tries, window_from = session.execute(
        statement.returning(TryCount.failures, TryCount.window_from)
    ).one()
    if tries == 1:
        _forget(session, now - HOUR)
    return tries, window_from


def _take(session: Session, subject: str, codes: int) -> datetime | None:
    """Take from what is left of the hour: None, or since when it runs if there is not enough left.

    A refused question takes nothing, so that a long list too many does not shut out a single check.
    """
    now = clock.now()
    old = TryCount.window_from <= now - HOUR
    statement = _first(session, subject, codes).on_conflict_do_update(
        index_elements=[TryCount.commune_id, TryCount.id],
        set_={"failures": case((old, codes), else_=TryCount.failures + codes),
              "window_from": case((old, now), else_=TryCount.window_from)},
        where=old | (TryCount.failures + codes <= PER_HOUR),
    )  # fmt: skip
    if session.execute(statement.returning(TryCount.failures)).first() is not None:
        return None
    mine = (TryCount.commune_id == NOWHERE) & (TryCount.id == derived("try", NOWHERE, subject))
    return session.scalars(select(TryCount.window_from).where(mine)).one()


def _first(session: Session, subject: str, codes: int) -> Insert:
    row = {"commune_id": NOWHERE, "id": derived("try", NOWHERE, subject), "subject": subject}
    return insert_into(session, TryCount).values(**row, failures=codes, window_from=clock.now())


def _forget(session: Session, before: datetime) -> None:
    session.execute(
        delete(TryCount).where(
            TryCount.commune_id == NOWHERE,
            TryCount.subject.startswith(MARK),
            TryCount.window_from < before,
        )
    )
