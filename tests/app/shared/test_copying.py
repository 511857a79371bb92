"""Rows by way of COPY arrive as they were, whatever stands in them."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.shared.copying import as_text, copy_rows, held, take_ids

COLUMNS = {
    "a_text": "text", "a_number": "bigint", "a_share": "double precision", "an_amount": "numeric", "a_yes": "boolean",
    "a_day": "date", "a_time": "timestamptz", "a_uuid": "uuid", "some_bytes": "bytea", "texts": "text[]",
    "numbers": "bigint[]", "plain": "jsonb",
}  # fmt: skip
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
VALUES = st.tuples(
    TEXTS | st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.decimals(allow_nan=False, allow_infinity=False, places=3),
    st.booleans(),
    st.dates(),
    st.datetimes().map(lambda time: time.replace(tzinfo=UTC, fold=0)),
    st.uuids(),
    st.binary(),
    st.lists(TEXTS | st.none()),
    st.lists(st.integers(-(2**63), 2**63 - 1)),
    st.dictionaries(TEXTS, TEXTS | st.integers(0, 9)).map(json.dumps),
)


async def _make(session: AsyncSession) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    await session.execute(text(f"CREATE TEMP TABLE IF NOT EXISTS everything ({columns})"))
    await session.execute(text("TRUNCATE everything"))


async def _through(session: AsyncSession, rows: list[tuple[Any, ...]]) -> list[str]:
    await _make(session)
    await copy_rows(session, "everything", tuple(COLUMNS), rows)
    names = ", ".join((*list(COLUMNS)[:-1], "plain::text"))
    return sorted(_shown(tuple(row)) for row in await session.execute(text(f"SELECT {names} FROM everything")))


def _shown(row: tuple[Any, ...]) -> str:
    return repr((*row[:-1], json.dumps(json.loads(row[-1]), sort_keys=True)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(VALUES, max_size=4))
async def test_rows_arrive_as_they_were(session: AsyncSession, rows: list[tuple[Any, ...]]) -> None:
    """Any text, number, day, bytes or list there is."""
    assert await _through(session, rows) == sorted(map(_shown, rows))


async def test_signs_of_the_form_itself_are_only_text(session: AsyncSession) -> None:
    row = ("\\N", None, 0.1, Decimal("-7.250"), True, date(1, 1, 1), datetime(9999, 12, 31, 23, 59, tzinfo=UTC),
           UUID(int=0), b"\\x\0", ["NULL", None, "", "{}", 'a"b', "\\", ",", "\t\n\r\b\f\v"], [],
           '{"a": "\\\\N\\t"}')  # fmt: skip
    assert await _through(session, [row]) == [_shown(row)]


async def test_what_the_table_refuses_is_refused(session: AsyncSession) -> None:
    await session.execute(text("CREATE TEMP TABLE strict (id bigint PRIMARY KEY)"))
    with pytest.raises(IntegrityError):
        await copy_rows(session, "strict", ("id",), [(1,), (1,)])


def test_a_value_of_no_column_is_an_error() -> None:
    with pytest.raises(TypeError, match="complex"):
        as_text([(1j,)])


async def test_held_rows_are_there_only_meanwhile(session: AsyncSession) -> None:
    async with held(session, "waiting", ("app_user.id", "post.role"), "app_user, post", as_text([(7, "auditor")])):
        assert (await session.execute(text("SELECT id, role FROM waiting"))).all() == [(7, "auditor")]
    assert await session.scalar(text("SELECT to_regclass('pg_temp.waiting')")) is None


async def test_ids_ascend(session: AsyncSession) -> None:
    ids = await take_ids(session, "household", 5)
    assert ids == sorted(set(ids))
    assert await take_ids(session, "household", 0) == []
