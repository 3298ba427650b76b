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
    """A session knows when its person last proved to be who they are."""
    with op.batch_alter_table("staff_session") as batch_op:
        batch_op.add_column(sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True))
    _say_purposes("staff", "link", "learner", "proof")


def downgrade() -> None:
    """A way to a proof lasts ten minutes: those under way are not kept."""
    op.execute("DELETE FROM oidc_request WHERE purpose = 'proof'")
    _say_purposes("staff", "link", "learner")
    with op.batch_alter_table("staff_session") as batch_op:
        batch_op.drop_column("proven_at")
