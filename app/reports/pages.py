"""The work desk: what waits for me, and the flow of the lists."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.database import Session
from app.declarations.review_queries import open_reviews
from app.match_runs import queries as match_runs
from app.permissions import Actor, Permission, require
from app.reports import queries
from app.shared.clock import day_of
from app.shared.formats import day
from app.shared.i18n import LazyText, lazy
from app.shared.templating import render
from app.vacancies.queries import openings_free

router = APIRouter()


def _queue(count: int, title: LazyText, href: str, detail: LazyText, act: LazyText) -> dict[str, Any]:
    return {"count": count, "title": title, "href": href, "detail": detail, "owner": None, "due": None, "act": act}


@router.get("/")
async def desk(request: Request, session: Session, actor: Annotated[Actor, require(Permission.DESK_VIEW)]) -> Response:
    today = day_of(request.app.state.clock())
    queues, flow = await _sending(session, actor, today) if actor.may(Permission.LABOURERS_VIEW) else ([], [])
    if actor.may(Permission.VACANCIES_VIEW):
        queues += await _receiving(session, actor)
        flow += await _supply(session, actor)
    context = {
        "today": day(today),
        "summary": None,
        "acts": _acts(actor),
        "queues": [one for one in queues if one["count"]],
        "queues_total": sum(one["count"] for one in queues),
        "queues_href": None,
        "flow": flow,
        "flow_note": lazy("what you may see, today"),
        "news": [],
        "side_title": None,
    }
    return render(request, "desk.html", context)


async def _sending(session: Session, actor: Actor, today: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    people = await queries.people(session, actor, today)
    listed = sum(number for name, number in people.items() if name != "ask")
    standing_aside = {"ask", "not_stated", "expired", "withdrawn", "limited", "not_now", "in_review"}
    current = sum(number for name, number in people.items() if name not in standing_aside)
    run = await match_runs.latest_done(session, actor.organisation_id)
    queues = [
        _queue(
            people["ask"],
            lazy("People to ask"),
            "/labourers?standing=ask",
            lazy("nothing stated yet, or the statement has expired; nobody is matched without their own word"),
            lazy("Ask"),
        ),
        _queue(
            await open_reviews(session, actor),
            lazy("Statements to look at again"),
            "/reviews",
            lazy("very many that came about in one way on one day; until somebody has looked, they open nothing"),
            lazy("Look"),
        ),
    ]
    flow = [
        {"label": lazy("people on the list"), "count": listed, "href": "/labourers", "note": None},
        {
            "label": lazy("with a current statement"),
            "count": current,
            "href": "/labourers?standing=current",
            "note": None,
        },
    ]
    if run:
        matched = run.summary.get("labourers_with_candidates", 0)
        flow.append(
            {"label": lazy("with a suitable post"), "count": matched, "href": f"/match-runs/{run.uuid}", "note": None}
        )
    return queues, flow


async def _receiving(session: Session, actor: Actor) -> list[dict[str, Any]]:
    posts = await queries.posts(session, actor)
    queues = []
    if actor.may(Permission.DEMAND_IMPORT) or actor.may(Permission.SUPPLY_IMPORT):
        bad = await queries.bad_rows(session, actor)
        detail = lazy("rows of your sheets that could not be loaded, each with its cause")
        queues.append(_queue(bad, lazy("Rows to mend"), "/imports", detail, lazy("Mend")))
    if actor.may(Permission.VACANCIES_VERIFY):
        queues += _to_verify(await queries.employers_to_verify(session, actor), posts)
    if actor.may(Permission.VACANCIES_EDIT):
        queues += _to_complete(posts)
    return queues


def _to_verify(firms: int, posts: dict[str, int]) -> list[dict[str, Any]]:
    return [
        _queue(
            firms,
            lazy("Employers to verify"),
            "/employers?standing=unverified",
            lazy("no post opens before its employer is verified"),
            lazy("Verify"),
        ),
        _queue(
            posts.get("checked", 0),
            lazy("Posts to verify"),
            "/vacancies?state=checked",
            lazy("complete and without findings"),
            lazy("Verify"),
        ),
    ]


def _to_complete(posts: dict[str, int]) -> list[dict[str, Any]]:
    return [
        _queue(
            posts.get("draft", 0),
            lazy("Incomplete posts"),
            "/vacancies?state=draft",
            lazy("something required is missing; ask the employer"),
            lazy("Complete"),
        ),
        _queue(
            posts.get("blocked", 0),
            lazy("Blocked posts"),
            "/vacancies?state=blocked",
            lazy("against the law as they stand; see what and how to mend it"),
            lazy("See why"),
        ),
    ]


async def _supply(session: Session, actor: Actor) -> list[dict[str, Any]]:
    posts = await queries.posts(session, actor)
    free = await openings_free(session, actor)
    return [
        {"label": lazy("open posts"), "count": posts.get("open", 0), "href": "/vacancies?state=open", "note": None},
        {"label": lazy("free openings"), "count": free, "href": "/vacancies?state=open", "note": None},
    ]


def _acts(actor: Actor) -> list[dict[str, Any]]:
    acts = []
    if actor.may(Permission.DEMAND_IMPORT):
        acts.append({"label": lazy("Import a register"), "href": "/imports?kind=demand", "primary": False})
    if actor.may(Permission.SUPPLY_IMPORT) and not actor.may(Permission.DEMAND_IMPORT):
        acts.append({"label": lazy("Import vacancies"), "href": "/imports?kind=supply", "primary": True})
    if actor.may(Permission.MATCHES_RUN):
        acts.append({"label": lazy("To the matches"), "href": "/match-runs", "primary": True})
    return acts
