"""Who is asking: runs before every route, and refuses forms that were not ours."""

import hmac
from datetime import timedelta
from urllib.parse import urlsplit

from fastapi import Request

from app import rate_limits
from app.accounts import api_tokens, queries, second_factor, sessions
from app.accounts.licences import UnlicensedActor
from app.accounts.sessions import token_hash
from app.database import Session
from app.errors import Forbidden
from app.permissions import Actor, required_permissions
from app.shared.i18n import N_
from app.wall import confine, wall_of

COOKIE = "duijie_session"
# Where somebody who has to set up their second factor first may go; their permissions hold them to it anyway.
OPEN_BEFORE_FACTOR = ("/account", "/sign-", "/api/v1/account", "/api/v1/sessions")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def token_of(request: Request) -> tuple[str | None, bool]:
    """The session token, and whether the browser sent it by itself (then a form needs its own token too)."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and bearer:
        return bearer, False
    return request.cookies.get(COOKIE), True


async def identify(request: Request, session: Session) -> None:
    """Put the actor on the request. Raises Forbidden (403) for a form from elsewhere, TooManyRequests (429)."""
    request.state.actor = None
    _refuse_other_origin(request)
    token, by_cookie = token_of(request)
    if not token:
        return
    is_programs = not by_cookie and token.startswith(api_tokens.PREFIX)
    actor = await (_of_program if is_programs else _of_session)(request, session, token_hash(token))
    if actor is None:
        return
    if not by_cookie:
        await _count_call(request, session, token_hash(token))
    elif request.method not in SAFE_METHODS:
        await _check_form_token(request, actor.csrf_token)
    if isinstance(actor, UnlicensedActor):
        actor.refuse_work(required_permissions(request.scope["route"].dependant))
    request.state.actor = actor
    await confine(session, wall_of(actor))
    if actor.limited_to == second_factor.BEFORE_IT and not request.url.path.startswith(OPEN_BEFORE_FACTOR):
        raise second_factor.SecondFactorNeeded(
            N_("Nothing but your account opens before your second factor, a code from your phone, is set up.")
        )


async def _of_session(request: Request, session: Session, hashed: bytes) -> Actor | None:
    state, now = request.app.state, request.app.state.clock()
    actor = await queries.actor_of(
        session,
        hashed,
        now,
        idle=timedelta(minutes=state.settings.idle_minutes),
        factor_roles=state.factor_roles,
        before_factor=second_factor.BEFORE_IT,
    )
    if actor:
        await sessions.seen(session, hashed, now)
    return actor


async def _of_program(request: Request, session: Session, hashed: bytes) -> Actor | None:
    now = request.app.state.clock()
    actor = await queries.actor_of_program(session, hashed, now)
    if actor:
        await api_tokens.used(session, hashed, now)
    return actor


async def _count_call(request: Request, session: Session, hashed: bytes) -> None:
    limit = request.app.state.settings.api_calls_per_minute
    key = f"call:{hashed.hex()[:32]}"
    await rate_limits.take(session, key, limit, timedelta(minutes=1), now=request.app.state.clock())


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
