"""Languages: every message has its Chinese, in one place, with the same parameters; the locale follows the request."""

import re
from collections import defaultdict
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from app.shared.i18n import (
    LOCALE_FOLDER,
    LOCALES,
    CatalogueEntry,
    LazyText,
    LocaleMiddleware,
    catalogue,
    current_locale,
    gettext,
    lazy,
    ngettext,
    nlazy,
    read_entries,
    translate,
    use_locale,
)
from tests.app.shared.extraction import Use, messages_in_use

CHINESE = LOCALE_FOLDER / "zh_Hans"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%(.)|\{(\w+)\}")


@pytest.fixture(scope="module")
def uses() -> list[Use]:
    return messages_in_use()


def test_every_message_has_its_chinese(uses: list[Use]) -> None:
    known = {entry.msgid for entry in read_entries(CHINESE) if all(entry.texts) and not entry.fuzzy}
    missing = [f"{use.place}: no Chinese for {use.msgid!r}" for use in uses if use.msgid not in known]
    assert not missing, "add to app/locale/zh_Hans/<feature>.po:\n" + "\n".join(missing)


def test_no_translation_is_fuzzy_or_empty() -> None:
    bad = [f"{entry.file}: {entry.msgid!r}" for entry in read_entries(CHINESE) if entry.fuzzy or not all(entry.texts)]
    assert not bad, "finish these translations:\n" + "\n".join(bad)


def test_no_translation_is_left_over(uses: list[Use]) -> None:
    used = {use.msgid for use in uses}
    unused = [f"{entry.file}: {entry.msgid!r}" for entry in read_entries(CHINESE) if entry.msgid not in used]
    assert not unused, "no code or template uses these any more:\n" + "\n".join(unused)


def test_files_agree_on_a_message_they_share() -> None:
    places = defaultdict(list)
    for entry in read_entries(CHINESE):
        places[entry.msgid].append(entry)
    conflicts = [
        f"{msgid!r}: " + "; ".join(f"{entry.file} says {entry.texts[0]!r}" for entry in entries)
        for msgid, entries in places.items()
        if len({entry.texts for entry in entries}) > 1
    ]
    assert not conflicts, "one message, one translation:\n" + "\n".join(conflicts)


def test_translations_keep_the_parameters() -> None:
    wrong = [
        f"{entry.file}: {entry.msgid!r} → {text!r}"
        for entry in read_entries(CHINESE)
        for text in entry.texts
        if not _keeps_parameters(entry, text)
    ]
    assert not wrong, "parameters differ, or a percent sign is not doubled:\n" + "\n".join(wrong)


def _keeps_parameters(entry: CatalogueEntry, text: str) -> bool:
    # A counted message may leave its count to one of its forms; any other has exactly the parameters of its id.
    allowed = _parameters(entry.msgid) | _parameters(entry.plural or "")
    return _parameters(text) <= allowed if entry.plural else _parameters(text) == allowed


def test_english_messages_are_format_strings(uses: list[Use]) -> None:
    wrong = [f"{use.place}: {use.msgid!r}" for use in uses if "%?" in _parameters(use.msgid)]
    assert not wrong, "write a literal percent sign as %%:\n" + "\n".join(wrong)


def _parameters(text: str) -> set[str]:
    found = set()
    for named, other, brace in PLACEHOLDER.findall(text):
        if other not in ("", "%"):
            found.add("%?")
        elif named or brace:
            found.add(named or brace)
    return found


def test_gettext_speaks_both_languages_and_fills_in_parameters() -> None:
    assert gettext("zh_Hans", "printed %(time)s", time="9:00") == "打印于 9:00"
    assert gettext("en", "printed %(time)s", time="9:00") == "printed 9:00"


def test_an_untranslated_message_stays_english() -> None:
    text = "a message nobody has translated: %(n)s"
    assert gettext("zh_Hans", text, n=1) == "a message nobody has translated: 1"


@pytest.mark.parametrize(("n", "chinese", "english"), [(1, "1 天后", "in 1 day"), (3, "3 天后", "in 3 days")])
def test_counted_messages(n: int, chinese: str, english: str) -> None:
    assert ngettext("zh_Hans", "in %(num)s day", "in %(num)s days", n) == chinese
    assert ngettext("en", "in %(num)s day", "in %(num)s days", n) == english
    assert nlazy("in %(num)s day", "in %(num)s days", n).text("en") == english


def test_lazy_text_follows_the_reader_and_so_do_its_parameters() -> None:
    text = lazy("row %(row)s", row=lazy("today"))
    with use_locale("en"):
        assert str(text) == "row today"
    assert str(text) == "第 今天 行"
    assert {text, lazy("row %(row)s", row=lazy("today"))} == {text}


def test_unknown_locales_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown locale 'fr'; known: zh_Hans, en"):
        gettext("fr", "today")
    with pytest.raises(ValueError, match="unknown locale"), use_locale("fr"):
        pass


def test_the_first_file_counts_where_two_disagree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "zh_Hans"
    folder.mkdir()
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (folder / "base.po").write_text(head + 'msgid "Row"\nmsgstr "行"\n', encoding="utf-8")
    (folder / "aardvark.po").write_text(
        head + 'msgid "Row"\nmsgstr "排"\n\n#, fuzzy\nmsgid "x"\nmsgstr "y"\n', encoding="utf-8"
    )
    monkeypatch.setattr("app.shared.i18n.LOCALE_FOLDER", tmp_path)
    catalogue.cache_clear()
    try:
        assert dict(catalogue("zh_Hans")) == {"Row": ("行",)}
    finally:
        catalogue.cache_clear()


async def _say(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{current_locale()} {translate('today')}")


@pytest.fixture
def client() -> httpx.AsyncClient:
    app = LocaleMiddleware(Starlette(routes=[Route("/", _say)]))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test")


async def test_chinese_is_the_default_whatever_the_browser_prefers(client: httpx.AsyncClient) -> None:
    answer = await client.get("/", headers={"Accept-Language": "en"})
    assert answer.text == "zh_Hans 今天"
    assert "set-cookie" not in answer.headers


async def test_the_switch_is_remembered(client: httpx.AsyncClient) -> None:
    switched = await client.get("/?lang=en")
    assert switched.text == "en today"
    assert "Max-Age=31536000" in switched.headers["set-cookie"]
    assert "Secure" not in switched.headers["set-cookie"]
    assert (await client.get("/")).text == "en today"
    assert (await client.get("/?lang=zh_Hans")).text == "zh_Hans 今天"
    assert (await client.get("/")).text == "zh_Hans 今天"


async def test_the_cookie_is_secure_on_https(client: httpx.AsyncClient) -> None:
    answer = await client.get("https://test/?lang=en")
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize("lang", ["fr", "", "../en", "en%0d%0aset-cookie:x"])
async def test_a_language_we_do_not_have_changes_nothing(client: httpx.AsyncClient, lang: str) -> None:
    answer = await client.get(f"/?lang={lang}", headers={"Cookie": "duijie_lang=xx"})
    assert answer.text == "zh_Hans 今天"
    assert "set-cookie" not in answer.headers


def test_every_locale_has_its_own_name() -> None:
    assert LOCALES == {"zh_Hans": "中文", "en": "English"}
    assert isinstance(lazy("x"), LazyText)
