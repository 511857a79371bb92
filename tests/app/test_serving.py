"""The processes as an operator meets them: started, killed, stopped."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from app.migrations import OrdinaryServer
from app.serving import listen, prepare, serve_on
from app.settings import Settings
from app.shared.encryption import KeyFileError

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 60


class Served:
    """``python -m app.serving`` in a data folder of its own."""

    def __init__(self, data_dir: Path) -> None:
        environment = {name: value for name, value in os.environ.items() if "DATABASE_URL" not in name}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.serving"],
            cwd=PROJECT,
            env=environment | {"DUIJIE_DATA_DIR": str(data_dir), "DUIJIE_PORT": "0"},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        line = self.process.stdout.readline()
        match = re.search(r"http://\S+/", line)
        assert match, line
        self.url = match[0]

    def children(self) -> dict[str, int]:
        """Part and process id of what the watch runs."""
        found = {}
        for number in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            arguments = Path(f"/proc/{number}/cmdline").read_text().split("\0")
            if "app.serving" in arguments:
                found[arguments[arguments.index("app.serving") + 1]] = int(number)
        return found

    def is_healthy(self) -> bool:
        try:
            return httpx.get(f"{self.url}health", timeout=5, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def end(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        assert self.process.stdout
        self.process.stdout.close()
        return code


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path)
    yield served
    if served.process.poll() is None:
        served.end(signal.SIGKILL)


def test_it_serves_survives_the_loss_of_a_part_and_stops_on_ctrl_c(served: Served, tmp_path: Path) -> None:
    until(served.is_healthy)
    until(lambda: {"web", "runner"} <= set(served.children()))
    before = served.children()
    for part in ("web", "runner"):
        os.kill(before[part], signal.SIGKILL)
    until(
        lambda: (
            {"web", "runner"} <= set(served.children()) and not set(served.children().values()) & set(before.values())
        )
    )
    until(served.is_healthy)
    after = served.children()
    assert served.end() == 0
    assert [part for part, number in after.items() if Path(f"/proc/{number}").exists()] == []
    assert not (tmp_path / "postgres" / "server.json").exists()


def test_when_the_watch_is_killed_nothing_is_left_running(served: Served, tmp_path: Path) -> None:
    until(served.is_healthy)
    numbers = served.children().values()
    served.end(signal.SIGKILL)
    until(lambda: not any(Path(f"/proc/{number}").exists() for number in numbers))
    until(lambda: not (tmp_path / "postgres" / "server.json").exists())


def test_no_address_is_logged(served: Served, capfd: pytest.CaptureFixture[str]) -> None:
    """An address may tell whom somebody looked at."""
    until(served.is_healthy)
    for address in ("labourers?q=340000198603159024", "api/v1/labourers?q=340000198603159024", "340000198603159024"):
        httpx.get(f"{served.url}{address}", trust_env=False)
    assert served.end() == 0
    assert "340000198603159024" not in "".join(capfd.readouterr())


def test_a_port_in_use_is_said_in_words(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with listen(Settings(data_dir=tmp_path, port=0)) as taken:
        settings = Settings(data_dir=tmp_path, port=taken.getsockname()[1])
        assert serve_on(OrdinaryServer("unused", "unused"), settings) == 1
    assert f"Port {settings.port} of 127.0.0.1 cannot be used" in capfd.readouterr().err


def test_lost_keys_are_never_replaced_where_there_are_data(fresh_database: str, server: object, tmp_path: Path) -> None:
    """New keys could not read the names kept with the old ones."""

    class Copy:
        def url(self, role: str = "app", _: str = "") -> str:
            return server.url(role, fresh_database)  # type: ignore[attr-defined]

    with pytest.raises(KeyFileError, match="backup"):
        prepare(Copy(), Settings(data_dir=tmp_path))
    assert not (tmp_path / "keys.json").exists()
