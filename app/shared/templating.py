"""Pages from templates: one environment, strict about unknown names, and what every page's frame is given.

A template decides nothing: it is handed rows, counts and permissions already worked out, and shows them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.shared import formats
from app.shared.assets import Assets
from app.shared.clock import Clock
from app.shared.flash import COOKIE as FLASH_COOKIE
from app.shared.flash import take_flash
from app.shared.i18n import LANG_TAGS, LOCALES, LazyText, counted_message, current_locale, message

TEMPLATE_FOLDER: Final = Path(__file__).parent.parent / "templates"
# Parameters that say where in a list one stands or in which language: a new filter or sort starts over.
POSITION_PARAMETERS: Final = frozenset({"page", "lang"})
FILTERS: Final = (
    formats.number,
    formats.money,
    formats.percent,
    formats.score,
    formats.day,
    formats.moment,
    formats.relative_day,
    formats.masked_name,
    formats.masked_id,
    formats.masked_phone,
)


@dataclass(frozen=True)
class NavItem:
    """One entry of the rail. ``key`` is what a page names as its own place; ``icon`` a name of macros/icons.html."""

    key: str
    label: LazyText
    href: str
    icon: str = "list"
    count: int | None = None


@dataclass(frozen=True)
class NavGroup:
    label: LazyText
    items: Sequence[NavItem]


@dataclass(frozen=True)
class Frame:
    """Who is looking, from where, and which pages there are for them. Set as ``request.state.frame``."""

    organisation: str
    scope: str | LazyText
    user_name: str
    role: str | LazyText
    csrf_token: str
    nav: Sequence[NavGroup] = field(default_factory=tuple)
    search_href: str | None = None
    searches_people: bool = False  # then the words go in the body of a POST, as they may name somebody
    sign_out_href: str = "/sign-out"
    account_href: str | None = None
    is_demo: bool = False
    warning: LazyText | None = None  # stands on every page


def create_templates(assets: Assets, clock: Clock) -> Environment:
    """The environment of all pages; keep it as ``app.state.templates``. ``clock`` dates printed pages."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(_message, _counted_message, newstyle=True)  # type: ignore[attr-defined]
    for filter_function in FILTERS:
        environment.filters[filter_function.__name__] = filter_function
    environment.globals.update(asset=assets.url, clock=clock, url_with=url_with, url_toggled=url_toggled)
    return environment


def render(
    request: Request, template: str, context: Mapping[str, Any] | None = None, *, status_code: int = 200
) -> HTMLResponse:
    """Answer with a page. Besides ``context`` a template knows ``request``, ``frame`` and ``flash``, if any."""
    frame: Frame | None = getattr(request.state, "frame", None)
    flash = take_flash(request)
    locale = current_locale()
    environment: Environment = request.app.state.templates
    html = environment.get_template(template).render(
        {
            "request": request,
            "frame": frame,
            "csrf_token": frame.csrf_token if frame else getattr(request.state, "csrf_token", ""),
            "flash": flash,
            "locale": locale,
            "lang_tag": LANG_TAGS[locale],
            "locales": LOCALES,
            "lang_tags": LANG_TAGS,
            **(context or {}),
        }
    )
    response = HTMLResponse(html, status_code=status_code)
    if flash:
        response.delete_cookie(FLASH_COOKIE)
    return response


def _message(msgid: str) -> str:
    return message(current_locale(), msgid)


def _counted_message(singular: str, plural: str, n: int) -> str:
    return counted_message(current_locale(), singular, plural, n)


@pass_context
def url_with(context: Context, **changes: Any) -> str:
    """This page's address with some parameters set, replaced or (None) removed; every change returns to page 1."""
    return _address(context, {name: _values(value) for name, value in changes.items()})


@pass_context
def url_toggled(context: Context, name: str, value: object) -> str:
    """This page's address with one value of a many-valued parameter added, or removed if it is there."""
    values: list[str] = context["request"].query_params.getlist(name)
    text = str(value)
    return _address(context, {name: [v for v in values if v != text] if text in values else [*values, text]})


def _values(value: object) -> list[str]:
    if value is None:
        return []
    if isinstance(value, (list, tuple)):
        return [str(one) for one in value]
    return [str(value)]


def _address(context: Context, changes: Mapping[str, list[str]]) -> str:
    url = context["request"].url
    old = context["request"].query_params.multi_items()
    kept = [(name, value) for name, value in old if name not in changes and name not in POSITION_PARAMETERS]
    query = urlencode(kept + [(name, value) for name, values in changes.items() for value in values])
    return f"{url.path}?{query}" if query else str(url.path)
