"""A placement comes of an offer, and goes with it as long as it has not begun."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.happenings import on
from app.offers.states import OfferMoved
from app.placements import service


@on(OfferMoved)
async def follow_the_offer(session: AsyncSession, told: OfferMoved) -> None:
    """Agreed with the employer's yes; called off when a confirmed offer ends."""
    if told.offer.state == "confirmed":
        await service.agree(session, told.offer, actor=told.actor, now=told.now)
    elif told.from_state == "confirmed":
        await service.call_off(session, told.offer, now=told.now)
