"""An office that brings sheets in."""

from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.permissions import Role
from app.settings import Settings
from app.shared.encryption import KeyRing
from tests.app.intake.sheets import Intake
from tests.factories.accounts import make_actor


@pytest.fixture
async def county(
    sessions: async_sessionmaker[AsyncSession], session: AsyncSession, settings: Settings, keys: KeyRing, now: datetime
) -> Intake:
    """The county office of Zongyang."""
    return Intake(sessions, session, settings, keys, now, await make_actor(session))


@pytest.fixture
async def city(
    sessions: async_sessionmaker[AsyncSession], session: AsyncSession, settings: Settings, keys: KeyRing, now: datetime
) -> Intake:
    """The receiving office of Suzhou, which brings posts in."""
    return Intake(sessions, session, settings, keys, now, await make_actor(session, Role.RECEIVING_OFFICER))
