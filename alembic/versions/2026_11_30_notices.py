"""The outbox of short messages and e-mail, behind row-level security, and the purpose a person agrees to for it.

Old code does not know the tables; it goes on with the purposes it knows.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "e5a90c7d31f4"
down_revision: str | None = "d95a1c3e7b08"
branch_labels: str | None = None
depends_on: str | None = None

PURPOSES = ("match", "name_to_employer", "cross_province", "trip_manifest", "subsidy_claim", "publication", "follow_up")
# The office that opened its outbox, the person themselves, the machine's own tasks; nobody else.
SEES = """
coalesce(organisation_id = (SELECT nullif(current_setting('duijie.outbox', true), ''))::integer, false)
OR CASE (SELECT current_setting('duijie.reach', true))
WHEN 'all' THEN true
WHEN 'person' THEN labourer_id = (SELECT nullif(current_setting('duijie.person', true), ''))::bigint
ELSE false END
"""
BEHIND = "EXISTS (SELECT FROM notice n WHERE n.id = notice_id)"  # under the policy of notice itself
GUARD = """
CREATE FUNCTION notice_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE way text[] := ARRAY['state', 'next_at', 'attempts', 'not_taken', 'lease_until', 'last_error', 'sent_at',
                            'recipient_cipher', 'secret_cipher', 'recipient_index', 'params'];
BEGIN
    IF (to_jsonb(NEW) - way) IS DISTINCT FROM (to_jsonb(OLD) - way)
        OR (NEW.params <> OLD.params AND NEW.params <> '{}')
        OR (NEW.recipient_index IS DISTINCT FROM OLD.recipient_index AND NEW.recipient_index IS NOT NULL)
        OR NOT notice_cipher_may(OLD.recipient_cipher, NEW.recipient_cipher)
        OR NOT notice_cipher_may(OLD.secret_cipher, NEW.secret_cipher) THEN
        RAISE EXCEPTION 'what a message says, and to whom, is not rewritten' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('sent', 'failed', 'dropped') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'a message that has ended is not sent again' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.attempts < OLD.attempts OR (NEW.state = 'sent' AND OLD.state NOT IN ('sending', 'sent')) THEN
        RAISE EXCEPTION 'a message is sent by an attempt, and attempts count up' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
CIPHER_MAY = """
CREATE FUNCTION notice_cipher_may(before bytea, after bytea) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT after IS NULL OR coalesce(after = before, false)
        OR coalesce(length(after) = length(before) AND substring(after, 1, 2) > substring(before, 1, 2), false)
$$
"""
TRIGGERS = (
    "CREATE TRIGGER notice_guard BEFORE UPDATE ON notice FOR EACH ROW EXECUTE FUNCTION notice_guard()",
    "CREATE TRIGGER notice_kept BEFORE DELETE OR TRUNCATE ON notice FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    *(
        f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in ("notice_event", "notice_choice")
    ),
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _purposes((*PURPOSES, "contact"))
    _notice()
    _event()
    _choice()
    for table, condition in (("notice", SEES), ("notice_event", BEHIND)):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY outbox ON {table} USING ({condition})")
    for statement in (CIPHER_MAY, GUARD, *TRIGGERS):
        op.execute(statement)


def _purposes(purposes: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_consent_purpose"), "consent")
    listed = ", ".join(f"'{purpose}'" for purpose in purposes)
    op.create_check_constraint(op.f("ck_consent_purpose"), "consent", f"purpose IN ({listed})")


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("labourer_id", sa.BigInteger(), nullable=True),
        sa.Column("caused_by", sa.Integer(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("cause_id", sa.BigInteger(), nullable=True),
        sa.Column("dedup_key", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("params", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("secret_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("recipient_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("recipient_index", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("useful_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("not_taken", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel IN ('sms', 'email')", name=op.f("ck_notice_channel")),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'failed', 'dropped')", name=op.f("ck_notice_state")
        ),
        sa.CheckConstraint("language IN ('zh_Hans', 'en')", name=op.f("ck_notice_language")),
        sa.CheckConstraint(
            "state NOT IN ('waiting', 'sending') OR recipient_cipher IS NOT NULL", name=op.f("ck_notice_to_somebody")
        ),
        sa.CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name=op.f("ck_notice_leased")),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_notice_sent")),
        sa.CheckConstraint("not_taken <= attempts", name=op.f("ck_notice_not_taken_are_attempts")),
        sa.CheckConstraint("useful_until > created_at", name=op.f("ck_notice_useful")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_notice_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["labourer_id"], ["labourer.id"], name=op.f("fk_notice_labourer_id_labourer")),
        sa.ForeignKeyConstraint(["caused_by"], ["app_user.id"], name=op.f("fk_notice_caused_by_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("uuid", name=op.f("uq_notice_uuid")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_notice_dedup_key")),
    )
    op.create_index(op.f("ix_notice_labourer_id"), "notice", ["labourer_id"])
    op.create_index(op.f("ix_notice_recipient_index"), "notice", ["recipient_index"])
    op.create_index("ix_notice_office", "notice", ["organisation_id", "id"])
    op.create_index(
        "ix_notice_due", "notice", ["channel", "next_at"], postgresql_where="state IN ('waiting', 'sending')"
    )


def _event() -> None:
    op.create_table(
        "notice_event",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "to_state IN ('waiting', 'sending', 'sent', 'failed', 'dropped')", name=op.f("ck_notice_event_to_state")
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_event_notice_id_notice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_event")),
    )
    op.create_index(op.f("ix_notice_event_notice_id"), "notice_event", ["notice_id"])


def _choice() -> None:
    op.create_table(
        "notice_choice",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("labourer_id", sa.BigInteger(), nullable=True),
        sa.Column("recipient_index", sa.LargeBinary(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.CheckConstraint("way IN ('self_code', 'reply')", name=op.f("ck_notice_choice_way")),
        sa.CheckConstraint("num_nonnulls(labourer_id, recipient_index) = 1", name=op.f("ck_notice_choice_whose")),
        sa.CheckConstraint("(labourer_id IS NULL) = (purpose IS NULL)", name=op.f("ck_notice_choice_of_what")),
        sa.ForeignKeyConstraint(["labourer_id"], ["labourer.id"], name=op.f("fk_notice_choice_labourer_id_labourer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_choice")),
    )
    op.create_index("ix_notice_choice_person", "notice_choice", ["labourer_id", "purpose", "id"])
    op.create_index("ix_notice_choice_number", "notice_choice", ["recipient_index", "id"])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("notice_choice", "notice_event", "notice"):
        op.drop_table(table)
    op.execute("DROP FUNCTION notice_guard()")
    op.execute("DROP FUNCTION notice_cipher_may(bytea, bytea)")
    op.execute("ALTER TABLE consent DISABLE TRIGGER USER")  # old code does not know this purpose
    op.execute("DELETE FROM consent WHERE purpose = 'contact'")
    op.execute("ALTER TABLE consent ENABLE TRIGGER USER")
    _purposes(PURPOSES)
