"""The same act sent twice is done once (design: acts that move people or money).

A row of (who, act, key, print of the body, answer) stands in the transaction of the act. The second sender waits for
the first, then gets the first one's answer; the same key with another body is refused.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Header
from sqlalchemy import LargeBinary, Text, delete, func, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base
from app.errors import Conflict, Invalid
from app.permissions import Actor
from app.shared.i18n import N_

SHORTEST = 8
KEPT = timedelta(days=30)  # whoever tries again does so within hours

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=120,
        description="a number of your own for this act; sent again with it, the act is not done twice",
        examples=["0190f3c2-7d1e-4c52-9a54-0d6e4a1f3b77"],
    ),
]


class ActDone(Base):
    """An act that was sent with a key, and what was answered."""

    __tablename__ = "act_done"

    who: Mapped[str] = mapped_column(Text, primary_key=True)
    act: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    body_hash: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


def by_user(actor: Actor) -> str:
    """Who sends, for acts of people who sign in."""
    return f"user:{actor.user_id}:{actor.organisation_id}"


async def once(
    session: AsyncSession, who: str, act: str, key: str | None, body: Any, do: Callable[[], Awaitable[dict[str, Any]]]
) -> dict[str, Any]:
    """Do it and keep its answer, or give the answer of the first time.

    Raises Invalid (422) without a key, Conflict (409) for one that was sent before with another body.
    """
    if not key or len(key) < SHORTEST:
        raise Invalid(
            N_("Send an Idempotency-Key of at least 8 characters, a new one for each act."),
            fields={"Idempotency-Key": N_("Required.")},
        )
    print_ = hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).digest()
    row = {"who": who, "act": act, "key": key, "body_hash": print_}
    # Of two at once the second waits at the key until the first has ended, and goes on alone if that one was undone.
    begun = insert(ActDone).values(row).on_conflict_do_nothing().returning(ActDone.key)
    this = (ActDone.who == who, ActDone.act == act, ActDone.key == key)
    if await session.scalar(begun) is None:
        before = (await session.execute(select(ActDone.body_hash, ActDone.answer).where(*this))).one()
        if before.body_hash != print_:
            raise Conflict(N_("This key was used for something else. Use a new one for another act."))
        return dict(before.answer or {})
    answer = await do()
    await session.execute(update(ActDone).where(*this).values(answer=answer))
    return answer


async def forget(session: AsyncSession, now: datetime) -> int:
    """Delete keys that nobody will send again; how many."""
    gone = await session.scalars(delete(ActDone).where(ActDone.at < now - KEPT).returning(ActDone.key))
    return len(gone.all())
