"""Rights of the person: requests, limits to processing, deletion with its proof, retention runs.

Old code meets the new tables unharmed: identity columns become nullable, and rows without them are written by the
new code alone.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "7f3c91b0d5e8"
down_revision: str | None = "7d13c0a95e28"
branch_labels: str | None = None
depends_on: str | None = None

WHO = ("name_cipher", "id_no_cipher", "id_no_index", "birth_on")
MORE = "phone_cipher, phone_index, household_id, person_no, sex, village_name"

# The one change an append-only row of a deleted person takes: the named columns emptied, nothing else touched.
BUT_ERASURE = """
CREATE FUNCTION refuse_change_but_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - TG_ARGV = to_jsonb(OLD) - TG_ARGV
       AND NOT EXISTS (SELECT FROM unnest(TG_ARGV) AS emptied WHERE coalesce(to_jsonb(NEW) ->> emptied, '') NOT IN ('', '{}'))
       AND EXISTS (SELECT FROM labourer WHERE id = OLD.labourer_id AND erased_at IS NOT NULL) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% only grows: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""
STAYS_ERASED = """
CREATE FUNCTION refuse_unerasing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a deleted person stays deleted: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""
NEEDS_PROOF = """
CREATE FUNCTION refuse_erasure_without_proof() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM deletion_proof WHERE labourer_id = NEW.id) THEN
        RAISE EXCEPTION 'a deletion needs its proof' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$
"""
ERASABLE = {
    "declaration": "'evidence'",
    "labourer_change": "'changes', 'reason'",
    "processing_limit": "'reason'",
    "processing_limit_end": "'reason'",
}
OLDER = ("declaration", "labourer_change")
APPEND_ONLY = ("deletion_proof", "retention_run")


def _only_grows(table: str, acts: str) -> str:
    return (
        f"CREATE TRIGGER {table}_only_grows BEFORE {acts} ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


# A statement takes two changes, never both at once: its recorder's name to a newer key, and its evidence emptied.
EVIDENCE_GOES = "OLD.evidence IS DISTINCT FROM NEW.evidence"


def _reseals_only(when: str = "") -> str:
    return (
        "CREATE TRIGGER declaration_reseals_only BEFORE UPDATE ON declaration "
        f"FOR EACH ROW {when}EXECUTE FUNCTION refuse_all_but_reseal('recorder_name_cipher')"
    )


def upgrade() -> None:
    _labourers()
    _limits()
    _requests()
    _proofs()
    for function in BUT_ERASURE, STAYS_ERASED, NEEDS_PROOF:
        op.execute(function)
    for table in OLDER:
        op.execute(f"DROP TRIGGER {table}_only_grows ON {table}")
    for table, columns in ERASABLE.items():
        op.execute(_only_grows(table, "DELETE OR TRUNCATE"))
        which = f" WHEN ({EVIDENCE_GOES})" if table == "declaration" else ""
        op.execute(
            f"CREATE TRIGGER {table}_erasure BEFORE UPDATE ON {table} "
            f"FOR EACH ROW{which} EXECUTE FUNCTION refuse_change_but_erasure({columns})"
        )
    op.execute("DROP TRIGGER declaration_reseals_only ON declaration")
    op.execute(_reseals_only(f"WHEN (NOT ({EVIDENCE_GOES})) "))
    for table in APPEND_ONLY:
        op.execute(_only_grows(table, "UPDATE OR DELETE OR TRUNCATE"))
    op.execute(
        "CREATE TRIGGER labourer_stays_erased BEFORE UPDATE ON labourer "
        "FOR EACH ROW WHEN (OLD.erased_at IS NOT NULL) EXECUTE FUNCTION refuse_unerasing()"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER labourer_erasure_is_proved AFTER UPDATE OF erased_at ON labourer "
        "DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW WHEN (NEW.erased_at IS NOT NULL) EXECUTE FUNCTION refuse_erasure_without_proof()"
    )


def _labourers() -> None:
    op.add_column("labourer", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    for column in WHO:
        op.alter_column("labourer", column, nullable=True)
    who = ", ".join(WHO)
    op.execute(
        "ALTER TABLE labourer ADD CONSTRAINT ck_labourer_identity "
        f"CHECK (erased_at IS NOT NULL OR num_nulls({who}) = 0)"
    )
    op.execute(
        "ALTER TABLE labourer ADD CONSTRAINT ck_labourer_erased "
        f"CHECK (erased_at IS NULL OR num_nonnulls({who}, {MORE}) = 0)"
    )
    op.create_table(
        "erased_identity",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("identity_hash", sa.LargeBinary(), nullable=False),
        sa.Column("erased_on", sa.Date(), nullable=False),
        sa.Column("readmitted_at", sa.DateTime(timezone=True)),
        sa.Column("readmitted_by", sa.Integer(), sa.ForeignKey("app_user.id")),
    )
    op.create_index("ix_erased_identity_identity_hash", "erased_identity", ["identity_hash"])


def _limits() -> None:
    common = (("reason", sa.Text()), ("channel", sa.Text()), ("at", sa.DateTime(timezone=True)))
    op.create_table(
        "processing_limit",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("labourer_id", sa.BigInteger(), sa.ForeignKey("labourer.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        *(sa.Column(name, type_, nullable=False) for name, type_ in common),
        sa.Column("entered_by", sa.Integer(), sa.ForeignKey("app_user.id")),
        sa.CheckConstraint("kind IN ('restriction', 'objection')", name="kind"),
        sa.CheckConstraint("channel IN ('self_code', 'in_person')", name="channel"),
    )
    op.create_index("ix_processing_limit_labourer", "processing_limit", ["labourer_id", "kind"])
    op.create_table(
        "processing_limit_end",
        sa.Column("limit_id", sa.BigInteger(), sa.ForeignKey("processing_limit.id"), primary_key=True),
        sa.Column("labourer_id", sa.BigInteger(), sa.ForeignKey("labourer.id"), nullable=False),
        *(sa.Column(name, type_, nullable=False) for name, type_ in common),
        sa.Column("entered_by", sa.Integer(), sa.ForeignKey("app_user.id")),
        sa.CheckConstraint("channel IN ('self_code', 'in_person')", name="channel"),
    )
    op.create_index("ix_processing_limit_end_labourer_id", "processing_limit_end", ["labourer_id"])


def _requests() -> None:
    op.create_table(
        "rights_request",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("uuid", sa.Uuid(), nullable=False, unique=True),
        sa.Column("labourer_id", sa.BigInteger(), sa.ForeignKey("labourer.id"), nullable=False),
        sa.Column("organisation_id", sa.Integer(), sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text_cipher", sa.LargeBinary()),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.Integer(), sa.ForeignKey("app_user.id")),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("answered_by", sa.Integer(), sa.ForeignKey("app_user.id")),
        sa.Column("outcome", sa.Text()),
        sa.Column("answer", sa.Text()),
        sa.Column("legal_ground", sa.Text()),
        sa.CheckConstraint("kind IN ('access', 'correction', 'deletion', 'restriction', 'objection')", name="kind"),
        sa.CheckConstraint("channel IN ('self_code', 'in_person')", name="channel"),
        sa.CheckConstraint("outcome IS NULL OR outcome IN ('done', 'refused')", name="outcome"),
        sa.CheckConstraint("(outcome IS NULL) = (answered_at IS NULL)", name="answered"),
        sa.CheckConstraint("outcome <> 'refused' OR (answer IS NOT NULL AND legal_ground IS NOT NULL)", name="refusal"),
    )
    op.create_index("ix_rights_request_labourer_id", "rights_request", ["labourer_id"])
    op.create_index("ix_rights_request_open", "rights_request", ["organisation_id", "answered_at", "due_on", "id"])


def _proofs() -> None:
    op.create_table(
        "deletion_proof",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("uuid", sa.Uuid(), nullable=False, unique=True),
        sa.Column("labourer_id", sa.BigInteger(), sa.ForeignKey("labourer.id"), nullable=False, unique=True),
        sa.Column("organisation_id", sa.Integer(), sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), sa.ForeignKey("app_user.id")),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("removed", postgresql.JSONB(), nullable=False),
        sa.Column("kept", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("ground IN ('own_wish', 'purpose_reached', 'period_over', 'unlawful')", name="ground"),
    )
    op.create_index("ix_deletion_proof_office", "deletion_proof", ["organisation_id", "id"])
    op.create_table(
        "retention_run",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("class_code", sa.Text(), nullable=False),
        sa.Column("data_version", sa.Text(), nullable=False),
        sa.Column("cut_off", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Integer(), sa.ForeignKey("app_user.id")),
        sa.Column("dry", sa.Boolean(), nullable=False),
        sa.Column("due", sa.Integer(), nullable=False),
        sa.Column("done", postgresql.JSONB(), nullable=False),
    )
    op.create_index("ix_retention_run_class", "retention_run", ["class_code", "id"])


def downgrade() -> None:
    """What was deleted does not come back: with deleted people in it, the older table cannot hold the rows."""
    op.execute("DROP TRIGGER labourer_erasure_is_proved ON labourer")
    op.execute("DROP TRIGGER labourer_stays_erased ON labourer")
    for table in OLDER:
        op.execute(f"DROP TRIGGER {table}_erasure ON {table}")
        op.execute(f"DROP TRIGGER {table}_only_grows ON {table}")
    for table in ("retention_run", "deletion_proof", "rights_request", "processing_limit_end", "processing_limit"):
        op.drop_table(table)
    op.drop_table("erased_identity")
    for function in "refuse_change_but_erasure", "refuse_unerasing", "refuse_erasure_without_proof":
        op.execute(f"DROP FUNCTION {function}()")
    op.execute("DROP TRIGGER declaration_reseals_only ON declaration")
    op.execute(_reseals_only())
    op.execute(_only_grows("declaration", "DELETE OR TRUNCATE"))
    op.execute(_only_grows("labourer_change", "UPDATE OR DELETE OR TRUNCATE"))
    op.execute("ALTER TABLE labourer DROP CONSTRAINT ck_labourer_erased, DROP CONSTRAINT ck_labourer_identity")
    for column in WHO:
        op.alter_column("labourer", column, nullable=False)
    op.drop_column("labourer", "erased_at")
