"""The second wall: whose records a transaction can touch at all, held by PostgreSQL's row-level security.

``visible_to(actor)`` is the first wall and says what a person sees. Should a query ever forget it, the policies on
``labourer``, ``household`` and ``labourer_change`` still give the transaction no row beyond its reach. A transaction
that says nothing reaches nobody. ``docs/decisions/0019-second-wall.md`` says why and what it cannot do.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import astuple, dataclass
from typing import Any

from sqlalchemy import Connection, event, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session as SyncSession
from sqlalchemy.orm import SessionTransaction

from app.permissions import Actor, Permission, Reach

_SET = text(
    "SELECT set_config('duijie.reach', :reach, true), set_config('duijie.organisation', :organisation, true), "
    "set_config('duijie.roots', :roots, true), set_config('duijie.village', :village, true), "
    "set_config('duijie.person', :person, true)"
)
_INFO = "wall"


@dataclass(frozen=True)
class Wall:
    """What the policies read: one word for the kind of reach, and what it is measured by."""

    reach: str = ""
    organisation: str = ""
    roots: str = ""
    village: str = ""
    person: str = ""


NOBODY = Wall()
EVERYBODY = Wall("all")  # tasks and commands of the machine itself: they act for no single person


def wall_of(actor: Actor) -> Wall:
    """The people an actor's post reaches; for those who see no records at all, nobody."""
    reach = actor.reach(Permission.LABOURERS_VIEW)
    if reach is None and (
        actor.reach(Permission.MATCHES_VIEW) is Reach.REGION_CODES or actor.reach(Permission.TRAIL_VIEW) is Reach.REGION
    ):
        reach = Reach.REGION  # code names and lines of the trail are found by the person's own number
    if reach is None:
        return NOBODY
    return Wall(str(reach), str(actor.organisation_id), ",".join(actor.scope), actor.village or "")


def wall_of_person(labourer_id: int) -> Wall:
    """The person's own record alone: their own pages."""
    return Wall("person", person=str(labourer_id))


async def confine(session: AsyncSession, wall: Wall) -> None:
    """From now on the session's transactions reach no further."""
    session.info[_INFO] = wall
    await session.execute(_SET, _parameters(wall))


@asynccontextmanager
async def widened(session: AsyncSession) -> AsyncIterator[None]:
    """Everybody within reach for one step whose right was asked before: a deletion, a count; then as it was."""
    before = session.info.get(_INFO, NOBODY)
    await confine(session, EVERYBODY)
    yield
    await session.flush()
    await confine(session, before)


class WalledSession(SyncSession):
    """Begins every transaction behind the wall its maker was given."""


@event.listens_for(WalledSession, "after_begin")
def _begin_behind_the_wall(session: SyncSession, _transaction: SessionTransaction, connection: Connection) -> None:
    connection.execute(_SET, _parameters(session.info.get(_INFO, NOBODY)))


def session_options(wall: Wall, **info: object) -> dict[str, Any]:
    """Options of ``async_sessionmaker`` for sessions behind that wall, with what else they are to know."""
    return {"sync_session_class": WalledSession, "info": {_INFO: wall, **info}}


def _parameters(wall: Wall) -> dict[str, str]:
    return dict(zip(("reach", "organisation", "roots", "village", "person"), astuple(wall), strict=True))
