"""Plans, declared figures, outside facts and counts: what indicators are computed from."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Numeric, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, belongs_to, created, of_commune


class PlanDefinition(Base):
    """One version of a plan file. Global and immutable, named by the hash of its text."""

    __tablename__ = "plan_definition"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """UUIDv5 of the source's SHA-256."""
    code: Mapped[str]
    source: Mapped[str] = mapped_column(Text)
    """The YAML as it was written."""
    sha256: Mapped[str] = mapped_column(unique=True)
    imported_at: Mapped[datetime] = created()


class PlanAdoption(CommuneRow, Base):
    """The plan versions a commune works with; the newest of a code holds."""

    __tablename__ = "plan_adoption"
    __table_args__ = (of_commune(), Index("ix_plan_adoption_code", "commune_id", "code"))

    code: Mapped[str]
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("plan_definition.id"))
    wording: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Indicator code → the official wording the commune put in."""
    choices: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON, default=dict)
    """What the commune chose: {denominators, readings, levels} → code → choice; all of it is printed."""
    adopted_by: Mapped[UUID | None]
    adopted_at: Mapped[datetime] = created()


class DeclaredPopulation(CommuneRow, Base):
    """A denominator somebody declared, with source and date; empty value: 'thiếu mẫu số'."""

    __tablename__ = "declared_population"
    __table_args__ = (
        of_commune(),
        belongs_to("unit", "unit_id"),
        CheckConstraint("value IS NULL OR value >= 0", name="value"),
        CheckConstraint("status IN ('official', 'estimate')", name="status"),
    )

    population: Mapped[str]
    """Population code of the plan files, such as 'adults'."""
    unit_id: Mapped[UUID | None]
    """Empty: the whole commune."""
    value: Mapped[int | None]
    as_of: Mapped[date]
    source: Mapped[str]
    status: Mapped[str]
    declared_by: Mapped[UUID | None]
    declared_at: Mapped[datetime] = created()
    undone_at: Mapped[datetime | None]
    """Taken back: written for the wrong day or unit, which a newer figure cannot mend."""
    undone_by: Mapped[UUID | None]
    undo_reason: Mapped[str] = mapped_column(server_default="", default="")


class DeclaredMeasure(CommuneRow, Base):
    """A figure another body counts (police, bank, village head), never computed from our data."""

    __tablename__ = "declared_measure"
    __table_args__ = (
        of_commune(),
        belongs_to("unit", "unit_id"),
        CheckConstraint(
            "numerator >= 0 AND (denominator IS NULL OR denominator >= 0)", name="values"
        ),
        CheckConstraint("status IN ('official', 'estimate')", name="status"),
    )

    measure: Mapped[str]
    """What is declared, as the plan file names it, such as 'smartphone'."""
    unit_id: Mapped[UUID | None]
    numerator: Mapped[int]
    denominator: Mapped[int | None]
    as_of: Mapped[date]
    source: Mapped[str]
    status: Mapped[str] = mapped_column(default="official")
    declared_by: Mapped[UUID | None]
    declared_at: Mapped[datetime] = created()
    undone_at: Mapped[datetime | None]
    """Taken back: written for the wrong day or unit, which a newer figure cannot mend."""
    undone_by: Mapped[UUID | None]
    undo_reason: Mapped[str] = mapped_column(server_default="", default="")


class FactImport(CommuneRow, Base):
    """A list from outside (VNeID confirmations, other certificates, earlier results)."""

    __tablename__ = "fact_import"
    __table_args__ = (of_commune(), UniqueConstraint("commune_id", "kind", "sha256"))

    kind: Mapped[str]
    source: Mapped[str]
    document: Mapped[str]
    sha256: Mapped[str]
    listed_on: Mapped[date]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = created()
    undone_at: Mapped[datetime | None]
    file_name: Mapped[str] = mapped_column(server_default="", default="")
    file_sha256: Mapped[str] = mapped_column(server_default="", default="")
    """The file's own hash; `sha256` is that of what was recorded of it."""
    counts: Mapped[dict[str, int]] = mapped_column(JSON, server_default="{}", default=dict)
    """Rows by fate when the list was recorded: written, unknown, left out; no names."""
    undone_by: Mapped[UUID | None]
    undo_reason: Mapped[str] = mapped_column(server_default="", default="")


OUTSIDE_FACTS = ("vneid_confirmed", "external_certificate", "prior_record")


class OutsideFact(CommuneRow, Base):
    """A dated, sourced fact about one person that this service did not produce."""

    __tablename__ = "outside_fact"
    __table_args__ = (
        belongs_to("person", "person_id"),
        belongs_to("fact_import", "import_id"),
        Index("ix_outside_fact_person", "commune_id", "person_id"),
        CheckConstraint(f"kind IN ({', '.join(repr(k) for k in OUTSIDE_FACTS)})", name="kind"),
        CheckConstraint("level IS NULL OR level IN ('basic', 'proficient')", name="level"),
    )

    # The id is derived from the import and the row's own content, so that a row of a list can
    # stand only once, also where programme and level are blank.
    person_id: Mapped[UUID]
    kind: Mapped[str]
    programme_code: Mapped[str | None]
    level: Mapped[str | None]
    occurred_on: Mapped[date]
    import_id: Mapped[UUID]


class CountedThing(CommuneRow, Base):
    """Something counted by hand: a model, a person posted, a class held elsewhere."""

    __tablename__ = "counted_thing"
    __table_args__ = (of_commune(), belongs_to("unit", "unit_id"))

    what: Mapped[str]
    """What is counted, as the plan file names it."""
    unit_id: Mapped[UUID | None]
    occurred_on: Mapped[date]
    quantity: Mapped[Decimal] = mapped_column(Numeric(12, 0), default=1)
    source: Mapped[str]
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime] = created()
    replaces_id: Mapped[UUID | None]
    """The entry that this one corrects; that one is taken back."""
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]
    undo_reason: Mapped[str] = mapped_column(server_default="", default="")
