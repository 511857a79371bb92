"""When somebody's second factor was taken away.

Older code meets the new schema unharmed: the column is empty unless a second factor was reset.
"""

import sqlalchemy as sa
from alembic import op

revision: str = "b3d81f6e2c47"
down_revision: str | None = "6e0f4b8a1d35"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")  # a busy table refuses the change rather than stand still
    op.add_column("app_user", sa.Column("factor_reset_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("app_user", "factor_reset_at")
