"""The keys are changed while the service is at work: web server and runner in processes of their own, people reading
and correcting over HTTP all the while. No request fails, nothing is lost, and everything opens without the old key."""

import asyncio
import random
import re
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from app.accounts.queries import actor_by_login
from app.database import make_sessions
from app.demo.accounts import PASSWORD
from app.keys.files import drop_key
from app.labourers import service
from app.labourers.models import Labourer
from app.migrations import Server
from app.settings import Settings
from app.shared.clock import system_clock
from app.shared.encryption import KeyRing, make_key_file, read_key_file
from app.wall import EVERYBODY
from tests.app.keys.conftest import enter_invented, invented
from tests.factories.labourers import TOWNSHIP
from tests.figures import soak_size
from tests.journeys.conftest import served

READERS, EDITORS = 3, 2
REST = 0.02  # seconds between two requests of one person
PATIENCE = 3_600
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Load:
    """What the people at work asked for, and what came of it."""

    people: list[tuple[int, str, int]]  # (number, uuid, id), in the order they were entered
    reads: int = 0
    failed: list[str] = field(default_factory=list)
    phones: dict[int, str] = field(default_factory=dict)  # id → the number last saved
    longest: dict[str, float] = field(default_factory=lambda: {"before": 0.0, "during": 0.0})
    phase: str = "before"
    stopped: bool = False

    async def ask(self, client: httpx.AsyncClient, method: str, path: str, **sent: Any) -> httpx.Response:
        """One request, timed; whatever is not an answer of the kind awaited is a failure."""
        began = perf_counter()
        answer = await client.request(method, path, **sent)
        took = perf_counter() - began
        self.longest[self.phase] = max(self.longest[self.phase], took)
        if answer.status_code not in {200, 303}:
            self.failed.append(f"{method} {path}: {answer.status_code}")
        return answer

    async def ask_created(self, client: httpx.AsyncClient, path: str, sent: dict[str, str]) -> Any:
        """An act of a program that has to succeed; what it was told."""
        answer = await client.post(path, json=sent)
        assert answer.status_code in {200, 201, 202}, answer.text
        return answer.json()


@pytest.mark.timeout(PATIENCE)
@pytest.mark.parametrize("people", [300, pytest.param(soak_size("people", 100_000), marks=pytest.mark.soak)])
def test_no_request_fails_and_nothing_is_lost(
    server: Server, database: str, tmp_path: Path, people: int, figure: Callable[[str], None]
) -> None:
    make_key_file(tmp_path / "keys.json")

    async def fill(session: AsyncSession, keys: KeyRing) -> None:
        county = await actor_by_login(session, "county")
        assert county
        await enter_invented(session, keys, county.organisation_id, people)

    url = server.url("app", f"{database}_journey")
    with served(server, database, tmp_path, fill) as instance:
        load = Load(asyncio.run(_everybody(url)))
        took, values = asyncio.run(_rotate_under(instance.address, load))
        key_file = Settings(data_dir=tmp_path).key_file
        drop_key(key_file, 1, system_clock())
        lost = asyncio.run(_lost(url, read_key_file(key_file), load))
    assert len(load.people) == people
    assert load.reads
    assert load.phones
    told = {
        "values sealed anew; all open without the old key": f"{values:,} in {took:.1f} s",
        "requests meanwhile: people's pages and lists read, people corrected": f"{load.reads:,}, {len(load.phones):,}",
        "longest request before, during": "{before:.2f} s, {during:.2f} s".format(**load.longest),
        "failed requests, losses": f"{len(load.failed)}, {len(lost)}",
    }
    for what, number in told.items():
        figure(f"rotation, {people:>7,} people | {what:<70} | {number}")
    assert (load.failed[:5], lost[:5]) == ([], [])


async def _everybody(url: str) -> list[tuple[int, str, int]]:
    engine = create_async_engine(url, poolclass=NullPool)
    async with make_sessions(engine, EVERYBODY)() as session:
        rows = (await session.execute(select(Labourer.uuid, Labourer.id).order_by(Labourer.id))).all()
    await engine.dispose()
    return [(number, str(row.uuid), row.id) for number, row in enumerate(rows)]


async def _rotate_under(address: str, load: Load) -> tuple[float, int]:
    """Change the key while people work: how long that took, and how many values it was."""
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(_client(address)) for _ in range(READERS + EDITORS)]
        operator = await stack.enter_async_context(_client(address))
        tokens = [await _sign_in(client, load) for client in clients]
        asked = {"login": "operator", "password": PASSWORD}
        opened = await load.ask_created(operator, "/api/v1/sessions", asked)
        operator.headers["authorization"] = f"Bearer {opened['token']}"
        work = [_read(client, load, seed) for seed, client in enumerate(clients[:READERS])]
        work += [_edit(clients[READERS + n], tokens[READERS + n], load, n) for n in range(EDITORS)]
        running = [asyncio.create_task(one) for one in work]
        await asyncio.sleep(1)
        load.phase, began = "during", perf_counter()
        await load.ask_created(operator, "/api/v1/keys", {"reason": "yearly change"})
        values = await _until_resealed(operator, began, load.people)
        took = perf_counter() - began
        load.stopped = True
        await asyncio.gather(*running)
    return took, values


def _client(address: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=address, timeout=120, trust_env=False)


async def _sign_in(client: httpx.AsyncClient, load: Load) -> str:
    """A county officer's browser; the token its forms need."""
    form = {"user_name": "county", "password": PASSWORD, "next": "/"}
    assert (await client.post("/sign-in", data=form)).status_code == 303
    found = CSRF.search((await load.ask(client, "GET", "/account")).text)
    assert found
    return found[1]


async def _read(client: httpx.AsyncClient, load: Load, seed: int) -> None:
    """Now a page of the list, now one person's case: names have to be there, in clear, as the office sees them."""
    chance = random.Random(seed)
    while not load.stopped:
        number, uuid, _ = chance.choice(load.people)
        page = await load.ask(client, "GET", f"/labourers?size=25&page={1 + number // 25}")
        case = await load.ask(client, "GET", f"/labourers/{uuid}")
        if "张" not in page.text or invented(number)["name"] not in case.text:
            load.failed.append(f"no name on the page of {uuid}")
        load.reads += 2
        await asyncio.sleep(REST)


async def _edit(client: httpx.AsyncClient, token: str, load: Load, seed: int) -> None:
    """One person after the other gets a new number, by the form an officer uses."""
    chance = random.Random(100 + seed)
    mine = load.people[seed::EDITORS]
    chance.shuffle(mine)
    for number, uuid, id_ in mine:
        if load.stopped:
            return
        phone = f"159{chance.randrange(10**8):08d}"
        form = {
            "csrf_token": token, "version": "1", "name": invented(number)["name"], "phone": phone,
            "township": TOWNSHIP, "village": "拔茅村", "reason": "new number, told at the desk",
        }  # fmt: skip
        saved = await load.ask(client, "POST", f"/labourers/{uuid}/edit", data=form)
        if saved.status_code == 303:
            load.phones[id_] = phone
        else:
            load.failed.append(f"not saved: {uuid}")
        await asyncio.sleep(REST)


async def _until_resealed(operator: httpx.AsyncClient, began: float, known: list[Any]) -> int:
    """Wait until nothing stands under the old key; how many values there are."""
    while perf_counter() - began < PATIENCE:
        found = (await operator.get("/api/v1/keys")).json()
        assert not found["unknown"], found
        if found["left"] == 0 and not (found["task"] and found["task"]["state"] == "running"):
            return sum(sum(one["values"].values()) for one in found["keys"])
        await asyncio.sleep(max(1, len(known) / 10_000))  # each answer counts every value
    raise TimeoutError("the values do not pass to the new key")


async def _lost(url: str, keys: KeyRing, load: Load) -> list[int]:
    """People whose name, identity number or phone is not what was last written."""
    engine, lost = create_async_engine(url, poolclass=NullPool), []
    async with make_sessions(engine, EVERYBODY)() as session:
        rows = await session.stream_scalars(select(Labourer).order_by(Labourer.id))
        number = 0
        async for one in rows:
            known = invented(number)
            written = (known["name"], known["id_no"], load.phones.get(one.id, known["phone"]))
            if (service.name_of(keys, one), service.id_no_of(keys, one), service.phone_of(keys, one)) != written:
                lost.append(one.id)
            number += 1
    await engine.dispose()
    return lost
