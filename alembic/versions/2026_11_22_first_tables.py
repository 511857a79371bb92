"""First tables.

Nothing older exists that could meet this schema.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.background import queue

revision: str = "8ea443e99b9b"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None


# Statements, consents and trails grow; nothing in them is changed or taken out, whatever the code does.
APPEND_ONLY = (
    "declaration",
    "declaration_withdrawal",
    "consent",
    "labourer_change",
    "vacancy_transition",
    "audit_event",
)
APPEND_ONLY_FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""


def append_only(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def upgrade() -> None:
    op.create_table(
        "app_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), server_default="zh_Hans", nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_user")),
        sa.UniqueConstraint("login", name=op.f("uq_app_user_login")),
        sa.UniqueConstraint("uuid", name=op.f("uq_app_user_uuid")),
    )
    op.create_table(
        "locality",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("coordinate_source", sa.Text(), nullable=True),
        sa.Column("key_county", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_locality_level")),
        sa.ForeignKeyConstraint(["parent_code"], ["locality.code"], name=op.f("fk_locality_parent_code_locality")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_locality")),
    )
    op.create_index("ix_locality_parent", "locality", ["parent_code"], unique=False)
    op.create_table(
        "occupation",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.Column("aliases", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.PrimaryKeyConstraint("code", "level", name=op.f("pk_occupation")),
    )
    op.create_table(
        "reference_load",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_reference_load")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(op.f("ix_sign_in_attempt_login"), "sign_in_attempt", ["login"], unique=False)
    op.create_table(
        "abolished_locality",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first_year", sa.SmallInteger(), nullable=False),
        sa.Column("last_year", sa.SmallInteger(), nullable=False),
        sa.Column("successor_code", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["successor_code"], ["locality.code"], name=op.f("fk_abolished_locality_successor_code_locality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_abolished_locality")),
    )
    op.create_index(op.f("ix_abolished_locality_code"), "abolished_locality", ["code"], unique=False)
    op.create_table(
        "locality_closure",
        sa.Column("ancestor_code", sa.Text(), nullable=False),
        sa.Column("descendant_code", sa.Text(), nullable=False),
        sa.Column("depth", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ancestor_code"], ["locality.code"], name=op.f("fk_locality_closure_ancestor_code_locality")
        ),
        sa.ForeignKeyConstraint(
            ["descendant_code"], ["locality.code"], name=op.f("fk_locality_closure_descendant_code_locality")
        ),
        sa.PrimaryKeyConstraint("ancestor_code", "descendant_code", name=op.f("pk_locality_closure")),
    )
    op.create_index("ix_locality_closure_descendant", "locality_closure", ["descendant_code"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("locality_code", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('county', 'township', 'village', 'receiving_office', 'station', 'broker', 'employer', 'province', 'auditor', 'operator')",
            name=op.f("ck_organisation_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["locality_code"], ["locality.code"], name=op.f("fk_organisation_locality_code_locality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("uuid", name=op.f("uq_organisation_uuid")),
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_audit_event_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_audit_event_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index("ix_audit_event_subject", "audit_event", ["subject_kind", "subject_id", "id"], unique=False)
    op.create_table(
        "employer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("credit_code", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("entered_by_organisation_id", sa.Integer(), nullable=False),
        sa.Column("locality_code", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("contact_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("phone_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("standing", sa.Text(), server_default="unverified", nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by", sa.Integer(), nullable=True),
        sa.Column("verified_until", sa.Date(), nullable=True),
        sa.Column("verification_note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(standing = 'unverified') = (verified_at IS NULL)", name=op.f("ck_employer_verified")),
        sa.CheckConstraint("standing IN ('unverified', 'good', 'suspended')", name=op.f("ck_employer_standing")),
        sa.ForeignKeyConstraint(
            ["entered_by_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_employer_entered_by_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["locality_code"], ["locality.code"], name=op.f("fk_employer_locality_code_locality")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_employer_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["verified_by"], ["app_user.id"], name=op.f("fk_employer_verified_by_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_employer_credit_code")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_employer_organisation_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_employer_uuid")),
    )
    op.create_index(
        op.f("ix_employer_entered_by_organisation_id"), "employer", ["entered_by_organisation_id"], unique=False
    )
    op.create_index(op.f("ix_employer_locality_code"), "employer", ["locality_code"], unique=False)
    op.create_index(op.f("ix_employer_name_key"), "employer", ["name_key"], unique=False)
    op.create_table(
        "household",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("household_no", sa.Text(), nullable=False),
        sa.Column("township_code", sa.Text(), nullable=True),
        sa.Column("village_name", sa.Text(), nullable=True),
        sa.Column("head_name_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("head_id_no_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("head_phone_cipher", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_household_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["township_code"], ["locality.code"], name=op.f("fk_household_township_code_locality")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
        sa.UniqueConstraint("organisation_id", "household_no", name=op.f("uq_household_organisation_id_household_no")),
        sa.UniqueConstraint("uuid", name=op.f("uq_household_uuid")),
    )
    op.create_table(
        "match_parameters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_match_parameters_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_parameters")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_match_parameters_content_hash")),
    )
    op.create_index(op.f("ix_match_parameters_organisation_id"), "match_parameters", ["organisation_id"], unique=False)
    op.create_table(
        "post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_post_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_post_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("user_id", "organisation_id", "role", name=op.f("uq_post_user_id_organisation_id_role")),
    )
    op.create_table(
        "recorder_review",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("recorder_index", sa.LargeBinary(), nullable=False),
        sa.Column("stated_on", sa.Date(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["closed_by"], ["app_user.id"], name=op.f("fk_recorder_review_closed_by_app_user")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_recorder_review_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recorder_review")),
    )
    op.create_table(
        "remembered_header",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("remembered_by", sa.Integer(), nullable=False),
        sa.Column("remembered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_remembered_header_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["remembered_by"], ["app_user.id"], name=op.f("fk_remembered_header_remembered_by_app_user")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "kind", "header", name=op.f("pk_remembered_header")),
    )
    op.create_table(
        "task_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("arguments", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), server_default="queued", nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("progress", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_task_run_status")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_task_run_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_task_run_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_run")),
        sa.UniqueConstraint("uuid", name=op.f("uq_task_run_uuid")),
    )
    op.create_index("ix_task_run_open", "task_run", ["status", "created_at"], unique=False)
    op.create_index(op.f("ix_task_run_organisation_id"), "task_run", ["organisation_id"], unique=False)
    op.create_table(
        "title_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("trade_family", sa.Text(), nullable=False),
        sa.Column("occupation_code", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["app_user.id"], name=op.f("fk_title_decision_decided_by_app_user")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_title_decision_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_decision")),
        sa.UniqueConstraint("organisation_id", "title", name=op.f("uq_title_decision_organisation_id_title")),
    )
    op.create_table(
        "labourer",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=True),
        sa.Column("relation", sa.Text(), server_default="member", nullable=False),
        sa.Column("person_no", sa.Text(), nullable=True),
        sa.Column("name_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("name_tokens", postgresql.ARRAY(sa.BIGINT()), nullable=False),
        sa.Column("id_no_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("id_no_index", sa.LargeBinary(), nullable=False),
        sa.Column("phone_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("birth_on", sa.Date(), nullable=False),
        sa.Column("locality_code", sa.Text(), nullable=False),
        sa.Column("village_name", sa.Text(), nullable=True),
        sa.Column("education", sa.Text(), nullable=True),
        sa.Column("work_ability", sa.Text(), nullable=True),
        sa.Column("employment_status", sa.Text(), nullable=True),
        sa.Column("employment_channel", sa.Text(), nullable=True),
        sa.Column("work_employer", sa.Text(), nullable=True),
        sa.Column("work_place_text", sa.Text(), nullable=True),
        sa.Column("work_place_code", sa.Text(), nullable=True),
        sa.Column("work_months", sa.SmallInteger(), nullable=True),
        sa.Column("monthly_wage", sa.Integer(), nullable=True),
        sa.Column("work_started_on", sa.Date(), nullable=True),
        sa.Column("work_ended_on", sa.Date(), nullable=True),
        sa.Column("traits_done", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("wish_training", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("relation IN ('head', 'member')", name=op.f("ck_labourer_relation")),
        sa.CheckConstraint("sex IN ('female', 'male')", name=op.f("ck_labourer_sex")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_labourer_household_id_household")),
        sa.ForeignKeyConstraint(["locality_code"], ["locality.code"], name=op.f("fk_labourer_locality_code_locality")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_labourer_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["work_place_code"], ["locality.code"], name=op.f("fk_labourer_work_place_code_locality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labourer")),
        sa.UniqueConstraint("id_no_index", name=op.f("uq_labourer_id_no_index")),
        sa.UniqueConstraint("uuid", name=op.f("uq_labourer_uuid")),
    )
    op.create_index("ix_labourer_custody_place", "labourer", ["organisation_id", "locality_code", "id"], unique=False)
    op.create_index(op.f("ix_labourer_household_id"), "labourer", ["household_id"], unique=False)
    op.create_index("ix_labourer_name_tokens", "labourer", ["name_tokens"], unique=False, postgresql_using="gin")
    op.create_index(op.f("ix_labourer_phone_index"), "labourer", ["phone_index"], unique=False)
    op.create_table(
        "match_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.Integer(), nullable=False),
        sa.Column("task_run_id", sa.Integer(), nullable=True),
        sa.Column("parameters_id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("top_k", sa.SmallInteger(), nullable=False),
        sa.Column("affinity_version", sa.Text(), nullable=True),
        sa.Column("reference_version", sa.Text(), nullable=True),
        sa.Column("engine_version", sa.Text(), nullable=True),
        sa.Column("input_hash", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.Text(), server_default="queued", nullable=False),
        sa.Column("summary", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_match_run_status")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_match_run_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["parameters_id"], ["match_parameters.id"], name=op.f("fk_match_run_parameters_id_match_parameters")
        ),
        sa.ForeignKeyConstraint(["started_by"], ["app_user.id"], name=op.f("fk_match_run_started_by_app_user")),
        sa.ForeignKeyConstraint(["task_run_id"], ["task_run.id"], name=op.f("fk_match_run_task_run_id_task_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_run")),
        sa.UniqueConstraint("uuid", name=op.f("uq_match_run_uuid")),
    )
    op.create_index("ix_match_run_latest", "match_run", ["organisation_id", "id"], unique=False)
    op.create_table(
        "post_scope",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("locality_code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["locality_code"], ["locality.code"], name=op.f("fk_post_scope_locality_code_locality")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_scope_post_id_post")),
        sa.PrimaryKeyConstraint("post_id", "locality_code", name=op.f("pk_post_scope")),
    )
    op.create_table(
        "user_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("csrf_token", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_user_session_post_id_post")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_user_session_user_id_app_user")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_user_session")),
    )
    op.create_index(op.f("ix_user_session_expires_at"), "user_session", ["expires_at"], unique=False)
    op.create_index(op.f("ix_user_session_user_id"), "user_session", ["user_id"], unique=False)
    op.create_table(
        "vacancy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("entered_by_organisation_id", sa.Integer(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("trade_family", sa.Text(), nullable=True),
        sa.Column("occupation_code", sa.Text(), nullable=True),
        sa.Column("coding_confidence", sa.Integer(), nullable=True),
        sa.Column("openings", sa.Integer(), nullable=True),
        sa.Column("openings_text", sa.Text(), nullable=True),
        sa.Column("locality_code", sa.Text(), nullable=True),
        sa.Column("place_text", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("pay_text", sa.Text(), nullable=True),
        sa.Column("pay_min", sa.Integer(), nullable=True),
        sa.Column("pay_max", sa.Integer(), nullable=True),
        sa.Column("pay_period", sa.Text(), nullable=True),
        sa.Column("pay_basis", sa.Text(), nullable=True),
        sa.Column("pay_cycle", sa.Text(), nullable=True),
        sa.Column("first_pay_days", sa.SmallInteger(), nullable=True),
        sa.Column("base_month", sa.Integer(), nullable=True),
        sa.Column("net_month_low", sa.Integer(), nullable=True),
        sa.Column("net_month_high", sa.Integer(), nullable=True),
        sa.Column("net_hour_low", sa.Integer(), nullable=True),
        sa.Column("net_terms", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("bounty_text", sa.Text(), nullable=True),
        sa.Column("fees_text", sa.Text(), nullable=True),
        sa.Column("hours_week", sa.SmallInteger(), nullable=True),
        sa.Column("hours_regime", sa.Text(), nullable=True),
        sa.Column("shift", sa.Text(), nullable=True),
        sa.Column("rest", sa.Text(), nullable=True),
        sa.Column("lodging", sa.Text(), nullable=True),
        sa.Column("lodging_cost", sa.Integer(), nullable=True),
        sa.Column("utilities_cost", sa.Integer(), nullable=True),
        sa.Column("meals", sa.Text(), nullable=True),
        sa.Column("meal_cost", sa.Integer(), nullable=True),
        sa.Column("insurance", sa.Boolean(), nullable=True),
        sa.Column("contract_kind", sa.Text(), nullable=True),
        sa.Column("agency_name", sa.Text(), nullable=True),
        sa.Column("traits", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("carries_kg", sa.SmallInteger(), nullable=True),
        sa.Column("hazardous", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("required_level", sa.Text(), nullable=True),
        sa.Column("required_certificate", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("months", sa.SmallInteger(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'checked', 'verified', 'open', 'paused', 'filled', 'closed', 'blocked')",
            name=op.f("ck_vacancy_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('open', 'paused', 'filled') OR openings IS NOT NULL", name=op.f("ck_vacancy_openings_known")
        ),
        sa.CheckConstraint(
            "state NOT IN ('verified', 'open', 'paused') OR verified_at IS NOT NULL", name=op.f("ck_vacancy_verified")
        ),
        sa.CheckConstraint("openings > 0", name=op.f("ck_vacancy_openings_positive")),
        sa.CheckConstraint("pay_min <= pay_max", name=op.f("ck_vacancy_pay_order")),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_vacancy_employer_id_employer")),
        sa.ForeignKeyConstraint(
            ["entered_by_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_vacancy_entered_by_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["locality_code"], ["locality.code"], name=op.f("fk_vacancy_locality_code_locality")),
        sa.ForeignKeyConstraint(["verified_by"], ["app_user.id"], name=op.f("fk_vacancy_verified_by_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vacancy")),
        sa.UniqueConstraint("uuid", name=op.f("uq_vacancy_uuid")),
    )
    op.create_index(op.f("ix_vacancy_employer_id"), "vacancy", ["employer_id"], unique=False)
    op.create_index(
        op.f("ix_vacancy_entered_by_organisation_id"), "vacancy", ["entered_by_organisation_id"], unique=False
    )
    op.create_index("ix_vacancy_state_place", "vacancy", ["state", "locality_code", "id"], unique=False)
    op.create_index(
        "uq_vacancy_source",
        "vacancy",
        ["entered_by_organisation_id", "source_key"],
        unique=True,
        postgresql_where=sa.text("source_key IS NOT NULL"),
    )
    op.create_table(
        "candidate",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("labourer_id", sa.BigInteger(), nullable=False),
        sa.Column("vacancy_id", sa.Integer(), nullable=False),
        sa.Column("labourer_rank", sa.SmallInteger(), nullable=True),
        sa.Column("vacancy_rank", sa.SmallInteger(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("skill", sa.Integer(), nullable=False),
        sa.Column("location", sa.Integer(), nullable=False),
        sa.Column("willingness", sa.Integer(), nullable=False),
        sa.Column("parts", postgresql.ARRAY(sa.INTEGER()), nullable=False),
        sa.Column("weights", postgresql.ARRAY(sa.INTEGER()), nullable=False),
        sa.Column("unknown_parts", sa.BigInteger(), nullable=False),
        sa.Column("unknown_gates", sa.Integer(), nullable=False),
        sa.CheckConstraint("labourer_rank IS NOT NULL OR vacancy_rank IS NOT NULL", name=op.f("ck_candidate_ranked")),
        sa.ForeignKeyConstraint(["labourer_id"], ["labourer.id"], name=op.f("fk_candidate_labourer_id_labourer")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["match_run.id"], name=op.f("fk_candidate_run_id_match_run"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancy.id"], name=op.f("fk_candidate_vacancy_id_vacancy")),
        sa.PrimaryKeyConstraint("run_id", "labourer_id", "vacancy_id", name=op.f("pk_candidate")),
    )
    op.create_index("ix_candidate_labourer", "candidate", ["labourer_id", "run_id", "labourer_rank"], unique=False)
    op.create_index("ix_candidate_vacancy", "candidate", ["vacancy_id", "run_id", "vacancy_rank"], unique=False)
    op.create_table(
        "declaration",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("labourer_id", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("stated_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recorder_name_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("recorder_index", sa.LargeBinary(), nullable=True),
        sa.Column("recorder_user_id", sa.Integer(), nullable=True),
        sa.Column("proxy_relation", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(channel = 'proxy') = (proxy_relation IS NOT NULL)", name=op.f("ck_declaration_proxy_relation")
        ),
        sa.CheckConstraint("channel <> 'in_person' OR evidence IS NOT NULL", name=op.f("ck_declaration_evidence_kept")),
        sa.CheckConstraint(
            "channel = 'self_code' OR recorder_name_cipher IS NOT NULL", name=op.f("ck_declaration_recorder_named")
        ),
        sa.CheckConstraint(
            "channel IN ('self_code', 'in_person', 'register_row', 'proxy')", name=op.f("ck_declaration_channel")
        ),
        sa.CheckConstraint(
            "scope IN ('leave_province', 'other_city', 'home_county', 'at_home', 'not_now')",
            name=op.f("ck_declaration_scope"),
        ),
        sa.CheckConstraint("expires_on > stated_on", name=op.f("ck_declaration_expiry_after_statement")),
        sa.ForeignKeyConstraint(["entered_by"], ["app_user.id"], name=op.f("fk_declaration_entered_by_app_user")),
        sa.ForeignKeyConstraint(["labourer_id"], ["labourer.id"], name=op.f("fk_declaration_labourer_id_labourer")),
        sa.ForeignKeyConstraint(
            ["recorder_user_id"], ["app_user.id"], name=op.f("fk_declaration_recorder_user_id_app_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
        sa.UniqueConstraint("uuid", name=op.f("uq_declaration_uuid")),
    )
    op.create_index("ix_declaration_current", "declaration", ["labourer_id", "stated_on", "id"], unique=False)
    op.create_index("ix_declaration_recorder", "declaration", ["recorder_index", "stated_on"], unique=False)
    op.create_table(
        "demand_list_entry",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("labourer_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("left_reason", sa.Text(), nullable=True),
        sa.Column("wish_places", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("excluded_places", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("return_places", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("wish_trades", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("excluded_trades", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("excluded_conditions", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("floor_net_month", sa.Integer(), nullable=True),
        sa.Column("hours_week_min", sa.SmallInteger(), nullable=True),
        sa.Column("hours_week_max", sa.SmallInteger(), nullable=True),
        sa.Column("lodging_needed", sa.Boolean(), nullable=True),
        sa.Column("lodging_wanted", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("lodging_acceptable", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("shift_wanted", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("shift_acceptable", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("meals_wanted", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("contract_wanted", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("available_from", sa.Date(), nullable=True),
        sa.Column("months_wanted", sa.SmallInteger(), nullable=True),
        sa.Column("matters_most", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.CheckConstraint("(left_on IS NULL) = (left_reason IS NULL)", name=op.f("ck_demand_list_entry_left")),
        sa.CheckConstraint("floor_net_month > 0", name=op.f("ck_demand_list_entry_floor_positive")),
        sa.ForeignKeyConstraint(
            ["labourer_id"], ["labourer.id"], name=op.f("fk_demand_list_entry_labourer_id_labourer")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_demand_list_entry_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_list_entry")),
        sa.UniqueConstraint("labourer_id", name=op.f("uq_demand_list_entry_labourer_id")),
    )
    op.create_index(
        op.f("ix_demand_list_entry_organisation_id"), "demand_list_entry", ["organisation_id"], unique=False
    )
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_hash", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("failure", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("sheet_name", sa.Text(), nullable=True),
        sa.Column("header_row", sa.Integer(), nullable=True),
        sa.Column("about", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("columns", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("titles", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("task_run_id", sa.Integer(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('demand', 'supply')", name=op.f("ck_import_batch_kind")),
        sa.CheckConstraint(
            "state IN ('reading', 'mapping', 'checking', 'ready', 'applying', 'applied', 'undoing', 'undone', 'failed')",
            name=op.f("ck_import_batch_state"),
        ),
        sa.CheckConstraint(
            "kind IS NOT NULL OR state IN ('reading', 'mapping', 'failed')", name=op.f("ck_import_batch_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_import_batch_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_import_batch_post_id_post")),
        sa.ForeignKeyConstraint(["task_run_id"], ["task_run.id"], name=op.f("fk_import_batch_task_run_id_task_run")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["app_user.id"], name=op.f("fk_import_batch_uploaded_by_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sa.UniqueConstraint("uuid", name=op.f("uq_import_batch_uuid")),
    )
    op.create_index(op.f("ix_import_batch_organisation_id"), "import_batch", ["organisation_id"], unique=False)
    op.create_table(
        "import_file",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("content_cipher", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_import_file_batch_id_import_batch"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_import_file")),
    )
    op.create_table(
        "import_part",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cells_cipher", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_import_part_batch_id_import_batch"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_import_part")),
    )
    op.create_table(
        "import_row",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("cells_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("key_index", sa.LargeBinary(), nullable=True),
        sa.Column("causes", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("problems", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("labourer_id", sa.BigInteger(), nullable=True),
        sa.Column("vacancy_id", sa.Integer(), nullable=True),
        sa.Column("undo_cipher", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "state IN ('bad', 'new', 'changed', 'same', 'loaded', 'left_out', 'undone')",
            name=op.f("ck_import_row_state"),
        ),
        sa.CheckConstraint(
            "cells_cipher IS NOT NULL OR state NOT IN ('bad', 'new', 'changed')", name=op.f("ck_import_row_cells")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_import_row_batch_id_import_batch"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["labourer_id"], ["labourer.id"], name=op.f("fk_import_row_labourer_id_labourer")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancy.id"], name=op.f("fk_import_row_vacancy_id_vacancy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
        sa.UniqueConstraint("batch_id", "row_no", name=op.f("uq_import_row_batch_id_row_no")),
    )
    op.create_index("ix_import_row_state", "import_row", ["batch_id", "state", "row_no"], unique=False)
    op.create_index("ix_import_row_key", "import_row", ["batch_id", "key_index"], unique=False)
    op.create_table(
        "labourer_change",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("labourer_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["app_user.id"], name=op.f("fk_labourer_change_by_user_id_app_user")),
        sa.ForeignKeyConstraint(["labourer_id"], ["labourer.id"], name=op.f("fk_labourer_change_labourer_id_labourer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labourer_change")),
    )
    op.create_index(op.f("ix_labourer_change_labourer_id"), "labourer_change", ["labourer_id"], unique=False)
    op.create_table(
        "labourer_skill",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("labourer_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("trade_family", sa.Text(), nullable=True),
        sa.Column("occupation_code", sa.Text(), nullable=True),
        sa.Column("coding_confidence", sa.Integer(), nullable=True),
        sa.Column("months", sa.SmallInteger(), nullable=True),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("certificate", sa.Text(), nullable=True),
        sa.Column("certificate_expires_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["labourer_id"], ["labourer.id"], name=op.f("fk_labourer_skill_labourer_id_labourer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labourer_skill")),
        sa.UniqueConstraint("labourer_id", "position", name=op.f("uq_labourer_skill_labourer_id_position")),
    )
    op.create_table(
        "supply_list_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vacancy_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_supply_list_entry_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancy.id"], name=op.f("fk_supply_list_entry_vacancy_id_vacancy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supply_list_entry")),
        sa.UniqueConstraint(
            "vacancy_id", "organisation_id", name=op.f("uq_supply_list_entry_vacancy_id_organisation_id")
        ),
    )
    op.create_index(
        op.f("ix_supply_list_entry_organisation_id"), "supply_list_entry", ["organisation_id"], unique=False
    )
    op.create_table(
        "vacancy_opening",
        sa.Column("vacancy_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancy.id"], name=op.f("fk_vacancy_opening_vacancy_id_vacancy")),
        sa.PrimaryKeyConstraint("vacancy_id", "number", name=op.f("pk_vacancy_opening")),
    )
    op.create_table(
        "vacancy_transition",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("vacancy_id", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["app_user.id"], name=op.f("fk_vacancy_transition_by_user_id_app_user")
        ),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancy.id"], name=op.f("fk_vacancy_transition_vacancy_id_vacancy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vacancy_transition")),
    )
    op.create_index(op.f("ix_vacancy_transition_vacancy_id"), "vacancy_transition", ["vacancy_id"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("labourer_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("declaration_id", sa.BigInteger(), nullable=True),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("channel IN ('self_code', 'in_person', 'register_row')", name=op.f("ck_consent_channel")),
        sa.CheckConstraint("purpose IN ('match')", name=op.f("ck_consent_purpose")),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["declaration.id"], name=op.f("fk_consent_declaration_id_declaration")
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["app_user.id"], name=op.f("fk_consent_entered_by_app_user")),
        sa.ForeignKeyConstraint(["labourer_id"], ["labourer.id"], name=op.f("fk_consent_labourer_id_labourer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_current", "consent", ["labourer_id", "purpose", "id"], unique=False)
    op.create_table(
        "declaration_withdrawal",
        sa.Column("declaration_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["declaration.id"], name=op.f("fk_declaration_withdrawal_declaration_id_declaration")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["app_user.id"], name=op.f("fk_declaration_withdrawal_entered_by_app_user")
        ),
        sa.PrimaryKeyConstraint("declaration_id", name=op.f("pk_declaration_withdrawal")),
    )
    for statement in APPEND_ONLY_FUNCTION, *(append_only(table) for table in APPEND_ONLY):
        op.execute(statement)
    for statement in queue.install_statements():
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    for statement in queue.uninstall_statements():
        op.get_bind().exec_driver_sql(statement)
    op.drop_table("declaration_withdrawal")
    op.drop_index("ix_consent_current", table_name="consent")
    op.drop_table("consent")
    op.drop_index(op.f("ix_vacancy_transition_vacancy_id"), table_name="vacancy_transition")
    op.drop_table("vacancy_transition")
    op.drop_table("vacancy_opening")
    op.drop_index(op.f("ix_supply_list_entry_organisation_id"), table_name="supply_list_entry")
    op.drop_table("supply_list_entry")
    op.drop_table("labourer_skill")
    op.drop_index(op.f("ix_labourer_change_labourer_id"), table_name="labourer_change")
    op.drop_table("labourer_change")
    op.drop_index("ix_import_row_key", table_name="import_row")
    op.drop_index("ix_import_row_state", table_name="import_row")
    op.drop_table("import_row")
    op.drop_table("import_part")
    op.drop_table("import_file")
    op.drop_index(op.f("ix_import_batch_organisation_id"), table_name="import_batch")
    op.drop_table("import_batch")
    op.drop_index(op.f("ix_demand_list_entry_organisation_id"), table_name="demand_list_entry")
    op.drop_table("demand_list_entry")
    op.drop_index("ix_declaration_recorder", table_name="declaration")
    op.drop_index("ix_declaration_current", table_name="declaration")
    op.drop_table("declaration")
    op.drop_index("ix_candidate_vacancy", table_name="candidate")
    op.drop_index("ix_candidate_labourer", table_name="candidate")
    op.drop_table("candidate")
    op.drop_index("uq_vacancy_source", table_name="vacancy", postgresql_where=sa.text("source_key IS NOT NULL"))
    op.drop_index("ix_vacancy_state_place", table_name="vacancy")
    op.drop_index(op.f("ix_vacancy_entered_by_organisation_id"), table_name="vacancy")
    op.drop_index(op.f("ix_vacancy_employer_id"), table_name="vacancy")
    op.drop_table("vacancy")
    op.drop_index(op.f("ix_user_session_user_id"), table_name="user_session")
    op.drop_index(op.f("ix_user_session_expires_at"), table_name="user_session")
    op.drop_table("user_session")
    op.drop_table("post_scope")
    op.drop_index("ix_match_run_latest", table_name="match_run")
    op.drop_table("match_run")
    op.drop_index(op.f("ix_labourer_phone_index"), table_name="labourer")
    op.drop_index("ix_labourer_name_tokens", table_name="labourer", postgresql_using="gin")
    op.drop_index(op.f("ix_labourer_household_id"), table_name="labourer")
    op.drop_index("ix_labourer_custody_place", table_name="labourer")
    op.drop_table("labourer")
    op.drop_table("title_decision")
    op.drop_index(op.f("ix_task_run_organisation_id"), table_name="task_run")
    op.drop_index("ix_task_run_open", table_name="task_run")
    op.drop_table("task_run")
    op.drop_table("remembered_header")
    op.drop_table("recorder_review")
    op.drop_table("post")
    op.drop_index(op.f("ix_match_parameters_organisation_id"), table_name="match_parameters")
    op.drop_table("match_parameters")
    op.drop_table("household")
    op.drop_index(op.f("ix_employer_name_key"), table_name="employer")
    op.drop_index(op.f("ix_employer_locality_code"), table_name="employer")
    op.drop_index(op.f("ix_employer_entered_by_organisation_id"), table_name="employer")
    op.drop_table("employer")
    op.drop_index("ix_audit_event_subject", table_name="audit_event")
    op.drop_table("audit_event")
    op.drop_table("organisation")
    op.drop_index("ix_locality_closure_descendant", table_name="locality_closure")
    op.drop_table("locality_closure")
    op.drop_index(op.f("ix_abolished_locality_code"), table_name="abolished_locality")
    op.drop_table("abolished_locality")
    op.drop_index(op.f("ix_sign_in_attempt_login"), table_name="sign_in_attempt")
    op.drop_table("sign_in_attempt")
    op.drop_table("reference_load")
    op.drop_table("occupation")
    op.drop_index("ix_locality_parent", table_name="locality")
    op.drop_table("locality")
    op.drop_table("app_user")
    op.execute("DROP FUNCTION refuse_change()")
