"""The labourer's own answer: yes, with an opening taken under a lock; or no, which leaves no trace anybody can read.

By the code of their slip, or before an officer whose office earns nothing by it. Nobody answers for them.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.declarations import consents
from app.declarations.consents import Heard, evidence_print
from app.employers.models import Employer
from app.errors import Conflict, Forbidden, Invalid
from app.match_runs import standing
from app.offers import ending, queries, refusals, states, terms
from app.offers.making import stands
from app.offers.models import Offer
from app.offers.rules import EMPLOYER_ANSWERS_IN, OFFICES
from app.offers.states import By, may_move
from app.shared.clock import day_of
from app.shared.i18n import N_
from app.vacancies.models import Vacancy

OVER = N_("This offer is not open any more. Nothing happens to you; other offers are on your page.")


class Answered(StrEnum):
    """What came of an answer."""

    ACCEPTED = "accepted"
    NO_OPENING = "no_opening"  # the last one was taken at the same moment: the person is first on the waiting list
    DECLINED = "declined"


@dataclass(frozen=True)
class Labourer:
    """Whose answer it is: the person, and the office that keeps their record."""

    id: int
    organisation_id: int


async def accept(session: AsyncSession, person: Labourer, offer: Offer, heard: Heard, *, now: datetime) -> Answered:
    """The person says yes, once: a second yes changes nothing.

    Raises Conflict (409) with what stands in the way, Invalid (422) without evidence, Forbidden (403) for an office
    that may not hear it.
    """
    await _check_heard(session, offer, heard)
    vacancy, employer = await queries.lock_post(session, offer.vacancy_id)
    await queries.lock_people(session, [person.id])
    offer = await queries.lock(session, offer.id)
    if offer.state in queries.HELD:
        return Answered.ACCEPTED
    await _check(session, person, offer, vacancy, employer, now)
    opening = await queries.free_opening(session, vacancy.id)
    if opening is None:
        await ending.end_and_draft_again(session, offer, "withdrawn", "no_opening", now=now)
        return Answered.NO_OPENING
    await consents.give(session, person.id, "name_to_employer", heard, now=now)
    offer.accepted_at, offer.answer_due_at = now, now + EMPLOYER_ANSWERS_IN
    await states.move(session, offer, "accepted", "said_yes", _by(heard), now=now, opening=opening)
    _on_the_trail(session, heard, offer)
    return Answered.ACCEPTED


async def _check(
    session: AsyncSession, person: Labourer, offer: Offer, vacancy: Vacancy, employer: Employer, now: datetime
) -> None:
    """Raises Conflict (409): what a yes needs on the day it is said."""
    today = day_of(now)
    if offer.state != "offered" or offer.expires_at is None or offer.expires_at <= now:
        raise Conflict(OVER)
    if not stands(vacancy, employer, today):
        raise Conflict(N_("This post is being checked just now. Nobody can say yes to it until that is done."))
    if await queries.placed(session, [person.id]):
        raise Conflict(N_("You have said yes to another place. Take that back first if you want this one."))
    fit = (await standing.fits(session, person.organisation_id, [person.id], offer.vacancy_id, today)).get(person.id)
    if fit is None or fit.by_law:
        raise Conflict(
            N_("What you said last about where you are willing to work does not cover this post. Say it anew first.")
        )


async def _check_heard(session: AsyncSession, offer: Offer, heard: Heard) -> None:
    """Whoever hears a yes earns nothing by it (V3). The database looks once more."""
    if heard.actor is None:
        return
    if not heard.evidence:
        raise Invalid(
            N_("Say what shows it: the number of the signed form, or how and when you spoke."),
            fields={"evidence": N_("Required.")},
        )
    frozen = await queries.terms_of(session, offer)
    earning = {agent["organisation"] for agent in terms.read(frozen)["agents"]} if frozen else set()
    if heard.actor.organisation_kind not in OFFICES or str(heard.actor.organisation_uuid) in earning:
        raise Forbidden(
            N_("A yes is heard by an office that earns nothing by it, or given with the person's own code.")
        )


async def decline(session: AsyncSession, person: Labourer, offer: Offer, heard: Heard, *, now: datetime) -> Answered:
    """The person says no, or takes a yes back. No reason is asked, and nobody can read it afterwards (V4).

    Raises Conflict (409) once it has ended, or the person has left for it.
    """
    await queries.lock_people(session, [person.id])
    offer = await queries.lock(session, offer.id)
    if offer.state not in queries.OPEN:
        raise Conflict(OVER)
    if not may_move(offer, "lapsed"):
        raise Conflict(N_("You have left for this place already. Tell your office or the labour station; they help."))
    await refusals.keep(session, person.id, offer.vacancy_id)
    await states.move(session, offer, "lapsed", "lapsed", states.SYSTEM, now=now)
    _on_the_trail(session, heard, offer)
    await ending.ask_refills(session, {offer.vacancy_id})
    return Answered.DECLINED


def _on_the_trail(session: AsyncSession, heard: Heard, offer: Offer) -> None:
    """One act for every answer: which it was, the trail does not know."""
    audit.record(session, heard.actor, "offer.answer", "labourer", offer.labourer_id, channel=heard.channel)


def _by(heard: Heard) -> By:
    evidence = evidence_print(heard.evidence) if heard.evidence else None
    return By(heard.channel, heard.actor, heard.code_id, evidence)
