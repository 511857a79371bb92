"""What an inspection does with a complaint: measures, an answer, passing it on, the hold on posts, a review."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.errors import Conflict, Forbidden, Invalid
from app.grievances import drawer, naming, news, queries, records, routing, states, stops
from app.grievances.kinds import due
from app.grievances.models import Grievance
from app.grievances.schemas import MOST_TEXT
from app.permissions import Actor
from app.shared.encryption import KeyRing
from app.shared.i18n import N_


async def open_case(session: AsyncSession, actor: Actor, uuid: UUID, *, lock: bool = False) -> Grievance:
    """One complaint for an inspection's officer. Raises NotFound (404)."""
    await drawer.open_for_actor(session, actor)
    return await queries.get(session, actor, uuid, lock=lock)


async def listed(session: AsyncSession, actor: Actor, *, now: datetime, state: str = "") -> list[Grievance]:
    """The officer's complaints, overdue first."""
    await drawer.open_for_actor(session, actor)
    return await queries.listed(session, actor, now=now, state=state)


def record_read(session: AsyncSession, actor: Actor, grievance: Grievance) -> None:
    """A complaint's words were shown: that is on the trail."""
    audit.record(session, actor, "grievance.read", "grievance", grievance.id)


def _said(text: str) -> str:
    if len(text.strip()) < 5:
        raise Invalid(N_("Say it in words; the person who complained reads them."), fields={"text": N_("Required.")})
    if len(text.strip()) > MOST_TEXT:
        raise Invalid(
            N_("%(most)s characters at most. Shorten it; nothing is cut off unseen."),
            fields={"text": N_("Too long.")},
            most=MOST_TEXT,
        )
    return text.strip()


async def _mine(session: AsyncSession, actor: Actor, uuid: UUID) -> Grievance:
    grievance = await open_case(session, actor, uuid, lock=True)
    if grievance.organisation_id != actor.organisation_id:
        raise Forbidden(N_("Another inspection has this complaint. Only it acts on it."))
    return grievance


def may_take(actor: Actor, grievance: Grievance) -> bool:
    """Whether a complaint, or its review, waits for somebody and this inspection could be it."""
    if grievance.state == "received" and grievance.organisation_id is None:
        return True
    had = {grievance.organisation_id, *grievance.past_organisation_ids}
    waits = grievance.review_wanted and grievance.review_organisation_id is None and grievance.state == "answered"
    return waits and actor.organisation_id not in had


def decision_of(text: str) -> bool:
    """Whether a reviewer's choice is that the answer stands. Raises Invalid (422)."""
    if text not in {"stands", "back"}:
        raise Invalid(N_("Choose whether the answer stands."), fields={"decision": N_("Required.")})
    return text == "stands"


async def take(session: AsyncSession, keys: KeyRing, actor: Actor, uuid: UUID, *, now: datetime) -> None:
    """A province's inspection takes one nobody could be found for, or its review. The clock goes on as it was."""
    grievance = await open_case(session, actor, uuid, lock=True)
    by = records.By.actor(actor)
    if grievance.state == "received" and grievance.organisation_id is None:
        grievance.state, grievance.organisation_id = "assigned", actor.organisation_id
        records.tell(
            session, keys, grievance, "taken", now=now, by=by, before="received",
            to_organisation_id=actor.organisation_id,
        )  # fmt: skip
    elif grievance.review_wanted and grievance.review_organisation_id is None:
        if actor.organisation_id in {grievance.organisation_id, *grievance.past_organisation_ids}:
            raise Forbidden(N_("Your office has had this complaint itself, so it cannot review it."))
        grievance.review_organisation_id = actor.organisation_id
        mine = actor.organisation_id
        records.tell(session, keys, grievance, "review_assigned", now=now, by=by, to_organisation_id=mine)
    else:
        raise Conflict(N_("This complaint is not at that step any more. Load the page again."))
    audit.record(session, actor, "grievance.take", "grievance", grievance.id)


async def record_measure(
    session: AsyncSession, keys: KeyRing, actor: Actor, uuid: UUID, text: str, *, now: datetime
) -> None:
    """Something was done. The first measure is the first answer: from then the time to settle runs, once."""
    grievance, said = await _mine(session, actor, uuid), _said(text)
    if grievance.state not in {"assigned", "measures"}:
        states.check_open(grievance)
        raise Conflict(N_("This complaint is answered; the person who complained has the word now."))
    before = grievance.state
    if before == "assigned":
        grievance.state, grievance.due_at = "measures", due(grievance.severity, "settle", now)
    records.tell(session, keys, grievance, "measure", now=now, by=records.By.actor(actor), text=said, before=before)
    audit.record(session, actor, "grievance.measure", "grievance", grievance.id)


async def answer(
    session: AsyncSession, keys: KeyRing, actor: Actor, uuid: UUID, text: str, *, now: datetime, door: str | None = None
) -> None:
    """Tell the person what came of it. It stays open: they close it, or another authority does after a review.

    Who left a way to reach them is written to that there is news at ``door``, where a receipt's code opens it.
    """
    grievance, said = await _mine(session, actor, uuid), _said(text)
    if grievance.state not in {"assigned", "measures"}:
        states.check_open(grievance)
        raise Conflict(N_("This complaint is answered; the person who complained has the word now."))
    before = grievance.state
    grievance.state, grievance.due_at = "answered", due(grievance.severity, "silence", now)
    records.tell(session, keys, grievance, "answer", now=now, by=records.By.actor(actor), text=said, before=before)
    audit.record(session, actor, "grievance.answer", "grievance", grievance.id)
    if door:
        await news.send(session, keys, actor, grievance, door, now=now)


async def transfer(
    session: AsyncSession, keys: KeyRing, actor: Actor, uuid: UUID, to: UUID, text: str, *, now: datetime
) -> None:
    """Pass it to another inspection that it does not name. The deadline stays: passing on buys no time."""
    grievance, said = await _mine(session, actor, uuid), _said(text)
    if grievance.state not in {"assigned", "measures"}:
        raise Conflict(N_("This complaint is not at that step any more. Load the page again."))
    organisation_id = await queries.inspection_by_uuid(session, grievance, to)
    if organisation_id in {actor.organisation_id, *grievance.past_organisation_ids}:
        raise Conflict(N_("That office has had this complaint before. Choose another."))
    deadline = grievance.due_at
    await drawer.open_for_clock(session)
    grievance.past_organisation_ids = [*grievance.past_organisation_ids, actor.organisation_id]
    by = records.By.actor(actor)
    routing.give(session, keys, grievance, organisation_id, "transferred", now=now, by=by, text=said)
    grievance.due_at = deadline
    audit.record(session, actor, "grievance.transfer", "grievance", grievance.id)
    await session.flush()  # the constraint on who may have it speaks here


async def name(session: AsyncSession, keys: KeyRing, actor: Actor, uuid: UUID, names: str, *, now: datetime) -> None:
    """Name somebody the person meant but the system did not find; if that is one's own office, it goes on.

    Another inspection is noted by its name and stays on the route: see ``naming``.
    """
    grievance = await _mine(session, actor, uuid)
    states.check_open(grievance)
    if not names.strip():
        raise Invalid(N_("Write the name of the office, the firm or the person."), fields={"names": N_("Required.")})
    await drawer.open_for_naming(session, actor)
    by = records.By.actor(actor)
    await naming.name_more(session, keys, grievance, names, now=now, by=by)
    audit.record(session, actor, "grievance.name", "grievance", grievance.id)


async def release_posts(
    session: AsyncSession, keys: KeyRing, actor: Actor, uuid: UUID, text: str, *, now: datetime
) -> int:
    """Let the stopped firms and posts go, with the reason; how many posts. What another complaint holds stays."""
    grievance, said = await _mine(session, actor, uuid), _said(text)
    if not await stops.standing(session, grievance):
        raise Conflict(N_("No post is stopped for this complaint."))
    posts = await stops.lift(session, grievance, now=now)
    records.tell(session, keys, grievance, "hold_released", now=now, by=records.By.actor(actor), text=said)
    audit.record(session, actor, "grievance.release_posts", "grievance", grievance.id, posts=posts)
    return posts


async def keep_hold(
    session: AsyncSession, keys: KeyRing, actor: Actor, uuid: UUID, text: str, *, now: datetime
) -> None:
    """Looked at, and the posts stay stopped: the reason is told to the person who complained."""
    grievance, said = await _mine(session, actor, uuid), _said(text)
    if not await stops.standing(session, grievance):
        raise Conflict(N_("No post is stopped for this complaint."))
    records.tell(session, keys, grievance, "hold_kept", now=now, by=records.By.actor(actor), text=said)
    audit.record(session, actor, "grievance.keep_hold", "grievance", grievance.id)


async def review(
    session: AsyncSession, keys: KeyRing, actor: Actor, uuid: UUID, text: str, *, upheld: bool, now: datetime
) -> None:
    """The second authority's word: the answer stands and the complaint is closed, or it goes back to be worked on."""
    grievance, said = await open_case(session, actor, uuid, lock=True), _said(text)
    if grievance.review_organisation_id != actor.organisation_id or grievance.state != "answered":
        raise Conflict(N_("Your office is not asked to review this complaint now."))
    by = records.By.actor(actor)
    if upheld:
        grievance.state, grievance.closed_by, grievance.closed_at, grievance.due_at = "closed", "review", now, None
        records.tell(session, keys, grievance, "closed", now=now, by=by, text=said, before="answered")
    else:
        grievance.state, grievance.due_at = "measures", due(grievance.severity, "first", now)
        records.tell(session, keys, grievance, "sent_back", now=now, by=by, text=said, before="answered")
        await session.flush()  # written while the reviewer still sees it
        await drawer.open_for_clock(session)
        grievance.review_wanted, grievance.review_organisation_id = False, None
    audit.record(session, actor, "grievance.review", "grievance", grievance.id, upheld=upheld)
    await session.flush()  # the database asks who closes while this drawer is open
