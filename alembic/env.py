"""Run the revisions as the role that owns the tables, asynchronously. ``app/migrations.py`` prepares and calls this."""

import asyncio

from alembic import context
from sqlalchemy import Connection, make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.background.queue import QUEUE_TABLES
from app.migrations import database_server, prepare
from app.models import Base
from app.settings import Settings


def include_name(name: str | None, kind: str, _: object) -> bool:
    """Leave out the queue's tables: a revision makes them from PgQueuer's own statements, without models."""
    return not (kind == "table" and name in QUEUE_TABLES)


def migrate(connection: Connection, app_role: str | None) -> None:
    prepare(connection, app_role)
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=include_name,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def connect_and_migrate(owner_url: str, app_url: str | None) -> None:
    engine = create_async_engine(owner_url, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate, make_url(app_url).username if app_url else None)
    await engine.dispose()


def main() -> None:
    attributes = context.config.attributes
    if owner_url := attributes.get("owner_url"):
        asyncio.run(connect_and_migrate(owner_url, attributes.get("app_url")))
        return
    with database_server(Settings()) as server:  # started by the alembic command itself
        asyncio.run(connect_and_migrate(server.url("owner"), server.url("app")))


if context.is_offline_mode():
    raise SystemExit("Revisions read the database as they run, so there is no SQL to print: leave out --sql.")
main()
