"""Offers for programs: of an office, and of the firm that answers. Acts that move people are sent with a key."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request

from app import audit, idempotency
from app.database import Session
from app.declarations.consents import Heard
from app.idempotency import Key
from app.labourers import queries as labourers
from app.labourers.models import Labourer
from app.offers import answering, employing, ending, making, present, queries
from app.offers.making import LeftOut, Wanted
from app.offers.schemas import (
    AcceptedOut,
    AnsweredOut,
    AnswersIn,
    AnswersOut,
    CaseOut,
    HeardIn,
    LeftOutOut,
    MadeOut,
    OfferOut,
    OffersOut,
    ReasonIn,
    ReviewOut,
    TermsOut,
    WantedIn,
)
from app.permissions import Actor, Permission, require
from app.shared.clock import day_of
from app.shared.pagination import CursorAsked, LimitAsked, cursor_of
from app.vacancies import queries as vacancies

router = APIRouter(prefix="/offers", tags=["offers"])

Reader = Annotated[Actor, require(Permission.OFFERS_VIEW)]
Maker = Annotated[Actor, require(Permission.OFFERS_MAKE)]
Hearer = Annotated[Actor, require(Permission.OFFERS_HEAR)]
Employer = Annotated[Actor, require(Permission.OFFERS_ANSWER)]


def _values(row: Any) -> dict[str, Any]:
    offer = row.Offer
    return {
        "uuid": offer.uuid,
        "state": offer.state,
        "is_waiting": offer.waits_from is not None,
        "vacancy": row.Vacancy.uuid,
        "title": row.Vacancy.title,
        "employer": row.Employer.name,
        "place": row.place_name,
        "offered_at": offer.offered_at,
        "expires_at": offer.expires_at,
        "accepted_at": offer.accepted_at,
        "answer_due_at": offer.answer_due_at,
    }


@router.get("")
async def list_offers(
    session: Session, actor: Reader, state: str = "", cursor: CursorAsked = 0, limit: LimitAsked = 50
) -> OffersOut:
    """The offers one may see, in the order they were made; a firm sees those somebody said yes to."""
    rows = await queries.after(session, actor, queries.Filters(state=state), cursor, limit + 1)
    more, rows = len(rows) > limit, rows[:limit]
    items = [OfferOut(**_values(row)) for row in rows]
    return OffersOut(items=items, next=cursor_of(rows[-1].Offer.id) if more else None)


@router.get("/accepted")
async def read_accepted(request: Request, session: Session, actor: Employer) -> list[AcceptedOut]:
    """People who said yes to the firm's posts, those to be answered first."""
    state = request.app.state
    rows = await queries.accepted_of_firm(session, actor, day_of(state.clock()))
    if rows:
        seen = [row.Offer.labourer_id for row in rows]
        audit.record(session, actor, "offers.accepted", "employer", None, people=seen, rows=len(seen))
    return [AcceptedOut(**_values(row), **present.identity_of(state.keys, actor, row)) for row in rows]


@router.post("/review")
async def review_offers(request: Request, session: Session, actor: Maker, asked: WantedIn) -> ReviewOut:
    """Who would be offered the post, who would wait for an opening, who is left out and why. Nothing happens."""
    found = await making.review(session, actor, await _wanted(session, actor, asked), now=request.app.state.clock())
    return ReviewOut(
        offered=[one.uuid for one in found.offered],
        waiting=[one.uuid for one in found.waiting],
        left_out=_left_out(found.left_out),
        free_openings=found.free,
    )


def _left_out(found: list[tuple[Labourer, LeftOut]]) -> list[LeftOutOut]:
    return [LeftOutOut(person=one.uuid, why=why.code, gates=list(why.gates)) for one, why in found]


async def _wanted(session: Session, actor: Actor, asked: WantedIn) -> Wanted:
    vacancy = await vacancies.get(session, actor, asked.vacancy)
    return Wanted(vacancy.id, asked.people, asked.agent_earns, asked.draft_only)


@router.post("", status_code=201)
async def make_offers(request: Request, session: Session, actor: Maker, asked: WantedIn, key: Key = None) -> MadeOut:
    """Hold a post out to people. Who may not have it is left out; who finds no free opening waits for one."""
    wanted = await _wanted(session, actor, asked)

    async def do() -> dict[str, Any]:
        made, found = await making.make(session, actor, wanted, now=request.app.state.clock())
        return MadeOut(offers=[one.uuid for one in made], left_out=_left_out(found.left_out)).model_dump(mode="json")

    return MadeOut(**await _once(session, actor, "offers.make", key, asked, do))


async def _once(
    session: Session, actor: Actor, act: str, key: str | None, body: Any, do: Callable[[], Awaitable[dict[str, Any]]]
) -> dict[str, Any]:
    sent = body.model_dump(mode="json") if hasattr(body, "model_dump") else body
    return await idempotency.once(session, idempotency.by_user(actor), act, key, sent, do)


@router.post("/answers")
async def answer_people(
    request: Request, session: Session, actor: Employer, asked: AnswersIn, key: Key = None
) -> AnswersOut:
    """Take on people who said yes, or refuse them for a listed lawful reason."""

    async def do() -> dict[str, Any]:
        answers = {one.offer: one.answer for one in asked.answers}
        yes, no, changed = await employing.answer_many(session, actor, answers, now=request.app.state.clock())
        return {"taken_on": yes, "refused": no, "changed_meanwhile": changed}

    return AnswersOut(**await _once(session, actor, "offers.answer", key, asked, do))


@router.get("/{uuid}")
async def read_offer(session: Session, actor: Reader, uuid: UUID) -> CaseOut:
    """One offer with its frozen terms and its log."""
    row = await queries.row_of(session, actor, uuid)
    frozen = await queries.terms_of(session, row.Offer)
    if actor.may(Permission.LABOURERS_VIEW):
        audit.record(session, actor, "offers.open", "labourer", row.Offer.labourer_id)
    log = [
        {"at": event.at, "from": event.from_state, "to": event.to_state, "why": event.reason, "by": office}
        for event, office, _ in await queries.events_of(session, row.Offer.id)
    ]
    terms = TermsOut(version=frozen.version, sha256=frozen.content_hash.hex(), text=frozen.content) if frozen else None
    return CaseOut(**_values(row), terms=terms, log=log)


@router.post("/{uuid}/sending")
async def send_offer(request: Request, session: Session, actor: Maker, uuid: UUID, key: Key = None) -> OfferOut:
    """Hold a draft out, or put it on the waiting list."""
    await queries.get(session, actor, uuid)

    async def do() -> dict[str, Any]:
        await making.send(session, actor, uuid, now=request.app.state.clock())
        return {}

    await _once(session, actor, f"offers.send:{uuid}", key, None, do)
    return OfferOut(**_values(await queries.row_of(session, actor, uuid)))


@router.post("/{uuid}/withdrawal")
async def withdraw_offer(
    request: Request, session: Session, actor: Maker, uuid: UUID, asked: ReasonIn, key: Key = None
) -> OfferOut:
    """Take an offer or a draft back, for a listed reason."""
    await queries.get(session, actor, uuid)

    async def do() -> dict[str, Any]:
        await ending.withdraw(session, actor, uuid, asked.reason, now=request.app.state.clock())
        return {}

    await _once(session, actor, f"offers.withdraw:{uuid}", key, asked, do)
    return OfferOut(**_values(await queries.row_of(session, actor, uuid)))


@router.post("/{uuid}/acceptance")
async def take_down_yes(
    request: Request, session: Session, actor: Hearer, uuid: UUID, heard: HeardIn, key: Key = None
) -> AnsweredOut:
    """The person said yes before the officer, having been read the terms; the office earns nothing by it."""
    return await _heard(request, session, actor, uuid, heard, key, yes=True)


@router.post("/{uuid}/declination")
async def take_down_no(request: Request, session: Session, actor: Hearer, uuid: UUID, key: Key = None) -> AnsweredOut:
    """The person said no. No reason is taken down, and nothing tells it apart from an offer that ran out."""
    return await _heard(request, session, actor, uuid, None, key, yes=False)


async def _heard(
    request: Request, session: Session, actor: Actor, uuid: UUID, heard: HeardIn | None, key: str | None, *, yes: bool
) -> AnsweredOut:
    offer = await queries.get(session, actor, uuid)
    labourer = await session.scalar(labourers.visible_to(actor).where(Labourer.id == offer.labourer_id))
    assert labourer is not None  # an offer is visible through its person

    outcome = "received"  # whoever sends it again learns no more than that it was received

    async def do() -> dict[str, Any]:
        nonlocal outcome
        person, now = answering.Labourer(labourer.id, labourer.organisation_id), request.app.state.clock()
        how = Heard("in_person", actor, None, heard.evidence, heard.language) if heard else Heard("in_person", actor)
        answer = answering.accept if yes else answering.decline
        outcome = await answer(session, person, offer, how, now=now)
        return {}

    # Neither the act nor the body nor the answer that is kept tells a yes from a no (V4).
    await _once(session, actor, f"offers.hear:{uuid}", key, None, do)
    return AnsweredOut(outcome=outcome)
