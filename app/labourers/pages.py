"""The demand list, a person's case, and the acts on it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.database import Session
from app.declarations import present as consent_words
from app.declarations import queries as declaration_queries
from app.declarations import service as declarations
from app.labourers import present, queries, reads, searching, service, telling
from app.labourers.clear import allowance
from app.labourers.searching import FiltersAsked
from app.notifications.senders import ways_out
from app.permissions import Actor, Permission, require
from app.shared.bounds import Day
from app.shared.clock import day_of
from app.shared.flash import set_flash
from app.shared.i18n import current_locale, lazy
from app.shared.labels import category_label, category_options
from app.shared.pagination import PagingAsked
from app.shared.templating import render

router = APIRouter(prefix="/labourers")

Reader = Annotated[Actor, require(Permission.LABOURERS_VIEW)]
Editor = Annotated[Actor, require(Permission.LABOURERS_EDIT)]
Recorder = Annotated[Actor, require(Permission.DECLARATIONS_RECORD)]

# No list of people who said no (V4): "not now" and a word taken back are both just "not available".
SCOPE_CHIPS = ("leave_province", "other_city", "home_county", "at_home")


@dataclass(frozen=True)
class Here:
    """What every route of this feature needs of the request."""

    words: present.Words
    today: date


def _here(request: Request, actor: Actor) -> Here:
    state = request.app.state
    return Here(present.Words(actor, state.keys, state.localities), day_of(state.clock()))


@router.get("")
async def demand_list(
    request: Request, session: Session, actor: Reader, filters: FiltersAsked, paging: PagingAsked
) -> Response:
    here = _here(request, actor)
    counts = await queries.counts_by_standing(session, actor, here.today)
    listed = sum(number for name, number in counts.items() if name != "ask")
    page = await queries.page(session, actor, here.words.keys, filters, paging=paging, today=here.today, listed=listed)
    shown = [row.Labourer.id for row in page.rows]
    reads.note_listed(session, actor, shown, filters)
    skills = await queries.skills_of(session, shown)
    context = {
        "page": page,
        "rows": [present.list_row(here.words, row, skills[row.Labourer.id]) for row in page.rows],
        "filters": filters,
        "chips": [(code, category_label(code, "scope"), counts.get(code, 0)) for code in SCOPE_CHIPS],
        "ask_count": counts["ask"],
        "listed": listed,
        "townships": await queries.townships(session, actor),
        "statuses": category_options("employment_status"),
        "shown": request.query_params.getlist("cols") or None,
        "actor": actor,
        "may": {permission.name: actor.may(permission) for permission in Permission},
    }
    return render(request, "labourers/list.html", context)


@router.post("/search")
async def search(request: Request, actor: Reader) -> Response:
    """The words of the form stay out of the address: the list is asked for with them sealed."""
    address = searching.address(request.app.state.keys, actor, await request.form())
    return RedirectResponse(address, status_code=303)


@router.get("/{uuid}")
async def case(request: Request, session: Session, actor: Reader, uuid: UUID) -> Response:
    labourer = await queries.get(session, actor, uuid)
    context = await _case(request, session, actor, labourer)
    reads.note_opened(session, actor, labourer, others=context["family"])
    return render(request, "labourers/case.html", context)


async def _case(request: Request, session: Session, actor: Actor, labourer: Any, **more: Any) -> dict[str, Any]:
    here = _here(request, actor)
    entry = await queries.entry_of(session, labourer.id)
    skills = (await queries.skills_of(session, [labourer.id]))[labourer.id]
    household = await queries.household_of(session, labourer)
    history = (await session.execute(declaration_queries.of_labourer(labourer.id))).all()
    consent = (await declaration_queries.consents_of(session, labourer.id)).get("match")
    said = next((pair for pair in history if pair[0].channel != "proxy"), None)
    doubt = await declaration_queries.doubt_about(session, said[0].id) if said else None
    standing, scope = _standing(said, consent is not None and consent.given, doubt, here.today)
    if await declaration_queries.is_limited(session, labourer.id):
        standing = "limited"
    statement = said[0] if said and present.is_told(standing, scope) else None
    facts = service.read_facts(here.words.keys, labourer, entry, skills, household) if entry else None
    family = await queries.others_in_household(session, actor, labourer)
    return {
        "labourer": labourer,
        "name": here.words.name(labourer),
        "place_line": " · ".join(
            filter(None, (request.app.state.localities.full_name(labourer.locality_code), labourer.village_name))
        ),
        "tag": present.availability_tag(standing, scope),
        "available": present.is_available(standing, scope),
        "statement": statement,
        "groups": present.fact_groups(here.words, facts, statement) if facts else [],
        "identity": [{"title": lazy("Person"), "facts": present.identity_facts(here.words, labourer, household)}],
        "events": _events(here, history, statement, await queries.changes_of(session, labourer.id)),
        "family": family,
        "others": [{"uuid": one.uuid, "name": here.words.name(one)} for one in family],
        "scopes": category_options("scope", leave_out=frozenset({"not_stated"})),
        "match_text": consent_words.words_of("match", here.today),
        "today": here.today,
        "listed": entry is not None and entry.left_on is None,
        "sends_codes": await _sends_codes(request, session, labourer),
        "errors": None,
        "revealed": None,
        "may": {permission.name: actor.may(permission) for permission in Permission},
        **more,
    }


async def _sends_codes(request: Request, session: Session, labourer: Any) -> bool:
    """Whether a code may go to the person's telephone: they agreed, gave a mobile number, and there is a way out."""
    state = request.app.state
    if "sms" not in ways_out(state.settings):
        return False
    return await telling.number_of(session, state.keys, labourer, state.clock()) is not None


def _standing(said: Any, consented: bool, doubt: str | None, today: date) -> tuple[str, str | None]:
    """The person's own last word: how it stands, and what it says."""
    if said is None or doubt == "not_stated":
        return "not_stated", None
    statement, withdrawal = said
    if withdrawal is not None or not consented:
        return "withdrawn", statement.scope
    current = statement.stated_on <= today < statement.expires_on
    return doubt or ("current" if current else "expired"), statement.scope


def _events(here: Here, history: Any, statement: Any, changes: list[Any]) -> list[dict[str, Any]]:
    """What an officer reads of the past: ``statement`` is the one own word that counts, or did to its last day.

    The rest is on the person's own pages and in the copy they may ask for. A no is not told, and earlier words go with
    it: one of May that does not count in June says what was said in between (V4).
    """
    events = [present.change_event(one) for one in changes]
    proxies = [said for said, _ in history if said.channel == "proxy" and said.scope != "not_now"]
    for told in [*proxies, *([statement] if statement else [])]:
        recorder = told.recorder_name_cipher and here.words.keys.decrypt(
            "declaration.recorder", told.uuid, told.recorder_name_cipher
        )
        events.append(
            {
                "at": told.stated_on,
                "what": lazy("Stated: %(scope)s", scope=category_label(told.scope, "scope")),
                "who": lazy("taken down by %(name)s", name=recorder) if recorder else None,
                "why": present.CHANNELS[told.channel],
            }
        )
    return sorted(
        events, key=lambda one: day_of(one["at"]) if isinstance(one["at"], datetime) else one["at"], reverse=True
    )


@router.post("/{uuid}/declarations")
async def declare(
    request: Request,
    session: Session,
    actor: Recorder,
    uuid: UUID,
    scope: Annotated[str, Form()],
    stated_on: Annotated[Day, Form()],
    evidence: Annotated[str, Form()] = "",
) -> Response:
    labourer = await queries.get(session, actor, uuid, lock=True)
    settings, now = request.app.state.settings, request.app.state.clock()
    statement = declarations.Statement(
        labourer.id,
        scope,
        stated_on,
        "in_person",
        recorder=actor.display_name,
        recorder_user_id=actor.user_id,
        evidence=evidence.strip() or None,
        language=current_locale(),
    )
    keys = request.app.state.keys
    await declarations.record(session, actor, keys, statement, now=now, days=settings.declaration_days)
    response = RedirectResponse(f"/labourers/{uuid}", status_code=303)
    set_flash(response, lazy("The statement is recorded."))
    return response


@router.post("/{uuid}/withdraw")
async def withdraw(request: Request, session: Session, actor: Recorder, uuid: UUID) -> Response:
    labourer = await queries.get(session, actor, uuid, lock=True)
    now = request.app.state.clock()
    await declarations.withdraw(session, actor, labourer.id, channel="in_person", now=now)
    response = RedirectResponse(f"/labourers/{uuid}", status_code=303)
    set_flash(response, lazy("Taken back. This person is not matched any more."))
    return response


@router.post("/{uuid}/reveal")
async def reveal(
    request: Request,
    session: Session,
    actor: Annotated[Actor, require(Permission.LABOURERS_REVEAL)],
    uuid: UUID,
    field: Annotated[str, Form()],
    reason: Annotated[str, Form()] = "",
) -> Response:
    labourer = await queries.get(session, actor, uuid)
    state = request.app.state
    allowed = allowance(state.settings, state.clock())
    value = await service.reveal(session, actor, state.keys, labourer, field, reason, allowed=allowed)
    shown = {"field": field, "value": value}
    return render(request, "labourers/case.html", await _case(request, session, actor, labourer, revealed=shown))


@router.post("/{uuid}/off-list")
async def take_off_list(
    request: Request, session: Session, actor: Editor, uuid: UUID, reason: Annotated[str, Form()]
) -> Response:
    labourer = await queries.get(session, actor, uuid, lock=True)
    await service.take_off_list(session, actor, labourer, reason, now=request.app.state.clock())
    response = RedirectResponse("/labourers", status_code=303)
    set_flash(response, lazy("Taken off the demand list."), undo=f"/labourers/{uuid}/back-on-list")
    return response


@router.post("/{uuid}/back-on-list")
async def put_back_on_list(session: Session, actor: Editor, uuid: UUID) -> Response:
    labourer = await queries.get(session, actor, uuid, lock=True)
    await service.put_back_on_list(session, actor, labourer)
    return RedirectResponse(f"/labourers/{uuid}", status_code=303)
