"""What a person who complains can do: file, read, add words, name somebody, ask for a review, close.

Who may read and who gets it is decided in the database and in ``routing.py``; the complainant's only key is the
receipt, or being known as the labourer the complaint is of.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.errors import Conflict, Invalid, NotFound
from app.grievances import closing, drawer, naming, queries, records, routing, states, stops
from app.grievances.kinds import book, due
from app.grievances.models import ComplaintTry, Grievance
from app.grievances.schemas import ABOUT, MOST_TEXT, Complaint, Receipt
from app.permissions import Actor
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from app.shared.i18n import N_
from app.shared.origin import forget_address

# A dormitory shares one address: above its count a complaint is marked for who handles it, and taken all the same.
TRIES = {"file": (6, timedelta(hours=1)), "look": (30, timedelta(minutes=15))}
REQUIRED = N_("Required.")


@dataclass(frozen=True)
class Complainant:
    """Who comes back: with a receipt, or as a labourer known by their own code."""

    code_hash: bytes | None = None
    labourer_id: int | None = None

    async def open(self, session: AsyncSession) -> ColumnElement[bool]:
        """Open the drawer for this person; what they may see in it."""
        if self.code_hash is not None:
            await drawer.open_by_code(session, self.code_hash)
            return Grievance.code_hash == self.code_hash
        if self.labourer_id is None:
            raise NotFound(queries.UNNAMED)
        await drawer.open_for_labourer(session, self.labourer_id)
        return Grievance.labourer_id == self.labourer_id


def by_receipt(keys: KeyRing, code: str) -> Complainant:
    """Whoever holds a receipt."""
    return Complainant(code_hash=records.code_hash(keys, code))


async def is_too_often(session: AsyncSession, keys: KeyRing, whence: str, act: str, now: datetime) -> bool:
    """Note a try from an address, or from a slip, and whether there were too many.

    The note has to be kept, so nothing is raised.
    """
    most, window = TRIES[act]
    index = keys.blind_index("complaint.address", f"{day_of(now)}:{whence}")
    session.add(ComplaintTry(address_index=index, act=act, at=now))
    await session.flush()  # counts this one too
    return await queries.tries_since(session, index, act, now - window) > most


async def file(
    session: AsyncSession,
    keys: KeyRing,
    complaint: Complaint,
    *,
    now: datetime,
    actor: Actor | None = None,
    labourer_id: int | None = None,
    address: str = "",
) -> Receipt:
    """Take a complaint, stop the posts if it is grave, and give it to an authority it does not name.

    ``actor`` is the officer who takes it down, ``labourer_id`` whose it is, both for those who wish to be known;
    ``address`` where it comes from if nobody is known. However many come from there, each is taken.
    Raises Invalid (422).
    """
    if actor is None:
        forget_address()  # neither the complaint's line of the trail nor a stopped post's leads to a phone
    await _check(session, complaint)
    code, uuid = records.new_code(), uuid4()
    code_hash = records.code_hash(keys, code)
    grievance = await _fill_in(session, keys, complaint, uuid, now)
    grievance.code_hash, grievance.labourer_id = code_hash, labourer_id
    grievance.many_from_address = bool(address) and await is_too_often(session, keys, address, "file", now)
    grievance.channel = "officer" if actor else "portal" if labourer_id else "anonymous"
    await drawer.open_by_code(session, code_hash)
    session.add(grievance)
    await session.flush()  # the story and the names need its id
    by = records.By.actor(actor) if actor else records.NOBODY
    records.tell(session, keys, grievance, "received", now=now, by=by)
    firms = await naming.name_all(session, keys, grievance, complaint, now=now)
    await stops.place(session, grievance, firms - {grievance.employer_id or 0}, now=now)
    await drawer.open_for_clock(session)
    found = await routing.assign(session, keys, grievance, "assigned", now=now)
    if not found:
        records.tell(session, keys, grievance, "referred", now=now, by=by)
    audit.record(session, actor, "grievance.file", "grievance", grievance.id)
    await drawer.close(session)
    return Receipt(code, found)


async def _check(session: AsyncSession, complaint: Complaint) -> None:
    fields = {}
    for name, code in (("place_code", complaint.place_code), ("home_code", complaint.home_code)):
        if code and not await queries.is_place(session, code):
            fields[name] = N_("Choose a place from the list.")
    if complaint.kind not in book().kinds:
        fields["kind"] = N_("Choose what it is about.")
    if len(complaint.text.strip()) < 5:
        fields["text"] = N_("Say what happened, in your own words.")
    if len(complaint.text) > MOST_TEXT:
        fields["text"] = N_("Please shorten it; the rest can be added later.")
    if set(complaint.about) - set(ABOUT):
        fields["about"] = N_("Choose from the list.")
    if fields:
        raise Invalid(N_("The complaint could not be taken yet; see what is missing."), fields=fields)


async def _fill_in(session: AsyncSession, keys: KeyRing, complaint: Complaint, uuid: UUID, now: datetime) -> Grievance:
    kind = book().kinds[complaint.kind]
    vacancy = await queries.vacancy_by_uuid(session, complaint.vacancy_uuid) if complaint.vacancy_uuid else None
    place_code = complaint.place_code or (vacancy.locality_code if vacancy else None)
    firms = [] if vacancy else await queries.firms_meant(session, complaint.firm, place_code)
    retaliation = complaint.retaliation or complaint.kind == "retaliation"
    severity = "severe" if retaliation else kind.severity
    contact = complaint.contact.strip()
    return Grievance(
        uuid=uuid,
        kind=kind.code,
        severity=severity,
        retaliation=retaliation,
        text_cipher=keys.encrypt("grievance.text", uuid, complaint.text.strip()),
        contact_cipher=keys.encrypt("grievance.contact", uuid, contact) if contact else None,
        place_code=place_code,
        home_code=complaint.home_code or None,
        vacancy_id=vacancy.id if vacancy else None,
        employer_id=vacancy.employer_id if vacancy else firms[0].id if firms else None,
        state="received",
        received_at=now,
        due_at=due(severity, "first", now),
    )


async def read(session: AsyncSession, who: Complainant, uuid: UUID | None = None, *, lock: bool = False) -> Grievance:
    """The complainant's own complaint: the receipt's, or one of a labourer's by ``uuid``. Raises NotFound (404)."""
    condition = await who.open(session)
    if uuid is not None:
        condition = condition & (Grievance.uuid == uuid)
    return await queries.get_behind(session, condition, lock=lock)


async def add_words(
    session: AsyncSession,
    keys: KeyRing,
    who: Complainant,
    text: str,
    *,
    now: datetime,
    retaliation: bool = False,
    names: str = "",
    uuid: UUID | None = None,
) -> Grievance:
    """Say more, name more, or say that one is being punished for speaking, which hurries the clock."""
    grievance = await read(session, who, uuid, lock=True)
    states.check_open(grievance)
    if not text.strip() and not names.strip() and not retaliation:
        raise Invalid(N_("Write what you want to add."), fields={"text": REQUIRED})
    records.tell(session, keys, grievance, "words", now=now, text=_whole(text))
    if retaliation and not grievance.retaliation:
        grievance.retaliation = True
        soon = due("severe", "first", now)
        grievance.due_at = min(soon, grievance.due_at or soon)
        await stops.place(session, grievance, now=now)
    if names.strip():
        await naming.name_more(session, keys, grievance, names, now=now)
    return grievance


async def ask_review(
    session: AsyncSession, keys: KeyRing, who: Complainant, text: str, *, now: datetime, uuid: UUID | None = None
) -> Grievance:
    """The answer does not satisfy: have another authority look. Raises Conflict (409) before there is an answer."""
    grievance = await read(session, who, uuid, lock=True)
    if grievance.state != "answered":
        raise Conflict(N_("There is no answer yet that could be looked at a second time."))
    if grievance.review_wanted:
        raise Conflict(N_("Another authority is looking at it already."))
    await drawer.open_for_clock(session)
    await routing.ask_review(session, keys, grievance, now=now, text=_whole(text))
    return grievance


def _whole(text: str) -> str:
    """The words without spaces around them; never a part of them. Raises Invalid (422)."""
    if len(text.strip()) > MOST_TEXT:
        message = N_("%(most)s characters at most. Shorten it; nothing is cut off unseen.")
        raise Invalid(message, fields={"text": N_("Too long.")}, most=MOST_TEXT)
    return text.strip()


async def close(
    session: AsyncSession, keys: KeyRing, who: Complainant, *, now: datetime, uuid: UUID | None = None
) -> Grievance:
    """The complainant is content. A grave complaint can be closed once it is answered (409 before).

    One that an officer took down, only once the answer has stood for a while (409 before): see ``closing``.
    """
    forget_address()
    grievance = await read(session, who, uuid, lock=True)
    states.check_open(grievance)
    await closing.check(session, grievance, now)
    before = grievance.state
    grievance.state, grievance.closed_by, grievance.closed_at, grievance.due_at = "closed", "complainant", now, None
    records.tell(session, keys, grievance, "closed", now=now, before=before)
    audit.record(session, None, "grievance.close", "grievance", grievance.id)
    await session.flush()  # the database asks who closes while this drawer is open
    return grievance


async def own(session: AsyncSession, labourer_id: int) -> list[Grievance]:
    """A labourer's own complaints, newest first."""
    condition = await Complainant(labourer_id=labourer_id).open(session)
    return await queries.all_behind(session, condition)


async def waiting(session: AsyncSession, now: datetime) -> dict[str, int]:
    """How many complaints wait for an authority, are overdue, are open: numbers alone, for the operator."""
    await drawer.open_for_clock(session)
    found = await queries.counts(session, now)
    await drawer.close(session)
    return found
