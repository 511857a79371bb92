"""The one form in which a complaint is told, by its owner or to an officer."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.grievances.kinds import kind_options
from app.grievances.schemas import ABOUT, Complaint
from app.localities.places import places
from app.localities.reference import Localities
from app.shared.i18n import LazyText, lazy, translate

ABOUT_LABELS: dict[str, LazyText] = {
    "employer": lazy("the firm"),
    "broker": lazy("a broker or agency"),
    "home_office": lazy("the county, township or village at home"),
    "receiving_office": lazy("the office or labour station where the work is"),
    "inspection": lazy("the labour inspection itself"),
}
LABELS: dict[str, LazyText] = {
    "kind": lazy("What is it about?"),
    "text": lazy("What happened?"),
    "place": lazy("Where is the work?"),
    "home": lazy("Where is home?"),
    "firm": lazy("Name of the firm"),
    "about": lazy("Who is complained of?"),
    "names": lazy("Names of offices, agencies or people complained of"),
    "contact": lazy("How can you be reached?"),
}
FIELD_OF = {"place_code": "place", "home_code": "home"}


def values_of(form: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, to be shown again or read."""
    texts = {name: str(form.get(name, "")).replace("\x00", "").strip() for name in (*LABELS, "vacancy", "labourer")}
    ticked = form.getlist("about") if hasattr(form, "getlist") else form.get("about", [])
    about = [one for one in map(str, ticked) if one in ABOUT]
    return {**texts, "about": about, "retaliation": bool(form.get("retaliation"))}


def read(values: Mapping[str, Any], localities: Localities) -> Complaint:
    """The complaint told in the form. A place that is not understood is kept among the words."""
    codes, told = {}, []
    for name in ("place", "home"):
        codes[name] = places().code(values[name][:200]) if values[name] else None
        if codes[name] not in localities.divisions:
            codes[name] = None
        if values[name]:
            told.append(translate("%(what)s %(words)s", what=LABELS[name], words=values[name][:200]))
    if values["firm"]:
        told.append(translate("%(what)s %(words)s", what=LABELS["firm"], words=values["firm"][:200]))
    return Complaint(
        kind=values["kind"],
        text="\n".join([values["text"], *told]) if values["text"] else "",
        contact=values["contact"][:500],
        retaliation=values["retaliation"],
        about=tuple(values["about"]),
        firm=values["firm"][:200],
        names=values["names"][:1000],
        vacancy_uuid=uuid_of(values["vacancy"]),
        place_code=codes["place"],
        home_code=codes["home"],
    )


def uuid_of(text: str) -> UUID | None:
    """What stands behind an address or in a hidden field; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def context(values: Mapping[str, Any], errors: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What the form's template needs."""
    return {
        "values": values,
        "errors": {FIELD_OF.get(name, name): text for name, text in errors.items()} if errors else None,
        "labels": LABELS,
        "kinds": kind_options(),
        "abouts": [{"value": code, "label": ABOUT_LABELS[code]} for code in ABOUT],
    }
