"""Carried classes"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS_BEFORE = ("tablet", "web", "paper", "box")
KINDS = ("tablet", "phone", "home", "web", "paper", "box")


def _kinds(kinds: tuple[str, ...]) -> str:
    return f"kind IN ({', '.join(repr(one) for one in kinds)})"


def upgrade() -> None:
    op.create_table(
        "staff_card",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("card_digest", sa.String(), nullable=False),
        sa.Column("card_sealed", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_staff_card_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["commune.id"], name=op.f("fk_staff_card_commune_id")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_staff_card")),
        sa.UniqueConstraint(
            "commune_id", "card_digest", name=op.f("uq_staff_card_commune_id_card_digest")
        ),
    )
    with op.batch_alter_table("staff_card", schema=None) as batch_op:
        batch_op.create_index("ix_staff_card_account", ["commune_id", "account_id"], unique=False)

    op.create_table(
        "class_pack",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commune_id", "cohort_id"],
            ["cohort.commune_id", "cohort.id"],
            name=op.f("fk_class_pack_commune_id_cohort_id"),
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_class_pack_made_by")),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_class_pack")),
    )
    with op.batch_alter_table("class_pack", schema=None) as batch_op:
        batch_op.create_index(
            "ix_class_pack_cohort", ["commune_id", "cohort_id", "made_at"], unique=False
        )

    op.create_table(
        "spare_card",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("picture", sa.String(), nullable=False),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("card_digest", sa.String(), nullable=False),
        sa.Column("card_sealed", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("linked_by", sa.Uuid(), nullable=True),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commune_id", "cohort_id"],
            ["cohort.commune_id", "cohort.id"],
            name=op.f("fk_spare_card_commune_id_cohort_id"),
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_spare_card")),
        sa.UniqueConstraint(
            "commune_id", "card_digest", name=op.f("uq_spare_card_commune_id_card_digest")
        ),
        sa.UniqueConstraint(
            "commune_id",
            "cohort_id",
            "number",
            name=op.f("uq_spare_card_commune_id_cohort_id_number"),
        ),
    )
    op.create_table(
        "carried_meeting",
        sa.Column("pack_id", sa.Uuid(), nullable=False),
        sa.Column("class_session_id", sa.Uuid(), nullable=False),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commune_id", "class_session_id"],
            ["class_session.commune_id", "class_session.id"],
            name=op.f("fk_carried_meeting_commune_id_class_session_id"),
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "pack_id"],
            ["class_pack.commune_id", "class_pack.id"],
            name=op.f("fk_carried_meeting_commune_id_pack_id"),
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_carried_meeting")),
        sa.UniqueConstraint(
            "commune_id",
            "class_session_id",
            name=op.f("uq_carried_meeting_commune_id_class_session_id"),
        ),
    )
    op.create_table(
        "claim_decision",
        sa.Column("class_session_id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('confirmed', 'refused')", name=op.f("ck_claim_decision_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "class_session_id"],
            ["class_session.commune_id", "class_session.id"],
            name=op.f("fk_claim_decision_commune_id_class_session_id"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_claim_decision_decided_by")
        ),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_claim_decision")),
        sa.UniqueConstraint(
            "commune_id",
            "class_session_id",
            "learner_id",
            name=op.f("uq_claim_decision_commune_id_class_session_id_learner_id"),
        ),
    )
    op.create_table(
        "home_code",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("code_digest", sa.String(), nullable=False),
        sa.Column("code_sealed", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("commune_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commune_id", "device_id"],
            ["device.commune_id", "device.id"],
            name=op.f("fk_home_code_commune_id_device_id"),
        ),
        sa.ForeignKeyConstraint(
            ["commune_id", "enrolment_id"],
            ["enrolment.commune_id", "enrolment.id"],
            name=op.f("fk_home_code_commune_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_home_code_made_by")),
        sa.PrimaryKeyConstraint("commune_id", "id", name=op.f("pk_home_code")),
        sa.UniqueConstraint(
            "commune_id", "code_digest", name=op.f("uq_home_code_commune_id_code_digest")
        ),
    )
    with op.batch_alter_table("home_code", schema=None) as batch_op:
        batch_op.create_index(
            "ix_home_code_enrolment", ["commune_id", "enrolment_id"], unique=False
        )

    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.add_column(sa.Column("enrolment_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("report", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_device_commune_id_enrolment_id"),
            "enrolment",
            ["commune_id", "enrolment_id"],
            ["commune_id", "id"],
        )
        batch_op.drop_constraint(op.f("ck_device_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_device_kind"), _kinds(KINDS))
        batch_op.create_check_constraint(
            op.f("ck_device_bound"), "kind NOT IN ('phone', 'home') OR enrolment_id IS NOT NULL"
        )

    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("card_digest", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("card_sealed", sa.String(), nullable=True))
        batch_op.create_unique_constraint(
            batch_op.f("uq_enrolment_commune_id_card_digest"), ["commune_id", "card_digest"]
        )

    with op.batch_alter_table("learner_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("how", sa.String(), server_default="pin", nullable=False))

    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("carried", sa.Boolean(), server_default=sa.false(), nullable=False)
        )

    with op.batch_alter_table("task_observation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("claimed", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("task_observation", schema=None) as batch_op:
        batch_op.drop_column("claimed")

    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.drop_column("carried")

    with op.batch_alter_table("learner_session", schema=None) as batch_op:
        batch_op.drop_column("how")

    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_enrolment_commune_id_card_digest"), type_="unique")
        batch_op.drop_column("card_sealed")
        batch_op.drop_column("card_digest")

    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_device_bound"), type_="check")
        batch_op.drop_constraint(op.f("ck_device_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_device_kind"), _kinds(KINDS_BEFORE))
        batch_op.drop_constraint(
            batch_op.f("fk_device_commune_id_enrolment_id"), type_="foreignkey"
        )
        batch_op.drop_column("reported_at")
        batch_op.drop_column("report")
        batch_op.drop_column("expires_at")
        batch_op.drop_column("enrolment_id")

    with op.batch_alter_table("home_code", schema=None) as batch_op:
        batch_op.drop_index("ix_home_code_enrolment")

    op.drop_table("home_code")
    op.drop_table("claim_decision")
    op.drop_table("carried_meeting")
    op.drop_table("spare_card")
    with op.batch_alter_table("class_pack", schema=None) as batch_op:
        batch_op.drop_index("ix_class_pack_cohort")

    op.drop_table("class_pack")
    with op.batch_alter_table("staff_card", schema=None) as batch_op:
        batch_op.drop_index("ix_staff_card_account")

    op.drop_table("staff_card")