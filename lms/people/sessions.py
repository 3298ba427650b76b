"""Staff sessions: server-side rows, checked at each request; the cookie holds a token we never store."""

import secrets
from datetime import timedelta
from uuid import UUID

from flask import Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock, cookies, web
from lms.core.guard import Actor
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.core.signals import send
from lms.people import unit_queries
from lms.people.models import Account, RoleGrant, StaffSession


class StaffScope:
    """A signal: higher packages add what a staff actor is bound to (a trainer's classes)."""

    def __init__(self, account_id: UUID, commune_id: UUID, role: Role) -> None:
        self.account_id, self.commune_id, self.role = account_id, commune_id, role
        self.cohort_ids: set[UUID] = set()


def start(
    session: Session, keys: Keys, account_id: UUID, commune_id: UUID, role: Role, hours: int
) -> str:
    """Open a session and return its token for the cookie."""
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            token_digest=keys.digest("staff-session", token),
            account_id=account_id,
            commune_id=commune_id,
            role=role.value,
            expires_at=clock.now() + timedelta(hours=hours),
        )
    )
    session.flush()
    return token


def end(session: Session, session_id: UUID) -> None:
    """Revoke a session at once; ending it twice is the same."""
    row = session.get(StaffSession, session_id)
    if row is not None and row.revoked_at is None:
        row.revoked_at = clock.now()


def resolve(request: Request, session: Session) -> Actor | None:
    """The staff actor of a request, or None."""
    token = cookies.read(request, cookies.STAFF)
    return actor_of(session, web.keys(), token) if token else None


def actor_of(session: Session, keys: Keys, token: str) -> Actor | None:
    """The actor of a token: the session stands, the account is open, the role is still granted."""
    row = session.execute(
        select(StaffSession, Account)
        .join(Account, Account.id == StaffSession.account_id)
        .where(
            StaffSession.token_digest == keys.digest("staff-session", token),
            StaffSession.revoked_at.is_(None),
            StaffSession.expires_at > clock.now(),
            Account.disabled_at.is_(None),
        )
    ).one_or_none()
    return _actor(session, row[0], row[1]) if row else None


def _actor(session: Session, staff: StaffSession, account: Account) -> Actor | None:
    grants = session.scalars(
        select(RoleGrant).where(
            RoleGrant.commune_id == staff.commune_id,
            RoleGrant.account_id == account.id,
            RoleGrant.role == staff.role,
            RoleGrant.revoked_at.is_(None),
        )
    ).all()
    if not grants:
        return None
    scope = StaffScope(account.id, staff.commune_id, Role(staff.role))
    send(session, scope)
    return Actor(
        Role(staff.role),
        staff.commune_id,
        account.id,
        account.display_name,
        cohort_ids=frozenset(scope.cohort_ids),
        unit_ids=_units(session, staff.commune_id, {g.unit_id for g in grants if g.unit_id}),
        session_id=staff.id,
    )


def _units(session: Session, commune_id: UUID, granted: set[UUID]) -> frozenset[UUID]:
    """The units of a reporter: those granted, what took them over, and all that is part of it."""
    return unit_queries.reach(session, commune_id, granted) if granted else frozenset()
