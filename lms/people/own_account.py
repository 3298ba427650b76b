"""What a person does with the own account: a new password, and where it is signed in."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.db import Database
from lms.core.errors import Invalid, NotSignedIn
from lms.core.guard import Actor
from lms.core.keys import Keys
from lms.people import accounts, sessions, sign_in, wording
from lms.people.account_models import STAFF_ROLES, Account, StaffSession
from lms.people.models import Commune


@dataclass(frozen=True)
class SessionLine:
    """A session that stands, as its person sees it."""

    id: UUID
    began_at: datetime
    seen_at: datetime
    ends_at: datetime
    browser: str
    network: str
    seat: str
    is_this: bool


def lines(session: Session, who: Actor) -> list[SessionLine]:
    """The sessions of the account that stand, this browser's first, then the last used."""
    rows = session.execute(
        select(StaffSession, Commune)
        .join(Commune, Commune.id == StaffSession.commune_id)
        .where(
            StaffSession.account_id == who.key, StaffSession.stage == "open",
            StaffSession.revoked_at.is_(None), StaffSession.expires_at > clock.now(),
        )
    )  # fmt: skip
    found = [_line(row, commune, who) for row, commune in rows if not sessions.is_idle(row)]
    return sorted(found, key=lambda one: (not one.is_this, -one.seen_at.timestamp()))


def _line(row: StaffSession, commune: Commune, who: Actor) -> SessionLine:
    seat = f"{STAFF_ROLES[row.role]} – {commune.title}"
    seen = clock.now() if row.id == who.session_id else row.last_seen_at or row.created_at
    return SessionLine(
        row.id, row.created_at, seen, row.expires_at, row.browser, row.network, seat,
        row.id == who.session_id,
    )  # fmt: skip


def end_one(session: Session, who: Actor, session_id: UUID) -> None:
    """End one of one's own sessions; somebody else's is as good as none."""
    row = session.get(StaffSession, session_id)
    if row is None or row.account_id != who.key or row.revoked_at is not None:
        return
    sessions.end(session, row.id)
    audit.record(session, who, "own_signed_out", "account", who.key, sessions=1)


def end_others(session: Session, who: Actor) -> int:
    """End every session but this one; says how many."""
    others = [row for row in _standing(session, who) if row.id != who.session_id]
    for row in others:
        sessions.end(session, row.id)
    if others:
        audit.record(session, who, "own_signed_out", "account", who.key, sessions=len(others))
    return len(others)


def _standing(session: Session, who: Actor) -> list[StaffSession]:
    query = select(StaffSession).where(
        StaffSession.account_id == who.key, StaffSession.revoked_at.is_(None)
    )
    return list(session.scalars(query))


def prove_password(database: Database, keys: Keys, who: Actor, old: str, address: str) -> None:
    """Invalid names the field when this is not the own password; a miss counts like one at the sign-in page.

    Runs before the request's write transaction, like `sign_in.proven_account`.
    """
    with database.read() as session:
        login = session.get_one(Account, who.key).login
    try:
        sign_in.proven_account(database, keys, login, old, address)
    except NotSignedIn as wrong:
        words = str(wording.ACCOUNTS["password_old"])
        raise Invalid(words, fields={"old": [words]}, keep=wrong.keep) from None


def checked_password(
    database: Database, keys: Keys, who: Actor, old: str, new: tuple[str, str], address: str
) -> str:
    """The hash of the new password (given twice), after the old one was proved."""
    with database.read() as session:
        own = accounts.known_of(session, session.get_one(Account, who.key))
    accounts.check_new_password(own, *new)
    prove_password(database, keys, who, old, address)
    return accounts.hash_of(new[0])


def change_password(session: Session, keys: Keys, who: Actor, password_hash: str) -> str:
    """The new password holds and every session and link ends; returns the token of this browser's new one."""
    row = session.get(StaffSession, who.session_id) if who.session_id else None
    ends = row.expires_at if row else clock.now()
    accounts.replace_password(session, keys, who.key, password_hash)
    audit.record(session, who, "password_changed", "account", who.key)
    hours = int((ends - clock.now()).total_seconds() // 3600) + 1
    given = replace(sessions.circumstances(row), proven_at=clock.now())
    token = sessions.start(session, keys, who.key, who.commune, who.role, hours, given)
    if row is not None:
        sessions.follow(session, keys, row.id, token)
    return token
