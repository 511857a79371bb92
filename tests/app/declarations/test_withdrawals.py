"""A thousand people take their consent back, one after another, while others read lists, pages and sheets.

No answer to a request that began after a person's commit may show that person.
"""

import asyncio
import io
import random
import re
import sys
import threading
import zipfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import UserSession
from app.accounts.service import token_hash
from app.database import Sessions, make_engine, make_sessions
from app.declarations import codes, consents, service
from app.labourers import records
from app.labourers.models import DemandListEntry, Labourer
from app.main import create_app
from app.match_runs.adapter.codes import PARTS, SCORES
from app.match_runs.models import Candidate, MatchParameters, MatchRun
from app.migrations import Server
from app.permissions import Actor, Role
from app.settings import Settings
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from app.shared.pagination import cursor_of
from app.vacancies import service as vacancies
from app.wall import EVERYBODY
from tests.factories.accounts import make_actor
from tests.factories.labourers import person
from tests.factories.slips import open_pages
from tests.factories.vacancies import make_employer, make_vacancy

PEOPLE, POSTS = 1_000, 20
READERS = 3
GIVEN = "安柏晨丹恩芳桂海佳康兰明宁平琴荣珊婷威欣妍义英哲朗峰月雪云竹菊梅"  # 32: two of them name a thousand apart
SIGNS = {
    "uuid": re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
    "code": re.compile(r"\b[A-Z2-7]{2}-[A-Z2-7]{3}-[A-Z2-7]{3}\b"),
    "name": re.compile(f"曾[{GIVEN}]{{2}}"),
}


@dataclass(frozen=True)
class Person:
    """One of the thousand, and the name they have for each reader."""

    id: int
    uuid: UUID
    code_id: int | None
    signs: frozenset[str]


@dataclass
class Scene:
    """Who reads what, and who has left."""

    app: FastAPI
    run: UUID
    posts: list[UUID]
    people: list[Person]
    actors: dict[Role, Actor]
    gone: list[Person] = field(default_factory=list)  # only those whose commit has been answered
    counts: dict[str, int] = field(default_factory=dict)
    sightings: int = 0
    leaks: list[str] = field(default_factory=list)


@pytest.mark.timeout(900)  # a minute on a machine that has nothing else to do
async def test_nobody_is_shown_after_taking_it_back(
    server: Server,
    fresh_database: str,
    data_dir: Path,
    keys: KeyRing,
    now: datetime,
    figure: Callable[[str], None],
) -> None:
    url = server.url("app", fresh_database)
    engine = make_engine(url)
    sessions = make_sessions(engine, EVERYBODY)
    app = create_app(Settings(database_url=url, data_dir=data_dir, demo=True), clock=lambda: now)
    app.state.sessions = make_sessions(engine)
    scene = await _scene(app, sessions, keys, now)
    leaving = threading.Thread(target=lambda: asyncio.run(_leave(url, scene, now)))
    async with _browsers(scene) as browsers:
        await _read_all(scene, browsers, random.Random(0))  # everything is shown while everybody is there
        shown_before = scene.sightings
        before = sys.getswitchinterval()
        sys.setswitchinterval(0.0005)  # whoever leaves does not wait for those who draw pages
        leaving.start()
        await asyncio.gather(*(_keep_reading(scene, browsers, leaving, seed) for seed in range(READERS)))
        leaving.join()
        sys.setswitchinterval(before)
        scene.sightings = 0
        await _read_all(scene, browsers, random.Random(1))
    await engine.dispose()
    assert len(scene.gone) == PEOPLE
    assert shown_before > PEOPLE
    assert (scene.leaks, scene.sightings) == ([], 0)
    read = ", ".join(f"{number} {what}" for what, number in sorted(scene.counts.items()))
    figure(f"consents: {PEOPLE:,} taken back one after another under {READERS} readers ({read}): 0 shown after")


async def _scene(app: FastAPI, sessions: Sessions, keys: KeyRing, now: datetime) -> Scene:
    async with sessions() as session, session.begin():
        roles = (Role.COUNTY_OFFICER, Role.BROKER, Role.EMPLOYER, Role.RECEIVING_OFFICER)
        actors = {role: await make_actor(session, role) for role in roles}
        for actor in actors.values():
            session.add(_session_of(actor, now))
        county, receiving = actors[Role.COUNTY_OFFICER], actors[Role.RECEIVING_OFFICER]
        employer = await make_employer(session, receiving, now)
        posts = []
        for number in range(POSTS):
            entered = {"employer": employer, "opened": False, "title": f"车工{number}"}
            posts.append(await make_vacancy(session, actors[Role.EMPLOYER], now, **entered))
            await vacancies.verify(session, receiving, posts[-1], employer, now=now)
        people = await _people(session, county, keys, now, actors)
        run = await _run(session, county, now, [post.id for post in posts], people)
        return Scene(app, run, [post.uuid for post in posts], people, actors)


def _session_of(actor: Actor, now: datetime) -> UserSession:
    later = now.replace(year=now.year + 1)
    login = {"token_hash": token_hash(f"token-{actor.user_id}"), "user_id": actor.user_id, "post_id": actor.post_id}
    return UserSession(**login, csrf_token=actor.csrf_token, created_at=now, expires_at=later)


async def _people(
    session: AsyncSession, county: Actor, keys: KeyRing, now: datetime, actors: dict[Role, Actor]
) -> list[Person]:
    names = [f"曾{first}{second}" for first in GIVEN for second in GIVEN][:PEOPLE]
    token = records.token_maker(keys)
    rows = [records.labourer_row(keys, county.organisation_id, person(name=name), token) for name in names]
    labourers = (await session.scalars(insert(Labourer).returning(Labourer, sort_by_parameter_order=True), rows)).all()
    wishes = records.wish_row(person())
    listed = {"organisation_id": county.organisation_id, "entered_on": day_of(now), **wishes}
    await session.execute(insert(DemandListEntry), [{"labourer_id": one.id, **listed} for one in labourers])
    said = [
        service.Statement(
            one.id, "leave_province", day_of(now), "in_person", recorder=f"程经办{n // 50}", evidence="form 12"
        )  # nobody writes up so many in a day that they wait for a second look
        for n, one in enumerate(labourers)
    ]
    await service.record_many(session, county, keys, said, now=now, days=180)
    await codes.make(session, county, keys, [one.id for one in labourers[::2]], now=now)
    await session.flush()  # the codes are read back
    by_code = {one.id: await open_pages(session, one, now) for one in labourers[::2]}
    readers = list(actors.values())
    return [
        Person(
            one.id,
            one.uuid,
            by_code.get(one.id),
            frozenset({str(one.uuid), name} | {keys.pseudonym(who.organisation_uuid, one.uuid) for who in readers}),
        )
        for one, name in zip(labourers, names, strict=True)
    ]


async def _run(session: AsyncSession, county: Actor, now: datetime, posts: list[int], people: list[Person]) -> UUID:
    parameters = MatchParameters(version="test", content={}, content_hash=uuid4().bytes)
    session.add(parameters)
    await session.flush()  # the run needs its id
    counted = ("labourers", "labourers_with_candidates", "vacancies", "vacancies_with_candidates")
    run = MatchRun(
        organisation_id=county.organisation_id,
        started_by=county.user_id,
        parameters_id=parameters.id,
        on_day=day_of(now),
        seed=1,
        top_k=10,
        status="done",
        summary=dict.fromkeys((*counted, "openings", "openings_covered"), PEOPLE),
    )
    session.add(run)
    await session.flush()  # the candidates need its id
    plain = {"run_id": run.id, "score": 861_204, "skill": 900_000, "location": 500_000, "willingness": 700_000}
    plain |= {"parts": [500_000] * len(PARTS), "weights": [100] * (len(PARTS) + len(SCORES))}
    rows = [
        {
            **plain, "labourer_id": one.id, "vacancy_id": posts[number % POSTS], "labourer_rank": 1,
            "vacancy_rank": 1 + number // POSTS, "unknown_parts": 0, "unknown_gates": 0,
        }
        for number, one in enumerate(people)
    ]  # fmt: skip
    await session.execute(insert(Candidate), rows)
    return run.uuid


async def _leave(url: str, scene: Scene, now: datetime) -> None:
    """Every person in an order of chance, each in a transaction of their own: half by own code, half at the desk."""
    engine = make_engine(url)
    sessions = make_sessions(engine, EVERYBODY)
    order = random.Random(7).sample(scene.people, PEOPLE)
    for one in order:
        by_code = consents.Heard("self_code", code_id=one.code_id)
        heard = by_code if one.code_id else consents.Heard("in_person", scene.actors[Role.COUNTY_OFFICER])
        async with sessions() as session, session.begin():
            await consents.withdraw_matching(session, one.id, heard, now=now)
        scene.gone.append(one)
    await engine.dispose()


@asynccontextmanager
async def _browsers(scene: Scene) -> AsyncIterator[dict[Role, httpx.AsyncClient]]:
    transport = httpx.ASGITransport(scene.app)
    browsers = {
        role: httpx.AsyncClient(
            transport=transport, base_url="http://test", cookies={"duijie_session": f"token-{actor.user_id}"}
        )
        for role, actor in scene.actors.items()
    }
    yield browsers
    for browser in browsers.values():
        await browser.aclose()


def _requests(scene: Scene, chance: random.Random) -> list[tuple[str, Role, str]]:
    """(what, who reads, where): one of each kind, with a post and a person of chance."""
    county, post, one = Role.COUNTY_OFFICER, chance.choice(scene.posts), chance.choice(scene.people)
    return [
        ("candidate pages", county, f"/vacancies/{post}/candidates"),
        ("broker's lists", Role.BROKER, f"/vacancies/{post}/candidates"),
        ("employer's lists", Role.EMPLOYER, f"/vacancies/{post}/candidates"),
        ("run pages", county, f"/match-runs/{scene.run}?size=100&page={chance.randint(1, 5)}"),
        ("API lists of one person", county, f"/api/v1/match-runs/{scene.run}/labourers/{one.uuid}"),
        (
            "API lists of the available",
            county,
            f"/api/v1/labourers?standing=available&limit=100&cursor={cursor_of(one.id)}",
        ),
        ("pages of the available", county, f"/labourers?standing=available&size=100&page={chance.randint(1, 5)}"),
    ]


async def _read_all(scene: Scene, browsers: dict[Role, httpx.AsyncClient], chance: random.Random) -> None:
    for post in scene.posts:
        for role in (Role.COUNTY_OFFICER, Role.BROKER, Role.EMPLOYER):
            await _read(scene, browsers[role], "candidate pages", f"/vacancies/{post}/candidates")
    for what, role, address in _requests(scene, chance):
        await _read(scene, browsers[role], what, address)
    await _read(scene, browsers[Role.COUNTY_OFFICER], "sheets", f"/match-runs/{scene.run}/export")


async def _keep_reading(
    scene: Scene, browsers: dict[Role, httpx.AsyncClient], leaving: threading.Thread, seed: int
) -> None:
    chance = random.Random(seed)
    while leaving.is_alive():
        for what, role, address in _requests(scene, chance):
            await _read(scene, browsers[role], what, address)
        if seed == 0:
            await _read(scene, browsers[Role.COUNTY_OFFICER], "sheets", f"/match-runs/{scene.run}/export")


async def _read(scene: Scene, browser: httpx.AsyncClient, what: str, address: str) -> None:
    """One request: whoever had left before it began must not be in the answer."""
    gone = len(scene.gone)
    answer = await browser.get(address)
    assert answer.status_code == 200, (address, answer.text[:300])
    scene.counts[what] = scene.counts.get(what, 0) + 1
    if what == "API lists of one person":
        found = {address.rsplit("/", 1)[1]} if answer.json() else set()
    else:
        text = _text_of_sheet(answer.content) if what == "sheets" else answer.text
        found = {sign for kind in SIGNS.values() for sign in kind.findall(text)}
    scene.sightings += sum(bool(one.signs & found) for one in scene.people)
    scene.leaks += [f"{what}: {one.uuid}" for one in scene.gone[:gone] if one.signs & found]


def _text_of_sheet(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
