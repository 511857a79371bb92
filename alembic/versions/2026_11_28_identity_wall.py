"""A second wall around people's records: row-level security, read from settings of the transaction.

The policies are forced, so that they hold for the owner of the tables too where one role does both. Three functions
step over the wall for one narrow answer each: who has a number already, what a person is called by code, and which
people of a custodian have some name tokens (an index on an array cannot be used behind a policy).
"""

from alembic import op

revision: str = "d7e0b35c8a19"
down_revision: str | None = "c2d9a6e41f70"
branch_labels: str | None = None
depends_on: str | None = None

IN_REGION = (
    "{place} IN (SELECT descendant_code FROM locality_closure "
    "WHERE ancestor_code = ANY (string_to_array(current_setting('duijie.roots', true), ',')))"
)
_HOME, _HOUSE = IN_REGION.format(place="locality_code"), IN_REGION.format(place="township_code")
LABOURER = f"""
CASE current_setting('duijie.reach', true)
WHEN 'all' THEN true
WHEN 'custody' THEN organisation_id = nullif(current_setting('duijie.organisation', true), '')::integer AND {_HOME}
WHEN 'region' THEN {_HOME}
WHEN 'village' THEN village_name = current_setting('duijie.village', true) AND {_HOME}
WHEN 'person' THEN id = nullif(current_setting('duijie.person', true), '')::bigint
ELSE false END
"""
# A household is reached through any member; its own office may make one before it has members.
HOUSEHOLD = f"""
CASE current_setting('duijie.reach', true)
WHEN 'all' THEN true
WHEN 'custody' THEN organisation_id = nullif(current_setting('duijie.organisation', true), '')::integer
WHEN 'region' THEN {_HOUSE} OR EXISTS (SELECT FROM labourer WHERE labourer.household_id = household.id)
WHEN 'village' THEN EXISTS (SELECT FROM labourer WHERE labourer.household_id = household.id)
WHEN 'person' THEN EXISTS (SELECT FROM labourer WHERE labourer.household_id = household.id)
ELSE false END
"""  # noqa: S608 (no value of anybody's)
CHANGE = "EXISTS (SELECT FROM labourer WHERE labourer.id = labourer_change.labourer_id)"
POLICIES = {"labourer": LABOURER, "household": HOUSEHOLD, "labourer_change": CHANGE}

STEP_OVER = """
CREATE FUNCTION {signature} LANGUAGE plpgsql VOLATILE AS $$
DECLARE before text := current_setting('duijie.reach', true);
BEGIN
    PERFORM set_config('duijie.reach', 'all', true);
    RETURN QUERY {query};
    PERFORM set_config('duijie.reach', coalesce(before, ''), true);
END $$
"""
FUNCTIONS = {
    "known_owners(wanted bytea[]) RETURNS TABLE (id_no_index bytea, id bigint, organisation_id integer)": (
        "SELECT l.id_no_index, l.id, l.organisation_id FROM labourer l WHERE l.id_no_index = ANY (wanted)"
    ),
    "person_codes(wanted bigint[]) RETURNS TABLE (id bigint, uuid uuid)": (
        "SELECT l.id, l.uuid FROM labourer l WHERE l.id = ANY (wanted)"
    ),
    "people_named(tokens bigint[], custodian integer) RETURNS SETOF bigint": (
        "SELECT l.id FROM labourer l WHERE l.name_tokens @> tokens "
        "AND (custodian IS NULL OR l.organisation_id = custodian)"
    ),
}


def upgrade() -> None:
    op.execute("ALTER TABLE organisation ADD COLUMN village_name text")
    op.execute(
        "ALTER TABLE organisation ADD CONSTRAINT ck_organisation_village "
        "CHECK (village_name IS NULL OR kind = 'village')"
    )
    for table, condition in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reach ON {table} USING ({condition})")
    for signature, query in FUNCTIONS.items():
        op.execute(STEP_OVER.format(signature=signature, query=query))


def downgrade() -> None:
    for signature in FUNCTIONS:
        op.execute(f"DROP FUNCTION {signature.partition('(')[0]}")
    for table in POLICIES:
        op.execute(f"DROP POLICY reach ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE organisation DROP CONSTRAINT ck_organisation_village")
    op.execute("ALTER TABLE organisation DROP COLUMN village_name")
