"""Codes on printed slips: with one, a person without an account opens their own pages.

One slip is one code. It opens a few sessions (``USES``), ends with its days or with the next slip, and is kept as a
keyed hash only: whoever reads the database cannot use it, and it is shown once, on paper.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.declarations.models import CODE_DAYS, OwnCode
from app.permissions import Actor
from app.shared.encryption import KeyRing

# No 0 and O, 1 and I and L, 2 and Z, 5 and S, 8 and B: read from paper, typed on an old phone.
ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
LENGTH = 10  # 25^10 is 46 bits, against a few tries a quarter of an hour
USES = 5  # a mistyped leave, a shared phone, a second thought: not a slip for each


@dataclass(frozen=True)
class Slip:
    """A code just made, in clear for the paper alone."""

    labourer_id: int
    code: str
    expires_at: datetime

    @property
    def spaced(self) -> str:
        """As it is read aloud and typed: in groups."""
        return f"{self.code[:4]} {self.code[4:7]} {self.code[7:]}"


def normalised(typed: str) -> str:
    """A code as typed: any case, spaces and hyphens between."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())


def hash_of(keys: KeyRing, code: str) -> bytes:
    """What the database knows of a code."""
    return keys.blind_index("own_code", code)


async def make(
    session: AsyncSession,
    actor: Actor,
    keys: KeyRing,
    labourer_ids: Sequence[int],
    *,
    now: datetime,
    act: str = "slip.print",
) -> list[Slip]:
    """A fresh code for each person; the ones before end. On each person's trail: who had it made, never the code."""
    ended = update(OwnCode).where(OwnCode.labourer_id.in_(labourer_ids), OwnCode.revoked_at.is_(None))
    await session.execute(ended.values(revoked_at=now))
    slips = [
        Slip(one, "".join(secrets.choice(ALPHABET) for _ in range(LENGTH)), now + timedelta(days=CODE_DAYS))
        for one in labourer_ids
    ]
    for slip in slips:
        session.add(
            OwnCode(
                labourer_id=slip.labourer_id,
                code_hash=hash_of(keys, slip.code),
                made_by=actor.user_id,
                made_at=now,
                expires_at=slip.expires_at,
            )
        )
        audit.record(session, actor, act, "labourer", slip.labourer_id)
    return slips


async def revoke(session: AsyncSession, actor: Actor, labourer_id: int, *, now: datetime) -> bool:
    """End the person's code, if one is out: a slip was lost. Says whether there was one."""
    ended = update(OwnCode).where(OwnCode.labourer_id == labourer_id, OwnCode.revoked_at.is_(None))
    found: Any = await session.execute(ended.values(revoked_at=now))
    if found.rowcount:
        audit.record(session, actor, "slip.revoke", "labourer", labourer_id)
    return bool(found.rowcount)


async def living(session: AsyncSession, labourer_id: int, now: datetime) -> OwnCode | None:
    """The person's code that opens something today."""
    return await session.scalar(
        select(OwnCode).where(
            OwnCode.labourer_id == labourer_id, OwnCode.revoked_at.is_(None), OwnCode.expires_at > now
        )
    )


async def redeem(session: AsyncSession, keys: KeyRing, typed: str, now: datetime) -> OwnCode | None:
    """The code as typed, locked against a second use at the same moment; None if wrong, over or revoked."""
    code = normalised(typed)
    if len(code) != LENGTH:
        return None
    holding = select(OwnCode).where(
        OwnCode.code_hash == hash_of(keys, code), OwnCode.revoked_at.is_(None), OwnCode.expires_at > now
    )
    return await session.scalar(holding.with_for_update())
