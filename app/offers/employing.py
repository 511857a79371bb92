"""The employer's answer to those who said yes: many at once, within a day, "no" for a listed lawful reason alone."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.errors import Invalid
from app.offers import ending, queries, states
from app.offers.models import Offer
from app.offers.rules import LAWFUL_REASONS
from app.offers.states import By
from app.permissions import Actor
from app.shared.i18n import N_

YES = "yes"


async def answer_many(
    session: AsyncSession, actor: Actor, answers: Mapping[UUID, str], *, now: datetime
) -> tuple[int, int, int]:
    """Answer people who accepted: "yes", or the code of a lawful reason; (taken on, refused, changed meanwhile).

    Who is not waiting any more (took it back, the terms changed) is left as they are and counted. Raises Invalid (422)
    for an answer that is neither; then nobody is answered.
    """
    if not answers:
        raise Invalid(N_("Answer at least one person."))
    if any(said != YES and said not in LAWFUL_REASONS for said in answers.values()):
        raise Invalid(
            N_("A person who said yes is refused for one of the listed reasons only."),
            fields={"reason": N_("Choose a reason from the list.")},
        )
    seen = {offer.uuid: offer.id for offer in await session.scalars(queries.visible_to(actor))}
    ids = [seen[uuid] for uuid in answers if uuid in seen]
    counts = {YES: 0, "no": 0}
    freed = set()
    for offer in await queries.lock_all(session, Offer.id.in_(ids), Offer.state == "accepted"):
        if answers[offer.uuid] == YES:
            await _take_on(session, actor, offer, now)
            counts[YES] += 1
        else:
            await states.move(session, offer, "withdrawn", answers[offer.uuid], By("employer", actor), now=now)
            freed.add(offer.vacancy_id)
            counts["no"] += 1
    await ending.ask_refills(session, freed)
    return counts[YES], counts["no"], len(answers) - counts[YES] - counts["no"]


async def _take_on(session: AsyncSession, actor: Actor, offer: Offer, now: datetime) -> None:
    """With this the placement is agreed, in the same transaction, and the person's other offers are let go."""
    await states.move(session, offer, "confirmed", "taken_on", By("employer", actor), now=now)
    await ending.end_others_of(session, offer.labourer_id, now=now)
    audit.record(session, actor, "offers.take_on", "labourer", offer.labourer_id)
