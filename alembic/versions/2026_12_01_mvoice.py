"""Complaints that nobody buries or closes for another; posts that the law stands against do not open.

Older code meets the new schema unharmed, but for what it should not have done: an inspection that names another one,
a receipt that closes what an officer took down before an answer stood, an open post with a finding that blocks, a post
verified by somebody who may not.
"""

import sqlalchemy as sa
from alembic import op

revision: str = "e5a90c17d4b2"
down_revision: str | None = "e4a9c05d7b31"
branch_labels: str | None = None
depends_on: str | None = None

# Whoever acts for an organisation names no other inspection and no inspector of one: it stays on the complaint's route.
# What an officer took down closes by the receipt only once the last answer stood. The application counts working days;
# here are two days, which are never more than those.
FUNCTIONS = (
    """
CREATE FUNCTION grievance_party_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE handler int := drawer('organisation')::int;
BEGIN
    IF handler IS NOT NULL AND (
        EXISTS (SELECT FROM organisation o
                WHERE o.id = NEW.organisation_id AND o.kind = 'inspection' AND o.id <> handler)
        OR EXISTS (SELECT FROM post p JOIN organisation o ON o.id = p.organisation_id
                   WHERE p.user_id = NEW.user_id AND p.ended_at IS NULL AND o.kind = 'inspection' AND o.id <> handler))
    THEN
        RAISE EXCEPTION 'an inspection takes no other inspection off the route' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE FUNCTION grievance_taken_down_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.many_from_address <> OLD.many_from_address THEN
        RAISE EXCEPTION 'how a complaint came is not rewritten' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.channel = 'officer' AND OLD.state <> 'closed' AND NEW.state = 'closed' AND NEW.closed_by = 'complainant'
        AND (OLD.state <> 'answered' OR EXISTS (
            SELECT FROM grievance_event e WHERE e.grievance_id = OLD.id AND e.act = 'answer'
            AND e.at > NEW.closed_at - interval '2 days')) THEN
        RAISE EXCEPTION 'an answer stands for a while before a receipt an officer saw closes it'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
""",
)
TRIGGERS = (
    "CREATE TRIGGER grievance_party_guard BEFORE INSERT ON grievance_party FOR EACH ROW EXECUTE FUNCTION grievance_party_guard()",
    "CREATE TRIGGER grievance_taken_down_guard BEFORE UPDATE ON grievance FOR EACH ROW EXECUTE FUNCTION grievance_taken_down_guard()",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")  # a busy table refuses the change rather than stand still
    op.add_column("grievance", sa.Column("many_from_address", sa.Boolean(), server_default="false", nullable=False))
    for statement in (*FUNCTIONS, *TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER grievance_taken_down_guard ON grievance")
    op.execute("DROP TRIGGER grievance_party_guard ON grievance_party")
    for name in ("grievance_taken_down_guard()", "grievance_party_guard()"):
        op.execute(f"DROP FUNCTION {name}")
    op.drop_column("grievance", "many_from_address")
