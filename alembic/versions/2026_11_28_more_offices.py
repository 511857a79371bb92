"""More kinds of organisation: carriers, training bodies, finance, rural offices, labour inspection."""

from alembic import op

revision: str = "c2d9a6e41f70"
down_revision: str | None = "5b1f0c7d92a4"
branch_labels: str | None = None
depends_on: str | None = None

BEFORE = (
    "county", "township", "village", "receiving_office", "station", "broker", "employer", "province", "auditor",
    "operator",
)  # fmt: skip
ADDED = ("carrier", "training_body", "finance", "rural_office", "inspection")


def _kinds(names: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{name}'" for name in names)
    op.execute("ALTER TABLE organisation DROP CONSTRAINT ck_organisation_kind")
    op.execute(f"ALTER TABLE organisation ADD CONSTRAINT ck_organisation_kind CHECK (kind IN ({listed}))")


def upgrade() -> None:
    _kinds(BEFORE + ADDED)


def downgrade() -> None:
    _kinds(BEFORE)
