"""Identities at providers: whose they are, what they open, and ending them at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import Conflict, NotFound
from lms.core.guard import Actor, require, system
from lms.core.i18n import _
from lms.core.policy import Role
from lms.core.signals import listen as hear
from lms.core.signals import send
from lms.people import oidc_sessions
from lms.people.account_models import STAFF_ROLES, Account, RoleGrant
from lms.people.models import Person
from lms.people.oidc_models import OidcIdentity
from lms.people.sessions import RolesTaken, SessionFollowed

STAFF_ANY = tuple(Role(role) for role in STAFF_ROLES)


@dataclass(frozen=True)
class LearnerIdentityEnded:
    """A signal: this person's identity opens nothing any more; what it opened must end now."""

    commune_id: UUID
    person_id: UUID


def of_account(session: Session, digest: str) -> tuple[OidcIdentity, Account] | None:
    """The standing identity of staff and its account; an account that was disabled has none."""
    row = session.execute(
        select(OidcIdentity, Account)
        .join(Account, Account.id == OidcIdentity.account_id)
        .where(
            OidcIdentity.subject_digest == digest,
            OidcIdentity.ended_at.is_(None),
            Account.disabled_at.is_(None),
        )
        .with_for_update(of=OidcIdentity)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def of_persons(session: Session, digest: str) -> Sequence[OidcIdentity]:
    """The standing identities of learners: at most one in each commune, the first linked first."""
    return session.scalars(
        select(OidcIdentity)
        .where(
            OidcIdentity.subject_digest == digest,
            OidcIdentity.person_id.is_not(None),
            OidcIdentity.ended_at.is_(None),
        )
        .order_by(OidcIdentity.linked_at)
    ).all()


def own(session: Session, account_id: UUID) -> Sequence[OidcIdentity]:
    """The standing identities of an account."""
    return session.scalars(
        select(OidcIdentity)
        .where(OidcIdentity.account_id == account_id, OidcIdentity.ended_at.is_(None))
        .order_by(OidcIdentity.linked_at)
    ).all()


def link_account(
    session: Session, who: Actor, provider: str, digest: str, account_id: UUID
) -> OidcIdentity:
    """Let an identity open an account; the same link twice is once, another account's is a Conflict."""
    found = session.scalar(
        select(OidcIdentity).where(
            OidcIdentity.subject_digest == digest,
            OidcIdentity.account_id.is_not(None),
            OidcIdentity.ended_at.is_(None),
        )
    )
    if found is not None and found.account_id != account_id:
        raise Conflict(
            _("Tài khoản ngoài này đang nối với một tài khoản khác ở đây. Hãy nhờ quản trị viên bỏ nối trước.")
        )  # fmt: skip
    if found is not None:
        return found
    row = OidcIdentity(
        provider=provider, subject_digest=digest, account_id=account_id, linked_by=who.id
    )
    return _linked(session, who, row)


def link_person(
    session: Session, who: Actor, provider: str, digest: str, person_id: UUID
) -> OidcIdentity:
    """Let an identity open a person's own lessons in the actor's commune."""
    standing = [one for one in of_persons(session, digest) if one.commune_id == who.commune]
    if standing and standing[0].person_id != person_id:
        raise Conflict(
            _("Tài khoản ngoài này đang nối với một người khác trong sổ. Hãy bỏ nối đó trước.")
        )
    if standing:
        return standing[0]
    row = OidcIdentity(
        provider=provider, subject_digest=digest, commune_id=who.commune, person_id=person_id,
        linked_by=who.id,
    )  # fmt: skip
    return _linked(session, who, row)


def _linked(session: Session, who: Actor, row: OidcIdentity) -> OidcIdentity:
    session.add(row)
    session.flush()
    audit.record(session, who, "linked", "oidc_identity", row.id, provider=row.provider)
    return row


def end_own(session: Session, who: Actor, identity_id: UUID) -> None:
    """Take one's own link away; its sessions end, this one too if it came from there."""
    require(who, *STAFF_ANY)
    row = session.get(OidcIdentity, identity_id)
    if row is None or row.account_id != who.key:
        raise NotFound(_("Không thấy tài khoản ngoài này. Hãy mở lại trang."))
    _end(session, who, [row])


def end_of_person(session: Session, who: Actor, person_id: UUID) -> None:
    """End a person's identities in the actor's commune, and what they opened."""
    require(who, Role.OFFICER, Role.ADMINISTRATOR)
    rows = session.scalars(
        select(OidcIdentity).where(
            OidcIdentity.commune_id == who.commune,
            OidcIdentity.person_id == person_id,
            OidcIdentity.ended_at.is_(None),
        )
    ).all()
    _end(session, who, rows)


def end_by_reviewer(session: Session, who: Actor, identity_id: UUID) -> None:
    """Officers end what opens a person of their commune, administrators also what opens an account of it."""
    require(who, Role.OFFICER, Role.ADMINISTRATOR)
    row = session.get(OidcIdentity, identity_id)
    is_ours = row is not None and (
        row.commune_id == who.commune
        or (who.role is Role.ADMINISTRATOR and _works_here(session, who, row.account_id))
    )
    if row is None or not is_ours:
        raise NotFound(_("Không thấy tài khoản ngoài này. Hãy mở lại trang."))
    _end(session, who, [row])


def _works_here(session: Session, who: Actor, account_id: UUID | None) -> bool:
    grants = _here(who).where(RoleGrant.account_id == account_id)
    return session.scalar(grants.limit(1)) is not None


def _here(who: Actor) -> Select[UUID]:
    """The accounts that work in the commune now; who left it is no longer this commune's to look after."""
    return select(RoleGrant.account_id).where(
        RoleGrant.commune_id == who.commune, RoleGrant.revoked_at.is_(None)
    )


@dataclass(frozen=True)
class Standing:
    """An identity that opens something in the commune, for the reviewer."""

    row: OidcIdentity
    whose: str


def standing(session: Session, who: Actor) -> list[Standing]:
    """What opens persons of the commune, and for an administrator its accounts; by name."""
    require(who, Role.OFFICER, Role.ADMINISTRATOR)
    people = (
        select(OidcIdentity, Person.full_name)
        .join(
            Person,
            (Person.commune_id == OidcIdentity.commune_id) & (Person.id == OidcIdentity.person_id),
        )
        .where(OidcIdentity.commune_id == who.commune, OidcIdentity.ended_at.is_(None))
        .order_by(Person.sort_key)
    )
    found = [Standing(row[0], row[1]) for row in session.execute(people)]
    return found + (_of_staff(session, who) if who.role is Role.ADMINISTRATOR else [])


def _of_staff(session: Session, who: Actor) -> list[Standing]:
    query = (
        select(OidcIdentity, Account.display_name)
        .join(Account, Account.id == OidcIdentity.account_id)
        .where(Account.id.in_(_here(who)), OidcIdentity.ended_at.is_(None))
        .order_by(Account.display_name)
    )
    return [Standing(row[0], row[1]) for row in session.execute(query)]


def _end(session: Session, who: Actor, rows: Iterable[OidcIdentity]) -> None:
    for row in rows:
        if row.ended_at is not None:
            continue
        row.ended_at = clock.now()
        oidc_sessions.end(session, row.id)
        audit.record(session, who, "ended", "oidc_identity", row.id, provider=row.provider)
        if row.commune_id is not None and row.person_id is not None:
            send(session, LearnerIdentityEnded(row.commune_id, row.person_id))
    session.flush()


def account_left(session: Session, left: RolesTaken) -> None:
    """Listener: an account that was disabled is opened by no identity, not even when it comes back."""
    account = session.get(Account, left.account_id)
    if account is not None and account.disabled_at is not None:
        _end(session, system(left.commune_id), own(session, left.account_id))


def listen() -> None:
    """Hear of accounts that are disabled and sessions that take another's place; twice is once."""
    hear(RolesTaken, account_left)
    hear(SessionFollowed, oidc_sessions.follow)
