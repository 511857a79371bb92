"""The words for trade families and occupations, in the reader's language."""

from functools import cache

from app.occupations.reference import OCCUPATION, family_names, load_occupations
from app.shared.i18n import current_locale


def trade_label(code: str | None) -> str:
    """The name of a trade family; empty for none."""
    family = family_names().get(code or "")
    if family is None:
        return ""
    return family.zh if current_locale().startswith("zh") else family.en


def trade_options() -> list[dict[str, str]]:
    """The trade families as choices of a form."""
    return [{"value": code, "label": trade_label(code)} for code in family_names()]


@cache
def _names() -> dict[str, str]:
    return {entry.code: entry.name for entry in load_occupations() if entry.level == OCCUPATION}


def occupation_label(code: str | None) -> str:
    """The official name (Chinese) of an occupation; empty for none."""
    return _names().get(code or "", "")
