"""Minimum wages: which are known, since when and from where, and the receiving office's own entry for its region."""

from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.database import Session
from app.errors import Invalid
from app.localities.reference import COUNTY, Localities
from app.permissions import Actor, Permission, require
from app.policy import queries
from app.policy.models import LocalFigure
from app.policy.store import Figure, store
from app.shared import bounds
from app.shared.clock import day_of
from app.shared.flash import set_flash
from app.shared.i18n import N_, LazyText, lazy, nlazy
from app.shared.templating import render
from app.vacancies import minimum_wages
from app.vacancies.minimum_wages import Entry, Kind

router = APIRouter(prefix="/minimum-wages")

Reader = Annotated[Actor, require(Permission.VACANCIES_VIEW)]
Verifier = Annotated[Actor, require(Permission.VACANCIES_VERIFY)]

KINDS = {"month": lazy("a month"), "hour": lazy("an hour, part-time work")}
STATUS_TAGS: dict[str, tuple[LazyText, str]] = {
    "in_force": (lazy("in force"), "good"),
    "unverified": (lazy("not verified"), "warn"),
    "expired": (lazy("expired"), "bad"),
    "illustrative": (lazy("illustrative"), "info"),
    "proposed": (lazy("waits for a second officer"), "warn"),
    "stale": (lazy("stale: enter the new figure"), "bad"),
}
WAITS = lazy(
    "This is less than what is on file. It counts once a second officer has entered the same figure within 30 days."
)
AREAS = {"first": lazy("first class"), "second": lazy("second class"), "third": lazy("third class")}


@router.get("")
async def minimum_wage_list(request: Request, session: Session, actor: Reader) -> Response:
    return await _page(request, session, actor, {}, {})


@router.post("")
async def enter(
    request: Request,
    session: Session,
    actor: Verifier,
    kind: Annotated[Kind, Form()] = "month",
    place: Annotated[str, Form(max_length=12)] = "",
    amount: Annotated[str, Form(max_length=12)] = "",
    from_on: Annotated[str, Form(max_length=10)] = "",
    source: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    typed = {"kind": kind, "place": place, "amount": amount, "from_on": from_on, "source": source}
    try:
        entry = Entry(kind, place, amount_typed(amount), day_typed(from_on), source)
        now = request.app.state.clock()
        figure, changed = await minimum_wages.enter(session, actor, entry, request.app.state.localities, now=now)
    except Invalid as error:
        errors = {name: lazy(text, **error.params) for name, text in error.fields.items()}
        return await _page(request, session, actor, typed, errors, status=422)
    response = RedirectResponse("/minimum-wages", status_code=303)
    if figure.status == "proposed":
        set_flash(response, WAITS, kind="warn")
    else:
        text = nlazy("Entered. %(num)s post was judged anew.", "Entered. %(num)s posts were judged anew.", changed)
        set_flash(response, text)
    return response


def amount_typed(text: str) -> Decimal:
    """The amount in a field. Raises Invalid (422) if it is none."""
    with suppress(InvalidOperation):
        amount = Decimal(text.strip())
        if amount.is_finite():
            return amount
    wrong = {"amount": N_("Enter an amount in yuan, for example 2490.")}
    raise Invalid(N_("This is no minimum wage."), fields=wrong)


def day_typed(text: str) -> date:
    """The first day of a notice in a field. Raises Invalid (422) if it is none."""
    try:
        return bounds.day_typed(text)
    except ValueError as error:
        wrong = {"from_on": N_("Enter the day from which the notice holds.")}
        raise Invalid(N_("This figure is not in force yet."), fields=wrong) from error


async def _page(
    request: Request, session: Session, actor: Actor, typed: dict[str, str], errors: dict[str, Any], status: int = 200
) -> Response:
    localities, today = request.app.state.localities, day_of(request.app.state.clock())
    entered = [_entered_row(one, localities, today) for one in await queries.listed(session, actor)]
    shipped = [
        _shipped_row(one, localities, today) for one in store().figures() if one.code.startswith("minimum_wage.")
    ]
    may_enter = actor.may(Permission.VACANCIES_VERIFY)
    context = {
        "entered": entered,
        "shipped": shipped,
        "may_enter": may_enter,
        "places": _places(actor, localities) if may_enter else [],
        "kinds": [{"value": kind, "label": label} for kind, label in KINDS.items()],
        "values": {"kind": "month", "from_on": "", "place": "", "amount": "", "source": "", **typed},
        "errors": errors,
    }
    return render(request, "vacancies/minimum_wages.html", context, status_code=status)


def _places(actor: Actor, localities: Localities) -> list[dict[str, str]]:
    """The region's divisions down to counties, each under its full name."""
    scope = set(actor.scope)
    inside = [
        code
        for code, one in localities.divisions.items()
        if one.level <= COUNTY and scope & set(localities.ancestors(code))
    ]
    return [{"value": code, "label": localities.full_name(code)} for code in sorted(inside)]


def _entered_row(one: LocalFigure, localities: Localities, today: date) -> dict[str, Any]:
    return _row(one.code, localities.full_name(one.locality_code), one, one.source, today)


def _shipped_row(one: Figure, localities: Localities, today: date) -> dict[str, Any]:
    area = AREAS.get(one.area)
    place = f"{localities.full_name(one.locality)} · {area}" if area else localities.full_name(one.locality)
    return _row(one.code, place, one, one.source.title, today)


def _row(code: str, place: str, one: LocalFigure | Figure, source: str, today: date) -> dict[str, Any]:
    text, kind = STATUS_TAGS["stale" if today > one.stale_after else one.status]
    return {
        "uuid": f"{code}-{place}-{one.from_on}",
        "place": place,
        "amount": f"{one.amount.normalize():f}",
        "per": KINDS[code.removeprefix("minimum_wage.")],
        "from_on": one.from_on,
        "stale_after": one.stale_after,
        "status": {"text": text, "kind": kind},
        "source": source,
    }
