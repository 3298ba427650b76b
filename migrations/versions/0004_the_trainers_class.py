"""The trainer's class: timetable, diary, substitutes, moves"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _key_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
    )


def _change_classes() -> None:
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("cancel_reason", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("copied_from", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default="1", nullable=False))

    with op.batch_alter_table("class_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("starts_at", sa.Time(), nullable=True))
        batch_op.add_column(sa.Column("ends_at", sa.Time(), nullable=True))
        batch_op.add_column(sa.Column("place", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("cancel_reason", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("diary", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("diary_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("diary_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default="1", nullable=False))
        batch_op.create_foreign_key(
            batch_op.f("fk_class_session_diary_by"), "account", ["diary_by"], ["id"]
        )

    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("withdraw_reason", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("moved_to", sa.Uuid(), nullable=True))


def _make_substitutes() -> None:
    op.create_table(
        "session_trainer",
        sa.Column("class_session_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *_key_columns(),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_session_trainer_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "class_session_id"],
            ["class_session.commune_id", "class_session.id"],
            name=op.f("fk_session_trainer_commune_id_class_session_id"),
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_session_trainer")),
        sa.UniqueConstraint(
            "commune_id",
            "class_session_id",
            "account_id",
            name=op.f("uq_session_trainer_commune_id_class_session_id_account_id"),
        ),
    )
    with op.batch_alter_table("session_trainer", schema=None) as batch_op:
        batch_op.create_index(
            "ix_session_trainer_account", ["commune_id", "account_id"], unique=False
        )


def upgrade() -> None:
    _change_classes()
    _make_substitutes()


def _leave_classes() -> None:
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        for name in ("moved_to", "withdraw_reason"):
            batch_op.drop_column(name)
    with op.batch_alter_table("class_session", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_class_session_diary_by"), type_="foreignkey")
        for name in (
            "revision", "diary_at", "diary_by", "diary", "cancel_reason", "cancelled_at", "place",
            "ends_at", "starts_at",
        ):  # fmt: skip
            batch_op.drop_column(name)
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        for name in ("revision", "copied_from", "cancel_reason", "cancelled_at"):
            batch_op.drop_column(name)


def downgrade() -> None:
    with op.batch_alter_table("session_trainer", schema=None) as batch_op:
        batch_op.drop_index("ix_session_trainer_account")
    op.drop_table("session_trainer")
    _leave_classes()
