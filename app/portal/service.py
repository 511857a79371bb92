"""What a person does on their own pages: come in with a code, say, agree, take back, go out."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit, rate_limits
from app.declarations import codes, consents, reviews
from app.declarations import service as declarations
from app.declarations.queries import consents_of
from app.errors import AppError, Invalid, NotFound, TooManyRequests
from app.labourers.models import Labourer
from app.labourers.service import phone_of
from app.notifications import service as notices
from app.notifications.addresses import find_mobile, index_of
from app.notifications.purposes import OWN_PURPOSES
from app.portal import queries
from app.portal.models import MINUTES, PortalAttempt, PortalSession
from app.portal.queries import Person
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from app.shared.i18n import N_, current_locale

SESSION = timedelta(minutes=MINUTES)
NEAR = timedelta(hours=1)  # in which many people at one address are looked at again
FAILURES_PER_ADDRESS = 10
FAILURE_WINDOW = timedelta(minutes=15)
# From all addresses together: whoever has many, or writes a new one into each request, gains nothing by it. Far above
# what a county's people mistype, far below what guessing would need.
FAILURES_OVERALL = 500
WRONG_CODES = "portal-wrong"


@dataclass(frozen=True)
class Begun:
    """A session just begun; the token goes into the cookie and is kept nowhere."""

    token: str
    seconds: int


@dataclass(frozen=True)
class Refused:
    """A try that failed. It is returned, not raised: the try itself must be kept."""

    error: AppError


def token_hash(token: str) -> bytes:
    """What the database knows of a token."""
    return hashlib.sha256(token.encode()).digest()


def address_hash(keys: KeyRing, address: str, now: datetime) -> bytes:
    """What the database knows of an address, that day."""
    return keys.blind_index("own_address", f"{day_of(now)} {address}")


async def come_in(session: AsyncSession, keys: KeyRing, typed: str, *, address: str, now: datetime) -> Begun | Refused:
    """Begin a session with the code of a slip, or say why not."""
    by_address = await queries.failures_since(session, address, now - FAILURE_WINDOW)
    if by_address >= FAILURES_PER_ADDRESS or await rate_limits.is_spent(
        session, WRONG_CODES, FAILURES_OVERALL, now=now
    ):
        return Refused(TooManyRequests(N_("Too many wrong codes. Wait 15 minutes, then try again.")))
    code = await codes.redeem(session, keys, typed, now)
    uses = await queries.uses_of(session, code.id) if code else 0
    if code is None or uses >= codes.USES:
        session.add(PortalAttempt(address=address, succeeded=False, at=now))
        await rate_limits.spend(session, WRONG_CODES, 1, FAILURES_OVERALL, FAILURE_WINDOW, now=now)
        return Refused(
            Invalid(
                N_("This code is not right, too old or used up. Check it again, or ask your office for a new slip.")
            )
        )
    session.add(PortalAttempt(address=address, succeeded=True, at=now))
    token = secrets.token_urlsafe(32)
    session.add(
        PortalSession(
            token_hash=token_hash(token),
            labourer_id=code.labourer_id,
            code_id=code.id,
            use_no=uses + 1,
            csrf_token=secrets.token_urlsafe(24),
            address_index=address_hash(keys, address, now) if address else None,
            created_at=now,
            expires_at=now + SESSION,
        )
    )
    audit.record(session, None, "portal.open", "labourer", code.labourer_id)
    return Begun(token, int(SESSION.total_seconds()))


async def go_out(session: AsyncSession, token: str, now: datetime) -> None:
    """End the session of that token."""
    ended = update(PortalSession).where(PortalSession.token_hash == token_hash(token), PortalSession.ended_at.is_(None))
    await session.execute(ended.values(ended_at=now))


async def oneself(session: AsyncSession, person: Person, *, lock: bool = False) -> Labourer:
    """The person's own record. Raises NotFound (404) if it is not kept any more."""
    query = queries.visible_to(person)
    labourer = await session.scalar(query.with_for_update(of=Labourer) if lock else query)
    if labourer is None:
        raise NotFound(N_("There is nothing kept about you any more."))
    return labourer


async def declare(
    session: AsyncSession, person: Person, keys: KeyRing, scope: str, *, matched: bool, now: datetime, days: int
) -> None:
    """Say where one is willing to work, and whether to be matched. Raises Invalid (422) for an unknown answer."""
    labourer = await oneself(session, person, lock=True)
    statement = declarations.Statement(
        labourer.id,
        scope,
        day_of(now),
        "self_code",
        code_id=person.code_id,
        consents=matched,
        language=current_locale(),
    )
    await declarations.record(session, None, keys, statement, now=now, days=days)
    near = await queries.codes_from(session, person.address_index, now - NEAR)
    office, address = labourer.organisation_id, person.address_index
    await reviews.put_up_own_codes(session, office, person.code_id, near, address, now=now)


async def answer(session: AsyncSession, person: Person, purpose: str, *, yes: bool, now: datetime) -> None:
    """Say yes or no to one purpose; a no where no yes stands changes nothing. Raises as ``consents.give`` does."""
    labourer = await oneself(session, person, lock=True)
    if yes:
        await consents.give(session, labourer.id, purpose, _heard(person), now=now)
        return
    last = (await consents_of(session, labourer.id)).get(purpose)
    if last is not None and last.given:
        await consents.withdraw(session, labourer.id, purpose, _heard(person), now=now)


async def choose_messages(
    session: AsyncSession, person: Person, keys: KeyRing, purpose: str, *, wanted: bool, now: datetime
) -> None:
    """Switch messages of one kind on or off. Raises NotFound (404) for a kind there is not."""
    if purpose not in OWN_PURPOSES:
        raise NotFound(N_("There is no such kind of message."))
    labourer = await oneself(session, person, lock=True)
    number = find_mobile(phone_of(keys, labourer))
    index = index_of(keys, number) if number else None
    await notices.choose(session, labourer.id, purpose, wanted=wanted, number=index, now=now)
    audit.record(session, None, "consent.messages", "labourer", labourer.id, channel="self_code", purpose=purpose)


async def withdraw(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """Take back statement and matching, at once. Raises Conflict (409) if nothing stands."""
    labourer = await oneself(session, person, lock=True)
    await consents.withdraw_matching(session, labourer.id, _heard(person), now=now)


def _heard(person: Person) -> consents.Heard:
    return consents.Heard("self_code", code_id=person.code_id, language=current_locale())
