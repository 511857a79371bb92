"""The trail: where acts come from, whom they concern, a print of each row, the seals; a way to seal ciphers anew.

Old code may go on writing rows meanwhile: it names none of the new columns, and the database fills them in.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "7d13c0a95e28"
down_revision: str | None = "7c31e09ab5d2"
branch_labels: str | None = None
depends_on: str | None = None

# Each field as its length and itself, so that no two rows have one text. The same in app/trail/content.py.
FIELDS = (
    "r.id", "(extract(epoch FROM r.at) * 1000000)::bigint", "r.user_id", "r.organisation_id", "r.act",
    "r.subject_kind", "r.subject_id", "r.reason", "r.detail", "r.people", "r.channel", "r.address", "r.request_id",
)  # fmt: skip
PART = """
CREATE FUNCTION audit_part(field text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT ',' || coalesce(octet_length(field)::text || ':' || field, '-')
$$
"""
# Written out, without a subquery, so that the planner takes it in where it is called: it runs for every row.
PRINT = f"""
CREATE FUNCTION audit_print(r audit_event) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to('duijie-audit-1' || {" || ".join(f"audit_part(({field})::text)" for field in FIELDS)}, 'UTF8'))
$$
"""
ENTER = """
CREATE FUNCTION audit_enter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.at := now();  -- what is recorded is recorded now
    NEW.content_hash := audit_print(NEW);
    INSERT INTO audit_waiting (audit_id) VALUES (NEW.id);
    RETURN NEW;
END $$
"""
# Whoever wrote a row cannot take it back or change it, whatever the triggers; the owner alone is left.
NARROW = """
DO $$
DECLARE
    other text;
BEGIN
    FOR other IN
        SELECT DISTINCT quote_ident(r.rolname)
        FROM pg_class c, aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee
        WHERE c.oid = '{table}'::regclass AND a.grantee <> c.relowner
    LOOP
        EXECUTE 'REVOKE {rights} ON {table} FROM ' || other;
    END LOOP;
END $$
"""
RESEAL = """
CREATE FUNCTION refuse_all_but_reseal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sealed text;
    before bytea;
    after bytea;
BEGIN
    IF to_jsonb(OLD) - TG_ARGV IS DISTINCT FROM to_jsonb(NEW) - TG_ARGV THEN
        RAISE EXCEPTION '% only grows: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    FOREACH sealed IN ARRAY TG_ARGV LOOP
        EXECUTE format('SELECT ($1).%1$I, ($2).%1$I', sealed) INTO before, after USING OLD, NEW;
        IF before IS DISTINCT FROM after AND NOT coalesce(
            substring(after FOR 2) > substring(before FOR 2) AND octet_length(after) = octet_length(before), false)
        THEN
            RAISE EXCEPTION '% only grows: a cipher may but pass to a newer key', TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$
"""
INDEXES = (("user", ["user_id", "id"]), ("organisation", ["organisation_id", "id"]), ("at", ["at"]))


def upgrade() -> None:
    op.add_column("audit_event", sa.Column("people", postgresql.ARRAY(sa.BigInteger()), nullable=True))
    op.add_column("audit_event", sa.Column("channel", sa.Text(), server_default="command", nullable=False))
    op.add_column("audit_event", sa.Column("address", sa.Text(), nullable=True))
    op.add_column("audit_event", sa.Column("request_id", sa.Text(), nullable=True))
    op.add_column("audit_event", sa.Column("content_hash", sa.LargeBinary(), server_default="", nullable=False))
    op.create_index("ix_audit_event_people", "audit_event", ["people"], postgresql_using="gin")
    for name, columns in INDEXES:
        op.create_index(f"ix_audit_event_{name}", "audit_event", columns)
    op.create_table(
        "audit_waiting",
        sa.Column("audit_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit_waiting")),
    )
    op.create_table(
        "audit_seal",
        sa.Column("no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("ids", postgresql.ARRAY(sa.BIGINT()), nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("no > 0", name=op.f("ck_audit_seal_no")),
        sa.CheckConstraint(
            "cardinality(ids) = rows AND octet_length(leaves) = 32 * rows", name=op.f("ck_audit_seal_rows")
        ),
        sa.CheckConstraint(
            "octet_length(hash) = 32 AND octet_length(previous_hash) = 32", name=op.f("ck_audit_seal_hashes")
        ),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_seal_hash")),
        sa.UniqueConstraint("previous_hash", name=op.f("uq_audit_seal_previous_hash")),
    )
    op.execute(
        "CREATE TRIGGER audit_seal_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(PART)
    op.execute(PRINT)
    op.execute(ENTER)
    op.execute("ALTER TABLE audit_event DISABLE TRIGGER audit_event_only_grows")
    op.execute("UPDATE audit_event e SET content_hash = audit_print(e)")
    op.execute("ALTER TABLE audit_event ENABLE TRIGGER audit_event_only_grows")
    op.execute("INSERT INTO audit_waiting SELECT id FROM audit_event")
    op.execute(
        "CREATE TRIGGER audit_event_enters BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_enter()"
    )
    for table, rights in (
        ("audit_event", "UPDATE, DELETE"),
        ("audit_seal", "UPDATE, DELETE"),
        ("audit_waiting", "UPDATE"),
    ):
        op.execute(NARROW.format(table=table, rights=rights))

    # A statement is never changed, but its recorder's name has to pass to a newer key with all others.
    op.execute(RESEAL)
    op.execute("DROP TRIGGER declaration_only_grows ON declaration")
    op.execute(
        "CREATE TRIGGER declaration_only_grows BEFORE DELETE OR TRUNCATE ON declaration "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER declaration_reseals_only BEFORE UPDATE ON declaration "
        "FOR EACH ROW EXECUTE FUNCTION refuse_all_but_reseal('recorder_name_cipher')"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER declaration_reseals_only ON declaration")
    op.execute("DROP TRIGGER declaration_only_grows ON declaration")
    op.execute(
        "CREATE TRIGGER declaration_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON declaration "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute("DROP FUNCTION refuse_all_but_reseal()")
    op.execute("DROP TRIGGER audit_event_enters ON audit_event")
    op.execute("DROP FUNCTION audit_enter()")
    op.execute("DROP FUNCTION audit_print(audit_event)")
    op.execute("DROP FUNCTION audit_part(text)")
    op.drop_table("audit_seal")
    op.drop_table("audit_waiting")
    for name in ("people", *(name for name, _ in INDEXES)):
        op.drop_index(f"ix_audit_event_{name}", table_name="audit_event")
    for column in ("content_hash", "request_id", "address", "channel", "people"):
        op.drop_column("audit_event", column)
