"""How often one address may ask the check page: a window of a minute in the table of tries.

The table holds a keyed digest of the address, never the address, and forgets it within the hour.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from uuid import UUID

from sqlalchemy import case, delete
from sqlalchemy.orm import Session

from certificates.rows import insert_into
from lms.core import clock
from lms.core.db import Database
from lms.core.errors import TooMany
from lms.core.i18n import _
from lms.core.ids import derived
from lms.core.keys import Keys
from lms.core.limits import TryCount

PER_MINUTE = 30
WINDOW = timedelta(minutes=1)
KEPT = timedelta(hours=1)
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


def count(database: Database, keys: Keys, address: str | None) -> None:
    """Count one check in a short transaction of its own; TooMany after PER_MINUTE in a minute."""
    subject = f"gcn:{keys.digest('check-address', caller(address))}"
    with database.write() as session:
        tries, window_from = _count(session, subject)
    if tries > PER_MINUTE:
        wait = (window_from + WINDOW - clock.now()).total_seconds()
        raise TooMany(
            _("Bạn kiểm tra quá nhiều lần trong một phút. Hãy đợi một phút rồi thử lại."),
            retry_after=max(1, int(wait) + 1),
        )


def _count(session: Session, subject: str) -> tuple[int, datetime]:
    now = clock.now()
    old = TryCount.window_from <= now - WINDOW
    row = {"commune_id": NOWHERE, "id": derived("try", NOWHERE, subject), "subject": subject}
    statement = insert_into(session, TryCount).values(**row, failures=1, window_from=now)
    statement = statement.on_conflict_do_update(
        index_elements=[TryCount.commune_id, TryCount.id],
        set_={"failures": case((old, 1), else_=TryCount.failures + 1),
              "window_from": case((old, now), else_=TryCount.window_from)},
    )  # fmt: skip
    tries, window_from = session.execute(
        statement.returning(TryCount.failures, TryCount.window_from)
    ).one()
    if tries == 1:
        _forget(session, now - KEPT)
    return tries, window_from


def _forget(session: Session, before: datetime) -> None:
    session.execute(
        delete(TryCount).where(
            TryCount.commune_id == NOWHERE,
            TryCount.subject.startswith("gcn:"),
            TryCount.window_from < before,
        )
    )
