"""Counts that every process shares and no refusal takes back."""

import asyncio
from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from app.database import make_sessions
from app.errors import TooManyRequests
from app.rate_limits import RateLimit, take
from app.settings import Settings

MINUTE = timedelta(minutes=1)


async def test_so_many_and_no_more_until_the_window_is_over(session: AsyncSession, now: datetime) -> None:
    for _ in range(3):
        await take(session, "look:1", 3, MINUTE, now=now)
    with pytest.raises(TooManyRequests) as refusal:
        await take(session, "look:1", 3, MINUTE, now=now + timedelta(seconds=20))
    assert refusal.value.seconds == 40
    await take(session, "look:2", 3, MINUTE, now=now)
    await take(session, "look:1", 3, MINUTE, now=now + MINUTE)


async def test_windows_long_over_are_swept(session: AsyncSession, now: datetime) -> None:
    for number in range(10):
        await take(session, f"old:{number}", 3, MINUTE, now=now - timedelta(days=1))
    await take(session, "new:1", 3, MINUTE, now=now)
    assert await session.scalar(select(func.count()).select_from(RateLimit)) == 1


@pytest.fixture
async def own_engine(server: object, fresh_database: str) -> AsyncEngine:
    return create_async_engine(server.url("app", fresh_database), poolclass=NullPool)  # type: ignore[attr-defined]


async def test_the_count_outlives_the_refused_request(own_engine: AsyncEngine, now: datetime) -> None:
    sessions = make_sessions(own_engine)

    async def refused() -> None:
        async with sessions() as session, session.begin():
            await session.execute(text("SELECT 1"))
            await take(session, "look:1", 2, MINUTE, now=now)
            raise LookupError

    for _ in range(2):
        with pytest.raises(LookupError):
            await refused()
    async with sessions() as session, session.begin():
        with pytest.raises(TooManyRequests):
            await take(session, "look:1", 2, MINUTE, now=now)
    await own_engine.dispose()


async def test_many_at_once_pass_exactly_the_limit(own_engine: AsyncEngine, now: datetime) -> None:
    sessions = make_sessions(own_engine)

    async def once() -> bool:
        async with sessions() as session, session.begin():
            try:
                await take(session, "look:1", 7, MINUTE, now=now)
            except TooManyRequests:
                return False
            return True

    passed = await asyncio.gather(*(once() for _ in range(20)))
    assert sum(passed) == 7
    await own_engine.dispose()


async def test_requests_that_fill_their_pool_still_count(
    server: object, fresh_database: str, settings: Settings, now: datetime
) -> None:
    """Each request holds a connection while it counts: were both of one pool, these would wait for one another."""
    url = server.url("app", fresh_database)  # type: ignore[attr-defined]
    engine = create_async_engine(url, pool_size=3, max_overflow=0, pool_timeout=5)
    counts = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=5)
    sessions = make_sessions(engine, counts=counts)

    async def once() -> None:
        async with sessions() as session, session.begin():
            await session.execute(text("SELECT 1"))
            await asyncio.sleep(0.05)
            await take(session, "look:1", 100, MINUTE, now=now)

    await asyncio.gather(*(once() for _ in range(12)))
    await engine.dispose()
    await counts.dispose()


async def test_the_answer_says_how_long_to_wait(client: httpx.AsyncClient) -> None:
    for _ in range(8):
        await client.post("/sign-in", data={"user_name": "nobody", "password": "x"})
    answer = await client.post("/sign-in", data={"user_name": "nobody", "password": "x"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 900
