"""Drafts as plain dictionaries: what the command line and the API give out."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from app.intake.adverts.drafts import DraftField, DraftVacancy, Source
from app.intake.adverts.legal import LegalSign
from app.intake.values.pay import as_dict
from app.shared.i18n import N_, gettext

QUESTIONS = {
    "v_company": N_("Which employer is it? The advert names none."),
    "v_title": N_("What is the post called?"),
    "v_headcount": N_("How many people are wanted? A number is needed before the vacancy can open."),
    "v_wage": N_("What is the pay, and for what period? The advert gives no figure."),
    "v_place": N_("Where is the work? Province, city and county, please."),
}


def drafts_as_dicts(drafts: Iterable[DraftVacancy], locale: str = "zh_Hans") -> list[dict[str, Any]]:
    """Each draft with its fields, their places, what is missing, and its warnings in the language asked for."""
    return [
        {
            "fields": {key: _field(field) for key, field in draft.fields.items()},
            "pay": as_dict(draft.pay) if draft.pay else None,
            "missing": [{"key": key, "question": gettext(locale, QUESTIONS[key])} for key in draft.missing],
            "warnings": [_warning(warning, locale) for warning in draft.warnings],
            "blocked": draft.blocked,
            "unread": [_source(source) for source in draft.unread],
            "public_text": draft.public_text,
        }
        for draft in drafts
    ]


def _field(field: DraftField) -> dict[str, Any]:
    return {"text": field.text, "value": _plain(field.value), "sources": [_source(source) for source in field.sources]}


def _source(source: Source) -> dict[str, Any]:
    return {"start": source.start, "end": source.end, "words": source.words}


def _warning(warning: LegalSign, locale: str) -> dict[str, Any]:
    return {
        "code": warning.rule.code,
        "effect": warning.rule.effect,
        "clause": warning.rule.clause,
        "text": warning.rule.text(locale),
        "mend": warning.rule.mend(locale),
        "start": warning.start,
        "end": warning.end,
        "words": warning.words,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value
