"""Attempts, answers, observed tasks (projections), attainments and their revocations."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from courses.rules import FORM_KINDS
from lms.core.db import Base, CommuneRow, belongs_to, created, of_commune


class Attempt(CommuneRow, Base):
    """Projection of attempt.*: one try at a form, pinned to a content version and a seed."""

    __tablename__ = "attempt"
    __table_args__ = (
        belongs_to("enrolment", "enrolment_id"),
        belongs_to("sitting", "sitting_id"),
        Index("ix_attempt_enrolment", "commune_id", "enrolment_id"),
        CheckConstraint(f"purpose IN ({', '.join(repr(k) for k in FORM_KINDS)})", name="purpose"),
        CheckConstraint("state IN ('open', 'provisional', 'final', 'refused')", name="state"),
    )

    enrolment_id: Mapped[UUID]
    class_session_id: Mapped[UUID | None]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("programme_version.id"))
    level: Mapped[str]
    purpose: Mapped[str]
    blueprint: Mapped[str]
    """Code of the blueprint in the programme version."""
    seed: Mapped[str]
    form: Mapped[dict[str, object]] = mapped_column(JSON)
    """The drawn form: item ids and option order, as pinned."""
    sitting_id: Mapped[UUID | None]
    state: Mapped[str]
    """open; provisional (submitted, answers missing); final; refused (tries or waiting time)."""
    refusal: Mapped[str | None]
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    points: Mapped[int | None]
    max_points: Mapped[int | None]
    passed: Mapped[bool | None]
    mark: Mapped[dict[str, object] | None] = mapped_column(JSON)
    """Points by item and by skill, as `assessments.rules.mark` gave them."""
    trail: Mapped[dict[str, object]] = mapped_column(JSON)
    """{segment, event, forked, complete, passes, sitting}: where the line of work that counts ends,
    whether all that was submitted is held, and what the pass rule says of it; `passes_as_given` and
    `remarked` (item ids) when marking a question again gave it a point; `claimed` (a carried sitting)
    while no trainer has confirmed that it was held there; `told` (an enrolment) when a trainer said that
    somebody else sat at that learner's picture."""
    clock_flag: Mapped[bool] = mapped_column(default=False)
    """A device time was moved by more than five minutes."""


class Answer(CommuneRow, Base):
    """Projection of answer.*: the answer that counts for one item of an attempt."""

    __tablename__ = "answer"
    __table_args__ = (
        belongs_to("attempt", "attempt_id", ondelete="CASCADE"),
        UniqueConstraint("commune_id", "attempt_id", "item_id"),
    )

    attempt_id: Mapped[UUID]
    item_id: Mapped[str]
    response: Mapped[list[str]] = mapped_column(JSON)
    correct: Mapped[bool | None]
    tries: Mapped[int] = mapped_column(default=1, server_default="1")
    """How often it was answered on the line of work that counts; in practice the tries with hints."""
    first_correct: Mapped[bool | None]
    """Whether the first try was right, before any hint."""
    event_id: Mapped[UUID]
    occurred_at: Mapped[datetime]


class Remarking(CommuneRow, Base):
    """A human decision that a question was faulty: more answers are right, or everybody gets the point.

    It is a record and holds for every attempt at this very question, also those that arrive later.
    It only ever gives points: a learner does not pay for the author's mistake.
    """

    __tablename__ = "remarking"
    __table_args__ = (of_commune(), Index("ix_remarking_item", "commune_id", "item_hash"))

    programme_code: Mapped[str]
    item_id: Mapped[str]
    item_hash: Mapped[str]
    """`courses.rules.Item.hash`: the question as it was asked, in whichever version."""
    everybody: Mapped[bool]
    accepted: Mapped[list[list[str]]] = mapped_column(JSON)
    """Responses that are right as well; empty when everybody gets the point."""
    reason: Mapped[str]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = created()


class LessonProgress(CommuneRow, Base):
    """Projection of activity.*: how far a learner went in a lesson (opened is not learned)."""

    __tablename__ = "lesson_progress"
    __table_args__ = (
        belongs_to("enrolment", "enrolment_id"),
        UniqueConstraint("commune_id", "enrolment_id", "lesson"),
    )

    enrolment_id: Mapped[UUID]
    lesson: Mapped[str]
    screens_seen: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    last_at: Mapped[datetime]


class LearningDay(CommuneRow, Base):
    """Projection of activity.*, attempt.* and answer.*: how long a learner learned on a day.

    It is for the class's own report ("bao nhiêu phút"), and for nothing that is decided about anybody.
    """

    __tablename__ = "learning_day"
    __table_args__ = (
        belongs_to("enrolment", "enrolment_id"),
        UniqueConstraint("commune_id", "enrolment_id", "day"),
    )

    enrolment_id: Mapped[UUID]
    day: Mapped[date]
    """By the calendar of Vietnam."""
    acts: Mapped[list[int]] = mapped_column(JSON)
    """The minutes of the day (0 to 1439) in which something was done, in order."""
    minutes: Mapped[int]
    """What `assessments.rules.minutes` makes of them."""


class TaskObservation(CommuneRow, Base):
    """Projection of task.observed: what a trainer saw a learner do; the newest counts."""

    __tablename__ = "task_observation"
    __table_args__ = (
        belongs_to("enrolment", "enrolment_id"),
        Index("ix_task_observation_enrolment", "commune_id", "enrolment_id"),
        CheckConstraint("result IN ('can_do', 'needs_help', 'not_yet')", name="result"),
    )

    enrolment_id: Mapped[UUID]
    task: Mapped[str]
    result: Mapped[str]
    """can_do làm được · needs_help cần giúp · not_yet chưa."""
    observer_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    occurred_at: Mapped[datetime]
    event_id: Mapped[UUID]
    claimed: Mapped[bool] = mapped_column(server_default=false(), default=False)
    """A tablet says so and no trainer has confirmed it yet: no proof follows from it."""


CLASS_PROOFS = ("self_declared", "test_passed", "test_supervised", "task_observed")


class Attainment(CommuneRow, Base):
    """A person reached a level with a proof on a day. Written only by `assessments.settling`."""

    __tablename__ = "attainment"
    __table_args__ = (
        of_commune(),
        belongs_to("person", "person_id"),
        belongs_to("sitting", "sitting_id"),
        UniqueConstraint(
            "commune_id", "person_id", "programme_code", "version_id", "level", "proof"
        ),
        Index("ix_attainment_person", "commune_id", "person_id"),
        CheckConstraint("level IN ('basic', 'proficient')", name="level"),
        CheckConstraint(f"proof IN ({', '.join(repr(p) for p in CLASS_PROOFS)})", name="proof"),
        # A supervised test belongs to a sitting with proctor, place and time. An observed task
        # stands on one as well, or on the accommodated oral form, which a sitting records too.
        CheckConstraint(
            "proof NOT IN ('test_supervised', 'task_observed') OR sitting_id IS NOT NULL",
            name="supervised_in_a_sitting",
        ),
    )

    person_id: Mapped[UUID]
    """The person as recorded then; merges are resolved when counting."""
    enrolment_id: Mapped[UUID | None]
    programme_code: Mapped[str]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("programme_version.id"))
    level: Mapped[str]
    proof: Mapped[str]
    occurred_on: Mapped[date]
    sitting_id: Mapped[UUID | None]
    evidence: Mapped[dict[str, object]] = mapped_column(JSON)
    """Ids of the attempt, its events and the observations it stands on."""


class AttainmentRevocation(CommuneRow, Base):
    """A human decision that an attainment stops counting from a day on; it stays visible before."""

    __tablename__ = "attainment_revocation"
    # The attainment is a projection with a stable id; a foreign key would block a rebuild.
    __table_args__ = (of_commune(), UniqueConstraint("commune_id", "attainment_id"))

    attainment_id: Mapped[UUID]
    revoked_on: Mapped[date]
    reason: Mapped[str]
    revoked_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = created()
