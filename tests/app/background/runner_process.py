"""A runner in a process of its own, for tests that kill it: forked from a server that has everything imported."""

import asyncio
import os
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import app.models  # noqa: F401 (every table a row may refer to)
from app.background.registry import load_tasks
from app.background.runner import Runner, RunnerOptions, run_until_signalled
from app.settings import Settings
from app.shared.encryption import KeyRing

MODULES = ("app.background.tasks", "tests.app.background.sample_tasks")
QUICK = {"reconnect_pauses": (0.1,), "retry_pauses": (0.05,), "watch_every": 0.1, "poll_every": 0.3}


def make_runner(url: str, **options: float) -> Runner:
    keys = KeyRing({}, 0, b"", b"")
    quick = RunnerOptions(**(QUICK | options))
    return Runner(Settings(database_url=url), url, keys, load_tasks(MODULES), options=quick, schedule=())


def start_process(url: str, **options: float) -> ForkServerProcess:
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__, *MODULES])
    process = context.Process(target=_run, args=(url, options))
    process.start()
    return process


def _run(url: str, options: dict[str, float]) -> None:
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)  # the log
    asyncio.run(run_until_signalled(lambda: make_runner(url, **options)))
