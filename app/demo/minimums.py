"""Illustrative minimum wages and dispatch permits for the demo, so that its posts can be judged on any day.

They are the sample's own lowest bases and stand in the list of minimum wages as illustrative: no statement of any
figure in force. Pages and API cannot enter such figures.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from app.demo.sample.places import destinations
from app.localities.reference import COUNTY, load_localities
from app.permissions import Actor
from app.vacancies.minimum_wages import Entry, enter
from app.vacancies.models import Vacancy
from app.vacancies.papers import see_permit
from app.vacancies.queries import visible_to

WITHOUT_PERMIT = 8
SOURCE = "演示用示例数字，不是现行标准"


async def enter_illustrative_permits(session: AsyncSession, actor: Actor, now: datetime) -> int:
    """Record a permit for most of the sample's dispatching firms; the others show what a missing one does."""
    named = visible_to(actor).where(Vacancy.contract_kind == "dispatch", Vacancy.agency_name.is_not(None))
    firms = sorted({name for name in await session.scalars(named.with_only_columns(Vacancy.agency_name)) if name})
    permitted = [firm for number, firm in enumerate(firms, 1) if number % WITHOUT_PERMIT]
    for firm in permitted:
        number, until = f"{SOURCE} {firm}"[:60], date(now.year + 2, 12, 31)
        await see_permit(session, actor, firm, number, until, now=now)
    return len(permitted)


async def enter_illustrative_minimums(session: AsyncSession, actor: Actor, now: datetime) -> int:
    """Enter the sample's lowest base of each place as the receiving office's figure; how many were entered."""
    localities = load_localities()
    first = date(now.year, 1, 1)
    places = {code: figures["base_pay"] for code, figures in destinations()["prefectures"].items()}
    # The sample's home county has posts too; it is the one county among the region's roots.
    counties = [code for code in actor.scope if localities.divisions[code].level == COUNTY]
    places |= dict.fromkeys(counties, destinations()["home"]["base_pay"])
    for code, amount in places.items():
        entry = Entry("month", code, Decimal(amount), first, SOURCE)
        await enter(session, actor, entry, localities, now=now, illustrative=True)
    return len(places)
