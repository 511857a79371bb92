"""The keys: which there are, since when, how much stands under each; put a new one in use, retire an old one."""

from collections import Counter
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.background.schemas import TaskProgress
from app.database import Session
from app.errors import AppError, Conflict, Invalid
from app.keys import service
from app.keys.words import TABLES
from app.permissions import Actor, Permission, require
from app.shared.bounds import Number
from app.shared.flash import set_flash
from app.shared.i18n import current_locale, lazy
from app.shared.templating import render

router = APIRouter(prefix="/keys")


Reader = Annotated[Actor, require(Permission.KEYS_VIEW)]
Operator = Annotated[Actor, require(Permission.KEYS_ROTATE)]


@router.get("")
async def keys(request: Request, session: Session, actor: Reader) -> Response:
    return render(request, "keys/list.html", await _context(request, session, actor))


async def _context(request: Request, session: Session, actor: Actor, **more: Any) -> dict[str, Any]:
    found = await service.standing(session, request.app.state.settings)
    task = TaskProgress.of(found.task, current_locale()) if found.task else None
    rows = [
        {
            "number": key.number,
            "since": key.since,
            "replaced": key.replaced_at,
            "values": key.total,
            "where": _where(key.values),
            "state": {"text": lazy("in use"), "kind": "good"}
            if key is found.newest
            else {"text": lazy("still opens values"), "kind": "warn"}
            if key.total
            else {"text": lazy("nothing under it"), "kind": "plain"},
            "may_go": key is not found.newest and not key.total,
        }
        for key in found.keys
    ]
    return {
        "rows": rows,
        "left": found.left,
        "unknown": found.unknown,
        "task": task,
        "own_task": found.task is not None and found.task.organisation_id == actor.organisation_id,
        "may_rotate": actor.may(Permission.KEYS_ROTATE),
        "errors": None,
        "reason": "",
        **more,
    }


def _where(values: dict[str, int]) -> str:
    """Whose values lie under a key, and how many."""
    counts: Counter[str] = Counter()
    for column, number in values.items():
        counts[column.partition(".")[0]] += number
    return "; ".join(f"{TABLES.get(table, table)} {number:,}" for table, number in counts.most_common())


@router.post("")
async def rotate(
    request: Request, session: Session, actor: Operator, reason: Annotated[str, Form(max_length=500)] = ""
) -> Response:
    state = request.app.state
    try:
        number = await service.rotate(session, actor, state.settings, reason=reason, now=state.clock())
    except Invalid as refused:
        more = {"errors": {name: lazy(text) for name, text in refused.fields.items()}, "reason": reason}
        return render(request, "keys/list.html", await _context(request, session, actor, **more), status_code=422)
    except Conflict as refused:
        return _back(lazy(refused.message), "bad")
    state.keys.refresh()
    return _back(lazy("Key %(number)s is in use. Values pass to it in the background.", number=number))


@router.post("/reseal")
async def reseal(session: Session, actor: Operator) -> Response:
    try:
        await service.begin_resealing(session, actor)
    except Conflict as refused:
        return _back(lazy(refused.message), "bad")
    return _back(lazy("Values pass to the newest key in the background."))


@router.post("/{number}/retire")
async def retire(request: Request, session: Session, actor: Operator, number: Number) -> Response:
    state = request.app.state
    try:
        await service.retire(session, actor, state.settings, number, now=state.clock())
    except Conflict as refused:
        return _back(_said(refused), "bad")
    return _back(
        lazy("Key %(number)s is retired. Keep the copies of the key file that old backups need.", number=number)
    )


def _said(error: AppError) -> Any:
    return lazy(error.message, **error.params)


def _back(text: Any, kind: Literal["good", "bad", "info", "warn"] = "good") -> Response:
    response = RedirectResponse("/keys", status_code=303)
    set_flash(response, text, kind=kind)
    return response
