"""The officer's numbers: closed periods, outside lists, units' history"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _key_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
    )


def _make_unit_changes() -> None:
    op.add_column("unit", sa.Column("opened_on", sa.Date(), nullable=True))
    op.add_column("unit", sa.Column("part_of_id", sa.Uuid(), nullable=True))
    op.create_table(
        "unit_change",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=True),
        sa.Column("old_name", sa.String(), nullable=False),
        sa.Column("new_name", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        *_key_columns(),
        sa.CheckConstraint("kind IN ('rename', 'merge')", name=op.f("ck_unit_change_kind")),
        sa.CheckConstraint(
            "(kind = 'merge') = (into_id IS NOT NULL)", name=op.f("ck_unit_change_into")
        ),
        sa.CheckConstraint(
            "into_id IS NULL OR into_id <> unit_id", name=op.f("ck_unit_change_not_itself")
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "unit_id"],
            ["unit.commune_id", "unit.id"],
            name=op.f("fk_unit_change_commune_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "into_id"],
            ["unit.commune_id", "unit.id"],
            name=op.f("fk_unit_change_commune_id_into_id"),
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_unit_change")),
    )
    for kind, columns in (("merge", ()), ("rename", ("happened_on",))):
        standing = sa.text(f"kind = '{kind}' AND undone_at IS NULL")
        op.create_index(
            f"uq_unit_change_{kind}", "unit_change", ["commune_id", "unit_id", *columns],
            unique=True, sqlite_where=standing, postgresql_where=standing,
        )  # fmt: skip


def _drop_unit_changes() -> None:
    op.drop_table("unit_change")
    with op.batch_alter_table("unit") as batch_op:
        batch_op.drop_column("part_of_id")
        batch_op.drop_column("opened_on")


def _make_plan_drafts() -> None:
    op.create_table(
        "plan_draft",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("based_on", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("begun_by", sa.Uuid(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *_key_columns(),
        sa.ForeignKeyConstraint(
            ["based_on"], ["plan_definition.id"], name=op.f("fk_plan_draft_based_on")
        ),
        sa.ForeignKeyConstraint(["begun_by"], ["account.id"], name=op.f("fk_plan_draft_begun_by")),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["account.id"], name=op.f("fk_plan_draft_changed_by")
        ),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_plan_draft_commune_id")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_plan_draft")),
        sa.UniqueConstraint("commune_id", "code", name=op.f("uq_plan_draft_commune_id_code")),
    )


def upgrade() -> None:
    _make_unit_changes()
    _make_plan_drafts()


def downgrade() -> None:
    op.drop_table("plan_draft")
    _drop_unit_changes()
