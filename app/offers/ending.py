"""How offers end without an answer of their own: taken back, over, the terms changed, the person's word gone."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.background.queue import enqueue
from app.errors import Conflict, Invalid
from app.offers import queries, states, terms
from app.offers.models import Offer
from app.offers.rules import WITHDRAW_REASONS
from app.offers.states import SYSTEM, by_office, may_move
from app.permissions import Actor
from app.shared.clock import day_of
from app.shared.i18n import N_
from app.vacancies.models import Vacancy

MOST_AT_A_TIME = 500


async def withdraw(session: AsyncSession, actor: Actor, uuid: UUID, reason: str, *, now: datetime) -> Offer:
    """The office takes an offer or a draft back. Raises Conflict (409), Invalid (422) without a listed reason."""
    found = await queries.get(session, actor, uuid)
    if reason not in WITHDRAW_REASONS:
        raise Invalid(N_("Choose a reason from the list."), fields={"reason": N_("Required.")})
    offer = await queries.lock(session, found.id)
    if offer.organisation_id != actor.organisation_id:
        raise Conflict(N_("Another office has made this offer. Ask there."))
    await states.move(session, offer, "withdrawn", reason, by_office(actor), now=now)
    audit.record(session, actor, "offers.withdraw", "vacancy", offer.vacancy_id, people=[offer.labourer_id], rows=1)
    await ask_refills(session, {offer.vacancy_id})
    return offer


async def end_and_draft_again(session: AsyncSession, offer: Offer, to: str, reason: str, *, now: datetime) -> Offer:
    """End a locked offer, and put a fresh draft for the same person first in line for the post as it will be."""
    await states.move(session, offer, to, reason, SYSTEM, now=now)
    draft = Offer(
        labourer_id=offer.labourer_id, vacancy_id=offer.vacancy_id, organisation_id=offer.organisation_id,
        made_by=offer.made_by, made_at=now, run_id=offer.run_id, agent_earns=offer.agent_earns,
        replaces_id=offer.id, step=1, state="drafted",
    )  # fmt: skip
    await states.begin(session, draft, SYSTEM, now=now)
    draft.waits_from = offer.made_at  # before whoever came later
    await states.note(session, draft, "waiting", SYSTEM, now=now)
    return draft


async def end_of_people(session: AsyncSession, labourer_ids: Collection[int], *, now: datetime) -> None:
    """The people do not let themselves be matched any more: everything open of theirs ends, in this transaction."""
    people = sorted(set(labourer_ids))
    await queries.lock_people(session, people)
    touched = set()
    for offer in await queries.lock_all(session, Offer.labourer_id.in_(people), Offer.state.in_(states.LIVE)):
        to = "withdrawn" if offer.state == "drafted" else "lapsed"
        if not may_move(offer, to):
            continue  # has left for it: what follows is the placement's
        await states.move(session, offer, to, "not_available", SYSTEM, now=now)
        touched.add(offer.vacancy_id)
    await ask_refills(session, touched)


async def end_others_of(session: AsyncSession, labourer_id: int, *, now: datetime) -> None:
    """The person has a place now: their other offers go to others."""
    touched = set()
    others = (Offer.labourer_id == labourer_id, Offer.state.in_(("drafted", "offered")))
    for offer in await queries.lock_all(session, *others):
        await states.move(session, offer, "withdrawn", "placed_elsewhere", SYSTEM, now=now)
        touched.add(offer.vacancy_id)
    await ask_refills(session, touched)


async def end_of_post(session: AsyncSession, vacancy: Vacancy, *, now: datetime) -> None:
    """A locked post is not open any more and its free openings go: so do the offers nobody has answered.

    One that closes takes its waiting list with it. One that is checked again keeps it, with those who had an offer in
    front: they are asked anew with the terms of that day.
    """
    is_closed = vacancy.state == "closed"
    mine = Offer.vacancy_id == vacancy.id
    for offer in await queries.lock_all(session, mine, Offer.state == "offered"):
        if is_closed:
            await states.move(session, offer, "withdrawn", "post_closed", SYSTEM, now=now)
        else:
            await end_and_draft_again(session, offer, "void", "post_changed", now=now)
    if is_closed:
        for offer in await queries.lock_all(session, mine, Offer.state == "drafted"):
            await states.move(session, offer, "withdrawn", "post_closed", SYSTEM, now=now)


async def judge_terms(session: AsyncSession, vacancy: Vacancy, *, now: datetime) -> None:
    """Hold every yes against a locked post's present terms (V2): worse ones void it, better ones are only told."""
    await session.flush()  # the terms are read from the row as it is now
    held = (Offer.vacancy_id == vacancy.id, Offer.state.in_(states.HOLDING), Offer.begun_at.is_(None))
    for offer in await queries.lock_all(session, *held, Offer.closed_at.is_(None)):
        frozen = await queries.terms_of(session, offer)
        if frozen is None:
            continue
        present = await terms.content_of(session, vacancy, offer.agent_earns)
        change = terms.compare(terms.read(frozen), present)
        if change.worse:
            await end_and_draft_again(session, offer, "void", "terms_worse", now=now)
        elif change.better:
            await states.note(session, offer, "terms_better", SYSTEM, now=now)


async def end_due(session: AsyncSession, *, now: datetime) -> dict[str, int]:
    """End what is over, and what a person's word does not carry any more; refill. A second run finds nothing."""
    due = await queries.due_ids(session, now, day_of(now), MOST_AT_A_TIME)
    touched = set()
    for offer in await queries.lock_all(session, Offer.id.in_(due), Offer.state == "offered"):
        await states.move(session, offer, "lapsed", "lapsed", SYSTEM, now=now)
        touched.add(offer.vacancy_id)
    await ask_refills(session, touched | set(await queries.posts_to_refill(session)))
    return {"lapsed": len(due)}


async def ask_refills(session: AsyncSession, vacancy_ids: Collection[int]) -> None:
    """Have the waiting lists of these posts looked at once this is committed."""
    for one in sorted(vacancy_ids):
        await enqueue(session, "offers.refill", organisation_id=None, user_id=None, vacancy_id=one)
