"""The engine, the base of every table, and the only commit of a request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import DateTime, MetaData, Text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from app.wall import NOBODY, Wall, session_options

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Sessions = async_sessionmaker[AsyncSession]


class Base(DeclarativeBase):
    """Every table of Duijie."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    # Text without a length: a limit belongs to the rule that needs it, not to the column.
    type_annotation_map = {datetime: DateTime(timezone=True), str: Text}  # noqa: RUF012 (SQLAlchemy's own attribute)


def make_engine(url: str, **options: Any) -> AsyncEngine:
    """An engine on asyncpg; plain ``postgresql://`` addresses are taken as such too."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            url = "postgresql+asyncpg://" + url.removeprefix(prefix)
    return create_async_engine(url, pool_pre_ping=True, hide_parameters=True, **options)  # errors are logged


def make_sessions(engine: AsyncEngine, wall: Wall = NOBODY, *, counts: AsyncEngine | None = None) -> Sessions:
    """Sessions whose objects stay readable after the commit, as pages are rendered before it.

    They reach no record of a person beyond ``wall``; a request's is set once it is known who asks. ``counts`` are
    connections kept for what must be written whatever becomes of the request, see ``own_transaction``.
    """
    return async_sessionmaker(engine, expire_on_commit=False, **session_options(wall, counts=counts))


@asynccontextmanager
async def own_transaction(session: AsyncSession) -> AsyncIterator[AsyncSession]:
    """A short transaction beside the request's, committed even where the request is refused.

    It has connections of its own: were they taken from the requests' pool, enough requests at once would each hold
    one and wait for another for ever.
    """
    bind = session.info.get("counts") or session.bind
    async with AsyncSession(bind, join_transaction_mode="create_savepoint") as own, own.begin():
        yield own


async def unit_of_work(request: Request) -> AsyncIterator[AsyncSession]:
    """One request, one transaction, committed before the answer leaves (hence function scope)."""
    async with request.app.state.sessions() as session, session.begin():
        yield session


Session = Annotated[AsyncSession, Depends(unit_of_work, scope="function")]
