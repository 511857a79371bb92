"""The walls' settings are read once for each statement, not once for each row they are held against.

Within a subselect a setting is a constant of the statement; bare, it was fetched and taken apart for every person on a
list. What the policies let through is the same.
"""

from alembic import op

revision: str = "c41e7a90d2b6"
down_revision: str | None = "6e0f4b8a1d35"
branch_labels: str | None = None
depends_on: str | None = None

BEFORE = {
    "reach": "current_setting('duijie.reach', true)",
    "organisation": "nullif(current_setting('duijie.organisation', true), '')::integer",
    "village": "current_setting('duijie.village', true)",
    "person": "nullif(current_setting('duijie.person', true), '')::bigint",
}
AFTER = {name: f"(SELECT {setting})" for name, setting in BEFORE.items()}
IN_REGION = (
    "{place} IN (SELECT descendant_code FROM locality_closure "
    "WHERE ancestor_code = ANY (string_to_array(current_setting('duijie.roots', true), ',')))"
)
_HOME, _HOUSE = IN_REGION.format(place="locality_code"), IN_REGION.format(place="township_code")
_A_MEMBER = "EXISTS (SELECT FROM labourer WHERE labourer.household_id = household.id)"
LABOURER = f"""
CASE {{reach}}
WHEN 'all' THEN true
WHEN 'custody' THEN organisation_id = {{organisation}} AND {_HOME}
WHEN 'region' THEN {_HOME}
WHEN 'village' THEN village_name = {{village}} AND {_HOME}
WHEN 'person' THEN id = {{person}}
ELSE false END
"""
HOUSEHOLD = f"""
CASE {{reach}}
WHEN 'all' THEN true
WHEN 'custody' THEN organisation_id = {{organisation}}
WHEN 'region' THEN {_HOUSE} OR {_A_MEMBER}
WHEN 'village' THEN {_A_MEMBER}
WHEN 'person' THEN {_A_MEMBER}
ELSE false END
"""


def upgrade() -> None:
    _hold(AFTER)


def downgrade() -> None:
    _hold(BEFORE)


def _hold(settings: dict[str, str]) -> None:
    for table, condition in {"labourer": LABOURER, "household": HOUSEHOLD}.items():
        op.execute(f"ALTER POLICY reach ON {table} USING ({condition.format(**settings)})")
