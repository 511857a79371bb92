"""Codes on slips, and people on their own pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import httpx
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations import codes
from app.labourers.models import Labourer
from app.permissions import Actor
from app.portal.models import PortalSession
from app.portal.service import SESSION
from app.shared.encryption import KeyRing


async def make_slip(session: AsyncSession, actor: Actor, keys: KeyRing, labourer: Labourer, now: datetime) -> str:
    """The code of a fresh slip for the person."""
    (slip,) = await codes.make(session, actor, keys, [labourer.id], now=now)
    await session.commit()
    return slip.code


async def open_pages(session: AsyncSession, labourer: Labourer, now: datetime) -> int:
    """A session of the person's living code, as if they had come in; the code's id."""
    code = await codes.living(session, labourer.id, now)
    assert code is not None
    session.add(
        PortalSession(
            token_hash=b"%d" % code.id, labourer_id=labourer.id, code_id=code.id, use_no=1, csrf_token="x",
            created_at=now, expires_at=now + SESSION,
        )
    )  # fmt: skip
    await session.flush()
    return code.id


async def own_pages(session: AsyncSession, actor: Actor, keys: KeyRing, labourer: Labourer, now: datetime) -> int:
    """The code whose session is open to the person at that moment, with a fresh slip where there is none; its id."""
    code = await codes.living(session, labourer.id, now)
    if code is not None:
        open_now = select(PortalSession.code_id).where(
            PortalSession.code_id == code.id, PortalSession.ended_at.is_(None),
            PortalSession.created_at <= now, PortalSession.expires_at > now,
        )  # fmt: skip
        if await session.scalar(open_now) is not None:
            return code.id
    await codes.make(session, actor, keys, [labourer.id], now=now)
    await session.flush()
    return await open_pages(session, labourer, now)


class Phone:
    """A browser of nobody signed in; it sends the token of the page it last read."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.token = ""

    async def come_in(self, code: str) -> httpx.Response:
        return await self.client.post("/my/in", data={"code": code})

    async def read(self, address: str) -> str:
        page = (await self.client.get(address)).text
        if 'name="csrf_token" value="' in page:
            self.token = page.split('name="csrf_token" value="')[1].split('"')[0]
        return page

    async def send(self, address: str, **form: str) -> httpx.Response:
        return await self.client.post(address, data={"csrf_token": self.token, **form})


@asynccontextmanager
async def phone(application: FastAPI, address: str = "10.0.0.7") -> AsyncIterator[Phone]:
    """A phone at that address, in English."""
    transport = httpx.ASGITransport(application, raise_app_exceptions=False, client=(address, 1234))
    cookies = {"duijie_lang": "en"}
    async with httpx.AsyncClient(transport=transport, base_url="https://test", cookies=cookies) as client:
        yield Phone(client)
