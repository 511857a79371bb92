"""The life of a placement, as a table: what may follow what. Every change is a step of the log."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict
from app.permissions import Actor
from app.placements.models import STATES, Placement, PlacementEvent
from app.shared.i18n import N_

TRANSITIONS: dict[str, frozenset[str]] = {
    "agreed": frozenset({"departed", "ended"}),
    "departed": frozenset({"arrived", "returned"}),
    "arrived": frozenset({"at_work", "ended", "returned"}),
    "at_work": frozenset({"ended", "returned"}),
    "ended": frozenset(),
    "returned": frozenset(),
}
assert set(TRANSITIONS) == set(STATES)
OVER = ("ended", "returned")


async def begin(session: AsyncSession, placement: Placement, *, actor: Actor | None, now: datetime) -> None:
    """Write a placement just agreed with the first line of its log."""
    session.add(placement)
    await session.flush()  # the log needs the id
    session.add(_line(placement, None, "taken_on", actor, now))


async def move(
    session: AsyncSession, placement: Placement, to: str, reason: str, *, actor: Actor | None, now: datetime
) -> None:
    """Change the state of a locked placement and log it. Raises Conflict (409) if it may not follow."""
    if to not in TRANSITIONS[placement.state]:
        raise Conflict(N_("This placement is not at that step any more. Load the page again."))
    before, placement.state, placement.step = placement.state, to, placement.step + 1
    if to in OVER:
        placement.ended_at = now
    session.add(_line(placement, before, reason, actor, now))


def _line(placement: Placement, before: str | None, reason: str, actor: Actor | None, now: datetime) -> PlacementEvent:
    return PlacementEvent(
        placement_id=placement.id, step=placement.step, at=now, from_state=before, to_state=placement.state,
        reason=reason, by_user_id=actor.user_id if actor else None,
    )  # fmt: skip
