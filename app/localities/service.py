"""Bring the shipped divisions into the database, once per edition."""

import csv
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.localities.models import AbolishedLocality, Locality, LocalityClosure, ReferenceLoad
from app.localities.reference import DATA, DIVISIONS, Localities, load_localities

NAME = "localities"
ABOLISHED = DATA / "divisions_abolished.csv"
KEY_COUNTIES = DATA / "key_counties.json"


def edition() -> str:
    """Changes with the content of the shipped files."""
    digest = hashlib.sha256()
    for path in (DIVISIONS, ABOLISHED, KEY_COUNTIES):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


async def load_reference(session: AsyncSession) -> bool:
    """Load divisions, closure and abolished codes if this edition is not there yet; whether anything was done.

    Codes that a newer edition lacks stay, as records may point at them.
    """
    version = edition()
    if await session.scalar(select(ReferenceLoad.version).where(ReferenceLoad.name == NAME)) == version:
        return False
    localities = load_localities()
    await _load_divisions(session, localities)
    await session.execute(delete(LocalityClosure))
    await _copy(session, LocalityClosure.__tablename__, list(_closure(localities)))
    await session.execute(delete(AbolishedLocality))
    await session.execute(insert(AbolishedLocality), list(_abolished(localities)))
    await session.execute(update(Locality).where(Locality.code.in_(_key_counties())).values(key_county=True))
    loaded = {"name": NAME, "version": version, "rows": len(localities.divisions)}
    noted = insert(ReferenceLoad).values(loaded)
    await session.execute(noted.on_conflict_do_update(index_elements=["name"], set_=loaded))
    return True


async def _load_divisions(session: AsyncSession, localities: Localities) -> None:
    known = set(await session.scalars(select(Locality.code)))
    ordered = sorted(localities.divisions.values(), key=lambda one: one.level)  # parents first
    columns = ("code", "level", "name", "full_name", "parent_code", "longitude", "latitude", "coordinate_source")
    records = [
        (
            one.code, one.level, one.name, localities.full_name(one.code), one.parent_code,
            one.longitude, one.latitude, one.coordinate_source,
        )
        for one in ordered
    ]  # fmt: skip
    await _copy(session, Locality.__tablename__, [row for row in records if row[0] not in known], columns)
    for row in (row for row in records if row[0] in known):
        values = dict(zip(columns, row, strict=True))
        await session.execute(update(Locality).where(Locality.code == row[0]).values(values))


def _closure(localities: Localities) -> Iterator[tuple[str, str, int]]:
    for code in localities.divisions:
        for depth, ancestor in enumerate(localities.ancestors(code)):
            yield ancestor, code, depth


def _abolished(localities: Localities) -> Iterator[dict[str, Any]]:
    with ABOLISHED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["code"]:
                successor = row["successor_code"]
                yield {
                    "code": row["code"],
                    "name": row["name"],
                    "first_year": int(row["first_year"]),
                    "last_year": int(row["last_year"]),
                    "successor_code": successor if successor in localities.divisions else None,
                }


def _key_counties() -> list[str]:
    return [one["code"] for one in json.loads(KEY_COUNTIES.read_text(encoding="utf-8"))["counties"]]


async def _copy(
    session: AsyncSession, table: str, records: list[tuple[Any, ...]], columns: tuple[str, ...] | None = None
) -> None:
    raw = (await (await session.connection()).get_raw_connection()).driver_connection
    assert raw is not None
    await raw.copy_records_to_table(table, records=records, columns=columns)
