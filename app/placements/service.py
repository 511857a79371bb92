"""What happens with a placement, in its first form: agreed with the employer's yes, under way, at work, over."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.offers.models import Offer
from app.permissions import Actor
from app.placements import states
from app.placements.models import Placement

NOT_BEGUN = "not_begun"  # one word, whoever did not want it any more (V4)


async def agree(session: AsyncSession, offer: Offer, *, actor: Actor | None, now: datetime) -> Placement:
    """The employer has said yes: the person's place."""
    placement = Placement(
        offer_id=offer.id, labourer_id=offer.labourer_id, vacancy_id=offer.vacancy_id, state="agreed", step=1,
        agreed_at=now,
    )  # fmt: skip
    await states.begin(session, placement, actor=actor, now=now)
    return placement


async def of_offer(session: AsyncSession, offer_id: int) -> Placement | None:
    """The placement of an offer, locked."""
    return await session.scalar(select(Placement).where(Placement.offer_id == offer_id).with_for_update())


async def call_off(session: AsyncSession, offer: Offer, *, now: datetime) -> None:
    """The offer behind it has ended before anybody left for it."""
    placement = await of_offer(session, offer.id)
    if placement is not None:
        await states.move(session, placement, "ended", NOT_BEGUN, actor=None, now=now)


async def move(
    session: AsyncSession, placement: Placement, to: str, reason: str, *, actor: Actor | None, now: datetime
) -> None:
    """Take a locked placement further; its offer learns what counts for it: that it has begun, and that it is over.

    Raises Conflict (409) if it may not follow.
    """
    await states.move(session, placement, to, reason, actor=actor, now=now)
    offer = await session.get_one(Offer, placement.offer_id, with_for_update=True)
    if to == "departed":
        offer.begun_at = now
    if to in states.OVER:
        offer.closed_at = now
