"""A person's rights on their own phone: limits at once, requests with a clock, a copy, a complaint with its receipt."""

from datetime import datetime, timedelta

from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import AuditEvent
from app.declarations.limits import ProcessingLimit, ProcessingLimitEnd
from app.grievances import drawer
from app.grievances.models import Grievance
from app.rights import service as rights
from app.rights.deadline import due_on
from app.rights.models import RightsRequest
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.grievances import make_inspection
from tests.factories.labourers import make_labourer
from tests.factories.slips import make_slip, phone

TOLD = {"kind": "wages_unpaid", "text": "三个月没有发工资。", "place": "江苏苏州吴江", "names": "王老板"}


async def acts_of(session: AsyncSession, labourer_id: int) -> list[AuditEvent]:
    query = select(AuditEvent).where(AuditEvent.subject_kind == "labourer", AuditEvent.subject_id == labourer_id)
    return list(await session.scalars(query.where(AuditEvent.act.startswith("rights.")).order_by(AuditEvent.id)))


async def test_a_limit_holds_with_two_taps_and_ends_with_two(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    code = await make_slip(session, county, keys, labourer, now)
    async with phone(application) as own:
        await own.come_in(code)
        home = await own.read("/my")
        for kind in ("objection", "restriction"):
            assert f'href="/my/limits/{kind}"' in home
            await own.read(f"/my/limits/{kind}")
            for _ in range(2):  # a second tap is no error
                assert (await own.send(f"/my/limits/{kind}", answer="on")).status_code == 303
        assert "You set a limit to the use of your data" in await own.read("/my")
        assert "This holds now." in await own.read("/my/limits/objection")
        assert (await own.send("/my/limits/objection", answer="off")).status_code == 303
        assert (await own.send("/my/limits/everything", answer="on")).status_code == 404
        assert (await own.send("/my/limits/objection", answer="perhaps")).status_code == 422
    limits = list(await session.scalars(select(ProcessingLimit).order_by(ProcessingLimit.id)))
    assert [(one.kind, one.channel, one.entered_by) for one in limits] == [
        ("objection", "self_code", None),
        ("restriction", "self_code", None),
    ]
    assert "no reason is needed" in limits[0].reason
    ends = list(await session.scalars(select(ProcessingLimitEnd.limit_id)))
    assert ends == [limits[0].id]
    trail = await acts_of(session, labourer.id)
    assert [(one.act, one.user_id, one.detail["channel"]) for one in trail] == [
        ("rights.objection", None, "self_code"),
        ("rights.restriction", None, "self_code"),
        ("rights.objection.end", None, "self_code"),
    ]


async def test_a_correction_is_asked_for_answered_and_read(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    code = await make_slip(session, county, keys, labourer, now)
    async with phone(application) as own:
        await own.come_in(code)
        await own.read("/my/requests/correction")
        empty = await own.send("/my/requests/correction", words=" ")
        assert empty.status_code == 422
        assert "Say in a few words what is wrong" in empty.text
        assert (await own.send("/my/requests/correction", words="电话换成了 15400990002")).status_code == 303
        assert "You asked for this on" in await own.read("/my/requests/correction")
        twice = await own.send("/my/requests/correction", words="电话换成了 15400990002")
        assert twice.status_code == 409
        asked = (await session.scalars(select(RightsRequest))).one()
        assert (asked.kind, asked.channel, asked.received_by) == ("correction", "self_code", None)
        assert asked.due_on == due_on(day_of(now))
        assert rights.text_of(keys, asked) == "电话换成了 15400990002"
        await rights.answer(session, county, asked, "done", "电话已更正", "", now=now + timedelta(days=1))
        await session.commit()
        assert "电话已更正" in await own.read("/my")


async def test_a_deletion_is_asked_for_without_a_reason(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    code = await make_slip(session, county, keys, labourer, now)
    async with phone(application) as own:
        await own.come_in(code)
        await own.read("/my/requests/deletion")
        assert (await own.send("/my/requests/deletion")).status_code == 303
        assert "Have everything about me deleted" in await own.read("/my")
        seen = await own.read("/my/seen")
    assert "With the code of your slip:" in seen
    assert "noted something you ask for" in seen
    assert "opened these pages" in seen
    asked = (await session.scalars(select(RightsRequest))).one()
    assert (asked.kind, asked.organisation_id) == ("deletion", county.organisation_id)


async def test_the_copy_is_whole_but_for_what_a_lost_slip_would_tell(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, name="张小梅", phone="15400990001")
    number = keys.decrypt("labourer.id_no", labourer.uuid, labourer.id_no_cipher)
    code = await make_slip(session, county, keys, labourer, now)
    async with phone(application) as own:
        await own.come_in(code)
        assert "Show me the copy" in await own.read("/my/copy")
        copy = (await own.send("/my/copy")).text
        assert "made a copy of your data" in await own.read("/my/seen")
    assert "张*梅" in copy
    assert "154****0001" in copy
    assert "拔茅村" in copy
    for hidden in ("张小梅", "15400990001", number, number[-4:]):
        assert hidden not in copy
    assert [(one.act, one.user_id) for one in await acts_of(session, labourer.id)] == [("rights.copy", None)]


async def test_a_complaint_with_the_name_reaches_the_inspection_and_comes_back_by_receipt(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    inspector, county = await make_inspection(session), await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, name="张小梅")
    code = await make_slip(session, county, keys, labourer, now)
    async with phone(application) as own:
        await own.come_in(code)
        await own.read("/my/complaint")
        asked = await own.send("/my/complaint", **TOLD)
        assert asked.status_code == 422
        assert "Choose one of the two." in asked.text
        assert "三个月没有发工资" in asked.text
        receipt = (await own.send("/my/complaint", **TOLD, named="yes")).text
        key = receipt.partition("<code>")[2].partition("</code>")[0]
        assert "A labour inspection has it now" in receipt
        story = await own.send("/my/complaint/look", code=key.lower())
        assert "三个月没有发工资" in story.text
        assert "Your words are added." in (await own.send("/my/complaint/words", code=key, text="还扣了身份证")).text
        assert "还扣了身份证" in (await own.send("/my/complaint/look", code=key)).text
        assert (await own.send("/my/complaint/look", code="AAAA")).status_code == 404
        assert (await own.send("/my/complaint/burn", code=key)).status_code == 404
        assert "The complaint is closed." in (await own.send("/my/complaint/close", code=key)).text
    await drawer.open_for_actor(session, inspector)
    found = (await session.scalars(select(Grievance))).one()
    assert (found.labourer_id, found.channel, found.closed_by) == (labourer.id, "portal", "complainant")
    assert found.home_code == labourer.locality_code
    told = keys.decrypt("grievance.contact", found.uuid, found.contact_cipher or b"")
    assert "张小梅" in told


async def test_a_complaint_without_the_name_leads_to_nobody(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    inspector, county = await make_inspection(session), await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    code = await make_slip(session, county, keys, labourer, now)
    async with phone(application) as own:
        await own.come_in(code)
        await own.read("/my/complaint")
        assert (await own.send("/my/complaint", **TOLD, named="no")).status_code == 200
    await drawer.open_for_actor(session, inspector)
    found = (await session.scalars(select(Grievance))).one()
    assert (found.labourer_id, found.channel, found.contact_cipher, found.home_code) == (None, "anonymous", None, None)
    filed = (await session.scalars(select(AuditEvent).where(AuditEvent.act == "grievance.file"))).one()
    assert (filed.address, filed.user_id, filed.people) == (None, None, None)
