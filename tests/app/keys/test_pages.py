"""The operator puts a new key in use from the page or a program; nobody is shown a key."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import AuditEvent
from app.background.models import TaskRun
from app.database import Base
from app.errors import Conflict, NotFound
from app.keys import service
from app.keys.columns import sealed_tables
from app.keys.files import add_key, drop_key, key_days
from app.keys.resealing import reseal
from app.keys.words import TABLES
from app.permissions import Role
from app.shared.encryption import KeyFileError, KeyRing, make_key_file, read_key_file
from tests.app.keys.conftest import Vault
from tests.conftest import NOW
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer

SignIn = Callable[..., Any]


@pytest.fixture
async def own_keys(application: FastAPI, keys: KeyRing, tmp_path: Path) -> AsyncIterator[Path]:
    """A copy of the key file for the application to change, put back after the test."""
    before, path = application.state.settings, tmp_path / "keys.json"
    path.write_bytes(before.key_file.read_bytes())
    application.state.settings = before.model_copy(update={"key_file": path})
    application.state.keys = read_key_file(path)
    yield path
    application.state.settings, application.state.keys = before, keys


async def test_a_new_key_is_put_in_use_with_a_reason(
    sign_in: SignIn, session: AsyncSession, own_keys: Path, keys: KeyRing
) -> None:
    await make_labourer(session, await make_actor(session), keys, NOW)
    client = await sign_in(await make_actor(session, Role.OPERATOR))
    assert "Put a new key in use" in (await client.get("/keys")).text
    refused = await client.post("/keys", data={"reason": ""})
    assert refused.status_code == 422
    assert list(key_days(own_keys)) == [1]
    assert (await client.post("/keys", data={"reason": "yearly change"})).status_code == 303
    assert list(key_days(own_keys)) == [1, 2]
    task = (await session.scalars(select(TaskRun).where(TaskRun.name == service.RESEAL))).one()
    (event,) = await session.scalars(select(AuditEvent).where(AuditEvent.act == "keys.rotate"))
    assert (event.subject_id, event.reason) == (2, "yearly change")
    page = (await client.get("/keys")).text
    assert str(task.uuid) in page
    secrets = json.loads(own_keys.read_text())  # noqa: ASYNC240 (a few bytes)
    for secret in (*secrets["encryption"].values(), secrets["index"], secrets["pseudonym"]):
        assert secret not in page
    assert (await client.post("/keys", data={"reason": "once more"})).status_code == 303  # refused: still passing
    assert list(key_days(own_keys)) == [1, 2]
    found = (await client.get("/api/v1/keys")).json()
    assert [(one["key"] if "key" in one else one["number"]) for one in found["keys"]] == [2, 1]
    assert found["left"] == found["keys"][1]["values"]["labourer.name_cipher"] * 3 + 1  # name, number, phone; recorder
    assert (await client.post("/api/v1/keys/1/retire")).status_code == 409


@pytest.mark.parametrize(("role", "sees"), [(Role.AUDITOR, 200), (Role.COUNTY_OFFICER, 403), (Role.BROKER, 403)])
async def test_who_sees_and_who_changes(
    sign_in: SignIn, session: AsyncSession, own_keys: Path, role: Role, sees: int
) -> None:
    client = await sign_in(await make_actor(session, role))
    assert (await client.get("/keys")).status_code == sees
    assert (await client.get("/api/v1/keys")).status_code == sees
    for answer in (
        await client.post("/keys", data={"reason": "yearly change"}),
        await client.post("/api/v1/keys", json={"reason": "yearly change"}),
        await client.post("/keys/1/retire"),
        await client.post("/keys/reseal"),
    ):
        assert answer.status_code == 403
    assert list(key_days(own_keys)) == [1]


async def test_an_old_key_goes_only_when_nothing_needs_it(vault: Vault) -> None:
    await vault.fill(3)
    day = NOW
    add_key(vault.settings.key_file, day)

    async def retire(number: int, hours: int = 48) -> None:
        async with vault.sessions() as session, session.begin():
            await service.retire(session, vault.county, vault.settings, number, now=day + timedelta(hours=hours))

    with pytest.raises(Conflict, match="still sealed"):
        await retire(1)
    await reseal(vault.sessions, vault.keys)
    with pytest.raises(Conflict, match="replaced less than"):
        await retire(1, hours=2)
    with pytest.raises(Conflict, match="newest"):
        await retire(2)
    with pytest.raises(NotFound):
        await retire(7)
    await retire(1)
    assert list(key_days(vault.settings.key_file)) == [2]
    assert add_key(vault.settings.key_file, day) == 3, "no number is given twice"


def test_the_file_stays_private_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    make_key_file(path)
    before = read_key_file(path)
    assert add_key(path, NOW) == 2
    after = read_key_file(path)
    assert (after.newest, after.index_key, after.pseudonym_key) == (2, before.index_key, before.pseudonym_key)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir() if one.name.endswith(".new")] == []
    with pytest.raises(KeyFileError, match="newest"):
        drop_key(path, 2, NOW)
    with pytest.raises(KeyFileError, match="no key 9"):
        drop_key(path, 9, NOW)
    path.write_text("{}")
    with pytest.raises(KeyFileError, match="not a key file"):
        add_key(path, NOW)
    assert path.read_text() == "{}"


def test_no_key_shows_itself_in_a_log(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    make_key_file(path)
    assert "index_key" not in repr(read_key_file(path))


def test_every_sealed_table_has_a_word() -> None:
    assert {table.table.name for table in sealed_tables(Base.metadata)} <= TABLES.keys()
