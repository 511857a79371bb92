"""An instance as it is served: web server and runner in processes of their own, on a database of their own.

The database holds the demo's accounts and a supply list that the receiving office has verified; the demand list is
empty. It is made before the browser starts, as both need an event loop.
"""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from app.accounts.queries import actor_by_login
from app.database import make_sessions
from app.demo.accounts import PASSWORD, make_accounts
from app.intake.screening import screen
from app.match_runs.adapter.pay import net_figures
from app.migrations import Server
from app.serving import environment_of
from app.settings import PROJECT, Settings
from app.shared.clock import system_clock
from app.shared.encryption import KeyRing, read_key_file
from app.vacancies import service as vacancies
from app.wall import EVERYBODY
from tests.browser import chromium
from tests.factories.vacancies import make_employer, post

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

START_SECONDS = 60
TASK_SECONDS = 100  # for a task on a machine that has other things to do, such as compiling the kernel
FAMILIES = {
    "electronics": ("电子厂普工", "320583", "昆山立成电子有限公司"),
    "sewing": ("平缝车工", "320509", "吴江锦华制衣有限公司"),
    "welding": ("氩弧焊工", "320214", "无锡恒力机械有限公司"),
    "packing": ("包装工", "330212", "宁波顺达包装有限公司"),
    "building_labour": ("建筑小工", "330106", "杭州城建劳务有限公司"),
    "catering": ("传菜员", "310115", "上海浦东同兴酒楼有限公司"),
}
SignIn = Callable[[str], "Page"]
Fill = Callable[[AsyncSession, KeyRing], Awaitable[None]]


@dataclass(frozen=True)
class Instance:
    """A served Duijie."""

    address: str


@pytest.fixture(scope="module")
def instance(server: Server, database: str, data_dir: Path) -> Iterator[Instance]:
    with served(server, database, data_dir, supply) as instance:
        yield instance


@contextmanager
def served(server: Server, database: str, data_dir: Path, fill: Fill, **more: int) -> Iterator[Instance]:
    """An instance on a copy of the migrated database, filled with the demo's accounts and what ``fill`` enters."""
    name = f"{database}_journey"
    server.drop_database(name)
    server.create_database(name, template=database)
    url = server.url("app", name)
    settings = Settings(database_url=url, data_dir=data_dir, demo=True, **more)
    asyncio.run(_enter(url, read_key_file(settings.key_file), fill))
    with ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        environment = environment_of(settings, url)
        web = stack.enter_context(_part(environment, "web", listening.fileno()))
        stack.enter_context(_part(environment, "runner"))
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        _wait_for(web, address)
        yield Instance(address)
    server.drop_database(name)


@contextmanager
def _part(environment: dict[str, str], name: str, *descriptors: int) -> Iterator[subprocess.Popen[bytes]]:
    """One process of the instance, as ``scripts/serve`` starts it."""
    command = [sys.executable, "-m", "app.serving", name, *map(str, descriptors)]
    with subprocess.Popen(command, cwd=PROJECT, env=environment, pass_fds=descriptors) as process:
        try:
            yield process
        finally:
            process.terminate()  # or the wait at the end of the with would not end, whatever failed in between


def _wait_for(web: subprocess.Popen[bytes], address: str) -> None:
    """Until the web server answers; the socket takes the question before there is somebody to answer it."""
    for _ in range(START_SECONDS):
        assert web.poll() is None, "the web server did not start"
        with suppress(httpx.ReadTimeout):
            httpx.get(f"{address}/health", timeout=1).raise_for_status()
            return
    raise TimeoutError("the web server does not answer")


async def _enter(url: str, keys: KeyRing, fill: Fill) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    async with make_sessions(engine, EVERYBODY)() as session, session.begin():
        await make_accounts(session)
        await fill(session, keys)
    await engine.dispose()


async def supply(session: AsyncSession, _keys: KeyRing) -> None:
    """An open post in each of some trades, and one that is against the law."""
    now = system_clock()
    office = await actor_by_login(session, "suzhou")
    assert office
    for family, (title, place, firm) in FAMILIES.items():
        employer = await make_employer(session, office, now, name=firm)
        facts = post(title=title, trade_family=family, locality_code=place, openings=20, openings_text="20人")
        vacancy = await vacancies.enter(session, office, employer, facts, net_pay=net_figures, screen=screen, now=now)
        await vacancies.verify(session, office, vacancy, employer, now=now)
    unlawful = post(title="绗缝工", description="入职交押金200元，离职退还", openings=5)
    employer = await make_employer(session, office, now)
    await vacancies.enter(session, office, employer, unlawful, net_pay=net_figures, screen=screen, now=now)


@pytest.fixture(scope="module")
def browser(instance: Instance) -> Iterator["Browser"]:
    """The browser, once the instance is there."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def sign_in(instance: Instance, page: "Page") -> SignIn:
    """``sign_in("county")``: the page, with that demo account at its desk. In English, so that a test reads well."""

    def begin(login: str) -> "Page":
        page.goto(f"{instance.address}/sign-in?lang=en")
        page.get_by_label("User name").fill(login)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{instance.address}/")
        return page

    return begin
