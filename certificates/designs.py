"""How a commune words its certificates: versions that are only ever added; the newest is used.

A certificate keeps the version it was drawn with and is never drawn again, so a new version changes
nothing that was issued.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from certificates import design_words, wording
from certificates.models import CertificateDesign
from certificates.paper.design import DEFAULT, Design, Unfit, check
from lms.cohorts.managing import Changed
from lms.core import audit, clock
from lms.core.errors import Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.policy import Role
from lms.people.account_queries import account_names
from lms.people.models import Commune

READERS = (Role.TRAINER, Role.OFFICER, Role.ADMINISTRATOR)
KEEPERS = (Role.OFFICER, Role.ADMINISTRATOR)
FIRST = 0
"""The version of a commune that has saved none: the product's own words."""


@dataclass(frozen=True)
class Kept:
    """One version of a commune's design, and who saved it when; nobody saved FIRST."""

    version: int
    design: Design
    made_at: datetime | None = None
    made_by: UUID | None = None

    @property
    def used(self) -> int | None:
        """What Certificate.design_version holds: None for the product's own words."""
        return self.version or None


@dataclass(frozen=True)
class Entry:
    """A line in the list of versions."""

    version: int
    made_at: datetime | None
    made_by: str


def newest(session: Session, commune_id: UUID) -> Kept:
    """The version that is used today."""
    query = _of(commune_id).order_by(CertificateDesign.version.desc()).limit(1)
    return _kept(session.scalar(query))


def version(session: Session, who: Actor, number: int) -> Kept:
    """One version; NotFound for a number that was never given."""
    require(who, *READERS)
    found = session.scalar(_of(who.commune).where(CertificateDesign.version == number))
    if found is None and number != FIRST:
        raise NotFound(_("Không tìm thấy mẫu này. Hãy mở lại từ danh sách mẫu."))
    return _kept(found)


def _of(commune_id: UUID) -> Select[CertificateDesign]:
    return select(CertificateDesign).where(CertificateDesign.commune_id == commune_id)


def _kept(row: CertificateDesign | None) -> Kept:
    if row is None:
        return Kept(FIRST, DEFAULT)
    return Kept(row.version, Design.from_plain(row.fields, row.logo), row.made_at, row.made_by)


def versions(session: Session, who: Actor) -> list[Entry]:
    """All versions, the newest first, down to the product's own words."""
    require(who, *READERS)
    columns = (CertificateDesign.version, CertificateDesign.made_at, CertificateDesign.made_by)
    query = select(*columns).where(CertificateDesign.commune_id == who.commune)
    rows = session.execute(query.order_by(CertificateDesign.version.desc())).all()
    names = account_names(session, {by for _number, _at, by in rows if by})
    made = [Entry(number, at, names.get(by, "") if by else "") for number, at, by in rows]
    return [*made, Entry(FIRST, None, "")]


def save(session: Session, who: Actor, design: Design, opened: int) -> Kept:
    """Keep a design as the next version. The same as the newest again is no new version.

    `opened` is the version the form was opened with: Changed when somebody saved another meanwhile.
    Invalid names every field that does not fit the paper, and keeps nothing.
    """
    require(who, *KEEPERS)
    audit.lock_chain(session, who.commune)
    last = newest(session, who.commune)
    if design == last.design:
        return last
    if faults := unfit(design, wording.issuer_of(session.get_one(Commune, who.commune))):
        raise Invalid(_("Chưa lưu được mẫu."), fields={name: [why] for name, why in faults.items()})
    if opened != last.version:
        raise Changed(last.version)
    return _add(session, who, design, last.version + 1)


def _add(session: Session, who: Actor, design: Design, number: int) -> Kept:
    row = CertificateDesign(
        id=uuid7(), commune_id=who.commune, version=number, fields=dict(design.to_plain()),
        logo=design.logo or None, made_by=who.id, made_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, who, "saved", "certificate_design", row.id, version=number)
    return _kept(row)


def take_again(session: Session, who: Actor, number: int, opened: int) -> Kept:
    """Use an old version again: it becomes the next one, so the list still says what was used when."""
    require(who, *KEEPERS)
    return save(session, who, version(session, who, number).design, opened)


def unfit(design: Design, issuer: str) -> dict[str, str]:
    """What of a design cannot be printed, by field, in words; every fault, not only the first.

    `issuer` is printed where the design names none.
    """
    faults: dict[str, str] = {}
    if not design.title:
        faults["title"] = _("Hãy ghi tên giấy, ví dụ: GIẤY CHỨNG NHẬN HOÀN THÀNH.")
    while True:
        try:
            check(design_words.without(design, faults), issuer)
        except Unfit as error:
            if error.field in faults:
                return faults
            faults[error.field] = design_words.fault(error)
        else:
            return faults
