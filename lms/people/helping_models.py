"""Who helps whom outside the class: mentees of an ambassador (đại sứ số), visits to homes."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, belongs_to, created, of_commune
from lms.people.rules.helping import OUTCOMES, PAIRINGS, PURPOSES


def _one_of(column: str, words: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(w) for w in words)})", name=column)


class Mentorship(CommuneRow, Base):
    """An ambassador or another helper guides somebody, from a day to before another.

    Kept to say who has whom to turn to, and to credit the helper once the mentee has reached a proof.
    Both stand as recorded then; merges are resolved when reading.
    """

    __tablename__ = "mentorship"
    __table_args__ = (
        of_commune(),
        belongs_to("person", "ambassador_id"),
        belongs_to("person", "mentee_id"),
        CheckConstraint("ambassador_id <> mentee_id", name="not_oneself"),
        CheckConstraint("to_date IS NULL OR to_date >= from_date", name="dates"),
        _one_of("how", PAIRINGS),
        # A pair that stands is written down once.
        Index(
            "uq_mentorship_standing",
            "commune_id",
            "ambassador_id",
            "mentee_id",
            unique=True,
            sqlite_where=text("to_date IS NULL"),
            postgresql_where=text("to_date IS NULL"),
        ),
        Index("ix_mentorship_mentee", "commune_id", "mentee_id"),
    )

    ambassador_id: Mapped[UUID]
    mentee_id: Mapped[UUID]
    from_date: Mapped[date]
    """Only a proof from this day on is credited."""
    to_date: Mapped[date | None]
    """The first day on which they are no longer a pair."""
    how: Mapped[str]
    """How they came together, one of `PAIRINGS`."""
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = created()
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]


class Visit(CommuneRow, Base):
    """Somebody went to a home, or met one person there, and what came of it. `id` is the client's.

    Kept so that a village knows which homes were asked, by whom, and what was promised. It is never
    overwritten: a correction is a visit of its own that replaces it. Erasing a person empties the notes
    of the visits to that person.
    """

    __tablename__ = "visit"
    __table_args__ = (
        of_commune(),
        belongs_to("household", "household_id"),
        belongs_to("person", "person_id"),
        belongs_to("person", "helper_id"),
        belongs_to("visit", "replaces_id"),
        CheckConstraint("(household_id IS NULL) <> (person_id IS NULL)", name="one_goal"),
        CheckConstraint("account_id IS NOT NULL OR helper_id IS NOT NULL", name="by_somebody"),
        _one_of("purpose", PURPOSES),
        _one_of("outcome", OUTCOMES),
        CheckConstraint("next_on IS NULL OR next_on >= visited_on", name="next"),
        # Two corrections of one visit cannot both stand.
        UniqueConstraint("commune_id", "replaces_id"),
        Index("ix_visit_household", "commune_id", "household_id"),
        Index("ix_visit_person", "commune_id", "person_id"),
        Index("ix_visit_day", "commune_id", "visited_on"),
    )

    household_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    visited_on: Mapped[date]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Who went, when it was a staff member with an account; `helper_id` when it was a helper."""
    helper_id: Mapped[UUID | None]
    purpose: Mapped[str]
    outcome: Mapped[str]
    note: Mapped[str] = mapped_column(default="", server_default="")
    next_on: Mapped[date | None]
    """When somebody should come again."""
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = created()
    replaces_id: Mapped[UUID | None]
    superseded_at: Mapped[datetime | None]
    """From then on it no longer counts: replaced by a correction, or taken back without one."""
    superseded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
