"""What is sent upward: reports on paper, unit links, machines, publications, commendation"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _make_commendation() -> None:
    op.create_table(
        "commend_criteria",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("put_away_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "subject IN ('person', 'trainer', 'household', 'team', 'unit')",
            name=op.f("ck_commend_criteria_subject"),
        ),
        sa.CheckConstraint("starts <= ends", name=op.f("ck_commend_criteria_days")),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_commend_criteria_commune_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_commend_criteria_made_by")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["account.id"], name=op.f("fk_commend_criteria_changed_by")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_commend_criteria")),
    )
    op.create_table(
        "commend_decision",
        sa.Column("criteria_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('leave_out', 'add')", name=op.f("ck_commend_decision_kind")),
        sa.CheckConstraint(
            "(CASE WHEN person_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN account_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN household_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_commend_decision_one_subject"),
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "criteria_id"],
            ["commend_criteria.commune_id", "commend_criteria.id"],
            name=op.f("fk_commend_decision_commune_id_criteria_id"),
        ),
        *(
            sa.ForeignKeyConstraint(
                ["commune_id", f"{table}_id"],
                [f"{table}.commune_id", f"{table}.id"],
                name=op.f(f"fk_commend_decision_commune_id_{table}_id"),
            )
            for table in ("person", "household", "unit")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_commend_decision_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_commend_decision_made_by")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by"], ["account.id"], name=op.f("fk_commend_decision_undone_by")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_commend_decision")),
    )
    op.create_index(
        "uq_commend_decision_standing", "commend_decision",
        ["commune_id", "criteria_id", "subject_id"], unique=True,
        sqlite_where=sa.text("undone_at IS NULL"), postgresql_where=sa.text("undone_at IS NULL"),
    )  # fmt: skip
    op.create_table(
        "commend_list",
        sa.Column("criteria_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('standing', 'replaced')", name=op.f("ck_commend_list_state")),
        sa.ForeignKeyConstraint(
            ["commune_id", "criteria_id"],
            ["commend_criteria.commune_id", "commend_criteria.id"],
            name=op.f("fk_commend_list_commune_id_criteria_id"),
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "replaces_id"],
            ["commend_list.commune_id", "commend_list.id"],
            name=op.f("fk_commend_list_commune_id_replaces_id"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_commend_list_decided_by")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_commend_list")),
        sa.UniqueConstraint(
            "commune_id",
            "criteria_id",
            "number",
            name=op.f("uq_commend_list_commune_id_criteria_id_number"),
        ),
    )
    op.create_index(
        "uq_commend_list_standing", "commend_list", ["commune_id", "criteria_id"], unique=True,
        sqlite_where=sa.text("state = 'standing'"), postgresql_where=sa.text("state = 'standing'"),
    )  # fmt: skip


def _drop_commendation() -> None:
    for table in ("commend_list", "commend_decision", "commend_criteria"):
        op.drop_table(table)


def _made(table: str, by: str = "made") -> tuple[sa.schema.SchemaItem, ...]:
    """Who wrote a row of the reports on paper, and when, with the key."""
    return (
        sa.Column(f"{by}_by", sa.Uuid(), nullable=True),
        sa.Column(f"{by}_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint([f"{by}_by"], ["account.id"], name=op.f(f"fk_{table}_{by}_by")),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f(f"pk_{table}")),
    )


def _in_commune(table: str, *unique: str) -> tuple[sa.schema.SchemaItem, ...]:
    name = "_".join(("uq", table, "commune_id", *unique))
    return (
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f(f"fk_{table}_commune_id")
        ),
        sa.UniqueConstraint("commune_id", *unique, name=op.f(name)),
    )


def _make_documents() -> None:
    op.create_table(
        "report_letterhead",
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        *_made("report_letterhead"),
        *_in_commune("report_letterhead", "head", "number"),
        sa.CheckConstraint("head IN ('ubnd', 'dang')", name=op.f("ck_report_letterhead_head")),
    )
    op.create_table(
        "report_text",
        sa.Column("plan_code", sa.String(), nullable=False),
        sa.Column("report_code", sa.String(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        *_made("report_text", "changed"),
        *_in_commune("report_text", "plan_code", "report_code", "ends"),
    )
    op.create_table(
        "report_template",
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        *_made("report_template"),
        *_in_commune("report_template", "head", "number"),
        sa.CheckConstraint("head IN ('ubnd', 'dang')", name=op.f("ck_report_template_head")),
    )
    op.create_index(
        "uq_report_template_chosen", "report_template", ["commune_id", "head"], unique=True,
        sqlite_where=sa.text("chosen"), postgresql_where=sa.text("chosen"),
    )  # fmt: skip
    _make_issues()


def _make_issues() -> None:
    op.create_table(
        "report_document",
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("letterhead_id", sa.Uuid(), nullable=True),
        sa.Column("template_id", sa.Uuid(), nullable=True),
        sa.Column("text_revision", sa.Integer(), nullable=False),
        sa.Column("basis_sha256", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        *_made("report_document"),
        *(
            sa.ForeignKeyConstraint(
                ["commune_id", column],
                [f"{table}.commune_id", f"{table}.id"],
                name=op.f(f"fk_report_document_commune_id_{column}"),
            )
            for table, column in (
                ("report_snapshot", "snapshot_id"),
                ("report_letterhead", "letterhead_id"),
                ("report_template", "template_id"),
            )
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_report_document_number")),
        sa.UniqueConstraint(
            "commune_id", "snapshot_id", "number",
            name=op.f("uq_report_document_commune_id_snapshot_id_number"),
        ),
    )  # fmt: skip
    op.create_table(
        "report_document_file",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('docx', 'pdf', 'template_docx', 'template_pdf')",
            name=op.f("ck_report_document_file_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "document_id"],
            ["report_document.commune_id", "report_document.id"],
            name=op.f("fk_report_document_file_commune_id_document_id"),
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_report_document_file")),
        sa.UniqueConstraint(
            "commune_id", "document_id", "kind",
            name=op.f("uq_report_document_file_commune_id_document_id_kind"),
        ),
    )  # fmt: skip


def _drop_documents() -> None:
    for table in (
        "report_document_file", "report_document", "report_template", "report_text",
        "report_letterhead",
    ):  # fmt: skip
        op.drop_table(table)


def _key() -> Iterator[sa.Column[Any]]:
    """New columns for each table: a column belongs to one."""
    yield sa.Column("commune_id", sa.Uuid(), nullable=False)
    yield sa.Column("id", sa.Uuid(), nullable=False)


def _set() -> Iterator[sa.Column[Any]]:
    yield sa.Column("revision", sa.Integer(), server_default="1", nullable=False)
    yield sa.Column("set_by", sa.Uuid(), nullable=True)
    yield sa.Column("set_at", sa.DateTime(timezone=True), nullable=False)


def _make_public() -> None:
    op.create_table(
        "public_page",
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("greeting", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        *_set(),
        *_key(),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_public_page_commune_id")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_public_page")),
    )
    op.create_table(
        "public_class",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("how_to_join", sa.Text(), nullable=False),
        *_set(),
        *_key(),
        sa.ForeignKeyConstraint(
            ["commune_id", "cohort_id"], ["cohort.commune_id", "cohort.id"],
            name=op.f("fk_public_class_commune_id_cohort_id"),
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_public_class")),
        sa.UniqueConstraint(
            "commune_id", "cohort_id", name=op.f("uq_public_class_commune_id_cohort_id")
        ),
    )  # fmt: skip
    op.create_table(
        "public_event",
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=True),
        sa.Column("ends_at", sa.Time(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_key(),
        sa.CheckConstraint(
            "ends_at IS NULL OR starts_at IS NOT NULL", name=op.f("ck_public_event_hours")
        ),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_public_event_commune_id")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_public_event")),
    )
    op.create_index("ix_public_event_held_on", "public_event", ["commune_id", "held_on"])
    op.create_table(
        "publication",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("plan_code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_why", sa.Text(), nullable=False),
        *_key(),
        sa.CheckConstraint("number >= 1", name=op.f("ck_publication_number")),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_why = '')", name=op.f("ck_publication_withdrawn")
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "snapshot_id"], ["report_snapshot.commune_id", "report_snapshot.id"],
            name=op.f("fk_publication_commune_id_snapshot_id"),
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_publication")),
        sa.UniqueConstraint("commune_id", "number", name=op.f("uq_publication_commune_id_number")),
    )  # fmt: skip
    op.create_index(
        "uq_publication_standing", "publication", ["commune_id", "snapshot_id"], unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )  # fmt: skip


def _drop_public() -> None:
    for table in ("publication", "public_event", "public_class", "public_page"):
        op.drop_table(table)


def _calendar_key() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
    )


def _of_commune(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["commune_id"], ["commune.id"], name=op.f(f"fk_{table}_commune_id")
    )


def _of(table: str, target: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["commune_id", column],
        [f"{target}.commune_id", f"{target}.id"],
        name=op.f(f"fk_{table}_commune_id_{column}"),
    )


def _one_standing(name: str, table: str, columns: list[str], where: str) -> None:
    standing = sa.text(where)
    op.create_index(
        name, table, ["commune_id", *columns], unique=True, sqlite_where=standing,
        postgresql_where=standing,
    )  # fmt: skip


def _make_calendar() -> None:
    op.create_table(
        "report_reminder_day",
        sa.Column("plan_code", sa.String(), nullable=False),
        sa.Column("report_code", sa.String(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        *_calendar_key(),
        _of_commune("report_reminder_day"),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_report_reminder_day")),
    )
    _one_standing(
        "uq_report_reminder_day_standing", "report_reminder_day",
        ["plan_code", "report_code", "ends"], "undone_at IS NULL",
    )  # fmt: skip
    op.create_table(
        "calendar_feed",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        *_calendar_key(),
        _of_commune("calendar_feed"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_calendar_feed_account_id")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint(
            "commune_id", "token_digest", name=op.f("uq_calendar_feed_commune_id_token_digest")
        ),
    )
    _one_standing(
        "uq_calendar_feed_standing", "calendar_feed", ["account_id"], "revoked_at IS NULL"
    )


def _drop_calendar() -> None:
    for table in ("calendar_feed", "report_reminder_day"):
        op.drop_table(table)


def _make_unit_links() -> None:
    op.create_table(
        "unit_question",
        sa.Column("unit_kind", sa.String(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        *_calendar_key(),
        _of_commune("unit_question"),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_unit_question")),
    )
    op.create_index("ix_unit_question_kind", "unit_question", ["commune_id", "unit_kind"])
    op.create_table(
        "unit_link",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("code_number", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        *_calendar_key(),
        _of_commune("unit_link"),
        _of("unit_link", "unit", "unit_id"),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_unit_link")),
        sa.UniqueConstraint(
            "commune_id", "token_digest", name=op.f("uq_unit_link_commune_id_token_digest")
        ),
    )
    _one_standing("uq_unit_link_standing", "unit_link", ["unit_id"], "revoked_at IS NULL")
    op.create_table(
        "unit_link_device",
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        *_calendar_key(),
        _of("unit_link_device", "unit_link", "link_id"),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_unit_link_device")),
        sa.UniqueConstraint(
            "commune_id",
            "link_id",
            "token_digest",
            name=op.f("uq_unit_link_device_commune_id_link_id_token_digest"),
        ),
    )
    _make_unit_sayings()


def _make_unit_sayings() -> None:
    op.create_table(
        "unit_proposal",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("numerator", sa.Integer(), nullable=True),
        sa.Column("whole", sa.Integer(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        *_calendar_key(),
        sa.CheckConstraint(
            "state IN ('waiting', 'accepted', 'refused', 'replaced', 'withdrawn')",
            name=op.f("ck_unit_proposal_state"),
        ),
        sa.CheckConstraint(
            "status IN ('official', 'estimate')", name=op.f("ck_unit_proposal_status")
        ),
        sa.CheckConstraint(
            "(numerator IS NULL OR numerator >= 0) AND (whole IS NULL OR whole >= 0)",
            name=op.f("ck_unit_proposal_values"),
        ),
        _of_commune("unit_proposal"),
        _of("unit_proposal", "unit", "unit_id"),
        _of("unit_proposal", "unit_link_device", "device_id"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_unit_proposal_account_id")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_unit_proposal")),
    )
    _one_standing(
        "uq_unit_proposal_waiting", "unit_proposal", ["unit_id", "code"], "state = 'waiting'"
    )
    op.create_table(
        "unit_remark",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_by", sa.Uuid(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        *_calendar_key(),
        sa.CheckConstraint("kind IN ('right', 'remark')", name=op.f("ck_unit_remark_kind")),
        _of_commune("unit_remark"),
        _of("unit_remark", "unit", "unit_id"),
        _of("unit_remark", "unit_link_device", "device_id"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_unit_remark_account_id")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_unit_remark")),
    )
    op.create_index("ix_unit_remark_unit", "unit_remark", ["commune_id", "unit_id"])


def _drop_unit_links() -> None:
    for table in (
        "unit_remark", "unit_proposal", "unit_link_device", "unit_link", "unit_question",
    ):  # fmt: skip
        op.drop_table(table)


def _row(table: str, *unique: str) -> tuple[sa.schema.SchemaItem, ...]:
    """The key of a row of a commune, and the columns that are unique within the commune."""
    key = (
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f(f"pk_{table}")),
    )
    name = "_".join(("uq", table, "commune_id", *unique))
    return (*key, sa.UniqueConstraint("commune_id", *unique, name=op.f(name))) if unique else key


def _of_machine(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["commune_id", "machine_id"],
        ["machine_client.commune_id", "machine_client.id"],
        name=op.f(f"fk_{table}_commune_id_machine_id"),
    )


def _of_its_commune(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["commune_id"], ["commune.id"], name=op.f(f"fk_{table}_commune_id")
    )


def _make_machines() -> None:
    op.create_table(
        "machine_client",
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("with_names", sa.Boolean(), nullable=False),
        sa.Column("reach", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_by", sa.Uuid(), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        *_row("machine_client"),
        _of_its_commune("machine_client"),
        sa.UniqueConstraint(
            "commune_id", "client_id", name=op.f("uq_machine_client_commune_id_client_id")
        ),
        sa.CheckConstraint(
            "reach IN ('commune', 'province')", name=op.f("ck_machine_client_reach")
        ),
        sa.CheckConstraint(
            "reach = 'commune' OR scopes = 'counts:read'",
            name=op.f("ck_machine_client_province_counts_only"),
        ),
    )
    op.create_table(
        "machine_secret",
        sa.Column("machine_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        *_row("machine_secret"),
        _of_machine("machine_secret"),
    )
    op.create_index("ix_machine_secret_machine", "machine_secret", ["commune_id", "machine_id"])
    op.create_table(
        "machine_token",
        sa.Column("machine_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        *_row("machine_token", "digest"),
        _of_machine("machine_token"),
    )
    op.create_index(
        "ix_machine_token_machine", "machine_token", ["commune_id", "machine_id", "expires_at"]
    )
    op.create_table(
        "machine_use",
        sa.Column("machine_id", sa.Uuid(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("summed_at", sa.DateTime(timezone=True), nullable=True),
        *_row("machine_use", "machine_id", "hour", "what"),
        _of_machine("machine_use"),
        sa.CheckConstraint(
            "what IN ('token', 'counts', 'records', 'refused')", name=op.f("ck_machine_use_what")
        ),
    )
    _make_feed()


def _make_feed() -> None:
    kinds = "kind IN ('closing', 'attainment', 'certificate')"
    op.create_table(
        "feed_mark",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        *_row("feed_mark", "kind"),
        _of_its_commune("feed_mark"),
        sa.CheckConstraint(kinds, name=op.f("ck_feed_mark_kind")),
    )
    op.create_table(
        "feed_change",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("gone", sa.String(), nullable=False),
        *_row("feed_change"),
        _of_its_commune("feed_change"),
        sa.CheckConstraint(kinds, name=op.f("ck_feed_change_kind")),
        sa.CheckConstraint("gone IN ('', 'erased', 'removed')", name=op.f("ck_feed_change_gone")),
    )
    op.create_index("ix_feed_change_seq", "feed_change", ["commune_id", "kind", "seq"])


def _drop_machines() -> None:
    for table in (
        "feed_change", "feed_mark", "machine_use", "machine_token", "machine_secret",
        "machine_client",
    ):  # fmt: skip
        op.drop_table(table)


def upgrade() -> None:
    """Each area makes its own tables."""
    _make_calendar()
    _make_unit_links()
    _make_documents()
    _make_commendation()
    _make_public()
    _make_machines()


def downgrade() -> None:
    """In the reverse order."""
    _drop_machines()
    _drop_public()
    _drop_commendation()
    _drop_documents()
    _drop_unit_links()
    _drop_calendar()
