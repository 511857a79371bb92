"""Minimum wages that a receiving office enters for its own region.

Old code does not know the table and leaves it alone. What stands against posts entered before is worked out again
when they are verified, changed or resumed.
"""

import sqlalchemy as sa
from alembic import op

revision: str = "6e0f4b8a1d35"
down_revision: str | None = "7f3c91b0d5e8"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "local_figure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("locality_code", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(10, 2), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("stale_after", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("entered_by_user_id", sa.Integer(), nullable=False),
        sa.Column("entered_by_organisation_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("code IN ('minimum_wage.month', 'minimum_wage.hour')", name=op.f("ck_local_figure_code")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_local_figure_amount_positive")),
        sa.CheckConstraint("stale_after >= from_on", name=op.f("ck_local_figure_days_in_order")),
        sa.CheckConstraint("status IN ('in_force', 'illustrative')", name=op.f("ck_local_figure_status")),
        sa.CheckConstraint("length(trim(source)) >= 2", name=op.f("ck_local_figure_source_given")),
        sa.ForeignKeyConstraint(
            ["locality_code"], ["locality.code"], name=op.f("fk_local_figure_locality_code_locality")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_user_id"], ["app_user.id"], name=op.f("fk_local_figure_entered_by_user_id_app_user")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_local_figure_entered_by_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_figure")),
        sa.UniqueConstraint("uuid", name=op.f("uq_local_figure_uuid")),
    )
    op.create_index("ix_local_figure_place", "local_figure", ["code", "locality_code", "from_on"])
    op.create_index(op.f("ix_local_figure_entered_by_organisation_id"), "local_figure", ["entered_by_organisation_id"])
    op.execute(
        "CREATE TRIGGER local_figure_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON local_figure "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("local_figure")
