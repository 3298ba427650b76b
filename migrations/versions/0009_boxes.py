"""Laptops that carry classes"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _make_what_a_commune_keeps() -> None:
    op.create_table(
        "box",
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_by", sa.Uuid(), nullable=True),
        sa.Column("snapshot_number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("snapshot_sha256", sa.String(), server_default="", nullable=False),
        sa.Column("snapshot_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.JSON(), nullable=True),
        sa.Column("told_number", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_box_commune_id")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_box_made_by")),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_box")),
    )
    op.create_index(
        "uq_box_label",
        "box",
        ["commune_id", "label"],
        unique=True,
        sqlite_where=sa.text("disabled_at IS NULL"),
        postgresql_where=sa.text("disabled_at IS NULL"),
    )

    op.create_table(
        "box_cohort",
        sa.Column("box_id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commune_id", "box_id"],
            ["box.commune_id", "box.id"],
            name=op.f("fk_box_cohort_commune_id_box_id"),
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "cohort_id"],
            ["cohort.commune_id", "cohort.id"],
            name=op.f("fk_box_cohort_commune_id_cohort_id"),
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_box_cohort")),
        sa.UniqueConstraint(
            "commune_id",
            "box_id",
            "cohort_id",
            name=op.f("uq_box_cohort_commune_id_box_id_cohort_id"),
        ),
    )
    op.create_index("ix_box_cohort_cohort", "box_cohort", ["commune_id", "cohort_id"], unique=False)

    op.create_table(
        "box_bundle",
        sa.Column("box_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("stored", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("batches", sa.JSON(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commune_id", "box_id"],
            ["box.commune_id", "box.id"],
            name=op.f("fk_box_bundle_commune_id_box_id"),
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_box_bundle")),
    )
    op.create_index(
        "ix_box_bundle_number", "box_bundle", ["commune_id", "box_id", "number"], unique=False
    )


def _make_what_a_box_keeps() -> None:
    op.create_table(
        "box_self",
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("signing_key_sealed", sa.String(), nullable=False),
        sa.Column("commune_kid", sa.String(), nullable=False),
        sa.Column("commune_signing", sa.String(), nullable=False),
        sa.Column("commune_sealing", sa.String(), nullable=False),
        sa.Column("commune_url", sa.String(), server_default="", nullable=False),
        sa.Column("generation", sa.String(), server_default="", nullable=False),
        sa.Column("parcel_number", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("snapshot_number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("snapshot_sha256", sa.String(), server_default="", nullable=False),
        sa.Column("snapshot_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_box_self_commune_id")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_box_self")),
    )
    op.create_table(
        "box_parcel",
        sa.Column("box_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("receipt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("way IN ('net', 'stick')", name=op.f("ck_box_parcel_way")),
        sa.ForeignKeyConstraint(
            ["commune_id", "box_id"],
            ["box_self.commune_id", "box_self.id"],
            name=op.f("fk_box_parcel_commune_id_box_id"),
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_box_parcel")),
        sa.UniqueConstraint(
            "commune_id", "box_id", "number", name=op.f("uq_box_parcel_commune_id_box_id_number")
        ),
    )
    op.create_table(
        "box_fate",
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("generation", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("outcome IN ('confirmed', 'held')", name=op.f("ck_box_fate_outcome")),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_box_fate_commune_id")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_box_fate")),
    )
    op.create_index(
        "ix_box_fate_outcome", "box_fate", ["commune_id", "generation", "outcome"], unique=False
    )


def upgrade() -> None:
    _make_what_a_commune_keeps()
    _make_what_a_box_keeps()
    op.add_column("device", sa.Column("box_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("device", "box_id")
    for table in ("box_fate", "box_parcel", "box_self", "box_bundle", "box_cohort", "box"):
        op.drop_table(table)
