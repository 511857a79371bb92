"""Where the engine's tables are narrower than what a person may say, nothing that protects the person is lost."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid
from app.labourers import queries as labourers
from app.labourers import service as labourer_service
from app.labourers.schemas import MOST_EXCLUDED_PLACES, SkillFacts, WishFacts
from app.localities.reference import load_localities
from app.match_runs import snapshot
from app.match_runs.adapter.problem import Certificates, prepare
from app.match_runs.models import Candidate
from app.occupations.adapter import trade_affinity
from app.permissions import Actor, Role
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from matching.problem import UNIDENTIFIED_CERTIFICATE, Labourers
from tests.app.match_runs.conftest import RunMatch
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer, person
from tests.factories.vacancies import make_vacancy

ELSEWHERE = ["330000", "310000", "440000", "350000", "360000", "370000", "410000", "420000"]
JIANGSU = "320000"


def test_the_limit_is_the_width_of_the_engines_table() -> None:
    assert Labourers.of(1).excluded_place.shape == (1, MOST_EXCLUDED_PLACES)


@pytest.mark.parametrize(
    ("places", "reason"),
    [([*ELSEWHERE, JIANGSU], "more places are refused"), (["any"], "every place is refused")],
)
async def test_nobody_is_matched_where_a_refused_place_would_be_lost(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime, run_match: RunMatch,
    places: list[str], reason: str,
) -> None:  # fmt: skip
    """An entry from before the limit: with the ninth place dropped the person would be sent to Jiangsu."""
    county, office = await make_actor(session), await make_actor(session, Role.RECEIVING_OFFICER)
    refusing = await make_labourer(session, county, keys, now, wishes=WishFacts(floor_net_month=3000))
    willing = await make_labourer(
        session, county, keys, now, wishes=WishFacts(floor_net_month=3000, excluded_places=ELSEWHERE)
    )
    entry = await labourers.entry_of(session, refusing.id)
    assert entry
    entry.excluded_places = places
    await session.flush()
    await make_vacancy(session, office, now)
    run = await run_match(county)
    found = await session.scalars(select(Candidate.labourer_id).where(Candidate.run_id == run.id))
    assert set(found) == {willing.id}
    client = await sign_in(county)
    page = (await client.get(f"/match-runs/{run.uuid}")).text
    assert "Left out of this run" in page
    assert f"1: {reason}" in page
    assert reason in (await client.get(f"/labourers/{refusing.uuid}/matches")).text
    assert "Left out of this run" not in (await client.get(f"/labourers/{willing.uuid}/matches")).text


async def test_a_ninth_refused_place_is_not_taken_in(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    county = await make_actor(session)
    with pytest.raises(Invalid, match="At most"):
        await make_labourer(session, county, keys, now, wishes=WishFacts(excluded_places=[*ELSEWHERE, JIANGSU]))
    labourer = await make_labourer(session, county, keys, now, wishes=WishFacts(excluded_places=ELSEWHERE))
    more = person(wishes=WishFacts(excluded_places=[*ELSEWHERE, JIANGSU]))
    with pytest.raises(Invalid, match="At most"):
        await labourer_service.correct(session, county, keys, labourer, more, version=1, reason="told", now=now)


async def skills_in(session: AsyncSession, county: Actor, now: datetime) -> list[tuple[str, int]]:
    taken = await snapshot.take(session, county.organisation_id, day_of(now))
    affinity = trade_affinity()
    people = prepare(taken, load_localities(), affinity).problem.labourers
    names = {number: name for name, number in affinity.family_index.items()}
    pairs = zip(people.skill_trade[0].tolist(), people.skill_months[0].tolist(), strict=True)
    return [(names[trade], months) for trade, months in pairs]


async def test_no_post_makes_a_run_fail(
    session: AsyncSession, keys: KeyRing, now: datetime, run_match: RunMatch
) -> None:
    """Its last day to apply may lie before work begins; what is beyond the engine's numbers counts as its most."""
    county, office = await make_actor(session), await make_actor(session, Role.RECEIVING_OFFICER)
    labourer = await make_labourer(session, county, keys, now, wishes=WishFacts(floor_net_month=3000))
    await make_vacancy(session, office, now, starts_on=date(2026, 12, 20), ends_on=date(2026, 12, 10), months=700)
    run = await run_match(county)
    assert set(await session.scalars(select(Candidate.labourer_id).where(Candidate.run_id == run.id))) == {labourer.id}


async def test_of_five_skills_the_four_most_telling_count(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    county = await make_actor(session)
    done = [("guarding", 3), ("catering", 40), ("cleaning", None), ("packing", 12), ("welding", 2), ("sewing", 30)]
    skills = [SkillFacts(title=family, trade_family=family, months=months) for family, months in done]
    wishes = WishFacts(wish_trades=["welding"], floor_net_month=3000)
    await make_labourer(session, county, keys, now, skills=skills, wishes=wishes)
    assert await skills_in(session, county, now) == [("catering", 40), ("packing", 12), ("welding", 2), ("sewing", 30)]


def test_a_sixty_third_certificate_is_told_apart_like_the_first() -> None:
    names = [f"{number}号操作证" for number in range(200)]
    certificates = Certificates(names, ["199号操作证书", "7号操作"])
    first, last = certificates.needed("7号操作证"), certificates.needed("199号操作证")
    assert certificates.held(["7号操作"]) == first
    assert certificates.held(["199号操作证书"]) == last
    assert len({first, last, certificates.needed("100号操作证")}) == 3
    assert certificates.needed("100号操作证") & certificates.held(["7号操作", "199号操作证"]) == 0
    assert UNIDENTIFIED_CERTIFICATE not in {first, last, certificates.needed("100号操作证")}


def test_where_more_are_held_than_fit_the_rarest_have_to_be_asked_for() -> None:
    names = [f"{number}号操作证" for number in range(80)]
    certificates = Certificates([*names, *names[-61:]], names)
    assert {certificates.needed(name) for name in names[:19]} == {UNIDENTIFIED_CERTIFICATE}
    bits = [certificates.needed(name) for name in names[-61:]]
    assert len(set(bits)) == 61
    assert all(0 < bit < UNIDENTIFIED_CERTIFICATE for bit in bits)
    assert certificates.held(names) == sum(bits)


def test_a_certificate_nobody_asks_for_takes_no_room() -> None:
    certificates = Certificates([None, "焊工证"], ["电工证", "焊工证"])
    assert certificates.held(["电工证"]) == 0
    assert certificates.needed(None) == 0
    assert certificates.needed("焊工证") == certificates.held(["焊工"])
