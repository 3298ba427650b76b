"""One-time links that are still open, taking one back, and people who already have an account elsewhere."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.core import audit, clock, limits
from lms.core.errors import NotFound, TooMany
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.limits import Limit
from lms.core.policy import Role
from lms.core.text import clean
from lms.people import accounts
from lms.people.account_models import Account, OneTimeLink
from lms.people.rules import logins
from lms.people.rules.letters import bare

LOOK_UPS = Limit(10, timedelta(hours=1), timedelta(hours=1))
"""Wrong pairs of login and name by one administrator: nobody's account is found by trying."""


@dataclass(frozen=True)
class OpenLink:
    """A link that somebody still can use."""

    account_id: UUID
    login: str
    name: str
    is_first: bool
    """An invitation; else a new password for somebody who had one."""
    expires_at: datetime


def open_links(session: Session, commune_id: UUID) -> list[OpenLink]:
    """The commune's links that stand, the first to end first."""
    rows = session.execute(
        select(OneTimeLink, Account)
        .join(Account, Account.id == OneTimeLink.account_id)
        .where(
            OneTimeLink.commune_id == commune_id, OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > clock.now(), Account.disabled_at.is_(None),
        )
        .order_by(OneTimeLink.expires_at, OneTimeLink.id)
    )  # fmt: skip
    return [
        OpenLink(a.id, a.login, a.display_name, a.password_hash is None, link.expires_at)
        for link, a in rows
    ]


def withdraw(session: Session, who: Actor, account_id: UUID) -> None:
    """The link ends; somebody who never came in loses the roles too. Twice is once."""
    require(who, Role.ADMINISTRATOR)
    account = accounts.own_account(session, who, account_id)
    if account.password_hash is None and account.disabled_at is None:
        accounts.disable(session, who, account.id)
        return
    ended = session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.account_id == account.id, OneTimeLink.commune_id == who.commune,
            OneTimeLink.used_at.is_(None),
        )
        .values(used_at=clock.now())
    )  # fmt: skip
    if ended.rowcount:  # type: ignore[attr-defined]  # An UPDATE's result counts its rows.
        audit.record(session, who, "link_withdrawn", "account", account.id)


def welcome(
    session: Session, who: Actor, login: str, name: str, role: str, unit_id: UUID | None = None
) -> UUID:
    """Give a role here to somebody who has an account in another commune; returns the account's id.

    Login and name must both be right: a wrong name and an unknown login look alike, and are counted.
    """
    require(who, Role.ADMINISTRATOR)
    subject = f"welcome:{who.id}"
    if limits.locked_until(session, who.commune, subject) is not None:
        words = _(
            "Đã tìm sai quá nhiều lần. Hãy hỏi lại người đó tên đăng nhập, rồi thử lại sau một giờ."
        )
        raise TooMany(words, retry_after=3600)
    account = session.scalar(
        select(Account).where(
            Account.login == logins.login(login[:80]), Account.disabled_at.is_(None),
            Account.password_hash.is_not(None),
        )
    )  # fmt: skip
    if account is None or bare(account.display_name) != bare(clean(name)):
        raise _not_found(who, subject)
    accounts.give(session, who, account, role, unit_id)
    return account.id


def _not_found(who: Actor, subject: str) -> NotFound:
    def keep(session: Session) -> None:
        limits.count_misses(session, who.commune, [(subject, LOOK_UPS)])

    words = _(
        "Không có tài khoản nào đang dùng với đúng tên đăng nhập và họ tên này. Hãy hỏi lại người đó."
    )
    return NotFound(words, fields={"joining_login": [words]}, keep=keep)
