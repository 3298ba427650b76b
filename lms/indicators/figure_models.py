"""Figures as they were last counted, by commune: what a reader of many communes adds up.

A projection of the commune's own rows and the engine: it may be emptied at any moment, and
`lms figures rebuild` counts it again. There is no person in it; erasure need not look here.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, belongs_to, of_commune


class FigureCount(CommuneRow, Base):
    """One plan counted in one commune: by which definition, on which day, from which rows.

    `choices` is the canonical text of everything the commune chose; `stamp` names the rows and the
    engine (lms.indicators.figure_cells): a count is current while its stamp is.
    """

    __tablename__ = "figure_count"
    __table_args__ = (of_commune(), UniqueConstraint("commune_id", "plan_code"))

    plan_code: Mapped[str]
    plan_sha256: Mapped[str]
    choices: Mapped[str]
    as_of: Mapped[date]
    stamp: Mapped[str]
    counted_at: Mapped[datetime]


class FigureCell(CommuneRow, Base):
    """One figure of a count. `units` maps a unit's id ("" for unknown) to [numerator, denominator]."""

    __tablename__ = "figure_cell"
    __table_args__ = (
        belongs_to("figure_count", "count_id", ondelete="CASCADE"),
        Index("ix_figure_cell_count_id", "commune_id", "count_id"),
    )

    count_id: Mapped[UUID]
    place: Mapped[int]
    figure: Mapped[str]
    reading: Mapped[str]
    numerator: Mapped[int | None] = mapped_column(BigInteger())
    denominator: Mapped[int | None] = mapped_column(BigInteger())
    units: Mapped[dict[str, Any]] = mapped_column(JSON)
