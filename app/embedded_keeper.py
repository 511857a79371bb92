"""The keeper: a small detached process that runs the embedded PostgreSQL server as its child. See ``app/embedded.py``.

Run as a script with a plan (JSON) on standard input, it answers when the server is ready: exit 0, or 1 with the reason
on standard error. The keeper itself goes on in the background until nobody holds the users' lock. It imports only the
standard library and nothing of Duijie's, so that it starts fast and stays small.
"""

import ctypes
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn

STOP_SECONDS = 60  # after this a clean stop is given up for a quick one, which costs a recovery at the next start
START_TRIES = 8
PR_SET_PDEATHSIG = 1


def is_ready(cluster: Path) -> bool:
    """Whether a server runs on this cluster and takes connections, by the file it writes about itself."""
    lines = _pid_file_lines(cluster)
    return len(lines) >= 8 and lines[7].strip() == "ready" and _runs_postgres(int(lines[0]))


def _pid_file_lines(cluster: Path) -> list[str]:
    try:
        return (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _runs_postgres(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    name, _, rest = status.partition("(")[2].rpartition(")")
    return name == "postgres" and rest.split()[0] != "Z"


@dataclass(frozen=True)
class Folder:
    """A folder as another account is told of it."""

    path: str
    descriptors: tuple[int, ...] = ()


@contextmanager
def opened_for(account: tuple[int, int] | None, folder: Path) -> Iterator[Folder]:
    """The folder's path; for another account by way of an open descriptor.

    The project may lie in root's home, where no other account gets in. The server is handed the folder already open
    instead of having the doors above it opened.
    """
    if account is None:
        yield Folder(str(folder))
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield Folder(f"/proc/self/fd/{descriptor}", (descriptor,))
    finally:
        os.close(descriptor)


class StartError(RuntimeError):
    """The server ended instead of becoming ready."""


@dataclass
class Keeper:
    base: Path
    cluster: Path
    postgres: str
    socket_dir: str
    account: tuple[int, int] | None
    options: dict[str, str]
    server: subprocess.Popen[bytes] | None = None
    leaving: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Start the server and wait until it takes connections; a crash's remains may need a few tries."""
        for _ in range(START_TRIES):
            self._forget_strangers_pid()
            self.server = self._launch()
            while self.server.poll() is None:
                if is_ready(self.cluster):
                    return
                time.sleep(0.01)
            if self.leaving.wait(0.25):
                return
        raise StartError(f"postgres ended at once with exit code {self.server.returncode if self.server else None}")

    def _launch(self) -> subprocess.Popen[bytes]:
        libc = ctypes.CDLL(None)
        user, group = self.account or (None, None)
        with opened_for(self.account, self.cluster) as folder:
            command = [self.postgres, "-D", folder.path, "-c", f"unix_socket_directories={self.socket_dir}"]
            for name, value in self.options.items():
                command += ["-c", f"{name}={value}"]
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                pass_fds=folder.descriptors,
                cwd="/",
                user=user,
                group=group,
                extra_groups=[] if self.account else None,
                # If the keeper is killed the kernel asks the server to shut down cleanly. The keeper's other thread
                # only waits for a file lock, so it holds nothing the child could need between fork and exec.
                preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT),  # noqa: PLW1509
            )

    def _forget_strangers_pid(self) -> None:
        """Wait for an earlier server to end; remove its file if its number belongs to another program by now."""
        lines = _pid_file_lines(self.cluster)
        if not lines:
            return
        pid = int(lines[0])
        end = time.monotonic() + STOP_SECONDS
        while _runs_postgres(pid):
            if time.monotonic() > end:
                raise StartError(f"another PostgreSQL server (process {pid}) uses this data folder and does not end")
            time.sleep(0.05)
        if Path(f"/proc/{pid}").exists():
            (self.cluster / "postmaster.pid").unlink(missing_ok=True)

    def stop(self, *_: int | FrameType | None) -> None:
        """Ask for a clean stop; after a minute for a quick one."""
        self.leaving.set()
        server = self.server
        if server is None or server.poll() is not None:
            return
        server.send_signal(signal.SIGINT)
        late = threading.Timer(STOP_SECONDS, server.send_signal, [signal.SIGQUIT])
        late.daemon = True
        late.start()

    def run(self) -> None:
        """Keep the server running until the keeper is to leave."""
        while not self.leaving.is_set():
            assert self.server is not None
            self.server.wait()
            if not self.leaving.is_set():
                self.start()
        if self.server is not None:
            self.stop()
            self.server.wait()

    def stop_when_unused(self) -> None:
        """Wait for the users' lock and keep it to the end: whoever comes meanwhile waits, then starts anew."""
        lock = os.open(self.base / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        self.stop()

    def tell(self) -> None:
        """Write where the server is found, for whoever uses the data folder."""
        partial = self.base / "server.json.new"
        partial.write_text(json.dumps({"socket_dir": self.socket_dir, "keeper": os.getpid()}))
        partial.replace(self.base / "server.json")

    def clean_up(self) -> None:
        (self.base / "server.json").unlink(missing_ok=True)
        shutil.rmtree(self.socket_dir, ignore_errors=True)


def keep(keeper: Keeper, answer: int) -> NoReturn:
    """The background half: start, say so, stay, leave."""
    os.setsid()
    os.umask(0o077)
    log = os.open(keeper.base / "server.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    lock = os.open(keeper.base / "keeper.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    signal.signal(signal.SIGTERM, keeper.stop)
    for ignored in (signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    try:
        keeper.tell()
        keeper.start()
    except (StartError, OSError, subprocess.SubprocessError) as error:
        os.write(answer, str(error).encode())
    else:
        os.write(answer, b"ready")
        os.close(answer)
        stay(keeper)
    keeper.clean_up()
    os.close(lock)  # before the users' lock, which goes with the process: whoever waits for that finds this one free
    os._exit(0)


def stay(keeper: Keeper) -> None:
    threading.Thread(target=keeper.stop_when_unused, daemon=True).start()
    try:
        keeper.run()
    except (StartError, OSError) as error:
        sys.stderr.write(f"The server ended and could not be started again: {error}\n")
        sys.stderr.flush()


def main() -> int:
    plan = json.loads(sys.stdin.read())
    account = tuple(plan.pop("account") or ()) or None
    keeper = Keeper(base=Path(plan.pop("base")), cluster=Path(plan.pop("cluster")), account=account, **plan)
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(reading)
        keep(keeper, writing)
    os.close(writing)
    with os.fdopen(reading) as answer:
        word = answer.read()
    if word != "ready":
        sys.stderr.write(word or "the keeper ended before the server was ready")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
