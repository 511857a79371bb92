"""Slips with codes: for one person from their case, or for a whole village; shown once, to be printed at once."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

import segno
from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup

from app.database import Session
from app.declarations import codes
from app.errors import Invalid, NotFound
from app.labourers import queries as labourers
from app.labourers.present import Words
from app.labourers.service import name_of
from app.permissions import Actor, Permission, require
from app.portal import queries, slips
from app.shared.flash import set_flash
from app.shared.formats import masked_name
from app.shared.i18n import N_, lazy
from app.shared.templating import render

router = APIRouter()

Printer = Annotated[Actor, require(Permission.SLIPS_PRINT)]


@router.get("/slips")
async def choose(request: Request, session: Session, actor: Printer, place: str = "", village: str = "") -> Response:
    found = await queries.of_village(session, actor, place, village) if place else []
    state = request.app.state
    words = Words(actor, state.keys, state.localities)
    context = {
        "villages": [
            {
                "label": " · ".join(filter(None, (row.name, row.village_name))),
                "people": row.people,
                "href": "/slips?" + urlencode({"place": row.locality_code, "village": row.village_name or ""}),
                "now": (row.locality_code, row.village_name or "") == (place, village),
            }
            for row in await queries.villages(session, actor)
        ],
        "rows": [{"uuid": one.uuid, "name": words.name(one)} for one in found],
        "most": queries.MOST_SLIPS,
        "chosen": bool(place),
    }
    return render(request, "slips/choose.html", context)


@router.post("/slips")
async def print_slips(
    request: Request, session: Session, actor: Printer, uuid: Annotated[list[UUID] | None, Form()] = None
) -> Response:
    wanted = list(dict.fromkeys(uuid or ()))
    if not 0 < len(wanted) <= queries.MOST_SLIPS:
        raise Invalid(N_("Choose one to %(most)s people for the slips."), most=queries.MOST_SLIPS)
    people = await queries.chosen(session, actor, wanted)
    if len(people) != len(wanted):
        raise NotFound(N_("No such person in your lists."))
    state = request.app.state
    slips = await codes.make(session, actor, state.keys, [one.id for one in people], now=state.clock())
    door = f"{request.base_url}my/in"
    context = {
        "door": door,
        "uses": codes.USES,
        "slips": [
            {
                "name": masked_name(name_of(state.keys, one)),
                "village": one.village_name,
                "code": slip.spaced,
                "until": slip.expires_at,
                "qr": _qr(f"{door}?c={slip.code}"),
            }
            for one, slip in zip(people, slips, strict=True)
        ],
    }
    return render(request, "slips/print.html", context)


def _qr(address: str) -> Markup:
    """A drawing to stand in the page: no file, no style of its own, nothing to load."""
    drawn = segno.make_qr(address, error="m").svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None)
    return Markup(drawn)  # noqa: S704 (the library draws it; the address is only in the pattern)


@router.post("/labourers/{uuid}/slip/send")
async def send(request: Request, session: Session, actor: Printer, uuid: UUID) -> Response:
    """A fresh code to the person's own telephone: the officer does not get to see it."""
    state, door = request.app.state, f"{request.base_url}my/in"
    await slips.send_by_sms(session, actor, state.keys, uuid, door, now=state.clock())
    response = RedirectResponse(f"/labourers/{uuid}", status_code=303)
    set_flash(response, lazy("A code is on its way to their telephone. The code before opens nothing any more."))
    return response


@router.post("/labourers/{uuid}/slip/revoke")
async def revoke(request: Request, session: Session, actor: Printer, uuid: UUID) -> Response:
    labourer = await labourers.get(session, actor, uuid, lock=True)
    was_out = await codes.revoke(session, actor, labourer.id, now=request.app.state.clock())
    response = RedirectResponse(f"/labourers/{uuid}", status_code=303)
    text = lazy("The code of the slip opens nothing any more.") if was_out else lazy("There was no slip to end.")
    set_flash(response, text)
    return response
