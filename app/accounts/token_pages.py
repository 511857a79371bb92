"""One's own tokens for programs."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.accounts import api_tokens, present
from app.accounts.own_pages import errors_of
from app.database import Session
from app.errors import Invalid
from app.permissions import Actor, Permission, require
from app.shared.flash import set_flash
from app.shared.i18n import lazy
from app.shared.templating import render

router = APIRouter(prefix="/account/tokens")

Own = Annotated[Actor, require(Permission.ACCOUNT_OWN)]
USUAL_DAYS = 90


async def _page(request: Request, session: Session, actor: Actor, **more: Any) -> Response:
    now, refusal = request.app.state.clock(), more.pop("refusal", None)
    context = {
        "actor": actor,
        "tab": "tokens",
        "tokens": [present.token_row(one, now) for one in await api_tokens.own_tokens(session, actor)],
        "scopes": [{"value": one.value, "label": present.permission_label(one)} for one in api_tokens.grantable(actor)],
        "errors": errors_of(refusal),
        "values": {"name": "", "scopes": [], "days": USUAL_DAYS},
        "made": None,
        **more,
    }
    return render(request, "accounts/tokens.html", context, status_code=refusal.status if refusal else 200)


@router.get("")
async def show(request: Request, session: Session, actor: Own) -> Response:
    return await _page(request, session, actor)


@router.post("")
async def issue(
    request: Request,
    session: Session,
    actor: Own,
    name: Annotated[str, Form()] = "",
    scopes: Annotated[list[str] | None, Form()] = None,
    days: Annotated[str, Form()] = "",
) -> Response:
    number = int(days) if days.isascii() and days.isdecimal() and len(days) < 6 else 0
    try:
        _, text = await api_tokens.issue(session, actor, name, scopes or [], number, request.app.state.clock())
    except Invalid as refusal:
        values = {"name": name, "scopes": scopes or [], "days": days}
        return await _page(request, session, actor, refusal=refusal, values=values)
    return await _page(request, session, actor, made=text)


@router.post("/{uuid}/revoke")
async def revoke(request: Request, session: Session, actor: Own, uuid: UUID) -> Response:
    await api_tokens.revoke(session, actor, uuid, request.app.state.clock())
    response = RedirectResponse("/account/tokens", status_code=303)
    set_flash(response, lazy("The token was revoked and opens nothing any more."))
    return response
