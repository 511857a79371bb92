"""Sending the code of a slip to the person's own telephone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations import codes
from app.errors import Conflict, NotFound
from app.labourers import telling
from app.labourers.models import Labourer
from app.labourers.telling import Word
from app.permissions import Actor
from app.portal import queries
from app.shared.encryption import KeyRing
from app.shared.formats import day
from app.shared.i18n import N_
from app.wall import widened


async def send_by_sms(
    session: AsyncSession, actor: Actor, keys: KeyRing, uuid: UUID, door: str, *, now: datetime
) -> None:
    """A fresh code, to the number the person gave; the one before ends. Nobody but they get to see it.

    Raises NotFound (404), Conflict (409) where they did not agree to be written to, or the number is not theirs alone:
    with the code one answers in their name (V1).
    """
    people = await queries.chosen(session, actor, [uuid])
    if not people:
        raise NotFound(N_("No such person in your lists."))
    (labourer,) = people
    if await telling.number_of(session, keys, labourer, now) is None:
        raise Conflict(
            N_("This person has not agreed to short messages, or gave no mobile number. Print the slip instead.")
        )
    if await _is_shared(session, labourer):
        raise Conflict(
            N_(
                "Other people gave the same number, so whoever holds the telephone could answer for this person. Print "
                "the slip instead."
            )
        )
    (slip,) = await codes.make(session, actor, keys, [labourer.id], now=now, act="slip.send")
    await session.flush()  # the message names the code by its number
    code = await codes.living(session, labourer.id, now)
    assert code is not None  # just made
    word = Word(
        "own_code",
        f"own_code:{code.id}",
        ("labourer", labourer.id),
        params={"door": door, "day": day(slip.expires_at)},
        secrets={"code": slip.spaced},
        by_user_id=actor.user_id,
    )
    if not await telling.tell(session, keys, labourer, word, now=now):
        raise Conflict(N_("This person switched such messages off. Print the slip instead."))


async def _is_shared(session: AsyncSession, labourer: Labourer) -> bool:
    """Whether the number stands with anybody else, wherever they are listed."""
    async with widened(session):
        others = select(func.count()).where(
            Labourer.phone_index == labourer.phone_index, Labourer.id != labourer.id, Labourer.erased_at.is_(None)
        )
        return bool(await session.scalar(others))
