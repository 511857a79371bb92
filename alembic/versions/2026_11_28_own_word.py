"""Consents per purpose with the text shown, codes on slips, the labourer's own pages.

Old code does not know the new columns and is refused a consent without them: stop it before this revision. A yes that
an officer heard before texts were kept is marked as such: version 0, whose text says that none was kept.
"""

import sqlalchemy as sa
from alembic import op

revision: str = "a71c3d58e902"
down_revision: str | None = "d7e41b0c9a38"
branch_labels: str | None = None
depends_on: str | None = None

PURPOSES = (
    "match", "name_to_employer", "cross_province", "trip_manifest", "subsidy_claim", "publication", "follow_up",
)  # fmt: skip
OWN_CODE = "(channel = 'self_code') = (code_id IS NOT NULL)"
NOBODY_BETWEEN = "channel <> 'self_code' OR entered_by IS NULL"
CONSENT_RULES = {
    "register_row_opens_match_only": "channel <> 'register_row' OR purpose = 'match'",
    "own_code": OWN_CODE,
    "nobody_between": NOBODY_BETWEEN,
    "officer_named": "channel <> 'in_person' OR entered_by IS NOT NULL",
    "evidence_kept": "NOT given OR channel <> 'in_person' OR evidence_hash IS NOT NULL",
    "text_shown": "NOT given OR channel = 'register_row' OR text_version IS NOT NULL",
    "text_in_a_language": "(text_version IS NULL) = (language IS NULL)",
    "expires": "NOT given OR expires_on IS NOT NULL",
}
WITHDRAWAL_RULES = {
    "channel": "channel IN ('self_code', 'in_person')",
    "own_code": OWN_CODE,
    "officer_named": "(channel = 'in_person') = (entered_by IS NOT NULL)",
}
# A yes by code belongs to a session that the same code opened: what is over or revoked begins none.
CODE_HOLDS = """
CREATE FUNCTION portal_session_code_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM own_code
        WHERE id = NEW.code_id AND revoked_at IS NULL AND made_at <= NEW.created_at AND NEW.created_at < expires_at
    ) THEN
        RAISE EXCEPTION 'the code is over or revoked' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""


def _purposes(names: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{name}'" for name in names)
    op.execute("ALTER TABLE consent DROP CONSTRAINT ck_consent_purpose")
    op.execute(f"ALTER TABLE consent ADD CONSTRAINT ck_consent_purpose CHECK (purpose IN ({listed}))")


def _fill_in_what_is_known() -> None:
    """Expiry and print of the evidence of earlier consents, from the statements they came with."""
    op.execute(
        "INSERT INTO consent_text (purpose, version, language, body) "
        "SELECT 'match', '0', 'zh_Hans', '（此前当面取得的同意没有留存文字。）' "
        "WHERE EXISTS (SELECT FROM consent WHERE channel = 'in_person')"
    )
    op.execute("ALTER TABLE consent DISABLE TRIGGER consent_only_grows")
    op.execute("UPDATE consent SET text_version = '0', language = 'zh_Hans' WHERE given AND channel = 'in_person'")
    op.execute(
        "UPDATE consent SET expires_on = said.expires_on, "
        "evidence_hash = CASE WHEN consent.channel = 'in_person' THEN sha256(convert_to(said.evidence, 'UTF8')) END "
        "FROM declaration AS said WHERE said.id = consent.declaration_id"
    )
    op.execute("ALTER TABLE consent ENABLE TRIGGER consent_only_grows")


def upgrade() -> None:
    op.create_table(
        "own_code",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("labourer_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_at > made_at", name=op.f("ck_own_code_expires_after_making")),
        sa.ForeignKeyConstraint(["labourer_id"], ["labourer.id"], name=op.f("fk_own_code_labourer_id_labourer")),
        sa.ForeignKeyConstraint(["made_by"], ["app_user.id"], name=op.f("fk_own_code_made_by_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_own_code_code_hash")),
        sa.UniqueConstraint("id", "labourer_id", name=op.f("uq_own_code_id_labourer_id")),
    )
    op.create_index(
        "uq_own_code_living", "own_code", ["labourer_id"], unique=True, postgresql_where=sa.text("revoked_at IS NULL")
    )
    op.create_table(
        "consent_text",
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("purpose", "version", "language", name=op.f("pk_consent_text")),
    )
    op.execute(
        "CREATE TRIGGER consent_text_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON consent_text "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    _statements()
    _consents()
    _portal()


def _statements() -> None:
    op.add_column("declaration", sa.Column("code_id", sa.BigInteger(), nullable=True))
    op.create_check_constraint(op.f("ck_declaration_own_code"), "declaration", OWN_CODE)
    op.create_check_constraint(op.f("ck_declaration_nobody_between"), "declaration", NOBODY_BETWEEN)
    op.create_foreign_key(
        op.f("fk_declaration_code_id_labourer_id_own_code"),
        "declaration",
        "own_code",
        ["code_id", "labourer_id"],
        ["id", "labourer_id"],
    )
    op.add_column("declaration_withdrawal", sa.Column("code_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_declaration_withdrawal_code_id_own_code"), "declaration_withdrawal", "own_code", ["code_id"], ["id"]
    )
    for name, rule in WITHDRAWAL_RULES.items():
        op.create_check_constraint(op.f(f"ck_declaration_withdrawal_{name}"), "declaration_withdrawal", rule)


def _consents() -> None:
    for name, kind in (
        ("expires_on", sa.Date()),
        ("text_version", sa.Text()),
        ("language", sa.Text()),
        ("evidence_hash", sa.LargeBinary()),
        ("code_id", sa.BigInteger()),
    ):
        op.add_column("consent", sa.Column(name, kind, nullable=True))
    _fill_in_what_is_known()
    _purposes(PURPOSES)
    for name, rule in CONSENT_RULES.items():
        op.create_check_constraint(op.f(f"ck_consent_{name}"), "consent", rule)
    op.create_foreign_key(
        "fk_consent_text_shown",
        "consent",
        "consent_text",
        ["purpose", "text_version", "language"],
        ["purpose", "version", "language"],
    )
    op.create_foreign_key(
        op.f("fk_consent_code_id_labourer_id_own_code"),
        "consent",
        "own_code",
        ["code_id", "labourer_id"],
        ["id", "labourer_id"],
    )


def _portal() -> None:
    op.create_table(
        "portal_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("labourer_id", sa.BigInteger(), nullable=False),
        sa.Column("code_id", sa.BigInteger(), nullable=False),
        sa.Column("use_no", sa.SmallInteger(), nullable=False),
        sa.Column("csrf_token", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("use_no BETWEEN 1 AND 5", name=op.f("ck_portal_session_uses_of_a_code")),
        sa.ForeignKeyConstraint(
            ["code_id", "labourer_id"],
            ["own_code.id", "own_code.labourer_id"],
            name=op.f("fk_portal_session_code_id_labourer_id_own_code"),
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_portal_session")),
        sa.UniqueConstraint("code_id", "use_no", name=op.f("uq_portal_session_code_id_use_no")),
    )
    op.execute(CODE_HOLDS)
    op.execute(
        "CREATE TRIGGER portal_session_code_holds BEFORE INSERT ON portal_session "
        "FOR EACH ROW EXECUTE FUNCTION portal_session_code_holds()"
    )
    op.create_table(
        "portal_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_attempt")),
    )
    op.create_index("ix_portal_attempt_address", "portal_attempt", ["address", "at"])


def downgrade() -> None:
    op.drop_table("portal_attempt")
    op.drop_table("portal_session")
    op.execute("DROP FUNCTION portal_session_code_holds()")
    for name in ("fk_consent_text_shown", "fk_consent_code_id_labourer_id_own_code"):
        op.drop_constraint(name, "consent", type_="foreignkey")
    for name in CONSENT_RULES:
        op.drop_constraint(op.f(f"ck_consent_{name}"), "consent", type_="check")
    # Purposes that the older revision does not know cannot stay; nothing else is taken out.
    op.execute("ALTER TABLE consent DISABLE TRIGGER consent_only_grows")
    op.execute("DELETE FROM consent WHERE purpose <> 'match'")
    op.execute("ALTER TABLE consent ENABLE TRIGGER consent_only_grows")
    _purposes(("match",))
    for name in ("expires_on", "text_version", "language", "evidence_hash", "code_id"):
        op.drop_column("consent", name)
    for name in WITHDRAWAL_RULES:
        op.drop_constraint(op.f(f"ck_declaration_withdrawal_{name}"), "declaration_withdrawal", type_="check")
    op.drop_column("declaration_withdrawal", "code_id")
    for name in ("own_code", "nobody_between"):
        op.drop_constraint(op.f(f"ck_declaration_{name}"), "declaration", type_="check")
    op.drop_column("declaration", "code_id")
    op.drop_table("consent_text")
    op.drop_table("own_code")
