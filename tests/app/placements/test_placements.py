"""A placement comes of a confirmed offer alone, and its course is the database's too."""

from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.placements import service
from app.shared.encryption import KeyRing
from tests.factories.offers import Market, make_market


@pytest.fixture
async def market(session: AsyncSession, keys: KeyRing, now: datetime) -> Market:
    return await make_market(session, keys, now)


async def test_no_placement_without_a_confirmed_offer(session: AsyncSession, market: Market) -> None:
    labourer = await market.person()
    (offer,) = await market.offer(labourer)
    await market.accept(labourer, offer)
    with pytest.raises(DBAPIError, match="confirmed offer"):
        await service.agree(session, offer, actor=market.firm, now=market.now)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ("UPDATE placement SET state = 'at_work', step = step + 1", "does not go from agreed to at_work"),
        ("UPDATE placement SET state = 'departed'", "step of its log"),
        ("UPDATE placement SET labourer_id = labourer_id + 1", "does not change"),
        ("UPDATE placement SET state = 'ended', step = step + 1", "ck_placement_ended"),
        ("DELETE FROM placement", "not taken away"),
        ("DELETE FROM placement_event", "only grows"),
        ("UPDATE offer SET begun_at = now(), state = 'lapsed', step = step + 1", "slot_held|begun_when_confirmed"),
    ],
)
async def test_its_course_is_kept_by_the_database(
    session: AsyncSession, market: Market, change: str, match: str
) -> None:
    await market.placed()
    await session.flush()
    with pytest.raises(DBAPIError, match=match):
        await session.execute(text(change))


async def test_it_is_called_off_without_a_word_when_the_person_takes_the_yes_back(
    session: AsyncSession, market: Market
) -> None:
    labourer, offer = await market.placed()
    await market.decline(labourer, offer)
    placement = await service.of_offer(session, offer.id)
    assert placement is not None
    assert (placement.state, placement.ended_at) == ("ended", market.now)
    told = text("SELECT reason, by_user_id FROM placement_event WHERE placement_id = :id ORDER BY id DESC LIMIT 1")
    assert tuple((await session.execute(told, {"id": placement.id})).one()) == ("not_begun", None)
