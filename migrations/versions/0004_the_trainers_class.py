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


def _change_imports() -> None:
    with op.batch_alter_table("register_import", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_register_import_status"), type_="check")
        batch_op.add_column(
            sa.Column("purpose", sa.String(), server_default="register", nullable=False)
        )
        batch_op.add_column(sa.Column("choices", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("plan", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("undo", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("undone_by", sa.Uuid(), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_register_import_status"), "status IN ('previewed', 'applied', 'undone')"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_register_import_purpose"), "purpose IN ('register', 'class')"
        )


def _make_class_lists() -> None:
    op.create_table(
        "class_list",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("enrolled", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        *_key_columns(),
        sa.ForeignKeyConstraint(
            ["commune_id", "cohort_id"],
            ["cohort.commune_id", "cohort.id"],
            name=op.f("fk_class_list_commune_id_cohort_id"),
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "import_id"],
            ["register_import.commune_id", "register_import.id"],
            name=op.f("fk_class_list_commune_id_import_id"),
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_class_list")),
        sa.UniqueConstraint(
            "commune_id", "import_id", name=op.f("uq_class_list_commune_id_import_id")
        ),
    )
    with op.batch_alter_table("class_list", schema=None) as batch_op:
        batch_op.create_index("ix_class_list_cohort", ["commune_id", "cohort_id"], unique=False)


def _make_papers() -> None:
    op.create_table(
        "paper_hours",
        sa.Column("class_session_id", sa.Uuid(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_key_columns(),
        _of("paper_hours", "class_session"),
        _of("paper_hours", "sitting"),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_paper_hours_made_by")),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_paper_hours")),
    )
    op.create_table(
        "paper_form",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("class_session_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("module", sa.String(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=True),
        *_key_columns(),
        sa.CheckConstraint(
            "kind IN ('practice', 'certifying', 'entry', 'exit', 'after30', 'after90')",
            name=op.f("ck_paper_form_kind"),
        ),
        _of("paper_form", "cohort"),
        _of("paper_form", "enrolment"),
        _of("paper_form", "class_session"),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_paper_form_made_by")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["programme_version.id"], name=op.f("fk_paper_form_version_id")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_paper_form")),
        sa.UniqueConstraint("commune_id", "code", name=op.f("uq_paper_form_commune_id_code")),
    )
    with op.batch_alter_table("paper_form", schema=None) as batch_op:
        batch_op.create_index("ix_paper_form_cohort", ["commune_id", "cohort_id"], unique=False)
    op.create_table(
        "paper_entry",
        sa.Column("paper_form_id", sa.Uuid(), nullable=False),
        sa.Column("class_session_id", sa.Uuid(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=True),
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("submit_event", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scan", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_key_columns(),
        _of("paper_entry", "paper_form"),
        _of("paper_entry", "class_session"),
        _of("paper_entry", "sitting"),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_paper_entry_made_by")),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_paper_entry")),
    )
    with op.batch_alter_table("paper_entry", schema=None) as batch_op:
        batch_op.create_index("ix_paper_entry_form", ["commune_id", "paper_form_id"], unique=False)


def _of(table: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["commune_id", f"{other}_id"],
        [f"{other}.commune_id", f"{other}.id"],
        name=op.f(f"fk_{table}_commune_id_{other}_id"),
    )


def _make_learning_days() -> None:
    op.create_table(
        "learning_day",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("acts", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        *_key_columns(),
        sa.ForeignKeyConstraint(
            ["commune_id", "enrolment_id"],
            ["enrolment.commune_id", "enrolment.id"],
            name=op.f("fk_learning_day_commune_id_enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_learning_day")),
        sa.UniqueConstraint(
            "commune_id",
            "enrolment_id",
            "day",
            name=op.f("uq_learning_day_commune_id_enrolment_id_day"),
        ),
    )


def upgrade() -> None:
    _make_learning_days()
    _change_imports()
    _make_class_lists()
    _change_classes()
    _make_substitutes()
    _make_papers()


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


def _leave_imports() -> None:
    op.execute("DELETE FROM register_import WHERE status = 'undone'")
    with op.batch_alter_table("register_import", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_register_import_purpose"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_register_import_status"), type_="check")
        for name in ("undone_by", "undone_at", "undo", "plan", "choices", "purpose"):
            batch_op.drop_column(name)
        batch_op.create_check_constraint(
            batch_op.f("ck_register_import_status"), "status IN ('previewed', 'applied')"
        )


def _drop_class_lists() -> None:
    with op.batch_alter_table("class_list", schema=None) as batch_op:
        batch_op.drop_index("ix_class_list_cohort")
    op.drop_table("class_list")


def _drop_papers() -> None:
    with op.batch_alter_table("paper_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_paper_entry_form")
    op.drop_table("paper_entry")
    with op.batch_alter_table("paper_form", schema=None) as batch_op:
        batch_op.drop_index("ix_paper_form_cohort")
    op.drop_table("paper_form")
    op.drop_table("paper_hours")


def downgrade() -> None:
    op.drop_table("learning_day")
    _drop_papers()
    _drop_class_lists()
    _leave_imports()
    with op.batch_alter_table("session_trainer", schema=None) as batch_op:
        batch_op.drop_index("ix_session_trainer_account")
    op.drop_table("session_trainer")
    _leave_classes()
