"""A database that really commits, with a trail of its own, and the ways to tamper with it that its owner has."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app import audit
from app.database import Sessions, make_engine, make_sessions
from app.migrations import Server
from app.settings import Settings
from app.trail.head import HeadBook
from app.trail.sealing import seal_waiting
from app.trail.verifying import Verdict, verify
from app.wall import EVERYBODY


@dataclass
class Trail:
    """The trail of one database, from all sides."""

    settings: Settings
    sessions: Sessions
    owner: AsyncEngine

    async def write(self, rows: int, act: str = "labourer.reveal") -> list[int]:
        """So many committed rows; their ids."""
        async with self.sessions() as session, session.begin():
            for number in range(rows):
                audit.record(session, None, act, "labourer", number, reason="核对身份", people=[number], field="name")
            await session.flush()  # the ids
            found = await session.scalars(text(f"SELECT id FROM audit_event ORDER BY id DESC LIMIT {rows}"))
            return sorted(found)

    async def seal(self) -> int:
        return await seal_waiting(self.sessions, self.settings)

    async def tamper(self, *statements: str) -> None:
        """As the owner of the tables, with the triggers out of the way."""
        async with self.owner.begin() as connection:
            for table in ("audit_event", "audit_seal"):
                await connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            for statement in statements:
                await connection.execute(text(statement))
            for table in ("audit_event", "audit_seal"):
                await connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))

    async def verify(self, public_key: Path | None = None) -> Verdict:
        heads = list(HeadBook.of(self.settings, public_key).signed())
        async with self.sessions() as session, session.begin():
            return await verify(session, heads)


@pytest.fixture(scope="session")
def trail_database(server: Server, database: str) -> Iterator[str]:
    name = f"{database}_trail"
    server.drop_database(name)
    server.create_database(name, template=database)
    yield name
    server.drop_database(name)


@pytest.fixture
async def trail(server: Server, trail_database: str, tmp_path: Path) -> AsyncIterator[Trail]:
    """An empty trail, without a head."""
    settings = Settings(database_url=server.url("app", trail_database), data_dir=tmp_path)
    assert settings.database_url
    engine, owner = make_engine(settings.database_url), make_engine(server.url("owner", trail_database))
    trail = Trail(settings, make_sessions(engine, EVERYBODY), owner)
    await trail.tamper("TRUNCATE audit_event, audit_waiting, audit_seal")
    yield trail
    await asyncio.gather(engine.dispose(), owner.dispose())
