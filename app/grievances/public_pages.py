"""A complaint without an account, and coming back with its receipt: its code is never in an address."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.database import Session
from app.errors import Invalid
from app.grievances import coming_back, complaint_form, service
from app.grievances.kinds import book
from app.grievances.pages import receipt_page
from app.shared.i18n import lazy
from app.shared.templating import render

router = APIRouter()


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


@router.get("/complaint")
async def complaint(request: Request, vacancy: str = "") -> Response:
    return _form(request, complaint_form.values_of({"vacancy": vacancy}))


def _form(request: Request, values: dict[str, Any], error: Invalid | None = None) -> Response:
    errors = {name: lazy(text) for name, text in error.fields.items()} if error else None
    more = {
        "action": "/complaint",
        "by_officer": False,
        "lines": book().lines,
    }
    context = complaint_form.context(values, errors) | more
    return render(request, "grievances/new.html", context, status_code=error.status if error else 200)


@router.post("/complaint")
async def file(request: Request, session: Session) -> Response:
    """Nobody is asked who they are: an officer signed in on this machine is not noted either. None is sent away."""
    values = complaint_form.values_of(await request.form())
    state = request.app.state
    try:
        told = complaint_form.read(values, state.localities)
        receipt = await service.file(session, state.keys, told, now=state.clock(), address=_address(request))
    except Invalid as error:
        return _form(request, values, error)
    return receipt_page(request, receipt, values, by_officer=False)


@router.post("/complaint/{act}")
async def come_back(request: Request, session: Session, act: str) -> Response:
    state, form = request.app.state, await request.form()
    is_staff, whence = request.state.actor is not None, _address(request)
    back = await coming_back.come_back(
        session, state.keys, act, form, whence=whence, now=state.clock(), is_staff=is_staff
    )
    return render(request, "grievances/own.html", back.context(act), status_code=back.status)
