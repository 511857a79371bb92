"""Many rows at once: PostgreSQL's COPY and ids taken beforehand, inside the session's own transaction.

Rows go in COPY's text form. Writing it is plain work that another process can do ahead (``as_text``), so that the one
which holds the connection only passes bytes on; the driver's own binary form would ask every single item of an array
what kind of thing it is.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

CHUNK = 512 * 1024  # bytes sent at a time
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r", "\b": r"\b", "\f": r"\f", "\v": r"\v"})
_IN_ARRAY = str.maketrans({"\\": r"\\", '"': r"\""})
_NULL: Final = r"\N"


async def driver_of(session: AsyncSession) -> Any:
    """The asyncpg connection of a session, in its transaction (which only the first statement begins)."""
    raw: Any = (await (await session.connection()).get_raw_connection()).driver_connection
    if not raw.is_in_transaction():
        await session.execute(text("SELECT 1"))
    return raw


def as_text(rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows in COPY's text form. A jsonb value is given as its text; a list is an array.

    Raises TypeError for a value of a kind that no column of ours holds.
    """
    return "".join(["\t".join([_WRITERS[type(value)](value) for value in row]) + "\n" for row in rows]).encode()


def _array(values: Sequence[Any]) -> str:
    if not values:
        return "{}"
    return ("{" + ",".join([_item(value) for value in values]) + "}").translate(_ESCAPES)


def _item(value: Any) -> str:
    if value is None:
        return "NULL"
    return '"' + value.translate(_IN_ARRAY) + '"' if isinstance(value, str) else str(value)


class _Writers(dict[type, Callable[[Any], str]]):
    """How each kind of value is written; a kind derived from a known one is written as that."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        for base in kind.__mro__[1:]:
            if base in self and base is not object:
                self[kind] = self[base]
                return self[kind]
        raise TypeError(f"No column holds a {kind.__name__}.")


_WRITERS = _Writers(
    {
        type(None): lambda _: _NULL,
        str: lambda value: value.translate(_ESCAPES),
        bytes: lambda value: r"\\x" + value.hex(),
        bool: lambda value: "t" if value else "f",
        list: _array,
        tuple: _array,
        **dict.fromkeys((int, float, Decimal, UUID), str),
        **dict.fromkeys((datetime, date, time), lambda value: value.isoformat()),
    }
)


async def copy_rows(session: AsyncSession, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows to a table. Raises what an INSERT would: IntegrityError for a row the table refuses."""
    await copy_text(session, table, columns, as_text(rows))


async def copy_text(session: AsyncSession, table: str, columns: Sequence[str], data: bytes) -> None:
    """``copy_rows`` for rows that are in COPY's text form already."""
    if not data:
        return
    raw = await driver_of(session)
    try:
        await raw.copy_to_table(table, source=_chunks(data), columns=list(columns))
    except asyncpg.IntegrityConstraintViolationError as error:
        raise IntegrityError(f"COPY {table}", None, error) from error


async def _chunks(data: bytes) -> AsyncIterator[memoryview]:
    view = memoryview(data)
    for start in range(0, len(view), CHUNK):
        yield view[start : start + CHUNK]


@asynccontextmanager
async def held(
    session: AsyncSession, name: str, columns: Sequence[str], source: str, data: bytes
) -> AsyncIterator[None]:
    """Rows held in a temporary table of that name while the block lasts.

    ``source`` is the FROM clause that ``columns`` (given with their table where two have one of a name) take their
    types from. By this way rows enter a table behind row-level security, which COPY does not.
    """
    await session.execute(
        text(f"CREATE TEMP TABLE {name} ON COMMIT DROP AS SELECT {', '.join(columns)} FROM {source} WITH NO DATA")  # noqa: S608
    )
    await copy_text(session, name, [column.rpartition(".")[2] for column in columns], data)
    yield
    await session.execute(text(f"DROP TABLE {name}"))


async def insert_rows(session: AsyncSession, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """``copy_rows`` for a table behind row-level security."""
    names = ", ".join(columns)
    async with held(session, "incoming", columns, table, as_text(rows)):
        await session.execute(text(f"INSERT INTO {table} ({names}) SELECT {names} FROM incoming"))  # noqa: S608


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
