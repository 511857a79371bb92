"""Both ways out against a gateway and a mail server that really listen."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.notifications.models import Notice
from app.notifications.senders import HttpSender, NotTaken, Outgoing, Sink, SmtpSender, senders_of, ways_out
from app.notifications.sending import SendingOptions, send_due
from app.settings import Settings
from app.shared.encryption import KeyRing
from tests.app.notifications import sinks
from tests.app.notifications.sinks import SECRET
from tests.conftest import NOW
from tests.factories.accounts import make_actor
from tests.factories.notices import invitation, message, put

WORDS = Outgoing(uuid4(), "own_code", "15400990032", "", "代码 ABCD", "zh_Hans", NOW)
LETTER = replace(WORDS, to="cheng@county.example", subject="邀请您", text="您好：\n\n第二行")


@pytest.fixture
def gateway() -> Iterator[sinks.Sink]:
    with sinks.gateway() as sink:
        yield sink


@pytest.fixture
def mail_server() -> Iterator[sinks.Sink]:
    with sinks.mail_server() as sink:
        yield sink


@pytest.fixture
async def by_http(gateway: sinks.Sink) -> AsyncIterator[HttpSender]:
    async with httpx2.AsyncClient(timeout=2) as client:
        yield HttpSender(f"http://127.0.0.1:{gateway.port}/send", SECRET, client, lambda: NOW)


def by_smtp(sink: sinks.Sink) -> SmtpSender:
    return SmtpSender("127.0.0.1", sink.port, "none", None, None, "notice@county.example")


async def test_a_gateway_that_remembers_takes_it_once(gateway: sinks.Sink, by_http: HttpSender) -> None:
    await by_http.send(WORDS)
    await by_http.send(WORDS)
    number = str(WORDS.uuid)
    assert gateway.taken == {number: {"id": number, "kind": "own_code", "to": "15400990032", "text": "代码 ABCD"}}
    assert (gateway.again, gateway.refused_signatures) == (1, 0)


@pytest.mark.parametrize(("status", "for_good"), [(503, False), (401, False), (429, False), (302, False), (422, True)])
async def test_what_a_gateway_refuses(gateway: sinks.Sink, by_http: HttpSender, status: int, for_good: bool) -> None:
    gateway.answers.append(status)
    with pytest.raises(NotTaken, match=f"HTTP {status}") as refusal:
        await by_http.send(WORDS)
    assert refusal.value.for_good is for_good
    assert gateway.taken == {}


async def test_nobody_listens_or_the_answer_gets_lost(gateway: sinks.Sink, by_http: HttpSender) -> None:
    with pytest.raises(NotTaken) as refusal:
        await replace(by_http, url="http://127.0.0.1:9/send").send(WORDS)
    assert not refusal.value.for_good
    gateway.loses = 1
    with pytest.raises(NotTaken):
        await by_http.send(WORDS)
    assert list(gateway.taken) == [str(WORDS.uuid)]


async def test_a_wrong_secret_is_seen_by_the_gateway(gateway: sinks.Sink, by_http: HttpSender) -> None:
    with pytest.raises(NotTaken, match="401"):
        await replace(by_http, secret="x" * 32).send(WORDS)
    assert gateway.refused_signatures == 1


async def test_a_letter_arrives_whole_and_carries_its_number(mail_server: sinks.Sink) -> None:
    await by_smtp(mail_server).send(LETTER)
    await by_smtp(mail_server).send(LETTER)
    ((number, mail),) = mail_server.taken.items()
    assert number == f"<{LETTER.uuid}@county.example>"
    assert (mail["to"], mail["from"], mail["subject"]) == ("cheng@county.example", "notice@county.example", "邀请您")
    assert mail["date"].datetime.astimezone(UTC) == NOW
    assert mail["auto-submitted"] == "auto-generated"
    assert mail.get_content().splitlines() == ["您好：", "", "第二行"]
    assert mail_server.again == 1


@pytest.mark.parametrize(("status", "for_good"), [(450, False), (550, True)])
async def test_what_a_mail_server_refuses(mail_server: sinks.Sink, status: int, for_good: bool) -> None:
    mail_server.answers.append(status)
    with pytest.raises(NotTaken, match=str(status)) as refusal:
        await by_smtp(mail_server).send(LETTER)
    assert refusal.value.for_good is for_good


async def test_a_subject_with_a_line_end_never_leaves(mail_server: sinks.Sink) -> None:
    with pytest.raises(NotTaken) as refusal:
        await by_smtp(mail_server).send(replace(LETTER, subject="a\nBcc: x@y.example"))
    assert refusal.value.for_good
    with pytest.raises(NotTaken):
        await replace(by_smtp(mail_server), port=9).send(LETTER)
    assert mail_server.taken == {}


async def test_the_senders_are_those_of_the_settings() -> None:
    bare = Settings()
    demo = Settings(demo=True)
    whole = Settings(
        sms_url="http://127.0.0.1:9/send", sms_secret=SECRET, smtp_host="127.0.0.1", mail_from="a@b.example"
    )
    assert (ways_out(bare), ways_out(demo), ways_out(whole)) == (frozenset(), {"sms", "email"}, {"sms", "email"})
    async with senders_of(bare, lambda: NOW) as found:
        assert found == {}
    async with senders_of(demo, lambda: NOW) as found:
        assert [type(one) for one in found.values()] == [Sink, Sink]
    async with senders_of(whole, lambda: NOW) as found:
        assert {name: type(one) for name, one in found.items()} == {"sms": HttpSender, "email": SmtpSender}


async def test_from_the_outbox_to_the_other_side(
    gateway: sinks.Sink, mail_server: sinks.Sink, by_http: HttpSender, session: AsyncSession,
    sessions: async_sessionmaker[AsyncSession], keys: KeyRing, now: datetime,
) -> None:  # fmt: skip
    """The first try is refused, the second taken; who takes answers is told how to end them."""
    county = await make_actor(session)
    sms = await put(session, keys, now, message(county.organisation_id))
    mail = await put(session, keys, now, invitation(county.organisation_id))
    await session.commit()
    gateway.answers.append(503)
    how = SendingOptions(pauses=(5,), takes_replies=True, at_once=1)
    senders = {"sms": by_http}
    assert await send_due(sessions, keys, senders, lambda: now, how) == 0
    assert await send_due(sessions, keys, senders, lambda: now + timedelta(seconds=6), how) == 1
    assert await send_due(sessions, keys, {"email": by_smtp(mail_server)}, lambda: now, how) == 1
    assert gateway.taken[str(sms.uuid)]["text"].endswith("不影响任何待遇。回复TD退订")
    assert list(mail_server.taken) == [f"<{mail.uuid}@county.example>"]
    states = await session.execute(select(Notice.state, Notice.secret_cipher).execution_options(populate_existing=True))
    assert list(states) == [("sent", None), ("sent", None)]
