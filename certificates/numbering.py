"""Numbers without gaps or doubles: the counter of a commune and year, locked while one is given."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates.models import CertificateCounter
from certificates.rows import insert_into
from lms.core.ids import derived

SKIPPED = 1_000
"""Numbers that are passed over when a store may have forgotten some that it gave: more than a commune
issues between two backups."""


def locked_counter(session: Session, commune_id: UUID, year: int) -> CertificateCounter:
    """The counter, locked until the transaction ends: whoever holds it is the only one to issue.

    On SQLite the transaction itself is the lock (BEGIN IMMEDIATE).
    """
    key = derived("certificate-counter", commune_id, year)
    row = {"commune_id": commune_id, "id": key, "year": year, "last": 0}
    session.execute(insert_into(session, CertificateCounter).values(**row).on_conflict_do_nothing())
    query = select(CertificateCounter).where(
        CertificateCounter.commune_id == commune_id, CertificateCounter.id == key
    )
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()


def skip(session: Session, commune_id: UUID, year: int) -> tuple[int, int]:
    """Leave SKIPPED numbers unused: the first and the last of them."""
    counter = locked_counter(session, commune_id, year)
    first = counter.last + 1
    counter.last += SKIPPED
    return first, counter.last


def next_number(counter: CertificateCounter) -> int:
    """The next number of a locked counter; it goes back if the transaction does."""
    counter.last += 1
    return counter.last
