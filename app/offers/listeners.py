"""What ends offers from below: a person's word taken back, a post that leaves the market or changes its terms."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations.happenings import MatchingEnded
from app.happenings import on
from app.offers import ending, queries
from app.vacancies.happenings import PostChanged, PostOpened, PostTakenOff


@on(MatchingEnded)
async def end_offers_of_people(session: AsyncSession, told: MatchingEnded) -> None:
    """V1, design 9.5: everything open ends in the transaction that takes the consent back."""
    await ending.end_of_people(session, told.labourer_ids, now=told.now)


@on(PostTakenOff)
async def end_offers_of_post(session: AsyncSession, told: PostTakenOff) -> None:
    """No offer is outstanding for an opening that is not free any more."""
    await ending.end_of_post(session, told.vacancy, now=told.now)


@on(PostChanged)
async def judge_promises(session: AsyncSession, told: PostChanged) -> None:
    """V2: worse terms void a yes in the transaction that changes them."""
    await ending.judge_terms(session, told.vacancy, now=told.now)


@on(PostOpened)
async def look_at_waiting_list(session: AsyncSession, told: PostOpened) -> None:
    """Whoever waits is asked as soon as the openings are there."""
    if await queries.people_waiting(session, told.vacancy.id):
        await ending.ask_refills(session, {told.vacancy.id})
