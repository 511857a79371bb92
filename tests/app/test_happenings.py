"""What is told reaches everybody concerned, and a listener that raises undoes the act."""

from dataclasses import dataclass
from importlib import import_module

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict
from app.happenings import LISTENING, on, tell


@dataclass(frozen=True)
class Something:
    number: int


async def test_listeners_hear_their_own_kind_in_order(session: AsyncSession) -> None:
    heard: list[str] = []

    @on(Something)
    async def first(_session: AsyncSession, told: Something) -> None:
        heard.append(f"first {told.number}")

    @on(Something)
    async def second(_session: AsyncSession, told: Something) -> None:
        heard.append(f"second {told.number}")
        if told.number > 1:
            raise Conflict("not now")

    await tell(session, Something(1))
    await tell(session, "somebody else's")
    assert heard == ["first 1", "second 1"]
    with pytest.raises(Conflict):
        await tell(session, Something(2))


def test_every_named_module_listens() -> None:
    assert [import_module(name).__name__ for name in LISTENING] == list(LISTENING)
