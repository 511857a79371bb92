"""The SQL of a person's own pages. There is no way to a row but the person's own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Organisation
from app.audit import AuditEvent
from app.declarations.models import OwnCode
from app.labourers import queries as labourers
from app.labourers.models import DemandListEntry, Labourer
from app.localities.models import Locality
from app.permissions import Actor
from app.portal.models import PortalAttempt, PortalSession
from app.trail.words import reads

MOST_EVENTS = 100
MOST_SLIPS = 200


@dataclass(frozen=True)
class Person:
    """The labourer behind a request, by the code they entered."""

    labourer_id: int
    code_id: int
    csrf_token: str
    address_index: bytes | None = None


async def person_of(session: AsyncSession, token_hash: bytes, now: datetime) -> Person | None:
    """The person of a session that has not ended, of a code that still holds: a lost slip shuts its pages at once."""
    one = await session.scalar(
        select(PortalSession)
        .join(OwnCode, OwnCode.id == PortalSession.code_id)
        .where(OwnCode.revoked_at.is_(None))
        .where(PortalSession.token_hash == token_hash, PortalSession.ended_at.is_(None), PortalSession.expires_at > now)
    )
    return Person(one.labourer_id, one.code_id, one.csrf_token, one.address_index) if one else None


def visible_to(person: Person) -> Select[Labourer]:
    """Themselves."""
    return select(Labourer).where(Labourer.id == person.labourer_id, Labourer.erased_at.is_(None))


async def failures_since(session: AsyncSession, address: str, since: datetime) -> int:
    """Wrong codes from an address since then; tries at the same moment are counted one after another."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(address, 0))))
    failed = select(func.count()).where(
        PortalAttempt.address == address, PortalAttempt.at > since, PortalAttempt.succeeded.is_(False)
    )
    return await session.scalar(failed) or 0


async def uses_of(session: AsyncSession, code_id: int) -> int:
    """How often a code has opened a session."""
    return await session.scalar(select(func.count()).where(PortalSession.code_id == code_id)) or 0


async def codes_from(session: AsyncSession, address_index: bytes | None, since: datetime) -> list[int]:
    """The codes with which somebody came in from an address since then."""
    here = select(PortalSession.code_id).distinct().where(PortalSession.address_index == address_index)
    return list(await session.scalars(here.where(PortalSession.created_at > since)))


async def done_to(session: AsyncSession, person: Person) -> list[Any]:
    """What was done with the person's record besides reading it, newest first: (event, office's name).

    Without an office it was done with the code of a slip: should that not have been the person, they see it here.
    """
    query = (
        select(AuditEvent, Organisation.name.label("office"))
        .outerjoin(Organisation, Organisation.id == AuditEvent.organisation_id)
        .where(AuditEvent.subject_kind == "labourer", AuditEvent.subject_id == person.labourer_id)
        .where(AuditEvent.act.not_in(reads()))
        .order_by(AuditEvent.id.desc())
        .limit(MOST_EVENTS)
    )
    return list((await session.execute(query)).all())


def _listed(actor: Actor) -> Select[Labourer]:
    """The people of this officer's lists, village by village."""
    listed = labourers.visible_to(actor).join(DemandListEntry, DemandListEntry.labourer_id == Labourer.id)
    return listed.where(DemandListEntry.left_on.is_(None))


async def villages(session: AsyncSession, actor: Actor) -> list[Any]:
    """Villages with people of the officer's lists: (locality code, its name, village, how many)."""
    query = (
        _listed(actor)
        .join(Locality, Locality.code == Labourer.locality_code)
        .with_only_columns(Labourer.locality_code, Locality.name, Labourer.village_name, func.count().label("people"))
        .group_by(Labourer.locality_code, Locality.name, Labourer.village_name)
        .order_by(Labourer.locality_code, Labourer.village_name.nulls_last())
    )
    return list((await session.execute(query)).all())


async def of_village(session: AsyncSession, actor: Actor, locality_code: str, village: str) -> list[Labourer]:
    """The people of one village of the officer's lists."""
    here = _listed(actor).where(Labourer.locality_code == locality_code)
    query = here.where(func.coalesce(Labourer.village_name, "") == village)
    return list(await session.scalars(query.order_by(Labourer.id).limit(MOST_SLIPS)))


async def chosen(session: AsyncSession, actor: Actor, uuids: list[UUID]) -> list[Labourer]:
    """These people, as far as the officer may see them, locked against another slip at the same moment.

    On the list or not: whoever's record is held has their rights on the phone.
    """
    query = labourers.visible_to(actor).where(Labourer.uuid.in_(uuids)).order_by(Labourer.locality_code, Labourer.id)
    return list(await session.scalars(query.with_for_update(of=Labourer)))
