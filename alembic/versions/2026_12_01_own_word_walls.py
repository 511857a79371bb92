"""What is said by code is said in a session of that code; very many statements wait for a second officer.

Words end, and codes and sessions are not brought back. Reviews hold their statements, which open nothing meanwhile:
those of the reviews that are open are put into them. "Own wish" is no longer a reason for leaving the list.
Old code goes on with it. A statement that was to count for longer than 366 days is cut to that; a yes to
matching that belongs to no statement opened nothing, and is tied to the person's own statement or kept as a no.
"""

import sqlalchemy as sa
from alembic import op

revision: str = "e4a90d17c3b5"
down_revision: str | None = "e5a90c17d4b2"
branch_labels: str | None = None
depends_on: str | None = None

CHECKS = (
    ("own_code", "ends_in_time", "expires_at - made_at <= interval '30 days'"),
    ("portal_session", "ends_in_time", "expires_at - created_at <= interval '20 minutes'"),
    ("declaration", "expires_in_time", "expires_on <= stated_on + 366"),
    ("consent", "match_has_statement", "purpose <> 'match' OR NOT given OR declaration_id IS NOT NULL"),
)
# A code begins open, has its days from its making, and can only be ended, once.
CODE_ENDS = """
CREATE FUNCTION own_code_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.revoked_at IS NOT NULL THEN
            RAISE EXCEPTION 'a code begins open' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF OLD.revoked_at IS NOT NULL OR to_jsonb(OLD) - 'revoked_at' <> to_jsonb(NEW) - 'revoked_at' THEN
        RAISE EXCEPTION 'a code only ends' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
SESSION_ENDS = """
CREATE FUNCTION portal_session_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL OR NEW.expires_at > OLD.expires_at
        OR to_jsonb(OLD) - 'ended_at' - 'expires_at' <> to_jsonb(NEW) - 'ended_at' - 'expires_at'
    THEN
        RAISE EXCEPTION 'a session only ends' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
# A statement has the day it was said on; a consent and a withdrawal the moment.
IN_A_SESSION = """
CREATE FUNCTION own_word_in_a_session() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person bigint;
    held boolean;
BEGIN
    IF TG_TABLE_NAME = 'declaration' THEN
        SELECT EXISTS (
            SELECT FROM portal_session own JOIN own_code code ON code.id = own.code_id
            WHERE own.code_id = NEW.code_id AND own.labourer_id = NEW.labourer_id
            AND own.ended_at IS NULL AND code.revoked_at IS NULL
            AND NEW.stated_on BETWEEN (own.created_at AT TIME ZONE 'Asia/Shanghai')::date
                AND (own.expires_at AT TIME ZONE 'Asia/Shanghai')::date
        ) INTO held;
    ELSE
        IF TG_TABLE_NAME = 'consent' THEN
            person := NEW.labourer_id;
        ELSE
            SELECT labourer_id INTO person FROM declaration WHERE id = NEW.declaration_id;
        END IF;
        SELECT EXISTS (
            SELECT FROM portal_session own JOIN own_code code ON code.id = own.code_id
            WHERE own.code_id = NEW.code_id AND own.labourer_id = person
            AND own.created_at <= NEW.at AND NEW.at < own.expires_at
            AND (own.ended_at IS NULL OR own.ended_at > NEW.at)
            AND (code.revoked_at IS NULL OR code.revoked_at > NEW.at)
        ) INTO held;
    END IF;
    IF NOT held THEN
        RAISE EXCEPTION 'said by code without a session of that code and person' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""
# Whoever took the statements down, entered them or printed the codes is no second person; what is closed stays so.
SECOND_PERSON = """
CREATE FUNCTION recorder_review_second_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.closed_at IS NOT NULL THEN
            RAISE EXCEPTION 'a review begins open' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'a review is closed once' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.closed_at IS NOT NULL AND EXISTS (
        SELECT FROM reviewed_statement held
        JOIN declaration said ON said.id = held.declaration_id LEFT JOIN own_code code ON code.id = said.code_id
        WHERE held.review_id = NEW.id AND NEW.closed_by IN (said.recorder_user_id, said.entered_by, code.made_by)
    ) THEN
        RAISE EXCEPTION 'a review needs a second person' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
# One open review of a recorder and a day: of two from the same moment the later goes, its statements are the same.
ONE_OPEN = """
DELETE FROM recorder_review one USING recorder_review other
WHERE one.closed_at IS NULL AND other.closed_at IS NULL AND one.id > other.id
AND one.recorder_index = other.recorder_index AND one.stated_on = other.stated_on
AND one.organisation_id = other.organisation_id
"""
HELD = """
INSERT INTO reviewed_statement (review_id, declaration_id)
SELECT DISTINCT ON (said.id) review.id, said.id
FROM recorder_review review
JOIN declaration said ON said.recorder_index = review.recorder_index AND said.stated_on = review.stated_on
WHERE review.closed_at IS NULL AND said.channel <> 'proxy'
ORDER BY said.id, review.id
"""
REVIEW_RULES = (
    ("one_way", "num_nonnulls(recorder_index, printed_by, address_index) = 1"),
    ("finding", "finding IN ('stands', 'does_not_stand')"),
    ("closed", "num_nulls(closed_at, closed_by, finding) IN (0, 3)"),
)
BY_CODE = ("declaration", "declaration_withdrawal", "consent")


def _mend_what_is_there() -> None:
    for table in ("declaration", "consent"):
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    op.execute("UPDATE declaration SET expires_on = stated_on + 366 WHERE expires_on > stated_on + 366")
    op.execute(
        "UPDATE consent SET declaration_id = (SELECT said.id FROM declaration said "
        "WHERE said.labourer_id = consent.labourer_id AND said.channel <> 'proxy' "
        "AND said.stated_on <= (consent.at AT TIME ZONE 'Asia/Shanghai')::date "
        "ORDER BY said.stated_on DESC, said.id DESC LIMIT 1) "
        "WHERE purpose = 'match' AND given AND declaration_id IS NULL"
    )
    op.execute("UPDATE consent SET given = false WHERE purpose = 'match' AND given AND declaration_id IS NULL")
    # A consent tied to somebody else's statement opened nothing of its own either.
    op.execute(
        "UPDATE consent SET declaration_id = NULL, given = false FROM declaration said "
        "WHERE said.id = consent.declaration_id AND said.labourer_id <> consent.labourer_id"
    )
    op.execute(
        "UPDATE consent SET expires_on = said.expires_on FROM declaration said "
        "WHERE said.id = consent.declaration_id AND said.expires_on < consent.expires_on"
    )
    for table in ("declaration", "consent"):
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    op.execute(
        "UPDATE own_code SET expires_at = made_at + interval '720 hours' "
        "WHERE expires_at - made_at > interval '30 days'"
    )
    op.execute(
        "UPDATE portal_session SET expires_at = created_at + interval '20 minutes' "
        "WHERE expires_at - created_at > interval '20 minutes'"
    )


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    _mend_what_is_there()
    for table, name, rule in CHECKS:
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule)
    op.create_unique_constraint(op.f("uq_declaration_id_labourer_id"), "declaration", ["id", "labourer_id"])
    op.drop_constraint(op.f("fk_consent_declaration_id_declaration"), "consent", type_="foreignkey")
    op.create_foreign_key(
        op.f("fk_consent_declaration_id_labourer_id_declaration"),
        "consent",
        "declaration",
        ["declaration_id", "labourer_id"],
        ["id", "labourer_id"],
    )
    for function in CODE_ENDS, SESSION_ENDS, IN_A_SESSION:
        op.execute(function)
    op.execute(
        "CREATE TRIGGER own_code_only_ends BEFORE INSERT OR UPDATE ON own_code "
        "FOR EACH ROW EXECUTE FUNCTION own_code_only_ends()"
    )
    op.execute(
        "CREATE TRIGGER portal_session_only_ends BEFORE UPDATE ON portal_session "
        "FOR EACH ROW EXECUTE FUNCTION portal_session_only_ends()"
    )
    for table in ("own_code", "portal_session"):
        op.execute(
            f"CREATE TRIGGER {table}_is_kept BEFORE DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table in BY_CODE:
        op.execute(
            f"CREATE TRIGGER {table}_by_code AFTER INSERT ON {table} "
            "FOR EACH ROW WHEN (NEW.channel = 'self_code') EXECUTE FUNCTION own_word_in_a_session()"
        )

    _reviews()
    op.add_column("portal_session", sa.Column("address_index", sa.LargeBinary(), nullable=True))
    op.create_index("ix_portal_session_address", "portal_session", ["address_index", "created_at"])
    op.execute("UPDATE demand_list_entry SET left_reason = 'other' WHERE left_reason = 'own_wish'")


def _reviews() -> None:
    op.add_column(
        "recorder_review", sa.Column("uuid", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False)
    )
    op.create_unique_constraint(op.f("uq_recorder_review_uuid"), "recorder_review", ["uuid"])
    op.alter_column("recorder_review", "recorder_index", nullable=True)
    op.add_column("recorder_review", sa.Column("printed_by", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_recorder_review_printed_by_app_user"), "recorder_review", "app_user", ["printed_by"], ["id"]
    )
    op.add_column("recorder_review", sa.Column("address_index", sa.LargeBinary(), nullable=True))
    op.execute("UPDATE recorder_review SET closed_at = NULL, closed_by = NULL, finding = NULL WHERE closed_by IS NULL")
    op.execute("UPDATE recorder_review SET finding = 'stands' WHERE closed_by IS NOT NULL")
    op.execute(ONE_OPEN)
    for name, rule in REVIEW_RULES:
        op.create_check_constraint(op.f(f"ck_recorder_review_{name}"), "recorder_review", rule)
    op.create_index(
        "uq_recorder_review_open",
        "recorder_review",
        ["organisation_id", "stated_on", "recorder_index", "printed_by", "address_index"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "reviewed_statement",
        sa.Column("declaration_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("review_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["declaration.id"], name=op.f("fk_reviewed_statement_declaration_id_declaration")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["recorder_review.id"], name=op.f("fk_reviewed_statement_review_id_recorder_review")
        ),
        sa.PrimaryKeyConstraint("declaration_id", name=op.f("pk_reviewed_statement")),
    )
    op.create_index(op.f("ix_reviewed_statement_review_id"), "reviewed_statement", ["review_id"])
    op.execute(HELD)
    op.execute("UPDATE recorder_review SET rows = (SELECT count(*) FROM reviewed_statement WHERE review_id = id)")
    op.execute(SECOND_PERSON)
    op.execute(
        "CREATE TRIGGER recorder_review_second_person BEFORE INSERT OR UPDATE ON recorder_review "
        "FOR EACH ROW EXECUTE FUNCTION recorder_review_second_person()"
    )
    for table, acts in (("recorder_review", ""), ("reviewed_statement", "UPDATE OR ")):
        op.execute(
            f"CREATE TRIGGER {table}_is_kept BEFORE {acts}DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _no_reviews() -> None:
    """Reviews of codes and addresses have no place in the older table."""
    op.execute("DROP TRIGGER recorder_review_is_kept ON recorder_review")
    op.execute("DROP TRIGGER recorder_review_second_person ON recorder_review")
    op.execute("DROP FUNCTION recorder_review_second_person()")
    op.drop_table("reviewed_statement")
    op.drop_index("uq_recorder_review_open", "recorder_review")
    for name, _ in REVIEW_RULES:
        op.drop_constraint(op.f(f"ck_recorder_review_{name}"), "recorder_review", type_="check")
    op.execute("DELETE FROM recorder_review WHERE recorder_index IS NULL")
    for column in ("address_index", "printed_by", "uuid"):
        op.drop_column("recorder_review", column)
    op.alter_column("recorder_review", "recorder_index", nullable=False)


def downgrade() -> None:
    _no_reviews()
    op.drop_index("ix_portal_session_address", "portal_session")
    op.drop_column("portal_session", "address_index")
    for table in BY_CODE:
        op.execute(f"DROP TRIGGER {table}_by_code ON {table}")
    for table in ("own_code", "portal_session"):
        op.execute(f"DROP TRIGGER {table}_is_kept ON {table}")
        op.execute(f"DROP TRIGGER {table}_only_ends ON {table}")
    for function in "own_code_only_ends", "portal_session_only_ends", "own_word_in_a_session":
        op.execute(f"DROP FUNCTION {function}()")
    op.drop_constraint(op.f("fk_consent_declaration_id_labourer_id_declaration"), "consent", type_="foreignkey")
    op.drop_constraint(op.f("uq_declaration_id_labourer_id"), "declaration", type_="unique")
    op.create_foreign_key(
        op.f("fk_consent_declaration_id_declaration"), "consent", "declaration", ["declaration_id"], ["id"]
    )
    for table, name, _ in CHECKS:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
