"""The register of organisations: list, case, form. For the operator."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.accounts import organisation_queries as queries
from app.accounts import organisation_service as service
from app.accounts.labels import KIND_LABELS, kind_label
from app.accounts.models import Organisation
from app.accounts.organisation_service import OrganisationFacts
from app.accounts.people_present import events
from app.database import Session
from app.errors import Invalid
from app.permissions import Actor, Permission, require
from app.shared.bounds import day_typed, version_typed
from app.shared.clock import day_of
from app.shared.flash import set_flash
from app.shared.i18n import N_, LazyText, lazy
from app.shared.pagination import PagingAsked
from app.shared.templating import render

router = APIRouter(prefix="/organisations")

Operator = Annotated[Actor, require(Permission.ORGANISATIONS_MANAGE)]
LABELS = {
    "name": lazy("Name of the organisation"),
    "kind": lazy("Kind of organisation"),
    "locality_code": lazy("Division it works for"),
    "village_name": lazy("Its village"),
    "credit_code": lazy("Credit code"),
    "licence_number": lazy("Human resources service licence"),
    "licence_from": lazy("Licence valid from"),
    "licence_until": lazy("Licence valid until"),
    "dispatch_permit_number": lazy("Dispatch permit"),
    "dispatch_permit_from": lazy("Permit valid from"),
    "dispatch_permit_until": lazy("Permit valid until"),
}
DAYS = ("licence_from", "licence_until", "dispatch_permit_from", "dispatch_permit_until")
SOON_DAYS = 30


def _filters(
    q: Annotated[str, Query(max_length=60)] = "", kind: str = "", state: str = "", sort: str = ""
) -> queries.Filters:
    return queries.Filters(q, kind, state, sort)


def licence_tag(organisation: Organisation, today: date) -> dict[str, Any] | None:
    """How an agency's licence stands; nothing for other kinds."""
    if organisation.kind != "broker":
        return None
    until = organisation.licence_until
    if until is None:
        return {"text": lazy("no licence: opens nothing"), "kind": "bad"}
    if until < today:
        return {"text": lazy("ended on %(day)s: opens nothing", day=until.isoformat()), "kind": "bad"}
    if organisation.licence_from and organisation.licence_from > today:
        return {"text": lazy("from %(day)s", day=organisation.licence_from.isoformat()), "kind": "warn"}
    kind = "warn" if (until - today).days <= SOON_DAYS else "good"
    return {"text": lazy("until %(day)s", day=until.isoformat()), "kind": kind}


def _state_tag(organisation: Organisation) -> dict[str, Any]:
    closed = organisation.closed_at is not None
    return {"text": lazy("closed"), "kind": "plain"} if closed else {"text": lazy("working"), "kind": "good"}


@router.get("")
async def register(
    request: Request,
    session: Session,
    actor: Operator,
    filters: Annotated[queries.Filters, Depends(_filters)],
    paging: PagingAsked,
) -> Response:
    page = await queries.page(session, actor, filters, paging)
    today = day_of(request.app.state.clock())
    rows = [
        {
            "uuid": row.Organisation.uuid,
            "name": row.Organisation.name,
            "kind": kind_label(row.Organisation.kind),
            "place": row.place_name,
            "people": row.people,
            "licence": licence_tag(row.Organisation, today),
            "state": _state_tag(row.Organisation),
        }
        for row in page.rows
    ]
    context = {"page": page, "rows": rows, "filters": filters, "kinds": _kinds()}
    return render(request, "organisations/list.html", context)


def _kinds() -> list[dict[str, Any]]:
    return [{"value": kind, "label": lazy(label)} for kind, label in KIND_LABELS.items()]


@router.get("/new")
async def new(request: Request, _actor: Operator) -> Response:
    return _form(request, {}, None)


@router.post("/new")
async def create(request: Request, session: Session, actor: Operator) -> Response:
    values = await _values(request)
    try:
        organisation = await service.create(session, actor, _read(values))
    except Invalid as error:
        return _form(request, values, None, error)
    response = RedirectResponse(f"/organisations/{organisation.uuid}", status_code=303)
    set_flash(response, lazy("Entered. Now invite its administrator."))
    return response


@router.get("/{uuid}")
async def case(request: Request, session: Session, actor: Operator, uuid: UUID) -> Response:
    organisation = await queries.get(session, actor, uuid)
    today = day_of(request.app.state.clock())
    tags = [_state_tag(organisation), *filter(None, (licence_tag(organisation, today),))]
    context = {
        "organisation": organisation,
        "kind": kind_label(organisation.kind),
        "tags": tags,
        "groups": _groups(request, organisation),
        "events": events(await queries.events(session, "organisation", organisation.id)),
        "own": organisation.id == actor.organisation_id,
    }
    return render(request, "organisations/case.html", context)


def _groups(request: Request, organisation: Organisation) -> list[dict[str, Any]]:
    code = organisation.locality_code
    values: dict[str, Any] = {
        "kind": kind_label(organisation.kind),
        "locality_code": request.app.state.localities.full_name(code) if code else None,
        **({"village_name": organisation.village_name} if organisation.kind == "village" else {}),
        "credit_code": organisation.credit_code,
    }
    papers = {name: getattr(organisation, name) for name in LABELS if "licence" in name or "permit" in name}
    papers = {name: value.isoformat() if isinstance(value, date) else value for name, value in papers.items()}
    groups = [{"title": lazy("Organisation"), "facts": _facts(values)}]
    if organisation.kind == "broker" or any(papers.values()):
        groups.append({"title": lazy("Licences"), "facts": _facts(papers)})
    return groups


def _facts(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"label": LABELS[name], "value": value} for name, value in values.items()]


@router.get("/{uuid}/edit")
async def edit(request: Request, session: Session, actor: Operator, uuid: UUID) -> Response:
    organisation = await queries.get(session, actor, uuid)
    values = {name: _text(getattr(organisation, name)) for name in (*LABELS, "version")}
    return _form(request, values, organisation)


def _text(value: Any) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date | datetime) else str(value)


@router.post("/{uuid}/edit")
async def correct(request: Request, session: Session, actor: Operator, uuid: UUID) -> Response:
    organisation = await queries.get(session, actor, uuid, lock=True)
    values = await _values(request)
    version = version_typed(values.get("version", ""))
    try:
        await service.correct(session, actor, organisation, _read(values), version=version)
    except Invalid as error:
        return _form(request, values, organisation, error)
    return _back(uuid, lazy("Saved."))


@router.post("/{uuid}/close")
async def close(
    request: Request, session: Session, actor: Operator, uuid: UUID, reason: Annotated[str, Form()] = ""
) -> Response:
    organisation = await queries.get(session, actor, uuid, lock=True)
    await service.close(session, actor, organisation, reason, now=request.app.state.clock())
    return _back(uuid, lazy("Closed: its posts open nothing any more."), undo=f"/organisations/{uuid}/reopen")


@router.post("/{uuid}/reopen")
async def reopen(session: Session, actor: Operator, uuid: UUID) -> Response:
    organisation = await queries.get(session, actor, uuid, lock=True)
    await service.reopen(session, actor, organisation)
    return _back(uuid, lazy("Open again, with the posts it had."))


def _back(uuid: UUID, text: LazyText, undo: str | None = None) -> Response:
    response = RedirectResponse(f"/organisations/{uuid}", status_code=303)
    set_flash(response, text, undo=undo)
    return response


async def _values(request: Request) -> dict[str, str]:
    form = await request.form()
    return {name: value.strip() for name in (*LABELS, "version") if isinstance(value := form.get(name, ""), str)}


def _read(values: Mapping[str, str]) -> OrganisationFacts:
    days: dict[str, date | None] = {}
    wrong: dict[str, str] = {}
    for name in DAYS:
        try:
            days[name] = day_typed(values[name]) if values.get(name) else None
        except ValueError:
            wrong[name] = N_("Write the day as 2026-11-21.")
    if wrong:
        raise Invalid(N_("Something in the form needs your attention."), fields=wrong)
    texts = {name: values.get(name) or None for name in LABELS if name not in {*DAYS, "name", "kind"}}
    return OrganisationFacts(name=values.get("name", ""), kind=values.get("kind", ""), **texts, **days)  # type: ignore[arg-type]


def _form(
    request: Request, values: Mapping[str, str], organisation: Organisation | None, error: Invalid | None = None
) -> Response:
    context = {
        "organisation": organisation,
        "action": f"/organisations/{organisation.uuid}/edit" if organisation else "/organisations/new",
        "values": {name: values.get(name, "") for name in (*LABELS, "version")},
        "labels": LABELS,
        "kinds": _kinds(),
        "errors": {name: lazy(text) for name, text in error.fields.items()} if error else None,
    }
    return render(request, "organisations/edit.html", context, status_code=error.status if error else 200)
