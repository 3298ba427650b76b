"""What a box is told of the commune: column by column, for what is not named here stays at the commune.

Of people it is the name, the year of birth, drawing and colour, and digests of PIN and card under the
box's own pepper: no citizen ID, phone, address, sex or date of birth. See docs/adr/0031.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from courses import queries as courses
from courses.models import CommuneProgramme, MediaRow, ProgrammeVersionRow
from lms.cohorts.actions import printed_pin
from lms.cohorts.box_meetings import leave_with_box
from lms.cohorts.cards import learner_number, staff_number
from lms.cohorts.carried_models import CarriedMeeting, ClassPack, StaffCard
from lms.cohorts.hall_models import Allowance
from lms.cohorts.models import (
    ClassSession,
    Cohort,
    CohortTrainer,
    Device,
    Enrolment,
    SessionTrainer,
)
from lms.core.db import Base
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.offline.box.models import Box, BoxCohort
from lms.people.account_models import Account, RoleGrant
from lms.people.models import Commune, Person, Unit

Plain = dict[str, Any]
"""A row as JSON: column → value."""


@dataclass(frozen=True)
class Part:
    """The columns of one table that a box is told; `own` ones are the box's once the row is there.

    `blank` fills columns that may not be empty and that a box is not told.
    """

    model: type[Base]
    columns: tuple[str, ...]
    own: frozenset[str] = frozenset()
    blank: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The table."""
        return str(self.model.__tablename__)


def part(model: type[Base], columns: str, own: str = "", **blank: Any) -> Part:
    """A part from names with blanks between them."""
    return Part(model, tuple(columns.split()), frozenset(own.split()), blank)


PARTS = (
    part(Commune, "id short_code kind name province is_sample counts_temporary", two_steps=False),
    part(Unit, "commune_id id code name kind is_urban opened_on closed_on"),
    part(Account, "id login display_name password_hash disabled_at"),
    part(RoleGrant, "commune_id id account_id role granted_at revoked_at"),
    part(ProgrammeVersionRow, "id code content_hash title document shipped counts_as published_at"),
    part(MediaRow, "sha256 media_type body"),
    part(CommuneProgramme, "commune_id id version_id code published_at"),
    part(
        Cohort, "commune_id id code name programme_code version_id level unit_id place starts_on ends_on "
        "closed_at cancelled_at cancel_reason revision created_at",
    ),
    part(CohortTrainer, "commune_id id cohort_id account_id"),
    part(
        ClassSession, "commune_id id cohort_id number planned_on opened_at closed_at starts_at ends_at place "
        "cancelled_at cancel_reason revision",
        own="opened_at closed_at",
    ),
    part(SessionTrainer, "commune_id id class_session_id account_id made_at ended_at"),
    part(ClassPack, "commune_id id cohort_id made_at valid_until withdrawn_at", sha256=""),
    part(CarriedMeeting, "commune_id id pack_id class_session_id"),
    part(Person, "commune_id id full_name sort_key search_key birth_year erased_on"),
    part(
        Enrolment, "commune_id id cohort_id person_id picture colour pin_hmac card_digest enrolled_on "
        "withdrawn_on",
        pin_sealed="",
    ),
    part(StaffCard, "commune_id id account_id card_digest made_at revoked_at", card_sealed=""),
    part(Allowance, "commune_id id enrolment_id allowed made_at"),
)  # fmt: skip
"""In the order in which they can be written. A test holds that no column comes in unseen."""


def box_pepper(keys: Keys, commune_id: UUID, box_id: UUID) -> bytes:
    """The pepper of a box, made of the commune's: it opens nothing there, and need not be kept anywhere.

    The communes of a service have one key file, and who makes a box names its id: so both are in it.
    """
    return derived_key(keys.pepper, f"lhs-box-pepper:{commune_id}:{box_id}")


def derived_key(secret: bytes, purpose: str) -> bytes:
    """32 bytes made of a secret for one purpose (HKDF-SHA256)."""
    return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(secret)


def content_of(session: Session, keys: Keys, box: Box) -> Plain:
    """Everything that the box is told now: rows by table, and the tablets that it must let in no more."""
    if box.disabled_at is not None:
        return {"disabled": True, "rows": {}, "revoked": []}
    classes = classes_of(session, box)
    for one in classes:
        leave_with_box(session, box.commune_id, one.id)
    own = box_pepper(keys, box.commune_id, box.id)
    reading = _Reading(session, replace(keys, pepper=own), keys, box, classes)
    rows = {of.name: [told(of, row) for row in found] for of, found in reading.all()}
    return {"disabled": False, "rows": rows, "revoked": reading.revoked()}


def classes_of(session: Session, box: Box) -> Sequence[Cohort]:
    """The classes that a box holds now."""
    held = select(BoxCohort.cohort_id).where(
        BoxCohort.commune_id == box.commune_id,
        BoxCohort.box_id == box.id,
        BoxCohort.taken_at.is_(None),
    )
    query = select(Cohort).where(Cohort.commune_id == box.commune_id, Cohort.id.in_(held))
    return session.scalars(query.order_by(Cohort.id)).all()


def told(of: Part, row: Any) -> Plain:
    """A row, or a row with some values changed, as JSON."""
    source, changed = row if isinstance(row, tuple) else (row, {})
    return {
        name: plain(changed[name] if name in changed else getattr(source, name))
        for name in of.columns
    }


def plain(value: Any) -> Any:
    """A value of a column as JSON."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


Rows = Iterable[Any]


@dataclass(frozen=True)
class _Reading:
    """The reading of what belongs to the classes of one box."""

    session: Session
    anew: Keys
    """The commune's keys with the pepper of the box: what is digested anew for it."""
    keys: Keys
    box: Box
    classes: Sequence[Cohort]

    def all(self) -> list[tuple[Part, Rows]]:
        """The rows of each part, in the order of PARTS."""
        return [(of, getattr(self, f"_{of.name}")()) for of in PARTS]

    def revoked(self) -> list[str]:
        """The tablets of this box whose credential was taken back at the commune."""
        rows = self.session.scalars(
            select(Device.id).where(
                Device.commune_id == self.box.commune_id,
                Device.box_id == self.box.id,
                Device.revoked_at.is_not(None),
            )
        )
        return sorted(str(key) for key in rows)

    @property
    def _ids(self) -> list[UUID]:
        return [one.id for one in self.classes]

    def _of(self, model: Any, *where: Any) -> Rows:
        query: Select[Any] = select(model).where(model.commune_id == self.box.commune_id, *where)
        return self.session.scalars(query.order_by(model.id)).all()

    def _commune(self) -> Rows:
        return [self.session.get_one(Commune, self.box.commune_id)]

    def _unit(self) -> Rows:
        return self._of(Unit, Unit.id.in_({one.unit_id for one in self.classes}))

    def _teachers(self) -> set[UUID]:
        own = {row.account_id for row in self._cohort_trainer()}
        return own | {row.account_id for row in self._session_trainer()}

    def _account(self) -> Rows:
        query = select(Account).where(Account.id.in_(self._teachers()))
        return self.session.scalars(query.order_by(Account.id)).all()

    def _role_grant(self) -> Rows:
        is_trainer = RoleGrant.role == Role.TRAINER.value
        return self._of(RoleGrant, RoleGrant.account_id.in_(self._teachers()), is_trainer)

    def _programme_version(self) -> Rows:
        query = select(ProgrammeVersionRow).where(
            ProgrammeVersionRow.id.in_({one.version_id for one in self.classes})
        )
        return self.session.scalars(query.order_by(ProgrammeVersionRow.id)).all()

    def _course_media(self) -> Rows:
        versions = [courses.version(self.session, one.version_id) for one in self.classes]
        names = {media.sha256 for version in versions for media in version.media}
        query = select(MediaRow).where(MediaRow.sha256.in_(names)).order_by(MediaRow.sha256)
        return self.session.scalars(query).all()

    def _commune_programme(self) -> Rows:
        versions = {one.version_id for one in self.classes}
        return self._of(CommuneProgramme, CommuneProgramme.version_id.in_(versions))

    def _cohort(self) -> Rows:
        return self.classes

    def _cohort_trainer(self) -> Rows:
        return self._of(CohortTrainer, CohortTrainer.cohort_id.in_(self._ids))

    def _class_session(self) -> Rows:
        """A meeting that is open at the commune now is one still to be held on the box."""
        for row in self._of(ClassSession, ClassSession.cohort_id.in_(self._ids)):
            yield (row, {"opened_at": row.opened_at if row.closed_at else None})

    def _meetings(self) -> list[UUID]:
        return [row.id for row in self._of(ClassSession, ClassSession.cohort_id.in_(self._ids))]

    def _session_trainer(self) -> Rows:
        return self._of(SessionTrainer, SessionTrainer.class_session_id.in_(self._meetings()))

    def _carried_meeting(self) -> Rows:
        return self._of(CarriedMeeting, CarriedMeeting.class_session_id.in_(self._meetings()))

    def _class_pack(self) -> Rows:
        """Only since when a meeting is away: the text of a pack is for tablets that have no box."""
        for row in self._of(
            ClassPack, ClassPack.id.in_({m.pack_id for m in self._carried_meeting()})
        ):
            yield (row, {"valid_until": row.made_at, "withdrawn_at": row.made_at})

    def _person(self) -> Rows:
        return self._of(Person, Person.id.in_({row.person_id for row in self._learners()}))

    def _learners(self) -> Sequence[Enrolment]:
        return list(self._of(Enrolment, Enrolment.cohort_id.in_(self._ids)))

    def _enrolment(self) -> Rows:
        return [(row, self._proofs(row)) for row in self._learners()]

    def _proofs(self, row: Enrolment) -> Plain:
        """PIN and card under the box's pepper; who was erased has neither."""
        pin = printed_pin(self.keys, row) if row.pin_sealed else ""
        card = learner_number(self.keys, row)
        return {
            "pin_hmac": self.anew.digest("pin", f"{row.id}:{pin}") if pin else "",
            "card_digest": self.anew.digest("card", card) if card else None,
        }

    def _staff_card(self) -> Rows:
        cards = self._of(
            StaffCard, StaffCard.account_id.in_(self._teachers()), StaffCard.revoked_at.is_(None)
        )
        for row in cards:
            yield (row, {"card_digest": self.anew.digest("card", staff_number(self.keys, row))})

    def _allowance(self) -> Rows:
        return self._of(Allowance, Allowance.enrolment_id.in_({row.id for row in self._learners()}))
