"""The demand list for programs: masked, scoped like the pages."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response

from app.database import Session
from app.labourers import present, queries, reads
from app.labourers.schemas import LabourerOut, LabourerSearch, LabourersOut, SkillOut
from app.labourers.searching import refuse_in_address
from app.permissions import Actor, Permission, require
from app.shared.clock import day_of
from app.shared.formats import masked_name
from app.shared.pagination import LimitAsked, LongCursorAsked, cursor_of

router = APIRouter(prefix="/labourers", tags=["labourers"])

Reader = Annotated[Actor, require(Permission.LABOURERS_VIEW)]


def _filters(
    _refused: Annotated[None, Depends(refuse_in_address)],
    scope: str = "",
    standing: str = "",
    township: str = "",
    trade: str = "",
    status: str = "",
) -> queries.Filters:
    return queries.Filters("", scope, standing, township, trade, status)


@router.get("", responses={422: {"description": "what is searched for stands in the address: POST it to /search"}})
async def list_labourers(
    request: Request,
    session: Session,
    actor: Reader,
    filters: Annotated[queries.Filters, Depends(_filters)],
    cursor: LongCursorAsked = 0,
    limit: LimitAsked = 50,
) -> LabourersOut:
    """The demand list in order of entry, with the filters of the page."""
    return await _stretch(request, session, actor, filters, cursor=cursor, limit=limit)


@router.post("/search")
async def search_labourers(request: Request, session: Session, actor: Reader, asked: LabourerSearch) -> LabourersOut:
    """The demand list narrowed to a name, an identity number or a phone: in the body, as addresses are logged."""
    filters = queries.Filters(asked.q, asked.scope, asked.standing, asked.township, asked.trade, asked.status)
    return await _stretch(request, session, actor, filters, cursor=asked.cursor, limit=asked.limit)


async def _stretch(
    request: Request, session: Session, actor: Actor, filters: queries.Filters, *, cursor: int, limit: int
) -> LabourersOut:
    words = present.Words(actor, request.app.state.keys, request.app.state.localities)
    today = day_of(request.app.state.clock())
    rows = await queries.after(session, actor, words.keys, filters, last_id=cursor, limit=limit + 1, today=today)
    more, rows = len(rows) > limit, rows[:limit]
    reads.note_listed(session, actor, [row.Labourer.id for row in rows], filters)
    skills = await queries.skills_of(session, [row.Labourer.id for row in rows])
    items = [_out(words, row, skills[row.Labourer.id]) for row in rows]
    return LabourersOut(items=items, next=cursor_of(rows[-1].Labourer.id) if more else None)


@router.get("/{uuid}", responses={304: {"description": "unchanged since the ETag given"}})
async def read_labourer(
    request: Request,
    response: Response,
    session: Session,
    actor: Reader,
    uuid: UUID,
    if_none_match: Annotated[str | None, Header()] = None,
) -> LabourerOut:
    """One person; the ETag is the record's version."""
    labourer = await queries.get(session, actor, uuid)
    words = present.Words(actor, request.app.state.keys, request.app.state.localities)
    row = await queries.row_of(session, actor, labourer.id, day_of(request.app.state.clock()))
    reads.note_opened(session, actor, labourer)
    skills = await queries.skills_of(session, [labourer.id])
    response.headers["etag"] = f'"{labourer.version}"'
    if if_none_match == response.headers["etag"]:
        response.status_code = 304
    return _out(words, row, skills[labourer.id])


def _out(words: present.Words, row: Any, skills: list[Any]) -> LabourerOut:
    labourer, entry = row.Labourer, row.DemandListEntry
    available = present.is_available(row.standing, row.scope)
    return LabourerOut(
        uuid=labourer.uuid,
        name=masked_name(words.name(labourer)),
        locality_code=labourer.locality_code,
        place=row.place_name,
        village=labourer.village_name,
        standing=_availability(row),
        scope=row.scope if available else None,
        stated_on=row.stated_on if available else None,
        expires_on=row.expires_on if available else None,
        employment_status=labourer.employment_status,
        floor_net_month=entry.floor_net_month,
        wish_places=entry.wish_places,
        wish_trades=entry.wish_trades,
        skills=[
            SkillOut(title=one.title, trade_family=one.trade_family, months=one.months, level=one.level)
            for one in skills
        ],
    )


def _availability(row: Any) -> str:
    """``available``, ``ask`` or ``not_available``: a no is not told apart from a word taken back (V4)."""
    if present.is_available(row.standing, row.scope):
        return "available"
    return "ask" if row.standing in {"not_stated", "expired"} else "not_available"
