"""Laptops that carry classes"""

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet: the tables come with the code that uses them."""


def downgrade() -> None:
    """Nothing was made."""
