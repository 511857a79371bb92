"""Languages: Chinese first, English complete.

The English text is the message id; Chinese lives in one ``.po`` file per feature under ``app/locale/zh_Hans``,
merged when first used, so that a feature adds its words without touching another's file and nothing is compiled.
The locale of a request is a context variable set by ``LocaleMiddleware``; background code names it explicitly.

Texts are always ``%(name)s`` format strings, in templates and here: a literal percent sign is written ``%%``.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

from babel.messages.pofile import read_po
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

DEFAULT_LOCALE: Final = "zh_Hans"
LOCALES: Final = {"zh_Hans": "中文", "en": "English"}
LANG_TAGS: Final = {"zh_Hans": "zh-Hans", "en": "en"}
LOCALE_FOLDER: Final = Path(__file__).parent.parent / "locale"
COOKIE: Final = "duijie_lang"
COOKIE_SECONDS: Final = 365 * 24 * 3600

_current: ContextVar[str] = ContextVar("locale", default=DEFAULT_LOCALE)


@dataclass(frozen=True)
class CatalogueEntry:
    """One translated message and the file it stands in. ``texts`` has one form per plural of the language."""

    file: str
    msgid: str
    plural: str | None
    texts: tuple[str, ...]
    fuzzy: bool


def read_entries(folder: Path) -> list[CatalogueEntry]:
    """All messages of a language folder, ``base.po`` first, then the features by name."""
    entries: list[CatalogueEntry] = []
    for path in sorted(folder.glob("*.po"), key=lambda po: (po.name != "base.po", po.name)):
        with path.open("rb") as source:
            messages = read_po(source, locale=folder.name, abort_invalid=True)
        entries += [_entry(path.name, one.id, one.string, one.fuzzy) for one in messages if one.id]
    return entries


def _entry(file: str, msgid: Any, string: Any, fuzzy: bool) -> CatalogueEntry:
    singular, plural = msgid if isinstance(msgid, tuple) else (msgid, None)
    texts = tuple(string) if isinstance(string, (tuple, list)) else (string,)
    return CatalogueEntry(file, singular, plural, texts, fuzzy)


@cache
def catalogue(locale: str) -> Mapping[str, tuple[str, ...]]:
    """Message id to its forms. Where two files disagree the first one counts; a test names the disagreement."""
    if locale not in LOCALES:
        raise ValueError(f"unknown locale {locale!r}; known: {', '.join(LOCALES)}")
    merged: dict[str, tuple[str, ...]] = {}
    for entry in read_entries(LOCALE_FOLDER / locale):
        if all(entry.texts) and not entry.fuzzy:
            merged.setdefault(entry.msgid, entry.texts)
    return merged


def message(locale: str, msgid: str) -> str:
    """The message in a language with its parameters still open; an untranslated one stays English."""
    texts = catalogue(locale).get(msgid)
    return texts[0] if texts else msgid


def counted_message(locale: str, singular: str, plural: str, n: int) -> str:
    """Like ``message`` for a counted thing. Chinese has one form; English ids carry both."""
    texts = catalogue(locale).get(singular)
    return texts[0] if texts else (singular if n == 1 else plural)


def gettext(locale: str, msgid: str, /, **params: Any) -> str:
    """The text of a message in a language, its parameters filled in."""
    return message(locale, msgid) % _in_locale(locale, params)


def ngettext(locale: str, singular: str, plural: str, n: int, /, **params: Any) -> str:
    """Like ``gettext`` for a counted thing; ``%(num)s`` is the count."""
    return counted_message(locale, singular, plural, n) % _in_locale(locale, {"num": n, **params})


def _in_locale(locale: str, params: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value.text(locale) if isinstance(value, LazyText) else value for key, value in params.items()}


def N_(msgid: str) -> str:  # noqa: N802 (the customary name, known to extraction)
    """Mark a message for translation where it is defined; whoever shows it translates it."""
    return msgid


@dataclass(frozen=True)
class LazyText:
    """A message that becomes text when it is shown, in the language of whoever looks."""

    msgid: str
    plural: str | None = None
    n: int | None = None
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def text(self, locale: str) -> str:
        if self.plural is not None and self.n is not None:
            return ngettext(locale, self.msgid, self.plural, self.n, **self.params)
        return gettext(locale, self.msgid, **self.params)

    def __str__(self) -> str:
        return self.text(current_locale())


def lazy(msgid: str, /, **params: Any) -> LazyText:
    """A message for a module constant, an exception or a form; parameters may be lazy themselves."""
    return LazyText(msgid, params=params)


def nlazy(singular: str, plural: str, n: int, /, **params: Any) -> LazyText:
    """The counted form of ``lazy``."""
    return LazyText(singular, plural, n, params)


def current_locale() -> str:
    return _current.get()


def translate(msgid: str, /, **params: Any) -> str:
    """``gettext`` in the language of the current request."""
    return gettext(current_locale(), msgid, **params)


@contextmanager
def use_locale(locale: str) -> Iterator[None]:
    """Speak ``locale`` inside the block."""
    if locale not in LOCALES:
        raise ValueError(f"unknown locale {locale!r}; known: {', '.join(LOCALES)}")
    token = _current.set(locale)
    try:
        yield
    finally:
        _current.reset(token)


class LocaleMiddleware:
    """Bind each request's locale: ``?lang=`` (remembered in a cookie), else the cookie, else Chinese.

    The browser's own language is not asked: office machines often carry an English system under Chinese work.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = _asked_locale(scope)
        cookie = HTTPConnection(scope).cookies.get(COOKIE)
        locale = asked or (cookie if cookie in LOCALES else DEFAULT_LOCALE)

        async def remember(message: Message) -> None:
            if asked and message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", _cookie(asked, secure=scope["scheme"] == "https"))
            await send(message)

        with use_locale(locale):
            await self.app(scope, receive, remember)


def _asked_locale(scope: Scope) -> str | None:
    wanted: Sequence[str] = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang", [])
    return wanted[-1] if wanted and wanted[-1] in LOCALES else None


def _cookie(locale: str, *, secure: bool) -> str:
    jar = SimpleCookie({COOKIE: locale})
    jar[COOKIE].update({"path": "/", "max-age": str(COOKIE_SECONDS), "samesite": "Lax"})
    jar[COOKIE]["httponly"] = True
    jar[COOKIE]["secure"] = secure
    return jar[COOKIE].OutputString()
