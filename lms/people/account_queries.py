"""Reading accounts: the administrator's list and the names behind the audit log."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.people.account_models import STAFF_ROLES, Account, AccountTotp, RoleGrant, StaffSession
from lms.people.machine_models import MachineClient
from lms.people.models import Unit
from lms.people.sessions import is_idle


@dataclass(frozen=True)
class HeldRole:
    """A role that an account holds now."""

    grant_id: UUID
    words: str
    """In Vietnamese, with the unit of a reporter."""


@dataclass(frozen=True)
class AccountLine:
    """An account as the administrator sees it."""

    id: UUID
    login: str
    name: str
    roles: tuple[HeldRole, ...]
    has_password: bool
    disabled_at: datetime | None
    two_steps: bool
    sessions: int
    """How many times it is signed in to this commune now."""
    machines: tuple[str, ...]
    """Other systems that it let in and that still may call."""


def account_lines(session: Session, commune_id: UUID) -> list[AccountLine]:
    """Every account that has or had a role in the commune, by name; those without a role now last."""
    rows = session.execute(
        select(Account, RoleGrant, Unit.name)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .outerjoin(
            Unit, and_(Unit.commune_id == RoleGrant.commune_id, Unit.id == RoleGrant.unit_id)
        )
        .where(RoleGrant.commune_id == commune_id)
        .order_by(Account.display_name, Account.login, RoleGrant.granted_at)
    )
    roles: dict[UUID, list[HeldRole]] = {}
    known: dict[UUID, Account] = {}
    for account, grant, unit in rows:
        known[account.id] = account
        held = roles.setdefault(account.id, [])
        if grant.revoked_at is None:
            words = STAFF_ROLES[grant.role] + (f" ({unit})" if unit else "")
            held.append(HeldRole(grant.id, words))
    beside = _Beside(session, commune_id, set(known))
    lines = [beside.line(a, tuple(roles[a.id])) for a in known.values()]
    return sorted(lines, key=lambda line: not line.roles)


class _Beside:
    """What the list shows beside names and roles, read for all accounts at once."""

    def __init__(self, session: Session, commune_id: UUID, ids: set[UUID]) -> None:
        proved = select(AccountTotp.account_id).where(
            AccountTotp.account_id.in_(ids), AccountTotp.confirmed_at.is_not(None)
        )
        self.two_steps = set(session.scalars(proved))
        standing = select(StaffSession).where(
            StaffSession.commune_id == commune_id, StaffSession.stage == "open",
            StaffSession.revoked_at.is_(None), StaffSession.expires_at > clock.now(),
        )  # fmt: skip
        self.sessions = Counter(
            row.account_id for row in session.scalars(standing) if not is_idle(row)
        )
        made = select(MachineClient).where(
            MachineClient.commune_id == commune_id, MachineClient.disabled_at.is_(None)
        )
        self.machines: dict[UUID | None, list[str]] = {}
        for client in session.scalars(made):
            self.machines.setdefault(client.made_by, []).append(client.name)

    def line(self, account: Account, roles: tuple[HeldRole, ...]) -> AccountLine:
        """One account."""
        return AccountLine(
            account.id, account.login, account.display_name, roles, bool(account.password_hash),
            account.disabled_at, account.id in self.two_steps,
            self.sessions[account.id] if roles else 0, tuple(sorted(self.machines.get(account.id, ()))),
        )  # fmt: skip


def account_names(session: Session, ids: set[UUID]) -> dict[UUID, str]:
    """Account → display name."""
    rows = session.execute(select(Account.id, Account.display_name).where(Account.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def still_here(session: Session, commune_id: UUID, ids: Collection[UUID]) -> set[UUID]:
    """Those of the accounts that hold a role in the commune now and are not disabled."""
    rows = session.scalars(
        select(RoleGrant.account_id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(
            RoleGrant.commune_id == commune_id, RoleGrant.account_id.in_(ids),
            RoleGrant.revoked_at.is_(None), Account.disabled_at.is_(None),
        )
    )  # fmt: skip
    return set(rows)
