"""How often one address may ask what a code is worth: a minute and an hour in the table of tries.

The table holds a keyed digest of the address, never the address, and forgets it within the hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from ipaddress import IPv6Address, ip_address
from uuid import UUID

from sqlalchemy import Executable, bindparam, case, delete, select

from certificates.rows import insert_for
from lms.core import clock
from lms.core.db import Database
from lms.core.errors import TooMany
from lms.core.i18n import _
from lms.core.ids import derived
from lms.core.keys import Keys
from lms.core.limits import TryCount

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
    who, now = keys.digest("check-address", caller(address)), clock.now()
    sql = _statements(database.engine.dialect.name)
    with database.engine.begin() as connection:
        tries, since = connection.execute(sql.minute, _row(f"{MARK}:{who}", 1, now, MINUTE)).one()
        if tries == 1:
            connection.execute(sql.forget, {"before": now - HOUR})
        hour = _row(f"{MARK}-h:{who}", codes, now, HOUR) if tries <= PER_MINUTE else None
        too_many = hour and connection.execute(sql.hour, hour).first() is None
        hour_since = connection.execute(sql.since, hour).scalar_one() if too_many else None
    if tries > PER_MINUTE:
        words = _("Bạn kiểm tra quá nhiều lần trong một phút. Hãy đợi một phút rồi thử lại.")
        raise TooMany(words, retry_after=_wait(since + MINUTE))
    if hour_since is not None:
        raise _enough_for_an_hour(_wait(hour_since + HOUR))


def _enough_for_an_hour(wait: int) -> TooMany:
    words = _("Địa chỉ mạng này đã kiểm tra gần đủ %(most)s giấy trong một giờ. Hãy đợi %(n)s phút rồi "
              "thử lại, hoặc gửi ít mã hơn.", most=PER_HOUR, n=-(-wait // 60))  # fmt: skip
    return TooMany(words, retry_after=wait)


def _wait(until: datetime) -> int:
    return max(1, int((until - clock.now()).total_seconds()) + 1)


def _row(subject: str, codes: int, now: datetime, window: timedelta) -> dict[str, object]:
    key = derived("try", NOWHERE, subject)
    return {"id": key, "key": key, "subject": subject, "failures": codes, "codes": codes,
            "window_from": now, "now": now, "old": now - window}  # fmt: skip


@dataclass(frozen=True)
class _Statements:
    """What is sent for each check; made once, because making them costs more than running them."""

    minute: Executable
    """Count on, or begin a new window; gives the count and since when it runs."""
    hour: Executable
    """Take from what is left of the hour; gives nothing when there is not enough, and then takes nothing."""
    since: Executable
    forget: Executable


@cache
def _statements(dialect: str) -> _Statements:
    table = TryCount.__table__
    count, since = table.c.failures, table.c.window_from
    old = since <= bindparam("old", type_=since.type)
    more, now = bindparam("codes", type_=count.type), bindparam("now", type_=since.type)
    change = {
        "failures": case((old, more), else_=count + more),
        "window_from": case((old, now), else_=since),
    }
    first = insert_for(dialect, TryCount).values(commune_id=NOWHERE)
    keys = [table.c.commune_id, table.c.id]
    mine = (table.c.commune_id == NOWHERE) & (table.c.id == bindparam("key", type_=table.c.id.type))
    left = old | (count + more <= PER_HOUR)
    return _Statements(
        first.on_conflict_do_update(index_elements=keys, set_=change).returning(count, since),
        first.on_conflict_do_update(index_elements=keys, set_=change, where=left).returning(count),
        select(since).where(mine),
        delete(TryCount).where(
            table.c.commune_id == NOWHERE,
            table.c.subject.startswith(MARK),
            since < bindparam("before", type_=since.type),
        ),
    )
