"""A real PostgreSQL server of Duijie's own in the data folder: started when first needed, stopped after its last use.

Any number of processes may use one data folder (``scripts/serve`` in one terminal, ``duijie import`` in another). Each
holds a shared lock while it needs the server. The first one starts a *keeper*, a small detached process that runs
``postgres`` as its child, starts it again after a crash, and stops it once nobody holds the lock, however the users
ended. If the keeper itself is killed, the kernel tells the server to shut down.
``docs/decisions/0001-embedded-postgresql.md`` says why.

Only the standard library is used: the keeper runs ``embedded_keeper.py``, with no site packages. Migrations are not
done here, see ``app/migrations.py``.
"""

import asyncio
import fcntl
import json
import os
import secrets
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, Self
from urllib.parse import quote

from app.embedded_keeper import is_ready, opened_for
from app.embedded_programs import OLDEST_MAJOR, Account, EmbeddedPostgresError, program_folders, run, version

__all__ = ["DATABASE", "EmbeddedPostgres", "EmbeddedPostgresError", "Role"]

Role = Literal["app", "owner", "admin"]

DATABASE = "duijie"
PORT = 5432  # only part of the socket's name: nothing listens on the network
SOCKET_PATH_BYTES = 107
SHARED_PROGRAMS = Path("/var/lib/duijie")
START_SECONDS = 600  # recovery after a crash can be long; giving up early would only prolong it
USERS_LOCK, START_LOCK, KEEPER_LOCK = "users.lock", "start.lock", "keeper.lock"

ROLE_OPTIONS = {
    "owner": "LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS",  # migrations
    "app": "LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS",  # everything else
}

INITDB_OPTIONS = (
    "--username=duijie_admin",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C.UTF-8",  # with LC_CTYPE=C pg_trgm would silently find no Chinese word
    "--lc-messages=C",
)

SERVER_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "jit": "off",  # compiling a statement takes longer than any of ours
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",  # one file per weekday, so the log cannot fill the disk
    "log_directory": "log",
    "log_filename": "%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_size": "0",
    "log_rotation_age": "1d",
}

ROLE_SQL = """
SELECT 'CREATE ROLE {role}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') \\gexec
ALTER ROLE {role} {options} PASSWORD '{password}';
"""

# Copied by files: copied through the log, a sequence used in the template may give a number twice after a crash.
DATABASE_SQL = """
SELECT format('CREATE DATABASE %I OWNER duijie_owner TEMPLATE %I STRATEGY FILE_COPY', :'name', :'template')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \\gexec
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"name" TO duijie_app;
"""

EXTENSION_SQL = """
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
SELECT cardinality(show_trgm('装配工'));
"""


class EmbeddedPostgres:
    """``with EmbeddedPostgres(folder) as server: server.url("app")``; also usable with ``async with``."""

    def __init__(
        self,
        data_dir: Path,
        *,
        bin_dir: Path | None = None,
        system_user: str | None = None,
        options: Mapping[str, str] | None = None,
    ) -> None:
        self.base = Path(data_dir).absolute() / "postgres"
        self._bin_dir = bin_dir
        self._system_user = system_user
        self._options = dict(options or {})
        self.cluster = self.base / "cluster"
        self._in_use: int | None = None

    def __enter__(self) -> Self:
        self._account = Account.choose(self._system_user)
        self._make_folders()
        self._in_use = self._open_lock(USERS_LOCK)
        try:
            fcntl.flock(self._in_use, fcntl.LOCK_SH)  # waits while a keeper is stopping the server
            with self._held(START_LOCK):
                self._programs = self._choose_programs()
                if not self._attach():
                    self._start()
        except BaseException:
            self._let_go()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._let_go()

    async def __aenter__(self) -> Self:
        return await asyncio.to_thread(self.__enter__)

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self._let_go)

    def url(self, role: Role = "app", database: str = DATABASE) -> str:
        """The database's address for SQLAlchemy with asyncpg."""
        password = self._passwords()[role]
        return f"postgresql+asyncpg://duijie_{role}:{password}@/{database}?host={quote(self.socket_dir)}&port={PORT}"

    @property
    def _account_ids(self) -> tuple[int, int] | None:
        return (self._account.uid, self._account.gid) if self._account else None

    @property
    def socket_dir(self) -> str:
        return str(json.loads((self.base / "server.json").read_text())["socket_dir"])

    def create_database(self, name: str, *, template: str = "template1") -> None:
        """Make a further database as the main one is made; nothing happens if it is there."""
        self.sql(DATABASE_SQL, name=name, template=template)
        grams = self.sql(EXTENSION_SQL, role="owner", database=name)
        if grams in ("", "0"):
            raise EmbeddedPostgresError(
                "This PostgreSQL does not find Chinese words (its character class is not UTF-8). "
                "Check that the locale C.UTF-8 exists (locale -a) and remove the data folder to start anew."
            )

    def drop_database(self, name: str) -> None:
        self.sql('DROP DATABASE IF EXISTS :"name" WITH (FORCE);', name=name)

    def sql(self, script: str, *, role: Role = "admin", database: str = "postgres", **variables: str) -> str:
        """Run a script through psql and give back its output, rows without decoration."""
        command = [str(self._programs / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1"]
        for name, value in variables.items():
            command += ["-v", f"{name}={value}"]
        command += ["-h", self.socket_dir, "-p", str(PORT), "-U", f"duijie_{role}", "-d", database, "-f", "-"]
        result = run(command, text_in=script, PGPASSWORD=self._passwords()[role])
        if result.returncode:
            raise EmbeddedPostgresError(f"PostgreSQL refused: {result.stderr.strip()}")
        return result.stdout.strip()

    def _make_folders(self) -> None:
        for folder in (self.base.parent, self.base):
            folder.mkdir(0o700, parents=True, exist_ok=True)  # another process may make it at this moment
        if not os.access(self.base, os.W_OK):
            raise EmbeddedPostgresError(
                f"The data folder {self.base.parent} belongs to another account. "
                "Start Duijie as that account, or set DUIJIE_DATA_DIR to a folder of your own."
            )

    def _choose_programs(self) -> Path:
        """PostgreSQL's programs: of the cluster's own major version, and readable for the server's account."""
        version_file = self.cluster / "PG_VERSION"
        wanted = int(version_file.read_text()) if version_file.exists() else None
        found: dict[str, int] = {}
        for folder in program_folders(self._bin_dir):
            major, release = version(folder)
            if major >= OLDEST_MAJOR and wanted in (None, major):
                return self._readable(folder, release)
            found[str(folder)] = major
        if wanted is None:
            raise EmbeddedPostgresError(
                f"No PostgreSQL programs of version {OLDEST_MAJOR} or later were found. Run scripts/setup again, "
                "or install Debian's package postgresql, or set DATABASE_URL to an ordinary server."
            )
        raise EmbeddedPostgresError(
            f"The data in {self.cluster} was written by PostgreSQL {wanted}, but only {sorted(set(found.values()))} "
            f"is installed. Install PostgreSQL {wanted} again and name its folder in DUIJIE_POSTGRES_BIN; to move to "
            "the new version, save with pg_dump, put the folder aside, start anew and load with pg_restore."
        )

    def _readable(self, folder: Path, release: str) -> Path:
        """The programs, or a copy if they lie where the server's account cannot get in, as in root's home."""
        if self._account is None or self._account.may_enter(folder):
            return folder
        prefix, package = folder.parent, folder.parent.parent
        libraries = package.with_name(f"{package.name}.libs")  # beside the package, where wheels keep them
        copy = SHARED_PROGRAMS / f"postgresql-{release}"
        if not copy.exists():
            copy.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            partial = Path(tempfile.mkdtemp(dir=copy.parent))
            shutil.copytree(prefix, partial / package.name / prefix.name, ignore=shutil.ignore_patterns("include"))
            if libraries.exists():
                shutil.copytree(libraries, partial / libraries.name)
            partial.chmod(0o755)
            with suppress(OSError):  # another process was faster
                partial.rename(copy)
        return copy / package.name / prefix.name / "bin"

    def _attach(self) -> bool:
        """Join the server another process has started, if there is one."""
        end = time.monotonic() + START_SECONDS
        while not self._keeper_is_gone():
            if (self.base / "server.json").exists() and is_ready(self.cluster):
                return True
            if time.monotonic() > end:
                raise EmbeddedPostgresError(f"The server does not become ready; its log is {self.base / 'server.log'}.")
            time.sleep(0.05)
        return False

    def _keeper_is_gone(self) -> bool:
        lock = self._open_lock(KEEPER_LOCK)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(lock)
        return True

    def _start(self) -> None:
        if not (self.cluster / "PG_VERSION").exists():
            self._init()
        plan = {
            "base": str(self.base),
            "cluster": str(self.cluster),
            "postgres": str(self._programs / "postgres"),
            "socket_dir": self._make_socket_dir(),
            "account": self._account_ids,
            "options": SERVER_OPTIONS | self._options,
        }
        keeper = Path(__file__).with_name("embedded_keeper.py")
        result = run([sys.executable, "-P", "-S", str(keeper)], text_in=json.dumps(plan))
        if result.returncode:
            raise EmbeddedPostgresError(
                f"PostgreSQL did not start: {result.stderr.strip() or 'no reason given'}. "
                f"More may stand in {self.base / 'server.log'} and {self.cluster / 'log'}."
            )
        self.sql(_roles_sql(self._passwords()))
        self.create_database(DATABASE)

    def _init(self) -> None:
        """Make the cluster under another name first, so that a half-made one is never taken for whole."""
        new = self.base / "cluster.new"
        if new.exists():
            shutil.rmtree(new)
        new.mkdir(mode=0o700)
        account = self._account_ids
        with tempfile.NamedTemporaryFile("w", prefix="duijie-") as password, opened_for(account, new) as folder:
            password.write(self._passwords()["admin"])
            password.flush()
            if account:
                for path in (new, password.name):
                    os.chown(path, *account)
            command = [str(self._programs / "initdb"), "-D", folder.path, *INITDB_OPTIONS, "--pwfile", password.name]
            result = run(command, account=self._account, pass_fds=folder.descriptors)
        if result.returncode:
            raise EmbeddedPostgresError(f"The database could not be made: {result.stderr.strip()}")
        new.rename(self.cluster)

    def _make_socket_dir(self) -> str:
        """A private folder with a short path; the last one again if it is still there, for processes that know it."""
        try:
            known = self.socket_dir
            status = os.lstat(known)
        except (FileNotFoundError, json.JSONDecodeError):
            pass
        else:
            owner = self._account.uid if self._account else os.geteuid()
            if stat.S_ISDIR(status.st_mode) and status.st_uid == owner and stat.S_IMODE(status.st_mode) == 0o700:
                return known
        parent = next(p for p in ("/tmp", tempfile.gettempdir()) if os.access(p, os.W_OK))  # noqa: S108 (mkdtemp)
        folder = tempfile.mkdtemp(prefix="duijie-", dir=parent)
        if len(os.fsencode(f"{folder}/.s.PGSQL.{PORT}.lock")) > SOCKET_PATH_BYTES:
            raise EmbeddedPostgresError(
                f"The path of the temporary folder {parent} is too long: set TMPDIR to a shorter."
            )
        if self._account:
            os.chown(folder, self._account.uid, self._account.gid)
        return folder

    def _passwords(self) -> dict[str, str]:
        path = self.base / "passwords.json"
        if not path.exists():
            names = ("admin", *ROLE_OPTIONS)
            _write_private(path, json.dumps({name: secrets.token_urlsafe(24) for name in names}))
        return dict(json.loads(path.read_text()))

    def _open_lock(self, name: str) -> int:
        return os.open(self.base / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    @contextmanager
    def _held(self, name: str) -> Iterator[None]:
        lock = self._open_lock(name)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _let_go(self) -> None:
        """Give up the server; whoever gives it up last waits until it has stopped."""
        if self._in_use is None:
            return
        lock, self._in_use = self._in_use, None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return
        os.close(lock)
        with self._held(KEEPER_LOCK):
            pass


def _roles_sql(passwords: Mapping[str, str]) -> str:
    """Roles as they should be, made or mended; passwords are URL-safe text, so quoting them is safe."""
    return "".join(
        ROLE_SQL.format(role=f"duijie_{role}", options=options, password=passwords[role])
        for role, options in ROLE_OPTIONS.items()
    )


def _write_private(path: Path, text: str) -> Path:
    """Write a file no other account can read, whole or not at all."""
    partial = path.with_name(f"{path.name}.new")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:  # noqa: PTH123
        file.write(text)
    return partial.replace(path)
