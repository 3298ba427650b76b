"""Cards, and classes that are carried to where no network is. All of these are records."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, belongs_to, created, of_commune


class StaffCard(CommuneRow, Base):
    """A trainer's own card: opens the trainer's corner of a carried tablet. One stands at a time."""

    __tablename__ = "staff_card"
    __table_args__ = (
        of_commune(),
        UniqueConstraint("commune_id", "card_digest"),
        Index("ix_staff_card_account", "commune_id", "account_id"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    card_digest: Mapped[str]
    card_sealed: Mapped[str]
    made_at: Mapped[datetime] = created()
    revoked_at: Mapped[datetime | None]


class SpareCard(CommuneRow, Base):
    """A card for somebody who walks in. Its id is the learner in events; linking it makes the enrolment
    of that very id, and whatever waited for it is applied then."""

    __tablename__ = "spare_card"
    __table_args__ = (
        belongs_to("cohort", "cohort_id"),
        UniqueConstraint("commune_id", "cohort_id", "number"),
        UniqueConstraint("commune_id", "card_digest"),
    )

    cohort_id: Mapped[UUID]
    number: Mapped[int]
    """Printed as 'Thẻ khách 03'."""
    picture: Mapped[str]
    colour: Mapped[str]
    card_digest: Mapped[str]
    card_sealed: Mapped[str]
    made_at: Mapped[datetime] = created()
    linked_by: Mapped[UUID | None]
    linked_at: Mapped[datetime | None]


class ClassPack(CommuneRow, Base):
    """A class as it was carried away: roster, cards, meetings, forms without keys. Never changed."""

    __tablename__ = "class_pack"
    __table_args__ = (
        belongs_to("cohort", "cohort_id"),
        Index("ix_class_pack_cohort", "commune_id", "cohort_id", "made_at"),
    )

    cohort_id: Mapped[UUID]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = created()
    valid_until: Mapped[datetime]
    sha256: Mapped[str]
    """Of the body's UTF-8 bytes: tablets pin the pack by it."""
    body: Mapped[str | None] = mapped_column(Text)
    """The JSON that tablets fetch; emptied when the pack is taken back, as it holds given names."""
    withdrawn_at: Mapped[datetime | None]


class CarriedMeeting(CommuneRow, Base):
    """A meeting that a pack may hold without network, and the sitting that may take place in it.

    `id` is the sitting's: the `sitting` row of that id is made when the trainer confirms the work.
    """

    __tablename__ = "carried_meeting"
    __table_args__ = (
        belongs_to("class_pack", "pack_id"),
        belongs_to("class_session", "class_session_id"),
        UniqueConstraint("commune_id", "class_session_id"),
    )

    pack_id: Mapped[UUID]
    """The pack that first carried this meeting; later packs of the class carry it too."""
    class_session_id: Mapped[UUID]


class ClaimDecision(CommuneRow, Base):
    """The trainer says whether the work that tablets claim of a learner in a meeting was his or hers."""

    __tablename__ = "claim_decision"
    __table_args__ = (
        belongs_to("class_session", "class_session_id"),
        UniqueConstraint("commune_id", "class_session_id", "learner_id"),
        CheckConstraint("verdict IN ('confirmed', 'refused')", name="verdict"),
    )

    class_session_id: Mapped[UUID]
    learner_id: Mapped[UUID]
    """An enrolment."""
    verdict: Mapped[str]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime] = created()


class HomeCode(CommuneRow, Base):
    """A one-time code that binds one phone at home to a learner, for practice only."""

    __tablename__ = "home_code"
    __table_args__ = (
        belongs_to("enrolment", "enrolment_id"),
        belongs_to("device", "device_id"),
        UniqueConstraint("commune_id", "code_digest"),
        Index("ix_home_code_enrolment", "commune_id", "enrolment_id"),
    )

    enrolment_id: Mapped[UUID]
    code_digest: Mapped[str]
    code_sealed: Mapped[str]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_on: Mapped[date]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    device_id: Mapped[UUID | None]
