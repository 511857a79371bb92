"""Complaints, and inspections to take them."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Organisation
from app.grievances import drawer, service
from app.grievances.models import Grievance
from app.grievances.records import code_hash
from app.grievances.schemas import Complaint
from app.permissions import Actor, Role
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor, make_organisation
from tests.factories.vacancies import WUJIANG

CITY, PROVINCE = "320500", "320000"  # above Wujiang


def complaint(**changes: object) -> Complaint:
    """Unpaid wages in Wujiang; say what the test is about."""
    told = Complaint(kind="wages_unpaid", text="三个月没有发工资。", place_code=WUJIANG, home_code="340722113")
    return replace(told, **changes)


async def make_inspection(session: AsyncSession, locality_code: str = WUJIANG) -> Actor:
    """An inspector at work in an inspection of their own."""
    organisation = await make_organisation(session, "inspection", locality_code)
    return await make_actor(session, Role.INSPECTOR, organisation=organisation)


async def colleague(session: AsyncSession, of: Actor) -> Actor:
    """Another inspector of the same inspection."""
    organisation = await session.get_one(Organisation, of.organisation_id)
    return await make_actor(session, Role.INSPECTOR, organisation=organisation)


async def file(session: AsyncSession, keys: KeyRing, now: datetime, **changes: object) -> tuple[Grievance, str]:
    """A filed complaint and its receipt's code; the drawer is left open for the clock."""
    receipt = await service.file(session, keys, complaint(**changes), now=now)
    await drawer.open_by_code(session, code_hash(keys, receipt.code))
    grievance = await service.read(session, service.by_receipt(keys, receipt.code))
    await drawer.open_for_clock(session)
    return grievance, receipt.code
