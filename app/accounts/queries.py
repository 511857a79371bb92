"""The SQL of sign-in: users, their posts, sessions and tries."""

from datetime import datetime

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Organisation, Post, PostScope, SignInAttempt, User, UserSession
from app.permissions import Actor, Role


async def user_by_login(session: AsyncSession, login: str) -> User | None:
    """The user of that login, disabled or not."""
    return await session.scalar(select(User).where(User.login == login))


async def posts_of(session: AsyncSession, user_id: int) -> list[Row[tuple[Post, Organisation]]]:
    """The user's running posts with their organisations, oldest first."""
    query = select(Post, Organisation).join(Organisation, Organisation.id == Post.organisation_id)
    query = query.where(Post.user_id == user_id, Post.ended_at.is_(None)).order_by(Post.id)
    return list((await session.execute(query)).all())


async def failures_since(session: AsyncSession, login: str, address: str, since: datetime) -> tuple[int, int]:
    """Failed tries since then: for this login, and from this address."""
    failed = select(func.count()).where(SignInAttempt.at > since, SignInAttempt.succeeded.is_(False))
    by_login = await session.scalar(failed.where(SignInAttempt.login == login))
    by_address = await session.scalar(failed.where(SignInAttempt.address == address))
    return by_login or 0, by_address or 0


async def actor_of(session: AsyncSession, token_hash: bytes, now: datetime) -> Actor | None:
    """The person behind a session token, if it still holds and neither user nor post has ended."""
    scope = (
        select(func.array_agg(PostScope.locality_code)).where(PostScope.post_id == Post.id).correlate(Post)
    ).scalar_subquery()
    query = (
        select(UserSession.csrf_token, User, Post, Organisation, scope)
        .join(User, User.id == UserSession.user_id)
        .join(Post, Post.id == UserSession.post_id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(UserSession.token_hash == token_hash, UserSession.ended_at.is_(None), UserSession.expires_at > now)
        .where(User.disabled_at.is_(None), Post.ended_at.is_(None))
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    csrf_token, user, post, organisation, codes = row
    return Actor(
        user_id=user.id,
        display_name=user.display_name,
        post_id=post.id,
        role=Role(post.role),
        organisation_id=organisation.id,
        organisation_uuid=organisation.uuid,
        organisation_name=organisation.name,
        organisation_kind=organisation.kind,
        organisation_locality=organisation.locality_code,
        scope=tuple(codes or ()),
        csrf_token=csrf_token,
    )
