"""Sign in and out, and take another post."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.accounts import identify, people_queries, queries, service
from app.database import Session
from app.errors import Unauthenticated
from app.permissions import Actor, Permission, require
from app.shared.i18n import N_, LazyText, lazy
from app.shared.templating import render

router = APIRouter()


def _local(address: str) -> str:
    """Where to go on, only ever within this site."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/"


@router.get("/sign-in")
async def sign_in_form(
    request: Request,
    session: Session,
    next: str = "/",  # noqa: A002 (the parameter's public name)
) -> Response:
    context = _form(request, "", _local(next))
    context["nobody_yet"] = not request.app.state.settings.demo and await people_queries.nobody_yet(session)
    return render(request, "sign_in.html", context)


@router.post("/sign-in")
async def sign_in(
    request: Request,
    session: Session,
    user_name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002 (the field's public name)
) -> Response:
    settings, now = request.app.state.settings, request.app.state.clock()
    address = request.client.host if request.client else ""
    answer = await service.sign_in(session, user_name, password, address=address, now=now, hours=settings.session_hours)
    if isinstance(answer, service.Refused):
        error = lazy(answer.error.message, **answer.error.params)
        context = _form(request, user_name, _local(next), {"password": error})
        return render(request, "sign_in.html", context, status_code=answer.error.status)
    response = RedirectResponse(_local(next), status_code=303)
    response.set_cookie(
        identify.COOKIE,
        answer.token,
        max_age=settings.session_hours * 3600,
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
    )
    return response


def _form(request: Request, user_name: str, address: str, errors: dict[str, LazyText] | None = None) -> dict[str, Any]:
    return {
        "action": "/sign-in",
        "errors": errors,
        "values": {"user_name": user_name},
        "next": address,
        "accounts": request.app.state.demo_accounts,
        "nobody_yet": False,
    }


@router.post("/sign-out", dependencies=[require(Permission.DESK_VIEW)])
async def sign_out(request: Request, session: Session) -> Response:
    token, _ = identify.token_of(request)
    if token:
        await service.sign_out(session, token, request.app.state.clock())
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(identify.COOKIE)
    return response


@router.get("/account")
async def account(
    request: Request, session: Session, actor: Annotated[Actor, require(Permission.DESK_VIEW)]
) -> Response:
    posts = await queries.posts_of(session, actor.user_id)
    return render(request, "accounts/account.html", {"actor": actor, "posts": posts})


@router.post("/account/posts/{post_id}")
async def take_post(
    request: Request, session: Session, actor: Annotated[Actor, require(Permission.DESK_VIEW)], post_id: int
) -> Response:
    token, _ = identify.token_of(request)
    if token is None:
        raise Unauthenticated(N_("Sign in to go on."))
    await service.take_post(session, actor, token, post_id)
    return RedirectResponse("/", status_code=303)
