"""The officer's numbers: closed periods, outside lists, units' history"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _key_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
    )


def _make_unit_changes() -> None:
    op.add_column("unit", sa.Column("opened_on", sa.Date(), nullable=True))
    op.add_column("unit", sa.Column("part_of_id", sa.Uuid(), nullable=True))
    op.create_table(
        "unit_change",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=True),
        sa.Column("old_name", sa.String(), nullable=False),
        sa.Column("new_name", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        *_key_columns(),
        sa.CheckConstraint("kind IN ('rename', 'merge')", name=op.f("ck_unit_change_kind")),
        sa.CheckConstraint(
            "(kind = 'merge') = (into_id IS NOT NULL)", name=op.f("ck_unit_change_into")
        ),
        sa.CheckConstraint(
            "into_id IS NULL OR into_id <> unit_id", name=op.f("ck_unit_change_not_itself")
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "unit_id"],
            ["unit.commune_id", "unit.id"],
            name=op.f("fk_unit_change_commune_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "into_id"],
            ["unit.commune_id", "unit.id"],
            name=op.f("fk_unit_change_commune_id_into_id"),
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_unit_change")),
    )
    for kind, columns in (("merge", ()), ("rename", ("happened_on",))):
        standing = sa.text(f"kind = '{kind}' AND undone_at IS NULL")
        op.create_index(
            f"uq_unit_change_{kind}", "unit_change", ["commune_id", "unit_id", *columns],
            unique=True, sqlite_where=standing, postgresql_where=standing,
        )  # fmt: skip


def _drop_unit_changes() -> None:
    op.drop_table("unit_change")
    with op.batch_alter_table("unit") as batch_op:
        batch_op.drop_column("part_of_id")
        batch_op.drop_column("opened_on")


def _make_plan_drafts() -> None:
    op.create_table(
        "plan_draft",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("based_on", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("begun_by", sa.Uuid(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *_key_columns(),
        sa.ForeignKeyConstraint(
            ["based_on"], ["plan_definition.id"], name=op.f("fk_plan_draft_based_on")
        ),
        sa.ForeignKeyConstraint(["begun_by"], ["account.id"], name=op.f("fk_plan_draft_begun_by")),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["account.id"], name=op.f("fk_plan_draft_changed_by")
        ),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_plan_draft_commune_id")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_plan_draft")),
        sa.UniqueConstraint("commune_id", "code", name=op.f("uq_plan_draft_commune_id_code")),
    )


def _make_snapshots() -> None:
    op.create_table(
        "report_snapshot",
        sa.Column("plan_code", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition_id", sa.Uuid(), nullable=False),
        sa.Column("report_code", sa.String(), nullable=False),
        sa.Column("report_title", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("in_spite", sa.String(), nullable=False),
        sa.Column("figures_sha256", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        *_key_columns(),
        sa.CheckConstraint(
            "state IN ('proposed', 'standing', 'returned', 'withdrawn', 'replaced')",
            name=op.f("ck_report_snapshot_state"),
        ),
        sa.CheckConstraint(
            "starts <= ends AND as_of <= ends", name=op.f("ck_report_snapshot_days")
        ),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_report_snapshot_commune_id")
        ),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["plan_definition.id"],
            name=op.f("fk_report_snapshot_definition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "replaces_id"],
            ["report_snapshot.commune_id", "report_snapshot.id"],
            name=op.f("fk_report_snapshot_commune_id_replaces_id"),
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_report_snapshot")),
        sa.UniqueConstraint(
            "commune_id",
            "plan_code",
            "number",
            name=op.f("uq_report_snapshot_commune_id_plan_code_number"),
        ),
    )
    for state in ("standing", "proposed"):
        op.create_index(
            f"uq_report_snapshot_{state}",
            "report_snapshot",
            ["commune_id", "plan_code", "report_code", "ends"],
            unique=True,
            sqlite_where=sa.text(f"state = '{state}'"),
            postgresql_where=sa.text(f"state = '{state}'"),
        )
    _make_snapshot_files()
    _make_restatements()


def _make_snapshot_files() -> None:
    op.create_table(
        "snapshot_file",
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("restatement", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_key_columns(),
        sa.CheckConstraint(
            "kind IN ('json', 'csv', 'xlsx', 'sets', 'facts')",
            name=op.f("ck_snapshot_file_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "snapshot_id"],
            ["report_snapshot.commune_id", "report_snapshot.id"],
            name=op.f("fk_snapshot_file_commune_id_snapshot_id"),
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_snapshot_file")),
        sa.UniqueConstraint(
            "commune_id",
            "snapshot_id",
            "restatement",
            "kind",
            name=op.f("uq_snapshot_file_commune_id_snapshot_id_restatement_kind"),
        ),
    )


def _make_restatements() -> None:
    op.create_table(
        "restatement",
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("figures_sha256", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_key_columns(),
        sa.CheckConstraint("number >= 1", name=op.f("ck_restatement_number")),
        sa.ForeignKeyConstraint(
            ["commune_id", "snapshot_id"],
            ["report_snapshot.commune_id", "report_snapshot.id"],
            name=op.f("fk_restatement_commune_id_snapshot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["plan_definition.id"], name=op.f("fk_restatement_definition_id")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_restatement")),
        sa.UniqueConstraint(
            "commune_id",
            "snapshot_id",
            "number",
            name=op.f("uq_restatement_commune_id_snapshot_id_number"),
        ),
    )
    op.create_table(
        "closing_rule",
        sa.Column("two_persons", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        *_key_columns(),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_closing_rule_commune_id")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_closing_rule")),
    )


def _drop_snapshots() -> None:
    for table in ("closing_rule", "restatement", "snapshot_file", "report_snapshot"):
        op.drop_table(table)


def _undone_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undo_reason", sa.String(), server_default="", nullable=False),
    )


UNDOABLE = ("declared_population", "declared_measure", "counted_thing")


def _make_outside_lists() -> None:
    for table in (*UNDOABLE, "fact_import"):
        for column in _undone_columns():
            op.add_column(table, column)
    for table in UNDOABLE:
        op.add_column(table, sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("counted_thing", sa.Column("replaces_id", sa.Uuid(), nullable=True))
    for name in ("file_name", "file_sha256"):
        column = sa.Column(name, sa.String(), server_default="", nullable=False)
        op.add_column("fact_import", column)
    op.add_column(
        "fact_import", sa.Column("counts", sa.JSON(), server_default="{}", nullable=False)
    )
    op.create_table(
        "fact_list",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("listed_on", sa.Date(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("fates", sa.LargeBinary(), nullable=True),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *_key_columns(),
        sa.CheckConstraint(
            "status IN ('previewed', 'applied', 'left')", name=op.f("ck_fact_list_status")
        ),
        sa.CheckConstraint(
            "status = 'previewed' OR (content IS NULL AND fates IS NULL)",
            name=op.f("ck_fact_list_kept"),
        ),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_fact_list_commune_id")
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "import_id"],
            ["fact_import.commune_id", "fact_import.id"],
            name=op.f("fk_fact_list_commune_id_import_id"),
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_fact_list")),
    )


def _drop_outside_lists() -> None:
    op.drop_table("fact_list")
    for table in (*UNDOABLE, "fact_import"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("undone_by")
            batch_op.drop_column("undo_reason")
            if table != "fact_import":
                batch_op.drop_column("undone_at")
            if table == "counted_thing":
                batch_op.drop_column("replaces_id")
            if table == "fact_import":
                batch_op.drop_column("counts")
                batch_op.drop_column("file_name")
                batch_op.drop_column("file_sha256")


def _make_data_versions() -> None:
    """Stamps of the rows that figures are made of; their triggers are made after every upgrade."""
    op.create_table(
        "data_version",
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        *_key_columns(),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_data_version")),
    )


def _make_figure_cells() -> None:
    """What each commune's figures were when last counted: a projection, dropped and made anew freely."""
    op.create_table(
        "figure_count",
        sa.Column("plan_code", sa.String(), nullable=False),
        sa.Column("plan_sha256", sa.String(), nullable=False),
        sa.Column("choices", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        *_key_columns(),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_figure_count_commune_id")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_figure_count")),
        sa.UniqueConstraint(
            "commune_id", "plan_code", name=op.f("uq_figure_count_commune_id_plan_code")
        ),
    )
    op.create_table(
        "figure_cell",
        sa.Column("count_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("figure", sa.String(), nullable=False),
        sa.Column("reading", sa.String(), nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=True),
        sa.Column("denominator", sa.BigInteger(), nullable=True),
        sa.Column("units", sa.JSON(), nullable=False),
        *_key_columns(),
        sa.ForeignKeyConstraint(
            ["commune_id", "count_id"],
            ["figure_count.commune_id", "figure_count.id"],
            name=op.f("fk_figure_cell_commune_id_count_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_figure_cell")),
    )
    op.create_index("ix_figure_cell_count_id", "figure_cell", ["commune_id", "count_id"])


def _drop_data_versions() -> None:
    """Without the table no trigger may stay that writes to it."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for name in ("stamp_changed", "stamp_moved", "stamp_emptied"):
            op.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")
    else:
        found = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'stamp%'"
        for name in list(connection.exec_driver_sql(found).scalars()):
            op.execute(f"DROP TRIGGER {name}")
    op.drop_table("data_version")


def upgrade() -> None:
    _make_unit_changes()
    _make_plan_drafts()
    _make_snapshots()
    _make_outside_lists()
    _make_data_versions()
    _make_figure_cells()


def downgrade() -> None:
    op.drop_table("figure_cell")
    op.drop_table("figure_count")
    _drop_data_versions()
    _drop_outside_lists()
    _drop_snapshots()
    op.drop_table("plan_draft")
    _drop_unit_changes()
