"""The words for trade families, occupations and skill levels, in the reader's language."""

from app.occupations.families import trade_families
from app.occupations.reference import SKILL_LEVELS, classification
from app.shared.i18n import current_locale

_LEVELS = {level.code: level for level in SKILL_LEVELS}


def _chinese() -> bool:
    return current_locale().startswith("zh")


def trade_label(code: str | None) -> str:
    """The name of a trade family; empty for none."""
    family = trade_families().get(code or "")
    if family is None:
        return ""
    return family.zh if _chinese() else family.en


def trade_options() -> list[dict[str, str]]:
    """The trade families as choices of a form."""
    return [{"value": code, "label": trade_label(code)} for code in trade_families()]


def occupation_label(code: str | None) -> str:
    """The official name (Chinese) of an occupation; empty for none."""
    return classification().name(code) if code else ""


def level_label(code: str | None) -> str:
    """The name of a skill level; empty for none."""
    level = _LEVELS.get(code or "")
    if level is None:
        return ""
    return level.zh if _chinese() else level.en
