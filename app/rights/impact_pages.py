"""The impact assessment as a page to print and as a sheet."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.database import Session
from app.permissions import Actor, Permission, require
from app.rights import impact, present
from app.rights.pages import sheets_of
from app.shared.clock import day_of
from app.shared.spreadsheets import Mark, attachment, workbook_of
from app.shared.templating import render

router = APIRouter(prefix="/rights/impact")

Assessor = Annotated[Actor, require(Permission.IMPACT_EXPORT)]


def _mark(request: Request, actor: Actor) -> Mark:
    return Mark(actor.display_name, actor.organisation_name, request.app.state.clock())


@router.get("")
async def assessment(request: Request, session: Session, actor: Assessor) -> Response:
    mark = _mark(request, actor)
    sections = impact.for_people(await impact.assess(session, actor, request.app.state.keys, now=mark.at))
    context = {"sections": [present.on_paper(one) for one in sections], "mark": mark.line()}
    return render(request, "rights/impact.html", context)


@router.get("/export")
async def export(request: Request, session: Session, actor: Assessor) -> Response:
    mark = _mark(request, actor)
    sections = impact.for_people(await impact.assess(session, actor, request.app.state.keys, now=mark.at))
    return attachment(workbook_of(mark, *sheets_of(sections)), impact.file_name(day_of(mark.at)))
