"""A runner in a process of its own that sends, for tests that kill it."""

import asyncio
import os
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import app.models  # noqa: F401 (every table a row may refer to)
from app.background.registry import Chore
from app.background.runner import Runner, run_until_signalled
from app.database import Sessions
from app.notifications.senders import senders_of
from app.notifications.sending import SendingOptions, send_due
from app.settings import Settings
from app.shared.clock import Clock, system_clock
from app.shared.encryption import read_key_file
from tests.app.runner_process import QUICK

LEASE = 1.5  # seconds, far above what these other sides need for an answer
HOW = SendingOptions(lease=LEASE, pauses=(0.1,), tries=1000, at_once=4)


def start_sender(settings: Settings, ahead: timedelta) -> ForkServerProcess:
    """A runner whose clock is ``ahead``, so that a test at night sends by day."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=_run, args=(settings.model_dump(), ahead))
    process.start()
    return process


async def _send(sessions: Sessions, settings: Settings, clock: Clock) -> int:
    async with senders_of(settings, clock) as senders:
        return await send_due(sessions, read_key_file(settings.key_file), senders, clock, HOW)


def _run(given: dict[str, object], ahead: timedelta) -> None:
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)  # the log
    settings = Settings(**given)  # type: ignore[arg-type]
    keys, url = read_key_file(settings.key_file), settings.database_url
    assert url
    chores = (Chore("notifications.send", _send, every=0.1),)
    asyncio.run(
        run_until_signalled(
            lambda: Runner(
                settings, url, keys, {}, options=QUICK, schedule=(), chores=chores, clock=lambda: system_clock() + ahead
            )
        )
    )
