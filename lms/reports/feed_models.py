"""What other systems may ask "what changed since?" of: a number for each change that was found.

Changes are found by comparing the rows as they are with the digests kept here (lms.reports.feed_changes),
so nothing that writes has to tell of it: a rebuild, a restore or a correction by hand is found as well.
"""

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, of_commune

KINDS = ("closing", "attainment", "certificate")


class FeedMark(CommuneRow, Base):
    """How far a kind of record of a commune was compared: the last number and the rows' stamp."""

    __tablename__ = "feed_mark"
    __table_args__ = (
        of_commune(),
        UniqueConstraint("commune_id", "kind"),
        CheckConstraint(f"kind IN ({', '.join(repr(k) for k in KINDS)})", name="kind"),
    )

    kind: Mapped[str]
    seq: Mapped[int] = mapped_column(BigInteger)
    stamp: Mapped[str]


class FeedChange(CommuneRow, Base):
    """One record as it was last told of, under the record's own id.

    `digest` is over everything the record says, with the person's name when there is one; it says
    nothing by itself. Of an erased person it becomes empty with the next comparison.
    """

    __tablename__ = "feed_change"
    __table_args__ = (
        of_commune(),
        Index("ix_feed_change_seq", "commune_id", "kind", "seq"),
        CheckConstraint(f"kind IN ({', '.join(repr(k) for k in KINDS)})", name="kind"),
        CheckConstraint("gone IN ('', 'erased', 'removed')", name="gone"),
    )

    kind: Mapped[str]
    seq: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str]
    gone: Mapped[str]
    """Empty while the record is there; why it is not any longer."""
