"""Complaints as the templates and the API want them: words and tags, nothing decided."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.grievances import records
from app.grievances.kinds import kind_label
from app.grievances.models import Grievance
from app.localities.reference import Localities
from app.permissions import Actor
from app.shared.encryption import KeyRing
from app.shared.formats import moment
from app.shared.i18n import lazy

STATE_TAGS = {
    "received": (lazy("looking for an authority"), "warn"),
    "assigned": (lazy("with the authority"), "info"),
    "measures": (lazy("being worked on"), "info"),
    "answered": (lazy("answered"), "good"),
    "closed": (lazy("closed"), "plain"),
}
ACTS = {
    "received": lazy("Complaint received"),
    "assigned": lazy("Given to an authority"),
    "unrouted": lazy("No authority with an account could take it; the province's inspections see it"),
    "referred": lazy("Referred to the labour inspection by telephone and paper"),
    "taken": lazy("Taken on"),
    "measure": lazy("Something was done"),
    "answer": lazy("Answered"),
    "words": lazy("Words added by the person who complained"),
    "named": lazy("More people or offices named"),
    "escalated": lazy("Overdue: passed up"),
    "transferred": lazy("Passed to another authority"),
    "review_asked": lazy("A second authority is asked to look"),
    "review_assigned": lazy("The second authority has it"),
    "sent_back": lazy("The second authority sent it back to be worked on"),
    "hold_kept": lazy("The posts stay stopped"),
    "hold_released": lazy("The stopped posts were let go"),
    "closed": lazy("Closed"),
}


def tags(grievance: Grievance, now: datetime) -> list[dict[str, Any]]:
    """State, gravity, retaliation and the clock of a complaint."""
    text, kind = STATE_TAGS[grievance.state]
    found: list[dict[str, Any]] = [{"text": text, "kind": kind}]
    if grievance.severity == "severe":
        found.append({"text": lazy("grave"), "kind": "bad"})
    if grievance.retaliation:
        found.append({"text": lazy("retaliation feared"), "kind": "bad"})
    if is_overdue(grievance, now):
        found.append({"text": lazy("overdue"), "kind": "bad"})
    return found


def many_tag(grievance: Grievance) -> dict[str, Any] | None:
    """For who handles it: more than usual came from one address, as from a dormitory, or from somebody who floods."""
    return {"text": lazy("many from one address"), "kind": "plain"} if grievance.many_from_address else None


def is_overdue(grievance: Grievance, now: datetime) -> bool:
    return grievance.due_at is not None and grievance.due_at < now


def due_tag(grievance: Grievance, now: datetime) -> dict[str, Any]:
    """The deadline of the present step as a tag."""
    if grievance.due_at is None:
        return {"text": lazy("closed"), "kind": "plain"}
    if is_overdue(grievance, now):
        return {"text": lazy("overdue since %(time)s", time=moment(grievance.due_at)), "kind": "bad"}
    return {"text": lazy("due %(time)s", time=moment(grievance.due_at)), "kind": "warn"}


def list_row(grievance: Grievance, actor: Actor, localities: Localities, now: datetime) -> dict[str, Any]:
    """One line of the handler's list."""
    text, kind = STATE_TAGS[grievance.state]
    role = lazy("to review") if grievance.review_organisation_id == actor.organisation_id else lazy("to handle")
    if grievance.organisation_id != actor.organisation_id and not grievance.review_organisation_id:
        role = lazy("to be taken on")
    return {
        "uuid": grievance.uuid,
        "kind": kind_label(grievance.kind),
        "grave": {"text": lazy("grave"), "kind": "bad"} if grievance.severity == "severe" else None,
        "retaliation": {"text": lazy("retaliation feared"), "kind": "bad"} if grievance.retaliation else None,
        "many": many_tag(grievance),
        "state": {"text": text, "kind": kind},
        "due": due_tag(grievance, now),
        "role": role,
        "place": localities.full_name(grievance.place_code) if grievance.place_code else None,
        "received": grievance.received_at,
        "escalations": grievance.escalations,
    }


def facts(grievance: Grievance, keys: KeyRing, localities: Localities, parties: Iterable[Any]) -> list[dict[str, Any]]:
    """What the case says of itself."""
    place = localities.full_name(grievance.place_code) if grievance.place_code else None
    home = localities.full_name(grievance.home_code) if grievance.home_code else None
    return [
        {
            "title": lazy("Complaint"),
            "facts": [
                {"label": lazy("Place of work"), "value": place},
                {"label": lazy("Home"), "value": home},
                {"label": lazy("Named"), "value": ", ".join(named(keys, parties)) or None},
                {"label": lazy("Who it is"), "value": records.contact_of(keys, grievance)},
                {"label": lazy("Received"), "value": moment(grievance.received_at)},
                {"label": lazy("Passed up"), "value": grievance.escalations, "unit": lazy("times")},
            ],
        }
    ]


def named(keys: KeyRing, parties: Iterable[Any]) -> list[str]:
    """Those a complaint names, as the system or the person knows them."""
    return [organisation or user or records.party_name(keys, party) or "" for party, organisation, user in parties]


def events(keys: KeyRing, story: Iterable[Any]) -> list[dict[str, Any]]:
    """The story for a timeline, newest first."""
    return [
        {"at": event.at, "what": ACTS[event.act], "who": to or by, "why": records.event_text(keys, event)}
        for event, by, to in story
    ]
