"""What a person may ask for as of right, and what is done about it (PIPL 24, 44 to 50).

The portal calls the same functions with no actor: there the person acts by their own code.
"""

from datetime import datetime
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.declarations.limits import KINDS as LIMITS
from app.declarations.limits import ProcessingLimit, ProcessingLimitEnd
from app.errors import Conflict, Invalid
from app.free_text import refuse_private
from app.labourers.clear import Allowance, count_look
from app.labourers.models import Labourer
from app.labourers.service import REASON_LENGTH
from app.localities.reference import Localities
from app.offers import ending as offers
from app.permissions import Actor
from app.rights import copying, erasure, queries
from app.rights.deadline import due_on
from app.rights.models import CHANNELS, DELETION_GROUNDS, KINDS, OUTCOMES, DeletionProof, RightsRequest
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from app.shared.i18n import N_
from app.shared.identity_numbers import IdNumber, check_id_number
from app.wall import widened

TEXT_FIELD = "rights_request.text"


def _reason(text: str, *, field: str = "reason") -> str:
    if len(text.strip()) < REASON_LENGTH:
        raise Invalid(N_("Say why in a few words; the person can read it."), fields={field: N_("Required.")})
    return text.strip()


def _officers(actor: Actor | None, text: str, *, field: str = "reason") -> str:
    """A reason; what an officer types holds nothing that belongs nowhere (V6), a person's own words are theirs."""
    reason = _reason(text, field=field)
    return refuse_private(reason, field) if actor else reason


async def receive(
    session: AsyncSession,
    actor: Actor | None,
    keys: KeyRing,
    labourer: Labourer,
    kind: str,
    words: str,
    *,
    channel: str,
    now: datetime,
) -> RightsRequest:
    """Take down what the person asks for; the clock of fifteen working days begins. Raises Invalid (422)."""
    if kind not in KINDS or channel not in CHANNELS:
        raise Invalid(N_("Choose what the person asks for."), fields={"kind": N_("Required.")})
    uuid = uuid4()
    request = RightsRequest(
        uuid=uuid, labourer_id=labourer.id, organisation_id=labourer.organisation_id, kind=kind, channel=channel,
        text_cipher=keys.encrypt(TEXT_FIELD, uuid, _reason(words, field="words")),
        received_at=now, received_by=actor.user_id if actor else None, due_on=due_on(day_of(now)),
    )  # fmt: skip
    session.add(request)
    audit.record(session, actor, "rights.receive", "labourer", labourer.id, kind=kind, channel=channel)
    return request


def text_of(keys: KeyRing, request: RightsRequest) -> str:
    """The person's own words; empty once they were deleted."""
    return keys.decrypt(TEXT_FIELD, request.uuid, request.text_cipher) if request.text_cipher else ""


async def answer(
    session: AsyncSession,
    actor: Actor,
    request: RightsRequest,
    outcome: str,
    words: str,
    legal_ground: str,
    *,
    now: datetime,
) -> None:
    """Close a request: done, or refused with the reason and the clause. Raises Conflict (409), Invalid (422)."""
    if request.answered_at is not None:
        raise Conflict(N_("This request has been answered already."))
    if outcome not in OUTCOMES:
        raise Invalid(N_("Say whether it was done or refused."), fields={"outcome": N_("Required.")})
    if outcome == "refused" and len(legal_ground.strip()) < REASON_LENGTH:
        raise Invalid(
            N_("A refusal names the clause it rests on, so that the person can contest it."),
            fields={"legal_ground": N_("Required.")},
        )
    request.outcome, request.answer = outcome, _officers(actor, words, field="answer")
    request.legal_ground = refuse_private(legal_ground, "legal_ground") or None
    request.answered_at, request.answered_by = now, actor.user_id
    audit.record(session, actor, "rights.answer", "labourer", request.labourer_id, outcome=outcome, kind=request.kind)


async def limit(
    session: AsyncSession,
    actor: Actor | None,
    labourer: Labourer,
    kind: str,
    reason: str,
    *,
    channel: str,
    now: datetime,
) -> ProcessingLimit:
    """Stop matching this person at once. Raises Conflict (409) where it is stopped already, Invalid (422)."""
    if kind not in LIMITS or channel not in CHANNELS:
        raise Invalid(N_("Choose what the person asks for."), fields={"kind": N_("Required.")})
    if await queries.standing(session, labourer.id, kind) is not None:
        raise Conflict(N_("This holds already for this person."))
    found = ProcessingLimit(
        labourer_id=labourer.id, kind=kind, reason=_officers(actor, reason), channel=channel, at=now,
        entered_by=actor.user_id if actor else None,
    )  # fmt: skip
    session.add(found)
    audit.record(session, actor, f"rights.{kind}", "labourer", labourer.id, channel=channel)
    await session.flush()  # it holds for every read from here on
    if kind == "restriction":
        await offers.end_of_people(session, [labourer.id], now=now)
    return found


async def free(
    session: AsyncSession,
    actor: Actor | None,
    labourer: Labourer,
    kind: str,
    reason: str,
    *,
    channel: str,
    now: datetime,
) -> None:
    """End a limit by the person's own wish. Raises Conflict (409) where none holds."""
    found = await queries.standing(session, labourer.id, kind)
    if found is None:
        raise Conflict(N_("Nothing of that kind holds for this person."))
    ending = ProcessingLimitEnd(
        limit_id=found.id, labourer_id=labourer.id, reason=_officers(actor, reason), channel=channel, at=now,
        entered_by=actor.user_id if actor else None,
    )  # fmt: skip
    session.add(ending)
    audit.record(session, actor, f"rights.{kind}.end", "labourer", labourer.id, channel=channel)
    await session.flush()  # it holds for every read from here on


async def give_copy(
    session: AsyncSession,
    actor: Actor,
    keys: KeyRing,
    localities: Localities,
    labourer: Labourer,
    reason: str,
    *,
    allowed: Allowance,
) -> copying.PersonCopy:
    """Everything held about the person, at their own request; on the trail with the reason.

    In clear, as the officer knows whom they have before them: a look like any other, counted with the others.
    Raises Invalid (422) without a reason, TooManyRequests (429).
    """
    reason = _officers(actor, reason)
    await count_look(session, actor, allowed)
    audit.record(session, actor, "rights.copy", "labourer", labourer.id, reason=reason)
    return await copying.copy_of(session, keys, localities, labourer, masked=False)


async def give_own_copy(
    session: AsyncSession, keys: KeyRing, localities: Localities, labourer: Labourer, reason: str
) -> copying.PersonCopy:
    """The same for the person themselves, masked: a code alone opens it."""
    audit.record(session, None, "rights.copy", "labourer", labourer.id, reason=reason)
    return await copying.copy_of(session, keys, localities, labourer, masked=True)


async def delete_person(
    session: AsyncSession,
    actor: Actor,
    keys: KeyRing,
    labourer: Labourer,
    ground: str,
    reason: str,
    *,
    sure: bool,
    now: datetime,
) -> DeletionProof:
    """Take the person's identity out for ever; the proof. Raises Invalid (422) without ground, reason, certainty."""
    if ground not in DELETION_GROUNDS:
        raise Invalid(N_("Choose the ground in law."), fields={"ground": N_("Required.")})
    reason = _officers(actor, reason)
    if not sure:
        raise Invalid(N_("Tick that you are sure: a deletion cannot be undone."), fields={"sure": N_("Required.")})
    async with widened(session):  # what is left belongs to the custodian, where a post may reach less than the county
        return await erasure.erase(session, keys, labourer, erasure.Why(ground, reason, actor), now=now)


async def readmit(
    session: AsyncSession, actor: Actor, keys: KeyRing, id_no: str, reason: str, *, now: datetime
) -> None:
    """Let a deleted person be listed again by their own wish. Raises Invalid (422), Conflict (409)."""
    number = "".join(id_no.split()).upper()
    if not isinstance(check_id_number(number, day_of(now)), IdNumber):
        raise Invalid(N_("This is not a valid identity number."), fields={"id_no": N_("Compare it with the card.")})
    if not await erasure.readmit(session, actor, keys, number, _reason(reason), now=now):
        raise Conflict(N_("Nobody of this number was deleted here; register the person as any other."))
