"""Dispatching firms' permits as offices saw them, and their last day in a sending county's checks.

Old code does not know the table; the new column may be empty, and an attestation made by old code stays as it is.
"""

import sqlalchemy as sa
from alembic import op

revision: str = "9b2c7e51fa04"
down_revision: str | None = "b7f3d1a92c64"
branch_labels: str | None = None
depends_on: str | None = None

ATTESTATIONS = ("employer_attestation", "vacancy_attestation")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ATTESTATIONS:
        op.add_column(table, sa.Column("dispatch_permit_until", sa.Date(), nullable=True))
        op.create_check_constraint(op.f(f"ck_{table}_permit_runs"), table, "dispatch_permit_until >= on_day")
    op.create_table(
        "dispatch_permit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_key", sa.Text(), nullable=False),
        sa.Column("agency_name", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("seen_by_user_id", sa.Integer(), nullable=False),
        sa.Column("seen_by_organisation_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(trim(number)) > 1", name=op.f("ck_dispatch_permit_number_given")),
        sa.CheckConstraint("length(agency_key) > 0", name=op.f("ck_dispatch_permit_agency_named")),
        sa.ForeignKeyConstraint(
            ["seen_by_user_id"], ["app_user.id"], name=op.f("fk_dispatch_permit_seen_by_user_id_app_user")
        ),
        sa.ForeignKeyConstraint(
            ["seen_by_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_dispatch_permit_seen_by_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch_permit")),
    )
    op.create_index(op.f("ix_dispatch_permit_agency_key"), "dispatch_permit", ["agency_key"])
    op.create_index(op.f("ix_dispatch_permit_seen_by_organisation_id"), "dispatch_permit", ["seen_by_organisation_id"])
    op.execute(
        "CREATE TRIGGER dispatch_permit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON dispatch_permit "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("dispatch_permit")
    for table in ATTESTATIONS:
        op.drop_constraint(op.f(f"ck_{table}_permit_runs"), table)
        op.drop_column(table, "dispatch_permit_until")
