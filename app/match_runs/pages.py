"""Match runs with their progress, the vacancies for a labourer, the candidates of a vacancy."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app import audit
from app.accounts.models import Organisation
from app.background.models import TaskRun
from app.database import Session
from app.employers.models import Employer
from app.employers.queries import is_good
from app.errors import Conflict, Forbidden
from app.labourers import queries as labourers
from app.labourers import reads as labourer_reads
from app.labourers import service as labourer_service
from app.labourers.clear import allowance
from app.labourers.present import Words
from app.labourers.schemas import PersonFacts
from app.match_runs import explain, export, present, pseudonyms, queries, service
from app.match_runs.models import MatchRun
from app.match_runs.words import Pairing
from app.permissions import Actor, Permission, Role, require
from app.shared.clock import day_of
from app.shared.flash import set_flash
from app.shared.i18n import N_, lazy
from app.shared.pagination import PagingAsked
from app.shared.spreadsheets import Mark, attachment
from app.shared.templating import render
from app.vacancies import queries as vacancies

router = APIRouter()

Reader = Annotated[Actor, require(Permission.MATCHES_VIEW)]
Runner = Annotated[Actor, require(Permission.MATCHES_RUN)]
Exporter = Annotated[Actor, require(Permission.LABOURERS_EXPORT)]


def _words(request: Request, actor: Actor) -> Words:
    return Words(actor, request.app.state.keys, request.app.state.localities)


def _today(request: Request) -> date:
    return day_of(request.app.state.clock())


@router.get("/match-runs")
async def runs(request: Request, session: Session, actor: Reader, paging: PagingAsked) -> Response:
    page = await queries.page(session, actor, paging)
    context = {
        "page": page,
        "rows": [present.run_row(row.MatchRun, row.Organisation) for row in page.rows],
        "own": actor.role is Role.COUNTY_OFFICER,
        "may_run": actor.may(Permission.MATCHES_RUN),
        "going_on": await queries.going_on(session, actor),
    }
    return render(request, "match_runs/list.html", context)


@router.post("/match-runs")
async def start(request: Request, session: Session, actor: Runner) -> Response:
    try:
        run = await service.start(session, actor, now=request.app.state.clock())
    except Conflict as going_on:
        other = await queries.open_run(session, actor.organisation_id)
        if other is None:
            raise
        response = RedirectResponse(f"/match-runs/{other.uuid}", status_code=303)
        set_flash(response, lazy(going_on.message), kind="info")
        return response
    return RedirectResponse(f"/match-runs/{run.uuid}", status_code=303)


@router.get("/match-runs/{uuid}")
async def run_case(
    request: Request, session: Session, actor: Reader, uuid: UUID, paging: PagingAsked, tab: str = "people"
) -> Response:
    run = await queries.get(session, actor, uuid)
    task = await session.get(TaskRun, run.task_run_id) if run.task_run_id else None
    identities = actor.may(Permission.LABOURERS_VIEW)
    context: dict[str, Any] = {
        "run": run,
        "task": task,
        "office": await session.get_one(Organisation, run.organisation_id),
        "own": run.organisation_id == actor.organisation_id,
        "identities": identities,
        "running": run.status in queries.OPEN_STATUSES,
        "ending": present.ending(run, task),
        "tags": [present.status_tag(run.status)],
        "tab": tab if identities else "posts",
        "page": None,
        "rows": [],
        "may_export": actor.may(Permission.LABOURERS_EXPORT),
        "may_run": actor.may(Permission.MATCHES_RUN),
    }
    if run.status == "done":
        context["funnel"], context["left_out"] = _funnel(run), present.left_out(run)
        context["page"], context["rows"] = await _tab(request, session, actor, run, context["tab"], paging)
    return render(request, "match_runs/case.html", context)


def _funnel(run: MatchRun) -> list[dict[str, Any]]:
    summary = run.summary
    return [
        {"label": lazy("people with a current statement"), "count": summary["labourers"], "href": None, "note": None},
        {
            "label": lazy("people with a suitable post"),
            "count": summary["labourers_with_candidates"],
            "href": None,
            "note": None,
        },
        {"label": lazy("open posts"), "count": summary["vacancies"], "href": None, "note": None},
        {
            "label": lazy("posts with a suitable person"),
            "count": summary["vacancies_with_candidates"],
            "href": None,
            "note": None,
        },
        {
            "label": lazy("openings that could be covered"),
            "count": summary["openings_covered"],
            "href": None,
            "note": lazy("of %(n)s", n=summary["openings"]),
        },
    ]


async def _tab(
    request: Request, session: Session, actor: Actor, run: MatchRun, tab: str, paging: PagingAsked
) -> tuple[Any, list[dict[str, Any]]]:
    words = _words(request, actor)
    if tab == "posts":
        page = await queries.vacancies_of(session, actor, run, paging, today=_today(request))
        return page, [present.post_row(row, pseudonyms.count_of(actor, row.people)) for row in page.rows]
    page = await queries.labourers_of(session, actor, run, paging, today=_today(request))
    return page, [
        {
            "uuid": row.Labourer.uuid,
            "name": words.name(row.Labourer),
            "home": words.place(row.Labourer.locality_code),
            "title": row.Vacancy.title,
            "employer": row.Employer.name,
            "place": row.place_name,
            "net": row.Vacancy.net_month_low,
            "best": row.Candidate.score,
        }
        for row in page.rows
    ]


async def _facts(request: Request, session: Session, labourer: Any) -> PersonFacts | None:
    entry = await labourers.entry_of(session, labourer.id)
    if entry is None:
        return None
    skills = (await labourers.skills_of(session, [labourer.id]))[labourer.id]
    household = await labourers.household_of(session, labourer)
    return labourer_service.read_facts(request.app.state.keys, labourer, entry, skills, household)


@router.get("/labourers/{uuid}/matches")
async def vacancies_for_labourer(request: Request, session: Session, actor: Reader, uuid: UUID) -> Response:
    labourer = await labourers.get(session, actor, uuid)
    run = await queries.latest_done(session, labourer.organisation_id)
    facts = await _facts(request, session, labourer)
    hits: list[dict[str, Any]] = []
    why_none: list[dict[str, Any]] = []
    changes: list[Any] = []
    if run is not None and facts is not None:
        localities, today = request.app.state.localities, _today(request)
        for row in await queries.of_labourer(session, run, labourer.id, today=today):
            pairing = Pairing(facts, row.Vacancy, row.place_name or "", localities)
            place = f"/vacancies/{row.Vacancy.uuid}"
            hits.append(
                present.hit(
                    row.Candidate,
                    pairing,
                    rank=row.Candidate.labourer_rank,
                    title=row.Vacancy.title,
                    href=place,
                    party=row.Employer.name,
                )
            )
        why_none, changes = await explain.for_labourer(request.app.state, session, labourer, today)
    labourer_reads.note_opened(session, actor, labourer, act="labourer.open_matches")
    context = {
        "name": _words(request, actor).name(labourer),
        "labourer": labourer,
        "run": run,
        "hits": hits,
        "why_none": why_none,
        "changes": changes,
    }
    return render(request, "match_runs/labourer.html", context)


@router.get("/vacancies/{uuid}/candidates")
async def candidates_of_vacancy(
    request: Request, session: Session, actor: Annotated[Actor, require(Permission.VACANCIES_VIEW)], uuid: UUID
) -> Response:
    vacancy = await vacancies.get(session, actor, uuid)
    employer = await session.get_one(Employer, vacancy.employer_id)
    today = _today(request)
    if vacancy.state != "open" or vacancies.has_lapsed(vacancy, today) or not is_good(employer, today):
        context = {"vacancy": vacancy, "employer": employer, "hits": [], "pseudonyms": []}
    elif actor.may(Permission.MATCHES_VIEW) and actor.may(Permission.LABOURERS_VIEW):
        hits = await _named_candidates(request, session, actor, vacancy)
        context = {"vacancy": vacancy, "employer": employer, "hits": hits, "pseudonyms": []}
    elif actor.may(Permission.MATCHES_VIEW) or actor.may(Permission.CANDIDATES_VIEW):
        rows = await queries.pseudonymous(session, actor, vacancy, today=_today(request))
        shown = pseudonyms.rows(request.app.state.keys, actor, rows)
        if shown:
            read = [row.Candidate.labourer_id for row in rows]
            audit.record(session, actor, "candidates.list_unnamed", "vacancy", vacancy.id, people=read, rows=len(read))
        context = {"vacancy": vacancy, "employer": employer, "hits": [], "pseudonyms": shown}
    else:
        raise Forbidden(N_("Your post does not include this. Ask your office's administrator if you need it."))
    context["may_offer"] = actor.may(Permission.OFFERS_MAKE)
    return render(request, "match_runs/vacancy.html", context)


async def _named_candidates(request: Request, session: Session, actor: Actor, vacancy: Any) -> list[dict[str, Any]]:
    words, state = _words(request, actor), request.app.state
    found = await queries.of_vacancy(session, actor, vacancy.id, today=_today(request))
    people = await labourer_service.facts_of(session, state.keys, [row.Labourer for row in found])
    if people:
        audit.record(session, actor, "candidates.list", "vacancy", vacancy.id, people=people, rows=len(people))
    where = state.localities.full_name(vacancy.locality_code) if vacancy.locality_code else ""
    return [
        present.hit(
            row.Candidate,
            Pairing(people[row.Labourer.id], vacancy, where, state.localities),
            rank=place,
            title=words.name(row.Labourer),
            href=f"/labourers/{row.Labourer.uuid}/matches",
            party=words.place(row.Labourer.locality_code),
        )
        for place, row in enumerate(found, start=1)
    ]


@router.get("/match-runs/{uuid}/export")
async def export_run(request: Request, session: Session, actor: Exporter, uuid: UUID) -> Response:
    """With names masked."""
    return await _sheet(request, session, actor, uuid, reason=None)


@router.post("/match-runs/{uuid}/export")
async def export_run_in_clear(
    request: Request, session: Session, actor: Exporter, uuid: UUID, reason: Annotated[str, Form()] = ""
) -> Response:
    """With names in clear, for a reason that stands in the file and on the trail."""
    return await _sheet(request, session, actor, uuid, reason=labourer_service.reason_for_clear(reason))


async def _sheet(request: Request, session: Session, actor: Actor, uuid: UUID, *, reason: str | None) -> Response:
    run = await queries.get(session, actor, uuid)
    allowed = allowance(request.app.state.settings, request.app.state.clock())
    mark = Mark(actor.display_name, actor.organisation_name, allowed.now, reason)
    content = await export.workbook(session, actor, _words(request, actor), run, mark=mark, allowed=allowed)
    return attachment(content, f"match-{run.on_day.isoformat()}.xlsx")
