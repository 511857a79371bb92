"""All SQL of the demand list. There is no way to a row without an actor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, LargeBinary, Select, Subquery, and_, any_, cast, exists, false, func, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, BYTEA
from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations import queries as declarations
from app.errors import NotFound
from app.labourers.models import DemandListEntry, ErasedIdentity, Household, Labourer, LabourerChange, LabourerSkill
from app.localities.models import Locality
from app.localities.queries import places_in, within
from app.permissions import Actor, Permission, Reach
from app.shared.encryption import KeyRing
from app.shared.i18n import N_
from app.shared.names import query_tokens
from app.shared.pagination import Page, Paging

SORTS = ("newest", "place", "stated", "floor")


@dataclass(frozen=True)
class Filters:
    """What a reader of the list narrows it to. Empty means everything."""

    search: str = ""
    scope: str = ""  # of the current statement
    standing: str = ""  # "current" for those available, "ask" for those nobody has asked or not for long
    township: str = ""
    trade: str = ""
    status: str = ""  # employment
    sort: str = SORTS[0]

    @property
    def narrow(self) -> bool:
        """Whether anybody is left out."""
        return any((self.search.strip(), self.scope, self.standing, self.township, self.trade, self.status))


def visible_to(actor: Actor) -> Select[Labourer]:
    """The labourers this person may know of by name or number: their custodian's and their region's offices only."""
    query = select(Labourer).where(Labourer.erased_at.is_(None))
    here = within(Labourer.locality_code, actor.scope)
    match actor.reach(Permission.LABOURERS_VIEW):
        case Reach.CUSTODY:
            return query.where(Labourer.organisation_id == actor.organisation_id, here)
        case Reach.REGION:
            return query.where(here)
        case Reach.VILLAGE:
            return query.where(here, Labourer.village_name == actor.village)
    return query.where(false())


async def get(session: AsyncSession, actor: Actor, uuid: UUID, *, lock: bool = False) -> Labourer:
    """One labourer this person may see. Raises NotFound (404)."""
    query = visible_to(actor).where(Labourer.uuid == uuid)
    labourer = await session.scalar(query.with_for_update(of=Labourer) if lock else query)
    if labourer is None:
        raise NotFound(N_("No such person in your lists."))
    return labourer


async def custodian_of(session: AsyncSession, id_no_index: bytes) -> int | None:
    """The office whose list holds the number, wherever it is: to be told to nobody but in the words of ``service``."""
    owners = func.known_owners(cast([id_no_index], ARRAY(BYTEA))).table_valued("id_no_index", "id", "organisation_id")
    found: int | None = await session.scalar(select(owners.c.organisation_id))
    return found


def _listed(actor: Actor, *, said: bool = True) -> tuple[Select[Any], Subquery]:
    """Whoever stands on the list, and the statement they made last; without ``said`` no condition may name it."""
    latest = declarations.latest_own_of(Labourer.id)
    query = (
        visible_to(actor)
        .join(DemandListEntry, DemandListEntry.labourer_id == Labourer.id)
        .where(DemandListEntry.left_on.is_(None))
    )
    return query.outerjoin(latest, true()) if said else query, latest


def _rows(actor: Actor, today: date) -> tuple[Select[Any], Subquery]:
    query, latest = _listed(actor)
    query = query.join(Locality, Locality.code == Labourer.locality_code).add_columns(
        DemandListEntry,
        Locality.name.label("place_name"),
        latest.c.scope,
        latest.c.stated_on,
        latest.c.expires_on,
        latest.c.channel,
        declarations.standing(latest, Labourer.id, today).label("standing"),
    )
    return query, latest


def _search(query: Select[Any], actor: Actor, keys: KeyRing, text: str) -> Select[Any]:
    compact = "".join(text.split()).upper()
    if len(compact) >= 15 and compact[:14].isdecimal():
        return query.where(Labourer.id_no_index == keys.blind_index("id_no", compact))
    if compact.isdecimal() and len(compact) >= 7:
        return query.where(Labourer.phone_index == keys.blind_index("phone", compact))
    tokens = [keys.token(kind, value) for kind, value in sorted(query_tokens(text))]
    if not tokens:
        return query.where(false())
    custodian = actor.organisation_id if actor.reach(Permission.LABOURERS_VIEW) is Reach.CUSTODY else None
    named = func.people_named(cast(tokens, ARRAY(BIGINT)), cast(custodian, Integer))  # the index, past the second wall
    # As an array, known before the people are looked for: so by their ids, not by going through everybody.
    return query.where(Labourer.id == any_(func.array(select(named).scalar_subquery())))


def _narrow(
    query: Select[Any], latest: Subquery, actor: Actor, keys: KeyRing, filters: Filters, today: date
) -> Select[Any]:
    standing = declarations.standing(latest, Labourer.id, today)
    if filters.search.strip():
        query = _search(query, actor, keys, filters.search)
    # Whoever said no cannot be picked out: neither "not now" nor a word taken back is a filter (V4).
    if filters.scope:
        query = query.where(standing == "current", latest.c.scope == filters.scope, latest.c.scope != "not_now")
    if filters.standing == "ask":
        query = query.where(standing.in_(("not_stated", "expired")))
    elif filters.standing:
        query = query.where(standing == "current", latest.c.scope != "not_now")
    if filters.township:
        # An array as well: a township's people by the index, not the county's one by one.
        places = func.array(places_in([filters.township]).scalar_subquery())
        query = query.where(Labourer.locality_code == any_(places))
    if filters.trade:
        has = exists().where(LabourerSkill.labourer_id == Labourer.id, LabourerSkill.trade_family == filters.trade)
        query = query.where(or_(has, DemandListEntry.wish_trades.contains([filters.trade])))
    if filters.status:
        query = query.where(Labourer.employment_status == filters.status)
    return query


def _order(latest: Subquery, sort: str) -> tuple[Any, ...]:
    return {
        "place": (Labourer.locality_code, Labourer.village_name.nulls_last(), Labourer.id),
        "stated": (latest.c.stated_on.desc().nulls_last(), Labourer.id),
        "floor": (DemandListEntry.floor_net_month.desc().nulls_last(), Labourer.id),
    }.get(sort, (Labourer.id.desc(),))


async def page(
    session: AsyncSession, actor: Actor, keys: KeyRing, filters: Filters, *, paging: Paging, today: date,
    listed: int | None = None,
) -> Page[Any]:  # fmt: skip
    """One page of the demand list: (labourer, entry, place name, statement …) rows, and how many in all.

    First who stands on it, then their rows: statements of thousands are looked up only where something asks for them.
    ``listed`` is how many stand on the whole list, where that was counted already.
    """
    said = bool(filters.scope or filters.standing)
    total = listed
    if total is None or filters.narrow:
        total = await session.scalar(_ids(actor, keys, filters, today, said=said).with_only_columns(func.count()))
    query = _ids(actor, keys, filters, today, said=said or filters.sort == "stated", ordered=True)
    ids = list(await session.scalars(query.offset(paging.offset).limit(paging.size)))
    rows, _ = _rows(actor, today)
    found = {row.Labourer.id: row for row in await session.execute(rows.where(Labourer.id.in_(ids)))}
    return Page([found[id_] for id_ in ids if id_ in found], total or 0, paging)


def _ids(
    actor: Actor, keys: KeyRing, filters: Filters, today: date, *, said: bool, ordered: bool = False
) -> Select[Any]:
    query, latest = _listed(actor, said=said)
    query = _narrow(query.with_only_columns(Labourer.id), latest, actor, keys, filters, today)
    return query.order_by(*_order(latest, filters.sort)) if ordered else query


async def after(
    session: AsyncSession, actor: Actor, keys: KeyRing, filters: Filters, *, last_id: int, limit: int, today: date
) -> list[Any]:
    """The next rows by id, for programs that read the whole list."""
    query, latest = _rows(actor, today)
    query = _narrow(query, latest, actor, keys, filters, today)
    return list((await session.execute(query.where(Labourer.id > last_id).order_by(Labourer.id).limit(limit))).all())


async def counts_by_standing(session: AsyncSession, actor: Actor, today: date) -> dict[str, int]:
    """How many people stand where: each scope of a current statement, and those to be asked."""
    query, latest = _listed(actor)
    standing = declarations.standing(latest, Labourer.id, today)
    key = func.coalesce(func.nullif(standing, "current"), latest.c.scope)
    rows = await session.execute(query.with_only_columns(key, func.count()).group_by(key))
    counts = {str(name): int(number) for name, number in rows}
    counts["ask"] = counts.get("not_stated", 0) + counts.get("expired", 0)
    return counts


async def skills_of(session: AsyncSession, labourer_ids: list[int]) -> dict[int, list[LabourerSkill]]:
    """The skills of several people in one query, in their own order."""
    found: dict[int, list[LabourerSkill]] = {labourer_id: [] for labourer_id in labourer_ids}
    query = select(LabourerSkill).where(LabourerSkill.labourer_id.in_(labourer_ids))
    for skill in await session.scalars(query.order_by(LabourerSkill.labourer_id, LabourerSkill.position)):
        found[skill.labourer_id].append(skill)
    return found


async def entry_of(session: AsyncSession, labourer_id: int) -> DemandListEntry | None:
    """The person's line on the demand list."""
    return await session.scalar(select(DemandListEntry).where(DemandListEntry.labourer_id == labourer_id))


async def changes_of(session: AsyncSession, labourer_id: int) -> list[LabourerChange]:
    """What was corrected on a person's record, newest first."""
    query = select(LabourerChange).where(LabourerChange.labourer_id == labourer_id)
    return list(await session.scalars(query.order_by(LabourerChange.id.desc())))


async def household_of(session: AsyncSession, labourer: Labourer) -> Household | None:
    """The household, if the register names one."""
    return await session.get(Household, labourer.household_id) if labourer.household_id else None


async def others_in_household(session: AsyncSession, actor: Actor, labourer: Labourer) -> list[Labourer]:
    """The other listed members of the same household this person may see."""
    if labourer.household_id is None:
        return []
    same = and_(Labourer.household_id == labourer.household_id, Labourer.id != labourer.id)
    return list(await session.scalars(visible_to(actor).where(same).order_by(Labourer.id)))


async def townships(session: AsyncSession, actor: Actor) -> list[tuple[str, str]]:
    """(code, name) of the places people of this list live in, for the filter."""
    somebody = visible_to(actor).where(Labourer.locality_code == Locality.code).with_only_columns(Labourer.id).exists()
    # Place by place, by an index, instead of going through everybody's record to see where they live.
    query = select(Locality.code, Locality.name).where(Locality.code.in_(places_in(actor.scope)), somebody.is_(true()))
    return [(code, name) for code, name in await session.execute(query.order_by(Locality.code))]


async def people_of(session: AsyncSession, actor: Actor, labourer_ids: Sequence[int]) -> list[Labourer]:
    """Of these people, those this person may see."""
    return list(await session.scalars(visible_to(actor).where(Labourer.id.in_(labourer_ids)).order_by(Labourer.id)))


async def row_of(session: AsyncSession, actor: Actor, labourer_id: int, today: date) -> Any:
    """One line of the list. Raises NotFound (404) if the person has left it."""
    query, _ = _rows(actor, today)
    row = (await session.execute(query.where(Labourer.id == labourer_id))).one_or_none()
    if row is None:
        raise NotFound(N_("This person is not on the demand list any more."))
    return row


async def households_of(session: AsyncSession, labourers: list[Labourer]) -> dict[int, Household]:
    """The households of several people in one query."""
    ids = {one.household_id for one in labourers if one.household_id}
    return {one.id: one for one in await session.scalars(select(Household).where(Household.id.in_(ids)))}


async def entries_of(session: AsyncSession, labourer_ids: list[int]) -> dict[int, DemandListEntry]:
    """The demand-list lines of several people in one query."""
    query = select(DemandListEntry).where(DemandListEntry.labourer_id.in_(labourer_ids))
    return {one.labourer_id: one for one in await session.scalars(query)}


def erased_hash(keys: KeyRing, id_no_index: bytes) -> bytes:
    """Under which a deleted person is recognised: a hash of the index, so that neither leads to the other."""
    return keys.blind_index("erased", id_no_index.hex())


async def erased_on(
    session: AsyncSession, keys: KeyRing, custodian_id: int, id_no_indexes: Sequence[bytes]
) -> dict[bytes, date]:
    """Of these index values, those whose person that office deleted and who has not come back, each with the day.

    Another office learns nothing: to it the person is like anybody it never had.
    """
    hashes = {erased_hash(keys, index): index for index in id_no_indexes}
    query = select(ErasedIdentity.identity_hash, ErasedIdentity.erased_on).where(
        ErasedIdentity.identity_hash == any_(cast(list(hashes), ARRAY(LargeBinary))),
        ErasedIdentity.organisation_id == custodian_id,
        ErasedIdentity.readmitted_at.is_(None),
    )
    return {hashes[found]: day for found, day in await session.execute(query)}
