"""The outbox as an office reads it, and the gateway's door."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from app.notifications import signing
from app.notifications.addresses import index_of
from app.notifications.queries import is_number_unwanted
from app.permissions import Role
from app.settings import Settings
from app.shared.encryption import KeyRing
from tests.app.notifications.sinks import SECRET
from tests.factories.accounts import make_actor
from tests.factories.notices import NUMBER, invitation, message, put


async def test_the_list_its_filters_and_one_message(
    session: AsyncSession, keys: KeyRing, now: datetime, sign_in: Callable[..., Any]
) -> None:
    county = await make_actor(session)
    waits = await put(session, keys, now, message(county.organisation_id, language="en"))
    await put(session, keys, now, invitation(county.organisation_id))
    browser = await sign_in(county)
    page = (await browser.get("/notices")).text
    assert "What you said about work counts until 2026-12-01" in page
    assert "154****0032" in page
    assert NUMBER.value not in page
    assert "very-secret" in page  # the demo's sink is read here as on a telephone
    assert "ch***@county.example" in page
    only = (await browser.get("/notices?channel=email")).text
    assert "What you said" not in only
    assert "No message matches these filters" in (await browser.get("/notices?state=failed")).text
    case = (await browser.get(f"/notices/{waits.uuid}")).text
    assert "waiting to be sent" in case
    assert str(waits.uuid) in case


async def test_outside_the_demo_codes_and_links_are_masked(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime, sign_in: Callable[..., Any],
    settings: Settings,
) -> None:  # fmt: skip
    county = await make_actor(session)
    notice = await put(session, keys, now, invitation(county.organisation_id))
    browser = await sign_in(county)
    application.state.settings = settings.model_copy(update={"demo": False})
    try:
        page = (await browser.get("/notices")).text
        case = (await browser.get(f"/notices/{notice.uuid}")).text
    finally:
        application.state.settings = settings
    assert "••••" in page
    assert "very-secret" not in page + case
    assert "No way out is set up for: Short message, E-mail" in page


async def test_another_office_and_a_complaint_are_kept_apart(
    session: AsyncSession, keys: KeyRing, now: datetime, sign_in: Callable[..., Any]
) -> None:
    county, other = await make_actor(session), await make_actor(session)
    inspector = await make_actor(session, Role.INSPECTOR)
    notice = await put(session, keys, now, message(county.organisation_id))
    news = message(
        inspector.organisation_id, template="case_news", params={"door": "https://x.example"}, cause=("grievance", None)
    )
    told = await put(session, keys, now, news)
    browser = await sign_in(other)
    assert "The outbox is empty" in (await browser.get("/notices")).text
    assert (await browser.get(f"/notices/{notice.uuid}")).status_code == 404
    assert (await browser.get(f"/api/v1/notices/{notice.uuid}")).status_code == 404
    browser = await sign_in(inspector)
    page = (await browser.get(f"/notices/{told.uuid}")).text
    assert "not shown" in page
    assert "154****0032" not in page  # whose number it is would tell who complained
    browser = await sign_in(await make_actor(session, Role.BROKER))
    assert (await browser.get("/notices")).status_code == 403


async def test_programs_turn_pages(
    session: AsyncSession, keys: KeyRing, now: datetime, sign_in: Callable[..., Any]
) -> None:
    county = await make_actor(session)
    for _ in range(3):
        last = await put(session, keys, now, message(county.organisation_id))
    browser = await sign_in(county)
    first = (await browser.get("/api/v1/notices?limit=2")).json()
    rest = (await browser.get(f"/api/v1/notices?limit=2&cursor={first['next']}")).json()
    assert first["items"][0]["uuid"] == str(last.uuid)
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    one = (await browser.get(f"/api/v1/notices/{last.uuid}")).json()
    assert (one["to"], one["state"], one["steps"][0]["to_state"]) == ("154****0032", "waiting", "waiting")


@pytest.fixture
def open_door(application: FastAPI, settings: Settings) -> Any:
    application.state.settings = settings.model_copy(update={"sms_reply_secret": SECRET})
    yield
    application.state.settings = settings


async def reply(client: httpx.AsyncClient, body: bytes, now: datetime, secret: str = SECRET) -> httpx.Response:
    headers = signing.headers(secret, "r-1", body, now)
    return await client.post("/api/v1/notices/replies", content=body, headers=headers)


@pytest.mark.usefixtures("open_door")
async def test_the_word_that_ends_them_comes_by_the_gateway(
    client: httpx.AsyncClient, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    waits = await put(session, keys, now, message(county.organisation_id))
    await session.commit()
    index = index_of(keys, NUMBER)
    body = json.dumps({"from": "+86 154 0099 0032", "text": " td "}).encode()
    for wrong in (await reply(client, body, now, secret="y" * 32), await client.post("/api/v1/notices/replies")):
        assert wrong.status_code == 403
    assert not await is_number_unwanted(session, index)
    assert (await reply(client, json.dumps({"from": "15400990032", "text": "好的"}).encode(), now)).json() == {
        "stopped": False
    }
    assert (await reply(client, b"[]", now)).status_code == 422
    assert (await reply(client, b"x" * 5000, now)).status_code == 413
    assert (await reply(client, body, now)).json() == {"stopped": True}
    assert (await reply(client, body, now)).json() == {"stopped": True}
    assert await is_number_unwanted(session, index)
    await session.refresh(waits)
    assert waits.state == "dropped"


async def test_without_a_secret_the_door_is_shut(client: httpx.AsyncClient, now: datetime) -> None:
    assert (await reply(client, b'{"from": "15400990032", "text": "TD"}', now)).status_code == 404
