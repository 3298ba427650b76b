"""The second step of staff (RFC 6238, 30 seconds, six digits): set up, prove, recovery codes, take away.

Every wrong code counts against the account, whichever page it was typed on and whichever kind it was.
"""

import hmac
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pyotp
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms.core import audit, clock, limits
from lms.core.errors import Conflict, Invalid, Refusal, TooMany
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.ids import spoken_code
from lms.core.keys import Keys
from lms.core.limits import Limit
from lms.core.policy import Role
from lms.people.account_models import AccountTotp, RecoveryCode, RoleGrant
from lms.people.models import Commune

STEP = 30
WINDOW = (-1, 0, 1)
"""Steps before and after the present one whose codes are taken: telephones' clocks are a little off."""
CODES, LETTERS = 10, 12
SHORT = Limit(5, timedelta(minutes=15), timedelta(minutes=15))
LONG = Limit(20, timedelta(hours=24), timedelta(hours=24))
"""Beside the short one: who knows the password may not go on guessing for days."""
EVERYWHERE = UUID(int=0)
ISSUER = "Lớp Học Số"
_BOUND = (Role.ADMINISTRATOR.value, Role.OFFICER.value)
"""Whom a commune may ask for a second step."""


@dataclass(frozen=True)
class State:
    """How an account stands to the second step."""

    is_on: bool
    since: datetime | None
    codes_left: int
    is_required: bool


def _subjects(account_id: UUID) -> Sequence[tuple[str, Limit]]:
    return ((f"second-step:{account_id}", SHORT), (f"second-step-day:{account_id}", LONG))


def is_on(session: Session, account_id: UUID) -> bool:
    """Whether the account signs in with a second step."""
    row = session.get(AccountTotp, account_id)
    return row is not None and row.confirmed_at is not None


def is_required(session: Session, account_id: UUID) -> bool:
    """Whether a commune where the account is administrator or officer asks for a second step."""
    asked = (
        select(RoleGrant.id)
        .join(Commune, Commune.id == RoleGrant.commune_id)
        .where(
            RoleGrant.account_id == account_id, RoleGrant.revoked_at.is_(None),
            RoleGrant.role.in_(_BOUND), Commune.two_steps,
        )
    )  # fmt: skip
    return session.scalars(asked.limit(1)).first() is not None


def state(session: Session, account_id: UUID) -> State:
    """All of it for the page."""
    row = session.get(AccountTotp, account_id)
    unused = select(func.count()).where(
        RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    )
    since = row.confirmed_at if row else None
    required = is_required(session, account_id)
    return State(since is not None, since, session.scalar(unused) or 0, required)


# Setting up


def _context(account_id: UUID) -> str:
    return f"totp:{account_id}"


def prepare(session: Session, keys: Keys, account_id: UUID) -> None:
    """A new secret that waits for its first code; one that already works stays untouched."""
    row = session.get(AccountTotp, account_id, with_for_update=True)
    if row is None:
        row = AccountTotp(account_id=account_id, last_step=0)
        session.add(row)
    elif row.confirmed_at is not None:
        raise Conflict(_("Xác nhận hai bước đang bật. Muốn đổi điện thoại, hãy tắt rồi bật lại."))
    row.secret_sealed = keys.seal(pyotp.random_base32(), _context(account_id))
    session.flush()


def secret_to_show(session: Session, keys: Keys, account_id: UUID) -> str | None:
    """The secret that waits for its first code; None when none waits – a working one is never shown again."""
    row = session.get(AccountTotp, account_id)
    if row is None or row.confirmed_at is not None:
        return None
    return keys.open(row.secret_sealed, _context(account_id))


def address(secret: str, login: str) -> str:
    """The otpauth address inside the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def confirm(session: Session, keys: Keys, who: Actor, typed: str) -> list[str]:
    """The first code proves the telephone: from now on the step is asked for. Returns the recovery codes."""
    row = session.get(AccountTotp, who.key, with_for_update=True)
    if row is None or row.confirmed_at is not None:
        raise Conflict(_("Không có mã QR nào đang chờ. Hãy mở lại trang rồi bật từ đầu."))
    check_limits(session, who.key)
    if not _takes(keys, row, _digits(typed)):
        raise _wrong(who.key)
    row.confirmed_at = clock.now()
    audit.record(session, who, "two_steps_on", "account", who.key)
    return _new_codes(session, keys, who.key)


# Proving


def _digits(typed: str) -> str:
    return re.sub(r"[\s.-]", "", unicodedata.normalize("NFKC", typed[:60])).upper()


def _takes(keys: Keys, row: AccountTotp, digits: str) -> bool:
    """Whether the code is one of the window's, newer than the last that was taken; then it is taken."""
    secret = keys.open(row.secret_sealed, _context(row.account_id))
    now, code = int(clock.now().timestamp()) // STEP, pyotp.TOTP(secret)
    fits = [
        now + off for off in WINDOW
        if hmac.compare_digest(code.generate_otp(now + off).encode(), digits.encode())
    ]  # fmt: skip
    step = max((one for one in fits if one > row.last_step), default=None)
    if step is None:
        return False
    row.last_step = step
    return True


def check_limits(session: Session, account_id: UUID) -> None:
    """TooMany while the account's tries are used up."""
    untils = [
        limits.locked_until(session, EVERYWHERE, name) for name, _limit in _subjects(account_id)
    ]
    until = max((one for one in untils if one), default=None)
    if until is not None:
        raise _locked(until)


def _locked(until: datetime) -> TooMany:
    seconds = max(1, int((until - clock.now()).total_seconds()) + 1)
    words = _(
        "Đã gõ sai mã quá nhiều lần nên tạm khóa. Hãy thử lại sau %(minutes)s phút, hoặc nhờ quản trị viên "
        "khác của xã.", minutes=seconds // 60 + 1,
    )  # fmt: skip
    return TooMany(words, fields={"code": [words]}, retry_after=seconds)


def _wrong(account_id: UUID) -> Invalid:
    def keep(session: Session) -> Refusal | None:
        late = limits.count_misses(session, EVERYWHERE, _subjects(account_id))
        return _locked(late) if late else None

    words = _(
        "Mã chưa đúng, đã dùng rồi, hoặc đã qua. Hãy đợi mã mới hiện trên điện thoại rồi gõ lại."
    )
    return Invalid(words, fields={"code": [words]}, keep=keep)


def prove(session: Session, keys: Keys, who: Actor, typed: str) -> None:
    """A code of the telephone or a recovery code, each good once; Invalid or TooMany else."""
    check_limits(session, who.key)
    row = session.get(AccountTotp, who.key, with_for_update=True)
    digits = _digits(typed)
    if row is None or row.confirmed_at is None:
        raise Conflict(_("Xác nhận hai bước chưa bật cho tài khoản này."))
    if not _takes(keys, row, digits) and not _spends(session, keys, who, digits):
        raise _wrong(who.key)
    # Guesses sent at once may have used the tries up while this one waited for its row.
    check_limits(session, who.key)
    limits.clear(session, EVERYWHERE, _subjects(who.key)[0][0])


def _spends(session: Session, keys: Keys, who: Actor, code: str) -> bool:
    row = session.scalar(
        select(RecoveryCode)
        .where(
            RecoveryCode.account_id == who.key, RecoveryCode.used_at.is_(None),
            RecoveryCode.digest == _digest(keys, who.key, code),
        )
        .with_for_update()
    )  # fmt: skip
    if row is None:
        return False
    row.used_at = clock.now()
    audit.record(session, who, "recovery_used", "account", who.key)
    return True


def _digest(keys: Keys, account_id: UUID, code: str) -> str:
    return keys.digest("recovery-code", f"{account_id}/{code}")


def _new_codes(session: Session, keys: Keys, account_id: UUID) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = [spoken_code(LETTERS) for _ in range(CODES)]
    session.add_all(
        RecoveryCode(account_id=account_id, digest=_digest(keys, account_id, code))
        for code in codes
    )
    session.flush()
    return ["-".join(code[at : at + 4] for at in range(0, LETTERS, 4)) for code in codes]


def new_codes(session: Session, keys: Keys, who: Actor, typed: str) -> list[str]:
    """Ten new recovery codes in place of the old ones, after a proof."""
    prove(session, keys, who, typed)
    audit.record(session, who, "codes_made", "account", who.key)
    return _new_codes(session, keys, who.key)


# Taking away


def turn_off(session: Session, keys: Keys, who: Actor, typed: str) -> None:
    """The person needs no second step any more, after a proof; not while the commune asks for it."""
    if is_required(session, who.key):
        raise Conflict(
            _("Xã yêu cầu quản trị viên và cán bộ xác nhận hai bước nên không tắt được. Đổi điện thoại: hãy "
              "nhờ một quản trị viên khác đặt lại, rồi đăng nhập và bật trên điện thoại mới.")
        )  # fmt: skip
    prove(session, keys, who, typed)
    forget(session, who.key)
    audit.record(session, who, "two_steps_off", "account", who.key)


def forget(session: Session, account_id: UUID) -> None:
    """The secret, the codes and the wrong tries of an account are gone."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.execute(delete(AccountTotp).where(AccountTotp.account_id == account_id))
    for name, _limit in _subjects(account_id):
        limits.clear(session, EVERYWHERE, name)
