"""A market with an open post of three openings."""

from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.shared.encryption import KeyRing
from tests.factories.offers import Market, make_market


@pytest.fixture
async def market(session: AsyncSession, keys: KeyRing, now: datetime) -> Market:
    return await make_market(session, keys, now)
