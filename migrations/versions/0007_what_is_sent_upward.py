"""What is sent upward: reports on paper, unit links, machines, publications, commendation"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _make_commendation() -> None:
    op.create_table(
        "commend_criteria",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("put_away_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "subject IN ('person', 'trainer', 'household', 'team', 'unit')",
            name=op.f("ck_commend_criteria_subject"),
        ),
        sa.CheckConstraint("starts <= ends", name=op.f("ck_commend_criteria_days")),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_commend_criteria_commune_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_commend_criteria_made_by")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["account.id"], name=op.f("fk_commend_criteria_changed_by")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_commend_criteria")),
    )
    op.create_table(
        "commend_decision",
        sa.Column("criteria_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('leave_out', 'add')", name=op.f("ck_commend_decision_kind")),
        sa.CheckConstraint(
            "(CASE WHEN person_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN account_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN household_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_commend_decision_one_subject"),
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "criteria_id"],
            ["commend_criteria.commune_id", "commend_criteria.id"],
            name=op.f("fk_commend_decision_commune_id_criteria_id"),
        ),
        *(
            sa.ForeignKeyConstraint(
                ["commune_id", f"{table}_id"],
                [f"{table}.commune_id", f"{table}.id"],
                name=op.f(f"fk_commend_decision_commune_id_{table}_id"),
            )
            for table in ("person", "household", "unit")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_commend_decision_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_commend_decision_made_by")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by"], ["account.id"], name=op.f("fk_commend_decision_undone_by")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_commend_decision")),
    )
    op.create_index(
        "uq_commend_decision_standing", "commend_decision",
        ["commune_id", "criteria_id", "subject_id"], unique=True,
        sqlite_where=sa.text("undone_at IS NULL"), postgresql_where=sa.text("undone_at IS NULL"),
    )  # fmt: skip
    op.create_table(
        "commend_list",
        sa.Column("criteria_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('standing', 'replaced')", name=op.f("ck_commend_list_state")
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "criteria_id"],
            ["commend_criteria.commune_id", "commend_criteria.id"],
            name=op.f("fk_commend_list_commune_id_criteria_id"),
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "replaces_id"],
            ["commend_list.commune_id", "commend_list.id"],
            name=op.f("fk_commend_list_commune_id_replaces_id"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_commend_list_decided_by")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_commend_list")),
        sa.UniqueConstraint(
            "commune_id", "criteria_id", "number",
            name=op.f("uq_commend_list_commune_id_criteria_id_number"),
        ),
    )
    op.create_index(
        "uq_commend_list_standing", "commend_list", ["commune_id", "criteria_id"], unique=True,
        sqlite_where=sa.text("state = 'standing'"), postgresql_where=sa.text("state = 'standing'"),
    )  # fmt: skip


def _drop_commendation() -> None:
    for table in ("commend_list", "commend_decision", "commend_criteria"):
        op.drop_table(table)


def upgrade() -> None:
    """Each area makes its own tables."""
    _make_commendation()


def downgrade() -> None:
    """In the reverse order."""
    _drop_commendation()
