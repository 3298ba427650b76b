"""What lists from outside say of one person, for the person's own page."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.i18n import _
from lms.core.text import day
from lms.indicators import wording
from lms.indicators.models import FactImport, OutsideFact
from lms.indicators.outside_uses import what_words
from lms.people.person_notes import Card, Note, tell


def card(session: Session, commune_id: UUID, records: set[UUID]) -> Card:
    """Facts of lists that stand, the newest first; a list that was taken back says nothing."""
    f, came = OutsideFact, FactImport
    rows = session.execute(
        select(
            f.kind,
            f.occurred_on,
            f.programme_code,
            f.level,
            came.document,
            came.source,
            came.listed_on,
        )
        .join(came, (came.commune_id == f.commune_id) & (came.id == f.import_id))
        .where(f.commune_id == commune_id, f.person_id.in_(records), came.undone_at.is_(None))
        .order_by(f.occurred_on.desc(), f.id)
    )
    notes = [
        _note(kind, on, what_words(programme, level), document, source, listed)
        for kind, on, programme, level, document, source, listed in rows
    ]
    return Card(_("Theo danh sách từ bên ngoài"), "document", tuple(notes))


def _note(kind: str, on: date, what: str, document: str, source: str, listed: date) -> Note:
    name = wording.proof_name(kind)
    text = _("%(name)s ngày %(day)s", name=name[:1].upper() + name[1:], day=day(on))
    if what:
        text += f" ({what})"
    return Note(text, _("theo danh sách “%(document)s” của %(source)s, ngày %(day)s",
                        document=document, source=source, day=day(listed)))  # fmt: skip


def listen() -> None:
    """Make the person's page show these facts."""
    tell(card)
