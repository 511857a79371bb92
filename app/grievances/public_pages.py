"""A complaint without an account, and coming back with its receipt: its code is never in an address."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.database import Session
from app.errors import AppError, Invalid, NotFound, TooManyRequests
from app.grievances import complaint_form, present, queries, records, service, states
from app.grievances.kinds import book, kind_label
from app.grievances.pages import receipt_page
from app.grievances.service import Complainant
from app.shared.i18n import N_, lazy
from app.shared.templating import render

router = APIRouter()

ACTS = ("look", "words", "close", "review")
WAIT = N_("Too many tries from here. Wait a while, or call one of the numbers below.")


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


@router.get("/complaint")
async def complaint(request: Request, vacancy: str = "") -> Response:
    return _form(request, complaint_form.values_of({"vacancy": vacancy}))


def _form(request: Request, values: dict[str, Any], error: AppError | None = None) -> Response:
    errors = {name: lazy(text) for name, text in error.fields.items()} if isinstance(error, Invalid) else None
    more = {
        "action": "/complaint",
        "by_officer": False,
        "too_often": isinstance(error, TooManyRequests),
        "lines": book().lines,
    }
    context = complaint_form.context(values, errors) | more
    return render(request, "grievances/new.html", context, status_code=error.status if error else 200)


@router.post("/complaint")
async def file(request: Request, session: Session) -> Response:
    """Nobody is asked who they are: an officer signed in on this machine is not noted either."""
    values = complaint_form.values_of(await request.form())
    state = request.app.state
    if await service.is_too_often(session, state.keys, _address(request), "file", state.clock()):
        return _form(request, values, TooManyRequests(WAIT))
    try:
        told = complaint_form.read(values, state.localities)
        receipt = await service.file(session, state.keys, told, now=state.clock())
    except Invalid as error:
        return _form(request, values, error)
    return receipt_page(request, receipt, values, by_officer=False)


@router.post("/complaint/{act}")
async def come_back(request: Request, session: Session, act: str) -> Response:
    """With the receipt: read the answers, add words, close, or have another authority look."""
    if act not in ACTS:
        raise NotFound(N_("There is no such page. Check the address, or start from the desk."))
    form, state, now = await request.form(), request.app.state, request.app.state.clock()
    code = str(form.get("code", "")).replace("\x00", "")[:60]
    if await service.is_too_often(session, state.keys, _address(request), "look", now):
        return _own(request, code, error=TooManyRequests(WAIT))
    said = form.get("why" if act == "review" else "text", "")
    who, text = service.by_receipt(state.keys, code), str(said).replace("\x00", "")
    try:
        if act == "words":
            names, afraid = str(form.get("names", "")), bool(form.get("retaliation"))
            await service.add_words(session, state.keys, who, text, now=now, names=names, retaliation=afraid)
        elif act == "close":
            await service.close(session, state.keys, who, now=now)
        elif act == "review":
            await service.ask_review(session, state.keys, who, text, now=now)
        return _own(request, code, await _story(request, session, who), done=act)
    except NotFound:
        # Answered here and not raised: the try itself must be kept.
        return _own(request, code, error=NotFound(N_("No complaint has this code. Compare it with the receipt.")))
    except (Invalid, AppError) as error:
        return _own(request, code, await _story(request, session, who), error=error)


async def _story(request: Request, session: Session, who: Complainant) -> dict[str, Any]:
    grievance = await service.read(session, who)
    state = request.app.state
    return {
        "kind": kind_label(grievance.kind),
        "tags": present.tags(grievance, state.clock()),
        "text": records.text_of(state.keys, grievance),
        "events": present.events(state.keys, await queries.events_of(session, grievance.id)),
        "is_open": grievance.state != "closed",
        "may_close": states.may_complainant_close(grievance),
        "may_review": grievance.state == "answered" and not grievance.review_wanted,
    }


def _own(
    request: Request,
    code: str,
    story: dict[str, Any] | None = None,
    *,
    done: str = "look",
    error: AppError | None = None,
) -> Response:
    context = {
        "code": code,
        "story": story,
        "done": done,
        "problem": lazy(error.message, **error.params) if error else None,
        "lines": book().lines,
    }
    return render(request, "grievances/own.html", context, status_code=error.status if error else 200)
