"""The learning-event store: no foreign keys and no unique column but the id (design: offline 8–10, 19)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, created
from lms.core.ids import uuid7


class Batch(CommuneRow, Base):
    """One delivery of events. The projector's watermark: a batch is projected or it is not."""

    __tablename__ = "event_batch"
    __table_args__ = (
        Index(
            "ix_event_batch_waiting",
            "commune_id",
            "number",
            sqlite_where=text("projected_at IS NULL"),
            postgresql_where=text("projected_at IS NULL"),
        ),
        Index("ix_event_batch_number", "commune_id", "number"),
    )

    number: Mapped[int] = mapped_column(BigInteger)
    """Commit number: one more than the highest when it was written. It only grows; two deliveries
    stored at the same instant may share one."""
    device_id: Mapped[UUID]
    received_at: Mapped[datetime]
    projected_at: Mapped[datetime | None]


class Event(CommuneRow, Base):
    """One learning event, exactly as the device wrote it. The table is never altered."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_attempt", "commune_id", "attempt_id"),
        Index("ix_event_batch", "commune_id", "batch_id"),
        Index("ix_event_device", "commune_id", "device_id", "epoch", "seq"),
        # Answers are the bulk of all events and are found by attempt; this one is for the others.
        Index(
            "ix_event_learner",
            "commune_id",
            "learner_id",
            "class_id",
            sqlite_where=text("attempt_id IS NULL"),
            postgresql_where=text("attempt_id IS NULL"),
        ),
    )

    batch_id: Mapped[UUID]
    position: Mapped[int]
    """Place in its batch: the order of arrival inside one delivery."""
    device_id: Mapped[UUID]
    epoch: Mapped[str]
    seq: Mapped[int] = mapped_column(BigInteger)
    type: Mapped[str]
    class_id: Mapped[UUID | None]
    """The class session the event names."""
    learner_id: Mapped[UUID | None]
    """The learner's pseudonym: the enrolment id, or the device for events of nobody."""
    attempt_id: Mapped[UUID | None]
    text: Mapped[str] = mapped_column(Text)
    """Verbatim."""
    sha256: Mapped[str]
    received_at: Mapped[datetime]


class Quarantined(CommuneRow, Base):
    """What could not be taken as an event is kept raw, with the reason; same bytes are kept once."""

    __tablename__ = "event_quarantine"

    event_id: Mapped[str | None]
    """The id it claims, when it can be read."""
    device_id: Mapped[UUID]
    reason: Mapped[str]
    """unreadable, unknown_type, unknown_version, unknown_class, wrong_device, too_large or conflict."""
    encoding: Mapped[str]
    """`text`, or `base64` for bytes that a text column cannot hold."""
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str]
    """Over the bytes as they came."""
    received_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    """When it was read again and became an event."""


class ProjectionFault(CommuneRow, Base):
    """An event a projector could not apply: never lost, listed until it applies. `id` is the event's."""

    __tablename__ = "projection_fault"

    batch_id: Mapped[UUID]
    message: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class StoreGeneration(Base):
    """The store's generation: it changes on every restore, so clients offer again what they kept."""

    __tablename__ = "store_generation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    """The generation itself, as clients are told it."""
    number: Mapped[int] = mapped_column(unique=True)
    """1, 2, 3 …; the highest holds."""
    made_at: Mapped[datetime] = created()
    reason: Mapped[str]
    system: Mapped[str]
    """PostgreSQL: system identifier and timeline; SQLite: empty."""
