"""The SQL of sign-in: users, their posts, sessions and tries."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.licences import UnlicensedActor, licence_runs
from app.accounts.models import Organisation, Post, PostScope, SignInAttempt, User, UserSession
from app.permissions import Actor, Role
from app.shared.clock import day_of, system_clock


async def user_by_login(session: AsyncSession, login: str) -> User | None:
    """The user of that login, disabled or not."""
    return await session.scalar(select(User).where(User.login == login))


async def posts_of(session: AsyncSession, user_id: int) -> list[Row[Post, Organisation]]:
    """The user's running posts with their organisations, oldest first."""
    query = select(Post, Organisation).join(Organisation, Organisation.id == Post.organisation_id)
    query = query.where(Post.user_id == user_id, Post.ended_at.is_(None), Organisation.closed_at.is_(None))
    query = query.order_by(Post.id)
    return list((await session.execute(query)).all())


async def failures_since(session: AsyncSession, login: str, address: str, since: datetime) -> tuple[int, int]:
    """Failed tries since then: for this login, and from this address."""
    failed = select(func.count()).where(SignInAttempt.at > since, SignInAttempt.succeeded.is_(False))
    unlocked = select(User.unlocked_at).where(User.login == login).scalar_subquery()
    counted = func.coalesce(SignInAttempt.at > unlocked, true())
    by_login = await session.scalar(failed.where(SignInAttempt.login == login, counted))
    by_address = await session.scalar(failed.where(SignInAttempt.address == address))
    return by_login or 0, by_address or 0


def _people_in_posts() -> Select[Any]:
    scope = (
        select(func.array_agg(PostScope.locality_code)).where(PostScope.post_id == Post.id).correlate(Post)
    ).scalar_subquery()
    return (
        select(User, Post, Organisation, scope.label("scope"))
        .join(Post, Post.user_id == User.id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(User.disabled_at.is_(None), Post.ended_at.is_(None), Organisation.closed_at.is_(None))
    )


def _actor(row: Any, day: date, csrf_token: str = "") -> Actor:
    return (Actor if licence_runs(row.Organisation, day) else UnlicensedActor)(
        user_id=row.User.id,
        display_name=row.User.display_name,
        post_id=row.Post.id,
        role=Role(row.Post.role),
        organisation_id=row.Organisation.id,
        organisation_uuid=row.Organisation.uuid,
        organisation_name=row.Organisation.name,
        organisation_kind=row.Organisation.kind,
        organisation_locality=row.Organisation.locality_code,
        scope=tuple(row.scope or ()),
        village=row.Organisation.village_name,
        csrf_token=csrf_token,
    )


async def actor_of(session: AsyncSession, token_hash: bytes, now: datetime) -> Actor | None:
    """The person behind a session token, if it still holds and neither user nor post has ended."""
    query = (
        _people_in_posts()
        .join(UserSession, (UserSession.user_id == User.id) & (UserSession.post_id == Post.id))
        .where(UserSession.token_hash == token_hash, UserSession.ended_at.is_(None), UserSession.expires_at > now)
        .add_columns(UserSession.csrf_token)
    )
    row = (await session.execute(query)).one_or_none()
    return _actor(row, day_of(now), row.csrf_token) if row else None


async def actor_by_login(session: AsyncSession, login: str) -> Actor | None:
    """The person of that login in their first post: for commands run on the machine itself."""
    query = _people_in_posts().where(User.login == login).order_by(Post.id).limit(1)
    row = (await session.execute(query)).one_or_none()
    return _actor(row, day_of(system_clock())) if row else None


async def actor_in_post(session: AsyncSession, post_id: int) -> Actor | None:
    """The person of a post, while neither has ended: for what they asked to be done in the background."""
    row = (await session.execute(_people_in_posts().where(Post.id == post_id))).one_or_none()
    return _actor(row, day_of(system_clock())) if row else None


async def people_of(session: AsyncSession, organisation_id: int) -> list[tuple[int, str]]:
    """(id, name) of everybody with a running post in an office, oldest first."""
    query = (
        select(User.id, User.display_name)
        .join(Post, Post.user_id == User.id)
        .where(Post.organisation_id == organisation_id, Post.ended_at.is_(None), User.disabled_at.is_(None))
        .distinct()
        .order_by(User.id)
    )
    return [(id_, name) for id_, name in await session.execute(query)]
