"""Complaints for programs: an inspection's own, and taking one down for somebody."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.database import Session
from app.grievances import handling, present, queries, records, service
from app.grievances.models import Grievance
from app.grievances.schemas import (
    MOST_TEXT,
    ActIn,
    CaseOut,
    Complaint,
    ComplaintIn,
    EventOut,
    GrievanceOut,
    GrievancesOut,
    ReceiptOut,
    WaitingOut,
)
from app.labourers import queries as labourers
from app.permissions import Actor, Permission, require

router = APIRouter(prefix="/grievances", tags=["grievances"])

Handler = Annotated[Actor, require(Permission.GRIEVANCES_HANDLE)]
Filer = Annotated[Actor, require(Permission.GRIEVANCES_FILE)]
Operator = Annotated[Actor, require(Permission.ORGANISATIONS_MANAGE)]


class TransferIn(ActIn):
    """To which inspection, and why."""

    to: UUID


class ReviewIn(BaseModel):
    """Whether the answer stands, which closes the complaint, and why."""

    stands: bool
    text: str = Field(max_length=MOST_TEXT)


@router.get("")
async def list_grievances(request: Request, session: Session, actor: Handler, state: str = "") -> GrievancesOut:
    """The inspection's complaints, overdue first; closed ones only with ``state=closed``."""
    now = request.app.state.clock()
    found = await handling.listed(session, actor, now=now, state=state.replace("\x00", ""))
    return GrievancesOut(items=[GrievanceOut(**_plain(one, actor, now)) for one in found])


@router.post("", status_code=201)
async def file_grievance(request: Request, session: Session, actor: Filer, told: ComplaintIn) -> ReceiptOut:
    """Take a complaint down for somebody; the code in the answer is theirs and shown nowhere again."""
    given = told.model_dump(exclude={"labourer_uuid", "about"})
    person = await labourers.get(session, actor, told.labourer_uuid) if told.labourer_uuid else None
    receipt = await service.file(
        session,
        request.app.state.keys,
        Complaint(**given, about=tuple(told.about)),
        now=request.app.state.clock(),
        actor=actor,
        labourer_id=person.id if person else None,
    )
    return ReceiptOut(code=receipt.code, is_assigned=receipt.is_assigned)


@router.get("/waiting")
async def count_waiting(request: Request, session: Session, _actor: Operator) -> WaitingOut:
    """How many complaints no authority could take, are overdue, are open. Nothing of what they say."""
    return WaitingOut(**await service.waiting(session, request.app.state.clock()))


@router.get("/{uuid}")
async def read_grievance(request: Request, session: Session, actor: Handler, uuid: UUID) -> CaseOut:
    """One complaint with its words and story; reading it is on the trail."""
    grievance = await handling.open_case(session, actor, uuid)
    handling.record_read(session, actor, grievance)
    return await _case(request, session, actor, grievance)


@router.post("/{uuid}/take")
async def take_grievance(request: Request, session: Session, actor: Handler, uuid: UUID) -> CaseOut:
    """Take on a complaint, or a review, that waits for a province's inspection."""
    state = request.app.state
    await handling.take(session, state.keys, actor, uuid, now=state.clock())
    return await _again(request, session, actor, uuid)


@router.post("/{uuid}/measures")
async def record_measure(request: Request, session: Session, actor: Handler, uuid: UUID, act: ActIn) -> CaseOut:
    """Record something done."""
    state = request.app.state
    await handling.record_measure(session, state.keys, actor, uuid, act.text, now=state.clock())
    return await _again(request, session, actor, uuid)


@router.post("/{uuid}/answer")
async def answer_grievance(request: Request, session: Session, actor: Handler, uuid: UUID, act: ActIn) -> CaseOut:
    """Answer; it stays open until the complainant or a review closes it."""
    state = request.app.state
    door = f"{request.base_url}complaint"
    await handling.answer(session, state.keys, actor, uuid, act.text, now=state.clock(), door=door)
    return await _again(request, session, actor, uuid)


@router.post("/{uuid}/transfer", status_code=204)
async def transfer_grievance(request: Request, session: Session, actor: Handler, uuid: UUID, act: TransferIn) -> None:
    """Pass it to another inspection with the same deadline."""
    state = request.app.state
    await handling.transfer(session, state.keys, actor, uuid, act.to, act.text, now=state.clock())


@router.post("/{uuid}/names", status_code=204)
async def name_parties(request: Request, session: Session, actor: Handler, uuid: UUID, act: ActIn) -> None:
    """Name further offices, firms or people, one a line; from then on they cannot read it."""
    state = request.app.state
    await handling.name(session, state.keys, actor, uuid, act.text, now=state.clock())


@router.post("/{uuid}/release")
async def release_posts(request: Request, session: Session, actor: Handler, uuid: UUID, act: ActIn) -> CaseOut:
    """Let the stopped posts go, with the reason."""
    state = request.app.state
    await handling.release_posts(session, state.keys, actor, uuid, act.text, now=state.clock())
    return await _again(request, session, actor, uuid)


@router.post("/{uuid}/keep")
async def keep_hold(request: Request, session: Session, actor: Handler, uuid: UUID, act: ActIn) -> CaseOut:
    """Say why the stopped posts stay stopped."""
    state = request.app.state
    await handling.keep_hold(session, state.keys, actor, uuid, act.text, now=state.clock())
    return await _again(request, session, actor, uuid)


@router.post("/{uuid}/review", status_code=204)
async def review_grievance(request: Request, session: Session, actor: Handler, uuid: UUID, act: ReviewIn) -> None:
    """The second authority's decision."""
    state = request.app.state
    await handling.review(session, state.keys, actor, uuid, act.text, upheld=act.stands, now=state.clock())


async def _again(request: Request, session: Session, actor: Actor, uuid: UUID) -> CaseOut:
    return await _case(request, session, actor, await handling.open_case(session, actor, uuid))


def _plain(grievance: Grievance, actor: Actor, now: datetime) -> dict[str, object]:
    return {
        **{name: getattr(grievance, name) for name in GrievanceOut.model_fields if hasattr(grievance, name)},
        "is_overdue": present.is_overdue(grievance, now),
        "is_mine": grievance.organisation_id == actor.organisation_id,
        "is_review": grievance.review_organisation_id == actor.organisation_id,
    }


async def _case(request: Request, session: Session, actor: Actor, grievance: Grievance) -> CaseOut:
    keys = request.app.state.keys
    holds = await queries.holds_of(session, grievance.id)
    firm_stops = await queries.firm_stops_of(session, grievance.id)
    return CaseOut(
        **_plain(grievance, actor, request.app.state.clock()),
        text=records.text_of(keys, grievance),
        contact=records.contact_of(keys, grievance),
        named=present.named(keys, await queries.parties_of(session, grievance.id)),
        held_posts=sum(hold.released_at is None for hold, _, _ in holds),
        stopped_firms=[firm for stop, firm in firm_stops if stop.released_at is None and stop.after_vacancy_id == 0],
        events=[
            EventOut(
                at=event.at,
                act=event.act,
                to_state=event.to_state,
                organisation=to or by,
                text=records.event_text(keys, event),
            )
            for event, by, to in await queries.events_of(session, grievance.id)
        ],
    )
