"""Tries to sign in: kept, counted against guessing, shown to the person, forgiven by an administrator."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit, rate_limits
from app.accounts.models import Post, SignInAttempt, User
from app.accounts.sessions import BROWSER_LENGTH, Visit
from app.errors import NotFound, TooManyRequests
from app.permissions import Actor, Permission, Role, check
from app.shared.i18n import N_

FAILURES_PER_LOGIN = 8
FAILURES_PER_ADDRESS = 60  # an office shares one address
FAILURE_WINDOW = timedelta(minutes=15)
TRIES_PER_ADDRESS = 300  # right or wrong: each costs a hash of 64 MiB
TRIES_PER_LOGIN = 30  # counted one by one, so that many guesses at the same moment do not slip through
FAILED = ("wrong", "code_wrong")
SUCCEEDED = ("begun",)
MESSAGE = N_("Too many tries. Wait 15 minutes, then try again.")
SHOWN = 50


def keep(session: AsyncSession, login: str, visit: Visit, outcome: str) -> None:
    """Write down one try."""
    session.add(
        SignInAttempt(
            login=login,
            address=visit.address,
            browser=visit.browser[:BROWSER_LENGTH],
            outcome=outcome,
            succeeded=outcome in SUCCEEDED,
            at=visit.now,
        )
    )


async def is_held_back(session: AsyncSession, login: str, visit: Visit) -> TooManyRequests | None:
    """Why the login or the address has to wait, if so; the try is kept. Raises TooManyRequests for a flood."""
    key = f"sign-in:{visit.address}"
    await rate_limits.take(session, key, TRIES_PER_ADDRESS, FAILURE_WINDOW, now=visit.now, message=MESSAGE)
    key = _login_key(login)
    await rate_limits.take(session, key, TRIES_PER_LOGIN, FAILURE_WINDOW, now=visit.now, message=MESSAGE)
    by_login, by_address = await _failures(session, login, visit)
    if by_login < FAILURES_PER_LOGIN and by_address < FAILURES_PER_ADDRESS:
        return None
    keep(session, login, visit, "held_back")
    return TooManyRequests(MESSAGE, seconds=int(FAILURE_WINDOW.total_seconds()))


def _login_key(login: str) -> str:
    return f"sign-in-as:{login[:100]}"


async def _failures(session: AsyncSession, login: str, visit: Visit) -> tuple[int, int]:
    counted = select(func.count()).where(
        SignInAttempt.at > visit.now - FAILURE_WINDOW,
        SignInAttempt.outcome.in_(FAILED),
        SignInAttempt.forgiven_at.is_(None),
    )
    by_login = await session.scalar(counted.where(SignInAttempt.login == login))
    by_address = await session.scalar(counted.where(SignInAttempt.address == visit.address))
    return by_login or 0, by_address or 0


async def own_attempts(session: AsyncSession, actor: Actor) -> list[SignInAttempt]:
    """The latest tries with the actor's login, whoever made them."""
    login = select(User.login).where(User.id == actor.user_id).scalar_subquery()
    query = select(SignInAttempt).where(SignInAttempt.login == login)
    return list(await session.scalars(query.order_by(SignInAttempt.at.desc(), SignInAttempt.id.desc()).limit(SHOWN)))


async def in_care_of(session: AsyncSession, actor: Actor, login: str) -> int:
    """The user of that login, if the actor looks after them. Raises Forbidden (403), NotFound (404)."""
    check(actor, Permission.PEOPLE_MANAGE)
    known = select(User.id).where(User.login == login.strip().lower())
    if actor.role is not Role.OPERATOR:
        own = select(Post.user_id).where(Post.organisation_id == actor.organisation_id, Post.ended_at.is_(None))
        known = known.where(User.id.in_(own))
    user_id = await session.scalar(known)
    if user_id is None:
        raise NotFound(N_("Nobody of your organisation has this login."))
    return user_id


async def unlock(session: AsyncSession, actor: Actor, login: str, *, now: datetime) -> int:
    """Let somebody of the actor's organisation (an operator: anybody) try again; how many failures were forgiven.

    Raises Forbidden (403), NotFound (404).
    """
    login = login.strip().lower()
    user_id = await in_care_of(session, actor, login)
    failed = update(SignInAttempt).where(
        SignInAttempt.login == login,
        SignInAttempt.at > now - FAILURE_WINDOW,
        SignInAttempt.outcome.in_(FAILED),
        SignInAttempt.forgiven_at.is_(None),
    )
    count = len((await session.execute(failed.values(forgiven_at=now).returning(SignInAttempt.id))).all())
    await rate_limits.forget(session, _login_key(login))
    audit.record(session, actor, "sign_in.unlock", "user", user_id, forgiven=count)
    return count
