"""A post's role is one of the roles; who gives out the accounts holds no post that reads people.

Older code meets the new schema unharmed: it gives no other roles, and a post of both kinds is refused by the trigger
that refused other pairs before.
"""

import sqlalchemy as sa
from alembic import op

revision: str = "c71e0a94d5b8"
down_revision: str | None = "e4a90d17c3b5"
branch_labels: str | None = None
depends_on: str | None = None

ROLES = (
    "county_officer", "township_officer", "village_officer", "broker", "employer", "receiving_officer", "station",
    "carrier", "training_body", "finance", "rural_officer", "inspector", "province", "auditor", "administrator",
    "operator",
)  # fmt: skip
EXCLUDED = ("county_officer", "inspector", "township_officer", "village_officer")
REASON = "Who gives out the accounts may not read the people's records or hear their complaints."


def upgrade() -> None:
    # A role nobody knows opens nothing; as the trail may name the post it stays, ended, as its office's own kind.
    op.execute(
        sa.text(
            "UPDATE post SET role = side_of_post('administrator', organisation.kind), "
            "ended_at = coalesce(ended_at, now()) "
            "FROM organisation WHERE organisation.id = post.organisation_id AND role <> ALL (:known)"
        ).bindparams(sa.bindparam("known", list(ROLES), sa.ARRAY(sa.Text())))
    )
    known = ", ".join(f"'{role}'" for role in ROLES)
    op.create_check_constraint(op.f("ck_post_role"), "post", f"role IN ({known})")
    # The operator's post stays: without it nobody could give the other one to somebody else.
    op.execute(
        sa.text(
            "UPDATE post SET ended_at = now() FROM organisation WHERE organisation.id = post.organisation_id "
            "AND post.ended_at IS NULL AND side_of_post(post.role, organisation.kind) = ANY (:excluded) "
            "AND EXISTS (SELECT FROM post other JOIN organisation o ON o.id = other.organisation_id "
            "WHERE other.user_id = post.user_id AND other.ended_at IS NULL "
            "AND side_of_post(other.role, o.kind) = 'operator')"
        ).bindparams(sa.bindparam("excluded", list(EXCLUDED), sa.ARRAY(sa.Text())))
    )
    _change_exclusions(
        sa.text("INSERT INTO role_exclusion (role_a, role_b, reason) VALUES (:one, :other, :reason)"),
        [dict(zip(("one", "other"), _pair(role), strict=True), reason=REASON) for role in EXCLUDED],
    )


def downgrade() -> None:
    _change_exclusions(
        sa.text("DELETE FROM role_exclusion WHERE role_a = :one AND role_b = :other"),
        [dict(zip(("one", "other"), _pair(role), strict=True)) for role in EXCLUDED],
    )
    op.drop_constraint(op.f("ck_post_role"), "post")


def _pair(role: str) -> tuple[str, ...]:
    return tuple(sorted((role, "operator")))


def _change_exclusions(statement: sa.TextClause, rows: list[dict[str, str]]) -> None:
    """Only a revision may: it lays the trigger aside that refuses it to everybody."""
    op.execute("ALTER TABLE role_exclusion DISABLE TRIGGER role_exclusion_by_revisions_alone")
    for row in rows:
        op.execute(statement.bindparams(**row))
    op.execute("ALTER TABLE role_exclusion ENABLE TRIGGER role_exclusion_by_revisions_alone")
