"""Writes: the address of a unit (made, made anew, taken back), what is asked of whom, and its opening."""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import audit, clock, limits
from lms.core.errors import Invalid, TooMany
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.core.limits import Limit
from lms.core.policy import Role
from lms.indicators.declared_checks import OFFICE
from lms.people.models import UNIT_KINDS, Unit
from lms.reports.calendar_links import commune_of, digest_of, token_of
from lms.reports.calendar_rules import Duty
from lms.reports.unit_link_desk import Desk
from lms.reports.unit_link_models import UnitLink, UnitLinkDevice, UnitQuestion

LINK, CODE, MACHINE = "unit-link", "unit-link-code", "unit-link-machine"
GRACE, PLAIN, LONGEST = timedelta(days=14), timedelta(days=30), timedelta(days=366)
"""A link ends so long after the last day; without one so long from today; at most after a year."""
MOST_MACHINES = 30
CODES = Limit(5, timedelta(minutes=15), timedelta(hours=1))
"""Wrong confirm codes of one link."""
CODE_DIGITS = 6


# --- made, made anew, taken back ----------------------------------------------------------------


def default_until(duty: Duty | None, today: date) -> date:
    """Some days after the duty's last day, never before next week."""
    if duty is None or duty.day is None:
        return today + PLAIN
    return max(duty.day + GRACE, today + timedelta(days=7))


def make(
    session: Session, who: Actor, keys: Keys, unit_ids: Iterable[UUID], until: date, *,
    with_code: bool,
) -> list[UnitLink]:  # fmt: skip
    """A new address for each of these units; the ones before end at once."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    today = clock.today()
    if not today <= until <= today + LONGEST:
        words = _("Ngày hết hạn phải từ hôm nay đến một năm nữa. Hãy chọn lại.")
        raise Invalid(words, fields={"until": [words]})
    desk = Desk(session, who.commune, today)
    units = [desk.unit(key) for key in unit_ids]
    return [_new(session, who, keys, unit, until, with_code=with_code) for unit in units]


def _new(
    session: Session, who: Actor, keys: Keys, unit: Unit, until: date, *, with_code: bool
) -> UnitLink:
    _end(session, who, unit.id)
    row = UnitLink(
        commune_id=who.commune, id=uuid7(), unit_id=unit.id, until=until, made_by=who.id,
        code_number=1 if with_code else None,
    )  # fmt: skip
    row.token_digest = digest_of(link_token(session, keys, row))
    session.add(row)
    session.flush()
    audit.record(session, who, "make", "unit_link", row.id, unit=unit.name, until=until)
    return row


def revoke(session: Session, who: Actor, unit_id: UUID) -> None:
    """End the unit's address at once; without one nothing happens."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    unit = Desk(session, who.commune, clock.today()).unit(unit_id)
    ended = _end(session, who, unit_id)
    if ended is not None:
        audit.record(session, who, "revoke", "unit_link", ended.id, unit=unit.name)


def _end(session: Session, who: Actor, unit_id: UUID) -> UnitLink | None:
    row = session.scalar(
        select(UnitLink).where(
            UnitLink.commune_id == who.commune, UnitLink.unit_id == unit_id,
            UnitLink.revoked_at.is_(None),
        )
    )  # fmt: skip
    if row is not None:
        row.revoked_at, row.revoked_by = clock.now(), who.id
        session.flush()
    return row


def link_token(session: Session, keys: Keys, row: UnitLink) -> str:
    """The token of a link, to be printed again."""
    return token_of(session, keys, LINK, row.commune_id, row.id)


def confirm_code(keys: Keys, row: UnitLink) -> str:
    """The six digits that open the next machine; empty where none are asked."""
    if row.code_number is None:
        return ""
    digest = keys.digest(CODE, f"{row.commune_id}/{row.id}/{row.code_number}")
    return f"{int(digest[:15], 16) % 10**CODE_DIGITS:0{CODE_DIGITS}}"


# --- what is asked ------------------------------------------------------------------------------


def ask(session: Session, who: Actor, kind: str, codes: Iterable[str]) -> UnitQuestion:
    """Choose what units of a kind are asked; the same choice twice is once."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    desk, wanted = Desk(session, who.commune, clock.today()), set(codes)
    if kind not in UNIT_KINDS or not wanted <= desk.offered.keys():
        raise Invalid(_("Kế hoạch vừa đổi, có số liệu không còn. Hãy mở lại trang rồi chọn lại."))
    chosen = [code for code in desk.offered if code in wanted]
    newest = session.scalar(
        select(UnitQuestion)
        .where(UnitQuestion.commune_id == who.commune, UnitQuestion.unit_kind == kind)
        .order_by(UnitQuestion.id.desc())
        .limit(1)
    )
    if newest is not None and newest.codes == chosen:
        return newest
    row = UnitQuestion(
        commune_id=who.commune, id=uuid7(), unit_kind=kind, codes=chosen, set_by=who.id
    )
    session.add(row)
    session.flush()
    audit.record(session, who, "ask", "unit_question", row.id, units=kind, count=len(chosen))
    return row


# --- opened without an account ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever opened a link: the link, its unit, and the machine once it was let in."""

    link: UnitLink
    unit: Unit
    machine: UnitLinkDevice | None

    @property
    def actor(self) -> Actor:
        """Nobody we know, in the link's commune."""
        return Actor(Role.ANONYMOUS, self.link.commune_id)


def visitor(session: Session, token: str, machine: str) -> Visitor | None:
    """The link of a token that opens today, with the machine whose cookie was sent; else None."""
    link = session.scalar(
        select(UnitLink).where(
            UnitLink.commune_id == commune_of(token),
            UnitLink.token_digest == digest_of(token), UnitLink.revoked_at.is_(None),
            UnitLink.until >= clock.today(),
        )
    )  # fmt: skip
    if link is None:
        return None
    unit = session.get_one(Unit, (link.commune_id, link.unit_id))
    if unit.closed_on is not None and unit.closed_on <= clock.today():
        return None
    known = session.scalar(
        select(UnitLinkDevice).where(
            UnitLinkDevice.commune_id == link.commune_id, UnitLinkDevice.link_id == link.id,
            UnitLinkDevice.token_digest == digest_of(machine),
        )
    )  # fmt: skip
    return Visitor(link, unit, known if machine else None)


def let_in(session: Session, keys: Keys, seen: Visitor, typed: str) -> str:
    """Open the link on a new machine: the token for its cookie. The confirm code is used up by it."""
    link = seen.link
    audit.lock_chain(session, link.commune_id)
    session.refresh(link, with_for_update=True)
    count = machines_of(session, link)
    if count >= MOST_MACHINES:
        raise TooMany(
            _("Đường dẫn này đã mở từ quá nhiều máy nên không nhận thêm. Hãy gọi cán bộ xã để lấy đường "
              "dẫn mới.")
        )  # fmt: skip
    _check_code(session, keys, link, typed)
    token = secrets.token_urlsafe(24)
    row = UnitLinkDevice(
        commune_id=link.commune_id, id=uuid7(), link_id=link.id, token_digest=digest_of(token)
    )
    session.add(row)
    session.flush()
    audit.record(session, seen.actor, "open", "unit_link", link.id,
                 unit=seen.unit.name, machine=count + 1)  # fmt: skip
    return token


def machines_of(session: Session, link: UnitLink) -> int:
    """On how many machines a link was opened."""
    table = UnitLinkDevice
    return session.scalar(
        select(func.count()).where(
            table.commune_id == link.commune_id, table.link_id == link.id
        )
    ) or 0  # fmt: skip


def _too_often() -> TooMany:
    return TooMany(_("Đã gõ sai mã quá nhiều lần. Hãy đợi một giờ, hoặc gọi cán bộ xã."))


def _check_code(session: Session, keys: Keys, link: UnitLink, typed: str) -> None:
    if link.code_number is None:
        return
    subject, commune = f"{CODE}:{link.id}", link.commune_id
    if limits.locked_until(session, commune, subject) is not None:
        raise _too_often()
    digits = "".join(one for one in typed[:40] if one.isdigit())
    if hmac.compare_digest(digits.encode(), confirm_code(keys, link).encode()):
        link.code_number += 1
        limits.clear(session, commune, subject)
        return

    def keep(short: Session) -> TooMany | None:
        return _too_often() if limits.count_misses(short, commune, [(subject, CODES)]) else None

    wrong = _("Mã chưa đúng, hoặc đã dùng cho máy khác. Hãy gọi cán bộ xã để lấy mã 6 số.")
    raise Invalid(wrong, fields={"code": [wrong]}, keep=keep)
