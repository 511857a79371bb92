"""A run from the lists to the stored candidates, and what they say."""

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.employers.models import Employer
from app.errors import Conflict
from app.labourers import service as labourer_service
from app.labourers.schemas import SkillFacts, WishFacts
from app.localities.reference import load_localities
from app.match_runs import present, queries, service
from app.match_runs.adapter.codes import PARTS, PARTS_OF, SCORES
from app.match_runs.models import Candidate, MatchRun
from app.match_runs.words import Pairing
from app.permissions import Role
from app.shared.encryption import KeyRing
from tests.app.match_runs.conftest import RunMatch
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer
from tests.factories.vacancies import make_vacancy


async def candidates(session: AsyncSession, run: MatchRun) -> dict[tuple[int, int], Candidate]:
    rows = await session.scalars(select(Candidate).where(Candidate.run_id == run.id))
    return {(row.labourer_id, row.vacancy_id): row for row in rows}


async def test_the_sewer_finds_the_sewing_post_first(
    session: AsyncSession, keys: KeyRing, now: datetime, run_match: RunMatch
) -> None:
    county, office = await make_actor(session), await make_actor(session, Role.RECEIVING_OFFICER)
    sewer = await make_labourer(session, county, keys, now)
    sewing = await make_vacancy(session, office, now)
    welding = await make_vacancy(session, office, now, title="氩弧焊工", trade_family="welding")
    run = await run_match(county)
    found = await candidates(session, run)
    assert found[sewer.id, sewing.id].labourer_rank == 1
    assert found[sewer.id, welding.id].labourer_rank == 2
    assert found[sewer.id, sewing.id].score > found[sewer.id, welding.id].score
    assert run.summary["labourers_with_candidates"] == 1
    assert run.summary["openings_covered"] == 2


async def test_gates_keep_pairs_off_every_list(
    session: AsyncSession, keys: KeyRing, now: datetime, run_match: RunMatch
) -> None:
    county, office = await make_actor(session), await make_actor(session, Role.RECEIVING_OFFICER)
    vacancy = await make_vacancy(session, office, now)
    near = WishFacts(wish_places=[], floor_net_month=3000)
    await make_labourer(session, county, keys, now, scope="other_city", wishes=near)
    await make_labourer(session, county, keys, now, wishes=WishFacts(floor_net_month=9000))
    await make_labourer(session, county, keys, now, wishes=WishFacts(excluded_places=["320000"], floor_net_month=3000))
    await make_labourer(session, county, keys, now, birth_on=date(2011, 5, 1))
    fits = await make_labourer(session, county, keys, now, wishes=near)
    run = await run_match(county)
    assert set(await candidates(session, run)) == {(fits.id, vacancy.id)}


async def test_closed_unverified_and_suspended_posts_are_not_matched(
    session: AsyncSession, keys: KeyRing, now: datetime, run_match: RunMatch
) -> None:
    county, office = await make_actor(session), await make_actor(session, Role.RECEIVING_OFFICER)
    await make_labourer(session, county, keys, now)
    await make_vacancy(session, office, now, opened=False)
    vacancy = await make_vacancy(session, office, now)
    (await session.get_one(Employer, vacancy.employer_id)).standing = "suspended"
    run = await run_match(county)
    assert await candidates(session, run) == {}


async def test_the_explanation_adds_up_to_what_is_shown(
    session: AsyncSession, keys: KeyRing, now: datetime, run_match: RunMatch
) -> None:
    county, office = await make_actor(session), await make_actor(session, Role.RECEIVING_OFFICER)
    skills = [SkillFacts(title="焊工", trade_family="welding", months=40, level="senior", certificate="焊工证")]
    wishes = WishFacts(
        wish_places=[{"code": "yangtze_delta", "text": "长三角"}],
        wish_trades=["welding", "fitting"],
        floor_net_month=5000,
        hours_week_max=60,
        lodging_wanted=["single"],
        lodging_acceptable=["room_2_4"],
        shift_wanted=["days"],
        matters_most=["net_pay", "lodging", "distance"],
    )
    await make_labourer(session, county, keys, now, skills=skills, wishes=wishes)
    for family in ("welding", "fitting", "sewing"):
        await make_vacancy(session, office, now, trade_family=family, shift=None)
    run = await run_match(county)
    rows = list((await candidates(session, run)).values())
    assert len(rows) == 3
    for row in rows:
        weights, score_weights = row.weights[: len(PARTS)], row.weights[len(PARTS) :]
        for score in SCORES:
            members = PARTS_OF[score]
            total = sum(weights[part] for part in members)
            mean = sum(weights[part] * row.parts[part] for part in members) // total if total else 0
            assert mean == getattr(row, score), score
        marks = [row.skill, row.location, row.willingness]
        assert sum(w * m for w, m in zip(score_weights, marks, strict=True)) // sum(score_weights) == row.score


async def test_what_the_employer_left_out_is_said_to_be_unknown(
    session: AsyncSession, keys: KeyRing, now: datetime, run_match: RunMatch
) -> None:
    county, office = await make_actor(session), await make_actor(session, Role.RECEIVING_OFFICER)
    wishes = WishFacts(shift_wanted=["days"], floor_net_month=4000)
    labourer = await make_labourer(session, county, keys, now, wishes=wishes)
    vacancy = await make_vacancy(session, office, now, shift=None)
    run = await run_match(county)
    row = (await candidates(session, run))[labourer.id, vacancy.id]
    assert row.parts[PARTS.index("shift")] == 300_000
    facts = (await labourer_service.facts_of(session, keys, [labourer]))[labourer.id]
    pairing = Pairing(facts, vacancy, "江苏省苏州市吴江区", load_localities())
    hit = present.hit(row, pairing, rank=1, title=vacancy.title, href="", party="")
    assert any("Shift" in one.text("en") for one in hit["unknown"])
    state = {str(part["label"]): part["state"] for group in hit["parts"] for part in group["parts"]}
    assert "unstated" in state.values()


async def test_the_same_input_gives_the_same_numbers(
    session: AsyncSession, keys: KeyRing, now: datetime, run_match: RunMatch
) -> None:
    county, office = await make_actor(session), await make_actor(session, Role.RECEIVING_OFFICER)
    for _ in range(4):
        await make_labourer(session, county, keys, now)
        await make_vacancy(session, office, now)
    first = await run_match(county)
    second = await run_match(county)
    assert first.input_hash == second.input_hash
    numbers = [
        {key: (row.labourer_rank, row.vacancy_rank, row.score) for key, row in (await candidates(session, run)).items()}
        for run in (first, second)
    ]
    assert numbers[0] == numbers[1]


async def test_one_run_at_a_time(session: AsyncSession, now: datetime) -> None:
    county = await make_actor(session)
    await service.start(session, county, now=now)
    with pytest.raises(Conflict):
        await service.start(session, county, now=now)


async def test_pages_show_the_match_both_ways(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime, run_match: RunMatch
) -> None:
    county, office = await make_actor(session), await make_actor(session, Role.RECEIVING_OFFICER)
    labourer = await make_labourer(session, county, keys, now, name="张小梅")
    vacancy = await make_vacancy(session, office, now)
    far = await make_vacancy(session, office, now, title="搬运工", pay_min=4500, pay_max=4600)
    run = await run_match(county)
    client = await sign_in(county)
    for address, words in (
        ("/match-runs", ["done"]),
        (f"/match-runs/{run.uuid}", ["张小梅", vacancy.title]),
        (f"/match-runs/{run.uuid}?tab=posts", [vacancy.title]),
        (f"/labourers/{labourer.uuid}/matches", [vacancy.title, "below the person&#39;s floor", "first wish"]),
        (f"/vacancies/{vacancy.uuid}/candidates", ["张小梅"]),
    ):
        answer = await client.get(address)
        assert answer.status_code == 200, address
        for word in words:
            assert word in answer.text, (address, word)
    assert far.title not in (await client.get(f"/match-runs/{run.uuid}?tab=posts")).text


async def test_the_export_is_a_sheet_with_reasons(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime, run_match: RunMatch
) -> None:
    county, office = await make_actor(session), await make_actor(session, Role.RECEIVING_OFFICER)
    await make_labourer(session, county, keys, now, name="张小梅")
    await make_vacancy(session, office, now)
    run = await run_match(county)
    client = await sign_in(county)
    answer = await client.get(f"/match-runs/{run.uuid}/export")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[2][0] == "Name"
    assert rows[3][0] == "张*梅"  # without a reason
    assert "months" in str(rows[3][14])


async def test_runs_of_another_county_are_invisible(
    sign_in: Callable[..., Any], session: AsyncSession, now: datetime
) -> None:
    run = await service.start(session, await make_actor(session), now=now)
    await session.commit()
    client = await sign_in(await make_actor(session))
    assert (await client.get(f"/match-runs/{run.uuid}")).status_code == 404
    assert await queries.open_run(session, run.organisation_id) is not None


async def test_what_would_change_it_is_counted_exactly(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime, run_match: RunMatch
) -> None:
    county, office = await make_actor(session), await make_actor(session, Role.RECEIVING_OFFICER)
    wishes = WishFacts(floor_net_month=5700, excluded_conditions=["noise"], excluded_places=["330200"])
    labourer = await make_labourer(session, county, keys, now, wishes=wishes)
    await make_vacancy(session, office, now, pay_min=5500)
    await make_vacancy(session, office, now, pay_min=6500, traits=["noise"])
    await make_vacancy(session, office, now, pay_min=6500, locality_code="330206")
    await run_match(county)
    client = await sign_in(county)
    page = (await client.get(f"/labourers/{labourer.uuid}/matches")).text
    assert "300 yuan less on the floor: 1 more" in page
    assert "宁波市 were all right: 1 more" in page
    assert "Noise were all right: 1 more" in page
