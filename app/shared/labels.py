"""The words for codes, in the reader's language."""

from collections.abc import Iterable

from app.shared.categories import categories
from app.shared.i18n import current_locale


def category_label(code: str | None, list_name: str) -> str:
    """The label of one code of a category list; empty for none, the code itself if the list has lost it."""
    if not code:
        return ""
    values = categories(list_name)
    return values[code].label(current_locale()) if code in values else code


def category_labels(codes: Iterable[str], list_name: str) -> str:
    """Several labels in one line."""
    separator = "、" if current_locale().startswith("zh") else ", "
    return separator.join(category_label(code, list_name) for code in codes)


def category_options(list_name: str, *, leave_out: frozenset[str] = frozenset()) -> list[dict[str, str]]:
    """The list as choices of a form."""
    locale = current_locale()
    return [
        {"value": value.code, "label": value.label(locale)}
        for value in categories(list_name).values
        if value.code not in leave_out
    ]
