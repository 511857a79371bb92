"""What can go wrong by a person's doing, each with its status, and nothing else.

Anything that is not an ``AppError`` is a bug: it is logged, answered with 500, and shows no detail.
Messages are English message ids; the renderer puts them into the reader's language.
"""

from typing import Any
from urllib.parse import quote
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.shared.i18n import N_, LazyText, lazy
from app.shared.templating import render
from app.shared.typed import typed_again

API_PREFIX = "/api/"


class AppError(Exception):
    """Base of the errors shown to people. A subclass must say its HTTP status."""

    status: int
    title: str = N_("Something went wrong")
    acts: tuple[tuple[str, str], ...] = ((N_("To the desk"), "/"),)  # (label, address), the way on from its page

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not isinstance(getattr(cls, "status", None), int):
            raise TypeError(f"{cls.__name__} needs a status")

    def __init__(self, message: str, *, field: str | None = None, **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.params = params


class Unauthenticated(AppError):
    """Nobody is signed in; ``door`` is where one does."""

    status = 401
    door = "/sign-in"
    title = N_("Please sign in")
    acts = ((N_("Sign in"), "/sign-in"),)


class Forbidden(AppError):
    """The row is visible, the act is not allowed."""

    status = 403
    title = N_("Not allowed")


class NotFound(AppError):
    """No such row, or none this person may see: the two look the same."""

    status = 404
    title = N_("Not found")


class NotAllowedHere(AppError):
    """The address exists, for another kind of request."""

    status = 405
    title = N_("Not possible here")


class Broken(AppError):
    """A bug of ours, already logged."""

    status = 500
    title = N_("Something broke")


class Conflict(AppError):
    """The row has changed, or its state refuses the act."""

    status = 409
    title = N_("Not possible now")


class Stale(AppError):
    """An edit was based on an older version of the row."""

    status = 412
    title = N_("Changed by somebody else")


class TooLarge(AppError):
    """More than this door lets through."""

    status = 413
    title = N_("Too large")


class Invalid(AppError):
    """What was entered cannot be accepted; ``fields`` tells which and why."""

    status = 422
    title = N_("Please check what was entered")

    def __init__(self, message: str, *, fields: dict[str, str] | None = None, **params: Any) -> None:
        super().__init__(message, **params)
        self.fields = fields or {}


class TooManyRequests(AppError):
    """Tried too often; wait so many seconds."""

    status = 429
    title = N_("Please wait")

    def __init__(self, message: str, *, seconds: int = 60, **params: Any) -> None:
        super().__init__(message, **params)
        self.seconds = max(1, seconds)


async def render_error(request: Request, error: Exception) -> Response:
    """The one answer to an error: a page for people, problem details (RFC 9457) for programs."""
    if not isinstance(error, AppError):
        raise error
    text = lazy(error.message, **error.params)
    if request.url.path.startswith(API_PREFIX):
        problem = {"type": "about:blank", "title": str(lazy(error.title)), "status": error.status, "detail": str(text)}
        if isinstance(error, Invalid) and error.fields:
            problem["fields"] = {name: str(lazy(message)) for name, message in error.fields.items()}
        media_type = "application/problem+json"
        return JSONResponse(problem, status_code=error.status, media_type=media_type, headers=_headers(error))
    if isinstance(error, Unauthenticated) and request.method == "GET":
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"{error.door}?next={quote(path)}", status_code=303)
    template = getattr(request.state, "error_page", "error.html")  # pages with a frame of their own name theirs
    context = _page(error, text)
    if isinstance(error, Invalid | Conflict | TooManyRequests):
        context["again"] = typed_again(request, error.fields if isinstance(error, Invalid) else {})
    page = render(request, template, context, status_code=error.status)
    page.headers.update(_headers(error))
    return page


def _headers(error: AppError) -> dict[str, str]:
    return {"Retry-After": str(error.seconds)} if isinstance(error, TooManyRequests) else {}


def _page(error: AppError, text: LazyText) -> dict[str, Any]:
    return {
        "status": error.status,
        "what": lazy(error.title),
        "why": text,
        "what_now": None,
        "acts": [{"label": lazy(label), "href": href} for label, href in error.acts],
        "reference": error.params.get("number") if isinstance(error, Broken) else None,
    }


async def render_unknown_route(request: Request, error: Exception) -> Response:
    """Starlette's own 404 and 405 in the same dress."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    known: AppError = NotFound(N_("There is no such page. Check the address, or start from the desk."))
    if status == 405:
        known = NotAllowedHere(N_("This address does not take that kind of request."))
    return await render_error(request, known)


# FastAPI's kinds of refusal in words of ours; the kind is the first part that fits.
_REFUSALS: tuple[tuple[str, str], ...] = (
    ("missing", N_("Required.")),
    ("int", N_("Give a whole number.")),
    ("date", N_("Write the day as 2026-11-21.")),
    ("greater_than", N_("Outside of what can be entered.")),
    ("less_than", N_("Outside of what can be entered.")),
    ("string_too_long", N_("Too long.")),
    ("string_too_short", N_("Too short.")),
    ("uuid", N_("This is no identifier; copy it from the list it stands in.")),
    ("literal", N_("Choose one of the list.")),
    ("enum", N_("Choose one of the list.")),
    ("bool", N_("Say true or false.")),
    ("decimal", N_("Give a number.")),
    ("json", N_("This is not JSON.")),
)
# Names of fields that several forms have; one not here is not named on a page, where its code would tell nobody.
_FIELD_WORDS: dict[str, str] = {
    "reason": N_("Reason"),
    "scope": N_("Willing to work"),
    "stated_on": N_("Said on"),
    "evidence": N_("Evidence"),
    "to": N_("Office"),
    "from_on": N_("In force from"),
    "page": N_("Page"),
}


def _refusal(one: Any) -> str:
    """Why FastAPI refused a value. A check of our own says it itself."""
    if one["type"] == "value_error" and (own := one.get("ctx", {}).get("error")):
        return str(own)
    return next((words for kind, words in _REFUSALS if one["type"].startswith(kind)), N_("This cannot be read."))


async def render_invalid_request(request: Request, error: Exception) -> Response:
    """FastAPI's own check of parameters, as our ``Invalid``."""
    fields: dict[str, str] = {}
    if isinstance(error, RequestValidationError):
        fields = {".".join(str(part) for part in one["loc"][1:]): _refusal(one) for one in error.errors()}
    known = list(fields)
    if not request.url.path.startswith(API_PREFIX):  # a page's reader knows no codes of fields
        known = [str(lazy(_FIELD_WORDS[one])) for one in fields if one in _FIELD_WORDS]
    message = N_("Some values could not be read: %(names)s.")
    if not known:
        message = N_("Something entered could not be read. Go back and check it.")
    return await render_error(request, Invalid(message, fields=fields, names=", ".join(known)))


async def render_bug(request: Request, error: Exception) -> Response:
    """A bug: logged with its number, that of the request, and shown without detail."""
    if _is_no_text(error):
        return await render_error(request, Invalid(N_("Something typed holds a sign that is no text. Type it anew.")))
    number = getattr(request.state, "request_id", None) or uuid4().hex[:12]
    structlog.get_logger("duijie").exception("bug", number=number, path=request.url.path, exc_info=error)
    message = N_("Something broke on our side; nothing was changed. Tell the operator the number %(number)s.")
    return await render_error(request, Broken(message, number=number))


def _is_no_text(error: Exception) -> bool:
    """A zero byte or half a sign, which no form of ours sends and no text of the database holds."""
    if isinstance(error, UnicodeEncodeError):
        return error.encoding == "utf-8"
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in {"22021", "22P05"}


class BugMiddleware:
    """Answer a bug inside the other middleware, so that its page has their headers and language like every other."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noting)
        except Exception as error:
            if scope["type"] != "http" or begun:
                raise
            answer = await render_bug(Request(scope, receive), error)
            await answer(scope, receive, send)


def install_error_pages(app: FastAPI) -> None:
    """Give the application its one renderer. To be called before any other middleware is added, which goes around."""
    app.add_middleware(BugMiddleware)
    app.add_exception_handler(AppError, render_error)
    app.add_exception_handler(HTTPException, render_unknown_route)
    app.add_exception_handler(RequestValidationError, render_invalid_request)
    app.add_exception_handler(Exception, render_bug)
