"""An instance whose own role is not held by the walls in the database is not started; tried with real roles."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from structlog.testing import capture_logs

from app import serving
from app.embedded import EmbeddedPostgres
from app.hardening import WeakInstance, refuse_weak_role, role_weaknesses
from app.migrations import Server
from app.settings import Settings

PASSWORD = "kUr7-Zw2-pQ9x"
ROLES = {
    "duijie_test_super": "SUPERUSER",
    "duijie_test_bypass": "NOSUPERUSER BYPASSRLS",
    "duijie_test_member": "NOSUPERUSER NOBYPASSRLS IN ROLE duijie_test_bypass",
    "duijie_test_plain": "NOSUPERUSER NOBYPASSRLS",
}


def _run(url: str, *statements: str) -> None:
    async def run() -> None:
        engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            for one in statements:
                await connection.execute(text(one))
        await engine.dispose()

    asyncio.run(run())


@pytest.fixture(scope="module")
def as_role(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """``as_role(name)``: an address for that role, on a server of its own, where such roles can be made."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("roles"), options={"fsync": "off"}) as server:
        for name, kind in ROLES.items():
            _run(
                server.url("admin"),
                f"CREATE ROLE {name} LOGIN {kind} PASSWORD '{PASSWORD}'",
                f"GRANT CONNECT ON DATABASE duijie TO {name}",
            )
        plain = make_url(server.url("app"))
        yield lambda name: plain.set(username=name, password=PASSWORD).render_as_string(hide_password=False)


@pytest.mark.parametrize("name", ["duijie_test_super", "duijie_test_bypass", "duijie_test_member"])
def test_a_role_the_walls_do_not_hold_is_refused(as_role: Any, name: str) -> None:
    with pytest.raises(WeakInstance, match=f"{name} of DATABASE_URL is a superuser") as refusal:
        refuse_weak_role(as_role(name), demo=True)
    assert PASSWORD not in str(refusal.value)


def test_neither_web_server_nor_runner_is_started_with_it(
    as_role: Any, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [one for one in os.environ if one.startswith("DUIJIE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DATABASE_URL", as_role("duijie_test_super"))
    monkeypatch.setenv("DUIJIE_DATA_DIR", str(data_dir))
    for part in (serving.web, serving.runner):
        with pytest.raises(WeakInstance, match="NOBYPASSRLS"):
            part()


async def test_the_roles_of_the_project_and_a_plain_one_are_held(as_role: Any, server: Server, database: str) -> None:
    for url in (server.url("app", database), as_role("duijie_test_plain")):
        assert await role_weaknesses(url) == ([], [])


def test_one_role_for_both_is_said_and_not_refused(server: Server, database: str) -> None:
    with capture_logs() as logs:
        refuse_weak_role(server.url("owner", database), demo=False)
        refuse_weak_role(server.url("owner", database), demo=True)
    (said,) = [one["what"] for one in logs if one["log_level"] == "warning"]
    assert "MIGRATION_DATABASE_URL" in said


@pytest.mark.parametrize("text_", ["*", "0.0.0.0/0", "10.0.0.2, proxy"])
def test_nobody_is_believed_without_being_named(text_: str) -> None:
    assert Settings(trusted_proxies="10.0.0.2, 10.1.0.0/24, ::1").trusted_proxies
    with pytest.raises(ValueError, match=r"everybody|neither"):
        Settings(trusted_proxies=text_)


def test_an_address_counts_only_from_a_server_in_front(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    monkeypatch.setattr("app.serving.uvicorn.Server", lambda config: made.append(config) or _Idle())
    monkeypatch.setattr("app.serving.configure_logging", lambda **_: None)
    for proxies in ("", "10.0.0.2"):
        changed = settings.model_copy(update={"trusted_proxies": proxies})
        monkeypatch.setattr("app.serving.Settings", lambda changed=changed: changed)
        serving.web()
    assert [(one.proxy_headers, one.forwarded_allow_ips) for one in made][1] == (True, "10.0.0.2")
    assert made[0].proxy_headers is False


class _Idle:
    def run(self, _sockets: object) -> None:
        """No server: the test looks at what it would be given."""
