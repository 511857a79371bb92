"""V1: nobody is scored, shown or proposed without a current statement of their own. Each test is an attempt."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations import queries, review_queries, reviews, service
from app.declarations.models import Consent
from app.errors import Conflict, Invalid
from app.match_runs import snapshot
from app.permissions import Actor
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer

DAYS = 180


async def matched(session: AsyncSession, actor: Actor, now: datetime) -> list[int]:
    taken = await snapshot.take(session, actor.organisation_id, day_of(now))
    return [row.id for row in taken.labourers]


def said(labourer_id: int, now: datetime, **changes: object) -> service.Statement:
    plain = service.Statement(
        labourer_id, "leave_province", day_of(now), "in_person", recorder="程经办", evidence="form 12"
    )
    return replace(plain, **changes)


async def test_silence_is_not_a_yes(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Wall: service, the snapshot asks for a current statement."""
    county = await make_actor(session)
    await make_labourer(session, county, keys, now, scope=None)
    assert await matched(session, county, now) == []


async def test_a_proxy_opens_nothing(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Wall: service, a proxy's word is never the latest own one."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, scope=None)
    proxy = said(labourer.id, now, channel="proxy", proxy_relation="spouse")
    await service.record(session, county, keys, proxy, now=now, days=DAYS)
    assert await matched(session, county, now) == []


async def test_a_statement_expires_at_the_day(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """R6. Wall: service, currency is decided at the read."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    assert await matched(session, county, now + timedelta(days=DAYS - 1)) == [labourer.id]
    assert await matched(session, county, now + timedelta(days=DAYS)) == []


async def test_not_now_is_a_no(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Wall: service, the snapshot."""
    county = await make_actor(session)
    await make_labourer(session, county, keys, now, scope="not_now")
    assert await matched(session, county, now) == []


async def test_taking_back_works_at_once_and_brings_no_earlier_word_back(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """R2. Wall: service, the latest own word counts."""
    county = await make_actor(session)
    earlier = day_of(now) - timedelta(days=30)
    labourer = await make_labourer(session, county, keys, now, stated_on=earlier)
    await service.record(session, county, keys, said(labourer.id, now), now=now, days=DAYS)
    await service.withdraw(session, county, labourer.id, channel="in_person", now=now)
    assert await matched(session, county, now) == []


async def test_the_same_sheet_again_revives_nothing(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Wall: service, a sheet's row of the same day is no news."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    last = (await queries.last_of(session, [labourer.id]))[labourer.id]
    row = said(labourer.id, now, channel="register_row")
    assert not service.is_news(last, row)
    await service.withdraw(session, county, labourer.id, channel="in_person", now=now)
    last = (await queries.last_of(session, [labourer.id]))[labourer.id]
    assert not service.is_news(last, row)


async def test_an_earlier_word_cannot_replace_a_later_one(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Wall: service, refused with 409."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    before = said(labourer.id, now, stated_on=day_of(now) - timedelta(days=1))
    with pytest.raises(Conflict):
        await service.record(session, county, keys, before, now=now, days=DAYS)


async def test_nobody_states_anything_tomorrow(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Wall: service, refused with 422."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, scope=None)
    tomorrow = said(labourer.id, now, stated_on=day_of(now) + timedelta(days=1))
    with pytest.raises(Invalid):
        await service.record(session, county, keys, tomorrow, now=now, days=DAYS)


async def test_a_statement_names_who_took_it_down(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Wall: constraint recorder_named, and the service before it."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, scope=None)
    with pytest.raises(Invalid):
        await service.record(session, county, keys, said(labourer.id, now, recorder=None), now=now, days=DAYS)
    nobody = said(labourer.id, now, recorder=None)
    with pytest.raises(IntegrityError, match="recorder_named"):
        await service.record_many(session, county, keys, [nobody], now=now, days=DAYS)


async def test_very_many_statements_of_one_recorder_are_put_up_for_review(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Wall: service, a second person looks."""
    county = await make_actor(session)
    people = [await make_labourer(session, county, keys, now, scope=None) for _ in range(3)]
    many = [said(people[n % 3].id, now) for n in range(reviews.STATEMENTS_PER_RECORDER_DAY + 1)]
    assert await review_queries.open_reviews(session, county) == 0
    await service.record_many(session, county, keys, many, now=now, days=DAYS)
    assert await review_queries.open_reviews(session, county) == 1


@pytest.mark.parametrize("change", ["UPDATE declaration SET expires_on = expires_on + 365", "DELETE FROM declaration"])
async def test_the_database_lets_no_statement_be_changed(
    session: AsyncSession, keys: KeyRing, now: datetime, change: str
) -> None:
    """Direct SQL. Wall: trigger declaration_only_grows."""
    await make_labourer(session, await make_actor(session), keys, now)
    with pytest.raises(DBAPIError, match="only grows"):
        await session.execute(text(change))


async def test_the_database_takes_no_consent_by_proxy(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Direct SQL. Wall: constraint ck_consent_channel."""
    labourer = await make_labourer(session, await make_actor(session), keys, now, scope=None)
    session.add(Consent(labourer_id=labourer.id, purpose="match", given=True, at=now, channel="proxy"))
    with pytest.raises(IntegrityError, match="channel"):
        await session.flush()


async def test_without_consent_a_statement_is_not_enough(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """R1. Wall: service, the consent is asked beside the statement."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    no = {"purpose": "match", "given": False, "at": now, "channel": "in_person", "entered_by": county.user_id}
    session.add(Consent(labourer_id=labourer.id, **no))
    await session.flush()
    taken = await snapshot.take(session, county.organisation_id, day_of(now))
    assert taken.labourers == []


async def test_in_person_needs_evidence(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Wall: constraint evidence_kept, and the service before it."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, scope=None)
    bare = said(labourer.id, now, evidence=None)
    with pytest.raises(Invalid):
        await service.record(session, county, keys, bare, now=now, days=DAYS)
    with pytest.raises(IntegrityError, match="evidence_kept"):
        await service.record_many(session, county, keys, [bare], now=now, days=DAYS)
