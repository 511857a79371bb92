"""Is the trail whole? Every row, every seal and every signed head is worked out again, and what is wrong is named.

Nothing the database says of itself is believed: prints are made here from the fields, hashes from the prints, and how
far the chain must go stands in the signed heads outside. One transaction sees one moment, while the service goes on.
"""

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import asyncpg
import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from app.trail.content import FIELDS, GENESIS, GONE, row_print, seal_hash
from app.trail.head import Head, SignedHead
from app.trail.sealing import microseconds

MOST_NAMED: Final = 200  # findings told one by one; more are counted
ROWS_AT_ONCE: Final = 20_000

SEALS: Final = "SELECT no, sealed_at, rows, total, ids, leaves, previous_hash, hash FROM audit_seal ORDER BY no"
COLUMNS: Final = ", ".join(f"({one})::text" for one in FIELDS)
# The range lets the database walk its index whatever it knows of the table.
ROWS: Final = (
    f"SELECT {COLUMNS}, content_hash, id FROM audit_event "  # noqa: S608 (fixed texts)
    "WHERE id BETWEEN $2 AND $3 AND id = ANY($1::bigint[])"
)
IDS: Final = "SELECT id FROM audit_event ORDER BY id"
WAITING: Final = "SELECT w.audit_id, e.at FROM audit_waiting w LEFT JOIN audit_event e ON e.id = w.audit_id"

Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was: altered, deleted, inserted, cut_off, chain or head."""

    kind: str
    what: str
    row: int | None = None
    seal: int | None = None


@dataclass
class Verdict:
    """What verifying found."""

    rows: int = 0
    seals: int = 0
    waiting: int = 0
    oldest_waiting: datetime | None = None
    head: Head | None = None
    heads: int = 0
    findings: list[Finding] = field(default_factory=list)
    found: int = 0
    last_row: int | None = None

    @property
    def is_whole(self) -> bool:
        return not self.found

    def add(self, kind: str, what: str, *, row: int | None = None, seal: int | None = None) -> None:
        self.found += 1
        if self.found <= MOST_NAMED:
            self.findings.append(Finding(kind, what, row, seal))


async def verify(session: AsyncSession, heads: Sequence[SignedHead], told: Told = lambda _done, _all: None) -> Verdict:
    """Verify the whole trail in a transaction that has not begun yet; ``told`` hears rows done and rows in all."""
    steady = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    raw = (await (await session.connection(execution_options=steady)).get_raw_connection()).driver_connection
    assert raw is not None
    verdict = Verdict(heads=len(heads))
    signed = _judge_heads(verdict, heads)
    total = await raw.fetchval("SELECT coalesce(max(total), 0) FROM audit_seal")
    last = await _walk(raw, verdict, signed, lambda: told(verdict.rows, total))
    _judge_end(verdict, last, signed)
    await _judge_unsealed(raw, verdict, np.array(last.ids, np.int64))
    return verdict


def _judge_heads(verdict: Verdict, heads: Sequence[SignedHead]) -> dict[int, Head]:
    """The heads the key vouches for, by seal."""
    signed: dict[int, Head] = {}
    for one in heads:
        if one.head is None:
            verdict.add("head", f"{one.where} is not readable as a head.")
        elif not one.is_signed:
            verdict.add("head", f"{one.where}: the signature does not hold; the head was altered.", seal=one.head.no)
        else:
            known = signed.setdefault(one.head.no, one.head)
            if known.hash != one.head.hash:
                verdict.add("head", f"{one.where} signs another seal {known.no} than an earlier head.", seal=known.no)
    if signed:
        verdict.head = signed[max(signed)]
    return signed


@dataclass
class _Last:
    """The seal before."""

    no: int = 0
    total: int = 0
    hash: bytes = GENESIS
    rewritten: bool = False
    ids: "array[int]" = field(default_factory=lambda: array("q"))  # of all rows under seals so far


async def _walk(
    raw: asyncpg.Connection, verdict: Verdict, signed: Mapping[int, Head], told: Callable[[], None]
) -> _Last:
    """Seal by seal, with the rows of many small ones read together."""
    last, batch, held = _Last(), [], 0
    fetch = await raw.prepare(ROWS)
    async for seal in raw.cursor(SEALS, prefetch=50):
        _judge_seal(verdict, last, seal, signed)
        batch.append(seal)
        held += seal["rows"]
        if held >= ROWS_AT_ONCE:
            await _judge_rows(fetch, verdict, batch)
            batch, held = [], 0
            told()
    await _judge_rows(fetch, verdict, batch)
    told()
    return last


def _judge_seal(verdict: Verdict, last: _Last, seal: Mapping[str, Any], signed: Mapping[int, Head]) -> None:
    no = seal["no"]
    if no != last.no + 1:
        gap = f"Seal {last.no + 1} is missing" if no == last.no + 2 else f"Seals {last.no + 1} to {no - 1} are missing"
        verdict.add("deleted", f"{gap}, with the rows under them; the last row before is {verdict.last_row}.", seal=no)
    elif seal["previous_hash"] != last.hash:
        verdict.add("chain", f"Seal {no} does not follow from seal {last.no}.", seal=no)
    at = microseconds(seal["sealed_at"])
    if seal_hash(no, at, seal["total"], seal["previous_hash"], seal["ids"], seal["leaves"]) != seal["hash"]:
        verdict.add("chain", f"Seal {no} was altered: its hash is not that of its rows.", seal=no)
    head = signed.get(no)
    if head and not last.rewritten and head.hash != seal["hash"]:
        moment = datetime.fromtimestamp(head.signed_at_us / 1e6, UTC)
        verdict.add(
            "chain", f"Seal {no} is not the one signed at {moment:%Y-%m-%d %H:%M:%S} UTC: the chain was rewritten, at "
            "this seal or between it and the signed one before.", seal=no,
        )  # fmt: skip
        last.rewritten = True
    last.ids.extend(seal["ids"])
    last.no, last.total, last.hash = no, seal["total"], seal["hash"]
    verdict.seals += 1
    verdict.last_row = seal["ids"][-1]


async def _judge_rows(fetch: Any, verdict: Verdict, seals: list[Any]) -> None:
    ids = [audit_id for seal in seals for audit_id in seal["ids"]]
    found = {row[-1]: row for row in await fetch.fetch(ids, min(ids), max(ids))} if ids else {}
    fields = len(FIELDS)
    for seal in seals:
        leaves = seal["leaves"]
        for place, audit_id in enumerate(seal["ids"]):
            leaf, row = leaves[32 * place : 32 * place + 32], found.get(audit_id)
            if row is None:
                when = "deleted before it was sealed" if leaf == GONE else "deleted"
                verdict.add("deleted", f"Row {audit_id} was {when} (seal {seal['no']}).", row=audit_id, seal=seal["no"])
            elif row_print(row[:fields]) != leaf or row[fields] != leaf:
                told = f"Row {audit_id} was altered: it is not what was sealed (seal {seal['no']})."
                verdict.add("altered", told, row=audit_id, seal=seal["no"])
    verdict.rows += len(ids)


def _judge_end(verdict: Verdict, last: _Last, signed: Mapping[int, Head]) -> None:
    """Does the chain go as far as was signed?"""
    if not signed:
        if verdict.seals:
            verdict.add("head", "There is no signed head, so a tail that was cut off would not be seen.")
        return
    head = signed[max(signed)]
    if last.no < head.no:
        verdict.add(
            "cut_off", f"The tail was cut off: the signed head stands at seal {head.no} with {head.total} rows, the "
            f"chain ends at seal {last.no} with {last.total}; {head.total - last.total} rows after row "
            f"{verdict.last_row} are missing.", row=verdict.last_row, seal=last.no,
        )  # fmt: skip


async def _judge_unsealed(raw: asyncpg.Connection, verdict: Verdict, sealed: "np.ndarray[Any, Any]") -> None:
    """Rows outside the chain: those of the last moments wait; others came in by another way than the trail's."""
    kept = array("q")
    async for row in raw.cursor(IDS, prefetch=ROWS_AT_ONCE):
        kept.append(row["id"])
    waiting = await raw.fetch(WAITING)
    for row in waiting:
        if row["at"] is None:
            verdict.add("deleted", f"Row {row['audit_id']} was deleted before it was sealed.", row=row["audit_id"])
    ids = [row["audit_id"] for row in waiting if row["at"] is not None]
    for row_id in np.setdiff1d(np.array(kept, np.int64), np.concatenate([sealed, np.array(ids, np.int64)])):
        told = f"Row {row_id} was inserted past the trail: it is neither sealed nor waiting to be."
        verdict.add("inserted", told, row=int(row_id))
    once, times = np.unique(sealed, return_counts=True)
    for row_id in once[times > 1]:
        verdict.add("chain", f"Row {row_id} stands under two seals.", row=int(row_id))
    verdict.waiting = len(ids)
    verdict.oldest_waiting = min((row["at"] for row in waiting if row["at"] is not None), default=None)
    for row in await raw.fetch(ROWS, ids, min(ids), max(ids)) if ids else ():
        if row_print(row[: len(FIELDS)]) != row[len(FIELDS)]:
            verdict.add("altered", f"Row {row['id']} was altered before it was sealed.", row=row["id"])
