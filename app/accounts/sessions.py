"""Sessions of people: begun at sign-in, renewed on taking another post, ended by their person or by time."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.accounts.models import UserSession
from app.errors import NotFound
from app.permissions import Actor
from app.shared.i18n import N_

SEEN_EVERY = timedelta(minutes=1)  # a session's last use is written no more often
BROWSER_LENGTH = 200


@dataclass(frozen=True)
class Visit:
    """From where and when somebody signs in, and how long they may stay."""

    address: str
    browser: str
    now: datetime
    hours: int


@dataclass(frozen=True)
class SignedIn:
    """A session just begun; the token goes into the cookie and is kept nowhere."""

    token: str
    csrf_token: str
    expires_at: datetime
    user_id: int = 0
    post_id: int = 0


def token_hash(token: str) -> bytes:
    """What the database knows of a token."""
    return hashlib.sha256(token.encode()).digest()


def begin(session: AsyncSession, user_id: int, post_id: int, visit: Visit) -> SignedIn:
    """A new session, with a token never used before."""
    expires_at = visit.now + timedelta(hours=visit.hours)
    signed_in = SignedIn(secrets.token_urlsafe(32), secrets.token_urlsafe(24), expires_at, user_id, post_id)
    session.add(
        UserSession(
            token_hash=token_hash(signed_in.token),
            user_id=user_id,
            post_id=post_id,
            csrf_token=signed_in.csrf_token,
            created_at=visit.now,
            expires_at=expires_at,
            address=visit.address,
            browser=visit.browser[:BROWSER_LENGTH],
        )
    )
    return signed_in


async def move(session: AsyncSession, token: str, post_id: int) -> str:
    """Take the session to another post, under a new token: one seen before opens nothing of the new post."""
    new = secrets.token_urlsafe(32)
    moved = update(UserSession).where(UserSession.token_hash == token_hash(token))
    changes = {"token_hash": token_hash(new), "csrf_token": secrets.token_urlsafe(24), "post_id": post_id}
    await session.execute(moved.values(changes))
    return new


async def seen(session: AsyncSession, hashed: bytes, now: datetime) -> None:
    """Note that the session was used. Another request that is noting it already is not waited for."""
    quiet = func.coalesce(UserSession.last_seen_at, UserSession.created_at) <= now - SEEN_EVERY
    mine = select(UserSession.token_hash).where(UserSession.token_hash == hashed, quiet)
    locked = mine.with_for_update(skip_locked=True).scalar_subquery()
    await session.execute(update(UserSession).where(UserSession.token_hash == locked).values(last_seen_at=now))


async def running(session: AsyncSession, user_id: int, now: datetime, idle: timedelta) -> list[UserSession]:
    """The user's sessions that still open something, the latest used first."""
    used = func.coalesce(UserSession.last_seen_at, UserSession.created_at)
    query = select(UserSession).where(
        UserSession.user_id == user_id,
        UserSession.ended_at.is_(None),
        UserSession.expires_at > now,
        used > now - idle,
    )
    return list(await session.scalars(query.order_by(used.desc(), UserSession.uuid)))


async def end_one(session: AsyncSession, actor: Actor, uuid: UUID, now: datetime) -> None:
    """End one of one's own sessions. Raises NotFound (404) for anybody else's."""
    ended = update(UserSession).where(
        UserSession.uuid == uuid, UserSession.user_id == actor.user_id, UserSession.ended_at.is_(None)
    )
    found = await session.execute(ended.values(ended_at=now).returning(UserSession.uuid))
    if found.first() is None:
        raise NotFound(N_("There is no such sign-in, or it has ended."))
    audit.record(session, actor, "session.end", "user", actor.user_id)


async def end_all(session: AsyncSession, actor: Actor, now: datetime, *, keep: str | None = None) -> int:
    """End the person's sessions, that of the token ``keep`` excepted; how many ended."""
    ended = update(UserSession).where(UserSession.user_id == actor.user_id, UserSession.ended_at.is_(None))
    if keep:
        ended = ended.where(UserSession.token_hash != token_hash(keep))
    count = len((await session.execute(ended.values(ended_at=now).returning(UserSession.uuid))).all())
    audit.record(session, actor, "session.end_all", "user", actor.user_id, ended=count)
    return count
