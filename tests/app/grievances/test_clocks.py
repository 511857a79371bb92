"""What moves by itself when a step is due."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Post
from app.grievances import clocks, drawer, handling, queries, service
from app.shared.encryption import KeyRing
from tests.factories.grievances import CITY, PROVINCE, file, make_inspection

MINUTE = timedelta(minutes=1)


async def acts(session: AsyncSession, grievance_id: int) -> list[str]:
    await drawer.open_for_clock(session)
    return [event.act for event, _, _ in await queries.events_of(session, grievance_id)]


async def test_up_from_county_to_city_to_province_to_the_open_list(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    ladder = [await make_inspection(session, code) for code in ("320509", CITY, PROVINCE)]
    grievance, _ = await file(session, keys, now, kind="violence")
    held_by = [grievance.organisation_id]
    for _ in range(3):
        assert grievance.due_at is not None
        await clocks.run_due(session, keys, now=grievance.due_at + MINUTE)
        await drawer.open_for_clock(session)
        await session.refresh(grievance)
        held_by.append(grievance.organisation_id)
    assert held_by == [*(one.organisation_id for one in ladder), None]
    assert (grievance.state, grievance.escalations) == ("received", 3)
    await handling.take(session, keys, ladder[2], grievance.uuid, now=now)
    assert grievance.organisation_id == ladder[2].organisation_id


async def test_nothing_moves_before_its_time_and_once_only(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    await make_inspection(session)
    await make_inspection(session, CITY)
    grievance, _ = await file(session, keys, now)
    assert grievance.due_at is not None
    none = {"routed": 0, "escalated": 0, "reviews": 0, "still_unrouted": 0}
    assert await clocks.run_due(session, keys, now=grievance.due_at - MINUTE) == none
    late = grievance.due_at + MINUTE
    assert await clocks.run_due(session, keys, now=late) == none | {"escalated": 1}
    assert await clocks.run_due(session, keys, now=late) == none


async def test_an_inspection_that_begins_to_work_gets_what_waited(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    grievance, _ = await file(session, keys, now)
    deadline = grievance.due_at
    assert grievance.organisation_id is None
    inspector = await make_inspection(session, CITY)
    done = await clocks.run_due(session, keys, now=now + MINUTE)
    assert done["routed"] == 1
    await drawer.open_for_clock(session)
    await session.refresh(grievance)
    assert (grievance.organisation_id, grievance.due_at) == (inspector.organisation_id, deadline)


async def test_nobody_at_work_there_means_it_goes_on(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    empty = await make_inspection(session)
    (await session.get_one(Post, empty.post_id)).ended_at = now
    above = await make_inspection(session, CITY)
    grievance, _ = await file(session, keys, now)
    assert grievance.organisation_id == above.organisation_id


async def test_home_takes_over_where_the_place_of_work_has_nobody(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    home = await make_inspection(session, "340722")
    grievance, _ = await file(session, keys, now)
    assert grievance.organisation_id == home.organisation_id


async def test_silence_after_an_answer_calls_a_second_authority(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    near, city, province = [await make_inspection(session, code) for code in ("320509", CITY, PROVINCE)]
    grievance, _ = await file(session, keys, now)
    await handling.answer(session, keys, near, grievance.uuid, "工资已补发。", now=now)
    assert grievance.due_at is not None
    await clocks.run_due(session, keys, now=grievance.due_at + MINUTE)
    await drawer.open_for_clock(session)
    await session.refresh(grievance)
    assert (grievance.state, grievance.review_organisation_id) == ("answered", city.organisation_id)
    await clocks.run_due(session, keys, now=grievance.due_at + MINUTE)
    await drawer.open_for_clock(session)
    await session.refresh(grievance)
    assert grievance.review_organisation_id == province.organisation_id
    await handling.review(session, keys, province, grievance.uuid, "答复属实。", upheld=True, now=now)
    assert (grievance.state, grievance.closed_by, grievance.due_at) == ("closed", "review", None)
    assert (await acts(session, grievance.id))[0] == "closed"


async def test_a_review_may_send_it_back_with_a_short_clock(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    near, city = [await make_inspection(session, code) for code in ("320509", CITY)]
    grievance, code = await file(session, keys, now)
    await handling.answer(session, keys, near, grievance.uuid, "没有问题。", now=now)
    await service.ask_review(session, keys, service.by_receipt(keys, code), "不服。", now=now)
    await handling.review(session, keys, city, grievance.uuid, "证据不足，再查。", upheld=False, now=now)
    assert (grievance.state, grievance.organisation_id) == ("measures", near.organisation_id)
    assert (grievance.review_wanted, grievance.review_organisation_id) == (False, None)
    await handling.record_measure(session, keys, near, grievance.uuid, "调取了工资表。", now=now)


async def test_fear_of_retaliation_hurries_it(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    await make_inspection(session)
    grievance, code = await file(session, keys, now)
    who = service.by_receipt(keys, code)
    await service.add_words(session, keys, who, "老板知道了，要开除我。", retaliation=True, now=now)
    assert (grievance.retaliation, grievance.due_at) == (True, now + timedelta(hours=24))
