"""A runner in a process of its own, with the application's own tasks, for tests that kill it."""

import asyncio
import os
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import app.models  # noqa: F401 (every table a row may refer to)
from app.background.registry import load_tasks
from app.background.runner import Runner, RunnerOptions, run_until_signalled
from app.settings import Settings
from app.shared.encryption import read_key_file

TASKS = ("app.intake.tasks", "app.match_runs.tasks", "app.tasks")
QUICK = RunnerOptions(
    reconnect_pauses=(0.1,), retry_pauses=(0.05,), watch_every=0.1, poll_every=0.3, sweep_every=1, heartbeat_timeout=2,
    end_grace=20,
)  # fmt: skip


def start_runner(url: str, data_dir: Path) -> ForkServerProcess:
    """A runner that takes over quickly from one that was killed."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__, *TASKS])
    process = context.Process(target=_run, args=(url, data_dir))
    process.start()
    return process


def _run(url: str, data_dir: Path) -> None:
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)  # the log
    settings = Settings(database_url=url, data_dir=data_dir)
    keys = read_key_file(settings.key_file)
    asyncio.run(run_until_signalled(lambda: Runner(settings, url, keys, load_tasks(TASKS), options=QUICK, schedule=())))
