"""Employers: who they are, whether they are verified, and the act of verifying."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.database import Session
from app.employers import attesting, present, queries, service
from app.employers.attest_form import attest_page, attest_values, read_checks
from app.errors import Invalid
from app.permissions import Actor, Permission, require
from app.shared.clock import day_of
from app.shared.flash import set_flash
from app.shared.i18n import lazy
from app.shared.pagination import PagingAsked
from app.shared.templating import render

router = APIRouter(prefix="/employers")

Reader = Annotated[Actor, require(Permission.EMPLOYERS_VIEW)]
Verifier = Annotated[Actor, require(Permission.EMPLOYERS_VERIFY)]
Attester = Annotated[Actor, require(Permission.EMPLOYERS_ATTEST)]


@router.get("")
async def employer_list(
    request: Request,
    session: Session,
    actor: Reader,
    paging: PagingAsked,
    q: Annotated[str, Query(max_length=60)] = "",
    standing: str = "",
    sort: str = "",
) -> Response:
    today = day_of(request.app.state.clock())
    page = await queries.page(session, actor, search=q, standing=standing, sort=sort, paging=paging, today=today)
    context = {
        "page": page,
        "rows": [present.employer_row(one, request.app.state.localities, today) for one in page.rows],
        "q": q,
        "standing": standing,
        "sort": sort,
        "standings": [
            *({"value": code, "label": text} for code, (text, _) in present.STANDING_TAGS.items()),
            {"value": "lapsed", "label": lazy("verification lapsed")},
        ],
    }
    return render(request, "employers/list.html", context)


@router.get("/{uuid}")
async def case(request: Request, session: Session, actor: Reader, uuid: UUID) -> Response:
    employer = await queries.get(session, actor, uuid)
    attested = []
    if employer.attested_by_organisation_id is not None:
        last, office = await queries.last_attestation(session, employer.id)
        attested.append(present.attestation_facts(last, office))
    context = {
        "employer": employer,
        "tag": present.standing_tag_on(employer, day_of(request.app.state.clock())),
        "groups": [*present.fact_groups(employer, request.app.state.localities), *attested],
        "attested": employer.attested_by_organisation_id is not None,
        "may_attest": actor.may(Permission.EMPLOYERS_ATTEST) and await attesting.is_open_to(session, employer),
        "may_verify": actor.may(Permission.EMPLOYERS_VERIFY) and await queries.is_in_region(session, actor, employer),
    }
    return render(request, "employers/case.html", context)


@router.post("/{uuid}/verify")
async def verify(
    request: Request,
    session: Session,
    actor: Verifier,
    uuid: UUID,
    note: Annotated[str, Form()] = "",
    licence: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    employer = await queries.get_for_verification(session, actor, uuid)
    await service.verify(session, actor, employer, note, now=request.app.state.clock(), licence=licence)
    response = RedirectResponse(f"/employers/{uuid}", status_code=303)
    set_flash(response, lazy("The employer is verified. Its posts can be verified now."))
    return response


@router.post("/{uuid}/suspend")
async def suspend(session: Session, actor: Verifier, uuid: UUID, reason: Annotated[str, Form()] = "") -> Response:
    employer = await queries.get_for_verification(session, actor, uuid)
    await service.suspend(session, actor, employer, reason)
    response = RedirectResponse(f"/employers/{uuid}", status_code=303)
    set_flash(response, lazy("Suspended. Nobody is matched with its posts from now on."), kind="warn")
    return response


@router.get("/{uuid}/attest")
async def attest_form(request: Request, session: Session, actor: Attester, uuid: UUID) -> Response:
    employer = await queries.get(session, actor, uuid)
    await attesting.nobody_there(session, employer.locality_code)
    return attest_page(request, f"/employers/{uuid}", employer.name, {}, asks_dispatch=True)


@router.post("/{uuid}/attest")
async def attest(request: Request, session: Session, actor: Attester, uuid: UUID) -> Response:
    employer = await queries.get(session, actor, uuid, lock=True)
    values = await attest_values(request)
    try:
        await attesting.attest(session, actor, employer, read_checks(values), now=request.app.state.clock())
    except Invalid as error:
        return attest_page(request, f"/employers/{uuid}", employer.name, values, error, asks_dispatch=True)
    response = RedirectResponse(f"/employers/{uuid}", status_code=303)
    set_flash(response, lazy("Your office vouches for it for 30 days. Its posts can be attested now."))
    return response
