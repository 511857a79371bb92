"""When somebody's second factor was taken away; firms stopped for a grave complaint.

Older code meets the new schema unharmed: the column is empty unless a second factor was reset, and older code that
opens a post of a stopped firm is refused by the trigger.
"""

import sqlalchemy as sa
from alembic import op

revision: str = "b3d81f6e2c47"
down_revision: str | None = "9b2c7e51fa04"
branch_labels: str | None = None
depends_on: str | None = None

# What a standing stop covers: posts entered after the one named, at the place or below it, of the firm, or of the
# same name there, since two offices may each have entered it.
FUNCTIONS = (
    """
CREATE FUNCTION firm_stop_covers(stopped int, stop_place text, after_post int, post int, firm int, place text)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT post > after_post
        AND (stop_place IS NULL OR EXISTS (SELECT FROM locality_closure c
                                           WHERE c.ancestor_code = stop_place AND c.descendant_code = place))
        AND (firm = stopped OR (stop_place IS NOT NULL AND EXISTS (
            SELECT FROM employer a JOIN employer b ON b.name_key = a.name_key
            WHERE a.id = stopped AND b.id = firm AND coalesce(a.credit_code = b.credit_code, true))))
$$
""",
    # Every stop counts, also those nobody here may see: the drawer is opened for the question and shut again.
    """
CREATE FUNCTION firm_is_stopped(post int, firm int, place text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE duty text := drawer('duty'); found boolean;
BEGIN
    PERFORM set_config('duijie.drawer_duty', 'clock', true);
    SELECT EXISTS (SELECT FROM grievance_firm_stop s WHERE s.released_at IS NULL
        AND firm_stop_covers(s.employer_id, s.place_code, s.after_vacancy_id, post, firm, place)) INTO found;
    PERFORM set_config('duijie.drawer_duty', coalesce(duty, ''), true);
    RETURN found;
END $$
""",
    """
CREATE FUNCTION place_firm_holds(posts int[], placed timestamptz) RETURNS TABLE (vacancy_id int, checks int)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE duty text := drawer('duty');
BEGIN
    PERFORM set_config('duijie.drawer_duty', 'clock', true);
    RETURN QUERY
        WITH added AS (
            INSERT INTO grievance_hold AS h (grievance_id, vacancy_id, placed_at)
            SELECT DISTINCT s.grievance_id, v.id, placed FROM vacancy v JOIN grievance_firm_stop s
                ON s.released_at IS NULL AND firm_stop_covers(
                    s.employer_id, s.place_code, s.after_vacancy_id, v.id, v.employer_id, v.locality_code)
            WHERE v.id = ANY (posts)
            ON CONFLICT DO NOTHING
            RETURNING h.vacancy_id)
        SELECT added.vacancy_id, count(*)::int FROM added GROUP BY added.vacancy_id;
    PERFORM set_config('duijie.drawer_duty', coalesce(duty, ''), true);
END $$
""",
    """
CREATE FUNCTION vacancy_firm_stop_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF firm_is_stopped(NEW.id, NEW.employer_id, NEW.locality_code) THEN
        RAISE EXCEPTION 'a check still stands against this firm' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE FUNCTION grievance_firm_stop_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.released_at IS NULL AND (NEW.grievance_id, NEW.employer_id, NEW.place_code, NEW.placed_at)
        IS NOT DISTINCT FROM (OLD.grievance_id, OLD.employer_id, OLD.place_code, OLD.placed_at) THEN
        IF NEW.released_at IS NULL AND NEW.after_vacancy_id <= OLD.after_vacancy_id THEN
            RETURN NEW;  -- it covers more than before
        ELSIF drawer('duty') = 'handle' AND NEW.after_vacancy_id = OLD.after_vacancy_id THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'only the authority that has the complaint lets a firm go' USING ERRCODE = 'restrict_violation';
END $$
""",
)
TRIGGERS = (
    "CREATE TRIGGER grievance_firm_stop_guard BEFORE UPDATE OR DELETE ON grievance_firm_stop FOR EACH ROW EXECUTE FUNCTION grievance_firm_stop_guard()",
    "CREATE TRIGGER grievance_firm_stop_kept BEFORE TRUNCATE ON grievance_firm_stop FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER vacancy_firm_stop_guard BEFORE INSERT OR UPDATE OF state, employer_id, locality_code ON vacancy FOR EACH ROW WHEN (NEW.state IN ('verified', 'open', 'filled')) EXECUTE FUNCTION vacancy_firm_stop_guard()",
)
BEHIND = "EXISTS (SELECT FROM grievance g WHERE g.id = grievance_id)"  # under the policy of grievance itself


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")  # a busy table refuses the change rather than stand still
    op.add_column("app_user", sa.Column("factor_reset_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "grievance_firm_stop",
        sa.Column("grievance_id", sa.BigInteger(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("place_code", sa.Text(), nullable=True),
        sa.Column("after_vacancy_id", sa.Integer(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["grievance_id"], ["grievance.id"], name=op.f("fk_grievance_firm_stop_grievance_id_grievance")
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employer.id"], name=op.f("fk_grievance_firm_stop_employer_id_employer")
        ),
        sa.ForeignKeyConstraint(
            ["place_code"], ["locality.code"], name=op.f("fk_grievance_firm_stop_place_code_locality")
        ),
        sa.PrimaryKeyConstraint("grievance_id", "employer_id", name=op.f("pk_grievance_firm_stop")),
    )
    op.create_index(op.f("ix_grievance_firm_stop_employer_id"), "grievance_firm_stop", ["employer_id"], unique=False)
    op.execute("ALTER TABLE grievance_firm_stop ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE grievance_firm_stop FORCE ROW LEVEL SECURITY")
    for statement in (*FUNCTIONS, *TRIGGERS):
        op.execute(statement)
    for name, what in (
        ("read", "FOR SELECT USING"),
        ("add", "FOR INSERT WITH CHECK"),
        ("change", "FOR UPDATE USING"),
    ):
        op.execute(f"CREATE POLICY drawer_{name} ON grievance_firm_stop {what} ({BEHIND})")


def downgrade() -> None:
    op.execute("DROP TRIGGER vacancy_firm_stop_guard ON vacancy")
    op.drop_table("grievance_firm_stop")
    for name in (
        "grievance_firm_stop_guard()",
        "vacancy_firm_stop_guard()",
        "place_firm_holds(int[], timestamptz)",
        "firm_is_stopped(int, int, text)",
        "firm_stop_covers(int, text, int, int, int, text)",
    ):
        op.execute(f"DROP FUNCTION {name}")
    op.drop_column("app_user", "factor_reset_at")
