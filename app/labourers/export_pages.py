"""The demand list as a file, in the columns of the national monitoring system."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from app.database import Session
from app.labourers import export
from app.labourers.queries import Filters
from app.permissions import Actor, Permission, require
from app.shared.clock import day_of

router = APIRouter(prefix="/labourers")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _filters(
    q: Annotated[str, Query(max_length=60)] = "",
    scope: str = "",
    standing: str = "",
    township: str = "",
    trade: str = "",
    status: str = "",
) -> Filters:
    return Filters(q, scope, standing, township, trade, status)


@router.get("/export")
async def export_list(
    request: Request,
    session: Session,
    actor: Annotated[Actor, require(Permission.LABOURERS_EXPORT)],
    filters: Annotated[Filters, Depends(_filters)],
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
