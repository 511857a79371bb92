"""Rows against what is on the lists already: whom or what they are about, and what they would change."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations import queries as declarations
from app.intake import preparing, preparing_posts, queries
from app.intake.desk import Desk
from app.intake.layout import Layout
from app.intake.office import keys_in
from app.intake.preparing import Compared, KeptRow, Words
from app.intake.row_texts import JsonProblem
from app.intake.staging import StagedRow
from app.labourers import bulk
from app.labourers import queries as labourers
from app.vacancies.models import Vacancy


@dataclass(frozen=True, slots=True)
class Found:
    """The record that a row is about, and what the row changes in it."""

    labourer_id: int | None = None
    vacancy_id: int | None = None
    compared: Compared = field(default_factory=Compared)


async def compare_people(session: AsyncSession, desk: Desk, rows: Sequence[StagedRow]) -> dict[int, Found]:
    """Row number → what was found, for rows about people who are listed, here or elsewhere."""
    owners = await bulk.owners(session, [row.key_index for row in rows if row.key_index])
    ours: dict[int, StagedRow] = {}
    found: dict[int, Found] = {}
    for row in rows:
        labourer_id, custodian = owners.get(row.key_index or b"", (None, None))
        if labourer_id is not None and custodian == desk.office.custodian_id:
            ours[labourer_id] = row
        elif labourer_id is not None:
            found[row.row_no] = Found(compared=Compared(problems=[listed_elsewhere(desk.layout)]))
    if ours:
        records = await bulk.known_people(session, list(ours))
        words = await words_of(session, [record.id for record in records])
        kept = [KeptRow(ours[record.id].uuid, ours[record.id].cells_cipher) for record in records]
        compared = await desk.run(
            preparing.compare, kept, records, words, desk.layout, desk.office, desk.titles, desk.keys_from
        )
        for record, one in zip(records, compared, strict=True):
            found[ours[record.id].row_no] = Found(labourer_id=record.id, compared=one)
    return found


async def deleted_people(session: AsyncSession, desk: Desk, rows: Sequence[StagedRow]) -> dict[int, Found]:
    """Row number → that the person was deleted, for such rows among those about nobody who is listed."""
    deleted = await erased(session, desk, [row.key_index for row in rows])
    return {
        row.row_no: Found(compared=Compared(problems=[erased_before(desk.layout, day)]))
        for row in rows
        if (day := deleted.get(row.key_index or b""))
    }


def listed_elsewhere(layout: Layout) -> JsonProblem:
    """Said without a word about who has the person in custody."""
    return {"level": "error", "field": "id_no", "column": layout.letters.get("id_no", ""), "code": "listed_elsewhere",
            "params": {}}  # fmt: skip


async def erased(session: AsyncSession, desk: Desk, indexes: Sequence[bytes | None]) -> dict[bytes, date]:
    """Of people nobody has listed, those whom this list's office deleted: a sheet does not bring them back."""
    keys = keys_in(desk.keys_from)
    wanted = [index for index in indexes if index]
    return await labourers.erased_on(session, keys, desk.office.custodian_id, wanted) if wanted else {}


def erased_before(layout: Layout, day: date) -> JsonProblem:
    """The row names somebody whose data were deleted."""
    return {"level": "error", "field": "id_no", "column": layout.letters.get("id_no", ""), "code": "erased_before",
            "params": {"day": day.isoformat()}}  # fmt: skip


async def words_of(session: AsyncSession, labourer_ids: Sequence[int]) -> list[Words]:
    """What each person, and a proxy for them, said last; in the order asked."""
    own = await declarations.last_of(session, labourer_ids)
    proxies = await declarations.last_proxies(session, labourer_ids)
    return [Words(own.get(id_), proxies.get(id_)) for id_ in labourer_ids]


def next_free_key(key: bytes, taken: Mapping[bytes, Any]) -> bytes:
    """The key itself, or that of the second, third … post of the same firm, title and place in one sheet."""
    candidate, number = key, 1
    while candidate in taken:
        number += 1
        candidate = hashlib.sha256(key + number.to_bytes(4, "big")).digest()[: len(key)]
    return candidate


def source_key(key: bytes) -> str:
    """The key as the vacancy keeps it."""
    return key.hex()


async def compare_posts(session: AsyncSession, desk: Desk, rows: Sequence[StagedRow]) -> dict[int, Found]:
    """Row number → what was found, for rows about posts this office has entered before."""
    by_key = {source_key(row.key_index): row for row in rows if row.key_index}
    query = select(Vacancy).where(
        Vacancy.entered_by_organisation_id == desk.office.organisation_id, Vacancy.source_key.in_(list(by_key))
    )
    known = list(await session.scalars(query.order_by(Vacancy.id)))
    if not known:
        return {}
    pairs = [(by_key[one.source_key or ""], one) for one in known]
    kept = [KeptRow(row.uuid, row.cells_cipher) for row, _ in pairs]
    undone = await queries.undone_posts(session, known)
    records = [preparing_posts.known_post(one, undone) for one in known]
    compared = await desk.run(
        preparing_posts.compare, kept, records, desk.layout, desk.office, desk.titles, desk.keys_from
    )
    return {
        row.row_no: Found(vacancy_id=one.id, compared=result)
        for (row, one), result in zip(pairs, compared, strict=True)
    }
