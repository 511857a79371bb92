"""What people do with the demand list: enter a person, correct, look at an identity, take off the list."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.errors import Conflict, Invalid, Stale
from app.free_text import refuse_private
from app.labourers import clear, queries, records
from app.labourers.models import DemandListEntry, Household, Labourer, LabourerChange, LabourerSkill
from app.labourers.schemas import PersonFacts
from app.permissions import Actor
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from app.shared.i18n import N_

REVEALABLE = ("name", "id_no", "phone")
# Not "own wish": a no is no mark on a record (V4); it is one of the others.
LEAVING_REASONS = ("moved_away", "working", "entered_twice", "deceased", "other")
ERASED_BEFORE = N_(
    "This person's data were deleted on %(day)s. Only their own wish brings them back: ask them, and record it under "
    "Rights of people, Deletions."
)
REASON_LENGTH = 4  # characters a reason has at least; "ok" explains nothing


async def enter(
    session: AsyncSession,
    actor: Actor,
    keys: KeyRing,
    facts: PersonFacts,
    *,
    now: datetime,
    custodian_id: int | None = None,
) -> Labourer:
    """Put a person on the demand list of the actor's office, or of the one a township registers for.

    Raises Conflict (409) if the identity number is listed already, Invalid (422) for a household out of reach.
    """
    custodian = actor.organisation_id if custodian_id is None else custodian_id
    records.refuse_lost_places(facts)
    await refuse_listed(session, custodian, keys, facts.id_no)
    row = records.labourer_row(keys, custodian, facts, records.token_maker(keys))
    row["household_id"] = await _household_id(session, custodian, keys, facts)
    labourer = (await session.scalars(insert(Labourer).returning(Labourer), [row])).one()
    await session.execute(
        insert(DemandListEntry),
        [
            {
                "labourer_id": labourer.id,
                "organisation_id": custodian,
                "entered_on": day_of(now),
                **records.wish_row(facts),
            }
        ],
    )
    await _write_skills(session, labourer.id, facts)
    audit.record(session, actor, "labourer.enter", "labourer", labourer.id)
    return labourer


async def refuse_listed(session: AsyncSession, custodian_id: int, keys: KeyRing, id_no: str) -> None:
    """Raises Conflict (409): for one's own list with a hint where, for another county's without a word about it."""
    index = keys.blind_index("id_no", id_no)
    owner = await queries.custodian_of(session, index)
    if owner is None:
        if day := (await queries.erased_on(session, keys, custodian_id, [index])).get(index):
            raise Conflict(ERASED_BEFORE, day=str(day))
        return
    if owner == custodian_id:
        raise Conflict(N_("This identity number is on your list already. Search for it and correct the entry there."))
    raise Conflict(N_("This identity number cannot be entered here. Ask your province's office."))


async def _household_id(session: AsyncSession, custodian_id: int, keys: KeyRing, facts: PersonFacts) -> int | None:
    if not facts.household_no:
        return None
    row = records.household_row(keys, custodian_id, facts)
    same = {"organisation_id": custodian_id, "household_no": facts.household_no}
    statement = upsert(Household).values(row).on_conflict_do_nothing(index_elements=list(same))
    await session.execute(statement)
    household_id = await session.scalar(select(Household.id).filter_by(**same))
    if household_id is None:  # it is there, behind the second wall: a link to nothing would part the person from theirs
        raise Invalid(
            N_("This household is registered where you cannot see it. Ask your county office; nothing was saved."),
            fields={"household_no": N_("Registered in another place.")},
        )
    return household_id


async def _write_skills(session: AsyncSession, labourer_id: int, facts: PersonFacts) -> None:
    await session.execute(delete(LabourerSkill).where(LabourerSkill.labourer_id == labourer_id))
    rows = [{"labourer_id": labourer_id, **row} for row in records.skill_rows(facts)]
    if rows:
        await session.execute(insert(LabourerSkill), rows)


def read_facts(
    keys: KeyRing,
    labourer: Labourer,
    entry: DemandListEntry,
    skills: list[LabourerSkill],
    household: Household | None,
) -> PersonFacts:
    """The record in plain values again, for a form or a comparison."""
    wishes = {name: getattr(entry, name) for name in records.WISH_FIELDS}
    facts = {name: getattr(labourer, name) for name in records.PLAIN_FIELDS}
    base = PersonFacts(
        name=name_of(keys, labourer), id_no=id_no_of(keys, labourer), phone=phone_of(keys, labourer), **facts
    )
    return replace(
        base,
        household_no=household.household_no if household else None,
        skills=[records.skill_facts(skill) for skill in skills],
        wishes=records.wish_facts(wishes),
    )


def name_of(keys: KeyRing, labourer: Labourer) -> str:
    """The name in clear; what may be shown of it is the caller's matter."""
    return keys.decrypt("labourer.name", labourer.uuid, labourer.name_cipher)


def id_no_of(keys: KeyRing, labourer: Labourer) -> str:
    """The identity number in clear."""
    return keys.decrypt("labourer.id_no", labourer.uuid, labourer.id_no_cipher)


def phone_of(keys: KeyRing, labourer: Labourer) -> str | None:
    """The phone number in clear, if there is one."""
    cipher = labourer.phone_cipher
    return keys.decrypt("labourer.phone", labourer.uuid, cipher) if cipher else None


async def correct(
    session: AsyncSession,
    actor: Actor,
    keys: KeyRing,
    labourer: Labourer,
    facts: PersonFacts,
    *,
    version: int,
    reason: str,
    now: datetime,
) -> dict[str, list[Any]]:
    """Replace a locked record by corrected facts and keep what changed.

    Raises Stale (412) if somebody changed it meanwhile, Conflict (409) for another person's identity
    number, Invalid (422) for a household out of reach.
    """
    if labourer.version != version:
        raise Stale(N_("Somebody else changed this record meanwhile. Load it again; what you typed is kept below."))
    entry = await queries.entry_of(session, labourer.id)
    if entry is None:
        raise Conflict(N_("This person is not on the demand list any more."))
    skills = (await queries.skills_of(session, [labourer.id]))[labourer.id]
    household = await queries.household_of(session, labourer)
    before = read_facts(keys, labourer, entry, skills, household)
    changes = records.differences(before, facts)
    if not changes:
        return {}
    if "excluded_places" in changes:
        records.refuse_lost_places(facts)
    if "id_no" in changes:
        await refuse_listed(session, labourer.organisation_id, keys, facts.id_no)
    await _apply(session, keys, labourer, entry, facts, now)
    session.add(
        LabourerChange(labourer_id=labourer.id, at=now, by_user_id=actor.user_id, reason=reason, changes=changes)
    )
    audit.record(session, actor, "labourer.correct", "labourer", labourer.id, reason=reason, fields=sorted(changes))
    return changes


async def _apply(
    session: AsyncSession,
    keys: KeyRing,
    labourer: Labourer,
    entry: DemandListEntry,
    facts: PersonFacts,
    now: datetime,
) -> None:
    sealed = records.sealed_identity(keys, labourer.uuid, facts, records.token_maker(keys))
    for name, value in sealed.items():
        setattr(labourer, name, value)
    for name in records.PLAIN_FIELDS:
        setattr(labourer, name, getattr(facts, name))
    for name, value in records.wish_row(facts).items():
        setattr(entry, name, value)
    labourer.household_id = await _household_id(session, labourer.organisation_id, keys, facts)
    labourer.version += 1
    labourer.updated_at = now
    await _write_skills(session, labourer.id, facts)


async def reveal(
    session: AsyncSession,
    actor: Actor,
    keys: KeyRing,
    labourer: Labourer,
    field: str,
    reason: str,
    *,
    allowed: clear.Allowance,
) -> str | None:
    """One identity field in clear, on the trail with its reason, so often an hour and no oftener.

    Raises Invalid (422) without a real reason, TooManyRequests (429).
    """
    if len(reason.strip()) < REASON_LENGTH:
        raise Invalid(
            N_("Say why you need to see it; the person can read your reason."), fields={"reason": N_("Required.")}
        )
    reason = refuse_private(reason, "reason")
    if field not in REVEALABLE:
        raise Invalid(N_("There is no such field."))
    await clear.count_look(session, actor, allowed)
    readers = {"name": name_of, "id_no": id_no_of, "phone": phone_of}
    audit.record(session, actor, "labourer.reveal", "labourer", labourer.id, reason=reason, field=field)
    return readers[field](keys, labourer)


def reason_for_clear(reason: str) -> str:
    """The reason to have identities in a file. Raises Invalid (422) where it explains nothing."""
    if len(reason.strip()) < REASON_LENGTH:
        raise Invalid(
            N_("Say what the identities are needed for; it stands in the file and on the trail."),
            fields={"reason": N_("Required.")},
        )
    return refuse_private(reason, "reason")


async def take_off_list(session: AsyncSession, actor: Actor, labourer: Labourer, reason: str, *, now: datetime) -> None:
    """End the person's entry on the list; the record stays. Raises Conflict (409) if it has ended."""
    entry = await queries.entry_of(session, labourer.id)
    if entry is None or entry.left_on is not None:
        raise Conflict(N_("This person is not on the demand list any more."))
    if reason not in LEAVING_REASONS:
        raise Invalid(N_("Choose a reason from the list."), fields={"reason": N_("Required.")})
    entry.left_on, entry.left_reason = day_of(now), reason
    audit.record(session, actor, "labourer.take_off", "labourer", labourer.id, reason=reason)


async def put_back_on_list(session: AsyncSession, actor: Actor, labourer: Labourer) -> None:
    """Undo ``take_off_list``."""
    entry = await queries.entry_of(session, labourer.id)
    if entry is None or entry.left_on is None:
        raise Conflict(N_("This person is on the demand list."))
    entry.left_on = entry.left_reason = None
    audit.record(session, actor, "labourer.put_back", "labourer", labourer.id)


async def facts_of(session: AsyncSession, keys: KeyRing, labourers: list[Labourer]) -> dict[int, PersonFacts]:
    """The records of several listed people in plain values, four queries in all."""
    ids = [one.id for one in labourers]
    entries, skills = await queries.entries_of(session, ids), await queries.skills_of(session, ids)
    households = await queries.households_of(session, labourers)
    return {
        one.id: read_facts(keys, one, entries[one.id], skills[one.id], households.get(one.household_id or 0))
        for one in labourers
        if one.id in entries
    }
