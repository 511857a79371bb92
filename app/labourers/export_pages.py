"""The demand list as a file, in the columns of the national monitoring system."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from app.database import Session
from app.labourers import export
from app.labourers.clear import allowance
from app.labourers.queries import Filters
from app.labourers.searching import FiltersAsked
from app.labourers.service import reason_for_clear
from app.permissions import Actor, Permission, require
from app.shared.clock import day_of
from app.shared.spreadsheets import Mark, attachment

router = APIRouter(prefix="/labourers")

Exporter = Annotated[Actor, require(Permission.LABOURERS_EXPORT)]


@router.get("/export")
async def export_list(request: Request, session: Session, actor: Exporter, filters: FiltersAsked) -> Response:
    """With identities masked."""
    return await _file(request, session, actor, filters, reason=None)


@router.post("/export")
async def export_list_in_clear(
    request: Request, session: Session, actor: Exporter, filters: FiltersAsked, reason: Annotated[str, Form()] = ""
) -> Response:
    """With identities in clear, for a reason that stands in the file and on the trail."""
    return await _file(request, session, actor, filters, reason=reason_for_clear(reason))


async def _file(request: Request, session: Session, actor: Actor, filters: Filters, *, reason: str | None) -> Response:
    state = request.app.state
    now = state.clock()
    mark = Mark(actor.display_name, actor.organisation_name, now, reason)
    allowed = allowance(state.settings, now)
    content = await export.workbook(session, actor, state.keys, state.localities, filters, mark=mark, allowed=allowed)
    return attachment(content, f"就业需求清单_{day_of(now):%Y%m%d}.xlsx")
