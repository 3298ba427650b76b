"""Tables of the laptops that carry classes ("máy lớp"), of both sides. All of these are records.

`Box`, `BoxCohort` and `BoxBundle` are filled at the commune; `BoxSelf`, `BoxParcel` and `BoxFate` on the
box. See docs/adr/0032-a-box-sends-sealed-bundles.md.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, belongs_to, created, of_commune


class Box(CommuneRow, Base):
    """At the commune: a laptop that may hold classes."""

    __tablename__ = "box"
    __table_args__ = (
        of_commune(),
        # A new laptop may take the label of one that is gone.
        Index(
            "uq_box_label",
            "commune_id",
            "label",
            unique=True,
            sqlite_where=text("disabled_at IS NULL"),
            postgresql_where=text("disabled_at IS NULL"),
        ),
    )

    label: Mapped[str]
    """What people call it: 'Máy lớp thôn Đông'."""
    public_key: Mapped[str]
    """`seal.Public` as text, 128 hex letters; the private half is on the laptop alone."""
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = created()
    disabled_at: Mapped[datetime | None]
    """From then on nothing of it is taken in and it gets no more snapshots."""
    disabled_by: Mapped[UUID | None]
    snapshot_number: Mapped[int] = mapped_column(server_default="0", default=0)
    """Number of the newest snapshot made for it; it only grows."""
    snapshot_sha256: Mapped[str] = mapped_column(server_default="", default="")
    """Of what that snapshot says, without its number: the same content needs no new number."""
    snapshot_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    """When a bundle of it was last taken in."""
    told: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The newest count that it sent, see `lms.offline.box.counts`."""
    told_number: Mapped[int] = mapped_column(BigInteger, server_default="0", default=0)
    """Number of the bundle that held this count; one of an older bundle does not replace it."""


class BoxCohort(CommuneRow, Base):
    """At the commune: a class that a box holds, or held. What it sends of other classes is refused."""

    __tablename__ = "box_cohort"
    __table_args__ = (
        belongs_to("box", "box_id"),
        belongs_to("cohort", "cohort_id"),
        UniqueConstraint("commune_id", "box_id", "cohort_id"),
        Index("ix_box_cohort_cohort", "commune_id", "cohort_id"),
    )

    box_id: Mapped[UUID]
    cohort_id: Mapped[UUID]
    given_by: Mapped[UUID | None]
    given_at: Mapped[datetime] = created()
    taken_at: Mapped[datetime | None]
    """From then on the box gets nothing new of the class; what it made in it is still taken in."""


class BoxBundle(CommuneRow, Base):
    """At the commune: a bundle as it was last taken in. `id` is derived from the box and the file's hash."""

    __tablename__ = "box_bundle"
    __table_args__ = (
        belongs_to("box", "box_id"),
        Index("ix_box_bundle_number", "commune_id", "box_id", "number"),
    )

    box_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    """Of the file."""
    events: Mapped[int]
    """How many it carried."""
    stored: Mapped[int]
    """How many of them were new, over all the times that it came."""
    kept: Mapped[int]
    """How many are kept raw, with a reason, as of the last time."""
    batches: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Ids of the batches that its events became: what came by a stolen box can be found again."""
    receipt: Mapped[str] = mapped_column(Text)
    """The newest signed receipt in base 64, to be carried back to the box."""
    received_at: Mapped[datetime] = created()
    """When it first came."""
    again_at: Mapped[datetime | None]
    """When it came last, if it came more than once."""


class BoxSelf(CommuneRow, Base):
    """On a box: who this laptop is. `id` is the box's id at the commune; a store has at most one row."""

    __tablename__ = "box_self"
    __table_args__ = (of_commune(),)

    label: Mapped[str]
    signing_key_sealed: Mapped[str]
    """The seed of its keys (`seal.box_secret`) in hex, sealed with this laptop's own key file under
    `box:<id>`."""
    commune_kid: Mapped[str]
    """Name of the commune's signing key."""
    commune_signing: Mapped[str]
    """Ed25519 public key that verifies receipts and snapshots, 64 hex letters."""
    commune_sealing: Mapped[str]
    """X25519 public key that bundles are encrypted to, 64 hex letters."""
    commune_url: Mapped[str] = mapped_column(server_default="", default="")
    """Where the commune is reached over a network; empty: by stick only."""
    generation: Mapped[str] = mapped_column(server_default="", default="")
    """The commune's store generation as the newest receipt told it: what an older one confirmed goes again."""
    parcel_number: Mapped[int] = mapped_column(BigInteger, server_default="0", default=0)
    """Number of the last bundle that was made."""
    snapshot_number: Mapped[int] = mapped_column(server_default="0", default=0)
    """Number of the snapshot that was applied last; older ones and itself change nothing."""
    snapshot_sha256: Mapped[str] = mapped_column(server_default="", default="")
    snapshot_at: Mapped[datetime | None]
    """When the commune made that snapshot."""
    disabled_at: Mapped[datetime | None]
    """Since the commune told that this box is disabled."""
    made_at: Mapped[datetime] = created()


class BoxParcel(CommuneRow, Base):
    """On a box: a bundle that it made, until its receipt came. The file itself is not kept here."""

    __tablename__ = "box_parcel"
    __table_args__ = (
        belongs_to("box_self", "box_id"),
        UniqueConstraint("commune_id", "box_id", "number"),
        CheckConstraint("way IN ('net', 'stick')", name="way"),
    )

    box_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    """Of the file."""
    way: Mapped[str]
    events: Mapped[int]
    made_at: Mapped[datetime] = created()
    receipt_at: Mapped[datetime | None]
    """When its receipt was taken in."""
    receipt: Mapped[str | None] = mapped_column(Text)
    """The signed receipt as it came, in base 64."""


class BoxFate(CommuneRow, Base):
    """On a box: what the commune's receipt said of one thing sent. `id` is the event's, or that of the
    quarantined text."""

    __tablename__ = "box_fate"
    __table_args__ = (
        of_commune(),
        CheckConstraint("outcome IN ('confirmed', 'held')", name="outcome"),
        Index("ix_box_fate_outcome", "commune_id", "generation", "outcome"),
    )

    outcome: Mapped[str]
    """`confirmed`: the commune holds this very text; `held`: it keeps it raw, and it is sent again."""
    reason: Mapped[str] = mapped_column(server_default="", default="")
    """Why it is held, see `lms.ledger.rules.Reason`."""
    generation: Mapped[str]
    """The commune's store generation that said so."""
    number: Mapped[int] = mapped_column(BigInteger)
    """Of the bundle."""
    told_at: Mapped[datetime] = created()
