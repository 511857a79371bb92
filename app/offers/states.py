"""The life of an offer, as a table: what may follow what. Every change is a step of the log."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict
from app.happenings import tell
from app.offers.models import STATES, Offer, OfferEvent
from app.permissions import Actor
from app.shared.i18n import N_

TRANSITIONS: dict[str, frozenset[str]] = {
    "drafted": frozenset({"offered", "withdrawn"}),
    "offered": frozenset({"accepted", "lapsed", "withdrawn", "void"}),
    "accepted": frozenset({"confirmed", "lapsed", "withdrawn", "void"}),
    "confirmed": frozenset({"lapsed", "withdrawn", "void"}),  # until the person has left for it
    "lapsed": frozenset(),
    "withdrawn": frozenset(),
    "void": frozenset(),
}
assert set(TRANSITIONS) == set(STATES)
HOLDING = ("accepted", "confirmed")  # these hold an opening
LIVE = ("drafted", "offered", *HOLDING)


@dataclass(frozen=True)
class By:
    """Who changes an offer, and how they were heard."""

    channel: str = "system"
    actor: Actor | None = None
    code_id: int | None = None
    evidence_hash: bytes | None = None


@dataclass(frozen=True)
class OfferMoved:
    """An offer went from one state to another. Told to whoever builds on offers, in the same transaction."""

    offer: Offer
    from_state: str
    now: datetime
    actor: Actor | None


SYSTEM = By()


def by_office(actor: Actor) -> By:
    """An officer of the office that makes the offers."""
    return By("office", actor)


def may_move(offer: Offer, to: str) -> bool:
    """Whether an offer may go there: what has begun is a placement, and no offer any more."""
    return to in TRANSITIONS[offer.state] and offer.begun_at is None


async def begin(session: AsyncSession, offer: Offer, by: By, *, now: datetime) -> None:
    """Write a new draft with the first line of its log."""
    session.add(offer)
    await session.flush()  # the log needs the id
    session.add(_line(offer, None, "made", by, now))
    await session.flush()  # before the next step: the log tells what is so


async def move(
    session: AsyncSession, offer: Offer, to: str, reason: str, by: By, *, now: datetime, opening: int | None = None
) -> None:
    """Change the state of a locked offer and log it. Raises Conflict (409) if it may not follow.

    ``opening`` is the number of the opening taken with a yes; it is let go with every end.
    """
    if not may_move(offer, to):
        raise Conflict(N_("This offer is not at that step any more. Load the page again."))
    before, offer.state, offer.step = offer.state, to, offer.step + 1
    if to == "accepted":
        offer.opening_number = opening
    elif to not in HOLDING:
        offer.opening_number = None
    if to != "accepted":
        offer.answer_due_at = None
    if to != "drafted":
        offer.waits_from = None
    await session.flush()  # the state and the opening first: the log tells what is so
    session.add(_line(offer, before, reason, by, now))
    await session.flush()  # before the next step
    await tell(session, OfferMoved(offer, before, now, by.actor))


async def note(session: AsyncSession, offer: Offer, reason: str, by: By, *, now: datetime) -> None:
    """Log something that leaves the state as it is."""
    offer.step += 1
    await session.flush()  # the log tells what is so
    session.add(_line(offer, offer.state, reason, by, now))
    await session.flush()  # before the next step


def _line(offer: Offer, before: str | None, reason: str, by: By, now: datetime) -> OfferEvent:
    is_untold = offer.state == "lapsed"  # one line for every end from the labourer's side, whatever it was (V4)
    return OfferEvent(
        offer_id=offer.id,
        step=offer.step,
        at=now,
        from_state=before,
        to_state=offer.state,
        reason="lapsed" if is_untold else reason,
        channel="system" if is_untold else by.channel,
        by_user_id=None if is_untold or by.actor is None else by.actor.user_id,
        by_organisation_id=None if is_untold or by.actor is None else by.actor.organisation_id,
        code_id=None if is_untold else by.code_id,
        evidence_hash=None if is_untold else by.evidence_hash,
    )
