"""Into the outbox with the act, once; out of it once, or not at all where nobody wants it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.notifications import queries, sending, service
from app.notifications.addresses import index_of
from app.notifications.models import Notice, NoticeEvent
from app.notifications.senders import NotTaken
from app.notifications.sending import SendingOptions
from app.notifications.templates import templates
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer
from tests.factories.notices import MAILBOX, NUMBER, invitation, message, put

HOW = SendingOptions(lease=60, pauses=(30, 120), tries=3)
NIGHT = timedelta(hours=12)  # from ten in the morning to ten in the evening


async def steps(session: AsyncSession, notice: Notice) -> list[tuple[str | None, str, int]]:
    await session.flush()
    found = await session.scalars(
        select(NoticeEvent).where(NoticeEvent.notice_id == notice.id).order_by(NoticeEvent.id)
    )
    return [(one.from_state, one.to_state, one.attempt) for one in found]


async def test_asked_for_twice_it_is_there_once(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    county = await make_actor(session)
    wanted = message(county.organisation_id)
    notice = await put(session, keys, now, wanted)
    assert not await service.notify(session, keys, wanted, now=now)
    assert await session.scalar(select(func.count()).select_from(Notice)) == 1
    assert (notice.state, notice.next_at, notice.attempts) == ("waiting", now, 0)
    assert service.recipient_of(keys, notice) == NUMBER
    assert NUMBER.value.encode() not in (notice.recipient_cipher or b"")
    assert await steps(session, notice) == [(None, "waiting", 0)]


async def test_an_act_that_is_rolled_back_sends_nothing(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    county = await make_actor(session)
    act = await session.begin_nested()
    await put(session, keys, now, message(county.organisation_id))
    await act.rollback()
    assert await session.scalar(select(func.count()).select_from(Notice)) == 0


async def test_wrong_fillings_and_a_wrong_way_are_a_bug(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    county = await make_actor(session)
    for wrong in ({"params": {}}, {"params": {"day": "x", "name": "张小梅"}}, {"to": MAILBOX}):
        with pytest.raises(ValueError, match=r"is filled with|goes by sms"):
            await service.notify(session, keys, message(county.organisation_id, **wrong), now=now)


async def test_at_night_it_waits_for_the_morning_and_mail_does_not(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    evening = now + NIGHT
    sms = await put(session, keys, evening, message(county.organisation_id))
    mail = await put(session, keys, evening, invitation(county.organisation_id))
    assert sms.next_at == evening + timedelta(hours=10)
    assert mail.next_at == evening
    late = await put(
        session, keys, now, message(county.organisation_id)
    )  # by day, and the gateway was away until night
    assert await sending.claim(session, keys, "sms", evening, HOW) == ([], False)
    claimed, _ = await sending.claim(session, keys, "email", evening, HOW)
    assert [one.notice_id for one in claimed] == [mail.id]
    claimed, _ = await sending.claim(session, keys, "sms", evening + timedelta(hours=10), HOW)
    assert {one.notice_id for one in claimed} == {sms.id, late.id}


async def test_a_claim_a_refusal_another_try_and_the_end(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    county = await make_actor(session)
    notice = await put(session, keys, now, invitation(county.organisation_id))
    ((first,), _) = await sending.claim(session, keys, "email", now, HOW)
    assert "very-secret" in first.message.text
    assert first.message.subject == "邀请您使用对接系统"
    assert await sending.claim(session, keys, "email", now, HOW) == ([], False)  # leased
    assert not await sending.settle(session, first, NotTaken("HTTP 503"), now, HOW)
    assert (notice.state, notice.next_at, notice.last_error) == ("waiting", now + timedelta(seconds=30), "HTTP 503")
    later = now + timedelta(seconds=31)
    ((second,), _) = await sending.claim(session, keys, "email", later, HOW)
    assert second.message == first.message  # the same number, the same words
    assert not await sending.settle(session, first, None, later, HOW), "an attempt that was overtaken settles nothing"
    assert await sending.settle(session, second, None, later, HOW)
    assert (notice.state, notice.sent_at, notice.secret_cipher) == ("sent", later, None)
    assert await steps(session, notice) == [
        (None, "waiting", 0), ("waiting", "sending", 1), ("sending", "waiting", 1), ("waiting", "sending", 2),
        ("sending", "sent", 2),
    ]  # fmt: skip


async def test_a_lost_sender_costs_no_try(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """However often a runner dies, only what the other side refuses counts towards the end."""
    county = await make_actor(session)
    notice = await put(session, keys, now, message(county.organisation_id))
    for died in range(5):
        ((claimed,), _) = await sending.claim(session, keys, "sms", now + timedelta(seconds=61 * died), HOW)
    last = now + timedelta(seconds=61 * 4)
    for _ in range(HOW.tries):
        assert not await sending.settle(session, claimed, NotTaken("timeout"), last, HOW)
        if notice.state == "waiting":
            last += timedelta(seconds=121)
            ((claimed,), _) = await sending.claim(session, keys, "sms", last, HOW)
    assert (notice.state, notice.attempts, notice.not_taken) == ("failed", 7, 3)


async def test_refused_for_good_it_is_not_tried_again(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    county = await make_actor(session)
    notice = await put(session, keys, now, message(county.organisation_id))
    ((claimed,), _) = await sending.claim(session, keys, "sms", now, HOW)
    await sending.settle(session, claimed, NotTaken("HTTP 422", for_good=True), now, HOW)
    assert notice.state == "failed"


async def test_what_is_of_no_use_any_more_is_dropped(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    county = await make_actor(session)
    notice = await put(session, keys, now, message(county.organisation_id))
    claimed, was_due = await sending.claim(session, keys, "sms", notice.useful_until, HOW)
    assert (claimed, was_due, notice.state, notice.last_error) == ([], True, "dropped", sending.TOO_LATE)


async def test_one_that_cannot_be_read_holds_up_no_other(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """A text that is gone from the data, a cipher of another row: both end, and the queue goes on."""
    county = await make_actor(session)
    good = await put(session, keys, now, message(county.organisation_id))
    ids = []
    for changes in ({"template": "gone"}, {"recipient_cipher": keys.encrypt(service.RECIPIENT, good.uuid, "1540")}):
        row = service._row(keys, message(county.organisation_id), templates()["statement_ending"], b"i", now)
        ids.append(await session.scalar(insert(Notice).values(row | changes).returning(Notice.id)))
    claimed, _ = await sending.claim(session, keys, "sms", now, HOW)
    assert [one.notice_id for one in claimed] == [good.id]
    dropped = await session.scalars(select(Notice).where(Notice.id.in_(ids)))
    assert {(one.state, one.last_error) for one in dropped} == {("dropped", sending.UNREADABLE)}


async def test_switched_off_it_is_not_put_in_and_what_waits_is_dropped(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    person = await make_labourer(session, county, keys, now)
    other = await make_labourer(session, county, keys, now)
    waits = await put(session, keys, now, message(county.organisation_id, labourer_id=person.id))
    others = await put(session, keys, now, message(county.organisation_id, labourer_id=other.id))
    await service.choose(session, person.id, "statement", wanted=False, number=None, now=now)
    assert (waits.state, waits.last_error, others.state) == ("dropped", service.TAKEN_BACK, "waiting")
    assert not await service.notify(session, keys, message(county.organisation_id, labourer_id=person.id), now=now)
    await service.choose(session, person.id, "statement", wanted=True, number=None, now=now)
    assert await service.notify(session, keys, message(county.organisation_id, labourer_id=person.id), now=now)


async def test_the_word_that_ends_them_holds_for_the_number_until_it_is_lifted(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    person = await make_labourer(session, county, keys, now)
    waits = await put(session, keys, now, message(county.organisation_id, labourer_id=person.id))
    await service.stop_number(session, keys, NUMBER, now=now)
    await service.stop_number(session, keys, NUMBER, now=now)
    assert waits.state == "dropped"
    assert not await service.notify(session, keys, message(county.organisation_id), now=now)
    assert await service.notify(session, keys, invitation(county.organisation_id), now=now)  # another address
    index = index_of(keys, NUMBER)
    await service.choose(session, person.id, "statement", wanted=True, number=index, now=now)
    assert not await queries.is_number_unwanted(session, index)
    assert await service.notify(session, keys, message(county.organisation_id, labourer_id=person.id), now=now)
    with pytest.raises(ValueError, match="no such choice"):
        await service.choose(session, person.id, "account", wanted=False, number=None, now=now)
