"""Complaints behind row-level security, and holds on posts.

Older code meets the new schema unharmed: a post's count of holds has a default, and nothing else of its own changes.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "d7e41b0c9a38"
down_revision: str | None = "d7e0b35c8a19"
branch_labels: str | None = None
depends_on: str | None = None

# The drawer: who looks, as app/grievances/drawer.py says for one transaction. Nobody said: nothing to see.
# 'complain' is the person who complained, by receipt or as themselves; 'handle' an inspection's officer; 'clock' the
# service's own routing and deadlines; 'keys' the change of keys. Whoever is named, or has ever held a post where it is
# named, sees nothing, whichever organisation they act for.
FUNCTIONS = (
    """
CREATE FUNCTION drawer(setting text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT nullif(current_setting('duijie.drawer_' || setting, true), '')
$$
""",
    """
CREATE FUNCTION drawer_is_province() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM organisation o JOIN locality l ON l.code = o.locality_code
                   WHERE o.id = drawer('organisation')::int AND o.kind = 'inspection' AND l.level = 1)
$$
""",
    """
CREATE FUNCTION drawer_opens(g grievance) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(CASE drawer('duty')
        WHEN 'clock' THEN true
        WHEN 'keys' THEN true
        WHEN 'complain' THEN encode(g.code_hash, 'hex') = drawer('code') OR g.labourer_id = drawer('labourer')::bigint
        WHEN 'handle' THEN
            drawer('organisation')::int <> ALL (g.named_organisation_ids)
            AND drawer('user')::int <> ALL (g.named_user_ids)
            AND NOT EXISTS (SELECT FROM post p WHERE p.user_id = drawer('user')::int
                            AND p.organisation_id = ANY (g.named_organisation_ids))
            AND EXISTS (SELECT FROM organisation o
                        WHERE o.id = drawer('organisation')::int AND o.kind = 'inspection')
            AND (coalesce(g.organisation_id = drawer('organisation')::int, false)
                 OR coalesce(g.review_organisation_id = drawer('organisation')::int, false)
                 OR (g.organisation_id IS NULL AND g.state = 'received' AND drawer_is_province())
                 OR (g.review_wanted AND g.review_organisation_id IS NULL AND g.state = 'answered'
                     AND drawer_is_province()))
    END, false)
$$
""",
    """
CREATE FUNCTION grievance_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE duty text := coalesce(drawer('duty'), '');
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a complaint is not taken away' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM organisation o WHERE o.id IN (NEW.organisation_id, NEW.review_organisation_id)
               AND o.kind <> 'inspection') THEN
        RAISE EXCEPTION 'a complaint goes to an inspection, to nobody else' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        RETURN NEW;
    END IF;
    IF (NEW.uuid, NEW.kind, NEW.severity, NEW.channel, NEW.labourer_id, NEW.code_hash, NEW.received_at)
        IS DISTINCT FROM (OLD.uuid, OLD.kind, OLD.severity, OLD.channel, OLD.labourer_id, OLD.code_hash, OLD.received_at)
        OR (duty <> 'keys' AND (NEW.text_cipher, NEW.contact_cipher) IS DISTINCT FROM (OLD.text_cipher, OLD.contact_cipher))
    THEN
        RAISE EXCEPTION 'what was complained of is not rewritten' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT (NEW.named_organisation_ids @> OLD.named_organisation_ids AND NEW.named_user_ids @> OLD.named_user_ids)
        OR NEW.escalations < OLD.escalations OR (OLD.retaliation AND NOT NEW.retaliation) THEN
        RAISE EXCEPTION 'names, escalations and the sign of retaliation stay' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'closed' AND NEW.state <> 'closed' THEN
        RAISE EXCEPTION 'a closed complaint stays closed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'closed' AND OLD.state <> 'closed' AND NOT coalesce(
        (NEW.closed_by = 'complainant' AND duty = 'complain')
        OR (NEW.closed_by = 'review' AND duty = 'handle'
            AND NEW.review_organisation_id = drawer('organisation')::int), false) THEN
        RAISE EXCEPTION 'a complaint closes by the complainant or an independent review' USING ERRCODE = 'restrict_violation';
    END IF;
    IF duty = 'handle' AND coalesce(NEW.due_at > OLD.due_at, false) AND (OLD.state, NEW.state) NOT IN
        (('received', 'assigned'), ('assigned', 'measures'), ('assigned', 'answered'), ('measures', 'answered'),
         ('answered', 'measures')) THEN
        RAISE EXCEPTION 'whoever has the complaint cannot put its deadline off' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE FUNCTION grievance_story_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND drawer('duty') = 'keys' THEN
        IF (to_jsonb(NEW) - 'text_cipher' - 'name_cipher') = (to_jsonb(OLD) - 'text_cipher' - 'name_cipher') THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% only grows: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$
""",
    """
CREATE FUNCTION grievance_remember_named() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE grievance SET
        named_organisation_ids = named_organisation_ids || array_remove(ARRAY[NEW.organisation_id], NULL),
        named_user_ids = named_user_ids || array_remove(ARRAY[NEW.user_id], NULL),
        -- Whoever is named has it no longer: there is no moment between.
        past_organisation_ids = past_organisation_ids || array_remove(ARRAY[NEW.organisation_id], NULL),
        organisation_id = nullif(organisation_id, NEW.organisation_id),
        review_organisation_id = nullif(review_organisation_id, NEW.organisation_id),
        state = CASE WHEN organisation_id = NEW.organisation_id THEN 'received' ELSE state END
    WHERE id = NEW.grievance_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such complaint' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE FUNCTION grievance_hold_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.released_at IS NULL AND NEW.released_at IS NOT NULL AND drawer('duty') = 'handle'
        AND (NEW.grievance_id, NEW.vacancy_id, NEW.placed_at) = (OLD.grievance_id, OLD.vacancy_id, OLD.placed_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'only the authority that has the complaint lets a post go' USING ERRCODE = 'restrict_violation';
END $$
""",
    """
CREATE FUNCTION vacancy_holds_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE duty text := drawer('duty'); standing int;
BEGIN
    PERFORM set_config('duijie.drawer_duty', 'clock', true);  -- every hold counts, also those nobody here may see
    SELECT count(*) INTO standing FROM grievance_hold WHERE vacancy_id = NEW.id AND released_at IS NULL;
    PERFORM set_config('duijie.drawer_duty', coalesce(duty, ''), true);
    IF NEW.holds < standing THEN
        RAISE EXCEPTION 'a check still stands against this post' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
""",
)
TRIGGERS = (
    "CREATE TRIGGER grievance_guard BEFORE INSERT OR UPDATE OR DELETE ON grievance FOR EACH ROW EXECUTE FUNCTION grievance_guard()",
    "CREATE TRIGGER grievance_event_only_grows BEFORE UPDATE OR DELETE ON grievance_event FOR EACH ROW EXECUTE FUNCTION grievance_story_only_grows()",
    "CREATE TRIGGER grievance_party_only_grows BEFORE UPDATE OR DELETE ON grievance_party FOR EACH ROW EXECUTE FUNCTION grievance_story_only_grows()",
    "CREATE TRIGGER grievance_party_named AFTER INSERT ON grievance_party FOR EACH ROW EXECUTE FUNCTION grievance_remember_named()",
    "CREATE TRIGGER grievance_hold_guard BEFORE UPDATE OR DELETE ON grievance_hold FOR EACH ROW EXECUTE FUNCTION grievance_hold_guard()",
    "CREATE TRIGGER vacancy_holds_guard BEFORE UPDATE OF holds ON vacancy FOR EACH ROW WHEN (NEW.holds < OLD.holds) EXECUTE FUNCTION vacancy_holds_guard()",
    *(
        f"CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in ("grievance", "grievance_event", "grievance_party", "grievance_hold")
    ),
)
BEHIND = "EXISTS (SELECT FROM grievance g WHERE g.id = grievance_id)"  # under the policy of grievance itself
POLICIES = (
    "CREATE POLICY drawer_read ON grievance FOR SELECT USING (drawer_opens(grievance))",
    "CREATE POLICY drawer_file ON grievance FOR INSERT WITH CHECK (drawer('duty') = 'complain' AND encode(code_hash, 'hex') = drawer('code'))",
    "CREATE POLICY drawer_change ON grievance FOR UPDATE USING (drawer_opens(grievance))",
    *(
        f"CREATE POLICY drawer_{name} ON {table} {what} ({BEHIND})"
        for table in ("grievance_event", "grievance_party", "grievance_hold")
        for name, what in (
            ("read", "FOR SELECT USING"),
            ("add", "FOR INSERT WITH CHECK"),
            ("change", "FOR UPDATE USING"),
        )
    ),
)
SEALED = ("grievance", "grievance_event", "grievance_party", "grievance_hold")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")  # a busy vacancy table refuses the change rather than stand still
    op.add_column("vacancy", sa.Column("holds", sa.SmallInteger(), server_default="0", nullable=False))
    op.create_check_constraint(op.f("ck_vacancy_holds_counted"), "vacancy", "holds >= 0")
    op.create_check_constraint(
        op.f("ck_vacancy_held"), "vacancy", "holds = 0 OR state NOT IN ('verified', 'open', 'filled')"
    )
    _grievance()
    _story()
    for table in SEALED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for statement in (*FUNCTIONS, *TRIGGERS, *POLICIES):
        op.execute(statement)


def _grievance() -> None:
    acts = (
        "'received', 'assigned', 'unrouted', 'referred', 'taken', 'measure', 'answer', 'words', 'named', 'escalated', "
        "'transferred', 'review_asked', 'review_assigned', 'sent_back', 'hold_kept', 'hold_released', 'closed'"
    )
    op.create_table(
        "grievance",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("retaliation", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("labourer_id", sa.BigInteger(), nullable=True),
        sa.Column("text_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("contact_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("place_code", sa.Text(), nullable=True),
        sa.Column("home_code", sa.Text(), nullable=True),
        sa.Column("vacancy_id", sa.Integer(), nullable=True),
        sa.Column("employer_id", sa.Integer(), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), server_default="received", nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("review_wanted", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("review_organisation_id", sa.Integer(), nullable=True),
        sa.Column("named_organisation_ids", postgresql.ARRAY(sa.Integer()), server_default="{}", nullable=False),
        sa.Column("named_user_ids", postgresql.ARRAY(sa.Integer()), server_default="{}", nullable=False),
        sa.Column("past_organisation_ids", postgresql.ARRAY(sa.Integer()), server_default="{}", nullable=False),
        sa.Column("escalations", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('received', 'assigned', 'measures', 'answered', 'closed')", name=op.f("ck_grievance_state")
        ),
        sa.CheckConstraint("channel IN ('anonymous', 'officer', 'portal')", name=op.f("ck_grievance_channel")),
        sa.CheckConstraint("severity IN ('severe', 'ordinary')", name=op.f("ck_grievance_severity")),
        sa.CheckConstraint(
            "(state = 'received') = (organisation_id IS NULL) OR state = 'closed'", name=op.f("ck_grievance_assigned")
        ),
        sa.CheckConstraint(
            "organisation_id <> ALL (named_organisation_ids)", name=op.f("ck_grievance_handler_not_named")
        ),
        sa.CheckConstraint(
            "review_organisation_id <> ALL (named_organisation_ids)", name=op.f("ck_grievance_reviewer_not_named")
        ),
        sa.CheckConstraint("review_organisation_id <> organisation_id", name=op.f("ck_grievance_reviewer_is_another")),
        sa.CheckConstraint("closed_by IN ('complainant', 'review')", name=op.f("ck_grievance_closed_by")),
        sa.CheckConstraint("(state = 'closed') = (closed_by IS NOT NULL)", name=op.f("ck_grievance_closed")),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_grievance_closed_at")),
        sa.CheckConstraint("(state = 'closed') = (due_at IS NULL)", name=op.f("ck_grievance_clock_runs")),
        sa.ForeignKeyConstraint(["labourer_id"], ["labourer.id"], name=op.f("fk_grievance_labourer_id_labourer")),
        sa.ForeignKeyConstraint(["place_code"], ["locality.code"], name=op.f("fk_grievance_place_code_locality")),
        sa.ForeignKeyConstraint(["home_code"], ["locality.code"], name=op.f("fk_grievance_home_code_locality")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancy.id"], name=op.f("fk_grievance_vacancy_id_vacancy")),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_grievance_employer_id_employer")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_grievance_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["review_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_grievance_review_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grievance")),
        sa.UniqueConstraint("uuid", name=op.f("uq_grievance_uuid")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_grievance_code_hash")),
    )
    op.create_index("ix_grievance_due", "grievance", ["due_at"], unique=False)
    op.create_index("ix_grievance_handler", "grievance", ["organisation_id", "state", "due_at"], unique=False)
    op.create_index(op.f("ix_grievance_labourer_id"), "grievance", ["labourer_id"], unique=False)
    op.create_table(
        "grievance_event",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("grievance_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("by_organisation_id", sa.Integer(), nullable=True),
        sa.Column("to_organisation_id", sa.Integer(), nullable=True),
        sa.Column("text_cipher", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(f"act IN ({acts})", name=op.f("ck_grievance_event_act")),
        sa.ForeignKeyConstraint(
            ["grievance_id"], ["grievance.id"], name=op.f("fk_grievance_event_grievance_id_grievance")
        ),
        sa.ForeignKeyConstraint(["by_user_id"], ["app_user.id"], name=op.f("fk_grievance_event_by_user_id_app_user")),
        sa.ForeignKeyConstraint(
            ["by_organisation_id"], ["organisation.id"], name=op.f("fk_grievance_event_by_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["to_organisation_id"], ["organisation.id"], name=op.f("fk_grievance_event_to_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grievance_event")),
        sa.UniqueConstraint("uuid", name=op.f("uq_grievance_event_uuid")),
    )
    op.create_index(op.f("ix_grievance_event_grievance_id"), "grievance_event", ["grievance_id"], unique=False)


def _story() -> None:
    op.create_table(
        "grievance_party",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("grievance_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("name_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(organisation_id, user_id, name_cipher) = 1", name=op.f("ck_grievance_party_one")
        ),
        sa.ForeignKeyConstraint(
            ["grievance_id"], ["grievance.id"], name=op.f("fk_grievance_party_grievance_id_grievance")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_grievance_party_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_grievance_party_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grievance_party")),
        sa.UniqueConstraint("uuid", name=op.f("uq_grievance_party_uuid")),
    )
    op.create_index(op.f("ix_grievance_party_grievance_id"), "grievance_party", ["grievance_id"], unique=False)
    op.create_table(
        "grievance_hold",
        sa.Column("grievance_id", sa.BigInteger(), nullable=False),
        sa.Column("vacancy_id", sa.Integer(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["grievance_id"], ["grievance.id"], name=op.f("fk_grievance_hold_grievance_id_grievance")
        ),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancy.id"], name=op.f("fk_grievance_hold_vacancy_id_vacancy")),
        sa.PrimaryKeyConstraint("grievance_id", "vacancy_id", name=op.f("pk_grievance_hold")),
    )
    op.create_index(op.f("ix_grievance_hold_vacancy_id"), "grievance_hold", ["vacancy_id"], unique=False)
    op.create_table(
        "complaint_try",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_try")),
    )
    op.create_index("ix_complaint_try_address", "complaint_try", ["address_index", "act", "at"], unique=False)


def downgrade() -> None:
    op.execute("DROP TRIGGER vacancy_holds_guard ON vacancy")
    op.execute("DROP FUNCTION vacancy_holds_guard()")
    for table in ("grievance_event", "grievance_party", "grievance_hold"):
        for name in ("read", "add", "change"):
            op.execute(f"DROP POLICY drawer_{name} ON {table}")
    for name in ("read", "file", "change"):
        op.execute(f"DROP POLICY drawer_{name} ON grievance")
    op.execute("DROP FUNCTION drawer_opens(grievance)")
    for table in ("complaint_try", "grievance_hold", "grievance_party", "grievance_event", "grievance"):
        op.drop_table(table)
    for name in (
        "grievance_hold_guard()",
        "grievance_remember_named()",
        "grievance_story_only_grows()",
        "grievance_guard()",
        "drawer_is_province()",
        "drawer(text)",
    ):
        op.execute(f"DROP FUNCTION {name}")
    op.drop_constraint(op.f("ck_vacancy_held"), "vacancy")
    op.drop_constraint(op.f("ck_vacancy_holds_counted"), "vacancy")
    op.drop_column("vacancy", "holds")
