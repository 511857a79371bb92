"""Organisations' licences, invitations, roles that exclude each other, and the sending county's attestations.

Old code meeting the new schema: it reads and writes what it knew; a post that conflicts with another is refused.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "a7e3c1940b52"
down_revision: str | None = "a71c3d58e902"
branch_labels: str | None = None
depends_on: str | None = None

EXCLUSIONS = {
    "Who audits may not belong to those audited.": (
        ("auditor", "broker"), ("auditor", "carrier"), ("auditor", "county_officer"), ("auditor", "employer"),
        ("auditor", "finance"), ("auditor", "inspector"), ("auditor", "operator"), ("auditor", "province"),
        ("auditor", "receiving_officer"), ("auditor", "rural_officer"), ("auditor", "station"),
        ("auditor", "township_officer"), ("auditor", "training_body"), ("auditor", "village_officer"),
    ),
    "Who earns a referral may not take a confirmation, check a claim, pay it or release a trip.": (
        ("broker", "county_officer"), ("broker", "finance"), ("broker", "inspector"), ("broker", "operator"),
        ("broker", "province"), ("broker", "receiving_officer"), ("broker", "rural_officer"), ("broker", "station"),
        ("broker", "township_officer"), ("broker", "village_officer"),
    ),
    "Who is paid for the ride may not order, release or check it.": (
        ("carrier", "county_officer"), ("carrier", "finance"), ("carrier", "inspector"), ("carrier", "operator"),
        ("carrier", "province"), ("carrier", "receiving_officer"), ("carrier", "rural_officer"),
        ("carrier", "station"), ("carrier", "township_officer"), ("carrier", "village_officer"),
    ),
    "Who hires may not verify, inspect or pay for the same posts.": (
        ("county_officer", "employer"), ("employer", "finance"), ("employer", "inspector"), ("employer", "operator"),
        ("employer", "province"), ("employer", "receiving_officer"), ("employer", "rural_officer"),
        ("employer", "station"), ("employer", "township_officer"), ("employer", "village_officer"),
    ),
    "Who makes or checks a claim may not pay it.": (
        ("county_officer", "finance"), ("finance", "receiving_officer"), ("finance", "rural_officer"),
        ("finance", "station"), ("finance", "township_officer"), ("finance", "village_officer"),
    ),
    "Who hears complaints may not belong to an office complained of.": (
        ("county_officer", "inspector"), ("inspector", "receiving_officer"), ("inspector", "station"),
        ("inspector", "township_officer"), ("inspector", "village_officer"),
    ),
    "Who is paid for training may not check or pay the claim.": (
        ("county_officer", "training_body"), ("finance", "training_body"), ("inspector", "training_body"),
        ("operator", "training_body"), ("township_officer", "training_body"),
    ),
}  # fmt: skip

# What a post counts as: an administrator stands where the office stands.
SIDE_OF_POST = """
CREATE FUNCTION side_of_post(role text, kind text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN role <> 'administrator' THEN role ELSE CASE kind
        WHEN 'county' THEN 'county_officer'
        WHEN 'township' THEN 'township_officer'
        WHEN 'village' THEN 'village_officer'
        WHEN 'receiving_office' THEN 'receiving_officer'
        WHEN 'station' THEN 'station'
        WHEN 'broker' THEN 'broker'
        WHEN 'employer' THEN 'employer'
        WHEN 'carrier' THEN 'carrier'
        WHEN 'training_body' THEN 'training_body'
        WHEN 'finance' THEN 'finance'
        WHEN 'rural_office' THEN 'rural_officer'
        WHEN 'inspection' THEN 'inspector'
        WHEN 'province' THEN 'province'
        WHEN 'auditor' THEN 'auditor'
        WHEN 'operator' THEN 'operator'
        ELSE role END END
$$
"""
# The person's row is locked first, so that two posts given at the same moment see each other.
REFUSE_CONFLICT = """
CREATE FUNCTION refuse_conflict_of_interest() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own text;
    other text;
BEGIN
    IF NEW.ended_at IS NOT NULL THEN
        RETURN NULL;
    END IF;
    PERFORM FROM app_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
    SELECT side_of_post(NEW.role, kind) INTO own FROM organisation WHERE id = NEW.organisation_id;
    SELECT side_of_post(post.role, organisation.kind) INTO other
    FROM post
    JOIN organisation ON organisation.id = post.organisation_id
    JOIN role_exclusion AS pair
        ON pair.role_a = least(own, side_of_post(post.role, organisation.kind) COLLATE "C")
        AND pair.role_b = greatest(own, side_of_post(post.role, organisation.kind) COLLATE "C")
    WHERE post.user_id = NEW.user_id AND post.id <> NEW.id AND post.ended_at IS NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'one person may not be both % and %', own, other
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'post_conflict_of_interest';
    END IF;
    RETURN NULL;
END $$
"""
REFUSE_OTHER_KIND = """
CREATE FUNCTION refuse_other_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an organisation keeps its kind: its posts were given for it' USING ERRCODE = 'restrict_violation';
END $$
"""
TRIGGERS = (
    (
        "CREATE TRIGGER post_conflict_of_interest AFTER INSERT OR UPDATE ON post "
        "FOR EACH ROW EXECUTE FUNCTION refuse_conflict_of_interest()"
    ),
    (
        "CREATE TRIGGER organisation_kind_stays BEFORE UPDATE ON organisation "
        "FOR EACH ROW WHEN (OLD.kind IS DISTINCT FROM NEW.kind) EXECUTE FUNCTION refuse_other_kind()"
    ),
    (
        "CREATE TRIGGER role_exclusion_by_revisions_alone BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON role_exclusion "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    ),
)
PAPERS = ("licence", "dispatch_permit")


def upgrade() -> None:
    _organisations()
    _invitations()
    _exclusions()
    _attestations()


def _organisations() -> None:
    op.add_column("organisation", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("organisation", sa.Column("closed_at", sa.DateTime(timezone=True)))
    op.add_column("organisation", sa.Column("credit_code", sa.Text()))
    for paper in PAPERS:
        op.add_column("organisation", sa.Column(f"{paper}_number", sa.Text()))
        op.add_column("organisation", sa.Column(f"{paper}_from", sa.Date()))
        op.add_column("organisation", sa.Column(f"{paper}_until", sa.Date()))
        op.create_check_constraint(
            op.f(f"ck_organisation_{paper}_whole"),
            "organisation",
            f"num_nulls({paper}_number, {paper}_from, {paper}_until) IN (0, 3)",
        )
        op.create_check_constraint(
            op.f(f"ck_organisation_{paper}_order"), "organisation", f"{paper}_from <= {paper}_until"
        )


def _invitations() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("scope", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_at <= created_at + interval '72 hours'", name=op.f("ck_invitation_three_days")),
        sa.CheckConstraint("(accepted_at IS NULL) = (accepted_by IS NULL)", name=op.f("ck_invitation_accepted")),
        sa.CheckConstraint("accepted_at IS NULL OR revoked_at IS NULL", name=op.f("ck_invitation_one_end")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_invitation_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["invited_by"], ["app_user.id"], name=op.f("fk_invitation_invited_by_app_user")),
        sa.ForeignKeyConstraint(["accepted_by"], ["app_user.id"], name=op.f("fk_invitation_accepted_by_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("uuid", name=op.f("uq_invitation_uuid")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index(op.f("ix_invitation_organisation_id"), "invitation", ["organisation_id"])
    op.create_index(op.f("ix_invitation_invited_by"), "invitation", ["invited_by"])


def _exclusions() -> None:
    table = op.create_table(
        "role_exclusion",
        sa.Column("role_a", sa.Text(), nullable=False),
        sa.Column("role_b", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint('role_a COLLATE "C" < role_b', name=op.f("ck_role_exclusion_order")),
        sa.PrimaryKeyConstraint("role_a", "role_b", name=op.f("pk_role_exclusion")),
    )
    rows = [
        {"role_a": one, "role_b": other, "reason": reason}
        for reason, pairs in EXCLUSIONS.items()
        for one, other in pairs
    ]
    op.bulk_insert(table, rows)
    for statement in (SIDE_OF_POST, REFUSE_CONFLICT, REFUSE_OTHER_KIND, *TRIGGERS):
        op.execute(statement)


def _attestations() -> None:
    for subject in ("employer", "vacancy"):
        if subject == "vacancy":
            op.add_column("vacancy", sa.Column("verified_until", sa.Date()))
        op.add_column(subject, sa.Column("attested_by_organisation_id", sa.Integer()))
        op.create_foreign_key(
            op.f(f"fk_{subject}_attested_by_organisation_id_organisation"),
            subject,
            "organisation",
            ["attested_by_organisation_id"],
            ["id"],
        )
        op.create_check_constraint(
            op.f(f"ck_{subject}_attested_ends"),
            subject,
            "attested_by_organisation_id IS NULL OR verified_until IS NOT NULL",
        )
        _attestation_table(subject)
        op.execute(
            f"CREATE TRIGGER {subject}_attestation_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE "
            f"ON {subject}_attestation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _attestation_table(subject: str) -> None:
    name = f"{subject}_attestation"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(f"{subject}_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("looked_up", sa.Text(), nullable=False),
        sa.Column("called_on", sa.Date(), nullable=False),
        sa.Column("called_person", sa.Text(), nullable=False),
        sa.Column("is_dispatch", sa.Boolean(), nullable=False),
        sa.Column("dispatch_permit", sa.Text(), nullable=True),
        sa.CheckConstraint("until BETWEEN on_day AND on_day + 30", name=op.f(f"ck_{name}_thirty_days")),
        sa.CheckConstraint("called_on <= on_day", name=op.f(f"ck_{name}_called_before")),
        sa.CheckConstraint(
            "length(trim(licence)) > 1 AND length(trim(looked_up)) > 1 AND length(trim(called_person)) > 1",
            name=op.f(f"ck_{name}_all_checks"),
        ),
        sa.CheckConstraint(
            "NOT is_dispatch OR length(trim(coalesce(dispatch_permit, ''))) > 1", name=op.f(f"ck_{name}_dispatch")
        ),
        sa.ForeignKeyConstraint([f"{subject}_id"], [f"{subject}.id"], name=op.f(f"fk_{name}_{subject}_id_{subject}")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f(f"fk_{name}_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f(f"fk_{name}_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_{subject}_id"), name, [f"{subject}_id"])


def downgrade() -> None:
    for subject in ("vacancy", "employer"):
        op.drop_table(f"{subject}_attestation")
        op.drop_constraint(op.f(f"ck_{subject}_attested_ends"), subject)
        op.drop_column(subject, "attested_by_organisation_id")
    op.drop_column("vacancy", "verified_until")
    op.execute("DROP TRIGGER post_conflict_of_interest ON post")
    op.execute("DROP TRIGGER organisation_kind_stays ON organisation")
    op.drop_table("role_exclusion")
    op.execute("DROP FUNCTION refuse_conflict_of_interest(), refuse_other_kind(), side_of_post(text, text)")
    op.drop_table("invitation")
    for paper in PAPERS:
        op.drop_constraint(op.f(f"ck_organisation_{paper}_order"), "organisation")
        op.drop_constraint(op.f(f"ck_organisation_{paper}_whole"), "organisation")
        for part in ("number", "from", "until"):
            op.drop_column("organisation", f"{paper}_{part}")
    for column in ("credit_code", "closed_at", "version"):
        op.drop_column("organisation", column)
