"""A real PostgreSQL for every test run: embedded, or the ordinary server DATABASE_URL names.

Each worker has a database of its own, migrated once. A test works inside one transaction that is rolled back; what
the application commits is a savepoint of it.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool

from app.accounts.models import UserSession
from app.accounts.service import token_hash
from app.database import make_sessions
from app.localities.service import load_reference as load_localities
from app.main import create_app
from app.migrations import Server, database_server, upgrade
from app.occupations.service import load_reference as load_occupations
from app.permissions import Actor
from app.settings import Settings
from app.shared.encryption import KeyRing, make_key_file, read_key_file
from app.wall import EVERYBODY, NOBODY, WalledSession, session_options

# As in the service: without the variables of every frame, which would take the better part of a minute to print.
structlog.configure(
    processors=[
        structlog.stdlib.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)
pytest_plugins = ["tests.browser", "tests.figures"]

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)  # ten in the morning of a Saturday, in Shanghai


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    make_key_file(folder / "keys.json")
    return folder


@pytest.fixture(scope="session")
def server(data_dir: Path) -> Iterator[Server]:
    with database_server(Settings(data_dir=data_dir)) as running:
        yield running


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only the tables' owner could do where DATABASE_URL alone makes the application their owner."""
    settings = Settings()
    if not settings.database_url or settings.migration_database_url:
        return
    out = [item for item in items if item.get_closest_marker("owner_apart")]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if item not in out]


@pytest.fixture(scope="session")
def database(server: Server) -> Iterator[str]:
    """Name of a migrated database with the reference data, made for this worker and dropped after it."""
    name = f"duijie_test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    server.drop_database(name)
    server.create_database(name)
    upgrade(server.url("owner", name), server.url("app", name))
    asyncio.run(_load_reference(server.url("app", name)))
    yield name
    server.drop_database(name)


async def _load_reference(url: str) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    async with make_sessions(engine, EVERYBODY)() as session, session.begin():
        await load_localities(session)
        await load_occupations(session)
    await engine.dispose()


@pytest.fixture
def fresh_database(server: Server, database: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A copy of the migrated database for a test that must really commit; nobody may be connected to the original."""
    name = f"{database}_copy"
    server.drop_database(name)
    server.create_database(name, template=database)
    yield name
    server.drop_database(name)


@pytest.fixture(scope="session")
def settings(server: Server, database: str, data_dir: Path) -> Settings:
    return Settings(database_url=server.url("app", database), data_dir=data_dir, demo=True)


@pytest.fixture(scope="session")
def keys(settings: Settings) -> KeyRing:
    return read_key_file(settings.key_file)


@pytest.fixture
async def engine(settings: Settings) -> AsyncIterator[AsyncEngine]:
    assert settings.database_url
    engine = create_async_engine(settings.database_url, poolclass=NullPool)
    yield engine
    await engine.dispose()


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.connect() as connection:
        outer = await connection.begin()
        yield connection
        await outer.rollback()


@pytest.fixture
def sessions(connection: AsyncConnection) -> async_sessionmaker[AsyncSession]:
    return _sessions_on(connection, **session_options(EVERYBODY))


def _sessions_on(connection: AsyncConnection, **options: Any) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint", **options)


@pytest.fixture
async def session(sessions: async_sessionmaker[AsyncSession]) -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def whole_application(settings: Settings) -> FastAPI:
    return create_app(settings, clock=lambda: NOW)


@pytest.fixture
def application(whole_application: FastAPI, connection: AsyncConnection) -> FastAPI:
    """Its requests begin behind the wall, as outside the tests, but share the test's transaction: when one ends, the
    test itself reaches everybody again."""
    assert connection.sync_connection
    shared = connection.sync_connection

    class BorrowedSession(WalledSession):
        def close(self) -> None:
            super().close()
            if shared.in_transaction() and not shared.invalidated:
                shared.execute(text("SELECT set_config('duijie.reach', 'all', true)"))

    options = session_options(NOBODY) | {"sync_session_class": BorrowedSession}
    whole_application.state.sessions = _sessions_on(connection, **options)
    return whole_application


@pytest.fixture
async def client(application: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody signed in; English, so that a test reads what it asserts."""
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", cookies={"duijie_lang": "en"}) as client:
        yield client


@pytest.fixture
def sign_in(client: httpx.AsyncClient, session: AsyncSession) -> Callable[[Actor], object]:
    """``await sign_in(actor)``: the client's browser from now on; forms get their token from ``actor.csrf_token``."""

    async def begin(actor: Actor) -> httpx.AsyncClient:
        token = f"token-{actor.user_id}"
        await session.merge(
            UserSession(
                token_hash=token_hash(token),
                user_id=actor.user_id,
                post_id=actor.post_id,
                csrf_token=actor.csrf_token,
                created_at=NOW,
                expires_at=NOW.replace(year=NOW.year + 1),
            )
        )
        await session.commit()
        client.cookies.set("duijie_session", token)
        client.headers["x-csrf-token"] = actor.csrf_token
        return client

    return begin


@pytest.fixture
def count_queries(engine: AsyncEngine) -> Callable[[], AbstractContextManager[list[str]]]:
    """``with count_queries() as statements:`` collects what reaches the database."""

    @contextmanager
    def collect() -> Iterator[list[str]]:
        statements: list[str] = []

        def keep(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            statements.append(statement)

        event.listen(engine.sync_engine, "before_cursor_execute", keep)
        yield statements
        event.remove(engine.sync_engine, "before_cursor_execute", keep)

    return collect
