"""V8: nobody lowers a minimum wage alone, and none is entered that no notice can have stated."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid
from app.localities.reference import load_localities
from app.permissions import Actor, Role
from app.policy.models import LocalFigure
from app.vacancies.floors import floors_on
from app.vacancies.minimum_wages import Entry, enter
from tests.factories.accounts import make_actor
from tests.factories.vacancies import make_vacancy

SignIn = Callable[..., Any]
PLACE, CITY = "320582", "320500"
NEW_YEAR, NEXT_DAY = date(2026, 1, 1), date(2026, 1, 2)
TYPED = {"kind": "month", "place": PLACE, "amount": "2490", "from_on": "2026-01-01", "source": "a notice"}


@pytest.fixture
async def office(session: AsyncSession) -> Actor:
    return await make_actor(session, Role.RECEIVING_OFFICER)


async def entered(
    session: AsyncSession, actor: Actor, amount: int, day: date, now: datetime, place: str = PLACE
) -> LocalFigure:
    figure, _ = await enter(
        session, actor, Entry("month", place, Decimal(amount), day, "a notice"), load_localities(), now=now
    )
    return figure


async def known(session: AsyncSession, now: datetime) -> Decimal | None:
    figure = (await floors_on(session, now.date())).known("minimum_wage.month", PLACE).lowest
    return figure and figure.amount


@pytest.mark.wall("the service compares with what offices entered, stale or not; trigger local_figure_lower_guard")
@pytest.mark.parametrize("day", [date(2025, 1, 1), NEW_YEAR])
async def test_an_office_does_not_lower_its_own_figure(
    session: AsyncSession, office: Actor, now: datetime, day: date
) -> None:
    await entered(session, office, 2490, NEW_YEAR, now)
    with pytest.raises(Invalid, match="later day"):
        await entered(session, office, 2010, day, now)
    with pytest.raises(Invalid, match="later day"):
        await entered(session, office, 2010, day, now + timedelta(days=4 * 366))
    insert = text(
        "INSERT INTO local_figure (uuid, code, locality_code, amount, from_on, stale_after, status, source,"
        " entered_by_user_id, entered_by_organisation_id, entered_at) SELECT gen_random_uuid(), code, locality_code,"
        " 2010, :day, stale_after, status, source, entered_by_user_id, entered_by_organisation_id, entered_at"
        " FROM local_figure"
    )
    for forged in (day, NEXT_DAY):
        with pytest.raises(DBAPIError, match="a later day and two people"):
            async with session.begin_nested():
                await session.execute(insert, {"day": forged})
    assert await known(session, now) == 2490


@pytest.mark.wall("the service: a county's figure is held against that of the city it lies in")
async def test_a_part_of_a_place_does_not_undercut_it(session: AsyncSession, office: Actor, now: datetime) -> None:
    city = await make_actor(session, Role.RECEIVING_OFFICER, scope=(CITY,))
    await entered(session, city, 2490, NEW_YEAR, now, place=CITY)
    with pytest.raises(Invalid, match="later day"):
        await entered(session, city, 2010, NEW_YEAR, now)
    assert await known(session, now) == 2490


@pytest.mark.wall("the service: a lower figure counts once another person has entered the same within 30 days")
async def test_one_person_alone_lowers_nothing(
    sign_in: SignIn, session: AsyncSession, office: Actor, now: datetime
) -> None:
    await entered(session, office, 2490, NEW_YEAR, now)
    blocked = await make_vacancy(session, office, now, opened=False, base_month=2300, locality_code=PLACE)
    assert blocked.state == "blocked"
    client = await sign_in(office)
    lower = TYPED | {"amount": "2260", "from_on": "2026-01-02"}
    for _ in range(2):
        answer = await client.post("/api/v1/minimum-wages", json=lower)
        assert (answer.status_code, answer.json()) == (201, {"posts_judged_anew": 0, "waits_for_second": True})
    assert "second officer" in (await client.post("/minimum-wages", data=lower, follow_redirects=True)).text
    assert await known(session, now) == 2490
    second = await make_actor(session, Role.RECEIVING_OFFICER)
    assert (await entered(session, second, 2261, NEXT_DAY, now)).status == "proposed", "not the same figure"
    assert (await entered(session, second, 2260, NEXT_DAY, now + timedelta(days=31))).status == "proposed", "too late"
    assert (await entered(session, second, 2260, NEXT_DAY, now)).status == "in_force"
    assert await known(session, now) == 2260
    await session.refresh(blocked)
    assert blocked.state == "checked"


@pytest.mark.wall("the service, 422; constraints amount_plausible and day_plausible")
@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "0.001"}, {"amount": "1"}, {"amount": "2490.001"}, {"amount": "1e400"}, {"amount": "10000.01"},
        {"kind": "hour", "amount": "4.99"}, {"from_on": "0001-01-01"}, {"from_on": "1999-12-31"},
        {"from_on": "2100-01-02"},
    ],
)  # fmt: skip
async def test_what_no_notice_states_is_not_taken(
    sign_in: SignIn, session: AsyncSession, office: Actor, wrong: dict[str, str]
) -> None:
    client = await sign_in(office)
    assert (await client.post("/minimum-wages", data=TYPED | wrong)).status_code == 422
    assert (await client.post("/api/v1/minimum-wages", json=TYPED | wrong)).status_code == 422
