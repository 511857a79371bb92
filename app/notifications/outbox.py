"""Opening an office's outbox for one step: the setting that row-level security reads beside the transaction's reach."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

_SETTING: Final = "duijie.outbox"


@asynccontextmanager
async def opened(session: AsyncSession, organisation_id: int) -> AsyncIterator[None]:
    """Within, the messages of that office can be read and written; then as before."""
    await session.execute(select(func.set_config(_SETTING, str(organisation_id), True)))
    yield
    await session.flush()  # what was written through it must reach its rows while it is open
    await session.execute(select(func.set_config(_SETTING, "", True)))
