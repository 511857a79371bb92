"""Employers as the templates want them."""

from datetime import date
from typing import Any

from app.employers.models import Employer, EmployerAttestation
from app.employers.queries import is_good
from app.localities.reference import Localities
from app.shared.i18n import LazyText, lazy

STANDING_TAGS = {
    "unverified": (lazy("not verified"), "warn"),
    "good": (lazy("verified"), "good"),
    "suspended": (lazy("suspended"), "bad"),
}


def attested_text(until: date) -> LazyText:
    """Whose word a standing rests on where no receiving office has given its own."""
    return lazy("verified by the sending county, until %(day)s", day=until.isoformat())


def lapsed_tag(until: date) -> dict[str, Any]:
    """A sending county's word that does not hold any more."""
    return {"text": lazy("verification lapsed on %(day)s", day=until.isoformat()), "kind": "warn"}


def standing_tag_on(employer: Employer, today: date) -> dict[str, Any]:
    """The standing of an employer as it counts today."""
    if employer.standing != "good" or employer.verified_until is None:
        return standing_tag(employer.standing)
    if not is_good(employer, today):
        return lapsed_tag(employer.verified_until)
    return {"text": attested_text(employer.verified_until), "kind": "info"}


def attestation_facts(one: EmployerAttestation | Any, office: str) -> dict[str, Any]:
    """What the sending county checked, as a group of facts."""
    facts = [
        {"label": lazy("Sending county"), "value": office},
        {"label": lazy("Licence seen"), "value": one.licence},
        {"label": lazy("Looked up"), "value": one.looked_up},
        {"label": lazy("Called back on"), "value": one.called_on.isoformat()},
        {"label": lazy("Person spoken to"), "value": one.called_person},
    ]
    if one.is_dispatch:
        facts.append({"label": lazy("Dispatch permit"), "value": one.dispatch_permit})
        last = one.dispatch_permit_until
        facts.append({"label": lazy("Last day of the permit"), "value": last.isoformat() if last else None})
    return {"title": lazy("Checked by the sending county"), "facts": facts}


def standing_tag(standing: str) -> dict[str, Any]:
    """The standing of an employer as a tag."""
    text, kind = STANDING_TAGS[standing]
    return {"text": text, "kind": kind}


def employer_row(employer: Employer, localities: Localities, today: date) -> dict[str, Any]:
    """One line of the list of employers."""
    return {
        "uuid": employer.uuid,
        "name": employer.name,
        "credit_code": employer.credit_code,
        "place": localities.full_name(employer.locality_code) if employer.locality_code else None,
        "standing": standing_tag_on(employer, today),
        "verified": employer.verified_at,
    }


def fact_groups(employer: Employer, localities: Localities) -> list[dict[str, Any]]:
    """What is known of an employer."""
    place = localities.full_name(employer.locality_code) if employer.locality_code else None
    return [
        {
            "title": lazy("Employer"),
            "facts": [
                {"label": lazy("Credit code"), "value": employer.credit_code},
                {"label": lazy("Place"), "value": place},
                {"label": lazy("Address"), "value": employer.address},
                {"label": lazy("What was checked"), "value": employer.verification_note},
            ],
        }
    ]
