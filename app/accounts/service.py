"""Sign in, sign out, take another post."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.accounts import queries
from app.accounts.models import SignInAttempt, UserSession
from app.accounts.passwords import verify_password
from app.errors import AppError, Invalid, NotFound, TooManyRequests
from app.permissions import Actor
from app.shared.i18n import N_

FAILURES_PER_LOGIN = 8
FAILURES_PER_ADDRESS = 60  # an office shares one address
FAILURE_WINDOW = timedelta(minutes=15)


@dataclass(frozen=True)
class SignedIn:
    """A session just begun; the token goes into the cookie and is kept nowhere."""

    token: str
    csrf_token: str
    expires_at: datetime


@dataclass(frozen=True)
class Refused:
    """A try that failed. It is returned, not raised: the try itself must be kept."""

    error: AppError


def token_hash(token: str) -> bytes:
    """What the database knows of a token."""
    return hashlib.sha256(token.encode()).digest()


async def sign_in(
    session: AsyncSession, login: str, password: str, *, address: str, now: datetime, hours: int
) -> SignedIn | Refused:
    """Begin a session in the user's first post, or say why not."""
    login = login.strip().lower()
    by_login, by_address = await queries.failures_since(session, login, address, now - FAILURE_WINDOW)
    if by_login >= FAILURES_PER_LOGIN or by_address >= FAILURES_PER_ADDRESS:
        return Refused(TooManyRequests(N_("Too many tries. Wait 15 minutes, then try again.")))
    user = await queries.user_by_login(session, login)
    right = await verify_password(password, user.password_hash if user and not user.disabled_at else None)
    posts = await queries.posts_of(session, user.id) if user and right else []
    session.add(SignInAttempt(login=login, address=address, succeeded=bool(posts), at=now))
    if not right or user is None:
        return Refused(Invalid(N_("Login or password is not right. Check both; capital letters count.")))
    if not posts:
        return Refused(Invalid(N_("This account has no post any more. Ask your office's administrator.")))
    return _begin(session, user.id, posts[0][0].id, now, hours)


def _begin(session: AsyncSession, user_id: int, post_id: int, now: datetime, hours: int) -> SignedIn:
    signed_in = SignedIn(secrets.token_urlsafe(32), secrets.token_urlsafe(24), now + timedelta(hours=hours))
    session.add(
        UserSession(
            token_hash=token_hash(signed_in.token),
            user_id=user_id,
            post_id=post_id,
            csrf_token=signed_in.csrf_token,
            created_at=now,
            expires_at=signed_in.expires_at,
        )
    )
    return signed_in


async def sign_out(session: AsyncSession, token: str, now: datetime) -> None:
    """End the session of that token; a token that has ended already is no error."""
    ended = update(UserSession).where(UserSession.token_hash == token_hash(token), UserSession.ended_at.is_(None))
    await session.execute(ended.values(ended_at=now))


async def take_post(session: AsyncSession, actor: Actor, token: str, post_id: int) -> None:
    """Go on in another of one's own posts. Raises NotFound (404)."""
    if post_id not in {post.id for post, _ in await queries.posts_of(session, actor.user_id)}:
        raise NotFound(N_("No such post."))
    moved = update(UserSession).where(UserSession.token_hash == token_hash(token)).values(post_id=post_id)
    await session.execute(moved)
    audit.record(session, actor, "post.take", "post", post_id)
