"""How many rows of a batch share one trouble, for the button that mends them together."""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.intake.models import ImportBatch


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
