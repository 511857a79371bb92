"""A firm's account and its entry in the register of employers find each other by the credit code.

Whichever comes first: the account may be opened before or after an office has verified the firm. Until now only a firm
that had brought in a sheet of its own was known to its account; the others saw none of their posts. Older code meets
the new schema unharmed.
"""

import sqlalchemy as sa
from alembic import op

revision: str = "d95a1c3e7b08"
down_revision: str | None = "b3d81f6e2c47"
branch_labels: str | None = None
depends_on: str | None = None

FUNCTIONS = (
    """
CREATE FUNCTION firm_finds_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.organisation_id IS NULL AND NEW.standing = 'good' AND NEW.credit_code IS NOT NULL THEN
        SELECT o.id INTO NEW.organisation_id FROM organisation o
        WHERE o.kind = 'employer' AND o.credit_code = NEW.credit_code AND o.closed_at IS NULL
            AND NOT EXISTS (SELECT FROM employer e WHERE e.organisation_id = o.id)
        ORDER BY o.id LIMIT 1;
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE FUNCTION account_finds_firm() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind <> 'employer' THEN
        RETURN NULL;
    END IF;
    UPDATE employer SET organisation_id = NULL
    WHERE organisation_id = NEW.id AND credit_code <> NEW.credit_code;
    UPDATE employer SET organisation_id = NEW.id
    WHERE credit_code = NEW.credit_code AND standing = 'good' AND organisation_id IS NULL
        AND NOT EXISTS (SELECT FROM employer e WHERE e.organisation_id = NEW.id);
    RETURN NULL;
END $$
""",
)
FINDS_ACCOUNT = (
    "CREATE TRIGGER firm_finds_account BEFORE INSERT OR UPDATE OF standing, credit_code ON employer "
    "FOR EACH ROW EXECUTE FUNCTION firm_finds_account()"
)
FINDS_FIRM = (
    "CREATE TRIGGER account_finds_firm AFTER INSERT OR UPDATE OF credit_code ON organisation "
    "FOR EACH ROW EXECUTE FUNCTION account_finds_firm()"
)


def upgrade() -> None:
    for statement in (*FUNCTIONS, FINDS_ACCOUNT, FINDS_FIRM):
        op.execute(statement)
    op.create_index(
        "ix_organisation_firm_code", "organisation", ["credit_code"], postgresql_where=sa.text("kind = 'employer'")
    )
    op.execute("UPDATE organisation SET credit_code = credit_code WHERE kind = 'employer'")  # ties what is there


def downgrade() -> None:
    op.drop_index("ix_organisation_firm_code", "organisation")
    op.execute("DROP TRIGGER account_finds_firm ON organisation")
    op.execute("DROP TRIGGER firm_finds_account ON employer")
    op.execute("DROP FUNCTION account_finds_firm()")
    op.execute("DROP FUNCTION firm_finds_account()")
