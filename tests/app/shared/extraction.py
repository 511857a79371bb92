"""Every message of templates and Python code, as Babel extracts it, with the places it stands at."""

from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import extract_from_file

ROOT = Path(__file__).parents[3]
PYTHON_KEYWORDS = {
    "_": None,
    "N_": None,
    "lazy": None,
    "translate": None,
    "nlazy": (1, 2),
    "gettext": (2,),
    "ngettext": (2, 3),
}
TEMPLATE_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
TEMPLATE_OPTIONS = {
    "trimmed": "true",
    "newstyle_gettext": "true",
    "extensions": "jinja2.ext.do,jinja2.ext.loopcontrols",
}


@dataclass(frozen=True)
class Use:
    """One place a message stands at."""

    msgid: str
    plural: str | None
    place: str


def messages_in_use() -> list[Use]:
    uses: list[Use] = []
    for path in sorted((ROOT / "app").rglob("*.py")):
        uses += _extract(path, "python", PYTHON_KEYWORDS, {})
    for path in sorted((ROOT / "app" / "templates").rglob("*.html")):
        uses += _extract(path, "jinja2.ext:babel_extract", TEMPLATE_KEYWORDS, TEMPLATE_OPTIONS)
    return uses


def _extract(path: Path, method: str, keywords: dict, options: dict) -> list[Use]:
    found = []
    for line, message, *_comments in extract_from_file(
        method, path, keywords=keywords, options=options, strip_comment_tags=False
    ):
        singular, plural = message if isinstance(message, tuple) else (message, None)
        found.append(Use(singular, plural, f"{path.relative_to(ROOT)}:{line}"))
    return found
