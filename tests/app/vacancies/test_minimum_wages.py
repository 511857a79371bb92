"""The receiving office enters the minimum wage of its place; posts are judged by it at once."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import AuditEvent
from app.errors import Invalid
from app.localities.reference import load_localities
from app.permissions import Role
from app.policy.models import LocalFigure
from app.policy.store import Figure, Source, Store
from app.vacancies import floors, minimum_wages
from app.vacancies.minimum_wages import Entry, enter
from tests.factories.accounts import make_actor
from tests.factories.vacancies import make_employer, make_vacancy

SignIn = Callable[..., Any]
TYPED = {"kind": "month", "place": "320509", "amount": "2660", "from_on": "2026-01-01", "source": "苏人社发〔2025〕1号"}


def codes(vacancy: Any) -> set[str]:
    return {finding["code"] for finding in vacancy.findings}


async def test_what_cannot_be_judged_waits_until_the_office_enters_the_figure(
    sign_in: SignIn, session: AsyncSession, now: datetime
) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    employer = await make_employer(session, office, now)
    vacancy = await make_vacancy(session, office, now, employer=employer, opened=False, base_month=2300)
    assert (vacancy.state, codes(vacancy)) == ("checked", {"minimum_unknown"})
    client = await sign_in(office)
    refused = await client.post(f"/vacancies/{vacancy.uuid}/verify")
    assert refused.status_code == 409
    assert "minimum wage" in refused.text
    entered = await client.post("/minimum-wages", data=TYPED | {"amount": "2260"})
    assert entered.status_code == 303
    assert "1 post was judged anew" in (await client.get("/minimum-wages")).text
    await session.refresh(vacancy)
    assert codes(vacancy) == set()
    assert (await client.post(f"/vacancies/{vacancy.uuid}/verify")).status_code == 303
    trail = select(AuditEvent).where(AuditEvent.act == "minimum_wage.enter")
    [line] = await session.scalars(trail)
    assert line.detail["amount"] == "2260"


async def test_a_higher_figure_blocks_what_is_open_below_it(
    sign_in: SignIn, session: AsyncSession, now: datetime
) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    vacancy = await make_vacancy(session, office, now, base_month=2500)
    assert vacancy.state == "open"
    client = await sign_in(office)
    answer = await client.post("/api/v1/minimum-wages", json=TYPED)
    assert (answer.status_code, answer.json()) == (201, {"posts_judged_anew": 1, "waits_for_second": False})
    await session.refresh(vacancy)
    assert (vacancy.state, vacancy.verified_at, codes(vacancy)) == ("blocked", None, {"below_minimum"})


async def test_errors_stand_at_their_fields_and_keep_what_was_typed(
    sign_in: SignIn, session: AsyncSession, now: datetime
) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    client = await sign_in(office)
    for change, told in (
        ({"amount": "many"}, "Enter an amount"),
        ({"amount": "99999"}, "as the notice states it"),
        ({"amount": "800"}, "Compare it with the notice"),
        ({"place": "999999"}, "Choose a place of your region"),
        ({"from_on": "2027-01-01"}, "in force today"),
        ({"from_on": "soon"}, "Enter the day"),
        ({"source": " "}, "Title and number"),
    ):
        answer = await client.post("/minimum-wages", data=TYPED | change)
        assert answer.status_code == 422, change
        assert told in answer.text
    assert not list(await session.scalars(select(LocalFigure)))


async def test_the_list_is_open_to_readers_and_says_where_each_figure_comes_from(
    sign_in: SignIn, session: AsyncSession
) -> None:
    broker = await make_actor(session, Role.BROKER)
    client = await sign_in(broker)
    page = await client.get("/minimum-wages")
    assert page.status_code == 200
    assert "2740" in page.text
    assert "not verified" in page.text
    assert "Enter and judge" not in page.text
    items = (await client.get("/api/v1/minimum-wages")).json()["items"]
    assert {item["place"] for item in items} == {"310000", "320000", "330000", "440000", "440300"}


async def test_a_lawful_figure_of_a_lower_class_is_taken(session: AsyncSession, now: datetime) -> None:
    """Below a province's first class there may be lawful figures; below all classes of a province there are none."""
    guangdong = await make_actor(session, Role.RECEIVING_OFFICER, scope=("440000",))
    entry = Entry("month", "441800", Decimal(2080), date(2025, 3, 1), "粤人社规〔2025〕")
    figure, _ = await enter(session, guangdong, entry, load_localities(), now=now)
    assert figure.amount == 2080
    shenzhen = Entry("month", "440305", Decimal(2080), date(2025, 3, 1), "a notice")
    with pytest.raises(Invalid):
        await enter(session, guangdong, shenzhen, load_localities(), now=now)


async def test_less_than_the_one_known_figure_needs_a_later_notice(
    session: AsyncSession, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, place, source = "minimum_wage.month", "310000", Source("a notice", "an office", "a clause")
    shipped = [
        Figure(code, place, "", Decimal(amount), date(year, 7, 1), last, date(2027, 6, 30), "in_force", source)
        for amount, year, last in ((2590, 2024, date(2025, 6, 30)), (2740, 2025, None))
    ]
    for module in (floors, minimum_wages):
        monkeypatch.setattr(module, "store", lambda: Store(shipped, [(code, place)]))
    office = await make_actor(session, Role.RECEIVING_OFFICER, scope=(place,))
    same = Entry("month", place, Decimal(2700), date(2025, 7, 1), "a notice")
    with pytest.raises(Invalid, match="later day"):
        await enter(session, office, same, load_localities(), now=now)
    later = Entry("month", place, Decimal(2700), date(2026, 7, 1), "a notice")
    proposed, _ = await enter(session, office, later, load_localities(), now=now)
    assert proposed.status == "proposed"
    second = await make_actor(session, Role.RECEIVING_OFFICER, scope=(place,))
    figure, _ = await enter(session, second, later, load_localities(), now=now)
    assert figure.status == "in_force"
    [line] = await session.scalars(select(AuditEvent).where(AuditEvent.act == "minimum_wage.enter"))
    assert line.detail["before"] == "2740", "the trail tells what it replaced"
