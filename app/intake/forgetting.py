"""Take one person out of the sheets on their way in, loaded or not: for a deletion.

Rows are found by the person's number; sheets that still wait for somebody to explain their columns are opened and
searched for it. What cannot be searched is counted, so that the proof can say so.
"""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict
from app.intake.models import ImportBatch, ImportFile, ImportPart
from app.intake.parts import SheetPart, open_part, seal_part
from app.shared.encryption import KeyRing
from app.shared.i18n import N_

UNDER_WAY = ("reading", "mapping", "checking")
EMPTIED = (
    "UPDATE import_row SET cells_cipher = NULL, undo_cipher = NULL, key_index = NULL, problems = '[]', "
    "changes = '{}', causes = '{}', "
    "state = CASE WHEN state IN ('bad', 'new', 'changed') THEN 'left_out' ELSE state END "
    "WHERE labourer_id = :id OR key_index = :index"
)


@dataclass
class Forgotten:
    """What was removed, and what could not be searched."""

    removed: dict[str, int] = field(default_factory=dict)
    unread: int = 0  # sheets nobody has read yet


async def forget(session: AsyncSession, keys: KeyRing, labourer_id: int, index: bytes, id_no: str) -> Forgotten:
    """Empty every row about the person. Raises Conflict (409) while a sheet is being read at this very moment."""
    forgotten = Forgotten()
    for batch in await _under_way(session):
        forgotten.removed["import_part"] = forgotten.removed.get("import_part", 0) + await _search(
            session, keys, batch, id_no
        )
    result: Any = await session.execute(text(EMPTIED), {"id": labourer_id, "index": index})
    forgotten.removed["import_row"] = result.rowcount
    forgotten.unread = await session.scalar(select(func.count()).select_from(ImportFile)) or 0
    return forgotten


async def _under_way(session: AsyncSession) -> list[ImportBatch]:
    """The sheets not checked yet, locked. One that a task holds would write its rows after the deletion.

    It is not waited for: the task may itself wait for the person's row, which whoever deletes has locked.
    """
    query = select(ImportBatch).where(ImportBatch.state.in_(UNDER_WAY)).order_by(ImportBatch.id)
    ids = set(await session.scalars(query.with_only_columns(ImportBatch.id)))
    free = list(await session.scalars(query.with_for_update(skip_locked=True)))
    if ids - {one.id for one in free}:
        raise Conflict(
            N_("A sheet is being read at this moment and may name the person. Try again in a minute; nothing was done.")
        )
    return free


async def _search(session: AsyncSession, keys: KeyRing, batch: ImportBatch, id_no: str) -> int:
    """Blank the person's rows in the parts of one sheet; how many."""
    own = [one["index"] for one in batch.columns if one.get("field") == "id_no"]
    blanked = 0
    query = select(ImportPart).where(ImportPart.batch_id == batch.id).order_by(ImportPart.number)
    for kept in await session.scalars(query):
        part = await asyncio.to_thread(open_part, keys, batch.uuid, kept.cells_cipher)
        found, clean = _without(part, own, id_no)
        if found:
            kept.cells_cipher = await asyncio.to_thread(seal_part, keys, batch.uuid, clean)
            blanked += found
    return blanked


def _without(part: SheetPart, own: list[int], id_no: str) -> tuple[int, SheetPart]:
    """The part with the person's rows blank; where another's row names them as head, that number alone goes."""
    found, rows = 0, []
    for row in part.sheet.rows:
        named = {place for place, cell in enumerate(row) if id_no in "".join(str(cell).split()).upper()}
        if not named:
            rows.append(row)
            continue
        found += 1
        is_theirs = not own or not named.isdisjoint(own)
        rows.append(["" if is_theirs or place in named else cell for place, cell in enumerate(row)])
    return found, replace(part, sheet=replace(part.sheet, rows=rows))
