"""The processes that make up a running Duijie: the web server and the runners, watched over by one that starts them.

``python -m app.serving`` (or ``scripts/serve``) does it all on one machine. Where containers are used each part is a
command of its own: ``prepare`` once, then ``web`` and ``runner``.
"""

import asyncio
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

import uvicorn
from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.background.registry import load_chores, load_tasks
from app.background.runner import Runner, run_until_signalled
from app.database import make_sessions
from app.hardening import refuse_weak, refuse_weak_role
from app.localities.service import load_reference as load_localities
from app.main import create_app
from app.migrations import Server, database_server, upgrade
from app.occupations.service import load_reference as load_occupations
from app.settings import Settings
from app.shared.encryption import make_key_file, read_key_file
from app.shared.logs import configure_logging
from app.wall import EVERYBODY

STOP_SECONDS = 15  # for requests and tasks to end by themselves; more than either allows itself
RESTART_PAUSES = (0.5, 1, 2, 5, 10)  # seconds; the last one for ever
STEADY_SECONDS = 60  # a process that lived this long is not one that fails at its start
WEB_TRIES = 3
PR_SET_PDEATHSIG = 1


@dataclass
class Part:
    """One process that is kept running."""

    name: str
    pass_fds: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0
    failures: int = 0
    retry_at: float = 0


@dataclass
class Watch:
    """Starts the parts, starts them again when they fail, and ends them together."""

    environment: dict[str, str]
    parts: list[Part]
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> int:
        """Watch until asked to stop (0), or until the web server cannot be started (1)."""
        failed = False
        while not (failed or self.stopping.wait(0.2)):
            for part in self.parts:
                self._look_after(part)
            failed = any(part.name == "web" and part.failures >= WEB_TRIES for part in self.parts)
        self._end()
        return int(failed)

    def _look_after(self, part: Part) -> None:
        now = time.monotonic()
        if part.process is None:
            if now >= part.retry_at:
                part.process, part.started_at = self._start(part), now
        elif part.process.poll() is not None:
            part.failures = 1 if now - part.started_at > STEADY_SECONDS else part.failures + 1
            part.retry_at = now + RESTART_PAUSES[min(part.failures, len(RESTART_PAUSES)) - 1]
            print(
                f"The {part.name} ended ({part.process.returncode}); it is started again.", file=sys.stderr, flush=True
            )
            part.process = None

    def _start(self, part: Part) -> subprocess.Popen[bytes]:
        libc = ctypes.CDLL(None)
        return subprocess.Popen(
            [sys.executable, "-m", "app.serving", part.name, *map(str, part.pass_fds)],
            env=self.environment,
            pass_fds=part.pass_fds,
            process_group=0,  # Ctrl-C reaches the watch alone, which then ends the parts in order
            # If the watch is killed the kernel ends its parts. They are started from its only thread.
            preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM),  # noqa: PLW1509
        )

    def _end(self) -> None:
        running = [part.process for part in self.parts if part.process and part.process.poll() is None]
        for process in running:
            process.terminate()
        end = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def serve(settings: Settings) -> int:
    """Start what is needed, serve until Ctrl-C, stop what was started. The exit code."""
    with database_server(settings) as server:
        prepare(server, settings)
        return serve_on(server, settings)


def serve_on(server: Server, settings: Settings) -> int:
    """Serve with a database that runs and is prepared, until Ctrl-C or SIGTERM."""
    try:
        listening = listen(settings)
    except OSError as error:
        print(
            f"Port {settings.port} of {settings.host} cannot be used ({error.strerror}). "
            "Choose another with --port, or 0 for a free one.",
            file=sys.stderr,
        )
        return 1
    with listening:
        parts = [Part("web", (listening.fileno(),)), *(Part("runner") for _ in range(settings.runner_processes))]
        watch = Watch(environment_of(settings, server.url("app")), parts)
        before = {number: signal.signal(number, lambda *_: watch.stopping.set()) for number in STOP_SIGNALS}
        address, port = listening.getsockname()[:2]
        print(f"Duijie is served at http://{f'[{address}]' if ':' in address else address}:{port}/", flush=True)
        print("Ctrl-C stops it.", flush=True)
        try:
            return watch.run()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def listen(settings: Settings) -> socket.socket:
    """The socket, held by the watch: while the web server is started again no visitor is refused."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    return socket.create_server((settings.host, settings.port), family=family, backlog=1024)


def environment_of(settings: Settings, app_url: str) -> dict[str, str]:
    """The same settings for another process, which gets the application's address and not the owner's."""
    own = {name: value for name, value in os.environ.items() if name != "MIGRATION_DATABASE_URL"}
    values = settings.model_dump(mode="json", exclude={"database_url", "migration_database_url"}, exclude_none=True)
    return own | {f"DUIJIE_{name.upper()}": str(value) for name, value in values.items()} | {"DATABASE_URL": app_url}


def prepare(server: Server, settings: Settings) -> None:
    """Bring an instance to the state its code expects: keys for a new one, tables, reference data. Safe to repeat."""
    refuse_weak(settings)
    if not settings.key_file.exists() and asyncio.run(_is_empty(server.url("owner"))):
        settings.key_file.parent.mkdir(parents=True, exist_ok=True)
        make_key_file(settings.key_file)
    read_key_file(settings.key_file)
    refuse_weak_role(server.url("app"), demo=settings.demo)
    upgrade(server.url("owner"), server.url("app"))
    asyncio.run(_load_reference_data(server.url("app")))


async def _is_empty(owner_url: str) -> bool:
    """Whether the database has no tables yet. Keys are only made then: with new ones, names kept before stay secret."""
    engine = create_async_engine(owner_url, poolclass=NullPool)
    async with engine.connect() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    await engine.dispose()
    return "alembic_version" not in names


async def _load_reference_data(app_url: str) -> None:
    engine = create_async_engine(app_url, poolclass=NullPool)
    async with make_sessions(engine, EVERYBODY)() as session, session.begin():
        # Several machines may start at once; the first one loads.
        await session.execute(text("SELECT pg_advisory_xact_lock(hashtext('duijie reference data'))"))
        await load_localities(session)
        await load_occupations(session)
    await engine.dispose()


def web(descriptor: int | None = None) -> None:
    """The web server alone, on a socket already open or on the address of the settings."""
    settings = Settings()
    refuse_weak(settings)
    configure_logging(as_json=settings.log_json)
    if settings.database_url is not None:  # without one the application says itself what is missing
        refuse_weak_role(settings.database_url, demo=settings.demo)
    config = uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        timeout_graceful_shutdown=3,  # a browser that follows a progress would keep its connection open for ever
        server_header=False,
        access_log=False,
        proxy_headers=bool(settings.trusted_proxies),  # an address anybody may write is worth nothing
        forwarded_allow_ips=settings.trusted_proxies or None,
        log_level="warning",
    )
    uvicorn.Server(config).run([socket.socket(fileno=descriptor)] if descriptor is not None else None)


def runner() -> None:
    """One runner alone."""
    settings = Settings()
    if settings.database_url is None:
        raise SystemExit("No database address. Start with scripts/serve, or set DATABASE_URL.")
    refuse_weak(settings)
    configure_logging(as_json=settings.log_json)
    refuse_weak_role(settings.database_url, demo=settings.demo)
    keys, tasks, url = read_key_file(settings.key_file), load_tasks(), settings.database_url
    asyncio.run(run_until_signalled(lambda: Runner(settings, url, keys, tasks, chores=load_chores())))


def main() -> int:
    part, *arguments = sys.argv[1:] or ["serve"]
    if part == "serve":
        return serve(Settings())
    if part == "prepare":
        settings = Settings()
        with database_server(settings) as server:
            prepare(server, settings)
    elif part == "web":
        with contextlib.suppress(KeyboardInterrupt):
            web(*map(int, arguments))
    elif part == "runner":
        runner()
    else:
        print("usage: python -m app.serving [serve | prepare | web | runner]", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
