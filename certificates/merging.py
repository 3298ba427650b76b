"""What a merge of two records, or its undoing, does to certificates that were issued to them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates import rules
from certificates.models import Certificate
from certificates.press import mark
from certificates.queries import links
from lms.core import audit
from lms.core.guard import Actor


def settle(session: Session, who: Actor) -> int:
    """Bring statuses up to the merges that stand today; returns how many changed.

    Two certificates of what is now one person: both are kept, the later one is marked "trùng người"
    and nothing is issued. When the merge is undone, the mark goes.
    """
    audit.lock_chain(session, who.commune)
    roots = links(session, who.commune)
    mine = Certificate.commune_id == who.commune
    doubled = select(Certificate.person_id).where(mine, Certificate.status == rules.DUPLICATE)
    linked = Certificate.person_id.in_([*roots, *roots.values()])
    rows = session.scalars(
        select(Certificate).where(mine, linked | Certificate.person_id.in_(doubled))
    ).all()
    standing = [
        rules.Standing(str(row.id), str(row.person_id), row.programme_code, row.level, row.status,
                       (row.year, row.sequence)) for row in rows
    ]  # fmt: skip
    changed = rules.settled(standing, {str(a): str(b) for a, b in roots.items()})
    for row in rows:
        if str(row.id) in changed:
            _change(session, who, row, changed[str(row.id)])
    return len(changed)


def _change(session: Session, who: Actor, row: Certificate, status: str) -> None:
    mark(row, status, rules.SAME_PERSON if status == rules.DUPLICATE else None, who)
    if status == rules.VALID:
        row.status_on = None
    verb = "restored" if status == rules.VALID else "doubled"
    audit.record(session, who, verb, "certificate", row.id, why="merge")
