"""What an administrator does with people: give a post, end it, shut an account and open it again, unlock it, take a
lost second factor away.

Nobody does any of this to themselves: a second person has to. Conflicting posts are refused here with a reason, and
by a trigger on ``post`` whoever writes it.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.accounts import api_tokens, attempts, organisation_queries, people_queries, second_factor
from app.accounts.labels import role_label
from app.accounts.models import ApiToken, Invitation, Organisation, Post, PostScope, User, UserSession
from app.accounts.rules import roles_of, side_of, why_not_both
from app.errors import Conflict, Forbidden, Invalid
from app.permissions import Actor, Permission, Role
from app.shared.i18n import N_, lazy

INVITING_ROLES = frozenset({Role.ADMINISTRATOR, Role.OPERATOR})
LEAST_PROOF = 5  # "lost" alone does not say who made sure of what


def not_oneself(actor: Actor, user_id: int) -> None:
    """Raises Forbidden (403): nobody changes their own posts or account state."""
    if actor.user_id == user_id:
        raise Forbidden(N_("You cannot change your own posts or lock-outs. Ask another administrator or the operator."))


def check_office(actor: Actor, organisation: Organisation) -> None:
    """Raises Forbidden (403) for another office, Conflict (409) for a closed one."""
    if not actor.may(Permission.ORGANISATIONS_MANAGE) and organisation.id != actor.organisation_id:
        raise Forbidden(N_("You manage the people of your own office only. Ask the operator for others."))
    if organisation.closed_at is not None:
        raise Conflict(N_("This organisation is closed: no post can be given there. Open it again first."))


def check_role(organisation: Organisation, role: str) -> None:
    """Raises Invalid (422) for a role that this kind of office cannot give."""
    if role not in roles_of(organisation.kind):
        message = N_("An office of this kind cannot give this role. It can give: %(roles)s.")
        roles = ", ".join(str(role_label(one)) for one in roles_of(organisation.kind))
        raise Invalid(message, fields={"role": N_("Choose one of the list.")}, roles=roles)


async def check_scope(
    session: AsyncSession, actor: Actor, organisation: Organisation, scope: Sequence[str]
) -> list[str]:
    """The divisions a post is to reach; none given means the office's own. Raises Invalid (422) beyond the bounds.

    An administrator stays within the region of the office; the operator may join regions.
    """
    if not scope:
        return [organisation.locality_code] if organisation.locality_code else []
    root = None if actor.may(Permission.ORGANISATIONS_MANAGE) else organisation.locality_code
    bounded = root is not None or actor.may(Permission.ORGANISATIONS_MANAGE)
    if not bounded or not await organisation_queries.lie_under(session, list(scope), root):
        message = N_("A post reaches no further than its office's region. Choose places within it.")
        raise Invalid(message, fields={"scope": N_("Outside the office's region, or no division in force.")})
    return sorted(set(scope))


async def check_interests(session: AsyncSession, user: User, organisation: Organisation, role: str) -> None:
    """Raises Conflict (409) if the post cannot be joined with one the person holds, and says which and why."""
    wanted = side_of(role, organisation.kind)
    for post, office in await people_queries.running_posts(session, user.id):
        reason = why_not_both(wanted, side_of(post.role, office.kind))
        if reason:
            message = N_(
                "%(name)s holds the post “%(held)s” already, which cannot be joined with “%(wanted)s”. %(why)s"
            )
            held, asked = role_label(post.role), role_label(role)
            raise Conflict(message, name=user.display_name, held=held, wanted=asked, why=lazy(reason))


async def give_post(
    session: AsyncSession,
    actor: Actor,
    user: User,
    organisation: Organisation,
    role: str,
    *,
    scope: Sequence[str] = (),
) -> Post:
    """Give a person (locked) a post. Raises Forbidden (403), Conflict (409), Invalid (422)."""
    not_oneself(actor, user.id)
    check_office(actor, organisation)
    check_role(organisation, role)
    places = await check_scope(session, actor, organisation, scope)
    if user.disabled_at is not None:
        raise Conflict(N_("This account is shut. Open it again before you give it a post."))
    return await fill_post(session, actor, user, organisation, role, places)


async def fill_post(
    session: AsyncSession, actor: Actor | None, user: User, organisation: Organisation, role: str, places: Sequence[str]
) -> Post:
    """Write the post, new or taken up again. Raises Conflict (409): interests, or a post held already."""
    await check_interests(session, user, organisation, role)
    post = await people_queries.post_there(session, user.id, organisation.id, role)
    if post is None:
        post = Post(user_id=user.id, organisation_id=organisation.id, role=role)
        session.add(post)
        await session.flush()  # the places need the id
    elif post.ended_at is None:
        raise Conflict(N_("This person holds this post already."))
    else:
        post.ended_at = None
        await session.execute(delete(PostScope).where(PostScope.post_id == post.id))
    session.add_all(PostScope(post_id=post.id, locality_code=code) for code in places)
    office = str(organisation.uuid)
    audit.record(
        session, actor, "post.give", "user", user.id, post=post.id, role=role, office=office, scope=list(places)
    )
    return post


async def end_post(session: AsyncSession, actor: Actor, user: User, post: Post, reason: str, *, now: datetime) -> None:
    """End a running post; sessions in it end with it. Raises Forbidden (403), Conflict (409), Invalid (422)."""
    not_oneself(actor, user.id)
    if post.ended_at is not None:
        raise Conflict(N_("This post has ended already."))
    _say_why(reason)
    post.ended_at = now
    await _end_sessions(session, UserSession.post_id == post.id, now)
    await api_tokens.revoke_all(session, ApiToken.post_id == post.id, now)
    if post.role in INVITING_ROLES:
        await _revoke_invitations(session, user, now)
    audit.record(session, actor, "post.end", "user", user.id, reason=reason.strip(), post=post.id, role=post.role)


async def disable(session: AsyncSession, actor: Actor, user: User, reason: str, *, now: datetime) -> None:
    """Shut a person's account; their sessions and open invitations end. Raises Forbidden, Conflict, Invalid."""
    not_oneself(actor, user.id)
    if user.disabled_at is not None:
        raise Conflict(N_("This account is shut already."))
    await _whole_person(session, actor, user)
    _say_why(reason)
    user.disabled_at = now
    await _end_sessions(session, UserSession.user_id == user.id, now)
    await api_tokens.revoke_all(session, ApiToken.user_id == user.id, now)
    await _revoke_invitations(session, user, now)
    audit.record(session, actor, "user.disable", "user", user.id, reason=reason.strip())


async def enable(session: AsyncSession, actor: Actor, user: User) -> None:
    """Open a shut account again. What the operator shut, only the operator opens. Raises Forbidden, Conflict."""
    not_oneself(actor, user.id)
    if user.disabled_at is None:
        raise Conflict(N_("This account is open."))
    await _whole_person(session, actor, user)
    history = await organisation_queries.events(session, "user", user.id)
    by = next((event.organisation_id for event, _ in history if event.act == "user.disable"), None)
    if not actor.may(Permission.ORGANISATIONS_MANAGE) and by != actor.organisation_id:
        raise Forbidden(N_("The operator shut this account; only the operator can open it again."))
    user.disabled_at = None
    audit.record(session, actor, "user.enable", "user", user.id)


async def unlock(session: AsyncSession, actor: Actor, user: User, *, now: datetime) -> None:
    """Let a person try to sign in again at once after too many failed tries."""
    not_oneself(actor, user.id)
    await attempts.unlock(session, actor, user.login, now=now)


async def reset_second_factor(session: AsyncSession, actor: Actor, user: User, reason: str, *, now: datetime) -> None:
    """Take the second factor from a person (locked) who lost phone and paper; what they are signed in to ends.

    They set up a new one at their next sign-in, and read there who did this and why. Never one's own. Raises
    Forbidden (403), Conflict (409) where there is none to take, Invalid (422).
    """
    if actor.user_id == user.id:
        raise Forbidden(N_("Your own second factor is taken away on your account's page, with a code."))
    if actor.limited_to is not None:
        raise Forbidden(N_("A program's token does not take second factors away. Sign in and do it yourself."))
    await _whole_person(session, actor, user)
    if not await people_queries.has_post_managed_by(session, actor, user.id):
        raise Forbidden(N_("This person has no running post in your office any more. Ask the operator."))
    if not await second_factor.has_one(session, user.id):
        raise Conflict(N_("This person has no second factor that could be taken away."))
    if len(reason.strip()) < LEAST_PROOF:
        message = N_("Say why, and how you made sure who asked.")
        raise Invalid(message, fields={"reason": message})
    await second_factor.take_from(session, user, now)
    await _end_sessions(session, UserSession.user_id == user.id, now)
    await api_tokens.revoke_all(session, ApiToken.user_id == user.id, now)
    audit.record(session, actor, "second_factor.reset", "user", user.id, reason=reason.strip())


async def _whole_person(session: AsyncSession, actor: Actor, user: User) -> None:
    """An administrator shuts, opens and resets nobody who also works elsewhere."""
    if actor.may(Permission.ORGANISATIONS_MANAGE):
        return
    if any(
        post.organisation_id != actor.organisation_id
        for post, _ in await people_queries.running_posts(session, user.id)
    ):
        raise Forbidden(N_("This person also works for another office. End the post in yours, or ask the operator."))


async def _end_sessions(session: AsyncSession, whose: object, now: datetime) -> None:
    ended = update(UserSession).where(whose, UserSession.ended_at.is_(None))  # type: ignore[arg-type]
    await session.execute(ended.values(ended_at=now))


async def _revoke_invitations(session: AsyncSession, user: User, now: datetime) -> None:
    """Links a person sent out do not outlive their right to send them."""
    waiting = (Invitation.invited_by == user.id, Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
    await session.execute(update(Invitation).where(*waiting).values(revoked_at=now))


def _say_why(reason: str) -> None:
    if len(reason.strip()) < 2:
        raise Invalid(N_("Say why."), fields={"reason": N_("Required.")})
