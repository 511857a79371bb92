"""Organisations, people, posts and invitations for programs."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import invitation_service as invitations
from app.accounts import organisation_queries as offices
from app.accounts import organisation_service, people_queries, people_service
from app.accounts.invitation_mail import Mail
from app.accounts.models import User
from app.accounts.organisation_service import OrganisationFacts
from app.accounts.people_schemas import (
    InvitationIn,
    InvitationOut,
    OrganisationIn,
    OrganisationOut,
    OrganisationsOut,
    PeopleOut,
    PersonOut,
    PostIn,
    PostOut,
    Why,
)
from app.database import Session
from app.permissions import Actor, Permission, require
from app.shared.bounds import RowId, version_typed
from app.shared.pagination import CursorAsked, LimitAsked, cursor_of

router = APIRouter()

Operator = Annotated[Actor, require(Permission.ORGANISATIONS_MANAGE)]
Manager = Annotated[Actor, require(Permission.PEOPLE_MANAGE)]


def _office_filters(q: str = "", kind: str = "", state: str = "") -> offices.Filters:
    return offices.Filters(q, kind, state)


def _people_filters(q: str = "", state: str = "", organisation: UUID | None = None) -> people_queries.Filters:
    return people_queries.Filters(q, state, organisation)


@router.get("/organisations", tags=["organisations"])
async def list_organisations(
    session: Session,
    actor: Operator,
    filters: Annotated[offices.Filters, Depends(_office_filters)],
    cursor: CursorAsked = 0,
    limit: LimitAsked = 50,
) -> OrganisationsOut:
    """The register in order of entry."""
    rows = await offices.after(session, actor, filters, cursor, limit + 1)
    more, rows = len(rows) > limit, rows[:limit]
    items = [OrganisationOut.model_validate(row) for row in rows]
    return OrganisationsOut(items=items, next=cursor_of(rows[-1].id) if more else None)


@router.post("/organisations", status_code=201, tags=["organisations"])
async def enter_organisation(session: Session, actor: Operator, entered: OrganisationIn) -> OrganisationOut:
    """Enter an organisation."""
    organisation = await organisation_service.create(session, actor, OrganisationFacts(**entered.model_dump()))
    return OrganisationOut.model_validate(organisation)


@router.get("/organisations/{uuid}", tags=["organisations"])
async def read_organisation(response: Response, session: Session, actor: Operator, uuid: UUID) -> OrganisationOut:
    """One organisation; the ETag is the record's version."""
    organisation = await offices.get(session, actor, uuid)
    response.headers["etag"] = f'"{organisation.version}"'
    return OrganisationOut.model_validate(organisation)


@router.put("/organisations/{uuid}", tags=["organisations"])
async def correct_organisation(
    session: Session,
    actor: Operator,
    uuid: UUID,
    entered: OrganisationIn,
    if_match: Annotated[str, Header(description="the ETag the correction is based on")],
) -> OrganisationOut:
    """Correct an organisation; 412 if somebody did so meanwhile."""
    organisation = await offices.get(session, actor, uuid, lock=True)
    version = if_match.strip('" ')
    facts = OrganisationFacts(**entered.model_dump())
    at = version_typed(version)
    await organisation_service.correct(session, actor, organisation, facts, version=at)
    return OrganisationOut.model_validate(organisation)


@router.post("/organisations/{uuid}/closing", status_code=201, tags=["organisations"])
async def close_organisation(
    request: Request, session: Session, actor: Operator, uuid: UUID, why: Why
) -> OrganisationOut:
    """Close it: its posts open nothing any more."""
    organisation = await offices.get(session, actor, uuid, lock=True)
    await organisation_service.close(session, actor, organisation, why.reason, now=request.app.state.clock())
    return OrganisationOut.model_validate(organisation)


@router.delete("/organisations/{uuid}/closing", tags=["organisations"])
async def reopen_organisation(session: Session, actor: Operator, uuid: UUID) -> OrganisationOut:
    """Open it again."""
    organisation = await offices.get(session, actor, uuid, lock=True)
    await organisation_service.reopen(session, actor, organisation)
    return OrganisationOut.model_validate(organisation)


@router.get("/people", tags=["people"])
async def list_people(
    session: Session,
    actor: Manager,
    filters: Annotated[people_queries.Filters, Depends(_people_filters)],
    cursor: CursorAsked = 0,
    limit: LimitAsked = 50,
) -> PeopleOut:
    """The people of one's office; of all offices for the operator."""
    users = await people_queries.after(session, actor, filters, cursor, limit + 1)
    more, users = len(users) > limit, users[:limit]
    items = await _people(session, actor, users)
    return PeopleOut(items=items, next=cursor_of(users[-1].id) if more else None)


async def _people(session: AsyncSession, actor: Actor, users: list[User]) -> list[PersonOut]:
    posts = await people_queries.posts_by_user(session, actor, [user.id for user in users])
    scopes = await people_queries.scopes_of(session, [post.id for held in posts.values() for post, _ in held])
    return [
        PersonOut(
            uuid=user.uuid,
            login=user.login,
            display_name=user.display_name,
            disabled_at=user.disabled_at,
            posts=[
                PostOut(
                    id=post.id,
                    role=post.role,
                    organisation=office.uuid,
                    organisation_name=office.name,
                    scope=scopes[post.id],
                    ended_at=post.ended_at,
                )
                for post, office in posts[user.id]
            ],
        )
        for user in users
    ]


async def _person(session: AsyncSession, actor: Actor, user: User) -> PersonOut:
    return (await _people(session, actor, [user]))[0]


@router.get("/people/{uuid}", tags=["people"])
async def read_person(session: Session, actor: Manager, uuid: UUID) -> PersonOut:
    """One person with their posts."""
    return await _person(session, actor, await people_queries.get(session, actor, uuid))


@router.post("/people/{uuid}/posts", status_code=201, tags=["people"])
async def give_post(session: Session, actor: Manager, uuid: UUID, given: PostIn) -> PersonOut:
    """Give a post; 409 says which post it cannot be joined with, and why."""
    user = await people_queries.get(session, actor, uuid, lock=True)
    office = await offices.get(session, actor, given.organisation)
    await people_service.give_post(session, actor, user, office, given.role, scope=given.scope)
    return await _person(session, actor, user)


@router.post("/people/{uuid}/posts/{post_id}/end", status_code=201, tags=["people"])
async def end_post(
    request: Request, session: Session, actor: Manager, uuid: UUID, post_id: RowId, why: Why
) -> PersonOut:
    """End a post; sessions in it end with it."""
    user = await people_queries.get(session, actor, uuid, lock=True)
    post, _ = await people_queries.get_post(session, actor, user, post_id)
    await people_service.end_post(session, actor, user, post, why.reason, now=request.app.state.clock())
    return await _person(session, actor, user)


@router.post("/people/{uuid}/shutting", status_code=201, tags=["people"])
async def disable(request: Request, session: Session, actor: Manager, uuid: UUID, why: Why) -> PersonOut:
    """Shut the account."""
    user = await people_queries.get(session, actor, uuid, lock=True)
    await people_service.disable(session, actor, user, why.reason, now=request.app.state.clock())
    return await _person(session, actor, user)


@router.delete("/people/{uuid}/shutting", tags=["people"])
async def enable(session: Session, actor: Manager, uuid: UUID) -> PersonOut:
    """Open the account again."""
    user = await people_queries.get(session, actor, uuid, lock=True)
    await people_service.enable(session, actor, user)
    return await _person(session, actor, user)


@router.delete("/people/{uuid}/lock-out", status_code=204, tags=["people"])
async def unlock(request: Request, session: Session, actor: Manager, uuid: UUID) -> None:
    """Let the person try to sign in again at once."""
    user = await people_queries.get(session, actor, uuid, lock=True)
    await people_service.unlock(session, actor, user, now=request.app.state.clock())


@router.post("/people/{uuid}/second-factor/reset", status_code=201, tags=["people"])
async def reset_second_factor(request: Request, session: Session, actor: Manager, uuid: UUID, why: Why) -> PersonOut:
    """Take a lost second factor away; the person sets up a new one at the next sign-in."""
    user = await people_queries.get(session, actor, uuid, lock=True)
    await people_service.reset_second_factor(session, actor, user, why.reason, now=request.app.state.clock())
    return await _person(session, actor, user)


@router.post("/invitations", status_code=201, tags=["people"])
async def invite(
    request: Request, response: Response, session: Session, actor: Manager, asked: InvitationIn
) -> InvitationOut:
    """Offer a post by a link that works once, for 72 hours."""
    office = await offices.get(session, actor, asked.organisation)
    state = request.app.state
    mail = Mail(asked.email, str(request.base_url), state.keys) if asked.email else None
    sent = await invitations.invite(
        session, actor, office, asked.role, asked.display_name, now=state.clock(), scope=asked.scope, mail=mail
    )
    response.headers["cache-control"] = "no-store"
    link = str(request.base_url).rstrip("/") + sent.path
    return InvitationOut(uuid=sent.invitation.uuid, link=link, expires_at=sent.invitation.expires_at)


@router.delete("/invitations/{uuid}", status_code=204, tags=["people"])
async def revoke(request: Request, session: Session, actor: Manager, uuid: UUID) -> None:
    """Take an invitation back."""
    invitation = await people_queries.invitation(session, actor, uuid)
    await invitations.revoke(session, actor, invitation, now=request.app.state.clock())
