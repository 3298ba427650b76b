"""What is sent upward: reports on paper, unit links, machines, publications, commendation"""

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Each area makes its own tables."""


def downgrade() -> None:
    """In the reverse order."""
