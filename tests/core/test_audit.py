"""The audit chain finds every kind of tampering."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from lms.core import audit
from lms.core.audit import AuditEntry, Checkpoint
from lms.core.db import Database
from lms.core.guard import system
from lms.core.ids import uuid7
from tests.cast import Cast

pytestmark = pytest.mark.db


def write_five(session: Session, commune: UUID) -> Checkpoint:
    for number in range(5):
        audit.record(session, system(commune), "thu", "viec", number, lan=number)
    return audit.checkpoint(session, commune)


def row(session: Session, seq: int) -> AuditEntry:
    return session.scalars(select(AuditEntry).where(AuditEntry.seq == seq)).one()


def edit(session: Session) -> None:
    session.execute(update(AuditEntry).where(AuditEntry.seq == 3).values(body="{}"))


def remove(session: Session) -> None:
    session.execute(delete(AuditEntry).where(AuditEntry.seq == 2))


def truncate(session: Session) -> None:
    session.execute(delete(AuditEntry).where(AuditEntry.seq >= 4))


def reorder(session: Session) -> None:
    second, third = row(session, 2), row(session, 3)
    bodies = second.body, third.body
    session.execute(update(AuditEntry).where(AuditEntry.seq == 2).values(body=bodies[1]))
    session.execute(update(AuditEntry).where(AuditEntry.seq == 3).values(body=bodies[0]))


def insert_one(session: Session) -> None:
    last = row(session, 5)
    session.execute(
        insert(AuditEntry).values(commune_id=last.commune_id, id=uuid7(), seq=6, at=last.at, body="{}",
                                  previous=last.hash, hash="f" * 64)
    )  # fmt: skip


def replace_whole(session: Session) -> None:
    commune = row(session, 1).commune_id
    session.execute(delete(AuditEntry))
    session.expire_all()
    for number in range(5):
        audit.record(session, system(commune), "khac", "viec", number)


@pytest.mark.parametrize("tamper", [edit, remove, truncate, reorder, insert_one, replace_whole])
def test_every_tampering_is_found_against_a_checkpoint(
    database: Database, cast: Cast, tamper: Callable[[Session], None]
) -> None:
    with database.write() as session:
        known = write_five(session, cast["TBT"])
    with database.read() as session:
        assert audit.verify(session, cast["TBT"], known) == []
    with database.write() as session:
        tamper(session)
    with database.read() as session:
        assert audit.verify(session, cast["TBT"], known) != []


def test_each_commune_has_its_own_chain(database: Database, cast: Cast) -> None:
    with database.write() as session:
        write_five(session, cast["TBT"])
        audit.record(session, system(cast["KHA"]), "thu", "viec", 1)
        assert audit.checkpoint(session, cast["KHA"]).size == 1
        assert audit.verify(session, cast["KHA"]) == []
