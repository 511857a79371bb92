"""Sign in and out, and take another post."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.accounts import (
    cookies,
    identify,
    outside_pages,
    own_pages,
    people_queries,
    queries,
    second_factor_pages,
    service,
    token_pages,
)
from app.accounts.sessions import Visit
from app.database import Session
from app.errors import AppError, TooManyRequests, Unauthenticated
from app.permissions import Actor, Permission, require
from app.shared.bounds import RowId
from app.shared.i18n import N_, LazyText, lazy
from app.shared.templating import render

router = APIRouter()
for part in (own_pages, second_factor_pages, token_pages, outside_pages):
    router.include_router(part.router)

Own = Annotated[Actor, require(Permission.ACCOUNT_OWN)]


@router.get("/sign-in")
async def sign_in_form(
    request: Request,
    session: Session,
    next: str = "/",  # noqa: A002 (the parameter's public name)
) -> Response:
    context = _form(request, "", cookies.local_address(next))
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
    visit, address = cookies.visit_of(request), cookies.local_address(next)
    answer = await service.sign_in(session, user_name, password, visit)
    if isinstance(answer, service.Refused):
        context = _form(request, user_name, address, _errors(answer.error, "password"))
        return _refusal(request, "sign_in.html", context, answer.error)
    await _end_former(request, session, visit)
    return cookies.go_on(request, answer, address)


@router.get("/sign-in/code")
async def code_form(request: Request, next: str = "/") -> Response:  # noqa: A002 (the parameter's public name)
    if cookies.STEP_COOKIE not in request.cookies:
        return RedirectResponse("/sign-in", status_code=303)
    return render(request, "accounts/code.html", {"next": cookies.local_address(next), "errors": None})


@router.post("/sign-in/code")
async def enter_code(
    request: Request,
    session: Session,
    code: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002 (the field's public name)
) -> Response:
    visit, address = cookies.visit_of(request), cookies.local_address(next)
    step = request.cookies.get(cookies.STEP_COOKIE, "")
    answer = await service.answer_code(session, request.app.state.keys, step, code, visit)
    if isinstance(answer, service.Refused):
        context = {"next": address, "errors": _errors(answer.error, "code")}
        return _refusal(request, "accounts/code.html", context, answer.error)
    await _end_former(request, session, visit)
    return cookies.go_on(request, answer, address)


def _form(request: Request, user_name: str, address: str, errors: dict[str, LazyText] | None = None) -> dict[str, Any]:
    return {
        "action": "/sign-in",
        "errors": errors,
        "values": {"user_name": user_name},
        "next": address,
        "accounts": request.app.state.demo_accounts,
        "nobody_yet": False,
        "outside": bool(request.app.state.settings.oidc_issuer),
    }


def _errors(error: AppError, field: str) -> dict[str, LazyText]:
    return {field: lazy(error.message, **error.params)}


def _refusal(request: Request, template: str, context: dict[str, Any], error: AppError) -> Response:
    response = render(request, template, context, status_code=error.status)
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.seconds)
    return response


async def _end_former(request: Request, session: Session, visit: Visit) -> None:
    """The browser forgets the token it had, so the session of it is not left open."""
    token, by_cookie = identify.token_of(request)
    if token and by_cookie:
        await service.sign_out(session, token, visit.now)


@router.post("/sign-out", dependencies=[require(Permission.ACCOUNT_OWN)])
async def sign_out(request: Request, session: Session) -> Response:
    token, _ = identify.token_of(request)
    if token:
        await service.sign_out(session, token, request.app.state.clock())
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(identify.COOKIE)
    return response


@router.get("/account")
async def account(request: Request, session: Session, actor: Own) -> Response:
    posts = await queries.posts_of(session, actor.user_id)
    return render(request, "accounts/account.html", {"actor": actor, "posts": posts, "tab": "posts"})


@router.post("/account/posts/{post_id}")
async def take_post(request: Request, session: Session, actor: Own, post_id: RowId) -> Response:
    token, _ = identify.token_of(request)
    if token is None:
        raise Unauthenticated(N_("Sign in to go on."))
    response = RedirectResponse("/", status_code=303)
    cookies.remember_session(request, response, await service.take_post(session, actor, token, post_id))
    return response
