"""One's own password: changed by who knows the old one, and every other sign-in ends with it."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit, rate_limits
from app.accounts import api_tokens, queries, sessions
from app.accounts.models import ApiToken, User
from app.accounts.password_rules import check_password
from app.accounts.passwords import hash_for_request, verify_password
from app.errors import Invalid
from app.permissions import Actor
from app.shared.i18n import N_

TRIES, TRY_WINDOW = 8, timedelta(minutes=15)


async def verify_own(session: AsyncSession, actor: Actor, password: str, now: datetime, field: str) -> User:
    """The actor's user, if the password is theirs. Raises Invalid (422), TooManyRequests (429)."""
    await rate_limits.take(session, f"password:{actor.user_id}", TRIES, TRY_WINDOW, now=now)
    user = (await session.scalars(select(User).where(User.id == actor.user_id).with_for_update())).one()
    if not await verify_password(password, user.password_hash):
        message = N_("This is not your password of now. Capital letters count.")
        raise Invalid(message, fields={field: message})
    return user


async def change_password(
    session: AsyncSession, actor: Actor, present: str, new: str, *, token: str | None, now: datetime
) -> int:
    """Set a new password and end the other sessions; how many. Raises Invalid (422), TooManyRequests (429)."""
    user = await verify_own(session, actor, present, now, "password")
    offices = [organisation.name for _, organisation in await queries.posts_of(session, user.id)]
    check_password(new, [user.login, user.display_name, *offices])
    if new == present:
        message = N_("This is your password of now. Take another one.")
        raise Invalid(message, fields={"new_password": message})
    user.password_hash = await hash_for_request(new)
    await api_tokens.revoke_all(session, ApiToken.user_id == user.id, now)
    audit.record(session, actor, "password.change", "user", user.id)
    return await sessions.end_all(session, actor, now, keep=token)
