"""The firm's page: people who said yes to its posts, to be answered together within a day."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from app import audit
from app.database import Session
from app.errors import Invalid
from app.offers import employing, present, queries
from app.offers.rules import LAWFUL_REASONS
from app.permissions import Actor, Permission, require
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from app.shared.flash import set_flash
from app.shared.i18n import lazy
from app.shared.templating import render

router = APIRouter()

Employer = Annotated[Actor, require(Permission.OFFERS_ANSWER)]


@router.get("/offers/accepted")
async def accepted(request: Request, session: Session, actor: Employer) -> Response:
    return await _page(request, session, actor)


async def _page(request: Request, session: Session, actor: Actor, error: Invalid | None = None) -> Response:
    state, now = request.app.state, request.app.state.clock()
    found = await queries.accepted_of_firm(session, actor, day_of(now))
    if found:
        seen = [row.Offer.labourer_id for row in found]
        audit.record(session, actor, "offers.accepted", "employer", None, people=seen, rows=len(seen))
    rows = [_row(state.keys, actor, row, now) for row in found]
    context = {
        "to_answer": [row for row in rows if row["is_open"]],
        "taken_on": [row for row in rows if not row["is_open"]],
        "reasons": LAWFUL_REASONS,
        "problem": lazy(error.message) if error else None,
    }
    return render(request, "offers/accepted.html", context, status_code=error.status if error else 200)


def _row(keys: KeyRing, actor: Actor, row: Any, now: datetime) -> dict[str, Any]:
    return {
        "uuid": row.Offer.uuid,
        **present.identity_of(keys, actor, row),
        "title": row.Vacancy.title,
        "place": row.place_name,
        "accepted_at": row.Offer.accepted_at,
        "due": present.due_text(row.Offer, now),
        "is_late": row.Offer.answer_due_at is not None and row.Offer.answer_due_at < now,
        "is_open": row.Offer.state == "accepted",
    }


@router.post("/offers/accepted")
async def answer(request: Request, session: Session, actor: Employer) -> Response:
    """Each row of the form is one person: taken on, refused for a lawful reason, or left for later."""
    answers = _answers(await request.form())
    try:
        yes, no, changed = await employing.answer_many(session, actor, answers, now=request.app.state.clock())
    except Invalid as error:
        return await _page(request, session, actor, error)
    response = RedirectResponse("/offers/accepted", status_code=303)
    text = lazy("%(yes)s taken on, %(no)s refused, %(changed)s not waiting any more.", yes=yes, no=no, changed=changed)
    set_flash(response, text)
    return response


def _answers(form: FormData) -> dict[UUID, str]:
    """Fields called ``answer-`` and the number of an offer; an empty one is for later."""
    found = {}
    for name, value in form.multi_items():
        number = name.removeprefix("answer-")
        if number != name and isinstance(value, str) and value:
            try:
                found[UUID(number)] = value
            except ValueError:
                continue  # no form of ours sends it
    return found
