"""What an officer decides about the public page: on or off, its words, its classes, its events."""

from dataclasses import dataclass
from datetime import date, time
from typing import Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.policy import Role
from lms.core.text import clean, day
from lms.reports import public_queries as public
from lms.reports.public_models import PublicClass, PublicEvent, PublicPage

KEEPERS = (Role.OFFICER, Role.ADMINISTRATOR)


class Revised(Protocol):
    """A row that a form was filled from."""

    revision: int


def switch(session: Session, who: Actor, *, on: bool) -> PublicPage:
    """Open the commune's page to everybody, or close it; off by default."""
    require(who, Role.ADMINISTRATOR)
    audit.lock_chain(session, who.commune)
    row = _page(session, who)
    if row.is_on != on:
        row.is_on, row.set_by, row.set_at = on, who.id, clock.now()
        audit.record(session, who, "switch", "public_page", row.id, on=on)
    return row


def _page(session: Session, who: Actor) -> PublicPage:
    row = public.page_of(session, who.commune)
    if row is None:
        row = PublicPage(
            commune_id=who.commune, id=who.commune, is_on=False, greeting="", contact=""
        )
        session.add(row)
        session.flush()
    return row


def save_words(
    session: Session, who: Actor, greeting: str, contact: str, revision: int
) -> PublicPage:
    """The officer's words at the top of the page, and where to ask."""
    require(who, *KEEPERS)
    audit.lock_chain(session, who.commune)
    row = _page(session, who)
    said = _text(greeting, "greeting", 600), _text(contact, "contact", 300)
    if (row.greeting, row.contact) != said:
        _fresh(row, revision, f"{row.greeting}\n{row.contact}")
        row.greeting, row.contact = said
        row.revision, row.set_by, row.set_at = row.revision + 1, who.id, clock.now()
        audit.record(session, who, "word", "public_page", row.id)
    return row


def show_class(
    session: Session, who: Actor, cohort_id: UUID, how: str, revision: int, *, shown: bool
) -> PublicClass:
    """Put a class on the public page with how to join it, or take it off."""
    require(who, *KEEPERS)
    audit.lock_chain(session, who.commune)
    cohort = public.course(session, who.commune, cohort_id)
    said = _text(how, "how", 300)
    if shown and not said:
        wrong = _("Hãy ghi cách đăng ký, ví dụ: đến nhà văn hóa gặp trưởng thôn.")
        raise Invalid(wrong, fields={"how": [wrong]})
    row = session.scalar(
        select(PublicClass).where(
            PublicClass.commune_id == who.commune, PublicClass.cohort_id == cohort_id
        )
    )
    if row is None:
        row = PublicClass(
            commune_id=who.commune, cohort_id=cohort_id, is_shown=False, how_to_join="", revision=0
        )
        session.add(row)
    elif (row.is_shown, row.how_to_join) == (shown, said):
        return row
    else:
        _fresh(row, revision, row.how_to_join)
    row.is_shown, row.how_to_join, row.revision = shown, said, row.revision + 1
    row.set_by, row.set_at = who.id, clock.now()
    session.flush()
    audit.record(
        session, who, "show" if shown else "hide", "public_class", row.id, cohort=cohort.name
    )
    return row


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event as it is typed. `key` makes sending twice safe; `revision` 0 for a new one."""

    key: UUID
    title: str
    held_on: date
    starts_at: time | None
    ends_at: time | None
    place: str
    what: str
    revision: int = 0


def save_event(session: Session, who: Actor, new: NewEvent) -> PublicEvent:
    """Write an event, or change it."""
    require(who, *KEEPERS)
    audit.lock_chain(session, who.commune)
    said = _checked(new)
    row = session.get(PublicEvent, (who.commune, new.key))
    if row is not None:
        _still_listed(row)
        if all(getattr(row, name) == value for name, value in said.items()):
            return row
        _fresh(row, new.revision, f"{row.title}, {day(row.held_on)}, {row.place}\n{row.what}")
        row.revision += 1
    else:
        row = PublicEvent(commune_id=who.commune, id=new.key, revision=1, made_by=who.id)
        session.add(row)
    for name, value in said.items():
        setattr(row, name, value)
    session.flush()
    audit.record(session, who, "write", "public_event", row.id, title=row.title)
    return row


def _still_listed(row: PublicEvent) -> None:
    """An event that a colleague took off does not come back because a form was still open."""
    if row.cancelled_at is not None:
        raise Conflict(
            _(
                "Sự kiện này vừa được bỏ khỏi trang nên chưa lưu. Nếu vẫn tổ chức, hãy ghi thành sự kiện mới."
            )
        )


def _checked(new: NewEvent) -> dict[str, object]:
    """The event's fields, or Invalid with what to mend in each."""
    said = {
        "title": _text(new.title, "title", 120),
        "place": _text(new.place, "place", 200),
        "what": _text(new.what, "what", 600),
    }
    fields = {name: [_("Hãy ghi chỗ này.")] for name, value in said.items() if not value}
    if new.ends_at and not new.starts_at:
        fields["starts_at"] = [_("Có giờ kết thúc thì hãy ghi cả giờ bắt đầu.")]
    elif new.ends_at and new.starts_at and new.ends_at <= new.starts_at:
        fields["ends_at"] = [_("Giờ kết thúc phải sau giờ bắt đầu.")]
    if fields:
        raise Invalid(_("Có chỗ chưa đúng. Hãy sửa rồi lưu lại."), fields=fields)
    return {**said, "held_on": new.held_on, "starts_at": new.starts_at, "ends_at": new.ends_at}


def cancel_event(session: Session, who: Actor, event_id: UUID) -> None:
    """Take an event off the page; the row stays."""
    require(who, *KEEPERS)
    audit.lock_chain(session, who.commune)
    row = session.get(PublicEvent, (who.commune, event_id))
    if row is not None and row.cancelled_at is not None:
        return
    row = public.event(session, who.commune, event_id)
    row.cancelled_at = clock.now()
    audit.record(session, who, "cancel", "public_event", row.id, title=row.title)


def _fresh(row: Revised, revision: int, theirs: str) -> None:
    """Nobody saved since the form was opened; else both texts are shown and nothing is lost."""
    if row.revision != revision:
        raise Conflict(
            _("Một cán bộ khác vừa sửa chỗ này. Chữ của bạn vẫn ở dưới đây và chưa được lưu: hãy so "
              "với bản của người kia rồi lưu lại."),
            fields={"theirs": theirs},
        )  # fmt: skip


def _text(value: str, name: str, most: int) -> str:
    """Tidy lines, at most so many letters."""
    said = "\n".join(filter(None, (clean(line) for line in value.splitlines())))
    if len(said) > most:
        wrong = _("Dài quá: nhiều nhất %(most)s chữ cái, bạn đã ghi %(n)s.", most=most, n=len(said))
        raise Invalid(wrong, fields={name: [wrong]})
    return said
