"""The outbox for the office whose acts caused the messages."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app.database import Session
from app.notifications import outbox, present, queries
from app.notifications.purposes import PURPOSES
from app.notifications.queries import Filters
from app.notifications.senders import ways_out
from app.notifications.service import values_of
from app.notifications.templates import templates
from app.permissions import Actor, Permission, require
from app.shared.pagination import PagingAsked
from app.shared.templating import render

router = APIRouter(prefix="/notices")

Reader = Annotated[Actor, require(Permission.NOTICES_VIEW)]


def filters_asked(state: str = "", channel: str = "", template: str = "") -> Filters:
    """Values nobody knows narrow to nothing; a zero byte would not reach the database."""
    return Filters(*(value.replace("\x00", "") for value in (state, channel, template)))


FiltersAsked = Annotated[Filters, Depends(filters_asked)]


@router.get("")
async def listed(
    request: Request, session: Session, actor: Reader, filters: FiltersAsked, paging: PagingAsked
) -> Response:
    state = request.app.state
    async with outbox.opened(session, actor.organisation_id):
        page = await queries.page(session, actor, filters, paging)
        counts = await queries.counts(session, actor)
    context: dict[str, Any] = {
        "page": page,
        "demo": state.settings.demo,
        "rows": [present.row(state.keys, one, in_clear=state.settings.demo) for one in page.rows],
        "filters": filters,
        "narrowed": any(vars(filters).values()),
        "states": [{"value": code, "label": label} for code, label in present.STATE_LABELS.items()],
        "channels": [{"value": code, "label": label} for code, label in present.CHANNEL_LABELS.items()],
        "kinds": present.kind_options(),
        "failed": counts.get("failed", 0),
        "closed": [
            present.CHANNEL_LABELS[one] for one in present.CHANNEL_LABELS if one not in ways_out(state.settings)
        ],
        "urgent": [PURPOSES[one.purpose] for one in templates().values() if one.urgent],
    }
    return render(request, "notices/list.html", context)


@router.get("/{uuid}")
async def case(request: Request, session: Session, actor: Reader, uuid: UUID) -> Response:
    state = request.app.state
    async with outbox.opened(session, actor.organisation_id):
        notice = await queries.get(session, actor, uuid)
        events = await queries.events_of(session, notice)
    context = {
        "notice": notice,
        "tags": [present.state_tag(notice)],
        "title": present.purpose_label(notice),
        "text": present.text_of(notice, values_of(state.keys, notice) if state.settings.demo else None),
        "why": present.why_of(notice.last_error) if notice.state != "sent" else None,
        "groups": [{"facts": present.facts(state.keys, notice, state.clock())}],
        "events": present.events(events),
    }
    return render(request, "notices/case.html", context)
