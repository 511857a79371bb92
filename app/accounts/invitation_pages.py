"""The page an invitation's link opens: for anybody who holds the link."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.accounts import invitation_service as service
from app.accounts.invitation_service import NewAccount
from app.accounts.labels import role_label
from app.database import Session
from app.errors import Invalid
from app.permissions import Actor
from app.shared.flash import set_flash
from app.shared.i18n import lazy
from app.shared.templating import render

router = APIRouter(prefix="/invitations")

LABELS = {
    "user_name": lazy("User name"),
    "password": lazy("Password"),
    "password_again": lazy("Password again"),
}


@router.get("/{token}")
async def open_link(request: Request, session: Session, token: str) -> Response:
    return await _page(request, session, token, "")


@router.post("/{token}")
async def take(
    request: Request,
    session: Session,
    token: str,
    user_name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    password_again: Annotated[str, Form()] = "",
) -> Response:
    now, actor = request.app.state.clock(), _actor(request)
    if actor:
        await service.accept(session, actor, token, now=now)
        response = RedirectResponse("/account", status_code=303)
        set_flash(response, lazy("The post is yours. Change to it below."))
        return response
    try:
        await service.accept_new(session, token, NewAccount(user_name, password, password_again), now=now)
    except Invalid as error:
        return await _page(request, session, token, user_name, error)
    response = RedirectResponse("/sign-in", status_code=303)
    set_flash(response, lazy("Your account is made. Sign in with it."))
    return response


def _actor(request: Request) -> Actor | None:
    actor: Actor | None = request.state.actor
    return actor


async def _page(
    request: Request, session: Session, token: str, user_name: str, error: Invalid | None = None
) -> Response:
    invitation, organisation = await service.find(session, token, now=request.app.state.clock())
    context: dict[str, Any] = {
        "action": f"/invitations/{token}",
        "name": invitation.display_name,
        "office": organisation.name,
        "role": role_label(invitation.role),
        "expires": invitation.expires_at,
        "signed_in": _actor(request),
        "values": {"user_name": user_name},
        "labels": LABELS,
        "errors": {name: lazy(text, **error.params) for name, text in error.fields.items()} if error else None,
    }
    response = render(request, "people/invitation.html", context, status_code=error.status if error else 200)
    response.headers["cache-control"] = "no-store"
    return response
