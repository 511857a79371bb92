"""The demand list as a file, in the columns of the national monitoring system."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.database import Session
from app.labourers import export
from app.labourers.searching import FiltersAsked
from app.permissions import Actor, Permission, require
from app.shared.clock import day_of

router = APIRouter(prefix="/labourers")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/export")
async def export_list(
    request: Request,
    session: Session,
    actor: Annotated[Actor, require(Permission.LABOURERS_EXPORT)],
    filters: FiltersAsked,
) -> Response:
    state = request.app.state
    today = day_of(state.clock())
    content = await export.workbook(session, actor, state.keys, state.localities, filters, today=today)
    name = quote(f"就业需求清单_{today:%Y%m%d}.xlsx")
    headers = {
        "content-disposition": f"attachment; filename=\"demand_list_{today:%Y%m%d}.xlsx\"; filename*=UTF-8''{name}"
    }
    # Names and numbers in clear: no proxy and no shared office PC keeps a copy.
    return Response(content, media_type=XLSX, headers={**headers, "cache-control": "no-store"})
