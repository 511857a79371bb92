"""What a running instance gives away, takes from elsewhere, or is not started with."""

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from structlog.testing import capture_logs

from app.database import Session
from app.hardening import WeakInstance, refuse_weak, weaknesses
from app.main import create_app
from app.permissions import PUBLIC_PATHS
from app.settings import Settings
from app.shared.encryption import make_key_file
from app.shared.templating import TEMPLATE_FOLDER
from app.shared.web_security import HEADERS
from tests.factories.accounts import make_actor

SECRET = "张三丰 340722199001011234"
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture
async def faulty(settings: Settings, sessions: async_sessionmaker[AsyncSession]) -> AsyncIterator[httpx.AsyncClient]:
    """The service with bugs in it: one of its own, one in SQL, as page and as API."""
    app: FastAPI = create_app(settings)
    app.state.sessions = sessions

    async def own() -> None:
        raise RuntimeError(SECRET)

    async def in_sql(session: Session) -> None:
        await session.execute(text("SELECT no_such_column FROM labourer WHERE 'x' = :name"), {"name": SECRET})

    for prefix in ("/", "/api/v1/"):
        app.add_api_route(f"{prefix}own-bug", own)
        app.add_api_route(f"{prefix}sql-bug", in_sql)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://test", cookies={"duijie_lang": "en"}) as client:
        yield client


@pytest.mark.parametrize("path", ["/own-bug", "/sql-bug", "/api/v1/own-bug", "/api/v1/sql-bug"])
async def test_a_bug_shows_its_number_and_nothing_of_itself(faulty: httpx.AsyncClient, path: str) -> None:
    with capture_logs() as logs:
        answer = await faulty.get(path, headers={"x-request-id": "mine\nand-a-line-of-the-log"})
    assert answer.status_code == 500
    for told in (SECRET, "340722", "Traceback", "RuntimeError", "SELECT", "no_such_column", "asyncpg", ".py", "/app/"):
        assert told not in answer.text, told
    number = answer.headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{12}", number)
    assert number in answer.text
    assert [one["number"] for one in logs if one["event"] == "bug"] == [number]


@pytest.mark.parametrize("path", ["/own-bug", "/api/v1/own-bug", "/sign-in", "/nowhere", "/account", "/health"])
async def test_every_answer_of_the_service_carries_the_headers(faulty: httpx.AsyncClient, path: str) -> None:
    headers = (await faulty.get(path)).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    assert headers["cache-control"] == "no-store"
    assert headers["strict-transport-security"] == "max-age=31536000"


async def test_a_bugs_page_is_in_the_readers_language(faulty: httpx.AsyncClient) -> None:
    assert 'lang="en"' in (await faulty.get("/own-bug")).text
    assert 'lang="zh-Hans"' in (await faulty.get("/own-bug?lang=zh_Hans")).text


async def test_each_request_has_a_number_of_its_own(client: httpx.AsyncClient) -> None:
    numbers = {(await client.get("/health", headers={"x-request-id": "same"})).headers["x-request-id"] for _ in "abc"}
    assert len(numbers) == 3
    assert "same" not in numbers


async def test_no_act_is_taken_from_a_cookie_alone(
    sign_in: Callable[..., Any], session: AsyncSession, application: FastAPI
) -> None:
    """Every route that changes something, pages and API: without the form's token nothing is even looked at."""
    client: httpx.AsyncClient = await sign_in(await make_actor(session))
    del client.headers["x-csrf-token"]
    tried = 0
    for route in iter_route_contexts(application.routes):
        for method in UNSAFE & set(route.methods or ()):
            if route.path in PUBLIC_PATHS:
                continue
            address = re.sub(r"{[^}]*}", "00000000-0000-0000-0000-000000000000", route.path)
            answer = await client.request(method, address)
            assert (answer.status_code, "too long" in answer.text) == (403, True), f"{method} {route.path}"
            tried += 1
    assert tried > 40


def test_every_form_that_changes_something_holds_its_token() -> None:
    """Of the templates: a form of ours that is posted has the field, or is made by a macro that has."""
    forms = without = 0
    for path in TEMPLATE_FOLDER.rglob("*.html"):
        for form in re.findall(r"<form\b[^>]*method=\"(?:post|{{[^}]*}})\".*?</form>", path.read_text(), re.DOTALL):
            forms += 1
            if "csrf_field()" not in form and 'action="/my/in"' not in form:  # nobody is in yet: it opens by code
                without += 1
    assert forms > 5
    assert without == 0


def test_no_template_carries_script_or_style_of_its_own() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=\"|\son[a-z]+=\"|javascript:", re.IGNORECASE)
    assert [path.name for path in TEMPLATE_FOLDER.rglob("*.html") if inline.search(path.read_text())] == []


@pytest.fixture
def safe(tmp_path: Path) -> dict[str, Any]:
    make_key_file(tmp_path / "keys.json")
    return {"data_dir": tmp_path, "database_url": "postgresql://duijie_app:kUr7-Zw2_pQ9x@db.internal/duijie"}


def test_what_is_safe_is_started(safe: dict[str, Any]) -> None:
    assert weaknesses(Settings(**safe)) == []
    assert weaknesses(Settings(**safe, demo=True)) == []
    assert weaknesses(Settings(**safe | {"database_url": "postgresql://postgres:postgres@127.0.0.1/duijie"})) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"database_url": "postgresql://duijie_app:postgres@db.internal/duijie"}, "password in DATABASE_URL"),
        ({"database_url": "postgresql://duijie_app@db.internal/duijie"}, "password in DATABASE_URL"),
        ({"database_url": "postgresql://worker:worker@db.internal/duijie"}, "password in DATABASE_URL"),
        ({"migration_database_url": "postgresql://o:changeme@db.internal/duijie"}, "MIGRATION_DATABASE_URL"),
        ({"demo": True, "host": "192.0.2.7"}, "demo's passwords are public"),
        ({"oidc_issuer": "https://sso.test", "oidc_client_id": "x", "oidc_client_secret": "short"}, "OIDC_CLIENT"),
    ],
)
def test_what_is_weak_is_not_started_and_says_what_to_change(
    safe: dict[str, Any], change: dict[str, Any], words: str
) -> None:
    with pytest.raises(WeakInstance, match=words) as refusal:
        refuse_weak(Settings(**safe | change))
    assert "changeme" not in str(refusal.value)


def test_keys_that_others_can_read_are_refused(safe: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "keys.json").chmod(0o644)
    with pytest.raises(WeakInstance, match="chmod 600"):
        refuse_weak(Settings(**safe))


@pytest.mark.parametrize("issuer", ["http://sso.test", "ftp://sso.test"])
def test_a_provider_without_tls_is_refused(issuer: str) -> None:
    with pytest.raises(ValueError, match="https"):
        Settings(oidc_issuer=issuer, oidc_client_id="x")
