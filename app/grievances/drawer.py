"""Opening the drawer the complaints lie in: the settings that row-level security reads, for this transaction only.

Nobody said who looks: no rows. The rules are in the database (see the revision that makes the tables); here is only
said who it is. A second opening takes the place of the first.
"""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.permissions import Actor

SETTINGS = ("duty", "organisation", "user", "code", "labourer")


async def _open(session: AsyncSession, **given: str) -> None:
    await session.flush()  # what was written through the drawer opened before must reach its rows while it is open
    values = (func.set_config(f"duijie.drawer_{name}", given.get(name, ""), True) for name in SETTINGS)
    await session.execute(select(*values))


async def open_for_actor(session: AsyncSession, actor: Actor) -> None:
    """For an inspection's officer: what their organisation has, unless it or they are named."""
    await _open(session, duty="handle", organisation=str(actor.organisation_id), user=str(actor.user_id))


async def open_by_code(session: AsyncSession, code_hash: bytes) -> None:
    """For whoever holds the receipt of one complaint."""
    await _open(session, duty="complain", code=code_hash.hex())


async def open_for_labourer(session: AsyncSession, labourer_id: int) -> None:
    """For a labourer, known by their own code or session: their own complaints."""
    await _open(session, duty="complain", labourer=str(labourer_id))


async def open_for_clock(session: AsyncSession) -> None:
    """For the service's own routing and deadlines; no person acts through this one."""
    await _open(session, duty="clock")


async def open_for_naming(session: AsyncSession, actor: Actor) -> None:
    """For an inspection that names somebody: as the clock, since its own office may be among them.

    The database knows by it that an inspection speaks, and lets it name no other inspection.
    """
    await _open(session, duty="clock", organisation=str(actor.organisation_id))


async def open_for_keys(session: AsyncSession) -> None:
    """For the change of keys: cipher texts alone may change."""
    await _open(session, duty="keys")


async def close(session: AsyncSession) -> None:
    """Nobody looks any more."""
    await _open(session)
