"""Who sees which runs and whom in them: the township its own people, the province masked names, an auditor codes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.labourers.models import Labourer
from app.labourers.schemas import WishFacts
from app.match_runs import pseudonyms, queries, told
from app.match_runs.models import MatchRun
from app.permissions import Actor, Role
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from app.vacancies.models import Vacancy
from tests.app.match_runs.conftest import RunMatch
from tests.factories.accounts import make_actor, make_organisation
from tests.factories.labourers import make_labourer
from tests.factories.vacancies import make_vacancy

SignIn = Callable[..., Any]
HERE, THERE = "340722113", "340722110"
PROVINCE = ("340000",)


class Scene(NamedTuple):
    county: Actor
    run: MatchRun
    vacancy: Vacancy
    here: list[Labourer]
    there: Labourer
    alone: Vacancy  # suits one person only


@pytest.fixture
async def scene(session: AsyncSession, keys: KeyRing, now: datetime, run_match: RunMatch) -> Scene:
    county, office = await make_actor(session), await make_actor(session, Role.RECEIVING_OFFICER)
    wishes = WishFacts(wish_trades=["sewing"], floor_net_month=4800)
    here = [await make_labourer(session, county, keys, now, name="张小梅", wishes=wishes) for _ in range(5)]
    modest = WishFacts(floor_net_month=1000)
    there = await make_labourer(
        session, county, keys, now, name="李大强", locality_code=THERE, village_name="龙泉村", wishes=modest
    )
    vacancy = await make_vacancy(session, office, now)
    alone = await make_vacancy(session, office, now, title="搬运工", pay_min=2700, pay_max=2700, hours_week=40)
    return Scene(county, await run_match(county), vacancy, here, there, alone)


async def pages(sign_in: SignIn, actor: Actor, scene: Scene) -> dict[str, str]:
    client = await sign_in(actor)
    addresses = {
        "list": "/match-runs",
        "people": f"/match-runs/{scene.run.uuid}",
        "posts": f"/match-runs/{scene.run.uuid}?tab=posts",
        "candidates": f"/vacancies/{scene.vacancy.uuid}/candidates",
    }
    found = {}
    for name, address in addresses.items():
        answer = await client.get(address)
        assert answer.status_code == 200, address
        found[name] = answer.text
    return found


async def test_a_township_in_an_office_of_its_own_sees_its_people_and_no_others(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, scene: Scene, now: datetime
) -> None:
    township = await make_actor(session, Role.TOWNSHIP_OFFICER, scope=(HERE,))
    assert township.organisation_id != scene.county.organisation_id
    seen = await pages(sign_in, township, scene)
    assert str(scene.run.uuid) in seen["list"]
    for page in ("people", "candidates"):
        for one in scene.here:
            assert str(one.uuid) in seen[page], page
        for secret in (str(scene.there.uuid), "李大强"):
            assert secret not in seen[page], page
    assert "张小梅" in seen["candidates"]
    assert scene.vacancy.title in seen["posts"]
    assert scene.alone.title not in seen["posts"], "it suits nobody of the township"
    client = await sign_in(township)
    assert (await client.get(f"/labourers/{scene.there.uuid}/matches")).status_code == 404
    answer = await told.explained(session, township, keys, None, 5, today=day_of(now))
    assert answer["run"] == str(scene.run.uuid)
    assert {pair["labourer"] for pair in answer["pairs"]} <= {str(one.uuid) for one in scene.here}


async def test_a_township_of_another_county_sees_nothing(sign_in: SignIn, session: AsyncSession, scene: Scene) -> None:
    elsewhere = await make_actor(session, Role.TOWNSHIP_OFFICER, scope=("340826101",))
    client = await sign_in(elsewhere)
    assert str(scene.run.uuid) not in (await client.get("/match-runs")).text
    assert (await client.get(f"/match-runs/{scene.run.uuid}")).status_code == 404
    assert str(scene.here[0].uuid) not in (await client.get(f"/vacancies/{scene.vacancy.uuid}/candidates")).text


async def test_a_province_sees_masked_names_and_whose_run_it_is(
    sign_in: SignIn, session: AsyncSession, scene: Scene
) -> None:
    province = await make_actor(
        session, Role.PROVINCE, organisation=await make_organisation(session, "province", "340000"), scope=PROVINCE
    )
    seen = await pages(sign_in, province, scene)
    assert scene.county.organisation_name in seen["list"]
    assert scene.county.organisation_name in seen["people"]
    for page in ("people", "candidates"):
        assert "张*梅" in seen[page]
        assert "张小梅" not in seen[page]
        assert str(scene.there.uuid) in seen[page]
    assert scene.alone.title in seen["posts"]


async def test_an_auditor_sees_runs_and_codes_but_nobody(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, scene: Scene
) -> None:
    auditor = await make_actor(
        session, Role.AUDITOR, organisation=await make_organisation(session, "auditor", "340000"), scope=PROVINCE
    )
    seen = await pages(sign_in, auditor, scene)
    assert str(scene.run.uuid) in seen["list"]
    assert scene.vacancy.title in seen["posts"]
    assert seen["posts"].count("fewer than 5") == 1
    for page in seen.values():
        for secret in ("张小梅", "张*梅", "李大强", "拔茅村", *(str(one.uuid) for one in scene.here)):
            assert secret not in page
    for one in (*scene.here, scene.there):
        assert keys.pseudonym(auditor.organisation_uuid, one.uuid) in seen["candidates"]
    few = await (await sign_in(auditor)).get(f"/vacancies/{scene.alone.uuid}/candidates")
    assert keys.pseudonym(auditor.organisation_uuid, scene.there.uuid) not in few.text
    client = await sign_in(auditor)
    one = scene.here[0].uuid
    assert (await client.get(f"/labourers/{one}/matches")).status_code == 404
    assert (await client.get(f"/api/v1/match-runs/{scene.run.uuid}/labourers/{one}")).status_code == 404
    outside = await make_actor(session, Role.AUDITOR, scope=("320000",))
    assert (await (await sign_in(outside)).get(f"/match-runs/{scene.run.uuid}")).status_code == 404
    assert await queries.pseudonymous(session, outside, scene.vacancy, today=scene.run.on_day) == []


async def test_others_have_no_door_to_runs(sign_in: SignIn, session: AsyncSession, scene: Scene) -> None:
    for role in (Role.BROKER, Role.EMPLOYER, Role.STATION, Role.RECEIVING_OFFICER):
        client = await sign_in(await make_actor(session, role))
        assert (await client.get("/match-runs")).status_code == 403, role
        assert (await client.get(f"/api/v1/match-runs/{scene.run.uuid}")).status_code == 403, role


async def test_who_is_not_of_the_office_watches_no_progress(
    sign_in: SignIn, session: AsyncSession, scene: Scene
) -> None:
    client = await sign_in(scene.county)
    started = (await client.post("/match-runs")).headers["location"]
    assert "data-poll" in (await client.get(started)).text
    client = await sign_in(await make_actor(session, Role.TOWNSHIP_OFFICER, scope=(HERE,)))
    page = (await client.get(started)).text
    assert "data-poll" not in page, "the task belongs to the county's office"
    assert "run is going on" in page
    assert 'action="/match-runs"' not in (await client.get("/match-runs")).text


async def test_code_names_stand_in_an_order_that_tells_nothing(
    session: AsyncSession, keys: KeyRing, scene: Scene, now: datetime
) -> None:
    """Within a band the order by score, or by the order of entry, would tell what the band hides."""
    for role in (Role.BROKER, Role.EMPLOYER, Role.AUDITOR):
        viewer = await make_actor(session, role, scope=PROVINCE)
        found = await queries.pseudonymous(session, viewer, scene.vacancy, today=day_of(now))
        for number, row in enumerate(found):
            session.expunge(row.Candidate)
            row.Candidate.score = 610_000 + 30_000 * (number % 5) if number < 5 else 999_999
        shown = pseudonyms.rows(keys, viewer, found)
        assert shown[0]["overall"] == "0.8–1.0"
        codes = [one["name"] for one in shown[1:]]
        assert codes == sorted(codes)
        assert len(codes) == 5
        assert shown == pseudonyms.rows(keys, viewer, found[::-1])


async def test_candidates_of_several_offices_stand_by_score(
    session: AsyncSession, keys: KeyRing, scene: Scene, now: datetime, run_match: RunMatch
) -> None:
    """Each office has a first one of its own: a rank counts within its run."""
    other = await make_actor(session, organisation=await make_organisation(session, "county", "340826"))
    less_fitting = WishFacts(wish_trades=["welding"], floor_net_month=4800)
    await make_labourer(session, other, keys, now, wishes=less_fitting, locality_code="340826101")
    await run_match(other)
    province = await make_actor(
        session, Role.PROVINCE, organisation=await make_organisation(session, "province", "340000"), scope=PROVINCE
    )
    found = await queries.of_vacancy(session, province, scene.vacancy.id, today=day_of(now))
    assert [row.Candidate.vacancy_rank for row in found].count(1) == 2
    assert len({row.Candidate.run_id for row in found}) == 2
    scores = [row.Candidate.score for row in found]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) > 1
