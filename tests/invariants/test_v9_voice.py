"""V9: complaints reach an authority that is not complained of, cannot be read or delayed by those named, and stop
the post when they are grave. Each test is an attempt; its docstring names the wall that stops it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict, Forbidden, NotFound
from app.grievances import clocks, drawer, handling, service
from app.permissions import Actor, Role
from app.shared.encryption import KeyRing
from app.vacancies import service as vacancies
from tests.factories.accounts import make_actor, make_organisation
from tests.factories.grievances import CITY, PROVINCE, colleague, file, make_inspection
from tests.factories.vacancies import make_employer, make_vacancy

TABLES = ("grievance", "grievance_event", "grievance_party", "grievance_hold")


async def seen(session: AsyncSession) -> dict[str, int]:
    """Rows of each table that plain SQL finds with the drawer as it is."""
    return {table: await session.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in TABLES}


async def refused(session: AsyncSession, statement: str, message: str) -> None:
    """Run SQL as the application's role; the database has to refuse it with the message."""
    with pytest.raises(DBAPIError, match=message):
        async with session.begin_nested():
            await session.execute(text(statement))


async def a_severe_one(session: AsyncSession, keys: KeyRing, now: datetime) -> tuple[Any, Any, str, Actor]:
    """(complaint, stopped post, code, inspector) of papers kept at a post in Wujiang."""
    inspector = await make_inspection(session)
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    vacancy = await make_vacancy(session, office, now)
    grievance, code = await file(session, keys, now, kind="papers_kept", vacancy_uuid=vacancy.uuid, names="王老板")
    return grievance, vacancy, code, inspector


async def test_sql_without_saying_who_looks_finds_nothing(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Wall: row-level security, enabled and forced; no settings, no rows."""
    await a_severe_one(session, keys, now)
    assert all((await seen(session)).values())
    await drawer.close(session)
    assert await seen(session) == dict.fromkeys(TABLES, 0)
    changed = await session.execute(text("UPDATE grievance SET due_at = due_at + interval '1 year'"))
    assert changed.rowcount == 0
    forced = text("SELECT bool_and(relrowsecurity AND relforcerowsecurity) FROM pg_class WHERE relname = ANY(:names)")
    assert await session.scalar(forced, {"names": list(TABLES)})
    bypass = text("SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user")
    assert await session.scalar(bypass) is False


async def test_a_named_inspection_reads_nothing(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Wall: policy drawer_opens; it goes to the inspection above."""
    named, above = await make_inspection(session), await make_inspection(session, CITY)
    grievance, _ = await file(session, keys, now, about=("inspection",), names=above.organisation_name)
    province = await make_inspection(session, PROVINCE)
    assert grievance.organisation_id is None
    await clocks.run_due(session, keys, now=now)
    for actor, rows in ((named, 0), (above, 0), (province, 1)):
        await drawer.open_for_actor(session, actor)
        assert (await seen(session))["grievance"] == rows
    with pytest.raises(NotFound):
        await handling.open_case(session, named, grievance.uuid)


async def test_a_named_officer_of_the_right_inspection_reads_nothing(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Wall: policy drawer_opens, by user."""
    named = await make_inspection(session)
    other = await colleague(session, named)
    grievance, _ = await file(session, keys, now, names=named.display_name)
    assert grievance.organisation_id == named.organisation_id
    await drawer.open_for_actor(session, named)
    assert (await seen(session))["grievance"] == 0
    await drawer.open_for_actor(session, other)
    assert (await seen(session))["grievance"] == 1


async def test_an_inspector_with_a_second_post_at_the_firm_reads_nothing(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Wall: policy drawer_opens looks at every post a user holds or has held."""
    inspector = await make_inspection(session)
    other = await colleague(session, inspector)
    broker = await make_organisation(session, "broker")
    insert = (
        "INSERT INTO post (user_id, organisation_id, role, ended_at) VALUES (:user, :organisation, 'broker', now())"
    )
    await session.execute(text(insert), {"user": inspector.user_id, "organisation": broker.id})
    await file(session, keys, now, names=broker.name)
    await drawer.open_for_actor(session, inspector)
    assert (await seen(session))["grievance"] == 0
    await drawer.open_for_actor(session, other)
    assert (await seen(session))["grievance"] == 1


@pytest.mark.parametrize(
    "role", [Role.BROKER, Role.EMPLOYER, Role.COUNTY_OFFICER, Role.RECEIVING_OFFICER, Role.PROVINCE, Role.OPERATOR]
)
async def test_nobody_but_an_inspection_reads_any(
    session: AsyncSession, keys: KeyRing, now: datetime, role: Role, sign_in: Callable[..., Any]
) -> None:
    """Walls: policy drawer_opens by kind of organisation; permission GRIEVANCES_HANDLE; visible_to."""
    grievance, _ = await file(session, keys, now)  # nobody could take it: the open list
    actor = await make_actor(session, role)
    await drawer.open_for_actor(session, actor)
    assert (await seen(session))["grievance"] == 0
    client = await sign_in(actor)
    assert (await client.get(f"/grievances/{grievance.uuid}")).status_code == 403
    assert (await client.get("/api/v1/grievances")).status_code == 403


async def test_it_cannot_be_given_to_a_broker_or_to_who_is_named(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Walls: trigger grievance_guard; constraint handler_not_named."""
    await make_inspection(session)
    broker = await make_organisation(session, "broker")
    named = await make_inspection(session, CITY)
    await file(session, keys, now, names=named.organisation_name)
    await refused(session, f"UPDATE grievance SET organisation_id = {broker.id}", "goes to an inspection")
    await refused(session, f"UPDATE grievance SET organisation_id = {named.organisation_id}", "handler_not_named")
    await refused(
        session, f"UPDATE grievance SET review_organisation_id = {named.organisation_id}", "reviewer_not_named"
    )
    await refused(session, "UPDATE grievance SET named_organisation_ids = '{}'", "names, escalations")


async def test_whoever_has_it_cannot_close_it(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Wall: trigger grievance_guard; the service offers no such act."""
    inspector = await make_inspection(session)
    grievance, _ = await file(session, keys, now)
    await handling.answer(session, keys, inspector, grievance.uuid, "工资已补发。", now=now)
    await session.flush()
    for who in ("complainant", "review"):
        closed = f"UPDATE grievance SET state = 'closed', closed_by = '{who}', closed_at = now(), due_at = NULL"
        await refused(session, closed, "closes by the complainant or an independent review")
    await refused(session, f"UPDATE grievance SET review_organisation_id = {inspector.organisation_id}", "is_another")


async def test_whoever_has_it_cannot_put_the_deadline_off(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Walls: trigger grievance_guard; a transfer keeps the deadline; the clock moves it up regardless."""
    inspector, other = await make_inspection(session), await make_inspection(session, "320508")
    above = await make_inspection(session, CITY)
    grievance, _ = await file(session, keys, now)
    deadline = grievance.due_at
    await drawer.open_for_actor(session, inspector)
    await refused(session, "UPDATE grievance SET due_at = due_at + interval '1 day'", "cannot put its deadline off")
    other_uuid = other.organisation_uuid
    await handling.transfer(session, keys, inspector, grievance.uuid, other_uuid, "不归我们管。", now=now)
    assert (grievance.due_at, grievance.organisation_id) == (deadline, other.organisation_id)
    await clocks.run_due(session, keys, now=deadline + timedelta(minutes=1))
    await drawer.open_for_actor(session, above)
    moved = await handling.open_case(session, above, grievance.uuid)
    assert (moved.organisation_id, moved.escalations) == (above.organisation_id, 1)
    with pytest.raises(NotFound):
        await handling.open_case(session, other, grievance.uuid)


async def test_the_story_cannot_be_rewritten_or_removed(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Walls: triggers on every table; no policy lets a row be deleted."""
    await a_severe_one(session, keys, now)
    await refused(session, "UPDATE grievance_event SET act = 'words'", "only grows")
    await refused(session, "UPDATE grievance_party SET at = now()", "only grows")
    await refused(session, "UPDATE grievance SET text_cipher = '\\x00'", "not rewritten")
    await refused(session, "UPDATE grievance SET kind = 'other'", "not rewritten")
    await refused(session, "TRUNCATE grievance_event", "only grows|permission denied")
    for table in TABLES:
        gone = await session.execute(text(f"DELETE FROM {table}"))
        assert gone.rowcount == 0


async def test_neither_firm_nor_office_opens_a_stopped_post(
    session: AsyncSession, keys: KeyRing, now: datetime, sign_in: Callable[..., Any]
) -> None:
    """Walls: service refuses; constraint held; trigger vacancy_holds_guard."""
    _, vacancy, _, _ = await a_severe_one(session, keys, now)
    assert (vacancy.state, vacancy.state_reason, vacancy.holds) == ("paused", vacancies.HELD, 1)
    await drawer.close(session)
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    with pytest.raises(Conflict):
        await vacancies.resume(session, office, vacancy, now=now)
    client = await sign_in(office)
    page = (await client.get(f"/vacancies/{vacancy.uuid}")).text
    assert "held for a check" in page
    assert "complain" not in page.partition("<main")[2].lower()  # the menu is the officer's own
    assert (await client.post(f"/vacancies/{vacancy.uuid}/resume")).status_code == 409
    await refused(session, f"UPDATE vacancy SET state = 'open' WHERE id = {vacancy.id}", "ck_vacancy_held")
    await refused(
        session, f"UPDATE vacancy SET state = 'open', holds = 0 WHERE id = {vacancy.id}", "a check still stands"
    )


async def test_a_stopped_post_does_not_open_by_a_detour(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Wall: the hold is a count of its own beside the state, so no way round the states leads to open."""
    _, vacancy, _, _ = await a_severe_one(session, keys, now)
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    employer = await make_employer(session, office, now)
    await vacancies.close(session, office, vacancy, "over", now=now)
    vacancies.check_again(session, office, vacancy, now)
    assert vacancy.state == "checked"
    with pytest.raises(Conflict):
        await vacancies.verify(session, office, vacancy, employer, now=now)
    assert await vacancies.verify_many(session, office, [(vacancy, employer)], now=now) == (0, 1)


async def test_one_of_two_checks_does_not_free_the_post(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Wall: trigger vacancy_holds_guard counts holds that nobody here may see."""
    grievance, vacancy, _, inspector = await a_severe_one(session, keys, now)
    other, _ = await file(session, keys, now, kind="violence", vacancy_uuid=vacancy.uuid)
    assert vacancy.holds == 2
    await handling.release_posts(session, keys, inspector, grievance.uuid, "已经查清。", now=now)
    assert (vacancy.state, vacancy.holds) == ("paused", 1)
    await refused(session, f"UPDATE vacancy SET holds = 0 WHERE id = {vacancy.id}", "a check still stands")
    await handling.release_posts(session, keys, inspector, other.uuid, "已经查清。", now=now)
    assert (vacancy.state, vacancy.holds) == ("open", 0)


async def test_only_who_has_it_lets_the_post_go(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Walls: visible_to (404), the service (403), trigger grievance_hold_guard."""
    grievance, _, code, _ = await a_severe_one(session, keys, now)
    stranger = await make_inspection(session, CITY)
    with pytest.raises(NotFound):
        await handling.release_posts(session, keys, stranger, grievance.uuid, "放行。", now=now)
    await service.read(session, service.by_receipt(keys, code))
    await refused(session, "UPDATE grievance_hold SET released_at = now()", "only the authority")


async def test_nobody_presses_a_grave_complaint_away(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Wall: the service; the hold outlives even a closed complaint."""
    grievance, vacancy, code, inspector = await a_severe_one(session, keys, now)
    who = service.by_receipt(keys, code)
    with pytest.raises(Conflict):
        await service.close(session, keys, who, now=now)
    await handling.answer(session, keys, inspector, grievance.uuid, "证件已退还。", now=now)
    await service.close(session, keys, who, now=now)
    assert (grievance.state, vacancy.holds) == ("closed", 1)
    await handling.release_posts(session, keys, inspector, grievance.uuid, "已经查清。", now=now)
    assert vacancy.state == "open"


async def test_naming_whoever_has_it_takes_it_away_at_once(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Wall: trigger grievance_party_named; then routing."""
    inspector, above = await make_inspection(session), await make_inspection(session, CITY)
    grievance, code = await file(session, keys, now)
    assert grievance.organisation_id == inspector.organisation_id
    who = service.by_receipt(keys, code)
    await service.add_words(session, keys, who, "他们也有份。", names=inspector.organisation_name, now=now)
    assert grievance.organisation_id == above.organisation_id
    with pytest.raises(NotFound):
        await handling.open_case(session, inspector, grievance.uuid)


async def test_who_had_it_cannot_review_it(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Walls: constraint reviewer_is_another; the service."""
    province = await make_inspection(session, PROVINCE)
    grievance, code = await file(session, keys, now)
    await handling.answer(session, keys, province, grievance.uuid, "没有问题。", now=now)
    await service.ask_review(session, keys, service.by_receipt(keys, code), "不服。", now=now)
    assert grievance.review_organisation_id is None
    with pytest.raises(Forbidden):
        await handling.take(session, keys, province, grievance.uuid, now=now)
    elsewhere = await make_inspection(session, "330000")
    await handling.take(session, keys, elsewhere, grievance.uuid, now=now)
    await handling.review(session, keys, elsewhere, grievance.uuid, "答复属实。", upheld=True, now=now)
    assert (grievance.state, grievance.closed_by) == ("closed", "review")


async def test_a_copy_of_the_rows_gives_no_words(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Wall: the words are sealed with keys outside the database, each to its own row."""
    grievance, code = await file(session, keys, now, text="老板扣了我的身份证", contact="李大强 15400990001")
    stored = await session.scalar(text("SELECT (to_jsonb(g))::text FROM grievance g"))
    for word in ("身份证", "李大强", code, code.replace("-", "")):
        assert word not in str(stored)
    assert "身份证".encode() not in grievance.text_cipher
