"""Illustrative minimum wages for the demo's places, so that its posts can be judged on any day.

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

SOURCE = "演示用示例数字，不是现行标准"


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
