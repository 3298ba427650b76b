"""Accounts of staff: one-time links, passwords, roles, and ending them."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.core import audit, clock, limits
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.guard import Actor, require, system
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.core.signals import send
from lms.core.text import clean
from lms.people import administrators, sessions, totp, wording
from lms.people.account_models import STAFF_ROLES, Account, AccountTotp, OneTimeLink, RoleGrant
from lms.people.models import Commune, Unit
from lms.people.passwords import common, hashed
from lms.people.rules import guessable, logins

INVITATION, RECOVERY = timedelta(hours=72), timedelta(hours=24)
EVERYWHERE = UUID(int=0)
"""Tries of passwords are counted before any commune is known."""


def login_subject(keys: Keys, login: str) -> str:
    """What a wrong password is counted against; unknown logins count too."""
    return f"password:{keys.digest('login', login)}"


# One-time links


def _digest(token: str) -> str:
    # The token has 256 random bits, so a plain hash of it can be neither guessed nor reversed.
    return hashlib.sha256(token.encode()).hexdigest()


def one_time_link(
    session: Session, account_id: UUID, commune_id: UUID, note: str = "", lasts: timedelta = INVITATION
) -> str:  # fmt: skip
    """A token with which this account sets its password once; earlier tokens end."""
    _end_links(session, account_id)
    code = session.scalars(select(Commune.short_code).where(Commune.id == commune_id)).one()
    token = f"{code}.{secrets.token_urlsafe(32)}"
    session.add(
        OneTimeLink(
            token_digest=_digest(token), account_id=account_id, commune_id=commune_id,
            expires_at=clock.now() + lasts, note=note,
        )
    )  # fmt: skip
    session.flush()
    return token


def _end_links(session: Session, account_id: UUID, commune_id: UUID | None = None) -> None:
    """End the open links of an account, or those that one commune made."""
    query = update(OneTimeLink).where(
        OneTimeLink.account_id == account_id, OneTimeLink.used_at.is_(None)
    )
    if commune_id is not None:
        query = query.where(OneTimeLink.commune_id == commune_id)
    session.execute(query.values(used_at=clock.now()))


def open_link(session: Session, token: str) -> tuple[OneTimeLink, Account]:
    """The link and its account; NotFound when it is unknown, used, or too old – all alike."""
    row = session.execute(
        select(OneTimeLink, Account)
        .join(Account, Account.id == OneTimeLink.account_id)
        .where(
            OneTimeLink.token_digest == _digest(token),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > clock.now(),
            Account.disabled_at.is_(None),
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound(
            _("Liên kết này không còn dùng được: đã dùng một lần hoặc đã hết hạn. Hãy nhờ quản trị viên "
              "của xã gửi liên kết mới.")
        )  # fmt: skip
    return row[0], row[1]


def known_of(session: Session, account: Account) -> tuple[str, ...]:
    """What anybody may know of an account, so that its password must not be made of it."""
    communes = session.scalars(
        select(Commune)
        .join(RoleGrant, RoleGrant.commune_id == Commune.id)
        .where(RoleGrant.account_id == account.id)
        .distinct()
    ).all()
    names = [text for one in communes for text in (one.title, one.name, one.short_code)]
    return (account.login, account.display_name, *names)


def check_new_password(own: Collection[str], password: str, again: str) -> None:
    """Invalid names the field when the password may not be used; `own` as `known_of` gives it."""
    code = guessable.problem(password, own, common())
    if code is None and password != again:
        code = "password_again"
    if code is not None:
        message = str(wording.ACCOUNTS[code])
        field = "again" if code == "password_again" else "password"
        raise Invalid(message, fields={field: [message]})


def set_password(session: Session, keys: Keys, token: str, password_hash: str) -> Account:
    """Use a one-time link: the password is set, every session ends, wrong tries are forgotten."""
    link, account = open_link(session, token)
    replace_password(session, keys, account.id, password_hash)
    who = Actor(Role.SYSTEM, link.commune_id, account.id)
    audit.record(session, who, "password_set", "account", account.id)
    return account


def replace_password(session: Session, keys: Keys, account_id: UUID, password_hash: str) -> None:
    """A new password: every link and session ends, wrong tries are forgotten."""
    account = session.get_one(Account, account_id)
    account.password_hash = password_hash
    _end_links(session, account.id)
    sessions.end_all(session, account.id)
    limits.clear(session, EVERYWHERE, login_subject(keys, account.login))


def hash_of(password: str) -> str:
    """The hash of a checked password; slow on purpose, so make it before a write transaction."""
    return hashed(clean_password(password))


def clean_password(password: str) -> str:
    """NFC: the same letters typed on another keyboard are the same password."""
    import unicodedata

    return unicodedata.normalize("NFC", password)


# Accounts


def create_account(
    session: Session, who: Actor, login: str, name: str, role: str, unit_id: UUID | None = None
) -> tuple[Account, str]:
    """A new account with one role in the actor's commune, and the token of its first link."""
    require(who, Role.ADMINISTRATOR)
    _check_may_grant(who, role)
    login = _new_login(session, login)
    account = Account(login=login, display_name=_display_name(name))
    unit = _unit_for(session, who.commune, role, unit_id)
    session.add(account)
    session.flush()
    session.add(
        RoleGrant(commune_id=who.commune, account_id=account.id, role=role, unit_id=unit)
    )  # fmt: skip
    session.flush()
    audit.record(session, who, "created", "account", account.id, role=role)
    return account, one_time_link(session, account.id, who.commune, "invitation")


def _new_login(session: Session, login: str) -> str:
    login = logins.login(login)
    code = logins.login_problem(login)
    if code is None and session.scalar(select(Account.id).where(Account.login == login)):
        code = "login_taken"
    if code is not None:
        message = str(wording.ACCOUNTS[code])
        raise Invalid(message, fields={"login": [message]})
    return login


def _check_may_grant(who: Actor, role: str) -> None:
    """Who reads a whole province is named by whoever runs the service, not by one of its communes."""
    if role == Role.PROVINCE_READER and who.role is not Role.SYSTEM:
        raise Forbidden(
            _("Vai cán bộ tỉnh xem số của mọi xã, phường, nên chỉ người vận hành máy chủ mở được, bằng "
              "lệnh lms province reader.")
        )  # fmt: skip


def _display_name(name: str) -> str:
    text = clean(name)
    if not text or len(text) > 80:
        message = str(wording.ACCOUNTS["name_missing"])
        raise Invalid(message, fields={"name": [message]})
    return text


def _unit_for(session: Session, commune_id: UUID, role: str, unit_id: UUID | None) -> UUID | None:
    """A unit reporter answers for a unit of the commune; other roles for none."""
    if role not in STAFF_ROLES:
        message = str(wording.ACCOUNTS["role_unknown"])
        raise Invalid(message, fields={"role": [message]})
    if role != Role.UNIT_REPORTER:
        return None
    if unit_id is None or session.get(Unit, (commune_id, unit_id)) is None:
        message = str(wording.ACCOUNTS["unit_missing"])
        raise Invalid(message, fields={"unit": [message]})
    return unit_id


def grant_role(
    session: Session, who: Actor, account_id: UUID, role: str, unit_id: UUID | None = None
) -> None:
    """Give an account of this commune one more role; giving it twice is giving it once."""
    require(who, Role.ADMINISTRATOR)
    give(session, who, own_account(session, who, account_id), role, unit_id)


def give(
    session: Session, who: Actor, account: Account, role: str, unit_id: UUID | None = None
) -> None:
    """One more role for an account that the caller may name."""
    _check_may_grant(who, role)
    unit = _unit_for(session, who.commune, role, unit_id)
    held = select(RoleGrant).where(
        RoleGrant.commune_id == who.commune, RoleGrant.account_id == account.id,
        RoleGrant.role == role, RoleGrant.unit_id.is_(None) if unit is None else RoleGrant.unit_id == unit,
    )  # fmt: skip
    grant = session.scalar(held)
    if grant is not None and grant.revoked_at is None:
        return
    if grant is None:
        session.add(
            RoleGrant(commune_id=who.commune, account_id=account.id, role=role, unit_id=unit)
        )
    else:
        grant.revoked_at = None
    session.flush()
    audit.record(session, who, "granted", "account", account.id, role=role)


def _grants(session: Session, account_id: UUID) -> list[RoleGrant]:
    query = select(RoleGrant).where(
        RoleGrant.account_id == account_id, RoleGrant.revoked_at.is_(None)
    )
    return list(session.scalars(query))


def own_account(session: Session, who: Actor, account_id: UUID) -> Account:
    """An account with a role in the actor's commune; a foreign one looks like a missing one."""
    held = select(RoleGrant.id).where(
        RoleGrant.commune_id == who.commune, RoleGrant.account_id == account_id
    )
    account = session.get(Account, account_id) if session.scalars(held).first() else None
    if account is None:
        raise NotFound(_("Không tìm thấy tài khoản này ở xã."))
    return account


def _refuse_shared(session: Session, who: Actor, account_id: UUID) -> None:
    # Its password and its second step are the whole account: they open the other commune too.
    if any(grant.commune_id != who.commune for grant in _grants(session, account_id)):
        raise Forbidden(
            _("Tài khoản này còn làm việc ở xã khác nên xã không tự đặt lại mật khẩu hay xác nhận hai bước "
              "được. Hãy nhờ người vận hành máy chủ (lệnh lms account).")
        )  # fmt: skip


def renew_link(session: Session, who: Actor, account_id: UUID) -> tuple[Account, str]:
    """A new one-time link for somebody who forgot the password, or is to come back."""
    require(who, Role.ADMINISTRATOR)
    account = own_account(session, who, account_id)
    if who.role is not Role.SYSTEM:
        _refuse_shared(session, who, account_id)
    account.disabled_at = None
    audit.record(session, who, "link_made", "account", account.id)
    return account, one_time_link(session, account.id, who.commune, "renewed")


def disable(session: Session, who: Actor, account_id: UUID) -> None:
    """Take every role in this commune from an account and end its sessions and links here, at once."""
    require(who, Role.ADMINISTRATOR)
    account = own_account(session, who, account_id)
    if account.id == who.id:
        raise Conflict(_("Không thể tự khóa tài khoản của mình. Hãy nhờ quản trị viên khác."))
    administrators.keep_one(session, who.commune, account.id)
    here = [g for g in _grants(session, account_id) if g.commune_id == who.commune]
    for grant in here:
        grant.revoked_at = clock.now()
    session.flush()
    sessions.end_all(session, account.id, who.commune)
    _end_links(session, account_id, who.commune)
    if not _grants(session, account_id):
        account.disabled_at = account.disabled_at or clock.now()
        _end_links(session, account_id)
    if here:
        send(session, sessions.RolesTaken(account.id, who.commune))
        audit.record(session, who, "disabled", "account", account.id)


def revoke_role(session: Session, who: Actor, account_id: UUID, grant_id: UUID) -> None:
    """Take one role of several; the last one is taken by `disable`. Taking it twice is taking it once."""
    require(who, Role.ADMINISTRATOR)
    account = own_account(session, who, account_id)
    here = [g for g in _grants(session, account.id) if g.commune_id == who.commune]
    grant = next((one for one in here if one.id == grant_id), None)
    if grant is None:
        return
    if len(here) == 1:
        disable(session, who, account.id)
        return
    if grant.role == Role.ADMINISTRATOR:
        administrators.keep_one(session, who.commune, account.id)
    grant.revoked_at = clock.now()
    session.flush()
    sessions.end_all(session, account.id, who.commune, grant.role)
    kept = {one.role for one in here if one is not grant}
    send(session, sessions.RolesTaken(account.id, who.commune, kept))
    audit.record(session, who, "revoked_role", "account", account.id, role=grant.role)


def end_sessions(session: Session, who: Actor, account_id: UUID) -> int:
    """Sign somebody out of this commune everywhere; says how many sessions ended."""
    require(who, Role.ADMINISTRATOR)
    account = own_account(session, who, account_id)
    ended = sessions.end_all(session, account.id, who.commune)
    if ended:
        audit.record(session, who, "signed_out", "account", account.id, sessions=ended)
    return ended


def reset_second_step(session: Session, who: Actor, account_id: UUID) -> None:
    """Somebody lost the telephone and the codes: the step is gone, the sessions end, the password stays."""
    require(who, Role.ADMINISTRATOR)
    account = own_account(session, who, account_id)
    if account.id == who.id:
        raise Conflict(_("Không tự đặt lại được cho mình. Hãy nhờ quản trị viên khác của xã."))
    if who.role is not Role.SYSTEM:
        _refuse_shared(session, who, account_id)
    if session.get(AccountTotp, account.id) is None:
        return
    totp.forget(session, account.id)
    sessions.end_all(session, account.id)
    audit.record(session, who, "two_steps_reset", "account", account.id)


# By command


def create_administrator(session: Session, commune_id: UUID, login: str, name: str) -> str:
    """The first administrator of a commune; returns the token of the one-time link."""
    return create_account(session, system(commune_id), login, name, Role.ADMINISTRATOR)[1]


def recover(session: Session, login: str) -> str:
    """A one-time link for an administrator who is locked out; returns its token."""
    account = session.scalar(select(Account).where(Account.login == logins.login(login)))
    commune_id = _administers(session, account.id) if account else None
    if account is None or commune_id is None:
        raise NotFound(_("Không có quản trị viên nào tên đăng nhập là “%(login)s”.", login=login))
    account.disabled_at = None
    audit.record(session, system(commune_id), "recovered", "account", account.id)
    return one_time_link(session, account.id, commune_id, "recovery", RECOVERY)


def _administers(session: Session, account_id: UUID) -> UUID | None:
    return session.scalar(
        select(RoleGrant.commune_id).where(
            RoleGrant.account_id == account_id,
            RoleGrant.role == Role.ADMINISTRATOR.value,
            RoleGrant.revoked_at.is_(None),
        )
    )
