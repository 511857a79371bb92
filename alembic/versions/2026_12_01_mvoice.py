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

# Less than the figure that stands for a place needs a later day, and another person who proposed the same.
LOWER = """
CREATE FUNCTION local_figure_lower_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE standing local_figure;
BEGIN
    SELECT * INTO standing FROM local_figure f
        WHERE f.code = NEW.code AND f.locality_code = NEW.locality_code AND f.status <> 'proposed'
            AND f.stale_after >= NEW.entered_at::date
        ORDER BY f.from_on DESC, f.id DESC LIMIT 1;
    IF NEW.amount < standing.amount AND (NEW.from_on <= standing.from_on OR NOT EXISTS (
        SELECT FROM local_figure f WHERE f.status = 'proposed' AND f.code = NEW.code
            AND f.locality_code = NEW.locality_code AND f.amount = NEW.amount AND f.from_on = NEW.from_on
            AND f.entered_by_user_id <> NEW.entered_by_user_id)) THEN
        RAISE EXCEPTION 'a lower minimum wage needs a later day and two people' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
LOWER_TRIGGER = """
CREATE TRIGGER local_figure_lower_guard BEFORE INSERT ON local_figure FOR EACH ROW
WHEN (NEW.status = 'in_force') EXECUTE FUNCTION local_figure_lower_guard()
"""
LEAST = "CASE code WHEN 'minimum_wage.hour' THEN 5 ELSE 500 END"
MOST = "CASE code WHEN 'minimum_wage.hour' THEN 200 ELSE 10000 END"
IMPLAUSIBLE = f"""
UPDATE local_figure SET amount = least(greatest(amount, {LEAST}), {MOST}), status = 'proposed'
WHERE amount NOT BETWEEN {LEAST} AND {MOST}
"""  # noqa: S608 (the two expressions above)
PLAUSIBLE = (
    ("amount_plausible", f"amount BETWEEN {LEAST} AND {MOST}"),
    ("day_plausible", "from_on BETWEEN '2000-01-01' AND '2100-01-01'"),
)

# What stands open against the law is blocked, as the service would; nobody has verified that.
LAWFUL = """state NOT IN ('verified', 'open', 'filled') OR NOT findings @> '[{"effect": "block"}]'"""
BLOCK = (
    """
INSERT INTO vacancy_transition (vacancy_id, from_state, to_state, reason, at)
SELECT id, state, 'blocked', 'findings', now() FROM vacancy
WHERE state IN ('verified', 'open', 'filled') AND findings @> '[{"effect": "block"}]'
""",
    """
DELETE FROM vacancy_opening o USING vacancy v WHERE v.id = o.vacancy_id AND o.taken_at IS NULL
AND v.state IN ('verified', 'open', 'filled') AND v.findings @> '[{"effect": "block"}]'
""",
    """
UPDATE vacancy SET state = 'blocked', state_reason = 'findings', version = version + 1, verified_at = NULL,
    verified_by = NULL, verified_until = NULL, attested_by_organisation_id = NULL, updated_at = now()
WHERE state IN ('verified', 'open', 'filled') AND findings @> '[{"effect": "block"}]'
""",
)
# Whoever verifies holds a post that may: a receiving office's, or that of a county that vouches in its stead. What is
# blocked goes through its check again; what opens says who verified it.
VERIFIED = """
CREATE FUNCTION vacancy_verified_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.verified_by IS NOT NULL AND NOT (TG_OP = 'UPDATE' AND NEW.verified_by IS NOT DISTINCT FROM OLD.verified_by)
        AND NOT EXISTS (SELECT FROM post p WHERE p.user_id = NEW.verified_by AND p.ended_at IS NULL
                        AND p.role IN ('receiving_officer', 'county_officer')) THEN
        RAISE EXCEPTION 'a post is verified by an office that may' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state IN ('verified', 'open', 'filled') AND (TG_OP = 'INSERT' OR OLD.state <> NEW.state)
        AND (NEW.verified_by IS NULL OR (TG_OP = 'UPDATE' AND OLD.state = 'blocked')) THEN
        RAISE EXCEPTION 'a post opens once somebody has verified it' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
VERIFIED_TRIGGER = """
CREATE TRIGGER vacancy_verified_guard BEFORE INSERT OR UPDATE OF state, verified_by ON vacancy
FOR EACH ROW EXECUTE FUNCTION vacancy_verified_guard()
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")  # a busy table refuses the change rather than stand still
    op.add_column("grievance", sa.Column("many_from_address", sa.Boolean(), server_default="false", nullable=False))
    for statement in (*FUNCTIONS, *TRIGGERS):
        op.execute(statement)
    _bound_minimum_wages()
    for statement in BLOCK:
        op.execute(statement)
    op.create_check_constraint(op.f("ck_vacancy_lawful"), "vacancy", LAWFUL)
    op.execute(VERIFIED)
    op.execute(VERIFIED_TRIGGER)


def _bound_minimum_wages() -> None:
    _status("'in_force', 'illustrative', 'proposed'")
    op.execute("ALTER TABLE local_figure DISABLE TRIGGER local_figure_only_grows")
    # A figure that no notice can have stated judges nobody any more; the trail keeps what was entered.
    op.execute(IMPLAUSIBLE)
    op.execute("UPDATE local_figure SET from_on = '2000-01-01' WHERE from_on < '2000-01-01'")
    op.execute("ALTER TABLE local_figure ENABLE TRIGGER local_figure_only_grows")
    op.drop_constraint(op.f("ck_local_figure_amount_positive"), "local_figure")
    for name, rule in PLAUSIBLE:
        op.create_check_constraint(op.f(f"ck_local_figure_{name}"), "local_figure", rule)
    op.execute(LOWER)
    op.execute(LOWER_TRIGGER)


def _status(values: str) -> None:
    op.drop_constraint(op.f("ck_local_figure_status"), "local_figure")
    op.create_check_constraint(op.f("ck_local_figure_status"), "local_figure", f"status IN ({values})")


def _free_minimum_wages() -> None:
    op.execute("DROP TRIGGER local_figure_lower_guard ON local_figure")
    op.execute("DROP FUNCTION local_figure_lower_guard()")
    for name, _ in PLAUSIBLE:
        op.drop_constraint(op.f(f"ck_local_figure_{name}"), "local_figure")
    op.create_check_constraint(op.f("ck_local_figure_amount_positive"), "local_figure", "amount > 0")
    # Older code would judge posts by what was only proposed.
    op.execute("ALTER TABLE local_figure DISABLE TRIGGER local_figure_only_grows")
    op.execute("DELETE FROM local_figure WHERE status = 'proposed'")
    op.execute("ALTER TABLE local_figure ENABLE TRIGGER local_figure_only_grows")
    _status("'in_force', 'illustrative'")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER vacancy_verified_guard ON vacancy")
    op.execute("DROP FUNCTION vacancy_verified_guard()")
    op.drop_constraint(op.f("ck_vacancy_lawful"), "vacancy")
    _free_minimum_wages()
    op.execute("DROP TRIGGER grievance_taken_down_guard ON grievance")
    op.execute("DROP TRIGGER grievance_party_guard ON grievance_party")
    for name in ("grievance_taken_down_guard()", "grievance_party_guard()"):
        op.execute(f"DROP FUNCTION {name}")
    op.drop_column("grievance", "many_from_address")
