"""Senders and database are killed -9 while messages leave: each arrives once at an other side that remembers."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.migrations import Server
from app.notifications import service
from app.notifications.addresses import Address
from app.notifications.models import Notice
from app.notifications.templates import templates
from app.settings import Settings
from app.shared.clock import SHANGHAI, system_clock
from tests.app.killing import Scene, scene_in
from tests.app.notifications import sinks
from tests.app.notifications.sender_process import start_sender
from tests.app.notifications.sinks import SECRET, Sink
from tests.factories.notices import invitation, message
from tests.figures import soak_size

SEED = 4711
EVERY = select(Notice.uuid, Notice.channel, Notice.params)
OPEN = "SELECT count(*) FROM notice WHERE state <> 'sent'"


@pytest.fixture
async def scene(server: Server, fresh_database: str, data_dir: Path) -> AsyncIterator[Scene]:
    async with scene_in(server, fresh_database, data_dir) as scene:
        yield scene


@pytest.fixture
def others() -> Iterator[tuple[Sink, Sink]]:
    """A gateway that loses answers, and a mail server; both take their time."""
    with ExitStack() as stack:
        gateway, mails = stack.enter_context(sinks.gateway()), stack.enter_context(sinks.mail_server())
        gateway.loses = 23
        gateway.delay = mails.delay = 0.15
        yield gateway, mails


async def put_all(scene: Scene, number: int, now: datetime) -> None:
    """So many messages, half of them by mail, in one transaction of the acts that cause them."""
    office = scene.actor.organisation_id
    async with scene.sessions() as session, session.begin():
        for one in range(number):
            sms = message(office, to=Address("sms", f"154{one:08d}"), params={"day": f"day {one}"})
            mail = invitation(office, secrets={"link": f"https://site.example/{one}"})
            assert await service.notify(session, scene.keys, mail if one % 2 else sms, now=now)


async def run_and_kill(scene: Scene, others: tuple[Sink, Sink], messages: int, kills: int) -> dict[str, Any]:
    """Two senders at work; one of them, or the database, is killed again and again while messages leave."""
    gateway, mails = others
    settings = Settings(
        database_url=scene.url, data_dir=scene.data_dir, sms_url=f"http://127.0.0.1:{gateway.port}/send",
        sms_secret=SECRET, smtp_host="127.0.0.1", smtp_port=mails.port, smtp_security="none",
        mail_from="notice@county.example",
    )  # fmt: skip
    local = system_clock().astimezone(SHANGHAI)
    ahead = local.replace(hour=10, minute=0) - local  # by day, whenever the test runs
    await put_all(scene, messages, system_clock() + ahead)
    dice, of_database = random.Random(SEED), 0

    def start() -> None:
        scene.runners.append(start_sender(settings, ahead))

    start()
    start()
    for kill in range(kills):
        wanted = (kill + 1) * messages // (kills + 1)

        async def progressed(wanted: int = wanted) -> bool:
            return len(gateway.taken) + len(mails.taken) >= wanted

        await scene.until(progressed)
        await asyncio.sleep(dice.random() * 0.2)
        if kill % 5 == 4:
            of_database += 1
            await scene.kill_database()
        else:
            victim = scene.runners.pop(0)
            victim.kill()
            await asyncio.to_thread(victim.join)
            start()
    await scene.until_is(0, OPEN)
    return {"of_database": of_database, "of_senders": kills - of_database}


async def each_arrived_once(scene: Scene, others: tuple[Sink, Sink], messages: int) -> None:
    gateway, mails = others
    async with scene.sessions() as session:
        rows = (await session.execute(EVERY)).all()
    by_sms = {str(row.uuid): row.params["day"] for row in rows if row.channel == "sms"}
    by_mail = {f"<{row.uuid}@county.example>" for row in rows if row.channel == "email"}
    assert len(rows) == messages
    assert {number: taken["text"] for number, taken in gateway.taken.items()} == {
        number: templates()["statement_ending"].text("zh_Hans", {"day": day}) for number, day in by_sms.items()
    }
    assert set(mails.taken) == by_mail
    links = [
        line for mail in mails.taken.values() for line in mail.get_content().splitlines() if "site.example" in line
    ]
    assert len(set(links)) == len(by_mail)
    assert gateway.refused_signatures == 0


async def told(scene: Scene, others: tuple[Sink, Sink], messages: int, kills: dict[str, int]) -> str:
    attempts, not_taken = await scene.one("SELECT sum(attempts)::int, sum(not_taken)::int FROM notice")
    again = sum(one.again for one in others)
    killed = f"{kills['of_senders']} kills of senders, {kills['of_database']} of the database"
    return (
        f"outbox: {messages} messages, {killed} | "
        f"each taken once | {attempts} attempts, {not_taken} answers lost or refused, {again} repeats ignored"
    )


async def test_kills_while_messages_leave(scene: Scene, others: tuple[Sink, Sink], figure: Any) -> None:
    messages, kills = 120, 6
    done = await run_and_kill(scene, others, messages, kills)
    await each_arrived_once(scene, others, messages)
    figure(await told(scene, others, messages, done))


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_outbox_under_fifty_kills(scene: Scene, others: tuple[Sink, Sink], figure: Any) -> None:
    messages, kills = soak_size("messages", 1000), 50
    done = await run_and_kill(scene, others, messages, kills)
    await each_arrived_once(scene, others, messages)
    figure(await told(scene, others, messages, done))
