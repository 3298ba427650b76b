"""Staff sign-in: limits on tries, the password, then a session in one of the account's roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import audit, clock, limits
from lms.core.db import Database
from lms.core.errors import Conflict, Forbidden, Invalid, NotSignedIn, Refusal, TooMany
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.core.limits import Limit
from lms.core.policy import Role
from lms.people import sessions, totp, unit_changes
from lms.people.account_models import STAFF_ROLES, Account, RoleGrant, StaffSession
from lms.people.accounts import EVERYWHERE, clean_password, login_subject
from lms.people.models import Commune
from lms.people.oidc_models import OidcSession
from lms.people.passwords import hashed, is_dated, matches
from lms.people.rules import logins

PER_LOGIN = Limit(5, timedelta(minutes=15), timedelta(minutes=15))
PER_ADDRESS = Limit(30, timedelta(minutes=15), timedelta(minutes=15))
"""A whole office may sit behind one address."""
_LONGEST_INPUT = 400


@dataclass(frozen=True)
class Seat:
    """A role in a commune that an account may act in."""

    grant_id: UUID
    commune_id: UUID
    commune: str
    role: Role

    @property
    def label(self) -> str:
        """'giảng viên – xã Tân Bình Thượng'."""
        return f"{STAFF_ROLES[self.role.value]} – {self.commune}"


@dataclass(frozen=True)
class Proven:
    """The account that a password proved; `better_hash` when its hash was made with old parameters."""

    account_id: UUID
    better_hash: str | None
    stored: str | None = None
    """The hash that the password was held against; None where no password was asked for."""


def proven_account(
    database: Database, keys: Keys, login: str, password: str, address: str
) -> Proven:
    """The account that this login and password prove.

    Runs before the request's write transaction, because hashing is slow on purpose. Raises TooMany when
    tries are used up and NotSignedIn otherwise, with the miss kept through the roll-back; an unknown
    login takes as long and says the same.
    """
    login = logins.login(login[:_LONGEST_INPUT])
    subjects = (
        (login_subject(keys, login), PER_LOGIN),
        (_address_subject(keys, address), PER_ADDRESS),
    )
    with database.read() as session:
        _check_limits(session, [subject for subject, _limit in subjects])
        account = session.scalar(select(Account).where(Account.login == login))
        usable = account is not None and account.disabled_at is None
        stored = account.password_hash if account and usable else None
        account_id = account.id if account else None
    typed = clean_password(password[:_LONGEST_INPUT])
    if not matches(typed, stored) or account_id is None or stored is None:
        raise _wrong(subjects)
    with database.read() as session:
        # Guesses sent at once may have used the tries up meanwhile.
        _check_limits(session, [subject for subject, _limit in subjects])
    return Proven(account_id, hashed(typed) if is_dated(stored) else None, stored)


def _address_subject(keys: Keys, address: str) -> str:
    """Only the digest of the address is stored."""
    return f"password-address:{keys.digest('address', limits.network_of(address))}"


def _check_limits(session: Session, subjects: Sequence[str]) -> None:
    untils = [limits.locked_until(session, EVERYWHERE, subject) for subject in subjects]
    until = max((u for u in untils if u), default=None)
    if until is not None:
        raise _locked(until)


def _locked(until: datetime) -> TooMany:
    return TooMany(_locked_words(until), retry_after=_seconds(until))


def _seconds(until: datetime) -> int:
    return max(1, int((until - clock.now()).total_seconds()) + 1)


def _locked_words(until: datetime) -> str:
    return _(
        "Đã thử sai quá nhiều lần nên tạm khóa. Hãy thử lại sau %(minutes)s phút, hoặc nhờ quản trị viên của "
        "xã gửi liên kết đặt lại mật khẩu.",
        minutes=_seconds(until) // 60 + 1,
    )


def _wrong(subjects: Sequence[tuple[str, Limit]]) -> NotSignedIn:
    def keep(session: Session) -> Refusal | None:
        late = limits.count_misses(session, EVERYWHERE, subjects)
        return _locked(late) if late else None

    return NotSignedIn(_wrong_words(), keep=keep)


def _wrong_words() -> str:
    return _(
        "Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy gõ lại, chú ý bộ gõ tiếng Việt và phím Caps Lock."
    )


# Seats and sessions


def seats(session: Session, account_id: UUID) -> list[Seat]:
    """Every role of the account, once per commune, the widest first."""
    rows = session.execute(
        select(RoleGrant, Commune)
        .join(Commune, Commune.id == RoleGrant.commune_id)
        .where(RoleGrant.account_id == account_id, RoleGrant.revoked_at.is_(None))
        .order_by(Commune.name, RoleGrant.granted_at)
    )
    found: dict[tuple[UUID, str], Seat] = {}
    for grant, commune in rows:
        seat = Seat(grant.id, commune.id, commune.title, Role(grant.role))
        found.setdefault((commune.id, grant.role), seat)
    return sorted(found.values(), key=lambda s: (s.commune, list(STAFF_ROLES).index(s.role.value)))


def _seated(session: Session, account_id: UUID) -> list[Seat]:
    found = seats(session, account_id)
    if not found:
        raise Forbidden(
            _("Tài khoản chưa có vai trò nào. Hãy nhờ quản trị viên của xã cấp vai trò.")
        )
    return found


def start(session: Session, keys: Keys, account_id: UUID, hours: int) -> tuple[str, int]:
    """A session in the account's first seat: (token for the cookie, number of seats).

    Whoever calls it has had everything proved that the account must prove.
    """
    account = session.get_one(Account, account_id)
    found = _seated(session, account_id)
    limits.clear(session, EVERYWHERE, login_subject(keys, account.login))
    return _open(session, keys, account_id, found[0], hours), len(found)


@dataclass(frozen=True)
class Begun:
    """A browser's token after a right password, and what is asked for next.

    `stage` is `open` (nothing: `seats` is the number of roles), `code` (the second step) or `enrol` (to set
    one up, because the commune asks for it).
    """

    token: str
    stage: str
    seats: int = 0


def begin(session: Session, keys: Keys, proven: Proven, hours: int) -> Begun:
    """After a right password: a session, or one that waits for the second step."""
    account = session.get_one(Account, proven.account_id, with_for_update=True)
    if proven.stored is not None and account.password_hash != proven.stored:
        # It was changed while this one was being checked: it opens nothing and must not come back.
        raise NotSignedIn(_wrong_words())
    account.password_hash = proven.better_hash or account.password_hash
    stage = _stage(session, account.id)
    if stage == "open":
        return Begun(*_with_stage(start(session, keys, account.id, hours)))
    seat = _seated(session, account.id)[0]
    if stage == "enrol":
        totp.prepare(session, keys, account.id)
    token = sessions.wait(session, keys, account.id, seat.commune_id, seat.role, stage)
    return Begun(token, stage)


def _with_stage(started: tuple[str, int]) -> tuple[str, str, int]:
    return started[0], "open", started[1]


def _stage(session: Session, account_id: UUID) -> str:
    if totp.is_on(session, account_id):
        return "code"
    return "enrol" if totp.is_required(session, account_id) else "open"


def waiting_actor(row: StaffSession) -> Actor:
    """Who stands before the second step: enough to count tries and to write the log, not to do anything."""
    return Actor(Role(row.role), row.commune_id, row.account_id)


def second_step(
    session: Session, keys: Keys, waiting: StaffSession, typed: str, hours: int
) -> Begun:
    """The right code turns what waits into a session with a token of its own."""
    totp.prove(session, keys, waiting_actor(waiting), typed)
    return _through(session, keys, waiting, hours)


def enrol(
    session: Session, keys: Keys, waiting: StaffSession, typed: str, hours: int
) -> tuple[Begun, list[str]]:
    """The first code sets the second step up and opens the session; also the recovery codes."""
    codes = totp.confirm(session, keys, waiting_actor(waiting), typed)
    return _through(session, keys, waiting, hours), codes


def _through(session: Session, keys: Keys, waiting: StaffSession, hours: int) -> Begun:
    sessions.end(session, waiting.id)
    begun = Begun(*_with_stage(start(session, keys, waiting.account_id, hours)))
    sessions.follow(session, keys, waiting.id, begun.token)
    return begun


def _from_provider(session: Session, who: Actor) -> bool:
    """Whether this session came from a provider: then that one asked for its second step, or we did then."""
    return who.session_id is not None and session.get(OidcSession, who.session_id) is not None


def change_seat(
    session: Session, keys: Keys, who: Actor, grant_id: UUID, hours: int
) -> str:  # fmt: skip
    """Act in another of one's own roles: the session before ends, a new one begins."""
    seat = next((s for s in seats(session, who.key) if s.grant_id == grant_id), None)
    if seat is None:
        message = _("Tài khoản không có vai trò này. Hãy chọn lại.")
        raise Invalid(message, fields={"grant": [message]})
    if _stage(session, who.key) == "enrol" and not _from_provider(session, who):
        raise Conflict(
            _("Xã yêu cầu xác nhận hai bước. Hãy bật ở trang Tài khoản của tôi, rồi đổi vai trò.")
        )
    before = session.get(StaffSession, who.session_id) if who.session_id else None
    if before is not None:
        sessions.end(session, before.id)
    token = _open(session, keys, who.key, seat, hours, before)
    if before is not None:
        sessions.follow(session, keys, before.id, token)
    return token


def _open(
    session: Session, keys: Keys, account_id: UUID, seat: Seat, hours: int,
    before: StaffSession | None = None,
) -> str:  # fmt: skip
    who = Actor(seat.role, seat.commune_id, account_id)
    # A rename or merger that waited for its day is written down by the first who signs in on it.
    unit_changes.settle(session, seat.commune_id, clock.today())
    audit.record(session, who, "signed_in", "account", account_id, role=seat.role.value)
    given = sessions.circumstances(before)
    return sessions.start(session, keys, account_id, seat.commune_id, seat.role, hours, given)
