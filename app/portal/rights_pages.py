"""The person's own rights on the phone: one tap to the page, one tap to do it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from app.database import Session
from app.errors import Invalid, NotFound
from app.portal import frame, own_rights, service
from app.portal.guard import Oneself
from app.portal.words import ASKS, LIMITS, Right, asked_row
from app.rights.deadline import due_on
from app.rights.present import on_paper
from app.shared.i18n import N_, lazy
from app.shared.templating import render

router = APIRouter(prefix="/my", dependencies=[Depends(frame.own_frame)])

Words = Annotated[str, Form(max_length=2000)]


def _right(rights: dict[str, Right], kind: str) -> Right:
    if kind not in rights:
        raise NotFound(N_("There is no such page. Go back to your own page."))
    return rights[kind]


@router.get("/limits/{kind}")
async def limit_form(request: Request, session: Session, person: Oneself, kind: str) -> Response:
    right = _right(LIMITS, kind)
    await service.oneself(session, person)
    _, held = await own_rights.of_person(session, person)
    return render(request, "portal/limit.html", {"kind": kind, "right": right, "holds": kind in held})


@router.post("/limits/{kind}")
async def set_limit(
    request: Request,
    session: Session,
    person: Oneself,
    kind: str,
    answer: Annotated[str, Form(pattern="^(on|off)$")],
    words: Words = "",
) -> Response:
    _right(LIMITS, kind)
    now = request.app.state.clock()
    await own_rights.set_limit(session, person, kind, _text(words), on=answer == "on", now=now)
    if answer == "on":
        return frame.home(lazy("Kept: it holds from now on and everywhere."))
    return frame.home(lazy("Ended, as you said. Your own statement and consents count again."))


def _text(words: str) -> str:
    words = words.replace("\x00", "").strip()
    return words if len(words) >= 4 else ""  # a word or two explain nothing, and no reason is needed


@router.get("/requests/{kind}")
async def ask_form(request: Request, session: Session, person: Oneself, kind: str) -> Response:
    return await _ask_form(request, session, person, kind)


async def _ask_form(
    request: Request, session: Session, person: Oneself, kind: str, *, words: str = "", error: Invalid | None = None
) -> Response:
    right, today = _right(ASKS, kind), frame.today(request)
    await service.oneself(session, person)
    asked, _ = await own_rights.of_person(session, person)
    waiting = next((one for one in asked if one.kind == kind and one.answered_at is None), None)
    context: dict[str, Any] = {
        "kind": kind,
        "right": right,
        "needs_words": kind == "correction",
        "words": words,
        "error": lazy(error.message) if error else None,
        "due": due_on(today),
        "waiting": asked_row(waiting, today) if waiting else None,
    }
    return render(request, "portal/ask.html", context, status_code=error.status if error else 200)


@router.post("/requests/{kind}")
async def ask(request: Request, session: Session, person: Oneself, kind: str, words: Words = "") -> Response:
    _right(ASKS, kind)
    state, words = request.app.state, words.replace("\x00", "")
    if kind == "correction" and not _text(words):
        error = Invalid(N_("Say in a few words what is wrong and how it is right."))
        return await _ask_form(request, session, person, kind, words=words, error=error)
    asked = await own_rights.ask(session, person, state.keys, kind, words, now=state.clock())
    return frame.home(lazy("Sent. Your office has to answer by %(day)s; you read it here.", day=str(asked.due_on)))


@router.get("/copy")
async def copy_form(request: Request, session: Session, person: Oneself) -> Response:
    await service.oneself(session, person)
    return render(request, "portal/copy.html", {"sections": None, "name": None})


@router.post("/copy")
async def copy(request: Request, session: Session, person: Oneself) -> Response:
    """Asked for with a button, as it stands on the trail."""
    state = request.app.state
    found = await own_rights.copy(session, person, state.keys, state.localities)
    sections = [on_paper(one) for one in found.sections]
    return render(request, "portal/copy.html", {"sections": sections, "name": found.name})
