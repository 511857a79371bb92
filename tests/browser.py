"""A real Chromium for tests of pages. Loaded as a plugin by ``tests/conftest.py``.

Playwright holds an event loop of its own for as long as a browser is open, so whatever a test needs that runs one
(databases, rows) has to be asked for before the browser.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from shutil import which
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDE = {"width": 1280, "height": 720}
PHONE = {"width": 360, "height": 740}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (most tests need no browser)

    program = which("chromium") or which("chromium-browser") or which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def complaints() -> list[str]:
    """What the console said: a broken rule of the content security policy, a missing file, an error of a script."""
    return []


@pytest.fixture
def page(browser: "Browser", complaints: list[str]) -> Iterator["Page"]:
    page = browser.new_page(viewport=WIDE)
    page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()


def findings(page: "Page") -> list[tuple[str, str]]:
    """What axe finds wrong on the page: rule and place."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415

    return [(one["id"], one["nodes"][0]["html"]) for one in Axe().run(page).response["violations"]]


def overhang(page: "Page") -> int:
    """By how many pixels the page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
