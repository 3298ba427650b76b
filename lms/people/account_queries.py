"""Reading accounts: the administrator's list and the names behind the audit log."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.people.models import STAFF_ROLES, Account, RoleGrant, Unit


@dataclass(frozen=True)
class AccountLine:
    """An account as the administrator sees it."""

    id: UUID
    login: str
    name: str
    roles: tuple[str, ...]
    """Vietnamese words, with the unit of a reporter."""
    has_password: bool
    disabled_at: datetime | None


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
    roles: dict[UUID, list[str]] = {}
    known: dict[UUID, Account] = {}
    for account, grant, unit in rows:
        known[account.id] = account
        held = roles.setdefault(account.id, [])
        if grant.revoked_at is None:
            held.append(STAFF_ROLES[grant.role] + (f" ({unit})" if unit else ""))
    lines = [
        AccountLine(
            a.id, a.login, a.display_name, tuple(roles[a.id]), bool(a.password_hash), a.disabled_at
        )
        for a in known.values()
    ]
    return sorted(lines, key=lambda line: not line.roles)


def account_names(session: Session, ids: set[UUID]) -> dict[UUID, str]:
    """Account → display name."""
    rows = session.execute(select(Account.id, Account.display_name).where(Account.id.in_(ids)))
    return {row[0]: row[1] for row in rows}
