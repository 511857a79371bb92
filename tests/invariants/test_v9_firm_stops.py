"""V9: a firm named in a grave complaint stays stopped until the authority decides, whenever it was named, and whatever
it enters meanwhile. Each test is an attempt; its docstring names the wall that stops it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict, NotFound
from app.grievances import drawer, handling, service
from app.grievances.models import Grievance
from app.match_runs.adapter.pay import net_figures
from app.permissions import Actor, Role
from app.shared.encryption import KeyRing
from app.vacancies import service as vacancies
from app.vacancies.models import Vacancy
from tests.factories.accounts import make_actor
from tests.factories.grievances import CITY, file, make_inspection
from tests.factories.vacancies import WUJIANG, make_employer, make_vacancy, post

FIRM = "吴江锦华制衣有限公司"
ELSEWHERE = "320583"  # 昆山市, of the same city


@pytest.fixture
async def office(session: AsyncSession) -> Actor:
    return await make_actor(session, Role.RECEIVING_OFFICER)


@pytest.fixture
async def inspector(session: AsyncSession) -> Actor:
    return await make_inspection(session)


async def state_of(session: AsyncSession, vacancy: Vacancy) -> tuple[str, int]:
    """State and checks of a post as the database has them."""
    query = text("SELECT state, holds FROM vacancy WHERE id = :id")
    await session.flush()
    row = (await session.execute(query, {"id": vacancy.id})).one()
    return row.state, row.holds


async def refuses_to_open(session: AsyncSession, office: Actor, vacancy: Vacancy, now: datetime) -> None:
    """The receiving office cannot verify it, alone or in bulk, and neither can plain SQL open it."""
    employer = await make_employer(session, office, now)
    with pytest.raises(Conflict, match="held for a check"):
        await vacancies.verify(session, office, vacancy, employer, now=now)
    assert await vacancies.verify_many(session, office, [(vacancy, employer)], now=now) == (0, 1)
    await session.flush()
    opened = text("UPDATE vacancy SET state = 'open', holds = 0, verified_at = now() WHERE id = :id")
    with pytest.raises(DBAPIError, match="a check still stands"):
        async with session.begin_nested():
            await session.execute(opened, {"id": vacancy.id})


async def grave(session: AsyncSession, keys: KeyRing, now: datetime, **told: object) -> tuple[Grievance, str]:
    return await file(session, keys, now, kind="papers_kept", **told)


async def test_a_firm_named_later_by_the_person_is_stopped(
    session: AsyncSession, keys: KeyRing, now: datetime, office: Actor, inspector: Actor
) -> None:
    """Wall: the service stops a firm whenever a grave complaint comes to name it."""
    vacancy = await make_vacancy(session, office, now)
    _, code = await grave(session, keys, now)
    assert await state_of(session, vacancy) == ("open", 0), "nobody has said which firm yet"
    await service.add_words(session, keys, service.by_receipt(keys, code), "是这家。", names=FIRM, now=now)
    assert await state_of(session, vacancy) == ("paused", 1)


async def test_a_firm_named_later_by_the_authority_is_stopped(
    session: AsyncSession, keys: KeyRing, now: datetime, office: Actor, inspector: Actor
) -> None:
    """Wall: the service stops a firm whenever a grave complaint comes to name it."""
    vacancy = await make_vacancy(session, office, now)
    grievance, _ = await grave(session, keys, now)
    await handling.name(session, keys, inspector, grievance.uuid, FIRM, now=now)
    assert await state_of(session, vacancy) == ("paused", 1)


async def test_a_post_entered_anew_is_stopped_too(
    session: AsyncSession, keys: KeyRing, now: datetime, office: Actor, inspector: Actor
) -> None:
    """Walls: the service holds it as it is entered; trigger vacancy_firm_stop_guard refuses to open it."""
    vacancy = await make_vacancy(session, office, now)
    await grave(session, keys, now, vacancy_uuid=vacancy.uuid)
    await drawer.close(session)
    await vacancies.close(session, office, vacancy, "over", now=now)
    again = await make_vacancy(session, office, now, opened=False, title="缝纫工")
    assert await state_of(session, again) == ("checked", 1)
    await refuses_to_open(session, office, again, now)


async def test_a_firm_without_any_post_yet_is_stopped(
    session: AsyncSession, keys: KeyRing, now: datetime, office: Actor, inspector: Actor
) -> None:
    """Walls: the stop is a row of its own beside the posts'; trigger vacancy_firm_stop_guard."""
    await make_employer(session, office, now)
    await grave(session, keys, now, firm=FIRM)
    await drawer.close(session)
    first = await make_vacancy(session, office, now, opened=False)
    assert await state_of(session, first) == ("checked", 1)
    await refuses_to_open(session, office, first, now)


async def test_the_firm_is_not_entered_anew_by_another_office(
    session: AsyncSession, keys: KeyRing, now: datetime, office: Actor, inspector: Actor
) -> None:
    """Wall: trigger vacancy_firm_stop_guard knows the firm at the place by its name, whoever entered it."""
    await make_vacancy(session, office, now)
    await grave(session, keys, now, firm=FIRM)
    await drawer.close(session)
    agency = await make_actor(session, Role.RECEIVING_OFFICER)
    twin = await make_employer(session, agency, now, name="吴江 锦华制衣有限公司", licensed=False)
    again = await make_vacancy(session, agency, now, employer=twin, opened=False)
    assert await state_of(session, again) == ("checked", 1)
    await refuses_to_open(session, agency, again, now)


async def test_a_post_does_not_come_in_by_another_place(
    session: AsyncSession, keys: KeyRing, now: datetime, office: Actor, inspector: Actor
) -> None:
    """Walls: the service holds a post whose place changes; trigger vacancy_firm_stop_guard."""
    await make_vacancy(session, office, now)
    await grave(session, keys, now, firm=FIRM)
    await drawer.close(session)
    far = await make_vacancy(session, office, now, opened=False, locality_code=ELSEWHERE)
    assert await state_of(session, far) == ("checked", 0), "its posts at other places go on"
    moved = post(locality_code=WUJIANG)
    reading: dict[str, Any] = {"net_pay": net_figures, "screen": lambda _: []}
    await vacancies.change(session, office, far, moved, version=far.version, now=now, **reading)
    assert await state_of(session, far) == ("checked", 1)
    await refuses_to_open(session, office, far, now)


async def test_a_closed_post_of_a_stopped_firm_does_not_come_back_open(
    session: AsyncSession, keys: KeyRing, now: datetime, office: Actor, inspector: Actor
) -> None:
    """Walls: the service asks for the firm's stop before a post opens; trigger vacancy_firm_stop_guard."""
    vacancy = await make_vacancy(session, office, now)
    await vacancies.close(session, office, vacancy, "over", now=now)
    await grave(session, keys, now, firm=FIRM)
    await drawer.close(session)
    vacancies.check_again(session, office, vacancy, now)
    await refuses_to_open(session, office, vacancy, now)


async def test_punishment_told_later_stops_the_post(
    session: AsyncSession, keys: KeyRing, now: datetime, office: Actor, inspector: Actor
) -> None:
    """Wall: the service; a person punished for speaking is no less in danger because it came after."""
    vacancy = await make_vacancy(session, office, now)
    _, code = await file(session, keys, now, vacancy_uuid=vacancy.uuid)
    assert await state_of(session, vacancy) == ("open", 0)
    who = service.by_receipt(keys, code)
    await service.add_words(session, keys, who, "说再告就开除我。", retaliation=True, now=now)
    assert await state_of(session, vacancy) == ("paused", 1)


async def test_only_the_authority_lifts_the_stop(
    session: AsyncSession, keys: KeyRing, now: datetime, office: Actor, inspector: Actor
) -> None:
    """Walls: visible_to (404); triggers grievance_firm_stop_guard and grievance_hold_guard; row-level security."""
    vacancy = await make_vacancy(session, office, now)
    grievance, code = await grave(session, keys, now, firm=FIRM)
    await drawer.close(session)
    again = await make_vacancy(session, office, now, opened=False, title="缝纫工")
    lifted = text("UPDATE grievance_firm_stop SET released_at = now()")
    assert (await session.execute(lifted)).rowcount == 0, "behind the closed drawer there is nothing to lift"
    await service.read(session, service.by_receipt(keys, code))
    for statement in (lifted, text("UPDATE grievance_firm_stop SET place_code = NULL, after_vacancy_id = 999999")):
        with pytest.raises(DBAPIError, match="only the authority"):
            async with session.begin_nested():
                await session.execute(statement)
    stranger = await make_inspection(session, CITY)
    with pytest.raises(NotFound):
        await handling.release_posts(session, keys, stranger, grievance.uuid, "放行。", now=now)
    assert await handling.release_posts(session, keys, inspector, grievance.uuid, "已经查清。", now=now) == 2
    assert await state_of(session, vacancy) == ("open", 0)
    assert await state_of(session, again) == ("checked", 0)
    await vacancies.verify(session, office, again, await make_employer(session, office, now), now=now)
    assert await state_of(session, again) == ("open", 0)


async def test_a_decision_is_not_undone_by_saying_the_name_again(
    session: AsyncSession, keys: KeyRing, now: datetime, office: Actor, inspector: Actor
) -> None:
    """Wall: the service keeps one stop per complaint and firm; only the authority decides, either way."""
    vacancy = await make_vacancy(session, office, now)
    grievance, code = await grave(session, keys, now, firm=FIRM)
    await handling.release_posts(session, keys, inspector, grievance.uuid, "已经查清。", now=now)
    await service.add_words(session, keys, service.by_receipt(keys, code), "还是这家。", names=FIRM, now=now)
    assert await state_of(session, vacancy) == ("open", 0)


async def test_a_firm_without_posts_is_let_go_too(
    session: AsyncSession, keys: KeyRing, now: datetime, office: Actor, inspector: Actor, sign_in: Callable[..., Any]
) -> None:
    """Wall: service; the authority sees the stop on its case, and nobody else sees why a post is held."""
    await make_employer(session, office, now)
    grievance, _ = await grave(session, keys, now, firm=FIRM)
    await session.commit()
    client = await sign_in(inspector)
    page = (await client.get(f"/grievances/{grievance.uuid}")).text
    assert FIRM in page
    answer = await client.post(f"/grievances/{grievance.uuid}/release", data={"why_released": "已经查清，可以招工。"})
    assert answer.status_code == 303
    first = await make_vacancy(session, office, now)
    assert await state_of(session, first) == ("open", 0)


async def test_two_firms_of_one_name_in_two_places_are_told_apart(
    session: AsyncSession, keys: KeyRing, now: datetime, office: Actor, inspector: Actor
) -> None:
    """Wall: service; the place of work says which is meant, and the other goes on."""
    here = await make_vacancy(session, office, now)
    other = await make_actor(session, Role.RECEIVING_OFFICER, scope=(ELSEWHERE,))
    namesake = await make_employer(session, other, now)
    namesake.locality_code = ELSEWHERE
    there = await make_vacancy(session, other, now, employer=namesake, locality_code=ELSEWHERE)
    await grave(session, keys, now, firm=FIRM)
    assert await state_of(session, here) == ("paused", 1)
    assert await state_of(session, there) == ("open", 0)
