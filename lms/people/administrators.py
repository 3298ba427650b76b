"""A commune always keeps somebody who can let others in."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import audit
from lms.core.errors import Conflict
from lms.core.i18n import _
from lms.core.policy import Role
from lms.people.account_models import Account, RoleGrant


def of(session: Session, commune_id: UUID) -> set[UUID]:
    """The accounts that are administrators there and can sign in: not disabled, the password set."""
    rows = session.scalars(
        select(RoleGrant.account_id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(
            RoleGrant.commune_id == commune_id, RoleGrant.role == Role.ADMINISTRATOR.value,
            RoleGrant.revoked_at.is_(None), Account.disabled_at.is_(None),
            Account.password_hash.is_not(None),
        )
    )  # fmt: skip
    return set(rows)


def keep_one(session: Session, commune_id: UUID, leaving: UUID) -> None:
    """Conflict when nobody could administer the commune without this account.

    Under the chain's lock, so that two administrators cannot take each other's role at the same moment.
    """
    audit.lock_chain(session, commune_id)
    there = of(session, commune_id)
    if leaving in there and there == {leaving}:
        raise Conflict(
            _("Đây là quản trị viên cuối cùng của xã nên không khóa hay thôi vai trò được: xã sẽ không còn ai "
              "mở tài khoản. Hãy mời một quản trị viên khác và đợi người đó đặt mật khẩu.")
        )  # fmt: skip
