"""One's own password and sign-ins."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.accounts import cookies, identify, own_password, present, sessions
from app.accounts.password_rules import LEAST_LENGTH
from app.database import Session
from app.errors import Invalid
from app.permissions import Actor, Permission, require
from app.shared.flash import set_flash
from app.shared.i18n import N_, LazyText, lazy, nlazy
from app.shared.templating import render

router = APIRouter(prefix="/account")

Own = Annotated[Actor, require(Permission.ACCOUNT_OWN)]


@router.get("/password")
async def password_form(request: Request, actor: Own) -> Response:
    return render(request, "accounts/password.html", _password(actor))


@router.post("/password")
async def change_password(
    request: Request,
    session: Session,
    actor: Own,
    password: Annotated[str, Form()] = "",
    new_password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    token, _ = identify.token_of(request)
    try:
        _refuse_difference(new_password, again)
        now = request.app.state.clock()
        ended = await own_password.change_password(session, actor, password, new_password, token=token, now=now)
    except Invalid as refusal:
        return render(request, "accounts/password.html", _password(actor, refusal), status_code=refusal.status)
    response = RedirectResponse("/account/sign-ins", status_code=303)
    told = nlazy(
        "Password changed; %(num)s other sign-in ended.", "Password changed; %(num)s other sign-ins ended.", ended
    )
    set_flash(response, told)
    return response


def _refuse_difference(new_password: str, again: str) -> None:
    if new_password != again:
        message = N_("The two entries differ. Enter the new password twice.")
        raise Invalid(message, fields={"again": message})


def _password(actor: Actor, refusal: Invalid | None = None) -> dict[str, Any]:
    return {"actor": actor, "tab": "password", "errors": errors_of(refusal), "least": LEAST_LENGTH}


def errors_of(refusal: Invalid | None) -> dict[str, LazyText] | None:
    """The messages of a refused form, by field."""
    return {name: lazy(text, **refusal.params) for name, text in refusal.fields.items()} if refusal else None


@router.get("/sign-ins")
async def sign_ins(request: Request, session: Session, actor: Own) -> Response:
    context = await present.sign_ins(request, session, actor)
    return render(request, "accounts/sign_ins.html", {"actor": actor, "tab": "sign_ins", **context})


@router.post("/sessions/{uuid}/end")
async def end_session(request: Request, session: Session, actor: Own, uuid: UUID) -> Response:
    await sessions.end_one(session, actor, uuid, request.app.state.clock())
    response = RedirectResponse("/account/sign-ins", status_code=303)
    set_flash(response, lazy("This sign-in was ended."))
    return response


@router.post("/sessions/end-all")
async def end_all_sessions(request: Request, session: Session, actor: Own) -> Response:
    await sessions.end_all(session, actor, request.app.state.clock())
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(identify.COOKIE)
    response.delete_cookie(cookies.STEP_COOKIE)
    return response
