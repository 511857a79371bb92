"""Set up, renew and take away one's own second factor."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.accounts import present, second_factor
from app.accounts.own_pages import errors_of
from app.database import Session
from app.errors import Invalid
from app.permissions import Actor, Permission, require
from app.shared.flash import set_flash
from app.shared.i18n import lazy
from app.shared.templating import render

router = APIRouter(prefix="/account/second-factor")

Own = Annotated[Actor, require(Permission.ACCOUNT_OWN)]
Code = Annotated[str, Form()]


async def _page(request: Request, session: Session, actor: Actor, refusal: Invalid | None = None) -> Response:
    context: dict[str, Any] = {
        "actor": actor,
        "tab": "second_factor",
        "in_use": await second_factor.has_one(session, actor.user_id),
        "left": await second_factor.spare_codes_left(session, actor.user_id),
        "enrolment": await second_factor.enrolment(session, actor, request.app.state.keys),
        "needed": actor.role in request.app.state.factor_roles,
        "reset": await present.factor_reset(session, actor),
        "errors": errors_of(refusal),
    }
    return render(request, "accounts/second_factor.html", context, status_code=refusal.status if refusal else 200)


@router.get("")
async def show(request: Request, session: Session, actor: Own) -> Response:
    return await _page(request, session, actor)


@router.post("")
async def start(request: Request, session: Session, actor: Own) -> Response:
    await second_factor.start(session, actor, request.app.state.keys, request.app.state.clock())
    return RedirectResponse("/account/second-factor", status_code=303)


@router.post("/confirm")
async def confirm(request: Request, session: Session, actor: Own, code: Code = "") -> Response:
    try:
        codes = await second_factor.confirm(session, actor, request.app.state.keys, code, request.app.state.clock())
    except Invalid as refusal:
        return await _page(request, session, actor, refusal)
    return _codes(request, actor, codes)


@router.post("/codes")
async def renew_codes(request: Request, session: Session, actor: Own, code: Code = "") -> Response:
    state = request.app.state
    try:
        codes = await second_factor.renew_spare_codes(session, actor, state.keys, code, state.clock())
    except Invalid as refusal:
        return await _page(request, session, actor, refusal)
    return _codes(request, actor, codes)


def _codes(request: Request, actor: Actor, codes: list[str]) -> Response:
    return render(request, "accounts/spare_codes.html", {"actor": actor, "tab": "second_factor", "codes": codes})


@router.post("/remove")
async def remove(request: Request, session: Session, actor: Own, password: Code = "", code: Code = "") -> Response:
    state = request.app.state
    try:
        await second_factor.remove(session, actor, state.keys, password, code, state.clock())
    except Invalid as refusal:
        return await _page(request, session, actor, refusal)
    response = RedirectResponse("/account/second-factor", status_code=303)
    set_flash(response, lazy("The second factor was taken away."))
    return response
