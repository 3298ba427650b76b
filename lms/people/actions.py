"""Writing the register: imports, merges and their undoing. Accounts live in `lms.people.accounts`."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.core.signals import send
from lms.core.text import clean
from lms.people import importing, queries
from lms.people.accounts import create_administrator, one_time_link, recover
from lms.people.choosing import Choice, choose
from lms.people.events import PersonsLinked, PersonsUnlinked
from lms.people.importing import Prepared, Upload
from lms.people.models import Person, PersonDistinct, PersonLink, RegisterImport
from lms.people.plan import Plan
from lms.people.register import Tick, nothing
from lms.people.rules import chains

__all__ = [
    "Choice",
    "Prepared",
    "Upload",
    "apply_register",
    "choose_again",
    "create_administrator",
    "keep_preview",
    "link",
    "mark_distinct",
    "one_time_link",
    "prepare",
    "preview_register",
    "read_list",
    "recover",
    "undo_import",
    "undo_link",
    "unmark_distinct",
]

REGISTRARS = (Role.OFFICER, Role.ADMINISTRATOR)


def preview_register(
    session: Session, who: Actor, keys: Keys, file_name: str, content: bytes,
    home_id: UUID | None = None, tick: Tick = nothing,
) -> tuple[RegisterImport, Plan]:  # fmt: skip
    """Read a list and say what would become of each row; the register itself is not touched."""
    upload = Upload(file_name, content, home_id)
    plan = read_list(session, who, keys, upload, tick)
    return keep_preview(session, who, keys, upload, plan), plan


def read_list(
    session: Session, who: Actor, keys: Keys, upload: Upload, tick: Tick = nothing
) -> Plan:
    """What would become of each row of a list; needs no session that writes."""
    require(who, *REGISTRARS)
    return importing.plan_for(session, keys, who.commune, upload, tick)


def keep_preview(
    session: Session, who: Actor, keys: Keys, upload: Upload, plan: Plan
) -> RegisterImport:
    """Keep a list that was read, until it is confirmed."""
    require(who, *REGISTRARS)
    return importing.remember(session, keys, who.commune, who.id, upload, plan)


def choose_again(
    session: Session, who: Actor, keys: Keys, import_id: UUID, choice: Choice
) -> RegisterImport:
    """Read a previewed list again with other lists of the file, or with doubtful rows decided."""
    require(who, *REGISTRARS)
    row = queries.register_import(session, who.commune, import_id)
    if row.status == "previewed":
        choose(session, keys, row, choice)
    return row


def prepare(
    session: Session, who: Actor, keys: Keys, import_id: UUID, tick: Tick = nothing
) -> Prepared | None:
    """The plan of a previewed list, made before anything is locked; None when nothing is left to do."""
    require(who, *REGISTRARS)
    row = queries.register_import(session, who.commune, import_id)
    return importing.prepared(session, keys, row, tick)


def apply_register(
    session: Session, who: Actor, keys: Keys, import_id: UUID, *, skip_errors: bool = False,
    tick: Tick = nothing, ready: Prepared | None = None,
) -> RegisterImport:  # fmt: skip
    """Write every good row of a previewed list in one transaction.

    Invalid when rows are faulty and the reader did not choose to leave them out. The same import twice,
    or the same file again, changes nothing. `ready` is used where the register has not changed since.
    """
    require(who, *REGISTRARS)
    audit.lock_chain(session, who.commune)
    row = queries.register_import(session, who.commune, import_id)
    if row.status != "previewed" or importing.applied_before(session, row):
        return row
    plan = importing.write(session, who, keys, row, skip_errors=skip_errors, tick=tick, ready=ready)
    audit.record(
        session, who, "imported", "register", row.id, file=row.sha256[:12], **plan.counts()
    )
    return row


def undo_import(session: Session, who: Actor, keys: Keys, import_id: UUID) -> RegisterImport:
    """Take an applied import back, as far as nothing later stands on it; twice is once."""
    require(who, *REGISTRARS)
    audit.lock_chain(session, who.commune)
    row = queries.register_import(session, who.commune, import_id)
    if row.status == "previewed":
        raise Conflict(_("Danh sách này chưa nhập nên không có gì để hoàn tác."))
    if row.status == "applied":
        if row.undo is None:
            raise Conflict(
                _("Lần nhập này làm từ bản cũ, chưa giữ dữ liệu để hoàn tác. Hãy sửa từng người.")
            )
        done = importing.undo(session, who, keys, row)
        audit.record(
            session, who, "undone", "register", row.id,
            removed=done.removed, restored=done.restored, kept=len(done.kept),
        )  # fmt: skip
    return row


# Merges


def link(
    session: Session, who: Actor, duplicate_id: UUID, survivor_id: UUID, reason: str
) -> PersonLink:
    """Join a record to the one that stands for it; nothing is deleted. The same link twice is one."""
    require(who, *REGISTRARS)
    audit.lock_chain(session, who.commune)
    _both(session, who, duplicate_id, survivor_id)
    links = queries.standing_links(session, who.commune)
    if links.get(duplicate_id) == survivor_id:
        return _standing(session, who.commune, duplicate_id)
    if duplicate_id in links:
        raise Conflict(_("Hồ sơ này đã gộp vào hồ sơ khác. Hãy tách ra trước rồi gộp lại."))
    if chains.would_circle(links, duplicate_id, survivor_id):
        raise Conflict(
            _("Hai hồ sơ này đã gộp theo chiều ngược lại. Hãy tách ra trước rồi gộp lại.")
        )
    made = PersonLink(
        commune_id=who.commune, duplicate_id=duplicate_id, survivor_id=survivor_id,
        reason=_reason(reason), made_by=who.id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    audit.record(session, who, "linked", "person", duplicate_id, survivor=survivor_id, link=made.id)
    send(session, PersonsLinked(who.commune, duplicate_id, survivor_id))
    return made


def _both(session: Session, who: Actor, first: UUID, second: UUID) -> None:
    """Both records are of this commune, and they are two."""
    if first == second:
        raise Invalid(_("Đây là cùng một hồ sơ. Hãy chọn hai hồ sơ khác nhau."))
    found = session.scalars(
        select(Person.id).where(
            Person.commune_id == who.commune,
            Person.id.in_((first, second)),
            Person.erased_on.is_(None),
        )
    ).all()
    if len(found) != 2:
        raise NotFound(_("Không tìm thấy người này trong danh sách của xã."))


def _reason(reason: str) -> str:
    text = clean(reason)
    if not text or len(text) > 200:
        message = _("Hãy ghi lý do trong 1 đến 200 chữ, ví dụ: cùng số định danh.")
        raise Invalid(message, fields={"reason": [message]})
    return text


def _standing(session: Session, commune_id: UUID, duplicate_id: UUID) -> PersonLink:
    return session.scalars(
        select(PersonLink).where(
            PersonLink.commune_id == commune_id,
            PersonLink.duplicate_id == duplicate_id,
            PersonLink.undone_at.is_(None),
        )
    ).one()


def undo_link(session: Session, who: Actor, link_id: UUID) -> PersonLink:
    """Take a merge back; undoing twice is undoing once."""
    require(who, *REGISTRARS)
    audit.lock_chain(session, who.commune)
    found = session.get(PersonLink, (who.commune, link_id))
    if found is None:
        raise NotFound(_("Không tìm thấy lần gộp này."))
    if found.undone_at is None:
        found.undone_at, found.undone_by = clock.now(), who.id
        session.flush()
        audit.record(
            session, who, "unlinked", "person", found.duplicate_id, survivor=found.survivor_id
        )
        send(session, PersonsUnlinked(who.commune, found.duplicate_id, found.survivor_id))
    return found


def mark_distinct(session: Session, who: Actor, one: UUID, other: UUID) -> None:
    """Two records are two people: do not propose them again; saying it twice is once."""
    require(who, *REGISTRARS)
    _both(session, who, one, other)
    audit.lock_chain(session, who.commune)
    first, second = sorted((one, other))
    if frozenset((first, second)) in queries.distinct_pairs(session, who.commune):
        return
    session.add(
        PersonDistinct(commune_id=who.commune, first_id=first, second_id=second, made_by=who.id)
    )
    session.flush()
    audit.record(session, who, "told_apart", "person", first, other=second)


def unmark_distinct(session: Session, who: Actor, one: UUID, other: UUID) -> None:
    """Take back that two records are two people: they may be proposed again; twice is once."""
    require(who, *REGISTRARS)
    _both(session, who, one, other)
    audit.lock_chain(session, who.commune)
    first, second = sorted((one, other))
    said = session.scalar(
        select(PersonDistinct).where(
            PersonDistinct.commune_id == who.commune,
            PersonDistinct.first_id == first,
            PersonDistinct.second_id == second,
        )
    )
    if said is not None:
        session.delete(said)
        session.flush()
        audit.record(session, who, "looked_again", "person", first, other=second)
