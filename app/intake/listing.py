"""Sheets and rows stretch by stretch for programs, and how many rows share one trouble."""

from collections.abc import Collection

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.intake import queries
from app.intake.models import ImportBatch, ImportRow
from app.permissions import Actor


async def alike_counts(
    session: AsyncSession, batch: ImportBatch, marks: Collection[str], states: Collection[str]
) -> dict[str, int]:
    """Mark → rows in these states with the same cause in the same text."""
    found = await session.execute(
        text(
            "SELECT p ->> 'alike' AS mark, count(DISTINCT r.id) AS rows "
            "FROM import_row r CROSS JOIN LATERAL jsonb_array_elements(r.problems) p "
            "WHERE r.batch_id = :batch_id AND r.state = ANY(:states) AND p ->> 'alike' = ANY(:marks) GROUP BY 1"
        ),
        {"batch_id": batch.id, "states": list(states), "marks": list(marks)},
    )
    return {one.mark: one.rows for one in found}


async def batches_before(session: AsyncSession, actor: Actor, last_id: int, limit: int) -> list[ImportBatch]:
    """The office's sheets older than that one (0: from the newest), newest first."""
    query = queries.visible_to(actor)
    if last_id:
        query = query.where(ImportBatch.id < last_id)
    return list(await session.scalars(query.order_by(ImportBatch.id.desc()).limit(limit)))


async def rows_after(
    session: AsyncSession, batch: ImportBatch, *, state: str, cause: str, last_id: int, limit: int
) -> list[ImportRow]:
    """Rows of a batch the actor may see, by id, which is the order of the sheet."""
    query = select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.id > last_id)
    if state:
        query = query.where(ImportRow.state == state)
    if cause:
        query = query.where(ImportRow.causes.contains([cause]))
    return list(await session.scalars(query.order_by(ImportRow.id).limit(limit)))
