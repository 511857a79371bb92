"""Register one person by hand: a sheet of one row, and the person's own word if the officer has just heard it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.database import Session
from app.declarations import service as declarations
from app.declarations.consents import check_evidence
from app.declarations.present import words_of as words_of_consent
from app.errors import Conflict, Invalid
from app.intake import mend, people, person_form
from app.intake.coding import code_titles
from app.intake.office import Office
from app.intake.one_row import doubts, field_errors, read_one, words_of
from app.intake.reading.rows import ParsedRow, Problem
from app.intake.titles import titles_of_person
from app.labourers import service as labourers
from app.labourers.schemas import PersonFacts
from app.permissions import Actor, Permission, require
from app.shared.bounds import day_typed
from app.shared.clock import day_of
from app.shared.flash import set_flash
from app.shared.i18n import current_locale, lazy
from app.shared.labels import category_options
from app.shared.templating import render

router = APIRouter(prefix="/labourers")

Editor = Annotated[Actor, require(Permission.LABOURERS_EDIT)]
SCOPES_LEFT_OUT = frozenset({"not_stated"})


@dataclass(frozen=True)
class OwnWord:
    """What the officer typed about the person's own statement; without a scope nothing was stated."""

    scope: str
    stated_on: date | None
    evidence: str


@router.get("/new")
async def new_person(request: Request, session: Session, actor: Editor) -> Response:
    carried = {key: request.query_params.get(key, "") for key in person_form.CARRIED_ON}
    office = await _office(request, session, actor)
    return _page(request, actor, office, carried)


async def _office(request: Request, session: Session, actor: Actor) -> Office:
    return await mend.office_of(session, actor, day_of(request.app.state.clock()), {})


def _page(
    request: Request,
    actor: Actor,
    office: Office,
    values: Mapping[str, Any],
    errors: Mapping[str, Any] | None = None,
    odd: list[Problem] | None = None,
) -> Response:
    errors = errors or {}
    places = {key: at for at, key in enumerate(person_form.labels())}
    errors = dict(sorted(errors.items(), key=lambda one: places.get(one[0], len(places))))  # as they stand on the page
    townships = person_form.townships_of(request.app.state.localities, actor)
    if len(townships) == 1:
        values = {**values, "township": townships[0]}
    named = person_form.labels()
    context = {
        "sections": person_form.sections(townships, errors, values),
        "labels": {**named, "scope": lazy("Where are you willing to work?"), "stated_on": lazy("Said on")},
        "values": values,
        "errors": errors,
        "doubts": [
            lazy("%(field)s: %(value)s", field=named.get(one.field or "", ""), value=words_of(one)) for one in odd or []
        ],
        "doubts_seen": _marks(odd or []),
        "scopes": category_options("scope", leave_out=SCOPES_LEFT_OUT),
        "today": office.today,
        "match_text": words_of_consent("match", office.today),
        "may_record": actor.may(Permission.DECLARATIONS_RECORD),
    }
    return render(request, "intake/person.html", context, status_code=422 if errors or odd else 200)


def _marks(odd: list[Problem]) -> str:
    return " ".join(sorted({one.code for one in odd}))


@router.post("")
async def register(request: Request, session: Session, actor: Editor) -> Response:
    form = await request.form()
    office = await _office(request, session, actor)
    values = person_form.texts_of(form)
    row = read_one("demand", person_form.cells_of(values), office.context())
    looked = people.look(row, office.homes())
    word, errors = _own_word(form, actor, office.today)
    errors |= {one.field or "": words_of(one) for one in looked.problems if one.level == "error"} | field_errors(row)
    odd = doubts([*row.problems, *looked.problems], row)
    said = {"scope": word.scope, "stated_on": form.get("stated_on", ""), "evidence": word.evidence}
    seen = set(str(form.get("doubts_seen", "")).split())
    if errors or not {one.code for one in odd} <= seen:
        return _page(request, actor, office, {**values, **said}, errors, odd)
    facts = await _facts(session, row, looked, office)
    try:
        await _enter(request, session, actor, office, facts, word)
    except (Conflict, Invalid) as refused:
        fields = refused.fields if isinstance(refused, Invalid) else {}
        place = next(iter(fields), "id_no")
        errors = {place: lazy(refused.message, **refused.params)}
        return _page(request, actor, office, {**values, **said}, errors)
    return _onward(form, values)


async def _facts(session: Session, row: ParsedRow, looked: people.Looked, office: Office) -> PersonFacts:
    named = list(dict.fromkeys(titles_of_person(row)))
    titles = await asyncio.to_thread(code_titles, named, await mend.decisions_of(session, office))
    return people.person_of(row, looked, office.context().resolve_place, titles).facts


def _own_word(form: Any, actor: Actor, today: date) -> tuple[OwnWord, dict[str, Any]]:
    """The statement as typed, and what is wrong with it."""
    if not actor.may(Permission.DECLARATIONS_RECORD):
        return OwnWord("", None, ""), {}
    scope, evidence = str(form.get("scope", "")), str(form.get("evidence", "")).strip()
    known = {one["value"] for one in category_options("scope", leave_out=SCOPES_LEFT_OUT)}
    try:
        stated_on = day_typed(str(form.get("stated_on", "")))
    except ValueError:
        stated_on = None
    errors: dict[str, Any] = {}
    if scope and scope not in known:
        errors["scope"] = lazy("Choose one of the answers.")
    if scope and stated_on is None:
        errors["stated_on"] = lazy("On which day did the person say it? Without a day it does not count.")
    if scope and stated_on is not None and stated_on > today:
        errors["stated_on"] = lazy("Not later than today.")
    if scope:
        try:
            check_evidence(evidence)
        except Invalid as error:
            errors["evidence"] = lazy(error.message, **error.params)
    return OwnWord(scope, stated_on, evidence), errors


async def _enter(
    request: Request, session: Session, actor: Actor, office: Office, facts: PersonFacts, word: OwnWord
) -> None:
    state = request.app.state
    now = state.clock()
    # A township registers for its county, which has custody of the person; the trail says who did it.
    labourer = await labourers.enter(session, actor, state.keys, facts, now=now, custodian_id=office.custodian_id)
    if not word.scope or word.stated_on is None:
        return
    statement = declarations.Statement(
        labourer.id,
        word.scope,
        word.stated_on,
        "in_person",
        recorder=actor.display_name,
        recorder_user_id=actor.user_id,
        evidence=word.evidence or None,
        language=current_locale(),
    )
    days = state.settings.declaration_days
    await declarations.record(session, actor, state.keys, statement, now=now, days=days)


def _onward(form: Any, values: Mapping[str, Any]) -> Response:
    if form.get("go_on"):
        kept = {key: values[key] for key in person_form.CARRIED_ON if values[key]}
        response = RedirectResponse(f"/labourers/new?{urlencode(kept)}", status_code=303)
        set_flash(response, lazy("Registered. The next one, please."))
    else:
        response = RedirectResponse("/labourers", status_code=303)
        set_flash(response, lazy("Registered: the person is on the demand list."))
    return response
