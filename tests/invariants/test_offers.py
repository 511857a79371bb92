"""Attempts against offers: terms changed after a yes, a yes for somebody, a no read, a name before its time."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.accounts.models import Organisation
from app.declarations.consents import Heard
from app.errors import Forbidden
from app.match_runs import snapshot, standing
from app.offers import answering, ending, making
from app.offers.making import Wanted
from app.offers.models import Offer
from app.permissions import Actor, Role
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor, make_organisation
from tests.factories.match_runs import make_run
from tests.factories.offers import Market, make_market
from tests.factories.slips import make_slip

APP = Path(__file__).resolve().parents[2] / "app"


@pytest.fixture
async def market(session: AsyncSession, keys: KeyRing, now: datetime) -> Market:
    return await make_market(session, keys, now)


async def refused(session: AsyncSession, statement: str, match: str, **values: Any) -> None:
    """The statement, as the application's own role, is refused by the database."""
    await session.flush()
    with pytest.raises(DBAPIError, match=match):
        async with session.begin_nested():
            await session.execute(text(statement), values)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE offer_terms SET content = replace(content, '5500', '4500')",
        "DELETE FROM offer_terms",
        "TRUNCATE offer_terms CASCADE",
        "UPDATE offer_event SET reason = 'offered'",
        "DELETE FROM offer_event",
    ],
)
async def test_a_promise_and_its_log_are_not_rewritten(session: AsyncSession, market: Market, statement: str) -> None:
    """V2. Wall: trigger refuse_change on offer_terms and offer_event."""
    await market.offer(await market.person())
    await refused(session, statement, "only grows|permission denied")


async def test_no_other_terms_are_put_under_a_print(session: AsyncSession, market: Market) -> None:
    """V2. Wall: constraint print_of_the_content, worked out by the database."""
    statement = (
        "INSERT INTO offer_terms (vacancy_id, version, content, content_hash, at) "
        "VALUES (:vacancy, 9, '{}', sha256('other terms'), now())"
    )
    await refused(session, statement, "print_of_the_content", vacancy=market.vacancy.id)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ("terms_id = NULL", "terms of an offer are frozen|terms_frozen"),
        ("agent_earns = 1", "terms of an offer are frozen"),
        ("labourer_id = labourer_id + 1", "does not change"),
        ("vacancy_id = vacancy_id + 1", "does not change"),
        ("state = 'confirmed', step = step + 1", "does not go from offered to confirmed"),
        ("state = 'accepted'", "step of its log"),
        ("state = 'accepted', step = step + 1", "slot_held|answer_due"),
    ],
)
async def test_an_offer_is_not_bent_past_the_person(
    session: AsyncSession, market: Market, change: str, match: str
) -> None:
    """V2, V3. Wall: trigger offer_guard and the constraints of offer."""
    (offer,) = await market.offer(await market.person())
    await refused(session, f"UPDATE offer SET {change} WHERE id = :id", match, id=offer.id)


async def test_an_offer_that_ended_is_not_revived(session: AsyncSession, market: Market) -> None:
    """V2. Wall: trigger offer_guard."""
    labourer = await market.person()
    (offer,) = await market.offer(labourer)
    await market.decline(labourer, offer)
    again = "UPDATE offer SET state = 'offered', step = step + 1 WHERE id = :id"
    await refused(session, again, "does not go from lapsed", id=offer.id)
    await refused(session, "DELETE FROM offer WHERE id = :id", "not taken away", id=offer.id)


async def test_a_change_without_its_line_in_the_log_is_not_committed(session: AsyncSession, market: Market) -> None:
    """V2. Wall: constraint trigger offer_is_logged, at the commit."""
    (offer,) = await market.offer(await market.person())
    await session.flush()
    await session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    silent = "UPDATE offer SET state = 'withdrawn', step = step + 1 WHERE id = :id"
    await refused(session, silent, "row in the log", id=offer.id)


async def test_no_opening_is_promised_twice(session: AsyncSession, market: Market) -> None:
    """V2. Walls: unique constraint on the opening, trigger offer_takes_its_slot, trigger on vacancy_opening."""
    people = await market.people(2)
    first, second = await market.offer(*people)
    await market.accept(people[0], first)
    take = (
        "UPDATE offer SET state = 'accepted', step = step + 1, opening_number = :n, accepted_at = offered_at, "
        "answer_due_at = expires_at WHERE id = :id"
    )
    await refused(session, take, "unique|duplicate|is taken", id=second.id, n=first.opening_number)
    free = "UPDATE vacancy_opening SET taken_at = NULL WHERE vacancy_id = :id"
    await refused(session, free, "somebody said yes", id=market.vacancy.id)
    gone = "DELETE FROM vacancy_opening WHERE vacancy_id = :id AND taken_at IS NOT NULL"
    await refused(session, gone, "foreign key", id=market.vacancy.id)


async def test_no_more_offers_than_free_openings(session: AsyncSession, market: Market) -> None:
    """V2. Wall: trigger offer_guard, under a lock of the post."""
    made = await market.offer(*await market.people(4))
    late = (
        "UPDATE offer SET state = 'offered', step = step + 1, waits_from = NULL, terms_id = :terms, "
        "offered_at = now(), expires_at = now() + interval '1 day' WHERE id = :id"
    )
    await refused(session, late, "no more offers than free openings", id=made[3].id, terms=made[0].terms_id)


LINE = (
    "INSERT INTO offer_event (offer_id, step, at, from_state, to_state, reason, channel, by_user_id, "
    "by_organisation_id, code_id, evidence_hash) VALUES (:offer, :step, now(), :before, :state, :reason, :channel, "
    ":user, :office, :code, :evidence)"
)


async def _accepted_without_a_line(market: Market) -> tuple[Any, Offer]:
    """An offer brought to "accepted" by SQL, whose line is still to be written."""
    labourer = await market.person()
    (offer,) = await market.offer(labourer)
    await market.session.flush()
    await market.session.execute(
        text(
            "UPDATE offer SET state = 'accepted', step = step + 1, opening_number = 1, accepted_at = offered_at, "
            "answer_due_at = expires_at WHERE id = :id"
        ),
        {"id": offer.id},
    )
    return labourer, offer


@pytest.mark.parametrize(
    ("channel", "who", "match"),
    [
        ("office", "county", "own_yes"),
        ("system", "nobody", "own_yes"),
        ("employer", "firm", "own_yes"),
        ("in_person", "county_without_evidence", "officer_and_evidence"),
        ("in_person", "broker", "earns nothing"),
        ("in_person", "employer", "earns nothing"),
        ("self_code", "another", "own code"),
        ("self_code", "nobody", "own.code"),
    ],
)
async def test_nobody_says_yes_for_a_person(
    session: AsyncSession, market: Market, channel: str, who: str, match: str
) -> None:
    """V3, R13. Walls: constraints of offer_event, trigger offer_event_guard."""
    _, offer = await _accepted_without_a_line(market)
    broker = await make_actor(session, Role.BROKER)
    speaker: dict[str, Actor | None] = {
        "county": market.county, "county_without_evidence": market.county, "firm": market.firm, "broker": broker,
        "employer": market.firm, "nobody": None, "another": None,
    }  # fmt: skip
    actor, code = speaker[who], None
    if who == "another":
        code = (await market.code(await market.person())).code_id
    values = {
        "offer": offer.id, "step": 3, "before": "offered", "state": "accepted", "reason": "said_yes",
        "channel": channel, "user": actor.user_id if actor else None,
        "office": actor.organisation_id if actor else None, "code": code,
        "evidence": b"x" if channel == "in_person" and who != "county_without_evidence" else None,
    }  # fmt: skip
    await refused(session, LINE, match, **values)


async def test_an_office_that_earns_hears_no_yes(session: AsyncSession, market: Market) -> None:
    """V3, R13. Walls: service; trigger offer_event_guard reads the chain in the frozen terms."""
    labourer = await market.person()
    market.vacancy.entered_by_organisation_id = (await make_organisation(session, "broker")).id
    (offer,) = await market.offer(labourer, agent_earns=500)
    broker = await session.get_one(Organisation, market.vacancy.entered_by_organisation_id)
    actor = await make_actor(session, Role.BROKER, organisation=broker)
    person = answering.Labourer(labourer.id, labourer.organisation_id)
    heard = Heard("in_person", actor, evidence="form 12")
    with pytest.raises(Forbidden, match="earns nothing"):
        await answering.accept(session, person, offer, heard, now=market.now)


async def test_answers_of_no_cannot_be_read(connection: AsyncConnection) -> None:
    """V4. Wall: schema refusals, owned by the migrations' role and not granted to the application's."""
    for statement in (
        "SELECT * FROM refusals.answer",
        "INSERT INTO refusals.answer VALUES (1, 1)",
        "DELETE FROM refusals.answer",
        "GRANT USAGE ON SCHEMA refusals TO CURRENT_USER",
    ):
        before = await connection.begin_nested()
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text(statement))
        await before.rollback()


def test_only_the_offers_ask_about_a_no() -> None:
    """V4. Wall: one module names the functions; whoever else does is found here."""
    named = re.compile(r"keep_no|not_to_ask_again|forget_nos|refusals\.answer")
    users = {path.relative_to(APP).as_posix() for path in APP.rglob("*.py") if named.search(path.read_text())}
    assert users == {"offers/refusals.py"}
    leads = re.compile(r"import refusals|offers\.refusals|offers import .*refusals")
    importers = {path.relative_to(APP).as_posix() for path in APP.rglob("*.py") if leads.search(path.read_text())}
    assert importers == {"offers/making.py", "offers/answering.py", "rights/erasure.py"}


async def test_a_no_an_expiry_and_a_word_taken_back_look_alike(session: AsyncSession, market: Market) -> None:
    """V4, R5. Wall: one state, one line of the log without anybody, constraint a_no_leaves_nothing."""
    said_no, silent = await market.people(2)
    first, _ = await market.offer(said_no, silent)
    await market.decline(said_no, first)
    from_clock = making.OPEN_FOR + market.now
    await session.flush()

    await ending.end_due(session, now=from_clock)
    columns = "to_state, from_state, reason, channel, by_user_id, by_organisation_id, code_id, evidence_hash, step"
    query = text(f"SELECT {columns} FROM offer_event WHERE to_state = 'lapsed' ORDER BY offer_id")
    one, other = (await session.execute(query)).all()
    assert tuple(one) == tuple(other)
    signed = {
        "offer": first.id, "step": 9, "before": "offered", "state": "lapsed", "reason": "said_no",
        "channel": "self_code", "user": None, "office": None, "code": 1, "evidence": None,
    }  # fmt: skip
    await refused(session, LINE, "a_no_leaves_nothing|log tells what is so", **signed)


async def test_a_no_changes_nothing_a_run_reads(
    session: AsyncSession, market: Market, count_queries: Callable[[], Any]
) -> None:
    """V4. Wall: no column or table of a no is read by matching; the person stands as before."""

    labourer = await market.person()
    today = market.now.date()
    before = await standing.fits(session, market.county.organisation_id, [labourer.id], market.vacancy.id, today)
    (offer,) = await market.offer(labourer)
    await market.decline(labourer, offer)
    after = await standing.fits(session, market.county.organisation_id, [labourer.id], market.vacancy.id, today)
    assert before == after
    with count_queries() as statements:
        await snapshot.take(session, market.county.organisation_id, today)
    assert not [one for one in statements if "offer" in one or "refusals" in one or "placement" in one]


async def test_no_list_picks_out_those_who_said_no(
    sign_in: Callable[..., Any], session: AsyncSession, market: Market
) -> None:
    """V4, R5, R7. Wall: service; an answer has one act, and the trail finds none of that kind."""
    labourer = await market.person(name="李大强")
    (offer,) = await market.offer(labourer)
    await market.decline(labourer, offer)
    client = await sign_in(market.county)
    for query in ("state=declined", "state=refused", "state=expired"):
        assert "李大强" not in (await client.get(f"/offers?{query}")).text
        assert (await client.get(f"/api/v1/offers?{query}")).json()["items"] == []
    page = (await client.get(f"/offers/{offer.uuid}")).text
    assert "not available any more" in page
    assert "declined" not in page
    review = await making.review(session, market.county, Wanted(market.vacancy.id, [labourer.uuid]), now=market.now)
    assert [why.code for _, why in review.left_out] == ["not_available"]


async def test_a_firm_learns_a_name_with_the_yes_and_not_before(
    sign_in: Callable[..., Any], session: AsyncSession, market: Market
) -> None:
    """V7, R10. Walls: function people_who_accepted, which gives a firm nobody else; consent at every read."""
    people = [await market.person(name="曾小梅", village_name="拔茅村") for _ in range(3)]
    offers = await market.offer(*people)
    await make_run(session, market.county, market.vacancy.id, [one.id for one in people], market.now)
    await make_slip(session, market.county, market.keys, people[0], market.now)
    client = await sign_in(market.firm)
    for address in (
        "/offers/accepted",
        "/api/v1/offers",
        "/api/v1/offers/accepted",
        f"/api/v1/offers/{offers[0].uuid}",
    ):
        assert "曾" not in (await client.get(address)).text, address
    asked = text("SELECT name_cipher FROM people_who_accepted(:firm)")
    assert (await session.execute(asked, {"firm": market.firm.organisation_id})).all() == []
    await market.accept(people[0], offers[0])
    await session.commit()
    page = (await client.get("/offers/accepted")).text
    assert page.count("曾小梅") >= 1
    for secret in ("拔茅村", "会宫镇", str(people[0].uuid), "1986"):
        assert secret not in page, secret
    stranger = await make_actor(session, Role.EMPLOYER)
    await session.commit()
    client = await sign_in(stranger)
    assert "曾" not in (await client.get("/offers/accepted")).text
    assert (await client.get(f"/api/v1/offers/{offers[0].uuid}")).status_code == 404
    assert (await session.scalars(select(Offer.id).where(Offer.state == "accepted"))).all() == [offers[0].id]
