"""Who may do what: identity, privacy, audit"""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Each area makes its own tables."""


def downgrade() -> None:
    """In the reverse order."""
