"""What an instance is not started with: secrets anybody can guess, keys anybody can read, the demo for everybody."""

import stat
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.settings import LOOPBACK, Settings

KNOWN_PASSWORDS = frozenset(
    {"", "postgres", "postgresql", "password", "passwd", "secret", "changeme", "change-me", "admin", "root", "test"}
    | {"example", "duijie", "duijie_app", "duijie_owner", "123456", "12345678", "123456789"}
)
LEAST_SECRET = 16


class WeakInstance(SystemExit):
    """The instance is not started; the text says what to change."""


def refuse_weak(settings: Settings) -> None:
    """Stop with all that is too weak. Raises WeakInstance."""
    found = weaknesses(settings)
    if found:
        raise WeakInstance("Not started, as this would not be safe:\n" + "\n".join(f"- {one}" for one in found))


def weaknesses(settings: Settings) -> list[str]:
    """Each thing to change before real people's data may be here, in a sentence."""
    found = [*_of_database("DATABASE_URL", settings.database_url), *_of_key_file(settings.key_file)]
    found += _of_database("MIGRATION_DATABASE_URL", settings.migration_database_url)
    if settings.demo and not _is_loopback(settings.host):
        found.append(
            f"The demo's passwords are public, and DUIJIE_HOST is {settings.host}: serve it at 127.0.0.1, "
            "or set DUIJIE_DEMO=0."
        )
    if settings.oidc_client_secret is not None and len(settings.oidc_client_secret) < LEAST_SECRET:
        found.append(
            f"DUIJIE_OIDC_CLIENT_SECRET is shorter than {LEAST_SECRET} characters: have the provider make one."
        )
    return found


def _of_database(name: str, url: str | None) -> list[str]:
    """A server on this machine may trust its own users; one reached over a network needs a real password."""
    if url is None:
        return []
    parts = urlsplit(url)
    if not parts.hostname or _is_loopback(parts.hostname):
        return []
    password = unquote(parts.password or "")
    if password.lower() in KNOWN_PASSWORDS or password == parts.username:
        return [f"The password in {name} is missing or one that is tried first: give the role a long random one."]
    return []


def _of_key_file(path: Path) -> list[str]:
    """Whoever reads the keys reads every name; a file that is not there is told of by whoever reads it."""
    if not path.exists():
        return []
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & (stat.S_IRWXO | stat.S_IWGRP):
        return [f"The key file {path} can be read or written by others (mode {mode:o}): chmod 600 {path}"]
    return []


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in LOOPBACK
