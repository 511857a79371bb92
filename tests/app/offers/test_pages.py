"""Offers in the browser and on the phone: choose, review, offer, answer, take on."""

import re
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import AuditEvent
from app.declarations import consents
from app.declarations.consents import Heard
from app.offers.models import Offer
from app.permissions import Role
from app.placements.models import Placement
from tests.factories.accounts import make_actor
from tests.factories.match_runs import make_run
from tests.factories.offers import Market
from tests.factories.slips import make_slip, phone

SignIn = Callable[..., Any]


async def test_a_post_is_offered_to_many_after_a_review(sign_in: SignIn, session: AsyncSession, market: Market) -> None:
    people = await market.people(4)
    silent = await market.person(scope=None, name="李未表")
    chosen = [*people, silent]
    await make_run(session, market.county, market.vacancy.id, [one.id for one in chosen], market.now)
    client = await sign_in(market.county)
    at = f"/vacancies/{market.vacancy.uuid}"
    assert f"{at}/offers" in (await client.get(f"{at}/candidates")).text
    page = (await client.get(f"{at}/offers")).text
    assert all(str(one.uuid) in page for one in people)
    assert str(silent.uuid) not in page
    nobody = await client.post(f"{at}/offers/review", data={})
    assert (nobody.status_code, "Choose at least one person" in nobody.text) == (422, True)
    ids = [str(one.uuid) for one in chosen]
    page = (await client.post(f"{at}/offers/review", data={"ids": ids})).text
    assert "Offered now: 3" in page
    assert "On the waiting list: 1" in page
    assert "李未表" in page.split("Left out: 1")[1]
    key = re.search(r'name="key" value="(\w+)"', page)
    assert key
    ids.remove(str(silent.uuid))
    form = {"ids": ids, "key": key[1], "agent_earns": ""}
    for _ in range(2):  # the button pressed twice
        assert (await client.post(f"{at}/offers", data=form)).headers["location"] == "/offers"
    made = (await session.scalars(select(Offer))).all()
    assert sorted(one.state for one in made) == ["drafted", "offered", "offered", "offered"]
    other = await client.post(f"{at}/offers", data=form | {"ids": ids[:1]})
    assert other.status_code == 409
    page = (await client.get("/offers")).text
    assert "open: the person decides" in page
    assert "on the waiting list" in (await client.get("/offers?state=waiting")).text
    assert "No offer matches" in (await client.get("/offers?state=void")).text


async def test_the_person_reads_the_terms_and_says_yes(
    application: FastAPI, session: AsyncSession, market: Market
) -> None:
    labourer = await market.person()
    await make_run(session, market.county, market.vacancy.id, [labourer.id], market.now)
    (offer,) = await market.offer(labourer)
    code = await make_slip(session, market.county, market.keys, labourer, market.now)
    async with phone(application) as own:
        await own.come_in(code)
        assert "Offers and places of yours: 1" in await own.read("/my")
        assert "read and answer" in await own.read("/my/offers")
        page = await own.read(f"/my/offers/{offer.uuid}")
        for words in (
            "平缝车工",
            "吴江锦华制衣有限公司",
            "5500-7000元/月",
            "You pay",
            "Why this post",
            "open until 2026-11-24",
        ):
            assert words in page, words
        later = await own.send(f"/my/offers/{offer.uuid}", said="later")
        assert later.headers["location"] == "/my/offers"
        await session.refresh(offer)
        assert offer.state == "offered"
        await own.read(f"/my/offers/{offer.uuid}")
        assert (await own.send(f"/my/offers/{offer.uuid}", said="yes")).status_code == 303
        await session.refresh(offer)
        assert offer.state == "accepted"
        assert "You said yes to this post" in await own.read(f"/my/offers/{offer.uuid}")
        await own.send(f"/my/offers/{offer.uuid}", said="no")
        assert "no offer for you at present" in await own.read("/my/offers")
        gone = await own.client.get(f"/my/offers/{offer.uuid}")
        assert (gone.status_code, "not open any more" in gone.text) == (404, True)
        assert "wrote down your answer to an offer" in await own.read("/my/seen")
    acts = await session.scalars(select(AuditEvent.act).where(AuditEvent.subject_id == labourer.id))
    assert sorted(act for act in acts if act.startswith("offer.")) == ["offer.answer", "offer.answer"]


async def test_another_persons_offer_is_not_found(application: FastAPI, session: AsyncSession, market: Market) -> None:
    labourer, other = await market.people(2)
    (offer,) = await market.offer(labourer)
    code = await make_slip(session, market.county, market.keys, other, market.now)
    async with phone(application) as own:
        await own.come_in(code)
        await own.read("/my/offers")
        assert (await own.client.get(f"/my/offers/{offer.uuid}")).status_code == 404
        assert (await own.send(f"/my/offers/{offer.uuid}", said="yes")).status_code == 404


async def test_the_firm_answers_together(sign_in: SignIn, session: AsyncSession, market: Market) -> None:
    people = [await market.person(name=name) for name in ("曾小梅", "李大强", "王二丫")]
    first, second, third = await market.offer(*people)
    await market.accept(people[0], first)
    await market.accept(people[1], second)
    client = await sign_in(market.firm)
    assert (await client.get("/offers")).headers["location"] == "/offers/accepted"
    page = (await client.get("/offers/accepted")).text
    assert "曾小梅" in page
    assert "李大强" in page
    assert "王二丫" not in page
    wrong = await client.post("/offers/accepted", data={f"answer-{first.uuid}": "ugly"})
    assert (wrong.status_code, "listed reasons" in wrong.text) == (422, True)
    form = {f"answer-{first.uuid}": "yes", f"answer-{second.uuid}": "certificate_missing", f"answer-{third.uuid}": ""}
    assert (await client.post("/offers/accepted", data=form)).status_code == 303
    for one in (first, second, third):
        await session.refresh(one)
    assert [one.state for one in (first, second, third)] == ["confirmed", "withdrawn", "offered"]
    assert await session.scalar(select(Placement.state).where(Placement.offer_id == first.id)) == "agreed"
    page = (await client.get("/offers/accepted")).text
    assert "Nobody waits for your answer" in page
    assert "Taken on: 1" in page


async def test_a_name_goes_when_the_person_takes_it_back(
    sign_in: SignIn, session: AsyncSession, market: Market
) -> None:
    """V7: the consent is asked at every read."""
    labourer = await market.person(name="曾小梅")
    (offer,) = await market.offer(labourer)
    await market.accept(labourer, offer)
    client = await sign_in(market.firm)
    (shown,) = (await client.get("/api/v1/offers/accepted")).json()
    assert (shown["name"], shown["phone"][:3]) == ("曾小梅", "154")
    await consents.withdraw(session, labourer.id, "name_to_employer", Heard("in_person", market.county), now=market.now)
    await session.commit()
    (shown,) = (await client.get("/api/v1/offers/accepted")).json()
    assert (shown["name"], shown["phone"]) == (None, None)
    assert shown["code_name"] == market.keys.pseudonym(market.firm.organisation_uuid, labourer.uuid)
    assert "曾小梅" not in (await client.get("/offers/accepted")).text


async def test_the_officer_takes_down_a_yes_and_a_no(sign_in: SignIn, session: AsyncSession, market: Market) -> None:
    people = await market.people(2)
    yes, no = await market.offer(*people)
    client = await sign_in(market.county)
    page = (await client.get(f"/offers/{yes.uuid}")).text
    assert "Frozen terms" in page
    assert (await client.post(f"/offers/{yes.uuid}/accept", data={})).status_code == 422
    done = await client.post(f"/offers/{yes.uuid}/accept", data={"evidence": "form 15"})
    assert done.headers["location"] == f"/offers/{yes.uuid}"
    await client.post(f"/offers/{no.uuid}/decline", data={})
    for one in (yes, no):
        await session.refresh(one)
    assert (yes.state, no.state) == ("accepted", "lapsed")
    assert "in person" not in (await client.get(f"/offers/{no.uuid}")).text


async def test_a_township_hears_and_makes_nothing(sign_in: SignIn, session: AsyncSession, market: Market) -> None:
    labourer = await market.person()
    (offer,) = await market.offer(labourer)
    township = await make_actor(session, Role.TOWNSHIP_OFFICER)
    client = await sign_in(township)
    assert (await client.post(f"/offers/{offer.uuid}/withdraw", data={"reason": "post_in_doubt"})).status_code == 403
    assert (await client.post(f"/offers/{offer.uuid}/accept", data={"evidence": "form 16"})).status_code == 303
