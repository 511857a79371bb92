"""A complaint from the person's own pages, with or without their name. It opens with its receipt alone."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app.database import Session
from app.errors import AppError, Invalid
from app.grievances import coming_back, complaint_form
from app.grievances.kinds import book, kind_label
from app.portal import frame, own_rights
from app.portal.guard import Oneself
from app.shared.i18n import lazy
from app.shared.templating import render

router = APIRouter(prefix="/my", dependencies=[Depends(frame.own_frame)])


@router.get("/complaint")
async def complaint(request: Request, _person: Oneself) -> Response:
    return _form(request, complaint_form.values_of({}), named="")


def _form(request: Request, values: dict[str, Any], *, named: str, error: AppError | None = None) -> Response:
    errors = {name: lazy(text) for name, text in error.fields.items()} if isinstance(error, Invalid) else None
    more = {"named": named, "wrong": lazy(error.message) if error else None, "lines": book().lines}
    context = complaint_form.context(values, errors) | more
    return render(request, "portal/complaint.html", context, status_code=error.status if error else 200)


@router.post("/complaint")
async def file(request: Request, session: Session, person: Oneself) -> Response:
    """Nothing is sent before the person has said whether their name goes along."""
    form, state = await request.form(), request.app.state
    values, named = complaint_form.values_of(form), str(form.get("named", ""))
    now = state.clock()
    try:
        receipt = await own_rights.complain(session, person, state.keys, state.localities, values, named, now=now)
    except Invalid as error:
        return _form(request, values, named=named, error=error)
    context = {"receipt": receipt, "kind": kind_label(values["kind"]), "lines": book().lines}
    return render(request, "portal/receipt.html", context)


@router.post("/complaint/{act}")
async def come_back(request: Request, session: Session, person: Oneself, act: str) -> Response:
    """Tries are counted by the slip: an address is shared with a whole dormitory."""
    state, form = request.app.state, await request.form()
    whence = f"slip of {person.labourer_id}"
    back = await coming_back.come_back(session, state.keys, act, form, whence=whence, now=state.clock())
    return render(request, "portal/complaint_own.html", back.context(act), status_code=back.status)
