"""People of an office: list, case, invitations and the acts on posts and accounts."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.accounts import invitation_service as invitations
from app.accounts import organisation_queries as organisations
from app.accounts import people_present as present
from app.accounts import people_queries as queries
from app.accounts import people_service as service
from app.accounts import second_factor
from app.accounts.invitation_mail import Mail
from app.accounts.labels import role_label
from app.accounts.models import Organisation
from app.accounts.rules import roles_of
from app.database import Session
from app.errors import Invalid
from app.notifications.senders import ways_out
from app.permissions import Actor, Permission, require
from app.shared.bounds import RowId
from app.shared.flash import set_flash
from app.shared.i18n import N_, LazyText, lazy
from app.shared.pagination import PagingAsked
from app.shared.templating import render

router = APIRouter(prefix="/people")

Manager = Annotated[Actor, require(Permission.PEOPLE_MANAGE)]
LABELS = {
    "display_name": lazy("Name"),
    "role": lazy("Post"),
    "scope": lazy("Places the post reaches"),
    "email": lazy("E-mail"),
}


def _filters(
    q: Annotated[str, Query(max_length=60)] = "", state: str = "", organisation: str = "", sort: str = ""
) -> queries.Filters:
    try:
        office = UUID(organisation) if organisation else None
    except ValueError:
        office = None
    return queries.Filters(q, state, office, sort)


@router.get("")
async def people_list(
    request: Request,
    session: Session,
    actor: Manager,
    filters: Annotated[queries.Filters, Depends(_filters)],
    paging: PagingAsked,
) -> Response:
    page = await queries.page(session, actor, filters, paging)
    posts = await queries.posts_by_user(session, actor, [user.id for user in page.rows])
    waiting = await queries.open_invitations(session, actor, request.app.state.clock())
    everywhere = actor.may(Permission.ORGANISATIONS_MANAGE)
    office = await organisations.get(session, actor, filters.organisation) if filters.organisation else None
    context = {
        "page": page,
        "rows": [present.list_row(user, posts[user.id]) for user in page.rows],
        "filters": filters,
        "office": office,
        "everywhere": everywhere,
        "states": [
            {"value": "working", "label": lazy("working")},
            {"value": "ended", "label": lazy("no running post")},
            {"value": "disabled", "label": lazy("account shut")},
        ],
        "invitations": [present.invitation_row(*one) for one in waiting if office is None or one[1].id == office.id],
        "invite_href": _invite_href(actor, office),
    }
    return render(request, "people/list.html", context)


def _invite_href(actor: Actor, office: Organisation | None) -> str:
    if office:
        return f"/people/invite?organisation={office.uuid}"
    return "/organisations" if actor.may(Permission.ORGANISATIONS_MANAGE) else "/people/invite"


@router.get("/invite")
async def invite_form(request: Request, session: Session, actor: Manager, organisation: UUID | None = None) -> Response:
    office = await organisations.get(session, actor, organisation or actor.organisation_uuid)
    return await _form(request, session, office, {"display_name": "", "role": "", "scope": [], "email": ""})


@router.post("/invite")
async def invite(
    request: Request,
    session: Session,
    actor: Manager,
    organisation: UUID | None = None,
    display_name: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
    scope: Annotated[list[str] | None, Form()] = None,
    email: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    office = await organisations.get(session, actor, organisation or actor.organisation_uuid)
    state, places = request.app.state, scope or []
    mail = Mail(email.strip(), str(request.base_url), state.keys) if email.strip() else None
    try:
        sent = await invitations.invite(
            session, actor, office, role, display_name, now=state.clock(), scope=places, mail=mail
        )
    except Invalid as error:
        values = {"display_name": display_name, "role": role, "scope": places, "email": email}
        return await _form(request, session, office, values, error)
    context = {
        "office": office,
        "link": str(request.base_url).rstrip("/") + sent.path,
        "name": sent.invitation.display_name,
        "role": role_label(role),
        "expires": sent.invitation.expires_at,
        "mailed": mail.to if mail else None,
    }
    response = render(request, "people/invited.html", context)
    response.headers["cache-control"] = "no-store"  # the link is shown once
    return response


async def _form(
    request: Request, session: Session, office: Organisation, values: dict[str, Any], error: Invalid | None = None
) -> Response:
    places = await organisations.places_under(session, office.locality_code)
    context = {
        "office": office,
        "values": values,
        "labels": LABELS,
        "roles": [{"value": role.value, "label": role_label(role)} for role in roles_of(office.kind)],
        "mails": "email" in ways_out(request.app.state.settings),
        "places": [{"value": code, "label": name} for code, name in places],
        "errors": {name: lazy(text) for name, text in error.fields.items()} if error else None,
    }
    return render(request, "people/invite.html", context, status_code=error.status if error else 200)


@router.post("/invitations/{uuid}/revoke")
async def revoke(request: Request, session: Session, actor: Manager, uuid: UUID) -> Response:
    invitation = await queries.invitation(session, actor, uuid)
    await invitations.revoke(session, actor, invitation, now=request.app.state.clock())
    response = RedirectResponse("/people", status_code=303)
    set_flash(response, lazy("Taken back: the link leads nowhere now."))
    return response


@router.get("/{uuid}")
async def case(request: Request, session: Session, actor: Manager, uuid: UUID) -> Response:
    user = await queries.get(session, actor, uuid)
    posts = (await queries.posts_by_user(session, actor, [user.id]))[user.id]
    scopes = await queries.scopes_of(session, [post.id for post, _ in posts])
    localities = request.app.state.localities
    held = {(organisation.id, post.role) for post, organisation in posts if post.ended_at is None}
    offices = {organisation.id: organisation for _, organisation in posts if organisation.closed_at is None}
    context = {
        "person": user,
        "tags": [present.state_tag(user, posts)],
        "posts": [present.post_row(post, office, scopes[post.id], localities) for post, office in posts],
        "choices": [
            {
                "value": f"{office.uuid}:{role.value}",
                "label": lazy("%(role)s, %(office)s", role=role_label(role), office=office.name),
            }
            for office in offices.values()
            for role in roles_of(office.kind)
            if (office.id, role) not in held
        ],
        "oneself": user.id == actor.user_id,
        "has_factor": await second_factor.has_one(session, user.id),
        "events": present.events(await organisations.events(session, "user", user.id)),
    }
    return render(request, "people/case.html", context)


@router.post("/{uuid}/posts")
async def give_post(session: Session, actor: Manager, uuid: UUID, post: Annotated[str, Form()] = "") -> Response:
    user = await queries.get(session, actor, uuid, lock=True)
    office_uuid, _, role = post.partition(":")
    try:
        office = await organisations.get(session, actor, UUID(office_uuid))
    except ValueError as error:
        raise Invalid(N_("Choose the post to give."), fields={"post": N_("Required.")}) from error
    await service.give_post(session, actor, user, office, role)
    return _back(uuid, lazy("The post is given."))


@router.post("/{uuid}/posts/{post_id}/end")
async def end_post(
    request: Request,
    session: Session,
    actor: Manager,
    uuid: UUID,
    post_id: RowId,
    reason: Annotated[str, Form()] = "",
) -> Response:
    user = await queries.get(session, actor, uuid, lock=True)
    post, _ = await queries.get_post(session, actor, user, post_id)
    await service.end_post(session, actor, user, post, reason, now=request.app.state.clock())
    return _back(uuid, lazy("The post has ended; sessions in it ended with it."))


@router.post("/{uuid}/disable")
async def disable(
    request: Request, session: Session, actor: Manager, uuid: UUID, reason: Annotated[str, Form()] = ""
) -> Response:
    user = await queries.get(session, actor, uuid, lock=True)
    await service.disable(session, actor, user, reason, now=request.app.state.clock())
    return _back(uuid, lazy("The account is shut; every session of it has ended."), undo=f"/people/{uuid}/enable")


@router.post("/{uuid}/enable")
async def enable(session: Session, actor: Manager, uuid: UUID) -> Response:
    user = await queries.get(session, actor, uuid, lock=True)
    await service.enable(session, actor, user)
    return _back(uuid, lazy("The account is open again."))


@router.post("/{uuid}/unlock")
async def unlock(request: Request, session: Session, actor: Manager, uuid: UUID) -> Response:
    user = await queries.get(session, actor, uuid, lock=True)
    await service.unlock(session, actor, user, now=request.app.state.clock())
    return _back(uuid, lazy("Failed tries so far count no more: the person can sign in again."))


@router.post("/{uuid}/second-factor/reset")
async def reset_second_factor(
    request: Request, session: Session, actor: Manager, uuid: UUID, proof: Annotated[str, Form()] = ""
) -> Response:
    user = await queries.get(session, actor, uuid, lock=True)
    await service.reset_second_factor(session, actor, user, proof, now=request.app.state.clock())
    return _back(uuid, lazy("Taken away: at the next sign-in the password is asked for, then a new second factor."))


def _back(uuid: UUID, text: LazyText, undo: str | None = None) -> Response:
    response = RedirectResponse(f"/people/{uuid}", status_code=303)
    set_flash(response, text, undo=undo)
    return response
