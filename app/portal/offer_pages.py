"""The person's own offers on the phone: what exactly, why this one, and yes, no or later."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.database import Session
from app.declarations import present as consents
from app.declarations.consents import Heard
from app.offers import answering, present, queries, states, terms
from app.offers.answering import Answered
from app.offers.pages import why_suits
from app.portal import frame, service
from app.portal.guard import Oneself
from app.shared.flash import set_flash
from app.shared.i18n import LazyText, current_locale, lazy
from app.shared.templating import render

router = APIRouter(prefix="/my/offers", dependencies=[Depends(frame.own_frame)])

TOLD = {
    Answered.ACCEPTED: lazy("You said yes. The firm answers within 24 hours; you read it here."),
    Answered.NO_OPENING: lazy("Somebody was faster by a moment: the last place is taken. You are first in line now."),
    Answered.DECLINED: lazy("You said no. Nothing else changes, and nobody is told."),
}


@router.get("")
async def offers(request: Request, session: Session, person: Oneself) -> Response:
    labourer, now = await service.oneself(session, person), request.app.state.clock()
    rows = [
        {
            "uuid": row.Offer.uuid,
            "title": row.Vacancy.title,
            "employer": row.Employer.name,
            "place": row.place_name,
            "due": present.due_text(row.Offer, now),
            "is_open": row.Offer.state == "offered",
            "is_agreed": row.Offer.state == "confirmed",
        }
        for row in await queries.of_person(session, labourer.id)
    ]
    return render(request, "portal/offers.html", {"rows": rows})


@router.get("/{uuid}")
async def offer(request: Request, session: Session, person: Oneself, uuid: UUID) -> Response:
    labourer = await service.oneself(session, person)
    row = await queries.one_of_person(session, labourer.id, uuid)
    frozen = await queries.terms_of(session, row.Offer)
    content = terms.read(frozen) if frozen else {}
    state = request.app.state
    context: dict[str, Any] = {
        "offer": row.Offer,
        "groups": present.terms_groups(content, state.localities) if content else [],
        "title": content.get("title"),
        "employer": content.get("employer"),
        "due": present.due_text(row.Offer, state.clock()),
        "hit": await why_suits(session, state, row.Offer, row, labourer),
        "consent_text": consents.words_of("name_to_employer", frame.today(request)),
        "may_answer": row.Offer.state == "offered",
        "may_take_back": row.Offer.state in queries.HELD and states.may_move(row.Offer, "lapsed"),
    }
    return render(request, "portal/offer.html", context)


@router.post("/{uuid}")
async def answer(
    request: Request,
    session: Session,
    person: Oneself,
    uuid: UUID,
    said: Annotated[str, Form(pattern="^(yes|no|later)$")],
) -> Response:
    """Later is a whole answer: the offer stays open as long as it says."""
    if said == "later":
        return _to_offers(lazy("It stays open. You can say yes or no until the time shown."))
    labourer = await service.oneself(session, person)
    row = await queries.one_of_person(session, labourer.id, uuid)
    heard = Heard("self_code", code_id=person.code_id, language=current_locale())
    who = answering.Labourer(labourer.id, labourer.organisation_id)
    act = answering.accept if said == "yes" else answering.decline
    return _to_offers(TOLD[await act(session, who, row.Offer, heard, now=request.app.state.clock())])


def _to_offers(text: LazyText) -> Response:
    response = RedirectResponse("/my/offers", status_code=303)
    set_flash(response, text)
    return response
