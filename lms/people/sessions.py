"""Staff sessions: server-side rows, checked at each request; the cookie holds a token we never store."""

import secrets
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from flask import Request, g, has_request_context, request
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from lms.core import clock, cookies, web
from lms.core.guard import Actor
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.core.signals import send
from lms.people import unit_queries
from lms.people.account_models import Account, RoleGrant, StaffSession
from lms.people.rules import browsers

WAITING = timedelta(minutes=10)
"""How long a right password waits for the second step."""
NOTED = timedelta(minutes=5)
"""How often at most it is written down that a session is in use."""
_PURPOSE = "staff-session"


class StaffScope:
    """A signal: higher packages add what a staff actor is bound to (a trainer's classes)."""

    def __init__(self, account_id: UUID, commune_id: UUID, role: Role) -> None:
        self.account_id, self.commune_id, self.role = account_id, commune_id, role
        self.cohort_ids: set[UUID] = set()


class RolesTaken:
    """A signal: an account lost roles in this commune; what it held there by them ends, for good."""

    def __init__(self, account_id: UUID, commune_id: UUID, kept: Collection[str] = ()) -> None:
        self.account_id, self.commune_id, self.kept = account_id, commune_id, frozenset(kept)


@dataclass(frozen=True)
class SessionFollowed:
    """A signal: one session took another's place (second step, other role); what ends the one ends it too."""

    before_id: UUID
    after_id: UUID


@dataclass(frozen=True)
class Circumstances:
    """Where and how long a session lives; a session begun by a command or a test has none."""

    idle_seconds: int | None = None
    browser: str = ""
    network: str = ""
    ends_at: datetime | None = None
    """Not later than this: changing one's role does not make a session longer."""
    proven_at: datetime | None = field(default_factory=clock.now)
    """A session begins with a proof, except where it takes another's place."""


def circumstances(before: StaffSession | None = None) -> Circumstances:
    """Those of the present request; what takes the place of a session lasts and was proved like that one."""
    ends_at = before.expires_at if before else None
    proven_at = before.proven_at if before else clock.now()
    if not has_request_context():
        return Circumstances(ends_at=ends_at, proven_at=proven_at)
    return Circumstances(
        idle_seconds=web.settings().session_idle_minutes * 60 or None,
        browser=browsers.kind(request.headers.get("User-Agent", "")),
        network=browsers.rough(request.remote_addr or ""),
        ends_at=ends_at,
        proven_at=proven_at,
    )


def start(
    session: Session, keys: Keys, account_id: UUID, commune_id: UUID, role: Role, hours: int,
    given: Circumstances | None = None,
) -> str:  # fmt: skip
    """Open a session and return its token for the cookie."""
    ends = clock.now() + timedelta(hours=hours)
    return _open(session, keys, account_id, (commune_id, role), ends, given or circumstances())


def wait(
    session: Session, keys: Keys, account_id: UUID, commune_id: UUID, role: Role, stage: str
) -> str:
    """A session that opens nothing until the second step is done; returns its token."""
    seat, ends = (commune_id, role), clock.now() + WAITING
    return _open(session, keys, account_id, seat, ends, circumstances(), stage)


def _open(
    session: Session, keys: Keys, account_id: UUID, seat: tuple[UUID, Role], ends: datetime,
    given: Circumstances, stage: str = "open",
) -> str:  # fmt: skip
    _end_former(session, keys)
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            token_digest=keys.digest(_PURPOSE, token), account_id=account_id, commune_id=seat[0],
            role=seat[1].value, stage=stage, idle_seconds=given.idle_seconds, browser=given.browser,
            network=given.network, last_seen_at=clock.now(), proven_at=given.proven_at,
            expires_at=min(ends, given.ends_at) if given.ends_at else ends,
        )
    )  # fmt: skip
    session.flush()
    return token


def _end_former(session: Session, keys: Keys) -> None:
    """The session that this browser held before: its token is forgotten here and must open nothing."""
    token = cookies.read(request, cookies.STAFF) if has_request_context() else None
    if token:
        former = StaffSession.token_digest == keys.digest(_PURPOSE, token)
        standing = StaffSession.revoked_at.is_(None)
        session.execute(update(StaffSession).where(former, standing).values(revoked_at=clock.now()))


def end(session: Session, session_id: UUID) -> None:
    """Revoke a session at once; ending it twice is the same."""
    row = session.get(StaffSession, session_id)
    if row is not None and row.revoked_at is None:
        row.revoked_at = clock.now()


def follow(session: Session, keys: Keys, before_id: UUID, token: str) -> None:
    """Tell whoever listens that the session of this token took another's place."""
    digest = keys.digest(_PURPOSE, token)
    after = session.scalars(
        select(StaffSession.id).where(StaffSession.token_digest == digest)
    ).one()
    send(session, SessionFollowed(before_id, after))


def end_all(
    session: Session, account_id: UUID, commune_id: UUID | None = None, role: str | None = None
) -> int:
    """Revoke every session of an account, or those in one commune, or in one role there; says how many."""
    query = update(StaffSession).where(
        StaffSession.account_id == account_id, StaffSession.revoked_at.is_(None)
    )
    if commune_id is not None:
        query = query.where(StaffSession.commune_id == commune_id)
    if role is not None:
        query = query.where(StaffSession.role == role)
    done = session.execute(query.values(revoked_at=clock.now()))
    return int(done.rowcount)  # type: ignore[attr-defined]  # An UPDATE's result counts its rows.


def resolve(request: Request, session: Session) -> Actor | None:
    """The staff actor of a request, or None. An answer that is due to be noted is noted by `touch`."""
    token = cookies.read(request, cookies.STAFF)
    found = _standing(session, web.keys(), token, "open") if token else None
    if found is None:
        return None
    row, account = found
    if row.idle_seconds and _last_seen(row) + _noted_every(row) <= clock.now():
        g.staff_session_seen = row.id
    return _actor(session, row, account)


def _last_seen(row: StaffSession) -> datetime:
    return row.last_seen_at or row.created_at


def _noted_every(row: StaffSession) -> timedelta:
    """Seldom enough not to make a write of every page, often enough to end on time."""
    return min(NOTED, timedelta(seconds=(row.idle_seconds or 0) // 10))


def touch() -> None:
    """Before a view, in a short transaction of its own: this session is in use."""
    seen: UUID | None = g.pop("staff_session_seen", None)
    if seen is None:
        return
    note = update(StaffSession).where(StaffSession.id == seen).values(last_seen_at=clock.now())
    # A database that is busy has better things to do; the next request notes it.
    with suppress(OperationalError), web.database().write() as session:
        session.execute(note)


def actor_of(session: Session, keys: Keys, token: str) -> Actor | None:
    """The actor of a token: the session stands, the account is open, the role is still granted."""
    found = _standing(session, keys, token, "open")
    return _actor(session, *found) if found else None


def waiting(session: Session, keys: Keys, token: str | None, stage: str) -> StaffSession | None:
    """The session of a browser that proved its password and still owes the second step."""
    found = _standing(session, keys, token, stage) if token else None
    return found[0] if found else None


def _standing(
    session: Session, keys: Keys, token: str, stage: str
) -> tuple[StaffSession, Account] | None:
    """The session of a token and its account, in one read: this is asked at every request."""
    found = session.execute(
        select(StaffSession, Account)
        .join(Account, Account.id == StaffSession.account_id)
        .where(
            StaffSession.token_digest == keys.digest(_PURPOSE, token),
            StaffSession.stage == stage,
            StaffSession.revoked_at.is_(None),
            StaffSession.expires_at > clock.now(),
            Account.disabled_at.is_(None),
        )
    ).one_or_none()
    return (found[0], found[1]) if found is not None and not is_idle(found[0]) else None


def is_idle(row: StaffSession) -> bool:
    """Whether nothing was heard of the session for too long."""
    if row.idle_seconds is None:
        return False
    return _last_seen(row) + timedelta(seconds=row.idle_seconds) <= clock.now()


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
        proven_at=staff.proven_at,
    )


def _units(session: Session, commune_id: UUID, granted: set[UUID]) -> frozenset[UUID]:
    """The units of a reporter: those granted, what took them over, and all that is part of it."""
    return unit_queries.reach(session, commune_id, granted) if granted else frozenset()
