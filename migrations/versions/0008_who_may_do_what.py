"""Who may do what: identity, privacy, audit"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _make_data_subjects() -> None:
    op.create_table(
        "retention_run",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_retention_run_commune_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_retention_run_made_by")),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_retention_run")),
    )
    op.create_index("ix_retention_run_at", "retention_run", ["commune_id", "at"], unique=False)
    op.create_table(
        "consent",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=True),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_form", sa.String(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "form IN ('paper', 'spoken', 'electronic')", name=op.f("ck_consent_form")
        ),
        sa.CheckConstraint(
            "given_by IN ('self', 'representative')", name=op.f("ck_consent_given_by")
        ),
        sa.CheckConstraint(
            "purpose IN ('phone', 'commend', 'disability')", name=op.f("ck_consent_purpose")
        ),
        sa.CheckConstraint(
            "withdrawn_on IS NULL OR withdrawn_on >= given_on", name=op.f("ck_consent_dates")
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "person_id"],
            ["person.commune_id", "person.id"],
            name=op.f("fk_consent_commune_id_person_id"),
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_consent_made_by")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["account.id"], name=op.f("fk_consent_withdrawn_by")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_consent")),
    )
    op.create_index(
        "uq_consent_standing",
        "consent",
        ["commune_id", "person_id", "purpose"],
        unique=True,
        sqlite_where=sa.text("withdrawn_on IS NULL"),
        postgresql_where=sa.text("withdrawn_on IS NULL"),
    )
    op.create_table(
        "data_request",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("representative", sa.String(), nullable=False),
        sa.Column("recognised", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("acknowledged_by", sa.Uuid(), nullable=True),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("deeds", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('done', 'refused')) = (closed_at IS NOT NULL)",
            name=op.f("ck_data_request_closed_when_done"),
        ),
        sa.CheckConstraint(
            "asked_by IN ('self', 'representative')", name=op.f("ck_data_request_asked_by")
        ),
        sa.CheckConstraint(
            "kind IN ('see', 'copy', 'correct', 'withdraw', 'delete')",
            name=op.f("ck_data_request_kind"),
        ),
        sa.CheckConstraint(
            "recognised IN ('known', 'paper', 'vneid', 'authority')",
            name=op.f("ck_data_request_recognised"),
        ),
        sa.CheckConstraint(
            "state IN ('received', 'acknowledged', 'done', 'refused')",
            name=op.f("ck_data_request_state"),
        ),
        sa.ForeignKeyConstraint(
            ["acknowledged_by"], ["account.id"], name=op.f("fk_data_request_acknowledged_by")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["account.id"], name=op.f("fk_data_request_closed_by")
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "person_id"],
            ["person.commune_id", "person.id"],
            name=op.f("fk_data_request_commune_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_data_request_commune_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_data_request_made_by")),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_data_request")),
        sa.UniqueConstraint("commune_id", "number", name=op.f("uq_data_request_commune_id_number")),
    )
    op.create_index(
        "ix_data_request_person", "data_request", ["commune_id", "person_id"], unique=False
    )
    op.create_table(
        "representative",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "relation IN ('father', 'mother', 'guardian', 'other')",
            name=op.f("ck_representative_relation"),
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "person_id"],
            ["person.commune_id", "person.id"],
            name=op.f("fk_representative_commune_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["account.id"], name=op.f("fk_representative_ended_by")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_representative_made_by")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_representative")),
    )
    op.create_index(
        "ix_representative_person", "representative", ["commune_id", "person_id"], unique=False
    )


def _drop_data_subjects() -> None:
    op.drop_index("ix_representative_person", table_name="representative")
    op.drop_table("representative")
    op.drop_index("ix_data_request_person", table_name="data_request")
    op.drop_table("data_request")
    op.drop_index(
        "uq_consent_standing",
        table_name="consent",
        sqlite_where=sa.text("withdrawn_on IS NULL"),
        postgresql_where=sa.text("withdrawn_on IS NULL"),
    )
    op.drop_table("consent")
    op.drop_index("ix_retention_run_at", table_name="retention_run")
    op.drop_table("retention_run")


def _make_accounts() -> None:
    op.create_table(
        "account_totp",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("secret_sealed", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_totp_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_totp")),
    )
    op.create_table(
        "account_recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_recovery_code_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_recovery_code")),
        sa.UniqueConstraint(
            "account_id", "digest", name=op.f("uq_account_recovery_code_account_id_digest")
        ),
    )
    op.add_column(
        "commune", sa.Column("two_steps", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    with op.batch_alter_table("staff_session") as batch_op:
        batch_op.add_column(sa.Column("stage", sa.String(), server_default="open", nullable=False))
        batch_op.add_column(sa.Column("idle_seconds", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("browser", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("network", sa.String(), server_default="", nullable=False))
        batch_op.create_check_constraint(
            batch_op.f("ck_staff_session_stage"), "stage IN ('open', 'code', 'enrol')"
        )
        batch_op.create_index("ix_staff_session_account", ["account_id"])


def _drop_accounts() -> None:
    with op.batch_alter_table("staff_session") as batch_op:
        batch_op.drop_index("ix_staff_session_account")
        batch_op.drop_constraint(batch_op.f("ck_staff_session_stage"), type_="check")
        for name in ("network", "browser", "last_seen_at", "idle_seconds", "stage"):
            batch_op.drop_column(name)
    with op.batch_alter_table("commune") as batch_op:
        batch_op.drop_column("two_steps")
    op.drop_table("account_recovery_code")
    op.drop_table("account_totp")


def _make_oidc() -> None:
    op.create_table(
        "oidc_link_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("subject_digest", sa.String(), nullable=False),
        sa.Column("browser_digest", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("commune_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('staff', 'link', 'learner')", name=op.f("ck_oidc_link_request_purpose")
        ),
        sa.CheckConstraint(
            "state IN ('proven', 'waiting', 'linked', 'refused')",
            name=op.f("ck_oidc_link_request_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('linked', 'refused') OR sealed IS NULL",
            name=op.f("ck_oidc_link_request_emptied_when_decided"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_oidc_link_request_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_oidc_link_request_commune_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oidc_link_request")),
    )
    op.create_index(
        "ix_oidc_link_request_subject", "oidc_link_request", ["subject_digest"], unique=False
    )
    op.create_index(
        "ix_oidc_link_request_waiting", "oidc_link_request", ["commune_id", "state"], unique=False
    )
    op.create_table(
        "oidc_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state_digest", sa.String(), nullable=False),
        sa.Column("browser_digest", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('staff', 'link', 'learner')", name=op.f("ck_oidc_request_purpose")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_oidc_request_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oidc_request")),
        sa.UniqueConstraint("state_digest", name=op.f("uq_oidc_request_state_digest")),
    )
    op.create_index("ix_oidc_request_expires", "oidc_request", ["expires_at"], unique=False)
    op.create_table(
        "oidc_identity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("subject_digest", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("commune_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("linked_by", sa.Uuid(), nullable=True),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(account_id IS NOT NULL AND commune_id IS NULL AND person_id IS NULL) OR (account_id IS NULL AND commune_id IS NOT NULL AND person_id IS NOT NULL)",
            name=op.f("ck_oidc_identity_one_owner"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_oidc_identity_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "person_id"],
            ["person.commune_id", "person.id"],
            name="fk_oidc_identity_commune_id_person_id",
        ),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_oidc_identity_commune_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oidc_identity")),
    )
    op.create_index(
        "ix_oidc_identity_learner", "oidc_identity", ["commune_id", "person_id"], unique=False
    )
    op.create_index("ix_oidc_identity_owner", "oidc_identity", ["account_id"], unique=False)
    op.create_index(
        "uq_oidc_identity_account",
        "oidc_identity",
        ["subject_digest"],
        unique=True,
        sqlite_where=sa.text("account_id IS NOT NULL AND ended_at IS NULL"),
        postgresql_where=sa.text("account_id IS NOT NULL AND ended_at IS NULL"),
    )
    op.create_index(
        "uq_oidc_identity_person",
        "oidc_identity",
        ["subject_digest", "commune_id"],
        unique=True,
        sqlite_where=sa.text("person_id IS NOT NULL AND ended_at IS NULL"),
        postgresql_where=sa.text("person_id IS NOT NULL AND ended_at IS NULL"),
    )
    op.create_table(
        "oidc_session",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("sid_digest", sa.String(), nullable=True),
        sa.Column("token_sealed", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["oidc_identity.id"], name=op.f("fk_oidc_session_identity_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["staff_session.id"],
            name=op.f("fk_oidc_session_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_oidc_session")),
    )
    op.create_index("ix_oidc_session_identity", "oidc_session", ["identity_id"], unique=False)
    op.create_index("ix_oidc_session_sid", "oidc_session", ["sid_digest"], unique=False)


def _drop_oidc() -> None:
    op.drop_index("ix_oidc_session_sid", table_name="oidc_session")
    op.drop_index("ix_oidc_session_identity", table_name="oidc_session")
    op.drop_table("oidc_session")
    op.drop_index(
        "uq_oidc_identity_person",
        table_name="oidc_identity",
        sqlite_where=sa.text("person_id IS NOT NULL AND ended_at IS NULL"),
        postgresql_where=sa.text("person_id IS NOT NULL AND ended_at IS NULL"),
    )
    op.drop_index(
        "uq_oidc_identity_account",
        table_name="oidc_identity",
        sqlite_where=sa.text("account_id IS NOT NULL AND ended_at IS NULL"),
        postgresql_where=sa.text("account_id IS NOT NULL AND ended_at IS NULL"),
    )
    op.drop_index("ix_oidc_identity_owner", table_name="oidc_identity")
    op.drop_index("ix_oidc_identity_learner", table_name="oidc_identity")
    op.drop_table("oidc_identity")
    op.drop_index("ix_oidc_request_expires", table_name="oidc_request")
    op.drop_table("oidc_request")
    op.drop_index("ix_oidc_link_request_waiting", table_name="oidc_link_request")
    op.drop_index("ix_oidc_link_request_subject", table_name="oidc_link_request")
    op.drop_table("oidc_link_request")


def upgrade() -> None:
    """Each area makes its own tables."""
    _make_data_subjects()
    _make_accounts()
    _make_oidc()


def downgrade() -> None:
    """In the reverse order."""
    _drop_oidc()
    _drop_accounts()
    _drop_data_subjects()
