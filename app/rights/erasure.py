"""Take a person out: every identity goes, what the law keeps stays without one, and a proof says what was removed.

Backups are outside the database and outside this: the certificate says so. What is done to each table stands in the
lists below; a test fails where a table points to people and stands in none of them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, literal_column, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.accounts.models import Organisation
from app.intake import forgetting
from app.labourers import queries as labourers
from app.labourers import service as labourer_service
from app.labourers.models import ErasedIdentity, Household, Labourer
from app.notifications import service as notices
from app.offers import ending as offers
from app.offers import refusals
from app.permissions import Actor
from app.rights.models import DeletionProof
from app.shared.clock import day_of
from app.shared.encryption import KeyRing

# Rows that go altogether.
REMOVED: Final = ("candidate", "labourer_skill")
# Columns that are emptied, and how, of rows that stay. Wishes are texts and places of the person's own.
EMPTIED: Final[dict[str, dict[str, str]]] = {
    "demand_list_entry": {
        "wish_places": "'[]'", "excluded_places": "'{}'", "return_places": "'{}'", "wish_trades": "'{}'",
        "excluded_trades": "'{}'", "excluded_conditions": "'{}'", "floor_net_month": "NULL", "hours_week_min": "NULL",
        "hours_week_max": "NULL", "lodging_needed": "NULL", "lodging_wanted": "'{}'", "lodging_acceptable": "'{}'",
        "shift_wanted": "'{}'", "shift_acceptable": "'{}'", "meals_wanted": "'{}'", "contract_wanted": "'{}'",
        "available_from": "NULL", "months_wanted": "NULL", "matters_most": "'{}'",
    },
    "rights_request": {"text_cipher": "NULL", "answer": "CASE WHEN answer IS NULL THEN NULL ELSE '' END"},
    "notice": {"recipient_cipher": "NULL", "recipient_index": "NULL", "secret_cipher": "NULL", "params": "'{}'"},
    # Append-only: the database takes this one change, of rows of a deleted person.
    "declaration": {"evidence": "CASE WHEN evidence IS NULL THEN NULL ELSE '' END"},
    "labourer_change": {"changes": "'{}'", "reason": "''"},
    "processing_limit": {"reason": "''"},
    "processing_limit_end": {"reason": "''"},
}  # fmt: skip
# Rows that stay as they are: they hold the person's number in this database and no word about them.
# A code of a slip is a keyed hash that opens nothing any more.
KEPT: Final = ("consent", "deletion_proof", "notice_choice", "offer", "own_code", "placement")
# Rows of sheets (app/intake/forgetting.py); households, which others may share; complaints, which are the
# authority's to keep and stand behind a wall of their own.
APART: Final = ("import_row", "household", "grievance")

STAYS: Final = frozenset({"id", "organisation_id", "version", "created_at", "updated_at", "erased_at"})
SET_ANEW: Final = frozenset({"uuid", "locality_code", "relation"})


@dataclass(frozen=True)
class Why:
    """On what ground a person is taken out, by whom: nobody where the retention table did it."""

    ground: str
    reason: str
    actor: Actor | None = None


async def erase(session: AsyncSession, keys: KeyRing, labourer: Labourer, why: Why, *, now: datetime) -> DeletionProof:
    """Take the person out of every table, in this transaction. The row must be locked by the caller.

    Raises Conflict (409) while a sheet that may name them is being read.
    """
    id_, index, custodian = labourer.id, labourer.id_no_index, labourer.organisation_id
    sheets = await forgetting.forget(session, keys, id_, index, labourer_service.id_no_of(keys, labourer))
    removed = await _household(session, keys, labourer) | sheets.removed
    for table in REMOVED:
        await _count(removed, session, table, f"DELETE FROM {table} WHERE labourer_id = :id", id=id_)  # noqa: S608
    removed |= await _person(session, labourer, now)
    await _leave_list(session, id_, now)
    await notices.drop_waiting(session, id_, now=now)
    await offers.end_of_people(session, [id_], now=now)
    await refusals.forget(session, id_)
    for table, columns in EMPTIED.items():
        removed |= await _empty(session, table, columns, id_)
    await _shut_own_pages(session, id_, now)
    hash_ = labourers.erased_hash(keys, index)
    session.add(ErasedIdentity(organisation_id=custodian, identity_hash=hash_, erased_on=day_of(now)))
    proof = DeletionProof(
        labourer_id=id_, organisation_id=custodian, at=now, by_user_id=why.actor.user_id if why.actor else None,
        ground=why.ground, reason=why.reason, removed={name: n for name, n in sorted(removed.items()) if n},
        kept=await _kept(session, id_) | ({"import_file": sheets.unread} if sheets.unread else {}),
    )  # fmt: skip
    session.add(proof)
    audit.record(session, why.actor, "rights.erase", "labourer", id_, reason=why.reason, ground=why.ground)
    await session.flush()  # the certificate is shown by its number
    return proof


async def _shut_own_pages(session: AsyncSession, id_: int, now: datetime) -> None:
    """No slip and no open session leads to what is left."""
    for table, column in (("own_code", "revoked_at"), ("portal_session", "ended_at")):
        shut = f"UPDATE {table} SET {column} = :now WHERE labourer_id = :id AND {column} IS NULL"  # noqa: S608
        await session.execute(text(shut), {"id": id_, "now": now})


async def _count(removed: dict[str, int], session: AsyncSession, name: str, statement: str, **values: Any) -> None:
    result: Any = await session.execute(text(statement), values)
    removed[name] = removed.get(name, 0) + result.rowcount


async def _household(session: AsyncSession, keys: KeyRing, labourer: Labourer) -> dict[str, int]:
    """A household of nobody else goes; where others stay, the head's particulars go if they are this person's."""
    household = await session.get(Household, labourer.household_id) if labourer.household_id else None
    if household is None:
        return {}
    others = select(func.count()).where(Labourer.household_id == household.id, Labourer.id != labourer.id)
    if not await session.scalar(others):
        labourer.household_id = None
        await session.flush()  # nobody points to the household any more when it goes
        await session.delete(household)
        return {"household": 1}
    sealed = household.head_id_no_cipher
    number = keys.decrypt("household.head_id_no", household.uuid, sealed) if sealed else None
    is_head = labourer.relation == "head" or number == labourer_service.id_no_of(keys, labourer)
    if not is_head:
        return {}
    names = ("head_name_cipher", "head_id_no_cipher", "head_phone_cipher")
    found = [name for name in names if getattr(household, name) is not None]
    for name in found:
        setattr(household, name, None)
    return {f"household.{name}": 1 for name in found}


async def _person(session: AsyncSession, labourer: Labourer, now: datetime) -> dict[str, int]:
    """Every column of the record that is not on the short list of what stays."""
    table = Labourer.__table__
    custodian = select(Organisation.locality_code).where(Organisation.id == labourer.organisation_id)
    county = await session.scalar(custodian)
    values: dict[str, Any] = {"erased_at": now, "updated_at": now, "uuid": func.gen_random_uuid(), "relation": "member"}
    values["locality_code"] = county or labourer.locality_code
    removed = {}
    for column in table.columns:
        if column.name in STAYS | SET_ANEW:
            continue
        values[column.name] = None if column.nullable else literal_column("'{}'")
        if getattr(labourer, column.name) not in (None, [], ()):
            removed[f"labourer.{column.name}"] = 1
    await session.execute(update(Labourer).where(Labourer.id == labourer.id).values(values))
    session.expunge(labourer)  # what is in memory is not to be written back
    return {**removed, "labourer.uuid": 1}


async def _leave_list(session: AsyncSession, id_: int, now: datetime) -> None:
    statement = (
        "UPDATE demand_list_entry SET left_on = coalesce(left_on, :day), left_reason = coalesce(left_reason, 'other') "
        "WHERE labourer_id = :id"
    )
    await session.execute(text(statement), {"day": day_of(now), "id": id_})


async def _empty(session: AsyncSession, table: str, columns: dict[str, str], id_: int) -> dict[str, int]:
    full = ", ".join(f"count(*) FILTER (WHERE {name}::text NOT IN ('', '[]', '{{}}')) AS {name}" for name in columns)
    query = text(f"SELECT {full} FROM {table} WHERE labourer_id = :id")  # noqa: S608 (names of this module)
    counts = (await session.execute(query, {"id": id_})).one()._asdict()
    changes = ", ".join(f"{name} = {empty}" for name, empty in columns.items())
    await session.execute(text(f"UPDATE {table} SET {changes} WHERE labourer_id = :id"), {"id": id_})  # noqa: S608
    return {f"{table}.{name}": number for name, number in counts.items()}


async def _kept(session: AsyncSession, id_: int) -> dict[str, int]:
    kept = {}
    for table in (*EMPTIED, *(name for name in KEPT if name != "deletion_proof")):
        query = text(f"SELECT count(*) FROM {table} WHERE labourer_id = :id")  # noqa: S608 (names of this module)
        kept[table] = await session.scalar(query, {"id": id_}) or 0
    trail = text("SELECT count(*) FROM audit_event WHERE subject_kind = 'labourer' AND subject_id = :id")
    kept["audit_event"] = await session.scalar(trail, {"id": id_}) or 0
    return {table: number for table, number in kept.items() if number}


async def readmit(
    session: AsyncSession, actor: Actor, keys: KeyRing, id_no: str, reason: str, *, now: datetime
) -> bool:
    """Let somebody whom the actor's office deleted be entered again, by their own wish; whether it had done so."""
    hash_ = labourers.erased_hash(keys, keys.blind_index("id_no", id_no))
    lifted = (
        update(ErasedIdentity)
        .where(
            ErasedIdentity.organisation_id == actor.organisation_id,  # of one's own office's deletions alone
            ErasedIdentity.identity_hash == hash_,
            ErasedIdentity.readmitted_at.is_(None),
        )
        .values(readmitted_at=now, readmitted_by=actor.user_id)
        .returning(ErasedIdentity.id)
    )
    found = (await session.scalars(lifted)).all()
    for id_ in found:
        audit.record(session, actor, "rights.readmit", "erased_identity", id_, reason=reason)
    return bool(found)
