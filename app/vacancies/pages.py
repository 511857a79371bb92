"""The supply list, a post's case, and the receiving office's acts on it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.database import Session
from app.employers.models import Employer
from app.employers.present import standing_tag as employer_standing_tag
from app.errors import Invalid
from app.permissions import Actor, Permission, require
from app.shared.flash import set_flash
from app.shared.i18n import N_, LazyText, lazy, nlazy
from app.shared.labels import category_options
from app.shared.pagination import PagingAsked
from app.shared.templating import render
from app.vacancies import present, queries, service
from app.vacancies.models import STATES

router = APIRouter(prefix="/vacancies")

Reader = Annotated[Actor, require(Permission.VACANCIES_VIEW)]
Editor = Annotated[Actor, require(Permission.VACANCIES_EDIT)]
Verifier = Annotated[Actor, require(Permission.VACANCIES_VERIFY)]

PROVINCES = ("310000", "320000", "330000", "440000")  # where the supply list comes from
MOST_AT_ONCE = 500


def _filters(
    q: Annotated[str, Query(max_length=60)] = "",
    state: str = "",
    place: str = "",
    trade: str = "",
    shift: str = "",
    lodging: str = "",
    contract: str = "",
    pay_from: str = "",
    sort: str = "",
) -> queries.Filters:
    least = int(pay_from) if pay_from.isdecimal() else None
    return queries.Filters(q, state, place, trade, shift, lodging, contract, least, sort)


FiltersAsked = Annotated[queries.Filters, Depends(_filters)]


@router.get("")
async def supply_list(
    request: Request, session: Session, actor: Reader, filters: FiltersAsked, paging: PagingAsked
) -> Response:
    page = await queries.page(session, actor, filters, paging)
    counts = await queries.counts_by_state(session, actor)
    localities = request.app.state.localities
    context = {
        "page": page,
        "rows": [present.list_row(row) for row in page.rows],
        "filters": filters,
        "chips": [(state, present.STATE_TAGS[state][0], counts.get(state, 0)) for state in STATES if counts.get(state)],
        "listed": sum(counts.values()),
        "free": await queries.openings_free(session, actor),
        "places": [{"value": code, "label": localities.name(code)} for code in PROVINCES],
        "trades": request.app.state.trade_options(),
        "shifts": category_options("shift"),
        "contracts": category_options("contract_kind"),
        "shown": request.query_params.getlist("cols") or None,
        "may": {permission.name: actor.may(permission) for permission in Permission},
    }
    return render(request, "vacancies/list.html", context)


@router.get("/{uuid}")
async def case(request: Request, session: Session, actor: Reader, uuid: UUID) -> Response:
    vacancy = await queries.get(session, actor, uuid)
    employer = await session.get_one(Employer, vacancy.employer_id)
    log = await queries.transitions(session, vacancy.id)
    may_change, may_verify = await queries.may_on(session, actor, vacancy)
    context = {
        "vacancy": vacancy,
        "employer": employer,
        "tags": present.case_tags(vacancy),
        "employer_tag": employer_standing_tag(employer.standing),
        "groups": present.fact_groups(vacancy, request.app.state.localities),
        "findings": present.findings(vacancy),
        "missing": [present.FIELD_LABELS[name] for name in service.missing(vacancy)],
        "events": present.events(log, await queries.corrections(session, vacancy.id) if may_change else []),
        "may_change": may_change,
        "may_pause": may_change and (vacancy.state == "open" or service.may_hold(actor, vacancy)),
        "may_resume": may_change and service.may_resume(actor, vacancy),
        "may_verify": may_verify,
        "may": {permission.name: actor.may(permission) for permission in Permission},
    }
    return render(request, "vacancies/case.html", context)


def _back(uuid: UUID, text: LazyText, undo: str | None = None) -> Response:
    response = RedirectResponse(f"/vacancies/{uuid}", status_code=303)
    set_flash(response, text, undo=undo)
    return response


@router.post("/{uuid}/verify")
async def verify(request: Request, session: Session, actor: Verifier, uuid: UUID) -> Response:
    vacancy = await queries.get_for_verification(session, actor, uuid)
    employer = await session.get_one(Employer, vacancy.employer_id)
    await service.verify(session, actor, vacancy, employer, now=request.app.state.clock())
    return _back(uuid, lazy("Verified and open."))


@router.post("/bulk")
async def verify_selected(
    request: Request,
    session: Session,
    actor: Verifier,
    ids: Annotated[list[UUID], Form(default_factory=list)],
) -> Response:
    if not ids or len(ids) > MOST_AT_ONCE:
        raise Invalid(N_("Select between 1 and %(most)s posts."), most=MOST_AT_ONCE)
    pairs: list[tuple[Any, Employer]] = await queries.with_employers(session, actor, ids)
    opened, _ = await service.verify_many(session, actor, pairs, now=request.app.state.clock())
    left = len(set(ids)) - opened
    response = RedirectResponse("/vacancies?state=checked", status_code=303)
    set_flash(
        response,
        lazy(
            "%(opened)s opened, %(left)s left: "
            "outside your region, employer not verified, something missing or blocked.",
            opened=opened,
            left=left,
        )
        if left
        else nlazy("%(n)s post opened.", "%(n)s posts opened.", opened),
        kind="warn" if left else "good",
    )
    return response


@router.post("/{uuid}/pause")
async def pause(request: Request, session: Session, actor: Editor, uuid: UUID) -> Response:
    vacancy = await queries.get_for_change(session, actor, uuid)
    await service.pause(session, actor, vacancy, now=request.app.state.clock())
    return _back(uuid, lazy("Paused: nobody is matched with it for now."), undo=f"/vacancies/{uuid}/resume")


@router.post("/{uuid}/resume")
async def resume(request: Request, session: Session, actor: Editor, uuid: UUID) -> Response:
    vacancy = await queries.get_for_change(session, actor, uuid)
    await service.resume(session, actor, vacancy, now=request.app.state.clock())
    return _back(uuid, lazy("Open again."))


@router.post("/{uuid}/close")
async def close(
    request: Request, session: Session, actor: Editor, uuid: UUID, reason: Annotated[str, Form()] = ""
) -> Response:
    vacancy = await queries.get_for_change(session, actor, uuid)
    await service.close(session, actor, vacancy, reason.strip(), now=request.app.state.clock())
    return _back(uuid, lazy("Closed."))
