"""Offer a post to many people at once: choose, review exactly what will happen, then do it once."""

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app import audit, idempotency
from app.database import Session
from app.employers.models import Employer
from app.errors import AppError, Invalid
from app.labourers.present import Words
from app.match_runs import queries as runs
from app.offers import making, present, queries, terms
from app.offers.making import Wanted
from app.permissions import Actor, Permission, require
from app.shared.clock import day_of
from app.shared.flash import set_flash
from app.shared.i18n import N_, lazy
from app.shared.templating import render
from app.vacancies import queries as vacancies
from app.vacancies.models import Vacancy

router = APIRouter(prefix="/vacancies/{uuid}/offers")

Maker = Annotated[Actor, require(Permission.OFFERS_MAKE)]
People = Annotated[list[UUID], Form(default_factory=list)]
Fee = Annotated[str, Form(max_length=10)]


@router.get("")
async def choose(request: Request, session: Session, actor: Maker, uuid: UUID) -> Response:
    vacancy = await vacancies.get(session, actor, uuid)
    return await _choose(request, session, actor, vacancy)


async def _choose(
    request: Request, session: Session, actor: Actor, vacancy: Vacancy, *, fee: str = "", error: AppError | None = None
) -> Response:
    """The candidates of the latest run, best first, those who have no offer of this post yet."""
    words = Words(actor, request.app.state.keys, request.app.state.localities)
    found = await runs.of_vacancy(session, actor, vacancy.id, today=day_of(request.app.state.clock()))
    live = await queries.with_live_offer(session, vacancy.id, [row.Labourer.id for row in found])
    rows = [row for row in found if row.Labourer.id not in live]
    if rows:
        people = [row.Labourer.id for row in rows]
        audit.record(session, actor, "candidates.list", "vacancy", vacancy.id, people=people, rows=len(people))
    employer = await session.get_one(Employer, vacancy.employer_id)
    context = {
        "vacancy": vacancy,
        "employer": employer,
        "rows": [
            {
                "uuid": row.Labourer.uuid,
                "name": words.name(row.Labourer),
                "home": words.place(row.Labourer.locality_code),
                "score": row.Candidate.score,
                "unknown": bool(row.Candidate.unknown_gates),
            }
            for row in rows
        ],
        "free": await queries.free_to_offer(session, vacancy.id),
        "has_agent": await terms.has_agent(session, vacancy),
        "fee": fee,
        "problem": lazy(error.message, **error.params) if error else None,
        "errors": {name: lazy(text) for name, text in error.fields.items()} if isinstance(error, Invalid) else None,
        "stands": making.stands(vacancy, employer, day_of(request.app.state.clock())),
    }
    return render(request, "offers/choose.html", context, status_code=error.status if error else 200)


def _wanted(vacancy: Vacancy, people: list[UUID], fee: str) -> Wanted:
    if fee.strip() and not fee.strip().isdecimal():
        amount = N_("Enter an amount in whole yuan, digits only.")
        raise Invalid(amount, fields={"agent_earns": amount})
    return Wanted(vacancy.id, people, int(fee) if fee.strip() else None)


@router.post("/review")
async def review(
    request: Request, session: Session, actor: Maker, uuid: UUID, ids: People, agent_earns: Fee = ""
) -> Response:
    """Exactly what will happen, before anything does."""
    vacancy = await vacancies.get(session, actor, uuid)
    try:
        wanted = _wanted(vacancy, ids, agent_earns)
        found = await making.review(session, actor, wanted, now=request.app.state.clock())
    except AppError as error:
        return await _choose(request, session, actor, vacancy, fee=agent_earns, error=error)
    words = Words(actor, request.app.state.keys, request.app.state.localities)
    content = await terms.content_of(session, vacancy, wanted.agent_earns)
    context: dict[str, Any] = {
        "vacancy": vacancy,
        "offered": [{"uuid": one.uuid, "name": words.name(one)} for one in found.offered],
        "waiting": [{"uuid": one.uuid, "name": words.name(one)} for one in found.waiting],
        "left_out": [{"name": words.name(one), "why": present.left_out(why)} for one, why in found.left_out],
        "free": found.free,
        "agent_earns": agent_earns,
        "groups": present.terms_groups(content, request.app.state.localities),
        "key": uuid4().hex,
    }
    return render(request, "offers/review.html", context)


@router.post("")
async def make(
    request: Request,
    session: Session,
    actor: Maker,
    uuid: UUID,
    ids: People,
    agent_earns: Fee = "",
    key: Annotated[str, Form(max_length=120)] = "",
) -> Response:
    """Once, however often the button is pressed."""
    vacancy = await vacancies.get(session, actor, uuid)
    wanted = _wanted(vacancy, ids, agent_earns)

    async def do() -> dict[str, Any]:
        made, _ = await making.make(session, actor, wanted, now=request.app.state.clock())
        waiting = sum(offer.waits_from is not None for offer in made)
        return {"offered": len(made) - waiting, "waiting": waiting}

    body = {"vacancy": str(uuid), "people": sorted(map(str, ids)), "agent_earns": agent_earns}
    done = await idempotency.once(session, idempotency.by_user(actor), "offers.make", key, body, do)
    response = RedirectResponse("/offers", status_code=303)
    text = lazy(
        "%(n)s offers are out, %(waiting)s people wait for an opening.", n=done["offered"], waiting=done["waiting"]
    )
    set_flash(response, text)
    return response
