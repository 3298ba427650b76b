"""Classes, sessions, enrolments, devices, sittings and attendance."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, belongs_to, created, of_commune


class Cohort(CommuneRow, Base):
    """A class (lớp): a programme taught to a group at a place, pinned to one content version."""

    __tablename__ = "cohort"
    __table_args__ = (
        of_commune(),
        belongs_to("unit", "unit_id"),
        UniqueConstraint("commune_id", "code"),
        CheckConstraint("level IN ('basic', 'proficient')", name="level"),
    )

    code: Mapped[str]
    name: Mapped[str]
    programme_code: Mapped[str]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("programme_version.id"))
    level: Mapped[str]
    unit_id: Mapped[UUID]
    """The unit that organises the class."""
    place: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    """The trainer finished the class; it may be opened again."""
    cancelled_at: Mapped[datetime | None]
    """The class does not take place; what was done in it stays."""
    cancel_reason: Mapped[str | None]
    copied_from: Mapped[UUID | None]
    """The class whose people and days this one was made after; says where it comes from, nothing else."""
    revision: Mapped[int] = mapped_column(server_default="1", default=1)
    """Rises with each change, so that a form of an older state is not saved over a newer one."""
    created_at: Mapped[datetime] = created()


class CohortTrainer(CommuneRow, Base):
    """A trainer of a class."""

    __tablename__ = "cohort_trainer"
    __table_args__ = (
        belongs_to("cohort", "cohort_id"),
        UniqueConstraint("commune_id", "cohort_id", "account_id"),
    )

    cohort_id: Mapped[UUID]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))


class ClassSession(CommuneRow, Base):
    """One meeting of a class (buổi học)."""

    __tablename__ = "class_session"
    __table_args__ = (
        belongs_to("cohort", "cohort_id"),
        UniqueConstraint("commune_id", "cohort_id", "number"),
        UniqueConstraint("commune_id", "code"),
        CheckConstraint("closed_at IS NULL OR code IS NULL", name="closed_without_code"),
        # A class meets once at a time.
        Index(
            "uq_class_session_open",
            "commune_id",
            "cohort_id",
            unique=True,
            sqlite_where=text("opened_at IS NOT NULL AND closed_at IS NULL"),
            postgresql_where=text("opened_at IS NOT NULL AND closed_at IS NULL"),
        ),
    )

    cohort_id: Mapped[UUID]
    number: Mapped[int]
    planned_on: Mapped[date]
    code: Mapped[str | None]
    """Six letters that learners type while the class is open; empty when it is not."""
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    starts_at: Mapped[time | None]
    """By the clock on the wall in Asia/Ho_Chi_Minh."""
    ends_at: Mapped[time | None]
    place: Mapped[str | None]
    """Where this meeting is held, when not at the place of the class."""
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    diary: Mapped[str | None]
    """What the trainer wrote of this meeting (sổ đầu bài)."""
    diary_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    diary_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(server_default="1", default=1)
    """As in `Cohort.revision`, for the plan and the diary of the meeting."""


class SessionTrainer(CommuneRow, Base):
    """Somebody who teaches one meeting in place of the class's own trainers (dạy thay)."""

    __tablename__ = "session_trainer"
    __table_args__ = (
        belongs_to("class_session", "class_session_id"),
        UniqueConstraint("commune_id", "class_session_id", "account_id"),
        Index("ix_session_trainer_account", "commune_id", "account_id"),
    )

    class_session_id: Mapped[UUID]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = created()
    ended_at: Mapped[datetime | None]
    """From then on the class is closed to the substitute again."""


class Enrolment(CommuneRow, Base):
    """A person in a class. Its id is the learner's pseudonym in every event."""

    __tablename__ = "enrolment"
    __table_args__ = (
        belongs_to("cohort", "cohort_id"),
        belongs_to("person", "person_id"),
        UniqueConstraint("commune_id", "cohort_id", "person_id"),
        UniqueConstraint("commune_id", "cohort_id", "picture", "colour"),
        UniqueConstraint("commune_id", "card_digest"),
        Index("ix_enrolment_person", "commune_id", "person_id"),
    )

    cohort_id: Mapped[UUID]
    person_id: Mapped[UUID]
    picture: Mapped[str]
    """Name of the assigned drawing (never a photograph)."""
    colour: Mapped[str]
    pin_hmac: Mapped[str]
    """HMAC with the pepper of the assigned 4-digit PIN."""
    pin_sealed: Mapped[str]
    """The PIN sealed for printing the login card."""
    card_digest: Mapped[str | None]
    """Keyed digest of the ten digits on the login card; empty until a card is first asked for."""
    card_sealed: Mapped[str | None]
    """The ten digits sealed, for printing the card again."""
    enrolled_on: Mapped[date]
    withdrawn_on: Mapped[date | None]
    withdraw_reason: Mapped[str | None]
    moved_to: Mapped[UUID | None]
    """The enrolment in the class that this learner went on in."""


class ClassList(CommuneRow, Base):
    """A list of people that was put into a class at once, so that it can be taken back at once."""

    __tablename__ = "class_list"
    __table_args__ = (
        belongs_to("cohort", "cohort_id"),
        belongs_to("register_import", "import_id"),
        UniqueConstraint("commune_id", "import_id"),
        Index("ix_class_list_cohort", "commune_id", "cohort_id"),
    )

    cohort_id: Mapped[UUID]
    import_id: Mapped[UUID | None]
    """The file or paste; empty when people of the register were ticked."""
    enrolled: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    """Enrolment ids: `made` by this list, and `returned` who had left the class before."""
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = created()
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class Device(CommuneRow, Base):
    """Where events come from.

    `tablet` of the commune, `phone` of a learner for one meeting, `home` of a learner for practice, a
    `box`, the web itself (`web`) or paper (`paper`).
    """

    __tablename__ = "device"
    __table_args__ = (
        of_commune(),
        belongs_to("class_session", "class_session_id"),
        belongs_to("enrolment", "enrolment_id"),
        CheckConstraint("kind IN ('tablet', 'phone', 'home', 'web', 'paper', 'box')", name="kind"),
        CheckConstraint("kind NOT IN ('phone', 'home') OR enrolment_id IS NOT NULL", name="bound"),
        # A new tablet may take the label of one that is gone.
        Index(
            "uq_device_label",
            "commune_id",
            "label",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    label: Mapped[str]
    """What the trainer reads on its back: 'Máy 07'."""
    kind: Mapped[str]
    credential_digest: Mapped[str | None] = mapped_column(unique=True)
    """Digest of the device's bearer credential; web and paper devices have none."""
    class_session_id: Mapped[UUID | None]
    """The class this tablet stands in, since somebody typed its code."""
    enrolment_id: Mapped[UUID | None]
    """The one learner whom a `phone` or `home` device serves."""
    expires_at: Mapped[datetime | None]
    """Until when the credential works; empty for the commune's own tablets."""
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What the device last said of itself, see `lms.offline.schemas.ReportIn`."""
    reported_at: Mapped[datetime | None]
    enrolled_at: Mapped[datetime] = created()
    revoked_at: Mapped[datetime | None]
    box_id: Mapped[UUID | None]
    """The laptop ("máy lớp") that it was enrolled at and sends through; empty when it sends by itself."""


class LearnerSession(CommuneRow, Base):
    """A learner signed in on an enrolled device in an open class; ends with 'Người tiếp theo'."""

    __tablename__ = "learner_session"
    __table_args__ = (
        belongs_to("enrolment", "enrolment_id"),
        belongs_to("device", "device_id"),
        belongs_to("class_session", "class_session_id"),
        UniqueConstraint("commune_id", "token_digest"),
    )

    token_digest: Mapped[str]
    enrolment_id: Mapped[UUID]
    device_id: Mapped[UUID]
    class_session_id: Mapped[UUID]
    how: Mapped[str] = mapped_column(server_default="pin", default="pin")
    """With what the learner came in: pin or card."""
    started_at: Mapped[datetime] = created()
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Sitting(CommuneRow, Base):
    """A proctored sitting (buổi kiểm tra có giám sát): proctor, place and time are known."""

    __tablename__ = "sitting"
    __table_args__ = (
        belongs_to("cohort", "cohort_id"),
        belongs_to("class_session", "class_session_id"),
        CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name="times"),
        Index(
            "uq_sitting_open",
            "commune_id",
            "class_session_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    cohort_id: Mapped[UUID]
    class_session_id: Mapped[UUID]
    proctor_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    place: Mapped[str]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    accommodations: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    """Enrolment id → what was allowed: read_aloud, oral, helper, large_type."""
    carried: Mapped[bool] = mapped_column(server_default=false(), default=False)
    """It was held on carried tablets: it counts for those whose work the trainer confirmed."""


class Attendance(CommuneRow, Base):
    """Projection of attendance.*: whether a learner was at a session."""

    __tablename__ = "attendance"
    __table_args__ = (
        belongs_to("class_session", "class_session_id"),
        belongs_to("enrolment", "enrolment_id"),
        UniqueConstraint("commune_id", "class_session_id", "enrolment_id"),
        Index("ix_attendance_enrolment", "commune_id", "enrolment_id"),
        CheckConstraint("state IN ('present', 'absent', 'excused')", name="state"),
    )

    class_session_id: Mapped[UUID]
    enrolment_id: Mapped[UUID]
    state: Mapped[str]
    occurred_at: Mapped[datetime]
    event_id: Mapped[UUID]


class HelpCall(CommuneRow, Base):
    """Projection of help.*: a learner pressed 'Gọi thầy/cô'. `id` is the event's."""

    __tablename__ = "help_call"
    __table_args__ = (
        belongs_to("class_session", "class_session_id"),
        belongs_to("enrolment", "enrolment_id"),
        Index("ix_help_call_session", "commune_id", "class_session_id"),
    )

    class_session_id: Mapped[UUID]
    enrolment_id: Mapped[UUID]
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
