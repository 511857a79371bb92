"""All SQL about sheets brought in. An office sees its own."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Organisation
from app.errors import NotFound
from app.intake.models import ROW_STATES, ImportBatch, ImportRow, RememberedHeader
from app.intake.preparing import UNDONE
from app.intake.row_texts import opened
from app.localities.models import LocalityClosure
from app.permissions import Actor, Permission
from app.shared.encryption import KeyRing
from app.shared.i18n import N_
from app.shared.pagination import Page, Paging
from app.vacancies.models import Vacancy

PERMISSIONS = {"demand": Permission.DEMAND_IMPORT, "supply": Permission.SUPPLY_IMPORT}


@dataclass(frozen=True)
class CauseCount:
    """How many rows of a batch have a cause in a column; ``params`` are those of one of them."""

    code: str
    level: str
    field: str | None
    column: str
    params: dict[str, Any]
    rows: int


def visible_to(actor: Actor) -> Select[ImportBatch]:
    """The sheets of the actor's own office, of the lists their role brings in."""
    kinds = [kind for kind, permission in PERMISSIONS.items() if actor.may(permission)]
    own = ImportBatch.organisation_id == actor.organisation_id
    unread = ImportBatch.kind.is_(None) & (ImportBatch.uploaded_by == actor.user_id)
    return select(ImportBatch).where(own, ImportBatch.kind.in_(kinds) | unread)


async def get(session: AsyncSession, actor: Actor, uuid: UUID, *, lock: bool = False) -> ImportBatch:
    """One batch. Raises NotFound (404)."""
    query = visible_to(actor).where(ImportBatch.uuid == uuid)
    batch = await session.scalar(query.with_for_update() if lock else query)
    if batch is None:
        raise NotFound(N_("There is no such sheet, or it belongs to another office."))
    return batch


async def page(session: AsyncSession, actor: Actor, paging: Paging) -> Page[ImportBatch]:
    """The office's batches, newest first."""
    query = visible_to(actor)
    total = await session.scalar(select(func.count()).select_from(query.with_only_columns(ImportBatch.id).subquery()))
    ordered = query.order_by(ImportBatch.id.desc()).offset(paging.offset).limit(paging.size)
    return Page(list(await session.scalars(ordered)), total or 0, paging)


async def rows(
    session: AsyncSession, batch: ImportBatch, *, states: Collection[str] = (), cause: str = "", paging: Paging
) -> Page[ImportRow]:
    """Rows of a batch the actor may see, in the order of the sheet."""
    query = select(ImportRow).where(ImportRow.batch_id == batch.id)
    if states:
        query = query.where(ImportRow.state.in_(states))
    if cause:
        query = query.where(ImportRow.causes.contains([cause]))
    total = await session.scalar(select(func.count()).select_from(query.with_only_columns(ImportRow.id).subquery()))
    ordered = query.order_by(ImportRow.row_no).offset(paging.offset).limit(paging.size)
    return Page(list(await session.scalars(ordered)), total or 0, paging)


async def row(session: AsyncSession, batch: ImportBatch, uuid: UUID, *, lock: bool = False) -> ImportRow:
    """One row of a batch. Raises NotFound (404)."""
    query = select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.uuid == uuid)
    found = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound(N_("There is no such row in this sheet."))
    return found


async def causes(
    session: AsyncSession, keys: KeyRing, batch: ImportBatch, states: Collection[str] = ("bad",)
) -> list[CauseCount]:
    """What is wrong in rows of these states, the most frequent first; in the words of one such row."""
    found = await session.execute(
        text(
            "SELECT p ->> 'code' AS code, p ->> 'level' AS level, p ->> 'field' AS field, p ->> 'column' AS col, "
            "(array_agg(jsonb_build_array(r.uuid, p -> 'params') ORDER BY r.id))[1] AS example, "
            "count(DISTINCT r.id) AS rows "
            "FROM import_row r CROSS JOIN LATERAL jsonb_array_elements(r.problems) p "
            "WHERE r.batch_id = :batch_id AND r.state = ANY(:states) "
            "GROUP BY 1, 2, 3, 4 ORDER BY (p ->> 'level') <> 'error', count(DISTINCT r.id) DESC, 1, 3"
        ).columns(example=ImportBatch.failure.type),
        {"batch_id": batch.id, "states": list(states)},
    )
    return [
        CauseCount(
            one.code, one.level, one.field, one.col or "", opened(keys, UUID(one.example[0]), one.example[1]), one.rows
        )
        for one in found
    ]


async def counts(session: AsyncSession, batch_id: int) -> dict[str, int]:
    """How many rows stand in each state."""
    query = select(ImportRow.state, func.count()).where(ImportRow.batch_id == batch_id).group_by(ImportRow.state)
    found = Counter(dict((await session.execute(query)).all()))
    return {state: found[state] for state in ROW_STATES}


async def remembered(session: AsyncSession, organisation_id: int, kind: str | None) -> dict[str, str]:
    """Header key → field, as the office said earlier."""
    query = select(RememberedHeader.header, RememberedHeader.field).where(
        RememberedHeader.organisation_id == organisation_id
    )
    if kind:
        query = query.where(RememberedHeader.kind == kind)
    return dict((await session.execute(query.order_by(RememberedHeader.kind))).all())


async def custodian_of(session: AsyncSession, actor: Actor) -> int:
    """The county office that has the people of this office's place in custody: itself, or the one above a township."""
    if actor.organisation_kind == "county" or not actor.organisation_locality:
        return actor.organisation_id
    query = (
        select(Organisation.id)
        .join(LocalityClosure, LocalityClosure.ancestor_code == Organisation.locality_code)
        .where(Organisation.kind == "county", LocalityClosure.descendant_code == actor.organisation_locality)
        .order_by(LocalityClosure.depth, Organisation.id)
    )
    return await session.scalar(query.limit(1)) or actor.organisation_id


async def taken_keys(
    session: AsyncSession, batch_id: int, keys: Sequence[bytes], *, without: Collection[int]
) -> dict[bytes, int]:
    """Key → the first other row of the batch that is about the same and counts."""
    query = (
        select(ImportRow.key_index, func.min(ImportRow.row_no))
        .where(ImportRow.batch_id == batch_id, ImportRow.key_index.in_(keys), ImportRow.state != "left_out")
        .where(ImportRow.row_no.not_in(without))
        .group_by(ImportRow.key_index)
    )
    return {key: row_no for key, row_no in await session.execute(query) if key}


async def alike(session: AsyncSession, batch: ImportBatch, mark: str) -> list[ImportRow]:
    """The open rows of a batch that have the same cause in the same text, locked."""
    query = select(ImportRow).where(
        ImportRow.batch_id == batch.id,
        ImportRow.state.in_(("bad", "new", "changed")),
        ImportRow.problems.contains([{"alike": mark}]),
    )
    return list(await session.scalars(query.order_by(ImportRow.row_no).with_for_update()))


async def undone_posts(session: AsyncSession, posts: Collection[Vacancy]) -> set[int]:
    """Those of the posts that stand closed because their import was undone, by the hour at which that was done.

    The reason of a closing is free text, so a person may have closed a post with the very same word.
    """
    closed = [one.id for one in posts if one.state == "closed" and one.state_reason == UNDONE]
    if not closed:
        return set()
    query = (
        select(Vacancy.id)
        .join(ImportRow, ImportRow.vacancy_id == Vacancy.id)
        .join(ImportBatch, ImportBatch.id == ImportRow.batch_id)
        .where(Vacancy.id.in_(closed), ImportRow.state == "undone", ImportBatch.undone_at == Vacancy.updated_at)
    )
    return set(await session.scalars(query))


async def rows_by_uuid(session: AsyncSession, batch: ImportBatch, uuids: Collection[UUID]) -> list[ImportRow]:
    """Rows of a batch, locked, in the order of the sheet."""
    query = select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.uuid.in_(uuids))
    return list(await session.scalars(query.order_by(ImportRow.row_no).with_for_update()))


async def open_rows(
    session: AsyncSession, batch: ImportBatch, uuids: Collection[UUID], cause: str = ""
) -> list[ImportRow]:
    """Rows that are not settled, locked: the given ones, and the bad ones of a cause."""
    asked = ImportRow.uuid.in_(uuids) & ImportRow.state.in_(("bad", "new", "changed"))
    if cause:
        asked |= (ImportRow.state == "bad") & ImportRow.causes.contains([cause])
    query = select(ImportRow).where(ImportRow.batch_id == batch.id, asked)
    return list(await session.scalars(query.order_by(ImportRow.row_no).with_for_update()))
