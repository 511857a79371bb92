"""A labourer's own pages: no account, big letters, one question a page; they work without script."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.database import Session
from app.declarations import codes, present
from app.declarations import queries as declarations
from app.declarations.models import PURPOSES
from app.errors import NotFound
from app.labourers.service import name_of
from app.offers import queries as offers
from app.portal import frame, guard, own_rights, queries, service
from app.portal.guard import Oneself
from app.portal.words import ANSWERS, ASKS, LIMITS, asked_row, event_row, look_row, next_step, statement_words
from app.shared.formats import masked_name
from app.shared.i18n import N_, lazy
from app.shared.templating import render
from app.trail import queries as trail

router = APIRouter(prefix="/my", dependencies=[Depends(frame.own_frame)])


@router.get("/in")
async def enter(request: Request, c: str = "") -> Response:
    """The form; a slip's QR brings the code along, and only the button uses it up."""
    guard.refuse_officers(request)
    return render(request, "portal/enter.html", {"code": codes.normalised(c)[: codes.LENGTH], "error": None})


@router.post("/in")
async def come_in(request: Request, session: Session, code: Annotated[str, Form(max_length=40)] = "") -> Response:
    guard.refuse_officers(request)
    state = request.app.state
    address = request.client.host if request.client else ""
    begun = await service.come_in(session, state.keys, code, address=address, now=state.clock())
    if isinstance(begun, service.Refused):
        context = {"code": code, "error": lazy(begun.error.message)}
        return render(request, "portal/enter.html", context, status_code=begun.error.status)
    response = frame.home()
    response.set_cookie(
        guard.COOKIE,
        begun.token,
        max_age=begun.seconds,
        path="/my",
        httponly=True,
        samesite="lax",
        secure=state.settings.secure_cookies,
    )
    return response


@router.post("/out")
async def go_out(request: Request, session: Session, _person: Oneself) -> Response:
    await service.go_out(session, request.cookies.get(guard.COOKIE, ""), request.app.state.clock())
    response = RedirectResponse("/my/in", status_code=303)
    response.delete_cookie(guard.COOKIE, path="/my")
    return response


@router.get("")
async def home(request: Request, session: Session, person: Oneself) -> Response:
    labourer, today = await service.oneself(session, person), frame.today(request)
    history = (await session.execute(declarations.of_labourer(labourer.id))).all()
    own = next((pair for pair in history if pair[0].channel != "proxy"), None)
    permitted = await declarations.permitted_to(session, labourer.id, today)
    latest = await declarations.consents_of(session, labourer.id)
    said = statement_words(own, today)
    doubt = await declarations.doubt_about(session, own[0].id) if own else None
    requests, held = await own_rights.of_person(session, person)
    context = {
        "name": masked_name(name_of(request.app.state.keys, labourer)),
        "said": said,
        "matched": permitted["match"],
        "consents": present.consent_rows(latest, permitted, today)[1:],
        "next_step": next_step(said, matched=permitted["match"], limited=bool(held), doubt=doubt),
        "limits": [{"kind": kind, "title": words.title, "holds": kind in held} for kind, words in LIMITS.items()],
        "asks": ASKS,
        "requests": [asked_row(one, today) for one in requests],
        "offers": len(await offers.of_person(session, labourer.id)),
    }
    return render(request, "portal/home.html", context)


@router.get("/declare")
async def declare_form(request: Request, _person: Oneself) -> Response:
    return render(request, "portal/declare.html", {"answers": ANSWERS})


@router.post("/declare")
async def declare(
    request: Request,
    session: Session,
    person: Oneself,
    scope: Annotated[str, Form()],
    matched: Annotated[str, Form()] = "",
) -> Response:
    """First the place, then the question of matching with its text; “not now” is a whole answer."""
    if scope in ANSWERS and scope != "not_now" and matched not in ("yes", "no"):
        text = present.words_of("match", frame.today(request))
        return render(request, "portal/matching.html", {"scope": scope, "text": text})
    state = request.app.state
    days, now = state.settings.declaration_days, state.clock()
    await service.declare(session, person, state.keys, scope, matched=matched == "yes", now=now, days=days)
    return frame.home(lazy("Kept: what you said just now counts from now on."))


@router.get("/withdraw")
async def withdraw_form(request: Request, _person: Oneself) -> Response:
    return render(request, "portal/withdraw.html")


@router.post("/withdraw")
async def withdraw(request: Request, session: Session, person: Oneself) -> Response:
    await service.withdraw(session, person, now=request.app.state.clock())
    return frame.home(lazy("Taken back. You are not matched any more, from now on and everywhere."))


@router.get("/consents/{purpose}")
async def consent_form(request: Request, session: Session, person: Oneself, purpose: str) -> Response:
    return render(request, "portal/consent.html", await _consent(request, session, person, purpose))


async def _consent(request: Request, session: Session, person: queries.Person, purpose: str) -> dict[str, Any]:
    if purpose not in PURPOSES:
        raise NotFound(N_("There is no such consent."))
    today = frame.today(request)
    return {
        "purpose": purpose,
        "label": present.PURPOSE_LABELS[purpose],
        "text": present.words_of(purpose, today),
        "given": await declarations.is_permitted(session, purpose, person.labourer_id, today),
    }


@router.post("/consents/{purpose}")
async def consent(
    request: Request,
    session: Session,
    person: Oneself,
    purpose: str,
    answer: Annotated[str, Form(pattern="^(yes|no)$")],
) -> Response:
    await service.answer(session, person, purpose, yes=answer == "yes", now=request.app.state.clock())
    return frame.home(lazy("Kept: your answer counts from now on."))


@router.get("/seen")
async def seen(request: Request, session: Session, person: Oneself) -> Response:
    rows = [event_row(row.AuditEvent, row.office) for row in await queries.done_to(session, person)]
    rows += [look_row(one) for one in await trail.who_saw(session, person.labourer_id)]
    rows.sort(key=lambda row: row["at"], reverse=True)
    return render(request, "portal/seen.html", {"rows": rows})
