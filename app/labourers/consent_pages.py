"""A person's consents as an officer sees them: heard in person with evidence, taken back in one step."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.database import Session
from app.declarations import consents, present
from app.declarations import queries as declarations
from app.labourers import queries
from app.labourers.present import Words
from app.permissions import Actor, Permission, require
from app.shared.clock import day_of
from app.shared.flash import set_flash
from app.shared.i18n import current_locale, lazy
from app.shared.templating import render

router = APIRouter(prefix="/labourers")

Reader = Annotated[Actor, require(Permission.LABOURERS_VIEW)]
Recorder = Annotated[Actor, require(Permission.DECLARATIONS_RECORD)]


@router.get("/{uuid}/consents")
async def consents_of(request: Request, session: Session, actor: Reader, uuid: UUID) -> Response:
    labourer = await queries.get(session, actor, uuid)
    state = request.app.state
    today = day_of(state.clock())
    permitted = await declarations.permitted_to(session, labourer.id, today)
    latest = await declarations.consents_of(session, labourer.id)
    context = {
        "labourer": labourer,
        "name": Words(actor, state.keys, state.localities).name(labourer),
        "rows": present.consent_rows(latest, permitted, today),
        "may_record": actor.may(Permission.DECLARATIONS_RECORD),
    }
    return render(request, "labourers/consents.html", context)


@router.post("/{uuid}/consents/{purpose}")
async def give(
    request: Request,
    session: Session,
    actor: Recorder,
    uuid: UUID,
    purpose: str,
    evidence: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    labourer = await queries.get(session, actor, uuid, lock=True)
    heard = consents.Heard("in_person", actor, evidence=evidence.strip() or None, language=current_locale())
    await consents.give(session, labourer.id, purpose, heard, now=request.app.state.clock())
    response = RedirectResponse(f"/labourers/{uuid}/consents", status_code=303)
    set_flash(response, lazy("The yes is recorded, with the text that was read out."))
    return response


@router.post("/{uuid}/consents/{purpose}/withdraw")
async def withdraw(request: Request, session: Session, actor: Recorder, uuid: UUID, purpose: str) -> Response:
    labourer = await queries.get(session, actor, uuid, lock=True)
    heard = consents.Heard("in_person", actor)
    await consents.withdraw(session, labourer.id, purpose, heard, now=request.app.state.clock())
    response = RedirectResponse(f"/labourers/{uuid}/consents", status_code=303)
    set_flash(response, lazy("Taken back, from now on and everywhere."))
    return response
