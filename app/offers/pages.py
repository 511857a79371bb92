"""An office's offers: the list, and one offer with its frozen terms, who stands between, why it suits, and its log."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.database import Session
from app.declarations import present as consents
from app.declarations.consents import Heard
from app.labourers import queries as labourers
from app.labourers import service as labourer_service
from app.labourers.models import Labourer
from app.labourers.present import Words
from app.match_runs import present as matches
from app.match_runs.words import Pairing
from app.offers import answering, ending, making, present, queries, states, terms
from app.offers.answering import Answered
from app.offers.rules import OFFICES, WITHDRAW_REASONS
from app.permissions import Actor, Permission, Reach, require
from app.shared.clock import day_of
from app.shared.flash import Kind, set_flash
from app.shared.i18n import LazyText, current_locale, lazy
from app.shared.pagination import PagingAsked
from app.shared.templating import render

router = APIRouter()

Reader = Annotated[Actor, require(Permission.OFFERS_VIEW)]
Maker = Annotated[Actor, require(Permission.OFFERS_MAKE)]
Hearer = Annotated[Actor, require(Permission.OFFERS_HEAR)]


@router.get("/offers")
async def offers(
    request: Request, session: Session, actor: Reader, paging: PagingAsked, state: str = "", q: str = ""
) -> Response:
    """A firm has a page of its own: whom to answer."""
    if actor.reach(Permission.OFFERS_VIEW) is Reach.FIRM:
        return RedirectResponse("/offers/accepted", status_code=303)
    is_waiting = state == "waiting"
    filters = queries.Filters("" if is_waiting else state, q, waiting=is_waiting)
    page = await queries.page(session, actor, filters, paging)
    counts = await queries.counts_by_state(session, actor)
    words, now = _words(request, actor), request.app.state.clock()
    if page.rows:
        people = [row.Offer.labourer_id for row in page.rows]
        audit.record(session, actor, "offers.list", "offer", None, people=people, rows=len(people))
    context = {
        "page": page,
        "rows": [present.row_of(row, words.name(row.Labourer), now) for row in page.rows],
        "chips": [(code, tag[0], counts.get(code, 0)) for code, tag in present.STATE_TAGS.items()],
        "state": state,
        "search": q,
        "made": sum(counts.values()),
        "may_make": actor.may(Permission.OFFERS_MAKE),
    }
    return render(request, "offers/list.html", context)


def _words(request: Request, actor: Actor) -> Words:
    return Words(actor, request.app.state.keys, request.app.state.localities)


async def _person(session: AsyncSession, actor: Actor, labourer_id: int) -> Labourer | None:
    return await session.scalar(labourers.visible_to(actor).where(Labourer.id == labourer_id))


@router.get("/offers/{uuid}")
async def case(request: Request, session: Session, actor: Reader, uuid: UUID) -> Response:
    row = await queries.row_of(session, actor, uuid)
    labourer = await _person(session, actor, row.Offer.labourer_id)
    if labourer is None:  # a firm: it answers on a page of its own, without anybody's record
        return RedirectResponse("/offers/accepted", status_code=303)
    audit.record(session, actor, "offers.open", "labourer", labourer.id)
    return render(request, "offers/case.html", await _case(request, session, actor, row, labourer))


async def _case(request: Request, session: Session, actor: Actor, row: Any, labourer: Labourer) -> dict[str, Any]:
    state, now, offer = request.app.state, request.app.state.clock(), row.Offer
    frozen = await queries.terms_of(session, offer)
    own = actor.may(Permission.OFFERS_MAKE) and offer.organisation_id == actor.organisation_id
    may_hear = actor.may(Permission.OFFERS_HEAR) and actor.organisation_kind in OFFICES
    return {
        "offer": offer,
        "vacancy": row.Vacancy,
        "employer": row.Employer,
        "labourer": labourer,
        "name": _words(request, actor).name(labourer),
        "tag": present.state_tag(offer),
        "due": present.due_text(offer, now),
        "terms": frozen,
        "groups": present.terms_groups(terms.read(frozen), state.localities) if frozen else [],
        "hit": await why_suits(session, state, offer, row, labourer),
        "events": present.events(await queries.events_of(session, offer.id)),
        "may_send": own and offer.state == "drafted" and offer.waits_from is None,
        "may_withdraw": own and states.may_move(offer, "withdrawn"),
        "may_hear_yes": may_hear and offer.state == "offered",
        "may_hear_no": may_hear and offer.state in queries.OPEN and states.may_move(offer, "lapsed"),
        "reasons": [{"value": code, "label": label} for code, label in WITHDRAW_REASONS.items()],
        "consent_text": consents.words_of("name_to_employer", day_of(now)),
    }


async def why_suits(session: AsyncSession, state: Any, offer: Any, row: Any, labourer: Labourer) -> Any:
    """Why the post was proposed, as the run saw it; none where the run or the entry is not kept any more."""
    candidate = await queries.candidate_behind(session, offer)
    facts = await labourer_service.facts_of(session, state.keys, [labourer]) if candidate else {}
    if candidate is None or labourer.id not in facts:
        return None
    pairing = Pairing(facts[labourer.id], row.Vacancy, row.place_name or "", state.localities)
    rank, title, firm = candidate.labourer_rank or 0, row.Vacancy.title, row.Employer.name
    return matches.hit(candidate, pairing, rank=rank, title=title, href=f"/vacancies/{row.Vacancy.uuid}", party=firm)


def _back(uuid: UUID, text: LazyText, kind: Kind = "good") -> Response:
    response = RedirectResponse(f"/offers/{uuid}", status_code=303)
    set_flash(response, text, kind=kind)
    return response


@router.post("/offers/{uuid}/send")
async def send(request: Request, session: Session, actor: Maker, uuid: UUID) -> Response:
    offer = await making.send(session, actor, uuid, now=request.app.state.clock())
    if offer.state == "offered":
        return _back(uuid, lazy("Offered. The person decides."))
    return _back(uuid, lazy("On the waiting list: no opening is free at present."), "info")


@router.post("/offers/{uuid}/withdraw")
async def withdraw(
    request: Request, session: Session, actor: Maker, uuid: UUID, reason: Annotated[str, Form()] = ""
) -> Response:
    await ending.withdraw(session, actor, uuid, reason, now=request.app.state.clock())
    return _back(uuid, lazy("Taken back."))


@router.post("/offers/{uuid}/accept")
async def hear_yes(
    request: Request, session: Session, actor: Hearer, uuid: UUID, evidence: Annotated[str, Form(max_length=300)] = ""
) -> Response:
    heard = Heard("in_person", actor, evidence=evidence.strip() or None, language=current_locale())
    outcome = await _heard(request, session, actor, uuid, heard, yes=True)
    if outcome is Answered.NO_OPENING:
        return _back(uuid, lazy("The last opening was taken at the same moment. The person is first in line."), "warn")
    return _back(uuid, lazy("The yes is recorded. The firm answers within 24 hours."))


@router.post("/offers/{uuid}/decline")
async def hear_no(request: Request, session: Session, actor: Hearer, uuid: UUID) -> Response:
    await _heard(request, session, actor, uuid, Heard("in_person", actor), yes=False)
    return _back(uuid, lazy("The offer is let go. Nothing else changes for the person."))


async def _heard(request: Request, session: Session, actor: Actor, uuid: UUID, heard: Heard, *, yes: bool) -> Answered:
    offer = await queries.get(session, actor, uuid)
    labourer = await _person(session, actor, offer.labourer_id)
    assert labourer is not None  # to whoever hears answers an offer is visible through its person
    person, now = answering.Labourer(labourer.id, labourer.organisation_id), request.app.state.clock()
    answer = answering.accept if yes else answering.decline
    return await answer(session, person, offer, heard, now=now)
