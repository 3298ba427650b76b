"""What a reporting unit is asked, the address it answers by, and what it said."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, belongs_to, created, of_commune

STATES = ("waiting", "accepted", "refused", "replaced", "withdrawn")
REMARKS = ("right", "remark")


class UnitQuestion(CommuneRow, Base):
    """Which declared figures units of a kind are asked for; the newest row of a kind holds."""

    __tablename__ = "unit_question"
    __table_args__ = (of_commune(), Index("ix_unit_question_kind", "commune_id", "unit_kind"))

    unit_kind: Mapped[str]
    codes: Mapped[list[str]] = mapped_column(JSON)
    """Codes of populations and measures, as the plan files name them."""
    set_by: Mapped[UUID | None]
    set_at: Mapped[datetime] = created()


class UnitLink(CommuneRow, Base):
    """An address without account for one unit: to propose its figures and check its own rows.

    Whoever holds it sees counts of this unit only, small ones hidden, and changes nothing that counts.
    The token and the code are made from the id with the service's pepper; only the digest is stored.
    """

    __tablename__ = "unit_link"
    __table_args__ = (
        of_commune(),
        belongs_to("unit", "unit_id"),
        UniqueConstraint("commune_id", "token_digest"),
        Index(
            "uq_unit_link_standing", "commune_id", "unit_id", unique=True,
            sqlite_where=text("revoked_at IS NULL"), postgresql_where=text("revoked_at IS NULL"),
        ),
    )  # fmt: skip

    unit_id: Mapped[UUID]
    token_digest: Mapped[str]
    until: Mapped[date]
    """The last day on which it opens."""
    code_number: Mapped[int | None]
    """Which confirm code is valid next; each opens one device. Empty: no code is asked for."""
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = created()
    revoked_by: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None]


class UnitLinkDevice(CommuneRow, Base):
    """One browser that opened a link, known by a random cookie; no address and no name is kept."""

    __tablename__ = "unit_link_device"
    __table_args__ = (
        belongs_to("unit_link", "link_id"),
        UniqueConstraint("commune_id", "link_id", "token_digest"),
    )

    link_id: Mapped[UUID]
    token_digest: Mapped[str]
    opened_at: Mapped[datetime] = created()
    sent_at: Mapped[datetime | None]
    """When something was last sent from it."""


class UnitProposal(CommuneRow, Base):
    """A figure a unit says of itself: it counts nowhere until an officer accepts it.

    Sent through a link (`device_id`) or from a unit reporter's account (`account_id`). No person is named.
    """

    __tablename__ = "unit_proposal"
    __table_args__ = (
        of_commune(),
        belongs_to("unit", "unit_id"),
        belongs_to("unit_link_device", "device_id"),
        CheckConstraint(f"state IN ({', '.join(repr(s) for s in STATES)})", name="state"),
        CheckConstraint("status IN ('official', 'estimate')", name="status"),
        CheckConstraint(
            "(numerator IS NULL OR numerator >= 0) AND (whole IS NULL OR whole >= 0)",
            name="values",
        ),
        Index(
            "uq_unit_proposal_waiting", "commune_id", "unit_id", "code", unique=True,
            sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'"),
        ),
    )  # fmt: skip

    unit_id: Mapped[UUID]
    code: Mapped[str]
    """The population or measure, as the plan files name it."""
    numerator: Mapped[int | None]
    """How many have it; empty for the size of a population."""
    whole: Mapped[int | None]
    as_of: Mapped[date]
    source: Mapped[str]
    status: Mapped[str]
    device_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    said_at: Mapped[datetime] = created()
    state: Mapped[str] = mapped_column(default="waiting")
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    """Why it was returned; the unit reads it."""


class UnitRemark(CommuneRow, Base):
    """A unit looked at its own rows: it says they are right, or what is wrong.

    `text` is written freely and may name somebody against our advice: erasure blanks it.
    """

    __tablename__ = "unit_remark"
    __table_args__ = (
        of_commune(),
        belongs_to("unit", "unit_id"),
        belongs_to("unit_link_device", "device_id"),
        CheckConstraint(f"kind IN ({', '.join(repr(k) for k in REMARKS)})", name="kind"),
        Index("ix_unit_remark_unit", "commune_id", "unit_id"),
    )

    unit_id: Mapped[UUID]
    kind: Mapped[str]
    text: Mapped[str] = mapped_column(Text, default="")
    shown: Mapped[list[Any]] = mapped_column(JSON)
    """The rows it looked at: [plan, number of the indicator, title, figure as shown]."""
    as_of: Mapped[date]
    device_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    said_at: Mapped[datetime] = created()
    read_by: Mapped[UUID | None]
    read_at: Mapped[datetime | None]
