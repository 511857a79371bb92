"""The second factor: codes of half a minute from the person's phone (TOTP, RFC 6238), and ten spare codes on paper.

The secret is sealed with the key ring and bound to its user. A code is good once: its step must be later than the last
one taken. Spare codes are kept as keyed hashes, so that a copy of the database does not yield them.
"""

import base64
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
import segno
from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit, rate_limits
from app.accounts.models import RecoveryCode, SecondFactor, SignInStep, User
from app.accounts.own_password import verify_own
from app.accounts.sessions import token_hash
from app.errors import AppError, Conflict, Invalid
from app.permissions import Actor, Permission, Role
from app.settings import Settings
from app.shared.encryption import KeyRing
from app.shared.i18n import N_

FIELD = "second_factor.secret"
STEP_SECONDS = 30
STEPS_AROUND = (0, -1, 1)  # a phone's clock may be half a minute off
SPARE_CODES = 10
SPARE_CODE = re.compile(r"[a-z2-7]{5}-?[a-z2-7]{5}")
STEP_LIFE = timedelta(minutes=5)
STEP_TRIES = 5
CODE_TRIES, CODE_WINDOW = 10, timedelta(minutes=15)
BEFORE_IT = frozenset({Permission.ACCOUNT_OWN})  # what is open to somebody who has to set one up first
WRONG = N_("This code is not right, or it was used before. Wait for the next one and enter its six digits.")


class SecondFactorNeeded(AppError):
    """The post asks for a second factor, and its person has none yet."""

    status = 403
    title = N_("Set up your second factor first")
    acts = ((N_("Set it up"), "/account/second-factor"),)


@dataclass(frozen=True)
class Enrolment:
    """What the phone needs: shown until the first code was entered, and never again."""

    secret: str
    uri: str

    @property
    def picture(self) -> str:
        """The QR code, as an address an image may have."""
        return str(segno.make(self.uri, error="m").svg_data_uri(scale=5, border=4))


def required_roles(settings: Settings) -> frozenset[Role]:
    """Roles whose people need a second factor. Raises ValueError for a role there is not."""
    names = [name.strip() for name in settings.second_factor_roles.split(",") if name.strip()]
    return frozenset() if settings.demo else frozenset(Role(name) for name in names)


async def has_one(session: AsyncSession, user_id: int) -> bool:
    """Whether the person has set one up to the end."""
    confirmed = exists().where(SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_not(None))
    return bool(await session.scalar(select(confirmed)))


async def spare_codes_left(session: AsyncSession, user_id: int) -> int:
    """How many of the codes on paper are still good."""
    query = select(RecoveryCode.id).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return len((await session.scalars(query)).all())


async def start(session: AsyncSession, actor: Actor, keys: KeyRing, now: datetime) -> None:
    """Draw a new secret, to be confirmed by its first code. Raises Conflict (409) if there is one in use."""
    if await has_one(session, actor.user_id):
        raise Conflict(N_("You have a second factor already. Take it away first if you have a new phone."))
    user = await session.get_one(User, actor.user_id)
    await session.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))
    sealed = keys.encrypt(FIELD, user.uuid, pyotp.random_base32())
    session.add(SecondFactor(user_id=user.id, secret_cipher=sealed, created_at=now))


async def enrolment(session: AsyncSession, actor: Actor, keys: KeyRing) -> Enrolment | None:
    """The secret waiting for its first code, if there is one."""
    factor = await session.get(SecondFactor, actor.user_id)
    if factor is None or factor.confirmed_at:
        return None
    user = await session.get_one(User, actor.user_id)
    secret = keys.decrypt(FIELD, user.uuid, factor.secret_cipher)
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=user.login, issuer_name="Duijie"))


async def confirm(session: AsyncSession, actor: Actor, keys: KeyRing, code: str, now: datetime) -> list[str]:
    """Take it into use with a first code; the spare codes, shown this once. Raises Invalid (422), Conflict (409)."""
    await _count(session, actor, now)
    factor = await session.get(SecondFactor, actor.user_id, with_for_update=True)
    if factor is None or factor.confirmed_at:
        raise Conflict(N_("There is nothing to confirm. Begin with “Set up”."))
    if not await _take_timed_code(session, keys, actor.user_id, code, now):
        raise Invalid(WRONG, fields={"code": WRONG})
    factor.confirmed_at = now
    (await session.get_one(User, actor.user_id)).factor_reset_at = None
    audit.record(session, actor, "second_factor.set_up", "user", actor.user_id)
    return await _new_spare_codes(session, actor.user_id, keys)


async def renew_spare_codes(session: AsyncSession, actor: Actor, keys: KeyRing, code: str, now: datetime) -> list[str]:
    """Ten new spare codes, the old ones good no more. Raises Invalid (422)."""
    await _count(session, actor, now)
    if not await has_one(session, actor.user_id) or not await _take_timed_code(session, keys, actor.user_id, code, now):
        raise Invalid(WRONG, fields={"code": WRONG})
    audit.record(session, actor, "second_factor.new_codes", "user", actor.user_id)
    return await _new_spare_codes(session, actor.user_id, keys)


async def remove(session: AsyncSession, actor: Actor, keys: KeyRing, password: str, code: str, now: datetime) -> None:
    """Take it away, for who knows the password and has a code. Raises Invalid (422)."""
    await _count(session, actor, now)
    await verify_own(session, actor, password, now, "password")
    if not await take_code(session, keys, actor.user_id, code, now):
        raise Invalid(WRONG, fields={"code": WRONG})
    await _take_away(session, actor.user_id)
    audit.record(session, actor, "second_factor.remove", "user", actor.user_id)


async def take_from(session: AsyncSession, user: User, now: datetime) -> None:
    """Take it from somebody else, who sets up a new one before anything but their account opens."""
    await _take_away(session, user.id)
    user.factor_reset_at = now


async def _take_away(session: AsyncSession, user_id: int) -> None:
    for table in (RecoveryCode, SecondFactor, SignInStep):
        await session.execute(delete(table).where(table.user_id == user_id))


async def begin_step(session: AsyncSession, user_id: int, now: datetime) -> tuple[str, datetime]:
    """A token that says the first factor was right; good for a code and nothing else."""
    token, expires_at = secrets.token_urlsafe(32), now + STEP_LIFE
    await session.execute(delete(SignInStep).where(SignInStep.user_id == user_id, SignInStep.expires_at < now))
    session.add(SignInStep(token_hash=token_hash(token), user_id=user_id, expires_at=expires_at))
    return token, expires_at


async def user_of_step(session: AsyncSession, token: str, now: datetime) -> User | None:
    """Who is at this step, counting the try; nobody once it is used, over or tried too often."""
    counted = update(SignInStep).where(
        SignInStep.token_hash == token_hash(token),
        SignInStep.used_at.is_(None),
        SignInStep.expires_at > now,
        SignInStep.tries < STEP_TRIES,
    )
    user_id = await session.scalar(counted.values(tries=SignInStep.tries + 1).returning(SignInStep.user_id))
    if user_id is None:
        return None
    return await session.scalar(select(User).where(User.id == user_id, User.disabled_at.is_(None)))


async def end_step(session: AsyncSession, token: str, now: datetime) -> None:
    """The step was taken: its token is good no more."""
    await session.execute(update(SignInStep).where(SignInStep.token_hash == token_hash(token)).values(used_at=now))


async def take_code(session: AsyncSession, keys: KeyRing, user_id: int, code: str, now: datetime) -> bool:
    """Whether the code, from the phone or from paper, is good; it never is again."""
    text = "".join(code.split()).lower()
    if SPARE_CODE.fullmatch(text):
        return await _take_spare_code(session, keys, user_id, text.replace("-", ""), now)
    return await _take_timed_code(session, keys, user_id, text, now)


async def _count(session: AsyncSession, actor: Actor, now: datetime) -> None:
    await rate_limits.take(session, f"code:{actor.user_id}", CODE_TRIES, CODE_WINDOW, now=now)


async def _take_timed_code(session: AsyncSession, keys: KeyRing, user_id: int, code: str, now: datetime) -> bool:
    factor = await session.get(SecondFactor, user_id)
    user = await session.get_one(User, user_id)
    digits = "".join(code.split())
    if factor is None or not re.fullmatch(r"[0-9]{6}", digits):
        return False
    totp = pyotp.TOTP(keys.decrypt(FIELD, user.uuid, factor.secret_cipher))
    present = int(now.timestamp()) // STEP_SECONDS
    step = next(
        (present + n for n in STEPS_AROUND if hmac.compare_digest(totp.generate_otp(present + n), digits)), None
    )
    if step is None:
        return False
    # One statement, so that the same code sent twice at once is taken once.
    later = update(SecondFactor).where(SecondFactor.user_id == user_id, SecondFactor.last_step < step)
    taken = await session.execute(later.values(last_step=step).returning(SecondFactor.user_id))
    return taken.first() is not None


async def _take_spare_code(session: AsyncSession, keys: KeyRing, user_id: int, code: str, now: datetime) -> bool:
    used = update(RecoveryCode).where(
        RecoveryCode.user_id == user_id,
        RecoveryCode.code_hash == keys.blind_index("recovery_code", f"{user_id}:{code}"),
        RecoveryCode.used_at.is_(None),
    )
    return (await session.execute(used.values(used_at=now).returning(RecoveryCode.id))).first() is not None


async def _new_spare_codes(session: AsyncSession, user_id: int, keys: KeyRing) -> list[str]:
    await session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [base64.b32encode(secrets.token_bytes(7)).decode().lower()[:10] for _ in range(SPARE_CODES)]
    session.add_all(
        RecoveryCode(user_id=user_id, code_hash=keys.blind_index("recovery_code", f"{user_id}:{code}"))
        for code in codes
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]
