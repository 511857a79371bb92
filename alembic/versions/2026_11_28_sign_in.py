"""Second factors, steps of signing in, tokens of programs, counts of how often; sessions and tries say more.

Old code meets the new columns with their defaults and goes on; it knows no second factor, so it is not run beside new code.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "7c31e09ab5d2"
down_revision: str | None = "a7e3c1940b52"
branch_labels: str | None = None
depends_on: str | None = None

OUTCOMES = "'begun', 'code_asked', 'wrong', 'code_wrong', 'held_back', 'no_post', 'unknown_outside'"


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _user() -> sa.Column[int]:
    return sa.Column("user_id", sa.Integer(), nullable=False)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.add_column(
        "user_session", sa.Column("uuid", sa.Uuid(), server_default=sa.func.gen_random_uuid(), nullable=False)
    )
    op.add_column("user_session", _moment("last_seen_at", nullable=True))
    op.add_column("user_session", sa.Column("address", sa.Text(), server_default="", nullable=False))
    op.add_column("user_session", sa.Column("browser", sa.Text(), server_default="", nullable=False))
    op.create_unique_constraint(op.f("uq_user_session_uuid"), "user_session", ["uuid"])
    op.add_column("sign_in_attempt", sa.Column("outcome", sa.Text(), server_default="wrong", nullable=False))
    op.add_column("sign_in_attempt", sa.Column("browser", sa.Text(), server_default="", nullable=False))
    op.add_column("sign_in_attempt", _moment("forgiven_at", nullable=True))
    op.execute("UPDATE sign_in_attempt SET outcome = 'begun' WHERE succeeded")
    op.create_check_constraint(op.f("ck_sign_in_attempt_outcome"), "sign_in_attempt", f"outcome IN ({OUTCOMES})")
    op.create_index("ix_sign_in_attempt_address", "sign_in_attempt", ["address", "at"])
    _second_factor()
    _steps()
    _programs()


def _second_factor() -> None:
    op.create_table(
        "second_factor",
        _user(),
        sa.Column("secret_cipher", sa.LargeBinary(), nullable=False),
        _moment("created_at"),
        _moment("confirmed_at", nullable=True),
        sa.Column("last_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_second_factor_user_id_app_user")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        _user(),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        _moment("used_at", nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_recovery_code_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("user_id", "code_hash", name=op.f("uq_recovery_code_user_id_code_hash")),
    )


def _steps() -> None:
    op.create_table(
        "sign_in_step",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        _user(),
        _moment("expires_at"),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        _moment("used_at", nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_sign_in_step_user_id_app_user")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_step")),
    )
    op.create_index(op.f("ix_sign_in_step_user_id"), "sign_in_step", ["user_id"])
    op.create_table(
        "outside_sign_in",
        sa.Column("state_hash", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("code_verifier", sa.Text(), nullable=False),
        sa.Column("next_address", sa.Text(), nullable=False),
        _moment("expires_at"),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_outside_sign_in")),
    )
    op.create_index(op.f("ix_outside_sign_in_expires_at"), "outside_sign_in", ["expires_at"])


def _programs() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        _user(),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("last_used_at", nullable=True),
        _moment("revoked_at", nullable=True),
        sa.CheckConstraint(
            "expires_at - created_at BETWEEN interval '0' AND interval '365 days'",
            name=op.f("ck_api_token_a_year_at_most"),
        ),
        sa.CheckConstraint(
            "cardinality(scopes) > 0 AND NOT 'account:own' = ANY (scopes)", name=op.f("ck_api_token_scopes")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_api_token_user_id_app_user")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_api_token_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("uuid", name=op.f("uq_api_token_uuid")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(op.f("ix_api_token_user_id"), "api_token", ["user_id"])
    op.create_table(
        "rate_limit",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        _moment("ends_at"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_limit")),
        prefixes=["UNLOGGED"],
    )
    op.create_index(op.f("ix_rate_limit_ends_at"), "rate_limit", ["ends_at"])


def downgrade() -> None:
    for table in ("rate_limit", "api_token", "outside_sign_in", "sign_in_step", "recovery_code", "second_factor"):
        op.drop_table(table)
    op.drop_index("ix_sign_in_attempt_address", table_name="sign_in_attempt")
    op.drop_constraint(op.f("ck_sign_in_attempt_outcome"), "sign_in_attempt", type_="check")
    for column in ("forgiven_at", "browser", "outcome"):
        op.drop_column("sign_in_attempt", column)
    op.drop_constraint(op.f("uq_user_session_uuid"), "user_session", type_="unique")
    for column in ("browser", "address", "last_seen_at", "uuid"):
        op.drop_column("user_session", column)
