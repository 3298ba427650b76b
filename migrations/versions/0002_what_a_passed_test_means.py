"""What a passed test means"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PURPOSES = ("practice", "certifying", "entry", "exit", "after30", "after90")


def _allow(purposes: tuple[str, ...]) -> None:
    """Change which purposes an attempt may have; SQLite makes the table anew for it."""
    words = ", ".join(repr(one) for one in purposes)
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_attempt_purpose"), type_="check")
        batch_op.create_check_constraint(op.f("ck_attempt_purpose"), f"purpose IN ({words})")


def upgrade() -> None:
    _allow(PURPOSES)
    op.create_table(
        "commune_programme",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_commune_programme_commune_id")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["account.id"], name=op.f("fk_commune_programme_published_by")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["programme_version.id"], name=op.f("fk_commune_programme_version_id")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_commune_programme")),
        sa.UniqueConstraint(
            "commune_id", "version_id", name=op.f("uq_commune_programme_commune_id_version_id")
        ),
    )
    with op.batch_alter_table("commune_programme", schema=None) as batch_op:
        batch_op.create_index("ix_commune_programme_code", ["commune_id", "code"], unique=False)

    op.create_table(
        "course_draft",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("based_on", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["based_on"], ["programme_version.id"], name=op.f("fk_course_draft_based_on")
        ),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_course_draft_commune_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_course_draft_made_by")),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_course_draft")),
        sa.UniqueConstraint("commune_id", "code", name=op.f("uq_course_draft_commune_id_code")),
    )
    op.create_table(
        "remarking",
        sa.Column("programme_code", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("item_hash", sa.String(), nullable=False),
        sa.Column("everybody", sa.Boolean(), nullable=False),
        sa.Column("accepted", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_remarking_commune_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_remarking_decided_by")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_remarking")),
    )
    with op.batch_alter_table("remarking", schema=None) as batch_op:
        batch_op.create_index("ix_remarking_item", ["commune_id", "item_hash"], unique=False)

    op.create_table(
        "course_draft_file",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["account.id"], name=op.f("fk_course_draft_file_changed_by")
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "draft_id"],
            ["course_draft.commune_id", "course_draft.id"],
            name=op.f("fk_course_draft_file_commune_id_draft_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_course_draft_file")),
        sa.UniqueConstraint(
            "commune_id",
            "draft_id",
            "path",
            name=op.f("uq_course_draft_file_commune_id_draft_id_path"),
        ),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tries", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("first_correct", sa.Boolean(), nullable=True))

    with op.batch_alter_table("programme_version", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("shipped", sa.Boolean(), server_default=sa.true(), nullable=False)
        )
        batch_op.add_column(
            sa.Column("counts_as", sa.String(), server_default="", nullable=False)
        )



def downgrade() -> None:
    _allow(PURPOSES[:2])
    with op.batch_alter_table("programme_version", schema=None) as batch_op:
        batch_op.drop_column("counts_as")
        batch_op.drop_column("shipped")

    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_column("first_correct")
        batch_op.drop_column("tries")

    op.drop_table("course_draft_file")
    with op.batch_alter_table("remarking", schema=None) as batch_op:
        batch_op.drop_index("ix_remarking_item")

    op.drop_table("remarking")
    op.drop_table("course_draft")
    with op.batch_alter_table("commune_programme", schema=None) as batch_op:
        batch_op.drop_index("ix_commune_programme_code")

    op.drop_table("commune_programme")
