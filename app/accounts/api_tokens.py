"""Tokens of programs: each acts for one person in one post, within named permissions, for a year at most."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.accounts.models import ApiToken
from app.accounts.sessions import SEEN_EVERY, token_hash
from app.errors import Conflict, Invalid, NotFound
from app.permissions import Actor, Permission
from app.shared.i18n import N_

PREFIX = "duijie_"  # told apart from a session's token, and found by those who search code for secrets
MOST_DAYS = 365
MOST_RUNNING = 20
NAME_LENGTH = 80
NEVER_FOR_PROGRAMS = frozenset({Permission.ACCOUNT_OWN})  # a token makes no tokens and changes no password


def grantable(actor: Actor) -> list[Permission]:
    """What a token of this post may be given, in the order of the work: no more than the actor may do this moment."""
    return [one for one in Permission if actor.may(one) and one not in NEVER_FOR_PROGRAMS]


async def own_tokens(session: AsyncSession, actor: Actor) -> list[ApiToken]:
    """The actor's tokens, those of other posts and those revoked included, the latest first."""
    query = select(ApiToken).where(ApiToken.user_id == actor.user_id)
    return list(await session.scalars(query.order_by(ApiToken.created_at.desc(), ApiToken.id.desc())))


async def issue(
    session: AsyncSession, actor: Actor, name: str, scopes: list[str], days: int, now: datetime
) -> tuple[ApiToken, str]:
    """Make a token, and its text, which is shown this once. Raises Invalid (422), Conflict (409)."""
    name, fields = " ".join(name.split()), {}
    allowed = {permission.value for permission in grantable(actor)}
    if not 0 < len(name) <= NAME_LENGTH:
        fields["name"] = N_("Give it a name of at most 80 characters: which program, where it runs.")
    if not scopes or not set(scopes) <= allowed:
        fields["scopes"] = N_("Tick at least one thing the program may do, of those your post may do.")
    if not 1 <= days <= MOST_DAYS:
        fields["days"] = N_("Between 1 and 365 days.")
    if fields:
        raise Invalid(N_("The token was not made: see below."), fields=fields)
    running = [one for one in await own_tokens(session, actor) if one.revoked_at is None and one.expires_at > now]
    if len(running) >= MOST_RUNNING:
        raise Conflict(N_("You have twenty tokens in use. Revoke one that is not needed any more."))
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        user_id=actor.user_id,
        post_id=actor.post_id,
        name=name,
        scopes=sorted(set(scopes)),
        token_hash=token_hash(text),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(token)
    await session.flush()  # the trail names its id
    audit.record(session, actor, "token.issue", "api_token", token.id, scopes=token.scopes, days=days)
    return token, text


async def revoke(session: AsyncSession, actor: Actor, uuid: UUID, now: datetime) -> None:
    """End one of one's own tokens at once. Raises NotFound (404)."""
    ended = update(ApiToken).where(
        ApiToken.uuid == uuid, ApiToken.user_id == actor.user_id, ApiToken.revoked_at.is_(None)
    )
    token_id = await session.scalar(ended.values(revoked_at=now).returning(ApiToken.id))
    if token_id is None:
        raise NotFound(N_("There is no such token, or it was revoked before."))
    audit.record(session, actor, "token.revoke", "api_token", token_id)


async def revoke_all(session: AsyncSession, whose: ColumnElement[bool], now: datetime) -> None:
    """End the tokens of a post or a person for good: a post taken up again brings none back."""
    await session.execute(update(ApiToken).where(whose, ApiToken.revoked_at.is_(None)).values(revoked_at=now))


async def used(session: AsyncSession, hashed: bytes, now: datetime) -> None:
    """Note the use, to the minute. Another request that is noting it already is not waited for."""
    quiet = ApiToken.last_used_at.is_(None) | (ApiToken.last_used_at <= now - SEEN_EVERY)
    mine = select(ApiToken.id).where(ApiToken.token_hash == hashed, quiet).with_for_update(skip_locked=True)
    await session.execute(update(ApiToken).where(ApiToken.id == mine.scalar_subquery()).values(last_used_at=now))
