"""Bring the shipped classification into the database, and remember what people decided about titles."""

import hashlib

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.localities.models import ReferenceLoad
from app.occupations.models import Occupation
from app.occupations.reference import OCCUPATIONS, classification

NAME = "occupations"


async def load_reference(session: AsyncSession) -> bool:
    """Load the classification if this edition is not there yet; whether anything was done."""
    version = hashlib.sha256(OCCUPATIONS.read_bytes()).hexdigest()[:16]
    if await session.scalar(select(ReferenceLoad.version).where(ReferenceLoad.name == NAME)) == version:
        return False
    rows = [
        {
            "code": one.code,
            "level": one.level,
            "name": one.name,
            "parent_code": one.parent_code,
            "aliases": list(one.aliases),
        }
        for one in classification().entries
    ]
    await session.execute(delete(Occupation))
    await session.execute(insert(Occupation), rows)
    loaded = {"name": NAME, "version": version, "rows": len(rows)}
    await session.execute(
        insert(ReferenceLoad).values(loaded).on_conflict_do_update(index_elements=["name"], set_=loaded)
    )
    return True
