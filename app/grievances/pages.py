"""An inspection's complaints and what it does with them; an officer who takes one down; the operator's count."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.database import Session
from app.errors import Invalid
from app.grievances import complaint_form, handling, present, queries, records, service, stops
from app.grievances.kinds import book, kind_label
from app.grievances.models import STATES
from app.grievances.schemas import Receipt
from app.labourers import queries as labourers
from app.permissions import Actor, Permission, require
from app.shared.flash import set_flash
from app.shared.i18n import LazyText, lazy
from app.shared.templating import render

router = APIRouter(prefix="/grievances")

Handler = Annotated[Actor, require(Permission.GRIEVANCES_HANDLE)]
Filer = Annotated[Actor, require(Permission.GRIEVANCES_FILE)]
Operator = Annotated[Actor, require(Permission.ORGANISATIONS_MANAGE)]
Words = Annotated[str, Form()]

NAMED = lazy(
    "Named. From now on they cannot read it; if that is your office, it has gone on. Another inspection is noted and "
    "can still be given the complaint: only the person who complained takes it off the route."
)


@router.get("")
async def my_list(request: Request, session: Session, actor: Handler, state: str = "") -> Response:
    now = request.app.state.clock()
    state = state if state in STATES else ""
    found = await handling.listed(session, actor, now=now, state=state)
    context = {
        "rows": [present.list_row(one, actor, request.app.state.localities, now) for one in found],
        "state": state,
        "states": [(code, present.STATE_TAGS[code][0]) for code in STATES],
    }
    return render(request, "grievances/list.html", context)


@router.get("/waiting")
async def waiting(request: Request, session: Session, _actor: Operator) -> Response:
    counts = await service.waiting(session, request.app.state.clock())
    return render(request, "grievances/waiting.html", {"counts": counts})


@router.get("/new")
async def new(request: Request, session: Session, actor: Filer, labourer: UUID | None = None) -> Response:
    values = complaint_form.values_of({})
    if labourer is not None:
        person = await labourers.get(session, actor, labourer)
        home = request.app.state.localities.full_name(person.locality_code)
        values |= {"labourer": str(labourer), "home": home}
    return _form(request, values)


def _form(request: Request, values: dict[str, Any], error: Invalid | None = None) -> Response:
    errors = {name: lazy(text) for name, text in error.fields.items()} if error else None
    more = {"action": "/grievances", "by_officer": True}
    context = complaint_form.context(values, errors) | more
    return render(request, "grievances/new.html", context, status_code=422 if errors else 200)


@router.post("")
async def take_down(request: Request, session: Session, actor: Filer) -> Response:
    """For somebody who asks an officer to; whether they are named is theirs to say."""
    values = complaint_form.values_of(await request.form())
    state = request.app.state
    complaint = complaint_form.read(values, state.localities)
    uuid = complaint_form.uuid_of(values["labourer"])
    labourer_id = (await labourers.get(session, actor, uuid)).id if uuid else None
    try:
        receipt = await service.file(
            session, state.keys, complaint, now=state.clock(), actor=actor, labourer_id=labourer_id
        )
    except Invalid as error:
        return _form(request, values, error)
    return receipt_page(request, receipt, values, by_officer=True)


def receipt_page(request: Request, receipt: Receipt, values: dict[str, Any], *, by_officer: bool) -> Response:
    """The code, once, and where no authority has an account yet the sheet to take to one."""
    context = {
        "receipt": receipt,
        "door": f"{request.base_url}complaint",
        "values": values,
        "kind": kind_label(values["kind"]),
        "lines": book().lines,
        "by_officer": by_officer,
    }
    return render(request, "grievances/receipt.html", context)


@router.get("/{uuid}")
async def case(request: Request, session: Session, actor: Handler, uuid: UUID) -> Response:
    state, now = request.app.state, request.app.state.clock()
    grievance = await handling.open_case(session, actor, uuid)
    handling.record_read(session, actor, grievance)
    parties = await queries.parties_of(session, grievance.id)
    holds = await queries.holds_of(session, grievance.id)
    mine = grievance.organisation_id == actor.organisation_id
    is_working = mine and grievance.state in {"assigned", "measures"}
    others = await queries.inspections(session, grievance, {actor.organisation_id, *grievance.past_organisation_ids})
    context = {
        "grievance": grievance,
        "kind": kind_label(grievance.kind),
        "tags": [*present.tags(grievance, now), *filter(None, (present.many_tag(grievance),))],
        "due": present.due_tag(grievance, now),
        "text": records.text_of(state.keys, grievance),
        "groups": present.facts(grievance, state.keys, state.localities, parties),
        "holds": holds,
        "events": present.events(state.keys, await queries.events_of(session, grievance.id)),
        "others": [{"value": one, "label": name} for one, name in others] if is_working else [],
        "may_work": is_working,
        "may_name": mine and grievance.state != "closed",
        "firm_stops": await queries.firm_stops_of(session, grievance.id),
        "may_release": mine and await stops.standing(session, grievance),
        "may_review": grievance.review_organisation_id == actor.organisation_id and grievance.state == "answered",
        "may_take": handling.may_take(actor, grievance),
    }
    return render(request, "grievances/case.html", context)


def _back(address: str, text: LazyText) -> Response:
    response = RedirectResponse(address, status_code=303)
    set_flash(response, text)
    return response


@router.post("/{uuid}/take")
async def take(request: Request, session: Session, actor: Handler, uuid: UUID) -> Response:
    await handling.take(session, request.app.state.keys, actor, uuid, now=request.app.state.clock())
    return _back(f"/grievances/{uuid}", lazy("Taken on. The clock goes on as it was."))


@router.post("/{uuid}/measures")
async def record_measure(
    request: Request, session: Session, actor: Handler, uuid: UUID, text: Annotated[str, Form(alias="measure")] = ""
) -> Response:
    state = request.app.state
    await handling.record_measure(session, state.keys, actor, uuid, text, now=state.clock())
    return _back(f"/grievances/{uuid}", lazy("Recorded. The person who complained can read it."))


@router.post("/{uuid}/answer")
async def answer(
    request: Request, session: Session, actor: Handler, uuid: UUID, text: Annotated[str, Form(alias="answer")] = ""
) -> Response:
    state = request.app.state
    door = f"{request.base_url}complaint"
    await handling.answer(session, state.keys, actor, uuid, text, now=state.clock(), door=door)
    return _back(f"/grievances/{uuid}", lazy("Answered. The person who complained closes it, or asks for a review."))


@router.post("/{uuid}/transfer")
async def transfer(
    request: Request,
    session: Session,
    actor: Handler,
    uuid: UUID,
    to: Annotated[UUID, Form()],
    text: Annotated[str, Form(alias="why_passed")] = "",
) -> Response:
    state = request.app.state
    await handling.transfer(session, state.keys, actor, uuid, to, text, now=state.clock())
    return _back("/grievances", lazy("Passed on with the same deadline."))


@router.post("/{uuid}/names")
async def name(request: Request, session: Session, actor: Handler, uuid: UUID, names: Words = "") -> Response:
    state = request.app.state
    await handling.name(session, state.keys, actor, uuid, names, now=state.clock())
    return _back("/grievances", NAMED)


@router.post("/{uuid}/release")
async def release_posts(
    request: Request,
    session: Session,
    actor: Handler,
    uuid: UUID,
    text: Annotated[str, Form(alias="why_released")] = "",
) -> Response:
    state = request.app.state
    await handling.release_posts(session, state.keys, actor, uuid, text, now=state.clock())
    return _back(f"/grievances/{uuid}", lazy("The posts are let go, unless another check holds them."))


@router.post("/{uuid}/keep")
async def keep_hold(
    request: Request, session: Session, actor: Handler, uuid: UUID, text: Annotated[str, Form(alias="why_kept")] = ""
) -> Response:
    state = request.app.state
    await handling.keep_hold(session, state.keys, actor, uuid, text, now=state.clock())
    return _back(f"/grievances/{uuid}", lazy("Recorded. The posts stay stopped."))


@router.post("/{uuid}/review")
async def review(
    request: Request,
    session: Session,
    actor: Handler,
    uuid: UUID,
    decision: Words = "",
    text: Annotated[str, Form(alias="why_decided")] = "",
) -> Response:
    state = request.app.state
    upheld = handling.decision_of(decision)
    await handling.review(session, state.keys, actor, uuid, text, upheld=upheld, now=state.clock())
    return _back("/grievances", lazy("Your decision is recorded and told to the person who complained."))
