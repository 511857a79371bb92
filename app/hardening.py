"""What an instance is not started with: secrets anybody can guess, keys anybody can read, the demo for everybody."""

import asyncio
import stat
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit

import structlog
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.settings import LOOPBACK, Settings

KNOWN_PASSWORDS = frozenset(
    {"", "postgres", "postgresql", "password", "passwd", "secret", "changeme", "change-me", "admin", "root", "test"}
    | {"example", "duijie", "duijie_app", "duijie_owner", "123456", "12345678", "123456789"}
)
LEAST_SECRET = 16
RETRY_SECONDS = 2

# Whoever may become a role has its powers; a role may always become itself, and a superuser any other.
ROLE_SQL = """
SELECT current_user AS name,
  EXISTS (
    SELECT FROM pg_roles
    WHERE (rolsuper OR rolbypassrls) AND pg_has_role(current_user, oid, 'MEMBER')
  ) AS passes_walls,
  EXISTS (
    SELECT FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
      AND pg_has_role(current_user, relowner, 'MEMBER')
  ) AS owns_tables
"""


class WeakInstance(SystemExit):
    """The instance is not started; the text says what to change."""


def refuse_weak(settings: Settings) -> None:
    """Stop with all that is too weak. Raises WeakInstance."""
    found = weaknesses(settings)
    if found:
        raise WeakInstance("Not started, as this would not be safe:\n" + "\n".join(f"- {one}" for one in found))


def refuse_weak_role(url: str, *, demo: bool) -> None:
    """Stop where the walls in the database would not hold the application's role. Raises WeakInstance.

    A database that does not answer yet is waited for: a role not looked at is not used.
    """
    log = structlog.get_logger("duijie")
    while True:
        try:
            refusals, warnings = asyncio.run(role_weaknesses(url))
        except (OSError, OperationalError) as error:
            log.warning("the database does not answer yet", error=type(error).__name__)
            asyncio.run(asyncio.sleep(RETRY_SECONDS))
            continue
        break
    if refusals:
        raise WeakInstance("Not started, as this would not be safe:\n" + "\n".join(f"- {one}" for one in refusals))
    if not demo:
        for warning in warnings:
            log.warning("weak instance", what=warning)


async def role_weaknesses(url: str) -> tuple[list[str], list[str]]:
    """What the application's role could do that it must not, and what it had better not: each in a sentence."""
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            role = (await connection.execute(text(ROLE_SQL))).one()
    finally:
        await engine.dispose()
    refusals, warnings = [], []
    if role.passes_walls:
        refusals.append(
            f"The role {role.name} of DATABASE_URL is a superuser, has BYPASSRLS, or may become such a role: row-level "
            "security does not hold it, and everybody's records would be open. "
            f"ALTER ROLE {role.name} NOSUPERUSER NOBYPASSRLS, or give the application a role of its own."
        )
    elif role.owns_tables:
        warnings.append(
            f"The role {role.name} of DATABASE_URL owns the tables, so that it could take its own walls down: give "
            "the tables to another role and name that one in MIGRATION_DATABASE_URL."
        )
    return refusals, warnings


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
