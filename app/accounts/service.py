"""Sign in, sign out, take another post."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.accounts import attempts, queries, second_factor, sessions
from app.accounts.models import User, UserSession
from app.accounts.passwords import verify_password
from app.accounts.sessions import SignedIn, Visit, token_hash
from app.errors import AppError, Invalid, NotFound
from app.permissions import Actor
from app.shared.encryption import KeyRing
from app.shared.i18n import N_

__all__ = [
    "Answer",
    "CodeAsked",
    "Refused",
    "SignedIn",
    "Visit",
    "answer_code",
    "begin_for",
    "sign_in",
    "sign_out",
    "token_hash",
]


@dataclass(frozen=True)
class CodeAsked:
    """The first factor was right; the token is to be sent with the second one's code."""

    step: str
    expires_at: datetime


@dataclass(frozen=True)
class Refused:
    """A try that failed. It is returned, not raised: the try itself must be kept."""

    error: AppError


Answer = SignedIn | CodeAsked | Refused


async def sign_in(session: AsyncSession, login: str, password: str, visit: Visit) -> Answer:
    """Begin a session in the user's first post, ask for the second factor, or say why not."""
    login = login.strip().lower()
    held_back = await attempts.is_held_back(session, login, visit)
    if held_back:
        return Refused(held_back)
    user = await queries.user_by_login(session, login)
    right = await verify_password(password, user.password_hash if user and not user.disabled_at else None)
    if not right or user is None:
        attempts.keep(session, login, visit, "wrong")
        return Refused(Invalid(N_("Login or password is not right. Check both; capital letters count.")))
    return await begin_for(session, user, visit)


async def begin_for(session: AsyncSession, user: User, visit: Visit) -> Answer:
    """What follows a first factor that was right, whoever checked it."""
    posts = await queries.posts_of(session, user.id)
    if not posts:
        attempts.keep(session, user.login, visit, "no_post")
        return Refused(Invalid(N_("This account has no post any more. Ask your office's administrator.")))
    if await second_factor.has_one(session, user.id):
        attempts.keep(session, user.login, visit, "code_asked")
        return CodeAsked(*await second_factor.begin_step(session, user.id, visit.now))
    attempts.keep(session, user.login, visit, "begun")
    return sessions.begin(session, user.id, posts[0][0].id, visit)


async def answer_code(session: AsyncSession, keys: KeyRing, step: str, code: str, visit: Visit) -> Answer:
    """Begin the session if the second factor's code is right, or say why not."""
    user = await second_factor.user_of_step(session, step, visit.now)
    if user is None:
        return Refused(
            Invalid(N_("This sign-in took too long or was tried too often. Begin again with your password."))
        )
    held_back = await attempts.is_held_back(session, user.login, visit)
    if held_back:
        return Refused(held_back)
    if not await second_factor.take_code(session, keys, user.id, code, visit.now):
        attempts.keep(session, user.login, visit, "code_wrong")
        return Refused(Invalid(second_factor.WRONG, field="code"))
    await second_factor.end_step(session, step, visit.now)
    posts = await queries.posts_of(session, user.id)
    if not posts:
        attempts.keep(session, user.login, visit, "no_post")
        return Refused(Invalid(N_("This account has no post any more. Ask your office's administrator.")))
    attempts.keep(session, user.login, visit, "begun")
    return sessions.begin(session, user.id, posts[0][0].id, visit)


async def sign_out(session: AsyncSession, token: str, now: datetime) -> None:
    """End the session of that token; a token that has ended already is no error."""
    ended = update(UserSession).where(UserSession.token_hash == token_hash(token), UserSession.ended_at.is_(None))
    await session.execute(ended.values(ended_at=now))


async def take_post(session: AsyncSession, actor: Actor, token: str, post_id: int) -> str:
    """Go on in another of one's own posts, under the new token given back. Raises NotFound (404)."""
    if post_id not in {post.id for post, _ in await queries.posts_of(session, actor.user_id)}:
        raise NotFound(N_("No such post."))
    audit.record(session, actor, "post.take", "post", post_id)
    return await sessions.move(session, token, post_id)
