"""Tries of secrets (PIN, password, card number): counted in one table across all paths.

Counts survive a restart and a roll-back: `count_failure` runs in its own short transaction, as the
`keep` of a refusal.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.core import clock
from lms.core.db import Base, CommuneRow
from lms.core.ids import derived


class TryCount(CommuneRow, Base):
    """How often one secret was missed lately."""

    __tablename__ = "try_count"

    subject: Mapped[str]
    """What is being guessed: 'pin:<enrolment>', 'device:<id>', 'password:<login digest>'."""
    failures: Mapped[int] = mapped_column(default=0)
    window_from: Mapped[datetime]
    locked_until: Mapped[datetime | None]


@dataclass(frozen=True)
class Limit:
    """`tries` failures within `window` lock the subject for `lock` (None: until unlocked by hand)."""

    tries: int
    window: timedelta
    lock: timedelta | None


FOREVER = datetime(9999, 1, 1, tzinfo=clock.VIETNAM)


def locked_until(session: Session, commune_id: UUID, subject: str) -> datetime | None:
    """Until when the subject is locked, or None."""
    row = session.scalar(
        select(TryCount).where(TryCount.commune_id == commune_id, TryCount.subject == subject)
    )
    until = row.locked_until if row else None
    return until if until is not None and until > clock.now() else None


def count_failure(session: Session, commune_id: UUID, subject: str, limit: Limit) -> bool:
    """Count one miss; True when the subject is locked by it."""
    now = clock.now()
    key = derived("try", commune_id, subject)
    row = session.get(TryCount, (commune_id, key), with_for_update=True)
    if row is None:
        row = TryCount(commune_id=commune_id, id=key, subject=subject, failures=0, window_from=now)
        session.add(row)
    if now - row.window_from > limit.window:
        row.failures, row.window_from, row.locked_until = 0, now, None
    row.failures += 1
    if row.failures >= limit.tries:
        row.locked_until = now + limit.lock if limit.lock else FOREVER
    return row.failures >= limit.tries


def count_misses(
    session: Session, commune_id: UUID, misses: Sequence[tuple[str, Limit]]
) -> datetime | None:
    """Count one miss of each subject, in the order of their names so that no two wait in a ring.

    Until when a subject was locked before this miss, or None. Such a miss came too late: whoever sent it must
    not hear that it was wrong, or guesses sent at once would be more than the limit allows.
    """
    untils = []
    for subject, limit in sorted(misses, key=lambda miss: miss[0]):
        try:
            with session.begin_nested():
                untils.append(_late_or_counted(session, commune_id, subject, limit))
        except IntegrityError:
            # Somebody missed it for the first time at the same instant and wrote the row before us.
            untils.append(_late_or_counted(session, commune_id, subject, limit))
    return max((until for until in untils if until), default=None)


def _late_or_counted(
    session: Session, commune_id: UUID, subject: str, limit: Limit
) -> datetime | None:
    key = (commune_id, derived("try", commune_id, subject))
    row = session.get(TryCount, key, with_for_update=True)
    if row is not None and row.locked_until is not None and row.locked_until > clock.now():
        return row.locked_until
    count_failure(session, commune_id, subject, limit)
    return None


def clear(session: Session, commune_id: UUID, subject: str) -> None:
    """Forget the misses: after a success, or when a trainer unlocks."""
    row = session.get(TryCount, (commune_id, derived("try", commune_id, subject)))
    if row is not None:
        session.delete(row)


def network_of(address: str) -> str:
    """Under which name tries from an address are counted: an IPv4 address, the /64 of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    wide = f"{address}/64" if parsed.version == 6 else address
    return str(ipaddress.ip_network(wide, strict=False))
