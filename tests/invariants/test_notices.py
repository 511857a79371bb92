"""Messages carry no pressure and no secrets: who does not want them is left alone (R2), nobody else reads whose they
are (R18, V9), and what was said is not rewritten. Each test is an attempt; its docstring names the wall."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations import consents
from app.labourers import ending, telling
from app.labourers.telling import Word
from app.notifications import outbox, sending, service
from app.notifications.sending import SendingOptions
from app.shared.encryption import KeyRing
from app.wall import NOBODY, confine, wall_of, wall_of_person
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer
from tests.factories.notices import invitation, message, put

FOUND = text("SELECT (SELECT count(*) FROM notice), (SELECT count(*) FROM notice_event)")


async def found(session: AsyncSession) -> tuple[int, int]:
    return tuple((await session.execute(FOUND)).one())  # type: ignore[return-value]


async def refused(session: AsyncSession, statement: str, why: str) -> None:
    """Run SQL as the application's role; the database has to refuse it with the message."""
    with pytest.raises(DBAPIError, match=why):
        async with session.begin_nested():
            await session.execute(text(statement))


async def test_sql_that_forgets_whose_outbox_finds_nothing(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """R18. Wall: row-level security, enabled and forced; only the office that opened its outbox, or the person."""
    county, other = await make_actor(session), await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    await put(session, keys, now, message(county.organisation_id, labourer_id=labourer.id))
    await put(session, keys, now, invitation(county.organisation_id))
    await session.flush()
    assert await found(session) == (2, 2)
    for wall in (NOBODY, wall_of(county), wall_of(other)):
        await confine(session, wall)
        assert await found(session) == (0, 0)
        changed = await session.execute(text("UPDATE notice SET next_at = next_at + interval '1 year'"))
        assert changed.rowcount == 0  # type: ignore[attr-defined]
    async with outbox.opened(session, other.organisation_id):
        assert await found(session) == (0, 0)
    async with outbox.opened(session, county.organisation_id):
        assert await found(session) == (2, 2)
    await confine(session, wall_of_person(labourer.id))
    assert await found(session) == (1, 1)
    forced = "SELECT bool_and(relrowsecurity AND relforcerowsecurity) FROM pg_class WHERE relname ~ '^notice(_event)?$'"
    assert await session.scalar(text(forced))


async def test_a_message_in_another_offices_name_is_not_put_in(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """R18. Wall: the policy holds for new rows too."""
    county, other = await make_actor(session), await make_actor(session)
    await confine(session, wall_of(county))
    template = service.templates()["statement_ending"]
    row = service._row(keys, message(other.organisation_id), template, b"index", now)
    with pytest.raises(DBAPIError, match="row-level security"):
        async with session.begin_nested(), outbox.opened(session, county.organisation_id):
            await session.execute(service.insert(service.Notice).values(row))


@pytest.mark.parametrize(
    "change",
    [
        "recipient_cipher = convert_to('elsewhere', 'UTF8')",
        "template = 'own_code'",
        'params = \'{"day": "tomorrow"}\'',
        "organisation_id = organisation_id + 1",
        "dedup_key = 'another'",
        "useful_until = useful_until + interval '1 year'",
    ],
)
async def test_what_a_message_says_and_to_whom_is_rewritten(
    session: AsyncSession, keys: KeyRing, now: datetime, change: str
) -> None:
    """R19. Wall: the trigger on notice lets its way change, and ciphers to a newer key or to nothing."""
    county = await make_actor(session)
    await put(session, keys, now, message(county.organisation_id))
    await refused(session, f"UPDATE notice SET {change}", "not rewritten")


async def test_a_message_is_sent_again_or_taken_out(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """R19. Wall: triggers; what has ended stays ended, messages and their steps are not deleted."""
    county = await make_actor(session)
    notice = await put(session, keys, now, message(county.organisation_id))
    await refused(session, "UPDATE notice SET state = 'sent', sent_at = now()", "sent by an attempt")
    ((claimed,), _) = await sending.claim(session, keys, "sms", now, SendingOptions())
    assert await sending.settle(session, claimed, None, now, SendingOptions())
    await session.flush()
    again = "UPDATE notice SET state = 'waiting', sent_at = NULL"
    await refused(session, again, "not sent again")
    await refused(session, "DELETE FROM notice_event", "only grows")
    await refused(session, "DELETE FROM notice", "only grows")
    await refused(session, "UPDATE notice_choice SET wanted = true", "only grows")
    assert notice.state == "sent"


async def test_writing_to_somebody_who_did_not_agree(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """R1, R2. Wall: telling.tell asks the consent at that very read, and the sender asks the switches once more."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, phone="15400990091")
    word = Word("statement_ending", "attempt:1", ("declaration", 1), params={"day": "2026-12-01"})
    assert not await telling.tell(session, keys, labourer, word, now=now)
    heard = consents.Heard("in_person", county, evidence="form 12")
    await consents.give(session, labourer.id, "contact", heard, now=now)
    await session.flush()
    assert await telling.tell(session, keys, labourer, word, now=now)
    await service.choose(session, labourer.id, "statement", wanted=False, number=None, now=now)
    later = now + timedelta(hours=1)
    assert await sending.claim(session, keys, "sms", later, SendingOptions()) == ([], False)


async def test_pressing_who_said_not_now_with_reminders(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """V4, R5. Wall: only a statement that opens something is reminded of; who said "not now" hears nothing."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, scope="not_now", phone="15400990092")
    heard = consents.Heard("in_person", county, evidence="form 12")
    await consents.give(session, labourer.id, "contact", heard, now=now)
    await session.flush()
    assert await ending.warn(session, keys, after=0, now=now + timedelta(days=170)) == (0, None)
