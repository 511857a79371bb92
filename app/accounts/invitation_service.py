"""Invitations: a link that works once, for 72 hours, and lets a person take the post it names.

Only the hash of the link's token is stored. A new person chooses user name and password; one who is signed in adds
the post to the account they have.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.accounts import invitation_mail
from app.accounts import people_queries as queries
from app.accounts.invitation_mail import Mail
from app.accounts.models import Invitation, Organisation, User
from app.accounts.password_rules import check_password
from app.accounts.passwords import hash_for_request
from app.accounts.people_service import check_office, check_role, check_scope, fill_post
from app.accounts.service import token_hash
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.permissions import Actor, Role
from app.shared.i18n import N_

VALID_FOR = timedelta(hours=72)
USER_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,31}")


@dataclass(frozen=True)
class Sent:
    """An invitation just made. The token goes into the link and is kept nowhere."""

    invitation: Invitation
    token: str

    @property
    def path(self) -> str:
        """Where the link leads, within this site."""
        return f"/invitations/{self.token}"


@dataclass(frozen=True)
class NewAccount:
    """What a new person enters."""

    user_name: str
    password: str
    password_again: str


async def invite(
    session: AsyncSession,
    actor: Actor,
    organisation: Organisation,
    role: str,
    display_name: str,
    *,
    now: datetime,
    scope: Sequence[str] = (),
    mail: Mail | None = None,
) -> Sent:
    """Offer a post by a link, sent by ``mail`` too if given. Raises Forbidden (403), Conflict (409), Invalid (422)."""
    check_office(actor, organisation)
    if mail:
        mail.check()
    name = display_name.strip()
    if not 2 <= len(name) <= 40:
        raise Invalid(N_("Say who is invited."), fields={"display_name": N_("Between 2 and 40 characters.")})
    check_role(organisation, role)
    places = await check_scope(session, actor, organisation, scope)
    sent = await _make(session, organisation, role, name, places, actor=actor, now=now)
    audit.record(
        session, actor, "invitation.send", "invitation", sent.invitation.id,
        organisation=str(organisation.uuid), role=role, name=name,
    )  # fmt: skip
    if mail:
        await invitation_mail.send(
            session, mail, sent.invitation, organisation, sent.path, by_user_id=actor.user_id, now=now
        )
    return sent


async def _make(
    session: AsyncSession,
    organisation: Organisation,
    role: str,
    name: str,
    places: Sequence[str],
    *,
    actor: Actor | None,
    now: datetime,
) -> Sent:
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        token_hash=token_hash(token),
        organisation_id=organisation.id,
        role=role,
        display_name=name,
        scope=list(places),
        invited_by=actor.user_id if actor else None,
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    session.add(invitation)
    await session.flush()  # the trail needs the id
    return Sent(invitation, token)


async def first_run(session: AsyncSession, office: str, *, now: datetime) -> Sent:
    """The operator's invitation of an empty installation; an earlier link ends. Raises Conflict (409)."""
    if not await queries.nobody_yet(session):
        raise Conflict(N_("Users exist already. Ask the operator for an invitation."))
    waiting = (Invitation.invited_by.is_(None), Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
    await session.execute(update(Invitation).where(*waiting).values(revoked_at=now))
    query = select(Organisation).where(Organisation.kind == "operator").order_by(Organisation.id).limit(1)
    organisation = await session.scalar(query)
    if organisation is None:
        organisation = Organisation(name=office, kind="operator")
        session.add(organisation)
        await session.flush()  # the invitation needs the id
    sent = await _make(session, organisation, Role.OPERATOR, office, [], actor=None, now=now)
    audit.record(session, None, "invitation.first_run", "invitation", sent.invitation.id)
    return sent


async def find(
    session: AsyncSession, token: str, *, now: datetime, lock: bool = False
) -> tuple[Invitation, Organisation]:
    """The invitation of a link that still works. Raises NotFound (404), Conflict (409) once it has ended."""
    found = await queries.invitation_of(session, token_hash(token), lock=lock)
    if found is None:
        raise NotFound(N_("This link leads nowhere. Copy it whole, or ask for a new invitation."))
    invitation, organisation = found
    if invitation.accepted_at is not None:
        raise Conflict(N_("This link has been used. Sign in with the account made with it."))
    if invitation.revoked_at is not None or organisation.closed_at is not None:
        raise Conflict(N_("This invitation was taken back. Ask who sent it."))
    if invitation.expires_at <= now:
        raise Conflict(N_("This link has ended; it was valid for 72 hours. Ask for a new invitation."))
    return invitation, organisation


async def accept_new(session: AsyncSession, token: str, entered: NewAccount, *, now: datetime) -> User:
    """Make the account and fill the post. Raises NotFound, Conflict, Invalid (422) with the fields at fault."""
    invitation, organisation = await find(session, token, now=now, lock=True)
    user_name = entered.user_name.strip().lower()
    fields, params = _problems(user_name, entered), {}
    try:
        check_password(entered.password, [user_name, invitation.display_name, organisation.name], "password")
    except Invalid as error:
        fields, params = {**fields, **error.fields}, error.params
    if fields:
        raise Invalid(N_("Something in the form needs your attention."), fields=fields, **params)
    password_hash = await hash_for_request(entered.password)
    user = User(login=user_name, display_name=invitation.display_name, password_hash=password_hash)
    try:
        async with session.begin_nested():
            session.add(user)
    except IntegrityError as error:
        taken = N_("Somebody has this user name. Choose another.")
        raise Invalid(taken, fields={"user_name": taken}) from error
    await _take(session, None, invitation, organisation, user, now)
    return user


async def accept(session: AsyncSession, actor: Actor, token: str, *, now: datetime) -> None:
    """Add the post to the account of who is signed in. Raises Forbidden (403) for who sent the invitation."""
    invitation, organisation = await find(session, token, now=now, lock=True)
    if invitation.invited_by == actor.user_id:
        raise Forbidden(N_("You sent this invitation yourself. Give the link to the person it is meant for."))
    user = await session.get_one(User, actor.user_id)
    await _take(session, actor, invitation, organisation, user, now)


async def _take(
    session: AsyncSession,
    actor: Actor | None,
    invitation: Invitation,
    organisation: Organisation,
    user: User,
    now: datetime,
) -> None:
    await fill_post(session, actor, user, organisation, invitation.role, invitation.scope)
    invitation.accepted_at, invitation.accepted_by = now, user.id
    audit.record(session, actor, "invitation.accept", "invitation", invitation.id, user=user.id)


async def revoke(session: AsyncSession, actor: Actor, invitation: Invitation, *, now: datetime) -> None:
    """Take a locked invitation back. Raises Conflict (409) if it was used or taken back already."""
    if invitation.accepted_at is not None or invitation.revoked_at is not None:
        raise Conflict(N_("This invitation has ended already."))
    invitation.revoked_at = now
    audit.record(session, actor, "invitation.revoke", "invitation", invitation.id)


def _problems(user_name: str, entered: NewAccount) -> dict[str, str]:
    fields: dict[str, str] = {}
    if not USER_NAME.fullmatch(user_name):
        fields["user_name"] = N_("3 to 32 small letters, digits, dots or hyphens, beginning with a letter or digit.")
    if entered.password != entered.password_again:
        fields["password_again"] = N_("The two are not the same.")
    return fields
