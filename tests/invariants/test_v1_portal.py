"""V1 at the labourer's own door: codes, consents, their texts. Each test is an attempt and the wall that stops it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations import queries, service
from app.declarations.models import Consent, ConsentText, Declaration, OwnCode
from app.errors import Conflict
from app.permissions import Role
from app.portal.models import PortalSession
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer
from tests.factories.slips import make_slip, open_pages, phone

# What a direct write leaves out or makes up, and the constraint that stops it. "by code" is a sound row by own code,
# "in person" one before an officer; a value of None is left out.
FORGED = [
    ("a proxy consents", "in person", {"channel": "proxy"}, "ck_consent_channel"),
    ("a register row opens the name", "register", {"purpose": "name_to_employer"}, "register_row_opens_match_only"),
    ("a register row opens a manifest", "register", {"purpose": "trip_manifest"}, "register_row_opens_match_only"),
    ("one blanket tick", "in person", {"purpose": "everything"}, "ck_consent_purpose"),
    ("no officer", "in person", {"entered_by": None}, "officer_named"),
    ("no evidence", "in person", {"evidence_hash": None}, "evidence_kept"),
    ("no text", "in person", {"text_version": None, "language": None}, "text_shown"),
    ("a text nobody was shown", "in person", {"text_version": "99"}, "fk_consent_text_shown"),
    ("the text of another purpose", "in person", {"purpose": "publication"}, "fk_consent_text_shown"),
    ("no last day", "in person", {"expires_on": None}, "ck_consent_expires"),
    ("by code without a code", "by code", {"code_id": None}, "ck_consent_own_code"),
    ("an officer behind a code", "by code", {"entered_by": "officer"}, "nobody_between"),
    ("a yes to matching of no statement", "register", {"declaration_id": None}, "match_has_statement"),
    (
        "the statement of another person",
        "register",
        {"declaration_id": "theirs"},
        "fk_consent_declaration_id_labourer_id",
    ),
    ("before the session", "by code", {"at": "before"}, "without a session"),
    ("after the session", "by code", {"at": "after"}, "without a session"),
    ("the code of another person", "by code", {"code_id": "other"}, "fk_consent_code_id_labourer_id_own_code"),
]


@pytest.mark.parametrize(("base", "changes", "wall"), [row[1:] for row in FORGED], ids=[row[0] for row in FORGED])
async def test_a_consent_cannot_be_forged(
    session: AsyncSession, keys: KeyRing, now: datetime, base: str, changes: dict[str, Any], wall: str
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    other = await make_labourer(session, county, keys, now)
    codes = {}
    for name, one in (("own", labourer), ("other", other)):
        await make_slip(session, county, keys, one, now)
        codes[name] = await open_pages(session, one, now)
    said = await session.scalar(select(Declaration.id).where(Declaration.labourer_id == labourer.id))
    shown = {"text_version": "1", "language": "zh_Hans"}
    row: dict[str, Any] = {"labourer_id": labourer.id, "purpose": "match", "given": True, "at": now}
    row |= {"expires_on": day_of(now) + timedelta(days=9), "declaration_id": said}
    row |= {
        "in person": {"channel": "in_person", "entered_by": county.user_id, "evidence_hash": b"print", **shown},
        "by code": {"channel": "self_code", "code_id": codes["own"], **shown},
        "register": {"channel": "register_row", "entered_by": county.user_id},
    }[base]
    async with session.begin_nested():
        await session.execute(insert(Consent).values(row))  # sound as it is: a refusal is for the reason meant
    theirs = await session.scalar(select(Declaration.id).where(Declaration.labourer_id == other.id))
    meant = {"officer": county.user_id, "other": codes["other"], "theirs": theirs}
    meant |= {"before": now - timedelta(minutes=1), "after": now + timedelta(minutes=20)}
    row |= {name: meant.get(value, value) for name, value in changes.items()}
    with pytest.raises(IntegrityError, match=wall):
        await session.execute(insert(Consent).values(row))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE consent SET given = true",
        "DELETE FROM consent",
        "UPDATE consent_text SET body = '同意一切'",
        "DELETE FROM consent_text",
        "DELETE FROM declaration_withdrawal",
    ],
)
async def test_what_was_said_and_shown_stays(
    session: AsyncSession, keys: KeyRing, now: datetime, statement: str
) -> None:
    """Direct SQL. Wall: triggers, these tables only grow."""
    county = await make_actor(session)
    await make_labourer(session, county, keys, now)
    assert await session.scalar(select(ConsentText.body).where(ConsentText.purpose == "match"))
    with pytest.raises(DBAPIError, match="only grows"):
        await session.execute(text(statement))


async def test_a_statement_by_code_has_the_persons_own_code(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Direct SQL. Wall: constraints of declaration."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, scope=None)
    forged = service.Statement(labourer.id, "leave_province", day_of(now), "self_code")
    with pytest.raises(IntegrityError, match="ck_declaration_own_code"):
        async with session.begin_nested():
            await service.record(session, None, keys, forged, now=now, days=180)
    await make_slip(session, county, keys, labourer, now)
    code_id = await session.scalar(select(OwnCode.id).where(OwnCode.labourer_id == labourer.id))
    behind = service.Statement(labourer.id, "leave_province", day_of(now), "self_code", code_id=code_id)
    with pytest.raises(IntegrityError, match="ck_declaration_nobody_between"):
        await service.record_many(session, county, keys, [behind], now=now, days=180)


async def test_an_officer_does_not_use_the_slip_they_printed(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Wall: the portal's door refuses whoever is signed in as staff."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, scope=None)
    code = await make_slip(session, county, keys, labourer, now)
    client = await sign_in(county)
    assert (await client.get(f"/my/in?c={code}")).status_code == 403
    refused = await client.post("/my/in", data={"code": code, "csrf_token": county.csrf_token})
    assert refused.status_code == 403
    assert "for the labourer alone" in refused.text
    assert (await client.get("/my")).status_code == 403


async def test_neither_broker_nor_employer_says_yes_for_a_labourer(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """R13. Wall: role, 403."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, scope=None)
    for role in (Role.BROKER, Role.EMPLOYER, Role.RECEIVING_OFFICER, Role.STATION, Role.CARRIER):
        client = await sign_in(await make_actor(session, role))
        said = {"scope": "leave_province", "stated_on": "2026-11-21", "evidence": "spoke on the phone"}
        assert (await client.post(f"/labourers/{labourer.uuid}/declarations", data=said)).status_code == 403, role
        page = await client.post(f"/labourers/{labourer.uuid}/consents/match", data={"evidence": "form 1"})
        assert page.status_code == 403, role
        api = f"/api/v1/labourers/{labourer.uuid}/consents/match"
        assert (await client.put(api, json={"evidence": "form 1"})).status_code == 403, role
        assert (await client.post("/slips", data={"uuid": str(labourer.uuid)})).status_code == 403, role
    assert not await queries.is_permitted(session, "match", labourer.id, day_of(now))


async def test_a_proxy_opens_no_purpose(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """R1. Wall: service."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, scope=None)
    proxy = service.Statement(
        labourer.id, "leave_province", day_of(now), "proxy", recorder="程经办", proxy_relation="spouse"
    )
    await service.record(session, county, keys, proxy, now=now, days=180)
    assert not any((await queries.permitted_to(session, labourer.id, day_of(now))).values())
    assert await session.scalar(select(Consent).where(Consent.labourer_id == labourer.id)) is None


async def test_a_code_that_is_over_opens_nothing(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Wall: trigger on the portal's sessions, and the service before it."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    code = await make_slip(session, county, keys, labourer, now - timedelta(days=31))
    async with phone(application) as own:
        refused = await own.come_in(code)
        assert refused.status_code == 422
        assert "too old or used up" in refused.text
    code_id = await session.scalar(select(OwnCode.id).where(OwnCode.labourer_id == labourer.id))
    with pytest.raises(IntegrityError, match="over or revoked"):
        await session.execute(insert(PortalSession).values(row_of(labourer.id, code_id, now)))


def row_of(labourer_id: int, code_id: int | None, now: datetime, use_no: int = 1) -> dict[str, Any]:
    """A session as written straight into the table."""
    later = now + timedelta(minutes=20)
    row = {"token_hash": b"%d" % use_no, "labourer_id": labourer_id, "code_id": code_id, "use_no": use_no}
    return row | {"csrf_token": "x", "created_at": now, "expires_at": later}


async def test_a_code_is_not_replayed_for_ever(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Wall: constraint uses_of_a_code."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    code = await make_slip(session, county, keys, labourer, now)
    async with phone(application) as own:
        answers = [(await own.come_in(code)).status_code for _ in range(6)]
    assert answers == [303] * 5 + [422]
    code_id = await session.scalar(select(OwnCode.id).where(OwnCode.labourer_id == labourer.id))
    for use_no, wall in ((6, "uses_of_a_code"), (5, "uq_portal_session_code_id_use_no")):
        with pytest.raises(IntegrityError, match=wall):
            async with session.begin_nested():
                await session.execute(insert(PortalSession).values(row_of(labourer.id, code_id, now, use_no)))


async def test_a_code_opens_only_its_own_person(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Wall: service and the second wall of the records."""
    county = await make_actor(session)
    one, other = [await make_labourer(session, county, keys, now, name=name) for name in ("张小梅", "王大海")]
    code = await make_slip(session, county, keys, one, now)
    code_id = await session.scalar(select(OwnCode.id).where(OwnCode.labourer_id == one.id))
    with pytest.raises(IntegrityError, match="fk_portal_session_code_id_labourer_id_own_code"):
        async with session.begin_nested():
            await session.execute(insert(PortalSession).values(row_of(other.id, code_id, now)))
    async with phone(application) as own:
        await own.come_in(code)
        assert "张*" in await own.read("/my")
        await own.send("/my/withdraw", labourer_id=str(other.id), uuid=str(other.uuid))
        assert (await own.client.get(f"/my/{other.uuid}")).status_code == 404
        assert (await own.client.get(f"/labourers/{one.uuid}")).status_code == 303  # to the office's door
    assert await queries.is_permitted(session, "match", other.id, day_of(now))
    assert not await queries.is_permitted(session, "match", one.id, day_of(now))


async def test_a_form_from_elsewhere_is_not_the_persons_word(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Wall: the form's token."""
    county = await make_actor(session)
    one, other = [await make_labourer(session, county, keys, now) for _ in range(2)]
    codes = [await make_slip(session, county, keys, person, now) for person in (one, other)]
    async with phone(application) as first, phone(application) as second:
        await first.come_in(codes[0])
        await second.come_in(codes[1])
        await second.read("/my")
        first.token = ""
        assert (await first.send("/my/withdraw")).status_code == 403
        first.token = second.token
        assert (await first.send("/my/declare", scope="leave_province", matched="yes")).status_code == 403
        elsewhere = {"origin": "https://elsewhere.example"}
        assert (await second.client.post("/my/withdraw", headers=elsewhere)).status_code == 403
    assert await queries.is_permitted(session, "match", one.id, day_of(now))


async def test_a_session_left_open_on_a_shared_phone_ends(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Wall: service, twenty minutes."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    code = await make_slip(session, county, keys, labourer, now)
    async with phone(application) as own:
        await own.come_in(code)
        await own.read("/my")
        begun = await session.scalar(select(PortalSession))
        assert begun is not None
        assert begun.expires_at - begun.created_at == timedelta(minutes=20)
        await session.execute(update(PortalSession).values(expires_at=now))
        await session.commit()
        assert (await own.client.get("/my")).status_code == 303
        assert (await own.send("/my/withdraw")).status_code == 401
    assert await queries.is_permitted(session, "match", labourer.id, day_of(now))


async def test_whoever_reads_the_database_finds_no_code(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """R18. Wall: only keyed hashes are kept."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    code = await make_slip(session, county, keys, labourer, now)
    for table in ("own_code", "audit_event"):
        rows = (await session.execute(text(f"SELECT row_to_json({table})::text FROM {table}"))).scalars().all()
        assert rows
        assert not [row for row in rows if code in row or code.encode().hex() in row]


async def test_an_edited_text_is_noticed(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """R1. Wall: the hash of the text shown."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, scope=None)
    edited = {"purpose": "match", "version": "1", "language": "en", "body": "You agree to everything."}
    await session.execute(insert(ConsentText).values(edited))
    said = service.Statement(
        labourer.id, "leave_province", day_of(now), "in_person", recorder="程经办", evidence="form 1", language="en"
    )
    with pytest.raises(Conflict, match="changed without a new version"):
        await service.record(session, county, keys, said, now=now, days=180)
    assert await session.scalar(select(Consent).where(Consent.labourer_id == labourer.id)) is None


async def test_a_yes_to_matching_cannot_stand_without_a_statement(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Wall: constraint match_has_statement, and the one condition asks for the statement besides the yes."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, scope=None)
    yes = {"labourer_id": labourer.id, "purpose": "match", "given": True, "at": now, "channel": "register_row"}
    with pytest.raises(IntegrityError, match="match_has_statement"):
        async with session.begin_nested():
            await session.execute(insert(Consent).values(**yes, expires_on=day_of(now) + timedelta(days=9)))
    assert not await queries.is_permitted(session, "match", labourer.id, day_of(now))
