"""The form of a county's checks, the same for an employer and for a post."""

from collections.abc import Mapping
from datetime import date

from fastapi import Request
from fastapi.responses import Response

from app.employers.attesting import Checks
from app.errors import Invalid
from app.shared.bounds import day_typed
from app.shared.i18n import lazy
from app.shared.templating import render

LABELS = {
    "licence": lazy("Number of the business licence seen"),
    "looked_up": lazy("Register looked up, and what stood there"),
    "called_on": lazy("Called back on"),
    "called_person": lazy("Person spoken to"),
    "dispatch_permit": lazy("Number of the dispatch permit"),
    "dispatch_permit_until": lazy("Last day of the permit"),
}


async def attest_values(request: Request) -> dict[str, str]:
    """What was typed, by field."""
    form = await request.form()
    return {name: value for name in (*LABELS, "is_dispatch") if isinstance(value := form.get(name, ""), str)}


def read_checks(values: Mapping[str, str]) -> Checks:
    """The checks in plain values; a day that cannot be read counts as none."""
    return Checks(
        licence=values["licence"],
        looked_up=values["looked_up"],
        called_on=day_or_none(values["called_on"]),
        called_person=values["called_person"],
        is_dispatch=values["is_dispatch"] == "yes",
        dispatch_permit=values["dispatch_permit"],
        dispatch_permit_until=day_or_none(values["dispatch_permit_until"]),
    )


def day_or_none(text: str) -> date | None:
    """The day in a field; one that cannot be read counts as none."""
    try:
        return day_typed(text)
    except ValueError:
        return None


def attest_page(
    request: Request,
    back: str,
    name: str,
    values: Mapping[str, str],
    error: Invalid | None = None,
    *,
    asks_dispatch: bool,
    is_dispatch: bool = False,
) -> Response:
    """The form, with what was typed and what is wrong."""
    context = {
        "back": back,
        "name": name,
        "labels": LABELS,
        "values": {field: values.get(field, "") for field in (*LABELS, "is_dispatch")},
        "asks_dispatch": asks_dispatch,
        "needs_permit": is_dispatch or asks_dispatch,
        "errors": {field: lazy(text) for field, text in error.fields.items()} if error else None,
    }
    return render(request, "employers/attest.html", context, status_code=error.status if error else 200)
