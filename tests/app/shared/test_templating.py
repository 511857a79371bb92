"""Pages: the environment, what every page is given, addresses, and rules every template keeps."""

import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from jinja2 import UndefinedError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.shared.assets import load_assets
from app.shared.flash import set_flash
from app.shared.gallery import sample
from app.shared.i18n import LocaleMiddleware, lazy, use_locale
from app.shared.templating import TEMPLATE_FOLDER, Frame, NavGroup, NavItem, create_templates, render

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TEMPLATES = sorted(path.relative_to(TEMPLATE_FOLDER).as_posix() for path in TEMPLATE_FOLDER.rglob("*.html"))
ENVIRONMENT = create_templates(load_assets(), lambda: NOW)


def gallery_frame() -> Frame:
    items = [
        NavItem("gallery", lazy("Demand list"), "/gallery", "people", 18462),
        NavItem("desk", lazy("Work desk"), "/", "desk"),
    ]
    return Frame(
        organisation="枞阳县人社局",
        scope="枞阳县",
        user_name="<b>汪*</b>",
        role="经办",
        csrf_token="token-1",
        nav=[NavGroup(lazy("today"), items)],
        search_href="/search",
        is_demo=True,
    )


async def _gallery(request: Request) -> Response:
    request.state.frame = gallery_frame()
    return render(request, "gallery.html", sample())


async def _error(request: Request) -> Response:
    context: dict[str, Any] = {"status": 404, "what": "A", "why": None, "what_now": "B", "acts": [], "reference": "r-1"}
    return render(request, "error.html", context, status_code=404)


async def _act(_request: Request) -> Response:
    response = RedirectResponse("/error", 303)
    set_flash(response, lazy("Saved."), undo="/undo")
    return response


@pytest.fixture
def client() -> httpx.AsyncClient:
    routes = [Route("/gallery", _gallery), Route("/error", _error), Route("/act", _act)]
    app = Starlette(routes=routes, middleware=[Middleware(LocaleMiddleware)])
    app.state.templates = ENVIRONMENT
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test")


def bare_request(path: str, query: bytes = b"") -> Request:
    app = Starlette()
    app.state.templates = ENVIRONMENT
    server = {"server": ("test", 80), "scheme": "http", "app": app}
    return Request({"type": "http", "path": path, "query_string": query, "headers": [], **server})


def shown(source: str, **context: Any) -> str:
    return ENVIRONMENT.from_string(source).render(context)


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        shown("{{ nothing_of_the_kind }}")


def test_values_are_escaped_and_lazy_texts_translated() -> None:
    assert shown("{{ name }}", name="<script>") == "&lt;script&gt;"
    assert shown("{{ text }}", text=lazy("row %(row)s", row="<b>")) == "第 &lt;b&gt; 行"
    assert shown("{{ _('row %(row)s', row='<b>') }}") == "第 &lt;b&gt; 行"


def test_templates_speak_the_readers_language() -> None:
    one = "{{ count }} field needs your attention"
    many = "{{ count }} fields need your attention"
    counted = "{% trans count=n %}" + one + "{% pluralize %}" + many + "{% endtrans %}"
    assert shown(counted, n=2) == "有 2 项需要修改"
    with use_locale("en"):
        assert shown(counted, n=2) == "2 fields need your attention"


def test_filters_are_at_hand() -> None:
    assert (
        shown("{{ 4800|money }} {{ 861000|score }} {{ '张小梅'|masked_name }} {{ day|day }}", day=NOW)
        == "4,800 0.86 张*梅 2026-11-21"
    )


@pytest.mark.parametrize(
    ("call", "address"),
    [
        ("url_with(sort='-name')", "/list?scope=a&scope=b&q=%E5%BC%A0&sort=-name"),
        ("url_with(page=4)", "/list?scope=a&scope=b&q=%E5%BC%A0&page=4"),
        ("url_with(q=none, scope=none)", "/list"),
        ("url_with(scope=['b', 'c'])", "/list?q=%E5%BC%A0&scope=b&scope=c"),
        ("url_with(lang='en')", "/list?scope=a&scope=b&q=%E5%BC%A0&lang=en"),
        ("url_toggled('scope', 'c')", "/list?q=%E5%BC%A0&scope=a&scope=b&scope=c"),
        ("url_toggled('scope', 'a')", "/list?q=%E5%BC%A0&scope=b"),
    ],
)
def test_addresses_keep_the_other_filters_and_start_at_page_one(call: str, address: str) -> None:
    request = bare_request("/list", b"scope=a&scope=b&q=%E5%BC%A0&page=3&lang=en")
    assert shown("{{ " + call + " }}", request=request).replace("&amp;", "&") == address


async def test_the_frame_says_who_where_and_which_page(client: httpx.AsyncClient) -> None:
    html = (await client.get("/gallery")).text
    assert '<html lang="zh-Hans">' in html
    assert "枞阳县人社局" in html
    assert "&lt;b&gt;汪*&lt;/b&gt;" in html
    assert re.search(r'<a href="/gallery" aria-current="page">.*18,462', html)
    assert html.count('aria-current="page"') >= 2  # rail and narrow menu
    assert 'hx-headers=\'{"X-CSRF-Token": "token-1"}\'' in html
    english = (await client.get("/gallery?lang=en")).text
    assert '<html lang="en">' in english
    assert "Skip to the content" in english


async def test_every_post_form_carries_the_token(client: httpx.AsyncClient) -> None:
    html = (await client.get("/gallery")).text
    forms = re.findall(r'<form[^>]*method="post".*?</form>', html, re.DOTALL)
    assert len(forms) >= 6
    assert all('name="csrf_token" value="token-1"' in form for form in forms)


async def test_nothing_inline(client: httpx.AsyncClient) -> None:
    html = (await client.get("/gallery")).text
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]* src=)|javascript:", html)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)


async def test_signed_out_pages_have_no_rail(client: httpx.AsyncClient) -> None:
    answer = await client.get("/error")
    assert answer.status_code == 404
    assert 'class="rail"' not in answer.text
    assert "r-1" in answer.text


async def test_a_message_is_shown_once_with_its_undo(client: httpx.AsyncClient) -> None:
    after = await client.get("/act", follow_redirects=True)
    assert "已保存。" in after.text
    assert 'action="/undo"' in after.text
    assert "已保存。" not in (await client.get("/error")).text


async def test_demo_sign_in_names_its_accounts() -> None:
    request = bare_request("/sign-in")
    request.state.csrf_token = "before"
    accounts = [{"role": "县级经办", "user_name": "county", "password": "demo-1", "office": "枞阳县"}]
    context = {
        "action": "/sign-in",
        "errors": {"user_name": "x"},
        "values": {"user_name": "a&b"},
        "next": "/desk",
        "accounts": accounts,
    }
    html = bytes(render(request, "sign_in.html", context).body).decode()
    assert 'value="before"' in html
    assert 'value="a&amp;b"' in html
    assert "demo-1" in html
    assert 'name="next" value="/desk"' in html


def test_the_desk_says_when_nothing_waits() -> None:
    request = bare_request("/")
    request.state.frame = gallery_frame()
    context = {"today": "d", "summary": None, "acts": [], "queues": [], "queues_total": 0, "queues_href": None}
    context |= {"flow": [], "flow_note": "", "news": [], "side_title": ""}
    assert "没有待办" in bytes(render(request, "desk.html", context).body).decode()


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_compile_and_keep_the_rules(name: str) -> None:
    ENVIRONMENT.get_template(name)
    source = re.sub(r"\{#.*?#\}", "", (TEMPLATE_FOLDER / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"\sstyle\s*=", source), "no inline style: a class, or an SVG attribute"
    assert not re.search(r"\son[a-z]{3,}\s*=|hx-on|javascript:|js:", source), "no inline script"
    assert not re.search(r"<script(?![^>]* src=\"\{\{ asset)|https?://", source), "nothing from elsewhere"
    assert not re.search(r"\|\s*safe\b", source), "escape everything"
    bare = re.findall(r"\{%-? import \"macros/(?!icons)[^%]*?%\}", source)
    assert all("with context" in one for one in bare), "import macros with context: they need the request and the token"


def test_every_icon_asked_for_is_drawn() -> None:
    icons = (TEMPLATE_FOLDER / "macros" / "icons.html").read_text(encoding="utf-8")
    drawn = set(re.findall(r'^  "([a-z-]+)":', icons, re.MULTILINE))
    asked = {}
    for name in TEMPLATES:
        source = re.sub(r"\{#.*?#\}", "", (TEMPLATE_FOLDER / name).read_text(encoding="utf-8"), flags=re.DOTALL)
        for drawing, sign in re.findall(r'\bicon\("([^"]+)"\)|\bsign="([^"]+)"', source):
            asked[drawing or sign] = name
    assert {icon: name for icon, name in asked.items() if icon not in drawn} == {}
