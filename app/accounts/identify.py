"""Who is asking: runs before every route, and refuses forms that were not ours."""

import hmac
from urllib.parse import urlsplit

from fastapi import Request

from app.accounts import queries
from app.accounts.licences import UnlicensedActor
from app.accounts.service import token_hash
from app.database import Session
from app.errors import Forbidden
from app.permissions import required_permissions
from app.shared.i18n import N_
from app.wall import confine, wall_of

COOKIE = "duijie_session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def token_of(request: Request) -> tuple[str | None, bool]:
    """The session token, and whether the browser sent it by itself (then a form needs its own token too)."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and bearer:
        return bearer, False
    return request.cookies.get(COOKIE), True


async def identify(request: Request, session: Session) -> None:
    """Put the actor on the request. Raises Forbidden (403) for a form from elsewhere."""
    request.state.actor = None
    _refuse_other_origin(request)
    token, by_cookie = token_of(request)
    if not token:
        return
    actor = await queries.actor_of(session, token_hash(token), request.app.state.clock())
    if actor and by_cookie and request.method not in SAFE_METHODS:
        await _check_form_token(request, actor.csrf_token)
    if isinstance(actor, UnlicensedActor):
        actor.refuse_work(required_permissions(request.scope["route"].dependant))
    request.state.actor = actor
    if actor:
        await confine(session, wall_of(actor))


def _refuse_other_origin(request: Request) -> None:
    origin = request.headers.get("origin")
    if request.method in SAFE_METHODS or not origin:
        return
    if origin == "null" or urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden(N_("This form came from another site and was not accepted."))


async def _check_form_token(request: Request, expected: str) -> None:
    given = request.headers.get("x-csrf-token")
    if given is None and "form" in request.headers.get("content-type", ""):
        value = (await request.form()).get("csrf_token")
        given = value if isinstance(value, str) else None
    if given is None or not hmac.compare_digest(given, expected):
        raise Forbidden(N_("The page was open too long. Load it again and repeat the step; nothing was changed."))
