"""What the tables may hold, and what may reach a score: lists that somebody has to change on purpose."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import grimp
from sqlalchemy.ext.asyncio import AsyncSession

from app.match_runs import snapshot
from app.models import Base
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from matching.tables import Labourers, Vacancies
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer

FORBIDDEN = re.compile(
    r"ethnic|minzu|nation(?!al)|race|religio|faith|politic|(?<!grievance_)party(?!_size)|marital|married|spouse|couple|pregnan|hukou|"
    r"poverty|poor|monitor|health|disab(?!led_at)|hepatitis|biometr|fingerprint|face|photo"
)
# Answers of "no": they may stand in the schema of the offers' own role alone (V4).
REFUSAL = re.compile(r"refus|declin|reject|unwilling|no_show|blacklist|times_asked|said_no|turned_down")
# The engine's whole input. A column added to it is a decision about people: it is added here by hand.
SCORED_OF_PEOPLE = {
    "uid", "declared_on", "declaration_until", "scope", "consent", "age_class", "legal_bars", "home_township",
    "home_county", "home_city", "home_province", "home_zone", "wish_kind", "wish_place", "excluded_kind",
    "excluded_place", "return_place", "excluded_trades", "excluded_traits", "excluded_shifts", "excluded_contracts",
    "lodging_needed", "lodging_wanted", "lodging_acceptable", "shift_wanted", "shift_acceptable", "meals_wanted",
    "contract_wanted", "wanted_trades", "net_floor", "hours_min", "hours_max", "available_from", "available_until",
    "months_wanted", "matters_most", "experience_stated", "skill_trade", "skill_occupation", "skill_months",
    "skill_level", "skill_certified", "traits_done_stated", "traits_done", "certificates_stated", "certificates",
    "companion_site", "companion_city", "party_size",
}  # fmt: skip
SCORED_OF_POSTS = {
    "uid", "site", "openings_free", "open", "verified", "employer_in_standing", "adults_only", "legal_bars",
    "work_at_home", "trade", "occupation", "level_required", "certificates_required", "traits", "traits_stated",
    "shifts", "lodging", "meals", "contracts", "net_month", "net_hour", "hours_week", "first_pay_days", "starts_from",
    "starts_until", "months",
}  # fmt: skip
READ_BY_A_RUN = {
    "labourer", "labourer_skill", "demand_list_entry", "declaration", "declaration_withdrawal", "consent", "vacancy",
    "vacancy_opening", "employer", "processing_limit", "processing_limit_end",
    "recorder_review", "reviewed_statement",  # who waits for a second look is left out; nothing else is read of them
}  # fmt: skip


def columns() -> list[str]:
    return [f"{table.fullname}.{column.name}" for table in Base.metadata.sorted_tables for column in table.columns]


def test_no_table_has_a_forbidden_column() -> None:
    assert len(columns()) > 300
    assert [name for name in columns() if FORBIDDEN.search(name)] == []


def test_the_rule_finds_what_it_is_for() -> None:
    for name in ("labourer.ethnicity", "labourer.is_married", "household.poverty_status", "labourer.minzu"):
        assert FORBIDDEN.search(name)
    for name in ("offer.refused_at", "labourer.times_declined", "blacklist.labourer_id"):
        assert REFUSAL.search(name)


def test_nothing_else_reaches_a_score() -> None:
    assert set(Labourers.columns()) == SCORED_OF_PEOPLE
    assert set(Vacancies.columns()) == SCORED_OF_POSTS


async def test_a_run_reads_these_tables_alone(
    session: AsyncSession, keys: KeyRing, now: datetime,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:  # fmt: skip
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    with count_queries() as statements:
        taken = await snapshot.take(session, county.organisation_id, day_of(now))
        await snapshot.take_one(session, county.organisation_id, day_of(now), labourer.id)
    assert [row.id for row in taken.labourers] == [labourer.id]
    known = {table.name for table in Base.metadata.sorted_tables}
    lists = [found for one in statements for found in re.findall(r"(?:FROM|JOIN) ((?:[\w.]+(?:, )?)+)", one)]
    read = {name.rpartition(".")[2] for one in lists for name in one.split(", ")} & known
    assert read == READ_BY_A_RUN


def test_no_answer_of_no_can_be_reached_from_matching_or_a_run() -> None:
    """Tables of refusals stand in a schema of their own, and no module of the engine or the runs leads to them."""
    public = [name for name in columns() if REFUSAL.search(name) and not name.startswith("refusals.")]
    assert public == []
    holders = {
        mapper.class_.__module__
        for mapper in Base.registry.mappers
        if getattr(mapper.local_table, "schema", None) == "refusals"
    }
    graph = grimp.build_graph("app", "matching", cache_dir=None)
    for start in ("matching", "app.match_runs"):
        inside = {start, *graph.find_descendants(start)}
        reached = set().union(*(graph.find_upstream_modules(one) for one in inside)) | inside
        assert reached & holders == set(), start
        assert [one for one in reached if one.startswith(("app.offers", "app.grievances", "app.portal"))] == [], start
