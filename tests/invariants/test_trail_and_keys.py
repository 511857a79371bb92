"""R20. Attempts to look or to change without a trace, as the application's role and as a person."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.permissions import Role
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer

SignIn = Callable[..., Any]

ATTEMPTS = {
    "rewrite who looked": ("UPDATE audit_event SET user_id = NULL", r"permission denied|only grows"),
    "take a look out of the trail": ("DELETE FROM audit_event", r"permission denied|only grows"),
    "empty the trail": ("TRUNCATE audit_event", r"permission denied|only grows"),
    "rewrite a seal": ("UPDATE audit_seal SET total = 0", r"permission denied|only grows"),
    "take the last seal away": ("DELETE FROM audit_seal", r"permission denied|only grows"),
    "change what a statement says while keys change": (
        "UPDATE declaration SET scope = 'at_home'", "only grows",
    ),
    "forge a statement's recorder under the same key": (
        "UPDATE declaration SET recorder_name_cipher = overlay(recorder_name_cipher PLACING 'xx' FROM 20)",
        "only grows",
    ),
}  # fmt: skip


@pytest.mark.parametrize("attempt", ATTEMPTS)
async def test_direct_sql_as_the_applications_role(
    session: AsyncSession, keys: KeyRing, now: Any, attempt: str
) -> None:
    """Wall: rights of the role, triggers of the tables."""
    county = await make_actor(session)
    await make_labourer(session, county, keys, now)
    statement, refusal = ATTEMPTS[attempt]
    with pytest.raises(DBAPIError, match=refusal):
        await session.execute(text(statement))


@pytest.mark.owner_apart
async def test_the_trails_trigger_is_not_switched_off(session: AsyncSession) -> None:
    """Wall: the tables belong to another role."""
    with pytest.raises(DBAPIError, match="must be owner"):
        await session.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))


async def test_a_row_dated_back(session: AsyncSession) -> None:
    """Wall: the trigger gives the time."""
    insert = "INSERT INTO audit_event (at, act, subject_kind) VALUES ('2020-01-01', 'x.y', 'z') RETURNING at"
    assert (await session.scalar(text(insert))).year > 2020  # type: ignore[union-attr]


async def test_looking_without_a_trace(sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: Any) -> None:
    """Wall: service; each page that shows people leaves its row in the same transaction."""
    county = await make_actor(session)
    person = await make_labourer(session, county, keys, now)
    client = await sign_in(county)
    pages = ["/labourers", f"/labourers/{person.uuid}", f"/labourers/{person.uuid}/edit", "/labourers/export"]
    pages += ["/api/v1/labourers", f"/api/v1/labourers/{person.uuid}", f"/labourers/{person.uuid}/matches"]
    for page in pages:
        before = await session.scalar(text("SELECT count(*) FROM audit_event"))
        assert (await client.get(page)).status_code == 200, page
        assert await session.scalar(text("SELECT count(*) FROM audit_event")) == before + 1, page


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
async def test_reading_the_trail_without_being_its_auditor(sign_in: SignIn, session: AsyncSession, role: Role) -> None:
    """Wall: role."""
    client = await sign_in(await make_actor(session, role))
    for page in ("/trail", "/trail/export", "/api/v1/trail"):
        assert (await client.get(page)).status_code == 403


async def test_a_list_of_those_who_took_their_word_back(sign_in: SignIn, session: AsyncSession) -> None:
    """V4. Wall: service; the trail knows a person's own word as one act, without what it said."""
    county = await make_actor(session)
    audit.record(session, county, "declaration.withdraw", "labourer", 1, scope="not_now")
    client = await sign_in(await make_actor(session, Role.AUDITOR))
    for query in ("act=declaration.withdraw", "act=consent.withdraw"):
        assert (await client.get(f"/api/v1/trail?{query}")).json()["items"] == []
    assert "withdraw" not in (await client.get("/api/v1/trail?kind=labourer")).text
