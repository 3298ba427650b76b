"""The trainer's class: timetable, diary, substitutes, moves"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

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

    with op.batch_alter_table("residence", schema=None) as batch_op:
        batch_op.create_index(
            "ix_residence_household", ["commune_id", "household_id"], unique=False
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
        sa.Column("typed", sa.JSON(), nullable=False),
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


def _key_to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """A foreign key within the commune, named like all of them."""
    return sa.ForeignKeyConstraint(
        ["commune_id", column],
        [f"{target}.commune_id", f"{target}.id"],
        name=op.f(f"fk_{table}_commune_id_{column}"),
    )


def _accounts_of(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], ["account.id"], name=op.f(f"fk_{table}_{name}"))
        for name in columns
    ]


def _make_mentorships() -> None:
    standing = sa.text("to_date IS NULL")
    op.create_table(
        "mentorship",
        sa.Column("ambassador_id", sa.Uuid(), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=True),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *_key_columns(),
        sa.CheckConstraint("ambassador_id <> mentee_id", name=op.f("ck_mentorship_not_oneself")),
        sa.CheckConstraint(
            "to_date IS NULL OR to_date >= from_date", name=op.f("ck_mentorship_dates")
        ),
        sa.CheckConstraint(
            "how IN ('assigned', 'volunteer', 'neighbour', 'class', 'other')",
            name=op.f("ck_mentorship_how"),
        ),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_mentorship_commune_id")
        ),
        _key_to("mentorship", "ambassador_id", "person"),
        _key_to("mentorship", "mentee_id", "person"),
        *_accounts_of("mentorship", "made_by", "ended_by"),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_mentorship")),
    )
    with op.batch_alter_table("mentorship", schema=None) as batch_op:
        batch_op.create_index("ix_mentorship_mentee", ["commune_id", "mentee_id"], unique=False)
        batch_op.create_index(
            "uq_mentorship_standing",
            ["commune_id", "ambassador_id", "mentee_id"],
            unique=True,
            sqlite_where=standing,
            postgresql_where=standing,
        )


MEMBERS = (
    "public_sector", "student", "worker", "trader", "farmer", "digital_team", "ward_official",
    "ambassador", "mentor", "poor", "disabled",
)  # fmt: skip


def _allow_members(batch_op: BatchOperations, kinds: tuple[str, ...]) -> None:
    words = ", ".join(repr(one) for one in kinds)
    batch_op.drop_constraint(batch_op.f("ck_membership_kind"), type_="check")
    batch_op.create_check_constraint(batch_op.f("ck_membership_kind"), f"kind IN ({words})")


def _carry_mentees() -> None:
    """Memberships of the kind `mentee` become mentorships; one without a day begins today."""
    op.execute(
        """
        INSERT INTO mentorship
            (commune_id, id, ambassador_id, mentee_id, from_date, to_date, how, made_at)
        SELECT commune_id, id, mentor_id, person_id, COALESCE(from_date, to_date, CURRENT_DATE),
               to_date, 'other', CURRENT_TIMESTAMP
        FROM membership AS one
        WHERE kind = 'mentee' AND mentor_id <> person_id AND (to_date IS NOT NULL OR NOT EXISTS (
            SELECT 1 FROM membership AS older
            WHERE older.kind = 'mentee' AND older.commune_id = one.commune_id
              AND older.mentor_id = one.mentor_id AND older.person_id = one.person_id
              AND older.to_date IS NULL AND older.id < one.id))
        """
    )
    op.execute("DELETE FROM membership WHERE kind = 'mentee'")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_membership_commune_id_mentor_id"), type_="foreignkey"
        )
        batch_op.drop_column("mentor_id")
        _allow_members(batch_op, MEMBERS)


def _make_visits() -> None:
    op.create_table(
        "visit",
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("helper_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        *_key_columns(),
        *_rules_of_visits(),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_visit_commune_id")),
        _key_to("visit", "household_id", "household"),
        _key_to("visit", "person_id", "person"),
        _key_to("visit", "helper_id", "person"),
        _key_to("visit", "replaces_id", "visit"),
        *_accounts_of("visit", "account_id", "made_by", "superseded_by"),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_visit")),
        sa.UniqueConstraint(
            "commune_id", "replaces_id", name=op.f("uq_visit_commune_id_replaces_id")
        ),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        for name, column in VISIT_INDEXES:
            batch_op.create_index(name, ["commune_id", column], unique=False)


VISIT_INDEXES = (
    ("ix_visit_household", "household_id"),
    ("ix_visit_person", "person_id"),
    ("ix_visit_day", "visited_on"),
)


def _rules_of_visits() -> list[sa.CheckConstraint]:
    rules = {
        "one_goal": "(household_id IS NULL) <> (person_id IS NULL)",
        "by_somebody": "account_id IS NOT NULL OR helper_id IS NOT NULL",
        "purpose": "purpose IN ('invite', 'guide', 'review', 'other')",
        "outcome": "outcome IN ('agreed', 'guided', 'needs_help', 'not_home', 'declined', 'other')",
        "next": "next_on IS NULL OR next_on >= visited_on",
    }
    return [sa.CheckConstraint(rule, name=op.f(f"ck_visit_{n}")) for n, rule in rules.items()]


def _drop_visits() -> None:
    with op.batch_alter_table("visit", schema=None) as batch_op:
        for name, _ in VISIT_INDEXES:
            batch_op.drop_index(name)
    op.drop_table("visit")


def _bring_mentees_back() -> None:
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mentor_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_membership_commune_id_mentor_id"),
            "person",
            ["commune_id", "mentor_id"],
            ["commune_id", "id"],
        )
        _allow_members(batch_op, (*MEMBERS, "mentee"))
    op.execute(
        """
        INSERT INTO membership (commune_id, id, person_id, kind, mentor_id, from_date, to_date)
        SELECT commune_id, id, mentee_id, 'mentee', ambassador_id, from_date, to_date
        FROM mentorship
        """
    )
    with op.batch_alter_table("mentorship", schema=None) as batch_op:
        batch_op.drop_index("uq_mentorship_standing")
        batch_op.drop_index("ix_mentorship_mentee")
    op.drop_table("mentorship")


def _make_hall_records() -> None:
    op.create_table(
        "tablet_invite",
        sa.Column("class_session_id", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_device_id", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        *_key_columns(),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_tablet_invite_commune_id")
        ),
        _key_to("tablet_invite", "class_session_id", "class_session"),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_tablet_invite")),
    )
    op.create_table(
        "turn_move",
        sa.Column("class_session_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        *_decision_columns(),
        *_key_columns(),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_turn_move_somebody_else")),
        _key_to("turn_move", "class_session_id", "class_session"),
        _key_to("turn_move", "to_id", "enrolment"),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_turn_move")),
    )
    op.create_table(
        "allowance",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("allowed", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_key_columns(),
        _key_to("allowance", "enrolment_id", "enrolment"),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_allowance")),
        sa.UniqueConstraint(
            "commune_id", "enrolment_id", name=op.f("uq_allowance_commune_id_enrolment_id")
        ),
    )
    op.create_table(
        "class_closing",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened_by", sa.Uuid(), nullable=True),
        *_key_columns(),
        _key_to("class_closing", "cohort_id", "cohort"),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_class_closing")),
    )
    op.create_table(
        "branch_choice",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("branch", sa.String(), nullable=False),
        *_decision_columns(),
        *_key_columns(),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_branch_choice_commune_id")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_branch_choice")),
    )
    for name, table, columns, where in HALL_INDEXES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(
                name,
                ["commune_id", *columns],
                unique=where is not None,
                sqlite_where=where,
                postgresql_where=where,
            )


def _decision_columns() -> tuple[sa.Column[object], ...]:
    """Of what somebody decided with a reason and may undo."""
    return (
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
    )


_STANDS = sa.text("undone_at IS NULL")
HALL_INDEXES = (
    ("uq_turn_move_standing", "turn_move", ("device_id", "segment"), _STANDS),
    ("ix_turn_move_session", "turn_move", ("class_session_id",), None),
    ("uq_class_closing_standing", "class_closing", ("cohort_id",), sa.text("reopened_at IS NULL")),
    ("uq_branch_choice_standing", "branch_choice", ("attempt_id",), _STANDS),
)


def _drop_hall_records() -> None:
    for name, table, _columns, _where in HALL_INDEXES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(name)
    for table in ("branch_choice", "class_closing", "allowance", "turn_move", "tablet_invite"):
        op.drop_table(table)


def upgrade() -> None:
    _make_mentorships()
    _carry_mentees()
    _make_visits()
    _make_learning_days()
    _change_imports()
    _make_class_lists()
    _change_classes()
    _make_substitutes()
    _make_papers()
    _make_hall_records()


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
    with op.batch_alter_table("residence", schema=None) as batch_op:
        batch_op.drop_index("ix_residence_household")
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
    _drop_hall_records()
    _drop_visits()
    _bring_mentees_back()
    op.drop_table("learning_day")
    _drop_papers()
    _drop_class_lists()
    _leave_imports()
    with op.batch_alter_table("session_trainer", schema=None) as batch_op:
        batch_op.drop_index("ix_session_trainer_account")
    op.drop_table("session_trainer")
    _leave_classes()
