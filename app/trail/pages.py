"""The trail for auditors, and who saw a person for the office that keeps the record."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.database import Session
from app.labourers.present import Words
from app.permissions import Actor, Permission, require
from app.shared.clock import day_of
from app.shared.pagination import PagingAsked
from app.shared.spreadsheets import CSV, XLSX, attachment
from app.shared.templating import render
from app.trail import present, queries, service
from app.trail.asked import FiltersAsked

router = APIRouter()

Auditor = Annotated[Actor, require(Permission.TRAIL_VIEW)]
FILTERS = ("who", "act", "kind", "subject", "since", "until")


@router.get("/trail")
async def trail(
    request: Request, session: Session, actor: Auditor, filters: FiltersAsked, paging: PagingAsked
) -> Response:
    page = await service.search(session, actor, filters, paging)
    numbers = await queries.subjects(session, [row.AuditEvent for row in page.rows])
    context: dict[str, Any] = {
        "page": page,
        "rows": [present.list_row(row, numbers) for row in page.rows],
        "capped": page.total >= queries.MOST_COUNTED,
        "filters": filters,
        "query": _as_query(request),
        "narrowed": any(vars(filters).values()),
        "acts": present.act_options(),
        "kinds": present.kind_options(await queries.kinds(session)),
        "standing": await queries.standing(session),
        "may_export": actor.may(Permission.TRAIL_EXPORT),
        "shown": request.query_params.getlist("cols") or None,
    }
    return render(request, "trail/list.html", context)


def _as_query(request: Request) -> str:
    """The filters in use, to go before another parameter of the file's address."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name in FILTERS and value]
    return f"{urlencode(kept)}&" if kept else ""


@router.get("/trail/export")
async def export(
    request: Request,
    session: Session,
    actor: Annotated[Actor, require(Permission.TRAIL_EXPORT)],
    filters: FiltersAsked,
    file: Annotated[str, Query(pattern="^(xlsx|csv)$")] = "xlsx",
    reason: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    now = request.app.state.clock()
    content = await service.export(session, actor, filters, kind=file, reason=reason, now=now)
    return attachment(content, f"trail_{day_of(now):%Y%m%d}.{file}", media_type=CSV if file == "csv" else XLSX)


@router.get("/labourers/{uuid}/seen-by")
async def seen_by(
    request: Request, session: Session, actor: Annotated[Actor, require(Permission.LABOURERS_VIEW)], uuid: UUID
) -> Response:
    labourer, seen = await service.seen_by(session, actor, uuid)
    state = request.app.state
    context = {
        "labourer": labourer,
        "name": Words(actor, state.keys, state.localities).name(labourer),
        "rows": [present.seen_row(one) for one in seen],
        "today": day_of(state.clock()),
    }
    return render(request, "trail/seen_by.html", context)
