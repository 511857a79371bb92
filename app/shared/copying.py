"""Many rows at once: PostgreSQL's COPY and ids taken beforehand, inside the session's own transaction."""

from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession


async def driver_of(session: AsyncSession) -> Any:
    """The asyncpg connection of a session, in its transaction (which only the first statement begins)."""
    raw: Any = (await (await session.connection()).get_raw_connection()).driver_connection
    if not raw.is_in_transaction():
        await session.execute(text("SELECT 1"))
    return raw


async def copy_rows(session: AsyncSession, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows to a table. A jsonb value is given as its text.

    Raises what an INSERT through the session would: IntegrityError for a row the table refuses.
    """
    raw = await driver_of(session)
    try:
        await raw.copy_records_to_table(table, records=rows, columns=list(columns))
    except asyncpg.IntegrityConstraintViolationError as error:
        raise IntegrityError(f"COPY {table}", None, error) from error


async def insert_rows(session: AsyncSession, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """``copy_rows`` for a table behind row-level security, which COPY does not enter: by way of a temporary table."""
    raw = await driver_of(session)
    names = ", ".join(columns)
    await raw.execute(f"CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT {names} FROM {table} WITH NO DATA")  # noqa: S608
    try:
        await raw.copy_records_to_table("incoming", records=rows, columns=list(columns))
        await raw.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM incoming")  # noqa: S608
    except asyncpg.IntegrityConstraintViolationError as error:
        raise IntegrityError(f"INSERT INTO {table}", None, error) from error
    await raw.execute("DROP TABLE incoming")


async def take_ids(session: AsyncSession, table: str, count: int) -> list[int]:
    """Ids for rows that are about to be appended, in ascending order."""
    if not count:
        return []
    raw = await driver_of(session)
    taken = await raw.fetch(
        # the sequence is looked up once, not for every id
        "SELECT nextval(known.sequence) AS id FROM generate_series(1, $2), "
        "(SELECT pg_get_serial_sequence($1, 'id')::regclass AS sequence OFFSET 0) AS known",
        table,
        count,
    )
    return sorted(row["id"] for row in taken)
