"""Writes: a day the commune sets itself, and the address of a personal calendar."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.indicators.declared_checks import OFFICE
from lms.people.account_models import Account, RoleGrant
from lms.people.sessions import RolesTaken
from lms.reports.calendar_links import commune_of, digest_of, token_of
from lms.reports.calendar_models import CalendarFeed, ReminderDay
from lms.reports.calendar_queries import Which, duty, own_days

AFTER = timedelta(days=92)
"""A commune's own day may lie so long after its period."""
FEED = "calendar-feed"


# --- a day of the commune's own -----------------------------------------------------------------


def set_day(session: Session, who: Actor, which: Which, day: date | None) -> ReminderDay | None:
    """Set the commune's own day for a duty without a date, another one, or none. The same twice is once."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    _check_day(session, who, which, day)
    before = own_days(session, who.commune).get(which)
    if before is not None and before.day == day:
        return before
    if before is not None:
        before.undone_at, before.undone_by = clock.now(), who.id
        session.flush()
    if day is None:
        if before is not None:
            audit.record(session, who, "take_back", "report_reminder_day", before.id, plan=which[0])
        return None
    return _new_day(session, who, which, day)


def _new_day(session: Session, who: Actor, which: Which, day: date) -> ReminderDay:
    plan, report, ends = which
    row = ReminderDay(
        commune_id=who.commune, id=uuid7(), plan_code=plan, report_code=report, ends=ends, day=day,
        set_by=who.id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, who, "set", "report_reminder_day", row.id, plan=plan, day=day)
    return row


def _check_day(session: Session, who: Actor, which: Which, day: date | None) -> None:
    found = duty(session, who.commune, which, clock.today())
    if found is None:
        raise NotFound(_("Kế hoạch không có kỳ báo cáo này. Hãy mở lại trang Báo cáo."))
    if found.last_day is not None:
        words = _("Kế hoạch đã ghi ngày cho báo cáo này, không đặt ngày khác được.")
        raise Invalid(words, fields={"day": [words]})
    if day is not None and not found.starts <= day <= found.ends + AFTER:
        words = _("Ngày nhắc phải nằm trong kỳ hoặc trong ba tháng sau kỳ. Hãy chọn lại.")
        raise Invalid(words, fields={"day": [words]})


# --- the personal calendar ----------------------------------------------------------------------


def feed_of(session: Session, who: Actor) -> CalendarFeed | None:
    """The address that stands for this account, or None."""
    table = CalendarFeed
    return session.scalar(
        select(table).where(
            table.commune_id == who.commune, table.account_id == who.key, table.revoked_at.is_(None)
        )
    )


def make_feed(session: Session, who: Actor, keys: Keys) -> CalendarFeed:
    """A new address for this account; the one before ends at once."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    _end(session, who)
    row = CalendarFeed(commune_id=who.commune, id=uuid7(), account_id=who.key)
    row.token_digest = digest_of(token_of(session, keys, FEED, who.commune, row.id))
    session.add(row)
    session.flush()
    audit.record(session, who, "make", "calendar_feed", row.id)
    return row


def revoke_feed(session: Session, who: Actor) -> None:
    """End the account's address; without one nothing happens."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    ended = _end(session, who)
    if ended is not None:
        audit.record(session, who, "revoke", "calendar_feed", ended.id)


def _end(session: Session, who: Actor) -> CalendarFeed | None:
    row = feed_of(session, who)
    if row is not None:
        row.revoked_at = clock.now()
        session.flush()
    return row


def end_of_roles(session: Session, taken: RolesTaken) -> None:
    """Whoever is no officer here any more loses the address for good, also when coming back one day."""
    if not taken.kept & set(OFFICE):
        _end(session, Actor(Role.SYSTEM, taken.commune_id, taken.account_id))


def opened_feed(session: Session, token: str) -> CalendarFeed | None:
    """The feed of a token while its account still is officer or administrator there, else None."""
    row = session.scalar(
        select(CalendarFeed).where(
            CalendarFeed.commune_id == commune_of(token),
            CalendarFeed.token_digest == digest_of(token),
            CalendarFeed.revoked_at.is_(None),
        )
    )
    return row if row is not None and _still_office(session, row) else None


def _still_office(session: Session, row: CalendarFeed) -> bool:
    granted = session.scalar(
        select(RoleGrant.id).where(
            RoleGrant.commune_id == row.commune_id,
            RoleGrant.account_id == row.account_id,
            RoleGrant.role.in_([Role.OFFICER.value, Role.ADMINISTRATOR.value]),
            RoleGrant.revoked_at.is_(None),
        )
    )
    return granted is not None and session.get_one(Account, row.account_id).disabled_at is None


def feed_token(session: Session, keys: Keys, commune_id: UUID, key: UUID) -> str:
    """The token of a feed, to be shown to its account again."""
    return token_of(session, keys, FEED, commune_id, key)
