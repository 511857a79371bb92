"""The style gallery in a real browser: accessible, never wider than the screen, usable by hand and without script."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from app.shared.assets import URL_PREFIX, load_assets
from app.shared.flash import set_flash
from app.shared.gallery import sample
from app.shared.i18n import LocaleMiddleware, lazy
from app.shared.templating import create_templates, render
from app.shared.web_security import SecurityHeadersMiddleware
from tests.app.shared.test_templating import gallery_frame
from tests.browser import PHONE, WIDE, findings, overhang

pytestmark = pytest.mark.browser


async def _gallery(request: Request) -> Response:
    request.state.frame = gallery_frame()
    return render(request, "gallery.html", sample())


async def _search(request: Request) -> Response:
    return HTMLResponse(f"<title>searched</title>{request.query_params['q']}")


RUNNING = """
{% extends "base.html" %}{% import "macros/ui.html" as ui with context %}
{% block title %}running{% endblock %}
{% block content %}{{ ui.progress("Reading", value=0, total=2000, stream=stream, poll="/poll") }}{% endblock %}
"""
STEPS = [
    {"value": 1200, "total": 2000, "text": "Checking", "state": "running"},
    {"value": 2000, "total": 2000, "text": "Done", "state": "done", "next": "/search?q=done"},
]


async def _running(request: Request) -> Response:
    context = {"request": request, "stream": request.query_params["stream"] or None, "frame": None, "flash": None}
    context |= {"csrf_token": "", "locale": "en", "lang_tag": "en", "locales": {}, "lang_tags": {}}
    return HTMLResponse(request.app.state.templates.from_string(RUNNING).render(context))


async def _stream(_request: Request) -> Response:
    return Response("".join(f"data: {json.dumps(step)}\n\n" for step in STEPS), media_type="text/event-stream")


async def _poll(request: Request) -> Response:
    request.app.state.asked += 1
    return JSONResponse(STEPS[min(request.app.state.asked, 2) - 1])


async def _act(_request: Request) -> Response:
    response = RedirectResponse("/gallery", 303)
    set_flash(response, lazy("Saved."), undo="/undo")
    return response


async def _undo(request: Request) -> Response:
    form = await request.form()
    return HTMLResponse(f"<title>undone</title>{form['csrf_token']}")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    assets = load_assets()
    app = Starlette(
        routes=[
            Route("/gallery", _gallery),
            Route("/search", _search),
            Route("/running", _running),
            Route("/stream", _stream),
            Route("/poll", _poll),
            Route("/act", _act),
            Route("/undo", _undo, methods=["POST"]),
            Mount(URL_PREFIX, assets),
        ],
        middleware=[Middleware(SecurityHeadersMiddleware), Middleware(LocaleMiddleware)],
    )
    app.state.templates = create_templates(assets, lambda: datetime(2026, 11, 21, 2, 0, tzinfo=UTC))
    app.state.asked = 0
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/gallery"
        server.should_exit = True
        thread.join(timeout=10)


@pytest.mark.parametrize("lang", ["zh_Hans", "en"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_accessible_and_inside_the_screen(
    page: Page, address: str, complaints: list[str], size: dict, lang: str
) -> None:
    page.set_viewport_size(size)
    page.goto(f"{address}?lang={lang}")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert findings(page) == []
    assert overhang(page) == 0
    assert complaints == []


def test_keys_search_help_rows_and_pages(page: Page, address: str) -> None:
    page.goto(f"{address}?lang=en")
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tr.row-here th a")).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("tr.row-here [data-pick]")).to_be_checked()
    expect(page.locator("[data-bulk-count]")).to_have_text("1 selected")
    page.keyboard.press("]")
    expect(page.locator(".pager-number [aria-current]")).to_have_text("4")


def test_selecting_rows(page: Page, address: str) -> None:
    page.goto(f"{address}?lang=en")
    bar = page.locator("[data-bulk-bar]")
    expect(bar).to_be_hidden()
    boxes = page.locator("#list [data-pick]")
    boxes.nth(0).click()
    boxes.nth(3).click(modifiers=["Shift"])
    expect(bar).to_contain_text("4 selected")
    page.locator("[data-pick-all]").click()
    expect(bar).to_contain_text("6 selected")
    page.locator("[data-pick-all]").click()
    expect(bar).to_be_hidden()


def test_filters_and_sorting_change_the_address_and_only_the_list(page: Page, address: str) -> None:
    page.goto(f"{address}?page=2&lang=en")
    page.evaluate("document.querySelector('h1').dataset.same = 'page'")
    page.locator("#sort-floor").click()
    expect(page.locator('th[aria-sort="ascending"]')).to_contain_text("Floor")
    assert page.url == f"{address}?sort=floor"
    page.locator(".chips a", has_text="home county").click()
    page.wait_for_url(f"{address}?sort=floor&scope=home_county")
    expect(page.locator("h1")).to_have_attribute("data-same", "page")
    page.go_back()
    expect(page.locator("h1")).not_to_have_attribute("data-same", "page")  # asked for anew, not taken from a store
    expect(page.locator('th[aria-sort="ascending"]')).to_contain_text("Floor")
    assert page.url == f"{address}?sort=floor"
    kept = page.evaluate("localStorage.length + sessionStorage.length")
    assert kept == 0, "no copy of a page with people's data stays in the browser"


def test_a_field_is_checked_when_it_is_left(page: Page, address: str) -> None:
    page.goto(f"{address}?lang=en")
    expect(page.locator("[data-focus]")).to_be_focused()
    number = page.locator("#field-id_no")
    number.fill("340823199001011239")
    expect(number).to_have_attribute("aria-invalid", "true")
    number.fill("34082319900101123X")
    amount = page.locator("#field-floor")
    amount.fill("about 5000")
    amount.blur()
    expect(page.locator("#error-floor")).to_contain_text("Enter an amount in yuan")
    amount.fill("5,000")
    expect(page.locator("#error-floor")).to_be_hidden()
    for name in ("townsfolk", "lodging"):
        page.locator("#field-matters_most").get_by_label(name).check()
    expect(page.locator("#error-matters_most")).to_contain_text("Tick at most 3.")


def test_dialogs_and_menus_close_by_escape(page: Page, address: str) -> None:
    page.goto(f"{address}?lang=en")
    page.locator("[data-dialog=reveal]").click()
    expect(page.locator("dialog#reveal")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#reveal")).to_be_hidden()
    menu = page.locator(".user-menu")
    menu.locator("summary").click()
    expect(menu.locator(".menu-box")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu.locator(".menu-box")).to_be_hidden()


def test_everything_can_be_reached_without_script(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(f"{address}?lang=en")
    page.locator(".rail-menu summary").click()
    expect(page.locator(".rail-menu nav")).to_be_visible()
    page.goto(f"{address}#reveal")
    expect(page.locator("dialog#reveal")).to_be_visible()
    page.goto(address)
    expect(page.locator("[data-bulk-bar]")).to_contain_text("With the selected rows:")
    page.locator("#page-after").click()
    page.wait_for_url(f"{address}?page=4")
    page.locator("#top-search").fill("zhang")
    page.keyboard.press("Enter")
    expect(page).to_have_title("searched")
    context.close()


@pytest.mark.parametrize(
    "stream", ["/stream", "/no-such-stream", ""], ids=["stream", "broken stream", "questions only"]
)
def test_progress_ends_on_the_next_page(page: Page, address: str, stream: str) -> None:
    page.goto(address.replace("/gallery", f"/running?stream={stream}"))
    page.wait_for_url(address.replace("/gallery", "/search?q=done"))
    expect(page).to_have_title("searched")


def test_the_last_act_can_be_undone(page: Page, address: str) -> None:
    page.goto(address.replace("/gallery", "/act") + "?lang=en")
    flash = page.locator("[data-flash]")
    expect(flash).to_contain_text("Saved.")
    flash.get_by_role("button", name="Undo").click()
    expect(page).to_have_title("undone")
    expect(page.locator("body")).to_contain_text("token-1")
    page.goto(address)
    expect(flash).to_have_count(0)
