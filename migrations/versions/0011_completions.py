"""What other systems send of their own courses"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _say_uses(*uses: str) -> None:
    """What a machine's calls are counted as."""
    with op.batch_alter_table("machine_use") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_machine_use_what"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_machine_use_what"), f"what IN ({', '.join(repr(one) for one in uses)})"
        )


def upgrade() -> None:
    """A system that may send completions has them kept until an officer has looked."""
    _say_uses("token", "counts", "records", "completions", "refused")
    op.create_table(
        "sent_completion",
        sa.Column("machine_id", sa.Uuid(), nullable=False),
        sa.Column("sent_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("course_code", sa.String(), nullable=False),
        sa.Column("course_title", sa.String(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_by", sa.Uuid(), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'confirmed', 'left')", name=op.f("ck_sent_completion_state")
        ),
        sa.CheckConstraint(
            "(state = 'confirmed') = (import_id IS NOT NULL)",
            name=op.f("ck_sent_completion_import"),
        ),
        sa.CheckConstraint(
            "result IN ('', 'completed', 'passed', 'excellent')",
            name=op.f("ck_sent_completion_result"),
        ),
        *(_leads_to(column, table) for column, table in POINTERS),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_sent_completion")),
    )
    for name, column in INDEXES:
        op.create_index(name, "sent_completion", ["commune_id", column])


POINTERS = (("machine_id", "machine_client"), ("person_id", "person"), ("import_id", "fact_import"))
INDEXES = (("ix_sent_completion_course", "course_id"), ("ix_sent_completion_person", "person_id"))


def _leads_to(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["commune_id", column],
        [f"{table}.commune_id", f"{table}.id"],
        name=op.f(f"fk_sent_completion_commune_id_{column}"),
    )


def downgrade() -> None:
    """What was sent and not confirmed goes; recorded lists stay."""
    op.drop_table("sent_completion")
    op.execute("DELETE FROM machine_use WHERE what = 'completions'")
    _say_uses("token", "counts", "records", "refused")
