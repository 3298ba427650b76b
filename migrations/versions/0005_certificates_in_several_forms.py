"""Certificates in several forms, the commune's own wording, the issuer's public keys"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _key_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
    )


def _make_forms() -> None:
    op.create_table(
        "certificate_form",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_key_columns(),
        sa.CheckConstraint(
            "kind IN ('slip', 'seal', 'jwt', 'ld')", name=op.f("ck_certificate_form_kind")
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "certificate_id"],
            ["certificate.commune_id", "certificate.id"],
            name=op.f("fk_certificate_form_commune_id_certificate_id"),
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_certificate_form")),
        sa.UniqueConstraint(
            "commune_id",
            "certificate_id",
            "kind",
            name=op.f("uq_certificate_form_commune_id_certificate_id_kind"),
        ),
    )


def _make_designs() -> None:
    op.create_table(
        "certificate_design",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_key_columns(),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_certificate_design_commune_id")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_certificate_design")),
        sa.UniqueConstraint(
            "commune_id", "version", name=op.f("uq_certificate_design_commune_id_version")
        ),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("design_version", sa.Integer(), nullable=True))


def _make_keys() -> None:
    op.create_table(
        "issuer_key",
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_issuer_key")),
    )


REGISTER = ("commune_id", "year", "sequence", "status", "programme_code", "level", "cohort_id", "person_id")


def _make_indexes() -> None:
    op.create_index("ix_certificate_replaces", "certificate", ["commune_id", "replaces_id"])
    op.create_index("ix_certificate_register", "certificate", list(REGISTER))


def upgrade() -> None:
    _make_forms()
    _make_designs()
    _make_keys()
    _make_indexes()


def downgrade() -> None:
    op.drop_index("ix_certificate_register", "certificate")
    op.drop_index("ix_certificate_replaces", "certificate")
    op.drop_table("issuer_key")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_column("design_version")
    op.drop_table("certificate_design")
    op.drop_table("certificate_form")
