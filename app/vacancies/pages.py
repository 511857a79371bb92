"""The supply list, a post's case, and the receiving office's acts on it."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.database import Session
from app.employers.attest_form import attest_page, attest_values, day_or_none, read_checks
from app.employers.attesting import nobody_there
from app.employers.models import Employer
from app.employers.present import attestation_facts
from app.employers.present import standing_tag_on as employer_standing_tag
from app.errors import Invalid
from app.permissions import Actor, Permission, require
from app.shared.bounds import number_typed
from app.shared.clock import day_of
from app.shared.flash import set_flash
from app.shared.i18n import N_, LazyText, lazy, nlazy
from app.shared.labels import category_options
from app.shared.pagination import PagingAsked
from app.shared.templating import render
from app.vacancies import attesting, minimum_wages, present, queries, service
from app.vacancies.floors import NOT_JUDGED
from app.vacancies.minimum_pages import amount_typed, day_typed
from app.vacancies.models import STATES

router = APIRouter(prefix="/vacancies")

Reader = Annotated[Actor, require(Permission.VACANCIES_VIEW)]
Editor = Annotated[Actor, require(Permission.VACANCIES_EDIT)]
Verifier = Annotated[Actor, require(Permission.VACANCIES_VERIFY)]
Attester = Annotated[Actor, require(Permission.VACANCIES_ATTEST)]

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
    least = number_typed(pay_from)
    return queries.Filters(q, state, place, trade, shift, lodging, contract, least, sort)


FiltersAsked = Annotated[queries.Filters, Depends(_filters)]


@router.get("")
async def supply_list(
    request: Request, session: Session, actor: Reader, filters: FiltersAsked, paging: PagingAsked
) -> Response:
    today = day_of(request.app.state.clock())
    page = await queries.page(session, actor, replace(filters, today=today), paging)
    counts = await queries.counts_by_state(session, actor, today)
    localities = request.app.state.localities
    context = {
        "page": page,
        "rows": [present.list_row(row, today) for row in page.rows],
        "filters": filters,
        "chips": [(state, present.STATE_TAGS[state][0], counts.get(state, 0)) for state in STATES if counts.get(state)],
        "listed": sum(counts.values()),
        "free": await queries.openings_free(session, actor, today),
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
    today, attested = day_of(request.app.state.clock()), []
    if vacancy.attested_by_organisation_id is not None:
        attested.append(attestation_facts(*await queries.last_attestation(session, vacancy.id)))
    may_attest = actor.may(Permission.VACANCIES_ATTEST) and await attesting.is_open_to(session, vacancy)
    context = {
        "vacancy": vacancy,
        "employer": employer,
        "tags": present.case_tags(vacancy, today),
        "employer_tag": employer_standing_tag(employer, today),
        "groups": [*present.fact_groups(vacancy, request.app.state.localities), *attested],
        "findings": present.findings(vacancy, request.app.state.rule_of),
        "missing": [present.FIELD_LABELS[name] for name in service.missing(vacancy)],
        "events": present.events(log, await queries.corrections(session, vacancy.id) if may_change else []),
        "may_change": may_change,
        "may_pause": may_change and (vacancy.state == "open" or service.may_hold(actor, vacancy)),
        "may_resume": may_change and service.may_resume(actor, vacancy),
        "may_verify": may_verify and (vacancy.state == "checked" or bool(attested)),
        "may_attest": may_attest,
        "may_see_permit": may_verify and vacancy.contract_kind == "dispatch" and bool(vacancy.agency_name),
        "may_state_minimum": may_attest and any(one["code"] == NOT_JUDGED for one in vacancy.findings),
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


@router.post("/{uuid}/dispatch-permit")
async def see_permit(
    request: Request,
    session: Session,
    actor: Verifier,
    uuid: UUID,
    number: Annotated[str, Form(max_length=60)] = "",
    until: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    vacancy = await queries.get_for_verification(session, actor, uuid)
    await service.see_permit(session, actor, vacancy, number, day_or_none(until), now=request.app.state.clock())
    return _back(uuid, lazy("Recorded. The firm's posts can open until that day."))


@router.post("/{uuid}/minimum-wage")
async def state_minimum(
    request: Request,
    session: Session,
    actor: Attester,
    uuid: UUID,
    amount: Annotated[str, Form(max_length=12)] = "",
    from_on: Annotated[str, Form(max_length=10)] = "",
    source: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    vacancy = await queries.get_for_attestation(session, actor, uuid)
    told = minimum_wages.Told(amount_typed(amount), day_typed(from_on), source)
    localities, now = request.app.state.localities, request.app.state.clock()
    await minimum_wages.state_for_post(session, actor, vacancy, told, localities, now=now)
    return _back(uuid, lazy("Entered for 30 days, under your office's name."))


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
        else nlazy("%(num)s post opened.", "%(num)s posts opened.", opened),
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


@router.get("/{uuid}/attest")
async def attest_form(request: Request, session: Session, actor: Attester, uuid: UUID) -> Response:
    vacancy = await queries.get(session, actor, uuid)
    await nobody_there(session, vacancy.locality_code)
    return _attest_page(request, vacancy, {})


def _attest_page(request: Request, vacancy: Any, values: dict[str, str], error: Invalid | None = None) -> Response:
    dispatched = vacancy.contract_kind == "dispatch"
    back = f"/vacancies/{vacancy.uuid}"
    return attest_page(request, back, vacancy.title, values, error, asks_dispatch=False, is_dispatch=dispatched)


@router.post("/{uuid}/attest")
async def attest(request: Request, session: Session, actor: Attester, uuid: UUID) -> Response:
    vacancy = await queries.get_for_attestation(session, actor, uuid)
    employer = await session.get_one(Employer, vacancy.employer_id)
    values = await attest_values(request)
    now = request.app.state.clock()
    try:
        await attesting.attest(session, actor, vacancy, employer, read_checks(values), now=now)
    except Invalid as error:
        return _attest_page(request, vacancy, values, error)
    return _back(uuid, lazy("Open for 30 days on your office's word."))
