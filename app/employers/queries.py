"""All SQL about employers."""

import unicodedata
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Organisation
from app.employers.models import Employer, EmployerAttestation
from app.errors import Forbidden, NotFound
from app.localities.queries import within
from app.permissions import Actor, Permission, Reach
from app.shared.i18n import N_
from app.shared.pagination import Page, Paging

_NOISE = ("有限责任公司", "股份有限公司", "有限公司", "公司", "集团")


def name_key(name: str) -> str:
    """The same firm written otherwise has the same key: one width, no brackets or spaces, no legal form."""
    text = unicodedata.normalize("NFKC", name).lower()
    text = "".join(character for character in text if character.isalnum())
    for word in _NOISE:
        text = text.removesuffix(word)
    return text


def visible_to(actor: Actor) -> Select[Employer]:
    """Employers this person may open: verified ones for all; others for who entered them and whose region it is."""
    query = select(Employer)
    own = Employer.entered_by_organisation_id == actor.organisation_id
    known = Employer.standing == "good"
    match actor.reach(Permission.EMPLOYERS_VIEW):
        case Reach.FIRM:
            return query.where(Employer.organisation_id == actor.organisation_id)
        case Reach.OFFERED_AND_REGION:
            return query.where(or_(own, known, within(Employer.locality_code, actor.scope)))
        case Reach.OFFERED:
            return query.where(or_(own, known))
    return query.where(false())


def good_on(today: date) -> ColumnElement[bool]:
    """In standing that day: verified by its receiving office, or attested by a sending county and not lapsed."""
    runs = or_(Employer.verified_until.is_(None), Employer.verified_until >= today)
    return (Employer.standing == "good") & runs


def is_good(employer: Employer, today: date) -> bool:
    """The same of a row at hand."""
    return employer.standing == "good" and (employer.verified_until is None or employer.verified_until >= today)


async def get(session: AsyncSession, actor: Actor, uuid: UUID, *, lock: bool = False) -> Employer:
    """One employer this person may see. Raises NotFound (404)."""
    query = visible_to(actor).where(Employer.uuid == uuid)
    employer = await session.scalar(query.with_for_update() if lock else query)
    if employer is None:
        raise NotFound(N_("No such employer in your lists."))
    return employer


async def get_for_verification(session: AsyncSession, actor: Actor, uuid: UUID) -> Employer:
    """One employer of the actor's own region, locked. Raises NotFound (404), Forbidden (403) for another region's."""
    employer = await get(session, actor, uuid, lock=True)
    if not await is_in_region(session, actor, employer):
        raise Forbidden(N_("This employer is not in your region. Its own receiving office verifies it."))
    return employer


async def last_attestation(session: AsyncSession, employer_id: int) -> tuple[EmployerAttestation, str]:
    """What a sending county checked last of an attested employer, and the county's name."""
    query = select(EmployerAttestation, Organisation.name)
    query = query.join(Organisation, Organisation.id == EmployerAttestation.organisation_id)
    query = query.where(EmployerAttestation.employer_id == employer_id).order_by(EmployerAttestation.id.desc())
    attestation, office = (await session.execute(query.limit(1))).one()
    return attestation, office


async def is_in_region(session: AsyncSession, actor: Actor, employer: Employer) -> bool:
    """Whether the employer sits where the actor's post reaches."""
    here = select(Employer.id).where(Employer.id == employer.id, within(Employer.locality_code, actor.scope))
    return await session.scalar(here) is not None


async def page(
    session: AsyncSession, actor: Actor, *, search: str, standing: str, sort: str, paging: Paging, today: date
) -> Page[Any]:
    """One page of employers, their standing as of today."""
    query = visible_to(actor)
    if search.strip():
        query = query.where(
            or_(Employer.name_key.contains(name_key(search)), Employer.credit_code == search.strip().upper())
        )
    if standing == "good":
        query = query.where(good_on(today))
    elif standing == "lapsed":
        query = query.where(Employer.standing == "good", ~good_on(today))
    elif standing:
        query = query.where(Employer.standing == standing)
    total = await session.scalar(select(func.count()).select_from(query.with_only_columns(Employer.id).subquery()))
    order = {"name": (Employer.name_key, Employer.id), "place": (Employer.locality_code, Employer.id)}
    ordered = query.order_by(*order.get(sort, (Employer.id.desc(),))).offset(paging.offset).limit(paging.size)
    return Page(list(await session.scalars(ordered)), total or 0, paging)
