"""Draft offers and hold them out: one by one or many at once, after a review; and refill from the waiting list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.employers.models import Employer
from app.employers.queries import is_good
from app.errors import Conflict, Invalid
from app.labourers.models import Labourer
from app.match_runs import queries as runs
from app.match_runs import standing
from app.match_runs.standing import Fit
from app.offers import queries, refusals, states, terms
from app.offers.models import Offer
from app.offers.rules import MOST_AT_ONCE, MOST_OPEN, OPEN_FOR
from app.offers.states import By, by_office
from app.permissions import Actor
from app.shared.clock import day_of
from app.shared.i18n import N_
from app.vacancies.models import Vacancy
from app.vacancies.queries import has_lapsed

NOT_AVAILABLE = "not_available"  # one word for everything that is the person's own business (V4)


@dataclass(frozen=True)
class LeftOut:
    """Why somebody is not offered the post: a code, with the gates or unknowns behind it."""

    code: str  # not_available, has_offer, too_many, has_place, gate, ask_first
    gates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Review:
    """What will happen: who is offered the post, who waits for an opening, who is left out and why."""

    offered: list[Labourer]
    waiting: list[Labourer]
    left_out: list[tuple[Labourer, LeftOut]]
    free: int


@dataclass(frozen=True)
class Wanted:
    """A post to be offered to people of the actor's own office."""

    vacancy_id: int
    people: Sequence[UUID]
    agent_earns: int | None = None
    draft_only: bool = False


def stands(vacancy: Vacancy, employer: Employer, today: date) -> bool:
    """Whether a post may be offered that day."""
    return vacancy.state == "open" and not has_lapsed(vacancy, today) and is_good(employer, today)


async def review(session: AsyncSession, actor: Actor, wanted: Wanted, *, now: datetime) -> Review:
    """Say who would be offered the post, who would wait, who is left out and why. Changes nothing.

    Raises Conflict (409) while the post may not be offered, Invalid (422) for nobody, too many, or an unstated fee.
    """
    vacancy, employer = await queries.lock_post(session, wanted.vacancy_id)
    await _check(session, vacancy, employer, wanted, day_of(now))
    people = await queries.people_of(session, actor, wanted.people)
    return await _review(session, vacancy, await _best_first(session, actor, vacancy, people), day_of(now))


async def _check(session: AsyncSession, vacancy: Vacancy, employer: Employer, wanted: Wanted, today: date) -> None:
    if not wanted.people:
        raise Invalid(N_("Choose at least one person."), fields={"people": N_("Required.")})
    if len(wanted.people) > MOST_AT_ONCE:
        raise Invalid(N_("At most %(n)s people at once, so that the review can be read."), n=MOST_AT_ONCE)
    if not stands(vacancy, employer, today):
        raise Conflict(N_("This post cannot be offered at present: it is not open, or its employer is not verified."))
    has_agent = await terms.has_agent(session, vacancy)
    if has_agent and wanted.agent_earns is None:
        raise Invalid(
            N_(
                "An agency stands between the person and the employer. State what it earns a head; the person reads it."
            ),
            fields={"agent_earns": N_("Required.")},
        )
    if wanted.agent_earns is not None and not (has_agent and 0 <= wanted.agent_earns <= 100_000):
        raise Invalid(N_("No agency stands in this post, or the amount cannot be right."))


async def _best_first(session: AsyncSession, actor: Actor, vacancy: Vacancy, people: list[Labourer]) -> list[Labourer]:
    """In the order of the latest run of the office; whoever is not in it comes last, in the order of the list."""
    run = await runs.latest_done(session, actor.organisation_id)
    ranked = await queries.candidates_of(session, run.id, vacancy.id) if run else {}
    return sorted(people, key=lambda one: (-ranked[one.id].score if one.id in ranked else 1, one.id))


async def _review(session: AsyncSession, vacancy: Vacancy, people: list[Labourer], today: date) -> Review:
    free = await queries.free_to_offer(session, vacancy.id)
    reasons = await _reasons(session, vacancy.id, people, today)
    fit = [one for one in people if one.id not in reasons]
    left_out = [(one, reasons[one.id]) for one in people if one.id in reasons]
    return Review(fit[:free], fit[free:], left_out, free)


async def _reasons(
    session: AsyncSession, vacancy_id: int, people: Sequence[Labourer], today: date
) -> dict[int, LeftOut]:
    ids = [one.id for one in people]
    of_office: dict[int, list[int]] = {}
    for one in people:
        of_office.setdefault(one.organisation_id, []).append(one.id)
    found: dict[int, Fit] = {}
    for office, theirs in of_office.items():
        found |= await standing.fits(session, office, theirs, vacancy_id, today)
    live, counts = await queries.with_live_offer(session, vacancy_id, ids), await queries.open_counts(session, ids)
    placed, not_asked = await queries.placed(session, ids), await refusals.not_to_ask(session, vacancy_id, ids)
    reasons: dict[int, LeftOut] = {}
    for id_ in ids:
        reason = LeftOut("has_offer") if id_ in live else LeftOut("has_place") if id_ in placed else None
        if reason is None and id_ in not_asked:
            reason = LeftOut(NOT_AVAILABLE)
        reason = reason or why_not(found.get(id_))
        if reason is None and counts.get(id_, 0) >= MOST_OPEN:
            reason = LeftOut("too_many")
        if reason:
            reasons[id_] = reason
    return reasons


def why_not(fit: Fit | None) -> LeftOut | None:
    """What of a fit keeps an offer back: no word of their own, a gate, or something to be asked first."""
    if fit is None or "declaration" in fit.failed or "consent" in fit.failed:
        return LeftOut(NOT_AVAILABLE)
    if fit.failed:
        return LeftOut("gate", fit.failed)
    return LeftOut("ask_first", fit.unknown) if fit.unknown else None


async def make(session: AsyncSession, actor: Actor, wanted: Wanted, *, now: datetime) -> tuple[list[Offer], Review]:
    """Hold the post out to those who may have it; who finds no free opening waits for one.

    What was reviewed is looked at again under the lock. Raises as ``review`` does.
    """
    vacancy, employer = await queries.lock_post(session, wanted.vacancy_id)
    await _check(session, vacancy, employer, wanted, day_of(now))
    people = await queries.people_of(session, actor, wanted.people)
    await queries.lock_people(session, [one.id for one in people])
    found = await _review(session, vacancy, await _best_first(session, actor, vacancy, people), day_of(now))
    run = await runs.latest_done(session, actor.organisation_id)
    candidates = await queries.candidates_of(session, run.id, vacancy.id) if run else {}
    made = []
    for position, labourer in enumerate([*found.offered, *found.waiting]):
        offer = Offer(
            labourer_id=labourer.id, vacancy_id=vacancy.id, organisation_id=actor.organisation_id,
            made_by=actor.user_id, made_at=now, agent_earns=wanted.agent_earns, step=1, state="drafted",
            run_id=run.id if run and labourer.id in candidates else None,
        )  # fmt: skip
        await states.begin(session, offer, by_office(actor), now=now)
        if not wanted.draft_only:
            if position < len(found.offered):
                await hold_out(session, vacancy, offer, "offered", by_office(actor), now=now)
            else:
                await wait(session, offer, by_office(actor), now=now)
        made.append(offer)
    if made:
        people_ids = [offer.labourer_id for offer in made]
        audit.record(session, actor, "offers.make", "vacancy", vacancy.id, people=people_ids, rows=len(made))
    return made, found


async def send(session: AsyncSession, actor: Actor, uuid: UUID, *, now: datetime) -> Offer:
    """Hold out a draft, or put it on the waiting list where no opening is free.

    Raises Conflict (409) where it may not be offered, with what stands in the way.
    """
    drafted = await queries.get(session, actor, uuid)
    vacancy, employer = await queries.lock_post(session, drafted.vacancy_id)
    await queries.lock_people(session, [drafted.labourer_id])
    offer = await queries.lock(session, drafted.id)
    if offer.state != "drafted" or offer.organisation_id != actor.organisation_id:
        raise Conflict(N_("This offer is not at that step any more. Load the page again."))
    if not stands(vacancy, employer, day_of(now)):
        raise Conflict(N_("This post cannot be offered at present: it is not open, or its employer is not verified."))
    if await _keeps_back(session, offer, now) is not None:
        raise Conflict(N_("This person cannot be offered the post at present. Look at their page for what is missing."))
    if await queries.free_to_offer(session, vacancy.id):
        await hold_out(session, vacancy, offer, "offered", by_office(actor), now=now)
    else:
        await wait(session, offer, by_office(actor), now=now)
    audit.record(session, actor, "offers.make", "vacancy", vacancy.id, people=[offer.labourer_id], rows=1)
    return offer


async def _keeps_back(session: AsyncSession, draft: Offer, now: datetime) -> LeftOut | None:
    """What keeps a draft from being offered, its own being there apart."""
    labourer = await session.get(Labourer, draft.labourer_id)
    if labourer is None or labourer.erased_at is not None:
        return LeftOut(NOT_AVAILABLE)
    ids, today = [draft.labourer_id], day_of(now)
    if await refusals.not_to_ask(session, draft.vacancy_id, ids):
        return LeftOut(NOT_AVAILABLE)
    if await queries.placed(session, ids):
        return LeftOut("has_place")
    if (await queries.open_counts(session, ids)).get(draft.labourer_id, 0) >= MOST_OPEN:
        return LeftOut("too_many")
    fit = await standing.fits(session, labourer.organisation_id, ids, draft.vacancy_id, today)
    return why_not(fit.get(draft.labourer_id))


async def hold_out(
    session: AsyncSession, vacancy: Vacancy, offer: Offer, reason: str, by: By, *, now: datetime
) -> None:
    """Freeze the terms into a draft and hold it out. The post is locked and has an opening to offer."""
    offer.terms_id = await terms.freeze(session, vacancy, offer.agent_earns, now)
    offer.offered_at, offer.expires_at = now, now + OPEN_FOR
    await states.move(session, offer, "offered", reason, by, now=now)


async def wait(session: AsyncSession, offer: Offer, by: By, *, now: datetime) -> None:
    """Put a draft on the waiting list of its post."""
    offer.waits_from = now
    await states.note(session, offer, "waiting", by, now=now)


async def refill(session: AsyncSession, vacancy_id: int, *, now: datetime) -> int:
    """Hold the post out to whoever waits longest, as far as openings are free; how many. For tasks: it reaches all.

    Whoever may not be offered it any more leaves the waiting list without a word.
    """
    vacancy, employer = await queries.lock_post(session, vacancy_id)
    if not stands(vacancy, employer, day_of(now)):
        return 0
    free, offered = await queries.free_to_offer(session, vacancy_id), 0
    await queries.lock_people(session, await queries.people_waiting(session, vacancy_id))  # before their offers
    for offer in await queries.waiting(session, vacancy_id):
        if offered >= free:
            break
        kept_back = await _keeps_back(session, offer, now)
        if kept_back is not None and kept_back.code == "too_many":
            continue  # has enough to look at for now, and keeps their place
        if kept_back is not None:
            await states.move(session, offer, "withdrawn", "not_available", states.SYSTEM, now=now)
            continue
        await hold_out(session, vacancy, offer, "refilled", states.SYSTEM, now=now)
        offered += 1
    return offered
