"""Offers for programs, each act sent once however often it arrives."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import idempotency
from app.idempotency import ActDone
from app.offers.models import Offer
from tests.factories.offers import Market

SignIn = Callable[..., Any]
KEY = {"Idempotency-Key": "0190f3c2-7d1e-4c52"}


async def test_the_same_act_sent_twice_is_done_once(sign_in: SignIn, session: AsyncSession, market: Market) -> None:
    people = await market.people(4)
    body = {"vacancy": str(market.vacancy.uuid), "people": [str(one.uuid) for one in people]}
    client = await sign_in(market.county)
    review = (await client.post("/api/v1/offers/review", json=body)).json()
    assert (len(review["offered"]), len(review["waiting"]), review["free_openings"]) == (3, 1, 3)
    missing = await client.post("/api/v1/offers", json=body)
    assert (missing.status_code, list(missing.json()["fields"])) == (422, ["Idempotency-Key"])
    first = await client.post("/api/v1/offers", json=body, headers=KEY)
    again = await client.post("/api/v1/offers", json=body, headers=KEY)
    assert (first.status_code, again.json()) == (201, first.json())
    assert len((await session.scalars(select(Offer))).all()) == 4
    other = await client.post("/api/v1/offers", json=body | {"draft_only": True}, headers=KEY)
    assert (other.status_code, other.headers["content-type"]) == (409, "application/problem+json")
    listed = (await client.get("/api/v1/offers?limit=3")).json()
    rest = (await client.get(f"/api/v1/offers?cursor={listed['next']}")).json()
    assert (len(listed["items"]), len(rest["items"]), rest["next"]) == (3, 1, None)


async def test_the_terms_can_be_checked_by_anybody(sign_in: SignIn, session: AsyncSession, market: Market) -> None:
    (offer,) = await market.offer(await market.person())
    client = await sign_in(market.county)
    case = (await client.get(f"/api/v1/offers/{offer.uuid}")).json()
    assert hashlib.sha256(case["terms"]["text"].encode()).hexdigest() == case["terms"]["sha256"]
    assert [(one["from"], one["to"]) for one in case["log"]] == [("drafted", "offered"), (None, "drafted")]


async def test_yes_no_and_taken_on(sign_in: SignIn, session: AsyncSession, market: Market) -> None:
    people = await market.people(2)
    yes, no = await market.offer(*people)
    client = await sign_in(market.county)
    heard = {"evidence": "form 12"}
    said = await client.post(f"/api/v1/offers/{yes.uuid}/acceptance", json=heard, headers=KEY)
    assert said.json() == {"outcome": "accepted"}
    said = await client.post(f"/api/v1/offers/{no.uuid}/declination", headers=KEY)
    assert said.json() == {"outcome": "declined"}
    again = await client.post(f"/api/v1/offers/{no.uuid}/declination", headers=KEY)
    assert again.json() == {"outcome": "received"}
    kept = (await session.scalars(select(ActDone))).all()
    assert {(one.body_hash, str(one.answer)) for one in kept} == {(kept[0].body_hash, "{}")}, "a key tells no from yes"
    client = await sign_in(market.firm)
    answers = {"answers": [{"offer": str(yes.uuid), "answer": "yes"}]}
    done = await client.post("/api/v1/offers/answers", json=answers, headers=KEY)
    assert done.json() == {"taken_on": 1, "refused": 0, "changed_meanwhile": 0}


async def test_a_draft_is_sent_and_taken_back(sign_in: SignIn, session: AsyncSession, market: Market) -> None:
    (draft,) = await market.offer(await market.person(), draft_only=True)
    client = await sign_in(market.county)
    at = f"/api/v1/offers/{draft.uuid}"
    for _ in range(2):
        assert (await client.post(f"{at}/sending", headers=KEY)).json()["state"] == "offered"
    wrong = await client.post(f"{at}/withdrawal", json={"reason": "x"}, headers=KEY)
    assert wrong.status_code == 422
    taken = await client.post(f"{at}/withdrawal", json={"reason": "post_in_doubt"}, headers=KEY)
    assert taken.json()["state"] == "withdrawn"


async def test_keys_are_forgotten(session: AsyncSession, market: Market) -> None:
    async def do() -> dict[str, Any]:
        return {"done": 1}

    await idempotency.once(session, "user:1:1", "test", "key-of-a-test", None, do)
    made = await session.scalar(select(ActDone.at))
    assert made is not None
    assert await idempotency.forget(session, made + timedelta(days=29)) == 0
    assert await idempotency.forget(session, made + timedelta(days=31)) == 1
