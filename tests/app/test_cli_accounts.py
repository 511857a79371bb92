"""The first account of an installation comes by a link, and only while there is nobody."""

import json
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner

from app.cli import app
from app.migrations import Server
from app.settings import Settings
from tests.factories.accounts import make_actor


def test_the_link_is_printed_until_somebody_exists(
    server: Server, fresh_database: str, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", server.url("app", fresh_database))
    monkeypatch.setenv("MIGRATION_DATABASE_URL", server.url("owner", fresh_database))
    monkeypatch.setenv("DUIJIE_DATA_DIR", str(data_dir))
    first = CliRunner().invoke(app, ["first-run", "--json", "--address", "https://duijie.example"])
    assert first.exit_code == 0, first.output
    assert json.loads(first.stdout)["link"].startswith("https://duijie.example/invitations/")
    second = CliRunner().invoke(app, ["first-run"])
    assert second.exit_code == 0, second.output
    assert second.stdout.strip().startswith("http://127.0.0.1:8000/invitations/")
    assert second.stdout.strip() != json.loads(first.stdout)["link"]


async def test_an_empty_installation_says_how_to_begin(
    application: FastAPI, client: httpx.AsyncClient, session: AsyncSession, settings: Settings
) -> None:
    assert "first-run" not in (await client.get("/sign-in")).text, "the demo has its accounts"
    application.state.settings = settings.model_copy(update={"demo": False})
    try:
        assert "duijie first-run" in (await client.get("/sign-in")).text
        await make_actor(session)
        await session.commit()
        assert "first-run" not in (await client.get("/sign-in")).text
    finally:
        application.state.settings = settings
