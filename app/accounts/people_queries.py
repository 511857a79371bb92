"""The SQL of people and their posts, for those who manage them, and of invitations."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Invitation, Organisation, Post, PostScope, User
from app.errors import NotFound
from app.permissions import Actor, Permission
from app.shared.i18n import N_
from app.shared.pagination import Page, Paging


@dataclass(frozen=True)
class Filters:
    """What a reader of the people narrows them to. Empty means everybody."""

    search: str = ""
    state: str = ""  # "working", "ended" (no running post) or "disabled"
    organisation: UUID | None = None
    sort: str = ""


def _all_offices(actor: Actor) -> bool:
    return actor.may(Permission.ORGANISATIONS_MANAGE)


def visible_to(actor: Actor) -> Select[User]:
    """Everybody for the operator; for an administrator those who have or had a post in the own office."""
    query = select(User)
    if _all_offices(actor):
        return query
    if not actor.may(Permission.PEOPLE_MANAGE):
        return query.where(false())
    return query.where(exists().where(Post.user_id == User.id, Post.organisation_id == actor.organisation_id))


def posts_visible_to(actor: Actor) -> Select[Any]:
    """(post, organisation): an administrator sees a person's posts in the own office alone."""
    query = select(Post, Organisation).join(Organisation, Organisation.id == Post.organisation_id)
    if not _all_offices(actor):
        manages = actor.may(Permission.PEOPLE_MANAGE)
        query = query.where(Post.organisation_id == actor.organisation_id if manages else false())
    return cast("Select[Any]", query)


def invitations_visible_to(actor: Actor) -> Select[Any]:
    """(invitation, organisation): all for the operator, the own office's for its administrator."""
    query = select(Invitation, Organisation).join(Organisation, Organisation.id == Invitation.organisation_id)
    if not _all_offices(actor):
        manages = actor.may(Permission.PEOPLE_MANAGE)
        query = query.where(Invitation.organisation_id == actor.organisation_id if manages else false())
    return cast("Select[Any]", query)


async def get(session: AsyncSession, actor: Actor, uuid: UUID, *, lock: bool = False) -> User:
    """One person this actor manages. Raises NotFound (404)."""
    query = visible_to(actor).where(User.uuid == uuid)
    user = await session.scalar(query.with_for_update(key_share=True) if lock else query)
    if user is None:
        raise NotFound(N_("No such person in your lists."))
    return user


async def get_post(session: AsyncSession, actor: Actor, user: User, post_id: int) -> tuple[Post, Organisation]:
    """One post of a person, locked. Raises NotFound (404)."""
    query = posts_visible_to(actor).where(Post.id == post_id, Post.user_id == user.id).with_for_update(of=Post)
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound(N_("No such post."))
    return row.Post, row.Organisation


def _working() -> ColumnElement[bool]:
    running = exists().where(
        Post.user_id == User.id,
        Post.ended_at.is_(None),
        Post.organisation_id == Organisation.id,
        Organisation.closed_at.is_(None),
    )
    return running.correlate(User)


def _narrow(query: Select[Any], filters: Filters) -> Select[Any]:
    text = filters.search.strip()
    if text:
        found = (User.display_name.icontains(text, autoescape=True), User.login.icontains(text, autoescape=True))
        query = query.where(or_(*found))
    if filters.state == "disabled":
        query = query.where(User.disabled_at.is_not(None))
    elif filters.state == "working":
        query = query.where(User.disabled_at.is_(None), _working())
    elif filters.state == "ended":
        query = query.where(User.disabled_at.is_(None), ~_working())
    if filters.organisation:
        there = exists().where(
            Post.user_id == User.id,
            Post.organisation_id == Organisation.id,
            Organisation.uuid == filters.organisation,
        )
        query = query.where(there.correlate(User))
    return query


async def page(session: AsyncSession, actor: Actor, filters: Filters, paging: Paging) -> Page[User]:
    """One page of the people."""
    query = _narrow(visible_to(actor), filters)
    total = await session.scalar(select(func.count()).select_from(query.with_only_columns(User.id).subquery()))
    order = {
        "name": (User.display_name, User.id),
        "-name": (User.display_name.desc(), User.id),
        "login": (User.login, User.id),
        "-login": (User.login.desc(), User.id),
    }.get(filters.sort, (User.id.desc(),))
    rows = await session.scalars(query.order_by(*order).offset(paging.offset).limit(paging.size))
    return Page(list(rows), total or 0, paging)


async def after(session: AsyncSession, actor: Actor, filters: Filters, last_id: int, limit: int) -> list[User]:
    """The next people by id, for programs."""
    query = _narrow(visible_to(actor), filters).where(User.id > last_id)
    return list(await session.scalars(query.order_by(User.id).limit(limit)))


async def posts_by_user(
    session: AsyncSession, actor: Actor, user_ids: Sequence[int]
) -> dict[int, list[tuple[Post, Organisation]]]:
    """The posts, running and ended, of several people, oldest first."""
    found: dict[int, list[tuple[Post, Organisation]]] = defaultdict(list)
    query = posts_visible_to(actor).where(Post.user_id.in_(user_ids)).order_by(Post.id)
    for post, organisation in await session.execute(query):
        found[post.user_id].append((post, organisation))
    return found


async def scopes_of(session: AsyncSession, post_ids: Sequence[int]) -> dict[int, list[str]]:
    """The divisions each post reaches."""
    found: dict[int, list[str]] = defaultdict(list)
    query = select(PostScope).where(PostScope.post_id.in_(post_ids)).order_by(PostScope.locality_code)
    for scope in await session.scalars(query):
        found[scope.post_id].append(scope.locality_code)
    return found


async def running_posts(session: AsyncSession, user_id: int) -> list[tuple[Post, Organisation]]:
    """Every running post of a person, wherever it is: for comparing interests, not for showing."""
    query = select(Post, Organisation).join(Organisation, Organisation.id == Post.organisation_id)
    query = query.where(Post.user_id == user_id, Post.ended_at.is_(None)).order_by(Post.id)
    return [(post, organisation) for post, organisation in await session.execute(query)]


async def has_post_managed_by(session: AsyncSession, actor: Actor, user_id: int) -> bool:
    """Whether a person has a running post that this actor manages."""
    query = posts_visible_to(actor).where(Post.user_id == user_id, Post.ended_at.is_(None)).limit(1)
    return (await session.execute(query)).first() is not None


async def post_there(session: AsyncSession, user_id: int, organisation_id: int, role: str) -> Post | None:
    """The person's post of that role in that office, running or ended."""
    query = select(Post).where(Post.user_id == user_id, Post.organisation_id == organisation_id, Post.role == role)
    return await session.scalar(query.with_for_update())


async def open_invitations(session: AsyncSession, actor: Actor, now: datetime) -> list[tuple[Invitation, Organisation]]:
    """Invitations that still wait to be taken, newest first."""
    query = invitations_visible_to(actor).where(
        Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None), Invitation.expires_at > now
    )
    rows = await session.execute(query.order_by(Invitation.id.desc()).limit(200))
    return [(invitation, organisation) for invitation, organisation in rows]


async def invitation(session: AsyncSession, actor: Actor, uuid: UUID) -> Invitation:
    """One invitation of an office this person manages, locked. Raises NotFound (404)."""
    query = invitations_visible_to(actor).where(Invitation.uuid == uuid).with_for_update(of=Invitation)
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound(N_("No such invitation in your lists."))
    found: Invitation = row.Invitation
    return found


async def invitation_of(
    session: AsyncSession, token_hash: bytes, *, lock: bool = False
) -> tuple[Invitation, Organisation] | None:
    """The invitation a link stands for, and its office."""
    query = select(Invitation, Organisation).join(Organisation, Organisation.id == Invitation.organisation_id)
    query = query.where(Invitation.token_hash == token_hash)
    row = (await session.execute(query.with_for_update(of=Invitation) if lock else query)).one_or_none()
    return (row.Invitation, row.Organisation) if row else None


async def nobody_yet(session: AsyncSession) -> bool:
    """Whether this installation has no user at all."""
    return await session.scalar(select(User.id).limit(1)) is None
