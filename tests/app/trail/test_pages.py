"""The auditor reads the trail of the own region, takes it out as a file, and leaves rows there too; people are told."""

import io
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.audit import AuditEvent
from app.permissions import Role
from app.settings import PROJECT
from app.shared.encryption import KeyRing
from app.trail.queries import who_saw
from app.trail.words import ACTS, is_own_word, reads
from tests.factories.accounts import make_actor, make_organisation
from tests.factories.labourers import make_labourer

SignIn = Callable[..., Any]
OTHER_COUNTY = "340121"  # 长丰县


async def acts_of(session: AsyncSession, act: str) -> list[AuditEvent]:
    return list(await session.scalars(select(AuditEvent).where(AuditEvent.act == act).order_by(AuditEvent.id)))


async def test_reads_of_people_leave_rows_with_origin_and_people(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    one = await make_labourer(session, county, keys, now)
    two = await make_labourer(session, county, keys, now)
    client = await sign_in(county)
    answer = await client.get("/labourers")
    (listed,) = await acts_of(session, "labourers.list")
    assert listed.people == sorted([one.id, two.id])
    assert (listed.channel, listed.user_id, listed.detail["rows"]) == ("page", county.user_id, 2)
    assert listed.request_id == answer.headers["x-request-id"]
    await client.get(f"/labourers/{one.uuid}")
    await client.get(f"/labourers/{one.uuid}/edit")
    await client.get(f"/api/v1/labourers/{one.uuid}")
    opened = await acts_of(session, "labourer.open")
    assert [(row.subject_id, row.channel) for row in opened] == [(one.id, "page"), (one.id, "api")]
    assert [row.subject_id for row in await acts_of(session, "labourer.open_form")] == [one.id]
    await client.get("/labourers/export")
    assert [row.people for row in await acts_of(session, "labourers.export")] == [sorted([one.id, two.id])]


async def test_a_list_costs_one_row_however_long(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime, count_queries: Callable[[], Any]
) -> None:
    county = await make_actor(session)
    for _ in range(5):
        await make_labourer(session, county, keys, now)
    client = await sign_in(county)
    with count_queries() as statements:
        await client.get("/labourers")
    assert len([one for one in statements if "INSERT INTO audit_event" in one]) == 1


async def test_the_person_is_told_who_saw_them(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    person = await make_labourer(session, county, keys, now)
    client = await sign_in(county)
    for _ in range(3):
        await client.get(f"/labourers/{person.uuid}")
    await client.post(f"/labourers/{person.uuid}/reveal", data={"field": "phone", "reason": "confirm the start"})
    await client.get("/labourers")
    seen = {(one.act, one.field): one for one in await who_saw(session, person.id)}
    assert set(seen) == {("labourer.open", None), ("labourer.reveal", "phone"), ("labourers.list", None)}
    assert seen["labourer.open", None].times == 3
    assert seen["labourer.reveal", "phone"].reason == "confirm the start"
    assert seen["labourer.reveal", "phone"].office == county.organisation_name
    page = (await client.get(f"/labourers/{person.uuid}/seen-by")).text
    for words in ("opened your record", "saw your phone number in full", "confirm the start", county.display_name):
        assert words in page
    answer = (await client.get(f"/api/v1/labourers/{person.uuid}/seen-by")).json()
    assert {one["act"] for one in answer["items"]} >= {"labourer.open", "labourer.reveal", "trail.seen_by"}


async def test_who_saw_a_person_is_not_for_other_counties(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    person = await make_labourer(session, await make_actor(session), keys, now)
    elsewhere = await make_organisation(session, "county", OTHER_COUNTY)
    client = await sign_in(await make_actor(session, organisation=elsewhere))
    assert (await client.get(f"/labourers/{person.uuid}/seen-by")).status_code == 404
    client = await sign_in(await make_actor(session, Role.BROKER))
    assert (await client.get(f"/labourers/{person.uuid}/seen-by")).status_code == 403


async def test_the_auditor_sees_the_own_region_only(sign_in: SignIn, session: AsyncSession) -> None:
    inside = await make_actor(session)
    outside = await make_actor(session, organisation=await make_organisation(session, "county", OTHER_COUNTY))
    audit.record(session, inside, "import.upload", "import_batch", None, reason="inside")
    audit.record(session, outside, "import.upload", "import_batch", None, reason="outside")
    client = await sign_in(await make_actor(session, Role.AUDITOR))
    page = (await client.get("/trail")).text
    assert "inside" in page
    assert "outside" not in page
    reasons = [row["reason"] for row in (await client.get("/api/v1/trail")).json()["items"]]
    assert ("inside" in reasons, "outside" in reasons) == (True, False)


async def test_filters_by_who_what_subject_and_period(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county, other = await make_actor(session), await make_actor(session)
    person = await make_labourer(session, county, keys, now)
    audit.record(session, other, "labourers.list", "demand_list", None, people=[person.id])
    audit.record(session, other, "import.upload", "import_batch", None)
    audit.record(session, county, "declaration.record", "labourer", person.id, scope="at_home")
    client = await sign_in(await make_actor(session, Role.AUDITOR))

    async def acts(query: str) -> set[str]:
        return {row["act"] for row in (await client.get(f"/api/v1/trail?{query}")).json()["items"]}

    assert await acts(f"who={other.display_name}") == {"labourers.list", "import.upload"}
    assert await acts("act=import.upload") == {"import.upload"}
    assert await acts(f"subject={person.uuid}") == {"labourer.enter", "own_word", "labourers.list"}
    assert await acts("kind=import_batch") == {"import.upload"}
    assert await acts("until=2020-01-01") == set()
    assert await acts("since=2020-01-01&kind=import_batch") == {"import.upload"}
    assert (await client.get("/trail?since=yesterday")).status_code == 422
    assert (await client.get("/trail?subject=17")).status_code == 422
    assert "Nothing in the trail matches" in (await client.get("/trail?act=keys.retire")).text


async def test_nobody_picks_out_those_who_took_their_word_back(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """V4: a statement and its withdrawal are one kind of act, without what was said."""
    county = await make_actor(session)
    person = await make_labourer(session, county, keys, now)
    audit.record(
        session, county, "declaration.withdraw", "labourer", person.id, reason="no wish to go", scope="not_now"
    )
    audit.record(session, county, "declaration.record", "labourer", person.id, scope="not_now")
    client = await sign_in(await make_actor(session, Role.AUDITOR))
    assert (await client.get("/api/v1/trail?act=declaration.withdraw")).json()["items"] == []
    rows = (await client.get("/api/v1/trail?act=own_word")).json()["items"]
    assert len(rows) == 2
    assert {(row["act"], row["reason"], str(row["detail"])) for row in rows} == {("own_word", None, "{}")}
    assert "not_now" not in (await client.get("/trail")).text


async def test_the_trail_goes_out_as_a_file_that_says_who_took_it(sign_in: SignIn, session: AsyncSession) -> None:
    county = await make_actor(session)
    audit.record(session, county, "import.upload", "import_batch", None, reason="=cmd|' /C calc'!A0")
    auditor = await make_actor(session, Role.AUDITOR)
    client = await sign_in(auditor)
    answer = await client.get("/trail/export?file=xlsx&reason=yearly")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    mark, title, head, *rows = book.get_sheet_by_index(0).to_python()
    assert auditor.display_name in mark[0]
    assert "Trail" in title[0]
    assert head[:2] == ["No.", "When"]
    assert "'=cmd|' /C calc'!A0" in rows[-1]
    text = (await client.get("/trail/export?file=csv&act=import.upload")).content.decode("utf-8-sig")
    assert "'=cmd|" in text
    exports = await acts_of(session, "trail.export")
    assert [(row.reason, row.detail["kind"]) for row in exports] == [("yearly", "xlsx"), (None, "csv")]
    assert exports[1].detail["narrowed_by"] == ["act"]
    assert len(await acts_of(session, "trail.read")) == 0
    await client.get("/trail")
    assert len(await acts_of(session, "trail.read")) == 1


async def test_county_officers_do_not_read_the_trail(sign_in: SignIn, session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session))
    for address in ("/trail", "/trail/export", "/api/v1/trail", "/api/v1/trail/standing"):
        assert (await client.get(address)).status_code == 403


async def test_the_standing_of_the_chain(sign_in: SignIn, session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session, Role.AUDITOR))
    assert set((await client.get("/api/v1/trail/standing")).json()) == {"seal", "rows", "sealed_at", "waiting"}


def test_reads_have_words_for_the_person() -> None:
    assert {"labourer.open", "labourer.reveal", "labourers.list", "labourers.export"} <= set(reads())
    assert all(str(act.label) for act in ACTS.values())


def test_every_act_that_is_recorded_has_words() -> None:
    """A code on the auditor's page explains nothing: add the act to app/trail/words.py."""
    text = "".join(path.read_text() for path in (PROJECT / "app").rglob("*.py"))
    recorded = set(re.findall(r'\brecord\(\s*[\w.]+,\s*[\w.]+,\s*"([a-z_]+\.[a-z_]+)"', text))
    assert len(recorded) > 25
    assert {act for act in recorded if act not in ACTS and not is_own_word(act)} == set()
