"""Adverts as they travel on WeChat, read into draft vacancies that point at their words."""

from app.intake.adverts.drafts import DraftField, DraftVacancy, Source, read_advert
from app.intake.adverts.legal import LegalSign, Rule, legal_signs, rules
from app.intake.adverts.output import drafts_as_dicts

__all__ = [
    "DraftField",
    "DraftVacancy",
    "LegalSign",
    "Rule",
    "Source",
    "drafts_as_dicts",
    "legal_signs",
    "read_advert",
    "rules",
]
