"""A deletion is known to the office that made it alone; no run leaves candidates of somebody deleted.

Old code meets a column it does not fill: deletions fail until it is replaced, nothing is lost.
"""

import sqlalchemy as sa
from alembic import op

revision: str = "b7f3d1a92c64"
down_revision: str | None = "c41e7a90d2b6"
branch_labels: str | None = None
depends_on: str | None = None

# Which office a kept hash belongs to was not written down. Every office that deleted somebody that day is taken for
# it: at worst an old sheet of one of them is asked about once too often.
BACKFILL = """
INSERT INTO erased_identity (organisation_id, identity_hash, erased_on, readmitted_at, readmitted_by)
SELECT DISTINCT proof.organisation_id, known.identity_hash, known.erased_on, known.readmitted_at, known.readmitted_by
FROM erased_identity known
JOIN deletion_proof proof ON (proof.at AT TIME ZONE 'Asia/Shanghai')::date = known.erased_on
WHERE known.organisation_id IS NULL
"""

# After the rows and their foreign keys, which wait for a deletion under way; so it sees that deletion's end.
NOBODY_DELETED = """
CREATE FUNCTION candidate_is_somebody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM added JOIN labourer ON labourer.id = added.labourer_id WHERE labourer.erased_at IS NOT NULL)
    THEN
        RAISE EXCEPTION 'a candidate of somebody deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER candidate_is_somebody AFTER INSERT ON candidate REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION candidate_is_somebody()
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.add_column("erased_identity", sa.Column("organisation_id", sa.Integer(), nullable=True))
    op.execute(BACKFILL)
    op.execute("DELETE FROM erased_identity WHERE organisation_id IS NULL")
    op.alter_column("erased_identity", "organisation_id", nullable=False)
    op.create_foreign_key(
        op.f("fk_erased_identity_organisation_id_organisation"),
        "erased_identity",
        "organisation",
        ["organisation_id"],
        ["id"],
    )
    op.execute(NOBODY_DELETED)
    op.execute(TRIGGER)


def downgrade() -> None:
    op.execute("DROP TRIGGER candidate_is_somebody ON candidate")
    op.execute("DROP FUNCTION candidate_is_somebody()")
    op.drop_column("erased_identity", "organisation_id")
