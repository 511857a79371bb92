"""Every kind of page, on a wide screen and on a phone: accessible, inside the screen, without complaints."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.queries import actor_by_login
from app.labourers.schemas import SkillFacts, WishFacts
from app.match_runs import service as match_runs
from app.migrations import Server
from app.shared.clock import day_of, system_clock
from app.shared.encryption import KeyRing
from scripts.screenshots.__main__ import signed_in, window
from scripts.screenshots.shots import Shot, Tour
from scripts.screenshots.tours import TOURS
from tests.browser import PHONE, WIDE, findings, overhang
from tests.factories.labourers import make_labourer
from tests.journeys.conftest import FAMILIES, TASK_SECONDS, Instance, served, supply

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = pytest.mark.browser

PEOPLE = 30


async def both_lists(session: AsyncSession, keys: KeyRing) -> None:
    """Posts, people who said where they want to go, a few who have to be asked, and a run that matches them."""
    await supply(session, keys)
    now = system_clock()
    county = await actor_by_login(session, "county")
    assert county
    families = list(FAMILIES)
    for number in range(PEOPLE):
        family = families[number % len(families)]
        title = FAMILIES[family][0]
        await make_labourer(
            session,
            county,
            keys,
            now,
            name=f"张{'秀英国强小梅建军'[number % 8]}",
            scope=None if number % 10 == 9 else "leave_province",
            stated_on=day_of(now) - timedelta(days=number),
            skills=[SkillFacts(title=title, trade_family=family, months=6 + number)],
            wishes=WishFacts(wish_trades=[family], floor_net_month=4000, shift_wanted=["days"]),
        )
    await match_runs.start(session, county, now=now)


@pytest.fixture(scope="module")
def instance(server: Server, database: str, data_dir: Path) -> Iterator[Instance]:
    with served(server, database, data_dir, both_lists) as instance:
        yield instance


@pytest.fixture(scope="module")
def matched(instance: Instance, browser: "Browser") -> None:
    """The run is over."""
    context = browser.new_context(storage_state=signed_in(browser, instance.address, "county"))
    page = context.new_page()
    page.goto(f"{instance.address}/match-runs?lang=en")
    page.locator("tbody tr a").first.click()
    page.locator("#flow").wait_for(timeout=TASK_SECONDS * 1000)
    context.close()


@pytest.mark.parametrize("tour", TOURS, ids=lambda tour: f"{tour.login} {tour.names[0]}")
def test_every_page_is_sound(instance: Instance, browser: "Browser", matched: None, tour: Tour, tmp_path: Path) -> None:
    base = instance.address
    state = signed_in(browser, base, tour.login) if tour.login else None
    ahead = browser.new_context(viewport=WIDE, storage_state=state)
    beside = window(browser, base, WIDE, "en", state)  # English words are longer than Chinese ones
    troubles = [
        (shot.name, trouble)
        for shot in tour.walk(ahead.new_page(), base, tmp_path)
        for trouble in _troubles(beside, shot)
    ]
    ahead.close()
    beside.close()
    assert troubles == []


def _troubles(context: "BrowserContext", shot: Shot) -> list[str]:
    page, found = context.new_page(), []
    page.on("console", lambda message: found.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    answer = page.goto(shot.address)
    assert answer
    if shot.act:
        shot.act(page)
    expected = 404 if shot.name == "not-found" else 200
    if answer.status != expected:
        found.append(f"{answer.status} of {answer.url}")
    if expected == 404:
        found = [one for one in found if "404" not in one]
    found += [f"{rule}: {place}" for rule, place in findings(page)]
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        if wider := overhang(page):
            found.append(f"{wider} pixels wider than a screen of {size['width']}")
    page.close()
    return found
