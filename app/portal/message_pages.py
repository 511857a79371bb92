"""Which messages a person gets: a switch for each kind; and the last day of their statement for their calendar."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.database import Session
from app.declarations import queries as declarations
from app.errors import NotFound
from app.labourers import telling
from app.labourers.service import phone_of
from app.notifications import queries as notices
from app.notifications.addresses import find_mobile, index_of, masked
from app.notifications.calendar import MEDIA_TYPE, Event, calendar_file
from app.notifications.purposes import OWN_PURPOSES, PURPOSES
from app.portal import frame, service
from app.portal.guard import Oneself
from app.shared.flash import set_flash
from app.shared.i18n import N_, lazy, translate
from app.shared.spreadsheets import attachment
from app.shared.templating import render

router = APIRouter(prefix="/my", dependencies=[Depends(frame.own_frame)])


@router.get("/messages")
async def messages(request: Request, session: Session, person: Oneself) -> Response:
    labourer, keys = await service.oneself(session, person), request.app.state.keys
    number = find_mobile(phone_of(keys, labourer))
    stopped = number is not None and await notices.is_number_unwanted(session, index_of(keys, number))
    choices = await notices.choices_of(session, labourer.id)
    context = {
        "agreed": await declarations.is_permitted(session, telling.PURPOSE, labourer.id, frame.today(request)),
        "number": masked(number) if number else None,
        "kinds": [
            {"purpose": one, "label": PURPOSES[one], "wanted": not stopped and choices.get(one, True)}
            for one in OWN_PURPOSES
        ],
    }
    return render(request, "portal/messages.html", context)


@router.post("/messages/{purpose}")
async def choose(
    request: Request,
    session: Session,
    person: Oneself,
    purpose: str,
    answer: Annotated[str, Form(pattern="^(yes|no)$")],
) -> Response:
    state = request.app.state
    await service.choose_messages(session, person, state.keys, purpose, wanted=answer == "yes", now=state.clock())
    response = RedirectResponse("/my/messages", status_code=303)
    set_flash(response, lazy("Kept: your answer counts from now on."))
    return response


@router.get("/statement.ics")
async def last_day(request: Request, session: Session, person: Oneself) -> Response:
    """The last day one's statement counts, for one's own calendar: no reminder depends on a message then."""
    labourer, now = await service.oneself(session, person), request.app.state.clock()
    history = (await session.execute(declarations.of_labourer(labourer.id))).all()
    said, withdrawal = next((pair for pair in history if pair[0].channel != "proxy"), (None, None))
    if said is None or withdrawal is not None or said.expires_on <= frame.today(request):
        raise NotFound(N_("There is no statement of yours that counts now."))
    event = Event(
        uid=f"{said.uuid}@statement",
        summary=translate("Last day my statement counts"),
        description=translate("To go on, say it again with your code or at your office. If not, do nothing."),
        begins=said.expires_on - timedelta(days=1),
        lasts=timedelta(days=1),
        stamped_at=now,
        remind_before=timedelta(days=7),
    )
    return attachment(calendar_file(event), "statement.ics", media_type=MEDIA_TYPE)
