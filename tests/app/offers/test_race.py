"""Two at the same moment on real connections: one wins, and nothing is sold twice."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from app import idempotency
from app.database import Sessions, make_engine, make_sessions
from app.declarations import consents
from app.errors import Conflict
from app.labourers.models import Labourer
from app.migrations import Server
from app.offers import making
from app.offers.answering import Answered
from app.offers.making import Wanted
from app.offers.models import Offer
from app.permissions import Actor
from app.shared.encryption import KeyRing, make_key_file, read_key_file
from app.vacancies.models import VacancyOpening
from app.wall import EVERYBODY
from tests.conftest import NOW
from tests.factories.offers import Market, make_market


@pytest.fixture
def own_keys(tmp_path: Path) -> KeyRing:
    make_key_file(tmp_path / "keys.json")
    return read_key_file(tmp_path / "keys.json")


@pytest.fixture
async def sessions_apart(server: Server, fresh_database: str) -> AsyncIterator[Sessions]:
    engine = make_engine(server.url("app", fresh_database))
    yield make_sessions(engine, EVERYBODY)
    await engine.dispose()


async def begin(sessions: Sessions, keys: KeyRing, people: int) -> tuple[Market, list[Labourer]]:
    async with sessions() as session, session.begin():
        market = await make_market(session, keys, NOW)
        return market, await market.people(people)


async def say_yes(sessions: Sessions, market: Market, labourer: Labourer, offer_id: int) -> Answered:
    async with sessions() as session, session.begin():
        own = Market(session, market.keys, NOW, market.county, market.office, market.firm, market.vacancy)
        return await own.accept(labourer, await session.get_one(Offer, offer_id))


async def test_two_yes_to_the_last_opening(sessions_apart: Sessions, own_keys: KeyRing) -> None:
    market, people = await begin(sessions_apart, own_keys, 2)
    async with sessions_apart() as session, session.begin():
        market.session = session
        made = await market.offer(*people)
        for labourer in people:
            await market.code(labourer)
        # Two openings vanish by hand: no way of the service leaves fewer than are offered.
        gone = "DELETE FROM vacancy_opening WHERE vacancy_id = :id AND number > 1"
        await session.execute(text(gone), {"id": market.vacancy.id})
    outcomes = await asyncio.gather(
        *(say_yes(sessions_apart, market, one, offer.id) for one, offer in zip(people, made, strict=True))
    )
    assert sorted(outcomes) == [Answered.ACCEPTED, Answered.NO_OPENING]
    async with sessions_apart() as session:
        states = (await session.scalars(select(Offer.state).order_by(Offer.id))).all()
        assert sorted(states) == ["accepted", "drafted", "withdrawn"]
        waiting = (await session.scalars(select(Offer).where(Offer.waits_from.is_not(None)))).one()
        loser = people[outcomes.index(Answered.NO_OPENING)]
        assert waiting.labourer_id == loser.id


async def test_one_person_taps_twice_on_two_phones(sessions_apart: Sessions, own_keys: KeyRing) -> None:
    market, (labourer,) = await begin(sessions_apart, own_keys, 1)
    async with sessions_apart() as session, session.begin():
        market.session = session
        (offer,) = await market.offer(labourer)
        await market.code(labourer)
    outcomes = await asyncio.gather(*(say_yes(sessions_apart, market, labourer, offer.id) for _ in range(3)))
    assert set(outcomes) == {Answered.ACCEPTED}
    async with sessions_apart() as session:
        taken = select(func.count()).where(VacancyOpening.taken_at.is_not(None))
        assert await session.scalar(taken) == 1


async def test_two_officers_offer_the_last_openings(sessions_apart: Sessions, own_keys: KeyRing) -> None:
    market, people = await begin(sessions_apart, own_keys, 6)

    async def make(part: list[Labourer]) -> int:
        async with sessions_apart() as session, session.begin():
            wanted = Wanted(market.vacancy.id, [one.uuid for one in part])
            made, _ = await making.make(session, market.county, wanted, now=NOW)
            return sum(one.state == "offered" for one in made)

    assert sum(await asyncio.gather(make(people[:3]), make(people[3:]))) == 3
    async with sessions_apart() as session:
        states = (await session.scalars(select(Offer.state))).all()
        assert sorted(states) == ["drafted"] * 3 + ["offered"] * 3


async def test_a_yes_meets_a_word_taken_back(sessions_apart: Sessions, own_keys: KeyRing) -> None:
    """Whichever comes first: in the end nothing open is left of somebody who does not want any more."""
    market, people = await begin(sessions_apart, own_keys, 3)
    async with sessions_apart() as session, session.begin():
        market.session = session
        made = await market.offer(*people)
        heard = [await market.code(one) for one in people]

    async def take_back(labourer: Labourer, position: int) -> None:
        async with sessions_apart() as session, session.begin():
            await consents.withdraw_matching(session, labourer.id, heard[position], now=NOW)

    for position, (labourer, offer) in enumerate(zip(people, made, strict=True)):
        acts = [say_yes(sessions_apart, market, labourer, offer.id), take_back(labourer, position)]
        results = await asyncio.gather(*acts, return_exceptions=True)
        assert not [one for one in results if isinstance(one, BaseException) and not isinstance(one, Conflict)]
    async with sessions_apart() as session:
        assert set(await session.scalars(select(Offer.state))) == {"lapsed"}


async def test_one_key_at_the_same_moment(sessions_apart: Sessions, own_keys: KeyRing) -> None:
    market, people = await begin(sessions_apart, own_keys, 2)

    async def send(key: str) -> list[UUID]:
        async with sessions_apart() as session, session.begin():

            async def do() -> dict[str, list[str]]:
                made, _ = await making.make(
                    session, market.county, Wanted(market.vacancy.id, [one.uuid for one in people]), now=NOW
                )
                return {"offers": [str(one.uuid) for one in made]}

            who: Actor = market.county
            answer = await idempotency.once(session, idempotency.by_user(who), "offers.make", key, None, do)
            return [UUID(one) for one in answer["offers"]]

    first, second = await asyncio.gather(send("the same key"), send("the same key"))
    assert first == second
    assert len(first) == 2
