"""Employers as the templates want them."""

from typing import Any

from app.employers.models import Employer
from app.localities.reference import Localities
from app.shared.i18n import lazy

STANDING_TAGS = {
    "unverified": (lazy("not verified"), "warn"),
    "good": (lazy("verified"), "good"),
    "suspended": (lazy("suspended"), "bad"),
}


def standing_tag(standing: str) -> dict[str, Any]:
    """The standing of an employer as a tag."""
    text, kind = STANDING_TAGS[standing]
    return {"text": text, "kind": kind}


def employer_row(employer: Employer, localities: Localities) -> dict[str, Any]:
    """One line of the list of employers."""
    return {
        "uuid": employer.uuid,
        "name": employer.name,
        "credit_code": employer.credit_code,
        "place": localities.full_name(employer.locality_code) if employer.locality_code else None,
        "standing": standing_tag(employer.standing),
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
