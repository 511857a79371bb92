"""Correct a person's name, phone and home by hand; what the person wants and has done comes from their own word."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.database import Session
from app.errors import Conflict, Stale
from app.intake.homes import homes as homes_of
from app.intake.messages import problem_text
from app.intake.values.issues import Reading
from app.intake.values.phones import parse_phone
from app.intake.values.texts import parse_name
from app.labourers import queries, reads, service
from app.labourers.models import Labourer
from app.labourers.schemas import PersonFacts
from app.localities.reference import TOWNSHIP, Localities
from app.permissions import Actor, Permission, require
from app.shared.bounds import version_typed
from app.shared.flash import set_flash
from app.shared.formats import masked_phone
from app.shared.i18n import N_, LazyText, current_locale, lazy
from app.shared.templating import render

router = APIRouter(prefix="/labourers")

Editor = Annotated[Actor, require(Permission.LABOURERS_EDIT)]
LONGEST = 100  # characters of a village's name, of a reason


async def _stored(request: Request, session: Session, labourer: Labourer) -> PersonFacts:
    """The record as it stands. Raises Conflict (409) for who has left the list."""
    entry = await queries.entry_of(session, labourer.id)
    if entry is None or entry.left_on is not None:
        raise Conflict(N_("This person is not on the demand list any more."))
    skills = (await queries.skills_of(session, [labourer.id]))[labourer.id]
    household = await queries.household_of(session, labourer)
    return service.read_facts(request.app.state.keys, labourer, entry, skills, household)


def _homes(localities: Localities, actor: Actor, labourer: Labourer) -> list[dict[str, str]]:
    """Where the person may live: the townships the post reaches, and where they are entered now."""
    homes = homes_of(actor.organisation_locality, actor.scope)
    codes = [
        one.code
        for one in localities.divisions.values()
        if one.level == TOWNSHIP and one.parent_code == homes.county and homes.is_inside(one.code)
    ]
    here = [] if labourer.locality_code in codes else [labourer.locality_code]
    return [{"value": code, "label": localities.name(code)} for code in (*here, *codes)]


def _page(
    request: Request,
    actor: Actor,
    labourer: Labourer,
    stored: PersonFacts,
    values: Mapping[str, Any],
    *,
    errors: Mapping[str, Any] | None = None,
    stale: LazyText | None = None,
) -> Response:
    context = {
        "labourer": labourer,
        "name": stored.name,
        "phone": masked_phone(stored.phone) if stored.phone else None,
        "homes": _homes(request.app.state.localities, actor, labourer),
        "values": values,
        "errors": errors,
        "stale": stale,
        "labels": {
            "name": lazy("Name"),
            "phone": lazy("Phone"),
            "township": lazy("Township"),
            "village": lazy("Village"),
            "reason": lazy("Reason"),
        },
    }
    return render(request, "labourers/edit.html", context, status_code=412 if stale else 422 if errors else 200)


@router.get("/{uuid}/edit")
async def edit(request: Request, session: Session, actor: Editor, uuid: UUID) -> Response:
    labourer = await queries.get(session, actor, uuid)
    stored = await _stored(request, session, labourer)
    reads.note_opened(session, actor, labourer, act="labourer.open_form")
    values = {
        "version": labourer.version,
        "name": stored.name,
        "phone": "",
        "no_phone": False,
        "township": stored.locality_code,
        "village": stored.village_name,
        "reason": "",
    }
    return _page(request, actor, labourer, stored, values)


@router.post("/{uuid}/edit")
async def save(request: Request, session: Session, actor: Editor, uuid: UUID) -> Response:
    labourer = await queries.get(session, actor, uuid, lock=True)
    stored = await _stored(request, session, labourer)
    form = await request.form()
    names = ("version", "name", "phone", "township", "village", "reason")
    values: dict[str, Any] = {name: str(form.get(name, "")).strip() for name in names}
    values["no_phone"] = bool(form.get("no_phone"))
    known = {one["value"] for one in _homes(request.app.state.localities, actor, labourer)}
    facts, errors = _read(stored, values, known)
    if errors:
        return _page(request, actor, labourer, stored, values, errors=errors)
    state = request.app.state
    version = version_typed(values["version"])
    try:
        changes = await service.correct(
            session, actor, state.keys, labourer, facts,
            version=version, reason=values["reason"], now=state.clock(),
        )  # fmt: skip
    except Stale as changed:
        return _page(request, actor, labourer, stored, values, stale=lazy(changed.message))
    response = RedirectResponse(f"/labourers/{uuid}", status_code=303)
    set_flash(response, lazy("Saved.") if changes else lazy("Nothing was changed."), kind="good" if changes else "info")
    return response


def _read(stored: PersonFacts, values: Mapping[str, Any], homes: set[str]) -> tuple[PersonFacts, dict[str, Any]]:
    """The record with what was typed, and what is wrong with it."""
    errors: dict[str, Any] = {}
    name = _value("name", parse_name(values["name"]), errors)
    if not name and "name" not in errors:
        errors["name"] = lazy("Fill in this field.")
    phone = _value("phone", parse_phone(values["phone"]), errors) if values["phone"] else stored.phone
    if values["no_phone"]:
        phone = None
        if values["phone"]:
            errors["phone"] = lazy("Either a new number, or none.")
    if values["township"] not in homes:
        errors["township"] = lazy("Choose one of the answers.")
    for field in ("village", "reason"):
        if len(values[field]) > LONGEST:
            errors[field] = lazy("More than %(most)s characters.", most=LONGEST)
    if len(values["reason"]) < service.REASON_LENGTH:
        errors["reason"] = lazy("Say where you know it from: the person, the card, the village.")
    typed = {"phone": phone, "locality_code": values["township"], "village_name": values["village"] or None}
    return replace(stored, name=name or stored.name, **typed), errors


def _value(field: str, reading: Reading, errors: dict[str, Any]) -> Any:
    value, issue = reading
    if issue is not None and (value is None or issue.level != "note"):
        errors[field] = " ".join(problem_text(current_locale(), issue.code, issue.params))
    return value
