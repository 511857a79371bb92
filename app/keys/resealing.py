"""Passing every cipher to the newest key while people read and write.

Small transactions take a few hundred rows that nobody is changing, seal their values anew and let go. Rows in use are
left for the next round. How far it has come stands in the ciphers themselves, so that it goes on after a kill.
"""

import asyncio
import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import structlog
from cryptography.exceptions import InvalidTag
from sqlalchemy import and_, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Base, Sessions
from app.keys.columns import SealedColumn, SealedTable, sealed_tables
from app.shared.encryption import KeyRing, key_number
from app.wall import widened

log = structlog.get_logger(__name__)

ROWS_AT_ONCE: Final = 200
ROUNDS: Final = 20  # rows that people hold open for longer than all these rounds are named as left
ROUND_PAUSE: Final = 0.5  # seconds

Told = Callable[[int, int], Any]


@dataclass
class Resealed:
    """What a run of re-sealing did: values, and rows it could not open."""

    newest: int
    values: int = 0
    left: int = 0
    unreadable: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For a task's result and for programs."""
        return {
            "key": self.newest,
            "values": self.values,
            "left": self.left,
            "unreadable": len(self.unreadable),
            "unreadable_rows": self.unreadable[:20],
        }


async def open_all(session: AsyncSession) -> None:
    """For this transaction, what tables behind a wall of their own ask of whoever changes the keys.

    Such a table names the settings in its ``info``: ``{"reseal_as": {"duijie.duty": "keys"}}``.
    """
    for table in sealed_tables(Base.metadata):
        for name, value in table.table.info.get("reseal_as", {}).items():
            await session.execute(select(func.set_config(name, value, True)))


async def usage(session: AsyncSession) -> dict[str, dict[int, int]]:
    """How many values stand under which key: column → key number → values."""
    found: dict[str, dict[int, int]] = {}
    async with widened(session):
        await open_all(session)
        for table in sealed_tables(Base.metadata):
            for column in table.columns:
                rows = await session.execute(column.counted())
                found[column.name] = {int.from_bytes(number, "big"): values for number, values in rows}
        await _shut_again(session)
    return found


async def _shut_again(session: AsyncSession) -> None:
    """Whoever only counts goes on behind the walls; the reach itself is put back by ``widened``."""
    for table in sealed_tables(Base.metadata):
        for name in table.table.info.get("reseal_as", {}):
            await session.execute(select(func.set_config(name, "", True)))


def older(used: Mapping[str, Mapping[int, int]], newest: int) -> int:
    """Values that are not under the newest key."""
    return sum(values for keys in used.values() for number, values in keys.items() if number != newest)


async def reseal(
    sessions: Sessions,
    keys: KeyRing,
    told: Told = lambda _done, _all: None,
    *,
    stop: Callable[[], bool] = lambda: False,
) -> Resealed:
    """Seal every value with the newest key; ``told`` (it may be a coroutine) hears how many of how many are done."""
    keys.refresh()
    done = Resealed(keys.newest)
    async with sessions() as session:
        total = older(await usage(session), done.newest)
    for turn in range(ROUNDS):
        done.unreadable.clear()  # each round meets them again
        for table in sealed_tables(Base.metadata):
            await _reseal_table(sessions, keys, table, done, total, told, stop)
        async with sessions() as session:
            done.left = older(await usage(session), done.newest)
        if stop() or done.left <= len(done.unreadable):
            break
        await asyncio.sleep(ROUND_PAUSE * turn)
    if done.unreadable:
        log.error("values that no key opens", rows=done.unreadable[:20], number=len(done.unreadable))
    return done


async def _reseal_table(
    sessions: Sessions, keys: KeyRing, table: SealedTable, done: Resealed, total: int, told: Told,
    stop: Callable[[], bool],
) -> None:  # fmt: skip
    last: tuple[Any, ...] | None = None
    keyed = len(table.primary_key)
    while not stop():
        async with sessions() as session, session.begin():
            await open_all(session)
            rows = (await session.execute(table.older_after(done.newest, last, ROWS_AT_ONCE))).all()
            if not rows:
                return
            changes = [_changed(keys, table, row, done) for row in rows]
            await _write(session, table, [change for change in changes if change])
        last = tuple(rows[-1][:keyed])
        if asyncio.iscoroutine(telling := told(done.values, total)):
            await telling


def _changed(keys: KeyRing, table: SealedTable, row: Any, done: Resealed) -> dict[str, Any] | None:
    """New values of a row with the primary key and the old ones, as the update wants them; None for none."""
    keyed = len(table.primary_key)
    uuid = row[keyed]
    change: dict[str, Any] = {f"key_{place}": value for place, value in enumerate(row[:keyed])}
    values = 0
    for place, column in enumerate(table.columns):
        before = row[keyed + 1 + place]
        try:
            after, number = _again(keys, column, uuid, before, done.newest)
        except (InvalidTag, KeyError, ValueError):
            done.unreadable.append(f"{column.name} {row[:keyed]}")
            after, number = before, 0  # left as it is; the row's other values pass
        change |= {f"old_{place}": before, f"new_{place}": after}
        values += number
    done.values += values
    return change if values else None


def _again(keys: KeyRing, column: SealedColumn, uuid: UUID, before: Any, newest: int) -> tuple[Any, int]:
    """A column's value under the newest key, and how many ciphers that were."""
    if before is None:
        return None, 0
    if column.inside:
        name = column.inside.rpartition(".")[2]
        return _json_again(keys, column.field, uuid, before, name, newest)
    if key_number(before) == newest:
        return before, 0
    return keys.encrypt_bytes(column.field, uuid, keys.decrypt_bytes(column.field, uuid, before)), 1


def _json_again(keys: KeyRing, name: str, uuid: UUID, value: Any, inside: str, newest: int) -> tuple[Any, int]:
    if isinstance(value, list):
        parts = [_json_again(keys, name, uuid, one, inside, newest) for one in value]
        return [part for part, _ in parts], sum(number for _, number in parts)
    if not isinstance(value, dict):
        return value, 0
    result, changed = {}, 0
    for key, one in value.items():
        if key == inside and isinstance(one, str):
            before = base64.b64decode(one)
            if key_number(before) != newest:
                before = keys.encrypt_bytes(name, uuid, keys.decrypt_bytes(name, uuid, before))
                changed += 1
            result[key] = base64.b64encode(before).decode()
        else:
            result[key], number = _json_again(keys, name, uuid, one, inside, newest)
            changed += number
    return result, changed


async def _write(session: AsyncSession, table: SealedTable, changes: list[dict[str, Any]]) -> None:
    """Put the new values in place of exactly the old ones."""
    if not changes:
        return
    same_row = and_(*(key == bindparam(f"key_{place}") for place, key in enumerate(table.primary_key)))
    same_values = and_(
        *(
            one.column.is_not_distinct_from(bindparam(f"old_{place}", type_=one.column.type))
            for place, one in enumerate(table.columns)
        )
    )
    new = {one.column.name: bindparam(f"new_{place}", type_=one.column.type) for place, one in enumerate(table.columns)}
    connection = await session.connection()
    await connection.execute(update(table.table).where(same_row, same_values).values(new), changes)
