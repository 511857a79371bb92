"""What the walls around people cost: list and search pages as they are, beside the same pages without them.

One database, one process, one run, in turns. *Without* means: every query of people unscoped, row-level security
switched off by the owner of the tables, and every sealed field of a person answered with a fixed text instead of
being opened; the words of a search are opened in both, or nobody would be found in one.
The pages, their other queries and their templates are the same.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import httpx
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.accounts.service import sign_in
from app.accounts.sessions import Visit
from app.database import make_engine, make_sessions
from app.intake.command import Asked, bring_in
from app.labourers import queries
from app.labourers.models import Labourer
from app.main import create_app
from app.migrations import Server, database_server
from app.permissions import Actor
from app.settings import Settings
from app.shared.encryption import KeyRing, make_key_file, read_key_file
from app.wall import EVERYBODY
from scripts.benchmarks.intake import ON, PASSWORD, make_office, sheet_of
from scripts.benchmarks.report import machine, put_section

WALLED = ("labourer", "household", "labourer_change")
PAGES = {
    "list": ("GET", "/labourers", None),
    "list, 100 a page, by place": ("GET", "/labourers?size=100&sort=place", None),
    "list of one township": ("GET", "/labourers?township=340722113", None),
    "search by family name": ("POST", "/labourers/search", {"q": "王"}),
    "search by name": ("POST", "/labourers/search", {"q": "张小梅"}),
    "API, 200 a page": ("GET", "/api/v1/labourers?limit=200", None),
}
OF_PEOPLE = ("labourer.", "household.")  # how the names of their sealed fields begin
ROUNDS, TIMES = 7, 6
MOST = 1.3


@dataclass(frozen=True)
class Cost:
    """Milliseconds of one page, medians of all rounds."""

    page: str
    walled: float
    bare: float

    @property
    def ratio(self) -> float:
        return self.walled / self.bare


@contextmanager
def without_walls(server: Server) -> Iterator[None]:
    """Unscoped, unopened, and without the database's own wall; all of it back afterwards."""

    def everybody(_actor: Actor) -> Any:
        return select(Labourer)

    def unopened(ring: KeyRing, field: str, row: UUID, cipher: bytes) -> bytes:
        if not field.startswith(OF_PEOPLE):
            return opened(ring, field, row, cipher)
        return {"labourer.name": "张小梅", "labourer.id_no": "34072219860315102X"}.get(field, "15412345678").encode()

    opened = KeyRing.decrypt_bytes

    asyncio.run(_switch(server, "DISABLE"))
    with ExitStack() as stack:
        stack.enter_context(patch.object(queries, "visible_to", everybody))
        stack.enter_context(patch.object(KeyRing, "decrypt_bytes", unopened))
        yield
    asyncio.run(_switch(server, "ENABLE"))


async def _switch(server: Server, act: str) -> None:
    engine = create_async_engine(server.url("owner"))
    async with engine.begin() as connection:
        for table in WALLED:
            await connection.execute(text(f"ALTER TABLE {table} {act} ROW LEVEL SECURITY"))
    await engine.dispose()


async def _times(app: Any, cookies: dict[str, str], csrf: str, times: int) -> dict[str, list[float]]:
    """Milliseconds of each page, the first of each left out."""
    taken: dict[str, list[float]] = {page: [] for page in PAGES}
    engine = make_engine(app.state.settings.database_url)
    app.state.sessions = make_sessions(engine)
    transport = httpx.ASGITransport(app)
    headers = {"x-csrf-token": csrf}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://bench", cookies=cookies, headers=headers, follow_redirects=True
    ) as client:
        for page, (method, address, form) in PAGES.items():
            for number in range(times + 1):
                began = time.perf_counter()
                answer = await client.request(method, address, data=form)
                spent = (time.perf_counter() - began) * 1000
                if answer.status_code != 200:
                    raise RuntimeError(f"{page}: {answer.status_code}")
                if number:
                    taken[page].append(spent)
    await engine.dispose()
    return taken


def measure(server: Server, settings: Settings) -> list[Cost]:
    """Both ways in turns, so that a passing weakness of the machine falls on both."""
    app = create_app(settings, clock=lambda: ON)
    cookies, csrf = asyncio.run(_signed_in(settings))
    walled: dict[str, list[float]] = {page: [] for page in PAGES}
    bare: dict[str, list[float]] = {page: [] for page in PAGES}
    for number in range(ROUNDS):
        for page, times in asyncio.run(_times(app, cookies, csrf, TIMES)).items():
            walled[page] += times
        with without_walls(server):
            for page, times in asyncio.run(_times(app, cookies, csrf, TIMES)).items():
                bare[page] += times
        print(f"  round {number + 1} of {ROUNDS}", flush=True)
    return [Cost(page, statistics.median(walled[page]), statistics.median(bare[page])) for page in PAGES]


async def _signed_in(settings: Settings) -> tuple[dict[str, str], str]:
    assert settings.database_url
    engine = make_engine(settings.database_url)
    async with make_sessions(engine, EVERYBODY)() as session, session.begin():
        begun: Any = await sign_in(session, "bench", PASSWORD, Visit("bench", "bench", ON, hours=1))
    await engine.dispose()
    return {"duijie_session": begun.token, "duijie_lang": "en"}, begun.csrf_token


def load(server: Server, settings: Settings, path: Path, clock: Callable[[], Any]) -> None:
    """The sheet's people into the office's list."""
    keys = read_key_file(settings.key_file)
    asked = Asked(path.name, path.read_bytes(), "bench", "demand")
    bring_in(settings, server.url("app"), keys, asked, lambda *_: None, clock=clock)


def report(costs: list[Cost], rows: int) -> list[str]:
    lines = [
        f"{rows:,} people, {ROUNDS} rounds of {TIMES} in turns, medians. {machine()}.",
        "",
        "| page | with walls, ms | without, ms | times |",
        "| --- | ---: | ---: | ---: |",
        *(f"| {one.page} | {one.walled:.1f} | {one.bare:.1f} | {one.ratio:.2f} |" for one in costs),
    ]
    total = sum(one.walled for one in costs) / sum(one.bare for one in costs)
    return [*lines, f"| **all** | | | **{total:.2f}** (at most {MOST}) |"]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench walls", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="people on the list (default 20000)")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    options = parser.parse_args(arguments)
    path = sheet_of(options.rows, Settings().data_dir / "benchmarks")
    with tempfile.TemporaryDirectory(prefix="duijie-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # the server's account passes through
        make_key_file(folder / "keys.json")
        with database_server(Settings(data_dir=folder)) as server:
            url = make_office(server)
            settings = Settings(data_dir=folder, database_url=url, secure_cookies=False)
            load(server, settings, path, lambda: ON)
            costs = measure(server, settings)
    lines = report(costs, options.rows)
    print("\n".join(lines))
    if options.write:
        put_section("walls", "The walls: `scripts/bench walls`", lines)


if __name__ == "__main__":
    main()
