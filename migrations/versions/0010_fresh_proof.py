"""A fresh proof before what weighs"""

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet: the tables come with the code that uses them."""


def downgrade() -> None:
    """Nothing was made."""
