"""Usage traces are short-lived: what is older than its rule says goes, and the counts are kept."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, delete, func, null, select, text, update
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.db import Base, Database
from lms.core.guard import Actor, require, system
from lms.core.policy import Role
from lms.people.models import Commune
from lms.people.privacy_models import RetentionRun
from lms.people.privacy_register import Rule, rules


def due(session: Session, who: Actor) -> dict[str, int]:
    """Rule → how many rows would go now; nothing is changed."""
    require(who, Role.OFFICER, Role.ADMINISTRATOR)
    return {rule.code: _count(session, who.commune, rule) for rule in rules()}


def _count(session: Session, commune_id: UUID, rule: Rule) -> int:
    table = Base.metadata.tables[rule.table]
    query = select(func.count()).select_from(table).where(*_old(rule, commune_id))
    return session.scalar(query) or 0


def _old(rule: Rule, commune_id: UUID) -> list[Any]:
    table = Base.metadata.tables[rule.table]
    tests: list[Any] = [table.c[rule.column] < clock.now() - timedelta(days=rule.days)]
    tests += [text(f"({rule.where})")] if rule.where else []
    return [*tests, table.c.commune_id == commune_id]


def clean(session: Session, who: Actor) -> RetentionRun:
    """Remove what is due, in the caller's transaction; at once again removes nothing more."""
    require(who, Role.ADMINISTRATOR)
    audit.lock_chain(session, who.commune)
    counts = {rule.code: _apply(session, who.commune, rule) for rule in rules()}
    run = RetentionRun(commune_id=who.commune, counts=counts, made_by=who.id)
    session.add(run)
    session.flush()
    audit.record(session, who, "cleaned", "retention", run.id, rows=sum(counts.values()))
    return run


def clean_everywhere(database: Database) -> None:
    """The daily job: each commune in which something is due is cleaned, once however many processes try.

    Not on a laptop that carries classes: what it holds of the commune is the commune's to keep or remove.
    """
    if database.box_id is not None:
        return
    with database.read() as session:
        communes = session.scalars(select(Commune.id)).all()
    for commune_id in communes:
        who = system(commune_id)
        with database.read() as session:
            is_due = any(due(session, who).values())
        if is_due:
            _clean_what_is_left(database, who)


def _clean_what_is_left(database: Database, who: Actor) -> None:
    with database.write() as session:
        audit.lock_chain(session, who.commune)
        # Another process may have cleaned while this one waited for its turn.
        if any(due(session, who).values()):
            clean(session, who)


def _apply(session: Session, commune_id: UUID, rule: Rule) -> int:
    count = _count(session, commune_id, rule)
    if not count:
        return 0
    table = Base.metadata.tables[rule.table]
    where = _old(rule, commune_id)
    if rule.deed == "delete":
        session.execute(delete(table).where(*where))
        return count
    empty: Mapping[str, Any] = {
        name: null() if isinstance(table.c[name].type, JSON) else None for name in rule.clear
    }
    session.execute(update(table).where(*where).values({**empty, **rule.set}))
    return count


def runs(session: Session, commune_id: UUID, limit: int = 10) -> Sequence[RetentionRun]:
    """The last runs, the newest first."""
    query = select(RetentionRun).where(RetentionRun.commune_id == commune_id)
    return session.scalars(query.order_by(RetentionRun.at.desc()).limit(limit)).all()
