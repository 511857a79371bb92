"""V8: papers that are missing or have ended, whose firm it is, and figures entered to let a low pay through."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Organisation
from app.audit import AuditEvent
from app.employers import service as employers
from app.errors import Conflict, Forbidden, Invalid
from app.localities.reference import load_localities
from app.permissions import Role
from app.policy.models import LocalFigure
from app.shared.encryption import KeyRing
from app.vacancies import attesting, minimum_wages, service
from app.vacancies.minimum_wages import Entry, Told
from app.vacancies.papers import see_permit
from app.vacancies.tasks import look_at_some
from tests.app.vacancies.test_attesting import CHECKS, attested, waiting
from tests.factories.accounts import make_actor, make_organisation
from tests.factories.offers import make_market
from tests.factories.vacancies import make_employer, make_vacancy

SignIn = Callable[..., Any]
AGENCY = "苏州捷聘人力资源有限公司"
SHANGHAI = "310000"


def codes(vacancy: Any) -> set[str]:
    return {finding["code"] for finding in vacancy.findings}


@pytest.mark.wall("the papers behind a post, worked out inside the service (app/vacancies/papers.py)")
async def test_a_firm_without_a_licence_number_opens_nothing(session: AsyncSession, now: datetime) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    employer = await make_employer(session, office, now, licensed=False)
    vacancy = await make_vacancy(session, office, now, employer=employer, opened=False)
    assert (vacancy.state, codes(vacancy)) == ("checked", {"no_licence"})
    with pytest.raises(Conflict, match="licence number"):
        await service.verify(session, office, vacancy, employer, now=now)
    assert await service.verify_many(session, office, [(vacancy, employer)], now=now) == (0, 1)
    with pytest.raises(Invalid):
        await employers.verify(session, office, employer, "licence seen", now=now, licence="91110000600037341X")
    await employers.verify(session, office, employer, "licence seen", now=now, licence="91110000600037341L")
    await service.verify(session, office, vacancy, employer, now=now)
    assert (vacancy.state, codes(vacancy)) == ("open", set())


@pytest.mark.wall("a dispatch post opens with a running permit of the firm it names, and no other")
async def test_dispatch_without_a_running_permit_opens_nothing(session: AsyncSession, now: datetime) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    employer = await make_employer(session, office, now)
    dispatched = {"contract_kind": "dispatch", "agency_name": AGENCY}
    vacancy = await make_vacancy(session, office, now, employer=employer, opened=False, **dispatched)
    assert codes(vacancy) == {"no_dispatch_permit"}
    await see_permit(session, office, "某某人力", "320500-1", date(2027, 1, 1), now=now)
    with pytest.raises(Conflict, match="permit"):
        await service.verify(session, office, vacancy, employer, now=now)
    with pytest.raises(Invalid):
        await service.see_permit(session, office, vacancy, "320500-2", date(2026, 11, 20), now=now)
    await service.see_permit(session, office, vacancy, "320500-2", date(2027, 1, 1), now=now)
    await service.verify(session, office, vacancy, employer, now=now)
    await service.pause(session, office, vacancy, now=now)
    with pytest.raises(Conflict):
        await service.resume(session, office, vacancy, now=now.replace(year=2027, month=1, day=2))


@pytest.mark.wall("the licence of whoever entered a post runs, or it opens nothing")
async def test_a_post_of_an_agency_whose_licence_ended_opens_nothing(session: AsyncSession, now: datetime) -> None:
    broker, office = await make_actor(session, Role.BROKER), await make_actor(session, Role.RECEIVING_OFFICER)
    employer = await make_employer(session, office, now)
    vacancy = await make_vacancy(session, broker, now, employer=employer, opened=False)
    assert codes(vacancy) == set()
    agency = await session.get_one(Organisation, broker.organisation_id)
    agency.licence_until = date(2026, 11, 20)
    with pytest.raises(Conflict, match="running licence"):
        await service.verify(session, office, vacancy, employer, now=now)
    agency.licence_until = date(2026, 11, 21)
    await service.verify(session, office, vacancy, employer, now=now)


@pytest.mark.wall("a look at every open post each night (app/vacancies/tasks.py)")
async def test_a_post_is_not_offered_on_after_its_permit_has_ended(session: AsyncSession, now: datetime) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    employer = await make_employer(session, office, now)
    dispatched = {"contract_kind": "dispatch", "agency_name": AGENCY}
    vacancy = await make_vacancy(session, office, now, employer=employer, opened=False, **dispatched)
    other = await make_vacancy(session, office, now, employer=employer)
    await service.see_permit(session, office, vacancy, "320500-2", date(2026, 11, 30), now=now)
    await service.verify(session, office, vacancy, employer, now=now)
    assert await look_at_some(session, 0, now) == (0, {"blocked": 0, "paused": 0})
    after = now.replace(month=12, day=1)
    assert await look_at_some(session, 0, after) == (0, {"blocked": 0, "paused": 1})
    assert (vacancy.state, vacancy.state_reason, other.state) == ("paused", "paper_ended", "open")
    with pytest.raises(Conflict, match="permit"):
        await service.resume(session, office, vacancy, now=after)
    await service.see_permit(session, office, vacancy, "320500-3", date(2028, 1, 1), now=after)
    await service.resume(session, office, vacancy, now=after)
    assert vacancy.state == "open"


@pytest.mark.wall("the permission matrix: who sells records no permit and states no figure")
async def test_the_selling_side_records_no_papers(sign_in: SignIn, session: AsyncSession, now: datetime) -> None:
    for role in (Role.EMPLOYER, Role.BROKER):
        seller = await make_actor(session, role)
        vacancy = await make_vacancy(session, seller, now, opened=False, contract_kind="dispatch", agency_name=AGENCY)
        await session.commit()
        client = await sign_in(seller)
        typed = {"number": "320500-1", "until": "2099-01-01"}
        told = {"amount": "2300", "from_on": "2026-01-01", "source": "a notice"}
        assert (await client.post(f"/vacancies/{vacancy.uuid}/dispatch-permit", data=typed)).status_code == 403
        assert (await client.post(f"/api/v1/vacancies/{vacancy.uuid}/dispatch-permit", json=typed)).status_code == 403
        assert (await client.post(f"/vacancies/{vacancy.uuid}/minimum-wage", data=told)).status_code == 403
        assert (await client.post(f"/api/v1/vacancies/{vacancy.uuid}/minimum-wage", json=told)).status_code == 403


@pytest.mark.wall("the table only grows, a trigger of the database")
async def test_a_permit_is_not_made_longer_afterwards(session: AsyncSession, now: datetime) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    await see_permit(session, office, AGENCY, "320500-1", date(2026, 12, 1), now=now)
    with pytest.raises(DBAPIError, match="only grows"):
        await session.execute(text("UPDATE dispatch_permit SET until = until + 365"))


@pytest.mark.wall("the county asks whose firm it is, whoever entered it")
async def test_a_county_vouches_for_no_firm_of_its_own_region(
    sign_in: SignIn, session: AsyncSession, now: datetime
) -> None:
    county, employer, vacancy = await attested(sign_in, session, now)
    seller = await make_organisation(session, "employer")
    employer.organisation_id = seller.id
    await session.commit()
    client = await sign_in(county)
    for subject in (f"employers/{employer.uuid}", f"vacancies/{vacancy.uuid}"):
        refused = await client.post(f"/{subject}/attest", data=CHECKS)
        assert refused.status_code == 409
        assert seller.name in refused.text


async def test_bulk_takes_over_a_lapsed_attestation(sign_in: SignIn, session: AsyncSession, now: datetime) -> None:
    """V8. Wall: an office's own word replaces a county's that has run out; the service."""
    _, employer, vacancy = await attested(sign_in, session, now)
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    vacancy.verified_until = date(2026, 11, 20)
    await employers.verify(session, office, employer, "licence seen", now=now)
    assert await service.verify_many(session, office, [(vacancy, employer)], now=now) == (1, 0)
    assert (vacancy.state, vacancy.verified_until, vacancy.attested_by_organisation_id) == ("open", None, None)


async def test_bulk_blocks_what_the_law_now_stands_against(session: AsyncSession, now: datetime) -> None:
    """V8. Wall: what is below a new figure does not stay among those to be verified; the service."""
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    employer = await make_employer(session, office, now)
    vacancy = await make_vacancy(session, office, now, employer=employer, opened=False, base_month=2500)
    assert vacancy.state == "checked"
    figure = LocalFigure(
        code="minimum_wage.month", locality_code="320509", amount=Decimal(2600), from_on=date(2026, 3, 1),
        stale_after=date(2027, 3, 1), status="in_force", source="a notice", entered_by_user_id=office.user_id,
        entered_by_organisation_id=office.organisation_id, entered_at=now,
    )  # fmt: skip
    session.add(figure)
    await session.flush()
    assert await service.verify_many(session, office, [(vacancy, employer)], now=now) == (0, 1)
    assert (vacancy.state, codes(vacancy)) == ("blocked", {"below_minimum"})


@pytest.mark.wall("a look at every open post each night (app/vacancies/tasks.py)")
async def test_an_open_post_below_a_new_minimum_is_blocked_and_its_offers_end(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    market = await make_market(session, keys, now, base_month=2500)
    (offer,) = await market.offer(await market.person())
    office = market.office
    session.add(
        LocalFigure(
            code="minimum_wage.month", locality_code="320509", amount=Decimal(2600), from_on=date(2026, 12, 1),
            stale_after=date(2027, 3, 1), status="in_force", source="a notice", entered_by_user_id=office.user_id,
            entered_by_organisation_id=office.organisation_id, entered_at=now,
        )
    )  # fmt: skip
    await session.flush()
    assert await look_at_some(session, 0, now) == (0, {"blocked": 0, "paused": 0})
    assert await look_at_some(session, 0, now.replace(month=12, day=1)) == (0, {"blocked": 1, "paused": 0})
    await session.flush()
    await session.refresh(offer)
    assert (market.vacancy.state, offer.state) == ("blocked", "void")


@pytest.mark.wall("less than the figure known for a place is not taken (app/vacancies/minimum_wages.py)")
async def test_an_office_does_not_undercut_a_known_figure(session: AsyncSession, now: datetime) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER, scope=(SHANGHAI,))
    for from_on in (date(2025, 1, 1), date(2026, 10, 1)):
        entry = Entry("month", SHANGHAI, Decimal(2700), from_on, "a notice")
        with pytest.raises(Invalid):
            await minimum_wages.enter(session, office, entry, load_localities(), now=now)
    assert not list(await session.scalars(select(LocalFigure)))


@pytest.mark.wall("a county states a figure for a post it may vouch for, where no office answers, and for 30 days")
async def test_a_county_states_the_figure_of_the_post_it_may_vouch_for(
    sign_in: SignIn, session: AsyncSession, now: datetime
) -> None:
    county = await make_actor(session)
    _, vacancy = await waiting(session, county, now, base_month=2300)
    assert codes(vacancy) == {"minimum_unknown"}
    client = await sign_in(county)
    assert "minimum-wage" in (await client.get(f"/vacancies/{vacancy.uuid}")).text
    told = {"amount": "2260", "from_on": "2026-01-01", "source": "a notice"}
    assert (await client.post(f"/vacancies/{vacancy.uuid}/minimum-wage", data=told)).status_code == 303
    await session.refresh(vacancy)
    assert codes(vacancy) == set()
    figure = await session.scalar(select(LocalFigure))
    assert figure is not None
    assert (figure.locality_code, figure.stale_after) == ("320509", date(2026, 12, 21))
    [line] = await session.scalars(select(AuditEvent).where(AuditEvent.act == "minimum_wage.enter"))
    assert line.detail["on_behalf_of"] == "receiving office of 320509"
    again = await client.post(f"/api/v1/vacancies/{vacancy.uuid}/minimum-wage", json=told)
    assert again.status_code == 409


@pytest.mark.wall("a county states a figure for a post it may vouch for, where no office answers, and for 30 days")
async def test_a_county_states_no_figure_where_an_office_answers(session: AsyncSession, now: datetime) -> None:
    county = await make_actor(session)
    _, vacancy = await waiting(session, county, now, base_month=2300)
    seller = await make_organisation(session, "broker")
    told = Told(Decimal(2260), date(2026, 1, 1), "a notice")
    vacancy.entered_by_organisation_id = seller.id
    with pytest.raises(Conflict):
        await minimum_wages.state_for_post(session, county, vacancy, told, load_localities(), now=now)
    vacancy.entered_by_organisation_id = county.organisation_id
    await make_actor(session, Role.RECEIVING_OFFICER)
    with pytest.raises(Conflict):
        await minimum_wages.state_for_post(session, county, vacancy, told, load_localities(), now=now)
    entry = Entry("month", "320509", Decimal(2260), date(2026, 1, 1), "a notice")
    with pytest.raises(Forbidden):
        await minimum_wages.enter(session, county, entry, load_localities(), now=now)
    assert await attesting.is_open_to(session, vacancy) is False
