"""The SQL of sign-in: users, their posts, and who is behind a token."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.licences import UnlicensedActor, licence_runs
from app.accounts.models import ApiToken, Organisation, Post, PostScope, SecondFactor, User, UserSession
from app.permissions import Actor, Permission, Role
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


async def actor_of(
    session: AsyncSession,
    token_hash: bytes,
    now: datetime,
    *,
    idle: timedelta,
    factor_roles: frozenset[Role] = frozenset(),
    before_factor: frozenset[Permission] = frozenset(),
) -> Actor | None:
    """The person behind a session token, if it still holds and neither user nor post has ended.

    In a post of ``factor_roles``, or after theirs was reset, somebody without a second factor holds ``before_factor``
    and no more.
    """
    has_factor = exists().where(SecondFactor.user_id == User.id, SecondFactor.confirmed_at.is_not(None))
    query = (
        _people_in_posts()
        .join(UserSession, (UserSession.user_id == User.id) & (UserSession.post_id == Post.id))
        .where(UserSession.token_hash == token_hash, UserSession.ended_at.is_(None), UserSession.expires_at > now)
        .where(func.coalesce(UserSession.last_seen_at, UserSession.created_at) > now - idle)
        .add_columns(UserSession.csrf_token, has_factor.label("has_factor"))
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    actor = _actor(row, day_of(now), row.csrf_token)
    needs_factor = actor.role in factor_roles or row.User.factor_reset_at is not None
    lacks_factor = needs_factor and not row.has_factor
    return replace(actor, limited_to=before_factor) if lacks_factor else actor


async def actor_of_program(session: AsyncSession, token_hash: bytes, now: datetime) -> Actor | None:
    """The person a program's token acts for, within its scopes, while token, user and post last."""
    query = (
        _people_in_posts()
        .join(ApiToken, (ApiToken.user_id == User.id) & (ApiToken.post_id == Post.id))
        .where(ApiToken.token_hash == token_hash, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now)
        .add_columns(ApiToken.scopes.label("token_scopes"))
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    known = {permission.value for permission in Permission}
    return replace(
        _actor(row, day_of(now)), limited_to=frozenset(Permission(one) for one in row.token_scopes if one in known)
    )


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
