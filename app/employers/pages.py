"""Employers: who they are, whether they are verified, and the act of verifying."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.database import Session
from app.employers import present, queries, service
from app.permissions import Actor, Permission, require
from app.shared.flash import set_flash
from app.shared.i18n import lazy
from app.shared.pagination import PagingAsked
from app.shared.templating import render

router = APIRouter(prefix="/employers")

Reader = Annotated[Actor, require(Permission.EMPLOYERS_VIEW)]
Verifier = Annotated[Actor, require(Permission.EMPLOYERS_VERIFY)]


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
    page = await queries.page(session, actor, search=q, standing=standing, sort=sort, paging=paging)
    context = {
        "page": page,
        "rows": [present.employer_row(one, request.app.state.localities) for one in page.rows],
        "q": q,
        "standing": standing,
        "sort": sort,
        "standings": [{"value": code, "label": text} for code, (text, _) in present.STANDING_TAGS.items()],
    }
    return render(request, "employers/list.html", context)


@router.get("/{uuid}")
async def case(request: Request, session: Session, actor: Reader, uuid: UUID) -> Response:
    employer = await queries.get(session, actor, uuid)
    context = {
        "employer": employer,
        "tag": present.standing_tag(employer.standing),
        "groups": present.fact_groups(employer, request.app.state.localities),
        "may_verify": actor.may(Permission.EMPLOYERS_VERIFY) and await queries.is_in_region(session, actor, employer),
    }
    return render(request, "employers/case.html", context)


@router.post("/{uuid}/verify")
async def verify(
    request: Request, session: Session, actor: Verifier, uuid: UUID, note: Annotated[str, Form()] = ""
) -> Response:
    employer = await queries.get_for_verification(session, actor, uuid)
    await service.verify(session, actor, employer, note, now=request.app.state.clock())
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
