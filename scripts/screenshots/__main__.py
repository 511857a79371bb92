"""Serve a demo, go through its pages at both widths and in both languages, keep what is seen."""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from app.demo.accounts import PASSWORD
from scripts.screenshots.png import shrink
from scripts.screenshots.shots import Shot, Tour
from scripts.screenshots.tours import TOURS
from tests.browser import PHONE, WIDE, chromium

VARIANTS = [(size, lang) for size in (WIDE, PHONE) for lang in ("zh", "en")]
TALL_ENOUGH = """
() => [...document.querySelectorAll(".list .table-box")].reduce(
    (height, box) => height + box.scrollHeight - box.clientHeight, document.documentElement.scrollHeight)
"""
LANGUAGES = {"zh": "zh_Hans", "en": "en"}


def main() -> None:
    options = _options()
    options.out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = options.data_dir or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="duijie-screens-")))
        base = options.url or stack.enter_context(served_demo(folder))
        browser = stack.enter_context(chromium())
        for tour in TOURS:
            if wanted(tour.names, options.only):
                take(browser, base, tour, options.only, options.out, folder)
    total = sum(path.stat().st_size for path in options.out.glob("*.png"))
    print(f"{len(list(options.out.glob('*.png')))} pictures, {total / 1_000_000:.1f} MB, in {options.out}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/screens")
    parser.add_argument("--url")
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", action="append", default=[])
    return parser.parse_args()


@contextmanager
def served_demo(folder: Path) -> Iterator[str]:
    """A demo with data of its own, on a free port, for as long as the ``with``."""
    environment = {name: value for name, value in os.environ.items() if "DATABASE_URL" not in name}
    command = [sys.executable, "-u", "-m", "app.cli", "demo", "--port", "0", "--data-dir", str(folder)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        address = _address(process.stdout)
        threading.Thread(target=process.stdout.read, daemon=True).start()  # a full pipe would hold the demo up
        try:
            yield address
        finally:
            process.send_signal(signal.SIGINT)


def _address(lines: Iterable[str]) -> str:
    """Where the demo says that it is served; what it says before is passed on."""
    for line in lines:
        print(line, end="", flush=True)
        if found := re.search(r"http://[^/\s]+", line):
            return found[0]
    raise SystemExit("The demo did not start; see above.")


def wanted(names: Sequence[str], only: Sequence[str]) -> bool:
    """Whether one of the names begins as asked, or (of a tour) may be the beginning of one that does."""
    return not only or any(name.startswith(start) or start.startswith(name) for name in names for start in only)


def take(browser: Browser, base: str, tour: Tour, only: Sequence[str], out: Path, folder: Path) -> None:
    """One tour: a window goes ahead, four others take the pictures."""
    state = signed_in(browser, base, tour.login) if tour.login else None
    ahead = browser.new_context(viewport=WIDE, storage_state=state, locale="zh-CN")
    windows = [window(browser, base, size, lang, state) for size, lang in VARIANTS]
    for shot in tour.walk(ahead.new_page(), base, folder):
        if only and not shot.name.startswith(tuple(only)):
            continue
        print(shot.name, flush=True)
        for (size, lang), context in zip(VARIANTS, windows, strict=True):
            png = picture(context, shot)
            (out / f"{shot.name}-{size['width']}-{lang}.png").write_bytes(shrink(png))
    for context in (ahead, *windows):
        context.close()


def signed_in(browser: Browser, base: str, login: str) -> dict:
    """The cookies of a demo account."""
    context = browser.new_context(viewport=WIDE)
    page = context.new_page()
    page.goto(f"{base}/sign-in")
    page.locator("[name=user_name]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"{base}/")
    state = context.storage_state()
    context.close()
    return dict(state)


def window(browser: Browser, base: str, size: dict[str, int], lang: str, state: dict | None) -> BrowserContext:
    """A context of one width, in one language, with animations off."""
    context = browser.new_context(viewport=size, storage_state=state, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{base}/sign-in?lang={LANGUAGES[lang]}")
    page.close()
    return context


def picture(context: BrowserContext, shot: Shot) -> bytes:
    page: Page = context.new_page()
    page.goto(shot.address)
    if shot.act:
        shot.act(page)
    page.wait_for_load_state()
    if shot.whole:  # a screen as tall as the page, so that what keeps to the screen's edge reaches its end
        _grow(page)
    png = page.screenshot(animations="disabled", caret="hide")
    page.close()
    return png


def _grow(page: Page) -> None:
    """Make the screen as tall as the page with all rows of its lists; these grow with the screen, so twice."""
    for _ in range(2):
        size = page.viewport_size
        assert size
        height = int(page.evaluate(TALL_ENOUGH))
        page.set_viewport_size({"width": size["width"], "height": max(height, size["height"])})


if __name__ == "__main__":
    main()
