"""What an operator does with the keys: put a new one in use, have every value pass to it, retire an old one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.background.models import TaskRun
from app.background.queue import enqueue
from app.background.states import OPEN
from app.errors import Conflict, Invalid, NotFound
from app.keys.files import add_key, drop_key, key_days
from app.keys.resealing import usage
from app.permissions import Actor
from app.settings import Settings
from app.shared.i18n import N_

RESEAL: Final = "keys.reseal"
REASON_LENGTH: Final = 4  # characters
# Longer than any process goes on with the key before, and than any sheet is under way that was sealed with it.
RETIRE_AFTER: Final = timedelta(hours=24)


@dataclass(frozen=True)
class Key:
    """One key, without itself."""

    number: int
    since: datetime | None
    replaced_at: datetime | None  # when the next one came into use
    values: dict[str, int]  # column → values under it

    @property
    def total(self) -> int:
        return sum(self.values.values())


@dataclass(frozen=True)
class Standing:
    """All keys, newest first, values under keys that are not there, and the re-sealing under way or last done."""

    keys: list[Key]
    unknown: dict[int, int]
    task: TaskRun | None

    @property
    def newest(self) -> Key:
        return self.keys[0]

    @property
    def left(self) -> int:
        """Values that have still to pass to the newest key."""
        return sum(key.total for key in self.keys[1:])


async def standing(session: AsyncSession, settings: Settings) -> Standing:
    """Which keys there are and how much stands under each; counts every sealed value, so it is not for every page."""
    days, used = key_days(settings.key_file), await usage(session)
    numbers = sorted(days, reverse=True)
    keys = []
    for place, number in enumerate(numbers):
        values = {column: counts[number] for column, counts in used.items() if counts.get(number)}
        keys.append(Key(number, days[number], days[numbers[place - 1]] if place else None, values))
    unknown: dict[int, int] = {}
    for counts in used.values():
        for number, values_ in counts.items():
            if number not in days:
                unknown[number] = unknown.get(number, 0) + values_
    return Standing(keys, unknown, await last_task(session))


async def last_task(session: AsyncSession) -> TaskRun | None:
    """The newest re-sealing."""
    return await session.scalar(select(TaskRun).where(TaskRun.name == RESEAL).order_by(TaskRun.id.desc()).limit(1))


async def rotate(session: AsyncSession, actor: Actor, settings: Settings, *, reason: str, now: datetime) -> int:
    """Put a new key in use and have every value pass to it in the background; the key's number.

    Raises Conflict (409) while values still pass to the key before.
    """
    if len(reason.strip()) < REASON_LENGTH:
        raise Invalid(N_("Say why the key is changed."), fields={"reason": N_("Required.")})
    await _refuse_while_resealing(session)
    number = add_key(settings.key_file, now)
    audit.record(session, actor, "keys.rotate", "key", number, reason=reason.strip())
    await begin_resealing(session, actor)
    return number


async def begin_resealing(session: AsyncSession, actor: Actor) -> TaskRun:
    """Have what is still under older keys pass to the newest. Raises Conflict (409) while that is going on."""
    await _refuse_while_resealing(session)
    return await enqueue(session, RESEAL, organisation_id=actor.organisation_id, user_id=actor.user_id)


async def _refuse_while_resealing(session: AsyncSession) -> None:
    last = await last_task(session)
    if last is not None and last.status in OPEN:
        raise Conflict(N_("Values are still passing to the newest key. Wait until that is done."))


async def retire(session: AsyncSession, actor: Actor | None, settings: Settings, number: int, *, now: datetime) -> None:
    """Take an old key out of the file, if nothing is sealed with it any more.

    Raises NotFound (404), Conflict (409) while something is, or might still be on its way.
    """
    known = {key.number: key for key in (await standing(session, settings)).keys}
    key = known.get(number)
    if key is None:
        raise NotFound(N_("There is no such key."))
    if number == max(known):
        raise Conflict(N_("The newest key encrypts; put another in use first."))
    if key.total:
        raise Conflict(
            N_("%(values)s values are still sealed with this key. Have them pass to the newest one first."),
            values=key.total,
        )
    if key.replaced_at is None or now - key.replaced_at < RETIRE_AFTER:
        raise Conflict(
            N_("This key was replaced less than %(hours)s hours ago; what is sealed with it may still be on its way."),
            hours=int(RETIRE_AFTER.total_seconds() // 3600),
        )
    await _refuse_while_resealing(session)
    audit.record(session, actor, "keys.retire", "key", number)
    await session.flush()  # what cannot be recorded is not done
    drop_key(settings.key_file, number, now)
