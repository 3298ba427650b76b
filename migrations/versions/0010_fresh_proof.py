"""A fresh proof before what weighs"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _say_purposes(*purposes: str) -> None:
    """What a browser may be sent to a provider for."""
    with op.batch_alter_table("oidc_request") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_oidc_request_purpose"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_oidc_request_purpose"),
            f"purpose IN ({', '.join(repr(one) for one in purposes)})",
        )


def upgrade() -> None:
    """A session knows when its person last proved who they are; a restatement may wait for a second person."""
    with op.batch_alter_table("staff_session") as batch_op:
        batch_op.add_column(sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True))
    _say_purposes("staff", "link", "learner", "proof")
    _make_proposals()


def _make_proposals() -> None:
    """A restatement that waits for a second person."""
    op.create_table(
        "restatement_proposal",
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("figures_sha256", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commune_id", "snapshot_id"],
            ["report_snapshot.commune_id", "report_snapshot.id"],
            name=op.f("fk_restatement_proposal_commune_id_snapshot_id"),
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_restatement_proposal")),
        sa.UniqueConstraint(
            "commune_id", "snapshot_id", name=op.f("uq_restatement_proposal_commune_id_snapshot_id")
        ),
    )


def downgrade() -> None:
    """A way to a proof lasts ten minutes: those under way are not kept."""
    op.drop_table("restatement_proposal")
    op.execute("DELETE FROM oidc_request WHERE purpose = 'proof'")
    _say_purposes("staff", "link", "learner")
    with op.batch_alter_table("staff_session") as batch_op:
        batch_op.drop_column("proven_at")
