"""Very many statements that came about in one way on one day, for the second officer who looks at them.

What the people said is not shown: a second look asks whether they were heard, and a no stays theirs (V4).
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.database import Session
from app.declarations import review_queries as reviews
from app.declarations import reviews as verbs
from app.declarations.models import Declaration, RecorderReview
from app.labourers import queries, reads
from app.labourers.present import CHANNELS, Words
from app.permissions import Actor, Permission, require
from app.shared.flash import set_flash
from app.shared.i18n import LazyText, lazy
from app.shared.pagination import PagingAsked
from app.shared.templating import render

router = APIRouter(prefix="/reviews")

Reviewer = Annotated[Actor, require(Permission.DECLARATIONS_REVIEW)]
FINDINGS = {
    "stands": lazy("looked at, the statements stand"),
    "does_not_stand": lazy("does not stand: the people are asked anew"),
}
CLOSED = {
    "stands": lazy("Closed: these statements count from now on."),
    "does_not_stand": lazy("Closed: these statements open nothing, and the people are to be asked."),
}


@router.get("")
async def reviews_of(
    request: Request, session: Session, actor: Reviewer, paging: PagingAsked, closed: bool = False
) -> Response:
    page = await reviews.page(session, actor, paging, closed=closed)
    firsts = await reviews.firsts_of(session, page.rows)
    names = await _names(session, page.rows)
    rows = [_row(request, one, firsts.get(one.id), names) for one in page.rows]
    return render(request, "reviews/list.html", {"page": page, "rows": rows, "closed": closed})


async def _names(session: Session, found: Any) -> dict[int, str]:
    return await reviews.names_of(session, {id_ for one in found for id_ in (one.printed_by, one.closed_by) if id_})


def _row(request: Request, one: RecorderReview, first: Declaration | None, names: dict[int, str]) -> dict[str, Any]:
    return {
        "uuid": one.uuid,
        "way": _way(request, one, first, names),
        "stated_on": one.stated_on,
        "rows": one.rows,
        "opened_at": one.opened_at,
        "closed_at": one.closed_at,
        "closed_by": names.get(one.closed_by or 0),
        "finding": FINDINGS[one.finding] if one.finding else None,
    }


def _way(request: Request, one: RecorderReview, first: Declaration | None, names: dict[int, str]) -> LazyText:
    """How these statements came about."""
    if one.printed_by is not None:
        return lazy("by codes that %(name)s printed", name=names.get(one.printed_by, ""))
    if one.address_index is not None:
        return lazy("by codes, from one phone or network within an hour")
    return lazy("taken down by %(name)s", name=_recorder(request, first) or "—")


def _recorder(request: Request, said: Declaration | None) -> str | None:
    if said is None or said.recorder_name_cipher is None:
        return None
    name: str = request.app.state.keys.decrypt("declaration.recorder", said.uuid, said.recorder_name_cipher)
    return name


@router.get("/{uuid}")
async def review_of(request: Request, session: Session, actor: Reviewer, uuid: UUID, paging: PagingAsked) -> Response:
    review = await reviews.get(session, actor, uuid)
    page = await reviews.statements_of(session, review, paging)
    people = {one.id: one for one in await queries.people_of(session, actor, [said.labourer_id for said in page.rows])}
    words = Words(actor, request.app.state.keys, request.app.state.localities)
    reads.note_listed(session, actor, people, queries.Filters())
    first = (await reviews.firsts_of(session, [review])).get(review.id)
    context = {
        "review": _row(request, review, first, await _names(session, [review])),
        "page": page,
        "rows": [
            {
                "uuid": people[said.labourer_id].uuid,
                "name": words.name(people[said.labourer_id]),
                "village": people[said.labourer_id].village_name,
                "channel": CHANNELS[said.channel],
                "evidence": said.evidence,
                "entered_at": said.entered_at,
            }
            for said in page.rows
            if said.labourer_id in people
        ],
        "findings": [{"value": code, "label": label} for code, label in FINDINGS.items()],
    }
    return render(request, "reviews/case.html", context)


@router.post("/{uuid}/close")
async def close(
    request: Request, session: Session, actor: Reviewer, uuid: UUID, finding: Annotated[str, Form()] = ""
) -> Response:
    review = await reviews.get(session, actor, uuid, lock=True)
    state = request.app.state
    await verbs.close(session, actor, state.keys, review, finding, now=state.clock())
    response = RedirectResponse("/reviews", status_code=303)
    set_flash(response, CLOSED[finding])
    return response
