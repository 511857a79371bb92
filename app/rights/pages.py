"""What people ask for as of right, who is decided on by people, and what was deleted."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.database import Session
from app.declarations.limits import KINDS as LIMITS
from app.errors import Invalid
from app.labourers import queries as labourers
from app.labourers import reads
from app.labourers.clear import allowance
from app.labourers.present import Words
from app.permissions import Actor, Permission, require
from app.rights import present, queries, service
from app.rights.copying import PersonCopy, Section
from app.rights.words import GROUND_WORDS, KIND_WORDS, OUTCOME_WORDS
from app.shared.clock import day_of
from app.shared.flash import set_flash
from app.shared.i18n import LazyText, lazy, translate
from app.shared.pagination import PagingAsked
from app.shared.spreadsheets import Mark, Sheet, attachment, workbook_of
from app.shared.templating import render

router = APIRouter(prefix="/rights")

Handler = Annotated[Actor, require(Permission.RIGHTS_HANDLE)]
Text = Annotated[str, Form()]


@dataclass(frozen=True)
class Here:
    """What the routes need of the request."""

    words: Words
    today: date


def _here(request: Request, actor: Actor) -> Here:
    state = request.app.state
    return Here(Words(actor, state.keys, state.localities), day_of(state.clock()))


def _back(address: str, text: LazyText) -> Response:
    response = RedirectResponse(address, status_code=303)
    set_flash(response, text)
    return response


@router.get("")
async def requests(
    request: Request, session: Session, actor: Handler, paging: PagingAsked, answered: bool = False
) -> Response:
    here = _here(request, actor)
    page = await queries.page(session, actor, paging, answered=answered)
    context = {
        "page": page,
        "rows": [present.request_row(here.words, row.RightsRequest, row.person, here.today) for row in page.rows],
        "answered": answered,
        "overdue": await queries.overdue(session, actor, here.today),
    }
    return render(request, "rights/requests.html", context)


@router.get("/by-hand")
async def by_hand(request: Request, session: Session, actor: Handler, paging: PagingAsked) -> Response:
    page = await queries.by_hand(session, actor, paging)
    words = _here(request, actor).words
    rows = [present.by_hand_row(words, row) for row in page.rows]
    return render(request, "rights/by_hand.html", {"page": page, "rows": rows})


@router.get("/deletions")
async def deletions(request: Request, session: Session, actor: Handler, paging: PagingAsked) -> Response:
    return await _deletions(request, session, actor, paging)


async def _deletions(
    request: Request, session: Session, actor: Actor, paging: PagingAsked, *, error: Invalid | None = None
) -> Response:
    page = await queries.proofs(session, actor, paging)
    context = {
        "page": page,
        "rows": [present.proof_row(row.DeletionProof, row.display_name) for row in page.rows],
        "errors": error and _in_words(error),
    }
    return render(request, "rights/deletions.html", context, status_code=422 if error else 200)


def _in_words(error: Invalid) -> dict[str, LazyText]:
    return {name: lazy(message) for name, message in (error.fields or {"id_no": error.message}).items()}


@router.get("/deletions/{uuid}")
async def certificate(request: Request, session: Session, actor: Handler, uuid: UUID) -> Response:
    row = await queries.proof(session, actor, uuid)
    context = {"proof": present.proof_row(row.DeletionProof, row.display_name), "office": actor.organisation_name}
    return render(request, "rights/certificate.html", context)


@router.post("/readmissions")
async def readmit(
    request: Request, session: Session, actor: Handler, paging: PagingAsked, id_no: Text = "", reason: Text = ""
) -> Response:
    state = request.app.state
    try:
        await service.readmit(session, actor, state.keys, id_no, reason, now=state.clock())
    except Invalid as error:
        return await _deletions(request, session, actor, paging, error=error)
    return _back("/labourers/new", lazy("The person may be listed again. Register them as they say it now."))


@router.get("/people/{uuid}")
async def person(request: Request, session: Session, actor: Handler, uuid: UUID) -> Response:
    return await _person(request, session, actor, uuid)


async def _person(
    request: Request, session: Session, actor: Actor, uuid: UUID, *, error: Invalid | None = None
) -> Response:
    here = _here(request, actor)
    labourer = await labourers.get(session, actor, uuid)
    reads.note_opened(session, actor, labourer)
    limits = [present.limit_row(*row) for row in await queries.limits_of(session, labourer.id)]
    held = {one["code"] for one in limits if one["ended_at"] is None}
    found = await queries.of_labourer(session, labourer.id)
    context = {
        "labourer": labourer,
        "name": here.words.name(labourer),
        "requests": [present.own_request(here.words.keys, one, here.today) for one in found],
        "limits": limits,
        "may_limit": [one for one in present.options(KIND_WORDS) if one["value"] in set(LIMITS) - held],
        "kinds": present.options(KIND_WORDS),
        "outcomes": present.options(OUTCOME_WORDS),
        "grounds": present.options(GROUND_WORDS),
        "wrong": error
        and {"why": lazy(error.message, **error.params), "fields": [lazy(one) for one in error.fields.values()]},
    }
    return render(request, "rights/person.html", context, status_code=422 if error else 200)


@router.post("/people/{uuid}/requests")
async def receive(
    request: Request, session: Session, actor: Handler, uuid: UUID, kind: Text = "", words: Text = ""
) -> Response:
    labourer = await labourers.get(session, actor, uuid, lock=True)
    state = request.app.state
    try:
        asked = await service.receive(
            session, actor, state.keys, labourer, kind, words, channel="in_person", now=state.clock()
        )
    except Invalid as error:
        return await _refused(request, session, actor, uuid, error)
    return _back(f"/rights/people/{uuid}", lazy("Received. It has to be answered by %(day)s.", day=str(asked.due_on)))


async def _refused(request: Request, session: Session, actor: Actor, uuid: UUID, error: Invalid) -> Response:
    """The page again with what is wrong; nothing of the act stays."""
    return await _person(request, session, actor, uuid, error=error)


@router.post("/requests/{uuid}/answer")
async def answer(
    request: Request,
    session: Session,
    actor: Handler,
    uuid: UUID,
    outcome: Text = "",
    answer: Text = "",
    legal_ground: Text = "",
) -> Response:
    asked = await queries.get(session, actor, uuid, lock=True)
    await service.answer(session, actor, asked, outcome, answer, legal_ground, now=request.app.state.clock())
    return _back("/rights", lazy("Answered."))


@router.post("/people/{uuid}/limits")
async def limit(
    request: Request, session: Session, actor: Handler, uuid: UUID, kind: Text = "", reason: Text = ""
) -> Response:
    labourer = await labourers.get(session, actor, uuid, lock=True)
    now = request.app.state.clock()
    try:
        await service.limit(session, actor, labourer, kind, reason, channel="in_person", now=now)
    except Invalid as error:
        return await _refused(request, session, actor, uuid, error)
    return _back(f"/rights/people/{uuid}", lazy("It holds from now on: this person is not matched any more."))


@router.post("/people/{uuid}/limits/{kind}/end")
async def free(
    request: Request, session: Session, actor: Handler, uuid: UUID, kind: str, reason: Text = ""
) -> Response:
    labourer = await labourers.get(session, actor, uuid, lock=True)
    now = request.app.state.clock()
    try:
        await service.free(session, actor, labourer, kind, reason, channel="in_person", now=now)
    except Invalid as error:
        return await _refused(request, session, actor, uuid, error)
    return _back(f"/rights/people/{uuid}", lazy("Ended, by the person's own wish."))


@router.post("/people/{uuid}/copy")
async def give_copy(
    request: Request, session: Session, actor: Handler, uuid: UUID, reason: Text = "", form: Text = "page"
) -> Response:
    """The copy as a page to print, or as a sheet."""
    labourer = await labourers.get(session, actor, uuid)
    state = request.app.state
    allowed = allowance(state.settings, state.clock())
    try:
        copy = await service.give_copy(session, actor, state.keys, state.localities, labourer, reason, allowed=allowed)
    except Invalid as error:
        return await _refused(request, session, actor, uuid, error)
    mark = Mark(actor.display_name, actor.organisation_name, state.clock(), reason.strip())
    if form == "sheet":
        return attachment(workbook_of(mark, *sheets_of(copy.sections)), f"个人信息副本_{day_of(mark.at):%Y%m%d}.xlsx")
    return render(request, "rights/copy.html", _copy(copy, mark, labourer))


def _copy(copy: PersonCopy, mark: Mark, labourer: Any) -> dict[str, Any]:
    sections = [present.on_paper(one) for one in copy.sections]
    return {"name": copy.name, "sections": sections, "mark": mark.line(), "labourer": labourer}


def sheets_of(sections: Any) -> list[Sheet]:
    """Sections as sheets of one workbook."""

    def one(number: int, section: Section) -> Sheet:
        name = f"{number} {translate(section.title.msgid)}"
        return Sheet(name, [str(label) for _, label in section.columns], section.rows, str(section.title))

    return [one(number, section) for number, section in enumerate(sections, start=1)]


@router.post("/people/{uuid}/delete")
async def delete_person(
    request: Request,
    session: Session,
    actor: Handler,
    uuid: UUID,
    ground: Text = "",
    reason: Text = "",
    sure: Text = "",
) -> Response:
    labourer = await labourers.get(session, actor, uuid, lock=True)
    state = request.app.state
    try:
        proof = await service.delete_person(
            session, actor, state.keys, labourer, ground, reason, sure=sure == "yes", now=state.clock()
        )
    except Invalid as error:
        return await _refused(request, session, actor, uuid, error)
    return _back(f"/rights/deletions/{proof.uuid}", lazy("Deleted. This is the proof."))
