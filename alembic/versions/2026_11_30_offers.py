"""Offers with frozen terms and their log, answers of "no" apart, placements in their first form, acts done once.

Old code meets tables it does not know; a taken opening stays taken for it. Where the owner of the tables and the
application's role are two, only the owner reads ``refusals``: the application asks its three functions.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "e4a9c05d7b31"
down_revision: str | None = "e5a90c7d31f4"
branch_labels: str | None = None
depends_on: str | None = None

FUNCTIONS = (
    """
CREATE FUNCTION offer_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE free int; outstanding int;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an offer is not taken away' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'drafted' OR NEW.step <> 1 THEN
            RAISE EXCEPTION 'an offer begins as a draft' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.uuid, NEW.labourer_id, NEW.vacancy_id, NEW.organisation_id, NEW.made_by, NEW.made_at, NEW.replaces_id)
        IS DISTINCT FROM
        (OLD.uuid, OLD.labourer_id, OLD.vacancy_id, OLD.organisation_id, OLD.made_by, OLD.made_at, OLD.replaces_id)
    THEN
        RAISE EXCEPTION 'whom and what an offer is for does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'drafted' AND (NEW.terms_id, NEW.agent_earns, NEW.offered_at)
        IS DISTINCT FROM (OLD.terms_id, OLD.agent_earns, OLD.offered_at) THEN
        RAISE EXCEPTION 'the terms of an offer are frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.step NOT IN (OLD.step, OLD.step + 1) OR (NEW.state <> OLD.state AND NEW.step = OLD.step) THEN
        RAISE EXCEPTION 'each change of an offer is a step of its log' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = OLD.state THEN
        IF NEW.opening_number IS DISTINCT FROM OLD.opening_number THEN
            RAISE EXCEPTION 'an opening is held until the offer ends' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) NOT IN (
        ('drafted', 'offered'), ('drafted', 'withdrawn'),
        ('offered', 'accepted'), ('offered', 'lapsed'), ('offered', 'withdrawn'), ('offered', 'void'),
        ('accepted', 'confirmed'), ('accepted', 'lapsed'), ('accepted', 'withdrawn'), ('accepted', 'void'),
        ('confirmed', 'lapsed'), ('confirmed', 'withdrawn'), ('confirmed', 'void')) THEN
        RAISE EXCEPTION 'an offer does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'confirmed' AND OLD.begun_at IS NOT NULL THEN
        RAISE EXCEPTION 'what has begun is no offer any more' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'offered' THEN
        -- Whoever offers the same post waits here, so that two never see the same free opening.
        PERFORM FROM vacancy WHERE id = NEW.vacancy_id AND state = 'open' FOR NO KEY UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'only an open post is offered' USING ERRCODE = 'restrict_violation';
        END IF;
        SELECT count(*) INTO free FROM vacancy_opening WHERE vacancy_id = NEW.vacancy_id AND taken_at IS NULL;
        SELECT count(*) INTO outstanding FROM offer WHERE vacancy_id = NEW.vacancy_id AND state = 'offered';
        IF outstanding >= free THEN
            RAISE EXCEPTION 'no more offers than free openings' USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE FUNCTION offer_takes_its_slot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.opening_number IS NOT NULL THEN
        UPDATE vacancy_opening SET taken_at = NULL WHERE vacancy_id = OLD.vacancy_id AND number = OLD.opening_number;
    END IF;
    IF NEW.opening_number IS NOT NULL THEN
        UPDATE vacancy_opening SET taken_at = coalesce(NEW.accepted_at, now())
        WHERE vacancy_id = NEW.vacancy_id AND number = NEW.opening_number AND taken_at IS NULL;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'this opening is taken' USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE FUNCTION vacancy_opening_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM offer WHERE vacancy_id = OLD.vacancy_id AND opening_number = OLD.number) THEN
        RAISE EXCEPTION 'somebody said yes to this opening' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE FUNCTION offer_is_logged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM offer_event
                   WHERE offer_id = NEW.id AND step = NEW.step AND to_state = NEW.state) THEN
        RAISE EXCEPTION 'a change of an offer has its row in the log' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE FUNCTION offer_event_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE what offer;
BEGIN
    SELECT * INTO what FROM offer WHERE id = NEW.offer_id;
    IF what.step <> NEW.step OR what.state <> NEW.to_state THEN
        RAISE EXCEPTION 'the log tells what is so' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.channel = 'self_code' AND NOT EXISTS (
        SELECT FROM own_code WHERE id = NEW.code_id AND labourer_id = what.labourer_id) THEN
        RAISE EXCEPTION 'a yes is said with one''s own code' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.channel = 'in_person' AND NOT EXISTS (
        SELECT FROM organisation o WHERE o.id = NEW.by_organisation_id AND o.kind IN ('county', 'township', 'village')
        AND NOT EXISTS (SELECT FROM offer_terms t, jsonb_array_elements(t.content::jsonb -> 'agents') a
                        WHERE t.id = what.terms_id AND a ->> 'organisation' = o.uuid::text)) THEN
        RAISE EXCEPTION 'a yes is heard by an office that earns nothing by it' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.channel = 'employer' AND NOT EXISTS (
        SELECT FROM vacancy v JOIN employer e ON e.id = v.employer_id
        WHERE v.id = what.vacancy_id AND e.organisation_id = NEW.by_organisation_id) THEN
        RAISE EXCEPTION 'the employer of the post answers' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE FUNCTION placement_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a placement is not taken away' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'agreed' OR NEW.step <> 1 OR NOT EXISTS (
            SELECT FROM offer WHERE id = NEW.offer_id AND labourer_id = NEW.labourer_id
            AND vacancy_id = NEW.vacancy_id AND state = 'confirmed') THEN
            RAISE EXCEPTION 'a placement comes of a confirmed offer' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.uuid, NEW.offer_id, NEW.labourer_id, NEW.vacancy_id, NEW.agreed_at)
        IS DISTINCT FROM (OLD.uuid, OLD.offer_id, OLD.labourer_id, OLD.vacancy_id, OLD.agreed_at) THEN
        RAISE EXCEPTION 'whose placement it is does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('agreed', 'departed'), ('agreed', 'ended'), ('departed', 'arrived'), ('departed', 'returned'),
        ('arrived', 'at_work'), ('arrived', 'returned'), ('arrived', 'ended'), ('at_work', 'ended'),
        ('at_work', 'returned')) THEN
        RAISE EXCEPTION 'a placement does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.step <> OLD.step + (NEW.state <> OLD.state)::int THEN
        RAISE EXCEPTION 'each change of a placement is a step of its log' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE FUNCTION placement_is_logged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM placement_event
                   WHERE placement_id = NEW.id AND step = NEW.step AND to_state = NEW.state) THEN
        RAISE EXCEPTION 'a change of a placement has its row in the log' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$
""",
    # Past the second wall, for the firm alone to whose post a person said yes (V7).
    """
CREATE FUNCTION people_who_accepted(firm integer)
RETURNS TABLE (offer_id bigint, labourer_id bigint, uuid uuid, name_cipher bytea, phone_cipher bytea)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE before text := current_setting('duijie.reach', true);
BEGIN
    PERFORM set_config('duijie.reach', 'all', true);
    RETURN QUERY
        SELECT o.id, l.id, l.uuid, l.name_cipher, l.phone_cipher
        FROM offer o JOIN vacancy v ON v.id = o.vacancy_id JOIN employer e ON e.id = v.employer_id
        JOIN labourer l ON l.id = o.labourer_id
        WHERE e.organisation_id = firm AND o.state IN ('accepted', 'confirmed') AND o.closed_at IS NULL
        AND l.erased_at IS NULL;
    PERFORM set_config('duijie.reach', coalesce(before, ''), true);
END $$
""",
)
ONLY_GROW = ("offer_terms", "offer_event", "placement_event")
TRIGGERS = (
    "CREATE TRIGGER offer_guard BEFORE INSERT OR UPDATE OR DELETE ON offer FOR EACH ROW EXECUTE FUNCTION offer_guard()",
    (
        "CREATE TRIGGER offer_takes_its_slot AFTER UPDATE OF opening_number ON offer FOR EACH ROW "
        "WHEN (NEW.opening_number IS DISTINCT FROM OLD.opening_number) EXECUTE FUNCTION offer_takes_its_slot()"
    ),
    (
        "CREATE CONSTRAINT TRIGGER offer_is_logged AFTER INSERT OR UPDATE OF state, step ON offer "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION offer_is_logged()"
    ),
    "CREATE TRIGGER offer_event_guard BEFORE INSERT ON offer_event FOR EACH ROW EXECUTE FUNCTION offer_event_guard()",
    (
        "CREATE TRIGGER vacancy_opening_guard BEFORE UPDATE OF taken_at ON vacancy_opening FOR EACH ROW "
        "WHEN (OLD.taken_at IS NOT NULL AND NEW.taken_at IS NULL) EXECUTE FUNCTION vacancy_opening_guard()"
    ),
    (
        "CREATE TRIGGER placement_guard BEFORE INSERT OR UPDATE OR DELETE ON placement FOR EACH ROW "
        "EXECUTE FUNCTION placement_guard()"
    ),
    (
        "CREATE CONSTRAINT TRIGGER placement_is_logged AFTER INSERT OR UPDATE OF state ON placement "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION placement_is_logged()"
    ),
    *(
        f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in ONLY_GROW
    ),
    *(
        f"CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in ("offer", "placement")
    ),
)
# Answers of "no" (V4): which person about which post, and nothing else. Three questions are answered, as their owner.
REFUSALS = (
    "CREATE SCHEMA refusals",
    (
        "CREATE TABLE refusals.answer (labourer_id bigint NOT NULL REFERENCES labourer (id), "
        "vacancy_id integer NOT NULL REFERENCES vacancy (id), PRIMARY KEY (labourer_id, vacancy_id))"
    ),
    (
        "CREATE FUNCTION keep_no(person bigint, post integer) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER "
        "SET search_path = pg_catalog, pg_temp AS "
        "$$ INSERT INTO refusals.answer VALUES (person, post) ON CONFLICT DO NOTHING $$"
    ),
    (
        "CREATE FUNCTION not_to_ask_again(post integer, people bigint[]) RETURNS SETOF bigint LANGUAGE sql STABLE "
        "SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS "
        "$$ SELECT labourer_id FROM refusals.answer WHERE vacancy_id = post AND labourer_id = ANY (people) $$"
    ),
    (
        "CREATE FUNCTION forget_nos(person bigint) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER "
        "SET search_path = pg_catalog, pg_temp AS $$ DELETE FROM refusals.answer WHERE labourer_id = person $$"
    ),
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _offers()
    _placements()
    op.create_table(
        "act_done",
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("answer", postgresql.JSONB(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("who", "act", "key", name=op.f("pk_act_done")),
    )
    op.create_index(op.f("ix_act_done_at"), "act_done", ["at"], unique=False)
    for statement in (*FUNCTIONS, *TRIGGERS, *REFUSALS):
        op.execute(statement)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _offers() -> None:
    op.create_table(
        "offer_terms",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("vacancy_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        _moment("at", nullable=False),
        sa.CheckConstraint(
            "content_hash = sha256(convert_to(content, 'UTF8'))", name=op.f("ck_offer_terms_print_of_the_content")
        ),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancy.id"], name=op.f("fk_offer_terms_vacancy_id_vacancy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_terms")),
        sa.UniqueConstraint("id", "vacancy_id", name=op.f("uq_offer_terms_id_vacancy_id")),
        sa.UniqueConstraint("vacancy_id", "content_hash", name=op.f("uq_offer_terms_vacancy_id_content_hash")),
        sa.UniqueConstraint("vacancy_id", "version", name=op.f("uq_offer_terms_vacancy_id_version")),
    )
    states = "'drafted', 'offered', 'accepted', 'confirmed', 'lapsed', 'withdrawn', 'void'"
    checks = {
        "state": f"state IN ({states})",
        "terms_frozen": "state IN ('drafted', 'withdrawn') OR terms_id IS NOT NULL",
        "slot_held": "(state IN ('accepted', 'confirmed')) = (opening_number IS NOT NULL)",
        "expires": "state <> 'offered' OR expires_at > offered_at",
        "accepted_in_time": "accepted_at < expires_at",
        "answer_due": "(state = 'accepted') = (answer_due_at IS NOT NULL)",
        "waits_as_draft": "waits_from IS NULL OR state = 'drafted'",
        "begun_when_confirmed": "begun_at IS NULL OR state = 'confirmed'",
        "closed_when_confirmed": "closed_at IS NULL OR state = 'confirmed'",
    }
    op.create_table(
        "offer",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("labourer_id", sa.BigInteger(), nullable=False),
        sa.Column("vacancy_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        _moment("made_at", nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.BigInteger(), nullable=True),
        sa.Column("agent_earns", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), server_default="drafted", nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("terms_id", sa.BigInteger(), nullable=True),
        sa.Column("opening_number", sa.Integer(), nullable=True),
        *(
            _moment(name)
            for name in (
                "waits_from", "offered_at", "expires_at", "accepted_at", "answer_due_at", "begun_at", "closed_at",
            )
        ),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_offer_{name}")) for name, rule in checks.items()),
        sa.ForeignKeyConstraint(["labourer_id"], ["labourer.id"], name=op.f("fk_offer_labourer_id_labourer")),
        sa.ForeignKeyConstraint(["made_by"], ["app_user.id"], name=op.f("fk_offer_made_by_app_user")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_offer_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["replaces_id"], ["offer.id"], name=op.f("fk_offer_replaces_id_offer")),
        sa.ForeignKeyConstraint(["run_id"], ["match_run.id"], name=op.f("fk_offer_run_id_match_run")),
        sa.ForeignKeyConstraint(
            ["terms_id", "vacancy_id"], ["offer_terms.id", "offer_terms.vacancy_id"],
            name=op.f("fk_offer_terms_id_vacancy_id_offer_terms"),
        ),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancy.id"], name=op.f("fk_offer_vacancy_id_vacancy")),
        sa.ForeignKeyConstraint(
            ["vacancy_id", "opening_number"], ["vacancy_opening.vacancy_id", "vacancy_opening.number"],
            name=op.f("fk_offer_vacancy_id_opening_number_vacancy_opening"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("uuid", name=op.f("uq_offer_uuid")),
        sa.UniqueConstraint("vacancy_id", "opening_number", name=op.f("uq_offer_vacancy_id_opening_number")),
    )  # fmt: skip
    op.create_index(
        "uq_offer_live_pair", "offer", ["labourer_id", "vacancy_id"], unique=True,
        postgresql_where=sa.text("state IN ('drafted', 'offered', 'accepted')"),
    )  # fmt: skip
    op.create_index(
        "uq_offer_one_place", "offer", ["labourer_id"], unique=True,
        postgresql_where=sa.text("state = 'accepted' OR (state = 'confirmed' AND closed_at IS NULL)"),
    )  # fmt: skip
    op.create_index("ix_offer_vacancy_state", "offer", ["vacancy_id", "state"], unique=False)
    op.create_index("ix_offer_office_state", "offer", ["organisation_id", "state", "id"], unique=False)
    op.create_index(
        "ix_offer_expires", "offer", ["expires_at"], unique=False, postgresql_where=sa.text("state = 'offered'")
    )
    op.create_index(op.f("ix_offer_labourer_id"), "offer", ["labourer_id"], unique=False)
    _offer_event()


def _offer_event() -> None:
    checks = {
        "channel": "channel IN ('office', 'self_code', 'in_person', 'employer', 'system')",
        "a_no_leaves_nothing": (
            "to_state <> 'lapsed' OR (channel = 'system' AND reason = 'lapsed' "
            "AND num_nonnulls(by_user_id, by_organisation_id, code_id, evidence_hash) = 0)"
        ),
        "own_yes": ("NOT (to_state = 'accepted' AND from_state = 'offered') OR channel IN ('self_code', 'in_person')"),
        "own_code": "(channel = 'self_code') = (code_id IS NOT NULL)",
        "nobody_between": "channel <> 'self_code' OR by_user_id IS NULL",
        "officer_and_evidence": (
            "channel <> 'in_person' OR num_nonnulls(by_user_id, by_organisation_id, evidence_hash) = 3"
        ),
    }
    op.create_table(
        "offer_event",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("offer_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        _moment("at", nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("by_organisation_id", sa.Integer(), nullable=True),
        sa.Column("code_id", sa.BigInteger(), nullable=True),
        sa.Column("evidence_hash", sa.LargeBinary(), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_offer_event_{name}")) for name, rule in checks.items()),
        sa.ForeignKeyConstraint(
            ["by_organisation_id"], ["organisation.id"], name=op.f("fk_offer_event_by_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["by_user_id"], ["app_user.id"], name=op.f("fk_offer_event_by_user_id_app_user")),
        sa.ForeignKeyConstraint(["code_id"], ["own_code.id"], name=op.f("fk_offer_event_code_id_own_code")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_offer_event_offer_id_offer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_event")),
        sa.UniqueConstraint("offer_id", "step", name=op.f("uq_offer_event_offer_id_step")),
    )


def _placements() -> None:
    op.create_table(
        "placement",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.BigInteger(), nullable=False),
        sa.Column("labourer_id", sa.BigInteger(), nullable=False),
        sa.Column("vacancy_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default="agreed", nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        _moment("agreed_at", nullable=False),
        _moment("ended_at"),
        sa.CheckConstraint(
            "state IN ('agreed', 'departed', 'arrived', 'at_work', 'ended', 'returned')",
            name=op.f("ck_placement_state"),
        ),
        sa.CheckConstraint(
            "(state IN ('ended', 'returned')) = (ended_at IS NOT NULL)", name=op.f("ck_placement_ended")
        ),
        sa.ForeignKeyConstraint(["labourer_id"], ["labourer.id"], name=op.f("fk_placement_labourer_id_labourer")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_placement_offer_id_offer")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancy.id"], name=op.f("fk_placement_vacancy_id_vacancy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_placement_offer_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_placement_uuid")),
    )
    op.create_index(
        "uq_placement_one_place", "placement", ["labourer_id"], unique=True,
        postgresql_where=sa.text("state NOT IN ('ended', 'returned')"),
    )  # fmt: skip
    op.create_index("ix_placement_vacancy_state", "placement", ["vacancy_id", "state"], unique=False)
    op.create_table(
        "placement_event",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("placement_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        _moment("at", nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_user_id"], ["app_user.id"], name=op.f("fk_placement_event_by_user_id_app_user")),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_placement_event_placement_id_placement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_event")),
        sa.UniqueConstraint("placement_id", "step", name=op.f("uq_placement_event_placement_id_step")),
    )


def downgrade() -> None:
    for name in ("forget_nos(bigint)", "not_to_ask_again(integer, bigint[])", "keep_no(bigint, integer)"):
        op.execute(f"DROP FUNCTION {name}")
    op.execute("DROP SCHEMA refusals CASCADE")
    op.execute("DROP FUNCTION people_who_accepted(integer)")
    op.execute("DROP TRIGGER vacancy_opening_guard ON vacancy_opening")
    for table in ("act_done", "placement_event", "placement", "offer_event", "offer", "offer_terms"):
        op.drop_table(table)
    for name in (
        "offer_guard", "offer_takes_its_slot", "vacancy_opening_guard", "offer_is_logged", "offer_event_guard",
        "placement_guard", "placement_is_logged",
    ):  # fmt: skip
        op.execute(f"DROP FUNCTION {name}()")
