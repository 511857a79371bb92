"""Consents in words, for the office's pages and the person's own."""

from datetime import date
from typing import Any

from app.declarations.models import PURPOSES, Consent
from app.declarations.texts import text_on
from app.shared.i18n import LazyText, current_locale, lazy

PURPOSE_LABELS: dict[str, LazyText] = {
    "match": lazy("Be matched with vacancies, under a code name"),
    "name_to_employer": lazy("Name and phone to the employer I accepted"),
    "cross_province": lazy("Journey passed on to the place I go to"),
    "trip_manifest": lazy("Name on the passenger list of my trip"),
    "subsidy_claim": lazy("The office claims my subsidies for me"),
    "publication": lazy("Masked name in the public notice of a subsidy"),
    "follow_up": lazy("Phone calls on how I fare"),
    "contact": lazy("Short messages about my own affairs"),
}


def words_of(purpose: str, today: date) -> str:
    """The text to be shown today, in the reader's language."""
    return text_on(purpose, today).body(current_locale())


def consent_rows(latest: dict[str, Consent], permitted: dict[str, bool], today: date) -> list[dict[str, Any]]:
    """Each purpose with its text and whether a yes stands; a no and a question never asked look alike (V4)."""
    return [
        {
            "purpose": purpose,
            "label": PURPOSE_LABELS[purpose],
            "text": words_of(purpose, today),
            "given": permitted[purpose],
            "given_on": latest[purpose].at if permitted[purpose] else None,
            "until": latest[purpose].expires_on if permitted[purpose] else None,
        }
        for purpose in PURPOSES
    ]
